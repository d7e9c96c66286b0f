// kubectl taint, cordon and uncordon. Sources: kubectl pkg/cmd/taint, pkg/cmd/drain/drain.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  static let taint = Verb(
    "taint", .cluster, usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]",
    synopsis: "Update the taints on one or more nodes",
    flags: Flags.print + [
      Flags.all, Flags.dryRun, Flags.fieldManager, Flags.selector, Flags.validate,
      .bool("overwrite", "", false, "change taints that are there"),
    ], latency: .local, run: Taint.run)

  static let cordon = Verb(
    "cordon", .cluster, usage: "NODE [options]", synopsis: "Mark node as unschedulable",
    flags: [Flags.dryRun, Flags.selector], run: Cordon.cordon)
  static let uncordon = Verb(
    "uncordon", .cluster, usage: "NODE [options]", synopsis: "Mark node as schedulable",
    flags: [Flags.dryRun, Flags.selector], run: Cordon.uncordon)
}

enum Taint {
  private static let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]

  @Sendable static func run(_ call: Call) throws(Failure) {
    var (resources, pairs) = try Pairs.split(call.arguments, "taint")
    // `key:Effect` without a value looks like a name.
    while let last = resources.last, resources.count > 1, last.contains(byte: 58) {
      pairs.insert(resources.removeLast(), at: 0)
    }
    if resources.isEmpty { throw .text("one or more resources must be specified as <resource> <name>") }
    if pairs.isEmpty { throw .text("at least one taint update is required") }
    var added: [Value] = []
    var removed: [Value] = []
    for pair in pairs {
      let removes = pair.hasSuffix("-")
      let taint: Value
      do throws(Failure) {
        taint = try parse(removes ? String(pair.dropLast()) : pair, removes: removes)
      } catch {
        throw .usage(call.path, error.description)
      }
      if removes { removed.append(taint) } else { added.append(taint) }
    }
    for (index, taint) in added.enumerated() {
      func isSame(_ other: Value) -> Bool { other["key"] == taint["key"] && other["effect"] == taint["effect"] }
      guard !added[..<index].contains(where: isSame) else {
        let parts = [taint["key"], taint["value"], taint["effect"]].map { $0?.string ?? "" }
        throw .usage(
          call.path, "duplicated taints with the same key and effect: {\(parts.joined(separator: " ")) <nil>}")
      }
    }
    if let type = resources.first, Kinds.named(type) != .node {
      throw .text("invalid resource type \(type), only node types are supported")
    }
    if call.flags.bool("all"), !call.flags.string("selector").isEmpty {
      throw .text("setting 'all' parameter with a non empty selector is prohibited")
    }
    if resources.count < 2, !call.flags.bool("all"), call.flags.string("selector").isEmpty {
      throw .text("at least one resource name must be specified since 'all' parameter is not set")
    }
    var both: [String] = []
    for taint in added {
      for other in removed
      where other["key"] == taint["key"] && (other["effect"] == nil || other["effect"] == taint["effect"]) {
        both.append("\(other["key"]?.string ?? "")=\(other["effect"]?.string ?? "")")
      }
    }
    if !both.isEmpty {
      throw .text(
        "can not both modify and remove the following taint(s) in the same command: \(both.joined(separator: ", "))")
    }
    let printer = try ResultPrinter(call, typed: true, perObject: true)
    try call.forEach(ResourceRequest(call, resources)) { (info) throws(Failure) in
      try one(call, printer, info, added, removed)
    }
  }

  private static func parse(_ text: String, removes: Bool) throws(Failure) -> Value {
    var key = text
    var value: String?
    var effect: String?
    if text.pieces(":").count > 2 { throw .text("invalid taint spec: \(text)") }
    if let (before, after) = text.cutLast(58) {
      key = before
      effect = after
    }
    if let (before, after) = key.cut(61) {
      key = before
      value = after
    }
    if !removes, effect == nil {
      let problems = value == nil ? [] : Names.qualifiedNameProblems(text)
      throw .text("invalid taint spec: \(text)\(problems.isEmpty ? "" : ", " + problems.joined(separator: "; "))")
    }
    if let effect, !effects.contains(effect) {
      throw .text("invalid taint effect: \(effect), unsupported taint effect")
    }
    let problems = Names.labelValueProblems(value ?? "") + Names.qualifiedNameProblems(key)
    if !problems.isEmpty { throw .text("invalid taint spec: \(text), \(problems.joined(separator: "; "))") }
    var taint: Value = ["key": .string(key)]
    if let effect { taint["effect"] = .string(effect) }
    if let value, !value.isEmpty { taint["value"] = .string(value) }
    return taint
  }

  private static func one(
    _ call: Call, _ printer: ResultPrinter, _ info: Info, _ added: [Value], _ removed: [Value]
  ) throws(Failure) {
    var taints = info.object[path: "spec", "taints"]?.array ?? []
    func matches(_ a: Value, _ b: Value) -> Bool {
      a["key"] == b["key"] && (b["effect"] == nil || a["effect"] == b["effect"])
    }
    var existing: [String] = []
    for taint in added where taints.contains(where: { matches($0, taint) }) {
      existing.append(taint["key"]?.string ?? "")
    }
    if !existing.isEmpty, !call.flags.bool("overwrite") {
      throw .text(
        "node \(info.name) already has \(existing.joined(separator: ",")) taint(s) with same effect(s) and --overwrite is false"
      )
    }
    var missing: [String] = []
    for taint in removed {
      let before = taints.count
      taints.removeAll { matches($0, taint) }
      if before == taints.count {
        let effect = taint["effect"]?.string
        missing.append("taint \(goQuoted((taint["key"]?.string ?? "") + (effect.map { ":" + $0 } ?? ""))) not found")
      }
    }
    if !missing.isEmpty {
      throw .text(missing.count == 1 ? missing[0] : "[\(missing.joined(separator: ", "))]")
    }
    for taint in added { taints.removeAll { matches($0, taint) } }
    let operation =
      !existing.isEmpty || (!added.isEmpty && !removed.isEmpty)
      ? "modified" : added.isEmpty ? "untainted" : "tainted"
    taints = added + taints
    if printer.dryRun == .client { return try printer.show(info, operation, info.object, showsDryRun: false) }
    let patch: Value = ["spec": ["taints": taints.isEmpty ? .null : .array(taints)]]
    let result = try call.client.patch(
      info.kind, info.namespace, info.name, .merge, patch, call.writeOptions(printer.dryRun, manager: "kubectl-taint"))
    try printer.show(info, operation, result.object, showsDryRun: false)
  }
}

enum Cordon {
  @Sendable static func cordon(_ call: Call) throws(Failure) { try run(call, true, "cordon") }
  @Sendable static func uncordon(_ call: Call) throws(Failure) { try run(call, false, "uncordon") }

  /// The nodes a call names.
  static func nodes(_ call: Call, _ verb: String) throws(Failure) -> [Info] {
    let selector = call.flags.string("selector")
    if call.arguments.isEmpty, selector.isEmpty { throw .usage(call.path, "USAGE: \(verb) NODE [flags]") }
    if !call.arguments.isEmpty, !selector.isEmpty {
      throw .usage(call.path, "cannot specify both a node name and a --selector option")
    }
    var request = ResourceRequest()
    if selector.isEmpty {
      var names: [String] = []
      for word in call.arguments { names.append(word.hasPrefix("node/") ? String(word.dropFirst(5)) : word) }
      request.arguments = names
      request.implicitKind = .node
    } else {
      request.arguments = ["nodes"]
      request.selector = selector
    }
    let (infos, problems) = try request.infos(call)
    if let problem = problems.first { throw problem }
    return infos
  }

  private static func run(_ call: Call, _ wanted: Bool, _ verb: String) throws(Failure) {
    let dryRun = try DryRun.read(call)
    for info in try nodes(call, verb) { try set(call, info, wanted, dryRun) }
  }

  static func set(_ call: Call, _ info: Info, _ wanted: Bool, _ dryRun: DryRun) throws(Failure) {
    let word = wanted ? "cordoned" : "uncordoned"
    if (info.object[path: "spec", "unschedulable"]?.bool ?? false) == wanted {
      call.line("\(info.title) already \(word)\(dryRun.suffix)")
      return
    }
    if dryRun != .client {
      _ = try call.client.patch(
        info.kind, "", info.name, .strategic, ["spec": ["unschedulable": wanted ? true : .null]],
        WriteOptions(dryRun: dryRun == .server, fieldManager: "kubectl-cordon"))
    }
    call.line("\(info.title) \(word)\(dryRun.suffix)")
  }
}
