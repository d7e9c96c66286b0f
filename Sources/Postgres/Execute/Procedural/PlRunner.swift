// Runs a PL/pgSQL tree: one runner per call. Queries go through the session with the variables as parameters; an exception
// block is a subtransaction. Source: PostgreSQL 15 manual, chapter 43.

internal import SimKernel

final class PlRunner {
  enum Flow {
    case go
    case exit(String?)
    case next(String?)
    case done
  }

  let session: ClientSession
  /// `inline_code_block` or the function with its argument types.
  let name: String
  let function: FunctionEntry?
  var variables: [PlVariable] = []
  var arguments: [Value] = []
  var result: Value = .null
  var results: [Value] = []
  /// What handlers know about the error they caught.
  var caught: SQLError?
  private var steps = 0
  private static let stepLimit = 2_000_000

  init(_ session: ClientSession, name: String, function: FunctionEntry?) {
    self.session = session
    self.name = name
    self.function = function
  }

  // MARK: Variables

  func declare(_ variable: PlVariable) { variables.append(variable) }

  func position(_ name: String) -> Int? {
    if name.hasPrefix("$"), let n = Int(name.dropFirst()), n >= 1 { return n - 1 < variables.count ? n - 1 : nil }
    for i in variables.indices.reversed() where variables[i].name == name { return i }
    // `block.variable` and `function.parameter`
    let parts = splitText(name, ".")
    if parts.count == 2, parts[0] == function?.name { return position(parts[1]) }
    return nil
  }

  var frame: CallFrame {
    var f = CallFrame()
    for v in variables { f.add(v.name, v.type, v.value) }
    for v in variables {
      guard v.isRecord || !v.fields.isEmpty else { continue }
      guard case .record(let r) = v.value else {
        for field in v.fields { f.add(v.name + "." + field.name, field.type, .null) }
        continue
      }
      for (i, field) in v.fields.enumerated() where i < r.fields.count {
        f.add(v.name + "." + field.name, field.type, r.fields[i])
      }
    }
    if let own = function?.name {
      for v in variables { f.add(own + "." + v.name, v.type, v.value) }
    }
    return f
  }

  func set(_ target: String, _ value: Value, _ type: SQLType) throws(SQLError) {
    if let i = position(target) {
      if variables[i].isConstant {
        throw SQLError("22005", "variable \"\(target)\" is declared CONSTANT")
      }
      if variables[i].isRecord {
        variables[i].value = value
        return
      }
      variables[i].value = try session.converted(value, type, variables[i].type)
      if variables[i].notNull, variables[i].value.isNull {
        throw SQLError("22004", "null value cannot be assigned to variable \"\(target)\" declared NOT NULL")
      }
      return
    }
    let parts = splitText(target, ".")
    guard parts.count == 2, let i = position(parts[0]) else {
      throw SQLError(SQLState.syntaxError, "\"\(target)\" is not a known variable")
    }
    guard let k = variables[i].fields.firstIndex(where: { $0.name == parts[1] }) else {
      throw SQLError(SQLState.undefinedColumn, "record \"\(parts[0])\" has no field \"\(parts[1])\"")
    }
    var record: RecordValue
    if case .record(let r) = variables[i].value {
      record = r
    } else {
      let fields = variables[i].fields
      record = RecordValue(
        names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: fields.map { _ in .null })
    }
    record.fields[k] = try session.converted(value, type, variables[i].fields[k].type)
    variables[i].value = .record(record)
  }

  /// A row into a record, a row variable or a list of scalars.
  func store(_ row: Row?, _ columns: [OutputColumn], _ targets: [String]) throws(SQLError) {
    if targets.count == 1, let i = position(targets[0]), variables[i].isRecord || !variables[i].fields.isEmpty {
      if variables[i].isRecord {
        variables[i].fields = columns.map { CompositeField(name: $0.name, type: $0.type) }
      }
      var values: Row = []
      for (k, field) in variables[i].fields.enumerated() {
        guard let row, k < row.count else {
          values.append(.null)
          continue
        }
        values.append(variables[i].isRecord ? row[k] : try session.converted(row[k], columns[k].type, field.type))
      }
      let fields = variables[i].fields
      variables[i].value = .record(
        RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: values))
      return
    }
    for (k, target) in targets.enumerated() {
      guard let row, k < row.count else {
        try set(target, .null, SQLType(Oid.unknown))
        continue
      }
      try set(target, row[k], columns[k].type)
    }
  }

  func setFound(_ found: Bool) { if let i = position("found") { variables[i].value = .bool(found) } }

  // MARK: Queries

  /// Rows of a query in the text of the function.
  func query(_ text: String) throws(SQLError) -> (rows: [Row], columns: [OutputColumn]) {
    let saved = session.callFrame
    session.callFrame = frame
    defer { session.callFrame = saved }
    session.transaction?.command += 1
    do throws(SQLError) {
      var parser = try Parser(Array(text.utf8))
      let statement = try parser.single()
      switch statement {
      case .query(let q):
        let plan = try Analyzer(session: session).query(q, parent: nil)
        let rows = try Execution(session: session, snapshot: session.snapshot()).run(plan, nil)
        return (rows, plan.columns)
      case .insert, .update, .delete:
        let plan = try Analyzer(session: session).modification(statement, parent: nil)
        let r = try Execution(session: session, snapshot: session.snapshot()).modify(plan, Frame(parent: nil))
        return (r.rows, plan.columns)
      default: throw SQLError(SQLState.syntaxError, "cannot open \(text) query as cursor")
      }
    } catch {
      throw inside(error, text, isExpression: false)
    }
  }

  /// The value of an expression.
  func value(_ text: String) throws(SQLError) -> (value: Value, type: SQLType) {
    let saved = session.callFrame
    session.callFrame = frame
    defer { session.callFrame = saved }
    session.transaction?.command += 1
    do throws(SQLError) {
      var parser = try Parser(Array(("SELECT " + text).utf8))
      guard case .query(let q) = try parser.single() else { throw SQLError(SQLState.syntaxError, "syntax error") }
      let plan = try Analyzer(session: session).query(q, parent: nil)
      if plan.columns.count != 1 {
        throw SQLError(SQLState.syntaxError, "query \"\(text)\" returned \(plan.columns.count) columns")
      }
      let rows = try Execution(session: session, snapshot: session.snapshot()).run(plan, nil)
      if rows.count > 1 {
        throw SQLError(SQLState.cardinalityViolation, "query \"\(text)\" returned more than one row")
      }
      return (rows.first?[0] ?? .null, plan.columns[0].type)
    } catch {
      var e = error
      if e.offset >= 7, e.internalQuery == nil { e.offset -= 7 }
      throw inside(e, text, isExpression: true)
    }
  }

  private func inside(_ error: SQLError, _ text: String, isExpression: Bool) -> SQLError {
    var e = error
    if e.kind == .notSimulated { return e }
    if e.offset >= 0, e.internalQuery == nil {
      e.internalQuery = text
    } else if isExpression, e.offset < 0, e.context == nil, isConstant(text) {
      e.context = "SQL expression \"\(text)\""
    } else if !isExpression, e.offset < 0 || e.context != nil {
      e.context = (e.context.map { $0 + "\n" } ?? "") + "SQL statement \"\(text)\""
    }
    return e
  }

  /// What fails before the variables matter is blamed on the whole assignment.
  private func assigning(_ error: SQLError, _ target: String, _ text: String) -> SQLError {
    var e = error
    if e.kind == .notSimulated { return e }
    let whole = "\(target) := \(text)"
    if e.internalQuery == text {
      e.internalQuery = whole
      e.offset += whole.utf8.count - text.utf8.count
    } else if let c = e.context, c == "SQL expression \"\(text)\"" {
      e.context = "PL/pgSQL assignment \"\(whole)\""
    }
    return e
  }

  /// An expression without variables is computed when it is planned.
  private func isConstant(_ text: String) -> Bool {
    guard let tokens = try? Lexer.tokens(Array(text.utf8)) else { return false }
    for t in tokens where t.kind == .word || t.kind == .quoted || t.kind == .parameter {
      if t.kind == .parameter || position(t.text) != nil { return false }
    }
    return true
  }

  private func truth(_ text: String) throws(SQLError) -> Bool {
    let (v, t) = try value(text)
    if case .bool(let b) = v { return b }
    return v.isNull ? false : try session.converted(v, t, SQLType(Oid.bool)).isTrue
  }

  /// The text of an EXECUTE with its USING values as parameters.
  func dynamic(_ q: PlQuery) throws(SQLError) -> (text: String, frame: CallFrame) {
    let (v, t) = try value(q.text)
    if v.isNull { throw SQLError("22004", "query string argument of EXECUTE is null") }
    var f = CallFrame()
    for u in q.using {
      let (uv, ut) = try value(u)
      f.add(nil, ut, uv)
    }
    return (session.output(v, t.oid), f)
  }

  /// Runs any statement and says what came of it.
  func run(
    _ text: String, _ scope: CallFrame
  ) throws(SQLError) -> (rows: [Row], columns: [OutputColumn], count: Int64, returnsRows: Bool) {
    let saved = session.callFrame
    session.callFrame = scope
    defer { session.callFrame = saved }
    session.transaction?.command += 1
    do throws(SQLError) {
      var parser = try Parser(Array(text.utf8))
      let statement = try parser.single()
      switch statement {
      case .query(let q):
        if case .select(let core) = q.body, core.into != nil { break }
        let plan = try Analyzer(session: session).query(q, parent: nil)
        let rows = try Execution(session: session, snapshot: session.snapshot()).run(plan, nil)
        return (rows, plan.columns, Int64(rows.count), true)
      case .insert, .update, .delete:
        let plan = try Analyzer(session: session).modification(statement, parent: nil)
        let r = try Execution(session: session, snapshot: session.snapshot()).modify(plan, Frame(parent: nil))
        return (r.rows, plan.columns, Int64(r.count), !plan.returning.isEmpty)
      case .begin, .savepoint, .rollbackTo, .releaseSavepoint:
        throw SQLError("0A000", "unsupported transaction command in PL/pgSQL")
      case .copy: throw SQLError("0A000", "cannot COPY to/from client in PL/pgSQL")
      default: break
      }
      let outcomes = session.outcomes
      session.outcomes = []
      let text = session.currentQuery
      try session.run(statement)
      session.currentQuery = text
      var count: Int64 = 0
      var notices: [StatementOutcome] = []
      for o in session.outcomes {
        switch o {
        case .notice: notices.append(o)
        case .command(let tag): count = Int64(tag.split(separator: " ").last.map { String($0) } ?? "") ?? 0
        default: break
        }
      }
      session.outcomes = outcomes + notices
      return ([], [], count, false)
    } catch {
      throw inside(error, text, isExpression: false)
    }
  }

  // MARK: Blocks

  func run(_ block: PlBlock) throws(SQLError) -> Flow {
    let depth = variables.count
    defer { variables.removeLast(variables.count - depth) }
    for d in block.declarations {
      do throws(SQLError) { try declare(d) } catch {
        throw located(error, block.line, "during statement block local variable initialization", isAt: false)
      }
    }
    guard !block.handlers.isEmpty else { return leave(try run(block.body), block.label) }
    let point = session.beginSubtransaction()
    let shown = session.outcomes.count
    do throws(SQLError) {
      let flow = try run(block.body)
      session.releaseSubtransaction(point)
      return leave(flow, block.label)
    } catch {
      if error.kind != .error { throw error }
      guard
        let handler = block.handlers.first(where: { h in h.conditions.contains { PlConditions.matches($0, error.state) }
        })
      else { throw error }
      session.rollbackSubtransaction(point)
      if session.outcomes.count < shown { session.outcomes = [] }
      let saved = caught
      caught = error
      defer { caught = saved }
      let height = variables.count
      declare(PlVariable(name: "sqlstate", type: SQLType(Oid.text), value: .text(error.state)))
      declare(PlVariable(name: "sqlerrm", type: SQLType(Oid.text), value: .text(error.message)))
      defer { variables.removeLast(variables.count - height) }
      return leave(try run(handler.body), block.label)
    }
  }

  private func leave(_ flow: Flow, _ label: String?) -> Flow {
    if case .exit(let target) = flow, let target, target == label { return .go }
    return flow
  }

  private func declare(_ d: PlDeclaration) throws(SQLError) {
    if let alias = d.alias {
      guard let i = position(alias) else {
        throw SQLError(SQLState.undefinedParameter, "variable \"\(alias)\" does not exist")
      }
      var copy = variables[i]
      copy.name = d.name
      return declare(copy)
    }
    guard let typeText = d.type else {
      return declare(PlVariable(name: d.name, type: SQLType(Oid.record), value: .null, isRecord: true))
    }
    var v = PlVariable(name: d.name, type: try resolve(typeText), value: .null)
    if let entry = session.catalog.type(v.type.oid), entry.form == .composite {
      v.fields = session.compositeFields(entry)
    }
    if let text = d.value {
      let (value, type) = try value(text)
      v.value = try session.converted(value, type, v.type)
    }
    if d.notNull, v.value.isNull {
      throw SQLError("22004", "null value cannot be assigned to variable \"\(d.name)\" declared NOT NULL")
    }
    if let cursor = d.cursor {
      v.cursor = cursor
      v.value = .text(d.name)
    }
    v.isConstant = d.isConstant
    v.notNull = d.notNull
    declare(v)
  }

  func resolve(_ text: String) throws(SQLError) -> SQLType {
    var words = trimmedSpaces(text)
    let lower = lowercasedASCII(words)
    if lower.hasSuffix("%rowtype") { words = String(words.dropLast(8)) }
    if lower.hasSuffix("%type") {
      let path = splitText(lowercasedASCII(String(words.dropLast(5))), ".")
      if path.count == 1, let i = position(path[0]) { return variables[i].type }
      let table = QualifiedName(parts: Array(path.dropLast()), offset: -1)
      guard path.count > 1, let oid = session.findRelation(table), let r = session.catalog.relation(oid) else {
        throw SQLError(SQLState.undefinedTable, "relation \"\(joined(Array(path.dropLast()), "."))\" does not exist")
      }
      guard let k = r.columnIndex(path[path.count - 1]) else {
        throw SQLError(
          SQLState.undefinedColumn, "column \"\(path[path.count - 1])\" of relation \"\(r.name)\" does not exist")
      }
      return r.columns[k].type
    }
    var parser = try Parser(Array(words.utf8))
    do throws(SQLError) { return try Analyzer(session: session).resolveType(try parser.typeName()) } catch {
      var e = error
      e.offset = -1
      throw e
    }
  }

  // MARK: Statements

  func run(_ statements: [PlStatement]) throws(SQLError) -> Flow {
    for s in statements {
      steps += 1
      if steps > PlRunner.stepLimit { throw .notSimulated("limit: a PL/pgSQL function of more than 2,000,000 steps") }
      let flow: Flow
      do throws(SQLError) { flow = try run(s) } catch {
        if case .block(let inner) = s.kind, inner.handlers.isEmpty { throw error }
        throw located(error, s.line, s.kind.name, isAt: true)
      }
      if case .go = flow { continue }
      return flow
    }
    return .go
  }

  /// Adds `PL/pgSQL function f() line 3 at RAISE` once per call.
  private func located(_ error: SQLError, _ line: Int, _ what: String, isAt: Bool) -> SQLError {
    if error.kind == .notSimulated || error.place == ObjectIdentifier(self) { return error }
    var e = error
    let place = "PL/pgSQL function \(name) line \(line) " + (isAt ? "at " : "") + what
    e.context = (e.context.map { $0 + "\n" } ?? "") + place
    e.place = ObjectIdentifier(self)
    return e
  }

  private func run(_ s: PlStatement) throws(SQLError) -> Flow {
    switch s.kind {
    case .null: return .go
    case .block(let inner): return try run(inner)
    case .assign(let target, let subscripted, let text):
      let (v, t): (Value, SQLType)
      do throws(SQLError) { (v, t) = try value(text) } catch {
        throw assigning(error, target, text)
      }
      if let subscripted { try setElement(target, subscripted, v, t) } else { try assign(target, v, t) }
      return .go
    case .ifElse(let branches, let otherwise):
      for b in branches where try truth(b.condition) { return try run(b.body) }
      return try run(otherwise)
    case .choose(let test, let branches, let otherwise):
      for b in branches {
        for v in b.values {
          if try truth(test.map { "(\($0)) = (\(v))" } ?? v) { return try run(b.body) }
        }
      }
      guard let otherwise else {
        throw SQLError("20000", "case not found", hint: "CASE statement is missing ELSE part.")
      }
      return try run(otherwise)
    case .loop(let label, let body):
      while true {
        try tick()
        switch once(try run(body), label) {
        case .stop: return .go
        case .leave(let flow): return flow
        case .again: continue
        }
      }
    case .whileLoop(let label, let condition, let body):
      while try truth(condition) {
        switch once(try run(body), label) {
        case .stop: return .go
        case .leave(let flow): return flow
        case .again: continue
        }
      }
      return .go
    case .forRange(let label, let name, let reverse, let low, let high, let step, let body):
      return try range(label, name, reverse, low, high, step, body)
    case .forQuery(let label, let names, let q, let body): return try rows(label, names, q, body)
    case .forEach(let label, let target, let list, let body):
      let (v, t) = try value(list)
      guard case .array(let a) = v else {
        if v.isNull { throw SQLError("22004", "FOREACH expression must not be null") }
        throw SQLError(
          SQLState.datatypeMismatch, "FOREACH expression must yield an array, not type \(session.formatType(t))")
      }
      for e in a.elements {
        try assign(target, e, SQLType(a.elementType))
        switch once(try run(body), label) {
        case .stop: return .go
        case .leave(let flow): return flow
        case .again: continue
        }
      }
      setFound(!a.elements.isEmpty)
      return .go
    case .exit(let label, let condition):
      if let condition, !(try truth(condition)) { return .go }
      return .exit(label)
    case .next(let label, let condition):
      if let condition, !(try truth(condition)) { return .go }
      return .next(label)
    case .returnValue(let text):
      if let text { try setResult(text) }
      return .done
    case .returnNext(let text):
      try addResult(text)
      return .go
    case .returnQuery(let q):
      var list: (rows: [Row], columns: [OutputColumn])
      if q.isDynamic {
        let (text, f) = try dynamic(q)
        let r = try run(text, f)
        list = (r.rows, r.columns)
      } else {
        list = try query(q.text)
      }
      try addRows(list.rows, list.columns)
      rowCount = Int64(list.rows.count)
      setFound(!list.rows.isEmpty)
      return .go
    case .raise(let r):
      try raise(r)
      return .go
    case .perform(let text):
      let r = try query("SELECT " + text)
      setFound(!r.rows.isEmpty)
      rowCount = Int64(r.rows.count)
      return .go
    case .execute(let q, let into, let strict):
      let (text, f) = try dynamic(q)
      let r = try run(text, f)
      rowCount = r.count
      if !into.isEmpty { try take(r.rows, r.columns, into, strict) }
      return .go
    case .sql(let text, let into, let strict):
      let r = try run(text, frame)
      rowCount = r.count
      if !into.isEmpty {
        try take(r.rows, r.columns, into, strict)
        setFound(!r.rows.isEmpty)
      } else {
        if r.returnsRows {
          let isSelect =
            lowercasedASCII(String(text.prefix(6))) == "select" || lowercasedASCII(String(text.prefix(4))) == "with"
          throw SQLError(
            SQLState.syntaxError, "query has no destination for result data",
            hint: isSelect ? "If you want to discard the results of a SELECT, use PERFORM instead." : nil)
        }
        setFound(r.count > 0)
      }
      return .go
    case .diagnostics(let list, let stacked):
      for d in list {
        try set(d.target, try diagnostic(d.item, stacked), SQLType(d.item == "row_count" ? Oid.int8 : Oid.text))
      }
      return .go
    case .assert(let condition, let message):
      if try truth(condition) { return .go }
      var text = "assertion failed"
      if let message {
        let (v, t) = try value(message)
        if !v.isNull { text = session.output(v, t.oid) }
      }
      throw SQLError("P0004", text)
    case .openCursor(let target, let query, let given):
      try openCursor(target, query, given)
      return .go
    case .fetchCursor(let target, let direction, let count, let into, let moves):
      try fetchCursor(target, direction, count, into, moves: moves)
      return .go
    case .closeCursor(let target):
      let portal = try portal(of: target)
      session.cursors[portal] = nil
      return .go
    case .forCursor(let label, let target, let cursor, let given, let body):
      return try loopOver(label, target, cursor, given, body)
    case .commit(let commits):
      guard function == nil || function?.isProcedure == true, session.transaction?.isExplicit != true else {
        throw SQLError("2D000", "invalid transaction termination")
      }
      if commits { try session.commit() } else { session.rollback() }
      session.begin(explicit: false)
      return .go
    }
  }

  var rowCount: Int64 = 0

  func tick() throws(SQLError) {
    steps += 1
    if steps > PlRunner.stepLimit { throw .notSimulated("limit: a PL/pgSQL loop without end") }
  }

  enum Turn {
    case again
    case stop
    case leave(Flow)
  }

  func once(_ flow: Flow, _ label: String?) -> Turn {
    switch flow {
    case .go: return .again
    case .done: return .leave(.done)
    case .exit(let target): return target == nil || target == label ? .stop : .leave(flow)
    case .next(let target): return target == nil || target == label ? .again : .leave(flow)
    }
  }

  private func assign(_ target: String, _ v: Value, _ t: SQLType) throws(SQLError) {
    if let i = position(target), variables[i].isRecord || !variables[i].fields.isEmpty {
      guard case .record(let r) = v else {
        if v.isNull {
          variables[i].value = .null
          return
        }
        throw SQLError(SQLState.datatypeMismatch, "cannot assign non-composite value to a record variable")
      }
      if variables[i].isRecord {
        var fields: [CompositeField] = []
        if let entry = session.catalog.type(t.oid), entry.form == .composite { fields = session.compositeFields(entry) }
        if fields.isEmpty {
          for k in r.fields.indices {
            fields.append(CompositeField(name: k < r.names.count ? r.names[k] : "f\(k + 1)", type: SQLType(r.types[k])))
          }
        }
        variables[i].fields = fields
      }
      variables[i].value = v
      return
    }
    try set(target, v, t)
  }

  private func setElement(_ target: String, _ subscripted: String, _ v: Value, _ t: SQLType) throws(SQLError) {
    guard let i = position(target) else {
      throw SQLError(SQLState.syntaxError, "\"\(target)\" is not a known variable")
    }
    let (position, _) = try value(subscripted)
    let element = session.catalog.type(variables[i].type.oid)?.elementOid ?? Oid.text
    let new = try session.converted(v, t, SQLType(element))
    var array: ArrayValue
    if case .array(let a) = variables[i].value { array = a } else { array = ArrayValue(elementType: element, []) }
    let at = Int(clamping: position.integer)
    if array.elements.isEmpty {
      array = ArrayValue(elementType: element, dimensions: [1], lowerBounds: [at], elements: [new])
    } else {
      guard array.dimensions.count == 1, at >= array.lowerBounds[0], at < array.lowerBounds[0] + 100_000 else {
        throw .notSimulated("assignment outside an array's bounds")
      }
      let k = at - array.lowerBounds[0]
      while array.elements.count <= k { array.elements.append(.null) }
      array.elements[k] = new
      array.dimensions = [array.elements.count]
    }
    variables[i].value = .array(array)
  }

  private func range(
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
    var flow = Flow.go
    loop: while reverse ? i >= end : i <= end {
      found = true
      variables[height].value = .int(i)
      try tick()
      switch once(try run(body), label) {
      case .stop: break loop
      case .leave(let other):
        flow = other
        break loop
      case .again: break
      }
      i += reverse ? -by : by
    }
    setFound(found)
    return flow
  }

  private func rows(_ label: String?, _ names: [String], _ q: PlQuery, _ body: [PlStatement]) throws(SQLError) -> Flow {
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
    var flow = Flow.go
    loop: for row in list.rows {
      try store(row, list.columns, names)
      try tick()
      switch once(try run(body), label) {
      case .stop: break loop
      case .leave(let other):
        flow = other
        break loop
      case .again: break
      }
    }
    setFound(!list.rows.isEmpty)
    return flow
  }

  private func take(
    _ rows: [Row], _ columns: [OutputColumn], _ into: [String], _ strict: Bool
  ) throws(SQLError) {
    if strict {
      if rows.isEmpty { throw SQLError("P0002", "query returned no rows") }
      if rows.count > 1 {
        throw SQLError(
          "P0003", "query returned more than one row", hint: "Make sure the query returns a single row, or use LIMIT 1."
        )
      }
    }
    try store(rows.first, columns, into)
  }

  private func diagnostic(_ item: String, _ stacked: Bool) throws(SQLError) -> Value {
    if !stacked {
      switch item {
      case "row_count": return .int(rowCount)
      case "pg_context": throw .notSimulated("GET DIAGNOSTICS PG_CONTEXT")
      default: throw SQLError(SQLState.syntaxError, "unrecognized GET DIAGNOSTICS item")
      }
    }
    guard let e = caught else {
      throw SQLError("0Z002", "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")
    }
    switch item {
    case "returned_sqlstate": return .text(e.state)
    case "message_text": return .text(e.message)
    case "pg_exception_detail": return .text(e.detail ?? "")
    case "pg_exception_hint": return .text(e.hint ?? "")
    case "pg_exception_context": return .text(e.context ?? "")
    case "table_name": return .text(e.tableName ?? "")
    case "schema_name": return .text(e.schemaName ?? "")
    case "column_name": return .text(e.columnName ?? "")
    case "constraint_name": return .text(e.constraintName ?? "")
    default: return .text("")
    }
  }

  // MARK: Results

  private func setResult(_ text: String) throws(SQLError) {
    guard let f = function else { return }
    if f.result.oid == Oid.trigger {
      let lower = lowercasedASCII(trimmedSpaces(text))
      if lower == "new" || lower == "old" {
        result = position(lower).map { variables[$0].value } ?? .null
      } else {
        result = try value(text).value
      }
      return
    }
    if f.result.oid == Oid.void { return }
    let (v, t) = try value(text)
    if case .record = v {
      result = v
    } else {
      result = try session.converted(v, t, f.result)
    }
  }

  private func addResult(_ text: String?) throws(SQLError) {
    guard let f = function else { return }
    if let text {
      let (v, t) = try value(text)
      if case .record = v { results.append(v) } else { results.append(try session.converted(v, t, f.result)) }
      return
    }
    results.append(session.outputRow(f, self))
  }

  private func addRows(_ rows: [Row], _ columns: [OutputColumn]) throws(SQLError) {
    guard let f = function else { return }
    let fields = session.resultFields(f)
    let expected = fields.isEmpty ? [CompositeField(name: f.name, type: f.result)] : fields
    if columns.count != expected.count {
      throw SQLError(
        SQLState.datatypeMismatch, "structure of query does not match function result type",
        detail:
          "Number of returned columns (\(columns.count)) does not match expected column count (\(expected.count)).")
    }
    for (k, c) in columns.enumerated() where c.type.oid != expected[k].type.oid {
      let compatible = c.type.oid == Oid.unknown
      if !compatible {
        throw SQLError(
          SQLState.datatypeMismatch, "structure of query does not match function result type",
          detail:
            "Returned type \(session.formatType(c.type)) does not match expected type \(session.formatType(expected[k].type)) in column \(k + 1)."
        )
      }
    }
    for row in rows {
      if fields.isEmpty {
        results.append(row[0])
      } else {
        results.append(
          .record(RecordValue(names: fields.map { $0.name }, types: fields.map { $0.type.oid }, fields: row)))
      }
    }
  }

  /// The value of a variable, for OUT parameters.
  func current(_ name: String) -> Value { position(name).map { variables[$0].value } ?? .null }

  // MARK: RAISE

  private func raise(_ r: PlRaise) throws(SQLError) {
    if r.level.isEmpty {
      guard let e = caught else {
        throw SQLError("0Z002", "RAISE without parameters cannot be used outside an exception handler")
      }
      throw e
    }
    var message = r.condition ?? r.state ?? "unknown error"
    if let format = r.format {
      var out: [UInt8] = []
      let bytes = Array(format.utf8)
      var next = 0
      var i = 0
      while i < bytes.count {
        if bytes[i] == 0x25 {
          if i + 1 < bytes.count, bytes[i + 1] == 0x25 {
            out.append(0x25)
            i += 2
            continue
          }
          guard next < r.arguments.count else {
            throw SQLError(SQLState.syntaxError, "too few parameters specified for RAISE")
          }
          let (v, t) = try value(r.arguments[next])
          next += 1
          out += v.isNull ? Array("<NULL>".utf8) : Array(session.output(v, t.oid).utf8)
        } else {
          out.append(bytes[i])
        }
        i += 1
      }
      if next < r.arguments.count {
        throw SQLError(SQLState.syntaxError, "too many parameters specified for RAISE")
      }
      message = String(decoding: out, as: UTF8.self)
    }
    var state = r.state ?? r.condition.flatMap { PlConditions.state($0) }
    if r.condition != nil, state == nil {
      throw SQLError(SQLState.undefinedObject, "unrecognized exception condition \"\(r.condition!)\"")
    }
    var detail: String?
    var hint: String?
    var error = SQLError("00000", "")
    for o in r.options {
      let (v, t) = try value(o.value)
      let text = v.isNull ? "" : session.output(v, t.oid)
      switch o.name {
      case "message": message = text
      case "detail": detail = text
      case "hint": hint = text
      case "errcode": state = PlConditions.state(text) ?? text
      case "table": error.tableName = text
      case "column": error.columnName = text
      case "constraint": error.constraintName = text
      case "schema": error.schemaName = text
      case "datatype": error.typeName = text
      default: throw SQLError(SQLState.syntaxError, "unrecognized RAISE statement option")
      }
    }
    if r.level == "exception" {
      error.state = state ?? "P0001"
      error.message = message
      error.detail = detail
      error.hint = hint
      throw error
    }
    let severity = uppercasedASCII(r.level)
    if severity == "DEBUG" || severity == "LOG" { return }
    session.notice(
      message, severity: severity, state: state ?? (severity == "WARNING" ? "01000" : "00000"), detail: detail,
      hint: hint)
  }
}
