// Strategic merge patches applied (apimachinery util/strategicpatch): lists of objects merge by their key, directives
// ($patch, $retainKeys, $deleteFromPrimitiveList/…, $setElementOrder/…) steer the rest.

import SimKernel
package import Unstructured

/// Why a patch cannot be applied, in apimachinery's words.
struct PatchError: Error {
  let message: String
}

/// A place in the schema during a merge: nil below fields the schema does not model.
struct PatchSchema {
  let structure: Structure?

  /// The schema and strategy of a member.
  func member(_ name: String) -> (schema: PatchSchema, mergeKey: String?, retainsKeys: Bool) {
    guard let field = structure?.members[name] else { return (PatchSchema(structure: nil), nil, false) }
    let inner = field.type.structureName
    return (
      PatchSchema(structure: inner == nil ? nil : Schema.structure(inner!)), field.mergeKey, field.retainsKeys
    )
  }
}

enum Directive {
  static let patch = "$patch"
  static let retainKeys = "$retainKeys"
  static let deletePrefix = "$deleteFromPrimitiveList/"
  static let orderPrefix = "$setElementOrder/"

  static func suffix(_ key: String, _ prefix: String) -> String? {
    key.hasPrefix(prefix) ? String(decoding: Array(key.utf8)[prefix.utf8.count...], as: UTF8.self) : nil
  }
}

struct StrategicMerge {
  /// Applying to an object (true) or combining two patches (false): directives are carried out or kept.
  let appliesDirectives: Bool
  /// Nulls that delete nothing are dropped.
  let ignoresUnmatchedNulls: Bool

  func merge(_ original: Value.Object, _ patch: Value.Object, _ schema: PatchSchema) throws(PatchError) -> Value.Object
  {
    var original = original
    var patch = patch
    if let directive = patch[Directive.patch] {
      switch directive.string {
      case "replace":
        patch[Directive.patch] = nil
        return patch
      case "delete": return Value.Object()
      default:
        throw PatchError(message: "unknown patch type: \(goText(directive)) in map: \(goText(.object(patch)))")
      }
    }
    try applyRetainKeys(&original, &patch)
    try mergeOrdered(&original, &patch, schema)

    for (patchKey, patchValue) in patch {
      var key = patchKey
      var isDeleteList = false
      if let name = Directive.suffix(patchKey, Directive.deletePrefix) {
        guard appliesDirectives else {
          original[patchKey] = patchValue
          continue
        }
        key = name
        isDeleteList = true
      }
      if patchValue.isNull {
        original[key] = nil
        if ignoresUnmatchedNulls { continue }
      }
      guard let present = original[key] else {
        if !isDeleteList { original[key] = ignoresUnmatchedNulls ? withoutNulls(patchValue) : patchValue }
        continue
      }
      let member = schema.member(key)
      if case .object(let a) = present, case .object(let b) = patchValue {
        original[key] = .object(try merge(a, b, member.schema))
      } else if case .array(let a) = present, case .array(let b) = patchValue {
        if member.mergeKey != nil || isDeleteList {
          original[key] = .array(
            try mergeList(a, b, member.schema, key: member.mergeKey ?? "", isDeleteList: isDeleteList))
        } else {
          original[key] = patchValue
        }
      } else if !isDeleteList {
        original[key] = ignoresUnmatchedNulls ? withoutNulls(patchValue) : patchValue
      }
    }
    return original
  }

  private func withoutNulls(_ value: Value) -> Value {
    guard case .object(let members) = value else { return value }
    var result = Value.Object()
    for (key, member) in members where !member.isNull { result[key] = withoutNulls(member) }
    return .object(result)
  }

  private func applyRetainKeys(_ original: inout Value.Object, _ patch: inout Value.Object) throws(PatchError) {
    guard let directive = patch[Directive.retainKeys] else { return }
    patch[Directive.retainKeys] = nil
    guard appliesDirectives else {
      if let other = original[Directive.retainKeys] {
        if other != directive { throw PatchError(message: "invalid patch format of retainKeys") }
      } else {
        original[Directive.retainKeys] = directive
      }
      return
    }
    var kept: [String] = []
    for item in directive.array ?? [] { kept.append(item.string ?? "") }
    for (key, value) in patch where !value.isNull && !key.hasPrefix("$") && !kept.contains(key) {
      throw PatchError(message: "invalid patch format of retainKeys")
    }
    for key in original.keys where !kept.contains(key) { original[key] = nil }
  }

  /// Lists whose order the patch gives: `$setElementOrder/x` together with `x`.
  private func mergeOrdered(
    _ original: inout Value.Object, _ patch: inout Value.Object, _ schema: PatchSchema
  ) throws(PatchError) {
    for key in patch.keys {
      guard let name = Directive.suffix(key, Directive.orderPrefix), let directive = patch[key] else { continue }
      if !appliesDirectives {
        if let other = original[key] {
          if other != directive { throw PatchError(message: "invalid patch format of setElementOrder list") }
        } else {
          original[key] = directive
        }
      }
      patch[key] = nil
      let order = directive.array ?? []
      let before = original[name]
      let change = patch[name]
      let member = schema.member(name)
      let mergeKey = member.mergeKey ?? ""
      let merged: [Value]
      switch (before, change) {
      case (nil, nil): continue
      case (.some(let before), nil): merged = before.array ?? []
      case (nil, .some(let change)): merged = change.array ?? []
      case (.some(let before), .some(let change)):
        merged = try mergeList(
          before.array ?? [], change.array ?? [], member.schema, key: mergeKey, isDeleteList: false)
      }
      original[name] = .array(
        try ordered(merged, by: order, serverOrder: before?.array ?? [], key: mergeKey))
      patch[name] = nil
    }
  }

  func mergeList(
    _ original: [Value], _ patch: [Value], _ schema: PatchSchema, key: String, isDeleteList: Bool
  ) throws(PatchError) -> [Value] {
    if original.isEmpty, patch.isEmpty { return original }
    let ofObjects = (original.first ?? patch[0]).object != nil
    for item in original + patch where (item.object != nil) != ofObjects {
      throw PatchError(
        message: "list element types are not identical: \(goText(.array([.array(original), .array(patch)])))")
    }
    var merged: [Value] = []
    guard ofObjects else {
      if appliesDirectives, isDeleteList {
        for item in original where !patch.contains(item) { merged.append(item) }
        return merged
      }
      for item in original + patch where !merged.contains(item) { merged.append(item) }
      return try ordered(merged, by: patch, serverOrder: original, key: "")
    }
    if key.isEmpty {
      throw PatchError(message: "cannot merge lists without merge key for \(schema.structure?.name ?? "")")
    }

    var kept = original
    var plain: [Value] = []
    var replaces = false
    for item in patch {
      guard let object = item.object else { continue }
      guard let directive = object[Directive.patch] else {
        plain.append(item)
        continue
      }
      switch directive.string {
      case "delete":
        guard let value = object[key] else {
          throw PatchError(message: "delete patch type with no merge key defined")
        }
        if appliesDirectives {
          var rest: [Value] = []
          for candidate in kept where candidate[key] != value { rest.append(candidate) }
          kept = rest
        } else {
          plain.append(item)
        }
      case "replace": replaces = true
      case "merge": throw PatchError(message: "merging lists cannot yet be specified in the patch")
      default: throw PatchError(message: "unknown patch type: \(goText(directive)) in map: \(goText(item))")
      }
    }
    if replaces { return plain }

    merged = kept
    for item in plain {
      guard let value = item[key] else {
        throw PatchError(message: "map: \(goText(item)) does not contain declared merge key: \(key)")
      }
      var found = false
      for (index, candidate) in merged.enumerated() where candidate[key] == value {
        if let a = candidate.object, let b = item.object {
          if a[Directive.patch] != nil || b[Directive.patch] != nil {
            merged[index] = item
          } else {
            merged[index] = .object(try merge(a, b, schema))
          }
        }
        found = true
        break
      }
      if !found { merged.append(ignoresUnmatchedNulls ? withoutNulls(item) : item) }
    }
    return try ordered(merged, by: plain, serverOrder: kept, key: key)
  }

  /// Patch items in the patch's order, the others in the server's, interleaved where the server's order tells.
  private func ordered(
    _ merged: [Value], by order: [Value], serverOrder: [Value], key: String
  ) throws(PatchError) -> [Value] {
    func identity(_ item: Value) -> Value? { key.isEmpty ? item : item[key] }
    func place(_ item: Value, _ list: [Value]) -> Int? {
      guard let wanted = identity(item) else { return nil }
      for (index, candidate) in list.enumerated() where identity(candidate) == wanted { return index }
      return nil
    }
    func sorted(_ items: [Value], _ list: [Value]) -> [Value] {
      var result: [(Int, Value)] = []
      for item in items {
        let rank = place(item, list) ?? list.count
        var position = result.count
        while position > 0, result[position - 1].0 > rank { position -= 1 }
        result.insert((rank, item), at: position)
      }
      var values: [Value] = []
      for (_, item) in result { values.append(item) }
      return values
    }
    var fromPatch: [Value] = []
    var fromServer: [Value] = []
    for item in merged {
      if place(item, order) != nil { fromPatch.append(item) } else { fromServer.append(item) }
    }
    fromPatch = sorted(fromPatch, order)
    fromServer = sorted(fromServer, serverOrder)
    var result: [Value] = []
    var i = 0
    var j = 0
    while i < fromServer.count || j < fromPatch.count {
      if i >= fromServer.count {
        result.append(fromPatch[j])
        j += 1
      } else if j >= fromPatch.count {
        result.append(fromServer[i])
        i += 1
      } else if let a = place(fromServer[i], serverOrder), let b = place(fromPatch[j], serverOrder), a < b {
        result.append(fromServer[i])
        i += 1
      } else {
        result.append(fromPatch[j])
        j += 1
      }
    }
    return result
  }
}

/// A value as Go's `%v` prints unstructured content: `map[a:1 b:[x y]]`, keys sorted.
package func goText(_ value: Value) -> String {
  switch value {
  case .null: return "<nil>"
  case .bool(let flag): return flag ? "true" : "false"
  case .integer(let number): return String(number)
  case .number(let number): return Decimal.go(number)
  case .string(let text): return text
  case .array(let items):
    var texts: [String] = []
    for item in items { texts.append(goText(item)) }
    return "[" + texts.joined(separator: " ") + "]"
  case .object(let members):
    var texts: [String] = []
    for (key, member) in members.sortedByKey { texts.append(key + ":" + goText(member)) }
    return "map[" + texts.joined(separator: " ") + "]"
  }
}
