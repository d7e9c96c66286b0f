// Server-side apply. What each manager applied last is remembered beside the object, so that a field it no longer names is
// removed; a field that another manager applied with another value is a conflict. Managed fields themselves are not stored.
// Source: `structured-merge-diff`, apiserver `endpoints/handlers/fieldmanager`.

package import KubeAPI
import SimKernel
package import Unstructured

extension APIServer {
  package func apply(
    _ kind: Kind, namespace: String, name: String, _ applied: Value, _ options: WriteOptions = WriteOptions()
  ) throws(Status) -> WriteResult {
    var wanted = applied
    let warnings = try decode(kind, &wanted, options)
    guard let old = find(kind, namespace, name) else {
      wanted.set(["metadata", "name"], .string(name))
      let result = try create(kind, namespace: namespace, wanted, options)
      if !options.dryRun { remember(result.object, options.fieldManager, applied) }
      return result
    }
    if !options.force { try checkConflicts(kind, old, applied, options.fieldManager) }
    let patch = try Patch.threeWay(
      original: lastApplied[old.uid]?[options.fieldManager], modified: applied, current: old.value, kind: kind)
    let (object, more) = try Patch.apply(.strategic, patch, to: old.value, kind: kind)
    let result = try write(kind, old, object, subresource: nil, warnings + more, options)
    if !options.dryRun { remember(result.object, options.fieldManager, applied) }
    return result
  }

  private func remember(_ object: Value, _ manager: String, _ applied: Value) {
    lastApplied[object[path: "metadata", "uid"]?.string ?? "", default: [:]][manager] = applied
  }

  private func checkConflicts(_ kind: Kind, _ old: StoredObject, _ applied: Value, _ manager: String) throws(Status) {
    var conflicts: [(manager: String, path: String)] = []
    for (other, theirs) in (lastApplied[old.uid] ?? [:]).sorted(by: { $0.key < $1.key }) where other != manager {
      for part in ["spec", "data"] {
        collectConflicts(applied[part], theirs[part], old.value[part], "." + part, other, &conflicts)
      }
    }
    guard let first = conflicts.first else { return }
    var text = "Apply failed with \(conflicts.count) conflict\(conflicts.count == 1 ? "" : "s"): "
    if conflicts.count == 1 {
      text += "conflict with \"\(first.manager)\": \(first.path)"
    } else {
      text += "conflicts with \"\(first.manager)\":"
      for conflict in conflicts { text += "\n- \(conflict.path)" }
    }
    var status = Status(code: 409, reason: "Conflict", message: text)
    for conflict in conflicts {
      status.causes.append(
        Cause(
          reason: "FieldManagerConflict",
          message: "conflict with \"\(conflict.manager)\"", field: conflict.path))
    }
    throw status
  }

  private func collectConflicts(
    _ mine: Value?, _ theirs: Value?, _ now: Value?, _ path: String, _ manager: String,
    _ conflicts: inout [(manager: String, path: String)]
  ) {
    guard let mine, let theirs else { return }
    if let left = mine.object, let right = theirs.object {
      for (key, value) in left.sortedByKey {
        collectConflicts(value, right[key], now?[key], path + "." + key, manager, &conflicts)
      }
    } else if let left = mine.array, let right = theirs.array, left.first?["name"] != nil {
      for item in left {
        for (index, other) in right.enumerated() where other["name"] == item["name"] {
          collectConflicts(
            item, other, now?.array?[min(index, (now?.array?.count ?? 1) - 1)],
            "\(path)[name=\(goQuoted(item["name"]?.string ?? ""))]", manager, &conflicts)
        }
      }
    } else if mine != theirs, mine != now {
      conflicts.append((manager, path))
    }
  }
}
