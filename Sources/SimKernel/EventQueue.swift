// What is going to happen, ordered by (instant, sequence): two events of the same instant fire in the order in which they
// were scheduled. A delay anywhere in the simulator is an entry here.

/// How an event counts when somebody asks whether the world is quiet.
package enum EventWeight {
  /// May change something that can be seen: the world is not quiet while one is pending.
  case activity
  /// Goes on for ever without showing anything by itself (a heartbeat, a probe of a healthy container).
  case housekeeping
}

package struct EventID: Hashable {
  let sequence: Int64
}

/// A binary heap of closures. Cancelling leaves a tombstone that is dropped when it reaches the top.
package struct EventQueue {
  private struct Entry {
    let at: Instant
    let sequence: Int64
    let weight: EventWeight
    let action: () -> Void

    func before(_ other: Entry) -> Bool {
      at == other.at ? sequence < other.sequence : at < other.at
    }
  }

  private var heap: [Entry] = []
  private var live: Set<Int64> = []
  private var nextSequence: Int64 = 0
  /// Pending events that are not housekeeping.
  package private(set) var pendingActivities = 0
  private var activities: Set<Int64> = []

  package init() {}

  package var isEmpty: Bool { live.isEmpty }

  package mutating func schedule(at: Instant, weight: EventWeight, action: @escaping () -> Void) -> EventID {
    let entry = Entry(at: at, sequence: nextSequence, weight: weight, action: action)
    nextSequence += 1
    live.insert(entry.sequence)
    if weight == .activity {
      pendingActivities += 1
      activities.insert(entry.sequence)
    }
    heap.append(entry)
    siftUp(heap.count - 1)
    return EventID(sequence: entry.sequence)
  }

  package mutating func cancel(_ id: EventID) {
    guard live.remove(id.sequence) != nil else { return }
    if activities.remove(id.sequence) != nil { pendingActivities -= 1 }
  }

  package func isPending(_ id: EventID) -> Bool { live.contains(id.sequence) }

  /// The instant of the next event, if any.
  package mutating func nextInstant() -> Instant? {
    dropTombstones()
    return heap.first?.at
  }

  /// Takes the next event off the queue.
  mutating func pop() -> (at: Instant, action: () -> Void)? {
    dropTombstones()
    guard let entry = removeTop() else { return nil }
    live.remove(entry.sequence)
    if activities.remove(entry.sequence) != nil { pendingActivities -= 1 }
    return (entry.at, entry.action)
  }

  private mutating func dropTombstones() {
    while let top = heap.first, !live.contains(top.sequence) { _ = removeTop() }
  }

  private mutating func removeTop() -> Entry? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown(0)
    }
    return top
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].before(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].before(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
