// Go's `%v` of a value: what templates, custom columns and descriptions print of what is not a string.

import SimKernel
import Unstructured

enum GoDump {
  /// `map[a:b]`, `[x y]`, `<nil>`
  static func plain(_ value: Value) -> String {
    switch value {
    case .null: return "<nil>"
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return Decimal.go(number)
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
