// Streaming replication: a standby that streams reads its primary's own tables, so that its lag is zero; when the stream ends it
// keeps what it had as a copy of its own. Delayed and paused replay, synchronous commit and logical replication are not
// modelled. Source: PostgreSQL 15 manual, chapters 27 and 53.20 "pg_replication_slots".

internal import SimKernel

/// A connection over which a server sends its write-ahead log.
package final class WalSender {
  package let processID: Int64
  package let user: String
  package let applicationName: String
  package let address: String
  package let startedAt: Int64
  package let slot: String?

  init(processID: Int64, user: String, applicationName: String, address: String, startedAt: Int64, slot: String?) {
    self.processID = processID
    self.user = user
    self.applicationName = applicationName
    self.address = address
    self.startedAt = startedAt
    self.slot = slot
  }
}

/// A standby's end of the same connection.
package struct WalReceiver {
  package let processID: Int64
  package let start: Int64
  package let timeline: Int64
  package let slot: String?
  package let host: String
  package let port: Int64
  /// The connection string with the password hidden.
  package let shown: String

  package init(
    processID: Int64, start: Int64, timeline: Int64, slot: String?, host: String, port: Int64, shown: String
  ) {
    self.processID = processID
    self.start = start
    self.timeline = timeline
    self.slot = slot
    self.host = host
    self.port = port
    self.shown = shown
  }
}

/// How far a standby is.
package struct ReplayState {
  /// Where this server began to replay.
  package var start: Int64 = 0
  package var isPaused = false

  package init() {}
}

package struct ReplicationSlot {
  package var name: String
  package var restart: Int64?
  package var activeProcess: Int64?

  package init(name: String, restart: Int64?) {
    self.name = name
    self.restart = restart
  }
}

/// `0/3000060`
package func walText(_ position: Int64) -> String {
  uppercasedASCII(String(position >> 32, radix: 16)) + "/" + uppercasedASCII(String(position & 0xffff_ffff, radix: 16))
}

func walPosition(_ text: String) -> Int64? {
  let parts = splitText(text, "/")
  guard parts.count == 2, let high = Int64(parts[0], radix: 16), let low = Int64(parts[1], radix: 16) else {
    return nil
  }
  return high << 32 | low
}

extension Cluster {
  package static let segmentSize: Int64 = 16 << 20

  /// The file of the write-ahead log that holds a position: `000000010000000000000003`.
  package func walFile(_ position: Int64) -> String {
    func hexadecimal(_ value: Int64) -> String {
      let text = uppercasedASCII(String(value, radix: 16))
      return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
    let segment = position / Cluster.segmentSize
    return hexadecimal(timeline) + hexadecimal(segment / 256) + hexadecimal(segment % 256)
  }

  /// Goes on in the next file of the write-ahead log; the end of what was used of the old one.
  @discardableResult
  package func switchWAL() -> Int64 {
    let end = walPosition
    if walPosition % Cluster.segmentSize != 0 {
      walPosition = (walPosition / Cluster.segmentSize + 1) * Cluster.segmentSize
    }
    return end
  }

  /// What pg_controldata prints of the counters.
  package var nextTransaction: Int64 { transactions.next }
  package var nextObject: Int64 { (Int64(nextOid) + 8_191) / 8_192 * 8_192 }
  /// 64 hexadecimal digits that belong to the cluster.
  package var nonce: String {
    var random = SeededRandom(seed: UInt64(bitPattern: systemIdentifier)).split("nonce")
    return random.hexadecimal(64)
  }

  /// What a checkpoint adds to the write-ahead log.
  package func logCheckpoint() { walPosition += 120 }

  /// A base backup: a copy as of now, the positions at which it begins and ends.
  package func backUp() -> (copy: Cluster, start: Int64, end: Int64) {
    switchWAL()
    let start = walPosition + 0x28
    let end = walPosition + 0x100
    walPosition += Cluster.segmentSize
    let copy = copied()
    copy.slots = OrderedMap()
    return (copy, start, end)
  }

  /// The same databases apart from this one: what a standby keeps when it leaves its primary. Open transactions are not in it.
  package func copied() -> Cluster {
    let copy = Cluster(majorVersion: majorVersion, superuser: bootstrapRole, systemIdentifier: systemIdentifier)
    copy.roles = roles
    copy.systemSettings = systemSettings
    copy.nextOid = nextOid
    copy.walPosition = walPosition
    copy.timeline = timeline
    copy.lastCommit = lastCommit
    copy.slots = slots
    copy.transactions.take(over: transactions)
    copy.databases = OrderedMap()
    for database in databases.values {
      var catalog = database.catalog
      for relation in database.catalog.relations.values {
        var changed = relation
        if relation.isTemporary {
          catalog.removeRelation(relation.oid)
          continue
        }
        if let heap = relation.heap { changed.heap = heap.copied() }
        if var sequence = relation.sequence {
          let state = SequenceState(last: sequence.state.last)
          state.isCalled = sequence.state.isCalled
          sequence.state = state
          changed.sequence = sequence
        }
        if changed.heap != nil || changed.sequence != nil { catalog.put(changed) }
      }
      let made = Database(
        oid: database.oid, name: database.name, owner: database.owner, encoding: database.encoding,
        collate: database.collate, ctype: database.ctype, catalog: catalog)
      made.isTemplate = database.isTemplate
      made.allowsConnections = database.allowsConnections
      made.connectionLimit = database.connectionLimit
      made.comment = database.comment
      made.acl = database.acl
      made.settings = database.settings
      copy.databases[database.name] = made
    }
    return copy
  }
}

extension Cluster {
  /// Time of the last commit as the log has it.
  package var lastCommitText: String? {
    lastCommit.map { DateTime.timestampText($0) + "+00" }
  }
}

extension Server {
  /// A number for a process that is started beside the sessions.
  package func nextWorkerNumber() -> Int64 { takeProcessID() }

  /// Changes a parameter of the configuration for the sessions that have not set it themselves.
  package func apply(_ name: String, _ value: String, replacing old: String) {
    for session in sessions {
      let current = session.settings[name]
      if current == nil || current == old { session.settings[name] = value }
    }
  }

  /// Reads another cluster from now on: a standby whose stream has begun or ended.
  package func follow(_ other: Cluster) {
    guard cluster !== other else { return }
    cluster = other
    for session in sessions {
      if let database = other.databases[session.database.name] { session.database = database }
    }
  }

  /// Starts a walsender.
  package func startSender(user: String, applicationName: String, address: String, slot: String?) -> WalSender {
    let clock = world.clock
    let now =
      (clock.unixSeconds(clock.now) - DateTime.epochDays * 86_400) * 1_000_000
      + clock.subsecondNanoseconds(clock.now) / 1_000
    let sender = WalSender(
      processID: takeProcessID(), user: user, applicationName: applicationName, address: address, startedAt: now,
      slot: slot)
    walSenders.append(sender)
    if let slot, var entry = cluster.slots[slot] {
      entry.activeProcess = sender.processID
      entry.restart = cluster.walPosition
      cluster.slots[slot] = entry
    }
    return sender
  }

  package func stopSender(_ sender: WalSender) {
    walSenders.removeAll { $0 === sender }
    if let slot = sender.slot, var entry = cluster.slots[slot] {
      entry.activeProcess = nil
      entry.restart = cluster.walPosition
      cluster.slots[slot] = entry
    }
  }

  /// Makes a slot; nil when it was made, or what is wrong with it.
  package func createSlot(_ name: String, reserve: Bool) -> SQLError? {
    for b in name.utf8 where !(Lexer.isDigit(b) || (97...122).contains(b) || b == 95) {
      return SQLError(
        "42602", "replication slot name \"\(name)\" contains invalid character",
        hint:
          "Replication slot names may only contain lower case letters, numbers, and the underscore character.")
    }
    if name.isEmpty { return SQLError("42602", "replication slot name \"\" is too short") }
    if cluster.slots[name] != nil {
      return SQLError(SQLState.duplicateObject, "replication slot \"\(name)\" already exists")
    }
    cluster.slots[name] = ReplicationSlot(name: name, restart: reserve ? cluster.walPosition : nil)
    return nil
  }

  /// As pg_stat_replication counts them: priority and state with regard to synchronous_standby_names.
  func synchronicity(_ sender: WalSender) -> (priority: Int64, state: String) {
    let names = parameter("synchronous_standby_names") ?? ""
    guard !names.isEmpty else { return (0, "async") }
    var list = names
    var count = 1
    var isQuorum = false
    if let open = names.firstIndex(of: "("), let close = names.lastIndex(of: ")") {
      list = String(names[names.index(after: open)..<close])
      let head = lowercasedASCII(String(names[..<open]))
      isQuorum = head.hasPrefix("any")
      for word in head.split(separator: " ") { if let number = Int(word) { count = number } }
    }
    func rank(_ s: WalSender) -> Int64 {
      var position: Int64 = 0
      for part in splitText(list, ",") {
        position += 1
        var name = trimmedSpaces(part)
        if name.hasPrefix("\""), name.utf8.count > 1 { name = String(name.dropFirst().dropLast()) }
        if name == "*" || lowercasedASCII(name) == lowercasedASCII(s.applicationName) { return position }
      }
      return 0
    }
    let own = rank(sender)
    guard own > 0 else { return (0, "async") }
    if isQuorum { return (1, "quorum") }
    var before = 0
    for other in walSenders where other !== sender {
      let theirs = rank(other)
      if theirs > 0, theirs < own || (theirs == own && other.processID < sender.processID) { before += 1 }
    }
    return (own, before < count ? "sync" : "potential")
  }
}
