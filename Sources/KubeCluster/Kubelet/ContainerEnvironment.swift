// What a container gets when it starts: variables (service links, envFrom, env, downward API, with `$(NAME)` expanded),
// command and arguments, mounts. What is missing becomes the message of CreateContainerConfigError or FailedMount.
// Source: `pkg/kubelet/kubelet_pods.go` (makeEnvironmentVariables), `pkg/kubelet/envvars`, `pkg/volume/{configmap,secret}`.

import KubeAPI
import SimKernel
import Unstructured

struct ContainerEnvironment {
  private let worker: PodWorker
  private let container: PodContainer
  private(set) var problem: String?
  private(set) var spec: ContainerSpec

  init(worker: PodWorker, container: PodContainer, facts: ImageFacts) {
    self.worker = worker
    self.container = container
    let hostname = worker.spec["hostname"]?.string ?? worker.name
    let subdomain = worker.spec["subdomain"]?.string ?? ""
    let source = container.spec
    let security = source["securityContext"]
    spec = ContainerSpec(
      namespace: worker.namespace, pod: worker.name, podUID: worker.uid, podIP: worker.address,
      hostname: worker.usesHostNetwork ? worker.kubelet.nodeName : hostname,
      subdomain: subdomain.isEmpty ? "" : "\(hostname).\(subdomain).\(worker.namespace).svc.cluster.local",
      nodeName: worker.kubelet.nodeName, container: container.name, isInit: container.role != .regular,
      restartCount: container.restartCount, image: container.image, imageID: facts.imageID, command: nil,
      arguments: nil, environment: [], workingDirectory: source["workingDir"]?.string, mounts: [],
      standardInput: source["stdin"]?.bool ?? false, terminal: source["tty"]?.bool ?? false,
      runAsUser: security?["runAsUser"]?.integer ?? worker.spec[path: "securityContext", "runAsUser"]?.integer,
      runAsGroup: security?["runAsGroup"]?.integer ?? worker.spec[path: "securityContext", "runAsGroup"]?.integer,
      supplementaryGroups: ContainerEnvironment.supplementaryGroups(worker.spec["securityContext"]),
      readOnlyRootFilesystem: security?["readOnlyRootFilesystem"]?.bool ?? false,
      memoryLimit: Quantity.milli(source[path: "resources", "limits", "memory"]).map { $0 / 1_000 },
      cpuLimit: Quantity.milli(source[path: "resources", "limits", "cpu"]),
      terminationMessagePath: source["terminationMessagePath"]?.string ?? "/dev/termination-log",
      hostNetwork: worker.usesHostNetwork,
      hostAliases: ContainerEnvironment.hostAliases(worker.spec),
      resolver: ContainerEnvironment.resolver(worker.spec, namespace: worker.namespace))
    spec.fallsBackToLog = source["terminationMessagePolicy"]?.string == "FallbackToLogsOnError"
    spec.sharesProcesses = worker.spec["shareProcessNamespace"]?.bool == true || worker.spec["hostPID"]?.bool == true
    fillEnvironment()
    var known: [String: String] = [:]
    for (name, value) in spec.environment { known[name] = value }
    spec.command = expanded(source["command"], known)
    spec.arguments = expanded(source["args"], known)
    fillMounts()
  }

  private static func hostAliases(_ pod: Value) -> [(address: String, names: [String])] {
    var aliases: [(address: String, names: [String])] = []
    for alias in pod["hostAliases"]?.array ?? [] {
      aliases.append((alias["ip"]?.string ?? "", alias["hostnames"].strings))
    }
    return aliases
  }

  private static func resolver(_ pod: Value, namespace: String) -> ResolverConfiguration {
    var result = ResolverConfiguration()
    let policy = pod["dnsPolicy"]?.string
    if policy == "Default" || (policy == "ClusterFirst" && pod["hostNetwork"]?.bool == true) {
      result.isOfNode = true
    } else if policy != "None" {
      result.searches = ["\(namespace).svc.cluster.local", "svc.cluster.local", "cluster.local"]
      result.nameservers = [ResolverConfiguration.clusterServer]
      result.options = ["ndots:5"]
    }
    guard let own = pod["dnsConfig"] else { return result }
    for server in own["nameservers"].strings where !result.nameservers.contains(server) {
      result.nameservers.append(server)
    }
    for search in own["searches"].strings where !result.searches.contains(search) { result.searches.append(search) }
    for option in own["options"]?.array ?? [] {
      let name = option["name"]?.string ?? ""
      result.options.removeAll { $0 == name || $0.hasPrefix(name + ":") }
      result.options.append(option["value"]?.string.map { name + ":" + $0 } ?? name)
    }
    return result
  }

  private static func supplementaryGroups(_ security: Value?) -> [Int64] {
    var groups: [Int64] = []
    if let group = security?["fsGroup"]?.integer { groups.append(group) }
    for group in security?["supplementalGroups"]?.array ?? [] {
      if let number = group.integer { groups.append(number) }
    }
    return groups
  }

  private func expanded(_ list: Value?, _ known: [String: String]) -> [String]? {
    guard let items = list?.array, !items.isEmpty else { return nil }
    var result: [String] = []
    for item in items { result.append(ContainerEnvironment.expand(item.string ?? "", known)) }
    return result
  }

  /// `$(NAME)` becomes the value, `$$` a dollar sign, unknown names stay. Source: third_party/forked/golang/expansion.
  static func expand(_ text: String, _ known: [String: String]) -> String {
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == 36, i + 1 < bytes.count {
        if bytes[i + 1] == 36 {
          out.append(36)
          i += 2
          continue
        }
        if bytes[i + 1] == 40 {
          var end = i + 2
          while end < bytes.count, bytes[end] != 41 { end += 1 }
          if end < bytes.count {
            let name = String(decoding: bytes[(i + 2)..<end], as: UTF8.self)
            if let value = known[name] { out += Array(value.utf8) } else { out += bytes[i...end] }
            i = end + 1
            continue
          }
        }
      }
      out.append(bytes[i])
      i += 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  // MARK: Variables

  private mutating func fillEnvironment() {
    let store = worker.kubelet.api.store
    var names: [String] = []
    var values: [String: String] = [:]
    func put(_ name: String, _ value: String) {
      if values[name] == nil { names.append(name) }
      values[name] = value
    }
    for from in container.spec["envFrom"]?.array ?? [] {
      let prefix = from["prefix"]?.string ?? ""
      for (field, kind, word) in [("configMapRef", Kind.configMap, "configmap"), ("secretRef", Kind.secret, "secret")] {
        guard let reference = from[field] else { continue }
        let name = reference["name"]?.string ?? ""
        guard let object = store.object(kind, worker.namespace, name) else {
          if reference["optional"]?.bool != true {
            problem = "\(word) \"\(name)\" not found"
            return
          }
          continue
        }
        for (key, value) in object.value["data"]?.object?.sortedByKey ?? [] {
          let text = kind == .secret ? ContainerEnvironment.decoded(value) : value.string ?? ""
          if Names.environmentProblems(prefix + key).isEmpty { put(prefix + key, text) }
        }
      }
    }
    let services = serviceVariables()
    for entry in container.spec["env"]?.array ?? [] {
      let name = entry["name"]?.string ?? ""
      var text = ""
      if let source = entry["valueFrom"] {
        guard let value = resolve(source) else {
          if problem != nil { return }
          continue
        }
        text = value
      } else {
        var known = values
        for (key, value) in services where known[key] == nil { known[key] = value }
        text = ContainerEnvironment.expand(entry["value"]?.string ?? "", known)
      }
      put(name, text)
    }
    for (key, value) in services where values[key] == nil { put(key, value) }
    for name in names { spec.environment.append((name, values[name] ?? "")) }
  }

  static func decoded(_ value: Value) -> String { String(decoding: decodedBytes(value), as: UTF8.self) }

  static func decodedBytes(_ value: Value) -> [UInt8] {
    if case .bytes(let bytes) = Base64.decode(value.string ?? "") { return bytes }
    return []
  }

  /// Nil: left out (optional), or `problem` is set.
  private mutating func resolve(_ source: Value) -> String? {
    let store = worker.kubelet.api.store
    if let field = source[path: "fieldRef", "fieldPath"]?.string { return ContainerEnvironment.field(field, worker) }
    if let reference = source["resourceFieldRef"] {
      return ContainerEnvironment.resource(reference, container.spec, worker)
    }
    for (field, kind, word) in [
      ("configMapKeyRef", Kind.configMap, "configmap"), ("secretKeyRef", Kind.secret, "secret"),
    ] {
      guard let reference = source[field] else { continue }
      let name = reference["name"]?.string ?? ""
      let key = reference["key"]?.string ?? ""
      let isOptional = reference["optional"]?.bool == true
      guard let object = store.object(kind, worker.namespace, name) else {
        if !isOptional { problem = "\(word) \"\(name)\" not found" }
        return nil
      }
      guard let value = object.value["data"]?[key] else {
        let what = kind == .secret ? "Secret" : "ConfigMap"
        if !isOptional { problem = "couldn't find key \(key) in \(what) \(worker.namespace)/\(name)" }
        return nil
      }
      return kind == .secret ? ContainerEnvironment.decoded(value) : value.string ?? ""
    }
    return ""
  }

  static func field(_ path: String, _ worker: PodWorker) -> String {
    let pod = worker.pod.value
    switch path {
    case "metadata.name": return worker.name
    case "metadata.namespace": return worker.namespace
    case "metadata.uid": return worker.uid
    case "spec.nodeName": return worker.kubelet.nodeName
    case "spec.serviceAccountName": return pod[path: "spec", "serviceAccountName"]?.string ?? ""
    case "status.hostIP", "status.hostIPs": return worker.kubelet.nodeAddress
    case "status.podIP", "status.podIPs": return worker.address
    case "metadata.labels", "metadata.annotations":
      var lines: [String] = []
      let map = pod["metadata"]?[path == "metadata.labels" ? "labels" : "annotations"]?.object ?? Value.Object()
      for (key, value) in map.sortedByKey { lines.append("\(key)=\(goQuoted(value.string ?? ""))") }
      if path == "metadata.annotations" {
        // The kubelet keeps two of its own on its copy of the pod (pkg/kubelet/config).
        lines.append("kubernetes.io/config.seen=\(goQuoted(worker.firstSeenText))")
        lines.append("kubernetes.io/config.source=\"api\"")
        lines.sort()
      }
      return lines.joined(separator: "\n")
    default:
      for map in ["labels", "annotations"] where path.hasPrefix("metadata.\(map)['") && path.hasSuffix("']") {
        let key = String(path.dropFirst(map.count + 11).dropLast(2))
        return pod["metadata"]?[map]?[key]?.string ?? ""
      }
      return ""
    }
  }

  static func resource(_ reference: Value, _ container: Value, _ worker: PodWorker) -> String {
    let name = reference["resource"]?.string ?? ""
    let divisor = Quantity.milli(reference["divisor"]) ?? 0
    var target = container
    if let other = reference["containerName"]?.string {
      for item in worker.regular where item.name == other { target = item.spec }
    }
    let isLimit = name.hasPrefix("limits.")
    let resource = String(name.dropFirst(isLimit ? 7 : 9))
    var amount = Quantity.milli(target["resources"]?[isLimit ? "limits" : "requests"]?[resource])
    if amount == nil, isLimit {
      let node = worker.kubelet.api.store.object(.node, "", worker.kubelet.nodeName)
      amount = Quantity.milli(node?.value[path: "status", "allocatable"]?[resource])
    }
    let unit = divisor == 0 ? 1_000 : divisor
    return "\(((amount ?? 0) + unit - 1) / unit)"
  }

  /// Docker-style links to the services of the namespace and to the API server.
  private func serviceVariables() -> [(String, String)] {
    let store = worker.kubelet.api.store
    var services: [StoredObject] = []
    if worker.spec["enableServiceLinks"]?.bool != false {
      services = store.shelf(.service).list(namespace: worker.namespace)
    }
    if worker.namespace != "default" || worker.spec["enableServiceLinks"]?.bool == false,
      let kubernetes = store.object(.service, "default", "kubernetes")
    {
      services.append(kubernetes)
    }
    var result: [(String, String)] = []
    for service in services {
      let address = service.value[path: "spec", "clusterIP"]?.string ?? ""
      guard !address.isEmpty, address != "None" else { continue }
      var prefix = ""
      for scalar in service.name.uppercased().unicodeScalars { prefix += scalar == "-" ? "_" : String(scalar) }
      let ports = service.value[path: "spec", "ports"]?.array ?? []
      guard let first = ports.first else { continue }
      result.append(("\(prefix)_SERVICE_HOST", address))
      result.append(("\(prefix)_SERVICE_PORT", "\(first["port"]?.integer ?? 0)"))
      for port in ports {
        if let name = port["name"]?.string, !name.isEmpty {
          var suffix = ""
          for scalar in name.uppercased().unicodeScalars { suffix += scalar == "-" ? "_" : String(scalar) }
          result.append(("\(prefix)_SERVICE_PORT_\(suffix)", "\(port["port"]?.integer ?? 0)"))
        }
      }
      for (index, port) in ports.enumerated() {
        let proto = (port["protocol"]?.string ?? "TCP").lowercased()
        let number = port["port"]?.integer ?? 0
        let url = "\(proto)://\(address):\(number)"
        if index == 0 { result.append(("\(prefix)_PORT", url)) }
        let base = "\(prefix)_PORT_\(number)_\(proto.uppercased())"
        result.append((base, url))
        result.append(("\(base)_PROTO", proto))
        result.append(("\(base)_PORT", "\(number)"))
        result.append(("\(base)_ADDR", address))
      }
    }
    return result
  }

  // MARK: Mounts

  private mutating func fillMounts() {
    for mount in container.spec["volumeMounts"]?.array ?? [] {
      let name = mount["name"]?.string ?? ""
      for volume in worker.spec["volumes"]?.array ?? [] where volume["name"]?.string == name {
        let reader = VolumeReader(worker: worker)
        let contents = reader.read(volume)
        guard let content = contents.content else { continue }
        var subPath = mount["subPath"]?.string ?? ""
        if let pattern = mount["subPathExpr"]?.string {
          var known: [String: String] = [:]
          for (name, value) in spec.environment { known[name] = value }
          subPath = ContainerEnvironment.expand(pattern, known)
        }
        var readOnly = mount["readOnly"]?.bool ?? false
        if case .files = content { readOnly = true }
        if volume[path: "persistentVolumeClaim", "readOnly"]?.bool == true { readOnly = true }
        spec.mounts.append(
          Mount(
            path: mount["mountPath"]?.string ?? "", content: content, readOnly: readOnly, subPath: subPath,
            group: reader.takesGroup(volume) ? worker.fsGroup : nil))
      }
    }
  }
}
