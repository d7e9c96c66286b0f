// Cursors of PL/pgSQL: bound ones, refcursor variables and loops over them. A cursor is a portal of the session, so that SQL's
// own FETCH reads it too. Source: PostgreSQL 15 manual, 43.7 "Cursors".

internal import SimKernel

extension PlRunner {
  private func variable(_ name: String) throws(SQLError) -> Int {
    guard let i = position(name) else { throw SQLError(SQLState.syntaxError, "\"\(name)\" is not a known variable") }
    guard variables[i].type.oid == Oid.refcursor else {
      throw SQLError(
        SQLState.datatypeMismatch, "variable \"\(name)\" must be of type cursor or refcursor")
    }
    return i
  }

  /// The name of the portal that a variable stands for.
  func portal(of name: String) throws(SQLError) -> String {
    let i = try variable(name)
    guard case .text(let portal) = variables[i].value else {
      throw SQLError("22004", "cursor variable \"\(name)\" is null")
    }
    guard session.cursors[portal] != nil else { throw SQLError("34000", "cursor \"\(portal)\" does not exist") }
    return portal
  }

  func openCursor(_ name: String, _ query: PlQuery?, _ given: [PlArgument]) throws(SQLError) {
    let i = try variable(name)
    var text = ""
    var list: (rows: [Row], columns: [OutputColumn])
    var places: [(table: Value, row: Value)] = []
    if let query {
      if query.isDynamic {
        let (sql, f) = try dynamic(query)
        text = sql
        let r = try run(sql, f)
        list = (r.rows, r.columns)
      } else {
        text = query.text
        list = try self.query(query.text, places: &places)
      }
    } else {
      guard let cursor = variables[i].cursor else {
        throw SQLError(SQLState.syntaxError, "cursor \"\(name)\" is not bound")
      }
      text = cursor.query
      let height = variables.count
      try declareArguments(cursor, given, name)
      defer { variables.removeLast(variables.count - height) }
      list = try self.query(cursor.query, places: &places)
    }
    var portal = ""
    if case .text(let own) = variables[i].value {
      portal = own
    } else {
      portal = session.freePortal()
      variables[i].value = .text(portal)
    }
    if session.cursors[portal] != nil { throw SQLError("42P03", "cursor \"\(portal)\" already in use") }
    let opened = Cursor(
      name: portal, text: text, createdAt: session.transactionTime, rows: list.rows, columns: list.columns,
      isHold: false)
    opened.places = places
    session.cursors[portal] = opened
  }

  private func declareArguments(_ cursor: PlCursor, _ given: [PlArgument], _ name: String) throws(SQLError) {
    guard given.count == cursor.parameters.count else {
      throw SQLError(
        SQLState.syntaxError,
        cursor.parameters.count > given.count
          ? "not enough arguments for cursor \"\(name)\"" : "too many arguments for cursor \"\(name)\"")
    }
    var made: [PlVariable] = []
    for (k, p) in cursor.parameters.enumerated() {
      var source = given[k].value
      for g in given where g.name == p.name { source = g.value }
      let (v, t) = try value(source)
      let type = try resolve(p.type)
      made.append(PlVariable(name: p.name, type: type, value: try session.converted(v, t, type)))
    }
    for m in made { declare(m) }
  }

  func fetchCursor(
    _ name: String, _ direction: String, _ count: String?, _ into: [String], moves: Bool
  ) throws(SQLError) {
    let portal = try portal(of: name)
    guard let cursor = session.cursors[portal] else { return }
    var n: Int64? = 1
    if let count {
      if count == "all" {
        n = nil
      } else {
        let (v, t) = try value(count)
        n = try session.converted(v, t, SQLType(Oid.int8)).integer
      }
    }
    let rows = session.step(cursor, direction, n)
    rowCount = Int64(rows.count)
    setFound(!rows.isEmpty)
    if !moves { try store(rows.last, cursor.columns, into) }
  }

  func loopOver(
    _ label: String?, _ target: String, _ name: String, _ given: [PlArgument], _ body: [PlStatement]
  ) throws(SQLError) -> Flow {
    try openCursor(name, nil, given)
    let portal = try portal(of: name)
    guard let cursor = session.cursors[portal] else { return .go }
    let height = variables.count
    declare(PlVariable(name: target, type: SQLType(Oid.record), value: .null, isRecord: true))
    var ending: Flow?
    var found = false
    while ending == nil, let row = session.step(cursor, "forward", 1).last {
      found = true
      try store(row, cursor.columns, [target])
      ending = try turn(body, label)
    }
    variables.removeLast(variables.count - height)
    session.cursors[portal] = nil
    setFound(found)
    return ending ?? .go
  }
}

extension ClientSession {
  /// `<unnamed portal 1>` and so on.
  func freePortal() -> String {
    portalNumber += 1
    return "<unnamed portal \(portalNumber)>"
  }
}
