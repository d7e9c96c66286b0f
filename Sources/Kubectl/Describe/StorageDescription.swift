// PersistentVolumeClaim, PersistentVolume, StorageClass.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum StorageDescription {
  static func claim(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "StorageClass", storageClass(d))
    if let deleted = d.object[path: "metadata", "deletionTimestamp"] {
      w.field(0, "Status", "Terminating (lasts \(d.row.since(deleted)))")
    } else {
      w.field(0, "Status", d.text("status", "phase"))
    }
    let volume = d.text("spec", "volumeName")
    w.field(0, "Volume", volume)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Finalizers", goText(d.object[path: "metadata", "finalizers"] ?? []))
    var capacity = ""
    var modes = ""
    if !volume.isEmpty {
      modes = Cells.accessModes(d.object[path: "status", "accessModes"])
      capacity = Cells.quantity(d.object[path: "status", "capacity", "storage"])
    }
    w.field(0, "Capacity", capacity)
    w.field(0, "Access Modes", modes)
    w.optional(0, "VolumeMode", d.object[path: "spec", "volumeMode"]?.string)
    if let source = d.object[path: "spec", "dataSource"] {
      w.line(0, "DataSource:")
      w.optional(1, "APIGroup", source["apiGroup"]?.string)
      w.field(1, "Kind", source["kind"]?.string ?? "")
      w.field(1, "Name", source["name"]?.string ?? "")
    }
    let users = try users(d)
    w.field(0, "Used By", users.first ?? "<none>")
    for user in users.dropFirst() { w.line(0, "\t\(user)") }
    if let conditions = d.object[path: "status", "conditions"]?.array, !conditions.isEmpty {
      w.write(0, "Conditions:\n  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n")
      w.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
      for condition in conditions {
        w.line(
          1,
          "\(condition["type"]?.string ?? "") \t\(condition["status"]?.string ?? "") \t\(Describer.date(condition["lastProbeTime"])) \t\(Describer.date(condition["lastTransitionTime"])) \t\(condition["reason"]?.string ?? "") \t\(condition["message"]?.string ?? "")"
        )
      }
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func storageClass(_ d: Described) -> String {
    d.object[path: "metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]?.string
      ?? d.text("spec", "storageClassName")
  }

  private static func users(_ d: Described) throws(Failure) -> [String] {
    var names: [String] = []
    for pod in try d.call.client.list(.pod, d.namespace).items {
      for volume in pod[path: "spec", "volumes"]?.array ?? []
      where volume[path: "persistentVolumeClaim", "claimName"]?.string == d.name {
        let name = pod[path: "metadata", "name"]?.string ?? ""
        if !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  static func volume(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Finalizers", goText(d.object[path: "metadata", "finalizers"] ?? []))
    w.field(0, "StorageClass", storageClass(d))
    if let deleted = d.object[path: "metadata", "deletionTimestamp"] {
      w.field(0, "Status", "Terminating (lasts \(d.row.since(deleted)))")
    } else {
      w.field(0, "Status", d.text("status", "phase"))
    }
    if let claim = d.object[path: "spec", "claimRef"] {
      w.field(0, "Claim", "\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")")
    } else {
      w.field(0, "Claim", "")
    }
    w.field(0, "Reclaim Policy", d.text("spec", "persistentVolumeReclaimPolicy"))
    w.field(0, "Access Modes", Cells.accessModes(d.object[path: "spec", "accessModes"]))
    w.optional(0, "VolumeMode", d.object[path: "spec", "volumeMode"]?.string)
    w.field(0, "Capacity", Cells.quantity(d.object[path: "spec", "capacity", "storage"]))
    affinity(d.object[path: "spec", "nodeAffinity"], &w)
    w.field(0, "Message", d.text("status", "message"))
    w.write(0, "Source:\n")
    for (name, value) in VolumeDescription.source(d.object["spec"] ?? [:]) { w.write(0, "    \(name):\t\(value)\n") }
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func affinity(_ affinity: Value?, _ w: inout Describer) {
    w.write(0, "Node Affinity:\t")
    guard let required = affinity?["required"] else { return w.write(0, "<none>\n") }
    w.write(0, "\n")
    w.write(1, "Required Terms:\t")
    let terms = required["nodeSelectorTerms"]?.array ?? []
    if terms.isEmpty { return w.write(0, "<none>\n") }
    w.write(0, "\n")
    for (index, term) in terms.enumerated() {
      w.write(2, "Term \(index):\t")
      let expressions = term["matchExpressions"]?.array ?? []
      if expressions.isEmpty {
        w.write(0, "<none>\n")
        continue
      }
      for (place, expression) in expressions.enumerated() {
        if place > 0 { w.write(0, "\t") }
        let values = expression["values"].strings
        let symbol = (expression["operator"]?.string ?? "").lowercased()
        w.write(
          0,
          "\(expression["key"]?.string ?? "") \(symbol)\(values.isEmpty ? "" : " [\(values.joined(separator: ", "))]")\n"
        )
      }
    }
  }

  static func storageClassObject(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    let annotations = d.annotations?.object
    let isDefault =
      annotations?["storageclass.kubernetes.io/is-default-class"]?.string == "true"
      || annotations?["storageclass.beta.kubernetes.io/is-default-class"]?.string == "true"
    w.field(0, "IsDefaultClass", isDefault ? "Yes" : "No")
    // Unlike everywhere else annotations are printed raw here, line breaks included.
    w.field(0, "Annotations", Cells.labels(d.annotations))
    w.field(0, "Provisioner", d.text("provisioner"))
    w.field(0, "Parameters", Cells.labels(d.object["parameters"]))
    w.field(
      0, "AllowVolumeExpansion", d.object["allowVolumeExpansion"]?.bool.map { $0 ? "True" : "False" } ?? "<unset>")
    let options = d.object["mountOptions"].strings
    if options.isEmpty { w.field(0, "MountOptions", "<none>") } else { w.line(0, "MountOptions:") }
    for option in options { w.line(1, option) }
    if let policy = d.object["reclaimPolicy"]?.string { w.field(0, "ReclaimPolicy", policy) }
    if let mode = d.object["volumeBindingMode"]?.string { w.field(0, "VolumeBindingMode", mode) }
    if let terms = d.object["allowedTopologies"]?.array {
      w.write(0, "AllowedTopologies:\t")
      w.write(0, terms.isEmpty ? "<none>\n" : "\n")
      for (index, term) in terms.enumerated() {
        w.write(1, "Term \(index):\t")
        let expressions = term["matchLabelExpressions"]?.array ?? []
        if expressions.isEmpty { w.write(0, "<none>\n") }
        for (place, expression) in expressions.enumerated() {
          if place > 0 { w.write(0, "\t") }
          let values = expression["values"].strings.joined(separator: ", ")
          w.write(0, "\(expression["key"]?.string ?? "") in \(values.isEmpty ? "" : "[\(values)]")\n")
        }
      }
    }
    w.events(d.events, d.now)
    return w.aligned
  }
}
