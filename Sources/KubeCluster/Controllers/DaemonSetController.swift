// DaemonSets: one pod on every node that suits, replaced one at a time when the template changes.
// Source: `pkg/controller/daemon/{daemon_controller,update}.go`.

import KubeAPI
import SimKernel
import Unstructured

final class DaemonSetController: Controller {
  private let recorder: EventRecorder

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "daemonset-controller")
    super.init(api: api, latency: latency)
    watch(.daemonSet)
    watch(.pod, ownedBy: .daemonSet)
    store.shelf(.node).observe { [self] old, new in
      if let old, let new, old.value["spec"] == new.value["spec"], old.labels == new.labels { return }
      for set in store.shelf(.daemonSet).list(namespace: nil) { enqueue(set.key) }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .daemonSet) }

  override func reconcile(_ key: ObjectKey) {
    guard let set = store.object(.daemonSet, key.namespace, key.name) else { return }
    let template = set.value[path: "spec", "template"] ?? [:]
    let history = RevisionHistory(controller: self, kind: .daemonSet, owner: set)
    let collisions = set.value[path: "status", "collisionCount"]?.integer
    let hash = Hashes.podTemplate(template, collisionCount: collisions)
    let generation =
      set.value[path: "metadata", "annotations"]?[APIServer.templateGeneration]?.string
      ?? "1"
    let name = history.ensure(
      template: template, hash: hash, extraLabels: [("controller-revision-hash", hash)])
    let current = String(name.dropFirst(set.name.count + 1))
    let nodes = store.shelf(.node).list(namespace: nil)
    if !set.isBeingDeleted {
      let byNode = podsByNode(set)
      place(set, nodes, byNode, template, current, generation)
      if set.value[path: "spec", "updateStrategy", "type"]?.string != "OnDelete" {
        update(set, nodes, byNode, current)
      }
    }
    // The status counts one pod per node, the live one if there is any.
    writeStatus(set, nodes, podsByNode(set), current)
    var kept: Set<String> = [name]
    for pod in store.shelf(.pod).controlled(by: set.uid) {
      kept.insert(set.name + "-" + (pod.labels?["controller-revision-hash"]?.string ?? ""))
    }
    RevisionHistory.trim(
      api, history.revisions, keeping: kept, limit: set.value[path: "spec", "revisionHistoryLimit"]?.integer ?? 10)
  }

  private func podsByNode(_ set: StoredObject) -> [String: [StoredObject]] {
    var byNode: [String: [StoredObject]] = [:]
    for pod in store.shelf(.pod).controlled(by: set.uid) { byNode[targetNode(pod), default: []].append(pod) }
    return byNode
  }

  /// Where a daemon pod belongs: its node, or the one its affinity names while it waits for the scheduler.
  private func targetNode(_ pod: StoredObject) -> String {
    if let node = pod.value[path: "spec", "nodeName"]?.string, !node.isEmpty { return node }
    let affinity = pod.value[path: "spec", "affinity", "nodeAffinity"]
    let terms = affinity?[path: "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]?.array ?? []
    return terms.first?["matchFields"]?.array?.first?["values"]?.array?.first?.string ?? ""
  }

  private func suits(_ node: StoredObject, _ template: Value) -> Bool {
    guard NodeFilter.matchesNode(template["spec"], node) else { return false }
    let tolerations = (template[path: "spec", "tolerations"]?.array ?? []) + DaemonSetController.tolerations
    for taint in node.value[path: "spec", "taints"]?.array ?? []
    where taint["effect"]?.string != "PreferNoSchedule" && !NodeFilter.tolerates(tolerations, taint) { return false }
    return true
  }

  /// What every daemon pod puts up with.
  private static var tolerations: [Value] {
    var list: [Value] = []
    for (key, effect) in [
      ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"),
      ("node.kubernetes.io/disk-pressure", "NoSchedule"), ("node.kubernetes.io/memory-pressure", "NoSchedule"),
      ("node.kubernetes.io/pid-pressure", "NoSchedule"), ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ] {
      list.append(["effect": .string(effect), "key": .string(key), "operator": "Exists"])
    }
    return list
  }

  private func place(
    _ set: StoredObject, _ nodes: [StoredObject], _ byNode: [String: [StoredObject]], _ template: Value,
    _ hash: String, _ generation: String
  ) {
    for name in byNode.keys.sorted() where !nodes.contains(where: { $0.name == name }) {
      // Those that wait for a node that is gone; the others are the collector's.
      for pod in byNode[name] ?? []
      where (pod.value[path: "spec", "nodeName"]?.string ?? "").isEmpty && !pod.isBeingDeleted {
        remove(pod, set)
      }
    }
    for node in nodes {
      var present = byNode[node.name] ?? []
      let wanted = suits(node, template)
      // Pods that have ended are replaced before they are gone.
      if !present.contains(where: { !PodState.isFinished($0) }) {
        for pod in present where !pod.isBeingDeleted {
          let hasFailed = PodState.phase(pod) == "Failed"
          recorder.record(
            ObjectReference(.daemonSet, set), hasFailed ? .warning : .normal,
            hasFailed ? "FailedDaemonPod" : "SucceededDaemonPod",
            "Found \(hasFailed ? "failed" : "succeeded") daemon pod \(pod.namespace)/\(pod.name) on node "
              + "\(node.name), will try to \(hasFailed ? "kill" : "delete") it")
          remove(pod, set)
        }
        present = []
      }
      if wanted, present.isEmpty { create(set, node.name, template, hash, generation) }
      if !wanted { for pod in present where !pod.isBeingDeleted { remove(pod, set) } }
    }
  }

  private func create(_ set: StoredObject, _ node: String, _ template: Value, _ hash: String, _ generation: String) {
    var pod = PodState.fromTemplate(
      template, generateName: set.name + "-", owner: controllerReference(.daemonSet, set))
    pod.set(["metadata", "labels", "controller-revision-hash"], .string(hash))
    pod.set(["metadata", "labels", "pod-template-generation"], .string(generation))
    pod.set(
      [
        "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms",
      ],
      [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]])
    var tolerations = template[path: "spec", "tolerations"]?.array ?? []
    for toleration in DaemonSetController.tolerations where !tolerations.contains(toleration) {
      tolerations.append(toleration)
    }
    if template[path: "spec", "hostNetwork"]?.bool == true {
      tolerations.append([
        "effect": "NoSchedule", "key": "node.kubernetes.io/network-unavailable", "operator": "Exists",
      ])
    }
    pod.set(["spec", "tolerations"], .array(tolerations))
    do throws(Status) {
      let made = try api.create(.pod, namespace: set.namespace, pod)
      recorder.record(
        ObjectReference(.daemonSet, set), .normal, "SuccessfulCreate",
        "Created pod: \(made.object[path: "metadata", "name"]?.string ?? "")")
    } catch {
      recorder.record(
        ObjectReference(.daemonSet, set), .warning, "FailedCreate", "Error creating: \(error.message)")
      enqueue(set.key, after: .seconds(Int64(5)))
    }
  }

  private func remove(_ pod: StoredObject, _ set: StoredObject) {
    guard (try? api.delete(.pod, namespace: pod.namespace, name: pod.name)) != nil else { return }
    recorder.record(ObjectReference(.daemonSet, set), .normal, "SuccessfulDelete", "Deleted pod: \(pod.name)")
  }

  private func bound(_ value: Value?, _ total: Int64, _ fallback: Int64) -> Int64 {
    if let number = value?.integer { return number }
    guard let text = value?.string, text.hasSuffix("%"), let percent = Int64(text.dropLast()) else { return fallback }
    return (percent * total + 99) / 100
  }

  /// Deletes old pods while enough others are available.
  private func update(
    _ set: StoredObject, _ nodes: [StoredObject], _ byNode: [String: [StoredObject]], _ hash: String
  ) {
    var wanted: Int64 = 0
    for node in nodes where suits(node, set.value[path: "spec", "template"] ?? [:]) { wanted += 1 }
    let most = bound(
      set.value[path: "spec", "updateStrategy", "rollingUpdate", "maxUnavailable"], wanted, 1)
    var unavailable: Int64 = 0
    var candidates: [StoredObject] = []
    let minReady = set.value[path: "spec", "minReadySeconds"]?.integer ?? 0
    for node in nodes {
      for pod in byNode[node.name] ?? [] where !PodState.isFinished(pod) {
        let isOld = pod.labels?["controller-revision-hash"]?.string != hash
        let isAvailable =
          !pod.isBeingDeleted
          && PodState.timeToAvailable(pod, minReadySeconds: minReady, world) == nil
        if !isAvailable { unavailable += 1 }
        if isOld, !pod.isBeingDeleted {
          if isAvailable { candidates.append(pod) } else { remove(pod, set) }
        }
      }
      if !(byNode[node.name] ?? []).contains(where: { !PodState.isFinished($0) }),
        suits(node, set.value[path: "spec", "template"] ?? [:])
      {
        unavailable += 1
      }
    }
    for pod in candidates where unavailable < most {
      remove(pod, set)
      unavailable += 1
    }
  }

  private func writeStatus(
    _ set: StoredObject, _ nodes: [StoredObject], _ byNode: [String: [StoredObject]], _ hash: String
  ) {
    var desired: Int64 = 0
    var current: Int64 = 0
    var misplaced: Int64 = 0
    var ready: Int64 = 0
    var available: Int64 = 0
    var updated: Int64 = 0
    let minReady = set.value[path: "spec", "minReadySeconds"]?.integer ?? 0
    for node in nodes {
      let live = (byNode[node.name] ?? []).filter { !PodState.isFinished($0) }
      let pod = (live.isEmpty ? byNode[node.name] ?? [] : live).min { $0.version < $1.version }
      if suits(node, set.value[path: "spec", "template"] ?? [:]) {
        desired += 1
        guard let pod else { continue }
        current += 1
        if PodState.isReady(pod) {
          ready += 1
          if let wait = PodState.timeToAvailable(pod, minReadySeconds: minReady, world) {
            if wait < PodState.never { enqueue(set.key, after: wait) }
          } else {
            available += 1
          }
        }
        if pod.labels?["controller-revision-hash"]?.string == hash { updated += 1 }
      } else if pod != nil {
        misplaced += 1
      }
    }
    api.amend(.daemonSet, set.namespace, set.name, uid: set.uid) { value in
      var status = Value.Object()
      if let collisions = value[path: "status", "collisionCount"] { status["collisionCount"] = collisions }
      status["currentNumberScheduled"] = .integer(current)
      status["desiredNumberScheduled"] = .integer(desired)
      if available != 0 { status["numberAvailable"] = .integer(available) }
      status["numberMisscheduled"] = .integer(misplaced)
      status["numberReady"] = .integer(ready)
      if desired - available > 0 { status["numberUnavailable"] = .integer(desired - available) }
      status["observedGeneration"] = value[path: "metadata", "generation"] ?? 1
      if updated != 0 { status["updatedNumberScheduled"] = .integer(updated) }
      value["status"] = .object(status)
    }
  }
}
