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

enum Simulated {
  static func run(_ arguments: [String], _ input: String, server: Server) -> Outcome {
    let invocation = PsqlInvocation(arguments: arguments, environment: { _ in nil })
    do {
      let session = try server.connect(user: "postgres", database: invocation.database ?? "postgres")
      let psql = PsqlSession(session: session)
      invocation.configure(psql)
      let code = invocation.run(psql, standardInput: Array(input.utf8))
      server.close(session)
      let text = psql.takeOutput()
      return Outcome(out: text.out, err: text.err, code: code)
    } catch {
      return Outcome(out: "", err: error.message, code: 2)
    }
  }

  static func server() -> Server {
    let cluster = Cluster(superuser: "postgres", locale: "C.UTF-8")
    return Server(cluster: cluster, world: World(seed: 1))
  }
}

struct RealityCase {
  let name: String
  let arguments: [String]
  let input: String
  let deviates: String?

  /// Cases are separated by lines `### arguments`; `#deviates: reason` may follow.
  static func all() -> [RealityCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    var cases: [RealityCase] = []
    for file in files.sorted(by: { $0.path < $1.path }) where file.pathExtension == "sql" {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      var number = 0
      for part in ("\n" + text).components(separatedBy: "\n### ").dropFirst() {
        number += 1
        var lines = part.components(separatedBy: "\n")
        let header = lines.removeFirst()
        var deviates: String?
        if let first = lines.first, first.hasPrefix("#deviates: ") {
          deviates = String(first.dropFirst(11))
          lines.removeFirst()
        }
        cases.append(
          RealityCase(
            name: "\(file.lastPathComponent) \(number)",
            arguments: header.split(separator: " ").map(String.init).filter { $0 != "-" },
            input: lines.joined(separator: "\n"), deviates: deviates))
      }
    }
    return cases
  }
}

/// A throwaway server.
final class RealServer {
  static let binaries = "/usr/lib/postgresql/15/bin"
  let folder: String

  init?() {
    guard FileManager.default.isExecutableFile(atPath: RealServer.binaries + "/initdb") else { return nil }
    folder = NSTemporaryDirectory() + "postgres-reality-\(ProcessInfo.processInfo.processIdentifier)"
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

  func psql(_ arguments: [String], _ input: String) -> Outcome {
    launch(
      RealServer.binaries + "/psql", ["-X"] + arguments, input,
      ["PGHOST": folder, "PGUSER": "postgres", "PGDATABASE": "postgres", "LC_ALL": "C.UTF-8"])
  }

  private func launch(_ program: String, _ arguments: [String], _ input: String, _ extra: [String: String]) -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    for (k, v) in extra { environment[k] = v }
    process.environment = environment
    let base = NSTemporaryDirectory() + "reality-\(ProcessInfo.processInfo.processIdentifier)"
    let paths = [base + ".in", base + ".out", base + ".err"]
    try? input.write(toFile: paths[0], atomically: true, encoding: .utf8)
    for p in paths[1...] { FileManager.default.createFile(atPath: p, contents: nil) }
    process.standardInput = FileHandle(forReadingAtPath: paths[0])
    process.standardOutput = FileHandle(forWritingAtPath: paths[1])
    process.standardError = FileHandle(forWritingAtPath: paths[2])
    do { try process.run() } catch { return Outcome(out: "", err: "\(error)", code: 127) }
    process.waitUntilExit()
    let out = (try? String(contentsOfFile: paths[1], encoding: .utf8)) ?? ""
    let err = (try? String(contentsOfFile: paths[2], encoding: .utf8)) ?? ""
    for p in paths { try? FileManager.default.removeItem(atPath: p) }
    return Outcome(out: out, err: err, code: process.terminationStatus)
  }
}

@Suite struct RealityTests {
  @Test(.timeLimit(.minutes(5)))
  func sessionsMatchTheRealServer() throws {
    guard let real = RealServer() else {
      print("skipped: PostgreSQL 15 is not installed at \(RealServer.binaries)")
      return
    }
    var report = ""
    var failures = 0
    var calls = 0
    for c in RealityCase.all() {
      // Each case has a database of its own.
      _ = real.psql(["-q", "-c", "DROP DATABASE IF EXISTS lab", "-c", "CREATE DATABASE lab"], "")
      let server = Simulated.server()
      _ = Simulated.run(["-q", "-c", "CREATE DATABASE lab"], "", server: server)
      let expected = real.psql(["-d", "lab"] + c.arguments, c.input)
      let actual = Simulated.run(["-d", "lab"] + c.arguments, c.input, server: server)
      calls += 1
      if expected == actual {
        if c.deviates != nil { report += "=== \(c.name): tagged #deviates but matches\n" }
        continue
      }
      if c.deviates != nil { continue }
      failures += 1
      report +=
        "=== \(c.name)\n\(c.input)\n--- expected (\(expected.code))\n\(expected.out)\(expected.err)--- actual (\(actual.code))\n\(actual.out)\(actual.err)\n"
    }
    if let path = ProcessInfo.processInfo.environment["REALITY_REPORT"] {
      try? report.write(toFile: path, atomically: true, encoding: .utf8)
    }
    print("\(calls) sessions, \(failures) differ without a tag")
    #expect(failures == 0, "\(failures) of \(calls) sessions differ (REALITY_REPORT=file writes them)")
  }
}
