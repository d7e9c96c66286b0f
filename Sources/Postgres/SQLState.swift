// What PostgreSQL says when it refuses: severity, SQLSTATE, message, detail, hint, the place in the statement.
// Source: PostgreSQL 15 manual, Appendix A "PostgreSQL Error Codes" and chapter 55.8 "Error and Notice Message Fields".

/// One error, warning or notice of the server; also the engine's own refusal to make something up.
package struct SQLError: Error {
  package enum Kind {
    /// The statement failed as it would in PostgreSQL.
    case error
    /// The connection is over.
    case fatal
    /// Something that PostgreSQL can do and this engine cannot.
    case notSimulated
    /// A row or lock is held by another session's open transaction; the statement has left no trace.
    case wouldBlock
  }
  package var kind: Kind
  package var state: String
  package var message: String
  package var detail: String?
  package var hint: String?
  package var context: String?
  /// Byte offset in the text of the query, -1 when there is none.
  package var offset: Int
  /// The query inside which the error occurred when it is not the client's (a function body).
  package var internalQuery: String?
  package var schemaName: String?
  package var tableName: String?
  package var columnName: String?
  package var constraintName: String?
  package var typeName: String?
  /// The call whose place the context already names.
  var place: ObjectIdentifier?

  package init(
    _ state: String, _ message: String, detail: String? = nil, hint: String? = nil, at offset: Int = -1,
    kind: Kind = .error
  ) {
    self.kind = kind
    self.state = state
    self.message = message
    self.detail = detail
    self.hint = hint
    self.offset = offset
  }

  /// Something that exists in PostgreSQL and is outside the model.
  static func notSimulated(_ reason: String) -> SQLError {
    SQLError("0A000", reason, kind: .notSimulated)
  }

  func at(_ offset: Int) -> SQLError {
    guard self.offset < 0 else { return self }
    var copy = self
    copy.offset = offset
    return copy
  }
}

/// The SQLSTATEs that are used in more than one place.
enum SQLState {
  static let syntaxError = "42601"
  static let undefinedTable = "42P01"
  static let undefinedColumn = "42703"
  static let undefinedFunction = "42883"
  static let undefinedObject = "42704"
  static let undefinedParameter = "42P02"
  static let ambiguousColumn = "42702"
  static let ambiguousFunction = "42725"
  static let ambiguousAlias = "42P09"
  static let duplicateTable = "42P07"
  static let duplicateColumn = "42701"
  static let duplicateObject = "42710"
  static let duplicateSchema = "42P06"
  static let duplicateDatabase = "42P04"
  static let duplicateAlias = "42712"
  static let duplicateFunction = "42723"
  static let invalidCatalogName = "3D000"
  static let invalidSchemaName = "3F000"
  static let grouping = "42803"
  static let windowing = "42P20"
  static let datatypeMismatch = "42804"
  static let cannotCoerce = "42846"
  static let wrongObjectType = "42809"
  static let invalidTableDefinition = "42P16"
  static let invalidObjectDefinition = "42P17"
  static let invalidColumnReference = "42P10"
  static let invalidForeignKey = "42830"
  static let indeterminateDatatype = "42P18"
  static let insufficientPrivilege = "42501"
  static let featureNotSupported = "0A000"
  static let invalidTextRepresentation = "22P02"
  static let numericOutOfRange = "22003"
  static let divisionByZero = "22012"
  static let invalidParameterValue = "22023"
  static let invalidDatetimeFormat = "22007"
  static let datetimeOverflow = "22008"
  static let stringTooLong = "22001"
  static let notNullViolation = "23502"
  static let foreignKeyViolation = "23503"
  static let uniqueViolation = "23505"
  static let checkViolation = "23514"
  static let cardinalityViolation = "21000"
  static let dependentObjects = "2BP01"
  static let objectInUse = "55006"
  static let notInPrerequisiteState = "55000"
  static let inFailedTransaction = "25P02"
  static let activeTransaction = "25001"
  static let noActiveTransaction = "25P01"
  static let readOnlyTransaction = "25006"
}
