// Volumes of pods and the sources of persistent volumes: one sentence per type, then its fields.

import KubeAPI
import SimKernel
import Unstructured

enum VolumeDescription {
  static func list(_ volumes: Value?, _ space: String, _ w: inout Describer) {
    let items = volumes?.array ?? []
    if items.isEmpty { return w.write(0, "\(space)Volumes:\t<none>\n") }
    w.line(0, "\(space)Volumes:")
    for volume in items {
      w.line(1, "\(space.isEmpty ? "" : " ")\(volume["name"]?.string ?? ""):")
      for (name, value) in source(volume) { w.field(2, name, value) }
      if let downward = volume["downwardAPI"] { downwardItems(downward, &w) }
    }
  }

  private static func downwardItems(_ downward: Value, _ w: inout Describer) {
    w.line(2, "Items:")
    for item in downward["items"]?.array ?? [] {
      let path = item["path"]?.string ?? ""
      if let field = item[path: "fieldRef", "fieldPath"]?.string { w.line(3, "\(field) -> \(path)") }
      if let resource = item[path: "resourceFieldRef", "resource"]?.string { w.line(3, "\(resource) -> \(path)") }
    }
  }

  /// The fields of a volume source, the type first.
  static func source(_ volume: Value) -> [(String, String)] {
    func flag(_ value: Value?) -> String { value?.bool == true ? "true" : "false" }
    if let path = volume["hostPath"] {
      return [
        ("Type", "HostPath (bare host directory volume)"), ("Path", path["path"]?.string ?? ""),
        ("HostPathType", path["type"]?.string ?? ""),
      ]
    }
    if let folder = volume["emptyDir"] {
      return [
        ("Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"),
        ("Medium", folder["medium"]?.string ?? ""),
        ("SizeLimit", folder["sizeLimit"].map { Cells.quantity($0) } ?? "<unset>"),
      ]
    }
    if let secret = volume["secret"] {
      return [
        ("Type", "Secret (a volume populated by a Secret)"), ("SecretName", secret["secretName"]?.string ?? ""),
        ("Optional", flag(secret["optional"])),
      ]
    }
    if let map = volume["configMap"] {
      return [
        ("Type", "ConfigMap (a volume populated by a ConfigMap)"), ("Name", map["name"]?.string ?? ""),
        ("Optional", flag(map["optional"])),
      ]
    }
    if let claim = volume["persistentVolumeClaim"] {
      return [
        ("Type", "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"),
        ("ClaimName", claim["claimName"]?.string ?? ""), ("ReadOnly", flag(claim["readOnly"])),
      ]
    }
    if let nfs = volume["nfs"] {
      return [
        ("Type", "NFS (an NFS mount that lasts the lifetime of a pod)"), ("Server", nfs["server"]?.string ?? ""),
        ("Path", nfs["path"]?.string ?? ""), ("ReadOnly", flag(nfs["readOnly"])),
      ]
    }
    if let projected = volume["projected"] { return self.projected(projected) }
    if let local = volume["local"] {
      return [
        ("Type", "LocalVolume (a persistent volume backed by local storage on a node)"),
        ("Path", local["path"]?.string ?? ""),
      ]
    }
    if volume["downwardAPI"] != nil {
      return [("Type", "DownwardAPI (a volume populated by information about the pod)")]
    }
    if let csi = volume["csi"], let handle = csi["volumeHandle"]?.string {
      var fields = [
        ("Type", "CSI (a Container Storage Interface (CSI) volume source)"), ("Driver", csi["driver"]?.string ?? ""),
        ("FSType", csi["fsType"]?.string ?? ""), ("VolumeHandle", handle), ("ReadOnly", flag(csi["readOnly"])),
      ]
      var attributes: [String] = []
      for (key, value) in csi["volumeAttributes"]?.object?.sortedByKey ?? [] {
        attributes.append("    \(key)=\(value.string ?? "")")
      }
      let text = attributes.joined(separator: "\n        \t")
      fields.append(("VolumeAttributes", text.isEmpty ? "    <none>" : text))
      return fields
    }
    if let csi = volume["csi"] {
      return [
        ("Type", "CSI (a Container Storage Interface (CSI) volume source)"), ("Driver", csi["driver"]?.string ?? ""),
        ("FSType", csi["fsType"]?.string ?? ""), ("ReadOnly", flag(csi["readOnly"])),
      ]
    }
    if let claim = volume[path: "ephemeral", "volumeClaimTemplate"] { return ephemeral(claim) }
    return [("Type", "<unknown>")]
  }

  /// A claim that is only a template: it has no volume yet, hence no capacity and no modes.
  private static func ephemeral(_ claim: Value) -> [(String, String)] {
    func pairs(_ members: Value?) -> String {
      var texts: [String] = []
      for (key, value) in members?.object?.sortedByKey ?? [] { texts.append("    \(key)=\(value.string ?? "")") }
      return texts.isEmpty ? "    <none>" : texts.joined(separator: "\n        \t")
    }
    return [
      ("Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"),
      ("StorageClass", claim[path: "spec", "storageClassName"]?.string ?? ""), ("Volume", ""),
      ("Labels", pairs(claim[path: "metadata", "labels"])),
      ("Annotations", pairs(claim[path: "metadata", "annotations"])), ("Capacity", ""), ("Access Modes", ""),
      ("VolumeMode", claim[path: "spec", "volumeMode"]?.string ?? "Filesystem"),
    ]
  }

  private static func projected(_ projected: Value) -> [(String, String)] {
    func pointer(_ value: Value?) -> String { value?.bool == nil ? "<nil>" : value?.bool == true ? "true" : "false" }
    var fields = [("Type", "Projected (a volume that contains injected data from multiple sources)")]
    for source in projected["sources"]?.array ?? [] {
      if let secret = source["secret"] {
        fields.append(("SecretName", secret["name"]?.string ?? ""))
        fields.append(("SecretOptionalName", pointer(secret["optional"])))
      } else if source["downwardAPI"] != nil {
        fields.append(("DownwardAPI", "true"))
      } else if let map = source["configMap"] {
        fields.append(("ConfigMapName", map["name"]?.string ?? ""))
        fields.append(("ConfigMapOptional", pointer(map["optional"])))
      } else if let token = source["serviceAccountToken"] {
        fields.append(("TokenExpirationSeconds", "\(token["expirationSeconds"]?.integer ?? 0)"))
      }
    }
    return fields
  }
}
