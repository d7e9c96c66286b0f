// EXCLUDE constraints, constraints made of indexes, and which types an access method can index.
// Source: PostgreSQL 15 manual, CREATE TABLE "EXCLUDE", ALTER TABLE "ADD … USING INDEX", 11.10.

internal import SimKernel

/// One comparison of an EXCLUDE constraint: `during WITH &&`.
struct ExclusionPart {
  let operatorName: String
  /// Over a row of two values.
  let test: TypedExpr
}

extension ClientSession {
  /// The operator class that an index uses when none is written must exist.
  func requireOperatorClass(_ method: String, _ type: SQLType, _ given: String?) throws(SQLError) {
    if let given {
      if ["gin_trgm_ops", "gist_trgm_ops"].contains(given) {
        throw SQLError(
          SQLState.undefinedObject, "operator class \"\(given)\" does not exist for access method \"\(method)\"")
      }
      return
    }
    let a = Analyzer(session: self)
    let base = a.baseType(type.oid)
    let form = catalog.type(base)?.form
    let isRange = form == .range || form == .multirange
    let geometric: Set<Int32> = [600, 603, 604, 718]
    let fits: Bool
    switch method {
    case "gin": fits = form == .array || base == Oid.jsonb || base == Oid.tsvector
    case "gist":
      fits =
        isRange || geometric.contains(base) || base == Oid.tsvector || base == Oid.tsquery
        || catalog.extensions["btree_gist"] != nil && form == .base
    case "spgist":
      fits =
        form == .range || [600, 603, 604].contains(base)
        || [Oid.text, Oid.varchar, Oid.bpchar, Oid.inet, Oid.cidr]
          .contains(base)
    case "brin": fits = form != .array && ![Oid.json, Oid.jsonb, 142, Oid.bool, Oid.tsvector].contains(base)
    default:
      fits =
        ![Oid.json, 142, Oid.jsonpath, Oid.xid].contains(base) && !geometric.contains(base)
        && ![601, 602, 628].contains(base)
    }
    if fits { return }
    throw SQLError(
      SQLState.undefinedObject,
      "data type \(formatType(SQLType(type.oid))) has no default operator class for access method \"\(method)\"",
      hint: "You must specify an operator class for the index or define a default operator class for the data type.")
  }

  func addExclusion(_ c: ConstraintClause, _ e: ExclusionClause, _ r: Relation, isNew: Bool) throws(SQLError) {
    if r.kind == .partitioned {
      throw SQLError(
        SQLState.featureNotSupported, "exclusion constraints are not supported on partitioned tables", at: c.offset)
    }
    guard ["btree", "hash", "gist", "spgist"].contains(e.method) else {
      throw SQLError(
        SQLState.featureNotSupported, "access method \"\(e.method)\" does not support exclusion constraints")
    }
    let a = Analyzer(session: self)
    var info = IndexInfo(
      table: r.oid, unique: false, primary: false, method: e.method, columns: [], include: [], predicate: nil)
    var labels: [String] = []
    for (element, operatorName) in e.parts {
      var part = IndexColumn(column: -1, expression: nil)
      let type: SQLType
      if let name = element.columnName {
        guard let k = r.columnIndex(name) else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" named in key does not exist", at: c.offset)
        }
        part.column = k
        type = r.columns[k].type
        labels.append(name)
      } else {
        let typed = try a.defaulted(try a.expression(element.expression, scope(for: r, .index)))
        if !a.isImmutable(typed) { throw SQLError("42P17", "functions in index expression must be marked IMMUTABLE") }
        part.expression = typed
        type = typed.type
        labels.append("expr")
        if case .call(let call) = element.expression.kind { labels[labels.count - 1] = call.name.name }
      }
      part.operatorClass = element.operatorClass
      try requireOperatorClass(e.method, type, element.operatorClass)
      info.columns.append(part)
      let pair = Scope(parent: nil, plan: QueryPlan(id: a.newID()))
      pair.entries.append(
        ScopeEntry(
          alias: "",
          columns: [
            ScopeColumn(name: "a", type: type, slot: 0, merged: nil),
            ScopeColumn(name: "b", type: type, slot: 1, merged: nil),
          ], offset: -1))
      let test = Expr(.binary(operatorName, Expr(.column(["a"]), -1), Expr(.column(["b"]), -1)), -1)
      info.exclusion.append(
        ExclusionPart(operatorName: operatorName, test: try a.booleanExpression(test, pair, "EXCLUDE")))
    }
    if let p = e.condition { info.predicate = try a.booleanExpression(p, scope(for: r, .indexPredicate), "WHERE") }
    let name = c.name ?? freeName(objectName(r.name, joined(labels, "_"), "excl"), r.schema)
    if catalog.relationOid(r.schema, name) != nil {
      throw SQLError(SQLState.duplicateTable, "relation \"\(name)\" already exists")
    }
    var index = Relation(oid: newOid(), name: name, schema: r.schema, kind: .index, owner: r.owner)
    var constraint = Constraint(
      oid: newOid(), name: name, kind: .exclusion, columns: info.columns.compactMap { $0.column >= 0 ? $0.column : nil }
    )
    constraint.index = index.oid
    constraint.deferrable = c.deferrable
    constraint.initiallyDeferred = c.initiallyDeferred
    info.constraint = constraint.oid
    index.index = info
    if !isNew {
      let execution = Execution(session: self, snapshot: snapshot())
      for (i, tuple) in (r.heap?.tuples ?? []).enumerated() where log.isLive(tuple) {
        let row = complete(tuple.values, r)
        if let other = try execution.excluding(row, r, info, ignoring: i) {
          let own = try execution.indexKey(row, info, r) ?? []
          var error = execution.exclusionError(index, info, other, own, r)
          error.message = "could not create exclusion constraint \"\(name)\""
          error.detail = error.detail.map { replaced($0, "conflicts with existing key", "conflicts with key") }
          throw error
        }
      }
    }
    let finalIndex = index
    let final = constraint
    change { $0.put(finalIndex) }
    changeRelation(r.oid) { $0.constraints.append(final) }
  }

  /// ADD … USING INDEX: the index becomes the constraint's and takes its name.
  func addConstraint(using name: String, primary: Bool, _ c: ConstraintClause, _ r: Relation) throws(SQLError) {
    guard let index = catalog.indexes(of: r.oid).first(where: { $0.name == name }), let info = index.index else {
      if let other = catalog.relationOid(r.schema, name), catalog.relation(other)?.index != nil {
        throw SQLError(
          SQLState.notInPrerequisiteState, "index \"\(name)\" does not belong to table \"\(r.name)\"", at: c.offset)
      }
      throw SQLError(SQLState.undefinedObject, "index \"\(name)\" does not exist", at: c.offset)
    }
    func refuse(_ message: String) -> SQLError {
      SQLError(
        SQLState.wrongObjectType, message,
        detail: "Cannot create a primary key or unique constraint using such an index.", at: c.offset)
    }
    if info.constraint != 0 {
      throw SQLError(
        SQLState.notInPrerequisiteState, "index \"\(name)\" is already associated with a constraint", at: c.offset)
    }
    if !info.unique { throw refuse("\"\(name)\" is not a unique index") }
    if info.columns.contains(where: { $0.column < 0 }) { throw refuse("index \"\(name)\" contains expressions") }
    if info.predicate != nil { throw refuse("\"\(name)\" is a partial index") }
    if primary, r.primaryKey != nil {
      throw SQLError(
        SQLState.invalidTableDefinition, "multiple primary keys for table \"\(r.name)\" are not allowed")
    }
    let columns = info.columns.map { $0.column }
    if primary {
      try checkNoNulls(r, columns)
      changeRelation(r.oid) { for k in columns { $0.columns[k].notNull = true } }
    }
    let made = c.name ?? name
    if made != name {
      notice("ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"\(name)\" to \"\(made)\"")
    }
    var constraint = Constraint(oid: newOid(), name: made, kind: primary ? .primaryKey : .unique, columns: columns)
    constraint.index = index.oid
    constraint.deferrable = c.deferrable
    constraint.initiallyDeferred = c.initiallyDeferred
    let final = constraint
    changeRelation(index.oid) {
      $0.name = made
      $0.index?.constraint = final.oid
      $0.index?.primary = primary
    }
    changeRelation(r.oid) { $0.constraints.append(final) }
  }
}

extension Execution {
  /// The key of a live row that an EXCLUDE constraint does not let stand beside a new one.
  func excluding(_ row: Row, _ r: Relation, _ info: IndexInfo, ignoring: Int?) throws(SQLError) -> Row? {
    guard let heap = r.heap, let key = try indexKey(row, info, r), !key.contains(where: { $0.isNull }) else {
      return nil
    }
    for (i, tuple) in heap.tuples.enumerated() where i != ignoring && log.isLive(tuple) {
      guard let other = try indexKey(session.complete(tuple.values, r), info, r) else { continue }
      var all = true
      for (k, part) in info.exclusion.enumerated() where all {
        if other[k].isNull {
          all = false
          continue
        }
        let frame = Frame(parent: nil)
        frame.values = [other[k], key[k]]
        all = try evaluate(part.test, frame).isTrue
      }
      if all { return other }
    }
    try step(Int64(heap.tuples.count))
    return nil
  }

  func exclusionError(_ index: Relation, _ info: IndexInfo, _ other: Row, _ own: Row, _ r: Relation) -> SQLError {
    func shown(_ key: Row) -> String {
      "(\(keyText(info, r)))=(\(joined(keyValues(key, info, r), ", ")))"
    }
    var error = SQLError(
      "23P01", "conflicting key value violates exclusion constraint \"\(index.name)\"",
      detail: "Key \(shown(own)) conflicts with existing key \(shown(other)).")
    error.constraintName = index.name
    error.tableName = r.name
    error.schemaName = r.schema
    return error
  }
}
