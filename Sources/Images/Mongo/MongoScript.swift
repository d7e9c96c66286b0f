// Runs the tree of a script typed into mongosh. What is not modelled ends the run and is said so.

import SimKernel

final class MongoScope {
  fileprivate var names: [String: MongoValue] = [:]
  fileprivate let outer: MongoScope?
  fileprivate init(_ outer: MongoScope?) { self.outer = outer }

  fileprivate func find(_ name: String) -> MongoScope? {
    var scope: MongoScope? = self
    while let here = scope {
      if here.names[name] != nil { return here }
      scope = here.outer
    }
    return nil
  }
}

final class MongoScript {
  enum Outcome {
    case value(MongoValue)
    case notSimulated(String)
  }

  /// Why the rest of a statement does not run.
  enum Abrupt {
    case thrown(MongoValue)
    case returned(MongoValue)
    case left, wentOn
    case unmodelled(String)
  }

  /// Methods of the shell's own objects; nil: not modelled.
  var invoke: (MongoValue, String, [MongoValue]) -> MongoValue? = { _, _, _ in nil }
  var property: (MongoValue, String) -> MongoValue? = { _, _ in nil }
  var global: (String) -> MongoValue? = { _ in nil }
  private(set) var abrupt: Abrupt?
  private let top = MongoScope(nil)
  private var completion = MongoValue.undefined
  private var steps = 0
  private var depth = 0

  func run(_ source: String) -> Outcome {
    abrupt = nil
    steps = 0
    completion = .undefined
    guard let tokens = MongoScript.tokens(source) else { return .notSimulated("this JavaScript") }
    var parser = MongoParser(tokens)
    guard let program = parser.program() else { return .notSimulated(parser.trouble ?? "this JavaScript") }
    for statement in program {
      execute(statement, top)
      if abrupt != nil { break }
    }
    switch abrupt {
    case nil: return .value(completion)
    case .unmodelled(let what): return .notSimulated(what)
    case .thrown(let value):
      if case .error = value { return .value(value) }
      return .notSimulated("the words about a thrown value that is no error")
    case .returned, .left, .wentOn: return .notSimulated("this JavaScript")
    }
  }

  // MARK: Ends

  @discardableResult
  func fail(_ what: String) -> MongoValue {
    if abrupt == nil { abrupt = .unmodelled(what) }
    return .undefined
  }

  @discardableResult
  func raise(_ kind: String, _ text: String) -> MongoValue {
    if abrupt == nil { abrupt = .thrown(.error(MongoError(name: kind, code: nil, text: text))) }
    return .undefined
  }

  /// A failure that a method answers with becomes an error that is thrown.
  func settled(_ value: MongoValue) -> MongoValue {
    guard case .failure(let text) = value else { return value }
    if abrupt == nil { abrupt = .thrown(.error(MongoError(text))) }
    return .undefined
  }

  // MARK: Statements

  private func execute(_ node: MongoNode, _ scope: MongoScope) {
    steps += 1
    guard steps < 300_000 else {
      fail("a script of this length")
      return
    }
    switch node {
    case .empty: break
    case .expression(let value):
      let result = evaluate(value, scope)
      if abrupt == nil { completion = result }
    case .declare(let list):
      for (pattern, value) in list {
        let given = value.map { evaluate($0, scope) } ?? .undefined
        guard abrupt == nil else { return }
        bind(pattern, given, scope)
      }
    case .defineFunction(let name, let function): scope.names[name] = evaluate(function, scope)
    case .block(let list):
      let inner = MongoScope(scope)
      for statement in list where abrupt == nil { execute(statement, inner) }
    case .condition(let test, let first, let second):
      let isTrue = evaluate(test, scope).isTrue
      guard abrupt == nil else { return }
      if isTrue { execute(first, scope) } else if let second { execute(second, scope) }
    case .loop(let first, let test, let step, let body, let checksFirst):
      let inner = MongoScope(scope)
      execute(first, inner)
      var mayRun = !checksFirst
      while abrupt == nil {
        if !mayRun, let test, !evaluate(test, inner).isTrue { break }
        mayRun = false
        // Each turn has its own variables, so that a function made in it keeps them.
        let turn = MongoScope(scope)
        turn.names = inner.names
        execute(body, turn)
        if endsLoop() { break }
        for name in inner.names.keys { inner.names[name] = turn.names[name] }
        if let step, abrupt == nil { _ = evaluate(step, inner) }
      }
    case .each(let pattern, let list, let body, let overKeys):
      for item in items(of: evaluate(list, scope), keys: overKeys) where abrupt == nil {
        let inner = MongoScope(scope)
        bind(pattern, item, inner)
        execute(body, inner)
        if endsLoop() { break }
      }
    case .returning(let value):
      let result = value.map { evaluate($0, scope) } ?? .undefined
      if abrupt == nil { abrupt = .returned(result) }
    case .throwing(let value):
      let result = evaluate(value, scope)
      if abrupt == nil { abrupt = .thrown(result) }
    case .attempt(let body, let pattern, let handler, let last):
      execute(body, scope)
      if case .thrown(let value)? = abrupt, let handler {
        abrupt = nil
        let inner = MongoScope(scope)
        if let pattern { bind(pattern, value, inner) }
        execute(handler, inner)
      }
      if let last {
        let before = abrupt
        abrupt = nil
        execute(last, scope)
        if abrupt == nil { abrupt = before }
      }
    case .leave: abrupt = .left
    case .goOn: abrupt = .wentOn
    default: fail("this JavaScript")
    }
  }

  private func endsLoop() -> Bool {
    switch abrupt {
    case .left?:
      abrupt = nil
      return true
    case .wentOn?:
      abrupt = nil
      return false
    case nil: return false
    default: return true
    }
  }

  private func items(of value: MongoValue, keys: Bool) -> [MongoValue] {
    switch value {
    case .array(let items):
      guard keys else { return items }
      var list: [MongoValue] = []
      for index in items.indices { list.append(.string(String(index))) }
      return list
    case .object(let object) where keys:
      var list: [MongoValue] = []
      for key in object.fields.keys { list.append(.string(key)) }
      return list
    case .host(let host):
      if case .cursor = host.kind { return host.documents }
    case .string(let text) where !keys:
      var list: [MongoValue] = []
      for scalar in text.unicodeScalars { list.append(.string(String(Character(scalar)))) }
      return list
    default: break
    }
    if abrupt == nil { fail("a loop over this value") }
    return []
  }

  private func bind(_ pattern: MongoNode, _ value: MongoValue, _ scope: MongoScope) {
    switch pattern {
    case .name(let name): scope.names[name] = value
    case .assign("=", let inner, let other):
      if case .undefined = value { bind(inner, evaluate(other, scope), scope) } else { bind(inner, value, scope) }
    case .array(let parts):
      let given = items(of: value, keys: false)
      for (index, part) in parts.enumerated() {
        if case .spread(let rest) = part {
          bind(rest, .array(Array(given.dropFirst(index))), scope)
        } else {
          bind(part, index < given.count ? given[index] : .undefined, scope)
        }
      }
    case .object(let members):
      for (key, part) in members {
        guard case .literal(.string(let name)) = key else {
          fail("this pattern")
          return
        }
        bind(part, get(value, name), scope)
      }
    default: fail("this pattern")
    }
  }

  // MARK: Expressions

  func evaluate(_ node: MongoNode, _ scope: MongoScope) -> MongoValue {
    guard abrupt == nil else { return .undefined }
    steps += 1
    depth += 1
    defer { depth -= 1 }
    guard depth < 250, steps < 300_000 else { return fail("a script of this size") }
    switch node {
    case .literal(let value): return value
    case .template(let texts, let parts):
      var text = texts[0]
      for (index, part) in parts.enumerated() { text += plain(evaluate(part, scope)) + texts[index + 1] }
      return .string(text)
    case .name(let name):
      if let found = scope.find(name) { return found.names[name]! }
      if let value = global(name) { return value }
      return raise("ReferenceError", "\(name) is not defined")
    case .array(let parts): return .array(list(parts, scope))
    case .object(let members):
      let object = MongoObject()
      for (key, part) in members {
        if case .spread(let inner) = part {
          if case .object(let other) = evaluate(inner, scope) {
            for (name, value) in other.fields { object.fields[name] = value }
          }
        } else {
          let name = plain(evaluate(key, scope))
          object.fields[name] = evaluate(part, scope)
        }
      }
      return .object(object)
    case .member(let base, let name, let isOptional):
      let value = evaluate(base, scope)
      if isOptional, value.isNothing { return .undefined }
      return get(value, name)
    case .index(let base, let index):
      let value = evaluate(base, scope)
      let key = evaluate(index, scope)
      guard abrupt == nil else { return .undefined }
      if case .array(let items) = value, let number = key.double {
        return number >= 0 && Int(number) < items.count ? items[Int(number)] : .undefined
      }
      return get(value, plain(key))
    case .call(let callee, let arguments): return call(callee, arguments, scope)
    case .unary(let mark, let operand): return unary(mark, operand, scope)
    case .binary(let mark, let left, let right):
      let a = evaluate(left, scope)
      switch mark {
      case "||": return a.isTrue ? a : evaluate(right, scope)
      case "&&": return a.isTrue ? evaluate(right, scope) : a
      case "??": return a.isNothing ? evaluate(right, scope) : a
      default:
        let b = evaluate(right, scope)
        return abrupt == nil ? apply(mark, a, b) : .undefined
      }
    case .conditional(let test, let first, let second):
      return evaluate(evaluate(test, scope).isTrue ? first : second, scope)
    case .assign(let mark, let target, let value):
      var result = evaluate(value, scope)
      if mark != "=" { result = apply(String(mark.first!), evaluate(target, scope), result) }
      guard abrupt == nil else { return .undefined }
      assign(target, result, scope)
      return result
    case .update(let mark, let target, let isPrefix):
      guard let before = evaluate(target, scope).double else { return fail("this arithmetic") }
      let after = MongoValue.number(mark == "++" ? before + 1 : before - 1)
      assign(target, after, scope)
      return isPrefix ? after : .number(before)
    case .function(let parameters, let body):
      return .function(
        MongoFunction { [self] arguments in
          let inner = MongoScope(scope)
          for (index, parameter) in parameters.enumerated() {
            if case .spread(let rest) = parameter {
              bind(rest, .array(Array(arguments.dropFirst(index))), inner)
            } else {
              bind(parameter, index < arguments.count ? arguments[index] : .undefined, inner)
            }
          }
          guard abrupt == nil else { return .undefined }
          depth += 1
          defer { depth -= 1 }
          guard depth < 250 else { return fail("functions of this depth") }
          execute(body, inner)
          if case .returned(let value)? = abrupt {
            abrupt = nil
            return value
          }
          return .undefined
        })
    default: return fail("this JavaScript")
    }
  }

  private func list(_ parts: [MongoNode], _ scope: MongoScope) -> [MongoValue] {
    var values: [MongoValue] = []
    for part in parts {
      if case .spread(let inner) = part {
        values += items(of: evaluate(inner, scope), keys: false)
      } else {
        values.append(evaluate(part, scope))
      }
    }
    return values
  }

  private func assign(_ target: MongoNode, _ value: MongoValue, _ scope: MongoScope) {
    switch target {
    case .name(let name): (scope.find(name) ?? top).names[name] = value
    case .member(let base, let name, _): put(value, name, into: evaluate(base, scope))
    case .index(let base, let index):
      let holder = evaluate(base, scope)
      let key = evaluate(index, scope)
      guard abrupt == nil else { return }
      guard case .array(var items) = holder, let number = key.double else {
        return put(value, plain(key), into: holder)
      }
      guard number >= 0, Int(number) <= items.count else {
        fail("an array with holes")
        return
      }
      if Int(number) == items.count { items.append(value) } else { items[Int(number)] = value }
      assign(base, .array(items), scope)
    default: bind(target, value, scope)
    }
  }

  private func put(_ value: MongoValue, _ name: String, into holder: MongoValue) {
    guard abrupt == nil else { return }
    guard case .object(let object) = holder else {
      fail("an assignment to a member of this value")
      return
    }
    object.fields[name] = value
  }

  private func call(_ callee: MongoNode, _ parts: [MongoNode], _ scope: MongoScope) -> MongoValue {
    if case .member(let base, let name, let isOptional) = callee {
      let value = evaluate(base, scope)
      if isOptional, value.isNothing { return .undefined }
      let arguments = list(parts, scope)
      guard abrupt == nil else { return .undefined }
      if case .array(let items) = value, let changed = MongoScript.changed(items, name, arguments, self) {
        assign(base, .array(changed.items), scope)
        return changed.answer
      }
      return callMethod(value, name, arguments)
    }
    let function = evaluate(callee, scope)
    let arguments = list(parts, scope)
    guard abrupt == nil else { return .undefined }
    guard case .function(let function) = function else { return fail("a call of what is no function here") }
    return settled(function.call(arguments))
  }

  private func unary(_ mark: String, _ operand: MongoNode, _ scope: MongoScope) -> MongoValue {
    if mark == "typeof", case .name(let name) = operand, scope.find(name) == nil, global(name) == nil {
      return .string("undefined")
    }
    if mark == "delete" {
      guard case .member(let base, let name, _) = operand, case .object(let object) = evaluate(base, scope) else {
        return fail("the JavaScript operator delete here")
      }
      object.fields[name] = nil
      return .bool(true)
    }
    let value = evaluate(operand, scope)
    guard abrupt == nil else { return .undefined }
    switch mark {
    case "!": return .bool(!value.isTrue)
    case "void": return .undefined
    case "typeof": return .string(value.typeName)
    default:
      guard let number = value.double else { return fail("this arithmetic") }
      return .number(mark == "-" ? -number : number)
    }
  }

  private func apply(_ mark: String, _ a: MongoValue, _ b: MongoValue) -> MongoValue {
    switch mark {
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
      guard let x = a.number, let y = b.number else { return fail("this arithmetic") }
      switch mark {
      case "-": return .number(x - y)
      case "*": return .number(x * y)
      case "/": return .number(x / y)
      case "%": return .number(x - y * (x / y).rounded(.towardZero))
      default: return fail("the operator \(mark)")
      }
    }
  }

  /// As in string concatenation.
  func plain(_ value: MongoValue) -> String {
    switch value {
    case .string(let text): return text
    case .object: return "[object Object]"
    case .objectID(let digits): return digits
    case .long(let number): return String(number)
    case .error(let error): return "\(error.name): \(error.text)"
    case .date, .host, .function:
      fail("this value as a string")
      return ""
    case .array(let items):
      var parts: [String] = []
      for item in items { parts.append(item.isNothing ? "" : plain(item)) }
      return parts.joined(separator: ",")
    default: return value.inspected
    }
  }
}
