// Which texts are put into the order of the database's language. The C library of Alpine has no such orders. A column's own COLLATE is
// not looked at. Source: PostgreSQL 15 manual, section 24.2 "Collation Support".

internal import SimKernel

extension Collation {
  static func isBytewise(_ expression: TypedExpr) -> Bool {
    if case .collate(_, let name) = expression.kind { return name != "default" }
    return false
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
    !Collation.isBytewise(expression) && collates(expression.type.oid)
  }

  /// The order of an operator's operands.
  func order(_ x: Value, _ y: Value, _ site: CallSite) -> Int {
    compareValues(x, y, linguistic: !site.isBytewise && collates(site.argumentTypes.first?.oid ?? 0))
  }
}
