// kubectl rollout history and undo. StatefulSets and DaemonSets keep ControllerRevisions, Deployments their ReplicaSets. Sources:
// kubectl pkg/polymorphichelpers/{history,rollback}.go.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

/// One revision of a workload.
struct Revision {
  let number: Int64
  let cause: String
  /// The pod template of that time.
  let template: Value
  /// The ControllerRevision or ReplicaSet.
  let object: Value

  static func all(_ call: Call, _ info: Info) throws(Failure) -> [Revision] {
    let uid = info.object[path: "metadata", "uid"]?.string ?? ""
    let selection = Selection(labels: LabelSelector(info.object[path: "spec", "selector"]))
    let isDeployment = info.kind == .deployment
    var revisions: [Revision] = []
    for object in try call.client.list(isDeployment ? .replicaSet : .controllerRevision, info.namespace, selection)
      .items
    {
      guard owner(object) == uid else { continue }
      let annotations = object[path: "metadata", "annotations"]
      let cause = annotations?[ChangeCause.key]?.string ?? ""
      if isDeployment {
        guard let number = Int64(annotations?["deployment.kubernetes.io/revision"]?.string ?? "") else { continue }
        revisions.append(
          Revision(number: number, cause: cause, template: object[path: "spec", "template"] ?? [:], object: object))
      } else {
        var template = object[path: "data", "spec", "template"] ?? [:]
        template["$patch"] = nil
        revisions.append(
          Revision(number: object["revision"]?.integer ?? 0, cause: cause, template: template, object: object))
      }
    }
    revisions.sort { $0.number < $1.number }
    return revisions
  }

  private static func owner(_ object: Value) -> String? {
    for reference in object[path: "metadata", "ownerReferences"]?.array ?? []
    where reference["controller"]?.bool == true {
      return reference["uid"]?.string
    }
    return nil
  }
}

enum RolloutHistory {
  static func run(_ call: Call) throws(Failure) {
    try Rollout.requireResource(call)
    let wanted = call.flags.integer("revision")
    if wanted < 0 { throw .text("revision must be a positive integer: \(wanted)") }
    let printer = try ResultPrinter(call, typed: true, perObject: true)
    call.withInput { (input) throws(Failure) in
      try call.forEach(Rollout.request(call), input) { (info) throws(Failure) in
        try show(call, info, wanted, printer)
      }
    }
  }

  private static func show(_ call: Call, _ info: Info, _ wanted: Int64, _ printer: ResultPrinter) throws(Failure) {
    guard [Kind.deployment, .daemonSet, .statefulSet].contains(info.kind) else {
      throw Rollout.unsupported(info.kind, "history", "no history viewer has been implemented for")
    }
    let revisions = try Revision.all(call, info)
    if printer.printsObjects {
      var object: Value?
      for revision in revisions where wanted == 0 || revision.number == wanted {
        object = restored(info, revision)
      }
      guard let object else { throw .text("unable to find the specified revision") }
      return try printer.show(info, "", object)
    }
    if wanted > 0 {
      for revision in revisions where revision.number == wanted {
        var template = revision.template
        if info.kind == .deployment, !revision.cause.isEmpty {
          template.set(["metadata", "annotations", ChangeCause.key], .string(revision.cause))
        }
        var text = Describer()
        PodTemplateDescription.write(template, &text, isTabbed: false)
        call.print("\(info.title) with revision #\(wanted)\n\(text.raw)\n")
        return
      }
      throw .text("unable to find the specified revision")
    }
    var table = TabWriter.description
    var text = "REVISION\tCHANGE-CAUSE\n"
    for revision in revisions { text += "\(revision.number)\t\(revision.cause.isEmpty ? "<none>" : revision.cause)\n" }
    call.print("\(info.title) \n\(table.format(text))\n")
  }

  /// The workload as it was at a revision, for `-o yaml`.
  private static func restored(_ info: Info, _ revision: Revision) -> Value {
    if info.kind == .deployment { return revision.object }
    var object = info.object
    object.set(["spec", "template"], revision.template)
    return object
  }
}

enum RolloutUndo {
  static func run(_ call: Call) throws(Failure) {
    try Rollout.requireResource(call)
    let wanted = call.flags.integer("to-revision")
    let printer = try ResultPrinter(call, typed: true, perObject: true)
    call.withInput { (input) throws(Failure) in
      try call.forEach(Rollout.request(call), input) { (info) throws(Failure) in
        try undo(call, info, wanted, printer)
      }
    }
  }

  private static func undo(_ call: Call, _ info: Info, _ wanted: Int64, _ printer: ResultPrinter) throws(Failure) {
    guard [Kind.deployment, .daemonSet, .statefulSet].contains(info.kind) else {
      throw Rollout.unsupported(info.kind, "rollbacker", "no rollbacker has been implemented for")
    }
    if wanted < 0 { throw .text("unable to find specified revision \(wanted) in history") }
    let revisions = try Revision.all(call, info)
    let target = try target(revisions, wanted, info)
    if info.kind == .deployment, info.object[path: "spec", "paused"]?.bool == true {
      throw .text(
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again")
    }
    if printer.dryRun == .client {
      var text = Describer()
      PodTemplateDescription.write(target.template, &text, isTabbed: false)
      let words = info.kind == .deployment ? "" : "will roll back to "
      call.print("\(info.title) \(words)\(text.raw) (dry run)\n")
      return
    }
    var template = target.template
    if info.kind == .deployment {
      var labels = template[path: "metadata", "labels"] ?? [:]
      labels["pod-template-hash"] = nil
      template.set(["metadata", "labels"], labels)
    }
    if same(template, info.object[path: "spec", "template"] ?? [:]) {
      call.line("\(info.title) skipped rollback (current template already matches revision \(target.number))")
      return
    }
    var patch: [Value] = [["op": "replace", "path": "/spec/template", "value": template]]
    if info.kind == .deployment {
      patch.append(contentsOf: annotationPatch(info.object, target.object))
    }
    let result = try call.client.patch(
      info.kind, info.namespace, info.name, .json, .array(patch),
      call.writeOptions(printer.dryRun, manager: "kubectl-rollout"))
    try printer.show(info, "rolled back", result.object)
  }

  private static func target(_ revisions: [Revision], _ wanted: Int64, _ info: Info) throws(Failure) -> Revision {
    if wanted > 0 {
      for revision in revisions where revision.number == wanted { return revision }
      throw .text("unable to find specified revision \(wanted) in history")
    }
    guard revisions.count >= 2 else {
      throw .text(
        info.kind == .deployment
          ? "no rollout history found for deployment \(goQuoted(info.name))" : "no last revision to roll back to")
    }
    return revisions[revisions.count - 2]
  }

  private static func same(_ a: Value, _ b: Value) -> Bool {
    var x = a
    var y = b
    for path in [["metadata", "creationTimestamp"]] {
      x.set(path, nil)
      y.set(path, nil)
    }
    return x == y
  }

  /// A Deployment takes the annotations of its old ReplicaSet with it, but for those that belong to the controller.
  private static func annotationPatch(_ deployment: Value, _ replicaSet: Value) -> [Value] {
    let kept = [
      "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision",
      "deployment.kubernetes.io/revision-history", "deployment.kubernetes.io/desired-replicas",
      "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.revision",
    ]
    var annotations = Value.Object()
    for (key, value) in deployment[path: "metadata", "annotations"]?.object ?? Value.Object() where kept.contains(key) {
      annotations[key] = value
    }
    for (key, value) in replicaSet[path: "metadata", "annotations"]?.object ?? Value.Object() where !kept.contains(key)
    {
      annotations[key] = value
    }
    if annotations.isEmpty { return [] }
    return [
      [
        "op": deployment[path: "metadata", "annotations"] == nil ? "add" : "replace", "path": "/metadata/annotations",
        "value": .object(annotations),
      ]
    ]
  }
}
