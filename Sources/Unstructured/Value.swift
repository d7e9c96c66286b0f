// The value tree: what YAML and JSON documents hold, and what every Kubernetes object is made of here.
// Objects keep insertion order; printers that promise sorted keys (kubectl's do) sort when they print.

package import SimKernel

package indirect enum Value: Equatable, Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([Value])
  case object(Object)

  package typealias Object = OrderedMap<String, Value>

  /// A missing member or one of another kind reads as nil; setting on a non-object makes it an object.
  package subscript(key: String) -> Value? {
    get {
      guard case .object(let object) = self else { return nil }
      return object[key]
    }
    set {
      if case .object(var object) = self {
        self = .null  // lets the map change in place instead of being copied
        object[key] = newValue
        self = .object(object)
      } else if let newValue {
        self = .object(Object([(key, newValue)]))
      }
    }
  }

  /// Reads a path of member names, e.g. `value["spec", "template", "metadata"]`.
  package subscript(path first: String, _ rest: String...) -> Value? {
    var current = self[first]
    for key in rest { current = current?[key] }
    return current
  }

  /// Sets a value deep inside, making objects on the way where they are missing.
  package mutating func set(_ path: [String], _ newValue: Value?) {
    guard let first = path.first else {
      self = newValue ?? .null
      return
    }
    if path.count == 1 {
      self[first] = newValue
    } else {
      var child = self[first] ?? .object(Object())
      if newValue == nil, self[first] == nil { return }
      child.set(Array(path.dropFirst()), newValue)
      self[first] = child
    }
  }

  /// Reads a path given as an array of member names.
  package func at(_ path: [String]) -> Value? {
    var current: Value? = self
    for key in path { current = current?[key] }
    return current
  }

  package var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }
  package var bool: Bool? {
    if case .bool(let flag) = self { return flag }
    return nil
  }
  package var integer: Int64? {
    switch self {
    case .integer(let number): return number
    case .number(let number) where number == number.rounded(.towardZero) && abs(number) < 9e15: return Int64(number)
    default: return nil
    }
  }
  package var array: [Value]? {
    if case .array(let items) = self { return items }
    return nil
  }
  package var object: Object? {
    if case .object(let members) = self { return members }
    return nil
  }
  package var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  package static func strings(_ items: [String]) -> Value {
    var values: [Value] = []
    for item in items { values.append(.string(item)) }
    return .array(values)
  }

  /// An object from pairs, in their order.
  package static func members(_ pairs: [(String, Value)]) -> Value { .object(Object(pairs)) }
}

extension Value? {
  /// The strings of a list; what is no string is left out, and where there is no list there are none.
  package var strings: [String] {
    var result: [String] = []
    for item in self?.array ?? [] { if let text = item.string { result.append(text) } }
    return result
  }
}

extension Value: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
}
extension Value: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int64) { self = .integer(value) }
}
extension Value: ExpressibleByBooleanLiteral {
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}
extension Value: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: Value...) { self = .array(elements) }
}
extension Value: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, Value)...) { self = .object(Object(elements)) }
}
