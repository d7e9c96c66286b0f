// Random queries through the real server and the engine: predicates, joins, NULLs, aggregates, casts, functions, set operations,
// windows. The seed of each query is printed when it differs; FUZZ_SEEDS=first:count plays others. Rows of queries without
// ORDER BY are compared as a set, since the planner's choice of a plan is modelled for simple queries only.

import Foundation
import SimKernel
import Testing

@testable import Postgres

@Suite struct FuzzTests {
  @Test(.timeLimit(.minutes(5)))
  func randomQueriesMatchTheRealServer() throws {
    try compare(QueryMaker.setup) { seed in
      var maker = QueryMaker(seed: seed)
      return maker.query()
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func wideQueriesMatchTheRealServer() throws {
    try compare(WideQueryMaker.setup) { seed in
      var maker = WideQueryMaker(seed: seed)
      return maker.query()
    }
  }

  private func compare(_ setup: String, _ make: (Int) -> (sql: String, isOrdered: Bool)) throws {
    guard let real = RealServer() else {
      print("skipped: PostgreSQL 15 is not installed at \(RealServer.binaries)")
      return
    }
    let range = (ProcessInfo.processInfo.environment["FUZZ_SEEDS"] ?? "1:600").split(separator: ":").compactMap {
      Int($0)
    }
    let seeds = Array(range[0]..<(range[0] + range[1]))
    real.clear()
    let server = Simulated.server(socketDirectory: real.folder, version: real.version)
    var differences = ""
    var count = 0
    var lines = 0
    withFolder { folder in
      _ = Simulated.run(["-q", "-c", "CREATE DATABASE lab"], "", server: server, folder: folder)
      _ = real.psql(["-q", "-d", "lab"], setup, folder: folder)
      _ = Simulated.run(["-q", "-d", "lab"], setup, server: server, folder: folder)
      for start in stride(from: 0, to: seeds.count, by: 100) {
        let batch = seeds[start..<min(seeds.count, start + 100)]
        var script = ""
        for seed in batch {
          script += "\\echo == \(seed)\n\\warn == \(seed)\n" + make(seed).sql + ";\n"
        }
        let expected = answers(real.psql(["-d", "lab"], script, folder: folder))
        let actual = answers(Simulated.run(["-d", "lab"], script, server: server, folder: folder))
        for seed in batch {
          let query = make(seed)
          var e = expected[seed] ?? []
          var a = actual[seed] ?? []
          if !query.isOrdered {
            e.sort()
            a.sort()
          }
          lines += e.count
          if e == a { continue }
          count += 1
          differences +=
            "=== seed \(seed)\n\(query.sql);\n--- expected\n\(e.joined(separator: "\n"))\n--- actual\n\(a.joined(separator: "\n"))\n"
        }
      }
    }
    if let path = ProcessInfo.processInfo.environment["FUZZ_REPORT"] {
      try? differences.write(toFile: path, atomically: true, encoding: .utf8)
    }
    print("\(seeds.count) random queries, \(lines) lines of answers, \(count) differ")
    #expect(lines > 2 * seeds.count)
    #expect(count == 0, "\(differences.prefix(3_000))")
  }

  /// Output and errors by the seed that was announced before them.
  private func answers(_ o: Outcome) -> [Int: [String]] {
    var out: [Int: [String]] = [:]
    for text in [o.out, o.err] {
      var seed = 0
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("== "), let n = Int(line.dropFirst(3)) {
          seed = n
        } else if !line.isEmpty {
          out[seed, default: []].append(String(line))
        }
      }
    }
    return out
  }
}
