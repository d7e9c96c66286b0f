// Values as Go's fmt prints unstructured content with `%#v` and `%T`: kubectl shows them when a template fails.

import SimKernel

package enum GoSyntax {
  /// `map[string]interface {}{"a":1, "b":[]interface {}{"x"}}`, keys sorted.
  package static func describe(_ value: Value, map: String = "map[string]interface {}") -> String {
    switch value {
    case .null: return "interface {}(nil)"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return Decimal.go(number)
    case .string(let text): return quoted(text)
    case .array(let items):
      var texts: [String] = []
      for item in items { texts.append(describe(item, map: map)) }
      return "[]interface {}{" + texts.joined(separator: ", ") + "}"
    case .object(let members):
      var texts: [String] = []
      for (key, member) in members.sortedByKey { texts.append(quoted(key) + ":" + describe(member, map: map)) }
      return map + "{" + texts.joined(separator: ", ") + "}"
    }
  }

  /// The type's name: `string`, `int64`, `map[string]interface {}`.
  package static func typeName(_ value: Value) -> String {
    switch value {
    case .null: return "<nil>"
    case .bool: return "bool"
    case .integer: return "int64"
    case .number: return "float64"
    case .string: return "string"
    case .array: return "[]interface {}"
    case .object: return "map[string]interface {}"
    }
  }

  /// A string as Go's strconv.Quote writes it.
  package static func quoted(_ text: String) -> String {
    var out: [UInt8] = [34]
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 34: out += [92, 34]
      case 92: out += [92, 92]
      case 7: out += [92, 97]
      case 8: out += [92, 98]
      case 9: out += [92, 116]
      case 10: out += [92, 110]
      case 11: out += [92, 118]
      case 12: out += [92, 102]
      case 13: out += [92, 114]
      case 0..<32, 127:
        let digits = Array("0123456789abcdef".utf8)
        out += [92, 120, digits[Int(scalar.value >> 4)], digits[Int(scalar.value & 15)]]
      default: out += Array(String(scalar).utf8)
      }
    }
    out.append(34)
    return String(decoding: out, as: UTF8.self)
  }
}
