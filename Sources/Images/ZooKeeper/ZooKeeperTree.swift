// The tree of znodes that an ensemble agrees on, with the numbers `stat` shows.
// Source: ZooKeeper 3.8 programmer's guide; values as zkCli.sh 3.8.0 prints them.

import SimKernel

struct ZNode {
  var data: String
  var created: Int64
  var modified: Int64
  var childrenChanged: Int64
  var createdAt: CivilTime
  var modifiedAt: CivilTime
  var dataVersion: Int64 = 0
  /// Session that owns an ephemeral node; 0 for others.
  var owner: Int64 = 0
  /// How many children were ever created: what the next sequential child is called after.
  var childrenCreated: Int64 = 0
}

enum ZError {
  case noNode(String)
  case exists(String)
  case notEmpty(String)
  case ephemeralParent(String)
  case badPath
  case badVersion(String)
  case notSimulated(String)

  /// What zkCli.sh prints.
  var text: String {
    switch self {
    case .noNode(let path): return "Node does not exist: \(path)"
    case .exists(let path): return "Node already exists: \(path)"
    case .notEmpty(let path): return "Node not empty: \(path)"
    case .ephemeralParent(let path): return "Ephemerals cannot have children: \(path)"
    case .badPath: return "Path must start with / character"
    case .badVersion(let path): return "version No is not valid : \(path)"
    case .notSimulated: return ""
    }
  }
}

struct ZTree {
  /// By path.
  var nodes = OrderedMap<String, ZNode>()
  /// The last transaction that this server has.
  var zxid: Int64 = 0
  var epoch: Int64 = 0

  init(isModern: Bool, at time: CivilTime) {
    let epochStart = CivilTime(unixSeconds: 0)
    let node = ZNode(
      data: "", created: 0, modified: 0, childrenChanged: 0, createdAt: epochStart, modifiedAt: epochStart)
    nodes["/"] = node
    nodes["/zookeeper"] = node
    if isModern { nodes["/zookeeper/config"] = node }
    nodes["/zookeeper/quota"] = node
  }

  static func parent(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47), slash != path.utf8.startIndex else { return "/" }
    return String(path[..<slash])
  }

  static func name(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  /// Names of the children, sorted.
  func children(_ path: String) -> [String] {
    var list: [String] = []
    for key in nodes.keys where key != "/" && ZTree.parent(key) == path { list.append(ZTree.name(key)) }
    return list.sorted()
  }

  /// All paths below and including one, in the order in which `ls -R` goes through them.
  func walk(_ path: String) -> [String] {
    var list = [path]
    var depth = 0
    var index = 0
    while index < list.count, depth < 100_000 {
      let here = list[index]
      for child in children(here) { list.append(here == "/" ? "/" + child : here + "/" + child) }
      index += 1
      depth += 1
    }
    return list
  }

  mutating func create(
    _ path: String, _ data: String, owner: Int64, sequential: Bool, at time: CivilTime
  ) -> (path: String, error: ZError?) {
    let above = ZTree.parent(path)
    guard let parent = nodes[above] else { return (path, .noNode(path)) }
    if parent.owner != 0 { return (path, .ephemeralParent(path)) }
    let whole = sequential ? path + padded(parent.childrenCreated, 10) : path
    if nodes.contains(whole) { return (whole, .exists(whole)) }
    zxid += 1
    nodes[whole] = ZNode(
      data: data, created: zxid, modified: zxid, childrenChanged: zxid, createdAt: time, modifiedAt: time, owner: owner)
    nodes[above]!.childrenCreated += 1
    nodes[above]!.childrenChanged = zxid
    return (whole, nil)
  }

  mutating func set(_ path: String, _ data: String, at time: CivilTime) -> ZError? {
    guard nodes.contains(path) else { return .noNode(path) }
    zxid += 1
    nodes[path]!.data = data
    nodes[path]!.modified = zxid
    nodes[path]!.modifiedAt = time
    nodes[path]!.dataVersion += 1
    return nil
  }

  mutating func delete(_ path: String) -> ZError? {
    guard nodes.contains(path) else { return .noNode(path) }
    guard children(path).isEmpty else { return .notEmpty(path) }
    zxid += 1
    nodes[path] = nil
    let above = ZTree.parent(path)
    nodes[above]?.childrenChanged = zxid
    return nil
  }

  /// The lines of `stat`.
  func stat(_ path: String) -> String? {
    guard let node = nodes[path] else { return nil }
    func hex(_ number: Int64) -> String { "0x" + String(number, radix: 16) }
    func date(_ time: CivilTime) -> String {
      "\(time.weekdayAbbreviation) \(time.monthAbbreviation) \(padded(time.day, 2)) \(clockTime(time)) UTC \(padded(time.year, 4))"
    }
    return """
      cZxid = \(hex(node.created))
      ctime = \(date(node.createdAt))
      mZxid = \(hex(node.modified))
      mtime = \(date(node.modifiedAt))
      pZxid = \(hex(node.childrenChanged))
      cversion = \(node.childrenCreated * 2 - Int64(children(path).count))
      dataVersion = \(node.dataVersion)
      aclVersion = 0
      ephemeralOwner = \(hex(node.owner))
      dataLength = \(node.data.utf8.count)
      numChildren = \(children(path).count)

      """
  }
}

/// What a data directory holds.
final class ZStore {
  var tree: ZTree
  init(_ tree: ZTree) { self.tree = tree }
}
