// HorizontalPodAutoscaler: what it scales, by which metrics, how fast, and how it is doing (autoscaling/v2).

import KubeAPI
import SimKernel
import Unstructured

enum AutoscalerDescription {
  static func write(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "CreationTimestamp", Describer.date(d.object[path: "metadata", "creationTimestamp"]))
    let target = d.object[path: "spec", "scaleTargetRef"]
    w.field(0, "Reference", "\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
    w.line(0, "Metrics:\t( current / target )")
    let current = d.object[path: "status", "currentMetrics"]?.array ?? []
    for (index, metric) in (d.object[path: "spec", "metrics"]?.array ?? []).enumerated() {
      w.line(1, self.metric(metric, index < current.count ? current[index] : .null))
    }
    w.field(0, "Min replicas", d.object[path: "spec", "minReplicas"]?.integer.map { "\($0)" } ?? "<unset>")
    w.field(0, "Max replicas", "\(d.count("spec", "maxReplicas"))")
    if let behavior = d.object[path: "spec", "behavior"] {
      w.line(0, "Behavior:")
      direction("Scale Up", behavior["scaleUp"], &w)
      direction("Scale Down", behavior["scaleDown"], &w)
    }
    w.line(
      0,
      "\(target?["kind"]?.string ?? "") pods:\t\(d.count("status", "currentReplicas")) current / \(d.count("status", "desiredReplicas")) desired"
    )
    if let conditions = d.object[path: "status", "conditions"]?.array, !conditions.isEmpty {
      w.line(0, "Conditions:")
      w.line(1, "Type\tStatus\tReason\tMessage")
      w.line(1, "----\t------\t------\t-------")
      for condition in conditions {
        w.line(
          1,
          "\(condition["type"]?.string ?? "")\t\(condition["status"]?.string ?? "")\t\(condition["reason"]?.string ?? "")\t\(condition["message"]?.string ?? "")"
        )
      }
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  /// One metric: what is measured, then `current / target`.
  private static func metric(_ metric: Value, _ status: Value) -> String {
    switch metric["type"]?.string ?? "" {
    case "Resource":
      let source = metric["resource"]
      return resource("resource \(source?["name"]?.string ?? "") on pods", source, status[path: "resource", "current"])
    case "ContainerResource":
      let source = metric["containerResource"]
      return resource(
        "resource \(source?["name"]?.string ?? "") of container \"\(source?["container"]?.string ?? "")\" on pods",
        source, status[path: "containerResource", "current"])
    case "Pods":
      let source = metric["pods"]
      return
        "\(goQuoted(source?[path: "metric", "name"]?.string ?? "")) on pods:\t\(seen(status[path: "pods", "current"], "averageValue")) / \(Cells.quantity(source?[path: "target", "averageValue"]))"
    case "Object":
      let source = metric["object"]
      let about = source?["describedObject"]
      let isAverage = source?[path: "target", "type"]?.string == "AverageValue"
      let member = isAverage ? "averageValue" : "value"
      return
        "\"\(source?[path: "metric", "name"]?.string ?? "")\" on \(about?["kind"]?.string ?? "")/\(about?["name"]?.string ?? "") (target \(isAverage ? "average " : "")value):\t\(seen(status[path: "object", "current"], member)) / \(Cells.quantity(source?[path: "target", member]))"
    case "External":
      let source = metric["external"]
      let isAverage = source?[path: "target", "averageValue"] != nil
      let member = isAverage ? "averageValue" : "value"
      return
        "\(goQuoted(source?[path: "metric", "name"]?.string ?? "")) (target \(isAverage ? "average " : "")value):\t\(seen(status[path: "external", "current"], member)) / \(Cells.quantity(source?[path: "target", member]))"
    case let other: return "<unknown metric type \(goQuoted(other))>"
    }
  }

  private static func resource(_ title: String, _ source: Value?, _ current: Value?) -> String {
    if let average = source?[path: "target", "averageValue"] {
      return "\(title):\t\(seen(current, "averageValue")) / \(Cells.quantity(average))"
    }
    var text = "<unknown>"
    if let percent = current?["averageUtilization"]?.integer {
      text = "\(percent)% (\(Cells.quantity(current?["averageValue"])))"
    }
    let wanted = source?[path: "target", "averageUtilization"]?.integer.map { "\($0)%" } ?? "<auto>"
    return "\(title)  (as a percentage of request):\t\(text) / \(wanted)"
  }

  private static func seen(_ current: Value?, _ member: String) -> String {
    current?[member].map { Cells.quantity($0) } ?? "<unknown>"
  }

  private static func direction(_ title: String, _ rules: Value?, _ w: inout Describer) {
    guard let rules else { return }
    w.line(1, "\(title):")
    if let seconds = rules["stabilizationWindowSeconds"]?.integer {
      w.line(2, "Stabilization Window: \(seconds) seconds")
    }
    guard let policies = rules["policies"]?.array, !policies.isEmpty else { return }
    w.line(2, "Select Policy: \(rules["selectPolicy"]?.string ?? "Max")")
    w.line(2, "Policies:")
    for policy in policies {
      w.line(
        3,
        "- Type: \(policy["type"]?.string ?? "")\tValue: \(policy["value"]?.integer ?? 0)\tPeriod: \(policy["periodSeconds"]?.integer ?? 0) seconds"
      )
    }
  }
}
