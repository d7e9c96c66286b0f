// The difference of two structures as the API server appends it to some refusals (go-cmp's report): changed fields with
// two equal ones around them, runs of equal fields counted. One level of fields is compared; values are shown in go-cmp's
// short form, without empty members.

import SimKernel
package import Unstructured

package enum GoDifference {
  package static func text(before: Value, after: Value, _ structure: String, package name: String) -> String {
    let fields = GoLiteral.fields(structure)
    var changed: [Bool] = []
    for field in fields {
      changed.append((before[field.name] ?? .null) != (after[field.name] ?? .null))
    }
    var lines: [String] = ["  \(name).\(structure){"]
    var i = 0
    while i < fields.count {
      var end = i
      while end < fields.count, !isShown(end, changed) { end += 1 }
      if end > i {
        let count = end - i
        lines.append("  \t... // \(count) identical field\(count == 1 ? "" : "s")")
        i = end
        continue
      }
      while end < fields.count, isShown(end, changed) { end += 1 }
      var width = 0
      for field in fields[i..<end] { width = max(width, field.goName.utf8.count) }
      for index in i..<end {
        let field = fields[index]
        let label = field.goName + ":" + String(repeating: " ", count: width - field.goName.utf8.count + 1)
        if changed[index] {
          lines.append("- \t\(label)\(short(before[field.name], field.type)),")
          lines.append("+ \t\(label)\(short(after[field.name], field.type)),")
        } else {
          lines.append("  \t\(label)\(short(before[field.name], field.type)),")
        }
      }
      i = end
    }
    lines.append("  }")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func isShown(_ index: Int, _ changed: [Bool]) -> Bool {
    for near in max(0, index - 2)...min(changed.count - 1, index + 2) where changed[near] { return true }
    // A single equal field is not worth counting.
    return false
  }

  /// A value without type names and empty members: `&{ClaimName: "data"}`, `nil`, `"x"`.
  private static func short(_ value: Value?, _ type: FieldType, _ depth: Int = 0) -> String {
    let present = value?.isNull == false ? value : nil
    switch type {
    case .pointer(let target): return present == nil ? "nil" : "&" + short(present, target, depth)
    case .string, .named: return goQuoted(present?.string ?? "")
    case .bool: return present?.bool == true ? "true" : "false"
    case .int32, .int64: return String(present?.integer ?? 0)
    case .list(let item):
      guard let items = present?.array else { return "nil" }
      var texts: [String] = []
      for element in items { texts.append(short(element, item, depth + 1)) }
      return "{" + texts.joined(separator: ", ") + "}"
    case .map(let item):
      guard let object = present?.object else { return "nil" }
      var texts: [String] = []
      for (key, member) in object.sortedByKey { texts.append(goQuoted(key) + ": " + short(member, item, depth + 1)) }
      return "{" + texts.joined(separator: ", ") + "}"
    case .resourceList:
      guard let object = present?.object else { return "nil" }
      var texts: [String] = []
      for (key, member) in object.sortedByKey {
        let quantity = Quantity(member) ?? Quantity(0)
        let format = quantity.format == .binarySI ? "BinarySI" : "DecimalSI"
        texts.append("s\(goQuoted(key)): {i: {...}, s: \(goQuoted(quantity.description)), Format: \(goQuoted(format))}")
      }
      return "{" + texts.joined(separator: ", ") + "}"
    case .intOrString:
      if let text = present?.string { return "{Type: 1, StrVal: \(goQuoted(text))}" }
      let number = present?.integer ?? 0
      return number == 0 ? "{}" : "{IntVal: \(number)}"
    case .structure(let name):
      guard let structure = Schema.structure(name) else { return "{}" }
      return "{" + members(structure, present, depth).joined(separator: ", ") + "}"
    default: return present == nil ? "nil" : goText(present!)
    }
  }

  private static func members(_ structure: Structure, _ value: Value?, _ depth: Int) -> [String] {
    var texts: [String] = []
    for field in structure.fields {
      if field.isEmbedded {
        guard let inner = Schema.structure(field.type.structureName ?? "") else { continue }
        let content = members(inner, value, depth + 1)
        if !content.isEmpty { texts.append(field.goName + ": {" + content.joined(separator: ", ") + "}") }
        continue
      }
      guard let member = value?[field.name], !member.isNull else { continue }
      switch member {
      case .string(let text) where text.isEmpty: continue
      case .integer(0), .bool(false):
        if case .pointer = field.type { break }
        continue
      case .object(let members) where members.isEmpty:
        if case .pointer = field.type { break }
        continue
      default: break
      }
      texts.append(field.goName + ": " + short(member, field.type, depth + 1))
    }
    return texts
  }
}
