// INSERT, UPDATE and DELETE. Source: PostgreSQL 15 manual, their reference pages.

internal import SimKernel

extension Analyzer {
  func modification(_ statement: Statement, parent: Scope?) throws(SQLError) -> ModificationPlan {
    let reads = session.columnReads.count
    defer { if parent == nil { session.columnReads.removeLast(session.columnReads.count - reads) } }
    let plan = try modified(statement, parent)
    if parent == nil { try session.judgeReads(from: reads) }
    return plan
  }

  private func modified(_ statement: Statement, _ parent: Scope?) throws(SQLError) -> ModificationPlan {
    if let below = try session.rewritten(statement) {
      // The view is judged by who writes to it, what lies below by the view's owner.
      if let view = session.updatableView(session.modifiedTable(statement))?.view {
        try session.requireModification(statement, view)
        let saved = session.checkingRole
        session.checkingRole = view.owner
        defer { session.checkingRole = saved }
        let plan = try modification(below, parent: parent)
        if plan.view == nil { plan.view = session.updatableView(session.modifiedTable(statement)) }
        return plan
      }
      let plan = try modification(below, parent: parent)
      if plan.view == nil { plan.view = session.updatableView(session.modifiedTable(statement)) }
      return plan
    }
    switch statement {
    case .insert(let s): return try insert(s, parent)
    case .update(let s): return try update(s, parent)
    case .delete(let s): return try delete(s, parent)
    default: throw SQLError.notSimulated("this statement in WITH")
    }
  }

  private func targetTable(_ name: QualifiedName, _ verb: String) throws(SQLError) -> Relation {
    if session.findVirtual(name) != nil {
      throw SQLError(
        SQLState.insufficientPrivilege, "permission denied: \"\(name.name)\" is a system catalog")
    }
    guard let oid = session.findRelation(name), let relation = catalog.relation(oid) else {
      throw relationNotFound(name)
    }
    switch relation.kind {
    case .table, .partitioned: break
    case .view: break
    case .sequence:
      throw SQLError(SQLState.wrongObjectType, "cannot change sequence \"\(relation.name)\"")
    case .materializedView:
      throw SQLError(SQLState.wrongObjectType, "cannot change materialized view \"\(relation.name)\"")
    case .index, .partitionedIndex:
      throw SQLError(SQLState.wrongObjectType, "\"\(relation.name)\" is an index", at: name.offset)
    case .composite:
      throw SQLError(SQLState.wrongObjectType, "\"\(relation.name)\" is a composite type", at: name.offset)
    }
    if relation.kind == .view, !session.hasInsteadTrigger(relation, verb) {
      throw session.notUpdatable(relation, verb)
    }
    return relation
  }

  private func viewRows(_ view: Relation) throws(SQLError) -> QueryPlan {
    guard let text = view.view?.query else { throw SQLError.notSimulated("this view") }
    return try query(text, parent: nil)
  }

  private func scopeFor(_ relation: Relation, _ alias: String, _ scope: Scope, _ offset: Int) -> ScopeEntry {
    var columns: [ScopeColumn] = []
    let base = scope.plan.width
    for (i, c) in relation.liveColumns {
      var column = ScopeColumn(name: c.name, type: c.type, slot: base + columns.count, merged: nil)
      column.table = relation.oid
      column.column = i
      column.isBytewise = Collation.isBytewise(c.collation)
      columns.append(column)
    }
    scope.plan.width += columns.count
    let entry = ScopeEntry(
      alias: alias, schema: relation.schema, tableName: relation.name, relation: relation.oid, columns: columns,
      entry: scope.plan.entryCount, offset: offset)
    scope.plan.entryCount += 1
    entry.reads = session.reads(relation, needsAny: false)
    return entry
  }

  private func missingColumn(_ target: InsertTarget, _ relation: Relation) -> SQLError {
    SQLError(
      SQLState.undefinedColumn,
      "column \"\(target.column)\" of relation \"\(relation.name)\" does not exist", at: target.offset)
  }

  private func returning(
    _ items: [TargetItem], _ scope: Scope, _ plan: ModificationPlan
  ) throws(SQLError) {
    scope.place = .returning
    for item in items {
      switch item.expression.kind {
      case .star, .fieldStar: for t in try expandStar(item.expression, scope) { plan.returning.append(t) }
      default:
        let typed = try defaulted(try expression(item.expression, scope))
        plan.returning.append(
          PlanTarget(expression: typed, name: item.label ?? figureName(item.expression), isHidden: false))
      }
    }
    for t in plan.returning {
      plan.columns.append(OutputColumn(name: t.name, type: t.expression.type, isBytewise: t.expression.isBytewise))
    }
    scope.place = .other
  }

  // MARK: INSERT

  private func insert(_ statement: InsertStatement, _ parent: Scope?) throws(SQLError) -> ModificationPlan {
    let relation = try targetTable(statement.table, "INSERT")
    let plan = ModificationPlan(kind: .insert, table: relation.oid)
    let outerPlan = QueryPlan(id: newID())
    let outer = Scope(parent: parent, plan: outerPlan)
    if let with = statement.with { try commonTables(with, outer) { plan.commonTables.append($0) } }
    var targets: [Int] = []
    if statement.columns.isEmpty {
      for (i, _) in relation.liveColumns { targets.append(i) }
    } else {
      for target in statement.columns {
        guard let i = relation.columnIndex(target.column) else { throw missingColumn(target, relation) }
        if !target.subscripts.isEmpty || target.field != nil {
          throw SQLError.notSimulated("INSERT into parts of a column")
        }
        if targets.contains(i) {
          throw SQLError(
            SQLState.duplicateColumn, "column \"\(target.column)\" specified more than once", at: target.offset)
        }
        targets.append(i)
      }
    }
    try session.requirePrivilege("a", relation, columns: targets)
    plan.overridingSystem = statement.overriding == "system"
    plan.overridingUser = statement.overriding == "user"
    for c in relation.columns {
      plan.defaults.append(try columnDefault(c))
    }
    if let source = statement.source {
      var wanted: [SQLType] = []
      for t in targets { wanted.append(relation.columns[t].type) }
      let inner = try query(source, parent: outer, wanted: wanted)
      let count = inner.columns.count
      if count > targets.count {
        var offset = source.offset
        if case .values(let rows) = source.body { offset = rows[0][targets.count].offset }
        if case .select(let core) = source.body, core.targets.count > targets.count {
          offset = core.targets[targets.count].expression.offset
        }
        throw SQLError(
          SQLState.syntaxError, "INSERT has more expressions than target columns", at: offset)
      }
      if count < targets.count, !statement.columns.isEmpty {
        throw SQLError(
          SQLState.syntaxError, "INSERT has more target columns than expressions",
          at: statement.columns[count].offset)
      }
      targets = Array(targets.prefix(count))
      try assignTypes(inner, targets, relation)
      plan.source = inner
    } else {
      targets = []
    }
    for (k, t) in targets.enumerated() {
      let column = relation.columns[t]
      guard column.identity == 97 || column.isGenerated else { continue }
      if column.identity == 97, plan.overridingSystem || plan.overridingUser { continue }
      var onlyDefaults = false
      if let inner = plan.source, case .values(let rows) = inner.body {
        onlyDefaults = true
        for row in rows {
          if case .defaultValue = row[k].kind { continue }
          onlyDefaults = false
        }
      }
      if onlyDefaults { continue }
      if column.isGenerated {
        throw SQLError(
          "428C9", "cannot insert a non-DEFAULT value into column \"\(column.name)\"",
          detail: "Column \"\(column.name)\" is a generated column.")
      }
      throw SQLError(
        "428C9", "cannot insert a non-DEFAULT value into column \"\(column.name)\"",
        detail: "Column \"\(column.name)\" is an identity column defined as GENERATED ALWAYS.",
        hint: "Use OVERRIDING SYSTEM VALUE to override.")
    }
    plan.insertColumns = targets
    let scope = Scope(parent: outer, plan: QueryPlan(id: newID()))
    scope.entries.append(scopeFor(relation, statement.alias ?? relation.name, scope, statement.table.offset))
    if let conflict = statement.onConflict {
      plan.conflict = try self.conflict(conflict, relation, statement, outer)
    }
    try returning(statement.returning, scope, plan)
    plan.width = scope.plan.width
    return plan
  }

  /// A column's DEFAULT: its own, or that of its domain, or the next value of its identity.
  func columnDefault(_ column: Column) throws(SQLError) -> TypedExpr? {
    if column.isGenerated { return nil }
    if column.identity != 0 {
      let call = try callBuiltin(
        "nextval", [TypedExpr(.constant(.int(Int64(column.sequence))), SQLType(Oid.regclass))], -1, style: .call)
      return try coerce(call, column.type, .assignment, .implicitCast)
    }
    if let expr = column.defaultExpr { return expr }
    if let entry = catalog.types[column.type.oid], entry.form == .domain {
      var value = TypedExpr(.constant(.null), SQLType(Oid.unknown))
      if let text = entry.defaultText {
        var parser = try Parser(Array(text.utf8))
        value = try expression(try parser.expression(), Scope(parent: nil, plan: QueryPlan(id: newID())))
      }
      return try coerce(value, column.type, .assignment, .implicitCast)
    }
    return nil
  }

  /// Converts the columns of a source to those of the table.
  private func assignTypes(_ plan: QueryPlan, _ targets: [Int], _ relation: Relation) throws(SQLError) {
    switch plan.body {
    case .values(var rows):
      for r in rows.indices {
        for (k, t) in targets.enumerated() {
          if case .defaultValue = rows[r][k].kind { continue }
          rows[r][k] = try coerceForAssignment(rows[r][k], relation.columns[t], at: rows[r][k].offset)
        }
      }
      plan.body = .values(rows)
      for (k, t) in targets.enumerated() { plan.columns[k].type = relation.columns[t].type }
    case .select, .setOperation:
      var visible = 0
      for i in plan.targets.indices where !plan.targets[i].isHidden {
        if visible < targets.count {
          let column = relation.columns[targets[visible]]
          let target = plan.targets[i]
          if case .defaultValue = target.expression.kind {
          } else if case .setOperation = plan.body {
            let probe = TypedExpr(
              .column(level: 0, slot: visible, table: "", name: ""), plan.columns[visible].type,
              target.expression.offset)
            plan.columnConversions[visible] = try coerceForAssignment(probe, column, at: target.expression.offset)
          } else if plan.distinct || plan.distinctOn != nil || !plan.orderBy.isEmpty {
            let probe = TypedExpr(
              .column(level: 0, slot: visible, table: "", name: ""), plan.columns[visible].type,
              target.expression.offset)
            if plan.columns[visible].type.oid == Oid.unknown {
              plan.targets[i] = PlanTarget(
                expression: try coerceForAssignment(target.expression, column, at: target.expression.offset),
                name: target.name, isHidden: false)
            } else {
              plan.columnConversions[visible] = try coerceForAssignment(probe, column, at: target.expression.offset)
            }
          } else {
            plan.targets[i] = PlanTarget(
              expression: try coerceForAssignment(target.expression, column, at: target.expression.offset),
              name: target.name, isHidden: false)
          }
          plan.columns[visible].type = column.type
        }
        visible += 1
      }
    }
  }

  private func conflict(
    _ clause: OnConflict, _ relation: Relation, _ statement: InsertStatement, _ outer: Scope
  ) throws(SQLError) -> ConflictPlan {
    var indexes: [Int32] = []
    if let name = clause.constraint {
      for c in relation.constraints where c.name == name { indexes.append(c.index) }
      if indexes.isEmpty {
        throw SQLError(
          SQLState.undefinedObject, "constraint \"\(name)\" for table \"\(relation.name)\" does not exist")
      }
    } else if !clause.columns.isEmpty {
      var wanted: Set<Int> = []
      var expressions: [TypedExpr] = []
      let scope = Scope(parent: nil, plan: QueryPlan(id: newID()))
      scope.entries.append(scopeFor(relation, statement.alias ?? relation.name, scope, clause.offset))
      for e in clause.columns {
        if case .column(let parts) = e.kind, parts.count == 1 {
          guard let i = relation.columnIndex(parts[0]) else {
            throw SQLError(SQLState.undefinedColumn, "column \"\(parts[0])\" does not exist", at: e.offset)
          }
          wanted.insert(i)
        } else {
          expressions.append(try expression(e, scope))
        }
      }
      for index in catalog.indexes(of: relation.oid) {
        guard let info = index.index, info.unique else { continue }
        var own: Set<Int> = []
        var ownExpressions = 0
        for c in info.columns { if c.column >= 0 { own.insert(c.column) } else { ownExpressions += 1 } }
        if own == wanted, ownExpressions == expressions.count, info.predicate == nil || clause.condition != nil {
          indexes.append(index.oid)
        }
      }
      if indexes.isEmpty {
        throw SQLError(
          SQLState.invalidColumnReference,
          "there is no unique or exclusion constraint matching the ON CONFLICT specification")
      }
    } else if clause.assignments != nil {
      throw SQLError(
        SQLState.syntaxError,
        "ON CONFLICT DO UPDATE requires inference specification or constraint name",
        hint: "For example, ON CONFLICT (column_name).", at: clause.offset)
    }
    guard let list = clause.assignments else {
      return ConflictPlan(indexes: indexes, assignments: nil, condition: nil)
    }
    let scope = Scope(parent: outer, plan: QueryPlan(id: newID()))
    scope.entries.append(scopeFor(relation, statement.alias ?? relation.name, scope, clause.offset))
    let excluded = scopeFor(relation, "excluded", scope, clause.offset)
    scope.entries.append(excluded)
    let assignments = try self.assignments(list, relation, scope)
    try session.requirePrivilege("w", relation, columns: assignments.map { $0.column })
    var condition: TypedExpr?
    if let e = clause.updateCondition {
      scope.place = .condition
      condition = try booleanExpression(e, scope, "WHERE")
    }
    return ConflictPlan(indexes: indexes, assignments: assignments, condition: condition)
  }

  // MARK: UPDATE

  private func assignments(
    _ list: [Assignment], _ relation: Relation, _ scope: Scope
  ) throws(SQLError) -> [(column: Int, value: TypedExpr)] {
    var out: [(column: Int, value: TypedExpr)] = []
    scope.place = .assignment
    var partial: Set<Int> = []
    func add(_ target: InsertTarget, _ value: Expr) throws(SQLError) {
      guard let i = relation.columnIndex(target.column) else { throw missingColumn(target, relation) }
      let column = relation.columns[i]
      if case .defaultValue = value.kind {
        if column.isGenerated { return }
        let typed = try columnDefault(column) ?? TypedExpr(.constant(.null), column.type)
        try put(i, target, typed)
        return
      }
      if column.isGenerated {
        throw SQLError(
          "428C9", "column \"\(column.name)\" can only be updated to DEFAULT",
          detail: "Column \"\(column.name)\" is a generated column.")
      }
      if column.identity == 97 {
        throw SQLError(
          "428C9", "column \"\(column.name)\" can only be updated to DEFAULT",
          detail: "Column \"\(column.name)\" is an identity column defined as GENERATED ALWAYS.")
      }
      if case .array(let items) = value.kind, items.isEmpty, isArray(column.type.oid) {
        try put(
          i, target,
          TypedExpr(.array([], element: elementType(column.type.oid), nested: false), column.type, value.offset))
        return
      }
      if target.field != nil {
        if !target.subscripts.isEmpty || catalog.type(column.type.oid)?.form != .composite {
          throw SQLError(
            SQLState.datatypeMismatch,
            "cannot assign to field \"\(target.field!)\" of column \"\(target.column)\" because its type \(session.formatType(column.type)) is not a composite type",
            at: target.offset)
        }
      }
      if target.field != nil || !target.subscripts.isEmpty {
        // Further parts of the same column build on what is already assigned.
        var base = try self.column([target.column], scope, at: target.offset)
        var earlier: Int?
        for (k, o) in out.enumerated() where o.column == i && partial.contains(i) {
          base = o.value
          earlier = k
        }
        let whole =
          target.field != nil
          ? try fieldAssigned(target, value, column, base, scope)
          : try elementAssigned(target, value, column, base, scope)
        partial.insert(i)
        if let earlier { out[earlier].value = whole } else { try put(i, target, whole) }
        return
      }
      let typed = try expression(value, scope)
      try put(i, target, try coerceForAssignment(typed, column, at: value.offset))
    }
    func put(_ i: Int, _ target: InsertTarget, _ value: TypedExpr) throws(SQLError) {
      for o in out where o.column == i {
        throw SQLError(
          SQLState.syntaxError, "multiple assignments to same column \"\(target.column)\"")
      }
      out.append((column: i, value: value))
    }
    for a in list {
      if !a.isMulti {
        try add(a.targets[0], a.value)
        continue
      }
      switch a.value.kind {
      case .row(let items, _):
        guard items.count == a.targets.count else {
          throw SQLError(
            SQLState.syntaxError, "number of columns does not match number of values", at: a.value.offset)
        }
        for (k, t) in a.targets.enumerated() { try add(t, items[k]) }
      case .scalarQuery(let query):
        let inner = try subquery(query, scope)
        guard inner.columns.count == a.targets.count else {
          throw SQLError(
            SQLState.syntaxError, "number of columns does not match number of values", at: a.value.offset)
        }
        for (k, t) in a.targets.enumerated() {
          guard let i = relation.columnIndex(t.column) else { throw missingColumn(t, relation) }
          var row = TypedExpr(.subquery(.scalar, inner), SQLType(Oid.record), a.value.offset)
          if inner.columns.count > 1 {
            row = TypedExpr(.field(row, k, inner.columns[k].name), inner.columns[k].type, a.value.offset)
          } else {
            row = TypedExpr(.subquery(.scalar, inner), inner.columns[0].type, a.value.offset)
          }
          try put(i, t, try coerceForAssignment(row, relation.columns[i], at: a.value.offset))
        }
      default:
        if a.targets.count == 1 {
          try add(a.targets[0], a.value)
        } else {
          throw SQLError(
            SQLState.featureNotSupported,
            "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression", at: a.value.offset)
        }
      }
    }
    scope.place = .other
    return out
  }

  private func update(_ statement: UpdateStatement, _ parent: Scope?) throws(SQLError) -> ModificationPlan {
    let relation = try targetTable(statement.table, "UPDATE")
    let plan = ModificationPlan(kind: .update, table: relation.oid)
    let scope = Scope(parent: parent, plan: QueryPlan(id: newID()))
    if let with = statement.with { try commonTables(with, scope) { plan.commonTables.append($0) } }
    scope.entries.append(
      scopeFor(relation, statement.alias?.name ?? relation.name, scope, statement.table.offset))
    scope.entries[0].columnsVisible = true
    if relation.kind == .view { plan.viewQuery = try viewRows(relation) }
    if !statement.from.isEmpty { try from(statement.from, scope) }
    plan.assignments = try assignments(statement.assignments, relation, scope)
    try session.requirePrivilege("w", relation, columns: plan.assignments.map { $0.column })
    let wanted = try statement.cursor.map { (c: String) throws(SQLError) -> Expr in
      try session.currentOf(c, statement.table)
    }
    if let condition = session.secured(wanted ?? statement.condition, relation, "update") {
      scope.place = .condition
      plan.condition = try booleanExpression(condition, scope, "WHERE")
    }
    try returning(statement.returning, scope, plan)
    plan.from = scope.plan.from
    plan.width = scope.plan.width
    plan.entryCount = scope.plan.entryCount
    return plan
  }

  private func delete(_ statement: DeleteStatement, _ parent: Scope?) throws(SQLError) -> ModificationPlan {
    let relation = try targetTable(statement.table, "DELETE")
    try session.requirePrivilege("d", relation)
    let plan = ModificationPlan(kind: .delete, table: relation.oid)
    let scope = Scope(parent: parent, plan: QueryPlan(id: newID()))
    if let with = statement.with { try commonTables(with, scope) { plan.commonTables.append($0) } }
    scope.entries.append(
      scopeFor(relation, statement.alias?.name ?? relation.name, scope, statement.table.offset))
    if relation.kind == .view { plan.viewQuery = try viewRows(relation) }
    if !statement.using.isEmpty { try from(statement.using, scope) }
    let wanted = try statement.cursor.map { (c: String) throws(SQLError) -> Expr in
      try session.currentOf(c, statement.table)
    }
    if let condition = session.secured(wanted ?? statement.condition, relation, "delete") {
      scope.place = .condition
      plan.condition = try booleanExpression(condition, scope, "WHERE")
    }
    try returning(statement.returning, scope, plan)
    plan.from = scope.plan.from
    plan.width = scope.plan.width
    plan.entryCount = scope.plan.entryCount
    return plan
  }
}
