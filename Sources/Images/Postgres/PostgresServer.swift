// The program `postgres`: a server process on a data directory, from its first line of log to its last. Recovery after a crash,
// recovery from a base backup and standby mode are its phases; clients find it through `PostgresInstance`.
// Sources: the log of running PostgreSQL 15 servers; PostgreSQL 15 manual, chapters 19, 27.2 and 30.
import Postgres
import SimKernel
import SimMachine

final class PostgresServerProgram: Program {
  let release: PostgresRelease
  var log: PostgresLog
  var processes: PostgresProcesses
  /// When it shall be ready, if somebody has set that.
  let readyAt: Instant?
  var phase = Phase.begin
  var waitUntil: (Instant, EventWeight)?
  let idle = WaitQueue()
  var configuration: ServerConfiguration!
  var store: DataStore!
  var instance: PostgresInstance!
  var sockets: [String] = []
  var port = 5432
  var isReady = false
  var shutdown: Shutdown?
  var exitCode: Int32?
  var startedCheckpoint: Instant?
  var collector: String?
  var standby: PostgresStandby?
  /// Woken when connections are accepted, and when the server ends.
  let changed = WaitQueue()

  enum Phase { case begin, listening, recovering, running, stopping, stopped }
  enum Shutdown { case smart, fast, immediate }

  /// - Parameters:
  ///   - first: number of the server's first child in the log
  ///   - postmaster: its own number there; nil for the process' own
  init(_ release: PostgresRelease, first: Int64 = 27, postmaster: Int64? = nil, readyAt: Instant? = nil) {
    self.release = release
    self.readyAt = readyAt
    log = PostgresLog(release: release)
    processes = PostgresProcesses(postmaster: postmaster ?? 1, first: first, major: release.major)
    hasOwnNumber = postmaster != nil
    firstChild = first
  }
  let hasOwnNumber: Bool
  let firstChild: Int64

  func resume(_ process: Process) -> Step {
    while true {
      if let (until, weight) = waitUntil, process.world.now < until {
        return .wait([.until(until, weight), .queue(idle)])
      }
      waitUntil = nil
      advance(process)
      if let exitCode {
        changed.wake()
        return .exit(exitCode)
      }
      if waitUntil == nil, phase == .running { return .wait([.queue(idle)]) }
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard phase != .begin else { return signal != .kill }
    switch signal {
    case .hangup: reload(process)
    case .terminate: request(.smart, process)
    case .interrupt: request(.fast, process)
    case .quit: request(.immediate, process)
    case .user1: if phase == .running { promote(process) }
    default: return false
    }
    return true
  }

  func pause(_ process: Process, _ interval: Interval, _ weight: EventWeight = .activity) {
    waitUntil = (process.world.now + interval, weight)
  }

  // MARK: Log

  func write(_ process: Process, _ number: Int64, _ texts: String...) {
    for text in texts { write(process, number, text: text) }
  }

  func write(_ process: Process, _ number: Int64, text: String, atOnce: Bool = false) {
    var session: ClientSession?
    if let server = instance?.server {
      for other in server.sessions where other.processID == number { session = other }
    }
    let line = log.line(process.world.civilNow, number, text, session: session)
    if let collector, let file = try? process.fileSystem.open(collector, .append, permissions: 0o600) {
      _ = file.write(Array(line.utf8)[...])
      return
    }
    if atOnce, let file = process.file(2) {
      _ = file.write(Array(line.utf8)[...])
    } else {
      process.complain(line)
    }
  }

  func say(_ process: Process, _ text: String) { write(process, processes.postmaster, text: text) }

  // MARK: Phases

  func advance(_ process: Process) {
    switch phase {
    case .begin: begin(process)
    case .listening:
      openDatabase(process)
      phase = .recovering
      pause(
        process,
        store.state == .inProduction && store.backup == nil && standby == nil
          ? .milliseconds(180) : .milliseconds(10))
    case .recovering: finishRecovery(process)
    case .running:
      if standby?.isDue(process.world.now) == true { standby?.connect(self, process) }
      if shutdown == .smart, instance.server.sessions.isEmpty { return stopNow(process) }
      if shutdown == .smart { return pause(process, .milliseconds(100), .housekeeping) }
      if let next = standby?.nextAttempt { waitUntil = (next, .housekeeping) }
    case .stopping: finishShutdown(process)
    case .stopped: break
    }
  }

  func begin(_ process: Process) {
    if !hasOwnNumber {
      processes = PostgresProcesses(
        postmaster: Int64(process.id), first: process.id == 1 ? firstChild : Int64(process.id) + 1, major: release.major
      )
    }
    let program = "postgres"
    let options = ServerOptions(Array(process.arguments.dropFirst()), program: program)
    if let reason = options.notSimulated {
      process.note(notSimulated: reason)
      exitCode = 1
      return
    }
    if options.wantsVersion {
      process.print(release.versionLine("postgres"))
      exitCode = 0
      return
    }
    if process.credentials.user == 0, options.shown == nil {
      process.complain(
        "\"root\" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.\n"
      )
      exitCode = 1
      return
    }
    if let problem = options.problem {
      process.complain(problem)
      exitCode = 1
      return
    }
    let configuration = ServerConfiguration(options, process: process, program: program)
    self.configuration = configuration
    if let missing = configuration.missing {
      process.complain(missing)
      exitCode = 2
      return
    }
    for problem in configuration.problems { say(process, problem) }
    if configuration.isBroken {
      exitCode = 1
      return
    }
    log.zone = "UTC"
    let zone = configuration.value("log_timezone")
    if !["UTC", "Etc/UTC", "GMT", "Etc/UCT", "Zulu"].contains(zone) {
      process.note(notSimulated: "log_timezone = \(zone)")
    }
    log.prefix = configuration.value("log_line_prefix")
    if configuration["log_line_prefix"] == nil { log.prefix = "%m [%p] " }
    log.sharedBuffers = max(1, configuration.number("shared_buffers"))
    if let shown = options.shown {
      guard let parameter = Parameter.find(shown) else {
        say(process, "FATAL:  unrecognized configuration parameter \"\(shown)\"")
        exitCode = 1
        return
      }
      process.print(parameter.plain(configuration.value(shown)) + "\n")
      exitCode = 0
      return
    }
    guard let directory = checkDirectory(process) else {
      exitCode = 1
      return
    }
    let server = Server(
      cluster: store.cluster, world: process.world, version: release.banner,
      versionNumber: release.number + release.clientSuffix)
    instance = PostgresInstance(server, directory: directory)
    configure(server, process)
    if let readyAt, readyAt + Interval.milliseconds(-40) > process.world.now {
      waitUntil = (readyAt + Interval.milliseconds(-40), .activity)
      phase = .listening
      pendingBanner = true
      return
    }
    pendingBanner = true
    phase = .listening
    listen(process)
    pause(process, .milliseconds(20))
  }
  var pendingBanner = false

  func listen(_ process: Process) {
    pendingBanner = false
    if configuration.value("logging_collector") == "on" {
      say(process, "LOG:  redirecting log output to logging collector process")
      say(process, "HINT:  Future log output will appear in directory \"\(configuration.value("log_directory"))\".")
      let folder = FileSystem.normalize(configuration.value("log_directory"), in: configuration.directory)
      _ = try? process.fileSystem.makeDirectory(folder, permissions: 0o700, as: process.credentials)
      collector = folder + "/" + logFileName(process.world.civilNow)
    }
    say(process, "LOG:  starting \(release.banner)")
    guard openSockets(process) else {
      say(process, "LOG:  database system is shut down")
      exitCode = 1
      return
    }
    let machine = process.machine
    instance.server.refusal = "the database system is starting up"
    store.isInUse = true
    if !configuration.listening("").isEmpty { machine.listeners[port] = instance }
    for socket in sockets { machine.localListeners[socket] = instance }
    let directory = configuration.directory
    try? process.fileSystem.write(
      directory + "/postmaster.pid",
      Array(
        "\(processes.postmaster)\n\(directory)\n\(machine.world.clock.unixSeconds(machine.world.now))\n\(port)\n\(instance.server.socketDirectory)\n\(configuration.value("listen_addresses"))\n"
          .utf8), permissions: 0o600, as: process.credentials)
    var command = "\(release.programFolder)/postgres"
    for word in process.arguments.dropFirst() { command += " \"\(word)\"" }
    try? process.fileSystem.write(
      directory + "/postmaster.opts", Array((command + "\n").utf8), permissions: 0o600, as: process.credentials)
    watchDeath(process)
  }

  /// The ports and sockets, with their lines; false when another server has them or there is no place for them.
  private func openSockets(_ process: Process) -> Bool {
    let machine = process.machine
    if machine.listeners[port] != nil, !configuration.listening("").isEmpty {
      for (address, _) in configuration.listening("\(port)") {
        let family = address.utf8.contains(58) ? "IPv6" : "IPv4"
        say(process, "LOG:  could not bind \(family) address \"\(address)\": Address already in use")
        say(
          process,
          "HINT:  Is another postmaster already running on port \(port)? If not, wait a few seconds and retry.")
      }
      say(process, "WARNING:  could not create listen socket for \"\(configuration.value("listen_addresses"))\"")
      say(process, "FATAL:  could not create any TCP/IP sockets")
      return false
    }
    for (_, line) in configuration.listening("\(port)") { say(process, line) }
    for folder in instance.server.socketDirectory.split(separator: "," as Character) {
      let path = "\(folder)/.s.PGSQL.\(port)"
      guard process.fileSystem.exists(String(folder)) else {
        say(process, "FATAL:  could not create lock file \"\(path).lock\": No such file or directory")
        return false
      }
      if machine.localListeners[path] != nil {
        say(process, "FATAL:  lock file \"\(path).lock\" already exists")
        return false
      }
      say(process, "LOG:  listening on Unix socket \"\(path)\"")
      sockets.append(path)
    }
    return true
  }

  func logFileName(_ time: CivilTime) -> String {
    "postgresql-\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))_\(padded(time.hour, 2))\(padded(time.minute, 2))\(padded(time.second, 2)).log"
  }

  /// A server that is killed says nothing; its standbys and its data directory notice.
  func watchDeath(_ process: Process) {
    process.ended.onWake { [self] in
      guard process.hasEnded else { return watchDeath(process) }
      store.isInUse = false
      guard phase != .stopped else { return }
      phase = .stopped
      standby?.leave(self)
      instance.server.closeAll()
      instance.endStreams(cleanly: false)
      changed.wake()
    }
  }
}
