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
      if declared[i] == Oid.any, arguments[i].type.oid == Oid.unknown, f.name == "pg_typeof" { continue }
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
    var declared = candidate.arguments
    var result = user.result
    if user.parameters.contains(where: { Analyzer.isPolymorphic($0.type.oid) }) {
      guard let bound = try bindPolymorphic(declared, arguments.map { $0.type.oid }, result: result.oid) else {
        throw SQLError(
          SQLState.undefinedFunction, "function \(signature(user.name, arguments)) does not exist",
          hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
          at: offset)
      }
      declared = bound.arguments
      result = SQLType(bound.result)
    }
    for i in arguments.indices {
      arguments[i] = try coerce(arguments[i], SQLType(declared[i]), .implicit, .implicitCast)
    }
    var inputs: [FunctionParameterInfo] = []
    for p in user.parameters where p.mode != "out" && p.mode != "table" { inputs.append(p) }
    if candidate.expandsVariadic {
      let fixed = inputs.count - 1
      let rest = Array(arguments[fixed...])
      var type = inputs[fixed].type.oid
      if Analyzer.isPolymorphic(type) { type = arrayType(rest[0].type.oid) }
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
      function: nil, user: user.oid, name: user.name, argumentTypes: arguments.map { $0.type }, result: result,
      implementation: nil)
    let call = TypedExpr(.userCall(site, arguments, style), result, offset)
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
    for a in catalog.aggregates.values where a.function.name == name { isAggregateName = true }
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
    var given: Set<String> = []
    for (k, n) in call.argumentNames.enumerated() {
      guard let n else { continue }
      if !given.insert(n).inserted {
        throw SQLError(
          SQLState.syntaxError, "argument name \"\(n)\" used more than once", at: call.arguments[k].offset)
      }
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

  func unknownFunction(
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
}
