// What a new row must satisfy: NOT NULL, CHECK, partitions, unique indexes, foreign keys. Source: PostgreSQL 15 manual 5.4.

internal import SimKernel

extension Execution {
  func computeGenerated(_ row: inout Row, _ relation: Relation, _ parent: Frame) throws(SQLError) {
    for (i, c) in relation.columns.enumerated() where c.isGenerated && !c.isDropped {
      guard let e = c.defaultExpr else { continue }
      let frame = Frame(parent: nil)
      frame.values = visible(row, relation)
      row[i] = try evaluate(e, frame)
    }
  }

  private func rowDetail(_ row: Row, _ relation: Relation) -> String {
    var parts: [String] = []
    for (i, c) in relation.columns.enumerated() where !c.isDropped {
      let v = i < row.count ? row[i] : .null
      if v.isNull {
        parts.append("null")
      } else {
        let text = session.output(v, c.type.oid)
        parts.append(clipped(text))
      }
    }
    return "Failing row contains (\(joined(parts, ", ")))."
  }

  private func clipped(_ text: String) -> String {
    guard text.utf8.count > 64 else { return text }
    var bytes = Array(text.utf8.prefix(64))
    while let last = bytes.last, last & 0xc0 == 0x80 { bytes.removeLast() }
    if let last = bytes.last, last >= 0xc0 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self) + "..."
  }

  func checkRow(_ row: Row, _ relation: Relation, _ parent: Frame, named: Relation? = nil) throws(SQLError) {
    for (i, c) in relation.columns.enumerated() where c.notNull && !c.isDropped && row[i].isNull {
      var error = SQLError(
        SQLState.notNullViolation,
        "null value in column \"\(c.name)\" of relation \"\(relation.name)\" violates not-null constraint",
        detail: rowDetail(row, relation))
      error.schemaName = relation.schema
      error.tableName = relation.name
      error.columnName = c.name
      throw error
    }
    var checks: [Constraint] = []
    for c in relation.constraints where c.kind == .check { checks.append(c) }
    checks.sort { compareBytes($0.name, $1.name) < 0 }
    if checks.isEmpty { return try checkPartition(row, relation, named) }
    let frame = Frame(parent: nil)
    frame.values = visible(row, relation)
    for c in checks {
      guard let e = c.check else { continue }
      if case .bool(false) = try evaluate(e, frame) {
        var error = SQLError(
          SQLState.checkViolation,
          "new row for relation \"\(relation.name)\" violates check constraint \"\(c.name)\"",
          detail: rowDetail(row, relation))
        error.constraintName = c.name
        error.tableName = relation.name
        error.schemaName = relation.schema
        throw error
      }
    }
    try checkPartition(row, relation, named)
  }

  /// A row that is written to a partition by name must belong there.
  private func checkPartition(_ row: Row, _ relation: Relation, _ named: Relation?) throws(SQLError) {
    guard relation.partitionOf != 0, named == nil || named?.oid == relation.oid else { return }
    if try session.belongs(row, relation) { return }
    throw SQLError(
      SQLState.checkViolation, "new row for relation \"\(relation.name)\" violates partition constraint",
      detail: rowDetail(row, relation))
  }

  func indexKey(_ row: Row, _ info: IndexInfo, _ relation: Relation) throws(SQLError) -> Row? {
    var key: Row = []
    var frame: Frame?
    if info.predicate != nil || info.columns.contains(where: { $0.column < 0 }) {
      frame = Frame(parent: nil)
      frame?.values = visible(row, relation)
    }
    if let p = info.predicate, let frame, !(try evaluate(p, frame).isTrue) { return nil }
    for c in info.columns {
      if c.column >= 0 {
        key.append(row[c.column])
      } else if let e = c.expression, let frame {
        key.append(try evaluate(e, frame))
      }
    }
    return key
  }

  /// The live row that has the same key in a unique index.
  func conflicting(
    _ row: Row, _ relation: Relation, _ indexes: [Int32], _ named: Relation
  ) throws(SQLError) -> (Heap, Int)? {
    guard let heap = relation.heap else { return nil }
    for index in session.catalog.indexes(of: relation.oid) {
      guard let info = index.index, info.unique else { continue }
      if !indexes.isEmpty, relation.oid == named.oid, !indexes.contains(index.oid) { continue }
      if let i = try duplicate(row, relation, heap, index.oid, info, ignoring: nil) { return (heap, i) }
    }
    return nil
  }

  func duplicate(
    _ row: Row, _ relation: Relation, _ heap: Heap, _ index: Int32, _ info: IndexInfo, ignoring: Int?
  ) throws(SQLError) -> Int? {
    guard let key = try indexKey(row, info, relation) else { return nil }
    if !info.nullsNotDistinct { for v in key where v.isNull { return nil } }
    try session.buildUnique(relation, heap, index, info, self)
    for i in heap.uniqueKeys[index]?[hashKey(key)] ?? [] where i != ignoring {
      let tuple = heap.tuples[i]
      if log.isLive(tuple) {
        if log.fate(tuple.xmin) == .running, !(session.transaction?.own.contains(tuple.xmin) ?? false) {
          session.waitingFor = tuple.xmin
          throw SQLError("55P03", "another session's open transaction has inserted the same key", kind: .wouldBlock)
        }
        return i
      }
      if log.fate(tuple.xmax) == .running, !(session.transaction?.own.contains(tuple.xmax) ?? false) {
        session.waitingFor = tuple.xmax
        throw SQLError("55P03", "another session's open transaction is deleting the same key", kind: .wouldBlock)
      }
    }
    return nil
  }

  func checkUnique(_ row: Row, _ relation: Relation, ignoring: Int?, _ named: Relation) throws(SQLError) {
    guard let heap = relation.heap else { return }
    var indexes = session.catalog.indexes(of: relation.oid)
    // The primary key's index is checked as the oldest; indexes go by OID.
    indexes.sort { $0.oid < $1.oid }
    for index in indexes {
      guard let info = index.index else { continue }
      if !info.exclusion.isEmpty, let other = try excluding(row, relation, info, ignoring: ignoring) {
        throw exclusionError(index, info, other, try indexKey(row, info, relation) ?? [], relation)
      }
      guard info.unique else { continue }
      guard try duplicate(row, relation, heap, index.oid, info, ignoring: ignoring) != nil else { continue }
      if let c = relation.constraints.first(where: { $0.index == index.oid && $0.deferrable }) {
        session.transaction?.deferred.append(
          DeferredCheck(
            table: relation.oid, constraint: c.name, row: row, isReferenced: false, isUnique: true, index: index.oid))
        continue
      }
      let key = try indexKey(row, info, relation) ?? []
      throw uniqueError(index, info, key, relation)
    }
  }

  func keyText(_ info: IndexInfo, _ relation: Relation) -> String {
    var names: [String] = []
    for c in info.columns {
      if c.column >= 0 {
        names.append(quotedIdentifier(relation.columns[c.column].name))
      } else if let e = c.expression {
        names.append(Deparser(session).indexExpression(e, relation))
      }
    }
    return joined(names, ", ")
  }

  func keyValues(_ key: Row, _ info: IndexInfo, _ relation: Relation) -> [String] {
    var values: [String] = []
    for (k, v) in key.enumerated() {
      let c = info.columns[k]
      let type = c.column >= 0 ? relation.columns[c.column].type.oid : c.expression?.type.oid ?? Oid.text
      values.append(v.isNull ? "null" : session.output(v, type))
    }
    return values
  }

  func uniqueError(_ index: Relation, _ info: IndexInfo, _ key: Row, _ relation: Relation) -> SQLError {
    var error = SQLError(
      SQLState.uniqueViolation,
      "duplicate key value violates unique constraint \"\(index.name)\"",
      detail: "Key (\(keyText(info, relation)))=(\(joined(keyValues(key, info, relation), ", "))) already exists.")
    error.constraintName = index.name
    error.tableName = relation.name
    error.schemaName = relation.schema
    return error
  }

  func checkForeignKeys(_ row: Row, _ relation: Relation, changedFrom old: Row? = nil) throws(SQLError) {
    for c in relation.constraints where c.kind == .foreignKey {
      if let old {
        var changed = false
        for k in c.columns
        where old[k].isNull != row[k].isNull || (!row[k].isNull && compareValues(old[k], row[k]) != 0) {
          changed = true
        }
        if !changed { continue }
      }
      if session.transaction?.isDeferred(c) ?? false {
        session.transaction?.deferred.append(
          DeferredCheck(table: relation.oid, constraint: c.name, row: row, isReferenced: false))
        continue
      }
      try session.checkForeignKey(row, relation, c, self)
    }
  }
}
