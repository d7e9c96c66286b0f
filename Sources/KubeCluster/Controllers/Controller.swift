// What all controllers share: a queue of keys without duplicates, worked on a little after something changed. A controller
// reads the store, does one idempotent thing, and returns; what it did wakes it again through the store.

import KubeAPI
import SimKernel
import Unstructured

class Controller {
  let api: APIServer
  let world: World
  let store: Store
  let latency: Interval
  /// Looks that are about to happen, and looks that were asked for later; of each kind one per key, the earliest.
  private var pending: Set<ObjectKey> = []
  private var delayed: [ObjectKey: (at: Instant, weight: EventWeight, event: EventID)] = [:]

  init(api: APIServer, latency: Interval) {
    self.api = api
    world = api.world
    store = api.store
    self.latency = latency
  }

  /// Looks at this object soon.
  final func enqueue(_ key: ObjectKey) {
    guard pending.insert(key).inserted else { return }
    world.after(latency) { [self] in
      pending.remove(key)
      reconcile(key)
    }
  }

  /// Looks at this object after a while. A later request does not move an earlier one, and looking sooner for another
  /// reason does not cancel it (client-go's delaying queue).
  final func enqueue(_ key: ObjectKey, after delay: Interval, weight: EventWeight = .activity) {
    var at = world.now + delay
    if let known = delayed[key] {
      if known.at <= at {
        if weight == .housekeeping || known.weight == .activity { return }
        // The earlier look stays where it is, but now somebody waits for it.
        at = known.at
      }
      world.cancel(known.event)
    }
    let event = world.schedule(at: at, weight: weight) { [self] in
      delayed[key] = nil
      reconcile(key)
    }
    delayed[key] = (at, weight, event)
  }

  /// One look at one object.
  func reconcile(_ key: ObjectKey) {}

  /// The keys an audit should look at.
  func auditKeys() -> [ObjectKey] { [] }

  /// Reconciles everything; in a quiet world that must not change the store.
  final func audit() { for key in auditKeys() { reconcile(key) } }

  final func keys(of kind: Kind) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    for object in store.shelf(kind).list(namespace: nil) { keys.append(object.key) }
    return keys
  }

  /// Calls `reconcile` for the object itself whenever it changes.
  final func watch(_ kind: Kind) {
    store.shelf(kind).observe { [self] old, new in enqueue((new ?? old)!.key) }
  }

  /// Calls `reconcile` for the controlling owner of `kind` whenever one of its objects changes.
  final func watch(_ kind: Kind, ownedBy owner: Kind) {
    store.shelf(kind).observe { [self] old, new in
      if let old, old.controllerUID != nil, old.controllerUID != new?.controllerUID { enqueueOwner(old, owner) }
      if let new, new.controllerUID != nil { enqueueOwner(new, owner) }
    }
  }

  private func enqueueOwner(_ object: StoredObject, _ kind: Kind) {
    if let key = ownerKey(object, kind) { enqueue(key) }
  }

  final func ownerKey(_ object: StoredObject, _ kind: Kind) -> ObjectKey? {
    for owner in object.value[path: "metadata", "ownerReferences"]?.array ?? []
    where owner["controller"]?.bool == true && owner["kind"]?.string == kind.kind {
      return ObjectKey(object.namespace, owner["name"]?.string ?? "")
    }
    return nil
  }

  final func controllerReference(_ kind: Kind, _ owner: StoredObject) -> Value {
    [
      "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": .string(owner.name),
      "uid": .string(owner.uid), "controller": true, "blockOwnerDeletion": true,
    ]
  }
}

/// What controllers ask about pods again and again.
enum PodState {
  static func phase(_ pod: StoredObject) -> String { pod.value[path: "status", "phase"]?.string ?? "" }

  static func isReady(_ pod: StoredObject) -> Bool { readySince(pod) != nil }

  /// `lastTransitionTime` of a true Ready condition.
  static func readySince(_ pod: StoredObject) -> String? {
    for condition in pod.value[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == "Ready" && condition["status"]?.string == "True" {
      return condition["lastTransitionTime"]?.string ?? ""
    }
    return nil
  }

  static func isRunningAndReady(_ pod: StoredObject) -> Bool { phase(pod) == "Running" && isReady(pod) }

  static func isFinished(_ pod: StoredObject) -> Bool {
    let phase = phase(pod)
    return phase == "Succeeded" || phase == "Failed"
  }

  /// Nil when available now, else the time until it will be (very long when it is not even ready).
  static func timeToAvailable(_ pod: StoredObject, minReadySeconds: Int64, _ world: World) -> Interval? {
    guard let since = readySince(pod) else { return never }
    if minReadySeconds == 0 { return nil }
    guard let time = CivilTime(rfc3339: since) else { return nil }
    let left = world.clock.instant(unixSeconds: time.unixSeconds) + .seconds(minReadySeconds) - world.now
    return left > .zero ? left : nil
  }

  static let never = Interval.seconds(Int64(1_000_000))

  /// A pod made from a template, as a controller sends it to the API server.
  static func fromTemplate(
    _ template: Value?, generateName: String? = nil, name: String? = nil, owner: Value
  ) -> Value {
    var metadata: Value = [:]
    if let name { metadata["name"] = .string(name) }
    if let generateName { metadata["generateName"] = .string(generateName) }
    if let labels = template?[path: "metadata", "labels"] { metadata["labels"] = labels }
    if let annotations = template?[path: "metadata", "annotations"] { metadata["annotations"] = annotations }
    if let finalizers = template?[path: "metadata", "finalizers"] { metadata["finalizers"] = finalizers }
    metadata["ownerReferences"] = [owner]
    return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template?["spec"] ?? [:]]
  }
}

/// Takes one owner off an object.
func removeOwner(_ object: inout Value, _ uid: String) {
  var owners: [Value] = []
  for owner in object[path: "metadata", "ownerReferences"]?.array ?? [] where owner["uid"]?.string != uid {
    owners.append(owner)
  }
  object.set(["metadata", "ownerReferences"], owners.isEmpty ? nil : .array(owners))
}
