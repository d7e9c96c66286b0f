// Expressions: one case per form of the tree.

internal import SimKernel

extension Analyzer {
  func expression(_ expr: Expr, _ scope: Scope) throws(SQLError) -> TypedExpr {
    try enter()
    let result = try form(expr, scope)
    leave()
    return result
  }

  func constant(_ value: Value, _ type: Int32, _ offset: Int) -> TypedExpr {
    TypedExpr(.constant(value), SQLType(type), offset)
  }

  func booleanExpression(_ expr: Expr, _ scope: Scope, _ clause: String) throws(SQLError) -> TypedExpr {
    try coerceToBoolean(try expression(expr, scope), clause)
  }

  func form(_ expr: Expr, _ scope: Scope) throws(SQLError) -> TypedExpr {
    let offset = expr.offset
    switch expr.kind {
    case .integer(let digits):
      if let n = Int64(digits) {
        let isInt4 = n >= -2_147_483_648 && n <= 2_147_483_647
        return constant(.int(n), isInt4 ? Oid.int4 : Oid.int8, offset)
      }
      return constant(.numeric(Numeric(digits) ?? Numeric(0)), Oid.numeric, offset)
    case .decimal(let digits):
      guard let n = Numeric(digits) else {
        var error = numericOverflow()
        error.offset = offset
        throw error
      }
      return constant(.numeric(n), Oid.numeric, offset)
    case .string(let text): return constant(.text(text), Oid.unknown, offset)
    case .bitString(let text):
      if text.hasPrefix("x") {
        var bits = ""
        for b in text.utf8.dropFirst() {
          guard let digit = hexDigit(b) else {
            throw SQLError(
              SQLState.invalidTextRepresentation,
              "\"\(String(decoding: [b], as: UTF8.self))\" is not a valid hexadecimal digit", at: offset)
          }
          for shift in [UInt32(3), 2, 1, 0] { bits += (digit >> shift) & 1 == 1 ? "1" : "0" }
        }
        return constant(.text(bits), Oid.bit, offset)
      }
      return constant(try session.input(String(text.dropFirst()), SQLType(Oid.bit)), Oid.bit, offset)
    case .boolean(let b): return constant(.bool(b), Oid.bool, offset)
    case .null: return constant(.null, Oid.unknown, offset)
    case .parameter(let n):
      guard n >= 1, n <= positional ?? parameterTypes.count else {
        throw SQLError(SQLState.undefinedParameter, "there is no parameter $\(n)", at: offset)
      }
      return TypedExpr(.parameter(n), parameterTypes[n - 1], offset)
    case .column(let parts):
      if parts.count == 1, parts[0] == "value", let domainType {
        return TypedExpr(.domainValue, domainType, offset)
      }
      return try column(parts, scope, at: offset)
    case .star(let parts):
      if parts.isEmpty {
        throw SQLError(SQLState.syntaxError, "row expansion via \"*\" is not supported here", at: offset)
      }
      if let row = try wholeRow(parts[parts.count - 1], scope, at: offset) { return row }
      if parts.count == 1, let row = namedParameter(parts[0]), catalog.type(row.type.oid)?.form == .composite {
        return row
      }
      throw missingTable(parts[parts.count - 1], scope, offset)
    case .cast(let inner, let typeName): return try cast(inner, typeName, scope, offset)
    case .typedLiteral(let typeName, let text):
      let type = try resolveType(typeName)
      intervalFields = typeName.intervalFields
      defer { intervalFields = nil }
      return try coerce(constant(.text(text), Oid.unknown, offset), type, .explicit, .explicitCast, at: offset)
    case .unary(let op, let operand):
      return try operation(op, nil, try expression(operand, scope), at: offset)
    case .binary(let op, let l, let r): return try binary(op, l, r, scope, offset)
    case .qualifiedOperator(let name, let l, let r):
      if let schema = name.schema, schema != "pg_catalog" {
        throw SQLError.notSimulated("operators of schema \(schema)")
      }
      let right = try expression(r, scope)
      guard let l else { return try operation(name.name, nil, right, at: offset) }
      return try operation(name.name, try expression(l, scope), right, at: offset)
    case .and(let parts):
      var typed: [TypedExpr] = []
      for p in parts { typed.append(try booleanExpression(p, scope, "AND")) }
      return TypedExpr(.and(typed), SQLType(Oid.bool), offset)
    case .or(let parts):
      var typed: [TypedExpr] = []
      for p in parts { typed.append(try booleanExpression(p, scope, "OR")) }
      return TypedExpr(.or(typed), SQLType(Oid.bool), offset)
    case .not(let inner):
      return TypedExpr(.not(try booleanExpression(inner, scope, "NOT")), SQLType(Oid.bool), offset)
    case .isNull(let inner, let negated):
      return TypedExpr(.isNull(try expression(inner, scope), negated: negated), SQLType(Oid.bool), offset)
    case .booleanTest(let inner, let test):
      let name: String
      switch test {
      case .isTrue: name = "IS TRUE"
      case .isNotTrue: name = "IS NOT TRUE"
      case .isFalse: name = "IS FALSE"
      case .isNotFalse: name = "IS NOT FALSE"
      case .isUnknown: name = "IS UNKNOWN"
      case .isNotUnknown: name = "IS NOT UNKNOWN"
      }
      return TypedExpr(
        .booleanTest(try booleanExpression(inner, scope, name), test), SQLType(Oid.bool), offset)
    case .isDistinct(let l, let r, let negated):
      let a = try expression(l, scope)
      let b = try expression(r, scope)
      guard case .operation(_, _, let operands) = try operation("=", a, b, at: offset).kind else {
        return TypedExpr(.isDistinct(a, b, negated: negated), SQLType(Oid.bool), offset)
      }
      return TypedExpr(.isDistinct(operands[0], operands[1], negated: negated), SQLType(Oid.bool), offset)
    case .between(let value, let low, let high, let symmetric, let negated):
      let v = try expression(value, scope)
      let l = try expression(low, scope)
      let h = try expression(high, scope)
      func within(_ a: TypedExpr, _ b: TypedExpr) throws(SQLError) -> TypedExpr {
        if negated {
          return TypedExpr(
            .or([try operation("<", v, a, at: offset), try operation(">", v, b, at: offset)]), SQLType(Oid.bool), offset
          )
        }
        return TypedExpr(
          .and([try operation(">=", v, a, at: offset), try operation("<=", v, b, at: offset)]), SQLType(Oid.bool),
          offset)
      }
      if symmetric {
        let parts = [try within(l, h), try within(h, l)]
        return TypedExpr(negated ? .and(parts) : .or(parts), SQLType(Oid.bool), offset)
      }
      return try within(l, h)
    case .inList(let value, let items, let negated): return try inList(value, items, negated, scope, offset)
    case .inQuery(let value, let query, let negated):
      return try quantifiedQuery(value, negated ? "<>" : "=", negated ? .all : .any, query, scope, offset, isIn: true)
    case .quantifiedQuery(let value, let op, let quantifier, let query):
      return try quantifiedQuery(value, op, quantifier, query, scope, offset, isIn: false)
    case .like(let op, let l, let r, let escape, let negated):
      let left = try expression(l, scope)
      var right = try expression(r, scope)
      if op.hasPrefix("similar") {
        let e: TypedExpr? = try escape.map { (x: Expr) throws(SQLError) -> TypedExpr in try expression(x, scope) }
        right = try callBuiltin("similar_to_escape", e.map { [right, $0] } ?? [right], offset, style: .sqlSyntax)
        return try operation(negated ? "!~" : "~", left, right, at: offset)
      }
      if let escape {
        right = try callBuiltin("like_escape", [right, try expression(escape, scope)], offset, style: .sqlSyntax)
      }
      return try operation(op, left, right, at: offset)
    case .quantified(let l, let op, let quantifier, let r):
      let left = try expression(l, scope)
      let right = try expression(r, scope)
      return try quantified(left, op, quantifier, right, offset)
    case .exists(let query):
      let inner = try innerQuery(query, scope, offset)
      return TypedExpr(.subquery(.exists, inner), SQLType(Oid.bool), offset)
    case .scalarQuery(let query):
      let inner = try innerQuery(query, scope, offset)
      guard inner.columns.count == 1 else {
        throw SQLError(SQLState.syntaxError, "subquery must return only one column", at: offset)
      }
      var type = inner.columns[0].type
      if type.oid == Oid.unknown { type = SQLType(Oid.text) }
      return TypedExpr(.subquery(.scalar, inner), type, offset)
    case .arrayQuery(let query):
      let inner = try innerQuery(query, scope, offset)
      guard inner.columns.count == 1 else {
        throw SQLError(SQLState.syntaxError, "subquery must return only one column", at: offset)
      }
      let element = inner.columns[0].type.oid
      return TypedExpr(.subquery(.array, inner), SQLType(isArray(element) ? element : arrayType(element)), offset)
    case .array(let items): return try array(items, scope, offset, wanted: nil)
    case .row(let items, let explicit):
      var typed: [TypedExpr] = []
      var names: [String] = []
      for item in items {
        if case .star = item.kind {
          let target = try expandStar(item, scope)
          for t in target {
            typed.append(t.expression)
            names.append("f\(names.count + 1)")
          }
          continue
        }
        typed.append(try defaulted(try expression(item, scope)))
        names.append("f\(names.count + 1)")
      }
      let result = TypedExpr(.row(typed, names: names, explicit: explicit), SQLType(Oid.record), offset)
      var fields: [CompositeField] = []
      for (i, t) in typed.enumerated() { fields.append(CompositeField(name: names[i], type: t.type)) }
      remember(result, fields)
      return result
    case .call(let call): return try self.call(call, scope, offset)
    case .caseWhen(let argument, let whens, let otherwise):
      return try caseExpression(argument, whens, otherwise, scope, offset)
    case .coalesce(let items):
      let typed = try commonList(items, "COALESCE", scope)
      return TypedExpr(.coalesce(typed.0), SQLType(typed.1), offset)
    case .greatest(let items):
      let typed = try commonList(items, "GREATEST", scope)
      return TypedExpr(.extreme(typed.0, greatest: true), SQLType(typed.1), offset)
    case .least(let items):
      let typed = try commonList(items, "LEAST", scope)
      return TypedExpr(.extreme(typed.0, greatest: false), SQLType(typed.1), offset)
    case .nullIf(let a, let b):
      let left = try expression(a, scope)
      let right = try expression(b, scope)
      guard case .operation(_, let site, let operands) = try operation("=", left, right, at: offset).kind else {
        throw SQLError.notSimulated("NULLIF")
      }
      var type = left.type
      if type.oid == Oid.unknown { type = operands[0].type }
      return TypedExpr(.nullIf(operands[0], operands[1], site), type, offset)
    case .keywordValue(let name, let precision):
      let type: Int32
      switch name {
      case "current_date": type = Oid.date
      case "current_time": type = Oid.timetz
      case "current_timestamp": type = Oid.timestamptz
      case "localtime": type = Oid.time
      case "localtimestamp": type = Oid.timestamp
      default: type = Oid.name
      }
      return TypedExpr(.keywordValue(name, precision), SQLType(type, precision.map { Int32($0) } ?? -1), offset)
    case .subscripts(let base, let bounds): return try subscripts(base, bounds, scope, offset)
    case .field(let base, let name):
      let row = try expression(base, scope)
      if let result = try functionOf(row, base, name, scope, at: offset) { return result }
      return try fieldOf(row, name, at: offset)
    case .fieldStar:
      throw SQLError(SQLState.featureNotSupported, "row expansion via \"*\" is not supported here", at: offset)
    case .collate(let inner, let name):
      let value = try expression(inner, scope)
      try requireCollation(name, value.type, at: offset)
      let text = try defaulted(value)
      return TypedExpr(.collate(text, name.name), text.type, offset)
    case .defaultValue:
      throw SQLError(SQLState.syntaxError, "DEFAULT is not allowed in this context", at: offset)
    case .grouping(let items):
      var indexes: [Int] = []
      for item in items {
        let typed = try expression(item, scope)
        pendingGrouping.append(typed)
        indexes.append(pendingGrouping.count - 1)
      }
      scope.plan.isGrouped = true
      return TypedExpr(.grouping(indexes), SQLType(Oid.int4), offset)
    }
  }

  /// A subquery of an expression, where one may stand.
  private func innerQuery(_ query: Query, _ scope: Scope, _ offset: Int) throws(SQLError) -> QueryPlan {
    if let place = scope.place.refusesSubqueries {
      throw SQLError(SQLState.featureNotSupported, "cannot use subquery in " + place, at: offset)
    }
    return try subquery(query, scope)
  }

  func remember(_ expr: TypedExpr, _ fields: [CompositeField]) {
    recordFields[ObjectIdentifier(expr)] = fields
    kept.append(expr)
  }

  /// Unknown literals become text.
  func defaulted(_ expr: TypedExpr) throws(SQLError) -> TypedExpr {
    expr.type.oid == Oid.unknown ? try coerce(expr, SQLType(Oid.text), .implicit, .implicitCast) : expr
  }

  private func commonList(
    _ items: [Expr], _ what: String, _ scope: Scope
  ) throws(SQLError) -> ([TypedExpr], Int32) {
    var typed: [TypedExpr] = []
    for item in items { typed.append(try expression(item, scope)) }
    let type = try commonType(typed, what)
    for i in typed.indices { typed[i] = try coerceToCommon(typed[i], type, what) }
    return (typed, type)
  }

  func cast(_ inner: Expr, _ typeName: TypeName, _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    let type = try resolveType(typeName)
    if case .array(let items) = inner.kind, isArray(type.oid) {
      let value = try array(items, scope, inner.offset, wanted: elementType(type.oid))
      return try coerce(value, type, .explicit, .explicitCast, at: offset)
    }
    let value = try expression(inner, scope)
    intervalFields = typeName.intervalFields
    defer { intervalFields = nil }
    return try coerce(value, type, .explicit, .explicitCast, at: offset)
  }

  func containsColumn(_ expr: TypedExpr) -> Bool {
    var found = false
    walk(expr) { e in
      switch e.kind {
      case .column, .wholeRow, .systemColumn, .subquery, .aggregate, .window, .group: found = true
      default: break
      }
    }
    return found
  }
}
