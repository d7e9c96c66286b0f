// What etcd and the watch cache are in a real control plane: the objects of every kind, one growing resource version
// over all of them, and the ordered history from which watches are served. Every look-up a controller needs often has an
// index here (by namespace, by controller, by owner), so that the cost of one object does not grow with their number.

package import KubeAPI
package import SimKernel
import Unstructured

/// One change of one object. `old` is nil when it was added, `new` when it was removed.
package struct StoreChange {
  package let version: Int64
  package let at: Instant
  package let old: StoredObject?
  package let new: StoredObject?
}

/// All objects of one kind.
package final class Shelf {
  package let kind: Kind
  /// Sorted names per namespace, and the sorted namespaces that have any.
  private var objects: [ObjectKey: StoredObject] = [:]
  private var names: [String: [String]] = [:]
  private var namespaces: [String] = []
  private var byController: [String: Set<ObjectKey>] = [:]
  /// Changes in order; the oldest are dropped once there are too many.
  package private(set) var history: [StoreChange] = []
  /// Versions up to this one can no longer be replayed.
  package private(set) var forgottenVersion: Int64 = 0
  private let historyMax = 40_000

  var watchers: [WatchStream] = []
  private var observers: [(StoredObject?, StoredObject?) -> Void] = []

  init(kind: Kind) { self.kind = kind }

  package var count: Int { objects.count }

  package subscript(key: ObjectKey) -> StoredObject? { objects[key] }

  /// In order of namespace and name.
  package func list(namespace: String?) -> [StoredObject] {
    var result: [StoredObject] = []
    for space in namespace.map({ [$0] }) ?? namespaces {
      for name in names[space] ?? [] {
        if let object = objects[ObjectKey(space, name)] { result.append(object) }
      }
    }
    return result
  }

  /// The objects whose controlling owner has this uid, by name.
  package func controlled(by uid: String) -> [StoredObject] {
    guard let keys = byController[uid] else { return [] }
    var result: [StoredObject] = []
    result.reserveCapacity(keys.count)
    for key in keys { if let object = objects[key] { result.append(object) } }
    result.sort { $0.key < $1.key }
    return result
  }

  package func controlledCount(by uid: String) -> Int { byController[uid]?.count ?? 0 }

  /// Calls back on every change, synchronously; observers note what there is to do and return.
  package func observe(_ observer: @escaping (StoredObject?, StoredObject?) -> Void) { observers.append(observer) }

  func apply(_ change: StoreChange) {
    let key = change.new?.key ?? change.old!.key
    if let owner = change.old?.controllerUID, owner != change.new?.controllerUID {
      byController[owner]?.remove(key)
      if byController[owner]?.isEmpty == true { byController[owner] = nil }
    }
    if let new = change.new {
      if change.old == nil { insert(key) }
      objects[key] = new
      if let owner = new.controllerUID, owner != change.old?.controllerUID {
        byController[owner, default: []].insert(key)
      }
    } else {
      objects[key] = nil
      remove(key)
    }
    history.append(change)
    if history.count > historyMax {
      forgottenVersion = history[historyMax / 2 - 1].version
      history.removeFirst(historyMax / 2)
    }
    for watcher in watchers { watcher.deliver(change) }
    for observer in observers { observer(change.old, change.new) }
  }

  private func insert(_ key: ObjectKey) {
    var list = names[key.namespace] ?? []
    if list.isEmpty { insertSorted(key.namespace, into: &namespaces) }
    names[key.namespace] = nil
    insertSorted(key.name, into: &list)
    names[key.namespace] = list
  }

  private func remove(_ key: ObjectKey) {
    guard var list = names[key.namespace] else { return }
    names[key.namespace] = nil
    let place = position(of: key.name, in: list)
    if place < list.count, list[place] == key.name { list.remove(at: place) }
    if list.isEmpty {
      let place = position(of: key.namespace, in: namespaces)
      if place < namespaces.count { namespaces.remove(at: place) }
    } else {
      names[key.namespace] = list
    }
  }
}

private func position(of text: String, in sorted: [String]) -> Int {
  var low = 0
  var high = sorted.count
  while low < high {
    let middle = (low + high) / 2
    if sorted[middle] < text { low = middle + 1 } else { high = middle }
  }
  return low
}

private func insertSorted(_ text: String, into sorted: inout [String]) {
  if let last = sorted.last, last < text {
    sorted.append(text)
  } else {
    sorted.insert(text, at: position(of: text, in: sorted))
  }
}

package final class Store {
  let world: World
  private var shelves: [Kind: Shelf] = [:]
  /// Kinds in the order in which they were first used, for walks over everything.
  package private(set) var shelfOrder: [Shelf] = []
  package private(set) var version: Int64 = 0
  /// Who names whom as owner, over all kinds.
  private var dependents: [String: Set<Dependent>] = [:]
  /// Every uid that is stored now.
  private var uids: [String: Dependent] = [:]

  /// Told when an object is gone for good.
  var forget: ((String) -> Void)?

  struct Dependent: Hashable {
    let shelf: Int
    let key: ObjectKey
  }

  init(world: World) { self.world = world }

  package func shelf(_ kind: Kind) -> Shelf {
    if let shelf = shelves[kind] { return shelf }
    let shelf = Shelf(kind: kind)
    shelves[kind] = shelf
    shelfOrder.append(shelf)
    return shelf
  }

  package func object(_ kind: Kind, _ namespace: String, _ name: String) -> StoredObject? {
    shelf(kind)[ObjectKey(namespace, name)]
  }

  /// Stores a new version of an object, which gets the next resource version.
  @discardableResult
  func put(_ kind: Kind, _ value: Value) -> StoredObject {
    let shelf = shelf(kind)
    version += 1
    var value = value
    var metadata = value["metadata"] ?? [:]
    metadata["resourceVersion"] = .string("\(version)")
    value["metadata"] = metadata
    let new = StoredObject(value, version: version)
    let old = shelf[new.key]
    index(shelf, old: old, new: new)
    shelf.apply(StoreChange(version: version, at: world.now, old: old, new: new))
    return new
  }

  /// Removes an object; its last version as watchers see it carries the resource version of the removal.
  func remove(_ kind: Kind, _ object: StoredObject) {
    let shelf = shelf(kind)
    version += 1
    var value = object.value
    value.set(["metadata", "resourceVersion"], .string("\(version)"))
    let last = StoredObject(value, version: version)
    index(shelf, old: object, new: nil)
    shelf.apply(StoreChange(version: version, at: world.now, old: last, new: nil))
  }

  private func index(_ shelf: Shelf, old: StoredObject?, new: StoredObject?) {
    let key = (new ?? old)!.key
    let number = shelfNumber(shelf)
    let reference = Dependent(shelf: number, key: key)
    if let old, new == nil {
      uids[old.uid] = nil
      forget?(old.uid)
    }
    if let new, old == nil { uids[new.uid] = reference }
    if let old {
      for uid in old.ownerUIDs where new == nil || !new!.ownerUIDs.contains(uid) {
        dependents[uid]?.remove(reference)
        if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
      }
    }
    if let new {
      for uid in new.ownerUIDs where old == nil || !old!.ownerUIDs.contains(uid) {
        dependents[uid, default: []].insert(reference)
      }
    }
  }

  private var numbers: [Kind: Int] = [:]
  private func shelfNumber(_ shelf: Shelf) -> Int {
    if let number = numbers[shelf.kind] { return number }
    var number = 0
    for (i, candidate) in shelfOrder.enumerated() where candidate === shelf { number = i }
    numbers[shelf.kind] = number
    return number
  }

  /// Everything that names `uid` as an owner, in a fixed order (kind, namespace, name).
  func dependents(of uid: String) -> [(kind: Kind, object: StoredObject)] {
    guard let set = dependents[uid] else { return [] }
    var references = Array(set)
    references.sort { $0.shelf == $1.shelf ? $0.key < $1.key : $0.shelf < $1.shelf }
    var result: [(kind: Kind, object: StoredObject)] = []
    for reference in references {
      let shelf = shelfOrder[reference.shelf]
      if let object = shelf[reference.key] { result.append((shelf.kind, object)) }
    }
    return result
  }

  func hasDependents(_ uid: String) -> Bool { dependents[uid] != nil }
  func exists(uid: String) -> Bool { uids[uid] != nil }
}
