// What the API server fills in services, storage, configuration and autoscaling objects
// (pkg/apis/{core,networking,storage,autoscaling,rbac}/v*/defaults.go, 1.32).

import SimKernel
import Unstructured

package enum NetworkDefaults {
  static func service(_ object: inout Value) {
    if object["spec"] == nil { object["spec"] = [:] }
    object.update("spec") { spec in
      spec.setDefaultText("sessionAffinity", "None")
      spec.setDefaultText("type", "ClusterIP")
      let type = spec["type"]?.string ?? ""
      if spec["sessionAffinity"]?.string == "None" { spec["sessionAffinityConfig"] = nil }
      if spec["sessionAffinity"]?.string == "ClientIP",
        spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] == nil
      {
        spec.set(["sessionAffinityConfig", "clientIP", "timeoutSeconds"], 10_800)
      }
      spec.updateItems("ports") { port in
        port.setDefaultText("protocol", "TCP")
        let target = port["targetPort"]
        if target == nil || target?.isNull == true || target?.integer == 0 || target?.string == "" {
          port["targetPort"] = port["port"] ?? 0
        }
      }
      let external = !(spec["externalIPs"]?.array ?? []).isEmpty
      if type == "NodePort" || type == "LoadBalancer" || (external && type == "ClusterIP") {
        spec.setDefaultText("externalTrafficPolicy", "Cluster")
      }
      if type == "NodePort" || type == "LoadBalancer" || type == "ClusterIP" {
        spec.setDefault("internalTrafficPolicy", "Cluster")
      }
      if type == "LoadBalancer" { spec.setDefault("allocateLoadBalancerNodePorts", true) }
    }
    object.setDefault("status", ["loadBalancer": [:]])
  }

  static func endpoints(_ object: inout Value) {
    guard var subsets = object["subsets"]?.array else { return }
    for i in subsets.indices {
      guard var ports = subsets[i]["ports"]?.array else { continue }
      for j in ports.indices where ports[j]["protocol"] == nil { ports[j]["protocol"] = "TCP" }
      subsets[i]["ports"] = .array(ports)
    }
    object["subsets"] = .array(subsets)
  }

  static func endpointSlice(_ object: inout Value) {
    guard var ports = object["ports"]?.array else { return }
    for i in ports.indices {
      if ports[i]["name"] == nil { ports[i]["name"] = "" }
      if ports[i]["protocol"] == nil { ports[i]["protocol"] = "TCP" }
    }
    object["ports"] = .array(ports)
  }

  static func ingress(_ object: inout Value) {
    object.setDefault("status", ["loadBalancer": [:]])
  }

  static func networkPolicy(_ object: inout Value) {
    object.update("spec") { spec in
      spec.setDefault("podSelector", [:])
      for direction in ["ingress", "egress"] {
        spec.updateItems(direction) { rule in
          rule.updateItems("ports") { $0.setDefaultText("protocol", "TCP") }
        }
      }
      if spec["policyTypes"]?.array?.isEmpty ?? true {
        spec["policyTypes"] = (spec["egress"]?.array ?? []).isEmpty ? ["Ingress"] : ["Ingress", "Egress"]
      }
    }
  }
}

package enum StorageDefaults {
  static func claim(_ object: inout Value) {
    object.update("spec") { spec in
      spec.setDefault("volumeMode", "Filesystem")
      spec.setDefault("resources", [:])
    }
    object.setDefault("status", [:])
    object.update("status") { $0.setDefaultText("phase", "Pending") }
  }

  static func volume(_ object: inout Value) {
    object.update("spec") { spec in
      spec.setDefaultText("persistentVolumeReclaimPolicy", "Retain")
      spec.setDefault("volumeMode", "Filesystem")
      spec.update("hostPath") { $0.setDefault("type", "") }
    }
    object.setDefault("status", [:])
    object.update("status") { $0.setDefaultText("phase", "Pending") }
  }

  static func storageClass(_ object: inout Value) {
    object.setDefault("reclaimPolicy", "Delete")
    object.setDefault("volumeBindingMode", "Immediate")
  }
}

package enum ConfigurationDefaults {
  /// `stringData` is write-only: it ends up in `data`, base64-encoded.
  static func secret(_ object: inout Value) {
    object.setDefaultText("type", "Opaque")
    if let plain = object["stringData"]?.object {
      for (key, value) in plain {
        object.set(["data", key], .string(Base64.encode(Array((value.string ?? "").utf8))))
      }
    }
    object["stringData"] = nil
  }

  static func namespace(_ object: inout Value) {
    if let name = object[path: "metadata", "name"]?.string, !name.isEmpty {
      object.set(["metadata", "labels", "kubernetes.io/metadata.name"], .string(name))
    }
  }

  static func limitRange(_ object: inout Value) {
    object.update("spec") { spec in
      spec.updateItems("limits") { item in
        guard item["type"]?.string == "Container" else { return }
        for (name, amount) in item["max"]?.object ?? Value.Object() where item[path: "default", name] == nil {
          item.set(["default", name], amount)
        }
        for (name, amount) in item["default"]?.object ?? Value.Object()
        where item[path: "defaultRequest", name] == nil {
          item.set(["defaultRequest", name], amount)
        }
        for (name, amount) in item["min"]?.object ?? Value.Object() where item[path: "defaultRequest", name] == nil {
          item.set(["defaultRequest", name], amount)
        }
      }
    }
  }

  static func priorityClass(_ object: inout Value) {
    object.setDefault("preemptionPolicy", "PreemptLowerPriority")
    object.setDefault("value", 0)
  }

  static func roleBinding(_ object: inout Value) {
    object.update("roleRef") { $0.setDefaultText("apiGroup", "rbac.authorization.k8s.io") }
    object.updateItems("subjects") { subject in
      switch subject["kind"]?.string {
      case "User", "Group": subject.setDefaultText("apiGroup", "rbac.authorization.k8s.io")
      default: break
      }
    }
  }
}

package enum AutoscalingDefaults {
  static func autoscaler(_ object: inout Value) {
    object.update("spec") { spec in
      spec.setDefault("minReplicas", 1)
      if spec["metrics"]?.array?.isEmpty ?? true {
        let target: Value = ["type": "Utilization", "averageUtilization": 80]
        spec["metrics"] = [["type": "Resource", "resource": ["name": "cpu", "target": target]]]
      }
      spec.update("behavior") { behavior in
        var up: Value = [
          "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
          "policies": [
            ["type": "Pods", "value": 4, "periodSeconds": 15], ["type": "Percent", "value": 100, "periodSeconds": 15],
          ],
        ]
        var down: Value = [
          "selectPolicy": "Max", "policies": [["type": "Percent", "value": 100, "periodSeconds": 15]],
        ]
        for (key, value) in behavior["scaleUp"]?.object ?? Value.Object() { up[key] = value }
        for (key, value) in behavior["scaleDown"]?.object ?? Value.Object() { down[key] = value }
        behavior["scaleUp"] = up
        behavior["scaleDown"] = down
      }
    }
  }
}
