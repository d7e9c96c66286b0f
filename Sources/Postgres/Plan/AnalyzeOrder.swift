// ORDER BY, DISTINCT ON, LIMIT and OFFSET. Source: PostgreSQL 15 manual 7.5, 7.6 and SELECT.

internal import SimKernel

extension Analyzer {
  /// Finds or adds the target an ORDER BY or DISTINCT ON expression means.
  func target(for expr: Expr, _ scope: Scope, _ clause: String) throws(SQLError) -> Int {
    let plan = scope.plan
    switch expr.kind {
    case .integer(let digits):
      let n = Int(digits) ?? 0
      var position = 0
      for (i, t) in plan.targets.enumerated() where !t.isHidden {
        position += 1
        if position == n { return i }
      }
      throw SQLError(
        SQLState.invalidColumnReference, "\(clause) position \(digits) is not in select list", at: expr.offset)
    case .column(let parts) where parts.count == 1:
      var found = -1
      for (i, t) in plan.targets.enumerated() where !t.isHidden && t.name == parts[0] {
        if found >= 0, !sameExpression(plan.targets[found].expression, t.expression) {
          throw SQLError(
            SQLState.ambiguousColumn, "\(clause) \"\(parts[0])\" is ambiguous", at: expr.offset)
        }
        if found < 0 { found = i }
      }
      if found >= 0 { return found }
    case .string, .decimal, .boolean, .null:
      throw SQLError(SQLState.syntaxError, "non-integer constant in \(clause)", at: expr.offset)
    default: break
    }
    let typed = try defaulted(try expression(expr, scope))
    for (i, t) in plan.targets.enumerated() where sameExpression(t.expression, typed) { return i }
    plan.targets.append(PlanTarget(expression: typed, name: "", isHidden: true))
    return plan.targets.count - 1
  }

  func order(
    _ items: [SortItem], _ scope: Scope, onlyOutputs: Bool, _ what: String
  ) throws(SQLError) {
    let plan = scope.plan
    for item in items {
      let index: Int
      if onlyOutputs {
        switch item.expression.kind {
        case .integer, .string, .null: index = try target(for: item.expression, scope, "ORDER BY")
        case .column(let parts) where parts.count == 1:
          var found = -1
          for (i, t) in plan.targets.enumerated() where t.name == parts[0] { if found < 0 { found = i } }
          if found < 0 {
            throw SQLError(
              SQLState.undefinedColumn, "column \"\(parts[0])\" does not exist", at: item.expression.offset)
          }
          index = found
        default:
          if what == "VALUES" { throw SQLError.notSimulated("ORDER BY an expression over VALUES") }
          throw SQLError(
            SQLState.featureNotSupported, "invalid \(what) ORDER BY clause",
            detail: "Only result column names can be used, not expressions or functions.",
            hint: "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
            at: item.expression.offset)
        }
      } else {
        index = try target(for: item.expression, scope, "ORDER BY")
      }
      let expr = plan.targets[index].expression
      if expr.type.oid == Oid.unknown {
        plan.targets[index] = PlanTarget(
          expression: try defaulted(expr), name: plan.targets[index].name, isHidden: plan.targets[index].isHidden)
      }
      try requireOrdering(plan.targets[index].expression, at: item.expression.offset)
      var descending = item.descending
      if let op = item.usingOperator { descending = op.hasPrefix(">") }
      plan.orderBy.append((target: index, descending: descending, nullsFirst: item.nullsFirst ?? descending))
    }
  }

  func limits(_ query: Query, _ scope: Scope) throws(SQLError) {
    let inner = Scope(parent: scope.parent, plan: scope.plan)
    func number(_ e: Expr, _ clause: String) throws(SQLError) -> TypedExpr {
      inner.place = clause == "LIMIT" ? .limit : .offset
      if case .column = e.kind {
        let scopeForNames = Scope(parent: nil, plan: scope.plan)
        scopeForNames.entries = scope.entries
        var isVariable = false
        if let found = try? column(columnParts(e), scopeForNames, at: e.offset) {
          isVariable = true
          if case .parameter = found.kind { isVariable = false }
        }
        if isVariable {
          throw SQLError(
            SQLState.invalidColumnReference, "argument of \(clause) must not contain variables", at: e.offset)
        }
      }
      let typed = try expression(e, inner)
      guard let result = try tryCoerce(typed, SQLType(Oid.int8), .assignment, .implicitCast) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "argument of \(clause) must be type bigint, not type \(format(typed.type.oid))", at: e.offset)
      }
      return result
    }
    if let e = query.limit {
      scope.plan.limit = try number(e, "LIMIT")
      scope.plan.withTies = query.withTies
    }
    if let e = query.offsetClause { scope.plan.offset = try number(e, "OFFSET") }
  }

  private func columnParts(_ e: Expr) -> [String] {
    if case .column(let parts) = e.kind { return parts }
    return []
  }
}
