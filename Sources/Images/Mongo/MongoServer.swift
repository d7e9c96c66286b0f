// A MongoDB server: collections, and a replica set that chooses its primary by majority and priority.
// Sources: MongoDB manual (replication, replSetGetStatus, error codes).

import SimKernel
import SimMachine

struct MongoMember {
  var id: Int
  var host: String
  var priority: Double
  var votes: Int
}

struct MongoSetConfiguration {
  var name: String
  var version: Int
  var term: Int64
  var members: [MongoMember]
}

/// What a data directory holds.
final class MongoStore {
  var databases: OrderedMap<String, OrderedMap<String, [MongoValue]>>
  var configuration: MongoSetConfiguration?
  var clock: Int64
  init(
    _ databases: OrderedMap<String, OrderedMap<String, [MongoValue]>>, _ configuration: MongoSetConfiguration?,
    _ clock: Int64
  ) {
    self.databases = databases
    self.configuration = configuration
    self.clock = clock
  }
}

final class MongoServer: QuorumServer {
  let release: String
  let setName: String?
  let port: Int
  let dataFolder: String
  let startedAt: Instant
  /// Database, collection, documents.
  var databases = OrderedMap<String, OrderedMap<String, [MongoValue]>>()
  private(set) var configuration: MongoSetConfiguration?
  /// Operations so far: the length of the oplog.
  private(set) var operations: Int64 = 0
  private var steppedDownUntil = Instant.start
  private(set) var electedAt = Instant.start
  private(set) var lastWrite = Instant.start

  init(_ process: Process, release: String, setName: String?, port: Int, dataFolder: String) {
    self.release = release
    self.setName = setName
    self.port = port
    self.dataFolder = dataFolder
    startedAt = process.world.now
    super.init(service: "mongodb", machine: process.machine)
    if let store = (try? machine.fileSystem.lookup(dataFolder))?.attachment as? MongoStore {
      databases = store.databases
      configuration = store.configuration
      operations = store.clock
    }
  }

  func start(_ process: Process) {
    open(process, ports: [port])
    if configuration != nil { seek() }
  }

  private func keep() {
    (try? machine.fileSystem.lookup(dataFolder))?.attachment = MongoStore(databases, configuration, operations)
  }

  // MARK: Replica set

  override var voterCount: Int { max(1, configuration?.members.count ?? 1) }
  override var electionDelay: Interval { voterCount == 1 ? .milliseconds(50) : .seconds(Int64(10)) }
  override var stepDownDelay: Interval { .seconds(Int64(10)) }

  func server(_ host: String) -> MongoServer? {
    let (name, number) = hostAndPort(host, 27_017)
    if name == machine.hostname || name.hasPrefix(machine.hostname + "."), number == port { return self }
    return find(name, number) as? MongoServer
  }

  override func reachable() -> [QuorumServer] {
    var list: [QuorumServer] = []
    for member in configuration?.members ?? [] {
      guard let other = server(member.host), other !== self, other.setName == setName else { continue }
      if other.configuration == nil || other.configuration!.version < configuration!.version {
        other.take(configuration!)
      }
      list.append(other)
    }
    return list
  }

  /// A configuration arrives by heartbeat.
  private func take(_ new: MongoSetConfiguration) {
    let isFirst = configuration == nil
    configuration = new
    keep()
    if isFirst { seek() }
  }

  private var ownMember: MongoMember? {
    for member in configuration?.members ?? [] where server(member.host) === self { return member }
    return nil
  }

  override func yields(to other: QuorumServer) -> Bool {
    guard let other = other as? MongoServer else { return false }
    if steppedDownUntil > world.now, other.steppedDownUntil <= world.now { return true }
    if other.steppedDownUntil > world.now { return false }
    if operations != other.operations { return operations < other.operations }
    let mine = ownMember?.priority ?? 1
    let theirs = other.ownMember?.priority ?? 1
    return mine < theirs
  }

  override func won() {
    configuration?.term += 1
    electedAt = world.now
    operations += 1
    lastWrite = world.now
    keep()
  }

  override func joined(_ leader: QuorumServer) {
    guard let leader = leader as? MongoServer else { return }
    copy(from: leader)
  }

  private func copy(from leader: MongoServer) {
    databases = leader.databases
    configuration = leader.configuration
    operations = leader.operations
    lastWrite = leader.lastWrite
    keep()
  }

  var isPrimary: Bool { setName == nil || (configuration != nil && standing == .leading) }
  var primaryHost: String? {
    guard let leader = leader as? MongoServer, hasQuorum else { return nil }
    return leader.ownMember?.host
  }

  /// After a change on the primary.
  func commit() {
    operations += 1
    lastWrite = world.now
    keep()
    for follower in followers { (follower as? MongoServer)?.copy(from: self) }
  }

  /// rs.initiate. An error's code name and text, or nil.
  func initiate(_ members: [MongoMember]) -> String? {
    guard let setName else {
      return "MongoServerError[NoReplicationEnabled]: This node was not started with replication enabled."
    }
    guard configuration == nil else { return "MongoServerError[AlreadyInitialized]: already initialized" }
    configuration = MongoSetConfiguration(name: setName, version: 1, term: 0, members: members)
    guard ownMember != nil else {
      configuration = nil
      var hosts: [String] = []
      for member in members { hosts.append(member.host) }
      return
        "MongoServerError[InvalidReplicaSetConfig]: No host described in new configuration with {version: 1, term: 0} for replica set \(setName) maps to this node"
    }
    // The configuration is its first operation, which is why the others vote for it.
    operations += 1
    keep()
    seek()
    return nil
  }

  func reconfigure(_ change: (inout MongoSetConfiguration) -> Void) {
    guard var next = configuration else { return }
    change(&next)
    next.version += 1
    configuration = next
    commit()
    for member in next.members {
      if let other = server(member.host), other !== self, other.configuration == nil { other.take(next) }
    }
  }

  func stepDown(_ seconds: Int64) {
    steppedDownUntil = world.now + .seconds(seconds)
    resign()
  }

  // MARK: What the shell shows

  var now: Int64 {
    let time = world.civilNow
    return time.unixSeconds * 1_000 + time.nanosecond / 1_000_000
  }

  var promptState: String {
    guard let setName else { return "" }
    guard configuration != nil else { return "" }
    return "\(setName) [direct: \(isPrimary ? "primary" : standing == .following ? "secondary" : "other")] "
  }

  var configurationValue: MongoValue {
    guard let configuration else { return .undefined }
    var members: [MongoValue] = []
    for member in configuration.members {
      members.append(
        .of([
          ("_id", .integer(member.id)), ("host", .string(member.host)), ("arbiterOnly", .bool(false)),
          ("buildIndexes", .bool(true)), ("hidden", .bool(false)), ("priority", .number(member.priority)),
          ("tags", .of([])), ("secondaryDelaySecs", .long(0)), ("votes", .integer(member.votes)),
        ]))
    }
    return .of(
      [
        ("_id", .string(configuration.name)), ("version", .integer(configuration.version)),
        ("term", .number(Double(configuration.term))), ("members", .array(members)),
        ("protocolVersion", .long(1)), ("writeConcernMajorityJournalDefault", .bool(true)),
      ], partial: "mongosh: the settings in rs.conf()")
  }

  /// What rs.status() says of the set and of its members; the many times in it are not modelled.
  var statusValue: MongoValue {
    guard let configuration else {
      return .failure(
        setName == nil
          ? "MongoServerError[NoReplicationEnabled]: not running with --replSet"
          : "MongoServerError[NotYetInitialized]: no replset config has been received")
    }
    var members: [MongoValue] = []
    for member in configuration.members {
      let other = server(member.host)
      let isHealthy = other != nil && other?.configuration != nil
      let state =
        !isHealthy ? 8 : other!.isPrimary ? 1 : other!.standing == .following || other!.configuration != nil ? 2 : 0
      let words = [0: "STARTUP", 1: "PRIMARY", 2: "SECONDARY", 8: "(not reachable/healthy)"]
      var fields: [(String, MongoValue)] = [
        ("_id", .integer(member.id)), ("name", .string(member.host)), ("health", .integer(isHealthy ? 1 : 0)),
        ("state", .integer(state)), ("stateStr", .string(words[state] ?? "")),
        ("uptime", .number(isHealthy ? Double((world.now - (other?.startedAt ?? world.now)).wholeSeconds) : 0)),
      ]
      if other === self { fields.append(("self", .bool(true))) }
      members.append(.of(fields))
    }
    let own = isPrimary ? 1 : 2
    return .of(
      [
        ("set", .string(configuration.name)), ("date", .date(now)), ("myState", .integer(own)),
        ("term", .long(configuration.term)), ("heartbeatIntervalMillis", .long(2_000)),
        ("majorityVoteCount", .integer(majority)), ("writeMajorityCount", .integer(majority)),
        ("votingMembersCount", .integer(voterCount)), ("writableVotingMembersCount", .integer(voterCount)),
        ("members", .array(members)), ("ok", .integer(1)),
      ], partial: "mongosh: the times in rs.status()")
  }

  var helloValue: MongoValue {
    var fields: [(String, MongoValue)] = []
    if let configuration {
      var hosts: [MongoValue] = []
      for member in configuration.members { hosts.append(.string(member.host)) }
      fields = [
        ("hosts", .array(hosts)), ("setName", .string(configuration.name)),
        ("setVersion", .integer(configuration.version)), ("isWritablePrimary", .bool(isPrimary)),
        ("ismaster", .bool(isPrimary)), ("secondary", .bool(standing == .following)),
      ]
      if let primaryHost { fields.append(("primary", .string(primaryHost))) }
      if let own = ownMember { fields.append(("me", .string(own.host))) }
    } else {
      fields = [
        ("isWritablePrimary", .bool(setName == nil)), ("ismaster", .bool(setName == nil)), ("secondary", .bool(false)),
      ]
      if setName != nil { fields.append(("info", .string("Does not have a valid replica set config"))) }
    }
    fields += [
      ("maxBsonObjectSize", .integer(16_777_216)), ("maxMessageSizeBytes", .integer(48_000_000)),
      ("maxWriteBatchSize", .integer(100_000)), ("localTime", .date(now)), ("readOnly", .bool(false)),
      ("ok", .integer(1)),
    ]
    return .of(fields, partial: "mongosh: the times and wire versions in db.hello()")
  }

  /// A new object identifier: seconds, then digits of the machine and a counter.
  func objectID() -> MongoValue {
    var random = world.random.split("objectid \(operations) \(counter) \(machine.hostname)")
    counter += 1
    var seconds = String(world.civilNow.unixSeconds, radix: 16)
    while seconds.utf8.count < 8 { seconds = "0" + seconds }
    return .objectID(seconds + random.hexadecimal(16))
  }
  private var counter = 0
}
