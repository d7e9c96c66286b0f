// How the control plane notices that a node says nothing any more, and that it does again: the monitor looks every five seconds, and
// 50 seconds after the last renewal of the lease that it has seen, the node's conditions become Unknown and its pods are no longer
// ready. Only while some other node answers is the NoExecute taint added that has pods evicted: when all nodes are silent at
// once, the fault is taken to be the control plane's. Source: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`.

import KubeAPI
import SimKernel
import Unstructured

final class NodeHealth {
  private let api: APIServer
  private let world: World
  private let lifecycle: NodeLifecycleController
  private let monitor: EventRecorder
  private let period = Interval.seconds(Int64(5))
  private let patience = Interval.seconds(Int64(50))
  private var verdicts: [String: EventID] = [:]

  init(api: APIServer, lifecycle: NodeLifecycleController) {
    self.api = api
    world = api.world
    self.lifecycle = lifecycle
    monitor = EventRecorder(server: api, component: "node-controller")
  }

  /// The monitor's first look at or after an instant.
  private func look(after instant: Instant) -> Instant {
    let step = period.nanoseconds
    return Instant(nanoseconds: (instant.nanoseconds + step - 1) / step * step)
  }

  // MARK: Silence

  /// The node's kubelet has ended.
  func fellSilent(_ name: String) {
    api.silentSince[name] = world.now
    let lease = api.store.object(.lease, "kube-node-lease", name)?.value[path: "spec", "renewTime"]?.string ?? ""
    var last = world.now
    if let renewed = api.renewed(lease, every: 10, by: name), let time = CivilTime(rfc3339: renewed) {
      last = world.clock.instant(unixSeconds: time.unixSeconds)
    }
    let verdict = look(after: look(after: last) + patience + .milliseconds(1))
    verdicts[name] = world.schedule(at: verdict) { [self] in giveUp(name) }
  }

  private func giveUp(_ name: String) {
    guard let node = api.store.object(.node, "", name) else { return }
    let now = world.civilNow.rfc3339
    let wasReady = NodeLifecycleController.readiness(node.value) == "True"
    api.amend(.node, "", name) { node in
      var conditions = node[path: "status", "conditions"]?.array ?? []
      for i in conditions.indices where NodeHealth.own.contains(conditions[i]["type"]?.string ?? "") {
        if let text = conditions[i]["lastHeartbeatTime"]?.string,
          let last = api.renewed(text, every: 300, by: name)
        {
          conditions[i]["lastHeartbeatTime"] = .string(last)
        }
        guard conditions[i]["status"]?.string != "Unknown" else { continue }
        conditions[i]["status"] = "Unknown"
        conditions[i]["reason"] = "NodeStatusUnknown"
        conditions[i]["message"] = "Kubelet stopped posting node status."
        conditions[i]["lastTransitionTime"] = .string(now)
      }
      node.set(["status", "conditions"], .array(conditions))
    }
    if wasReady {
      monitor.record(
        ObjectReference(.node, node), .normal, "NodeNotReady", "Node \(name) status is now: NodeNotReady")
      markPodsNotReady(name, now)
    }
    if !isEveryNodeSilent { world.after(period) { [self] in taint(name) } }
  }

  private static let own = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"]

  private func markPodsNotReady(_ node: String, _ now: String) {
    for pod in api.store.shelf(.pod).list(namespace: nil)
    where pod.value[path: "spec", "nodeName"]?.string == node && PodState.isReady(pod) {
      api.amend(.pod, pod.namespace, pod.name, uid: pod.uid) { value in
        var conditions = value[path: "status", "conditions"]?.array ?? []
        for i in conditions.indices where conditions[i]["type"]?.string == "Ready" {
          conditions[i]["status"] = "False"
          conditions[i]["lastTransitionTime"] = .string(now)
        }
        value.set(["status", "conditions"], .array(conditions))
      }
      monitor.record(ObjectReference(.pod, pod), .warning, "NodeNotReady", "Node is not ready")
    }
  }

  private var isEveryNodeSilent: Bool {
    for node in api.store.shelf(.node).list(namespace: nil)
    where NodeLifecycleController.readiness(node.value) == "True" { return false }
    return true
  }

  private func taint(_ name: String) {
    guard let node = api.store.object(.node, "", name), !isEveryNodeSilent else { return }
    guard NodeLifecycleController.readiness(node.value) == "Unknown" else { return }
    setNoExecute(name, [NodeLifecycleController.unreachable])
  }

  private func setNoExecute(_ name: String, _ wanted: [String]) {
    api.amend(.node, "", name) { node in
      lifecycle.setTaints(
        &node, effect: "NoExecute", wanted: wanted,
        among: [NodeLifecycleController.unreachable, NodeLifecycleController.notReady])
    }
  }

  // MARK: Return

  /// The node's kubelet has started again and reports.
  func returned(_ name: String) {
    if let verdict = verdicts.removeValue(forKey: name) { world.cancel(verdict) }
    guard let node = api.store.object(.node, "", name) else { return }
    let now = world.civilNow
    let wasReady = NodeLifecycleController.readiness(node.value) == "True"
    let recorder = EventRecorder(server: api, component: "kubelet", host: name)
    func say(_ type: EventType, _ reason: String, _ message: String) {
      recorder.record(ObjectReference(.node, node), type, reason, message)
    }
    say(.normal, "Starting", "Starting kubelet.")
    say(.warning, "InvalidDiskCapacity", "invalid capacity 0 on image filesystem")
    let sound = [
      "MemoryPressure": ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      "Ready": ("KubeletReady", "kubelet is posting ready status"),
    ]
    for reason in ["NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"] {
      say(.normal, reason, "Node \(name) status is now: \(reason)")
    }
    say(.normal, "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods")
    api.silentSince[name] = nil
    api.amend(.node, "", name) { node in
      var conditions = node[path: "status", "conditions"]?.array ?? []
      for i in conditions.indices {
        let type = conditions[i]["type"]?.string ?? ""
        guard let (reason, message) = sound[type] else { continue }
        let status = type == "Ready" ? "True" : "False"
        conditions[i]["lastHeartbeatTime"] = .string(now.rfc3339)
        if conditions[i]["status"]?.string != status {
          conditions[i]["lastTransitionTime"] = .string(now.rfc3339)
        }
        conditions[i]["status"] = .string(status)
        conditions[i]["reason"] = .string(reason)
        conditions[i]["message"] = .string(message)
      }
      node.set(["status", "conditions"], .array(conditions))
    }
    if !wasReady { say(.normal, "NodeReady", "Node \(name) status is now: NodeReady") }
    api.amend(.lease, "kube-node-lease", name) { $0.set(["spec", "renewTime"], .string(now.rfc3339Micro)) }
    world.schedule(at: look(after: world.now + .milliseconds(1))) { [self] in setNoExecute(name, []) }
  }
}
