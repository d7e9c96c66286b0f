// What a running function can name: its arguments and variables, as parameters of the queries inside it.

/// Positional and named parameters of the queries that a function runs. A record's fields stand beside it as `record.field`.
struct CallFrame {
  var types: [SQLType] = []
  var names: [String?] = []
  var values: [Value] = []

  mutating func add(_ name: String?, _ type: SQLType, _ value: Value) {
    names.append(name)
    types.append(type)
    values.append(value)
  }
}

/// A row trigger that fires when its statement has ended.
struct AfterRow {
  let relation: Int32
  let event: String
  let old: Row?
  let new: Row?
}

/// A variable of PL/pgSQL.
struct PlVariable {
  var name: String
  var type: SQLType
  var value: Value
  /// Records take the shape of what is assigned to them.
  var isRecord = false
  var fields: [CompositeField] = []
  var isConstant = false
  var notNull = false
  var cursor: PlCursor?
}
