// `\d` of what is no table: indexes, sequences, composite types. Source: PostgreSQL 15 manual, psql, `\d`.

internal import SimKernel

extension Describe {
  /// How values of a type are kept unless the column says otherwise.
  func storage(_ type: SQLType) -> String {
    if type.oid == Oid.numeric || type.oid == Oid.inet { return "main" }
    return (s.catalog.type(type.oid)?.length ?? 0) < 0 ? "extended" : "plain"
  }

  func describe(sequence r: Relation, _ q: SequenceInfo) {
    var footers: [String] = []
    if q.ownerTable != 0, let t = s.catalog.relation(q.ownerTable) {
      footers.append(
        (q.isIdentity ? "Sequence for identity column: " : "Owned by: ")
          + "\(t.schema).\(t.name).\(t.columns[q.ownerColumn].name)")
    }
    let row = [
      s.formatType(q.type), String(q.start), String(q.minimum), String(q.maximum), String(q.increment),
      q.cycle ? "yes" : "no", String(q.cache),
    ]
    print(
      "Sequence \"\(r.schema).\(r.name)\"", ["Type", "Start", "Minimum", "Maximum", "Increment", "Cycles?", "Cache"],
      [row], right: [1, 2, 3, 4, 6], footers: footers)
  }

  /// What an index of some methods keeps instead of the value.
  private func keyType(_ type: SQLType, _ method: String) -> SQLType {
    switch method {
    case "hash": return SQLType(Oid.int4)
    case "gin":
      if type.oid == Oid.jsonb { return SQLType(Oid.text) }
      guard let entry = s.catalog.type(type.oid), entry.form == .array else { return type }
      return SQLType(entry.elementOid)
    default: return type
    }
  }

  func describe(index r: Relation, _ info: IndexInfo, of t: Relation, _ d: Deparser, _ plus: Bool) {
    var rows: [[String]] = []
    func add(_ label: String, _ column: SQLType, _ isKey: Bool, _ definition: String) {
      let type = isKey ? keyType(column, info.method) : column
      rows.append(
        [label, s.formatType(type), isKey ? "yes" : "no", definition] + (plus ? [storage(type), ""] : []))
    }
    for c in info.columns {
      if let expression = c.expression, c.column < 0 {
        var label = "expr"
        if case .call(let site, _, _) = expression.kind { label = site.function?.name ?? label }
        add(label, expression.type, true, d.indexExpression(expression, t))
      } else {
        add(t.columns[c.column].name, t.columns[c.column].type, true, quotedIdentifier(t.columns[c.column].name))
      }
    }
    for k in info.include { add(t.columns[k].name, t.columns[k].type, false, quotedIdentifier(t.columns[k].name)) }
    var footers: [String] = []
    // An index has no bound of its own, which leaves a space.
    if let parent = s.catalog.relation(info.parent) {
      footers.append("Partition of: \(s.relationName(parent)) ")
      if plus { footers.append("No partition constraint") }
    }
    var line = info.primary ? "primary key, " : info.unique ? "unique, " : ""
    if info.unique, !info.primary, info.nullsNotDistinct { line = "unique nulls not distinct, " }
    line += info.method + ", for table \"\(t.schema).\(t.name)\""
    if let p = info.predicate { line += ", predicate (\(d.expression(p)))" }
    if t.clusteredOn == r.oid { line += ", clustered" }
    for c in t.constraints where c.oid == info.constraint && c.deferrable {
      line += ", deferrable" + (c.initiallyDeferred ? ", initially deferred" : "")
    }
    footers.append(line)
    if r.kind == .partitionedIndex {
      let parts = parts(ofIndex: r)
      if plus, !parts.isEmpty {
        var names: [String] = []
        for part in parts {
          names.append(s.relationName(part) + (part.kind == .partitionedIndex ? ", PARTITIONED" : ""))
        }
        names.sort { compareBytes($0, $1) < 0 }
        footers.append("Partitions: " + joined(names, ",\n            "))
      } else {
        footers.append("Number of partitions: \(parts.count)" + (parts.isEmpty ? "" : " (Use \\d+ to list them.)"))
      }
      if plus { footers.append("Access method: \(info.method)") }
    }
    print(
      "\(r.kind == .partitionedIndex ? "Partitioned index" : "Index") \"\(r.schema).\(r.name)\"",
      ["Column", "Type", "Key?", "Definition"] + (plus ? ["Storage", "Stats target"] : []), rows, footers: footers,
      isRelation: true)
  }

  func describe(_ type: TypeEntry, _ plus: Bool) {
    var rows: [[String]] = []
    for field in type.fields {
      rows.append([field.name, s.formatType(field.type), "", "", ""] + (plus ? [storage(field.type), ""] : []))
    }
    print(
      "Composite type \"\(type.schema).\(type.name)\"",
      ["Column", "Type", "Collation", "Nullable", "Default"] + (plus ? ["Storage", "Description"] : []), rows,
      footers: [], isRelation: true)
  }
}
