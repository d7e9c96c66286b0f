// What the API server refuses in the policies of a Job: podFailurePolicy, successPolicy, backoffLimitPerIndex with maxFailedIndexes and
// podReplacementPolicy (pkg/apis/batch/validation, 1.32).

import SimKernel
import Unstructured

enum JobPolicyValidation {
  static func check(_ checker: inout Checker, _ spec: Value, _ path: String) {
    let isIndexed = spec["completionMode"]?.string == "Indexed"
    if spec["maxFailedIndexes"] != nil, spec["backoffLimitPerIndex"] == nil {
      checker.required(path + ".backoffLimitPerIndex", "when maxFailedIndexes is specified")
    }
    if isIndexed, let most = spec["maxFailedIndexes"]?.integer, let completions = spec["completions"]?.integer,
      most > completions
    {
      checker.invalid(path + ".maxFailedIndexes", .integer(most), "must be less than or equal to completions")
    }
    if spec["completionMode"] == nil || spec["completionMode"]?.string == "NonIndexed" {
      for name in ["backoffLimitPerIndex", "maxFailedIndexes"] where spec[name] != nil {
        checker.invalid(path + "." + name, spec[name], "requires indexed completion mode")
      }
    }
    if let policy = spec["podFailurePolicy"] { failurePolicy(&checker, policy, spec, path + ".podFailurePolicy") }
    if let policy = spec["successPolicy"] {
      if isIndexed {
        successPolicy(&checker, policy, spec, path + ".successPolicy")
      } else {
        checker.invalid(
          path + ".successPolicy", shown: GoLiteral.describe(policy, "SuccessPolicy", package: "batch"),
          "requires indexed completion mode")
      }
    }
    if let policy = spec["podReplacementPolicy"]?.string {
      let supported = spec["podFailurePolicy"] != nil ? ["Failed"] : ["Failed", "TerminatingOrFailed"]
      if !supported.contains(policy) {
        checker.unsupported(path + ".podReplacementPolicy", .string(policy), supported)
      }
    }
  }

  // MARK: Failures

  private static func failurePolicy(_ checker: inout Checker, _ policy: Value, _ spec: Value, _ path: String) {
    var containers: [String] = []
    for list in ["containers", "initContainers"] {
      for container in spec[path: "template", "spec"]?[list]?.array ?? [] {
        containers.append(container["name"]?.string ?? "")
      }
    }
    let actions = ["Count", "FailIndex", "FailJob", "Ignore"]
    for (number, rule) in (policy["rules"]?.array ?? []).enumerated() {
      let at = "\(path).rules[\(number)]"
      let action = rule["action"]?.string ?? ""
      if action.isEmpty {
        checker.required(at + ".action", "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]")
      } else if action == "FailIndex" {
        if spec["backoffLimitPerIndex"] == nil {
          checker.invalid(at + ".action", .string(action), "requires the backoffLimitPerIndex to be set")
        }
      } else if !actions.contains(action) {
        checker.unsupported(at + ".action", .string(action), actions)
      }
      if let codes = rule["onExitCodes"] { exitCodes(&checker, codes, containers, at + ".onExitCodes") }
      let patterns = rule["onPodConditions"]?.array ?? []
      for (index, pattern) in patterns.enumerated() {
        condition(&checker, pattern, "\(at).onPodConditions[\(index)]")
      }
      if rule["onExitCodes"] != nil, !patterns.isEmpty {
        checker.invalid(at, shown: "specifying both OnExitCodes and OnPodConditions is not supported", "")
      }
      if rule["onExitCodes"] == nil, patterns.isEmpty {
        checker.invalid(at, shown: "specifying one of OnExitCodes and OnPodConditions is required", "")
      }
    }
  }

  private static func exitCodes(_ checker: inout Checker, _ codes: Value, _ containers: [String], _ path: String) {
    let operation = codes["operator"]?.string ?? ""
    if operation.isEmpty {
      checker.required(path + ".operator", "valid values: [\"In\" \"NotIn\"]")
    } else if operation != "In", operation != "NotIn" {
      checker.unsupported(path + ".operator", .string(operation), ["In", "NotIn"])
    }
    if let name = codes["containerName"]?.string, !containers.contains(name) {
      checker.invalid(
        path + ".containerName", .string(name),
        "must be one of the container or initContainer names in the pod template")
    }
    let values = codes["values"]?.array ?? []
    var seen: [Value] = []
    var isOrdered = true
    if values.isEmpty { checker.invalid(path + ".values", shown: shown(values), "at least one value is required") }
    for (index, value) in values.enumerated() {
      let at = "\(path).values[\(index)]"
      if operation == "In", value.integer == 0 {
        checker.invalid(at, value, "must not be 0 for the In operator")
      }
      if seen.contains(value) { checker.duplicate(at, value) } else { seen.append(value) }
      if index > 0, values[index - 1].integer ?? 0 > value.integer ?? 0 { isOrdered = false }
    }
    if !isOrdered { checker.invalid(path + ".values", shown: shown(values), "must be ordered") }
  }

  private static func shown(_ codes: [Value]) -> String {
    var numbers: [String] = []
    for code in codes { numbers.append("\(code.integer ?? 0)") }
    return "[]int32{\(numbers.joined(separator: ", "))}"
  }

  private static func condition(_ checker: inout Checker, _ pattern: Value, _ path: String) {
    let type = pattern["type"]?.string ?? ""
    checker.invalidEach(path + ".type", .string(type), Names.qualifiedNameProblems(type))
    let status = pattern["status"]?.string ?? ""
    if status.isEmpty {
      checker.required(path + ".status", "valid values: [\"False\" \"True\" \"Unknown\"]")
    } else if !["False", "True", "Unknown"].contains(status) {
      checker.unsupported(path + ".status", .string(status), ["False", "True", "Unknown"])
    }
  }

  // MARK: Success

  private static func successPolicy(_ checker: inout Checker, _ policy: Value, _ spec: Value, _ path: String) {
    let rules = policy["rules"]?.array ?? []
    if rules.isEmpty {
      checker.required(path + ".rules", "at least one rules must be specified when the successPolicy is specified")
    }
    let completions = spec["completions"]?.integer ?? 0
    for (number, rule) in rules.enumerated() {
      let at = "\(path).rules[\(number)]"
      if rule["succeededCount"] == nil, rule["succeededIndexes"] == nil {
        checker.required(at, "at least one of succeededCount or succeededIndexes must be specified")
      }
      guard let count = rule["succeededCount"]?.integer else { continue }
      checker.nonNegative(at + ".succeededCount", rule["succeededCount"])
      if count > completions {
        checker.invalid(
          at + ".succeededCount", .integer(count),
          "must be less than or equal to \(completions) (the number of specified completions)")
      }
    }
  }
}
