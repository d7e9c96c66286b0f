// Replication as clients see it: INFO replication, ROLE, WAIT.
// Source: redis 7.0 `replication.c`, `server.c`.

import SimKernel
import SimMachine

extension RedisServer {
  var replicationInfo: String {
    var lines: [String] = []
    if let master {
      lines += ["role:slave", "master_host:\(master.host)", "master_port:\(master.port)"]
      let isUp = link == .up
      lines.append("master_link_status:\(isUp ? "up" : "down")")
      lines.append(
        "master_last_io_seconds_ago:\(isUp ? (world.now - lastMessage).wholeSeconds % 10 : -1)")
      lines.append("master_sync_in_progress:\(link == .synchronising ? 1 : 0)")
      let position = link == .up ? offset : max(offsetBase, 1)
      if release.isAtLeast(6, 2) { lines.append("slave_read_repl_offset:\(position)") }
      lines.append("slave_repl_offset:\(position)")
      if !isUp {
        if link == .synchronising {
          lines += [
            "master_sync_total_bytes:-1", "master_sync_read_bytes:0", "master_sync_left_bytes:-1",
            "master_sync_perc:-0.00", "master_sync_last_io_seconds_ago:0",
          ]
        }
        lines.append("master_link_down_since_seconds:\(linkDownSince.map { (world.now - $0).wholeSeconds } ?? -1)")
      }
      lines += ["slave_priority:100", "slave_read_only:1"]
      if release.isAtLeast(6, 2) { lines.append("replica_announced:1") }
    } else {
      lines.append("role:master")
    }
    lines.append("connected_slaves:\(replicas.count)")
    for (index, replica) in replicas.enumerated() {
      let state = replica.link == .up ? "online" : "wait_bgsave"
      lines.append(
        "slave\(index):ip=\(replica.machine.address),port=\(replica.port),state=\(state),offset=\(replica.link == .up ? offset : 0),lag=0"
      )
    }
    if release.isAtLeast(6, 2) { lines.append("master_failover_state:no-failover") }
    lines += [
      "master_replid:\(replicationID)", "master_replid2:\(secondID)", "master_repl_offset:\(offset)",
      "second_repl_offset:\(secondOffset)", "repl_backlog_active:\(hasBacklog ? 1 : 0)", "repl_backlog_size:1048576",
      "repl_backlog_first_byte_offset:\(hasBacklog ? backlogStart : 0)",
      "repl_backlog_histlen:\(hasBacklog ? offset - backlogStart + 1 : 0)",
    ]
    var text = "# Replication\r\n"
    for line in lines { text += line + "\r\n" }
    return text
  }

  var role: RedisReply {
    if let master {
      let state = link == .up ? "connected" : link == .synchronising ? "sync" : "connect"
      return .array([
        .bulk("slave"), .bulk(master.host), .integer(Int64(master.port)), .bulk(state),
        .integer(link == .up ? offset : -1),
      ])
    }
    var list: [RedisReply] = []
    for replica in replicas where replica.link == .up {
      list.append(.texts([replica.machine.address, String(replica.port), String(offset)]))
    }
    return .array([.bulk("master"), .integer(offset), .array(list)])
  }

  /// How many replicas have everything (WAIT).
  var replicasInSync: Int64 {
    var count: Int64 = 0
    for replica in replicas where replica.link == .up { count += 1 }
    return count
  }
}
