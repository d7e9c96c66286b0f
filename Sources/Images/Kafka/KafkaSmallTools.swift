// The smaller tools of Kafka: kafka-configs.sh for topics, kafka-get-offsets.sh, kafka-cluster.sh, kafka-storage.sh random-uuid.
// Sources: org.apache.kafka.tools (ConfigCommand, GetOffsetShell, ClusterTool, StorageTool) of Kafka 3.8 and 3.9.

import SimKernel
import SimMachine

extension KafkaTools {
  /// Settings of topics whose broker default has a value of its own, as the list of synonyms ends with it.
  private static let defaults: [String: String] = [
    "cleanup.policy": "log.cleanup.policy=delete", "max.message.bytes": "message.max.bytes=1048588",
    "min.insync.replicas": "min.insync.replicas=1", "retention.bytes": "log.retention.bytes=-1",
    "segment.bytes": "log.segment.bytes=1073741824", "compression.type": "compression.type=producer",
    "delete.retention.ms": "log.cleaner.delete.retention.ms=86400000",
    "unclean.leader.election.enable": "unclean.leader.election.enable=false",
  ]
  private static let plain: Set<String> = ["retention.ms", "segment.ms", "flush.ms"]

  static func configs(_ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let options = KafkaOptions(
      call.arguments,
      values: [
        "bootstrap-server", "entity-type", "entity-name", "add-config", "delete-config", "topic", "command-config",
      ], switches: ["describe", "alter", "all"])
    if let word = options.unknown ?? options.words.first {
      process.note(notSimulated: "kafka-configs.sh \(word)")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], process, "kafka-configs.sh") else { return 1 }
    guard options["entity-type"] == "topics" || options["topic"] != nil, !options.has("all"),
      let name = options["entity-name"] ?? options["topic"]
    else {
      process.note(notSimulated: "kafka-configs.sh for anything but one topic")
      return 1
    }
    guard var topic = server.state.topics[name] else {
      process.note(notSimulated: "kafka-configs.sh: the stack trace about a topic that does not exist")
      return 1
    }
    if options.has("describe") {
      call.print("Dynamic configs for topic \(name) are:\n")
      if topic.settings.keys.count > 1 { process.note(notSimulated: "kafka-configs.sh: the order of several settings") }
      for key in topic.settings.keys {
        let own = "\(key)=\(topic.settings[key] ?? "")"
        guard plain.contains(key) || defaults[key] != nil else {
          process.note(notSimulated: "kafka-configs.sh: the synonyms of \(key)")
          continue
        }
        if key == "min.insync.replicas", server.settings.minimumInSync != 1 {
          process.note(notSimulated: "kafka-configs.sh: the synonyms of \(key)")
        }
        let rest = defaults[key].map { ", DEFAULT_CONFIG:\($0)" } ?? ""
        call.print("  \(own) sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:\(own)\(rest)}\n")
      }
      return 0
    }
    guard options.has("alter") else {
      process.note(notSimulated: "kafka-configs.sh: its usage text")
      return 1
    }
    for text in options.values["add-config"] ?? [] {
      guard !text.utf8.contains(91) else {
        process.note(notSimulated: "kafka-configs.sh: a list as a value")
        return 1
      }
      for pair in separated(text, by: ",") {
        let parts = separated(pair, by: "=")
        guard parts.count == 2, plain.contains(parts[0]) || defaults[parts[0]] != nil else {
          process.note(notSimulated: "kafka-configs.sh: the setting \(pair)")
          return 1
        }
        topic.settings[parts[0]] = parts[1]
      }
    }
    for text in options.values["delete-config"] ?? [] {
      for key in separated(text, by: ",") {
        guard topic.settings[key] != nil else {
          process.note(notSimulated: "kafka-configs.sh: taking away a setting that is not there")
          return 1
        }
        topic.settings[key] = nil
      }
    }
    let changed = topic
    server.change { $0.topics[name] = changed }
    call.print("Completed updating config for topic \(name).\n")
    return 0
  }

  static func offsets(_ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let options = KafkaOptions(
      call.arguments, values: ["bootstrap-server", "broker-list", "topic", "time"],
      switches: ["exclude-internal-topics"])
    if let word = options.unknown ?? options.words.first {
      process.note(notSimulated: "kafka-get-offsets.sh \(word)")
      return 1
    }
    guard
      let server = broker(options["bootstrap-server"] ?? options["broker-list"], process, "kafka-get-offsets.sh")
    else { return 1 }
    let time = options["time"] ?? "-1"
    guard ["-1", "-2", "latest", "earliest"].contains(time) else {
      process.note(notSimulated: "kafka-get-offsets.sh --time \(time)")
      return 1
    }
    let names = server.state.topics.keys.sorted().filter { name in
      if let wanted = options["topic"] { return wanted == name }
      return !(options.has("exclude-internal-topics") && name.hasPrefix("__"))
    }
    if let wanted = options["topic"], names.isEmpty {
      process.note(notSimulated: "kafka-get-offsets.sh: the words about the topic \(wanted), which does not exist")
      return 1
    }
    for name in names {
      for (number, partition) in (server.state.topics[name]?.partitions ?? []).enumerated() {
        let isFirst = time == "-2" || time == "earliest"
        call.print("\(name):\(number):\(isFirst ? 0 : partition.messages.count)\n")
      }
    }
    return 0
  }

  static func cluster(_ call: inout UtilityCall) -> Int32 {
    let options = KafkaOptions(
      call.arguments, values: ["bootstrap-server", "config"], switches: [])
    guard options.words == ["cluster-id"], options.unknown == nil else {
      call.process.note(notSimulated: "kafka-cluster.sh \(options.words.joined(separator: " "))")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], call.process, "kafka-cluster.sh") else { return 1 }
    call.print("Cluster ID: \(server.settings.clusterID)\n")
    return 0
  }

  static func storage(_ call: inout UtilityCall) -> Int32 {
    guard call.arguments == ["random-uuid"] else {
      call.process.note(notSimulated: "kafka-storage.sh \(call.arguments.joined(separator: " "))")
      return 1
    }
    call.print(KafkaServer.identifier(&call.process.world.random) + "\n")
    return 0
  }
}
