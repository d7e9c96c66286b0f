// Prints a view's query back as `\\d+` and pg_get_viewdef show it: clauses on lines of their own, every column with its table.
// What it cannot print is "not simulated". Source: PostgreSQL 15 manual, 9.26.7 "System Catalog Information Functions".

internal import SimKernel

enum QueryDeparser {
  /// The definition with its semicolon; `pretty` leaves out the parentheses that precedence makes unnecessary.
  static func view(_ r: Relation, _ s: ClientSession, pretty: Bool = false) throws(SQLError) -> String {
    guard let view = r.view else { return "" }
    let plan = try s.plan(of: view)
    var d = Deparser(s)
    d.layout.path = view.path
    if pretty { d = d.pretty }
    var names: [String] = []
    for (_, c) in r.liveColumns { names.append(c.name) }
    let text = d.query(plan, names, level: 0) + ";"
    if let problem = d.layout.problem { throw .notSimulated("the definition of a view with \(problem)") }
    return withoutTrailingSpaces(text)
  }

  private static func withoutTrailingSpaces(_ text: String) -> String {
    var out: [UInt8] = []
    for b in text.utf8 {
      if b == 10 { while out.last == 32 { out.removeLast() } }
      out.append(b)
    }
    return String(decoding: out, as: UTF8.self)
  }
}

extension Deparser {
  private func inside(_ p: QueryPlan) -> Deparser {
    var copy = self
    copy.plan = p
    return copy
  }

  func line(_ indent: Int) -> String { "\n" + String(repeating: " ", count: max(indent, 0)) }

  func refuse(_ what: String) -> String {
    if layout.problem == nil { layout.problem = what }
    return ""
  }

  /// A query whose first line begins at `level`; it starts with a space.
  func query(_ p: QueryPlan, _ names: [String]?, level: Int) -> String {
    let saved = (layout.level, layout.inBranch)
    layout.level = level
    if names == nil { layout.inBranch = false }
    layout.scopes.append(nameScope(p))
    defer { layout.scopes.removeLast() }
    defer { (layout.level, layout.inBranch) = saved }
    return inside(p).body(names)
  }

  /// Names for the tables of a query, none of which an outer query has.
  private func nameScope(_ p: QueryPlan) -> NameScope {
    var scope = NameScope()
    guard let source = p.source, case .select(let core) = source.body else { return scope }
    var taken: Set<String> = []
    for outer in layout.scopes { for n in outer.names.keys { taken.insert(outer.names[n] ?? n) } }
    func add(_ alias: String) {
      if scope.names[alias] != nil { return }
      var name = alias
      var k = 1
      while taken.contains(name) {
        name = alias + "_" + String(k)
        k += 1
      }
      taken.insert(name)
      scope.names[alias] = name
    }
    func visit(_ item: FromItem, _ plan: FromPlan?) {
      var alias = ""
      switch item {
      case .table(let name, let a, _, _): alias = a?.name ?? name.name
      case .query(_, let a, _, _): alias = a?.name ?? ""
      case .function(let calls, let a, _, _, _, _, _):
        alias = a?.name ?? ""
        if alias.isEmpty, let first = calls.first, case .call(let c) = first.kind { alias = c.name.name }
      case .join(_, let l, let r, _, _, _, let a, _):
        if case .join(_, let lp, let rp, _, _, _, _, _)? = plan {
          visit(l, lp)
          visit(r, rp)
        }
        if let a { add(a.name) }
        return
      }
      add(alias)
      if let range = plan?.range { scope.slots.append((range.base, range.width, alias)) }
    }
    var plans: [FromPlan] = []
    var rest = p.from
    for _ in core.from.dropFirst() {
      guard case .join(_, let l, let r, _, _, _, _, _) = rest else { break }
      plans.insert(r, at: 0)
      rest = l
    }
    plans.insert(rest, at: 0)
    for (k, item) in core.from.enumerated() { visit(item, k < plans.count ? plans[k] : nil) }
    return scope
  }

  /// What the table of a column is called here.
  func tableName(_ level: Int, _ slot: Int, _ table: String) -> String {
    let k = layout.scopes.count - 1 - level
    guard k >= 0 else { return table }
    let scope = layout.scopes[k]
    if table.isEmpty {
      for s in scope.slots where slot >= s.base && slot < s.base + s.width { return scope.names[s.alias] ?? s.alias }
      return ""
    }
    return scope.names[table] ?? table
  }

  private func body(_ names: [String]?) -> String {
    guard let p = plan, let source = p.source else { return refuse("this query") }
    let level = layout.level
    var out = ""
    var isSet = false
    if !p.commonTables.isEmpty { out += commonTables(p, source) + line(level) }
    switch p.body {
    case .setOperation(let op, let all, let left, let right):
      isSet = true
      let wasInBranch = layout.inBranch
      layout.inBranch = true
      defer { layout.inBranch = wasInBranch }
      out += member(left, names, op, all, isLeft: true) + line(level)
      out += (op == .union ? "UNION" : op == .intersect ? "INTERSECT" : "EXCEPT") + (all ? " ALL" : "")
      out += member(right, names, op, all, isLeft: false)
    case .values(let rows):
      var parts: [String] = []
      for row in rows { parts.append("(" + joined(row.map { text($0, top: isPretty) }, ",") + ")") }
      out += " VALUES " + joined(parts, ", ")
    case .select:
      guard case .select(let core) = source.body else { return refuse("this query") }
      layout.level = level + 8
      out += select(p, core, names)
      layout.level = level
    }
    if !p.orderBy.isEmpty {
      var keys: [String] = []
      for k in p.orderBy {
        keys.append(
          (isSet ? String(k.target + 1) : sortKey(p.targets[k.target].expression))
            + direction(k.descending, k.nullsFirst))
      }
      out += line(level + 1 + (isSet ? 0 : 0)) + " ORDER BY " + joined(keys, ", ")
    }
    if let o = p.offset { out += line(level) + " OFFSET " + count(o) }
    if let l = p.limit {
      if p.withTies { return refuse("WITH TIES") }
      out += line(level) + " LIMIT " + count(l)
    }
    if let strength = p.lockStrength { out += line(level) + " FOR " + uppercasedASCII(strength) }
    return out
  }

  func count(_ e: TypedExpr) -> String {
    if case .constant(.int(let n)) = e.kind { return String(n) }
    return text(e, top: isPretty)
  }

  func direction(_ descending: Bool, _ nullsFirst: Bool) -> String {
    descending ? (nullsFirst ? " DESC" : " DESC NULLS LAST") : (nullsFirst ? " NULLS FIRST" : "")
  }

  /// A key of ORDER BY, GROUP BY and the like; what is not a column stands in parentheses.
  func sortKey(_ e: TypedExpr) -> String {
    var inner = e
    if case .group(let i) = e.kind, let p = plan, i < p.groupKeys.count { inner = p.groupKeys[i] }
    switch inner.kind {
    case .column, .constant: return text(inner, top: true)
    case .operation, .and, .or, .not, .isNull:
      return isPretty ? "(" + text(inner, top: true) + ")" : text(inner, top: false)
    case .cast where !isPretty: return text(inner, top: false)
    default: return "(" + text(inner, top: true) + ")"
    }
  }

  private func member(_ p: QueryPlan, _ names: [String]?, _ op: SetOperation, _ all: Bool, isLeft: Bool) -> String {
    let level = layout.level
    var nested = false
    var same = false
    if case .setOperation(let o, let a, _, _) = p.body {
      nested = true
      same = o == op && a == all
    }
    let own = !p.commonTables.isEmpty || !p.orderBy.isEmpty || p.limit != nil || p.offset != nil
    if !nested {
      let text = query(p, names, level: level)
      return isLeft ? (own ? "(" + text + ")" : text) : line(level) + (own ? "(" + text + ")" : text)
    }
    if isLeft, same, !own { return query(p, names, level: level) }
    if isLeft { return "(" + line(level + 8) + query(p, names, level: level + 8) + line(level) + ")" }
    return " (" + line(level + 8) + query(p, names, level: level + 8) + line(level) + ")"
  }

  private func commonTables(_ p: QueryPlan, _ source: Query) -> String {
    let level = layout.level
    var parts: [String] = []
    for (k, table) in p.commonTables.enumerated() {
      guard let with = source.with, k < with.tables.count else { return refuse("WITH") }
      let written = with.tables[k]
      var text = quotedIdentifier(table.name)
      if !written.columns.isEmpty { text += "(" + joined(written.columns.map { quotedIdentifier($0) }, ", ") + ")" }
      text += " AS "
      if let m = written.materialized { text += m ? "MATERIALIZED " : "NOT MATERIALIZED " }
      text += "(" + line(level + 8)
      switch table.body {
      case .query(let q): text += query(q, nil, level: level + 8)
      case .recursive(let first, let second, let all):
        text += query(first, nil, level: level + 8) + line(level + 8) + "UNION" + (all ? " ALL" : "")
        text += line(level + 8) + query(second, nil, level: level + 8)
      case .modification: return refuse("a modifying WITH")
      }
      parts.append(text + line(level + 8) + ")")
    }
    return " WITH " + (source.with?.isRecursive == true ? "RECURSIVE " : "") + joined(parts, ", ")
  }

  // MARK: SELECT

  private func select(_ p: QueryPlan, _ core: SelectCore, _ names: [String]?) -> String {
    let level = layout.level
    var out = " SELECT"
    if let on = p.distinctOn {
      out += " DISTINCT ON (" + joined(on.map { sortKey(p.targets[$0].expression) }, ", ") + ")"
    } else if p.distinct {
      out += " DISTINCT"
    }
    var k = 0
    for t in p.targets where !t.isHidden {
      var item = layout.inBranch ? text(unconverted(t.expression), top: isPretty) : argument(t.expression)
      var own = "?column?"
      if case .column(_, _, _, let name) = resolved(t.expression).kind { own = name }
      let name = names.map { k < $0.count ? $0[k] : t.name } ?? t.name
      if own != name { item += " AS " + quotedIdentifier(name) }
      if k > 0 { out += "," }
      if item.utf8.first == 10 {
        out += item
      } else {
        out += k == 0 ? " " + item : line(level - 8 + 4) + item
      }
      k += 1
    }
    if !core.from.isEmpty {
      out += line(level - 8 + 2) + " FROM "
      var plans: [FromPlan] = []
      var rest = p.from
      for _ in core.from.dropFirst() {
        guard case .join(_, let l, let r, _, _, _, _, _) = rest else { return refuse("this FROM") }
        plans.insert(r, at: 0)
        rest = l
      }
      plans.insert(rest, at: 0)
      for (n, item) in core.from.enumerated() {
        if n > 0 { out += "," + line(level - 8 + 4) }
        out += from(item, plans[n])
      }
    }
    if let c = p.condition { out += line(level - 8 + 1) + " WHERE " + text(c, top: isPretty) }
    if !core.groupBy.isEmpty {
      if p.groupingSets != nil { return refuse("grouping sets") }
      out += line(level - 8 + 1) + " GROUP BY " + joined(p.groupKeys.map { sortKey($0) }, ", ")
    }
    if let h = p.having { out += line(level - 8) + " HAVING " + text(h, top: isPretty) }
    var windows: [String] = []
    var shown: Set<String> = []
    for w in p.windows {
      guard let name = w.name, shown.insert(name).inserted else { continue }
      windows.append(quotedIdentifier(name) + " AS " + window(w))
    }
    if !windows.isEmpty { out += line(level - 8 + 1) + " WINDOW " + joined(windows, ", ") }
    return out
  }

  private func unconverted(_ e: TypedExpr) -> TypedExpr {
    if case .cast(let inner, _, .implicitCast) = e.kind, inner.type.oid != Oid.unknown { return inner }
    return e
  }

  private func resolved(_ e: TypedExpr) -> TypedExpr {
    if case .group(let i) = e.kind, let p = plan, i < p.groupKeys.count { return p.groupKeys[i] }
    return e
  }

  func window(_ w: TypedWindow) -> String {
    var parts: [String] = []
    if !w.partitionBy.isEmpty { parts.append("PARTITION BY " + joined(w.partitionBy.map { sortKey($0) }, ", ")) }
    if !w.orderBy.isEmpty {
      parts.append(
        "ORDER BY "
          + joined(w.orderBy.map { sortKey($0.expression) + direction($0.descending, $0.nullsFirst) }, ", "))
    }
    if w.hasFrame {
      let f = w.frame
      func bound(_ kind: FrameBound.Kind, _ offset: TypedExpr?) -> String {
        switch kind {
        case .unboundedPreceding: return "UNBOUNDED PRECEDING"
        case .preceding: return (offset.map { count($0) } ?? "") + " PRECEDING"
        case .currentRow: return "CURRENT ROW"
        case .following: return (offset.map { count($0) } ?? "") + " FOLLOWING"
        case .unboundedFollowing: return "UNBOUNDED FOLLOWING"
        }
      }
      var text = f.mode == .rows ? "ROWS " : f.mode == .range ? "RANGE " : "GROUPS "
      text +=
        f.isBetween
        ? "BETWEEN " + bound(f.start, f.startOffset) + " AND " + bound(f.end, f.endOffset)
        : bound(f.start, f.startOffset)
      switch f.exclusion {
      case .none: break
      case .currentRow: text += " EXCLUDE CURRENT ROW"
      case .group: text += " EXCLUDE GROUP"
      case .ties: text += " EXCLUDE TIES"
      }
      parts.append(text)
    }
    return "(" + joined(parts, " ") + ")"
  }
}
