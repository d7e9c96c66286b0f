// Containers, as pods and pod templates describe them. `space` is empty for pods and two spaces for templates, whose container
// names are indented by one space more.

import KubeAPI
import SimKernel
import SimMachine
import Unstructured

enum ContainerDescription {
  static func list(
    _ label: String, _ containers: [Value], _ statuses: [Value], _ pod: Value?, _ space: String, _ w: inout Describer
  ) {
    w.line(0, "\(space)\(label):\(containers.isEmpty ? " <none>" : "")")
    for container in containers {
      var status: Value?
      for item in statuses where item["name"]?.string == container["name"]?.string { status = item }
      one(container, status, pod, space, &w)
    }
  }

  private static func one(_ container: Value, _ status: Value?, _ pod: Value?, _ space: String, _ w: inout Describer) {
    w.line(1, "\(space.isEmpty ? "" : " ")\(container["name"]?.string ?? ""):")
    if let status { w.field(2, "Container ID", status["containerID"]?.string ?? "") }
    w.field(2, "Image", container["image"]?.string ?? "")
    if let status { w.field(2, "Image ID", status["imageID"]?.string ?? "") }
    ports(container, &w)
    if let profile = container[path: "securityContext", "seccompProfile"] {
      w.field(2, "SeccompProfile", profile["type"]?.string ?? "")
      w.optional(3, "LocalhostProfile", profile["localhostProfile"]?.string)
    }
    words("Command", container["command"], &w)
    words("Args", container["args"], &w)
    if let status {
      state("State", status["state"], &w)
      if status[path: "lastState", "terminated"] != nil { state("Last State", status["lastState"], &w) }
      w.field(2, "Ready", Describer.bool(status["ready"]?.bool))
      w.field(2, "Restart Count", "\(status["restartCount"]?.integer ?? 0)")
    }
    w.resources(2, container["resources"])
    for (title, member) in [
      ("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe"),
    ] {
      if let probe = container[member] { w.field(2, title, self.probe(probe)) }
    }
    environmentSources(container, &w)
    environment(container, pod, &w)
    mounts(container, &w)
  }

  private static func ports(_ container: Value, _ w: inout Describer) {
    var inside: [String] = []
    var outside: [String] = []
    for port in container["ports"]?.array ?? [] {
      let transport = port["protocol"]?.string ?? "TCP"
      inside.append("\(port["containerPort"]?.integer ?? 0)/\(transport)")
      outside.append("\(port["hostPort"]?.integer ?? 0)/\(transport)")
    }
    let several = inside.count > 1 ? "s" : ""
    w.field(2, "Port\(several)", Describer.orNone(inside.joined(separator: ", ")))
    w.field(2, "Host Port\(several)", Describer.orNone(outside.joined(separator: ", ")))
  }

  private static func words(_ title: String, _ list: Value?, _ w: inout Describer) {
    guard let words = list?.array, !words.isEmpty else { return }
    w.line(2, "\(title):")
    for word in words {
      for piece in (word.string ?? "").pieces("\n") { w.line(3, piece) }
    }
  }

  private static func state(_ title: String, _ state: Value?, _ w: inout Describer) {
    if let running = state?["running"] {
      w.field(2, title, "Running")
      w.field(3, "Started", Describer.date(running["startedAt"]))
    } else if let ended = state?["terminated"] {
      w.field(2, title, "Terminated")
      w.optional(3, "Reason", ended["reason"]?.string)
      w.optional(3, "Message", ended["message"]?.string)
      w.field(3, "Exit Code", "\(ended["exitCode"]?.integer ?? 0)")
      if let signal = ended["signal"]?.integer, signal > 0 { w.field(3, "Signal", "\(signal)") }
      w.field(3, "Started", Describer.date(ended["startedAt"]))
      w.field(3, "Finished", Describer.date(ended["finishedAt"]))
    } else {
      w.field(2, title, "Waiting")
      w.optional(3, "Reason", state?[path: "waiting", "reason"]?.string)
    }
  }

  static func probe(_ probe: Value) -> String {
    func number(_ key: String) -> Int64 { probe[key]?.integer ?? 0 }
    let settings =
      "delay=\(number("initialDelaySeconds"))s timeout=\(number("timeoutSeconds"))s period=\(number("periodSeconds"))s #success=\(number("successThreshold")) #failure=\(number("failureThreshold"))"
    if let exec = probe["exec"] { return "exec \(goText(exec["command"] ?? [])) \(settings)" }
    if let get = probe["httpGet"] {
      let host = get["host"]?.string ?? ""
      let port = Cells.intOrString(get["port"]) ?? ""
      let path = get["path"]?.string ?? ""
      return
        "http-get \((get["scheme"]?.string ?? "http").lowercased())://\(host):\(port)\(path.isEmpty || path.hasPrefix("/") ? path : "/" + path) \(settings)"
    }
    if let socket = probe["tcpSocket"] {
      return "tcp-socket \(socket["host"]?.string ?? ""):\(Cells.intOrString(socket["port"]) ?? "") \(settings)"
    }
    if let grpc = probe["grpc"] {
      return "grpc <pod>:\(grpc["port"]?.integer ?? 0) \(grpc["service"]?.string ?? "") \(settings)"
    }
    return "unknown \(settings)"
  }

  private static func environmentSources(_ container: Value, _ w: inout Describer) {
    guard let sources = container["envFrom"]?.array, !sources.isEmpty else { return }
    w.line(2, "Environment Variables from:")
    for source in sources {
      let isMap = source["configMapRef"] != nil
      let reference = source["configMapRef"] ?? source["secretRef"]
      let prefix = source["prefix"]?.string ?? ""
      let from = (isMap ? "ConfigMap" : "Secret") + (prefix.isEmpty ? "" : " with prefix '\(prefix)'")
      w.line(3, "\(reference?["name"]?.string ?? "")\t\(from)\tOptional: \(reference?["optional"]?.bool == true)")
    }
  }

  private static func environment(_ container: Value, _ pod: Value?, _ w: inout Describer) {
    let variables = container["env"]?.array ?? []
    w.line(2, "Environment:\(variables.isEmpty ? "\t<none>" : "")")
    for variable in variables {
      let name = variable["name"]?.string ?? ""
      guard let from = variable["valueFrom"] else {
        for (index, piece) in (variable["value"]?.string ?? "").pieces("\n").enumerated() {
          w.line(3, index == 0 ? "\(name):\t\(piece)" : "\t\(piece)")
        }
        continue
      }
      if let field = from["fieldRef"] {
        let path = field["fieldPath"]?.string ?? ""
        let value = pod.map { self.field($0, path) } ?? ""
        w.line(3, "\(name):\t\(value) (\(field["apiVersion"]?.string ?? "v1"):\(path))")
      } else if let resource = from["resourceFieldRef"] {
        let which = resource["resource"]?.string ?? ""
        w.line(3, "\(name):\t\(self.resource(container, which, resource["divisor"])) (\(which))")
      } else if let secret = from["secretKeyRef"] {
        w.line(
          3,
          "\(name):\t<set to the key '\(secret["key"]?.string ?? "")' in secret '\(secret["name"]?.string ?? "")'>\tOptional: \(secret["optional"]?.bool == true)"
        )
      } else if let map = from["configMapKeyRef"] {
        w.line(
          3,
          "\(name):\t<set to the key '\(map["key"]?.string ?? "")' of config map '\(map["name"]?.string ?? "")'>\tOptional: \(map["optional"]?.bool == true)"
        )
      }
    }
  }

  /// A downward API field, as far as kubectl works it out (`EnvValueRetriever`).
  private static func field(_ pod: Value, _ path: String) -> String {
    switch path {
    case "metadata.name": return pod[path: "metadata", "name"]?.string ?? ""
    case "metadata.namespace": return pod[path: "metadata", "namespace"]?.string ?? ""
    case "metadata.uid": return pod[path: "metadata", "uid"]?.string ?? ""
    case "metadata.labels", "metadata.annotations":
      var lines: [String] = []
      for (key, value) in pod.at(path.pieces("."))?.object?.sortedByKey ?? [] {
        lines.append("\(key)=\(goQuoted(value.string ?? ""))")
      }
      return lines.joined(separator: "\n")
    default: return ""
    }
  }

  /// How many times the divisor goes into an amount, rounded up: processors are compared in thousandths.
  private static func resource(_ container: Value, _ name: String, _ divisor: Value?) -> String {
    guard let (list, which) = name.cut(46) else { return "" }
    guard let quantity = container[path: "resources", list, which] else {
      return list == "limits" && (which == "cpu" || which == "memory") ? "node allocatable" : "0"
    }
    guard let value = Quantity(quantity) else { return "" }
    guard let unit = divisor.flatMap({ Quantity($0) }), unit.milliUnits > 0 else { return "\(value.wholeUnits)" }
    let (amount, size) =
      which == "cpu" ? (value.milliUnits, unit.milliUnits) : (value.wholeUnits, max(1, unit.wholeUnits))
    return "\((amount + size - 1) / size)"
  }

  private static func mounts(_ container: Value, _ w: inout Describer) {
    var mounts = container["volumeMounts"]?.array ?? []
    mounts.sort { ($0["mountPath"]?.string ?? "") < ($1["mountPath"]?.string ?? "") }
    w.line(2, "Mounts:\(mounts.isEmpty ? "\t<none>" : "")")
    for mount in mounts {
      var flags = [mount["readOnly"]?.bool == true ? "ro" : "rw"]
      if let path = mount["subPath"]?.string, !path.isEmpty { flags.append("path=\(goQuoted(path))") }
      w.line(
        3, "\(mount["mountPath"]?.string ?? "") from \(mount["name"]?.string ?? "") (\(flags.joined(separator: ",")))")
    }
    if let devices = container["volumeDevices"]?.array, !devices.isEmpty {
      w.line(2, "Devices:")
      for device in devices { w.line(3, "\(device["devicePath"]?.string ?? "") from \(device["name"]?.string ?? "")") }
    }
  }
}
