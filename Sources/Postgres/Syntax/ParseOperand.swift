// What expressions are made of: names, calls, parentheses, windows, sort keys. Source: PostgreSQL 15 manual 4.2.

internal import SimKernel

extension Parser {
  mutating func primary() throws(SQLError) -> Expr {
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
      let literal = Expr(.string(token.text), offset)
      if token.isNational { return Expr(.cast(literal, builtin("bpchar", offset)), offset) }
      return literal
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
  mutating func nameExpression() throws(SQLError) -> Expr {
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
    if current.kind == .string, isTypeFunctionName(first), parts.count <= 2 {
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
        let low = current.start
        let start = try frameBound()
        try expectWord("and")
        let high = current.start
        let end = try frameBound()
        if start.kind == .unboundedFollowing {
          throw SQLError(SQLState.windowing, "frame start cannot be UNBOUNDED FOLLOWING", at: low)
        }
        if end.kind == .unboundedPreceding {
          throw SQLError(SQLState.windowing, "frame end cannot be UNBOUNDED PRECEDING", at: high)
        }
        if start.kind == .currentRow, end.kind == .preceding {
          throw SQLError(SQLState.windowing, "frame starting from current row cannot have preceding rows", at: high)
        }
        if start.kind == .following, end.kind == .preceding || end.kind == .currentRow {
          throw SQLError(SQLState.windowing, "frame starting from following row cannot have preceding rows", at: high)
        }
        spec.start = start
        spec.end = end
      } else {
        let low = current.start
        let start = try frameBound()
        if start.kind == .unboundedFollowing {
          throw SQLError(SQLState.windowing, "frame start cannot be UNBOUNDED FOLLOWING", at: low)
        }
        if start.kind == .following {
          throw SQLError(SQLState.windowing, "frame starting from following row cannot end with current row", at: low)
        }
        spec.start = start
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
