// CREATE TABLE, INDEX, VIEW, SEQUENCE, SCHEMA, TYPE; and what drops them. Source: PostgreSQL 15 manual, part VI.

internal import SimKernel

extension ClientSession {
  func newOid() -> Int32 { server.cluster.newOid() }

  func requireSchema(_ name: QualifiedName, temporary: Bool = false) throws(SQLError) -> String {
    if temporary {
      if catalog.schemas[tempSchema] == nil {
        let entry = SchemaEntry(oid: newOid(), name: tempSchema, owner: currentUser)
        change { $0.schemas[self.tempSchema] = entry }
      }
      return tempSchema
    }
    let schema: String
    if let given = name.schema {
      guard catalog.schemas[given] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(given)\" does not exist", at: name.offset)
      }
      schema = given
    } else {
      guard let found = creationSchema else {
        throw SQLError(SQLState.invalidSchemaName, "no schema has been selected to create in", at: name.offset)
      }
      schema = found
    }
    if let entry = catalog.schemas[schema], !hasPrivilege(currentUser, 0x43, entry.acl, entry.owner) {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for schema \(schema)", at: name.offset)
    }
    return schema
  }

  func freeName(_ base: String, _ schema: String) -> String {
    var name = base
    var n = 1
    while catalog.relationOid(schema, name) != nil {
      name = base + String(n)
      n += 1
    }
    return name
  }

  /// `table_column_suffix`, shortened to 63 bytes.
  func objectName(_ table: String, _ column: String?, _ suffix: String) -> String {
    var a = Array(table.utf8)
    var b = Array((column ?? "").utf8)
    let overhead = suffix.utf8.count + 1 + (column == nil ? 0 : 1)
    while a.count + b.count + overhead > 63 { if a.count > b.count { a.removeLast() } else { b.removeLast() } }
    return String(decoding: a, as: UTF8.self) + (column == nil ? "" : "_" + String(decoding: b, as: UTF8.self)) + "_"
      + suffix
  }

  func constraintName(_ table: Relation, _ base: String) -> String {
    var name = base
    var n = 1
    while table.constraints.contains(where: { $0.name == name })
      || (base.hasSuffix("key") || base.hasSuffix("pkey")) && catalog.relationOid(table.schema, name) != nil
    {
      name = base + String(n)
      n += 1
    }
    return name
  }

  private func scope(for relation: Relation, _ place: ExprPlace) -> Scope {
    let scope = Scope(parent: nil, plan: QueryPlan(id: 0))
    var columns: [ScopeColumn] = []
    for (i, c) in relation.liveColumns {
      var s = ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil)
      s.column = i
      columns.append(s)
    }
    scope.entries.append(ScopeEntry(alias: relation.name, tableName: relation.name, columns: columns, offset: -1))
    scope.place = place
    return scope
  }

  // MARK: CREATE TABLE

  func createTable(_ s: CreateTable) throws(SQLError) {
    let schema = try requireSchema(s.name, temporary: s.temporary)
    if catalog.relationOid(schema, s.name.name) != nil {
      if s.ifNotExists {
        notice("relation \"\(s.name.name)\" already exists, skipping", state: SQLState.duplicateTable)
        return
      }
      throw SQLError(SQLState.duplicateTable, "relation \"\(s.name.name)\" already exists")
    }
    var r = Relation(
      oid: newOid(), name: s.name.name, schema: schema, kind: s.partitionBy == nil ? .table : .partitioned,
      owner: currentUser)
    r.isTemporary = s.temporary
    r.isUnlogged = s.unlogged
    r.onCommit = s.onCommit
    if s.onCommit == "drop" { transaction?.dropOnCommit.append(r.oid) }
    r.options = s.options
    r.relfilenode = r.oid
    if r.kind == .table { r.heap = Heap() }
    var elements = s.elements
    if let parentName = s.partitionOf {
      guard let oid = findRelation(parentName), let parent = catalog.relation(oid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(parentName.text)\" does not exist", at: -1)
      }
      guard parent.kind == .partitioned else {
        throw SQLError(SQLState.wrongObjectType, "\"\(parent.name)\" is not partitioned")
      }
      for (_, c) in parent.liveColumns {
        var copy = c
        copy.isLocal = false
        r.columns.append(copy)
      }
      r.partitionOf = oid
      if let bound = s.bound { (r.bound, r.boundText) = try partitionBound(bound, parent) }
    }
    for name in s.inherits {
      guard let oid = findRelation(name), let parent = catalog.relation(oid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
      }
      for (_, c) in parent.liveColumns where r.columnIndex(c.name) == nil { r.columns.append(c) }
      for c in parent.constraints where c.kind == .check {
        var copy = c
        copy.isLocal = false
        r.constraints.append(copy)
      }
      r.inherits.append(oid)
    }
    var clauses: [(ConstraintClause, String?)] = []
    var serials: [(Int, Int32, UInt8, [SequenceOption])] = []
    var likeIndexes: [Relation] = []
    for element in elements {
      switch element {
      case .column(let d):
        if r.columnIndex(d.name) != nil, s.inherits.isEmpty {
          throw SQLError(SQLState.duplicateColumn, "column \"\(d.name)\" specified more than once")
        }
        let (column, serial) = try makeColumn(d)
        r.columns.append(column)
        if let serial { serials.append((r.columns.count - 1, serial.0, serial.1, serial.2)) }
        for c in d.constraints { clauses.append((c, d.name)) }
      case .constraint(let c): clauses.append((c, nil))
      case .like(let name, let options):
        guard let oid = findRelation(name), let source = catalog.relation(oid) else {
          throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist", at: name.offset)
        }
        let all = options.contains("all")
        for (_, c) in source.liveColumns {
          var copy = Column(name: c.name, type: c.type)
          copy.notNull = c.notNull
          if all || options.contains("defaults") { copy.defaultExpr = c.defaultExpr }
          r.columns.append(copy)
        }
        if all || options.contains("constraints") {
          for c in source.constraints where c.kind == .check { r.constraints.append(c) }
        }
        if all || options.contains("indexes") { likeIndexes.append(source) }
        if all || options.contains("identity") {
          for c in source.columns where c.identity != 0 && !c.isDropped {
            serials.append((r.columnIndex(c.name)!, c.type.oid, c.identity, []))
          }
        }
        if all || options.contains("comments") {
          r.comment = nil
          for (_, c) in source.liveColumns { r.columns[r.columnIndex(c.name)!].comment = c.comment }
        }
      }
    }
    elements = []
    if let p = s.partitionBy {
      var columns: [Int] = []
      var names: [String] = []
      for e in p.columns {
        guard case .column(let parts) = e.kind else { throw .notSimulated("partition keys that are expressions") }
        guard let i = r.columnIndex(parts[0]) else {
          throw SQLError(
            SQLState.undefinedColumn, "column \"\(parts[0])\" named in partition key does not exist", at: e.offset)
        }
        columns.append(i)
        names.append(parts[0])
      }
      r.partition = PartitionInfo(strategy: p.strategy, columns: columns, names: names)
    }
    r.rowType = newOid()
    let arrayOid = newOid()
    var rowType = TypeEntry(
      oid: r.rowType, name: r.name, sqlName: r.name, category: 0x43, isPreferred: false, length: -1, form: .composite)
    rowType.schema = schema
    rowType.relation = r.oid
    rowType.arrayOid = arrayOid
    rowType.owner = currentUser
    var array = TypeEntry(
      oid: arrayOid, name: "_" + r.name, sqlName: r.name + "[]", category: 0x41, isPreferred: false, length: -1,
      form: .array)
    array.elementOid = r.rowType
    array.schema = schema
    // Sequences come before the table, as the server makes them.
    var made: [Int32] = []
    for (i, type, identity, options) in serials {
      let name = freeName(objectName(r.name, r.columns[i].name, "seq"), schema)
      let oid = try makeSequence(
        name, schema, type, options, temporary: s.temporary, owner: (r.oid, i), isIdentity: identity != 0)
      made.append(oid)
      r.columns[i].sequence = oid
      r.columns[i].identity = identity
      r.columns[i].notNull = true
      if identity == 0 { r.columns[i].defaultExpr = try nextvalDefault(oid, r.columns[i].type) }
    }
    let finalRow = rowType
    let finalArray = array
    let initial = r
    change {
      $0.put(finalRow)
      $0.put(finalArray)
      $0.put(initial)
    }
    // Defaults and generated columns first, then the constraints: keys before checks and references.
    for (c, column) in clauses {
      guard let column else { continue }
      switch c.kind {
      case .defaultValue(let e):
        let i = catalog.relation(r.oid)!.columnIndex(column)!
        let typed = try analyseDefault(e, catalog.relation(r.oid)!.columns[i])
        changeRelation(r.oid) { $0.columns[i].defaultExpr = typed }
      case .generated(let e):
        let current = catalog.relation(r.oid)!
        let i = current.columnIndex(column)!
        let a = Analyzer(session: self)
        let typed = try a.coerceForAssignment(
          try a.expression(e, scope(for: current, .generated)), current.columns[i], at: e.offset)
        changeRelation(r.oid) {
          $0.columns[i].defaultExpr = typed
          $0.columns[i].isGenerated = true
        }
      default: break
      }
    }
    for pass in 0..<3 {
      for (c, column) in clauses {
        switch c.kind {
        case .primaryKey, .unique, .usingIndex:
          if pass == 0 { try addConstraint(c, r.oid, column: column, isNew: true) }
        case .check: if pass == 1 { try addConstraint(c, r.oid, column: column, isNew: true) }
        case .foreignKey: if pass == 2 { try addConstraint(c, r.oid, column: column, isNew: true) }
        default: break
        }
      }
    }
    for source in likeIndexes { try copyIndexes(source, r.oid) }
    // A partition has the parent's keys and indexes.
    if r.partitionOf != 0, let parent = catalog.relation(r.partitionOf) {
      for c in parent.constraints {
        switch c.kind {
        case .primaryKey, .unique:
          var names: [String] = []
          for k in c.columns { names.append(parent.columns[k].name) }
          let clause = ConstraintClause(
            name: nil, kind: c.kind == .primaryKey ? .primaryKey(names) : .unique(names, nullsNotDistinct: false),
            offset: -1)
          try addConstraint(clause, r.oid, column: nil, isNew: true)
        case .check, .foreignKey: changeRelation(r.oid) { $0.constraints.append(c) }
        }
      }
    }
  }

  /// LIKE … INCLUDING INDEXES: keys under new names, other indexes too.
  private func copyIndexes(_ source: Relation, _ table: Int32) throws(SQLError) {
    for i in catalog.indexes(of: source.oid) {
      guard var info = i.index, let r = catalog.relation(table) else { continue }
      func place(_ k: Int) -> Int { k < 0 ? k : r.columnIndex(source.columns[k].name) ?? 0 }
      if info.constraint != 0 {
        let names = info.columns.map { source.columns[$0.column].name }
        try addConstraint(
          ConstraintClause(
            name: nil,
            kind: info.primary ? .primaryKey(names) : .unique(names, nullsNotDistinct: info.nullsNotDistinct),
            offset: -1), table, column: nil, isNew: true)
        continue
      }
      for k in info.columns.indices { info.columns[k].column = place(info.columns[k].column) }
      info.include = info.include.map { place($0) }
      info.table = table
      var label: [String] = []
      for c in info.columns { label.append(c.column >= 0 ? r.columns[c.column].name : "expr") }
      var copy = Relation(
        oid: newOid(), name: freeName(objectName(r.name, joined(label, "_"), "idx"), r.schema), schema: r.schema,
        kind: .index, owner: r.owner)
      copy.index = info
      let final = copy
      change { $0.put(final) }
    }
  }

  private func partitionBound(_ bound: PartitionBound, _ parent: Relation) throws(SQLError) -> (BoundInfo, String) {
    guard let info = parent.partition else { return (.defaultPartition, "DEFAULT") }
    func value(_ e: Expr, _ k: Int) throws(SQLError) -> (Value?, String) {
      if case .column(let parts) = e.kind, parts == ["minvalue"] || parts == ["maxvalue"] {
        return (nil, uppercasedASCII(parts[0]))
      }
      let column = parent.columns[info.columns[k]]
      let a = Analyzer(session: self)
      let typed = try a.coerceForAssignment(
        try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0))), column, at: e.offset)
      let v = try Execution(session: self, snapshot: snapshot()).evaluate(typed, Frame(parent: nil))
      if v.isNull { return (.null, "NULL") }
      if case .int = v { return (v, output(v, column.type.oid)) }
      return (v, quotedLiteral(output(v, column.type.oid)))
    }
    switch bound {
    case .defaultPartition: return (.defaultPartition, "DEFAULT")
    case .list(let list):
      var values: Row = []
      var texts: [String] = []
      for e in list {
        let (v, t) = try value(e, 0)
        values.append(v ?? .null)
        texts.append(t)
      }
      return (.list(values), "FOR VALUES IN (\(joined(texts, ", ")))")
    case .range(let low, let high):
      var l: [Value?] = []
      var h: [Value?] = []
      var lt: [String] = []
      var ht: [String] = []
      for (k, e) in low.enumerated() {
        let (v, t) = try value(e, k)
        l.append(v)
        lt.append(t)
      }
      for (k, e) in high.enumerated() {
        let (v, t) = try value(e, k)
        h.append(v)
        ht.append(t)
      }
      return (.range(l, h), "FOR VALUES FROM (\(joined(lt, ", "))) TO (\(joined(ht, ", ")))")
    case .hash(let m, let r): return (.hash(m, r), "FOR VALUES WITH (modulus \(m), remainder \(r))")
    }
  }

  private func analyseDefault(_ e: Expr, _ column: Column) throws(SQLError) -> TypedExpr {
    let a = Analyzer(session: self)
    let s = Scope(parent: nil, plan: QueryPlan(id: 0))
    s.place = .defaultValue
    if case .column(let parts) = e.kind, parts.count >= 1 {
      throw SQLError(SQLState.featureNotSupported, "cannot use column reference in DEFAULT expression", at: e.offset)
    }
    let typed: TypedExpr
    if case .array(let items) = e.kind, items.isEmpty, a.isArray(column.type.oid) {
      typed = TypedExpr(.array([], element: a.elementType(column.type.oid), nested: false), column.type, e.offset)
    } else {
      typed = try a.expression(e, s)
    }
    if let result = try a.tryCoerce(typed, column.type, .assignment, .implicitCast) { return result }
    throw SQLError(
      SQLState.datatypeMismatch,
      "column \"\(column.name)\" is of type \(formatType(SQLType(column.type.oid))) but default expression is of type \(formatType(SQLType(typed.type.oid)))",
      hint: "You will need to rewrite or cast the expression.")
  }

  func nextvalDefault(_ sequence: Int32, _ type: SQLType) throws(SQLError) -> TypedExpr {
    let a = Analyzer(session: self)
    let call = try a.callBuiltin(
      "nextval", [TypedExpr(.constant(.int(Int64(sequence))), SQLType(Oid.regclass))], -1, style: .call)
    return try a.coerce(call, type, .assignment, .implicitCast)
  }

  /// A column and, for serial and identity, the sequence's type, kind and options.
  func makeColumn(_ d: ColumnDefinition) throws(SQLError) -> (Column, (Int32, UInt8, [SequenceOption])?) {
    var serial: (Int32, UInt8, [SequenceOption])?
    let word = d.type.name.parts.count == 1 ? d.type.name.name : ""
    let type: SQLType
    switch word {
    case "serial", "serial4":
      type = SQLType(Oid.int4)
      serial = (Oid.int4, 0, [])
    case "bigserial", "serial8":
      type = SQLType(Oid.int8)
      serial = (Oid.int8, 0, [])
    case "smallserial", "serial2":
      type = SQLType(Oid.int2)
      serial = (Oid.int2, 0, [])
    default: type = try Analyzer(session: self).resolveType(d.type)
    }
    if let entry = catalog.type(type.oid), entry.form == .pseudo {
      throw SQLError(SQLState.invalidTableDefinition, "column \"\(d.name)\" has pseudo-type \(formatType(type))")
    }
    if ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"].contains(d.name) {
      throw SQLError(SQLState.duplicateColumn, "column name \"\(d.name)\" conflicts with a system column name")
    }
    var column = Column(name: d.name, type: type)
    column.collation = d.collation?.name
    for c in d.constraints {
      switch c.kind {
      case .notNull, .primaryKey: column.notNull = true
      case .identity(let always, let options):
        guard [Oid.int2, Oid.int4, Oid.int8].contains(type.oid) else {
          throw SQLError(SQLState.invalidParameterValue, "identity column type must be smallint, integer, or bigint")
        }
        serial = (type.oid, always ? 97 : 100, options)
      default: break
      }
    }
    return (column, serial)
  }

  func addConstraint(_ c: ConstraintClause, _ table: Int32, column: String?, isNew: Bool) throws(SQLError) {
    guard let r = catalog.relation(table) else { return }
    func positions(_ names: [String]) throws(SQLError) -> [Int] {
      var out: [Int] = []
      for n in names {
        guard let i = r.columnIndex(n) else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" named in key does not exist", at: c.offset)
        }
        if out.contains(i) {
          throw SQLError(
            SQLState.duplicateColumn,
            "column \"\(n)\" appears twice in \({ if case .primaryKey = c.kind { return "primary key" } else { return "unique" } }()) constraint",
            at: c.offset)
        }
        out.append(i)
      }
      return out
    }
    if let name = c.name, r.constraints.contains(where: { $0.name == name }) {
      // Constraints that are indexes are told so by the index, once a second primary key has been ruled out.
      var isIndex = false
      switch c.kind {
      case .primaryKey:
        if r.primaryKey != nil {
          throw SQLError(
            SQLState.invalidTableDefinition, "multiple primary keys for table \"\(r.name)\" are not allowed")
        }
        isIndex = true
      case .unique: isIndex = true
      default: break
      }
      if isIndex, catalog.relationOid(r.schema, name) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(name)\" already exists")
      }
      throw SQLError(SQLState.duplicateObject, "constraint \"\(name)\" for relation \"\(r.name)\" already exists")
    }
    switch c.kind {
    case .primaryKey(let names), .unique(let names, _):
      var primary = false
      var notDistinct = false
      if case .primaryKey = c.kind { primary = true }
      if case .unique(_, let d) = c.kind { notDistinct = d }
      if primary, r.primaryKey != nil {
        throw SQLError(
          SQLState.invalidTableDefinition, "multiple primary keys for table \"\(r.name)\" are not allowed",
          at: isNew ? c.offset : -1)
      }
      let columns = try positions(names.isEmpty ? [column ?? ""] : names)
      if r.kind == .partitioned, let p = r.partition {
        for k in p.columns where !columns.contains(k) {
          throw SQLError(
            SQLState.featureNotSupported,
            "unique constraint on partitioned table must include all partitioning columns",
            detail:
              "\(primary ? "PRIMARY KEY" : "UNIQUE") constraint on table \"\(r.name)\" lacks column \"\(r.columns[k].name)\" which is part of the partition key."
          )
        }
      }
      var label: [String] = []
      for k in columns { label.append(r.columns[k].name) }
      let name =
        c.name
        ?? freeName(primary ? objectName(r.name, nil, "pkey") : objectName(r.name, joined(label, "_"), "key"), r.schema)
      if c.name != nil, catalog.relationOid(r.schema, name) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(name)\" already exists")
      }
      if primary {
        try checkNoNulls(r, columns)
        changeRelation(table) { for k in columns { $0.columns[k].notNull = true } }
      }
      var index = Relation(
        oid: newOid(), name: name, schema: r.schema, kind: r.kind == .partitioned ? .partitionedIndex : .index,
        owner: r.owner)
      let oid = newOid()
      index.index = IndexInfo(
        table: table, unique: true, primary: primary, method: "btree",
        columns: columns.map { IndexColumn(column: $0, expression: nil) }, include: [], predicate: nil,
        nullsNotDistinct: notDistinct, constraint: oid)
      try checkExistingUnique(index, catalog.relation(table)!)
      var constraint = Constraint(oid: oid, name: name, kind: primary ? .primaryKey : .unique, columns: columns)
      constraint.index = index.oid
      constraint.deferrable = c.deferrable
      constraint.initiallyDeferred = c.initiallyDeferred
      let final = constraint
      let finalIndex = index
      change { $0.put(finalIndex) }
      changeRelation(table) { $0.constraints.append(final) }
      if r.kind == .partitioned, !isNew {
        for child in descendants(of: r) {
          try addConstraint(
            ConstraintClause(name: nil, kind: c.kind, offset: -1), child.oid, column: column, isNew: false)
        }
      }
    case .check(let e):
      let a = Analyzer(session: self)
      let s = scope(for: r, .check)
      let typed = try a.booleanExpression(e, s, "CHECK")
      var used: [Int] = []
      walkExpression(typed) { x in
        if case .column(level: 0, let slot, _, _) = x.kind {
          let i = s.entries[0].columns[slot].column
          if !used.contains(i) { used.append(i) }
        }
      }
      let name =
        c.name ?? constraintName(r, objectName(r.name, used.count == 1 ? r.columns[used[0]].name : nil, "check"))
      var constraint = Constraint(oid: newOid(), name: name, kind: .check, columns: used)
      constraint.check = typed
      constraint.isValid = !c.notValid
      if !isNew, !c.notValid {
        let execution = Execution(session: self, snapshot: snapshot())
        for target in [r] + descendants(of: r) {
          for tuple in target.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
            let f = Frame(parent: nil)
            f.values = execution.visible(complete(tuple.values, target), target)
            if case .bool(false) = try execution.evaluate(typed, f) {
              throw SQLError(
                SQLState.checkViolation,
                "check constraint \"\(name)\" of relation \"\(r.name)\" is violated by some row")
            }
          }
        }
      }
      let final = constraint
      for target in [r] + descendants(of: r) { changeRelation(target.oid) { $0.constraints.append(final) } }
    case .foreignKey(let names, let reference):
      guard let oid = findRelation(reference.table), let target = oid == table ? r : catalog.relation(oid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(reference.table.text)\" does not exist")
      }
      guard target.isTableLike else {
        throw SQLError(SQLState.wrongObjectType, "referenced relation \"\(target.name)\" is not a table")
      }
      if r.owner != currentUser || true, !hasPrivilege(currentUser, 0x78, target.acl, target.owner) {
        throw SQLError(SQLState.insufficientPrivilege, "permission denied for table \(target.name)")
      }
      var columns: [Int] = []
      for n in names.isEmpty ? [column ?? ""] : names {
        guard let i = r.columnIndex(n) else {
          throw SQLError(
            SQLState.undefinedColumn, "column \"\(n)\" referenced in foreign key constraint does not exist")
        }
        columns.append(i)
      }
      var foreign: [Int] = []
      if reference.columns.isEmpty {
        guard let key = target.primaryKey else {
          throw SQLError(SQLState.undefinedObject, "there is no primary key for referenced table \"\(target.name)\"")
        }
        foreign = key.columns
      } else {
        for n in reference.columns {
          guard let i = target.columnIndex(n) else {
            throw SQLError(
              SQLState.undefinedColumn, "column \"\(n)\" referenced in foreign key constraint does not exist")
          }
          foreign.append(i)
        }
        var found = false
        for i in catalog.indexes(of: target.oid) {
          guard let info = i.index, info.unique, info.predicate == nil else { continue }
          if Set(info.columns.map { $0.column }) == Set(foreign) { found = true }
        }
        if !found {
          throw SQLError(
            SQLState.invalidForeignKey,
            "there is no unique constraint matching given keys for referenced table \"\(target.name)\"")
        }
      }
      guard foreign.count == columns.count else {
        throw SQLError(
          SQLState.invalidForeignKey, "number of referencing and referenced columns for foreign key disagree")
      }
      var label: [String] = []
      for k in columns { label.append(r.columns[k].name) }
      let name = c.name ?? constraintName(r, objectName(r.name, joined(label, "_"), "fkey"))
      let a = Analyzer(session: self)
      for (k, i) in columns.enumerated() {
        let (x, y) = (r.columns[i].type.oid, target.columns[foreign[k]].type.oid)
        if a.findOperator("=", a.baseType(y), a.baseType(x)) == nil, a.baseType(x) != a.baseType(y), !a.canCoerce(x, y)
        {
          throw SQLError(
            SQLState.datatypeMismatch, "foreign key constraint \"\(name)\" cannot be implemented",
            detail:
              "Key columns \"\(r.columns[i].name)\" and \"\(target.columns[foreign[k]].name)\" are of incompatible types: \(formatType(r.columns[i].type)) and \(formatType(target.columns[foreign[k]].type))."
          )
        }
      }
      var constraint = Constraint(oid: newOid(), name: name, kind: .foreignKey, columns: columns)
      constraint.foreignTable = oid
      constraint.foreignColumns = foreign
      constraint.onDelete = reference.onDelete
      constraint.onUpdate = reference.onUpdate
      constraint.matchFull = reference.matchFull
      constraint.deferrable = c.deferrable
      constraint.initiallyDeferred = c.initiallyDeferred
      constraint.isValid = !c.notValid
      if !isNew, !c.notValid {
        let execution = Execution(session: self, snapshot: snapshot())
        for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
          try checkForeignKey(complete(tuple.values, r), r, constraint, execution)
        }
      }
      let final = constraint
      changeRelation(table) { $0.constraints.append(final) }
    case .usingIndex: throw .notSimulated("constraints USING INDEX")
    default: break
    }
  }

  private func checkNoNulls(_ r: Relation, _ columns: [Int]) throws(SQLError) {
    let s = snapshot()
    for target in [r] + descendants(of: r) {
      for tuple in target.heap?.tuples ?? [] where log.isVisible(tuple, s) {
        let row = complete(tuple.values, target)
        for k in columns where row[k].isNull {
          throw SQLError(
            SQLState.notNullViolation,
            "column \"\(r.columns[k].name)\" of relation \"\(target.name)\" contains null values")
        }
      }
    }
  }

  func checkExistingUnique(_ index: Relation, _ table: Relation) throws(SQLError) {
    guard let info = index.index, info.unique, let heap = table.heap else { return }
    let execution = Execution(session: self, snapshot: snapshot())
    var seen: Set<String> = []
    for tuple in heap.tuples where log.isLive(tuple) {
      guard let key = try execution.indexKey(complete(tuple.values, table), info, table) else { continue }
      if !info.nullsNotDistinct, key.contains(where: { $0.isNull }) { continue }
      if !seen.insert(hashKey(key)).inserted {
        var e = execution.uniqueError(index, info, key, table)
        e.message = "could not create unique index \"\(index.name)\""
        e.detail = e.detail.map { replaced($0, "already exists.", "is duplicated.") }
        throw e
      }
    }
  }

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
      r.columns.append(Column(name: name, type: c.type))
    }
    if s.isMaterializedView {
      r.view = ViewInfo(query: query, text: "", checkOption: nil)
      r.view?.isPopulated = s.withData
    }
    let heap = Heap()
    for row in rows { heap.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, r)) }
    r.heap = heap
    try addRowType(&r)
    let final = r
    change { $0.put(final) }
    outcomes.append(
      .command(
        s.withData ? "SELECT \(rows.count)" : s.isMaterializedView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS"))
  }

  private func addRowType(_ r: inout Relation) throws(SQLError) {
    r.rowType = newOid()
    var rowType = TypeEntry(
      oid: r.rowType, name: r.name, sqlName: r.name, category: 0x43, isPreferred: false, length: -1, form: .composite)
    rowType.schema = r.schema
    rowType.relation = r.oid
    rowType.arrayOid = newOid()
    var array = TypeEntry(
      oid: rowType.arrayOid, name: "_" + r.name, sqlName: r.name + "[]", category: 0x41, isPreferred: false, length: -1,
      form: .array)
    array.elementOid = r.rowType
    array.schema = r.schema
    let a = rowType
    let b = array
    change {
      $0.put(a)
      $0.put(b)
    }
  }

  func createView(
    _ name: QualifiedName, _ columns: [String], _ query: Query, orReplace: Bool, temporary: Bool, check: String?
  ) throws(SQLError) {
    let schema = try requireSchema(name, temporary: temporary)
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
      r.columns.append(Column(name: n, type: c.type.oid == Oid.unknown ? SQLType(Oid.text) : c.type))
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
    r.view = ViewInfo(query: query, text: "", analysed: plan, checkOption: check)
    r.isTemporary = temporary
    try addRowType(&r)
    let final = r
    change { $0.put(final) }
  }

  func refresh(_ name: QualifiedName, withData: Bool) throws(SQLError) {
    let r = try existing(name, "materialized view")
    guard r.kind == .materializedView, let view = r.view else {
      throw SQLError(SQLState.featureNotSupported, "\"\(r.name)\" is not a materialized view")
    }
    let plan = try Analyzer(session: self).query(view.query, parent: nil)
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
        c.expression = try a.defaulted(try a.expression(e.expression, scope(for: r, .index)))
        var f = "expr"
        if case .call(let call) = e.expression.kind { f = call.name.name }
        label.append(f)
      }
      c.descending = e.descending
      c.nullsFirst = e.nullsFirst ?? e.descending
      c.operatorClass = e.operatorClass
      columns.append(c)
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
    if let p = s.condition { predicate = try a.booleanExpression(p, scope(for: r, .indexPredicate), "WHERE") }
    var index = Relation(
      oid: newOid(), name: name, schema: r.schema, kind: r.kind == .partitioned ? .partitionedIndex : .index,
      owner: r.owner)
    index.index = IndexInfo(
      table: r.oid, unique: s.unique, primary: false, method: s.method, columns: columns, include: include,
      predicate: predicate, nullsNotDistinct: s.nullsNotDistinct)
    try checkExistingUnique(index, r)
    let final = index
    change { $0.put(final) }
  }

  // MARK: Sequences

  private func apply(_ options: [SequenceOption], _ q: inout SequenceInfo, isNew: Bool) throws(SQLError) {
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
        if parts.count >= 2 {
          let name = QualifiedName(parts: Array(parts.dropLast()), offset: -1)
          if let oid = findRelation(name), let c = catalog.relation(oid)?.columnIndex(parts[parts.count - 1]) {
            q.ownerTable = oid
            q.ownerColumn = c
          }
        } else {
          q.ownerTable = 0
        }
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
    let entry = SchemaEntry(oid: newOid(), name: actual, owner: owner ?? currentUser)
    change { $0.schemas[actual] = entry }
    if !statements.isEmpty { throw .notSimulated("CREATE SCHEMA with objects") }
  }

  private func requireFreeType(_ name: QualifiedName) throws(SQLError) -> String {
    let schema = try requireSchema(name)
    if catalog.typeOid(schema, name.name) != nil {
      throw SQLError(SQLState.duplicateObject, "type \"\(name.name)\" already exists")
    }
    return schema
  }

  private func put(_ type: TypeEntry) {
    var t = type
    t.arrayOid = newOid()
    t.owner = currentUser
    var array = TypeEntry(
      oid: t.arrayOid, name: "_" + t.name, sqlName: t.name + "[]", category: 0x41, isPreferred: false, length: -1,
      form: .array)
    array.elementOid = t.oid
    array.schema = t.schema
    let a = t
    let b = array
    change {
      $0.put(a)
      $0.put(b)
    }
  }

  func createEnum(_ name: QualifiedName, _ labels: [String]) throws(SQLError) {
    let schema = try requireFreeType(name)
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: 0x45, isPreferred: false, length: 4,
      form: .enumeration)
    t.schema = schema
    for (i, l) in labels.enumerated() {
      if t.labels.contains(where: { $0.name == l }) {
        throw SQLError(
          SQLState.uniqueViolation, "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"",
          detail: "Key (enumtypid, enumlabel)=(\(t.oid), \(l)) already exists.")
      }
      t.labels.append(EnumLabel(oid: newOid(), type: t.oid, name: l, order: Double(i + 1)))
    }
    put(t)
  }

  func addEnumValue(_ name: QualifiedName, _ label: String, ifNotExists: Bool, before: Bool?, neighbour: String?)
    throws(SQLError)
  {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    guard var t = catalog.types[oid], t.form == .enumeration else {
      throw SQLError(SQLState.wrongObjectType, "\(name.text) is not an enum")
    }
    if t.labels.contains(where: { $0.name == label }) {
      if ifNotExists {
        notice("enum label \"\(label)\" already exists, skipping", state: SQLState.duplicateObject)
        return
      }
      throw SQLError(SQLState.duplicateObject, "enum label \"\(label)\" already exists")
    }
    let sorted = t.labels.sorted { $0.order < $1.order }
    var order = (sorted.last?.order ?? 0) + 1
    if let before, let neighbour {
      guard let i = sorted.firstIndex(where: { $0.name == neighbour }) else {
        throw SQLError(SQLState.invalidParameterValue, "\"\(neighbour)\" is not an existing enum label")
      }
      let low = before ? (i > 0 ? sorted[i - 1].order : sorted[i].order - 2) : sorted[i].order
      let high = before ? sorted[i].order : (i + 1 < sorted.count ? sorted[i + 1].order : sorted[i].order + 2)
      order = (low + high) / 2
    }
    t.labels.append(EnumLabel(oid: newOid(), type: oid, name: label, order: order))
    let final = t
    change { $0.put(final) }
  }

  func renameEnumValue(_ name: QualifiedName, _ old: String, _ new: String) throws(SQLError) {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    for l in catalog.types[oid]?.labels ?? [] where l.name == old {
      l.name = new
      return
    }
    throw SQLError(SQLState.invalidParameterValue, "\"\(old)\" is not an existing enum label")
  }

  func createComposite(_ name: QualifiedName, _ fields: [ColumnDefinitionItem]) throws(SQLError) {
    let schema = try requireFreeType(name)
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: 0x43, isPreferred: false, length: -1,
      form: .composite)
    t.schema = schema
    for f in fields {
      t.fields.append(CompositeField(name: f.name, type: try Analyzer(session: self).resolveType(f.type)))
    }
    put(t)
  }

  func createDomain(_ name: QualifiedName, _ type: TypeName, _ constraints: [ConstraintClause]) throws(SQLError) {
    let schema = try requireFreeType(name)
    let base = try Analyzer(session: self).resolveType(type)
    guard let b = catalog.type(base.oid) else { return }
    var t = TypeEntry(
      oid: newOid(), name: name.name, sqlName: name.name, category: b.category, isPreferred: false, length: b.length,
      form: .domain)
    t.schema = schema
    t.baseType = base
    for c in constraints {
      switch c.kind {
      case .notNull: t.notNull = true
      case .check(let e):
        let n = c.name ?? name.name + "_check" + (t.checks.isEmpty ? "" : String(t.checks.count))
        t.checks.append(DomainCheck(name: n, source: e, text: ""))
      case .defaultValue(let e):
        if case .string(let s) = e.kind {
          t.defaultText = s
        } else if case .integer(let s) = e.kind {
          t.defaultText = s
        }
      default: break
      }
    }
    put(t)
  }

  func evaluateDomainCheck(_ check: DomainCheck, _ value: Value, _ entry: TypeEntry) throws(SQLError) -> Value {
    let a = Analyzer(session: self)
    a.domainType = entry.baseType
    let typed = try a.booleanExpression(check.source, Scope(parent: nil, plan: QueryPlan(id: 0)), "CHECK")
    let f = Frame(parent: nil)
    f.domainValue = value
    return try Execution(session: self, snapshot: snapshot()).evaluate(typed, f)
  }

  func createExtension(_ name: String, ifNotExists: Bool) throws(SQLError) {
    if catalog.extensions[name] != nil {
      if ifNotExists {
        notice("extension \"\(name)\" already exists, skipping", state: SQLState.duplicateObject)
        return
      }
      throw SQLError(SQLState.duplicateObject, "extension \"\(name)\" already exists")
    }
    throw .notSimulated("extension \(name)")
  }

  // MARK: DROP and TRUNCATE

  func drop(_ s: DropStatement) throws(SQLError) {
    switch s.kind {
    case "table", "view", "materialized view", "index", "sequence":
      var targets: [Relation] = []
      for name in s.names {
        guard let oid = findRelation(name), let r = catalog.relation(oid) else {
          if s.ifExists {
            if let schema = name.schema, catalog.schemas[schema] == nil {
              notice("schema \"\(schema)\" does not exist, skipping")
            } else {
              notice("\(s.kind) \"\(name.name)\" does not exist, skipping")
            }
            continue
          }
          if let schema = name.schema, catalog.schemas[schema] == nil {
            throw SQLError(SQLState.invalidSchemaName, "schema \"\(schema)\" does not exist")
          }
          throw SQLError(SQLState.undefinedTable, "\(s.kind) \"\(name.text)\" does not exist")
        }
        let expected = s.kind
        if r.kindName != expected {
          throw SQLError(
            SQLState.wrongObjectType, "\"\(r.name)\" is not \(expected == "index" ? "an" : "a") \(expected)",
            hint: "Use DROP \(r.kindName.uppercased()) to remove \(r.kindName == "index" ? "an" : "a") \(r.kindName).")
        }
        try requireOwner(r)
        targets.append(r)
      }
      try dropRelations(targets, cascade: s.cascade)
    case "schema":
      for name in s.names {
        guard let schema = catalog.schemas[name.name] else {
          if s.ifExists {
            notice("schema \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
        }
        var inside: [Relation] = []
        for r in catalog.relations.values
        where r.schema == name.name && r.index == nil && !(r.sequence.map { $0.ownerTable != 0 } ?? false) {
          inside.append(r)
        }
        if !inside.isEmpty, !s.cascade {
          var lines: [String] = []
          for r in inside { lines.append("\(r.kindName) \(describe(r)) depends on schema \(name.name)") }
          throw SQLError(
            SQLState.dependentObjects, "cannot drop schema \(name.name) because other objects depend on it",
            detail: joined(lines, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        if inside.count == 1 {
          notice("drop cascades to \(inside[0].kindName) \(describe(inside[0]))")
        } else if inside.count > 1 {
          var lines: [String] = []
          for r in inside { lines.append("drop cascades to \(r.kindName) \(describe(r))") }
          notice("drop cascades to \(inside.count) other objects", detail: joined(lines, "\n"))
        }
        for r in inside { removeRelation(r) }
        var types: [Int32] = []
        for t in catalog.types.values where t.schema == name.name { types.append(t.oid) }
        change { c in
          for t in types { c.removeType(t) }
          c.schemas[schema.name] = nil
        }
      }
    case "type", "domain":
      for name in s.names {
        var oid: Int32?
        for schema in name.schema.map({ [$0] }) ?? searchPath where oid == nil {
          oid = catalog.typeOid(schema, name.name)
        }
        guard let oid, let t = catalog.types[oid] else {
          if s.ifExists {
            notice("type \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.undefinedObject, "type \"\(name.text)\" does not exist")
        }
        var users: [String] = []
        for r in catalog.relations.values {
          for (_, c) in r.liveColumns where c.type.oid == oid || c.type.oid == t.arrayOid {
            users.append("column \(c.name) of \(r.kindName) \(describe(r))")
          }
        }
        if !users.isEmpty {
          if s.cascade { throw .notSimulated("DROP TYPE … CASCADE of a type in use") }
          var lines: [String] = []
          for u in users { lines.append("\(u) depends on type \(quotedIdentifier(t.name))") }
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop type \(quotedIdentifier(t.name)) because other objects depend on it",
            detail: joined(lines, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        change {
          $0.removeType(oid)
          $0.removeType(t.arrayOid)
        }
      }
    case "database": try dropDatabase(s)
    case "role": try dropRoles(s)
    case "extension":
      for name in s.names {
        guard catalog.extensions[name.name] != nil else {
          if s.ifExists {
            notice("extension \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.undefinedObject, "extension \"\(name.name)\" does not exist")
        }
        change { $0.extensions[name.name] = nil }
      }
    case "function", "procedure", "routine":
      for (k, name) in s.names.enumerated() {
        try dropFunction(name, k < s.argumentTypes.count ? s.argumentTypes[k] : nil, s)
      }
    case "trigger":
      let r = try existing(s.table ?? s.names[0], "table")
      guard r.triggers.contains(where: { $0.name == s.names[0].name }) else {
        if s.ifExists {
          notice("trigger \"\(s.names[0].name)\" for relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(
          SQLState.undefinedObject, "trigger \"\(s.names[0].name)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(r.oid) { $0.triggers.removeAll { $0.name == s.names[0].name } }
    default: throw .notSimulated("DROP \(s.kind.uppercased())")
    }
  }

  private func dropFunction(_ name: QualifiedName, _ types: [TypeName]?, _ s: DropStatement) throws(SQLError) {
    let kind = s.kind == "procedure" ? "procedure" : s.kind == "routine" ? "routine" : "function"
    var list: String?
    var oids: [Int32] = []
    if let types {
      let analyzer = Analyzer(session: self)
      for t in types { oids.append(try analyzer.resolveType(t).oid) }
      list = joined(oids.map { formatType($0) }, ",")
    }
    var found: [FunctionEntry] = []
    for f in catalog.functions.values where f.name == name.name && (types == nil || f.inputTypes == oids) {
      if let schema = name.schema, f.schema != schema { continue }
      found.append(f)
    }
    guard let f = found.first else {
      if s.ifExists {
        let shown =
          types.map {
            joined(
              $0.map {
                BuiltinTypes.shared.byName[$0.name.text] != nil && $0.name.text != "text"
                  ? "pg_catalog." + $0.name.text : $0.name.text
              }, ",")
          } ?? ""
        notice("\(kind) \(name.text)(\(shown)) does not exist, skipping")
        return
      }
      throw SQLError(
        SQLState.undefinedFunction,
        list.map { "\(kind) \(name.text)(\($0)) does not exist" } ?? "could not find a \(kind) named \"\(name.text)\"")
    }
    if found.count > 1 {
      throw SQLError(
        SQLState.ambiguousFunction, "\(kind) name \"\(name.text)\" is not unique",
        hint: "Specify the argument list to select the \(kind) unambiguously.")
    }
    var users: [(table: Relation, trigger: String)] = []
    for r in catalog.relations.values { for t in r.triggers where t.functionOid == f.oid { users.append((r, t.name)) } }
    if !users.isEmpty {
      var dependents: [String] = []
      var cascaded: [String] = []
      for u in users {
        dependents.append("trigger \(u.trigger) on table \(describe(u.table)) depends on function \(signature(f))")
        cascaded.append("drop cascades to trigger \(u.trigger) on table \(describe(u.table))")
      }
      guard s.cascade else {
        throw SQLError(
          SQLState.dependentObjects, "cannot drop function \(signature(f)) because other objects depend on it",
          detail: joined(dependents, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
      }
      if cascaded.count == 1 {
        notice(cascaded[0])
      } else {
        notice("drop cascades to \(cascaded.count) other objects", detail: joined(cascaded, "\n"))
      }
      for u in users { changeRelation(u.table.oid) { $0.triggers.removeAll { $0.functionOid == f.oid } } }
    }
    change { $0.functions[f.oid] = nil }
  }

  func describe(_ r: Relation) -> String { relationName(r) }

  func removeRelation(_ r: Relation) {
    for i in catalog.indexes(of: r.oid) { change { $0.removeRelation(i.oid) } }
    var owned: [Int32] = []
    for q in catalog.relations.values where q.sequence?.ownerTable == r.oid { owned.append(q.oid) }
    change { c in
      for q in owned { c.removeRelation(q) }
      c.removeRelation(r.oid)
      if let t = c.types[r.rowType] {
        c.removeType(t.arrayOid)
        c.removeType(r.rowType)
      }
    }
  }

  private func viewsUsing(_ oid: Int32) -> [Relation] {
    var out: [Relation] = []
    for v in catalog.relations.values where v.view != nil && v.oid != oid {
      let names = viewTables(v.view!.query)
      for n in names where findRelation(n) == oid {
        out.append(v)
        break
      }
    }
    return out
  }
  private func viewTables(_ q: Query) -> [QualifiedName] {
    var out: [QualifiedName] = []
    func item(_ f: FromItem) {
      switch f {
      case .table(let n, _, _, _): out.append(n)
      case .query(let inner, _, _, _): out += viewTables(inner)
      case .function: break
      case .join(_, let l, let r, _, _, _, _, _):
        item(l)
        item(r)
      }
    }
    for t in q.with?.tables ?? [] { if case .query(let inner) = t.statement { out += viewTables(inner) } }
    switch q.body {
    case .select(let c): for f in c.from { item(f) }
    case .values: break
    case .setOperation(_, _, let l, let r): out += viewTables(l) + viewTables(r)
    }
    return out
  }

  private func dropRelations(_ targets: [Relation], cascade: Bool) throws(SQLError) {
    var gone = Set(targets.map { $0.oid })
    let named = gone
    var cascaded: [String] = []
    var dependents: [String] = []
    var all = targets
    var next = 0
    while next < all.count {
      let r = all[next]
      next += 1
      if named.contains(r.oid), let info = r.index, info.constraint != 0, let t = catalog.relation(info.table) {
        throw SQLError(
          SQLState.dependentObjects,
          "cannot drop index \(describe(r)) because constraint \(quotedIdentifier(r.name)) on table \(describe(t)) requires it",
          hint: "You can drop constraint \(quotedIdentifier(r.name)) on table \(describe(t)) instead.")
      }
      if r.sequence != nil {
        for t in catalog.relations.values where !gone.contains(t.oid) {
          for (_, c) in t.liveColumns where c.sequence == r.oid {
            dependents.append(
              "default value for column \(c.name) of table \(describe(t)) depends on sequence \(describe(r))")
            cascaded.append("default value for column \(c.name) of table \(describe(t))")
          }
        }
      }
      for child in catalog.children(of: r.oid) where !gone.contains(child.oid) {
        gone.insert(child.oid)
        all.append(child)
        if child.partitionOf != 0 { continue }
        dependents.append("table \(describe(child)) depends on table \(describe(r))")
        cascaded.append("table \(describe(child))")
      }
      for (t, c) in catalog.references(to: r.oid) where !gone.contains(t.oid) {
        dependents.append("constraint \(c.name) on table \(describe(t)) depends on table \(describe(r))")
        cascaded.append("constraint \(c.name) on table \(describe(t))")
      }
      for v in viewsUsing(r.oid) where !gone.contains(v.oid) {
        gone.insert(v.oid)
        all.append(v)
        dependents.append("\(v.kindName) \(describe(v)) depends on \(r.kindName) \(describe(r))")
        cascaded.append("\(v.kindName) \(describe(v))")
      }
    }
    if !dependents.isEmpty, !cascade {
      let what = targets.count == 1 ? "\(targets[0].kindName) \(describe(targets[0]))" : ""
      throw SQLError(
        SQLState.dependentObjects,
        targets.count == 1
          ? "cannot drop \(what) because other objects depend on it"
          : "cannot drop desired object(s) because other objects depend on them",
        detail: joined(dependents, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
    }
    if cascaded.count == 1 {
      notice("drop cascades to \(cascaded[0])")
    } else if cascaded.count > 1 {
      var lines: [String] = []
      for c in cascaded { lines.append("drop cascades to \(c)") }
      notice("drop cascades to \(cascaded.count) other objects", detail: joined(lines, "\n"))
    }
    for r in all {
      for (t, c) in catalog.references(to: r.oid) {
        changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == c.oid } }
      }
      if r.sequence != nil {
        for t in catalog.relations.values {
          for (i, c) in t.columns.enumerated() where c.sequence == r.oid {
            changeRelation(t.oid) {
              $0.columns[i].defaultExpr = nil
              $0.columns[i].sequence = 0
            }
          }
        }
      }
      removeRelation(r)
    }
  }

  func truncate(_ names: [QualifiedName], restart: Bool, cascade: Bool) throws(SQLError) {
    var targets: [Relation] = []
    for n in names {
      let r = try existing(n, "table")
      guard r.isTableLike else { throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a table") }
      try requirePrivilege("D", r)
      targets.append(r)
    }
    var i = 0
    while i < targets.count {
      for (t, c) in catalog.references(to: targets[i].oid) where !targets.contains(where: { $0.oid == t.oid }) {
        if !cascade {
          throw SQLError(
            SQLState.featureNotSupported, "cannot truncate a table referenced in a foreign key constraint",
            detail: "Table \"\(t.name)\" references \"\(targets[i].name)\".",
            hint: "Truncate table \"\(t.name)\" at the same time, or use TRUNCATE ... CASCADE.")
        }
        _ = c
        notice("truncate cascades to table \"\(t.name)\"")
        targets.append(t)
      }
      for d in descendants(of: targets[i]) where !targets.contains(where: { $0.oid == d.oid }) { targets.append(d) }
      i += 1
    }
    for r in targets {
      if r.heap != nil { changeRelation(r.oid) { $0.heap = Heap() } }
      if restart {
        for q in catalog.relations.values where q.sequence?.ownerTable == r.oid {
          q.sequence?.state.last = q.sequence?.start ?? 1
          q.sequence?.state.isCalled = false
        }
      }
    }
  }
}
