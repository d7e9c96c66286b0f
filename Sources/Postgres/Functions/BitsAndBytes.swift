// Bit strings, single bytes and bits of bytea, hyperbolic functions, and other functions that tutorials touch once.
// Source: PostgreSQL 15 manual 9.3 to 9.6 and 9.9.

internal import SimKernel

private func bits(_ v: Value) -> [UInt8] { Array(v.string.utf8) }
private func bitText(_ b: [UInt8]) -> Value { .text(String(decoding: b, as: UTF8.self)) }
private func bytesOf(_ v: Value) -> [UInt8] {
  if case .bytes(let b) = v { return b }
  return []
}

extension FunctionRegistry {
  func registerBitsAndBytes() {
    for (name, word) in [("bit_and", "AND"), ("bit_or", "OR"), ("bitxor", "XOR")] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let (a, b) = (bits(v[0]), bits(v[1]))
        if a.count != b.count { throw SQLError("22026", "cannot \(word) bit strings of different sizes") }
        var out: [UInt8] = []
        for (k, x) in a.enumerated() {
          let y = b[k]
          out.append(name == "bit_and" ? x & y : name == "bit_or" ? x | y : 48 + (x ^ y))
        }
        return bitText(out)
      }
    }
    pure("bitnot") { (v: [Value]) throws(SQLError) -> Value in bitText(bits(v[0]).map { $0 == 48 ? 49 : 48 }) }
    pure("bitcat") { (v: [Value]) throws(SQLError) -> Value in .text(v[0].string + v[1].string) }
    for name in ["bitshiftleft", "bitshiftright"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let b = bits(v[0])
        var n = Int(clamping: v[1].integer)
        if name == "bitshiftright" { n = -n }
        var out = [UInt8](repeating: 48, count: b.count)
        for k in b.indices where k + n >= 0 && k + n < b.count { out[k] = b[k + n] }
        return bitText(out)
      }
    }
    pure("bit_bit_count") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(bits(v[0]).count { $0 == 49 }))
    }
    for (name, width) in [("bitfromint4", 32), ("bitfromint8", 64)] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let length = v.count > 1 && v[1].integer > 0 ? Int(clamping: v[1].integer) : 1
        var out: [UInt8] = []
        for k in (0..<length).reversed() {
          out.append(k >= width ? (v[0].integer < 0 ? 49 : 48) : (v[0].integer >> Int64(k)) & 1 == 1 ? 49 : 48)
        }
        return bitText(out)
      }
    }
    for (name, limit, type) in [("bittoint4", 32, "integer"), ("bittoint8", 64, "bigint")] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let b = bits(v[0])
        if b.count > limit { throw outOfRange(type) }
        var n: UInt64 = 0
        for x in b { n = n << 1 | (x == 49 ? 1 : 0) }
        return .int(limit == 32 ? Int64(Int32(truncatingIfNeeded: n)) : Int64(bitPattern: n))
      }
    }
    for (name, what) in [("byteaGetByte", 8), ("byteaSetByte", 8), ("byteaGetBit", 1), ("byteaSetBit", 1)] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        var b = bytesOf(v[0])
        let n = v[1].integer
        let length = Int64(b.count) * (what == 1 ? 8 : 1)
        if n < 0 || n >= length {
          throw SQLError("2202E", "index \(n) out of valid range, 0..\(length - 1)")
        }
        if what == 8 {
          if v.count == 2 { return .int(Int64(b[Int(n)])) }
          b[Int(n)] = UInt8(truncatingIfNeeded: v[2].integer)
          return .bytes(b)
        }
        let mask = UInt8(1) << UInt8(n % 8)
        if v.count == 2 { return .int(b[Int(n / 8)] & mask != 0 ? 1 : 0) }
        if v[2].integer != 0, v[2].integer != 1 {
          throw SQLError(SQLState.invalidParameterValue, "new bit must be 0 or 1")
        }
        b[Int(n / 8)] = v[2].integer == 1 ? b[Int(n / 8)] | mask : b[Int(n / 8)] & ~mask
        return .bytes(b)
      }
    }
    pure("bytea_bit_count") { (v: [Value]) throws(SQLError) -> Value in
      var n = 0
      for b in bytesOf(v[0]) { n += b.nonzeroBitCount }
      return .int(Int64(n))
    }
    for (name, left, right) in [("byteatrim", true, true), ("bytealtrim", true, false), ("byteartrim", false, true)] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        var b = bytesOf(v[0])[...]
        let set = bytesOf(v[1])
        if left { while let f = b.first, set.contains(f) { b.removeFirst() } }
        if right { while let l = b.last, set.contains(l) { b.removeLast() } }
        return .bytes(Array(b))
      }
    }
    for (name, kind) in [
      ("sha224_bytea", .sha224), ("sha256_bytea", .sha256), ("sha384_bytea", .sha384), ("sha512_bytea", .sha512),
    ] as [(String, SHA2)] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in .bytes(kind.digest(bytesOf(v[0]))) }
    }
    for name in ["bytea_substr", "bytea_substr_no_len"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let b = bytesOf(v[0])
        if v.count > 2, v[2].integer < 0 { throw SQLError("22011", "negative substring length not allowed") }
        let low = max(v[1].integer, 1)
        let high = v.count > 2 ? min(Int64(b.count) + 1, v[1].integer &+ v[2].integer) : Int64(b.count) + 1
        return .bytes(low < high ? Array(b[Int(low - 1)..<Int(high - 1)]) : [])
      }
    }
    pure("byteapos") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(find(bytesOf(v[1]), bytesOf(v[0])) + 1))
    }
    for (name, isB) in [("json_object", false), ("jsonb_object", true)] {
      for suffix in ["", "_two_arg"] {
        pure(name + suffix) { (v: [Value]) throws(SQLError) -> Value in
          guard case .array(let a) = v[0] else { return .null }
          var pairs: [(key: String, value: JSONValue)] = []
          func text(_ x: Value) -> JSONValue { x.isNull ? .null : .string(x.string) }
          if suffix.isEmpty {
            if a.dimensions.count == 1, a.elements.count % 2 != 0 {
              throw SQLError("2202E", "array must have even number of elements")
            }
            for k in stride(from: 0, to: a.elements.count - 1, by: 2) {
              pairs.append((key: a.elements[k].string, value: text(a.elements[k + 1])))
            }
          } else {
            guard case .array(let b) = v[1], b.elements.count == a.elements.count else {
              throw SQLError("2202E", "mismatched array dimensions")
            }
            for (k, e) in a.elements.enumerated() { pairs.append((key: e.string, value: text(b.elements[k]))) }
          }
          if isB { return .json(.object(normalizing: pairs)) }
          var parts: [String] = []
          for p in pairs { parts.append(JSONValue.quoted(p.key) + " : " + p.value.text) }
          return .text("{" + joined(parts, ", ") + "}")
        }
      }
    }
    // Text that is plain ASCII is in every normal form.
    pure("unicode_normalize_func") { (v: [Value]) throws(SQLError) -> Value in
      for b in v[0].string.utf8 where b >= 128 { throw .notSimulated("normalize() of other than ASCII") }
      return v[0]
    }
    pure("unicode_is_normalized") { (v: [Value]) throws(SQLError) -> Value in
      for b in v[0].string.utf8 where b >= 128 { throw .notSimulated("normalized text other than ASCII") }
      return .bool(true)
    }
    registerRegexPositions()
    registerHyperbolic()
    registerMoreTime()
    registerMoreSystem()
  }

  private func registerRegexPositions() {
    let registry = self
    for name in [
      "regexp_instr", "regexp_instr_no_start", "regexp_instr_no_n", "regexp_instr_no_endoption",
      "regexp_instr_no_flags", "regexp_instr_no_subexpr", "regexp_substr", "regexp_substr_no_start",
      "regexp_substr_no_n", "regexp_substr_no_flags", "regexp_substr_no_subexpr",
    ] {
      let isPosition = name.hasPrefix("regexp_instr")
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let flags = isPosition ? 5 : 4
        let (r, _) = try registry.regex(v, 1, flags)
        let t = codePoints(v[0].string)
        func number(_ k: Int, _ fallback: Int, _ what: String) throws(SQLError) -> Int {
          guard k < v.count else { return fallback }
          let n = Int(clamping: v[k].integer)
          if n < (what == "subexpr" || what == "endoption" ? 0 : 1) {
            throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"\(what)\": \(n)")
          }
          return n
        }
        let start = try number(2, 1, "start")
        let n = try number(3, 1, "n")
        let end = isPosition ? try number(4, 0, "endoption") : 0
        let sub = try number(isPosition ? 6 : 5, 0, "subexpr")
        if sub > 0 { throw .notSimulated("regular expression subexpressions by number") }
        let all = try registry.allMatches(r, Array(t.dropFirst(start - 1)))
        guard all.count >= n else { return isPosition ? .int(0) : .null }
        let m = all[n - 1]
        if isPosition { return .int(Int64((end == 1 ? m.end : m.start) + start)) }
        return .text(text(t[(m.start + start - 1)..<(m.end + start - 1)]))
      }
    }
  }

  private func registerHyperbolic() {
    func real(_ name: String, _ body: @escaping (Double) throws(SQLError) -> Double) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in .float(try body(v[0].double)) }
    }
    real("dsinh") { (x: Double) throws(SQLError) -> Double in RealMath.hyperbolic(x).sinh }
    real("dcosh") { (x: Double) throws(SQLError) -> Double in RealMath.hyperbolic(x).cosh }
    real("dtanh") { (x: Double) throws(SQLError) -> Double in RealMath.hyperbolic(x).tanh }
    real("dasinh") { (x: Double) throws(SQLError) -> Double in RealMath.areaSine(x) }
    real("dacosh") { (x: Double) throws(SQLError) -> Double in
      if x < 1 { throw SQLError(SQLState.numericOutOfRange, "input is out of range") }
      return RealMath.areaCosine(x)
    }
    real("datanh") { (x: Double) throws(SQLError) -> Double in
      if x < -1 || x > 1 { throw SQLError(SQLState.numericOutOfRange, "input is out of range") }
      if x.magnitude == 1 { return x * Double.infinity }
      return RealMath.areaTangent(x)
    }
    // log(numeric) is written in SQL: log(10, $1).
    pure("log") { (v: [Value]) throws(SQLError) -> Value in
      let n = v[0].decimal
      if n.isZero { throw SQLError("2201E", "cannot take logarithm of zero") }
      if n.sign < 0 { throw SQLError("2201E", "cannot take logarithm of a negative number") }
      return .numeric(n.logarithm(base: Numeric(10)))
    }
  }

  private func registerMoreTime() {
    // Ends before begins are exchanged; a missing bound leaves the answer open.
    func overlap(_ a: (Value, Value), _ b: (Value, Value)) -> Value {
      func ordered(_ p: (Value, Value)) -> (Value, Value) {
        if p.0.isNull { return (p.1, p.0) }
        if !p.1.isNull, compareValues(p.0, p.1) > 0 { return (p.1, p.0) }
        return p
      }
      let (s1, e1) = ordered(a)
      let (s2, e2) = ordered(b)
      if s1.isNull || s2.isNull { return .null }
      let order = compareValues(s1, s2)
      if order > 0 {
        if e2.isNull { return .null }
        if compareValues(s1, e2) < 0 { return .bool(true) }
        return e1.isNull ? .null : .bool(false)
      }
      if order < 0 {
        if e1.isNull { return .null }
        if compareValues(s2, e1) < 0 { return .bool(true) }
        return e2.isNull ? .null : .bool(false)
      }
      return e1.isNull || e2.isNull ? .null : .bool(true)
    }
    for name in ["overlaps", "overlaps_timestamp", "overlaps_time"] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        func end(_ k: Int) throws(SQLError) -> Value {
          guard case .interval(let i) = v[k + 1] else { return v[k + 1] }
          switch v[k] {
          case .timestamp(let t):
            return .timestamp(
              c.argumentTypes[k].oid == Oid.timestamptz ? try s.shiftZoned(t, i) : try DateTime.add(t, i))
          case .time(let t): return .time(DateTime.floorDivide(t + i.microseconds, DateTime.day).remainder)
          default: return .null
          }
        }
        return overlap((v[0], try end(0)), (v[2], try end(2)))
      }
    }
    func zone(_ name: String) throws(SQLError) -> TimeZoneRules {
      guard let z = TimeZoneRules.named(name) else {
        throw SQLError(SQLState.invalidParameterValue, "time zone \"\(name)\" not recognized")
      }
      return z
    }
    add("timestamptz_trunc_zone") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let z = try zone(v[2].string)
      let local = v[1].micros + z.offset(utc: v[1].micros) * DateTime.second
      return .timestamp(z.utc(local: try s.truncated(v[0].string, local, Oid.timestamptz)))
    }
    add("make_timestamptz_at_timezone") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let z = try zone(v[6].string)
      return .timestamp(z.utc(local: try DateTime.timestamp(fromParts: v)))
    }
    add("timetz_zone") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      guard case .timeZoned(let t, let own) = v[1] else { return .null }
      let offset = try zone(v[0].string).offset(utc: s.transactionTime)
      return .timeZoned(DateTime.floorDivide(t + (offset - own) * DateTime.second, DateTime.day).remainder, offset)
    }
    for name in ["generate_subscripts", "generate_subscripts_nodir"] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
        guard case .array(let a) = v[0] else { return [] }
        let d = Int(clamping: v[1].integer) - 1
        guard d >= 0, d < a.dimensions.count else { return [] }
        var out: [Value] = []
        for k in 0..<a.dimensions[d] { out.append(.int(Int64(a.lowerBounds[d] + k))) }
        return v.count > 2 && v[2].isTrue ? out.reversed() : out
      }
    }
  }

  private func registerMoreSystem() {
    for (name, oid) in [("to_regtype", Oid.regtype), ("to_regclass", Oid.regclass), ("to_regproc", Oid.regproc)] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        do throws(SQLError) { return try s.input(v[0].string, SQLType(oid)) } catch {
          if error.kind == .notSimulated { throw error }
          return .null
        }
      }
    }
    add("pg_get_partkeydef") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      guard let r = s.catalog.relation(Int32(truncatingIfNeeded: v[0].integer)), r.partition != nil else {
        return .null
      }
      return .text(Deparser(s).partitionKey(r))
    }
    // Advisory locks of one session never wait for each other.
    for name in [
      "pg_advisory_lock_int8", "pg_advisory_lock_int4", "pg_advisory_lock_shared_int8", "pg_advisory_lock_shared_int4",
      "pg_try_advisory_lock_int8", "pg_try_advisory_lock_int4", "pg_try_advisory_lock_shared_int8",
      "pg_try_advisory_lock_shared_int4", "pg_advisory_unlock_int8", "pg_advisory_unlock_int4",
      "pg_advisory_unlock_shared_int8", "pg_advisory_unlock_shared_int4", "pg_advisory_xact_lock_int8",
      "pg_advisory_xact_lock_int4", "pg_try_advisory_xact_lock_int8", "pg_try_advisory_xact_lock_int4",
      "pg_advisory_unlock_all",
    ] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        try s.advisory(name, v)
      }
    }
  }
}

extension ClientSession {
  /// Takes, tries or gives back an advisory lock.
  func advisory(_ name: String, _ v: [Value]) throws(SQLError) -> Value {
    let shared = find(Array("shared".utf8), Array(name.utf8)) >= 0
    let key = AdvisoryKey(
      database: database.name,
      key: v.count > 1 ? v[0].integer << 32 | (v[1].integer & 0xffff_ffff) : v.first?.integer ?? 0,
      isPair: v.count > 1)
    if name == "pg_advisory_unlock_all" {
      advisoryLocks = []
      return .text("")
    }
    if name.hasPrefix("pg_advisory_unlock") {
      for (k, lock) in advisoryLocks.enumerated() where lock.key == key && lock.shared == shared && !lock.ofTransaction
      {
        advisoryLocks.remove(at: k)
        return .bool(true)
      }
      notice(
        "you don't own a lock of type \(shared ? "ShareLock" : "ExclusiveLock")", severity: "WARNING", state: "01000")
      return .bool(false)
    }
    let tries = name.hasPrefix("pg_try")
    for other in server.sessions where other !== self && other.database === database {
      for lock in other.advisoryLocks where lock.key == key && !(lock.shared && shared) {
        if tries { return .bool(false) }
        throw .notSimulated("waiting for another session's advisory lock")
      }
    }
    let ofTransaction = find(Array("xact".utf8), Array(name.utf8)) >= 0
    advisoryLocks.append(AdvisoryLock(key: key, shared: shared, ofTransaction: ofTransaction))
    return tries ? .bool(true) : .text("")
  }

  /// A document's value as a value of a type, as json_populate_record and its like read it.
  func fromDocument(_ j: JSONValue?, _ type: SQLType) throws(SQLError) -> Value {
    guard let j else { return .null }
    if type.oid == Oid.jsonb { return .json(j) }
    if case .null = j { return type.oid == Oid.json ? .text("null") : .null }
    if type.oid == Oid.json { return .text(j.text) }
    if let entry = catalog.type(type.oid) {
      if entry.form == .array, case .array(let items) = j {
        var values: Row = []
        for i in items { values.append(try fromDocument(i, SQLType(entry.elementOid, type.modifier))) }
        return .array(ArrayValue(elementType: entry.elementOid, values))
      }
      if entry.form == .composite, case .object = j {
        let fields = compositeFields(entry)
        var values: Row = []
        for f in fields { values.append(try fromDocument(j.member(f.name), f.type)) }
        return .record(RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: values))
      }
    }
    if case .string(let s) = j { return try input(s, type) }
    return try input(j.text, type)
  }
}

struct AdvisoryKey: Equatable {
  let database: String
  let key: Int64
  let isPair: Bool
}

struct AdvisoryLock {
  let key: AdvisoryKey
  let shared: Bool
  let ofTransaction: Bool
}
