// The part of JavaScript that people type into mongosh: literals, member access, calls, arrow functions, operators, declarations.
// Statements such as loops, classes and `async` are beyond it, and are said so.

import SimKernel

/// Parses and runs at once: a script is evaluated where it stands, so that a function's body is parsed again at each call.
final class MongoScript {
  enum Outcome {
    case value(MongoValue)
    case notSimulated(String)
  }

  var variables: [String: MongoValue] = [:]
  /// Methods of the shell's own objects.
  var invoke: (MongoValue, String, [MongoValue]) -> MongoValue? = { _, _, _ in nil }
  var property: (MongoValue, String) -> MongoValue? = { _, _ in nil }
  var global: (String) -> MongoValue? = { _ in nil }
  var trouble: String?
  private var steps = 0
  private var depth = 0

  func run(_ source: String) -> Outcome {
    trouble = nil
    steps = 0
    var cursor = Cursor(tokens: tokens(source))
    var last = MongoValue.undefined
    while !cursor.isAtEnd, trouble == nil {
      if cursor.take(";") { continue }
      last = statement(&cursor)
      if case .failure = last { return .value(last) }
      if !cursor.isAtEnd, !cursor.take(";"), trouble == nil, !cursor.hadLineBreak {
        trouble = "this JavaScript"
      }
    }
    if let trouble { return .notSimulated(trouble) }
    return .value(last)
  }

  // MARK: Statements and expressions

  private func fail(_ what: String) -> MongoValue {
    if trouble == nil { trouble = what }
    return .undefined
  }

  private func statement(_ cursor: inout Cursor) -> MongoValue {
    if case .word(let word)? = cursor.peek {
      switch word {
      case "let", "const", "var":
        cursor.position += 1
        guard case .word(let name)? = cursor.peek else { return fail("this declaration") }
        cursor.position += 1
        guard cursor.take("=") else {
          variables[name] = .undefined
          return .undefined
        }
        variables[name] = expression(&cursor)
        return .undefined
      case "for", "while", "function", "class", "if", "try", "switch", "return", "throw", "async", "await", "do",
        "import":
        return fail("the JavaScript statement `\(word)`")
      default: break
      }
      let start = cursor
      cursor.position += 1
      if cursor.take("=") {
        let value = expression(&cursor)
        variables[word] = value
        return value
      }
      cursor = start
    }
    return expression(&cursor)
  }

  private func expression(_ cursor: inout Cursor) -> MongoValue {
    depth += 1
    steps += 1
    defer { depth -= 1 }
    guard depth < 200, steps < 200_000 else { return fail("a script of this size") }
    if let arrow = arrowFunction(&cursor) { return arrow }
    let condition = binary(&cursor, 0)
    guard cursor.take("?") else { return condition }
    let first = expression(&cursor)
    guard cursor.take(":") else { return fail("this JavaScript") }
    let second = expression(&cursor)
    return condition.isTrue ? first : second
  }

  /// `x => …`, `(a, b) => …`; the body is an expression.
  private func arrowFunction(_ cursor: inout Cursor) -> MongoValue? {
    let start = cursor
    var names: [String] = []
    if case .word(let name)? = cursor.peek {
      cursor.position += 1
      names = [name]
    } else if cursor.take("(") {
      while case .word(let name)? = cursor.peek {
        cursor.position += 1
        names.append(name)
        if !cursor.take(",") { break }
      }
      guard cursor.take(")") else {
        cursor = start
        return nil
      }
    } else {
      return nil
    }
    guard cursor.take("=>") else {
      cursor = start
      return nil
    }
    let body = cursor
    var probe = cursor
    if probe.peek == .mark("{") { return fail("a function with a body in braces") }
    // Parsed once to find its end; what it does then does not count.
    isSkipping += 1
    let saved = variables
    _ = expression(&cursor)
    variables = saved
    isSkipping -= 1
    return .function(
      MongoFunction { [self] arguments in
        var inner = body
        let outside = variables
        for (index, name) in names.enumerated() {
          variables[name] = index < arguments.count ? arguments[index] : .undefined
        }
        let value = expression(&inner)
        variables = outside
        return value
      })
  }
  private var isSkipping = 0

  private static let levels: [[String]] = [
    ["||", "??"], ["&&"], ["===", "!==", "==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"],
  ]

  private func binary(_ cursor: inout Cursor, _ level: Int) -> MongoValue {
    guard level < MongoScript.levels.count else { return unary(&cursor) }
    var left = binary(&cursor, level + 1)
    while case .mark(let mark)? = cursor.peek, MongoScript.levels[level].contains(mark) {
      cursor.position += 1
      let right = binary(&cursor, level + 1)
      left = apply(mark, left, right)
    }
    return left
  }

  private func apply(_ mark: String, _ a: MongoValue, _ b: MongoValue) -> MongoValue {
    switch mark {
    case "||": return a.isTrue ? a : b
    case "&&": return a.isTrue ? b : a
    case "??":
      if case .undefined = a { return b }
      if case .null = a { return b }
      return a
    case "===", "==": return .bool(a.equals(b))
    case "!==", "!=": return .bool(!a.equals(b))
    case "<": return .bool(a.precedes(b))
    case ">": return .bool(b.precedes(a))
    case "<=": return .bool(!b.precedes(a))
    case ">=": return .bool(!a.precedes(b))
    case "+":
      if let x = a.double, let y = b.double { return .number(x + y) }
      return .string(plain(a) + plain(b))
    default:
      guard let x = a.double, let y = b.double else { return isSkipping > 0 ? .undefined : fail("this arithmetic") }
      switch mark {
      case "-": return .number(x - y)
      case "*": return .number(x * y)
      case "/": return .number(x / y)
      default: return .number(x - y * (x / y).rounded(.towardZero))
      }
    }
  }

  /// As in string concatenation.
  func plain(_ value: MongoValue) -> String {
    switch value {
    case .string(let text): return text
    case .object: return "[object Object]"
    case .objectID(let digits): return digits
    case .array(let items):
      var parts: [String] = []
      for item in items { parts.append(plain(item)) }
      return parts.joined(separator: ",")
    default: return value.inspected
    }
  }

  private func unary(_ cursor: inout Cursor) -> MongoValue {
    if cursor.take("!") { return .bool(!unary(&cursor).isTrue) }
    if cursor.take("-") { return unary(&cursor).double.map { .number(-$0) } ?? fail("this arithmetic") }
    if cursor.takeWord("new") { return postfix(&cursor) }
    if cursor.peek == .word("typeof") || cursor.peek == .word("await") { return fail("this JavaScript operator") }
    return postfix(&cursor)
  }

  private func postfix(_ cursor: inout Cursor) -> MongoValue {
    var value = primary(&cursor)
    while trouble == nil {
      if case .failure = value { return value }
      if cursor.take(".") || cursor.take("?.") {
        guard case .word(let name)? = cursor.peek else { return fail("this JavaScript") }
        cursor.position += 1
        if cursor.peek == .mark("("), !cursor.hadLineBreak {
          cursor.position += 1
          value = callMethod(value, name, arguments(&cursor))
        } else {
          value = get(value, name)
        }
      } else if cursor.peek == .mark("["), !cursor.hadLineBreak {
        cursor.position += 1
        let index = expression(&cursor)
        guard cursor.take("]") else { return fail("this JavaScript") }
        if case .array(let items) = value, let number = index.double {
          value = number >= 0 && Int(number) < items.count ? items[Int(number)] : .undefined
        } else {
          value = get(value, plain(index))
        }
      } else if cursor.peek == .mark("("), !cursor.hadLineBreak {
        cursor.position += 1
        let given = arguments(&cursor)
        guard case .function(let function) = value else {
          return isSkipping > 0 ? .undefined : fail("a call of what is no function here")
        }
        value = isSkipping > 0 ? .undefined : function.call(given)
      } else {
        return value
      }
    }
    return value
  }

  private func arguments(_ cursor: inout Cursor) -> [MongoValue] {
    var list: [MongoValue] = []
    while !cursor.take(")") {
      if cursor.isAtEnd || trouble != nil {
        _ = fail("an unfinished call")
        break
      }
      list.append(expression(&cursor))
      _ = cursor.take(",")
    }
    return list
  }

  private func primary(_ cursor: inout Cursor) -> MongoValue {
    guard let token = cursor.peek else { return fail("an unfinished expression") }
    cursor.position += 1
    switch token {
    case .number(let number): return .number(number)
    case .string(let text): return .string(text)
    case .word(let word):
      switch word {
      case "true": return .bool(true)
      case "false": return .bool(false)
      case "null": return .null
      case "undefined": return .undefined
      default:
        if let value = variables[word] { return value }
        if let value = global(word) { return value }
        if isSkipping > 0 { return .undefined }
        return .failure("ReferenceError: \(word) is not defined")
      }
    case .mark("("):
      let value = expression(&cursor)
      guard cursor.take(")") else { return fail("this JavaScript") }
      return value
    case .mark("["):
      var items: [MongoValue] = []
      while !cursor.take("]") {
        if cursor.isAtEnd || trouble != nil { return fail("an unfinished array") }
        items.append(expression(&cursor))
        _ = cursor.take(",")
      }
      return .array(items)
    case .mark("{"): return object(&cursor)
    default: return fail("this JavaScript")
    }
  }

  private func object(_ cursor: inout Cursor) -> MongoValue {
    let object = MongoObject()
    while !cursor.take("}") {
      guard trouble == nil, let token = cursor.peek else { return fail("an unfinished object") }
      cursor.position += 1
      var key: String
      switch token {
      case .word(let word): key = word
      case .string(let text): key = text
      case .number(let number): key = MongoValue.numberText(number)
      default: return fail("this object literal")
      }
      if cursor.take(":") {
        object.fields[key] = expression(&cursor)
      } else {
        object.fields[key] = variables[key] ?? .undefined
      }
      _ = cursor.take(",")
    }
    return .object(object)
  }

  // MARK: Members

  private func get(_ value: MongoValue, _ name: String) -> MongoValue {
    switch value {
    case .array(let items) where name == "length": return .number(Double(items.count))
    case .string(let text) where name == "length": return .number(Double(text.unicodeScalars.count))
    case .object(let object): return object.fields[name] ?? .undefined
    case .undefined, .null:
      if isSkipping > 0 { return .undefined }
      return .failure("TypeError: Cannot read properties of \(value.inspected) (reading '\(name)')")
    default: return property(value, name) ?? (isSkipping > 0 ? .undefined : fail("the property \(name)"))
    }
  }

  private func callMethod(_ value: MongoValue, _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    if isSkipping > 0 { return .undefined }
    if case .undefined = value { return .failure("TypeError: Cannot read properties of undefined (reading '\(name)')") }
    if let result = invoke(value, name, arguments) { return result }
    switch value {
    case .array(let items): return callArray(items, name, arguments)
    case .string(let text):
      switch name {
      case "toUpperCase": return .string(text.uppercased())
      case "toLowerCase": return .string(text.lowercased())
      case "startsWith": return .bool(text.hasPrefix(arguments.first?.text ?? ""))
      case "includes": return .bool(occurs(arguments.first?.text ?? "", in: text))
      case "split":
        guard let mark = arguments.first?.text?.first else { return fail("String.\(name)") }
        var parts: [MongoValue] = []
        for part in separated(text, by: mark) { parts.append(.string(part)) }
        return .array(parts)
      default: return fail("String.\(name)")
      }
    case .object(let object):
      if case .function(let function)? = object.fields[name] { return function.call(arguments) }
      return fail("the method \(name)")
    case .objectID(let digits) where name == "toString" || name == "toHexString": return .string(digits)
    case .date(let time) where name == "toISOString": return .string(MongoValue.dateText(time))
    default: return fail("the method \(name)")
    }
  }

  private func callArray(_ items: [MongoValue], _ name: String, _ arguments: [MongoValue]) -> MongoValue {
    func each(_ item: MongoValue, _ index: Int) -> MongoValue {
      guard case .function(let function)? = arguments.first else { return fail("Array.\(name)") }
      return function.call([item, .number(Double(index))])
    }
    switch name {
    case "map", "flatMap":
      var list: [MongoValue] = []
      for (index, item) in items.enumerated() { list.append(each(item, index)) }
      return .array(list)
    case "filter":
      var list: [MongoValue] = []
      for (index, item) in items.enumerated() where each(item, index).isTrue { list.append(item) }
      return .array(list)
    case "find":
      for (index, item) in items.enumerated() where each(item, index).isTrue { return item }
      return .undefined
    case "some":
      for (index, item) in items.enumerated() where each(item, index).isTrue { return .bool(true) }
      return .bool(false)
    case "every":
      for (index, item) in items.enumerated() where !each(item, index).isTrue { return .bool(false) }
      return .bool(true)
    case "forEach":
      for (index, item) in items.enumerated() {
        if case .failure(let text) = each(item, index) { return .failure(text) }
      }
      return .undefined
    case "join":
      var parts: [String] = []
      for item in items { parts.append(plain(item)) }
      return .string(parts.joined(separator: arguments.first?.text ?? ","))
    case "includes":
      for item in items where item.equals(arguments.first ?? .undefined) { return .bool(true) }
      return .bool(false)
    case "slice" where arguments.count <= 2:
      let from = max(0, Int(arguments.first?.double ?? 0))
      let to = min(items.count, Int(arguments.count > 1 ? arguments[1].double ?? 0 : Double(items.count)))
      return from < to ? .array(Array(items[from..<to])) : .array([])
    default: return fail("Array.\(name)")
    }
  }
}
