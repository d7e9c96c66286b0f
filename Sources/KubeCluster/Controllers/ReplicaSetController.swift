// ReplicaSets (and replication controllers, which work alike): keep the wanted number of pods, creating in growing batches
// and removing the least valuable first. Source: `pkg/controller/replicaset/replica_set.go`, `controller_utils.go`.

import KubeAPI
import SimKernel
import Unstructured

final class ReplicaSetController: Controller {
  private let kind: Kind
  private let recorder: EventRecorder
  private var failures: [ObjectKey: Int] = [:]
  private let burstMax: Int64 = 500
  /// Counts of each set's pods, kept up to date pod by pod, so that a look costs the same however many there are.
  private var tallies: [String: Tally] = [:]
  /// The ready pods of each set, by its uid.
  private var readyPods: [String: Set<ObjectKey>] = [:]
  /// Sets (by uid) some of whose pods had their labels changed.
  private var relabelled: Set<String> = []

  private struct Tally {
    var active: Int64 = 0
    var ready: Int64 = 0
  }

  init(api: APIServer, latency: Interval, kind: Kind) {
    self.kind = kind
    recorder = EventRecorder(
      server: api, component: kind == .replicaSet ? "replicaset-controller" : "replication-controller")
    super.init(api: api, latency: latency)
    watch(kind)
    store.shelf(.pod).observe { [self] old, new in
      if let old { tally(old, -1) }
      if let new { tally(new, 1) }
      if let old, let owner = new?.controllerUID, old.labels != new?.labels { relabelled.insert(owner) }
    }
    watch(.pod, ownedBy: kind)
    store.shelf(.pod).observe { [self] old, new in
      guard let new, new.controllerUID == nil, !new.isBeingDeleted, new.labels != nil else { return }
      if let old, old.controllerUID == nil, old.labels == new.labels { return }
      for set in store.shelf(kind).list(namespace: new.namespace) where selector(set).matches(object: new.value) {
        enqueue(set.key)
      }
    }
  }

  override func auditKeys() -> [ObjectKey] { failures.isEmpty ? keys(of: kind) : [] }

  private func tally(_ pod: StoredObject, _ sign: Int64) {
    guard let owner = pod.controllerUID, isActive(pod) else { return }
    var tally = tallies[owner] ?? Tally()
    tally.active += sign
    if PodState.isReady(pod) {
      tally.ready += sign
      if sign > 0 {
        readyPods[owner, default: []].insert(pod.key)
      } else {
        readyPods[owner]?.remove(pod.key)
      }
    }
    tallies[owner] = tally.active == 0 ? nil : tally
    if tally.active == 0 { readyPods[owner] = nil }
  }

  private func isActive(_ pod: StoredObject) -> Bool { !PodState.isFinished(pod) && !pod.isBeingDeleted }

  private func selector(_ set: StoredObject) -> LabelSelector {
    let value = set.value[path: "spec", "selector"]
    return kind == .replicaSet ? LabelSelector(value) : LabelSelector(labels: value)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let set = store.object(kind, key.namespace, key.name) else { return }
    claim(set)
    let wanted = set.value[path: "spec", "replicas"]?.integer ?? 1
    let tally = tallies[set.uid] ?? Tally()
    var failed: String?
    if !set.isBeingDeleted {
      let missing = wanted - tally.active
      if missing > 0 { failed = create(missing > burstMax ? burstMax : missing, for: set) }
      if missing < 0 { remove(-missing > burstMax ? burstMax : -missing, from: set) }
    }
    writeStatus(set, tally, failed)
    if failed != nil {
      let count = failures[key] ?? 0
      failures[key] = count + 1
      enqueue(key, after: .milliseconds(count > 17 ? 1_000_000 : Int64(5) << Int64(count)))
    } else {
      failures[key] = nil
    }
  }

  /// Takes in orphans that match and lets go of pods that no longer do.
  private func claim(_ set: StoredObject) {
    let selector = selector(set)
    if set.value[path: "status", "observedGeneration"] == nil, !set.isBeingDeleted {
      let reference = controllerReference(kind, set)
      for pod in store.shelf(.pod).list(namespace: set.namespace)
      where pod.controllerUID == nil && isActive(pod) && selector.matches(object: pod.value) {
        api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) {
          $0.set(["metadata", "ownerReferences"], [reference])
        }
      }
    }
    if relabelled.remove(set.uid) != nil {
      for pod in store.shelf(.pod).controlled(by: set.uid) where !selector.matches(object: pod.value) {
        api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { removeOwner(&$0, set.uid) }
      }
    }
  }

  private func create(_ number: Int64, for set: StoredObject) -> String? {
    var left = number
    var batch: Int64 = 1
    while left > 0 {
      for _ in 0..<(batch < left ? batch : left) {
        let pod = PodState.fromTemplate(
          set.value[path: "spec", "template"], generateName: set.name + "-", owner: controllerReference(kind, set))
        do throws(Status) {
          let made = try api.create(.pod, namespace: set.namespace, pod)
          let name = made.object[path: "metadata", "name"]?.string ?? ""
          recorder.record(ObjectReference(kind, set), .normal, "SuccessfulCreate", "Created pod: \(name)")
        } catch {
          recorder.record(
            ObjectReference(kind, set), .warning, "FailedCreate", "Error creating: \(error.message)")
          return error.message
        }
        left -= 1
      }
      batch *= 2
    }
    return nil
  }

  private func remove(_ number: Int64, from set: StoredObject) {
    var pods: [StoredObject] = []
    for pod in store.shelf(.pod).controlled(by: set.uid) where isActive(pod) { pods.append(pod) }
    var perNode: [String: Int] = [:]
    for pod in related(set) { perNode[pod.value[path: "spec", "nodeName"]?.string ?? "", default: 0] += 1 }
    pods.sort { less($0, $1, perNode) }
    for pod in pods.prefix(Int(number)) {
      do throws(Status) {
        try api.delete(.pod, namespace: pod.namespace, name: pod.name)
        recorder.record(ObjectReference(kind, set), .normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
      } catch {
        recorder.record(ObjectReference(kind, set), .warning, "FailedDelete", "Error deleting: \(error.message)")
      }
    }
  }

  /// The active pods of all sets of the same owner: where they are counts when choosing victims.
  private func related(_ set: StoredObject) -> [StoredObject] {
    guard let owner = set.controllerUID else { return store.shelf(.pod).controlled(by: set.uid) }
    var pods: [StoredObject] = []
    for sibling in store.shelf(kind).controlled(by: owner) {
      for pod in store.shelf(.pod).controlled(by: sibling.uid) where isActive(pod) { pods.append(pod) }
    }
    return pods
  }

  /// Whether `a` should go before `b`.
  private func less(_ a: StoredObject, _ b: StoredObject, _ perNode: [String: Int]) -> Bool {
    let nodeA = a.value[path: "spec", "nodeName"]?.string ?? ""
    let nodeB = b.value[path: "spec", "nodeName"]?.string ?? ""
    if nodeA.isEmpty != nodeB.isEmpty { return nodeA.isEmpty }
    let phaseA = rank(PodState.phase(a))
    let phaseB = rank(PodState.phase(b))
    if phaseA != phaseB { return phaseA < phaseB }
    let readyA = PodState.readySince(a)
    let readyB = PodState.readySince(b)
    if (readyA == nil) != (readyB == nil) { return readyA == nil }
    let costA = cost(a)
    let costB = cost(b)
    if costA != costB { return costA < costB }
    let crowdA = perNode[nodeA] ?? 0
    let crowdB = perNode[nodeB] ?? 0
    if crowdA != crowdB { return crowdA > crowdB }
    // The real one compares orders of magnitude and then uids, which are random: the younger goes first is one of its outcomes.
    if let readyA, let readyB, readyA != readyB { return readyA > readyB }
    let restartsA = restarts(a)
    let restartsB = restarts(b)
    if restartsA != restartsB { return restartsA > restartsB }
    let bornA = a.value[path: "metadata", "creationTimestamp"]?.string ?? ""
    let bornB = b.value[path: "metadata", "creationTimestamp"]?.string ?? ""
    return bornA == bornB ? a.name < b.name : bornA > bornB
  }

  private func rank(_ phase: String) -> Int { phase == "Pending" ? 0 : phase == "Unknown" ? 1 : 2 }

  private func cost(_ pod: StoredObject) -> Int64 {
    Int64(
      pod.value[path: "metadata", "annotations"]?["controller.kubernetes.io/pod-deletion-cost"]?.string ?? "") ?? 0
  }

  private func restarts(_ pod: StoredObject) -> Int64 {
    var most: Int64 = 0
    for status in pod.value[path: "status", "containerStatuses"]?.array ?? [] {
      let count = status["restartCount"]?.integer ?? 0
      if count > most { most = count }
    }
    return most
  }

  private func writeStatus(_ set: StoredObject, _ tally: Tally, _ failed: String?) {
    let minReady = set.value[path: "spec", "minReadySeconds"]?.integer ?? 0
    var available = tally.ready
    if minReady > 0 {
      available = 0
      for key in (readyPods[set.uid] ?? []).sorted() {
        guard let pod = store.object(.pod, key.namespace, key.name) else { continue }
        if let wait = PodState.timeToAvailable(pod, minReadySeconds: minReady, world) {
          if wait < PodState.never { enqueue(set.key, after: wait) }
        } else {
          available += 1
        }
      }
    }
    let now = world.civilNow.rfc3339
    api.amend(kind, set.namespace, set.name, uid: set.uid) { value in
      var status = Value.Object()
      if available != 0 { status["availableReplicas"] = .integer(available) }
      if tally.active != 0 { status["fullyLabeledReplicas"] = .integer(tally.active) }
      status["observedGeneration"] = value[path: "metadata", "generation"] ?? 1
      if tally.ready != 0 { status["readyReplicas"] = .integer(tally.ready) }
      status["replicas"] = .integer(tally.active)
      if let conditions = value[path: "status", "conditions"] { status["conditions"] = conditions }
      value["status"] = .object(status)
      if let failed {
        // The first refusal stays until creating succeeds again, whatever later ones say.
        if Cells.condition(value, "ReplicaFailure") { return }
        setCondition(
          &value, type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: failed, now: now)
      } else if value[path: "status", "conditions"] != nil {
        value.set(["status", "conditions"], nil)
      }
    }
  }
}
