// One pass of the StatefulSet controller over one set: revisions, replicas in order, condemned pods, updates, status,
// history. Source: `updateStatefulSet` in `pkg/controller/statefulset/stateful_set_control.go`, 1.32.

import KubeAPI
import SimKernel
import Unstructured

struct StatefulSetPass {
  private let controller: StatefulSetController
  private let set: StoredObject
  private let spec: Value
  private let present: Value
  private var currentRevision = ""
  private var updateRevision = ""
  private var revisions: [StoredObject] = []
  private var templates: [String: Value] = [:]
  private var counts = Counts()

  private struct Counts {
    var replicas: Int64 = 0
    var ready: Int64 = 0
    var available: Int64 = 0
    var current: Int64 = 0
    var updated: Int64 = 0
  }

  /// A wanted ordinal: its pod, or the revision the missing pod is to be made of.
  private struct Slot {
    let ordinal: Int64
    let name: String
    let pod: StoredObject?
    let revision: String
  }

  private enum Outcome { case proceed, stop, failed }

  init(controller: StatefulSetController, set: StoredObject) {
    self.controller = controller
    self.set = set
    spec = set.value["spec"] ?? [:]
    present = set.value["status"] ?? [:]
  }

  private var store: Store { controller.store }
  private var isOrdered: Bool { spec["podManagementPolicy"]?.string != "Parallel" }
  private var minReadySeconds: Int64 { spec["minReadySeconds"]?.integer ?? 0 }
  /// More than a cluster has room for are not counted through.
  private var replicas: Int64 { min(max(0, spec["replicas"]?.integer ?? 1), Int64(APIServer.podsMax) + 1) }
  private var start: Int64 { spec[path: "ordinals", "start"]?.integer ?? 0 }

  private func isHealthy(_ pod: StoredObject) -> Bool { PodState.isRunningAndReady(pod) && !pod.isBeingDeleted }
  private func isAvailable(_ pod: StoredObject) -> Bool {
    PodState.timeToAvailable(pod, minReadySeconds: minReadySeconds, controller.world) == nil
  }
  private func revision(of pod: StoredObject) -> String { pod.labels?["controller-revision-hash"]?.string ?? "" }

  /// True when something failed that must be tried again.
  mutating func run() -> Bool {
    chooseRevisions()
    var condemned: [(ordinal: Int64, pod: StoredObject)] = []
    var live: [Int64: StoredObject] = [:]
    for pod in store.shelf(.pod).controlled(by: set.uid) {
      guard let ordinal = controller.ordinal(of: pod.name, in: set.name) else { continue }
      if ordinal >= start, ordinal < start + replicas { live[ordinal] = pod } else { condemned.append((ordinal, pod)) }
      count(pod)
    }
    var slots: [Slot] = []
    for ordinal in start..<(start + replicas) {
      slots.append(
        Slot(ordinal: ordinal, name: "\(set.name)-\(ordinal)", pod: live[ordinal], revision: revisionForNew(ordinal)))
    }
    condemned.sort { $0.ordinal > $1.ordinal }
    var doomed: [StoredObject] = []
    for entry in condemned { doomed.append(entry.pod) }
    let failed = set.isBeingDeleted ? false : work(slots, doomed)
    writeStatus()
    trimHistory()
    if minReadySeconds > 0, counts.available != replicas {
      controller.enqueue(
        set.key, after: .seconds(minReadySeconds), weight: counts.ready > 0 ? .activity : .housekeeping)
    }
    return failed
  }

  private mutating func count(_ pod: StoredObject) {
    counts.replicas += 1
    if PodState.isRunningAndReady(pod) {
      counts.ready += 1
      if isAvailable(pod) { counts.available += 1 }
    }
    guard !pod.isBeingDeleted else { return }
    if revision(of: pod) == currentRevision { counts.current += 1 }
    if revision(of: pod) == updateRevision { counts.updated += 1 }
  }

  private func revisionForNew(_ ordinal: Int64) -> String {
    guard spec[path: "updateStrategy", "type"]?.string == "RollingUpdate" else { return updateRevision }
    if let rolling = spec[path: "updateStrategy", "rollingUpdate"], !rolling.isNull {
      return ordinal < start + (rolling["partition"]?.integer ?? 0) ? currentRevision : updateRevision
    }
    return ordinal < start + (present["currentReplicas"]?.integer ?? 0) ? currentRevision : updateRevision
  }

  private mutating func work(_ slots: [Slot], _ condemned: [StoredObject]) -> Bool {
    var firstUnhealthy: String?
    for slot in slots where firstUnhealthy == nil {
      if slot.pod == nil || !isHealthy(slot.pod!) { firstUnhealthy = slot.name }
    }
    for pod in condemned.reversed() where firstUnhealthy == nil && !isHealthy(pod) { firstUnhealthy = pod.name }

    var failed = false
    for slot in slots {
      switch processReplica(slot) {
      case .proceed: continue
      case .stop: if isOrdered { return false }
      case .failed:
        failed = true
        if isOrdered { return true }
      }
    }
    if failed { return true }
    for pod in condemned {
      if pod.isBeingDeleted {
        if isOrdered { return false }
        continue
      }
      if isOrdered, pod.name != firstUnhealthy, !PodState.isRunningAndReady(pod) || !isAvailable(pod) { return false }
      remove(pod, tyingClaims: true)
      if isOrdered { return false }
    }
    if spec[path: "updateStrategy", "type"]?.string != "OnDelete" { update(slots) }
    return false
  }

  private func processReplica(_ slot: Slot) -> Outcome {
    guard let pod = slot.pod else {
      guard createClaims(slot), create(slot) else { return .failed }
      return .stop
    }
    if PodState.isFinished(pod) {
      if !pod.isBeingDeleted { remove(pod) }
      return .stop
    }
    if PodState.phase(pod) == "Pending", !createClaims(slot) { return .failed }
    if isOrdered, pod.isBeingDeleted || !PodState.isRunningAndReady(pod) || !isAvailable(pod) { return .stop }
    repairIdentity(slot, pod)
    return .proceed
  }

  private mutating func update(_ slots: [Slot]) {
    let partition = spec[path: "updateStrategy", "rollingUpdate", "partition"]?.integer ?? 0
    var index = Int64(slots.count) - 1
    while index >= partition {
      guard let pod = slots[Int(index)].pod else { return }
      if revision(of: pod) != updateRevision, !pod.isBeingDeleted {
        remove(pod)
        counts.current -= 1
        return
      }
      if !isHealthy(pod) { return }
      index -= 1
    }
  }

  // MARK: Pods

  private func event(_ type: EventType, _ reason: String, _ message: String) {
    controller.recorder.record(ObjectReference(.statefulSet, set), type, reason, message)
  }

  private func remove(_ pod: StoredObject, tyingClaims: Bool = false) {
    if tyingClaims, retention("whenScaled") == "Delete" { tieClaims(to: pod) }
    do throws(Status) {
      try controller.api.delete(.pod, namespace: pod.namespace, name: pod.name)
      event(.normal, "SuccessfulDelete", "delete Pod \(pod.name) in StatefulSet \(set.name) successful")
    } catch {
      event(
        .warning, "FailedDelete", "delete Pod \(pod.name) in StatefulSet \(set.name) failed error: \(error.message)")
    }
  }

  private func create(_ slot: Slot) -> Bool {
    let template = templates[slot.revision] ?? spec["template"]
    var pod = PodState.fromTemplate(
      template, generateName: set.name + "-", name: slot.name,
      owner: controller.controllerReference(.statefulSet, set))
    setIdentity(&pod, slot)
    pod.set(["metadata", "labels", "controller-revision-hash"], .string(slot.revision))
    // Claims come first among the volumes and replace volumes of the same name.
    var volumes: [Value] = []
    var names: [String] = []
    for claim in spec["volumeClaimTemplates"]?.array ?? [] {
      let name = claim[path: "metadata", "name"]?.string ?? ""
      names.append(name)
      volumes.append([
        "name": .string(name), "persistentVolumeClaim": ["claimName": .string("\(name)-\(slot.name)")],
      ])
    }
    for volume in pod[path: "spec", "volumes"]?.array ?? [] where !names.contains(volume["name"]?.string ?? "") {
      volumes.append(volume)
    }
    if !volumes.isEmpty { pod.set(["spec", "volumes"], .array(volumes)) }
    pod.set(["spec", "hostname"], .string(slot.name))
    if let service = spec["serviceName"], !(service.string ?? "").isEmpty { pod.set(["spec", "subdomain"], service) }
    do throws(Status) {
      _ = try controller.api.create(.pod, namespace: set.namespace, pod)
      event(.normal, "SuccessfulCreate", "create Pod \(slot.name) in StatefulSet \(set.name) successful")
      return true
    } catch {
      // A foreign pod of that name is waited for without a word.
      if error.reason != "AlreadyExists" {
        event(
          .warning, "FailedCreate",
          "create Pod \(slot.name) in StatefulSet \(set.name) failed error: \(error.message)")
      }
      return false
    }
  }

  private func setIdentity(_ pod: inout Value, _ slot: Slot) {
    pod.set(["metadata", "labels", "apps.kubernetes.io/pod-index"], .string("\(slot.ordinal)"))
    pod.set(["metadata", "labels", "statefulset.kubernetes.io/pod-name"], .string(slot.name))
  }

  private func repairIdentity(_ slot: Slot, _ pod: StoredObject) {
    if pod.labels?["statefulset.kubernetes.io/pod-name"]?.string == slot.name,
      pod.labels?["apps.kubernetes.io/pod-index"]?.string == "\(slot.ordinal)"
    {
      return
    }
    controller.api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { setIdentity(&$0, slot) }
    event(.normal, "SuccessfulUpdate", "update Pod \(pod.name) in StatefulSet \(set.name) successful")
  }

  // MARK: Claims

  private func retention(_ when: String) -> String {
    spec["persistentVolumeClaimRetentionPolicy"]?[when]?.string ?? "Retain"
  }

  private func createClaims(_ slot: Slot) -> Bool {
    for template in spec["volumeClaimTemplates"]?.array ?? [] {
      let name = "\(template[path: "metadata", "name"]?.string ?? "")-\(slot.name)"
      if let claim = store.object(.persistentVolumeClaim, set.namespace, name) {
        guard claim.isBeingDeleted, slot.pod == nil else { continue }
        event(
          .warning, "FailedCreate",
          "create Pod \(slot.name) in StatefulSet \(set.name) failed error: pvc \(name) is being deleted")
        return false
      }
      var labels = template[path: "metadata", "labels"]?.object ?? Value.Object()
      for (key, value) in spec[path: "selector", "matchLabels"]?.object ?? Value.Object() { labels[key] = value }
      var claim: Value = ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": template["spec"] ?? [:]]
      claim.set(["metadata", "name"], .string(name))
      if !labels.isEmpty { claim.set(["metadata", "labels"], .object(labels)) }
      if let annotations = template[path: "metadata", "annotations"] {
        claim.set(["metadata", "annotations"], annotations)
      }
      if retention("whenDeleted") == "Delete" {
        claim.set(["metadata", "ownerReferences"], [controller.controllerReference(.statefulSet, set)])
      }
      do throws(Status) {
        _ = try controller.api.create(.persistentVolumeClaim, namespace: set.namespace, claim)
        event(.normal, "SuccessfulCreate", "create Claim \(name) Pod \(slot.name) in StatefulSet \(set.name) success")
      } catch {
        event(
          .warning, "FailedCreate",
          "create Claim \(name) for Pod \(slot.name) in StatefulSet \(set.name) failed error: \(error.message)")
        return false
      }
    }
    return true
  }

  /// With `whenScaled: Delete` a condemned pod takes its claims with it.
  private func tieClaims(to pod: StoredObject) {
    for template in spec["volumeClaimTemplates"]?.array ?? [] {
      let name = "\(template[path: "metadata", "name"]?.string ?? "")-\(pod.name)"
      controller.api.amend(.persistentVolumeClaim, set.namespace, name) { claim in
        var owners: [Value] = []
        for owner in claim[path: "metadata", "ownerReferences"]?.array ?? [] where owner["uid"]?.string != set.uid {
          if owner["uid"]?.string == pod.uid { return }
          owners.append(owner)
        }
        owners.append(["apiVersion": "v1", "kind": "Pod", "name": .string(pod.name), "uid": .string(pod.uid)])
        claim.set(["metadata", "ownerReferences"], .array(owners))
      }
    }
  }

  // MARK: Revisions

  private mutating func chooseRevisions() {
    let template = spec["template"] ?? [:]
    let found = RevisionHistory(controller: controller, kind: .statefulSet, owner: set)
    let collisions = present["collisionCount"]?.integer ?? 0
    let hash = Hashes.controllerRevision(data: RevisionHistory.data(template), collisionCount: collisions)
    updateRevision = found.ensure(template: template, hash: hash)
    revisions = found.revisions
    for revision in revisions { templates[revision.name] = RevisionHistory.template(of: revision) }
    templates[updateRevision] = template
    currentRevision = present["currentRevision"]?.string ?? ""
    if currentRevision.isEmpty || templates[currentRevision] == nil { currentRevision = updateRevision }
  }

  private func trimHistory() {
    var kept: Set<String> = [currentRevision, updateRevision]
    for pod in store.shelf(.pod).controlled(by: set.uid) { kept.insert(revision(of: pod)) }
    RevisionHistory.trim(controller.api, revisions, keeping: kept, limit: spec["revisionHistoryLimit"]?.integer ?? 10)
  }

  // MARK: Status

  private func writeStatus() {
    var counts = counts
    var current = currentRevision
    if spec[path: "updateStrategy", "type"]?.string == "RollingUpdate", counts.updated == replicas,
      counts.ready == replicas, counts.replicas == replicas
    {
      counts.current = counts.updated
      current = updateRevision
    }
    var status = Value.Object()
    status["availableReplicas"] = .integer(counts.available)
    status["collisionCount"] = present["collisionCount"] ?? 0
    if counts.current != 0 { status["currentReplicas"] = .integer(counts.current) }
    status["currentRevision"] = .string(current)
    status["observedGeneration"] = set.value[path: "metadata", "generation"] ?? 1
    if counts.ready != 0 { status["readyReplicas"] = .integer(counts.ready) }
    status["replicas"] = .integer(counts.replicas)
    status["updateRevision"] = .string(updateRevision)
    if counts.updated != 0 { status["updatedReplicas"] = .integer(counts.updated) }
    controller.api.amend(.statefulSet, set.namespace, set.name, uid: set.uid) { $0["status"] = .object(status) }
  }
}
