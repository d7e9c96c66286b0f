// A watch: the changes of one kind, from a resource version on, as one client sees them. An object that starts or stops
// matching the client's selection is sent as ADDED or DELETED (apiserver `storage/cacher`).

import KubeAPI
package import SimKernel
package import Unstructured

package enum WatchEventType: String {
  case added = "ADDED"
  case modified = "MODIFIED"
  case deleted = "DELETED"
}

package struct WatchEvent {
  package let type: WatchEventType
  package let object: Value
  package let version: Int64
  package let at: Instant
}

package final class WatchStream {
  /// What has been delivered and not yet taken with `next()`.
  package private(set) var events: [WatchEvent] = []
  /// Called soon after (at the same instant) when something has been delivered.
  package var onEvent: (() -> Void)?
  private let world: World
  private let shelf: Shelf
  private let namespace: String?
  private let selection: Selection
  private var isAnnounced = false
  private var isStopped = false
  private var taken = 0

  init(world: World, shelf: Shelf, namespace: String?, selection: Selection) {
    self.world = world
    self.shelf = shelf
    self.namespace = namespace
    self.selection = selection
  }

  /// The oldest event not yet taken.
  package func next() -> WatchEvent? {
    guard taken < events.count else { return nil }
    let event = events[taken]
    taken += 1
    if taken == events.count {
      events.removeAll(keepingCapacity: true)
      taken = 0
    }
    return event
  }

  package func stop() {
    isStopped = true
    onEvent = nil
    var rest: [WatchStream] = []
    for watcher in shelf.watchers where watcher !== self { rest.append(watcher) }
    shelf.watchers = rest
  }

  func deliver(_ change: StoreChange) {
    guard !isStopped else { return }
    let place = change.new ?? change.old!
    if let namespace, place.namespace != namespace { return }
    let matched = change.old.map { selection.matches($0) } ?? false
    let matches = change.new.map { selection.matches($0) } ?? false
    switch (matched, matches) {
    case (false, true): append(.added, change.new!.value, change)
    case (true, true): append(.modified, change.new!.value, change)
    case (true, false):
      // The last state that matched is what clients get, stamped with the version of the change.
      var last = change.old!.value
      last.set(["metadata", "resourceVersion"], .string("\(change.version)"))
      append(.deleted, last, change)
    case (false, false): break
    }
  }

  private func append(_ type: WatchEventType, _ object: Value, _ change: StoreChange) {
    events.append(WatchEvent(type: type, object: object, version: change.version, at: change.at))
    guard !isAnnounced, onEvent != nil else { return }
    isAnnounced = true
    world.soon { [self] in
      isAnnounced = false
      onEvent?()
    }
  }
}
