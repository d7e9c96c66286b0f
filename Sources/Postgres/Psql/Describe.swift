// The `\d` family, from the catalogue. Source: PostgreSQL 15 manual, psql, meta-commands.

internal import SimKernel

struct Describe {
  let psql: PsqlSession
  let s: ClientSession
  init(_ psql: PsqlSession, _ session: ClientSession) {
    self.psql = psql
    s = session
  }

  func run(_ command: String, _ arguments: [String]) {
    let plus = command.hasSuffix("+")
    let name = plus ? String(command.dropLast()) : command
    switch name {
    case "d" where !arguments.isEmpty: for a in arguments { describe(a, plus) }
    case "d": relations("tvmsE", nil, plus)
    case "l", "list": databases(plus)
    case "du", "dg": roles(arguments.first, plus)
    case "dn": schemas(plus)
    case "dp", "z": privileges(arguments.first)
    case "dT":
      psql.warn("not simulated: \\dT\n")
    default: relations(String(name.dropFirst()), arguments.first, plus)
    }
  }

  private func print(
    _ title: String?, _ headers: [String], _ rows: [[String]], right: [Int] = [], footers: [String]? = nil
  ) {
    var o = psql.options
    o.null = ""
    var t = PrintTable(
      title: title, headers: headers, rightAligned: headers.indices.map { right.contains($0) }, rows: rows)
    t.footers = footers
    psql.write(TableFormat.print(t, o))
  }

  private func owner(_ r: Relation) -> String { r.owner }

  /// Shell-like patterns: `*`, `?`, schema before a dot.
  private func matches(_ pattern: String, _ r: Relation) -> Bool {
    let parts = splitText(lowercasedASCII(pattern), ".")
    func like(_ p: String, _ v: String) -> Bool {
      var converted: [UInt8] = []
      for b in p.utf8 {
        switch b {
        case 0x2a: converted.append(0x25)
        case 0x3f: converted.append(0x5f)
        case 0x5f, 0x25: converted += [0x5c, b]
        case 0x22: break
        default: converted.append(b)
        }
      }
      return (try? likeMatch(Array(v.utf8), converted)) ?? false
    }
    if parts.count > 1 { return like(parts[0], r.schema) && like(parts[1], r.name) }
    return like(parts[0], r.name) && s.isRelationVisible(r)
  }

  private func relations(_ kinds: String, _ pattern: String?, _ plus: Bool) {
    var rows: [[String]] = []
    let onlyIndexes = kinds == "i"
    for r in s.catalog.relations.values {
      let letter: Character
      switch r.kind {
      case .table, .partitioned: letter = "t"
      case .view: letter = "v"
      case .materializedView: letter = "m"
      case .sequence: letter = "s"
      case .index, .partitionedIndex: letter = "i"
      case .composite: continue
      }
      guard kinds.contains(letter) else { continue }
      if let pattern {
        guard matches(pattern, r) else { continue }
      } else {
        guard s.isRelationVisible(r), r.schema != "pg_catalog", r.schema != "information_schema" else { continue }
      }
      let kind =
        r.kind == .partitioned ? "partitioned table" : r.kind == .partitionedIndex ? "partitioned index" : r.kindName
      var row = [r.schema, r.name, kind, r.owner]
      if onlyIndexes { row.append(s.catalog.relation(r.index?.table ?? 0)?.name ?? "") }
      if plus {
        row.append(r.isTemporary ? "temporary" : r.isUnlogged ? "unlogged" : "permanent")
        if kinds != "s", r.kind != .sequence || true {
          if !(kinds == "v"), !(kinds == "s") { row.append(r.index != nil ? "btree" : r.heap != nil ? "heap" : "") }
        }
        row.append(size(r))
        row.append(r.comment ?? "")
      }
      rows.append(row)
    }
    rows.sort { a, b in compareBytes(a[0], b[0]) != 0 ? compareBytes(a[0], b[0]) < 0 : compareBytes(a[1], b[1]) < 0 }
    if rows.isEmpty {
      if let pattern {
        psql.warn("Did not find any relation named \"\(pattern)\".\n")
      } else {
        psql.warn("Did not find any relations.\n")
      }
      return
    }
    var headers = ["Schema", "Name", "Type", "Owner"]
    if onlyIndexes { headers.append("Table") }
    if plus {
      headers.append("Persistence")
      if !(kinds == "v"), !(kinds == "s") { headers.append("Access method") }
      headers += ["Size", "Description"]
    }
    print("List of relations", headers, rows)
  }

  private func size(_ r: Relation) -> String {
    switch r.kind {
    case .sequence: return "8192 bytes"
    case .index: return (s.indexPages(r) == 1) ? "8192 bytes" : "16 kB"
    case .table, .materializedView:
      let toastable = r.columns.contains { c in
        (s.catalog.type(c.type.oid)?.length ?? 0) < 0 && !(c.type.oid == Oid.numeric && false)
          && c.type.oid != Oid.numeric
          && !((c.type.oid == Oid.varchar || c.type.oid == Oid.bpchar) && c.type.modifier >= 0 && c.type.modifier < 500)
      }
      var bytes = (r.heap?.pageCount ?? 0) * 8_192
      if toastable { bytes += 8_192 }
      return sizePretty(bytes)
    default: return "0 bytes"
    }
  }

  private func databases(_ plus: Bool) {
    if plus {
      psql.warn("not simulated: \\l+\n")
      return
    }
    var rows: [[String]] = []
    for d in s.server.cluster.databases.values.sorted(by: { compareBytes($0.name, $1.name) < 0 }) {
      rows.append([
        d.name, d.owner, d.encoding, d.collate, d.ctype, "", "libc", joined((d.acl ?? []).map { $0.text }, "\n"),
      ])
    }
    print(
      "List of databases",
      ["Name", "Owner", "Encoding", "Collate", "Ctype", "ICU Locale", "Locale Provider", "Access privileges"], rows)
  }

  private func roles(_ pattern: String?, _ plus: Bool) {
    var rows: [[String]] = []
    for r in s.server.cluster.roles.values.sorted(by: { compareBytes($0.name, $1.name) < 0 }) {
      if let pattern { if r.name != pattern { continue } } else if r.name.hasPrefix("pg_") { continue }
      var a: [String] = []
      if r.isSuperuser { a.append("Superuser") }
      if !r.inherits { a.append("No inheritance") }
      if r.canCreateRoles { a.append("Create role") }
      if r.canCreateDatabases { a.append("Create DB") }
      if !r.canLogin { a.append("Cannot login") }
      if r.canReplicate { a.append("Replication") }
      if r.bypassesRowSecurity { a.append("Bypass RLS") }
      var text = joined(a, ", ")
      if r.connectionLimit >= 0 {
        text +=
          (text.isEmpty ? "" : "\n")
          + (r.connectionLimit == 0
            ? "No connections" : "\(r.connectionLimit) connection\(r.connectionLimit == 1 ? "" : "s")")
      }
      if let v = r.validUntil, let t = try? s.timestampInput(v, Oid.timestamptz) {
        text += (text.isEmpty ? "" : "\n") + "Password valid until " + s.output(.timestamp(t), Oid.timestamptz)
      }
      var row = [r.name, text, "{" + joined(r.memberOf.map { $0.role }.sorted { compareBytes($0, $1) < 0 }, ",") + "}"]
      if plus { row.append(r.comment ?? "") }
      rows.append(row)
    }
    var o = psql.options
    o.footer = false
    var t = PrintTable(
      title: "List of roles", headers: ["Role name", "Attributes", "Member of"] + (plus ? ["Description"] : []),
      rightAligned: [false, false, false, false], rows: rows)
    t.defaultFooter = false
    psql.write(TableFormat.print(t, o))
  }

  private func schemas(_ plus: Bool) {
    var rows: [[String]] = []
    for x in s.catalog.schemas.values.sorted(by: { compareBytes($0.name, $1.name) < 0 })
    where !x.name.hasPrefix("pg_") && x.name != "information_schema" {
      rows.append([x.name, x.owner] + (plus ? [joined((x.acl ?? []).map { $0.text }, "\n"), x.comment ?? ""] : []))
    }
    print("List of schemas", plus ? ["Name", "Owner", "Access privileges", "Description"] : ["Name", "Owner"], rows)
  }

  private func privileges(_ pattern: String?) {
    var rows: [[String]] = []
    for r in s.catalog.relations.values where r.index == nil && r.kind != .composite {
      if let pattern {
        guard matches(pattern, r) else { continue }
      } else {
        guard s.isRelationVisible(r) else { continue }
      }
      let kind = r.kind == .partitioned ? "partitioned table" : r.kindName
      rows.append([r.schema, r.name, kind, joined((r.acl ?? []).map { $0.text }, "\n"), "", ""])
    }
    rows.sort { a, b in compareBytes(a[0], b[0]) != 0 ? compareBytes(a[0], b[0]) < 0 : compareBytes(a[1], b[1]) < 0 }
    print("Access privileges", ["Schema", "Name", "Type", "Access privileges", "Column privileges", "Policies"], rows)
  }

  private func describe(_ pattern: String, _ plus: Bool) {
    var found: [Relation] = []
    for r in s.catalog.relations.values where matches(pattern, r) { found.append(r) }
    found.sort { a, b in
      compareBytes(a.schema, b.schema) != 0 ? compareBytes(a.schema, b.schema) < 0 : compareBytes(a.name, b.name) < 0
    }
    if found.isEmpty {
      psql.warn("Did not find any relation named \"\(pattern)\".\n")
      return
    }
    for r in found { describe(r, plus) }
  }

  private func describe(_ r: Relation, _ plus: Bool) {
    let d = Deparser(s)
    if plus, r.kind == .view || r.kind == .materializedView || r.index != nil || r.sequence != nil {
      psql.warn("not simulated: \\d+ of a \(r.kindName)\n")
      return
    }
    var footers: [String] = []
    if let q = r.sequence {
      let columns = ["Type", "Start", "Minimum", "Maximum", "Increment", "Cycles?", "Cache"]
      if q.ownerTable != 0, let t = s.catalog.relation(q.ownerTable) {
        footers.append(
          (q.isIdentity ? "Sequence for identity column: " : "Owned by: ")
            + "\(t.schema).\(t.name).\(t.columns[q.ownerColumn].name)")
      }
      print(
        "Sequence \"\(r.schema).\(r.name)\"", columns,
        [
          [
            s.formatType(q.type), String(q.start), String(q.minimum), String(q.maximum), String(q.increment),
            q.cycle ? "yes" : "no", String(q.cache),
          ]
        ], right: [1, 2, 3, 4, 6], footers: footers)
      return
    }
    if let info = r.index, let t = s.catalog.relation(info.table) {
      var rows: [[String]] = []
      for c in info.columns {
        let type = c.column >= 0 ? t.columns[c.column].type : c.expression!.type
        var label = c.column >= 0 ? t.columns[c.column].name : "expr"
        if c.column < 0, case .call(let site, _, _) = c.expression!.kind { label = site.function?.name ?? "expr" }
        rows.append([
          label, s.formatType(type), "yes",
          c.column >= 0 ? quotedIdentifier(t.columns[c.column].name) : d.indexExpression(c.expression!, t),
        ])
      }
      for k in info.include {
        rows.append([t.columns[k].name, s.formatType(t.columns[k].type), "no", quotedIdentifier(t.columns[k].name)])
      }
      var f = info.primary ? "primary key, " : info.unique ? "unique, " : ""
      f += info.method + ", for table \"\(t.schema).\(t.name)\""
      if let p = info.predicate { f += ", predicate " + "(" + d.expression(p) + ")" }
      print("Index \"\(r.schema).\(r.name)\"", ["Column", "Type", "Key?", "Definition"], rows, footers: [f])
      return
    }
    var rows: [[String]] = []
    for (_, c) in r.liveColumns {
      var def = c.defaultExpr.map { d.expression($0) } ?? ""
      if c.identity == 97 {
        def = "generated always as identity"
      } else if c.identity == 100 {
        def = "generated by default as identity"
      } else if c.isGenerated {
        def = "generated always as (\(def)) stored"
      }
      var row = [c.name, s.formatType(c.type), c.collation ?? "", c.notNull ? "not null" : "", def]
      if plus {
        let entry = s.catalog.type(c.type.oid)
        var storage = "plain"
        if c.type.oid == Oid.numeric || c.type.oid == Oid.inet {
          storage = "main"
        } else if (entry?.length ?? 0) < 0 {
          storage = "extended"
        }
        row += [storage, "", "", c.comment ?? ""]
      }
      rows.append(row)
    }
    var headers = ["Column", "Type", "Collation", "Nullable", "Default"]
    if plus { headers += ["Storage", "Compression", "Stats target", "Description"] }
    if r.partitionOf != 0, let p = s.catalog.relation(r.partitionOf) {
      footers.append("Partition of: \(s.relationName(p)) \(r.boundText)")
    }
    if let p = r.partition { footers.append("Partition key: \(p.strategy.uppercased()) (\(joined(p.names, ", ")))") }
    var indexes = s.catalog.indexes(of: r.oid)
    indexes.sort { a, b in
      if a.index!.primary != b.index!.primary { return a.index!.primary }
      if a.index!.unique != b.index!.unique { return a.index!.unique }
      return compareBytes(a.name, b.name) < 0
    }
    if !indexes.isEmpty { footers.append("Indexes:") }
    for i in indexes {
      let info = i.index!
      var line = "    \"\(i.name)\""
      if info.primary {
        line += " PRIMARY KEY,"
      } else if info.constraint != 0 {
        line += " UNIQUE CONSTRAINT,"
      } else if info.unique {
        line += " UNIQUE,"
      }
      footers.append(line + " " + d.indexTail(i))
    }
    func section(_ title: String, _ kind: Constraint.Kind) {
      var list: [Constraint] = []
      for c in r.constraints where c.kind == kind { list.append(c) }
      list.sort { compareBytes($0.name, $1.name) < 0 }
      if list.isEmpty { return }
      footers.append(title)
      for c in list { footers.append("    \"\(c.name)\" " + d.constraint(c, r)) }
    }
    section("Check constraints:", .check)
    section("Foreign-key constraints:", .foreignKey)
    var references = s.catalog.references(to: r.oid)
    references.sort { compareBytes($0.constraint.name, $1.constraint.name) < 0 }
    if !references.isEmpty { footers.append("Referenced by:") }
    for (t, c) in references {
      footers.append("    TABLE \"\(s.relationName(t))\" CONSTRAINT \"\(c.name)\" " + d.constraint(c, t))
    }
    if !r.inherits.isEmpty {
      footers.append(
        "Inherits: "
          + joined(r.inherits.map { s.catalog.relation($0).map { s.relationName($0) } ?? "" }, ",\n          "))
    }
    let children = s.catalog.children(of: r.oid)
    if !children.isEmpty {
      if plus {
        psql.warn("not simulated: \\d+ of a table with children\n")
        return
      }
      footers.append(
        "Number of \(r.kind == .partitioned ? "partitions" : "child tables"): \(children.count) (Use \\d+ to list \(r.kind == .partitioned ? "them" : "them").)"
      )
    } else if r.kind == .partitioned {
      footers.append("Number of partitions: 0")
    }
    if plus, r.kind == .table { footers.append("Access method: heap") }
    let what =
      r.kind == .partitioned
      ? "Partitioned table"
      : r.kind == .view
        ? "View" : r.kind == .materializedView ? "Materialized view" : r.isUnlogged ? "Unlogged table" : "Table"
    print("\(what) \"\(r.schema).\(r.name)\"", headers, rows, footers: footers)
  }
}
