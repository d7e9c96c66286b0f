// kubectl create -f and kubectl replace: manifests sent to the server as they are. Sources: kubectl pkg/cmd/create/create.go,
// pkg/cmd/replace/replace.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

enum CreateFromFile {
  static func run(_ call: Call) throws(Failure) {
    if !call.arguments.isEmpty {
      throw .usage(call.path, "Unexpected args: [\(call.arguments.joined(separator: " "))]")
    }
    try Manifests.require(call)
    let validation = try call.fieldValidation()
    let printer = try ResultPrinter(call)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      request.validates = validation != .ignore
      try call.forEach(request, input, ifNone: "no objects passed to create") { (info) throws(Failure) in
        var object = LastApplied.kept(call, info)
        call.record(on: &object)
        if printer.dryRun == .client {
          if info.kind.namespaced { object.set(["metadata", "namespace"], .string(info.namespace)) }
          var shown = info
          if shown.name.isEmpty { shown.name = "<unknown>" }
          try printer.show(shown, "created", object)
          return
        }
        let result: WriteResult
        do throws(Failure) {
          result = try call.client.create(
            info.kind, info.namespace, object,
            call.writeOptions(printer.dryRun, manager: "kubectl-create", validation: validation))
        } catch {
          throw error.about("creating", info.source)
        }
        call.warn(result.warnings)
        var made = info
        made.name = result.object[path: "metadata", "name"]?.string ?? info.name
        try printer.show(made, "created", result.object)
      }
    }
  }
}

extension Verb {
  static let replace = Verb(
    "replace", .advanced, usage: "-f FILENAME [options]", synopsis: "Replace a resource by file name or stdin",
    flags: Flags.files + Flags.print + [
      Flags.dryRun, Flags.fieldManager, Flags.record, Flags.validate, Flags.saveConfig,
      .string("cascade", "", "background", bare: "background", "what happens to dependents, with --force"),
      .bool("force", "", false, "delete first, then make anew"),
      .int64("grace-period", "", -1, "seconds to stop in, with --force"),
      .string("raw", "", "", "path to send the request to"),
      .string("subresource", "", "", "subresource to replace"),
      .duration("timeout", "", "0s", .accepted, "how long to wait for deletion"),
      .bool("wait", "", false, .accepted, "wait for deletion"),
    ], latency: .server, run: Replace.run)
}

enum Replace {
  static func run(_ call: Call) throws(Failure) {
    let flags = call.flags
    let forces = flags.bool("force")
    if forces { _ = try Cascade.read(call) }
    if flags.integer("grace-period") >= 0, !forces { throw .text("--grace-period must have --force specified") }
    if flags.duration("timeout") != .zero, !forces { throw .text("--timeout must have --force specified") }
    try Manifests.require(call)
    let dryRun = try DryRun.read(call)
    if forces, dryRun != .none { throw .text("--dry-run can not be used when --force is set") }
    if !flags.string("raw").isEmpty {
      if flags.strings("filename").count > 1 { throw .text("--raw can only use a single local file or stdin") }
      throw call.notSimulated("kubectl replace --raw")
    }
    let validation = try call.fieldValidation()
    let printer = try ResultPrinter(call, dryRun: dryRun)
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      let (infos, problems) = try request.infos(call, input)
      call.failures.append(contentsOf: problems)
      if call.flags.bool("force") {
        try force(call, infos, printer, validation)
      } else {
        try replace(call, infos, printer, validation)
      }
    }
  }

  private static func replace(
    _ call: Call, _ infos: [Info], _ printer: ResultPrinter, _ validation: FieldValidation
  ) throws(Failure) {
    call.each(infos, pause: call.timings.perObject) { (info) throws(Failure) in
      do throws(Failure) {
        var object = LastApplied.kept(call, info)
        call.record(on: &object)
        if info.kind.namespaced { object.set(["metadata", "namespace"], .string(info.namespace)) }
        if info.name.isEmpty {
          throw .text("error when replacing \(goQuoted(info.source)): resource name may not be empty")
        }
        if printer.dryRun == .client { return try printer.show(info, "replaced", object) }
        let result: WriteResult
        do throws(Failure) {
          let subresource = call.flags.string("subresource")
          if !subresource.isEmpty, !info.kind.subresources.contains(subresource) {
            throw Failure.status(Status.noSuchResource)
          }
          result = try call.client.update(
            info.kind, info.namespace, object, subresource: subresource.isEmpty ? nil : subresource,
            call.writeOptions(printer.dryRun, manager: "kubectl-replace", validation: validation))
        } catch {
          throw error.about("replacing", info.source)
        }
        call.warn(result.warnings)
        try printer.show(info, "replaced", result.object)
      } catch {
        call.failures.append(error)
      }
    }
  }

  /// Deletes what is there, waits until it is gone, makes it anew.
  private static func force(
    _ call: Call, _ infos: [Info], _ printer: ResultPrinter, _ validation: FieldValidation
  ) throws(Failure) {
    let grace = call.flags.integer("grace-period")
    var gone: [(Info, String)] = []
    for info in infos {
      guard let object = try call.client.find(info.kind, info.namespace, info.name) else { continue }
      try call.client.delete(
        info.kind, info.namespace, info.name,
        DeleteOptions(gracePeriodSeconds: grace >= 0 ? grace : nil, propagation: .background))
      call.line("\(info.kind.qualifiedSingular) \"\(info.name)\" deleted")
      gone.append((info, object[path: "metadata", "uid"]?.string ?? ""))
    }
    call.each(gone) { (pair) throws(Failure) in
      try Gone.wait(call, pair.0, uid: pair.1, deadline: .distantFuture)
    }
    call.each(infos, pause: call.timings.perObject) { (info) throws(Failure) in
      let result: WriteResult
      do throws(Failure) {
        result = try call.client.create(
          info.kind, info.namespace, LastApplied.kept(call, info),
          call.writeOptions(.none, manager: "kubectl-replace", validation: validation))
      } catch {
        throw error.about("creating", info.source)
      }
      try printer.show(info, "replaced", result.object)
    }
  }
}

/// The annotation in which `apply` keeps what it was given.
enum LastApplied {
  static let key = "kubectl.kubernetes.io/last-applied-configuration"

  /// The configuration of a manifest as the annotation holds it: keys sorted, `annotations` present, namespace filled in.
  static func text(_ object: Value, _ info: Info) -> String {
    var plain = object
    var metadata = plain["metadata"] ?? [:]
    var annotations = metadata["annotations"]?.object ?? Value.Object()
    annotations[key] = nil
    metadata["annotations"] = .object(annotations)
    if info.kind.namespaced { metadata["namespace"] = .string(info.namespace) }
    plain["metadata"] = metadata
    return JSON.compact(plain, escapingHTML: true) + "\n"
  }

  /// What `create` and `replace` send: the annotation is made with --save-config, and brought up to date wherever there is one,
  /// as in a manifest that `get -o yaml` gave.
  static func kept(_ call: Call, _ info: Info) -> Value {
    let hasOne = info.object[path: "metadata", "annotations", key]?.string?.isEmpty == false
    return call.flags.bool("save-config") || hasOne ? added(to: info.object, info) : info.object
  }

  static func added(to object: Value, _ info: Info) -> Value {
    var result = object
    result.set(["metadata", "annotations", key], .string(text(object, info)))
    return result
  }

  /// As a generator's typed object is noted: members as declared, nothing filled in.
  static func addedAsTyped(to object: Value, _ kind: Kind) -> Value {
    var result = object
    result.set(
      ["metadata", "annotations", key],
      .string(JSON.compact(Schema.inDeclaredOrder(object, kind), sortingKeys: false) + "\n"))
    return result
  }

  static func read(_ object: Value) -> Value? {
    guard let text = object[path: "metadata", "annotations", key]?.string else { return nil }
    return try? JSON.parse(text)
  }
}
