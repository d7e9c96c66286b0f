// Comparisons of rows and of lists: IN, ANY, ALL. Source: PostgreSQL 15 manual 9.23 and 9.24.

internal import SimKernel

extension Analyzer {
  func binary(
    _ op: String, _ l: Expr, _ r: Expr, _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    // Row comparison.
    if case .row(let a, _) = l.kind, ["=", "<>", "<", "<=", ">", ">="].contains(op) {
      if case .row(let b, _) = r.kind {
        guard a.count == b.count else {
          throw SQLError(SQLState.syntaxError, "unequal number of entries in row expressions", at: offset)
        }
        return try rowComparison(op, a, b, scope, offset)
      }
      if case .scalarQuery(let query) = r.kind {
        return try quantifiedQuery(l, op, .any, query, scope, offset, isIn: false)
      }
    }
    let left = try expression(l, scope)
    let right = try expression(r, scope)
    // transform_null_equals is off: `= NULL` is just unknown.
    return try operation(op, left, right, at: offset)
  }

  private func rowComparison(
    _ op: String, _ a: [Expr], _ b: [Expr], _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    var left: [TypedExpr] = []
    var right: [TypedExpr] = []
    var parts: [TypedExpr] = []
    for i in a.indices {
      let pair = try operation(op, try expression(a[i], scope), try expression(b[i], scope), at: offset)
      parts.append(pair)
      if case .operation(_, _, let operands) = pair.kind {
        left.append(operands[0])
        right.append(operands[1])
      }
    }
    if parts.count == 1 { return parts[0] }
    if op == "=" { return TypedExpr(.and(parts), SQLType(Oid.bool), offset) }
    if op == "<>" { return TypedExpr(.or(parts), SQLType(Oid.bool), offset) }
    return TypedExpr(.rowComparison(op, left, right), SQLType(Oid.bool), offset)
  }

  func inList(
    _ value: Expr, _ items: [Expr], _ negated: Bool, _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    let op = negated ? "<>" : "="
    if case .row(let a, _) = value.kind {
      var parts: [TypedExpr] = []
      for item in items {
        guard case .row(let b, _) = item.kind, a.count == b.count else {
          throw SQLError(SQLState.syntaxError, "unequal number of entries in row expressions", at: item.offset)
        }
        parts.append(try rowComparison(op, a, b, scope, offset))
      }
      return parts.count == 1
        ? parts[0] : TypedExpr(negated ? .and(parts) : .or(parts), SQLType(Oid.bool), offset)
    }
    let left = try expression(value, scope)
    var typed: [TypedExpr] = []
    var constants: [TypedExpr] = []
    for item in items {
      let t = try expression(item, scope)
      typed.append(t)
      if !containsColumn(t) { constants.append(t) }
    }
    if constants.count > 1, constants.count == typed.count {
      let common = try? commonTypeOrNil([left] + constants)
      if let type = common ?? nil, !isArray(type), type != Oid.record {
        var elements: [TypedExpr] = []
        for c in constants { elements.append(try coerceToCommon(c, type, "IN")) }
        let list = TypedExpr(
          .array(elements, element: type, nested: false), SQLType(arrayType(type)), offset)
        return try quantified(left, op, negated ? .all : .any, list, offset)
      }
    }
    var parts: [TypedExpr] = []
    for t in typed { parts.append(try operation(op, left, t, at: offset)) }
    if parts.count == 1 { return parts[0] }
    return TypedExpr(negated ? .and(parts) : .or(parts), SQLType(Oid.bool), offset)
  }

  private func commonTypeOrNil(_ exprs: [TypedExpr]) throws(SQLError) -> Int32? {
    do throws(SQLError) { return try commonType(exprs, "IN") } catch { return nil }
  }

  func quantified(
    _ left: TypedExpr, _ op: String, _ quantifier: Quantifier, _ right: TypedExpr, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    var array = right
    var element: Int32
    if right.type.oid == Oid.unknown {
      element = left.type.oid == Oid.unknown ? Oid.text : baseType(left.type.oid)
      array = try coerce(right, SQLType(arrayType(element)), .implicit, .implicitCast)
    } else {
      element = elementType(right.type.oid)
      if element == 0 {
        throw SQLError(
          SQLState.wrongObjectType, "op ANY/ALL (array) requires array on right side", at: offset)
      }
    }
    let probe = TypedExpr(.constant(.null), SQLType(element), right.offset)
    let pair = try operation(op, left, probe, at: offset)
    guard case .operation(let entry, let site, let operands) = pair.kind else {
      throw SQLError.notSimulated("ANY with operator \(op)")
    }
    guard entry.result == Oid.bool else {
      throw SQLError(SQLState.wrongObjectType, "op ANY/ALL (array) requires operator to yield boolean", at: offset)
    }
    let wanted = operands[1].type.oid
    if wanted != element, arrayType(wanted) != 0 {
      array = try coerce(array, SQLType(arrayType(wanted)), .implicit, .implicitCast)
    }
    return TypedExpr(.quantified(operands[0], op, site, quantifier, array), SQLType(Oid.bool), offset)
  }

  func quantifiedQuery(
    _ value: Expr, _ op: String, _ quantifier: Quantifier, _ query: Query, _ scope: Scope, _ offset: Int, isIn: Bool
  ) throws(SQLError) -> TypedExpr {
    var left: [TypedExpr] = []
    if case .row(let items, _) = value.kind {
      for item in items { left.append(try expression(item, scope)) }
    } else {
      left.append(try expression(value, scope))
    }
    let inner = try subquery(query, scope)
    if left.count < inner.columns.count {
      throw SQLError(SQLState.syntaxError, "subquery has too many columns", at: offset)
    }
    if left.count > inner.columns.count {
      throw SQLError(SQLState.syntaxError, "subquery has too few columns", at: offset)
    }
    var lefts: [TypedExpr] = []
    var sites: [CallSite] = []
    for (i, l) in left.enumerated() {
      var type = inner.columns[i].type
      if type.oid == Oid.unknown { type = SQLType(Oid.text) }
      let probe = TypedExpr(
        .column(level: 0, slot: i, table: "", name: inner.columns[i].name), type, offset)
      let pair = try operation(op, l, probe, at: offset)
      guard case .operation(let entry, let site, let operands) = pair.kind, entry.result == Oid.bool else {
        throw SQLError.notSimulated("ANY with operator \(op)")
      }
      lefts.append(operands[0])
      if case .column = operands[1].kind {
        sites.append(site)
      } else {
        // The subquery's column needs a conversion: wrap it.
        wrapColumn(inner, i, operands[1])
        sites.append(site)
      }
    }
    let isAll = quantifier == .all
    return TypedExpr(
      .subquery(.any(lefts, sites, isAll: isAll, negated: false, operatorName: op), inner), SQLType(Oid.bool), offset)
  }

  /// Remembers that column `i` of a subquery's rows is converted before comparison.
  private func wrapColumn(_ plan: QueryPlan, _ i: Int, _ conversion: TypedExpr) {
    plan.columnConversions[i] = conversion
  }
}
