// Nodes: facts, conditions, and what their pods ask for.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum NodeDescription {
  static func write(_ d: Described) throws(Failure) -> String {
    let status = d.object["status"]
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Roles", roles(d.labels))
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "CreationTimestamp", Describer.date(d.object[path: "metadata", "creationTimestamp"]))
    taints(d.object[path: "spec", "taints"]?.array ?? [], &w)
    w.field(0, "Unschedulable", d.object[path: "spec", "unschedulable"]?.bool == true ? "true" : "false")
    if let lease = try d.call.client.find(.lease, "kube-node-lease", d.name) {
      w.line(0, "Lease:")
      w.field(1, "HolderIdentity", lease[path: "spec", "holderIdentity"]?.string ?? "<unset>")
      w.field(1, "AcquireTime", lease[path: "spec", "acquireTime"].map { Describer.date($0) } ?? "<unset>")
      w.field(1, "RenewTime", lease[path: "spec", "renewTime"].map { Describer.date($0) } ?? "<unset>")
    } else {
      w.line(0, "Lease:\tFailed to get lease: leases.coordination.k8s.io \(goQuoted(d.name)) not found")
    }
    if let conditions = status?["conditions"]?.array, !conditions.isEmpty {
      w.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n")
      w.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
      for condition in conditions {
        w.line(
          1,
          "\(condition["type"]?.string ?? "") \t\(condition["status"]?.string ?? "") \t\(Describer.date(condition["lastHeartbeatTime"])) \t\(Describer.date(condition["lastTransitionTime"])) \t\(condition["reason"]?.string ?? "") \t\(condition["message"]?.string ?? "")"
        )
      }
    }
    w.line(0, "Addresses:")
    for address in status?["addresses"]?.array ?? [] {
      w.field(1, address["type"]?.string ?? "", address["address"]?.string ?? "")
    }
    for (title, member) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
      guard let list = status?[member]?.object, !list.isEmpty else { continue }
      w.line(0, "\(title):")
      for (name, quantity) in list.sortedByKey { w.field(1, name, Cells.quantity(quantity)) }
    }
    let info = status?["nodeInfo"]
    w.line(0, "System Info:")
    for (title, member) in [
      ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"),
      ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
      ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"),
      ("Kubelet Version", "kubeletVersion"), ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
      w.field(1, title, info?[member]?.string ?? "")
    }
    w.optional(0, "PodCIDR", d.object[path: "spec", "podCIDR"]?.string)
    let ranges = d.object[path: "spec", "podCIDRs"].strings
    if !ranges.isEmpty { w.field(0, "PodCIDRs", ranges.joined(separator: ",")) }
    w.optional(0, "ProviderID", d.object[path: "spec", "providerID"]?.string)
    try pods(d, &w)
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func roles(_ labels: Value?) -> String {
    var roles: [String] = []
    for (key, value) in labels?.object?.sortedByKey ?? [] {
      if key.hasPrefix("node-role.kubernetes.io/") {
        let role = String(key.dropFirst(24))
        if !role.isEmpty { roles.append(role) }
      } else if key == "kubernetes.io/role", let role = value.string, !role.isEmpty {
        roles.append(role)
      }
    }
    return roles.isEmpty ? "<none>" : roles.sorted().joined(separator: ",")
  }

  static func taint(_ taint: Value) -> String {
    let value = taint["value"]?.string ?? ""
    return
      "\(taint["key"]?.string ?? "")\(value.isEmpty ? "" : "=" + value):\(taint["effect"]?.string ?? "")"
  }

  private static func order(_ taint: Value) -> String {
    "\(taint["effect"]?.string ?? "")-\(taint["key"]?.string ?? "")"
  }

  private static func taints(_ taints: [Value], _ w: inout Describer) {
    w.write(0, "Taints:\t")
    if taints.isEmpty { return w.write(0, "<none>\n") }
    let sorted = taints.sorted { order($0) < order($1) }
    for (index, taint) in sorted.enumerated() { w.write(0, (index > 0 ? "\t" : "") + self.taint(taint) + "\n") }
  }

  private static func pods(_ d: Described, _ w: inout Describer) throws(Failure) {
    let allocatable = d.object[path: "status", "allocatable"]
    var total: [String: (requests: Quantity, limits: Quantity)] = [:]
    let selection = try ResourceRequest.selection(
      .pod, "", "spec.nodeName=\(d.name),status.phase!=Succeeded,status.phase!=Failed")
    let pods = try d.call.client.list(.pod, nil, selection).items
    w.field(0, "Non-terminated Pods", "(\(pods.count) in total)")
    w.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    w.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
    for pod in pods {
      let row = TableRow(pod, now: d.now)
      var cells = ["\(row.text("metadata", "namespace"))", row.name, ""]
      for resource in ["cpu", "memory"] {
        let requests = PodResources.total(pod, "requests", resource)
        let limits = PodResources.total(pod, "limits", resource)
        cells.append(share(requests, allocatable?[resource]))
        cells.append(share(limits, allocatable?[resource]))
      }
      w.line(1, "\(cells[0])\t\(cells[1])\t\t\(cells[3])\t\(cells[4])\t\(cells[5])\t\(cells[6])\t\(row.age)")
      for (name, _) in allocatable?.object?.sortedByKey ?? [] {
        let before = total[name] ?? (Quantity(0), Quantity(0))
        total[name] = (
          before.requests + PodResources.total(pod, "requests", name),
          before.limits + PodResources.total(pod, "limits", name)
        )
      }
    }
    w.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n")
    w.line(1, "Resource\tRequests\tLimits")
    w.line(1, "--------\t--------\t------")
    var names = ["cpu", "memory", "ephemeral-storage"]
    for (name, _) in allocatable?.object?.sortedByKey ?? [] where !names.contains(name) && name != "pods" {
      names.append(name)
    }
    for name in names {
      let sum = total[name] ?? (Quantity(0), Quantity(0))
      w.line(1, "\(name)\t\(share(sum.requests, allocatable?[name]))\t\(share(sum.limits, allocatable?[name]))")
    }
  }

  /// `100m (5%)`; the percentage is cut off, not rounded.
  private static func share(_ quantity: Quantity, _ allocatable: Value?) -> String {
    var percent: Int64 = 0
    if let whole = allocatable.flatMap({ Quantity($0) }), !whole.isZero {
      if quantity.wholeUnits > 4_000_000_000_000 || whole.wholeUnits > 4_000_000_000_000 {
        percent = quantity.wholeUnits / max(1, whole.wholeUnits / 100)
      } else {
        percent = Int64(Double(quantity.milliUnits) / Double(whole.milliUnits) * 100)
      }
    }
    return "\(quantity.description) (\(percent)%)"
  }
}

/// What a pod asks for or may use: the sum of its containers, at least the largest of its init containers.
enum PodResources {
  static func total(_ pod: Value, _ list: String, _ name: String) -> Quantity {
    var sum = Quantity(0)
    for container in pod[path: "spec", "containers"]?.array ?? [] {
      if let value = container[path: "resources", list, name].flatMap({ Quantity($0) }) { sum = sum + value }
    }
    for container in pod[path: "spec", "initContainers"]?.array ?? [] {
      guard let value = container[path: "resources", list, name].flatMap({ Quantity($0) }) else { continue }
      if container["restartPolicy"]?.string == "Always" {
        sum = sum + value
      } else if sum < value {
        sum = value
      }
    }
    return sum
  }
}
