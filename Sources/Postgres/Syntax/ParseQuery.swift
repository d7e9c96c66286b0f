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
      tables.append(
        try recursionClauses(
          CommonTable(name: name, columns: columns, statement: inner, materialized: materialized, offset: offset)))
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
}
