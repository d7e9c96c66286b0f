// kubectl delete: deletes one object after the other, says so, then waits until each is really gone. An object made anew
// under the same name counts as gone: its uid differs. Source: kubectl pkg/cmd/delete/delete.go, pkg/cmd/wait.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let delete = Verb(
    "delete", .intermediate, usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
    synopsis: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
    examples: ["kubectl delete pod web-0", "kubectl delete -f web.yaml", "kubectl delete pods -l app=web"],
    flags: Flags.files + [
      Flags.all, Flags.allNamespaces, Flags.dryRun, Flags.fieldSelector, Flags.output, Flags.selector,
      .string(
        "cascade", "", "background", bare: "background",
        "what happens to dependents: `background`, `foreground` or `orphan`"),
      .bool("force", "", false, "do not wait for the kubelet"),
      .int64("grace-period", "", -1, "seconds to stop in; negative means the object's own"),
      .bool("ignore-not-found", "", false, "an object that does not exist is no error"),
      .bool("interactive", "i", false, .notSimulated, "ask before deleting"),
      .bool("now", "", false, "one second to stop in"),
      .string("raw", "", "", .notSimulated, "path to send the request to"),
      .duration("timeout", "", "0s", "how long to wait at most"),
      .bool("wait", "", true, "wait until the objects are gone"),
    ], run: Delete.run)
}

/// `--cascade`
enum Cascade {
  static func read(_ call: Call) throws(Failure) -> PropagationPolicy {
    let text = call.flags.string("cascade")
    switch text {
    case "background": return .background
    case "foreground": return .foreground
    case "orphan": return .orphan
    case "true":
      call.complain(
        "warning: --cascade=true is deprecated (boolean value) and can be replaced with --cascade=background.")
      return .background
    case "false":
      call.complain("warning: --cascade=false is deprecated (boolean value) and can be replaced with --cascade=orphan.")
      return .orphan
    default:
      throw .text("invalid cascade value (\(text)). Must be \"background\", \"foreground\", or \"orphan\"")
    }
  }
}

enum Delete {
  private struct Plan {
    var grace: Int64?
    var force = false
    var propagation = PropagationPolicy.background
    var dryRun = DryRun.none
    var ignoresMissing = false
    var waits = true
    var timeout = Interval.zero
    var nameOnly = false
  }

  static func run(_ call: Call) throws(Failure) {
    var plan = Plan()
    let flags = call.flags
    let output = flags.string("output")
    if !output.isEmpty, output != "name" {
      throw .text("unexpected -o output mode: \(output). We only support '-o name'")
    }
    plan.nameOnly = output == "name"
    var grace = flags.integer("grace-period")
    if flags.bool("now") {
      if grace != -1 { throw .text("--now and --grace-period cannot be specified together") }
      grace = 1
    }
    plan.force = flags.bool("force")
    if plan.force, grace > 0 { throw .text("--force and --grace-period greater than 0 cannot be specified together") }
    if flags.bool("all"), !flags.string("selector").isEmpty || !flags.string("field-selector").isEmpty {
      throw .text("setting 'all' parameter but found a non empty selector. ")
    }
    plan.dryRun = try DryRun.read(call)
    if grace == 0, !plan.force {
      // Without --force a grace period of zero means the shortest that is safe.
      grace = 1
    }
    if plan.force, grace < 0 { grace = 0 }
    plan.grace = grace >= 0 ? grace : nil
    plan.propagation = try Cascade.read(call)
    plan.waits = flags.bool("wait")
    plan.timeout = flags.duration("timeout")
    let fixed = plan
    call.withInput { (input) throws(Failure) in try start(call, fixed, input) }
  }

  private static func start(_ call: Call, _ plan: Plan, _ input: [UInt8]?) throws(Failure) {
    var plan = plan
    var request = ResourceRequest(call)
    request.latest = false
    let selects = request.selector != nil || request.fieldSelector != nil || request.all
    plan.ignoresMissing = call.flags.bool("ignore-not-found") || selects
    let (infos, problems) = try request.infos(call, input)
    call.failures.append(contentsOf: problems)
    if plan.force, plan.grace == 0 {
      call.warn(
        "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely."
      )
    }
    let deleted = Deleted()
    let fixed = plan
    call.each(infos, pause: call.timings.perObject) { (info) throws(Failure) in
      do throws(Failure) {
        try delete(call, info, fixed, deleted)
      } catch {
        call.failures.append(error)
      }
    }
    call.then { () throws(Failure) in
      if infos.isEmpty, call.failures.isEmpty { call.line("No resources found") }
      guard fixed.waits, fixed.dryRun == .none, call.failures.isEmpty else { return }
      let deadline = fixed.timeout > .zero ? call.world.now + fixed.timeout : Instant.distantFuture
      call.each(deleted.waiting) { (gone) throws(Failure) in
        try Gone.wait(call, gone.info, uid: gone.uid, deadline: deadline)
      }
    }
  }

  private final class Deleted {
    var waiting: [(info: Info, uid: String)] = []
    var hasWarned = false
  }

  private static func delete(_ call: Call, _ info: Info, _ plan: Plan, _ deleted: Deleted) throws(Failure) {
    let options = DeleteOptions(
      gracePeriodSeconds: plan.grace, propagation: plan.propagation, dryRun: plan.dryRun == .server)
    var uid = ""
    if !info.kind.namespaced, call.namespaceIsGiven, !call.allNamespaces, !deleted.hasWarned {
      deleted.hasWarned = true
      call.warn("deleting cluster-scoped resources, not scoped to the provided namespace")
    }
    // On a client dry run the server is not asked, not even whether the object is there.
    if plan.dryRun != .client {
      do throws(Failure) {
        let before = try call.client.find(info.kind, info.namespace, info.name)
        let answer = try call.client.delete(info.kind, info.namespace, info.name, options)
        uid = (answer ?? before)?[path: "metadata", "uid"]?.string ?? ""
      } catch {
        try missing(error, info, plan)
        return
      }
    }
    if plan.nameOnly {
      call.line(info.title)
    } else {
      let verb = plan.force ? "force deleted" : "deleted"
      call.line("\(info.kind.qualifiedSingular) \"\(info.name)\" \(verb)\(plan.dryRun.suffix)")
    }
    deleted.waiting.append((info, uid))
  }

  private static func missing(_ failure: Failure, _ info: Info, _ plan: Plan) throws(Failure) {
    if case .status(let status) = failure, status.reason == "NotFound", plan.ignoresMissing { return }
    throw failure.about("deleting", info.source)
  }
}

/// Waiting until an object with a given uid no longer exists.
enum Gone {
  /// Waits until the object is not there any more; fails when it is too late for that.
  static func wait(_ call: Call, _ info: Info, uid: String, deadline: Instant) throws(Failure) {
    try wait(call, info, uid: uid, deadline: deadline) { (isGone) throws(Failure) in
      if !isGone { throw late(info) }
    }
  }

  /// Calls `done` when the object is not there any more, or when it is too late for that.
  static func wait(
    _ call: Call, _ info: Info, uid: String, deadline: Instant, _ done: @escaping (Bool) throws(Failure) -> Void
  ) throws(Failure) {
    guard let object = try call.client.find(info.kind, info.namespace, info.name),
      uid.isEmpty || object[path: "metadata", "uid"]?.string == uid
    else { return try done(true) }
    let selection = try ResourceRequest.selection(info.kind, "", "metadata.name=\(info.name)")
    let watch = call.keep(try call.client.watch(info.kind, info.namespace, selection, from: 0))
    call.poll { () throws(Failure) -> Progress in
      while let event = watch.next() {
        let other = event.object[path: "metadata", "uid"]?.string
        if event.type == .deleted || (!uid.isEmpty && other != uid) {
          watch.stop()
          try done(true)
          return .done
        }
      }
      if call.world.now >= deadline {
        watch.stop()
        try done(false)
        return .done
      }
      return .wait(deadline == .distantFuture ? [watch.wait] : [watch.wait, .until(deadline, .activity)])
    }
  }

  static func late(_ info: Info) -> Failure {
    .text("timed out waiting for the condition on \(info.kind.plural)/\(info.name)")
  }
}
