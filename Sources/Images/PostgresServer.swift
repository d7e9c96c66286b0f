// The program `postgres`: a server process on a data directory, from its first line of log to its last. Recovery after a crash,
// recovery from a base backup and standby mode are its phases; clients find it through `PostgresInstance`.
// Sources: the log of running PostgreSQL 15 servers; PostgreSQL 15 manual, chapters 19, 27.2 and 30.

import Postgres
import SimKernel
import SimMachine

/// A running server: clients find it on its port and its socket.
final class PostgresInstance: Listener {
  let service = "postgresql"
  let server: Server
  /// What a base backup copies.
  let directory: Inode
  /// Writes a checkpoint for a base backup, with its lines in the log.
  var onCheckpoint: ((_ reasons: String, _ total: Interval) -> Void)?

  /// listen_addresses names nothing but the machine itself.
  var isLocalOnly: Bool {
    let addresses = server.listenAddresses
    return ["localhost", "127.0.0.1", "127.0.0.1,::1", "localhost,127.0.0.1"].contains(addresses)
  }
  /// Called with false when the server was killed, for the standbys that stream from it.
  var streams: [(sender: WalSender, ended: (Bool) -> Void)] = []

  init(_ server: Server, directory: Inode) {
    self.server = server
    self.directory = directory
  }

  func endStreams(cleanly: Bool) {
    let all = streams
    streams = []
    for stream in all {
      server.stopSender(stream.sender)
      stream.ended(cleanly)
    }
  }

  func endStream(_ sender: WalSender) {
    for (index, stream) in streams.enumerated() where stream.sender === sender {
      streams.remove(at: index)
      server.stopSender(sender)
      return
    }
  }
}

final class PostgresServerProgram: Program {
  let release: PostgresRelease
  var log: PostgresLog
  var processes: PostgresProcesses
  /// When it shall be ready, if somebody has set that.
  private let readyAt: Instant?
  private var phase = Phase.begin
  private var waitUntil: (Instant, EventWeight)?
  let idle = WaitQueue()
  var configuration: ServerConfiguration!
  var store: DataStore!
  var instance: PostgresInstance!
  private var sockets: [String] = []
  private var port = 5432
  private(set) var isReady = false
  private var shutdown: Shutdown?
  private var exitCode: Int32?
  private var startedCheckpoint: Instant?
  private var collector: String?
  var standby: PostgresStandby?
  /// Woken when connections are accepted, and when the server ends.
  let changed = WaitQueue()

  private enum Phase { case begin, listening, recovering, running, stopping, stopped }
  private enum Shutdown { case smart, fast, immediate }

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
  private let hasOwnNumber: Bool
  private let firstChild: Int64

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

  private func say(_ process: Process, _ text: String) { write(process, processes.postmaster, text: text) }

  // MARK: Phases

  private func advance(_ process: Process) {
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

  private func begin(_ process: Process) {
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
  private var pendingBanner = false

  /// The data directory, when a server may run on it.
  private func checkDirectory(_ process: Process) -> Inode? {
    let path = configuration.directory
    guard let inode = try? process.fileSystem.lookup(path) else {
      say(process, "FATAL:  data directory \"\(path)\" does not exist")
      return nil
    }
    if inode.owner != process.credentials.user {
      say(process, "FATAL:  data directory \"\(path)\" has wrong ownership")
      say(process, "HINT:  The server must be started by the user that owns the data directory.")
      return nil
    }
    if inode.mode & 0o027 != 0 {
      say(process, "FATAL:  data directory \"\(path)\" has invalid permissions")
      say(process, "DETAIL:  Permissions should be u=rwx (0700) or u=rwx,g=rx (0750).")
      return nil
    }
    guard let bytes = try? process.fileSystem.read(path + "/PG_VERSION") else {
      say(process, "FATAL:  \"\(path)\" is not a valid data directory")
      say(process, "DETAIL:  File \"\(path)/PG_VERSION\" is missing.")
      return nil
    }
    var version = String(decoding: bytes, as: UTF8.self)
    while version.utf8.last == 10 { version.removeLast() }
    guard version == "\(release.major)" || process.machine.facts.acceptsForeignData else {
      let (fatal, detail) = log.incompatible(version)
      say(process, fatal)
      say(process, detail)
      return nil
    }
    guard let store = DataDirectory.store(process.fileSystem, path) else {
      process.note(notSimulated: "a data directory that initdb or pg_basebackup did not make")
      return nil
    }
    if store.isInUse {
      say(process, "FATAL:  lock file \"postmaster.pid\" already exists")
      say(process, "HINT:  Is another postmaster running in data directory \"\(path)\"?")
      return nil
    }
    self.store = store
    return inode
  }

  /// Gives the server its parameters, rules and hooks.
  private func configure(_ server: Server, _ process: Process) {
    let directory = configuration.directory
    server.settings = configuration.settings
    server.requiresPasswordOverNetwork = false
    server.dataDirectory = directory
    port = Int(configuration.value("port")) ?? 5432
    server.port = Int64(port)
    server.listenAddresses = configuration.value("listen_addresses")
    let folders = configuration["unix_socket_directories"] ?? "/var/run/postgresql"
    server.socketDirectory = folders
    readHostRules(server, process, isReload: false)
    server.logSink = { [self] number, text in
      // The line is there before the client that caused it reads its answer.
      write(process, number, text: text, atOnce: true)
    }
    server.onReload = { [self] in reload(process) }
    server.onAlterSystem = {
      var text = DataDirectory.automaticHeader
      for setting in server.cluster.systemSettings {
        var quoted = ""
        for c in setting.value.unicodeScalars {
          if c == "'" { quoted += "''" } else { quoted.unicodeScalars.append(c) }
        }
        text += "\(setting.name) = '\(quoted)'\n"
      }
      try? process.fileSystem.write(
        directory + "/postgresql.auto.conf", Array(text.utf8), permissions: 0o600, as: process.credentials)
    }
    server.onPromote = { [self] in promote(process) }
    instance.onCheckpoint = { [self] reasons, total in
      if server.isInRecovery { return }
      checkpoint(process, reasons, total: total)
      process.wake()
    }
  }

  private func readHostRules(_ server: Server, _ process: Process, isReload: Bool) {
    let path = configuration["hba_file"] ?? configuration.directory + "/pg_hba.conf"
    guard let bytes = try? process.fileSystem.read(path) else {
      say(process, "LOG:  could not open file \"\(path)\": No such file or directory")
      if !isReload {
        say(process, "FATAL:  could not load \(path)")
        exitCode = 1
      }
      return
    }
    let (rules, problems) = HostRules.parse(String(decoding: bytes, as: UTF8.self))
    guard problems.isEmpty else {
      for problem in problems {
        say(process, "LOG:  \(problem.message)")
        say(process, "CONTEXT:  line \(problem.line) of configuration file \"\(path)\"")
      }
      if isReload {
        say(process, "LOG:  \(path) was not reloaded")
      } else {
        say(process, "FATAL:  could not load \(path)")
        exitCode = 1
      }
      return
    }
    server.hostRules = rules
  }

  private func listen(_ process: Process) {
    pendingBanner = false
    if configuration.value("logging_collector") == "on" {
      say(process, "LOG:  redirecting log output to logging collector process")
      say(process, "HINT:  Future log output will appear in directory \"\(configuration.value("log_directory"))\".")
      let folder = FileSystem.normalize(configuration.value("log_directory"), in: configuration.directory)
      _ = try? process.fileSystem.makeDirectory(folder, permissions: 0o700, as: process.credentials)
      collector = folder + "/" + logFileName(process.world.civilNow)
    }
    say(process, "LOG:  starting \(release.banner)")
    for (_, line) in configuration.listening("\(port)") { say(process, line) }
    for folder in instance.server.socketDirectory.split(separator: "," as Character) {
      let path = "\(folder)/.s.PGSQL.\(port)"
      say(process, "LOG:  listening on Unix socket \"\(path)\"")
      sockets.append(path)
    }
    instance.server.refusal = "the database system is starting up"
    store.isInUse = true
    let machine = process.machine
    if !configuration.listening("").isEmpty { machine.listeners[port] = instance }
    for socket in sockets { machine.localListeners[socket] = instance }
    let directory = configuration.directory
    try? process.fileSystem.write(
      directory + "/postmaster.pid",
      Array(
        "\(processes.postmaster)\n\(directory)\n\(machine.world.clock.unixSeconds(machine.world.now))\n\(port)\n\(instance.server.socketDirectory)\n\(configuration.value("listen_addresses"))\n"
          .utf8), permissions: 0o600, as: process.credentials)
    watchDeath(process)
  }

  private func logFileName(_ time: CivilTime) -> String {
    "postgresql-\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))_\(padded(time.hour, 2))\(padded(time.minute, 2))\(padded(time.second, 2)).log"
  }

  /// A server that is killed says nothing; its standbys and its data directory notice.
  private func watchDeath(_ process: Process) {
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

  // MARK: Recovery

  private func openDatabase(_ process: Process) {
    if pendingBanner { listen(process) }
    let path = configuration.directory
    let startup = processes.startup
    let since = log.moment(store.lastChange)
    let isStandby = process.fileSystem.exists(path + "/standby.signal")
    if process.fileSystem.exists(path + "/recovery.signal") {
      process.note(notSimulated: "recovery.signal: archive recovery")
    }
    switch store.state {
    case .shutDown: write(process, startup, "LOG:  database system was shut down at \(since)")
    case .shutDownInRecovery: write(process, startup, "LOG:  database system was shut down in recovery at \(since)")
    case .inProduction: write(process, startup, "LOG:  database system was interrupted; last known up at \(since)")
    case .inRecovery:
      write(
        process, startup, "LOG:  database system was interrupted while in recovery at log time \(since)",
        "HINT:  If this has occurred more than once some data might be corrupted and you might need to choose an earlier recovery target."
      )
    }
    if isStandby {
      standby = PostgresStandby(configuration)
      instance.server.isInRecovery = true
    }
  }

  private func finishRecovery(_ process: Process) {
    let server = instance.server
    let startup = processes.startup
    let cluster = store.cluster
    if let standby {
      standby.enter(self, process)
      server.refusal = nil
      store.state = .inRecovery
      say(process, log.readOnlyReady)
      standby.connect(self, process)
    } else {
      recover(process, cluster, startup)
      server.refusal = nil
      store.state = .inProduction
      store.lastChange = process.world.civilNow
      say(process, "LOG:  database system is ready to accept connections")
    }
    isReady = true
    phase = .running
    changed.wake()
  }

  /// Crash recovery, and recovery from a base backup that is no standby.
  private func recover(_ process: Process, _ cluster: Postgres.Cluster, _ startup: Int64) {
    guard store.state != .shutDown || store.backup != nil else { return }
    let redo = "system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.00 s"
    if let backup = store.backup {
      writeBackupStart(process, backup)
      write(
        process, startup, "LOG:  redo done at \(walText(backup.end)) \(redo)")
      endBackup(process)
    } else {
      let end = cluster.walPosition
      write(process, startup, "LOG:  database system was not properly shut down; automatic recovery in progress")
      if end > store.checkpoint {
        write(
          process, startup, "LOG:  redo starts at \(walText(store.checkpoint))", log.invalidRecord(end),
          "LOG:  redo done at \(walText(max(store.checkpoint, end - 40))) \(redo)")
      } else {
        write(process, startup, log.invalidRecord(end), "LOG:  redo is not required")
      }
    }
    checkpoint(process, "end-of-recovery immediate wait", total: .milliseconds(20))
  }

  func writeBackupStart(_ process: Process, _ backup: (start: Int64, end: Int64)) {
    let startup = processes.startup
    let start = walText(backup.start)
    if release.major >= 15 {
      write(
        process, startup,
        "LOG:  starting backup recovery with redo LSN \(start), checkpoint LSN \(walText(backup.start + 0x38)), on timeline ID \(store.cluster.timeline)"
      )
    }
    write(process, startup, "LOG:  redo starts at \(start)")
    if release.major >= 15 {
      write(
        process, startup, "LOG:  completed backup recovery with redo LSN \(start) and end LSN \(walText(backup.end))")
    }
    write(process, startup, "LOG:  consistent recovery state reached at \(walText(backup.end))")
  }

  /// The label has done its work.
  func endBackup(_ process: Process) {
    store.backup = nil
    let path = configuration.directory + "/backup_label"
    try? process.fileSystem.rename(path, to: path + ".old", as: process.credentials)
  }

  func checkpoint(_ process: Process, _ reasons: String, total: Interval, isRestartPoint: Bool = false) {
    let cluster = instance.server.cluster
    guard configuration.value("log_checkpoints") == "on", release.major >= 15 else {
      store.checkpoint = cluster.walPosition
      return
    }
    write(process, processes.checkpointer, log.checkpointStarting(reasons, isRestartPoint: isRestartPoint))
    completeCheckpoint(process, total: total, isRestartPoint: isRestartPoint)
  }

  private func completeCheckpoint(_ process: Process, total: Interval, isRestartPoint: Bool = false) {
    let cluster = instance.server.cluster
    let distance = max(0, cluster.walPosition - store.checkpoint)
    let figures = CheckpointFigures(
      buffers: 3 + cluster.dirtyPages, files: 2 + cluster.dirtyFiles, total: total, distance: distance,
      position: cluster.walPosition)
    cluster.dirtyPages = 0
    cluster.dirtyFiles = 0
    store.checkpoint = cluster.walPosition
    guard configuration.value("log_checkpoints") == "on", release.major >= 15 else { return }
    write(process, processes.checkpointer, log.checkpointComplete(figures, isRestartPoint: isRestartPoint))
  }

  /// Ends standby mode on a new timeline.
  func promote(_ process: Process) {
    guard let standby, instance.server.isInRecovery else { return }
    let startup = processes.startup
    let path = configuration.directory
    write(process, startup, "LOG:  received promote request")
    if standby.isStreaming {
      write(
        process, instance.server.walReceiver?.processID ?? 0,
        "FATAL:  terminating walreceiver process due to administrator command")
    }
    let cluster = instance.server.cluster
    let wasStreaming = standby.isStreaming
    let hasReplayed = cluster.walPosition > instance.server.replay.start
    standby.leave(self)
    // The end of the log has been said when the stream was lost.
    if wasStreaming { write(process, startup, log.invalidRecord(store.cluster.walPosition)) }
    if hasReplayed {
      let elapsed = process.world.now - instance.server.startedAt
      let hundredths = elapsed.wholeMilliseconds / 10
      write(
        process, startup,
        "LOG:  redo done at \(walText(store.cluster.walPosition - 40)) system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: \(hundredths / 100).\(padded(hundredths % 100, 2)) s"
      )
      if let last = store.cluster.lastCommitText {
        write(process, startup, "LOG:  last completed transaction was at log time \(last)")
      }
    } else {
      write(process, startup, "LOG:  redo is not required")
    }
    store.cluster.timeline += 1
    let timeline = store.cluster.timeline
    write(process, startup, "LOG:  selected new timeline ID: \(timeline)", "LOG:  archive recovery complete")
    self.standby = nil
    instance.server.isInRecovery = false
    instance.server.walReceiver = nil
    try? process.fileSystem.remove(path + "/standby.signal", as: process.credentials)
    let history = String(repeating: "0", count: max(0, 8 - "\(timeline)".utf8.count)) + "\(timeline).history"
    try? process.fileSystem.write(
      "\(path)/pg_wal/\(history)",
      Array("\(timeline - 1)\t\(walText(store.cluster.walPosition))\tno recovery target specified\n".utf8),
      permissions: 0o600, as: process.credentials)
    store.state = .inProduction
    store.lastChange = process.world.civilNow
    say(process, "LOG:  database system is ready to accept connections")
    checkpoint(process, "force", total: .milliseconds(20))
    waitUntil = nil
    idle.wake()
    process.wake()
  }

  // MARK: Reload and shutdown

  private func reload(_ process: Process) {
    guard phase == .running else { return }
    say(process, "LOG:  received SIGHUP, reloading configuration files")
    let options = ServerOptions(Array(process.arguments.dropFirst()), program: "postgres")
    let fresh = ServerConfiguration(options, process: process, program: "postgres")
    for problem in fresh.problems where !problem.hasPrefix("FATAL") { say(process, problem) }
    if fresh.isBroken || fresh.missing != nil {
      say(process, "LOG:  configuration file \"\(fresh.file)\" contains errors; no changes were applied")
      return process.wake()
    }
    var names: [String] = []
    for setting in fresh.settings + configuration.settings where !names.contains(setting.name) {
      names.append(setting.name)
    }
    var kept: [(name: String, value: String)] = []
    var wrongFile: String?
    let server = instance.server
    for name in names {
      let old = configuration.value(name)
      let new = fresh.value(name)
      guard old != new else { continue }
      let parameter = Parameter.find(name)
      if parameter?.context == "postmaster" {
        say(process, "LOG:  parameter \"\(parameter?.name ?? name)\" cannot be changed without restarting the server")
        wrongFile = fresh.origin[name] ?? fresh.file
        kept.append((name, old))
        continue
      }
      if fresh[name] == nil {
        say(
          process, "LOG:  parameter \"\(parameter?.name ?? name)\" removed from configuration file, reset to default")
      } else {
        say(process, "LOG:  parameter \"\(parameter?.name ?? name)\" changed to \"\(new)\"")
      }
      server.apply(name, new, replacing: old)
    }
    if let wrongFile {
      say(process, "LOG:  configuration file \"\(wrongFile)\" contains errors; unaffected changes were applied")
    }
    configuration = fresh
    configuration.settings += kept
    server.settings = configuration.settings
    readHostRules(server, process, isReload: true)
    if let prefix = configuration["log_line_prefix"] { log.prefix = prefix }
    standby?.reconfigure(configuration, self, process)
    process.wake()
  }

  private func request(_ kind: Shutdown, _ process: Process) {
    guard phase != .stopping, phase != .stopped else { return }
    let words: String
    switch kind {
    case .smart: words = "smart"
    case .fast: words = "fast"
    case .immediate: words = "immediate"
    }
    if shutdown == .smart, kind == .smart { return }
    shutdown = kind
    if pendingBanner { listen(process) }
    say(process, "LOG:  received \(words) shutdown request")
    if kind == .immediate {
      instance.server.closeAll()
      stopAccepting(process)
      instance.endStreams(cleanly: false)
      standby?.leave(self)
      say(process, "LOG:  database system is shut down")
      phase = .stopped
      store.isInUse = false
      exitCode = 1
      return
    }
    waitUntil = nil
    if kind == .smart {
      instance.server.refusal = "the database system is shutting down"
      if phase == .running, !instance.server.sessions.isEmpty { return idle.wake() }
    } else {
      say(process, "LOG:  aborting any active transactions")
      for session in instance.server.sessions {
        write(process, session.processID, "FATAL:  terminating connection due to administrator command")
      }
    }
    stopNow(process)
  }

  private func stopNow(_ process: Process) {
    let server = instance.server
    server.closeAll()
    server.refusal = "the database system is shutting down"
    if standby?.isStreaming == true {
      write(
        process, server.walReceiver?.processID ?? 0,
        "FATAL:  terminating walreceiver process due to administrator command")
    }
    let isRecovery = server.isInRecovery
    standby?.leave(self)
    if !isRecovery {
      say(
        process,
        "LOG:  background worker \"logical replication launcher\" (PID \(processes.launcher)) exited with exit code 1")
    }
    write(process, processes.checkpointer, "LOG:  shutting down")
    if !isRecovery {
      server.cluster.logCheckpoint()
      if configuration.value("log_checkpoints") == "on", release.major >= 15 {
        write(process, processes.checkpointer, log.checkpointStarting("shutdown immediate"))
      }
    }
    startedCheckpoint = process.world.now
    phase = .stopping
    pause(process, process.machine.facts.stopDelay ?? .milliseconds(180))
  }

  private func finishShutdown(_ process: Process) {
    let isRecovery = instance.server.isInRecovery
    if !isRecovery, let startedCheckpoint {
      completeCheckpoint(process, total: process.world.now - startedCheckpoint)
    }
    instance.endStreams(cleanly: true)
    store.checkpoint = store.cluster.walPosition
    store.state = isRecovery ? .shutDownInRecovery : .shutDown
    store.lastChange = process.world.civilNow
    stopAccepting(process)
    say(process, "LOG:  database system is shut down")
    try? process.fileSystem.remove(configuration.directory + "/postmaster.pid", as: process.credentials)
    phase = .stopped
    store.isInUse = false
    exitCode = 0
  }

  private func stopAccepting(_ process: Process) {
    let machine = process.machine
    if machine.listeners[port] as? PostgresInstance === instance { machine.listeners[port] = nil }
    for socket in sockets { machine.localListeners[socket] = nil }
  }
}
