// Deleting: grace periods for pods, finalizers for the rest, and the propagation policies that the garbage collector
// carries out. Source: apiserver `registry/rest/delete.go`, `registry/generic/registry/store.go`,
// `pkg/registry/core/pod/strategy.go`.

package import KubeAPI
import SimKernel
package import Unstructured

extension APIServer {
  /// The object when it is still there (being deleted), nil when it is gone at once.
  @discardableResult
  package func delete(
    _ kind: Kind, namespace: String, name: String, _ options: DeleteOptions = DeleteOptions()
  ) throws(Status) -> Value? {
    guard let old = find(kind, namespace, name) else { throw Status.notFound(kind, name) }
    if let uid = options.uid, uid != old.uid {
      throw Status.conflict(
        kind, name, "Precondition failed: UID in precondition: \(uid), UID in object meta: \(old.uid)")
    }
    if let version = options.resourceVersion, version != "\(old.version)" {
      throw Status.conflict(
        kind, name,
        "Precondition failed: ResourceVersion in precondition: \(version), ResourceVersion in object meta: \(old.version)"
      )
    }
    if kind == .namespace, name == "default" || name == "kube-system" || name == "kube-public" {
      throw Status.forbidden(kind, name, "this namespace may not be deleted")
    }
    if options.dryRun { return old.value }
    if kind == .pod { return deletePod(old, options) }
    if kind == .namespace { return deleteNamespace(old) }
    var object = old.value
    var metadata = object["metadata"] ?? [:]
    var finalizers = metadata["finalizers"].strings
    switch options.propagation {
    case .foreground: if !finalizers.contains("foregroundDeletion") { finalizers.append("foregroundDeletion") }
    case .orphan: if !finalizers.contains("orphan") { finalizers.append("orphan") }
    case .background: finalizers.removeAll { $0 == "foregroundDeletion" || $0 == "orphan" }
    }
    if finalizers.isEmpty {
      release(kind, object)
      store.remove(kind, old)
      return nil
    }
    metadata["finalizers"] = .strings(finalizers)
    if metadata["deletionTimestamp"] == nil {
      metadata["deletionTimestamp"] = .string(world.civilNow.rfc3339)
      metadata["deletionGracePeriodSeconds"] = 0
      if let generation = metadata["generation"]?.integer { metadata["generation"] = .integer(generation + 1) }
    }
    object["metadata"] = metadata
    if object == old.value { return object }
    return store.put(kind, object).value
  }

  /// A pod on a node gets its grace period and disappears when the kubelet says so; any other goes at once. The last
  /// version, with grace period zero, is written before the removal: watches show it as a row of its own.
  private func deletePod(_ old: StoredObject, _ options: DeleteOptions) -> Value? {
    var object = old.value
    var metadata = object["metadata"] ?? [:]
    let spec = object["spec"]
    var grace = options.gracePeriodSeconds ?? spec?["terminationGracePeriodSeconds"]?.integer ?? 30
    if grace < 0 { grace = 1 }
    let phase = object[path: "status", "phase"]?.string ?? ""
    if (spec?["nodeName"]?.string ?? "").isEmpty || phase == "Succeeded" || phase == "Failed" { grace = 0 }
    if metadata["deletionTimestamp"] != nil {
      let left = metadata["deletionGracePeriodSeconds"]?.integer ?? 0
      if left == 0, !metadata["finalizers"].strings.isEmpty { return object }
      if grace >= left, left != 0 { return object }
    }
    metadata["deletionTimestamp"] = .string(world.clock.civil(world.now + .seconds(grace)).rfc3339)
    metadata["deletionGracePeriodSeconds"] = .integer(grace)
    if options.propagation == .foreground || options.propagation == .orphan {
      var finalizers = metadata["finalizers"].strings
      let wanted = options.propagation == .foreground ? "foregroundDeletion" : "orphan"
      if !finalizers.contains(wanted) { finalizers.append(wanted) }
      metadata["finalizers"] = .strings(finalizers)
    }
    object["metadata"] = metadata
    let stored = store.put(.pod, object)
    if grace > 0 || !metadata["finalizers"].strings.isEmpty { return stored.value }
    store.remove(.pod, stored)
    return nil
  }

  private func deleteNamespace(_ old: StoredObject) -> Value? {
    var object = old.value
    guard object[path: "metadata", "deletionTimestamp"] == nil else { return object }
    object.set(["metadata", "deletionTimestamp"], .string(world.civilNow.rfc3339))
    object.set(["status", "phase"], "Terminating")
    return settle(.namespace, old, object).value
  }
}
