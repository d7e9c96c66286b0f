// Claims, volumes and storage classes: names and tables.

import SimKernel
package import Unstructured

extension Kind {
  package static let persistentVolumeClaim = Kind(
    "PersistentVolumeClaim", "persistentvolumeclaims", short: ["pvc"], subresources: ["status"],
    columns: Column.list(
      ["Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age"],
      wide: ["VolumeMode"]),
    row: { row in
      let volume = row.text("spec", "volumeName")
      let bound = !volume.isEmpty
      let legacy = row.object[path: "metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]?.string
      return [
        row.name, row.isDeleting ? "Terminating" : row.text("status", "phase"), volume,
        bound ? Cells.quantity(row.object[path: "status", "capacity", "storage"]) : "",
        bound ? Cells.accessModes(row.object[path: "status", "accessModes"]) : "",
        legacy ?? row.text("spec", "storageClassName"),
        row.object[path: "spec", "volumeAttributesClassName"]?.string ?? "<unset>", row.age,
        row.object[path: "spec", "volumeMode"]?.string ?? "<unset>",
      ]
    },
    defaults: StorageDefaults.claim, validate: StorageValidation.claim)

  package static let persistentVolume = Kind(
    "PersistentVolume", "persistentvolumes", short: ["pv"], namespaced: false, subresources: ["status"],
    columns: Column.list(
      [
        "Name", "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim", "StorageClass",
        "VolumeAttributesClass", "Reason", "Age",
      ], wide: ["VolumeMode"]),
    row: { row in
      var claim = ""
      if let reference = row.object[path: "spec", "claimRef"], !reference.isNull {
        claim = (reference["namespace"]?.string ?? "") + "/" + (reference["name"]?.string ?? "")
      }
      let legacy = row.object[path: "metadata", "annotations", "volume.beta.kubernetes.io/storage-class"]?.string
      return [
        row.name, Cells.quantity(row.object[path: "spec", "capacity", "storage"]),
        Cells.accessModes(row.object[path: "spec", "accessModes"]),
        row.text("spec", "persistentVolumeReclaimPolicy"),
        row.isDeleting ? "Terminating" : row.text("status", "phase"), claim,
        legacy ?? row.text("spec", "storageClassName"),
        row.object[path: "spec", "volumeAttributesClassName"]?.string ?? "<unset>", row.text("status", "reason"),
        row.age, row.object[path: "spec", "volumeMode"]?.string ?? "<unset>",
      ]
    },
    defaults: StorageDefaults.volume, validate: StorageValidation.volume)

  package static let storageClass = Kind(
    "StorageClass", "storageclasses", group: "storage.k8s.io", short: ["sc"], namespaced: false,
    columns: Column.list(
      ["Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"]),
    row: { row in
      [
        row.name + (StorageCells.isDefault(row.object) ? " (default)" : ""), row.text("provisioner"),
        row.object["reclaimPolicy"]?.string ?? "Delete", row.object["volumeBindingMode"]?.string ?? "Immediate",
        row.object["allowVolumeExpansion"]?.bool == true ? "true" : "false", row.age,
      ]
    },
    defaults: StorageDefaults.storageClass, validate: StorageValidation.storageClass)
}

package enum StorageCells {
  /// Whether a class carries the annotation that makes it the default.
  package static func isDefault(_ storageClass: Value) -> Bool {
    let annotations = storageClass[path: "metadata", "annotations"]
    return annotations?["storageclass.kubernetes.io/is-default-class"]?.string == "true"
      || annotations?["storageclass.beta.kubernetes.io/is-default-class"]?.string == "true"
  }
}
