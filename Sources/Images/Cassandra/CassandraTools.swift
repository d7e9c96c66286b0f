// nodetool: status, decommission and the words for a node that is not there. Loads are measured sizes and are always the same here; the
// shares of the ring follow from random tokens, and are drawn from the seed.
// Source: Cassandra 4.1 `nodetool status`, `NodeProbe`.

import SimKernel
import SimMachine

enum CassandraTools {
  /// The rows of `nodetool status`.
  static func status(_ server: CassandraServer, keyspace: String?, note: (String) -> Void) -> String {
    let isOld = server.settings.release[0] == 3
    var datacenters: [String] = []
    for node in server.ring.nodes where !datacenters.contains(node.datacenter) { datacenters.append(node.datacenter) }
    if datacenters.count > 1 { note("nodetool status of several datacenters") }
    let shares = ownership(server, keyspace, note)
    var rows: [[String]] = []
    for (index, node) in server.ring.nodes.enumerated() {
      var random = SeededRandom(seed: 5).split(node.hostID)
      rows.append([
        (node.isUp ? "U" : "D") + node.state, node.address, "\(70 + random.below(40)).\(10 + random.below(89)) KiB",
        String(node.tokens), shares[index], node.hostID, node.rack,
      ])
    }
    // The node that is asked lists the ring in the order of its map; here in the order of joining.
    let headings = ["--", "Address", "Load", "Tokens", "Owns (effective)", "Host ID", "Rack"]
    var widths: [Int] = isOld ? [2, 0, 9, 11, 16, 36, 0] : [2, 0, 0, 0, 0, 0, 0]
    for column in headings.indices {
      if !isOld || column == 1 { widths[column] = max(widths[column], headings[column].utf8.count) }
      for row in rows where !isOld || column == 1 { widths[column] = max(widths[column], row[column].utf8.count) }
    }
    func line(_ cells: [String], isHeading: Bool) -> String {
      var out = ""
      for (column, cell) in cells.enumerated() {
        let isLast = column == cells.count - 1
        out += isLast && !isHeading ? cell : left(cell, widths[column])
        if !isLast { out += "  " }
      }
      return out + "\n"
    }
    let name = datacenters.first ?? server.settings.datacenter
    var text = "Datacenter: \(name)\n" + String(repeating: "=" as Character, count: 12 + name.utf8.count) + "\n"
    text += "Status=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n"
    text += line(headings, isHeading: true)
    for row in rows { text += line(row, isHeading: false) }
    return text + "\n"
  }

  /// Percentages for each node: of a keyspace, or of those that come with the system (two copies).
  private static func ownership(_ server: CassandraServer, _ keyspace: String?, _ note: (String) -> Void) -> [String] {
    var factor = 2
    if let keyspace {
      guard let found = server.ring.keyspaces[keyspace] else {
        note("nodetool status of a keyspace that does not exist")
        return server.ring.nodes.map { _ in "?" }
      }
      factor = found.factor
    } else if let first = server.ring.keyspaces.keys.first.flatMap({ server.ring.keyspaces[$0] }) {
      // The first one of one's own; all have to be replicated alike.
      factor = first.factor
      for name in server.ring.keyspaces.keys where server.ring.keyspaces[name]?.factor != factor {
        note(
          "nodetool status without a keyspace where keyspaces are replicated differently (its note)")
      }
    }
    var members: [Int] = []
    for (index, node) in server.ring.nodes.enumerated() where node.state != "J" { members.append(index) }
    var list = server.ring.nodes.map { _ in "?" }
    guard !members.isEmpty else { return list }
    if members.count <= factor {
      for index in members { list[index] = "100.0%" }
      return list
    }
    // Thousandths around an even share, which add up.
    let even = 1_000 * factor / members.count
    var left = 1_000 * factor
    for (place, index) in members.enumerated() {
      var random = SeededRandom(seed: 9).split(server.ring.nodes[index].hostID)
      let share = place == members.count - 1 ? left : min(1_000, even - 60 + random.below(120))
      left -= share
      list[index] = "\(share / 10).\(share % 10)%"
    }
    return list
  }
}

/// nodetool: most of its commands only need the node beside it.
final class CassandraNodetool: Program {
  private var leaving: (server: CassandraServer, until: Instant)?

  func resume(_ process: Process) -> Step {
    if let leaving {
      guard process.world.now >= leaving.until else { return .wait([.until(leaving.until, .activity)]) }
      leaving.server.decommission()
      return .exit(0)
    }
    var words = Array(process.arguments.dropFirst())
    while let first = words.first, first.utf8.first == 45 {
      if first == "-h" || first == "-p" || first == "--host" || first == "--port" {
        words.removeFirst(min(2, words.count))
      } else {
        process.note(notSimulated: "nodetool \(first)")
        return .exit(1)
      }
    }
    guard let command = words.first else {
      process.note(notSimulated: "nodetool without a command")
      return .exit(1)
    }
    guard let server = process.machine.listeners[7000] as? CassandraServer else {
      process.complain(
        "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.\n"
      )
      return .exit(1)
    }
    switch command {
    case "status":
      process.print(
        CassandraTools.status(server, keyspace: words.count > 1 ? words[1] : nil) { process.note(notSimulated: $0) })
      return .exit(0)
    case "decommission":
      if server.isDecommissioned {
        process.note(notSimulated: "nodetool decommission of a node that has left")
        return .exit(1)
      }
      if server.liveNodes < 2 {
        process.note(notSimulated: "nodetool decommission of the only node")
        return .exit(2)
      }
      server.setState("L")
      leaving = (server, process.world.now + .seconds(Int64(32)))
      return .again
    case "version":
      process.print(
        "ReleaseVersion: \(server.settings.release[0]).\(server.settings.release[1]).\(server.settings.release[2])\n")
      return .exit(0)
    case "flush", "cleanup", "compact", "garbagecollect", "invalidatekeycache", "invalidaterowcache", "scrub",
      "setlogginglevel", "disableautocompaction", "enableautocompaction":
      return .exit(0)
    case "drain", "disablebinary":
      server.stopServingClients()
      return .exit(0)
    case "statusbinary":
      process.print(server.isNative ? "running\n" : "not running\n")
      return .exit(0)
    case "statusgossip":
      process.print("running\n")
      return .exit(0)
    default: process.note(notSimulated: "nodetool \(command)")
    }
    return .exit(1)
  }
}
