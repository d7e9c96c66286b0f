// etcdctl with API version 3: put, get, del, watch, member, endpoint, version. Other commands and formats are not modelled. The
// measured times in health lines are always the same here.
// Source: what etcdctl 3.4.23 prints.

import SimKernel
import SimMachine

final class EtcdCtl: ClientProgram {
  private let release: String
  private var endpoints = ["127.0.0.1:2379"]
  private var format = "simple"
  private var flags: [String: String] = [:]
  private var words: [String] = []
  private var usesCluster = false

  init(_ release: String) { self.release = release }

  private static let switches: Set<String> = [
    "prefix", "keys-only", "print-value-only", "from-key", "prev-kv", "cluster", "count-only", "rev-order", "debug",
    "hex",
    "write-out-only", "insecure-skip-tls-verify", "insecure-transport",
  ]

  override func begin(_ process: Process) -> Int32? {
    if process.environment["ETCDCTL_API"] == "2" {
      process.note(notSimulated: "etcdctl with ETCDCTL_API=2")
      return 1
    }
    if let text = process.environment["ETCDCTL_ENDPOINTS"], !text.isEmpty { endpoints = separated(text, by: ",") }
    var rest = Array(process.arguments.dropFirst())
    while !rest.isEmpty {
      let word = rest.removeFirst()
      guard word.utf8.first == 45, word.utf8.count > 1 else {
        words.append(word)
        continue
      }
      if word == "--" {
        words += rest
        break
      }
      var name = String(word.drop { $0 == "-" })
      var value: String?
      if let equals = name.utf8.firstIndex(of: 61) {
        value = String(name[name.utf8.index(after: equals)...])
        name = String(name[..<equals])
      }
      if name == "w" { name = "write-out" }
      let known = [
        "write-out", "endpoints", "peer-urls", "consistency", "limit", "lease", "order", "sort-by", "rev", "user",
        "cacert", "cert", "key", "dial-timeout", "command-timeout", "ignore-value", "name",
      ]
      if EtcdCtl.switches.contains(name) {
        flags[name] = value ?? "true"
      } else if known.contains(name) {
        flags[name] = value ?? (rest.isEmpty ? "" : rest.removeFirst())
      } else {
        process.note(notSimulated: "etcdctl \(word)")
        return 1
      }
    }
    if let text = flags["endpoints"] { endpoints = separated(text, by: ",") }
    if let text = flags["write-out"] { format = text }
    for name in ["user", "cacert", "cert", "key", "order", "sort-by", "rev", "lease", "hex", "ignore-value"]
    where flags[name] != nil {
      process.note(notSimulated: "etcdctl --\(name)")
      return 1
    }
    return run(process)
  }

  // MARK: Servers

  private func server(_ endpoint: String, _ process: Process) -> EtcdServer? {
    let (host, port) = etcdAddress(endpoint)
    guard case .server(let listener, _) = Reach(host, port, from: process), let server = listener as? EtcdServer else {
      return nil
    }
    return server
  }

  /// The first endpoint that answers; a command without a majority fails after five seconds with the client's own log line, which
  /// is not modelled.
  private func anyServer(_ process: Process) -> EtcdServer? {
    for endpoint in endpoints {
      if let found = server(endpoint, process), found.hasQuorum || flags["consistency"] == "s" { return found }
    }
    for endpoint in endpoints where words.first == "member" {
      if let found = server(endpoint, process) { return found }
    }
    process.note(notSimulated: "etcdctl: the log line of a request that finds no majority")
    process.complain("Error: context deadline exceeded\n")
    return nil
  }

  private func complain(_ process: Process, _ text: String, code: Int32) -> Int32 {
    process.complain("Error: \(text)\n")
    return code
  }

  private func notSimulated(_ process: Process, _ what: String) -> Int32 {
    process.note(notSimulated: "etcdctl \(what)")
    return 1
  }

  private func run(_ process: Process) -> Int32? {
    guard let command = words.first else { return notSimulated(process, "without a command") }
    let operands = Array(words.dropFirst())
    switch command {
    case "version":
      let minor = separated(release, by: ".").prefix(2).joined(separator: ".")
      process.print("etcdctl version: \(release)\nAPI version: \(minor)\n")
      return 0
    case "put": return put(operands, process)
    case "get": return get(operands, process)
    case "del": return delete(operands, process)
    case "watch":
      guard format == "simple", let key = operands.first, operands.count == 1 else {
        return notSimulated(process, "watch: this use of it")
      }
      guard let found = anyServer(process) else { return 1 }
      process.become(
        EtcdWatch(found, key, isPrefix: flags["prefix"] == "true"), arguments: process.arguments)
      becameWatch = true
      return nil
    case "member": return member(operands, process)
    case "endpoint": return endpoint(operands, process)
    case "lease", "auth", "user", "role", "snapshot", "alarm", "compaction", "defrag", "elect", "lock", "move-leader",
      "txn", "check", "make-mirror", "migrate", "completion", "help":
      return notSimulated(process, command)
    default:
      process.complain(
        "Error: unknown command \"\(command)\" for \"etcdctl\"\nRun 'etcdctl --help' for usage.\nError: unknown command \"\(command)\" for \"etcdctl\"\n"
      )
      return 1
    }
  }
  private var becameWatch = false

  override var isReplaced: Bool { becameWatch }

  // MARK: Keys

  private func put(_ operands: [String], _ process: Process) -> Int32 {
    guard format == "simple" else { return notSimulated(process, "put -w \(format)") }
    guard operands.count == 2 else {
      if operands.count == 1, process.file(0)?.isTerminal == true {
        return notSimulated(process, "put reading its value")
      }
      return complain(process, "put command needs 1 argument and input from stdin or 2 arguments", code: 128)
    }
    guard let server = anyServer(process) else { return 1 }
    server.put(operands[0], operands[1])
    process.print("OK\n")
    return 0
  }

  /// The keys that operands and flags select, sorted.
  private func selection(_ operands: [String], _ server: EtcdServer) -> [String] {
    let key = operands[0]
    var found: [String] = []
    for name in server.state.keys.keys {
      let matches: Bool
      if flags["prefix"] == "true" {
        matches = name.hasPrefix(key)
      } else if flags["from-key"] == "true" {
        matches = !name.utf8.lexicographicallyPrecedes(key.utf8)
      } else if operands.count > 1 {
        matches =
          !name.utf8.lexicographicallyPrecedes(key.utf8) && name.utf8.lexicographicallyPrecedes(operands[1].utf8)
      } else {
        matches = name == key
      }
      if matches { found.append(name) }
    }
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if let limit = flags["limit"].flatMap({ Int($0) }), limit > 0 { found = Array(found.prefix(limit)) }
    return found
  }

  private func get(_ operands: [String], _ process: Process) -> Int32 {
    guard (1...2).contains(operands.count) else {
      return complain(process, "get command needs one argument as key and an optional argument as range_end", code: 128)
    }
    if flags["count-only"] != nil || flags["rev-order"] != nil { return notSimulated(process, "get with these flags") }
    guard let server = anyServer(process) else { return 1 }
    let found = selection(operands, server)
    switch format {
    case "simple":
      for name in found {
        if flags["print-value-only"] != "true" { process.print(name + "\n") }
        process.print((flags["keys-only"] == "true" ? "" : server.state.keys[name]!.value) + "\n")
      }
    case "json":
      var text =
        "{\"header\":{\"cluster_id\":\(server.state.clusterID),\"member_id\":\(server.id),\"revision\":\(server.state.revision),\"raft_term\":\(server.state.term)}"
      if !found.isEmpty {
        text += ",\"kvs\":["
        for (index, name) in found.enumerated() {
          let entry = server.state.keys[name]!
          text += (index == 0 ? "" : ",")
          text +=
            "{\"key\":\"\(base64(name))\",\"create_revision\":\(entry.created),\"mod_revision\":\(entry.modified),\"version\":\(entry.version)"
          if flags["keys-only"] != "true", !entry.value.isEmpty { text += ",\"value\":\"\(base64(entry.value))\"" }
          text += "}"
        }
        text += "],\"count\":\(found.count)"
      }
      process.print(text + "}\n")
    default: return notSimulated(process, "get -w \(format)")
    }
    return 0
  }

  private func delete(_ operands: [String], _ process: Process) -> Int32 {
    guard format == "simple", flags["prev-kv"] == nil else { return notSimulated(process, "del with these flags") }
    guard (1...2).contains(operands.count) else {
      return complain(process, "del command needs one argument as key and an optional argument as range_end", code: 128)
    }
    guard let server = anyServer(process) else { return 1 }
    let found = selection(operands, server)
    server.delete(found)
    process.print("\(found.count)\n")
    return 0
  }

  private func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let all = group[0] << 16 | group[1] << 8 | group[2]
      for place in 0..<4 {
        out.append(start + place > bytes.count ? 61 : alphabet[all >> (18 - 6 * place) & 63])
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  // MARK: Members and endpoints

  private func hexadecimal(_ id: UInt64) -> String { String(id, radix: 16) }

  private func member(_ operands: [String], _ process: Process) -> Int32 {
    guard let server = anyServer(process) else { return 1 }
    switch operands.first ?? "" {
    case "list":
      var rows: [[String]] = []
      for member in server.state.members {
        rows.append([
          hexadecimal(member.id), member.clientURL.isEmpty ? "unstarted" : "started", member.name, member.peerURL,
          member.clientURL, "false",
        ])
      }
      switch format {
      case "simple": for row in rows { process.print(row.joined(separator: ", ") + "\n") }
      case "table":
        process.print(
          EtcdTable.text(["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"], rows))
      default: return notSimulated(process, "member list -w \(format)")
      }
      return 0
    case "add":
      guard operands.count == 2, let url = flags["peer-urls"], format == "simple" else {
        return notSimulated(process, "member add: this use of it")
      }
      let member = server.addMember(name: operands[1], peerURL: url)
      var cluster: [String] = []
      for known in server.state.members {
        cluster.append("\(known.id == member.id ? operands[1] : known.name)=\(known.peerURL)")
      }
      process.print(
        "Member \(hexadecimal(member.id)) added to cluster \(hexadecimal(server.state.clusterID))\n\nETCD_NAME=\"\(operands[1])\"\nETCD_INITIAL_CLUSTER=\"\(cluster.joined(separator: ","))\"\nETCD_INITIAL_ADVERTISE_PEER_URLS=\"\(url)\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n"
      )
      return 0
    case "remove":
      guard operands.count == 2, let id = UInt64(operands[1], radix: 16), format == "simple" else {
        return notSimulated(process, "member remove: this use of it")
      }
      for known in server.state.members where known.id == id {
        server.removeMember(id)
        process.print(
          "Member \(right(hexadecimal(id), 16)) removed from cluster \(right(hexadecimal(server.state.clusterID), 16))\n"
        )
        return 0
      }
      return notSimulated(process, "member remove of an unknown member")
    default: return notSimulated(process, "member \(operands.first ?? "")")
    }
  }

  private func endpoint(_ operands: [String], _ process: Process) -> Int32 {
    var list = endpoints
    if flags["cluster"] == "true" {
      guard let server = anyServer(process) else { return 1 }
      list = []
      for member in server.state.members where !member.clientURL.isEmpty { list.append(member.clientURL) }
    }
    switch operands.first ?? "" {
    case "health": return health(list, process)
    case "status": return status(list, process)
    default: return notSimulated(process, "endpoint \(operands.first ?? "")")
    }
  }

  private func health(_ list: [String], _ process: Process) -> Int32 {
    guard format == "simple" || format == "table" else { return notSimulated(process, "endpoint health -w \(format)") }
    var rows: [[String]] = []
    var isHealthy = true
    for (index, endpoint) in list.enumerated() {
      let answers = server(endpoint, process)?.hasQuorum == true
      if !answers { isHealthy = false }
      let took = answers ? "\(2 + index).\(184 + 271 * index % 700)ms" : "5.00\(index + 1)s"
      rows.append([endpoint, answers ? "true" : "false", took, answers ? "" : "context deadline exceeded"])
    }
    if !isHealthy { process.note(notSimulated: "etcdctl: the log line of a request that finds no majority") }
    if format == "table" {
      process.print(EtcdTable.text(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows))
    } else {
      for row in rows {
        process.complain(
          row[1] == "true"
            ? "\(row[0]) is healthy: successfully committed proposal: took = \(row[2])\n"
            : "\(row[0]) is unhealthy: failed to commit proposal: \(row[3])\n")
      }
    }
    if isHealthy { return 0 }
    process.complain("Error: unhealthy cluster\n")
    return 1
  }

  private func status(_ list: [String], _ process: Process) -> Int32 {
    guard format == "simple" || format == "table" else { return notSimulated(process, "endpoint status -w \(format)") }
    var rows: [[String]] = []
    var code: Int32 = 0
    for endpoint in list {
      guard let server = server(endpoint, process) else {
        process.note(notSimulated: "etcdctl: the log line of a request that finds no server")
        process.complain("Failed to get the status of endpoint \(endpoint) (context deadline exceeded)\n")
        code = 1
        continue
      }
      let state = server.state
      rows.append([
        endpoint, hexadecimal(server.id), server.release, "20 kB", server.isLeader ? "true" : "false", "false",
        String(state.term), String(state.index), String(state.index), server.hasQuorum ? "" : "etcdserver: no leader",
      ])
    }
    if format == "table" {
      process.print(
        EtcdTable.text(
          [
            "ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX",
            "RAFT APPLIED INDEX", "ERRORS",
          ], rows))
    } else {
      for row in rows { process.print(row.joined(separator: ", ") + "\n") }
    }
    return code
  }
}

/// Prints what happens to a key until it is stopped.
private final class EtcdWatch: Program {
  private let server: EtcdServer
  private let key: String
  private let isPrefix: Bool
  private var seen: Int64

  init(_ server: EtcdServer, _ key: String, isPrefix: Bool) {
    self.server = server
    self.key = key
    self.isPrefix = isPrefix
    seen = server.state.revision
  }

  func resume(_ process: Process) -> Step {
    for event in server.history where event.revision > seen {
      guard isPrefix ? event.key.hasPrefix(key) : event.key == key else { continue }
      process.print("\(event.kind)\n\(event.key)\n\(event.value)\n")
    }
    seen = server.state.revision
    return .wait([.queue(server.changed)])
  }
}

/// Tables as etcdctl draws them: headings centred, words aligned to the right when they are numbers or short.
enum EtcdTable {
  static func text(_ headings: [String], _ rows: [[String]]) -> String {
    var widths: [Int] = []
    for (column, heading) in headings.enumerated() {
      var width = heading.unicodeScalars.count
      for row in rows { width = max(width, row[column].unicodeScalars.count) }
      widths.append(width)
    }
    var rule = "+"
    for width in widths { rule += String(repeating: "-" as Character, count: width + 2) + "+" }
    rule += "\n"
    var out = rule + "|"
    for (column, heading) in headings.enumerated() {
      let space = widths[column] - heading.unicodeScalars.count
      out += " " + right(left(heading, heading.unicodeScalars.count + (space - space / 2)), widths[column]) + " |"
    }
    out += "\n" + rule
    for row in rows {
      out += "|"
      for (column, cell) in row.enumerated() { out += " " + right(cell, widths[column]) + " |" }
      out += "\n"
    }
    return rows.isEmpty ? out : out + rule
  }
}
