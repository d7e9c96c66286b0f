// cqlsh: its options, its prompt, and the statements it sends one by one (`CassandraStatements`).
// Source: Cassandra documentation (CQL, cqlsh).

import SimKernel
import SimMachine

final class CassandraShell: ClientProgram {
  private let release: [Int]
  var server: CassandraServer?
  var keyspace: String?
  private var pending = ""
  var status: Int32 = 0
  var consistency = "ONE"

  init(_ release: [Int]) { self.release = release }

  override func begin(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    var host = process.environment["CQLSH_HOST"] ?? "127.0.0.1"
    var execute: String?
    var file: String?
    var hasHost = false
    while !words.isEmpty {
      let word = words.removeFirst()
      switch word {
      case "-e", "--execute": execute = words.isEmpty ? "" : words.removeFirst()
      case "-f", "--file": file = words.isEmpty ? "" : words.removeFirst()
      case "--version":
        process.print("cqlsh \(versions.shell)\n")
        return 0
      case "-k", "--keyspace": keyspace = words.isEmpty ? nil : words.removeFirst()
      default:
        if word.utf8.first == 45 {
          process.note(notSimulated: "cqlsh \(word)")
          return 1
        }
        if !hasHost { host = word }
        hasHost = true
      }
    }
    let reach = Reach(host, 9042, from: process)
    guard case .server(let listener, let address) = reach, let found = listener as? CassandraServer, found.isNative
    else {
      return fail(toReach: host, reach, process)
    }
    self.address = address
    server = found
    if let file {
      guard let bytes = try? process.fileSystem.read(file, in: process.workingDirectory) else {
        process.note(notSimulated: "cqlsh: a file that is not there")
        return 1
      }
      source = file
      for text in separated(String(decoding: bytes, as: UTF8.self), by: "\n") {
        if let code = take(text, process) { return code }
      }
      return inputEnded(process)
    }
    if let execute {
      runAll(execute, process)
      return status
    }
    if isInteractive(process) {
      process.print("\(place)\n\(version)\nUse HELP for help.\n")
    }
    return nil
  }

  private var address = ""
  private var source = "<stdin>"
  private var line = 1
  /// Where a statement stands that fails; at a terminal that goes without saying.
  private(set) var context = "<stdin>:1:"

  private var versions: (shell: String, language: String, wire: String) {
    switch (release[0], release[1]) {
    case (3, _): return ("5.0.1", "3.4.4", "v4")
    case (4, 0): return ("6.0.0", "3.4.5", "v5")
    case (4, _): return ("6.1.0", "3.4.6", "v5")
    default: return ("6.2.0", "3.4.7", "v5")
    }
  }

  private var version: String {
    let own = release.map { String($0) }.joined(separator: ".")
    return
      "[cqlsh \(versions.shell) | Cassandra \(own) | CQL spec \(versions.language) | Native protocol \(versions.wire)]"
  }

  private var place: String {
    "Connected to \(server?.settings.clusterName ?? "") at \(address):9042" + (release[0] == 3 ? "." : "")
  }

  private func fail(toReach host: String, _ reach: Reach, _ process: Process) -> Int32 {
    guard case .refused(let address) = reach else {
      process.note(notSimulated: "cqlsh: the words of a failed connection")
      return 1
    }
    let reason = "\"Tried connecting to [('\(address)', 9042)]. Last error: Connection refused\""
    let shown =
      release[0] == 3 ? "'\(host)': error(111, \(reason))" : "'\(host):9042': ConnectionRefusedError(111, \(reason))"
    process.complain("Connection error: ('Unable to connect to any servers', {\(shown)})\n")
    return 1
  }

  override func prompt(_ process: Process) -> String {
    let name = keyspace.map { ":" + $0 } ?? ""
    return pending.isEmpty ? "cqlsh\(name)> " : String(repeating: " " as Character, count: 3 + name.utf8.count) + "... "
  }

  override func take(_ line: String, _ process: Process) -> Int32? {
    context = isInteractive(process) ? "" : "\(source):\(self.line):"
    self.line += 1
    let word = blankSeparated(line).first?.lowercased() ?? ""
    if pending.isEmpty, ["exit", "quit", "exit;", "quit;"].contains(word) { return status }
    pending += (pending.isEmpty ? "" : "\n") + line
    let isShellCommand = ["describe", "desc", "consistency", "use", "source", "help", "show"].contains(word)
    guard pending.utf8.contains(59) || isShellCommand else { return nil }
    let text = pending
    pending = ""
    runAll(text, process)
    return nil
  }

  override func inputEnded(_ process: Process) -> Int32 {
    if !pending.isEmpty { runAll(pending, process) }
    return status
  }
  override func interrupted(_ process: Process) -> Int32? { nil }

  private func runAll(_ text: String, _ process: Process) {
    var statement: [CassandraToken] = []
    for token in CassandraToken.read(text) {
      if token == .mark(";") {
        if !statement.isEmpty { run(statement, process) }
        statement = []
      } else {
        statement.append(token)
      }
    }
    if !statement.isEmpty { run(statement, process) }
  }

  func fail(_ process: Process, _ text: String) {
    process.complain(text + "\n")
    status = 2
  }

  func notSimulated(_ process: Process, _ what: String) {
    process.note(notSimulated: "cqlsh: \(what)")
    status = 2
  }

  func invalid(_ process: Process, _ text: String) {
    fail(
      process,
      "\(context)InvalidRequest: Error from server: code=2200 [Invalid query] message=\"\(text)\"")
  }

  private func run(_ tokens: [CassandraToken], _ process: Process) {
    var cursor = CassandraCursor(tokens)
    guard let server else { return }
    switch cursor.word() ?? "" {
    case "use":
      let name = cursor.name() ?? ""
      guard server.ring.keyspaces[name] != nil || name.hasPrefix("system") else {
        return invalid(process, "Keyspace '\(name)' does not exist")
      }
      keyspace = name
    case "create":
      switch cursor.word() ?? "" {
      case "keyspace": createKeyspace(&cursor, server, process)
      case "table", "columnfamily": createTable(&cursor, server, process)
      default: notSimulated(process, "this CREATE statement")
      }
    case "drop": drop(&cursor, server, process)
    case "insert": insert(&cursor, server, process)
    case "select": select(&cursor, server, process)
    case "update": update(&cursor, server, process)
    case "delete": delete(&cursor, server, process)
    case "truncate":
      _ = cursor.take("table")
      guard let (space, name) = table(&cursor, server, process) else { return }
      server.ring.keyspaces[space]!.tables[name]!.rows = []
    case "show":
      switch cursor.word() ?? "" {
      case "version": process.print(version + "\n")
      case "host": process.print(place + "\n")
      case let word: notSimulated(process, "SHOW \(word.uppercased())")
      }
    case "consistency":
      setConsistency(cursor.isAtEnd ? nil : cursor.word() ?? "", process)
    case let word: notSimulated(process, "the statement \(word.uppercased())")
    }
  }
}
