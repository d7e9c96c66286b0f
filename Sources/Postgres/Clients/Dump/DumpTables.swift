// Entries of tables with their defaults, constraints and indexes. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  func inlineDefault(_ c: Column, _ r: Relation) -> (text: String?, isSeparate: Bool) {
    guard let expression = c.defaultExpr, c.identity == 0 else { return (nil, false) }
    let text = deparser.expression(expression)
    if c.isGenerated { return (text, false) }
    // A default that draws from a sequence of the table itself can only be set once both are there.
    if let s = sequence(in: text), s.sequence?.ownerTable == r.oid { return (text, true) }
    return (text, false)
  }

  /// The sequence that a default draws from: `nextval('public.s'::regclass)`.
  func sequence(in text: String) -> Relation? {
    guard text.hasPrefix("nextval(") else { return nil }
    for r in session.catalog.relations.values where r.sequence != nil {
      if text == "nextval(\(quotedLiteral(full(r)))::regclass)" { return r }
    }
    return nil
  }

  /// Whether a parent has the column too.
  func isInherited(_ c: Column, _ r: Relation) -> Bool {
    for parent in r.inherits where session.catalog.relation(parent)?.columnIndex(c.name) != nil { return true }
    return false
  }

  /// Types and sequences that a table's definition mentions.
  func needs(_ r: Relation) -> [String] {
    var out: [String] = []
    for (_, c) in r.liveColumns where r.partitionOf != 0 || (c.isLocal && !isInherited(c, r)) {
      out += needs(type: c.type.oid)
      if let text = inlineDefault(c, r).text, let s = sequence(in: text), s.sequence?.ownerTable != r.oid {
        out.append(key(s))
      }
    }
    for parent in r.inherits { out.append("relation \(parent)") }
    if r.partitionOf != 0 { out.append("relation \(r.partitionOf)") }
    return out
  }

  mutating func addTable(_ r: Relation) {
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
    if r.forcesRowSecurity { entry.definition += "\nALTER TABLE ONLY \(full(r)) FORCE ROW LEVEL SECURITY;\n" }
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
    addTriggers(r)
    addPolicies(r)
  }

  func tablePrivileges(_ r: Relation, like entry: DumpEntry) -> [DumpEntry] {
    let kind = r.sequence != nil ? "SEQUENCE" : "TABLE"
    var out = privileges(kind, full(r), q(r.name), r.acl, owner: r.owner, base: nil, like: entry)
    for (_, c) in r.liveColumns where !c.acl.isEmpty {
      out += privileges(
        "COLUMN", full(r), "\(q(r.name)).\(q(c.name))", c.acl, owner: r.owner, base: [], column: q(c.name), like: entry)
    }
    return out
  }

  mutating func addDefault(_ r: Relation, _ c: Column, _ position: Int, _ text: String) {
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

  mutating func addConstraints(_ r: Relation) {
    // A check that old rows need not pass comes after the rows.
    for c in r.constraints where c.kind == .check && c.isLocal && !c.isValid {
      var entry = DumpEntry(
        kind: "CHECK CONSTRAINT", tag: "\(r.name) \(c.name)", schema: r.schema, owner: r.owner)
      entry.section = .afterData
      entry.table = r.oid
      entry.catalog = 2606
      entry.oid = c.oid
      let text = deparser.constraint(c, r)
      entry.definition =
        "ALTER TABLE \(full(r))\n    ADD CONSTRAINT \(q(c.name)) \(text)\(text.hasSuffix(" NOT VALID") ? "" : " NOT VALID");\n"
      entry.drop = "ALTER TABLE \(full(r)) DROP CONSTRAINT \(q(c.name));\n"
      put("constraint \(c.oid)", DumpPriority.constraint, r.schema, c.name, [entry])
    }
    for c in r.constraints where c.kind != .check {
      let isForeign = c.kind == .foreignKey
      // Keys are made again, index by index; only foreign keys come with the parent's.
      if isForeign, r.partitionOf != 0, !c.isLocal { continue }
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

  mutating func addIndexes(_ r: Relation) {
    for index in session.catalog.indexes(of: r.oid) {
      attach(index: index, of: r)
      guard let info = index.index, info.constraint == 0, !info.primary else { continue }
      var entry = DumpEntry(kind: "INDEX", tag: index.name, schema: index.schema, owner: r.owner)
      entry.section = .afterData
      entry.table = r.oid
      entry.catalog = 1259
      entry.oid = index.oid
      entry.selectsTablespace = true
      entry.definition = deparser.index(index) + ";\n"
      // One that is joined to another goes with it.
      if info.parent == 0 { entry.drop = "DROP INDEX \(full(index));\n" }
      put(
        key(index), DumpPriority.index, index.schema, index.name,
        [entry] + comment("INDEX", q(index.name), full(index), index.comment, like: entry))
    }
  }
}
