// What the API server refuses in services, ingresses and network policies (pkg/apis/{core,networking}/validation, 1.32).

import SimKernel
import Unstructured

enum NetworkValidation {
  static func service(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let type = spec["type"]?.string ?? ""
    let headless = spec["clusterIP"]?.string == "None"
    let ports = spec["ports"]?.array ?? []
    if ports.isEmpty, !headless, type != "ExternalName" { checker.required("spec.ports") }
    switch type {
    case "LoadBalancer":
      if headless {
        checker.invalid("spec.clusterIPs[0]", spec["clusterIP"], "may not be set to 'None' for LoadBalancer services")
      }
    case "NodePort":
      if headless {
        checker.invalid("spec.clusterIPs[0]", spec["clusterIP"], "may not be set to 'None' for NodePort services")
      }
    case "ExternalName":
      let name = spec["externalName"]?.string ?? ""
      if name.isEmpty {
        checker.required("spec.externalName")
      } else {
        checker.invalidEach("spec.externalName", .string(name), Names.dnsSubdomainProblems(name))
      }
    default: break
    }
    var names: [String] = []
    for (index, port) in ports.enumerated() {
      let at = "spec.ports[\(index)]"
      let name = port["name"]?.string ?? ""
      if name.isEmpty {
        if ports.count > 1 { checker.required(at + ".name") }
      } else {
        checker.invalidEach(at + ".name", .string(name), Names.dnsLabelProblems(name))
        if names.contains(name) { checker.duplicate(at + ".name", .string(name)) } else { names.append(name) }
      }
      let number = port["port"]?.integer ?? 0
      if !PodSpecValidation.isPort(number) {
        checker.invalid(at + ".port", .integer(number), PodSpecValidation.portRange)
      }
      PodSpecValidation.choice(&checker, port["protocol"], at + ".protocol", ["SCTP", "TCP", "UDP"])
      PodSpecValidation.portOrName(&checker, port["targetPort"], at + ".targetPort")
    }
    MetadataValidation.labels(&checker, spec["selector"], "spec.selector")
    PodSpecValidation.choice(
      &checker, spec["sessionAffinity"], "spec.sessionAffinity", ["ClientIP", "None"])
    for (index, address) in (spec["externalIPs"]?.array ?? []).enumerated() where !isIP(address.string ?? "") {
      checker.invalid(
        "spec.externalIPs[\(index)]", address,
        "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
    }
    PodSpecValidation.choice(
      &checker, spec["type"], "spec.type", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
    var seen: [(String, Int64)] = []
    for (index, port) in ports.enumerated() {
      let `protocol` = port["protocol"]?.string ?? ""
      let number = port["port"]?.integer ?? 0
      var isDuplicate = false
      for (other, otherNumber) in seen where other == `protocol` && otherNumber == number { isDuplicate = true }
      if isDuplicate {
        let key: Value = ["protocol": .string(`protocol`), "port": .integer(number)]
        checker.add(
          "FieldValueDuplicate", "spec.ports[\(index)]",
          "Duplicate value: " + GoLiteral.describe(key, "ServicePort", package: "core"))
      }
      seen.append((`protocol`, number))
    }
    for (index, port) in ports.enumerated() {
      guard let node = port["nodePort"]?.integer, node != 0 else { continue }
      if type == "ClusterIP" || type == "ExternalName" {
        checker.forbidden("spec.ports[\(index)].nodePort", "may not be used when `type` is '\(type)'")
      } else if node < 30_000 || node > 32_767 {
        checker.invalid(
          "spec.ports[\(index)].nodePort", .integer(node),
          "provided port is not in the valid range. The range of valid ports is 30000-32767")
      }
    }
    if let old = checker.old?["spec"], old["type"]?.string != "ExternalName", type != "ExternalName",
      let before = old["clusterIP"]?.string, !before.isEmpty, spec["clusterIP"]?.string != before
    {
      checker.invalid(
        "spec.clusterIPs[0]", shown: "[]string{\(goQuoted(spec["clusterIP"]?.string ?? ""))}",
        "may not change once set")
    }
  }

  /// Dotted IPv4, or anything with two colons for IPv6.
  static func isIP(_ text: String) -> Bool {
    if text.utf8.contains(58) {
      for byte in text.utf8 where hexDigit(byte) == nil && byte != 58 && byte != 46 { return false }
      return true
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return false }
    for part in parts {
      guard let number = Int(String(part)), number >= 0, number < 256, part == "0" || !part.hasPrefix("0") else {
        return false
      }
    }
    return true
  }

  static func ingress(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let rules = spec["rules"]?.array ?? []
    if rules.isEmpty, spec["defaultBackend"] == nil {
      checker.invalid(
        "spec", shown: "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified")
    }
    if let backend = spec["defaultBackend"] { self.backend(&checker, backend, "spec.defaultBackend") }
    for (index, rule) in rules.enumerated() {
      let at = "spec.rules[\(index)]"
      if let host = rule["host"]?.string, !host.isEmpty {
        if isIP(host) { checker.invalid(at + ".host", .string(host), "must be a DNS name, not an IP address") }
        let name = host.hasPrefix("*.") ? String(host.dropFirst(2)) : host
        checker.invalidEach(at + ".host", .string(host), Names.dnsSubdomainProblems(name))
      }
      guard let http = rule["http"], !http.isNull else { continue }
      let paths = http["paths"]?.array ?? []
      if paths.isEmpty { checker.required(at + ".http.paths") }
      for (pathIndex, entry) in paths.enumerated() {
        let here = "\(at).http.paths[\(pathIndex)]"
        let text = entry["path"]?.string ?? ""
        switch entry["pathType"]?.string {
        case nil: checker.required(here + ".pathType", "pathType must be specified")
        case "Exact", "Prefix":
          if !text.hasPrefix("/") { checker.invalid(here + ".path", .string(text), "must be an absolute path") }
        case "ImplementationSpecific":
          if !text.isEmpty, !text.hasPrefix("/") {
            checker.invalid(here + ".path", .string(text), "must be an absolute path")
          }
        default:
          checker.unsupported(
            here + ".pathType", entry["pathType"], ["Exact", "ImplementationSpecific", "Prefix"])
        }
        backend(&checker, entry["backend"] ?? [:], here + ".backend")
      }
    }
    if let name = spec["ingressClassName"]?.string {
      checker.invalidEach("spec.ingressClassName", .string(name), Names.dnsSubdomainProblems(name))
    }
  }

  private static func backend(_ checker: inout Checker, _ backend: Value, _ path: String) {
    guard let service = backend["service"], !service.isNull else {
      if backend["resource"] == nil { checker.required(path, "resource or service backend is required") }
      return
    }
    let name = service["name"]?.string ?? ""
    if name.isEmpty {
      checker.required(path + ".service.name")
    } else {
      checker.invalidEach(path + ".service.name", .string(name), Names.dns1035Problems(name))
    }
    let portName = service[path: "port", "name"]?.string ?? ""
    let number = service[path: "port", "number"]?.integer ?? 0
    if !portName.isEmpty, number != 0 {
      checker.invalid(path, shown: goQuoted(""), "cannot set both port name & port number")
    } else if !portName.isEmpty {
      checker.invalidEach(path + ".service.port.name", .string(portName), Names.portNameProblems(portName))
    } else if number != 0 {
      if !PodSpecValidation.isPort(number) {
        checker.invalid(path + ".service.port.number", .integer(number), PodSpecValidation.portRange)
      }
    } else {
      checker.required(path, "port name or number is required")
    }
  }

  static func networkPolicy(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    MetadataValidation.labels(&checker, spec[path: "podSelector", "matchLabels"], "spec.podSelector.matchLabels")
    for (index, type) in (spec["policyTypes"]?.array ?? []).enumerated()
    where type.string != "Ingress" && type.string != "Egress" {
      checker.unsupported("spec.policyTypes[\(index)]", type, ["Egress", "Ingress"])
    }
  }
}
