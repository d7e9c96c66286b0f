// ALTER TABLE, databases, roles, grants, settings, comments, COPY. Source: PostgreSQL 15 manual, part VI and chapter 22.

internal import SimKernel

extension ClientSession {
  func alterTable(_ name: QualifiedName, _ actions: [AlterTableAction], ifExists: Bool, kind: String) throws(SQLError) {
    guard let oid = findRelation(name), let r = catalog.relation(oid) else {
      if ifExists {
        notice("relation \"\(name.text)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    try requireOwner(r)
    for a in actions { try alter(oid, a) }
  }

  private func column(_ oid: Int32, _ name: String) throws(SQLError) -> Int {
    guard let r = catalog.relation(oid), let i = r.columnIndex(name) else {
      throw SQLError(
        SQLState.undefinedColumn,
        "column \"\(name)\" of relation \"\(catalog.relation(oid)?.name ?? "")\" does not exist")
    }
    return i
  }

  private func alter(_ oid: Int32, _ action: AlterTableAction) throws(SQLError) {
    guard let r = catalog.relation(oid) else { return }
    switch action {
    case .addColumn(let d, let ifNotExists):
      if r.columnIndex(d.name) != nil {
        if ifNotExists {
          notice(
            "column \"\(d.name)\" of relation \"\(r.name)\" already exists, skipping", state: SQLState.duplicateColumn)
          return
        }
        throw SQLError(SQLState.duplicateColumn, "column \"\(d.name)\" of relation \"\(r.name)\" already exists")
      }
      var (made, serial) = try makeColumn(d)
      let a = Analyzer(session: self)
      for c in d.constraints {
        if case .defaultValue(let e) = c.kind {
          let typed = try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0)))
          guard let converted = try a.tryCoerce(typed, made.type, .assignment, .implicitCast) else {
            throw SQLError(
              SQLState.datatypeMismatch,
              "column \"\(made.name)\" is of type \(formatType(SQLType(made.type.oid))) but default expression is of type \(formatType(SQLType(typed.type.oid)))",
              hint: "You will need to rewrite or cast the expression.")
          }
          made.defaultExpr = converted
        }
        if case .generated = c.kind { throw .notSimulated("ADD COLUMN with GENERATED ALWAYS AS") }
      }
      if let s = serial {
        let q = try makeSequence(
          freeName(objectName(r.name, d.name, "seq"), r.schema), r.schema, s.0, s.2, temporary: r.isTemporary,
          owner: (oid, r.columns.count), isIdentity: s.1 != 0)
        made.sequence = q
        made.identity = s.1
        made.notNull = true
        if s.1 == 0 { made.defaultExpr = try nextvalDefault(q, made.type) }
        serial = nil
      }
      let execution = Execution(session: self, snapshot: snapshot())
      var volatile = made.sequence != 0
      if let e = made.defaultExpr {
        walkExpression(e) { x in
          if case .call(let site, _, _) = x.kind, site.function?.volatility == 0x76 { volatile = true }
        }
      }
      for target in [r] + descendants(of: r) {
        if volatile, let heap = target.heap {
          var fill = made.defaultExpr
          if fill == nil { fill = try Analyzer(session: self).columnDefault(made) }
          let new = Heap()
          for tuple in heap.tuples where log.isVisible(tuple, execution.snapshot) {
            var row = complete(tuple.values, target)
            if let fill { row.append(try execution.evaluate(fill, Frame(parent: nil))) } else { row.append(.null) }
            new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
          }
          let column = made
          changeRelation(target.oid) {
            $0.columns.append(column)
            $0.heap = new
          }
        } else {
          if let e = made.defaultExpr {
            made.missingValue = try execution.evaluate(e, Frame(parent: nil))
            made.hasMissing = true
          }
          if made.notNull, made.missingValue.isNull, let heap = target.heap {
            for tuple in heap.tuples where log.isVisible(tuple, execution.snapshot) {
              throw SQLError(
                SQLState.notNullViolation, "column \"\(d.name)\" of relation \"\(r.name)\" contains null values")
            }
          }
          let column = made
          changeRelation(target.oid) { $0.columns.append(column) }
        }
      }
      for c in d.constraints {
        switch c.kind {
        case .primaryKey, .unique, .check, .foreignKey: try addConstraint(c, oid, column: d.name, isNew: false)
        default: break
        }
      }
    case .dropColumn(let name, let ifExists, let cascade):
      guard let i = r.columnIndex(name) else {
        if ifExists {
          notice("column \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      try refuseInherited(r, name, "drop")
      for (t, c) in catalog.references(to: oid) where c.foreignColumns.contains(i) {
        if !cascade {
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop column \(name) of table \(describe(r)) because other objects depend on it",
            detail: "constraint \(c.name) on table \(describe(t)) depends on column \(name) of table \(describe(r))",
            hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        notice("drop cascades to constraint \(c.name) on table \(describe(t))")
        changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == c.oid } }
      }
      let views = viewsOfColumn(r, i)
      if !views.isEmpty {
        if !cascade {
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop column \(name) of table \(describe(r)) because other objects depend on it",
            detail: joined(
              views.map { "\($0.kindName) \(describe($0)) depends on column \(name) of table \(describe(r))" }, "\n"),
            hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        try dropRelations(views, cascade: true)
        if views.count == 1 { notice("drop cascades to \(views[0].kindName) \(describe(views[0]))") }
      }
      for index in catalog.indexes(of: oid)
      where index.index!.columns.contains(where: { $0.column == i }) || index.index!.include.contains(i) {
        change { $0.removeRelation(index.oid) }
      }
      if r.columns[i].sequence != 0 {
        let q = r.columns[i].sequence
        change { $0.removeRelation(q) }
      }
      changeRelation(oid) {
        $0.columns[i].isDropped = true
        $0.columns[i].notNull = false
        $0.columns[i].defaultExpr = nil
        $0.constraints.removeAll { $0.columns.contains(i) }
      }
      r.heap?.uniqueKeys = [:]
    case .setDefault(let name, let e, _):
      let i = try column(oid, name)
      let a = Analyzer(session: self)
      let typed = try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0)))
      guard let converted = try a.tryCoerce(typed, r.columns[i].type, .assignment, .implicitCast) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "column \"\(name)\" is of type \(formatType(SQLType(r.columns[i].type.oid))) but default expression is of type \(formatType(SQLType(typed.type.oid)))",
          hint: "You will need to rewrite or cast the expression.")
      }
      changeRelation(oid) { $0.columns[i].defaultExpr = converted }
    case .dropDefault(let name):
      let i = try column(oid, name)
      changeRelation(oid) { $0.columns[i].defaultExpr = nil }
    case .setNotNull(let name):
      let i = try column(oid, name)
      let s = snapshot()
      for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, s) && complete(tuple.values, r)[i].isNull {
        throw SQLError(SQLState.notNullViolation, "column \"\(name)\" of relation \"\(r.name)\" contains null values")
      }
      changeRelation(oid) { $0.columns[i].notNull = true }
    case .dropNotNull(let name):
      let i = try column(oid, name)
      if r.primaryKey?.columns.contains(i) ?? false {
        throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" is in a primary key")
      }
      changeRelation(oid) { $0.columns[i].notNull = false }
    case .setType(let name, let typeName, let using):
      let i = try column(oid, name)
      try refuseInherited(r, name, "alter")
      let a = Analyzer(session: self)
      let type = try a.resolveType(typeName)
      let scope = Scope(parent: nil, plan: QueryPlan(id: 0))
      var columns: [ScopeColumn] = []
      for (_, c) in r.liveColumns {
        columns.append(ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil))
      }
      scope.entries.append(ScopeEntry(alias: r.name, tableName: r.name, columns: columns, offset: -1))
      let value: TypedExpr
      if let using { value = try a.expression(using, scope) } else { value = try a.column([name], scope, at: -1) }
      guard let converted = try a.tryCoerce(value, type, .assignment, .implicitCast) else {
        if using != nil {
          throw SQLError(
            SQLState.datatypeMismatch,
            "result of USING clause for column \"\(name)\" cannot be cast automatically to type \(formatType(type))",
            hint: "You might need to add an explicit cast.")
        }
        throw SQLError(
          SQLState.datatypeMismatch, "column \"\(name)\" cannot be cast automatically to type \(formatType(type))",
          hint: "You might need to specify \"USING \(quotedIdentifier(name))::\(formatType(type))\".")
      }
      let execution = Execution(session: self, snapshot: snapshot())
      for target in [r] + descendants(of: r) {
        let new = Heap()
        for tuple in target.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
          var row = complete(tuple.values, target)
          let f = Frame(parent: nil)
          f.values = execution.visible(row, target)
          row[i] = try execution.evaluate(converted, f)
          new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
        }
        var newDefault = r.columns[i].defaultExpr
        if let d = newDefault { newDefault = try a.tryCoerce(d, type, .assignment, .implicitCast) }
        let final = newDefault
        changeRelation(target.oid) {
          $0.columns[i].type = type
          $0.columns[i].defaultExpr = final
          if $0.heap != nil { $0.heap = new }
        }
      }
    case .addConstraint(let c): try addConstraint(c, oid, column: nil, isNew: false)
    case .dropConstraint(let name, let ifExists, let cascade):
      guard let c = r.constraints.first(where: { $0.name == name }) else {
        if ifExists {
          notice("constraint \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      if c.index != 0 {
        for (t, f) in catalog.references(to: oid) where Set(f.foreignColumns) == Set(c.columns) {
          if !cascade {
            throw SQLError(
              SQLState.dependentObjects,
              "cannot drop constraint \(name) on table \(describe(r)) because other objects depend on it",
              detail: "constraint \(f.name) on table \(describe(t)) depends on index \(quotedIdentifier(name))",
              hint: "Use DROP ... CASCADE to drop the dependent objects too.")
          }
          notice("drop cascades to constraint \(f.name) on table \(describe(t))")
          changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == f.oid } }
        }
        change { $0.removeRelation(c.index) }
      }
      changeRelation(oid) { $0.constraints.removeAll { $0.name == name } }
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
    case .renameColumn(let old, let new):
      guard let i = r.columnIndex(old) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(old)\" does not exist")
      }
      try refuseInherited(r, old, "rename")
      if r.columnIndex(new) != nil {
        throw SQLError(SQLState.duplicateColumn, "column \"\(new)\" of relation \"\(r.name)\" already exists")
      }
      for target in [r] + descendants(of: r) { changeRelation(target.oid) { $0.columns[i].name = new } }
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
      changeRelation(oid) { $0.schema = s }
      for i in catalog.indexes(of: oid) { changeRelation(i.oid) { $0.schema = s } }
    case .owner(let name):
      let role = try resolveRole(name)
      changeRelation(oid) {
        let old = $0.owner
        $0.owner = role
        $0.acl = $0.acl?.map { item in
          var new = item
          if new.grantor == old { new.grantor = role }
          if new.grantee == old { new.grantee = role }
          return new
        }
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
    case .setStatistics: break
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
    case .enableTrigger(let name, let on):
      changeRelation(oid) {
        for i in $0.triggers.indices where name == "all" || $0.triggers[i].name == name { $0.triggers[i].enabled = on }
      }
    case .attachPartition(let name, let bound): try attach(r, name, bound)
    case .detachPartition(let name): try detach(r, name)
    case .addIdentity, .dropIdentity, .changeIdentity: try alterIdentity(oid, r, action)
    default: throw .notSimulated("this form of ALTER TABLE")
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
        for r in c.relations.values where r.schema == name.name {
          var copy = r
          copy.schema = new
          c.put(copy)
        }
      }
    case "role":
      guard var r = server.cluster.roles[name.name] else {
        throw SQLError(SQLState.undefinedObject, "role \"\(name.name)\" does not exist")
      }
      r.name = new
      server.cluster.roles[name.name] = nil
      server.cluster.roles[new] = r
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      if d === database { throw SQLError(SQLState.featureNotSupported, "current database cannot be renamed") }
      server.cluster.databases[name.name] = nil
      d.name = new
      server.cluster.databases[new] = d
    default: throw .notSimulated("renaming a \(kind)")
    }
  }

  /// A column that a parent gives is changed there.
  private func refuseInherited(_ r: Relation, _ name: String, _ verb: String) throws(SQLError) {
    for parent in r.inherits + (r.partitionOf != 0 ? [r.partitionOf] : []) {
      if catalog.relation(parent)?.columnIndex(name) != nil {
        throw SQLError(SQLState.invalidTableDefinition, "cannot \(verb) inherited column \"\(name)\"")
      }
    }
  }

  func changeOwner(_ kind: String, _ name: QualifiedName, _ role: String) throws(SQLError) {
    let owner = try resolveRole(role)
    switch kind {
    case "schema":
      guard catalog.schemas[name.name] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      change { $0.schemas[name.name]?.owner = owner }
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      d.owner = owner
    default: throw .notSimulated("changing the owner of a \(kind)")
    }
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
