// Go's own ways of writing a value: `%#v` of decoded JSON, as error messages of the jsonpath printer dump it, and `%v`, as
// templates and custom columns print what is not a string.

import KubeAPI
import Unstructured

enum GoDump {
  /// `map[string]interface {}{"a":"b"}`
  static func text(_ value: Value) -> String {
    switch value {
    case .null: return "interface {}(nil)"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return number.description
    case .string(let text): return goQuoted(text)
    case .array(let items):
      var parts: [String] = []
      for item in items { parts.append(text(item)) }
      return "[]interface {}{" + parts.joined(separator: ", ") + "}"
    case .object(let members):
      var parts: [String] = []
      for (key, member) in members.sortedByKey { parts.append(goQuoted(key) + ":" + text(member)) }
      return "map[string]interface {}{" + parts.joined(separator: ", ") + "}"
    }
  }

  /// `map[a:b]`, `[x y]`, `<nil>`
  static func plain(_ value: Value) -> String {
    switch value {
    case .null: return "<nil>"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number):
      let text = number.description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    case .string(let text): return text
    case .array(let items):
      var parts: [String] = []
      for item in items { parts.append(plain(item)) }
      return "[" + parts.joined(separator: " ") + "]"
    case .object(let members):
      var parts: [String] = []
      for (key, member) in members.sortedByKey { parts.append(key + ":" + plain(member)) }
      return "map[" + parts.joined(separator: " ") + "]"
    }
  }
}
