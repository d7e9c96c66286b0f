// CREATE and DROP AGGREGATE, and what such an aggregate makes of the rows of a group. Source: PostgreSQL 15 manual 38.12.

internal import SimKernel

struct CreateAggregate {
  var name: QualifiedName
  var parameters: [FunctionParameter] = []
  var orReplace = false
  /// `sfunc`, `stype` … and what stands behind them.
  var options: [(name: String, value: AggregateOption)] = []
}

enum AggregateOption {
  case name(QualifiedName)
  case type(TypeName)
  case text(String)
  case none
}

struct AggregateEntry {
  let oid: Int32
  let schema: String
  let owner: String
  /// As the analyser finds it.
  let function: BuiltinFunction
  let stateType: SQLType
  let transition: QualifiedName
  let final: QualifiedName?
  let initial: String?
}

extension ClientSession {
  func createAggregate(_ s: CreateAggregate) throws(SQLError) {
    let schema = try requireSchema(s.name)
    let a = Analyzer(session: self)
    var arguments: [Int32] = []
    for p in s.parameters { arguments.append(try a.resolveType(p.type).oid) }
    var transition: QualifiedName?
    var state: SQLType?
    var final: QualifiedName?
    var initial: String?
    for (name, value) in s.options {
      switch (name, value) {
      case ("sfunc", .name(let n)), ("sfunc1", .name(let n)): transition = n
      case ("stype", .type(let t)), ("stype1", .type(let t)): state = try a.resolveType(t)
      case ("finalfunc", .name(let n)): final = n
      case ("initcond", .text(let t)), ("initcond1", .text(let t)): initial = t
      case ("parallel", _), ("sspace", _), ("combinefunc", _), ("serialfunc", _), ("deserialfunc", _): break
      case ("msfunc", _), ("minvfunc", _), ("mstype", _), ("finalfunc_extra", _), ("hypothetical", _), ("sortop", _),
        ("finalfunc_modify", _), ("basetype", _):
        throw .notSimulated("CREATE AGGREGATE with \(name)")
      default:
        notice(
          "aggregate attribute \"\(name)\" not recognized", severity: "WARNING", state: SQLState.syntaxError)
      }
    }
    guard let state else { throw SQLError("42P13", "aggregate stype must be specified") }
    guard let transition else { throw SQLError("42P13", "aggregate sfunc must be specified") }
    if (arguments + [state.oid]).contains(where: { Analyzer.isPolymorphic($0) }) {
      throw .notSimulated("polymorphic user-defined aggregates")
    }
    let types = [state] + arguments.map { SQLType($0) }
    let step = try call(transition, types)
    if step.type.oid != state.oid {
      throw SQLError(
        SQLState.datatypeMismatch,
        "return type of transition function \(transition.text) is not \(formatType(SQLType(state.oid)))")
    }
    let result = try final.map { (f: QualifiedName) throws(SQLError) -> Int32 in try self.call(f, [state]).type.oid }
    for old in catalog.aggregates.values
    where old.schema == schema && old.function.name == s.name.name && old.function.arguments == arguments {
      guard s.orReplace else {
        throw SQLError(
          SQLState.duplicateFunction, "function \"\(s.name.name)\" already exists with same argument types")
      }
      change { $0.aggregates[old.oid] = nil }
    }
    if let initial { _ = try input(initial, state) }
    let oid = newOid()
    let entry = AggregateEntry(
      oid: oid, schema: schema, owner: currentUser,
      function: BuiltinFunction(
        name: s.name.name, arguments: arguments, result: result ?? state.oid, kind: 0x61, returnsSet: false,
        isStrict: false, volatility: 0x69, isVariadic: false, defaults: 0, internalName: s.name.name, aggregate: oid),
      stateType: SQLType(state.oid), transition: transition, final: final, initial: initial)
    change { $0.aggregates[oid] = entry }
  }

  /// A call of a function over a row of values of these types.
  private func call(_ name: QualifiedName, _ types: [SQLType]) throws(SQLError) -> TypedExpr {
    let a = Analyzer(session: self)
    let scope = Scope(parent: nil, plan: QueryPlan(id: a.newID()))
    var columns: [ScopeColumn] = []
    var call = FunctionCall(name: QualifiedName(parts: name.parts, offset: -1))
    for (k, t) in types.enumerated() {
      columns.append(ScopeColumn(name: "a\(k)", type: t, slot: k, merged: nil))
      call.arguments.append(Expr(.column(["a\(k)"]), -1))
      call.argumentNames.append(nil)
    }
    scope.entries.append(ScopeEntry(alias: "", columns: columns, offset: -1))
    do throws(SQLError) { return try a.expression(Expr(.call(call), -1), scope) } catch {
      var e = error
      e.hint = nil
      throw e
    }
  }

  private func isStrict(_ e: TypedExpr) -> Bool {
    switch e.kind {
    case .call(let site, _, _): return site.function?.isStrict ?? false
    case .userCall(let site, _, _): return catalog.functions[site.user]?.strict ?? false
    case .cast(let inner, _, _): return isStrict(inner)
    default: return false
    }
  }

  func runAggregate(_ oid: Int32, _ rows: [Row]) throws(SQLError) -> Value {
    guard let entry = catalog.aggregates[oid] else { return .null }
    let execution = Execution(session: self, snapshot: snapshot())
    let step = try call(entry.transition, [entry.stateType] + entry.function.arguments.map { SQLType($0) })
    let strict = isStrict(step)
    var state =
      try entry.initial.map { (t: String) throws(SQLError) -> Value in try input(t, entry.stateType) } ?? .null
    var isFresh = entry.initial == nil
    for row in rows {
      if strict {
        if row.contains(where: { $0.isNull }) { continue }
        if isFresh {
          state = row.first ?? .null
          isFresh = false
          continue
        }
        if state.isNull { continue }
      }
      isFresh = false
      let frame = Frame(parent: nil)
      frame.values = [state] + row
      state = try execution.evaluate(step, frame)
    }
    guard let final = entry.final else { return state }
    let last = try call(final, [entry.stateType])
    if isStrict(last), state.isNull { return .null }
    let frame = Frame(parent: nil)
    frame.values = [state]
    return try execution.evaluate(last, frame)
  }

  func dropAggregates(_ s: DropStatement) throws(SQLError) {
    let a = Analyzer(session: self)
    for (k, name) in s.names.enumerated() {
      var types: [Int32] = []
      for p in (k < s.routines.count ? s.routines[k] : nil) ?? [] { types.append(try a.resolveType(p.type).oid) }
      let found = catalog.aggregates.values.first {
        $0.function.name == name.name && $0.function.arguments == types
          && (name.schema == nil ? searchPath.contains($0.schema) : name.schema == $0.schema)
      }
      guard let found else {
        let shown = "aggregate \(name.text)(\(joined(types.map { formatType($0) }, ",")))"
        if s.ifExists {
          notice("\(shown) does not exist, skipping")
          continue
        }
        throw SQLError(SQLState.undefinedFunction, replaced(shown, ",", ", ") + " does not exist")
      }
      change { $0.aggregates[found.oid] = nil }
    }
  }
}
