// Writing through a view of one table: the statement is rewritten to the table, with the view's condition and names.
// Source: PostgreSQL 15 manual, CREATE VIEW, "Updatable Views".

internal import SimKernel

/// What an updatable view stands for.
struct UpdatableView {
  let view: Relation
  let table: QualifiedName
  let alias: String
  /// Column of the view → column of the table; nil for what is computed.
  let columns: [(name: String, base: String?)]
  let condition: Expr?
  let check: String?
}

extension ClientSession {
  func updatableView(_ name: QualifiedName) -> UpdatableView? {
    guard let oid = findRelation(name), let r = catalog.relation(oid), r.kind == .view, isUpdatableView(r),
      let query = r.view?.query, case .select(let core) = query.body,
      case .table(let table, let alias, _, _) = core.from[0], let base = findRelation(table),
      let t = catalog.relation(base)
    else { return nil }
    var columns: [(name: String, base: String?)] = []
    for target in core.targets {
      switch target.expression.kind {
      case .star:
        for (_, c) in t.liveColumns where columns.count < r.columns.count {
          columns.append((r.columns[columns.count].name, c.name))
        }
      case .column(let parts):
        guard columns.count < r.columns.count else { return nil }
        columns.append((r.columns[columns.count].name, parts[parts.count - 1]))
      default:
        guard columns.count < r.columns.count else { return nil }
        columns.append((r.columns[columns.count].name, nil))
      }
    }
    return UpdatableView(
      view: r, table: table, alias: alias?.name ?? table.name, columns: columns, condition: core.condition,
      check: r.view?.checkOption)
  }

  func hasInsteadTrigger(_ view: Relation, _ event: String) -> Bool {
    view.triggers.contains { $0.timing == "INSTEAD OF" && $0.events.contains(event) }
  }

  /// Why a view cannot be written through.
  func notUpdatable(_ view: Relation, _ verb: String) -> SQLError {
    let words: [String: (String, String)] = [
      "INSERT": ("insert into", "inserting into"), "UPDATE": ("update", "updating"),
      "DELETE": ("delete from", "deleting from"),
    ]
    let (what, doing) = words[verb] ?? ("change", "changing")
    return SQLError(
      SQLState.notInPrerequisiteState, "cannot \(what) view \"\(view.name)\"",
      detail: "Views \(view.view.flatMap { obstacle($0.query) } ?? "like this") are not automatically updatable.",
      hint:
        "To enable \(doing) the view, provide an INSTEAD OF \(verb) trigger or an unconditional ON \(verb) DO INSTEAD rule."
    )
  }

  /// What keeps the query of a view from being written through, in the words of the server.
  func obstacle(_ q: Query) -> String? {
    guard case .select(let core) = q.body else {
      if case .values = q.body { return "that do not select from a single table or view" }
      return "containing UNION, INTERSECT, or EXCEPT"
    }
    if case .none = core.distinct {} else { return "containing DISTINCT" }
    if !core.groupBy.isEmpty { return "containing GROUP BY" }
    if core.having != nil { return "containing HAVING" }
    if q.with != nil { return "containing WITH" }
    if q.limit != nil || q.offsetClause != nil { return "containing LIMIT or OFFSET" }
    if let plan = try? Analyzer(session: self).query(q, parent: nil) {
      if !plan.aggregates.isEmpty { return "that return aggregate functions" }
      if !plan.windowCalls.isEmpty { return "that return window functions" }
      if !plan.setCalls.isEmpty { return "that return set-returning functions" }
    }
    guard core.from.count == 1, case .table(let name, _, _, _) = core.from[0], let oid = findRelation(name),
      let r = catalog.relation(oid), r.isTableLike || r.kind == .view
    else { return "that do not select from a single table or view" }
    return nil
  }

  /// What a role must be granted to write to a view.
  func requireModification(_ statement: Statement, _ view: Relation) throws(SQLError) {
    switch statement {
    case .insert: try requirePrivilege("a", view)
    case .update(let s):
      try requirePrivilege("w", view)
      if s.condition != nil { try requirePrivilege("r", view) }
    case .delete(let s):
      try requirePrivilege("d", view)
      if s.condition != nil { try requirePrivilege("r", view) }
    default: break
    }
  }

  /// The statement on the table below, or nil when the target is no view.
  func rewritten(_ statement: Statement) throws(SQLError) -> Statement? {
    if let oid = findRelation(modifiedTable(statement)), let r = catalog.relation(oid), r.kind == .view {
      let event: String
      switch statement {
      case .insert: event = "INSERT"
      case .update: event = "UPDATE"
      default: event = "DELETE"
      }
      if hasInsteadTrigger(r, event) { return nil }
    }
    switch statement {
    case .insert(var s):
      guard let v = updatableView(s.table) else { return nil }
      if s.columns.isEmpty {
        // Values given without names go to the view's columns in order.
        var count = v.columns.count
        if let source = s.source, case .values(let rows) = source.body { count = min(count, rows[0].count) }
        for c in v.columns.prefix(count) {
          s.columns.append(
            InsertTarget(column: try base(c.name, v, "insert into"), subscripts: [], offset: s.table.offset))
        }
      } else {
        var targets: [InsertTarget] = []
        for t in s.columns {
          targets.append(
            InsertTarget(column: try base(t.column, v, "insert into"), subscripts: t.subscripts, offset: t.offset))
        }
        s.columns = targets
      }
      s.table = QualifiedName(parts: v.table.parts, offset: s.table.offset)
      s.returning = try returning(s.returning, v)
      return .insert(s)
    case .update(var s):
      guard let v = updatableView(s.table) else { return nil }
      var list: [Assignment] = []
      for a in s.assignments {
        var targets: [InsertTarget] = []
        for t in a.targets {
          targets.append(
            InsertTarget(column: try base(t.column, v, "update"), subscripts: t.subscripts, offset: t.offset))
        }
        list.append(Assignment(targets: targets, value: try substituted(a.value, v), isMulti: a.isMulti))
      }
      s.assignments = list
      s.condition = try both(s.condition, v)
      s.alias = Alias(name: s.alias?.name ?? v.view.name, columns: [])
      s.table = QualifiedName(parts: v.table.parts, offset: s.table.offset)
      s.returning = try returning(s.returning, v)
      return .update(s)
    case .delete(var s):
      guard let v = updatableView(s.table) else { return nil }
      s.condition = try both(s.condition, v)
      s.alias = Alias(name: s.alias?.name ?? v.view.name, columns: [])
      s.table = QualifiedName(parts: v.table.parts, offset: s.table.offset)
      s.returning = try returning(s.returning, v)
      return .delete(s)
    default: return nil
    }
  }

  func modifiedTable(_ statement: Statement) -> QualifiedName {
    switch statement {
    case .insert(let s): return s.table
    case .update(let s): return s.table
    case .delete(let s): return s.table
    default: return QualifiedName(parts: [""], offset: -1)
    }
  }

  private func base(_ name: String, _ v: UpdatableView, _ verb: String) throws(SQLError) -> String {
    guard let c = v.columns.first(where: { $0.name == name }) else {
      throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(v.view.name)\" does not exist")
    }
    guard let column = c.base else {
      throw SQLError(
        SQLState.featureNotSupported,
        "cannot \(verb) column \"\(name)\" of view \"\(v.view.name)\"",
        detail: "View columns that are not columns of their base relation are not updatable.")
    }
    return column
  }

  private func both(_ condition: Expr?, _ v: UpdatableView) throws(SQLError) -> Expr? {
    guard let own = v.condition else {
      return try condition.map { (e: Expr) throws(SQLError) -> Expr in try substituted(e, v) }
    }
    let plain = unqualified(own)
    guard let condition else { return plain }
    return Expr(.and([plain, try substituted(condition, v)]), condition.offset)
  }

  /// Names of the view's columns become those of the table; only simple expressions are gone through.
  private func substituted(_ e: Expr, _ v: UpdatableView) throws(SQLError) -> Expr {
    var same = true
    for c in v.columns where c.base != c.name { same = false }
    if same { return e }
    return renamed(e) { name in v.columns.first { $0.name == name }?.base }
  }

  private func unqualified(_ e: Expr) -> Expr { renamed(e) { $0 } }

  private func renamed(_ e: Expr, _ map: (String) -> String?) -> Expr {
    func each(_ x: Expr) -> Expr { renamed(x, map) }
    switch e.kind {
    case .column(let parts): return Expr(.column([map(parts[parts.count - 1]) ?? parts[parts.count - 1]]), e.offset)
    case .unary(let o, let a): return Expr(.unary(o, each(a)), e.offset)
    case .binary(let o, let a, let b): return Expr(.binary(o, each(a), each(b)), e.offset)
    case .and(let l): return Expr(.and(l.map { each($0) }), e.offset)
    case .or(let l): return Expr(.or(l.map { each($0) }), e.offset)
    case .not(let a): return Expr(.not(each(a)), e.offset)
    case .isNull(let a, let n): return Expr(.isNull(each(a), negated: n), e.offset)
    case .cast(let a, let t): return Expr(.cast(each(a), t), e.offset)
    case .between(let a, let b, let c, let s, let n):
      return Expr(.between(each(a), each(b), each(c), symmetric: s, negated: n), e.offset)
    case .inList(let a, let l, let n): return Expr(.inList(each(a), l.map { each($0) }, negated: n), e.offset)
    case .like(let o, let a, let b, let escape, let n):
      return Expr(.like(o, each(a), each(b), escape: escape, negated: n), e.offset)
    case .call(var c):
      c.arguments = c.arguments.map { each($0) }
      return Expr(.call(c), e.offset)
    default: return e
    }
  }

  private func returning(_ items: [TargetItem], _ v: UpdatableView) throws(SQLError) -> [TargetItem] {
    var out: [TargetItem] = []
    for item in items {
      if case .star = item.expression.kind {
        for c in v.columns {
          guard let base = c.base else { throw .notSimulated("RETURNING of a view's computed columns") }
          out.append(TargetItem(expression: Expr(.column([base]), item.expression.offset), label: c.name))
        }
      } else {
        var label = item.label
        if label == nil, case .column(let parts) = item.expression.kind { label = parts[parts.count - 1] }
        out.append(TargetItem(expression: try substituted(item.expression, v), label: label))
      }
    }
    return out
  }

  /// WITH CHECK OPTION: the new row must be one the view shows.
  func checkOption(_ v: UpdatableView, _ row: Row, _ table: Relation) throws(SQLError) {
    guard v.check != nil, let condition = v.condition else { return }
    let plan = QueryPlan(id: 0)
    let scope = Scope(parent: nil, plan: plan)
    let a = Analyzer(session: self)
    var columns: [ScopeColumn] = []
    for (_, c) in table.liveColumns {
      columns.append(ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil))
    }
    scope.entries = [
      ScopeEntry(
        alias: v.alias, schema: table.schema, tableName: table.name, relation: table.oid, columns: columns, entry: 0,
        offset: 0)
    ]
    let typed = try a.booleanExpression(condition, scope, "WHERE")
    let execution = Execution(session: self, snapshot: snapshot())
    let frame = Frame(parent: nil)
    frame.values = execution.visible(row, table)
    if try execution.evaluate(typed, frame).isTrue { return }
    var shown: [String] = []
    for (i, _) in table.liveColumns {
      shown.append(row[i].isNull ? "null" : output(row[i], table.columns[i].type.oid))
    }
    throw SQLError(
      "44000", "new row violates check option for view \"\(v.view.name)\"",
      detail: "Failing row contains (\(joined(shown, ", "))).")
  }
}
