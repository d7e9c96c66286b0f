// Value → text for each type, type modifiers, and names of types as messages print them.

internal import SimKernel

extension ClientSession {
  func output(_ value: Value, _ type: Int32) -> String {
    switch value {
    case .null: return ""
    case .bool(let b): return b ? "t" : "f"
    case .int(let n):
      switch type {
      case Oid.regclass, Oid.regtype, Oid.regproc, Oid.regprocedure, Oid.regrole, Oid.regnamespace:
        return objectOutput(Int32(truncatingIfNeeded: n), type)
      case Oid.money: return moneyText(n)
      default: return String(n)
      }
    case .float(let d):
      if extraFloatDigits <= 0 {
        return FloatText.rounded(d, digits: (type == Oid.float4 ? 6 : 15) + Int(extraFloatDigits))
      }
      return type == Oid.float4 ? FloatText.text(single: d) : FloatText.text(d)
    case .numeric(let n): return n.text
    case .text(let s): return s
    case .bytes(let bytes) where settings["bytea_output"] == "escape":
      var out: [UInt8] = []
      for b in bytes {
        if b == 0x5c {
          out += [b, b]
        } else if b < 0x20 || b > 0x7e {
          out += [0x5c, 48 + (b >> 6), 48 + ((b >> 3) & 7), 48 + (b & 7)]
        } else {
          out.append(b)
        }
      }
      return String(decoding: out, as: UTF8.self)
    case .bytes(let bytes):
      let hex = Array("0123456789abcdef".utf8)
      var out: [UInt8] = [0x5c, 0x78]
      for b in bytes {
        out.append(hex[Int(b >> 4)])
        out.append(hex[Int(b & 15)])
      }
      return String(decoding: out, as: UTF8.self)
    case .date(let d): return dateStyled(d)
    case .time(let t): return DateTime.timeText(t)
    case .timeZoned(let t, let zone): return DateTime.timeText(t) + DateTime.offsetText(zone)
    case .timestamp(let t): return timestampStyled(t, type == Oid.timestamptz)
    case .interval(let i): return intervalStyled(i)
    case .json(let j): return j.text
    case .array(let a): return arrayText(a, vector: type == 30 || type == 22)
    case .record(let r): return recordText(r)
    case .range(let r): return rangeText(r, type)
    case .label(let l): return l.name
    }
  }

  private func moneyText(_ cents: Int64) -> String {
    let magnitude = cents.magnitude
    let whole = Array(String(magnitude / 100).utf8)
    var grouped: [UInt8] = []
    for (i, b) in whole.enumerated() {
      if i > 0, (whole.count - i) % 3 == 0 { grouped.append(0x2c) }
      grouped.append(b)
    }
    return (cents < 0 ? "-" : "") + "$" + String(decoding: grouped, as: UTF8.self) + "."
      + DateTime.two(Int64(magnitude % 100))
  }

  private func arrayText(_ array: ArrayValue, vector: Bool) -> String {
    if vector {
      var parts: [String] = []
      for e in array.elements { parts.append(output(e, array.elementType)) }
      return joined(parts, " ")
    }
    if array.elements.isEmpty { return "{}" }
    var out = ""
    var needsBounds = false
    for lower in array.lowerBounds where lower != 1 { needsBounds = true }
    if needsBounds {
      for (i, size) in array.dimensions.enumerated() {
        out += "[\(array.lowerBounds[i]):\(array.lowerBounds[i] + size - 1)]"
      }
      out += "="
    }
    var next = 0
    func write(_ depth: Int) {
      out += "{"
      for k in 0..<array.dimensions[depth] {
        if k > 0 { out += "," }
        if depth + 1 < array.dimensions.count {
          write(depth + 1)
        } else {
          out += arrayElement(array.elements[next], array.elementType)
          next += 1
        }
      }
      out += "}"
    }
    write(0)
    return out
  }

  private func arrayElement(_ value: Value, _ type: Int32) -> String {
    if value.isNull { return "NULL" }
    let text = output(value, type)
    var needsQuotes = text.isEmpty || lowercasedASCII(text) == "null"
    for b in text.utf8 {
      switch b {
      case 0x22, 0x5c, 0x7b, 0x7d, 0x2c: needsQuotes = true
      default: if Lexer.isSpace(b) { needsQuotes = true }
      }
    }
    guard needsQuotes else { return text }
    var out: [UInt8] = [0x22]
    for b in text.utf8 {
      if b == 0x22 || b == 0x5c { out.append(0x5c) }
      out.append(b)
    }
    out.append(0x22)
    return String(decoding: out, as: UTF8.self)
  }

  private func recordText(_ record: RecordValue) -> String {
    var out: [UInt8] = [0x28]
    for (i, field) in record.fields.enumerated() {
      if i > 0 { out.append(0x2c) }
      if field.isNull { continue }
      let text = output(field, record.types[i])
      var needsQuotes = text.isEmpty
      for b in text.utf8 {
        switch b {
        case 0x22, 0x5c, 0x28, 0x29, 0x2c: needsQuotes = true
        default: if Lexer.isSpace(b) { needsQuotes = true }
        }
      }
      if needsQuotes {
        out.append(0x22)
        for b in text.utf8 {
          if b == 0x22 || b == 0x5c { out.append(b) }
          out.append(b)
        }
        out.append(0x22)
      } else {
        out.append(contentsOf: Array(text.utf8))
      }
    }
    out.append(0x29)
    return String(decoding: out, as: UTF8.self)
  }

  private func rangeText(_ range: RangeValue, _ type: Int32) -> String {
    if range.isEmpty { return "empty" }
    let subtype = ClientSession.rangeSubtype(type)
    func bound(_ value: Value?) -> String {
      guard let value else { return "" }
      let text = output(value, subtype)
      for b in text.utf8 where Lexer.isSpace(b) || b == 0x2c || b == 0x22 { return "\"" + text + "\"" }
      return text
    }
    return (range.lowerInclusive ? "[" : "(") + bound(range.lower) + "," + bound(range.upper)
      + (range.upperInclusive ? "]" : ")")
  }

  // MARK: Names of types

  /// `character varying(20)`, `integer[]`, `mood`
  func formatType(_ type: SQLType) -> String {
    guard let entry = catalog.type(type.oid) else { return type.oid == 0 ? "-" : "???" }
    if entry.form == .array { return formatType(SQLType(entry.elementOid, type.modifier)) + "[]" }
    if entry.schema != "pg_catalog" {
      let name = quoteIdentifier(entry.name)
      return isTypeVisible(entry) ? name : quoteIdentifier(entry.schema) + "." + name
    }
    let m = type.modifier
    guard m >= 0 else {
      // A bare bpchar is `character` only with a length.
      return type.oid == Oid.bpchar ? "character" : entry.sqlName
    }
    switch type.oid {
    case Oid.varchar, Oid.bpchar: return "\(entry.sqlName)(\(m - 4))"
    case Oid.numeric:
      let packed = Int(m) - 4
      var scale = packed & 0x7ff
      if scale > 1_023 { scale -= 2_048 }
      return "numeric(\((packed >> 16) & 0xffff),\(scale))"
    case Oid.time: return "time(\(m)) without time zone"
    case Oid.timetz: return "time(\(m)) with time zone"
    case Oid.timestamp: return "timestamp(\(m)) without time zone"
    case Oid.timestamptz: return "timestamp(\(m)) with time zone"
    case Oid.interval: return "interval(\(m))"
    case Oid.bit, Oid.varbit: return "\(entry.sqlName)(\(m))"
    default: return entry.sqlName
    }
  }
  func formatType(_ oid: Int32) -> String { formatType(SQLType(oid)) }

  // MARK: Modifiers

  /// Applies `varchar(n)`, `numeric(p,s)`, `timestamp(p)`. An explicit cast cuts, an assignment refuses.
  func applyModifier(_ value: Value, _ type: SQLType, explicit: Bool) throws(SQLError) -> Value {
    guard type.modifier >= 0 else { return value }
    switch value {
    case .text(let text):
      switch type.oid {
      case Oid.varchar, Oid.bpchar:
        let limit = Int(type.modifier) - 4
        var scalars = Array(text.unicodeScalars)
        if scalars.count > limit {
          if !explicit {
            for scalar in scalars[limit...] where scalar != " " {
              let name = type.oid == Oid.varchar ? "character varying" : "character"
              throw SQLError(SQLState.stringTooLong, "value too long for type \(name)(\(limit))")
            }
          }
          scalars = Array(scalars[..<limit])
        } else if type.oid == Oid.bpchar {
          while scalars.count < limit { scalars.append(" ") }
        } else {
          return value
        }
        return .text(assemble(scalars))
      case Oid.bit:
        let count = text.utf8.count
        let limit = Int(type.modifier)
        if count == limit { return value }
        if !explicit {
          throw SQLError("22026", "bit string length \(count) does not match type bit(\(limit))")
        }
        try checkLength(Int64(limit))
        return .text(
          count > limit
            ? String(text.prefix(limit)) : text + String(repeating: "0", count: limit - count))
      case Oid.varbit:
        let count = text.utf8.count
        if count <= Int(type.modifier) { return value }
        if explicit { return .text(String(text.prefix(Int(type.modifier)))) }
        throw SQLError(SQLState.stringTooLong, "bit string too long for type bit varying(\(type.modifier))")
      default: return value
      }
    case .numeric(let n):
      guard type.oid == Oid.numeric, n.special == nil || !n.isNaN else { return value }
      let packed = Int(type.modifier) - 4
      let precision = (packed >> 16) & 0xffff
      var scale = packed & 0x7ff
      if scale > 1_023 { scale -= 2_048 }
      if n.special != nil {
        throw SQLError(
          SQLState.numericOutOfRange, "numeric field overflow",
          detail: "A field with precision \(precision), scale \(scale) cannot hold an infinite value.")
      }
      let rounded = n.rounded(scale)
      let digits = rounded.magnitude.isZero ? 0 : rounded.magnitude.decimalCount - rounded.scale
      if !rounded.isZero, digits > precision - scale {
        let power = precision - scale
        let bound = power != 0 ? "10^\(power)" : "1"
        throw SQLError(
          SQLState.numericOutOfRange, "numeric field overflow",
          detail:
            "A field with precision \(precision), scale \(scale) must round to an absolute value less than \(bound).")
      }
      return .numeric(rounded)
    case .timestamp(let t):
      if t == DateTime.infinity || t == DateTime.negativeInfinity { return value }
      return .timestamp(roundMicroseconds(t, type.modifier))
    case .time(let t): return .time(roundMicroseconds(t, type.modifier))
    case .timeZoned(let t, let zone): return .timeZoned(roundMicroseconds(t, type.modifier), zone)
    case .interval(var i):
      i.microseconds = roundMicroseconds(i.microseconds, type.modifier)
      return .interval(i)
    case .array(var a):
      let element = SQLType(a.elementType, type.modifier)
      for k in a.elements.indices { a.elements[k] = try applyModifier(a.elements[k], element, explicit: explicit) }
      return .array(a)
    default: return value
    }
  }

  private func assemble(_ scalars: [Unicode.Scalar]) -> String {
    var result = String.UnicodeScalarView()
    for s in scalars { result.append(s) }
    return String(result)
  }

  private func roundMicroseconds(_ t: Int64, _ precision: Int32) -> Int64 {
    guard precision < 6 else { return t }
    var unit: Int64 = 1
    for _ in 0..<(6 - precision) { unit *= 10 }
    let (q, r) = DateTime.floorDivide(t, unit)
    return (q + (r * 2 >= unit ? 1 : 0)) * unit
  }

  func checkDomain(_ value: Value, _ entry: TypeEntry) throws(SQLError) -> Value {
    if value.isNull, entry.notNull {
      var error = SQLError(SQLState.notNullViolation, "domain \(entry.name) does not allow null values")
      error.schemaName = entry.schema
      error.typeName = entry.name
      throw error
    }
    for check in entry.checks {
      if case .bool(false) = try evaluateDomainCheck(check, value, entry) {
        var error = SQLError(
          SQLState.checkViolation,
          "value for domain \(entry.name) violates check constraint \"\(check.name)\"")
        error.schemaName = entry.schema
        error.typeName = entry.name
        error.constraintName = check.name
        throw error
      }
    }
    return value
  }

  // MARK: Identifiers

  /// Quoted when it would not read back as the same word.
  func quoteIdentifier(_ name: String) -> String { quotedIdentifier(name) }
}

func quotedIdentifier(_ name: String) -> String {
  let bytes = Array(name.utf8)
  var safe = !bytes.isEmpty && ((bytes[0] >= 97 && bytes[0] <= 122) || bytes[0] == 95)
  for b in bytes where !((b >= 97 && b <= 122) || Lexer.isDigit(b) || b == 95) { safe = false }
  if safe, let category = KeywordTable.shared.category(name), category != .unreserved { safe = false }
  if safe { return name }
  var out: [UInt8] = [0x22]
  for b in bytes {
    if b == 0x22 { out.append(b) }
    out.append(b)
  }
  out.append(0x22)
  return String(decoding: out, as: UTF8.self)
}

func quotedLiteral(_ text: String) -> String {
  var out: [UInt8] = [0x27]
  var backslash = false
  for b in text.utf8 {
    if b == 0x27 { out.append(b) }
    if b == 0x5c {
      out.append(b)
      backslash = true
    }
    out.append(b)
  }
  out.append(0x27)
  return (backslash ? "E" : "") + String(decoding: out, as: UTF8.self)
}

/// The same in the standard's form, where a backslash is a character like the others: what definitions are written in.
func plainLiteral(_ text: String) -> String {
  var out: [UInt8] = [0x27]
  for b in text.utf8 {
    if b == 0x27 { out.append(b) }
    out.append(b)
  }
  out.append(0x27)
  return String(decoding: out, as: UTF8.self)
}
