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
        // The grammar folds the sign into a numeric constant.
        switch inner.kind {
        case .integer(let digits) where !digits.hasPrefix("-"): return Expr(.integer("-" + digits), offset)
        case .decimal(let digits) where !digits.hasPrefix("-"): return Expr(.decimal("-" + digits), offset)
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
    case .subscripts, .field, .row, .scalarQuery, .call, .cast: return true
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

  private mutating func primary() throws(SQLError) -> Expr {
    let token = current
    let offset = token.start
    switch token.kind {
    case .integer:
      advance()
      return Expr(.integer(token.text), offset)
    case .decimal:
      advance()
      return Expr(.decimal(token.text), offset)
    case .string:
      advance()
      return Expr(.string(token.text), offset)
    case .bitString:
      advance()
      return Expr(.bitString(token.text), offset)
    case .parameter:
      advance()
      return Expr(.parameter(Int(token.text) ?? 0), offset)
    case .punctuation:
      if token.text == "(" { return try parenthesized() }
      throw unexpected()
    case .quoted:
      return try nameExpression()
    case .word:
      return try wordExpression()
    case .oper:
      if token.text == "*" { throw unexpected() }
      throw unexpected()
    case .end:
      throw unexpected()
    }
  }

  private mutating func parenthesized() throws(SQLError) -> Expr {
    let offset = current.start
    if startsQuery() {
      // `(select …)`, unless an outer parenthesis belongs to a larger expression.
      let saved = index
      advance()
      do throws(SQLError) {
        let inner = try query()
        if accept(")") { return Expr(.scalarQuery(inner), offset) }
        if tokens[saved + 1].text != "(" { throw unexpected() }
      } catch {
        if tokens[saved + 1].text != "(" { throw error }
      }
      index = saved
    }
    try expect("(")
    let first = try expression()
    if accept(",") {
      var items = [first]
      items.append(contentsOf: try expressionList())
      try expect(")")
      return try overlapsOr(Expr(.row(items, explicit: false), offset))
    }
    try expect(")")
    return first
  }

  private mutating func overlapsOr(_ row: Expr) throws(SQLError) -> Expr {
    guard isWord("overlaps") else { return row }
    let offset = current.start
    advance()
    let right = try primary()
    guard case .row(let a, _) = row.kind, case .row(let b, _) = right.kind else { throw unexpected() }
    var call = FunctionCall(name: QualifiedName(parts: ["pg_catalog", "overlaps"], offset: offset))
    call.arguments = a + b
    call.argumentNames = []
    for _ in call.arguments { call.argumentNames.append(nil) }
    call.isSQLSyntax = true
    return Expr(.call(call), offset)
  }

  /// A column reference or a function call that begins with a plain name.
  private mutating func nameExpression() throws(SQLError) -> Expr {
    let offset = current.start
    let first = current
    var parts = [first.text]
    advance()
    while isPunctuation(".") {
      if ahead(1).kind == .oper, ahead(1).text == "*" {
        advance()
        advance()
        return Expr(.star(parts), offset)
      }
      advance()
      parts.append(try label())
    }
    if isPunctuation("(") {
      // A function name must not be a column-name keyword; a quoted or plain one may.
      return try call(QualifiedName(parts: parts, offset: offset))
    }
    // `type 'literal'`
    if current.kind == .string, isTypeFunctionName(first) {
      let text = current.text
      let place = current.start
      advance()
      return Expr(.typedLiteral(TypeName(name: QualifiedName(parts: parts, offset: offset)), text), place)
    }
    return Expr(.column(parts), offset)
  }

  mutating func call(_ name: QualifiedName) throws(SQLError) -> Expr {
    try expect("(")
    var call = FunctionCall(name: name)
    if isOperator("*") {
      advance()
      call.isStar = true
      try expect(")")
    } else if accept(")") {
      // No arguments.
    } else {
      if acceptWord("distinct") { call.isDistinct = true } else { _ = acceptWord("all") }
      repeat {
        if acceptWord("variadic") { call.isVariadic = true }
        if isTypeFunctionName(current), isPunctuation(1, "=>") || isPunctuation(1, ":=") {
          call.argumentNames.append(current.text)
          advance()
          advance()
        } else {
          call.argumentNames.append(nil)
        }
        call.arguments.append(try expression())
      } while accept(",")
      if isWord("order") { call.orderBy = try orderBy() }
      try expect(")")
    }
    return try callSuffix(call, name.offset)
  }

  private mutating func callSuffix(_ base: FunctionCall, _ offset: Int) throws(SQLError) -> Expr {
    var call = base
    if isWord("within"), isWord(1, "group") {
      advance()
      advance()
      try expect("(")
      call.withinGroup = try orderBy()
      try expect(")")
    }
    if isWord("filter"), isPunctuation(1, "(") {
      advance()
      advance()
      try expectWord("where")
      call.filter = try expression()
      try expect(")")
    }
    if isWord("over") {
      advance()
      if isPunctuation("(") {
        call.over = try windowSpecification()
      } else {
        var spec = WindowSpec()
        spec.offset = current.start
        spec.reference = try columnIdentifier()
        spec.isBareReference = true
        call.over = spec
      }
    }
    return Expr(.call(call), offset)
  }

  mutating func windowSpecification() throws(SQLError) -> WindowSpec {
    var spec = WindowSpec()
    spec.offset = current.start
    try expect("(")
    if isColumnIdentifier(current), !isOneOf(["partition", "order", "range", "rows", "groups"]) {
      spec.reference = try columnIdentifier()
    }
    if acceptWords("partition", "by") { spec.partitionBy = try expressionList() }
    if isWord("order") { spec.orderBy = try orderBy() }
    if isOneOf(["rows", "range", "groups"]) {
      spec.hasFrame = true
      spec.mode = isWord("rows") ? .rows : isWord("range") ? .range : .groups
      advance()
      if acceptWord("between") {
        spec.start = try frameBound()
        try expectWord("and")
        spec.end = try frameBound()
      } else {
        spec.start = try frameBound()
      }
      if acceptWord("exclude") {
        if acceptWords("current", "row") {
          spec.exclusion = .currentRow
        } else if acceptWord("group") {
          spec.exclusion = .group
        } else if acceptWord("ties") {
          spec.exclusion = .ties
        } else {
          guard acceptWords("no", "others") else { throw unexpected() }
        }
      }
    }
    try expect(")")
    return spec
  }

  private mutating func frameBound() throws(SQLError) -> FrameBound {
    if acceptWords("unbounded", "preceding") { return FrameBound(kind: .unboundedPreceding, offset: nil) }
    if acceptWords("unbounded", "following") { return FrameBound(kind: .unboundedFollowing, offset: nil) }
    if acceptWords("current", "row") { return FrameBound(kind: .currentRow, offset: nil) }
    let amount = try expression()
    if acceptWord("preceding") { return FrameBound(kind: .preceding, offset: amount) }
    try expectWord("following")
    return FrameBound(kind: .following, offset: amount)
  }

  mutating func orderBy() throws(SQLError) -> [SortItem] {
    try expectWord("order")
    try expectWord("by")
    var items: [SortItem] = []
    repeat {
      let expr = try expression()
      var descending = false
      var using: String?
      if acceptWord("desc") {
        descending = true
      } else if isWord("using"), ahead(1).kind == .oper {
        advance()
        using = current.text
        advance()
      } else {
        _ = acceptWord("asc")
      }
      var nullsFirst: Bool?
      if isWord("nulls"), isWord(1, "first") || isWord(1, "last") {
        nullsFirst = isWord(1, "first")
        advance()
        advance()
      }
      items.append(SortItem(expression: expr, descending: descending, nullsFirst: nullsFirst, usingOperator: using))
    } while accept(",")
    return items
  }
}
