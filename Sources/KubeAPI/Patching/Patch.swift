// The three patch types of the API, applied as the API server applies them (apiserver endpoints/handlers/patch.go), and
// the patches kubectl makes of two or three versions of an object.

import SimKernel
package import Unstructured

package enum PatchType: Equatable {
  case strategic
  case merge
  case json
}

package enum Patch {
  /// Applies a patch, given as text as kubectl sends it, to a stored object. The result is not yet validated;
  /// `warnings` are the server's about unknown fields.
  package static func apply(
    _ type: PatchType, _ text: String, to object: Value, kind: Kind
  ) throws(Status) -> (object: Value, warnings: [String]) {
    let body: Value
    do throws(JSONError) { body = try JSON.parse(text) } catch { throw .badRequest(error.message) }
    return try apply(type, body, to: object, kind: kind)
  }

  package static func apply(
    _ type: PatchType, _ body: Value, to object: Value, kind: Kind
  ) throws(Status) -> (object: Value, warnings: [String]) {
    try apply(type, body, to: object, kind: kind, isStrict: false)
  }

  /// `isStrict`: unknown fields are refused instead of warned about.
  package static func apply(
    _ type: PatchType, _ body: Value, to object: Value, kind: Kind, isStrict: Bool
  ) throws(Status) -> (object: Value, warnings: [String]) {
    switch type {
    case .json:
      guard let operations = body.array else {
        throw .badRequest(
          "error decoding patch: json: cannot unmarshal \(word(body)) into Go value of type []handlers.jsonPatchOp")
      }
      var patched = object
      for operation in operations {
        do throws(JSONPatchFailure) {
          try JSONPatchOperation.apply(operation, to: &patched)
        } catch { throw .unprocessable }
      }
      return try typed(
        patched, kind, named: object[path: "metadata", "name"], touched: touched(operations), isStrict: isStrict)
    case .merge:
      guard body.object != nil else { throw .badRequest("error decoding patch: " + notAnObject(body).message) }
      return try typed(
        mergeJSON(object, body), kind, named: object[path: "metadata", "name"], touched: touched(body, []),
        isStrict: isStrict)
    case .strategic:
      guard let patch = body.object else { throw notAnObject(body) }
      let patched: Value
      do throws(PatchError) {
        patched = .object(
          try StrategicMerge(appliesDirectives: true, ignoresUnmatchedNulls: true)
            .merge(object.object ?? Value.Object(), patch, PatchSchema(structure: Schema.root(kind))))
      } catch { throw .unknown(error.message) }
      if let problem = Decoding.conversionProblem(kind, patched) {
        throw .invalidPatch(goText(residue(body)), problem)
      }
      let result = try typed(patched, kind, named: object[path: "metadata", "name"])
      if isStrict, !result.warnings.isEmpty {
        throw .invalidPatch(
          goText(residue(body)), "strict decoding error: " + result.warnings.joined(separator: ", "))
      }
      return result
    }
  }

  /// Applies a patch to a document that stays as it is written: nothing is typed or defaulted (`--local`, kustomize).
  package static func applyUntyped(
    _ type: PatchType, _ body: Value, to object: Value, kind: Kind?
  ) throws(Status) -> Value {
    switch type {
    case .json:
      var patched = object
      for operation in body.array ?? [] {
        do throws(JSONPatchFailure) {
          try JSONPatchOperation.apply(operation, to: &patched)
        } catch { throw .unprocessable }
      }
      return patched
    case .merge: return mergeJSON(object, body)
    case .strategic:
      guard let kind, let root = Schema.root(kind) else { return mergeJSON(object, body) }
      do throws(PatchError) {
        return .object(
          try StrategicMerge(appliesDirectives: true, ignoresUnmatchedNulls: true)
            .merge(object.object ?? Value.Object(), body.object ?? Value.Object(), PatchSchema(structure: root)))
      } catch { throw .unknown(error.message) }
    }
  }

  private static func typed(
    _ object: Value, _ kind: Kind, named name: Value?, touched: [[String]] = [], isStrict: Bool = false
  ) throws(Status) -> (object: Value, warnings: [String]) {
    if let stated = object[path: "metadata", "name"]?.string, let name = name?.string, stated != name {
      throw .badRequest("the name of the object (\(stated)) does not match the name on the URL (\(name))")
    }
    var shown: Value {
      var shown = Schema.inDeclaredOrder(object, kind)
      for path in [[]] + touched { sortKeys(of: &shown, at: path[...]) }
      return shown
    }
    do throws(Status) {
      let decoded = try Decoding.decode(kind, object)
      if isStrict, !decoded.warnings.isEmpty {
        throw .invalidPatch(
          JSON.compact(shown, sortingKeys: false),
          "strict decoding error: " + decoded.warnings.joined(separator: ", "))
      }
      return (decoded.object, decoded.warnings)
    } catch {
      if error.reason == "Invalid" { throw error }
      // The refusal shows the whole patched object and says only what is wrong with the type.
      let prefix = "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): "
      let message = error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.message
      throw .invalidPatch(JSON.compact(shown, sortingKeys: false), message)
    }
  }

  /// The objects a merge patch opens, as paths.
  private static func touched(_ patch: Value, _ path: [String]) -> [[String]] {
    var paths: [[String]] = []
    for (key, value) in patch.object ?? Value.Object() where value.object != nil {
      paths.append(path + [key])
      paths += touched(value, path + [key])
    }
    return paths
  }

  /// What a JSON patch opens on its way.
  private static func touched(_ operations: [Value]) -> [[String]] {
    var paths: [[String]] = []
    for operation in operations {
      var path: [String] = []
      for part in (operation["path"]?.string ?? "").split(separator: "/").dropLast() {
        path.append(String(part))
        paths.append(path)
      }
    }
    return paths
  }

  /// Objects that a patch opened are written anew with their keys sorted; the others stay as the server encodes them.
  private static func sortKeys(of value: inout Value, at path: ArraySlice<String>) {
    guard let first = path.first else {
      guard let members = value.object else { return }
      var sorted = Value.Object()
      for (key, member) in members.sortedByKey { sorted[key] = member }
      value = .object(sorted)
      return
    }
    if var items = value.array, let index = Int(first), items.indices.contains(index) {
      sortKeys(of: &items[index], at: path.dropFirst())
      value = .array(items)
    } else if var member = value[first] {
      sortKeys(of: &member, at: path.dropFirst())
      value[first] = member
    }
  }

  /// What is left of a strategic patch after it was applied: lists with a given order are taken out on the way.
  private static func residue(_ patch: Value) -> Value {
    guard case .object(let members) = patch else { return patch }
    var result = Value.Object()
    for (key, value) in members where !key.hasPrefix(Directive.orderPrefix) && key != Directive.retainKeys {
      if members[Directive.orderPrefix + key] != nil { continue }
      result[key] = residue(value)
    }
    return .object(result)
  }

  private static func word(_ value: Value) -> String {
    switch value {
    case .object: return "object"
    case .array: return "array"
    case .string: return "string"
    case .bool: return "bool"
    case .null: return "null"
    default: return "number"
    }
  }

  private static func notAnObject(_ body: Value) -> Status {
    .badRequest("json: cannot unmarshal \(word(body)) into Go value of type map[string]interface {}")
  }

  /// RFC 7396.
  package static func mergeJSON(_ target: Value, _ patch: Value) -> Value {
    guard case .object(let changes) = patch else { return patch }
    var result = target.object ?? Value.Object()
    for (key, change) in changes {
      if change.isNull {
        result[key] = nil
      } else {
        result[key] = mergeJSON(result[key] ?? .null, change)
      }
    }
    return .object(result)
  }

  /// The JSON merge patch that turns one object into another.
  package static func diffJSON(_ original: Value, _ modified: Value) -> Value {
    guard case .object(let a) = original, case .object(let b) = modified else { return modified }
    var patch = Value.Object()
    for (key, value) in b {
      guard let before = a[key] else {
        patch[key] = value
        continue
      }
      if before == value { continue }
      if before.object != nil, value.object != nil {
        patch[key] = diffJSON(before, value)
      } else {
        patch[key] = value
      }
    }
    for key in a.keys where b[key] == nil { patch[key] = .null }
    return .object(patch)
  }

  /// kubectl's two-way strategic patch (`edit`, `set`, `rollout restart` …); `{}` when nothing differs.
  package static func twoWay(_ original: Value, _ modified: Value, kind: Kind) throws(Status) -> Value {
    do throws(PatchError) {
      return .object(
        try StrategicDiff(givesOrder: true).maps(
          original.object ?? Value.Object(), modified.object ?? Value.Object(),
          PatchSchema(structure: Schema.root(kind))))
    } catch { throw .unknown(error.message) }
  }

  /// kubectl apply's three-way strategic patch: additions and changes from `current` to `modified`, deletions from
  /// `original` (the last applied configuration) to `modified`. `{}` when nothing is to do.
  package static func threeWay(
    original: Value?, modified: Value, current: Value, kind: Kind
  ) throws(Status) -> Value {
    guard let root = Schema.root(kind) else {
      return threeWayJSON(original: original, modified: modified, current: current)
    }
    let schema = PatchSchema(structure: root)
    let wanted = modified.object ?? Value.Object()
    do throws(PatchError) {
      let delta = try StrategicDiff(ignoresDeletions: true, givesOrder: true)
        .maps(current.object ?? Value.Object(), wanted, schema)
      let deletions = try StrategicDiff(ignoresAdditions: true, givesOrder: true)
        .maps(original?.object ?? Value.Object(), wanted, schema)
      return .object(
        try StrategicMerge(appliesDirectives: false, ignoresUnmatchedNulls: false).merge(deletions, delta, schema))
    } catch { throw .unknown(error.message) }
  }

  /// The same as a JSON merge patch, for kinds without a schema.
  package static func threeWayJSON(original: Value?, modified: Value, current: Value) -> Value {
    func additions(_ a: Value, _ b: Value) -> Value.Object {
      var patch = Value.Object()
      for (key, value) in b.object ?? Value.Object() {
        guard let before = a[key] else {
          patch[key] = value
          continue
        }
        if before == value { continue }
        if before.object != nil, value.object != nil {
          let inner = additions(before, value)
          if !inner.isEmpty { patch[key] = .object(inner) }
        } else {
          patch[key] = value
        }
      }
      return patch
    }
    func deletions(_ a: Value, _ b: Value, into patch: inout Value.Object) {
      for (key, value) in a.object ?? Value.Object() {
        guard let now = b[key] else {
          patch[key] = .null
          continue
        }
        if value.object != nil, now.object != nil {
          var inner = patch[key]?.object ?? Value.Object()
          deletions(value, now, into: &inner)
          if !inner.isEmpty { patch[key] = .object(inner) }
        }
      }
    }
    var patch = additions(current, modified)
    if let original { deletions(original, modified, into: &patch) }
    return .object(patch)
  }
}
