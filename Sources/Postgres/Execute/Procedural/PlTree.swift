// The tree of a PL/pgSQL body. Expressions and statements of SQL stay text: they are read when they run, with the variables
// that are visible then. Source: PostgreSQL 15 manual, chapter 43.

final class PlBlock {
  var label: String?
  var declarations: [PlDeclaration] = []
  var body: [PlStatement] = []
  var handlers: [PlHandler] = []
  let line: Int
  init(line: Int) { self.line = line }
}

struct PlDeclaration {
  var name: String
  /// Text of the type, `%TYPE` and `%ROWTYPE` included; nil: RECORD.
  var type: String?
  var isConstant = false
  var notNull = false
  var value: String?
  /// `name ALIAS FOR other`
  var alias: String?
  var cursor: PlCursor?
}

/// The query of a cursor that is bound where it is declared.
struct PlCursor {
  var query: String
  var parameters: [(name: String, type: String)] = []
  var scrolls = false
}

/// An argument of a bound cursor.
struct PlArgument {
  var name: String?
  var value: String
}

struct PlHandler {
  /// Names of conditions or `SQLSTATE 'xxxxx'` as five characters.
  var conditions: [String]
  var body: [PlStatement]
}

struct PlStatement {
  let line: Int
  let kind: PlKind
}

indirect enum PlKind {
  case block(PlBlock)
  /// Variable or `record.field`, an optional subscript, an expression.
  case assign(String, subscript: String?, String)
  case ifElse([(condition: String, body: [PlStatement])], otherwise: [PlStatement])
  case choose(String?, [(values: [String], body: [PlStatement])], otherwise: [PlStatement]?)
  case loop(String?, [PlStatement])
  case whileLoop(String?, String, [PlStatement])
  case forRange(String?, String, reverse: Bool, String, String, step: String?, [PlStatement])
  case forQuery(String?, [String], PlQuery, [PlStatement])
  case forEach(String?, String, slice: Int, String, [PlStatement])
  case exit(label: String?, condition: String?)
  case next(label: String?, condition: String?)
  case returnValue(String?)
  case returnNext(String?)
  case returnQuery(PlQuery)
  case raise(PlRaise)
  case perform(String)
  case execute(PlQuery, into: [String], strict: Bool)
  case sql(String, into: [String], strict: Bool)
  case diagnostics([(target: String, item: String)], stacked: Bool)
  case assert(String, message: String?)
  case null
  case commit(Bool)
  case openCursor(String, PlQuery?, [PlArgument])
  case fetchCursor(String, String, String?, into: [String], moves: Bool)
  case closeCursor(String)
  case forCursor(String?, String, String, [PlArgument], [PlStatement])

  static func diagnosticItems(stacked: Bool) -> [String] {
    stacked
      ? [
        "returned_sqlstate", "message_text", "pg_exception_detail", "pg_exception_hint", "pg_exception_context",
        "table_name", "schema_name", "column_name", "constraint_name", "pg_datatype_name",
      ] : ["row_count", "pg_context", "pg_routine_oid"]
  }

  /// As the context of an error names the statement.
  var name: String {
    switch self {
    case .block: "statement block"
    case .assign: "assignment"
    case .ifElse: "IF"
    case .choose: "CASE"
    case .loop: "LOOP"
    case .whileLoop: "WHILE"
    case .forRange: "FOR with integer loop variable"
    case .forQuery(_, _, let query, _): query.isDynamic ? "FOR over EXECUTE statement" : "FOR over SELECT rows"
    case .forEach: "FOREACH over array"
    case .exit: "EXIT"
    case .next: "CONTINUE"
    case .returnValue: "RETURN"
    case .returnNext: "RETURN NEXT"
    case .returnQuery: "RETURN QUERY"
    case .raise: "RAISE"
    case .perform: "PERFORM"
    case .execute: "EXECUTE"
    case .sql: "SQL statement"
    case .diagnostics: "GET DIAGNOSTICS"
    case .assert: "ASSERT"
    case .null: "NULL"
    case .commit(let isCommit): isCommit ? "COMMIT" : "ROLLBACK"
    case .openCursor: "OPEN"
    case .fetchCursor(_, _, _, _, let moves): moves ? "MOVE" : "FETCH"
    case .closeCursor: "CLOSE"
    case .forCursor: "FOR over cursor"
    }
  }
}

/// A query in the text, or one that an expression makes.
struct PlQuery {
  var text: String
  var isDynamic = false
  var using: [String] = []
}

struct PlRaise {
  var level = "exception"
  var condition: String?
  var state: String?
  var format: String?
  var arguments: [String] = []
  var options: [(name: String, value: String)] = []

  static let options = [
    "message", "detail", "hint", "errcode", "column", "constraint", "datatype", "table", "schema",
  ]
}
