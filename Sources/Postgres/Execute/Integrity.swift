// Foreign keys and unique key tables: what a changed row means for other rows.

internal import SimKernel

extension ClientSession {
  /// Rows written before columns were added are shorter.
  func complete(_ row: Row, _ relation: Relation) -> Row {
    guard row.count < relation.columns.count else { return row }
    var out = row
    while out.count < relation.columns.count { out.append(relation.columns[out.count].missingValue) }
    return out
  }

  func buildUnique(
    _ relation: Relation, _ heap: Heap, _ index: Int32, _ info: IndexInfo, _ execution: Execution
  ) throws(SQLError) {
    guard heap.uniqueKeys[index] == nil else { return }
    var table: [String: [Int]] = [:]
    for (i, tuple) in heap.tuples.enumerated() where log.fate(tuple.xmin) != .aborted {
      guard let key = try execution.indexKey(complete(tuple.values, relation), info, relation) else { continue }
      table[hashKey(key), default: []].append(i)
    }
    heap.uniqueKeys[index] = table
  }

  func noteUnique(_ row: Row, _ relation: Relation, _ heap: Heap, _ place: Int) {
    guard !heap.uniqueKeys.isEmpty else { return }
    let execution = Execution(session: self, snapshot: Snapshot(limit: 0, running: [], own: [], command: 0))
    for index in heap.uniqueKeys.keys.sorted() {
      guard let info = catalog.relation(index)?.index else {
        heap.uniqueKeys[index] = nil
        continue
      }
      if let key = try? execution.indexKey(row, info, relation) {
        heap.uniqueKeys[index]?[hashKey(key), default: []].append(place)
      }
    }
  }

  /// Bytes of the data part of a row, for page numbers and sizes.
  func width(_ row: Row, _ relation: Relation) -> Int {
    var size = 0
    for (i, v) in row.enumerated() where i < relation.columns.count && !v.isNull {
      switch v {
      case .bool: size += 1
      case .int:
        let n = max(catalog.type(relation.columns[i].type.oid)?.length ?? 4, 1)
        size = (size + n - 1) / n * n + n
      case .float, .timestamp, .time: size = (size + 7) / 8 * 8 + 8
      case .date: size = (size + 3) / 4 * 4 + 4
      case .text(let s): size += s.utf8.count + (s.utf8.count < 127 ? 1 : 4)
      case .numeric(let n): size += 3 + (n.magnitude.decimalCount + 3) / 4 * 2
      case .interval: size = (size + 7) / 8 * 8 + 16
      default: size += 16
      }
    }
    return size
  }

  private func keyDetail(_ columns: [Int], _ row: Row, _ relation: Relation) -> String {
    var names: [String] = []
    var values: [String] = []
    for c in columns {
      names.append(quotedIdentifier(relation.columns[c].name))
      values.append(row[c].isNull ? "null" : output(row[c], relation.columns[c].type.oid))
    }
    return "Key (\(joined(names, ", ")))=(\(joined(values, ", ")))"
  }

  /// Live rows whose columns equal a key.
  func matching(_ relation: Relation, _ columns: [Int], _ key: Row, _ execution: Execution) throws(SQLError) -> [(
    Heap, Int, Relation
  )] {
    var out: [(Heap, Int, Relation)] = []
    var relations = [relation]
    if relation.kind == .partitioned { relations = descendants(of: relation) }
    for r in relations {
      guard let heap = r.heap else { continue }
      // A unique index on exactly these columns answers at once.
      for index in catalog.indexes(of: r.oid) {
        guard let info = index.index, info.unique, info.predicate == nil, info.columns.map({ $0.column }) == columns
        else { continue }
        try buildUnique(r, heap, index.oid, info, execution)
        for i in heap.uniqueKeys[index.oid]?[hashKey(key)] ?? [] where log.isLive(heap.tuples[i]) {
          out.append((heap, i, r))
        }
        return out
      }
      for (i, tuple) in heap.tuples.enumerated() where log.isLive(tuple) {
        let row = complete(tuple.values, r)
        var same = true
        for (k, c) in columns.enumerated() where row[c].isNull || compareValues(row[c], key[k]) != 0 { same = false }
        if same { out.append((heap, i, r)) }
      }
      try execution.step(Int64(heap.tuples.count))
    }
    return out
  }

  func checkForeignKey(_ row: Row, _ relation: Relation, _ c: Constraint, _ execution: Execution) throws(SQLError) {
    var key: Row = []
    var nulls = 0
    for k in c.columns {
      if row[k].isNull { nulls += 1 }
      key.append(row[k])
    }
    if nulls > 0 {
      if c.matchFull, nulls < c.columns.count {
        throw SQLError(
          SQLState.foreignKeyViolation,
          "insert or update on table \"\(relation.name)\" violates foreign key constraint \"\(c.name)\"",
          detail: "MATCH FULL does not allow mixing of null and nonnull key values.")
      }
      return
    }
    guard let target = catalog.relation(c.foreignTable) else { return }
    if try matching(target, c.foreignColumns, key, execution).isEmpty {
      var error = SQLError(
        SQLState.foreignKeyViolation,
        "insert or update on table \"\(relation.name)\" violates foreign key constraint \"\(c.name)\"",
        detail: "\(keyDetail(c.columns, row, relation)) is not present in table \"\(target.name)\".")
      error.constraintName = c.name
      error.tableName = relation.name
      error.schemaName = relation.schema
      throw error
    }
  }

  func runDeferredChecks() throws(SQLError) {
    guard let t = transaction else { return }
    let checks = t.deferred
    t.deferred = []
    let execution = Execution(session: self, snapshot: snapshot())
    for check in checks {
      guard let relation = catalog.relation(check.table) else { continue }
      if check.isUnique {
        guard let index = catalog.relation(check.index), let info = index.index, let heap = relation.heap,
          let key = try execution.indexKey(check.row, info, relation)
        else { continue }
        try buildUnique(relation, heap, index.oid, info, execution)
        var live = 0
        for i in heap.uniqueKeys[index.oid]?[hashKey(key)] ?? [] where log.isLive(heap.tuples[i]) { live += 1 }
        if live > 1 { throw execution.uniqueError(index, info, key, relation) }
        continue
      }
      if check.isReferenced {
        for (table, c) in catalog.references(to: relation.partitionOf != 0 ? relation.partitionOf : relation.oid)
        where c.name == check.constraint {
          let key = c.foreignColumns.map { check.row[$0] }
          if try matching(table, c.columns, key, execution).isEmpty { continue }
          if !(try matching(relation, c.foreignColumns, key, execution)).isEmpty { continue }
          throw stillReferenced(check.row, relation, c, table)
        }
        continue
      }
      for c in relation.constraints where c.name == check.constraint {
        // Only if the row is still there.
        var present = false
        for tuple in relation.heap?.tuples ?? [] where log.isLive(tuple) && hashKey(tuple.values) == hashKey(check.row)
        { present = true }
        if present { try checkForeignKey(check.row, relation, c, execution) }
      }
    }
  }

  /// SET CONSTRAINTS; no names stand for ALL.
  func setConstraints(_ names: [String], _ deferred: Bool) throws(SQLError) {
    guard let t = transaction else { return }
    if names.isEmpty {
      t.allDeferred = deferred
      t.deferral = [:]
    }
    for name in names {
      var found = false
      for r in catalog.relations.values where searchPath.contains(r.schema) {
        for c in r.constraints where c.name == name && c.kind != .check {
          found = true
          if !c.deferrable {
            throw SQLError(SQLState.wrongObjectType, "constraint \"\(name)\" is not deferrable")
          }
          t.deferral[c.oid] = deferred
        }
        for trigger in r.triggers where trigger.isConstraint && trigger.name == name {
          found = true
          if !trigger.deferrable {
            throw SQLError(SQLState.wrongObjectType, "constraint \"\(name)\" is not deferrable")
          }
          t.deferral[trigger.oid] = deferred
        }
      }
      if !found { throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" does not exist") }
    }
    if !deferred { try runImmediateChecks(t) }
  }

  private func stillReferenced(_ old: Row, _ relation: Relation, _ c: Constraint, _ table: Relation) -> SQLError {
    var error = SQLError(
      SQLState.foreignKeyViolation,
      "update or delete on table \"\(relation.name)\" violates foreign key constraint \"\(c.name)\" on table \"\(table.name)\"",
      detail: "\(keyDetail(c.foreignColumns, old, relation)) is still referenced from table \"\(table.name)\".")
    error.constraintName = c.name
    error.tableName = table.name
    error.schemaName = table.schema
    return error
  }

  /// A referenced row was deleted (`new` nil) or changed: refuse, cascade, set null or default.
  func referencedRowGone(
    _ relation: Relation, _ old: Row, _ new: Row?, _ execution: Execution
  ) throws(SQLError) {
    for (table, c) in catalog.references(to: relation.partitionOf != 0 ? relation.partitionOf : relation.oid) {
      var key: Row = []
      var changed = new == nil
      var hasNull = false
      for k in c.foreignColumns {
        key.append(old[k])
        if old[k].isNull { hasNull = true }
        if let new, new[k].isNull || compareValues(new[k], old[k]) != 0 { changed = true }
      }
      if hasNull || !changed { continue }
      let action = new == nil ? c.onDelete : c.onUpdate
      let users = try matching(table, c.columns, key, execution)
      if users.isEmpty { continue }
      let waiting = afterRows.count
      if action == .noAction, c.deferrable, transaction?.isDeferred(c) ?? false {
        transaction?.deferred.append(
          DeferredCheck(table: relation.oid, constraint: c.name, row: old, isReferenced: true))
        continue
      }
      if action == .noAction || action == .restrict {
        // Another row may have taken the key meanwhile.
        if action == .noAction, !(try matching(relation, c.foreignColumns, key, execution)).isEmpty { continue }
        throw stillReferenced(old, relation, c, table)
      }
      for (heap, i, r) in users {
        let row = complete(heap.tuples[i].values, r)
        try execution.lockRow(heap, i)
        if action == .cascade, new == nil {
          guard try fireRowTriggers(r, "BEFORE", "DELETE", old: row, new: nil) != nil else { continue }
          execution.markDeleted(heap, i)
          afterRows.append(AfterRow(relation: r.oid, event: "", old: row, new: nil, kind: .foreignKeys(nil, 0)))
          _ = try fireRowTriggers(r, "AFTER", "DELETE", old: row, new: nil)
          continue
        }
        var changedRow = row
        for (n, k) in c.columns.enumerated() {
          if new == nil, !c.deleteColumns.isEmpty, !c.deleteColumns.contains(k) { continue }
          switch action {
          case .cascade: changedRow[k] = new![c.foreignColumns[n]]
          case .setNull: changedRow[k] = .null
          default:
            if let e = try Analyzer(session: self).columnDefault(r.columns[k]) {
              changedRow[k] = try execution.evaluate(e, Frame(parent: nil))
            } else {
              changedRow[k] = .null
            }
          }
        }
        if action == .setDefault {
          var same = true
          for (n, k) in c.columns.enumerated() where changedRow[k].isNull || compareValues(changedRow[k], key[n]) != 0 {
            same = false
          }
          if same {
            throw stillReferenced(old, relation, c, table)
          }
        }
        guard let final = try fireRowTriggers(r, "BEFORE", "UPDATE", old: row, new: changedRow) else { continue }
        try execution.replace(r, heap, i, row, final, r)
        _ = try fireRowTriggers(r, "AFTER", "UPDATE", old: row, new: final)
      }
      // Each level of a cascade waits for the next one.
      cascadeDepth += 1
      defer { cascadeDepth -= 1 }
      if cascadeDepth > 100 { throw .notSimulated("limit: foreign key actions nested deeper than 100 levels") }
      try fireAfterRows(from: waiting)
    }
  }
}
