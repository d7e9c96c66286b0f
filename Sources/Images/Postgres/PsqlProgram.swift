// psql as a process: connects, asks for a password, prompts on a terminal, and gives the engine's wishes (lines, shell commands,
// pauses) to the machine it runs on. The language itself is the engine's.

import Postgres
import SimKernel
import SimMachine

final class PsqlProgram: Program {
  private let release: PostgresRelease
  private var invocation: PsqlInvocation?
  private var host: ProcessPsqlHost?
  private var psql: PsqlSession? { invocation?.psql }
  private var input: [UInt8] = []
  private var hasPrompted = false
  private var exitCode: Int32?
  /// A password is being typed.
  private var isAsking = false
  private var isConnected = false
  /// What psql has done and nobody has seen yet.
  private var chunks: [PsqlSession.Chunk] = []
  private var pausedUntil: Instant?
  private var child: Process?
  private var collected: [UInt8] = []
  private var isCollecting = false
  private var readers: [Int: Process] = [:]
  private var isClosing: Int?
  /// What comes before the reason when the command that is waited for has failed.
  private var closingWords: String?

  /// Descriptors of the pipes that psql holds.
  private static let firstPipe = 100
  private static let collector = 99

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    for _ in 0..<256 {
      if let step = advance(process) { return step }
    }
    return .again
  }

  /// One step; nil when the next can follow at once.
  private func advance(_ process: Process) -> Step? {
    if isAsking { return readPassword(process) }
    if let until = pausedUntil {
      guard process.world.now >= until else { return sleep(process, until) }
      pausedUntil = nil
    }
    if let step = waitForChild(process) { return step }
    if let isClosing { return close(isClosing, process) }
    if !chunks.isEmpty { return show(process) }
    if let exitCode { return .exit(exitCode) }
    guard let psql, isConnected else { return begin(process) }
    let step = psql.step()
    for reason in psql.takeNotes() { process.note(notSimulated: reason) }
    chunks = psql.takeChunks()
    switch step {
    case .again: return nil
    case .line:
      if chunks.isEmpty { return readLine(process, psql) }
    case .shell(let command): wish = .run(command)
    case .collect(let command): wish = .collect(command)
    case .pause(let milliseconds):
      chunks.append(.pause(milliseconds: milliseconds))
    case .ended(let code): exitCode = code
    }
    return nil
  }

  /// Within a statement the server is looked at from time to time: it may end.
  private func sleep(_ process: Process, _ until: Instant) -> Step? {
    guard let psql, isConnected, !psql.isWatching else { return .wait([.until(until, .activity)]) }
    if psql.noticeLoss() {
      pausedUntil = nil
      chunks = psql.takeChunks()
      return nil
    }
    return .wait([.until(min(until, process.world.now + .milliseconds(50)), .activity)])
  }

  private enum Wish {
    case run(String)
    case collect(String)
  }
  private var wish: Wish?

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt, let psql, isConnected else { return false }
    // The command that was started gets the signal as well; psql waits for its end.
    if child != nil { return true }
    if pausedUntil != nil {
      pausedUntil = nil
      if !psql.isWatching {
        // Within a statement: the server is asked to give it up.
        chunks = []
        process.complain("Cancel request sent\n")
        psql.cancelStatement()
        return true
      }
    }
    hasPrompted = false
    input = []
    return psql.interrupt()
  }

  // MARK: Connection

  private func begin(_ process: Process) -> Step? {
    if invocation == nil {
      let host = ProcessPsqlHost(process, release)
      self.host = host
      invocation = PsqlInvocation(
        arguments: Array(process.arguments.dropFirst()), host: host, release: release.number + release.clientSuffix)
    }
    guard var invocation else { return .exit(1) }
    chunks = invocation.psql.takeChunks()
    for reason in invocation.psql.takeNotes() { process.note(notSimulated: reason) }
    if let code = invocation.exitCode {
      exitCode = code
      return nil
    }
    if invocation.parameters.user == nil { invocation.parameters["user"] = OperatingUser.name(process) }
    if invocation.parameters.database == nil {
      invocation.parameters["dbname"] = invocation.wantsList ? "postgres" : invocation.parameters.user
    }
    self.invocation = invocation
    if invocation.forcePassword {
      self.invocation?.forcePassword = false
      return ask(process, invocation.parameters.user ?? "", isForced: true)
    }
    if let patience = PostgresRoute.patience(invocation.parameters, from: process), !hasWaited {
      hasWaited = true
      pausedUntil = process.world.now + patience
      return nil
    }
    connect(process, invocation)
    return nil
  }
  private var hasWaited = false

  private func connect(_ process: Process, _ invocation: PsqlInvocation) {
    switch PostgresRoute.connect(invocation.parameters, from: process, applicationName: "psql") {
    case .session(let session, let at, let port, let address):
      isConnected = true
      var connected = invocation.parameters
      connected["host"] = at
      connected["port"] = port
      connected["address"] = address
      if !invocation.begin(
        with: session, parameters: connected, fromTerminal: process.file(0)?.isTerminal == true)
      {
        exitCode = 1
      }
      chunks += invocation.psql.takeChunks()
    case .passwordNeeded(let message):
      if invocation.never {
        chunks.append(.text("psql: error: " + message, isError: true))
        exitCode = 2
      } else {
        failure = message
        _ = ask(process, invocation.parameters.user ?? "", isForced: false)
      }
    case .failed(let message):
      chunks.append(.text("psql: error: " + message, isError: true))
      exitCode = 2
    }
  }

  private var failure = ""

  /// On the terminal, else on standard error.
  private func ask(_ process: Process, _ user: String, isForced: Bool) -> Step? {
    let text = isForced ? "Password: " : "Password for user \(user): "
    if let terminal = process.file(0)?.terminal {
      process.print(text)
      terminal.echoes = false
    } else {
      process.complain(text)
    }
    isAsking = true
    return .again
  }

  /// Without echo, up to the end of the line; then the connection is tried once more.
  private func readPassword(_ process: Process) -> Step? {
    switch process.read(0) {
    case .bytes(let bytes): input.append(contentsOf: bytes)
    case .wouldBlock:
      guard let file = process.file(0) else { return .exit(2) }
      return .wait([.queue(file.readable)])
    case .endOfFile, .failed: input.append(10)
    }
    guard let newline = input.firstIndex(of: 10) else { return .again }
    isAsking = false
    if let terminal = process.file(0)?.terminal {
      terminal.echoes = true
      process.print("\n")
    } else {
      process.complain("\n")
    }
    let typed = String(decoding: input[..<newline], as: UTF8.self)
    input.removeFirst(newline + 1)
    invocation?.parameters["password"] = typed
    invocation?.never = true
    if let invocation { connect(process, invocation) }
    return nil
  }

  // MARK: Output

  private func show(_ process: Process) -> Step? {
    switch chunks.removeFirst() {
    case .text(let text, let isError): process.write(isError ? 2 : 1, text)
    case .pause(let milliseconds):
      pausedUntil = process.world.now + .milliseconds(milliseconds)
    case .open(let pipe, let command):
      let channel = Pipe()
      process.setFile(PsqlProgram.firstPipe + pipe, channel.writer)
      readers[pipe] = start(command, process, standardInput: channel.reader)
    case .write(let pipe, let text): process.write(PsqlProgram.firstPipe + pipe, text)
    case .close(let pipe):
      // What was written must be on its way first.
      isClosing = pipe
      return .again
    case .finish(let pipe, let words):
      isClosing = pipe
      closingWords = words
      return .again
    }
    return nil
  }

  private func close(_ pipe: Int, _ process: Process) -> Step? {
    if process.file(PsqlProgram.firstPipe + pipe) != nil { process.setFile(PsqlProgram.firstPipe + pipe, nil) }
    if let reader = readers[pipe] {
      guard reader.hasEnded else { return .wait([.queue(reader.ended)]) }
      if let words = closingWords, let why = PsqlSession.failure(reader.status?.code ?? 0) {
        process.complain(words + why + "\n")
      }
    }
    closingWords = nil
    readers[pipe] = nil
    isClosing = nil
    return nil
  }

  // MARK: Shell commands

  private func start(
    _ command: String, _ process: Process, standardInput: OpenFile? = nil, standardOutput: OpenFile? = nil
  ) -> Process? {
    guard let (program, arguments) = ProgramSearch.find(["sh", "-c", command], process) else {
      process.note(notSimulated: "psql: a shell where there is none")
      return nil
    }
    var files: [Int: OpenFile] = [:]
    for descriptor in 0...2 { files[descriptor] = process.file(descriptor) }
    if let standardInput { files[0] = standardInput }
    if let standardOutput { files[1] = standardOutput }
    return process.machine.fork(process, program, arguments: arguments, files: files)
  }

  /// Starts the command that psql wishes for, once all that came before is seen; nil when there is nothing to wait for.
  private func waitForChild(_ process: Process) -> Step? {
    if let wish, chunks.isEmpty, child == nil {
      self.wish = nil
      switch wish {
      case .run(let command):
        child = start(command, process)
        isCollecting = false
      case .collect(let command):
        let channel = Pipe()
        process.setFile(PsqlProgram.collector, channel.reader)
        child = start(command, process, standardOutput: channel.writer)
        isCollecting = true
        collected = []
      }
      if child == nil { psql?.shellEnded() }
    }
    guard let child else { return nil }
    if isCollecting, let file = process.file(PsqlProgram.collector) {
      switch process.read(PsqlProgram.collector) {
      case .bytes(let bytes):
        collected.append(contentsOf: bytes)
        return .again
      case .wouldBlock: return .wait([.queue(file.readable), .queue(child.ended)])
      case .endOfFile, .failed: process.setFile(PsqlProgram.collector, nil)
      }
    }
    guard child.hasEnded else { return .wait([.queue(child.ended)]) }
    self.child = nil
    psql?.shellEnded(collected, status: child.status?.code ?? 0)
    collected = []
    return nil
  }

  // MARK: Input

  /// The prompt on a terminal, then a line.
  private func readLine(_ process: Process, _ psql: PsqlSession) -> Step? {
    let terminal = process.file(0)?.terminal
    if let newline = input.firstIndex(of: 10) {
      if !hasPrompted, terminal != nil { process.print(psql.prompt) }
      hasPrompted = false
      if psql.hidesInput { terminal?.echoes = true }
      psql.give(String(decoding: input[..<newline], as: UTF8.self))
      input.removeFirst(newline + 1)
      return nil
    }
    if !hasPrompted, terminal != nil {
      process.print(psql.prompt)
      hasPrompted = true
      terminal?.echoes = !psql.hidesInput
    }
    switch process.read(0) {
    case .bytes(let bytes): input.append(contentsOf: bytes)
    case .endOfFile, .failed:
      hasPrompted = false
      if !input.isEmpty { psql.give(String(decoding: input, as: UTF8.self)) }
      input = []
      psql.endInput()
    case .wouldBlock:
      guard let file = process.file(0) else {
        psql.endInput()
        return nil
      }
      return .wait([.queue(file.readable)])
    }
    return nil
  }
}

extension Process {
  /// A file as PostgreSQL's programs see it.
  func readOutcome(_ path: String) -> FileOutcome {
    do throws(Errno) {
      return .bytes(try fileSystem.read(path, in: workingDirectory, as: credentials))
    } catch { return .failed(error.message) }
  }

  func writeOutcome(_ path: String, _ bytes: [UInt8], appends: Bool) -> String? {
    do throws(Errno) {
      let file = try fileSystem.open(path, in: workingDirectory, appends ? .append : .write, as: credentials)
      _ = file.write(bytes[...])
      return nil
    } catch { return error.message }
  }
}

/// The machine under a psql.
private final class ProcessPsqlHost: PsqlHost {
  private let process: Process
  private let release: PostgresRelease

  init(_ process: Process, _ release: PostgresRelease) {
    self.process = process
    self.release = release
  }

  var platform: String { release.platform }
  var userName: String { OperatingUser.name(process) }
  func environment(_ name: String) -> String? { process.environment[name] }
  func setEnvironment(_ name: String, _ value: String?) { process.environment[name] = value }

  func read(_ path: String) -> FileOutcome { process.readOutcome(path) }
  func write(_ path: String, _ bytes: [UInt8], appends: Bool) -> String? {
    process.writeOutcome(path, bytes, appends: appends)
  }

  func remove(_ path: String) {
    try? process.fileSystem.remove(path, in: process.workingDirectory, as: process.credentials)
  }
  var processID: Int64 { Int64(process.id) }
  var screen: PsqlScreen? {
    guard let terminal = process.file(1)?.terminal else { return nil }
    return PsqlScreen(
      columns: terminal.columns, rows: terminal.rows, isForReading: process.file(0)?.isTerminal == true,
      pager: release.isAlpine ? "more" : "pager")
  }

  func changeDirectory(_ path: String?) -> String? {
    let target = path ?? process.environment["HOME"] ?? "/"
    do throws(Errno) {
      let inode = try process.fileSystem.lookup(target, in: process.workingDirectory, as: process.credentials)
      guard inode.isDirectory else { return Errno.notDirectory.message }
    } catch { return error.message }
    process.workingDirectory = FileSystem.normalize(target, in: process.workingDirectory)
    return nil
  }

  func connect(_ parameters: ConnectionParameters) -> PsqlConnection {
    PostgresRoute.connect(parameters, from: process, applicationName: "psql")
  }
  func close(_ session: ClientSession) { session.server.close(session) }

  func loss(of session: ClientSession) -> String? {
    for other in session.server.sessions where other === session { return nil }
    return session.server.refusal == nil && !session.server.wasTerminated(session)
      ? "" : "FATAL:  terminating connection due to administrator command\n"
  }
}
