// Sizes on disk, page by page: heap, free space map, index pages, the TOAST table's own index.
// Source: PostgreSQL 15 manual, 9.27.7 "Database Object Size Functions" and chapter 73.

internal import SimKernel

struct RelationSize {
  private let s: ClientSession
  private static let page: Int64 = 8_192
  /// What the catalogues of a database that someone has connected to take up; a template that nobody has is smaller by the
  /// cache files.
  private static let catalogue: Int64 = 7_708_007
  private static let untouched: Int64 = 7_471_619
  /// The catalogues that all databases share.
  static let shared: Int64 = 543_700

  init(_ session: ClientSession) { s = session }

  func heap(_ r: Relation) -> Int64 {
    if r.index != nil { return indexPages(r) * RelationSize.page }
    if r.sequence != nil { return RelationSize.page }
    return (r.heap?.pageCount ?? 0) * RelationSize.page
  }

  /// Whether rows can be so wide that values move out of the table.
  func hasToast(_ r: Relation) -> Bool {
    guard r.kind == .table || r.kind == .materializedView else { return false }
    for (_, c) in r.liveColumns {
      let entry = s.catalog.type(c.type.oid)
      guard (entry?.length ?? 0) < 0, c.type.oid != Oid.inet, c.type.oid != Oid.cidr else { continue }
      if c.type.oid == Oid.varchar || c.type.oid == Oid.bpchar {
        if c.type.modifier >= 0, c.type.modifier < 500 { continue }
      }
      if c.type.oid == Oid.numeric, c.type.modifier >= 0 { continue }
      return true
    }
    return false
  }

  /// Heap with its maps and its TOAST table.
  func table(_ r: Relation) -> Int64 {
    if r.index != nil || r.sequence != nil { return heap(r) }
    guard let h = r.heap else { return 0 }
    var size = heap(r)
    // The free space map begins with the fifth page, or with VACUUM.
    if h.pageCount > 4 || (h.wasVacuumed && h.pageCount > 0) { size += 3 * RelationSize.page }
    if h.wasVacuumed, h.pageCount > 0 { size += RelationSize.page }
    if hasToast(r) { size += RelationSize.page }
    return size
  }

  func indexes(_ r: Relation) -> Int64 {
    var size: Int64 = 0
    for i in s.catalog.indexes(of: r.oid) { size += heap(i) }
    return size
  }

  func total(_ r: Relation) -> Int64 { table(r) + indexes(r) }

  /// A metapage and, as soon as there are entries, leaves and the pages above them.
  func indexPages(_ r: Relation) -> Int64 {
    guard let info = r.index, let t = s.catalog.relation(info.table), let h = t.heap else { return 0 }
    if r.kind == .partitionedIndex { return 0 }
    if info.method == "hash" { return 4 }
    if info.method == "gin", h.tuples.isEmpty { return 2 }
    if h.tuples.isEmpty { return 1 }
    var width = 0
    for c in info.columns {
      let type = c.column >= 0 ? t.columns[c.column].type : c.expression?.type ?? SQLType(Oid.text)
      let length = s.catalog.type(type.oid)?.length ?? -1
      width += length > 0 ? length : 12
    }
    let entry = 8 + (width + 7) / 8 * 8 + 4
    let perPage = max(1, (8_192 - 40) * 9 / 10 / entry)
    let leaves = (h.tuples.count + perPage - 1) / perPage
    return 1 + Int64(leaves) + (leaves > 1 ? 1 : 0)
  }

  var allDatabases: Int64 {
    var size: Int64 = 0
    for d in s.server.cluster.databases.values { size += database(d) }
    return size
  }

  func database(_ d: Database) -> Int64 {
    var size = d.name == "template0" ? RelationSize.untouched : RelationSize.catalogue
    for r in (d === s.database ? s.catalog : d.catalog).relations.values { size += table(r) }
    return size
  }
}
