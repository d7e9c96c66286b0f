// From text to arrays, rows and ranges. Source: PostgreSQL 15 manual 8.15 to 8.17.

internal import SimKernel

extension ClientSession {
  private func malformedArray(_ text: String, _ detail: String) -> SQLError {
    SQLError(SQLState.invalidTextRepresentation, "malformed array literal: \"\(text)\"", detail: detail)
  }

  func arrayInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> ArrayValue {
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
      if let colon = inner.firstIndex(of: 0x3a), let n = DateTimeParser.number(inner[1..<colon]) {
        guard n < 1 << 30 else { throw .notSimulated("limit: an array that begins at \(n)") }
        lower = Int(n)
      }
      i = close + 1
    }
    guard i < bytes.count, bytes[i] == 0x7b else {
      throw malformedArray(text, "Array value must start with \"{\" or dimension information.")
    }
    var elements: [Value] = []
    var dimensions: [Int] = []
    /// Whether a level holds elements, or arrays.
    var leaves: [Int: Bool] = [:]
    var end = i
    func parse(_ depth: Int) throws(SQLError) -> Int {
      // Six dimensions at most.
      if depth >= 6 {
        throw SQLError("54000", "number of array dimensions (\(depth + 1)) exceeds the maximum allowed (6)")
      }
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
          if leaves[depth] ?? false { throw malformedArray(text, "Unexpected \"{\" character.") }
          leaves[depth] = false
          if dimensions.count <= depth + 1 { dimensions.append(-1) }
          let inner = try parse(depth + 1)
          if dimensions[depth + 1] >= 0, dimensions[depth + 1] != inner {
            throw malformedArray(
              text, "Multidimensional arrays must have sub-arrays with matching dimensions.")
          }
          dimensions[depth + 1] = inner
        } else {
          if !(leaves[depth] ?? true) {
            throw malformedArray(text, "Multidimensional arrays must have sub-arrays with matching dimensions.")
          }
          leaves[depth] = true
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

  func recordInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> RecordValue {
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

  func rangeInput(_ text: String, _ entry: TypeEntry) throws(SQLError) -> RangeValue {
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
    func next(_ v: Value) throws(SQLError) -> Value {
      switch v {
      case .int(let n):
        if type == 3904, n == Int64(Int32.max) { throw outOfRange("integer") }
        if n == .max { throw outOfRange("bigint") }
        return .int(n + 1)
      case .date(let d): return .date(d + 1)
      default: return v
      }
    }
    if let low = range.lower, !range.lowerInclusive {
      range.lower = try next(low)
      range.lowerInclusive = true
    }
    if let high = range.upper, range.upperInclusive {
      range.upper = try next(high)
      range.upperInclusive = false
    }
    if let low = range.lower, let high = range.upper, compareValues(low, high) >= 0 { return RangeValue(isEmpty: true) }
    return range
  }
}
