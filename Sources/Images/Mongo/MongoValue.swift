// Values of mongosh's language: JavaScript's and BSON's, their equality and order.
// Source: MongoDB manual (BSON types, comparison and sort order).

import SimKernel

final class MongoObject {
  var fields: OrderedMap<String, MongoValue>
  /// What of the object is not modelled: said when it is shown as a whole.
  var partial: String?

  init(_ pairs: [(String, MongoValue)] = [], partial: String? = nil) {
    fields = OrderedMap(pairs)
    self.partial = partial
  }

  func copy() -> MongoObject {
    let made = MongoObject(partial: partial)
    for (key, value) in fields { made.fields[key] = value.copy() }
    return made
  }
}

/// A function of the shell: an arrow function or one of the shell's own.
final class MongoFunction {
  let call: ([MongoValue]) -> MongoValue
  init(_ call: @escaping ([MongoValue]) -> MongoValue) { self.call = call }
}

/// An error as a script can catch it.
final class MongoError {
  let name: String
  /// The server's word for it.
  let code: String?
  let text: String

  init(name: String, code: String?, text: String) {
    self.name = name
    self.code = code
    self.text = text
  }

  /// From `Name[Code]: text`.
  convenience init(_ message: String) {
    var name = "Error"
    var text = message
    let bytes = Array(message.utf8)
    if let colon = bytes.firstIndex(of: 58), colon + 2 <= bytes.count, !bytes[..<colon].contains(32) {
      name = String(decoding: bytes[..<colon], as: UTF8.self)
      text = String(decoding: bytes[(colon + 2)...], as: UTF8.self)
    }
    var code: String?
    if name.hasSuffix("]"), let open = name.utf8.firstIndex(of: 91) {
      code = String(name[name.utf8.index(after: open)...].dropLast())
      name = String(name[..<open])
    }
    self.init(name: name, code: code, text: text)
  }

  var message: String { "\(name)\(code.map { "[\($0)]" } ?? ""): \(text)" }

  private static let numbers = [
    "AlreadyInitialized": 23, "IndexNotFound": 27, "InvalidReplicaSetConfig": 93, "NamespaceExists": 48,
    "NamespaceNotFound": 26, "NoReplicationEnabled": 76, "NotWritablePrimary": 10_107, "NotYetInitialized": 94,
    "NewReplicaSetConfigurationIncompatible": 103,
  ]
  var number: Int? {
    if let code { return MongoError.numbers[code] }
    return text.hasPrefix("E11000") ? 11_000 : nil
  }
}

/// Something that the shell offers methods on: `db`, a collection, a cursor, `rs`.
final class MongoHost {
  enum Kind {
    case database
    case collection(String)
    case cursor, aggregation, replicaSet, connection, json, console
    /// A constructor whose members are functions: Math, Object, Array, Number, Date.
    case library(String)
  }
  let kind: Kind
  let database: String
  var documents: [MongoValue] = []

  init(_ kind: Kind, database: String = "") {
    self.kind = kind
    self.database = database
  }
}

indirect enum MongoValue {
  case undefined, null
  case bool(Bool)
  case number(Double)
  case string(String)
  case objectID(String)
  case regex(String, String)
  case error(MongoError)
  /// Bytes in base 64.
  case binary(String)
  /// Milliseconds since 1970.
  case date(Int64)
  case timestamp(Int64, Int64)
  case long(Int64)
  case array([MongoValue])
  case object(MongoObject)
  case function(MongoFunction)
  case host(MongoHost)
  /// An error that ends the command.
  case failure(String)

  static func integer(_ value: Int) -> MongoValue { .number(Double(value)) }
  static func of(_ pairs: [(String, MongoValue)], partial: String? = nil) -> MongoValue {
    .object(MongoObject(pairs, partial: partial))
  }

  func copy() -> MongoValue {
    switch self {
    case .object(let object): return .object(object.copy())
    case .array(let items):
      var list: [MongoValue] = []
      for item in items { list.append(item.copy()) }
      return .array(list)
    default: return self
    }
  }

  var isTrue: Bool {
    switch self {
    case .undefined, .null, .failure: return false
    case .bool(let value): return value
    case .long(let value): return value != 0
    case .number(let value): return value != 0
    case .string(let text): return !text.isEmpty
    default: return true
    }
  }

  var isNothing: Bool {
    switch self {
    case .undefined, .null: return true
    default: return false
    }
  }

  /// What `typeof` answers.
  var typeName: String {
    switch self {
    case .undefined: return "undefined"
    case .bool: return "boolean"
    case .number: return "number"
    case .string: return "string"
    case .function: return "function"
    default: return "object"
    }
  }

  var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }
  var double: Double? {
    switch self {
    case .number(let value): return value
    case .long(let value): return Double(value)
    default: return nil
    }
  }
  /// As JavaScript's arithmetic takes it.
  var number: Double? {
    if case .date(let time) = self { return Double(time) }
    return double
  }
  func member(_ name: String) -> MongoValue {
    if case .object(let object) = self { return object.fields[name] ?? .undefined }
    return .undefined
  }

  /// What is not modelled in it, wherever.
  var partial: String? {
    switch self {
    case .object(let object):
      if let reason = object.partial { return reason }
      for value in object.fields.values { if let reason = value.partial { return reason } }
    case .array(let items): for item in items { if let reason = item.partial { return reason } }
    default: break
    }
    return nil
  }

  static func numberText(_ value: Double) -> String {
    if value == value.rounded(), value > -1e15, value < 1e15 { return String(Int64(value)) }
    return Decimal.json(value)
  }

  static func dateText(_ milliseconds: Int64) -> String {
    let time = CivilTime(unixSeconds: milliseconds / 1_000, nanosecond: milliseconds % 1_000 * 1_000_000)
    return
      "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))T\(clockTime(time)).\(padded(milliseconds % 1_000, 3))Z"
  }

  // MARK: Equality and order

  func equals(_ other: MongoValue) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.null, .null), (.undefined, .null), (.null, .undefined): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.string(let a), .string(let b)), (.objectID(let a), .objectID(let b)): return a == b
    case (.date(let a), .date(let b)): return a == b
    case (.timestamp(let a, let i), .timestamp(let b, let j)): return a == b && i == j
    case (.error(let a), .error(let b)): return a === b
    case (.array(let a), .array(let b)):
      guard a.count == b.count else { return false }
      for (x, y) in zip(a, b) where !x.equals(y) { return false }
      return true
    case (.object(let a), .object(let b)):
      guard a.fields.keys == b.fields.keys else { return false }
      for (key, value) in a.fields where !value.equals(b.fields[key]!) { return false }
      return true
    default:
      if let a = double, let b = other.double { return a == b }
      return false
    }
  }

  /// Rank of a type in MongoDB's order of all values.
  private var rank: Int {
    switch self {
    case .undefined, .null: return 1
    case .number, .long: return 2
    case .string: return 3
    case .object: return 4
    case .array: return 5
    case .binary: return 6
    case .objectID: return 7
    case .bool: return 8
    case .date: return 9
    case .timestamp: return 10
    case .regex: return 11
    default: return 12
    }
  }

  /// MongoDB's order: by type, then by value.
  func precedes(_ other: MongoValue) -> Bool { comparison(other) < 0 }

  func comparison(_ other: MongoValue) -> Int {
    if let a = double, let b = other.double { return a < b ? -1 : a > b ? 1 : 0 }
    if rank != other.rank { return rank < other.rank ? -1 : 1 }
    switch (self, other) {
    case (.string(let a), .string(let b)), (.objectID(let a), .objectID(let b)):
      return a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    case (.date(let a), .date(let b)): return a < b ? -1 : a > b ? 1 : 0
    case (.bool(let a), .bool(let b)): return a == b ? 0 : b ? -1 : 1
    case (.timestamp(let a, let i), .timestamp(let b, let j)):
      return (a, i) < (b, j) ? -1 : (a, i) == (b, j) ? 0 : 1
    case (.array(let a), .array(let b)):
      for (x, y) in zip(a, b) {
        let order = x.comparison(y)
        if order != 0 { return order }
      }
      return a.count < b.count ? -1 : a.count > b.count ? 1 : 0
    case (.object(let a), .object(let b)):
      for (x, y) in zip(a.fields, b.fields) {
        if x.value.rank != y.value.rank { return x.value.rank < y.value.rank ? -1 : 1 }
        if x.key != y.key { return x.key.utf8.lexicographicallyPrecedes(y.key.utf8) ? -1 : 1 }
        let order = x.value.comparison(y.value)
        if order != 0 { return order }
      }
      return a.fields.count < b.fields.count ? -1 : a.fields.count > b.fields.count ? 1 : 0
    default: return 0
    }
  }
}
