// Server-side apply: the configuration is merged into the object by the rules of field ownership; what its manager applied before and
// does not name now goes away unless somebody else owns it; what others own is a conflict. Also the steps by which kubectl
// moves an object from client-side to server-side apply.
// Sources: apiserver `endpoints/handlers/patch.go`, apimachinery `util/managedfields`, kubectl `cmd/apply`.

package import KubeAPI
import SimKernel
package import Unstructured

extension APIServer {
  package func apply(
    _ kind: Kind, namespace: String, name: String, _ applied: Value, _ options: WriteOptions = WriteOptions()
  ) throws(Status) -> WriteResult {
    if let refusal = TypedConfiguration.refusal(kind, namespace: namespace, name: name, applied) { throw refusal }
    var wanted = applied
    let warnings = try decode(kind, &wanted, options)
    guard let old = find(kind, namespace, name) else {
      wanted.set(["metadata", "name"], .string(name))
      let result = try create(kind, namespace: namespace, wanted, options, isTracked: false)
      if !options.dryRun {
        let journal = journal(kind, result.object[path: "metadata", "uid"]?.string ?? "")
        _ = journal.settled.apply(
          kind, applied, to: ManagedFields.blank(kind), manager: options.fieldManager, force: true,
          forgiven: FieldSet(), time: world.civilNow.rfc3339)
      }
      return result
    }
    let journal = journal(kind, old.uid)
    var fields = journal.settled
    let annotation = old.value[path: "metadata", "annotations", APIServer.lastAppliedKey]?.string
    let isKubectl = options.fieldManager == "kubectl"
    var forgiven = FieldSet()
    if isKubectl, let annotation, let last = try? JSON.parse(annotation) {
      forgiven = ManagedFields.unchanged(since: last, in: old.value, kind)
    }
    let outcome = fields.apply(
      kind, applied, to: old.value, manager: options.fieldManager, force: options.force, forgiven: forgiven,
      time: world.civilNow.rfc3339)
    guard case .merged(var object) = outcome else {
      guard case .conflicts(let conflicts) = outcome else { return try unreachable(kind, name) }
      throw ManagedFields.refusal(conflicts)
    }
    // The annotation of client-side applies is kept up to date where there is one.
    if isKubectl, annotation != nil {
      var plain = applied
      plain.update("metadata") { metadata in
        metadata.update("annotations") { $0[APIServer.lastAppliedKey] = nil }
      }
      object.set(["metadata", "annotations", APIServer.lastAppliedKey], .string(JSON.compact(plain) + "\n"))
    }
    object = try Decoding.decode(kind, object).object
    let result = try write(kind, old, object, subresource: nil, warnings, options, trackedAs: nil)
    if options.dryRun { return result }
    let isNews = fields.value != journal.settled.value
    journal.settled = fields
    if result.changed || !isNews { return result }
    // Only the owners changed: that is a write all the same.
    let stored = store.put(kind, old.value)
    return WriteResult(object: stored.value, warnings: result.warnings, created: false, changed: false)
  }

  private func unreachable(_ kind: Kind, _ name: String) throws(Status) -> WriteResult {
    throw Status.internalError("apply of \(kind.plural) \(name) has no outcome")
  }

  /// What kubectl does after a server-side apply under its own name to an object that was applied client-side: the
  /// annotation gets an owner of its own, the fields of client-side managers become kubectl's, and the configuration is
  /// applied once more. Nil when there is nothing to do.
  package func adoptClientSideApply(
    _ kind: Kind, namespace: String, name: String, _ applied: Value, _ options: WriteOptions
  ) throws(Status) -> WriteResult? {
    guard let object = find(kind, namespace, name),
      let annotation = object.value[path: "metadata", "annotations", APIServer.lastAppliedKey]
    else { return nil }
    let journal = journal(kind, object.uid)
    var isOwnedElsewhere = false
    for owner in journal.settled.annotationOwners(isApply: true) where owner != "kubectl-last-applied" {
      isOwnedElsewhere = true
    }
    if !isOwnedElsewhere {
      var metadata: Value = ["name": .string(name)]
      if kind.namespaced { metadata["namespace"] = .string(namespace) }
      metadata["annotations"] = .object(Value.Object([(APIServer.lastAppliedKey, annotation)]))
      var plain = WriteOptions(fieldManager: "kubectl-last-applied")
      plain.force = false
      _ = try apply(
        kind, namespace: namespace, name: name,
        ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": metadata], plain)
    }
    let managers = journal.settled.annotationOwners(isApply: false)
    if managers.isEmpty { return nil }
    journal.settled.migrate(managers, to: options.fieldManager)
    if let now = find(kind, namespace, name) { store.put(kind, now.value) }
    return try apply(kind, namespace: namespace, name: name, applied, options)
  }
}
