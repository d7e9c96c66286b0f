// Beginning and ending transactions. Source: PostgreSQL 15 manual, chapter 13 and BEGIN, COMMIT, ROLLBACK.

internal import SimKernel

extension ClientSession {
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

  /// Roles are about to change: what ROLLBACK brings back.
  func keepRoles() {
    guard let t = transaction, t.rolesBefore == nil else { return }
    t.rolesBefore = server.cluster.roles
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
      try fireDeferredTriggers(t, dueOnly: false)
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
    if let roles = t.rolesBefore { server.cluster.roles = roles }
    for saved in t.savedSettings.reversed() { restoreSetting((name: saved.name, value: saved.value)) }
    transaction = nil
    advisoryLocks.removeAll { $0.ofTransaction }
    closeCursors(all: false)
    for s in server.sessions { s.onUnlock?() }
  }

  func savepoint(_ name: String, _ xid: Int64, _ t: Transaction) -> Savepoint {
    Savepoint(
      name: name, xid: xid, catalog: t.catalog, settings: t.savedSettings.count, roles: server.cluster.roles)
  }

  /// As everything was at a savepoint, which is gone afterwards like those after it.
  func undo(_ t: Transaction, toSavepoint index: Int) {
    let point = t.savepoints[index]
    for s in t.savepoints[index...] { log.finish(s.xid, .aborted) }
    for id in t.own where id > point.xid && log.fate(id) == .running { log.finish(id, .aborted) }
    t.catalog = point.catalog
    if t.rolesBefore != nil { server.cluster.roles = point.roles }
    while t.savedSettings.count > point.settings { restoreLastSetting(t) }
    t.savepoints.removeSubrange(index...)
  }

  private func closeCursors(all: Bool) {
    for cursor in cursors.values where all || !cursor.isHold { cursors[cursor.name] = nil }
  }

  func abandon() {
    rollback()
    // Temporary tables go with their session.
    dropTemporaryTables()
  }

  /// DISCARD; plans are not kept, so that DISCARD PLANS has nothing to throw away.
  func discard(_ what: String) {
    let isAll = what == "all"
    if isAll {
      prepared.removeAll()
      cursors.removeAll()
      listening = []
      advisoryLocks = []
      settings = [:]
      refreshSettings()
      sessionUser = loginUser
      currentUser = loginUser
    }
    if isAll || what == "sequences" {
      sequenceValues = [:]
      lastSequence = 0
    }
    if isAll || what == "temp" || what == "temporary" { dropTemporaryTables() }
  }

  private func dropTemporaryTables() {
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

  /// 'I' idle, 'T' in a transaction, 'E' in a failed one: for prompts.
  package var transactionStatus: UInt8 {
    guard let t = transaction, t.isExplicit else { return 0x49 }
    return t.hasFailed ? 0x45 : 0x54
  }
}
