// The rows of tables, as COPY or as INSERT statements. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  mutating func addData(_ r: Relation) {
    if options.schemaOnly || matches(options.excludedData, r.schema, r.name) { return }
    var entry = DumpEntry(kind: "TABLE DATA", tag: r.name, schema: r.schema, owner: r.owner)
    entry.section = .data
    entry.table = r.oid
    entry.oid = r.oid
    entry.data = options.inserts ? inserts(r) : copy(r)
    var needs: [String] = []
    if options.dataOnly {
      for c in r.constraints where c.kind == .foreignKey && c.foreignTable != r.oid {
        needs.append("data \(c.foreignTable)")
      }
    }
    put("data \(r.oid)", DumpPriority.data, r.schema, r.name, needs: needs, [entry])
  }

  func copy(_ r: Relation) -> DumpData {
    var names: [String] = []
    for (_, c) in r.liveColumns where !c.isGenerated { names.append(q(c.name)) }
    let list = names.isEmpty ? "" : " (\(joined(names, ", ")))"
    var lines: [String] = []
    // COPY of a table that has children takes only its own rows; a query over it says so.
    let source =
      session.catalog.children(of: r.oid).isEmpty
      ? "\(full(r))\(list)" : "(SELECT \(names.isEmpty ? "" : joined(names, ", ")) FROM ONLY \(full(r)))"
    for outcome in session.execute("COPY \(source) TO stdout") {
      if case .copyOut(let out) = outcome { lines = out }
    }
    return .copy(header: "COPY \(full(r))\(list) FROM stdin;\n", lines: lines)
  }

  func inserts(_ r: Relation) -> DumpData {
    let columns = r.liveColumns
    var names: [String] = []
    var selected: [String] = []
    var overrides = false
    for (_, c) in columns {
      if c.identity == 97 { overrides = true }
      if options.columnInserts, c.isGenerated { continue }
      names.append(q(c.name))
      selected.append(c.isGenerated ? "NULL" : q(c.name))
    }
    var head = "INSERT INTO \(full(r)) "
    if options.columnInserts, !names.isEmpty { head += "(\(joined(names, ", "))) " }
    if overrides { head += "OVERRIDING SYSTEM VALUE " }
    var rows: [String] = []
    let query = "SELECT \(joined(selected, ", ")) FROM ONLY \(full(r))"
    for outcome in session.execute(query) {
      guard case .rows(let set) = outcome else { continue }
      for row in set.rows {
        var values: [String] = []
        var position = 0
        for (_, c) in columns {
          if c.isGenerated {
            if options.columnInserts { continue }
            values.append("DEFAULT")
          } else {
            values.append(literal(row[position], c.type))
          }
          position += 1
        }
        rows.append("(\(joined(values, ", ")))")
      }
    }
    let tail = options.onConflictDoNothing ? " ON CONFLICT DO NOTHING" : ""
    var statements: [String] = []
    if options.rowsPerInsert <= 1 {
      for row in rows { statements.append(head + "VALUES " + row + tail + ";\n") }
    } else {
      var index = 0
      while index < rows.count {
        let part = Array(rows[index..<min(rows.count, index + options.rowsPerInsert)])
        statements.append(head + "VALUES\n\t" + joined(part, ",\n\t") + tail + ";\n")
        index += options.rowsPerInsert
      }
    }
    return .statements(statements)
  }

  func literal(_ text: String?, _ type: SQLType) -> String {
    guard let text else { return "NULL" }
    switch type.oid {
    case Oid.int2, Oid.int4, Oid.int8, Oid.oid, Oid.float4, Oid.float8, Oid.numeric:
      // Not every number is one for the parser.
      for b in text.utf8 where !(Lexer.isDigit(b) || b == 46 || b == 43 || b == 45 || b == 101 || b == 69) {
        return "'\(text)'"
      }
      return text
    case Oid.bool: return text == "t" ? "true" : "false"
    default:
      // Dumps set standard_conforming_strings: backslashes stand for themselves.
      var out = "'"
      for c in text.unicodeScalars {
        if c == "'" { out += "'" }
        out.unicodeScalars.append(c)
      }
      return out + "'"
    }
  }
}
