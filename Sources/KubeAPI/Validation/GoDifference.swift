// The difference of two structures as the API server appends it to some refusals (go-cmp's report): changed fields with
// two equal ones around them, runs of equal fields counted. Changed structures, and lists of as many items, are opened;
// everything else is shown in go-cmp's short form, without empty members.

import SimKernel
package import Unstructured

package enum GoDifference {
  // go-cmp puts non-breaking spaces into its margin, so that nobody relies on its output.
  private static let same = "\u{A0}\u{A0}"
  private static let minus = "-\u{A0}"
  private static let plus = "+\u{A0}"

  package static func text(before: Value, after: Value, _ structure: String, package name: String) -> String {
    var lines: [String] = ["\(same)\(name).\(structure){"]
    fields(before, after, structure, name, 1, &lines)
    lines.append("\(same)}")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func tabs(_ count: Int) -> String { String(repeating: "\t", count: count) }

  private static func fields(
    _ before: Value, _ after: Value, _ structure: String, _ package: String, _ depth: Int, _ lines: inout [String]
  ) {
    let fields = GoLiteral.fields(structure)
    func value(_ object: Value, _ field: Field) -> Value {
      field.isEmbedded ? object : object[field.name] ?? .null
    }
    func differs(_ field: Field) -> Bool {
      guard field.isEmbedded, let name = field.type.structureName else {
        return value(before, field) != value(after, field)
      }
      for inner in Schema.structure(name)?.fields ?? [] where before[inner.name] != after[inner.name] { return true }
      return false
    }
    var changed: [Bool] = []
    for field in fields { changed.append(differs(field)) }
    var i = 0
    while i < fields.count {
      var end = i
      while end < fields.count, !isShown(end, changed) { end += 1 }
      if end > i {
        lines.append("\(same)\(tabs(depth))... // \(end - i) identical field\(end - i == 1 ? "" : "s")")
        i = end
        continue
      }
      if changed[i], opens(value(before, fields[i]), value(after, fields[i]), fields[i].type) {
        let field = fields[i]
        open(
          value(before, field), value(after, field), field.type, field.goName + ": ", package, depth, isItem: false,
          &lines)
        i += 1
        continue
      }
      // A run of one-line fields is aligned.
      while end < fields.count, isShown(end, changed) {
        if changed[end], opens(value(before, fields[end]), value(after, fields[end]), fields[end].type) { break }
        end += 1
      }
      var width = 0
      for field in fields[i..<end] { width = max(width, field.goName.utf8.count) }
      for index in i..<end {
        let field = fields[index]
        let label = field.goName + ":" + String(repeating: " ", count: width - field.goName.utf8.count + 1)
        let old = short(value(before, field), field.type)
        if changed[index] {
          lines.append("\(minus)\(tabs(depth))\(label)\(old),")
          lines.append("\(plus)\(tabs(depth))\(label)\(short(value(after, field), field.type)),")
        } else {
          lines.append("\(same)\(tabs(depth))\(label)\(old),")
        }
      }
      i = end
    }
  }

  /// Whether a changed value is compared inside.
  private static func opens(_ before: Value, _ after: Value, _ type: FieldType) -> Bool {
    switch type {
    case .structure: return before.object != nil && after.object != nil
    case .pointer(let target): return opens(before, after, target)
    case .list(let item):
      guard case .structure = item, let a = before.array, let b = after.array else { return false }
      return a.count == b.count
    default: return false
    }
  }

  private static func open(
    _ before: Value, _ after: Value, _ type: FieldType, _ label: String, _ package: String, _ depth: Int,
    isItem: Bool, _ lines: inout [String]
  ) {
    switch type {
    case .pointer(let target):
      open(before, after, target, label + "&", package, depth, isItem: isItem, &lines)
    case .structure(let name):
      lines.append("\(same)\(tabs(depth))\(label)\(isItem ? "" : GoLiteral.typeName(name, package)){")
      fields(before, after, name, package, depth + 1, &lines)
      lines.append("\(same)\(tabs(depth))},")
    case .list(let item):
      let a = before.array ?? []
      let b = after.array ?? []
      lines.append("\(same)\(tabs(depth))\(label)\(GoLiteral.goType(type, package)){")
      var changed: [Bool] = []
      for index in a.indices { changed.append(a[index] != b[index]) }
      var i = 0
      while i < a.count {
        var end = i
        while end < a.count, !isShown(end, changed) { end += 1 }
        if end > i {
          lines.append("\(same)\(tabs(depth + 1))... // \(end - i) identical element\(end - i == 1 ? "" : "s")")
          i = end
        } else if changed[i] {
          open(a[i], b[i], item, "", package, depth + 1, isItem: true, &lines)
          i += 1
        } else {
          lines.append("\(same)\(tabs(depth + 1))\(short(a[i], item)),")
          i += 1
        }
      }
      lines.append("\(same)\(tabs(depth))},")
    default: break
    }
  }

  private static func isShown(_ index: Int, _ changed: [Bool]) -> Bool {
    for near in max(0, index - 2)...min(changed.count - 1, index + 2) where changed[near] { return true }
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
      let type = GoLiteral.isValue(structure.name, field) ? field.type.target : field.type
      switch member {
      case .string(let text) where text.isEmpty: continue
      case .integer(0), .bool(false):
        if case .pointer = type { break }
        continue
      case .object(let members) where members.isEmpty:
        if case .pointer = type { break }
        continue
      default: break
      }
      texts.append(field.goName + ": " + short(member, type, depth + 1))
    }
    return texts
  }
}
