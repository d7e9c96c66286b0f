// What the API server refuses in a pod's volumes (pkg/apis/core/validation, 1.32).

import SimKernel
import Unstructured

enum VolumeValidation {
  /// The sources in the order in which the server looks at them.
  private static let order = [
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi",
    "glusterfs", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume",
    "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos",
    "projected", "scaleIO", "csi", "ephemeral", "image",
  ]

  /// What a source must say.
  private static let needed: [(source: String, member: String)] = [
    ("gitRepo", "repository"), ("gcePersistentDisk", "pdName"), ("awsElasticBlockStore", "volumeID"),
    ("secret", "secretName"), ("nfs", "server"), ("nfs", "path"), ("iscsi", "targetPortal"), ("iscsi", "iqn"),
    ("glusterfs", "endpoints"), ("glusterfs", "path"), ("persistentVolumeClaim", "claimName"), ("rbd", "image"),
    ("cinder", "volumeID"), ("flexVolume", "driver"), ("configMap", "name"), ("azureFile", "secretName"),
    ("azureFile", "shareName"), ("vsphereVolume", "volumePath"), ("csi", "driver"),
  ]

  /// Checks volumes and returns those without a mistake by name: a mount cannot use the others.
  static func volumes(_ checker: inout Checker, _ volumes: [Value], _ path: String) -> [String: Value] {
    var known: [String: Value] = [:]
    for (index, volume) in volumes.enumerated() {
      let at = "\(path)[\(index)]"
      let before = checker.causes.count
      let name = volume["name"]?.string ?? ""
      source(&checker, volume, at)
      if name.isEmpty {
        checker.required(at + ".name")
      } else {
        checker.invalidEach(at + ".name", .string(name), Names.dnsLabelProblems(name))
      }
      if known[name] != nil { checker.duplicate(at + ".name", .string(name)) }
      if checker.causes.count == before { known[name] = volume }
    }
    return known
  }

  private static func source(_ checker: inout Checker, _ volume: Value, _ path: String) {
    var types: [String] = []
    for name in order where volume[name] != nil { types.append(name) }
    guard let type = types.first, let source = volume[type] else {
      return checker.required(path, "must specify a volume type")
    }
    check(&checker, type, source, path + "." + type)
    for extra in types.dropFirst() {
      checker.forbidden(path + "." + extra, "may not specify more than 1 volume type")
    }
  }

  private static func check(_ checker: inout Checker, _ type: String, _ source: Value, _ path: String) {
    for (kind, member) in needed where kind == type && (source[member]?.string ?? "").isEmpty {
      checker.required("\(path).\(member)")
    }
    switch type {
    case "emptyDir":
      if let limit = Quantity(source["sizeLimit"]), limit.isNegative {
        checker.forbidden(path + ".sizeLimit", "SizeLimit field must be a valid resource quantity")
      }
    case "hostPath": hostPath(&checker, source, path)
    case "nfs":
      if let text = source["path"]?.string, !text.isEmpty, !text.hasPrefix("/") {
        checker.invalid(path + ".path", .string(text), "must be an absolute path")
      }
    case "secret", "configMap":
      mode(&checker, source["defaultMode"], path + ".defaultMode")
      items(&checker, source, path)
    case "downwardAPI":
      mode(&checker, source["defaultMode"], path + ".defaultMode")
      downward(&checker, source, path)
    case "projected":
      mode(&checker, source["defaultMode"], path + ".defaultMode")
      projected(&checker, source, path)
    case "ephemeral":
      guard let template = source["volumeClaimTemplate"] else { return checker.required(path + ".volumeClaimTemplate") }
      StorageValidation.claimSpec(&checker, template["spec"] ?? [:], path + ".volumeClaimTemplate.spec")
    default: break
    }
  }

  static func hostPath(_ checker: inout Checker, _ source: Value, _ path: String) {
    let text = source["path"]?.string ?? ""
    if text.isEmpty { return checker.required(path + ".path") }
    noBackSteps(&checker, text, path + ".path")
    let type = source["type"]?.string ?? ""
    let known = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
    if !known.contains(type) { checker.unsupported(path + ".type", .string(type), known) }
  }

  private static func mode(_ checker: inout Checker, _ value: Value?, _ path: String) {
    guard let mode = value?.integer, mode < 0 || mode > 511 else { return }
    checker.invalid(path, .integer(mode), "must be a number between 0 and 0777 (octal), both inclusive")
  }

  private static func items(_ checker: inout Checker, _ source: Value, _ path: String) {
    for (index, item) in (source["items"]?.array ?? []).enumerated() {
      let at = "\(path).items[\(index)]"
      for member in ["key", "path"] where (item[member]?.string ?? "").isEmpty { checker.required("\(at).\(member)") }
      notReserved(&checker, item["path"]?.string ?? "", at + ".path")
      mode(&checker, item["mode"], at + ".mode")
    }
  }

  private static func downward(_ checker: inout Checker, _ source: Value, _ path: String) {
    for (index, item) in (source["items"]?.array ?? []).enumerated() {
      let at = path  // The server names no item here.
      let target = item["path"]?.string ?? ""
      if target.isEmpty { checker.required(at + ".path") }
      notReserved(&checker, target, at + ".path")
      if let field = item["fieldRef"] {
        ContainerValidation.fieldReference(
          &checker, field, at + ".fieldRef",
          ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"])
        if item["resourceFieldRef"] != nil {
          checker.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
        }
      } else if let resource = item["resourceFieldRef"] {
        if (resource["containerName"]?.string ?? "").isEmpty {
          checker.required(at + ".resourceFieldRef.containerName")
        } else {
          ContainerValidation.resourceReference(&checker, resource, at + ".resourceFieldRef")
        }
      } else {
        checker.required(at, "one of fieldRef and resourceFieldRef is required")
      }
      mode(&checker, item["mode"], "\(at).items[\(index)].mode")
    }
  }

  private static func projected(_ checker: inout Checker, _ source: Value, _ path: String) {
    var taken: [String] = []
    /// Two files of one volume cannot have the same place.
    func place(_ file: String?, _ shown: String?) {
      guard let file, !file.isEmpty else { return }
      if taken.contains(file) { checker.invalid(path, .string(shown ?? file), "conflicting duplicate paths") }
      taken.append(file)
    }
    for (index, part) in (source["sources"]?.array ?? []).enumerated() {
      let at = "\(path).sources[\(index)]"
      var count = 0
      for kind in ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle"] {
        guard let projection = part[kind] else { continue }
        count += 1
        switch kind {
        case "secret", "configMap":
          if (projection["name"]?.string ?? "").isEmpty { checker.required("\(at).\(kind).name") }
          items(&checker, projection, "\(at).\(kind)")
          for item in projection["items"]?.array ?? [] { place(item["path"]?.string, projection["name"]?.string ?? "") }
        case "downwardAPI":
          downward(&checker, projection, "\(at).\(kind)")
          for item in projection["items"]?.array ?? [] { place(item["path"]?.string, nil) }
        case "serviceAccountToken":
          let seconds = projection["expirationSeconds"]?.integer ?? 0
          if seconds < 600 {
            checker.invalid(
              "\(at).\(kind).expirationSeconds", .integer(seconds), "may not specify a duration less than 10 minutes")
          } else if seconds > 1 << 32 {
            checker.invalid(
              "\(at).\(kind).expirationSeconds", .integer(seconds),
              "may not specify a duration larger than 2^32 seconds")
          }
          let file = projection["path"]?.string ?? ""
          if file.isEmpty { checker.required("\(at).\(kind).path") } else { place(file, nil) }
        default: break
        }
      }
      if count > 1 { checker.forbidden(at, "may not specify more than 1 volume type per source") }
    }
  }

  // MARK: Paths

  static func noBackSteps(_ checker: inout Checker, _ text: String, _ path: String) {
    for part in text.split(separator: "/") where part == ".." {
      checker.invalid(path, .string(text), "must not contain '..'")
      return
    }
  }

  /// A relative path that stays below its folder.
  static func descending(_ checker: inout Checker, _ text: String, _ path: String) {
    if text.hasPrefix("/") { checker.invalid(path, .string(text), "must be a relative path") }
    noBackSteps(&checker, text, path)
  }

  private static func notReserved(_ checker: inout Checker, _ text: String, _ path: String) {
    descending(&checker, text, path)
    if text.hasPrefix(".."), !text.hasPrefix("../") {
      checker.invalid(path, .string(text), "must not start with '..'")
    }
  }
}
