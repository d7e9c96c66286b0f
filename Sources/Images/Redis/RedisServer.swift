// A Redis server: its databases, its settings, its log, and where it stands in replication (`RedisReplication`) and on disk
// (`RedisDisk`).
// Sources: redis 7.0 `server.c`; log lines as Debian's redis-server 7.0.15 prints them.

import SimKernel
import SimMachine

final class RedisServer: PeerServer, TextListener {
  override var asText: (any TextListener)? { self }
  let release: RedisRelease
  private(set) var settings: OrderedMap<String, String>
  var databases: [Int: RedisDatabase] = [:]
  let startedAt: Instant
  let runID: String
  var nextClient: Int64 = 3
  /// Clients that wait for messages.
  var subscribers: [RedisSubscriber] = []
  /// Wakes the server's own program when a client sends SHUTDOWN.
  var shutDownRequested: (_ saves: Bool) -> Void = { _ in }
  var lastSave: Instant
  var changesSinceSave: Int64 = 0
  var dataFolder = "/data"

  // Replication
  var replicationID: String
  var secondID = String(repeating: "0" as Character, count: 40)
  var secondOffset: Int64 = -1
  var hasBacklog = false
  var backlogStart: Int64 = 1
  var offsetBase: Int64 = 0
  /// Pings to replicas count in the offset: the instant since which they are sent.
  var pingsSince: Instant?
  var replicas: [RedisServer] = []
  var master: (host: String, port: Int)?
  var link = Link.none
  var linkDownSince: Instant?
  var lastMessage = Instant.start
  var cachedMaster: (id: String, offset: Int64)?
  var masterServer: RedisServer?
  var attempt = 0

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

  /// Unix time, as expiries are kept.
  var nowMilliseconds: Int64 {
    let time = world.civilNow
    return time.unixSeconds * 1_000 + time.nanosecond / 1_000_000
  }

  func database(_ index: Int) -> RedisDatabase { databases[index] ?? RedisDatabase() }

  func entry(_ index: Int, _ key: String) -> RedisEntry? {
    guard let entry = databases[index]?[key] else { return nil }
    if let expires = entry.expires, expires <= nowMilliseconds {
      if !isReplica { databases[index]?[key] = nil }
      return nil
    }
    return entry
  }

  /// Drops what has expired: before anything is listed or counted.
  func expire(_ index: Int) {
    guard let database = databases[index] else { return }
    for (key, entry) in database {
      if let expires = entry.expires, expires <= nowMilliseconds { databases[index]?[key] = nil }
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

  func swap(_ first: Int, _ second: Int) {
    let kept = databases[first]
    databases[first] = databases[second]
    databases[second] = kept
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

  // MARK: Others

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
}
