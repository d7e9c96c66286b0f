// Text → value for each type, with the server's messages. Source: PostgreSQL 15 manual, chapter 8.

internal import SimKernel

extension ClientSession {
  func invalid(_ type: String, _ text: String) -> SQLError {
    SQLError(SQLState.invalidTextRepresentation, "invalid input syntax for type \(type): \"\(text)\"")
  }

  func integerInput(_ text: String, _ type: Int32) throws(SQLError) -> Int64 {
    let name = type == Oid.int2 ? "smallint" : type == Oid.int4 ? "integer" : "bigint"
    var bytes = ArraySlice(Array(text.utf8))
    while let first = bytes.first, Lexer.isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, Lexer.isSpace(last) { bytes.removeLast() }
    var digits = bytes
    var negative = false
    if let first = digits.first, first == 0x2d || first == 0x2b {
      negative = first == 0x2d
      digits.removeFirst()
    }
    guard !digits.isEmpty else { throw invalid(name, text) }
    var value: Int64 = 0
    var overflow = false
    for b in digits {
      guard Lexer.isDigit(b) else { throw invalid(name, text) }
      let (m, o1) = value.multipliedReportingOverflow(by: 10)
      let (s, o2) = m.subtractingReportingOverflow(Int64(b - 48))
      if o1 || o2 { overflow = true }
      value = s
    }
    if !negative {
      if value == Int64.min { overflow = true } else { value = -value }
    }
    let range: ClosedRange<Int64> =
      type == Oid.int2
      ? -32_768...32_767 : type == Oid.int4 ? -2_147_483_648...2_147_483_647 : Int64.min...Int64.max
    if overflow || !range.contains(value) {
      throw SQLError(SQLState.numericOutOfRange, "value \"\(text)\" is out of range for type \(name)")
    }
    return value
  }

  /// Reads a value of a type, then applies the modifier as an assignment would (`varchar(3)` refuses longer text).
  func input(_ text: String, _ type: SQLType, explicit: Bool = false) throws(SQLError) -> Value {
    let value = try baseInput(text, type)
    return type.modifier >= 0 ? try applyModifier(value, type, explicit: explicit) : value
  }

  private func baseInput(_ text: String, _ type: SQLType) throws(SQLError) -> Value {
    switch type.oid {
    case Oid.text, Oid.varchar, Oid.bpchar, Oid.unknown, Oid.cstring: return .text(text)
    case Oid.int2, Oid.int4, Oid.int8: return .int(try integerInput(text, type.oid))
    case Oid.bool:
      let word = lowercasedASCII(trimmedSpaces(text))
      if !word.isEmpty {
        if "true".hasPrefix(word) || "yes".hasPrefix(word) || word == "on" || word == "1" { return .bool(true) }
        if "false".hasPrefix(word) || "no".hasPrefix(word) || (word.utf8.count > 1 && "off".hasPrefix(word))
          || word == "0"
        {
          return .bool(false)
        }
      }
      throw invalid("boolean", text)
    case Oid.numeric:
      guard let n = Numeric(text) else { throw invalid("numeric", text) }
      return .numeric(n)
    case Oid.float8, Oid.float4:
      let name = type.oid == Oid.float8 ? "double precision" : "real"
      guard let d = FloatText.double(text) else { throw invalid(name, text) }
      let special = Numeric(text)?.special
      if type.oid == Oid.float4 {
        let f = Float(d)
        if f.isInfinite, special == nil {
          throw SQLError(SQLState.numericOutOfRange, "\"\(trimmedSpaces(text))\" is out of range for type real")
        }
        return .float(Double(f))
      }
      if d.isInfinite, special == nil {
        throw SQLError(SQLState.numericOutOfRange, "\"\(trimmedSpaces(text))\" is out of range for type \(name)")
      }
      return .float(d)
    case Oid.name: return .text(String(decoding: Array(text.utf8).prefix(63), as: UTF8.self))
    case Oid.char: return .text(String(decoding: Array(text.utf8).prefix(1), as: UTF8.self))
    case Oid.oid, Oid.xid, Oid.cid:
      let n = trimmedSpaces(text)
      guard let value = Int64(n), value >= -2_147_483_648, value <= 4_294_967_295 else { throw invalid("oid", text) }
      return .int(value < 0 ? value + 4_294_967_296 : value)
    case Oid.date: return .date(try dateInput(text))
    case Oid.timestamp, Oid.timestamptz: return .timestamp(try timestampInput(text, type.oid))
    case Oid.time: return .time(try timeInput(text).time)
    case Oid.timetz:
      let (time, zone) = try timeInput(text)
      return .timeZoned(time, zone ?? timeZone.offset(utc: now))
    case Oid.interval: return .interval(try intervalInput(text, nil))
    case Oid.uuid: return .text(try uuidInput(text))
    case Oid.json:
      _ = try JSONParser.parse(text)
      return .text(text)
    case Oid.jsonb: return .json(try JSONParser.parse(text))
    case Oid.tsvector: return .text(try TextVector.read(text).text)
    case Oid.tsquery:
      let query = try TextQuery.read(text, nil)
      if query == nil {
        notice("text-search query doesn't contain lexemes: \"\(text)\"")
      }
      return .text(query?.text ?? "")
    case Oid.regconfig: return .text(try TextConfiguration.named(text).name)
    case Oid.jsonpath: return .text(try JSONPathParser.parse(text).text)
    case Oid.bytea: return .bytes(try byteaInput(text))
    case Oid.money:
      var cleaned: [UInt8] = []
      for b in text.utf8 where b != 0x24 && b != 0x2c && !Lexer.isSpace(b) { cleaned.append(b) }
      guard let n = Numeric(String(decoding: cleaned, as: UTF8.self)),
        let cents = (n * Numeric(100)).rounded(0).int64
      else { throw invalid("money", text) }
      return .int(cents)
    case Oid.regclass, Oid.regtype, Oid.regproc, Oid.regprocedure, Oid.regrole, Oid.regnamespace:
      return .int(Int64(try objectInput(text, type.oid)))
    case Oid.bit, Oid.varbit:
      for b in text.utf8 where b != 48 && b != 49 {
        throw SQLError(
          SQLState.invalidTextRepresentation, "\"\(String(decoding: [b], as: UTF8.self))\" is not a valid binary digit")
      }
      return .text(text)
    case Oid.inet, Oid.cidr: return .text(try inetInput(text, type.oid))
    case Oid.record:
      throw SQLError(SQLState.featureNotSupported, "input of anonymous composite types is not implemented")
    case Oid.pgLSN: return .text(text)
    case Oid.tid: return .text(text)
    case Oid.void: return .text("")
    default: break
    }
    guard let entry = catalog.type(type.oid) else { throw .notSimulated("input of type with OID \(type.oid)") }
    switch entry.form {
    case .array: return .array(try arrayInput(text, entry))
    case .enumeration:
      for label in entry.labels where label.name == text { return .label(label) }
      throw SQLError(
        SQLState.invalidTextRepresentation, "invalid input value for enum \(formatType(type)): \"\(text)\"")
    case .domain:
      return try checkDomain(try input(text, entry.baseType), entry)
    case .composite: return .record(try recordInput(text, entry))
    case .range: return .range(try rangeInput(text, entry))
    default: throw .notSimulated("input of type \(entry.sqlName)")
    }
  }

  // MARK: Others

  private func uuidInput(_ text: String) throws(SQLError) -> String {
    var digits: [UInt8] = []
    var bytes = ArraySlice(Array(text.utf8))
    if bytes.first == 0x7b, bytes.last == 0x7d { bytes = bytes.dropFirst().dropLast() }
    for b in bytes {
      if b == 0x2d, digits.count % 4 == 0, !digits.isEmpty { continue }
      guard hexDigit(b) != nil else { throw invalid("uuid", text) }
      digits.append(b >= 65 && b <= 70 ? b + 32 : b)
    }
    guard digits.count == 32 else { throw invalid("uuid", text) }
    for position in [20, 16, 12, 8] { digits.insert(0x2d, at: position) }
    return String(decoding: digits, as: UTF8.self)
  }

  private func byteaInput(_ text: String) throws(SQLError) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count >= 2, bytes[0] == 0x5c, bytes[1] == 0x78 {
      var out: [UInt8] = []
      var i = 2
      while i < bytes.count {
        if Lexer.isSpace(bytes[i]) {
          i += 1
          continue
        }
        guard let high = hexDigit(bytes[i]) else {
          throw SQLError(
            SQLState.invalidParameterValue,
            "invalid hexadecimal digit: \"\(String(decoding: bytes[i..<i + 1], as: UTF8.self))\"")
        }
        guard i + 1 < bytes.count, let low = hexDigit(bytes[i + 1]) else {
          throw SQLError(
            SQLState.invalidParameterValue, "invalid hexadecimal data: odd number of digits")
        }
        out.append(UInt8(high * 16 + low))
        i += 2
      }
      return out
    }
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == 0x5c {
        if i + 1 < bytes.count, bytes[i + 1] == 0x5c {
          out.append(0x5c)
          i += 2
        } else if i + 3 < bytes.count, (48...51).contains(bytes[i + 1]), (48...55).contains(bytes[i + 2]),
          (48...55).contains(bytes[i + 3])
        {
          out.append((bytes[i + 1] - 48) * 64 + (bytes[i + 2] - 48) * 8 + bytes[i + 3] - 48)
          i += 4
        } else {
          throw SQLError(SQLState.invalidTextRepresentation, "invalid input syntax for type bytea")
        }
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    return out
  }

  private func inetInput(_ text: String, _ type: Int32) throws(SQLError) -> String {
    let name = type == Oid.inet ? "inet" : "cidr"
    var address = text
    var bits: Int?
    let bytes = Array(text.utf8)
    if let slash = bytes.firstIndex(of: 0x2f) {
      address = String(decoding: bytes[..<slash], as: UTF8.self)
      guard let n = DateTimeParser.number(bytes[(slash + 1)...]) else { throw invalid(name, text) }
      bits = Int(n)
    }
    if Array(address.utf8).contains(0x3a) { return lowercasedASCII(text) }
    var parts: [Int64] = []
    for part in address.split(separator: ".", omittingEmptySubsequences: false) {
      guard let n = DateTimeParser.number(ArraySlice(Array(part.utf8))), n < 256 else { throw invalid(name, text) }
      parts.append(n)
    }
    if type == Oid.inet, parts.count != 4 { throw invalid(name, text) }
    if type == Oid.cidr {
      if bits == nil { bits = parts.count * 8 }
      while parts.count < 4 { parts.append(0) }
    }
    guard parts.count == 4, bits ?? 0 <= 32 else { throw invalid(name, text) }
    if type == Oid.cidr, let bits {
      let address = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
      if address & ((1 << Int64(32 - bits)) - 1) != 0 {
        throw SQLError(
          SQLState.invalidTextRepresentation, "invalid cidr value: \"\(text)\"",
          detail: "Value has bits set to right of mask.")
      }
    }
    var out = "\(parts[0]).\(parts[1]).\(parts[2]).\(parts[3])"
    if let bits, bits != 32 || type == Oid.cidr { out += "/\(bits)" }
    return out
  }
}
