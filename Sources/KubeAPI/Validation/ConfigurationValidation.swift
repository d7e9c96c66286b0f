// What the API server refuses in ConfigMaps, Secrets, namespaces, roles and their bindings (1.32).

import SimKernel
import Unstructured

enum ConfigurationValidation {
  private static let sizeMax = 1_048_576

  static func configMap(_ checker: inout Checker) {
    immutable(&checker, ["data", "binaryData"])
    var size = 0
    let data = checker.object["data"]?.object ?? Value.Object()
    let binary = checker.object["binaryData"]?.object ?? Value.Object()
    for (key, value) in data.sortedByKey {
      checker.invalidEach("data[\(key)]", .string(key), Names.configKeyProblems(key))
      if binary.contains(key) {
        checker.invalid("data[\(key)]", .string(key), "duplicate of key present in binaryData")
      }
      size += (value.string ?? "").utf8.count
    }
    for (key, value) in binary.sortedByKey {
      checker.invalidEach("binaryData[\(key)]", .string(key), Names.configKeyProblems(key))
      size += (value.string ?? "").utf8.count * 3 / 4
    }
    if size > sizeMax { checker.tooLong("", sizeMax) }
  }

  private static func immutable(_ checker: inout Checker, _ members: [String]) {
    guard let old = checker.old, old["immutable"]?.bool == true else { return }
    if checker.object["immutable"]?.bool != true {
      checker.forbidden("immutable", "field is immutable when `immutable` is set")
    }
    for name in members where checker.object[name] != old[name] {
      checker.forbidden(name, "field is immutable when `immutable` is set")
    }
  }

  static func secret(_ checker: inout Checker) {
    if let old = checker.old, old["type"] != checker.object["type"] {
      checker.invalid("type", checker.object["type"], "field is immutable")
    }
    immutable(&checker, ["data"])
    var size = 0
    let data = checker.object["data"]?.object ?? Value.Object()
    for (key, value) in data.sortedByKey {
      checker.invalidEach("data[\(key)]", .string(key), Names.configKeyProblems(key))
      size += (value.string ?? "").utf8.count * 3 / 4
    }
    if size > sizeMax { checker.tooLong("data", sizeMax) }
    switch checker.object["type"]?.string {
    case "kubernetes.io/dockerconfigjson":
      if data[".dockerconfigjson"] == nil { checker.required("data[.dockerconfigjson]") }
    case "kubernetes.io/tls":
      for key in ["tls.crt", "tls.key"] where data[key] == nil { checker.required("data[\(key)]") }
    case "kubernetes.io/basic-auth":
      if data["username"] == nil, data["password"] == nil {
        checker.required("data[username]")
        checker.required("data[password]")
      }
    case "kubernetes.io/ssh-auth":
      if data["ssh-privatekey"] == nil { checker.required("data[ssh-privatekey]") }
    case "kubernetes.io/service-account-token":
      if checker.object[path: "metadata", "annotations", "kubernetes.io/service-account.name"] == nil {
        checker.required("metadata.annotations[kubernetes.io/service-account.name]")
      }
    default: break
    }
  }

  static func priorityClass(_ checker: inout Checker) {
    let object = checker.object
    let name = object[path: "metadata", "name"]?.string ?? ""
    let value = object["value"]?.integer ?? 0
    if name.hasPrefix("system-") {
      if name != "system-node-critical", name != "system-cluster-critical" {
        checker.forbidden(
          "metadata.name",
          "priority class names with 'system-' prefix are reserved for system use only. error: \(name) is not a known "
            + "system priority class")
      }
    } else if value > 1_000_000_000 {
      checker.forbidden("value", "maximum allowed value of a user defined priority is 1000000000")
    }
    if object["preemptionPolicy"] != nil {
      PodSpecValidation.choice(
        &checker, object["preemptionPolicy"], "preemptionPolicy", ["PreemptLowerPriority", "Never"])
    }
    if let old = checker.old {
      if old["value"]?.integer ?? 0 != value { checker.forbidden("value", "may not be changed in an update.") }
      if old["preemptionPolicy"] != object["preemptionPolicy"] {
        checker.invalid("preemptionPolicy", object["preemptionPolicy"], "field is immutable")
      }
    }
  }

  static func role(_ checker: inout Checker) {
    for (index, rule) in (checker.object["rules"]?.array ?? []).enumerated() {
      let at = "rules[\(index)]"
      if (rule["verbs"]?.array ?? []).isEmpty {
        checker.required(at + ".verbs", "verbs must contain at least one value")
      }
      let urls = !(rule["nonResourceURLs"]?.array ?? []).isEmpty
      if urls, checker.kind.namespaced {
        checker.invalid(
          at + ".nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs")
      }
      if urls {
        for name in ["apiGroups", "resources", "resourceNames"] where !(rule[name]?.array ?? []).isEmpty {
          checker.invalid(
            at + ".nonResourceURLs", rule["nonResourceURLs"],
            "rules cannot apply to both regular resources and non-resource URLs")
          break
        }
        continue
      }
      if (rule["apiGroups"]?.array ?? []).isEmpty {
        checker.required(at + ".apiGroups", "resource rules must supply at least one api group")
      }
      if (rule["resources"]?.array ?? []).isEmpty {
        checker.required(at + ".resources", "resource rules must supply at least one resource")
      }
    }
  }

  static func roleBinding(_ checker: inout Checker) {
    let object = checker.object
    let kinds = checker.kind.namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"]
    let group = object[path: "roleRef", "apiGroup"]
    if group?.string != "rbac.authorization.k8s.io" {
      checker.unsupported("roleRef.apiGroup", group ?? "", ["rbac.authorization.k8s.io"])
    }
    if !kinds.contains(object[path: "roleRef", "kind"]?.string ?? "") {
      checker.unsupported("roleRef.kind", object[path: "roleRef", "kind"] ?? "", kinds)
    }
    if (object[path: "roleRef", "name"]?.string ?? "").isEmpty { checker.required("roleRef.name") }
    for (index, subject) in (object["subjects"]?.array ?? []).enumerated() {
      let at = "subjects[\(index)]"
      if (subject["name"]?.string ?? "").isEmpty { checker.required(at + ".name") }
      switch subject["kind"]?.string {
      case "ServiceAccount":
        if let name = subject["name"]?.string, !name.isEmpty {
          checker.invalidEach(at + ".name", .string(name), Names.dnsSubdomainProblems(name))
        }
        if let group = subject["apiGroup"]?.string, !group.isEmpty {
          checker.unsupported(at + ".apiGroup", .string(group), [""])
        }
        if (subject["namespace"]?.string ?? "").isEmpty, !checker.kind.namespaced {
          checker.required(at + ".namespace")
        }
      case "User", "Group":
        if subject["apiGroup"]?.string != "rbac.authorization.k8s.io" {
          checker.unsupported(at + ".apiGroup", subject["apiGroup"] ?? "", ["rbac.authorization.k8s.io"])
        }
      default: checker.unsupported(at + ".kind", subject["kind"] ?? "", ["ServiceAccount", "User", "Group"])
      }
    }
    if let old = checker.old, old["roleRef"] != object["roleRef"] {
      checker.invalid(
        "roleRef", shown: GoLiteral.describe(object["roleRef"], "RoleRef", package: "rbac"), "cannot change roleRef")
    }
  }
}

enum AutoscalingValidation {
  static func autoscaler(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let minimum = spec["minReplicas"]?.integer
    let maximum = spec["maxReplicas"]?.integer ?? 0
    if let minimum, minimum < 1 {
      checker.invalid("spec.minReplicas", .integer(minimum), "must be greater than or equal to 1")
    }
    if maximum < 1 { checker.invalid("spec.maxReplicas", .integer(maximum), "must be greater than 0") }
    if let minimum, maximum < minimum {
      checker.invalid(
        "spec.maxReplicas", .integer(maximum), "must be greater than or equal to `minReplicas`")
    }
    for name in ["kind", "name"] where (spec[path: "scaleTargetRef", name]?.string ?? "").isEmpty {
      checker.required("spec.scaleTargetRef." + name)
    }
    let types = ["ContainerResource", "External", "Object", "Pods", "Resource"]
    for (index, metric) in (spec["metrics"]?.array ?? []).enumerated() {
      let at = "spec.metrics[\(index)]"
      let type = metric["type"]?.string ?? ""
      if type.isEmpty {
        checker.required(at + ".type", "must specify a metric source type")
      } else if !types.contains(type) {
        checker.unsupported(at + ".type", .string(type), types)
      } else if let source = metric[AutoscalerCells.member(type)] {
        self.source(&checker, source, type, "\(at).\(AutoscalerCells.member(type))")
      } else {
        checker.required(
          "\(at).\(AutoscalerCells.member(type))", "must populate information for the given metric source")
      }
    }
    for name in ["scaleUp", "scaleDown"] {
      if let rules = spec["behavior"]?[name], rules != .null { self.rules(&checker, rules, "spec.behavior." + name) }
    }
  }

  /// What may be said of one direction's speed.
  private static func rules(_ checker: inout Checker, _ rules: Value, _ path: String) {
    if let seconds = rules["stabilizationWindowSeconds"]?.integer, seconds < 0 || seconds > 3_600 {
      checker.invalid(
        path + ".stabilizationWindowSeconds", .integer(seconds),
        seconds < 0 ? "must be greater than or equal to zero" : "must be less than or equal to 3600")
    }
    let choices = ["Disabled", "Max", "Min"]
    if let choice = rules["selectPolicy"]?.string, !choices.contains(choice) {
      checker.unsupported(path + ".selectPolicy", .string(choice), choices)
    }
    let policies = rules["policies"]?.array ?? []
    if policies.isEmpty { checker.required(path + ".policies", "must specify at least one Policy") }
    for (index, policy) in policies.enumerated() {
      let at = "\(path).policies[\(index)]"
      let type = policy["type"]?.string ?? ""
      if type != "Pods", type != "Percent" { checker.unsupported(at + ".type", .string(type), ["Percent", "Pods"]) }
      for name in ["value", "periodSeconds"] where policy[name]?.integer ?? 0 <= 0 {
        checker.invalid("\(at).\(name)", .integer(policy[name]?.integer ?? 0), "must be greater than zero")
      }
      if let seconds = policy["periodSeconds"]?.integer, seconds > 1_800 {
        checker.invalid(at + ".periodSeconds", .integer(seconds), "must be less than or equal to 1800")
      }
    }
  }

  private static func source(_ checker: inout Checker, _ source: Value, _ type: String, _ path: String) {
    let target = source["target"] ?? [:]
    let at = path + ".target"
    if type == "Resource" || type == "ContainerResource", (source["name"]?.string ?? "").isEmpty {
      checker.required(path + ".name", "must specify a resource name")
    }
    let kind = target["type"]?.string ?? ""
    if kind.isEmpty { checker.required(at + ".type", "must specify a metric target type") }
    if !["Utilization", "Value", "AverageValue"].contains(kind) {
      checker.invalid(at + ".type", .string(kind), "must be either Utilization, Value, or AverageValue")
    }
    for name in ["value", "averageValue"] {
      if let quantity = Quantity(target[name]), !(Quantity(0) < quantity) {
        checker.invalid("\(at).\(name)", shown: quantity.description, "must be positive")
      }
    }
    if let percentage = target["averageUtilization"]?.integer, percentage < 1 {
      checker.invalid(at + ".averageUtilization", .integer(percentage), "must be greater than 0")
    }
    guard type == "Resource" || type == "ContainerResource" else { return }
    if target["averageUtilization"] == nil, target["averageValue"] == nil {
      checker.required(
        at + ".averageUtilization", "must set either a target raw value or a target utilization")
    }
    if target["averageUtilization"] != nil, target["averageValue"] != nil {
      checker.forbidden(at + ".averageValue", "may not set both a target raw value and a target utilization")
    }
  }

  static func disruptionBudget(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
      checker.invalid(
        "spec", shown: GoLiteral.describe(spec, "PodDisruptionBudgetSpec", package: "policy"),
        "minAvailable and maxUnavailable cannot be both set")
    }
    for name in ["minAvailable", "maxUnavailable"] {
      WorkloadValidation.intOrPercent(&checker, spec[name], "spec." + name)
      WorkloadValidation.atMostWhole(&checker, spec[name], "spec." + name)
    }
    PlacementValidation.labelSelector(&checker, spec["selector"], "spec.selector")
    if let policy = spec["unhealthyPodEvictionPolicy"], policy.string != "AlwaysAllow",
      policy.string != "IfHealthyBudget"
    {
      checker.unsupported("spec.unhealthyPodEvictionPolicy", policy, ["AlwaysAllow", "IfHealthyBudget"])
    }
  }
}
