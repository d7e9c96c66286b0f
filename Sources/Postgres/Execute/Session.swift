// A client's session: settings, transaction, prepared statements. It runs the statements of a query string and says what came
// of each.

package import SimKernel

final class Transaction {
  /// Assigned at the first write.
  var xid: Int64 = 0
  /// Live subtransactions, innermost last, with the state to return to.
  var savepoints: [Savepoint] = []
  var own: Set<Int64> = []
  var command: Int32 = 0
  /// Catalogue as this transaction has changed it.
  var catalog: Catalog?
  var isExplicit: Bool
  var hasFailed = false
  var isReadOnly = false
  var isolation = "read committed"
  var snapshot: Snapshot?
  let start: Int64
  var savedSettings: [(name: String, value: String?, local: Bool)] = []
  var deferred: [DeferredCheck] = []
  var allDeferred: Bool?
  var notifications: [(String, String)] = []
  var dropOnCommit: [Int32] = []
  var statements = 0
  init(isExplicit: Bool, start: Int64) {
    self.isExplicit = isExplicit
    self.start = start
  }
}

struct Savepoint {
  let name: String
  let xid: Int64
  let catalog: Catalog?
  let settings: Int
}

struct DeferredCheck {
  let table: Int32
  let constraint: String
  let row: Row
  let isReferenced: Bool
  /// A unique constraint that is checked at the end of the statement or transaction.
  var isUnique = false
  var index: Int32 = 0
}

struct PreparedStatement {
  let name: String
  let types: [SQLType]
  let statement: Statement
  let text: String
  let preparedAt: Int64
}

final class Cursor {
  let name: String
  let text: String
  let createdAt: Int64
  let rows: [Row]
  let columns: [OutputColumn]
  let isHold: Bool
  var position = 0
  init(name: String, text: String, createdAt: Int64, rows: [Row], columns: [OutputColumn], isHold: Bool) {
    self.name = name
    self.text = text
    self.createdAt = createdAt
    self.rows = rows
    self.columns = columns
    self.isHold = isHold
  }
}

struct CopyInState {
  let statement: CopyStatement
  let table: Int32
  let columns: [Int]
  let options: CopyOptions
}

package final class ClientSession {
  package let server: Server
  package internal(set) var database: Database
  /// The role that logged in.
  package let loginUser: String
  package internal(set) var sessionUser: String
  package internal(set) var currentUser: String
  package let processID: Int64
  package var applicationName: String
  package let startedAt: Instant
  var isNetwork = false
  var clientAddress = ClientAddress.socket
  var settings: [String: String] = [:]
  var transaction: Transaction?
  var prepared = OrderedMap<String, PreparedStatement>()
  var cursors = OrderedMap<String, Cursor>()
  var outcomes: [StatementOutcome] = []
  var nextPlanID = 0
  var portalNumber = 0
  var advisoryLocks: [AdvisoryLock] = []
  var viewDepth = 0
  var functionDepth = 0
  /// Whose privileges count while a view is expanded.
  var checkingRole: String?
  var lastSequence: Int32 = 0
  var sequenceValues: [Int32: Int64] = [:]
  var random: SeededRandom
  /// What random() draws from.
  var generator: RandomGenerator
  var copyIn: CopyInState?
  var pendingStatements: [ParsedStatement] = []
  var queryText = ""
  var currentQuery = ""
  var statementTime: Int64 = 0
  var listening: Set<String> = []
  var timeZone = TimeZoneRules.utc
  var triggerDepth = 0
  /// Arguments and variables of the function that is running.
  var callFrame: CallFrame?
  /// Row triggers that wait for the end of their statement.
  var afterRows: [AfterRow] = []
  var parsedBodies: [String: PlBlock] = [:]
  /// Set while a statement must not be rolled back by itself.
  var implicitBlock = false
  var extraFloatDigits: Int64 = 1
  var dateStyle = "ISO, MDY"
  var intervalStyle = "postgres"
  /// The place in the list of server processes; the launchers of autovacuum and replication have the first two.
  private(set) var backendID = 3
  var tempSchema: String { "pg_temp_\(backendID)" }
  var activityState = "idle"
  var lastQuery = ""
  var waitingFor: Int64 = 0
  /// Microseconds that pg_sleep() has asked for and that the clock has not yet been moved by.
  private(set) var slept: Int64 = 0

  func sleep(_ seconds: Double) {
    if seconds > 0, seconds < 1e9 { slept += Int64(seconds * 1_000_000) }
  }

  /// The time that passes before what the last statements printed can be seen, in milliseconds.
  package func takeSleep() -> Int64 {
    defer { slept = 0 }
    return slept / 1_000
  }

  init(server: Server, database: Database, user: String, processID: Int64, applicationName: String) {
    self.server = server
    self.database = database
    loginUser = user
    sessionUser = user
    currentUser = user
    self.processID = processID
    self.applicationName = applicationName
    startedAt = server.world.now
    random = server.random.split("session \(processID)")
    generator = RandomGenerator(bits: random.next())
    var taken: Set<Int> = []
    for s in server.sessions { taken.insert(s.backendID) }
    while taken.contains(backendID) { backendID += 1 }
    for s in server.settings { settings[s.name] = s.value }
    if server.onAlterSystem == nil { for s in server.cluster.systemSettings { settings[s.name] = s.value } }
    for s in database.settings { settings[s.name] = s.value }
    if let role = server.cluster.roles[user] { for s in role.settings { settings[s.name] = s.value } }
    if let zone = settings["timezone"], let rules = TimeZoneRules.named(zone) { timeZone = rules }
  }

  // MARK: Time

  /// Microseconds since 2000-01-01 UTC.
  var now: Int64 { microseconds(server.world.clock.now) + slept }

  func microseconds(_ instant: Instant) -> Int64 {
    let clock = server.world.clock
    let seconds = clock.unixSeconds(instant) - DateTime.epochDays * 86_400
    // The clock counts whole milliseconds: what a real one would show below them is made of the instant itself, so that it is
    // the same on every run.
    let fraction = clock.subsecondNanoseconds(instant) / 1_000
    var hash = SeededRandom(seed: UInt64(bitPattern: seconds &* 1_000_003 &+ fraction))
    return seconds * 1_000_000 + fraction + Int64(hash.below(1_000))
  }
  var transactionTime: Int64 { transaction?.start ?? now }
  var localToday: Int64 {
    let local = transactionTime + timeZone.offset(utc: transactionTime) * DateTime.second
    return DateTime.floorDivide(local, DateTime.day).quotient
  }

  // MARK: Catalogue

  var catalog: Catalog { transaction?.catalog ?? database.catalog }

  func change<T>(_ body: (inout Catalog) -> T) -> T {
    var copy = catalog
    transaction?.catalog = nil
    let result = body(&copy)
    if let transaction { transaction.catalog = copy } else { database.catalog = copy }
    return result
  }

  func changeRelation(_ oid: Int32, _ body: (inout Relation) -> Void) {
    change { catalog in
      guard var relation = catalog.relations[oid] else { return }
      body(&relation)
      catalog.put(relation)
    }
  }

  /// Schemas that names are looked for in, existing ones only.
  var searchPath: [String] {
    var out: [String] = []
    if catalog.schemas[tempSchema] != nil { out.append(tempSchema) }
    for name in searchPathNames where catalog.schemas[name] != nil && !out.contains(name) { out.append(name) }
    return out
  }
  var searchPathNames: [String] {
    var out: [String] = []
    let text = settings["search_path"] ?? "\"$user\", public"
    for part in splitList(text) { out.append(part == "$user" ? currentUser : part) }
    return out
  }
  /// Where unqualified new objects go.
  var creationSchema: String? {
    for name in searchPathNames where catalog.schemas[name] != nil && name != "pg_catalog" { return name }
    return nil
  }

  func splitList(_ text: String) -> [String] {
    var out: [String] = []
    var current: [UInt8] = []
    var quoted = false
    var any = false
    for b in text.utf8 {
      if b == 0x22 {
        quoted.toggle()
        any = true
      } else if b == 0x2c, !quoted {
        out.append(String(decoding: current, as: UTF8.self))
        current = []
        any = false
      } else if !(Lexer.isSpace(b) && !quoted) {
        current.append(b)
        any = true
      }
    }
    if any || !current.isEmpty { out.append(String(decoding: current, as: UTF8.self)) }
    return out
  }

  func findRelation(_ name: QualifiedName) -> Int32? {
    if let schema = name.schema {
      if schema == "pg_temp" { return catalog.relationOid(tempSchema, name.name) }
      return catalog.relationOid(schema, name.name)
    }
    for schema in searchPath { if let oid = catalog.relationOid(schema, name.name) { return oid } }
    return nil
  }

  func isTypeVisible(_ entry: TypeEntry) -> Bool {
    for schema in searchPath { if let oid = catalog.typeOid(schema, entry.name) { return oid == entry.oid } }
    return false
  }
  func isRelationVisible(_ relation: Relation) -> Bool {
    for schema in searchPath { if let oid = catalog.relationOid(schema, relation.name) { return oid == relation.oid } }
    return false
  }
  /// As `regclass` prints it.
  func relationName(_ relation: Relation) -> String {
    isRelationVisible(relation)
      ? quotedIdentifier(relation.name) : quotedIdentifier(relation.schema) + "." + quotedIdentifier(relation.name)
  }

  func descendants(of relation: Relation) -> [Relation] {
    var out: [Relation] = []
    for child in partitionOrder(relation) {
      out.append(child)
      out += descendants(of: child)
    }
    return out
  }

  // MARK: Transactions

  var log: TransactionLog { server.cluster.transactions }

  func writeID() -> Int64 {
    guard let t = transaction else { return log.begin() }
    if t.xid == 0 {
      t.xid = log.begin()
      t.own.insert(t.xid)
    }
    return t.savepoints.last?.xid ?? t.xid
  }

  func snapshot() -> Snapshot {
    if let t = transaction, t.isolation == "repeatable read" || t.isolation == "serializable", var s = t.snapshot {
      s.own = t.own
      s.command = t.command
      return s
    }
    let s = Snapshot(
      limit: log.next, running: log.running(before: log.next), own: transaction?.own ?? [],
      command: transaction?.command ?? 0)
    if let t = transaction, t.snapshot == nil { t.snapshot = s }
    return s
  }

  func begin(explicit: Bool) {
    let t = Transaction(isExplicit: explicit, start: now)
    t.isolation = settings["default_transaction_isolation"] ?? "read committed"
    t.isReadOnly = (settings["default_transaction_read_only"] ?? "off") == "on"
    transaction = t
  }

  func commit() throws(SQLError) {
    guard let t = transaction else { return }
    do throws(SQLError) {
      try runDeferredChecks()
    } catch {
      rollback()
      throw error
    }
    for oid in t.dropOnCommit {
      change { $0.removeRelation(oid) }
    }
    if let changed = t.catalog { database.catalog = changed }
    if database.catalog.schemas[tempSchema] != nil {
      for relation in database.catalog.relations.values
      where relation.onCommit == "delete rows" && relation.schema == tempSchema {
        database.catalog.relations[relation.oid]?.heap = Heap()
      }
    }
    for saved in t.savedSettings.reversed() where saved.local { restoreSetting((name: saved.name, value: saved.value)) }
    if t.xid != 0 {
      for id in t.own where log.fate(id) == .running { log.finish(id, .committed) }
      server.cluster.walPosition += 256
      server.cluster.lastCommit = now
      server.cluster.dirtyPages += 3
      if server.cluster.dirtyFiles < 40 { server.cluster.dirtyFiles += 2 }
    }
    for n in t.notifications {
      for s in server.sessions where s.database === database && s.listening.contains(n.0) {
        s.pendingNotifications.append((n.0, n.1, processID))
      }
    }
    transaction = nil
    advisoryLocks.removeAll { $0.ofTransaction }
    closeCursors(all: false)
    for s in server.sessions { s.onUnlock?() }
  }

  func rollback() {
    guard let t = transaction else { return }
    for id in t.own { log.finish(id, .aborted) }
    for saved in t.savedSettings.reversed() { restoreSetting((name: saved.name, value: saved.value)) }
    transaction = nil
    advisoryLocks.removeAll { $0.ofTransaction }
    closeCursors(all: false)
    for s in server.sessions { s.onUnlock?() }
  }

  var pendingNotifications: [(String, String, Int64)] = []
  /// Called when another session ends a transaction, so that a waiting program tries again.
  package var onUnlock: (() -> Void)?

  private func closeCursors(all: Bool) {
    for cursor in cursors.values where all || !cursor.isHold { cursors[cursor.name] = nil }
  }

  func abandon() {
    rollback()
    // Temporary tables go with their session.
    var gone: [Int32] = []
    for r in database.catalog.relations.values where r.isTemporary && r.schema == tempSchema { gone.append(r.oid) }
    for oid in gone {
      if let r = database.catalog.relation(oid) { database.catalog.removeType(r.rowType) }
      database.catalog.removeRelation(oid)
    }
    database.catalog.schemas[tempSchema] = nil
  }

  func restoreLastSetting(_ t: Transaction) {
    let saved = t.savedSettings.removeLast()
    restoreSetting((name: saved.name, value: saved.value))
  }

  func restoreSetting(_ saved: (name: String, value: String?)) {
    settings[saved.name] = saved.value
    refreshSettings()
  }

  func refreshSettings() {
    timeZone = settings["timezone"].flatMap { TimeZoneRules.named($0) } ?? TimeZoneRules.utc
    dateStyle = settings["datestyle"] ?? "ISO, MDY"
    extraFloatDigits = Int64(settings["extra_float_digits"] ?? "1") ?? 1
    intervalStyle = settings["intervalstyle"] ?? "postgres"
  }

  /// 'I' idle, 'T' in a transaction, 'E' in a failed one: for prompts.
  package var transactionStatus: UInt8 {
    guard let t = transaction, t.isExplicit else { return 0x49 }
    return t.hasFailed ? 0x45 : 0x54
  }
  package var isSuperuser: Bool { server.cluster.roles[currentUser]?.isSuperuser ?? false }

  func notice(
    _ message: String, severity: String = "NOTICE", state: String = "00000", detail: String? = nil, hint: String? = nil
  ) {
    let order = ["DEBUG": 0, "LOG": 1, "INFO": 9, "NOTICE": 2, "WARNING": 3, "ERROR": 4]
    let threshold: Int
    switch settings["client_min_messages"] ?? "notice" {
    case "warning": threshold = 3
    case "error": threshold = 4
    default: threshold = 2
    }
    if severity == "WARNING" {
      server.report(SQLError(state, message, detail: detail, hint: hint), severity: severity, statement: nil, of: self)
    }
    guard order[severity] ?? 2 >= threshold else { return }
    outcomes.append(.notice(SQLError(state, message, detail: detail, hint: hint), severity: severity))
  }

  // MARK: Running

  /// Runs a query string as the simple protocol does: parsed as a whole, one implicit transaction unless it says otherwise.
  package func execute(_ sql: String) -> [StatementOutcome] {
    outcomes = []
    queryText = sql
    lastQuery = sql
    activityState = "active"
    statementTime = now
    do throws(SQLError) {
      let statements = try Parser.statements(sql)
      server.logStatement(sql, of: self)
      if statements.isEmpty { outcomes.append(.empty) }
      pendingStatements = statements
      implicitBlock = statements.count > 1
    } catch {
      if let t = transaction { t.hasFailed = true }
      server.report(error, statement: sql, of: self)
      outcomes.append(.error(error))
      activityState = transaction == nil ? "idle" : "idle in transaction (aborted)"
      return outcomes
    }
    return resume()
  }

  /// Goes on with the statements of the query string that have not run.
  private func resume() -> [StatementOutcome] {
    while !pendingStatements.isEmpty {
      let next = pendingStatements.removeFirst()
      do throws(SQLError) {
        try runStatement(next)
        if copyIn != nil { return drain() }
      } catch {
        fail(error)
        break
      }
    }
    finishImplicit()
    return drain()
  }

  private func drain() -> [StatementOutcome] {
    for n in pendingNotifications {
      outcomes.append(.notification(channel: n.0, payload: n.1, processID: n.2))
    }
    pendingNotifications = []
    activityState =
      transaction == nil ? "idle" : transaction!.hasFailed ? "idle in transaction (aborted)" : "idle in transaction"
    let out = outcomes
    outcomes = []
    return out
  }

  private func fail(_ error: SQLError) {
    pendingStatements = []
    copyIn = nil
    if let t = transaction {
      if t.isExplicit {
        if error.kind == .wouldBlock {
          outcomes.append(.error(error))
          return
        }
        t.hasFailed = true
      } else {
        rollback()
      }
    }
    server.report(error, statement: queryText, of: self)
    outcomes.append(.error(error))
  }

  /// Deferrable unique constraints that are not deferred are checked when their statement has ended.
  private func runImmediateUniqueChecks(_ t: Transaction) throws(SQLError) {
    var now: [DeferredCheck] = []
    var later: [DeferredCheck] = []
    for d in t.deferred {
      var waits = !d.isUnique
      if d.isUnique, let r = catalog.relation(d.table) {
        for c in r.constraints where c.name == d.constraint { waits = t.allDeferred ?? c.initiallyDeferred }
      }
      if waits { later.append(d) } else { now.append(d) }
    }
    if now.isEmpty { return }
    t.deferred = now
    try runDeferredChecks()
    t.deferred = later
  }

  private func finishImplicit() {
    guard let t = transaction, !t.isExplicit else { return }
    do throws(SQLError) { try commit() } catch {
      server.report(error, statement: queryText, of: self)
      outcomes.append(.error(error))
    }
  }

  private func runStatement(_ parsed: ParsedStatement) throws(SQLError) {
    let source = Array(queryText.utf8)
    currentQuery = String(decoding: source[parsed.start..<min(parsed.end, source.count)], as: UTF8.self)
    if let t = transaction, t.hasFailed {
      switch parsed.statement {
      case .commit, .rollback, .rollbackTo: break
      default:
        throw SQLError(
          SQLState.inFailedTransaction,
          "current transaction is aborted, commands ignored until end of transaction block")
      }
    }
    if transaction == nil { begin(explicit: false) }
    transaction?.command += 1
    transaction?.statements += 1
    let shown = outcomes.count
    try run(parsed.statement)
    transaction?.command += 1
    if let t = transaction, !t.deferred.isEmpty {
      do throws(SQLError) { try runImmediateUniqueChecks(t) } catch {
        outcomes.removeLast(outcomes.count - shown)
        throw error
      }
    }
    // Outside a block every statement of a single-statement string commits by itself.
    if let t = transaction, !t.isExplicit, pendingStatements.isEmpty, copyIn == nil { try commit() }
  }

  /// Lines for a COPY … FROM STDIN that `execute` announced; then the rest of the query string runs.
  package func copyData(_ lines: [String]) -> [StatementOutcome] {
    outcomes = []
    guard let state = copyIn else { return [] }
    copyIn = nil
    do throws(SQLError) {
      let count = try copyRows(state, lines)
      outcomes.append(.command("COPY \(count)"))
      transaction?.command += 1
      if let t = transaction, !t.isExplicit, pendingStatements.isEmpty { try commit() }
    } catch {
      fail(error)
      return drain()
    }
    return resume()
  }

  /// The client gave up a COPY.
  package func copyFail(_ message: String) -> [StatementOutcome] {
    outcomes = []
    var error = SQLError("57014", "COPY from stdin failed: \(message)")
    // The server reads ahead: whatever was sent, it stands at the first line.
    if let state = copyIn, let table = catalog.relation(state.table) { error.context = "COPY \(table.name), line 1" }
    copyIn = nil
    fail(error)
    return drain()
  }

  func textRows(_ rows: [Row], _ columns: [OutputColumn], tag: String) -> ResultSet {
    var set = ResultSet(columns: [], rows: [], tag: tag)
    for c in columns {
      set.columns.append(
        ResultColumn(name: c.name, isNumeric: isRightAligned(c.type.oid), typeOid: c.type.oid))
    }
    set.rows.reserveCapacity(rows.count)
    for row in rows {
      var line: [String?] = []
      line.reserveCapacity(columns.count)
      for (i, v) in row.enumerated() where i < columns.count {
        line.append(v.isNull ? nil : output(v, columns[i].type.oid))
      }
      set.rows.append(line)
    }
    return set
  }

  private func isRightAligned(_ oid: Int32) -> Bool {
    switch oid {
    case Oid.int2, Oid.int4, Oid.int8, Oid.float4, Oid.float8, Oid.numeric, Oid.oid, Oid.xid, 5069, Oid.cid,
      Oid.money:
      return true
    default: return false
    }
  }
}
