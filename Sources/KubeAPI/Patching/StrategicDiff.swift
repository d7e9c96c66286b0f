// Strategic merge patches made (apimachinery util/strategicpatch): what `kubectl apply`, `edit`, `set` and `scale` send.

import SimKernel
import Unstructured

struct StrategicDiff {
  var ignoresAdditions = false
  var ignoresDeletions = false
  var givesOrder = false

  func maps(
    _ original: Value.Object, _ modified: Value.Object, _ schema: PatchSchema, retainsKeys: Bool = false
  ) throws(PatchError) -> Value.Object {
    var patch = Value.Object()
    var retained: [String] = []
    for (key, value) in modified {
      if retainsKeys, !value.isNull { retained.append(key) }
      guard let before = original[key] else {
        if !ignoresAdditions { patch[key] = value }
        continue
      }
      switch (before, value) {
      case (.object(let a), .object(let b)):
        let member = schema.member(key)
        let inner = try maps(a, b, member.schema, retainsKeys: member.retainsKeys)
        if !inner.isEmpty { patch[key] = .object(inner) }
      case (.array(let a), .array(let b)):
        let member = schema.member(key)
        guard let mergeKey = member.mergeKey else {
          if !ignoresAdditions, a != b { patch[key] = value }
          continue
        }
        let difference = try lists(a, b, member.schema, mergeKey, retainsKeys: member.retainsKeys)
        if !difference.changes.isEmpty { patch[key] = .array(difference.changes) }
        if !difference.deletions.isEmpty { patch[Directive.deletePrefix + key] = .array(difference.deletions) }
        if !difference.order.isEmpty { patch[Directive.orderPrefix + key] = .array(difference.order) }
      default:
        if !ignoresAdditions, before != value { patch[key] = value }
      }
    }
    if !ignoresDeletions {
      for key in original.keys where modified[key] == nil { patch[key] = .null }
    }
    if !retained.isEmpty {
      var hasOthers = false
      for key in original.keys where modified[key] == nil { hasOthers = true }
      if !patch.isEmpty || hasOthers { patch[Directive.retainKeys] = .strings(retained.sorted()) }
    }
    return patch
  }

  private func lists(
    _ original: [Value], _ modified: [Value], _ schema: PatchSchema, _ key: String, retainsKeys: Bool
  ) throws(PatchError) -> (changes: [Value], deletions: [Value], order: [Value]) {
    if original.isEmpty { return modified.isEmpty || ignoresAdditions ? ([], [], []) : (modified, [], []) }
    guard original[0].object != nil || modified.first?.object != nil else {
      var changes: [Value] = []
      var deletions: [Value] = []
      if !ignoresAdditions { for item in modified where !original.contains(item) { changes.append(item) } }
      if !ignoresDeletions {
        for item in original where !modified.contains(item) && !deletions.contains(item) { deletions.append(item) }
      }
      let differs = !changes.isEmpty || !deletions.isEmpty || original != modified
      return (changes, deletions, givesOrder && differs ? modified : [])
    }
    func identity(_ item: Value) throws(PatchError) -> Value {
      guard let value = item[key] else {
        throw PatchError(message: "map: \(goText(item)) does not contain declared merge key: \(key)")
      }
      return value
    }
    var changes: [Value] = []
    for item in modified {
      let name = try identity(item)
      var counterpart: Value?
      for candidate in original where try identity(candidate) == name {
        counterpart = candidate
        break
      }
      if let counterpart, let a = counterpart.object, let b = item.object {
        var inner = try maps(a, b, schema, retainsKeys: retainsKeys)
        if !inner.isEmpty {
          inner[key] = name
          changes.append(.object(inner))
        }
      } else if !ignoresAdditions {
        changes.append(item)
      }
    }
    var deletions: [(String, Value)] = []
    if !ignoresDeletions {
      for item in original {
        let name = try identity(item)
        var stays = false
        for candidate in modified where try identity(candidate) == name { stays = true }
        if !stays {
          deletions.append((goText(name), Value.members([(Directive.patch, .string("delete")), (key, name)])))
        }
      }
      deletions.sort { $0.0 < $1.0 }
    }
    for (_, deletion) in deletions { changes.append(deletion) }
    var sameOrder = original.count == modified.count
    if sameOrder {
      for (a, b) in zip(original, modified) where try identity(a) != identity(b) { sameOrder = false }
    }
    var order: [Value] = []
    if givesOrder, !changes.isEmpty || !sameOrder {
      for item in modified { order.append(.members([(key, try identity(item))])) }
    }
    return (changes, [], order)
  }
}
