// What the API server refuses in services, ingresses and network policies (pkg/apis/{core,networking}/validation, 1.32).

import SimKernel
import Unstructured

package enum NetworkValidation {
  /// Dotted IPv4, or anything with two colons for IPv6.
  package static func isIP(_ text: String) -> Bool {
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

  static func isNetwork(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, isIP(String(parts[0])), let length = Int(String(parts[1])), length >= 0 else {
      return false
    }
    return length <= (parts[0].utf8.contains(58) ? 128 : 32)
  }

  static func network(_ checker: inout Checker, _ value: Value?, _ path: String) {
    if isNetwork(value?.string ?? "") { return }
    checker.invalid(path, value ?? "", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
  }

  // MARK: Network policies

  static func networkPolicy(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    PlacementValidation.labelSelector(&checker, spec["podSelector"], "spec.podSelector")
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
      for (index, rule) in (spec[direction]?.array ?? []).enumerated() {
        let at = "spec.\(direction)[\(index)]"
        for (portIndex, port) in (rule["ports"]?.array ?? []).enumerated() {
          policyPort(&checker, port, "\(at).ports[\(portIndex)]")
        }
        for (peerIndex, peer) in (rule[peers]?.array ?? []).enumerated() {
          policyPeer(&checker, peer, "\(at).\(peers)[\(peerIndex)]")
        }
      }
    }
    let types = spec["policyTypes"]?.array ?? []
    if types.count > 2 {
      return checker.invalid("spec.policyTypes", shown: policyTypes(types), "may not specify more than two policyTypes")
    }
    for (index, type) in types.enumerated() where type.string != "Ingress" && type.string != "Egress" {
      checker.unsupported("spec.policyTypes[\(index)]", type, ["Egress", "Ingress"])
    }
  }

  private static func policyTypes(_ types: [Value]) -> String {
    var texts: [String] = []
    for type in types { texts.append(goQuoted(type.string ?? "")) }
    return "[]networking.PolicyType{" + texts.joined(separator: ", ") + "}"
  }

  private static func policyPort(_ checker: inout Checker, _ port: Value, _ path: String) {
    let protocols = ["TCP", "UDP", "SCTP"]
    if let name = port["protocol"]?.string, !protocols.contains(name) {
      checker.unsupported(path + ".protocol", .string(name), protocols)
    }
    let last = port["endPort"]
    guard let first = port["port"], !first.isNull else {
      if last != nil {
        checker.invalid(path + ".endPort", last, "may not be specified when `port` is not specified")
      }
      return
    }
    if let number = first.integer {
      if let end = last?.integer {
        if end < number {
          checker.invalid(path + ".endPort", last, "must be greater than or equal to `port`")
        }
        if !ContainerValidation.isPort(end) { checker.invalid(path + ".endPort", last, ContainerValidation.portRange) }
      }
    } else if last != nil {
      checker.invalid(path + ".endPort", last, "may not be specified when `port` is non-numeric")
    }
    ContainerValidation.portOrName(&checker, first, path + ".port")
  }

  private static func policyPeer(_ checker: inout Checker, _ peer: Value, _ path: String) {
    var count = 0
    for name in ["podSelector", "namespaceSelector"] where peer[name] != nil {
      count += 1
      PlacementValidation.labelSelector(&checker, peer[name], "\(path).\(name)")
    }
    if let block = peer["ipBlock"] {
      count += 1
      if (block["cidr"]?.string ?? "").isEmpty {
        checker.required(path + ".ipBlock.cidr")
      } else {
        network(&checker, block["cidr"], path + ".ipBlock.cidr")
        for (index, exception) in (block["except"]?.array ?? []).enumerated() {
          network(&checker, exception, "\(path).ipBlock.except[\(index)]")
        }
      }
    }
    if count == 0 {
      checker.required(path, "must specify a peer")
    } else if count > 1, peer["ipBlock"] != nil {
      checker.forbidden(path, "may not specify both ipBlock and another peer")
    }
  }
}

enum IngressValidation {
  static func ingress(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let rules = spec["rules"]?.array ?? []
    if checker.old == nil, spec["ingressClassName"] != nil,
      let annotation = checker.object[path: "metadata", "annotations", "kubernetes.io/ingress.class"]
    {
      checker.invalid(
        "metadata.annotations.kubernetes.io/ingress.class", annotation,
        "can not be set when the class field is also set")
    }
    if rules.isEmpty, spec["defaultBackend"] == nil {
      checker.invalid(
        "spec", shown: "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified")
    }
    if let backend = spec["defaultBackend"] { self.backend(&checker, backend, "spec.defaultBackend") }
    for (index, rule) in rules.enumerated() {
      let at = "spec.rules[\(index)]"
      if let host = rule["host"]?.string, !host.isEmpty {
        if NetworkValidation.isIP(host) {
          checker.invalid(at + ".host", .string(host), "must be a DNS name, not an IP address")
        }
        self.host(&checker, host, at + ".host")
      }
      guard let http = rule["http"], !http.isNull else { continue }
      let paths = http["paths"]?.array ?? []
      if paths.isEmpty { checker.required(at + ".http.paths") }
      for (pathIndex, entry) in paths.enumerated() {
        path(&checker, entry, "\(at).http.paths[\(pathIndex)]")
      }
    }
    for (index, tls) in (spec["tls"]?.array ?? []).enumerated() {
      for (hostIndex, host) in (tls["hosts"]?.array ?? []).enumerated() {
        self.host(&checker, host.string ?? "", "spec.tls[\(index)].hosts[\(hostIndex)]")
      }
      if let name = tls["secretName"]?.string, !name.isEmpty {
        checker.invalidEach("spec.tls[\(index)].secretName", .string(name), Names.dnsSubdomainProblems(name))
      }
    }
    if let name = spec["ingressClassName"]?.string {
      checker.invalidEach("spec.ingressClassName", .string(name), Names.dnsSubdomainProblems(name))
    }
  }

  private static func host(_ checker: inout Checker, _ host: String, _ path: String) {
    guard host.utf8.contains(42) else {
      return checker.invalidEach(path, .string(host), Names.dnsSubdomainProblems(host))
    }
    if !host.hasPrefix("*.") || !Names.dnsSubdomainProblems(String(host.dropFirst(2))).isEmpty {
      checker.invalid(
        path, .string(host),
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
          + "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
          + "'*.example.com', regex used for validation is "
          + "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")
    }
  }

  private static func path(_ checker: inout Checker, _ entry: Value, _ at: String) {
    let text = entry["path"]?.string ?? ""
    switch entry["pathType"]?.string {
    case nil: return checker.required(at + ".pathType", "pathType must be specified")
    case "Exact", "Prefix":
      if !text.hasPrefix("/") { checker.invalid(at + ".path", .string(text), "must be an absolute path") }
      for sequence in ["//", "/./", "/../", "%2f", "%2F"] where contains(text, sequence) {
        checker.invalid(at + ".path", .string(text), "must not contain '\(sequence)'")
      }
      for suffix in ["/..", "/."] where text.hasSuffix(suffix) {
        checker.invalid(at + ".path", .string(text), "cannot end with '\(suffix)'")
      }
    case "ImplementationSpecific":
      if !text.isEmpty, !text.hasPrefix("/") {
        checker.invalid(at + ".path", .string(text), "must be an absolute path")
      }
    default:
      checker.unsupported(at + ".pathType", entry["pathType"], ["Exact", "ImplementationSpecific", "Prefix"])
    }
    backend(&checker, entry["backend"] ?? [:], at + ".backend")
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    let bytes = Array(text.utf8)
    let wanted = Array(part.utf8)
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
      return true
    }
    return false
  }

  private static func backend(_ checker: inout Checker, _ backend: Value, _ path: String) {
    guard let service = backend["service"], !service.isNull else {
      if backend["resource"] == nil { checker.invalid(path, "", "resource or service backend is required") }
      return
    }
    if backend["resource"] != nil {
      return checker.invalid(path, "", "cannot set both resource and service backends")
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
      checker.invalid(path, "", "cannot set both port name & port number")
    } else if !portName.isEmpty {
      checker.invalidEach(path + ".service.port.name", .string(portName), Names.portNameProblems(portName))
    } else if number != 0 {
      if !ContainerValidation.isPort(number) {
        checker.invalid(path + ".service.port.number", .integer(number), ContainerValidation.portRange)
      }
    } else {
      checker.required(path, "port name or number is required")
    }
  }
}
