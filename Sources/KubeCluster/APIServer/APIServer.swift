// The API server: every read and write of the simulated cluster goes through here, kubectl's as well as the controllers'.
// A create is decoded, defaulted, admitted, validated and stored; an update or patch likewise, with the kind's rules for
// what may change; a delete respects grace periods, finalizers and propagation. The order of the steps is that of
// k8s.io/apiserver `registry/generic/registry/store.go`.
//
// Left out: authentication, API priority, webhooks. What a caller may do is asked before (see `authorizesByRoles`).

package import KubeAPI
package import SimKernel
package import Unstructured

package final class APIServer {
  /// A cluster of a lab has no more pods than this; what asks for more is told.
  package static let podsMax = 12_000
  package static let fullness = "more than \(podsMax) pods in one cluster"
  /// Whether somebody has asked for more.
  package private(set) var isFull = false
  package let world: World
  package let store: Store
  package let settings: ServerSettings
  var identifiers: SeededRandom
  var names: SeededRandom
  /// Drawn from when the server makes its own objects, whenever that is.
  let bootstrapNumbers: SeededRandom
  var serviceAddresses: AddressPool
  var nodePorts: Set<Int64> = []
  /// The images on a node, as its status lists them.
  var imagesOnNode: ((String) -> [Value])?
  /// Nodes whose kubelet has stopped reporting, and since when.
  var silentSince: [String: Instant] = [:]
  /// Who wrote what, by object uid (see FieldTracking).
  let journals = FieldJournals()
  /// Roles and bindings decide what callers may do; otherwise everybody may do everything, as on a MicroK8s node without its add-on.
  package var authorizesByRoles: Bool
  var hasBootstrapRoles = false
  var hasBootstrapAPIServices = false
  /// The server of the group metrics.k8s.io; it answers only while it is registered.
  var metrics: MetricsServer?

  package init(world: World, settings: ServerSettings = ServerSettings()) {
    self.world = world
    self.settings = settings
    authorizesByRoles = settings.authorizesByRoles
    store = Store(world: world)
    identifiers = world.random.split("uid")
    names = world.random.split("names")
    bootstrapNumbers = world.random.split("bootstrap")
    serviceAddresses = AddressPool(prefix: settings.serviceNetwork, random: world.random.split("service-ip"))
    let journals = journals
    store.forget = { journals.forget($0) }
  }

  // MARK: Reading

  package func get(_ kind: Kind, namespace: String, name: String) throws(Status) -> Value {
    if kind.isAggregated { return try served(kind).get(kind, namespace, name) }
    guard let object = find(kind, namespace, name) else { throw Status.notFound(kind, name) }
    return presented(kind, object.value)
  }

  /// Who answers for kinds that are not the API server's own.
  private func served(_ kind: Kind) throws(Status) -> MetricsServer {
    guard let metrics else { throw Status.noSuchResource }
    return metrics
  }

  /// Whether the API group of metrics is among those that discovery lists, and whether its server can be reached.
  package var listsMetrics: Bool { metrics?.isRegistered ?? false }
  package var reachesMetrics: Bool { metrics?.isAvailable ?? false }

  /// What the server makes for itself.
  private func bootstrap(_ kind: Kind) {
    bootstrapRoles(kind)
    bootstrapAPIServices(kind)
  }

  /// Items are in the order of namespace and name; nil means all namespaces.
  package func list(
    _ kind: Kind, namespace: String? = nil, selector: Selection = .everything
  ) throws(Status) -> ObjectList {
    if kind == .event { expireEvents() }
    bootstrap(kind)
    if kind.isAggregated {
      return ObjectList(items: try served(kind).list(kind, namespace, selector), resourceVersion: 0)
    }
    if kind == .componentStatus {
      return ObjectList(items: componentStatuses, resourceVersion: store.version)
    }
    var items: [Value] = []
    for object in store.shelf(kind).list(namespace: kind.namespaced ? namespace : nil)
    where selector.matches(object) {
      items.append(presented(kind, object.value))
    }
    return ObjectList(items: items, resourceVersion: store.version)
  }

  /// Changes after `resourceVersion`. Zero means from the present state, whose objects come first as ADDED.
  package func watch(
    _ kind: Kind, namespace: String? = nil, selector: Selection = .everything, from resourceVersion: Int64
  ) throws(Status) -> WatchStream {
    bootstrap(kind)
    if kind.isAggregated { throw Status.methodNotAllowed(kind, "watch") }
    let shelf = store.shelf(kind)
    let stream = WatchStream(
      world: world, shelf: shelf, namespace: kind.namespaced ? namespace : nil, selection: selector)
    if resourceVersion == 0 {
      for object in shelf.list(namespace: kind.namespaced ? namespace : nil) {
        stream.deliver(StoreChange(version: object.version, at: world.now, old: nil, new: object))
      }
    } else {
      if resourceVersion < shelf.forgottenVersion {
        throw Status(
          code: 410, reason: "Expired",
          message: "too old resource version: \(resourceVersion) (\(shelf.forgottenVersion))")
      }
      for change in shelf.history where change.version > resourceVersion { stream.deliver(change) }
    }
    shelf.watchers.append(stream)
    return stream
  }

  /// Made up when asked for; in the order of the real server, which is not that of the names.
  private var componentStatuses: [Value] {
    var items: [Value] = []
    for name in ["etcd-0", "controller-manager", "scheduler"] {
      items.append([
        "apiVersion": "v1", "kind": "ComponentStatus",
        "metadata": ["name": .string(name), "creationTimestamp": .null],
        "conditions": [["type": "Healthy", "status": "True", "message": "ok"]],
      ])
    }
    return items
  }

  func find(_ kind: Kind, _ namespace: String, _ name: String) -> StoredObject? {
    bootstrap(kind)
    return store.object(kind, kind.namespaced ? namespace : "", name)
  }

  // MARK: Creating

  package func create(
    _ kind: Kind, namespace: String, _ object: Value, _ options: WriteOptions = WriteOptions(),
    isTracked: Bool = true
  ) throws(Status) -> WriteResult {
    if kind.isAggregated { throw Status.methodNotAllowed(kind, "create") }
    var object = object
    var warnings = try decode(kind, &object, options)
    if kind.namespaced {
      let stated = object[path: "metadata", "namespace"]?.string ?? ""
      if !stated.isEmpty, stated != namespace {
        throw Status.badRequest("the namespace of the provided object does not match the namespace sent on the request")
      }
      try checkNamespace(kind, namespace, object)
    }
    try prepareMetadata(kind, namespace, &object)
    let name = object[path: "metadata", "name"]?.string ?? ""
    if kind == .binding {
      try bind(namespace: namespace, object)
      return WriteResult(object: object, warnings: [], created: true, changed: true)
    }
    clearStatus(kind, &object)
    kind.defaults(&object)
    let submitted = object
    try admit(kind, namespace, &object)
    prepareForCreate(kind, &object)
    try validate(kind, &object, old: nil, warnings: &warnings)
    try checkPodSecurity(kind, namespace, object, old: nil, warnings: &warnings)
    if find(kind, namespace, name) != nil { throw Status.alreadyExists(kind, name) }
    if kind == .pod, store.shelf(.pod).count >= APIServer.podsMax {
      isFull = true
      throw Status.unknown("not simulated: \(APIServer.fullness)")
    }
    try allocateAddresses(kind, &object, dryRun: options.dryRun)
    try chargeQuota(kind, namespace, object)
    if options.dryRun { return WriteResult(object: object, warnings: warnings, created: true, changed: true) }
    let stored = store.put(kind, object)
    if isTracked {
      track(kind, uid: stored.uid, from: nil, to: submitted, manager: options.fieldManager, subresource: "")
    }
    return WriteResult(object: stored.value, warnings: warnings, created: true, changed: true)
  }

  private func prepareMetadata(_ kind: Kind, _ namespace: String, _ object: inout Value) throws(Status) {
    var metadata = object["metadata"] ?? [:]
    if (metadata["resourceVersion"]?.string ?? "").isEmpty == false {
      throw Status(
        code: 500, reason: "", message: "resourceVersion should not be set on objects to be created")
    }
    if (metadata["name"]?.string ?? "").isEmpty {
      if let base = metadata["generateName"]?.string, !base.isEmpty {
        metadata["name"] = .string(generatedName(kind, base, namespace))
      } else {
        let plain: Status = Status.invalid(
          kind, "",
          [
            Cause(
              reason: "FieldValueRequired", message: "Required value: name or generateName is required",
              field: "metadata.name")
          ])
        throw plain
      }
    }
    metadata["namespace"] = kind.namespaced ? .string(namespace) : nil
    metadata["uid"] = .string(identifiers.uuid())
    metadata["creationTimestamp"] = .string(world.civilNow.rfc3339)
    metadata["deletionTimestamp"] = nil
    metadata["deletionGracePeriodSeconds"] = nil
    metadata["managedFields"] = nil
    metadata["selfLink"] = nil
    metadata["generation"] = kind.countsGenerations ? 1 : nil
    object["metadata"] = metadata
    object["apiVersion"] = .string(kind.apiVersion)
    object["kind"] = .string(kind.kind)
  }

  private func generatedName(_ kind: Kind, _ base: String, _ namespace: String) -> String {
    let stem = String(base.prefix(58))
    var name = stem + names.nameSuffix()
    while find(kind, namespace, name) != nil { name = stem + names.nameSuffix() }
    return name
  }

  private func checkNamespace(_ kind: Kind, _ namespace: String, _ object: Value) throws(Status) {
    guard let space = store.object(.namespace, "", namespace) else {
      throw Status.notFound(.namespace, namespace)
    }
    if space.isBeingDeleted, kind != .event {
      var status = Status.forbidden(
        kind, object[path: "metadata", "name"]?.string ?? "",
        "unable to create new content in namespace \(namespace) because it is being terminated")
      status.causes = [
        Cause(
          reason: "NamespaceTerminating", message: "namespace \(namespace) is being terminated",
          field: "metadata.namespace")
      ]
      throw status
    }
  }

  // MARK: Updating

  package func update(
    _ kind: Kind, namespace: String, _ object: Value, subresource: String? = nil,
    _ options: WriteOptions = WriteOptions()
  ) throws(Status) -> WriteResult {
    var object = object
    let warnings = try decode(kind, &object, options)
    let name = object[path: "metadata", "name"]?.string ?? ""
    guard let old = find(kind, namespace, name) else { throw Status.notFound(kind, name) }
    if subresource == "scale" { return try updateScale(kind, old, object, options) }
    return try write(
      kind, old, object, subresource: subresource, warnings, options, trackedAs: subresource ?? "")
  }

  package func patch(
    _ kind: Kind, namespace: String, name: String, subresource: String? = nil, type: PatchType, _ patch: Value,
    _ options: WriteOptions = WriteOptions()
  ) throws(Status) -> WriteResult {
    guard let old = find(kind, namespace, name) else { throw Status.notFound(kind, name) }
    if subresource == "scale" { return try patchScale(kind, old, type, patch, options) }
    // Patches of documents see all of it.
    let base = type == .strategic ? old.value : withManagedFields(old.value)
    let (object, warnings) = try Patch.apply(
      type, patch, to: base, kind: kind, isStrict: options.fieldValidation == .strict)
    return try write(
      kind, old, object, subresource: subresource, warnings, options, trackedAs: subresource ?? "")
  }

  /// The second half of every update: what may not change is put back, what must not change is refused, and nothing is
  /// written when nothing changed.
  func write(
    _ kind: Kind, _ old: StoredObject, _ proposed: Value, subresource: String?, _ warnings: [String],
    _ options: WriteOptions, trackedAs tracked: String?
  ) throws(Status) -> WriteResult {
    var object = proposed
    var warnings = warnings
    let name = old.name
    var metadata = object["metadata"] ?? [:]
    let previous = old.value["metadata"] ?? [:]
    if let stated = metadata["resourceVersion"]?.string, !stated.isEmpty, stated != "\(old.version)" {
      throw Status.conflict(kind, name)
    }
    if let stated = metadata["uid"]?.string, !stated.isEmpty, stated != old.uid {
      throw Status.conflict(
        kind, name,
        "Precondition failed: UID in precondition: \(stated), UID in object meta: \(old.uid)")
    }
    for key in [
      "uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp",
      "deletionGracePeriodSeconds", "name", "namespace", "generateName",
    ] {
      metadata[key] = previous[key]
    }
    metadata["managedFields"] = nil
    object["metadata"] = metadata
    object["apiVersion"] = .string(kind.apiVersion)
    object["kind"] = .string(kind.kind)
    if let subresource {
      var base = old.value
      switch subresource {
      case "status":
        base["status"] = object["status"]
        var kept = base["metadata"] ?? [:]
        if kind == .pod || kind == .node || kind == .service {
          kept["annotations"] = metadata["annotations"]
          kept["labels"] = metadata["labels"]
        }
        base["metadata"] = kept
      case "finalize", "approval", "resize", "ephemeralcontainers": base["spec"] = object["spec"]
      default: throw Status.noSuchResource
      }
      object = base
    } else if kind.hasStatus {
      object["status"] = old.value["status"]
    }
    kind.defaults(&object)
    let submitted = object
    try admitUpdate(kind, old.value, &object)
    prepareForUpdate(kind, old.value, &object)
    if same(object, old.value) {
      return WriteResult(object: old.value, warnings: warnings, created: false, changed: false)
    }
    try validate(kind, &object, old: old.value, warnings: &warnings)
    if subresource == nil {
      let namespace = previous["namespace"]?.string ?? ""
      try checkPodSecurity(kind, namespace, object, old: old.value, warnings: &warnings)
    }
    if kind.countsGenerations, subresource == nil, changesGeneration(kind, old.value, object) {
      let generation = previous["generation"]?.integer ?? 0
      object.set(["metadata", "generation"], .integer(generation + 1))
    }
    try allocateAddresses(kind, &object, dryRun: options.dryRun)
    if options.dryRun { return WriteResult(object: object, warnings: warnings, created: false, changed: true) }
    if let tracked {
      track(
        kind, uid: old.uid, from: old.value, to: submitted, manager: options.fieldManager, subresource: tracked)
    }
    let stored = settle(kind, old, object)
    return WriteResult(object: stored.value, warnings: warnings, created: false, changed: true)
  }

  /// Stores a changed object, or removes it when it was only waiting for its last finalizer.
  @discardableResult
  func settle(_ kind: Kind, _ old: StoredObject, _ object: Value) -> StoredObject {
    let metadata = object["metadata"]
    if metadata?["deletionTimestamp"] != nil, (metadata?["finalizers"]?.array ?? []).isEmpty,
      (metadata?["deletionGracePeriodSeconds"]?.integer ?? 0) == 0, !hasSpecFinalizers(kind, object)
    {
      let last = StoredObject(object, version: old.version)
      release(kind, object)
      store.remove(kind, last)
      return last
    }
    return store.put(kind, object)
  }

  private func hasSpecFinalizers(_ kind: Kind, _ object: Value) -> Bool {
    kind == .namespace && !(object[path: "spec", "finalizers"]?.array ?? []).isEmpty
  }

  /// A controller's write: no decoding, defaulting or validation, only the change itself. Nil when the object is gone.
  /// `manager` is who owns what is written; nil for the server itself.
  @discardableResult
  func amend(
    _ kind: Kind, _ namespace: String, _ name: String, uid: String? = nil,
    as manager: String? = "kube-controller-manager", through subresource: String? = nil,
    _ change: (inout Value) -> Void
  ) -> StoredObject? {
    guard let old = store.object(kind, namespace, name), uid == nil || uid == old.uid else { return nil }
    var object = old.value
    change(&object)
    if same(object, old.value) { return old }
    if kind.countsGenerations, changesGeneration(kind, old.value, object) {
      let generation = old.value[path: "metadata", "generation"]?.integer ?? 0
      object.set(["metadata", "generation"], .integer(generation + 1))
    }
    if let manager {
      track(kind, uid: old.uid, from: old.value, to: object, manager: manager, subresource: subresource)
    }
    return settle(kind, old, object)
  }

  func same(_ a: Value, _ b: Value) -> Bool { a == b }

  private func changesGeneration(_ kind: Kind, _ old: Value, _ new: Value) -> Bool { old["spec"] != new["spec"] }
}

/// What differs between API servers.
package struct ServerSettings {
  /// First three bytes of the service network, with the dot: `10.152.183.`.
  package var serviceNetwork = "10.152.183."
  package var authorizesByRoles = true
  package var eventLifetime = Interval.seconds(Int64(300))
  package var nodePortFirst: Int64 = 30_000
  package var nodePortLast: Int64 = 32_767

  package init() {}
}
