// What the API server refuses in ConfigMaps, Secrets, namespaces, roles and their bindings (1.32).

import SimKernel
import Unstructured

enum ConfigurationValidation {
  private static let sizeMax = 1_048_576

  static func configMap(_ checker: inout Checker) {
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
    immutable(&checker, ["data", "binaryData"])
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
    if let old = checker.old, old["type"] != checker.object["type"] {
      checker.invalid("type", checker.object["type"], "field is immutable")
    }
    immutable(&checker, ["data"])
  }

  static func namespace(_ checker: inout Checker) {}

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
      if urls { continue }
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
    let kinds = checker.kind.namespaced ? ["ClusterRole", "Role"] : ["ClusterRole"]
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
        if (subject["namespace"]?.string ?? "").isEmpty, !checker.kind.namespaced {
          checker.required(at + ".namespace")
        }
      case "User", "Group": break
      default: checker.unsupported(at + ".kind", subject["kind"] ?? "", ["Group", "ServiceAccount", "User"])
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
      } else if metric[AutoscalerCells.member(type)] == nil {
        checker.required(
          "\(at).\(AutoscalerCells.member(type))", "must populate information for the given metric source")
      }
    }
  }

  static func disruptionBudget(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
      checker.invalid(
        "spec", shown: GoLiteral.describe(spec, "PodDisruptionBudgetSpec", package: "policy"),
        "minAvailable and maxUnavailable cannot be both set")
    }
    WorkloadValidation.intOrPercent(&checker, spec["minAvailable"], "spec.minAvailable")
    WorkloadValidation.intOrPercent(&checker, spec["maxUnavailable"], "spec.maxUnavailable")
  }
}
