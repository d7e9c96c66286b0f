// What server-side apply refuses before anything else: configurations that do not fit the kind's schema. The words are those of
// structured-merge-diff's `typed/validate.go`, which knows no strictness: an undeclared field is always a mistake.

import SimKernel
package import Unstructured

package enum TypedConfiguration {
  /// `.spec.replica: field not declared in schema`, one per mistake.
  package static func problems(_ kind: Kind, _ config: Value) -> [String] {
    guard let root = Schema.root(kind) else { return [] }
    var problems: [String] = []
    check(config, .structure(root.name), root, "", &problems, depth: 0)
    return problems
  }

  /// The refusal of a configuration that does not fit; nil when it does.
  package static func refusal(_ kind: Kind, namespace: String, name: String, _ config: Value) -> Status? {
    let problems = problems(kind, config)
    if problems.isEmpty { return nil }
    var text = problems[0]
    if problems.count > 1 { text = "errors:\n  " + problems.joined(separator: "\n  ") }
    let object = "\(namespace)/\(name); \(kind.group.isEmpty ? "/" + kind.version : kind.apiVersion), Kind=\(kind.kind)"
    return .unknown("failed to create typed patch object (\(object)): \(text)")
  }

  private static func check(
    _ value: Value, _ type: FieldType, _ structure: Structure?, _ path: String, _ problems: inout [String], depth: Int
  ) {
    guard depth < 64, !value.isNull else { return }
    func refuse(_ wanted: String, _ shown: String) { problems.append("\(path): expected \(wanted), got \(shown)") }
    switch type {
    case .pointer(let target): check(value, target, structure, path, &problems, depth: depth)
    case .structure(let name):
      guard let structure = structure ?? Schema.structure(name) else { return }
      guard let members = value.object else { return refuse("map", "&{\(goText(value))}") }
      for (key, member) in members.sortedByKey {
        let inner = "\(path).\(key)"
        if let field = structure.members[key] {
          self.field(member, field, structure, inner, &problems, depth: depth + 1)
        } else {
          problems.append(inner + ": field not declared in schema")
        }
      }
    case .map(let item):
      guard let members = value.object else { return refuse("map", "&{\(goText(value))}") }
      for (key, member) in members.sortedByKey {
        check(member, item, nil, "\(path).\(key)", &problems, depth: depth + 1)
      }
    case .resourceList: if value.object == nil { refuse("map", "&{\(goText(value))}") }
    case .list(let item):
      guard let items = value.array else { return refuse("list", "&{\(goText(value))}") }
      for (index, element) in items.enumerated() {
        check(element, item, nil, "\(path)[\(index)]", &problems, depth: depth + 1)
      }
    case .int32, .int64, .double:
      switch value {
      case .integer, .number: break
      default: refuse("numeric (int or float)", GoSyntax.typeName(value))
      }
    case .bool: if value.bool == nil { refuse("boolean", "&{\(goText(value))}") }
    case .string, .named, .bytes:
      if value.string == nil { refuse("string", "&value.valueUnstructured{Value:\(GoSyntax.describe(value))}") }
    case .quantity, .time, .microTime, .duration, .intOrString, .raw: break
    }
  }

  /// A member; the items of lists that merge are known by their keys.
  private static func field(
    _ value: Value, _ field: Field, _ structure: Structure, _ path: String, _ problems: inout [String], depth: Int
  ) {
    guard case .list(let item) = field.type.target, let items = value.array,
      case .keyed(let keys, _) = FieldRule.of(field, in: structure)
    else {
      return check(value, field.type, nil, path, &problems, depth: depth)
    }
    let rule = FieldRule.of(field, in: structure)
    var seen: [String] = []
    for (index, element) in items.enumerated() {
      guard let key = rule.element(element) else {
        for name in keys where element[name] == nil {
          problems.append(
            "\(path): element \(index): associative list with keys has an element that omits key field "
              + "\(goQuoted(name)) (and doesn't have default value)")
          break
        }
        continue
      }
      if seen.contains(key) { problems.append("\(path): duplicate entries for key \(FieldSet.text([key]))") }
      seen.append(key)
      check(element, item, nil, path + FieldSet.text([key]), &problems, depth: depth)
    }
  }
}
