// `\d` of one relation: columns, then what hangs on it as lines below the table.
// Source: PostgreSQL 15 manual, psql, `\d`.

internal import SimKernel

extension Describe {
  func describe(_ pattern: String, _ plus: Bool) {
    var found: [Relation] = []
    for r in s.catalog.relations.values where matches(pattern, r) { found.append(r) }
    found.sort { a, b in
      compareBytes(a.schema, b.schema) != 0 ? compareBytes(a.schema, b.schema) < 0 : compareBytes(a.name, b.name) < 0
    }
    if found.isEmpty {
      for v in SystemRelations.all where matches(pattern, v.schema, v.name, visible: v.schema == "pg_catalog") {
        return system(v, plus)
      }
      if !psql.quiet { psql.report("Did not find any relation named \"\(pattern)\".") }
      psql.hadError = true
      return
    }
    for r in found { describe(r, plus) }
  }

  private func system(_ v: VirtualRelation, _ plus: Bool) {
    if plus || v.kind == "r" { return psql.refuse("\\d of system table \(v.name)") }
    var rows: [[String]] = []
    for (i, c) in v.columns.enumerated() {
      rows.append([
        c.0, s.formatType(c.1), c.1 == Oid.text || c.1 == Oid.name && false ? "" : "", v.notNull[i] ? "not null" : "",
        "",
      ])
    }
    print(
      "View \"\(v.schema).\(v.name)\"", ["Column", "Type", "Collation", "Nullable", "Default"], rows, footers: [],
      isRelation: true)
  }

  private func triggers(_ r: Relation, _ d: Deparser, _ footers: inout [String]) {
    for enabled in [true, false] {
      var list: [TriggerInfo] = []
      for t in r.triggers where t.enabled == enabled { list.append(t) }
      if list.isEmpty { continue }
      list.sort { compareBytes($0.name, $1.name) < 0 }
      footers.append(enabled ? "Triggers:" : "Disabled user triggers:")
      for t in list { footers.append("    " + d.trigger(t, r)) }
    }
  }

  /// Partitions with their bounds, or the tables that inherit.
  private func childLines(_ r: Relation, _ children: [Relation], _ footers: inout [String]) {
    let title = r.kind == .partitioned ? "Partitions: " : "Child tables: "
    var list = children
    // The default partition comes last.
    func rank(_ c: Relation) -> Int {
      if case .defaultPartition = c.bound { return 1 }
      return 0
    }
    list.sort { a, b in
      rank(a) != rank(b) ? rank(a) < rank(b) : compareBytes(a.name, b.name) < 0
    }
    for (i, c) in list.enumerated() {
      var line = i == 0 ? title : String(repeating: " ", count: title.utf8.count)
      line += s.relationName(c)
      if r.kind == .partitioned {
        line += " " + c.boundText + (c.kind == .partitioned ? ", PARTITIONED" : "")
      }
      footers.append(line + (i + 1 < list.count ? "," : ""))
    }
  }

  private func describe(_ r: Relation, _ plus: Bool) {
    let d = Deparser(s).pretty
    if plus, r.index != nil { return psql.refuse("\\d+ of a \(r.kindName)") }
    var definition: [String] = []
    var partitionConstraint = ""
    if plus {
      do throws(SQLError) {
        if r.view != nil { definition = splitText(try QueryDeparser.view(r, s, pretty: true), "\n") }
        if r.partitionOf != 0 { partitionConstraint = try Deparser(s).partitionConstraint(r) }
      } catch {
        return psql.refuse("\\d+ of this \(r.kindName): \(error.message)")
      }
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
      print(
        "Index \"\(r.schema).\(r.name)\"", ["Column", "Type", "Key?", "Definition"], rows, footers: [f],
        isRelation: true)
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
        row += r.kind == .view ? [storage, c.comment ?? ""] : [storage, "", "", c.comment ?? ""]
      }
      rows.append(row)
    }
    var headers = ["Column", "Type", "Collation", "Nullable", "Default"]
    if plus {
      headers +=
        r.kind == .view ? ["Storage", "Description"] : ["Storage", "Compression", "Stats target", "Description"]
    }
    if r.partitionOf != 0, let p = s.catalog.relation(r.partitionOf) {
      footers.append("Partition of: \(s.relationName(p)) \(r.boundText)")
      if plus { footers.append("Partition constraint: \(partitionConstraint)") }
    }
    if let p = r.partition { footers.append("Partition key: \(p.strategy.uppercased()) (\(joined(p.names, ", ")))") }
    var indexes = s.catalog.indexes(of: r.oid)
    indexes.sort { a, b in
      if a.index!.primary != b.index!.primary { return a.index!.primary }
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
    if !definition.isEmpty {
      footers.append("View definition:")
      footers += definition
    }
    triggers(r, d, &footers)
    if !r.inherits.isEmpty {
      footers.append(
        "Inherits: "
          + joined(r.inherits.map { s.catalog.relation($0).map { s.relationName($0) } ?? "" }, ",\n          "))
    }
    let children = s.catalog.children(of: r.oid)
    if !children.isEmpty {
      if plus {
        childLines(r, children, &footers)
      } else {
        footers.append(
          "Number of \(r.kind == .partitioned ? "partitions" : "child tables"): \(children.count) (Use \\d+ to list \(r.kind == .partitioned ? "them" : "them").)"
        )
      }
    } else if r.kind == .partitioned {
      footers.append("Number of partitions: 0")
    }
    if plus, r.kind == .table || r.kind == .materializedView { footers.append("Access method: heap") }
    if plus, !r.options.isEmpty {
      footers.append("Options: " + joined(r.options.map { $0.0 + "=" + $0.1 }, ", "))
    }
    let what =
      r.kind == .partitioned
      ? "Partitioned table"
      : r.kind == .view
        ? "View" : r.kind == .materializedView ? "Materialized view" : r.isUnlogged ? "Unlogged table" : "Table"
    print("\(what) \"\(r.schema).\(r.name)\"", headers, rows, footers: footers, isRelation: true)
  }
}
