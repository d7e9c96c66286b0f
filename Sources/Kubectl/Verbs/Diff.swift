// kubectl diff: what applying a file would change, as the unified diff of the object as it is and as it would be. Sources: kubectl
// pkg/cmd/diff/diff.go; the format is that of `diff -u -N` on two folders.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let diff = Verb(
    "diff", .advanced, usage: "-f FILENAME [options]",
    synopsis: "Diff the live version against a would-be applied version",
    flags: Flags.files + [
      Flags.selector, Flags.showManagedFields, .int32("concurrency", "", 1, .accepted, "objects at a time"),
      .string("field-manager", "", "kubectl-client-side-apply", "name that owns the changed fields"),
      .bool("force-conflicts", "", false, "take over fields of other managers"),
      .bool("prune", "", false, .notSimulated, "show what would be pruned"),
      .list("prune-allowlist", "", .notSimulated, "types to prune"),
      .bool("server-side", "", false, "let the server merge"),
    ], latency: .schema, run: Diff.run)
}

enum Diff {
  @Sendable static func run(_ call: Call) throws(Failure) {
    if !call.arguments.isEmpty {
      throw .usage(call.path, "Unexpected args: [\(call.arguments.joined(separator: " "))]")
    }
    try Manifests.require(call)
    // Only the arguments it has anyway may be asked for.
    if let tool = call.process.environment["KUBECTL_EXTERNAL_DIFF"], !tool.isEmpty {
      let words = tool.pieces(" ").filter { !$0.isEmpty }
      guard words.first == "diff", words.contains(where: { $0.contains(byte: 117) }),
        words.contains(where: { $0.contains(byte: 78) }),
        words.dropFirst().allSatisfy({ ["-u", "-N", "-uN", "-Nu"].contains($0) })
      else { throw call.notSimulated("KUBECTL_EXTERNAL_DIFF") }
    }
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      let (infos, problems) = try request.infos(call, input)
      call.failures.append(contentsOf: problems)
      var random = call.world.random.split("diff \(call.process.id)")
      let live = "/tmp/LIVE-\(1_000_000_000 + Int64(random.below(2_000_000_000)))"
      let merged = "/tmp/MERGED-\(1_000_000_000 + Int64(random.below(2_000_000_000)))"
      // The files are compared once they are all there, in the order of their names.
      let files = Files()
      call.each(infos, pause: call.timings.perApply) { (info) throws(Failure) in
        try one(call, info, live, merged, files)
      }
      call.then { () throws(Failure) in
        for file in files.list.sorted(by: { $0.name < $1.name }) {
          call.print(file.text)
          call.exitCode = 1
        }
      }
    }
  }

  private final class Files {
    var list: [(name: String, text: String)] = []
  }

  private static func one(
    _ call: Call, _ info: Info, _ live: String, _ merged: String, _ files: Files
  ) throws(Failure) {
    var before = try call.client.find(info.kind, info.namespace, info.name)
    var object = info.object
    if info.kind.namespaced { object.set(["metadata", "namespace"], .string(info.namespace)) }
    // Annotations are always stated, as in the configuration that was noted.
    if object[path: "metadata", "annotations"] == nil { object.set(["metadata", "annotations"], [:]) }
    object.set(["metadata", "annotations", LastApplied.key], nil)
    let options = WriteOptions(dryRun: true, fieldManager: "kubectl-client-side-apply", fieldValidation: .strict)
    var after: Value
    if call.flags.bool("server-side") {
      after = try appliedByServer(call, info)
    } else if let current = before {
      let patch: Value
      do throws(Status) {
        patch = try Patch.threeWay(
          original: LastApplied.read(current), modified: object, current: current, kind: info.kind)
      } catch {
        throw .status(error)
      }
      after = try call.client.patch(info.kind, info.namespace, info.name, .strategic, patch, options).object
    } else {
      after = try call.client.create(info.kind, info.namespace, object, options).object
    }
    if info.kind == .secret { mask(&before, &after) }
    func text(_ value: Value?) -> String {
      guard let value else { return "" }
      return Documents.yaml(call.flags.bool("show-managed-fields") ? value : ObjectPrinter.withoutManagedFields(value))
    }
    let hunks = UnifiedDiff.hunks(text(before), text(after))
    if hunks.isEmpty { return }
    let group = info.kind.group.isEmpty ? "" : info.kind.group + "."
    let name = "\(group)\(info.kind.version).\(info.kind.kind).\(info.namespace).\(info.name)"
    let now = call.world.civilNow
    let stamp =
      "\(now.rfc3339.prefix(10)) \(now.rfc3339.dropFirst(11).dropLast()).\(SimKernel.padded(now.nanosecond, 9)) +0000"
    files.list.append(
      (
        name,
        "diff -u -N \(live)/\(name) \(merged)/\(name)\n--- \(live)/\(name)\t\(stamp)\n+++ \(merged)/\(name)\t\(stamp)\n\(hunks)"
      ))
  }

  /// What the server would make of it by an apply of its own.
  private static func appliedByServer(_ call: Call, _ info: Info) throws(Failure) -> Value {
    let manager = call.flags.changed("field-manager") ? call.flags.string("field-manager") : "kubectl"
    var options = WriteOptions(dryRun: true, fieldManager: manager, fieldValidation: .strict)
    options.force = call.flags.bool("force-conflicts")
    var sent = info.object
    if info.kind.namespaced { sent.set(["metadata", "namespace"], .string(info.namespace)) }
    return try call.client.apply(info.kind, info.namespace, info.name, sent, options).object
  }

  /// Values of Secrets are not shown, only whether they differ.
  private static func mask(_ before: inout Value?, _ after: inout Value) {
    let old = before?["data"]?.object
    var newData = after["data"]?.object
    var oldData = old
    for key in (old?.keys ?? []) + (newData?.keys ?? []) {
      let a = old?[key]
      let b = after[path: "data", key]
      if let a, let b, a != b {
        oldData?[key] = "*** (before)"
        newData?[key] = "*** (after)"
      } else {
        if a != nil { oldData?[key] = "***" }
        if b != nil { newData?[key] = "***" }
      }
    }
    if let oldData { before?["data"] = .object(oldData) }
    if let newData { after["data"] = .object(newData) }
  }
}
