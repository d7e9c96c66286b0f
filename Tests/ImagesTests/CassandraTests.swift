// Cassandra: nodes join one after the other; a node that leaves takes itself off the ring first.

import Testing

@Suite struct CassandraTests {
  static let manifest = statefulSet(
    "cassandra", image: "gcr.io/google-samples/cassandra:v13", port: 9042,
    container: """
      env:
        - {name: CASSANDRA_SEEDS, value: cassandra-0.cassandra.default.svc.cluster.local}
        - {name: CASSANDRA_CLUSTER_NAME, value: K8Demo}
        - {name: CASSANDRA_DC, value: DC1-K8Demo}
        - {name: CASSANDRA_RACK, value: Rack1-K8Demo}
      readinessProbe:
        exec: {command: [/bin/bash, -c, /ready-probe.sh]}
        initialDelaySeconds: 15
        timeoutSeconds: 5
      """, mount: "/cassandra_data")

  private func play(_ commands: [String], watch: Bool = false) -> Played {
    Played(
      files: ["c.yaml": CassandraTests.manifest],
      setup: ["kubectl apply -f c.yaml", "kubectl rollout status sts/cassandra --timeout=280s"], commands)
  }

  @Test func theRingGrowsOneNodeAtATime() {
    let played = Played(
      files: ["c.yaml": CassandraTests.manifest], setup: [],
      [
        "kubectl apply -f c.yaml",
        "for i in $(seq 1 60); do kubectl exec cassandra-0 -- nodetool status 2>/dev/null | grep -c UJ; sleep 3; done | sort -u | tail -n 1",
        "kubectl exec cassandra-0 -- nodetool status",
      ])
    #expect(played[1].output == "1\n", "never more than one node joins")
    let lines = played[2].output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "Datacenter: DC1-K8Demo")
    #expect(lines[1] == "======================")
    #expect(lines[4].hasPrefix("--  Address"))
    #expect(lines.filter { $0.hasPrefix("UN  ") }.count == 3)
  }

  @Test func aNodeLeavesBeforeItsPodGoes() {
    let played = play([
      "kubectl exec cassandra-2 -- nodetool decommission", "kubectl exec cassandra-0 -- nodetool status | grep -c UN",
      "kubectl scale sts cassandra --replicas=1; sleep 20; kubectl exec cassandra-0 -- nodetool status | grep -c DN",
    ])
    #expect(played[0].exit == 0)
    #expect(played[1].output == "2\n")
    #expect(played[2].output.hasSuffix("1\n"), "the node that only lost its pod is still in the ring")
  }

  @Test func resultsAreDrawnAsCqlshDrawsThem() {
    let played = Played(
      setup: ["kubectl run c --image=cassandra:4.1", "kubectl wait --for=condition=Ready pod/c; sleep 20"],
      [
        "kubectl exec c -- cqlsh -e \"CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}; CREATE TABLE shop.items (shelf int, id int, name text, PRIMARY KEY (shelf, id)); INSERT INTO shop.items (shelf, id, name) VALUES (1, 2, 'pear'); INSERT INTO shop.items (shelf, id, name) VALUES (1, 1, 'fig')\"",
        "kubectl exec c -- cqlsh -e 'SELECT * FROM shop.items'", "kubectl exec c -- cqlsh -e 'SELECT * FROM shop.nope'",
        "kubectl exec c -- cqlsh -e 'DESCRIBE KEYSPACES'", "kubectl exec c -- nodetool status | tail -n 2",
      ])
    #expect(played[0].output.isEmpty && played[0].exit == 0)
    #expect(
      played[1].output
        == "\n shelf | id | name\n-------+----+------\n     1 |  1 |  fig\n     1 |  2 | pear\n\n(2 rows)\n")
    #expect(
      played[2].errors.hasPrefix(
        "<stdin>:1:InvalidRequest: Error from server: code=2200 [Invalid query] message=\"table nope does not exist\"\n"
      ))
    #expect(!played[3].notSimulated.isEmpty)
  }

  @Test func rowsLieInTheOrderOfTheirTokens() {
    let played = Played(
      setup: ["kubectl run c --image=cassandra:4.1", "kubectl wait --for=condition=Ready pod/c; sleep 20"],
      [
        "printf \"CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};\\nCREATE TABLE k.t (id int PRIMARY KEY, tags set<text>, at timestamp);\\nINSERT INTO k.t (id, at) VALUES (1, '2026-01-01');INSERT INTO k.t (id) VALUES (2);INSERT INTO k.t (id) VALUES (3);INSERT INTO k.t (id) VALUES (4);INSERT INTO k.t (id, tags) VALUES (5, {'b', 'a'});\\nSELECT * FROM k.t;\\nSELECT id FROM k.t WHERE at='2026-01-01';\\n\" | kubectl exec -i c -- cqlsh",
        "kubectl exec c -- cqlsh -e 'CREATE TABLE k.u (a int, b counter, PRIMARY KEY (a))'; kubectl exec c -- cqlsh -e 'SELECT * FROM k.u'",
      ])
    #expect(
      played[0].output
        == """

         id | at                              | tags
        ----+---------------------------------+------------
          5 |                            null | {'a', 'b'}
          1 | 2026-01-01 00:00:00.000000+0000 |       null
          2 |                            null |       null
          4 |                            null |       null
          3 |                            null |       null

        (5 rows)

        """)
    #expect(
      played[0].errors.hasPrefix(
        "<stdin>:5:InvalidRequest: Error from server: code=2200 [Invalid query] message=\"Cannot execute"))
    #expect(played[1].notSimulated.count == 2, "nothing is made up about a table that was not made")
  }
}
