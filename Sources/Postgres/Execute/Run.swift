// Runs a query plan: FROM, WHERE, grouping, windows, targets, DISTINCT, ORDER BY, LIMIT.

internal import SimKernel

extension Execution {
  func run(_ plan: QueryPlan, _ parent: Frame?) throws(SQLError) -> [Row] {
    depth += 1
    defer { depth -= 1 }
    if depth > 200 { throw .notSimulated("limit: queries nested deeper than 200 levels") }
    for table in plan.commonTables {
      commonPlans[table.id] = table
      commonTables[table.id] = nil
      if case .modification(let m) = table.body {
        commonTables[table.id] = try modify(m, Frame(parent: parent)).rows
      }
    }
    let frame = Frame(parent: parent)
    switch plan.body {
    case .values(let rows):
      var out: [Row] = []
      for row in rows {
        var values: Row = []
        for e in row { values.append(try evaluate(e, frame)) }
        out.append(values)
      }
      return try finish(plan, out, frame, hidden: 0)
    case .setOperation(let operation, let all, let left, let right):
      // Unions in unions are one: their rows meet in one table.
      func members(_ q: QueryPlan) throws(SQLError) -> [Row] {
        if operation == .union, !all, case .setOperation(.union, _, let a, let b) = q.body, q.orderBy.isEmpty,
          q.limit == nil, q.offset == nil, q.commonTables.isEmpty, q.columns.count == plan.columns.count,
          q.columns.indices.allSatisfy({ q.columns[$0].type == plan.columns[$0].type })
        {
          return try members(a) + members(b)
        }
        return try rows(of: q, frame)
      }
      let l = try members(left)
      let r = try members(right)
      let combined = combine(operation, all, l, r, plan)
      return try finish(plan, combined, frame, hidden: 0)
    case .select: return try select(plan, frame)
    }
  }

  private func combine(_ operation: SetOperation, _ all: Bool, _ l: [Row], _ r: [Row], _ plan: QueryPlan) -> [Row] {
    switch operation {
    case .union:
      if all { return l + r }
      return distinctRows(l + r, plan)
    case .intersect, .except:
      var counts: [String: (Int, Int)] = [:]
      var first: [Row] = []
      for row in l {
        let k = hashKey(row)
        if counts[k] == nil { first.append(row) }
        counts[k, default: (0, 0)].0 += 1
      }
      for row in r {
        let k = hashKey(row)
        counts[k, default: (0, 0)].1 += 1
      }
      var out: [Row] = []
      for row in orderedLikeHash(first, plan) {
        let (a, b) = counts[hashKey(row)] ?? (0, 0)
        let n: Int
        if operation == .intersect {
          n = all ? min(a, b) : (b > 0 ? 1 : 0)
        } else {
          n = all ? max(0, a - b) : (b > 0 ? 0 : 1)
        }
        for _ in 0..<n { out.append(row) }
      }
      return out
    }
  }

  // MARK: SELECT

  private func select(_ plan: QueryPlan, _ frame: Frame) throws(SQLError) -> [Row] {
    var rows = try source(plan.from, plan, frame, condition: plan.condition)
    if let condition = plan.condition {
      var kept: [JoinedRow] = []
      for row in rows {
        frame.values = row.values
        frame.tuples = row.tuples
        try step()
        if try evaluate(condition, frame).isTrue { kept.append(row) }
      }
      rows = kept
    }
    if plan.lockStrength != nil { rows = try lock(rows, plan) }
    // States: what the targets are evaluated over.
    var states: [GroupState] = []
    if plan.isGrouped {
      states = try group(rows, plan, frame)
      if let having = plan.having {
        var kept: [GroupState] = []
        for s in states {
          s.apply(frame)
          if try evaluate(having, frame).isTrue { kept.append(s) }
        }
        states = kept
      }
    }
    var windowValues: [Row] = []
    let count = plan.isGrouped ? states.count : rows.count
    func apply(_ i: Int) {
      if plan.isGrouped {
        states[i].apply(frame)
      } else {
        frame.values = rows[i].values
        frame.tuples = rows[i].tuples
      }
      if i < windowValues.count { frame.windows = windowValues[i] }
    }
    var sequence = Array(0..<count)
    if !plan.windowCalls.isEmpty {
      (windowValues, sequence) = try windows(plan, count, frame, apply)
    }
    // Sorting before evaluating lets LIMIT stop early for nextval() and the like; the targets are evaluated in output order.
    var out: [Row] = []
    out.reserveCapacity(count)
    for i in sequence {
      apply(i)
      if plan.setCalls.isEmpty {
        var values: Row = []
        values.reserveCapacity(plan.targets.count)
        for t in plan.targets { values.append(try evaluate(t.expression, frame)) }
        out.append(values)
      } else {
        var lists: [[Value]] = []
        var longest = 0
        for call in plan.setCalls {
          let list = try set(call, frame)
          lists.append(list)
          longest = max(longest, list.count)
        }
        for k in 0..<longest {
          frame.sets = []
          for list in lists { frame.sets.append(k < list.count ? list[k] : .null) }
          var values: Row = []
          for t in plan.targets { values.append(try evaluate(t.expression, frame)) }
          out.append(values)
          if out.count > Execution.rowLimit { throw tooManyRows() }
        }
      }
    }
    var hidden = 0
    for t in plan.targets where t.isHidden { hidden += 1 }
    return try finish(plan, out, frame, hidden: hidden)
  }

  func tooManyRows() -> SQLError { .notSimulated("limit: more than \(Execution.rowLimit) rows in one statement") }

  /// DISTINCT, ORDER BY, LIMIT; drops hidden columns.
  private func finish(_ plan: QueryPlan, _ input: [Row], _ frame: Frame, hidden: Int) throws(SQLError) -> [Row] {
    var rows = input
    if let on = plan.distinctOn {
      var order = plan.orderBy
      for k in on {
        var present = false
        for o in order where o.target == k { present = true }
        if !present { order.append((target: k, descending: false, nullsFirst: false)) }
      }
      rows = sort(rows, order, collated: collated(order, plan))
      var kept: [Row] = []
      for row in rows {
        if let last = kept.last {
          var same = true
          for k in on
          where !(last[k].isNull && row[k].isNull)
            && (last[k].isNull || row[k].isNull || compareValues(last[k], row[k]) != 0)
          { same = false }
          if same { continue }
        }
        kept.append(row)
      }
      rows = kept
    } else {
      if plan.distinct { rows = distinctRows(rows, plan) }
    }
    let outer = frame.parent ?? frame
    var skip: Int64 = 0
    if let e = plan.offset {
      let v = try evaluate(e, outer)
      if !v.isNull {
        skip = v.integer
        if skip < 0 { throw SQLError("2201X", "OFFSET must not be negative") }
      }
    }
    var take: Int64?
    if let e = plan.limit {
      let v = try evaluate(e, outer)
      if !v.isNull {
        take = v.integer
        if v.integer < 0 { throw SQLError("2201W", "LIMIT must not be negative") }
      }
    }
    if plan.distinctOn == nil, !plan.orderBy.isEmpty {
      var bound: Int?
      if let take, !plan.withTies, take < 1_000_000, skip < 1_000_000 { bound = Int(clamping: take + skip) }
      rows = sort(rows, plan.orderBy, collated: collated(plan.orderBy, plan), bound: bound)
    }
    if skip > 0 { rows = Array(rows.dropFirst(Int(clamping: skip))) }
    if let take, Int64(rows.count) > take {
      var end = Int(clamping: take)
      if plan.withTies, end > 0 {
        while end < rows.count {
          var same = true
          for o in plan.orderBy where compareValues(rows[end - 1][o.target], rows[end][o.target]) != 0 { same = false }
          if !same { break }
          end += 1
        }
      }
      rows = Array(rows[..<end])
    }
    if hidden > 0 {
      var keep: [Int] = []
      for (i, t) in plan.targets.enumerated() where !t.isHidden { keep.append(i) }
      for i in rows.indices {
        var values: Row = []
        values.reserveCapacity(keep.count)
        for k in keep { values.append(rows[i][k]) }
        rows[i] = values
      }
    }
    return rows
  }

  private func collated(
    _ order: [(target: Int, descending: Bool, nullsFirst: Bool)], _ plan: QueryPlan
  ) -> [Bool] {
    order.map { session.collates(plan.targets[$0.target].expression) }
  }

  func sort(
    _ rows: [Row], _ order: [(target: Int, descending: Bool, nullsFirst: Bool)], collated: [Bool], bound: Int? = nil
  ) -> [Row] {
    let indexes = TupleSort.order(rows.count, bound: bound) { a, b in
      for (n, key) in order.enumerated() {
        let result = self.orderOf(
          rows[a][key.target], rows[b][key.target], key.descending, key.nullsFirst, collated: collated[n])
        if result != 0 { return result }
      }
      return 0
    }
    var out: [Row] = []
    out.reserveCapacity(rows.count)
    for i in indexes { out.append(rows[i]) }
    return out
  }

  func orderOf(_ x: Value, _ y: Value, _ descending: Bool, _ nullsFirst: Bool, collated: Bool) -> Int {
    if x.isNull || y.isNull {
      if x.isNull && y.isNull { return 0 }
      return x.isNull == nullsFirst ? -1 : 1
    }
    let order = compareValues(x, y, linguistic: collated)
    return descending ? -order : order
  }

  func distinctRows(_ rows: [Row], _ plan: QueryPlan) -> [Row] {
    var seen: Set<String> = []
    var out: [Row] = []
    for row in rows where seen.insert(hashKey(row)).inserted { out.append(row) }
    return orderedLikeHash(out, plan)
  }

  // MARK: Set-returning functions

  func set(_ call: TypedExpr, _ frame: Frame) throws(SQLError) -> [Value] {
    switch call.kind {
    case .call(let site, let arguments, _):
      var values: Row = []
      let strict = site.function?.isStrict ?? false
      for a in arguments {
        if case .defaultValue = a.kind { continue }
        let v = try evaluate(a, frame)
        if strict, v.isNull { return [] }
        values.append(v)
      }
      guard let implementation = site.implementation else { throw .notSimulated("function \(site.name)") }
      if let set = implementation.set {
        let out = try set(session, site, values)
        try step(Int64(out.count))
        return out
      }
      return [try self.call(site, values, call.offset)]
    case .userCall(let site, let arguments, _):
      var values: Row = []
      for a in arguments { values.append(try evaluate(a, frame)) }
      return try session.callFunction(site, values)
    default: return [try evaluate(call, frame)]
    }
  }

  // MARK: FROM

  func source(
    _ from: FromPlan, _ plan: QueryPlan, _ frame: Frame, condition: TypedExpr?
  ) throws(SQLError) -> [JoinedRow] {
    let empty = JoinedRow(
      values: Row(repeating: .null, count: plan.width),
      tuples: [TupleReference?](repeating: nil, count: plan.entryCount))
    return try rows(from, frame, empty, plan)
  }

  private func filled(_ base: JoinedRow, _ at: Int, _ values: Row) -> JoinedRow {
    var row = base
    for (i, v) in values.enumerated() where at + i < row.values.count { row.values[at + i] = v }
    return row
  }

  /// The rows of an item, put into copies of `base`.
  func rows(_ from: FromPlan, _ frame: Frame, _ base: JoinedRow, _ plan: QueryPlan) throws(SQLError) -> [JoinedRow] {
    switch from {
    case .empty: return [base]
    case .relation(let scan): return try scanRows(scan, base)
    case .query(let inner, let at, _, let lateral):
      frame.values = base.values
      frame.tuples = base.tuples
      let list = lateral ? try runUncached(inner, frame) : try rows(of: inner, frame)
      var out: [JoinedRow] = []
      out.reserveCapacity(list.count)
      for r in list { out.append(filled(base, at, r)) }
      return out
    case .commonTable(let id, _, let at, _):
      let list = try commonRows(id, frame, enough: try bound(of: plan, frame))
      var out: [JoinedRow] = []
      out.reserveCapacity(list.count)
      for r in list { out.append(filled(base, at, r)) }
      return out
    case .functions(let scans, let at, let ordinality, let width, _):
      frame.values = base.values
      frame.tuples = base.tuples
      var lists: [[Value]] = []
      var longest = 0
      for s in scans {
        let list = try set(s.call, frame)
        lists.append(list)
        longest = max(longest, list.count)
      }
      if longest > Execution.rowLimit { throw tooManyRows() }
      var out: [JoinedRow] = []
      out.reserveCapacity(longest)
      for k in 0..<longest {
        var row = base
        for (i, s) in scans.enumerated() {
          guard k < lists[i].count else { continue }
          if s.isRecord {
            if case .record(let r) = lists[i][k] {
              for (c, v) in r.fields.enumerated() where c < s.width {
                var value = v
                if c < r.types.count, r.types[c] != s.columnTypes[c].oid, !v.isNull, s.call.type.oid == Oid.record {
                  if r.types[c] != s.columnTypes[c].oid,
                    r.types[c] == Oid.text || r.types[c] == Oid.json || r.types[c] == Oid.unknown
                  {
                    value = try session.input(session.output(v, r.types[c]), s.columnTypes[c])
                  }
                }
                row.values[s.base + c] = value
              }
            } else if s.width == 1 {
              row.values[s.base] = lists[i][k]
            }
          } else {
            row.values[s.base] = lists[i][k]
          }
        }
        if ordinality { row.values[at + width - 1] = .int(Int64(k + 1)) }
        out.append(row)
      }
      return out
    case .join(let kind, let left, let right, let on, let rightBase, let rightWidth, let leftBase, let leftWidth):
      return try join(
        kind, left, right, on, rightBase, rightWidth, leftBase, leftWidth, frame, base, plan)
    }
  }

  private func runUncached(_ plan: QueryPlan, _ frame: Frame) throws(SQLError) -> [Row] {
    let copy = Frame(parent: frame.parent)
    copy.values = frame.values
    copy.tuples = frame.tuples
    return try rows(of: plan, copy)
  }

  /// How many rows of a recursive WITH query LIMIT asks for, where nothing between them needs all.
  private func bound(of plan: QueryPlan, _ frame: Frame) throws(SQLError) -> Int? {
    guard case .commonTable = plan.from, plan.condition == nil, plan.orderBy.isEmpty, !plan.isGrouped,
      plan.windowCalls.isEmpty, plan.setCalls.isEmpty, !plan.distinct, plan.distinctOn == nil, let limit = plan.limit
    else { return nil }
    let outer = frame.parent ?? frame
    let take = try evaluate(limit, outer)
    var skip: Value = .int(0)
    if let e = plan.offset { skip = try evaluate(e, outer) }
    guard !take.isNull, !skip.isNull, take.integer >= 0, skip.integer >= 0 else { return nil }
    return Int(clamping: take.integer + skip.integer)
  }

  /// The rows of a WITH query; a recursive one stops when it has `enough`.
  func commonRows(_ id: Int, _ frame: Frame?, enough: Int? = nil) throws(SQLError) -> [Row] {
    if let known = commonTables[id] { return known }
    guard let table = commonPlans[id] else { return [] }
    switch table.body {
    case .query(let plan):
      let list = try run(plan, frame)
      commonTables[id] = list
      return list
    case .modification: return []
    case .recursive(let first, let second, let all):
      var result: [Row] = []
      var seen: Set<String> = []
      func fresh(_ rows: [Row]) -> [Row] {
        if all { return rows }
        var out: [Row] = []
        for r in rows where seen.insert(hashKey(r)).inserted { out.append(r) }
        return out
      }
      var working = fresh(try run(first, frame))
      result = working
      var rounds = 0
      while !working.isEmpty {
        if let enough, result.count >= enough {
          commonTables[id] = nil
          return result
        }
        rounds += 1
        if rounds > 200_000 || result.count > Execution.rowLimit {
          throw .notSimulated("limit: a recursive query without end")
        }
        try step(Int64(working.count) + 20)
        commonTables[id] = working
        let savedCache = cache
        working = fresh(try run(second, frame))
        cache = savedCache
        result += working
      }
      commonTables[id] = result
      return result
    }
  }

  func scanRows(_ scan: ScanPlan, _ base: JoinedRow) throws(SQLError) -> [JoinedRow] {
    if let virtual = scan.virtual {
      var out: [JoinedRow] = []
      for r in try virtual.rows(session) { out.append(filled(base, scan.base, r)) }
      return out
    }
    guard let relation = session.catalog.relation(scan.relation) else { return [] }
    var out: [JoinedRow] = []
    if let sequence = relation.sequence {
      return [
        filled(
          base, scan.base,
          [
            .int(sequence.state.last), .int(session.sequenceLogCount(relation)), .bool(sequence.state.isCalled),
          ])
      ]
    }
    if relation.kind == .materializedView, relation.view?.isPopulated == false {
      throw SQLError(
        SQLState.notInPrerequisiteState, "materialized view \"\(relation.name)\" has not been populated",
        hint: "Use the REFRESH MATERIALIZED VIEW command.")
    }
    try scanHeap(relation, scan, base, &out)
    if !scan.only {
      for child in session.descendants(of: relation) {
        var mapped: [Int] = []
        for c in scan.columns { mapped.append(child.columnIndex(relation.columns[c].name) ?? -1) }
        let childScan = ScanPlan(
          relation: child.oid, virtual: nil, base: scan.base, width: scan.width, entry: scan.entry, columns: mapped,
          only: true)
        try scanHeap(child, childScan, base, &out)
      }
    }
    return out
  }

  private func scanHeap(
    _ relation: Relation, _ scan: ScanPlan, _ base: JoinedRow, _ out: inout [JoinedRow]
  ) throws(SQLError) {
    guard let heap = relation.heap else { return }
    let log = session.server.cluster.transactions
    try step(Int64(heap.tuples.count))
    for (i, tuple) in heap.tuples.enumerated() where log.isVisible(tuple, snapshot) {
      var row = base
      for (k, c) in scan.columns.enumerated() where c >= 0 {
        if c < tuple.values.count {
          row.values[scan.base + k] = tuple.values[c]
        } else if relation.columns[c].hasMissing {
          row.values[scan.base + k] = relation.columns[c].missingValue
        }
      }
      if scan.entry >= 0, scan.entry < row.tuples.count {
        row.tuples[scan.entry] = TupleReference(relation: relation.oid, heap: heap, index: i)
      }
      out.append(row)
      if out.count > Execution.rowLimit { throw tooManyRows() }
    }
  }
}
