// Random queries through the real server and the engine: predicates, joins, NULLs, aggregates, casts, functions, set operations,
// windows. The seed of each query is printed when it differs; FUZZ_SEEDS=first:count plays others. Rows of queries without
// ORDER BY are compared as a set, since the planner's choice of a plan is modelled for simple queries only.

import Foundation
import SimKernel
import Testing

@testable import Postgres

struct QueryMaker {
  private var random: SeededRandom
  init(seed: Int) { random = SeededRandom(seed: UInt64(seed)).split("query") }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.below(list.count)] }
  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  static let setup = """
    CREATE TABLE a (id int PRIMARY KEY, k int, v numeric(8,2), s text, d date, f boolean);
    CREATE TABLE b (id int, k int, w bigint, t varchar(10), ts timestamp);
    INSERT INTO a VALUES (1,1,10.50,'alpha','2024-01-05',true),(2,1,NULL,'beta','2024-02-10',false),(3,2,7.25,NULL,NULL,true),
      (4,NULL,100,'Delta','2023-12-31',NULL),(5,3,-3.5,'','2024-02-29',false),(6,2,0,'été','2024-06-15',true),
      (7,5,10.50,'alpha beta','2022-01-01',NULL);
    INSERT INTO b VALUES (1,1,100,'x','2024-01-01 10:00'),(2,2,200,'y','2024-01-02 11:30:15'),(3,2,NULL,'x',NULL),
      (4,NULL,5000000000,'zz','2023-05-05 00:00'),(5,7,-1,NULL,'2024-03-01 23:59:59.5'),(5,1,0,'Y','2024-01-01 10:00');

    """

  private mutating func number(_ depth: Int = 0) -> String {
    let simple = ["a.id", "a.k", "a.v", "b.id", "b.k", "b.w", "1", "2", "0", "-3", "2.5", "NULL", "10"]
    if depth > 2 || chance(40) { return pick(simple) }
    switch random.below(9) {
    case 0: return "(\(number(depth + 1)) + \(number(depth + 1)))"
    case 1: return "(\(number(depth + 1)) - \(number(depth + 1)))"
    case 2: return "(\(number(depth + 1)) * \(number(depth + 1)))"
    case 3: return "(\(number(depth + 1)) / nullif(\(number(depth + 1)), 0))"
    case 4: return "coalesce(\(number(depth + 1)), \(number(depth + 1)))"
    case 5: return "abs(\(number(depth + 1)))"
    case 6: return "length(\(text(depth + 1)))"
    case 7: return "CASE WHEN \(condition(depth + 1)) THEN \(number(depth + 1)) ELSE \(number(depth + 1)) END"
    default: return "round((\(number(depth + 1)))::numeric, 1)"
    }
  }

  private mutating func text(_ depth: Int = 0) -> String {
    let simple = ["a.s", "b.t", "'alpha'", "'x'", "''", "NULL::text", "'B c'"]
    if depth > 2 || chance(45) { return pick(simple) }
    switch random.below(9) {
    case 0: return "upper(\(text(depth + 1)))"
    case 1: return "(\(text(depth + 1)) || \(text(depth + 1)))"
    case 2: return "substr(\(text(depth + 1)), \(1 + random.below(4)), 2)"
    case 3: return "coalesce(\(text(depth + 1)), 'none')"
    case 4: return "replace(\(text(depth + 1)), 'a', '_')"
    case 5: return "(\(number(depth + 1)))::text"
    case 6: return "concat(\(text(depth + 1)), '-', \(number(depth + 1)))"
    case 7: return "to_char(a.d, 'YYYY/MM/DD')"
    default: return "lpad(\(text(depth + 1)), 4, '*')"
    }
  }

  private mutating func condition(_ depth: Int = 0) -> String {
    let op = pick(["=", "<>", "<", ">", "<=", ">="])
    switch random.below(depth > 2 ? 6 : 12) {
    case 0: return "\(number(depth + 1)) \(op) \(number(depth + 1))"
    case 1: return "\(text(depth + 1)) \(op) \(text(depth + 1))"
    case 2: return "\(number(depth + 1)) IS \(chance(50) ? "NOT " : "")NULL"
    case 3: return "a.f IS \(pick(["TRUE", "NOT TRUE", "FALSE", "UNKNOWN"]))"
    case 4: return "\(text(depth + 1)) LIKE '\(pick(["%a%", "a%", "_", "%", "x%"]))'"
    case 5: return "\(number(depth + 1)) BETWEEN \(random.below(4)) AND \(random.below(20))"
    case 6: return "(\(condition(depth + 1)) AND \(condition(depth + 1)))"
    case 7: return "(\(condition(depth + 1)) OR \(condition(depth + 1)))"
    case 8: return "NOT (\(condition(depth + 1)))"
    case 9: return "\(number(depth + 1)) IN (1, 2, \(number(depth + 1)))"
    case 10: return "a.d \(op) DATE '2024-0\(1 + random.below(6))-01'"
    default: return "\(number(depth + 1)) IS DISTINCT FROM \(number(depth + 1))"
    }
  }

  private mutating func source() -> String {
    let join = pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
    let on = pick(["a.k = b.k", "a.id = b.id", "a.k = b.id AND a.id > 1"])
    return chance(15) ? "a CROSS JOIN b" : "a \(join) b ON \(on)"
  }

  /// A query and whether its order is given.
  mutating func query() -> (sql: String, isOrdered: Bool) {
    switch random.below(10) {
    case 0, 1, 2:
      let filter = chance(70) ? " WHERE \(condition())" : ""
      let columns = chance(50) ? "\(number()) AS x, \(text()) AS y" : "a.id, b.id, \(number()) AS x"
      if chance(50) { return ("SELECT \(columns) FROM \(source())\(filter)", false) }
      return ("SELECT \(columns) FROM \(source())\(filter) ORDER BY 1, 2, a.id, b.id, b.w", true)
    case 3, 4:
      let key = pick(["a.k", "b.t", "a.f", "a.s", "b.k"])
      let having = chance(30) ? " HAVING count(*) > 1" : ""
      return (
        "SELECT \(key) AS key, count(*), sum(\(number())) AS total, min(\(text())), max(\(number())), avg(a.v)"
          + " FROM \(source()) GROUP BY \(key)\(having)", false
      )
    case 5:
      let op = pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
      return ("SELECT k, s FROM a \(op) SELECT k, t FROM b", false)
    case 6:
      let function = pick([
        "row_number()", "rank()", "dense_rank()", "sum(a.v)", "count(*)", "lag(a.s)", "first_value(a.id)",
      ])
      let partition = chance(50) ? "PARTITION BY a.f " : ""
      return (
        "SELECT a.id, \(function) OVER (\(partition)ORDER BY a.k NULLS \(pick(["FIRST", "LAST"])), a.id) FROM a ORDER BY a.id",
        true
      )
    case 7:
      return (
        "SELECT a.id, a.s FROM a WHERE a.k \(pick(["IN", "NOT IN"])) (SELECT b.k FROM b WHERE b.k IS NOT NULL AND b.w \(pick(["<", ">"])) \(random.below(300))) ORDER BY a.id",
        true
      )
    case 8:
      return ("SELECT DISTINCT \(pick(["a.k", "a.f", "b.t", "a.k, a.f"])) FROM \(source())", false)
    default:
      return (
        "SELECT a.id, (SELECT \(pick(["count(*)", "max(b.w)", "string_agg(b.t, ',' ORDER BY b.t, b.id)"])) FROM b WHERE b.k = a.k) AS sub FROM a ORDER BY a.id",
        true
      )
    }
  }
}

@Suite struct FuzzTests {
  @Test(.timeLimit(.minutes(5)))
  func randomQueriesMatchTheRealServer() throws {
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
      _ = real.psql(["-q", "-d", "lab"], QueryMaker.setup, folder: folder)
      _ = Simulated.run(["-q", "-d", "lab"], QueryMaker.setup, server: server, folder: folder)
      for start in stride(from: 0, to: seeds.count, by: 100) {
        let batch = seeds[start..<min(seeds.count, start + 100)]
        var script = ""
        for seed in batch {
          var maker = QueryMaker(seed: seed)
          script += "\\echo == \(seed)\n\\warn == \(seed)\n" + maker.query().sql + ";\n"
        }
        let expected = answers(real.psql(["-d", "lab"], script, folder: folder))
        let actual = answers(Simulated.run(["-d", "lab"], script, server: server, folder: folder))
        for seed in batch {
          var maker = QueryMaker(seed: seed)
          let query = maker.query()
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
