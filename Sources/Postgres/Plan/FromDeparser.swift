// The text of FROM clauses and of what only queries hold: subqueries, aggregates, windows.

internal import SimKernel

extension Deparser {
  func alias(_ a: Alias?) -> String {
    guard let a else { return "" }
    return " " + quotedIdentifier(tableName(0, -1, a.name))
      + (a.columns.isEmpty ? "" : "(" + joined(a.columns.map { quotedIdentifier($0) }, ", ") + ")")
  }

  func from(_ item: FromItem, _ p: FromPlan) -> String {
    let level = layout.level
    switch item {
    case .table(let name, let a, let only, _):
      var shown = a
      if let own = a, own.name == name.name, own.columns.isEmpty { shown = nil }
      if shown == nil, tableName(0, -1, name.name) != name.name { shown = Alias(name: name.name, columns: []) }
      if case .commonTable = p { return quotedIdentifier(name.name) + alias(shown) }
      if session.findVirtual(name) != nil {
        return (name.schema == "information_schema" ? "information_schema." : "") + quotedIdentifier(name.name)
          + alias(shown)
      }
      guard let oid = session.finding(in: layout.path, { session.findRelation(name) }),
        let r = session.catalog.relation(oid)
      else {
        return refuse("a relation that is gone")
      }
      return (only ? "ONLY " : "") + session.relationName(r) + alias(shown)
    case .query(_, let a, let lateral, _):
      guard case .query(let q, _, _, _) = p else { return refuse("this FROM") }
      return (lateral ? "LATERAL " : "") + "(" + query(q, nil, level: level) + ")" + alias(a)
    case .function(_, let a, let columns, let ordinality, let lateral, _, _):
      guard case .functions(let scans, _, _, _, _) = p, scans.count == 1, columns.isEmpty else {
        return refuse("these functions in FROM")
      }
      var own = ""
      if case .call(let site, _, _) = scans[0].call.kind { own = site.function?.name ?? site.name }
      if case .userCall(let site, _, _) = scans[0].call.kind { own = session.catalog.functions[site.user]?.name ?? "" }
      var names = a?.columns ?? []
      if names.isEmpty {
        if scans[0].isRecord { return refuse("a function in FROM that gives rows") }
        names = [a?.name ?? own]
      }
      if ordinality, names.count == 1 { names.append("ordinality") }
      return (lateral ? "LATERAL " : "") + text(scans[0].call, top: true) + (ordinality ? " WITH ORDINALITY" : "")
        + alias(Alias(name: a?.name ?? own, columns: names))
    case .join(let kind, let l, let r, let on, let using, let natural, let a, _):
      guard case .join(_, let lp, let rp, let condition, _, _, _, _) = p else { return refuse("this join") }
      let hasCondition = on != nil || using != nil || natural
      let word: String
      switch kind {
      case .inner: word = hasCondition ? " JOIN " : " CROSS JOIN "
      case .cross: word = " CROSS JOIN "
      case .left: word = " LEFT JOIN "
      case .right: word = " RIGHT JOIN "
      case .full: word = " FULL JOIN "
      }
      var out = from(l, lp) + line(level - 8 + 4) + word
      var isNested = false
      if case .join = r { isNested = true }
      out += isPretty && isNested ? "(" + from(r, rp) + ")" : from(r, rp)
      if using != nil || natural {
        var names = using ?? []
        if natural, let c = condition { names = sharedNames(c) }
        out += " USING (" + joined(names.map { quotedIdentifier($0) }, ", ") + ")"
      } else if let c = condition, on != nil {
        out += " ON " + (isPretty ? text(c, top: true) : "(" + text(c, top: false) + ")")
      }
      if !isPretty || a != nil { out = "(" + out + ")" }
      return out + alias(a)
    }
  }

  private func sharedNames(_ e: TypedExpr) -> [String] {
    switch e.kind {
    case .and(let parts):
      var out: [String] = []
      for p in parts { out += sharedNames(p) }
      return out
    case .operation(_, _, let a):
      if case .column(_, _, _, let name) = a[0].kind { return [name] }
      return []
    default: return []
    }
  }

  /// Functions that are written with words between their arguments.
  func sqlSyntax(_ name: String, _ a: [TypedExpr]) -> String? {
    func part(_ k: Int) -> String { text(a[k], top: isPretty) }
    func trim(_ word: String) -> String {
      "TRIM(\(word) " + (a.count > 1 ? part(1) + " " : "") + "FROM " + part(0) + ")"
    }
    switch name {
    case "btrim": return trim("BOTH")
    case "ltrim": return trim("LEADING")
    case "rtrim": return trim("TRAILING")
    case "substring" where a.count > 1:
      return "SUBSTRING(" + part(0) + " FROM " + part(1) + (a.count > 2 ? " FOR " + part(2) : "") + ")"
    case "position" where a.count == 2: return "POSITION((" + part(1) + ") IN (" + part(0) + "))"
    case "overlay" where a.count > 2:
      return "OVERLAY(" + part(0) + " PLACING " + part(1) + " FROM " + part(2) + (a.count > 3 ? " FOR " + part(3) : "")
        + ")"
    case "timezone" where a.count == 2:
      return "(" + operand(a[1], under: 10) + " AT TIME ZONE " + operand(a[0], under: 10) + ")"
    default: return nil
    }
  }

  /// What only stands in queries.
  func queryPart(_ e: TypedExpr, top: Bool) -> String {
    func wrap(_ s: String) -> String { top ? s : "(" + s + ")" }
    switch e.kind {
    case .group(let i):
      guard let p = plan, i < p.groupKeys.count else { return refuse("grouping") }
      return text(p.groupKeys[i], top: top)
    case .aggregate(let i, let level):
      guard let p = plan, level == 0, i < p.aggregates.count else { return refuse("this aggregate") }
      return aggregate(p.aggregates[i])
    case .window(let i):
      guard let p = plan, i < p.windowCalls.count else { return refuse("this window function") }
      let c = p.windowCalls[i]
      let w = p.windows[c.window]
      return call(c.name, c.arguments, isStar: c.isStar, isDistinct: false, order: []) + filter(c.filter) + " OVER "
        + (w.name.map { quotedIdentifier($0) } ?? window(w))
    case .setReturning(let i):
      guard let p = plan, i < p.setCalls.count else { return refuse("this function") }
      return text(p.setCalls[i], top: top)
    case .userCall(let site, let a, _):
      guard let f = session.catalog.functions[site.user] else { return refuse("a function that is gone") }
      return (session.searchPath.contains(f.schema) ? "" : quotedIdentifier(f.schema) + ".") + quotedIdentifier(f.name)
        + "(" + joined(a.map { argument($0) }, ", ") + ")"
    case .subquery(let kind, let q):
      let inner = query(q, nil, level: layout.level)
      switch kind {
      case .exists: return "(EXISTS (" + inner + "))"
      case .scalar: return "(" + inner + ")"
      case .array: return "ARRAY(" + inner + ")"
      case .any(let lefts, _, let isAll, let negated, let name):
        // NOT IN is kept as a comparison with all.
        if isAll, name == "<>", !negated {
          let left = lefts.count == 1 ? argument(lefts[0]) : "(" + joined(lefts.map { argument($0) }, ", ") + ")"
          return wrap("NOT (" + left + " IN (" + inner + "))")
        }
        let left = lefts.count == 1 ? argument(lefts[0]) : "(" + joined(lefts.map { argument($0) }, ", ") + ")"
        let op = isAll ? " " + name + " ALL (" : name == "=" ? " IN (" : " " + name + " ANY ("
        let whole = "(" + left + op + inner + "))"
        return negated ? wrap("NOT " + whole) : whole
      }
    case .isDistinct(let a, let b, let negated):
      let inner = operand(a, under: 5) + " IS DISTINCT FROM " + operand(b, under: 5)
      if negated { return wrap("NOT " + (isPretty ? inner : "(" + inner + ")")) }
      return wrap(inner)
    case .rowComparison(let op, let l, let r):
      return "(ROW(" + joined(l.map { argument($0) }, ", ") + ") " + op + " ROW("
        + joined(r.map { argument($0) }, ", ") + "))"
    case .row(let items, _, _): return "ROW(" + joined(items.map { argument($0) }, ", ") + ")"
    case .field(let inner, _, let name):
      return "(" + text(inner, top: true) + ")." + quotedIdentifier(name)
    case .subscripts(let inner, let bounds, _):
      var base = text(inner, top: true)
      if case .column = inner.kind {} else { base = "(" + base + ")" }
      for b in bounds {
        switch b {
        case .index(let i): base += "[" + text(i, top: true) + "]"
        case .slice(let l, let h):
          base += "[" + (l.map { text($0, top: true) } ?? "") + ":" + (h.map { text($0, top: true) } ?? "") + "]"
        }
      }
      return base
    case .wholeRow(let level, _, _, let table, _): return quotedIdentifier(tableName(level, -1, table)) + ".*"
    case .systemColumn(let level, _, let name, let table):
      return quotedIdentifier(tableName(level, -1, table)) + "." + name
    case .collate(let inner, let name):
      return wrap(operand(inner, under: 10) + " COLLATE " + quotedIdentifier(name))
    default: return plan == nil ? "?" : refuse("this expression")
    }
  }

  private func filter(_ e: TypedExpr?) -> String {
    e.map { " FILTER (WHERE " + text($0, top: isPretty) + ")" } ?? ""
  }

  func call(
    _ name: String, _ arguments: [TypedExpr], isStar: Bool, isDistinct: Bool, order: [SortKey]
  ) -> String {
    var inner = isStar ? "*" : (isDistinct ? "DISTINCT " : "") + joined(arguments.map { argument($0) }, ", ")
    if !order.isEmpty {
      inner +=
        " ORDER BY "
        + joined(
          order.map { key in
            // A key that is an argument too is shown with the argument's conversion.
            let own = text(key.expression, top: true)
            for a in arguments {
              if case .cast(let inner, _, .implicitCast) = a.kind, text(inner, top: true) == own {
                return "(" + argument(a) + ")" + direction(key.descending, key.nullsFirst)
              }
            }
            return sortKey(key.expression) + direction(key.descending, key.nullsFirst)
          }, ", ")
    }
    return quotedIdentifier(name) + "(" + inner + ")"
  }

  private func aggregate(_ a: AggregateCall) -> String {
    if a.withinGroup {
      let keys = a.orderBy.map { sortKey($0.expression) + direction($0.descending, $0.nullsFirst) }
      return a.name + "(" + joined(a.directArguments.map { argument($0) }, ", ") + ") WITHIN GROUP (ORDER BY "
        + joined(keys, ", ") + ")" + filter(a.filter)
    }
    return call(a.name, a.arguments, isStar: a.isStar, isDistinct: a.isDistinct, order: a.orderBy) + filter(a.filter)
  }
}
