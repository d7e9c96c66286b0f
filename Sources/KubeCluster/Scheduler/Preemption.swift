// Preemption: when no node takes a pod, those that would without their pods of lower priority are looked at; the one whose victims
// matter least is made room on. Victims are as few as possible, the least important first; disruption budgets are kept where that can
// be.
// Source: `pkg/scheduler/framework/preemption/preemption.go`, `plugins/defaultpreemption`.

import KubeAPI
import SimKernel
import Unstructured

extension Scheduler {
  enum Preemption {
    /// Victims on this node have been told to go.
    case madeRoom(String)
    case notEligible(String)
    /// Why each node stays as it is.
    case inVain([String: Int])
  }

  func preempt(for pod: StoredObject, on nodes: [StoredObject], _ filter: NodeFilter) -> Preemption {
    if pod.value[path: "spec", "preemptionPolicy"]?.string == "Never" {
      return .notEligible("preemptionPolicy=Never")
    }
    if let nominated = pod.value[path: "status", "nominatedNodeName"]?.string {
      for victim in lesserPods(than: pod, on: nominated) where victim.isBeingDeleted {
        return .notEligible("a terminating pod on the nominated node")
      }
    }
    var reasons: [String: Int] = [:]
    var best: (node: String, victims: [StoredObject], cost: (Int, Int64, Int64, Int), start: String)?
    for node in nodes {
      var lesser = lesserPods(than: pod, on: node.name)
      if lesser.isEmpty {
        reasons["No preemption victims found for incoming pod", default: 0] += 1
        continue
      }
      var trial = filter
      trial.freed = lesser
      let remaining = trial.check(node).reasons
      if !remaining.isEmpty {
        for reason in remaining { reasons[reason, default: 0] += 1 }
        continue
      }
      // The most important ones are spared first, as long as the pod still fits, and before them those that a budget protects.
      lesser.sort { isMoreImportant($0, $1) }
      let (protected, others) = byBudgets(lesser)
      var victims: [StoredObject] = []
      var violations = 0
      for (index, candidate) in (protected + others).enumerated() {
        trial.freed.removeAll { $0.uid == candidate.uid }
        if trial.check(node).reasons.isEmpty { continue }
        trial.freed.append(candidate)
        victims.append(candidate)
        if index < protected.count { violations += 1 }
      }
      victims.sort { isMoreImportant($0, $1) }
      // Every victim weighs something, whatever its priority.
      let weight = victims.reduce(0) { $0 + priority($1) + 1 << 31 }
      let cost = (violations, priority(victims[0]), weight, victims.count)
      // Of equal ones, those are spared that have run for longer.
      var start = "~"
      for victim in victims where priority(victim) == cost.1 {
        start = min(start, victim.value[path: "status", "startTime"]?.string ?? "~")
      }
      if let known = best, known.cost < cost || known.cost == cost && known.start >= start { continue }
      best = (node.name, victims, cost, start)
    }
    guard let best else { return .inVain(reasons) }
    for victim in best.victims where !victim.isBeingDeleted { evict(victim, for: pod, from: best.node) }
    return .madeRoom(best.node)
  }

  /// The pods whose eviction would break a disruption budget, counted in this order, and the others.
  private func byBudgets(_ pods: [StoredObject]) -> (protected: [StoredObject], others: [StoredObject]) {
    var allowed: [String: Int64] = [:]
    var protected: [StoredObject] = []
    var others: [StoredObject] = []
    for pod in pods {
      var isProtected = false
      for budget in store.shelf(.podDisruptionBudget).list(namespace: pod.namespace) {
        guard let selector = budget.value[path: "spec", "selector"], selector.object?.isEmpty == false,
          LabelSelector(selector).matches(object: pod.value)
        else { continue }
        let left = allowed[budget.uid] ?? budget.value[path: "status", "disruptionsAllowed"]?.integer ?? 0
        allowed[budget.uid] = left - 1
        if left <= 0 { isProtected = true }
      }
      if isProtected { protected.append(pod) } else { others.append(pod) }
    }
    return (protected, others)
  }

  func priority(_ pod: StoredObject) -> Int64 { pod.value[path: "spec", "priority"]?.integer ?? 0 }

  private func lesserPods(than pod: StoredObject, on node: String) -> [StoredObject] {
    var found: [StoredObject] = []
    for key in (podsByNode[node] ?? []).sorted() {
      if let candidate = store.object(.pod, key.namespace, key.name), priority(candidate) < priority(pod) {
        found.append(candidate)
      }
    }
    return found
  }

  private func isMoreImportant(_ a: StoredObject, _ b: StoredObject) -> Bool {
    if priority(a) != priority(b) { return priority(a) > priority(b) }
    let x = a.value[path: "status", "startTime"]?.string ?? "~"
    let y = b.value[path: "status", "startTime"]?.string ?? "~"
    return x == y ? a.key < b.key : x < y
  }

  private func evict(_ victim: StoredObject, for pod: StoredObject, from node: String) {
    let now = world.civilNow.rfc3339
    api.amend(.pod, victim.namespace, victim.name, uid: victim.uid, as: "kube-scheduler") {
      setPodCondition(
        &$0, type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler",
        message: "default-scheduler: preempting to accommodate a higher priority pod", now: now)
    }
    guard (try? api.delete(.pod, namespace: victim.namespace, name: victim.name)) != nil else { return }
    recorder.record(
      ObjectReference(.pod, victim), .normal, "Preempted", "Preempted by pod \(pod.uid) on node \(node)")
  }
}
