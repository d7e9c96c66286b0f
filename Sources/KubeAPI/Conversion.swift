// Manifests in an older version of a kind that is stored in a newer one. In 1.32 that is autoscaling/v1's
// HorizontalPodAutoscaler: its single CPU percentage is a metric in autoscaling/v2.

import SimKernel
package import Unstructured

package enum Conversion {
  /// The object in the version the server stores it in; everything else is returned as it is.
  package static func toStored(_ object: Value) -> Value {
    guard object["apiVersion"]?.string == "autoscaling/v1", object["kind"]?.string == "HorizontalPodAutoscaler" else {
      return object
    }
    var converted = object
    converted["apiVersion"] = "autoscaling/v2"
    converted.update("spec") { spec in
      if let percentage = spec["targetCPUUtilizationPercentage"], !percentage.isNull {
        let target: Value = ["type": "Utilization", "averageUtilization": percentage]
        spec["metrics"] = [["type": "Resource", "resource": ["name": "cpu", "target": target]]]
      }
      spec["targetCPUUtilizationPercentage"] = nil
    }
    converted["status"] = nil
    return converted
  }
}
