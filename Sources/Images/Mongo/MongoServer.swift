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
  /// The identifier that the set got when it was initiated.
  var setID = MongoValue.null
}

/// How a member became primary, or whom it voted for.
struct MongoElection {
  var term: Int64
  var at: Instant
  var candidate: Int
  var reason: String
  var lastOperation: MongoTime
  var previousTerm: Int64
  var priorPrimary: Int?
}

/// A time of the oplog: when, and the how manieth of its second.
struct MongoTime {
  var at: Instant
  var ordinal: Int64
}

/// What a data directory holds.
final class MongoStore {
  var databases: OrderedMap<String, OrderedMap<String, [MongoValue]>>
  var configuration: MongoSetConfiguration?
  var indexes: OrderedMap<String, [MongoIndex]>
  var clock: Int64
  init(
    _ databases: OrderedMap<String, OrderedMap<String, [MongoValue]>>, _ configuration: MongoSetConfiguration?,
    _ indexes: OrderedMap<String, [MongoIndex]>, _ clock: Int64
  ) {
    self.databases = databases
    self.configuration = configuration
    self.indexes = indexes
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
  /// Indexes by `database.collection`, besides those of `_id`.
  var indexes = OrderedMap<String, [MongoIndex]>()
  private(set) var configuration: MongoSetConfiguration?
  private(set) var configuredAt = Instant.start
  /// Operations so far: the length of the oplog.
  private(set) var operations: Int64 = 0
  private var steppedDownUntil = Instant.start
  private var written = MongoTime(at: .start, ordinal: 1)
  private(set) var candidacy: MongoElection?
  private(set) var vote: MongoElection?
  /// The primary that was lost last: its member's number.
  private var priorPrimary: Int?
  /// A primary that stepped down in order chose who follows it.
  private var wasHandedOver = false
  private var isClosing = false

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
      indexes = store.indexes
      operations = store.clock
      configuredAt = process.world.now
    }
  }

  func start(_ process: Process) {
    open(process, ports: [port])
    if configuration != nil { seek() }
  }

  private func keep() {
    (try? machine.fileSystem.lookup(dataFolder))?.attachment = MongoStore(
      databases, configuration, indexes, operations)
  }

  // MARK: Replica set

  override var voterCount: Int { max(1, configuration?.members.count ?? 1) }
  override var electionDelay: Interval {
    voterCount == 1 || wasHandedOver ? .milliseconds(50) : .seconds(Int64(10))
  }
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
    if isFirst { configuredAt = world.now }
    configuration = new
    keep()
    if isFirst { seek() }
  }

  var ownMember: MongoMember? {
    for member in configuration?.members ?? [] where server(member.host) === self { return member }
    return nil
  }

  override func yields(to other: QuorumServer) -> Bool {
    guard let other = other as? MongoServer else { return false }
    if mayNotLead != other.mayNotLead { return mayNotLead }
    if operations != other.operations { return operations < other.operations }
    let mine = ownMember?.priority ?? 1
    let theirs = other.ownMember?.priority ?? 1
    return mine < theirs
  }

  private var mayNotLead: Bool { steppedDownUntil > world.now || isClosing || ownMember?.priority == 0 }

  override func won() {
    let before = configuration?.term ?? 0
    configuration?.term += 1
    candidacy = MongoElection(
      term: before + 1, at: world.now, candidate: ownMember?.id ?? 0,
      reason: wasHandedOver ? "stepUpRequestSkipDryRun" : "electionTimeout", lastOperation: lastOperation,
      previousTerm: before == 0 ? -1 : before, priorPrimary: priorPrimary)
    wasHandedOver = false
    operations += 1
    wrote()
    keep()
    after(.seconds(Int64(12)), weight: .housekeeping) { [self] in yieldToPriority() }
  }

  override func joined(_ leader: QuorumServer) {
    guard let leader = leader as? MongoServer else { return }
    wasHandedOver = false
    if let election = leader.candidacy, vote?.term != election.term {
      vote = election
      vote?.at = world.now
      vote?.lastOperation = lastOperation
    }
    copy(from: leader)
  }

  override func lostQuorum() {
    written = lastOperation
  }

  override func peerLost(_ other: PeerServer) {
    if let other = other as? MongoServer, other === leader { priorPrimary = member(of: other)?.id }
    super.peerLost(other)
    // A member that comes back without its data learns the configuration from a heartbeat.
    keepTrying(every: .seconds(Int64(2)), activeFor: 30) { [self] in standing != .leading || allAreConfigured() }
  }

  private func allAreConfigured() -> Bool {
    guard let configuration else { return true }
    var isAll = true
    for member in configuration.members {
      guard let other = server(member.host) else {
        isAll = false
        continue
      }
      if other.configuration == nil, other.setName == setName { other.take(configuration) }
    }
    return isAll
  }

  private func copy(from leader: MongoServer) {
    databases = leader.databases
    indexes = leader.indexes
    configuration = leader.configuration
    operations = leader.operations
    written = leader.written
    keep()
  }

  /// A primary writes a no-op every ten seconds when nothing else is written.
  var lastOperation: MongoTime {
    let turns = (world.now - written.at).wholeMilliseconds / 10_000
    return turns > 0 ? MongoTime(at: written.at + .seconds(turns * 10), ordinal: 1) : written
  }

  private func wrote() {
    let isSameSecond = seconds(written.at) == seconds(world.now)
    written = MongoTime(at: world.now, ordinal: isSameSecond ? written.ordinal + 1 : 1)
  }

  private func member(of other: MongoServer) -> MongoMember? {
    for member in configuration?.members ?? [] where server(member.host) === other { return member }
    return other.ownMember
  }

  /// A secondary of higher priority takes over, as soon as it has caught up.
  private func yieldToPriority() {
    guard isPrimary, setName != nil else { return }
    for follower in followers {
      if let follower = follower as? MongoServer, (follower.ownMember?.priority ?? 1) > (ownMember?.priority ?? 1) {
        return handOver()
      }
    }
  }

  var isPrimary: Bool { setName == nil || (configuration != nil && standing == .leading) }
  var primaryHost: String? {
    guard let leader = leader as? MongoServer, hasQuorum else { return nil }
    return leader.ownMember?.host
  }

  /// After a change on the primary.
  func commit() {
    operations += 1
    wrote()
    keep()
    for follower in followers { (follower as? MongoServer)?.copy(from: self) }
  }

  /// rs.initiate. An error's code name and text, or nil.
  func initiate(_ members: [MongoMember]) -> String? {
    guard let setName else {
      return "MongoServerError[NoReplicationEnabled]: This node was not started with replication enabled."
    }
    guard configuration == nil else { return "MongoServerError[AlreadyInitialized]: already initialized" }
    configuration = MongoSetConfiguration(
      name: setName, version: 1, term: 0, members: members, setID: objectID())
    guard ownMember != nil else {
      configuration = nil
      return
        "MongoServerError[InvalidReplicaSetConfig]: No host described in new configuration with {version: 1, term: 0} for replica set \(setName) maps to this node"
    }
    // The configuration is its first operation, which is why the others vote for it.
    configuredAt = world.now
    operations += 1
    wrote()
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
    after(.seconds(Int64(10)), weight: .housekeeping) { [self] in yieldToPriority() }
  }

  func stepDown(_ seconds: Int64) {
    steppedDownUntil = world.now + .seconds(seconds)
    handOver()
  }

  /// The primary gives up, and the best of the others is asked to stand at once.
  private func handOver() {
    guard standing == .leading else { return }
    let own = ownMember?.id
    for follower in followers {
      (follower as? MongoServer)?.wasHandedOver = true
      (follower as? MongoServer)?.priorPrimary = own
    }
    wasHandedOver = !followers.isEmpty
    resign()
  }

  /// SIGTERM has arrived: a primary steps down first. How long the rest of the way takes.
  func beginsToClose() -> Interval {
    isClosing = true
    guard setName != nil, configuration != nil else { return .milliseconds(600) }
    if followers.count + 1 >= majority { handOver() }
    // What is left of the time for clients to go elsewhere.
    return .seconds(Int64(15))
  }

  /// Another shell makes identifiers from now on: with digits and a counter of its own.
  func beginsIdentifiers() {
    var random = world.random.split("objectid \(shells) \(operations) \(machine.hostname)")
    shells += 1
    shellDigits = random.hexadecimal(10)
    counter = random.below(1 << 24)
  }

  /// A new object identifier: seconds, digits of the shell, a counter.
  func objectID() -> MongoValue {
    counter = (counter + 1) & 0xff_ffff
    func digits(_ number: Int64, _ width: Int) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0" as Character, count: max(0, width - text.utf8.count)) + text
    }
    return .objectID(digits(world.civilNow.unixSeconds, 8) + shellDigits + digits(Int64(counter), 6))
  }
  private var shells = 0
  private var shellDigits = ""
  private var counter = 0
}
