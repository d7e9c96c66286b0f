// kubectl scale. Source: kubectl pkg/cmd/scale/scale.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let scale = Verb(
    "scale", .deploy,
    usage:
      "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]",
    synopsis: "Set a new size for a deployment, replica set, or replication controller",
    examples: ["kubectl scale statefulset web --replicas=3"],
    flags: Flags.files + Flags.print + [
      Flags.all, Flags.dryRun, Flags.selector, Flags.record,
      .int32("current-replicas", "", -1, "only if there are that many now"),
      .int32("replicas", "", 0, required: true, "how many there shall be"),
      .string("resource-version", "", "", "only if the object has this version"),
      .duration("timeout", "", "0s", "wait that long for the replicas to exist"),
    ], run: Scale.run)
}

enum Scale {
  static func run(_ call: Call) throws(Failure) {
    let replicas = call.flags.integer("replicas")
    if replicas < 0 {
      throw .text("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    }
    if call.flags.integer("current-replicas") < -1 {
      throw .text("The --current-replicas must specify an integer of -1 or greater")
    }
    let printer = try ResultPrinter(call)
    call.withInput { (input) throws(Failure) in try start(call, printer, replicas, input) }
  }

  private static func start(_ call: Call, _ printer: ResultPrinter, _ replicas: Int64, _ input: [UInt8]?)
    throws(Failure)
  {
    let (infos, problems) = try ResourceRequest(call).infos(call, input)
    if infos.isEmpty {
      if let problem = Failure.collected(problems) {
        throw .text("no objects passed to scale \(problem.description)")
      }
      throw .text("no objects passed to scale")
    }
    if call.flags.string("resource-version").isEmpty == false, infos.count > 1 {
      throw .text("cannot use --resource-version with multiple resources")
    }
    call.each(infos, pause: call.timings.perObject) { (info) throws(Failure) in
      try scale(call, printer, info, replicas)
    }
    call.then { () throws(Failure) in call.failures.append(contentsOf: problems) }
  }

  private static func scale(_ call: Call, _ printer: ResultPrinter, _ info: Info, _ replicas: Int64) throws(Failure) {
    if printer.dryRun == .client {
      try printer.show(info, "scaled", info.object)
      return
    }
    let expected = call.flags.integer("current-replicas")
    let before = try call.client.scale(info.kind, info.namespace, info.name)
    let actual = before[path: "spec", "replicas"]?.integer ?? 0
    if expected >= 0, actual != expected { throw .text("Expected replicas to be \(expected), was \(actual)") }
    let version = call.flags.string("resource-version")
    if !version.isEmpty, before[path: "metadata", "resourceVersion"]?.string != version {
      throw .text(
        "Expected resource version to be \(version), was \(before[path: "metadata", "resourceVersion"]?.string ?? "")")
    }
    _ = try call.client.patch(
      info.kind, info.namespace, info.name, subresource: "scale", .merge, ["spec": ["replicas": .integer(replicas)]],
      call.writeOptions(printer.dryRun, manager: "kubectl"))
    try call.recordAfterwards(info, dryRun: printer.dryRun)
    let timeout = call.flags.duration("timeout")
    if timeout > .zero, printer.dryRun == .none {
      try settle(call, info, replicas, call.world.now + timeout)
    }
    call.then { () throws(Failure) in try printer.show(info, "scaled", info.object) }
  }

  /// `--timeout`: waits until status.replicas is what was asked for.
  private static func settle(_ call: Call, _ info: Info, _ replicas: Int64, _ deadline: Instant) throws(Failure) {
    let selection = try ResourceRequest.selection(info.kind, "", "metadata.name=\(info.name)")
    let watch = call.keep(try call.client.watch(info.kind, info.namespace, selection, from: 0))
    call.poll { () throws(Failure) -> Progress in
      while let event = watch.next() {
        let metadata = event.object["metadata"]
        let isObserved =
          (event.object[path: "status", "observedGeneration"]?.integer ?? 0) >= (metadata?["generation"]?.integer ?? 0)
        if isObserved, (event.object[path: "status", "replicas"]?.integer ?? 0) == replicas {
          watch.stop()
          return .done
        }
      }
      if call.world.now >= deadline { throw .text("timed out waiting for the condition") }
      return .wait([watch.wait, .until(deadline, .activity)])
    }
  }
}
