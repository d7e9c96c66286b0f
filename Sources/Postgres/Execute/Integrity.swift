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
      for c in relation.constraints where c.name == check.constraint {
        // Only if the row is still there.
        var present = false
        for tuple in relation.heap?.tuples ?? [] where log.isLive(tuple) && hashKey(tuple.values) == hashKey(check.row)
        { present = true }
        if present { try checkForeignKey(check.row, relation, c, execution) }
      }
    }
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
      if action == .noAction || action == .restrict {
        // Another row may have taken the key meanwhile.
        if action == .noAction, !(try matching(relation, c.foreignColumns, key, execution)).isEmpty { continue }
        var error = SQLError(
          SQLState.foreignKeyViolation,
          "update or delete on table \"\(relation.name)\" violates foreign key constraint \"\(c.name)\" on table \"\(table.name)\"",
          detail: "\(keyDetail(c.foreignColumns, old, relation)) is still referenced from table \"\(table.name)\".")
        error.constraintName = c.name
        error.tableName = table.name
        error.schemaName = table.schema
        throw error
      }
      for (heap, i, r) in users {
        let row = complete(heap.tuples[i].values, r)
        triggerDepth += 1
        defer { triggerDepth -= 1 }
        if triggerDepth > 50 { throw .notSimulated("limit: foreign key actions nested deeper than 50 levels") }
        try execution.lockRow(heap, i)
        if action == .cascade, new == nil {
          execution.markDeleted(heap, i)
          try referencedRowGone(r, row, nil, execution)
          _ = try fireRowTriggers(r, "AFTER", "DELETE", old: row, new: nil)
          continue
        }
        var changedRow = row
        for (n, k) in c.columns.enumerated() {
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
            var error = SQLError(
              SQLState.foreignKeyViolation,
              "update or delete on table \"\(relation.name)\" violates foreign key constraint \"\(c.name)\" on table \"\(table.name)\"",
              detail: "\(keyDetail(c.foreignColumns, old, relation)) is still referenced from table \"\(table.name)\".")
            error.constraintName = c.name
            throw error
          }
        }
        try execution.replace(r, heap, i, row, changedRow, r)
      }
    }
  }
}
