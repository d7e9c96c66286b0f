// What the API server refuses in a pod spec (pkg/apis/core/validation, 1.32), in its order and words. Containers, volumes,
// placement and security have files of their own.

import SimKernel
import Unstructured

enum PodSpecValidation {
  /// A pod template inside a workload: labels, annotations, spec.
  static func template(_ checker: inout Checker, _ template: Value?, _ path: String) {
    MetadataValidation.labels(&checker, template?[path: "metadata", "labels"], path + ".labels")
    MetadataValidation.annotations(&checker, template?[path: "metadata", "annotations"], path + ".annotations")
    spec(&checker, template?["spec"] ?? [:], path + ".spec")
    if !(template?[path: "spec", "ephemeralContainers"]?.array ?? []).isEmpty {
      checker.forbidden(path + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template")
    }
  }

  static func spec(_ checker: inout Checker, _ spec: Value, _ path: String) {
    let volumes = VolumeValidation.volumes(&checker, spec["volumes"]?.array ?? [], path + ".volumes")
    ContainerValidation.containers(&checker, spec, volumes, path)
    hostNetwork(&checker, spec, path)
    choice(&checker, spec["restartPolicy"], path + ".restartPolicy", ["Always", "OnFailure", "Never"])
    choice(
      &checker, spec["dnsPolicy"], path + ".dnsPolicy", ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"])
    MetadataValidation.labels(&checker, spec["nodeSelector"], path + ".nodeSelector")
    SecurityValidation.pod(&checker, spec, path)
    PlacementValidation.affinity(&checker, spec["affinity"], path + ".affinity")
    names(&checker, spec, path)
    PlacementValidation.spread(&checker, spec["topologySpreadConstraints"], path + ".topologySpreadConstraints")
    for (name, problems) in [
      ("serviceAccountName", Names.dnsSubdomainProblems), ("nodeName", Names.dnsSubdomainProblems),
    ] {
      if let text = spec[name]?.string, !text.isEmpty {
        checker.invalidEach(path + "." + name, .string(text), problems(text))
      }
    }
    if let seconds = spec["activeDeadlineSeconds"]?.integer, seconds < 1 || seconds > 2_147_483_647 {
      checker.invalid(
        path + ".activeDeadlineSeconds", .integer(seconds), "must be between 1 and 2147483647, inclusive")
    }
    for name in ["hostname", "subdomain"] {
      if let text = spec[name]?.string, !text.isEmpty {
        checker.invalidEach(path + "." + name, .string(text), Names.dnsLabelProblems(text))
      }
    }
    for (index, toleration) in (spec["tolerations"]?.array ?? []).enumerated() {
      PlacementValidation.toleration(&checker, toleration, "\(path).tolerations[\(index)]")
    }
    for (index, alias) in (spec["hostAliases"]?.array ?? []).enumerated() {
      let at = "\(path).hostAliases[\(index)]"
      checker.address(at + ".ip", alias["ip"])
      for (nameIndex, name) in (alias["hostnames"]?.array ?? []).enumerated() {
        checker.invalidEach("\(at).hostnames[\(nameIndex)]", name, Names.dnsSubdomainProblems(name.string ?? ""))
      }
    }
    for name in ["priorityClassName", "runtimeClassName"] {
      if let text = spec[name]?.string, !text.isEmpty || name == "runtimeClassName" {
        checker.invalidEach(path + "." + name, .string(text), Names.dnsSubdomainProblems(text))
      }
    }
    if spec["preemptionPolicy"] != nil {
      choice(&checker, spec["preemptionPolicy"], path + ".preemptionPolicy", ["PreemptLowerPriority", "Never"])
    }
    if let system = spec["os"] {
      let name = system["name"]?.string ?? ""
      if name.isEmpty {
        checker.required(path + ".os.name", "cannot be empty")
      } else if name != "linux", name != "windows" {
        checker.unsupported(path + ".os", .string(name), ["linux", "windows"])
      } else {
        SecurityValidation.operatingSystem(&checker, name, spec, path)
      }
    }
  }

  private static func hostNetwork(_ checker: inout Checker, _ spec: Value, _ path: String) {
    guard spec["hostNetwork"]?.bool == true else { return }
    for (index, container) in (spec["containers"]?.array ?? []).enumerated() {
      for (portIndex, port) in (container["ports"]?.array ?? []).enumerated() {
        let host = port["hostPort"]?.integer ?? 0
        if checker.kind.kind == "Pod" || host != 0, host != port["containerPort"]?.integer ?? 0 {
          checker.invalid(
            "\(path).containers[\(index)].ports[\(portIndex)].hostPort", .integer(host),
            "must match `containerPort` when `hostNetwork` is true")
        }
      }
    }
  }

  /// DNS settings, readiness and scheduling gates.
  private static func names(_ checker: inout Checker, _ spec: Value, _ path: String) {
    let config = spec["dnsConfig"]
    let servers = config?["nameservers"]?.array ?? []
    if spec["dnsPolicy"]?.string == "None", config == nil {
      checker.required(path + ".dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None")
    } else if spec["dnsPolicy"]?.string == "None", servers.isEmpty {
      checker.required(
        path + ".dnsConfig.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
    } else if let config {
      if servers.count > 3 {
        checker.invalid(
          path + ".dnsConfig.nameservers", config["nameservers"], "must not have more than 3 nameservers")
      }
      for (index, server) in servers.enumerated() { checker.address("\(path).dnsConfig.nameservers[\(index)]", server) }
      for (index, search) in (config["searches"]?.array ?? []).enumerated() {
        var text = search.string ?? ""
        if text.hasSuffix(".") { text.removeLast() }
        checker.invalidEach(
          "\(path).dnsConfig.searches[\(index)]", .string(text), Names.dnsSubdomainProblems(text))
      }
      for (index, option) in (config["options"]?.array ?? []).enumerated() where (option["name"]?.string ?? "").isEmpty
      {
        checker.required("\(path).dnsConfig.options[\(index)]", "must not be empty")
      }
    }
    for (index, gate) in (spec["readinessGates"]?.array ?? []).enumerated() {
      checker.invalidEach(
        "\(path).readinessGates[\(index)].conditionType", gate["conditionType"] ?? "",
        Names.qualifiedNameProblems(gate["conditionType"]?.string ?? ""))
    }
    var gates: [String] = []
    for (index, gate) in (spec["schedulingGates"]?.array ?? []).enumerated() {
      let name = gate["name"]?.string ?? ""
      let at = "\(path).schedulingGates[\(index)]"
      checker.invalidEach(at, .string(name), Names.qualifiedNameProblems(name))
      if gates.contains(name) { checker.duplicate(at, .string(name)) } else { gates.append(name) }
    }
  }

  /// Empty: required; not among the values: unsupported.
  static func choice(_ checker: inout Checker, _ value: Value?, _ path: String, _ supported: [String]) {
    let text = value?.string ?? ""
    if text.isEmpty {
      checker.required(path)
    } else if !supported.contains(text) {
      checker.unsupported(path, value, supported)
    }
  }
}

extension Checker {
  /// An IP address.
  mutating func address(_ field: String, _ value: Value?) {
    if NetworkValidation.isIP(value?.string ?? "") { return }
    invalid(field, value ?? "", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
  }
}

enum PodValidation {
  /// The five things of a pod's spec that may change, as the refusal lists them.
  static let updateRule =
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"

  static func pod(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    PodSpecValidation.spec(&checker, spec, "spec")
    for list in ["containers", "initContainers"] {
      for (index, container) in (spec[list]?.array ?? []).enumerated() {
        ContainerValidation.imageSpace(&checker, container, "spec.\(list)[\(index)]")
      }
    }
    guard let old = checker.old?["spec"] else {
      if !(spec["ephemeralContainers"]?.array ?? []).isEmpty {
        checker.forbidden("spec.ephemeralContainers", "cannot be set on create")
      }
      if !(spec["nodeName"]?.string ?? "").isEmpty, !(spec["schedulingGates"]?.array ?? []).isEmpty {
        checker.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared")
      }
      return
    }
    for list in ["containers", "initContainers"]
    where old[list]?.array?.count ?? 0 != spec[list]?.array?.count ?? 0 {
      return checker.forbidden("spec." + list, "pod updates may not add or remove containers")
    }
    let deadline = spec["activeDeadlineSeconds"]?.integer
    if let before = old["activeDeadlineSeconds"]?.integer {
      if let deadline, before < deadline {
        return checker.invalid(
          "spec.activeDeadlineSeconds", .integer(deadline), "must be less than or equal to previous value")
      } else if deadline == nil {
        checker.invalid(
          "spec.activeDeadlineSeconds", .null, "must not update from a positive integer to nil value")
      }
    }
    tolerations(&checker, spec, old)
    let masked = masked(spec, old)
    if masked != old {
      checker.forbidden(
        "spec", updateRule + "\n" + GoDifference.text(before: old, after: masked, "PodSpec", package: "core"))
    }
  }

  /// Tolerations may be added; of those there were only the seconds may change.
  private static func tolerations(_ checker: inout Checker, _ spec: Value, _ old: Value) {
    var now: [Value] = []
    for var toleration in spec["tolerations"]?.array ?? [] {
      toleration["tolerationSeconds"] = nil
      now.append(toleration)
    }
    for var toleration in old["tolerations"]?.array ?? [] {
      toleration["tolerationSeconds"] = nil
      if !now.contains(toleration) {
        return checker.forbidden(
          "spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")
      }
    }
  }

  /// The spec with its changeable parts as they were.
  private static func masked(_ spec: Value, _ old: Value) -> Value {
    var spec = spec
    for list in ["containers", "initContainers"] {
      let before = old[list]?.array ?? []
      guard let items = spec[list]?.array else { continue }
      var changed: [Value] = []
      for (index, var item) in items.enumerated() {
        item["image"] = index < before.count ? before[index]["image"] : nil
        changed.append(item)
      }
      spec[list] = .array(changed)
    }
    for name in ["activeDeadlineSeconds", "tolerations", "schedulingGates"] { spec[name] = old[name] }
    if (old["terminationGracePeriodSeconds"]?.integer ?? 0) < 0, spec["terminationGracePeriodSeconds"]?.integer == 1 {
      spec["terminationGracePeriodSeconds"] = old["terminationGracePeriodSeconds"]
    }
    return spec
  }
}
