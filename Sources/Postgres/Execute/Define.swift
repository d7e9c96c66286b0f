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

  func scope(for relation: Relation, _ place: ExprPlace) -> Scope {
    let scope = Scope(parent: nil, plan: QueryPlan(id: 0))
    var columns: [ScopeColumn] = []
    for (i, c) in relation.liveColumns {
      var s = ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil)
      s.column = i
      s.isBytewise = Collation.isBytewise(c.collation)
      columns.append(s)
    }
    scope.entries.append(ScopeEntry(alias: relation.name, tableName: relation.name, columns: columns, offset: -1))
    scope.place = place
    return scope
  }

  private func requireSameType(_ name: String, _ a: SQLType, _ b: SQLType, inherited: Bool) throws(SQLError) {
    if a == b { return }
    throw SQLError(
      SQLState.datatypeMismatch,
      inherited ? "inherited column \"\(name)\" has a type conflict" : "column \"\(name)\" has a type conflict",
      detail: "\(formatType(a)) versus \(formatType(b))")
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
    try checkStorageParameters(s.options)
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
        // Identity stays with the parent.
        copy.identity = 0
        r.columns.append(copy)
      }
      r.partitionOf = oid
      if let bound = s.bound {
        (r.bound, r.boundText) = try partitionBound(bound, parent)
        try checkBound(r.bound, bound, r.name, parent)
      }
    }
    for name in s.inherits {
      guard let oid = findRelation(name), let parent = catalog.relation(oid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
      }
      if parent.kind == .partitioned {
        throw SQLError(SQLState.wrongObjectType, "cannot inherit from partitioned table \"\(parent.name)\"")
      }
      for (_, c) in parent.liveColumns {
        if let own = r.columnIndex(c.name) {
          notice("merging multiple inherited definitions of column \"\(c.name)\"")
          try requireSameType(c.name, r.columns[own].type, c.type, inherited: true)
          if c.notNull { r.columns[own].notNull = true }
          continue
        }
        var copy = c
        copy.isLocal = false
        copy.identity = 0
        copy.sequence = 0
        if c.identity != 0 { copy.defaultExpr = nil }
        r.columns.append(copy)
      }
      for c in parent.constraints where c.kind == .check && !c.noInherit {
        if r.constraints.contains(where: { $0.name == c.name }) { continue }
        r.constraints.append(try inherited(c, by: r, from: parent))
      }
      r.inherits.append(oid)
    }
    var clauses: [(ConstraintClause, String?)] = []
    var serials: [(Int, Int32, UInt8, [SequenceOption])] = []
    var likeIndexes: [Relation] = []
    var written = -1
    for element in elements {
      if case .column = element { written += 1 }
      switch element {
      case .column(let d):
        try requireOneSource(d, table: r.name)
        let (column, serial) = try makeColumn(d)
        if let own = r.columnIndex(d.name) {
          if r.columns[own].isLocal {
            throw SQLError(SQLState.duplicateColumn, "column \"\(d.name)\" specified more than once")
          }
          if own == written {
            notice("merging column \"\(d.name)\" with inherited definition")
          } else {
            notice(
              "moving and merging column \"\(d.name)\" with inherited definition",
              detail: "User-specified column moved to the position of the inherited column.")
          }
          try requireSameType(d.name, r.columns[own].type, column.type, inherited: false)
          r.columns[own].isLocal = true
          if column.notNull { r.columns[own].notNull = true }
          if let serial { serials.append((own, serial.0, serial.1, serial.2)) }
        } else {
          r.columns.append(column)
          if let serial { serials.append((r.columns.count - 1, serial.0, serial.1, serial.2)) }
        }
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
          copy.collation = c.collation
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
      if !["list", "range", "hash"].contains(p.strategy) {
        throw SQLError(
          SQLState.invalidParameterValue, "unrecognized partitioning strategy \"\(p.strategy)\"")
      }
      if p.strategy == "list", p.columns.count > 1 {
        throw SQLError(
          SQLState.invalidTableDefinition, "cannot use \"list\" partition strategy with more than one column")
      }
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
    r.acl = initialAcl("TABLE", schema: schema)
    addRowType(&r)
    // Sequences come before the table, as the server makes them.
    var made: [Int32] = []
    for (i, type, identity, options) in serials {
      let name = try sequenceName(r.name, r.columns[i].name, schema, options)
      let oid = try makeSequence(
        name, schema, type, options, temporary: s.temporary, owner: (r.oid, i), isIdentity: identity != 0)
      made.append(oid)
      r.columns[i].sequence = oid
      r.columns[i].identity = identity
      r.columns[i].notNull = true
      if identity == 0 { r.columns[i].defaultExpr = try nextvalDefault(oid, r.columns[i].type) }
    }
    let initial = r
    change { $0.put(initial) }
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
        var generated: Set<String> = []
        for (c, column) in clauses { if case .generated = c.kind, let column { generated.insert(column) } }
        try checkGeneration(typed, generated, a)
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
        case .primaryKey, .unique, .exclusion:
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
        case .check:
          let own = try inherited(c, by: r, from: parent)
          changeRelation(r.oid) { $0.constraints.append(own) }
        case .foreignKey: changeRelation(r.oid) { $0.constraints.append(c) }
        case .exclusion: break
        }
      }
      for i in catalog.indexes(of: parent.oid) where i.index?.constraint == 0 {
        if let child = catalog.relation(r.oid) { partitionIndex(i, parent, child) }
      }
    }
  }

  /// LIKE … INCLUDING INDEXES: keys under new names, other indexes too.
  func copyIndexes(_ source: Relation, _ table: Int32) throws(SQLError) {
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
      let label = indexLabels(info, r)
      var copy = Relation(
        oid: newOid(), name: freeName(objectName(r.name, joined(label, "_"), "idx"), r.schema), schema: r.schema,
        kind: .index, owner: r.owner)
      copy.index = info
      let final = copy
      change { $0.put(final) }
    }
  }

  func analyseDefault(_ e: Expr, _ column: Column) throws(SQLError) -> TypedExpr {
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

  /// A generated column may use the others, but none that is generated, and nothing that changes.
  func checkGeneration(_ typed: TypedExpr, _ generated: Set<String>, _ a: Analyzer) throws(SQLError) {
    var error: SQLError?
    walkExpression(typed) { e in
      if error == nil, case .column(_, _, _, let name) = e.kind, generated.contains(name) {
        error = SQLError(
          SQLState.syntaxError, "cannot use generated column \"\(name)\" in column generation expression",
          detail: "A generated column cannot reference another generated column.", at: e.offset)
      }
    }
    if let error { throw error }
    if !a.isImmutable(typed) { throw SQLError("42P17", "generation expression is not immutable") }
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
    column.collation = try collation(d.collation, type)
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

  /// A value comes from one place: a default, an identity or an expression.
  func requireOneSource(_ d: ColumnDefinition, table: String) throws(SQLError) {
    var (hasDefault, isIdentity, isGenerated) = (false, false, false)
    var nullable: Bool?
    for c in d.constraints {
      let wanted: Bool?
      switch c.kind {
      case .null: wanted = true
      case .notNull: wanted = false
      default: wanted = nil
      }
      if let wanted {
        if let nullable, nullable != wanted {
          throw SQLError(
            SQLState.syntaxError,
            "conflicting NULL/NOT NULL declarations for column \"\(d.name)\" of table \"\(table)\"", at: c.offset)
        }
        nullable = wanted
      }
      let isKnown: Bool
      switch c.kind {
      case .defaultValue:
        if hasDefault {
          throw SQLError(
            SQLState.syntaxError, "multiple default values specified for column \"\(d.name)\" of table \"\(table)\"",
            at: c.offset)
        }
        hasDefault = true
        isKnown = true
      case .identity:
        if isIdentity {
          throw SQLError(
            SQLState.syntaxError,
            "multiple identity specifications for column \"\(d.name)\" of table \"\(table)\"", at: c.offset)
        }
        isIdentity = true
        isKnown = true
      case .generated:
        if isGenerated {
          throw SQLError(
            SQLState.syntaxError,
            "multiple generation clauses specified for column \"\(d.name)\" of table \"\(table)\"", at: c.offset)
        }
        isGenerated = true
        isKnown = true
      default: isKnown = false
      }
      let pairs = [
        (hasDefault && isIdentity, "default and identity"),
        (hasDefault && isGenerated, "default and generation expression"),
        (isIdentity && isGenerated, "identity and generation expression"),
      ]
      for (isBoth, words) in pairs where isKnown && isBoth {
        throw SQLError(
          SQLState.syntaxError, "both \(words) specified for column \"\(d.name)\" of table \"\(table)\"", at: c.offset)
      }
    }
    // A serial's own default comes last, and is nowhere in the statement.
    if d.type.name.parts[0].hasSuffix("serial"), hasDefault || isIdentity || isGenerated {
      let words =
        hasDefault
        ? "multiple default values"
        : "both default and " + (isIdentity ? "identity" : "generation expression")
      throw SQLError(SQLState.syntaxError, "\(words) specified for column \"\(d.name)\" of table \"\(table)\"")
    }
  }
}
