// An etcd member: keys with revisions, a member list, and a majority without which nothing is written or read.
// Sources: etcd documentation (API, clustering guide); formats as etcdctl 3.4.23 prints them.

import SimKernel
import SimMachine
import Utilities

struct EtcdKey {
  var value: String
  var created: Int64
  var modified: Int64
  var version: Int64
  var lease: Int64 = 0
}

struct EtcdMember {
  var id: UInt64
  var name: String
  var peerURL: String
  /// Empty until it has started once.
  var clientURL: String
}

/// A change of a key: its new entry, none when it was deleted.
struct EtcdEvent {
  let revision: Int64
  let key: String
  let entry: EtcdKey?
  let previous: EtcdKey?

  var isDeletion: Bool { entry == nil }
}

struct EtcdLease {
  let id: Int64
  let seconds: Int64
  let end: Instant
}

/// What members agree on.
struct EtcdState {
  var leases: [EtcdLease] = []
  var keys = OrderedMap<String, EtcdKey>()
  var revision: Int64 = 1
  /// Revisions before this one have been forgotten.
  var compacted: Int64 = 0
  var term: Int64 = 1
  var index: Int64 = 0
  var members: [EtcdMember] = []
  var clusterID: UInt64 = 0
}

/// What a data directory holds.
final class EtcdStore {
  var state: EtcdState
  let id: UInt64
  init(_ state: EtcdState, _ id: UInt64) {
    self.state = state
    self.id = id
  }
}

struct EtcdSettings {
  var name = "default"
  var dataFolder = "default.etcd"
  var clientURLs = "http://localhost:2379"
  var advertisedClientURLs = "http://localhost:2379"
  var peerURLs = "http://localhost:2380"
  var advertisedPeerURLs = "http://localhost:2380"
  var initialCluster: String?
  var clusterState = "new"
  var token = "etcd-cluster"
}

/// `http://host:port` taken apart.
func etcdAddress(_ url: String) -> (host: String, port: Int) {
  var text = url
  if let mark = url.utf8.firstIndex(of: 47) {
    text = String(url[mark...].drop { $0 == "/" })
  }
  while text.utf8.last == 47 { text.removeLast() }
  return hostAndPort(text, 2379)
}

final class EtcdServer: QuorumServer {
  let release: String
  let settings: EtcdSettings
  private(set) var id: UInt64 = 0
  var state = EtcdState()
  /// Woken by every change, for watchers.
  let changed = WaitQueue()
  /// Changes of the last moments, for watchers.
  private(set) var history: [EtcdEvent] = []

  init(_ process: Process, release: String, settings: EtcdSettings) {
    self.release = release
    self.settings = settings
    super.init(service: "etcd", machine: process.machine)
  }

  /// Why it does not start, in etcd's own words; nil when it does.
  func prepare() -> String? {
    if let store = (try? machine.fileSystem.lookup(memberFolder))?.attachment as? EtcdStore {
      state = store.state
      id = store.id
      return nil
    }
    let text = settings.initialCluster ?? "\(settings.name)=\(settings.advertisedPeerURLs)"
    var members: [EtcdMember] = []
    for part in separated(text, by: ",") where !part.isEmpty {
      guard let equals = part.utf8.firstIndex(of: 61) else { continue }
      let name = String(part[..<equals])
      let url = String(part[part.utf8.index(after: equals)...])
      members.append(
        EtcdMember(id: number(Array((url + settings.token).utf8)), name: name, peerURL: url, clientURL: ""))
    }
    var own: EtcdMember?
    for member in members where member.name == settings.name { own = member }
    guard let own else {
      return "couldn't find local name \"\(settings.name)\" in the initial cluster configuration"
    }
    if own.peerURL != settings.advertisedPeerURLs {
      return
        "--initial-cluster has \(settings.name)=\(own.peerURL) but missing from --initial-advertise-peer-urls=\(settings.advertisedPeerURLs) (\"\(settings.advertisedPeerURLs)\" is missing in initial cluster)"
    }
    id = own.id
    if settings.clusterState == "existing" {
      for member in members where member.name != settings.name {
        let (host, port) = etcdAddress(member.peerURL)
        guard let other = find(host, port) as? EtcdServer else { continue }
        state = other.state
        state.keys = OrderedMap()
        for known in state.members where known.peerURL == own.peerURL { id = known.id }
        return nil
      }
    }
    members.sort { $0.id < $1.id }
    state.members = members
    state.index = Int64(members.count)
    var identity: [UInt8] = []
    for member in members {
      for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
        identity.append(UInt8(truncatingIfNeeded: member.id >> shift))
      }
    }
    state.clusterID = number(identity)
    return nil
  }

  /// The first eight bytes of a SHA-1 sum: of a member's peer addresses and the cluster's token, of the members' identifiers.
  private func number(_ bytes: [UInt8]) -> UInt64 {
    var number: UInt64 = 0
    for byte in Digest.sha1(bytes).prefix(8) { number = number << 8 | UInt64(byte) }
    return number
  }

  private var memberFolder: String { settings.dataFolder + "/member" }

  func start(_ process: Process) {
    for folder in ["snap", "wal"] {
      _ = try? machine.fileSystem.makeDirectory("\(memberFolder)/\(folder)", permissions: 0o700, parents: true)
    }
    keep()
    open(process, ports: [etcdAddress(settings.clientURLs).port, etcdAddress(settings.peerURLs).port])
    seek()
  }

  private func keep() {
    (try? machine.fileSystem.lookup(memberFolder))?.attachment = EtcdStore(state, id)
  }

  // MARK: Consensus

  override var voterCount: Int { max(state.members.count, 1) }
  override var electionDelay: Interval { voterCount == 1 ? .milliseconds(100) : .milliseconds(1_200) }

  override func reachable() -> [QuorumServer] {
    var list: [QuorumServer] = []
    for member in state.members where member.id != id {
      let (host, port) = etcdAddress(member.peerURL)
      if let other = find(host, port) as? EtcdServer, other.id == member.id { list.append(other) }
    }
    return list
  }

  /// Members with the longest log may win; among those it is chance, here the member that waited longest.
  override func yields(to other: QuorumServer) -> Bool {
    guard let other = other as? EtcdServer else { return false }
    return (state.term, state.index) < (other.state.term, other.state.index)
  }

  override func won() {
    state.term += 1
    state.index += 1
    // The first leader also agrees with the others on the cluster's version.
    if state.term == 2 { state.index += 1 }
    announce(self)
    keep()
  }

  override func joined(_ leader: QuorumServer) {
    guard let leader = leader as? EtcdServer else { return }
    leader.announce(self)
    for member in leader.members {
      guard let member = member as? EtcdServer else { continue }
      member.state = leader.state
      member.keep()
    }
  }

  /// A member that has started publishes its name and client address.
  private func announce(_ member: EtcdServer) {
    for index in state.members.indices where state.members[index].id == member.id {
      guard state.members[index].clientURL != member.settings.advertisedClientURLs else { return }
      state.members[index].name = member.settings.name
      state.members[index].clientURL = member.settings.advertisedClientURLs
      state.index += 1
    }
  }

  var isLeader: Bool { standing == .leading }

  /// Carries out a change on every member that takes part.
  func change(_ body: (inout EtcdState) -> Void) {
    guard let leader = leader as? EtcdServer else { return }
    var agreed = leader.state
    body(&agreed)
    agreed.index += 1
    for member in leader.members {
      guard let member = member as? EtcdServer else { continue }
      member.state = agreed
      member.keep()
    }
  }

  /// Remembers changes of keys, and wakes watchers on every member.
  private func record(_ events: [EtcdEvent]) {
    guard let leader = leader as? EtcdServer else { return }
    for member in leader.members {
      guard let member = member as? EtcdServer else { continue }
      member.history += events
      if member.history.count > 1_000 { member.history.removeFirst(member.history.count - 1_000) }
      member.changed.wake()
    }
  }

  func put(_ key: String, _ value: String, lease: Int64 = 0) {
    let old = state.keys[key]
    change { state in
      state.revision += 1
      var entry = state.keys[key] ?? EtcdKey(value: "", created: state.revision, modified: 0, version: 0)
      entry.value = value
      entry.modified = state.revision
      entry.version += 1
      entry.lease = lease
      state.keys[key] = entry
    }
    record([EtcdEvent(revision: state.revision, key: key, entry: state.keys[key], previous: old)])
  }

  func delete(_ keys: [String]) {
    guard !keys.isEmpty else { return change { _ in } }
    let before = state.keys
    change { state in
      state.revision += 1
      for key in keys { state.keys[key] = nil }
    }
    var events: [EtcdEvent] = []
    for key in keys {
      events.append(EtcdEvent(revision: state.revision, key: key, entry: nil, previous: before[key]))
    }
    record(events)
  }

  /// The keys as they were at a revision (0: as they are); nil when the changes since then are not all remembered.
  func keys(at revision: Int64) -> OrderedMap<String, EtcdKey>? {
    var keys = state.keys
    guard revision > 0, revision < state.revision else { return keys }
    guard history.count < 1_000 else { return nil }
    for event in history.reversed() where event.revision > revision { keys[event.key] = event.previous }
    return keys
  }

  // MARK: Leases

  /// Those that have not ended, in the order in which they will.
  var leases: [EtcdLease] {
    var list: [EtcdLease] = []
    for lease in state.leases where lease.end > world.now { list.append(lease) }
    return list.sorted { ($0.end, $0.id) < ($1.end, $1.id) }
  }

  func lease(_ id: Int64) -> EtcdLease? {
    for lease in leases where lease.id == id { return lease }
    return nil
  }

  func grant(_ seconds: Int64) -> Int64 {
    let id = Int64(truncatingIfNeeded: world.random.next() >> 1)
    let lease = EtcdLease(id: id, seconds: seconds, end: world.now + .seconds(seconds))
    change { $0.leases.append(lease) }
    after(.seconds(seconds)) { [self] in expire(id) }
    return id
  }

  private func expire(_ id: Int64) {
    var isThere = false
    for lease in state.leases where lease.id == id { isThere = true }
    if isThere { revoke(id) }
  }

  func revoke(_ id: Int64) {
    var names: [String] = []
    for (name, entry) in state.keys where entry.lease == id { names.append(name) }
    change { state in state.leases.removeAll { $0.id == id } }
    if !names.isEmpty { delete(names) }
  }

  func addMember(name: String, peerURL: String) -> EtcdMember {
    let member = EtcdMember(
      id: number(Array("\(peerURL)\(settings.token)\(world.civilNow.unixSeconds)".utf8)), name: "", peerURL: peerURL,
      clientURL: "")
    change { state in
      state.members.append(member)
      state.members.sort { $0.id < $1.id }
    }
    return member
  }

  func removeMember(_ id: UInt64) {
    change { state in state.members.removeAll { $0.id == id } }
  }
}
