// What must hold while a cluster runs, checked change by change: versions only grow, the watch history replays to the store,
// an ordered StatefulSet keeps its promises, and a quiet world has nothing to do. Tests attach one to a cluster, and so does a
// session that asks for checks.

package import KubeAPI
import SimKernel
import Unstructured

package final class InvariantChecker {
  /// What was found wrong, in order.
  package private(set) var violations: [String] = []
  private let cluster: Cluster
  private var lastVersion: Int64 = 0
  /// The objects as somebody who only watches would know them.
  private var replay: [Int: [ObjectKey: Value]] = [:]
  private let kinds: [Kind]

  package init(_ cluster: Cluster, kinds: [Kind] = Kinds.all) {
    self.cluster = cluster
    self.kinds = kinds
    for (index, kind) in kinds.enumerated() {
      var present: [ObjectKey: Value] = [:]
      for object in cluster.api.store.shelf(kind).list(namespace: nil) { present[object.key] = object.value }
      replay[index] = present
      cluster.api.store.shelf(kind).observe { [self] old, new in check(index, kind, old, new) }
    }
    lastVersion = cluster.api.store.version
  }

  /// What has changed since the last look at rest.
  private var changed: [String] = []

  private func fail(_ text: String) { violations.append("\(cluster.world.now.nanoseconds / 1_000_000) ms: \(text)") }

  private func check(_ index: Int, _ kind: Kind, _ old: StoredObject?, _ new: StoredObject?) {
    let object = (new ?? old)!
    if object.version <= lastVersion { fail("version \(object.version) of \(kind.plural) is not above \(lastVersion)") }
    lastVersion = object.version
    let stated = object.value[path: "metadata", "resourceVersion"]?.string
    if stated != "\(object.version)" { fail("\(object.name) says version \(stated ?? "none")") }
    if let new { replay[index]?[new.key] = new.value } else { replay[index]?[object.key] = nil }
    if changed.count < 8 { changed.append("\(kind.kind) \(object.name)") }
    if kind == .pod, old == nil, let new { checkCreation(new) }
    if kind == .event, let new { checkRemoval(new) }
  }

  /// Compares what a watcher would know with the store, and asks whether controllers of a quiet world are done.
  package func checkAtRest() {
    for (index, kind) in kinds.enumerated() {
      let stored = cluster.api.store.shelf(kind).list(namespace: nil)
      let known = replay[index] ?? [:]
      if stored.count != known.count {
        fail("watching \(kind.plural) gives \(known.count), the store has \(stored.count)")
      }
      for object in stored where known[object.key] != object.value {
        fail("watching \(kind.plural) gives another \(object.name) than the store")
      }
    }
    guard cluster.world.isQuiet else { return }
    changed = []
    if !cluster.hasNothingToDo {
      fail("quiet, but a controller still had something to do: \(changed.joined(separator: ", "))")
    }
  }

  // MARK: Ordered sets

  /// The ordered set that owns a pod.
  private func orderedSet(of pod: StoredObject) -> StoredObject? {
    for reference in pod.value[path: "metadata", "ownerReferences"]?.array ?? []
    where reference["kind"]?.string == "StatefulSet" && reference["controller"]?.bool == true {
      guard
        let set = cluster.api.store.object(.statefulSet, pod.namespace, reference["name"]?.string ?? ""),
        set.uid == reference["uid"]?.string, isOrdered(set)
      else { return nil }
      return set
    }
    return nil
  }

  private func isOrdered(_ set: StoredObject) -> Bool {
    set.value[path: "spec", "podManagementPolicy"]?.string != "Parallel"
  }

  private func ordinal(_ name: String) -> Int64 {
    guard let dash = name.lastIndex(of: "-") else { return -1 }
    return Int64(name[name.index(after: dash)...]) ?? -1
  }

  private func checkCreation(_ pod: StoredObject) {
    guard let set = orderedSet(of: pod) else { return }
    let start = set.value[path: "spec", "ordinals", "start"]?.integer ?? 0
    let mine = ordinal(pod.name)
    guard mine > start else { return }
    for number in start..<mine {
      guard let earlier = cluster.api.store.object(.pod, set.namespace, "\(set.name)-\(number)") else {
        fail("\(pod.name) was created before \(set.name)-\(number)")
        continue
      }
      if !PodState.isRunningAndReady(earlier) || earlier.isBeingDeleted {
        fail("\(pod.name) was created while \(earlier.name) was not ready")
      }
    }
  }

  /// What the set's controller itself deletes, it says: pods that somebody else deletes are no business of this promise.
  private func checkRemoval(_ event: StoredObject) {
    guard event.value["reason"]?.string == "SuccessfulDelete",
      event.value[path: "source", "component"]?.string == "statefulset-controller",
      let set = cluster.api.store.object(
        .statefulSet, event.namespace, event.value[path: "involvedObject", "name"]?.string ?? ""),
      set.uid == event.value[path: "involvedObject", "uid"]?.string, isOrdered(set), !set.isBeingDeleted
    else { return }
    // `delete Pod web-3 in StatefulSet web successful`
    let words = (event.value["message"]?.string ?? "").split(separator: " " as Character)
    guard words.count > 2 else { return }
    let name = String(words[2])
    let start = set.value[path: "spec", "ordinals", "start"]?.integer ?? 0
    let replicas = set.value[path: "spec", "replicas"]?.integer ?? 1
    guard ordinal(name) >= start + replicas else { return }
    for other in cluster.api.store.shelf(.pod).controlled(by: set.uid) where ordinal(other.name) > ordinal(name) {
      fail("\(name) is removed while \(other.name) is still there")
    }
  }
}
