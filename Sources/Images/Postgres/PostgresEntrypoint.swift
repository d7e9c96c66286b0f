// docker-entrypoint.sh of the official image, as a program: it initialises an empty data directory once, runs
// docker-entrypoint-initdb.d with a server that listens on its socket only, and then becomes the server. Scripts run in a real
// shell; `docker_process_sql` is there for those that are sourced.
// Source: the behaviour that docker-library/postgres publishes with its image.

import Postgres
import SimKernel
import SimMachine

final class PostgresEntrypoint: Program {
  private let release: PostgresRelease
  private var phase = Phase.begin
  private var waitUntil: Instant?
  private var child: Process?
  private var server: PostgresServerProgram?
  private var serverProcess: Process?
  private var readyAt: Instant?
  private var arguments: [String] = []
  private var scripts: [String] = []
  private var wait: [Wait] = []
  private static let path = "/usr/local/bin/docker-entrypoint.sh"
  private static let folder = "/docker-entrypoint-initdb.d"

  private enum Phase {
    case begin, initdb, rules, temporaryServer, database, databaseMade, scripts, script, stop, stopped, handOver
  }

  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    while true {
      if let until = waitUntil, process.world.now < until { return .wait([.until(until, .activity)]) }
      waitUntil = nil
      wait = []
      switch advance(process) {
      case .goOn:
        if !wait.isEmpty { return .wait(wait) }
      case .end(let code): return .exit(code)
      case .handedOver: return .again
      }
    }
  }

  /// bash as the first process of a container does not react while it waits for a child.
  func handle(_ signal: Signal, _ process: Process) -> Bool { true }

  private enum Outcome {
    case goOn
    case end(Int32)
    case handedOver
  }

  private func pause(_ process: Process, _ thousandths: Int64) {
    let whole = process.machine.facts.readyDelay ?? .milliseconds(3_400)
    waitUntil = process.world.now + Interval(nanoseconds: whole.nanoseconds / 1_000 * thousandths)
  }

  private func advance(_ process: Process) -> Outcome {
    switch phase {
    case .begin: return begin(process)
    case .initdb: return afterInitdb(process)
    case .rules:
      if let code = writeRules(process) { return .end(code) }
      pause(process, 100)
      phase = .temporaryServer
    case .temporaryServer: return startTemporaryServer(process)
    case .database: return makeDatabase(process)
    case .databaseMade:
      guard let child, child.hasEnded else { return waitForChild() }
      if child.status?.isSuccess != true { return .end(child.status?.code ?? 1) }
      process.print("\n")
      self.child = nil
      phase = .scripts
      beginScripts(process)
    case .scripts: return nextScript(process)
    case .script: return afterScript(process)
    case .stop:
      process.print("waiting for server to shut down....")
      serverProcess?.send(.interrupt)
      phase = .stopped
    case .stopped:
      guard let serverProcess, serverProcess.hasEnded else {
        if let serverProcess { wait = [.queue(serverProcess.ended)] }
        return .goOn
      }
      process.print(" done\nserver stopped\n" + EntrypointText.initialised)
      process.environment["PGPASSWORD"] = nil
      phase = .handOver
    case .handOver:
      return become(process, PostgresServerProgram(release, first: release.isAlpine ? 53 : 62, readyAt: readyAt))
    }
    return .goOn
  }

  // MARK: Start

  private func begin(_ process: Process) -> Outcome {
    arguments = Array(process.arguments.dropFirst())
    if process.name.hasSuffix("bash") || process.name == "sh" { arguments = Array(arguments.dropFirst()) }
    guard let first = arguments.first else { return .end(0) }
    if first.utf8.first == 45 { arguments.insert("postgres", at: 0) }
    guard arguments[0] == "postgres" else { return runOther(process) }
    for word in ["-?", "--help", "--describe-config", "-V", "--version"] where arguments.contains(word) {
      return become(process, PostgresServerProgram(release))
    }
    for name in ["POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_INITDB_ARGS"] {
      let fallback =
        name == "POSTGRES_USER" ? "postgres" : name == "POSTGRES_DB" ? process.environment["POSTGRES_USER"] ?? "" : ""
      if !readVariable(process, name, fallback) { return .end(1) }
    }
    let directory = process.environment["PGDATA"] ?? "/var/lib/postgresql/data"
    makeDirectories(process, directory)
    if process.credentials.user == 0 {
      process.credentials = Credentials(user: release.userID, group: release.userID)
    }
    let version = try? process.fileSystem.read(directory + "/PG_VERSION")
    guard version == nil || version?.isEmpty == true else {
      process.print(EntrypointText.alreadyInitialised)
      let delay = process.machine.facts.readyDelay ?? .milliseconds(650)
      return become(
        process,
        PostgresServerProgram(release, first: release.isAlpine ? 22 : 27, readyAt: process.startedAt + delay))
    }
    return verify(process, directory)
  }

  /// `NAME`, or the content of the file that `NAME_FILE` names.
  private func readVariable(_ process: Process, _ name: String, _ fallback: String) -> Bool {
    let given = process.environment[name] ?? ""
    let file = process.environment[name + "_FILE"] ?? ""
    if !given.isEmpty, !file.isEmpty {
      process.complain("error: both \(name) and \(name)_FILE are set (but are exclusive)\n")
      return false
    }
    var value = given.isEmpty ? fallback : given
    if given.isEmpty, !file.isEmpty {
      guard let bytes = try? process.fileSystem.read(file, as: process.credentials) else {
        process.complain("\(PostgresEntrypoint.path): line 21: \(file): No such file or directory\n")
        return false
      }
      value = String(decoding: bytes, as: UTF8.self)
      while value.utf8.last == 10 { value.removeLast() }
    }
    process.environment[name] = value
    process.environment[name + "_FILE"] = nil
    return true
  }

  private func makeDirectories(_ process: Process, _ directory: String) {
    let fileSystem = process.fileSystem
    let isRoot = process.credentials.user == 0
    let user = release.userID
    for (path, mode) in [(directory, 0o700), ("/var/run/postgresql", 0o3775)] {
      // mkdir -p, then chmod of the last one.
      guard let inode = try? fileSystem.makeDirectory(path, parents: true, as: process.credentials) else {
        process.complain("mkdir: cannot create directory '\(path)': Permission denied\n")
        continue
      }
      if isRoot || inode.owner == process.credentials.user {
        inode.mode = mode
      } else if path == directory {
        process.complain(
          release.isAlpine
            ? "chmod: \(directory): Operation not permitted\n"
            : "chmod: changing permissions of '\(directory)': Operation not permitted\n")
      }
      if isRoot { own(inode, 0) }
    }
    func own(_ inode: Inode, _ depth: Int) {
      inode.owner = user
      if depth == 0 { inode.group = user }
      guard depth < 16 else { return }
      for child in inode.entries.values { own(child, depth + 1) }
    }
  }

  private func verify(_ process: Process, _ directory: String) -> Outcome {
    let password = process.environment["POSTGRES_PASSWORD"] ?? ""
    let trusts = process.environment["POSTGRES_HOST_AUTH_METHOD"] == "trust"
    if password.utf8.count >= 100 { process.complain(EntrypointText.longPassword) }
    if password.isEmpty, !trusts {
      process.complain(EntrypointText.missingPassword)
      return .end(1)
    }
    if trusts { process.complain(EntrypointText.trustWarning) }
    readyAt = process.startedAt + (process.machine.facts.readyDelay ?? .milliseconds(3_400))
    let file = "/tmp/.pwfile"
    try? process.fileSystem.write(file, Array((password + "\n").utf8), permissions: 0o600)
    var words = ["initdb", "--username=\(process.environment["POSTGRES_USER"] ?? "postgres")"]
    words.append("--pwfile=\(file)")
    words += ShellWords.split(process.environment["POSTGRES_INITDB_ARGS"] ?? "")
    if let folder = process.environment["POSTGRES_INITDB_WALDIR"], !folder.isEmpty { words += ["--waldir", folder] }
    let whole = process.machine.facts.readyDelay ?? .milliseconds(3_400)
    child = process.machine.fork(
      process, InitdbProgram(release, duration: Interval(nanoseconds: whole.nanoseconds / 1_000 * 560)),
      arguments: words)
    phase = .initdb
    return .goOn
  }

  private func waitForChild() -> Outcome {
    if let child { wait = [.queue(child.ended)] }
    return .goOn
  }

  private func afterInitdb(_ process: Process) -> Outcome {
    guard let child, child.hasEnded else { return waitForChild() }
    try? process.fileSystem.remove("/tmp/.pwfile")
    self.child = nil
    guard child.status?.isSuccess == true else { return .end(child.status?.code ?? 1) }
    phase = .rules
    return .goOn
  }

  /// Asks `postgres -C password_encryption`: a configuration that is broken ends everything here.
  private func writeRules(_ process: Process) -> Int32? {
    let directory = process.environment["PGDATA"] ?? "/var/lib/postgresql/data"
    var method = process.environment["POSTGRES_HOST_AUTH_METHOD"] ?? ""
    let options = ServerOptions(Array(arguments.dropFirst()), program: "postgres")
    if let problem = options.problem {
      process.complain(problem)
      return 1
    }
    let configuration = ServerConfiguration(options, process: process, program: "postgres")
    if let missing = configuration.missing {
      process.complain(missing)
      return 2
    }
    if configuration.isBroken {
      let log = PostgresLog(release: release)
      for problem in configuration.problems {
        process.complain(log.line(process.world.civilNow, release.isAlpine ? 40 : 47, problem))
      }
      return 1
    }
    if method.isEmpty {
      method = configuration["password_encryption"] ?? (release.major >= 14 ? "scram-sha-256" : "md5")
    }
    var text = "\n"
    if method == "trust" {
      text +=
        "# warning trust is enabled for all connections\n# see https://www.postgresql.org/docs/12/auth-trust.html\n"
    }
    text += "host all all all \(method)\n"
    if let file = try? process.fileSystem.open(directory + "/pg_hba.conf", .append, as: process.credentials) {
      _ = file.write(Array(text.utf8)[...])
    }
    return nil
  }

  // MARK: The temporary server

  private func startTemporaryServer(_ process: Process) -> Outcome {
    guard let server, let serverProcess else {
      process.print("waiting for server to start....")
      let directory = process.environment["PGDATA"] ?? "/var/lib/postgresql/data"
      if process.environment["PGPASSWORD"] == nil {
        process.environment["PGPASSWORD"] = process.environment["POSTGRES_PASSWORD"]
      }
      let port = process.environment["PGPORT"] ?? "5432"
      let program = PostgresServerProgram(
        release, first: release.isAlpine ? 42 : 49, postmaster: release.isAlpine ? 41 : 48)
      var files: [Int: OpenFile] = [0: NullDevice()]
      if let output = process.file(1) {
        files[1] = output
        files[2] = output
      }
      serverProcess = process.machine.fork(
        process, program,
        arguments: ["postgres", "-D", directory] + arguments.dropFirst() + ["-c", "listen_addresses=", "-p", port],
        files: files)
      server = program
      return .goOn
    }
    if serverProcess.hasEnded {
      process.print(" stopped waiting\n")
      process.complain("pg_ctl: could not start server\nExamine the log output.\n")
      return .end(1)
    }
    guard server.isReady else {
      wait = [.queue(server.changed), .queue(serverProcess.ended)]
      return .goOn
    }
    process.print(" done\nserver started\n")
    phase = .database
    return .goOn
  }

  /// Starts a program of the image as a child.
  private func run(_ process: Process, _ words: [String]) -> Bool {
    guard let (program, arguments) = ProgramSearch.find(words, process) else { return false }
    child = process.machine.fork(process, program, arguments: arguments)
    return true
  }

  private func makeDatabase(_ process: Process) -> Outcome {
    let database = process.environment["POSTGRES_DB"] ?? "postgres"
    let user = process.environment["POSTGRES_USER"] ?? "postgres"
    guard let server, server.instance.server.cluster.databases[database] == nil else {
      phase = .scripts
      beginScripts(process)
      return .goOn
    }
    var quoted = ""
    for c in database.unicodeScalars {
      if c == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(c)
    }
    _ = run(
      process,
      [
        "psql", "-v", "ON_ERROR_STOP=1", "--username", user, "--no-password", "--no-psqlrc", "--dbname", "postgres",
        "-c",
        "CREATE DATABASE \"\(quoted)\" ;",
      ])
    phase = .databaseMade
    return .goOn
  }

  // MARK: Scripts

  private func beginScripts(_ process: Process) {
    process.print("\n")
    var names: [String] = []
    for name in (try? process.fileSystem.list(PostgresEntrypoint.folder)) ?? [] where name.utf8.first != 46 {
      names.append(name)
    }
    names.sort()
    // An unmatched pattern stands for itself.
    if names.isEmpty { names = ["*"] }
    scripts = names
    phase = .scripts
  }

  private func nextScript(_ process: Process) -> Outcome {
    guard !scripts.isEmpty else {
      waitUntil = readyAt.map { $0 + Interval.milliseconds(-500) }
      phase = .stop
      return .goOn
    }
    let path = "\(PostgresEntrypoint.folder)/\(scripts.removeFirst())"
    let user = process.environment["POSTGRES_USER"] ?? "postgres"
    let database = process.environment["POSTGRES_DB"] ?? ""
    var client = ["psql", "-v", "ON_ERROR_STOP=1", "--username", user, "--no-password", "--no-psqlrc"]
    if !database.isEmpty { client += ["--dbname", database] }
    let inode = try? process.fileSystem.lookup(path)
    func announce(_ verb: String) { process.print("\(PostgresEntrypoint.path): \(verb) \(path)\n") }
    if path.hasSuffix(".sh"), let inode {
      if process.fileSystem.permits(inode, 1, process.credentials), inode.mode & 0o111 != 0 {
        announce("running")
        if !run(process, [path]) {
          if !run(process, ["bash", path]) { return .end(126) }
        }
      } else {
        announce("sourcing")
        if !run(process, ["bash", "-c", PostgresEntrypoint.sourcing, PostgresEntrypoint.path, path]) {
          return .end(127)
        }
      }
      isQuery = false
    } else if path.hasSuffix(".sql"), inode != nil {
      announce("running")
      _ = run(process, client + ["-f", path])
      isQuery = true
    } else if let unpack = unpacker(path), inode != nil {
      announce("running")
      let line = "set -o pipefail; \(unpack) \"$1\" | \"${@:2}\""
      if !run(process, ["bash", "-c", line, PostgresEntrypoint.path, path] + client) { return .end(127) }
      isQuery = true
    } else {
      announce("ignoring")
      process.print("\n")
      return .goOn
    }
    phase = .script
    return .goOn
  }
  private var isQuery = false

  private func unpacker(_ path: String) -> String? {
    if path.hasSuffix(".sql.gz") { return "gunzip -c" }
    if path.hasSuffix(".sql.xz") { return "xzcat" }
    return path.hasSuffix(".sql.zst") ? "zstd -dc" : nil
  }

  /// What a sourced script finds: the entrypoint's function for SQL, its variables, and errors that end everything.
  private static let sourcing =
    "set -Eeo pipefail; docker_process_sql() { local q=( psql -v ON_ERROR_STOP=1 --username \"$POSTGRES_USER\" --no-password --no-psqlrc ); if [ -n \"$POSTGRES_DB\" ]; then q+=( --dbname \"$POSTGRES_DB\" ); fi; PGHOST= PGHOSTADDR= \"${q[@]}\" \"$@\"; }; psql=( docker_process_sql ); . \"$1\""

  private func afterScript(_ process: Process) -> Outcome {
    guard let child, child.hasEnded else { return waitForChild() }
    self.child = nil
    guard child.status?.isSuccess == true else { return .end(child.status?.code ?? 1) }
    process.print(isQuery ? "\n\n" : "\n")
    phase = .scripts
    return .goOn
  }

  // MARK: Handing over

  private func become(_ process: Process, _ program: any Program) -> Outcome {
    process.become(program, arguments: arguments)
    return .handedOver
  }

  /// `exec "$@"` with another command.
  private func runOther(_ process: Process) -> Outcome {
    guard let (program, words) = ProgramSearch.find(arguments, process) else {
      process.complain("\(PostgresEntrypoint.path): line 351: exec: \(arguments[0]): not found\n")
      return .end(127)
    }
    arguments = words
    return become(process, program)
  }
}

/// Finding what a command line runs, as `execvp` does.
enum ProgramSearch {
  static func find(_ words: [String], _ process: Process, depth: Int = 0) -> (any Program, [String])? {
    guard depth < 4, let name = words.first,
      let path = process.machine.find(
        name, path: process.environment["PATH"] ?? "", in: process.workingDirectory, as: process.credentials),
      let executable = try? process.machine.executable(path, in: process.workingDirectory, as: process.credentials)
    else { return nil }
    switch executable {
    case .program(let program): return (program, words)
    case .script(let interpreter):
      return find(interpreter + [path] + words.dropFirst(), process, depth: depth + 1)
    case .plainText: return nil
    }
  }
}

enum ShellWords {
  /// Words of a line, quotes and backslashes taken off.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var current: [UInt8] = []
    var any = false
    var quote: UInt8 = 0
    var isEscaped = false
    for b in text.utf8 {
      if isEscaped {
        current.append(b)
        isEscaped = false
      } else if b == 92, quote != 39 {
        isEscaped = true
        any = true
      } else if quote != 0 {
        if b == quote { quote = 0 } else { current.append(b) }
      } else if b == 39 || b == 34 {
        quote = b
        any = true
      } else if b == 32 || b == 9 || b == 10 {
        if any || !current.isEmpty { words.append(String(decoding: current, as: UTF8.self)) }
        current = []
        any = false
      } else {
        current.append(b)
      }
    }
    if any || !current.isEmpty { words.append(String(decoding: current, as: UTF8.self)) }
    return words
  }
}
