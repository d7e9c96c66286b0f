// What the API server refuses in services (pkg/apis/core/validation, 1.32).

import SimKernel
import Unstructured

enum ServiceValidation {
  static func service(_ checker: inout Checker) {
    let spec = checker.object["spec"] ?? [:]
    let type = spec["type"]?.string ?? ""
    clusterAddressIsKept(&checker, spec, type)
    let headless = spec["clusterIP"]?.string == "None"
    let ports = spec["ports"]?.array ?? []
    if ports.isEmpty, !headless, type != "ExternalName" { checker.required("spec.ports") }
    switch type {
    case "LoadBalancer", "NodePort":
      if headless {
        checker.invalid("spec.clusterIPs[0]", spec["clusterIP"], "may not be set to 'None' for \(type) services")
      }
    case "ExternalName": externalName(&checker, spec)
    default: break
    }
    var names: [String] = []
    for (index, port) in ports.enumerated() {
      self.port(&checker, port, needsName: ports.count > 1, &names, "spec.ports[\(index)]")
    }
    MetadataValidation.labels(&checker, spec["selector"], "spec.selector")
    PodSpecValidation.choice(&checker, spec["sessionAffinity"], "spec.sessionAffinity", ["ClientIP", "None"])
    if spec["sessionAffinity"]?.string == "ClientIP" {
      let seconds = spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"]?.integer ?? 0
      if seconds <= 0 || seconds > 86_400 {
        checker.invalid(
          "spec.sessionAffinityConfig.clientIP.timeoutSeconds", .integer(seconds),
          "must be greater than 0 and less than 86400")
      }
    }
    addresses(&checker, spec, type)
    PodSpecValidation.choice(
      &checker, spec["type"], "spec.type", ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
    portNumbers(&checker, ports, type)
    loadBalancer(&checker, spec, type)
    trafficPolicies(&checker, spec, type)
  }

  private static func clusterAddressIsKept(_ checker: inout Checker, _ spec: Value, _ type: String) {
    guard let old = checker.old?["spec"], old["type"]?.string != "ExternalName", type != "ExternalName",
      let before = old["clusterIP"]?.string, !before.isEmpty
    else { return }
    let now = spec["clusterIP"]?.string ?? ""
    if now.isEmpty {
      checker.invalid("spec.clusterIPs[0]", shown: "[]string(nil)", "primary clusterIP can not be unset")
    } else if now != before {
      checker.invalid("spec.clusterIPs[0]", shown: "[]string{\(goQuoted(now))}", "may not change once set")
    }
  }

  private static func externalName(_ checker: inout Checker, _ spec: Value) {
    if !(spec["clusterIP"]?.string ?? "").isEmpty || !(spec["clusterIPs"]?.array ?? []).isEmpty {
      checker.forbidden("spec.clusterIPs", "may not be set for ExternalName services")
    }
    if !(spec["ipFamilies"]?.array ?? []).isEmpty {
      checker.forbidden("spec.ipFamilies", "may not be set for ExternalName services")
    }
    if spec["ipFamilyPolicy"] != nil {
      checker.forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services")
    }
    var name = spec["externalName"]?.string ?? ""
    if name.hasSuffix(".") { name.removeLast() }
    if name.isEmpty {
      checker.required("spec.externalName")
    } else {
      checker.invalidEach("spec.externalName", .string(name), Names.dnsSubdomainProblems(name))
    }
  }

  private static func port(
    _ checker: inout Checker, _ port: Value, needsName: Bool, _ names: inout [String], _ path: String
  ) {
    let name = port["name"]?.string ?? ""
    if name.isEmpty {
      if needsName { checker.required(path + ".name") }
    } else {
      checker.invalidEach(path + ".name", .string(name), Names.dnsLabelProblems(name))
      if names.contains(name) { checker.duplicate(path + ".name", .string(name)) } else { names.append(name) }
    }
    let number = port["port"]?.integer ?? 0
    if !ContainerValidation.isPort(number) {
      checker.invalid(path + ".port", .integer(number), ContainerValidation.portRange)
    }
    PodSpecValidation.choice(&checker, port["protocol"], path + ".protocol", ["SCTP", "TCP", "UDP"])
    ContainerValidation.portOrName(&checker, port["targetPort"], path + ".targetPort")
    if let application = port["appProtocol"]?.string {
      checker.invalidEach(path + ".appProtocol", .string(application), Names.qualifiedNameProblems(application))
    }
  }

  private static func addresses(_ checker: inout Checker, _ spec: Value, _ type: String) {
    if type != "ExternalName", let address = spec["clusterIP"]?.string, !address.isEmpty, address != "None" {
      checker.address("spec.clusterIPs[0]", .string(address))
    }
    for (index, family) in (spec["ipFamilies"]?.array ?? []).enumerated()
    where family.string != "IPv4" {
      if family.string == "IPv6" {
        checker.invalid("spec.ipFamilies[\(index)]", family, "not configured on this cluster")
      } else {
        checker.unsupported("spec.ipFamilies[\(index)]", family, ["IPv4", "IPv6"])
      }
    }
    let policies = ["PreferDualStack", "RequireDualStack", "SingleStack"]
    if let policy = spec["ipFamilyPolicy"]?.string, !policies.contains(policy) {
      checker.unsupported("spec.ipFamilyPolicy", .string(policy), policies)
    } else if spec["ipFamilyPolicy"]?.string == "RequireDualStack" {
      checker.invalid(
        "spec.ipFamilyPolicy", spec["ipFamilyPolicy"], "this cluster is not configured for dual-stack services")
    }
    for (index, address) in (spec["externalIPs"]?.array ?? []).enumerated() {
      external(&checker, address, "spec.externalIPs[\(index)]")
    }
  }

  /// An address that others can be sent to.
  static func external(_ checker: inout Checker, _ address: Value, _ at: String) {
    let text = address.string ?? ""
    if !NetworkValidation.isIP(text) {
      checker.address(at, address)
    } else if text == "0.0.0.0" || text == "::" {
      checker.invalid(at, address, "may not be unspecified (\(text))")
    } else if text.hasPrefix("127.") || text == "::1" {
      checker.invalid(at, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    } else if text.hasPrefix("169.254.") {
      checker.invalid(at, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    } else if text.hasPrefix("224.0.0.") {
      checker.invalid(at, address, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
    }
  }

  private static func portNumbers(_ checker: inout Checker, _ ports: [Value], _ type: String) {
    var seen: [String] = []
    for (index, port) in ports.enumerated() {
      guard let node = port["nodePort"]?.integer, node != 0 else { continue }
      let at = "spec.ports[\(index)].nodePort"
      if type == "ClusterIP" { checker.forbidden(at, "may not be used when `type` is 'ClusterIP'") }
    }
    for (index, port) in ports.enumerated() {
      guard let node = port["nodePort"]?.integer, node != 0 else { continue }
      let at = "spec.ports[\(index)].nodePort"
      let key = "\(port["protocol"]?.string ?? "")/\(node)"
      if seen.contains(key) { checker.duplicate(at, .integer(node)) }
      seen.append(key)
      if type != "ClusterIP", type != "ExternalName", node < 30_000 || node > 32_767 {
        checker.invalid(
          at, .integer(node),
          "provided port is not in the valid range. The range of valid ports is 30000-32767")
      }
    }
    seen = []
    for (index, port) in ports.enumerated() {
      let `protocol` = port["protocol"]?.string ?? ""
      let number = port["port"]?.integer ?? 0
      if seen.contains("\(`protocol`)/\(number)") {
        let key: Value = ["protocol": .string(`protocol`), "port": .integer(number)]
        checker.add(
          "FieldValueDuplicate", "spec.ports[\(index)]",
          "Duplicate value: " + GoLiteral.describe(key, "ServicePort", package: "core"))
      }
      seen.append("\(`protocol`)/\(number)")
    }
  }

  private static func loadBalancer(_ checker: inout Checker, _ spec: Value, _ type: String) {
    let ranges = spec["loadBalancerSourceRanges"]?.array ?? []
    if !ranges.isEmpty, type != "LoadBalancer" {
      checker.forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'")
    }
    for (index, range) in ranges.enumerated() {
      NetworkValidation.network(&checker, range, "spec.LoadBalancerSourceRanges[\(index)]")
    }
    if spec["allocateLoadBalancerNodePorts"] != nil, type != "LoadBalancer" {
      checker.forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'")
    }
    if let name = spec["loadBalancerClass"]?.string {
      checker.invalidEach("spec.loadBalancerClass", .string(name), Names.qualifiedNameProblems(name))
      if type != "LoadBalancer" {
        checker.forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'")
      }
    }
  }

  private static func trafficPolicies(_ checker: inout Checker, _ spec: Value, _ type: String) {
    let isExternal =
      type == "NodePort" || type == "LoadBalancer"
      || (type == "ClusterIP" && !(spec["externalIPs"]?.array ?? []).isEmpty)
    let external = spec["externalTrafficPolicy"]
    if !isExternal {
      if !(external?.string ?? "").isEmpty {
        checker.invalid(
          "spec.externalTrafficPolicy", external, "may only be set for externally-accessible services")
      }
    } else {
      PodSpecValidation.choice(&checker, external, "spec.externalTrafficPolicy", ["Cluster", "Local"])
    }
    if let port = spec["healthCheckNodePort"]?.integer, port != 0,
      type != "LoadBalancer" || external?.string != "Local"
    {
      checker.invalid(
        "spec.healthCheckNodePort", .integer(port),
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
    }
    if let policy = spec["internalTrafficPolicy"], policy.string != "Cluster", policy.string != "Local" {
      checker.unsupported("spec.internalTrafficPolicy", policy, ["Cluster", "Local"])
    }
    if let distribution = spec["trafficDistribution"], distribution.string != "PreferClose" {
      checker.unsupported("spec.trafficDistribution", distribution, ["PreferClose"])
    }
  }
}
