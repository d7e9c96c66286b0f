// The order in which Go prints a typed object: members as the API declares them, keys of maps sorted. kubectl prints what its own
// generators make in this order (`create … -o json`), everything it reads without types in order of name.

import SimKernel
package import Unstructured

extension Schema {
  /// The object with its members in declaration order; what the schema does not know follows, sorted by name.
  package static func inDeclaredOrder(_ object: Value, _ kind: Kind) -> Value {
    guard let root = root(kind) else { return object }
    return ordered(object, root, depth: 0)
  }

  private static func ordered(_ value: Value, _ structure: Structure, depth: Int) -> Value {
    guard depth < 64, let members = value.object else { return value }
    var out = Value.Object()
    for (name, field) in structure.members {
      if let member = members[name] { out[name] = ordered(member, field.type, depth: depth + 1) }
    }
    for (name, member) in members.sortedByKey where !out.contains(name) { out[name] = member }
    return .object(out)
  }

  private static func ordered(_ value: Value, _ type: FieldType, depth: Int) -> Value {
    switch type {
    case .pointer(let inner): return ordered(value, inner, depth: depth)
    case .structure(let name): return Schema.structure(name).map { ordered(value, $0, depth: depth) } ?? value
    case .list(let item):
      guard let items = value.array else { return value }
      var out: [Value] = []
      for element in items { out.append(ordered(element, item, depth: depth + 1)) }
      return .array(out)
    case .map(let item):
      guard let members = value.object else { return value }
      var out = Value.Object()
      for (key, member) in members.sortedByKey { out[key] = ordered(member, item, depth: depth + 1) }
      return .object(out)
    default: return sorted(value, depth: depth)
    }
  }

  private static func sorted(_ value: Value, depth: Int) -> Value {
    guard depth < 64, let members = value.object else { return value }
    var out = Value.Object()
    for (key, member) in members.sortedByKey { out[key] = sorted(member, depth: depth + 1) }
    return .object(out)
  }
}
