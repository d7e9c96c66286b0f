// The makers of random queries: each seed is one query and whether its order is given.

import SimKernel

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

/// Joins of three tables, grouping sets, windows with frames, subqueries in every place, dates, jsonb and arrays.
struct WideQueryMaker {
  private var random: SeededRandom
  init(seed: Int) { random = SeededRandom(seed: UInt64(seed)).split("wide query") }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.below(list.count)] }
  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  static let setup = """
    CREATE TABLE c (id int PRIMARY KEY, name text, city varchar(12), born date, doc jsonb, tags text[]);
    CREATE TABLE o (id int PRIMARY KEY, cid int, amount numeric(8,2), at timestamp, state text);
    CREATE TABLE i (oid int, sku text, qty int, price real);
    INSERT INTO c VALUES (1,'Ann','Paris','1990-05-01','{"age": 34, "vip": true, "n": {"x": 1}}','{a,b}'),
      (2,'Bob','Lyon','1985-12-31','{"age": 39, "tags": ["u", "v"]}','{}'),(3,'Cid',NULL,NULL,NULL,NULL),
      (4,'dee','Paris','2000-02-29','{"vip": false}','{b,c,NULL}'),(5,'Eve','',  '1999-01-15','{"age": null}','{x}');
    INSERT INTO o VALUES (10,1,20.50,'2024-01-05 10:00','paid'),(11,1,5,'2024-02-01 23:59:59','open'),
      (12,2,100,'2024-02-15 00:00','paid'),(13,4,NULL,'2023-12-31 12:30','open'),(14,NULL,7.25,NULL,NULL),
      (15,2,20.50,'2024-03-10 08:15:30.25','late');
    INSERT INTO i VALUES (10,'p1',2,1.5),(10,'p2',1,17.5),(11,'p1',1,5),(12,'p3',10,10),(13,'p2',NULL,0.1),(15,'p1',3,2.25),
      (99,'zz',1,1);

    """

  private mutating func number(_ depth: Int = 0) -> String {
    let simple = ["c.id", "o.id", "o.amount", "i.qty", "i.price", "3", "0.5", "NULL::int", "o.cid"]
    if depth > 2 || chance(35) { return pick(simple) }
    switch random.below(14) {
    case 0: return "(\(number(depth + 1)) + \(number(depth + 1)))"
    case 1: return "(\(number(depth + 1)) * \(number(depth + 1)))"
    case 2: return "(\(number(depth + 1)) / nullif(\(number(depth + 1)), 0))"
    case 3: return "extract(\(pick(["year", "month", "dow", "doy", "week", "quarter"])) FROM \(date(depth + 1)))"
    case 4: return "(c.doc->>'age')::int"
    case 5: return "cardinality(c.tags)"
    case 6: return "greatest(\(number(depth + 1)), \(number(depth + 1)))"
    case 7: return "round(\(number(depth + 1))::numeric, \(random.below(3)))"
    case 8: return "sign(\(number(depth + 1)))"
    case 9: return "position('\(pick(["a", "n", "i"]))' in \(text(depth + 1)))"
    case 10: return "(\(number(depth + 1)) % 7::numeric::int)"
    case 11: return "ceil(\(number(depth + 1)))"
    case 12: return "coalesce(\(number(depth + 1)), 0)"
    default: return "CASE \(text(depth + 1)) WHEN 'paid' THEN 1 WHEN 'open' THEN 2 END"
    }
  }

  private mutating func text(_ depth: Int = 0) -> String {
    let simple = ["c.name", "c.city", "o.state", "i.sku", "'Paris'", "NULL::text"]
    if depth > 2 || chance(40) { return pick(simple) }
    switch random.below(16) {
    case 0: return "lower(\(text(depth + 1)))"
    case 1: return "initcap(\(text(depth + 1)))"
    case 2: return "concat_ws('/', \(text(depth + 1)), \(text(depth + 1)))"
    case 3: return "to_char(\(date(depth + 1)), '\(pick(["YYYY-MM", "Mon DD", "FMDay", "IW", "HH24:MI"]))')"
    case 4: return "split_part(\(text(depth + 1)), 'a', \(1 + random.below(2)))"
    case 5: return "c.doc->>'\(pick(["age", "vip", "zz"]))'"
    case 6: return "(c.doc->'n')::text"
    case 7: return "c.tags[\(random.below(4))]"
    case 8: return "array_to_string(c.tags, ',', '?')"
    case 9: return "left(\(text(depth + 1)), \(random.below(5) - 2))"
    case 10: return "reverse(\(text(depth + 1)))"
    case 11: return "regexp_replace(\(text(depth + 1)), '[aeiou]', '*', 'g')"
    case 12: return "format('%s-%s', \(text(depth + 1)), \(number(depth + 1)))"
    case 13: return "trim(both 'aeP' from \(text(depth + 1)))"
    case 14: return "translate(\(text(depth + 1)), 'abc', 'xy')"
    default: return "(\(text(depth + 1)) || \(text(depth + 1)))"
    }
  }

  private mutating func date(_ depth: Int = 0) -> String {
    if depth > 2 || chance(50) { return pick(["c.born", "o.at", "DATE '2024-02-29'", "o.at::date"]) }
    switch random.below(4) {
    case 0: return "date_trunc('\(pick(["month", "year", "day", "week"]))', \(date(depth + 1)))"
    case 1: return "(\(date(depth + 1)) + INTERVAL '\(pick(["1 day", "1 month", "90 minutes", "-1 year"]))')"
    case 2: return "coalesce(o.at, c.born)"
    default: return "greatest(c.born, o.at::date)"
    }
  }

  private mutating func condition(_ depth: Int = 0) -> String {
    let op = pick(["=", "<>", "<", ">", "<=", ">="])
    switch random.below(depth > 1 ? 9 : 14) {
    case 0: return "\(number(depth + 1)) \(op) \(number(depth + 1))"
    case 1: return "\(text(depth + 1)) \(op) \(text(depth + 1))"
    case 2: return "\(date(depth + 1)) \(op) \(pick(["'2024-01-31'", "'1995-06-15'"]))"
    case 3: return "\(text(depth + 1)) ~ '\(pick(["^[A-Z]", "a", "[0-9]+", "e$"]))'"
    case 4: return "c.doc @> '\(pick(["{\"vip\": true}", "{\"age\": 39}", "{}"]))'"
    case 5: return "c.doc ? '\(pick(["age", "vip"]))'"
    case 6: return "'b' = ANY (c.tags)"
    case 7: return "c.tags && ARRAY['a', 'x']"
    case 8: return "\(number(depth + 1)) IS \(chance(50) ? "NOT " : "")NULL"
    case 9: return "(\(condition(depth + 1)) AND \(condition(depth + 1)))"
    case 10: return "(\(condition(depth + 1)) OR \(condition(depth + 1)))"
    case 11: return "NOT \(condition(depth + 1))"
    case 12: return "EXISTS (SELECT 1 FROM i WHERE i.oid = o.id AND i.qty > \(random.below(3)))"
    default: return "c.id IN (SELECT x.cid FROM o x WHERE x.state = '\(pick(["paid", "open"]))')"
    }
  }

  private mutating func source() -> String {
    let first = pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"])
    let second = pick(["JOIN", "LEFT JOIN", "FULL JOIN"])
    return "c \(first) o ON o.cid = c.id \(second) i ON i.oid = o.id"
  }

  mutating func query() -> (sql: String, isOrdered: Bool) {
    switch random.below(12) {
    case 0, 1, 2:
      let filter = chance(60) ? " WHERE \(condition())" : ""
      return ("SELECT c.id, o.id, \(number()) AS x, \(text()) AS y, \(date()) AS z FROM \(source())\(filter)", false)
    case 3:
      let keys = ["c.city", "o.state", "i.sku"]
      let sets = pick(["ROLLUP (c.city, o.state)", "CUBE (c.city, i.sku)", "GROUPING SETS ((c.city), (o.state), ())"])
      let shown = keys.filter { sets.contains($0) }.joined(separator: ", ")
      return ("SELECT \(shown), count(*), sum(o.amount), max(i.price) FROM \(source()) GROUP BY \(sets)", false)
    case 4, 5:
      let key = pick(["c.city", "o.state", "date_trunc('month', o.at)", "c.doc->>'vip'", "lower(i.sku)"])
      let having = chance(40) ? " HAVING count(*) > \(random.below(3))" : ""
      return (
        "SELECT \(key) AS k, count(DISTINCT c.id), avg(o.amount), string_agg(c.name, ',' ORDER BY c.name, i.sku), "
          + "count(*) FILTER (WHERE \(condition(1))), array_agg(i.qty ORDER BY i.qty, i.price), bool_or(o.amount > 10), "
          + "jsonb_agg(o.state ORDER BY o.id, i.sku) FROM \(source()) GROUP BY 1\(having)", false
      )
    case 6, 7:
      let function = pick([
        "sum(o.amount)", "avg(i.qty)", "count(*)", "min(c.name)", "lag(o.state, 1, 'none')", "lead(o.amount)",
        "first_value(i.sku)", "last_value(i.sku)", "nth_value(i.sku, 2)", "ntile(3)", "percent_rank()", "cume_dist()",
        "dense_rank()", "rank()", "row_number()",
      ])
      let frame = pick([
        "", " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", " ROWS UNBOUNDED PRECEDING",
        " RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", " ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING",
        " GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING", " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING EXCLUDE CURRENT ROW",
      ])
      let part = chance(50) ? "PARTITION BY \(pick(["c.city", "o.state"])) " : ""
      return (
        "SELECT o.id, i.sku, \(function) OVER (\(part)ORDER BY o.id, i.sku\(frame)) AS w FROM o JOIN i ON i.oid = o.id "
          + "LEFT JOIN c ON c.id = o.cid ORDER BY 1, 2", true
      )
    case 8:
      return (
        "SELECT c.name, l.* FROM c \(pick(["LEFT JOIN", "JOIN"])) LATERAL (SELECT o.id, o.amount FROM o WHERE o.cid = c.id "
          + "ORDER BY o.amount \(pick(["DESC", "ASC"])) NULLS \(pick(["FIRST", "LAST"])), o.id LIMIT \(1 + random.below(2))) l ON true ORDER BY 1, 2",
        true
      )
    case 9:
      return (
        "WITH t AS (SELECT c.id, c.name, count(o.id) AS n FROM c LEFT JOIN o ON o.cid = c.id GROUP BY c.id), "
          + "u AS (SELECT max(n) AS top FROM t) SELECT t.*, (SELECT string_agg(x.state, ',' ORDER BY x.id) FROM o x WHERE x.cid = t.id), "
          + "n = top AS best FROM t, u WHERE \(pick(["n > 0", "name > 'B'", "t.id % 2 = 1"])) ORDER BY t.id", true
      )
    case 10:
      let op = pick(["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL", "INTERSECT ALL"])
      return (
        "SELECT c.name, c.id FROM c \(op) SELECT o.state, o.cid FROM o \(pick(["UNION", "UNION ALL"])) SELECT sku, qty FROM i",
        false
      )
    default:
      return (
        "SELECT k, v, \(pick(["jsonb_typeof(v)", "v::text", "pg_typeof(v)"])) FROM c, jsonb_each(c.doc) AS e(k, v) ORDER BY c.id, k",
        true
      )
    }
  }
}
