// kafka-console-producer.sh: a message for each line.
// Source: org.apache.kafka.tools.ConsoleProducer.

import SimKernel
import SimMachine

/// kafka-console-producer.sh
final class KafkaProducer: ClientProgram {
  private var server: KafkaServer?
  private var topic = ""
  private var keySeparator: String?
  private var turn = 0
  private var acknowledgesAll = true

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
    for text in (options.values["producer-property"] ?? []) + ["acks=" + (options["request-required-acks"] ?? "all")] {
      if text == "acks=1" || text == "acks=0" { acknowledgesAll = false }
    }
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
    if (acknowledgesAll && partition.inSync.count < minimum) || partition.leader < 0 {
      // The client tries three times, then gives up this message and reads on.
      process.note(notSimulated: "kafka-console-producer.sh: the warnings while it tries again")
      guard partition.leader >= 0 else { return 1 }
      process.complain(
        """
        \(KafkaTools.stamp(process)) ERROR Error when sending message to topic \(self.topic) with key: \(key.map { "\($0.utf8.count) bytes" } ?? "null"), value: \(value.utf8.count) bytes with error: (org.apache.kafka.clients.producer.internals.ErrorLoggingCallback)
        org.apache.kafka.common.errors.NotEnoughReplicasException: Messages are rejected since there are fewer in-sync replicas than required.

        """)
      return nil
    }
    let name = self.topic
    let now = server.world.civilNow
    let time = now.unixSeconds * 1_000 + now.nanosecond / 1_000_000
    let place = index % topic.partitions.count
    server.change { state in
      guard var topic = state.topics[name] else { return }
      topic.partitions[place].messages.append(KafkaMessage(key: key, value: value, time: time))
      state.topics[name] = topic
    }
    return nil
  }
}
