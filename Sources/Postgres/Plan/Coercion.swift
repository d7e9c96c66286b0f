// Which type may become which, and how. Source: PostgreSQL 15 manual, chapter 10 "Type Conversion".

internal import SimKernel

enum CoercionContext: Int {
  case implicit = 0
  case assignment = 1
  case explicit = 2
}

extension Analyzer {
  func category(_ oid: Int32) -> UInt8 { catalog.type(oid)?.category ?? 0x58 }
  func isPreferred(_ category: UInt8, _ oid: Int32) -> Bool {
    guard let entry = catalog.type(oid) else { return false }
    return entry.category == category && entry.isPreferred
  }
  /// The type under a domain.
  func baseType(_ oid: Int32) -> Int32 {
    var current = oid
    while let entry = catalog.types[current], entry.form == .domain { current = entry.baseType.oid }
    return current
  }
  func elementType(_ oid: Int32) -> Int32 { catalog.type(baseType(oid))?.elementOid ?? 0 }
  func arrayType(_ oid: Int32) -> Int32 { catalog.type(oid)?.arrayOid ?? 0 }
  func isArray(_ oid: Int32) -> Bool { oid == Oid.int2vector || catalog.type(baseType(oid))?.form == .array }

  static func isPolymorphic(_ oid: Int32) -> Bool {
    switch oid {
    case Oid.anyarray, Oid.anyelement, Oid.anynonarray, Oid.anyenum, Oid.anyrange, Oid.anycompatible,
      Oid.anycompatiblearray, Oid.anycompatiblenonarray, Oid.anycompatiblerange:
      return true
    default: return false
    }
  }

  /// How to convert, or nil when it cannot be done in this context.
  func pathway(_ source: Int32, _ target: Int32, _ context: CoercionContext) -> CastPath? {
    let from = baseType(source)
    let to = baseType(target)
    if from == to { return .relabel }
    if let cast = FunctionRegistry.shared.cast(from, to) {
      let needed = cast.context == 0x69 ? 0 : cast.context == 0x61 ? 1 : 2
      guard context.rawValue >= needed else { return nil }
      switch cast.method {
      case 0x66: return .function(cast.function)
      case 0x62: return .relabel
      default: return .throughText
      }
    }
    if from == Oid.record || catalog.type(from)?.form == .composite {
      if to == Oid.record { return .relabel }
      if catalog.type(to)?.form == .composite, context == .explicit || from == Oid.record { return .throughText }
    }
    // name and enum to text and back go through their text.
    let fromEntry = catalog.type(from)
    let toEntry = catalog.type(to)
    if let a = fromEntry, let b = toEntry, a.form == .array, b.form == .array, from != 22, from != 30 {
      if pathway(a.elementOid, b.elementOid, context) != nil { return .arrayElements(SQLType(b.elementOid)) }
    }
    if context.rawValue >= 1, toEntry?.category == 0x53 { return .throughText }
    if context == .explicit, fromEntry?.category == 0x53 { return .throughText }
    return nil
  }

  func canCoerce(_ source: Int32, _ target: Int32, _ context: CoercionContext = .implicit) -> Bool {
    if source == target || target == Oid.any || source == Oid.unknown { return true }
    if Analyzer.isPolymorphic(target) { return true }
    if target == Oid.record, catalog.type(source)?.form == .composite { return true }
    if target == Oid.recordArray, isArray(source) { return false }
    return pathway(source, target, context) != nil
  }

  /// Converts an expression that is known to be convertible, else the error "cannot cast".
  func coerce(
    _ expr: TypedExpr, _ target: SQLType, _ context: CoercionContext, _ style: CallStyle, at offset: Int = -1
  ) throws(SQLError) -> TypedExpr {
    guard let result = try tryCoerce(expr, target, context, style) else {
      throw SQLError(
        SQLState.cannotCoerce,
        "cannot cast type \(format(expr.type.oid)) to \(format(target.oid))", at: offset >= 0 ? offset : expr.offset)
    }
    return result
  }

  func tryCoerce(
    _ expr: TypedExpr, _ target: SQLType, _ context: CoercionContext, _ style: CallStyle
  ) throws(SQLError) -> TypedExpr? {
    let source = expr.type.oid
    if source == Oid.unknown {
      if case .constant(let value) = expr.kind {
        if target.oid == Oid.unknown { return expr }
        if value.isNull {
          return try withDomain(
            TypedExpr(.constant(.null), SQLType(baseType(target.oid), target.modifier), expr.offset), target)
        }
        // Literals are read with the type's own input function now.
        let base = SQLType(baseType(target.oid))
        do throws(SQLError) {
          var read: Value
          if target.oid == Oid.interval, let fields = intervalFields {
            read = .interval(try session.intervalInput(value.string, fields))
          } else {
            read = try session.input(value.string, base)
          }
          var constant = TypedExpr(.constant(read), base, expr.offset)
          if isVolatileInput(value.string, base.oid) {
            constant = TypedExpr(
              .cast(TypedExpr(.constant(value), SQLType(Oid.text), expr.offset), .throughText, .explicitCast), base,
              expr.offset)
          }
          if target.modifier >= 0 { constant = try withModifier(constant, target, context, style) }
          return try withDomain(constant, target)
        } catch {
          throw error.at(expr.offset)
        }
      }
      if case .parameter(let n) = expr.kind {
        // The first use decides what a parameter of unknown type is.
        if n >= 1, n <= parameterTypes.count, parameterTypes[n - 1].oid == Oid.unknown {
          parameterTypes[n - 1] = SQLType(target.oid)
        }
        return TypedExpr(expr.kind, target, expr.offset)
      }
      return TypedExpr(.cast(expr, .throughText, style), target, expr.offset)
    }
    if source == target.oid {
      if target.modifier >= 0, target.modifier != expr.type.modifier {
        return try withModifier(expr, target, context, style)
      }
      return expr
    }
    if target.oid == Oid.any { return expr }
    if Analyzer.isPolymorphic(target.oid) { return expr }
    guard var path = pathway(source, target.oid, context) else { return nil }
    let base = SQLType(baseType(target.oid))
    if case .throughText = path, catalog.type(source)?.form == .array, catalog.type(base.oid)?.category != 0x53 {
      path = .throughText
    }
    if case .row(let items, _, let explicit) = expr.kind, let entry = catalog.type(base.oid),
      entry.form == .composite
    {
      let fields = session.compositeFields(entry)
      guard fields.count == items.count else {
        throw SQLError(
          SQLState.cannotCoerce, "cannot cast type record to \(format(target.oid))",
          detail: items.count < fields.count ? "Input has too few columns." : "Input has too many columns.",
          at: expr.offset)
      }
      var converted: [TypedExpr] = []
      for (i, item) in items.enumerated() {
        // Literals of a row are read by the field's own type.
        var source = item
        if case .constant(let v) = item.kind, item.type.oid == Oid.text {
          switch v {
          case .null, .text: source = TypedExpr(item.kind, SQLType(Oid.unknown), item.offset)
          default: break
          }
        }
        converted.append(try coerce(source, fields[i].type, context, .implicitCast))
      }
      var fieldNames: [String] = []
      for f in fields { fieldNames.append(f.name) }
      return try withDomain(
        TypedExpr(.row(converted, names: fieldNames, explicit: explicit), base, expr.offset), target)
    }
    if case .function(let name) = path, name == "bitfromint4" || name == "bitfromint8" {
      // The cast itself is told the length.
      let length = TypedExpr(.constant(.int(Int64(target.modifier))), SQLType(Oid.int4))
      let site = CallSite(
        function: nil, name: name, argumentTypes: [expr.type, length.type], result: target,
        implementation: FunctionRegistry.shared.implementation(name))
      return TypedExpr(.call(site, [expr, length], style), target, expr.offset)
    }
    var result = TypedExpr(.cast(expr, path, style), base, expr.offset)
    if case .relabel = path, baseType(source) == base.oid, source != base.oid {
      result = TypedExpr(.cast(expr, .relabel, style), base, expr.offset)
    }
    if target.modifier >= 0 { result = try withModifier(result, target, context, style) }
    return try withDomain(result, target)
  }

  /// `now`, `today`… must be read when the statement runs.
  private func isVolatileInput(_ text: String, _ type: Int32) -> Bool { false }

  private func withModifier(
    _ expr: TypedExpr, _ target: SQLType, _ context: CoercionContext, _ style: CallStyle
  ) throws(SQLError) -> TypedExpr {
    let type = SQLType(baseType(target.oid), target.modifier)
    if case .constant(let value) = expr.kind, style != .implicitCast || context == .explicit {
      do throws(SQLError) {
        return TypedExpr(
          .constant(try session.applyModifier(value, type, explicit: context == .explicit)), type, expr.offset)
      } catch {
        throw error
      }
    }
    return TypedExpr(.cast(expr, .length, context == .explicit ? .explicitCast : .implicitCast), type, expr.offset)
  }

  private func withDomain(_ expr: TypedExpr, _ target: SQLType) throws(SQLError) -> TypedExpr {
    guard let entry = catalog.types[target.oid], entry.form == .domain else { return expr }
    var inner = expr
    if entry.baseType.modifier >= 0 {
      inner = TypedExpr(.cast(inner, .length, .implicitCast), entry.baseType, expr.offset)
    }
    return TypedExpr(.cast(inner, .toDomain, .implicitCast), SQLType(target.oid), expr.offset)
  }

  /// For an INSERT or UPDATE of a column.
  func coerceForAssignment(
    _ expr: TypedExpr, _ column: Column, at offset: Int
  ) throws(SQLError) -> TypedExpr {
    if let result = try tryCoerce(expr, column.type, .assignment, .implicitCast) { return result }
    throw SQLError(
      SQLState.datatypeMismatch,
      "column \"\(column.name)\" is of type \(format(column.type.oid)) but expression is of type \(format(expr.type.oid))",
      hint: "You will need to rewrite or cast the expression.", at: expr.offset >= 0 ? expr.offset : offset)
  }

  func coerceToBoolean(_ expr: TypedExpr, _ clause: String) throws(SQLError) -> TypedExpr {
    if expr.type.oid == Oid.bool { return expr }
    if let result = try tryCoerce(expr, SQLType(Oid.bool), .assignment, .implicitCast) { return result }
    throw SQLError(
      SQLState.datatypeMismatch,
      "argument of \(clause) must be type boolean, not type \(format(expr.type.oid))", at: expr.offset)
  }

  /// The type that UNION, CASE, COALESCE, VALUES, ARRAY and IN give their parts.
  func commonType(_ exprs: [TypedExpr], _ what: String) throws(SQLError) -> Int32 {
    var chosen = exprs[0].type.oid
    var allSame = chosen != Oid.unknown
    if allSame {
      for e in exprs where e.type.oid != chosen { allSame = false }
      if allSame { return chosen }
    }
    chosen = baseType(chosen)
    var group = category(chosen)
    for e in exprs.dropFirst() {
      let type = baseType(e.type.oid)
      if type == Oid.unknown || type == chosen { continue }
      let own = category(type)
      if chosen == Oid.unknown {
        chosen = type
        group = own
      } else if own != group {
        throw SQLError(
          SQLState.datatypeMismatch,
          "\(what) types \(format(chosen)) and \(format(type)) cannot be matched", at: e.offset)
      } else if !(catalog.type(chosen)?.isPreferred ?? false), canCoerce(chosen, type), !canCoerce(type, chosen) {
        chosen = type
      }
    }
    return chosen == Oid.unknown ? Oid.text : chosen
  }

  func coerceToCommon(_ expr: TypedExpr, _ type: Int32, _ what: String) throws(SQLError) -> TypedExpr {
    if expr.type.oid == type { return expr }
    if let result = try tryCoerce(expr, SQLType(type), .implicit, .implicitCast) { return result }
    throw SQLError(
      SQLState.cannotCoerce,
      "\(what) could not convert type \(format(expr.type.oid)) to \(format(type))", at: expr.offset)
  }

  func format(_ oid: Int32) -> String { session.formatType(SQLType(oid)) }
}
