// etcdctl put, get, del and lease.
// Source: what etcdctl 3.4.23 prints.

import SimKernel
import SimMachine

extension EtcdKey {
  func json(_ key: String, withValue: Bool = true) -> String {
    var text =
      "{\"key\":\"\(base64(key))\",\"create_revision\":\(created),\"mod_revision\":\(modified),\"version\":\(version)"
    if withValue, !value.isEmpty { text += ",\"value\":\"\(base64(value))\"" }
    if lease != 0 { text += ",\"lease\":\(lease)" }
    return text + "}"
  }
}

extension EtcdServer {
  func headerJSON(_ revision: Int64? = nil) -> String {
    "{\"cluster_id\":\(state.clusterID),\"member_id\":\(id),\"revision\":\(revision ?? state.revision),\"raft_term\":\(state.term)}"
  }
  var headerFields: String {
    "\"ClusterID\" : \(state.clusterID)\n\"MemberID\" : \(id)\n\"Revision\" : \(state.revision)\n\"RaftTerm\" : \(state.term)\n"
  }
}

extension EtcdCtl {
  /// Whether a key is among those that operands and flags select.
  func selector(_ operands: [String]) -> (String) -> Bool {
    let key = operands[0]
    if has("prefix") { return { $0.hasPrefix(key) } }
    if has("from-key") { return { !$0.utf8.lexicographicallyPrecedes(key.utf8) } }
    guard operands.count > 1 else { return { $0 == key } }
    let end = operands[1]
    return { !$0.utf8.lexicographicallyPrecedes(key.utf8) && $0.utf8.lexicographicallyPrecedes(end.utf8) }
  }

  private func selected(_ operands: [String], _ server: EtcdServer) -> [String] {
    let matches = selector(operands)
    var found: [String] = []
    for name in server.state.keys.keys where matches(name) { found.append(name) }
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return found
  }

  private func show(_ key: String, _ entry: EtcdKey, _ process: Process) {
    if !has("print-value-only") { process.print((has("hex") ? hex(key) : key) + "\n") }
    process.print((has("keys-only") ? "" : has("hex") ? hex(entry.value) : entry.value) + "\n")
  }

  private func hex(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 { out += "\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))" }
    return out
  }

  // MARK: put

  func put(_ operands: [String], _ process: Process) -> Int32 {
    var operands = operands
    if operands.count == 1, let file = process.file(0), !file.isTerminal {
      var bytes: [UInt8] = []
      reading: while true {
        switch process.read(0) {
        case .bytes(let more): bytes += more
        case .wouldBlock: return notSimulated(process, "put reading from what has not ended")
        case .endOfFile, .failed: break reading
        }
      }
      // A descriptor without anything in it counts as no input.
      if !bytes.isEmpty { operands.append(String(decoding: bytes, as: UTF8.self)) }
    } else if operands.count == 1 {
      return notSimulated(process, "put reading its value")
    }
    guard operands.count == 2 else {
      return complain(process, "put command needs 1 argument and input from stdin or 2 arguments", code: 128)
    }
    var lease: Int64 = 0
    if let text = flags["lease"] {
      guard let number = Int64(text, radix: 16) else {
        return complain(
          process, "bad lease ID (strconv.ParseInt: parsing \"\(text)\": invalid syntax), expecting ID in Hex",
          code: 128)
      }
      lease = number
    }
    guard format != "table", format != "protobuf" else { return unsupported(process) }
    guard let server = anyServer(process) else { return 1 }
    if lease != 0, server.lease(lease) == nil {
      server.change { _ in }
      return refused(process, "NotFound", "etcdserver: requested lease not found")
    }
    let old = server.state.keys[operands[0]]
    server.put(operands[0], operands[1], lease: lease)
    switch format {
    case "json":
      let previous = has("prev-kv") ? old.map { ",\"prev_kv\":\($0.json(operands[0]))" } ?? "" : ""
      process.print("{\"header\":\(server.headerJSON())\(previous)}\n")
    case "fields" where has("prev-kv"): return notSimulated(process, "put --prev-kv -w fields")
    case "fields": process.print(server.headerFields)
    default:
      process.print("OK\n")
      if has("prev-kv"), let old { show(operands[0], old, process) }
    }
    return 0
  }

  private func unsupported(_ process: Process) -> Int32 {
    format == "protobuf"
      ? notSimulated(process, "-w protobuf") : complain(process, "table not supported as output format", code: 4)
  }

  // MARK: get

  func get(_ operands: [String], _ process: Process) -> Int32 {
    guard !operands.isEmpty else {
      return complain(process, "get command needs one argument as key and an optional argument as range_end", code: 128)
    }
    if operands.count > 2 { return notSimulated(process, "get with more than two operands") }
    if has("prefix"), has("from-key") {
      return complain(process, "`--prefix` and `--from-key` cannot be set at the same time, choose one", code: 128)
    }
    if let text = flags["consistency"], text != "l", text != "s" {
      return complain(process, "unknown consistency flag \"\(text)\"", code: 4)
    }
    let order = flags["order"]?.uppercased() ?? ""
    guard ["", "ASCEND", "DESCEND"].contains(order) else {
      return complain(process, "bad sort order \(flags["order"] ?? "")", code: 4)
    }
    let target = flags["sort-by"]?.uppercased() ?? ""
    guard ["", "CREATE", "KEY", "MODIFY", "VALUE", "VERSION"].contains(target) else {
      return complain(process, "bad sort target \(flags["sort-by"] ?? "")", code: 4)
    }
    let isCount = has("count-only")
    if isCount, release.hasPrefix("3.4") { return notSimulated(process, "get --count-only in 3.4") }
    guard format != "table", format != "protobuf" else { return unsupported(process) }
    guard let server = anyServer(process) else { return 1 }
    var found: [(key: String, entry: EtcdKey)] = []
    let revision = flags["rev"].flatMap { Int64($0) } ?? 0
    guard revision <= server.state.revision else {
      return refused(process, "OutOfRange", "etcdserver: mvcc: required revision is a future revision")
    }
    if revision > 0, revision < server.state.compacted {
      return refused(process, "OutOfRange", "etcdserver: mvcc: required revision has been compacted")
    }
    guard let keys = server.keys(at: revision) else { return notSimulated(process, "get --rev so long ago") }
    let matches = selector(operands)
    for name in keys.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where matches(name) {
      found.append((name, keys[name]!))
    }
    let total = found.count
    if target != "", target != "KEY" {
      var indexed = Array(found.enumerated())
      indexed.sort { a, b in
        let (x, y) = (a.element.entry, b.element.entry)
        switch target {
        case "CREATE" where x.created != y.created: return x.created < y.created
        case "MODIFY" where x.modified != y.modified: return x.modified < y.modified
        case "VERSION" where x.version != y.version: return x.version < y.version
        case "VALUE" where x.value != y.value: return x.value.utf8.lexicographicallyPrecedes(y.value.utf8)
        default: return a.offset < b.offset
        }
      }
      found = []
      for item in indexed { found.append(item.element) }
    }
    if order == "DESCEND" { found.reverse() }
    var hasMore = false
    if let limit = flags["limit"].flatMap({ Int($0) }), limit > 0, limit < found.count {
      found = Array(found.prefix(limit))
      hasMore = true
    }
    if isCount { found = [] }
    switch format {
    case "simple": for (name, entry) in found { show(name, entry, process) }
    case "json":
      var text = "{\"header\":\(server.headerJSON())"
      if !found.isEmpty {
        var items: [String] = []
        for (name, entry) in found { items.append(entry.json(name, withValue: !has("keys-only"))) }
        text += ",\"kvs\":[\(items.joined(separator: ","))]"
      }
      if hasMore { text += ",\"more\":true" }
      if total > 0 { text += ",\"count\":\(total)" }
      process.print(text + "}\n")
    default:
      process.print(server.headerFields)
      for (name, entry) in found {
        process.print(
          "\"Key\" : \"\(name)\"\n\"CreateRevision\" : \(entry.created)\n\"ModRevision\" : \(entry.modified)\n\"Version\" : \(entry.version)\n\"Value\" : \"\(has("keys-only") ? "" : entry.value)\"\n\"Lease\" : \(entry.lease)\n"
        )
      }
      process.print("\"More\" : \(hasMore)\n\"Count\" : \(total)\n")
    }
    return 0
  }

  // MARK: del

  func delete(_ operands: [String], _ process: Process) -> Int32 {
    guard (1...2).contains(operands.count) else {
      return complain(process, "del command needs one argument as key and an optional argument as range_end", code: 128)
    }
    if has("prefix"), has("from-key") {
      return complain(process, "`--prefix` and `--from-key` cannot be set at the same time, choose one", code: 128)
    }
    guard format == "simple" || format == "json" && !has("prev-kv") else {
      return notSimulated(process, "del -w \(format) with these flags")
    }
    guard let server = anyServer(process) else { return 1 }
    let found = selected(operands, server)
    var old: [(String, EtcdKey)] = []
    for name in found { old.append((name, server.state.keys[name]!)) }
    server.delete(found)
    if format == "json" {
      process.print("{\"header\":\(server.headerJSON())\(found.isEmpty ? "" : ",\"deleted\":\(found.count)")}\n")
      return 0
    }
    process.print("\(found.count)\n")
    if has("prev-kv") { for (name, entry) in old { show(name, entry, process) } }
    return 0
  }

  // MARK: lease

  func lease(_ operands: [String], _ process: Process) -> Int32 {
    guard let command = operands.first, ["grant", "list", "timetolive", "revoke"].contains(command) else {
      return notSimulated(process, "lease \(operands.first ?? "")")
    }
    guard format == "simple" else { return notSimulated(process, "lease -w \(format)") }
    func hexadecimal(_ id: Int64) -> String {
      let text = String(id, radix: 16)
      return String(repeating: "0" as Character, count: max(0, 16 - text.utf8.count)) + text
    }
    if command == "grant" {
      guard operands.count == 2 else { return complain(process, "lease grant command needs TTL argument", code: 128) }
      guard let seconds = Int64(operands[1]) else {
        return complain(
          process, "bad TTL (strconv.ParseInt: parsing \"\(operands[1])\": invalid syntax)", code: 128)
      }
      guard let server = anyServer(process) else { return 1 }
      // A lease lives at least two election timeouts.
      let id = server.grant(max(seconds, 2))
      process.print("lease \(hexadecimal(id)) granted with TTL(\(max(seconds, 2))s)\n")
      return 0
    }
    if command == "list" {
      guard let server = anyServer(process) else { return 1 }
      let leases = server.leases
      process.print("found \(leases.count) leases\n")
      for lease in leases { process.print(hexadecimal(lease.id) + "\n") }
      return 0
    }
    guard operands.count == 2 else {
      return complain(
        process,
        command == "revoke"
          ? "lease revoke command needs 1 argument" : "lease timetolive command needs lease ID as argument",
        code: 128)
    }
    guard let id = Int64(operands[1], radix: 16) else {
      return complain(
        process, "bad lease ID arg (strconv.ParseInt: parsing \"\(operands[1])\": invalid syntax), expecting ID in Hex",
        code: 128)
    }
    guard let server = anyServer(process) else { return 1 }
    if command == "revoke" {
      guard server.lease(id) != nil else {
        server.change { _ in }
        return refused(
          process, "NotFound", "etcdserver: requested lease not found", prefix: "failed to revoke lease")
      }
      server.revoke(id)
      process.print("lease \(hexadecimal(id)) revoked\n")
      return 0
    }
    guard let lease = server.lease(id) else {
      process.print("lease \(hexadecimal(id)) already expired\n")
      return 0
    }
    // Some time has always passed: the second that has begun does not count.
    let left = max(0, (lease.end - process.world.now - .milliseconds(1)).wholeSeconds)
    var text = "lease \(hexadecimal(id)) granted with TTL(\(lease.seconds)s), remaining(\(left)s)"
    if has("keys") {
      var names: [String] = []
      for (name, entry) in server.state.keys where entry.lease == id { names.append(name) }
      names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      text += ", attached keys([\(names.joined(separator: " "))])"
    }
    process.print(text + "\n")
    return 0
  }
}
