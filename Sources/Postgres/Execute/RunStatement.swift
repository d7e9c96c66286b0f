// Dispatch of the statements.

internal import SimKernel

extension ClientSession {
  private func requireWritable(_ what: String) throws(SQLError) {
    if server.isInRecovery {
      throw SQLError(
        SQLState.readOnlyTransaction, "cannot execute \(what) in a read-only transaction")
    }
    if let t = transaction, t.isReadOnly {
      throw SQLError(
        SQLState.readOnlyTransaction, "cannot execute \(what) in a read-only transaction")
    }
  }

  private func refuseInRecovery(_ what: String) throws(SQLError) {
    if server.isInRecovery {
      throw SQLError(SQLState.readOnlyTransaction, "cannot execute \(what) during recovery")
    }
  }

  private func refuseInBlock(_ what: String) throws(SQLError) {
    if transaction?.isExplicit == true || implicitBlock {
      throw SQLError(
        SQLState.activeTransaction, "\(what) cannot run inside a transaction block")
    }
  }

  private func tag(_ text: String) { outcomes.append(.command(text)) }

  func run(_ statement: Statement) throws(SQLError) {
    switch statement {
    case .query(let query): try runQuery(query)
    case .insert, .update, .delete: try runModification(statement)
    case .createTable(let s):
      try requireWritable("CREATE TABLE")
      try createTable(s)
      tag("CREATE TABLE")
    case .createTableAs(let s):
      try requireWritable(s.isMaterializedView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS")
      try createTableAs(s)
    case .createIndex(let s):
      try requireWritable("CREATE INDEX")
      if s.concurrently { try refuseInBlock("CREATE INDEX CONCURRENTLY") }
      try createIndex(s)
      tag("CREATE INDEX")
    case .createView(let name, let columns, let query, let orReplace, let temporary, let recursive, _, let check):
      try requireWritable("CREATE VIEW")
      if recursive { throw .notSimulated("CREATE RECURSIVE VIEW") }
      try createView(name, columns, query, orReplace: orReplace, temporary: temporary, check: check)
      tag("CREATE VIEW")
    case .refreshMaterializedView(let name, let concurrently, let withData):
      try requireWritable("REFRESH MATERIALIZED VIEW")
      try refresh(name, withData: withData, concurrently: concurrently)
      tag("REFRESH MATERIALIZED VIEW")
    case .createSequence(let name, let options, let exists, let temporary):
      try requireWritable("CREATE SEQUENCE")
      try createSequence(name, options, ifNotExists: exists, temporary: temporary)
      tag("CREATE SEQUENCE")
    case .alterSequence(let name, let options, let exists):
      try requireWritable("ALTER SEQUENCE")
      try alterSequence(name, options, ifExists: exists)
      tag("ALTER SEQUENCE")
    case .createSchema(let name, let exists, let owner, let statements):
      try requireWritable("CREATE SCHEMA")
      try createSchema(name, ifNotExists: exists, owner: owner, statements)
      tag("CREATE SCHEMA")
    case .createDatabase(let name, let options):
      try requireWritable("CREATE DATABASE")
      try refuseInBlock("CREATE DATABASE")
      try createDatabase(name, options)
      tag("CREATE DATABASE")
    case .alterDatabase(let name, let options):
      try requireWritable("ALTER DATABASE")
      try alterDatabase(name, options)
      tag("ALTER DATABASE")
    case .createRole(let name, let options, let kind):
      try requireWritable("CREATE ROLE")
      try createRole(name, options, kind: kind)
      tag("CREATE ROLE")
    case .alterRole(let name, let options):
      try requireWritable("ALTER ROLE")
      try alterRole(name, options)
      tag("ALTER ROLE")
    case .alterRoleSet(let name, let database, let setting, let value):
      try requireWritable("ALTER ROLE")
      try alterRoleSet(name, database: database, setting, value)
      tag("ALTER ROLE")
    case .createType(let name, let labels):
      try requireWritable("CREATE TYPE")
      try createEnum(name, labels)
      tag("CREATE TYPE")
    case .createCompositeType(let name, let fields):
      try requireWritable("CREATE TYPE")
      try createComposite(name, fields)
      tag("CREATE TYPE")
    case .createDomain(let name, let type, let constraints):
      try requireWritable("CREATE DOMAIN")
      try createDomain(name, type, constraints)
      tag("CREATE DOMAIN")
    case .createExtension(let name, let exists):
      try requireWritable("CREATE EXTENSION")
      try createExtension(name, ifNotExists: exists)
      tag("CREATE EXTENSION")
    case .createFunction(let f):
      try requireWritable(f.isProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION")
      try createFunction(f)
      tag(f.isProcedure ? "CREATE PROCEDURE" : "CREATE FUNCTION")
    case .createTrigger(let t):
      try requireWritable("CREATE TRIGGER")
      try createTrigger(t)
      tag("CREATE TRIGGER")
    case .alterTable(let name, let actions, let exists, let kind, _):
      try requireWritable("ALTER \(kind.uppercased())")
      try alterTable(name, actions, ifExists: exists, kind: kind)
      tag("ALTER \(kind.uppercased())")
    case .alterTypeAddValue(let name, let label, let exists, let before, let neighbour):
      try requireWritable("ALTER TYPE")
      try addEnumValue(name, label, ifNotExists: exists, before: before, neighbour: neighbour)
      tag("ALTER TYPE")
    case .alterTypeRenameValue(let name, let old, let new):
      try requireWritable("ALTER TYPE")
      try renameEnumValue(name, old, new)
      tag("ALTER TYPE")
    case .renameObject(let kind, let name, let new, _):
      try requireWritable("ALTER \(kind.uppercased())")
      try rename(kind, name, new)
      tag("ALTER \(kind.uppercased())")
    case .alterOwner(let kind, let name, let role):
      try requireWritable("ALTER \(kind.uppercased())")
      try changeOwner(kind, name, role)
      tag("ALTER \(kind.uppercased())")
    case .alterSystem(let name, let values):
      try refuseInBlock("ALTER SYSTEM")
      try alterSystem(name, values)
      tag("ALTER SYSTEM")
    case .drop(let s):
      try requireWritable("DROP \(s.kind.uppercased())")
      if s.kind == "database" { try refuseInBlock("DROP DATABASE") }
      try drop(s)
      tag("DROP \(s.kind == "routine" ? "ROUTINE" : s.kind.uppercased())")
    case .truncate(let names, let restart, let cascade):
      try requireWritable("TRUNCATE TABLE")
      try truncate(names, restart: restart, cascade: cascade)
      tag("TRUNCATE TABLE")
    case .grant(let s):
      try requireWritable(s.isGrant ? "GRANT" : "REVOKE")
      try grant(s)
      tag((s.isGrant ? "GRANT" : "REVOKE") + (s.objectType == "ROLE" ? " ROLE" : ""))
    case .alterDefaultPrivileges: throw .notSimulated("ALTER DEFAULT PRIVILEGES")
    case .reassignOwned(let roles, let new):
      try reassign(roles, new)
      tag("REASSIGN OWNED")
    case .dropOwned(let roles):
      try dropOwned(roles)
      tag("DROP OWNED")
    case .comment(let kind, let name, let text, let on):
      try requireWritable("COMMENT")
      try comment(kind, name, text, on)
      tag("COMMENT")
    case .copy(let s): try copy(s)
    case .begin(let modes):
      if let t = transaction, t.isExplicit {
        notice("there is already a transaction in progress", severity: "WARNING", state: "25001")
      } else if let t = transaction {
        t.isExplicit = true
      }
      try applyModes(modes)
      tag(currentQuery.lowercased().hasPrefix("start") ? "START TRANSACTION" : "BEGIN")
    case .commit(let chain):
      guard let t = transaction, t.isExplicit else {
        if implicitBlock, let t = transaction, t.statements > 1 { try commit() }
        notice("there is no transaction in progress", severity: "WARNING", state: "25P01")
        tag("COMMIT")
        return
      }
      if t.hasFailed {
        rollback()
        tag("ROLLBACK")
      } else {
        try commit()
        tag("COMMIT")
      }
      if chain { begin(explicit: true) }
    case .rollback(let chain):
      guard let t = transaction, t.isExplicit else {
        if implicitBlock { rollback() }
        notice("there is no transaction in progress", severity: "WARNING", state: "25P01")
        tag("ROLLBACK")
        return
      }
      _ = t
      rollback()
      tag("ROLLBACK")
      if chain { begin(explicit: true) }
    case .savepoint(let name):
      guard let t = transaction, t.isExplicit else {
        throw SQLError(SQLState.noActiveTransaction, "SAVEPOINT can only be used in transaction blocks")
      }
      let parent = writeID()
      let xid = log.begin(parent: parent)
      t.own.insert(xid)
      t.savepoints.append(
        Savepoint(name: name, xid: xid, catalog: t.catalog, settings: t.savedSettings.count))
      tag("SAVEPOINT")
    case .releaseSavepoint(let name):
      guard let t = transaction, t.isExplicit else {
        throw SQLError(SQLState.noActiveTransaction, "RELEASE SAVEPOINT can only be used in transaction blocks")
      }
      guard let i = lastIndex(of: name, t) else {
        throw SQLError("3B001", "savepoint \"\(name)\" does not exist")
      }
      t.savepoints.removeSubrange(i...)
      tag("RELEASE")
    case .rollbackTo(let name):
      guard let t = transaction, t.isExplicit else {
        throw SQLError(
          SQLState.noActiveTransaction, "ROLLBACK TO SAVEPOINT can only be used in transaction blocks")
      }
      guard let i = lastIndex(of: name, t) else {
        throw SQLError("3B001", "savepoint \"\(name)\" does not exist")
      }
      let point = t.savepoints[i]
      for s in t.savepoints[i...] { log.finish(s.xid, .aborted) }
      for id in t.own where id > point.xid && log.fate(id) == .running { log.finish(id, .aborted) }
      t.savepoints.removeSubrange(i...)
      t.catalog = point.catalog
      while t.savedSettings.count > point.settings { restoreLastSetting(t) }
      let xid = log.begin(parent: t.savepoints.last?.xid ?? t.xid)
      t.own.insert(xid)
      t.savepoints.append(
        Savepoint(name: name, xid: xid, catalog: point.catalog, settings: point.settings))
      t.hasFailed = false
      tag("ROLLBACK")
    case .setTransaction(let modes, let session):
      if session {
        for m in modes {
          if m.hasPrefix("read ") && (m == "read only" || m == "read write") {
            settings["default_transaction_read_only"] = m == "read only" ? "on" : "off"
          } else {
            settings["default_transaction_isolation"] = m
          }
        }
      } else if transaction?.isExplicit != true {
        notice(
          "SET TRANSACTION can only be used in transaction blocks", severity: "WARNING", state: "25P01")
      } else {
        try applyModes(modes)
      }
      tag("SET")
    case .setConstraints(_, let deferred):
      transaction?.allDeferred = deferred
      if !deferred { try runDeferredChecks() }
      if transaction?.isExplicit != true {
        notice("SET CONSTRAINTS can only be used in transaction blocks", severity: "WARNING", state: "25P01")
      }
      tag("SET CONSTRAINTS")
    case .set(let name, let values, let local):
      try set(name, values, local: local)
      tag("SET")
    case .setRole(let name):
      if let name {
        guard server.cluster.roles[name] != nil else {
          throw SQLError(SQLState.invalidParameterValue, "role \"\(name)\" does not exist")
        }
        if !server.cluster.isMember(sessionUser, of: name) {
          throw SQLError(SQLState.insufficientPrivilege, "permission denied to set role \"\(name)\"")
        }
        currentUser = name
      } else {
        currentUser = sessionUser
      }
      tag("SET")
    case .setSessionAuthorization(let name):
      if let name {
        guard server.cluster.roles[name] != nil else {
          throw SQLError(SQLState.invalidParameterValue, "role \"\(name)\" does not exist")
        }
        if !(server.cluster.roles[loginUser]?.isSuperuser ?? false), name != loginUser {
          throw SQLError(SQLState.insufficientPrivilege, "permission denied to set session authorization")
        }
        sessionUser = name
        currentUser = name
      } else {
        sessionUser = loginUser
        currentUser = loginUser
      }
      tag("SET")
    case .show(let name): try show(name)
    case .reset(let name):
      try reset(name)
      tag("RESET")
    case .prepare(let name, let types, let inner):
      if prepared[name] != nil {
        throw SQLError("42P05", "prepared statement \"\(name)\" already exists")
      }
      try prepare(name, types, inner)
      tag("PREPARE")
    case .execute(let name, let arguments): try executePrepared(name, arguments)
    case .deallocate(let name):
      if let name {
        guard prepared[name] != nil else {
          throw SQLError("26000", "prepared statement \"\(name)\" does not exist")
        }
        prepared[name] = nil
        tag("DEALLOCATE")
      } else {
        prepared.removeAll()
        tag("DEALLOCATE ALL")
      }
    case .explain: throw .notSimulated("EXPLAIN")
    case .vacuum(let tables, let full, let analyze, let verbose):
      if verbose { throw .notSimulated("VACUUM VERBOSE") }
      try refuseInRecovery("VACUUM")
      try refuseInBlock("VACUUM")
      try vacuum(tables, full: full)
      if analyze { try self.analyze(tables) }
      tag("VACUUM")
    case .analyze(let tables):
      try refuseInRecovery("ANALYZE")
      try analyze(tables)
      tag("ANALYZE")
    case .lock(let names, let mode, _):
      if transaction?.isExplicit != true { try refuseInRecovery("LOCK TABLE") }
      if transaction?.isExplicit != true {
        throw SQLError(
          SQLState.noActiveTransaction, "LOCK TABLE can only be used in transaction blocks")
      }
      for name in names {
        guard findRelation(name) != nil else {
          throw SQLError(
            SQLState.undefinedTable, "relation \"\(name.text)\" does not exist", at: name.offset)
        }
      }
      if server.isInRecovery, mode != "access share" && mode != "row share" {
        throw SQLError(
          SQLState.notInPrerequisiteState,
          "cannot acquire lock mode \(mode) on database objects while recovery is in progress",
          hint: "Only RowExclusiveLock or less can be acquired on database objects during recovery.")
      }
      tag("LOCK TABLE")
    case .listen(let name):
      try refuseInRecovery("LISTEN")
      listening.insert(name)
      tag("LISTEN")
    case .unlisten(let name):
      try refuseInRecovery("UNLISTEN")
      if let name { listening.remove(name) } else { listening = [] }
      tag("UNLISTEN")
    case .notify(let name, let payload):
      try refuseInRecovery("NOTIFY")
      transaction?.notifications.append((name, payload ?? ""))
      tag("NOTIFY")
    case .declareCursor(let name, let query, let hold, _):
      if transaction?.isExplicit != true, !hold {
        throw SQLError(
          SQLState.noActiveTransaction, "DECLARE CURSOR can only be used in transaction blocks")
      }
      if cursors[name] != nil { throw SQLError("42P03", "cursor \"\(name)\" already exists") }
      let plan = try Analyzer(session: self).query(query, parent: nil)
      let rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
      cursors[name] = Cursor(
        name: name, text: queryText, createdAt: transactionTime, rows: rows, columns: plan.columns, isHold: hold)
      tag("DECLARE CURSOR")
    case .fetch(let name, let direction, let count, let move):
      try fetch(name, direction, count, move: move)
    case .closeCursor(let name):
      if let name {
        guard cursors[name] != nil else { throw SQLError("34000", "cursor \"\(name)\" does not exist") }
        cursors[name] = nil
        tag("CLOSE CURSOR")
      } else {
        cursors.removeAll()
        tag("CLOSE CURSOR ALL")
      }
    case .discard(let what):
      prepared.removeAll()
      if what == "all" {
        cursors.removeAll()
        settings = [:]
        refreshSettings()
        sessionUser = loginUser
        currentUser = loginUser
      }
      tag("DISCARD \(what.uppercased())")
    case .call(let call): try runProcedure(call)
    case .doBlock(let body, let language): try runBlock(body, language)
    case .checkpoint:
      if !isSuperuser, !server.cluster.isMember(currentUser, of: "pg_checkpoint") {
        throw SQLError(
          SQLState.insufficientPrivilege, "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT")
      }
      tag("CHECKPOINT")
    case .reindex(let kind, let name):
      try refuseInRecovery("REINDEX")
      switch kind {
      case "table", "index":
        let r = try existing(name, kind)
        if kind == "index", r.index == nil {
          throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not an index")
        }
        if kind == "table", !r.isTableLike, r.kind != .materializedView {
          throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a table or materialized view")
        }
      case "schema":
        guard catalog.schemas[name.name] != nil else {
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
        }
      default:
        if name.name != database.name {
          throw SQLError(SQLState.featureNotSupported, "can only reindex the currently open database")
        }
      }
      tag("REINDEX")
    case .cluster(let name, let index):
      try refuseInRecovery("CLUSTER")
      try cluster(name, index)
      tag("CLUSTER")
    case .alterDomain(let name, let action):
      try requireWritable("ALTER DOMAIN")
      try alterDomain(name, action)
      tag("ALTER DOMAIN")
    case .alterComposite(let name, let actions):
      try requireWritable("ALTER TYPE")
      try alterComposite(name, actions)
      tag("ALTER TYPE")
    case .load: throw .notSimulated("LOAD")
    case .merge(let m):
      try requireWritable("MERGE")
      tag("MERGE \(try merge(m))")
    case .unsupported(let what): throw .notSimulated(what)
    }
  }

  private func lastIndex(of name: String, _ t: Transaction) -> Int? {
    var i = t.savepoints.count - 1
    while i >= 0 {
      if t.savepoints[i].name == name { return i }
      i -= 1
    }
    return nil
  }

  private func applyModes(_ modes: [String]) throws(SQLError) {
    guard let t = transaction else { return }
    for m in modes {
      switch m {
      case "read only": t.isReadOnly = true
      case "read write":
        if server.isInRecovery {
          throw SQLError("0A000", "cannot set transaction read-write mode during recovery")
        }
        t.isReadOnly = false
      default:
        if m == "serializable", server.isInRecovery {
          throw SQLError(
            "0A000", "cannot use serializable mode in a hot standby", hint: "You can use REPEATABLE READ instead.")
        }
        if t.isolation != m, t.snapshot != nil {
          throw SQLError(
            SQLState.activeTransaction, "SET TRANSACTION ISOLATION LEVEL must be called before any query")
        }
        t.isolation = m
      }
    }
  }

  // MARK: Queries

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

  // MARK: Prepared statements and cursors

  private func prepare(_ name: String, _ types: [TypeName], _ statement: Statement) throws(SQLError) {
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

  private func executePrepared(_ name: String, _ arguments: [Expr]) throws(SQLError) {
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

  private func fetch(_ name: String, _ direction: String, _ count: Int64?, move: Bool) throws(SQLError) {
    guard let cursor = cursors[name] else {
      throw SQLError("34000", "cursor \"\(name)\" does not exist")
    }
    let rows = step(cursor, direction, count)
    if move {
      tag("MOVE \(rows.count)")
    } else {
      outcomes.append(.rows(textRows(rows, cursor.columns, tag: "FETCH \(rows.count)")))
    }
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
