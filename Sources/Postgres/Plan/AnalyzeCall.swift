// Calls: functions, aggregates, window functions, set-returning functions, casts written as calls.

internal import SimKernel

extension Analyzer {
  func callBuiltin(
    _ name: String, _ arguments: [TypedExpr], _ offset: Int, style: CallStyle
  ) throws(SQLError) -> TypedExpr {
    guard
      let candidate = try resolveFunction(
        QualifiedName(parts: [name], offset: offset), arguments, [], variadicCall: false, at: offset)
    else { throw SQLError.notSimulated("function \(name)") }
    return try finish(candidate, name, arguments, style, offset)
  }

  /// Applies a resolved candidate: defaults, conversions, polymorphism.
  private func finish(
    _ candidate: Candidate, _ name: String, _ given: [TypedExpr], _ style: CallStyle, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    var arguments = given
    if let user = candidate.user { return try finishUser(candidate, user, given, style, offset) }
    guard let f = candidate.builtin else { throw SQLError.notSimulated("function \(name)") }
    var declared = candidate.arguments
    var result = f.result
    var polymorphic = Analyzer.isPolymorphic(result)
    for d in declared where Analyzer.isPolymorphic(d) { polymorphic = true }
    if polymorphic {
      guard let bound = try bindPolymorphic(declared, arguments.map { $0.type.oid }, result: result) else {
        throw SQLError(
          SQLState.undefinedFunction, "function \(signature(name, arguments)) does not exist",
          hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
          at: offset)
      }
      declared = bound.arguments
      result = bound.result
    }
    for i in arguments.indices {
      let target = declared[i] == Oid.any && arguments[i].type.oid == Oid.unknown ? Oid.text : declared[i]
      arguments[i] = try coerce(arguments[i], SQLType(target), .implicit, .implicitCast)
    }
    var defaulted = arguments
    if let order = candidate.order {
      defaulted = []
      for actual in order {
        defaulted.append(actual >= 0 ? arguments[actual] : TypedExpr(.defaultValue, SQLType(Oid.unknown), offset))
      }
    }
    let implementation = FunctionRegistry.shared.implementation(f.internalName)
    if implementation == nil, f.kind == 0x66 {
      throw SQLError.notSimulated("function \(f.name)(\(joined(f.arguments.map { format($0) }, ", ")))").at(offset)
    }
    let site = CallSite(
      function: f, name: f.internalName, argumentTypes: defaulted.map { $0.type }, result: SQLType(result),
      implementation: implementation, isVariadic: candidate.expandsVariadic)
    let call = TypedExpr(.call(site, defaulted, style), SQLType(result), offset)
    return call
  }

  private func finishUser(
    _ candidate: Candidate, _ user: FunctionEntry, _ given: [TypedExpr], _ style: CallStyle, _ offset: Int
  ) throws(SQLError) -> TypedExpr {
    var arguments = given
    for i in arguments.indices {
      let type = candidate.arguments[i]
      if Analyzer.isPolymorphic(type) { throw SQLError.notSimulated("polymorphic user-defined functions") }
      arguments[i] = try coerce(arguments[i], SQLType(type), .implicit, .implicitCast)
    }
    var inputs: [FunctionParameterInfo] = []
    for p in user.parameters where p.mode != "out" && p.mode != "table" { inputs.append(p) }
    if candidate.expandsVariadic {
      let fixed = inputs.count - 1
      let rest = Array(arguments[fixed...])
      let type = inputs[fixed].type.oid
      arguments = Array(arguments[..<fixed])
      arguments.append(TypedExpr(.array(rest, element: elementType(type), nested: false), SQLType(type), offset))
    }
    if let order = candidate.order {
      var ordered: [TypedExpr] = []
      for (k, actual) in order.enumerated() {
        ordered.append(actual >= 0 ? arguments[actual] : try defaultArgument(inputs[k]))
      }
      arguments = ordered
    }
    while arguments.count < inputs.count { arguments.append(try defaultArgument(inputs[arguments.count])) }
    let site = CallSite(
      function: nil, user: user.oid, name: user.name, argumentTypes: arguments.map { $0.type }, result: user.result,
      implementation: nil)
    let call = TypedExpr(.userCall(site, arguments, style), user.result, offset)
    if !user.columns.isEmpty { remember(call, user.columns) }
    return call
  }

  private func defaultArgument(_ p: FunctionParameterInfo) throws(SQLError) -> TypedExpr {
    guard let expr = p.defaultValue else { throw SQLError.notSimulated("a call without an argument") }
    let scope = Scope(parent: nil, plan: QueryPlan(id: newID()))
    return try coerce(try expression(expr, scope), p.type, .assignment, .implicitCast)
  }

  func call(_ call: FunctionCall, _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    let name = call.name.name
    // Arguments of aggregates belong to the level below the aggregate.
    let builtins = FunctionRegistry.shared.functions[name] ?? []
    var isAggregateName = false
    for f in builtins where f.kind == 0x61 {
      isAggregateName = call.name.schema == nil || call.name.schema == "pg_catalog"
    }
    if call.isVariadic, isAggregateName { throw SQLError.notSimulated("VARIADIC in an aggregate") }
    let savedInside = scope.insideAggregate
    if isAggregateName, call.over == nil {
      if scope.insideAggregate {
        throw SQLError(SQLState.grouping, "aggregate function calls cannot be nested", at: offset)
      }
      scope.insideAggregate = true
    }
    var arguments: [TypedExpr] = []
    for a in call.arguments {
      if case .star(let parts) = a.kind, !parts.isEmpty {
        guard let row = try wholeRow(parts[parts.count - 1], scope, at: a.offset) else {
          throw missingTable(parts[parts.count - 1], scope, a.offset)
        }
        arguments.append(row)
        continue
      }
      arguments.append(try expression(a, scope))
    }
    var within: [SortKey] = []
    for item in call.withinGroup { within.append(try sortKey(item, scope)) }
    var order: [SortKey] = []
    for item in call.orderBy { order.append(try sortKey(item, scope)) }
    scope.insideAggregate = savedInside

    var lookup = arguments
    if call.isStar {
      lookup = []
      if !isAggregateName || name != "count" {
        if builtins.isEmpty, !hasUserFunction(call.name) {
          throw unknownFunction(call.name, "\(call.name.text)()", arguments, call.argumentNames, offset)
        }
        if name != "count", isAggregateName || !builtins.isEmpty {
          throw SQLError(
            SQLState.wrongObjectType, "\(name)(*) specified, but \(name) is not an aggregate function", at: offset)
        }
      }
    }
    if !call.withinGroup.isEmpty {
      lookup = arguments
      for k in within { lookup.append(k.expression) }
    }
    let found = try resolveFunction(
      call.name, lookup, call.argumentNames, variadicCall: call.isVariadic, at: offset)
    guard let candidate = found else {
      if let cast = try functionalCast(call, arguments, offset) { return cast }
      // `f(row)` may be a column of a composite.
      if arguments.count == 1, call.name.parts.count == 1, let fields = fields(of: arguments[0]) {
        for (i, f) in fields.enumerated() where f.name == name {
          return TypedExpr(.field(arguments[0], i, name), f.type, offset)
        }
      }
      throw unknownFunction(
        call.name, signature(call.name.text, lookup, call.argumentNames), lookup, call.argumentNames, offset)
    }
    if let f = candidate.builtin, f.kind == 0x61 {
      return try aggregate(f, candidate, call, arguments, within, order, scope, offset)
    }
    if let f = candidate.builtin, f.kind == 0x77 {
      return try windowFunction(f, candidate, call, arguments, scope, offset)
    }
    if call.over != nil {
      throw SQLError(
        SQLState.wrongObjectType,
        "OVER specified, but \(name) is not a window function nor an aggregate function", at: offset)
    }
    if call.isDistinct {
      throw SQLError(
        SQLState.wrongObjectType, "DISTINCT specified, but \(name) is not an aggregate function", at: offset)
    }
    if call.filter != nil {
      throw SQLError(
        SQLState.wrongObjectType, "FILTER specified, but \(name) is not an aggregate function", at: offset)
    }
    if !call.orderBy.isEmpty {
      throw SQLError(
        SQLState.wrongObjectType, "ORDER BY specified, but \(name) is not an aggregate function", at: offset)
    }
    var typed = try finish(candidate, name, arguments, call.isSQLSyntax ? .sqlSyntax : .call, offset)
    if case .call(let site, let args, let style) = typed.kind, let f = site.function {
      if f.volatility == 0x76 { scope.plan.isVolatile = true }
      if call.isVariadic {
        // VARIADIC array: one array argument.
        typed = TypedExpr(
          .call(
            CallSite(
              function: f, name: site.name, argumentTypes: site.argumentTypes, result: site.result,
              implementation: site.implementation, isVariadic: false), args, style), typed.type, offset)
      }
    }
    if let user = candidate.user, user.isProcedure {
      throw SQLError(
        SQLState.wrongObjectType, "\(signature(name, arguments)) is a procedure",
        hint: "To call a procedure, use CALL.",
        at: offset)
    }
    if returnsSet(typed), scope.place != .from {
      return try setReturning(typed, scope, offset)
    }
    return typed
  }

  func returnsSet(_ expr: TypedExpr) -> Bool {
    switch expr.kind {
    case .call(let site, _, _): return site.function?.returnsSet ?? false
    case .userCall(let site, _, _): return catalog.functions[site.user]?.returnsSet ?? false
    default: return false
    }
  }

  private func setReturning(_ call: TypedExpr, _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr {
    switch scope.place {
    case .target, .orderBy, .groupBy: break
    case .other: break
    default:
      throw SQLError(
        SQLState.featureNotSupported, "set-returning functions are not allowed in \(scope.place.name)", at: offset)
    }
    scope.plan.setCalls.append(call)
    let result = TypedExpr(.setReturning(scope.plan.setCalls.count - 1), call.type, offset)
    if let f = fields(of: call) ?? setFields(call) { remember(result, f) }
    return result
  }

  /// Columns of built-in functions that return sets of records.
  func setFields(_ call: TypedExpr) -> [CompositeField]? {
    guard case .call(let site, _, _) = call.kind, let f = site.function else { return nil }
    guard let columns = FunctionRegistry.recordColumns[f.internalName] else { return nil }
    return columns.map { CompositeField(name: $0.0, type: SQLType($0.1)) }
  }

  private func hasUserFunction(_ name: QualifiedName) -> Bool {
    for f in catalog.functions.values where f.name == name.name { return true }
    return false
  }

  private func unknownFunction(
    _ name: QualifiedName, _ text: String, _ arguments: [TypedExpr], _ names: [String?], _ offset: Int
  ) -> SQLError {
    if FunctionRegistry.shared.otherNames.contains(name.name), name.schema == nil || name.schema == "pg_catalog",
      FunctionRegistry.shared.functions[name.name] == nil
    {
      return SQLError.notSimulated("function \(name.name)").at(offset)
    }
    if let schema = name.schema, catalog.schemas[schema] == nil {
      return SQLError(SQLState.invalidSchemaName, "schema \"\(schema)\" does not exist", at: offset)
    }
    return SQLError(
      SQLState.undefinedFunction, "function \(text) does not exist",
      hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
      at: offset)
  }

  /// `text(x)`, `date(x)`: a type's name as a function.
  private func functionalCast(
    _ call: FunctionCall, _ arguments: [TypedExpr], _ offset: Int
  ) throws(SQLError) -> TypedExpr? {
    guard arguments.count == 1, call.name.parts.count == 1, call.argumentNames[0] == nil else { return nil }
    guard
      let oid = BuiltinTypes.shared.byName[call.name.name]
        ?? session.searchPath.lazy.compactMap({ (s: String) -> Int32? in self.catalog.typeOid(s, call.name.name) })
        .first,
      let entry = catalog.type(oid), entry.form != .pseudo, entry.form != .array
    else { return nil }
    let source = arguments[0].type.oid
    if source == Oid.unknown { return try coerce(arguments[0], SQLType(oid), .explicit, .explicitCast) }
    if let path = pathway(source, oid, .explicit) {
      switch path {
      case .relabel: return try coerce(arguments[0], SQLType(oid), .explicit, .explicitCast)
      case .throughText where category(source) == 0x53 || category(oid) == 0x53:
        if category(oid) == 0x53, catalog.type(source)?.form == .composite { return nil }
        return try coerce(arguments[0], SQLType(oid), .explicit, .explicitCast)
      default: return nil
      }
    }
    return nil
  }

  func sortKey(_ item: SortItem, _ scope: Scope) throws(SQLError) -> SortKey {
    let typed = try defaulted(try expression(item.expression, scope))
    var descending = item.descending
    if let op = item.usingOperator { descending = op.hasPrefix(">") }
    try requireOrdering(typed, at: item.expression.offset)
    return SortKey(expression: typed, descending: descending, nullsFirst: item.nullsFirst ?? descending)
  }

  func requireOrdering(_ expr: TypedExpr, at offset: Int) throws(SQLError) {
    switch baseType(expr.type.oid) {
    case Oid.json, Oid.xid, 142, 600, 601, 602, 604:
      throw SQLError(
        SQLState.undefinedFunction,
        "could not identify an ordering operator for type \(format(expr.type.oid))",
        hint: "Use an explicit ordering operator or modify the query.", at: offset)
    default: break
    }
  }

  func requireEquality(_ expr: TypedExpr, at offset: Int) throws(SQLError) {
    if baseType(expr.type.oid) == Oid.json {
      throw SQLError(
        SQLState.undefinedFunction, "could not identify an equality operator for type json", at: offset)
    }
  }

  // MARK: Aggregates

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

  private func aggregate(
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
      function: f, name: f.name, argumentTypes: arguments.map { $0.type }, result: SQLType(result), implementation: nil)
    guard FunctionRegistry.supportsAggregate(f.name) else {
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
        case .column(let l, _, _, _), .wholeRow(let l, _, _, _), .systemColumn(let l, _, _, _):
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
    return TypedExpr(.aggregate(owner.plan.aggregates.count - 1, level: 0), SQLType(result), offset)
  }

  // MARK: Window functions

  private func windowFunction(
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
    let site = CallSite(
      function: f, name: f.name, argumentTypes: arguments.map { $0.type }, result: SQLType(result), implementation: nil)
    return try window(
      WindowCall(
        site: site, name: f.name, arguments: arguments, isStar: false, isAggregate: false, filter: nil,
        window: try windowIndex(over, scope)), SQLType(result), scope, offset)
  }

  private func window(_ call: WindowCall, _ type: SQLType, _ scope: Scope, _ offset: Int) throws(SQLError) -> TypedExpr
  {
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
    return TypedExpr(.window(scope.plan.windowCalls.count - 1), type, offset)
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
