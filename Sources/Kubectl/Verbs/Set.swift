// kubectl set: changes to pod templates (image, env, resources, serviceaccount), selectors and subjects of bindings. Sources: kubectl
// pkg/cmd/set.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let set = Verb.family(
    "set", .beginner, synopsis: "Set specific features on objects",
    verbs: [
      Verb(
        "env", usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]",
        synopsis: "Update environment variables on a pod template",
        flags: SetVerb.flags + [
          Flags.all, .string("containers", "c", "*", "containers that are changed"),
          .list("env", "e", "KEY=VALUE"), .string("from", "", "", "configmap/NAME or secret/NAME to take keys of"),
          .strings("keys", "", "keys to take with --from"), .bool("list", "", false, "print the variables"),
          .bool("overwrite", "", true, "change variables that are there"), .string("prefix", "", "", "prefix of names"),
          .bool("resolve", "", false, "show referenced values"),
        ], run: SetEnvironment.run),
      Verb(
        "image",
        usage:
          "(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]",
        synopsis: "Update the image of a pod template", flags: SetVerb.flags + [Flags.all], run: SetVerb.image),
      Verb(
        "resources", usage: "(-f FILENAME | TYPE NAME) ([--limits=LIMITS & --requests=REQUESTS] [options]",
        synopsis: "Update resource requests/limits on objects with pod templates",
        flags: SetVerb.flags + [
          Flags.all, .string("containers", "c", "*", "containers that are changed"),
          .string("limits", "", "", "limits"),
          .string("requests", "", "", "requests"),
        ], run: SetVerb.resources),
      Verb(
        "selector", usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version] [options]",
        synopsis: "Set the selector on a resource",
        flags: SetVerb.flags.filter { !["selector", "kustomize", "recursive"].contains($0.name) } + [
          Flags.all, .bool("recursive", "R", true, "read folders inside folders too"),
          .string("resource-version", "", "", .accepted, "only if the object has this version"),
        ], run: SetVerb.selector),
      Verb(
        "serviceaccount", aliases: ["sa"], usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]",
        synopsis: "Update the service account of a resource",
        flags: SetVerb.flags.filter { $0.name != "selector" } + [Flags.all], run: SetVerb.serviceAccount),
      Verb(
        "subject",
        usage:
          "(-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [options]",
        synopsis: "Update the user, group, or service account in a role binding or cluster role binding",
        flags: SetVerb.flags + [
          Flags.all, .list("group", "", "group"), .list("serviceaccount", "", "NAMESPACE:NAME"),
          .list("user", "", "user"),
        ], run: SetVerb.subject),
    ])
}

enum SetVerb {
  static let flags: [Flag] =
    Flags.files + Flags.print + [Flags.dryRun, Flags.fieldManager, Flags.local, Flags.record, Flags.selector]

  /// Where the pod template's spec lies in an object; nil when it has none.
  static func podSpecPath(_ kind: Kind) -> [String]? {
    switch kind {
    case .pod: return ["spec"]
    case .deployment, .statefulSet, .daemonSet, .replicaSet, .replicationController, .job:
      return ["spec", "template", "spec"]
    case .cronJob: return ["spec", "jobTemplate", "spec", "template", "spec"]
    default: return nil
    }
  }

  static func requirePodSpec(_ info: Info, isLocal: Bool = false) throws(Failure) -> [String] {
    if let path = podSpecPath(info.kind) { return path }
    let name = info.source.isEmpty || !isLocal ? info.kind.plural : info.kind.singular
    throw .text(
      "error: \(name)/\(info.name) the object is not a pod or does not have a pod template: *\(info.kind.version).\(info.kind.kind)\n"
    )
  }

  /// Sends what differs and says so; prints nothing when nothing does.
  static func send(
    _ call: Call, _ printer: ResultPrinter, _ info: Info, _ changed: Value, _ operation: String
  ) throws(Failure) {
    var changed = changed
    call.record(on: &changed)
    if changed == info.object { return }
    if printer.dryRun == .client || call.isLocal { return try printer.show(info, operation, changed) }
    let patch: Value
    do throws(Status) {
      patch = try Patch.twoWay(info.object, changed, kind: info.kind)
    } catch {
      throw .status(error)
    }
    let result: WriteResult
    do throws(Failure) {
      result = try call.client.patch(
        info.kind, info.namespace, info.name, .strategic, patch,
        call.writeOptions(printer.dryRun, manager: "kubectl-set"))
    } catch {
      if case .status(let status) = error, status.reason == "Invalid" {
        let what = operation.pieces(" ")[0]
        if what == "resource" { throw .text("failed to patch resources update to pod template \(error.description)") }
        throw .text("failed to patch \(what) update to pod template: \(error.description)")
      }
      throw error
    }
    call.warn(result.warnings)
    try printer.show(info, operation, result.object)
  }

  static func start(
    _ call: Call, _ resources: [String], _ work: @escaping (Info, ResultPrinter) throws(Failure) -> Void
  ) throws(Failure) {
    if call.isLocal, !resources.isEmpty || call.flags.strings("filename").isEmpty {
      throw .text(
        """
        you must specify resources by --filename when --local is set.
        Example resource specifications include:
           '-f rsrc.yaml'
           '--filename=rsrc.json'
        """)
    }
    let printer = try ResultPrinter(call, typed: true)
    call.withInput { (input) throws(Failure) in
      try call.forEach(ResourceRequest(call, resources), input) { (info) throws(Failure) in
        var info = info
        if call.isLocal { info.object = Decoding.normalize(info.kind, info.object) }
        try work(info, printer)
      }
    }
  }

  /// Fails when the objects cannot be found, before what is to be changed is looked at.
  static func requireObjects(_ call: Call, _ resources: [String]) throws(Failure) {
    guard !call.flags.strings("filename").contains("-") else { return }
    let (_, problems) = try ResourceRequest(call, resources).infos(call)
    if let problem = Failure.collected(problems) { throw problem }
  }

  /// Changes the containers of a list that a pattern names; false when none does.
  @discardableResult
  static func changeContainers(
    _ object: inout Value, _ path: [String], _ pattern: String, _ work: (inout Value) -> Void
  ) -> Bool {
    var isFound = false
    for list in ["initContainers", "containers"] {
      guard var containers = object.at(path + [list])?.array else { continue }
      for index in containers.indices
      where selects(pattern, containers[index]["name"]?.string ?? "") {
        isFound = true
        work(&containers[index])
      }
      object.set(path + [list], .array(containers))
    }
    return isFound
  }

  /// Whether a pattern with `*` means a name, by kubectl's own rule (`selectString`): only the first part must begin the name it
  /// is looked for in from, and places are counted from the place found last.
  static func selects(_ pattern: String, _ name: String) -> Bool {
    if pattern == "*" { return true }
    if !pattern.contains(byte: 42) { return pattern == name }
    let bytes = Array(name.utf8)
    var place = 0
    let parts = pattern.pieces("*")
    for (index, part) in parts.enumerated() where !part.isEmpty {
      let rest = String(decoding: bytes[min(place, bytes.count)...], as: UTF8.self)
      guard let next = rest.find(part), next >= place, index > 0 || place == 0 else { return false }
      if index == parts.count - 1, bytes.count != part.utf8.count + next { return false }
      place = next
    }
    return true
  }

  @Sendable static func image(_ call: Call) throws(Failure) {
    let (resources, pairs) = try Pairs.split(call.arguments, "image")
    if resources.isEmpty, call.flags.strings("filename").isEmpty, call.flags.string("kustomize").isEmpty {
      throw ResourceRequest.missing
    }
    if pairs.isEmpty {
      // What is wrong with the objects is complained about first.
      try requireObjects(call, resources)
      throw .text("at least one image update is required")
    }
    try start(call, resources) { (info, printer) throws(Failure) in
      let path = try requirePodSpec(info, isLocal: call.isLocal)
      var object = info.object
      for pair in pairs {
        guard let (name, image) = pair.cut(61) else { throw .text("invalid image format: \(pair)") }
        if !changeContainers(&object, path, name, { $0["image"] = .string(image) }) {
          // The other containers are changed all the same.
          call.failures.append(.text("error: unable to find container named \(goQuoted(name))"))
        }
      }
      try send(call, printer, info, object, "image updated")
    }
  }

  @Sendable static func resources(_ call: Call) throws(Failure) {
    if !call.isLocal { try requireObjects(call, call.arguments) }
    let limits = try quantities(call.flags.string("limits"))
    let requests = try quantities(call.flags.string("requests"))
    if limits.isEmpty, requests.isEmpty {
      throw .text("you must specify an update to requests or limits (in the form of --requests/--limits)")
    }
    try start(call, call.arguments) { (info, printer) throws(Failure) in
      let path = try requirePodSpec(info, isLocal: call.isLocal)
      var object = info.object
      let isFound = changeContainers(&object, path, call.flags.string("containers")) { container in
        for (member, list) in [("limits", limits), ("requests", requests)] {
          for (name, value) in list { container.set(["resources", member, name], .string(value)) }
        }
      }
      if !isFound { throw .text("error: unable to find container named \(call.flags.string("containers"))") }
      try send(call, printer, info, object, "resource requirements updated")
    }
  }

  private static func quantities(_ text: String) throws(Failure) -> [(String, String)] {
    var list: [(String, String)] = []
    for pair in text.pieces(",") where !pair.isEmpty {
      guard let (name, value) = pair.cut(61) else {
        throw .text("Invalid argument syntax \(pair), expected <resource>=<value>")
      }
      guard let quantity = Quantity(parsing: value) else {
        throw .text("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      }
      list.append((name, quantity.description))
    }
    return list
  }

  @Sendable static func serviceAccount(_ call: Call) throws(Failure) {
    guard let account = call.arguments.last else { throw .text("serviceaccount is required") }
    try start(call, Array(call.arguments.dropLast())) { (info, printer) throws(Failure) in
      let path = try requirePodSpec(info, isLocal: call.isLocal)
      var object = info.object
      object.set(path + ["serviceAccountName"], .string(account))
      try send(call, printer, info, object, "serviceaccount updated")
    }
  }

  @Sendable static func selector(_ call: Call) throws(Failure) {
    guard let expression = call.arguments.last else { throw .text("one selector is required") }
    if !call.isLocal { try requireObjects(call, Array(call.arguments.dropLast())) }
    let labels = try self.labels(expression)
    try start(call, Array(call.arguments.dropLast())) { (info, printer) throws(Failure) in
      guard info.kind == .service else { throw .text("setting a selector is only supported for Services") }
      var object = info.object
      object.set(["spec", "selector"], labels)
      if call.isLocal || printer.dryRun == .client { return try printer.show(info, "selector updated", object) }
      let result = try call.client.patch(
        info.kind, info.namespace, info.name, .json,
        [["op": "replace", "path": "/spec/selector", "value": labels]],
        call.writeOptions(printer.dryRun, manager: "kubectl-set"))
      try printer.show(info, "selector updated", result.object)
    }
  }

  /// A Service selects by equality alone.
  private static func labels(_ expression: String) throws(Failure) -> Value {
    let requirements: [LabelSelector.Requirement]
    do throws(SelectorError) {
      requirements = try LabelSelector(parsing: expression).requirements
    } catch {
      throw .text(error.message)
    }
    var labels: Value = [:]
    var expressions: [String] = []
    for requirement in requirements {
      let name: String
      switch requirement.operator {
      case .equals, .doubleEquals:
        labels[requirement.key] = .string(requirement.values[0])
        continue
      case .in: name = "In"
      case .notIn, .notEquals: name = "NotIn"
      case .exists: name = "Exists"
      case .doesNotExist: name = "DoesNotExist"
      case .greater, .less:
        throw .text("\(goQuoted(requirement.operator == .less ? "lt" : "gt")) isn't supported in label selectors")
      }
      expressions.append("{\(requirement.key) \(name) [\(requirement.values.joined(separator: " "))]}")
    }
    if expressions.isEmpty { return labels }
    throw .text("match expression [\(expressions.joined(separator: " "))] not supported on this object")
  }

  @Sendable static func subject(_ call: Call) throws(Failure) {
    if !call.isLocal { try requireObjects(call, call.arguments) }
    let subjects = try CreateRoles.makeSubjects(call)
    if subjects.isEmpty { throw .text("you must specify at least one value of user, group or serviceaccount") }
    try start(call, call.arguments) { (info, printer) throws(Failure) in
      guard [Kind.roleBinding, .clusterRoleBinding].contains(info.kind) else {
        throw .text("setting subjects is only supported for RoleBinding/ClusterRoleBinding")
      }
      var object = info.object
      var list = object["subjects"]?.array ?? []
      for subject in subjects where !list.contains(subject) { list.append(subject) }
      object["subjects"] = .array(list)
      try send(call, printer, info, object, "subjects updated")
    }
  }
}
