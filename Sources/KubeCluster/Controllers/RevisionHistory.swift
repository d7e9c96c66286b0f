// ControllerRevisions: the remembered templates of StatefulSets and DaemonSets. An equal newest revision is reused, an equal
// older one gets the next number, anything else becomes a new object. Source: `pkg/controller/history`.

import KubeAPI
import SimKernel
import Unstructured

final class RevisionHistory {
  private let controller: Controller
  private let kind: Kind
  private let owner: StoredObject
  /// Oldest first.
  private(set) var revisions: [StoredObject] = []

  init(controller: Controller, kind: Kind, owner: StoredObject) {
    self.controller = controller
    self.kind = kind
    self.owner = owner
    collect()
  }

  private func collect() {
    let shelf = controller.store.shelf(.controllerRevision)
    revisions = shelf.controlled(by: owner.uid)
    if revisions.isEmpty, !owner.isBeingDeleted {
      // Revisions that an earlier owner left behind are adopted.
      let selector = LabelSelector(owner.value[path: "spec", "selector"])
      let reference = controller.controllerReference(kind, owner)
      for orphan in shelf.list(namespace: owner.namespace)
      where orphan.controllerUID == nil && orphan.name.hasPrefix(owner.name + "-")
        && selector.matches(object: orphan.value)
      {
        let adopted = controller.api.amend(.controllerRevision, orphan.namespace, orphan.name) {
          $0.set(["metadata", "ownerReferences"], [reference])
        }
        revisions.append(adopted ?? orphan)
      }
    }
    sort()
  }

  private func sort() {
    revisions.sort { a, b in
      let x = a.value["revision"]?.integer ?? 0
      let y = b.value["revision"]?.integer ?? 0
      return x == y ? a.name < b.name : x < y
    }
  }

  static func data(_ template: Value) -> Value {
    Hashes.revisionData(template: template)
  }

  static func template(of revision: StoredObject) -> Value? {
    var template = revision.value[path: "data", "spec", "template"]
    template?["$patch"] = nil
    return template
  }

  /// The name of the revision that holds this template, made if need be.
  func ensure(template: Value, hash: String, extraLabels: [(String, String)] = []) -> String {
    let data = RevisionHistory.data(template)
    let highest = revisions.last?.value["revision"]?.integer ?? 0
    for (index, revision) in revisions.enumerated().reversed() where revision.value["data"] == data {
      if revision.value["revision"]?.integer != highest {
        let renumbered = controller.api.amend(.controllerRevision, revision.namespace, revision.name) {
          $0["revision"] = .integer(highest + 1)
        }
        if let renumbered { revisions[index] = renumbered }
        sort()
      }
      return revision.name
    }
    let name = String(owner.name.prefix(223)) + "-" + hash
    guard !owner.isBeingDeleted else { return name }
    var labels = template[path: "metadata", "labels"]?.object ?? Value.Object()
    for (key, value) in extraLabels { labels[key] = .string(value) }
    if kind == .statefulSet { labels["controller.kubernetes.io/hash"] = .string(hash) }
    var metadata: Value = [
      "name": .string(name), "labels": .object(labels),
      "ownerReferences": [controller.controllerReference(kind, owner)],
    ]
    if let annotations = owner.value[path: "metadata", "annotations"] { metadata["annotations"] = annotations }
    let object: Value = [
      "apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": metadata, "data": data,
      "revision": .integer(highest + 1),
    ]
    _ = try? controller.api.create(.controllerRevision, namespace: owner.namespace, object)
    if let made = controller.store.object(.controllerRevision, owner.namespace, name) { revisions.append(made) }
    return name
  }

  /// Deletes the oldest revisions nobody needs until at most `limit` of those are left.
  static func trim(_ api: APIServer, _ revisions: [StoredObject], keeping kept: Set<String>, limit: Int64) {
    var spare: [StoredObject] = []
    for revision in revisions where !kept.contains(revision.name) { spare.append(revision) }
    var excess = Int64(spare.count) - limit
    for revision in spare where excess > 0 {
      excess -= 1
      _ = try? api.delete(.controllerRevision, namespace: revision.namespace, name: revision.name)
    }
  }
}
