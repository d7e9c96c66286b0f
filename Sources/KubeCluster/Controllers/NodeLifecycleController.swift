// What the control plane does to nodes and because of them: cordoned and unreachable nodes get their taints, and pods that do not bear
// a NoExecute taint are evicted. How a silent node is noticed is in NodeHealth.swift.
// Source: `pkg/controller/nodelifecycle`, `pkg/controller/tainteviction`.

import KubeAPI
import SimKernel
import Unstructured

/// Gives nodes the taints of their condition and takes them away again.
final class NodeLifecycleController: Controller {
  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    watch(.node)
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .node) }

  override func reconcile(_ key: ObjectKey) {
    api.amend(.node, "", key.name) { node in
      var wanted: [String] = []
      switch NodeLifecycleController.readiness(node) {
      case "Unknown": wanted.append(NodeLifecycleController.unreachable)
      case "False": wanted.append(NodeLifecycleController.notReady)
      default: break
      }
      if node[path: "spec", "unschedulable"]?.bool == true { wanted.append(NodeLifecycleController.unschedulable) }
      let managed = [
        NodeLifecycleController.unreachable, NodeLifecycleController.notReady, NodeLifecycleController.unschedulable,
      ]
      setTaints(&node, effect: "NoSchedule", wanted: wanted, among: managed)
    }
    evict(key.name)
  }

  static let unreachable = "node.kubernetes.io/unreachable"
  static let notReady = "node.kubernetes.io/not-ready"
  static let unschedulable = "node.kubernetes.io/unschedulable"

  /// The status of a node's Ready condition.
  static func readiness(_ node: Value) -> String {
    for condition in node[path: "status", "conditions"]?.array ?? [] where condition["type"]?.string == "Ready" {
      return condition["status"]?.string ?? ""
    }
    return "Unknown"
  }

  /// Brings those taints of one effect that a controller manages to what is wanted; the others stay.
  func setTaints(_ node: inout Value, effect: String, wanted: [String], among managed: [String]) {
    let now = world.civilNow.rfc3339
    var taints: [Value] = []
    var missing = wanted
    for taint in node[path: "spec", "taints"]?.array ?? [] {
      let key = taint["key"]?.string ?? ""
      guard taint["effect"]?.string == effect, managed.contains(key) else {
        taints.append(taint)
        continue
      }
      if wanted.contains(key) {
        taints.append(taint)
        missing.removeAll { $0 == key }
      }
    }
    for key in missing {
      taints.append(["effect": .string(effect), "key": .string(key), "timeAdded": .string(now)])
    }
    if taints == node[path: "spec", "taints"]?.array ?? [] { return }
    node.set(["spec", "taints"], taints.isEmpty ? nil : .array(taints))
  }

  // MARK: Eviction

  private lazy var recorder = EventRecorder(server: api, component: "taint-eviction-controller")
  /// Pods that bear a taint for a while only, by uid.
  private var planned: [String: EventID] = [:]

  /// NoExecute taints remove what does not tolerate them, at once or when the toleration runs out.
  private func evict(_ name: String) {
    guard let node = store.object(.node, "", name) else { return }
    var taints: [Value] = []
    for taint in node.value[path: "spec", "taints"]?.array ?? [] where taint["effect"]?.string == "NoExecute" {
      taints.append(taint)
    }
    if taints.isEmpty, planned.isEmpty { return }
    for pod in store.shelf(.pod).list(namespace: nil)
    where pod.value[path: "spec", "nodeName"]?.string == name && !pod.isBeingDeleted {
      switch patience(pod, taints) {
      case .endless:
        guard let event = planned.removeValue(forKey: pod.uid), world.isPending(event) else { continue }
        world.cancel(event)
        say(pod, "Cancelling deletion of Pod")
      case .none: remove(pod)
      case .seconds(let seconds):
        if let event = planned[pod.uid], world.isPending(event) { continue }
        planned[pod.uid] = world.after(.seconds(seconds)) { [self] in
          planned[pod.uid] = nil
          if let still = store.object(.pod, pod.namespace, pod.name), still.uid == pod.uid, !still.isBeingDeleted {
            remove(still)
          }
        }
      }
    }
  }

  private enum Patience {
    case endless, none
    case seconds(Int64)
  }

  /// How long a pod bears all of these taints.
  private func patience(_ pod: StoredObject, _ taints: [Value]) -> Patience {
    let tolerations = pod.value[path: "spec", "tolerations"]?.array ?? []
    var least: Int64?
    for taint in taints {
      var isBorne = false
      for toleration in tolerations where NodeFilter.tolerates([toleration], taint) {
        isBorne = true
        guard let seconds = toleration["tolerationSeconds"]?.integer else { continue }
        if seconds <= 0 { return .none }
        if least == nil || seconds < least! { least = seconds }
      }
      if !isBorne { return .none }
    }
    return least.map { .seconds($0) } ?? .endless
  }

  private func say(_ pod: StoredObject, _ what: String) {
    recorder.record(
      ObjectReference(.pod, pod), .normal, "TaintManagerEviction", "\(what) \(pod.namespace)/\(pod.name)")
  }

  private func remove(_ pod: StoredObject) {
    say(pod, "Marking for deletion Pod")
    _ = try? api.delete(.pod, namespace: pod.namespace, name: pod.name)
  }
}
