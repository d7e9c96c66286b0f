// Turns the tree of a statement into a plan: names become places, literals values, operators functions.

internal import SimKernel

final class Analyzer {
  let session: ClientSession
  var nextID: Int
  var depth = 0
  /// `interval year to month` of the literal being read.
  var intervalFields: String?
  /// Fields of anonymous records, by expression.
  var recordFields: [ObjectIdentifier: [CompositeField]] = [:]
  /// Keeps the keys of `recordFields` alive.
  var kept: [TypedExpr] = []
  /// Types of `$1`, `$2`…; named parameters of SQL functions.
  var parameterTypes: [SQLType] = []
  var parameterNames: [String?] = []
  /// How many of them `$n` can mean; nil: all. Set where the names are variables of PL/pgSQL.
  var positional: Int?
  /// The value a domain's CHECK is about.
  var domainType: SQLType?
  /// The WITH queries from the one being read on, which it cannot see.
  var laterTables: [CommonTable] = []
  /// Arguments of GROUPING() before the group keys are known.
  var pendingGrouping: [TypedExpr] = []

  init(session: ClientSession) {
    self.session = session
    nextID = session.nextPlanID
    if let frame = session.callFrame {
      parameterTypes = frame.types
      parameterNames = frame.names
      positional = frame.positional
    }
  }

  var catalog: Catalog { session.catalog }

  func newID() -> Int {
    session.nextPlanID += 1
    return session.nextPlanID
  }

  func enter() throws(SQLError) {
    depth += 1
    if depth > 300 { throw .notSimulated("limit: a query nested deeper than 300 levels") }
  }
  func leave() { depth -= 1 }

  func namedParameter(_ name: String) -> TypedExpr? {
    // The innermost declaration wins.
    for i in parameterNames.indices.reversed() where parameterNames[i] == name {
      return TypedExpr(.parameter(i + 1), parameterTypes[i])
    }
    return nil
  }

  // MARK: Types

  /// The type that a name in the statement means.
  func resolveType(_ name: TypeName) throws(SQLError) -> SQLType {
    if name.isPercentType { throw .notSimulated("%TYPE") }
    var oid: Int32 = 0
    let parts = name.name.parts
    let word = parts[parts.count - 1]
    if parts.count == 1 || parts[0] == "pg_catalog" {
      if let builtin = BuiltinTypes.shared.byName[word] { oid = builtin }
    }
    if parts.count > 1, parts[0] != "pg_catalog" {
      if catalog.schemas[parts[0]] == nil {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(parts[0])\" does not exist", at: name.offset)
      }
      oid = catalog.typeOid(parts[parts.count - 2], word) ?? 0
    } else if parts.count == 1, oid == 0 || BuiltinTypes.shared.byOid[oid]?.form == .pseudo && oid == 0 {
      for schema in session.searchPath {
        if let found = catalog.typeOid(schema, word) {
          oid = found
          break
        }
      }
    }
    if oid == 0 {
      switch word {
      case "serial", "serial4", "bigserial", "serial8", "smallserial", "serial2": break
      default: break
      }
      throw SQLError(
        SQLState.undefinedObject, "type \"\(name.name.text)\(name.arrayDimensions > 0 ? "[]" : "")\" does not exist",
        at: name.offset)
    }
    var modifier: Int32 = -1
    if !name.modifiers.isEmpty { modifier = try typeModifier(oid, name) }
    if oid == Oid.interval, name.intervalFields != nil { modifier = -1 }
    if name.arrayDimensions > 0 {
      let array = arrayType(oid)
      if array == 0 {
        throw SQLError(
          SQLState.undefinedObject, "could not find array type for data type \(format(oid))", at: name.offset)
      }
      return SQLType(array, modifier)
    }
    return SQLType(oid, modifier)
  }

  private func typeModifier(_ oid: Int32, _ name: TypeName) throws(SQLError) -> Int32 {
    var numbers: [Int64] = []
    for m in name.modifiers {
      switch m.kind {
      case .integer(let digits): numbers.append(Int64(digits) ?? 0)
      case .string, .column, .decimal:
        throw SQLError(
          SQLState.invalidParameterValue, "invalid input syntax for type integer", at: m.offset)
      default:
        throw SQLError(
          SQLState.invalidParameterValue, "type modifiers must be simple constants or identifiers", at: m.offset)
      }
    }
    func single() throws(SQLError) -> Int64 {
      guard numbers.count == 1 else {
        throw SQLError(SQLState.invalidParameterValue, "invalid type modifier", at: name.offset)
      }
      return numbers[0]
    }
    switch oid {
    case Oid.varchar, Oid.bpchar:
      let n = try single()
      let label = oid == Oid.varchar ? "varchar" : "char"
      if n < 1 {
        throw SQLError(SQLState.invalidParameterValue, "length for type \(label) must be at least 1", at: name.offset)
      }
      if n > 10_485_760 {
        throw SQLError(
          SQLState.invalidParameterValue, "length for type \(label) cannot exceed 10485760", at: name.offset)
      }
      return Int32(n) + 4
    case Oid.numeric:
      guard numbers.count == 1 || numbers.count == 2 else {
        throw SQLError(SQLState.invalidParameterValue, "invalid NUMERIC type modifier", at: name.offset)
      }
      let precision = numbers[0]
      if precision < 1 || precision > 1_000 {
        throw SQLError(
          SQLState.invalidParameterValue, "NUMERIC precision \(precision) must be between 1 and 1000", at: name.offset)
      }
      let scale = numbers.count == 2 ? numbers[1] : 0
      if scale < -1_000 || scale > 1_000 {
        throw SQLError(
          SQLState.invalidParameterValue, "NUMERIC scale \(scale) must be between -1000 and 1000", at: name.offset)
      }
      return Int32((precision << 16) | (scale & 0x7ff)) + 4
    case Oid.time, Oid.timetz, Oid.timestamp, Oid.timestamptz, Oid.interval:
      return Int32(min(try single(), 6))
    case Oid.bit, Oid.varbit:
      let n = try single()
      if n < 1 {
        throw SQLError(
          SQLState.invalidParameterValue, "length for type \(oid == Oid.bit ? "bit" : "varbit") must be at least 1",
          at: name.offset)
      }
      if n > 83_886_080 {
        throw SQLError(
          SQLState.invalidParameterValue,
          "length for type \(oid == Oid.bit ? "bit" : "varbit") cannot exceed 83886080", at: name.offset)
      }
      return Int32(n)
    default:
      throw SQLError(
        SQLState.syntaxError, "type modifier is not allowed for type \"\(format(oid))\"", at: name.offset)
    }
  }
}
