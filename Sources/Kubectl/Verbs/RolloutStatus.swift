// kubectl rollout status: one line for every state of the object that it sees, from the first on. Source: kubectl
// pkg/polymorphichelpers/rollout_status.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

enum RolloutStatus {
  static func run(_ call: Call) throws(Failure) {
    try Rollout.requireResource(call)
    let revision = call.flags.integer("revision")
    if revision < 0 { throw .text("revision must be a positive integer: \(revision)") }
    let timeout = call.flags.duration("timeout")
    call.withInput { (input) throws(Failure) in
      let deadline = timeout > .zero ? call.world.now + timeout : Instant.distantFuture
      let (infos, problems) = try Rollout.request(call).infos(call, input)
      call.failures.append(contentsOf: problems)
      if infos.isEmpty, problems.isEmpty {
        call.complain("No resources found in \(call.namespace) namespace.")
      }
      call.each(infos) { (info) throws(Failure) in try follow(call, info, deadline) }
    }
  }

  private static func follow(_ call: Call, _ info: Info, _ deadline: Instant) throws(Failure) {
    guard [Kind.deployment, .daemonSet, .statefulSet].contains(info.kind) else {
      throw .text("no status viewer has been implemented for \(info.kind.groupKind)")
    }
    let selection = try ResourceRequest.selection(info.kind, "", "metadata.name=\(info.name)")
    let list = try call.client.list(info.kind, info.namespace, selection)
    let watch = call.keep(
      try call.client.watch(info.kind, info.namespace, selection, from: list.resourceVersion))
    let once = !call.flags.bool("watch")
    if let first = list.items.first, try show(call, info.kind, first) || once {
      watch.stop()
      return
    }
    call.poll { () throws(Failure) -> Progress in
      while let event = watch.next() {
        if event.type == .deleted { throw .text("object has been deleted") }
        if try show(call, info.kind, event.object) {
          watch.stop()
          return .done
        }
      }
      if call.world.now >= deadline { throw .text("timed out waiting for the condition") }
      return .wait(deadline == .distantFuture ? [watch.wait] : [watch.wait, .until(deadline, .activity)])
    }
  }

  /// Prints the line for a state; true when the rollout is done.
  private static func show(_ call: Call, _ kind: Kind, _ object: Value) throws(Failure) -> Bool {
    let revision = call.flags.integer("revision")
    let (text, done): (String, Bool)
    switch kind {
    case .deployment: (text, done) = try deployment(object, revision)
    case .daemonSet: (text, done) = try daemonSet(object)
    default: (text, done) = try statefulSet(object)
    }
    call.line(text)
    return done
  }

  private static func isObserved(_ object: Value) -> Bool {
    (object[path: "metadata", "generation"]?.integer ?? 0)
      <= (object[path: "status", "observedGeneration"]?.integer ?? 0)
  }

  private static func statefulSet(_ set: Value) throws(Failure) -> (String, Bool) {
    let spec = set["spec"]
    let status = set["status"]
    func count(_ key: String) -> Int64 { status?[key]?.integer ?? 0 }
    if spec?[path: "updateStrategy", "type"]?.string != "RollingUpdate" {
      throw .text("rollout status is only available for RollingUpdate strategy type")
    }
    if count("observedGeneration") == 0 || !isObserved(set) {
      return ("Waiting for statefulset spec update to be observed...", false)
    }
    let replicas = spec?["replicas"]?.integer ?? 1
    if count("readyReplicas") < replicas {
      return ("Waiting for \(replicas - count("readyReplicas")) pods to be ready...", false)
    }
    if let rolling = spec?[path: "updateStrategy", "rollingUpdate"] {
      if let partition = rolling["partition"]?.integer, count("updatedReplicas") < replicas - partition {
        return (
          "Waiting for partitioned roll out to finish: \(count("updatedReplicas")) out of \(replicas - partition) new pods have been updated...",
          false
        )
      }
      return ("partitioned roll out complete: \(count("updatedReplicas")) new pods have been updated...", true)
    }
    let update = status?["updateRevision"]?.string ?? ""
    if update != status?["currentRevision"]?.string {
      return (
        "waiting for statefulset rolling update to complete \(count("updatedReplicas")) pods at revision \(update)...",
        false
      )
    }
    return (
      "statefulset rolling update complete \(count("currentReplicas")) pods at revision \(status?["currentRevision"]?.string ?? "")...",
      true
    )
  }

  private static func deployment(_ object: Value, _ revision: Int64) throws(Failure) -> (String, Bool) {
    let name = object[path: "metadata", "name"]?.string ?? ""
    let status = object["status"]
    func count(_ key: String) -> Int64 { status?[key]?.integer ?? 0 }
    if revision > 0 {
      let current =
        Int64(
          object[path: "metadata", "annotations", "deployment.kubernetes.io/revision"]?.string ?? "") ?? 0
      if current != revision {
        throw .text("desired revision (\(revision)) is different from the running revision (\(current))")
      }
    }
    guard isObserved(object) else { return ("Waiting for deployment spec update to be observed...", false) }
    for condition in status?["conditions"]?.array ?? []
    where condition["type"]?.string == "Progressing" && condition["reason"]?.string == "ProgressDeadlineExceeded" {
      throw .text("deployment \(goQuoted(name)) exceeded its progress deadline")
    }
    let begin = "Waiting for deployment \(goQuoted(name)) rollout to finish: "
    if let replicas = object[path: "spec", "replicas"]?.integer, count("updatedReplicas") < replicas {
      return ("\(begin)\(count("updatedReplicas")) out of \(replicas) new replicas have been updated...", false)
    }
    if count("replicas") > count("updatedReplicas") {
      return ("\(begin)\(count("replicas") - count("updatedReplicas")) old replicas are pending termination...", false)
    }
    if count("availableReplicas") < count("updatedReplicas") {
      return (
        "\(begin)\(count("availableReplicas")) of \(count("updatedReplicas")) updated replicas are available...", false
      )
    }
    return ("deployment \(goQuoted(name)) successfully rolled out", true)
  }

  private static func daemonSet(_ object: Value) throws(Failure) -> (String, Bool) {
    let name = object[path: "metadata", "name"]?.string ?? ""
    let status = object["status"]
    func count(_ key: String) -> Int64 { status?[key]?.integer ?? 0 }
    if object[path: "spec", "updateStrategy", "type"]?.string != "RollingUpdate" {
      throw .text("rollout status is only available for RollingUpdate strategy type")
    }
    guard isObserved(object) else { return ("Waiting for daemon set spec update to be observed...", false) }
    let begin = "Waiting for daemon set \(goQuoted(name)) rollout to finish: "
    let desired = count("desiredNumberScheduled")
    if count("updatedNumberScheduled") < desired {
      return ("\(begin)\(count("updatedNumberScheduled")) out of \(desired) new pods have been updated...", false)
    }
    if count("numberAvailable") < desired {
      return ("\(begin)\(count("numberAvailable")) of \(desired) updated pods are available...", false)
    }
    return ("daemon set \(goQuoted(name)) successfully rolled out", true)
  }
}
