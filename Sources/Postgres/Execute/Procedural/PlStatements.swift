// PL/pgSQL blocks and statements: declarations, handlers, what each statement does. Source: PostgreSQL 15 manual, 43.2, 43.5 and 43.6.

internal import SimKernel

extension PlRunner {
  func run(_ block: PlBlock) throws(SQLError) -> Flow {
    let depth = variables.count
    defer { variables.removeLast(variables.count - depth) }
    for d in block.declarations {
      do throws(SQLError) {
        try declare(d)
        variables[variables.count - 1].block = block.label
      } catch {
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
      steps += 20
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

  func leave(_ flow: Flow, _ label: String?) -> Flow {
    if case .exit(let target) = flow, let target, target == label { return .go }
    return flow
  }

  func declare(_ d: PlDeclaration) throws(SQLError) {
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
    v.isRecord = v.type.oid == Oid.record
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
    if lower.hasSuffix("%rowtype") {
      words = trimmedSpaces(String(words.dropLast(8)))
      if session.findVirtual(QualifiedName(parts: splitText(lowercasedASCII(words), "."), offset: -1)) != nil {
        return SQLType(Oid.record)
      }
    }
    if lower.hasSuffix("%type") {
      let path = splitText(lowercasedASCII(String(words.dropLast(5))), ".")
      if path.count == 1, let i = position(path[0]) { return variables[i].type }
      let table = QualifiedName(parts: Array(path.dropLast()), offset: -1)
      if path.count > 1, let v = session.findVirtual(table),
        let column = v.columns.first(where: { $0.0 == path[path.count - 1] })
      {
        return SQLType(column.1)
      }
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

  func run(_ s: PlStatement) throws(SQLError) -> Flow {
    switch s.kind {
    case .null: return .go
    case .block(let inner): return try run(inner)
    case .assign(let target, let subscripted, let text):
      let (v, t): (Value, SQLType)
      do throws(SQLError) { (v, t) = try value(text) } catch {
        throw assigning(error, target, text)
      }
      do throws(SQLError) {
        if let subscripted { try setElement(target, subscripted, v, t) } else { try assign(target, v, t) }
      } catch {
        // A literal gets the variable's type when the assignment is planned.
        guard error.offset < 0, error.internalQuery == nil, text.utf8.first == 0x27,
          (try? Lexer.tokens(Array(text.utf8)))?.count == 2
        else { throw error }
        var e = error
        e.internalQuery = "\(target) := \(text)"
        e.offset = target.utf8.count + 4
        throw e
      }
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
      while true { if let ending = try turn(body, label) { return ending } }
    case .whileLoop(let label, let condition, let body):
      while try truth(condition) { if let ending = try turn(body, label) { return ending } }
      return .go
    case .forRange(let label, let name, let reverse, let low, let high, let step, let body):
      return try range(label, name, reverse, low, high, step, body)
    case .forQuery(let label, let names, let q, let body): return try rows(label, names, q, body)
    case .forEach(let label, let target, let slice, let list, let body):
      let (v, t) = try value(list)
      guard case .array(let a) = v else {
        if v.isNull { throw SQLError("22004", "FOREACH expression must not be null") }
        throw SQLError(
          SQLState.datatypeMismatch, "FOREACH expression must yield an array, not type \(session.formatType(t))")
      }
      for e in try parts(a, slice) {
        try assign(target, e, slice > 0 ? t : SQLType(a.elementType))
        if let ending = try turn(body, label) { return ending }
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
}
