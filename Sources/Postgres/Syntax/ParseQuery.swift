// SELECT, VALUES, TABLE, WITH and what follows them. Source: PostgreSQL 15 manual, reference page SELECT.

extension Parser {
  mutating func query() throws(SQLError) -> Query {
    try enter()
    var with: WithClause?
    if isWord("with") { with = try withClause() }
    let result = try setExpression(0)
    if let with {
      result.with = with
    }
    try queryTail(result)
    leave()
    return result
  }

  mutating func withClause() throws(SQLError) -> WithClause {
    try expectWord("with")
    let recursive = acceptWord("recursive")
    var tables: [CommonTable] = []
    repeat {
      let offset = current.start
      let name = try columnIdentifier()
      var columns: [String] = []
      if isPunctuation("(") { columns = try parenthesizedNames() }
      try expectWord("as")
      var materialized: Bool?
      if acceptWord("materialized") {
        materialized = true
      } else if acceptWords("not", "materialized") {
        materialized = false
      }
      try expect("(")
      let inner = try preparableStatement()
      try expect(")")
      if isWord("search") || isWord("cycle") { throw .notSimulated("\(current.text.uppercased()) clause of WITH") }
      tables.append(
        CommonTable(name: name, columns: columns, statement: inner, materialized: materialized, offset: offset))
    } while accept(",")
    return WithClause(isRecursive: recursive, tables: tables)
  }

  /// SELECT, INSERT, UPDATE, DELETE (with or without WITH).
  mutating func preparableStatement() throws(SQLError) -> Statement {
    var i = 0
    if isWord("with") {
      // Find the verb after the list of common tables.
      let saved = index
      let with = try withClause()
      switch current.text {
      case "insert", "update", "delete":
        return try modification(with)
      case "merge": return .merge(try merge(with))
      default:
        index = saved
        return .query(try query())
      }
    }
    while isPunctuation(i, "(") { i += 1 }
    switch ahead(i).kind == .word ? ahead(i).text : "" {
    case "select", "values", "table", "with": return .query(try query())
    case "insert", "update", "delete": return try modification(nil)
    case "merge": return .merge(try merge(nil))
    default: throw unexpected(ahead(i))
    }
  }

  private mutating func modification(_ with: WithClause?) throws(SQLError) -> Statement {
    switch current.text {
    case "insert": return .insert(try insert(with))
    case "update": return .update(try update(with))
    default: return .delete(try delete(with))
    }
  }

  /// UNION and EXCEPT bind alike, INTERSECT tighter.
  private mutating func setExpression(_ level: Int) throws(SQLError) -> Query {
    var left = level == 1 ? try queryPrimary() : try setExpression(1)
    while true {
      let offset = current.start
      let operation: SetOperation
      if level == 0, isWord("union") {
        operation = .union
      } else if level == 0, isWord("except") {
        operation = .except
      } else if level == 1, isWord("intersect") {
        operation = .intersect
      } else {
        return left
      }
      advance()
      var all = false
      if acceptWord("all") { all = true } else { _ = acceptWord("distinct") }
      let right = level == 1 ? try queryPrimary() : try setExpression(1)
      left = Query(.setOperation(operation, all: all, left, right), offset)
    }
  }

  private mutating func queryPrimary() throws(SQLError) -> Query {
    let offset = current.start
    if accept("(") {
      let inner = try query()
      try expect(")")
      return inner
    }
    if acceptWord("values") {
      var rows: [[Expr]] = []
      repeat {
        try expect("(")
        rows.append(try expressionList())
        try expect(")")
      } while accept(",")
      return Query(.values(rows), offset)
    }
    if acceptWord("table") {
      let only = acceptWord("only")
      let name = try qualifiedName()
      var core = SelectCore()
      core.targets = [TargetItem(expression: Expr(.star([]), offset), label: nil)]
      core.from = [.table(name, nil, only: only, offset: name.offset)]
      return Query(.select(core), offset)
    }
    try expectWord("select")
    return Query(.select(try selectCore()), offset)
  }

  private mutating func queryTail(_ query: Query) throws(SQLError) {
    if isWord("order") {
      if !query.orderBy.isEmpty {
        throw SQLError(SQLState.syntaxError, "multiple ORDER BY clauses not allowed", at: current.start)
      }
      query.orderBy = try orderBy()
    }
    while true {
      if isWord("limit") {
        let offset = current.start
        advance()
        if acceptWord("all") {
          query.limitAll = true
        } else {
          query.limit = try expression()
        }
        if isPunctuation(",") {
          throw SQLError(
            SQLState.syntaxError, "LIMIT #,# syntax is not supported",
            hint: "Use separate LIMIT and OFFSET clauses.", at: offset)
        }
      } else if acceptWord("offset") {
        query.offsetClause = try expression()
        if !acceptWord("rows") { _ = acceptWord("row") }
      } else if isWord("fetch"), isWord(1, "first") || isWord(1, "next") {
        let offset = current.start
        advance()
        advance()
        if isWord("row") || isWord("rows") {
          query.limit = Expr(.integer("1"), offset)
        } else {
          query.limit = try operand()
        }
        guard acceptWord("row") || acceptWord("rows") else { throw unexpected() }
        if acceptWords("with", "ties") { query.withTies = true } else { try expectWord("only") }
      } else if isWord("for") {
        advance()
        var strength = "update"
        if acceptWords("no", "key", "update") {
          strength = "no key update"
        } else if acceptWords("key", "share") {
          strength = "key share"
        } else if acceptWord("share") {
          strength = "share"
        } else {
          try expectWord("update")
        }
        var tables: [QualifiedName] = []
        if acceptWord("of") { tables = try qualifiedNames() }
        let noWait = acceptWord("nowait")
        let skip = acceptWords("skip", "locked")
        query.locks.append(LockClause(strength: strength, tables: tables, noWait: noWait, skipLocked: skip))
      } else {
        return
      }
    }
  }

  private mutating func selectCore() throws(SQLError) -> SelectCore {
    var core = SelectCore()
    if acceptWord("distinct") {
      if acceptWord("on") {
        try expect("(")
        core.distinct = .on(try expressionList())
        try expect(")")
      } else {
        core.distinct = .all
      }
    } else {
      _ = acceptWord("all")
    }
    if !endsTargets() { core.targets = try targetList() }
    if acceptWord("into") {
      if acceptWord("temporary") || acceptWord("temp") { core.intoTemporary = true }
      _ = acceptWord("unlogged")
      _ = acceptWord("table")
      core.into = try qualifiedName()
    }
    if acceptWord("from") { core.from = try fromList() }
    if acceptWord("where") { core.condition = try expression() }
    if isWord("group") {
      advance()
      try expectWord("by")
      if acceptWord("distinct") { core.groupDistinct = true } else { _ = acceptWord("all") }
      repeat { core.groupBy.append(try groupItem()) } while accept(",")
    }
    if acceptWord("having") { core.having = try expression() }
    if acceptWord("window") {
      repeat {
        let name = try columnIdentifier()
        try expectWord("as")
        var spec = try windowSpecification()
        spec.name = name
        core.windows.append(spec)
      } while accept(",")
    }
    return core
  }

  private func endsTargets() -> Bool {
    switch current.kind {
    case .end: return true
    case .punctuation: return current.text == ";" || current.text == ")"
    case .word:
      return [
        "from", "where", "group", "having", "union", "intersect", "except", "order", "limit", "into", "window", "for",
        "offset", "fetch",
      ].contains(current.text)
    default: return false
    }
  }

  mutating func targetList() throws(SQLError) -> [TargetItem] {
    var items: [TargetItem] = []
    repeat {
      if isOperator("*") {
        items.append(TargetItem(expression: Expr(.star([]), current.start), label: nil))
        advance()
        continue
      }
      let expr = try expression()
      var name: String?
      if acceptWord("as") {
        name = try label()
      } else if isLabel(current), isBareLabel(current) {
        name = current.text
        advance()
      }
      items.append(TargetItem(expression: expr, label: name))
    } while accept(",")
    return items
  }

  private func isBareLabel(_ token: Token) -> Bool {
    if token.kind == .quoted { return true }
    return !KeywordTable.shared.refusesBareLabel(token.text)
  }

  private mutating func groupItem() throws(SQLError) -> GroupItem {
    if isWord("rollup"), isPunctuation(1, "(") {
      advance()
      return .rollup(try groupLists())
    }
    if isWord("cube"), isPunctuation(1, "(") {
      advance()
      return .cube(try groupLists())
    }
    if isWord("grouping"), isWord(1, "sets") {
      advance()
      advance()
      try expect("(")
      var items: [GroupItem] = []
      repeat { items.append(try groupItem()) } while accept(",")
      try expect(")")
      return .sets(items)
    }
    if isPunctuation("("), isPunctuation(1, ")") {
      advance()
      advance()
      return .empty
    }
    return .expression(try expression())
  }

  private mutating func groupLists() throws(SQLError) -> [[Expr]] {
    try expect("(")
    var lists: [[Expr]] = []
    repeat {
      let item = try expression()
      if case .row(let items, explicit: false) = item.kind { lists.append(items) } else { lists.append([item]) }
    } while accept(",")
    try expect(")")
    return lists
  }

  // MARK: FROM

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

  private mutating func alias(_ allowed: Bool = true) throws(SQLError) -> Alias? {
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
    if isWord("tablesample") { throw .notSimulated("TABLESAMPLE") }
    let tableAlias = try alias()
    if isWord("tablesample") { throw .notSimulated("TABLESAMPLE") }
    return .table(name, tableAlias, only: only, offset: offset)
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

  // MARK: INSERT, UPDATE, DELETE

  mutating func insert(_ with: WithClause?) throws(SQLError) -> InsertStatement {
    try expectWord("insert")
    try expectWord("into")
    let table = try qualifiedName()
    var alias: String?
    if acceptWord("as") { alias = try columnIdentifier() }
    var columns: [InsertTarget] = []
    if isPunctuation("("), !startsQuery() {
      advance()
      repeat { columns.append(try insertTarget()) } while accept(",")
      try expect(")")
    }
    var overriding: String?
    if acceptWord("overriding") {
      overriding = try nonReservedWord()
      try expectWord("value")
    }
    var source: Query?
    if acceptWords("default", "values") {
      source = nil
    } else if startsQuery() {
      source = try query()
    } else {
      throw unexpected()
    }
    var statement = InsertStatement(
      with: with, table: table, alias: alias, columns: columns, source: source, overriding: overriding)
    if isWord("on") {
      let offset = current.start
      advance()
      try expectWord("conflict")
      var conflict = OnConflict(offset: offset)
      if acceptWords("on", "constraint") {
        conflict.constraint = try columnIdentifier()
      } else if accept("(") {
        conflict.columns = try expressionList()
        try expect(")")
        if acceptWord("where") { conflict.condition = try expression() }
      }
      try expectWord("do")
      if acceptWord("nothing") {
        conflict.assignments = nil
      } else {
        try expectWord("update")
        try expectWord("set")
        conflict.assignments = try assignments()
        if acceptWord("where") { conflict.updateCondition = try expression() }
      }
      statement.onConflict = conflict
    }
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }

  mutating func insertTarget() throws(SQLError) -> InsertTarget {
    let offset = current.start
    let name = try columnIdentifier()
    var bounds: [SubscriptBounds] = []
    while true {
      if accept("[") {
        bounds.append(try subscriptBounds())
      } else if isPunctuation(".") {
        advance()
        let field = try columnIdentifier()
        return InsertTarget(column: name, subscripts: bounds, offset: offset, field: field)
      } else {
        return InsertTarget(column: name, subscripts: bounds, offset: offset)
      }
    }
  }

  mutating func assignments() throws(SQLError) -> [Assignment] {
    var list: [Assignment] = []
    repeat {
      if accept("(") {
        var targets: [InsertTarget] = []
        repeat { targets.append(try insertTarget()) } while accept(",")
        try expect(")")
        try expectOperator("=")
        list.append(Assignment(targets: targets, value: try expression(), isMulti: true))
      } else {
        let target = try insertTarget()
        try expectOperator("=")
        list.append(Assignment(targets: [target], value: try expression(), isMulti: false))
      }
    } while accept(",")
    return list
  }

  private mutating func targetAlias() throws(SQLError) -> Alias? {
    if acceptWord("as") { return Alias(name: try columnIdentifier(), columns: []) }
    if isColumnIdentifier(current), !isWord("set") {
      let name = current.text
      advance()
      return Alias(name: name, columns: [])
    }
    return nil
  }

  mutating func update(_ with: WithClause?) throws(SQLError) -> UpdateStatement {
    try expectWord("update")
    _ = acceptWord("only")
    let table = try qualifiedName()
    let alias = try targetAlias()
    try expectWord("set")
    let list = try assignments()
    var from: [FromItem] = []
    if acceptWord("from") { from = try fromList() }
    var condition: Expr?
    if acceptWord("where") {
      if isWord("current"), isWord(1, "of") { throw .notSimulated("WHERE CURRENT OF") }
      condition = try expression()
    }
    var statement = UpdateStatement(
      with: with, table: table, alias: alias, assignments: list, from: from, condition: condition)
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }

  mutating func delete(_ with: WithClause?) throws(SQLError) -> DeleteStatement {
    try expectWord("delete")
    try expectWord("from")
    _ = acceptWord("only")
    let table = try qualifiedName()
    let alias = try targetAlias()
    var using: [FromItem] = []
    if acceptWord("using") { using = try fromList() }
    var condition: Expr?
    if acceptWord("where") {
      if isWord("current"), isWord(1, "of") { throw .notSimulated("WHERE CURRENT OF") }
      condition = try expression()
    }
    var statement = DeleteStatement(with: with, table: table, alias: alias, using: using, condition: condition)
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }
}
