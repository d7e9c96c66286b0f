// What the API server refuses in rules about where pods run: affinity, tolerations, spreading, and the selectors these use
// (pkg/apis/core/validation and apimachinery's meta/v1/validation, 1.32).

import SimKernel
import Unstructured

enum PlacementValidation {
  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  static func affinity(_ checker: inout Checker, _ affinity: Value?, _ path: String) {
    guard let affinity, !affinity.isNull else { return }
    if let node = affinity["nodeAffinity"] {
      if let selector = node[required] {
        nodeSelector(&checker, selector, "\(path).nodeAffinity.\(required)")
      }
      for (index, term) in (node[preferred]?.array ?? []).enumerated() {
        let at = "\(path).nodeAffinity.\(preferred)[\(index)]"
        weight(&checker, term, at)
        nodeTerm(&checker, term["preference"] ?? [:], at + ".preference", checksValues: false)
      }
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
      guard let rules = affinity[kind] else { continue }
      for (index, term) in (rules[required]?.array ?? []).enumerated() {
        podTerm(&checker, term, "\(path).\(kind).\(required)[\(index)]")
      }
      for (index, term) in (rules[preferred]?.array ?? []).enumerated() {
        let at = "\(path).\(kind).\(preferred)[\(index)]"
        weight(&checker, term, at)
        podTerm(&checker, term["podAffinityTerm"] ?? [:], at + ".podAffinityTerm")
      }
    }
  }

  private static func weight(_ checker: inout Checker, _ term: Value, _ path: String) {
    let weight = term["weight"]?.integer ?? 0
    if weight <= 0 || weight > 100 { checker.invalid(path + ".weight", .integer(weight), "must be in the range 1-100") }
  }

  static func nodeSelector(_ checker: inout Checker, _ selector: Value, _ path: String) {
    let terms = selector["nodeSelectorTerms"]?.array ?? []
    if terms.isEmpty {
      checker.required(path + ".nodeSelectorTerms", "must have at least one node selector term")
    }
    for (index, term) in terms.enumerated() {
      nodeTerm(&checker, term, "\(path).nodeSelectorTerms[\(index)]", checksValues: true)
    }
  }

  private static func nodeTerm(_ checker: inout Checker, _ term: Value, _ path: String, checksValues: Bool) {
    for (index, expression) in (term["matchExpressions"]?.array ?? []).enumerated() {
      let at = "\(path).matchExpressions[\(index)]"
      requirement(&checker, expression, at, comparesNumbers: true)
      guard checksValues else { continue }
      values(&checker, expression, at)
    }
    for (index, field) in (term["matchFields"]?.array ?? []).enumerated() {
      let at = "\(path).matchFields[\(index)]"
      switch field["operator"]?.string {
      case "In", "NotIn":
        if (field["values"]?.array ?? []).count != 1 {
          checker.required(
            at + ".values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
        }
      default: checker.invalid(at + ".operator", field["operator"] ?? "", "not a valid selector operator")
      }
      if field["key"]?.string != "metadata.name" {
        checker.invalid(at + ".key", field["key"] ?? "", "not a valid field selector key")
      }
    }
  }

  private static func values(_ checker: inout Checker, _ expression: Value, _ path: String) {
    for (index, value) in (expression["values"]?.array ?? []).enumerated() {
      checker.invalidEach("\(path).values[\(index)]", value, Names.labelValueProblems(value.string ?? ""))
    }
  }

  private static func requirement(
    _ checker: inout Checker, _ expression: Value, _ path: String, comparesNumbers: Bool
  ) {
    let count = (expression["values"]?.array ?? []).count
    switch expression["operator"]?.string ?? "" {
    case "In", "NotIn":
      if count == 0 { checker.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'") }
    case "Exists", "DoesNotExist":
      if count > 0 {
        checker.forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      }
    case "Gt" where comparesNumbers, "Lt" where comparesNumbers:
      if count != 1 {
        checker.required(path + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
      }
    default: checker.invalid(path + ".operator", expression["operator"] ?? "", "not a valid selector operator")
    }
    let key = expression["key"]?.string ?? ""
    checker.invalidEach(path + ".key", .string(key), Names.qualifiedNameProblems(key))
  }

  /// A label selector object.
  static func labelSelector(_ checker: inout Checker, _ selector: Value?, _ path: String) {
    guard let selector, !selector.isNull else { return }
    MetadataValidation.labels(&checker, selector["matchLabels"], path + ".matchLabels")
    for (index, expression) in (selector["matchExpressions"]?.array ?? []).enumerated() {
      let at = "\(path).matchExpressions[\(index)]"
      requirement(&checker, expression, at, comparesNumbers: false)
      values(&checker, expression, at)
    }
  }

  private static func podTerm(_ checker: inout Checker, _ term: Value, _ path: String) {
    labelSelector(&checker, term["labelSelector"], path + ".labelSelector")
    labelSelector(&checker, term["namespaceSelector"], path + ".namespaceSelector")
    for name in term["namespaces"]?.array ?? [] {
      checker.invalidEach(path + ".namespace", name, Names.dnsLabelProblems(name.string ?? ""))
    }
    let key = term["topologyKey"]?.string ?? ""
    if key.isEmpty { checker.required(path + ".topologyKey", "can not be empty") }
    checker.invalidEach(path + ".topologyKey", .string(key), Names.qualifiedNameProblems(key))
  }

  static func spread(_ checker: inout Checker, _ constraints: Value?, _ path: String) {
    let constraints = constraints?.array ?? []
    for (index, constraint) in constraints.enumerated() {
      let at = "\(path)[\(index)]"
      let skew = constraint["maxSkew"]?.integer ?? 0
      if skew <= 0 { checker.invalid(at + ".maxSkew", .integer(skew), "must be greater than zero") }
      let key = constraint["topologyKey"]?.string ?? ""
      if key.isEmpty { checker.required(at + ".topologyKey", "can not be empty") }
      let action = constraint["whenUnsatisfiable"]?.string ?? ""
      if action != "DoNotSchedule", action != "ScheduleAnyway" {
        checker.unsupported(at + ".whenUnsatisfiable", .string(action), ["DoNotSchedule", "ScheduleAnyway"])
      }
      for other in constraints.dropFirst(index + 1)
      where other["topologyKey"]?.string ?? "" == key && other["whenUnsatisfiable"]?.string ?? "" == action {
        checker.duplicate(at + ".{topologyKey, whenUnsatisfiable}", .string("{\(key), \(action)}"))
        break
      }
      if let domains = constraint["minDomains"]?.integer {
        if domains <= 0 { checker.invalid(at + ".minDomains", .integer(domains), "must be greater than zero") }
        if action != "DoNotSchedule" {
          checker.invalid(
            at + ".minDomains", .integer(domains),
            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not \(action)")
        }
      }
      for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
        if let policy = constraint[name], policy.string != "Honor", policy.string != "Ignore" {
          checker.unsupported("\(at).\(name)", policy, ["Honor", "Ignore"])
        }
      }
      labelSelector(&checker, constraint["labelSelector"], at + ".labelSelector")
    }
  }

  static func toleration(_ checker: inout Checker, _ toleration: Value, _ path: String) {
    let key = toleration["key"]?.string ?? ""
    let op = toleration["operator"]?.string ?? ""
    if !key.isEmpty { checker.invalidEach(path + ".key", .string(key), Names.qualifiedNameProblems(key)) }
    if key.isEmpty, op != "Exists" {
      checker.invalid(
        path + ".operator", .string(op),
        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
    }
    if toleration["tolerationSeconds"] != nil, toleration["effect"]?.string != "NoExecute" {
      checker.invalid(
        path + ".effect", toleration["effect"] ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set")
    }
    let value = toleration["value"]?.string ?? ""
    switch op {
    case "Equal", "":
      let problems = Names.labelValueProblems(value)
      if !problems.isEmpty { checker.invalid(path + ".operator", .string(value), problems.joined(separator: ";")) }
    case "Exists":
      if !value.isEmpty {
        checker.invalid(path + ".operator", .string(value), "value must be empty when `operator` is 'Exists'")
      }
    default: checker.unsupported(path + ".operator", toleration["operator"], ["Equal", "Exists"])
    }
    effect(&checker, toleration["effect"], path + ".effect", mayBeEmpty: true)
  }

  private static func effect(_ checker: inout Checker, _ value: Value?, _ path: String, mayBeEmpty: Bool) {
    let effect = value?.string ?? ""
    if effect.isEmpty {
      if !mayBeEmpty { checker.required(path) }
    } else if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(effect) {
      checker.unsupported(path, .string(effect), ["NoSchedule", "PreferNoSchedule", "NoExecute"])
    }
  }

  /// A node: its taints.
  static func node(_ checker: inout Checker) {
    var seen: [String] = []
    for (index, taint) in (checker.object[path: "spec", "taints"]?.array ?? []).enumerated() {
      // The server names them below metadata.
      let at = "metadata.taints[\(index)]"
      let key = taint["key"]?.string ?? ""
      checker.invalidEach(at + ".key", .string(key), Names.qualifiedNameProblems(key))
      let value = taint["value"]?.string ?? ""
      let problems = Names.labelValueProblems(value)
      if !problems.isEmpty { checker.invalid(at + ".value", .string(value), problems.joined(separator: ";")) }
      effect(&checker, taint["effect"], at + ".effect", mayBeEmpty: false)
      let pair = key + ":" + (taint["effect"]?.string ?? "")
      if seen.contains(pair) {
        checker.add(
          "FieldValueDuplicate", at,
          "Duplicate value: \(GoLiteral.describe(taint, "Taint", package: "core")): "
            + "taints must be unique by key and effect pair")
      }
      seen.append(pair)
    }
    if let before = checker.old?[path: "spec", "providerID"], before != checker.object[path: "spec", "providerID"] {
      checker.forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid")
    }
  }
}
