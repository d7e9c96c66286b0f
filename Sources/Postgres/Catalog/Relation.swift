// What a database contains: relations (tables, views, indexes, sequences), their columns and constraints.
// Source: PostgreSQL 15 manual, chapter 53 "System Catalogs".

internal import SimKernel

/// What is written in an ACL: `alice=arwdDxt/bob`.
struct AccessItem: Equatable {
  /// Empty: PUBLIC.
  var grantee: String
  /// Letters in the order of the catalogue (`arwdDxt`, `rwU`, `UC`, `CTc`), those with grant option listed again below.
  var privileges: [UInt8]
  var grantOptions: [UInt8]
  var grantor: String

  var text: String {
    var out = quoteAclName(grantee) + "="
    for p in privileges {
      out += String(decoding: [p], as: UTF8.self)
      if grantOptions.contains(p) { out += "*" }
    }
    return out + "/" + quoteAclName(grantor)
  }
}

func quoteAclName(_ name: String) -> String {
  for b in name.utf8 where !(Lexer.isDigit(b) || (b | 0x20 >= 97 && b | 0x20 <= 122) || b == 95 || b >= 128) {
    return "\"" + name + "\""
  }
  return name
}

/// What ALTER TABLE says of how a column is kept and looked at.
enum ColumnOption {
  /// -1 is the default.
  case statistics(Int64)
  case storage(String)
  case compression(String)
  /// `n_distinct` and its like, which nothing shows.
  case parameters
}

struct Column {
  var name: String
  var statistics: Int64 = -1
  /// `plain`, `external`, … and `pglz`, where they were chosen.
  var storage: String?
  var compression: String?
  var type: SQLType
  var notNull = false
  /// Default as analysed and as printed; generated columns use it too.
  var defaultExpr: TypedExpr?
  var isGenerated = false
  /// `a` always, `d` by default.
  var identity: UInt8 = 0
  /// The sequence behind serial or identity.
  var sequence: Int32 = 0
  var collation: String?
  var isDropped = false
  var isLocal = true
  var comment: String?
  var acl: [AccessItem] = []
  /// What rows written before the column was added read as.
  var missingValue: Value = .null
  var hasMissing = false
}

struct Constraint {
  enum Kind: UInt8 {
    case primaryKey = 112
    case unique = 117
    case check = 99
    case foreignKey = 102
    case exclusion = 120
  }
  var oid: Int32
  var name: String
  var kind: Kind
  /// Indexes into the columns of the table.
  var columns: [Int]
  var index: Int32 = 0
  var check: TypedExpr?
  var foreignTable: Int32 = 0
  var foreignColumns: [Int] = []
  var onDelete: ReferentialAction = .noAction
  var onUpdate: ReferentialAction = .noAction
  /// Those of `columns` that ON DELETE sets; empty: all.
  var deleteColumns: [Int] = []
  var matchFull = false
  var deferrable = false
  var initiallyDeferred = false
  var isValid = true
  var noInherit = false
  var isLocal = true
  var comment: String?
}

struct IndexColumn {
  /// -1: an expression.
  var column: Int
  var expression: TypedExpr?
  var descending = false
  var nullsFirst = false
  var operatorClass: String?
}

struct IndexInfo {
  var table: Int32
  var unique: Bool
  var primary: Bool
  var method: String
  var columns: [IndexColumn]
  var include: [Int]
  var predicate: TypedExpr?
  var nullsNotDistinct = false
  var constraint: Int32 = 0
  /// The index of the partitioned table that this one belongs to.
  var parent: Int32 = 0
  /// An index made ON ONLY a partitioned table is invalid until every partition has one.
  var isValid = true
  /// What an EXCLUDE constraint compares, one part per column.
  var exclusion: [ExclusionPart] = []
  /// Storage parameters as written.
  var options: [(String, String)] = []
}

/// A sequence's position survives ROLLBACK: it is a reference shared by all snapshots of the catalogue.
final class SequenceState {
  var last: Int64
  var isCalled = false
  /// Values logged ahead (`log_cnt`).
  var logged: Int64 = 0
  init(last: Int64) { self.last = last }
}

struct SequenceInfo {
  var type: Int32 = Oid.int8
  var start: Int64 = 1
  var increment: Int64 = 1
  var minimum: Int64 = 1
  var maximum: Int64 = Int64.max
  var cache: Int64 = 1
  var cycle = false
  var state: SequenceState
  var ownerTable: Int32 = 0
  var ownerColumn = 0
  var isIdentity = false
}

struct ViewInfo {
  var query: Query
  /// The schemas in which the query's names were found when the view was made; the reader's own do not matter.
  var path: [String]
  var text: String
  var checkOption: String?
  var isPopulated = true
}

struct TriggerInfo {
  var oid: Int32
  var name: String
  var timing: String
  var events: [String]
  var updateColumns: [String]
  var forEachRow: Bool
  var function: String
  var functionOid: Int32
  var arguments: [String]
  var condition: Expr?
  /// `O` origin, `D` disabled, `A` always, `R` replica, as tgenabled has it.
  var firing: UInt8 = 79
  /// What REFERENCING calls the rows of the statement.
  var oldTable: String?
  var newTable: String?
  var isConstraint = false
  var deferrable = false
  var initiallyDeferred = false
  var comment: String?

  /// In a session that replays nothing.
  var isEnabled: Bool { firing == 79 || firing == 65 }
}

struct PartitionInfo {
  var strategy: String
  var columns: [Int]
  var names: [String]
}

enum BoundInfo {
  case list([Value])
  /// nil: MINVALUE or MAXVALUE.
  case range([Value?], [Value?])
  case hash(Int64, Int64)
  case defaultPartition
}

struct Relation {
  enum Kind: UInt8 {
    case table = 114
    case index = 105
    case sequence = 83
    case view = 118
    case materializedView = 109
    case partitioned = 112
    case composite = 99
    case partitionedIndex = 73
  }
  var oid: Int32
  var name: String
  var schema: String
  var kind: Kind
  var owner: String
  var columns: [Column] = []
  var constraints: [Constraint] = []
  var heap: Heap?
  var index: IndexInfo?
  var sequence: SequenceInfo?
  var view: ViewInfo?
  var triggers: [TriggerInfo] = []
  /// nil: the default privileges.
  var acl: [AccessItem]?
  var comment: String?
  var isTemporary = false
  var isUnlogged = false
  var rowType: Int32 = 0
  var partition: PartitionInfo?
  var partitionOf: Int32 = 0
  var bound: BoundInfo?
  var boundText = ""
  var inherits: [Int32] = []
  var onCommit: String?
  var rowSecurity = false
  var forcesRowSecurity = false
  var policies: [Policy] = []
  /// What ANALYZE last saw; -1 when never.
  var analysedRows: Int64 = -1
  /// The index that CLUSTER last used.
  var clusteredOn: Int32 = 0
  var options: [(String, String)] = []
  var relfilenode: Int32 = 0
  /// `d` default, `n` nothing, `f` full, `i` an index, as relreplident has it.
  var replicaIdentity: UInt8 = 100
  var replicaIndex: Int32 = 0
  /// DISABLE TRIGGER ALL turns foreign keys off too.
  var ignoresForeignKeys = false

  /// The tables that it inherits from or is a partition of.
  var parents: [Int32] { inherits + (partitionOf != 0 ? [partitionOf] : []) }
  var isTableLike: Bool { kind == .table || kind == .partitioned }
  var liveColumns: [(index: Int, column: Column)] {
    var out: [(index: Int, column: Column)] = []
    for (i, c) in columns.enumerated() where !c.isDropped { out.append((index: i, column: c)) }
    return out
  }
  func columnIndex(_ name: String) -> Int? {
    for (i, c) in columns.enumerated() where !c.isDropped && c.name == name { return i }
    return nil
  }
  var primaryKey: Constraint? {
    for c in constraints where c.kind == .primaryKey { return c }
    return nil
  }
  /// As messages name the kind.
  var kindName: String {
    switch kind {
    case .table, .partitioned: "table"
    case .index, .partitionedIndex: "index"
    case .sequence: "sequence"
    case .view: "view"
    case .materializedView: "materialized view"
    case .composite: "type"
    }
  }
}

struct FunctionEntry {
  var oid: Int32
  var name: String
  var schema: String
  var owner: String
  var parameters: [FunctionParameterInfo]
  var result: SQLType
  var returnsSet: Bool
  var isProcedure: Bool
  var language: String
  var body: String
  var volatility: String
  var strict: Bool
  var columns: [CompositeField]
  var acl: [AccessItem]?
  var securityDefiner = false
  var comment: String?

  var inputTypes: [Int32] {
    var out: [Int32] = []
    for p in parameters where p.mode != "out" && p.mode != "table" { out.append(p.type.oid) }
    return out
  }
}

struct FunctionParameterInfo {
  var mode: String
  var name: String?
  var type: SQLType
  var defaultValue: Expr?
  var defaultText: String?
}

struct SchemaEntry {
  var oid: Int32
  var name: String
  var owner: String
  var acl: [AccessItem]?
  var comment: String?
}

struct ExtensionEntry {
  var name: String
  var version: String
  var schema: String
  var comment: String
}

/// Everything in one database but the rows: a value, so that a snapshot is a copy.
struct Catalog {
  var schemas = OrderedMap<String, SchemaEntry>()
  var relations = OrderedMap<Int32, Relation>()
  var types = OrderedMap<Int32, TypeEntry>()
  var functions = OrderedMap<Int32, FunctionEntry>()
  var extensions = OrderedMap<String, ExtensionEntry>()
  var aggregates = OrderedMap<Int32, AggregateEntry>()
  var defaultPrivileges: [DefaultPrivileges] = []
  private var names: [String: Int32] = [:]
  private var typeNames: [String: Int32] = [:]

  static func key(_ schema: String, _ name: String) -> String { schema + "\u{1}" + name }

  func relationOid(_ schema: String, _ name: String) -> Int32? { names[Catalog.key(schema, name)] }
  func relation(_ oid: Int32) -> Relation? { relations[oid] }
  func typeOid(_ schema: String, _ name: String) -> Int32? { typeNames[Catalog.key(schema, name)] }

  mutating func put(_ relation: Relation) {
    if let old = relations[relation.oid] { names[Catalog.key(old.schema, old.name)] = nil }
    relations[relation.oid] = relation
    names[Catalog.key(relation.schema, relation.name)] = relation.oid
  }
  mutating func removeRelation(_ oid: Int32) {
    guard let old = relations[oid] else { return }
    names[Catalog.key(old.schema, old.name)] = nil
    relations[oid] = nil
  }
  mutating func put(_ type: TypeEntry) {
    if let old = types[type.oid] { typeNames[Catalog.key(old.schema, old.name)] = nil }
    types[type.oid] = type
    typeNames[Catalog.key(type.schema, type.name)] = type.oid
  }
  mutating func removeType(_ oid: Int32) {
    guard let old = types[oid] else { return }
    typeNames[Catalog.key(old.schema, old.name)] = nil
    types[oid] = nil
  }

  func type(_ oid: Int32) -> TypeEntry? { BuiltinTypes.shared.byOid[oid] ?? types[oid] }

  /// Indexes of a table in the order of their creation.
  func indexes(of table: Int32) -> [Relation] {
    var out: [Relation] = []
    for relation in relations.values where relation.index?.table == table { out.append(relation) }
    return out
  }
  func children(of table: Int32) -> [Relation] {
    var out: [Relation] = []
    for relation in relations.values where relation.partitionOf == table || relation.inherits.contains(table) {
      out.append(relation)
    }
    return out
  }
  /// Foreign keys of other tables (and itself) that point at a table.
  func references(to table: Int32) -> [(table: Relation, constraint: Constraint)] {
    var out: [(table: Relation, constraint: Constraint)] = []
    for relation in relations.values {
      for c in relation.constraints where c.kind == .foreignKey && c.foreignTable == table {
        out.append((table: relation, constraint: c))
      }
    }
    return out
  }
}
