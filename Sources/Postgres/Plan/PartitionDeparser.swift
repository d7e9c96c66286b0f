// The condition that a partition's bound amounts to, and the key of a partitioned table. Source: PostgreSQL 15 manual, 5.11.

internal import SimKernel

extension Deparser {
  /// `RANGE (ts)`
  func partitionKey(_ r: Relation) -> String {
    guard let p = r.partition else { return "" }
    return uppercasedASCII(p.strategy) + " (" + joined(p.names.map { quotedIdentifier($0) }, ", ") + ")"
  }

  /// What `\\d+` shows as the constraint of a partition.
  func partitionConstraint(_ r: Relation) throws(SQLError) -> String {
    guard let parent = session.catalog.relation(r.partitionOf), let bound = r.bound else { return "" }
    var parts = try conjuncts(r, parent, bound)
    var up = parent
    while up.partitionOf != 0, let above = session.catalog.relation(up.partitionOf), let b = up.bound {
      parts = try conjuncts(up, above, b) + parts
      up = above
    }
    if parts.count == 1 { return parts[0] }
    return "(" + joined(parts, " AND ") + ")"
  }

  private func constant(_ v: Value, _ column: Column) -> String {
    text(TypedExpr(.constant(v), SQLType(column.type.oid)), top: false)
  }

  private func conjuncts(_ r: Relation, _ parent: Relation, _ bound: BoundInfo) throws(SQLError) -> [String] {
    guard let info = parent.partition else { return [] }
    let column = parent.columns[info.columns[0]]
    let name = quotedIdentifier(column.name)
    switch bound {
    case .list(let values):
      return listed(values, column, name)
    case .range(let low, let high):
      guard info.columns.count == 1 else { throw .notSimulated("ranges over several columns") }
      return ["(\(name) IS NOT NULL)"] + ranged(low[0], high[0], column, name)
    case .hash(let m, let k):
      let names = info.columns.map { quotedIdentifier(parent.columns[$0].name) }
      return ["satisfies_hash_partition('\(parent.oid)'::oid, \(m), \(k), \(joined(names, ", ")))"]
    case .defaultPartition:
      var any: [String] = []
      var hasNull = false
      var listedValues: Row = []
      for other in session.partitionOrder(parent) where other.oid != r.oid {
        switch other.bound {
        case .range(let low, let high):
          guard info.columns.count == 1 else { throw .notSimulated("ranges over several columns") }
          let pair = ranged(low[0], high[0], column, name)
          any.append(pair.count == 1 ? pair[0] : "(" + joined(pair, " AND ") + ")")
        case .list(let values):
          for v in values { if v.isNull { hasNull = true } else { listedValues.append(v) } }
        default: break
        }
      }
      if info.strategy == "list" {
        if listedValues.isEmpty, !hasNull { return [] }
        let parts = listed(hasNull ? listedValues + [.null] : listedValues, column, name)
        return ["(NOT " + (parts.count == 1 ? parts[0] : "(" + joined(parts, " AND ") + ")") + ")"]
      }
      if any.isEmpty { return [] }
      let list = any.count == 1 ? any[0] : "(" + joined(any, " OR ") + ")"
      return ["(NOT ((\(name) IS NOT NULL) AND \(list)))"]
    }
  }

  private func listed(_ values: Row, _ column: Column, _ name: String) -> [String] {
    var constants: [String] = []
    var hasNull = false
    for v in values { if v.isNull { hasNull = true } else { constants.append(constant(v, column)) } }
    var test = ""
    if constants.count == 1 {
      test = "(\(name) = \(constants[0]))"
    } else if !constants.isEmpty {
      test = "(\(name) = ANY (ARRAY[" + joined(constants, ", ") + "]))"
    }
    if !hasNull { return ["(\(name) IS NOT NULL)", test] }
    return test.isEmpty ? ["(\(name) IS NULL)"] : ["((\(name) IS NULL) OR \(test))"]
  }

  private func ranged(_ low: Value?, _ high: Value?, _ column: Column, _ name: String) -> [String] {
    var out: [String] = []
    if let low { out.append("(\(name) >= \(constant(low, column)))") }
    if let high { out.append("(\(name) < \(constant(high, column)))") }
    return out
  }
}
