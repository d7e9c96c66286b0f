// Partitions: bounds and what they exclude, which partition a row belongs to, attaching and detaching, indexes that every
// partition gets. Source: PostgreSQL 15 manual 5.11 and CREATE TABLE.

internal import SimKernel

extension ClientSession {
  // MARK: Bounds

  func partitionBound(_ bound: PartitionBound, _ parent: Relation) throws(SQLError) -> (BoundInfo, String) {
    guard let info = parent.partition else { return (.defaultPartition, "DEFAULT") }
    func value(_ e: Expr, _ k: Int) throws(SQLError) -> (Value?, String) {
      if case .column(let parts) = e.kind, parts == ["minvalue"] || parts == ["maxvalue"] {
        return (nil, uppercasedASCII(parts[0]))
      }
      let column = parent.columns[info.columns[k]]
      let a = Analyzer(session: self)
      let typed = try a.coerceForAssignment(
        try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0))), column, at: e.offset)
      let v = try Execution(session: self, snapshot: snapshot()).evaluate(typed, Frame(parent: nil))
      if v.isNull { return (.null, "NULL") }
      if case .int = v { return (v, output(v, column.type.oid)) }
      return (v, quotedLiteral(output(v, column.type.oid)))
    }
    let fits =
      switch bound {
      case .defaultPartition: true
      case .list: info.strategy == "list"
      case .range: info.strategy == "range"
      case .hash: info.strategy == "hash"
      }
    if !fits {
      throw SQLError(
        SQLState.invalidObjectDefinition, "invalid bound specification for a \(info.strategy) partition",
        at: bound.offset)
    }
    switch bound {
    case .defaultPartition:
      if info.strategy == "hash" {
        throw SQLError(
          SQLState.invalidObjectDefinition, "a hash-partitioned table may not have a default partition")
      }
      return (.defaultPartition, "DEFAULT")
    case .list(let list, _):
      var values: Row = []
      var texts: [String] = []
      for e in list {
        let (v, t) = try value(e, 0)
        values.append(v ?? .null)
        texts.append(t)
      }
      return (.list(values), "FOR VALUES IN (\(joined(texts, ", ")))")
    case .range(let low, let high, _):
      var l: [Value?] = []
      var h: [Value?] = []
      var lt: [String] = []
      var ht: [String] = []
      for (k, e) in low.enumerated() {
        let (v, t) = try value(e, k)
        l.append(v)
        lt.append(t)
      }
      for (k, e) in high.enumerated() {
        let (v, t) = try value(e, k)
        h.append(v)
        ht.append(t)
      }
      return (.range(l, h), "FOR VALUES FROM (\(joined(lt, ", "))) TO (\(joined(ht, ", ")))")
    case .hash(let m, let r, _): return (.hash(m, r), "FOR VALUES WITH (modulus \(m), remainder \(r))")
    }
  }

  /// Refuses a bound that is empty or overlaps that of another partition.
  func checkBound(_ made: BoundInfo?, _ bound: PartitionBound, _ name: String, _ parent: Relation) throws(SQLError) {
    guard let made else { return }
    func overlap(_ other: Relation, _ offset: Int) -> SQLError {
      SQLError(
        SQLState.invalidObjectDefinition, "partition \"\(name)\" would overlap partition \"\(other.name)\"", at: offset)
    }
    let siblings = partitionOrder(parent)
    switch (made, bound) {
    case (.defaultPartition, _):
      for other in siblings {
        if case .defaultPartition = other.bound {
          throw SQLError(
            SQLState.invalidObjectDefinition,
            "partition \"\(name)\" conflicts with existing default partition \"\(other.name)\"")
        }
      }
      return
    case (.list(let values), .list(let written, _)):
      for (k, v) in values.enumerated() {
        for other in siblings {
          guard case .list(let taken) = other.bound else { continue }
          for w in taken where v.isNull ? w.isNull : !w.isNull && compareValues(v, w) == 0 {
            throw overlap(other, written[k].offset)
          }
        }
      }
    case (.range(let low, let high), .range(let lowWritten, let highWritten, _)):
      let lowEnd = RangeEnd(low, writtenAs: lowWritten)
      let highEnd = RangeEnd(high, writtenAs: highWritten)
      let order = compareEnds(lowEnd, highEnd)
      if order.sign >= 0 {
        func shown(_ end: RangeEnd) -> String {
          var parts: [String] = []
          for (k, v) in end.values.enumerated() {
            let type = parent.partition.map { parent.columns[$0.columns[k]].type.oid } ?? Oid.text
            if let v {
              if case .int = v { parts.append(output(v, type)) } else { parts.append(quotedLiteral(output(v, type))) }
            } else {
              parts.append(end.limits[k] < 0 ? "MINVALUE" : "MAXVALUE")
            }
          }
          return "(" + joined(parts, ", ") + ")"
        }
        throw SQLError(
          SQLState.invalidObjectDefinition, "empty range bound specified for partition \"\(name)\"",
          detail:
            "Specified lower bound \(shown(lowEnd)) is greater than or equal to upper bound \(shown(highEnd)).",
          at: lowWritten[order.column].offset)
      }
      // The partition whose range begins last before the new one, then the first that begins inside it.
      for other in siblings {
        guard case .range(let l, let h) = other.bound else { continue }
        let otherLow = RangeEnd(stored: l, isLower: true)
        let start = compareEnds(otherLow, lowEnd)
        if start.sign <= 0 {
          if compareEnds(RangeEnd(stored: h, isLower: false), lowEnd).sign > 0 {
            throw overlap(other, lowWritten[start.sign == 0 ? 0 : start.column].offset)
          }
          continue
        }
        let end = compareEnds(otherLow, highEnd)
        if end.sign < 0 { throw overlap(other, highWritten[end.column].offset) }
      }
    case (.hash(let modulus, let remainder), .hash(_, _, let offset)):
      if modulus <= 0 {
        throw SQLError(
          SQLState.invalidObjectDefinition, "modulus for hash partition must be an integer value greater than zero")
      }
      if remainder >= modulus {
        throw SQLError(SQLState.invalidObjectDefinition, "remainder for hash partition must be less than modulus")
      }
      var before: (modulus: Int64, name: String)?
      var after: (modulus: Int64, name: String)?
      for other in siblings {
        guard case .hash(let m, let r) = other.bound else { continue }
        if (m, r) <= (modulus, remainder) {
          before = (m, other.name)
        } else if m > modulus, after == nil {
          after = (m, other.name)
        }
      }
      func unfit(_ detail: String) -> SQLError {
        SQLError(
          SQLState.invalidObjectDefinition,
          "every hash partition modulus must be a factor of the next larger modulus", detail: detail)
      }
      if let before, modulus % before.modulus != 0 {
        throw unfit(
          "The new modulus \(modulus) is not divisible by \(before.modulus), the modulus of existing partition \"\(before.name)\"."
        )
      }
      if let after, after.modulus % modulus != 0 {
        throw unfit(
          "The new modulus \(modulus) is not a factor of \(after.modulus), the modulus of existing partition \"\(after.name)\"."
        )
      }
      for other in siblings {
        guard case .hash(let m, let r) = other.bound else { continue }
        let small = min(m, modulus)
        if r % small == remainder % small { throw overlap(other, offset) }
      }
    default: break
    }
    try checkDefaultRows(made, parent)
  }

  /// One end of a range: values, and what stands where there is none, -1 for MINVALUE and 1 for MAXVALUE.
  private struct RangeEnd {
    let values: [Value?]
    let limits: [Int]

    init(_ values: [Value?], writtenAs written: [Expr]) {
      self.values = values
      limits = written.map {
        if case .column(let parts) = $0.kind { return parts == ["minvalue"] ? -1 : 1 }
        return 1
      }
    }

    /// The end of an existing partition; what is missing in a lower one is the least.
    init(stored values: [Value?], isLower: Bool) {
      self.values = values
      limits = [Int](repeating: isLower ? -1 : 1, count: values.count)
    }
  }

  /// The order of two ends, and the first column in which they differ.
  private func compareEnds(_ a: RangeEnd, _ b: RangeEnd) -> (sign: Int, column: Int) {
    for k in a.values.indices {
      let x = a.values[k] == nil ? a.limits[k] : 0
      let y = b.values[k] == nil ? b.limits[k] : 0
      if x != 0 || y != 0 {
        if x != y { return (x < y ? -1 : 1, k) }
        return (0, k)
      }
      if let l = a.values[k], let r = b.values[k] {
        let order = compareValues(l, r)
        if order != 0 { return (order < 0 ? -1 : 1, k) }
      }
    }
    return (0, 0)
  }

  /// Rows of the default partition may not belong to a new one.
  private func checkDefaultRows(_ made: BoundInfo, _ parent: Relation) throws(SQLError) {
    guard let info = parent.partition else { return }
    let s = snapshot()
    for other in catalog.children(of: parent.oid) {
      guard case .defaultPartition = other.bound else { continue }
      for leaf in [other] + descendants(of: other) {
        for tuple in leaf.heap?.tuples ?? [] where log.isVisible(tuple, s) {
          let row = remap(complete(tuple.values, leaf), from: leaf, to: parent)
          if try fits(info.columns.map { row[$0] }, made, parent) {
            throw SQLError(
              SQLState.checkViolation,
              "updated partition constraint for default partition \"\(other.name)\" would be violated by some row")
          }
        }
      }
    }
  }

  /// Partitions in the order of their bounds, the default one last: the order in which they are read.
  func partitionOrder(_ relation: Relation) -> [Relation] {
    var list = catalog.children(of: relation.oid)
    guard relation.kind == .partitioned else { return list }
    func rank(_ r: Relation) -> Int {
      if case .defaultPartition = r.bound { return 2 }
      if case .list(let v) = r.bound, v.allSatisfy({ $0.isNull }) { return 1 }
      return 0
    }
    func least(_ values: Row) -> Value {
      var out: Value = .null
      for v in values where !v.isNull && (out.isNull || compareValues(v, out) < 0) { out = v }
      return out
    }
    func before(_ a: Relation, _ b: Relation) -> Bool {
      if rank(a) != rank(b) { return rank(a) < rank(b) }
      switch (a.bound, b.bound) {
      case (.list(let x), .list(let y)): return compareValues(least(x), least(y)) < 0
      case (.range(let x, _), .range(let y, _)):
        for k in x.indices {
          guard let l = x[k] else { return y[k] != nil }
          guard let r = y[k] else { return false }
          let order = compareValues(l, r)
          if order != 0 { return order < 0 }
        }
        return false
      case (.hash(let m, let r), .hash(let n, let s)): return m != n ? m < n : r < s
      default: return false
      }
    }
    list.sort { before($0, $1) }
    return list
  }

  // MARK: Rows

  /// A row with the columns of another relation of its family; `over` gives those that only that one has.
  func remap(_ row: Row, from: Relation, to: Relation, over base: Row? = nil) -> Row {
    var out = base ?? Row(repeating: .null, count: to.columns.count)
    for (i, c) in to.columns.enumerated() where !c.isDropped {
      if let k = from.columnIndex(c.name) { out[i] = row[k] }
    }
    return out
  }

  private func fits(_ key: Row, _ bound: BoundInfo, _ relation: Relation) throws(SQLError) -> Bool {
    switch bound {
    case .defaultPartition: return true
    case .list(let values):
      for v in values where v.isNull ? key[0].isNull : !key[0].isNull && compareValues(v, key[0]) == 0 { return true }
      return false
    case .range(let low, let high):
      if key.contains(where: { $0.isNull }) { return false }
      return compareBound(key, low, below: true) >= 0 && compareBound(key, high, below: false) < 0
    case .hash(let modulus, let remainder):
      guard let info = relation.partition else { return false }
      var hash: UInt64 = 0
      for (k, v) in key.enumerated() where !v.isNull {
        guard let own = PostgresHash.extended(v, relation.columns[info.columns[k]].type.oid) else {
          throw .notSimulated("hash partitions by this type")
        }
        hash ^= own &+ 0x49a0_f4dd_15e5_a8e3 &+ (hash << 54) &+ (hash >> 7)
      }
      return hash % UInt64(modulus) == UInt64(remainder)
    }
  }

  func partition(for row: Row, _ relation: Relation) throws(SQLError) -> Relation {
    guard let info = relation.partition else { return relation }
    let key = info.columns.map { row[$0] }
    var fallback: Relation?
    for child in catalog.children(of: relation.oid) {
      guard let bound = child.bound else { continue }
      if case .defaultPartition = bound {
        fallback = child
      } else if try fits(key, bound, relation) {
        return try within(child, row, relation)
      }
    }
    if let fallback { return try within(fallback, row, relation) }
    var names: [String] = []
    var values: [String] = []
    for (n, c) in info.columns.enumerated() {
      names.append(relation.columns[c].name)
      values.append(key[n].isNull ? "null" : output(key[n], relation.columns[c].type.oid))
    }
    throw SQLError(
      SQLState.checkViolation, "no partition of relation \"\(relation.name)\" found for row",
      detail: "Partition key of the failing row contains (\(joined(names, ", "))) = (\(joined(values, ", "))).")
  }

  private func within(_ child: Relation, _ row: Row, _ relation: Relation) throws(SQLError) -> Relation {
    child.kind == .partitioned ? try partition(for: remap(row, from: relation, to: child), child) : child
  }

  /// Whether a row that is written to a partition by its own name belongs there.
  func belongs(_ row: Row, _ partition: Relation) throws(SQLError) -> Bool {
    guard let parent = catalog.relation(partition.partitionOf), let info = parent.partition,
      let bound = partition.bound
    else { return true }
    let above = remap(row, from: partition, to: parent)
    let key = info.columns.map { above[$0] }
    if case .defaultPartition = bound {
      for other in catalog.children(of: parent.oid) where other.oid != partition.oid {
        if let b = other.bound, try fits(key, b, parent) { return false }
      }
    } else if !(try fits(key, bound, parent)) {
      return false
    }
    return try belongs(above, parent)
  }

  private func compareBound(_ key: Row, _ bound: [Value?], below: Bool) -> Int {
    for (i, b) in bound.enumerated() {
      guard let b else { return below ? 1 : -1 }
      let order = compareValues(key[i], b)
      if order != 0 { return order }
    }
    return 0
  }

  // MARK: ALTER TABLE … ATTACH, DETACH

  /// What a table needs to become a child or a partition: the parent's columns, of the same types, NOT NULL where those are.
  func requireColumns(of parent: Relation, in child: Relation) throws(SQLError) {
    for (_, c) in parent.liveColumns {
      guard let k = child.columnIndex(c.name) else {
        throw SQLError(SQLState.datatypeMismatch, "child table is missing column \"\(c.name)\"")
      }
      if child.columns[k].type != c.type {
        throw SQLError(
          SQLState.datatypeMismatch, "child table \"\(child.name)\" has different type for column \"\(c.name)\"")
      }
      if c.notNull, !child.columns[k].notNull {
        throw SQLError(
          SQLState.datatypeMismatch, "column \"\(c.name)\" in child table must be marked NOT NULL")
      }
    }
  }

  func attach(_ parent: Relation, _ name: QualifiedName, _ bound: PartitionBound) throws(SQLError) {
    guard parent.kind == .partitioned else {
      throw SQLError(SQLState.wrongObjectType, "table \"\(parent.name)\" is not partitioned")
    }
    guard let oid = findRelation(name), let child = catalog.relation(oid) else {
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    if child.partitionOf != 0 {
      throw SQLError(SQLState.wrongObjectType, "\"\(child.name)\" is already a partition")
    }
    for (_, c) in child.liveColumns where parent.columnIndex(c.name) == nil {
      throw SQLError(
        SQLState.datatypeMismatch,
        "table \"\(child.name)\" contains column \"\(c.name)\" not found in parent \"\(parent.name)\"",
        detail: "The new partition may contain only the columns present in parent.")
    }
    try requireColumns(of: parent, in: child)
    for c in parent.constraints where c.kind == .check {
      guard child.constraints.contains(where: { $0.name == c.name }) else {
        throw SQLError(SQLState.datatypeMismatch, "child table is missing constraint \"\(c.name)\"")
      }
    }
    let (info, text) = try partitionBound(bound, parent)
    try checkBound(info, bound, child.name, parent)
    changeRelation(oid) {
      $0.partitionOf = parent.oid
      $0.bound = info
      $0.boundText = text
    }
    guard let attached = catalog.relation(oid) else { return }
    let s = snapshot()
    for leaf in [attached] + descendants(of: attached) {
      for tuple in leaf.heap?.tuples ?? [] where log.isVisible(tuple, s) {
        if !(try belongs(complete(tuple.values, leaf), leaf)) {
          changeRelation(oid) {
            $0.partitionOf = 0
            $0.bound = nil
          }
          throw SQLError(
            SQLState.checkViolation, "partition constraint of relation \"\(leaf.name)\" is violated by some row")
        }
      }
    }
    for c in parent.constraints where c.kind == .primaryKey || c.kind == .unique {
      let names = c.columns.map { parent.columns[$0].name }
      if child.constraints.contains(where: { $0.kind == c.kind && $0.columns.map { child.columns[$0].name } == names })
      {
        continue
      }
      try addConstraint(
        ConstraintClause(
          name: nil, kind: c.kind == .primaryKey ? .primaryKey(names) : .unique(names, nullsNotDistinct: false),
          offset: -1), oid, column: nil, isNew: false)
    }
    for i in catalog.indexes(of: parent.oid) where i.index?.constraint == 0 {
      if let now = catalog.relation(oid) { partitionIndex(i, parent, now) }
    }
  }

  func detach(_ parent: Relation, _ name: QualifiedName) throws(SQLError) {
    guard let oid = findRelation(name), let child = catalog.relation(oid) else {
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    guard parent.kind == .partitioned else {
      throw SQLError(SQLState.wrongObjectType, "table \"\(parent.name)\" is not partitioned")
    }
    guard child.partitionOf == parent.oid else {
      throw SQLError(
        SQLState.undefinedTable,
        "relation \"\(child.name)\" is not a partition of relation \"\(parent.name)\"")
    }
    changeRelation(oid) {
      $0.partitionOf = 0
      $0.bound = nil
      $0.boundText = ""
      for i in $0.columns.indices { $0.columns[i].isLocal = true }
      for i in $0.constraints.indices { $0.constraints[i].isLocal = true }
    }
    for i in catalog.indexes(of: oid) where i.index?.parent != 0 { changeRelation(i.oid) { $0.index?.parent = 0 } }
  }
}
