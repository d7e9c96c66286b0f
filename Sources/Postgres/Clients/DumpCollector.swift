// Reads a database's catalogue into the entries of a dump. The session's search_path is empty, so that every name comes out with
// its schema. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

struct DumpOptions {
  var schemaOnly = false
  var dataOnly = false
  var noOwner = false
  var noPrivileges = false
  var noComments = false
  var clean = false
  var ifExists = false
  var create = false
  var inserts = false
  var columnInserts = false
  var rowsPerInsert = 1
  var onConflictDoNothing = false
  var schemas: [String] = []
  var excludedSchemas: [String] = []
  var tables: [String] = []
  var excludedTables: [String] = []
  var excludedData: [String] = []
  var noTablespaces = false
  var noAccessMethod = false
}

struct DumpCollector {
  let session: ClientSession
  let options: DumpOptions
  let deparser: Deparser
  private(set) var objects: [DumpObject] = []
  private(set) var notSimulated: [String] = []

  init(_ session: ClientSession, _ options: DumpOptions) {
    self.session = session
    self.options = options
    deparser = Deparser(session, explicit: true)
  }

  private func q(_ name: String) -> String { quotedIdentifier(name) }
  private func full(_ schema: String, _ name: String) -> String { q(schema) + "." + q(name) }
  private func full(_ r: Relation) -> String { full(r.schema, r.name) }
  private func isSystem(_ schema: String) -> Bool {
    schema == "information_schema" || schema.hasPrefix("pg_")
  }
  private func key(_ r: Relation) -> String { "relation \(r.oid)" }

  // MARK: Selection

  private func matches(_ patterns: [String], _ schema: String, _ name: String) -> Bool {
    for pattern in patterns {
      let parts = DumpPattern.split(pattern)
      if parts.count > 1 {
        if DumpPattern.like(parts[0], schema), DumpPattern.like(parts[1], name) { return true }
      } else if DumpPattern.like(parts[0], name), schema == "public" || !isSystem(schema) {
        return true
      }
    }
    return false
  }

  private func wantsSchema(_ name: String) -> Bool {
    if isSystem(name) { return false }
    for pattern in options.excludedSchemas where DumpPattern.like(pattern, name) { return false }
    if options.schemas.isEmpty { return true }
    for pattern in options.schemas where DumpPattern.like(pattern, name) { return true }
    return false
  }

  private func wants(_ r: Relation) -> Bool {
    if r.isTemporary || isSystem(r.schema) { return false }
    if matches(options.excludedTables, r.schema, r.name) { return false }
    if !options.tables.isEmpty { return matches(options.tables, r.schema, r.name) }
    return wantsSchema(r.schema)
  }

  /// A sequence that belongs to a column also goes where its table goes.
  private func wantsSequence(_ r: Relation) -> Bool {
    if wants(r) { return true }
    guard let owner = r.sequence?.ownerTable, owner != 0, let table = session.catalog.relation(owner) else {
      return false
    }
    return wants(table)
  }

  /// Nothing matched `-t` or `-n`.
  func unmatched() -> String? {
    if !options.schemas.isEmpty {
      var any = false
      for name in session.catalog.schemas.keys where wantsSchema(name) { any = true }
      if !any { return "no matching schemas were found" }
    }
    if !options.tables.isEmpty {
      var any = false
      for r in session.catalog.relations.values where matches(options.tables, r.schema, r.name) { any = true }
      if !any { return "no matching tables were found" }
    }
    return nil
  }

  // MARK: All of it

  mutating func collect() {
    let catalog = session.catalog
    let selectsTables = !options.tables.isEmpty
    if !selectsTables {
      for schema in catalog.schemas.values where wantsSchema(schema.name) { add(schema) }
      if options.schemas.isEmpty {
        for entry in catalog.extensions.values where entry.name != "plpgsql" { add(entry) }
      }
      for type in catalog.types.values where wantsSchema(type.schema) && type.relation == 0 { add(type) }
      for function in catalog.functions.values where wantsSchema(function.schema) { add(function) }
    }
    for r in catalog.relations.values {
      switch r.kind {
      case .table, .partitioned: if wants(r) { addTable(r) }
      case .sequence: if wantsSequence(r) { addSequence(r) }
      case .view, .materializedView: if wants(r) { addView(r) }
      case .index, .partitionedIndex, .composite: break
      }
    }
  }

  private mutating func put(
    _ key: String, _ priority: Int, _ schema: String, _ name: String, position: Int = 0, needs: [String] = [],
    _ entries: [DumpEntry]
  ) {
    objects.append(
      DumpObject(
        key: key, priority: priority, schema: schema, name: name, position: position, needs: needs, entries: entries))
  }

  private func comment(_ kind: String, _ tag: String, _ target: String, _ text: String?, like entry: DumpEntry)
    -> [DumpEntry]
  {
    guard let text, !options.noComments else { return [] }
    var made = DumpEntry(kind: "COMMENT", tag: "\(kind) \(tag)", schema: entry.schema, owner: entry.owner)
    made.section = entry.section
    made.definition = "COMMENT ON \(kind) \(target) IS \(quotedLiteral(text));\n"
    made.table = entry.table
    return [made]
  }

  // MARK: Schemas, extensions, types, functions

  private mutating func add(_ schema: SchemaEntry) {
    let isPublic = schema.name == "public"
    var entry = DumpEntry(kind: "SCHEMA", tag: schema.name, schema: "-", owner: schema.owner)
    entry.definition = "CREATE SCHEMA \(q(schema.name));\n"
    entry.drop = "DROP SCHEMA \(q(schema.name));\n"
    entry.ownerTarget = "SCHEMA \(q(schema.name))"
    entry.catalog = 2615
    entry.oid = schema.oid
    // The schema that every database has is only dumped when it is asked for by name.
    let isSilent = isPublic && options.schemas.isEmpty
    var entries: [DumpEntry] = isSilent ? [] : [entry]
    let text = isSilent && schema.comment == "standard public schema" ? nil : schema.comment
    entries += comment("SCHEMA", schema.name, q(schema.name), text, like: entry)
    let base =
      isPublic
      ? Cluster.initialCatalog(owner: session.server.cluster.bootstrapRole).schemas["public"]?.acl ?? [] : nil
    entries += privileges(
      "SCHEMA", q(schema.name), schema.name, schema.acl, owner: schema.owner, base: base, like: entry)
    if !entries.isEmpty { put("schema \(schema.name)", DumpPriority.schema, "", schema.name, entries) }
  }

  private mutating func add(_ extension: ExtensionEntry) {
    var entry = DumpEntry(kind: "EXTENSION", tag: `extension`.name, schema: "-", owner: "")
    entry.definition =
      "CREATE EXTENSION IF NOT EXISTS \(q(`extension`.name)) WITH SCHEMA \(q(`extension`.schema));\n"
    entry.drop = "DROP EXTENSION \(q(`extension`.name));\n"
    entry.catalog = 3079
    var entries = [entry]
    entries += comment(
      "EXTENSION", `extension`.name, q(`extension`.name), `extension`.comment, like: entry)
    put("extension \(`extension`.name)", DumpPriority.extension, "", `extension`.name, entries)
  }

  private mutating func add(_ type: TypeEntry) {
    let name = full(type.schema, type.name)
    var entry = DumpEntry(kind: "TYPE", tag: type.name, schema: type.schema, owner: type.owner)
    entry.catalog = 1247
    entry.oid = type.oid
    switch type.form {
    case .enumeration:
      let labels = type.labels.sorted { $0.order < $1.order }
      var lines: [String] = []
      for label in labels { lines.append("    " + quotedLiteral(label.name)) }
      entry.definition = "CREATE TYPE \(name) AS ENUM (\n\(joined(lines, ",\n"))\n);\n"
    case .composite:
      var lines: [String] = []
      for field in type.fields { lines.append("\t\(q(field.name)) \(session.formatType(field.type))") }
      entry.definition = "CREATE TYPE \(name) AS (\n\(joined(lines, ",\n"))\n);\n"
    case .domain:
      entry.kind = "DOMAIN"
      var text = "CREATE DOMAIN \(name) AS \(session.formatType(type.baseType))"
      if type.notNull { text += " NOT NULL" }
      if let value = type.defaultText { text += " DEFAULT \(value)" }
      for check in type.checks { text += "\n\tCONSTRAINT \(q(check.name)) \(checkText(check))" }
      entry.definition = text + ";\n"
    default: return
    }
    let word = entry.kind
    entry.drop = "DROP \(word) \(name);\n"
    entry.ownerTarget = "\(word) \(name)"
    put(
      "type \(type.oid)", DumpPriority.type, type.schema, type.name,
      [entry] + comment(word, type.name, name, type.comment, like: entry))
  }

  private func checkText(_ check: DomainCheck) -> String {
    check.text.hasPrefix("CHECK") ? check.text : "CHECK (\(check.text))"
  }

  private mutating func add(_ function: FunctionEntry) {
    notSimulated.append("pg_dump: function \(function.name)")
  }

  // MARK: Tables

  private func inlineDefault(_ c: Column, _ r: Relation) -> (text: String?, isSeparate: Bool) {
    guard let expression = c.defaultExpr, c.identity == 0 else { return (nil, false) }
    let text = deparser.expression(expression)
    if c.isGenerated { return (text, false) }
    // A default that draws from a sequence of the table itself can only be set once both are there.
    if let s = sequence(in: text), s.sequence?.ownerTable == r.oid { return (text, true) }
    return (text, false)
  }

  /// The sequence that a default draws from: `nextval('public.s'::regclass)`.
  private func sequence(in text: String) -> Relation? {
    guard text.hasPrefix("nextval(") else { return nil }
    for r in session.catalog.relations.values where r.sequence != nil {
      if text == "nextval(\(quotedLiteral(full(r)))::regclass)" { return r }
    }
    return nil
  }

  /// Whether a parent has the column too.
  private func isInherited(_ c: Column, _ r: Relation) -> Bool {
    for parent in r.inherits where session.catalog.relation(parent)?.columnIndex(c.name) != nil { return true }
    return false
  }

  /// Types and sequences that a table's definition mentions.
  private func needs(_ r: Relation) -> [String] {
    var out: [String] = []
    for (_, c) in r.liveColumns {
      var oid = c.type.oid
      if let type = session.catalog.types[oid], type.form == .array { oid = type.elementOid }
      if session.catalog.types[oid] != nil { out.append("type \(oid)") }
      if let text = inlineDefault(c, r).text, let s = sequence(in: text), s.sequence?.ownerTable != r.oid {
        out.append(key(s))
      }
    }
    for parent in r.inherits { out.append("relation \(parent)") }
    if r.partitionOf != 0 { out.append("relation \(r.partitionOf)") }
    return out
  }

  private mutating func addTable(_ r: Relation) {
    var lines: [String] = []
    let isPartition = r.partitionOf != 0
    for (index, c) in r.liveColumns {
      // A child of ordinary inheritance only names what is its own.
      if !c.isLocal || (!isPartition && isInherited(c, r)), !isPartition {
        if let text = inlineDefault(c, r).text, !c.isGenerated { addDefault(r, c, index, text) }
        continue
      }
      var line = "    \(q(c.name)) \(session.formatType(c.type))"
      if let collation = c.collation, collation != "default" { line += " COLLATE pg_catalog.\"\(collation)\"" }
      let (text, isSeparate) = inlineDefault(c, r)
      if let text {
        if c.isGenerated {
          line += " GENERATED ALWAYS AS (\(text)) STORED"
        } else if isSeparate {
          addDefault(r, c, index, text)
        } else {
          line += " DEFAULT \(text)"
        }
      }
      if c.notNull { line += " NOT NULL" }
      lines.append(line)
    }
    for c in r.constraints where c.kind == .check && (c.isLocal || isPartition) {
      if !c.isValid { continue }
      lines.append("    CONSTRAINT \(q(c.name)) \(deparser.constraint(c, r))\(c.noInherit ? " NO INHERIT" : "")")
    }
    var entry = DumpEntry(kind: "TABLE", tag: r.name, schema: r.schema, owner: r.owner)
    entry.table = r.oid
    entry.catalog = 1259
    entry.oid = r.oid
    entry.selectsTablespace = true
    entry.selectsAccessMethod = r.kind == .table
    var text = "CREATE \(r.isUnlogged ? "UNLOGGED " : "")TABLE \(full(r)) ("
    text += lines.isEmpty ? "\n)" : "\n" + joined(lines, ",\n") + "\n)"
    if !r.inherits.isEmpty {
      var parents: [String] = []
      for parent in r.inherits { if let p = session.catalog.relation(parent) { parents.append(full(p)) } }
      text += "\nINHERITS (\(joined(parents, ", ")))"
    }
    if let partition = r.partition {
      text += "\nPARTITION BY \(uppercasedASCII(partition.strategy)) (\(joined(partition.names, ", ")))"
    }
    if !r.options.isEmpty {
      var parts: [String] = []
      for (name, value) in r.options { parts.append("\(name)='\(value)'") }
      text += "\nWITH (\(joined(parts, ", ")))"
    }
    entry.definition = text + ";\n"
    entry.drop = "DROP TABLE \(full(r));\n"
    entry.ownerTarget = "TABLE \(full(r))"
    var entries = [entry]
    entries += comment("TABLE", q(r.name), full(r), r.comment, like: entry)
    for (_, c) in r.liveColumns {
      entries += comment("COLUMN", "\(q(r.name)).\(q(c.name))", "\(full(r)).\(q(c.name))", c.comment, like: entry)
    }
    for c in r.constraints where c.kind == .check {
      entries += comment(
        "CONSTRAINT", "\(q(c.name)) ON \(q(r.name))", "\(q(c.name)) ON \(full(r))", c.comment, like: entry)
    }
    entries += tablePrivileges(r, like: entry)
    put(key(r), DumpPriority.table, r.schema, r.name, needs: needs(r), entries)
    if isPartition, let parent = session.catalog.relation(r.partitionOf) {
      var attach = DumpEntry(kind: "TABLE ATTACH", tag: r.name, schema: r.schema, owner: r.owner)
      attach.table = r.oid
      attach.definition =
        "ALTER TABLE ONLY \(full(parent)) ATTACH PARTITION \(full(r)) \(r.boundText);\n"
      put("attach \(r.oid)", DumpPriority.attach, r.schema, r.name, needs: [key(r), key(parent)], [attach])
    }
    if r.kind == .table { addData(r) }
    addConstraints(r)
    addIndexes(r)
  }

  private func tablePrivileges(_ r: Relation, like entry: DumpEntry) -> [DumpEntry] {
    let kind = r.sequence != nil ? "SEQUENCE" : "TABLE"
    var out = privileges(kind, full(r), q(r.name), r.acl, owner: r.owner, base: nil, like: entry)
    for (_, c) in r.liveColumns where !c.acl.isEmpty {
      out += privileges(
        "COLUMN", full(r), "\(q(r.name)).\(q(c.name))", c.acl, owner: r.owner, base: [], column: q(c.name), like: entry)
    }
    return out
  }

  private mutating func addDefault(_ r: Relation, _ c: Column, _ position: Int, _ text: String) {
    var entry = DumpEntry(kind: "DEFAULT", tag: "\(q(r.name)) \(q(c.name))", schema: r.schema, owner: r.owner)
    entry.tag = "\(r.name) \(c.name)"
    entry.table = r.oid
    entry.catalog = 2604
    entry.definition = "ALTER TABLE ONLY \(full(r)) ALTER COLUMN \(q(c.name)) SET DEFAULT \(text);\n"
    entry.drop = "ALTER TABLE \(full(r)) ALTER COLUMN \(q(c.name)) DROP DEFAULT;\n"
    put(
      "default \(r.oid) \(position)", DumpPriority.columnDefault, r.schema, r.name, position: position,
      needs: [key(r)] + (sequence(in: text).map { [key($0)] } ?? []), [entry])
  }

  private mutating func addConstraints(_ r: Relation) {
    for c in r.constraints where c.kind != .check {
      let isForeign = c.kind == .foreignKey
      if r.partitionOf != 0, !c.isLocal { continue }
      var entry = DumpEntry(
        kind: isForeign ? "FK CONSTRAINT" : "CONSTRAINT", tag: "\(r.name) \(c.name)", schema: r.schema, owner: r.owner)
      entry.section = .afterData
      entry.table = r.oid
      entry.catalog = 2606
      entry.oid = c.oid
      entry.selectsTablespace = !isForeign
      let only = isForeign && r.kind == .partitioned ? "" : "ONLY "
      entry.definition =
        "ALTER TABLE \(only)\(full(r))\n    ADD CONSTRAINT \(q(c.name)) \(deparser.constraint(c, r));\n"
      entry.drop = "ALTER TABLE \(only)\(full(r)) DROP CONSTRAINT \(q(c.name));\n"
      var entries = [entry]
      entries += comment(
        "CONSTRAINT", "\(q(c.name)) ON \(q(r.name))", "\(q(c.name)) ON \(full(r))", c.comment, like: entry)
      put(
        "constraint \(c.oid)", isForeign ? DumpPriority.foreignKey : DumpPriority.constraint, r.schema, c.name,
        entries)
    }
  }

  private mutating func addIndexes(_ r: Relation) {
    for index in session.catalog.indexes(of: r.oid) {
      guard let info = index.index, info.constraint == 0, !info.primary else { continue }
      var entry = DumpEntry(kind: "INDEX", tag: index.name, schema: index.schema, owner: r.owner)
      entry.section = .afterData
      entry.table = r.oid
      entry.catalog = 1259
      entry.oid = index.oid
      entry.selectsTablespace = true
      entry.definition = deparser.index(index) + ";\n"
      entry.drop = "DROP INDEX \(full(index));\n"
      put(
        key(index), DumpPriority.index, index.schema, index.name,
        [entry] + comment("INDEX", q(index.name), full(index), index.comment, like: entry))
    }
  }

  // MARK: Data

  private mutating func addData(_ r: Relation) {
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

  private func copy(_ r: Relation) -> DumpData {
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

  private func inserts(_ r: Relation) -> DumpData {
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

  private func literal(_ text: String?, _ type: SQLType) -> String {
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

  // MARK: Sequences and views

  private mutating func addSequence(_ r: Relation) {
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

  private mutating func addView(_ r: Relation) {
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
  private func viewNeeds(_ r: Relation) -> [String] {
    var out: [String] = []
    for oid in session.relationsRead(by: r) { out.append("relation \(oid)") }
    return out
  }

  // MARK: Privileges

  private static let letters: [String: [(UInt8, String)]] = [
    "TABLE": [
      (0x72, "SELECT"), (0x61, "INSERT"), (0x78, "REFERENCES"), (0x64, "DELETE"), (0x74, "TRIGGER"),
      (0x44, "TRUNCATE"), (0x77, "UPDATE"),
    ], "COLUMN": [(0x72, "SELECT"), (0x61, "INSERT"), (0x78, "REFERENCES"), (0x77, "UPDATE")],
    "SEQUENCE": [(0x72, "SELECT"), (0x55, "USAGE"), (0x77, "UPDATE")],
    "SCHEMA": [(0x43, "CREATE"), (0x55, "USAGE")],
    "DATABASE": [(0x43, "CREATE"), (0x63, "CONNECT"), (0x54, "TEMPORARY")], "FUNCTION": [(0x58, "EXECUTE")],
  ]

  /// GRANT and REVOKE that lead from the privileges an object is born with to those it has.
  func privileges(
    _ kind: String, _ target: String, _ tag: String, _ acl: [AccessItem]?, owner: String, base: [AccessItem]?,
    column: String? = nil, like entry: DumpEntry
  ) -> [DumpEntry] {
    guard let acl, !options.noPrivileges else { return [] }
    let born = base ?? session.defaultAcl(owner, kind)
    let text = grants(kind, target, acl, owner: owner, born: born, column: column)
    guard !text.isEmpty else { return [] }
    var made = DumpEntry(kind: "ACL", tag: "\(kind) \(tag)", schema: entry.schema, owner: entry.owner)
    made.section = entry.section
    made.pass = .privileges
    made.definition = text
    made.table = entry.table
    return [made]
  }

  func grants(
    _ kind: String, _ target: String, _ acl: [AccessItem], owner: String, born: [AccessItem], column: String? = nil
  ) -> String {
    let known = DumpCollector.letters[kind] ?? []
    let word = kind == "COLUMN" ? "TABLE" : kind
    func words(_ bits: [UInt8]) -> String {
      var names: [String] = []
      for (letter, name) in known where bits.contains(letter) {
        names.append(name + (column.map { "(\($0))" } ?? ""))
      }
      return names.count == known.count ? "ALL" + (column.map { "(\($0))" } ?? "") : joined(names, ",")
    }
    func role(_ name: String) -> String { name.isEmpty ? "PUBLIC" : q(name) }
    var text = ""
    for item in born where !acl.contains(item) {
      text += "REVOKE \(words(item.privileges)) ON \(word) \(target) FROM \(role(item.grantee));\n"
    }
    for item in acl where !born.contains(item) {
      var plain: [UInt8] = []
      for letter in item.privileges where !item.grantOptions.contains(letter) { plain.append(letter) }
      let isForeign = item.grantor != owner
      if isForeign { text += "SET SESSION AUTHORIZATION \(q(item.grantor));\n" }
      if !words(plain).isEmpty {
        text += "GRANT \(words(plain)) ON \(word) \(target) TO \(role(item.grantee));\n"
      }
      if !item.grantOptions.isEmpty {
        text += "GRANT \(words(item.grantOptions)) ON \(word) \(target) TO \(role(item.grantee)) WITH GRANT OPTION;\n"
      }
      if isForeign { text += "RESET SESSION AUTHORIZATION;\n" }
    }
    return text
  }
}

/// Patterns of `-t` and `-n`, as psql's.
enum DumpPattern {
  /// At the dot outside quotes, folded and without quotes.
  static func split(_ pattern: String) -> [String] {
    var parts: [[UInt8]] = [[]]
    var quoted = false
    for b in pattern.utf8 {
      if b == 0x22 {
        quoted.toggle()
      } else if b == 46, !quoted {
        parts.append([])
      } else {
        parts[parts.count - 1].append(quoted || !(65...90).contains(b) ? b : b + 32)
      }
    }
    var out: [String] = []
    for part in parts { out.append(String(decoding: part, as: UTF8.self)) }
    return out
  }

  static func like(_ pattern: String, _ name: String) -> Bool {
    var converted: [UInt8] = []
    for b in pattern.utf8 {
      switch b {
      case 0x2a: converted.append(0x25)
      case 0x3f: converted.append(0x5f)
      case 0x5f, 0x25: converted += [0x5c, b]
      default: converted.append(b)
      }
    }
    return (try? likeMatch(Array(name.utf8), converted)) ?? false
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

  /// The tables and views that a view's query names.
  func relationsRead(by r: Relation) -> [Int32] {
    guard let view = r.view else { return [] }
    var out: [Int32] = []
    // Names as tokens of the text: what resolves to a relation is one it may read.
    let tokens = (try? Lexer.tokens(Array(view.text.utf8))) ?? []
    for token in tokens where token.kind == .word || token.kind == .quoted {
      for relation in catalog.relations.values
      where relation.name == token.text && relation.oid != r.oid && relation.index == nil && relation.sequence == nil {
        out.append(relation.oid)
      }
    }
    return out
  }
}
