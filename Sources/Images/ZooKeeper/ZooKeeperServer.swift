// A ZooKeeper server: member of an ensemble given in zoo.cfg, or standalone; four-letter words; sessions.
// Sources: ZooKeeper 3.8 administrator's guide; answers as a 3.8.0 ensemble gives them.

import SimKernel
import SimMachine

struct ZooKeeperRelease {
  let text: String
  /// `version-commit, built on date`, where it is known.
  let build: String?

  init(_ text: String) {
    self.text = text
    let builds = [
      "3.4.10": "3.4.10-39d3a4f269333c922ed3db283be479f9deacaa0f, built on 03/23/2017 10:13 GMT",
      "3.8.4": "3.8.4-9316c2a7a97e1666d8f4593f34dd6fc36ecc436c, built on 2024-02-12 22:16 UTC",
      "3.9.2": "3.9.2-e454e8c7283100c7caec6dcae2bc82aaecb63023, built on 2024-02-12 20:59 UTC",
      "3.9.3": "3.9.3-c26634f34490bb0ea7a09cc51e05ede3b4e320ee, built on 2024-10-17 23:21 UTC",
    ]
    build = builds[text]
  }

  var isModern: Bool { !text.hasPrefix("3.4") }
}

/// zoo.cfg, read.
struct ZooKeeperConfiguration {
  var values = OrderedMap<String, String>()
  var servers: [(id: Int64, host: String, quorumPort: Int, electionPort: Int, clientPort: Int?)] = []

  init(_ text: String) {
    for line in text.split(separator: "\n" as Character) {
      let line = blankSeparated(String(line)).joined()
      guard let equals = line.utf8.firstIndex(of: 61), line.utf8.first != 35 else { continue }
      let key = String(line[..<equals])
      let value = String(line[line.utf8.index(after: equals)...])
      guard key.hasPrefix("server."), let id = Int64(key.dropFirst(7)) else {
        values[key] = value
        continue
      }
      let halves = separated(value, by: ";")
      let parts = separated(halves[0], by: ":")
      servers.append(
        (
          id, parts[0], parts.count > 1 ? Int(parts[1]) ?? 2888 : 2888, parts.count > 2 ? Int(parts[2]) ?? 3888 : 3888,
          halves.count > 1 ? hostAndPort(halves[1], Int(halves[1]) ?? 2181).port : nil
        ))
    }
  }

  func number(_ key: String, _ fallback: Int64) -> Int64 { values[key].flatMap { Int64($0) } ?? fallback }
  var dataFolder: String { values["dataDir"] ?? "/data" }
}

final class ZooKeeperServer: QuorumServer, TextListener {
  override var asText: (any TextListener)? { self }
  let release: ZooKeeperRelease
  let configuration: ZooKeeperConfiguration
  let id: Int64
  let clientPort: Int
  var tree: ZTree
  private let isStandalone: Bool
  private var received: Int64 = 0
  private var sent: Int64 = 0
  private let startedAt: Instant
  private var nextSession: Int64

  init(_ process: Process, release: ZooKeeperRelease, configuration: ZooKeeperConfiguration, id: Int64) {
    self.release = release
    self.configuration = configuration
    self.id = id
    isStandalone = configuration.servers.count < 2
    var port = Int(configuration.number("clientPort", 0))
    for server in configuration.servers where server.id == id && port == 0 { port = server.clientPort ?? 0 }
    clientPort = port == 0 ? 2181 : port
    startedAt = process.world.now
    nextSession = id << 56 | process.world.civilNow.unixSeconds * 1_000 << 16 & 0xff_ffff_ffff_0000
    tree = ZTree(isModern: release.isModern, at: process.world.civilNow)
    super.init(service: "zookeeper", machine: process.machine)
    if let store = (try? machine.fileSystem.lookup(storeFolder))?.attachment as? ZStore { tree = store.tree }
  }

  private var storeFolder: String { configuration.dataFolder + "/version-2" }

  func start(_ process: Process) {
    _ = try? machine.fileSystem.makeDirectory(storeFolder, parents: true, as: process.credentials)
    open(process, ports: isStandalone ? [clientPort] : [clientPort, electionPort])
    if !isStandalone { seek() }
  }

  private var electionPort: Int {
    for server in configuration.servers where server.id == id { return server.electionPort }
    return 3888
  }

  private var quorumPort: Int {
    for server in configuration.servers where server.id == id { return server.quorumPort }
    return 2888
  }

  // MARK: Ensemble

  override var voterCount: Int { configuration.servers.count }

  override func reachable() -> [QuorumServer] {
    var list: [QuorumServer] = []
    for server in configuration.servers where server.id != id {
      guard let other = find(server.host, server.electionPort) as? ZooKeeperServer, other.id == server.id else {
        continue
      }
      // Both must know each other.
      for known in other.configuration.servers where known.id == id { list.append(other) }
    }
    return list
  }

  override func yields(to other: QuorumServer) -> Bool {
    guard let other = other as? ZooKeeperServer else { return false }
    return (tree.epoch, tree.zxid, id) < (other.tree.epoch, other.tree.zxid, other.id)
  }

  override var stepDownDelay: Interval { .milliseconds(configuration.number("tickTime", 2_000)) }

  override func won() {
    tree.epoch += 1
    tree.zxid = tree.epoch << 32
    keep()
  }

  override func joined(_ leader: QuorumServer) {
    guard let leader = leader as? ZooKeeperServer else { return }
    let own = tree.zxid
    tree = leader.tree
    // A follower shows the last transaction, not the epoch that has begun.
    if leader.tree.zxid & 0xffff_ffff == 0 { tree.zxid = own }
    keep()
  }

  var serves: Bool { isStandalone || hasQuorum }

  var mode: String {
    if isStandalone { return "standalone" }
    return standing == .leading ? "leader" : "follower"
  }

  private func keep() {
    (try? machine.fileSystem.lookup(storeFolder))?.attachment = ZStore(tree)
  }

  /// Carries out a change on everybody who takes part.
  func change(_ body: (inout ZTree) -> Void) {
    guard !isStandalone else {
      body(&tree)
      return keep()
    }
    guard let leader = leader as? ZooKeeperServer else { return }
    var agreed = leader.tree
    body(&agreed)
    for member in leader.members {
      guard let member = member as? ZooKeeperServer else { continue }
      member.tree = agreed
      member.keep()
    }
  }

  // MARK: Sessions

  /// A client's session; a command-line client leaves it to time out.
  func openSession() -> Int64 {
    nextSession += 1
    let session = nextSession
    received += 2
    sent += 2
    change { $0.zxid += 1 }
    after(.seconds(Int64(31)), weight: .housekeeping) { [self] in
      change { tree in
        tree.zxid += 1
        for (path, node) in tree.nodes where node.owner == session {
          tree.zxid -= 1
          _ = tree.delete(path)
        }
      }
    }
    return session
  }

  // MARK: Four-letter words

  /// The dynamic configuration, as `config` and the word `conf` show it.
  var membership: String {
    var text = ""
    for server in configuration.servers {
      text += "server.\(server.id)=\(server.host):\(server.quorumPort):\(server.electionPort):participant"
      text += server.clientPort.map { ";0.0.0.0:\($0)\n" } ?? "\n"
    }
    return text + "version=0"
  }

  private static let modelled: Set<String> = ["ruok", "srvr", "stat", "conf", "mntr", "isro", "dirs", "wchs", "cons"]
  private static let others: Set<String> = [
    "envi", "dump", "crst", "srst", "wchc", "wchp", "gtmk", "stmk", "hash", "lead",
  ]

  private func isAllowed(_ word: String) -> Bool {
    guard release.isModern else { return word != "wchc" && word != "wchp" }
    guard let list = configuration.values["4lw.commands.whitelist"] else { return word == "srvr" }
    if list == "*" { return true }
    return separated(list, by: ",").contains(word)
  }

  /// A four-letter word, then the server hangs up.
  func answer(text: [UInt8], from client: Machine) -> TextAnswer {
    var reasons: [String] = []
    let word = blankSeparated(String(decoding: text, as: UTF8.self)).first ?? ""
    let output = answer(word, from: client) { reasons.append($0) }
    var answer = TextAnswer(output ?? "", closes: true)
    answer.notSimulated = reasons
    return answer
  }

  /// The answer to a word; nil when it is no word of the server's. `note` hears what is not modelled.
  func answer(_ word: String, from client: Machine, note: (String) -> Void) -> String? {
    guard ZooKeeperServer.modelled.contains(word) || ZooKeeperServer.others.contains(word) else { return nil }
    received += 1
    defer { sent += 1 }
    guard isAllowed(word) else { return "\(word) is not executed because it is not in the whitelist.\n" }
    if word == "ruok" { return "imok" }
    if ZooKeeperServer.others.contains(word) || word == "conf" && !release.isModern {
      note("zookeeper: the four-letter word \(word)")
      return nil
    }
    if !serves {
      if word == "isro" { return "null" }
      return word == "conf" ? configurationText : "This ZooKeeper instance is not currently serving requests\n"
    }
    let from = client === machine ? "127.0.0.1" : client.address
    switch word {
    case "isro": return "rw"
    case "conf": return configurationText
    case "wchs": return "0 connections watching 0 paths\nTotal watches:0\n"
    case "cons": return " /\(from):40000[0](queued=0,recved=1,sent=0)\n\n"
    case "mntr":
      note("zookeeper: all of mntr but its first lines")
      return "zk_version\t\(build(note))\nzk_server_state\t\(mode)\n"
    case "dirs":
      note("zookeeper: the sizes that dirs shows")
      return nil
    default: break
    }
    var text = "Zookeeper version: \(build(note))\n"
    if word == "stat" { text += "Clients:\n /\(from):40000[0](queued=0,recved=1,sent=0)\n\n" }
    text += "Latency min/avg/max: \(release.isModern ? "0/0.0/0" : "0/0/0")\n"
    text += "Received: \(received)\nSent: \(sent)\nConnections: 1\nOutstanding: 0\n"
    text +=
      "Zxid: 0x\(String(tree.zxid, radix: 16))\nMode: \(mode)\nNode count: \(tree.nodes.count + 1)\n"
    if standing == .leading, release.isModern {
      text += "Proposal sizes last/min/max: \(tree.zxid & 0xffff_ffff == 0 ? "-1/-1/-1" : "36/36/36")\n"
    }
    return text
  }

  private func build(_ note: (String) -> Void) -> String {
    if release.build == nil { note("zookeeper: the build of version \(release.text)") }
    return release.build ?? release.text
  }

  private var configurationText: String {
    var text = "clientPort=\(clientPort)\n"
    if release.isModern { text += "secureClientPort=-1\n" }
    let size = 0
    text += "dataDir=\(configuration.dataFolder)/version-2\ndataDirSize=\(size)\n"
    text +=
      "dataLogDir=\(configuration.values["dataLogDir"] ?? configuration.dataFolder)/version-2\ndataLogSize=\(size)\n"
    let tick = configuration.number("tickTime", 2_000)
    text += "tickTime=\(tick)\nmaxClientCnxns=\(configuration.number("maxClientCnxns", 60))\n"
    text += "minSessionTimeout=\(configuration.number("minSessionTimeout", tick * 2))\n"
    text += "maxSessionTimeout=\(configuration.number("maxSessionTimeout", tick * 20))\n"
    text += "clientPortListenBacklog=-1\nserverId=\(isStandalone ? 0 : id)\n"
    guard !isStandalone else { return text }
    text += "initLimit=\(configuration.number("initLimit", 10))\nsyncLimit=\(configuration.number("syncLimit", 5))\n"
    text += "electionAlg=3\nelectionPort=\(electionPort)\nquorumPort=\(quorumPort)\npeerType=0\nmembership: \n"
    return text + membership
  }
}
