// Kafka in KRaft mode: replicas fall out of sync and come back; too few in-sync replicas refuse writes.

import Testing

@Suite struct KafkaTests {
  static let manifest = statefulSet(
    "kafka", image: "apache/kafka:3.9.1", port: 9092,
    container: """
      command: [sh, -c, "export KAFKA_NODE_ID=${HOSTNAME##*-} && exec /etc/kafka/docker/run"]
      env:
        - {name: KAFKA_PROCESS_ROLES, value: "broker,controller"}
        - {name: KAFKA_CONTROLLER_QUORUM_VOTERS, value: "0@kafka-0.kafka:9093,1@kafka-1.kafka:9093,2@kafka-2.kafka:9093"}
        - {name: KAFKA_LISTENERS, value: "PLAINTEXT://:9092,CONTROLLER://:9093"}
        - {name: KAFKA_CONTROLLER_LISTENER_NAMES, value: CONTROLLER}
        - {name: KAFKA_LOG_DIRS, value: /var/lib/kafka/data/logs}
        - {name: KAFKA_MIN_INSYNC_REPLICAS, value: "2"}
      """, publishNotReady: true, mount: "/var/lib/kafka/data")
  static let bin = "kubectl exec kafka-0 -- /opt/kafka/bin/"
  static let at = " --bootstrap-server localhost:9092"

  @Test func replicasFallOutOfSyncAndComeBack() {
    let bin = KafkaTests.bin
    let at = KafkaTests.at
    let played = Played(
      files: ["kafka.yaml": KafkaTests.manifest],
      setup: ["kubectl apply -f kafka.yaml", "kubectl rollout status sts/kafka", "sleep 20"],
      [
        "\(bin)kafka-topics.sh\(at) --create --topic orders --partitions 1 --replication-factor 3",
        "\(bin)kafka-topics.sh\(at) --create --topic orders",
        "\(bin)kafka-topics.sh\(at) --create --topic wide --replication-factor 4",
        "kubectl exec -i kafka-0 -- sh -c 'printf \"one\\ntwo\\n\" | /opt/kafka/bin/kafka-console-producer.sh\(at) --topic orders'",
        "kubectl exec kafka-1 -- /opt/kafka/bin/kafka-console-consumer.sh\(at) --topic orders --from-beginning --max-messages 2",
        "kubectl scale sts kafka --replicas=2; sleep 15; \(bin)kafka-topics.sh\(at) --describe --topic orders | tail -n 1",
        "kubectl scale sts kafka --replicas=3; kubectl rollout status sts/kafka; sleep 15; \(bin)kafka-topics.sh\(at) --describe --topic orders | grep -o 'Isr: .*E'",
        "\(bin)kafka-metadata-quorum.sh\(at) describe --status | grep -E 'Leader|Voters'",
        "\(bin)kafka-topics.sh\(at) --list --exclude-internal", "\(bin)kafka-configs.sh\(at) --describe",
      ])
    #expect(played[0].output == "Created topic orders.\n")
    #expect(played[1].output == "Error while executing topic command : Topic 'orders' already exists.\n")
    #expect(
      played[1].errors.contains(
        " ERROR org.apache.kafka.common.errors.TopicExistsException: Topic 'orders' already exists.\n"))
    #expect(played[2].output.contains("cannot be reached because only 3 broker(s) are registered.\n"))
    #expect(played[4].output == "one\ntwo\n")
    #expect(played[4].errors == "Processed a total of 2 messages\n")
    let isr = played[5].output.split(separator: "\t").first { $0.hasPrefix("Isr: ") } ?? ""
    #expect(Set(isr.dropFirst(5).split(separator: ",")) == ["0", "1"])
    #expect(played[5].output.hasSuffix("\tElr: \tLastKnownElr: \n"))
    #expect(played[6].output.contains("2"))
    #expect(
      played[7].output.contains(
        "CurrentVoters:          [{\"id\": 0, \"directoryId\": null, \"endpoints\": [\"CONTROLLER://kafka-0.kafka:9093\"]}, {\"id\": 1,"
      ))
    #expect(played[8].output == "orders\n")
    #expect(played[9].notSimulated == ["kafka-configs.sh for anything but one topic"])
  }

  @Test func groupsRememberHowFarTheyHaveRead() {
    let bin = KafkaTests.bin
    let at = KafkaTests.at
    let produce =
      "kubectl exec -i kafka-0 -- sh -c 'seq 1 5 | /opt/kafka/bin/kafka-console-producer.sh\(at) --topic orders'"
    let played = Played(
      files: ["kafka.yaml": KafkaTests.manifest],
      setup: ["kubectl apply -f kafka.yaml", "kubectl rollout status sts/kafka", "sleep 20"],
      [
        "\(bin)kafka-topics.sh\(at) --list",
        "\(bin)kafka-topics.sh\(at) --create --topic orders --partitions 1 --replication-factor 3", produce,
        "\(bin)kafka-console-consumer.sh\(at) --topic orders --group billing --from-beginning --max-messages 3 --property print.offset=true",
        "\(bin)kafka-consumer-groups.sh\(at) --describe --group billing",
        "\(bin)kafka-console-consumer.sh\(at) --topic orders --group billing --timeout-ms 6000",
        "\(bin)kafka-consumer-groups.sh\(at) --describe --group billing 2>/dev/null | tail -n 1",
        "\(bin)kafka-consumer-groups.sh\(at) --reset-offsets --group billing --topic orders --to-earliest --execute",
        "\(bin)kafka-consumer-groups.sh\(at) --delete --group billing",
        "\(bin)kafka-consumer-groups.sh\(at) --describe --group billing",
        "\(bin)kafka-topics.sh\(at) --alter --topic orders --partitions 1",
        "\(bin)kafka-topics.sh\(at) --alter --topic orders --partitions 2; \(bin)kafka-topics.sh\(at) --describe --topic orders | grep -c Leader",
        "\(bin)kafka-metadata-quorum.sh\(at) describe --replication | cut -f 1,2,4,7",
      ])
    #expect(played[0].output == "\n")
    #expect(played[3].output == "Offset:0\t1\nOffset:1\t2\nOffset:2\t3\n")
    #expect(
      played[4].output
        == "\nGROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            CLIENT-ID\nbilling         orders          0          3               5               2               -               -               -\n"
    )
    #expect(played[4].errors == "\nConsumer group 'billing' has no active members.\n")
    #expect(played[5].output == "4\n5\n")
    #expect(
      played[5].errors.hasSuffix(
        "ERROR Error processing message, terminating consumer process:  (org.apache.kafka.tools.consumer.ConsoleConsumer)\norg.apache.kafka.common.errors.TimeoutException\nProcessed a total of 2 messages\n"
      ))
    #expect(
      played[6].output.split(separator: " ").map(String.init).prefix(6) == ["billing", "orders", "0", "5", "5", "0"])
    #expect(
      played[7].output.hasSuffix(
        "\nbilling                        orders                         0          0              \n"))
    #expect(played[8].output == "Deletion of requested consumer groups ('billing') was successful.\n")
    #expect(played[9].output == "\nError: Consumer group 'billing' does not exist.\n")
    #expect(played[10].output == "Error while executing topic command : Topic already has 1 partition(s).\n")
    #expect(played[11].output == "2\n")
    #expect(played[12].output.hasPrefix("NodeId\tDirectoryId           \tLag\tStatus  \n"))
  }
}
