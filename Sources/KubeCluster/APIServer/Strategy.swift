// What the API server itself fills in per kind when an object is created or changed: initial status, finalizers, fields
// that only the server may set. Source: `pkg/registry/<group>/<kind>/strategy.go`.

import KubeAPI
import SimKernel
import Unstructured

extension Kind {
  /// Kinds whose `metadata.generation` counts changes of the spec.
  package var countsGenerations: Bool { Kind.withGeneration.contains(kind) }

  private static let withGeneration: Set<String> = [
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Ingress", "IngressClass",
    "NetworkPolicy", "PodDisruptionBudget", "ReplicationController", "PriorityClass", "CustomResourceDefinition",
    "EndpointSlice", "FlowSchema", "PriorityLevelConfiguration", "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
  ]
}

extension APIServer {
  /// Clients cannot set the status of a new object.
  func clearStatus(_ kind: Kind, _ object: inout Value) {
    guard kind.hasStatus || kind == .namespace || kind == .persistentVolumeClaim else { return }
    object["status"] = APIServer.initialStatus(kind)
  }

  /// The status objects are born with; kinds that are not named here begin with an empty one.
  private static func initialStatus(_ kind: Kind) -> Value {
    switch kind.kind {
    case "StatefulSet": return ["availableReplicas": 0, "replicas": 0]
    case "ReplicaSet", "ReplicationController": return ["replicas": 0]
    case "DaemonSet":
      return [
        "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
      ]
    case "Service", "Ingress": return ["loadBalancer": [:]]
    case "PersistentVolumeClaim", "PersistentVolume", "Pod": return ["phase": "Pending"]
    case "Namespace": return ["phase": "Active"]
    case "PodDisruptionBudget":
      return ["currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0]
    case "HorizontalPodAutoscaler": return ["currentMetrics": .null, "desiredReplicas": 0]
    default: return [:]
    }
  }

  func prepareForCreate(_ kind: Kind, _ object: inout Value) {
    switch kind {
    case .pod:
      object.set(["status", "phase"], "Pending")
      object.set(["status", "qosClass"], .string(qualityOfService(object)))
    case .persistentVolumeClaim: addFinalizer("kubernetes.io/pvc-protection", &object)
    case .persistentVolume: addFinalizer("kubernetes.io/pv-protection", &object)
    case .namespace:
      object.set(["spec", "finalizers"], ["kubernetes"])
      let name = object[path: "metadata", "name"] ?? ""
      object.set(["metadata", "labels", "kubernetes.io/metadata.name"], name)
    case .secret: moveStringData(&object)
    case .job: prepareJob(&object)
    case .daemonSet: setTemplateGeneration(&object, 1)
    default: break
    }
  }

  func prepareForUpdate(_ kind: Kind, _ old: Value, _ object: inout Value) {
    switch kind {
    case .daemonSet:
      let before = Int64(old[path: "metadata", "annotations"]?[APIServer.templateGeneration]?.string ?? "") ?? 1
      let isNew = old[path: "spec", "template"] != object[path: "spec", "template"]
      setTemplateGeneration(&object, isNew ? before + 1 : before)
    case .secret: moveStringData(&object)
    case .pod:
      // The class was fixed when the pod was made.
      if let quality = old[path: "status", "qosClass"] { object.set(["status", "qosClass"], quality) }
    case .namespace:
      if object[path: "spec", "finalizers"] == nil, let finalizers = old[path: "spec", "finalizers"] {
        object.set(["spec", "finalizers"], finalizers)
      }
    case .service:
      // An update that leaves the address out keeps it.
      for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
      where (object["spec"]?[key]?.string ?? "").isEmpty && (object["spec"]?[key]?.array ?? []).isEmpty {
        if let value = old["spec"]?[key], object[path: "spec", "type"]?.string != "ExternalName" {
          object.set(["spec", key], value)
        }
      }
      keepNodePorts(old, &object)
      dropUnneeded(old, &object)
    default: break
    }
  }

  /// A service that changes its type loses what the old type needed and the new one does not, unless it was changed too.
  private func dropUnneeded(_ old: Value, _ object: inout Value) {
    let before = old[path: "spec", "type"]?.string ?? "ClusterIP"
    let now = object[path: "spec", "type"]?.string ?? "ClusterIP"
    func drop(_ keys: [String]) {
      for key in keys where object["spec"]?[key] == old["spec"]?[key] { object.set(["spec", key], nil) }
    }
    if before != "ExternalName", now == "ExternalName" {
      drop(["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
    }
    if before == "ExternalName", now != "ExternalName" { drop(["externalName"]) }
    let opensPorts = ["NodePort", "LoadBalancer"]
    guard opensPorts.contains(before), !opensPorts.contains(now) else { return }
    if (object[path: "spec", "externalIPs"]?.array ?? []).isEmpty || now == "ExternalName" {
      drop(["externalTrafficPolicy"])
    }
    drop(["allocateLoadBalancerNodePorts", "loadBalancerClass", "healthCheckNodePort"])
    var ports = object[path: "spec", "ports"]?.array ?? []
    let known = old[path: "spec", "ports"]?.array ?? []
    for i in ports.indices {
      for port in known where port["nodePort"] != nil && port["nodePort"] == ports[i]["nodePort"] {
        ports[i]["nodePort"] = nil
      }
    }
    if !ports.isEmpty { object.set(["spec", "ports"], .array(ports)) }
  }

  /// A daemon set counts the changes of its template; where the field was, there is an annotation now.
  static let templateGeneration = "deprecated.daemonset.template.generation"

  private func setTemplateGeneration(_ object: inout Value, _ number: Int64) {
    object.set(["metadata", "annotations", APIServer.templateGeneration], .string("\(number)"))
  }

  private func keepNodePorts(_ old: Value, _ object: inout Value) {
    let type = object[path: "spec", "type"]?.string ?? "ClusterIP"
    guard type == "NodePort" || type == "LoadBalancer", var ports = object[path: "spec", "ports"]?.array else { return }
    let before = old[path: "spec", "ports"]?.array ?? []
    for (i, port) in ports.enumerated() where (port["nodePort"]?.integer ?? 0) == 0 {
      for other in before
      where other["port"] == port["port"] && other["protocol"] == port["protocol"]
        && (other["nodePort"]?.integer ?? 0) != 0
      {
        ports[i]["nodePort"] = other["nodePort"]
      }
    }
    object.set(["spec", "ports"], .array(ports))
  }

  private func addFinalizer(_ name: String, _ object: inout Value) {
    var finalizers = object[path: "metadata", "finalizers"].strings
    if !finalizers.contains(name) { finalizers.append(name) }
    object.set(["metadata", "finalizers"], .strings(finalizers))
  }

  /// `stringData` is write-only: it goes into `data`, base64-encoded.
  private func moveStringData(_ object: inout Value) {
    guard let plain = object["stringData"]?.object else { return }
    var data = object["data"]?.object ?? Value.Object()
    for (key, value) in plain { data[key] = .string(Base64.encode(Array((value.string ?? "").utf8))) }
    object["data"] = .object(data)
    object["stringData"] = nil
  }

  /// A job selects its pods by its own uid unless the author insists on a selector of their own.
  private func prepareJob(_ object: inout Value) {
    guard object[path: "spec", "manualSelector"]?.bool != true else { return }
    let uid = object[path: "metadata", "uid"] ?? ""
    let name = object[path: "metadata", "name"] ?? ""
    // What stands there already is left to validation to refuse.
    if object[path: "spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"] == nil {
      object.set(["spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"], uid)
    }
    var labels = object[path: "spec", "template", "metadata"]?["labels"]?.object ?? Value.Object()
    for prefix in ["batch.kubernetes.io/", ""] {
      for (key, value) in [("controller-uid", uid), ("job-name", name)] where labels[prefix + key] == nil {
        labels[prefix + key] = value
      }
    }
    object.set(["spec", "template", "metadata", "labels"], .object(labels))
    // A job without labels of its own takes those of its template (defaulting runs after the labels are made).
    if (object[path: "metadata", "labels"]?.object ?? Value.Object()).isEmpty {
      object.set(["metadata", "labels"], .object(labels))
    }
  }

  /// Guaranteed, Burstable or BestEffort. Source: `pkg/apis/core/helper/qos`.
  func qualityOfService(_ pod: Value) -> String {
    var guaranteed = true
    var any = false
    let containers =
      (pod[path: "spec", "containers"]?.array ?? []) + (pod[path: "spec", "initContainers"]?.array ?? [])
    for container in containers {
      for resource in ["cpu", "memory"] {
        let request = Quantity.milli(container[path: "resources", "requests", resource])
        let limit = Quantity.milli(container[path: "resources", "limits", resource])
        if (request ?? 0) > 0 || (limit ?? 0) > 0 { any = true }
        if limit == nil || limit == 0 || (request != nil && request != limit) { guaranteed = false }
      }
    }
    if !any { return "BestEffort" }
    return guaranteed ? "Guaranteed" : "Burstable"
  }

  // MARK: Addresses

  /// Gives a service its cluster address and node ports.
  func allocateAddresses(_ kind: Kind, _ object: inout Value, dryRun: Bool) throws(Status) {
    guard kind == .service else { return }
    let name = object[path: "metadata", "name"]?.string ?? ""
    let type = object[path: "spec", "type"]?.string ?? "ClusterIP"
    if type == "ExternalName" {
      object.set(["spec", "clusterIP"], nil)
      object.set(["spec", "clusterIPs"], nil)
      return
    }
    let stated = object[path: "spec", "clusterIP"]?.string ?? ""
    if stated.isEmpty {
      let address = dryRun ? serviceAddresses.preview() : serviceAddresses.take()
      object.set(["spec", "clusterIP"], .string(address))
      object.set(["spec", "clusterIPs"], [.string(address)])
    } else if stated == "None" {
      object.set(["spec", "clusterIPs"], ["None"])
    } else {
      let uid = object[path: "metadata", "uid"]?.string ?? ""
      if let owner = serviceAddresses.owner(stated), owner != uid, !owner.isEmpty {
        throw Status.invalid(
          kind, name,
          [
            Cause(
              reason: "FieldValueInvalid",
              message:
                "Invalid value: []string{\"\(stated)\"}: failed to allocate IP \(stated): provided IP is already allocated",
              field: "spec.clusterIPs")
          ])
      }
      if !stated.hasPrefix(settings.serviceNetwork) {
        throw Status.invalid(
          kind, name,
          [
            Cause(
              reason: "FieldValueInvalid",
              message:
                "Invalid value: []string{\"\(stated)\"}: failed to allocate IP \(stated): the provided IP (\(stated)) is not in the valid range. "
                + "The range of valid IPs is \(settings.serviceNetwork)0/24",
              field: "spec.clusterIPs")
          ])
      }
      if !dryRun { serviceAddresses.claim(stated, uid) }
      object.set(["spec", "clusterIPs"], [.string(stated)])
    }
    if object[path: "spec", "ipFamilies"] == nil { object.set(["spec", "ipFamilies"], ["IPv4"]) }
    if object[path: "spec", "ipFamilyPolicy"] == nil { object.set(["spec", "ipFamilyPolicy"], "SingleStack") }
    if type == "NodePort" || type == "LoadBalancer" { try allocateNodePorts(name, &object, dryRun) }
    if !dryRun, let address = object[path: "spec", "clusterIP"]?.string, address != "None" {
      serviceAddresses.claim(address, object[path: "metadata", "uid"]?.string ?? "")
    }
  }

  private func allocateNodePorts(_ name: String, _ object: inout Value, _ dryRun: Bool) throws(Status) {
    guard var ports = object[path: "spec", "ports"]?.array else { return }
    var mine: Set<Int64> = []
    if let old = store.object(.service, object[path: "metadata", "namespace"]?.string ?? "", name) {
      for port in old.value[path: "spec", "ports"]?.array ?? [] {
        if let number = port["nodePort"]?.integer { mine.insert(number) }
      }
    }
    for (i, port) in ports.enumerated() {
      let stated = port["nodePort"]?.integer ?? 0
      if stated == 0 {
        var number =
          settings.nodePortFirst + Int64(names.below(Int(settings.nodePortLast - settings.nodePortFirst + 1)))
        while nodePorts.contains(number) {
          number = number == settings.nodePortLast ? settings.nodePortFirst : number + 1
        }
        if !dryRun { nodePorts.insert(number) }
        ports[i]["nodePort"] = .integer(number)
      } else if stated < settings.nodePortFirst || stated > settings.nodePortLast {
        throw nodePortRefused(
          name, i, stated,
          "provided port is not in the valid range. The range of valid ports is "
            + "\(settings.nodePortFirst)-\(settings.nodePortLast)")
      } else if nodePorts.contains(stated), !mine.contains(stated) {
        throw nodePortRefused(name, i, stated, "provided port is already allocated")
      } else if !dryRun {
        nodePorts.insert(stated)
      }
    }
    object.set(["spec", "ports"], .array(ports))
  }

  private func nodePortRefused(_ name: String, _ index: Int, _ port: Int64, _ detail: String) -> Status {
    Status.invalid(
      .service, name,
      [
        Cause(
          reason: "FieldValueInvalid", message: "Invalid value: \(port): \(detail)",
          field: "spec.ports[\(index)].nodePort")
      ])
  }

  /// Gives back what an object held, when it disappears.
  func release(_ kind: Kind, _ object: Value) {
    guard kind == .service else { return }
    if let address = object[path: "spec", "clusterIP"]?.string { serviceAddresses.release(address) }
    for port in object[path: "spec", "ports"]?.array ?? [] {
      if let number = port["nodePort"]?.integer { nodePorts.remove(number) }
    }
  }
}

/// The addresses of a /24, handed out at random as the API server does (from the upper part of the range).
package struct AddressPool {
  private let prefix: String
  private var random: SeededRandom
  private var owners: [String: String] = [:]

  init(prefix: String, random: SeededRandom) {
    self.prefix = prefix
    self.random = random
  }

  func owner(_ address: String) -> String? { owners[address] }
  mutating func claim(_ address: String, _ uid: String) { owners[address] = uid }
  mutating func release(_ address: String) { owners[address] = nil }

  mutating func take() -> String {
    let address = preview()
    owners[address] = ""
    return address
  }

  mutating func preview() -> String {
    for _ in 0..<64 {
      let address = prefix + "\(16 + random.below(239))"
      if owners[address] == nil { return address }
    }
    for last in 2..<255 where owners[prefix + "\(last)"] == nil { return prefix + "\(last)" }
    return prefix + "254"
  }
}
