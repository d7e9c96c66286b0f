// Which texts are put into the order of the database's language. The C library of Alpine has no such orders. A column's own COLLATE goes
// with its values through expressions. Source: PostgreSQL 15 manual, section 24.2 "Collation Support".

internal import SimKernel

extension Collation {
  /// Whether a collation is that of the bytes.
  static func isBytewise(_ name: String?) -> Bool {
    switch name {
    case "C", "POSIX", "ucs_basic": true
    default: false
    }
  }

  /// Whether what is made of other values is put into the order of the bytes: COLLATE decides, then the columns it is made of.
  static func isBytewise(_ kind: TypedKind) -> Bool {
    switch kind {
    case .collate(_, let name): return isBytewise(name)
    case .call(_, let items, _), .userCall(_, let items, _), .operation(_, _, let items), .coalesce(let items),
      .extreme(let items, _), .array(let items, _, _):
      return isBytewise(items)
    case .cast(let inner, _, _), .subscripts(let inner, _, _): return inner.isBytewise
    case .caseWhen(_, let whens, let otherwise):
      return otherwise?.isBytewise == true || whens.contains { $0.result.isBytewise }
    case .nullIf(let a, _, _): return a.isBytewise
    case .subquery(.scalar, let plan), .subquery(.array, let plan): return plan.columns.first?.isBytewise == true
    default: return false
    }
  }

  /// Whether a comparison of some values is one of bytes.
  static func isBytewise(_ operands: [TypedExpr]) -> Bool {
    for operand in operands {
      if case .collate = operand.kind { return operand.isBytewise }
    }
    return operands.contains { $0.isBytewise }
  }
}

extension Analyzer {
  /// Refuses a collation that is not there, and says of one that is not modelled that it is not.
  func requireCollation(_ name: QualifiedName, _ type: SQLType, at offset: Int) throws(SQLError) {
    if type.oid != Oid.unknown, category(type.oid) != 0x53 {
      throw SQLError(
        SQLState.datatypeMismatch, "collations are not supported by type \(format(type.oid))", at: offset)
    }
    if Collation.isBytewise(name.name) || name.name == "default" { return }
    // The database's own order by its name.
    if session.database.collate == "en_US.utf8", name.name == "en_US.utf8" || name.name == "en_US" { return }
    if name.name.hasSuffix("-x-icu") || name.name.hasPrefix("en_") || name.name.hasPrefix("fr_") {
      throw SQLError.notSimulated("COLLATE \"\(name.name)\"")
    }
    throw SQLError(
      SQLState.undefinedObject, "collation \"\(name.text)\" for encoding \"UTF8\" does not exist", at: offset)
  }
}

extension ClientSession {
  /// Whether the database has a language's order at all.
  private var isLinguistic: Bool {
    !["C", "POSIX", "C.UTF-8", "C.utf8"].contains(database.collate)
      && find(Array("musl".utf8), Array(server.version.utf8)) < 0
  }

  /// Whether values of a type are put into the database's order: texts, and what is made of them; names are not.
  func collates(_ type: Int32) -> Bool {
    guard isLinguistic else { return false }
    switch type {
    case Oid.text, Oid.varchar, Oid.bpchar, Oid.unknown: return true
    default:
      guard let entry = database.catalog.type(type) else { return false }
      switch entry.form {
      case .array: return collates(entry.elementOid)
      case .domain: return collates(entry.baseType.oid)
      case .composite: return true
      default: return false
      }
    }
  }

  func collates(_ expression: TypedExpr) -> Bool {
    !expression.isBytewise && collates(expression.type.oid)
  }

  /// The order of an operator's operands.
  func order(_ x: Value, _ y: Value, _ site: CallSite) -> Int {
    compareValues(x, y, linguistic: !site.isBytewise && collates(site.argumentTypes.first?.oid ?? 0))
  }

  /// What a column says of its order, where it is not the type's own.
  func collation(_ name: QualifiedName?, _ type: SQLType) throws(SQLError) -> String? {
    guard let name else { return nil }
    try Analyzer(session: self).requireCollation(name, type, at: name.offset)
    return name.name == "default" ? nil : name.name
  }
}
