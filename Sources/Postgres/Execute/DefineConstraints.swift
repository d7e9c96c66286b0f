// Constraints of tables: keys, checks, references, and what they ask of rows that are there. Source: PostgreSQL 15 manual, 5.4.

internal import SimKernel

extension ClientSession {
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
      if isNew, case .check = c.kind,
        r.constraints.contains(where: { $0.name == name && $0.kind == .check && $0.isLocal })
      {
        throw SQLError(SQLState.duplicateObject, "check constraint \"\(name)\" already exists")
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
      let keyNames = label
      label += c.include
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
        columns: columns.map { IndexColumn(column: $0, expression: nil) }, include: try positions(c.include),
        predicate: nil,
        nullsNotDistinct: notDistinct, constraint: oid)
      if let up = catalog.relation(r.partitionOf) {
        for above in up.constraints where above.kind == (primary ? .primaryKey : .unique) {
          if above.columns.map({ up.columns[$0].name }) == keyNames { index.index?.parent = above.index }
        }
      }
      try checkExistingUnique(index, catalog.relation(table)!)
      var constraint = Constraint(oid: oid, name: name, kind: primary ? .primaryKey : .unique, columns: columns)
      constraint.index = index.oid
      constraint.isLocal = index.index?.parent == 0
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
      constraint.noInherit = c.noInherit
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
      var final = constraint
      changeRelation(table) { $0.constraints.append(final) }
      if !c.noInherit {
        final.isLocal = false
        for target in descendants(of: r) {
          if target.constraints.contains(where: { $0.name == name }) {
            notice("merging constraint \"\(name)\" with inherited definition")
            continue
          }
          let inherited = try inherited(final, by: target, from: r)
          changeRelation(target.oid) { $0.constraints.append(inherited) }
        }
      }
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
        if key.deferrable {
          throw SQLError(
            SQLState.notInPrerequisiteState,
            "cannot use a deferrable primary key for referenced table \"\(target.name)\"")
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
        var isDeferrable = false
        for i in catalog.indexes(of: target.oid) {
          guard let info = i.index, info.unique, info.predicate == nil else { continue }
          guard Set(info.columns.map { $0.column }) == Set(foreign) else { continue }
          let mayWait = target.constraints.contains { $0.index == i.oid && $0.deferrable }
          if mayWait { isDeferrable = true } else { found = true }
        }
        if isDeferrable, !found {
          throw SQLError(
            SQLState.notInPrerequisiteState,
            "cannot use a deferrable unique constraint for referenced table \"\(target.name)\"")
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
              "Key columns \"\(r.columns[i].name)\" and \"\(target.columns[foreign[k]].name)\" are of incompatible types: \(formatType(SQLType(x))) and \(formatType(SQLType(y)))."
          )
        }
      }
      var constraint = Constraint(oid: newOid(), name: name, kind: .foreignKey, columns: columns)
      constraint.foreignTable = oid
      constraint.foreignColumns = foreign
      constraint.onDelete = reference.onDelete
      constraint.onUpdate = reference.onUpdate
      for n in reference.deleteColumns {
        guard let k = r.columnIndex(n) else {
          throw SQLError(
            SQLState.undefinedColumn, "column \"\(n)\" referenced in foreign key constraint does not exist")
        }
        guard columns.contains(k) else {
          throw SQLError(
            SQLState.invalidTableDefinition,
            "column \"\(n)\" referenced in ON DELETE SET action must be part of foreign key")
        }
        constraint.deleteColumns.append(k)
      }
      constraint.matchFull = reference.matchFull
      constraint.deferrable = c.deferrable
      constraint.initiallyDeferred = c.initiallyDeferred
      // There are no rows yet that could break it.
      constraint.isValid = isNew || !c.notValid
      if !isNew, !c.notValid {
        let execution = Execution(session: self, snapshot: snapshot())
        for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
          try checkForeignKey(complete(tuple.values, r), r, constraint, execution)
        }
      }
      let final = constraint
      changeRelation(table) { $0.constraints.append(final) }
    case .usingIndex(let name, let primary): try addConstraint(using: name, primary: primary, c, r)
    case .exclusion(let e): try addExclusion(c, e, r, isNew: isNew)
    default: break
    }
  }

  /// A check of the parent, over the columns where the child has them.
  func inherited(_ c: Constraint, by child: Relation, from parent: Relation) throws(SQLError) -> Constraint {
    var copy = c
    copy.isLocal = false
    copy.columns = c.columns.map { child.columnIndex(parent.columns[$0].name) ?? $0 }
    if let e = c.check, child.liveColumns.map({ $0.column.name }) != parent.liveColumns.map({ $0.column.name }) {
      var parser = try Parser(Array(Deparser(self).expression(e).utf8))
      copy.check = try Analyzer(session: self).booleanExpression(
        try parser.expression(), scope(for: child, .check), "CHECK")
    }
    return copy
  }

  func checkNoNulls(_ r: Relation, _ columns: [Int]) throws(SQLError) {
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
}
