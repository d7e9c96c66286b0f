// kubectl expose and autoscale. Sources: kubectl pkg/cmd/expose/expose.go, pkg/cmd/autoscale/autoscale.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  static let expose = Verb(
    "expose", .beginner,
    usage:
      "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]",
    synopsis: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.record, Flags.saveConfig,
      .string("cluster-ip", "", "", "address, or None"), .string("external-ip", "", "", "further address"),
      .string("labels", "l", "", "labels of the Service"), .string("load-balancer-ip", "", "", "wanted address"),
      .string("name", "", "", "name of the Service"),
      .string("override-type", "", "merge", .notSimulated, "kind of --overrides"),
      .string("overrides", "", "", .notSimulated, "JSON merged into the Service"), .string("port", "", "", "port"),
      .string("protocol", "", "", "protocol"), .string("selector", "", "", "labels of the pods"),
      .string("session-affinity", "", "", "None or ClientIP"),
      .string("target-port", "", "", "port of the container"), .string("type", "", "", "type of the Service"),
    ], run: Expose.run)

  static let autoscale = Verb(
    "autoscale", .deploy,
    usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU] [options]",
    synopsis: "Auto-scale a deployment, replica set, stateful set, or replication controller",
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.record, Flags.saveConfig,
      .int32("cpu-percent", "", -1, "wanted use of CPU"), .int32("max", "", -1, required: true, "most pods"),
      .int32("min", "", -1, "fewest pods"), .string("name", "", "", "name of the autoscaler"),
    ], run: Autoscale.run)
}

enum Expose {
  @Sendable static func run(_ call: Call) throws(Failure) {
    let dryRun = try DryRun.read(call)
    let printer = try ResultPrinter(call, typed: dryRun == .client, dryRun: dryRun)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.selector = nil
      try call.forEach(request, input) { (info) throws(Failure) in try one(call, printer, info) }
    }
  }

  private static func one(_ call: Call, _ printer: ResultPrinter, _ info: Info) throws(Failure) {
    let flags = call.flags
    guard [Kind.replicationController, .service, .pod, .deployment, .replicaSet].contains(info.kind) else {
      throw .text(
        "cannot expose a \(info.kind.group.isEmpty ? info.kind.kind : "\(info.kind.kind).\(info.kind.group)")")
    }
    let object = info.object
    var selector: Value = [:]
    if !flags.string("selector").isEmpty {
      selector = labels(flags.string("selector"))
    } else {
      selector = try self.selector(info)
    }
    var ports: [Value] = []
    let transport = flags.string("protocol").isEmpty ? "TCP" : flags.string("protocol")
    if flags.string("port").isEmpty {
      for port in containerPorts(info) {
        ports.append(["port": port.0, "protocol": .string(port.1), "targetPort": port.0])
      }
      if ports.isEmpty, flags.string("cluster-ip") != "None" {
        throw .text("couldn't find port via --port flag or introspection")
      }
    } else {
      for text in flags.string("port").pieces(",") {
        guard let number = Int64(text) else { throw .text("strconv.Atoi: parsing \(goQuoted(text)): invalid syntax") }
        ports.append(["port": .integer(number), "protocol": .string(transport), "targetPort": .integer(number)])
      }
    }
    let target = flags.string("target-port")
    for index in ports.indices {
      if !target.isEmpty { ports[index]["targetPort"] = Int64(target).map { .integer($0) } ?? .string(target) }
      if ports.count > 1 { ports[index]["name"] = .string("port-\(index + 1)") }
    }
    let name = flags.string("name").isEmpty ? String(info.name.prefix(63)) : flags.string("name")
    var metadata: Value = ["creationTimestamp": .null, "name": .string(name)]
    let ownLabels = flags.string("labels").isEmpty ? object[path: "metadata", "labels"] : labels(flags.string("labels"))
    if let ownLabels, ownLabels.object?.isEmpty == false { metadata["labels"] = ownLabels }
    var spec: Value = ["ports": .array(ports), "selector": selector]
    for (flag, member) in [
      ("type", "type"), ("cluster-ip", "clusterIP"), ("load-balancer-ip", "loadBalancerIP"),
      ("session-affinity", "sessionAffinity"),
    ] where !flags.string(flag).isEmpty {
      spec[member] = .string(flags.string(flag))
    }
    if !flags.string("external-ip").isEmpty { spec["externalIPs"] = .strings([flags.string("external-ip")]) }
    var service: Value = [
      "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": ["loadBalancer": [:]],
    ]
    let made = Info(kind: .service, namespace: info.namespace, name: name, object: service)
    if flags.bool("save-config") { service = LastApplied.added(to: service, made) }
    call.record(on: &service)
    if printer.dryRun == .client { return try printer.show(made, "exposed", call.placed(service)) }
    let result = try call.client.create(
      .service, info.namespace, service, call.writeOptions(printer.dryRun, manager: "kubectl-expose"))
    try printer.show(made, "exposed", result.object)
  }

  private static func labels(_ text: String) -> Value {
    var members: Value = [:]
    for pair in text.pieces(",") { if let (key, value) = pair.cut(61) { members[key] = .string(value) } }
    return members
  }

  private static func selector(_ info: Info) throws(Failure) -> Value {
    let object = info.object
    switch info.kind {
    case .pod:
      guard let labels = object[path: "metadata", "labels"], labels.object?.isEmpty == false else {
        throw .text(
          "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed"
        )
      }
      return labels
    case .service, .replicationController:
      guard let selector = object[path: "spec", "selector"] else {
        throw .text(
          "couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set")
      }
      return selector
    default:
      guard let labels = object[path: "spec", "selector", "matchLabels"], labels.object?.isEmpty == false else {
        throw .text(
          "couldn't retrieve selectors via --selector flag or introspection: invalid deployment: no selectors, therefore cannot be exposed"
        )
      }
      return labels
    }
  }

  private static func containerPorts(_ info: Info) -> [(Value, String)] {
    var ports: [(Value, String)] = []
    if info.kind == .service {
      for port in info.object[path: "spec", "ports"]?.array ?? [] {
        ports.append((port["port"] ?? 0, port["protocol"]?.string ?? "TCP"))
      }
      return ports
    }
    let spec = info.kind == .pod ? info.object["spec"] : info.object[path: "spec", "template", "spec"]
    for container in spec?["containers"]?.array ?? [] {
      for port in container["ports"]?.array ?? [] {
        ports.append((port["containerPort"] ?? 0, port["protocol"]?.string ?? "TCP"))
      }
    }
    return ports
  }
}

enum Autoscale {
  @Sendable static func run(_ call: Call) throws(Failure) {
    let most = call.flags.integer("max")
    let least = call.flags.integer("min")
    if most < 1 { throw .text("--max=MAXPODS is required and must be at least 1, max: \(most)") }
    if most < least {
      throw .text("--max=MAXPODS must be larger or equal to --min=MINPODS, max: \(most), min: \(least)")
    }
    let printer = try ResultPrinter(call, typed: true)
    call.withInput { (input) throws(Failure) in
      try call.forEach(ResourceRequest(call), input) { (info) throws(Failure) in
        guard info.kind.isScalable else {
          let group = info.kind.group
          throw .text(
            "cannot autoscale a \(info.kind.kind): could not find scale subresource for \(group)/\(info.kind.version), Resource=\(info.kind.plural) in discovery information"
          )
        }
        let name = call.flags.string("name").isEmpty ? info.name : call.flags.string("name")
        var spec: Value = ["maxReplicas": .integer(most)]
        let percent = call.flags.integer("cpu-percent")
        if percent >= 0 { spec["targetCPUUtilizationPercentage"] = .integer(percent) }
        if least > 0 { spec["minReplicas"] = .integer(least) }
        spec["scaleTargetRef"] = [
          "apiVersion": .string(info.kind.apiVersion), "kind": .string(info.kind.kind), "name": .string(info.name),
        ]
        // Up to 1.32 kubectl makes objects of the older version.
        let object: Value = [
          "apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
          "metadata": ["creationTimestamp": .null, "name": .string(name)], "spec": spec,
          "status": ["currentReplicas": 0, "desiredReplicas": 0],
        ]
        let made = Info(kind: .horizontalPodAutoscaler, namespace: info.namespace, name: name, object: object)
        if printer.dryRun == .client { return try printer.show(made, "created", object) }
        var sent = Conversion.toStored(object)
        sent["status"] = nil
        call.record(on: &sent)
        let result = try call.client.create(
          .horizontalPodAutoscaler, info.namespace, sent,
          call.writeOptions(printer.dryRun, manager: "kubectl-autoscale"))
        try printer.show(made, "autoscaled", result.object)
      }
    }
  }
}
