// The StatefulSet controller and its ordering promise: with OrderedReady, pod n+1 is not created before pods 0…n are running
// and ready, and pod n is not removed before n+1 is gone and every remaining one is healthy. One pass (StatefulSetPass)
// follows `pkg/controller/statefulset/stateful_set_control.go` (1.32) step by step; so do the consequences people meet in
// labs: a broken pod stops scaling and updates in both directions until somebody deletes it.

import KubeAPI
import SimKernel
import Unstructured

final class StatefulSetController: Controller {
  let recorder: EventRecorder
  /// Sets whose last pass failed, and how often in a row.
  private var failures: [ObjectKey: Int] = [:]

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "statefulset-controller")
    super.init(api: api, latency: latency)
    watch(.statefulSet)
    watch(.pod, ownedBy: .statefulSet)
    store.shelf(.pod).observe { [self] old, new in
      // An orphan that a set could adopt wakes the sets that select it.
      guard let new, new.controllerUID == nil, !new.isBeingDeleted, new.labels != nil else { return }
      if let old, old.controllerUID == nil, old.labels == new.labels { return }
      for set in store.shelf(.statefulSet).list(namespace: new.namespace)
      where LabelSelector(set.value[path: "spec", "selector"]).matches(object: new.value) { enqueue(set.key) }
    }
    store.shelf(.persistentVolumeClaim).observe { [self] old, new in
      // A claim that went away may be what a pod's creation failed on.
      guard new == nil, let old, !failures.isEmpty else { return }
      for set in store.shelf(.statefulSet).list(namespace: old.namespace) where failures[set.key] != nil {
        enqueue(set.key)
      }
    }
  }

  override func auditKeys() -> [ObjectKey] { failures.isEmpty ? keys(of: .statefulSet) : [] }

  override func reconcile(_ key: ObjectKey) {
    guard let set = store.object(.statefulSet, key.namespace, key.name) else {
      failures[key] = nil
      return
    }
    adoptOrphans(set)
    releaseStrangers(set)
    var pass = StatefulSetPass(controller: self, set: set)
    if pass.run() {
      let count = failures[key] ?? 0
      failures[key] = count + 1
      // The work queue's exponential limiter: 5 ms, doubling up to 1000 s.
      enqueue(key, after: .milliseconds(count > 17 ? 1_000_000 : Int64(5) << Int64(count)))
    } else {
      failures[key] = nil
    }
  }

  private func adoptOrphans(_ set: StoredObject) {
    guard !set.isBeingDeleted else { return }
    let selector = LabelSelector(set.value[path: "spec", "selector"])
    let replicas = min(set.value[path: "spec", "replicas"]?.integer ?? 1, Int64(APIServer.podsMax))
    let start = set.value[path: "spec", "ordinals", "start"]?.integer ?? 0
    for ordinal in start..<(start + max(0, replicas)) {
      adopt(set, store.object(.pod, set.namespace, "\(set.name)-\(ordinal)"), selector)
    }
    // Orphans beyond the wanted ordinals are looked for while the set is new here.
    guard set.value[path: "status", "observedGeneration"] == nil else { return }
    for pod in store.shelf(.pod).list(namespace: set.namespace) where ordinal(of: pod.name, in: set.name) != nil {
      adopt(set, pod, selector)
    }
  }

  private func adopt(_ set: StoredObject, _ pod: StoredObject?, _ selector: LabelSelector) {
    guard let pod, pod.controllerUID == nil, !pod.isBeingDeleted, selector.matches(object: pod.value) else { return }
    let reference = controllerReference(.statefulSet, set)
    api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { object in
      var owners = object[path: "metadata", "ownerReferences"]?.array ?? []
      owners.append(reference)
      object.set(["metadata", "ownerReferences"], .array(owners))
    }
  }

  /// A pod that lost the labels of the selector no longer belongs to the set.
  private func releaseStrangers(_ set: StoredObject) {
    let selector = LabelSelector(set.value[path: "spec", "selector"])
    for pod in store.shelf(.pod).controlled(by: set.uid) where !selector.matches(object: pod.value) {
      api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { removeOwner(&$0, set.uid) }
    }
  }

  func ordinal(of name: String, in set: String) -> Int64? {
    guard name.utf8.count > set.utf8.count + 1, name.hasPrefix(set + "-") else { return nil }
    let digits = name.dropFirst(set.count + 1)
    for byte in digits.utf8 where byte < 48 || byte > 57 { return nil }
    return Int64(digits)
  }
}
