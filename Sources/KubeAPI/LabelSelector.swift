// Label selectors: the text form of `-l` (apimachinery pkg/labels, with its error texts) and the object form of
// `spec.selector` (metav1.LabelSelector).

import SimKernel
package import Unstructured

/// Why a selector text or object is refused. The text is apimachinery's.
package struct SelectorError: Error {
  package let message: String
  package init(_ message: String) { self.message = message }
}

package struct LabelSelector: CustomStringConvertible {
  package enum Operator: Equatable {
    case `in`, notIn, equals, doubleEquals, notEquals, exists, doesNotExist, greater, less
  }

  package struct Requirement {
    package let key: String
    package let `operator`: Operator
    /// Sorted, without duplicates.
    package let values: [String]

    func matches(_ labels: Value?) -> Bool {
      let value = labels?[key]?.string
      switch `operator` {
      case .in, .equals, .doubleEquals: return value != nil && values.contains(value!)
      case .notIn, .notEquals: return value == nil || !values.contains(value!)
      case .exists: return value != nil
      case .doesNotExist: return value == nil
      case .greater, .less:
        guard let value, let number = Int64(value), let bound = values.first, let limit = Int64(bound) else {
          return false
        }
        return `operator` == .greater ? number > limit : number < limit
      }
    }

    var text: String {
      switch `operator` {
      case .exists: return key
      case .doesNotExist: return "!" + key
      case .equals: return key + "=" + values[0]
      case .doubleEquals: return key + "==" + values[0]
      case .notEquals: return key + "!=" + values[0]
      case .greater: return key + ">" + values[0]
      case .less: return key + "<" + values[0]
      case .in: return key + " in (" + values.joined(separator: ",") + ")"
      case .notIn: return key + " notin (" + values.joined(separator: ",") + ")"
      }
    }
  }

  /// In order of their keys, as apimachinery keeps them.
  package private(set) var requirements: [Requirement] = []
  /// A selector that matches nothing (a null selector object).
  package private(set) var matchesNothing = false

  package static let everything = LabelSelector(requirements: [])

  private init(requirements: [Requirement]) {
    self.requirements = requirements
    sort()
  }

  /// A selector object (`matchLabels`, `matchExpressions`); nil selects nothing, an empty object everything.
  package init(_ selector: Value?) {
    guard let selector, !selector.isNull else {
      matchesNothing = true
      return
    }
    if let labels = selector["matchLabels"]?.object {
      for (key, value) in labels {
        requirements.append(Requirement(key: key, operator: .equals, values: [value.string ?? ""]))
      }
    }
    for expression in selector["matchExpressions"]?.array ?? [] {
      var values: [String] = []
      for value in expression["values"]?.array ?? [] { values.append(value.string ?? "") }
      let key = expression["key"]?.string ?? ""
      switch expression["operator"]?.string {
      case "In": add(key, .in, values)
      case "NotIn": add(key, .notIn, values)
      case "Exists": add(key, .exists, [])
      case "DoesNotExist": add(key, .doesNotExist, [])
      default: matchesNothing = true
      }
    }
    sort()
  }

  /// A plain map of labels, as `spec.selector` of a Service is; an empty or missing one selects nothing.
  package init(labels: Value?) {
    guard let object = labels?.object, !object.isEmpty else {
      matchesNothing = true
      return
    }
    for (key, value) in object { add(key, .equals, [value.string ?? ""]) }
    sort()
  }

  private mutating func add(_ key: String, _ operator: Operator, _ values: [String]) {
    var unique: [String] = []
    for value in values.sorted() where unique.last != value { unique.append(value) }
    requirements.append(Requirement(key: key, operator: `operator`, values: unique))
  }

  /// Stable: requirements of one key keep their order.
  private mutating func sort() {
    var sorted: [Requirement] = []
    for requirement in requirements {
      var place = sorted.count
      while place > 0, requirement.key < sorted[place - 1].key { place -= 1 }
      sorted.insert(requirement, at: place)
    }
    requirements = sorted
  }

  package var isEmpty: Bool { !matchesNothing && requirements.isEmpty }

  package func matches(_ labels: Value?) -> Bool {
    if matchesNothing { return false }
    for requirement in requirements where !requirement.matches(labels) { return false }
    return true
  }

  /// Whether an object's own labels match.
  package func matches(object: Value) -> Bool { matches(object[path: "metadata", "labels"]) }

  /// `app=web,tier in (a,b)`
  package var description: String {
    var pieces: [String] = []
    for requirement in requirements { pieces.append(requirement.text) }
    return pieces.joined(separator: ",")
  }

  // MARK: Reading the text form

  package init(parsing text: String) throws(SelectorError) {
    var parser = Parser(text)
    requirements = try parser.parse()
    sort()
  }

  private enum Token: Equatable { case end, identifier, symbol, error }

  private struct Item {
    var token: Token
    var text: String
  }

  private struct Parser {
    private var items: [Item] = []
    private var position = 0

    init(_ text: String) {
      let bytes = Array(text.utf8)
      let special = Array("=!(),><".utf8)
      let tokens = [")", ",", "!", "==", "=", ">", "<", "!=", "("]
      func isSpace(_ b: UInt8) -> Bool { b == 32 || b == 9 || b == 10 || b == 13 }
      var i = 0
      while i < bytes.count {
        if isSpace(bytes[i]) {
          i += 1
        } else if special.contains(bytes[i]) {
          let start = i
          var end = start
          while i < bytes.count, special.contains(bytes[i]) {
            let candidate = String(decoding: bytes[start...i], as: UTF8.self)
            if tokens.contains(candidate) {
              end = i + 1
            } else if end > start {
              break
            }
            i += 1
          }
          if end > start {
            i = end
            items.append(Item(token: .symbol, text: String(decoding: bytes[start..<end], as: UTF8.self)))
          } else {
            let text = String(decoding: bytes[start..<i], as: UTF8.self)
            items.append(Item(token: .error, text: "error expected: keyword found '\(text)'"))
          }
        } else {
          let start = i
          while i < bytes.count, !isSpace(bytes[i]), !special.contains(bytes[i]) { i += 1 }
          items.append(Item(token: .identifier, text: String(decoding: bytes[start..<i], as: UTF8.self)))
        }
      }
    }

    private var next: Item { position < items.count ? items[position] : Item(token: .end, text: "") }
    private mutating func take() -> Item {
      let item = next
      position += 1
      return item
    }
    private func isSymbol(_ item: Item, _ text: String) -> Bool { item.token == .symbol && item.text == text }

    mutating func parse() throws(SelectorError) -> [Requirement] {
      var requirements: [Requirement] = []
      while true {
        let item = next
        if item.token == .identifier || isSymbol(item, "!") {
          do throws(SelectorError) {
            requirements.append(try requirement())
          } catch {
            throw SelectorError("unable to parse requirement: " + error.message)
          }
          let after = take()
          if after.token == .end { return requirements }
          guard isSymbol(after, ",") else {
            throw SelectorError("found '\(after.text)', expected: ',' or 'end of string'")
          }
          guard next.token == .identifier || isSymbol(next, "!") else {
            throw SelectorError("found '\(next.text)', expected: identifier after ','")
          }
        } else if item.token == .end {
          return requirements
        } else {
          throw SelectorError("found '\(item.text)', expected: !, identifier, or 'end of string'")
        }
      }
    }

    private mutating func requirement() throws(SelectorError) -> Requirement {
      var item = take()
      var negated = false
      if isSymbol(item, "!") {
        negated = true
        item = take()
      }
      guard item.token == .identifier else { throw SelectorError("found '\(item.text)', expected: identifier") }
      let key = item.text
      let problems = Names.qualifiedNameProblems(key)
      if !problems.isEmpty {
        throw SelectorError("<nil>: Invalid value: \(goQuoted(key)): " + problems.joined(separator: "; "))
      }
      if negated { return Requirement(key: key, operator: .doesNotExist, values: []) }
      if next.token == .end || isSymbol(next, ",") { return Requirement(key: key, operator: .exists, values: []) }
      let symbol = take()
      let op: Operator
      switch symbol.text {
      case "in": op = .in
      case "notin": op = .notIn
      case "=": op = .equals
      case "==": op = .doubleEquals
      case "!=": op = .notEquals
      case ">": op = .greater
      case "<": op = .less
      default: throw SelectorError("found '\(symbol.text)', expected: in, notin, =, ==, !=, gt, lt")
      }
      var values = op == .in || op == .notIn ? try list() : [try exactValue()]
      values.sort()
      if op == .greater || op == .less, Int64(values[0]) == nil {
        throw SelectorError(
          "values[0]: Invalid value: \(goQuoted(values[0])): for 'Gt', 'Lt' operators, the value must be an integer")
      }
      for (index, value) in values.enumerated() {
        let problems = Names.labelValueProblems(value)
        if !problems.isEmpty {
          throw SelectorError(
            "values[\(index)][\(key)]: Invalid value: \(goQuoted(value)): " + problems.joined(separator: "; "))
        }
      }
      return Requirement(key: key, operator: op, values: values)
    }

    private mutating func exactValue() throws(SelectorError) -> String {
      if next.token == .end || isSymbol(next, ",") { return "" }
      let item = take()
      guard item.token == .identifier else { throw SelectorError("found '\(item.text)', expected: identifier") }
      return item.text
    }

    private mutating func list() throws(SelectorError) -> [String] {
      let open = take()
      guard isSymbol(open, "(") else { throw SelectorError("found '\(open.text)' expected: '('") }
      if isSymbol(next, ")") {
        position += 1
        return [""]
      }
      guard next.token == .identifier || isSymbol(next, ",") else {
        throw SelectorError("found '\(next.text)', expected: ',', ')' or identifier")
      }
      var values: [String] = []
      func insert(_ value: String) { if !values.contains(value) { values.append(value) } }
      while true {
        let item = take()
        if item.token == .identifier {
          insert(item.text)
          if isSymbol(next, ",") { continue }
          guard isSymbol(next, ")") else { throw SelectorError("found '\(next.text)', expected: ',' or ')'") }
          position += 1
          return values
        } else if isSymbol(item, ",") {
          if values.isEmpty { insert("") }
          if isSymbol(next, ")") {
            insert("")
            position += 1
            return values
          }
          if isSymbol(next, ",") {
            position += 1
            insert("")
          }
        } else {
          throw SelectorError("found '\(item.text)', expected: ',', or identifier")
        }
      }
    }
  }
}
