// kubectl label and annotate. Sources: kubectl pkg/cmd/label/label.go, pkg/cmd/annotate/annotate.go.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let label = Verb(
    "label", .settings,
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    synopsis: "Update the labels on a resource",
    examples: ["kubectl label pod web-0 tier=front", "kubectl label pod web-0 tier-"],
    flags: Flags.files + Flags.print + [
      Flags.all, Flags.allNamespaces, Flags.dryRun, Flags.fieldManager, Flags.fieldSelector, Flags.local, Flags.record,
      Flags.selector, .bool("list", "", false, "print the labels"),
      .bool("overwrite", "", false, "change labels that have another value"),
      .string("resource-version", "", "", "only if the object has this version"),
    ], latency: .local, run: Pairs.label)

  static let annotate = Verb(
    "annotate", .settings,
    usage: "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]",
    synopsis: "Update the annotations on a resource",
    flags: Flags.files + Flags.print + [
      Flags.all, Flags.allNamespaces, Flags.dryRun, Flags.fieldManager, Flags.fieldSelector, Flags.local, Flags.record,
      Flags.selector, .bool("list", "", false, "print the annotations"),
      .bool("overwrite", "", false, "change annotations that have another value"),
      .string("resource-version", "", "", "only if the object has this version"),
    ], latency: .local, run: Pairs.annotate)
}

/// `KEY=VALUE` and `KEY-` arguments.
enum Pairs {
  private struct Change {
    var set = OrderedMap<String, String>()
    var removed: [String] = []
  }

  /// Words before the first pair name objects.
  static func split(_ words: [String], _ what: String) throws(Failure) -> (resources: [String], pairs: [String]) {
    var resources: [String] = []
    var pairs: [String] = []
    for word in words {
      let isPair = (word.contains(byte: 61) && !word.hasPrefix("=")) || (word.hasSuffix("-") && word != "-")
      if isPair {
        pairs.append(word)
      } else if pairs.isEmpty {
        resources.append(word)
      } else {
        throw .text("all resources must be specified before \(what) changes: \(word)")
      }
    }
    return (resources, pairs)
  }

  @Sendable static func label(_ call: Call) throws(Failure) {
    let (resources, pairs) = try split(call.arguments, "label")
    var change = Change()
    for pair in pairs {
      if pair.contains(byte: 61) {
        let parts = pair.pieces("=")
        if parts.count != 2 { throw .text("invalid label spec: \(pair)") }
        let problems = Names.labelValueProblems(parts[1])
        if !problems.isEmpty {
          throw .text("invalid label value: \(goQuoted(pair)): \(problems.joined(separator: ";"))")
        }
        change.set[parts[0]] = parts[1]
      } else {
        change.removed.append(String(pair.dropLast()))
      }
    }
    for key in change.removed where change.set.contains(key) {
      throw .text("can not both modify and remove a label in the same command")
    }
    try run(call, resources, change, member: "labels", update: "label")
  }

  @Sendable static func annotate(_ call: Call) throws(Failure) {
    let (resources, pairs) = try split(call.arguments, "annotation")
    var change = Change()
    for pair in pairs {
      if let (key, value) = pair.cut(61) {
        change.set[key] = value
      } else {
        change.removed.append(String(pair.dropLast()))
      }
    }
    var both: [String] = []
    for key in change.removed where change.set.contains(key) { both.append(key) }
    if !both.isEmpty {
      throw .text(
        "can not both modify and remove the following annotation(s) in the same command: \(both.joined(separator: ", "))"
      )
    }
    try run(call, resources, change, member: "annotations", update: "annotation")
  }

  private static func run(
    _ call: Call, _ resources: [String], _ change: Change, member: String, update: String
  ) throws(Failure) {
    if call.flags.bool("all"), !call.flags.string("selector").isEmpty {
      throw .text("cannot set --all and --selector at the same time")
    }
    if call.flags.bool("all"), !call.flags.string("field-selector").isEmpty {
      throw .text("cannot set --all and --field-selector at the same time")
    }
    if resources.isEmpty, call.flags.strings("filename").isEmpty, call.flags.string("kustomize").isEmpty {
      throw .text("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    }
    try call.checkLocal(resources, example: member == "labels" ? "pod" : "rsrc")
    let lists = call.flags.bool("list")
    if change.set.isEmpty, change.removed.isEmpty, !lists {
      throw .text("at least one \(update) update is required")
    }
    let printer = try ResultPrinter(call, perObject: true)
    call.withInput { (input) throws(Failure) in
      if !call.flags.string("resource-version").isEmpty, !call.isLocal {
        let targets = try ResourceRequest(call, resources).targets(call, input).targets
        guard targets.count == 1, case .object = targets[0] else {
          throw .text("--resource-version may only be used with a single resource")
        }
      }
      try call.forEach(ResourceRequest(call, resources), input) { (info) throws(Failure) in
        try one(call, printer, info, change, member: member)
      }
    }
  }

  private static func one(
    _ call: Call, _ printer: ResultPrinter, _ info: Info, _ change: Change, member: String
  ) throws(Failure) {
    let isLabels = member == "labels"
    let before = info.object[path: "metadata", member]?.object ?? Value.Object()
    if call.flags.bool("list") {
      for (key, value) in before.sortedByKey { call.line("\(key)=\(value.string ?? "")") }
      return
    }
    let isSent = printer.dryRun != .client && !call.isLocal
    if isLabels, isSent {
      for key in change.removed where before[key] == nil { call.line("label \(goQuoted(key)) not found.") }
    }
    let overwrite = call.flags.bool("overwrite")
    if !overwrite {
      var problems: [String] = []
      for (key, value) in change.set {
        guard let now = before[key]?.string else { continue }
        // The reason of a change may always be replaced.
        if now == value || !isLabels && key == ChangeCause.key { continue }
        problems.append("'\(key)' already has a value (\(now))")
      }
      if !problems.isEmpty {
        if isLabels { throw .text(problems.map { "\($0), and --overwrite is false" }.joined(separator: "; ")) }
        throw .text(
          "--overwrite is false but found the following declared annotation(s): \(problems.joined(separator: "; "))")
      }
    }
    var members = before
    for (key, value) in change.set { members[key] = .string(value) }
    for key in change.removed { members[key] = nil }
    var operation = "annotated"
    if isLabels {
      operation = "not labeled"
      if members != before {
        let shrinks =
          JSON.compact(.object(members)).utf8.count < JSON.compact(.object(before)).utf8.count
        operation = !overwrite && shrinks ? "unlabeled" : "labeled"
      }
    }
    if !isSent {
      var object = info.object
      object.set(["metadata", member], .object(members))
      return try printer.show(info, operation, object)
    }
    var patch = Value.Object()
    for (key, value) in change.set { patch[key] = .string(value) }
    for key in change.removed { patch[key] = .null }
    var metadata: Value = .members([(member, .object(patch))])
    let version = call.flags.string("resource-version")
    if !version.isEmpty { metadata["resourceVersion"] = .string(version) }
    var annotated: Value = ["metadata": metadata]
    call.record(on: &annotated)
    let result = try call.client.patch(
      info.kind, info.namespace, info.name, .merge, annotated,
      call.writeOptions(printer.dryRun, manager: isLabels ? "kubectl-label" : "kubectl-annotate"))
    call.warn(result.warnings)
    try printer.show(info, operation, result.object)
  }
}
