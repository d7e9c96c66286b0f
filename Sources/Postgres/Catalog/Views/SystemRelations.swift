// The tables and views of pg_catalog and information_schema: their columns are facts, their rows are made from the catalogue
// when they are read. A relation whose rows are not modelled says so when it is read; one that is empty in a cluster without
// such objects is empty. Source: PostgreSQL 15 manual, chapters 53, 54 and 37.

internal import SimKernel

/// One row of a catalogue relation, by column.
typealias CatalogRow = [String: Value]

final class VirtualRelation {
  let schema: String
  let name: String
  /// `r` table, `v` view.
  let kind: String
  let oid: Int32
  let columns: [(String, Int32)]
  let notNull: [Bool]
  init(_ fact: [String]) {
    let parts = fact[0].split(separator: ".")
    schema = String(parts[0])
    name = String(parts[1])
    kind = fact[1]
    oid = Int32(fact[2]) ?? 0
    var list: [(String, Int32)] = []
    var required: [Bool] = []
    for item in fact[3].split(separator: ",") {
      let words = item.split(separator: " ")
      var type = String(words[1])
      required.append(type.hasSuffix("!"))
      if type.hasSuffix("!") { type = String(type.dropLast()) }
      list.append((String(words[0]), VirtualRelation.type(type)))
    }
    columns = list
    notNull = required
    given = nil
  }

  /// Rows that are there already: the transition table of a trigger.
  private let given: [Row]?

  init(name: String, columns: [(String, Int32)], rows: [Row]) {
    schema = ""
    self.name = name
    kind = "r"
    oid = 0
    self.columns = columns
    notNull = columns.map { _ in false }
    given = rows
  }

  /// Types of the catalogue alone are read as text.
  private static func type(_ name: String) -> Int32 {
    switch name {
    case "_aclitem": Oid.textArray
    case "oidvector", "pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list": Oid.text
    default: BuiltinTypes.shared.byName[name] ?? Oid.text
    }
  }

  /// `1 2`: an array whose first element has the number 0.
  private static func vector(_ list: String) -> Value {
    var elements: Row = []
    for word in list.split(separator: " ") { elements.append(.int(Int64(String(word)) ?? 0)) }
    return .array(
      ArrayValue(
        elementType: Oid.int2, dimensions: elements.isEmpty ? [] : [elements.count],
        lowerBounds: elements.isEmpty ? [] : [0], elements: elements))
  }

  func rows(_ session: ClientSession) throws(SQLError) -> [Row] {
    if let given { return given }
    guard let make = CatalogViews.rows[schema + "." + name] else {
      if CatalogViews.empty.contains(name) { return [] }
      throw .notSimulated("the rows of \(schema).\(name)")
    }
    var out: [Row] = []
    for fields in try make.rows(session) {
      var row: Row = []
      row.reserveCapacity(columns.count)
      for (column, type) in columns {
        let value = fields[column] ?? .null
        if type == Oid.int2vector, case .text(let list) = value {
          row.append(VirtualRelation.vector(list))
        } else {
          row.append(value)
        }
      }
      out.append(row)
    }
    return out
  }
}

enum SystemRelations {
  nonisolated(unsafe) static let all: [VirtualRelation] = {
    var list: [VirtualRelation] = []
    for f in factLines(systemRelationFacts) { list.append(VirtualRelation(f)) }
    return list
  }()
  nonisolated(unsafe) private static let byName: [String: VirtualRelation] = {
    var table: [String: VirtualRelation] = [:]
    for v in all { table[v.schema + "." + v.name] = v }
    return table
  }()

  static func find(_ schema: String, _ name: String) -> VirtualRelation? { byName[schema + "." + name] }

  static func find(_ oid: Int32) -> VirtualRelation? {
    for v in all where v.oid == oid { return v }
    return nil
  }
}

/// How the rows of one relation are made.
struct CatalogView {
  let rows: (ClientSession) throws(SQLError) -> [CatalogRow]
  init(_ rows: @escaping (ClientSession) throws(SQLError) -> [CatalogRow]) { self.rows = rows }
}

enum CatalogViews {
  nonisolated(unsafe) static let rows: [String: CatalogView] = {
    var table: [String: CatalogView] = [:]
    addObjects(&table)
    addAttributes(&table)
    addCluster(&table)
    addActivity(&table)
    addReplication(&table)
    addInformationSchema(&table)
    return table
  }()

  /// Relations that have no rows as long as nobody makes what they list, which the engine cannot.
  static let empty: Set<String> = [
    "pg_event_trigger", "pg_foreign_data_wrapper", "pg_foreign_server", "pg_foreign_table", "pg_largeobject",
    "pg_largeobject_metadata", "pg_prepared_xacts", "pg_publication", "pg_publication_rel",
    "pg_publication_namespace", "pg_publication_tables", "pg_replication_origin", "pg_replication_origin_status",
    "pg_seclabel", "pg_seclabels", "pg_shseclabel", "pg_stat_progress_analyze",
    "pg_stat_progress_basebackup", "pg_stat_progress_cluster", "pg_stat_progress_copy", "pg_stat_progress_create_index",
    "pg_stat_progress_vacuum", "pg_stat_replication_slots", "pg_stat_subscription",
    "pg_stat_subscription_stats", "pg_statistic_ext", "pg_statistic_ext_data",
    "pg_stats_ext", "pg_stats_ext_exprs", "pg_subscription", "pg_subscription_rel", "pg_transform", "pg_user_mapping",
    "pg_user_mappings", "foreign_data_wrappers", "foreign_servers", "foreign_tables", "user_mappings",
  ]

  static func text(_ s: String?) -> Value { s.map { .text($0) } ?? .null }
  static func yes(_ x: Bool) -> Value { .text(x ? "YES" : "NO") }
  static func oid(_ n: Int32) -> Value { .int(Int64(n)) }
  static func acl(_ items: [AccessItem]?) -> Value {
    guard let items else { return .null }
    return .array(ArrayValue(elementType: Oid.text, items.map { .text($0.text) }))
  }
  static func roleOid(_ s: ClientSession, _ name: String) -> Value { oid(s.server.cluster.roles[name]?.oid ?? 0) }
  static func schemaOid(_ s: ClientSession, _ name: String) -> Value { oid(s.catalog.schemas[name]?.oid ?? 0) }
  static func numbers(_ list: [Int], _ type: Int32) -> Value {
    .array(ArrayValue(elementType: type, list.map { .int(Int64($0 + 1)) }))
  }
}

extension ClientSession {
  func findVirtual(_ name: QualifiedName) -> VirtualRelation? {
    if let schema = name.schema { return SystemRelations.find(schema, name.name) }
    if let found = transitionTables.first(where: { $0.name == name.name }) { return found }
    if let found = SystemRelations.find("pg_catalog", name.name) { return found }
    return searchPath.contains("information_schema") ? SystemRelations.find("information_schema", name.name) : nil
  }
}
