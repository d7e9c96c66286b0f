// `\d` of one relation: columns, then what hangs on it as lines below the table.
// Source: PostgreSQL 15 manual, psql, `\d`.

internal import SimKernel

extension Describe {
  func describe(_ pattern: String, _ plus: Bool) {
    var found: [(schema: String, name: String, show: () -> Void)] = []
    for r in s.catalog.relations.values where matches(pattern, r) {
      found.append((r.schema, r.name, { self.describe(r, plus) }))
    }
    for t in s.catalog.types.values where t.form == .composite && t.relation == 0 {
      guard matches(pattern, t.schema, t.name, visible: s.isTypeVisible(t)) else { continue }
      found.append((t.schema, t.name, { self.describe(t, plus) }))
    }
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
    for one in found { one.show() }
  }

  private func system(_ v: VirtualRelation, _ plus: Bool) {
    if plus || v.kind == "r" { return psql.refuse("\\d of system table \(v.name)") }
    var rows: [[String]] = []
    for (i, c) in v.columns.enumerated() {
      rows.append([
        c.0, v.schema == "information_schema" ? informationType(c) : s.formatType(c.1), "",
        v.notNull[i] ? "not null" : "", "",
      ])
    }
    print(
      "View \"\(v.schema).\(v.name)\"", ["Column", "Type", "Collation", "Nullable", "Default"], rows, footers: [],
      isRelation: true)
  }

  /// The standard's views are made of domains.
  private func informationType(_ c: (String, Int32)) -> String {
    let domain: String
    switch c.1 {
    case Oid.name: domain = "sql_identifier"
    case Oid.int4: domain = "cardinal_number"
    case Oid.timestamptz: domain = "time_stamp"
    case Oid.varchar:
      let name = c.0
      let isFlag =
        ["is_", "initially_", "self_referencing"].contains(where: { name.hasPrefix($0) })
        || name.hasSuffix("able") || ["with_hierarchy", "enforced", "nulls_distinct", "cycle_option"].contains(name)
      domain = isFlag ? "yes_or_no" : "character_data"
    default: return s.formatType(c.1)
    }
    return "information_schema." + domain
  }

  private func policies(_ r: Relation, _ footers: inout [String]) {
    let list = r.policies.sorted { compareBytes($0.name, $1.name) < 0 }
    let forced = r.forcesRowSecurity ? "forced row" : "row"
    if r.rowSecurity {
      if list.isEmpty {
        footers.append("Policies (\(forced) security enabled): (none)")
      } else {
        footers.append(r.forcesRowSecurity ? "Policies (forced row security enabled):" : "Policies:")
      }
    } else if !list.isEmpty {
      footers.append("Policies (row security disabled):")
    }
    for p in list {
      var line = "    POLICY \"\(p.name)\""
      if !p.isPermissive { line += " AS RESTRICTIVE" }
      if p.command != "all" { line += " FOR " + uppercasedASCII(p.command) }
      if !p.roles.isEmpty { line += "\n      TO " + joined(p.roles, ",") }
      if let text = p.usingText { line += "\n      USING (\(text))" }
      if let text = p.checkText { line += "\n      WITH CHECK (\(text))" }
      footers.append(line)
    }
  }

  private func triggers(_ r: Relation, _ d: Deparser, _ footers: inout [String]) {
    let groups: [(UInt8, String)] = [
      (79, "Triggers:"), (68, "Disabled user triggers:"), (65, "Triggers firing always:"),
      (82, "Triggers firing on replica only:"),
    ]
    for (firing, title) in groups {
      var list: [TriggerInfo] = []
      for t in r.triggers where t.firing == firing { list.append(t) }
      if list.isEmpty { continue }
      list.sort { compareBytes($0.name, $1.name) < 0 }
      footers.append(title)
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
    if let q = r.sequence { return describe(sequence: r, q) }
    if let info = r.index, let table = s.catalog.relation(info.table) {
      return describe(index: r, info, of: table, d, plus)
    }
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
        let storage = c.storage ?? storage(c.type)
        row +=
          r.kind == .view
          ? [storage, c.comment ?? ""]
          : [storage, c.compression ?? "", c.statistics < 0 ? "" : String(c.statistics), c.comment ?? ""]
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
      let key = r.constraints.first { $0.index == i.oid }
      if let key, key.kind == .exclusion {
        footers.append(line + " " + d.constraint(key, r))
        continue
      }
      if info.primary {
        line += " PRIMARY KEY,"
      } else if info.constraint != 0 {
        line += " UNIQUE CONSTRAINT,"
      } else if info.unique {
        line += " UNIQUE,"
      }
      line += " " + d.indexTail(i)
      if key?.deferrable ?? false { line += " DEFERRABLE" }
      if key?.initiallyDeferred ?? false { line += " INITIALLY DEFERRED" }
      if r.clusteredOn == i.oid { line += " CLUSTER" }
      if !info.isValid { line += " INVALID" }
      if r.replicaIndex == i.oid { line += " REPLICA IDENTITY" }
      footers.append(line)
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
    policies(r, &footers)
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
          "Number of \(r.kind == .partitioned ? "partitions" : "child tables"): \(children.count) (Use \\d+ to list them.)"
        )
      }
    } else if r.kind == .partitioned {
      footers.append("Number of partitions: 0")
    }
    if plus, r.replicaIdentity == 102 || r.replicaIdentity == 110 {
      footers.append("Replica Identity: " + (r.replicaIdentity == 102 ? "FULL" : "NOTHING"))
    }
    if plus, r.kind == .table || r.kind == .materializedView { footers.append("Access method: heap") }
    if plus {
      var options = r.options
      if let check = r.view?.checkOption { options.append(("check_option", lowercasedASCII(check))) }
      if !options.isEmpty { footers.append("Options: " + joined(options.map { $0.0 + "=" + $0.1 }, ", ")) }
    }
    let what =
      r.kind == .partitioned
      ? "Partitioned table"
      : r.kind == .view
        ? "View" : r.kind == .materializedView ? "Materialized view" : r.isUnlogged ? "Unlogged table" : "Table"
    print("\(what) \"\(r.schema).\(r.name)\"", headers, rows, footers: footers, isRelation: true)
  }
}
