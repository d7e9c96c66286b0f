// Where a pod may go because of the pods that are there: (anti-)affinity between pods, and spreading over the domains of a label.
// Source: `pkg/scheduler/framework/plugins/{interpodaffinity,podtopologyspread}/filtering.go`.

import KubeAPI
import SimKernel
import Unstructured

extension NodeFilter {
  func domain(_ node: StoredObject, _ key: String) -> String? {
    node.value[path: "metadata", "labels"]?[key]?.string
  }

  /// The pods of a node that would be left.
  func residents(_ node: StoredObject) -> [StoredObject] {
    var pods: [StoredObject] = []
    for key in scheduler.podsByNode[node.name] ?? [] {
      guard let pod = scheduler.store.object(.pod, key.namespace, key.name),
        !freed.contains(where: { $0.uid == pod.uid })
      else { continue }
      pods.append(pod)
    }
    return pods
  }

  // MARK: Company

  /// Whether a term of `owner` means `candidate`.
  func selects(_ term: Value, of owner: StoredObject, _ candidate: StoredObject) -> Bool {
    var isNear = term["namespaces"] == nil && term["namespaceSelector"] == nil && candidate.namespace == owner.namespace
    for name in term["namespaces"]?.array ?? [] where name.string == candidate.namespace { isNear = true }
    if !isNear, let selector = term["namespaceSelector"],
      let space = scheduler.store.object(.namespace, "", candidate.namespace)
    {
      isNear = LabelSelector(selector).matches(object: space.value)
    }
    return isNear && NodeFilter.selector(of: term, owner).matches(object: candidate.value)
  }

  static func terms(_ pod: StoredObject, _ side: String) -> [Value] {
    pod.value[path: "spec", "affinity", side, "requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
  }

  /// The selector of a term or constraint, with the pod's own values for its `matchLabelKeys`.
  static func selector(of rule: Value, _ pod: StoredObject) -> LabelSelector {
    var selector = rule["labelSelector"]
    for key in rule["matchLabelKeys"].strings {
      if let value = pod.labels?[key] { selector?.set(["matchLabels", key], value) }
    }
    return LabelSelector(selector)
  }

  func company(on node: StoredObject) -> Verdict? {
    let wanted = NodeFilter.terms(pod, "podAffinity")
    if !wanted.isEmpty, !hasCompany(wanted, node) {
      return Verdict(reasons: [NodeFilter.affinityReason], hopesForCompany: true)
    }
    for term in NodeFilter.terms(pod, "podAntiAffinity") {
      guard let place = domain(node, term["topologyKey"]?.string ?? "") else { continue }
      for other in nodes where domain(other, term["topologyKey"]?.string ?? "") == place {
        for candidate in residents(other) where selects(term, of: pod, candidate) {
          return Verdict(reasons: ["node(s) didn't match pod anti-affinity rules"], isResolvable: true)
        }
      }
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

  private static let affinityReason = "node(s) didn't match pod affinity rules"

  /// Each term needs a pod in the node's domain that all of the terms mean. The first pod of a group that wants its own company
  /// is let in.
  private func hasCompany(_ wanted: [Value], _ node: StoredObject) -> Bool {
    var missing = wanted.count
    var isAlone = true
    for term in wanted {
      let key = term["topologyKey"]?.string ?? ""
      guard let mine = domain(node, key) else { return false }
      var isMet = false
      for other in nodes {
        guard let place = domain(other, key), residents(other).contains(where: { isMeant($0, by: wanted) }) else {
          continue
        }
        isAlone = false
        if place == mine { isMet = true }
      }
      if isMet { missing -= 1 }
    }
    return missing == 0 || isAlone && isMeant(pod, by: wanted)
  }

  private func isMeant(_ candidate: StoredObject, by terms: [Value]) -> Bool {
    for term in terms where !selects(term, of: pod, candidate) { return false }
    return true
  }

  // MARK: Spreading

  /// Pods of a node that a constraint counts.
  func count(_ selectors: [LabelSelector], on node: StoredObject) -> Int64 {
    var number: Int64 = 0
    for candidate in residents(node) where candidate.namespace == pod.namespace && !candidate.isBeingDeleted {
      if selectors.allSatisfy({ $0.matches(object: candidate.value) }) { number += 1 }
    }
    return number
  }

  /// Whether a constraint's policies let a node count at all.
  func counts(_ node: StoredObject, for constraint: Value) -> Bool {
    if constraint["nodeAffinityPolicy"]?.string != "Ignore", !NodeFilter.matchesNode(pod.value["spec"], node) {
      return false
    }
    guard constraint["nodeTaintsPolicy"]?.string == "Honor" else { return true }
    let tolerations = pod.value[path: "spec", "tolerations"]?.array ?? []
    for taint in node.value[path: "spec", "taints"]?.array ?? []
    where taint["effect"]?.string != "PreferNoSchedule" && !NodeFilter.tolerates(tolerations, taint) { return false }
    return true
  }

  func constraints(_ action: String) -> [Value] {
    var found: [Value] = []
    for constraint in pod.value[path: "spec", "topologySpreadConstraints"]?.array ?? []
    where (constraint["whenUnsatisfiable"]?.string ?? "DoNotSchedule") == action { found.append(constraint) }
    return found
  }

  func hasLabels(_ node: StoredObject, of constraints: [Value]) -> Bool {
    for constraint in constraints where domain(node, constraint["topologyKey"]?.string ?? "") == nil { return false }
    return true
  }

  func spread(over node: StoredObject) -> Verdict? {
    let all = constraints("DoNotSchedule")
    for constraint in all {
      let key = constraint["topologyKey"]?.string ?? ""
      guard let mine = domain(node, key) else {
        return Verdict(reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"])
      }
      let selector = NodeFilter.selector(of: constraint, pod)
      var numbers: [String: Int64] = [:]
      for other in nodes where hasLabels(other, of: all) && counts(other, for: constraint) {
        numbers[domain(other, key) ?? "", default: 0] += count([selector], on: other)
      }
      var least = Int64.max
      for (_, number) in numbers where number < least { least = number }
      if let domains = constraint["minDomains"]?.integer, Int64(numbers.count) < domains { least = 0 }
      let own: Int64 = selector.matches(object: pod.value) ? 1 : 0
      if (numbers[mine] ?? 0) + own - least > constraint["maxSkew"]?.integer ?? 1 {
        return Verdict(
          reasons: ["node(s) didn't match pod topology spread constraints"], isResolvable: true, hopesForCompany: true)
      }
    }
    return nil
  }
}
