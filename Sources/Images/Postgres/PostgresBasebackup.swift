// pg_basebackup: copies the data directory of a running server into an empty one.
// Source: PostgreSQL 15 manual, reference page pg_basebackup; words from the program itself.

import Postgres
import SimKernel
import SimMachine

final class BasebackupProgram: Program {
  private let release: PostgresRelease
  private var options = Options()
  private var doneAt: Instant?
  private var target: PostgresInstance?

  private struct Options {
    var directory = ""
    var parameters: [String: String] = [:]
    var recovery = false
    var progress = false
    var verbose = false
    var slot: String?
    var createsSlot = false
    var streamsLog = true
    /// The backup holds the log it needs.
    var takesLog = true
    var isFast = false
    var noPassword = false
    var label = "pg_basebackup base backup"
  }

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    if let doneAt {
      guard process.world.now >= doneAt else { return .wait([.until(doneAt, .activity)]) }
      return .exit(finish(process))
    }
    if let code = begin(process) { return .exit(code) }
    return .again
  }

  private func fail(_ process: Process, _ text: String) -> Int32 {
    process.complain("pg_basebackup: error: \(text)\n")
    return 1
  }
  private func hint(_ process: Process, _ text: String) -> Int32 {
    process.complain("\(text)\npg_basebackup: hint: Try \"pg_basebackup --help\" for more information.\n")
    return 1
  }

  private func begin(_ process: Process) -> Int32? {
    if let code = parse(process) { return code }
    guard !options.directory.isEmpty else {
      return hint(process, "pg_basebackup: error: must specify output directory or backup target")
    }
    let path = FileSystem.normalize(options.directory, in: process.workingDirectory)
    if let there = try? process.fileSystem.list(path, as: process.credentials), !there.isEmpty {
      return fail(process, "directory \"\(options.directory)\" exists but is not empty")
    }
    if !process.fileSystem.exists(path) {
      guard
        (try? process.fileSystem.makeDirectory(path, permissions: 0o700, parents: true, as: process.credentials)) != nil
      else { return fail(process, "could not create directory \"\(options.directory)\": Permission denied") }
    }
    return connect(process)
  }

  private func connect(_ process: Process) -> Int32? {
    let environment = process.environment
    var parameters = options.parameters
    for (name, variable) in [("host", "PGHOST"), ("port", "PGPORT"), ("user", "PGUSER"), ("password", "PGPASSWORD")] {
      if parameters[name] == nil, let value = environment[variable], !value.isEmpty { parameters[name] = value }
    }
    let user = parameters["user"] ?? OperatingUser.name(process)
    parameters["user"] = user
    options.parameters = parameters
    switch PostgresRoute.find(host: parameters["host"], port: parameters["port"], from: process) {
    case .failed(let message):
      process.complain("pg_basebackup: error: \(message)")
      return 1
    case .instance(let instance, let place, let from, _):
      let password = parameters["password"] ?? PasswordFile.find(parameters, process)
      if let refusal = instance.server.openReplication(user: user, password: password, from: from) {
        switch refusal {
        case .passwordNeeded:
          if !options.noPassword, process.file(0)?.isTerminal == true {
            process.note(notSimulated: "pg_basebackup: asking for a password")
            return 1
          }
          if !options.noPassword { process.complain("Password: \n") }
          return fail(process, "connection to server \(place) failed: fe_sendauth: no password supplied")
        case .refused(let error):
          return fail(process, "connection to server \(place) failed: FATAL:  \(error.message)")
        case .session: return nil
        }
      }
      if options.createsSlot, let slot = options.slot, let error = instance.server.createSlot(slot, reserve: true) {
        process.complain(
          "pg_basebackup: error: could not send replication command \"CREATE_REPLICATION_SLOT \"\(slot)\" PHYSICAL ( RESERVE_WAL)\": ERROR:  \(error.message)\n"
        )
        return removeDirectory(process)
      }
      if let slot = options.slot, instance.server.cluster.slots[slot] == nil {
        process.complain(
          "pg_basebackup: error: could not send replication command \"START_REPLICATION\": ERROR:  replication slot \"\(slot)\" does not exist\npg_basebackup: error: background process terminated unexpectedly\n"
        )
        return removeDirectory(process)
      }
      target = instance
      if options.verbose {
        process.complain("pg_basebackup: initiating base backup, waiting for checkpoint to complete\n")
      }
      // Without --checkpoint=fast the server spreads its checkpoint out.
      doneAt = process.world.now + (options.isFast ? .milliseconds(600) : .milliseconds(2_400))
      return nil
    }
  }

  private func removeDirectory(_ process: Process) -> Int32 {
    process.complain("pg_basebackup: removing data directory \"\(options.directory)\"\n")
    try? process.fileSystem.remove(
      FileSystem.normalize(options.directory, in: process.workingDirectory), directory: true, as: process.credentials)
    return 1
  }

  private func finish(_ process: Process) -> Int32 {
    guard let target, target.server.refusal == nil else {
      process.complain(
        "pg_basebackup: error: could not read COPY data: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n"
      )
      return removeDirectory(process)
    }
    let path = FileSystem.normalize(options.directory, in: process.workingDirectory)
    let timeline = target.server.cluster.timeline
    let (copy, start, end) = target.server.cluster.backUp()
    target.onCheckpoint?(
      options.isFast ? "immediate force wait" : "force wait", options.isFast ? .milliseconds(60) : .milliseconds(2_000))
    if options.verbose {
      process.complain("pg_basebackup: checkpoint completed\n")
      if options.takesLog {
        process.complain("pg_basebackup: write-ahead log start point: \(walText(start)) on timeline \(timeline)\n")
      }
      if options.streamsLog { process.complain("pg_basebackup: starting background WAL receiver\n") }
      if options.slot == nil, options.streamsLog {
        process.complain(
          "pg_basebackup: created temporary replication slot \"pg_basebackup_\(target.server.nextWorkerNumber())\"\n")
      }
      if options.createsSlot, let slot = options.slot {
        process.complain("pg_basebackup: created replication slot \"\(slot)\"\n")
      }
    }
    if options.progress { process.note(notSimulated: "pg_basebackup --progress: its figures") }
    write(process, path, copy, start, end, timeline)
    if !options.takesLog {
      process.complain(
        "NOTICE:  WAL archiving is not enabled; you must ensure that all required WAL segments are copied through other means to complete the backup\n"
      )
    }
    if options.verbose {
      if options.takesLog { process.complain("pg_basebackup: write-ahead log end point: \(walText(end))\n") }
      if options.streamsLog {
        process.complain("pg_basebackup: waiting for background process to finish streaming ...\n")
      }
      process.complain(
        "pg_basebackup: syncing data to disk ...\npg_basebackup: renaming backup_manifest.tmp to backup_manifest\npg_basebackup: base backup completed\n"
      )
    }
    return 0
  }

  private func write(
    _ process: Process, _ path: String, _ copy: Postgres.Cluster, _ start: Int64, _ end: Int64, _ timeline: Int64
  ) {
    guard let target else { return }
    let fileSystem = process.fileSystem
    let who = process.credentials
    DataDirectory.copy(from: target.directory, to: path, on: fileSystem, as: who)
    let now = process.world.civilNow
    var log = PostgresLog(release: release)
    log.zone = "UTC"
    var label =
      "START WAL LOCATION: \(walText(start)) (file \(copy.walFile(start)))\nCHECKPOINT LOCATION: \(walText(start + 0x38))\n"
    label +=
      "BACKUP METHOD: streamed\nBACKUP FROM: \(target.server.isInRecovery ? "standby" : "primary")\nSTART TIME: \(log.moment(now))\n"
    label += "LABEL: \(options.label)\nSTART TIMELINE: \(timeline)\n"
    func file(_ name: String, _ text: String) {
      try? fileSystem.write("\(path)/\(name)", Array(text.utf8), permissions: 0o600, as: who)
    }
    file("backup_label", label)
    file("backup_manifest", "")
    if options.streamsLog { file("pg_wal/\(copy.walFile(start))", "") }
    guard let inode = try? fileSystem.lookup(path) else { return }
    inode.mode = 0o700
    let store = DataStore(copy, now)
    store.state = .inProduction
    store.backup = (start, end)
    store.checkpoint = start
    inode.attachment = store
    guard options.recovery else { return }
    file("standby.signal", "")
    let parameters = options.parameters
    let home = process.environment["HOME"] ?? "/root"
    let info = ConnectionString.written(
      user: parameters["user"] ?? "", password: parameters["password"], passwordFile: home + "/.pgpass",
      host: parameters["host"], port: parameters["port"] ?? "5432", major: release.major,
      applicationName: parameters["application_name"])
    var quoted = ""
    for c in info.unicodeScalars {
      if c == "'" { quoted += "''" } else { quoted.unicodeScalars.append(c) }
    }
    var text = "primary_conninfo = '\(quoted)'\n"
    if let slot = options.slot { text += "primary_slot_name = '\(slot)'\n" }
    if let opened = try? fileSystem.open("\(path)/postgresql.auto.conf", .append, as: who) {
      _ = opened.write(Array(text.utf8)[...])
    }
  }

  private func parse(_ process: Process) -> Int32? {
    var reader = OptionReader(Array(process.arguments.dropFirst()), long: BasebackupProgram.long)
    while let item = reader.next() {
      switch item {
      case .option(let name, let value):
        switch name {
        case "pgdata": options.directory = value
        case "write-recovery-conf": options.recovery = true
        case "progress": options.progress = true
        case "verbose": options.verbose = true
        case "slot": options.slot = value
        case "create-slot": options.createsSlot = true
        case "label": options.label = value
        case "host": options.parameters["host"] = value
        case "port": options.parameters["port"] = value
        case "username": options.parameters["user"] = value
        case "dbname":
          for (key, part) in ConnectionString.parse(value) { options.parameters[key] = part }
        case "no-password": options.noPassword = true
        case "checkpoint":
          guard value == "fast" || value == "spread" else {
            return fail(process, "invalid checkpoint argument \"\(value)\", must be \"fast\" or \"spread\"")
          }
          options.isFast = value == "fast"
        case "wal-method":
          switch value {
          case "s", "stream", "f", "fetch": options.streamsLog = value.hasPrefix("s")
          case "n", "none":
            options.streamsLog = false
            options.takesLog = false
          default:
            return fail(
              process, "invalid wal-method option \"\(value)\", must be \"fetch\", \"stream\", or \"none\"")
          }
        case "format":
          if value != "p", value != "plain" {
            process.note(notSimulated: "pg_basebackup --format=\(value)")
            return 1
          }
        case "version":
          process.print(release.versionLine("pg_basebackup"))
          return 0
        case "no-sync", "no-slot", "no-clean", "no-manifest", "no-verify-checksums", "password": break
        default:
          process.note(notSimulated: "pg_basebackup --\(name)")
          return 1
        }
      case .operand(let word):
        return hint(process, "pg_basebackup: error: too many command-line arguments (first is \"\(word)\")")
      case .wrong(let words): return hint(process, "pg_basebackup: \(words)")
      }
    }
    if options.createsSlot, options.slot == nil {
      return hint(process, "pg_basebackup: error: --create-slot needs a slot to be specified using --slot")
    }
    return nil
  }

  private static let long: [OptionName] = [
    OptionName("pgdata", "D", true), OptionName("format", "F", true), OptionName("max-rate", "r", true),
    OptionName("write-recovery-conf", "R", false), OptionName("target", "t", true),
    OptionName("tablespace-mapping", "T", true), OptionName("waldir", nil, true), OptionName("wal-method", "X", true),
    OptionName("gzip", "z", false), OptionName("compress", "Z", true), OptionName("checkpoint", "c", true),
    OptionName("create-slot", "C", false), OptionName("label", "l", true), OptionName("no-clean", "n", false),
    OptionName("no-sync", "N", false), OptionName("progress", "P", false), OptionName("slot", "S", true),
    OptionName("verbose", "v", false), OptionName("version", "V", false), OptionName("no-slot", nil, false),
    OptionName("no-manifest", nil, false), OptionName("no-verify-checksums", nil, false),
    OptionName("help", "?", false), OptionName("dbname", "d", true), OptionName("host", "h", true),
    OptionName("port", "p", true), OptionName("status-interval", "s", true), OptionName("username", "U", true),
    OptionName("no-password", "w", false), OptionName("password", "W", false),
  ]
}

enum OperatingUser {
  /// Whom a client program connects as when nothing says otherwise.
  static func name(_ process: Process) -> String {
    if process.credentials.user == 0 { return "root" }
    if let bytes = try? process.fileSystem.read("/etc/passwd") {
      for line in bytes.split(separator: 10) {
        let fields = line.split(separator: 58, omittingEmptySubsequences: false)
        guard fields.count > 2, String(decoding: fields[2], as: UTF8.self) == "\(process.credentials.user)" else {
          continue
        }
        return String(decoding: fields[0], as: UTF8.self)
      }
    }
    return "postgres"
  }
}
