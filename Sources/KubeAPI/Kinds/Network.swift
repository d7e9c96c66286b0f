// Services, their endpoints, ingresses and network policies: names and tables.

import SimKernel
package import Unstructured

extension Kind {
  package static let service = Kind(
    "Service", "services", short: ["svc"], categories: ["all"], subresources: ["proxy", "status"],
    columns: Column.list(["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"], wide: ["Selector"]),
    row: { row in
      let addresses = row.object[path: "spec", "clusterIPs"]?.array?.first?.string
      return [
        row.name, row.text("spec", "type"), Cells.orNone(addresses ?? row.text("spec", "clusterIP")),
        ServiceCells.externalIP(row.object), Cells.orNone(ServiceCells.ports(row.object)), row.age,
        Cells.labels(row.object[path: "spec", "selector"]),
      ]
    },
    defaults: NetworkDefaults.service, validate: ServiceValidation.service)

  package static let endpoints = Kind(
    "Endpoints", "endpoints", short: ["ep"], columns: Column.list(["Name", "Endpoints", "Age"]),
    row: { [$0.name, ServiceCells.endpoints($0.object), $0.age] }, defaults: NetworkDefaults.endpoints,
    validate: EndpointValidation.endpoints)

  package static let endpointSlice = Kind(
    "EndpointSlice", "endpointslices", group: "discovery.k8s.io",
    columns: Column.list(["Name", "AddressType", "Ports", "Endpoints", "Age"]),
    row: { row in
      var ports: [String] = []
      for port in row.object["ports"]?.array ?? [] {
        ports.append(Cells.intOrString(port["port"]) ?? port["name"]?.string ?? "*")
      }
      var addresses: [String] = []
      for endpoint in row.object["endpoints"]?.array ?? [] {
        for address in endpoint["addresses"]?.array ?? [] { addresses.append(address.string ?? "") }
      }
      return [
        row.name, row.text("addressType"), ports.isEmpty ? "<unset>" : Cells.clipped(ports, max: 3),
        addresses.isEmpty ? "<unset>" : Cells.clipped(addresses, max: 3), row.age,
      ]
    }, defaults: NetworkDefaults.endpointSlice, validate: EndpointValidation.slice)

  package static let ingress = Kind(
    "Ingress", "ingresses", group: "networking.k8s.io", short: ["ing"], subresources: ["status"],
    columns: Column.list(["Name", "Class", "Hosts", "Address", "Ports", "Age"]),
    row: { row in
      var hosts: [String] = []
      for rule in row.object[path: "spec", "rules"]?.array ?? [] {
        if let host = rule["host"]?.string, !host.isEmpty { hosts.append(host) }
      }
      let secure = !(row.object[path: "spec", "tls"]?.array ?? []).isEmpty
      return [
        row.name, Cells.orNone(row.text("spec", "ingressClassName")),
        hosts.isEmpty ? "*" : Cells.clipped(hosts, max: 3),
        Cells.loadBalancer(row.object).joined(separator: ","), secure ? "80, 443" : "80", row.age,
      ]
    },
    defaults: NetworkDefaults.ingress, validate: IngressValidation.ingress)

  package static let ingressClass = Kind(
    "IngressClass", "ingressclasses", group: "networking.k8s.io", namespaced: false,
    columns: Column.list(["Name", "Controller", "Parameters", "Age"]),
    row: { row in
      var parameters = "<none>"
      if let reference = row.object[path: "spec", "parameters"], !reference.isNull {
        parameters = reference["kind"]?.string ?? ""
        if let group = reference["apiGroup"]?.string { parameters += "." + group }
        parameters += "/" + (reference["name"]?.string ?? "")
      }
      return [row.name, row.text("spec", "controller"), parameters, row.age]
    })

  package static let networkPolicy = Kind(
    "NetworkPolicy", "networkpolicies", group: "networking.k8s.io", short: ["netpol"],
    columns: Column.list(["Name", "Pod-Selector", "Age"]),
    row: { [$0.name, Cells.selector($0.object[path: "spec", "podSelector"]), $0.age] },
    defaults: NetworkDefaults.networkPolicy, validate: NetworkValidation.networkPolicy)
}

package enum ServiceCells {
  static func externalIP(_ service: Value) -> String {
    var external: [String] = []
    for address in service[path: "spec", "externalIPs"]?.array ?? [] { external.append(address.string ?? "") }
    switch service[path: "spec", "type"]?.string {
    case "ExternalName": return service[path: "spec", "externalName"]?.string ?? ""
    case "LoadBalancer":
      let addresses = Cells.loadBalancer(service) + external
      return addresses.isEmpty ? "<pending>" : addresses.joined(separator: ",")
    case "ClusterIP", "NodePort": return external.isEmpty ? "<none>" : external.joined(separator: ",")
    default: return "<unknown>"
    }
  }

  static func ports(_ service: Value) -> String {
    var pieces: [String] = []
    for port in service[path: "spec", "ports"]?.array ?? [] {
      let node = port["nodePort"]?.integer ?? 0
      let number = port["port"]?.integer ?? 0
      let `protocol` = port["protocol"]?.string ?? ""
      pieces.append(node > 0 ? "\(number):\(node)/\(`protocol`)" : "\(number)/\(`protocol`)")
    }
    return pieces.joined(separator: ",")
  }

  /// `ip:port` of ready addresses, at most three; optionally only of ports with the given names (`describe service`).
  package static func endpoints(_ endpoints: Value, portNames: [String]? = nil) -> String {
    guard let subsets = endpoints["subsets"]?.array, !subsets.isEmpty else { return "<none>" }
    var list: [String] = []
    for subset in subsets {
      let addresses = subset["addresses"]?.array ?? []
      let ports = subset["ports"]?.array ?? []
      if ports.isEmpty {
        for address in addresses { list.append(address["ip"]?.string ?? "") }
      }
      for port in ports {
        if let portNames, !portNames.contains(port["name"]?.string ?? "") { continue }
        for address in addresses {
          list.append(Cells.hostPort(address["ip"]?.string ?? "", port["port"]?.integer ?? 0))
        }
      }
    }
    return Cells.clipped(list, max: 3)
  }
}
