// What the API server refuses where amounts of resources are named: requests and limits of containers, quotas, limit ranges
// (pkg/apis/core/validation and pkg/apis/core/helper, 1.32).

import SimKernel
import Unstructured

enum ResourceValidation {
  private static let forContainers = ["cpu", "memory", "ephemeral-storage"]
  private static let forQuotas = [
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage",
    "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas",
    "services", "replicationcontrollers", "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports",
    "services.loadbalancers",
  ]
  /// What quotas with scopes, which are about pods only, may count besides pods.
  private static let ofPods = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]
  private static let countedWhole = [
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
  ]

  private static func isHuge(_ name: String) -> Bool { name.hasPrefix("hugepages-") }
  private static func isQualified(_ name: String) -> Bool { name.utf8.contains(47) }

  /// A resource's name anywhere.
  private static func checkName(_ checker: inout Checker, _ name: String, _ path: String) {
    let problems = Names.qualifiedNameProblems(name)
    checker.invalidEach(path, .string(name), problems)
    if problems.isEmpty, !isQualified(name), !isHuge(name), !forQuotas.contains(name), name != "storage" {
      checker.invalid(path, .string(name), "must be a standard resource type or fully qualified")
    }
  }

  /// An amount: not negative, and whole for things that are counted.
  private static func amount(_ checker: inout Checker, _ name: String, _ amount: Value, _ path: String) {
    guard let quantity = Quantity(amount) else { return }
    if quantity.isNegative { checker.invalid(path, .string(quantity.description), Checker.nonNegative) }
    let isWhole = countedWhole.contains(name) || (isQualified(name) && !name.hasPrefix("kubernetes.io/"))
    if isWhole, quantity.description.hasSuffix("m") {
      checker.invalid(path, shown: GoLiteral.quantity(quantity), "must be an integer")
    }
  }

  static func container(_ checker: inout Checker, _ resources: Value, _ path: String) {
    let limits = resources["limits"]?.object ?? Value.Object()
    let requests = resources["requests"]?.object ?? Value.Object()
    var hasCompute = false
    var hasHuge = false
    for (name, value) in limits.sortedByKey {
      forContainer(&checker, name, value, "\(path).limits[\(name)]")
      if name == "cpu" || name == "memory" { hasCompute = true }
      if isHuge(name) { hasHuge = true }
    }
    for (name, value) in requests.sortedByKey {
      forContainer(&checker, name, value, "\(path).requests[\(name)]")
      if name == "cpu" || name == "memory" { hasCompute = true }
      if isHuge(name) { hasHuge = true }
      let overcommits = !isHuge(name) && !isQualified(name)
      guard let limit = Quantity(limits[name]) else {
        if !overcommits {
          checker.required(path + ".limits", "Limit must be set for non overcommitable resources")
        }
        continue
      }
      guard let request = Quantity(value) else { continue }
      if !overcommits, request != limit {
        checker.invalid(path + ".requests", .string(request.description), "must be equal to \(name) limit of \(limit)")
      } else if request > limit {
        checker.invalid(
          path + ".requests", .string(request.description), "must be less than or equal to \(name) limit of \(limit)")
      }
    }
    if hasHuge, !hasCompute { checker.forbidden(path, "HugePages require cpu or memory") }
  }

  private static func forContainer(_ checker: inout Checker, _ name: String, _ value: Value, _ path: String) {
    checkName(&checker, name, path)
    if !isQualified(name) {
      if !forContainers.contains(name), !isHuge(name) {
        checker.invalid(path, .string(name), "must be a standard resource for containers")
      }
    } else if !name.hasPrefix("kubernetes.io/"), name.hasPrefix("requests.") {
      checker.invalid(path, .string(name), "doesn't follow extended resource name standard")
    }
    amount(&checker, name, value, path)
  }

  // MARK: Quotas

  private static func shown(_ scopes: [Value]) -> String {
    var names: [String] = []
    for scope in scopes { names.append("\"\(scope.string ?? "")\"") }
    return "[]core.ResourceQuotaScope{\(names.joined(separator: ", "))}"
  }

  static func quota(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    for (name, value) in (spec["hard"]?.object ?? Value.Object()).sortedByKey {
      let path = "spec.hard[\(name)]"
      let isCounted = name.hasPrefix("count/")
      let isClass = isQualified(name)
      let problems = Names.qualifiedNameProblems(name)
      checker.invalidEach(path, .string(name), problems)
      if problems.isEmpty, !isCounted, !isClass, !isHuge(name), !forQuotas.contains(name),
        !name.hasPrefix("requests.hugepages-"), !name.hasPrefix("limits.hugepages-")
      {
        checker.invalid(path, .string(name), "must be a standard resource type or fully qualified")
        checker.invalid(path, .string(name), "must be a standard resource for quota")
      }
      amount(&checker, isCounted ? "pods" : name, value, path)
    }
    let scopes = spec["scopes"]?.array ?? []
    let known = [
      "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
    ]
    for scope in scopes where !known.contains(scope.string ?? "") {
      checker.invalid("spec.scopes", shown: shown(scopes), "unsupported scope")
    }
    for scope in scopes where known.contains(scope.string ?? "") {
      for (name, _) in (spec["hard"]?.object ?? Value.Object()).sortedByKey
      where forQuotas.contains(name) && name != "pods" && (scope == "BestEffort" || !ofPods.contains(name)) {
        checker.invalid("spec.scopes", shown: shown(scopes), "unsupported scope applied to resource")
      }
    }
    for pair in [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]]
    where scopes.contains(.string(pair[0])) && scopes.contains(.string(pair[1])) {
      checker.invalid("spec.scopes", shown: shown(scopes), "conflicting scopes")
    }
    if let old = checker.old?[path: "spec", "scopes"], old != spec["scopes"] ?? .null {
      checker.invalid("spec.scopes", shown: shown(scopes), "field is immutable")
    }
  }

  // MARK: Limit ranges

  static func limitRange(_ checker: inout Checker) {
    var types: [String] = []
    for (index, item) in (checker.object[path: "spec", "limits"]?.array ?? []).enumerated() {
      let path = "spec.limits[\(index)]"
      let type = item["type"]?.string ?? ""
      if !isQualified(type), !["Pod", "Container", "PersistentVolumeClaim"].contains(type) {
        checker.invalid(path + ".type", .string(type), "must be a standard limit type or fully qualified")
      }
      if types.contains(type) { checker.duplicate(path + ".type", .string(type)) }
      types.append(type)
      limits(&checker, item, type, path)
    }
  }

  private static func limits(_ checker: inout Checker, _ item: Value, _ type: String, _ path: String) {
    func members(_ name: String) -> Value.Object { item[name]?.object ?? Value.Object() }
    var names: [String] = []
    for list in ["max", "min"] {
      for (name, _) in members(list).sortedByKey where !names.contains(name) { names.append(name) }
    }
    if type == "Pod" {
      for list in ["default", "defaultRequest"] where !members(list).isEmpty {
        checker.forbidden("\(path).\(list)", "may not be specified when `type` is 'Pod'")
      }
    } else {
      for list in ["default", "defaultRequest"] {
        for (name, _) in members(list).sortedByKey where !names.contains(name) { names.append(name) }
      }
    }
    if type == "PersistentVolumeClaim", Quantity(item[path: "min", "storage"]) == nil,
      Quantity(item[path: "max", "storage"]) == nil
    {
      checker.required(
        path + ".limits", "either minimum or maximum storage value is required, but neither was provided")
    }
    for (name, _) in members("maxLimitRequestRatio").sortedByKey where !names.contains(name) { names.append(name) }
    for name in names.sorted() {
      let minimum = Quantity(members("min")[name])
      let maximum = Quantity(members("max")[name])
      let request = Quantity(members("defaultRequest")[name])
      let standard = Quantity(members("default")[name])
      let ratio = Quantity(members("maxLimitRequestRatio")[name])
      func refuse(_ list: String, _ value: Quantity, _ text: String) {
        checker.invalid("\(path).\(list)[\(name)]", .string(value.description), text)
      }
      if let minimum, let maximum, minimum > maximum {
        refuse("min", minimum, "min value \(minimum) is greater than max value \(maximum)")
      }
      if let request, let minimum, minimum > request {
        refuse("defaultRequest", request, "min value \(minimum) is greater than default request value \(request)")
      }
      if let request, let maximum, request > maximum {
        refuse("defaultRequest", request, "default request value \(request) is greater than max value \(maximum)")
      }
      if let request, let standard, request > standard {
        refuse(
          "defaultRequest", request, "default request value \(request) is greater than default limit value \(standard)")
      }
      if let standard, let minimum, minimum > standard {
        refuse("default", standard, "min value \(minimum) is greater than default value \(standard)")
      }
      if let standard, let maximum, standard > maximum {
        refuse("default", standard, "default value \(standard) is greater than max value \(maximum)")
      }
      if let ratio, ratio < Quantity(1) {
        refuse("maxLimitRequestRatio", ratio, "ratio \(ratio) is less than 1")
      }
    }
  }
}
