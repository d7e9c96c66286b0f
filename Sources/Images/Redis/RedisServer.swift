// A Redis server: its databases, who is connected, and replication. A replica asks its master for a full copy, which a master
// of Redis 7 puts off for five seconds to serve several at once; from then on it gets every change. A replica that was away for a
// moment continues where it stopped.
// Sources: redis 7.0 `replication.c`, `server.c`, `rdb.c`; log lines as Debian's redis-server 7.0.15 prints them.

import SimKernel
import SimMachine

final class RedisServer: PeerServer {
  let release: RedisRelease
  private(set) var settings: OrderedMap<String, String>
  var databases: [Int: RedisDatabase] = [:]
  let startedAt: Instant
  let runID: String
  var nextClient: Int64 = 3
  /// Wakes the server's own program when a client sends SHUTDOWN.
  var shutDownRequested: (_ saves: Bool) -> Void = { _ in }
  var lastSave: Instant
  var changesSinceSave: Int64 = 0
  var dataFolder = "/data"

  // Replication
  private(set) var replicationID: String
  private(set) var secondID = String(repeating: "0" as Character, count: 40)
  private(set) var secondOffset: Int64 = -1
  private(set) var hasBacklog = false
  private var backlogStart: Int64 = 1
  private var offsetBase: Int64 = 0
  /// Pings to replicas count in the offset: the instant since which they are sent.
  private var pingsSince: Instant?
  private(set) var replicas: [RedisServer] = []
  private(set) var master: (host: String, port: Int)?
  private(set) var link = Link.none
  private(set) var linkDownSince: Instant?
  private var lastMessage = Instant.start
  private var cachedMaster: (id: String, offset: Int64)?
  private var masterServer: RedisServer?
  private var attempt = 0

  enum Link { case none, connecting, synchronising, up }

  init(_ process: Process, release: RedisRelease, settings: OrderedMap<String, String>) {
    self.release = release
    self.settings = settings
    startedAt = process.world.now
    lastSave = startedAt
    var random = process.world.random.split("redis \(process.machine.hostname) \(startedAt.nanoseconds)")
    runID = random.hexadecimal(40)
    replicationID = random.hexadecimal(40)
    super.init(service: "redis", machine: process.machine)
  }

  var isReplica: Bool { master != nil }
  var port: Int { Int(settings["port"] ?? "6379") ?? 6379 }
  var password: String? {
    let text = settings["requirepass"] ?? ""
    return text.isEmpty ? nil : text
  }
  func set(_ name: String, _ value: String) { settings[name] = value }

  // MARK: Data

  func database(_ index: Int) -> RedisDatabase { databases[index] ?? RedisDatabase() }

  func entry(_ index: Int, _ key: String) -> RedisEntry? {
    guard let entry = databases[index]?[key] else { return nil }
    if let expires = entry.expires, expires <= world.now {
      if !isReplica { databases[index]?[key] = nil }
      return nil
    }
    return entry
  }

  /// Drops what has expired: before anything is listed or counted.
  func expire(_ index: Int) {
    guard let database = databases[index] else { return }
    for (key, entry) in database {
      if let expires = entry.expires, expires <= world.now { databases[index]?[key] = nil }
    }
  }

  func put(_ index: Int, _ key: String, _ entry: RedisEntry?) {
    if databases[index] == nil { databases[index] = RedisDatabase() }
    databases[index]?[key] = entry
    touched.append((index, key))
  }

  private var touched: [(Int, String)] = []
  private var wasFlushed = false

  func flush(_ index: Int?) {
    if let index { databases[index] = nil } else { databases = [:] }
    wasFlushed = true
  }

  /// After a command: counts it in the stream and gives what it changed to replicas and to the disk.
  func commit(_ words: [String], database index: Int) {
    guard !touched.isEmpty || wasFlushed else { return }
    changesSinceSave += 1
    if hasBacklog {
      if streamDatabase != index {
        let number = String(index)
        offsetBase += Int64(number.utf8.count + String(number.utf8.count).utf8.count + 21)
        streamDatabase = index
      }
      var length: Int64 = Int64(String(words.count).utf8.count + 3)
      for word in words { length += Int64(word.utf8.count + String(word.utf8.count).utf8.count + 5) }
      offsetBase += length
    }
    for replica in replicas where replica.link == .up {
      if wasFlushed { replica.databases = databases }
      for (index, key) in touched { replica.put(index, key, databases[index]?[key]) }
      replica.lastMessage = world.now
      replica.offsetBase = offsetBase
      replica.commit([], database: index)
    }
    touched = []
    wasFlushed = false
    saveAppendOnly()
  }
  private var streamDatabase = -1

  // MARK: Disk

  var isAppendOnly: Bool { settings["appendonly"] == "yes" }
  /// Whether `save` points are set: then a shutdown saves.
  var savesOnExit: Bool { !(settings["save"] ?? "3600 1 300 100 60 10000").isEmpty }

  private func snapshot() -> RedisSnapshot {
    RedisSnapshot(
      databases: databases, replicationID: hasBacklog || isReplica ? replicationID : nil, offset: offset, at: world.now)
  }

  func save() {
    let path = dataFolder + "/" + (settings["dbfilename"] ?? "dump.rdb")
    try? machine.fileSystem.write(path, Array("REDIS".utf8))
    (try? machine.fileSystem.lookup(path))?.attachment = snapshot()
    lastSave = world.now
    changesSinceSave = 0
  }

  private func saveAppendOnly() {
    guard isAppendOnly else { return }
    (try? machine.fileSystem.lookup(appendOnlyFolder))?.attachment = snapshot()
  }

  private var appendOnlyFolder: String {
    release.isAtLeast(7, 0)
      ? "\(dataFolder)/\(settings["appenddirname"] ?? "appendonlydir")"
      : "\(dataFolder)/\(settings["appendfilename"] ?? "appendonly.aof")"
  }

  /// Reads what an earlier server left, with the lines it logs about it.
  func load() {
    if isAppendOnly { return loadAppendOnly() }
    let path = dataFolder + "/" + (settings["dbfilename"] ?? "dump.rdb")
    guard let found = (try? machine.fileSystem.lookup(path))?.attachment as? RedisSnapshot else { return }
    takeOver(found)
    note("Loading RDB produced by version \(release.text)")
    note("RDB age \((world.now - found.at).wholeSeconds) seconds")
    note("RDB memory usage when created \(megabytes) Mb")
    if release.isAtLeast(7, 0) { note("Done loading RDB, keys loaded: \(found.keyCount), keys expired: 0.") }
    note("DB loaded from disk: 0.000 seconds")
    if let id = found.replicationID {
      if isReplica {
        note(
          "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer."
        )
        cachedMaster = (id, found.offset)
        replicationID = id
        offsetBase = found.offset
      } else if release.isAtLeast(7, 0) {
        secondID = id
        secondOffset = found.offset + 1
        offsetBase = found.offset
        backlogStart = found.offset + 1
        hasBacklog = true
      }
    }
  }

  private var megabytes: String { "0.9\(databases.isEmpty ? "1" : "3")" }

  private func loadAppendOnly() {
    let name = settings["appendfilename"] ?? "appendonly.aof"
    if let found = (try? machine.fileSystem.lookup(appendOnlyFolder))?.attachment as? RedisSnapshot {
      takeOver(found)
      guard release.isAtLeast(7, 0) else { return note("DB loaded from append only file: 0.000 seconds") }
      note("Reading RDB base file on AOF loading...")
      note("Loading RDB produced by version \(release.text)")
      note("RDB age \((world.now - appendOnlySince(found)).wholeSeconds) seconds")
      note("RDB memory usage when created 0.84 Mb")
      note("RDB is base AOF")
      note("Done loading RDB, keys loaded: 0, keys expired: 0.")
      note("DB loaded from base file \(name).1.base.rdb: 0.000 seconds")
      note("DB loaded from incr file \(name).1.incr.aof: 0.000 seconds")
      note("DB loaded from append only file: 0.000 seconds")
      note("Opening AOF incr file \(name).1.incr.aof on server start")
      return
    }
    if release.isAtLeast(7, 0) {
      _ = try? machine.fileSystem.makeDirectory(appendOnlyFolder, parents: true)
      note("Creating AOF base file \(name).1.base.rdb on server start")
      note("Creating AOF incr file \(name).1.incr.aof on server start")
      for (file, text) in [
        ("\(name).1.base.rdb", "REDIS"), ("\(name).1.incr.aof", ""),
        ("\(name).manifest", "file \(name).1.base.rdb seq 1 type b\nfile \(name).1.incr.aof seq 1 type i\n"),
      ] { try? machine.fileSystem.write(appendOnlyFolder + "/" + file, Array(text.utf8)) }
    } else {
      try? machine.fileSystem.write(appendOnlyFolder, [])
    }
    saveAppendOnly()
  }

  private func appendOnlySince(_ found: RedisSnapshot) -> Instant {
    let path = "\(appendOnlyFolder)/\(settings["appendfilename"] ?? "appendonly.aof").1.base.rdb"
    return (try? machine.fileSystem.lookup(path))?.modified ?? found.at
  }

  private func takeOver(_ found: RedisSnapshot) { databases = found.databases }

  // MARK: Log

  func note(_ text: String) { line("*", text) }
  func warn(_ text: String) { line("#", text) }
  /// Lines that were warnings before 7.2 and are notices since.
  func formerWarning(_ text: String) { line(release.isAtLeast(7, 2) ? "*" : "#", text) }
  private func line(_ mark: String, _ text: String) { log(stamp(role: isReplica ? "S" : "M") + "\(mark) \(text)\n") }

  func stamp(role: String, process number: Int? = nil) -> String {
    let time = world.civilNow
    return
      "\(number ?? process?.id ?? 1):\(role) \(padded(time.day, 2)) \(time.monthAbbreviation) \(padded(time.year, 4)) \(clockTime(time)).\(millisecond(time)) "
  }

  // MARK: Replication: common

  var offset: Int64 {
    if let masterServer, link == .up { return masterServer.offset }
    guard let since = pingsSince, !replicas.isEmpty else { return offsetBase }
    return offsetBase + (world.now - since).wholeSeconds / 10 * 14
  }

  /// Makes what pings have added part of the base, before their count changes.
  private func settleOffset() {
    offsetBase = offset
    pingsSince = replicas.isEmpty ? nil : world.now
  }

  func configureMaster(_ host: String, _ port: Int) { master = (host, port) }

  // MARK: Replication: as master

  private enum Greeting {
    case full
    case partial(id: String)
    case refused
  }

  private func accept(_ replica: RedisServer, cached: (id: String, offset: Int64)?) -> Greeting {
    let name = "\(replica.machine.address):\(replica.port)"
    if let password, replica.settings["masterauth"] != password { return .refused }
    if isReplica, link != .up { return .refused }
    note("Replica \(name) asks for synchronization")
    link(replica)
    let current = offset
    if let cached, hasBacklog,
      cached.id == replicationID || (cached.id == secondID && cached.offset + 1 <= secondOffset),
      cached.offset + 1 >= backlogStart, cached.offset <= current
    {
      note(
        "Partial resynchronization request from \(name) accepted. Sending \(current - cached.offset) bytes of backlog starting from offset \(cached.offset + 1)."
      )
      settleOffset()
      replicas.append(replica)
      if pingsSince == nil { pingsSince = world.now }
      return .partial(id: replicationID)
    }
    if cached != nil, hasBacklog, let cached, cached.id == replicationID || cached.id == secondID {
      note(
        "Unable to partial resync with replica \(name) for lack of backlog (Replica request was: \(cached.offset + 1))."
      )
    } else if cached != nil, let cached {
      note(
        "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '\(cached.id)', my replication IDs are '\(replicationID)' and '\(secondID)')"
      )
    } else {
      note("Full resync requested by replica \(name)")
    }
    settleOffset()
    replicas.append(replica)
    if !hasBacklog {
      hasBacklog = true
      backlogStart = offsetBase + 1
      var random = world.random.split("redis replication \(machine.hostname) \(world.now.nanoseconds)")
      if !isReplica {
        replicationID = random.hexadecimal(40)
        secondID = String(repeating: "0" as Character, count: 40)
        secondOffset = -1
      }
      note("Replication backlog created, my new replication IDs are '\(replicationID)' and '\(secondID)'")
    }
    if pingsSince == nil { pingsSince = world.now }
    return .full
  }

  private func transfer(to replica: RedisServer) {
    let name = "\(replica.machine.address):\(replica.port)"
    let child = 20
    if release.isAtLeast(7, 0) {
      note("Starting BGSAVE for SYNC with target: replicas sockets")
      note("Background RDB transfer started by pid \(child)")
      log(stamp(role: "C", process: child) + "* Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB\n")
      formerWarning("Diskless rdb transfer, done reading from pipe, 1 replicas still up.")
      note("Background RDB transfer terminated with success")
      note(
        "Streamed RDB transfer with replica \(name) succeeded (socket). Waiting for REPLCONF ACK from \(release.isAtLeast(7, 2) ? "replica" : "slave") to enable streaming"
      )
    } else {
      note("Starting BGSAVE for SYNC with target: disk")
      note("Background saving started by pid \(child)")
      log(stamp(role: "C", process: child) + "* DB saved on disk\n")
      log(stamp(role: "C", process: child) + "* RDB: 0 MB of memory used by copy-on-write\n")
      note("Background saving terminated with success")
    }
    note("Synchronization with replica \(name) succeeded")
  }

  override func peerLost(_ other: PeerServer) {
    guard let other = other as? RedisServer else { return }
    if let index = replicas.firstIndex(where: { $0 === other }) {
      settleOffset()
      replicas.remove(at: index)
      settleOffset()
      formerWarning("Connection with replica \(other.machine.address):\(other.port) lost.")
    }
    if masterServer === other { masterLost(retry: true) }
  }

  // MARK: Replication: as replica

  /// Begins to follow the master that is set, at once.
  func follow() {
    guard let master else { return }
    link = .connecting
    attempt += 1
    let mine = attempt
    note("Connecting to MASTER \(master.host):\(master.port)")
    if connect(first: true) { return }
    keepTrying(every: .milliseconds(1_000), activeFor: 10) { [self] in
      guard mine == attempt, self.master != nil, link == .connecting else { return true }
      note("Connecting to MASTER \(self.master!.host):\(self.master!.port)")
      return connect(first: false)
    }
  }

  private func connect(first: Bool) -> Bool {
    guard let master else { return true }
    var found: RedisServer?
    if let network = machine.network {
      switch network.connect(host: master.host, port: master.port, from: machine) {
      case .unknownHost:
        warn("Unable to connect to MASTER: Invalid argument")
        return false
      case .connected(let listener, _): found = listener as? RedisServer
      case .refused, .unreachable: break
      }
    } else {
      found = find(master.host, master.port) as? RedisServer
    }
    note("MASTER <-> REPLICA sync started")
    guard let found, found.isUp, found !== self else {
      formerWarning("Error condition on socket for SYNC: Connection refused")
      return false
    }
    note("Non blocking connect for SYNC fired the event.")
    note("Master replied to PING, replication can continue...")
    if found.isReplica, found.link != .up {
      // A master that is itself waiting answers so until it has its data.
      formerWarning(
        "Master is currently unable to PSYNC but should be in the future: -NOMASTERLINK Can't SYNC while not connected with my master"
      )
      return false
    }
    let asked = cachedMaster
    if let asked {
      note("Trying a partial resynchronization (request \(asked.id):\(asked.offset + 1)).")
    } else {
      note("Partial resynchronization not possible (no cached master)")
    }
    switch found.accept(self, cached: asked) {
    case .refused:
      return false
    case .partial(let id):
      masterServer = found
      note("Successful partial resynchronization with master.")
      if id != asked?.id { formerWarning("Master replication ID changed to \(id)") }
      note("MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.")
      finishSynchronising(found)
    case .full:
      masterServer = found
      link = .synchronising
      let delays = found.release.isAtLeast(7, 0)
      if delays { found.note("Delay next BGSAVE for diskless SYNC") }
      let mine = attempt
      after(delays ? .seconds(Int64(5)) : .milliseconds(200)) { [self] in
        guard mine == attempt, masterServer === found, found.isUp else { return }
        fullCopy(from: found)
      }
    }
    return true
  }

  private func fullCopy(from found: RedisServer) {
    found.transfer(to: self)
    note("Full resync from master: \(found.replicationID):\(found.offset)")
    note("MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to disk")
    note("MASTER <-> REPLICA sync: Flushing old data")
    note("MASTER <-> REPLICA sync: Loading DB in memory")
    note("Loading RDB produced by version \(found.release.text)")
    note("RDB age 0 seconds")
    note("RDB memory usage when created \(found.megabytes) Mb")
    var count = 0
    for database in found.databases.values { count += database.count }
    note("Done loading RDB, keys loaded: \(count), keys expired: 0.")
    note("MASTER <-> REPLICA sync: Finished with success")
    finishSynchronising(found)
  }

  private func finishSynchronising(_ found: RedisServer) {
    databases = found.databases
    replicationID = found.replicationID
    secondID = found.secondID
    secondOffset = found.secondOffset
    if !hasBacklog { backlogStart = found.offset + 1 }
    hasBacklog = true
    offsetBase = found.offset
    link = .up
    linkDownSince = nil
    cachedMaster = nil
    lastMessage = world.now
    saveAppendOnly()
    machine.disturbed()
  }

  private func masterLost(retry: Bool) {
    guard let found = masterServer else { return }
    let wasUp = link == .up
    offsetBase = found.offset
    masterServer = nil
    linkDownSince = world.now
    link = .connecting
    if wasUp {
      formerWarning("Connection with master lost.")
      note("Caching the disconnected master state.")
      cachedMaster = (replicationID, offsetBase)
    }
    guard retry, let master else { return }
    if wasUp { note("Reconnecting to MASTER \(master.host):\(master.port)") }
    attempt += 1
    let mine = attempt
    machine.disturbed()
    keepTrying(every: .milliseconds(1_000), activeFor: 10) { [self] in
      guard mine == attempt, self.master != nil, link == .connecting else { return true }
      note("Connecting to MASTER \(self.master!.host):\(self.master!.port)")
      return connect(first: false)
    }
  }

  /// REPLICAOF NO ONE.
  func becomeMaster(_ requester: String) {
    guard isReplica else { return }
    if let found = masterServer {
      let wasUp = link == .up
      offsetBase = found.offset
      found.settleOffset()
      found.replicas.removeAll { $0 === self }
      found.settleOffset()
      found.unlink(self)
      found.formerWarning("Connection with replica \(machine.address):\(port) lost.")
      master = nil
      if wasUp {
        formerWarning("Connection with master lost.")
        note("Caching the disconnected master state.")
        note("Discarding previously cached master state.")
      }
      secondID = replicationID
      secondOffset = offsetBase + 1
      var random = world.random.split("redis promotion \(machine.hostname) \(world.now.nanoseconds)")
      replicationID = random.hexadecimal(40)
      formerWarning(
        "Setting secondary replication ID to \(secondID), valid up to offset: \(secondOffset). New replication ID is \(replicationID)"
      )
    }
    master = nil
    masterServer = nil
    cachedMaster = nil
    link = .none
    linkDownSince = nil
    attempt += 1
    note("MASTER MODE enabled (user request from '\(requester)')")
    if !replicas.isEmpty { pingsSince = world.now }
  }

  /// REPLICAOF host port. False when it already follows that master.
  func changeMaster(_ host: String, _ port: Int, _ requester: String) -> Bool {
    if let master, master.host == host, master.port == port { return false }
    let wasReplica = isReplica
    if let found = masterServer {
      offsetBase = found.offset
      found.settleOffset()
      found.replicas.removeAll { $0 === self }
      found.settleOffset()
      found.unlink(self)
      cachedMaster = link == .up ? (replicationID, offsetBase) : nil
      masterServer = nil
    } else if !wasReplica, hasBacklog {
      cachedMaster = (replicationID, offset)
    }
    master = (host, port)
    linkDownSince = world.now
    if !wasReplica {
      note(
        "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer."
      )
    }
    note("Connecting to MASTER \(host):\(port)")
    link = .connecting
    attempt += 1
    let mine = attempt
    log(stamp(role: "S") + "* REPLICAOF \(host):\(port) enabled (user request from '\(requester)')\n")
    after(.milliseconds(1)) { [self] in
      guard mine == attempt else { return }
      if connect(first: true) { return }
      keepTrying(every: .milliseconds(1_000), activeFor: 10) { [self] in
        guard mine == attempt, self.master != nil, link == .connecting else { return true }
        note("Connecting to MASTER \(self.master!.host):\(self.master!.port)")
        return connect(first: false)
      }
    }
    return true
  }

  // MARK: What clients see

  var replicationInfo: String {
    var lines: [String] = []
    if let master {
      lines += ["role:slave", "master_host:\(master.host)", "master_port:\(master.port)"]
      let isUp = link == .up
      lines.append("master_link_status:\(isUp ? "up" : "down")")
      lines.append(
        "master_last_io_seconds_ago:\(isUp ? (world.now - lastMessage).wholeSeconds % 10 : -1)")
      lines.append("master_sync_in_progress:\(link == .synchronising ? 1 : 0)")
      let position = link == .up ? offset : max(offsetBase, 1)
      if release.isAtLeast(6, 2) { lines.append("slave_read_repl_offset:\(position)") }
      lines.append("slave_repl_offset:\(position)")
      if !isUp {
        if link == .synchronising {
          lines += [
            "master_sync_total_bytes:-1", "master_sync_read_bytes:0", "master_sync_left_bytes:-1",
            "master_sync_perc:-0.00", "master_sync_last_io_seconds_ago:0",
          ]
        }
        lines.append("master_link_down_since_seconds:\(linkDownSince.map { (world.now - $0).wholeSeconds } ?? -1)")
      }
      lines += ["slave_priority:100", "slave_read_only:1"]
      if release.isAtLeast(6, 2) { lines.append("replica_announced:1") }
    } else {
      lines.append("role:master")
    }
    lines.append("connected_slaves:\(replicas.count)")
    for (index, replica) in replicas.enumerated() {
      let state = replica.link == .up ? "online" : "wait_bgsave"
      lines.append(
        "slave\(index):ip=\(replica.machine.address),port=\(replica.port),state=\(state),offset=\(replica.link == .up ? offset : 0),lag=0"
      )
    }
    if release.isAtLeast(6, 2) { lines.append("master_failover_state:no-failover") }
    lines += [
      "master_replid:\(replicationID)", "master_replid2:\(secondID)", "master_repl_offset:\(offset)",
      "second_repl_offset:\(secondOffset)", "repl_backlog_active:\(hasBacklog ? 1 : 0)", "repl_backlog_size:1048576",
      "repl_backlog_first_byte_offset:\(hasBacklog ? backlogStart : 0)",
      "repl_backlog_histlen:\(hasBacklog ? offset - backlogStart + 1 : 0)",
    ]
    var text = "# Replication\r\n"
    for line in lines { text += line + "\r\n" }
    return text
  }

  var role: RedisReply {
    if let master {
      let state = link == .up ? "connected" : link == .synchronising ? "sync" : "connect"
      return .array([
        .bulk("slave"), .bulk(master.host), .integer(Int64(master.port)), .bulk(state),
        .integer(link == .up ? offset : -1),
      ])
    }
    var list: [RedisReply] = []
    for replica in replicas where replica.link == .up {
      list.append(.texts([replica.machine.address, String(replica.port), String(offset)]))
    }
    return .array([.bulk("master"), .integer(offset), .array(list)])
  }

  /// How many replicas have everything (WAIT).
  var replicasInSync: Int64 {
    var count: Int64 = 0
    for replica in replicas where replica.link == .up { count += 1 }
    return count
  }
}
