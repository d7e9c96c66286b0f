// What the kubelet itself checks before it takes a pod that no scheduler has placed: its operating system, the room that is left,
// labels, ports and NoExecute taints. A pod that does not fit fails at once.
// Source: `pkg/kubelet/lifecycle/predicate.go`, `kubelet.go` (rejectPod).

import KubeAPI
import Unstructured

struct PodAdmission {
  let api: APIServer
  let node: StoredObject

  /// Why the kubelet refuses a pod; nil when it takes it.
  func refusal(of pod: StoredObject, beside others: [StoredObject]) -> (reason: String, message: String)? {
    let spec = pod.value["spec"]
    let labels = node.value[path: "metadata", "labels"]
    if let system = spec?[path: "nodeSelector", "kubernetes.io/os"], system != labels?["kubernetes.io/os"] {
      return (
        "PodOSSelectorNodeLabelDoesNotMatch",
        "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
      )
    }
    if let system = spec?[path: "os", "name"]?.string, system != "linux" {
      return ("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    }
    if let lacking = lacking(pod, others) { return lacking }
    if !NodeFilter.matchesNode(spec, node) {
      return failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    }
    let ports = NodeFilter.hostPorts(pod.value)
    for other in others {
      for port in NodeFilter.hostPorts(other.value) where ports.contains(port) {
        return failed("NodePorts", "node(s) didn't have free ports for the requested pod ports")
      }
    }
    let tolerations = spec?["tolerations"]?.array ?? []
    for taint in node.value[path: "spec", "taints"]?.array ?? []
    where taint["effect"]?.string == "NoExecute" && !NodeFilter.tolerates(tolerations, taint) {
      return failed("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    }
    return nil
  }

  private func failed(_ plugin: String, _ why: String) -> (reason: String, message: String) {
    (plugin, "Predicate \(plugin) failed: \(why)")
  }

  private func lacking(_ pod: StoredObject, _ others: [StoredObject]) -> (reason: String, message: String)? {
    let room = node.value[path: "status", "allocatable"]
    func short(_ resource: String, _ requested: Int64, _ used: Int64, _ capacity: Int64) -> (String, String)? {
      guard requested > 0, used + requested > capacity else { return nil }
      return (
        "OutOf\(resource)",
        "Node didn't have enough resource: \(resource), requested: \(requested), used: \(used), capacity: \(capacity)"
      )
    }
    let slots = (Quantity.milli(room?["pods"]) ?? 110_000) / 1_000
    if let found = short("pods", 1, Int64(others.count), slots) { return found }
    // Processor time is counted in thousandths, everything else in whole units.
    for (resource, unit) in [("cpu", Int64(1)), ("memory", 1_000), ("ephemeral-storage", 1_000)] {
      var used: Int64 = 0
      for other in others { used += api.podTotal(other.value, "requests", resource) / unit }
      let requested = api.podTotal(pod.value, "requests", resource) / unit
      if let found = short(resource, requested, used, (Quantity.milli(room?[resource]) ?? 0) / unit) { return found }
    }
    return nil
  }
}
