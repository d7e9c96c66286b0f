// SELECT: its clauses in the order in which PostgreSQL analyses them, `*`, and the names of columns. Source: PostgreSQL 15 manual,
// SELECT and 10.6.

internal import SimKernel

extension Analyzer {
  func select(
    _ core: SelectCore, _ query: Query, _ scope: Scope, _ wanted: [SQLType]?
  ) throws(SQLError) {
    let plan = scope.plan
    for (k, w) in core.windows.enumerated() where core.windows[..<k].contains(where: { $0.name == w.name }) {
      throw SQLError(SQLState.windowing, "window \"\(w.name ?? "")\" is already defined", at: w.offset)
    }
    scope.windows = core.windows
    scope.place = .joinOn
    try from(core.from, scope)
    scope.place = .target
    let savedGrouping = pendingGrouping
    pendingGrouping = []
    defer { pendingGrouping = savedGrouping }
    for item in core.targets {
      switch item.expression.kind {
      case .star, .fieldStar:
        for t in try expandStar(item.expression, scope) { plan.targets.append(t) }
      default:
        var typed: TypedExpr
        let column = plan.targets.count
        if let wanted, column < wanted.count, case .defaultValue = item.expression.kind {
          typed = TypedExpr(.defaultValue, SQLType(Oid.unknown), item.expression.offset)
        } else {
          typed = try expression(item.expression, scope)
        }
        plan.targets.append(
          PlanTarget(expression: typed, name: item.label ?? figureName(item.expression), isHidden: false))
      }
    }
    if let condition = core.condition {
      scope.place = .condition
      plan.condition = try booleanExpression(condition, scope, "WHERE")
    }
    // GROUP BY sees input columns, then output names, then positions.
    if !core.groupBy.isEmpty {
      scope.place = .groupBy
      plan.isGrouped = true
      try grouping(core.groupBy, scope)
    }
    if let having = core.having {
      scope.place = .having
      plan.isGrouped = true
      plan.having = try booleanExpression(having, scope, "HAVING")
    }
    scope.place = .orderBy
    try order(query.orderBy, scope, onlyOutputs: false, "")
    scope.place = .other
    switch core.distinct {
    case .none: break
    case .all:
      plan.distinct = true
      for t in plan.targets where !t.isHidden { try requireEquality(t.expression, at: t.expression.offset) }
      for key in plan.orderBy where plan.targets[key.target].isHidden {
        throw SQLError(
          SQLState.invalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
          at: plan.targets[key.target].expression.offset)
      }
    case .on(let exprs):
      var keys: [Int] = []
      for e in exprs { keys.append(try target(for: e, scope, "DISTINCT ON")) }
      plan.distinctOn = keys
      // The leading ORDER BY keys must be those of DISTINCT ON.
      var remaining = Set(keys)
      for key in plan.orderBy {
        if keys.contains(key.target) {
          remaining.remove(key.target)
        } else if !remaining.isEmpty {
          throw SQLError(
            SQLState.invalidColumnReference,
            "SELECT DISTINCT ON expressions must match initial ORDER BY expressions", at: exprs[0].offset)
        }
      }
    }
    for i in plan.targets.indices where plan.targets[i].expression.type.oid == Oid.unknown && wanted == nil {
      if parentAllowsUnknown { continue }
      let t = plan.targets[i]
      plan.targets[i] = PlanTarget(expression: t.expression, name: t.name, isHidden: t.isHidden)
    }
    for t in plan.targets where !t.isHidden {
      plan.columns.append(
        OutputColumn(name: t.name, type: t.expression.type, isBytewise: t.expression.isBytewise))
    }
    if plan.isGrouped { try checkGrouping(scope) }
  }

  func expandStar(_ expr: Expr, _ scope: Scope) throws(SQLError) -> [PlanTarget] {
    var out: [PlanTarget] = []
    switch expr.kind {
    case .star(let parts) where parts.isEmpty:
      var any = false
      for entry in scope.entries where entry.columnsVisible && !entry.isLateralOnly {
        any = true
        for column in entry.columns where !column.isHidden {
          out.append(
            PlanTarget(
              expression: reference(entry, column, 0, scope, expr.offset), name: column.name, isHidden: false))
        }
      }
      if !any {
        throw SQLError(SQLState.syntaxError, "SELECT * with no tables specified is not valid", at: expr.offset)
      }
    case .star(let parts):
      let schema = parts.count > 1 ? parts[parts.count - 2] : nil
      let (entry, level) = try table(parts[parts.count - 1], schema, scope, at: expr.offset)
      guard let entry else {
        if parts.count == 1, let typed = try? columnOrNil(parts, scope, expr.offset), let fields = fields(of: typed) {
          for (i, f) in fields.enumerated() {
            out.append(
              PlanTarget(
                expression: TypedExpr(.field(typed, i, f.name), f.type, expr.offset), name: f.name, isHidden: false))
          }
          return out
        }
        throw missingTable(parts[parts.count - 1], scope, expr.offset)
      }
      for column in entry.columns {
        out.append(
          PlanTarget(
            expression: reference(entry, column, level, scope, expr.offset), name: column.name, isHidden: false))
      }
    case .fieldStar(let inner):
      let value = try expression(inner, scope)
      guard let fields = fields(of: value) else {
        throw SQLError(
          SQLState.wrongObjectType, "type \(format(value.type.oid)) is not composite", at: expr.offset)
      }
      for (i, f) in fields.enumerated() {
        out.append(
          PlanTarget(
            expression: TypedExpr(.field(value, i, f.name), f.type, expr.offset), name: f.name, isHidden: false))
      }
    default: break
    }
    return out
  }

  private func columnOrNil(_ parts: [String], _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    try column(parts, scope, at: offset)
  }

  /// The name of a result column without AS.
  func figureName(_ expr: Expr) -> String { figured(expr).0 ?? "?column?" }

  private func figured(_ expr: Expr) -> (String?, Int) {
    switch expr.kind {
    case .column(let parts): return (parts[parts.count - 1], 2)
    case .field(_, let name): return (name, 2)
    case .subscripts(let base, _): return figured(base)
    case .call(let call): return (call.name.name, 2)
    case .cast(let inner, let type):
      let (name, strength) = figured(inner)
      if strength <= 1 { return (type.name.name, 1) }
      return (name, strength)
    case .typedLiteral(let type, _): return (type.name.name, 1)
    case .collate(let inner, _): return figured(inner)
    case .caseWhen(_, _, let otherwise):
      if let otherwise {
        let (name, strength) = figured(otherwise)
        if strength > 0 { return (name, strength) }
      }
      return ("case", 1)
    case .array: return ("array", 2)
    case .row(_, let explicit): return explicit ? ("row", 2) : ("row", 2)
    case .coalesce: return ("coalesce", 2)
    case .greatest: return ("greatest", 2)
    case .least: return ("least", 2)
    case .nullIf: return ("nullif", 2)
    case .exists: return ("exists", 2)
    case .arrayQuery: return ("array", 2)
    case .scalarQuery(let query):
      if let target = firstTarget(query) {
        if let label = target.label { return (label, 2) }
        return figured(target.expression)
      }
      return (nil, 0)
    case .keywordValue(let name, _): return (name, 2)
    case .grouping: return ("grouping", 2)
    default: return (nil, 0)
    }
  }

  private func firstTarget(_ query: Query) -> TargetItem? {
    switch query.body {
    case .select(let core): return core.targets.first
    case .values: return nil
    case .setOperation(_, _, let l, _): return firstTarget(l)
    }
  }
}
