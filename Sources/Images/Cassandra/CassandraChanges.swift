// UPDATE and DELETE of one row, and CONSISTENCY.
// Sources: Cassandra documentation (CQL); `cqlsh.py` of Cassandra 4.1 (do_consistency).

import SimKernel
import SimMachine

extension CassandraShell {
  private static let levels: [String] = [
    "ANY", "ONE", "TWO", "THREE", "QUORUM", "ALL", "LOCAL_QUORUM", "EACH_QUORUM", "LOCAL_ONE", "SERIAL", "LOCAL_SERIAL",
  ]

  func setConsistency(_ level: String?, _ process: Process) {
    guard let level = level?.uppercased() else {
      process.print("Current consistency level is \(consistency).\n")
      return
    }
    guard CassandraShell.levels.contains(level) else {
      return notSimulated(process, "a consistency level of no such name")
    }
    consistency = level
    process.print("Consistency level set to \(level).\n")
  }

  /// Whether as many nodes are up as the level asks for. What is said when they are not depends on the row's place in the ring.
  func isServed(_ space: String, _ server: CassandraServer, _ process: Process) -> Bool {
    let factor = server.ring.keyspaces[space]?.factor ?? 1
    let needed: Int
    switch consistency {
    case "TWO": needed = 2
    case "THREE": needed = 3
    case "QUORUM", "LOCAL_QUORUM", "EACH_QUORUM": needed = factor / 2 + 1
    case "ALL": needed = factor
    default: needed = 1
    }
    var down = 0
    for node in server.ring.nodes where !node.isUp { down += 1 }
    if server.liveNodes >= needed, down == 0 || factor >= server.ring.nodes.count && server.liveNodes >= needed {
      return true
    }
    notSimulated(process, "a request with consistency \(consistency) while nodes are down")
    return false
  }

  /// `column = value` and so on; nil when it is anything else.
  private func assignments(
    _ cursor: inout CassandraCursor, separatedBy word: String, of table: CassandraTable, _ process: Process
  ) -> [(String, CassandraValue)]? {
    var list: [(String, CassandraValue)] = []
    while true {
      guard let column = cursor.name(), cursor.take("="), let value = value(&cursor, process) else { return nil }
      guard let type = table.types[column] else {
        list.append((column, value))
        guard word == "," ? cursor.take(",") : cursor.takeWord(word) else { return list }
        continue
      }
      guard let converted = CassandraTypes.convert(value, type) else { return nil }
      list.append((column, converted))
      guard word == "," ? cursor.take(",") : cursor.takeWord(word) else { return list }
    }
  }

  /// The key of one row, as WHERE names it.
  private func key(
    _ conditions: [(String, CassandraValue)], _ table: CassandraTable
  ) -> [String: CassandraValue]? {
    var key: [String: CassandraValue] = [:]
    for (column, value) in conditions { key[column] = value }
    let columns = table.partition + table.clustering
    guard key.count == columns.count else { return nil }
    for column in columns where key[column] == nil { return nil }
    return key
  }

  func update(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    guard let (space, name) = table(&cursor, server, process) else { return }
    var table = server.ring.keyspaces[space]!.tables[name]!
    guard cursor.takeWord("set"), let changes = assignments(&cursor, separatedBy: ",", of: table, process),
      cursor.takeWord("where"), let conditions = assignments(&cursor, separatedBy: "and", of: table, process),
      cursor.isAtEnd
    else { return notSimulated(process, "this UPDATE") }
    guard let key = key(conditions, table) else { return notSimulated(process, "an UPDATE without the whole key") }
    for (column, _) in changes {
      guard table.types[column] != nil else {
        return invalid(process, "Undefined column name \(column) in table \(space).\(name)")
      }
      if table.partition.contains(column) || table.clustering.contains(column) {
        return invalid(process, "PRIMARY KEY part \(column) found in SET part")
      }
    }
    guard isServed(space, server, process) else { return }
    let index = table.rows.firstIndex { row in
      for (column, value) in key where row[column] != value { return false }
      return true
    }
    var row = index.map { table.rows[$0] } ?? key
    for (column, value) in changes { row[column] = value }
    if let index { table.rows[index] = row } else { table.rows.append(row) }
    server.ring.keyspaces[space]!.tables[name] = table
  }

  func delete(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    guard cursor.takeWord("from") else { return notSimulated(process, "this DELETE") }
    guard let (space, name) = table(&cursor, server, process) else { return }
    var table = server.ring.keyspaces[space]!.tables[name]!
    guard cursor.takeWord("where"), let conditions = assignments(&cursor, separatedBy: "and", of: table, process),
      cursor.isAtEnd
    else { return notSimulated(process, "this DELETE") }
    guard let key = key(conditions, table) else { return notSimulated(process, "a DELETE without the whole key") }
    guard isServed(space, server, process) else { return }
    table.rows.removeAll { row in
      for (column, value) in key where row[column] != value { return false }
      return true
    }
    server.ring.keyspaces[space]!.tables[name] = table
  }
}
