// etcdctl member and endpoint.
// Source: what etcdctl 3.4.23 prints.

import SimKernel
import SimMachine

extension EtcdCtl {
  private func hexadecimal(_ id: UInt64) -> String { String(id, radix: 16) }

  // MARK: member

  func member(_ operands: [String], _ process: Process) -> Int32 {
    switch operands.first ?? "" {
    case "list":
      guard let server = anyServer(process) else { return 1 }
      return list(server, process)
    case "add": return add(Array(operands.dropFirst()), process)
    case "remove":
      guard operands.count == 2 else { return complain(process, "member ID is not provided", code: 128) }
      guard let id = UInt64(operands[1], radix: 16) else {
        return complain(
          process,
          "bad member ID arg (strconv.ParseUint: parsing \"\(operands[1])\": invalid syntax), expecting ID in Hex",
          code: 128)
      }
      guard format == "simple" else { return notSimulated(process, "member remove -w \(format)") }
      guard let server = anyServer(process) else { return 1 }
      for known in server.state.members where known.id == id {
        server.removeMember(id)
        process.print(
          "Member \(right(hexadecimal(id), 16)) removed from cluster \(right(hexadecimal(server.state.clusterID), 16))\n"
        )
        return 0
      }
      return refused(process, "NotFound", "etcdserver: member not found")
    default: return notSimulated(process, "member \(operands.first ?? "")")
    }
  }

  private func list(_ server: EtcdServer, _ process: Process) -> Int32 {
    let members = server.state.members
    switch format {
    case "simple", "table":
      var rows: [[String]] = []
      for member in members {
        rows.append([
          hexadecimal(member.id), member.clientURL.isEmpty ? "unstarted" : "started", member.name, member.peerURL,
          member.clientURL, "false",
        ])
      }
      if format == "table" {
        process.print(EtcdTable.text(["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"], rows))
      } else {
        for row in rows { process.print(row.joined(separator: ", ") + "\n") }
      }
    case "json":
      var items: [String] = []
      for member in members {
        var text = "{\"ID\":\(member.id)"
        if !member.name.isEmpty { text += ",\"name\":\"\(member.name)\"" }
        text += ",\"peerURLs\":[\"\(member.peerURL)\"]"
        if !member.clientURL.isEmpty { text += ",\"clientURLs\":[\(quotedList(member.clientURL))]" }
        items.append(text + "}")
      }
      process.print(
        "{\"header\":{\"cluster_id\":\(server.state.clusterID),\"member_id\":\(server.id),\"raft_term\":\(server.state.term)},\"members\":[\(items.joined(separator: ","))]}\n"
      )
    case "fields":
      process.print(
        "\"ClusterID\" : \(server.state.clusterID)\n\"MemberID\" : \(server.id)\n\"Revision\" : 0\n\"RaftTerm\" : \(server.state.term)\n"
      )
      for member in members {
        process.print("\"ID\" : \(member.id)\n\"Name\" : \"\(member.name)\"\n\"PeerURL\" : \"\(member.peerURL)\"\n")
        if !member.clientURL.isEmpty {
          for url in separated(member.clientURL, by: ",") { process.print("\"ClientURL\" : \"\(url)\"\n") }
        }
        process.print("\"IsLearner\" : false\n\n")
      }
    default: return notSimulated(process, "member list -w \(format)")
    }
    return 0
  }

  private func quotedList(_ text: String) -> String {
    var items: [String] = []
    for item in separated(text, by: ",") { items.append("\"\(item)\"") }
    return items.joined(separator: ",")
  }

  private func add(_ operands: [String], _ process: Process) -> Int32 {
    guard let name = operands.first else { return complain(process, "member name not provided", code: 128) }
    guard let url = flags["peer-urls"] else { return complain(process, "member peer urls not provided", code: 128) }
    guard operands.count == 1, format == "simple" else { return notSimulated(process, "member add: this use of it") }
    guard let server = anyServer(process) else { return 1 }
    for known in server.state.members where known.peerURL == url {
      return refused(process, "FailedPrecondition", "etcdserver: Peer URLs already exists")
    }
    let member = server.addMember(name: name, peerURL: url)
    var cluster: [String] = []
    for known in server.state.members {
      cluster.append("\(known.id == member.id ? name : known.name)=\(known.peerURL)")
    }
    process.print(
      "Member \(right(hexadecimal(member.id), 16)) added to cluster \(right(hexadecimal(server.state.clusterID), 16))\n\nETCD_NAME=\"\(name)\"\nETCD_INITIAL_CLUSTER=\"\(cluster.joined(separator: ","))\"\nETCD_INITIAL_ADVERTISE_PEER_URLS=\"\(url)\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n"
    )
    return 0
  }

  // MARK: endpoint

  func endpoint(_ operands: [String], _ process: Process) -> Int32 {
    var list = endpoints
    if has("cluster") {
      guard let server = anyServer(process) else { return 1 }
      list = []
      for member in server.state.members where !member.clientURL.isEmpty {
        list += separated(member.clientURL, by: ",")
      }
    }
    switch operands.first ?? "" {
    case "health": return health(list, process)
    case "status": return status(list, process)
    default: return notSimulated(process, "endpoint \(operands.first ?? "")")
    }
  }

  private func health(_ list: [String], _ process: Process) -> Int32 {
    guard ["simple", "table", "json"].contains(format) else {
      return notSimulated(process, "endpoint health -w \(format)")
    }
    var rows: [(endpoint: String, isWell: Bool, took: String)] = []
    var isHealthy = true
    for (index, endpoint) in list.enumerated() {
      let answers = server(endpoint, process)?.hasQuorum == true
      if !answers { isHealthy = false }
      let took = answers ? "\(2 + index).\(184 + 271 * index % 700)ms" : "5.00\(index + 1)s"
      rows.append((endpoint, answers, took))
    }
    let problem = "context deadline exceeded"
    var out = ""
    switch format {
    case "table":
      var cells: [[String]] = []
      for row in rows { cells.append([row.endpoint, "\(row.isWell)", row.took, row.isWell ? "" : problem]) }
      out = EtcdTable.text(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], cells)
    case "json":
      var items: [String] = []
      for row in rows {
        items.append(
          "{\"endpoint\":\"\(row.endpoint)\",\"health\":\(row.isWell),\"took\":\"\(row.took)\"\(row.isWell ? "" : ",\"error\":\"\(problem)\"")}"
        )
      }
      out = "[\(items.joined(separator: ","))]\n"
    default:
      for row in rows {
        out +=
          row.isWell
          ? "\(row.endpoint) is healthy: successfully committed proposal: took = \(row.took)\n"
          : "\(row.endpoint) is unhealthy: failed to commit proposal: \(problem)\n"
      }
    }
    // Healthy ones are named on the error output, too.
    let isError = format == "simple"
    if isHealthy {
      if isError { process.complain(out) } else { process.print(out) }
      return 0
    }
    process.note(notSimulated: "etcdctl: the log line of a request that finds no majority")
    fail([(timeout, out, isError), (.milliseconds(0), "Error: unhealthy cluster\n", true)], code: 1, process)
    return 1
  }

  private func status(_ list: [String], _ process: Process) -> Int32 {
    guard ["simple", "table", "json"].contains(format) else {
      return notSimulated(process, "endpoint status -w \(format)")
    }
    var rows: [[String]] = []
    var items: [String] = []
    var lost: [(Interval, String, Bool)] = []
    for endpoint in list {
      guard let server = server(endpoint, process) else {
        lost.append((timeout, "Failed to get the status of endpoint \(endpoint) (context deadline exceeded)\n", true))
        continue
      }
      let state = server.state
      rows.append([
        endpoint, hexadecimal(server.id), server.release, "20 kB", server.isLeader ? "true" : "false", "false",
        String(state.term), String(state.index), String(state.index), server.hasQuorum ? "" : "etcdserver: no leader",
      ])
      let leader = (server.leader as? EtcdServer)?.id ?? 0
      items.append(
        "{\"Endpoint\":\"\(endpoint)\",\"Status\":{\"header\":\(server.headerJSON()),\"version\":\"\(server.release)\",\"dbSize\":20480,\"leader\":\(leader),\"raftIndex\":\(state.index),\"raftTerm\":\(state.term),\"raftAppliedIndex\":\(state.index)\(server.hasQuorum ? "" : ",\"errors\":[\"etcdserver: no leader\"]"),\"dbSizeInUse\":16384}}"
      )
    }
    var out = ""
    switch format {
    case "table":
      out = EtcdTable.text(
        [
          "ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX",
          "RAFT APPLIED INDEX", "ERRORS",
        ], rows)
    case "json": out = "[\(items.joined(separator: ","))]\n"
    default: for row in rows { out += row.joined(separator: ", ") + "\n" }
    }
    guard !lost.isEmpty else {
      process.print(out)
      return 0
    }
    process.note(notSimulated: "etcdctl: the log line of a request that finds no server")
    fail(lost + [(.milliseconds(0), out, false)], code: 1, process)
    return 1
  }

  // MARK: Housekeeping

  func compaction(_ operands: [String], _ process: Process) -> Int32 {
    guard operands.count == 1 else { return complain(process, "compaction command needs 1 argument", code: 128) }
    guard let revision = Int64(operands[0]) else {
      return complain(process, "strconv.ParseInt: parsing \"\(operands[0])\": invalid syntax", code: 1)
    }
    guard let server = anyServer(process) else { return 1 }
    guard revision <= server.state.revision else {
      return refused(process, "OutOfRange", "etcdserver: mvcc: required revision is a future revision")
    }
    guard revision > server.state.compacted else {
      return refused(process, "OutOfRange", "etcdserver: mvcc: required revision has been compacted")
    }
    server.change { $0.compacted = revision }
    process.print("compacted revision \(revision)\n")
    return 0
  }

  func defragment(_ operands: [String], _ process: Process) -> Int32 {
    guard operands.isEmpty, flags["data-dir"] == nil, !has("cluster") else {
      return notSimulated(process, "defrag: this use of it")
    }
    for endpoint in endpoints {
      guard server(endpoint, process) != nil else {
        return notSimulated(process, "defrag of a member that is not there")
      }
      process.print("Finished defragmenting etcd member[\(endpoint)]\n")
    }
    return 0
  }
}
