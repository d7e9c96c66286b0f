// Whether a node can take a pod, plugin by plugin in the scheduler's order; the first that says no gives the reasons.
// Source: `pkg/scheduler/framework/plugins/{nodeunschedulable,tainttoleration,nodeaffinity,nodeports,noderesources,…}`.

import KubeAPI
import SimKernel
import Unstructured

struct NodeFilter {
  let scheduler: Scheduler
  let pod: StoredObject
  let nodes: [StoredObject]
  /// Pods that are taken to be gone already: what preemption would remove.
  var freed: [StoredObject] = []

  struct Verdict {
    var reasons: [String] = []
    /// Whether removing pods could help.
    var isResolvable = false
    /// Whether pods that arrive elsewhere could help.
    var hopesForCompany = false
  }

  func check(_ node: StoredObject) -> Verdict {
    let spec = pod.value["spec"]
    let tolerations = spec?["tolerations"]?.array ?? []
    let taints = node.value[path: "spec", "taints"]?.array ?? []
    if node.value[path: "spec", "unschedulable"]?.bool == true,
      !tolerated(["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"], tolerations)
    {
      return Verdict(reasons: ["node(s) were unschedulable"])
    }
    for taint in taints where taint["effect"]?.string != "PreferNoSchedule" && !tolerated(taint, tolerations) {
      let key = taint["key"]?.string ?? ""
      return Verdict(reasons: ["node(s) had untolerated taint {\(key): \(taint["value"]?.string ?? "")}"])
    }
    if !NodeFilter.matchesNode(spec, node) {
      return Verdict(reasons: ["node(s) didn't match Pod's node affinity/selector"])
    }
    var use = scheduler.usage(of: node.name)
    for victim in freed { use.add(victim, -1, scheduler) }
    for (key, name) in scheduler.nominated where name == node.name && key != pod.key {
      if let other = scheduler.store.object(.pod, key.namespace, key.name),
        scheduler.priority(other) >= scheduler.priority(pod)
      {
        use.add(other, 1, scheduler)
      }
    }
    for port in NodeFilter.hostPorts(pod.value) where use.ports.contains(port) {
      return Verdict(reasons: ["node(s) didn't have free ports for the requested pod ports"], isResolvable: true)
    }
    let lacking = NodeFilter.lacking(pod.value, node, use, scheduler)
    if !lacking.isEmpty { return Verdict(reasons: lacking, isResolvable: true) }
    if let problem = scheduler.volumes.conflict(of: pod, with: node) { return Verdict(reasons: [problem]) }
    return spread(over: node) ?? company(on: node) ?? Verdict()
  }

  // MARK: Taints and labels

  func tolerated(_ taint: Value, _ tolerations: [Value]) -> Bool {
    NodeFilter.tolerates(tolerations, taint)
  }

  static func tolerates(_ tolerations: [Value], _ taint: Value) -> Bool {
    for toleration in tolerations {
      let effect = toleration["effect"]?.string ?? ""
      if !effect.isEmpty, effect != taint["effect"]?.string { continue }
      let key = toleration["key"]?.string ?? ""
      if !key.isEmpty, key != taint["key"]?.string { continue }
      if toleration["operator"]?.string == "Exists" { return true }
      if !key.isEmpty, (toleration["value"]?.string ?? "") == (taint["value"]?.string ?? "") { return true }
    }
    return false
  }

  /// The names of the only nodes a pod's required affinity leaves, where each of its terms gives some (as a daemon set's pods do).
  var namedNodes: [String]? {
    let required = pod.value[
      path: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
    guard let terms = required?["nodeSelectorTerms"]?.array, !terms.isEmpty else { return nil }
    var names: [String] = []
    for term in terms {
      guard
        let field = term["matchFields"]?.array?.first(where: {
          $0["key"]?.string == "metadata.name" && $0["operator"]?.string == "In"
        })
      else { return nil }
      names += field["values"].strings
    }
    return names
  }

  static func matchesNode(_ spec: Value?, _ node: StoredObject) -> Bool {
    let labels = node.value[path: "metadata", "labels"]
    for (key, value) in spec?["nodeSelector"]?.object ?? Value.Object() where labels?[key] != value { return false }
    let required = spec?[path: "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]
    guard let terms = required?["nodeSelectorTerms"]?.array else { return true }
    return matches(terms, node)
  }

  static func matches(_ terms: [Value], _ node: StoredObject) -> Bool {
    for term in terms {
      let expressions = term["matchExpressions"]?.array ?? []
      let fields = term["matchFields"]?.array ?? []
      if expressions.isEmpty, fields.isEmpty { continue }
      var holds = true
      for expression in expressions
      where !matches(expression, node.value[path: "metadata", "labels"]?[expression["key"]?.string ?? ""]?.string) {
        holds = false
      }
      for field in fields
      where !matches(field, field["key"]?.string == "metadata.name" ? node.name : nil) { holds = false }
      if holds { return true }
    }
    return false
  }

  private static func matches(_ expression: Value, _ value: String?) -> Bool {
    var values: [String] = []
    for item in expression["values"]?.array ?? [] { values.append(item.string ?? "") }
    switch expression["operator"]?.string {
    case "In": return value != nil && values.contains(value!)
    case "NotIn": return value == nil || !values.contains(value!)
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    case "Gt": return (value.flatMap { Int64($0) } ?? .min) > (values.first.flatMap { Int64($0) } ?? .max)
    case "Lt": return (value.flatMap { Int64($0) } ?? .max) < (values.first.flatMap { Int64($0) } ?? .min)
    default: return false
    }
  }

  // MARK: Resources

  static func hostPorts(_ pod: Value) -> [String] {
    var ports: [String] = []
    for container in pod[path: "spec", "containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? [] {
        if let number = port["hostPort"]?.integer, number > 0 {
          ports.append("\(port["protocol"]?.string ?? "TCP")/\(number)")
        }
      }
    }
    return ports
  }

  private static func lacking(
    _ pod: Value, _ node: StoredObject, _ use: Scheduler.NodeUsage, _ scheduler: Scheduler
  ) -> [String] {
    var reasons: [String] = []
    let room = node.value[path: "status", "allocatable"]
    let most = (Quantity.milli(room?["pods"]) ?? 110_000) / 1_000
    if use.pods + 1 > most { reasons.append("Too many pods") }
    let cpu = scheduler.api.podTotal(pod, "requests", "cpu")
    if cpu > 0, use.cpu + cpu > Quantity.milli(room?["cpu"]) ?? 0 { reasons.append("Insufficient cpu") }
    let memory = scheduler.api.podTotal(pod, "requests", "memory")
    if memory > 0, use.memory + memory > Quantity.milli(room?["memory"]) ?? 0 { reasons.append("Insufficient memory") }
    let storage = scheduler.api.podTotal(pod, "requests", "ephemeral-storage")
    if storage > 0, use.storage + storage > Quantity.milli(room?["ephemeral-storage"]) ?? 0 {
      reasons.append("Insufficient ephemeral-storage")
    }
    for (resource, _) in extendedResources(pod) {
      let wanted = scheduler.api.podTotal(pod, "requests", resource)
      if wanted > Quantity.milli(room?[resource]) ?? 0 { reasons.append("Insufficient \(resource)") }
    }
    return reasons
  }

  private static func extendedResources(_ pod: Value) -> [(key: String, value: Value)] {
    var found = Value.Object()
    for container in pod[path: "spec", "containers"]?.array ?? [] {
      for (resource, amount) in container[path: "resources", "requests"]?.object ?? Value.Object()
      where resource != "cpu" && resource != "memory" && resource != "ephemeral-storage" { found[resource] = amount }
    }
    return found.sortedByKey
  }
}
