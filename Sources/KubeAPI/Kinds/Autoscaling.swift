// Horizontal pod autoscalers and disruption budgets: names and tables.

import SimKernel
package import Unstructured

extension Kind {
  package static let horizontalPodAutoscaler = Kind(
    "HorizontalPodAutoscaler", "horizontalpodautoscalers", group: "autoscaling", version: "v2", short: ["hpa"],
    categories: ["all"], subresources: ["status"],
    columns: Column.list(["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"]),
    row: { row in
      [
        row.name, row.text("spec", "scaleTargetRef", "kind") + "/" + row.text("spec", "scaleTargetRef", "name"),
        AutoscalerCells.targets(row.object), Cells.intOrString(row.object[path: "spec", "minReplicas"]) ?? "<unset>",
        String(row.count("spec", "maxReplicas")), String(row.count("status", "currentReplicas")), row.age,
      ]
    },
    defaults: AutoscalingDefaults.autoscaler, validate: AutoscalingValidation.autoscaler)

  package static let podDisruptionBudget = Kind(
    "PodDisruptionBudget", "poddisruptionbudgets", group: "policy", short: ["pdb"], subresources: ["status"],
    columns: Column.list(["Name", "Min Available", "Max Unavailable", "Allowed Disruptions", "Age"]),
    row: { row in
      [
        row.name, Cells.intOrString(row.object[path: "spec", "minAvailable"]) ?? "N/A",
        Cells.intOrString(row.object[path: "spec", "maxUnavailable"]) ?? "N/A",
        String(row.count("status", "disruptionsAllowed")), row.age,
      ]
    },
    validate: AutoscalingValidation.disruptionBudget)
}

package enum AutoscalerCells {
  /// `cpu: 12%/50%, memory: <unknown>/1Gi`, at most two of them.
  package static func targets(_ autoscaler: Value) -> String {
    let metrics = autoscaler[path: "spec", "metrics"]?.array ?? []
    let current = autoscaler[path: "status", "currentMetrics"]?.array ?? []
    var list: [String] = []
    for (index, metric) in metrics.enumerated() {
      let type = metric["type"]?.string ?? ""
      let member = AutoscalerCells.member(type)
      let spec = metric[member]
      let status = index < current.count ? current[index][member] : nil
      let target = spec?["target"]
      func amount(_ key: String) -> String? {
        guard let value = status?[path: "current", key], !value.isNull else { return nil }
        return Cells.quantity(value)
      }
      switch type {
      case "Resource", "ContainerResource":
        let name = spec?["name"]?.string ?? ""
        if let average = target?["averageValue"], !average.isNull {
          list.append("\(name): \(amount("averageValue") ?? "<unknown>")/\(Cells.quantity(average))")
        } else {
          var now = "<unknown>"
          if let percent = status?[path: "current", "averageUtilization"]?.integer { now = "\(percent)%" }
          var wanted = "<auto>"
          if let percent = target?["averageUtilization"]?.integer { wanted = "\(percent)%" }
          list.append("\(name): \(now)/\(wanted)")
        }
      case "Pods": list.append("\(amount("averageValue") ?? "<unknown>")/\(Cells.quantity(target?["averageValue"]))")
      case "Object", "External":
        if let average = target?["averageValue"], !average.isNull {
          list.append("\(amount("averageValue") ?? "<unknown>")/\(Cells.quantity(average)) (avg)")
        } else {
          list.append("\(amount("value") ?? "<unknown>")/\(Cells.quantity(target?["value"]))")
        }
      default: list.append("<unknown type>")
      }
    }
    return list.isEmpty ? "<none>" : Cells.clipped(list, max: 2, separator: ", ")
  }

  /// The member a metric of the given type lives in.
  static func member(_ type: String) -> String {
    switch type {
    case "Resource": return "resource"
    case "ContainerResource": return "containerResource"
    case "Pods": return "pods"
    case "Object": return "object"
    default: return "external"
    }
  }
}
