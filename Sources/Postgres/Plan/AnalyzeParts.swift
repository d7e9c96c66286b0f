// Assignment to a part of a column: an element or slice of an array, a place in a jsonb document, a field of a composite value.
// The part becomes a new whole. Source: PostgreSQL 15 manual 8.14.5, 8.15.4 and 8.16.4.

internal import SimKernel

extension Analyzer {
  /// `column[i] = value`, `column[a:b] = value`, `document['key'] = value`
  func elementAssigned(
    _ target: InsertTarget, _ value: Expr, _ column: Column, _ base: TypedExpr, _ scope: Scope
  ) throws(SQLError) -> TypedExpr {
    var arguments = [base]
    let name: String
    if baseType(column.type.oid) == Oid.jsonb {
      name = "jsonb_assign"
      arguments.append(try coerceForAssignment(try expression(value, scope), column, at: value.offset))
      for bound in target.subscripts {
        guard case .index(let e) = bound else {
          throw SQLError(SQLState.datatypeMismatch, "jsonb subscript does not support slices", at: target.offset)
        }
        let key = try expression(e, scope)
        let type = category(key.type.oid) == 0x4e ? Oid.int4 : Oid.text
        arguments.append(try coerce(key, SQLType(type), .assignment, .implicitCast))
      }
    } else {
      guard isArray(column.type.oid) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "cannot subscript type \(session.formatType(SQLType(column.type.oid))) because it does not support subscripting",
          at: target.offset)
      }
      var isSlice = false
      for bound in target.subscripts { if case .slice = bound { isSlice = true } }
      name = isSlice ? "array_assign_slice" : "array_assign"
      let element = SQLType(elementType(column.type.oid), column.type.modifier)
      let typed = try expression(value, scope)
      let wanted = isSlice ? column.type : element
      guard let converted = try tryCoerce(typed, wanted, .assignment, .implicitCast) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "subscripted assignment to \"\(column.name)\" requires type \(session.formatType(SQLType(wanted.oid))) but expression is of type \(session.formatType(SQLType(typed.type.oid)))",
          hint: "You will need to rewrite or cast the expression.", at: value.offset)
      }
      arguments.append(converted)
      func position(_ e: Expr?) throws(SQLError) -> TypedExpr {
        guard let e else { return TypedExpr(.constant(.null), SQLType(Oid.int4)) }
        let typed = try expression(e, scope)
        guard let p = try tryCoerce(typed, SQLType(Oid.int4), .assignment, .implicitCast) else {
          throw SQLError(SQLState.datatypeMismatch, "array subscript must have type integer", at: e.offset)
        }
        return p
      }
      for bound in target.subscripts {
        switch bound {
        case .index(let e):
          if isSlice { arguments.append(TypedExpr(.constant(.int(1)), SQLType(Oid.int4))) }
          arguments.append(try position(e))
        case .slice(let low, let high):
          arguments.append(try position(low))
          arguments.append(try position(high))
        }
      }
    }
    var types: [SQLType] = []
    for a in arguments { types.append(a.type) }
    let site = CallSite(
      function: nil, name: name, argumentTypes: types, result: column.type,
      implementation: FunctionRegistry.shared.implementation(name))
    return TypedExpr(.call(site, arguments, .call), column.type, target.offset)
  }

  /// `column.field = value`
  func fieldAssigned(
    _ target: InsertTarget, _ value: Expr, _ column: Column, _ base: TypedExpr, _ scope: Scope
  ) throws(SQLError) -> TypedExpr {
    guard let entry = catalog.type(column.type.oid) else { return base }
    let fields = session.compositeFields(entry)
    guard let field = fields.first(where: { $0.name == target.field }) else {
      throw SQLError(
        SQLState.undefinedColumn,
        "cannot assign to field \"\(target.field ?? "")\" of column \"\(target.column)\" because there is no such column in data type \(session.formatType(column.type))",
        at: target.offset)
    }
    let typed = try expression(value, scope)
    guard let converted = try tryCoerce(typed, field.type, .assignment, .implicitCast) else {
      throw SQLError(
        SQLState.datatypeMismatch,
        "subfield \"\(field.name)\" is of type \(session.formatType(field.type)) but expression is of type \(session.formatType(SQLType(typed.type.oid)))",
        hint: "You will need to rewrite or cast the expression.", at: value.offset)
    }
    var items: [TypedExpr] = []
    var names: [String] = []
    for (k, f) in fields.enumerated() {
      names.append(f.name)
      items.append(f.name == field.name ? converted : TypedExpr(.field(base, k, f.name), f.type, target.offset))
    }
    return TypedExpr(.row(items, names: names, explicit: true), column.type, target.offset)
  }
}
