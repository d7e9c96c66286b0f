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

/// Where `\c` leads in these tests.
private final class Door: PsqlConnector {
  let server: Server
  init(_ server: Server) { self.server = server }
  func open(user: String, database: String, password: String?) throws(SQLError) -> ClientSession {
    try server.connect(user: user, database: database)
  }
}

enum Simulated {
  /// Runs psql in a folder, where its files and shell commands are.
  static func run(_ arguments: [String], _ input: String, server: Server, folder: String) -> Outcome {
    let invocation = PsqlInvocation(arguments: arguments, environment: { _ in nil })
    if let problem = invocation.problem {
      return Outcome(out: "", err: problem + "psql: hint: Try \"psql --help\" for more information.\n", code: 1)
    }
    do {
      let session = try server.connect(
        user: invocation.user ?? "postgres", database: invocation.database ?? "postgres")
      let psql = PsqlSession(session: session, connector: Door(server))
      psql.readFile = { name in
        FileManager.default.contents(atPath: path(name, folder)).map { Array($0) }
      }
      psql.writeFile = { name, bytes, appending in
        var data = appending ? FileManager.default.contents(atPath: path(name, folder)) ?? Data() : Data()
        data.append(contentsOf: bytes)
        return FileManager.default.createFile(atPath: path(name, folder), contents: data)
      }
      psql.runShell = { command in
        let result = launch("/bin/sh", ["-c", command], "", [:], folder: folder)
        return (Array(result.out.utf8), result.code)
      }
      invocation.configure(psql)
      let code = invocation.run(psql, standardInput: Array(input.utf8))
      if let last = psql.session { server.close(last) }
      let text = psql.takeOutput()
      return Outcome(out: text.out, err: text.err, code: code)
    } catch {
      let place = "psql: error: connection to server on socket \"\(server.socketDirectory)/.s.PGSQL.5432\" failed: "
      return Outcome(
        out: "", err: place + "FATAL:  \(error.message)\n" + (error.detail.map { "DETAIL:  \($0)\n" } ?? ""), code: 2)
    }
  }

  private static func path(_ name: String, _ folder: String) -> String {
    name.hasPrefix("/") ? name : folder + "/" + name
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

/// Calls of psql that follow each other on one database.
struct RealityCase {
  let name: String
  let calls: [PsqlCall]
  let deviates: String?

  /// Cases begin with lines `### arguments`, further calls of a case with `#+ arguments`; `#deviates: reason` may follow.
  static func all() -> [RealityCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
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
  let folder: String

  init?() {
    guard FileManager.default.isExecutableFile(atPath: RealServer.binaries + "/initdb") else { return nil }
    // Suites run side by side, each with a server of its own; the path of a socket must be short.
    folder = NSTemporaryDirectory() + "postgres-reality-\(UUID().uuidString.prefix(8))"
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

  /// Roles and databases of the case before are gone.
  func clear() {
    let names = psql(
      ["-Atc", "SELECT datname FROM pg_database WHERE datname NOT IN ('postgres','template0','template1')"], "")
    for name in names.out.split(separator: "\n") {
      _ = psql(["-qc", "DROP DATABASE \"\(name)\" WITH (FORCE)"], "")
    }
    let roles = psql(["-Atc", "SELECT rolname FROM pg_roles WHERE oid >= 16384"], "")
    for name in roles.out.split(separator: "\n") {
      _ = psql(["-q", "-c", "DROP OWNED BY \"\(name)\" CASCADE", "-c", "DROP ROLE \"\(name)\""], "")
    }
    _ = psql(["-q", "-c", "CREATE DATABASE lab"], "")
  }

  var version: String { psql(["-Atc", "SELECT version()"], "").out.trimmingCharacters(in: .newlines) }
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
      var expected: [Outcome] = []
      var actual: [Outcome] = []
      withFolder { folder in
        for call in c.calls { expected.append(real.psql(["-d", "lab"] + call.arguments, call.input, folder: folder)) }
      }
      withFolder { folder in
        for call in c.calls {
          actual.append(Simulated.run(["-d", "lab"] + call.arguments, call.input, server: server, folder: folder))
        }
      }
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
