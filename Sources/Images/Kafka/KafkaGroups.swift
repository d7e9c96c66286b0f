// Consumer groups: who reads which partition, and how far a group has come; kafka-consumer-groups.sh.
// Sources: Kafka documentation (consumer groups, range assignment); org.apache.kafka.tools.consumer.group.

import SimKernel
import SimMachine

struct KafkaGroupMember {
  var id: String
  var host: String
  var topic: String
}

struct KafkaGroup {
  /// Committed offsets by topic; nil for a partition without one.
  var offsets = OrderedMap<String, [Int?]>()
  var members: [KafkaGroupMember] = []

  /// The partitions of a topic that a member reads: a range of them.
  func assignment(_ id: String, _ topic: String, _ count: Int) -> Range<Int> {
    var ids: [String] = []
    for member in members where member.topic == topic { ids.append(member.id) }
    ids.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard let place = ids.firstIndex(of: id) else { return 0..<0 }
    let share = count / ids.count
    let extra = count % ids.count
    let start = place * share + min(place, extra)
    return start..<start + share + (place < extra ? 1 : 0)
  }

  mutating func commit(_ topic: String, _ partition: Int, _ offset: Int) {
    var list = offsets[topic] ?? []
    while list.count <= partition { list.append(nil) }
    list[partition] = offset
    offsets[topic] = list
  }
}

extension KafkaState {
  static let offsetsTopic = "__consumer_offsets"
}

extension KafkaServer {
  /// The topic in which groups keep their offsets comes to be when a group first needs it; not with too few brokers.
  func hasCoordinator() -> Bool {
    if let topic = state.topics[KafkaState.offsetsTopic] { return topic.partitions.contains { $0.leader >= 0 } }
    return create(
      KafkaState.offsetsTopic, partitions: 50, replication: settings.offsetsReplication, settings: OrderedMap()) == nil
  }
}

extension KafkaTools {
  static func groups(_ call: inout UtilityCall) -> Int32 {
    let process = call.process
    let options = KafkaOptions(
      call.arguments,
      values: ["bootstrap-server", "group", "command-config", "topic", "timeout", "to-offset", "shift-by"],
      switches: [
        "list", "describe", "delete", "all-groups", "offsets", "members", "state", "reset-offsets", "to-earliest",
        "to-latest", "execute", "dry-run", "all-topics",
      ])
    if let word = options.unknown ?? options.words.first {
      process.note(notSimulated: "kafka-consumer-groups.sh \(word)")
      return 1
    }
    guard let server = broker(options["bootstrap-server"], process, "kafka-consumer-groups.sh") else { return 1 }
    if options.has("list"), !options.has("state") {
      if server.state.groups.count > 1 { process.note(notSimulated: "kafka-consumer-groups.sh: the order of groups") }
      for name in server.state.groups.keys { call.print(name + "\n") }
      return 0
    }
    let names = options.has("all-groups") ? server.state.groups.keys.sorted() : options.values["group"] ?? []
    guard !names.isEmpty, !(options.has("list")) else {
      process.note(notSimulated: "kafka-consumer-groups.sh \(call.arguments.joined(separator: " "))")
      return 1
    }
    if options.has("describe") {
      for name in names {
        guard let group = server.state.groups[name] else {
          call.print(
            "\nError: \(server.release[0] > 3 ? "The consumer" : "Consumer") group '\(name)' does not exist.\n")
          continue
        }
        if options.has("members") || options.has("state") {
          process.note(notSimulated: "kafka-consumer-groups.sh --describe --members and --state")
          continue
        }
        describe(name, group, server, &call)
      }
      return 0
    }
    if options.has("delete") { return delete(names, server, &call) }
    if options.has("reset-offsets") { return reset(names, server, options, &call) }
    process.note(notSimulated: "kafka-consumer-groups.sh: its usage text")
    return 1
  }

  private static func describe(_ name: String, _ group: KafkaGroup, _ server: KafkaServer, _ call: inout UtilityCall) {
    var rows: [[String]] = []
    if group.members.isEmpty { call.complain("\nConsumer group '\(name)' has no active members.\n") }
    var owned: [String: Set<Int>] = [:]
    for member in group.members {
      let count = server.state.topics[member.topic]?.partitions.count ?? 0
      for partition in group.assignment(member.id, member.topic, count) {
        owned[member.topic, default: []].insert(partition)
        rows.append(row(name, member.topic, partition, group, server) + [member.id, member.host, "console-consumer"])
      }
    }
    if group.offsets.count > 1 { call.process.note(notSimulated: "kafka-consumer-groups.sh: the order of topics") }
    for (topic, offsets) in group.offsets {
      for (partition, offset) in offsets.enumerated() where offset != nil {
        if owned[topic]?.contains(partition) == true { continue }
        rows.append(row(name, topic, partition, group, server) + ["-", "-", "-"])
      }
    }
    guard !rows.isEmpty else { return }
    let header = [
      "GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID",
    ]
    var widths = [15, 15, 10, 15, 15, 15, 15, 15, 0]
    for row in rows { for index in [0, 1, 6, 7] { widths[index] = max(widths[index], row[index].utf8.count) } }
    for row in [header] + rows {
      var cells: [String] = []
      for (index, cell) in row.enumerated() { cells.append(left(cell, widths[index])) }
      call.print("\n" + cells.joined(separator: " "))
    }
    call.print("\n")
  }

  private static func row(_ name: String, _ topic: String, _ partition: Int, _ group: KafkaGroup, _ server: KafkaServer)
    -> [String]
  {
    let offsets = group.offsets[topic] ?? []
    let current = partition < offsets.count ? offsets[partition] : nil
    let partitions = server.state.topics[topic]?.partitions ?? []
    let end = partition < partitions.count ? partitions[partition].messages.count : nil
    var cells = [name, topic, String(partition)]
    cells.append(current.map { String($0) } ?? "-")
    cells.append(end.map { String($0) } ?? "-")
    if let current, let end { cells.append(String(end - current)) } else { cells.append("-") }
    return cells
  }

  private static func delete(_ names: [String], _ server: KafkaServer, _ call: inout UtilityCall) -> Int32 {
    guard names.count == 1, let name = names.first else {
      call.process.note(notSimulated: "kafka-consumer-groups.sh --delete of several groups")
      return 1
    }
    func failed(_ kind: String, _ text: String) -> Int32 {
      call.print(
        "\nError: Deletion of some consumer groups failed:\n* Group '\(name)' could not be deleted due to: java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.\(kind): \(text)\n"
      )
      return 0
    }
    guard let group = server.state.groups[name] else {
      return failed("GroupIdNotFoundException", "The group id does not exist.")
    }
    guard group.members.isEmpty else { return failed("GroupNotEmptyException", "The group is not empty.") }
    server.change { $0.groups[name] = nil }
    call.print("Deletion of requested consumer groups ('\(name)') was successful.\n")
    return 0
  }

  private static func reset(
    _ names: [String], _ server: KafkaServer, _ options: KafkaOptions, _ call: inout UtilityCall
  ) -> Int32 {
    guard names.count == 1, let name = names.first, let topic = options["topic"], !options.has("all-topics"),
      let partitions = server.state.topics[topic]?.partitions, server.release[0] == 3
    else {
      call.process.note(notSimulated: "kafka-consumer-groups.sh --reset-offsets here")
      return 1
    }
    let group = server.state.groups[name] ?? KafkaGroup()
    guard group.members.isEmpty else {
      call.print(
        "\nError: Assignments can only be reset if the group '\(name)' is inactive, but the current state is Stable.\n\n"
      )
      return 0
    }
    if !options.has("execute"), !options.has("dry-run") {
      call.process.note(notSimulated: "kafka-consumer-groups.sh: its warning without --execute")
    }
    var changed = group
    let format = [30, 30, 10, 15]
    func line(_ cells: [String]) -> String {
      var parts: [String] = []
      for (index, cell) in cells.enumerated() { parts.append(left(cell, format[index])) }
      return "\n" + parts.joined(separator: " ")
    }
    call.print(line(["GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"]))
    for (number, partition) in partitions.enumerated() {
      let end = partition.messages.count
      var target = options.has("to-latest") ? end : 0
      if let text = options["to-offset"] { target = Int(text) ?? 0 }
      if let text = options["shift-by"] {
        let offsets = group.offsets[topic] ?? []
        target = ((number < offsets.count ? offsets[number] : nil) ?? 0) + (Int(text) ?? 0)
      }
      target = min(max(0, target), end)
      changed.commit(topic, number, target)
      call.print(line([name, topic, String(number), String(target)]))
    }
    call.print("\n")
    if options.has("execute") { server.change { $0.groups[name] = changed } }
    return 0
  }
}
