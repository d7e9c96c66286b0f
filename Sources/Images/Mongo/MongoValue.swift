// Values of mongosh's language, and how the shell shows them: Node's inspector with its rule for what fits on one line (72 to 80
// columns, three levels).
// Sources: Node.js `lib/internal/util/inspect.js` (reduceToSingleString); mongosh 2 documentation for BSON types.

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

/// Something that the shell offers methods on: `db`, a collection, a cursor, `rs`.
final class MongoHost {
  enum Kind {
    case database
    case collection(String)
    case cursor, replicaSet, connection, json, console
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
    case .number(let value): return value != 0
    case .string(let text): return !text.isEmpty
    default: return true
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

  func precedes(_ other: MongoValue) -> Bool {
    if let a = double, let b = other.double { return a < b }
    switch (self, other) {
    case (.string(let a), .string(let b)), (.objectID(let a), .objectID(let b)):
      return a.utf8.lexicographicallyPrecedes(b.utf8)
    case (.date(let a), .date(let b)): return a < b
    case (.undefined, .undefined), (.null, .null): return false
    case (.undefined, _), (.null, _): return true
    default: return false
    }
  }

  // MARK: Showing

  /// As the shell shows a result: a string as it is, anything else inspected.
  var shown: String {
    if case .string(let text) = self { return text }
    return inspected
  }

  var inspected: String {
    var inspector = Inspector()
    return inspector.text(self, level: 0, indentation: 0)
  }

  private struct Inspector {
    /// Level of the object formatted last: an object holds at most three levels on one line.
    var current = 0

    mutating func text(_ value: MongoValue, level: Int, indentation: Int) -> String {
      switch value {
      case .undefined: return "undefined"
      case .null: return "null"
      case .bool(let flag): return flag ? "true" : "false"
      case .number(let number): return MongoValue.numberText(number)
      case .string(let text): return Inspector.quoted(text)
      case .objectID(let digits): return "ObjectId('\(digits)')"
      case .date(let time): return "ISODate('\(MongoValue.dateText(time))')"
      case .timestamp(let t, let i): return "Timestamp({ t: \(t), i: \(i) })"
      case .long(let number): return "Long('\(number)')"
      case .function: return "[Function]"
      case .host: return ""
      case .failure(let text): return text
      case .array(let items):
        if items.isEmpty { return "[]" }
        current = level
        var parts: [String] = []
        for item in items.prefix(100) { parts.append(text(item, level: level + 1, indentation: indentation + 2)) }
        if items.count > 100 { parts.append("... \(items.count - 100) more item\(items.count > 101 ? "s" : "")") }
        return joined(parts, "[", "]", level, indentation)
      case .object(let object):
        if object.fields.isEmpty { return "{}" }
        current = level
        var parts: [String] = []
        for (key, value) in object.fields {
          parts.append("\(Inspector.key(key)): " + text(value, level: level + 1, indentation: indentation + 2))
        }
        return joined(parts, "{", "}", level, indentation)
      }
    }

    private func joined(_ parts: [String], _ open: String, _ close: String, _ level: Int, _ indentation: Int) -> String
    {
      if current - level < 3 {
        var total = parts.count + parts.count + indentation + 1 + 10
        var hasBreak = false
        for part in parts {
          total += part.unicodeScalars.count
          if part.utf8.contains(10) { hasBreak = true }
        }
        if total <= 80, !hasBreak { return "\(open) \(parts.joined(separator: ", ")) \(close)" }
      }
      let space = "\n" + String(repeating: " " as Character, count: indentation)
      return "\(open)\(space)  \(parts.joined(separator: ",\(space)  "))\(space)\(close)"
    }

    private static func key(_ key: String) -> String {
      var isName = !key.isEmpty
      for (index, byte) in key.utf8.enumerated() {
        let letter = (97...122).contains(byte) || (65...90).contains(byte) || byte == 95 || byte == 36 && false
        if !letter, !(index > 0 && (48...57).contains(byte)) { isName = false }
      }
      return isName ? key : quoted(key)
    }

    static func quoted(_ text: String) -> String {
      let mark: String
      if !text.utf8.contains(39) {
        mark = "'"
      } else if !text.utf8.contains(34) {
        mark = "\""
      } else {
        mark = text.utf8.contains(96) ? "'" : "`"
      }
      var out = mark
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": out += "\\n"
        case "\t": out += "\\t"
        case "\r": out += "\\r"
        case "\\": out += "\\\\"
        case "'" where mark == "'": out += "\\'"
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + mark
    }
  }

  /// JSON.stringify
  func json(indent: Int?, depth: Int = 0) -> String? {
    let inner = indent.map { "\n" + String(repeating: " " as Character, count: $0 * (depth + 1)) } ?? ""
    let outer = indent.map { "\n" + String(repeating: " " as Character, count: $0 * depth) } ?? ""
    switch self {
    case .undefined, .function, .host, .failure: return nil
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return MongoValue.numberText(number)
    case .string(let text): return MongoValue.jsonQuoted(text)
    case .objectID(let digits): return "\"\(digits)\""
    case .date(let time): return "\"\(MongoValue.dateText(time))\""
    case .timestamp(let t, let i): return "{\"$timestamp\":{\"t\":\(t),\"i\":\(i)}}"
    case .long(let number): return String(number)
    case .array(let items):
      if items.isEmpty { return "[]" }
      var parts: [String] = []
      for item in items { parts.append(inner + (item.json(indent: indent, depth: depth + 1) ?? "null")) }
      return "[" + parts.joined(separator: ",") + outer + "]"
    case .object(let object):
      if object.fields.isEmpty { return "{}" }
      var parts: [String] = []
      for (key, value) in object.fields {
        guard let text = value.json(indent: indent, depth: depth + 1) else { continue }
        parts.append("\(inner)\(MongoValue.jsonQuoted(key)):\(indent == nil ? "" : " ")\(text)")
      }
      return "{" + parts.joined(separator: ",") + outer + "}"
    }
  }

  static func jsonQuoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
