// The same sessions through the real PostgreSQL 15 and psql, started on a socket in a temporary folder, and through the engine:
// standard output, standard error and exit code byte for byte. Skips with a message where the real server is not installed.

import Foundation
import SimKernel
import Testing

@testable import Postgres

struct Outcome: Equatable {
  var out: String
  var err: String
  var code: Int32
}

/// The machine under the simulated psql: a folder of this one, and one server.
private final class FolderHost: PsqlHost {
  var screen: PsqlScreen? { nil }
  let server: Server
  let folder: String
  var variables = ["HOME": "/nonexistent"]
  /// What `\setenv` has set, for the commands that are run.
  var changes: [String: String] = [:]

  init(_ server: Server, _ folder: String) {
    self.server = server
    self.folder = folder
  }

  /// What stands behind the ` on ` of the server's version.
  var platform: String { server.version.components(separatedBy: " on ").last ?? "" }
  let userName = "postgres"
  func environment(_ name: String) -> String? { variables[name] }
  func setEnvironment(_ name: String, _ value: String?) {
    variables[name] = value
    changes[name] = value
  }
  private func path(_ name: String) -> String { name.hasPrefix("/") ? name : folder + "/" + name }
  func read(_ name: String) -> FileOutcome {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder) else {
      return .failed("No such file or directory")
    }
    if isFolder.boolValue { return .failed("Is a directory") }
    return .bytes(Array(FileManager.default.contents(atPath: path(name)) ?? Data()))
  }
  func write(_ name: String, _ bytes: [UInt8], appends: Bool) -> String? {
    var data = appends ? FileManager.default.contents(atPath: path(name)) ?? Data() : Data()
    data.append(contentsOf: bytes)
    return FileManager.default.createFile(atPath: path(name), contents: data) ? nil : "No such file or directory"
  }
  func changeDirectory(_ path: String?) -> String? {
    guard let path, path != folder else { return "Permission denied" }
    return FileManager.default.fileExists(atPath: self.path(path)) ? "Permission denied" : "No such file or directory"
  }
  func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path(name)) }
  let processID: Int64 = 4_711
  func loss(of session: ClientSession) -> String? { nil }
  func close(_ session: ClientSession) { server.close(session) }

  func connect(_ parameters: ConnectionParameters) -> PsqlConnection {
    let place = "connection to server on socket \"\(server.socketDirectory)/.s.PGSQL.5432\" failed: "
    do {
      let session = try server.connect(
        user: parameters.user ?? "postgres", database: parameters.database ?? "postgres")
      return .session(session, host: parameters.host ?? server.socketDirectory, port: "5432", address: nil)
    } catch {
      return .failed(
        place + "FATAL:  \(error.message)\n" + (error.detail.map { "DETAIL:  \($0)\n" } ?? ""))
    }
  }
}

enum Simulated {
  /// Runs psql in a folder, where its files and shell commands are.
  static func run(_ arguments: [String], _ input: String, server: Server, folder: String) -> Outcome {
    let host = FolderHost(server, folder)
    let invocation = PsqlInvocation(arguments: ["-X"] + arguments, host: host, release: server.versionNumber)
    let psql = invocation.psql
    var outcome = Outcome(out: "", err: "", code: 0)
    var code: Int32
    if let early = invocation.exitCode {
      code = early
    } else {
      switch host.connect(invocation.parameters) {
      case .session(let session, let at, _, _):
        var connected = invocation.parameters
        connected["host"] = at
        code = invocation.run(with: session, parameters: connected, standardInput: Array(input.utf8)) {
          command in
          let result = launch("/bin/sh", ["-c", command], "", host.changes, folder: folder)
          outcome.err += result.err
          return (Array(result.out.utf8), result.code)
        }
      case .failed(let message), .passwordNeeded(let message):
        psql.complain("psql: error: " + message)
        code = 2
      }
    }
    outcome.code = code
    var pipes: [Int: (command: String, text: String)] = [:]
    for chunk in psql.takeChunks() {
      switch chunk {
      case .text(let text, let isError): if isError { outcome.err += text } else { outcome.out += text }
      case .pause: break
      case .open(let pipe, let command): pipes[pipe] = (command, "")
      case .write(let pipe, let text): pipes[pipe]?.text += text
      case .close(let pipe), .finish(let pipe, _):
        guard let (command, text) = pipes[pipe] else { break }
        let result = launch("/bin/sh", ["-c", command], text, [:], folder: folder)
        outcome.out += result.out
        if case .finish(_, let words) = chunk, let why = PsqlSession.failure(result.code) {
          outcome.err += words + why + "\n"
        }
      }
    }
    return outcome
  }

  /// A server that says of itself what the real one says.
  static func server(socketDirectory: String, version: String) -> Server {
    let cluster = Cluster(superuser: "postgres", locale: "C.UTF-8")
    let words = version.split(separator: " ")
    let number = words.dropFirst().prefix { $0 != "on" }.joined(separator: " ")
    let server = Server(cluster: cluster, world: World(seed: 1), version: version, versionNumber: number)
    server.socketDirectory = socketDirectory
    return server
  }
}

/// Runs a program and keeps what it prints.
func launch(
  _ program: String, _ arguments: [String], _ input: String, _ extra: [String: String], folder: String? = nil
) -> Outcome {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  var environment = ProcessInfo.processInfo.environment
  for (k, v) in extra { environment[k] = v }
  process.environment = environment
  let base = NSTemporaryDirectory() + "reality-\(UUID().uuidString)"
  let paths = [base + ".in", base + ".out", base + ".err"]
  try? input.write(toFile: paths[0], atomically: true, encoding: .utf8)
  for p in paths[1...] { try? Data().write(to: URL(fileURLWithPath: p)) }
  process.standardInput = FileHandle(forReadingAtPath: paths[0])
  process.standardOutput = FileHandle(forWritingAtPath: paths[1])
  process.standardError = FileHandle(forWritingAtPath: paths[2])
  do { try process.run() } catch { return Outcome(out: "", err: "\(error)", code: 127) }
  process.waitUntilExit()
  let out = FileManager.default.contents(atPath: paths[1]) ?? Data()
  let err = FileManager.default.contents(atPath: paths[2]) ?? Data()
  for p in paths { try? FileManager.default.removeItem(atPath: p) }
  return Outcome(
    out: String(decoding: out, as: UTF8.self), err: String(decoding: err, as: UTF8.self),
    code: process.terminationStatus)
}

/// A folder that is gone afterwards.
func withFolder<T>(_ body: (String) throws -> T) rethrows -> T {
  let folder = NSTemporaryDirectory() + "postgres-folder-\(UUID().uuidString)"
  try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

struct PsqlCall {
  let arguments: [String]
  let input: String
}

/// Calls of psql that follow each other on one database. REALITY_CASES names a folder of such files other than the standing one.
struct RealityCase {
  let name: String
  let calls: [PsqlCall]
  let deviates: String?

  /// Cases begin with lines `### arguments`, further calls of a case with `#+ arguments`; `#deviates: reason` may follow.
  static func all() -> [RealityCase] {
    let standing = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let folder = ProcessInfo.processInfo.environment["REALITY_CASES"].map { URL(fileURLWithPath: $0) } ?? standing
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    var cases: [RealityCase] = []
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "sql" {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      var number = 0
      for part in ("\n" + text).components(separatedBy: "\n### ").dropFirst() {
        number += 1
        var deviates: String?
        var calls: [PsqlCall] = []
        for call in ("\n#+ " + part).components(separatedBy: "\n#+ ").dropFirst() {
          var lines = call.components(separatedBy: "\n")
          let header = lines.removeFirst()
          if let first = lines.first, first.hasPrefix("#deviates: ") {
            deviates = String(first.dropFirst(11))
            lines.removeFirst()
          }
          calls.append(PsqlCall(arguments: words(header), input: lines.joined(separator: "\n")))
        }
        cases.append(RealityCase(name: "\(file.lastPathComponent) \(number)", calls: calls, deviates: deviates))
      }
    }
    return cases
  }

  /// Words as a shell cuts them, with single and double quotes; a lonely `-` stands for no arguments.
  static func words(_ line: String) -> [String] {
    var out: [String] = []
    var word = ""
    var inWord = false
    var quote: Character?
    for c in line {
      if let q = quote {
        if c == q { quote = nil } else { word.append(c) }
      } else if c == "'" || c == "\"" {
        quote = c
        inWord = true
      } else if c == " " {
        if inWord { out.append(word) }
        word = ""
        inWord = false
      } else {
        word.append(c)
        inWord = true
      }
    }
    if inWord { out.append(word) }
    return out.filter { $0 != "-" }
  }
}

/// A throwaway server.
final class RealServer {
  static let binaries = "/usr/lib/postgresql/15/bin"
  /// In memory where there is room for it: each case makes and drops a database, which is three hundred files.
  static var place: String {
    let memory = "/dev/shm"
    let room = try? FileManager.default.attributesOfFileSystem(forPath: memory)[.systemFreeSize] as? NSNumber
    return room?.int64Value ?? 0 > 500_000_000 ? memory + "/" : NSTemporaryDirectory()
  }
  let folder: String

  init?() {
    guard FileManager.default.isExecutableFile(atPath: RealServer.binaries + "/initdb") else { return nil }
    // Suites run side by side, each with a server of its own; the path of a socket must be short.
    folder = RealServer.place + "postgres-reality-\(UUID().uuidString.prefix(8))"
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let b = RealServer.binaries
    let script =
      "\(b)/initdb -D \(folder)/data --locale=C.UTF-8 -E UTF8 -A trust -U postgres >/dev/null && "
      + "\(b)/pg_ctl -D \(folder)/data -o \"-k \(folder) -c listen_addresses= -c fsync=off -c timezone=Etc/UTC\" -w -l \(folder)/log start >/dev/null"
    if geteuid() == 0 {
      guard shell("chown postgres \(folder) && su postgres -c '\(script)'").code == 0 else { return nil }
    } else {
      guard shell(script).code == 0 else { return nil }
    }
  }

  deinit {
    let stop = "\(RealServer.binaries)/pg_ctl -D \(folder)/data -m immediate stop >/dev/null"
    _ = shell(geteuid() == 0 ? "su postgres -c '\(stop)'" : stop)
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func shell(_ command: String) -> Outcome {
    // The server must not keep the descriptors by which Foundation watches its children.
    let closing = "for f in /proc/self/fd/*; do n=${f##*/}; if [ $n -gt 2 ]; then eval \"exec $n>&-\"; fi; done; "
    return launch("/bin/bash", ["-c", closing + command], "", [:])
  }

  func psql(_ arguments: [String], _ input: String, folder directory: String? = nil) -> Outcome {
    launch(
      RealServer.binaries + "/psql", ["-X"] + arguments, input,
      ["PGHOST": folder, "PGUSER": "postgres", "PGDATABASE": "postgres", "LC_ALL": "C.UTF-8"],
      folder: directory ?? folder)
  }

  /// Roles, databases and settings of the case before are gone: one run of psql that makes its own statements.
  func clear() {
    let script = """
      SELECT 'DROP DATABASE ' || quote_ident(datname) || ' WITH (FORCE)' FROM pg_database WHERE oid >= 16384 \\gexec
      SELECT 'DROP OWNED BY ' || quote_ident(rolname) || ' CASCADE' FROM pg_roles WHERE oid >= 16384 \\gexec
      \\c postgres
      SELECT 'DROP OWNED BY ' || quote_ident(rolname) || ' CASCADE' FROM pg_roles WHERE oid >= 16384 \\gexec
      SELECT 'DROP ROLE ' || quote_ident(rolname) FROM pg_roles WHERE oid >= 16384 \\gexec
      SELECT 'ALTER ROLE ' || quote_ident(rolname) || ' RESET ALL' FROM pg_db_role_setting, pg_roles r
        WHERE r.oid = setrole AND setdatabase = 0 \\gexec
      ALTER ROLE ALL RESET ALL;
      ALTER SYSTEM RESET ALL;
      DO 'BEGIN PERFORM pg_reload_conf(); END';
      CREATE DATABASE lab;
      """
    let mistakes = psql(["-q", "-d", "template1"], script).err
    if !mistakes.isEmpty { print("left over from the case before: \(mistakes)") }
  }

  var version: String { psql(["-Atc", "SELECT version()"], "").out.trimmingCharacters(in: .newlines) }
}

/// The two sides of a case, each on a thread of its own: the real one waits for its processes most of the time.
private final class Sides: @unchecked Sendable {
  private let real: RealServer
  private let server: Server
  private let calls: [PsqlCall]
  private(set) var expected: [Outcome] = []
  private(set) var actual: [Outcome] = []

  init(_ real: RealServer, _ server: Server, _ calls: [PsqlCall]) {
    self.real = real
    self.server = server
    self.calls = calls
  }

  func run() {
    DispatchQueue.concurrentPerform(iterations: 2) { side in
      withFolder { folder in
        for call in calls {
          let arguments = ["-d", "lab"] + call.arguments
          if side == 0 {
            expected.append(real.psql(arguments, call.input, folder: folder))
          } else {
            actual.append(Simulated.run(arguments, call.input, server: server, folder: folder))
          }
        }
      }
    }
  }
}

@Suite struct RealityTests {
  @Test(.timeLimit(.minutes(8)))
  func sessionsMatchTheRealServer() throws {
    guard let real = RealServer() else {
      print("skipped: PostgreSQL 15 is not installed at \(RealServer.binaries)")
      return
    }
    var report = ""
    var failures = 0
    var calls = 0
    let version = real.version
    for c in RealityCase.all() {
      // Each case has a database of its own.
      real.clear()
      let server = Simulated.server(socketDirectory: real.folder, version: version)
      withFolder { _ = Simulated.run(["-q", "-c", "CREATE DATABASE lab"], "", server: server, folder: $0) }
      let both = Sides(real, server, c.calls)
      both.run()
      let (expected, actual) = (both.expected, both.actual)
      calls += c.calls.count
      if expected == actual {
        if c.deviates != nil { report += "=== \(c.name): tagged #deviates but matches\n" }
        continue
      }
      if c.deviates != nil { continue }
      failures += 1
      for (i, call) in c.calls.enumerated() where expected[i] != actual[i] {
        report +=
          "=== \(c.name)\n\(call.input)\n--- expected (\(expected[i].code))\n\(expected[i].out)\(expected[i].err)"
          + "--- actual (\(actual[i].code))\n\(actual[i].out)\(actual[i].err)\n"
      }
    }
    if let path = ProcessInfo.processInfo.environment["REALITY_REPORT"] {
      try? report.write(toFile: path, atomically: true, encoding: .utf8)
    }
    print("\(calls) calls of psql, \(failures) cases differ without a tag")
    #expect(failures == 0, "\(failures) cases differ (REALITY_REPORT=file writes them)")
  }
}
