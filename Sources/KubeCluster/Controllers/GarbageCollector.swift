// The garbage collector: what belongs to objects that are gone is deleted; owners that are deleted in the foreground wait for
// what blocks them; owners that are deleted with orphaning let go of theirs first. Source: `pkg/controller/garbagecollector`.

import KubeAPI
import SimKernel
import Unstructured

final class GarbageCollector: Controller {
  private var queue: [String: EventID] = [:]

  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    for kind in Kinds.all where kind.verbs.contains("delete") && kind != .event {
      store.shelf(kind).observe { [self] old, new in notice(kind, old, new) }
    }
  }

  private func notice(_ kind: Kind, _ old: StoredObject?, _ new: StoredObject?) {
    if let old, new == nil {
      if store.hasDependents(old.uid) { later { [self] in collect(ownerUID: old.uid) } }
      for uid in old.ownerUIDs { wakeOwner(uid) }
    }
    guard let new else { return }
    if new.isBeingDeleted {
      let finalizers = new.value[path: "metadata", "finalizers"].strings
      if finalizers.contains("orphan") { later { [self] in orphan(kind, new.key) } }
      if finalizers.contains("foregroundDeletion") { later { [self] in foreground(kind, new.key) } }
    }
    if old == nil, !new.ownerUIDs.isEmpty {
      var isAbsent = true
      for uid in new.ownerUIDs where store.exists(uid: uid) { isAbsent = false }
      if isAbsent { later { [self] in collect(ownerUID: new.ownerUIDs[0]) } }
    }
  }

  private func later(_ action: @escaping () -> Void) { world.after(latency, action) }

  private func wakeOwner(_ uid: String) {
    guard waitingOwners[uid] != nil else { return }
    later { [self] in if let (kind, key) = waitingOwners[uid] { foreground(kind, key) } }
  }
  private var waitingOwners: [String: (Kind, ObjectKey)] = [:]

  /// Deletes everything whose owners have all gone; others only lose the dead reference.
  private func collect(ownerUID: String) {
    guard !store.exists(uid: ownerUID) else { return }
    for (kind, object) in store.dependents(of: ownerUID) {
      var isOwned = false
      for uid in object.ownerUIDs where uid != ownerUID && store.exists(uid: uid) { isOwned = true }
      if isOwned {
        api.amend(kind, object.namespace, object.name, uid: object.uid) { removeOwner(&$0, ownerUID) }
      } else if !object.isBeingDeleted {
        _ = try? api.delete(kind, namespace: object.namespace, name: object.name, DeleteOptions(uid: object.uid))
      }
    }
  }

  private func orphan(_ kind: Kind, _ key: ObjectKey) {
    guard let owner = store.object(kind, key.namespace, key.name) else { return }
    for (dependentKind, object) in store.dependents(of: owner.uid) {
      api.amend(dependentKind, object.namespace, object.name, uid: object.uid) { removeOwner(&$0, owner.uid) }
    }
    dropFinalizer("orphan", kind, owner)
  }

  private func foreground(_ kind: Kind, _ key: ObjectKey) {
    guard let owner = store.object(kind, key.namespace, key.name) else { return }
    var isBlocked = false
    for (dependentKind, object) in store.dependents(of: owner.uid) {
      if blocks(object, owner.uid) { isBlocked = true }
      if !object.isBeingDeleted {
        _ = try? api.delete(
          dependentKind, namespace: object.namespace, name: object.name,
          DeleteOptions(
            propagation: store.hasDependents(object.uid) ? .foreground : .background, uid: object.uid))
      }
    }
    if isBlocked, stillBlocked(owner.uid) {
      waitingOwners[owner.uid] = (kind, key)
    } else {
      waitingOwners[owner.uid] = nil
      dropFinalizer("foregroundDeletion", kind, owner)
    }
  }

  private func stillBlocked(_ uid: String) -> Bool {
    for (_, object) in store.dependents(of: uid) where blocks(object, uid) { return true }
    return false
  }

  private func blocks(_ object: StoredObject, _ uid: String) -> Bool {
    for owner in object.value[path: "metadata", "ownerReferences"]?.array ?? []
    where owner["uid"]?.string == uid && owner["blockOwnerDeletion"]?.bool == true { return true }
    return false
  }

  private func dropFinalizer(_ name: String, _ kind: Kind, _ object: StoredObject) {
    api.amend(kind, object.namespace, object.name, uid: object.uid) { value in
      var rest: [String] = []
      for finalizer in value[path: "metadata", "finalizers"].strings where finalizer != name {
        rest.append(finalizer)
      }
      value.set(["metadata", "finalizers"], rest.isEmpty ? nil : .strings(rest))
    }
  }
}
