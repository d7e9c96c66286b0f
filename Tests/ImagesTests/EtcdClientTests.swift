// etcdctl: every form of answer, as recorded from etcdctl and etcd 3.4.23 (one member, default settings).

import Testing

@Suite struct EtcdClientTests {
  /// Commands, their standard output, their error output, their exit code.
  static let recorded: [(String, String, String, Int64)] = [
    ("member list", "8e9e05c52164694d, started, default, http://localhost:2380, http://localhost:2379, false\n", "", 0),
    (
      "member list -w json",
      #"{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"raft_term":2},"members":[{"ID":10276657743932975437,"name":"default","peerURLs":["http://localhost:2380"],"clientURLs":["http://localhost:2379"]}]}"#
        + "\n", "", 0
    ),
    (
      "endpoint status -w json",
      #"[{"Endpoint":"127.0.0.1:2379","Status":{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":1,"raft_term":2},"version":"3.4.23","dbSize":20480,"leader":10276657743932975437,"raftIndex":4,"raftTerm":2,"raftAppliedIndex":4,"dbSizeInUse":16384}}]"#
        + "\n", "", 0
    ), ("put foo bar", "OK\n", "", 0), ("put foo bar2 --prev-kv", "OK\nfoo\nbar\n", "", 0),
    (
      "put a b -w json",
      #"{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"revision":4,"raft_term":2}}"#
        + "\n", "", 0
    ),
    (
      "get foo -w fields",
      "\"ClusterID\" : 14841639068965178418\n\"MemberID\" : 10276657743932975437\n\"Revision\" : 4\n\"RaftTerm\" : 2\n\"Key\" : \"foo\"\n\"CreateRevision\" : 2\n\"ModRevision\" : 3\n\"Version\" : 2\n\"Value\" : \"bar2\"\n\"Lease\" : 0\n\"More\" : false\n\"Count\" : 1\n",
      "", 0
    ), ("get foo -w table", "", "Error: table not supported as output format\n", 4),
    ("get foo -w foo", "", "Error: unsupported output format\n", 4), ("put k1 v3", "OK\n", "", 0),
    ("put k2 v1", "OK\n", "", 0),
    ("get --prefix k --sort-by=VALUE --order=DESCEND", "k1\nv3\nk2\nv1\n", "", 0),
    ("get --prefix k --sort-by=FOO", "", "Error: bad sort target FOO\n", 4),
    ("get --hex foo", "\\x66\\x6f\\x6f\n\\x62\\x61\\x72\\x32\n", "", 0),
    ("del k2 --prev-kv", "1\nk2\nv1\n", "", 0),
    ("lease timetolive 123", "lease 0000000000000123 already expired\n", "", 0),
    ("lease list", "found 0 leases\n", "", 0),
    ("lease grant abc", "", "Error: bad TTL (strconv.ParseInt: parsing \"abc\": invalid syntax)\n", 128),
    ("member add m3", "", "Error: member peer urls not provided\n", 128),
  ]

  @Test func answersAreThoseOfTheRealProgram() {
    let played = Played(
      setup: [
        "kubectl run e --image=quay.io/coreos/etcd:v3.4.23", "kubectl wait --for=condition=Ready pod/e; sleep 2",
      ], EtcdClientTests.recorded.map { "kubectl exec e -- etcdctl \($0.0)" })
    for (command, expected) in zip(played.commands, EtcdClientTests.recorded) {
      #expect(command.output == expected.1, "\(expected.0)")
      let failure = expected.3 == 0 ? "" : "command terminated with exit code \(expected.3)\n"
      #expect(command.errors == expected.2 + failure, "\(expected.0)")
      #expect(command.exit == expected.3, "\(expected.0)")
      #expect(command.notSimulated.isEmpty, "\(expected.0)")
    }
  }

  @Test func leaseTakesItsKeysAway() {
    let played = Played(
      setup: [
        "kubectl run e --image=quay.io/coreos/etcd:v3.4.23", "kubectl wait --for=condition=Ready pod/e; sleep 2",
      ],
      [
        "kubectl exec e -- sh -c 'etcdctl put --lease=$(etcdctl lease grant 10 | cut -d\" \" -f2) k v; etcdctl get k'",
        "sleep 12; kubectl exec e -- etcdctl get k -w json | grep -c kvs",
        "kubectl exec e -- etcdctl lease revoke 123",
      ])
    #expect(played[0].output == "OK\nk\nv\n")
    #expect(played[1].output == "0\n")
    #expect(
      played[2].errors.contains(
        "\"error\":\"rpc error: code = NotFound desc = etcdserver: requested lease not found\"}\n"))
    #expect(played[2].errors.contains("\nError: failed to revoke lease (etcdserver: requested lease not found)\n"))
  }
}
