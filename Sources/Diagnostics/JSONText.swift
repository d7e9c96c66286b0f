// Writing JSON (RFC 8259) with stable bytes: members in the order given, one form for each value, no Foundation. Values
// are small trees; `compact` is one line, `pretty` indents by two spaces and keeps scalars-only arrays on one line.

/// A JSON value to be written.
package indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number already in JSON's spelling, like `0.123`.
  case number(String)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  package static func int(_ value: Int) -> JSONText { .integer(Int64(value)) }

  package static func strings(_ values: [String]) -> JSONText {
    var items: [JSONText] = []
    for value in values { items.append(.string(value)) }
    return .array(items)
  }

  /// One line: `{"a": 1, "b": [1, 2]}`.
  package var compact: String {
    var out = ""
    write(to: &out, indent: nil)
    return out
  }

  /// Indented by two spaces, with a line feed at the end.
  package var pretty: String {
    var out = ""
    write(to: &out, indent: 0)
    out += "\n"
    return out
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += "\(value)"
    case .number(let text): out += text
    case .string(let text): out += JSONText.quote(text)
    case .array(let items):
      let inner = items.isEmpty || JSONText.allScalars(items) ? nil : indent.map { $0 + 2 }
      out += "["
      for (index, item) in items.enumerated() {
        if index > 0 { out += inner == nil ? ", " : "," }
        JSONText.newLine(&out, inner)
        item.write(to: &out, indent: inner)
      }
      if inner != nil { JSONText.newLine(&out, indent) }
      out += "]"
    case .object(let members):
      let inner = members.isEmpty ? nil : indent.map { $0 + 2 }
      out += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { out += inner == nil ? ", " : "," }
        JSONText.newLine(&out, inner)
        out += JSONText.quote(member.0)
        out += ": "
        member.1.write(to: &out, indent: inner)
      }
      if inner != nil { JSONText.newLine(&out, indent) }
      out += "}"
    }
  }

  private static func allScalars(_ items: [JSONText]) -> Bool {
    for item in items {
      switch item {
      case .array, .object: return false
      default: continue
      }
    }
    return true
  }

  private static func newLine(_ out: inout String, _ indent: Int?) {
    guard let indent else { return }
    out += "\n"
    out += String(repeating: " ", count: indent)
  }

  /// A JSON string literal. Control characters, DEL and C1 controls are escaped; all other text stays as it is.
  package static func quote(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: out += "\\\""
      case 0x5C: out += "\\\\"
      case 0x08: out += "\\b"
      case 0x09: out += "\\t"
      case 0x0A: out += "\\n"
      case 0x0C: out += "\\f"
      case 0x0D: out += "\\r"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: out += "\\u" + hex4(scalar.value)
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
    return out
  }

  private static func hex4(_ value: UInt32) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    var shift: UInt32 = 16
    while shift > 0 {
      shift -= 4
      bytes.append(digits[Int((value >> shift) & 0xF)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
