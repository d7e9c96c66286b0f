// What the API server refuses in containers: names, ports, environment, mounts, resources, probes and hooks
// (pkg/apis/core/validation, 1.32).

import SimKernel
import Unstructured

enum ContainerValidation {
  static func containers(_ checker: inout Checker, _ spec: Value, _ volumes: [String: Value], _ path: String) {
    let regular = spec["containers"]?.array ?? []
    let grace = spec["terminationGracePeriodSeconds"]?.integer
    var names: [String] = []
    if regular.isEmpty { checker.required(path + ".containers") }
    for (index, container) in regular.enumerated() {
      let at = "\(path).containers[\(index)]"
      self.container(&checker, container, volumes, at)
      let name = container["name"]?.string ?? ""
      if names.contains(name) { checker.duplicate(at + ".name", .string(name)) } else { names.append(name) }
      ProbeValidation.lifecycle(&checker, container, grace, at)
      ProbeValidation.probes(&checker, container, grace, at)
      if container["restartPolicy"] != nil {
        checker.forbidden(at + ".restartPolicy", "may not be set for non-init containers")
      }
    }
    hostPorts(&checker, regular, path + ".containers")
    for (index, container) in (spec["initContainers"]?.array ?? []).enumerated() {
      let at = "\(path).initContainers[\(index)]"
      self.container(&checker, container, volumes, at)
      let policy = container["restartPolicy"]
      if policy != nil, policy?.string != "Always" { checker.unsupported(at + ".restartPolicy", policy, ["Always"]) }
      let name = container["name"]?.string ?? ""
      if names.contains(name) {
        checker.duplicate(at + ".name", .string(name))
      } else if !name.isEmpty {
        names.append(name)
      }
      if policy?.string == "Always" {
        ProbeValidation.lifecycle(&checker, container, grace, at)
        ProbeValidation.probes(&checker, container, grace, at)
      } else {
        for member in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container[member] != nil {
          checker.forbidden(at + "." + member, "may not be set for init containers without restartPolicy=Always")
        }
      }
    }
  }

  private static func hostPorts(_ checker: inout Checker, _ containers: [Value], _ path: String) {
    var taken: [String] = []
    for (index, container) in containers.enumerated() {
      for (portIndex, port) in (container["ports"]?.array ?? []).enumerated() {
        guard let host = port["hostPort"]?.integer, host != 0 else { continue }
        let key = "\(port["protocol"]?.string ?? "")/\(port["hostIP"]?.string ?? "")/\(host)"
        if taken.contains(key) {
          checker.duplicate("\(path)[\(index)].ports[\(portIndex)].hostPort", .string(key))
        } else {
          taken.append(key)
        }
      }
    }
  }

  private static func container(
    _ checker: inout Checker, _ container: Value, _ volumes: [String: Value], _ path: String
  ) {
    let name = container["name"]?.string ?? ""
    if name.isEmpty {
      checker.required(path + ".name")
    } else {
      checker.invalidEach(path + ".name", .string(name), Names.dnsLabelProblems(name))
    }
    if (container["image"]?.string ?? "").isEmpty { checker.required(path + ".image") }
    PodSpecValidation.choice(
      &checker, container["terminationMessagePolicy"], path + ".terminationMessagePolicy",
      ["File", "FallbackToLogsOnError"])
    ports(&checker, container["ports"]?.array ?? [], path + ".ports")
    environment(&checker, container, path)
    mounts(&checker, container, volumes, path)
    PodSpecValidation.choice(
      &checker, container["imagePullPolicy"], path + ".imagePullPolicy", ["Always", "IfNotPresent", "Never"])
    ResourceValidation.container(&checker, container["resources"] ?? [:], path + ".resources")
    SecurityValidation.container(&checker, container["securityContext"], path + ".securityContext")
  }

  /// Checked in pods only, not in templates.
  static func imageSpace(_ checker: inout Checker, _ container: Value, _ path: String) {
    let image = container["image"]?.string ?? ""
    if isSpace(image.utf8.first) || isSpace(image.utf8.last) {
      checker.invalid(path + ".image", .string(image), "must not have leading or trailing whitespace")
    }
  }

  private static func isSpace(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte == 32 || (byte >= 9 && byte <= 13)
  }

  // MARK: Ports

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
      PodSpecValidation.choice(&checker, port["protocol"], at + ".protocol", ["SCTP", "TCP", "UDP"])
    }
  }

  static func portOrName(_ checker: inout Checker, _ value: Value?, _ path: String) {
    if let text = value?.string {
      checker.invalidEach(path, .string(text), Names.portNameProblems(text))
    } else if !isPort(value?.integer ?? 0) {
      checker.invalid(path, .integer(value?.integer ?? 0), portRange)
    }
  }

  // MARK: Environment

  private static let fields = [
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
  ]

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
      self.source(&checker, source, at + ".valueFrom", hasValue: !(variable["value"]?.string ?? "").isEmpty)
    }
    let path = path + ".envFrom"
    for (index, source) in (container["envFrom"]?.array ?? []).enumerated() {
      let at = "\(path)[\(index)]"
      if let prefix = source["prefix"]?.string, !prefix.isEmpty {
        checker.invalidEach(at + ".prefix", .string(prefix), Names.environmentProblems(prefix))
      }
      var count = 0
      for kind in ["configMapRef", "secretRef"] {
        guard let reference = source[kind] else { continue }
        count += 1
        let name = reference["name"]?.string ?? ""
        if name.isEmpty {
          checker.required("\(at).\(kind).name")
        } else {
          checker.invalidEach("\(at).\(kind).name", .string(name), Names.dnsSubdomainProblems(name))
        }
      }
      if count == 0 { checker.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`") }
      if count > 1 { checker.invalid(path, "", "may not have more than one field specified at a time") }
    }
  }

  private static func source(_ checker: inout Checker, _ source: Value, _ path: String, hasValue: Bool) {
    var count = 0
    for kind in ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"] {
      guard let reference = source[kind] else { continue }
      count += 1
      let at = "\(path).\(kind)"
      switch kind {
      case "fieldRef": fieldReference(&checker, reference, at, fields)
      case "resourceFieldRef": resourceReference(&checker, reference, at)
      default:
        let name = reference["name"]?.string ?? ""
        checker.invalidEach(at + ".name", .string(name), Names.dnsSubdomainProblems(name))
        let key = reference["key"]?.string ?? ""
        if key.isEmpty {
          checker.required(at + ".key")
        } else {
          checker.invalidEach(at + ".key", .string(key), Names.configKeyProblems(key))
        }
      }
    }
    if count == 0 {
      checker.invalid(
        path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`")
    } else if hasValue {
      checker.invalid(path, "", "may not be specified when `value` is not empty")
    } else if count > 1 {
      checker.invalid(path, "", "may not have more than one field specified at a time")
    }
  }

  /// What the downward API can name at all; where it may be used is narrower.
  private static let labels =
    fields + [
      "metadata.annotations", "metadata.labels", "spec.host", "spec.restartPolicy", "spec.schedulerName",
      "status.phase",
    ]

  static func fieldReference(_ checker: inout Checker, _ reference: Value, _ path: String, _ supported: [String]) {
    if (reference["apiVersion"]?.string ?? "").isEmpty { return checker.required(path + ".apiVersion") }
    var field = reference["fieldPath"]?.string ?? ""
    if field.isEmpty { return checker.required(path + ".fieldPath") }
    for base in ["metadata.annotations", "metadata.labels"] where field.hasPrefix(base + "['") && field.hasSuffix("']")
    {
      let key = String(decoding: Array(field.utf8)[(base.utf8.count + 2)..<(field.utf8.count - 2)], as: UTF8.self)
      let name = base == "metadata.annotations" ? key.lowercased() : key
      return checker.invalidEach(path, .string(name), Names.qualifiedNameProblems(name))
    }
    if !labels.contains(field) {
      return checker.invalid(
        path + ".fieldPath", .string(field), "error converting fieldPath: field label not supported: \(field)")
    }
    if field == "spec.host" { field = "spec.nodeName" }
    if !supported.contains(field) { checker.unsupported(path + ".fieldPath", .string(field), supported) }
  }

  static func resourceReference(_ checker: inout Checker, _ reference: Value, _ path: String) {
    let resource = reference["resource"]?.string ?? ""
    let known = [
      "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage",
      "requests.memory",
    ]
    if resource.isEmpty {
      checker.required(path + ".resource")
    } else if !known.contains(resource), !resource.hasPrefix("limits.hugepages-"),
      !resource.hasPrefix("requests.hugepages-")
    {
      checker.unsupported(path + ".resource", .string(resource), known)
    }
    guard let divisor = Quantity(reference["divisor"])?.description, divisor != "0" else { return }
    let sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
    if resource.hasSuffix(".cpu") {
      if divisor != "1m", divisor != "1" {
        checker.invalid(
          path + ".divisor", .string(resource), "only divisor's values 1m and 1 are supported with the cpu resource")
      }
    } else if !sizes.contains(divisor) {
      let noun = resource.hasSuffix(".memory") ? "memory" : "local ephemeral storage"
      checker.invalid(
        path + ".divisor", .string(resource),
        "only divisor's values \(sizes.joined(separator: ", ")) are supported with the \(noun) resource")
    }
  }

  // MARK: Mounts

  private static func mounts(
    _ checker: inout Checker, _ container: Value, _ volumes: [String: Value], _ path: String
  ) {
    let devices = container["volumeDevices"]?.array ?? []
    let mounts = container["volumeMounts"]?.array ?? []
    let mountsPath = path + ".volumeMounts"
    var paths: [String] = []
    for (index, mount) in mounts.enumerated() {
      let at = "\(mountsPath)[\(index)]"
      let name = mount["name"]?.string ?? ""
      if name.isEmpty { checker.required(at + ".name") }
      if volumes[name] == nil { checker.notFound(at + ".name", .string(name)) }
      let mountPath = mount["mountPath"]?.string ?? ""
      if mountPath.isEmpty { checker.required(at + ".mountPath") }
      if paths.contains(mountPath) { checker.invalid(at + ".mountPath", .string(mountPath), "must be unique") }
      paths.append(mountPath)
      for device in devices {
        if device["name"]?.string == name {
          checker.invalid(at + ".name", .string(name), "must not already exist in volumeDevices")
        }
        if device["devicePath"]?.string == mountPath {
          checker.invalid(at + ".mountPath", .string(mountPath), "must not already exist as a path in volumeDevices")
        }
      }
      // The server leaves the number of the mount out of these.
      let sub = mount["subPath"]?.string ?? ""
      if !sub.isEmpty { VolumeValidation.descending(&checker, sub, mountsPath + ".subPath") }
      if let expression = mount["subPathExpr"]?.string, !expression.isEmpty {
        if !sub.isEmpty {
          checker.invalid(at + ".subPathExpr", .string(expression), "subPathExpr and subPath are mutually exclusive")
        }
        VolumeValidation.descending(&checker, expression, mountsPath + ".subPathExpr")
      }
      if let propagation = mount["mountPropagation"]?.string {
        let modes = ["Bidirectional", "HostToContainer", "None"]
        if !modes.contains(propagation) {
          checker.unsupported(mountsPath + ".mountPropagation", .string(propagation), modes)
        } else if propagation == "Bidirectional", container[path: "securityContext", "privileged"]?.bool != true {
          checker.forbidden(
            mountsPath + ".mountPropagation",
            "Bidirectional mount propagation is available only to privileged containers")
        }
      }
      if let mode = mount["recursiveReadOnly"]?.string {
        let at = mountsPath + ".recursiveReadOnly"
        let modes = ["Disabled", "Enabled", "IfPossible"]
        if !modes.contains(mode) { checker.unsupported(at, .string(mode), modes) }
        if mode == "Enabled" || mode == "IfPossible" {
          if mount["readOnly"]?.bool != true { checker.forbidden(at, "may only be specified when readOnly is true") }
          if (mount["mountPropagation"]?.string ?? "None") != "None" {
            checker.forbidden(at, "may only be specified when mountPropagation is None or not specified")
          }
        }
      }
    }
    for (index, device) in devices.enumerated() {
      let at = "\(path).volumeDevices[\(index)]"
      let name = device["name"]?.string ?? ""
      if name.isEmpty { checker.required(at + ".name") }
      if let volume = volumes[name] {
        if volume["persistentVolumeClaim"] == nil, volume["ephemeral"] == nil {
          checker.invalid(
            at + ".name", .string(name),
            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
        }
      } else {
        checker.notFound(at + ".name", .string(name))
      }
      if (device["devicePath"]?.string ?? "").isEmpty { checker.required(at + ".devicePath") }
    }
  }
}

/// Probes and lifecycle hooks.
enum ProbeValidation {
  static func lifecycle(_ checker: inout Checker, _ container: Value, _ grace: Int64?, _ path: String) {
    for name in ["postStart", "preStop"] {
      if let hook = container[path: "lifecycle", name] {
        handler(&checker, hook, ["exec", "httpGet", "tcpSocket", "sleep"], grace, "\(path).lifecycle.\(name)")
      }
    }
  }

  static func probes(_ checker: inout Checker, _ container: Value, _ grace: Int64?, _ path: String) {
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
      guard let probe = container[name], !probe.isNull else { continue }
      let at = path + "." + name
      handler(&checker, probe, ["exec", "httpGet", "tcpSocket", "grpc"], grace, at)
      for member in [
        "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
      ] {
        checker.nonNegative(at + "." + member, probe[member])
      }
      let seconds = probe["terminationGracePeriodSeconds"]
      if let number = seconds?.integer, number <= 0 {
        checker.invalid(at + ".terminationGracePeriodSeconds", seconds, "must be greater than 0")
      }
      if name != "readinessProbe", let successes = probe["successThreshold"]?.integer, successes != 1 {
        checker.invalid(at + ".successThreshold", .integer(successes), "must be 1")
      }
      if name == "readinessProbe", seconds != nil {
        checker.invalid(
          at + ".terminationGracePeriodSeconds", seconds, "must not be set for readinessProbes")
      }
    }
  }

  private static func handler(
    _ checker: inout Checker, _ handler: Value, _ kinds: [String], _ grace: Int64?, _ path: String
  ) {
    var count = 0
    for kind in kinds {
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
        ContainerValidation.portOrName(&checker, action["port"], at + ".port")
        if let scheme = action["scheme"]?.string, scheme != "HTTP", scheme != "HTTPS" {
          checker.unsupported(at + ".scheme", .string(scheme), ["HTTP", "HTTPS"])
        }
        for header in action["httpHeaders"]?.array ?? [] where !isHeaderName(header["name"]?.string ?? "") {
          checker.invalid(
            at + ".httpHeaders", header["name"] ?? "",
            "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
              + "validation is '[-A-Za-z0-9]+')")
        }
      case "sleep":
        let seconds = action["seconds"]?.integer ?? 0
        if let grace, seconds <= 0 || seconds > grace {
          checker.invalid(
            at, .integer(seconds),
            "must be greater than 0 and less than terminationGracePeriodSeconds (\(grace)). Enable "
              + "AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.")
        }
      default: ContainerValidation.portOrName(&checker, action["port"], at + ".port")
      }
    }
    if count == 0 { checker.required(path, "must specify a handler type") }
  }

  private static func isHeaderName(_ name: String) -> Bool {
    for byte in name.utf8
    where !(byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122 || byte == 45) {
      return false
    }
    return !name.isEmpty
  }
}
