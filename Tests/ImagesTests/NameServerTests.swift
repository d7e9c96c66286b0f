// The cluster's DNS as BIND's tools show it, and what nc sends. Forms compared with nslookup, host and dig 9.18 asking a server
// that answers as CoreDNS does; the size of dig's message is that of published outputs for `kubernetes.default`.

import Testing

@Suite struct NameServerTests {
  private static let manifest = """
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec: {clusterIP: None, selector: {app: db}, ports: [{name: pg, port: 5432}]}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db}
    spec:
      serviceName: db
      replicas: 2
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec: {containers: [{name: c, image: "redis:7"}]}
    """

  private func play(_ commands: [String]) -> Played {
    Played(
      files: ["db.yaml": NameServerTests.manifest],
      setup: [
        "kubectl apply -f db.yaml", "kubectl run new --image=nicolaka/netshoot -- sleep 1d",
        "kubectl run old --image=registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3 -- sleep 1d",
        "kubectl wait --for=condition=Ready pod/new pod/old", "kubectl rollout status sts/db",
      ], commands)
  }

  @Test func nslookupTakesTheSearchList() {
    let played = play([
      "kubectl exec new -- nslookup kubernetes.default", "kubectl exec old -- nslookup kubernetes.default",
      "kubectl exec new -- nslookup nope", "kubectl exec new -- nslookup -type=srv _pg._tcp.db",
      "kubectl exec new -- nslookup 10.152.183.1",
      "nslookup kubernetes.default.svc.cluster.local 10.152.183.10",
    ])
    let remark = ";; Got recursion not available from 10.152.183.10\n"
    let server = "Server:\t\t10.152.183.10\nAddress:\t10.152.183.10#53\n\n"
    let found = "Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.152.183.1\n"
    #expect(played[0].output == remark + remark + server + found + remark + "\n")
    #expect(played[1].output == server + found + "\n")
    #expect(played[2].output == remark + remark + remark + server + "** server can't find nope: NXDOMAIN\n\n")
    let service = "_pg._tcp.db.default.svc.cluster.local\tservice = 0 50 5432"
    #expect(
      played[3].output == remark + server + "\(service) db-0.db.default.svc.cluster.local.\n"
        + "\(service) db-1.db.default.svc.cluster.local.\n\n")
    #expect(
      played[4].output == remark + "1.183.152.10.in-addr.arpa\tname = kubernetes.default.svc.cluster.local.\n\n")
    #expect(played[5].output == server + found + "\n")
  }

  @Test func digShowsItsParts() {
    let played = play([
      "kubectl exec old -- dig kubernetes.default.svc.cluster.local | sed 's/id: .*/id: N/; /WHEN/d'",
      "sleep 2; kubectl exec new -- dig +noall +answer kubernetes.default.svc.cluster.local",
      "kubectl exec new -- dig +short SRV _pg._tcp.db.default.svc.cluster.local",
      "kubectl exec new -- dig db-0.db", "kubectl exec new -- dig +short nope", "kubectl exec new -- host db-0.db",
    ])
    #expect(
      played[0].output == """

        ; <<>> DiG 9.9.5-9+deb8u19-Debian <<>> kubernetes.default.svc.cluster.local
        ;; global options: +cmd
        ;; Got answer:
        ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: N
        ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1
        ;; WARNING: recursion requested but not available

        ;; OPT PSEUDOSECTION:
        ; EDNS: version: 0, flags:; udp: 4096
        ;; QUESTION SECTION:
        ;kubernetes.default.svc.cluster.local. IN A

        ;; ANSWER SECTION:
        kubernetes.default.svc.cluster.local. 5 IN A\t10.152.183.1

        ;; Query time: 0 msec
        ;; SERVER: 10.152.183.10#53(10.152.183.10)
        ;; MSG SIZE  rcvd: 117


        """)
    #expect(played[1].output == "kubernetes.default.svc.cluster.local. 3 IN A\t10.152.183.1\n")
    #expect(
      played[2].output
        == "0 50 5432 db-0.db.default.svc.cluster.local.\n0 50 5432 db-1.db.default.svc.cluster.local.\n")
    #expect(played[3].notSimulated == ["dig: the zone's record in an empty answer"])
    #expect(played[4].output.isEmpty && played[4].exit == 0)
    #expect(played[5].output.hasPrefix("db-0.db.default.svc.cluster.local has address 10."))
  }

  @Test func netcatTalks() {
    let played = play([
      "kubectl exec db-0 -- sh -c true; kubectl run b --image=busybox:1.36 -- sleep 1d; kubectl wait --for=condition=Ready pod/b",
      #"kubectl exec b -- sh -c 'printf "PING\r\nSET a 1\r\nGET a\r\n" | nc db-0.db 6379' | tr -d '\r'"#,
      "kubectl exec new -- sh -c 'echo PING | nc db-0.db 6379'",
      "kubectl delete pod db-1 --wait=false; sleep 1; kubectl exec b -- nc -z db-1.db 6379",
    ])
    #expect(played[1].output == "+PONG\n+OK\n$1\n1\n")
    #expect(played[2].notSimulated == ["nc waiting for a server that keeps the connection"])
    #expect(played[3].errors.contains("nc: bad address 'db-1.db'") && played[3].notSimulated.isEmpty)
  }
}
