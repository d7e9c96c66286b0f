// Indexes of partitioned tables: every partition gets its own, or one that it has is taken; ALTER INDEX … ATTACH PARTITION.
// Source: PostgreSQL 15 manual 5.11 and ALTER INDEX.

internal import SimKernel

extension ClientSession {
  /// What a made-up name of an index holds for each of its columns.
  func indexLabels(_ info: IndexInfo, _ r: Relation) -> [String] {
    var labels: [String] = []
    for c in info.columns {
      if c.column >= 0 {
        labels.append(r.columns[c.column].name)
      } else if let e = c.expression, case .call(let site, _, _) = e.kind {
        labels.append(site.function?.name ?? site.name)
      } else {
        labels.append("expr")
      }
    }
    return labels
  }

  /// Gives a partition the counterpart of an index of its parent, and so on downwards.
  func partitionIndex(_ index: Relation, _ parent: Relation, _ child: Relation) {
    guard var info = index.index else { return }
    func place(_ k: Int) -> Int { k < 0 ? k : child.columnIndex(parent.columns[k].name) ?? 0 }
    for k in info.columns.indices { info.columns[k].column = place(info.columns[k].column) }
    info.include = info.include.map { place($0) }
    info.table = child.oid
    info.parent = index.oid
    // An index of the partition that is the same is taken instead.
    for own in catalog.indexes(of: child.oid) {
      guard let o = own.index, o.parent == 0, o.constraint == 0, o.method == info.method, o.unique == info.unique,
        o.columns.map({ $0.column }) == info.columns.map({ $0.column }), !o.columns.contains(where: { $0.column < 0 }),
        o.include == info.include, o.predicate == nil, info.predicate == nil
      else { continue }
      changeRelation(own.oid) { $0.index?.parent = index.oid }
      return
    }
    var label = indexLabels(info, child)
    for k in info.include { label.append(child.columns[k].name) }
    var made = Relation(
      oid: newOid(), name: freeName(objectName(child.name, joined(label, "_"), "idx"), child.schema),
      schema: child.schema, kind: child.kind == .partitioned ? .partitionedIndex : .index, owner: child.owner)
    made.index = info
    let final = made
    change { $0.put(final) }
    for below in partitionOrder(child) where child.kind == .partitioned { partitionIndex(final, child, below) }
  }

  /// ALTER INDEX … ATTACH PARTITION; the parent becomes valid with the last one.
  func attachIndex(_ parent: Relation, _ name: QualifiedName) throws(SQLError) {
    guard let oid = findRelation(name), let child = catalog.relation(oid) else {
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    guard let info = child.index else {
      throw SQLError(SQLState.wrongObjectType, "\"\(child.name)\" is not an index")
    }
    guard parent.kind == .partitionedIndex, let own = parent.index, let table = catalog.relation(own.table),
      let part = catalog.relation(info.table)
    else { throw SQLError(SQLState.wrongObjectType, "\"\(parent.name)\" is not a partitioned index") }
    func refuse(_ detail: String) -> SQLError {
      SQLError(
        SQLState.notInPrerequisiteState,
        "cannot attach index \"\(child.name)\" as a partition of index \"\(parent.name)\"", detail: detail)
    }
    if info.parent == parent.oid { return }
    if info.parent != 0 { throw refuse("Index \"\(child.name)\" is already attached to another index.") }
    if part.partitionOf != table.oid {
      throw refuse("Index \"\(child.name)\" is not an index on any partition of table \"\(table.name)\".")
    }
    let names = own.columns.map { $0.column < 0 ? "" : table.columns[$0.column].name }
    if info.columns.map({ $0.column < 0 ? "" : part.columns[$0.column].name }) != names || info.unique != own.unique {
      throw refuse("The index definitions do not match.")
    }
    for other in catalog.indexes(of: part.oid) where other.index?.parent == parent.oid {
      throw refuse("Another index is already attached for partition \"\(part.name)\".")
    }
    changeRelation(oid) { $0.index?.parent = parent.oid }
    var complete = true
    for p in catalog.children(of: table.oid) {
      if !catalog.indexes(of: p.oid).contains(where: { $0.index?.parent == parent.oid }) { complete = false }
    }
    if complete { changeRelation(parent.oid) { $0.index?.isValid = true } }
  }
}
