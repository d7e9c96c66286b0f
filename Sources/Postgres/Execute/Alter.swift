// ALTER TABLE, databases, roles, grants, settings, comments, COPY. Source: PostgreSQL 15 manual, part VI and chapter 22.

internal import SimKernel

extension ClientSession {
  func alterTable(
    _ name: QualifiedName, _ actions: [AlterTableAction], ifExists: Bool, kind: String, only: Bool = false
  ) throws(SQLError) {
    guard let oid = findRelation(name), let r = catalog.relation(oid) else {
      if ifExists {
        notice("relation \"\(name.text)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    try requireOwner(r)
    try requireKind(r, kind, actions)
    for a in actions { try alter(oid, a, only: only) }
  }

  private func alter(_ oid: Int32, _ action: AlterTableAction, only: Bool) throws(SQLError) {
    guard let r = catalog.relation(oid) else { return }
    switch action {
    case .addColumn(let d, let ifNotExists): try addColumn(r, d, ifNotExists: ifNotExists, only: only)
    case .dropColumn(let name, let ifExists, let cascade):
      try dropColumn(r, name, ifExists: ifExists, cascade: cascade, only: only)
    case .setDefault, .dropDefault, .dropExpression, .setNotNull, .dropNotNull, .setType:
      try changeColumn(r, action, only: only)
    case .addConstraint(let c): try addConstraint(c, oid, column: nil, isNew: false)
    case .dropConstraint(let name, let ifExists, let cascade):
      guard let c = r.constraints.first(where: { $0.name == name }) else {
        if ifExists {
          notice("constraint \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      if !c.isLocal, c.kind == .check || catalog.relation(c.index)?.index?.parent ?? 0 != 0 {
        throw SQLError(
          SQLState.invalidTableDefinition, "cannot drop inherited constraint \"\(name)\" of relation \"\(r.name)\"")
      }
      if c.index != 0 {
        let users = catalog.references(to: oid).filter { Set($0.constraint.foreignColumns) == Set(c.columns) }
        if !users.isEmpty, !cascade {
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop constraint \(name) on table \(describe(r)) because other objects depend on it",
            detail: joined(
              users.map {
                "constraint \($0.constraint.name) on table \(describe($0.table)) depends on index \(quotedIdentifier(name))"
              }, "\n"),
            hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        let lines = users.map { "drop cascades to constraint \($0.constraint.name) on table \(describe($0.table))" }
        if lines.count == 1 {
          notice(lines[0])
        } else if lines.count > 1 {
          notice("drop cascades to \(lines.count) other objects", detail: joined(lines, "\n"))
        }
        for (t, f) in users { changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == f.oid } } }
        dropIndex(c.index)
      }
      changeRelation(oid) { $0.constraints.removeAll { $0.name == name } }
      if c.kind == .check, !only {
        for child in descendants(of: r) {
          changeRelation(child.oid) { $0.constraints.removeAll { $0.name == name && !$0.isLocal && $0.kind == .check } }
        }
      }
    case .validateConstraint(let name):
      guard let c = r.constraints.first(where: { $0.name == name }) else {
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      let execution = Execution(session: self, snapshot: snapshot())
      for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
        let row = complete(tuple.values, r)
        if c.kind == .foreignKey { try checkForeignKey(row, r, c, execution) }
        guard let check = c.check else { continue }
        let f = Frame(parent: nil)
        f.values = execution.visible(row, r)
        if case .bool(false) = try execution.evaluate(check, f) {
          throw SQLError(
            SQLState.checkViolation, "check constraint \"\(name)\" of relation \"\(r.name)\" is violated by some row")
        }
      }
      changeRelation(oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == name { $0.constraints[i].isValid = true }
      }
    case .renameColumn(let old, let new): try renameColumn(r, old, new, only: only)
    case .renameConstraint(let old, let new):
      guard let c = r.constraints.first(where: { $0.name == old }) else {
        throw SQLError(SQLState.undefinedObject, "constraint \"\(old)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == old { $0.constraints[i].name = new }
      }
      if c.index != 0 { changeRelation(c.index) { $0.name = new } }
    case .rename(let new):
      if catalog.relationOid(r.schema, new) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(new)\" already exists")
      }
      changeRelation(oid) { $0.name = new }
      if var t = catalog.types[r.rowType] {
        t.name = new
        let final = t
        change { $0.put(final) }
      }
      if r.index != nil {
        for t in catalog.relations.values {
          for (k, c) in t.constraints.enumerated() where c.index == oid {
            changeRelation(t.oid) { $0.constraints[k].name = new }
          }
        }
      }
    case .setSchema(let s):
      guard catalog.schemas[s] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(s)\" does not exist")
      }
      if s != r.schema, catalog.relationOid(s, r.name) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(r.name)\" already exists in schema \"\(s)\"")
      }
      changeRelation(oid) { $0.schema = s }
      for i in catalog.indexes(of: oid) { changeRelation(i.oid) { $0.schema = s } }
    case .owner(let name):
      let role = try resolveRole(name)
      changeRelation(oid) {
        let old = $0.owner
        $0.owner = role
        $0.acl = $0.acl.map { self.reowned($0, from: old, to: role) }
        for k in $0.columns.indices {
          for i in $0.columns[k].acl.indices where $0.columns[k].acl[i].grantor == old {
            $0.columns[k].acl[i].grantor = role
          }
        }
      }
      for i in catalog.indexes(of: oid) { changeRelation(i.oid) { $0.owner = role } }
      for q in catalog.relations.values where q.sequence?.ownerTable == oid {
        changeRelation(q.oid) { $0.owner = role }
      }
    case .rowSecurity(let how):
      changeRelation(oid) {
        switch how {
        case "enable", "disable": $0.rowSecurity = how == "enable"
        default: $0.forcesRowSecurity = how == "force"
        }
      }
    case .alterConstraint(let c):
      guard let name = c.name, let k = r.constraints.firstIndex(where: { $0.name == name }) else {
        throw SQLError(
          SQLState.undefinedObject, "constraint \"\(c.name ?? "")\" of relation \"\(r.name)\" does not exist")
      }
      guard r.constraints[k].kind == .foreignKey else {
        throw SQLError(
          SQLState.wrongObjectType,
          "constraint \"\(name)\" of relation \"\(r.name)\" is not a foreign key constraint")
      }
      changeRelation(oid) {
        $0.constraints[k].deferrable = c.deferrable
        $0.constraints[k].initiallyDeferred = c.initiallyDeferred
      }
    case .setLogged(let on): changeRelation(oid) { $0.isUnlogged = !on }
    case .clusterOn(let name):
      guard let i = catalog.indexes(of: oid).first(where: { $0.name == name }) else {
        throw SQLError(
          SQLState.undefinedObject, "index \"\(name)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(oid) { $0.clusteredOn = i.oid }
    case .inherit(let name, let on):
      guard let parentOid = findRelation(name), let parent = catalog.relation(parentOid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
      }
      if !on {
        guard r.inherits.contains(parentOid) else {
          throw SQLError(
            SQLState.undefinedTable, "relation \"\(parent.name)\" is not a parent of relation \"\(r.name)\"")
        }
        changeRelation(oid) {
          $0.inherits.removeAll { $0 == parentOid }
          for k in $0.columns.indices { $0.columns[k].isLocal = true }
          for k in $0.constraints.indices { $0.constraints[k].isLocal = true }
        }
        return
      }
      if r.inherits.contains(parentOid) {
        throw SQLError(
          SQLState.duplicateTable, "relation \"\(parent.name)\" would be inherited from more than once")
      }
      try requireColumns(of: parent, in: r)
      for c in parent.constraints where c.kind == .check && !c.noInherit {
        guard r.constraints.contains(where: { $0.name == c.name && $0.kind == .check }) else {
          throw SQLError(SQLState.datatypeMismatch, "child table is missing constraint \"\(c.name)\"")
        }
      }
      changeRelation(oid) { $0.inherits.append(parentOid) }
    case .setColumnOption(let name, let option):
      guard let i = r.columnIndex(name) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      try requireOption(option, r.columns[i])
      changeRelation(oid) {
        switch option {
        case .statistics(let target): $0.columns[i].statistics = min(target, 10_000)
        case .storage(let how): $0.columns[i].storage = how
        case .compression(let method): $0.columns[i].compression = method == "default" ? nil : method
        case .parameters: break
        }
      }
    case .setStorageParameters(let list):
      try checkStorageParameters(list)
      changeRelation(oid) {
        for o in list {
          $0.options.removeAll { $0.0 == o.0 }
          $0.options.append(o)
        }
      }
    case .resetStorageParameters(let list):
      changeRelation(oid) { for o in list { $0.options.removeAll { $0.0 == o.0 } } }
    case .enableTrigger(let which, let mode): try setFiring(r, which, mode)
    case .replicaIdentity(let how, let name):
      var index: Int32 = 0
      if let name {
        guard let i = catalog.indexes(of: oid).first(where: { $0.name == name }), let info = i.index else {
          throw SQLError(SQLState.undefinedObject, "index \"\(name)\" for table \"\(r.name)\" does not exist")
        }
        guard info.unique else {
          throw SQLError(
            SQLState.wrongObjectType, "cannot use non-unique index \"\(name)\" as replica identity")
        }
        for c in info.columns where c.column >= 0 && !r.columns[c.column].notNull {
          throw SQLError(
            SQLState.wrongObjectType,
            "index \"\(name)\" cannot be used as replica identity because column \"\(r.columns[c.column].name)\" is nullable"
          )
        }
        index = i.oid
      }
      changeRelation(oid) {
        $0.replicaIdentity = how
        $0.replicaIndex = index
      }
    case .attachIndex(let name): try attachIndex(r, name)
    case .attachPartition(let name, let bound): try attach(r, name, bound)
    case .detachPartition(let name): try detach(r, name)
    case .addIdentity, .dropIdentity, .changeIdentity: try alterIdentity(oid, r, action)
    default: throw .notSimulated("this form of ALTER TABLE")
    }
  }

  /// Takes the index of a constraint away, and those of the partitions that belong to it with their constraints.
  private func dropIndex(_ oid: Int32) {
    for child in catalog.relations.values where child.index?.parent == oid {
      let table = child.index?.table ?? 0
      changeRelation(table) { $0.constraints.removeAll { $0.index == child.oid } }
      dropIndex(child.oid)
    }
    change { $0.removeRelation(oid) }
  }

  /// ALTER of one kind of relation names one of that kind.
  private func requireKind(_ r: Relation, _ kind: String, _ actions: [AlterTableAction]) throws(SQLError) {
    let fits =
      switch kind {
      case "index": r.index != nil
      case "view": r.kind == .view
      case "materialized view": r.kind == .materializedView
      case "sequence": r.sequence != nil
      default: true
      }
    if !fits {
      throw SQLError(
        SQLState.wrongObjectType, "\"\(r.name)\" is not \(kind == "index" ? "an" : "a") \(kind)")
    }
    if r.isTableLike || kind != "table" { return }
    for action in actions {
      let what: String
      switch action {
      case .addColumn: what = "ADD COLUMN"
      case .dropColumn: what = "DROP COLUMN"
      case .setNotNull: what = "ALTER COLUMN ... SET NOT NULL"
      case .dropNotNull: what = "ALTER COLUMN ... DROP NOT NULL"
      case .setType: what = "ALTER COLUMN ... SET DATA TYPE"
      case .addConstraint: what = "ADD CONSTRAINT"
      case .dropConstraint: what = "DROP CONSTRAINT"
      case .rowSecurity(let how): what = "\(uppercasedASCII(how)) ROW SECURITY"
      case .attachPartition: what = "ATTACH PARTITION"
      case .detachPartition: what = "DETACH PARTITION"
      default: continue
      }
      throw SQLError(
        SQLState.wrongObjectType, "ALTER action \(what) cannot be performed on relation \"\(r.name)\"",
        detail:
          "This operation is not supported for \(r.kind == .partitionedIndex ? "partitioned indexes" : r.index != nil ? "indexes" : r.kindName + "s")."
      )
    }
  }

  func rename(_ kind: String, _ name: QualifiedName, _ new: String) throws(SQLError) {
    switch kind {
    case "schema":
      guard var s = catalog.schemas[name.name] else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      s.name = new
      let final = s
      change { c in
        c.schemas[name.name] = nil
        c.schemas[new] = final
        for r in c.relations.values where r.schema == name.name || r.view != nil {
          var copy = r
          if r.schema == name.name { copy.schema = new }
          if let path = r.view?.path { copy.view?.path = path.map { $0 == name.name ? new : $0 } }
          c.put(copy)
        }
      }
    case "role": try renameRole(name.name, new)
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      if d === database { throw SQLError(SQLState.featureNotSupported, "current database cannot be renamed") }
      server.cluster.databases[name.name] = nil
      d.name = new
      server.cluster.databases[new] = d
    case "type":
      let oid = try userType(name)
      guard var t = catalog.types[oid] else { return }
      if t.relation != 0, let r = catalog.relation(t.relation) {
        throw SQLError(
          SQLState.wrongObjectType, "\(quotedIdentifier(name.name)) is a table's row type",
          hint: r.kind == .composite ? nil : "Use ALTER TABLE instead.")
      }
      if catalog.typeOid(t.schema, new) != nil {
        throw SQLError(SQLState.duplicateObject, "type \"\(new)\" already exists in schema \"\(t.schema)\"")
      }
      t.name = new
      t.sqlName = new
      var array = catalog.types[t.arrayOid]
      array?.name = "_" + new
      array?.sqlName = new + "[]"
      let entries = (t, array)
      change {
        $0.put(entries.0)
        if let array = entries.1 { $0.put(array) }
      }
    default: throw .notSimulated("renaming a \(kind)")
    }
  }

  func changeOwner(_ kind: String, _ name: QualifiedName, _ role: String) throws(SQLError) {
    let owner = try resolveRole(role)
    switch kind {
    case "schema":
      guard catalog.schemas[name.name] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      change {
        guard let old = $0.schemas[name.name] else { return }
        $0.schemas[name.name]?.acl = old.acl.map { self.reowned($0, from: old.owner, to: owner) }
        $0.schemas[name.name]?.owner = owner
      }
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      d.acl = d.acl.map { reowned($0, from: d.owner, to: owner) }
      d.owner = owner
    case "type":
      let oid = try userType(name)
      change { $0.types[oid]?.owner = owner }
    default: throw .notSimulated("changing the owner of a \(kind)")
    }
  }

  /// A type that a user has made.
  private func userType(_ name: QualifiedName) throws(SQLError) -> Int32 {
    for schema in name.schema.map({ [$0] }) ?? searchPath {
      if let oid = catalog.typeOid(schema, name.name) { return oid }
    }
    if BuiltinTypes.shared.byName[name.name] != nil { throw .notSimulated("changing a built-in type") }
    throw SQLError(SQLState.undefinedObject, "type \"\(name.text)\" does not exist")
  }

  func resolveRole(_ name: String) throws(SQLError) -> String {
    switch name {
    case "current_user", "current_role": return currentUser
    case "session_user": return sessionUser
    default:
      guard server.cluster.roles[name] != nil else {
        throw SQLError(SQLState.undefinedObject, "role \"\(name)\" does not exist")
      }
      return name
    }
  }
}
