// Replication as both sides carry it out and log it. A replica asks its master for a full copy, which a master of Redis 7 puts off
// for five seconds to serve several at once; from then on it gets every change. A replica that was away for a moment continues
// where it stopped.
// Source: redis 7.0 `replication.c`.

import SimKernel
import SimMachine

extension RedisServer {
  var offset: Int64 {
    if let masterServer, link == .up { return masterServer.offset }
    guard let since = pingsSince, !replicas.isEmpty else { return offsetBase }
    return offsetBase + (world.now - since).wholeSeconds / 10 * 14
  }

  /// Makes what pings have added part of the base, before their count changes.
  func settleOffset() {
    offsetBase = offset
    pingsSince = replicas.isEmpty ? nil : world.now
  }

  func configureMaster(_ host: String, _ port: Int) { master = (host, port) }

  // MARK: Replication: as master

  enum Greeting {
    case full
    case partial(id: String)
    case refused
  }

  func accept(_ replica: RedisServer, cached: (id: String, offset: Int64)?) -> Greeting {
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

  func transfer(to replica: RedisServer) {
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

  func connect(first: Bool) -> Bool {
    guard let master else { return true }
    var found: RedisServer?
    if let network = machine.network {
      switch network.connect(host: master.host, port: master.port, from: machine) {
      case .unknownHost:
        warn("Unable to connect to MASTER: Invalid argument")
        return false
      case .connected(let listener, _): found = listener as? RedisServer
      case .refused, .unreachable, .outside: break
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

  func fullCopy(from found: RedisServer) {
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

  func finishSynchronising(_ found: RedisServer) {
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

  func masterLost(retry: Bool) {
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
}
