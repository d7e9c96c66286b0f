// Functions of several small families: rounding, regular expression positions, notifications, sizes, network tests.
// Source: PostgreSQL 15 manual, chapter 9.

internal import SimKernel

extension FunctionRegistry {
  func registerOddments() {
    pure("round") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal.rounded(0)) }
    pure("trunc") { (v: [Value]) throws(SQLError) -> Value in .numeric(v[0].decimal.truncated(0)) }
    add("pg_notify") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      if v[0].isNull || v[0].string.isEmpty {
        throw SQLError(SQLState.invalidParameterValue, "channel name cannot be empty")
      }
      s.transaction?.notify(v[0].string, v[1].isNull ? "" : v[1].string)
      return .text("")
    }
    pure("pg_size_bytes") { (v: [Value]) throws(SQLError) -> Value in
      let text = trimmedSpaces(v[0].string)
      var digits: [UInt8] = []
      var unit: [UInt8] = []
      for b in text.utf8 {
        if Lexer.isDigit(b) || b == 0x2e || b == 0x2d || b == 0x2b, unit.isEmpty {
          digits.append(b)
        } else if !Lexer.isSpace(b) {
          unit.append(b)
        }
      }
      let units: [String: Int64] = [
        "": 1, "bytes": 1, "b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50,
      ]
      guard let n = Numeric(String(decoding: digits, as: UTF8.self)) else {
        throw SQLError(SQLState.invalidParameterValue, "invalid size: \"\(v[0].string)\"")
      }
      let name = String(decoding: unit, as: UTF8.self)
      guard let factor = units[lowercasedASCII(name)] else {
        throw SQLError(
          SQLState.invalidParameterValue, "invalid size: \"\(v[0].string)\"",
          detail: "Invalid size unit: \"\(name)\".",
          hint: "Valid units are \"bytes\", \"B\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".")
      }
      return .int((n * Numeric(factor)).rounded(0).int64 ?? 0)
    }
    for name in ["inet_server_addr", "inet_client_addr", "inet_server_port", "inet_client_port"] {
      add(name) { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
        if s.isNetwork { throw .notSimulated(name + "()") }
        return .null
      }
    }
    for name in ["timestamp_bin", "timestamptz_bin"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        guard case .interval(let i) = v[0], case .timestamp(let t) = v[1], case .timestamp(let origin) = v[2] else {
          return .null
        }
        if i.months != 0 {
          throw SQLError(
            SQLState.featureNotSupported,
            "timestamps cannot be binned into intervals containing months or years")
        }
        let (days, daysOverflow) = i.days.multipliedReportingOverflow(by: DateTime.day)
        let (stride, overflows) = days.addingReportingOverflow(i.microseconds)
        if daysOverflow || overflows { throw DateTime.outOfRange("interval") }
        if stride <= 0 { throw SQLError(SQLState.datetimeOverflow, "stride must be greater than zero") }
        let (distance, isTooFar) = t.subtractingReportingOverflow(origin)
        if isTooFar { throw DateTime.outOfRange("interval") }
        return .timestamp(origin + DateTime.floorDivide(distance, stride).quotient * stride)
      }
    }
    for name in ["network_sub", "network_subeq", "network_sup", "network_supeq", "network_overlap"] {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        guard let a = IPv4Network(v[0].string), let b = IPv4Network(v[1].string) else {
          throw .notSimulated("networks that are not IPv4")
        }
        switch name {
        case "network_sub": return .bool(a.bits > b.bits && b.contains(a))
        case "network_subeq": return .bool(a.bits >= b.bits && b.contains(a))
        case "network_sup": return .bool(a.bits < b.bits && a.contains(b))
        case "network_supeq": return .bool(a.bits <= b.bits && a.contains(b))
        default: return .bool(a.contains(b) || b.contains(a))
        }
      }
    }
    pure("dasin") { (v: [Value]) throws(SQLError) -> Value in
      let x = v[0].double
      if x < -1 || x > 1 { throw SQLError(SQLState.numericOutOfRange, "input is out of range") }
      return .float(x.magnitude == 1 ? x * RealMath.pi / 2 : RealMath.atan2(x, (1 - x * x).squareRoot()))
    }
    pure("dacos") { (v: [Value]) throws(SQLError) -> Value in
      let x = v[0].double
      if x < -1 || x > 1 { throw SQLError(SQLState.numericOutOfRange, "input is out of range") }
      return .float(RealMath.atan2((1 - x * x).squareRoot(), x))
    }
    pure("width_bucket_array") { (v: [Value]) throws(SQLError) -> Value in
      guard case .array(let a) = v[1] else { return .null }
      var n: Int64 = 0
      for e in a.elements where compareValues(e, v[0]) <= 0 { n += 1 }
      return .int(n)
    }
    add("pg_current_xact_id") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .int(s.writeID())
    }
    add("txid_current") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .int(s.writeID()) }
  }
}

/// An IPv4 address with the length of its network.
struct IPv4Network {
  let address: UInt32
  let bits: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard let first = parts.first else { return nil }
    var value: UInt32 = 0
    let numbers = first.split(separator: ".")
    guard numbers.count == 4 else { return nil }
    for n in numbers {
      guard let byte = UInt8(n) else { return nil }
      value = value << 8 | UInt32(byte)
    }
    address = value
    bits = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
  }

  func contains(_ other: IPv4Network) -> Bool {
    if other.bits < bits { return false }
    if bits == 0 { return true }
    let mask = UInt32.max << UInt32(32 - bits)
    return address & mask == other.address & mask
  }
}
