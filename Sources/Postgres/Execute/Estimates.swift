// What the planner believes about tables that were never analysed: rows from pages and column widths, standard guesses for
// conditions. The order of unordered results depends on these beliefs. Source: PostgreSQL 15 manual, 70.1 "Row Estimation
// Examples", and 14.2.

internal import SimKernel

extension Execution {
  /// Rows of a table as the planner guesses them.
  func guessedRows(_ r: Relation) -> Double {
    var width = 0
    for (_, c) in r.liveColumns { width += guessedWidth(c.type) }
    let tuple = (width + 7) / 8 * 8 + 24 + 4
    let pages = max(10, Int(r.heap?.pageCount ?? 0))
    if r.analysedRows >= 0, r.heap?.pageCount ?? 0 > 0 { return Double(r.analysedRows) }
    return Double((8_168 / tuple) * pages)
  }

  private func guessedWidth(_ type: SQLType) -> Int {
    let length = session.catalog.type(type.oid)?.length ?? -1
    if length > 0 { return length }
    if type.oid == Oid.varchar || type.oid == Oid.bpchar, type.modifier > 4 {
      let n = Int(type.modifier) - 4
      if type.oid == Oid.bpchar { return n * 4 + 4 > 32 && n > 8 ? min(32 + (n * 4 - 32) / 2, 1_000) : n + 4 }
      let most = n * 4 + 4
      return most <= 32 ? most : most < 1_000 ? 32 + (most - 32) / 2 : 32 + (1_000 - 32) / 2
    }
    return 32
  }

  /// Whether a single column is the whole of a unique index.
  func isUnique(_ e: TypedExpr, _ from: FromPlan) -> Bool {
    guard case .column(level: 0, let slot, _, _) = e.kind, case .relation(let scan) = from, scan.virtual == nil,
      slot >= scan.base, slot - scan.base < scan.columns.count, let r = session.catalog.relation(scan.relation)
    else { return false }
    let column = scan.columns[slot - scan.base]
    for i in session.catalog.indexes(of: r.oid) {
      if let info = i.index, info.unique, info.predicate == nil, info.columns.count == 1,
        info.columns[0].column == column
      {
        return true
      }
    }
    return false
  }

  func selectivity(_ e: TypedExpr) -> Double {
    switch e.kind {
    case .and(let parts):
      var s = 1.0
      for p in parts { s *= selectivity(p) }
      return s
    case .or(let parts):
      var s = 0.0
      for p in parts {
        let x = selectivity(p)
        s = s + x - s * x
      }
      return s
    case .not(let x): return 1 - selectivity(x)
    case .isNull(_, let negated): return negated ? 0.995 : 0.005
    case .operation(let o, _, _):
      switch o.name {
      case "=", "~~", "~~*", "~", "~*": return 0.005
      case "<>", "!~~", "!~", "!~~*", "!~*": return 0.995
      case "<", ">", "<=", ">=": return 1.0 / 3
      default: return 0.5
      }
    case .quantified(_, "=", _, .any, let list):
      if case .array(let items, _, _) = list.kind { return min(1, 0.005 * Double(items.count)) }
      return 0.05
    case .constant(.bool(let b)): return b ? 1 : 0
    default: return 0.5
    }
  }

  /// How many groups the planner expects: 200 for an unknown column, fewer when few rows come in.
  func guessedGroups(_ plan: QueryPlan, _ actual: Int) -> Int {
    switch plan.body {
    case .setOperation(let operation, _, let l, let r):
      if operation == .union { return Int(max(1, min(1e7, guessedRows(l) + guessedRows(r)))) }
      return Int(max(1, min(200, guessedRows(l))))
    case .values: return max(1, actual)
    case .select: break
    }
    guard case .relation(let scan) = plan.from, scan.virtual == nil, let r = session.catalog.relation(scan.relation)
    else {
      if case .query(let inner, _, _, _) = plan.from, let n = constantRows(inner) { return max(1, min(200, n)) }
      return 200
    }
    let rows = guessedRows(r)
    guard let condition = plan.condition else { return Int(min(200, rows)) }
    let kept = max(1, (rows * selectivity(condition)).rounded())
    if kept >= rows { return 200 }
    // Of 200 values spread evenly, those that are expected among the rows that are left.
    var missing = 1.0
    let base = (rows - kept) / rows
    let per = rows / 200
    // base to the power of a number that need not be whole
    missing = RealMath.exp(per * RealMath.log(max(base, 1e-12)))
    return max(1, Int((200 * (1 - missing)).rounded()))
  }

  /// Rows of a query as far as they can be told without statistics.
  func guessedRows(_ plan: QueryPlan) -> Double {
    if let n = constantRows(plan) { return Double(n) }
    switch plan.body {
    case .setOperation(_, _, let l, let r): return guessedRows(l) + guessedRows(r)
    case .values(let rows): return Double(rows.count)
    case .select:
      guard case .relation(let scan) = plan.from, scan.virtual == nil,
        let r = session.catalog.relation(scan.relation)
      else { return 200 }
      if plan.isGrouped { return plan.groupKeys.isEmpty ? 1 : Double(guessedGroups(plan, 200)) }
      let rows = guessedRows(r)
      return max(1, (rows * (plan.condition.map { selectivity($0) } ?? 1)).rounded())
    }
  }

  /// Rows of a query that reads no table.
  private func constantRows(_ plan: QueryPlan) -> Int? {
    switch plan.body {
    case .values(let rows): return rows.count
    case .setOperation(_, _, let l, let r):
      guard let a = constantRows(l), let b = constantRows(r) else { return nil }
      return a + b
    case .select:
      if case .empty = plan.from, plan.setCalls.isEmpty { return 1 }
      if case .query(let inner, _, _, _) = plan.from, plan.condition == nil { return constantRows(inner) }
      return nil
    }
  }
}
