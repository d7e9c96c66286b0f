// createdb, pg_dump, pg_restore and the other client programs, the real ones of PostgreSQL 15 against a real server and ours against
// the engine: standard output, standard error and exit code byte for byte. Skips with a message where they are not installed.

import Foundation
import SimKernel
import Testing

@testable import Postgres

struct Outcome: Equatable {
  var out = ""
  var err = ""
  var code: Int32 = 0
}

/// One case: SQL that prepares the database `lab`, then command lines in turn. TOOLS_CASES names a folder of such files other than
/// the standing one.
struct ToolCase {
  let name: String
  let setup: String
  let commands: [String]
  let deviates: String?

  static func all() -> [ToolCase] {
    let standing = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let folder = ProcessInfo.processInfo.environment["TOOLS_CASES"].map { URL(fileURLWithPath: $0) } ?? standing
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    var cases: [ToolCase] = []
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "txt" {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      for part in ("\n" + text).components(separatedBy: "\n### ").dropFirst() {
        var lines = part.components(separatedBy: "\n")
        let title = lines.removeFirst()
        var deviates: String?
        if let first = lines.first, first.hasPrefix("#deviates: ") {
          deviates = String(lines.removeFirst().dropFirst(11))
        }
        cases.append(
          ToolCase(
            name: "\(file.lastPathComponent) \(title)",
            setup: lines.filter { !$0.hasPrefix("$ ") }.joined(separator: "\n"),
            commands: lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }, deviates: deviates))
      }
    }
    return cases
  }
}

/// The engine behind the door of the client programs.
final class EngineHost: ClientHost {
  let server: Server
  let variables: [String: String]
  var files: [String: [UInt8]] = [:]
  var reasons: [String] = []

  init(_ server: Server, variables: [String: String]) {
    self.server = server
    self.variables = variables
  }

  var version: String { server.versionNumber }
  var majorVersion: Int { 15 }
  var restrictsDumps: Bool { true }
  var userName: String { "root" }
  func environment(_ name: String) -> String? { variables[name] }
  func close(_ session: ClientSession) { server.close(session) }
  func read(_ path: String) -> [UInt8]? { files[path] }
  func write(_ path: String, _ bytes: [UInt8]) -> String? {
    if path.hasPrefix("/nowhere/") { return "No such file or directory" }
    files[path] = bytes
    return nil
  }
  func note(notSimulated reason: String) { reasons.append(reason) }

  func connect(_ p: ClientParameters) -> ClientConnection {
    let folder = p.host ?? ""
    let socket = "\(folder)/.s.PGSQL.\(p.port ?? "5432")"
    guard folder == server.socketDirectory, p.port == nil || p.port == "5432" else {
      if p.applicationName == "pg_isready" { return .noResponse }
      return .failed(
        "connection to server on socket \"\(socket)\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n"
      )
    }
    switch server.open(
      user: p.user ?? "", database: p.database ?? "", password: p.password, from: .socket,
      applicationName: p.applicationName)
    {
    case .session(let session): return .session(session)
    case .passwordNeeded: return .failed("fe_sendauth: no password supplied\n")
    case .refused(let error):
      return .failed("connection to server on socket \"\(socket)\" failed: FATAL:  \(error.message)\n")
    }
  }

  /// Runs a command line: a client program, or psql's setup.
  func run(_ line: String) -> Outcome {
    var words = Words.split(line)
    let name = words.removeFirst()
    let call = ClientCall(name, words, input: [], host: self)
    reasons = []
    let code = ClientTools.run(call)
    var outcome = Outcome(code: code)
    for part in call.output.parts {
      let text = String(decoding: part.bytes, as: UTF8.self)
      if part.isError { outcome.err += text } else { outcome.out += text }
    }
    if !reasons.isEmpty { outcome.err += "not simulated: \(reasons)\n" }
    return outcome
  }
}

enum Words {
  static func split(_ line: String) -> [String] {
    var words: [String] = []
    var current = ""
    var any = false
    var quote: Character?
    for c in line {
      if let open = quote {
        if c == open { quote = nil } else { current.append(c) }
      } else if c == "'" || c == "\"" {
        quote = c
        any = true
      } else if c == " " {
        if any || !current.isEmpty { words.append(current) }
        current = ""
        any = false
      } else {
        current.append(c)
      }
    }
    if any || !current.isEmpty { words.append(current) }
    return words
  }
}

/// A throwaway server and the programs beside it.
final class ToolServer {
  static let binaries = "/usr/lib/postgresql/15/bin"
  let folder: String

  init?() {
    guard FileManager.default.isExecutableFile(atPath: ToolServer.binaries + "/initdb") else { return nil }
    folder = NSTemporaryDirectory() + "postgres-tools-\(UUID().uuidString.prefix(8))"
    try? FileManager.default.createDirectory(atPath: folder + "/files", withIntermediateDirectories: true)
    let b = ToolServer.binaries
    let script =
      "\(b)/initdb -D \(folder)/data --locale=C.UTF-8 -E UTF8 -A trust -U postgres >/dev/null && "
      + "\(b)/pg_ctl -D \(folder)/data -o \"-k \(folder) -c listen_addresses= -c fsync=off -c timezone=Etc/UTC\" -w -l \(folder)/log start >/dev/null"
    let whole = geteuid() == 0 ? "chown postgres \(folder) && su postgres -c '\(script)'" : script
    guard shell(whole).code == 0 else { return nil }
  }

  deinit {
    let stop = "\(ToolServer.binaries)/pg_ctl -D \(folder)/data -m immediate stop >/dev/null"
    _ = shell(geteuid() == 0 ? "su postgres -c '\(stop)'" : stop)
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func shell(_ command: String) -> Outcome {
    // The server must not keep the descriptors by which Foundation watches its children.
    run("for f in /proc/self/fd/*; do n=${f##*/}; if [ $n -gt 2 ]; then eval \"exec $n>&-\"; fi; done; " + command)
  }

  func psql(_ arguments: String, _ input: String) -> Outcome { run("psql -X \(arguments)", input) }

  func run(_ command: String, _ input: String = "") -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = ToolServer.binaries + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    environment["PGHOST"] = folder
    environment["PGUSER"] = "postgres"
    environment["LC_ALL"] = "C.UTF-8"
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder + "/files")
    let base = folder + "/files-io"
    let paths = [base + ".in", base + ".out", base + ".err"]
    try? input.write(toFile: paths[0], atomically: true, encoding: .utf8)
    for p in paths[1...] { _ = FileManager.default.createFile(atPath: p, contents: nil) }
    process.standardInput = FileHandle(forReadingAtPath: paths[0])
    process.standardOutput = FileHandle(forWritingAtPath: paths[1])
    process.standardError = FileHandle(forWritingAtPath: paths[2])
    do { try process.run() } catch { return Outcome(err: "\(error)", code: 127) }
    process.waitUntilExit()
    let out = (try? String(contentsOfFile: paths[1], encoding: .utf8)) ?? ""
    let err = (try? String(contentsOfFile: paths[2], encoding: .utf8)) ?? ""
    for p in paths { try? FileManager.default.removeItem(atPath: p) }
    return Outcome(out: out, err: err, code: process.terminationStatus)
  }

  /// Databases and roles of the case before are gone.
  func clear() {
    let query = "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres','template0','template1')"
    for name in psql("-At postgres", query).out.split(separator: "\n") {
      _ = psql("-q postgres", "DROP DATABASE \"\(name)\" WITH (FORCE)")
    }
    for name in psql("-At postgres", "SELECT rolname FROM pg_roles WHERE oid >= 16384").out.split(separator: "\n") {
      _ = psql("-q postgres", "DROP OWNED BY \"\(name)\" CASCADE; DROP ROLE \"\(name)\"")
    }
    _ = psql("-q postgres", "CREATE DATABASE lab")
  }
}

@Suite struct ToolsRealityTests {
  @Test(.timeLimit(.minutes(8)))
  func programsMatchTheRealOnes() throws {
    guard let real = ToolServer() else {
      print("skipped: PostgreSQL 15 is not installed at \(ToolServer.binaries)")
      return
    }
    let version = real.psql("-At postgres", "SHOW server_version").out.trimmingCharacters(in: .newlines)
    var report = ""
    var failures = 0
    var calls = 0
    for c in ToolCase.all() {
      real.clear()
      let world = World(seed: 1)
      let server = Server(
        cluster: Cluster(superuser: "postgres", locale: "C.UTF-8"), world: world, version: "PostgreSQL \(version)",
        versionNumber: version)
      server.socketDirectory = real.folder
      let host = EngineHost(server, variables: ["PGHOST": real.folder, "PGUSER": "postgres"])
      let prepared = real.psql("-q -v ON_ERROR_STOP=1 lab", c.setup)
      let session = try server.connect(user: "postgres", database: "postgres")
      _ = session.execute("CREATE DATABASE lab")
      server.close(session)
      let own = try server.connect(user: "postgres", database: "lab")
      var setupErrors = ""
      for outcome in own.execute(c.setup) {
        if case .error(let error) = outcome { setupErrors += error.message + "\n" }
      }
      server.close(own)
      var differs = prepared.code != 0 || !setupErrors.isEmpty
      var text = differs ? "setup: \(prepared.err)\(setupErrors)\n" : ""
      for command in c.commands {
        let expected = real.run(command)
        let actual = host.run(command)
        calls += 1
        if expected == actual { continue }
        differs = true
        text +=
          "$ \(command)\n--- expected (\(expected.code))\n\(expected.out)\(expected.err)--- actual (\(actual.code))\n\(actual.out)\(actual.err)"
      }
      if c.deviates != nil {
        if !differs { report += "=== \(c.name): tagged #deviates but matches\n" }
        continue
      }
      guard differs else { continue }
      failures += 1
      report += "=== \(c.name)\n\(text)"
    }
    if let path = ProcessInfo.processInfo.environment["REALITY_REPORT"] {
      try? report.write(toFile: path, atomically: true, encoding: .utf8)
    }
    print("\(calls) command lines of client programs, \(failures) cases differ without a tag")
    #expect(failures == 0, "\(failures) cases differ (REALITY_REPORT=file writes them)")
  }
}
