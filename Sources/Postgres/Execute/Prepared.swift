// Queries and modifications at the top of a statement, prepared statements, cursors. Source: PostgreSQL 15 manual, PREPARE, EXECUTE
// and FETCH.

internal import SimKernel

extension ClientSession {
  func runQuery(_ query: Query) throws(SQLError) {
    if case .select(let core) = query.body, let into = core.into {
      var table = CreateTable(name: into)
      table.temporary = core.intoTemporary
      var plain = core
      plain.into = nil
      query.body = .select(plain)
      table.query = query
      try requireWritable("SELECT INTO")
      try createTableAs(table)
      return
    }
    let plan = try Analyzer(session: self).query(query, parent: nil)
    for table in plan.commonTables {
      if case .modification = table.body { try requireWritable("INSERT") }
    }
    if plan.lockStrength != nil { try requireWritable("SELECT FOR \(plan.lockStrength!.uppercased())") }
    let execution = Execution(session: self, snapshot: snapshot())
    let rows = try execution.run(plan, nil)
    outcomes.append(.rows(textRows(rows, plan.columns, tag: "SELECT \(rows.count)")))
  }

  func runModification(_ statement: Statement) throws(SQLError) {
    let verb: String
    switch statement {
    case .insert: verb = "INSERT"
    case .update: verb = "UPDATE"
    default: verb = "DELETE"
    }
    try requireWritable(verb)
    let plan = try Analyzer(session: self).modification(statement, parent: nil)
    let execution = Execution(session: self, snapshot: snapshot())
    let result = try execution.modify(plan, Frame(parent: nil))
    let tag = verb == "INSERT" ? "INSERT 0 \(result.count)" : "\(verb) \(result.count)"
    if plan.returning.isEmpty {
      outcomes.append(.command(tag))
    } else {
      outcomes.append(.rows(textRows(result.rows, plan.columns, tag: tag)))
    }
  }

  func prepare(_ name: String, _ types: [TypeName], _ statement: Statement) throws(SQLError) {
    let analyzer = Analyzer(session: self)
    var resolved: [SQLType] = []
    for t in types { resolved.append(try analyzer.resolveType(t)) }
    var highest = 0
    // Parameters without a declared type take it from where they stand; text is the fallback.
    for token in try Lexer.tokens(Array(currentQuery.utf8)) where token.kind == .parameter {
      highest = max(highest, Int(token.text) ?? 0)
    }
    while resolved.count < highest { resolved.append(SQLType(Oid.unknown)) }
    if resolved.contains(where: { $0.oid == Oid.unknown }) {
      let inferring = Analyzer(session: self)
      inferring.parameterTypes = resolved
      switch statement {
      case .query(let q): _ = try inferring.query(q, parent: nil)
      case .insert, .update, .delete: _ = try inferring.modification(statement, parent: nil)
      default: break
      }
      resolved = inferring.parameterTypes
      for i in resolved.indices where resolved[i].oid == Oid.unknown { resolved[i] = SQLType(Oid.text) }
    }
    prepared[name] = PreparedStatement(
      name: name, types: resolved, statement: statement, text: queryText, preparedAt: now)
  }

  func executePrepared(_ name: String, _ arguments: [Expr]) throws(SQLError) {
    guard let p = prepared[name] else {
      throw SQLError("26000", "prepared statement \"\(name)\" does not exist")
    }
    if arguments.count != p.types.count {
      throw SQLError(
        SQLState.syntaxError, "wrong number of parameters for prepared statement \"\(name)\"",
        detail: "Expected \(p.types.count) parameters but got \(arguments.count).")
    }
    let analyzer = Analyzer(session: self)
    let scope = Scope(parent: nil, plan: QueryPlan(id: 0))
    let execution = Execution(session: self, snapshot: snapshot())
    var values: Row = []
    for (i, a) in arguments.enumerated() {
      var typed = try analyzer.expression(a, scope)
      if p.types[i].oid != Oid.unknown {
        typed = try analyzer.coerce(typed, p.types[i], .assignment, .implicitCast)
      }
      values.append(try execution.evaluate(typed, Frame(parent: nil)))
      if p.types[i].oid == Oid.unknown {
        // A literal is read where it is used.
        analyzer.parameterTypes.append(typed.type)
      } else {
        analyzer.parameterTypes.append(p.types[i])
      }
    }
    execution.parameters = values
    switch p.statement {
    case .query(let query):
      let plan = try analyzer.query(query, parent: nil)
      let rows = try execution.run(plan, nil)
      outcomes.append(.rows(textRows(rows, plan.columns, tag: "SELECT \(rows.count)")))
    case .insert, .update, .delete:
      let plan = try analyzer.modification(p.statement, parent: nil)
      let result = try execution.modify(plan, Frame(parent: nil))
      let verb = plan.kind == .insert ? "INSERT 0" : plan.kind == .update ? "UPDATE" : "DELETE"
      let tag = "\(verb) \(result.count)"
      if plan.returning.isEmpty {
        outcomes.append(.command(tag))
      } else {
        outcomes.append(.rows(textRows(result.rows, plan.columns, tag: tag)))
      }
    default: try run(p.statement)
    }
  }

  func fetch(_ name: String, _ direction: String, _ count: Int64?, move: Bool) throws(SQLError) {
    guard let cursor = cursors[name] else {
      throw SQLError("34000", "cursor \"\(name)\" does not exist")
    }
    let before = cursor.position
    let rows = step(cursor, direction, count)
    if cursor.scrolls == false, cursor.position < before {
      cursor.position = before
      throw SQLError(
        SQLState.notInPrerequisiteState, "cursor can only scan forward",
        hint: "Declare it with SCROLL option to enable backward scan.")
    }
    if move {
      tag("MOVE \(rows.count)")
    } else {
      outcomes.append(.rows(textRows(rows, cursor.columns, tag: "FETCH \(rows.count)")))
    }
  }

  /// The rows of a cursor's query, with their places in the table when there is just one.
  func cursorRows(
    _ query: Query
  ) throws(SQLError) -> (rows: [Row], columns: [OutputColumn], places: [(table: Value, row: Value)]) {
    let plain = query.body
    defer { query.body = plain }
    var isSimple = false
    if case .select(var core) = plain, core.from.count == 1, core.groupBy.isEmpty, core.having == nil,
      case .none = core.distinct, case .table(let name, _, _, _) = core.from[0], query.with == nil,
      let oid = findRelation(name), let r = catalog.relation(oid), r.isTableLike, !isRowSecured(r)
    {
      isSimple = true
      for word in ["tableoid", "ctid"] {
        core.targets.append(TargetItem(expression: Expr(.column([word]), -1), label: nil))
      }
      query.body = .select(core)
    }
    var plan: QueryPlan
    do throws(SQLError) { plan = try Analyzer(session: self).query(query, parent: nil) } catch {
      // Aggregates have no places, and errors are those of the query as it was written.
      guard isSimple else { throw error }
      isSimple = false
      query.body = plain
      plan = try Analyzer(session: self).query(query, parent: nil)
    }
    let rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
    guard isSimple else { return (rows, plan.columns, []) }
    let width = plan.columns.count - 2
    return (
      rows.map { Array($0[..<width]) }, Array(plan.columns[..<width]),
      rows.map { (table: $0[width], row: $0[width + 1]) }
    )
  }

  /// `WHERE CURRENT OF` as a condition.
  func currentOf(_ name: String, _ table: QualifiedName) throws(SQLError) -> Expr {
    var portal = name
    if let frame = callFrame, let i = frame.names.lastIndex(where: { $0 == name }), case .text(let t) = frame.values[i]
    {
      portal = t
    }
    guard let cursor = cursors[portal] else { throw SQLError("34000", "cursor \"\(portal)\" does not exist") }
    guard !cursor.places.isEmpty || cursor.rows.isEmpty else {
      throw SQLError("24000", "cursor \"\(portal)\" is not a simply updatable scan of table \"\(table.name)\"")
    }
    guard cursor.position >= 1, cursor.position <= cursor.places.count else {
      throw SQLError("24000", "cursor \"\(portal)\" is not positioned on a row")
    }
    let place = cursor.places[cursor.position - 1]
    let tid = latestVersion(output(place.row, Oid.tid), table: Int32(truncatingIfNeeded: place.table.integer))
    var parser = try Parser(
      Array("tableoid = \(place.table.integer)::oid AND ctid = '\(tid)'::tid".utf8))
    return try parser.expression()
  }

  /// The place of a row's version that is seen now, from the place of an earlier one.
  private func latestVersion(_ tid: String, table: Int32) -> String {
    let seen = snapshot()
    var current = tid
    var steps = 0
    while let heap = catalog.relation(table)?.heap, steps < 10_000,
      let tuple = heap.tuples.first(where: { "(\($0.page),\($0.item))" == current }),
      !log.isVisible(tuple, seen), let next = tuple.successor
    {
      current = "(\(next.page),\(next.item))"
      steps += 1
    }
    return current
  }

  /// Moves a cursor and gives the rows that it passed.
  func step(_ cursor: Cursor, _ direction: String, _ count: Int64?) -> [Row] {
    var rows: [Row] = []
    let total = cursor.rows.count
    switch direction {
    case "forward":
      let n = count.map { Int(clamping: $0) } ?? total
      var taken = 0
      while taken < n {
        cursor.position = min(cursor.position + 1, total + 1)
        if cursor.position > total { break }
        rows.append(cursor.rows[cursor.position - 1])
        taken += 1
      }
    case "backward":
      let n = count.map { Int(clamping: $0) } ?? total
      var taken = 0
      while taken < n {
        cursor.position = max(cursor.position - 1, 0)
        if cursor.position == 0 { break }
        rows.append(cursor.rows[cursor.position - 1])
        taken += 1
      }
    default:
      var target = 0
      if direction == "first" {
        target = 1
      } else if direction == "last" {
        target = total
      } else if direction == "absolute" {
        let n = Int(clamping: count ?? 0)
        target = n < 0 ? total + 1 + n : n
      } else {
        target = cursor.position + Int(clamping: count ?? 0)
      }
      cursor.position = max(0, min(total + 1, target))
      if cursor.position >= 1, cursor.position <= total { rows.append(cursor.rows[cursor.position - 1]) }
    }
    return rows
  }
}
