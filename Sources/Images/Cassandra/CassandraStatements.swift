// The CQL that first labs use: keyspaces, tables, INSERT, SELECT, with results as cqlsh draws them. Rows stand in the
// order of their tokens (`CassandraPartitioner`).
// Source: Cassandra documentation (CQL, cqlsh).

import SimKernel
import SimMachine

extension CassandraShell {
  func createKeyspace(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    let quiet = cursor.takeAll(["if", "not", "exists"])
    guard let name = cursor.name() else { return notSimulated(process, "this CREATE KEYSPACE") }
    if server.ring.keyspaces[name] != nil {
      if quiet { return }
      return fail(process, "\(context)AlreadyExists: Keyspace '\(name)' already exists")
    }
    var factor = 1
    var isFactor = false
    var hasClass = false
    for token in cursor.rest {
      if case .text(let text) = token {
        if text == "class" { hasClass = true }
        if isFactor, let number = Int(text) { factor = number }
        isFactor = text == "replication_factor" || text == server.settings.datacenter
      } else if case .number(let text) = token, isFactor, let number = Int(text) {
        factor = number
        isFactor = false
      }
    }
    guard hasClass else { return notSimulated(process, "this CREATE KEYSPACE") }
    server.ring.keyspaces[name] = CassandraKeyspace(factor: factor)
  }

  func createTable(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    let quiet = cursor.takeAll(["if", "not", "exists"])
    guard let (space, name) = qualified(&cursor, process) else { return }
    guard server.ring.keyspaces[space] != nil else { return invalid(process, "Keyspace '\(space)' doesn't exist") }
    if server.ring.keyspaces[space]!.tables[name] != nil {
      if quiet { return }
      return fail(process, "\(context)AlreadyExists: Table '\(space).\(name)' already exists")
    }
    guard cursor.take("(") else { return notSimulated(process, "this CREATE TABLE") }
    var made = CassandraTable(partition: [], clustering: [], regular: [], types: [:])
    var columns: [String] = []
    while !cursor.take(")") {
      guard !cursor.isAtEnd else { return notSimulated(process, "this CREATE TABLE") }
      if cursor.takeAll(["primary", "key"]) {
        guard cursor.take("(") else { return notSimulated(process, "this CREATE TABLE") }
        if cursor.take("(") {
          while !cursor.take(")") {
            guard let column = cursor.name() else { return notSimulated(process, "this CREATE TABLE") }
            made.partition.append(column)
            _ = cursor.take(",")
          }
        } else if let column = cursor.name() {
          made.partition = [column]
        }
        _ = cursor.take(",")
        while !cursor.take(")") {
          guard let column = cursor.name() else { return notSimulated(process, "this CREATE TABLE") }
          made.clustering.append(column)
          _ = cursor.take(",")
        }
      } else {
        guard let column = cursor.name(), let type = cursor.word() else {
          return notSimulated(process, "this CREATE TABLE")
        }
        guard let whole = CassandraTypes.read(type, &cursor) else {
          server.ring.unknownTables.insert("\(space).\(name)")
          return notSimulated(process, "the type \(type)")
        }
        columns.append(column)
        made.types[column] = whole
        if cursor.takeWord("static") { return notSimulated(process, "static columns") }
        if cursor.takeAll(["primary", "key"]) { made.partition = [column] }
      }
      _ = cursor.take(",")
    }
    while cursor.takeWord("with") || cursor.takeWord("and") {
      if cursor.takeAll(["clustering", "order", "by"]), cursor.take("(") {
        while !cursor.take(")") {
          guard let column = cursor.name() else { return notSimulated(process, "this CLUSTERING ORDER") }
          if cursor.takeWord("desc") { made.descending.insert(column) } else { _ = cursor.takeWord("asc") }
          _ = cursor.take(",")
        }
      } else {
        // Other options change nothing that is shown here.
        guard cursor.name() != nil, cursor.take("="), cursor.value() != nil else {
          return notSimulated(process, "CREATE TABLE with options")
        }
      }
    }
    if !cursor.isAtEnd { return notSimulated(process, "CREATE TABLE with options") }
    guard !made.partition.isEmpty else {
      return invalid(process, "No PRIMARY KEY specifed for table '\(space).\(name)' (exactly one required)")
    }
    for column in columns.sorted() where !made.partition.contains(column) && !made.clustering.contains(column) {
      made.regular.append(column)
    }
    server.ring.keyspaces[space]!.tables[name] = made
  }

  func qualified(_ cursor: inout CassandraCursor, _ process: Process) -> (String, String)? {
    guard let first = cursor.name() else {
      notSimulated(process, "this statement")
      return nil
    }
    if cursor.take("."), let second = cursor.name() { return (first, second) }
    guard let keyspace else {
      invalid(process, "No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename")
      return nil
    }
    return (keyspace, first)
  }

  func table(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) -> (
    String, String
  )? {
    guard let (space, name) = qualified(&cursor, process) else { return nil }
    if space.hasPrefix("system") {
      notSimulated(process, "the keyspace \(space)")
      return nil
    }
    if server.ring.unknownTables.contains("\(space).\(name)") {
      notSimulated(process, "the table \(name), whose CREATE TABLE was not simulated")
      return nil
    }
    guard let found = server.ring.keyspaces[space] else {
      invalid(process, "keyspace \(space) does not exist")
      return nil
    }
    guard found.tables[name] != nil else {
      invalid(process, server.settings.release[0] >= 4 ? "table \(name) does not exist" : "unconfigured table \(name)")
      return nil
    }
    return (space, name)
  }

  func drop(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    switch cursor.word() ?? "" {
    case "keyspace":
      let quiet = cursor.takeAll(["if", "exists"])
      let name = cursor.name() ?? ""
      guard server.ring.keyspaces[name] != nil else {
        if !quiet { invalid(process, "Keyspace '\(name)' doesn't exist") }
        return
      }
      server.ring.keyspaces[name] = nil
    case "table":
      let quiet = cursor.takeAll(["if", "exists"])
      guard let (space, name) = qualified(&cursor, process) else { return }
      guard server.ring.keyspaces[space]?.tables[name] != nil else {
        if !quiet { invalid(process, "Table '\(space).\(name)' doesn't exist") }
        return
      }
      server.ring.keyspaces[space]!.tables[name] = nil
    default: notSimulated(process, "this DROP statement")
    }
  }

  func insert(_ cursor: inout CassandraCursor, _ server: CassandraServer, _ process: Process) {
    guard cursor.takeWord("into"), let (space, name) = table(&cursor, server, process) else { return }
    var columns: [String] = []
    var values: [CassandraValue] = []
    guard cursor.take("(") else { return notSimulated(process, "this INSERT") }
    while !cursor.take(")") {
      guard let column = cursor.name() else { return notSimulated(process, "this INSERT") }
      columns.append(column)
      _ = cursor.take(",")
    }
    guard cursor.takeWord("values"), cursor.take("(") else { return notSimulated(process, "this INSERT") }
    while !cursor.take(")") {
      guard let value = value(&cursor, process) else { return notSimulated(process, "a value in this INSERT") }
      values.append(value)
      _ = cursor.take(",")
    }
    let onlyNew = cursor.takeAll(["if", "not", "exists"])
    guard cursor.isAtEnd, !onlyNew else { return notSimulated(process, "INSERT with options") }
    guard columns.count == values.count else { return invalid(process, "Unmatched column names/values") }
    guard isServed(space, server, process) else { return }
    var table = server.ring.keyspaces[space]!.tables[name]!
    var row: [String: CassandraValue] = [:]
    for (column, value) in zip(columns, values) {
      guard table.types[column] != nil else {
        return invalid(process, "Undefined column name \(column) in table \(space).\(name)")
      }
      guard let converted = CassandraTypes.convert(value, table.types[column]!) else {
        return notSimulated(process, "this value for a column of type \(table.types[column]!)")
      }
      row[column] = converted
    }
    for column in table.partition + table.clustering where row[column] == nil {
      return invalid(
        process,
        "Some \(table.partition.contains(column) ? "partition key" : "clustering") parts are missing: \(column)")
    }
    let keys = table.partition + table.clustering
    for index in table.rows.indices {
      var isSame = true
      for key in keys where table.rows[index][key] != row[key] { isSame = false }
      if isSame {
        for (column, value) in row { table.rows[index][column] = value }
        server.ring.keyspaces[space]!.tables[name] = table
        return
      }
    }
    table.rows.append(row)
    server.ring.keyspaces[space]!.tables[name] = table
  }

  static func precedes(_ a: CassandraValue, _ b: CassandraValue) -> Bool {
    if case .number(let x) = a, case .number(let y) = b, let p = Int64(x), let q = Int64(y) { return p < q }
    if case .time(let x) = a, case .time(let y) = b { return x < y }
    return a.shown.utf8.lexicographicallyPrecedes(b.shown.utf8)
  }

  /// A result: names to the left, values to the right of their columns.
  static func table(_ columns: [String], _ rows: [[String]]) -> String {
    var widths: [Int] = []
    for (index, column) in columns.enumerated() {
      var width = column.unicodeScalars.count
      for row in rows { width = max(width, row[index].unicodeScalars.count) }
      widths.append(width)
    }
    var parts: [String] = []
    for (column, width) in zip(columns, widths) { parts.append(left(column, width)) }
    var heading = parts.joined(separator: " | ")
    while heading.utf8.last == 32 { heading.removeLast() }
    var text = "\n " + heading + "\n"
    parts = []
    for width in widths { parts.append(String(repeating: "-" as Character, count: width + 2)) }
    text += parts.joined(separator: "+") + "\n"
    for row in rows {
      parts = []
      for (cell, width) in zip(row, widths) { parts.append(right(cell, width)) }
      text += " " + parts.joined(separator: " | ") + "\n"
    }
    return text + "\n(\(rows.count) rows)\n"
  }
}
