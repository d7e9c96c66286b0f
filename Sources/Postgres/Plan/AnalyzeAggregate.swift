// Aggregates and window functions. Source: PostgreSQL 15 manual 4.2.7 and 4.2.8.

internal import SimKernel

extension Analyzer {
  private func refuseAggregate(_ place: ExprPlace, _ what: String, _ offset: Int) throws(SQLError) {
    switch place {
    case .condition, .groupBy, .values, .limit, .offset, .returning, .assignment, .check, .defaultValue, .index,
      .indexPredicate, .joinOn, .generated, .filter, .partition:
      throw SQLError(
        SQLState.grouping, "\(what) are not allowed in \(place.name)", at: offset)
    case .from:
      throw SQLError(SQLState.grouping, "\(what) are not allowed in functions in FROM", at: offset)
    default: break
    }
  }

  func aggregate(
    _ f: BuiltinFunction, _ candidate: Candidate, _ call: FunctionCall, _ given: [TypedExpr], _ within: [SortKey],
    _ order: [SortKey], _ scope: Scope, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    let ordered = !call.withinGroup.isEmpty
    let isOrderedSet = ["percentile_cont", "percentile_disc", "mode"].contains(f.name)
    if isOrderedSet, !ordered {
      throw SQLError(
        SQLState.wrongObjectType, "WITHIN GROUP is required for ordered-set aggregate \(f.name)", at: offset)
    }
    if ordered, !isOrderedSet {
      if f.name == "rank" || f.name == "dense_rank" { throw SQLError.notSimulated("hypothetical-set aggregates") }
      throw SQLError(
        SQLState.wrongObjectType, "\(f.name) is not an ordered-set aggregate, so it cannot have WITHIN GROUP",
        at: offset)
    }
    if given.isEmpty, !call.isStar, f.name == "count", !ordered {
      throw SQLError(
        SQLState.wrongObjectType, "count(*) must be used to call a parameterless aggregate function", at: offset)
    }
    var arguments = ordered ? within.map { $0.expression } : given
    let direct = ordered ? given : []
    var declared = candidate.arguments
    var result = f.result
    var polymorphic = Analyzer.isPolymorphic(result)
    for d in declared where Analyzer.isPolymorphic(d) { polymorphic = true }
    let lookup = ordered ? given + arguments : arguments
    if polymorphic {
      guard let bound = try bindPolymorphic(declared, lookup.map { $0.type.oid }, result: result) else {
        throw unknownFunction(call.name, signature(call.name.text, lookup), lookup, [], offset)
      }
      declared = bound.arguments
      result = bound.result
    }
    let shift = ordered ? direct.count : 0
    for i in arguments.indices {
      let target =
        declared[i + shift] == Oid.any && arguments[i].type.oid == Oid.unknown ? Oid.text : declared[i + shift]
      arguments[i] = try coerce(arguments[i], SQLType(target), .implicit, .implicitCast)
    }
    var directArguments: [TypedExpr] = []
    for i in direct.indices {
      directArguments.append(try coerce(direct[i], SQLType(declared[i]), .implicit, .implicitCast))
    }
    if call.isDistinct {
      for a in arguments { try requireEquality(a, at: a.offset) }
      if !order.isEmpty {
        for k in order {
          var found = false
          for a in arguments where sameExpression(a, k.expression) { found = true }
          if !found {
            throw SQLError(
              SQLState.invalidColumnReference,
              "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
              at: k.expression.offset)
          }
        }
      }
    }
    let site = CallSite(
      function: f, user: f.aggregate, name: f.name, argumentTypes: arguments.map { $0.type }, result: SQLType(result),
      implementation: nil, isBytewise: Collation.isBytewise(arguments))
    guard f.aggregate != 0 || FunctionRegistry.supportsAggregate(f.name) else {
      throw SQLError.notSimulated("aggregate \(f.name)").at(offset)
    }
    var filter: TypedExpr?
    if let condition = call.filter {
      let saved = scope.place
      scope.place = .filter
      filter = try booleanExpression(condition, scope, "FILTER")
      scope.place = saved
    }
    if let over = call.over {
      if scope.insideAggregate {
        throw SQLError(SQLState.grouping, "aggregate function calls cannot contain window function calls", at: offset)
      }
      return try window(
        WindowCall(
          site: site, name: f.name, arguments: arguments, isStar: call.isStar, isAggregate: true, filter: filter,
          window: try windowIndex(over, scope)), SQLType(result), scope, offset)
    }
    // The level the aggregate belongs to: that of its innermost column.
    var level = Int.max
    var sawColumn = false
    for a in arguments + (filter.map { [$0] } ?? []) {
      walk(a) { e in
        switch e.kind {
        case .column(let l, _, _, _), .wholeRow(let l, _, _, _, _), .systemColumn(let l, _, _, _):
          sawColumn = true
          level = min(level, l)
        default: break
        }
      }
    }
    if !sawColumn { level = 0 }
    var owner = scope
    for _ in 0..<level { if let parent = owner.parent { owner = parent } }
    try refuseAggregate(owner.place, "aggregate functions", offset)
    if level > 0 {
      markCorrelated(scope, level)
      throw SQLError.notSimulated("an aggregate of an outer query inside a subquery")
    }
    owner.plan.isGrouped = true
    owner.plan.aggregates.append(
      AggregateCall(
        site: site, name: f.name, arguments: arguments, isStar: call.isStar, isDistinct: call.isDistinct,
        orderBy: ordered ? within : order, withinGroup: ordered, directArguments: directArguments, filter: filter))
    return TypedExpr(
      .aggregate(owner.plan.aggregates.count - 1, level: 0), SQLType(result), offset, isBytewise: site.isBytewise)
  }

  func windowFunction(
    _ f: BuiltinFunction, _ candidate: Candidate, _ call: FunctionCall, _ given: [TypedExpr], _ scope: Scope,
    _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    guard let over = call.over else {
      throw SQLError(SQLState.wrongObjectType, "window function \(f.name) requires an OVER clause", at: offset)
    }
    var arguments = given
    var declared = candidate.arguments
    var result = f.result
    var polymorphic = Analyzer.isPolymorphic(result)
    for d in declared where Analyzer.isPolymorphic(d) { polymorphic = true }
    if polymorphic {
      guard let bound = try bindPolymorphic(declared, arguments.map { $0.type.oid }, result: result) else {
        throw unknownFunction(call.name, signature(call.name.text, arguments), arguments, [], offset)
      }
      declared = bound.arguments
      result = bound.result
    }
    for i in arguments.indices {
      arguments[i] = try coerce(arguments[i], SQLType(declared[i]), .implicit, .implicitCast)
    }
    if call.filter != nil {
      throw SQLError(
        SQLState.featureNotSupported, "FILTER is not implemented for non-aggregate window functions", at: offset)
    }
    if scope.insideAggregate {
      throw SQLError(SQLState.grouping, "aggregate function calls cannot contain window function calls", at: offset)
    }
    let site = CallSite(
      function: f, name: f.name, argumentTypes: arguments.map { $0.type }, result: SQLType(result), implementation: nil)
    return try window(
      WindowCall(
        site: site, name: f.name, arguments: arguments, isStar: false, isAggregate: false, filter: nil,
        window: try windowIndex(over, scope)), SQLType(result), scope, offset)
  }

  func window(_ call: WindowCall, _ type: SQLType, _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    switch scope.place {
    case .target, .orderBy: break
    case .other: break
    default:
      throw SQLError(
        SQLState.windowing,
        "window functions are not allowed in \(scope.place == .having ? "HAVING" : scope.place.name)",
        at: offset)
    }
    scope.plan.windowCalls.append(call)
    return TypedExpr(
      .window(scope.plan.windowCalls.count - 1), type, offset, isBytewise: Collation.isBytewise(call.arguments))
  }

  /// Which offsets RANGE knows how to add to which keys.
  private func requireFrameOffset(_ key: Int32, _ offset: TypedExpr) throws(SQLError) {
    let integers = [Oid.int2, Oid.int4, Oid.int8]
    let known: [Int32]
    switch key {
    case Oid.int2, Oid.int4: known = integers
    case Oid.int8: known = [Oid.int8]
    case Oid.float4, Oid.float8: known = [Oid.float8]
    case Oid.numeric: known = [Oid.numeric]
    case Oid.date, Oid.time, Oid.timetz, Oid.timestamp, Oid.timestamptz, Oid.interval: known = [Oid.interval]
    default: known = []
    }
    let type = offset.type.oid
    if known.contains(type) || known == [Oid.int8] && integers.contains(type) { return }
    let isConverted =
      known == [Oid.float8] && category(type) == 0x4e || known == [Oid.numeric] && integers.contains(type)
    if isConverted { return }
    let words =
      "RANGE with offset PRECEDING/FOLLOWING is not supported for column type \(session.formatType(SQLType(key)))"
    if known.isEmpty { throw SQLError(SQLState.featureNotSupported, words, at: offset.offset) }
    throw SQLError(
      SQLState.featureNotSupported, words + " and offset type \(session.formatType(SQLType(type)))",
      hint: "Cast the offset value to an appropriate type.", at: offset.offset)
  }

  private func windowIndex(_ spec: WindowSpec, _ scope: Scope) throws(SQLError) -> Int {
    var merged = spec
    if let reference = spec.reference {
      var base: WindowSpec?
      for w in scope.windows where w.name == reference { base = w }
      guard let base else {
        throw SQLError(
          SQLState.undefinedObject, "window \"\(reference)\" does not exist", at: spec.offset)
      }
      if spec.isBareReference {
        merged = base
      } else {
        if !spec.partitionBy.isEmpty {
          throw SQLError(
            SQLState.windowing, "cannot override PARTITION BY clause of window \"\(reference)\"", at: spec.offset)
        }
        if !spec.orderBy.isEmpty, !base.orderBy.isEmpty {
          throw SQLError(
            SQLState.windowing, "cannot override ORDER BY clause of window \"\(reference)\"", at: spec.offset)
        }
        merged.partitionBy = base.partitionBy
        if merged.orderBy.isEmpty { merged.orderBy = base.orderBy }
      }
    }
    var partition: [TypedExpr] = []
    for e in merged.partitionBy { partition.append(try defaulted(try expression(e, scope))) }
    var order: [SortKey] = []
    for item in merged.orderBy { order.append(try sortKey(item, scope)) }
    if merged.mode == .range, order.count != 1, merged.start?.offset != nil || merged.end?.offset != nil {
      throw SQLError(
        SQLState.windowing, "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column",
        at: spec.offset)
    }
    if merged.hasFrame, merged.mode == .groups, order.isEmpty {
      throw SQLError(SQLState.windowing, "GROUPS mode requires an ORDER BY clause", at: spec.offset)
    }
    func bound(_ b: FrameBound?, _ fallback: FrameBound.Kind) throws(SQLError) -> (FrameBound.Kind, TypedExpr?) {
      guard let b else { return (fallback, nil) }
      guard let o = b.offset else { return (b.kind, nil) }
      var typed = try expression(o, scope)
      if merged.mode != .range {
        typed = try coerce(typed, SQLType(Oid.int8), .implicit, .implicitCast)
      } else if typed.type.oid == Oid.unknown, order.count == 1 {
        let key = order[0].expression.type.oid
        typed = try coerce(typed, SQLType(category(key) == 0x44 ? Oid.interval : key), .implicit, .implicitCast)
      }
      if merged.mode == .range, order.count == 1 {
        try requireFrameOffset(order[0].expression.type.oid, typed)
      }
      return (b.kind, typed)
    }
    let (startKind, startOffset) = try bound(merged.start, .unboundedPreceding)
    let (endKind, endOffset) = try bound(merged.end, .currentRow)
    scope.plan.windows.append(
      TypedWindow(
        name: merged.name, partitionBy: partition, orderBy: order,
        frame: TypedFrame(
          mode: merged.mode, start: startKind, startOffset: startOffset, end: endKind, endOffset: endOffset,
          exclusion: merged.exclusion, isBetween: merged.end != nil), hasFrame: merged.hasFrame))
    return scope.plan.windows.count - 1
  }
}
