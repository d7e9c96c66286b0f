// A Kafka node in KRaft mode: controllers that decide by majority, brokers that hold partitions, in-sync replicas.
// Sources: Kafka documentation (KRaft, replication), KIP-500, KIP-631; formats as the tools of 3.8 and 3.9 print them.

import SimKernel
import SimMachine

struct KafkaMessage {
  var key: String?
  var value: String
  /// Milliseconds since 1970.
  var time: Int64
}

struct KafkaPartition {
  /// -1 when no in-sync replica runs.
  var leader: Int
  var replicas: [Int]
  var inSync: [Int]
  var messages: [KafkaMessage] = []
}

struct KafkaTopic {
  var id: String
  var partitions: [KafkaPartition]
  var settings = OrderedMap<String, String>()
}

/// What the controllers agree on.
struct KafkaState {
  var topics = OrderedMap<String, KafkaTopic>()
  var epoch = 0
  var brokers: [Int] = []
  var groups = OrderedMap<String, KafkaGroup>()
}

final class KafkaStore {
  var state: KafkaState
  init(_ state: KafkaState) { self.state = state }
}

struct KafkaSettings {
  var nodeID = 1
  var clusterID = "5L6g3nShT-eMCtK--X86sw"
  var isController = true
  var isBroker = true
  /// Voters with the address of their controller listener.
  var voters: [(id: Int, host: String, port: Int)] = [(1, "localhost", 9093)]
  var brokerPort = 9092
  var controllerPort = 9093
  var minimumInSync = 1
  var partitions = 1
  var replication = 1
  var createsTopics = true
  var offsetsReplication = 3
  /// How long a new group waits for more members.
  var joinDelay = Interval.seconds(Int64(3))
  var isAdvertisedLocally = false
  var logFolder = "/tmp/kraft-combined-logs"
  /// Topic settings that come from the server's own, as `describe` shows them.
  var shown: [String] = []
}

final class KafkaServer: QuorumServer {
  let release: [Int]
  let settings: KafkaSettings
  var state = KafkaState()
  let grown = WaitQueue()
  private var electedAt = Instant.start

  init(_ process: Process, release: [Int], settings: KafkaSettings) {
    self.release = release
    self.settings = settings
    super.init(service: "kafka", machine: process.machine)
    if let store = (try? machine.fileSystem.lookup(settings.logFolder))?.attachment as? KafkaStore {
      state = store.state
    }
  }

  func start(_ process: Process) {
    _ = try? machine.fileSystem.makeDirectory(settings.logFolder, parents: true)
    open(
      process,
      ports: (settings.isBroker ? [settings.brokerPort] : []) + (settings.isController ? [settings.controllerPort] : [])
    )
    seek()
  }

  private func keep() { (try? machine.fileSystem.lookup(settings.logFolder))?.attachment = KafkaStore(state) }

  // MARK: Controllers

  private var isVoter: Bool {
    for voter in settings.voters where voter.id == settings.nodeID { return settings.isController }
    return false
  }
  override var voterCount: Int { settings.voters.count }
  override var electionDelay: Interval { .milliseconds(1_500) }

  override func reachable() -> [QuorumServer] {
    var list: [QuorumServer] = []
    for voter in settings.voters where voter.id != settings.nodeID {
      if let other = find(voter.host, voter.port) as? KafkaServer, other.settings.nodeID == voter.id,
        other.settings.clusterID == settings.clusterID
      {
        list.append(other)
      }
    }
    return list
  }

  override func yields(to other: QuorumServer) -> Bool {
    guard let other = other as? KafkaServer else { return false }
    if !isVoter { return true }
    return state.epoch < other.state.epoch
  }

  override func won() {
    state.epoch += 1
    electedAt = world.now
    state.brokers = []
    register(self)
  }

  override func joined(_ leader: QuorumServer) {
    guard let leader = leader as? KafkaServer else { return }
    leader.register(self)
  }

  /// A broker that runs is unfenced, and catches up.
  private func register(_ member: KafkaServer) {
    let id = member.settings.nodeID
    change { state in
      if member.settings.isBroker, !state.brokers.contains(id) {
        state.brokers.append(id)
        state.brokers.sort()
      }
      state.settle()
    }
    after(.milliseconds(800)) { [self] in
      guard standing == .leading, state.brokers.contains(id) else { return }
      change { state in
        for (name, topic) in state.topics {
          var topic = topic
          for index in topic.partitions.indices
          where topic.partitions[index].replicas.contains(id) && !topic.partitions[index].inSync.contains(id)
            && topic.partitions[index].leader >= 0
          { topic.partitions[index].inSync.append(id) }
          state.topics[name] = topic
        }
        state.settle()
      }
    }
  }

  override func peerLost(_ other: PeerServer) {
    let id = (other as? KafkaServer)?.settings.nodeID
    super.peerLost(other)
    guard standing == .leading, let id else { return }
    after(.milliseconds(100)) { [self] in
      guard standing == .leading else { return }
      for follower in followers where (follower as? KafkaServer)?.settings.nodeID == id { return }
      change { state in
        state.brokers.removeAll { $0 == id }
        state.settle()
      }
    }
  }

  func change(_ body: (inout KafkaState) -> Void) {
    guard let leader = leader as? KafkaServer else { return }
    var agreed = leader.state
    body(&agreed)
    for member in leader.members {
      guard let member = member as? KafkaServer else { continue }
      member.state = agreed
      member.keep()
      member.grown.wake()
    }
  }

  var leaderID: Int { (leader as? KafkaServer)?.settings.nodeID ?? -1 }
  /// Two records a second, as an idle controller writes them.
  var highWatermark: Int64 {
    guard let leader = leader as? KafkaServer else { return 0 }
    return 30 + (world.now - leader.electedAt).wholeMilliseconds / 500
  }

  /// A topic identifier: 16 bytes in URL-safe base 64.
  func newTopicID(_ name: String) -> String {
    var random = world.random.split("kafka topic \(name) \(world.now.nanoseconds)")
    return KafkaServer.identifier(&random)
  }

  static func identifier(_ random: inout SeededRandom) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    var bytes: [UInt8] = []
    for index in 0..<22 { bytes.append(alphabet[index == 21 ? random.below(4) * 16 : random.below(64)]) }
    if bytes[0] == 45 { bytes[0] = 65 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// More partitions for a topic.
  func extend(_ name: String, to count: Int) {
    guard var topic = state.topics[name], let first = topic.partitions.first else { return }
    var random = world.random.split("kafka placement \(name) \(count)")
    let start = random.below(state.brokers.count)
    while topic.partitions.count < count {
      var replicas: [Int] = []
      for offset in 0..<min(first.replicas.count, state.brokers.count) {
        replicas.append(state.brokers[(start + topic.partitions.count + offset) % state.brokers.count])
      }
      topic.partitions.append(KafkaPartition(leader: replicas[0], replicas: replicas, inSync: replicas))
    }
    change { $0.topics[name] = topic }
  }

  /// Creates a topic; an error's class and text when it cannot be.
  func create(_ name: String, partitions: Int, replication: Int, settings given: OrderedMap<String, String>) -> (
    kind: String, text: String
  )? {
    if state.topics[name] != nil { return ("TopicExistsException", "Topic '\(name)' already exists.") }
    let brokers = state.brokers
    if replication > brokers.count {
      return (
        "InvalidReplicationFactorException",
        "Unable to replicate the partition \(replication) time(s): The target replication factor of \(replication) cannot be reached because only \(brokers.count) broker(s) are registered."
      )
    }
    var random = world.random.split("kafka placement \(name)")
    let start = random.below(brokers.count)
    var list: [KafkaPartition] = []
    for number in 0..<partitions {
      var replicas: [Int] = []
      for offset in 0..<replication { replicas.append(brokers[(start + number + offset) % brokers.count]) }
      list.append(KafkaPartition(leader: replicas[0], replicas: replicas, inSync: replicas))
    }
    let topic = KafkaTopic(id: newTopicID(name), partitions: list, settings: given)
    change { $0.topics[name] = topic }
    return nil
  }
}

extension KafkaState {
  /// In-sync sets and leaders follow the brokers that run; the last in-sync replica stays in the set although it is down.
  mutating func settle() {
    for (name, topic) in topics {
      var topic = topic
      for index in topic.partitions.indices {
        var partition = topic.partitions[index]
        var running: [Int] = []
        for id in partition.inSync where brokers.contains(id) { running.append(id) }
        if running.isEmpty {
          if partition.inSync.count > 1 {
            partition.inSync = [partition.leader >= 0 ? partition.leader : partition.inSync[0]]
          }
          partition.leader = -1
        } else {
          partition.inSync = running
          if !running.contains(partition.leader) {
            for id in partition.replicas where running.contains(id) {
              partition.leader = id
              break
            }
          }
        }
        topic.partitions[index] = partition
      }
      topics[name] = topic
    }
  }
}
