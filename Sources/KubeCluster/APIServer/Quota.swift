// ResourceQuota: what a namespace uses of what it may use, checked on create and kept in the quota's status.
// Source: `pkg/quota/v1/evaluator/core`, `apiserver plugin/resourcequota`. Counted here: pods, cpu, memory, storage,
// claims, services, config maps, secrets and any `count/…`.

import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  /// Refuses an object that would exceed a quota of its namespace.
  func chargeQuota(_ kind: Kind, _ namespace: String, _ object: Value) throws(Status) {
    let quotas = store.shelf(.resourceQuota).list(namespace: namespace)
    guard !quotas.isEmpty, kind != .resourceQuota, kind != .event else { return }
    let name = object[path: "metadata", "name"]?.string ?? ""
    let cost = quotaCost(kind, object)
    for quota in quotas {
      guard let hard = quota.value[path: "spec", "hard"]?.object else { continue }
      let scope = QuotaScope(quota.value["spec"])
      guard scope.covers(kind, object) else { continue }
      if kind == .pod { try requireQuotaFields(quota.name, hard, name, object) }
      var requested: [String] = []
      var used: [String] = []
      var limited: [String] = []
      let usage = quotaUsage(namespace, hard, scope)
      for (resource, bound) in hard.sortedByKey {
        guard let more = cost[resource], more > 0, let most = Quantity.milli(bound) else { continue }
        let present = usage[resource] ?? 0
        if present + more > most {
          requested.append("\(resource)=\(quotaText(more, resource))")
          used.append("\(resource)=\(quotaText(present, resource))")
          limited.append("\(resource)=\(bound.string ?? "\(bound.integer ?? 0)")")
        }
      }
      if !requested.isEmpty {
        throw Status.forbidden(
          kind, name,
          "exceeded quota: \(quota.name), requested: \(requested.joined(separator: ",")), used: "
            + "\(used.joined(separator: ",")), limited: \(limited.joined(separator: ","))")
      }
    }
  }

  private func requireQuotaFields(
    _ quota: String, _ hard: Value.Object, _ name: String, _ pod: Value
  ) throws(Status) {
    var missing: [String] = []
    for (resource, _) in hard.sortedByKey {
      guard let (field, base) = APIServer.computeResources[resource] else { continue }
      var lacking: [String] = []
      for container in pod[path: "spec", "containers"]?.array ?? []
      where container["resources"]?[field]?[base] == nil
        && !(field == "requests" && container["resources"]?["limits"]?[base] != nil)
      {
        lacking.append(container["name"]?.string ?? "")
      }
      if !lacking.isEmpty { missing.append("\(resource) for: \(lacking.joined(separator: ","))") }
    }
    if !missing.isEmpty {
      throw Status.forbidden(
        .pod, name, "failed quota: \(quota): must specify \(missing.joined(separator: "; "))")
    }
  }

  static let computeResources: [String: (String, String)] = [
    "cpu": ("requests", "cpu"), "memory": ("requests", "memory"), "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"), "limits.cpu": ("limits", "cpu"), "limits.memory": ("limits", "memory"),
  ]

  /// What an object adds to each resource a quota can name, in thousandths.
  func quotaCost(_ kind: Kind, _ object: Value) -> [String: Int64] {
    var cost: [String: Int64] = ["count/\(kind.qualifiedPlural)": 1_000]
    switch kind {
    case .pod:
      let phase = object[path: "status", "phase"]?.string ?? ""
      if phase == "Succeeded" || phase == "Failed" { return cost }
      cost["pods"] = 1_000
      for (resource, (field, base)) in APIServer.computeResources {
        cost[resource] = podTotal(object, field, base)
      }
    case .persistentVolumeClaim:
      cost["persistentvolumeclaims"] = 1_000
      cost["requests.storage"] = Quantity.milli(object[path: "spec", "resources", "requests", "storage"]) ?? 0
    case .service:
      cost["services"] = 1_000
      let type = object[path: "spec", "type"]?.string ?? ""
      if type == "NodePort" || type == "LoadBalancer" {
        cost["services.nodeports"] = Int64(object[path: "spec", "ports"]?.array?.count ?? 0) * 1_000
      }
      if type == "LoadBalancer" { cost["services.loadbalancers"] = 1_000 }
    case .configMap: cost["configmaps"] = 1_000
    case .secret: cost["secrets"] = 1_000
    case .replicationController: cost["replicationcontrollers"] = 1_000
    default: break
    }
    return cost
  }

  /// Requests or limits of a whole pod: the sum over containers, or the largest init container if that is more.
  func podTotal(_ pod: Value, _ field: String, _ resource: String) -> Int64 {
    var sum: Int64 = 0
    for container in pod[path: "spec", "containers"]?.array ?? [] { sum += podAmount(container, field, resource) }
    var most: Int64 = 0
    for container in pod[path: "spec", "initContainers"]?.array ?? [] {
      let amount = podAmount(container, field, resource)
      if container["restartPolicy"]?.string == "Always" { sum += amount } else if amount > most { most = amount }
    }
    return sum > most ? sum : most
  }

  private func podAmount(_ container: Value, _ field: String, _ resource: String) -> Int64 {
    if let amount = Quantity.milli(container["resources"]?[field]?[resource]) { return amount }
    return field == "requests" ? Quantity.milli(container["resources"]?["limits"]?[resource]) ?? 0 : 0
  }

  func quotaUsage(_ namespace: String, _ hard: Value.Object, _ scope: QuotaScope) -> [String: Int64] {
    var usage: [String: Int64] = [:]
    for shelf in store.shelfOrder where shelf.kind.namespaced && shelf.kind != .event {
      for object in shelf.list(namespace: namespace) where scope.covers(shelf.kind, object.value) {
        for (resource, amount) in quotaCost(shelf.kind, object.value) where hard.contains(resource) {
          usage[resource, default: 0] += amount
        }
      }
    }
    return usage
  }

  /// Thousandths in the form quotas print: milli-cpu, whole counts, bytes with the largest binary unit that fits.
  func quotaText(_ amount: Int64, _ resource: String) -> String {
    if resource.hasSuffix("cpu") { return amount % 1_000 == 0 ? "\(amount / 1_000)" : "\(amount)m" }
    var whole = amount / 1_000
    guard resource.hasSuffix("memory") || resource.hasSuffix("storage") else { return "\(whole)" }
    for suffix in ["", "Ki", "Mi", "Gi", "Ti"] {
      if whole == 0 || whole % 1_024 != 0 || suffix == "Ti" { return "\(whole)\(suffix)" }
      whole /= 1_024
    }
    return "\(whole)"
  }
}

/// Which pods a quota with `scopes` or a `scopeSelector` is about; one without is about everything.
struct QuotaScope {
  private var rules: [(scope: String, operation: String, values: [Value])] = []

  init(_ spec: Value?) {
    for scope in spec?["scopes"]?.array ?? [] { rules.append((scope.string ?? "", "Exists", [])) }
    for rule in spec?[path: "scopeSelector", "matchExpressions"]?.array ?? [] {
      rules.append(
        (rule["scopeName"]?.string ?? "", rule["operator"]?.string ?? "Exists", rule["values"]?.array ?? []))
    }
  }

  func covers(_ kind: Kind, _ object: Value) -> Bool {
    if rules.isEmpty { return true }
    guard kind == .pod else { return false }
    for rule in rules where !holds(rule.scope, rule.operation, rule.values, object) { return false }
    return true
  }

  private func holds(_ scope: String, _ operation: String, _ values: [Value], _ pod: Value) -> Bool {
    switch scope {
    case "BestEffort": return isBestEffort(pod)
    case "NotBestEffort": return !isBestEffort(pod)
    case "Terminating": return (pod[path: "spec", "activeDeadlineSeconds"]?.integer ?? -1) >= 0
    case "NotTerminating": return (pod[path: "spec", "activeDeadlineSeconds"]?.integer ?? -1) < 0
    case "PriorityClass":
      let name = pod[path: "spec", "priorityClassName"] ?? ""
      switch operation {
      case "In": return values.contains(name)
      case "NotIn": return !values.contains(name)
      case "DoesNotExist": return name == ""
      default: return name != ""
      }
    case "CrossNamespacePodAffinity": return usesForeignNamespaces(pod)
    default: return true
    }
  }

  private func isBestEffort(_ pod: Value) -> Bool {
    for list in ["containers", "initContainers"] {
      for container in pod["spec"]?[list]?.array ?? [] {
        for field in ["requests", "limits"] {
          for resource in ["cpu", "memory"] where (Quantity.milli(container["resources"]?[field]?[resource]) ?? 0) > 0 {
            return false
          }
        }
      }
    }
    return true
  }

  private func usesForeignNamespaces(_ pod: Value) -> Bool {
    for side in ["podAffinity", "podAntiAffinity"] {
      let rules = pod[path: "spec", "affinity"]?[side]
      for term in rules?["requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
      where term["namespaces"] != nil || term["namespaceSelector"] != nil { return true }
      for term in rules?["preferredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
      where term[path: "podAffinityTerm", "namespaces"] != nil
        || term[path: "podAffinityTerm", "namespaceSelector"] != nil
      { return true }
    }
    return false
  }
}
