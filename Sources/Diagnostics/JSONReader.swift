// Reading JSON (RFC 8259) so that a mistake can be pointed at: every value keeps its byte range in the file, object
// members keep their order and their keys' ranges, numbers keep their spelling. Strict, except that a byte order mark at
// the start is skipped. Duplicate keys are kept; `subscript` gives the last one, as Go's and JavaScript's readers do.

package struct JSONNode: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As spelled in the file.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  package var value: Value
  package var range: SourceRange

  package init(value: Value, range: SourceRange) {
    self.value = value
    self.range = range
  }

  package var string: String? { if case .string(let text) = value { text } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = value { flag } else { nil } }
  package var number: String? { if case .number(let text) = value { text } else { nil } }
  package var int: Int? { if case .number(let text) = value { Int(text) } else { nil } }
  package var array: [JSONNode]? { if case .array(let items) = value { items } else { nil } }
  package var members: [JSONMember]? { if case .object(let members) = value { members } else { nil } }

  package subscript(_ key: String) -> JSONNode? {
    guard case .object(let members) = value else { return nil }
    var found: JSONNode?
    for member in members where member.key == key { found = member.value }
    return found
  }

  /// What kind of value this is, for messages: "a string", "an object".
  package var kindName: String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

package struct JSONMember: Hashable, Sendable {
  package var key: String
  package var keyRange: SourceRange
  package var value: JSONNode

  package init(key: String, keyRange: SourceRange, value: JSONNode) {
    self.key = key
    self.keyRange = keyRange
    self.value = value
  }
}

/// Where a JSON text stops being JSON, and what stands there.
package struct JSONSyntaxError: Error, Hashable, Sendable {
  package var offset: Int
  /// A summary in the form diagnostics use.
  package var message: String
}

package struct JSONReader {
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  /// Deeper than any course file; keeps hostile input from exhausting the stack.
  package static let depthMax = 256

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads one value that is the whole of `bytes`.
  package static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
    var reader = JSONReader(bytes)
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { reader.index = 3 }
    reader.skipSpace()
    if reader.index == bytes.count { throw reader.error("Empty file where a JSON value was expected") }
    let node = try reader.value()
    reader.skipSpace()
    if reader.index < bytes.count { throw reader.error("Text after the end of the JSON value") }
    return node
  }

  private func error(_ message: String, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset ?? index, message: message)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
  }

  /// What stands at the current place, for a message.
  private var found: String {
    guard let byte = current else { return "the end of the file" }
    if byte < 0x20 || byte == 0x7F { return "a control character" }
    var end = index + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return "'" + String(decoding: bytes[index..<end], as: UTF8.self) + "'"
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONNode {
    guard depth < JSONReader.depthMax else { throw error("JSON nested deeper than \(JSONReader.depthMax) levels") }
    depth += 1
    defer { depth -= 1 }
    let start = index
    let parsed: JSONNode.Value
    switch current {
    case 0x7B?: parsed = try object()
    case 0x5B?: parsed = try array()
    case 0x22?: parsed = .string(try string())
    case .some(0x2D), .some(0x30...0x39): parsed = .number(try number())
    case 0x74?: parsed = try word("true", .bool(true))
    case 0x66?: parsed = try word("false", .bool(false))
    case 0x6E?: parsed = try word("null", .null)
    case 0x27: throw error("Single quotes around a JSON string, which takes double quotes")
    default: throw error("Unexpected \(found) where a JSON value was expected")
    }
    return JSONNode(value: parsed, range: SourceRange(start: start, end: index))
  }

  private mutating func word(_ text: String, _ result: JSONNode.Value) throws(JSONSyntaxError) -> JSONNode.Value {
    let start = index
    for byte in text.utf8 {
      guard current == byte else { throw error("Unknown word where a JSON value was expected", at: start) }
      index += 1
    }
    return result
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONNode.Value {
    let open = index
    index += 1
    var members: [JSONMember] = []
    skipSpace()
    if current == 0x7D {
      index += 1
      return .object(members)
    }
    while true {
      skipSpace()
      let keyStart = index
      if current == nil { throw error("Object is opened here and never closed", at: open) }
      if current == 0x7D { throw error("Comma before the closing '}'") }
      guard current == 0x22 else { throw error("Unexpected \(found) where a key in double quotes was expected") }
      let key = try string()
      let keyRange = SourceRange(start: keyStart, end: index)
      skipSpace()
      guard current == 0x3A else { throw error("Unexpected \(found) where ':' was expected after the key \"\(key)\"") }
      index += 1
      skipSpace()
      members.append(JSONMember(key: key, keyRange: keyRange, value: try value()))
      let valueEnd = index
      skipSpace()
      if current == 0x2C {
        index += 1
      } else if current == 0x7D {
        index += 1
        return .object(members)
      } else if current == nil {
        throw error("Object is opened here and never closed", at: open)
      } else {
        throw error("Missing comma between two members", at: valueEnd)
      }
    }
  }

  private mutating func array() throws(JSONSyntaxError) -> JSONNode.Value {
    let open = index
    index += 1
    var items: [JSONNode] = []
    skipSpace()
    if current == 0x5D {
      index += 1
      return .array(items)
    }
    while true {
      skipSpace()
      if current == nil { throw error("Array is opened here and never closed", at: open) }
      if current == 0x5D { throw error("Comma before the closing ']'") }
      items.append(try value())
      let valueEnd = index
      skipSpace()
      if current == 0x2C {
        index += 1
      } else if current == 0x5D {
        index += 1
        return .array(items)
      } else if current == nil {
        throw error("Array is opened here and never closed", at: open)
      } else {
        throw error("Missing comma between two items", at: valueEnd)
      }
    }
  }

  private mutating func number() throws(JSONSyntaxError) -> String {
    let start = index
    if current == 0x2D { index += 1 }
    if current == 0x30 {
      index += 1
      if let byte = current, byte >= 0x30, byte <= 0x39 { throw error("Number with a leading zero", at: start) }
    } else {
      try digits(start)
    }
    if current == 0x2E {
      index += 1
      try digits(start)
    }
    if current == 0x65 || current == 0x45 {
      index += 1
      if current == 0x2B || current == 0x2D { index += 1 }
      try digits(start)
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits(_ start: Int) throws(JSONSyntaxError) {
    let first = index
    while let byte = current, byte >= 0x30, byte <= 0x39 { index += 1 }
    if index == first { throw error("Incomplete number", at: start) }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = index
    index += 1
    var out: [UInt8] = []
    while true {
      guard let byte = current else { throw error("String is opened here and never closed", at: start) }
      switch byte {
      case 0x22:
        index += 1
        return String(decoding: out, as: UTF8.self)
      case 0x5C:
        try escape(&out)
      case 0x0A, 0x0D:
        throw error("String is opened here and not closed before the end of the line", at: start)
      case 0..<0x20:
        throw error("Control character inside a string, which takes an escape like \\t")
      default:
        out.append(byte)
        index += 1
      }
    }
  }

  private mutating func escape(_ out: inout [UInt8]) throws(JSONSyntaxError) {
    let start = index
    index += 1
    guard let byte = current else { throw error("Unfinished escape", at: start) }
    index += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: out.append(byte)
    case 0x62: out.append(0x08)
    case 0x66: out.append(0x0C)
    case 0x6E: out.append(0x0A)
    case 0x72: out.append(0x0D)
    case 0x74: out.append(0x09)
    case 0x75:
      var unit = try hex4(start)
      if unit >= 0xD800, unit < 0xDC00, index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 {
        let before = index
        index += 2
        let low = try hex4(before)
        if low >= 0xDC00, low < 0xE000 {
          unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
        } else {
          index = before
        }
      }
      let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
      out.append(contentsOf: Array(String(Character(scalar)).utf8))
    default: throw error("Unknown escape in a string", at: start)
    }
  }

  private mutating func hex4(_ start: Int) throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    var count = 0
    while count < 4 {
      guard let byte = current else { throw error("Unfinished \\u escape", at: start) }
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw error("A \\u escape takes four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      index += 1
      count += 1
    }
    return value
  }
}
