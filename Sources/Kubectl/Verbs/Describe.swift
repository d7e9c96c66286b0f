// kubectl describe. Kinds without an entry in the table are described member by member.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  static let describe = Verb(
    "describe", .troubleshooting,
    usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    synopsis: "Show details of a specific resource or group of resources",
    examples: ["kubectl describe pod web-0", "kubectl describe sts"],
    flags: Flags.files + [
      Flags.allNamespaces, Flags.selector, .int64("chunk-size", "", 500, .accepted, "objects per request"),
      .bool("show-events", "", true, "show the events about the object"),
    ], run: Describe.run)
}

enum Describe {
  private static func layout(_ kind: Kind) -> (Described) throws(Failure) -> String {
    switch kind {
    case .pod: return PodDescription.write
    case .statefulSet: return WorkloadDescription.statefulSet
    case .deployment: return WorkloadDescription.deployment
    case .replicaSet: return WorkloadDescription.replicaSet
    case .replicationController: return WorkloadDescription.replicationController
    case .daemonSet: return WorkloadDescription.daemonSet
    case .job: return WorkloadDescription.job
    case .cronJob: return WorkloadDescription.cronJob
    case .podDisruptionBudget: return WorkloadDescription.budget
    case .horizontalPodAutoscaler: return AutoscalerDescription.write
    case .service: return NetworkDescription.service
    case .endpoints: return NetworkDescription.endpointsObject
    case .endpointSlice: return NetworkDescription.slice
    case .ingress: return NetworkDescription.ingress
    case .ingressClass: return NetworkDescription.ingressClass
    case .networkPolicy: return NetworkDescription.policy
    case .configMap: return ConfigurationDescription.configMap
    case .secret: return ConfigurationDescription.secret
    case .serviceAccount: return ConfigurationDescription.serviceAccount
    case .namespace: return ConfigurationDescription.namespace
    case .resourceQuota: return ConfigurationDescription.quota
    case .limitRange: return ConfigurationDescription.limitRange
    case .role, .clusterRole: return ConfigurationDescription.role
    case .roleBinding, .clusterRoleBinding: return ConfigurationDescription.binding
    case .priorityClass: return ConfigurationDescription.priorityClass
    case .persistentVolumeClaim: return StorageDescription.claim
    case .persistentVolume: return StorageDescription.volume
    case .storageClass: return StorageDescription.storageClassObject
    case .node: return NodeDescription.write
    default: return GenericDescription.write
    }
  }

  static func run(_ call: Call) throws(Failure) {
    if call.arguments.isEmpty, call.flags.strings("filename").isEmpty, call.flags.string("kustomize").isEmpty {
      throw .text(
        "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources."
      )
    }
    call.withInput { (input) throws(Failure) in try start(call, input) }
  }

  private static func start(_ call: Call, _ input: [UInt8]?) throws(Failure) {
    var request = ResourceRequest(call)
    request.allowsEmptySelector = true
    let (infos, problems) = try request.infos(call, input)
    if call.arguments.count == 2, problems.count == 1, case .status(let status) = problems[0],
      status.reason == "NotFound", !call.arguments[0].contains(byte: 47)
    {
      return try matching(call, problems[0])
    }
    var isFirst = true
    for info in infos {
      let text = try describe(call, info)
      call.print(isFirst ? text : "\n\n" + text)
      isFirst = false
    }
    if infos.isEmpty, problems.isEmpty {
      call.complain(
        call.allNamespaces ? "No resources found" : "No resources found in \(call.namespace) namespace.")
    }
    call.failures.append(contentsOf: problems)
  }

  /// A name that does not exist stands for everything that begins with it.
  private static func matching(_ call: Call, _ failure: Failure) throws(Failure) {
    let kind = try call.client.kind(call.arguments[0])
    var isFound = false
    for object in try call.client.list(kind, kind.namespaced && !call.allNamespaces ? call.namespace : nil).items {
      let name = object[path: "metadata", "name"]?.string ?? ""
      guard name.hasPrefix(call.arguments[1]) else { continue }
      isFound = true
      let namespace = object[path: "metadata", "namespace"]?.string ?? ""
      call.print(try describe(call, Info(kind: kind, namespace: namespace, name: name, object: object)) + "\n")
    }
    if !isFound { throw failure }
  }

  static func describe(_ call: Call, _ info: Info) throws(Failure) -> String {
    try call.requireModelled(info)
    let object = try call.client.get(info.kind, info.namespace, info.name)
    let events = call.flags.bool("show-events") ? try call.client.events(about: object, info.kind) : nil
    return try layout(info.kind)(Described(call: call, kind: info.kind, object: object, events: events))
  }
}
