// Controllers that only keep a status: disruption budgets and quotas.
// Source: `pkg/controller/{disruption,resourcequota}`.

import KubeAPI
import SimKernel
import Unstructured

/// Keeps `status` of PodDisruptionBudgets.
final class DisruptionController: Controller {
  private let recorder: EventRecorder

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "controllermanager")
    super.init(api: api, latency: latency)
    watch(.podDisruptionBudget)
    store.shelf(.pod).observe { [self] old, new in
      guard store.shelf(.podDisruptionBudget).count > 0 else { return }
      let pod = (new ?? old)!
      for budget in store.shelf(.podDisruptionBudget).list(namespace: pod.namespace)
      where LabelSelector(budget.value[path: "spec", "selector"]).matches(object: pod.value) { enqueue(budget.key) }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .podDisruptionBudget) }

  override func reconcile(_ key: ObjectKey) {
    guard let budget = store.object(.podDisruptionBudget, key.namespace, key.name) else { return }
    let selector = LabelSelector(budget.value[path: "spec", "selector"])
    var healthy: Int64 = 0
    var scales: [String: Int64] = [:]
    var count: Int64 = 0
    var hasStrays = false
    for pod in store.shelf(.pod).list(namespace: key.namespace)
    where selector.matches(object: pod.value) && !PodState.isFinished(pod) {
      count += 1
      if PodState.isReady(pod), !pod.isBeingDeleted { healthy += 1 }
      if let workload = workload(of: pod) {
        scales[workload.uid] = workload.value[path: "spec", "replicas"]?.integer ?? 1
      } else {
        hasStrays = true
      }
    }
    if count == 0 {
      recorder.record(ObjectReference(.podDisruptionBudget, budget), .normal, "NoPods", "No matching pods found")
    }
    var expected = count
    var scale: Int64 = 0
    for (_, replicas) in scales { scale += replicas }
    let isByScale = budget.value[path: "spec", "minAvailable"]?.integer == nil
    if isByScale, hasStrays { warnOfStrays(budget) }
    if isByScale { expected = scale }
    var desired: Int64 = 0
    if let least = budget.value[path: "spec", "minAvailable"] {
      desired = bound(least, expected)
    } else if let most = budget.value[path: "spec", "maxUnavailable"] {
      desired = expected - bound(most, expected)
      if desired < 0 { desired = 0 }
    }
    let allowed = healthy - desired > 0 && expected > 0 ? healthy - desired : 0
    let now = world.civilNow.rfc3339
    api.amend(.podDisruptionBudget, key.namespace, key.name) { value in
      value.set(["status", "currentHealthy"], .integer(healthy))
      value.set(["status", "desiredHealthy"], .integer(desired))
      value.set(["status", "disruptionsAllowed"], .integer(allowed))
      value.set(["status", "expectedPods"], .integer(expected))
      value.set(["status", "observedGeneration"], value[path: "metadata", "generation"] ?? 1)
      let generation = value[path: "metadata", "generation"] ?? 1
      var condition: Value = [
        "lastTransitionTime": .string(now), "message": "", "observedGeneration": generation,
        "reason": allowed > 0 ? "SufficientPods" : "InsufficientPods", "status": allowed > 0 ? "True" : "False",
        "type": "DisruptionAllowed",
      ]
      for present in value[path: "status", "conditions"]?.array ?? [] where present["status"] == condition["status"] {
        condition["lastTransitionTime"] = present["lastTransitionTime"]
      }
      value.set(["status", "conditions"], [condition])
    }
  }

  /// What says how many pods there should be: the deployment, not its replica sets.
  private func workload(of pod: StoredObject) -> StoredObject? {
    for kind in [Kind.statefulSet, .replicaSet, .replicationController] {
      guard let key = ownerKey(pod, kind), let owner = store.object(kind, key.namespace, key.name) else { continue }
      if let parent = ownerKey(owner, .deployment) { return store.object(.deployment, parent.namespace, parent.name) }
      return owner
    }
    return nil
  }

  private func warnOfStrays(_ budget: StoredObject) {
    var labels = ""
    for (name, value) in budget.value[path: "spec", "selector", "matchLabels"]?.object?.sortedByKey ?? [] {
      labels += "\(name): \(value.string ?? ""),"
    }
    let shown =
      "&LabelSelector{MatchLabels:map[string]string{\(labels)},MatchExpressions:[]LabelSelectorRequirement{},}"
    recorder.record(
      ObjectReference(.podDisruptionBudget, budget), .warning, "UnmanagedPods",
      "Pods selected by this PodDisruptionBudget (selector: \(shown)) were found to be unmanaged. As a result, the status "
        + "of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods "
        + "please set \".spec.minAvailable\" field of the PDB to an integer value.")
  }

  private func bound(_ value: Value, _ total: Int64) -> Int64 {
    if let number = value.integer { return number }
    guard let text = value.string, text.hasSuffix("%"), let percent = Int64(text.dropLast()) else { return 0 }
    return (percent * total + 99) / 100
  }
}

/// Keeps `status` of ResourceQuotas.
final class QuotaController: Controller {
  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    watch(.resourceQuota)
    for kind in Kinds.all where kind.namespaced && kind != .event && kind != .resourceQuota {
      store.shelf(kind).observe { [self] old, new in
        guard store.shelf(.resourceQuota).count > 0, let object = new ?? old else { return }
        if let old, let new, kind == .pod, PodState.isFinished(old) == PodState.isFinished(new) { return }
        for quota in store.shelf(.resourceQuota).list(namespace: object.namespace) { enqueue(quota.key) }
      }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .resourceQuota) }

  override func reconcile(_ key: ObjectKey) {
    guard let quota = store.object(.resourceQuota, key.namespace, key.name) else { return }
    let hard = quota.value[path: "spec", "hard"]?.object ?? Value.Object()
    let usage = api.quotaUsage(key.namespace, hard, QuotaScope(quota.value["spec"]))
    var used = Value.Object()
    for (resource, _) in hard.sortedByKey { used[resource] = .string(api.quotaText(usage[resource] ?? 0, resource)) }
    api.amend(.resourceQuota, key.namespace, key.name) { value in
      value["status"] = ["hard": .object(hard), "used": .object(used)]
    }
  }
}
