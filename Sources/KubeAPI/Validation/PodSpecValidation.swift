// What the API server refuses in a pod spec (pkg/apis/core/validation, 1.32), in its order and words.

import SimKernel
import Unstructured

enum PodSpecValidation {
  /// A pod template inside a workload: labels, annotations, spec.
  static func template(_ checker: inout Checker, _ template: Value?, _ path: String) {
    MetadataValidation.labels(&checker, template?[path: "metadata", "labels"], path + ".labels")
    MetadataValidation.annotations(&checker, template?[path: "metadata", "annotations"], path + ".annotations")
    spec(&checker, template?["spec"] ?? [:], path + ".spec")
  }

  static func spec(_ checker: inout Checker, _ spec: Value, _ path: String) {
    let volumes = self.volumes(&checker, spec["volumes"]?.array ?? [], path + ".volumes")
    containers(&checker, spec, volumes, path)
    choice(&checker, spec["restartPolicy"], path + ".restartPolicy", ["Always", "OnFailure", "Never"])
    choice(
      &checker, spec["dnsPolicy"], path + ".dnsPolicy", ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
    MetadataValidation.labels(&checker, spec["nodeSelector"], path + ".nodeSelector")
    if let account = spec["serviceAccountName"]?.string, !account.isEmpty {
      checker.invalidEach(path + ".serviceAccountName", .string(account), Names.dnsSubdomainProblems(account))
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
      self.toleration(&checker, toleration, "\(path).tolerations[\(index)]")
    }
    for (index, constraint) in (spec["topologySpreadConstraints"]?.array ?? []).enumerated() {
      let at = "\(path).topologySpreadConstraints[\(index)]"
      if (constraint["maxSkew"]?.integer ?? 0) <= 0 {
        checker.invalid(at + ".maxSkew", constraint["maxSkew"] ?? 0, "must be greater than zero")
      }
      if (constraint["topologyKey"]?.string ?? "").isEmpty {
        checker.required(at + ".topologyKey", "can not be empty")
      }
      choice(
        &checker, constraint["whenUnsatisfiable"], at + ".whenUnsatisfiable", ["DoNotSchedule", "ScheduleAnyway"])
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

  private static func toleration(_ checker: inout Checker, _ toleration: Value, _ path: String) {
    let key = toleration["key"]?.string ?? ""
    let op = toleration["operator"]?.string ?? ""
    if !key.isEmpty { checker.invalidEach(path + ".key", .string(key), Names.qualifiedNameProblems(key)) }
    if key.isEmpty, op != "Exists" {
      checker.invalid(
        path + ".operator", .string(op),
        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"")
    }
    if toleration["tolerationSeconds"] != nil, toleration["effect"]?.string != "NoExecute" {
      checker.invalid(
        path + ".effect", toleration["effect"] ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set")
    }
    switch op {
    case "Equal", "":
      checker.invalidEach(
        path + ".operator", toleration["value"], Names.labelValueProblems(toleration["value"]?.string ?? ""))
    case "Exists":
      if let value = toleration["value"]?.string, !value.isEmpty {
        checker.invalid(
          path + ".operator", shownToleration(toleration), "value must be empty when `operator` is 'Exists'")
      }
    default: checker.unsupported(path + ".operator", toleration["operator"], ["Equal", "Exists"])
    }
    if let effect = toleration["effect"]?.string, !effect.isEmpty,
      !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(effect)
    {
      checker.unsupported(path + ".effect", .string(effect), ["NoSchedule", "PreferNoSchedule", "NoExecute"])
    }
  }

  private static func shownToleration(_ toleration: Value) -> Value { toleration["value"] ?? "" }

  // MARK: Volumes

  /// Checks volumes and returns their names.
  private static func volumes(_ checker: inout Checker, _ volumes: [Value], _ path: String) -> [String] {
    var names: [String] = []
    for (index, volume) in volumes.enumerated() {
      let at = "\(path)[\(index)]"
      let name = volume["name"]?.string ?? ""
      source(&checker, volume, at)
      if name.isEmpty {
        checker.required(at + ".name")
      } else {
        checker.invalidEach(at + ".name", .string(name), Names.dnsLabelProblems(name))
      }
      if names.contains(name) { checker.duplicate(at + ".name", .string(name)) } else { names.append(name) }
    }
    return names
  }

  private static func source(_ checker: inout Checker, _ volume: Value, _ path: String) {
    var types: [String] = []
    for name in Schema.structure("VolumeSource")?.members.keys ?? [] where volume[name] != nil { types.append(name) }
    if types.isEmpty { return checker.required(path, "must specify a volume type") }
    for extra in types.dropFirst() {
      checker.forbidden(path + "." + extra, "may not specify more than 1 volume type")
    }
    let needed: [(String, String)] = [
      ("secret", "secretName"), ("configMap", "name"), ("persistentVolumeClaim", "claimName"), ("hostPath", "path"),
      ("nfs", "server"), ("nfs", "path"), ("csi", "driver"),
    ]
    for (type, member) in needed where types.first == type {
      if (volume[path: type, member]?.string ?? "").isEmpty { checker.required("\(path).\(type).\(member)") }
    }
    if types.first == "hostPath", let hostPath = volume[path: "hostPath", "path"]?.string {
      noBackSteps(&checker, hostPath, path + ".hostPath.path")
      let type = volume[path: "hostPath", "type"]?.string ?? ""
      let known = [
        "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
      ]
      if !known.contains(type) { checker.unsupported(path + ".hostPath.type", .string(type), known) }
    }
    for type in ["secret", "configMap"] where types.first == type {
      for (index, item) in (volume[path: type, "items"]?.array ?? []).enumerated() {
        for member in ["key", "path"] where (item[member]?.string ?? "").isEmpty {
          checker.required("\(path).\(type).items[\(index)].\(member)")
        }
      }
      if let mode = volume[path: type, "defaultMode"]?.integer, mode < 0 || mode > 511 {
        checker.invalid(
          "\(path).\(type).defaultMode", .integer(mode),
          "must be a number between 0 and 0777 (octal), both inclusive")
      }
    }
  }

  private static func noBackSteps(_ checker: inout Checker, _ text: String, _ path: String) {
    for part in text.split(separator: "/") where part == ".." {
      checker.invalid(path, .string(text), "must not contain '..'")
      return
    }
  }

  // MARK: Containers

  private static func containers(_ checker: inout Checker, _ spec: Value, _ volumes: [String], _ path: String) {
    let regular = spec["containers"]?.array ?? []
    var names: [String] = []
    var hostPorts: [String] = []
    if regular.isEmpty { checker.required(path + ".containers") }
    for (index, container) in regular.enumerated() {
      let at = "\(path).containers[\(index)]"
      self.container(&checker, container, volumes, at)
      let name = container["name"]?.string ?? ""
      if names.contains(name) { checker.duplicate(at + ".name", .string(name)) } else { names.append(name) }
      lifecycle(&checker, container, at)
      probes(&checker, container, at)
      if container["restartPolicy"] != nil {
        checker.forbidden(at + ".restartPolicy", "may not be set for non-init containers")
      }
    }
    for (index, container) in regular.enumerated() {
      for (portIndex, port) in (container["ports"]?.array ?? []).enumerated() {
        guard let host = port["hostPort"]?.integer, host != 0 else { continue }
        let key = "\(port["protocol"]?.string ?? "")/\(port["hostIP"]?.string ?? "")/\(host)"
        if hostPorts.contains(key) {
          checker.duplicate("\(path).containers[\(index)].ports[\(portIndex)].hostPort", .string(key))
        } else {
          hostPorts.append(key)
        }
      }
    }
    for (index, container) in (spec["initContainers"]?.array ?? []).enumerated() {
      let at = "\(path).initContainers[\(index)]"
      self.container(&checker, container, volumes, at)
      let name = container["name"]?.string ?? ""
      if names.contains(name) { checker.duplicate(at + ".name", .string(name)) } else { names.append(name) }
      if container["restartPolicy"]?.string == "Always" {
        lifecycle(&checker, container, at)
        probes(&checker, container, at)
      } else {
        if container["restartPolicy"] != nil {
          checker.unsupported(at + ".restartPolicy", container["restartPolicy"], ["Always"])
        }
        for member in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container[member] != nil {
          checker.forbidden(at + "." + member, "may not be set for init containers without restartPolicy=Always")
        }
      }
    }
  }

  private static func container(_ checker: inout Checker, _ container: Value, _ volumes: [String], _ path: String) {
    let name = container["name"]?.string ?? ""
    if name.isEmpty {
      checker.required(path + ".name")
    } else {
      checker.invalidEach(path + ".name", .string(name), Names.dnsLabelProblems(name))
    }
    let image = container["image"]?.string ?? ""
    if image.isEmpty {
      checker.required(path + ".image")
    } else if isSpace(image.utf8.first) || isSpace(image.utf8.last) {
      checker.invalid(path + ".image", .string(image), "must not have leading or trailing whitespace")
    }
    choice(
      &checker, container["terminationMessagePolicy"], path + ".terminationMessagePolicy",
      ["FallbackToLogsOnError", "File"])
    ports(&checker, container["ports"]?.array ?? [], path + ".ports")
    environment(&checker, container, path)
    mounts(&checker, container["volumeMounts"]?.array ?? [], volumes, path + ".volumeMounts")
    choice(&checker, container["imagePullPolicy"], path + ".imagePullPolicy", ["Always", "IfNotPresent", "Never"])
    resources(&checker, container["resources"] ?? [:], path + ".resources")
  }

  private static func isSpace(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte == 32 || (byte >= 9 && byte <= 13)
  }

  static func isPort(_ number: Int64) -> Bool { number >= 1 && number <= 65_535 }
  static let portRange = "must be between 1 and 65535, inclusive"

  private static func ports(_ checker: inout Checker, _ ports: [Value], _ path: String) {
    var names: [String] = []
    for (index, port) in ports.enumerated() {
      let at = "\(path)[\(index)]"
      if let name = port["name"]?.string, !name.isEmpty {
        let problems = Names.portNameProblems(name)
        if !problems.isEmpty {
          checker.invalidEach(at + ".name", .string(name), problems)
        } else if names.contains(name) {
          checker.duplicate(at + ".name", .string(name))
        } else {
          names.append(name)
        }
      }
      let number = port["containerPort"]?.integer ?? 0
      if number == 0 {
        checker.required(at + ".containerPort")
      } else if !isPort(number) {
        checker.invalid(at + ".containerPort", .integer(number), portRange)
      }
      if let host = port["hostPort"]?.integer, host != 0, !isPort(host) {
        checker.invalid(at + ".hostPort", .integer(host), portRange)
      }
      choice(&checker, port["protocol"], at + ".protocol", ["SCTP", "TCP", "UDP"])
    }
  }

  private static func environment(_ checker: inout Checker, _ container: Value, _ path: String) {
    for (index, variable) in (container["env"]?.array ?? []).enumerated() {
      let at = "\(path).env[\(index)]"
      let name = variable["name"]?.string ?? ""
      if name.isEmpty {
        checker.required(at + ".name")
      } else {
        checker.invalidEach(at + ".name", .string(name), Names.environmentProblems(name))
      }
      guard let source = variable["valueFrom"], !source.isNull else { continue }
      var count = 0
      for kind in ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"] where source[kind] != nil {
        count += 1
      }
      if let field = source["fieldRef"] {
        let fieldPath = field["fieldPath"]?.string ?? ""
        if fieldPath.isEmpty {
          checker.required(at + ".valueFrom.fieldRef.fieldPath")
        } else if !isKnownField(fieldPath) {
          checker.invalid(
            at + ".valueFrom.fieldRef.fieldPath", .string(fieldPath),
            "error converting fieldPath: field label not supported: \(fieldPath)")
        }
      }
      if let field = source["resourceFieldRef"], (field["resource"]?.string ?? "").isEmpty {
        checker.required(at + ".valueFrom.resourceFieldRef.resource")
      }
      for kind in ["configMapKeyRef", "secretKeyRef"] {
        guard let reference = source[kind] else { continue }
        if (reference["name"]?.string ?? "").isEmpty { checker.required("\(at).valueFrom.\(kind).name") }
        let key = reference["key"]?.string ?? ""
        if key.isEmpty {
          checker.required("\(at).valueFrom.\(kind).key")
        } else {
          checker.invalidEach("\(at).valueFrom.\(kind).key", .string(key), Names.configKeyProblems(key))
        }
      }
      if count == 0 {
        checker.invalid(
          at + ".valueFrom", "",
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")
      } else if let value = variable["value"]?.string, !value.isEmpty {
        checker.invalid(at + ".valueFrom", "", "may not be specified when `value` is not empty")
      } else if count > 1 {
        checker.invalid(at + ".valueFrom", "", "may not have more than one field specified at a time")
      }
    }
    for (index, source) in (container["envFrom"]?.array ?? []).enumerated() {
      let at = "\(path).envFrom[\(index)]"
      var count = 0
      for kind in ["configMapRef", "secretRef"] {
        guard let reference = source[kind] else { continue }
        count += 1
        if (reference["name"]?.string ?? "").isEmpty { checker.required("\(at).\(kind).name") }
      }
      if count == 0 { checker.invalid(at, "", "must specify one of: `configMapRef` or `secretRef`") }
      if count > 1 { checker.invalid(at, "", "may not have more than one field specified at a time") }
    }
  }

  private static func isKnownField(_ path: String) -> Bool {
    if path.hasPrefix("metadata.annotations['") || path.hasPrefix("metadata.labels['") { return path.hasSuffix("']") }
    return [
      "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "metadata.annotations", "spec.nodeName",
      "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
      "spec.restartPolicy", "status.phase",
    ].contains(path)
  }

  private static func mounts(_ checker: inout Checker, _ mounts: [Value], _ volumes: [String], _ path: String) {
    var paths: [String] = []
    for (index, mount) in mounts.enumerated() {
      let at = "\(path)[\(index)]"
      let name = mount["name"]?.string ?? ""
      if name.isEmpty { checker.required(at + ".name") }
      if !volumes.contains(name) { checker.notFound(at + ".name", .string(name)) }
      let mountPath = mount["mountPath"]?.string ?? ""
      if mountPath.isEmpty { checker.required(at + ".mountPath") }
      if paths.contains(mountPath) {
        checker.invalid(at + ".mountPath", .string(mountPath), "must be unique")
      } else {
        paths.append(mountPath)
      }
      if let sub = mount["subPath"]?.string, !sub.isEmpty {
        if sub.hasPrefix("/") { checker.invalid(at + ".subPath", .string(sub), "must be a relative path") }
        noBackSteps(&checker, sub, at + ".subPath")
      }
    }
  }

  // MARK: Resources

  static func resources(_ checker: inout Checker, _ resources: Value, _ path: String) {
    let limits = resources["limits"]?.object ?? Value.Object()
    for (name, amount) in limits.sortedByKey {
      resource(&checker, name, amount, "\(path).limits[\(name)]")
    }
    for (name, amount) in (resources["requests"]?.object ?? Value.Object()).sortedByKey {
      resource(&checker, name, amount, "\(path).requests[\(name)]")
      guard let limit = Quantity(limits[name]), let request = Quantity(amount) else { continue }
      let mustEqual = name.hasPrefix("hugepages-") || name.utf8.contains(47)
      if mustEqual, request != limit {
        checker.invalid(path + ".requests", .string(request.description), "must be equal to \(name) limit of \(limit)")
      } else if request > limit {
        checker.invalid(
          path + ".requests", .string(request.description), "must be less than or equal to \(name) limit of \(limit)")
      }
    }
  }

  private static func resource(_ checker: inout Checker, _ name: String, _ amount: Value, _ path: String) {
    checker.invalidEach(path, .string(name), Names.qualifiedNameProblems(name))
    let isStandard = ["cpu", "memory", "ephemeral-storage"].contains(name) || name.hasPrefix("hugepages-")
    if !name.utf8.contains(47), !isStandard {
      let others = [
        "storage", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "pods", "services", "secrets",
        "configmaps", "persistentvolumeclaims", "resourcequotas", "replicationcontrollers",
      ]
      if !others.contains(name) {
        checker.invalid(path, .string(name), "must be a standard resource type or fully qualified")
      }
      checker.invalid(path, .string(name), "must be a standard resource for containers")
    }
    if let quantity = Quantity(amount), quantity.isNegative {
      checker.invalid(path, .string(quantity.description), Checker.nonNegative)
    }
  }

  // MARK: Probes

  private static func lifecycle(_ checker: inout Checker, _ container: Value, _ path: String) {
    for name in ["postStart", "preStop"] {
      if let hook = container[path: "lifecycle", name] { handler(&checker, hook, "\(path).lifecycle.\(name)") }
    }
  }

  private static func probes(_ checker: inout Checker, _ container: Value, _ path: String) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
      guard let probe = container[name], !probe.isNull else { continue }
      let at = path + "." + name
      handler(&checker, probe, at)
      for member in [
        "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
      ] {
        checker.nonNegative(at + "." + member, probe[member])
      }
      if name != "readinessProbe", let successes = probe["successThreshold"]?.integer, successes != 1 {
        checker.invalid(at + ".successThreshold", .integer(successes), "must be 1")
      }
      if name == "readinessProbe", probe["terminationGracePeriodSeconds"] != nil {
        checker.invalid(
          at + ".terminationGracePeriodSeconds", probe["terminationGracePeriodSeconds"],
          "must not be set for readinessProbes")
      }
    }
  }

  private static func handler(_ checker: inout Checker, _ handler: Value, _ path: String) {
    var count = 0
    for kind in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] {
      guard let action = handler[kind], !action.isNull else { continue }
      count += 1
      let at = path + "." + kind
      if count > 1 {
        checker.forbidden(at, "may not specify more than 1 handler type")
        continue
      }
      switch kind {
      case "exec": if (action["command"]?.array ?? []).isEmpty { checker.required(at + ".command") }
      case "httpGet":
        if (action["path"]?.string ?? "").isEmpty { checker.required(at + ".path") }
        portOrName(&checker, action["port"], at + ".port")
        choice(&checker, action["scheme"], at + ".scheme", ["HTTP", "HTTPS"])
      case "tcpSocket": portOrName(&checker, action["port"], at + ".port")
      case "grpc":
        if let port = action["port"]?.integer, !isPort(port) {
          checker.invalid(at + ".port", .integer(port), portRange)
        }
      default: break
      }
    }
    if count == 0 { checker.required(path, "must specify a handler type") }
  }

  static func portOrName(_ checker: inout Checker, _ value: Value?, _ path: String) {
    if let text = value?.string {
      checker.invalidEach(path, .string(text), Names.portNameProblems(text))
    } else if !isPort(value?.integer ?? 0) {
      checker.invalid(path, .integer(value?.integer ?? 0), portRange)
    }
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
    guard let old = checker.old?["spec"] else { return }
    let before = old["containers"]?.array?.count ?? 0
    let after = spec["containers"]?.array?.count ?? 0
    if before != after {
      return checker.forbidden("spec.containers", "pod updates may not add or remove containers")
    }
    if comparable(spec) != comparable(old) {
      checker.forbidden(
        "spec", updateRule + "\n" + GoDifference.text(before: old, after: masked(spec, old), "PodSpec", package: "core")
      )
    }
  }

  private static func comparable(_ spec: Value) -> Value {
    masked(spec, nil)
  }

  /// The spec with its changeable parts as they were (or removed, for comparing).
  private static func masked(_ spec: Value, _ old: Value?) -> Value {
    var spec = spec
    for list in ["containers", "initContainers"] {
      let before = old?[list]?.array ?? []
      guard let items = spec[list]?.array else { continue }
      var changed: [Value] = []
      for (index, var item) in items.enumerated() {
        item["image"] = index < before.count ? before[index]["image"] : nil
        changed.append(item)
      }
      spec[list] = .array(changed)
    }
    for name in ["activeDeadlineSeconds", "tolerations"] { spec[name] = old?[name] }
    return spec
  }
}
