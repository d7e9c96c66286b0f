// etcd: two of three decide, one alone does not; tables as etcdctl draws them.

import Testing

@Suite struct EtcdTests {
  static let manifest = statefulSet(
    "etcd", image: "quay.io/coreos/etcd:v3.4.23", port: 2379,
    container: """
      env:
        - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      command:
        - etcd
        - --name=$(NAME)
        - --data-dir=/data/etcd
        - --listen-client-urls=http://0.0.0.0:2379
        - --advertise-client-urls=http://$(NAME).etcd:2379
        - --listen-peer-urls=http://0.0.0.0:2380
        - --initial-advertise-peer-urls=http://$(NAME).etcd:2380
        - --initial-cluster=etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380,etcd-2=http://etcd-2.etcd:2380
      """, pod: "", publishNotReady: true, mount: "/data")

  @Test func aMajorityDecides() {
    let played = Played(
      files: ["etcd.yaml": EtcdTests.manifest],
      setup: ["kubectl apply -f etcd.yaml", "kubectl rollout status sts/etcd", "sleep 5"],
      [
        "kubectl exec etcd-0 -- etcdctl put motto 'two of three'", "kubectl exec etcd-2 -- etcdctl get motto",
        "kubectl exec etcd-0 -- etcdctl member list | cut -d, -f2-",
        "kubectl delete pod etcd-2 --wait=false; sleep 1; kubectl exec etcd-0 -- etcdctl put a 1",
        "sleep 30; kubectl scale sts etcd --replicas=1; sleep 20; kubectl exec etcd-0 -- etcdctl put a 2",
        "kubectl exec etcd-0 -- etcdctl get a --consistency=s --print-value-only",
        "kubectl scale sts etcd --replicas=2; kubectl rollout status sts/etcd; sleep 10",
        "kubectl exec etcd-1 -- etcdctl get a --print-value-only",
        "kubectl exec etcd-0 -- etcdctl endpoint status --cluster | cut -d, -f5 | sort | uniq -c",
      ])
    #expect(played[0].output == "OK\n")
    #expect(played[1].output == "motto\ntwo of three\n")
    #expect(
      Set(played[2].output.split(separator: "\n")) == [
        " started, etcd-0, http://etcd-0.etcd:2380, http://etcd-0.etcd:2379, false",
        " started, etcd-1, http://etcd-1.etcd:2380, http://etcd-1.etcd:2379, false",
        " started, etcd-2, http://etcd-2.etcd:2380, http://etcd-2.etcd:2379, false",
      ])
    #expect(played[3].output.hasSuffix("OK\n"))
    #expect(played[4].errors.contains("Error: context deadline exceeded\n"))
    #expect(played[4].notSimulated.count == 1)
    #expect(played[5].output == "1\n")
    #expect(played[7].output == "1\n")
  }

  @Test func tablesAreDrawnAsEtcdctlDrawsThem() {
    let played = Played(
      setup: [
        "kubectl run e --image=quay.io/coreos/etcd:v3.4.23", "kubectl wait --for=condition=Ready pod/e; sleep 2",
      ],
      [
        "kubectl exec e -- etcdctl endpoint health -w table | head -3", "kubectl exec e -- etcdctl put",
        "kubectl exec e -- etcdctl foo", "kubectl exec e -- etcdctl put /k/1 one",
        "kubectl exec e -- etcdctl put /k/2 two", "kubectl exec e -- etcdctl get --prefix /k",
        "kubectl exec e -- etcdctl get --prefix /k --keys-only", "kubectl exec e -- etcdctl del --prefix /k",
        "kubectl exec e -- etcdctl version", "kubectl exec e -- etcdctl member list -w table | cut -c20-",
        "kubectl exec e -- etcdctl lease grant 10",
      ])
    #expect(
      played[0].output
        == "+----------------+--------+---------+-------+\n|    ENDPOINT    | HEALTH |  TOOK   | ERROR |\n+----------------+--------+---------+-------+\n"
    )
    #expect(
      played[1].errors
        == "Error: put command needs 1 argument and input from stdin or 2 arguments\ncommand terminated with exit code 128\n"
    )
    #expect(played[2].exit == 1)
    #expect(played[5].output == "/k/1\none\n/k/2\ntwo\n")
    #expect(played[6].output == "/k/1\n\n/k/2\n\n")
    #expect(played[7].output == "2\n")
    #expect(played[8].output == "etcdctl version: 3.4.23\nAPI version: 3.4\n")
    #expect(
      played[9].output.hasPrefix("+---------+---------+-----------------------+-----------------------+------------+\n")
    )
    #expect(played[10].output.hasSuffix(" granted with TTL(10s)\n"))
  }
}
