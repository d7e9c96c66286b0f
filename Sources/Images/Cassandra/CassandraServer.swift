// A Cassandra node: finds the ring through its seeds, joins it (one at a time), owns a share of it, leaves it.
// Sources: Cassandra documentation (operating: topology changes); error text of StorageService.

import SimKernel
import SimMachine

struct CassandraTable {
  /// Partition key columns, clustering columns, then the others by name.
  var partition: [String]
  var clustering: [String]
  var regular: [String]
  var types: [String: String]
  /// Clustering columns that are kept from the last to the first.
  var descending: Set<String> = []
  var rows: [[String: CassandraValue]] = []

  var columns: [String] { partition + clustering + regular }
}

enum CassandraValue: Equatable {
  case null
  case text(String)
  case number(String)
  case bool(Bool)
  /// Milliseconds since 1970.
  case time(Int64)
  case list([CassandraValue])
  case set([CassandraValue])
  case map([[CassandraValue]])

  var shown: String {
    switch self {
    case .null: return "null"
    case .text(let text), .number(let text): return text
    case .bool(let flag): return flag ? "True" : "False"
    case .time(let milliseconds): return CassandraValue.timestamp(milliseconds)
    case .list(let items): return "[" + items.map { $0.quoted }.joined(separator: ", ") + "]"
    case .set(let items): return "{" + items.map { $0.quoted }.joined(separator: ", ") + "}"
    case .map(let pairs): return "{" + pairs.map { "\($0[0].quoted): \($0[1].quoted)" }.joined(separator: ", ") + "}"
    }
  }

  /// As it stands in a collection.
  private var quoted: String {
    if case .text(let text) = self { return "'\(text)'" }
    return shown
  }

  /// `2026-01-15 09:00:00.000000+0000`
  private static func timestamp(_ milliseconds: Int64) -> String {
    let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
    let time = CivilTime(unixSeconds: seconds)
    return "\(dateAndTime(time)).\(padded(milliseconds - seconds * 1_000, 3))000+0000"
  }
}

struct CassandraKeyspace {
  var factor: Int
  var tables = OrderedMap<String, CassandraTable>()
}

/// What every node of the ring knows.
final class CassandraRing {
  struct Node {
    let hostID: String
    var address: String
    var state: String
    var isUp: Bool
    let datacenter: String
    let rack: String
    let tokens: Int
  }

  var nodes: [Node] = []
  var keyspaces = OrderedMap<String, CassandraKeyspace>()
  /// Tables whose making was not simulated: nothing is known of them.
  var unknownTables: Set<String> = []
  var servers: [CassandraServer] = []

  func index(of hostID: String) -> Int? { nodes.firstIndex { $0.hostID == hostID } }
}

/// What a data directory holds.
final class CassandraStore {
  let ring: CassandraRing
  let hostID: String
  init(_ ring: CassandraRing, _ hostID: String) {
    self.ring = ring
    self.hostID = hostID
  }
}

struct CassandraSettings {
  var clusterName = "Test Cluster"
  var seeds: [String] = []
  var datacenter = "datacenter1"
  var rack = "rack1"
  var tokens = 16
  var release = [4, 1, 9]
  var dataFolder = "/var/lib/cassandra"
}

final class CassandraServer: PeerServer {
  let settings: CassandraSettings
  private(set) var ring: CassandraRing
  private(set) var hostID: String
  private(set) var isNative = false
  private(set) var isDecommissioned = false
  let startedAt: Instant

  init(_ process: Process, settings: CassandraSettings) {
    self.settings = settings
    startedAt = process.world.now
    var random = process.world.random.split("cassandra \(process.machine.hostname) \(startedAt.nanoseconds)")
    hostID = random.uuid()
    ring = CassandraRing()
    super.init(service: "cassandra", machine: process.machine)
  }

  enum Start { case joined, joining, refused }

  /// Enters the ring. `refused`: another node is joining or leaving, and consistent range movement is on.
  func start(_ process: Process) -> Start {
    let store = (try? machine.fileSystem.lookup(settings.dataFolder))?.attachment as? CassandraStore
    if let store {
      ring = store.ring
      hostID = store.hostID
    } else if let seed = reachableSeed() {
      ring = seed.ring
    } else if !isSeed {
      return .refused
    }
    let isKnown = ring.index(of: hostID) != nil
    if !isKnown, !isSeed || !ring.nodes.isEmpty {
      for node in ring.nodes where node.isUp && node.state != "N" { return .refused }
    }
    open(process, ports: [7000])
    for other in ring.servers where other.isUp { link(other) }
    ring.servers.append(self)
    if let index = ring.index(of: hostID) {
      ring.nodes[index].address = machine.address
      ring.nodes[index].isUp = true
      listen()
      return .joined
    }
    let joins = !isSeed
    ring.nodes.append(
      CassandraRing.Node(
        hostID: hostID, address: machine.address, state: joins ? "J" : "N", isUp: true, datacenter: settings.datacenter,
        rack: settings.rack, tokens: settings.tokens))
    guard joins else {
      listen()
      return .joined
    }
    // Announces itself, waits for the ring to hear of it, then streams its share.
    after(.seconds(Int64(30))) { [self] in
      if let index = ring.index(of: hostID) { ring.nodes[index].state = "N" }
      listen()
    }
    return .joining
  }

  private func listen() {
    isNative = true
    machine.listeners[9042] = self
    (try? machine.fileSystem.lookup(settings.dataFolder))?.attachment = CassandraStore(ring, hostID)
    machine.disturbed()
  }

  private var isSeed: Bool {
    if settings.seeds.isEmpty { return true }
    for seed in settings.seeds {
      if seed == machine.address || seed == machine.hostname || seed.hasPrefix(machine.hostname + ".") { return true }
      if machine.network?.resolve(seed, from: machine).first == machine.address { return true }
    }
    return false
  }

  private func reachableSeed() -> CassandraServer? {
    for seed in settings.seeds {
      if let other = find(seed, 7000) as? CassandraServer, other !== self,
        other.settings.clusterName == settings.clusterName
      {
        return other
      }
    }
    return nil
  }

  override func closed() {
    machine.listeners[9042] = nil
    isNative = false
    ring.servers.removeAll { $0 === self }
    if let index = ring.index(of: hostID) {
      ring.nodes[index].isUp = false
      // A node that was still joining is forgotten.
      if ring.nodes[index].state == "J" { ring.nodes.remove(at: index) }
    }
  }

  /// Leaves the ring: its data are streamed to the others first.
  func decommission() {
    guard let index = ring.index(of: hostID) else { return }
    ring.nodes.remove(at: index)
    isDecommissioned = true
    machine.listeners[9042] = nil
    isNative = false
    (try? machine.fileSystem.lookup(settings.dataFolder))?.attachment = nil
    machine.disturbed()
  }

  /// `nodetool drain`, `disablebinary`: clients are no longer served.
  func stopServingClients() {
    machine.listeners[9042] = nil
    isNative = false
    machine.disturbed()
  }

  func setState(_ state: String) {
    if let index = ring.index(of: hostID) { ring.nodes[index].state = state }
  }

  /// How many copies of a row can be reached.
  var liveNodes: Int {
    var count = 0
    for node in ring.nodes where node.isUp && node.state == "N" { count += 1 }
    return count
  }
}
