// SELECT and its relatives. Source: PostgreSQL 15 manual, reference page SELECT.

internal import SimKernel

extension Analyzer {
  func subquery(_ query: Query, _ scope: Scope) throws(SQLError) -> QueryPlan {
    let plan = try self.query(query, parent: scope)
    return plan
  }

  /// Analyses a query; `parent` is the level outside.
  func query(_ query: Query, parent: Scope?, wanted: [SQLType]? = nil) throws(SQLError) -> QueryPlan {
    try enter()
    defer { leave() }
    let reads = session.columnReads.count
    let plan = QueryPlan(id: newID())
    plan.source = query
    let scope = Scope(parent: parent, plan: plan)
    if let with = query.with { try commonTables(with, scope) { plan.commonTables.append($0) } }
    switch query.body {
    case .select(let core): try select(core, query, scope, wanted)
    case .values(let rows): try values(rows, query, scope, wanted)
    case .setOperation(let operation, let all, let left, let right):
      try setOperation(operation, all, left, right, query, scope)
    }
    try limits(query, scope)
    if let lock = query.locks.first {
      if plan.isGrouped {
        throw SQLError(
          SQLState.featureNotSupported,
          "FOR \(lock.strength.uppercased()) is not allowed with \(plan.groupKeys.isEmpty ? "aggregate functions" : "GROUP BY clause")"
        )
      }
      for table in lock.tables where !scope.entries.contains(where: { $0.alias == table.name && $0.nameVisible }) {
        throw SQLError(
          SQLState.undefinedTable,
          "relation \"\(table.name)\" in FOR \(lock.strength.uppercased()) clause not found in FROM clause",
          at: table.offset)
      }
      plan.lockStrength = lock.strength
      plan.lockSkips = lock.skipLocked
      plan.lockNoWait = lock.noWait
    }
    if parent == nil { try session.judgeReads(from: reads) }
    return plan
  }

  func commonTables(
    _ with: WithClause, _ scope: Scope, _ add: (CommonPlan) -> Void
  ) throws(SQLError) {
    var names: Set<String> = []
    for table in with.tables {
      if names.contains(table.name) {
        throw SQLError(
          SQLState.duplicateAlias, "WITH query name \"\(table.name)\" specified more than once", at: table.offset)
      }
      names.insert(table.name)
    }
    let outerTables = laterTables
    defer { laterTables = outerTables }
    for (k, table) in with.tables.enumerated() {
      let id = newID()
      let entry = CommonTableScope(name: table.name, id: id, columns: [], isReady: false)
      switch table.statement {
      case .query(let inner):
        if with.isRecursive, case .setOperation(.union, let all, let left, let right) = inner.body,
          mentions(right, table.name)
        {
          // The part before UNION fixes the columns; the part after sees them.
          let first = try query(left, parent: scope)
          var columns = first.columns
          for i in columns.indices where columns[i].type.oid == Oid.unknown { columns[i].type = SQLType(Oid.text) }
          entry.columns = try renamed(columns, table.columns, table)
          entry.isReady = true
          entry.isRecursive = true
          scope.commonTables.append(entry)
          let second = try query(right, parent: scope)
          if !second.aggregates.isEmpty {
            var at = -1
            for t in second.targets {
              walkExpression(t.expression) { e in if at < 0, case .aggregate = e.kind { at = e.offset } }
            }
            throw SQLError(
              "42P19",
              "aggregate functions are not allowed in a recursive query's recursive term", at: at)
          }
          guard second.columns.count == columns.count else {
            throw SQLError(
              SQLState.syntaxError, "each UNION query must have the same number of columns", at: right.offset)
          }
          for i in columns.indices {
            let a = columns[i].type
            let b = second.columns[i].type
            if a.oid != b.oid, b.oid != Oid.unknown {
              let type = try commonType(
                [TypedExpr(.constant(.null), a), TypedExpr(.constant(.null), b)], "UNION")
              if type != a.oid {
                throw SQLError(
                  SQLState.datatypeMismatch,
                  "recursive query \"\(table.name)\" column \(i + 1) has type \(session.formatType(a)) in non-recursive term but type \(session.formatType(SQLType(type))) overall",
                  hint: "Cast the output of the non-recursive term to the correct type.",
                  at: first.targets.indices.contains(i) ? first.targets[i].expression.offset : -1)
              }
            }
            try convertColumn(second, i, a)
            try convertColumn(first, i, a)
          }
          if !inner.orderBy.isEmpty || inner.limit != nil {
            throw SQLError(
              SQLState.featureNotSupported, "ORDER BY in a recursive query is not implemented", at: inner.offset)
          }
          add(CommonPlan(id: id, name: table.name, body: .recursive(first, second, all: all), columns: entry.columns))
          continue
        }
        if with.isRecursive, mentions(inner, table.name) {
          guard case .setOperation(.union, _, _, _) = inner.body else {
            throw SQLError(
              "42P19",
              "recursive query \"\(table.name)\" does not have the form non-recursive-term UNION [ALL] recursive-term",
              at: table.offset)
          }
        }
        if with.isRecursive { scope.commonTables.append(entry) } else { laterTables = Array(with.tables[k...]) }
        let plan = try query(inner, parent: scope)
        if with.isRecursive { scope.commonTables.removeLast() }
        entry.columns = try renamed(plan.columns, table.columns, table)
        for i in entry.columns.indices where entry.columns[i].type.oid == Oid.unknown {
          try convertColumn(plan, i, SQLType(Oid.text))
          entry.columns[i].type = SQLType(Oid.text)
        }
        entry.isReady = true
        scope.commonTables.append(entry)
        add(CommonPlan(id: id, name: table.name, body: .query(plan), columns: entry.columns))
      default:
        let plan = try modification(table.statement, parent: scope)
        entry.columns = try renamed(plan.columns, table.columns, table)
        entry.isReady = true
        scope.commonTables.append(entry)
        add(CommonPlan(id: id, name: table.name, body: .modification(plan), columns: entry.columns))
      }
    }
  }

  private func renamed(
    _ columns: [OutputColumn], _ names: [String], _ table: CommonTable
  ) throws(SQLError) -> [OutputColumn] {
    if names.count > columns.count {
      throw SQLError(
        SQLState.invalidColumnReference,
        "WITH query \"\(table.name)\" has \(columns.count) columns available but \(names.count) columns specified",
        at: table.offset)
    }
    var out = columns
    for (i, n) in names.enumerated() { out[i].name = n }
    return out
  }

  private func mentions(_ query: Query, _ name: String) -> Bool {
    func item(_ from: FromItem) -> Bool {
      switch from {
      case .table(let n, _, _, _): return n.parts.count == 1 && n.name == name
      case .query(let q, _, _, _): return mentions(q, name)
      case .function: return false
      case .join(_, let l, let r, _, _, _, _, _): return item(l) || item(r)
      }
    }
    switch query.body {
    case .select(let core):
      for f in core.from where item(f) { return true }
      return false
    case .values: return false
    case .setOperation(_, _, let l, let r): return mentions(l, name) || mentions(r, name)
    }
  }

  // MARK: VALUES

  func values(
    _ rows: [[Expr]], _ query: Query, _ scope: Scope, _ wanted: [SQLType]?
  ) throws(SQLError) {
    scope.place = .values
    let plan = scope.plan
    var typed: [[TypedExpr]] = []
    for row in rows {
      var list: [TypedExpr] = []
      for (i, e) in row.enumerated() {
        if case .defaultValue = e.kind, wanted != nil {
          list.append(TypedExpr(.defaultValue, SQLType(Oid.unknown), e.offset))
          continue
        }
        if let wanted, i < wanted.count, case .array(let items) = e.kind, items.isEmpty, isArray(wanted[i].oid) {
          list.append(TypedExpr(.array([], element: elementType(wanted[i].oid), nested: false), wanted[i], e.offset))
          continue
        }
        switch e.kind {
        case .star(let parts) where !parts.isEmpty: list += try expandStar(e, scope).map { $0.expression }
        case .fieldStar: list += try expandStar(e, scope).map { $0.expression }
        default: list.append(try expression(e, scope))
        }
      }
      if let first = typed.first, first.count != list.count {
        throw SQLError(
          SQLState.syntaxError, "VALUES lists must all be the same length", at: row[0].offset)
      }
      typed.append(list)
    }
    let count = typed[0].count
    for c in 0..<count where wanted == nil || rows.count > 1 {
      var column: [TypedExpr] = []
      for row in typed { column.append(row[c]) }
      if wanted != nil {
        var allUnknown = true
        var hasDefault = false
        for e in column {
          if e.type.oid != Oid.unknown { allUnknown = false }
          if case .defaultValue = e.kind { hasDefault = true }
        }
        if hasDefault || allUnknown || rows.count > 1 { continue }
      }
      let type = try commonType(column, "VALUES")
      for r in typed.indices { typed[r][c] = try coerceToCommon(typed[r][c], type, "VALUES") }
    }
    plan.body = .values(typed)
    for c in 0..<count {
      plan.columns.append(OutputColumn(name: "column\(c + 1)", type: typed[0][c].type))
      plan.targets.append(
        PlanTarget(
          expression: TypedExpr(.column(level: 0, slot: c, table: "", name: "column\(c + 1)"), typed[0][c].type),
          name: "column\(c + 1)", isHidden: false))
    }
    plan.width = count
    try order(query.orderBy, scope, onlyOutputs: true, "VALUES")
  }

  // MARK: UNION, INTERSECT, EXCEPT

  func setOperation(
    _ operation: SetOperation, _ all: Bool, _ left: Query, _ right: Query, _ query: Query, _ scope: Scope
  ) throws(SQLError) {
    let plan = scope.plan
    let name = operation == .union ? "UNION" : operation == .intersect ? "INTERSECT" : "EXCEPT"
    let l = try self.query(left, parent: scope)
    let r = try self.query(right, parent: scope)
    // The parts are at the level of this query for names outside.
    if l.isCorrelated || r.isCorrelated { plan.isCorrelated = l.isCorrelated || r.isCorrelated }
    guard l.columns.count == r.columns.count else {
      var offset = right.offset
      if case .select(let core) = right.body, let first = core.targets.first { offset = first.expression.offset }
      throw SQLError(
        SQLState.syntaxError, "each \(name) query must have the same number of columns", at: offset)
    }
    for i in l.columns.indices {
      let a =
        l.targets.count > i && !isSetOperation(l)
        ? l.targets[i].expression : TypedExpr(.constant(.null), l.columns[i].type)
      let b =
        r.targets.count > i && !isSetOperation(r)
        ? r.targets[i].expression : TypedExpr(.constant(.null), r.columns[i].type)
      let type = try commonType([a, b], name)
      let isBytewise = l.columns[i].isBytewise || r.columns[i].isBytewise
      var modifier: Int32 = -1
      if l.columns[i].type == r.columns[i].type { modifier = l.columns[i].type.modifier }
      try convertColumn(l, i, SQLType(type, modifier))
      try convertColumn(r, i, SQLType(type, modifier))
      plan.columns.append(
        OutputColumn(name: l.columns[i].name, type: SQLType(type, modifier), isBytewise: isBytewise))
      plan.targets.append(
        PlanTarget(
          expression: TypedExpr(
            .column(level: 0, slot: i, table: "", name: l.columns[i].name), SQLType(type, modifier),
            isBytewise: isBytewise),
          name: l.columns[i].name, isHidden: false))
    }
    plan.width = plan.columns.count
    plan.body = .setOperation(operation, all: all, l, r)
    try order(query.orderBy, scope, onlyOutputs: true, "UNION/INTERSECT/EXCEPT")
  }

  private func isSetOperation(_ plan: QueryPlan) -> Bool {
    if case .setOperation = plan.body { return true }
    return false
  }

  /// Makes a result column have another type.
  func convertColumn(_ plan: QueryPlan, _ i: Int, _ type: SQLType) throws(SQLError) {
    guard plan.columns[i].type.oid != type.oid else { return }
    switch plan.body {
    case .setOperation(_, _, let l, let r):
      try convertColumn(l, i, type)
      try convertColumn(r, i, type)
    case .values(var rows):
      for k in rows.indices { rows[k][i] = try coerce(rows[k][i], type, .implicit, .implicitCast) }
      plan.body = .values(rows)
    case .select:
      var visible = -1
      for (k, t) in plan.targets.enumerated() where !t.isHidden {
        visible += 1
        if visible == i {
          plan.targets[k] = PlanTarget(
            expression: try coerce(t.expression, type, .implicit, .implicitCast), name: t.name, isHidden: false)
        }
      }
      plan.columns[i].type = type
      return
    }
    plan.columns[i].type = type
    plan.targets[i] = PlanTarget(
      expression: TypedExpr(.column(level: 0, slot: i, table: "", name: plan.columns[i].name), type),
      name: plan.columns[i].name, isHidden: false)
  }

  // MARK: SELECT

  var parentAllowsUnknown: Bool { true }
}
