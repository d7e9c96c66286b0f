// GROUP BY: groups, grouping sets, aggregates.

internal import SimKernel

struct GroupState {
  var row: JoinedRow
  var keys: Row
  var aggregates: Row
  var ungrouped: Set<Int>

  func apply(_ frame: Frame) {
    frame.values = row.values
    frame.tuples = row.tuples
    frame.groups = keys
    frame.aggregates = aggregates
    frame.ungrouped = ungrouped
  }
}

extension Execution {
  func group(_ rows: [JoinedRow], _ plan: QueryPlan, _ frame: Frame) throws(SQLError) -> [GroupState] {
    var keyed: [Row] = []
    keyed.reserveCapacity(rows.count)
    for row in rows {
      frame.values = row.values
      frame.tuples = row.tuples
      var keys: Row = []
      for e in plan.groupKeys { keys.append(try evaluate(e, frame)) }
      keyed.append(keys)
      try step()
    }
    var all: [Int] = Array(plan.groupKeys.indices)
    let sets = plan.groupingSets ?? [all]
    all = Array(plan.groupKeys.indices)
    var out: [GroupState] = []
    var needsSort = plan.groupingSets != nil
    for a in plan.aggregates where a.isDistinct || !a.orderBy.isEmpty { needsSort = true }
    for set in sets {
      var groups: [String: Int] = [:]
      var members: [[Int]] = []
      var order: [Row] = []
      for i in rows.indices {
        let k = hashKey(keyed[i], set)
        if let g = groups[k] {
          members[g].append(i)
        } else {
          groups[k] = members.count
          members.append([i])
          order.append(keyed[i])
        }
      }
      if members.isEmpty, set.isEmpty {
        members = [[]]
        order = [Row](repeating: Row(repeating: .null, count: all.count), count: 1)
      }
      var sequence = Array(members.indices)
      if !set.isEmpty {
        sequence =
          needsSort
          ? sortedGroups(order, set, collated: plan.groupKeys.map { session.collates($0) })
          : hashOrder(order.map { keys in set.map { keys[$0] } }, plan.groupKeys.map { $0.type.oid }, plan)
      }
      let missing = Set(all).subtracting(set)
      for g in sequence {
        var keys = order[g]
        for m in missing { keys[m] = .null }
        var representative = members[g].first.map { rows[$0] }
        if representative == nil {
          representative = JoinedRow(
            values: Row(repeating: .null, count: plan.width),
            tuples: [TupleReference?](repeating: nil, count: plan.entryCount))
        }
        var list: [JoinedRow] = []
        list.reserveCapacity(members[g].count)
        for i in members[g] { list.append(rows[i]) }
        var values: Row = []
        for a in plan.aggregates { values.append(try aggregate(a, list, frame)) }
        out.append(GroupState(row: representative!, keys: keys, aggregates: values, ungrouped: missing))
      }
    }
    return out
  }

  private func sortedGroups(_ keys: [Row], _ set: [Int], collated: [Bool]) -> [Int] {
    var indexes = Array(keys.indices)
    indexes.sort { (a: Int, b: Int) -> Bool in
      for k in set {
        let order = orderOf(keys[a][k], keys[b][k], false, false, collated: collated[k])
        if order != 0 { return order < 0 }
      }
      return a < b
    }
    return indexes
  }

  /// Distinct rows in the order in which a hash table gives them back.
  func orderedLikeHash(_ rows: [Row], _ plan: QueryPlan) -> [Row] {
    let types = plan.columns.map { $0.type.oid }
    let collated = plan.columns.map { !$0.isBytewise && session.collates($0.type.oid) }
    guard rows.count > 1 else { return rows }
    var out: [Row] = []
    // So few rows are sorted rather than hashed.
    if guessedGroups(plan, rows.count) <= 2 {
      let order = TupleSort.order(rows.count) { a, b in
        for k in types.indices {
          let result = self.orderOf(rows[a][k], rows[b][k], false, false, collated: collated[k])
          if result != 0 { return result }
        }
        return 0
      }
      return order.map { rows[$0] }
    }
    for i in hashOrder(rows.map { Array($0.prefix(types.count)) }, types, plan) { out.append(rows[i]) }
    return out
  }

  func aggregate(_ call: AggregateCall, _ input: [JoinedRow], _ frame: Frame) throws(SQLError) -> Value {
    var rows: [Row] = []
    rows.reserveCapacity(input.count)
    var sortKeys: [Row] = []
    for row in input {
      frame.values = row.values
      frame.tuples = row.tuples
      try step()
      if let filter = call.filter, !(try evaluate(filter, frame).isTrue) { continue }
      var values: Row = []
      for a in call.arguments { values.append(try evaluate(a, frame)) }
      rows.append(values)
      if !call.orderBy.isEmpty {
        var keys: Row = []
        for k in call.orderBy { keys.append(try evaluate(k.expression, frame)) }
        sortKeys.append(keys)
      }
    }
    if !call.orderBy.isEmpty {
      let keys = sortKeys
      let indexes = TupleSort.order(rows.count) { a, b in
        for (n, k) in call.orderBy.enumerated() {
          let order = self.orderOf(
            keys[a][n], keys[b][n], k.descending, k.nullsFirst, collated: self.session.collates(k.expression))
          if order != 0 { return order }
        }
        return 0
      }
      rows = indexes.map { rows[$0] }
    }
    if call.isDistinct {
      var seen: Set<String> = []
      var kept: [Row] = []
      for r in rows where seen.insert(hashKey(r)).inserted { kept.append(r) }
      if call.orderBy.isEmpty {
        var order: [(target: Int, descending: Bool, nullsFirst: Bool)] = []
        for i in call.arguments.indices { order.append((target: i, descending: false, nullsFirst: false)) }
        kept = sort(kept, order, collated: call.arguments.map { session.collates($0) })
      }
      rows = kept
    }
    var direct: Row = []
    for d in call.directArguments { direct.append(try evaluate(d, frame)) }
    return try Aggregates.compute(call.site, call.isStar, rows, direct, session)
  }
}
