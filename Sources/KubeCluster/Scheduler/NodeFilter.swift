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
    return spread(node) ?? affinity(node) ?? Verdict()
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

  // MARK: Other pods

  private func domain(_ node: StoredObject, _ key: String) -> String? {
    node.value[path: "metadata", "labels"]?[key]?.string
  }

  /// Pods in the same topology domain as `node` that a term of (anti-)affinity selects.
  private func hasMatch(_ term: Value, _ node: StoredObject) -> Bool {
    let key = term["topologyKey"]?.string ?? ""
    guard let wanted = domain(node, key) else { return false }
    for other in nodes where domain(other, key) == wanted {
      for candidate in residents(other) where selects(term, of: pod, candidate) { return true }
    }
    return false
  }

  /// The pods of a node that would be left.
  private func residents(_ node: StoredObject) -> [StoredObject] {
    var pods: [StoredObject] = []
    for key in scheduler.podsByNode[node.name] ?? [] {
      guard let pod = scheduler.store.object(.pod, key.namespace, key.name),
        !freed.contains(where: { $0.uid == pod.uid })
      else { continue }
      pods.append(pod)
    }
    return pods
  }

  /// Whether a term of `owner` means `candidate`.
  private func selects(_ term: Value, of owner: StoredObject, _ candidate: StoredObject) -> Bool {
    var isNear = term["namespaces"] == nil && term["namespaceSelector"] == nil && candidate.namespace == owner.namespace
    for name in term["namespaces"]?.array ?? [] where name.string == candidate.namespace { isNear = true }
    if !isNear, let selector = term["namespaceSelector"],
      let space = scheduler.store.object(.namespace, "", candidate.namespace)
    {
      isNear = LabelSelector(selector).matches(object: space.value)
    }
    return isNear && LabelSelector(term["labelSelector"]).matches(object: candidate.value)
  }

  static func terms(_ pod: StoredObject, _ side: String) -> [Value] {
    pod.value[path: "spec", "affinity", side, "requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
  }

  private func affinity(_ node: StoredObject) -> Verdict? {
    for term in NodeFilter.terms(pod, "podAffinity") where !hasMatch(term, node) {
      // The first pod of a group that wants its own company is let in.
      if selects(term, of: pod, pod), domain(node, term["topologyKey"]?.string ?? "") != nil {
        var anywhere = false
        for other in nodes where hasMatch(term, other) { anywhere = true }
        if !anywhere { continue }
      }
      return Verdict(reasons: ["node(s) didn't match pod affinity rules"])
    }
    for term in NodeFilter.terms(pod, "podAntiAffinity") where hasMatch(term, node) {
      return Verdict(reasons: ["node(s) didn't match pod anti-affinity rules"], isResolvable: true)
    }
    for key in scheduler.antiAffine {
      guard let resident = scheduler.store.object(.pod, key.namespace, key.name),
        !freed.contains(where: { $0.uid == resident.uid }),
        let place = nodes.first(where: { $0.name == resident.value[path: "spec", "nodeName"]?.string })
      else { continue }
      for term in NodeFilter.terms(resident, "podAntiAffinity") where selects(term, of: resident, pod) {
        let key = term["topologyKey"]?.string ?? ""
        if let taken = domain(place, key), taken == domain(node, key) {
          return Verdict(reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], isResolvable: true)
        }
      }
    }
    return nil
  }

  private func spread(_ node: StoredObject) -> Verdict? {
    for constraint in pod.value[path: "spec", "topologySpreadConstraints"]?.array ?? []
    where constraint["whenUnsatisfiable"]?.string != "ScheduleAnyway" {
      let key = constraint["topologyKey"]?.string ?? ""
      guard let mine = domain(node, key) else {
        return Verdict(reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"])
      }
      let selector = LabelSelector(constraint["labelSelector"])
      var counts: [String: Int64] = [:]
      for other in nodes {
        // Only nodes that the pod's own selector admits are counted.
        guard let place = domain(other, key), NodeFilter.matchesNode(pod.value["spec"], other) else { continue }
        counts[place, default: 0] += 0
        for candidate in residents(other)
        where candidate.namespace == pod.namespace && !candidate.isBeingDeleted
          && selector.matches(object: candidate.value)
        {
          counts[place, default: 0] += 1
        }
      }
      var least = Int64.max
      for (_, number) in counts where number < least { least = number }
      if let domains = constraint["minDomains"]?.integer, Int64(counts.count) < domains { least = 0 }
      let own: Int64 = selector.matches(object: pod.value) ? 1 : 0
      if (counts[mine] ?? 0) + own - least > constraint["maxSkew"]?.integer ?? 1 {
        return Verdict(reasons: ["node(s) didn't match pod topology spread constraints"], isResolvable: true)
      }
    }
    return nil
  }
}
