// Functions about partitions, routines, bits, networks and the session that few ask for. Source: PostgreSQL 15 manual 9.6, 9.12,
// 9.26 and 9.27.

internal import SimKernel

extension FunctionRegistry {
  func registerSystemDetails() {
    registerPartitionFunctions()
    registerRoutineFunctions()
    registerBitFunctions()
    registerNetworkFunctions()
    registerSessionFunctions()
    let registry = self
    for name in [
      "textregexreplace_extended_no_n", "textregexreplace_extended_no_flags", "textregexreplace_extended",
    ] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        if v[3].integer <= 0 {
          throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"start\": \(v[3].integer)")
        }
        if v.count > 4, v[4].integer < 0 {
          throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"n\": \(v[4].integer)")
        }
        return .text(
          try registry.replace(v, flags: 5, from: Int(clamping: v[3].integer) - 1, nth: v.count > 4 ? v[4].integer : 1))
      }
    }
    for (name, isArray) in [("array_to_json_pretty", true), ("row_to_json_pretty", false)] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        if !v[1].isTrue { return .text(s.jsonText(v[0], c.argumentTypes[0].oid)) }
        var parts: [String] = []
        if isArray, case .array(let a) = v[0] {
          if a.dimensions.count > 1 { throw .notSimulated("pretty JSON of arrays of arrays") }
          for e in a.elements { parts.append(s.jsonText(e, a.elementType)) }
          return .text("[" + joined(parts, ",\n ") + "]")
        }
        guard case .record(let r) = v[0] else { return .null }
        for (k, f) in r.fields.enumerated() {
          parts.append(JSONValue.quoted(k < r.names.count ? r.names[k] : "f\(k + 1)") + ":" + s.jsonText(f, r.types[k]))
        }
        return .text("{" + joined(parts, ",\n ") + "}")
      }
    }
  }

  private func registerPartitionFunctions() {
    addSet("pg_partition_tree") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      guard let r = s.catalog.relation(Int32(truncatingIfNeeded: v[0].integer)),
        r.kind == .partitioned || r.kind == .partitionedIndex || r.partitionOf != 0
      else { return [] }
      var out: [Value] = []
      func add(_ r: Relation, _ level: Int64) {
        let parent = r.partitionOf != 0 ? r.partitionOf : r.index?.parent ?? 0
        out.append(
          .record(
            RecordValue(
              names: ["relid", "parentrelid", "isleaf", "level"],
              types: [Oid.regclass, Oid.regclass, Oid.bool, Oid.int4],
              fields: [
                .int(Int64(r.oid)), parent == 0 ? .null : .int(Int64(parent)),
                .bool(r.kind != .partitioned && r.kind != .partitionedIndex), .int(level),
              ])))
      }
      // One level after the other.
      var level: Int64 = 0
      var now = [r]
      while !now.isEmpty {
        var next: [Relation] = []
        for x in now {
          add(x, level)
          if x.kind == .partitioned { next += s.partitionOrder(x).sorted { $0.oid < $1.oid } }
          if x.kind == .partitionedIndex {
            for i in s.catalog.relations.values where i.index?.parent == x.oid { next.append(i) }
          }
        }
        now = next
        level += 1
      }
      return out
    }
    func ancestors(_ s: ClientSession, _ v: Value) -> [Relation] {
      guard var r = s.catalog.relation(Int32(truncatingIfNeeded: v.integer)),
        r.kind == .partitioned || r.partitionOf != 0
      else { return [] }
      var out = [r]
      while let up = s.catalog.relation(r.partitionOf) {
        out.append(up)
        r = up
      }
      return out
    }
    add("pg_partition_root") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      ancestors(s, v[0]).last.map { .int(Int64($0.oid)) } ?? .null
    }
    addSet("pg_partition_ancestors") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      ancestors(s, v[0]).map { .int(Int64($0.oid)) }
    }
  }

  private func registerRoutineFunctions() {
    func routine(_ name: String, _ text: @escaping (ClientSession, FunctionEntry) -> String) {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        guard let f = s.catalog.functions[Int32(truncatingIfNeeded: v[0].integer)] else {
          if v[0].integer < Int64(Oid.firstUser) { throw .notSimulated("\(name) of a built-in function") }
          return .null
        }
        return .text(text(s, f))
      }
    }
    routine("pg_get_function_arguments") { Describe(session: $0).argumentText($1) }
    routine("pg_get_function_identity_arguments") { Describe(session: $0).argumentText($1, defaults: false) }
    routine("pg_get_function_result") { Describe(session: $0).resultText($1) }
    for (name, type) in [("to_regnamespace", Oid.regnamespace), ("to_regrole", Oid.regrole)] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        do throws(SQLError) { return .int(Int64(try s.objectInput(v[0].string, type))) } catch { return .null }
      }
    }
  }

  private func registerBitFunctions() {
    func position(_ n: Int64, _ count: Int) throws(SQLError) -> Int {
      if n < 0 || n >= Int64(count) {
        throw SQLError("2202E", "bit index \(n) out of valid range (0..\(count - 1))")
      }
      return Int(n)
    }
    func place(_ n: Int64, _ count: Int) throws(SQLError) -> Int {
      if n < 0 || n >= Int64(count) { throw SQLError("2202E", "index \(n) out of valid range, 0..\(count - 1)") }
      return Int(n)
    }
    func bytes(_ v: Value) -> [UInt8] {
      if case .bytes(let b) = v { return b }
      return []
    }
    func bit(_ v: Value) throws(SQLError) {
      if v.integer != 0, v.integer != 1 { throw SQLError(SQLState.invalidParameterValue, "new bit must be 0 or 1") }
    }
    pure("bitgetbit") { (v: [Value]) throws(SQLError) -> Value in
      let all = Array(v[0].string.utf8)
      return .int(all[try position(v[1].integer, all.count)] == 49 ? 1 : 0)
    }
    pure("bitsetbit") { (v: [Value]) throws(SQLError) -> Value in
      var all = Array(v[0].string.utf8)
      let at = try position(v[1].integer, all.count)
      try bit(v[2])
      all[at] = UInt8(48 + v[2].integer)
      return .text(String(decoding: all, as: UTF8.self))
    }
    pure("bitlength") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(v[0].string.utf8.count)) }
    pure("byteaGetByte") { (v: [Value]) throws(SQLError) -> Value in
      let all = bytes(v[0])
      return .int(Int64(all[try place(v[1].integer, all.count)]))
    }
    pure("byteaSetByte") { (v: [Value]) throws(SQLError) -> Value in
      var all = bytes(v[0])
      all[try place(v[1].integer, all.count)] = UInt8(truncatingIfNeeded: v[2].integer)
      return .bytes(all)
    }
    pure("byteaGetBit") { (v: [Value]) throws(SQLError) -> Value in
      let all = bytes(v[0])
      let n = try place(v[1].integer, all.count * 8)
      return .int(Int64(all[n / 8] >> UInt8(n % 8) & 1))
    }
    pure("byteaSetBit") { (v: [Value]) throws(SQLError) -> Value in
      var all = bytes(v[0])
      let n = try place(v[1].integer, all.count * 8)
      try bit(v[2])
      all[n / 8] &= ~(1 << UInt8(n % 8))
      all[n / 8] |= UInt8(v[2].integer) << UInt8(n % 8)
      return .bytes(all)
    }
    pure("byteaoverlay", "byteaoverlay_no_len") { (v: [Value]) throws(SQLError) -> Value in
      let (all, new) = (bytes(v[0]), bytes(v[1]))
      if v[2].integer <= 0 { throw SQLError("22011", "negative substring length not allowed") }
      let start = min(Int(clamping: v[2].integer) - 1, all.count)
      let length = v.count > 3 ? Int(clamping: v[3].integer) : new.count
      return .bytes(Array(all[..<start]) + new + Array(all[min(start + max(0, length), all.count)...]))
    }
  }

  private func registerNetworkFunctions() {
    func network(_ v: Value) throws(SQLError) -> IPv4Network {
      guard let n = IPv4Network(v.string) else { throw .notSimulated("networks that are not IPv4") }
      return n
    }
    func dotted(_ a: UInt32) -> String { "\(a >> 24).\(a >> 16 & 255).\(a >> 8 & 255).\(a & 255)" }
    func mask(_ bits: Int) -> UInt32 { bits == 0 ? 0 : UInt32.max << UInt32(32 - bits) }
    func shown(_ a: UInt32, _ bits: Int) -> Value { .text(dotted(a) + (bits == 32 ? "" : "/\(bits)")) }
    pure("network_masklen") { (v: [Value]) throws(SQLError) -> Value in .int(Int64(try network(v[0]).bits)) }
    pure("network_family") { (v: [Value]) throws(SQLError) -> Value in .int(v[0].string.utf8.contains(0x3a) ? 6 : 4) }
    pure("network_netmask") { (v: [Value]) throws(SQLError) -> Value in .text(dotted(mask(try network(v[0]).bits))) }
    pure("network_hostmask") { (v: [Value]) throws(SQLError) -> Value in .text(dotted(~mask(try network(v[0]).bits))) }
    pure("network_broadcast") { (v: [Value]) throws(SQLError) -> Value in
      let n = try network(v[0])
      return shown(n.address | ~mask(n.bits), n.bits)
    }
    pure("network", "network_network") { (v: [Value]) throws(SQLError) -> Value in
      let n = try network(v[0])
      return .text(dotted(n.address & mask(n.bits)) + "/\(n.bits)")
    }
    pure("inet_abbrev") { (v: [Value]) throws(SQLError) -> Value in v[0] }
    pure("cidr_abbrev") { (v: [Value]) throws(SQLError) -> Value in
      let n = try network(v[0])
      let used = max(1, (n.bits + 7) / 8)
      return .text(joined(dotted(n.address).split(separator: ".").prefix(used).map { String($0) }, ".") + "/\(n.bits)")
    }
    pure("inet_set_masklen") { (v: [Value]) throws(SQLError) -> Value in
      let n = try network(v[0])
      let bits = v[1].integer == -1 ? 32 : v[1].integer
      if bits < 0 || bits > 32 { throw SQLError(SQLState.invalidParameterValue, "invalid mask length: \(bits)") }
      return shown(n.address, Int(bits))
    }
    func shifted(_ v: Value, _ by: Int64) throws(SQLError) -> Value {
      let n = try network(v)
      let sum = Int64(n.address) + by
      if sum < 0 || sum > Int64(UInt32.max) { throw SQLError(SQLState.numericOutOfRange, "result is out of range") }
      return shown(UInt32(sum), n.bits)
    }
    pure("inetpl") { (v: [Value]) throws(SQLError) -> Value in try shifted(v[0], v[1].integer) }
    pure("int8pl_inet") { (v: [Value]) throws(SQLError) -> Value in try shifted(v[1], v[0].integer) }
    pure("inetmi_int8") { (v: [Value]) throws(SQLError) -> Value in try shifted(v[0], -v[1].integer) }
    pure("inetmi") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(try network(v[0]).address) - Int64(try network(v[1]).address))
    }
    pure("inetnot") { (v: [Value]) throws(SQLError) -> Value in
      let n = try network(v[0])
      return shown(~n.address, n.bits)
    }
    pure("inetand") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (try network(v[0]), try network(v[1]))
      return shown(a.address & b.address, max(a.bits, b.bits))
    }
    pure("inetor") { (v: [Value]) throws(SQLError) -> Value in
      let (a, b) = (try network(v[0]), try network(v[1]))
      return shown(a.address | b.address, max(a.bits, b.bits))
    }
  }

  private func registerSessionFunctions() {
    add("timeofday") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      let zone = s.timeZone.offset(utc: s.now)
      let local = s.now + zone * DateTime.second
      let days = DateTime.floorDivide(local, DateTime.day)
      let date = DateTime.civil(days.quotient)
      let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
      let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
      func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : String(n) }
      let t = days.remainder / DateTime.second
      var fraction = String(days.remainder % DateTime.second)
      while fraction.utf8.count < 6 { fraction = "0" + fraction }
      guard zone == 0 else { throw .notSimulated("timeofday() outside UTC") }
      return .text(
        "\(weekdays[Int(DateTime.weekday(days.quotient))]) \(months[Int(date.month) - 1]) \(two(date.day)) \(two(t / 3_600)):\(two(t / 60 % 60)):\(two(t % 60)).\(fraction) \(date.year) UTC"
      )
    }
    add("pg_conf_load_time") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .timestamp(s.microseconds(s.server.startedAt))
    }
    addSet("pg_listening_channels") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> [Value] in
      s.listening.sorted { compareBytes($0, $1) < 0 }.map { .text($0) }
    }
    add("pg_trigger_depth") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .int(Int64(s.triggerDepth))
    }
    add("pg_blocking_pids") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      for other in s.server.sessions where other.processID == v[0].integer && other.waitingFor != 0 {
        throw .notSimulated("pg_blocking_pids() of a session that waits")
      }
      return .array(ArrayValue(elementType: Oid.int4, []))
    }
    add("current_query") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(s.queryText)
    }
    pure("pg_jit_available") { (_: [Value]) throws(SQLError) -> Value in .bool(false) }
    pure("pg_stat_clear_snapshot", "pg_stat_force_next_flush") { (_: [Value]) throws(SQLError) -> Value in .text("") }
    add("pg_column_size") { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull { return .null }
      guard let entry = s.catalog.type(c.argumentTypes[0].oid), entry.length > 0 else {
        throw .notSimulated("pg_column_size() of values of varying length")
      }
      return .int(Int64(entry.length))
    }
    pure("unistr") { (v: [Value]) throws(SQLError) -> Value in
      .text(try UnicodeEscapes.decoded(v[0].string, escape: 0x5c, at: -1))
    }
  }
}

/// `\0061`, `\+000061` of U& strings and unistr().
enum UnicodeEscapes {
  static func decoded(_ text: String, escape: UInt8, at offset: Int) throws(SQLError) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    func invalid() -> SQLError {
      SQLError(
        SQLState.syntaxError, "invalid Unicode escape", hint: "Unicode escapes must be \\XXXX or \\+XXXXXX.", at: offset
      )
    }
    while i < bytes.count {
      if bytes[i] != escape {
        out.append(bytes[i])
        i += 1
        continue
      }
      if i + 1 < bytes.count, bytes[i + 1] == escape {
        out.append(escape)
        i += 2
        continue
      }
      let long = i + 1 < bytes.count && bytes[i + 1] == 0x2b
      let start = i + (long ? 2 : 1)
      let count = long ? 6 : 4
      guard start + count <= bytes.count,
        let n = UInt32(String(decoding: bytes[start..<(start + count)], as: UTF8.self), radix: 16)
      else { throw invalid() }
      guard let scalar = Unicode.Scalar(n), n != 0 else { throw .notSimulated("surrogate pairs in Unicode escapes") }
      out += Array(String(Character(scalar)).utf8)
      i = start + count
    }
    return String(decoding: out, as: UTF8.self)
  }
}
