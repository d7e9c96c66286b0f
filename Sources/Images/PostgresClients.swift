// The client programs as processes of a machine: psql (prompts on a terminal, a pager's place, exit codes) and the door through
// which the others reach servers and files. The language itself is the engine's.

import Postgres
import SimKernel
import SimMachine

enum PostgresClients {
  /// Runs one of the engine's client programs.
  static func run(_ name: String, _ release: PostgresRelease, _ call: inout UtilityCall) -> Int32 {
    let host = ProcessClientHost(call.process, release)
    let client = ClientCall(name, call.arguments, input: call.input, host: host)
    let code = ClientTools.run(client)
    for part in client.output.parts {
      if part.isError { call.complain(String(decoding: part.bytes, as: UTF8.self)) } else { call.write(part.bytes) }
    }
    return code
  }
}

/// A process of a simulated machine.
private final class ProcessClientHost: ClientHost {
  private let process: Process
  private let release: PostgresRelease

  init(_ process: Process, _ release: PostgresRelease) {
    self.process = process
    self.release = release
  }

  var version: String { release.number + release.clientSuffix }
  var majorVersion: Int { release.major }
  var restrictsDumps: Bool { release.restrictsDumps }
  var userName: String { OperatingUser.name(process) }
  func environment(_ name: String) -> String? { process.environment[name] }
  func note(notSimulated reason: String) { process.note(notSimulated: reason) }

  func connect(_ p: ClientParameters) -> ClientConnection {
    switch PostgresRoute.find(host: p.host, port: p.port, from: process) {
    case .failed(let message): return p.applicationName == "pg_isready" ? .noResponse : .failed(message)
    case .instance(let instance, let place, let from):
      if p.applicationName == "pg_isready", instance.server.refusal != nil {
        _ = instance.server.open(user: p.user ?? "", database: p.database ?? "", password: nil, from: from)
        return .rejected
      }
      let parameters = [
        "host": p.host ?? "localhost", "port": p.port ?? "5432", "dbname": p.database ?? "", "user": p.user ?? "",
      ]
      switch instance.server.open(
        user: p.user ?? "", database: p.database ?? "", password: p.password ?? PasswordFile.find(parameters, process),
        from: from, applicationName: p.applicationName)
      {
      case .session(let session): return .session(session)
      case .passwordNeeded:
        if !p.never, process.file(0)?.isTerminal == true {
          process.note(notSimulated: "\(p.applicationName): asking for a password")
        }
        return .failed("connection to server \(place) failed: fe_sendauth: no password supplied\n")
      case .refused(let error):
        let detail = error.detail.map { "DETAIL:  \($0)\n" } ?? ""
        return .failed("connection to server \(place) failed: FATAL:  \(error.message)\n\(detail)")
      }
    }
  }

  func close(_ session: ClientSession) { session.server.close(session) }
  func read(_ path: String) -> [UInt8]? {
    try? process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
  }
  func write(_ path: String, _ bytes: [UInt8]) -> String? {
    do throws(Errno) {
      try process.fileSystem.write(path, in: process.workingDirectory, bytes, as: process.credentials)
      return nil
    } catch { return error.message }
  }
}

/// psql: connects, runs `-c` and `-f`, or reads statements from a pipe or a terminal.
final class PsqlProgram: Program {
  private let release: PostgresRelease
  private var invocation: PsqlInvocation?
  private var psql: PsqlSession?
  private var server: Server?
  private var input: [UInt8] = []
  private var hasPrompted = false
  private var ended: Int32?
  /// A password is being typed.
  private var isAsking = false
  /// pg_sleep(): what was printed is seen at this instant; then the program ends, if it has an exit code.
  private var delayed: (until: Instant, code: Int32?)?

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    if let ended { return .exit(ended) }
    if isAsking { return readPassword(process) }
    guard let psql, let invocation else { return begin(process) }
    if let delayed {
      guard process.world.now >= delayed.until else { return .wait([.until(delayed.until, .activity)]) }
      self.delayed = nil
      flush(process, psql)
      if let code = delayed.code { return end(process, code) }
      return .again
    }
    if !invocation.actions.isEmpty { return readWhole(process) { self.runActions(process, psql, invocation) } }
    if process.file(0)?.isTerminal == true { return converse(process, psql) }
    return readWhole(process) { self.runActions(process, psql, invocation) }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    // At its prompt psql only drops the line that is being typed.
    guard signal == .interrupt, psql != nil, process.file(0)?.isTerminal == true, invocation?.actions.isEmpty == true
    else { return false }
    process.print("\n")
    hasPrompted = false
    return true
  }

  private func end(_ process: Process, _ code: Int32) -> Step {
    if let session = psql?.session { server?.close(session) }
    ended = code
    return .exit(code)
  }

  // MARK: Connection

  private func begin(_ process: Process) -> Step {
    let arguments = Array(process.arguments.dropFirst())
    let environment = process.environment
    let invocation = PsqlInvocation(arguments: arguments) { environment[$0] }
    self.invocation = invocation
    if let reason = invocation.notSimulated {
      process.note(notSimulated: reason)
      return end(process, 1)
    }
    if let problem = invocation.problem {
      process.complain(problem)
      if !problem.hasPrefix("psql: warning") {
        process.complain("psql: hint: Try \"psql --help\" for more information.\n")
        return end(process, 1)
      }
    }
    if invocation.wantsVersion {
      process.print("psql (PostgreSQL) \(release.number)\(release.clientSuffix)\n")
      return end(process, 0)
    }
    if invocation.wantsHelp || invocation.forcePassword {
      process.note(notSimulated: "psql \(invocation.wantsHelp ? "--help" : "-W")")
      return end(process, 1)
    }
    return connect(process, invocation)
  }

  private func connect(_ process: Process, _ invocation: PsqlInvocation) -> Step {
    let user = invocation.user ?? OperatingUser.name(process)
    let database = invocation.wantsList ? invocation.database ?? "postgres" : invocation.database ?? user
    let instance: PostgresInstance
    let place: String
    let from: ClientAddress
    switch PostgresRoute.find(host: invocation.host, port: invocation.port, from: process) {
    case .failed(let message):
      process.complain("psql: error: \(message)")
      return end(process, 2)
    case .instance(let found, let where_, let source):
      instance = found
      place = where_
      from = source
    }
    server = instance.server
    var password = invocation.password
    if password == nil {
      password = PasswordFile.find(
        [
          "host": invocation.host ?? "localhost", "port": invocation.port ?? "5432", "dbname": database, "user": user,
        ], process)
    }
    switch instance.server.open(user: user, database: database, password: password, from: from) {
    case .session(let session):
      let psql = PsqlSession(session: session, connector: PsqlRoute(instance.server, from))
      psql.readFile = { path in
        try? process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
      }
      psql.writeFile = { path, bytes, appends in
        guard
          let file = try? process.fileSystem.open(
            path, in: process.workingDirectory, appends ? .append : .write, as: process.credentials)
        else { return false }
        _ = file.write(bytes[...])
        return true
      }
      invocation.configure(psql)
      self.psql = psql
      guard invocation.wantsList else { return .again }
      psql.feed("\\l")
      flush(process, psql)
      return end(process, 0)
    case .passwordNeeded:
      if !invocation.never, let terminal = process.file(0)?.terminal {
        process.print("Password for user \(user): ")
        terminal.echoes = false
        isAsking = true
        return .again
      }
      // Without a terminal the question goes to standard error, and an empty input answers it.
      if !invocation.never { process.complain("Password for user \(user): \n") }
      process.complain("psql: error: connection to server \(place) failed: fe_sendauth: no password supplied\n")
      return end(process, 2)
    case .refused(let error):
      process.complain("psql: error: connection to server \(place) failed: FATAL:  \(error.message)\n")
      if let detail = error.detail { process.complain("DETAIL:  \(detail)\n") }
      return end(process, 2)
    }
  }

  /// Without echo, up to the end of the line; then the connection is tried once more.
  private func readPassword(_ process: Process) -> Step {
    switch process.read(0) {
    case .bytes(let bytes): input.append(contentsOf: bytes)
    case .wouldBlock:
      guard let file = process.file(0) else { return end(process, 2) }
      return .wait([.queue(file.readable)])
    case .endOfFile, .failed: input.append(10)
    }
    guard let newline = input.firstIndex(of: 10) else { return .again }
    isAsking = false
    process.file(0)?.terminal?.echoes = true
    process.print("\n")
    let typed = String(decoding: input[..<newline], as: UTF8.self)
    input.removeFirst(newline + 1)
    invocation?.password = typed
    invocation?.never = true
    guard let invocation else { return end(process, 2) }
    return connect(process, invocation)
  }

  // MARK: Input

  private func readWhole(_ process: Process, _ then: () -> Step) -> Step {
    // Commands and files do not need standard input.
    if invocation?.actions.isEmpty == false, !needsInput { return then() }
    while true {
      switch process.read(0) {
      case .bytes(let bytes): input.append(contentsOf: bytes)
      case .wouldBlock:
        guard let file = process.file(0) else { return then() }
        return .wait([.queue(file.readable)])
      case .endOfFile, .failed: return then()
      }
    }
  }

  private var needsInput: Bool {
    for action in invocation?.actions ?? [] { if case .file("-") = action { return true } }
    return false
  }

  private func runActions(_ process: Process, _ psql: PsqlSession, _ invocation: PsqlInvocation) -> Step {
    let code = invocation.run(psql, standardInput: input)
    if let pause = psql.session?.takeSleep(), pause > 0 {
      delayed = (process.world.now + .milliseconds(pause), code)
      return .again
    }
    flush(process, psql)
    return end(process, code)
  }

  /// The prompt, a line, its results, and again.
  private func converse(_ process: Process, _ psql: PsqlSession) -> Step {
    if !hasPrompted, !psql.isInteractive {
      psql.isInteractive = true
      if !psql.quiet {
        process.print("psql (\(release.number)\(release.clientSuffix))\nType \"help\" for help.\n\n")
      }
    }
    if !hasPrompted {
      process.print(psql.prompt)
      hasPrompted = true
    }
    switch process.read(0) {
    case .bytes(let bytes): input.append(contentsOf: bytes)
    case .endOfFile, .failed:
      process.print("\\q\n")
      return end(process, 0)
    case .wouldBlock:
      guard let file = process.file(0) else { return end(process, 0) }
      return .wait([.queue(file.readable)])
    }
    while let newline = input.firstIndex(of: 10) {
      let line = String(decoding: input[..<newline], as: UTF8.self)
      input.removeFirst(newline + 1)
      if isLost(psql) { return loseConnection(process) }
      psql.feed(line)
      if let pause = psql.session?.takeSleep(), pause > 0 {
        delayed = (process.world.now + .milliseconds(pause), psql.exitCode)
        hasPrompted = false
        return .again
      }
      flush(process, psql)
      if let code = psql.exitCode { return end(process, code) }
      if input.contains(10) { process.print(psql.prompt) }
    }
    hasPrompted = false
    return .again
  }

  /// Whether the server has ended the session.
  private func isLost(_ psql: PsqlSession) -> Bool {
    guard let session = psql.session else { return false }
    for other in session.server.sessions where other === session { return false }
    return true
  }

  /// What a statement finds out when the server has gone.
  private func loseConnection(_ process: Process) -> Step {
    if server?.refusal != nil { process.complain("FATAL:  terminating connection due to administrator command\n") }
    process.complain(
      "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n"
    )
    process.note(notSimulated: "psql: going on after the connection was lost")
    return end(process, 2)
  }

  private func flush(_ process: Process, _ psql: PsqlSession) {
    for reason in psql.notSimulated { process.note(notSimulated: reason) }
    let text = psql.takeOutput()
    process.complain(text.err)
    process.print(text.out)
  }
}

/// Where `\c` connects to.
private final class PsqlRoute: PsqlConnector {
  private let server: Server
  private let from: ClientAddress

  init(_ server: Server, _ from: ClientAddress) {
    self.server = server
    self.from = from
  }

  func open(user: String, database: String, password: String?) throws(SQLError) -> ClientSession {
    switch server.open(user: user, database: database, password: password, from: from) {
    case .session(let session): return session
    case .passwordNeeded: throw SQLError("08001", "fe_sendauth: no password supplied", kind: .fatal)
    case .refused(let error): throw error
    }
  }
}
