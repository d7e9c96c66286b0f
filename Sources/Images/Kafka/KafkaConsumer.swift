// kafka-console-consumer.sh: joins a group (its own when none is named), prints until it is stopped, has enough, or waits in vain.
// Source: org.apache.kafka.tools.consumer.ConsoleConsumer, DefaultMessageFormatter.

import SimKernel
import SimMachine

final class KafkaConsumer: Program {
  private var server: KafkaServer?
  private var topic = ""
  private var group = ""
  private var hasOwnName = false
  private var memberID = ""
  private var fromBeginning = false
  private var onlyPartition: Int?
  private var positions: [Int: Int] = [:]
  private var limit: Int?
  private var timeout: Interval?
  private var lastMessage = Instant.start
  private var readyAt = Instant.start
  private var count = 0
  private var shown = ["value"]
  private var separator = "\t"
  private var isStopped = false
  private var hasBegun = false
  private var hasEnded = false

  func resume(_ process: Process) -> Step {
    if !hasBegun {
      hasBegun = true
      if let code = begin(process) { return .exit(code) }
    }
    if isStopped { return finish(process) }
    let now = process.world.now
    if now >= readyAt, let server, read(server, process) { return finish(process) }
    var waits: [Wait] = []
    if now < readyAt { waits.append(.until(readyAt, .activity)) }
    if let server { waits.append(.queue(server.grown)) }
    if let timeout {
      let end = lastMessage + timeout
      if now >= end {
        process.complain(
          """
          \(KafkaTools.stamp(process)) ERROR Error processing message, terminating consumer process:  (\(className))
          org.apache.kafka.common.errors.TimeoutException

          """)
        return finish(process)
      }
      waits.append(.until(end, .activity))
    }
    return .wait(waits)
  }

  private var className: String {
    guard let release = server?.release, release[0] == 3, release[1] < 8 else {
      return "org.apache.kafka.tools.consumer.ConsoleConsumer"
    }
    return "kafka.tools.ConsoleConsumer$"
  }

  /// Prints what is new; true when there is enough.
  private func read(_ server: KafkaServer, _ process: Process) -> Bool {
    guard let there = server.state.topics[topic] else { return false }
    let total = there.partitions.count
    let mine =
      onlyPartition.map { $0..<$0 + 1 }
      ?? (server.state.groups[group] ?? KafkaGroup()).assignment(memberID, topic, total)
    for index in mine where index < total {
      let partition = there.partitions[index]
      var position = positions[index] ?? start(server, index, partition.messages.count)
      if partition.leader >= 0 {
        while position < partition.messages.count {
          if let limit, count >= limit { break }
          show(partition.messages[position], index, position, process)
          position += 1
          count += 1
          lastMessage = process.world.now
        }
      }
      positions[index] = position
    }
    if let limit { return count >= limit }
    return false
  }

  private func start(_ server: KafkaServer, _ index: Int, _ end: Int) -> Int {
    if let offsets = server.state.groups[group]?.offsets[topic], index < offsets.count, let offset = offsets[index] {
      return offset
    }
    return fromBeginning ? 0 : end
  }

  private func show(_ message: KafkaMessage, _ partition: Int, _ offset: Int, _ process: Process) {
    var cells: [String] = []
    for name in ["timestamp", "partition", "offset", "key", "value"] where shown.contains(name) {
      switch name {
      case "timestamp": cells.append("CreateTime:\(message.time)")
      case "partition": cells.append("Partition:\(partition)")
      case "offset": cells.append("Offset:\(offset)")
      case "key": cells.append(message.key ?? "null")
      default: cells.append(message.value)
      }
    }
    process.print(cells.joined(separator: separator) + "\n")
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt || signal == .terminate, server != nil else { return false }
    isStopped = true
    return true
  }

  private func finish(_ process: Process) -> Step {
    leave()
    process.complain("Processed a total of \(count) messages\n")
    return .exit(isStopped ? 130 : 0)
  }

  /// Commits how far it has come, and leaves its group.
  private func leave() {
    guard let server, !hasEnded else { return }
    hasEnded = true
    let (group, memberID, topic, positions) = (group, memberID, topic, positions)
    let keeps = hasOwnName
    server.change { state in
      guard var known = state.groups[group] else { return }
      known.members.removeAll { $0.id == memberID }
      if keeps {
        for index in positions.keys.sorted() { known.commit(topic, index, positions[index]!) }
      }
      state.groups[group] = known.members.isEmpty && known.offsets.isEmpty ? nil : known
    }
  }

  private func begin(_ process: Process) -> Int32? {
    let options = KafkaOptions(
      Array(process.arguments.dropFirst()),
      values: [
        "bootstrap-server", "topic", "max-messages", "property", "formatter-property", "group", "timeout-ms",
        "consumer-property", "partition", "offset",
      ], switches: ["from-beginning"])
    if let word = options.unknown ?? options.words.first {
      process.note(notSimulated: "kafka-console-consumer.sh \(word)")
      return 1
    }
    topic = options["topic"] ?? ""
    limit = options["max-messages"].flatMap { Int($0) }
    timeout = options["timeout-ms"].flatMap { Int64($0) }.map { .milliseconds($0) }
    fromBeginning = options.has("from-beginning") || options["offset"] == "earliest"
    onlyPartition = options["partition"].flatMap { Int($0) }
    if let text = options["offset"], Int(text) != nil || onlyPartition == nil {
      process.note(notSimulated: "kafka-console-consumer.sh --offset \(text)")
      return 1
    }
    for text in (options.values["property"] ?? []) + (options.values["formatter-property"] ?? []) {
      for name in ["timestamp", "partition", "offset", "key"] where text == "print.\(name)=true" { shown.append(name) }
      if text == "print.value=false" { shown.removeAll { $0 == "value" } }
      if text.hasPrefix("key.separator=") { separator = String(text.dropFirst(14)) }
    }
    var name = options["group"]
    for text in options.values["consumer-property"] ?? [] {
      if text.hasPrefix("group.id=") { name = String(text.dropFirst(9)) }
    }
    guard let found = KafkaTools.broker(options["bootstrap-server"], process, "kafka-console-consumer.sh") else {
      return 1
    }
    if found.state.topics[topic] == nil {
      process.note(notSimulated: "kafka-console-consumer.sh: the warnings about an unknown topic")
      guard found.settings.createsTopics, !topic.isEmpty else { return 1 }
      _ = found.create(
        topic, partitions: found.settings.partitions, replication: found.settings.replication, settings: OrderedMap())
    }
    lastMessage = process.world.now
    server = found
    if onlyPartition == nil { join(found, name, process) }
    return nil
  }

  private func join(_ server: KafkaServer, _ name: String?, _ process: Process) {
    var random = process.world.random.split("kafka consumer \(process.world.now.nanoseconds) \(process.id)")
    hasOwnName = name != nil
    group = name ?? "console-consumer-\(random.below(100_000))"
    // Without its topic of offsets no broker coordinates groups: nobody is told what to read.
    guard server.hasCoordinator() else {
      readyAt = .distantFuture
      return
    }
    let digits = random.hexadecimal(32)
    var id = "console-consumer-"
    for (index, byte) in digits.utf8.enumerated() {
      if [8, 12, 16, 20].contains(index) { id += "-" }
      id.unicodeScalars.append(Unicode.Scalar(index == 12 ? 52 : index == 16 ? 97 : byte))
    }
    memberID = id
    let address = server.settings.isAdvertisedLocally ? "127.0.0.1" : process.machine.address
    let member = KafkaGroupMember(id: id, host: "/" + address, topic: topic)
    let group = group
    let isNew = server.state.groups[group]?.members.isEmpty ?? true
    server.change { state in
      var known = state.groups[group] ?? KafkaGroup()
      known.members.append(member)
      state.groups[group] = known
    }
    readyAt = process.world.now + (isNew ? server.settings.joinDelay : .milliseconds(300))
    if hasOwnName { commitLater(server) }
    process.ended.onWake { [self] in leave() }
  }

  /// Offsets are committed every five seconds.
  private func commitLater(_ server: KafkaServer) {
    server.after(.seconds(Int64(5)), weight: .housekeeping) { [self] in
      guard !hasEnded else { return }
      let (group, topic, positions) = (group, topic, positions)
      var isBehind = false
      for (index, position) in positions.sorted(by: { $0.key < $1.key }) {
        let offsets = server.state.groups[group]?.offsets[topic] ?? []
        if index >= offsets.count || offsets[index] != position { isBehind = true }
      }
      if isBehind {
        server.change { state in
          var known = state.groups[group] ?? KafkaGroup()
          for index in positions.keys.sorted() { known.commit(topic, index, positions[index]!) }
          state.groups[group] = known
        }
      }
      commitLater(server)
    }
  }
}
