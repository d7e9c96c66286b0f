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
      plan.lockStrength = lock.strength
      plan.lockSkips = lock.skipLocked
      plan.lockNoWait = lock.noWait
    }
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
    for table in with.tables {
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
        if with.isRecursive { scope.commonTables.append(entry) }
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

  private func values(
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
        list.append(try expression(e, scope))
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

  private func setOperation(
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
      var modifier: Int32 = -1
      if l.columns[i].type == r.columns[i].type { modifier = l.columns[i].type.modifier }
      try convertColumn(l, i, SQLType(type, modifier))
      try convertColumn(r, i, SQLType(type, modifier))
      plan.columns.append(OutputColumn(name: l.columns[i].name, type: SQLType(type, modifier)))
      plan.targets.append(
        PlanTarget(
          expression: TypedExpr(
            .column(level: 0, slot: i, table: "", name: l.columns[i].name), SQLType(type, modifier)),
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

  private func select(
    _ core: SelectCore, _ query: Query, _ scope: Scope, _ wanted: [SQLType]?
  ) throws(SQLError) {
    let plan = scope.plan
    scope.windows = core.windows
    scope.place = .joinOn
    try from(core.from, scope)
    scope.place = .target
    let savedGrouping = pendingGrouping
    pendingGrouping = []
    defer { pendingGrouping = savedGrouping }
    for item in core.targets {
      switch item.expression.kind {
      case .star, .fieldStar:
        for t in try expandStar(item.expression, scope) { plan.targets.append(t) }
      default:
        var typed: TypedExpr
        let column = plan.targets.count
        if let wanted, column < wanted.count, case .defaultValue = item.expression.kind {
          typed = TypedExpr(.defaultValue, SQLType(Oid.unknown), item.expression.offset)
        } else {
          typed = try expression(item.expression, scope)
        }
        plan.targets.append(
          PlanTarget(expression: typed, name: item.label ?? figureName(item.expression), isHidden: false))
      }
    }
    if let condition = core.condition {
      scope.place = .condition
      plan.condition = try booleanExpression(condition, scope, "WHERE")
    }
    // GROUP BY sees input columns, then output names, then positions.
    if !core.groupBy.isEmpty {
      scope.place = .groupBy
      plan.isGrouped = true
      try grouping(core.groupBy, scope)
    }
    if let having = core.having {
      scope.place = .having
      plan.isGrouped = true
      plan.having = try booleanExpression(having, scope, "HAVING")
    }
    scope.place = .orderBy
    try order(query.orderBy, scope, onlyOutputs: false, "")
    scope.place = .other
    switch core.distinct {
    case .none: break
    case .all:
      plan.distinct = true
      for t in plan.targets where !t.isHidden { try requireEquality(t.expression, at: t.expression.offset) }
      for key in plan.orderBy where plan.targets[key.target].isHidden {
        throw SQLError(
          SQLState.invalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
          at: plan.targets[key.target].expression.offset)
      }
    case .on(let exprs):
      var keys: [Int] = []
      for e in exprs { keys.append(try target(for: e, scope, "DISTINCT ON")) }
      plan.distinctOn = keys
      // The leading ORDER BY keys must be those of DISTINCT ON.
      var remaining = Set(keys)
      for key in plan.orderBy {
        if keys.contains(key.target) {
          remaining.remove(key.target)
        } else if !remaining.isEmpty {
          throw SQLError(
            SQLState.invalidColumnReference,
            "SELECT DISTINCT ON expressions must match initial ORDER BY expressions", at: exprs[0].offset)
        }
      }
    }
    for i in plan.targets.indices where plan.targets[i].expression.type.oid == Oid.unknown && wanted == nil {
      if parentAllowsUnknown { continue }
      let t = plan.targets[i]
      plan.targets[i] = PlanTarget(expression: t.expression, name: t.name, isHidden: t.isHidden)
    }
    for t in plan.targets where !t.isHidden {
      plan.columns.append(OutputColumn(name: t.name, type: t.expression.type))
    }
    if plan.isGrouped { try checkGrouping(scope) }
  }

  private var parentAllowsUnknown: Bool { true }

  func expandStar(_ expr: Expr, _ scope: Scope) throws(SQLError) -> [PlanTarget] {
    var out: [PlanTarget] = []
    switch expr.kind {
    case .star(let parts) where parts.isEmpty:
      var any = false
      for entry in scope.entries where entry.columnsVisible && !entry.isLateralOnly {
        any = true
        for column in entry.columns where !column.isHidden {
          out.append(
            PlanTarget(
              expression: reference(entry, column, 0, scope, expr.offset), name: column.name, isHidden: false))
        }
      }
      if !any {
        throw SQLError(SQLState.syntaxError, "SELECT * with no tables specified is not valid", at: expr.offset)
      }
    case .star(let parts):
      let schema = parts.count > 1 ? parts[parts.count - 2] : nil
      let (entry, level) = try table(parts[parts.count - 1], schema, scope, at: expr.offset)
      guard let entry else {
        if parts.count == 1, let typed = try? columnOrNil(parts, scope, expr.offset), let fields = fields(of: typed) {
          for (i, f) in fields.enumerated() {
            out.append(
              PlanTarget(
                expression: TypedExpr(.field(typed, i, f.name), f.type, expr.offset), name: f.name, isHidden: false))
          }
          return out
        }
        throw missingTable(parts[parts.count - 1], scope, expr.offset)
      }
      for column in entry.columns {
        out.append(
          PlanTarget(
            expression: reference(entry, column, level, scope, expr.offset), name: column.name, isHidden: false))
      }
    case .fieldStar(let inner):
      let value = try expression(inner, scope)
      guard let fields = fields(of: value) else {
        throw SQLError(
          SQLState.wrongObjectType, "type \(format(value.type.oid)) is not composite", at: expr.offset)
      }
      for (i, f) in fields.enumerated() {
        out.append(
          PlanTarget(
            expression: TypedExpr(.field(value, i, f.name), f.type, expr.offset), name: f.name, isHidden: false))
      }
    default: break
    }
    return out
  }

  private func columnOrNil(_ parts: [String], _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    try column(parts, scope, at: offset)
  }

  /// The name of a result column without AS.
  func figureName(_ expr: Expr) -> String { figured(expr).0 ?? "?column?" }

  private func figured(_ expr: Expr) -> (String?, Int) {
    switch expr.kind {
    case .column(let parts): return (parts[parts.count - 1], 2)
    case .field(_, let name): return (name, 2)
    case .subscripts(let base, _): return figured(base)
    case .call(let call): return (call.name.name, 2)
    case .cast(let inner, let type):
      let (name, strength) = figured(inner)
      if strength <= 1 { return (type.name.name, 1) }
      return (name, strength)
    case .typedLiteral(let type, _): return (type.name.name, 1)
    case .collate(let inner, _): return figured(inner)
    case .caseWhen(_, _, let otherwise):
      if let otherwise {
        let (name, strength) = figured(otherwise)
        if strength > 0 { return (name, strength) }
      }
      return ("case", 1)
    case .array: return ("array", 2)
    case .row(_, let explicit): return explicit ? ("row", 2) : ("row", 2)
    case .coalesce: return ("coalesce", 2)
    case .greatest: return ("greatest", 2)
    case .least: return ("least", 2)
    case .nullIf: return ("nullif", 2)
    case .exists: return ("exists", 2)
    case .arrayQuery: return ("array", 2)
    case .scalarQuery(let query):
      if let target = firstTarget(query) {
        if let label = target.label { return (label, 2) }
        return figured(target.expression)
      }
      return (nil, 0)
    case .keywordValue(let name, _): return (name, 2)
    case .grouping: return ("grouping", 2)
    default: return (nil, 0)
    }
  }

  private func firstTarget(_ query: Query) -> TargetItem? {
    switch query.body {
    case .select(let core): return core.targets.first
    case .values: return nil
    case .setOperation(_, _, let l, _): return firstTarget(l)
    }
  }

  // MARK: GROUP BY

  private func groupKey(_ expr: Expr, _ scope: Scope) throws(SQLError) -> Int {
    let plan = scope.plan
    var typed: TypedExpr?
    if case .integer(let digits) = expr.kind {
      let n = Int(digits) ?? 0
      var position = 0
      for t in plan.targets where !t.isHidden {
        position += 1
        if position == n { typed = t.expression }
      }
      if typed == nil {
        throw SQLError(
          SQLState.invalidColumnReference, "GROUP BY position \(digits) is not in select list", at: expr.offset)
      }
      if let t = typed { try refuseGroupTarget(t, expr.offset) }
    } else if case .column(let parts) = expr.kind, parts.count == 1 {
      // An input column wins over an output name.
      if hasColumn(parts[0], scope) {
        typed = try expression(expr, scope)
      } else {
        for t in plan.targets where !t.isHidden && t.name == parts[0] {
          if let known = typed, !sameExpression(known, t.expression) {
            throw SQLError(
              SQLState.ambiguousColumn, "GROUP BY \"\(parts[0])\" is ambiguous", at: expr.offset)
          }
          typed = t.expression
        }
        if let t = typed { try refuseGroupTarget(t, expr.offset) } else { typed = try expression(expr, scope) }
      }
    } else {
      if isNonIntegerConstant(expr) {
        throw SQLError(SQLState.syntaxError, "non-integer constant in GROUP BY", at: expr.offset)
      }
      typed = try expression(expr, scope)
    }
    let key = try defaulted(typed!)
    try requireEquality(key, at: expr.offset)
    for (i, existing) in plan.groupKeys.enumerated() where sameExpression(existing, key) { return i }
    plan.groupKeys.append(key)
    return plan.groupKeys.count - 1
  }

  private func refuseGroupTarget(_ typed: TypedExpr, _ offset: Int) throws(SQLError) {
    var hasAggregate = false
    var hasWindow = false
    walk(typed) { e in
      if case .aggregate = e.kind { hasAggregate = true }
      if case .window = e.kind { hasWindow = true }
    }
    if hasAggregate {
      throw SQLError(SQLState.grouping, "aggregate functions are not allowed in GROUP BY", at: typed.offset)
    }
    if hasWindow {
      throw SQLError(SQLState.windowing, "window functions are not allowed in GROUP BY", at: typed.offset)
    }
  }

  private func isNonIntegerConstant(_ expr: Expr) -> Bool {
    switch expr.kind {
    case .string, .decimal, .boolean, .null: return true
    default: return false
    }
  }

  func hasColumn(_ name: String, _ scope: Scope) -> Bool {
    for entry in scope.entries where entry.columnsVisible && !entry.isLateralOnly {
      for c in entry.columns where c.name == name && !c.isHidden { return true }
    }
    return false
  }

  private func grouping(_ items: [GroupItem], _ scope: Scope) throws(SQLError) {
    // Each item is a list of alternative key lists; the sets are their cross product.
    var sets: [[Int]] = [[]]
    var hasSets = false
    func alternatives(_ item: GroupItem) throws(SQLError) -> [[Int]] {
      switch item {
      case .expression(let e):
        if case .row(let parts, explicit: false) = e.kind {
          var keys: [Int] = []
          for p in parts { keys.append(try groupKey(p, scope)) }
          return [keys]
        }
        return [[try groupKey(e, scope)]]
      case .empty:
        hasSets = true
        return [[]]
      case .rollup(let lists):
        hasSets = true
        var keys: [[Int]] = []
        for list in lists {
          var part: [Int] = []
          for e in list { part.append(try groupKey(e, scope)) }
          keys.append(part)
        }
        var out: [[Int]] = []
        var n = keys.count
        while n >= 0 {
          out.append(keys[..<n].flatMap { $0 })
          n -= 1
        }
        return out
      case .cube(let lists):
        hasSets = true
        var keys: [[Int]] = []
        for list in lists {
          var part: [Int] = []
          for e in list { part.append(try groupKey(e, scope)) }
          keys.append(part)
        }
        var out: [[Int]] = []
        let n = keys.count
        if n > 12 { throw SQLError(SQLState.syntaxError, "CUBE is limited to 12 elements") }
        var mask = (1 << n) - 1
        while mask >= 0 {
          var set: [Int] = []
          for i in 0..<n where mask & (1 << (n - 1 - i)) != 0 { set += keys[i] }
          out.append(set)
          mask -= 1
        }
        return out
      case .sets(let items):
        hasSets = true
        var out: [[Int]] = []
        for i in items { out += try alternatives(i) }
        return out
      }
    }
    for item in items {
      let options = try alternatives(item)
      var next: [[Int]] = []
      for s in sets { for o in options { next.append(s + o) } }
      sets = next
    }
    if hasSets { scope.plan.groupingSets = sets }
  }

  /// Every output must come from group keys and aggregates.
  private func checkGrouping(_ scope: Scope) throws(SQLError) {
    let plan = scope.plan
    // A primary key among the keys makes the other columns of its table single-valued.
    var keySlots: Set<Int> = []
    for key in plan.groupKeys {
      if case .column(level: 0, let slot, _, _) = key.kind { keySlots.insert(slot) }
    }
    var dependent: Set<Int> = []
    if plan.groupingSets == nil {
      for entry in scope.entries where entry.relation != 0 {
        guard let relation = catalog.relation(entry.relation), let key = relation.primaryKey else { continue }
        var all = true
        for c in key.columns {
          var found = false
          for column in entry.columns where column.column == c && column.table == entry.relation {
            if keySlots.contains(column.slot) { found = true }
          }
          if !found { all = false }
        }
        if all { for column in entry.columns { dependent.insert(column.slot) } }
      }
    }
    let keys = plan.groupKeys
    func replaced(_ expr: TypedExpr, outer: Int = 0) throws(SQLError) -> TypedExpr {
      try rewrite(expr) { (e: TypedExpr) throws(SQLError) -> TypedExpr? in
        for (i, key) in keys.enumerated() where sameExpression(key, e) {
          let r = TypedExpr(.group(i), e.type, e.offset)
          if let f = self.fields(of: e) { self.remember(r, f) }
          return r
        }
        switch e.kind {
        case .column(level: 0, let slot, let table, let name):
          if dependent.contains(slot) { return e }
          throw SQLError(
            SQLState.grouping,
            "column \"\(table.isEmpty ? name : "\(table).\(name)")\" must appear in the GROUP BY clause or be used in an aggregate function",
            at: e.offset)
        case .wholeRow(level: 0, let slots, let names, let table):
          for (k, s) in slots.enumerated() where !dependent.contains(s) && !keySlots.contains(s) {
            throw SQLError(
              SQLState.grouping,
              "column \"\(table).\(names[k])\" must appear in the GROUP BY clause or be used in an aggregate function",
              at: e.offset)
          }
          return e
        case .grouping(let pending):
          var indexes: [Int] = []
          for p in pending {
            var found = -1
            for (i, key) in keys.enumerated() where sameExpression(key, self.pendingGrouping[p]) { found = i }
            if found < 0 {
              throw SQLError(
                SQLState.grouping,
                "arguments to GROUPING must be grouping expressions of the associated query level",
                at: self.pendingGrouping[p].offset)
            }
            indexes.append(found)
          }
          return TypedExpr(.grouping(indexes), e.type, e.offset)
        default: return nil
        }
      }
    }
    for i in plan.targets.indices {
      let t = plan.targets[i]
      plan.targets[i] = PlanTarget(expression: try replaced(t.expression), name: t.name, isHidden: t.isHidden)
    }
    if let having = plan.having { plan.having = try replaced(having) }
    for i in plan.windows.indices {
      let w = plan.windows[i]
      var partition: [TypedExpr] = []
      for e in w.partitionBy { partition.append(try replaced(e)) }
      var order: [SortKey] = []
      for k in w.orderBy {
        order.append(
          SortKey(expression: try replaced(k.expression), descending: k.descending, nullsFirst: k.nullsFirst))
      }
      plan.windows[i] = TypedWindow(
        name: w.name, partitionBy: partition, orderBy: order, frame: w.frame, hasFrame: w.hasFrame)
    }
    for i in plan.windowCalls.indices {
      let c = plan.windowCalls[i]
      var arguments: [TypedExpr] = []
      for a in c.arguments { arguments.append(try replaced(a)) }
      var filter: TypedExpr?
      if let f = c.filter { filter = try replaced(f) }
      plan.windowCalls[i] = WindowCall(
        site: c.site, name: c.name, arguments: arguments, isStar: c.isStar, isAggregate: c.isAggregate, filter: filter,
        window: c.window)
    }
  }

  // MARK: ORDER BY and LIMIT

  /// Finds or adds the target an ORDER BY or DISTINCT ON expression means.
  private func target(for expr: Expr, _ scope: Scope, _ clause: String) throws(SQLError) -> Int {
    let plan = scope.plan
    switch expr.kind {
    case .integer(let digits):
      let n = Int(digits) ?? 0
      var position = 0
      for (i, t) in plan.targets.enumerated() where !t.isHidden {
        position += 1
        if position == n { return i }
      }
      throw SQLError(
        SQLState.invalidColumnReference, "\(clause) position \(digits) is not in select list", at: expr.offset)
    case .column(let parts) where parts.count == 1:
      var found = -1
      for (i, t) in plan.targets.enumerated() where !t.isHidden && t.name == parts[0] {
        if found >= 0, !sameExpression(plan.targets[found].expression, t.expression) {
          throw SQLError(
            SQLState.ambiguousColumn, "\(clause) \"\(parts[0])\" is ambiguous", at: expr.offset)
        }
        if found < 0 { found = i }
      }
      if found >= 0 { return found }
    case .string, .decimal, .boolean, .null:
      throw SQLError(SQLState.syntaxError, "non-integer constant in \(clause)", at: expr.offset)
    default: break
    }
    let typed = try defaulted(try expression(expr, scope))
    for (i, t) in plan.targets.enumerated() where sameExpression(t.expression, typed) { return i }
    plan.targets.append(PlanTarget(expression: typed, name: "", isHidden: true))
    return plan.targets.count - 1
  }

  private func order(
    _ items: [SortItem], _ scope: Scope, onlyOutputs: Bool, _ what: String
  ) throws(SQLError) {
    let plan = scope.plan
    for item in items {
      let index: Int
      if onlyOutputs {
        switch item.expression.kind {
        case .integer, .string, .null: index = try target(for: item.expression, scope, "ORDER BY")
        case .column(let parts) where parts.count == 1:
          var found = -1
          for (i, t) in plan.targets.enumerated() where t.name == parts[0] { if found < 0 { found = i } }
          if found < 0 {
            throw SQLError(
              SQLState.undefinedColumn, "column \"\(parts[0])\" does not exist", at: item.expression.offset)
          }
          index = found
        default:
          if what == "VALUES" { throw SQLError.notSimulated("ORDER BY an expression over VALUES") }
          throw SQLError(
            SQLState.featureNotSupported, "invalid \(what) ORDER BY clause",
            detail: "Only result column names can be used, not expressions or functions.",
            hint: "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
            at: item.expression.offset)
        }
      } else {
        index = try target(for: item.expression, scope, "ORDER BY")
      }
      let expr = plan.targets[index].expression
      if expr.type.oid == Oid.unknown {
        plan.targets[index] = PlanTarget(
          expression: try defaulted(expr), name: plan.targets[index].name, isHidden: plan.targets[index].isHidden)
      }
      try requireOrdering(plan.targets[index].expression, at: item.expression.offset)
      var descending = item.descending
      if let op = item.usingOperator { descending = op.hasPrefix(">") }
      plan.orderBy.append((target: index, descending: descending, nullsFirst: item.nullsFirst ?? descending))
    }
  }

  private func limits(_ query: Query, _ scope: Scope) throws(SQLError) {
    let inner = Scope(parent: scope.parent, plan: scope.plan)
    func number(_ e: Expr, _ clause: String) throws(SQLError) -> TypedExpr {
      inner.place = clause == "LIMIT" ? .limit : .offset
      if case .column = e.kind {
        let scopeForNames = Scope(parent: nil, plan: scope.plan)
        scopeForNames.entries = scope.entries
        if (try? column(columnParts(e), scopeForNames, at: e.offset)) != nil {
          throw SQLError(
            SQLState.invalidColumnReference, "argument of \(clause) must not contain variables", at: e.offset)
        }
      }
      let typed = try expression(e, inner)
      guard let result = try tryCoerce(typed, SQLType(Oid.int8), .assignment, .implicitCast) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "argument of \(clause) must be type bigint, not type \(format(typed.type.oid))", at: e.offset)
      }
      return result
    }
    if let e = query.limit {
      scope.plan.limit = try number(e, "LIMIT")
      scope.plan.withTies = query.withTies
    }
    if let e = query.offsetClause { scope.plan.offset = try number(e, "OFFSET") }
  }

  private func columnParts(_ e: Expr) -> [String] {
    if case .column(let parts) = e.kind { return parts }
    return []
  }
}
