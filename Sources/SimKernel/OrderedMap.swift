// A dictionary that remembers insertion order. Order is a decision here: everything that can be seen iterates one of
// these, or sorted keys, never a Dictionary.

package struct OrderedMap<Key: Hashable, Value> {
  private var slots: [Key: Int] = [:]
  package private(set) var keys: [Key] = []
  package private(set) var values: [Value] = []

  package init() {}

  package init(_ pairs: [(Key, Value)]) {
    for (key, value) in pairs { self[key] = value }
  }

  package var count: Int { keys.count }
  package var isEmpty: Bool { keys.isEmpty }

  /// Setting nil removes; a new key goes to the end; an existing key keeps its place.
  package subscript(key: Key) -> Value? {
    get {
      guard let slot = slots[key] else { return nil }
      return values[slot]
    }
    set {
      if let newValue {
        if let slot = slots[key] {
          values[slot] = newValue
        } else {
          slots[key] = keys.count
          keys.append(key)
          values.append(newValue)
        }
      } else {
        removeValue(forKey: key)
      }
    }
  }

  package subscript(key: Key, default fallback: @autoclosure () -> Value) -> Value {
    get { self[key] ?? fallback() }
    set { self[key] = newValue }
  }

  package func contains(_ key: Key) -> Bool { slots[key] != nil }

  @discardableResult
  package mutating func removeValue(forKey key: Key) -> Value? {
    guard let slot = slots.removeValue(forKey: key) else { return nil }
    keys.remove(at: slot)
    let value = values.remove(at: slot)
    for i in slot..<keys.count { slots[keys[i]] = i }
    return value
  }

  package mutating func removeAll() {
    slots.removeAll()
    keys.removeAll()
    values.removeAll()
  }

  /// Changes a value in place without copying it.
  package mutating func modify<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
    guard let slot = slots[key] else { return nil }
    return change(&values[slot])
  }
}

extension OrderedMap: Sendable where Key: Sendable, Value: Sendable {}

extension OrderedMap: Sequence {
  package struct Iterator: IteratorProtocol {
    private let map: OrderedMap
    private var index = 0

    init(_ map: OrderedMap) { self.map = map }

    package mutating func next() -> (key: Key, value: Value)? {
      guard index < map.keys.count else { return nil }
      defer { index += 1 }
      return (map.keys[index], map.values[index])
    }
  }

  package func makeIterator() -> Iterator { Iterator(self) }
}

extension OrderedMap where Key: Comparable {
  /// The pairs in ascending order of their keys.
  package var sortedByKey: [(key: Key, value: Value)] {
    keys.sorted().map { (key: $0, value: self[$0]!) }
  }
}

/// Equal when the same keys hold the same values; insertion order does not count.
extension OrderedMap: Equatable where Value: Equatable {
  package static func == (a: OrderedMap, b: OrderedMap) -> Bool {
    guard a.count == b.count else { return false }
    for (key, value) in a {
      guard let other = b[key], other == value else { return false }
    }
    return true
  }
}

extension OrderedMap: Hashable where Value: Hashable {
  package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
