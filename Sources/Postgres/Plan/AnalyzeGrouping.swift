// GROUP BY, grouping sets, and what may stand beside aggregates. Source: PostgreSQL 15 manual 7.2.3 and 7.2.4.

internal import SimKernel

extension Analyzer {
  private func groupKey(_ expr: Expr, _ scope: Scope) throws(SQLError) -> Int {
    let plan = scope.plan
    var typed: TypedExpr?
    if case .integer(let digits) = expr.kind {
      let n = Int(digits) ?? 0
      var position = 0
      for t in plan.targets where !t.isHidden {
        position += 1
        if position == n { typed = t.expression }
      }
      if typed == nil {
        throw SQLError(
          SQLState.invalidColumnReference, "GROUP BY position \(digits) is not in select list", at: expr.offset)
      }
      if let t = typed { try refuseGroupTarget(t, expr.offset) }
    } else if case .column(let parts) = expr.kind, parts.count == 1 {
      // An input column wins over an output name.
      if hasColumn(parts[0], scope) {
        typed = try expression(expr, scope)
      } else {
        for t in plan.targets where !t.isHidden && t.name == parts[0] {
          if let known = typed, !sameExpression(known, t.expression) {
            throw SQLError(
              SQLState.ambiguousColumn, "GROUP BY \"\(parts[0])\" is ambiguous", at: expr.offset)
          }
          typed = t.expression
        }
        if let t = typed { try refuseGroupTarget(t, expr.offset) } else { typed = try expression(expr, scope) }
      }
    } else {
      if isNonIntegerConstant(expr) {
        throw SQLError(SQLState.syntaxError, "non-integer constant in GROUP BY", at: expr.offset)
      }
      typed = try expression(expr, scope)
    }
    let key = try defaulted(typed!)
    try requireEquality(key, at: expr.offset)
    for (i, existing) in plan.groupKeys.enumerated() where sameExpression(existing, key) { return i }
    plan.groupKeys.append(key)
    return plan.groupKeys.count - 1
  }

  private func refuseGroupTarget(_ typed: TypedExpr, _ offset: Int) throws(SQLError) {
    var hasAggregate = false
    var hasWindow = false
    walk(typed) { e in
      if case .aggregate = e.kind { hasAggregate = true }
      if case .window = e.kind { hasWindow = true }
    }
    if hasAggregate {
      throw SQLError(SQLState.grouping, "aggregate functions are not allowed in GROUP BY", at: typed.offset)
    }
    if hasWindow {
      throw SQLError(SQLState.windowing, "window functions are not allowed in GROUP BY", at: typed.offset)
    }
  }

  private func isNonIntegerConstant(_ expr: Expr) -> Bool {
    switch expr.kind {
    case .string, .decimal, .boolean, .null: return true
    default: return false
    }
  }

  func hasColumn(_ name: String, _ scope: Scope) -> Bool {
    for entry in scope.entries where entry.columnsVisible && !entry.isLateralOnly {
      for c in entry.columns where c.name == name && !c.isHidden { return true }
    }
    return false
  }

  func grouping(_ items: [GroupItem], _ scope: Scope) throws(SQLError) {
    // Each item is a list of alternative key lists; the sets are their cross product.
    var sets: [[Int]] = [[]]
    var hasSets = false
    func alternatives(_ item: GroupItem) throws(SQLError) -> [[Int]] {
      switch item {
      case .expression(let e):
        if case .row(let parts, explicit: false) = e.kind {
          var keys: [Int] = []
          for p in parts { keys.append(try groupKey(p, scope)) }
          return [keys]
        }
        return [[try groupKey(e, scope)]]
      case .empty:
        hasSets = true
        return [[]]
      case .rollup(let lists):
        hasSets = true
        var keys: [[Int]] = []
        for list in lists {
          var part: [Int] = []
          for e in list { part.append(try groupKey(e, scope)) }
          keys.append(part)
        }
        var out: [[Int]] = []
        var n = keys.count
        while n >= 0 {
          out.append(keys[..<n].flatMap { $0 })
          n -= 1
        }
        return out
      case .cube(let lists):
        hasSets = true
        var keys: [[Int]] = []
        for list in lists {
          var part: [Int] = []
          for e in list { part.append(try groupKey(e, scope)) }
          keys.append(part)
        }
        var out: [[Int]] = []
        let n = keys.count
        if n > 12 { throw SQLError(SQLState.syntaxError, "CUBE is limited to 12 elements") }
        var mask = (1 << n) - 1
        while mask >= 0 {
          var set: [Int] = []
          for i in 0..<n where mask & (1 << (n - 1 - i)) != 0 { set += keys[i] }
          out.append(set)
          mask -= 1
        }
        return out
      case .sets(let items):
        hasSets = true
        var out: [[Int]] = []
        for i in items { out += try alternatives(i) }
        return out
      }
    }
    for item in items {
      let options = try alternatives(item)
      var next: [[Int]] = []
      for s in sets { for o in options { next.append(s + o) } }
      sets = next
    }
    if hasSets { scope.plan.groupingSets = sets }
  }

  /// Every output must come from group keys and aggregates.
  func checkGrouping(_ scope: Scope) throws(SQLError) {
    let plan = scope.plan
    // A primary key among the keys makes the other columns of its table single-valued.
    var keySlots: Set<Int> = []
    for key in plan.groupKeys {
      if case .column(level: 0, let slot, _, _) = key.kind { keySlots.insert(slot) }
    }
    var dependent: Set<Int> = []
    if plan.groupingSets == nil {
      for entry in scope.entries where entry.relation != 0 {
        guard let relation = catalog.relation(entry.relation), let key = relation.primaryKey else { continue }
        var all = true
        for c in key.columns {
          var found = false
          for column in entry.columns where column.column == c && column.table == entry.relation {
            if keySlots.contains(column.slot) { found = true }
          }
          if !found { all = false }
        }
        if all { for column in entry.columns { dependent.insert(column.slot) } }
      }
    }
    let keys = plan.groupKeys
    func replaced(_ expr: TypedExpr, outer: Int = 0) throws(SQLError) -> TypedExpr {
      try rewrite(expr) { (e: TypedExpr) throws(SQLError) -> TypedExpr? in
        for (i, key) in keys.enumerated() where sameExpression(key, e) {
          let r = TypedExpr(.group(i), e.type, e.offset, isBytewise: e.isBytewise)
          if let f = self.fields(of: e) { self.remember(r, f) }
          return r
        }
        switch e.kind {
        case .column(level: 0, let slot, let table, let name):
          if dependent.contains(slot) { return e }
          throw SQLError(
            SQLState.grouping,
            "column \"\(table.isEmpty ? name : "\(table).\(name)")\" must appear in the GROUP BY clause or be used in an aggregate function",
            at: e.offset)
        case .wholeRow(level: 0, let slots, let names, let table, _):
          for (k, s) in slots.enumerated() where !dependent.contains(s) && !keySlots.contains(s) {
            throw SQLError(
              SQLState.grouping,
              "column \"\(table).\(names[k])\" must appear in the GROUP BY clause or be used in an aggregate function",
              at: e.offset)
          }
          return e
        case .grouping(let pending):
          var indexes: [Int] = []
          for p in pending {
            var found = -1
            for (i, key) in keys.enumerated() where sameExpression(key, self.pendingGrouping[p]) { found = i }
            if found < 0 {
              throw SQLError(
                SQLState.grouping,
                "arguments to GROUPING must be grouping expressions of the associated query level",
                at: self.pendingGrouping[p].offset)
            }
            indexes.append(found)
          }
          return TypedExpr(.grouping(indexes), e.type, e.offset)
        default: return nil
        }
      }
    }
    for i in plan.targets.indices {
      let t = plan.targets[i]
      plan.targets[i] = PlanTarget(expression: try replaced(t.expression), name: t.name, isHidden: t.isHidden)
    }
    if let having = plan.having { plan.having = try replaced(having) }
    for i in plan.windows.indices {
      let w = plan.windows[i]
      var partition: [TypedExpr] = []
      for e in w.partitionBy { partition.append(try replaced(e)) }
      var order: [SortKey] = []
      for k in w.orderBy {
        order.append(
          SortKey(expression: try replaced(k.expression), descending: k.descending, nullsFirst: k.nullsFirst))
      }
      plan.windows[i] = TypedWindow(
        name: w.name, partitionBy: partition, orderBy: order, frame: w.frame, hasFrame: w.hasFrame)
    }
    for i in plan.windowCalls.indices {
      let c = plan.windowCalls[i]
      var arguments: [TypedExpr] = []
      for a in c.arguments { arguments.append(try replaced(a)) }
      var filter: TypedExpr?
      if let f = c.filter { filter = try replaced(f) }
      plan.windowCalls[i] = WindowCall(
        site: c.site, name: c.name, arguments: arguments, isStar: c.isStar, isAggregate: c.isAggregate, filter: filter,
        window: c.window)
    }
  }
}
