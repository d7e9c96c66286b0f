// What a metrics server adds to the API while it is there: how much pods and nodes use. Read only, and never stored.
// Source: kubernetes-sigs/metrics-server 0.7 (pkg/api), k8s.io/metrics v1beta1.

import Unstructured

extension Kind {
  package static let nodeMetrics = metrics("NodeMetrics", "nodes", namespaced: false) { [$0["usage"] ?? [:]] }

  package static let podMetrics = metrics("PodMetrics", "pods", namespaced: true) { object in
    var usages: [Value] = []
    for container in object["containers"]?.array ?? [] { usages.append(container["usage"] ?? [:]) }
    return usages
  }

  private static func metrics(
    _ kind: String, _ plural: String, namespaced: Bool, _ usages: @Sendable @escaping (Value) -> [Value]
  ) -> Kind {
    Kind(
      kind, plural, group: "metrics.k8s.io", version: "v1beta1", namespaced: namespaced, verbs: ["get", "list"],
      columns: Column.list(["Name", "Cpu", "Memory", "Window"]),
      row: { row in
        var cells = [row.name]
        for resource in ["cpu", "memory"] {
          var sum = Quantity(0)
          for usage in usages(row.object) { if let amount = Quantity(usage[resource]) { sum = sum + amount } }
          cells.append(sum.description)
        }
        return cells + [row.text("window")]
      })
  }

  /// Whether another server than the API server itself answers for it.
  package var isAggregated: Bool { Kinds.aggregated.contains(self) }
}
