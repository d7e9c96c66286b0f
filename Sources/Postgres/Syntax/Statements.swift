// The statements of the tree.

struct InsertTarget {
  let column: String
  let subscripts: [SubscriptBounds]
  let offset: Int
  /// `column.field`
  var field: String?
}

struct Assignment {
  let targets: [InsertTarget]
  let value: Expr
  let isMulti: Bool
}

struct OnConflict {
  var columns: [Expr] = []
  var condition: Expr?
  var constraint: String?
  var offset: Int
  /// nil: DO NOTHING.
  var assignments: [Assignment]?
  var updateCondition: Expr?
}

struct InsertStatement {
  var with: WithClause?
  var table: QualifiedName
  var alias: String?
  var columns: [InsertTarget]
  /// nil: DEFAULT VALUES.
  var source: Query?
  var overriding: String?
  var onConflict: OnConflict?
  var returning: [TargetItem] = []
}

struct UpdateStatement {
  var with: WithClause?
  var table: QualifiedName
  var alias: Alias?
  var assignments: [Assignment]
  var from: [FromItem]
  var condition: Expr?
  /// WHERE CURRENT OF a cursor.
  var cursor: String?
  var returning: [TargetItem] = []
}

struct DeleteStatement {
  var with: WithClause?
  var table: QualifiedName
  var alias: Alias?
  var using: [FromItem]
  var condition: Expr?
  /// WHERE CURRENT OF a cursor.
  var cursor: String?
  var returning: [TargetItem] = []
}

enum ReferentialAction: String {
  case noAction = "NO ACTION"
  case restrict = "RESTRICT"
  case cascade = "CASCADE"
  case setNull = "SET NULL"
  case setDefault = "SET DEFAULT"
}

struct ForeignKeyClause {
  var table: QualifiedName
  var columns: [String]
  var onDelete: ReferentialAction = .noAction
  var onUpdate: ReferentialAction = .noAction
  /// The columns that ON DELETE SET NULL or SET DEFAULT names.
  var deleteColumns: [String] = []
  var matchFull = false
}

struct ConstraintClause {
  enum Kind {
    case notNull
    case null
    case check(Expr)
    case defaultValue(Expr)
    case primaryKey([String])
    case unique([String], nullsNotDistinct: Bool)
    case foreignKey([String], ForeignKeyClause)
    case identity(always: Bool, [SequenceOption])
    case generated(Expr)
    case exclusion(ExclusionClause)
    case usingIndex(String, primary: Bool)
  }
  var name: String?
  var kind: Kind
  var offset: Int
  var deferrable = false
  var initiallyDeferred = false
  var notValid = false
  var noInherit = false
  /// Text range of the expression of a check or default.
  var source: (Int, Int) = (0, 0)
  var include: [String] = []
}

struct ColumnDefinition {
  var name: String
  var type: TypeName
  var constraints: [ConstraintClause]
  var collation: QualifiedName?
  var offset: Int
}

struct ExclusionClause {
  var method = "gist"
  var parts: [(IndexElement, String)] = []
  var condition: Expr?
}

enum TableElement {
  case column(ColumnDefinition)
  case constraint(ConstraintClause)
  case like(QualifiedName, [String])
}

struct PartitionSpec {
  let strategy: String
  let columns: [Expr]
}

/// The last number of each case: where its first keyword stands.
enum PartitionBound {
  case list([Expr], Int)
  case range([Expr], [Expr], Int)
  /// Modulus, remainder.
  case hash(Int64, Int64, Int)
  case defaultPartition

  var offset: Int {
    switch self {
    case .list(_, let place), .range(_, _, let place), .hash(_, _, let place): place
    case .defaultPartition: -1
    }
  }
}

struct CreateTable {
  var name: QualifiedName
  var temporary = false
  var unlogged = false
  var ifNotExists = false
  var elements: [TableElement] = []
  var inherits: [QualifiedName] = []
  var partitionBy: PartitionSpec?
  var partitionOf: QualifiedName?
  var bound: PartitionBound?
  var onCommit: String?
  var options: [(String, String)] = []
  var query: Query?
  var columnNames: [String] = []
  var withData = true
  var isMaterializedView = false
}

struct IndexElement {
  let expression: Expr
  let columnName: String?
  let descending: Bool
  let nullsFirst: Bool?
  let operatorClass: String?
}

struct CreateIndex {
  var name: String?
  var table: QualifiedName
  var unique = false
  var concurrently = false
  var ifNotExists = false
  var method = "btree"
  var elements: [IndexElement] = []
  var include: [String] = []
  var condition: Expr?
  var nullsNotDistinct = false
  /// ON ONLY a partitioned table.
  var only = false
  var options: [(String, String)] = []
}

enum SequenceOption {
  case type(TypeName)
  case increment(Int64)
  case minimum(Int64?)
  case maximum(Int64?)
  case start(Int64)
  case restart(Int64?)
  case cache(Int64)
  case cycle(Bool)
  case ownedBy([String])
  /// SEQUENCE NAME of an identity column.
  case name(QualifiedName)
}

struct RoleOption {
  let name: String
  let value: String?
  let names: [String]
}

enum AlterTableAction {
  case addColumn(ColumnDefinition, ifNotExists: Bool)
  case dropColumn(String, ifExists: Bool, cascade: Bool)
  case setDefault(String, Expr, source: (Int, Int))
  case dropDefault(String)
  case setNotNull(String)
  case dropNotNull(String)
  case setType(String, TypeName, QualifiedName?, using: Expr?)
  case addConstraint(ConstraintClause)
  case dropConstraint(String, ifExists: Bool, cascade: Bool)
  case validateConstraint(String)
  case renameColumn(String, String)
  case renameConstraint(String, String)
  case rename(String)
  case setSchema(String)
  case owner(String)
  case addIdentity(String, always: Bool, [SequenceOption])
  case dropIdentity(String, ifExists: Bool)
  case changeIdentity(String, always: Bool?, [SequenceOption])
  /// STATISTICS, STORAGE or COMPRESSION of a column.
  case setColumnOption(String, ColumnOption)
  case setStorageParameters([(String, String)])
  case resetStorageParameters([(String, String)])
  /// The trigger, `all` or `user` as keywords, and the letter of tgenabled.
  case enableTrigger(TriggerChoice, UInt8)
  /// The letter of relreplident, and the index.
  case replicaIdentity(UInt8, String?)
  case attachIndex(QualifiedName)
  case dropExpression(String, ifExists: Bool)
  case rowSecurity(String)
  case inherit(QualifiedName, Bool)
  case alterConstraint(ConstraintClause)
  case clusterOn(String)
  case attachPartition(QualifiedName, PartitionBound)
  case detachPartition(QualifiedName)
  case setLogged(Bool)
  case other(String)
}

enum TriggerChoice {
  case all
  case user
  case named(String)
}

enum AlterDomainAction {
  case setDefault(Expr)
  case dropDefault
  case setNotNull(Bool)
  case addConstraint(ConstraintClause)
  case dropConstraint(String, ifExists: Bool)
  case renameConstraint(String, String)
}

enum AlterAttribute {
  case add(ColumnDefinitionItem)
  case drop(String, ifExists: Bool)
  case rename(String, String)
}

struct GrantStatement {
  var isGrant: Bool
  /// Empty: ALL.
  var privileges: [(String, [String])]
  /// `TABLE`, `SEQUENCE`, `SCHEMA`, `DATABASE`, `ALL TABLES IN SCHEMA` …; `ROLE` for membership.
  var objectType: String
  var objects: [QualifiedName]
  var grantees: [String]
  /// The argument types that functions are named with, one entry per object.
  var argumentTypes: [[TypeName]?] = []
  var withGrantOption = false
  var cascade = false
}

struct AlterDefaultPrivileges {
  var roles: [String] = []
  var schemas: [String] = []
  var grant: GrantStatement
}

struct CopyStatement {
  var table: QualifiedName?
  var columns: [String] = []
  var query: Statement?
  var isFrom = false
  /// nil: STDIN or STDOUT.
  var file: String?
  var program = false
  var options: [(String, String?)] = []
  /// Where each option stands.
  var offsets: [Int] = []
  var condition: Expr?
}

struct FunctionParameter {
  var mode: String
  var name: String?
  var type: TypeName
  var defaultValue: Expr?
}

struct CreateFunction {
  var name: QualifiedName
  var isProcedure = false
  var orReplace = false
  var parameters: [FunctionParameter] = []
  var returns: TypeName?
  var returnsTable: [ColumnDefinitionItem] = []
  var language = ""
  var body: String?
  var volatility = "v"
  var strict = false
  var securityDefiner = false
}

struct CreateTrigger {
  var name: String
  var table: QualifiedName
  var timing: String
  var events: [String]
  var updateColumns: [String] = []
  var forEachRow = false
  var condition: Expr?
  var function: QualifiedName
  var arguments: [String] = []
  var orReplace = false
  var oldTable: String?
  var newTable: String?
  var isConstraint = false
  var deferrable = false
  var initiallyDeferred = false
}

struct DropStatement {
  var kind: String
  var names: [QualifiedName]
  var ifExists = false
  var cascade = false
  var concurrently = false
  /// DROP TRIGGER name ON table.
  var table: QualifiedName?
  /// DROP FUNCTION name(types).
  var routines: [[FunctionParameter]?] = []
  var force = false
}

struct CommentStatement {
  var kind: String
  var name: QualifiedName
  var types: [FunctionParameter]?
  /// The table of a constraint, trigger or policy.
  var on: QualifiedName?
  var text: String?
}

struct AlterFunction {
  enum Attribute {
    case volatility(String)
    case strict(Bool)
    case securityDefiner(Bool)
    /// Costs and the like, which nothing here shows.
    case other
  }
  enum Action {
    case rename(String)
    case setSchema(String)
    case owner(String)
    case attributes([Attribute])
  }
  /// `function`, `procedure` or `routine`
  var kind: String
  var name: QualifiedName
  var types: [FunctionParameter]?
  var action: Action
}

indirect enum Statement {
  case query(Query)
  case insert(InsertStatement)
  case update(UpdateStatement)
  case delete(DeleteStatement)
  case createTable(CreateTable)
  case createTableAs(CreateTable)
  case createIndex(CreateIndex)
  case createView(
    QualifiedName, columns: [String], Query, orReplace: Bool, temporary: Bool, recursive: Bool, source: (Int, Int),
    checkOption: String?)
  case refreshMaterializedView(QualifiedName, concurrently: Bool, withData: Bool)
  case createSequence(QualifiedName, [SequenceOption], ifNotExists: Bool, temporary: Bool)
  case alterSequence(QualifiedName, [SequenceOption], ifExists: Bool)
  case createSchema(String?, ifNotExists: Bool, owner: String?, [Statement])
  case createDatabase(String, [(String, String)])
  case alterDatabase(String, [(String, String)])
  case createRole(String, [RoleOption], kind: String)
  case alterRole(String, [RoleOption])
  case alterRoleSet(String, database: String?, name: String, value: [String]?)
  case createType(QualifiedName, labels: [String])
  case createCompositeType(QualifiedName, [ColumnDefinitionItem])
  case createDomain(QualifiedName, TypeName, [ConstraintClause])
  case createExtension(String, ifNotExists: Bool)
  case createFunction(CreateFunction)
  case createTrigger(CreateTrigger)
  case alterTable(QualifiedName, [AlterTableAction], ifExists: Bool, kind: String, only: Bool)
  case alterTypeAddValue(QualifiedName, String, ifNotExists: Bool, before: Bool?, neighbour: String?)
  case alterTypeRenameValue(QualifiedName, String, String)
  case renameObject(kind: String, QualifiedName, String, ifExists: Bool)
  case alterOwner(kind: String, QualifiedName, String)
  case alterSystem(String, [String]?)
  case drop(DropStatement)
  case truncate([QualifiedName], restartIdentity: Bool, cascade: Bool)
  case grant(GrantStatement)
  case policy(PolicyStatement)
  case alterDefaultPrivileges(AlterDefaultPrivileges)
  case reassignOwned([String], String)
  case dropOwned([String])
  case comment(CommentStatement)
  case alterFunction(AlterFunction)
  case createAggregate(CreateAggregate)
  case copy(CopyStatement)
  case begin([String])
  case commit(chain: Bool)
  case rollback(chain: Bool)
  case savepoint(String)
  case releaseSavepoint(String)
  case rollbackTo(String)
  case setTransaction([String], session: Bool)
  case setConstraints([String], deferred: Bool)
  case set(name: String, values: [String]?, local: Bool)
  case setRole(String?)
  case setSessionAuthorization(String?)
  case show(String)
  case reset(String)
  case prepare(String, [TypeName], Statement)
  case execute(String, [Expr])
  case deallocate(String?)
  case explain(Statement, [String])
  case vacuum(tables: [QualifiedName], full: Bool, analyze: Bool, verbose: Bool)
  case analyze(tables: [QualifiedName])
  case lock([QualifiedName], mode: String, noWait: Bool)
  case listen(String)
  case unlisten(String?)
  case notify(String, String?)
  case declareCursor(String, Query, hold: Bool, scroll: Bool?)
  case fetch(String, direction: String, count: Int64?, move: Bool)
  case closeCursor(String?)
  case discard(String)
  case call(FunctionCall)
  case doBlock(String, language: String)
  case checkpoint
  case reindex(String, QualifiedName)
  case cluster(QualifiedName?, String?)
  case alterDomain(QualifiedName, AlterDomainAction)
  case alterComposite(QualifiedName, [AlterAttribute])
  case load
  case merge(MergeStatement)
  /// Something PostgreSQL has and the parser only recognises by its first words.
  case unsupported(String)
}

/// A statement of a query string, with its range.
struct ParsedStatement {
  let statement: Statement
  let start: Int
  let end: Int
}
