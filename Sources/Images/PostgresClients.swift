// The client programs of the image: psql as a process (prompts on a terminal, a pager's place, exit codes), pg_isready. The
// language itself is the engine's.

import Postgres
import SimKernel
import SimMachine

enum PostgresClients {
  /// Programs of the image whose work is not modelled.
  private static let notSimulated = [
    "createdb", "createuser", "dropdb", "dropuser", "pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "pgbench",
    "pg_ctl", "initdb", "vacuumdb", "reindexdb", "pg_upgrade", "pg_controldata", "pg_config",
  ]
  static let names = ["psql", "pg_isready"] + notSimulated

  static func register(into table: CommandTable, release: PostgresRelease) {
    table.register("psql") { PsqlProgram(release) }
    table.register(Utility("pg_isready", run: isReady))
    for name in notSimulated {
      table.register(
        Utility(name) { call in
          call.process.note(notSimulated: name)
          return 1
        })
    }
  }

  /// Source: PostgreSQL 15 manual, pg_isready.
  private static func isReady(_ call: inout UtilityCall) -> Int32 {
    var host = call.environment["PGHOST"]
    var port = call.environment["PGPORT"]
    var quiet = false
    var index = 0
    let words = call.arguments
    while index < words.count {
      let word = words[index]
      index += 1
      func value(_ long: String) -> String? {
        if word.hasPrefix(long + "=") { return String(word.dropFirst(long.utf8.count + 1)) }
        if word.utf8.count > 2, word.utf8.first == 45, word.dropFirst().utf8.first != 45 {
          return String(word.dropFirst(2))
        }
        defer { index += 1 }
        return index < words.count ? words[index] : nil
      }
      if word.hasPrefix("-h") || word.hasPrefix("--host") {
        host = value("--host")
      } else if word.hasPrefix("-p") || word.hasPrefix("--port") {
        port = value("--port")
      } else if word == "-q" || word == "--quiet" {
        quiet = true
      } else if word.hasPrefix("-U") || word.hasPrefix("--username") {
        _ = value("--username")
      } else if word.hasPrefix("-d") || word.hasPrefix("--dbname") {
        _ = value("--dbname")
      } else if word.hasPrefix("-t") || word.hasPrefix("--timeout") {
        _ = value("--timeout")
      } else if word == "--version" || word == "-V" {
        call.process.note(notSimulated: "pg_isready --version")
        return 1
      } else if word.utf8.first == 45 {
        call.complain(
          "pg_isready: unrecognized option: \(word.dropFirst(word.hasPrefix("--") ? 2 : 1))\npg_isready: hint: Try \"pg_isready --help\" for more information.\n"
        )
        return 3
      }
    }
    let place = "\(host ?? "/var/run/postgresql"):\(port ?? "5432")"
    switch PostgresRoute.find(host: host, port: port, from: call.process) {
    case .server(let server, _):
      if server.refusal != nil {
        if !quiet { call.print("\(place) - rejecting connections\n") }
        return 1
      }
      if !quiet { call.print("\(place) - accepting connections\n") }
      return 0
    case .failed:
      if !quiet { call.print("\(place) - no response\n") }
      return 2
    }
  }
}

/// psql: connects, runs `-c` and `-f`, or reads statements from a pipe or a terminal.
private final class PsqlProgram: Program {
  private let release: PostgresRelease
  private var invocation: PsqlInvocation?
  private var psql: PsqlSession?
  private var server: Server?
  private var input: [UInt8] = []
  private var hasPrompted = false
  private var ended: Int32?

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    if let ended { return .exit(ended) }
    guard let psql, let invocation else { return begin(process) }
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
    if invocation.wantsHelp || invocation.wantsList || invocation.forcePassword || invocation.outputFile != nil {
      let flag = invocation.wantsHelp ? "--help" : invocation.wantsList ? "-l" : invocation.forcePassword ? "-W" : "-o"
      if !invocation.wantsList {
        process.note(notSimulated: "psql \(flag)")
        return end(process, 1)
      }
    }
    switch PostgresRoute.find(host: invocation.host, port: invocation.port, from: process) {
    case .failed(let message):
      process.complain("psql: error: \(message)")
      return end(process, 2)
    case .server(let server, let overNetwork):
      self.server = server
      return connect(process, invocation, server, overNetwork)
    }
  }

  private func connect(
    _ process: Process, _ invocation: PsqlInvocation, _ server: Server, _ overNetwork: Bool
  ) -> Step {
    let user = invocation.user ?? (process.credentials.user == 0 ? "root" : "postgres")
    let database = invocation.wantsList ? "postgres" : invocation.database ?? user
    let place =
      overNetwork
      ? "at \"\(invocation.host ?? "")\" (\(address(invocation.host, process))), port \(invocation.port ?? "5432")"
      : "on socket \"/var/run/postgresql/.s.PGSQL.\(invocation.port ?? "5432")\""
    do throws(SQLError) {
      let connector = PsqlRoute(server, overNetwork)
      let session = try server.connect(
        user: user, database: database, password: invocation.password, overNetwork: overNetwork)
      let psql = PsqlSession(session: session, connector: connector)
      invocation.configure(psql)
      psql.readFile = { path in
        try? process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
      }
      self.psql = psql
      if invocation.wantsList {
        psql.feed("\\l")
        flush(process, psql)
        return end(process, 0)
      }
      return .again
    } catch {
      if overNetwork, invocation.password == nil, error.message.hasPrefix("password authentication failed") {
        if process.file(0)?.isTerminal == true {
          process.note(notSimulated: "psql: asking for a password")
          return end(process, 2)
        }
        process.complain("psql: error: connection to server \(place) failed: fe_sendauth: no password supplied\n")
        return end(process, 2)
      }
      process.complain("psql: error: connection to server \(place) failed: FATAL:  \(error.message)\n")
      if let detail = error.detail { process.complain("DETAIL:  \(detail)\n") }
      return end(process, 2)
    }
  }

  private func address(_ host: String?, _ process: Process) -> String {
    process.machine.network?.resolve(host ?? "", from: process.machine).first ?? host ?? ""
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
      psql.feed(line)
      flush(process, psql)
      if let code = psql.exitCode { return end(process, code) }
      if input.contains(10) { process.print(psql.prompt) }
    }
    hasPrompted = false
    return .again
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
  private let overNetwork: Bool

  init(_ server: Server, _ overNetwork: Bool) {
    self.server = server
    self.overNetwork = overNetwork
  }

  func open(user: String, database: String, password: String?) throws(SQLError) -> ClientSession {
    try server.connect(user: user, database: database, password: password, overNetwork: overNetwork)
  }
}
