// JSON in and out. Reading words its errors as Go's encoding/json does; writing gives the two forms kubectl and the API
// server use: compact with sorted keys and HTML escaping, and indented by four spaces.

import SimKernel

/// A text that is no JSON. The message is Go's; the offset counts bytes.
package struct JSONError: Error, CustomStringConvertible {
  package let message: String
  package let offset: Int

  package var description: String { message }
}

package enum JSON {
  /// Nesting allowed, as in Go.
  static let depthMax = 10_000

  /// Reads one JSON text. Duplicate members: the last one wins. Integers outside Int64 become doubles.
  package static func parse(_ text: String) throws(JSONError) -> Value { try parse(Array(text.utf8)) }

  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> Value {
    var reader = JSONReader(bytes)
    let value = try reader.document()
    return value
  }

  /// Reads the first JSON value of a text and where it ends (for streams of several).
  package static func parsePrefix(_ bytes: [UInt8], from start: Int) throws(JSONError) -> (value: Value, end: Int) {
    var reader = JSONReader(bytes)
    return try reader.prefix(from: start)
  }

  /// As Go's json.Marshal of maps: keys sorted, no spaces, `<`, `>` and `&` escaped.
  /// Without `sortingKeys` the members stay in their own order, as when a struct is marshalled.
  package static func compact(_ value: Value, escapingHTML: Bool = true, sortingKeys: Bool = true) -> String {
    var out: [UInt8] = []
    JSONWriter(escapesHTML: escapingHTML, sortsKeys: sortingKeys, indent: nil).write(value, 0, &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// As `kubectl -o json`: keys sorted, the given indentation, no line break at the end.
  package static func pretty(
    _ value: Value, indent: Int = 4, escapingHTML: Bool = true, sortingKeys: Bool = true
  ) -> String {
    var out: [UInt8] = []
    JSONWriter(escapesHTML: escapingHTML, sortsKeys: sortingKeys, indent: indent).write(value, 0, &out)
    return String(decoding: out, as: UTF8.self)
  }

  /// A JSON string literal.
  package static func quoted(_ text: String, escapingHTML: Bool = true) -> String {
    var out: [UInt8] = []
    JSONWriter(escapesHTML: escapingHTML, sortsKeys: true, indent: nil).write(text, &out)
    return String(decoding: out, as: UTF8.self)
  }
}

private struct JSONReader {
  private let bytes: [UInt8]
  private var i = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> Value {
    skipSpace()
    let result = try value(depth: 0)
    skipSpace()
    if i < bytes.count { throw invalid("after top-level value") }
    return result
  }

  mutating func prefix(from start: Int) throws(JSONError) -> (value: Value, end: Int) {
    i = start
    skipSpace()
    let result = try value(depth: 0)
    return (result, i)
  }

  private mutating func skipSpace() {
    while i < bytes.count, bytes[i] == 32 || bytes[i] == 10 || bytes[i] == 13 || bytes[i] == 9 { i += 1 }
  }

  private func invalid(_ context: String) -> JSONError {
    if i >= bytes.count { return JSONError(message: "unexpected end of JSON input", offset: bytes.count) }
    return JSONError(message: "invalid character \(glyph(bytes[i])) \(context)", offset: i)
  }

  /// A byte as Go's scanner quotes it.
  private func glyph(_ byte: UInt8) -> String {
    switch byte {
    case 39: return "'\\''"
    case 34: return "'\"'"
    case 7: return "'\\a'"
    case 8: return "'\\b'"
    case 12: return "'\\f'"
    case 10: return "'\\n'"
    case 13: return "'\\r'"
    case 9: return "'\\t'"
    case 11: return "'\\v'"
    case 92: return "'\\\\'"
    case 0..<32, 127:
      let digits = Array("0123456789abcdef".utf8)
      return "'\\x" + String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self) + "'"
    default: return "'" + String(UnicodeScalar(byte)) + "'"
    }
  }

  private mutating func value(depth: Int) throws(JSONError) -> Value {
    if depth > JSON.depthMax { throw JSONError(message: "exceeded max depth", offset: i) }
    guard i < bytes.count else { throw invalid("looking for beginning of value") }
    switch bytes[i] {
    case 123: return try object(depth: depth)
    case 91: return try array(depth: depth)
    case 34: return .string(try string())
    case 116: return try literal("true", .bool(true))
    case 102: return try literal("false", .bool(false))
    case 110: return try literal("null", .null)
    case 45, 48...57: return try number()
    default: throw invalid("looking for beginning of value")
    }
  }

  private mutating func literal(_ word: String, _ result: Value) throws(JSONError) -> Value {
    for byte in word.utf8 {
      guard i < bytes.count, bytes[i] == byte else {
        throw invalid("in literal \(word) (expecting '\(String(UnicodeScalar(byte)))')")
      }
      i += 1
    }
    return result
  }

  private mutating func object(depth: Int) throws(JSONError) -> Value {
    i += 1
    var members = Value.Object()
    skipSpace()
    if i < bytes.count, bytes[i] == 125 {
      i += 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard i < bytes.count, bytes[i] == 34 else { throw invalid("looking for beginning of object key string") }
      let key = try string()
      skipSpace()
      guard i < bytes.count, bytes[i] == 58 else { throw invalid("after object key") }
      i += 1
      skipSpace()
      members[key] = try value(depth: depth + 1)
      skipSpace()
      guard i < bytes.count, bytes[i] == 44 || bytes[i] == 125 else { throw invalid("after object key:value pair") }
      i += 1
      if bytes[i - 1] == 125 { return .object(members) }
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> Value {
    i += 1
    var items: [Value] = []
    skipSpace()
    if i < bytes.count, bytes[i] == 93 {
      i += 1
      return .array(items)
    }
    while true {
      skipSpace()
      items.append(try value(depth: depth + 1))
      skipSpace()
      guard i < bytes.count, bytes[i] == 44 || bytes[i] == 93 else { throw invalid("after array element") }
      i += 1
      if bytes[i - 1] == 93 { return .array(items) }
    }
  }

  private mutating func number() throws(JSONError) -> Value {
    let start = i
    var isInteger = true
    if bytes[i] == 45 { i += 1 }
    guard i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 else { throw invalid("in numeric literal") }
    if bytes[i] == 48 {
      i += 1
    } else {
      digits()
    }
    if i < bytes.count, bytes[i] == 46 {
      isInteger = false
      i += 1
      guard i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 else {
        throw invalid("after decimal point in numeric literal")
      }
      digits()
    }
    if i < bytes.count, bytes[i] == 101 || bytes[i] == 69 {
      isInteger = false
      i += 1
      if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
      guard i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 else { throw invalid("in exponent of numeric literal") }
      digits()
    }
    let text = Array(bytes[start..<i])
    if isInteger, let number = Int64(String(decoding: text, as: UTF8.self)) { return .integer(number) }
    return .number(Decimal.parse(text) ?? 0)
  }

  private mutating func digits() {
    while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
  }

  private mutating func string() throws(JSONError) -> String {
    i += 1
    var out: [UInt8] = []
    while true {
      guard i < bytes.count else { throw invalid("") }
      let byte = bytes[i]
      if byte == 34 {
        i += 1
        return String(decoding: out, as: UTF8.self)
      }
      if byte < 32 { throw invalid("in string literal") }
      i += 1
      guard byte == 92 else {
        out.append(byte)
        continue
      }
      guard i < bytes.count else { throw invalid("") }
      let escape = bytes[i]
      switch escape {
      case 34, 92, 47: out.append(escape)
      case 98: out.append(8)
      case 102: out.append(12)
      case 110: out.append(10)
      case 114: out.append(13)
      case 116: out.append(9)
      case 117:
        i += 1
        out += Array(String(try scalar()).utf8)
        continue
      default: throw invalid("in string escape code")
      }
      i += 1
    }
  }

  private mutating func hex4() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard i < bytes.count else { throw invalid("") }
      guard let digit = hexDigit(bytes[i]) else { throw invalid("in \\u hexadecimal character escape") }
      value = value << 4 | UInt32(digit)
      i += 1
    }
    return value
  }

  private mutating func scalar() throws(JSONError) -> UnicodeScalar {
    let first = try hex4()
    if first >= 0xD800, first < 0xDC00, i + 1 < bytes.count, bytes[i] == 92, bytes[i + 1] == 117 {
      let saved = i
      i += 2
      let second = try hex4()
      if second >= 0xDC00, second < 0xE000 {
        return UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
      }
      i = saved
    }
    return UnicodeScalar(first) ?? "\u{FFFD}"
  }
}

/// The value of a hexadecimal digit.
package func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: return byte - 48
  case 65...70: return byte - 55
  case 97...102: return byte - 87
  default: return nil
  }
}

private struct JSONWriter {
  let escapesHTML: Bool
  let sortsKeys: Bool
  let indent: Int?

  func write(_ value: Value, _ depth: Int, _ out: inout [UInt8]) {
    switch value {
    case .null: out += "null".utf8
    case .bool(let flag): out += (flag ? "true" : "false").utf8
    case .integer(let number): out += String(number).utf8
    case .number(let number): out += Decimal.json(number).utf8
    case .string(let text): write(text, &out)
    case .array(let items):
      out.append(91)
      for (index, item) in items.enumerated() {
        if index > 0 { out.append(44) }
        newline(depth + 1, &out)
        write(item, depth + 1, &out)
      }
      if !items.isEmpty { newline(depth, &out) }
      out.append(93)
    case .object(let members):
      out.append(123)
      var first = true
      func put(_ key: String, _ member: Value) {
        if !first { out.append(44) }
        first = false
        newline(depth + 1, &out)
        write(key, &out)
        out.append(58)
        if indent != nil { out.append(32) }
        write(member, depth + 1, &out)
      }
      if sortsKeys {
        for (key, member) in members.sortedByKey { put(key, member) }
      } else {
        for (key, member) in members { put(key, member) }
      }
      if !members.isEmpty { newline(depth, &out) }
      out.append(125)
    }
  }

  private func newline(_ depth: Int, _ out: inout [UInt8]) {
    guard let indent else { return }
    out.append(10)
    for _ in 0..<depth * indent { out.append(32) }
  }

  func write(_ text: String, _ out: inout [UInt8]) {
    out.append(34)
    let bytes = Array(text.utf8)
    let digits = Array("0123456789abcdef".utf8)
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      switch byte {
      case 34, 92: out += [92, byte]
      case 8: out += [92, 98]
      case 12: out += [92, 102]
      case 10: out += [92, 110]
      case 13: out += [92, 114]
      case 9: out += [92, 116]
      case 0..<32: out += [92, 117, 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      case 38, 60, 62:
        if escapesHTML {
          out += [92, 117, 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        } else {
          out.append(byte)
        }
      case 0xE2:
        // U+2028 and U+2029 are always escaped.
        if i + 2 < bytes.count, bytes[i + 1] == 0x80, bytes[i + 2] == 0xA8 || bytes[i + 2] == 0xA9 {
          out += [92, 117, 50, 48, 50, bytes[i + 2] == 0xA8 ? 56 : 57]
          i += 2
        } else {
          out.append(byte)
        }
      default: out.append(byte)
      }
      i += 1
    }
    out.append(34)
  }
}
