// ZooKeeper: an ensemble serves while a majority of it runs.

import Testing

@Suite struct ZooKeeperTests {
  static let manifest = statefulSet(
    "zk", image: "zookeeper:3.9.3", port: 2181,
    container: """
      command: [bash, -c, "export ZOO_MY_ID=$((${HOSTNAME##*-} + 1)) && exec /docker-entrypoint.sh zkServer.sh start-foreground"]
      env:
        - {name: ZOO_SERVERS, value: "server.1=zk-0.zk:2888:3888;2181 server.2=zk-1.zk:2888:3888;2181 server.3=zk-2.zk:2888:3888;2181"}
        - {name: ZOO_4LW_COMMANDS_WHITELIST, value: "*"}
      readinessProbe:
        exec: {command: [sh, -c, "echo ruok | nc localhost 2181 | grep imok"]}
        periodSeconds: 2
      """, mount: "/data")

  private func play(replicas: Int = 3, _ commands: [String]) -> Played {
    Played(
      files: ["zk.yaml": ZooKeeperTests.manifest],
      setup: [
        "kubectl apply -f zk.yaml && kubectl scale statefulset zk --replicas=\(replicas)",
        "kubectl rollout status statefulset/zk",
      ], commands)
  }

  @Test func oneOfThreeDoesNotServe() {
    let played = play(
      replicas: 1,
      [
        "kubectl exec zk-0 -- zkServer.sh status", "kubectl exec zk-0 -- sh -c 'echo ruok | nc localhost 2181'",
        "kubectl exec zk-0 -- sh -c 'echo srvr | nc localhost 2181'",
        "kubectl scale statefulset zk --replicas=2 && sleep 20", "kubectl exec zk-0 -- zkServer.sh status",
        "kubectl exec zk-1 -- zkServer.sh status",
      ])
    #expect(
      played[0].output
        == "Client port found: 2181. Client address: localhost. Client SSL: false.\nError contacting service. It is probably not running.\n"
    )
    #expect(
      played[0].errors
        == "ZooKeeper JMX enabled by default\nUsing config: /conf/zoo.cfg\ncommand terminated with exit code 1\n"
    )
    #expect(played[1].output == "imok", "alive, although it serves nobody")
    #expect(played[2].output == "This ZooKeeper instance is not currently serving requests\n")
    #expect(played[4].output.hasSuffix("Mode: follower\n"))
    #expect(played[5].output.hasSuffix("Mode: leader\n"), "the higher number wins among equals")
  }

  @Test func quorumIsLostAndRegained() {
    let played = play([
      "kubectl exec zk-0 -- zkCli.sh create /hello world",
      "kubectl exec zk-2 -- zkCli.sh get /hello",
      "for i in 0 1 2; do kubectl exec zk-$i -- zkServer.sh status 2>/dev/null | grep Mode; done",
      "kubectl scale statefulset zk --replicas=1 && sleep 20",
      "kubectl exec zk-0 -- zkServer.sh status 2>/dev/null | tail -n 1",
      "kubectl scale statefulset zk --replicas=3 && kubectl rollout status statefulset/zk >/dev/null; sleep 5",
      "for i in 0 1 2; do kubectl exec zk-$i -- zkServer.sh status 2>/dev/null | grep Mode; done",
      "kubectl exec zk-1 -- zkCli.sh get /hello",
    ])
    #expect(played[0].errors == "Created /hello\n")
    #expect(played[1].output.hasSuffix("\nworld\n"))
    #expect(played[1].notSimulated == ["zkCli.sh: its log lines at the start"])
    #expect(played[2].output == "Mode: follower\nMode: leader\nMode: follower\n")
    #expect(played[4].output == "Error contacting service. It is probably not running.\n")
    #expect(played[6].output.split(separator: "\n").filter { $0 == "Mode: leader" }.count == 1)
    #expect(played[7].output.hasSuffix("\nworld\n"), "kept on the claims")
  }

  @Test func wordsAreRefusedUnlessListed() {
    let played = Played(
      setup: ["kubectl run zk --image=zookeeper:3.9.3", "kubectl wait --for=condition=Ready pod/zk; sleep 5"],
      [
        "kubectl exec zk -- bash -c 'echo ruok | nc localhost 2181'",
        "kubectl exec zk -- bash -c 'echo srvr | nc localhost 2181'", "kubectl exec zk -- cat /conf/zoo.cfg",
        "kubectl logs zk",
      ])
    #expect(played[0].output == "ruok is not executed because it is not in the whitelist.\n")
    #expect(played[1].output.hasSuffix("Mode: standalone\nNode count: 5\n"))
    #expect(played[2].output.hasPrefix("dataDir=/data\ndataLogDir=/datalog\ntickTime=2000\n"))
    #expect(!played[3].notSimulated.isEmpty)
  }

  @Test func tutorialEnsembleStarts() {
    let manifest = statefulSet(
      "zk", image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10", port: 2888,
      container: """
        command: [sh, -c, "start-zookeeper --servers=3 --data_dir=/var/lib/zookeeper/data --data_log_dir=/var/lib/zookeeper/data/log --tick_time=2000 --purge_interval=12"]
        readinessProbe: {exec: {command: [sh, -c, "zookeeper-ready 2181"]}, initialDelaySeconds: 10, timeoutSeconds: 5}
        """, mount: "/var/lib/zookeeper")
    let played = Played(
      files: ["zk.yaml": manifest], setup: ["kubectl apply -f zk.yaml", "kubectl rollout status sts/zk"],
      [
        "for i in 0 1 2; do echo \"myid zk-$i\";kubectl exec zk-$i -- cat /var/lib/zookeeper/data/myid; done",
        "kubectl exec zk-0 -- cat /opt/zookeeper/conf/zoo.cfg", "kubectl exec zk-0 -- zkCli.sh create /hello world",
        "kubectl exec zk-1 -- zkCli.sh get /hello",
      ])
    #expect(played[0].output == "myid zk-0\n1\nmyid zk-1\n2\nmyid zk-2\n3\n")
    #expect(
      played[1].output == """
        #This file was autogenerated DO NOT EDIT
        clientPort=2181
        dataDir=/var/lib/zookeeper/data
        dataLogDir=/var/lib/zookeeper/data/log
        tickTime=2000
        initLimit=10
        syncLimit=5
        maxClientCnxns=60
        minSessionTimeout=4000
        maxSessionTimeout=40000
        autopurge.snapRetainCount=3
        autopurge.purgeInteval=12
        server.1=zk-0.zk.default.svc.cluster.local:2888:3888
        server.2=zk-1.zk.default.svc.cluster.local:2888:3888
        server.3=zk-2.zk.default.svc.cluster.local:2888:3888

        """)
    #expect(played[3].output.contains("\nworld\ncZxid = 0x10000000"))
  }
}
