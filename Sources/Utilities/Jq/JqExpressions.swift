// Expressions of jq from the loosest operator to the tightest, bindings and patterns.

extension JqParser {
  mutating func pipe() throws(Stop) -> JqNode {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JqParser.nestingMax {
      notSimulated = "jq programs nested deeper than \(JqParser.nestingMax)"
      throw Stop()
    }
    if isKeyword("def") {
      let outer = scope
      let function = try definition()
      let body = try pipe()
      scope = outer
      return .define(function, body: body)
    }
    let left = try comma()
    guard acceptSymbol("|") else { return left }
    return .pipe(left, try pipe())
  }

  private mutating func comma() throws(Stop) -> JqNode {
    var left = try alternative()
    while acceptSymbol(",") { left = .comma(left, try alternative()) }
    return left
  }

  private mutating func alternative() throws(Stop) -> JqNode {
    let left = try assignment()
    guard acceptSymbol("//") else { return left }
    return .alternative(left, try alternative())
  }

  private static let updates: [(symbol: String, update: JqUpdate)] = [
    ("=", .set), ("|=", .modify), ("//=", .alternative), ("+=", .arithmetic(.add)), ("-=", .arithmetic(.subtract)),
    ("*=", .arithmetic(.multiply)), ("/=", .arithmetic(.divide)), ("%=", .arithmetic(.remainder)),
  ]
  private func update() -> JqUpdate? {
    guard token.kind == .symbol else { return nil }
    for (symbol, update) in JqParser.updates where symbol == token.text { return update }
    return nil
  }

  private mutating func assignment() throws(Stop) -> JqNode {
    let left = try or()
    guard let update = update() else { return left }
    advance()
    let right = try or()
    if self.update() != nil { throw unexpected() }
    return .update(update, left, right)
  }

  mutating func or() throws(Stop) -> JqNode {
    var left = try and()
    while acceptKeyword("or") { left = .or(left, try and()) }
    return left
  }

  mutating func and() throws(Stop) -> JqNode {
    var left = try comparison()
    while acceptKeyword("and") { left = .and(left, try comparison()) }
    return left
  }

  private static let comparisons: [(symbol: String, operation: JqOperator)] = [
    ("==", .equal), ("!=", .notEqual), ("<", .less), ("<=", .lessOrEqual), (">", .greater), (">=", .greaterOrEqual),
  ]
  private func comparisonOperator() -> JqOperator? {
    guard token.kind == .symbol else { return nil }
    for (symbol, operation) in JqParser.comparisons where symbol == token.text { return operation }
    return nil
  }

  private mutating func comparison() throws(Stop) -> JqNode {
    let left = try sum()
    guard let operation = comparisonOperator() else { return left }
    advance()
    let right = try sum()
    if comparisonOperator() != nil { throw unexpected() }
    return .binary(operation, left, right)
  }

  private mutating func sum() throws(Stop) -> JqNode {
    var left = try product()
    while true {
      if acceptSymbol("+") {
        left = .binary(.add, left, try product())
      } else if acceptSymbol("-") {
        left = .binary(.subtract, left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(Stop) -> JqNode {
    if acceptSymbol("-") {
      nesting += 1
      defer { nesting -= 1 }
      if nesting > JqParser.nestingMax {
        notSimulated = "jq programs nested deeper than \(JqParser.nestingMax)"
        throw Stop()
      }
      return .negate(try product())
    }
    var left = try operand()
    while true {
      if acceptSymbol("*") {
        left = .binary(.multiply, left, try factor())
      } else if acceptSymbol("/") {
        left = .binary(.divide, left, try factor())
      } else if acceptSymbol("%") {
        left = .binary(.remainder, left, try factor())
      } else {
        return left
      }
    }
  }
  private mutating func factor() throws(Stop) -> JqNode {
    if acceptSymbol("-") { return .negate(try factor()) }
    return try operand()
  }

  /// An operand with the `?`s after it.
  private mutating func operand() throws(Stop) -> JqNode {
    var node = try bareOperand()
    while acceptSymbol("?") { node = .attempt(node, handler: nil) }
    return node
  }

  private mutating func bareOperand() throws(Stop) -> JqNode {
    if token.kind == .keyword {
      switch token.text {
      case "def":
        let outer = scope
        let function = try definition()
        let body = try pipe()
        scope = outer
        return .define(function, body: body)
      case "if": return try conditional()
      case "reduce", "foreach": return try fold()
      case "try":
        let start = token.start
        advance()
        let body = try attempted()
        guard acceptKeyword("catch") else { return .attempt(body, handler: nil) }
        if !startsOperand {
          let stop = unexpected()
          faults.append(JqFault(message: "Possibly unterminated 'try' statement", offset: start, depth: -1))
          throw stop
        }
        return .attempt(body, handler: try attempted())
      case "label":
        advance()
        guard token.kind == .binding else { throw unexpected("BINDING") }
        let outer = scope
        let id = library.fresh()
        scope.labels.append((token.text, id))
        advance()
        try expectSymbol("|", "'|'")
        let body = try pipe()
        scope = outer
        return .label(id, body)
      default: break
      }
    }
    let term = try postfixTerm()
    guard acceptKeyword("as") else { return term }
    return try binding(term)
  }

  /// What `try` and `catch` reach over.
  private mutating func attempted() throws(Stop) -> JqNode {
    if acceptSymbol("-") { return .negate(try attempted()) }
    return try bareOperand()
  }

  private mutating func conditional() throws(Stop) -> JqNode {
    let start = token.start
    advance()
    let condition = try pipe()
    guard acceptKeyword("then") else { throw unexpected() }
    // From here on a fault is told twice: where it is, and what it leaves open.
    do throws(Stop) {
      let then = try pipe()
      return .choose(condition, then: then, otherwise: try otherwise())
    } catch {
      if let last = faults.last, !last.message.utf8.elementsEqual("Possibly unterminated 'if' statement".utf8),
        notSimulated == nil
      {
        faults.append(JqFault(message: "Possibly unterminated 'if' statement", offset: start, depth: -1))
      }
      throw error
    }
  }

  private mutating func otherwise() throws(Stop) -> JqNode? {
    if acceptKeyword("end") { return nil }
    if acceptKeyword("else") {
      let node = try pipe()
      guard acceptKeyword("end") else { throw unexpected() }
      return node
    }
    guard acceptKeyword("elif") else { throw unexpected() }
    let condition = try pipe()
    guard acceptKeyword("then") else { throw unexpected() }
    let then = try pipe()
    return .choose(condition, then: then, otherwise: try otherwise())
  }

  private mutating func fold() throws(Stop) -> JqNode {
    let isReduce = token.text == "reduce"
    advance()
    let source = try postfixTerm()
    guard acceptKeyword("as") else { throw unexpected() }
    let outer = scope
    let outerShared = shared
    shared = []
    let pattern = try self.pattern()
    shared = outerShared
    if isSymbol("?//") {
      notSimulated = "jq: ?// in \(isReduce ? "reduce" : "foreach")"
      throw Stop()
    }
    try expectSymbol("(", "'('")
    // The start does not see the variables.
    let inner = scope
    scope = outer
    let start = try pipe()
    scope = inner
    try expectSymbol(";")
    let step = try pipe()
    var extract: JqNode?
    if !isReduce, acceptSymbol(";") { extract = try pipe() }
    try expectSymbol(")")
    scope = outer
    return isReduce
      ? .reduce(source, pattern, start: start, step: step)
      : .foreach(source, pattern, start: start, step: step, extract: extract)
  }

  mutating func binding(_ source: JqNode) throws(Stop) -> JqNode {
    let outer = scope
    // Alternatives bind the variables of all of them: one number for each name.
    let outerShared = shared
    shared = []
    var patterns: [JqPattern] = [try pattern()]
    while acceptSymbol("?//") { patterns.append(try pattern()) }
    shared = outerShared
    try expectSymbol("|", "'|'")
    let body = try pipe()
    scope = outer
    return .bind(source, patterns, body: body)
  }

  private mutating func declare(_ name: String) -> Int {
    for entry in shared where entry.name == name { return entry.id }
    let id = library.fresh()
    shared.append((name, id))
    scope.variables.append((name, id))
    return id
  }

  mutating func pattern() throws(Stop) -> JqPattern {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JqParser.nestingMax { throw unexpected() }
    if token.kind == .binding {
      let name = token.text
      advance()
      return .variable(declare(name))
    }
    if acceptSymbol("[") {
      var parts: [JqPattern] = []
      repeat { parts.append(try pattern()) } while acceptSymbol(",")
      try expectSymbol("]", "',' or ']'")
      return .array(parts)
    }
    guard acceptSymbol("{") else { throw unexpected("BINDING or '[' or '{'") }
    var members: [(variable: Int?, key: JqNode, value: JqPattern?)] = []
    repeat {
      switch token.kind {
      case .binding:
        let name = token.text
        advance()
        let id = declare(name)
        let value = acceptSymbol(":") ? try pattern() : nil
        members.append((id, .literal(.string(name)), value))
      case .identifier, .keyword:
        let name = token.text
        advance()
        try expectSymbol(":", "':'")
        members.append((nil, .literal(.string(name)), try pattern()))
      case .stringStart, .format:
        let key = try string()
        try expectSymbol(":", "':'")
        members.append((nil, key, try pattern()))
      default:
        guard acceptSymbol("(") else { throw unexpected() }
        let key = try pipe()
        try expectSymbol(")")
        try expectSymbol(":", "':'")
        members.append((nil, key, try pattern()))
      }
    } while acceptSymbol(",")
    try expectSymbol("}", "',' or '}'")
    return .object(members)
  }
}
