// kubectl create service: clusterip, nodeport, loadbalancer, externalname.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum CreateServices {
  private static let ports = Flag.strings("tcp", "", "PORT or PORT:TARGET")

  static let service = Verb.family(
    "service", aliases: ["svc"], synopsis: "Create a service using a specified subcommand",
    verbs: [
      Verb(
        "clusterip", usage: "NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]",
        synopsis: "Create a ClusterIP service",
        flags: Generator.flags + [ports, .string("clusterip", "", "", "address, or None")], latency: .local,
        run: runClusterIP),
      Verb(
        "externalname", usage: "NAME --external-name external.name [--dry-run=server|client|none] [options]",
        synopsis: "Create an ExternalName service",
        flags: Generator.flags + [ports, .string("external-name", "", "", required: true, "the DNS name")],
        latency: .local, run: runExternalName),
      Verb(
        "loadbalancer", usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
        synopsis: "Create a LoadBalancer service", flags: Generator.flags + [ports], latency: .local,
        run: runLoadBalancer),
      Verb(
        "nodeport", usage: "NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]",
        synopsis: "Create a NodePort service",
        flags: Generator.flags + [ports, .int64("node-port", "", 0, "port of the nodes")], latency: .local,
        run: runNodePort),
    ])

  @Sendable private static func runClusterIP(_ call: Call) throws(Failure) { try make(call, "ClusterIP") }
  @Sendable private static func runExternalName(_ call: Call) throws(Failure) { try make(call, "ExternalName") }
  @Sendable private static func runLoadBalancer(_ call: Call) throws(Failure) { try make(call, "LoadBalancer") }
  @Sendable private static func runNodePort(_ call: Call) throws(Failure) { try make(call, "NodePort") }

  private static func make(_ call: Call, _ type: String) throws(Failure) {
    let name = try Generator.name(call)
    let clusterIP = call.flags.definition("clusterip") == nil ? "" : call.flags.string("clusterip")
    var ports: [Value] = []
    for text in call.flags.strings("tcp") {
      var port = try self.port(text)
      if type == "NodePort", call.flags.integer("node-port") != 0 {
        port["nodePort"] = .integer(call.flags.integer("node-port"))
      }
      ports.append(port)
    }
    if ports.isEmpty, clusterIP != "None", type != "ExternalName" {
      throw .text("at least one tcp port specifier must be provided")
    }
    let labels: Value = ["app": .string(name)]
    var spec: Value = [:]
    if type == "ExternalName" {
      let target = call.flags.string("external-name")
      if !Names.dnsSubdomainProblems(target).isEmpty { throw .text("invalid service external name \(target)") }
    }
    if type == "ExternalName" { spec["externalName"] = .string(call.flags.string("external-name")) }
    if !clusterIP.isEmpty { spec["clusterIP"] = .string(clusterIP) }
    if !ports.isEmpty { spec["ports"] = .array(ports) }
    spec["selector"] = labels
    spec["type"] = .string(type)
    let object: Value = [
      "apiVersion": "v1", "kind": "Service", "metadata": Generator.metadata(name, labels: labels), "spec": spec,
      "status": ["loadBalancer": [:]],
    ]
    try Generator.send(call, .service, object, .failed("failed to create \(type) service:"))
  }

  private static func port(_ text: String) throws(Failure) -> Value {
    // A third part is not looked at.
    let parts = text.pieces(":")
    let outside = parts[0]
    let inside = parts.count > 1 ? parts[1] : text
    guard let number = Int64(outside), number >= 0 else {
      throw .text("strconv.ParseUint: parsing \(goQuoted(outside)): invalid syntax")
    }
    if number > 65_535 { throw .text("strconv.ParseUint: parsing \(goQuoted(outside)): value out of range") }
    var port: Value = [
      "name": .string(text.replacingText(":", with: "-")), "port": .integer(number), "protocol": "TCP",
    ]
    if let target = Int64(inside) {
      if target < 1 || target > 65_535 { throw .text("must be between 1 and 65535, inclusive") }
      port["targetPort"] = .integer(target)
    } else {
      let problems = Names.portNameProblems(inside)
      if !problems.isEmpty { throw .text(problems.joined(separator: ",")) }
      port["targetPort"] = .string(inside)
    }
    return port
  }
}
