// Dispatch of the statements.

internal import SimKernel

extension ClientSession {
  func requireWritable(_ what: String) throws(SQLError) {
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

  private func noBlockToChain(_ word: String) -> SQLError {
    SQLError(SQLState.noActiveTransaction, "\(word) AND CHAIN can only be used in transaction blocks")
  }

  func tag(_ text: String) { outcomes.append(.command(text)) }

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
    case .createView(let name, let columns, let query, let orReplace, let temporary, _, _, let check):
      try requireWritable("CREATE VIEW")
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
    case .alterTable(let name, let actions, let exists, let kind, let only):
      try requireWritable("ALTER \(kind.uppercased())")
      try alterTable(name, actions, ifExists: exists, kind: kind, only: only)
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
    case .policy(let s):
      let what = s.action == .create ? "CREATE POLICY" : s.action == .drop ? "DROP POLICY" : "ALTER POLICY"
      try requireWritable(what)
      try changePolicy(s)
      tag(what)
    case .grant(let s):
      try requireWritable(s.isGrant ? "GRANT" : "REVOKE")
      try grant(s)
      // ALTER GROUP is one too.
      let isAlter = lowercasedASCII(trimmedSpaces(currentQuery)).hasPrefix("alter")
      tag(isAlter ? "ALTER ROLE" : (s.isGrant ? "GRANT" : "REVOKE") + (s.objectType == "ROLE" ? " ROLE" : ""))
    case .alterDefaultPrivileges(let s):
      try requireWritable("ALTER DEFAULT PRIVILEGES")
      try alterDefaultPrivileges(s)
      tag("ALTER DEFAULT PRIVILEGES")
    case .reassignOwned(let roles, let new):
      try reassign(roles, new)
      tag("REASSIGN OWNED")
    case .dropOwned(let roles):
      try dropOwned(roles)
      tag("DROP OWNED")
    case .comment(let s):
      try requireWritable("COMMENT")
      try comment(s)
      tag("COMMENT")
    case .createAggregate(let s):
      try requireWritable("CREATE AGGREGATE")
      try createAggregate(s)
      tag("CREATE AGGREGATE")
    case .alterFunction(let s):
      try requireWritable("ALTER \(uppercasedASCII(s.kind))")
      try alterFunction(s)
      tag("ALTER \(uppercasedASCII(s.kind))")
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
        if chain { throw noBlockToChain("COMMIT") }
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
      guard transaction?.isExplicit ?? false else {
        if chain { throw noBlockToChain("ROLLBACK") }
        if implicitBlock { rollback() }
        notice("there is no transaction in progress", severity: "WARNING", state: "25P01")
        tag("ROLLBACK")
        return
      }
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
      t.savepoints.append(savepoint(name, xid, t))
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
      undo(t, toSavepoint: i)
      let xid = log.begin(parent: t.savepoints.last?.xid ?? t.xid)
      t.own.insert(xid)
      t.savepoints.append(savepoint(name, xid, t))
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
    case .setConstraints(let names, let deferred):
      if transaction?.isExplicit != true {
        notice("SET CONSTRAINTS can only be used in transaction blocks", severity: "WARNING", state: "25P01")
      }
      try setConstraints(names, deferred)
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
      tag(lowercasedASCII(trimmedSpaces(currentQuery)).hasPrefix("reset") ? "RESET" : "SET")
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
          throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
        }
      }
      if server.isInRecovery, mode != "access share" && mode != "row share" {
        throw SQLError(
          SQLState.notInPrerequisiteState,
          "cannot acquire lock mode \(mode) on database objects while recovery is in progress",
          hint: "Only RowExclusiveLock or less can be acquired on database objects during recovery.")
      }
      if mode != "access share", server.sessions.count > 1 {
        throw .notSimulated("LOCK TABLE while other sessions are connected")
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
      transaction?.notify(name, payload ?? "")
      tag("NOTIFY")
    case .declareCursor(let name, let query, let hold, let scroll):
      if transaction?.isExplicit != true, !hold {
        throw SQLError(
          SQLState.noActiveTransaction, "DECLARE CURSOR can only be used in transaction blocks")
      }
      if cursors[name] != nil { throw SQLError("42P03", "cursor \"\(name)\" already exists") }
      let found = try cursorRows(query)
      let cursor = Cursor(
        name: name, text: queryText, createdAt: transactionTime, rows: found.rows, columns: found.columns, isHold: hold)
      cursor.places = found.places
      cursor.scrolls = scroll
      cursors[name] = cursor
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
      if what == "all" { try refuseInBlock("DISCARD ALL") }
      discard(what)
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
}
