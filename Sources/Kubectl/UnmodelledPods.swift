// What a cluster shows because of a pod whose image or program is not modelled is not what a real one would show: the pod itself,
// the events about it, what counts its states (the workloads that own it, the endpoints of its services). Whoever is shown one
// of these is told; whoever only looks at something else is not.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

final class UnmodelledPods {
  /// Verbs that print what state objects are in. The others print names, and what they print does not depend on how a pod fares.
  private static let readers: Set<String> = [
    "get", "describe", "wait", "status", "events", "logs", "exec", "attach", "cp", "port-forward", "run", "top",
    "debug",
    "drain", "diff",
  ]

  private let console: any ContainerConsole
  private let api: APIServer
  private let process: Process

  /// Nil when there is nothing to look out for.
  init?(_ kubectl: Kubectl, _ process: Process, verb: String) {
    guard Self.readers.contains(verb), let console = kubectl.console else { return nil }
    self.console = console
    api = kubectl.api
    self.process = process
  }

  func look(at objects: [Value], _ kind: Kind) {
    if api.isFull { process.note(notSimulated: APIServer.fullness) }
    let images = console.unmodelledImages
    let programs = console.unmodelledPrograms
    guard !images.isEmpty || !programs.isEmpty, let pods = try? api.list(.pod) else { return }
    for pod in pods.items {
      var reasons: [String] = []
      for field in ["initContainers", "containers"] {
        for container in pod[path: "spec", field]?.array ?? [] {
          guard let image = container["image"]?.string, images.contains(image) else { continue }
          reasons.append("image \(image)")
        }
      }
      let uid = pod[path: "metadata", "uid"]?.string ?? ""
      for (podUID, reason) in programs where podUID == uid {
        reasons.append("\(reason) of pod \(pod[path: "metadata", "name"]?.string ?? "")")
      }
      guard !reasons.isEmpty else { continue }
      let touched = Touched(pod, api)
      for object in objects where touched.includes(object, kind) {
        for reason in reasons { process.note(notSimulated: reason) }
        break
      }
    }
  }
}

/// A pod, and what shows how it fares.
private struct Touched {
  private let namespace: String
  private let labels: Value?
  private var uids: [String] = []
  private let api: APIServer

  init(_ pod: Value, _ api: APIServer) {
    self.api = api
    namespace = pod[path: "metadata", "namespace"]?.string ?? ""
    labels = pod[path: "metadata", "labels"]
    var owned: Value? = pod
    // A pod, its ReplicaSet or Job, its Deployment or CronJob.
    while let object = owned, uids.count < 4 {
      uids.append(object[path: "metadata", "uid"]?.string ?? "")
      owned = nil
      guard let owner = object[path: "metadata", "ownerReferences"]?.array?.first, let name = owner["name"]?.string,
        let kind = Kinds.named((owner["kind"]?.string ?? "").lowercased())
      else { break }
      owned = try? api.get(kind, namespace: namespace, name: name)
    }
  }

  func includes(_ object: Value, _ kind: Kind) -> Bool {
    if let uid = object[path: "metadata", "uid"]?.string, uids.contains(uid) { return true }
    switch kind {
    case .event: return uids.contains(object[path: "involvedObject", "uid"]?.string ?? "")
    case .endpoints: return selects(object[path: "metadata", "name"]?.string, object)
    case .endpointSlice:
      return selects(object[path: "metadata", "labels", "kubernetes.io/service-name"]?.string, object)
    case .horizontalPodAutoscaler:
      guard let target = object[path: "spec", "scaleTargetRef"], let name = target["name"]?.string,
        let kind = Kinds.named((target["kind"]?.string ?? "").lowercased()), isHere(object),
        let workload = try? api.get(kind, namespace: namespace, name: name)
      else { return false }
      return uids.contains(workload[path: "metadata", "uid"]?.string ?? "")
    default: return false
    }
  }

  private func isHere(_ object: Value) -> Bool { object[path: "metadata", "namespace"]?.string == namespace }

  private func selects(_ service: String?, _ object: Value) -> Bool {
    guard let service, isHere(object), let found = try? api.get(.service, namespace: namespace, name: service),
      let selector = found[path: "spec", "selector"]?.object, !selector.isEmpty
    else { return false }
    for (key, value) in selector where labels?[key]?.string != value.string { return false }
    return true
  }
}
