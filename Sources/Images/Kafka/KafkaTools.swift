// kafka-topics.sh and kafka-metadata-quorum.sh, and how every tool finds a broker.
// Source: what the tools of Kafka 3.8 and 3.9 print (org.apache.kafka.tools).

import SimKernel
import SimMachine

enum KafkaTools {
  /// The broker behind one of the bootstrap addresses, when the cluster works.
  static func broker(_ text: String?, _ process: Process, _ tool: String) -> KafkaServer? {
    guard let text else {
      process.note(notSimulated: "\(tool) without --bootstrap-server")
      return nil
    }
    for place in separated(text, by: ",") {
      let (host, port) = hostAndPort(place, 9092)
      if case .server(let listener, _) = Reach(host, port, from: process), let found = listener as? KafkaServer,
        found.settings.isBroker, port == found.settings.brokerPort, found.hasQuorum
      {
        return found
      }
    }
    process.note(notSimulated: "\(tool): the warnings of a client that finds no broker")
    return nil
  }

  static func stamp(_ process: Process) -> String {
    let time = process.world.civilNow
    return "[\(dateAndTime(time)),\(millisecond(time))]"
  }

  static func topics(_ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let options = KafkaOptions(
      call.arguments,
      values: ["bootstrap-server", "topic", "partitions", "replication-factor", "config", "command-config"],
      switches: [
        "create", "list", "describe", "delete", "alter", "if-not-exists", "if-exists", "exclude-internal",
        "under-replicated-partitions", "unavailable-partitions", "under-min-isr-partitions",
        "at-min-isr-partitions",
      ])
    if let word = options.unknown ?? options.words.first {
      process.note(notSimulated: "kafka-topics.sh \(word)")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], process, "kafka-topics.sh") else { return 1 }
    func fail(_ kind: String, _ text: String) -> Int32 {
      call.print("Error while executing topic command : \(text)\n")
      call.complain(
        "\(stamp(process)) ERROR org.apache.kafka.common.errors.\(kind): \(text)\n (org.apache.kafka.tools.TopicCommand)\n"
      )
      return 1
    }
    func missing(_ name: String) -> Int32 {
      process.note(notSimulated: "kafka-topics.sh: the stack trace about a topic that does not exist")
      call.print("Error while executing topic command : Topic '\(name)' does not exist as expected\n")
      return 1
    }
    if options.has("list") {
      var names = server.state.topics.keys.sorted()
      if options.has("exclude-internal") { names.removeAll { $0 == KafkaState.offsetsTopic } }
      call.print(names.joined(separator: "\n") + "\n")
      return 0
    }
    if options.has("alter") {
      guard let name = options["topic"], let count = Int(options["partitions"] ?? "") else {
        process.note(notSimulated: "kafka-topics.sh --alter without --topic and --partitions")
        return 1
      }
      guard let topic = server.state.topics[name] else { return options.has("if-exists") ? 0 : missing(name) }
      let present = topic.partitions.count
      if count == present {
        return fail("InvalidPartitionsException", "Topic already has \(present) partition(s).")
      }
      if count < present {
        return fail(
          "InvalidPartitionsException",
          "The topic \(name) currently has \(present) partition(s); \(count) would not be an increase.")
      }
      server.extend(name, to: count)
      return 0
    }
    if options.has("create") {
      guard let name = options["topic"] else {
        process.note(notSimulated: "kafka-topics.sh --create without --topic")
        return 1
      }
      var given = OrderedMap<String, String>()
      for text in options.values["config"] ?? [] {
        guard let equals = text.utf8.firstIndex(of: 61) else { continue }
        given[String(text[..<equals])] = String(text[text.utf8.index(after: equals)...])
      }
      if name.utf8.contains(46) || name.utf8.contains(95) {
        call.print(
          "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.\n"
        )
      }
      if options.has("if-not-exists"), server.state.topics[name] != nil { return 0 }
      if let problem = server.create(
        name, partitions: Int(options["partitions"] ?? "") ?? server.settings.partitions,
        replication: Int(options["replication-factor"] ?? "") ?? server.settings.replication, settings: given)
      {
        return fail(problem.kind, problem.text)
      }
      call.print("Created topic \(name).\n")
      return 0
    }
    if options.has("delete") {
      guard let name = options["topic"] else { return 1 }
      guard server.state.topics[name] != nil else { return options.has("if-exists") ? 0 : missing(name) }
      server.change { $0.topics[name] = nil }
      return 0
    }
    guard options.has("describe") else {
      process.note(notSimulated: "kafka-topics.sh: its usage text")
      return 1
    }
    if let name = options["topic"], server.state.topics[name] == nil { return missing(name) }
    let state = server.state
    for name in state.topics.keys.sorted() where options["topic"] == nil || options["topic"] == name {
      describe(name, state, server, options, &call)
    }
    return 0
  }

  private static func describe(
    _ name: String, _ state: KafkaState, _ server: KafkaServer, _ options: KafkaOptions, _ call: inout UtilityCall
  ) {
    let topic = state.topics[name]!
    let onlyPart =
      options.has("under-replicated-partitions") || options.has("unavailable-partitions")
      || options.has("under-min-isr-partitions") || options.has("at-min-isr-partitions")
    if name == KafkaState.offsetsTopic {
      call.process.note(notSimulated: "kafka-topics.sh: the settings of \(name)")
    }
    if !onlyPart {
      var settings: [String] = []
      for (key, value) in topic.settings { settings.append("\(key)=\(value)") }
      for text in server.settings.shown {
        var isSet = false
        for key in topic.settings.keys where text.hasPrefix(key + "=") { isSet = true }
        if !isSet { settings.append(text) }
      }
      call.print(
        "Topic: \(name)\tTopicId: \(topic.id)\tPartitionCount: \(topic.partitions.count)\tReplicationFactor: \(topic.partitions[0].replicas.count)\tConfigs: \(settings.joined(separator: ","))\n"
      )
    }
    func list(_ ids: [Int]) -> String {
      var parts: [String] = []
      for id in ids { parts.append(String(id)) }
      return parts.joined(separator: ",")
    }
    let hasEligible = server.release[0] > 3 || server.release[1] >= 9
    let minimum = Int(topic.settings["min.insync.replicas"] ?? "") ?? server.settings.minimumInSync
    for (number, partition) in topic.partitions.enumerated() {
      if options.has("under-replicated-partitions"), partition.inSync.count >= partition.replicas.count { continue }
      if options.has("unavailable-partitions"), partition.leader >= 0 { continue }
      if options.has("at-min-isr-partitions"), partition.inSync.count != minimum { continue }
      if options.has("under-min-isr-partitions"), partition.leader >= 0, partition.inSync.count >= minimum { continue }
      call.print(
        "\tTopic: \(name)\tPartition: \(number)\tLeader: \(partition.leader < 0 ? "none" : String(partition.leader))\tReplicas: \(list(partition.replicas))\tIsr: \(list(partition.inSync))\tElr: \(hasEligible ? "" : "N/A")\tLastKnownElr: \(hasEligible ? "" : "N/A")\n"
      )
    }
  }

  static func quorum(_ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let options = KafkaOptions(
      call.arguments, values: ["bootstrap-server", "bootstrap-controller", "command-config"],
      switches: ["status", "replication", "human-readable"])
    guard options.words == ["describe"], !options.has("bootstrap-controller"), options.unknown == nil else {
      process.note(notSimulated: "kafka-metadata-quorum.sh \(call.arguments.joined(separator: " "))")
      return 1
    }
    guard options.has("status") != options.has("replication") else {
      call.complain(
        options.has("status")
          ? "Only one of --status or --replication should be specified with describe sub-command\n"
          : "One of --status or --replication must be specified with describe sub-command\n")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], process, "kafka-metadata-quorum.sh") else { return 1 }
    if options.has("replication") { return replication(server, options.has("human-readable"), &call) }
    var voters: [String] = []
    let hasEndpoints = server.release[0] > 3 || server.release[1] >= 9
    for voter in server.settings.voters.sorted(by: { $0.id < $1.id }) {
      voters.append(
        hasEndpoints
          ? "{\"id\": \(voter.id), \"directoryId\": null, \"endpoints\": [\"CONTROLLER://\(voter.host):\(voter.port)\"]}"
          : String(voter.id))
    }
    if server.release[0] > 3 || !server.settings.isController {
      process.note(notSimulated: "kafka-metadata-quorum.sh: voters and observers of this release or role")
    }
    let cluster =
      server.release[0] == 3 && server.release[1] == 7
      ? "Some(\(server.settings.clusterID))" : server.settings.clusterID
    call.print(
      """
      ClusterId:              \(cluster)
      LeaderId:               \(server.leaderID)
      LeaderEpoch:            \(server.state.epoch)
      HighWatermark:          \(server.highWatermark)
      MaxFollowerLag:         0
      MaxFollowerLagTimeMs:   0
      CurrentVoters:          [\(voters.joined(separator: hasEndpoints ? ", " : ","))]
      CurrentObservers:       []

      """)
    return 0
  }

  /// A table of the controllers: how far each has read. Followers fetch within half a second.
  private static func replication(_ server: KafkaServer, _ isForPeople: Bool, _ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let hasDirectories = server.release[0] > 3 || server.release[1] >= 9
    if server.release[0] > 3 { process.note(notSimulated: "kafka-metadata-quorum.sh: the directories of this release") }
    let end = server.highWatermark + 1
    let now = process.world.civilNow
    let clock = now.unixSeconds * 1_000 + now.nanosecond / 1_000_000
    func time(_ age: Int64) -> String { isForPeople ? "\(age) ms ago" : String(clock - age) }
    var rows = [
      ["NodeId"] + (hasDirectories ? ["DirectoryId"] : [])
        + ["LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status"]
    ]
    func add(_ id: Int, _ age: Int64, _ status: String) {
      rows.append(
        ["\(id)"] + (hasDirectories ? ["AAAAAAAAAAAAAAAAAAAAAA"] : [])
          + ["\(end)", "0", time(age), time(age), status])
    }
    let leader = server.leaderID
    add(leader, 0, "Leader")
    var running: [Int] = []
    for member in server.members { if let member = member as? KafkaServer { running.append(member.settings.nodeID) } }
    for voter in server.settings.voters.sorted(by: { $0.id < $1.id }) where voter.id != leader {
      if !running.contains(voter.id) {
        process.note(notSimulated: "kafka-metadata-quorum.sh: how far a controller that is gone had read")
      }
      add(voter.id, clock % 500, "Follower")
    }
    for id in server.state.brokers where !server.settings.voters.contains(where: { $0.id == id }) {
      add(id, clock % 500, "Observer")
    }
    var widths = [Int](repeating: 0, count: rows[0].count)
    for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.utf8.count) } }
    for row in rows {
      var line = ""
      for (index, cell) in row.enumerated() { line += left(cell, widths[index]) + "\t" }
      call.print(line + "\n")
    }
    return 0
  }
}
