// What a running function can name: its arguments and variables, as parameters of the queries inside it.

/// Positional and named parameters of the queries that a function runs. A record's fields stand beside it as `record.field`.
struct CallFrame {
  var types: [SQLType] = []
  var names: [String?] = []
  var values: [Value] = []
  /// Those that `$n` can mean, where others follow: the arguments of a PL/pgSQL function.
  var positional: Int?

  mutating func add(_ name: String?, _ type: SQLType, _ value: Value) {
    names.append(name)
    types.append(type)
    values.append(value)
  }
}

/// What waits for the end of its statement: the row triggers of a change, or what foreign keys make of it.
struct AfterRow {
  enum Kind {
    case triggers
    /// Rows as stored; the place of the new one.
    case foreignKeys(Heap?, Int)
  }
  let relation: Int32
  let event: String
  let old: Row?
  let new: Row?
  var kind = Kind.triggers
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
  /// The label of the block that declares it.
  var block: String?
}
