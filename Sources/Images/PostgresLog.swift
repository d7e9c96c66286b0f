// The words of the image's entrypoint, of initdb and of the server's log. Sources: docker-library/postgres
// docker-entrypoint.sh, PostgreSQL's initdb.c, postmaster.c, xlog.c. Timings in checkpoint lines and positions in the log are
// of the kind that differs on every machine; here they are always the same.

import SimKernel

struct PostgresLog {
  let release: PostgresRelease
  let dataDirectory: String

  static let missingPassword = """
    Error: Database is uninitialized and superuser password is not specified.
           You must specify POSTGRES_PASSWORD to a non-empty value for the
           superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

           You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
           connections without a password. This is *not* recommended.

           See PostgreSQL documentation about "trust":
           https://www.postgresql.org/docs/current/auth-trust.html

    """

  static let alreadyInitialised =
    "\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n"

  static let initialised = "\nPostgreSQL init process complete; ready for start up.\n\n"

  /// What initdb prints before it writes anything.
  var initdbBeginning: String {
    """
    The files belonging to this database system will be owned by user "postgres".
    This user must also own the server process.

    The database cluster will be initialized with locale "en_US.utf8".
    The default database encoding has accordingly been set to "UTF8".
    The default text search configuration will be set to "english".

    Data page checksums are disabled.

    fixing permissions on existing directory \(dataDirectory) ... ok
    creating subdirectories ... ok
    selecting dynamic shared memory implementation ... posix
    selecting default max_connections ... 100
    selecting default shared_buffers ... 128MB
    selecting default time zone ... \(release.isAlpine ? "UTC" : "Etc/UTC")
    creating configuration files ... ok
    running bootstrap script ... ok

    """
  }

  /// initdb from its second half to the start of the temporary server.
  func initdbEnd(at time: CivilTime) -> String {
    var text = ""
    if release.isAlpine {
      text += "sh: locale: not found\n" + stamp(time, 35) + "WARNING:  no usable system locales were found\n"
    }
    text += """
      performing post-bootstrap initialization ... ok
      syncing data to disk ... ok


      Success. You can now start the database server using:

          pg_ctl -D \(dataDirectory) -l logfile start

      initdb: warning: enabling "trust" authentication for local connections

      """
    text +=
      release.major >= 15
      ? "initdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.\n"
      : "You can change this by editing pg_hba.conf or using the option -A, or\n--auth-local and --auth-host, the next time you run initdb.\n"
    return text
  }

  func stamp(_ time: CivilTime, _ process: Int) -> String {
    "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2)) \(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2)).\(padded(time.nanosecond / 1_000_000, 3)) UTC [\(process)] "
  }

  private func moment(_ time: CivilTime) -> String {
    "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2)) \(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2)) UTC"
  }

  private func log(_ time: CivilTime, _ process: Int, _ message: String) -> String {
    stamp(time, process) + "LOG:  \(message)\n"
  }

  /// The temporary server that runs the initialisation scripts, from start to ready.
  func temporaryStart(at time: CivilTime) -> String {
    "waiting for server to start...." + log(time, 41, "starting \(release.banner)")
      + log(time, 41, "listening on Unix socket \"/var/run/postgresql/.s.PGSQL.5432\"")
      + log(time, 44, "database system was shut down at \(moment(time))")
      + log(time, 41, "database system is ready to accept connections") + " done\nserver started\n"
  }

  func temporaryStop(at time: CivilTime) -> String {
    "waiting for server to shut down...." + log(time, 41, "received fast shutdown request")
      + log(time, 41, "aborting any active transactions")
      + log(time, 41, "background worker \"logical replication launcher\" (PID 47) exited with exit code 1")
      + log(time, 42, "shutting down") + checkpoint(time, 42, "shutdown immediate", buffers: 918, percent: "5.6")
      + log(time, 41, "database system is shut down") + " done\nserver stopped\n"
  }

  private func checkpoint(_ time: CivilTime, _ process: Int, _ why: String, buffers: Int, percent: String) -> String {
    guard release.major >= 15 else { return "" }
    return log(time, process, "checkpoint starting: \(why)")
      + log(
        time, process,
        "checkpoint complete: wrote \(buffers) buffers (\(percent)%); 0 WAL file(s) added, 0 removed, 0 recycled; write=0.011 s, sync=0.052 s, total=0.071 s; sync files=\(buffers > 100 ? 250 : 3), longest=0.009 s, average=0.002 s; distance=\(buffers > 100 ? 4226 : 0) kB, estimate=\(buffers > 100 ? 4226 : 0) kB"
      )
  }

  /// The server proper, up to the line about the state it finds its data in.
  func serverStart(at time: CivilTime) -> String {
    log(time, 1, "starting \(release.banner)") + log(time, 1, "listening on IPv4 address \"0.0.0.0\", port 5432")
      + log(time, 1, "listening on IPv6 address \"::\", port 5432")
      + log(time, 1, "listening on Unix socket \"/var/run/postgresql/.s.PGSQL.5432\"")
  }

  func foundShutDown(at time: CivilTime, since: CivilTime, process: Int) -> String {
    log(time, process, "database system was shut down at \(moment(since))")
  }

  func foundInterrupted(at time: CivilTime, since: CivilTime, process: Int) -> String {
    log(time, process, "database system was interrupted; last known up at \(moment(since))")
      + log(time, process, "database system was not properly shut down; automatic recovery in progress")
      + log(time, process, "redo starts at 0/1951C28")
      + log(time, process, "invalid record length at 0/1951D10: wanted 24, got 0")
      + log(
        time, process, "redo done at 0/1951CD8 system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.00 s")
      + checkpoint(time, process - 1, "end-of-recovery immediate wait", buffers: 5, percent: "0.0")
  }

  func ready(at time: CivilTime) -> String { log(time, 1, "database system is ready to accept connections") }

  func stopping(at time: CivilTime, launcher: Int) -> String {
    log(time, 1, "received fast shutdown request") + log(time, 1, "aborting any active transactions")
      + log(time, 1, "background worker \"logical replication launcher\" (PID \(launcher)) exited with exit code 1")
      + log(time, launcher - 5, "shutting down")
      + checkpoint(time, launcher - 5, "shutdown immediate", buffers: 5, percent: "0.0")
  }

  func stopped(at time: CivilTime) -> String { log(time, 1, "database system is shut down") }

  /// The refusal of a data directory of another major version.
  func incompatible(_ found: Int, at time: CivilTime) -> String {
    stamp(time, 1) + "FATAL:  database files are incompatible with server\n" + stamp(time, 1)
      + "DETAIL:  The data directory was initialized by PostgreSQL version \(found), which is not compatible with this version \(release.number)\(release.clientSuffix).\n"
  }
}
