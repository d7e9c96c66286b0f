// A primary and standbys in a StatefulSet: ordinal 0 is initialised, the others clone it and stream from it.

import Testing

@Suite struct PostgresReplicationTests {
  static let manifest = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: scripts}
    data:
      role.sh: |
        psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -c "CREATE ROLE repl REPLICATION LOGIN PASSWORD 'r'"
        echo "host replication repl all scram-sha-256" >> "$PGDATA/pg_hba.conf"
      clone.sh: |
        set -e
        if [ "${HOSTNAME##*-}" = 0 ] || [ -s "$PGDATA/PG_VERSION" ]; then exit 0; fi
        until pg_isready -q -h pg-0.pg; do echo waiting; sleep 2; done
        pg_basebackup -h pg-0.pg -U repl -D "$PGDATA" -R -c fast
        echo cloned
    ---

    """
    + statefulSet(
      "pg", image: "postgres:15", port: 5432,
      container: """
        env: [{name: POSTGRES_PASSWORD, value: secret}, {name: PGDATA, value: /data/pgdata}]
        readinessProbe: {exec: {command: [pg_isready, -U, postgres]}, periodSeconds: 2}
        volumeMounts:
          - {name: data, mountPath: /data}
          - {name: scripts, mountPath: /docker-entrypoint-initdb.d/role.sh, subPath: role.sh}
        """,
      pod: """
        initContainers:
          - name: clone
            image: postgres:15
            command: [bash, /scripts/clone.sh]
            env: [{name: PGPASSWORD, value: r}, {name: PGDATA, value: /data/pgdata}]
            volumeMounts:
              - {name: data, mountPath: /data}
              - {name: scripts, mountPath: /scripts}
        volumes: [{name: scripts, configMap: {name: scripts}}]
        """)
      + """
        volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}

      """

  private func sql(_ pod: Int, _ text: String) -> String {
    "kubectl exec pg-\(pod) -c pg -- psql -U postgres -Atc \"\(text)\""
  }

  @Test func standbysFollowAndArePromoted() {
    let played = Played(
      files: ["pg.yaml": PostgresReplicationTests.manifest],
      setup: ["kubectl apply -f pg.yaml", "kubectl rollout status sts/pg --timeout=200s"],
      [
        "kubectl logs pg-2 -c clone", sql(0, "create table t as select 1 as i"), sql(1, "select * from t"),
        sql(1, "insert into t values (2)"), sql(1, "select pg_is_in_recovery(), pg_last_wal_replay_lsn() is not null"),
        sql(0, "select count(*), min(state), min(sync_state) from pg_stat_replication"),
        "kubectl delete pod pg-0", "kubectl wait --for=condition=Ready pod/pg-0; sleep 6",
        "kubectl logs pg-1 -c pg | cut -d' ' -f5- | tail -12",
        sql(0, "insert into t values (3)"), sql(1, "select count(*) from t"), sql(1, "select pg_promote()"),
        sql(1, "insert into t values (4)"), sql(0, "select count(*) from t"),
        "kubectl logs pg-1 -c pg | cut -d' ' -f5- | grep -A1 timeline.ID:.2",
        sql(0, "select pg_promote()"),
      ])
    #expect(played[0].output.hasSuffix("cloned\n"))
    #expect(played[1].output == "SELECT 1\n")
    #expect(played[2].output == "1\n")
    #expect(played[3].errors.hasPrefix("ERROR:  cannot execute INSERT in a read-only transaction\n"))
    #expect(played[4].output == "t|t\n")
    #expect(played[5].output == "2|streaming|async\n")
    #expect(played[8].output.contains("LOG:  replication terminated by primary server\n"))
    #expect(played[8].output.contains("LOG:  started streaming WAL from primary at 0/"))
    #expect(played[9].output == "INSERT 0 1\n")
    #expect(played[10].output == "2\n")
    #expect(played[11].output == "t\n")
    #expect(played[12].output == "INSERT 0 1\n")
    #expect(played[13].output == "2\n")
    #expect(played[14].output == "LOG:  selected new timeline ID: 2\nLOG:  archive recovery complete\n")
    #expect(
      played[15].errors.hasPrefix(
        "ERROR:  recovery is not in progress\nHINT:  Recovery control functions can only be executed during recovery.\n"
      ))
  }
}
