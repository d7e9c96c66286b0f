// FROM: tables, joins, functions, aliases. Source: PostgreSQL 15 manual, SELECT.

internal import SimKernel

extension Parser {
  mutating func fromList() throws(SQLError) -> [FromItem] {
    var items = [try fromItem()]
    while accept(",") { items.append(try fromItem()) }
    return items
  }

  private mutating func fromItem() throws(SQLError) -> FromItem {
    try enter()
    var left = try fromPrimary()
    while true {
      let offset = current.start
      var kind: JoinKind = .inner
      var natural = false
      if acceptWords("cross", "join") {
        left = .join(
          .cross, left, try fromPrimary(), on: nil, using: nil, natural: false, alias: nil, offset: offset)
        continue
      }
      let saved = index
      if acceptWord("natural") { natural = true }
      if acceptWord("inner") {
        kind = .inner
      } else if acceptWord("left") {
        kind = .left
        _ = acceptWord("outer")
      } else if acceptWord("right") {
        kind = .right
        _ = acceptWord("outer")
      } else if acceptWord("full") {
        kind = .full
        _ = acceptWord("outer")
      }
      guard isWord("join") else {
        if index != saved { throw unexpected() }
        leave()
        return left
      }
      advance()
      // The right side may itself be joined before our ON: `a JOIN b JOIN c ON … ON …`.
      var right = try fromPrimary()
      if !natural, startsJoin() { right = try nestedJoin(right) }
      if natural {
        left = .join(kind, left, right, on: nil, using: nil, natural: true, alias: nil, offset: offset)
      } else if acceptWord("on") {
        let condition = try expression()
        left = .join(kind, left, right, on: condition, using: nil, natural: false, alias: nil, offset: offset)
      } else if acceptWord("using") {
        let columns = try parenthesizedNames()
        var alias: Alias?
        if acceptWord("as") { alias = Alias(name: try columnIdentifier(), columns: []) }
        left = .join(kind, left, right, on: nil, using: columns, natural: false, alias: alias, offset: offset)
      } else {
        throw unexpected()
      }
    }
  }

  private func startsJoin() -> Bool { isOneOf(["join", "inner", "left", "right", "full", "cross", "natural"]) }

  private mutating func nestedJoin(_ first: FromItem) throws(SQLError) -> FromItem {
    let offset = current.start
    if acceptWords("cross", "join") {
      return .join(.cross, first, try fromPrimary(), on: nil, using: nil, natural: false, alias: nil, offset: offset)
    }
    var kind: JoinKind = .inner
    if acceptWord("left") {
      kind = .left
    } else if acceptWord("right") {
      kind = .right
    } else if acceptWord("full") {
      kind = .full
    } else {
      _ = acceptWord("inner")
    }
    _ = acceptWord("outer")
    try expectWord("join")
    var right = try fromPrimary()
    if startsJoin() { right = try nestedJoin(right) }
    if acceptWord("using") {
      return .join(
        kind, first, right, on: nil, using: try parenthesizedNames(), natural: false, alias: nil, offset: offset)
    }
    try expectWord("on")
    return .join(kind, first, right, on: try expression(), using: nil, natural: false, alias: nil, offset: offset)
  }

  mutating func alias(_ allowed: Bool = true) throws(SQLError) -> Alias? {
    var name: String?
    if acceptWord("as") {
      name = try columnIdentifier()
    } else if isColumnIdentifier(current) {
      name = current.text
      advance()
    }
    guard let name else { return nil }
    var columns: [String] = []
    if isPunctuation("("), isColumnIdentifier(ahead(1)), isPunctuation(2, ",") || isPunctuation(2, ")") {
      columns = try parenthesizedNames()
    }
    return Alias(name: name, columns: columns)
  }

  private mutating func fromPrimary() throws(SQLError) -> FromItem {
    let offset = current.start
    let lateral = acceptWord("lateral")
    if isPunctuation("(") {
      if startsQuery() {
        let saved = index
        advance()
        var inner: Query?
        do throws(SQLError) { inner = try query() } catch { if tokens[saved + 1].text != "(" { throw error } }
        if let inner, accept(")") {
          return .query(inner, try alias(), lateral: lateral, offset: offset)
        }
        if tokens[saved + 1].text != "(" { throw unexpected() }
        index = saved
      }
      advance()
      let inner = try fromItem()
      try expect(")")
      guard case .join(let kind, let l, let r, let on, let using, let natural, _, let at) = inner else {
        throw unexpected()
      }
      let name = try alias()
      return .join(kind, l, r, on: on, using: using, natural: natural, alias: name, offset: at)
    }
    if isWord("rows"), isWord(1, "from") {
      advance()
      advance()
      try expect("(")
      var calls: [Expr] = []
      repeat { calls.append(try operand()) } while accept(",")
      try expect(")")
      let ordinality = acceptWords("with", "ordinality")
      return .function(
        calls, try alias(), columns: [], ordinality: ordinality, lateral: lateral, offset: offset, rowsFrom: true)
    }
    let only = acceptWord("only")
    if !only, let function = try functionItem(lateral, offset) { return function }
    let name = try qualifiedName()
    if acceptOperator("*") {}
    let tableAlias = try alias()
    if isWord("tablesample") { try tableSample() }
    return .table(name, tableAlias, only: only, offset: offset)
  }

  /// A sample of everything; which rows a smaller one takes is not modelled.
  private mutating func tableSample() throws(SQLError) {
    advance()
    let token = current
    let method = try anyName()
    guard ["bernoulli", "system"].contains(method.name) else {
      throw SQLError(
        SQLState.undefinedObject, "tablesample method \(method.text) does not exist", at: token.start)
    }
    try expect("(")
    let amount = try expression()
    try expect(")")
    if acceptWord("repeatable") {
      try expect("(")
      _ = try expression()
      try expect(")")
    }
    guard case .integer(let text) = amount.kind, let n = Int64(text) else { throw .notSimulated("TABLESAMPLE") }
    if n < 0 || n > 100 { throw SQLError("2202H", "sample percentage must be between 0 and 100") }
    if n != 100 { throw .notSimulated("TABLESAMPLE") }
  }

  private mutating func functionItem(_ lateral: Bool, _ offset: Int) throws(SQLError) -> FromItem? {
    // Look past a dotted name for the parenthesis of a call.
    var i = 0
    let first = current
    guard isLabel(first) else { return nil }
    while isPunctuation(i + 1, "."), isLabel(ahead(i + 2)) { i += 2 }
    let isCall =
      isPunctuation(i + 1, "(")
      || (i == 0 && first.kind == .word
        && ["current_date", "current_timestamp", "current_user", "current_schema", "localtime", "localtimestamp"]
          .contains(first.text))
    guard isCall else { return nil }
    if first.kind == .word, i == 0 {
      let category = KeywordTable.shared.category(first.text)
      if category == .reserved, !first.text.hasPrefix("current"), !first.text.hasPrefix("local") { return nil }
    }
    if first.text == "xmltable" { throw .notSimulated("XMLTABLE") }
    let call = try operand()
    let ordinality = acceptWords("with", "ordinality")
    var columns: [ColumnDefinitionItem] = []
    var name: Alias?
    if acceptWord("as") {
      if isPunctuation("(") {
        columns = try columnDefinitions()
        return .function(
          [call], nil, columns: columns, ordinality: ordinality, lateral: lateral, offset: offset, rowsFrom: false)
      }
      let text = try columnIdentifier()
      name = Alias(name: text, columns: [])
    } else if isColumnIdentifier(current) {
      name = Alias(name: current.text, columns: [])
      advance()
    }
    if let base = name, isPunctuation("(") {
      if isPunctuation(2, ",") || isPunctuation(2, ")") {
        name = Alias(name: base.name, columns: try parenthesizedNames())
      } else {
        columns = try columnDefinitions()
      }
    }
    return .function(
      [call], name, columns: columns, ordinality: ordinality, lateral: lateral, offset: offset, rowsFrom: false)
  }

  mutating func columnDefinitions() throws(SQLError) -> [ColumnDefinitionItem] {
    try expect("(")
    var items: [ColumnDefinitionItem] = []
    repeat {
      let name = try columnIdentifier()
      items.append(ColumnDefinitionItem(name: name, type: try typeName()))
    } while accept(",")
    try expect(")")
    return items
  }
}
