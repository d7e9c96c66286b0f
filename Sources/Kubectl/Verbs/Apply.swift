// kubectl apply: each object is compared with what was applied last and with what is there, and only the difference is sent. Sources:
// kubectl pkg/cmd/apply/{apply,patcher,prune}.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let apply = Verb(
    "apply", .advanced, usage: "(-f FILENAME | -k DIRECTORY) [options]",
    synopsis: "Apply a configuration to a resource by file name or stdin",
    examples: ["kubectl apply -f web.yaml", "cat web.yaml | kubectl apply -f -"],
    flags: Flags.files + Flags.print + [
      Flags.all, Flags.dryRun, Flags.record, Flags.selector, Flags.validate,
      .string("cascade", "", "background", bare: "background", "what happens to dependents, with --force"),
      .string("field-manager", "", "kubectl-client-side-apply", "name that owns the changed fields"),
      .bool("force", "", false, "delete and make anew what cannot be changed"),
      .bool("force-conflicts", "", false, "take over fields of other managers"),
      .int64("grace-period", "", -1, .accepted, "seconds to stop in, with --force"),
      .bool("openapi-patch", "", true, .accepted, "compute differences from the server's schema"),
      .bool("overwrite", "", true, .accepted, "prefer the file where both sides changed"),
      .bool("prune", "", false, "delete objects that are no longer in the files"),
      .list("prune-allowlist", "", .works, "types to prune"),
      .bool("server-side", "", false, "let the server merge"),
      .string("subresource", "", "", .notSimulated, "subresource to apply to"),
      .duration("timeout", "", "0s", .accepted, "how long to wait for deletion"),
      .bool("wait", "", false, .accepted, "wait for deletion"),
    ],
    verbs: [
      Verb(
        "edit-last-applied", usage: "(RESOURCE/NAME | -f FILENAME) [options]",
        synopsis: "Edit latest last-applied-configuration annotations of a resource/object",
        flags: Flags.files + Flags.print + [
          Flags.fieldManager, Flags.validate, .bool("windows-line-endings", "", false, .accepted, "use CRLF line ends"),
        ], isSimulated: false,
        run: ApplyLast.edit),
      Verb(
        "set-last-applied", usage: "-f FILENAME [options]",
        synopsis: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        flags: Flags.files.filter { $0.name == "filename" } + Flags.print + [
          Flags.dryRun, .bool("create-annotation", "", false, "make the annotation where there is none"),
        ], run: ApplyLast.set),
      Verb(
        "view-last-applied", usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]",
        synopsis: "View the latest last-applied-configuration annotations of a resource/object",
        flags: Flags.files + [Flags.all, Flags.selector, .string("output", "o", "yaml", "`yaml` or `json`")],
        run: ApplyLast.view),
    ], latency: .schema, run: Apply.run)
}

enum Apply {
  /// What of one call the single objects need.
  private final class Run {
    let printer: ResultPrinter
    let validation: FieldValidation
    var visited: [Info] = []
    var isServerSide = false

    init(_ printer: ResultPrinter, _ validation: FieldValidation) {
      self.printer = printer
      self.validation = validation
    }
  }

  static func run(_ call: Call) throws(Failure) {
    let printer = try ResultPrinter(call)
    printer.gathers = true
    let validation = try call.fieldValidation()
    if !call.arguments.isEmpty {
      throw .usage(call.path, "Unexpected args: [\(call.arguments.joined(separator: " "))]")
    }
    _ = try Cascade.read(call)
    let run = Run(printer, validation)
    run.isServerSide = call.flags.bool("server-side")
    if call.flags.bool("force-conflicts"), !run.isServerSide {
      throw .text("--force-conflicts only works with --server-side")
    }
    if run.isServerSide, call.flags.bool("force") { throw .text("--force cannot be used with --server-side") }
    if run.isServerSide, printer.dryRun == .client {
      throw .text("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    }
    if call.flags.bool("force"), printer.dryRun == .server {
      throw .text("--dry-run=server cannot be used with --force")
    }
    if call.flags.bool("all"), !call.flags.string("selector").isEmpty {
      throw .text("cannot set --all and --selector at the same time")
    }
    try Manifests.require(call)
    let prunes = call.flags.bool("prune")
    if prunes, !call.flags.bool("all"), call.flags.string("selector").isEmpty {
      throw .text(
        "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector"
      )
    }
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      request.all = false
      request.validates = validation != .ignore
      let (infos, problems) = try request.infos(call, input)
      if infos.isEmpty, problems.isEmpty { throw .text("no objects passed to apply") }
      if infos.isEmpty, let problem = Failure.collected(problems) { throw problem }
      // Together they are one failure among those of the objects.
      if let problem = Failure.collected(problems) { call.failures.append(problem) }
      call.each(infos, pause: call.timings.perApply) { (info) throws(Failure) in
        do throws(Failure) {
          try run.isServerSide ? serverSide(call, run, info) : one(call, run, info)
          run.visited.append(info)
        } catch {
          if case .exit = error { throw error }
          call.failures.append(error)
        }
      }
      call.then { () throws(Failure) in
        guard call.failures.isEmpty else { return }
        if prunes { try Prune.run(call, run.visited, printer) }
        try printer.flush()
      }
    }
  }

  // MARK: Client side

  private static func one(_ call: Call, _ run: Run, _ info: Info) throws(Failure) {
    if info.name.isEmpty, let base = info.object[path: "metadata", "generateName"]?.string, !base.isEmpty {
      throw .text("from \(base): cannot use generate name with apply")
    }
    var info = info
    call.record(on: &info.object)
    let modified = LastApplied.added(to: withNamespace(info), info)
    let current: Value?
    do throws(Failure) {
      if info.name.isEmpty { throw .text("resource name may not be empty") }
      current = try call.client.find(info.kind, info.namespace, info.name)
    } catch {
      let text =
        "error when retrieving current configuration of:\n\(info.requestText)\nfrom server for: \(goQuoted(info.source))"
      if case .status(var status) = error {
        status.message = "\(text): \(status.message)"
        throw .status(status)
      }
      throw .text("\(text): \(error.description)")
    }
    guard let current else { return try create(call, run, info, modified) }
    if current[path: "metadata", "annotations", LastApplied.key]?.string == nil {
      call.complain(
        "Warning: resource \(info.kind.plural)/\(info.name) is missing the \(LastApplied.key) annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically."
      )
    } else if current[path: "metadata", "deletionTimestamp"] != nil {
      call.complain("Warning: Detected changes to resource \(info.name) which is currently being deleted.")
    }
    if run.printer.dryRun == .client {
      let shown = try merged(info, current, try patch(info, modified, current))
      return try run.printer.show(info, "configured", shown)
    }
    let patch = try patch(info, modified, current)
    let result: WriteResult
    do throws(Failure) {
      result = try call.client.patch(
        info.kind, info.namespace, info.name, .strategic, patch,
        call.writeOptions(run.printer.dryRun, manager: "kubectl-client-side-apply", validation: run.validation))
    } catch {
      if call.flags.bool("force"), case .status(let status) = error,
        status.reason == "Conflict" || status.reason == "Invalid"
      {
        return try recreate(call, run, info, modified, current)
      }
      throw error.about(
        "applying patch:\n\(JSON.compact(patch))\nto:\n\(info.requestText)\nfor:", info.source, patching: true)
    }
    call.warn(result.warnings)
    let isSame = patch.object?.isEmpty ?? true
    try run.printer.show(info, isSame ? "unchanged" : "configured", result.object)
  }

  private static func withNamespace(_ info: Info) -> Value {
    guard info.kind.namespaced else { return info.object }
    var object = info.object
    object.set(["metadata", "namespace"], .string(info.namespace))
    return object
  }

  private static func patch(_ info: Info, _ modified: Value, _ current: Value) throws(Failure) -> Value {
    do throws(Status) {
      return try Patch.threeWay(
        original: LastApplied.read(current), modified: modified, current: current, kind: info.kind)
    } catch {
      throw .status(error)
    }
  }

  private static func merged(_ info: Info, _ current: Value, _ patch: Value) throws(Failure) -> Value {
    do throws(Status) {
      return try Patch.apply(.strategic, patch, to: current, kind: info.kind).object
    } catch {
      throw .status(error)
    }
  }

  private static func create(_ call: Call, _ run: Run, _ info: Info, _ modified: Value) throws(Failure) {
    if run.printer.dryRun == .client { return try run.printer.show(info, "created", modified) }
    let result: WriteResult
    do throws(Failure) {
      result = try call.client.create(
        info.kind, info.namespace, modified,
        call.writeOptions(run.printer.dryRun, manager: "kubectl-client-side-apply", validation: run.validation))
    } catch {
      throw error.about("creating", info.source)
    }
    call.warn(result.warnings)
    try run.printer.show(info, "created", result.object)
  }

  /// `--force`: what cannot be changed is deleted and made anew.
  private static func recreate(
    _ call: Call, _ run: Run, _ info: Info, _ modified: Value, _ current: Value
  ) throws(Failure) {
    try call.client.delete(info.kind, info.namespace, info.name, DeleteOptions(propagation: .background))
    try Gone.wait(call, info, uid: current[path: "metadata", "uid"]?.string ?? "", deadline: .distantFuture)
    call.then { () throws(Failure) in
      let result = try call.client.create(
        info.kind, info.namespace, modified, call.writeOptions(.none, manager: "kubectl-client-side-apply"))
      try run.printer.show(info, "configured", result.object)
    }
  }

  // MARK: Server side

  private static func serverSide(_ call: Call, _ run: Run, _ info: Info) throws(Failure) {
    if info.name.isEmpty {
      let base = info.object[path: "metadata", "generateName"]?.string ?? ""
      throw .text(
        base.isEmpty ? "resource name may not be empty" : "from \(base): cannot use generate name with apply")
    }
    var options = call.writeOptions(run.printer.dryRun, manager: "kubectl", validation: run.validation)
    if !call.flags.changed("field-manager") { options.fieldManager = "kubectl" }
    options.force = call.flags.bool("force-conflicts")
    var sent = withNamespace(info)
    call.record(on: &sent)
    if info.kind.namespaced { sent.set(["metadata", "namespace"], .string(info.namespace)) }
    var result: WriteResult
    do throws(Failure) {
      result = try call.client.apply(info.kind, info.namespace, info.name, sent, options)
      if options.fieldManager == "kubectl", !options.dryRun {
        result = try call.client.adopt(info.kind, info.namespace, info.name, sent, options) ?? result
      }
    } catch {
      if case .status(let status) = error, status.reason == "Conflict" {
        throw .text(
          """
          \(status.message)
          Please review the fields above--they currently have other managers. Here
          are the ways you can resolve this warning:
          * If you intend to manage all of these fields, please re-run the apply
            command with the `--force-conflicts` flag.
          * If you do not intend to manage all of the fields, please edit your
            manifest to remove references to the fields that should keep their
            current managers.
          * You may co-own fields by updating your manifest to match the existing
            value; in this case, you'll become the manager if the other manager(s)
            stop managing the field (remove it from their configuration).
          See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
          """)
      }
      throw error
    }
    call.warn(result.warnings)
    try run.printer.show(info, "serverside-applied", result.object)
  }
}

extension Failure {
  /// As `about`, with the file in the words the patcher uses.
  fileprivate func about(_ verb: String, _ source: String, patching: Bool) -> Failure {
    func said(_ text: String) -> String {
      "error when \(verb) \(goQuoted(source)): error when patching \(goQuoted(source)): \(text)"
    }
    if case .status(var status) = self {
      status.message = said(status.message)
      return .status(status)
    }
    return .text(said(description))
  }
}

/// `--prune`: objects that an earlier apply made and that were not in the files this time.
enum Prune {
  private static let kinds: [Kind] = [
    .configMap, .endpoints, .persistentVolumeClaim, .pod, .replicationController, .secret, .service, .job, .cronJob,
    .ingress, .daemonSet, .deployment, .replicaSet, .statefulSet, .namespace, .persistentVolume,
  ]

  static func run(_ call: Call, _ visited: [Info], _ printer: ResultPrinter) throws(Failure) {
    // Said whether or not --namespace is given, as kubectl 1.32 does.
    call.complain(
      "W\(Client.klogStamp(call.process, "prune.go:71")) Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag."
    )
    var namespaces: [String] = []
    for info in visited where !info.namespace.isEmpty && !namespaces.contains(info.namespace) {
      namespaces.append(info.namespace)
    }
    let allowed = call.flags.strings("prune-allowlist")
    for kind in kinds {
      if !allowed.isEmpty, !allowed.contains("\(kind.group.isEmpty ? "core" : kind.group)/\(kind.version)/\(kind.kind)")
      {
        continue
      }
      let selection = try ResourceRequest.selection(kind, call.flags.string("selector"), "")
      for namespace in kind.namespaced ? namespaces : [""] {
        for object in try call.client.list(kind, kind.namespaced ? namespace : nil, selection).items {
          try prune(call, kind, object, visited, printer)
        }
      }
    }
  }

  private static func prune(
    _ call: Call, _ kind: Kind, _ object: Value, _ visited: [Info], _ printer: ResultPrinter
  ) throws(Failure) {
    guard object[path: "metadata", "annotations", LastApplied.key] != nil else { return }
    let name = object[path: "metadata", "name"]?.string ?? ""
    let namespace = object[path: "metadata", "namespace"]?.string ?? ""
    for info in visited where info.kind == kind && info.name == name && info.namespace == namespace { return }
    if printer.dryRun == .none { try call.client.delete(kind, namespace, name) }
    try printer.show(Info(kind: kind, namespace: namespace, name: name), "pruned", object)
  }
}
