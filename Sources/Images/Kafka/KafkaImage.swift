// docker.io/apache/kafka: a node in KRaft mode, configured by KAFKA_… variables; without any, one node that is everything.
// Other tools, security, and log lines are not modelled.
// Source: Apache Kafka docker/README, docker image defaults.

import SimKernel
import SimMachine

package enum KafkaImage {
  private static func release(_ tag: String) -> [Int]? {
    if tag == "latest" { return [4, 0, 0] }
    guard let version = VersionTag(tag), version.numbers.count == 3, version.variant.isEmpty else { return nil }
    let latest = [37: 2, 38: 1, 39: 1, 40: 1, 41: 1]
    guard let patch = latest[version.numbers[0] * 10 + version.numbers[1]] else { return nil }
    return (0...patch + 1).contains(version.numbers[2]) ? version.numbers : nil
  }

  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/apache/kafka", tags: .matching { release($0) != nil }, sizeBytes: { _ in 390 << 20 },
      pull: .milliseconds(9_000),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.entrypoint = ["/__cacert_entrypoint.sh"]
        configuration.command = ["/etc/kafka/docker/run"]
        configuration.userland = .busybox
        configuration.credentials = Credentials(user: 1_000, group: 1_000)
        configuration.userName = "appuser"
        configuration.environment = [
          ("PATH", "/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = release(tag)!
        makeFolders(
          machine,
          [
            "/opt/kafka/bin", "/etc/kafka/docker", "/var/lib/kafka/data", "/mnt/shared/config",
            "/tmp/kraft-combined-logs",
          ],
          owner: Credentials(user: 1_000, group: 1_000))
        install(machine, "/__cacert_entrypoint.sh") { ExecProgram(ifOptions: "/etc/kafka/docker/run") }
        install(machine, "/etc/kafka/docker/run", name: "kafka run") { KafkaProgram(release) }
        let folder = "/opt/kafka/bin/"
        install(machine, folder + "kafka-topics.sh") {
          UtilityProgram(Utility("kafka-topics.sh") { call in KafkaTools.topics(&call) })
        }
        install(machine, folder + "kafka-metadata-quorum.sh") {
          UtilityProgram(Utility("kafka-metadata-quorum.sh") { call in KafkaTools.quorum(&call) })
        }
        install(machine, folder + "kafka-console-producer.sh") { KafkaProducer() }
        install(machine, folder + "kafka-console-consumer.sh") { KafkaConsumer() }
        install(machine, folder + "kafka-consumer-groups.sh") {
          UtilityProgram(Utility("kafka-consumer-groups.sh") { call in KafkaTools.groups(&call) })
        }
        for (name, run) in [
          ("kafka-configs.sh", { KafkaTools.configs(&$0) }), ("kafka-get-offsets.sh", { KafkaTools.offsets(&$0) }),
          ("kafka-cluster.sh", { KafkaTools.cluster(&$0) }), ("kafka-storage.sh", { KafkaTools.storage(&$0) }),
        ] as [(String, (inout UtilityCall) -> Int32)] {
          install(machine, folder + name) { UtilityProgram(Utility(name, run: run)) }
        }
        installNotSimulated(
          machine, folder: "/opt/kafka/bin",
          [
            "kafka-acls.sh", "kafka-broker-api-versions.sh", "kafka-dump-log.sh", "kafka-leader-election.sh",
            "kafka-log-dirs.sh", "kafka-reassign-partitions.sh", "kafka-server-start.sh",
            "kafka-server-stop.sh", "kafka-producer-perf-test.sh", "kafka-consumer-perf-test.sh", "kafka-features.sh",
          ])
      })
  }
}

private final class KafkaProgram: ServerProcess {
  private let release: [Int]
  private var settings = KafkaSettings()
  private var server: KafkaServer?

  init(_ release: [Int]) { self.release = release }

  override func prepare(_ process: Process) -> Int32? {
    process.machine.logNotSimulated = "image kafka: log lines of the server"
    let environment = process.environment
    func value(_ name: String) -> String? { environment["KAFKA_" + name] }
    var isConfigured = false
    for name in environment.variables.keys
    where name.hasPrefix("KAFKA_") && !name.hasSuffix("_PORT")
      && !name.hasPrefix("KAFKA_SERVICE_") && !name.hasPrefix("KAFKA_PORT_")
    { isConfigured = true }
    if !isConfigured {
      settings.offsetsReplication = 1
      settings.joinDelay = .milliseconds(100)
      settings.isAdvertisedLocally = true
      settings.shown = ["segment.bytes=1073741824"]
      if release[0] > 4 || release[0] == 4 && release[1] >= 1 { settings.shown.insert("min.insync.replicas=1", at: 0) }
      return nil
    }
    if let text = environment["CLUSTER_ID"] { settings.clusterID = text }
    guard let text = value("NODE_ID") ?? value("BROKER_ID"), let id = Int(text) else {
      process.machine.logNotSimulated = "image kafka: KAFKA_NODE_ID is missing"
      return 1
    }
    settings.nodeID = id
    let roles = separated(value("PROCESS_ROLES") ?? "broker,controller", by: ",")
    settings.isBroker = roles.contains("broker")
    settings.isController = roles.contains("controller")
    settings.voters = []
    for voter in separated(value("CONTROLLER_QUORUM_VOTERS") ?? "", by: ",") {
      let parts = separated(voter, by: "@")
      guard parts.count == 2, let number = Int(parts[0]) else { continue }
      let (host, port) = hostAndPort(parts[1], 9093)
      settings.voters.append((number, host, port))
      if number == id { settings.controllerPort = port }
    }
    if settings.voters.isEmpty {
      process.machine.logNotSimulated = "image kafka: a quorum without KAFKA_CONTROLLER_QUORUM_VOTERS"
      return 1
    }
    let controllerNames = separated(value("CONTROLLER_LISTENER_NAMES") ?? "CONTROLLER", by: ",")
    for listener in separated(value("LISTENERS") ?? "", by: ",") {
      let parts = separated(listener, by: ":")
      guard parts.count == 3, let port = Int(parts[2]) else { continue }
      if controllerNames.contains(parts[0]) { settings.controllerPort = port } else { settings.brokerPort = port }
    }
    settings.minimumInSync = Int(value("MIN_INSYNC_REPLICAS") ?? "1") ?? 1
    settings.partitions = Int(value("NUM_PARTITIONS") ?? "1") ?? 1
    settings.replication = Int(value("DEFAULT_REPLICATION_FACTOR") ?? "1") ?? 1
    settings.offsetsReplication = Int(value("OFFSETS_TOPIC_REPLICATION_FACTOR") ?? "3") ?? 3
    if let text = value("GROUP_INITIAL_REBALANCE_DELAY_MS"), let delay = Int64(text) {
      settings.joinDelay = .milliseconds(max(delay, 100))
    }
    settings.isAdvertisedLocally = occurs("localhost", in: value("ADVERTISED_LISTENERS") ?? "")
    settings.createsTopics = value("AUTO_CREATE_TOPICS_ENABLE")?.lowercased() != "false"
    settings.logFolder = separated(value("LOG_DIRS") ?? "/tmp/kafka-logs", by: ",")[0]
    if let text = value("MIN_INSYNC_REPLICAS") { settings.shown.append("min.insync.replicas=\(text)") }
    if let text = value("LOG_SEGMENT_BYTES") { settings.shown.append("segment.bytes=\(text)") }
    return nil
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .seconds(Int64(4)) }

  override func begin(_ process: Process) -> Int32? {
    let made = KafkaServer(process, release: release, settings: settings)
    server = made
    made.start(process)
    return nil
  }

  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .milliseconds(1_200) }

  override func stopped(_ process: Process) -> Int32 {
    server?.close()
    return 143
  }
}
