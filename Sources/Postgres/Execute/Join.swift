// Joins. An equality between the sides is looked up in a hash of the right side; the rows come in the order of the left.

internal import SimKernel

extension Execution {
  func join(
    _ kind: JoinKind, _ left: FromPlan, _ right: FromPlan, _ on: TypedExpr?, _ rightBase: Int, _ rightWidth: Int,
    _ leftBase: Int, _ leftWidth: Int, _ frame: Frame, _ base: JoinedRow, _ plan: QueryPlan
  ) throws(SQLError) -> [JoinedRow] {
    let lefts = try rows(left, frame, base, plan)
    var out: [JoinedRow] = []
    let rightEntries = entries(of: right)
    func merge(_ l: JoinedRow, _ r: JoinedRow) -> JoinedRow {
      var row = l
      for k in rightBase..<(rightBase + rightWidth) { row.values[k] = r.values[k] }
      for e in rightEntries where e < row.tuples.count { row.tuples[e] = r.tuples[e] }
      return row
    }
    if isLateral(right) {
      for l in lefts {
        var matched = false
        for r in try rows(right, frame, l, plan) {
          try step()
          if let on {
            frame.values = r.values
            frame.tuples = r.tuples
            guard try evaluate(on, frame).isTrue else { continue }
          }
          matched = true
          out.append(r)
        }
        if !matched, kind == .left { out.append(l) }
        if out.count > Execution.rowLimit { throw tooManyRows() }
      }
      return out
    }
    let rights = try rows(right, frame, base, plan)
    let keys = equalities(on, leftBase, leftWidth, rightBase, rightWidth)
    if keys.count == 1, let merged = try mergeJoin(kind, left, right, on, keys[0], lefts, rights, frame, merge) {
      return merged
    }
    if keys.isEmpty, kind == .inner || kind == .cross, let l = plainTable(left), let r = plainTable(right),
      guessedRows(r) > guessedRows(l)
    {
      // The smaller table is kept and gone through again for every row of the larger.
      for r in rights {
        for l in lefts {
          try step()
          let row = merge(l, r)
          if let on {
            frame.values = row.values
            frame.tuples = row.tuples
            guard try evaluate(on, frame).isTrue else { continue }
          }
          out.append(row)
          if out.count > Execution.rowLimit { throw tooManyRows() }
        }
      }
      return out
    }
    var used = [Bool](repeating: false, count: rights.count)
    var table: [String: [Int]] = [:]
    if !keys.isEmpty {
      for (i, r) in rights.enumerated() {
        frame.values = r.values
        frame.tuples = r.tuples
        if let k = try joinKey(keys, frame, right: true) { table[k, default: []].append(i) }
      }
    }
    let all = Array(rights.indices)
    for l in lefts {
      var matched = false
      var candidates = all
      if !keys.isEmpty {
        frame.values = l.values
        frame.tuples = l.tuples
        candidates = try joinKey(keys, frame, right: false).flatMap { table[$0] } ?? []
      }
      for i in candidates {
        try step()
        let row = merge(l, rights[i])
        if let on {
          frame.values = row.values
          frame.tuples = row.tuples
          guard try evaluate(on, frame).isTrue else { continue }
        }
        matched = true
        used[i] = true
        out.append(row)
        if out.count > Execution.rowLimit { throw tooManyRows() }
      }
      if !matched, kind == .left || kind == .full { out.append(l) }
    }
    if kind == .right || kind == .full {
      for (i, r) in rights.enumerated() where !used[i] { out.append(r) }
    }
    return out
  }

  private func plainTable(_ from: FromPlan) -> Relation? {
    guard case .relation(let scan) = from, scan.virtual == nil else { return nil }
    return session.catalog.relation(scan.relation)
  }

  /// Two tables on columns of which nothing is known are merged: both sides are sorted by the key. nil: another way is taken.
  private func mergeJoin(
    _ kind: JoinKind, _ left: FromPlan, _ right: FromPlan, _ on: TypedExpr?, _ key: (TypedExpr, TypedExpr),
    _ lefts: [JoinedRow], _ rights: [JoinedRow], _ frame: Frame, _ merge: (JoinedRow, JoinedRow) -> JoinedRow
  ) throws(SQLError) -> [JoinedRow]? {
    guard let l = plainTable(left), let r = plainTable(right), l.analysedRows < 0, r.analysedRows < 0,
      !isUnique(key.0, left), !isUnique(key.1, right), case .operation? = on?.kind
    else { return nil }
    // Against a hash table whose buckets are believed to hold a tenth of the rows each.
    let n = guessedRows(l)
    let m = guessedRows(r)
    func sorting(_ x: Double) -> Double { 0.005 * x * RealMath.log(x) / RealMath.log(2) + 0.0025 * x }
    let hash = 0.000125 * n * m
    guard sorting(n) + sorting(m) + 0.0025 * (n + m) < hash else { return nil }
    func keyed(_ rows: [JoinedRow], _ e: TypedExpr) throws(SQLError) -> ([Value], [Int]) {
      var values: [Value] = []
      for row in rows {
        frame.values = row.values
        frame.tuples = row.tuples
        values.append(try evaluate(e, frame))
      }
      let list = values
      return (
        values, TupleSort.order(rows.count) { a, b in self.orderOf(list[a], list[b], false, false, collated: false) }
      )
    }
    let (lv, lo) = try keyed(lefts, key.0)
    let (rv, ro) = try keyed(rights, key.1)
    var out: [JoinedRow] = []
    var used = [Bool](repeating: false, count: rights.count)
    var next = 0
    func skipRights(before v: Value?) {
      // Rows of the right side that have no partner come where their key stands.
      while next < ro.count {
        let x = rv[ro[next]]
        if let v, !v.isNull, x.isNull || compareValues(x, v) >= 0 { return }
        if v?.isNull == true, !x.isNull || x.isNull { if x.isNull { return } }
        if !used[ro[next]], kind == .right || kind == .full { out.append(rights[ro[next]]) }
        next += 1
      }
    }
    for i in lo {
      let v = lv[i]
      if v.isNull {
        if kind == .left || kind == .full {
          skipRights(before: v)
          out.append(lefts[i])
        }
        continue
      }
      skipRights(before: v)
      var matched = false
      var k = next
      while k < ro.count, !rv[ro[k]].isNull, compareValues(rv[ro[k]], v) == 0 {
        try step()
        matched = true
        used[ro[k]] = true
        out.append(merge(lefts[i], rights[ro[k]]))
        if out.count > Execution.rowLimit { throw tooManyRows() }
        k += 1
      }
      if !matched, kind == .left || kind == .full { out.append(lefts[i]) }
    }
    skipRights(before: nil)
    return out
  }

  private func entries(of from: FromPlan) -> [Int] {
    switch from {
    case .relation(let scan): return scan.entry >= 0 ? [scan.entry] : []
    case .join(_, let l, let r, _, _, _, _, _): return entries(of: l) + entries(of: r)
    default: return []
    }
  }

  private func isLateral(_ from: FromPlan) -> Bool {
    switch from {
    case .query(_, _, _, let lateral): return lateral
    case .functions(_, _, _, _, let lateral): return lateral
    case .join(_, let l, let r, _, _, _, _, _): return isLateral(l) || isLateral(r)
    default: return false
    }
  }

  /// Pairs `left = right` at the top of the condition.
  private func equalities(
    _ on: TypedExpr?, _ leftBase: Int, _ leftWidth: Int, _ rightBase: Int, _ rightWidth: Int
  ) -> [(TypedExpr, TypedExpr)] {
    guard let on else { return [] }
    var conjuncts = [on]
    if case .and(let parts) = on.kind { conjuncts = parts }
    /// 1 left, 2 right, 0 neither or both.
    func side(_ e: TypedExpr) -> Int {
      var sides = 0
      var bad = false
      walkExpression(e) { x in
        switch x.kind {
        case .column(level: 0, let slot, _, _):
          if slot >= rightBase, slot < rightBase + rightWidth {
            sides |= 2
          } else if slot >= leftBase, slot < leftBase + leftWidth {
            sides |= 1
          } else {
            bad = true
          }
        case .subquery, .wholeRow, .systemColumn: bad = true
        case .call(let site, _, _): if site.function?.volatility == 0x76 { bad = true }
        default: break
        }
      }
      return bad || sides == 3 ? 0 : sides
    }
    var pairs: [(TypedExpr, TypedExpr)] = []
    for c in conjuncts {
      guard case .operation(let entry, _, let operands) = c.kind, entry.name == "=", operands.count == 2,
        operands[0].type.oid == operands[1].type.oid
      else { continue }
      let a = side(operands[0])
      let b = side(operands[1])
      if a == 1, b == 2 { pairs.append((operands[0], operands[1])) }
      if a == 2, b == 1 { pairs.append((operands[1], operands[0])) }
    }
    return pairs
  }

  private func joinKey(_ keys: [(TypedExpr, TypedExpr)], _ frame: Frame, right: Bool) throws(SQLError) -> String? {
    var out = ""
    for (l, r) in keys {
      let v = try evaluate(right ? r : l, frame)
      if v.isNull { return nil }
      let k = hashKey(v)
      out += String(k.utf8.count) + "=" + k
    }
    return out
  }
}
