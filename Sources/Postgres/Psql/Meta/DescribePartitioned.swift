// `\dP`: partitioned tables and indexes. Source: PostgreSQL 15 manual, psql, `\dP`.

internal import SimKernel

extension Describe {
  /// `letters` choose: `t` tables, `i` indexes, `n` those that are partitions themselves as well.
  func partitioned(_ letters: String, _ pattern: String?, _ plus: Bool) {
    let isNested = letters.contains("n")
    var showsTables = letters.contains("t")
    var showsIndexes = letters.contains("i")
    if !showsTables, !showsIndexes { (showsTables, showsIndexes) = (true, true) }
    let isMixed = showsTables && showsIndexes
    let showsParents = isNested || pattern != nil
    var found: [Relation] = []
    for r in s.catalog.relations.values {
      guard r.kind == .partitioned && showsTables || r.kind == .partitionedIndex && showsIndexes else { continue }
      if let pattern {
        guard matches(pattern, r) else { continue }
      } else {
        guard s.isRelationVisible(r), isNested || parent(r) == nil else { continue }
      }
      found.append(r)
    }
    found.sort { a, b in
      var keys = [(a.schema, b.schema)]
      // Tables stand before indexes.
      if isMixed, a.kind != b.kind { keys.append(a.kind == .partitioned ? ("0", "1") : ("1", "0")) }
      if showsParents { keys.append((parentName(a), parentName(b))) }
      keys.append((a.name, b.name))
      for key in keys where key.0 != key.1 { return compareBytes(key.0, key.1) < 0 }
      return false
    }
    var headers = ["Schema", "Name", "Owner"]
    if isMixed { headers.append("Type") }
    if showsParents { headers.append("Parent name") }
    if showsIndexes { headers.append("Table") }
    if plus { headers += isNested ? ["Leaf partition size", "Total size"] : ["Total size"] }
    if plus { headers.append("Description") }
    var rows: [[String]] = []
    for r in found {
      var row = [r.schema, r.name, r.owner]
      if isMixed { row.append(r.kind == .partitioned ? "partitioned table" : "partitioned index") }
      if showsParents { row.append(parentName(r)) }
      if showsIndexes { row.append(s.catalog.relation(r.index?.table ?? 0).map { s.relationName($0) } ?? "") }
      if plus {
        let (leaves, all) = sizes(r)
        if isNested { row.append(sizePretty(leaves)) }
        row += [sizePretty(all), r.comment ?? ""]
      }
      rows.append(row)
    }
    let title = isMixed ? "relations" : showsTables ? "tables" : "indexes"
    print("List of partitioned \(title)", headers, rows)
  }

  private func parent(_ r: Relation) -> Relation? { s.catalog.relation(r.index?.parent ?? r.partitionOf) }
  private func parentName(_ r: Relation) -> String { parent(r).map { s.relationName($0) } ?? "" }

  /// The indexes that belong to a partitioned index.
  func parts(ofIndex r: Relation) -> [Relation] {
    var out: [Relation] = []
    for other in s.catalog.relations.values where other.index?.parent == r.oid { out.append(other) }
    return out
  }

  /// What the direct partitions that hold rows take up, and the whole tree.
  private func sizes(_ r: Relation) -> (leaves: Int64, all: Int64) {
    var leaves: Int64 = 0
    var all: Int64 = 0
    for part in r.index != nil ? parts(ofIndex: r) : s.catalog.children(of: r.oid) {
      if part.kind == .partitioned || part.kind == .partitionedIndex {
        all += sizes(part).all
      } else {
        let size = RelationSize(s).table(part)
        leaves += size
        all += size
      }
    }
    return (leaves, all)
  }
}
