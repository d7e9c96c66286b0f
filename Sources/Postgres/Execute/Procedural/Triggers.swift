// CREATE TRIGGER and when triggers fire: before and after rows and statements. Source: PostgreSQL 15 manual, chapter 39.

internal import SimKernel

extension ClientSession {
  func createTrigger(_ t: CreateTrigger) throws(SQLError) {
    guard let oid = findRelation(t.table), let r = catalog.relation(oid) else {
      throw SQLError(SQLState.undefinedTable, "relation \"\(t.table.text)\" does not exist", at: -1)
    }
    if r.kind == .view {
      if t.timing != "INSTEAD OF", t.forEachRow {
        throw SQLError(
          SQLState.wrongObjectType, "\"\(r.name)\" is a view",
          detail: "Views cannot have row-level BEFORE or AFTER triggers.")
      }
      if t.events.contains("TRUNCATE") {
        throw SQLError(
          SQLState.wrongObjectType, "\"\(r.name)\" is a view", detail: "Views cannot have TRUNCATE triggers.")
      }
    } else {
      guard r.isTableLike else {
        throw SQLError(
          SQLState.wrongObjectType, "relation \"\(r.name)\" cannot have triggers",
          detail: "This operation is not supported for \(r.kindName)s.")
      }
      if t.timing == "INSTEAD OF" {
        throw SQLError(
          SQLState.wrongObjectType, "\"\(r.name)\" is a table", detail: "Tables cannot have INSTEAD OF triggers.")
      }
    }
    if t.timing == "INSTEAD OF" {
      if !t.forEachRow {
        throw SQLError(SQLState.featureNotSupported, "INSTEAD OF triggers must be FOR EACH ROW")
      }
      if t.condition != nil {
        throw SQLError(SQLState.featureNotSupported, "INSTEAD OF triggers cannot have WHEN conditions")
      }
      if !t.updateColumns.isEmpty {
        throw SQLError(SQLState.featureNotSupported, "INSTEAD OF triggers cannot have column lists")
      }
    }
    if t.forEachRow, t.events.contains("TRUNCATE") {
      throw SQLError(SQLState.featureNotSupported, "TRUNCATE FOR EACH ROW triggers are not supported")
    }
    try checkTransitionTables(t, r)
    try requireOwner(r)
    var function: FunctionEntry?
    for f in catalog.functions.values where f.name == t.function.name && f.inputTypes.isEmpty {
      if let schema = t.function.schema, schema != f.schema { continue }
      function = f
    }
    guard let function else {
      throw SQLError(SQLState.undefinedFunction, "function \(t.function.text)() does not exist")
    }
    guard function.result.oid == Oid.trigger else {
      throw SQLError(
        SQLState.invalidObjectDefinition, "function \(t.function.text) must return type trigger")
    }
    for c in t.updateColumns where r.columnIndex(c) == nil {
      throw SQLError(SQLState.undefinedColumn, "column \"\(c)\" of relation \"\(r.name)\" does not exist")
    }
    if r.triggers.contains(where: { $0.name == t.name }) {
      guard t.orReplace else {
        throw SQLError(
          SQLState.duplicateObject, "trigger \"\(t.name)\" for relation \"\(r.name)\" already exists")
      }
      changeRelation(oid) { $0.triggers.removeAll { $0.name == t.name } }
    }
    var info = TriggerInfo(
      oid: newOid(), name: t.name, timing: t.timing, events: t.events, updateColumns: t.updateColumns,
      forEachRow: t.forEachRow, function: function.name, functionOid: function.oid, arguments: t.arguments,
      condition: t.condition)
    info.oldTable = t.oldTable
    info.newTable = t.newTable
    info.isConstraint = t.isConstraint
    info.deferrable = t.deferrable
    info.initiallyDeferred = t.initiallyDeferred
    if t.condition != nil { _ = try condition(info, r, nil, nil) }
    let made = info
    changeRelation(oid) { $0.triggers.append(made) }
  }

  private func checkTransitionTables(_ t: CreateTrigger, _ r: Relation) throws(SQLError) {
    guard t.oldTable != nil || t.newTable != nil else { return }
    func refuse(_ message: String) -> SQLError { SQLError(SQLState.invalidObjectDefinition, message) }
    if t.timing != "AFTER" {
      throw refuse("transition table name can only be specified for an AFTER trigger")
    }
    if t.events.contains("TRUNCATE") { throw refuse("TRUNCATE triggers cannot specify transition tables") }
    if t.events.count > 1 {
      throw SQLError(
        SQLState.featureNotSupported, "transition tables cannot be specified for triggers with more than one event")
    }
    if !t.updateColumns.isEmpty {
      throw SQLError(
        SQLState.featureNotSupported, "transition tables cannot be specified for triggers with column lists")
    }
    if t.newTable != nil, t.events[0] == "DELETE" {
      throw refuse("NEW TABLE can only be specified for an INSERT or UPDATE trigger")
    }
    if t.oldTable != nil, t.events[0] == "INSERT" {
      throw refuse("OLD TABLE can only be specified for a DELETE or UPDATE trigger")
    }
    if t.oldTable == t.newTable { throw refuse("OLD TABLE name and NEW TABLE name cannot be the same") }
  }

  /// ENABLE and DISABLE TRIGGER.
  func setFiring(_ r: Relation, _ which: TriggerChoice, _ mode: UInt8) throws(SQLError) {
    if case .named(let name) = which, !r.triggers.contains(where: { $0.name == name }) {
      throw SQLError(SQLState.undefinedObject, "trigger \"\(name)\" for table \"\(r.name)\" does not exist")
    }
    changeRelation(r.oid) {
      if case .all = which { $0.ignoresForeignKeys = mode == 68 }
      for i in $0.triggers.indices {
        if case .named(let name) = which, $0.triggers[i].name != name { continue }
        $0.triggers[i].firing = mode
      }
    }
  }

  /// Triggers fire in the order of their names.
  private func triggers(_ r: Relation, _ timing: String, _ event: String, row: Bool) -> [TriggerInfo] {
    if r.triggers.isEmpty { return [] }
    var out: [TriggerInfo] = []
    for t in r.triggers where t.isEnabled && t.timing == timing && t.forEachRow == row && t.events.contains(event) {
      out.append(t)
    }
    out.sort { compareBytes($0.name, $1.name) < 0 }
    return out
  }

  private func changes(_ t: TriggerInfo, _ r: Relation, _ old: Row?, _ new: Row?) -> Bool {
    // `UPDATE OF` fires by the columns that the statement names; their values stand in for them.
    guard !t.updateColumns.isEmpty, let old, let new else { return true }
    for c in t.updateColumns {
      guard let i = r.columnIndex(c) else { continue }
      if old[i].isNull != new[i].isNull { return true }
      if !old[i].isNull, compareValues(old[i], new[i]) != 0 { return true }
    }
    return false
  }

  func fireRowTriggers(
    _ r: Relation, _ timing: String, _ event: String, old: Row?, new: Row?
  ) throws(SQLError) -> Row? {
    if timing == "AFTER" {
      if r.triggers.contains(where: { $0.oldTable != nil || $0.newTable != nil }) {
        if let old { transitionRows.old.append(old) }
        if let new { transitionRows.new.append(new) }
      }
      if !triggers(r, timing, event, row: true).isEmpty {
        afterRows.append(AfterRow(relation: r.oid, event: event, old: old, new: new))
      }
      return new ?? old
    }
    var current = new
    for t in triggers(r, timing, event, row: true) where changes(t, r, old, new) {
      guard try condition(t, r, old, current) else { continue }
      let result = try fire(t, r, event, old, current)
      guard case .record(let record) = result else { return nil }
      if event != "DELETE" { current = expanded(record.fields, r, current) }
    }
    return current ?? old
  }

  func fireAfterRows(from start: Int) throws(SQLError) {
    while afterRows.count > start {
      let waiting = afterRows.remove(at: start)
      guard let r = catalog.relation(waiting.relation) else { continue }
      if case .foreignKeys(let heap, let place) = waiting.kind {
        let execution = Execution(session: self, snapshot: snapshot())
        if let new = waiting.new, let heap, log.isLive(heap.tuples[place]) {
          try execution.checkForeignKeys(new, r, changedFrom: waiting.old)
        }
        if let old = waiting.old { try referencedRowGone(r, old, waiting.new, execution) }
        continue
      }
      for t in triggers(r, "AFTER", waiting.event, row: true) where changes(t, r, waiting.old, waiting.new) {
        guard try condition(t, r, waiting.old, waiting.new) else { continue }
        if t.isConstraint, let transaction, transaction.isDeferred(t) {
          transaction.deferredTriggers.append((t, waiting))
          continue
        }
        _ = try fire(t, r, waiting.event, waiting.old, waiting.new)
      }
    }
  }

  /// Constraint triggers that waited for the end of the transaction.
  func fireDeferredTriggers(_ transaction: Transaction, dueOnly: Bool) throws(SQLError) {
    var kept: [(TriggerInfo, AfterRow)] = []
    while !transaction.deferredTriggers.isEmpty {
      let (t, row) = transaction.deferredTriggers.removeFirst()
      if dueOnly, transaction.isDeferred(t) {
        kept.append((t, row))
      } else if let r = catalog.relation(row.relation) {
        _ = try fire(t, r, row.event, row.old, row.new)
      }
    }
    transaction.deferredTriggers = kept
  }

  func fireStatementTriggers(_ r: Relation, _ timing: String, _ event: String) throws(SQLError) {
    for t in triggers(r, timing, event, row: false) { _ = try fire(t, r, event, nil, nil) }
  }

  private func fields(_ r: Relation) -> [CompositeField] {
    var out: [CompositeField] = []
    for (_, c) in r.liveColumns { out.append(CompositeField(name: c.name, type: c.type)) }
    return out
  }

  private func record(_ r: Relation, _ row: Row?) -> Value {
    guard let row else { return .null }
    var names: [String] = []
    var types: [Int32] = []
    var values: Row = []
    for (i, c) in r.liveColumns {
      names.append(c.name)
      types.append(c.type.oid)
      values.append(i < row.count ? row[i] : c.missingValue)
    }
    return .record(RecordValue(names: names, types: types, fields: values))
  }

  /// The stored row again: dropped columns get their places back.
  private func expanded(_ values: Row, _ r: Relation, _ base: Row?) -> Row {
    var out = base ?? Row(repeating: .null, count: r.columns.count)
    for (k, (i, _)) in r.liveColumns.enumerated() where k < values.count { out[i] = values[k] }
    return out
  }

  private func condition(_ t: TriggerInfo, _ r: Relation, _ old: Row?, _ new: Row?) throws(SQLError) -> Bool {
    guard let expr = t.condition else { return true }
    var frame = CallFrame()
    for (name, row) in [("old", old), ("new", new)] {
      let value = record(r, row)
      frame.add(name, SQLType(r.rowType), value)
      for (k, field) in fields(r).enumerated() {
        var v = Value.null
        if case .record(let rec) = value { v = rec.fields[k] }
        frame.add(name + "." + field.name, field.type, v)
      }
    }
    let saved = callFrame
    callFrame = frame
    defer { callFrame = saved }
    let a = Analyzer(session: self)
    let typed = try a.booleanExpression(expr, Scope(parent: nil, plan: QueryPlan(id: a.newID())), "WHEN")
    return try Execution(session: self, snapshot: snapshot()).evaluate(typed, Frame(parent: nil)).isTrue
  }

  private func fire(
    _ t: TriggerInfo, _ r: Relation, _ event: String, _ old: Row?, _ new: Row?
  ) throws(SQLError) -> Value {
    guard let f = catalog.functions[t.functionOid] else {
      throw SQLError(SQLState.undefinedFunction, "function \(t.function)() does not exist")
    }
    let visible = transitionTables
    defer { transitionTables = visible }
    transitionTables = []
    for (name, rows) in [(t.oldTable, transitionRows.old), (t.newTable, transitionRows.new)] {
      guard let name else { continue }
      transitionTables.append(
        VirtualRelation(
          name: name, columns: r.liveColumns.map { ($0.column.name, $0.column.type.oid) },
          rows: rows.map { (row: Row) -> Row in r.liveColumns.map { $0.index < row.count ? row[$0.index] : .null } }))
    }
    let pending = transitionRows
    transitionRows = ([], [])
    defer { transitionRows = pending }
    triggerDepth += 1
    defer { triggerDepth -= 1 }
    if triggerDepth > 20 { throw .notSimulated("limit: triggers nested deeper than 20 levels") }
    let runner = PlRunner(self, name: signature(f), function: f)
    func text(_ name: String, _ value: String) {
      runner.declare(PlVariable(name: name, type: SQLType(Oid.text), value: .text(value)))
    }
    for (name, row) in [("old", old), ("new", new)] {
      runner.declare(
        PlVariable(name: name, type: SQLType(r.rowType), value: record(r, row), isRecord: false, fields: fields(r)))
    }
    text("tg_op", event)
    text("tg_name", t.name)
    text("tg_when", t.timing)
    text("tg_level", t.forEachRow ? "ROW" : "STATEMENT")
    text("tg_table_name", r.name)
    text("tg_relname", r.name)
    text("tg_table_schema", r.schema)
    runner.declare(PlVariable(name: "tg_relid", type: SQLType(Oid.oid), value: .int(Int64(r.oid))))
    runner.declare(PlVariable(name: "tg_nargs", type: SQLType(Oid.int4), value: .int(Int64(t.arguments.count))))
    var list = ArrayValue(elementType: Oid.text, t.arguments.map { .text($0) })
    if !list.elements.isEmpty { list.lowerBounds = [0] }
    runner.declare(PlVariable(name: "tg_argv", type: SQLType(Oid.textArray), value: .array(list)))
    runner.declare(PlVariable(name: "found", type: SQLType(Oid.bool), value: .bool(false)))
    functionDepth += 1
    defer { functionDepth -= 1 }
    let user = currentUser
    if f.securityDefiner { currentUser = f.owner }
    defer { currentUser = user }
    if case .done = try runner.run(try block(f.body)) { return runner.result }
    var e = SQLError("2F005", "control reached end of trigger procedure without RETURN")
    e.context = "PL/pgSQL function \(signature(f))"
    throw e
  }
}
