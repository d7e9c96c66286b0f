// Text → value for each type, with the server's messages. Source: PostgreSQL 15 manual, chapter 8.

internal import SimKernel

extension ClientSession {
  private func invalid(_ type: String, _ text: String) -> SQLError {
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

  // MARK: Dates

  private func dateError(_ error: DateTimeParseError, _ type: String, _ text: String) -> SQLError {
    switch error {
    case .format:
      return SQLError(SQLState.invalidDatetimeFormat, "invalid input syntax for type \(type): \"\(text)\"")
    case .fieldOverflow:
      return SQLError(
        SQLState.datetimeOverflow, "date/time field value out of range: \"\(text)\"", hint: fieldHint(text))
    case .zone(let name):
      return SQLError(SQLState.invalidParameterValue, "time zone \"\(name)\" not recognized")
    }
  }

  /// The server suggests another DateStyle when a month above 12 was the trouble in a date that DateStyle orders.
  private func fieldHint(_ text: String) -> String? {
    var numbers: [Int64] = []
    var widths: [Int] = []
    var digits: [UInt8] = []
    var separators: [UInt8] = []
    for b in text.utf8 {
      if Lexer.isDigit(b) {
        digits.append(b)
      } else {
        if let n = DateTimeParser.number(digits[...]) {
          numbers.append(n)
          widths.append(digits.count)
        }
        digits = []
        separators.append(b)
        if numbers.count >= 3 { break }
      }
    }
    if let n = DateTimeParser.number(digits[...]) {
      numbers.append(n)
      widths.append(digits.count)
    }
    if numbers.count >= 3, numbers[1] > 12 || numbers[0] > 12, separators.first != 0x3a, numbers.count >= 2 {
      let month = widths[0] > 2 ? numbers[1] : numbers[0]
      if month > 12 || month == 0 { return "Perhaps you need a different \"datestyle\" setting." }
    }
    return nil
  }

  func dateInput(_ text: String) throws(SQLError) -> Int64 {
    do throws(DateTimeParseError) {
      var fields = try DateTimeParser.parse(text)
      fields.dayFirst = dateStyle.hasSuffix("DMY")
      if let special = fields.special {
        let today = localToday
        switch special {
        case "today", "now": return today
        case "tomorrow": return today + 1
        case "yesterday": return today - 1
        case "epoch": return -DateTime.epochDays
        case "infinity": return DateTime.dateInfinity
        case "-infinity": return DateTime.dateNegativeInfinity
        default: throw .format
        }
      }
      return try DateTimeParser.days(fields)
    } catch {
      throw dateError(error, "date", text)
    }
  }

  func timestampInput(_ text: String, _ type: Int32) throws(SQLError) -> Int64 {
    let zoned = type == Oid.timestamptz
    do throws(DateTimeParseError) {
      var fields = try DateTimeParser.parse(text)
      fields.dayFirst = dateStyle.hasSuffix("DMY")
      var local: Int64
      if let special = fields.special {
        switch special {
        case "now":
          return zoned ? transactionTime : transactionTime + timeZone.offset(utc: transactionTime) * DateTime.second
        case "infinity": return DateTime.infinity
        case "-infinity": return DateTime.negativeInfinity
        case "epoch": return -DateTime.epochDays * DateTime.day
        case "today": local = localToday * DateTime.day + (fields.time ?? 0)
        case "tomorrow": local = (localToday + 1) * DateTime.day + (fields.time ?? 0)
        case "yesterday": local = (localToday - 1) * DateTime.day + (fields.time ?? 0)
        default: throw .format
        }
      } else {
        local = try DateTimeParser.days(fields) * DateTime.day + (fields.time ?? 0)
      }
      guard zoned else { return local }
      if let zone = fields.zone { return local - zone * DateTime.second }
      if let rules = fields.zoneRules { return rules.utc(local: local) }
      return timeZone.utc(local: local)
    } catch {
      throw dateError(error, zoned ? "timestamp with time zone" : "timestamp", text)
    }
  }

  func timeInput(_ text: String) throws(SQLError) -> (time: Int64, zone: Int64?) {
    do throws(DateTimeParseError) {
      let fields = try DateTimeParser.parse(text)
      if fields.special == "now" {
        let local = transactionTime + timeZone.offset(utc: transactionTime) * DateTime.second
        return (DateTime.floorDivide(local, DateTime.day).remainder, nil)
      }
      if fields.special == "allballs" { return (0, 0) }
      guard let time = fields.time else { throw .format }
      return (time, fields.zone ?? fields.zoneRules.map { $0.offset(utc: now) })
    } catch {
      throw dateError(error, "time", text)
    }
  }

  func intervalInput(_ text: String, _ fields: String?) throws(SQLError) -> IntervalValue {
    do throws(DateTimeParseError) {
      return try DateTimeParser.interval(text, fields: fields)
    } catch {
      if case .fieldOverflow = error {
        throw SQLError(SQLState.datetimeOverflow, "interval field value out of range: \"\(text)\"")
      }
      throw SQLError(SQLState.invalidDatetimeFormat, "invalid input syntax for type interval: \"\(text)\"")
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
    var out = "\(parts[0]).\(parts[1]).\(parts[2]).\(parts[3])"
    if let bits, bits != 32 || type == Oid.cidr { out += "/\(bits)" }
    return out
  }

  private func malformedArray(_ text: String, _ detail: String) -> SQLError {
    SQLError(SQLState.invalidTextRepresentation, "malformed array literal: \"\(text)\"", detail: detail)
  }

  private func arrayInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> ArrayValue {
    let bytes = Array(trimmedSpaces(text).utf8)
    var i = 0
    let oidVector = entry.oid == 30 || entry.oid == 22
    if oidVector {
      var elements: [Value] = []
      for part in trimmedSpaces(text).split(separator: " ") {
        elements.append(.int(try integerInput(String(part), Oid.int8)))
      }
      return ArrayValue(elementType: entry.elementOid, elements)
    }
    var lower = 1
    if let first = bytes.first, first == 0x5b, let close = bytes.firstIndex(of: 0x3d) {
      // [2:4]={…}
      let inner = bytes[1..<close]
      if let colon = inner.firstIndex(of: 0x3a), let n = DateTimeParser.number(inner[1..<colon]) { lower = Int(n) }
      i = close + 1
    }
    guard i < bytes.count, bytes[i] == 0x7b else {
      throw malformedArray(text, "Array value must start with \"{\" or dimension information.")
    }
    var elements: [Value] = []
    var dimensions: [Int] = []
    var end = i
    func parse(_ depth: Int) throws(SQLError) -> Int {
      end += 1
      var count = 0
      while true {
        while end < bytes.count, Lexer.isSpace(bytes[end]) { end += 1 }
        guard end < bytes.count else { throw malformedArray(text, "Unexpected end of input.") }
        if bytes[end] == 0x7d, count == 0 {
          end += 1
          break
        }
        if bytes[end] == 0x7b {
          if dimensions.count <= depth + 1 { dimensions.append(-1) }
          let inner = try parse(depth + 1)
          if dimensions[depth + 1] >= 0, dimensions[depth + 1] != inner {
            throw malformedArray(
              text, "Multidimensional arrays must have sub-arrays with matching dimensions.")
          }
          dimensions[depth + 1] = inner
        } else {
          var token: [UInt8] = []
          var quoted = false
          var lastNonSpace = 0
          while end < bytes.count {
            let b = bytes[end]
            if b == 0x22 {
              quoted = true
              end += 1
              while end < bytes.count, bytes[end] != 0x22 {
                if bytes[end] == 0x5c { end += 1 }
                if end < bytes.count { token.append(bytes[end]) }
                end += 1
              }
              end += 1
              lastNonSpace = token.count
              continue
            }
            if b == 0x2c || b == 0x7d { break }
            if b == 0x7b { throw malformedArray(text, "Unexpected \"{\" character.") }
            if b == 0x5c {
              end += 1
              if end < bytes.count { token.append(bytes[end]) }
              end += 1
              lastNonSpace = token.count
              continue
            }
            token.append(b)
            if !Lexer.isSpace(b) { lastNonSpace = token.count }
            end += 1
          }
          guard end < bytes.count else { throw malformedArray(text, "Unexpected end of input.") }
          let word = String(decoding: token[..<lastNonSpace], as: UTF8.self)
          if !quoted, word.isEmpty {
            throw malformedArray(
              text, "Unexpected \"\(String(decoding: bytes[end..<end + 1], as: UTF8.self))\" character.")
          }
          if !quoted, lowercasedASCII(word) == "null" {
            elements.append(.null)
          } else {
            elements.append(try input(word, SQLType(entry.elementOid)))
          }
        }
        count += 1
        while end < bytes.count, Lexer.isSpace(bytes[end]) { end += 1 }
        guard end < bytes.count else { throw malformedArray(text, "Unexpected end of input.") }
        if bytes[end] == 0x2c {
          end += 1
          continue
        }
        if bytes[end] == 0x7d {
          end += 1
          break
        }
        throw malformedArray(text, "Unexpected array element.")
      }
      return count
    }
    dimensions = [-1]
    let count = try parse(0)
    dimensions[0] = count
    while end < bytes.count, Lexer.isSpace(bytes[end]) { end += 1 }
    if end < bytes.count { throw malformedArray(text, "Junk after closing right brace.") }
    if elements.isEmpty { return ArrayValue(elementType: entry.elementOid, []) }
    var lowers = [Int](repeating: 1, count: dimensions.count)
    lowers[0] = lower
    return ArrayValue(
      elementType: entry.elementOid, dimensions: dimensions, lowerBounds: lowers, elements: elements)
  }

  private func recordInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> RecordValue {
    let bytes = Array(trimmedSpaces(text).utf8)
    func malformed(_ detail: String) -> SQLError {
      SQLError(SQLState.invalidTextRepresentation, "malformed record literal: \"\(text)\"", detail: detail)
    }
    guard bytes.first == 0x28 else { throw malformed("Missing left parenthesis.") }
    let fields = compositeFields(entry)
    var values: [Value] = []
    var i = 1
    var current: [UInt8] = []
    var isNull = true
    var done = false
    while i < bytes.count {
      let b = bytes[i]
      if b == 0x2c || b == 0x29 {
        if values.count >= fields.count, !(values.isEmpty && isNull) { throw malformed("Too many columns.") }
        if !(fields.isEmpty) {
          values.append(
            isNull ? .null : try input(String(decoding: current, as: UTF8.self), fields[values.count].type))
        }
        current = []
        isNull = true
        i += 1
        if b == 0x29 {
          done = true
          break
        }
        continue
      }
      isNull = false
      if b == 0x22 {
        i += 1
        while i < bytes.count {
          if bytes[i] == 0x22 {
            if i + 1 < bytes.count, bytes[i + 1] == 0x22 {
              current.append(0x22)
              i += 2
              continue
            }
            break
          }
          if bytes[i] == 0x5c { i += 1 }
          if i < bytes.count { current.append(bytes[i]) }
          i += 1
        }
        i += 1
        continue
      }
      current.append(b)
      i += 1
    }
    guard done else { throw malformed("Unexpected end of input.") }
    if values.count < fields.count { throw malformed("Too few columns.") }
    var names: [String] = []
    var types: [Int32] = []
    for f in fields {
      names.append(f.name)
      types.append(f.type.oid)
    }
    return RecordValue(names: names, types: types, fields: values)
  }

  func compositeFields(_ entry: TypeEntry) -> [CompositeField] {
    if entry.relation != 0, let relation = catalog.relation(entry.relation) {
      var fields: [CompositeField] = []
      for (_, column) in relation.liveColumns { fields.append(CompositeField(name: column.name, type: column.type)) }
      return fields
    }
    return entry.fields
  }

  static func rangeSubtype(_ oid: Int32) -> Int32 {
    switch oid {
    case 3904: Oid.int4
    case 3906: Oid.numeric
    case 3908: Oid.timestamp
    case 3910: Oid.timestamptz
    case 3912: Oid.date
    default: Oid.int8
    }
  }

  private func rangeInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> RangeValue {
    let bytes = Array(trimmedSpaces(text).utf8)
    func malformed(_ detail: String) -> SQLError {
      SQLError(SQLState.invalidTextRepresentation, "malformed range literal: \"\(text)\"", detail: detail)
    }
    if lowercasedASCII(trimmedSpaces(text)) == "empty" { return RangeValue(isEmpty: true) }
    guard let first = bytes.first, first == 0x5b || first == 0x28 else {
      throw malformed("Missing left parenthesis or bracket.")
    }
    guard let last = bytes.last, last == 0x5d || last == 0x29 else { throw malformed("Unexpected end of input.") }
    var inQuotes = false
    var parts: [[UInt8]] = [[]]
    for b in bytes[1..<(bytes.count - 1)] {
      if b == 0x22 {
        inQuotes.toggle()
      } else if b == 0x2c, !inQuotes {
        parts.append([])
      } else {
        parts[parts.count - 1].append(b)
      }
    }
    guard parts.count == 2 else {
      throw malformed(parts.count < 2 ? "Missing comma after lower bound." : "Too many commas.")
    }
    let subtype = SQLType(ClientSession.rangeSubtype(entry.oid))
    var range = RangeValue()
    range.lower = parts[0].isEmpty ? nil : try input(String(decoding: parts[0], as: UTF8.self), subtype)
    range.upper = parts[1].isEmpty ? nil : try input(String(decoding: parts[1], as: UTF8.self), subtype)
    range.lowerInclusive = first == 0x5b
    range.upperInclusive = last == 0x5d
    return try canonical(range, entry.oid)
  }

  /// Discrete ranges are kept as `[low,high)`.
  func canonical(_ value: RangeValue, _ type: Int32) throws(SQLError) -> RangeValue {
    var range = value
    if range.isEmpty { return range }
    if range.lower == nil { range.lowerInclusive = false }
    if range.upper == nil { range.upperInclusive = false }
    if let low = range.lower, let high = range.upper {
      let order = compareValues(low, high)
      if order > 0 {
        throw SQLError("22000", "range lower bound must be less than or equal to range upper bound")
      }
      if order == 0, !(range.lowerInclusive && range.upperInclusive) { return RangeValue(isEmpty: true) }
    }
    guard type == 3904 || type == 3926 || type == 3912 else { return range }
    func next(_ v: Value) -> Value {
      switch v {
      case .int(let n): .int(n + 1)
      case .date(let d): .date(d + 1)
      default: v
      }
    }
    if let low = range.lower, !range.lowerInclusive {
      range.lower = next(low)
      range.lowerInclusive = true
    }
    if let high = range.upper, range.upperInclusive {
      range.upper = next(high)
      range.upperInclusive = false
    }
    if let low = range.lower, let high = range.upper, compareValues(low, high) >= 0 { return RangeValue(isEmpty: true) }
    return range
  }
}
