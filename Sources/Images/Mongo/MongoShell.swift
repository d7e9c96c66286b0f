// mongosh: --eval, scripts from a pipe, and a prompt. `rs`, `db` and collections with the methods labs use; the rest is said not to
// be simulated, and so is the banner without --quiet (it holds identifiers and start-up warnings).
// Source: mongosh 2 documentation.

import SimKernel
import SimMachine

final class MongoShell: ClientProgram {
  let script = MongoScript()
  var server: MongoServer?
  private var host = "127.0.0.1"
  private var port = 27_017
  var database = "test"
  private var evals: [String] = []
  private var isQuiet = false
  var prefersSecondary = false
  var notes: [String] = []
  var output = ""
  private var pending = ""
  private var file: String?
  /// `--json`: relaxed or not.
  private var json: Bool?
  /// At a prompt, errors are shown with all they hold.
  private(set) var showsWholeErrors = false

  override func begin(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    while !words.isEmpty {
      let word = words.removeFirst()
      func value(_ name: String) -> String? {
        if word.hasPrefix(name + "=") { return String(word.dropFirst(name.utf8.count + 1)) }
        return word == name && !words.isEmpty ? words.removeFirst() : nil
      }
      if word == "--quiet" {
        isQuiet = true
      } else if word == "--norc" || word == "--json=relaxed" || word == "--json" {
        if word != "--norc" { json = word == "--json=relaxed" }
      } else if let text = value("--eval") {
        evals.append(text)
      } else if let text = value("--host") {
        (host, port) = hostAndPort(text, port)
      } else if let text = value("--port") {
        port = Int(text) ?? port
      } else if word == "--version" {
        process.note(notSimulated: "mongosh --version")
        return 1
      } else if word.utf8.first == 45 {
        process.note(notSimulated: "mongosh \(word)")
        return 1
      } else if word.hasPrefix("mongodb://") {
        if let code = readURL(word, process) { return code }
      } else if word.hasSuffix(".js") {
        file = word
      } else if word.utf8.contains(58) || word.utf8.contains(47) {
        let parts = separated(word, by: "/")
        (host, port) = hostAndPort(parts[0], port)
        if parts.count > 1, !parts[1].isEmpty { database = parts[1] }
      } else {
        database = word
      }
    }
    if let json, !json || file != nil || evals.isEmpty {
      process.note(notSimulated: "mongosh --json without =relaxed or without --eval")
    }
    guard let found = connection(process) else { return 1 }
    server = found
    found.beginsIdentifiers()
    connectScript(process)
    showsWholeErrors = evals.isEmpty && file == nil
    if !isQuiet, evals.isEmpty || isInteractive(process) {
      process.note(notSimulated: "mongosh: its banner (use --quiet)")
    }
    if let file {
      guard let bytes = try? process.fileSystem.read(file, in: process.workingDirectory) else {
        process.note(notSimulated: "mongosh: a script that is not there")
        return 1
      }
      return evaluate(String(decoding: bytes, as: UTF8.self), process, shows: false)
    }
    guard !evals.isEmpty else { return nil }
    for (index, text) in evals.enumerated() {
      let code = evaluate(text, process, shows: index == evals.count - 1)
      if code != 0 { return code }
    }
    return 0
  }

  private func connection(_ process: Process) -> MongoServer? {
    let words: String
    switch Reach(host, port, from: process) {
    case .server(let listener, _):
      if let found = listener as? MongoServer { return found }
      process.note(notSimulated: "mongosh: a server that is none of MongoDB's")
      return nil
    case .refused(let address): words = "connect ECONNREFUSED \(address):\(port)"
    case .unknownHost: words = "getaddrinfo ENOTFOUND \(host)"
    case .unreachable:
      process.note(notSimulated: "mongosh: an address that does not answer")
      return nil
    }
    if host == "localhost" { process.note(notSimulated: "mongosh: both addresses of localhost in an error") }
    process.complain("MongoNetworkError: \(words)\n")
    return nil
  }

  private func readURL(_ url: String, _ process: Process) -> Int32? {
    var rest = String(url.dropFirst(10))
    if let mark = rest.utf8.firstIndex(of: 63) { rest = String(rest[..<mark]) }
    if rest.utf8.contains(64) {
      process.note(notSimulated: "mongosh with a user name")
      return 1
    }
    let parts = separated(rest, by: "/")
    let hosts = separated(parts[0], by: ",")
    if hosts.count > 1 || occurs("replicaSet=", in: url) {
      // The driver finds the primary among the hosts.
      for place in hosts {
        let (name, number) = hostAndPort(place, 27_017)
        if case .server(let listener, _) = Reach(name, number, from: process), let found = listener as? MongoServer,
          let primary = found.leader as? MongoServer
        {
          (host, port) = (primary.machine.address, primary.port)
        }
      }
    } else {
      (host, port) = hostAndPort(hosts[0], 27_017)
    }
    if parts.count > 1, !parts[1].isEmpty { database = parts[1] }
    if occurs("readPreference=", in: url), !occurs("readPreference=primary&", in: url + "&") { prefersSecondary = true }
    return nil
  }

  override func prompt(_ process: Process) -> String {
    if !pending.isEmpty { return "... " }
    return "\(server?.promptState ?? "")\(database)> "
  }

  override func take(_ line: String, _ process: Process) -> Int32? {
    let words = blankSeparated(line)
    if pending.isEmpty {
      if words.first == "exit" || words.first == "quit" || line == "quit()" || line == "exit()" { return 0 }
      if words.first == "use", words.count == 2 {
        if database == words[1] {
          process.print("already on db \(database)\n")
        } else {
          process.print("switched to db \(words[1])\n")
        }
        database = words[1]
        return nil
      }
      if words.first == "show" {
        show(words.dropFirst().first ?? "", process)
        return nil
      }
      if words.isEmpty { return nil }
    }
    pending += (pending.isEmpty ? "" : "\n") + line
    var open = 0
    for token in MongoScript.tokens(pending) ?? [] {
      guard case .mark(let mark) = token else { continue }
      if mark == "(" || mark == "{" || mark == "[" { open += 1 }
      if mark == ")" || mark == "}" || mark == "]" { open -= 1 }
    }
    if open > 0 { return nil }
    let text = pending
    pending = ""
    _ = evaluate(text, process, shows: true)
    return nil
  }

  override func inputEnded(_ process: Process) -> Int32 { 0 }
  override func interrupted(_ process: Process) -> Int32? { nil }

  private func show(_ what: String, _ process: Process) {
    guard let server else { return }
    switch what {
    case "dbs", "databases": process.note(notSimulated: "mongosh: show dbs (sizes on disk)")
    case "collections", "tables":
      for name in (server.databases[database] ?? OrderedMap()).keys.sorted() { process.print(name + "\n") }
    default: process.note(notSimulated: "mongosh: show \(what)")
    }
  }

  private func evaluate(_ text: String, _ process: Process, shows: Bool) -> Int32 {
    notes = []
    output = ""
    let trimmed = blankSeparated(text).joined(separator: " ")
    let outcome: MongoScript.Outcome
    if trimmed == "show dbs" || trimmed == "show collections" || trimmed.hasPrefix("use ") {
      _ = take(trimmed, process)
      return 0
    } else {
      outcome = script.run(text)
    }
    if !output.isEmpty { process.print(output) }
    for note in notes { process.note(notSimulated: note) }
    switch outcome {
    case .notSimulated(let what):
      process.note(notSimulated: "mongosh: \(what)")
      return 1
    case .value(.error(let error)):
      process.complain(error.message + "\n")
      return 1
    case .value(let value):
      guard shows, notes.isEmpty else { return 0 }
      if case .undefined = value { return 0 }
      if json == true { return showJSON(value, process) }
      if case .host(let host) = value {
        switch host.kind {
        case .cursor, .aggregation:
          let first = Array(host.documents.prefix(20))
          process.print((first.isEmpty ? "" : MongoValue.array(first).inspectedWhole) + "\n")
          if host.documents.count > 20 { process.print("Type \"it\" for more\n") }
        case .database: process.print(host.database + "\n")
        case .collection(let name): process.print("\(host.database).\(name)\n")
        default: process.note(notSimulated: "mongosh: showing this object")
        }
        return 0
      }
      if let partial = value.partial { process.note(notSimulated: partial) }
      process.print(value.shown + "\n")
      return 0
    }
  }
  private func showJSON(_ value: MongoValue, _ process: Process) -> Int32 {
    if let partial = value.partial { process.note(notSimulated: partial) }
    guard case .host = value else {
      if let text = value.extendedJSON(isRelaxed: true) { process.print(text + "\n") }
      return 0
    }
    process.note(notSimulated: "mongosh --json: this object")
    return 0
  }
}
