// What kubectl knows of the API server: requests, made as somebody, that answer or fail. A thin layer over `APIServer` that
// adds who is asking (`--as`), whether that is allowed, whether the server is there at all, and turns answers into failures.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

final class Client {
  let api: APIServer
  /// Who asks.
  let user: String
  let groups: [String]
  let isImpersonating: Bool
  /// Found out when the server is first asked for something.
  private lazy var problem: Failure? =
    Client.problem(process, flags, config) ?? ServerReach.problem(process, flags, config)
  private let flags: FlagValues
  private let config: Kubeconfig
  /// What discovery has to say, for the caller to print.
  var warnings: [String] = []
  private let process: Process
  private let unmodelled: UnmodelledPods?
  private let output: String

  init(_ kubectl: Kubectl, _ process: Process, _ flags: FlagValues, _ config: Kubeconfig, verb: String) {
    api = kubectl.api
    unmodelled = UnmodelledPods(kubectl, process, verb: verb)
    if flags.changed("as") {
      user = flags.string("as")
      var groups = flags.strings("as-group")
      groups.append(contentsOf: Authorizer.groups(of: user))
      self.groups = groups
      isImpersonating = true
    } else {
      user = "admin"
      groups = ["system:masters", "system:authenticated"]
      isImpersonating = false
    }
    self.process = process
    output = flags.definition("output") == nil ? "" : flags.string("output")
    self.flags = flags
    self.config = config
  }

  /// A refused write: what the server warned about on the way comes before the refusal.
  private func refused(_ status: Status) -> Failure {
    for warning in status.warnings { Call.warn(process, warning) }
    return .status(status)
  }

  /// Why the server cannot be asked at all: a context that does not exist, an address nobody answers at.
  private static func problem(_ process: Process, _ flags: FlagValues, _ config: Kubeconfig) -> Failure? {
    if let chosen = config.chosenContext, config.entry("contexts", chosen) == nil {
      return .configuration("context was not found for specified context: \(chosen)")
    }
    let cluster = flags.string("cluster")
    if !cluster.isEmpty, config.entry("clusters", cluster) == nil {
      return .text("no server found for cluster \(goQuoted(cluster))")
    }
    // Verbs about bindings have a `--user` of their own.
    var user = ""
    if case .string? = flags.definition("user")?.shape { user = flags.string("user") }
    if !user.isEmpty, config.entry("users", user) == nil { return .text("auth info \(goQuoted(user)) does not exist") }
    if !flags.changed("as"), flags.changed("as-group") || flags.changed("as-uid") {
      let name = user.isEmpty ? config.user : user
      return .text("requesting uid, groups or user-extra for \(name) without impersonating a user")
    }
    return nil
  }

  /// `1122 08:55:59.479458   32526 file.go:12]`, the beginning of a line of Go's klog after its severity.
  static func klogStamp(_ process: Process, _ place: String) -> String {
    let now = process.world.civilNow
    return
      "\(SimKernel.padded(now.month, 2))\(SimKernel.padded(now.day, 2)) \(SimKernel.padded(now.hour, 2)):\(SimKernel.padded(now.minute, 2)):\(SimKernel.padded(now.second, 2)).\(SimKernel.padded(now.nanosecond / 1_000, 6)) \(leftPadded(String(process.id), 7)) \(place)]"
  }

  private static func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  /// Fails when the server cannot be asked; discovery does it before anything else.
  func discover() throws(Failure) {
    if let problem { throw problem }
  }

  /// The same for a call that asks once, and that nothing is logged about.
  func askOnce() throws(Failure) {
    guard let problem else { return }
    if case .unreachable(let reach) = problem { throw .unreachable(reach.once) }
    throw problem
  }

  /// The same for manifests, which are checked against the server's schema before anything else.
  func fetchSchema(_ source: String) throws(Failure) {
    guard let problem else { return }
    if case .unreachable(let reach) = problem { throw .unreachable(reach.forSchema(of: source)) }
    throw problem
  }

  func kind(_ name: String) throws(Failure) -> Kind {
    try discover()
    if let kind = Kinds.named(name), Client.isSpelled(name, kind), !kind.isAggregated || api.listsMetrics {
      if kind == .event, name.lowercased() == "ev" {
        warnings.append(
          "short name \"ev\" could also match lower priority resource events.events.k8s.io")
      }
      if kind == .horizontalPodAutoscaler, name.lowercased().hasSuffix(".v1.autoscaling"),
        !["", "wide", "name"].contains(output)
      {
        process.note(notSimulated: "objects of autoscaling/v1 with -o \(output)")
      }
      return kind
    }
    noteUnknownKind()
    let first = name.pieces(".")[0]
    throw .text("the server doesn't have a resource type \(goQuoted(first))")
  }

  /// A kind that is not known may be one that a CustomResourceDefinition made before would have added.
  func noteUnknownKind() {
    guard let list = try? api.list(.customResourceDefinition, namespace: nil, selector: .everything),
      !list.items.isEmpty, let effect = Kind.customResourceDefinition.unmodelledEffect()
    else { return }
    process.note(notSimulated: effect)
  }

  /// Short names are known in lower case only, and a version needs a group (or at least its dot) behind it.
  private static func isSpelled(_ name: String, _ kind: Kind) -> Bool {
    let parts = name.pieces(".")
    let first = parts[0]
    if first != first.lowercased(), kind.shortNames.contains(first.lowercased()) { return false }
    return !(parts.count == 2 && parts[1] == kind.version)
  }

  // MARK: Requests

  private func check(
    _ verb: String, _ kind: Kind, _ namespace: String?, _ name: String = "", subresource: String? = nil
  ) throws(Failure) {
    try discover()
    let part = subresource ?? ""
    guard isImpersonating,
      !Authorizer.allows(api, user, groups, verb, kind, namespace, name, subresource: part)
    else { return }
    throw .status(Authorizer.refusal(user, verb, kind, namespace, name, subresource: part))
  }

  /// Fails when who asks may not reach into a pod by this subresource. A web socket is a read; where that is refused, kubectl
  /// tries again with an older protocol, which is a write.
  func requireStream(_ subresource: String, _ namespace: String, _ pod: String) throws(Failure) {
    if Authorizer.allows(api, user, groups, "get", .pod, namespace, pod, subresource: subresource) { return }
    try check("create", .pod, namespace, pod, subresource: subresource)
  }

  /// A read in a namespace that does not exist is answered with the namespace's absence.
  func get(_ kind: Kind, _ namespace: String, _ name: String) throws(Failure) -> Value {
    try check("get", kind, namespace, name)
    do throws(Status) {
      let object = try api.get(kind, namespace: namespace, name: name)
      unmodelled?.look(at: [object], kind)
      return object
    } catch {
      if error.reason == "NotFound", kind.namespaced, api.store.object(.namespace, "", namespace) == nil {
        throw .status(Status.notFound(.namespace, namespace))
      }
      throw .status(error)
    }
  }

  func containerForLog(
    _ namespace: String, _ pod: String, _ container: String, previous: Bool
  ) throws(Failure) -> String? {
    try check("get", .pod, namespace, pod, subresource: "log")
    do throws(Status) {
      return try api.containerForLog(namespace: namespace, pod: pod, container: container, previous: previous)
    } catch {
      throw .status(error)
    }
  }

  func evict(_ namespace: String, _ name: String, _ options: DeleteOptions) throws(Failure) {
    try check("create", .pod, namespace, name, subresource: "eviction")
    do throws(Status) {
      try api.evict(namespace: namespace, name: name, options)
    } catch {
      throw .status(error)
    }
  }

  func scale(_ kind: Kind, _ namespace: String, _ name: String) throws(Failure) -> Value {
    try check("get", kind, namespace, name, subresource: "scale")
    do throws(Status) {
      return try api.scale(kind, namespace: namespace, name: name)
    } catch {
      throw .status(error)
    }
  }

  /// Nil when there is no such object.
  func find(_ kind: Kind, _ namespace: String, _ name: String) throws(Failure) -> Value? {
    do throws(Failure) {
      return try get(kind, namespace, name)
    } catch {
      if case .status(let status) = error, status.reason == "NotFound" { return nil }
      throw error
    }
  }

  func list(_ kind: Kind, _ namespace: String?, _ selection: Selection = .everything) throws(Failure) -> ObjectList {
    try check("list", kind, namespace)
    do throws(Status) {
      let list = try api.list(kind, namespace: namespace, selector: selection)
      unmodelled?.look(at: list.items, kind)
      return list
    } catch {
      throw .status(error)
    }
  }

  func watch(
    _ kind: Kind, _ namespace: String?, _ selection: Selection = .everything, from version: Int64
  ) throws(Failure) -> Watch {
    try check("watch", kind, namespace)
    do throws(Status) {
      let stream = try api.watch(kind, namespace: namespace, selector: selection, from: version)
      return Watch(stream) { [unmodelled] object in unmodelled?.look(at: [object], kind) }
    } catch {
      throw .status(error)
    }
  }

  func create(
    _ kind: Kind, _ namespace: String, _ object: Value, _ options: WriteOptions = WriteOptions()
  ) throws(Failure) -> WriteResult {
    try check("create", kind, namespace)
    if let effect = kind.unmodelledEffect(of: object) { process.note(notSimulated: effect) }
    // A file that was exported carries the version of another object (cli-runtime's Helper.Create drops it).
    var object = object
    object.update("metadata") { $0["resourceVersion"] = nil }
    do throws(Status) {
      return try api.create(kind, namespace: namespace, object, options)
    } catch {
      throw refused(error)
    }
  }

  func update(
    _ kind: Kind, _ namespace: String, _ object: Value, subresource: String? = nil,
    _ options: WriteOptions = WriteOptions()
  ) throws(Failure) -> WriteResult {
    try check(
      "update", kind, namespace, object[path: "metadata", "name"]?.string ?? "", subresource: subresource)
    do throws(Status) {
      return try api.update(kind, namespace: namespace, object, subresource: subresource, options)
    } catch {
      throw refused(error)
    }
  }

  func patch(
    _ kind: Kind, _ namespace: String, _ name: String, subresource: String? = nil, _ type: PatchType, _ patch: Value,
    _ options: WriteOptions = WriteOptions()
  ) throws(Failure) -> WriteResult {
    try check("patch", kind, namespace, name, subresource: subresource)
    do throws(Status) {
      return try api.patch(
        kind, namespace: namespace, name: name, subresource: subresource, type: type, patch, options)
    } catch {
      throw refused(error)
    }
  }

  func apply(
    _ kind: Kind, _ namespace: String, _ name: String, _ object: Value, _ options: WriteOptions
  ) throws(Failure) -> WriteResult {
    try check("patch", kind, namespace, name)
    if let effect = kind.unmodelledEffect(of: object) { process.note(notSimulated: effect) }
    do throws(Status) {
      return try api.apply(kind, namespace: namespace, name: name, object, options)
    } catch {
      throw refused(error)
    }
  }

  /// The second half of a server-side apply by kubectl: see `APIServer.adoptClientSideApply`.
  func adopt(
    _ kind: Kind, _ namespace: String, _ name: String, _ object: Value, _ options: WriteOptions
  ) throws(Failure) -> WriteResult? {
    do throws(Status) {
      return try api.adoptClientSideApply(kind, namespace: namespace, name: name, object, options)
    } catch {
      throw refused(error)
    }
  }

  @discardableResult
  func delete(
    _ kind: Kind, _ namespace: String, _ name: String, _ options: DeleteOptions = DeleteOptions()
  ) throws(Failure) -> Value? {
    try check("delete", kind, namespace, name)
    do throws(Status) {
      return try api.delete(kind, namespace: namespace, name: name, options)
    } catch {
      throw .status(error)
    }
  }

  /// The events about an object: those of its uid, oldest last occurrence first where callers sort them.
  func events(about object: Value, _ kind: Kind) throws(Failure) -> [Value] {
    let metadata = object["metadata"]
    let namespace = metadata?["namespace"]?.string
    let uid = metadata?["uid"]?.string ?? ""
    let name = metadata?["name"]?.string ?? ""
    var result: [Value] = []
    try check("list", .event, kind.namespaced ? namespace : nil)
    for event in (try? api.list(.event, namespace: kind.namespaced ? namespace : nil))?.items ?? [] {
      let involved = event["involvedObject"]
      guard involved?["name"]?.string == name, involved?["kind"]?.string == kind.kind else { continue }
      // Events about nodes carry the node's name as uid.
      if let about = involved?["uid"]?.string, about != uid, about != name { continue }
      result.append(event)
    }
    unmodelled?.look(at: result, .event)
    return result
  }
}
