// redis-cli: one command, commands from a pipe, or a prompt. Output is typed and quoted on a terminal and raw elsewhere.
// Source: redis 7.0 `redis-cli.c`. Its other modes (--stat, --latency, --bigkeys, --cluster, --pipe …) are not modelled.

import SimKernel
import SimMachine

final class RedisClient: ClientProgram {
  private let release: RedisRelease
  private var host = "127.0.0.1"
  private var port = 6379
  private var user: String?
  private var password: String?
  private var database = 0
  private var repeats = 1
  private var output: Output?
  private var exitsOnError = false
  private var readsLastArgument = false
  private var warnsAboutPassword = true
  private var passwordIsInEnvironment = false
  private var words: [String] = []
  private var scans = false
  private var connection: RedisConnection?
  private var status: Int32 = 0

  private enum Output { case terminal, raw, csv }

  init(_ release: RedisRelease) { self.release = release }

  override func begin(_ process: Process) -> Int32? {
    if let code = readOptions(process) { return code }
    if output == nil { output = process.file(1)?.isTerminal == true ? .terminal : .raw }
    if let text = process.environment["REDISCLI_AUTH"], password == nil, !text.isEmpty {
      password = text
      passwordIsInEnvironment = true
    }
    if password != nil, !passwordIsInEnvironment, warnsAboutPassword {
      process.complain(
        "Warning: Using a password with '-a' \(release.isAtLeast(6, 0) ? "or '-u' " : "")option on the command line interface may not be safe.\n"
      )
    }
    if scans {
      guard connect(process) else { return 1 }
      words = ["keys", words.isEmpty ? "*" : words[0]]
      output = .raw
      return run(words, process) ? status : 1
    }
    guard !words.isEmpty else {
      _ = connect(process)
      return nil
    }
    if readsLastArgument {
      var bytes: [UInt8] = []
      reading: while true {
        switch process.read(0) {
        case .bytes(let more): bytes += more
        case .wouldBlock:
          process.note(notSimulated: "redis-cli -x reading from what has not ended")
          return 1
        case .endOfFile, .failed: break reading
        }
      }
      words.append(String(decoding: bytes, as: UTF8.self))
    }
    guard connect(process) else { return 1 }
    for _ in 0..<repeats {
      guard run(words, process) else { return 1 }
      if isListening { return nil }
    }
    return status
  }

  private func readOptions(_ process: Process) -> Int32? {
    var arguments = Array(process.arguments.dropFirst())
    func value() -> String? { arguments.isEmpty ? nil : arguments.removeFirst() }
    while let word = arguments.first, word.utf8.first == 45 {
      arguments.removeFirst()
      switch word {
      case "-h": host = value() ?? host
      case "-p": port = Int(value() ?? "") ?? 0
      case "-n": database = Int(value() ?? "") ?? 0
      case "-a", "--pass": password = value()
      case "--user": user = value()
      case "-r": repeats = Int(value() ?? "") ?? 1
      case "-i": _ = value()
      case "-e": exitsOnError = true
      case "-x": readsLastArgument = true
      case "--raw": output = .raw
      case "--no-raw": output = .terminal
      case "--csv": output = .csv
      case "--no-auth-warning": warnsAboutPassword = false
      case "--scan": scans = true
      case "--pattern": if let text = value() { words = [text] }
      case "-u":
        if let code = readURI(value() ?? "", process) { return code }
      case "-v", "--version":
        process.print("redis-cli \(release.text)\n")
        return 0
      default:
        let known = [
          "-s", "-c", "-d", "-D", "-X", "-2", "-3", "--tls", "--json", "--quoted-json", "--stat",
          "--latency", "--latency-history", "--latency-dist", "--lru-test", "--replica", "--rdb", "--functions-rdb",
          "--pipe", "--bigkeys", "--memkeys", "--hotkeys", "--intrinsic-latency", "--eval", "--ldb", "--cluster",
          "--verbose", "--help", "--askpass", "--quoted-input", "--show-pushes", "--quoted-pattern",
        ]
        if known.contains(word) {
          process.note(notSimulated: "redis-cli \(word)")
        } else {
          process.complain(
            "Unrecognized option or bad number of args for: '\(word)'\n")
        }
        return 1
      }
    }
    words += arguments
    return nil
  }

  /// `redis://[[user]:password@]host[:port][/database]`
  private func readURI(_ text: String, _ process: Process) -> Int32? {
    guard text.lowercased().hasPrefix("redis://") else {
      if text.lowercased().hasPrefix("rediss://") {
        process.note(notSimulated: "redis-cli with TLS")
      } else {
        process.complain("Invalid URI scheme\n")
      }
      return 1
    }
    var rest = String(text.dropFirst(8))
    if let at = rest.utf8.lastIndex(of: 64) {
      let credentials = separated(String(rest[..<at]), by: ":")
      rest = String(rest[rest.utf8.index(after: at)...])
      if credentials.count > 1, !credentials[0].isEmpty { user = credentials[0] }
      password = credentials.dropFirst().joined(separator: ":")
      if credentials.count == 1 { password = credentials[0] }
    }
    let parts = separated(rest, by: "/")
    if !parts[0].isEmpty { (host, port) = hostAndPort(parts[0], port) }
    if parts.count > 1 { database = Int(parts[1]) ?? 0 }
    return nil
  }

  private func connect(_ process: Process) -> Bool {
    connection = nil
    switch Reach(host, port, from: process) {
    case .server(let listener, _):
      guard let server = listener as? RedisServer else {
        process.note(notSimulated: "redis-cli talking to a \(listener.service) server")
        return false
      }
      let made = RedisConnection(server, from: process.machine)
      connection = made
      if let password {
        let reply = made.run(["AUTH"] + (user.map { [$0] } ?? []) + [password])
        if case .error(let text) = reply { process.complain("AUTH failed: \(text)\n") }
      }
      if database != 0 {
        if case .error(let text) = made.run(["SELECT", String(database)]) {
          process.complain("SELECT \(database) failed: \(text)\n")
        }
      }
      return true
    case .refused: process.complain("Could not connect to Redis at \(host):\(port): Connection refused\n")
    case .unknownHost:
      let isMusl = process.machine.fileSystem.exists("/etc/alpine-release")
      process.complain(
        "Could not connect to Redis at \(host):\(port): \(isMusl ? "Name does not resolve" : "Name or service not known")\n"
      )
    case .unreachable: process.note(notSimulated: "redis-cli waiting for a host that does not answer")
    }
    return false
  }

  /// Sends a command and prints the reply. False when there is no connection any more.
  private func run(_ words: [String], _ process: Process) -> Bool {
    guard let connection else { return false }
    let name = words[0].lowercased()
    let reply = connection.run(words)
    if !connection.notSimulated.isEmpty {
      for reason in connection.notSimulated { process.note(notSimulated: reason) }
      connection.notSimulated = []
      if case .null = reply { return true }
    }
    if !connection.subscriptions.isEmpty {
      listen(connection.subscriptions, process)
      return true
    }
    if name == "shutdown", connection.isClosed {
      self.connection = nil
      return true
    }
    if !connection.server.isUp {
      process.complain("Error: Server closed the connection\n")
      self.connection = nil
      return false
    }
    if name == "select", case .status = reply { database = connection.database }
    if exitsOnError, case .error(let text) = reply {
      process.complain(text + "\n")
      status = 1
      return true
    }
    let isText =
      name == "info" || (name == "cluster" && ["nodes", "info"].contains(words.dropFirst().first?.lowercased() ?? ""))
      || (name == "client" && ["list", "info"].contains(words.dropFirst().first?.lowercased() ?? ""))
    if isText {
      process.print(reply.raw)
      return true
    }
    process.print(shown(reply))
    return true
  }

  private func shown(_ reply: RedisReply) -> String {
    switch output! {
    case .terminal: return reply.forTerminal()
    case .raw: return reply.raw + "\n"
    case .csv: return reply.commaSeparated + "\n"
    }
  }

  /// From now on prints messages until it is stopped.
  private func listen(_ words: [String], _ process: Process) {
    guard let connection else { return }
    if output != .raw { process.print("Reading messages... (press Ctrl-C to quit)\n") }
    let names = Array(words.dropFirst())
    for (index, name) in names.enumerated() {
      process.print(shown(.array([.bulk(words[0]), .bulk(name), .integer(Int64(index + 1))])))
    }
    let isPattern = words[0] == "psubscribe"
    isListening = true
    process.become(
      RedisListening(
        connection.server, RedisSubscriber(channels: isPattern ? [] : names, patterns: isPattern ? names : []),
        show: { [self] in shown($0) }), arguments: process.arguments)
  }
  private var isListening = false
  override var isReplaced: Bool { isListening }

  // MARK: The prompt

  override func prompt(_ process: Process) -> String {
    guard connection != nil else { return "not connected> " }
    let place = "\(host):\(port)"
    let index = connection!.database == 0 ? "" : "[\(connection!.database)]"
    return "\(place)\(index)\(connection!.queue != nil ? "(TX)" : "")> "
  }

  override func take(_ line: String, _ process: Process) -> Int32? {
    guard var words = RedisReply.split(line) else {
      process.print("Invalid argument(s)\n")
      return nil
    }
    guard let first = words.first else { return nil }
    switch first.lowercased() {
    case "quit", "exit": return 0
    case "clear":
      process.print("\u{1b}[H\u{1b}[2J")
      return nil
    case "help", "?", ":set", "restart", "connect":
      process.note(notSimulated: "redis-cli: \(first)")
      return nil
    default: break
    }
    var count = 1
    if words.count > 1, let number = Int(first), number > 0 {
      count = number
      words.removeFirst()
    }
    if connection == nil || connection?.server.isUp == false {
      if connection != nil { process.complain("Error: Server closed the connection\n") }
      guard connect(process) else { return nil }
    }
    for _ in 0..<count where !run(words, process) { return nil }
    return nil
  }

  override func inputEnded(_ process: Process) -> Int32 { status }
  override func interrupted(_ process: Process) -> Int32? { 0 }
}
