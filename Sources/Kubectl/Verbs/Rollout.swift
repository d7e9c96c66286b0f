// kubectl rollout: the family, and the sub-verbs that change a workload (restart, pause, resume, undo). Sources: kubectl
// pkg/cmd/rollout, pkg/polymorphichelpers/{objectrestarter,objectpauser,rollback}.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  static let rollout = Verb.family(
    "rollout", .deploy, synopsis: "Manage the rollout of a resource",
    verbs: [
      Verb(
        "history", usage: "(TYPE NAME | TYPE/NAME) [flags] [options]", synopsis: "View rollout history",
        flags: Flags.files + Flags.print + [
          Flags.selector, .int64("revision", "", 0, "show one revision with its pod template"),
        ], run: RolloutHistory.run),
      Verb(
        "pause", usage: "RESOURCE [options]", synopsis: "Mark the provided resource as paused",
        flags: Flags.files + Flags.print + [Flags.selector, Flags.fieldManager], run: Rollout.pause),
      Verb(
        "restart", usage: "RESOURCE [options]", synopsis: "Restart a resource",
        flags: Flags.files + Flags.print + [Flags.selector, Flags.fieldManager], run: Rollout.restart),
      Verb(
        "resume", usage: "RESOURCE [options]", synopsis: "Resume a paused resource",
        flags: Flags.files + Flags.print + [Flags.selector, Flags.fieldManager], run: Rollout.resume),
      Verb(
        "status", usage: "(TYPE NAME | TYPE/NAME) [flags] [options]", synopsis: "Show the status of the rollout",
        flags: Flags.files + [
          Flags.selector, .int64("revision", "", 0, "fail unless this revision is the newest"),
          .duration("timeout", "", "0s", "how long to wait at most"),
          .bool("watch", "w", true, "go on until the rollout is done"),
        ], run: RolloutStatus.run),
      Verb(
        "undo", usage: "(TYPE NAME | TYPE/NAME) [flags] [options]", synopsis: "Undo a previous rollout",
        flags: Flags.files + Flags.print + [
          Flags.dryRun, Flags.selector, .int64("to-revision", "", 0, "revision to go back to; 0 is the one before"),
        ], run: RolloutUndo.run),
    ], toOutput: true)
}

enum Rollout {
  static func requireResource(_ call: Call) throws(Failure) {
    if call.arguments.isEmpty, call.flags.strings("filename").isEmpty, call.flags.string("kustomize").isEmpty {
      throw .text("required resource not specified")
    }
  }

  static func request(_ call: Call) -> ResourceRequest {
    var request = ResourceRequest(call)
    request.allowsEmptySelector = true
    return request
  }

  static func restart(_ call: Call) throws(Failure) {
    try change(call, "restarted", "restarting") { (info) throws(Failure) -> Value in
      guard [Kind.deployment, .daemonSet, .statefulSet].contains(info.kind) else {
        throw unsupported(info, "restarting")
      }
      if info.object[path: "spec", "paused"]?.bool == true {
        throw .text("can't restart paused deployment (run rollout resume first)")
      }
      var object = info.object
      object.set(
        ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"],
        .string(call.world.civilNow.rfc3339))
      return object
    }
  }

  static func pause(_ call: Call) throws(Failure) {
    try change(call, "paused", "pausing") { (info) throws(Failure) -> Value in
      guard info.kind == .deployment else { throw unsupported(info, "pausing") }
      if info.object[path: "spec", "paused"]?.bool == true { throw .text("is already paused") }
      var object = info.object
      object.set(["spec", "paused"], true)
      return object
    }
  }

  static func resume(_ call: Call) throws(Failure) {
    try change(call, "resumed", "resuming") { (info) throws(Failure) -> Value in
      guard info.kind == .deployment else { throw unsupported(info, "resuming") }
      if info.object[path: "spec", "paused"]?.bool != true { throw .text("is not paused") }
      var object = info.object
      object.set(["spec", "paused"], nil)
      return object
    }
  }

  private static func unsupported(_ info: Info, _ what: String) -> Failure {
    .text("\(what) is not supported")
  }

  /// What `history` and `undo` say of a kind they know nothing of; one that has no pods at all is refused earlier.
  static func unsupported(_ kind: Kind, _ what: String, _ message: String) -> Failure {
    let name = goQuoted(kind.groupKind)
    let hasPods: [Kind] = [
      .pod, .replicationController, .daemonSet, .replicaSet, .statefulSet, .deployment, .job, .cronJob,
    ]
    if hasPods.contains(kind) { return .text("\(message) \(name)") }
    return .text("error retrieving \(what) for \(name), no visitor method exists for {\(kind.group) \(kind.kind)}")
  }

  private static func change(
    _ call: Call, _ done: String, _ doing: String, _ work: @escaping (Info) throws(Failure) -> Value
  ) throws(Failure) {
    try requireResource(call)
    let printer = try ResultPrinter(call, typed: true, perObject: true)
    call.withInput { (input) throws(Failure) in
      let (infos, problems) = try request(call).infos(call, input)
      if infos.isEmpty, problems.isEmpty { call.complain("No resources found in \(call.namespace) namespace.") }
      try call.forEach(request(call), input) { (info) throws(Failure) in
        let changed: Value
        do throws(Failure) {
          changed = try work(info)
        } catch {
          throw .text("error: \(info.kind.qualifiedPlural) \(goQuoted(info.name)) \(error.description)")
        }
        if changed == info.object {
          throw .text(
            "failed to create patch for \(info.name): if restart has already been triggered within the past second, please wait before attempting to trigger another"
          )
        }
        let patch = Patch.diffJSON(info.object, changed)
        let result = try call.client.patch(
          info.kind, info.namespace, info.name, .merge, patch,
          call.writeOptions(.none, manager: "kubectl-rollout"))
        try printer.show(info, done, result.object)
      }
    }
  }
}
