// SEARCH and CYCLE of a recursive WITH query: both parts get the columns that the clauses ask for.
// Source: PostgreSQL 15 manual 7.8.2, which spells the rewriting out.

extension Parser {
  /// The clauses behind a WITH query, applied to it.
  mutating func recursionClauses(_ table: CommonTable) throws(SQLError) -> CommonTable {
    var columns = table.columns
    guard isWord("search") || isWord("cycle") else { return table }
    guard case .query(let query) = table.statement,
      case .setOperation(.union, let all, let left, let right) = query.body,
      case .select(var first) = left.body, case .select(var second) = right.body
    else { throw .notSimulated("SEARCH and CYCLE over this query") }
    if columns.isEmpty {
      for t in first.targets {
        if let label = t.label {
          columns.append(label)
        } else if case .column(let parts) = t.expression.kind {
          columns.append(parts[parts.count - 1])
        } else {
          columns.append("?column?")
        }
      }
    }
    let width = columns.count
    guard let own = Parser.alias(of: table.name, in: second.from), first.targets.count == width,
      second.targets.count == width
    else { throw .notSimulated("SEARCH and CYCLE over this query") }
    func row(_ names: [String], _ core: SelectCore) throws(SQLError) -> Expr {
      var items: [Expr] = []
      for n in names {
        guard let k = columns.firstIndex(of: n), k < width else {
          throw SQLError(
            SQLState.syntaxError, "search column \"\(n)\" not in WITH query column list", at: table.offset)
        }
        items.append(core.targets[k].expression)
      }
      return Expr(.row(items, explicit: true), -1)
    }
    func add(_ name: String, _ a: Expr, _ b: Expr) {
      first.targets.append(TargetItem(expression: a, label: name))
      second.targets.append(TargetItem(expression: b, label: name))
      columns.append(name)
    }
    func list(_ e: Expr) -> Expr { Expr(.array([e]), -1) }
    if acceptWord("search") {
      let depth = acceptWord("depth")
      if !depth { try expectWord("breadth") }
      try expectWord("first")
      try expectWord("by")
      let names = try nameList()
      try expectWord("set")
      let name = try columnIdentifier()
      guard depth else { throw .notSimulated("SEARCH BREADTH FIRST") }
      let (a, b) = (try row(names, first), try row(names, second))
      add(name, list(a), Expr(.binary("||", Expr(.column([own, name]), -1), list(b)), -1))
    }
    if acceptWord("cycle") {
      let names = try nameList()
      try expectWord("set")
      let mark = try columnIdentifier()
      var value = Expr(.boolean(true), -1)
      var other = Expr(.boolean(false), -1)
      if acceptWord("to") {
        value = try operand()
        try expectWord("default")
        other = try operand()
      }
      try expectWord("using")
      let path = try columnIdentifier()
      let (a, b) = (try row(names, first), try row(names, second))
      let seen = Expr(.quantified(b, "=", .any, Expr(.column([own, path]), -1)), -1)
      add(mark, other, Expr(.caseWhen(nil, [WhenClause(condition: seen, result: value)], other), -1))
      add(path, list(a), Expr(.binary("||", Expr(.column([own, path]), -1), list(b)), -1))
      let goesOn = Expr(.binary("<>", Expr(.column([own, mark]), -1), value), -1)
      second.condition = second.condition.map { Expr(.and([$0, goesOn]), -1) } ?? goesOn
    }
    let made = Query(
      .setOperation(.union, all: all, Query(.select(first), left.offset), Query(.select(second), right.offset)),
      query.offset)
    return CommonTable(
      name: table.name, columns: columns, statement: .query(made), materialized: table.materialized,
      offset: table.offset)
  }

  /// What a table is called in FROM.
  private static func alias(of name: String, in items: [FromItem]) -> String? {
    for item in items {
      switch item {
      case .table(let n, let alias, _, _) where n.parts == [name]: return alias?.name ?? name
      case .join(_, let l, let r, _, _, _, _, _): if let found = alias(of: name, in: [l, r]) { return found }
      default: break
      }
    }
    return nil
  }
}
