// Which pod and which container `exec`, `logs`, `attach` and `port-forward` mean when a workload is named and no container is
// (kubectl pkg/polymorphichelpers/helpers.go, pkg/cmd/util/podcmd).

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum PodChoice {
  enum Purpose {
    case logs
    case attach

    fileprivate var words: String { self == .logs ? "get the logs from" : "attach to" }
  }

  /// The pods behind an object, best first.
  static func pods(_ call: Call, _ info: Info, for purpose: Purpose) throws(Failure) -> [Value] {
    if info.kind == .pod { return [info.object] }
    let selector: LabelSelector
    switch info.kind {
    case .service:
      guard let labels = info.object[path: "spec", "selector"], labels.object?.isEmpty == false else {
        throw .text("invalid service '\(info.name)': Service is defined without a selector")
      }
      selector = LabelSelector(labels: labels)
    case .replicationController: selector = LabelSelector(labels: info.object[path: "spec", "selector"])
    case .deployment, .statefulSet, .daemonSet, .replicaSet, .job:
      selector = LabelSelector(info.object[path: "spec", "selector"])
    default:
      let type = "*\(info.kind.version).\(info.kind.kind)"
      throw .text("cannot \(purpose.words) \(type): selector for \(type) not implemented")
    }
    let found = try call.client.list(.pod, info.namespace, Selection(labels: selector)).items
    var order = Array(0..<found.count)
    order.sort {
      before(found[$0], found[$1], purpose) == before(found[$1], found[$0], purpose)
        ? $0 < $1 : before(found[$0], found[$1], purpose)
    }
    return order.map { found[$0] }
  }

  /// Goes on with the pods behind an object as soon as there are some; without any it waits as long as the flag says.
  static func whenFound(
    _ call: Call, _ info: Info, for purpose: Purpose, _ work: @escaping ([Value]) throws(Failure) -> Void
  ) throws(Failure) {
    let found = try pods(call, info, for: purpose)
    if !found.isEmpty { return try work(found) }
    let deadline = call.world.now + call.flags.duration("pod-running-timeout")
    let watch = call.keep(try call.client.watch(.pod, info.namespace, .everything, from: 0))
    call.poll { () throws(Failure) -> Progress in
      while watch.next() != nil {}
      let found = try pods(call, info, for: purpose)
      guard found.isEmpty else {
        watch.stop()
        try work(found)
        return .done
      }
      if call.world.now >= deadline { throw .text("timed out waiting for the condition") }
      return .wait([watch.wait, .until(deadline, .activity)])
    }
  }

  /// `--pod-running-timeout` as `exec`, `attach`, `logs` and `port-forward` check it.
  static func checkTimeout(_ call: Call) throws(Failure) {
    if call.flags.duration("pod-running-timeout") <= .zero {
      throw .text("--pod-running-timeout must be higher than zero")
    }
  }

  /// For `logs`: assigned, running, ready, longest ready, most restarts, oldest first (`ByLogging`); for `exec` the pods that are
  /// most likely to be in use come first (reverse of `ActivePods`).
  private static func before(_ a: Value, _ b: Value, _ purpose: Purpose) -> Bool {
    func rank(_ pod: Value) -> (Int, Int, Int) {
      let assigned = (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty ? 1 : 0
      let phase: Int
      switch pod[path: "status", "phase"]?.string {
      case "Pending": phase = 2
      case "Unknown": phase = 1
      default: phase = 0
      }
      return (assigned, phase, Cells.condition(pod, "Ready") ? 0 : 1)
    }
    let x = rank(a)
    let y = rank(b)
    if x.0 != y.0 { return x.0 < y.0 }
    if x.1 != y.1 { return x.1 < y.1 }
    if x.2 != y.2 { return x.2 < y.2 }
    let readyA = readySince(a)
    let readyB = readySince(b)
    if x.2 == 0, readyA != readyB { return readyA < readyB }
    let restartsA = restarts(a)
    let restartsB = restarts(b)
    if restartsA != restartsB { return purpose == .logs ? restartsA > restartsB : restartsA < restartsB }
    let createdA = a[path: "metadata", "creationTimestamp"]?.string ?? ""
    let createdB = b[path: "metadata", "creationTimestamp"]?.string ?? ""
    return createdA < createdB
  }

  private static func readySince(_ pod: Value) -> String {
    for condition in pod[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == "Ready" && condition["status"]?.string == "True" {
      return condition["lastTransitionTime"]?.string ?? ""
    }
    return ""
  }

  private static func restarts(_ pod: Value) -> Int64 {
    var most: Int64 = 0
    for status in pod[path: "status", "containerStatuses"]?.array ?? [] {
      most = max(most, status["restartCount"]?.integer ?? 0)
    }
    return most
  }

  /// `a, b, i1 (init)`
  static func names(_ pod: Value) -> String {
    var names: [String] = []
    for container in pod[path: "spec", "containers"]?.array ?? [] { names.append(container["name"]?.string ?? "") }
    for container in pod[path: "spec", "initContainers"]?.array ?? [] {
      names.append((container["name"]?.string ?? "") + " (init)")
    }
    for container in pod[path: "spec", "ephemeralContainers"]?.array ?? [] {
      names.append((container["name"]?.string ?? "") + " (ephem)")
    }
    return names.joined(separator: ", ")
  }

  static func has(_ pod: Value, _ name: String) -> Bool {
    for list in ["containers", "initContainers", "ephemeralContainers"] {
      for container in pod[path: "spec", list]?.array ?? [] where container["name"]?.string == name { return true }
    }
    return false
  }

  /// The container that is meant when none is named, and what kubectl says about the choice.
  static func standard(_ pod: Value) -> (name: String, note: String?) {
    let containers = pod[path: "spec", "containers"]?.array ?? []
    let wanted = pod[path: "metadata", "annotations", "kubectl.kubernetes.io/default-container"]?.string ?? ""
    if !wanted.isEmpty, has(pod, wanted) { return (wanted, nil) }
    let first = containers.first?["name"]?.string ?? ""
    if containers.count <= 1, (pod[path: "spec", "initContainers"]?.array ?? []).isEmpty { return (first, nil) }
    if containers.count <= 1, (pod[path: "spec", "ephemeralContainers"]?.array ?? []).isEmpty,
      (pod[path: "spec", "initContainers"]?.array ?? []).isEmpty
    {
      return (first, nil)
    }
    return (first, "Defaulted container \(goQuoted(first)) out of: \(names(pod))")
  }

  static func status(_ pod: Value, _ container: String) -> Value? {
    for list in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] {
      for status in pod[path: "status", list]?.array ?? [] where status["name"]?.string == container { return status }
    }
    return nil
  }

  /// `containerd://abc` → `abc`
  static func containerID(_ text: String?) -> String {
    guard let text, let place = text.find("://") else { return text ?? "" }
    return String(decoding: Array(text.utf8)[(place + 3)...], as: UTF8.self)
  }
}
