// Service, Endpoints, EndpointSlice, Ingress, NetworkPolicy.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum NetworkDescription {
  static func service(_ d: Described) throws(Failure) -> String {
    let spec = d.object["spec"]
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Selector", Cells.labels(spec?["selector"]))
    w.field(0, "Type", spec?["type"]?.string ?? "")
    if let policy = spec?["ipFamilyPolicy"]?.string { w.field(0, "IP Family Policy", policy) }
    let families = (spec?["ipFamilies"]).strings
    w.field(0, "IP Families", families.isEmpty ? "<none>" : families.joined(separator: ","))
    w.field(0, "IP", spec?["clusterIP"]?.string ?? "")
    let addresses = (spec?["clusterIPs"]).strings
    w.field(0, "IPs", addresses.isEmpty ? "<none>" : addresses.joined(separator: ","))
    let external = (spec?["externalIPs"]).strings
    if !external.isEmpty { w.field(0, "External IPs", external.joined(separator: ",")) }
    w.optional(0, "Desired LoadBalancer IP", spec?["loadBalancerIP"]?.string)
    w.optional(0, "External Name", spec?["externalName"]?.string)
    let balanced = Cells.loadBalancer(d.object)
    if !balanced.isEmpty { w.field(0, "LoadBalancer Ingress", balanced.joined(separator: ", ")) }
    let slices = try endpoints(d)
    for port in spec?["ports"]?.array ?? [] {
      let name = port["name"]?.string ?? "<unset>"
      let transport = port["protocol"]?.string ?? "TCP"
      w.line(0, "Port:\t\(name)\t\(port["port"]?.integer ?? 0)/\(transport)")
      w.field(0, "TargetPort", "\(Cells.intOrString(port["targetPort"]) ?? "")/\(transport)")
      if let node = port["nodePort"]?.integer, node != 0 { w.line(0, "NodePort:\t\(name)\t\(node)/\(transport)") }
      w.field(0, "Endpoints", describe(slices, port))
    }
    w.field(0, "Session Affinity", spec?["sessionAffinity"]?.string ?? "")
    w.optional(0, "External Traffic Policy", spec?["externalTrafficPolicy"]?.string)
    w.optional(0, "Internal Traffic Policy", spec?["internalTrafficPolicy"]?.string)
    w.optional(0, "TrafficDistribution", spec?["trafficDistribution"]?.string)
    if let port = spec?["healthCheckNodePort"]?.integer, port != 0 { w.field(0, "HealthCheck NodePort", "\(port)") }
    let ranges = (spec?["loadBalancerSourceRanges"]).strings
    if !ranges.isEmpty { w.field(0, "LoadBalancer Source Ranges", ranges.joined(separator: ",")) }
    w.events(d.events, d.now)
    return w.aligned
  }

  private static func endpoints(_ d: Described) throws(Failure) -> [Value] {
    let labels: Value = ["kubernetes.io/service-name": .string(d.name)]
    return try d.call.client.list(.endpointSlice, d.namespace, Selection(labels: LabelSelector(labels: labels))).items
  }

  /// `10.1.0.1:80,10.1.0.2:80 + 1 more...`: ready addresses behind one port, at most three.
  private static func describe(_ slices: [Value], _ port: Value) -> String {
    var list: [String] = []
    var hasPorts = false
    for slice in slices {
      for slicePort in slice["ports"]?.array ?? [] {
        guard (slicePort["name"]?.string ?? "") == (port["name"]?.string ?? "") else { continue }
        hasPorts = true
        for endpoint in slice["endpoints"]?.array ?? [] {
          if endpoint[path: "conditions", "ready"]?.bool == false { continue }
          for address in endpoint["addresses"]?.array ?? [] {
            list.append(Cells.hostPort(address.string ?? "", slicePort["port"]?.integer ?? 0))
          }
        }
      }
    }
    if list.isEmpty { return hasPorts ? "" : slices.isEmpty ? "<none>" : "" }
    return Cells.clipped(list, max: 3)
  }

  static func endpointsObject(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.write(0, "Subsets:\n")
    for subset in d.object["subsets"]?.array ?? [] {
      func addresses(_ key: String) -> String {
        var list: [String] = []
        for address in subset[key]?.array ?? [] { list.append(address["ip"]?.string ?? "") }
        return Describer.orNone(list.joined(separator: ","))
      }
      w.field(1, "Addresses", addresses("addresses"))
      w.field(1, "NotReadyAddresses", addresses("notReadyAddresses"))
      if let ports = subset["ports"]?.array, !ports.isEmpty {
        w.line(1, "Ports:")
        w.line(2, "Name\tPort\tProtocol")
        w.line(2, "----\t----\t--------")
        for port in ports {
          w.line(
            2,
            "\(port["name"]?.string ?? "<unset>")\t\(port["port"]?.integer ?? 0)\t\(port["protocol"]?.string ?? "TCP")")
        }
      }
      w.write(0, "\n")
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  static func slice(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "AddressType", d.text("addressType"))
    let ports = d.object["ports"]?.array ?? []
    if ports.isEmpty {
      w.line(0, "Ports: <unset>")
    } else {
      w.line(0, "Ports:")
      w.line(1, "Name\tPort\tProtocol")
      w.line(1, "----\t----\t--------")
      for port in ports {
        let name = port["name"]?.string ?? ""
        w.line(
          1,
          "\(name.isEmpty ? "<unset>" : name)\t\(port["port"]?.integer.map { "\($0)" } ?? "<unset>")\t\(port["protocol"]?.string ?? "TCP")"
        )
      }
    }
    let endpoints = d.object["endpoints"]?.array ?? []
    if endpoints.isEmpty {
      w.line(0, "Endpoints: <none>")
    } else {
      w.line(0, "Endpoints:")
      for endpoint in endpoints {
        w.field(1, "- Addresses", endpoint["addresses"].strings.joined(separator: ", "))
        w.line(2, "Conditions:")
        func flag(_ key: String) -> String? {
          endpoint[path: "conditions", key]?.bool.map { $0 ? "true" : "false" }
        }
        w.field(3, "Ready", flag("ready") ?? "<unset>")
        w.field(2, "Hostname", endpoint["hostname"]?.string ?? "<unset>")
        if let target = endpoint["targetRef"] {
          w.field(2, "TargetRef", "\(target["kind"]?.string ?? "")/\(target["name"]?.string ?? "")")
        }
        w.field(2, "NodeName", endpoint["nodeName"]?.string ?? "<unset>")
        w.field(2, "Zone", endpoint["zone"]?.string ?? "<unset>")
      }
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  static func ingress(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.labels("Labels", d.labels)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "Address", Cells.loadBalancer(d.object).joined(separator: ","))
    w.field(0, "Ingress Class", d.object[path: "spec", "ingressClassName"]?.string ?? "<none>")
    let fallback = d.object[path: "spec", "defaultBackend"]
    w.field(0, "Default backend", fallback == nil ? "<default>" : try backend(d, fallback!))
    if let tls = d.object[path: "spec", "tls"]?.array, !tls.isEmpty {
      w.line(0, "TLS:")
      for item in tls {
        let secret = item["secretName"]?.string ?? ""
        let hosts = item["hosts"].strings.joined(separator: ",")
        w.line(1, secret.isEmpty ? "SNI routes \(hosts)" : "\(secret) terminates \(hosts)")
      }
    }
    w.write(0, "Rules:\n  Host\tPath\tBackends\n")
    w.line(1, "----\t----\t--------")
    let rules = d.object[path: "spec", "rules"]?.array ?? []
    for rule in rules {
      let host = rule["host"]?.string ?? ""
      w.line(1, "\(host.isEmpty ? "*" : host)\t")
      for path in rule[path: "http", "paths"]?.array ?? [] {
        w.line(2, "\t\(path["path"]?.string ?? "") \t\(try backend(d, path["backend"] ?? [:]))")
      }
    }
    if rules.isEmpty {
      w.line(1, "\(rules.isEmpty ? "*" : "")\t*\t\(fallback == nil ? "<default>" : try backend(d, fallback!))")
    }
    w.annotations("Annotations", d.annotations)
    w.events(d.events, d.now)
    return w.aligned
  }

  /// `web:80 (10.1.0.1:80)`
  private static func backend(_ d: Described, _ backend: Value) throws(Failure) -> String {
    if let resource = backend["resource"] {
      return
        "APIGroup: \(resource["apiGroup"]?.string ?? "<none>"), Kind: \(resource["kind"]?.string ?? ""), Name: \(resource["name"]?.string ?? "")"
    }
    let name = backend[path: "service", "name"]?.string ?? ""
    let port = backend[path: "service", "port"]
    let portText = port?["name"]?.string ?? "\(port?["number"]?.integer ?? 0)"
    guard let service = try d.call.client.find(.service, d.namespace, name) else {
      return "\(name):\(portText) (<error: services \(goQuoted(name)) not found>)"
    }
    for servicePort in service[path: "spec", "ports"]?.array ?? []
    where servicePort["name"]?.string == portText || "\(servicePort["port"]?.integer ?? 0)" == portText {
      let labels: Value = ["kubernetes.io/service-name": .string(name)]
      let slices = try d.call.client.list(
        .endpointSlice, d.namespace, Selection(labels: LabelSelector(labels: labels))
      ).items
      return "\(name):\(portText) (\(describe(slices, servicePort)))"
    }
    return "\(name):\(portText) ()"
  }

  static func ingressClass(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.field(0, "Controller", d.text("spec", "controller"))
    if let parameters = d.object[path: "spec", "parameters"] {
      w.line(0, "Parameters:")
      if let group = parameters["apiGroup"]?.string { w.field(1, "APIGroup", group) }
      w.field(1, "Kind", parameters["kind"]?.string ?? "")
      w.field(1, "Name", parameters["name"]?.string ?? "")
    }
    w.events(d.events, d.now)
    return w.aligned
  }

  static func policy(_ d: Described) throws(Failure) -> String {
    var w = Describer()
    w.field(0, "Name", d.name)
    w.field(0, "Namespace", d.namespace)
    w.field(0, "Created on", goDate(d.object[path: "metadata", "creationTimestamp"]))
    w.labels("Labels", d.labels)
    w.annotations("Annotations", d.annotations)
    w.write(0, "Spec:\n")
    let selector = Cells.selector(d.object[path: "spec", "podSelector"])
    w.write(
      1,
      "PodSelector:     \(selector == "<none>" ? "<none> (Allowing the specific traffic to all pods in this namespace)" : selector)\n"
    )
    let types = d.object[path: "spec", "policyTypes"].strings
    if types.contains("Ingress") {
      w.line(1, "Allowing ingress traffic:")
      rules(d.object[path: "spec", "ingress"]?.array ?? [], "from", "From", &w)
    } else {
      w.line(1, "Not affecting ingress traffic")
    }
    if types.contains("Egress") {
      w.line(1, "Allowing egress traffic:")
      rules(d.object[path: "spec", "egress"]?.array ?? [], "to", "To", &w)
    } else {
      w.line(1, "Not affecting egress traffic")
    }
    w.line(1, "Policy Types: \(types.joined(separator: ", "))")
    return w.aligned
  }

  private static func goDate(_ value: Value?) -> String {
    let text = value?.string ?? ""
    guard let (day, rest) = text.cut(84) else { return "" }
    return "\(day) \(rest.hasSuffix("Z") ? String(rest.dropLast()) : rest) +0000 UTC"
  }

  private static func rules(_ rules: [Value], _ member: String, _ title: String, _ w: inout Describer) {
    let isIngress = member == "from"
    if rules.isEmpty {
      return w.line(2, "<none> (Selected pods are isolated for \(isIngress ? "ingress" : "egress") connectivity)")
    }
    for (index, rule) in rules.enumerated() {
      let ports = rule["ports"]?.array ?? []
      if ports.isEmpty {
        w.line(2, "To Port: <any> (traffic allowed to all ports)")
      }
      for port in ports {
        if let end = port["endPort"]?.integer {
          let first = Cells.intOrString(port["port"]) ?? ""
          w.line(2, "To Port Range: \(first)-\(end)/\(port["protocol"]?.string ?? "TCP")")
          continue
        }
        w.line(
          2, "To Port: \(Cells.intOrString(port["port"]) ?? "<any>")/\(port["protocol"]?.string ?? "TCP")")
      }
      let peers = rule[member]?.array ?? []
      if peers.isEmpty {
        w.line(2, "\(title): <any> (traffic not restricted by \(isIngress ? "source" : "destination"))")
      }
      for peer in peers {
        w.line(2, "\(title):")
        if let block = peer["ipBlock"] {
          w.line(3, "IPBlock:")
          w.line(4, "CIDR: \(block["cidr"]?.string ?? "")")
          w.line(4, "Except: \(block["except"].strings.joined(separator: ", "))")
        } else {
          if let spaces = peer["namespaceSelector"] { w.line(3, "NamespaceSelector: \(Cells.selector(spaces))") }
          if let pods = peer["podSelector"] { w.line(3, "PodSelector: \(Cells.selector(pods))") }
        }
      }
      if index != rules.count - 1 { w.line(2, "----------") }
    }
  }
}
