// LimitRange: fills in what containers do not ask for, and refuses what is out of bounds: containers one by one, pods as a whole,
// claims. Source: `plugin/pkg/admission/limitranger/admission.go`.

import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  func applyLimitRanges(_ namespace: String, _ name: String, _ pod: inout Value) throws(Status) {
    let ranges = store.shelf(.limitRange).list(namespace: namespace)
    guard !ranges.isEmpty else { return }
    for range in ranges {
      for limit in range.value[path: "spec", "limits"]?.array ?? [] where limit["type"]?.string == "Container" {
        fillResources(from: limit, range.name, &pod)
      }
    }
    for range in ranges {
      var problems: [String] = []
      for limit in range.value[path: "spec", "limits"]?.array ?? [] {
        let bounds = LimitBounds(limit)
        switch bounds.type {
        case "Container":
          for list in ["containers", "initContainers"] {
            for container in pod["spec"]?[list]?.array ?? [] {
              bounds.check(
                requests: container[path: "resources", "requests"], limits: container[path: "resources", "limits"],
                &problems)
            }
          }
        case "Pod":
          bounds.check(requests: podTotals(pod, "requests"), limits: podTotals(pod, "limits"), &problems)
        default: break
        }
      }
      try refuse(.pod, name, problems)
    }
  }

  func requireWithinLimits(_ namespace: String, _ claim: Value) throws(Status) {
    for range in store.shelf(.limitRange).list(namespace: namespace) {
      var problems: [String] = []
      for limit in range.value[path: "spec", "limits"]?.array ?? []
      where limit["type"]?.string == "PersistentVolumeClaim" {
        LimitBounds(limit).checkClaim(claim[path: "spec", "resources", "requests"], &problems)
      }
      try refuse(.persistentVolumeClaim, claim[path: "metadata", "name"]?.string ?? "", problems)
    }
  }

  private func refuse(_ kind: Kind, _ name: String, _ problems: [String]) throws(Status) {
    var told: [String] = []
    for problem in problems where !told.contains(problem) { told.append(problem) }
    if told.count == 1 { throw Status.forbidden(kind, name, told[0]) }
    if told.count > 1 { throw Status.forbidden(kind, name, "[" + told.joined(separator: ", ") + "]") }
  }

  /// What a whole pod asks for, of each resource that one of its containers names.
  private func podTotals(_ pod: Value, _ field: String) -> Value {
    var totals = Value.Object()
    for list in ["containers", "initContainers"] {
      for container in pod["spec"]?[list]?.array ?? [] {
        for (resource, _) in container["resources"]?[field]?.object ?? Value.Object() where totals[resource] == nil {
          totals[resource] = .string(quotaText(podTotal(pod, field, resource), resource))
        }
      }
    }
    return .object(totals)
  }

  private func fillResources(from limit: Value, _ range: String, _ pod: inout Value) {
    var notes: [String] = []
    for list in ["containers", "initContainers"] {
      guard var containers = pod["spec"]?[list]?.array else { continue }
      for i in containers.indices {
        let container = containers[i]["name"]?.string ?? ""
        for (field, defaults, word) in [("requests", "defaultRequest", "request"), ("limits", "default", "limit")] {
          var added: [String] = []
          for (resource, amount) in limit[defaults]?.object?.sortedByKey ?? []
          where containers[i]["resources"]?[field]?[resource] == nil {
            containers[i].set(["resources", field, resource], amount)
            added.append(resource)
          }
          if !added.isEmpty {
            let what = list == "containers" ? "container" : "init container"
            notes.append("\(added.joined(separator: ", ")) \(word) for \(what) \(container)")
          }
        }
      }
      pod.set(["spec", list], .array(containers))
    }
    if !notes.isEmpty {
      pod.set(
        ["metadata", "annotations", "kubernetes.io/limit-ranger"],
        .string("LimitRanger plugin set: " + notes.joined(separator: "; ")))
    }
  }
}

/// The bounds of one entry of a LimitRange.
private struct LimitBounds {
  let type: String
  private let limit: Value

  init(_ limit: Value) {
    self.limit = limit
    type = limit["type"]?.string ?? ""
  }

  private func bounds(_ name: String) -> [(key: String, value: Value)] { limit[name]?.object?.sortedByKey ?? [] }

  private func text(_ amount: Value) -> String { amount.string ?? "\(amount.integer ?? 0)" }

  func check(requests: Value?, limits: Value?, _ problems: inout [String]) {
    for (resource, bound) in bounds("min") {
      guard let least = Quantity.milli(bound) else { continue }
      let rule = "minimum \(resource) usage per \(type) is \(text(bound))"
      if let request = requests?[resource], let amount = Quantity.milli(request) {
        if amount < least {
          problems.append("\(rule), but request is \(text(request))")
        } else if let most = limits?[resource], let amount = Quantity.milli(most), amount < least {
          problems.append("\(rule), but limit is \(text(most))")
        }
      } else {
        problems.append("\(rule).  No request is specified")
      }
    }
    for (resource, bound) in bounds("max") {
      guard let most = Quantity.milli(bound) else { continue }
      let rule = "maximum \(resource) usage per \(type) is \(text(bound))"
      if let stated = limits?[resource], let amount = Quantity.milli(stated) {
        if amount > most {
          problems.append("\(rule), but limit is \(text(stated))")
        } else if let request = requests?[resource], let amount = Quantity.milli(request), amount > most {
          problems.append("\(rule), but request is \(text(request))")
        }
      } else {
        problems.append("\(rule).  No limit is specified")
      }
    }
    for (resource, bound) in bounds("maxLimitRequestRatio") {
      guard let most = Quantity.milli(bound) else { continue }
      let rule = "\(resource) max limit to request ratio per \(type) is \(text(bound))"
      guard let request = Quantity.milli(requests?[resource]), request > 0 else {
        problems.append("\(rule), but no request is specified or request is 0")
        continue
      }
      guard let stated = Quantity.milli(limits?[resource]), stated > 0 else {
        problems.append("\(rule), but no limit is specified or limit is 0")
        continue
      }
      if Double(stated) / Double(request) * 1_000 > Double(most) {
        problems.append("\(rule), but provided ratio is \(LimitBounds.ratio(stated, request))")
      }
    }
  }

  /// With six decimals.
  private static func ratio(_ a: Int64, _ b: Int64) -> String {
    var whole = a / b
    var millionths = Int64((Double(a % b) / Double(b) * 1_000_000).rounded(.toNearestOrEven))
    if millionths == 1_000_000 {
      whole += 1
      millionths = 0
    }
    let digits = "\(millionths)"
    return "\(whole)." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  func checkClaim(_ requests: Value?, _ problems: inout [String]) {
    for (list, word) in [("min", "minimum"), ("max", "maximum")] {
      for (resource, bound) in bounds(list) {
        guard let edge = Quantity.milli(bound) else { continue }
        let rule = "\(word) \(resource) usage per \(type) is \(text(bound))"
        guard let request = requests?[resource], let amount = Quantity.milli(request) else {
          problems.append("\(rule).  No request is specified")
          continue
        }
        if list == "min" ? amount < edge : amount > edge {
          problems.append("\(rule), but request is \(text(request))")
        }
      }
    }
  }
}
