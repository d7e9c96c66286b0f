// SELECT: what may be asked for, in which order rows come, and how cqlsh draws them.
// Sources: Cassandra documentation (CQL); errors of SelectStatement and StatementRestrictions; `cqlsh.py`.

import SimKernel
import SimMachine

extension CassandraShell {
  private struct Condition {
    let column: String
    let sign: String
    let values: [CassandraValue]
  }

  private static let filtering =
    "Cannot execute this query as it might involve data filtering and thus may have unpredictable performance. If you want to execute this query despite the performance unpredictability, use ALLOW FILTERING"

  /// A literal, or one of the functions that give one.
  func value(_ cursor: inout CassandraCursor, _ process: Process) -> CassandraValue? {
    if cursor.takeAll(["uuid"]) {
      guard cursor.take("("), cursor.take(")") else { return nil }
      return .number(process.world.random.uuid())
    }
    if cursor.takeAll(["totimestamp"]) {
      guard cursor.take("("), cursor.takeWord("now"), cursor.take("("), cursor.take(")"), cursor.take(")") else {
        return nil
      }
      return .time(process.world.civilNow.unixSeconds * 1_000 + Int64(process.world.civilNow.nanosecond / 1_000_000))
    }
    return cursor.value()
  }

  func select(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    var wanted: [String] = []
    var counts = false
    if cursor.take("*") {
    } else if cursor.takeAll(["count"]), cursor.take("(") {
      guard cursor.take("*") || cursor.value() != nil, cursor.take(")") else {
        return notSimulated(process, "this SELECT")
      }
      counts = true
    } else {
      while let column = cursor.name() {
        wanted.append(column)
        if !cursor.take(",") { break }
      }
    }
    guard cursor.takeWord("from") else { return notSimulated(process, "this SELECT") }
    guard let (space, name) = table(&cursor, server, process) else { return }
    let table = server.ring.keyspaces[space]!.tables[name]!
    guard let conditions = conditions(&cursor, table, process) else { return }
    var isReversed = false
    if cursor.takeAll(["order", "by"]) {
      guard let column = cursor.name(), column == table.clustering.first else {
        return notSimulated(process, "this ORDER BY")
      }
      let isDown = cursor.takeWord("desc")
      if !isDown { _ = cursor.takeWord("asc") }
      isReversed = isDown != table.descending.contains(column)
    }
    var limit = Int.max
    if cursor.takeWord("limit") {
      guard case .number(let text) = cursor.value(), let number = Int(text) else {
        return notSimulated(process, "this LIMIT")
      }
      limit = number
    }
    let filters = cursor.takeAll(["allow", "filtering"])
    guard cursor.isAtEnd else { return notSimulated(process, "this SELECT") }
    for column in wanted + conditions.map({ $0.column }) where table.types[column] == nil {
      return invalid(process, "Undefined column name \(column) in table \(space).\(name)")
    }
    if !filters, !isDirect(conditions, table) { return invalid(process, CassandraShell.filtering) }
    guard isServed(space, server, process) else { return }
    var rows = table.rows.filter { row in conditions.allSatisfy { CassandraShell.holds($0, row[$0.column] ?? .null) } }
    rows = ordered(rows, table, isReversed: isReversed, process)
    if counts {
      let hasPartition = table.partition.allSatisfy { key in conditions.contains { $0.column == key } }
      process.print(CassandraShell.table(["count"], [[String(rows.count)]]))
      if !hasPartition { process.print("\nWarnings :\nAggregation query used without partition key\n\n") }
      return
    }
    let columns = wanted.isEmpty ? table.columns : wanted
    var cells: [[String]] = []
    for row in rows.prefix(limit) { cells.append(columns.map { (row[$0] ?? .null).shown }) }
    process.print(CassandraShell.table(columns, cells))
  }

  private func conditions(
    _ cursor: inout CassandraCursor, _ table: CassandraTable, _ process: Process
  ) -> [Condition]? {
    var list: [Condition] = []
    guard cursor.takeWord("where") else { return list }
    repeat {
      guard let column = cursor.name() else {
        notSimulated(process, "this WHERE clause")
        return nil
      }
      var sign = ""
      var values: [CassandraValue] = []
      if cursor.takeWord("in"), cursor.take("(") {
        sign = "in"
        while !cursor.take(")") {
          guard let value = cursor.value() else {
            notSimulated(process, "this WHERE clause")
            return nil
          }
          values.append(value)
          _ = cursor.take(",")
        }
      } else {
        for mark in ["<", ">", "="] where cursor.take(mark) { sign += mark }
        guard !sign.isEmpty, let value = value(&cursor, process) else {
          notSimulated(process, "this WHERE clause")
          return nil
        }
        values = [value]
      }
      let type = table.types[column] ?? ""
      list.append(
        Condition(
          column: column, sign: sign,
          values: values.map { type.isEmpty ? $0 : CassandraTypes.convert($0, type) ?? $0 }))
    } while cursor.takeWord("and")
    return list
  }

  /// Whether the rows can be found by their keys: the whole partition key, then clustering columns in their order.
  private func isDirect(_ conditions: [Condition], _ table: CassandraTable) -> Bool {
    guard !conditions.isEmpty else { return true }
    for key in table.partition
    where !conditions.contains(where: { $0.column == key && ($0.sign == "=" || $0.sign == "in") }) { return false }
    var mayFollow = true
    var used = table.partition.count
    for key in table.clustering {
      let own = conditions.filter { $0.column == key }
      if own.isEmpty {
        mayFollow = false
        continue
      }
      guard mayFollow else { return false }
      used += own.count
      if own.contains(where: { $0.sign != "=" && $0.sign != "in" }) { mayFollow = false }
    }
    return used >= conditions.count
  }

  private static func holds(_ condition: Condition, _ value: CassandraValue) -> Bool {
    guard value != .null else { return false }
    let other = condition.values.first ?? .null
    switch condition.sign {
    case "in": return condition.values.contains(value)
    case "=": return value == other
    case "<": return precedes(value, other)
    case ">": return precedes(other, value)
    case "<=": return !precedes(other, value)
    case ">=": return !precedes(value, other)
    default: return false
    }
  }

  /// By token, then by clustering columns.
  private func ordered(
    _ rows: [[String: CassandraValue]], _ table: CassandraTable, isReversed: Bool, _ process: Process
  ) -> [[String: CassandraValue]] {
    var list: [(token: Int64, row: [String: CassandraValue])] = []
    for row in rows {
      guard let token = CassandraPartitioner.token(row, table) else {
        notSimulated(process, "the order of rows of several partitions")
        return rows
      }
      list.append((token, row))
    }
    list.sort { a, b in
      if a.token != b.token { return a.token < b.token }
      for column in table.clustering {
        let x = a.row[column] ?? .null
        let y = b.row[column] ?? .null
        if x == y { continue }
        return CassandraShell.precedes(x, y) != (table.descending.contains(column) != isReversed)
      }
      return false
    }
    return list.map { $0.row }
  }
}
