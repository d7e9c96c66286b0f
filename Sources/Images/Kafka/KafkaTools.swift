// kafka-topics.sh, kafka-metadata-quorum.sh, kafka-console-producer.sh and kafka-console-consumer.sh.
// Source: what the tools of Kafka 3.8 and 3.9 print (org.apache.kafka.tools).

import SimKernel
import SimMachine

/// Options of a tool: `--name value` and `--name`.
private struct KafkaOptions {
  var values: [String: [String]] = [:]
  var words: [String] = []
  var unknown: String?

  init(_ arguments: [String], values names: Set<String>, switches: Set<String>) {
    var rest = arguments
    while !rest.isEmpty {
      let word = rest.removeFirst()
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      var name = String(word.dropFirst(2))
      var value: String?
      if let equals = name.utf8.firstIndex(of: 61) {
        value = String(name[name.utf8.index(after: equals)...])
        name = String(name[..<equals])
      }
      if names.contains(name) {
        values[name, default: []].append(value ?? (rest.isEmpty ? "" : rest.removeFirst()))
      } else if switches.contains(name) {
        values[name] = [""]
      } else if unknown == nil {
        unknown = word
      }
    }
  }

  subscript(name: String) -> String? { values[name]?.last }
  func has(_ name: String) -> Bool { values[name] != nil }
}

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
        "create", "list", "describe", "delete", "if-not-exists", "if-exists", "exclude-internal",
        "under-replicated-partitions", "unavailable-partitions", "under-min-isr-partitions",
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
      for name in server.state.topics.keys.sorted() { call.print(name + "\n") }
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
      || options.has("under-min-isr-partitions")
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
      if options.has("under-min-isr-partitions"), partition.inSync.count >= minimum { continue }
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
    guard options.words == ["describe"], options.has("status"), !options.has("bootstrap-controller"),
      options.unknown == nil
    else {
      process.note(notSimulated: "kafka-metadata-quorum.sh \(call.arguments.joined(separator: " "))")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], process, "kafka-metadata-quorum.sh") else { return 1 }
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
}

/// kafka-console-producer.sh
final class KafkaProducer: ClientProgram {
  private var server: KafkaServer?
  private var topic = ""
  private var keySeparator: String?
  private var turn = 0

  override func begin(_ process: Process) -> Int32? {
    let options = KafkaOptions(
      Array(process.arguments.dropFirst()),
      values: ["bootstrap-server", "topic", "property", "producer-property", "request-required-acks", "broker-list"],
      switches: ["sync"])
    if let word = options.unknown {
      process.note(notSimulated: "kafka-console-producer.sh \(word)")
      return 1
    }
    var parsesKey = false
    var mark = "\t"
    for text in options.values["property"] ?? [] {
      if text == "parse.key=true" { parsesKey = true }
      if text.hasPrefix("key.separator=") { mark = String(text.dropFirst(14)) }
    }
    if parsesKey { keySeparator = mark }
    topic = options["topic"] ?? ""
    guard
      let found = KafkaTools.broker(
        options["bootstrap-server"] ?? options["broker-list"], process, "kafka-console-producer.sh")
    else {
      return 1
    }
    server = found
    if found.state.topics[topic] == nil {
      guard found.settings.createsTopics, !topic.isEmpty else {
        process.note(notSimulated: "kafka-console-producer.sh: the warnings about an unknown topic")
        return 1
      }
      process.note(notSimulated: "kafka-console-producer.sh: the warnings while a topic is being created")
      _ = found.create(
        topic, partitions: found.settings.partitions, replication: found.settings.replication, settings: OrderedMap())
    }
    return nil
  }

  override func prompt(_ process: Process) -> String { ">" }

  override func take(_ line: String, _ process: Process) -> Int32? {
    guard let server else { return 1 }
    var key: String?
    var value = line
    if let keySeparator, !keySeparator.isEmpty {
      let parts = separated(line, by: keySeparator.first!)
      guard parts.count > 1 else {
        process.note(notSimulated: "kafka-console-producer.sh: a line without a key")
        return 1
      }
      key = parts[0]
      value = String(line.dropFirst(parts[0].utf8.count + keySeparator.utf8.count))
    }
    guard let topic = server.state.topics[self.topic] else { return 1 }
    let minimum = Int(topic.settings["min.insync.replicas"] ?? "") ?? server.settings.minimumInSync
    // One batch goes to one partition; records with a key go where the key belongs.
    var index = turn
    if let key {
      var random = SeededRandom(seed: 3).split(key)
      index = random.below(topic.partitions.count)
    } else if turn == 0 {
      var random = server.world.random.split("kafka producer \(server.world.now.nanoseconds)")
      index = random.below(topic.partitions.count)
    }
    turn = key == nil ? index : turn
    let partition = topic.partitions[index % topic.partitions.count]
    if partition.inSync.count < minimum || partition.leader < 0 {
      process.note(notSimulated: "kafka-console-producer.sh: the warnings about NOT_ENOUGH_REPLICAS")
      return 1
    }
    let name = self.topic
    let place = index % topic.partitions.count
    server.change { state in
      guard var topic = state.topics[name] else { return }
      topic.partitions[place].messages.append((key, value))
      state.topics[name] = topic
    }
    return nil
  }
}

/// kafka-console-consumer.sh: prints until it is stopped, or until it has enough.
final class KafkaConsumer: Program {
  private var server: KafkaServer?
  private var topic = ""
  private var seen: [Int] = []
  private var limit: Int?
  private var count = 0
  private var showsKeys = false
  private var isStopped = false
  private var hasBegun = false

  func resume(_ process: Process) -> Step {
    if !hasBegun {
      hasBegun = true
      if let code = begin(process) { return .exit(code) }
    }
    if isStopped { return finish(process) }
    guard let server, let topic = server.state.topics[topic] else { return .exit(1) }
    while seen.count < topic.partitions.count { seen.append(0) }
    for (index, partition) in topic.partitions.enumerated() {
      while seen[index] < partition.messages.count {
        if let limit, count >= limit { return finish(process) }
        let message = partition.messages[seen[index]]
        process.print((showsKeys ? (message.key ?? "null") + "\t" : "") + message.value + "\n")
        seen[index] += 1
        count += 1
      }
    }
    if let limit, count >= limit { return finish(process) }
    return .wait([.queue(server.grown)])
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt || signal == .terminate, server != nil else { return false }
    isStopped = true
    return true
  }

  private func finish(_ process: Process) -> Step {
    process.complain("Processed a total of \(count) messages\n")
    return .exit(isStopped ? 130 : 0)
  }

  private func begin(_ process: Process) -> Int32? {
    let options = KafkaOptions(
      Array(process.arguments.dropFirst()), values: ["bootstrap-server", "topic", "max-messages", "property", "group"],
      switches: ["from-beginning"])
    if let word = options.unknown ?? (options.has("group") ? "--group" : nil) {
      process.note(notSimulated: "kafka-console-consumer.sh \(word)")
      return 1
    }
    topic = options["topic"] ?? ""
    limit = options["max-messages"].flatMap { Int($0) }
    for text in options.values["property"] ?? [] where text == "print.key=true" { showsKeys = true }
    guard let found = KafkaTools.broker(options["bootstrap-server"], process, "kafka-console-consumer.sh") else {
      return 1
    }
    guard let there = found.state.topics[topic] else {
      process.note(notSimulated: "kafka-console-consumer.sh: the warnings about an unknown topic")
      return 1
    }
    server = found
    for partition in there.partitions {
      if partition.leader < 0 { process.note(notSimulated: "kafka-console-consumer.sh: a partition without a leader") }
      seen.append(options.has("from-beginning") ? 0 : partition.messages.count)
    }
    return nil
  }
}
