// psql at a terminal and in time: prompts, Ctrl-C, questions, pauses, shell commands and pipes. What is expected was printed by psql
// 15 on a terminal of its own (without readline).

import SimKernel
import SimMachine
import Simulator
import Testing

/// A seat at the simulated machine, with a shell in a Pod of the image.
private final class Seat {
  private let terminal: TerminalSession

  init() {
    let session = Session()
    let pod = postgresPod("db", "postgres:15", variables: [("POSTGRES_PASSWORD", "secret"), ("PGUSER", "postgres")])
    session.writeFile("db.yaml", Array(pod.utf8))
    terminal = TerminalSession(session, columns: 80, rows: 24)
    _ = terminal.run(limit: .seconds(5))
    for line in ["kubectl apply -f db.yaml", "sleep 20", "kubectl exec -it db -- bash"] { _ = type(line) }
  }

  /// Types lines one after the other, each when the one before is answered; what the screen showed.
  func type(_ lines: String...) -> String {
    _ = terminal.takeOutput()
    for line in lines {
      switch line {
      case "^C": terminal.type("\u{3}")
      case "^D": terminal.type("\u{4}")
      default: terminal.type(line + "\n")
      }
      _ = terminal.run(limit: .seconds(line.hasPrefix("sleep") ? 30 : 3))
    }
    var text = ""
    for output in terminal.takeOutput() { text += String(decoding: output.bytes, as: UTF8.self) }
    var plain = ""
    for scalar in text.unicodeScalars where scalar != "\r" { plain.unicodeScalars.append(scalar) }
    return plain
  }
}

@Suite struct PsqlTerminalTests {
  @Test func promptsFollowTheStatement() {
    let seat = Seat()
    _ = seat.type("psql")
    #expect(
      seat.type("select (1", ");")
        == "select (1\npostgres(# );\n ?column? \n----------\n        1\n(1 row)\n\npostgres=# ")
    #expect(seat.type("select 'a", "'", "^C") == "select 'a\npostgres'# '\npostgres-# ^C\npostgres=# ")
    #expect(seat.type("begin;", "select nope;", "rollback;").hasSuffix("postgres=!# rollback;\nROLLBACK\npostgres=# "))
    #expect(
      seat.type("\\if false", "select 1;", "\\endif")
        == "\\if false\npostgres@# select 1;\nquery ignored; use \\endif or Ctrl-C to exit current \\if block\n"
        + "postgres-# \\endif\npostgres=# ")
    #expect(
      seat.type("\\set PROMPT1 '%n@%/ %l%# '", "\\set PROMPT2 '%w> '", "select", "1 as a;").hasSuffix(
        "postgres@postgres 1# select\n                     > 1 as a;\n a \n---\n 1\n(1 row)\n\npostgres@postgres 1# "))
    #expect(seat.type("^D").hasPrefix("\\q\n"))
  }

  @Test func interruptsReachTheStatement() {
    let seat = Seat()
    _ = seat.type("psql -q")
    #expect(
      seat.type("select pg_sleep(1000);", "^C")
        == "select pg_sleep(1000);\n^CCancel request sent\nERROR:  canceling statement due to user request\npostgres=# "
    )
    _ = seat.type("create table t (i int);")
    #expect(
      seat.type("copy t from stdin;", "1", "^C")
        == "copy t from stdin;\n>> 1\n>> ^CERROR:  COPY from stdin failed: canceled by user\nCONTEXT:  COPY t, line 1\npostgres=# "
    )
    let watched = seat.type("select 1 as n \\watch 1", "^C")
    #expect(watched.hasSuffix(" (every 1s)\n\n n \n---\n 1\n(1 row)\n\n^C\npostgres=# "))
    #expect(watched.split(separator: "every").count == 5)
  }

  @Test func passwordsAreNotShown() {
    let seat = Seat()
    _ = seat.type("psql -q")
    #expect(
      seat.type("\\password", "new", "new", "\\prompt 'Name? ' n", "Bob", "\\echo :n")
        == "\\password\nEnter new password for user \"postgres\": \nEnter it again: \npostgres=# \\prompt 'Name? ' n\nName? Bob\n"
        + "postgres=# \\echo :n\nBob\npostgres=# ")
  }

  @Test func timeShellsAndPipesTakeTheirTurn() {
    let run = "kubectl exec db -- psql -U postgres"
    let played = Played(
      files: ["db.yaml": postgresPod("db", "postgres:15", variables: [("POSTGRES_PASSWORD", "x")])],
      setup: ["kubectl apply -f db.yaml", "sleep 20"],
      [
        "\(run) -Atc 'select 1' -c 'select pg_sleep(2)' -c 'select 2'",
        "printf 'select 1 as a\\n\\\\g |cat -n\\n\\\\echo `echo back` :USER\\n\\\\! echo shell; exit 3\\n' | kubectl exec -i db -- psql -U postgres",
        "printf '1,a\\n2,b\\n' | kubectl exec -i db -- psql -U postgres -c 'create table t (i int, n text)' -c '\\copy t from stdin csv' -c \"\\copy t to program 'tac'\"",
        "kubectl exec db -- bash -c 'psql -U postgres -qo \"|tr a-z A-Z\" -c \"select 1 as abc\"; kill -9 1; echo $?'",
        "\(run) -c 'select pg_terminate_backend(pg_backend_pid())'; kubectl get pod db --no-headers | tr -s ' '",
        "kubectl exec db -- psql 'host=localhost,127.0.0.1 port=1,5432 user=postgres application_name=x options=-cwork_mem=1MB' -Atc 'show work_mem' -c 'show application_name' -c '\\conninfo'",
        "kubectl exec db -- psql 'host=localhost nope=1'",
      ])
    #expect(played[0].output == "1\n\n2\n")
    #expect(
      played[1].output == "     1\t a \n     2\t---\n     3\t 1\n     4\t(1 row)\n     5\t\nback postgres\nshell\n")
    #expect(played[2].output == "CREATE TABLE\nCOPY 2\nCOPY 2\n2\tb\n1\ta\n")
    // A signal from inside does not end the first process of a container.
    #expect(played[3].output == " ABC \n-----\n   1\n(1 ROW)\n\n0\n")
    #expect(played[4].errors.hasPrefix("FATAL:  terminating connection due to administrator command\nserver closed"))
    #expect(played[4].output.hasPrefix("db 1/1 Running 0 "))
    #expect(
      played[5].output
        == "1MB\nx\nYou are connected to database \"postgres\" as user \"postgres\" on host \"127.0.0.1\" at port \"5432\".\n"
    )
    #expect(played[6].errors.hasPrefix("psql: error: invalid connection option \"nope\"\n"))
  }

  @Test func promptsRunCommandsAndProgramsAsk() {
    let seat = Seat()
    _ = seat.type("psql -q")
    #expect(
      seat.type("\\set PROMPT1 '%`echo a; echo b`%/> '", "\\set PROMPT1 '%/%R%# '").hasPrefix(
        "\\set PROMPT1 '%`echo a; echo b`%/> '\na"))
    _ = seat.type("\\q")
    #expect(
      seat.type("createuser --interactive", "carol", "q", "n", "y", "n").hasPrefix(
        "createuser --interactive\nEnter name of role to add: carol\nShall the new role be a superuser? (y/n) q\n"
          + "Please answer \"y\" or \"n\".\nShall the new role be a superuser? (y/n) n\n"
          + "Shall the new role be allowed to create databases? (y/n) y\n"
          + "Shall the new role be allowed to create more new roles? (y/n) n\n"))
    #expect(
      seat.type("createuser -P dave", "one", "two").contains(
        "Enter password for new role: \nEnter it again: \nPasswords didn't match.\n"))
    #expect(seat.type("psql -Atc 'select rolcreatedb from pg_roles where rolname = $$carol$$'").contains("\nt\n"))
    #expect(
      seat.type("dropuser -i carol", "n").contains(
        "Role \"carol\" will be permanently removed.\nAre you sure? (y/n) n\n"))
  }

  @Test func serversKeepTheirArgumentsAndTheirPorts() {
    let server = "kubectl exec db -- gosu postgres bash -c"
    let played = Played(
      files: ["db.yaml": postgresPod("db", "postgres:15", variables: [("POSTGRES_PASSWORD", "x")])],
      setup: ["kubectl apply -f db.yaml", "sleep 20"],
      [
        "\(server) 'initdb -D /tmp/d >/dev/null 2>&1; pg_ctl -D /tmp/d -o \"-p 7001 -k /tmp\" -l /tmp/l start'",
        "\(server) 'pg_ctl -D /tmp/d -s -l /tmp/l restart; pg_isready -h /tmp -p 7001; pg_ctl -D /tmp/d stop'",
        "\(server) 'pg_ctl -D /tmp/d -l /tmp/m start; grep -c \"Address already in use\" /tmp/m; tail -1 /tmp/m | cut -d] -f2'",
        "\(server) 'initdb -D /tmp/e -A foo; initdb -D /nowhere/e 2>&1 | tail -1'",
      ])
    #expect(played[0].output == "waiting for server to start.... done\nserver started\n")
    #expect(
      played[1].output
        == "/tmp:7001 - accepting connections\nwaiting for server to shut down.... done\nserver stopped\n")
    #expect(
      played[2].output == "waiting for server to start.... stopped waiting\n2\n LOG:  database system is shut down\n")
    #expect(played[2].errors == "pg_ctl: could not start server\nExamine the log output.\n")
    #expect(
      played[3].errors.hasPrefix("initdb: error: invalid authentication method \"foo\" for \"local\" connections\n"))
    #expect(
      played[3].output
        == "creating directory /nowhere/e ... initdb: error: could not create directory \"/nowhere\": Permission denied\n"
    )
  }
}
