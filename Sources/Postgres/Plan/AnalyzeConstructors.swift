// ARRAY, CASE, subscripts and fields. Source: PostgreSQL 15 manual 4.2.

internal import SimKernel

extension Analyzer {
  func array(
    _ items: [Expr], _ scope: Scope, _ offset: Int, wanted: Int32?
  ) throws(SQLError) -> TypedExpr {
    var typed: [TypedExpr] = []
    var nested = false
    for item in items {
      if case .array(let inner) = item.kind {
        typed.append(try array(inner, scope, item.offset, wanted: wanted))
        nested = true
      } else {
        typed.append(try expression(item, scope))
      }
    }
    if typed.isEmpty {
      guard let wanted else {
        throw SQLError(
          SQLState.indeterminateDatatype, "cannot determine type of empty array",
          hint: "Explicitly cast to the desired type, for example ARRAY[]::integer[].", at: offset)
      }
      return TypedExpr(.array([], element: wanted, nested: false), SQLType(arrayType(wanted)), offset)
    }
    var common: Int32
    if let wanted, !nested {
      common = wanted
      for i in typed.indices { typed[i] = try coerce(typed[i], SQLType(common), .explicit, .explicitCast) }
    } else {
      common = try commonType(typed, "ARRAY")
      for i in typed.indices { typed[i] = try coerceToCommon(typed[i], common, "ARRAY") }
    }
    if isArray(common) {
      return TypedExpr(.array(typed, element: elementType(common), nested: true), SQLType(common), offset)
    }
    let type = arrayType(common)
    if type == 0 {
      throw SQLError(
        SQLState.undefinedObject, "could not find array type for data type \(format(common))", at: offset)
    }
    return TypedExpr(.array(typed, element: common, nested: false), SQLType(type), offset)
  }

  func caseExpression(
    _ argument: Expr?, _ whens: [WhenClause], _ otherwise: Expr?, _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    var test: TypedExpr?
    if let argument { test = try defaulted(try expression(argument, scope)) }
    var conditions: [TypedExpr] = []
    var results: [TypedExpr] = []
    for when in whens {
      if let test {
        let placeholder = TypedExpr(.caseTest, test.type, test.offset)
        let value = try expression(when.condition, scope)
        conditions.append(try operation("=", placeholder, value, at: when.condition.offset))
      } else {
        conditions.append(try booleanExpression(when.condition, scope, "CASE/WHEN"))
      }
      results.append(try expression(when.result, scope))
    }
    var last: TypedExpr?
    if let otherwise { last = try expression(otherwise, scope) }
    // ELSE counts first when the types are put together.
    let type = try commonType(
      (last.map { [$0] } ?? [TypedExpr(.constant(.null), SQLType(Oid.unknown), offset)]) + results, "CASE")
    var typed: [TypedWhen] = []
    for i in results.indices {
      typed.append(TypedWhen(condition: conditions[i], result: try coerceToCommon(results[i], type, "CASE/WHEN")))
    }
    if let l = last { last = try coerceToCommon(l, type, "CASE/ELSE") }
    var modifier: Int32 = typed[0].result.type.modifier
    for t in typed where t.result.type.modifier != modifier { modifier = -1 }
    if let l = last { if l.type.modifier != modifier { modifier = -1 } } else { modifier = -1 }
    return TypedExpr(.caseWhen(test, typed, last), SQLType(type, modifier), offset)
  }

  func subscripts(
    _ base: Expr, _ bounds: [SubscriptBounds], _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    let value = try expression(base, scope)
    let type = baseType(value.type.oid)
    let isJSON = type == Oid.jsonb
    guard isJSON || elementType(type) != 0 else {
      throw SQLError(
        SQLState.datatypeMismatch,
        "cannot subscript type \(format(value.type.oid)) because it does not support subscripting", at: offset)
    }
    var typed: [TypedBounds] = []
    var isSlice = false
    func index(_ e: Expr) throws(SQLError) -> TypedExpr {
      let t = try expression(e, scope)
      if isJSON {
        if t.type.oid == Oid.int4 { return t }
        return try coerce(t, SQLType(Oid.text), .assignment, .implicitCast)
      }
      guard let i = try tryCoerce(t, SQLType(Oid.int4), .assignment, .implicitCast) else {
        throw SQLError(SQLState.datatypeMismatch, "array subscript must have type integer", at: t.offset)
      }
      return i
    }
    for b in bounds {
      switch b {
      case .index(let e): typed.append(.index(try index(e)))
      case .slice(let l, let h):
        isSlice = true
        if isJSON { throw SQLError(SQLState.datatypeMismatch, "jsonb subscript does not support slices", at: offset) }
        let low: TypedExpr? = try l.map { (e: Expr) throws(SQLError) -> TypedExpr in try index(e) }
        let high: TypedExpr? = try h.map { (e: Expr) throws(SQLError) -> TypedExpr in try index(e) }
        typed.append(.slice(low, high))
      }
    }
    let result = isJSON ? Oid.jsonb : isSlice ? type : elementType(type)
    return TypedExpr(
      .subscripts(value, typed, isJSON: isJSON), SQLType(result, isSlice || isJSON ? -1 : value.type.modifier), offset)
  }

  /// The fields of a composite or record expression.
  func fields(of expr: TypedExpr) -> [CompositeField]? {
    if let known = recordFields[ObjectIdentifier(expr)] { return known }
    if let entry = catalog.type(baseType(expr.type.oid)), entry.form == .composite {
      return session.compositeFields(entry)
    }
    if case .subquery(_, let plan) = expr.kind, plan.targets.count == 1 {
      return fields(of: plan.targets[0].expression)
    }
    return nil
  }

  func fieldOf(_ value: TypedExpr, _ name: String, at offset: Int) throws(SQLError) -> TypedExpr {
    if let fields = fields(of: value) {
      for (i, f) in fields.enumerated() where f.name == name {
        return TypedExpr(.field(value, i, name), f.type, offset)
      }
      if value.type.oid == Oid.record {
        throw SQLError(
          SQLState.undefinedColumn, "could not identify column \"\(name)\" in record data type", at: offset)
      }
      if case .wholeRow(_, _, _, let table, _) = value.kind {
        throw SQLError(SQLState.undefinedColumn, "column \(table).\(name) does not exist", at: offset)
      }
      throw SQLError(
        SQLState.undefinedColumn,
        "column \"\(name)\" not found in data type \(format(value.type.oid))", at: offset)
    }
    throw SQLError(
      SQLState.wrongObjectType,
      "column notation .\(name) applied to type \(format(value.type.oid)), which is not a composite type", at: offset)
  }

  /// `row.function`: a function of one row, written as if it were a column of it.
  func functionOf(_ row: TypedExpr, _ source: Expr, _ name: String, _ scope: Scope, at offset: Int) throws(SQLError)
    -> TypedExpr?
  {
    guard let fields = fields(of: row), !fields.contains(where: { $0.name == name }) else { return nil }
    let function = QualifiedName(parts: [name], offset: offset)
    guard try resolveFunction(function, [row], [nil], variadicCall: false, at: offset) != nil else { return nil }
    return try call(FunctionCall(name: function, arguments: [source], argumentNames: [nil]), scope, offset)
  }
}
