// Expressions after analysis: every node has a type, every name is a place, every operator a function.

internal import SimKernel

final class TypedExpr {
  let type: SQLType
  let kind: TypedKind
  let offset: Int
  /// In place of a table's number: a row that is no table's own, one of several of FROM.
  static let joinedEntry = -2
  /// Whether its values are ordered by their bytes rather than as the database's language has it.
  let isBytewise: Bool
  init(_ kind: TypedKind, _ type: SQLType, _ offset: Int = -1, isBytewise: Bool? = nil) {
    self.kind = kind
    self.type = type
    self.offset = offset
    switch type.oid {
    case Oid.bool, Oid.int2, Oid.int4, Oid.int8, Oid.numeric, Oid.float8: self.isBytewise = false
    default: self.isBytewise = isBytewise ?? Collation.isBytewise(kind)
    }
  }
}

/// How a cast or call was written, for printing definitions back.
enum CallStyle { case call, explicitCast, implicitCast, sqlSyntax }

/// How a value gets from one type to another.
enum CastPath {
  case relabel
  case function(String)
  case throughText
  case arrayElements(SQLType)
  case toDomain
  case length
}

/// A place where a function is called: what was resolved, with the actual types.
final class CallSite {
  let function: BuiltinFunction?
  let user: Int32
  let name: String
  let argumentTypes: [SQLType]
  let result: SQLType
  let implementation: Implementation?
  let isVariadic: Bool
  /// Whether what is compared is compared by its bytes.
  let isBytewise: Bool
  init(
    function: BuiltinFunction?, user: Int32 = 0, name: String, argumentTypes: [SQLType], result: SQLType,
    implementation: Implementation?, isVariadic: Bool = false, isBytewise: Bool = false
  ) {
    self.function = function
    self.user = user
    self.name = name
    self.argumentTypes = argumentTypes
    self.result = result
    self.implementation = implementation
    self.isVariadic = isVariadic
    self.isBytewise = isBytewise
  }
}

struct OperatorEntry {
  let name: String
  let left: Int32
  let right: Int32
  let result: Int32
  let function: String
}

struct TypedWhen {
  let condition: TypedExpr
  let result: TypedExpr
}

enum TypedBounds {
  case index(TypedExpr)
  case slice(TypedExpr?, TypedExpr?)
}

enum SubqueryKind {
  case exists
  case scalar
  case array
  /// `x op ANY (select)` per column; the operators read left and right from the row.
  case any([TypedExpr], [CallSite], isAll: Bool, negated: Bool, operatorName: String)
}

indirect enum TypedKind {
  case constant(Value)
  /// Level 0 is the query itself; the slot is the place in its joined row.
  case column(level: Int, slot: Int, table: String, name: String)
  case wholeRow(level: Int, slots: [Int], names: [String], table: String, entry: Int)
  case systemColumn(level: Int, entry: Int, name: String, table: String)
  case parameter(Int)
  case call(CallSite, [TypedExpr], CallStyle)
  case userCall(CallSite, [TypedExpr], CallStyle)
  case operation(OperatorEntry, CallSite, [TypedExpr])
  case cast(TypedExpr, CastPath, CallStyle)
  case and([TypedExpr])
  case or([TypedExpr])
  case not(TypedExpr)
  case isNull(TypedExpr, negated: Bool)
  case booleanTest(TypedExpr, BooleanTest)
  case isDistinct(TypedExpr, TypedExpr, negated: Bool)
  case quantified(TypedExpr, String, CallSite, Quantifier, TypedExpr)
  case rowComparison(String, [TypedExpr], [TypedExpr])
  case subquery(SubqueryKind, QueryPlan)
  case array([TypedExpr], element: Int32, nested: Bool)
  case row([TypedExpr], names: [String], explicit: Bool)
  case caseWhen(TypedExpr?, [TypedWhen], TypedExpr?)
  case coalesce([TypedExpr])
  case nullIf(TypedExpr, TypedExpr, CallSite)
  case extreme([TypedExpr], greatest: Bool)
  case keywordValue(String, Int?)
  case subscripts(TypedExpr, [TypedBounds], isJSON: Bool)
  case field(TypedExpr, Int, String)
  case aggregate(Int, level: Int)
  case window(Int)
  case group(Int)
  case grouping([Int])
  /// A set-returning call in the target list: index into the plan's `setCalls`.
  case setReturning(Int)
  case defaultValue
  case collate(TypedExpr, String)
  /// The argument of a simple CASE, evaluated once.
  case caseTest
  /// The value that a domain's check is about.
  case domainValue
}

struct AggregateCall {
  let site: CallSite
  let name: String
  let arguments: [TypedExpr]
  let isStar: Bool
  let isDistinct: Bool
  let orderBy: [SortKey]
  let withinGroup: Bool
  let directArguments: [TypedExpr]
  let filter: TypedExpr?
}

struct SortKey {
  let expression: TypedExpr
  let descending: Bool
  let nullsFirst: Bool
}

struct TypedFrame {
  let mode: WindowSpec.FrameMode
  let start: FrameBound.Kind
  let startOffset: TypedExpr?
  let end: FrameBound.Kind
  let endOffset: TypedExpr?
  let exclusion: WindowSpec.Exclusion
  /// Written with BETWEEN.
  var isBetween = true
}

struct WindowCall {
  let site: CallSite
  let name: String
  let arguments: [TypedExpr]
  let isStar: Bool
  let isAggregate: Bool
  let filter: TypedExpr?
  let window: Int
}

struct TypedWindow {
  let name: String?
  let partitionBy: [TypedExpr]
  let orderBy: [SortKey]
  let frame: TypedFrame
  let hasFrame: Bool
}

struct PlanTarget {
  let expression: TypedExpr
  let name: String
  /// Only for ORDER BY; not in the result.
  let isHidden: Bool
}

struct OutputColumn {
  var name: String
  var type: SQLType
  /// Where it comes from when it is a plain column, for the messages of the protocol.
  var table: Int32 = 0
  var column = 0
  var isBytewise = false
}

/// An item of FROM after analysis.
indirect enum FromPlan {
  case relation(ScanPlan)
  case query(QueryPlan, base: Int, width: Int, lateral: Bool)
  case commonTable(id: Int, level: Int, base: Int, width: Int)
  case functions([FunctionScan], base: Int, ordinality: Bool, width: Int, lateral: Bool)
  case join(JoinKind, FromPlan, FromPlan, TypedExpr?, rightBase: Int, rightWidth: Int, leftBase: Int, leftWidth: Int)
  case empty

  /// Slots it fills.
  var range: (base: Int, width: Int) {
    switch self {
    case .relation(let scan): return (scan.base, scan.width)
    case .query(_, let base, let width, _): return (base, width)
    case .commonTable(_, _, let base, let width): return (base, width)
    case .functions(_, let base, _, let width, _): return (base, width)
    case .join(_, let left, let right, _, _, _, _, _):
      let l = left.range
      let r = right.range
      let low = min(l.base, r.base)
      return (low, max(l.base + l.width, r.base + r.width) - low)
    case .empty: return (0, 0)
    }
  }
}

struct ScanPlan {
  let relation: Int32
  let virtual: VirtualRelation?
  let base: Int
  let width: Int
  /// Where ctid and the like are found: index into the frame's tuple list.
  let entry: Int
  let columns: [Int]
  let only: Bool
}

struct FunctionScan {
  let call: TypedExpr
  let base: Int
  let width: Int
  let isRecord: Bool
  let columnTypes: [SQLType]
}

struct CommonPlan {
  enum Body {
    case query(QueryPlan)
    case recursive(QueryPlan, QueryPlan, all: Bool)
    case modification(ModificationPlan)
  }
  let id: Int
  let name: String
  let body: Body
  let columns: [OutputColumn]
}

/// A query ready to run.
final class QueryPlan {
  enum Body {
    case select
    case values([[TypedExpr]])
    case setOperation(SetOperation, all: Bool, QueryPlan, QueryPlan)
  }
  let id: Int
  var body: Body = .select
  var commonTables: [CommonPlan] = []
  var width = 0
  var entryCount = 0
  var from: FromPlan = .empty
  var condition: TypedExpr?
  var targets: [PlanTarget] = []
  var isGrouped = false
  var groupKeys: [TypedExpr] = []
  /// nil: one set with all keys.
  var groupingSets: [[Int]]?
  var aggregates: [AggregateCall] = []
  var having: TypedExpr?
  var windows: [TypedWindow] = []
  var windowCalls: [WindowCall] = []
  var distinct = false
  /// Targets that DISTINCT ON compares.
  var distinctOn: [Int]?
  var orderBy: [(target: Int, descending: Bool, nullsFirst: Bool)] = []
  var limit: TypedExpr?
  var offset: TypedExpr?
  var withTies = false
  var columns: [OutputColumn] = []
  var isCorrelated = false
  var isVolatile = false
  var setCalls: [TypedExpr] = []
  /// Conversions of result columns that an enclosing IN needs; they read the column at slot i.
  var columnConversions: [Int: TypedExpr] = [:]
  var lockStrength: String?
  var lockSkips = false
  var lockNoWait = false
  /// As it was written, for printing the definition back.
  var source: Query?

  init(id: Int) { self.id = id }
}

/// INSERT, UPDATE, DELETE ready to run.
final class ModificationPlan {
  enum Kind { case insert, update, delete }
  let kind: Kind
  let table: Int32
  var commonTables: [CommonPlan] = []
  /// The rows to insert, or FROM ⋈ WHERE for update and delete.
  var source: QueryPlan?
  /// Column of the table per column of the source.
  var insertColumns: [Int] = []
  var overridingUser = false
  var overridingSystem = false
  /// Column of the table and the new value, over the joined row.
  var assignments: [(column: Int, value: TypedExpr)] = []
  var conflict: ConflictPlan?
  var returning: [PlanTarget] = []
  var columns: [OutputColumn] = []
  var condition: TypedExpr?
  var from: FromPlan = .empty
  var width = 0
  var entryCount = 0
  var defaults: [TypedExpr?] = []
  /// The view through which the table is written.
  var view: UpdatableView?
  /// The rows of a view that its INSTEAD OF triggers change.
  var viewQuery: QueryPlan?
  /// MERGE refuses a row that two rows of the source match.
  var isMerge = false
  init(kind: Kind, table: Int32) {
    self.kind = kind
    self.table = table
  }
}

struct ConflictPlan {
  /// Unique indexes that arbitrate; empty: all.
  let indexes: [Int32]
  let assignments: [(column: Int, value: TypedExpr)]?
  let condition: TypedExpr?
}
