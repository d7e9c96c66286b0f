// Subqueries in expressions, and what they gave before. Source: PostgreSQL 15 manual 9.23.

internal import SimKernel

extension Execution {
  func rows(of plan: QueryPlan, _ frame: Frame?) throws(SQLError) -> [Row] {
    if !plan.isCorrelated, !plan.isVolatile, let cached = cache[plan.id] { return cached }
    var rows = try run(plan, frame)
    if !plan.columnConversions.isEmpty {
      let converter = Frame(parent: frame)
      for i in rows.indices {
        converter.values = rows[i]
        for (c, e) in plan.columnConversions { rows[i][c] = try evaluate(e, converter) }
      }
    }
    if !plan.isCorrelated, !plan.isVolatile { cache[plan.id] = rows }
    return rows
  }

  func subquery(
    _ kind: SubqueryKind, _ plan: QueryPlan, _ frame: Frame, _ expr: TypedExpr
  ) throws(SQLError) -> Value {
    depth += 1
    defer { depth -= 1 }
    if depth > 200 { throw .notSimulated("limit: subqueries nested deeper than 200 levels") }
    switch kind {
    case .exists: return .bool(!(try rows(of: plan, frame)).isEmpty)
    case .scalar:
      let rows = try rows(of: plan, frame)
      if rows.count > 1 {
        throw SQLError(
          SQLState.cardinalityViolation, "more than one row returned by a subquery used as an expression")
      }
      guard let row = rows.first else { return .null }
      if row.count == 1 { return row[0] }
      var names: [String] = []
      var types: [Int32] = []
      for c in plan.columns {
        names.append(c.name)
        types.append(c.type.oid)
      }
      return .record(RecordValue(names: names, types: types, fields: row))
    case .array:
      var elements: Row = []
      for row in try rows(of: plan, frame) { elements.append(row[0]) }
      return .array(ArrayValue(elementType: plan.columns[0].type.oid, elements))
    case .any(let lefts, let sites, let isAll, _, let name):
      let list = try rows(of: plan, frame)
      var left: Row = []
      for l in lefts { left.append(try evaluate(l, frame)) }
      if list.isEmpty { return .bool(isAll) }
      // Equality with one column goes through a hash of the result.
      if left.count == 1, name == "=" && !isAll || name == "<>" && isAll, !plan.isCorrelated, list.count > 8 {
        let hash: SubqueryHash
        if let known = hashed[plan.id] {
          hash = known
        } else {
          hash = SubqueryHash()
          for row in list { if row[0].isNull { hash.hasNull = true } else { hash.keys.insert(hashKey(row[0])) } }
          hashed[plan.id] = hash
        }
        if left[0].isNull { return .null }
        if hash.keys.contains(hashKey(left[0])) { return .bool(!isAll) }
        return hash.hasNull ? .null : .bool(isAll)
      }
      var unknown = false
      for row in list {
        try step()
        // The row matches when all columns do (`<>`: when any differs).
        var result: Value = .bool(name != "<>" || left.count == 1)
        if left.count == 1 {
          result = left[0].isNull || row[0].isNull ? .null : try call(sites[0], [left[0], row[0]], expr.offset)
        } else if name == "=" || name == "<>" {
          var equal: Value = .bool(true)
          for i in left.indices {
            if left[i].isNull || row[i].isNull {
              if equal.isTrue { equal = .null }
            } else if compareValues(left[i], row[i]) != 0 {
              equal = .bool(false)
              break
            }
          }
          if name == "=" {
            result = equal
          } else if case .bool(let b) = equal {
            result = .bool(!b)
          } else {
            result = .null
          }
        } else {
          result = .null
          for i in left.indices {
            if left[i].isNull || row[i].isNull { break }
            let order = compareValues(left[i], row[i])
            if order != 0 {
              result = .bool(name.hasPrefix("<") ? order < 0 : order > 0)
              break
            }
            if i == left.count - 1 { result = .bool(name.hasSuffix("=")) }
          }
        }
        if result.isNull { unknown = true } else if result.isTrue != isAll { return .bool(!isAll) }
      }
      return unknown ? .null : .bool(isAll)
    }
  }
}
