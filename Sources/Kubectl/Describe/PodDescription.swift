// Pods and pod templates.

import KubeAPI
import SimKernel
import Unstructured

enum PodDescription {
  static func write(_ d: Described) throws(Failure) -> String {
    let pod = d.object
    let spec = pod["spec"]
    let status = pod["status"]
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    if let priority = spec?["priority"]?.integer { w.field(0, "Priority", "\(priority)") }
    w.optional(0, "Priority Class Name", spec?["priorityClassName"]?.string)
    w.optional(0, "Runtime Class Name", spec?["runtimeClassName"]?.string)
    w.optional(0, "Service Account", spec?["serviceAccountName"]?.string)
    let node = spec?["nodeName"]?.string ?? ""
    w.field(0, "Node", node.isEmpty ? "<none>" : "\(node)/\(status?["hostIP"]?.string ?? "")")
    if let start = status?["startTime"] { w.field(0, "Start Time", Describer.date(start)) }
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    let phase = status?["phase"]?.string ?? ""
    if let deleted = pod[path: "metadata", "deletionTimestamp"], phase != "Failed", phase != "Succeeded" {
      w.field(0, "Status", "Terminating (lasts \(d.row.since(deleted)))")
      w.field(
        0, "Termination Grace Period", "\(pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0)s")
    } else {
      w.field(0, "Status", phase)
    }
    w.optional(0, "Reason", status?["reason"]?.string)
    w.optional(0, "Message", status?["message"]?.string)
    if let profile = spec?[path: "securityContext", "seccompProfile"] {
      w.field(0, "SeccompProfile", profile["type"]?.string ?? "")
      w.optional(2, "LocalhostProfile", profile["localhostProfile"]?.string)
    }
    w.field(0, "IP", status?["podIP"]?.string ?? "")
    let addresses = status?["podIPs"]?.array ?? []
    w.write(0, addresses.isEmpty ? "IPs:\t<none>\n" : "IPs:\n")
    for address in addresses { w.field(1, "IP", address["ip"]?.string ?? "") }
    w.optional(0, "Controlled By", Describer.controller(pod))
    w.optional(0, "NominatedNodeName", status?["nominatedNodeName"]?.string)
    if let containers = spec?["initContainers"]?.array, !containers.isEmpty {
      ContainerDescription.list(
        "Init Containers", containers, status?["initContainerStatuses"]?.array ?? [], pod, "", &w)
    }
    ContainerDescription.list(
      "Containers", spec?["containers"]?.array ?? [], status?["containerStatuses"]?.array ?? [], pod, "", &w)
    if let gates = spec?["readinessGates"]?.array, !gates.isEmpty {
      w.write(0, "Readiness Gates:\n  Type\tStatus\n")
      for gate in gates {
        let type = gate["conditionType"]?.string ?? ""
        var state = "<none>"
        for condition in status?["conditions"]?.array ?? [] where condition["type"]?.string == type {
          state = condition["status"]?.string ?? ""
        }
        w.line(1, "\(type) \t\(state) ")
      }
    }
    if let conditions = status?["conditions"]?.array, !conditions.isEmpty {
      w.write(0, "Conditions:\n  Type\tStatus\n")
      for condition in conditions {
        w.line(1, "\(condition["type"]?.string ?? "") \t\(condition["status"]?.string ?? "") ")
      }
    }
    VolumeDescription.list(spec?["volumes"], "", &w)
    w.field(0, "QoS Class", status?["qosClass"]?.string ?? "BestEffort")
    w.labels("Node-Selectors", spec?["nodeSelector"])
    w.tolerations("Tolerations", spec?["tolerations"])
    PodTemplateDescription.spread(spec?["topologySpreadConstraints"], "", &w)
    w.events(d.events, d.now)
    return w.aligned
  }
}

enum PodTemplateDescription {
  /// `isTabbed` false is the layout of `rollout history`, where the tabs stay as they are.
  static func write(_ template: Value?, _ w: inout Describer, isTabbed: Bool = true) {
    w.line(0, "Pod Template:")
    guard let template else { return w.write(1, "<unset>") }
    let spec = template["spec"]
    w.labels("  Labels", template[path: "metadata", "labels"])
    if let annotations = template[path: "metadata", "annotations"]?.object, !annotations.isEmpty {
      w.annotations("  Annotations", .object(annotations))
    }
    w.optional(1, "Service Account", spec?["serviceAccountName"]?.string)
    if let containers = spec?["initContainers"]?.array, !containers.isEmpty {
      ContainerDescription.list("Init Containers", containers, [], nil, "  ", &w)
    }
    ContainerDescription.list("Containers", spec?["containers"]?.array ?? [], [], nil, "  ", &w)
    VolumeDescription.list(spec?["volumes"], "  ", &w)
    spread(spec?["topologySpreadConstraints"], "  ", &w)
    w.optional(1, "Priority Class Name", spec?["priorityClassName"]?.string)
    w.labels("  Node-Selectors", spec?["nodeSelector"])
    w.tolerations("  Tolerations", spec?["tolerations"])
  }

  static func spread(_ constraints: Value?, _ space: String, _ w: inout Describer) {
    var items = constraints?.array ?? []
    guard !items.isEmpty else { return }
    items.sort { ($0["topologyKey"]?.string ?? "") < ($1["topologyKey"]?.string ?? "") }
    w.write(0, "\(space)Topology Spread Constraints:\t")
    for (index, item) in items.enumerated() {
      if index > 0 { w.write(0, space + "\t") }
      var text =
        "\(item["topologyKey"]?.string ?? ""):\(item["whenUnsatisfiable"]?.string ?? "") when max skew \(item["maxSkew"]?.integer ?? 0) is exceeded"
      if let selector = item["labelSelector"] { text += " for selector \(Cells.selector(selector))" }
      w.write(0, text + "\n")
    }
  }
}
