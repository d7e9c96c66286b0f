// Tables from queries, views, materialized views, indexes, sequences and schemas. Source: PostgreSQL 15 manual, their reference pages.

internal import SimKernel

extension ClientSession {
  // MARK: Others

  func createTableAs(_ s: CreateTable) throws(SQLError) {
    guard let query = s.query else { return }
    let schema = try requireSchema(s.name, temporary: s.temporary)
    if catalog.relationOid(schema, s.name.name) != nil {
      if s.ifNotExists {
        notice("relation \"\(s.name.name)\" already exists, skipping", state: SQLState.duplicateTable)
        outcomes.append(.command(s.isMaterializedView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS"))
        return
      }
      throw SQLError(SQLState.duplicateTable, "relation \"\(s.name.name)\" already exists")
    }
    let a = Analyzer(session: self)
    let plan = try a.query(query, parent: nil)
    for i in plan.columns.indices where plan.columns[i].type.oid == Oid.unknown {
      try a.convertColumn(plan, i, SQLType(Oid.text))
    }
    let rows = s.withData ? try Execution(session: self, snapshot: snapshot()).run(plan, nil) : []
    var r = Relation(
      oid: newOid(), name: s.name.name, schema: schema, kind: s.isMaterializedView ? .materializedView : .table,
      owner: currentUser)
    r.isTemporary = s.temporary
    r.isUnlogged = s.unlogged
    for (i, c) in plan.columns.enumerated() {
      let name = i < s.columnNames.count ? s.columnNames[i] : c.name
      if r.columnIndex(name) != nil {
        throw SQLError(SQLState.duplicateColumn, "column \"\(name)\" specified more than once")
      }
      try refusePseudo(name, c.type)
      r.columns.append(Column(name: name, type: c.type, collation: c.isBytewise ? "C" : nil))
    }
    if s.isMaterializedView {
      r.view = ViewInfo(query: query, path: searchPath, text: currentQuery, checkOption: nil)
      r.view?.isPopulated = s.withData
    }
    let heap = Heap()
    for row in rows { heap.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, r)) }
    r.heap = heap
    r.onCommit = s.onCommit
    if s.onCommit == "drop" { transaction?.dropOnCommit.append(r.oid) }
    addRowType(&r)
    let final = r
    change { $0.put(final) }
    outcomes.append(
      .command(
        s.withData ? "SELECT \(rows.count)" : s.isMaterializedView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS"))
  }

  private func refusePseudo(_ name: String, _ type: SQLType) throws(SQLError) {
    guard type.oid != Oid.unknown, catalog.type(type.oid)?.form == .pseudo else { return }
    throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" has pseudo-type \(formatType(type))")
  }

  /// Gives a relation the type of its rows.
  func addRowType(_ r: inout Relation) {
    r.rowType = newOid()
    var rowType = TypeEntry(
      oid: r.rowType, name: r.name, sqlName: r.name, category: 0x43, isPreferred: false, length: -1, form: .composite)
    rowType.schema = r.schema
    rowType.relation = r.oid
    put(rowType)
  }

  func createView(
    _ name: QualifiedName, _ columns: [String], _ query: Query, orReplace: Bool, temporary: Bool, check: String?
  ) throws(SQLError) {
    let schema = try requireSchema(QualifiedName(parts: name.parts, offset: -1), temporary: temporary)
    let a = Analyzer(session: self)
    let plan = try a.query(query, parent: nil)
    var r = Relation(oid: newOid(), name: name.name, schema: schema, kind: .view, owner: currentUser)
    if columns.count > plan.columns.count {
      throw SQLError(SQLState.syntaxError, "CREATE VIEW specifies more column names than columns")
    }
    for (i, c) in plan.columns.enumerated() {
      let n = i < columns.count ? columns[i] : c.name
      if r.columnIndex(n) != nil {
        throw SQLError(SQLState.duplicateColumn, "column \"\(n)\" specified more than once")
      }
      try refusePseudo(n, c.type)
      r.columns.append(
        Column(
          name: n, type: c.type.oid == Oid.unknown ? SQLType(Oid.text) : c.type, collation: c.isBytewise ? "C" : nil))
    }
    if let old = catalog.relationOid(schema, name.name), let existing = catalog.relation(old) {
      guard orReplace else { throw SQLError(SQLState.duplicateTable, "relation \"\(name.name)\" already exists") }
      guard existing.kind == .view else { throw SQLError(SQLState.wrongObjectType, "\"\(name.name)\" is not a view") }
      if r.columns.count < existing.columns.count {
        throw SQLError(SQLState.invalidTableDefinition, "cannot drop columns from view")
      }
      for (i, c) in existing.columns.enumerated() {
        if c.name != r.columns[i].name {
          throw SQLError(
            SQLState.invalidTableDefinition,
            "cannot change name of view column \"\(c.name)\" to \"\(r.columns[i].name)\"",
            hint: "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.")
        }
        if c.type != r.columns[i].type {
          throw SQLError(
            SQLState.invalidTableDefinition,
            "cannot change data type of view column \"\(c.name)\" from \(formatType(c.type)) to \(formatType(r.columns[i].type))"
          )
        }
      }
      r.oid = old
      r.acl = existing.acl
      r.owner = existing.owner
    }
    r.view = ViewInfo(query: query, path: searchPath, text: currentQuery, checkOption: check)
    r.isTemporary = temporary
    addRowType(&r)
    let final = r
    change { $0.put(final) }
  }

  func refresh(_ name: QualifiedName, withData: Bool, concurrently: Bool = false) throws(SQLError) {
    let r = try existing(name, "materialized view")
    guard r.kind == .materializedView, let view = r.view else {
      throw SQLError(SQLState.featureNotSupported, "\"\(r.name)\" is not a materialized view")
    }
    if concurrently {
      if !view.isPopulated {
        throw SQLError(
          SQLState.featureNotSupported, "CONCURRENTLY cannot be used when the materialized view is not populated")
      }
      let usable = catalog.indexes(of: r.oid).contains {
        $0.index!.unique && $0.index!.predicate == nil && !$0.index!.columns.contains { $0.column < 0 }
      }
      if !usable {
        throw SQLError(
          SQLState.notInPrerequisiteState,
          "cannot refresh materialized view \"\(r.schema).\(r.name)\" concurrently",
          hint:
            "Create a unique index with no WHERE clause on one or more columns of the materialized view.")
      }
    }
    let plan = try self.plan(of: view)
    let rows = withData ? try Execution(session: self, snapshot: snapshot()).run(plan, nil) : []
    let heap = Heap()
    for row in rows { heap.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, r)) }
    changeRelation(r.oid) {
      $0.heap = heap
      $0.view?.isPopulated = withData
    }
  }

  func existing(_ name: QualifiedName, _ kind: String, at offset: Int = -1) throws(SQLError) -> Relation {
    guard let oid = findRelation(name), let r = catalog.relation(oid) else {
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist", at: offset)
    }
    return r
  }
  func requireOwner(_ r: Relation) throws(SQLError) {
    if !server.cluster.isMember(currentUser, of: r.owner) {
      throw SQLError(SQLState.insufficientPrivilege, "must be owner of \(r.kindName) \(r.name)")
    }
  }

  func createIndex(_ s: CreateIndex) throws(SQLError) {
    let r = try existing(s.table, "table", at: -1)
    guard r.isTableLike || r.kind == .materializedView else {
      throw SQLError(
        SQLState.wrongObjectType, "cannot create index on relation \"\(r.name)\"",
        detail: "This operation is not supported for \(r.kindName)s.")
    }
    try requireOwner(r)
    guard ["btree", "hash", "gin", "gist", "brin", "spgist"].contains(s.method) else {
      throw SQLError(SQLState.undefinedObject, "access method \"\(s.method)\" does not exist")
    }
    var columns: [IndexColumn] = []
    var label: [String] = []
    let a = Analyzer(session: self)
    for e in s.elements {
      var c = IndexColumn(column: -1, expression: nil)
      if let n = e.columnName {
        guard let i = r.columnIndex(n) else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" does not exist")
        }
        c.column = i
        label.append(n)
      } else {
        let typed = try a.defaulted(try a.expression(e.expression, scope(for: r, .index)))
        if !a.isImmutable(typed) { throw SQLError("42P17", "functions in index expression must be marked IMMUTABLE") }
        c.expression = typed
        var f = "expr"
        if case .call(let call) = e.expression.kind { f = call.name.name }
        label.append(f)
      }
      c.descending = e.descending
      c.nullsFirst = e.nullsFirst ?? e.descending
      c.operatorClass = e.operatorClass
      let type = c.column >= 0 ? r.columns[c.column].type : c.expression?.type ?? SQLType(Oid.text)
      try requireOperatorClass(s.method, type, e.operatorClass)
      columns.append(c)
    }
    if s.unique, r.kind == .partitioned, let key = r.partition {
      for k in key.columns where !columns.contains(where: { $0.column == k }) {
        throw SQLError(
          SQLState.featureNotSupported, "unique constraint on partitioned table must include all partitioning columns",
          detail:
            "UNIQUE constraint on table \"\(r.name)\" lacks column \"\(r.columns[k].name)\" which is part of the partition key."
        )
      }
    }
    var include: [Int] = []
    for n in s.include {
      guard let i = r.columnIndex(n) else { throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" does not exist") }
      include.append(i)
      label.append(n)
    }
    var unique: [String] = []
    for l in label {
      var n = l
      var k = 1
      while unique.contains(n) {
        n = l + String(k)
        k += 1
      }
      unique.append(n)
    }
    let name = s.name ?? freeName(objectName(r.name, joined(unique, "_"), "idx"), r.schema)
    if catalog.relationOid(r.schema, name) != nil {
      if s.ifNotExists {
        notice("relation \"\(name)\" already exists, skipping", state: SQLState.duplicateTable)
        return
      }
      throw SQLError(SQLState.duplicateTable, "relation \"\(name)\" already exists")
    }
    var predicate: TypedExpr?
    if let p = s.condition {
      let typed = try a.booleanExpression(p, scope(for: r, .indexPredicate), "WHERE")
      if !a.isImmutable(typed) { throw SQLError("42P17", "functions in index predicate must be marked IMMUTABLE") }
      predicate = typed
    }
    var index = Relation(
      oid: newOid(), name: name, schema: r.schema, kind: r.kind == .partitioned ? .partitionedIndex : .index,
      owner: r.owner)
    index.index = IndexInfo(
      table: r.oid, unique: s.unique, primary: false, method: s.method, columns: columns, include: include,
      predicate: predicate, nullsNotDistinct: s.nullsNotDistinct)
    index.index?.options = s.options
    try checkExistingUnique(index, r)
    let final = index
    change { $0.put(final) }
    if r.kind == .partitioned {
      if !s.only {
        for child in partitionOrder(r) { partitionIndex(final, r, child) }
      } else if !catalog.children(of: r.oid).isEmpty {
        changeRelation(final.oid) { $0.index?.isValid = false }
      }
    }
  }

  // MARK: Sequences

  func apply(_ options: [SequenceOption], _ q: inout SequenceInfo, isNew: Bool) throws(SQLError) {
    var explicitMin: Int64?
    var explicitMax: Int64?
    var explicitStart: Int64?
    for o in options {
      switch o {
      case .type(let t): q.type = try Analyzer(session: self).resolveType(t).oid
      case .increment(let n):
        if n == 0 { throw SQLError(SQLState.invalidParameterValue, "INCREMENT must not be zero") }
        q.increment = n
      case .minimum(let n): explicitMin = n
      case .maximum(let n): explicitMax = n
      case .start(let n): explicitStart = n
      case .restart(let n):
        q.state.last = n ?? q.start
        q.state.isCalled = false
      case .cache(let n): q.cache = n
      case .cycle(let b): q.cycle = b
      case .ownedBy(let parts):
        guard parts.count >= 2 else {
          if parts != ["none"] {
            throw SQLError(
              SQLState.syntaxError, "invalid OWNED BY option",
              hint: "Specify OWNED BY table.column or OWNED BY NONE.")
          }
          q.ownerTable = 0
          continue
        }
        let table = try existing(QualifiedName(parts: Array(parts.dropLast()), offset: -1), "table")
        guard let c = table.columnIndex(parts[parts.count - 1]) else {
          throw SQLError(
            SQLState.undefinedColumn,
            "column \"\(parts[parts.count - 1])\" of relation \"\(table.name)\" does not exist")
        }
        q.ownerTable = table.oid
        q.ownerColumn = c
      case .name: break
      }
    }
    let top: Int64 = q.type == Oid.int2 ? 32_767 : q.type == Oid.int4 ? 2_147_483_647 : Int64.max
    if isNew {
      q.minimum = q.increment > 0 ? 1 : -top - 1
      q.maximum = q.increment > 0 ? top : -1
    }
    if let n = explicitMin { q.minimum = n }
    if let n = explicitMax { q.maximum = n }
    if q.minimum >= q.maximum {
      throw SQLError(
        SQLState.invalidParameterValue, "MINVALUE (\(q.minimum)) must be less than MAXVALUE (\(q.maximum))")
    }
    if isNew { q.start = q.increment > 0 ? q.minimum : q.maximum }
    if let n = explicitStart { q.start = n }
    if q.start < q.minimum {
      throw SQLError(
        SQLState.invalidParameterValue, "START value (\(q.start)) cannot be less than MINVALUE (\(q.minimum))")
    }
    if q.start > q.maximum {
      throw SQLError(
        SQLState.invalidParameterValue, "START value (\(q.start)) cannot be greater than MAXVALUE (\(q.maximum))")
    }
    if isNew { q.state.last = q.start }
  }

  /// What the sequence of a column is called: as SEQUENCE NAME has it, or after the table and the column.
  func sequenceName(_ table: String, _ column: String, _ schema: String, _ options: [SequenceOption]) throws(SQLError)
    -> String
  {
    for case .name(let given) in options {
      if catalog.relationOid(given.schema ?? schema, given.name) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(given.name)\" already exists")
      }
      return given.name
    }
    return freeName(objectName(table, column, "seq"), schema)
  }

  func makeSequence(
    _ name: String, _ schema: String, _ type: Int32, _ options: [SequenceOption], temporary: Bool, owner: (Int32, Int)?,
    isIdentity: Bool
  ) throws(SQLError) -> Int32 {
    var q = SequenceInfo(state: SequenceState(last: 1))
    q.type = type
    try apply(options, &q, isNew: true)
    if let owner {
      q.ownerTable = owner.0
      q.ownerColumn = owner.1
    }
    q.isIdentity = isIdentity
    var r = Relation(oid: newOid(), name: name, schema: schema, kind: .sequence, owner: currentUser)
    r.acl = initialAcl("SEQUENCE", schema: schema)
    r.sequence = q
    r.isTemporary = temporary
    let final = r
    change { $0.put(final) }
    return r.oid
  }

  func createSequence(_ name: QualifiedName, _ options: [SequenceOption], ifNotExists: Bool, temporary: Bool)
    throws(SQLError)
  {
    let schema = try requireSchema(name, temporary: temporary)
    if catalog.relationOid(schema, name.name) != nil {
      if ifNotExists {
        notice("relation \"\(name.name)\" already exists, skipping", state: SQLState.duplicateTable)
        return
      }
      throw SQLError(SQLState.duplicateTable, "relation \"\(name.name)\" already exists")
    }
    _ = try makeSequence(name.name, schema, Oid.int8, options, temporary: temporary, owner: nil, isIdentity: false)
  }

  func alterSequence(_ name: QualifiedName, _ options: [SequenceOption], ifExists: Bool) throws(SQLError) {
    guard let oid = findRelation(name), let r = catalog.relation(oid) else {
      if ifExists {
        notice("relation \"\(name.text)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    guard var q = r.sequence else { throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a sequence") }
    try apply(options, &q, isNew: false)
    let final = q
    changeRelation(oid) { $0.sequence = final }
  }

  // MARK: Schemas and types

  func createSchema(_ name: String?, ifNotExists: Bool, owner: String?, _ statements: [Statement]) throws(SQLError) {
    let actual = name ?? owner ?? currentUser
    if !hasPrivilege(currentUser, 0x43, database.acl, database.owner) {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for database \(database.name)")
    }
    if catalog.schemas[actual] != nil {
      if ifNotExists {
        notice("schema \"\(actual)\" already exists, skipping", state: SQLState.duplicateSchema)
        return
      }
      throw SQLError(SQLState.duplicateSchema, "schema \"\(actual)\" already exists")
    }
    if actual.hasPrefix("pg_") {
      throw SQLError(
        "42939", "unacceptable schema name \"\(actual)\"", detail: "The prefix \"pg_\" is reserved for system schemas.")
    }
    let entry = SchemaEntry(
      oid: newOid(), name: actual,
      owner: try owner.map { (o: String) throws(SQLError) -> String in try resolveRole(o) } ?? currentUser)
    change { $0.schemas[actual] = entry }
    // What is made with the schema is made inside it, and says nothing of its own.
    let path = settings["search_path"]
    defer { settings["search_path"] = path }
    settings["search_path"] = quotedIdentifier(actual) + ", " + (try setting("search_path"))
    let shown = outcomes
    for s in statements { try run(s) }
    outcomes = shown
  }
}
