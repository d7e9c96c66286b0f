// JSON values: reading (with the server's error details), jsonb's normal form and its printed form.
// Source: PostgreSQL 15 manual 8.14; RFC 8259.

internal import SimKernel

indirect enum JSONValue {
  case null
  case bool(Bool)
  case number(Numeric)
  case string(String)
  case array([JSONValue])
  /// In jsonb order: shorter keys first, then by bytes; the last of equal keys was kept.
  case object([(key: String, value: JSONValue)])

  static func keyOrder(_ a: String, _ b: String) -> Bool {
    if a.utf8.count != b.utf8.count { return a.utf8.count < b.utf8.count }
    return a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  static func object(normalizing pairs: [(key: String, value: JSONValue)]) -> JSONValue {
    var kept: [(key: String, value: JSONValue)] = []
    var slots: [String: Int] = [:]
    for pair in pairs {
      if let slot = slots[pair.key] {
        kept[slot].value = pair.value
      } else {
        slots[pair.key] = kept.count
        kept.append(pair)
      }
    }
    kept.sort { keyOrder($0.key, $1.key) }
    return .object(kept)
  }

  func member(_ key: String) -> JSONValue? {
    guard case .object(let pairs) = self else { return nil }
    for pair in pairs where pair.key == key { return pair.value }
    return nil
  }

  var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  /// jsonb's text: `{"a": 1, "b": [1, 2]}`.
  var text: String {
    var out: [UInt8] = []
    write(&out)
    return String(decoding: out, as: UTF8.self)
  }

  private func write(_ out: inout [UInt8]) {
    switch self {
    case .null: out.append(contentsOf: Array("null".utf8))
    case .bool(let value): out.append(contentsOf: Array((value ? "true" : "false").utf8))
    case .number(let value): out.append(contentsOf: Array(value.text.utf8))
    case .string(let value): JSONValue.quote(value, &out)
    case .array(let items):
      out.append(0x5b)
      var first = true
      for item in items {
        if !first { out.append(contentsOf: [0x2c, 0x20]) }
        item.write(&out)
        first = false
      }
      out.append(0x5d)
    case .object(let pairs):
      out.append(0x7b)
      var first = true
      for pair in pairs {
        if !first { out.append(contentsOf: [0x2c, 0x20]) }
        JSONValue.quote(pair.key, &out)
        out.append(contentsOf: [0x3a, 0x20])
        pair.value.write(&out)
        first = false
      }
      out.append(0x7d)
    }
  }

  /// jsonb_pretty: four spaces a level.
  func pretty(_ level: Int = 0) -> String {
    let indent = String(repeating: " ", count: (level + 1) * 4)
    let outer = String(repeating: " ", count: level * 4)
    switch self {
    case .array(let items):
      if items.isEmpty { return "[\n" + outer + "]" }
      var lines: [String] = []
      for item in items { lines.append(indent + item.pretty(level + 1)) }
      return "[\n" + joined(lines, ",\n") + "\n" + outer + "]"
    case .object(let pairs):
      if pairs.isEmpty { return "{\n" + outer + "}" }
      var lines: [String] = []
      for pair in pairs {
        lines.append(indent + JSONValue.quoted(pair.key) + ": " + pair.value.pretty(level + 1))
      }
      return "{\n" + joined(lines, ",\n") + "\n" + outer + "}"
    default: return text
    }
  }

  static func quoted(_ text: String) -> String {
    var out: [UInt8] = []
    quote(text, &out)
    return String(decoding: out, as: UTF8.self)
  }

  static func quote(_ text: String, _ out: inout [UInt8]) {
    out.append(0x22)
    for b in text.utf8 {
      switch b {
      case 0x22: out.append(contentsOf: [0x5c, 0x22])
      case 0x5c: out.append(contentsOf: [0x5c, 0x5c])
      case 8: out.append(contentsOf: [0x5c, 0x62])
      case 9: out.append(contentsOf: [0x5c, 0x74])
      case 10: out.append(contentsOf: [0x5c, 0x6e])
      case 12: out.append(contentsOf: [0x5c, 0x66])
      case 13: out.append(contentsOf: [0x5c, 0x72])
      case 0..<32:
        out.append(contentsOf: Array("\\u00".utf8))
        let hex = Array("0123456789abcdef".utf8)
        out.append(hex[Int(b >> 4)])
        out.append(hex[Int(b & 15)])
      default: out.append(b)
      }
    }
    out.append(0x22)
  }

  /// Total order of jsonb: Object > Array > Boolean > Number > String > Null.
  static func compare(_ a: JSONValue, _ b: JSONValue) -> Int {
    func rank(_ v: JSONValue) -> Int {
      switch v {
      case .null: 0
      case .string: 1
      case .number: 2
      case .bool: 3
      case .array: 4
      case .object: 5
      }
    }
    switch (a, b) {
    case (.null, .null): return 0
    case (.string(let x), .string(let y)): return compareBytes(x, y)
    case (.number(let x), .number(let y)): return Numeric.compare(x, y)
    case (.bool(let x), .bool(let y)): return x == y ? 0 : x ? 1 : -1
    case (.array(let x), .array(let y)):
      if x.count != y.count { return x.count < y.count ? -1 : 1 }
      for i in 0..<x.count {
        let order = compare(x[i], y[i])
        if order != 0 { return order }
      }
      return 0
    case (.object(let x), .object(let y)):
      if x.count != y.count { return x.count < y.count ? -1 : 1 }
      for i in 0..<x.count {
        let keys = x[i].key == y[i].key ? 0 : keyOrder(x[i].key, y[i].key) ? -1 : 1
        if keys != 0 { return keys }
        let order = compare(x[i].value, y[i].value)
        if order != 0 { return order }
      }
      return 0
    default:
      // An empty array sorts below everything.
      let ra = rank(a)
      let rb = rank(b)
      if case .array(let x) = a, x.isEmpty { return -1 }
      if case .array(let y) = b, y.isEmpty { return 1 }
      return ra < rb ? -1 : 1
    }
  }

  /// Containment `a @> b`.
  static func contains(_ a: JSONValue, _ b: JSONValue, top: Bool = true) -> Bool {
    switch (a, b) {
    case (.object(let x), .object(let y)):
      for pair in y {
        var found = false
        for own in x where own.key == pair.key { found = contains(own.value, pair.value, top: false) }
        if !found { return false }
      }
      return true
    case (.array(let x), .array(let y)):
      for wanted in y {
        var found = false
        for own in x where contains(own, wanted, top: false) {
          if own.isScalar == wanted.isScalar {
            found = true
            break
          }
        }
        if !found { return false }
      }
      return true
    case (.array(let x), _) where top && b.isScalar:
      for own in x where own.isScalar && compare(own, b) == 0 { return true }
      return false
    default:
      return a.isScalar && b.isScalar && compare(a, b) == 0
    }
  }
}

func compareBytes(_ a: String, _ b: String) -> Int {
  var i = a.utf8.makeIterator()
  var j = b.utf8.makeIterator()
  while true {
    let x = i.next()
    let y = j.next()
    switch (x, y) {
    case (nil, nil): return 0
    case (nil, _): return -1
    case (_, nil): return 1
    case (let p?, let q?):
      if p != q { return p < q ? -1 : 1 }
    }
  }
}

struct JSONParser {
  let bytes: [UInt8]
  var i = 0
  var depth = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  static func parse(_ text: String) throws(SQLError) -> JSONValue {
    var parser = JSONParser(text)
    let value = try parser.value()
    parser.skip()
    if parser.i < parser.bytes.count { throw parser.expected("end of input") }
    return value
  }

  mutating func skip() {
    while i < bytes.count, bytes[i] == 32 || bytes[i] == 9 || bytes[i] == 10 || bytes[i] == 13 { i += 1 }
  }

  /// The text of the token at `i`, as the details of errors quote it.
  private func tokenEnd() -> Int {
    guard i < bytes.count else { return i }
    let b = bytes[i]
    if b == 0x22 {
      var j = i + 1
      while j < bytes.count, bytes[j] != 0x22 {
        if bytes[j] == 0x5c { j += 1 }
        j += 1
      }
      return min(j + 1, bytes.count)
    }
    func word(_ c: UInt8) -> Bool { Lexer.isDigit(c) || (c | 0x20 >= 97 && c | 0x20 <= 122) || c == 95 || c >= 128 }
    if word(b) {
      var j = i
      while j < bytes.count, word(bytes[j]) { j += 1 }
      return j
    }
    return i + 1
  }

  private func context(_ end: Int) -> String {
    // One line of input, from at most 50 bytes back up to the token.
    var lineStart = 0
    var line = 1
    for k in 0..<min(end, bytes.count) where bytes[k] == 10 {
      lineStart = k + 1
      line += 1
    }
    var start = lineStart
    if end - start >= 50 { start = end - 50 }
    if start > lineStart, start - lineStart <= 3 { start = lineStart }
    let prefix = start > lineStart ? "..." : ""
    let suffix = end < bytes.count && bytes[end] != 10 && bytes[end] != 13 ? "..." : ""
    return "JSON data, line \(line): \(prefix)" + String(decoding: bytes[start..<end], as: UTF8.self) + suffix
  }

  func failure(_ detail: String, end: Int) -> SQLError {
    var error = SQLError(
      SQLState.invalidTextRepresentation, "invalid input syntax for type json", detail: detail)
    error.context = context(end)
    return error
  }

  func expected(_ what: String) -> SQLError {
    if i >= bytes.count { return failure("The input string ended unexpectedly.", end: bytes.count) }
    let end = tokenEnd()
    let token = String(decoding: bytes[i..<end], as: UTF8.self)
    switch what {
    case "token": return failure("Token \"\(token)\" is invalid.", end: end)
    default: return failure("Expected \(what), but found \"\(token)\".", end: end)
    }
  }

  mutating func value() throws(SQLError) -> JSONValue {
    skip()
    depth += 1
    defer { depth -= 1 }
    if depth > 400 { throw .notSimulated("limit: JSON nested deeper than 400 levels") }
    guard i < bytes.count else { throw expected("JSON value") }
    switch bytes[i] {
    case 0x7b: return try object()
    case 0x5b: return try array()
    case 0x22: return .string(try string())
    case 0x2d, 48...57: return try number()
    default:
      let end = tokenEnd()
      switch String(decoding: bytes[i..<end], as: UTF8.self) {
      case "true":
        i = end
        return .bool(true)
      case "false":
        i = end
        return .bool(false)
      case "null":
        i = end
        return .null
      case "}", "]", ",", ":": throw expected("JSON value")
      default: throw expected("token")
      }
    }
  }

  private mutating func number() throws(SQLError) -> JSONValue {
    let start = i
    if bytes[i] == 0x2d { i += 1 }
    let digits = i
    while i < bytes.count, Lexer.isDigit(bytes[i]) { i += 1 }
    var good = i > digits && !(bytes[digits] == 48 && i > digits + 1)
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      let fraction = i
      while i < bytes.count, Lexer.isDigit(bytes[i]) { i += 1 }
      if i == fraction { good = false }
    }
    if i < bytes.count, bytes[i] | 0x20 == 0x65 {
      i += 1
      if i < bytes.count, bytes[i] == 0x2b || bytes[i] == 0x2d { i += 1 }
      let exponent = i
      while i < bytes.count, Lexer.isDigit(bytes[i]) { i += 1 }
      if i == exponent { good = false }
    }
    while i < bytes.count, (bytes[i] | 0x20 >= 97 && bytes[i] | 0x20 <= 122) || Lexer.isDigit(bytes[i]) {
      good = false
      i += 1
    }
    let text = String(decoding: bytes[start..<i], as: UTF8.self)
    guard good, let n = Numeric(text) else { throw failure("Token \"\(text)\" is invalid.", end: i) }
    return .number(n)
  }

  private mutating func string() throws(SQLError) -> String {
    i += 1
    var out: [UInt8] = []
    while true {
      guard i < bytes.count else {
        throw failure("The input string ended unexpectedly.", end: bytes.count)
      }
      let b = bytes[i]
      if b == 0x22 {
        i += 1
        return String(decoding: out, as: UTF8.self)
      }
      if b < 32 {
        let hex = Array("0123456789abcdef".utf8)
        let code = String(decoding: [hex[Int(b >> 4)], hex[Int(b & 15)]], as: UTF8.self)
        throw failure("Character with value 0x\(code) must be escaped.", end: i + 1)
      }
      if b == 0x5c {
        i += 1
        guard i < bytes.count else { throw failure("The input string ended unexpectedly.", end: bytes.count) }
        let e = bytes[i]
        i += 1
        switch e {
        case 0x22, 0x5c, 0x2f: out.append(e)
        case 0x62: out.append(8)
        case 0x66: out.append(12)
        case 0x6e: out.append(10)
        case 0x72: out.append(13)
        case 0x74: out.append(9)
        case 0x75:
          var code = try hex4()
          if code >= 0xd800, code < 0xdc00, i + 1 < bytes.count, bytes[i] == 0x5c, bytes[i + 1] == 0x75 {
            i += 2
            let low = try hex4()
            code = 0x10000 + (code - 0xd800) << 10 + (low & 0x3ff)
          }
          if let scalar = Unicode.Scalar(code) { out.append(contentsOf: Array(String(scalar).utf8)) }
        default:
          throw failure("Escape sequence \"\\\(String(decoding: [e], as: UTF8.self))\" is invalid.", end: i)
        }
        continue
      }
      out.append(b)
      i += 1
    }
  }

  private mutating func hex4() throws(SQLError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard i < bytes.count, let digit = hexDigit(bytes[i]) else {
        throw failure("\"\\u\" must be followed by four hexadecimal digits.", end: min(i + 1, bytes.count))
      }
      code = code * 16 + digit
      i += 1
    }
    return code
  }

  private mutating func array() throws(SQLError) -> JSONValue {
    i += 1
    var items: [JSONValue] = []
    skip()
    if i < bytes.count, bytes[i] == 0x5d {
      i += 1
      return .array([])
    }
    while true {
      items.append(try value())
      skip()
      if i < bytes.count, bytes[i] == 0x2c {
        i += 1
        continue
      }
      guard i < bytes.count, bytes[i] == 0x5d else { throw expected("\",\" or \"]\"") }
      i += 1
      return .array(items)
    }
  }

  private mutating func object() throws(SQLError) -> JSONValue {
    i += 1
    var pairs: [(key: String, value: JSONValue)] = []
    skip()
    if i < bytes.count, bytes[i] == 0x7d {
      i += 1
      return .object([])
    }
    while true {
      skip()
      guard i < bytes.count, bytes[i] == 0x22 else {
        if i < bytes.count, (bytes[i] | 0x20) >= 97, (bytes[i] | 0x20) <= 122,
          !["true", "false", "null"].contains(String(decoding: bytes[i..<tokenEnd()], as: UTF8.self))
        {
          throw expected("token")
        }
        throw expected(pairs.isEmpty ? "string or \"}\"" : "string")
      }
      let key = try string()
      skip()
      guard i < bytes.count, bytes[i] == 0x3a else { throw expected("\":\"") }
      i += 1
      pairs.append((key: key, value: try value()))
      skip()
      if i < bytes.count, bytes[i] == 0x2c {
        i += 1
        continue
      }
      guard i < bytes.count, bytes[i] == 0x7d else { throw expected("\",\" or \"}\"") }
      i += 1
      return .object(normalizing: pairs)
    }
  }
}
