// Terms of jq: paths, calls, strings, arrays and objects.

extension JqParser {
  mutating func postfixTerm() throws(Stop) -> JqNode {
    var node = try term()
    while true {
      if token.kind == .field {
        let key = token.text
        advance()
        node = .index(node, key: .literal(.string(key)), optional: acceptSymbol("?"))
      } else if isSymbol("[") {
        node = try bracket(node)
      } else if isSymbol(".") {
        advance()
        if token.kind == .stringStart || token.kind == .format {
          let key = try string()
          node = .index(node, key: key, optional: acceptSymbol("?"))
        } else if isSymbol("[") {
          node = try bracket(node)
        } else {
          throw unexpected("FORMAT or QQSTRING_START or '['")
        }
      } else {
        return node
      }
    }
  }

  /// `[…]` after a term: all, one or a slice.
  private mutating func bracket(_ target: JqNode) throws(Stop) -> JqNode {
    advance()
    if acceptSymbol("]") { return .iterate(target, optional: acceptSymbol("?")) }
    if acceptSymbol(":") {
      let to = try pipe()
      try expectSymbol("]")
      return .slice(target, from: nil, to: to, optional: acceptSymbol("?"))
    }
    let first = try pipe()
    if acceptSymbol(":") {
      let to = isSymbol("]") ? nil : try pipe()
      try expectSymbol("]")
      return .slice(target, from: first, to: to, optional: acceptSymbol("?"))
    }
    try expectSymbol("]")
    return .index(target, key: first, optional: acceptSymbol("?"))
  }

  mutating func term() throws(Stop) -> JqNode {
    switch token.kind {
    case .literal:
      let value = token.value
      advance()
      return .literal(value)
    case .field:
      let key = token.text
      advance()
      return .index(.identity, key: .literal(.string(key)), optional: acceptSymbol("?"))
    case .stringStart: return try string()
    case .format:
      if tokens[at + 1].kind == .stringStart { return try string() }
      let name = token.text
      advance()
      return .format(name)
    case .binding:
      let name = token.text
      let start = token.start
      advance()
      return variable(name, start)
    case .identifier: return try call()
    case .keyword:
      if token.text == "__loc__" {
        let line = lineNumber(token.start)
        advance()
        return .literal(.object([("file", .string("<top-level>")), ("line", .integer(line))]))
      }
      if token.text == "break" {
        let start = token.start
        advance()
        guard token.kind == .binding else {
          let stop = unexpected("BINDING")
          faults.append(JqFault(message: "break requires a label to break to", offset: start, depth: -1))
          throw stop
        }
        let name = token.text
        advance()
        for label in scope.labels.reversed() where label.name == name { return .leave(label.id) }
        note("$*label-\(name) is not defined", start)
        return .identity
      }
      throw unexpected()
    case .symbol: return try bracketed()
    default: throw unexpected()
    }
  }

  private mutating func bracketed() throws(Stop) -> JqNode {
    switch token.text {
    case ".":
      advance()
      if token.kind == .stringStart || (token.kind == .format && tokens[at + 1].kind == .stringStart) {
        let key = try string()
        return .index(.identity, key: key, optional: acceptSymbol("?"))
      }
      if isSymbol("[") { return try bracket(.identity) }
      return .identity
    case "..":
      advance()
      return .native(JqNative(name: "recurse", arity: 0, kind: .recurse), [])
    case "(":
      advance()
      let node = try pipe()
      try expectSymbol(")")
      return node
    case "[":
      advance()
      if acceptSymbol("]") { return .collect(nil) }
      let node = try pipe()
      try expectSymbol("]")
      return .collect(node)
    case "{": return try object()
    case "$":
      advance()
      throw unexpected("'$'")
    default: throw unexpected()
    }
  }

  mutating func variable(_ name: String, _ start: Int) -> JqNode {
    for variable in scope.variables.reversed() where variable.name == name { return .variable(variable.id) }
    if name == "ENV" { return .native(JqNative(name: "env", arity: 0, kind: .environment), []) }
    note("$\(name) is not defined", start)
    return .identity
  }

  private mutating func call() throws(Stop) -> JqNode {
    let name = token.text
    let start = token.start
    advance()
    var arguments: [JqNode] = []
    let faultsBefore = faults.count
    if acceptSymbol("(") {
      depth += 1
      repeat {
        arguments.append(try pipe())
        if !isSymbol(";"), !isSymbol(")") { throw unexpected("';' or ')'") }
      } while acceptSymbol(";")
      depth -= 1
      advance()
    }
    let key = JqParser.key(name, arguments.count)
    switch key {
    case "null/0": return .literal(.null)
    case "true/0": return .literal(.boolean(true))
    case "false/0": return .literal(.boolean(false))
    default: break
    }
    for entry in scope.functions.reversed() where entry.key == key {
      switch entry.name {
      case .function(let function): return .call(function, arguments)
      case .closure(let id): return .closure(id)
      }
    }
    switch library.find(name, arguments.count) {
    case .function(let function): return .call(function, arguments)
    case .native(let native):
      // Values are looked at where they stand, closures afterwards.
      if case .plain = native.kind { raiseFaults(from: faultsBefore) }
      return .native(native, arguments)
    case .notSimulated:
      notSimulated = "jq \(key)"
      throw Stop()
    case nil:
      faults.removeLast(faults.count - faultsBefore)
      note("\(key) is not defined", start)
      return .identity
    }
  }

  private mutating func raiseFaults(from first: Int) {
    for index in first..<max(first, faults.count) where faults[index].depth > 0 {
      let fault = faults[index]
      faults[index] = JqFault(message: fault.message, offset: fault.offset, depth: fault.depth - 1)
    }
  }

  mutating func string() throws(Stop) -> JqNode {
    var format = "text"
    if token.kind == .format {
      format = token.text
      advance()
      guard token.kind == .stringStart else { throw unexpected("QQSTRING_START") }
    }
    advance()
    var parts: [JqNode] = []
    var isExpression: [Bool] = []
    while true {
      switch token.kind {
      case .stringText:
        parts.append(.literal(token.value))
        isExpression.append(false)
        advance()
      case .interpolationStart:
        advance()
        parts.append(try pipe())
        isExpression.append(true)
        guard token.kind == .interpolationEnd else { throw unexpected() }
        advance()
      case .stringEnd:
        advance()
        if parts.isEmpty { return .literal(.string("")) }
        var text = ""
        for (index, part) in parts.enumerated() {
          guard !isExpression[index], case .literal(.string(let piece)) = part else {
            return .text(format: format, parts, isExpression: isExpression)
          }
          text += piece
        }
        return .literal(.string(text))
      default: throw unexpected("QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END")
      }
    }
  }

  // MARK: Objects

  mutating func object() throws(Stop) -> JqNode {
    advance()
    var pairs: [(key: JqNode, value: JqNode)] = []
    while true {
      if acceptSymbol("}") { return .object(pairs) }
      pairs.append(try pair())
      if isSymbol("}") { continue }
      try expectSymbol(",", "'}'")
    }
  }

  private mutating func pair() throws(Stop) -> (key: JqNode, value: JqNode) {
    let start = token.start
    switch token.kind {
    case .binding:
      let name = token.text
      advance()
      if acceptSymbol(":") { return (variable(name, start), try memberValue()) }
      return (.literal(.string(name)), variable(name, start))
    case .identifier, .keyword:
      let name = token.text
      let isLocation = name == "__loc__" && token.kind == .keyword
      let line = lineNumber(token.start)
      advance()
      if isLocation {
        return (
          .literal(.string(name)), .literal(.object([("file", .string("<top-level>")), ("line", .integer(line))]))
        )
      }
      if acceptSymbol(":") { return (.literal(.string(name)), try memberValue()) }
      return (.literal(.string(name)), .index(.identity, key: .literal(.string(name)), optional: false))
    case .stringStart, .format:
      if token.kind == .format, tokens[at + 1].kind != .stringStart {
        advance()
        let stop = unexpected("QQSTRING_START")
        parenthesesHint(start)
        throw stop
      }
      let key = try string()
      if acceptSymbol(":") { return (key, try memberValue()) }
      return (key, .index(.identity, key: key, optional: false))
    default:
      guard isSymbol("(") else {
        let stop = unexpected()
        if token.kind != .end, pairStartCanRecover { parenthesesHint(start) }
        throw stop
      }
      advance()
      let key = try pipe()
      try expectSymbol(")")
      if case .literal(let value) = key {
        if case .string = value {} else { note("Cannot use \(jqNamed(value)) as object key", start) }
      }
      try expectSymbol(":", "':'")
      return (key, try memberValue())
    }
  }

  /// Whether a colon follows: then the parser takes the key up again behind it and says more.
  private var pairStartCanRecover: Bool {
    for token in tokens[at...] where token.kind == .symbol && token.text == ":" { return true }
    return false
  }
  private mutating func parenthesesHint(_ start: Int) {
    faults.append(
      JqFault(message: "May need parentheses around object key expression", offset: start, depth: -1))
  }

  /// A member's value: terms, negated or piped.
  private mutating func memberValue() throws(Stop) -> JqNode {
    let left: JqNode
    if acceptSymbol("-") {
      left = .negate(try memberValue())
    } else {
      guard startsOperand, token.kind != .keyword || token.text == "__loc__" || token.text == "break" else {
        throw unexpected()
      }
      left = try postfixTerm()
    }
    guard acceptSymbol("|") else { return left }
    return .pipe(left, try memberValue())
  }
}
