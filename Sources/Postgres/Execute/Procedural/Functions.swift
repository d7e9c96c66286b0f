// CREATE FUNCTION and PROCEDURE, calls of them, DO blocks; languages sql and plpgsql.
// Source: PostgreSQL 15 manual, chapters 38 and 43.

internal import SimKernel

extension ClientSession {
  // MARK: Definition

  func createFunction(_ f: CreateFunction) throws(SQLError) {
    let schema = try requireSchema(f.name)
    if f.language.isEmpty { throw SQLError("42P13", "no language specified") }
    guard f.language == "sql" || f.language == "plpgsql" else {
      if ["c", "internal"].contains(f.language) { throw .notSimulated("functions in language \(f.language)") }
      throw SQLError(
        SQLState.undefinedObject, "language \"\(f.language)\" does not exist",
        hint: ["plpython3u", "plperl", "pltcl", "plperlu", "plpython2u", "plpythonu"].contains(f.language)
          ? "Use CREATE EXTENSION to load the language into the database." : nil)
    }
    guard let body = f.body else { throw SQLError("42P13", "no function body specified") }
    let analyzer = Analyzer(session: self)
    var parameters: [FunctionParameterInfo] = []
    var outputs: [CompositeField] = []
    for p in f.parameters {
      let type: SQLType
      do throws(SQLError) { type = try analyzer.resolveType(p.type) } catch {
        var e = error
        e.offset = -1
        if e.message == "type \"\(p.type.name.text)\" does not exist" {
          e.message = "type \(p.type.name.text) does not exist"
        }
        throw e
      }
      if p.mode != "out", p.defaultValue == nil, parameters.contains(where: { $0.defaultText != nil }) {
        throw SQLError("42P13", "input parameters after one with a default value must also have defaults")
      }
      var info = FunctionParameterInfo(
        mode: p.mode, name: p.name, type: SQLType(type.oid), defaultValue: p.defaultValue, defaultText: nil)
      if let d = p.defaultValue {
        let scope = Scope(parent: nil, plan: QueryPlan(id: analyzer.newID()))
        let typed = try analyzer.coerce(try analyzer.expression(d, scope), type, .assignment, .implicitCast)
        info.defaultText = Deparser(self).expression(typed)
      }
      parameters.append(info)
      if p.mode == "out" || p.mode == "inout" {
        outputs.append(CompositeField(name: p.name ?? "column\(outputs.count + 1)", type: SQLType(type.oid)))
      }
    }
    var result = SQLType(Oid.void)
    var returnsSet = false
    var columns: [CompositeField] = []
    if !f.returnsTable.isEmpty {
      returnsSet = true
      for c in f.returnsTable {
        let type = try analyzer.resolveType(c.type)
        parameters.append(FunctionParameterInfo(mode: "table", name: c.name, type: type))
        columns.append(CompositeField(name: c.name, type: type))
      }
      result = columns.count == 1 ? columns[0].type : SQLType(Oid.record)
      if columns.count == 1 { columns = [] }
    } else if let r = f.returns {
      returnsSet = r.isSetOf
      do throws(SQLError) { result = SQLType(try analyzer.resolveType(r).oid) } catch {
        var e = error
        e.offset = -1
        throw e
      }
      if result.oid == Oid.record { columns = outputs }
    } else if !outputs.isEmpty {
      result = outputs.count == 1 ? outputs[0].type : SQLType(Oid.record)
      columns = outputs.count == 1 ? [] : outputs
    } else if !f.isProcedure {
      throw SQLError("42P13", "function result type must be specified")
    }
    var entry = FunctionEntry(
      oid: 0, name: f.name.name, schema: schema, owner: currentUser, parameters: parameters, result: result,
      returnsSet: returnsSet, isProcedure: f.isProcedure, language: f.language, body: body,
      volatility: f.volatility == "i" ? "immutable" : f.volatility == "s" ? "stable" : "volatile", strict: f.strict,
      columns: columns)
    entry.securityDefiner = f.securityDefiner
    for old in catalog.functions.values
    where old.name == entry.name && old.schema == schema && old.inputTypes == entry.inputTypes {
      guard f.orReplace else {
        throw SQLError(
          SQLState.duplicateFunction, "function \"\(entry.name)\" already exists with same argument types")
      }
      if old.result != entry.result || old.returnsSet != entry.returnsSet {
        throw SQLError(
          "42P13", "cannot change return type of existing function",
          hint: "Use DROP FUNCTION \(signature(old)) first.")
      }
      for (was, now) in zip(old.parameters, entry.parameters)
      where was.name != nil && was.name != now.name && was.mode != "out" && was.mode != "table" {
        throw SQLError(
          "42P13", "cannot change name of input parameter \"\(was.name!)\"",
          hint: "Use DROP FUNCTION \(signature(old)) first.")
      }
      entry.oid = old.oid
      entry.acl = old.acl
    }
    if entry.oid == 0 {
      entry.oid = newOid()
      entry.acl = initialAcl("FUNCTION", schema: schema)
    }
    // The body is read when the function is there: it may call itself.
    let final = entry
    change { $0.functions[final.oid] = final }
    if f.language == "plpgsql" {
      try check(body, final)
    } else {
      try checkSQL(final)
    }
  }

  /// Reads the body once, as the server's validator does.
  private func check(_ body: String, _ function: FunctionEntry?) throws(SQLError) {
    let compilation =
      settings["check_function_bodies"] == "off" ? nil : PlCompilation(session: self, function: function)
    do throws(SQLError) { _ = try PlParser.parse(body, compilation) } catch { throw inBody(error, body) }
  }

  /// The place is one in the body: it is shown in the statement.
  private func inBody(_ error: SQLError, _ body: String) -> SQLError {
    if error.kind == .notSimulated || error.offset < 0 { return error }
    var e = error
    let at = find(Array(body.utf8), Array(queryText.utf8))
    e.offset = at >= 0 ? e.offset + at : -1
    return e
  }

  /// Analyses the statements of a function in SQL, and compares what the last one gives with what the function returns.
  private func checkSQL(_ f: FunctionEntry) throws(SQLError) {
    let saved = callFrame
    defer { callFrame = saved }
    let statements: [ParsedStatement]
    // Bodies over polymorphic types are read when they are called.
    if f.parameters.contains(where: { Analyzer.isPolymorphic($0.type.oid) }) { return }
    do throws(SQLError) { statements = try Parser.statements(f.body) } catch { throw inBody(error, f.body) }
    if settings["check_function_bodies"] == "off" { return }
    var last: [OutputColumn]?
    for parsed in statements {
      last = nil
      callFrame = sqlFrame(f, [])
      do throws(SQLError) {
        switch parsed.statement {
        case .query(let q): last = try Analyzer(session: self).query(q, parent: nil).columns
        case .insert, .update, .delete:
          let plan = try Analyzer(session: self).modification(parsed.statement, parent: nil)
          if !plan.returning.isEmpty { last = plan.columns }
        default: break
        }
      } catch {
        throw inBody(error, f.body)
      }
    }
    callFrame = saved
    if f.result.oid == Oid.void || Analyzer.isPolymorphic(f.result.oid) { return }
    func mismatch(_ detail: String) -> SQLError {
      var e = SQLError(
        "42P13", "return type mismatch in function declared to return \(formatType(f.result))", detail: detail)
      e.context = "SQL function \"\(f.name)\""
      return e
    }
    guard let last else {
      throw mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.")
    }
    let fields = resultFields(f)
    if fields.isEmpty {
      if f.result.oid == Oid.record { return }
      if last.count != 1 { throw mismatch("Final statement must return exactly one column.") }
      if !isAssignable(last[0].type, f.result) { throw mismatch("Actual return type is \(formatType(last[0].type)).") }
      return
    }
    if last.count == 1, fields.count != 1 || catalog.type(f.result.oid)?.form == .composite,
      catalog.type(last[0].type.oid)?.form == .composite || last[0].type.oid == Oid.record
    {
      return
    }
    if last.count < fields.count { throw mismatch("Final statement returns too few columns.") }
    if last.count > fields.count { throw mismatch("Final statement returns too many columns.") }
    for (k, field) in fields.enumerated() where !isAssignable(last[k].type, field.type) {
      throw mismatch(
        "Final statement returns \(formatType(last[k].type)) instead of \(formatType(field.type)) at column \(k + 1).")
    }
  }

  private func isAssignable(_ from: SQLType, _ to: SQLType) -> Bool {
    if from.oid == to.oid { return true }
    if Analyzer.isPolymorphic(to.oid) || Analyzer.isPolymorphic(from.oid) { return true }
    return (try? Analyzer(session: self).coerce(TypedExpr(.constant(.null), from), to, .assignment, .implicitCast))
      != nil
  }

  /// The arguments as a function in SQL names them: by number, by name, and by the function's name.
  private func sqlFrame(_ f: FunctionEntry, _ values: Row) -> CallFrame {
    var frame = CallFrame()
    var k = 0
    for p in f.parameters where p.mode != "out" && p.mode != "table" {
      frame.add(p.name, p.type, k < values.count ? values[k] : .null)
      k += 1
    }
    for i in frame.names.indices {
      if let n = frame.names[i] { frame.add(f.name + "." + n, frame.types[i], frame.values[i]) }
    }
    return frame
  }

  /// `f(integer,text)`
  func signature(_ f: FunctionEntry) -> String {
    quotedIdentifier(f.name) + "(" + joined(f.inputTypes.map { formatType($0) }, ",") + ")"
  }

  // MARK: Calls

  func resultFields(_ f: FunctionEntry) -> [CompositeField] {
    if !f.columns.isEmpty { return f.columns }
    if let entry = catalog.type(f.result.oid), entry.form == .composite { return compositeFields(entry) }
    return []
  }

  func callFunction(_ site: CallSite, _ values: Row) throws(SQLError) -> [Value] {
    guard var f = catalog.functions[site.user] else { return [] }
    if f.parameters.contains(where: { Analyzer.isPolymorphic($0.type.oid) }) {
      // The types of this call stand for the polymorphic ones.
      let declared = f.parameters.map { $0.type.oid }
      var k = 0
      var actual: [Int32] = []
      for p in f.parameters {
        if p.mode == "out" || p.mode == "table" {
          actual.append(Oid.unknown)
        } else {
          actual.append(k < site.argumentTypes.count ? site.argumentTypes[k].oid : Oid.unknown)
          k += 1
        }
      }
      if let bound = try Analyzer(session: self).bindPolymorphic(declared, actual, result: f.result.oid) {
        for i in f.parameters.indices { f.parameters[i].type = SQLType(bound.arguments[i]) }
        for i in f.columns.indices {
          if let p = f.parameters.first(where: { $0.name == f.columns[i].name }) { f.columns[i].type = p.type }
        }
      }
      f.result = site.result
    }
    return try call(f, values)
  }

  func call(_ f: FunctionEntry, _ values: Row) throws(SQLError) -> [Value] {
    try requireExecute(f)
    if f.result.oid == Oid.trigger {
      var e = SQLError(SQLState.featureNotSupported, "trigger functions can only be called as triggers")
      e.context = "compilation of PL/pgSQL function \"\(f.name)\" near line 1"
      throw e
    }
    if f.strict, !f.isProcedure { for v in values where v.isNull { return f.returnsSet ? [] : [.null] } }
    functionDepth += 1
    defer { functionDepth -= 1 }
    if functionDepth > 32 { throw .notSimulated("limit: functions nested deeper than 32 calls") }
    let user = currentUser
    if f.securityDefiner { currentUser = f.owner }
    defer { currentUser = user }
    return f.language == "sql" ? try callSQL(f, values) : try callProcedural(f, values)
  }

  private func callSQL(_ f: FunctionEntry, _ values: Row) throws(SQLError) -> [Value] {
    let frame = sqlFrame(f, values)
    let saved = callFrame
    let text = currentQuery
    defer {
      callFrame = saved
      currentQuery = text
    }
    var last: (rows: [Row], columns: [OutputColumn]) = ([], [])
    for (number, parsed) in try Parser.statements(f.body).enumerated() {
      callFrame = frame
      transaction?.command += 1
      do throws(SQLError) {
        switch parsed.statement {
        case .query(let q):
          let plan = try Analyzer(session: self).query(q, parent: nil)
          last = (try Execution(session: self, snapshot: snapshot()).run(plan, nil), plan.columns)
        case .insert, .update, .delete:
          let plan = try Analyzer(session: self).modification(parsed.statement, parent: nil)
          let r = try Execution(session: self, snapshot: snapshot()).modify(plan, Frame(parent: nil))
          last = (r.rows, plan.columns)
        default:
          let kept = outcomes
          outcomes = []
          try run(parsed.statement)
          var notices: [StatementOutcome] = []
          for o in outcomes { if case .notice = o { notices.append(o) } }
          outcomes = kept + notices
        }
      } catch {
        var e = error
        if e.kind == .error {
          if e.offset >= 0, e.internalQuery == nil { e.internalQuery = f.body }
          e.context = (e.context.map { $0 + "\n" } ?? "") + "SQL function \"\(f.name)\" statement \(number + 1)"
        }
        throw e
      }
    }
    if f.result.oid == Oid.void { return [.null] }
    let fields = resultFields(f)
    var out: [Value] = []
    for row in last.rows {
      if fields.isEmpty || (last.columns.count == 1 && fields.count != 1) {
        out.append(try converted(row[0], last.columns[0].type, f.result))
      } else {
        var list: Row = []
        for (i, field) in fields.enumerated() where i < row.count {
          list.append(try converted(row[i], last.columns[i].type, field.type))
        }
        out.append(.record(RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: list)))
      }
      if !f.returnsSet { break }
    }
    return out.isEmpty && !f.returnsSet ? [.null] : out
  }

  private func callProcedural(_ f: FunctionEntry, _ values: Row) throws(SQLError) -> [Value] {
    let runner = PlRunner(self, name: signature(f), function: f)
    var k = 0
    for p in f.parameters where p.mode != "out" && p.mode != "table" {
      var v = PlVariable(name: p.name ?? "$\(k + 1)", type: p.type, value: k < values.count ? values[k] : .null)
      if let entry = catalog.type(p.type.oid), entry.form == .composite { v.fields = compositeFields(entry) }
      runner.declare(v)
      k += 1
    }
    for p in f.parameters where p.mode == "out" || p.mode == "table" {
      runner.declare(PlVariable(name: p.name ?? "", type: p.type, value: .null))
    }
    runner.declare(PlVariable(name: "found", type: SQLType(Oid.bool), value: .bool(false)))
    let flow = try runner.run(try block(f.body))
    if f.returnsSet { return runner.results }
    let outputs = f.parameters.filter { $0.mode == "out" || $0.mode == "inout" }
    if !outputs.isEmpty { return [outputRow(f, runner)] }
    if case .done = flow { return [runner.result] }
    if f.result.oid == Oid.void || f.isProcedure { return [.null] }
    var e = SQLError("2F005", "control reached end of function without RETURN")
    e.context = "PL/pgSQL function \(signature(f))"
    throw e
  }

  func block(_ body: String) throws(SQLError) -> PlBlock {
    if let known = parsedBodies[body] { return known }
    let parsed = try PlParser.parse(body)
    parsedBodies[body] = parsed
    return parsed
  }

  /// The OUT parameters or table columns as they stand.
  func outputRow(_ f: FunctionEntry, _ runner: PlRunner) -> Value {
    var fields: [CompositeField] = []
    for p in f.parameters where p.mode != "in" && p.mode != "variadic" {
      fields.append(CompositeField(name: p.name ?? "", type: p.type))
    }
    if fields.count == 1 { return runner.current(fields[0].name) }
    return .record(
      RecordValue(
        names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: fields.map { runner.current($0.name) }
      ))
  }

  /// A value of one type as another, by assignment, else through its text.
  func converted(_ v: Value, _ from: SQLType, _ to: SQLType) throws(SQLError) -> Value {
    if v.isNull || (from.oid == to.oid && to.modifier < 0) { return v }
    if to.oid == Oid.void || to.oid == Oid.record { return v }
    let a = Analyzer(session: self)
    let plain: TypedExpr
    do throws(SQLError) {
      plain = try a.coerce(TypedExpr(.constant(v), from), to, .assignment, .implicitCast)
    } catch {
      return try input(output(v, from.oid), to)
    }
    return try Execution(session: self, snapshot: snapshot()).evaluate(plain, Frame(parent: nil))
  }

  // MARK: CALL and DO

  func runProcedure(_ call: FunctionCall) throws(SQLError) {
    var found: FunctionEntry?
    for f in catalog.functions.values
    where f.name == call.name.name && f.inputTypes.count >= call.arguments.count {
      if let schema = call.name.schema, schema != f.schema { continue }
      if f.isProcedure || found == nil { found = f }
    }
    let analyzer = Analyzer(session: self)
    let scope = Scope(parent: nil, plan: QueryPlan(id: analyzer.newID()))
    var typed: [TypedExpr] = []
    for a in call.arguments { typed.append(try analyzer.expression(a, scope)) }
    guard let f = found else {
      throw SQLError(
        SQLState.undefinedFunction,
        "procedure \(call.name.text)(\(joined(typed.map { formatType($0.type) }, ", "))) does not exist",
        hint: "No procedure matches the given name and argument types. You might need to add explicit type casts.",
        at: call.name.offset)
    }
    guard f.isProcedure else {
      throw SQLError(
        SQLState.wrongObjectType, "\(f.name)(\(joined(typed.map { formatType($0.type) }, ", "))) is not a procedure",
        hint: "To call a function, use SELECT.", at: call.name.offset)
    }
    var inputs: [FunctionParameterInfo] = []
    for p in f.parameters where p.mode != "table" { inputs.append(p) }
    let execution = Execution(session: self, snapshot: snapshot())
    var values: Row = []
    for (i, p) in inputs.enumerated() where p.mode != "out" {
      var e: TypedExpr
      if i < typed.count {
        e = typed[i]
      } else if let d = p.defaultValue {
        e = try analyzer.expression(d, scope)
      } else {
        throw SQLError(
          SQLState.undefinedFunction,
          "procedure \(call.name.text)(\(joined(typed.map { formatType($0.type) }, ", "))) does not exist",
          hint: "No procedure matches the given name and argument types. You might need to add explicit type casts.",
          at: call.name.offset)
      }
      e = try analyzer.coerce(e, p.type, .implicit, .implicitCast)
      values.append(try execution.evaluate(e, Frame(parent: nil)))
    }
    let result = try self.call(f, values)
    var outputs: [OutputColumn] = []
    for p in f.parameters where p.mode == "out" || p.mode == "inout" {
      outputs.append(OutputColumn(name: p.name ?? "", type: p.type))
    }
    if outputs.isEmpty {
      outcomes.append(.command("CALL"))
      return
    }
    var row: Row = []
    if case .record(let r)? = result.first, outputs.count > 1 { row = r.fields } else { row = [result.first ?? .null] }
    outcomes.append(.rows(textRows([row], outputs, tag: "CALL")))
  }

  func runBlock(_ body: String, _ language: String) throws(SQLError) {
    if ["sql", "c", "internal"].contains(language) {
      throw SQLError(
        SQLState.featureNotSupported, "language \"\(language)\" does not support inline code execution")
    }
    guard language == "plpgsql" || language.isEmpty else {
      throw SQLError(SQLState.undefinedObject, "language \"\(language)\" does not exist")
    }
    try check(body, nil)
    let runner = PlRunner(self, name: "inline_code_block", function: nil)
    runner.declare(PlVariable(name: "found", type: SQLType(Oid.bool), value: .bool(false)))
    _ = try runner.run(try block(body))
    outcomes.append(.command("DO"))
  }

  // MARK: Subtransactions

  func beginSubtransaction() -> Int {
    guard let t = transaction else { return 0 }
    let parent = writeID()
    let xid = log.begin(parent: parent)
    t.own.insert(xid)
    t.savepoints.append(savepoint("\u{1}", xid, t))
    return t.savepoints.count - 1
  }

  func releaseSubtransaction(_ index: Int) {
    guard let t = transaction, index < t.savepoints.count else { return }
    t.savepoints.removeSubrange(index...)
  }

  func rollbackSubtransaction(_ index: Int) {
    guard let t = transaction, index < t.savepoints.count else { return }
    undo(t, toSavepoint: index)
  }
}
