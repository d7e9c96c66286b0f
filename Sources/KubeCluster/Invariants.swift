// What must hold while a cluster runs, checked change by change: versions only grow, the watch history replays to the store,
// and an ordered StatefulSet keeps its promises. Tests (and `simulate`, in checking builds) attach one to a cluster.

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

  private func fail(_ text: String) { violations.append("\(cluster.world.now.nanoseconds / 1_000_000) ms: \(text)") }

  private func check(_ index: Int, _ kind: Kind, _ old: StoredObject?, _ new: StoredObject?) {
    let object = (new ?? old)!
    if object.version <= lastVersion { fail("version \(object.version) of \(kind.plural) is not above \(lastVersion)") }
    lastVersion = object.version
    let stated = object.value[path: "metadata", "resourceVersion"]?.string
    if stated != "\(object.version)" { fail("\(object.name) says version \(stated ?? "none")") }
    if let new { replay[index]?[new.key] = new.value } else { replay[index]?[object.key] = nil }
    if kind == .pod { checkOrder(old, new) }
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
    if cluster.world.isQuiet, !cluster.hasNothingToDo { fail("quiet, but a controller still had something to do") }
  }

  // MARK: Ordered sets

  private func checkOrder(_ old: StoredObject?, _ new: StoredObject?) {
    let pod = (new ?? old)!
    guard let owner = pod.controllerUID, old == nil || new != nil && !old!.isBeingDeleted && new!.isBeingDeleted else {
      return
    }
    let store = cluster.api.store
    for reference in pod.value[path: "metadata", "ownerReferences"]?.array ?? []
    where reference["kind"]?.string == "StatefulSet" && reference["uid"]?.string == owner {
      guard let set = store.object(.statefulSet, pod.namespace, reference["name"]?.string ?? ""), set.uid == owner,
        set.value[path: "spec", "podManagementPolicy"]?.string != "Parallel"
      else { return }
      if old == nil { checkCreation(pod, of: set) } else { checkScaleDown(pod, of: set) }
    }
  }

  private func ordinal(_ name: String) -> Int64 {
    guard let dash = name.lastIndex(of: "-") else { return -1 }
    return Int64(name[name.index(after: dash)...]) ?? -1
  }

  private func checkCreation(_ pod: StoredObject, of set: StoredObject) {
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

  private func checkScaleDown(_ pod: StoredObject, of set: StoredObject) {
    let start = set.value[path: "spec", "ordinals", "start"]?.integer ?? 0
    let replicas = set.value[path: "spec", "replicas"]?.integer ?? 1
    guard !set.isBeingDeleted, ordinal(pod.name) >= start + replicas, !isByHand else { return }
    for other in cluster.api.store.shelf(.pod).controlled(by: set.uid)
    where ordinal(other.name) > ordinal(pod.name) {
      fail("\(pod.name) is removed while \(other.name) is still there")
    }
  }

  /// Set while a test deletes pods itself, in whatever order.
  package var isByHand = false
}
