// docker.io/library/postgres: the official image. The entrypoint initialises an empty data directory once, runs
// docker-entrypoint-initdb.d, and starts the server, which refuses a directory of another major version. The tables are kept
// with the data directory, and so live and die with its volume.
// Source: docker-library/postgres, docker-entrypoint.sh.

import Postgres
import SimKernel
import SimMachine

package enum PostgresImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/postgres", tags: .matching { PostgresRelease(tag: $0) != nil },
      sizeBytes: { PostgresRelease(tag: $0)?.isAlpine == true ? 109_241_012 : 152 << 20 },
      pull: .milliseconds(6_200),
      configuration: { tag in
        let release = PostgresRelease(tag: tag)!
        var configuration = ImageConfiguration()
        configuration.entrypoint = ["docker-entrypoint.sh"]
        configuration.command = ["postgres"]
        configuration.stopSignal = .interrupt
        configuration.userland = release.isAlpine ? .busybox : .gnu
        configuration.environment = [
          (
            "PATH",
            release.isAlpine
              ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
              : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/\(release.major)/bin"
          ), ("LANG", release.isAlpine ? "en_US.utf8" : "en_US.utf8"), ("PG_MAJOR", "\(release.major)"),
          ("PG_VERSION", release.isAlpine ? release.number : "\(release.number)-1.pgdg120+1"),
          ("PGDATA", "/var/lib/postgresql/data"),
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = PostgresRelease(tag: tag)!
        for folder in [
          "/usr/local/bin", "/docker-entrypoint-initdb.d", "/var/lib/postgresql/data", "/var/run/postgresql",
        ] {
          _ = try? machine.fileSystem.makeDirectory(folder, parents: true)
        }
        machine.commands.register("postgres entrypoint") { PostgresEntrypoint(release) }
        machine.install("postgres entrypoint", at: "/usr/local/bin/docker-entrypoint.sh")
        machine.install("postgres entrypoint", at: "/usr/local/bin/postgres")
        PostgresClients.register(into: machine.commands, release: release)
        for name in PostgresClients.names { machine.install(name, at: "/usr/local/bin/\(name)") }
      })
  }
}

/// The first process of the container: entrypoint first, then the server.
private final class PostgresEntrypoint: Program {
  private let release: PostgresRelease
  private var log: PostgresLog
  private var phase = Phase.begin
  private var waitUntil: Instant?
  private var cluster: Postgres.Cluster?
  private var server: PostgresInstance?
  private let idle = WaitQueue()
  private var stopRequested = false
  /// The process runs something else now.
  private var handedOver = false

  private enum Phase {
    case begin, initdb, temporaryServer, scripts, temporaryStop, start, recovery, running, stopping
  }

  init(_ release: PostgresRelease) {
    self.release = release
    log = PostgresLog(release: release, dataDirectory: "/var/lib/postgresql/data")
  }

  func resume(_ process: Process) -> Step {
    while true {
      if let until = waitUntil, process.world.now < until { return .wait([.until(until, .activity)]) }
      waitUntil = nil
      if let code = advance(process) { return .exit(code) }
      if handedOver { return .again }
      if waitUntil == nil, phase == .running { return .wait([.queue(idle)]) }
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    switch signal {
    case .interrupt, .terminate, .quit:
      // bash as first process of the container (the entrypoint still initialising) does not react; the server does.
      if phase == .running, !stopRequested {
        stopRequested = true
        process.complain(log.stopping(at: process.world.civilNow, launcher: 32))
        stopAccepting(process)
        pause(process, process.machine.facts.stopDelay ?? .milliseconds(180))
        phase = .stopping
      }
      return true
    default: return false
    }
  }

  private func pause(_ process: Process, _ interval: Interval) { waitUntil = process.world.now + interval }

  /// A share of the time from start to readiness, in thousandths.
  private func share(_ process: Process, _ thousandths: Int64, of whole: Interval) -> Interval {
    Interval(nanoseconds: whole.nanoseconds / 1_000 * thousandths)
  }

  /// Time from start to ready with initialisation, and without.
  private func firstReady(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(3_400) }
  private func laterReady(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(650) }

  /// Does the current phase's work. An exit code ends the program.
  private func advance(_ process: Process) -> Int32? {
    switch phase {
    case .begin: return begin(process)
    case .initdb:
      process.print(log.initdbEnd(at: process.world.civilNow))
      writeDataDirectory(process)
      pause(process, share(process, 120, of: firstReady(process)))
      phase = .temporaryServer
    case .temporaryServer:
      process.print(log.temporaryStart(at: process.world.civilNow))
      phase = .scripts
    case .scripts:
      if let code = runScripts(process) { return code }
      pause(process, share(process, 180, of: firstReady(process)))
      phase = .temporaryStop
    case .temporaryStop:
      process.print(log.temporaryStop(at: process.world.civilNow) + PostgresLog.initialised)
      pause(process, share(process, 100, of: firstReady(process)))
      phase = .start
    case .start:
      process.complain(log.serverStart(at: process.world.civilNow))
      pause(process, .milliseconds(20))
      phase = .recovery
    case .recovery:
      let now = process.world.civilNow
      let store = dataStore(process)
      let since = store?.lastChange ?? now
      process.complain(
        cluster?.wasShutDownCleanly ?? true
          ? log.foundShutDown(at: now, since: since, process: 29)
          : log.foundInterrupted(at: now, since: since, process: 29))
      process.complain(log.ready(at: now))
      accept(process)
      phase = .running
    case .running: return nil
    case .stopping:
      process.complain(log.stopped(at: process.world.civilNow))
      cluster?.wasShutDownCleanly = true
      dataStore(process)?.lastChange = process.world.civilNow
      return 0
    }
    return nil
  }

  // MARK: Entrypoint

  private func begin(_ process: Process) -> Int32? {
    var arguments = Array(process.arguments.dropFirst())
    if process.name == "postgres" { arguments.insert("postgres", at: 0) }
    guard let first = arguments.first else { return 0 }
    if first != "postgres", first.utf8.first != 45 { return runOther(process, arguments) }
    if arguments.contains("--version") || arguments.contains("-V") {
      process.print("postgres (PostgreSQL) \(release.number)\(release.clientSuffix)\n")
      return 0
    }
    let directory = process.environment["PGDATA"] ?? "/var/lib/postgresql/data"
    log = PostgresLog(release: release, dataDirectory: directory)
    _ = try? process.fileSystem.makeDirectory(directory, permissions: 0o700, parents: true)
    guard let bytes = try? process.fileSystem.read(directory + "/PG_VERSION"), let store = dataStore(process) else {
      return initialise(process, directory)
    }
    process.print(PostgresLog.alreadyInitialised)
    let found = Int(String(decoding: bytes.filter { $0 != 10 }, as: UTF8.self)) ?? release.major
    guard found == release.major || process.machine.facts.acceptsForeignData else {
      process.complain(log.incompatible(found, at: process.world.civilNow))
      return 1
    }
    cluster = store.cluster
    pause(process, laterReady(process))
    phase = .start
    return nil
  }

  private func runOther(_ process: Process, _ arguments: [String]) -> Int32? {
    let path = process.environment["PATH"] ?? ""
    guard
      let found = process.machine.find(arguments[0], path: path, in: process.workingDirectory, as: process.credentials),
      case .program(let program) = try? process.machine.executable(
        found, in: process.workingDirectory, as: process.credentials)
    else {
      process.complain("/usr/local/bin/docker-entrypoint.sh: line 393: exec: \(arguments[0]): not found\n")
      return 127
    }
    process.become(program, arguments: arguments)
    handedOver = true
    return nil
  }

  private func initialise(_ process: Process, _ directory: String) -> Int32? {
    let password = process.environment["POSTGRES_PASSWORD"] ?? ""
    let trusts = process.environment["POSTGRES_HOST_AUTH_METHOD"] == "trust"
    if password.isEmpty, !trusts {
      process.complain(PostgresLog.missingPassword)
      return 1
    }
    if let there = try? process.fileSystem.list(directory), !there.isEmpty {
      process.print(log.initdbBeginning.prefixThroughChecksums)
      process.complain(
        "initdb: error: directory \"\(directory)\" exists but is not empty\ninitdb: hint: If you want to create a new database system, either remove or empty the directory \"\(directory)\" or run initdb with an argument other than \"\(directory)\".\n"
      )
      return 1
    }
    let user = process.environment["POSTGRES_USER"] ?? "postgres"
    process.print(log.initdbBeginning)
    cluster = Postgres.Cluster(
      majorVersion: release.major, superuser: user, password: password.isEmpty ? nil : password)
    pause(process, share(process, 560, of: firstReady(process)))
    phase = .initdb
    return nil
  }

  /// What `ls` shows in a data directory, with the tables attached to it.
  private func writeDataDirectory(_ process: Process) {
    let directory = log.dataDirectory
    for name in [
      "base", "global", "pg_commit_ts", "pg_dynshmem", "pg_logical", "pg_multixact", "pg_notify", "pg_replslot",
      "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase", "pg_wal",
      "pg_xact",
    ] {
      _ = try? process.fileSystem.makeDirectory("\(directory)/\(name)", permissions: 0o700)
    }
    try? process.fileSystem.write("\(directory)/PG_VERSION", Array("\(release.major)\n".utf8), permissions: 0o600)
    for name in ["pg_hba.conf", "pg_ident.conf", "postgresql.auto.conf", "postgresql.conf"] {
      try? process.fileSystem.write("\(directory)/\(name)", [], permissions: 0o600)
    }
    if let inode = try? process.fileSystem.lookup(directory), let cluster {
      inode.attachment = DataStore(cluster, process.world.civilNow)
    }
  }

  private func dataStore(_ process: Process) -> DataStore? {
    (try? process.fileSystem.lookup(log.dataDirectory))?.attachment as? DataStore
  }

  /// Creates the database and runs docker-entrypoint-initdb.d, in the order of names.
  private func runScripts(_ process: Process) -> Int32? {
    guard let cluster else { return 1 }
    let user = process.environment["POSTGRES_USER"] ?? "postgres"
    let database = process.environment["POSTGRES_DB"] ?? user
    let runner = makeServer(process, cluster)
    if database != "postgres" {
      _ = runner.runScript("CREATE DATABASE \"\(database)\";", file: nil, database: "postgres", user: user)
      process.print("CREATE DATABASE\n\n")
    }
    process.print("\n")
    let folder = "/docker-entrypoint-initdb.d"
    let script = "/usr/local/bin/docker-entrypoint.sh"
    var names: [String] = []
    for name in (try? process.fileSystem.list(folder)) ?? [] where name.utf8.first != 46 { names.append(name) }
    if names.isEmpty { process.print("\(script): ignoring \(folder)/*\n\n") }
    for name in names.sorted() {
      let path = "\(folder)/\(name)"
      guard name.hasSuffix(".sql") else {
        if name.hasSuffix(".sh") || name.hasSuffix(".gz") || name.hasSuffix(".xz") || name.hasSuffix(".zst") {
          process.note(notSimulated: "image postgres: \(path)")
        }
        process.print("\(script): ignoring \(path)\n\n")
        continue
      }
      let text = String(decoding: (try? process.fileSystem.read(path)) ?? [], as: UTF8.self)
      process.print("\(script): running \(path)\n")
      let result = runner.runScript(text, file: path, database: database, user: user)
      for reason in result.notSimulated { process.note(notSimulated: "\(path): \(reason)") }
      process.print(result.output)
      process.complain(result.errors)
      if result.exitCode != 0 { return result.exitCode }
      process.print("\n\n")
    }
    return nil
  }

  // MARK: Server

  private func makeServer(_ process: Process, _ cluster: Postgres.Cluster) -> PostgresInstance {
    PostgresInstance(cluster, world: process.world, release: release)
  }

  private func accept(_ process: Process) {
    guard let cluster else { return }
    let made = makeServer(process, cluster)
    cluster.wasShutDownCleanly = false
    server = made
    process.machine.listeners[5432] = made
    process.machine.localListeners["/var/run/postgresql/.s.PGSQL.5432"] = made
  }

  private func stopAccepting(_ process: Process) {
    server?.shutDown()
    process.machine.listeners[5432] = nil
    process.machine.localListeners["/var/run/postgresql/.s.PGSQL.5432"] = nil
  }
}

/// A data directory's tables, and when they were last written to.
private final class DataStore {
  let cluster: Postgres.Cluster
  var lastChange: CivilTime

  init(_ cluster: Postgres.Cluster, _ lastChange: CivilTime) {
    self.cluster = cluster
    self.lastChange = lastChange
  }
}

extension String {
  /// initdb's words up to the point where it looks at the directory.
  fileprivate var prefixThroughChecksums: String {
    var out = ""
    for line in split(separator: "\n" as Character, omittingEmptySubsequences: false) {
      if line.hasPrefix("fixing") { break }
      out += line + "\n"
    }
    return out
  }
}
