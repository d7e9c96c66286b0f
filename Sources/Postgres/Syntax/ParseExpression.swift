// Expressions, by precedence climbing. Source: PostgreSQL 15 manual, chapter 4.1.6 and 4.2.

extension Parser {
  mutating func expression() throws(SQLError) -> Expr {
    try enter()
    let result = try orExpression()
    leave()
    return result
  }

  mutating func expressionList() throws(SQLError) -> [Expr] {
    var list = [try expression()]
    while accept(",") { list.append(try expression()) }
    return list
  }

  private mutating func orExpression() throws(SQLError) -> Expr {
    let first = try andExpression()
    guard isWord("or") else { return first }
    var parts = [first]
    let offset = current.start
    while acceptWord("or") { parts.append(try andExpression()) }
    return Expr(.or(parts), offset)
  }

  private mutating func andExpression() throws(SQLError) -> Expr {
    let first = try notExpression()
    guard isWord("and") else { return first }
    var parts = [first]
    let offset = current.start
    while acceptWord("and") { parts.append(try notExpression()) }
    return Expr(.and(parts), offset)
  }

  private mutating func notExpression() throws(SQLError) -> Expr {
    if isWord("not") {
      let offset = current.start
      advance()
      try enter()
      let inner = try notExpression()
      leave()
      return Expr(.not(inner), offset)
    }
    return try isExpression()
  }

  private mutating func isExpression() throws(SQLError) -> Expr {
    var left = try comparison()
    while true {
      let offset = current.start
      if acceptWord("isnull") {
        left = Expr(.isNull(left, negated: false), offset)
      } else if acceptWord("notnull") {
        left = Expr(.isNull(left, negated: true), offset)
      } else if isWord("is") {
        advance()
        let negated = acceptWord("not")
        if acceptWord("null") {
          left = Expr(.isNull(left, negated: negated), offset)
        } else if acceptWord("true") {
          left = Expr(.booleanTest(left, negated ? .isNotTrue : .isTrue), offset)
        } else if acceptWord("false") {
          left = Expr(.booleanTest(left, negated ? .isNotFalse : .isFalse), offset)
        } else if acceptWord("unknown") {
          left = Expr(.booleanTest(left, negated ? .isNotUnknown : .isUnknown), offset)
        } else if acceptWord("distinct") {
          try expectWord("from")
          left = Expr(.isDistinct(left, try comparison(), negated: negated), offset)
        } else if isWord("document") || isWord("normalized") || isWord("json") {
          throw .notSimulated("IS \(current.text.uppercased())")
        } else {
          throw unexpected()
        }
      } else {
        return left
      }
    }
  }

  private func comparisonOperator() -> String? {
    guard current.kind == .oper else { return nil }
    switch current.text {
    case "<", ">", "=", "<=", ">=", "<>": return current.text
    default: return nil
    }
  }

  private mutating func comparison() throws(SQLError) -> Expr {
    let left = try containment()
    guard let op = comparisonOperator() else { return left }
    let offset = current.start
    advance()
    if let quantified = try quantifiedOperand(left, op, offset) {
      return quantified
    }
    let right = try containment()
    if comparisonOperator() != nil { throw unexpected() }
    return Expr(.binary(op, left, right), offset)
  }

  /// `ANY (…)`, `SOME (…)`, `ALL (…)` after an operator.
  private mutating func quantifiedOperand(
    _ left: Expr, _ op: String, _ offset: Int
  ) throws(SQLError) -> Expr? {
    guard isOneOf(["any", "some", "all"]), isPunctuation(1, "(") else { return nil }
    let quantifier: Quantifier = current.text == "all" ? .all : .any
    advance()
    advance()
    let result: Expr
    if startsQuery() {
      result = Expr(.quantifiedQuery(left, op, quantifier, try query()), offset)
    } else {
      result = Expr(.quantified(left, op, quantifier, try expression()), offset)
    }
    try expect(")")
    return result
  }

  /// BETWEEN, IN, LIKE, ILIKE, SIMILAR TO.
  private mutating func containment() throws(SQLError) -> Expr {
    let left = try otherOperators()
    var negated = false
    let offset = current.start
    if isWord("not"), ahead(1).kind == .word, ["between", "in", "like", "ilike", "similar"].contains(ahead(1).text) {
      negated = true
      advance()
    }
    if acceptWord("between") {
      let symmetric = acceptWord("symmetric")
      if !symmetric { _ = acceptWord("asymmetric") }
      let low = try otherOperators()
      try expectWord("and")
      let high = try otherOperators()
      return Expr(.between(left, low, high, symmetric: symmetric, negated: negated), offset)
    }
    if acceptWord("in") {
      try expect("(")
      let result: Expr
      if startsQuery() {
        result = Expr(.inQuery(left, try query(), negated: negated), offset)
      } else {
        result = Expr(.inList(left, try expressionList(), negated: negated), offset)
      }
      try expect(")")
      return result
    }
    let op: String
    if acceptWord("like") {
      op = negated ? "!~~" : "~~"
    } else if acceptWord("ilike") {
      op = negated ? "!~~*" : "~~*"
    } else if isWord("similar") {
      advance()
      try expectWord("to")
      op = negated ? "!~" : "~"
      let right = try otherOperators()
      let escape: Expr? = acceptWord("escape") ? try otherOperators() : nil
      return Expr(.like("similar" + op, left, right, escape: escape, negated: negated), offset)
    } else {
      return left
    }
    if let quantified = try quantifiedOperand(left, op, offset) { return quantified }
    let right = try otherOperators()
    let escape: Expr? = acceptWord("escape") ? try otherOperators() : nil
    return Expr(.like(op, left, right, escape: escape, negated: negated), offset)
  }

  private func otherOperator() -> String? {
    guard current.kind == .oper else { return nil }
    switch current.text {
    case "<", ">", "=", "<=", ">=", "<>", "+", "-", "*", "/", "%", "^": return nil
    default: return current.text
    }
  }

  /// An expression that stops before IN, LIKE, BETWEEN and the comparisons.
  mutating func operand() throws(SQLError) -> Expr { try otherOperators() }

  private mutating func otherOperators() throws(SQLError) -> Expr {
    var left: Expr
    if let op = otherOperator() {
      let offset = current.start
      advance()
      try enter()
      left = Expr(.unary(op, try otherOperatorOperand()), offset)
      leave()
    } else {
      left = try additive()
    }
    while true {
      let offset = current.start
      if let op = otherOperator() {
        advance()
        if let quantified = try quantifiedOperand(left, op, offset) {
          left = quantified
          continue
        }
        left = Expr(.binary(op, left, try otherOperatorOperand()), offset)
      } else if isWord("operator"), isPunctuation(1, "(") {
        let name = try operatorName()
        left = Expr(.qualifiedOperator(name, left, try otherOperatorOperand()), offset)
      } else {
        return left
      }
    }
  }

  private mutating func otherOperatorOperand() throws(SQLError) -> Expr {
    if let op = otherOperator() {
      let offset = current.start
      advance()
      try enter()
      let inner = try otherOperatorOperand()
      leave()
      return Expr(.unary(op, inner), offset)
    }
    return try additive()
  }

  /// `OPERATOR(schema.op)`
  mutating func operatorName() throws(SQLError) -> QualifiedName {
    try expectWord("operator")
    try expect("(")
    let offset = current.start
    var parts: [String] = []
    while isLabel(current) {
      parts.append(current.text)
      advance()
      try expect(".")
    }
    guard current.kind == .oper else { throw unexpected() }
    parts.append(current.text)
    advance()
    try expect(")")
    return QualifiedName(parts: parts, offset: offset)
  }

  private mutating func additive() throws(SQLError) -> Expr {
    var left = try multiplicative()
    while isOperator("+") || isOperator("-") {
      let op = current.text
      let offset = current.start
      advance()
      if let quantified = try quantifiedOperand(left, op, offset) {
        left = quantified
        continue
      }
      left = Expr(.binary(op, left, try multiplicative()), offset)
    }
    return left
  }

  private mutating func multiplicative() throws(SQLError) -> Expr {
    var left = try power()
    while isOperator("*") || isOperator("/") || isOperator("%") {
      let op = current.text
      let offset = current.start
      advance()
      left = Expr(.binary(op, left, try power()), offset)
    }
    return left
  }

  private mutating func power() throws(SQLError) -> Expr {
    var left = try atTimeZone()
    while isOperator("^") {
      let offset = current.start
      advance()
      left = Expr(.binary("^", left, try atTimeZone()), offset)
    }
    return left
  }

  private mutating func atTimeZone() throws(SQLError) -> Expr {
    var left = try collated()
    while isWord("at"), isWord(1, "time") {
      let offset = current.start
      advance()
      advance()
      try expectWord("zone")
      let zone = try collated()
      var call = FunctionCall(name: QualifiedName(parts: ["pg_catalog", "timezone"], offset: offset))
      call.arguments = [zone, left]
      call.argumentNames = [nil, nil]
      call.isSQLSyntax = true
      left = Expr(.call(call), offset)
    }
    return left
  }

  private mutating func collated() throws(SQLError) -> Expr {
    var left = try signed()
    while isWord("collate") {
      let offset = current.start
      advance()
      left = Expr(.collate(left, try anyName()), offset)
    }
    return left
  }

  private mutating func signed() throws(SQLError) -> Expr {
    if isOperator("+") || isOperator("-") {
      let op = current.text
      let offset = current.start
      advance()
      try enter()
      let inner = try signed()
      leave()
      if op == "-" {
        // The grammar folds every sign into a numeric constant, the second one too.
        switch inner.kind {
        case .integer(let digits):
          return Expr(.integer(digits.hasPrefix("-") ? "\(digits.dropFirst())" : "-" + digits), offset)
        case .decimal(let digits):
          return Expr(.decimal(digits.hasPrefix("-") ? "\(digits.dropFirst())" : "-" + digits), offset)
        default: break
        }
      }
      return Expr(.unary(op, inner), offset)
    }
    return try postfix()
  }

  private mutating func postfix() throws(SQLError) -> Expr {
    var left = try primary()
    while true {
      let offset = current.start
      if accept("::") {
        left = Expr(.cast(left, try typeName()), offset)
      } else if isPunctuation("[") {
        // ARRAY[…] takes subscripts only in parentheses.
        if case .array = left.kind, source[previousEnd - 1] == 0x5d { return left }
        var bounds: [SubscriptBounds] = []
        while accept("[") { bounds.append(try subscriptBounds()) }
        left = Expr(.subscripts(left, bounds), left.offset)
      } else if isPunctuation("."), allowsField(left) {
        advance()
        if isOperator("*") {
          advance()
          left = Expr(.fieldStar(left), left.offset)
        } else {
          left = Expr(.field(left, try label()), left.offset)
        }
      } else {
        return left
      }
    }
  }

  private func allowsField(_ expr: Expr) -> Bool {
    switch expr.kind {
    case .subscripts, .field, .row, .scalarQuery, .call, .cast, .parameter: return true
    default: return expr.offset < current.start && tokens[index - 1].text == ")"
    }
  }

  mutating func subscriptBounds() throws(SQLError) -> SubscriptBounds {
    if accept(":") {
      if accept("]") { return .slice(nil, nil) }
      let high = try expression()
      try expect("]")
      return .slice(nil, high)
    }
    let low = try expression()
    if accept(":") {
      if accept("]") { return .slice(low, nil) }
      let high = try expression()
      try expect("]")
      return .slice(low, high)
    }
    try expect("]")
    return .index(low)
  }

  /// Whether a SELECT, VALUES, WITH or a parenthesis that leads to one comes next.
  func startsQuery() -> Bool {
    var i = 0
    while isPunctuation(i, "(") { i += 1 }
    let token = ahead(i)
    return token.kind == .word
      && (token.text == "select" || token.text == "values" || token.text == "with"
        || (token.text == "table" && i == 0))
  }
}
