// Window functions: partitions, peers, frames. Source: PostgreSQL 15 manual 4.2.8 and 9.22.

internal import SimKernel

extension Execution {
  /// Values of the window calls per input row, and the order in which the rows come out.
  func windows(
    _ plan: QueryPlan, _ count: Int, _ frame: Frame, _ apply: (Int) -> Void
  ) throws(SQLError) -> ([Row], [Int]) {
    var values = [Row](repeating: Row(repeating: .null, count: plan.windowCalls.count), count: count)
    var sequence = Array(0..<count)
    // Windows with the same definition are computed together, those with more sort keys first.
    for w in windowSequence(plan) {
      let window = plan.windows[w]
      var partitions: [Row] = []
      var orders: [Row] = []
      for i in 0..<count {
        apply(i)
        try step()
        var p: Row = []
        for e in window.partitionBy { p.append(try evaluate(e, frame)) }
        partitions.append(p)
        var o: Row = []
        for k in window.orderBy { o.append(try evaluate(k.expression, frame)) }
        orders.append(o)
      }
      func compareKeys(_ a: Int, _ b: Int) -> Int {
        for k in window.partitionBy.indices {
          let order = orderOf(
            partitions[a][k], partitions[b][k], false, false, collated: session.collates(window.partitionBy[k]))
          if order != 0 { return order }
        }
        for (n, k) in window.orderBy.enumerated() {
          let order = orderOf(
            orders[a][n], orders[b][n], k.descending, k.nullsFirst, collated: session.collates(k.expression))
          if order != 0 { return order }
        }
        return 0
      }
      if !(window.partitionBy.isEmpty && window.orderBy.isEmpty) {
        let positions = sequence
        let order = TupleSort.order(count) { a, b in compareKeys(positions[a], positions[b]) }
        sequence = order.map { positions[$0] }
      }
      var start = 0
      while start < count {
        var end = start + 1
        func samePartition(_ a: Int, _ b: Int) -> Bool {
          for k in window.partitionBy.indices
          where orderOf(partitions[a][k], partitions[b][k], false, false, collated: false) != 0 {
            return false
          }
          return true
        }
        while end < count, samePartition(sequence[start], sequence[end]) { end += 1 }
        let part = Array(sequence[start..<end])
        for (c, call) in plan.windowCalls.enumerated() where call.window == w {
          try compute(call, window, part, orders, frame, apply) { i, v in values[i][c] = v }
        }
        start = end
      }
    }
    return (values, sequence)
  }

  /// Windows over later sort keys come first; those that share keys follow the one that sorts by more.
  private func windowSequence(_ plan: QueryPlan) -> [Int] {
    var known: [TypedExpr] = []
    func number(_ e: TypedExpr) -> Int {
      for (i, k) in known.enumerated() where sameExpression(k, e) { return i }
      known.append(e)
      return known.count - 1
    }
    var keys: [[Int]] = []
    for w in plan.windows {
      let order = w.orderBy.map { number($0.expression) }
      keys.append(w.partitionBy.map { number($0) } + order)
    }
    var out = Array(plan.windows.indices)
    out.sort { a, b in
      for (x, y) in zip(keys[a], keys[b]) where x != y { return x > y }
      return keys[a].count != keys[b].count ? keys[a].count > keys[b].count : a < b
    }
    return out
  }

  private func compute(
    _ call: WindowCall, _ window: TypedWindow, _ part: [Int], _ orders: [Row], _ frame: Frame, _ apply: (Int) -> Void,
    _ put: (Int, Value) -> Void
  ) throws(SQLError) {
    let n = part.count
    func peers(_ a: Int, _ b: Int) -> Bool {
      for k in window.orderBy.indices
      where orderOf(orders[part[a]][k], orders[part[b]][k], false, false, collated: false) != 0 {
        return false
      }
      return true
    }
    // First and last peer of each row.
    var first = [Int](repeating: 0, count: n)
    var last = [Int](repeating: 0, count: n)
    var groupNumber = [Int](repeating: 0, count: n)
    var i = 0
    var groups: [(Int, Int)] = []
    while i < n {
      var j = i
      while j + 1 < n, peers(i, j + 1) { j += 1 }
      for k in i...j {
        first[k] = i
        last[k] = j
        groupNumber[k] = groups.count
      }
      groups.append((i, j))
      i = j + 1
    }
    var arguments: [Row] = []
    var included: [Bool] = []
    for k in 0..<n {
      apply(part[k])
      var row: Row = []
      for a in call.arguments { row.append(try evaluate(a, frame)) }
      arguments.append(row)
      if let f = call.filter { included.append(try evaluate(f, frame).isTrue) } else { included.append(true) }
    }
    if !call.isAggregate {
      switch call.name {
      case "row_number":
        for k in 0..<n { put(part[k], .int(Int64(k + 1))) }
        return
      case "rank":
        for k in 0..<n { put(part[k], .int(Int64(first[k] + 1))) }
        return
      case "dense_rank":
        for k in 0..<n { put(part[k], .int(Int64(groupNumber[k] + 1))) }
        return
      case "percent_rank":
        for k in 0..<n { put(part[k], .float(n > 1 ? Double(first[k]) / Double(n - 1) : 0)) }
        return
      case "cume_dist":
        for k in 0..<n { put(part[k], .float(Double(last[k] + 1) / Double(n))) }
        return
      case "ntile":
        for k in 0..<n {
          let v = arguments[k][0]
          if v.isNull { continue }
          if v.integer <= 0 { throw SQLError("22014", "argument of ntile must be greater than zero") }
          let buckets = Int(clamping: v.integer)
          let size = n / buckets
          let extra = n % buckets
          let border = extra * (size + 1)
          let b = k < border ? k / (size + 1) : extra + (size == 0 ? 0 : (k - border) / size)
          put(part[k], .int(Int64(b + 1)))
        }
        return
      case "lag", "lead":
        for k in 0..<n {
          var distance: Int64 = 1
          if arguments[k].count > 1 {
            if arguments[k][1].isNull { continue }
            distance = arguments[k][1].integer
          }
          let target = Int64(k) + (call.name == "lag" ? -distance : distance)
          if target >= 0, target < Int64(n) {
            put(part[k], arguments[Int(target)][0])
          } else if arguments[k].count > 2 {
            put(part[k], arguments[k][2])
          }
        }
        return
      default: break
      }
    }
    var cacheKey = (-1, -1)
    var cached: Value = .null
    for k in 0..<n {
      let (low, high) = try bounds(window, k, n, first, last, groupNumber, groups, part, orders, frame, apply)
      if call.isAggregate {
        if window.frame.exclusion == .none, (low, high) == cacheKey {
          put(part[k], cached)
          continue
        }
        var rows: [Row] = []
        if low <= high {
          for m in low...high where included[m] && !excluded(window, k, m, first, last) { rows.append(arguments[m]) }
        }
        try step(Int64(rows.count))
        cached = try Aggregates.compute(call.site, call.isStar, rows, [], session)
        cacheKey = (low, high)
        put(part[k], cached)
        continue
      }
      var members: [Int] = []
      if low <= high { for m in low...high where !excluded(window, k, m, first, last) { members.append(m) } }
      switch call.name {
      case "first_value": put(part[k], members.first.map { arguments[$0][0] } ?? .null)
      case "last_value": put(part[k], members.last.map { arguments[$0][0] } ?? .null)
      case "nth_value":
        let v = arguments[k][1]
        if v.isNull { continue }
        if v.integer <= 0 { throw SQLError("22016", "argument of nth_value must be greater than zero") }
        let m = Int(clamping: v.integer)
        put(part[k], m <= members.count ? arguments[members[m - 1]][0] : .null)
      default: throw .notSimulated("window function \(call.name)")
      }
    }
  }

  private func excluded(_ w: TypedWindow, _ k: Int, _ m: Int, _ first: [Int], _ last: [Int]) -> Bool {
    switch w.frame.exclusion {
    case .none: false
    case .currentRow: m == k
    case .group: m >= first[k] && m <= last[k]
    case .ties: m != k && m >= first[k] && m <= last[k]
    }
  }

  private func bounds(
    _ w: TypedWindow, _ k: Int, _ n: Int, _ first: [Int], _ last: [Int], _ group: [Int], _ groups: [(Int, Int)],
    _ part: [Int], _ orders: [Row], _ frame: Frame, _ apply: (Int) -> Void
  ) throws(SQLError) -> (Int, Int) {
    func amount(_ e: TypedExpr?, _ which: String) throws(SQLError) -> Value {
      guard let e else { return .int(0) }
      apply(part[k])
      let v = try evaluate(e, frame)
      if v.isNull { throw SQLError("22013", "frame \(which) offset must not be null") }
      if case .int(let i) = v, i < 0 { throw SQLError("22013", "frame \(which) offset must not be negative") }
      return v
    }
    func place(_ kind: FrameBound.Kind, _ e: TypedExpr?, isStart: Bool) throws(SQLError) -> Int {
      switch kind {
      case .unboundedPreceding: return 0
      case .unboundedFollowing: return n - 1
      case .currentRow: return w.frame.mode == .rows ? k : isStart ? first[k] : last[k]
      case .preceding, .following:
        let v = try amount(e, isStart ? "starting" : "ending")
        let sign: Int64 = kind == .preceding ? -1 : 1
        switch w.frame.mode {
        case .rows:
          let p = Int64(k) + sign * v.integer
          return Int(clamping: max(-1, min(Int64(n), p)))
        case .groups:
          let g = Int64(group[k]) + sign * v.integer
          if g < 0 { return isStart ? 0 : -1 }
          if g >= Int64(groups.count) { return isStart ? n : n - 1 }
          return isStart ? groups[Int(g)].0 : groups[Int(g)].1
        case .range:
          guard w.orderBy.count == 1 else {
            throw SQLError(
              SQLState.windowing, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
          }
          let own = orders[part[k]][0]
          if own.isNull { return isStart ? first[k] : last[k] }
          let down = w.orderBy[0].descending
          let limit = try session.shift(own, v, negative: (sign < 0) != down)
          if isStart {
            for m in 0..<n where !orders[part[m]][0].isNull {
              let order = compareValues(orders[part[m]][0], limit)
              if down ? order <= 0 : order >= 0 { return m }
            }
            return n
          }
          var m = n - 1
          while m >= 0 {
            if !orders[part[m]][0].isNull {
              let order = compareValues(orders[part[m]][0], limit)
              if down ? order >= 0 : order <= 0 { return m }
            }
            m -= 1
          }
          return -1
        }
      }
    }
    let low = try place(w.frame.start, w.frame.startOffset, isStart: true)
    let high = try place(w.frame.end, w.frame.endOffset, isStart: false)
    return (max(0, low), min(n - 1, high))
  }
}
