// Loops of PL/pgSQL: over numbers and over the rows of a query. Source: PostgreSQL 15 manual, 43.6.5 and 43.6.6.

internal import SimKernel

extension PlRunner {
  func tick() throws(SQLError) {
    steps += 1
    if steps > PlRunner.stepLimit { throw .notSimulated("limit: a PL/pgSQL loop without end") }
  }

  /// What running the body once more means for the loop: nil when it goes on, else how it ends.
  func turn(_ body: [PlStatement], _ label: String?) throws(SQLError) -> Flow? {
    try tick()
    let flow = try run(body)
    switch flow {
    case .go: return nil
    case .done: return flow
    case .exit(let target): return target == nil || target == label ? .go : flow
    case .next(let target): return target == nil || target == label ? nil : flow
    }
  }

  /// The elements of an array, or its slices of the innermost dimensions.
  func parts(_ a: ArrayValue, _ slice: Int) throws(SQLError) -> Row {
    if slice == 0 { return a.elements }
    if slice > a.dimensions.count {
      throw SQLError(
        "2202E", "slice dimension (\(slice)) is out of the valid range 0..\(a.dimensions.count)")
    }
    let inner = Array(a.dimensions[(a.dimensions.count - slice)...])
    let size = inner.reduce(1, *)
    var out: Row = []
    for start in stride(from: 0, to: a.elements.count, by: max(1, size)) {
      out.append(
        .array(
          ArrayValue(
            elementType: a.elementType, dimensions: inner,
            lowerBounds: Array(a.lowerBounds[(a.dimensions.count - slice)...]),
            elements: Array(a.elements[start..<(start + size)]))))
    }
    return out
  }

  func range(
    _ label: String?, _ name: String, _ reverse: Bool, _ low: String, _ high: String, _ step: String?,
    _ body: [PlStatement]
  ) throws(SQLError) -> Flow {
    func bound(_ text: String, _ what: String) throws(SQLError) -> Int64 {
      let (v, t) = try value(text)
      if v.isNull { throw SQLError("22004", "\(what) of FOR loop cannot be null") }
      return try session.converted(v, t, SQLType(Oid.int4)).integer
    }
    var i = try bound(low, "lower bound")
    let end = try bound(high, "upper bound")
    let by = try step.map { (s: String) throws(SQLError) -> Int64 in try bound(s, "BY value") } ?? 1
    if by <= 0 { throw SQLError(SQLState.invalidParameterValue, "BY value of FOR loop must be greater than zero") }
    let height = variables.count
    declare(PlVariable(name: name, type: SQLType(Oid.int4), value: .null))
    defer { variables.removeLast(variables.count - height) }
    var found = false
    var ending: Flow?
    while ending == nil, reverse ? i >= end : i <= end {
      found = true
      variables[height].value = .int(i)
      ending = try turn(body, label)
      i += reverse ? -by : by
    }
    setFound(found)
    return ending ?? .go
  }

  func rows(_ label: String?, _ names: [String], _ q: PlQuery, _ body: [PlStatement]) throws(SQLError) -> Flow {
    var list: (rows: [Row], columns: [OutputColumn])
    if q.isDynamic {
      let (text, f) = try dynamic(q)
      let r = try run(text, f)
      list = (r.rows, r.columns)
    } else {
      list = try query(q.text)
    }
    if names.count == 1, position(names[0]) == nil {
      throw SQLError(
        SQLState.syntaxError, "loop variable of loop over rows must be a record variable or list of scalar variables")
    }
    var ending: Flow?
    for row in list.rows where ending == nil {
      try store(row, list.columns, names)
      ending = try turn(body, label)
    }
    setFound(!list.rows.isEmpty)
    return ending ?? .go
  }
}
