// What the API server refuses in claims, volumes and storage classes (pkg/apis/{core,storage}/validation, 1.32).

import SimKernel
import Unstructured

enum StorageValidation {
  private static let modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]

  static func claim(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    if checker.old == nil { claimSpec(&checker, spec, "spec") }
    guard let old = checker.old?["spec"] else { return }
    let bound = checker.old?[path: "status", "phase"]?.string == "Bound"
    var mine = spec
    for name in ["volumeAttributesClassName"] where bound { mine[name] = old[name] }
    // The controller binds: an empty volume name may be filled in.
    if (old["volumeName"]?.string ?? "").isEmpty { mine["volumeName"] = old["volumeName"] }
    if (old["storageClassName"]?.string ?? "").isEmpty, old["storageClassName"] == nil {
      mine["storageClassName"] = old["storageClassName"]
    }
    if bound {
      let requests: Value? = old[path: "resources", "requests"]
      mine.set(["resources", "requests"], requests)
    }
    if mine != old {
      checker.forbidden(
        "spec",
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
          + GoDifference.text(before: old, after: mine, "PersistentVolumeClaimSpec", package: "core"))
    }
    let before = Quantity(old[path: "resources", "requests", "storage"])
    let after = Quantity(spec[path: "resources", "requests", "storage"])
    if let before, let after, after < before {
      let capacity = Quantity(checker.old?[path: "status", "capacity", "storage"])
      if capacity == nil || after < capacity! || after == capacity! {
        checker.forbidden(
          "spec.resources.requests.storage", "field can not be less than status.capacity")
      }
    }
  }

  /// A claim's spec, also inside templates.
  static func claimSpec(_ checker: inout Checker, _ spec: Value, _ path: String) {
    accessModes(&checker, spec["accessModes"], path, emptyDetail: "at least 1 access mode is required")
    PlacementValidation.labelSelector(&checker, spec["selector"], path + ".selector")
    if let amount = spec[path: "resources", "requests", "storage"] {
      if let quantity = Quantity(amount), !(Quantity(0) < quantity) {
        checker.invalid(path + ".resources[storage]", .string(quantity.description), "must be greater than zero")
      }
    } else {
      checker.required(path + ".resources[storage]")
    }
    if let name = spec["storageClassName"]?.string, !name.isEmpty {
      checker.invalidEach(path + ".storageClassName", .string(name), Names.dnsSubdomainProblems(name))
    }
    if let mode = spec["volumeMode"]?.string, mode != "Block", mode != "Filesystem" {
      checker.unsupported(path + ".volumeMode", .string(mode), ["Block", "Filesystem"])
    }
  }

  private static func accessModes(_ checker: inout Checker, _ value: Value?, _ path: String, emptyDetail: String) {
    let list = value?.array ?? []
    if list.isEmpty { checker.required(path + ".accessModes", emptyDetail) }
    var exclusive = false
    for mode in list {
      if !modes.contains(mode.string ?? "") {
        checker.unsupported(path + ".accessModes", mode, modes)
      } else if mode.string == "ReadWriteOncePod" {
        exclusive = true
      }
    }
    if exclusive, list.count > 1 {
      checker.forbidden(path + ".accessModes", "may not use ReadWriteOncePod with other access modes")
    }
  }

  static func volume(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    accessModes(&checker, spec["accessModes"], "spec", emptyDetail: "")
    let capacity = spec["capacity"]?.object ?? Value.Object()
    if capacity.isEmpty { checker.required("spec.capacity") }
    if capacity["storage"] == nil || capacity.count > 1 {
      checker.add(
        "FieldValueNotSupported", "spec.capacity",
        "Unsupported value: \(GoLiteral.resourceList(spec["capacity"])): supported values: \"storage\"")
    }
    if let quantity = Quantity(capacity["storage"]), !(Quantity(0) < quantity) {
      checker.invalid("spec.capacity[storage]", .string(quantity.description), "must be greater than zero")
    }
    if let policy = spec["persistentVolumeReclaimPolicy"]?.string, !["Delete", "Recycle", "Retain"].contains(policy) {
      checker.unsupported(
        "spec.persistentVolumeReclaimPolicy", .string(policy), ["Delete", "Recycle", "Retain"])
    }
    var sources: [String] = []
    for name in Schema.structure("PersistentVolumeSource")?.members.keys ?? [] where spec[name] != nil {
      sources.append(name)
    }
    if sources.isEmpty { checker.required("spec", "must specify a volume type") }
    for extra in sources.dropFirst() {
      checker.forbidden("spec." + extra, "may not specify more than 1 volume type")
    }
    if sources.first == "hostPath" {
      VolumeValidation.hostPath(&checker, spec["hostPath"] ?? [:], "spec.hostPath")
    }
    if sources.first == "nfs" {
      for name in ["server", "path"] where (spec[path: "nfs", name]?.string ?? "").isEmpty {
        checker.required("spec.nfs." + name)
      }
    }
    if sources.first == "local" {
      if (spec[path: "local", "path"]?.string ?? "").isEmpty { checker.required("spec.local.path") }
      if spec["nodeAffinity"] == nil {
        checker.required("spec.nodeAffinity", "Local volume requires node affinity")
      }
    }
    if let mode = spec["volumeMode"]?.string, mode != "Block", mode != "Filesystem" {
      checker.unsupported("spec.volumeMode", .string(mode), ["Block", "Filesystem"])
    }
    guard let old = checker.old?["spec"] else { return }
    for name in sources where old[name] != spec[name] {
      checker.forbidden(
        "spec.persistentvolumesource",
        "spec.persistentvolumesource is immutable after creation\n"
          + GoDifference.text(before: old, after: spec, "PersistentVolumeSource", package: "core"))
      break
    }
    if old["volumeMode"] != spec["volumeMode"] {
      checker.invalid("volumeMode", spec["volumeMode"], "field is immutable")
    }
  }

  static func storageClass(_ checker: inout Checker) {
    let object = checker.object
    let provisioner = object["provisioner"]?.string ?? ""
    if provisioner.isEmpty {
      checker.required("provisioner")
    } else {
      checker.invalidEach(
        "provisioner", .string(provisioner), Names.qualifiedNameProblems(provisioner.lowercased()))
    }
    if let policy = object["reclaimPolicy"]?.string, !["Delete", "Retain"].contains(policy) {
      checker.unsupported("reclaimPolicy", .string(policy), ["Delete", "Retain"])
    }
    if let mode = object["volumeBindingMode"]?.string, !["Immediate", "WaitForFirstConsumer"].contains(mode) {
      checker.unsupported("volumeBindingMode", .string(mode), ["Immediate", "WaitForFirstConsumer"])
    }
    guard let old = checker.old else { return }
    for name in ["parameters", "provisioner", "reclaimPolicy"] where old[name] != object[name] {
      checker.forbidden(name, "updates to \(name) are forbidden.")
    }
    if old["volumeBindingMode"] != object["volumeBindingMode"] {
      checker.invalid("volumeBindingMode", object["volumeBindingMode"], "field is immutable")
    }
  }
}
