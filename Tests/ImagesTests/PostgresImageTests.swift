// The postgres image: its entrypoint's ways to start and to fail, its log, who may connect, what a claim keeps.

import Testing

/// A Pod of the image with a volume of its own and, when asked for, a ConfigMap.
func postgresPod(
  _ name: String, _ image: String = "postgres:15-alpine", variables: [(String, String)] = [], arguments: String = "",
  configuration: (path: String, mode: String)? = nil
) -> String {
  var text = """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name)}
    spec:
      restartPolicy: Never
      containers:
        - name: postgres
          image: \(image)
          args: [\(arguments)]
          env:
            - {name: TZ, value: UTC}

    """
  for (key, value) in variables { text += "        - {name: \(key), value: \"\(value)\"}\n" }
  if let configuration {
    text += "      volumeMounts: [{name: files, mountPath: \(configuration.path)}]\n"
    text += "  volumes:\n    - {name: files, configMap: {name: files, defaultMode: \(configuration.mode)}}\n"
  }
  return text + "---\n"
}

@Suite struct PostgresImageTests {
  static let files = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: files}
    data:
      01-table.sql: |
        create table a (i int);
        insert into a values (1);
      02-shell.sh: |
        echo "in $POSTGRES_DB"
        psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c 'select * from a'
      note.txt: nothing
      postgresql.conf: |
        listen_addresses = '*'
        max_connections = 6
        log_statement = all
    ---

    """

  /// The cluster is made for en_US.utf8, whose order Debian's C library knows (printed by PostgreSQL 15 with that locale) and Alpine's
  /// does not. The data directory need not be where the image has it.
  @Test func textsStandInTheOrderOfTheLanguage() {
    let variables = [("POSTGRES_PASSWORD", "x"), ("PGDATA", "/data/pg")]
    let words = "'Zoé','Écran','clavier','Souris','souris','élan','coeur','cœur','co-op','a b','ab','AB','_x','10','日本'"
    let list = "select string_agg(x, '|' order by x) from unnest(array[\(words)]) x"
    func ask(_ pod: String, _ query: String) -> String { "kubectl exec \(pod) -- psql -U postgres -Atc \"\(query)\"" }
    let played = Played(
      files: [
        "a.yaml": postgresPod("deb", "postgres:15", variables: variables),
        "b.yaml": postgresPod("alp", variables: variables),
      ],
      setup: ["kubectl apply -f a.yaml -f b.yaml", "sleep 20"],
      [
        ask("deb", list), ask("alp", list),
        ask("deb", "select 'a' < 'B', 'Z' < 'a', 'a' < 'B' collate \\\"C\\\", max(x) from (values ('b'), ('A')) t(x)"),
        ask("deb", "select relname from pg_class where relname in ('pg_class', 'pg_type') order by 1"),
        "kubectl exec deb -- cat /data/pg/postmaster.opts", "kubectl exec deb -- sh -c 'ls /data/pg | sed -n 17,19p'",
        "kubectl exec deb -- bash -c 'printf \"b\\nA\\na\\n_c\\n\" | sort | xargs; printf \"b\\nA\\na\\n\" | LC_ALL=C sort | xargs'",
        ask(
          "deb",
          "set search_path to public; show datestyle; select date '2024-02-01'; set datestyle to german; select date '2024-02-01'; reset all; select date '2024-02-01'"
        ),
        ask(
          "deb",
          "create table o (a text collate \\\"C\\\", b text); insert into o values ('b','b'), ('A','A'), ('a','a'), ('B','B'); select string_agg(a, '' order by a), string_agg(b, '' order by b), max(a), max(b), max(case when a = 'a' then 'Z' else a end), count(*) filter (where a < b || 'A') from o"
        ),
      ])
    #expect(played[0].output == "10|a b|ab|AB|clavier|coeur|cœur|co-op|Écran|élan|souris|Souris|_x|Zoé|日本\n")
    #expect(played[1].output == "10|AB|Souris|Zoé|_x|a b|ab|clavier|co-op|coeur|cœur|souris|Écran|élan|日本\n")
    #expect(played[2].output == "t|f|f|b\n")
    #expect(played[3].output == "pg_class\npg_type\n")
    // What postgresql.conf says is what sessions begin with and RESET goes back to.
    #expect(played[7].output == "SET\nISO, MDY\n2024-02-01\nSET\n01.02.2024\nRESET\n2024-02-01\n")
    // A column's own order goes with its values.
    #expect(played[8].output == "CREATE TABLE\nINSERT 0 4\nABab|aAbB|b|B|b|4\n")
    #expect(played[5].output == "pg_twophase\nPG_VERSION\npg_wal\n")
    #expect(played[6].output == "a A b _c\nA a b\n")
    #expect(played[4].output == "/usr/lib/postgresql/15/bin/postgres\n")
  }

  @Test func theFirstCommandFindsTheDevices() {
    let played = Played(
      files: ["a.yaml": postgresPod("db", variables: [("POSTGRES_PASSWORD", "x")])],
      setup: ["kubectl apply -f a.yaml", "sleep 20"],
      ["kubectl exec db -- psql -U postgres -At -c '\\o /dev/null' -c 'select 1' -c '\\o' -c 'select 2'"])
    #expect(played[0].output == "2\n")
    #expect(played[0].errors == "")
  }

  @Test func theEntrypointRefusesWhatItCannotWorkWith() {
    let played = Played(
      files: [
        "all.yaml": PostgresImageTests.files + postgresPod("bare")
          + postgresPod("both", variables: [("POSTGRES_PASSWORD", "x"), ("POSTGRES_PASSWORD_FILE", "/etc/pw")])
          + postgresPod("wrong", variables: [("POSTGRES_PASSWORD", "x")], arguments: "-c, foo=1")
          + postgresPod("other", arguments: "nope") + postgresPod("version", "postgres:17", arguments: "postgres, -V")
          + postgresPod("shell", arguments: "sh, -c, 'echo hi; psql --version'")
      ], setup: ["kubectl apply -f all.yaml", "sleep 40"],
      [
        "kubectl logs bare | head -1", "kubectl logs both", "kubectl logs wrong | tail -1 | cut -d' ' -f3-",
        "kubectl logs other", "kubectl logs version", "kubectl logs shell",
      ])
    #expect(
      played[0].output == "Error: Database is uninitialized and superuser password is not specified.\n")
    #expect(
      played[1].output == "error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)\n")
    #expect(played[2].output == "GMT [40] FATAL:  unrecognized configuration parameter \"foo\"\n")
    #expect(played[3].output == "/usr/local/bin/docker-entrypoint.sh: line 351: exec: nope: not found\n")
    #expect(played[4].output == "postgres (PostgreSQL) 17.5 (Debian 17.5-1.pgdg120+1)\n")
    #expect(played[5].output == "hi\npsql (PostgreSQL) 15.13\n")
  }

  @Test func scriptsRunOnceInAFreshDirectory() {
    let played = Played(
      files: [
        "all.yaml": PostgresImageTests.files
          + postgresPod(
            "db", variables: [("POSTGRES_PASSWORD", "x"), ("POSTGRES_DB", "shop")],
            configuration: ("/docker-entrypoint-initdb.d", "0644"))
      ], setup: ["kubectl apply -f all.yaml", "kubectl wait --for=condition=Ready pod/db", "sleep 5"],
      [
        "kubectl logs db | grep -A5 entrypoint.sh", "kubectl exec db -- psql -U postgres shop -Atc 'select * from a'",
        "kubectl exec db -- sh -c 'cd $PGDATA; cat PG_VERSION; stat -c \"%a %U\" .; grep -c . pg_hba.conf'",
      ])
    let script = "/usr/local/bin/docker-entrypoint.sh:"
    let folder = "/docker-entrypoint-initdb.d"
    #expect(played[0].output.contains("\(script) running \(folder)/01-table.sql\nCREATE TABLE\nINSERT 0 1\n\n\n"))
    #expect(
      played[0].output.contains(
        "\(script) sourcing \(folder)/02-shell.sh\nin shop\n i \n---\n 1\n(1 row)\n"))
    #expect(played[0].output.contains("\(script) ignoring \(folder)/note.txt\n"))
    #expect(played[1].output == "1\n")
    #expect(played[2].output.hasPrefix("15\n700 postgres\n"))
  }

  @Test func clientsAreAskedForWhoTheyAre() {
    let client = "kubectl run c --rm -i --restart=Never --image=postgres:15-alpine"
    let played = Played(
      files: [
        "db.yaml": statefulSet(
          "db", replicas: 1, image: "postgres:15-alpine", port: 5432,
          container: """
            env: [{name: POSTGRES_PASSWORD, value: secret}]
            readinessProbe: {exec: {command: [pg_isready, -U, postgres]}, periodSeconds: 2}
            """)
      ], setup: ["kubectl apply -f db.yaml", "kubectl rollout status sts/db"],
      [
        "\(client) --env=PGPASSWORD=secret -- psql -h db-0.db -U postgres -Atc 'select 1'",
        "\(client) --env=PGPASSWORD=bad -- psql -h db -U postgres -c 'select 1' 2>&1 | sed 's/([0-9.]*)/(A)/'",
        "\(client) -- psql -w -h db -U postgres -c 'select 1' 2>&1 | sed 's/([0-9.]*)/(A)/'",
        "kubectl exec db-0 -- psql -c 'select 1'", "kubectl exec db-0 -- psql -U postgres nodb",
        "kubectl exec db-0 -- psql -U postgres -h nowhere", "kubectl logs db-0 | tail -5 | cut -d' ' -f5-",
      ])
    #expect(played[0].output.hasPrefix("1\n"))
    #expect(
      played[1].output.hasPrefix(
        "psql: error: connection to server at \"db\" (A), port 5432 failed: FATAL:  password authentication failed for user \"postgres\"\n"
      ))
    #expect(
      played[2].output.hasPrefix(
        "psql: error: connection to server at \"db\" (A), port 5432 failed: fe_sendauth: no password supplied\n"))
    #expect(played[3].errors.hasSuffix("FATAL:  role \"root\" does not exist\ncommand terminated with exit code 2\n"))
    #expect(
      played[4].errors.hasSuffix("FATAL:  database \"nodb\" does not exist\ncommand terminated with exit code 2\n"))
    #expect(played[5].errors.contains("could not translate host name \"nowhere\" to address: Name does not resolve\n"))
    #expect(
      played[6].output.contains(
        "FATAL:  password authentication failed for user \"postgres\"\n[")
        || played[6].output.contains("FATAL:  role \"root\" does not exist\n"))
    #expect(played[6].output.contains("FATAL:  database \"nodb\" does not exist\n"))
  }

  @Test func aConfigurationFileIsObeyed() {
    let played = Played(
      files: [
        "all.yaml": PostgresImageTests.files
          + postgresPod(
            "db", "postgres:16", variables: [("POSTGRES_PASSWORD", "x")],
            arguments: "-c, config_file=/etc/files/postgresql.conf, -c, work_mem=8MB",
            configuration: ("/etc/files", "0644"))
      ], setup: ["kubectl apply -f all.yaml", "kubectl wait --for=condition=Ready pod/db", "sleep 8"],
      [
        "kubectl exec db -- psql -U postgres -Atc 'show max_connections' -c 'show work_mem' -c 'select 1/0'",
        "kubectl logs db --tail=5 | cut -d' ' -f5-",
        "kubectl exec db -- psql -U postgres -Atc \"alter system set work_mem = '16MB'\" -c 'select pg_reload_conf()' -c 'show work_mem'",
        "kubectl exec db -- tail -1 /var/lib/postgresql/data/postgresql.auto.conf",
        "kubectl exec db -- gosu postgres pg_ctl status | head -1",
      ])
    #expect(played[0].output == "6\n8MB\n")
    #expect(
      played[1].output
        == "LOG:  statement: show max_connections\nLOG:  statement: show work_mem\nLOG:  statement: select 1/0\nERROR:  division by zero\nSTATEMENT:  select 1/0\n"
    )
    // The command line wins over postgresql.auto.conf.
    #expect(played[2].output == "ALTER SYSTEM\nt\n8MB\n")
    #expect(played[3].output == "work_mem = '16MB'\n")
    #expect(played[4].output == "pg_ctl: server is running (PID: 1)\n")
  }

  @Test func aDumpIsRestoredAndACrashRecoveredFrom() {
    let played = Played(
      files: [
        "db.yaml": statefulSet(
          "db", replicas: 1, image: "postgres:15", port: 5432,
          container: """
            env: [{name: POSTGRES_PASSWORD, value: secret}, {name: PGDATA, value: /data/pg}]
            readinessProbe: {exec: {command: [pg_isready, -U, postgres]}, periodSeconds: 2}
            """, mount: "/data")
      ], setup: ["kubectl apply -f db.yaml", "kubectl rollout status sts/db"],
      [
        "kubectl exec db-0 -- psql -U postgres -qc 'create table t (i serial, n text)' -c \"insert into t (n) values ('a'), ('b')\"",
        "kubectl exec db-0 -- pg_dump -U postgres postgres > b.sql; kubectl exec db-0 -- createdb -U postgres copy",
        "kubectl exec -i db-0 -- psql -q -U postgres copy < b.sql; kubectl exec db-0 -- psql -U postgres copy -Atc 'table t'",
        "kubectl exec db-0 -- pg_dump -U postgres -Fc postgres > b.dump; kubectl exec db-0 -- createdb -U postgres c2; kubectl exec -i db-0 -- pg_restore -U postgres -d c2 < b.dump; kubectl exec db-0 -- psql -U postgres c2 -Atc 'table t'",
        "kubectl exec db-0 -- gosu postgres pg_ctl stop -m immediate; sleep 15",
        "kubectl logs db-0 -p | tail -2 | cut -d' ' -f5-", "kubectl logs db-0 | cut -d' ' -f5- | grep -A2 interrupted",
        "kubectl exec db-0 -- psql -U postgres -Atc 'table t'",
      ])
    #expect(
      played[2].output == " set_config \n------------\n \n(1 row)\n\n setval \n--------\n      2\n(1 row)\n\n1|a\n2|b\n"
    )
    #expect(played[3].output == "1|a\n2|b\n")
    #expect(
      played[5].output == "LOG:  received immediate shutdown request\nLOG:  database system is shut down\n")
    #expect(
      played[6].output.hasPrefix("LOG:  database system was interrupted; last known up at ")
        && played[6].output.contains(
          "\nLOG:  database system was not properly shut down; automatic recovery in progress\nLOG:  redo starts at 0/")
    )
    #expect(played[7].output == "1|a\n2|b\n")
  }
}
