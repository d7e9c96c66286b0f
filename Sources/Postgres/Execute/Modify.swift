// INSERT, UPDATE and DELETE on heaps, with constraints, foreign keys and identity. Source: PostgreSQL 15 manual 5.4, 5.5.

internal import SimKernel

extension Execution {
  var cluster: Cluster { session.server.cluster }
  var log: TransactionLog { session.server.cluster.transactions }

  func modify(_ plan: ModificationPlan, _ frame: Frame) throws(SQLError) -> (rows: [Row], count: Int) {
    for table in plan.commonTables {
      commonPlans[table.id] = table
      commonTables[table.id] = nil
      if case .modification(let m) = table.body { commonTables[table.id] = try modify(m, frame).rows }
    }
    guard let relation = session.catalog.relation(plan.table) else { return ([], 0) }
    let event = plan.kind == .insert ? "INSERT" : plan.kind == .update ? "UPDATE" : "DELETE"
    let waiting = session.afterRows.count
    let changed = session.transitionRows
    session.transitionRows = ([], [])
    defer { session.transitionRows = changed }
    try session.fireStatementTriggers(relation, "BEFORE", event)
    let result: (rows: [Row], count: Int)
    switch plan.kind {
    case .insert: result = try insert(plan, relation, frame)
    case .update, .delete: result = try change(plan, relation, frame)
    }
    try session.fireAfterRows(from: waiting)
    try session.fireStatementTriggers(relation, "AFTER", event)
    return result
  }

  // MARK: INSERT

  private func insert(
    _ plan: ModificationPlan, _ relation: Relation, _ outer: Frame
  ) throws(SQLError) -> (rows: [Row], count: Int) {
    var sources: [(Row, [Bool])] = []
    let middle = Frame(parent: outer)
    if let source = plan.source {
      if case .values(let rows) = source.body, source.orderBy.isEmpty, source.limit == nil, source.commonTables.isEmpty
      {
        let frame = Frame(parent: middle)
        // What is constant is computed before the first row: its errors come before any sequence advances.
        if rows.count > 1 {
          for row in rows { for e in row where Execution.isFolded(e) { _ = try evaluate(e, frame) } }
        }
        // Row by row, so that sequences advance in the order of the columns.
        var out: [Row] = []
        var count = 0
        for row in rows {
          var values: Row = []
          var defaults: [Bool] = []
          for e in row {
            if case .defaultValue = e.kind {
              values.append(.null)
              defaults.append(true)
            } else {
              values.append(try evaluate(e, frame))
              defaults.append(false)
            }
          }
          if let result = try insertRow(plan, relation, values, defaults, outer) {
            count += 1
            out += result
          }
        }
        return (out, count)
      }
      let columns = source.targets.filter { !$0.isHidden }
      for row in try rows(of: source, middle) {
        var defaults: [Bool] = []
        for i in row.indices {
          if i < columns.count, case .defaultValue = columns[i].expression.kind {
            defaults.append(true)
          } else {
            defaults.append(false)
          }
        }
        sources.append((row, defaults))
      }
    } else {
      sources.append(([], []))
    }
    var out: [Row] = []
    var count = 0
    for (values, defaults) in sources {
      if let result = try insertRow(plan, relation, values, defaults, outer) {
        count += 1
        out += result
      }
    }
    return (out, count)
  }

  /// Whether the planner computes an expression: a conversion or operation of constants.
  private static func isFolded(_ e: TypedExpr) -> Bool {
    switch e.kind {
    case .constant: return false
    default: break
    }
    var folded = true
    walkExpression(e) { x in
      switch x.kind {
      case .constant, .operation: break
      case .cast(_, let path, _): if case .toDomain = path { folded = false }
      case .call(let site, _, _): if site.function?.volatility != 0x69 { folded = false }
      default: folded = false
      }
    }
    return folded
  }

  /// nil when ON CONFLICT DO NOTHING skipped the row; otherwise the RETURNING rows (none or one).
  private func insertRow(
    _ plan: ModificationPlan, _ relation: Relation, _ values: Row, _ isDefault: [Bool], _ outer: Frame
  ) throws(SQLError) -> [Row]? {
    try step(4)
    let frame = Frame(parent: outer)
    var row = Row(repeating: .null, count: relation.columns.count)
    var given = [Bool](repeating: false, count: relation.columns.count)
    for (k, c) in plan.insertColumns.enumerated() where !isDefault[k] {
      if relation.columns[c].identity != 0, plan.overridingUser { continue }
      row[c] = values[k]
      given[c] = true
    }
    for c in relation.columns.indices where !given[c] && !relation.columns[c].isDropped {
      if let e = plan.defaults[c] { row[c] = try evaluate(e, frame) }
    }
    if relation.kind == .view {
      guard let shown = try session.fireRowTriggers(relation, "INSTEAD OF", "INSERT", old: nil, new: row) else {
        return nil
      }
      return try returning(plan, relation, shown, outer, Heap(), 0)
    }
    guard var final = try session.fireRowTriggers(relation, "BEFORE", "INSERT", old: nil, new: row) else { return nil }
    var target = relation
    if relation.kind == .partitioned { target = try session.partition(for: final, relation) }
    try computeGenerated(&final, relation, frame)
    try session.checkPolicies(final, relation, "insert")
    try checkRow(final, relation, frame)
    if let view = plan.view { try session.checkOption(view, final, relation) }
    if target.oid != relation.oid { final = session.remap(final, from: relation, to: target) }
    if let conflict = plan.conflict {
      if let (heap, index) = try conflicting(final, target, conflict.indexes, relation) {
        guard let assignments = conflict.assignments else { return nil }
        // Update the row in the way; it may not be one that this statement has put there.
        let tuple = heap.tuples[index]
        if snapshot.own.contains(tuple.xmin) || session.transaction?.own.contains(tuple.xmin) ?? false,
          tuple.cmin >= snapshot.command
        {
          throw SQLError(
            SQLState.cardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time",
            hint:
              "Ensure that no rows proposed for insertion within the same command have duplicate constrained values."
          )
        }
        try lockRow(heap, index)
        let old = session.complete(tuple.values, target)
        let update = Frame(parent: Frame(parent: outer))
        update.values = visible(old, target) + visible(final, target)
        if let condition = conflict.condition, !(try evaluate(condition, update).isTrue) { return nil }
        var new = old
        for a in assignments { new[a.column] = try evaluate(a.value, update) }
        try computeGenerated(&new, target, update)
        let place = try replace(target, heap, index, old, new, relation)
        // The row in the way was locked first, and its new version keeps the mark: `xmax = 0` tells insertions from updates.
        heap.tuples[place].xmax = session.writeID()
        heap.tuples[place].lockOnly = true
        return try returning(plan, relation, new, outer, heap, place)
      }
    }
    try checkUnique(final, target, ignoring: nil, relation)
    let heap = target.heap ?? Heap()
    let index = heap.append(
      final, xmin: session.writeID(), cmin: session.transaction?.command ?? 0, width: session.width(final, target))
    session.noteUnique(final, target, heap, index)
    noteForeignKeys(target, old: nil, new: final, heap, index)
    _ = try session.fireRowTriggers(relation, "AFTER", "INSERT", old: nil, new: final)
    return try returning(
      plan, relation, target.oid == relation.oid ? final : session.remap(final, from: target, to: relation), outer,
      heap, index)
  }

  /// Values of the columns that are there, in order: what a scan puts into slots.
  func visible(_ row: Row, _ relation: Relation) -> Row {
    var out: Row = []
    for (i, c) in relation.columns.enumerated() where !c.isDropped {
      out.append(i < row.count ? row[i] : c.missingValue)
    }
    return out
  }

  private func returning(
    _ plan: ModificationPlan, _ relation: Relation, _ row: Row, _ outer: Frame, _ heap: Heap, _ index: Int
  ) throws(SQLError) -> [Row] {
    if plan.returning.isEmpty { return [] }
    let frame = Frame(parent: Frame(parent: outer))
    frame.values = visible(row, relation)
    frame.tuples = [TupleReference(relation: relation.oid, heap: heap, index: index)]
    var out: Row = []
    for t in plan.returning { out.append(try evaluate(t.expression, frame)) }
    return [out]
  }

  // MARK: UPDATE and DELETE

  private func change(
    _ plan: ModificationPlan, _ relation: Relation, _ outer: Frame
  ) throws(SQLError) -> (rows: [Row], count: Int) {
    let query = QueryPlan(id: 0)
    query.width = plan.width
    query.entryCount = plan.entryCount
    let frame = Frame(parent: outer)
    var positions: [Int] = []
    for (i, _) in relation.liveColumns { positions.append(i) }
    let scan: FromPlan
    if let view = plan.viewQuery {
      scan = .query(view, base: 0, width: positions.count, lateral: false)
    } else {
      scan = .relation(
        ScanPlan(
          relation: relation.oid, virtual: nil, base: 0, width: positions.count, entry: 0, columns: positions,
          only: false))
    }
    var all: FromPlan = scan
    if case .empty = plan.from {
    } else {
      let r = plan.from.range
      // The condition's equalities serve the join with FROM.
      all = .join(
        .inner, scan, plan.from, plan.condition, rightBase: r.base, rightWidth: r.width, leftBase: 0,
        leftWidth: positions.count)
    }
    var targets: [JoinedRow] = []
    var seen: Set<Int64> = []
    for row in try source(all, query, frame, condition: nil) {
      frame.values = row.values
      frame.tuples = row.tuples
      try step()
      if let c = plan.condition, !(try evaluate(c, frame).isTrue) { continue }
      if plan.viewQuery != nil {
        targets.append(row)
        continue
      }
      guard let reference = row.tuples[0] else { continue }
      // A row is changed once, by the first match.
      let key = Int64(reference.relation) << 32 | Int64(reference.index)
      if seen.insert(key).inserted {
        targets.append(row)
      } else if plan.isMerge {
        throw SQLError(
          SQLState.cardinalityViolation, "MERGE command cannot affect row a second time",
          hint: "Ensure that not more than one source row matches any one target row.")
      }
    }
    if plan.viewQuery != nil { return try changeView(plan, relation, targets, frame) }
    var out: [Row] = []
    var count = 0
    for row in targets {
      guard let reference = row.tuples[0], let actual = session.catalog.relation(reference.relation) else { continue }
      try step(4)
      try lockRow(reference.heap, reference.index)
      // A trigger or cascade of this statement may have changed it already.
      let tuple = reference.heap.tuples[reference.index]
      if tuple.xmax != 0, !tuple.lockOnly, log.fate(tuple.xmax) != .aborted { continue }
      let stored = session.complete(tuple.values, actual)
      let old = actual.oid == relation.oid ? stored : session.remap(stored, from: actual, to: relation)
      frame.values = row.values
      frame.tuples = row.tuples
      if plan.kind == .delete {
        guard try session.fireRowTriggers(relation, "BEFORE", "DELETE", old: old, new: nil) != nil else { continue }
        markDeleted(reference.heap, reference.index)
        noteForeignKeys(actual, old: stored, new: nil, nil, 0)
        _ = try session.fireRowTriggers(relation, "AFTER", "DELETE", old: old, new: nil)
        count += 1
        if !plan.returning.isEmpty {
          var values: Row = []
          for t in plan.returning { values.append(try evaluate(t.expression, frame)) }
          out.append(values)
        }
        continue
      }
      var new = old
      for a in plan.assignments { new[a.column] = try evaluate(a.value, frame) }
      guard var final = try session.fireRowTriggers(relation, "BEFORE", "UPDATE", old: old, new: new) else { continue }
      try computeGenerated(&final, relation, frame)
      try session.checkPolicies(final, relation, "update")
      try checkRow(final, relation, frame)
      if let view = plan.view { try session.checkOption(view, final, relation) }
      var target = actual
      if relation.kind == .partitioned {
        target = try session.partition(for: final, relation)
      }
      let storedNew =
        target.oid == relation.oid
        ? final : session.remap(final, from: relation, to: target, over: target.oid == actual.oid ? stored : nil)
      if target.oid != actual.oid {
        markDeleted(reference.heap, reference.index)
        try checkUnique(storedNew, target, ignoring: nil, relation)
        let heap = target.heap ?? Heap()
        let i = heap.append(
          storedNew, xmin: session.writeID(), cmin: session.transaction?.command ?? 0,
          width: session.width(storedNew, target))
        session.noteUnique(storedNew, target, heap, i)
        noteForeignKeys(target, old: session.remap(stored, from: actual, to: target), new: storedNew, heap, i)
      } else {
        _ = try replace(actual, reference.heap, reference.index, stored, storedNew, relation)
      }
      _ = try session.fireRowTriggers(relation, "AFTER", "UPDATE", old: old, new: final)
      count += 1
      if !plan.returning.isEmpty {
        let live = visible(final, relation)
        var values = row.values
        for (k, v) in live.enumerated() { values[k] = v }
        frame.values = values
        var result: Row = []
        for t in plan.returning { result.append(try evaluate(t.expression, frame)) }
        out.append(result)
      }
    }
    return (out, count)
  }

  /// The rows of a view go to its INSTEAD OF triggers.
  private func changeView(
    _ plan: ModificationPlan, _ relation: Relation, _ targets: [JoinedRow], _ frame: Frame
  ) throws(SQLError) -> (rows: [Row], count: Int) {
    var out: [Row] = []
    var count = 0
    for row in targets {
      frame.values = row.values
      frame.tuples = row.tuples
      let old = Array(row.values.prefix(relation.columns.count))
      var new: Row?
      if plan.kind == .update {
        var changed = old
        for a in plan.assignments { changed[a.column] = try evaluate(a.value, frame) }
        new = changed
      }
      let event = plan.kind == .update ? "UPDATE" : "DELETE"
      guard let shown = try session.fireRowTriggers(relation, "INSTEAD OF", event, old: old, new: new) else { continue }
      count += 1
      if plan.returning.isEmpty { continue }
      for (k, v) in shown.enumerated() { frame.values[k] = v }
      var result: Row = []
      for t in plan.returning { result.append(try evaluate(t.expression, frame)) }
      out.append(result)
    }
    return (out, count)
  }

  /// Refuses or waits when another open transaction holds the row.
  func lockRow(_ heap: Heap, _ index: Int) throws(SQLError) {
    let tuple = heap.tuples[index]
    guard tuple.xmax != 0 else { return }
    let own = session.transaction?.own.contains(tuple.xmax) ?? false
    if own { return }
    switch log.fate(tuple.xmax) {
    case .running:
      session.waitingFor = tuple.xmax
      throw SQLError(
        "55P03", "the row is locked by another session's open transaction", kind: .wouldBlock)
    case .committed where !tuple.lockOnly:
      if let t = session.transaction, t.isolation != "read committed", t.isolation != "read uncommitted" {
        throw SQLError("40001", "could not serialize access due to concurrent update")
      }
    default: break
    }
  }

  func markDeleted(_ heap: Heap, _ index: Int) {
    heap.tuples[index].xmax = session.writeID()
    heap.tuples[index].cmax = session.transaction?.command ?? 0
    heap.tuples[index].lockOnly = false
    heap.tuples[index].successor = nil
  }

  @discardableResult
  func replace(
    _ relation: Relation, _ heap: Heap, _ index: Int, _ old: Row, _ new: Row, _ named: Relation
  ) throws(SQLError) -> Int {
    try checkRow(new, relation, Frame(parent: nil), named: named)
    try checkUnique(new, relation, ignoring: index, named)
    markDeleted(heap, index)
    let place = heap.append(
      new, xmin: session.writeID(), cmin: session.transaction?.command ?? 0, width: session.width(new, relation))
    heap.tuples[index].successor = (heap.tuples[place].page, heap.tuples[place].item)
    session.noteUnique(new, relation, heap, place)
    noteForeignKeys(relation, old: old, new: new, heap, place)
    return place
  }

  /// Foreign keys look at a changed row when its statement has ended.
  private func noteForeignKeys(_ relation: Relation, old: Row?, new: Row?, _ heap: Heap?, _ place: Int) {
    let refers = new != nil && !relation.ignoresForeignKeys && relation.constraints.contains { $0.kind == .foreignKey }
    let isReferred =
      old != nil && !relation.ignoresForeignKeys
      && !session.catalog.references(to: relation.partitionOf != 0 ? relation.partitionOf : relation.oid).isEmpty
    guard refers || isReferred else { return }
    session.afterRows.append(
      AfterRow(relation: relation.oid, event: "", old: old, new: new, kind: .foreignKeys(heap, place)))
  }

  func lock(_ rows: [JoinedRow], _ plan: QueryPlan) throws(SQLError) -> [JoinedRow] {
    var kept: [JoinedRow] = []
    for row in rows {
      var skip = false
      for reference in row.tuples {
        guard let reference else { continue }
        let tuple = reference.heap.tuples[reference.index]
        let own = session.transaction?.own.contains(tuple.xmax) ?? false
        if tuple.xmax != 0, !own, log.fate(tuple.xmax) == .running {
          if plan.lockSkips {
            skip = true
            break
          }
          if plan.lockNoWait {
            let name = session.catalog.relation(reference.relation)?.name ?? ""
            throw SQLError("55P03", "could not obtain lock on row in relation \"\(name)\"")
          }
          try lockRow(reference.heap, reference.index)
        }
      }
      if skip { continue }
      for reference in row.tuples {
        guard let reference,
          reference.heap.tuples[reference.index].xmax == 0 || reference.heap.tuples[reference.index].lockOnly
            || log.fate(reference.heap.tuples[reference.index].xmax) == .aborted
        else { continue }
        reference.heap.tuples[reference.index].xmax = session.writeID()
        reference.heap.tuples[reference.index].lockOnly = true
      }
      kept.append(row)
    }
    return kept
  }
}
