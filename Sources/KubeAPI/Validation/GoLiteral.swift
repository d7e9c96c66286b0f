// Structures as Go's `%#v` prints them, which is how the API server shows a refused structure:
// `apps.StatefulSetUpdateStrategy{Type:"Recreate", RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(0xc00db71610)}`.
// Addresses are made up but stay the same for the same content. Field order is that of the server's internal types,
// which differs from the public ones for the structures in `order`.

import SimKernel
package import Unstructured

package enum GoLiteral {
  /// `package`: the Go package of the kind's own types (`core`, `apps`, `v1` …).
  package static func describe(_ value: Value?, _ structure: String, package name: String) -> String {
    var out = ""
    write(value, .structure(structure), name, &out)
    return out
  }

  /// Fields of the internal types that come in another order.
  private static let order: [String: [String]] = [
    "PodSpec": [
      "Volumes", "InitContainers", "Containers", "EphemeralContainers", "RestartPolicy",
      "TerminationGracePeriodSeconds", "ActiveDeadlineSeconds", "DNSPolicy", "NodeSelector", "ServiceAccountName",
      "AutomountServiceAccountToken", "NodeName", "SecurityContext", "ImagePullSecrets", "Hostname", "Subdomain",
      "SetHostnameAsFQDN", "Affinity", "SchedulerName", "Tolerations", "HostAliases", "PriorityClassName", "Priority",
      "PreemptionPolicy", "DNSConfig", "ReadinessGates", "RuntimeClassName", "Overhead", "EnableServiceLinks",
      "TopologySpreadConstraints", "OS", "SchedulingGates", "ResourceClaims", "Resources",
    ],
    "PersistentVolumeClaimSpec": [
      "AccessModes", "Selector", "Resources", "VolumeName", "StorageClassName", "VolumeMode", "DataSource",
      "DataSourceRef", "VolumeAttributesClassName",
    ],
    "PersistentVolumeSource": [
      "GCEPersistentDisk", "AWSElasticBlockStore", "HostPath", "Glusterfs", "NFS", "RBD", "Quobyte", "ISCSI",
      "FlexVolume", "Cinder", "CephFS", "FC", "Flocker", "AzureFile", "VsphereVolume", "AzureDisk",
      "PhotonPersistentDisk", "PortworxVolume", "ScaleIO", "Local", "StorageOS", "CSI",
    ],
    "VolumeSource": [
      "HostPath", "EmptyDir", "GCEPersistentDisk", "AWSElasticBlockStore", "GitRepo", "Secret", "NFS", "ISCSI",
      "Glusterfs", "PersistentVolumeClaim", "RBD", "Quobyte", "FlexVolume", "Cinder", "CephFS", "Flocker",
      "DownwardAPI", "FC", "AzureFile", "ConfigMap", "VsphereVolume", "AzureDisk", "PhotonPersistentDisk",
      "Projected", "PortworxVolume", "ScaleIO", "StorageOS", "CSI", "Ephemeral", "Image",
    ],
  ]

  /// Pointers of the public types that are plain values in the internal ones.
  private static let values = [
    "RollingUpdateStatefulSetStrategy.Partition", "ServiceAccountTokenProjection.ExpirationSeconds",
  ]

  static func isValue(_ structure: String, _ field: Field) -> Bool { values.contains(structure + "." + field.goName) }

  /// The fields of a structure in the order of the internal type.
  static func fields(_ name: String) -> [Field] {
    guard let structure = Schema.structure(name) else { return [] }
    guard let order = order[name] else { return structure.fields }
    var fields: [Field] = []
    for wanted in order {
      for field in structure.fields where field.goName == wanted { fields.append(field) }
    }
    return fields
  }

  /// The meta types keep their public package.
  static func typeName(_ name: String, _ package: String) -> String {
    switch name {
    case "ObjectMeta", "LabelSelector", "LabelSelectorRequirement", "OwnerReference", "ManagedFieldsEntry", "TypeMeta":
      return "v1." + name
    default: return package + "." + Schema.baseName(name)
    }
  }

  static func goType(_ type: FieldType, _ package: String) -> String {
    switch type {
    case .structure(let name): return typeName(name, package)
    case .pointer(let target): return "*" + goType(target, package)
    case .list(let item): return "[]" + goType(item, package)
    case .map(let item): return "map[string]" + goType(item, package)
    case .named(let name):
      return name.hasPrefix("v1.") ? package + "." + Schema.baseName(name) : name
    case .resourceList: return package + ".ResourceList"
    default: return type.goName
    }
  }

  static func quantity(_ quantity: Quantity) -> String {
    let isBinary = quantity.format == .binarySI
    let (mantissa, exponent) = isBinary ? (quantity.value, quantity.scale) : quantity.canonicalDecimal
    return "resource.Quantity{i:resource.int64Amount{value:\(mantissa), scale:\(exponent)}, "
      + "d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\(goQuoted(quantity.description)), "
      + "Format:\(isBinary ? "\"BinarySI\"" : "\"DecimalSI\"")}"
  }

  static func resourceList(_ value: Value?) -> String {
    var out = ""
    write(value, .resourceList, "core", &out)
    return out
  }

  static func intOrString(_ value: Value?) -> String {
    if let text = value?.string { return "intstr.IntOrString{Type:1, IntVal:0, StrVal:\(goQuoted(text))}" }
    return "intstr.IntOrString{Type:0, IntVal:\(value?.integer ?? 0), StrVal:\"\"}"
  }

  private static func address(_ value: Value?) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var hash = Hashes.fnv1a(Array(JSON.compact(value ?? .null).utf8)) & 0x0FFF_FFF8
    var text: [UInt8] = []
    for _ in 0..<7 {
      text.insert(digits[Int(hash & 15)], at: 0)
      hash >>= 4
    }
    return "0xc00" + String(decoding: text, as: UTF8.self)
  }

  private static func write(_ value: Value?, _ type: FieldType, _ package: String, _ out: inout String) {
    let present = value?.isNull == false ? value : nil
    switch type {
    case .pointer(let target):
      out += "(*\(goType(target, package)))(\(present == nil ? "nil" : address(present)))"
    case .string, .named: out += goQuoted(present?.string ?? "")
    case .bool: out += present?.bool == true ? "true" : "false"
    case .int32, .int64: out += String(present?.integer ?? 0)
    case .double: out += "0"
    case .time, .microTime: out += "time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)"
    case .duration: out += "v1.Duration{Duration:0}"
    case .intOrString:
      out += intOrString(present)
    case .quantity: out += GoLiteral.quantity(Quantity(present) ?? Quantity(0))
    case .bytes: out += "[]uint8(nil)"
    case .raw: out += "runtime.RawExtension{}"
    case .resourceList: write(map: present, .quantity, type, package, &out)
    case .map(let item): write(map: present, item, type, package, &out)
    case .list(let item):
      guard let items = present?.array, !items.isEmpty else {
        out += goType(type, package) + "(nil)"
        return
      }
      out += goType(type, package) + "{"
      for (index, element) in items.enumerated() {
        if index > 0 { out += ", " }
        write(element, item, package, &out)
      }
      out += "}"
    case .structure(let name): write(fields: name, present, package, &out)
    }
  }

  private static func write(fields name: String, _ value: Value?, _ package: String, _ out: inout String) {
    let fields = self.fields(name)
    out += typeName(name, package) + "{"
    for (index, field) in fields.enumerated() {
      if index > 0 { out += ", " }
      out += field.goName + ":"
      if field.goName == "DeletionTimestamp" {
        out += "<nil>"
      } else {
        let type = isValue(name, field) ? field.type.target : field.type
        write(field.isEmbedded ? value : value?[field.name], type, package, &out)
      }
    }
    out += "}"
  }

  private static func write(
    map value: Value?, _ item: FieldType, _ type: FieldType, _ package: String, _ out: inout String
  ) {
    guard let object = value?.object, !object.isEmpty else {
      out += goType(type, package) + "(nil)"
      return
    }
    out += goType(type, package) + "{"
    var first = true
    for (key, member) in object.sortedByKey {
      if !first { out += ", " }
      first = false
      out += goQuoted(key) + ":"
      write(member, item, package, &out)
    }
    out += "}"
  }
}
