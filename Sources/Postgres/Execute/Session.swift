// A client's session: settings, transaction, prepared statements. It runs the statements of a query string and says what came
// of each.

package import SimKernel

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
  /// What RESET goes back to: of the server, the database and the role.
  private(set) var initialSettings: [String: String] = [:]
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
  /// Stands for the search path while a view's query is looked at.
  var boundPath: [String]?
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
  var cascadeDepth = 0
  /// Arguments and variables of the function that is running.
  var callFrame: CallFrame?
  /// Row triggers that wait for the end of their statement.
  var afterRows: [AfterRow] = []
  /// Rows that the statement has changed, where a trigger wants to see them, and the tables by which the running one does.
  var transitionRows: (old: [Row], new: [Row]) = ([], [])
  var transitionTables: [VirtualRelation] = []
  /// Reads of columns that are judged when their query has been analysed.
  var columnReads: [ColumnReads] = []
  /// Tables that are being read through their policies.
  var policyBypass: Set<Int32> = []
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

  /// `100ms`, `2s`, `1min`: a setting's value in milliseconds.
  private func milliseconds(_ text: String) -> Int64 {
    let digits = text.prefix { $0 >= "0" && $0 <= "9" }
    let units: [(String, Int64)] = [("ms", 1), ("min", 60_000), ("s", 1_000), ("h", 3_600_000), ("d", 86_400_000)]
    let unit = units.first { text.hasSuffix($0.0) }?.1 ?? 1
    return (Int64(digits) ?? 0) * unit
  }

  /// Sleeps, as long as statement_timeout lets it.
  func sleep(_ seconds: Double) throws(SQLError) {
    guard seconds > 0, seconds < 1e9 else { return }
    let wanted = Int64(seconds * 1_000_000)
    let timeout = milliseconds(try setting("statement_timeout"))
    let left = timeout * 1_000 - (now - statementTime)
    if timeout > 0, wanted >= left {
      slept += max(0, left)
      throw SQLError("57014", "canceling statement due to statement timeout")
    }
    slept += wanted
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
    for s in server.cluster.roleSettings { settings[s.name] = s.value }
    for s in database.settings { settings[s.name] = s.value }
    if let role = server.cluster.roles[user] {
      for s in role.settings { settings[s.name] = s.value }
      for s in database.roleSettings where s.role == 0 || s.role == role.oid { settings[s.name] = s.value }
    }
    if let style = settings["datestyle"] { settings["datestyle"] = try? wholeDateStyle(style) }
    initialSettings = settings
    refreshSettings()
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

  // MARK: Transactions

  var pendingNotifications: [(String, String, Int64)] = []
  /// Called when another session ends a transaction, so that a waiting program tries again.
  package var onUnlock: (() -> Void)?

  func refreshSettings() {
    timeZone = settings["timezone"].flatMap { TimeZoneRules.setting($0) } ?? TimeZoneRules.utc
    dateStyle = settings["datestyle"] ?? "ISO, MDY"
    extraFloatDigits = Int64(settings["extra_float_digits"] ?? "1") ?? 1
    intervalStyle = settings["intervalstyle"] ?? "postgres"
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

  /// Checks that wait and whose constraint is not deferred (any more) are made now.
  func runImmediateChecks(_ t: Transaction) throws(SQLError) {
    try fireDeferredTriggers(t, dueOnly: true)
    var now: [DeferredCheck] = []
    var later: [DeferredCheck] = []
    for d in t.deferred {
      var waits = false
      if d.isReferenced {
        for (_, c) in catalog.references(to: d.table) where c.name == d.constraint { waits = t.isDeferred(c) }
      } else if let r = catalog.relation(d.table) {
        for c in r.constraints where c.name == d.constraint { waits = t.isDeferred(c) }
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
      do throws(SQLError) { try runImmediateChecks(t) } catch {
        outcomes.removeLast(outcomes.count - shown)
        throw error
      }
    }
    // Outside a block every statement of a single-statement string commits by itself.
    if let t = transaction, !t.isExplicit, pendingStatements.isEmpty, copyIn == nil {
      do throws(SQLError) { try commit() } catch {
        // What the statement answered is not sent when its transaction fails; notices were.
        var kept = Array(outcomes[..<shown])
        for o in outcomes[shown...] { if case .notice = o { kept.append(o) } }
        outcomes = kept
        throw error
      }
    }
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
        ResultColumn(name: c.name, isNumeric: isRightAligned(sent(c.type.oid)), typeOid: sent(c.type.oid)))
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

  /// Clients are told of the type below a domain.
  private func sent(_ oid: Int32) -> Int32 {
    var current = oid
    while let entry = catalog.types[current], entry.form == .domain { current = entry.baseType.oid }
    return current
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
