// SQL inside a PL/pgSQL body: its expressions, queries and dynamic commands, run with the variables in sight, and the context
// that an error in one of them carries. Source: PostgreSQL 15 manual, 43.5.

internal import SimKernel

extension PlRunner {
  /// Rows of a query in the text of the function.
  func query(_ text: String) throws(SQLError) -> (rows: [Row], columns: [OutputColumn]) {
    var places: [(table: Value, row: Value)] = []
    return try query(text, places: &places)
  }

  /// The rows of a cursor's query, and where they come from.
  func query(
    _ text: String, places: inout [(table: Value, row: Value)]
  ) throws(SQLError) -> (rows: [Row], columns: [OutputColumn]) {
    let saved = session.callFrame
    session.callFrame = frame
    defer { session.callFrame = saved }
    session.transaction?.command += 1
    do throws(SQLError) {
      var parser = try Parser(Array(text.utf8))
      let statement = try parser.single()
      switch statement {
      case .query(let q):
        let found = try session.cursorRows(q)
        places = found.places
        return (found.rows, found.columns)
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
    } else if isExpression, e.offset < 0, e.context == nil, isConstant(text) || e.message.hasPrefix("record \"") {
      e.context = "SQL expression \"\(text)\""
    } else if !isExpression, e.offset < 0 || e.context != nil {
      e.context = (e.context.map { $0 + "\n" } ?? "") + "SQL statement \"\(text)\""
    }
    return e
  }

  /// What fails before the variables matter is blamed on the whole assignment.
  func assigning(_ error: SQLError, _ target: String, _ text: String) -> SQLError {
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
  func isConstant(_ text: String) -> Bool {
    guard let tokens = try? Lexer.tokens(Array(text.utf8)) else { return false }
    for t in tokens where t.kind == .word || t.kind == .quoted || t.kind == .parameter {
      if t.kind == .parameter || position(t.text) != nil { return false }
    }
    return true
  }

  func truth(_ text: String) throws(SQLError) -> Bool {
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
}
