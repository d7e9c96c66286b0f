// The expressions that begin with a keyword: CASE, CAST, EXTRACT, ARRAY, EXISTS, typed literals and the rest.

extension Parser {
  private func sqlCall(_ name: String, _ arguments: [Expr], _ offset: Int) -> Expr {
    var call = FunctionCall(name: QualifiedName(parts: ["pg_catalog", name], offset: offset))
    call.arguments = arguments
    for _ in arguments { call.argumentNames.append(nil) }
    call.isSQLSyntax = true
    return Expr(.call(call), offset)
  }

  mutating func wordExpression() throws(SQLError) -> Expr {
    let token = current
    let offset = token.start
    let follows = isPunctuation(1, "(")
    switch token.text {
    case "true":
      advance()
      return Expr(.boolean(true), offset)
    case "false":
      advance()
      return Expr(.boolean(false), offset)
    case "null":
      advance()
      return Expr(.null, offset)
    case "default":
      advance()
      return Expr(.defaultValue, offset)
    case "case": return try caseExpression()
    case "not":
      advance()
      return Expr(.not(try expression()), offset)
    case "exists" where follows:
      advance()
      advance()
      guard startsQuery() else { throw unexpected() }
      let inner = try query()
      try expect(")")
      return Expr(.exists(inner), offset)
    case "cast" where follows:
      advance()
      advance()
      let value = try expression()
      try expectWord("as")
      let type = try typeName()
      try expect(")")
      return Expr(.cast(value, type), offset)
    case "array":
      advance()
      if accept("[") {
        return try arrayElements(offset)
      }
      try expect("(")
      let inner = try query()
      try expect(")")
      return Expr(.arrayQuery(inner), offset)
    case "row" where follows:
      advance()
      advance()
      if accept(")") { return Expr(.row([], explicit: true), offset) }
      let items = try expressionList()
      try expect(")")
      return Expr(.row(items, explicit: true), offset)
    case "coalesce" where follows:
      advance()
      advance()
      let items = try expressionList()
      try expect(")")
      return Expr(.coalesce(items), offset)
    case "greatest" where follows, "least" where follows:
      advance()
      advance()
      let items = try expressionList()
      try expect(")")
      return Expr(token.text == "least" ? .least(items) : .greatest(items), offset)
    case "nullif" where follows:
      advance()
      advance()
      let a = try expression()
      try expect(",")
      let b = try expression()
      try expect(")")
      return Expr(.nullIf(a, b), offset)
    case "grouping" where follows:
      advance()
      advance()
      let items = try expressionList()
      try expect(")")
      return Expr(.grouping(items), offset)
    case "extract" where follows: return try extract()
    case "position" where follows: return try position()
    case "substring" where follows: return try substring()
    case "trim" where follows: return try trim()
    case "overlay" where follows: return try overlay()
    case "normalize" where follows, "treat" where follows, "xmlelement" where follows, "xmlconcat" where follows,
      "xmlforest" where follows, "xmlparse" where follows, "xmlpi" where follows, "xmlroot" where follows,
      "xmlserialize" where follows, "xmlexists" where follows:
      throw .notSimulated("\(token.text)()")
    case "collation" where isWord(1, "for"):
      throw .notSimulated("COLLATION FOR")
    case "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user",
      "session_user", "user", "current_role", "current_catalog":
      advance()
      var precision: Int?
      if isPunctuation("("), ahead(1).kind == .integer,
        token.text.hasSuffix("time") || token.text.hasSuffix("timestamp")
      {
        advance()
        precision = Int(current.text)
        advance()
        try expect(")")
      }
      return Expr(.keywordValue(token.text, precision), offset)
    case "current_schema" where !follows:
      advance()
      return Expr(.keywordValue(token.text, nil), offset)
    default: break
    }
    if let literal = try typedLiteral(token) { return literal }
    let category = KeywordTable.shared.category(token.text)
    switch category {
    case .reserved:
      throw unexpected()
    case .typeOrFunction:
      // Function names only: `left(…)`, `right(…)`.
      guard isPunctuation(1, "(") || isPunctuation(1, ".") else {
        advance()
        if current.kind == .string {
          index -= 1
          throw unexpected()
        }
        index -= 1
        throw unexpected()
      }
    case .columnName:
      if isPunctuation(1, "(") {
        // `int(…)`, `between(…)`: not a function call in the grammar.
        if Parser.grammarTypes[token.text] != nil || token.text == "char" || token.text == "varchar" {
          throw unexpected(ahead(1))
        }
      }
    default: break
    }
    return try nameExpression()
  }

  /// `date '2024-01-01'`, `interval '1 day'`, `timestamp with time zone '…'`, `numeric(5,2) '1'`.
  private mutating func typedLiteral(_ token: Token) throws(SQLError) -> Expr? {
    switch token.text {
    case "int", "integer", "smallint", "bigint", "real", "boolean", "dec", "decimal", "numeric", "float", "double",
      "character", "char", "varchar", "nchar", "national", "bit", "time", "timestamp", "interval":
      let saved = index
      if ahead(1).kind == .punctuation, ahead(1).text != "(" { return nil }
      let hasLength = isPunctuation(1, "(")
      var type: TypeName
      do throws(SQLError) {
        type = try simpleType()
      } catch {
        index = saved
        return nil
      }
      guard current.kind == .string else {
        index = saved
        return nil
      }
      let text = current.text
      let place = current.start
      advance()
      // A literal keeps its length where the type alone would mean 1.
      if !hasLength, ["bit", "char", "character", "nchar"].contains(token.text) { type.modifiers = [] }
      if token.text == "interval", type.intervalFields == nil { type.intervalFields = intervalFields() }
      return Expr(.typedLiteral(type, text), place)
    default: return nil
    }
  }

  private mutating func arrayElements(_ offset: Int) throws(SQLError) -> Expr {
    if accept("]") { return Expr(.array([]), offset) }
    var items: [Expr] = []
    repeat {
      if isPunctuation("[") {
        let inner = current.start
        advance()
        try enter()
        items.append(try arrayElements(inner))
        leave()
      } else {
        items.append(try expression())
      }
    } while accept(",")
    try expect("]")
    return Expr(.array(items), offset)
  }

  private mutating func caseExpression() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    var argument: Expr?
    if !isWord("when") { argument = try expression() }
    var whens: [WhenClause] = []
    while acceptWord("when") {
      let condition = try expression()
      try expectWord("then")
      whens.append(WhenClause(condition: condition, result: try expression()))
    }
    if whens.isEmpty { throw unexpected() }
    var otherwise: Expr?
    if acceptWord("else") { otherwise = try expression() }
    try expectWord("end")
    return Expr(.caseWhen(argument, whens, otherwise), offset)
  }

  private mutating func extract() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    advance()
    guard current.kind == .word || current.kind == .string || current.kind == .quoted else { throw unexpected() }
    let field = Expr(.string(current.text), current.start)
    advance()
    try expectWord("from")
    let value = try expression()
    try expect(")")
    return sqlCall("extract", [field, value], offset)
  }

  private mutating func position() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    advance()
    let needle = try positionOperand()
    if accept(",") {
      let other = try expression()
      try expect(")")
      return sqlCall("position", [needle, other], offset)
    }
    try expectWord("in")
    let haystack = try positionOperand()
    try expect(")")
    return sqlCall("position", [haystack, needle], offset)
  }

  /// An operand that must not take IN for itself.
  private mutating func positionOperand() throws(SQLError) -> Expr { try operand() }

  private mutating func substring() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    advance()
    let value = try expression()
    if acceptWord("similar") {
      let pattern = try expression()
      try expectWord("escape")
      let escape = try expression()
      try expect(")")
      return sqlCall("substring", [value, pattern, escape], offset)
    }
    if acceptWord("from") {
      let from = try expression()
      if acceptWord("for") {
        let count = try expression()
        try expect(")")
        return sqlCall("substring", [value, from, count], offset)
      }
      try expect(")")
      return sqlCall("substring", [value, from], offset)
    }
    if acceptWord("for") {
      let count = try expression()
      if acceptWord("from") {
        let from = try expression()
        try expect(")")
        return sqlCall("substring", [value, from, count], offset)
      }
      try expect(")")
      return sqlCall("substring", [value, Expr(.integer("1"), offset), count], offset)
    }
    var arguments = [value]
    while accept(",") { arguments.append(try expression()) }
    try expect(")")
    var call = FunctionCall(name: QualifiedName(parts: ["substring"], offset: offset))
    call.arguments = arguments
    for _ in arguments { call.argumentNames.append(nil) }
    return Expr(.call(call), offset)
  }

  private mutating func trim() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    advance()
    var name = "btrim"
    if acceptWord("leading") {
      name = "ltrim"
    } else if acceptWord("trailing") {
      name = "rtrim"
    } else {
      _ = acceptWord("both")
    }
    if acceptWord("from") {
      let values = try expressionList()
      try expect(")")
      return sqlCall(name, values, offset)
    }
    let first = try expression()
    if acceptWord("from") {
      let value = try expression()
      try expect(")")
      return sqlCall(name, [value, first], offset)
    }
    var arguments = [first]
    while accept(",") { arguments.append(try expression()) }
    try expect(")")
    return sqlCall(name, arguments, offset)
  }

  private mutating func overlay() throws(SQLError) -> Expr {
    let offset = current.start
    advance()
    advance()
    let value = try expression()
    if accept(",") {
      var arguments = [value]
      arguments.append(contentsOf: try expressionList())
      try expect(")")
      return sqlCall("overlay", arguments, offset)
    }
    try expectWord("placing")
    let replacement = try expression()
    try expectWord("from")
    let from = try expression()
    var arguments = [value, replacement, from]
    if acceptWord("for") { arguments.append(try expression()) }
    try expect(")")
    return sqlCall("overlay", arguments, offset)
  }
}
