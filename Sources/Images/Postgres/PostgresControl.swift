// pg_ctl: starts, stops, reloads and promotes the server of a data directory of the same machine.
// Source: PostgreSQL 15 manual, reference page pg_ctl; words from the program itself.

import Postgres
import SimKernel
import SimMachine

final class PostgresControlProgram: Program {
  private let release: PostgresRelease
  private var command = ""
  private var directory = ""
  private var mode = "fast"
  private var logFile: String?
  private var serverOptions: [String] = []
  private var isSilent = false
  private var waits = true
  private var timeout: Int64 = 60
  private var phase = Phase.begin
  private var deadline: Instant = .start
  private var nextDot: Instant = .start
  private var program: PostgresServerProgram?
  private var server: Process?

  private enum Phase { case begin, stopping, starting, promoting }

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    switch phase {
    case .begin:
      if let code = parse(process) { return .exit(code) }
      return begin(process)
    case .stopping: return waitForStop(process)
    case .starting: return waitForStart(process)
    case .promoting: return waitForPromotion(process)
    }
  }

  private func say(_ process: Process, _ text: String) { if !isSilent { process.print(text) } }

  private func fail(_ process: Process, _ text: String, _ code: Int32 = 1) -> Int32 {
    process.complain(text)
    return code
  }
  private static let more = "Try \"pg_ctl --help\" for more information.\n"

  private func parse(_ process: Process) -> Int32? {
    var reader = OptionReader(Array(process.arguments.dropFirst()), long: PostgresControlProgram.long)
    while let item = reader.next() {
      switch item {
      case .option(let name, let value):
        switch name {
        case "pgdata": directory = value
        case "log": logFile = value
        case "mode":
          guard ["s", "smart", "f", "fast", "i", "immediate"].contains(value) else {
            return fail(
              process, "pg_ctl: unrecognized shutdown mode \"\(value)\"\n" + PostgresControlProgram.more)
          }
          mode = value.hasPrefix("s") ? "smart" : value.hasPrefix("f") ? "fast" : "immediate"
        case "options": serverOptions += ShellWords.split(value)
        case "silent": isSilent = true
        case "timeout": timeout = Int64(value) ?? 60
        case "wait": waits = true
        case "no-wait": waits = false
        case "version":
          process.print(release.versionLine("pg_ctl"))
          return 0
        default:
          process.note(notSimulated: "pg_ctl --\(name)")
          return 1
        }
      case .operand(let word):
        if command == "kill" { continue }
        if !command.isEmpty {
          return fail(
            process, "pg_ctl: too many command-line arguments (first is \"\(word)\")\n" + PostgresControlProgram.more)
        }
        command = word
      case .wrong(let words): return fail(process, "pg_ctl: \(words)\n" + PostgresControlProgram.more)
      }
    }
    if process.credentials.user == 0 {
      return fail(
        process,
        "pg_ctl: cannot be run as root\nPlease log in (using, e.g., \"su\") as the (unprivileged) user that will\nown the server process.\n"
      )
    }
    if command.isEmpty { return fail(process, "pg_ctl: no operation specified\n" + PostgresControlProgram.more) }
    let known = ["start", "stop", "restart", "reload", "promote", "status", "init", "initdb", "logrotate", "kill"]
    guard known.contains(command) else {
      return fail(process, "pg_ctl: unrecognized operation mode \"\(command)\"\n" + PostgresControlProgram.more)
    }
    if ["init", "initdb", "logrotate", "kill"].contains(command) {
      process.note(notSimulated: "pg_ctl \(command)")
      return 1
    }
    if directory.isEmpty { directory = process.environment["PGDATA"] ?? "" }
    if directory.isEmpty {
      return fail(
        process,
        "pg_ctl: no database directory specified and environment variable PGDATA unset\n"
          + PostgresControlProgram.more)
    }
    return nil
  }

  private func absolute(_ process: Process) -> String {
    FileSystem.normalize(directory, in: process.workingDirectory)
  }

  /// The server's process, by postmaster.pid.
  private func running(_ process: Process) -> Process? {
    guard let bytes = try? process.fileSystem.read(absolute(process) + "/postmaster.pid"),
      let number = Int(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self))
    else { return nil }
    return process.machine.process(number)
  }

  private func begin(_ process: Process) -> Step {
    let path = absolute(process)
    guard process.fileSystem.exists(path) else {
      return .exit(fail(process, "pg_ctl: directory \"\(directory)\" does not exist\n", command == "status" ? 4 : 1))
    }
    guard process.fileSystem.exists(path + "/PG_VERSION") else {
      return .exit(
        fail(
          process, "pg_ctl: directory \"\(directory)\" is not a database cluster directory\n",
          command == "status" ? 4 : 1))
    }
    let found = running(process)
    deadline = process.world.now + .seconds(timeout)
    switch command {
    case "status":
      guard let found else {
        say(process, "pg_ctl: no server running\n")
        return .exit(3)
      }
      say(process, "pg_ctl: server is running (PID: \(found.id))\n\(release.programFolder)/postgres")
      for word in found.arguments.dropFirst() { say(process, " \"\(word)\"") }
      say(process, "\n")
      return .exit(0)
    case "start":
      if found != nil { process.complain("pg_ctl: another server might be running; trying to start server anyway\n") }
      return start(process)
    case "stop", "restart":
      guard let found else {
        process.complain("pg_ctl: PID file \"\(directory)/postmaster.pid\" does not exist\nIs server running?\n")
        if command == "stop" { return .exit(1) }
        process.complain("trying to start server anyway\n")
        return start(process)
      }
      found.send(mode == "smart" ? .terminate : mode == "fast" ? .interrupt : .quit)
      guard waits else {
        say(process, "server shutting down\n")
        return .exit(0)
      }
      // A restart gives the server the arguments it had.
      if command == "restart", serverOptions.isEmpty {
        let given = Array(found.arguments.dropFirst())
        serverOptions = Array(given.dropFirst(given.first == "-D" ? 2 : 0))
      }
      server = found
      say(process, "waiting for server to shut down....")
      nextDot = process.world.now + .seconds(Int64(1))
      phase = .stopping
      return .again
    case "reload":
      guard let found else { return .exit(noServer(process)) }
      found.send(.hangup)
      say(process, "server signaled\n")
      return .exit(0)
    default:
      guard let found else { return .exit(noServer(process)) }
      guard process.fileSystem.exists(path + "/standby.signal") else {
        return .exit(fail(process, "pg_ctl: cannot promote server; server is not in standby mode\n"))
      }
      found.send(.user1)
      say(process, "waiting for server to promote....")
      phase = .promoting
      return .wait([.until(process.world.now + .milliseconds(100), .activity)])
    }
  }

  private func noServer(_ process: Process) -> Int32 {
    fail(process, "pg_ctl: PID file \"\(directory)/postmaster.pid\" does not exist\nIs server running?\n")
  }

  private func waitForPromotion(_ process: Process) -> Step {
    say(process, " done\nserver promoted\n")
    return .exit(0)
  }

  private func waitForStop(_ process: Process) -> Step {
    guard let server, !server.hasEnded else {
      say(process, " done\nserver stopped\n")
      return command == "restart" ? start(process) : .exit(0)
    }
    if process.world.now >= deadline {
      say(process, " failed\n")
      process.complain("pg_ctl: server does not shut down\n")
      if mode == "smart" {
        process.complain(
          "HINT: The \"-m fast\" option immediately disconnects sessions rather than\nwaiting for session-initiated disconnection.\n"
        )
      }
      return .exit(1)
    }
    if process.world.now >= nextDot {
      say(process, ".")
      nextDot = nextDot + .seconds(Int64(1))
    }
    return .wait([.queue(server.ended), .until(min(nextDot, deadline), .activity)])
  }

  private func start(_ process: Process) -> Step {
    let made = PostgresServerProgram(release)
    var files: [Int: OpenFile] = [0: NullDevice()]
    var output = process.file(1)
    if let logFile {
      output = try? process.fileSystem.open(
        logFile, in: process.workingDirectory, .append, permissions: 0o600, as: process.credentials)
      guard output != nil else {
        process.complain("/bin/sh: 1: cannot create \(logFile): Permission denied\n")
        return .exit(fail(process, "pg_ctl: could not start server\nExamine the log output.\n"))
      }
    }
    if let output {
      files[1] = output
      files[2] = output
    }
    program = made
    server = process.machine.start(
      made, arguments: ["\(release.programFolder)/postgres", "-D", directory] + serverOptions,
      environment: process.environment, workingDirectory: process.workingDirectory, credentials: process.credentials,
      files: files, account: process.account)
    guard waits else {
      say(process, "server starting\n")
      return .exit(0)
    }
    say(process, "waiting for server to start....")
    phase = .starting
    nextDot = process.world.now + .seconds(Int64(1))
    return .again
  }

  private func waitForStart(_ process: Process) -> Step {
    guard let server, let program else { return .exit(1) }
    if program.isReady {
      say(process, " done\nserver started\n")
      return .exit(0)
    }
    if server.hasEnded {
      say(process, " stopped waiting\n")
      return .exit(
        fail(
          process,
          "pg_ctl: could not start server\nExamine the log output.\n"))
    }
    if process.world.now >= nextDot {
      say(process, ".")
      nextDot = nextDot + .seconds(Int64(1))
    }
    return .wait([.queue(program.changed), .queue(server.ended), .until(nextDot, .activity)])
  }

  private static let long: [OptionName] = [
    OptionName("pgdata", "D", true), OptionName("log", "l", true), OptionName("mode", "m", true),
    OptionName("options", "o", true), OptionName("silent", "s", false), OptionName("timeout", "t", true),
    OptionName("wait", "w", false), OptionName("no-wait", "W", false), OptionName("core-files", "c", false),
    OptionName("version", "V", false), OptionName("help", "?", false), OptionName("path", "p", true),
  ]
}
