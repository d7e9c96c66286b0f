// The tree that the parser builds: what was written, with the byte offsets that error messages point at.
// Source: PostgreSQL 15 manual, chapter 4 "SQL Syntax" and part VI "SQL Commands".

/// A possibly qualified name.
struct QualifiedName {
  var parts: [String]
  var offset: Int
  var name: String { parts[parts.count - 1] }
  var schema: String? { parts.count > 1 ? parts[parts.count - 2] : nil }
  var catalog: String? { parts.count > 2 ? parts[parts.count - 3] : nil }
  /// As messages print it: parts joined by dots, unquoted.
  var text: String { joined(parts, ".") }
}

/// A type as written: `varchar(20)`, `int[]`, `timestamp(3) with time zone`.
struct TypeName {
  /// Internal name (`int4`) for the grammar's own spellings, otherwise what was written.
  var name: QualifiedName
  var modifiers: [Expr] = []
  var arrayDimensions = 0
  var isSetOf = false
  /// Mask for `interval year to month`.
  var intervalFields: String?
  /// `table.column%TYPE`
  var isPercentType = false
  var offset: Int { name.offset }
}

final class Expr {
  let offset: Int
  let kind: ExprKind
  init(_ kind: ExprKind, _ offset: Int) {
    self.kind = kind
    self.offset = offset
  }
}

struct WhenClause {
  let condition: Expr
  let result: Expr
}

enum SubscriptBounds {
  case index(Expr)
  case slice(Expr?, Expr?)
}

enum Quantifier { case any, all }

enum BooleanTest { case isTrue, isNotTrue, isFalse, isNotFalse, isUnknown, isNotUnknown }

enum ExprKind {
  case integer(String)
  case decimal(String)
  case string(String)
  case bitString(String)
  case boolean(Bool)
  case null
  case parameter(Int)
  case column([String])
  /// `*` or `a.*`; the parts before the star.
  case star([String])
  case cast(Expr, TypeName)
  /// `type 'literal'`
  case typedLiteral(TypeName, String)
  case unary(String, Expr)
  case binary(String, Expr, Expr)
  case qualifiedOperator(QualifiedName, Expr?, Expr)
  case and([Expr])
  case or([Expr])
  case not(Expr)
  case isNull(Expr, negated: Bool)
  case booleanTest(Expr, BooleanTest)
  case isDistinct(Expr, Expr, negated: Bool)
  case between(Expr, Expr, Expr, symmetric: Bool, negated: Bool)
  case inList(Expr, [Expr], negated: Bool)
  case inQuery(Expr, Query, negated: Bool)
  /// The operator is `~~`, `~~*`, `similar` …; with an optional escape.
  case like(String, Expr, Expr, escape: Expr?, negated: Bool)
  case quantified(Expr, String, Quantifier, Expr)
  case quantifiedQuery(Expr, String, Quantifier, Query)
  case exists(Query)
  case scalarQuery(Query)
  case arrayQuery(Query)
  case array([Expr])
  case row([Expr], explicit: Bool)
  case call(FunctionCall)
  case caseWhen(Expr?, [WhenClause], Expr?)
  case coalesce([Expr])
  case nullIf(Expr, Expr)
  case greatest([Expr])
  case least([Expr])
  /// `current_date`, `localtimestamp(3)`, `current_user` …
  case keywordValue(String, Int?)
  case subscripts(Expr, [SubscriptBounds])
  case field(Expr, String)
  case fieldStar(Expr)
  case collate(Expr, QualifiedName)
  case defaultValue
  case grouping([Expr])
}

struct FunctionCall {
  var name: QualifiedName
  var arguments: [Expr] = []
  var argumentNames: [String?] = []
  var isStar = false
  var isDistinct = false
  var isVariadic = false
  var orderBy: [SortItem] = []
  var withinGroup: [SortItem] = []
  var filter: Expr?
  var over: WindowSpec?
  /// Written with the syntax of SQL (`extract(… from …)`, `position(… in …)`, `trim`).
  var isSQLSyntax = false
}

struct SortItem {
  let expression: Expr
  let descending: Bool
  /// nil: the default of the direction.
  let nullsFirst: Bool?
  var usingOperator: String? = nil
}

struct FrameBound {
  enum Kind { case unboundedPreceding, preceding, currentRow, following, unboundedFollowing }
  let kind: Kind
  let offset: Expr?
}

struct WindowSpec {
  enum FrameMode { case rows, range, groups }
  enum Exclusion { case none, currentRow, group, ties }
  var name: String?
  /// Existing window that is refined: `OVER (w ORDER BY …)` or `OVER w`.
  var reference: String?
  var partitionBy: [Expr] = []
  var orderBy: [SortItem] = []
  var mode: FrameMode = .range
  var start: FrameBound?
  var end: FrameBound?
  var exclusion: Exclusion = .none
  var offset = 0
  /// `OVER w` without parentheses.
  var isBareReference = false
  var hasFrame = false
}

struct TargetItem {
  let expression: Expr
  let label: String?
}

enum JoinKind { case inner, left, right, full, cross }

struct Alias {
  let name: String
  let columns: [String]
}

struct ColumnDefinitionItem {
  let name: String
  let type: TypeName
}

indirect enum FromItem {
  case table(QualifiedName, Alias?, only: Bool, offset: Int)
  case query(Query, Alias?, lateral: Bool, offset: Int)
  case function(
    [Expr], Alias?, columns: [ColumnDefinitionItem], ordinality: Bool, lateral: Bool, offset: Int, rowsFrom: Bool)
  case join(JoinKind, FromItem, FromItem, on: Expr?, using: [String]?, natural: Bool, alias: Alias?, offset: Int)
}

enum GroupItem {
  case expression(Expr)
  case empty
  case rollup([[Expr]])
  case cube([[Expr]])
  case sets([GroupItem])
}

struct CommonTable {
  let name: String
  let columns: [String]
  let statement: Statement
  /// nil: decided by use.
  let materialized: Bool?
  let offset: Int
}

struct WithClause {
  let isRecursive: Bool
  let tables: [CommonTable]
}

enum SetOperation { case union, intersect, except }

struct LockClause {
  let strength: String
  let tables: [QualifiedName]
  let noWait: Bool
  let skipLocked: Bool
}

/// SELECT, VALUES, TABLE and their combinations, with the clauses that follow a combination.
final class Query {
  enum Body {
    case select(SelectCore)
    case values([[Expr]])
    case setOperation(SetOperation, all: Bool, Query, Query)
  }
  var body: Body
  var with: WithClause?
  var orderBy: [SortItem] = []
  var limit: Expr?
  var limitAll = false
  var offsetClause: Expr?
  var withTies = false
  var locks: [LockClause] = []
  let offset: Int

  init(_ body: Body, _ offset: Int) {
    self.body = body
    self.offset = offset
  }
}

struct SelectCore {
  enum Distinct {
    case none
    case all
    case on([Expr])
  }
  var distinct: Distinct = .none
  var targets: [TargetItem] = []
  var into: QualifiedName?
  var intoTemporary = false
  var from: [FromItem] = []
  var condition: Expr?
  var groupBy: [GroupItem] = []
  var groupDistinct = false
  var having: Expr?
  var windows: [WindowSpec] = []
}

func joined(_ parts: [String], _ separator: String) -> String {
  var result = ""
  var first = true
  for part in parts {
    if !first { result += separator }
    result += part
    first = false
  }
  return result
}
