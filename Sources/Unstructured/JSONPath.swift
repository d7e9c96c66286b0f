// JSONPath templates as kubectl knows them (client-go util/jsonpath): text with `{…}` actions, `range`/`end`, filters,
// unions, slices, wildcards and recursive descent. Where Go walks a map in random order (`*`, `..`), keys are sorted here.
// One quirk is kept on purpose: a template with a `range` is used up by its first object (`get -w` shows it).

import SimKernel

package struct JSONPathError: Error {
  package let message: String
}

package struct JSONPath {
  /// Missing fields print nothing instead of being errors.
  package var allowsMissingKeys = true
  /// `-o jsonpath-as-json`: all results as one indented JSON array per action.
  package var printsJSON = false

  private let nodes: [Node]
  /// Where evaluation begins: moves behind a `range` once one has run.
  private var start = 0
  private var beginRange = 0
  private var inRange = 0
  private var endRange = 0
  private var lastEnd: Int?

  indirect enum Node {
    case list([Node])
    case text(String)
    case field(String)
    case array([Bound])
    case filter(left: [Node], right: [Node], operator: String)
    case integer(Int64)
    case float(Double)
    case bool(Bool)
    case wildcard
    case recursive
    case union([[Node]])
    case identifier(String)
  }

  struct Bound {
    var value = 0
    var known = false
    var derived = false
  }

  /// Parses a template; the error is kubectl's without its `error parsing jsonpath …, ` in front.
  package init(_ template: String) throws(JSONPathError) {
    var parser = JSONPathParser(template)
    nodes = try parser.parse()
  }

  /// A path with or without braces and leading dot, as `--sort-by` and `custom-columns` accept it; nil when it is none.
  package static func relaxed(_ path: String) -> String? {
    if path.isEmpty { return "" }
    var bytes = Array(path.utf8)
    if bytes.first == 123, bytes.last == 125, bytes.count >= 2 { bytes = Array(bytes[1..<bytes.count - 1]) }
    if bytes.first == 46 { bytes.removeFirst() }
    if bytes.isEmpty || bytes.contains(123) || bytes.contains(125) { return nil }
    return "{." + String(decoding: bytes, as: UTF8.self) + "}"
  }

  /// The template filled in with an object.
  package mutating func execute(_ object: Value) throws(JSONPathError) -> String {
    var out = ""
    for results in try find(object) {
      if printsJSON {
        out += JSON.pretty(.array(results)) + "\n"
        continue
      }
      var texts: [String] = []
      for result in results { texts.append(JSONPath.text(result)) }
      out += texts.joined(separator: " ")
    }
    return out
  }

  /// All values found, flat.
  package mutating func values(_ object: Value) throws(JSONPathError) -> [Value] {
    var all: [Value] = []
    for results in try find(object) { all += results }
    return all
  }

  /// A value as a template prints it: text bare, objects and arrays as compact JSON.
  package static func text(_ value: Value) -> String {
    switch value {
    case .null: return "null"
    case .string(let text): return text
    case .bool(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return Decimal.go(number)
    case .array, .object: return JSON.compact(value)
    }
  }

  /// The values found, one list per piece of the template.
  package mutating func find(_ object: Value) throws(JSONPathError) -> [[Value]] {
    let from = start
    var full: [[Value]] = []
    var i = from
    while i < nodes.count {
      let results = try walk([object], nodes[i])
      if endRange > 0, endRange <= inRange {
        endRange -= 1
        lastEnd = i
        break
      }
      if beginRange > 0 {
        beginRange -= 1
        inRange += 1
        if results.isEmpty {
          start = i + 1
          _ = try find(.null)
        }
        for value in results {
          start = i + 1
          full += try find(value)
        }
        inRange -= 1
        if let lastEnd, lastEnd > i { i = lastEnd }
        i += 1
        continue
      }
      full.append(results)
      i += 1
    }
    return full
  }

  private mutating func evaluate(_ input: [Value], _ list: [Node]) throws(JSONPathError) -> [Value] {
    var current = input
    for node in list { current = try walk(current, node) }
    return current
  }

  private mutating func walk(_ input: [Value], _ node: Node) throws(JSONPathError) -> [Value] {
    var results: [Value] = []
    switch node {
    case .list(let list): return try evaluate(input, list)
    case .text(let text): return [.string(text)]
    case .integer(let number):
      for _ in input { results.append(.integer(number)) }
    case .float(let number):
      for _ in input { results.append(.number(number)) }
    case .bool(let flag):
      for _ in input { results.append(.bool(flag)) }
    case .field(let name):
      if input.isEmpty { return [] }
      for value in input { if let found = value[name] { results.append(found) } }
      if results.isEmpty, !allowsMissingKeys { throw JSONPathError(message: "\(name) is not found") }
    case .wildcard:
      for value in input { results += JSONPath.children(value) }
    case .recursive: try JSONPath.descend(input, 0, &results)
    case .union(let lists):
      for list in lists { results += try evaluate(input, list) }
    case .array(let bounds):
      for value in input where !value.isNull { try slice(value, bounds, &results) }
    case .filter(let left, let right, let op): try filter(input, left, right, op, &results)
    case .identifier(let name):
      switch name {
      case "range":
        beginRange += 1
        return input
      case "end":
        guard inRange > 0 else { throw JSONPathError(message: "not in range, nothing to end") }
        endRange += 1
      default: throw JSONPathError(message: "unrecognized identifier \(name)")
      }
    }
    return results
  }

  private static func children(_ value: Value) -> [Value] {
    switch value {
    case .array(let items): return items
    case .object(let members):
      var values: [Value] = []
      for (_, member) in members.sortedByKey { values.append(member) }
      return values
    default: return []
    }
  }

  private static func descend(_ input: [Value], _ depth: Int, _ results: inout [Value]) throws(JSONPathError) {
    if depth > 500 { throw JSONPathError(message: "nesting too deep") }
    for value in input where !value.isNull {
      results.append(value)
      try descend(children(value), depth + 1, &results)
    }
  }

  private func slice(_ value: Value, _ bounds: [Bound], _ results: inout [Value]) throws(JSONPathError) {
    guard let items = value.array else {
      throw JSONPathError(message: "\(GoSyntax.typeName(value)) is not array or slice")
    }
    let count = items.count
    var from = bounds[0].known ? bounds[0].value : 0
    if from < 0 { from += count }
    var to = bounds[1].known ? bounds[1].value : count
    if to < 0 || (to == 0 && bounds[1].derived) { to += count }
    if from == to { return }
    if from >= count || from < 0 {
      throw JSONPathError(message: "array index out of bounds: index \(from), length \(count)")
    }
    if to > count || to < 0 {
      throw JSONPathError(message: "array index out of bounds: index \(to - 1), length \(count)")
    }
    if from > to { throw JSONPathError(message: "starting index \(from) is greater than ending index \(to)") }
    let step = bounds[2].known ? bounds[2].value : 1
    if step <= 0 { throw JSONPathError(message: "step must be > 0") }
    var i = from
    while i < to {
      results.append(items[i])
      i += step
    }
  }

  private mutating func filter(
    _ input: [Value], _ left: [Node], _ right: [Node], _ op: String, _ results: inout [Value]
  ) throws(JSONPathError) {
    for value in input {
      guard let items = value.array else {
        throw JSONPathError(message: "\(goPlain(value)) is not array or slice and cannot be filtered")
      }
      for item in items {
        if op == "exists" {
          let found = try? evaluate([item], left)
          if let found, !found.isEmpty { results.append(item) }
          continue
        }
        let lefts = try evaluate([item], left)
        if lefts.isEmpty { continue }
        let rights = try evaluate([item], right)
        if lefts.count > 1 || rights.count > 1 {
          throw JSONPathError(message: "can only compare one element at a time")
        }
        if rights.isEmpty { continue }
        if try JSONPath.compare(lefts[0], op, rights[0]) { results.append(item) }
      }
    }
  }

  private static func compare(_ a: Value, _ op: String, _ b: Value) throws(JSONPathError) -> Bool {
    let less: Bool
    let equal: Bool
    switch (a, b) {
    case (.string(let x), .string(let y)):
      equal = x == y
      less = x.utf8.lexicographicallyPrecedes(y.utf8)
    case (.integer(let x), .integer(let y)):
      equal = x == y
      less = x < y
    case (.number(let x), .number(let y)):
      equal = x == y
      less = x < y
    case (.bool(let x), .bool(let y)):
      if op != "==", op != "!=" { throw JSONPathError(message: "invalid type for comparison") }
      equal = x == y
      less = false
    case (.array, _), (.object, _), (.null, _), (_, .array), (_, .object), (_, .null):
      throw JSONPathError(message: "invalid type for comparison")
    default: throw JSONPathError(message: "incompatible types for comparison")
    }
    switch op {
    case "==": return equal
    case "!=": return !equal
    case "<": return less
    case "<=": return less || equal
    case ">": return !(less || equal)
    case ">=": return !less
    default: throw JSONPathError(message: "unrecognized filter operator \(op)")
    }
  }

  private func goPlain(_ value: Value) -> String {
    switch value {
    case .object, .array: return JSON.compact(value)
    case .null: return "<nil>"
    default: return JSONPath.text(value)
    }
  }
}
