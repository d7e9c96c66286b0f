// Entries of sequences and views. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  mutating func addSequence(_ r: Relation) {
    guard let s = r.sequence else { return }
    let table = s.ownerTable == 0 ? nil : session.catalog.relation(s.ownerTable)
    var entry = DumpEntry(kind: "SEQUENCE", tag: r.name, schema: r.schema, owner: r.owner)
    entry.table = r.oid
    entry.catalog = 1259
    entry.oid = r.oid
    var body = "    START WITH \(s.start)\n    INCREMENT BY \(s.increment)\n"
    let highest: Int64 = s.type == Oid.int2 ? 32_767 : s.type == Oid.int4 ? Int64(Int32.max) : Int64.max
    let lowest: Int64 = s.type == Oid.int2 ? -32_768 : s.type == Oid.int4 ? Int64(Int32.min) : Int64.min
    let plainMinimum = s.increment > 0 ? 1 : lowest
    let plainMaximum = s.increment > 0 ? highest : -1
    body += s.minimum == plainMinimum ? "    NO MINVALUE\n" : "    MINVALUE \(s.minimum)\n"
    body += s.maximum == plainMaximum ? "    NO MAXVALUE\n" : "    MAXVALUE \(s.maximum)\n"
    body += "    CACHE \(s.cache)\(s.cycle ? "\n    CYCLE" : "")"
    var entries: [DumpEntry] = []
    if s.isIdentity, let table {
      let column = table.columns[s.ownerColumn]
      entry.owner = table.owner
      entry.definition =
        "ALTER TABLE \(full(table)) ALTER COLUMN \(q(column.name)) ADD GENERATED \(column.identity == 97 ? "ALWAYS" : "BY DEFAULT") AS IDENTITY (\n    SEQUENCE NAME \(full(r))\n\(body)\n);\n"
      entries.append(entry)
    } else {
      let type = s.type == Oid.int8 ? "" : "    AS \(session.formatType(s.type))\n"
      entry.definition = "CREATE \(r.isUnlogged ? "UNLOGGED " : "")SEQUENCE \(full(r))\n\(type)\(body);\n"
      entry.drop = "DROP SEQUENCE \(full(r));\n"
      entry.ownerTarget = "TABLE \(full(r))"
      entries.append(entry)
      if let table, wants(table) {
        var owned = DumpEntry(kind: "SEQUENCE OWNED BY", tag: r.name, schema: r.schema, owner: r.owner)
        owned.table = r.oid
        owned.definition =
          "ALTER SEQUENCE \(full(r)) OWNED BY \(full(table)).\(q(table.columns[s.ownerColumn].name));\n"
        entries.append(owned)
      }
    }
    entries += comment("SEQUENCE", q(r.name), full(r), r.comment, like: entry)
    entries += tablePrivileges(r, like: entry)
    put(key(r), DumpPriority.table, r.schema, r.name, needs: table.map { [key($0)] } ?? [], entries)
    guard !options.schemaOnly else { return }
    var value = DumpEntry(kind: "SEQUENCE SET", tag: r.name, schema: r.schema, owner: entry.owner)
    value.section = .data
    value.table = r.oid
    value.definition =
      "SELECT pg_catalog.setval(\(quotedLiteral(full(r))), \(s.state.last), \(s.state.isCalled ? "true" : "false"));\n"
    put("value \(r.oid)", DumpPriority.sequenceValue, r.schema, r.name, [value])
  }

  mutating func addView(_ r: Relation) {
    let isMaterialized = r.kind == .materializedView
    let word = isMaterialized ? "MATERIALIZED VIEW" : "VIEW"
    guard var text = session.viewDefinition(of: r) else {
      notSimulated.append("pg_dump: the definition of view \(r.name)")
      return
    }
    while text.utf8.last == 59 || text.utf8.last == 10 { text.removeLast() }
    var entry = DumpEntry(kind: word, tag: r.name, schema: r.schema, owner: r.owner)
    entry.table = r.oid
    entry.catalog = 1259
    entry.oid = r.oid
    entry.selectsTablespace = isMaterialized
    entry.selectsAccessMethod = isMaterialized
    entry.definition = "CREATE \(word) \(full(r)) AS\n\(text)"
    if isMaterialized { entry.definition += "\n  WITH NO DATA" }
    if let check = r.view?.checkOption { entry.definition += "\n  WITH \(uppercasedASCII(check)) CHECK OPTION" }
    entry.definition += ";\n"
    entry.drop = "DROP \(word) \(full(r));\n"
    entry.ownerTarget = "TABLE \(full(r))"
    var entries = [entry]
    entries += comment(word, q(r.name), full(r), r.comment, like: entry)
    for (_, c) in r.liveColumns {
      entries += comment("COLUMN", "\(q(r.name)).\(q(c.name))", "\(full(r)).\(q(c.name))", c.comment, like: entry)
    }
    entries += tablePrivileges(r, like: entry)
    put(key(r), DumpPriority.table, r.schema, r.name, needs: viewNeeds(r), entries)
    addIndexes(r)
    guard isMaterialized, !options.schemaOnly, r.view?.isPopulated ?? true else { return }
    var refresh = DumpEntry(kind: "MATERIALIZED VIEW DATA", tag: r.name, schema: r.schema, owner: r.owner)
    refresh.section = .afterData
    refresh.pass = .views
    refresh.table = r.oid
    refresh.oid = r.oid
    refresh.definition = "REFRESH MATERIALIZED VIEW \(full(r));\n"
    put("refresh \(r.oid)", DumpPriority.refresh, r.schema, r.name, [refresh])
  }

  /// The relations a view reads.
  func viewNeeds(_ r: Relation) -> [String] {
    var out: [String] = []
    for oid in session.relationsRead(by: r) { out.append("relation \(oid)") }
    for oid in session.functionsCalled(by: r) { out.append("function \(oid)") }
    return out
  }
}

extension ClientSession {
  /// The query of a view as the catalogue prints it; nil when it cannot be.
  func viewDefinition(of r: Relation) -> String? {
    for outcome in execute("SELECT pg_catalog.pg_get_viewdef(\(r.oid)::oid)") {
      if case .rows(let set) = outcome { return set.rows.first?.first ?? nil }
    }
    return nil
  }

  /// Names as tokens of a view's text: what resolves to an object is one it may need.
  private func names(in r: Relation) -> [Token] {
    guard let view = r.view else { return [] }
    return ((try? Lexer.tokens(Array(view.text.utf8))) ?? []).filter { $0.kind == .word || $0.kind == .quoted }
  }

  func functionsCalled(by r: Relation) -> [Int32] {
    var out: [Int32] = []
    for token in names(in: r) {
      for function in catalog.functions.values where function.name == token.text { out.append(function.oid) }
    }
    return out
  }

  /// The tables and views that a view's query names.
  func relationsRead(by r: Relation) -> [Int32] {
    var out: [Int32] = []
    for token in names(in: r) {
      for relation in catalog.relations.values
      where relation.name == token.text && relation.oid != r.oid && relation.index == nil && relation.sequence == nil {
        out.append(relation.oid)
      }
    }
    return out
  }
}
