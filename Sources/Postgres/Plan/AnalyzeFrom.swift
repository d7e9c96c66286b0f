// FROM: tables, views, subqueries, functions, joins.

internal import SimKernel

extension Analyzer {
  func from(_ items: [FromItem], _ scope: Scope) throws(SQLError) {
    var plan: FromPlan?
    for item in items {
      let next = try fromItem(item, scope)
      if let left = plan {
        let l = left.range
        let r = next.range
        plan = .join(
          .cross, left, next, nil, rightBase: r.base, rightWidth: r.width, leftBase: l.base, leftWidth: l.width)
      } else {
        plan = next
      }
    }
    scope.plan.from = plan ?? .empty
  }

  private func addEntry(_ entry: ScopeEntry, _ scope: Scope) throws(SQLError) {
    if !entry.alias.isEmpty {
      for other in scope.entries where other.alias == entry.alias && other.nameVisible {
        if other.relation != 0, entry.relation != 0, other.tableName == other.alias, entry.tableName == entry.alias,
          other.schema != entry.schema
        {
          continue
        }
        throw SQLError(
          SQLState.duplicateAlias, "table name \"\(entry.alias)\" specified more than once", at: -1)
      }
    }
    scope.entries.append(entry)
  }

  private func aliased(
    _ columns: [(String, SQLType)], _ alias: Alias?, _ offset: Int, base: Int, relation: Int32 = 0,
    positions: [Int] = [], bytewise: [Bool] = []
  ) throws(SQLError) -> [ScopeColumn] {
    if let alias, alias.columns.count > columns.count {
      throw SQLError(
        SQLState.invalidColumnReference,
        "table \"\(alias.name)\" has \(columns.count) columns available but \(alias.columns.count) columns specified",
        at: -1)
    }
    var out: [ScopeColumn] = []
    for (i, c) in columns.enumerated() {
      var name = c.0
      if let alias, i < alias.columns.count { name = alias.columns[i] }
      var column = ScopeColumn(name: name, type: c.1, slot: base + i, merged: nil)
      if i < positions.count {
        column.table = relation
        column.column = positions[i]
      }
      column.isBytewise = i < bytewise.count && bytewise[i]
      out.append(column)
    }
    return out
  }

  private func fromItem(_ item: FromItem, _ scope: Scope) throws(SQLError) -> FromPlan {
    try enter()
    defer { leave() }
    switch item {
    case .table(let name, let alias, let only, let offset):
      if name.parts.count == 1 {
        var s: Scope? = scope
        while let current = s {
          for entry in current.commonTables.reversed() where entry.name == name.name {
            if !entry.isReady {
              throw SQLError(
                SQLState.invalidColumnReference,
                "recursive reference to query \"\(name.name)\" must not appear within its non-recursive term",
                at: offset)
            }
            var columns: [(String, SQLType)] = []
            for c in entry.columns { columns.append((c.name, c.type)) }
            if columns.isEmpty {
              throw SQLError(
                SQLState.featureNotSupported,
                "WITH query \"\(name.name)\" does not have a RETURNING clause", at: offset)
            }
            let base = scope.plan.width
            scope.plan.width += columns.count
            try addEntry(
              ScopeEntry(
                alias: alias?.name ?? name.name,
                columns: try aliased(
                  columns, alias, offset, base: base, bytewise: entry.columns.map { $0.isBytewise }),
                offset: offset),
              scope)
            return .commonTable(id: entry.id, level: 0, base: base, width: columns.count)
          }
          s = current.parent
        }
      }
      return try relation(name, alias, only, scope, offset)
    case .query(let query, let alias, let lateral, let offset):
      guard let alias else {
        let isValues: Bool
        if case .values = query.body { isValues = true } else { isValues = false }
        throw SQLError(
          SQLState.syntaxError, isValues ? "VALUES in FROM must have an alias" : "subquery in FROM must have an alias",
          hint: isValues
            ? "For example, FROM (VALUES ...) [AS] foo." : "For example, FROM (SELECT ...) [AS] foo.", at: offset)
      }
      let saved = hideForSubquery(scope, lateral)
      // A subquery sees the levels outside; with LATERAL also the items before it.
      let inner = try self.query(query, parent: scope)
      restore(scope, saved)
      var columns: [(String, SQLType)] = []
      for i in inner.columns.indices {
        if inner.columns[i].type.oid == Oid.unknown { try convertColumn(inner, i, SQLType(Oid.text)) }
        columns.append((inner.columns[i].name, inner.columns[i].type))
      }
      let base = scope.plan.width
      scope.plan.width += columns.count
      let entry = ScopeEntry(
        alias: alias.name,
        columns: try aliased(columns, alias, offset, base: base, bytewise: inner.columns.map { $0.isBytewise }),
        offset: offset)
      try addEntry(entry, scope)
      return .query(inner, base: base, width: columns.count, lateral: inner.isCorrelated)
    case .function(let calls, let alias, let columns, let ordinality, let lateral, let offset, _):
      return try functions(calls, alias, columns, ordinality, lateral, scope, offset)
    case .join(let kind, let left, let right, let on, let using, let natural, let alias, let offset):
      return try join(kind, left, right, on, using, natural, alias, scope, offset)
    }
  }

  /// Without LATERAL the items of the same FROM are out of reach, and their names say so in errors.
  private func hideForSubquery(_ scope: Scope, _ lateral: Bool) -> [Bool] {
    var saved: [Bool] = []
    for e in scope.entries {
      saved.append(e.isLateralOnly)
      if !lateral { e.isLateralOnly = true }
    }
    return saved
  }
  private func restore(_ scope: Scope, _ saved: [Bool]) {
    for (i, s) in saved.enumerated() { scope.entries[i].isLateralOnly = s }
  }

  func relationNotFound(_ name: QualifiedName) -> SQLError {
    if name.name == "pg_stat_statements", catalog.extensions["pg_stat_statements"] != nil {
      for s in session.server.settings + session.server.cluster.systemSettings
      where s.name == "shared_preload_libraries" && !s.value.isEmpty { return .notSimulated("pg_stat_statements") }
      return SQLError(
        SQLState.notInPrerequisiteState, "pg_stat_statements must be loaded via shared_preload_libraries")
    }
    if let schema = name.schema, catalog.schemas[schema] == nil {
      return SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist", at: name.offset)
    }
    if name.parts.count == 1, laterTables.contains(where: { $0.name == name.name }) {
      return SQLError(
        SQLState.undefinedTable, "relation \"\(name.text)\" does not exist",
        detail:
          "There is a WITH item named \"\(name.text)\", but it cannot be referenced from this part of the query.",
        hint: "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.", at: name.offset)
    }
    return SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist", at: name.offset)
  }

  private func relation(
    _ name: QualifiedName, _ alias: Alias?, _ only: Bool, _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> FromPlan {
    if let virtual = session.findVirtual(name) {
      var columns: [(String, SQLType)] = []
      for c in virtual.columns { columns.append((c.0, SQLType(c.1))) }
      let base = scope.plan.width
      scope.plan.width += columns.count
      try addEntry(
        ScopeEntry(
          alias: alias?.name ?? name.name, schema: virtual.schema, tableName: name.name,
          columns: try aliased(columns, alias, offset, base: base), offset: offset), scope)
      let scan = ScanPlan(
        relation: 0, virtual: virtual, base: base, width: columns.count, entry: -1, columns: [], only: false)
      return .relation(scan)
    }
    guard let oid = session.findRelation(name), let relation = catalog.relation(oid) else {
      throw relationNotFound(name)
    }
    switch relation.kind {
    case .index, .partitionedIndex:
      throw SQLError(SQLState.wrongObjectType, "\"\(relation.name)\" is an index", at: offset)
    case .composite:
      throw SQLError(SQLState.wrongObjectType, "\"\(relation.name)\" is a composite type", at: offset)
    default: break
    }
    let base = scope.plan.width
    var columns: [(String, SQLType)] = []
    var positions: [Int] = []
    var bytewise: [Bool] = []
    if relation.kind == .sequence {
      columns = [("last_value", SQLType(Oid.int8)), ("log_cnt", SQLType(Oid.int8)), ("is_called", SQLType(Oid.bool))]
    } else {
      for (i, c) in relation.liveColumns {
        columns.append((c.name, c.type))
        positions.append(i)
        bytewise.append(Collation.isBytewise(c.collation))
      }
    }
    scope.plan.width += columns.count
    let hasTuples = relation.isTableLike || relation.kind == .materializedView
    let entryIndex = hasTuples ? scope.plan.entryCount : -1
    if hasTuples { scope.plan.entryCount += 1 }
    try session.requireSchemaUsage(relation, at: offset)
    let entry = ScopeEntry(
      alias: alias?.name ?? name.name, schema: relation.schema, tableName: relation.name, relation: oid,

      columns: try aliased(
        columns, alias, offset, base: base, relation: oid, positions: positions, bytewise: bytewise),
      entry: entryIndex, offset: offset)
    entry.reads = session.reads(relation, needsAny: true)
    try addEntry(entry, scope)
    try session.requireRowSecurityAllowed(relation)
    if session.isRowSecured(relation) {
      session.policyBypass.insert(oid)
      defer { session.policyBypass.remove(oid) }
      let inner = try Analyzer(session: session).query(try session.policyQuery(relation), parent: nil)
      return .query(inner, base: base, width: columns.count, lateral: false)
    }
    if relation.kind == .view, let view = relation.view {
      let owner = session.viewDepth
      session.viewDepth += 1
      defer { session.viewDepth = owner }
      if session.viewDepth > 50 { throw .notSimulated("limit: views nested deeper than 50 levels") }
      let savedRole = session.checkingRole
      session.checkingRole = relation.owner
      defer { session.checkingRole = savedRole }
      // A view knows nothing of the variables of the function that reads it.
      let frame = session.callFrame
      session.callFrame = nil
      defer { session.callFrame = frame }
      let inner = try session.plan(of: view)
      for (i, c) in columns.enumerated() where inner.columns.indices.contains(i) {
        if inner.columns[i].type.oid == Oid.unknown { try convertColumn(inner, i, c.1) }
      }
      return .query(inner, base: base, width: columns.count, lateral: false)
    }
    return .relation(
      ScanPlan(
        relation: oid, virtual: nil, base: base, width: columns.count, entry: entryIndex, columns: positions,
        only: only))
  }

  private func functions(
    _ calls: [Expr], _ alias: Alias?, _ definitions: [ColumnDefinitionItem], _ ordinality: Bool, _ lateral: Bool,
    _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> FromPlan {
    var scans: [FunctionScan] = []
    var columns: [(String, SQLType)] = []
    let base = scope.plan.width
    let savedPlace = scope.place
    var isScalar = calls.count == 1 && !ordinality
    for expr in calls {
      scope.place = .from
      // Functions in FROM see earlier items without LATERAL.
      var call: TypedExpr
      if case .call(let c) = expr.kind, c.name.name == "unnest", c.arguments.count > 1 {
        var k = 0
        for argument in c.arguments {
          var single = c
          single.arguments = [argument]
          single.argumentNames = [nil]
          let typed = try expression(Expr(.call(single), expr.offset), scope)
          scans.append(
            FunctionScan(
              call: typed, base: base + columns.count, width: 1, isRecord: false, columnTypes: [typed.type]))
          columns.append(("unnest", typed.type))
          k += 1
        }
        isScalar = false
        continue
      }
      call = try expression(expr, scope)
      scope.place = savedPlace
      let at = base + columns.count
      var recordFields: [CompositeField]?
      if !definitions.isEmpty {
        var list: [CompositeField] = []
        for d in definitions { list.append(CompositeField(name: d.name, type: try resolveType(d.type))) }
        recordFields = list
        // The functions that read documents into rows are told the columns.
        if case .call(let site, let given, let style) = call.kind,
          ["json_to_record", "json_to_recordset", "jsonb_to_record", "jsonb_to_recordset"].contains(site.name)
        {
          let shape = RecordValue(
            names: list.map { $0.name }, types: list.map { $0.type.oid }, fields: list.map { _ in .null })
          call = TypedExpr(
            .call(site, given + [TypedExpr(.constant(.record(shape)), SQLType(Oid.record))], style), call.type,
            call.offset)
        }
      } else {
        recordFields = setFields(call) ?? fields(of: call)
      }
      if call.type.oid == Oid.record, recordFields == nil {
        throw SQLError(
          SQLState.syntaxError,
          "a column definition list is required for functions returning \"record\"", at: offset)
      }
      if let list = recordFields {
        isScalar = false
        var types: [SQLType] = []
        for f in list {
          columns.append((f.name, f.type))
          types.append(f.type)
        }
        scans.append(FunctionScan(call: call, base: at, width: list.count, isRecord: true, columnTypes: types))
      } else {
        var name = figureName(expr)
        if case .call(let site, _, _) = call.kind, let out = FunctionRegistry.scalarSetNames[site.name] {
          name = out
        } else if let alias {
          name = alias.name
        }
        if call.type.oid == Oid.void, false { name = "" }
        columns.append((name, call.type))
        scans.append(
          FunctionScan(call: call, base: at, width: 1, isRecord: false, columnTypes: [call.type]))
      }
    }
    scope.place = savedPlace
    if ordinality { columns.append(("ordinality", SQLType(Oid.int8))) }
    scope.plan.width += columns.count
    var isLateral = lateral
    for s in scans {
      walk(s.call) { e in
        switch e.kind {
        case .column, .wholeRow: isLateral = true
        case .subquery(_, let p): if p.isCorrelated { isLateral = true }
        default: break
        }
      }
    }
    let name = alias?.name ?? figureName(calls[0])
    try addEntry(
      ScopeEntry(
        alias: name, columns: try aliased(columns, alias, offset, base: base), offset: offset,
        isFunctionScalar: isScalar), scope)
    return .functions(scans, base: base, ordinality: ordinality, width: columns.count, lateral: isLateral)
  }

  private func join(
    _ kind: JoinKind, _ left: FromItem, _ right: FromItem, _ on: Expr?, _ using: [String]?, _ natural: Bool,
    _ alias: Alias?, _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> FromPlan {
    let start = scope.entries.count
    let l = try fromItem(left, scope)
    let middle = scope.entries.count
    let r = try fromItem(right, scope)
    let lr = l.range
    let rr = r.range
    var condition: TypedExpr?
    var names = using
    let leftEntries = Array(scope.entries[start..<middle])
    let rightEntries = Array(scope.entries[middle...])
    func visible(_ entries: [ScopeEntry]) -> [(ScopeEntry, ScopeColumn)] {
      var out: [(ScopeEntry, ScopeColumn)] = []
      for e in entries where e.columnsVisible { for c in e.columns where !c.isHidden { out.append((e, c)) } }
      return out
    }
    if natural {
      var shared: [String] = []
      let rightNames = visible(rightEntries)
      for (_, c) in visible(leftEntries) {
        for (_, d) in rightNames where d.name == c.name && !shared.contains(c.name) { shared.append(c.name) }
      }
      names = shared
    }
    if let names {
      var parts: [TypedExpr] = []
      var merged: [ScopeColumn] = []
      for name in names {
        func find(_ entries: [ScopeEntry], _ side: String) throws(SQLError) -> TypedExpr {
          var found: TypedExpr?
          for (e, c) in visible(entries) where c.name == name {
            if found != nil {
              throw SQLError(
                SQLState.ambiguousColumn, "common column name \"\(name)\" appears more than once in \(side) table")
            }
            found = reference(e, c, 0, scope, offset)
          }
          guard let found else {
            throw SQLError(
              SQLState.undefinedColumn, "column \"\(name)\" specified in USING clause does not exist in \(side) table")
          }
          return found
        }
        let a = try find(leftEntries, "left")
        let b = try find(rightEntries, "right")
        parts.append(try operation("=", a, b, at: offset))
        let type = try commonType([a, b], "JOIN/USING")
        let ca = try coerceToCommon(a, type, "JOIN/USING")
        let cb = try coerceToCommon(b, type, "JOIN/USING")
        let value: TypedExpr
        switch kind {
        case .right: value = cb
        case .full: value = TypedExpr(.coalesce([ca, cb]), SQLType(type), offset)
        default: value = ca
        }
        var slot = -1
        if case .column(_, let s, _, _) = value.kind { slot = s }
        merged.append(ScopeColumn(name: name, type: value.type, slot: slot, merged: value))
      }
      if !parts.isEmpty { condition = parts.count == 1 ? parts[0] : TypedExpr(.and(parts), SQLType(Oid.bool), offset) }
      // Output: merged columns, then the rest of the left, then of the right.
      var columns = merged
      for (_, c) in visible(leftEntries) + visible(rightEntries) where !names.contains(c.name) {
        columns.append(c)
      }
      for e in leftEntries + rightEntries { e.columnsVisible = false }
      if let alias {
        for e in leftEntries + rightEntries { e.nameVisible = false }
        scope.entries.append(ScopeEntry(alias: alias.name, columns: columns, offset: offset))
      } else {
        scope.entries.append(ScopeEntry(alias: "", columns: columns, offset: offset))
      }
    } else if let on {
      // Only the two sides are in reach of ON.
      var hidden: [ScopeEntry] = []
      for e in scope.entries[..<start] where !e.isLateralOnly {
        e.isLateralOnly = true
        hidden.append(e)
      }
      let saved = scope.place
      scope.place = .joinOn
      condition = try booleanExpression(on, scope, "JOIN/ON")
      scope.place = saved
      for e in hidden { e.isLateralOnly = false }
    }
    if names == nil, let alias {
      var columns: [ScopeColumn] = []
      for (_, c) in visible(Array(scope.entries[start...])) { columns.append(c) }
      var renamed: [ScopeColumn] = []
      for (i, c) in columns.enumerated() {
        renamed.append(
          ScopeColumn(
            name: i < alias.columns.count ? alias.columns[i] : c.name, type: c.type, slot: c.slot, merged: c.merged,
            isBytewise: c.isBytewise))
      }
      for e in scope.entries[start...] {
        e.columnsVisible = false
        e.nameVisible = false
      }
      scope.entries.append(ScopeEntry(alias: alias.name, columns: renamed, offset: offset))
    }
    return .join(
      kind, l, r, condition, rightBase: rr.base, rightWidth: rr.width, leftBase: lr.base, leftWidth: lr.width)
  }
}
