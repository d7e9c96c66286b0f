// Which operator an expression means. Source: PostgreSQL 15 manual 10.2.

internal import SimKernel

extension Analyzer {
  private func operatorSignature(_ name: String, _ left: Int32, _ right: Int32) -> String {
    if left == 0 { return "\(name) \(format(right))" }
    return "\(format(left)) \(name) \(format(right))"
  }

  func findOperator(_ name: String, _ left: Int32, _ right: Int32) -> OperatorEntry? {
    for entry in FunctionRegistry.shared.operators[name] ?? [] where entry.left == left && entry.right == right {
      return entry
    }
    return nil
  }

  func resolveOperator(
    _ name: String, _ left: Int32, _ right: Int32, at offset: Int
  ) throws(SQLError) -> OperatorEntry {
    let all = FunctionRegistry.shared.operators[name] ?? []
    var l = left
    var r = right
    if l == Oid.unknown, r != 0 { l = r } else if r == Oid.unknown, l != 0 { r = l }
    if let exact = findOperator(name, l, r), !(left == Oid.unknown && right == Oid.unknown) { return exact }
    let lb = l == 0 ? 0 : baseType(l)
    let rb = baseType(r)
    if lb != l || rb != r, let exact = findOperator(name, lb, rb) { return exact }
    var candidates: [OperatorEntry] = []
    for entry in all where (entry.left == 0) == (left == 0) {
      if (left == 0 || canCoerce(left, entry.left)) && canCoerce(right, entry.right) {
        if polymorphicMismatch(entry, left, right) { continue }
        candidates.append(entry)
      }
    }
    if candidates.isEmpty {
      if all.isEmpty, isOperatorOfPostgreSQL(name) {
        throw SQLError.notSimulated("operator \(name)").at(offset)
      }
      throw SQLError(
        SQLState.undefinedFunction, "operator does not exist: \(operatorSignature(name, left, right))",
        hint: left == 0
          ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
          : "No operator matches the given name and argument types. You might need to add explicit type casts.",
        at: offset)
    }
    if candidates.count == 1 { return candidates[0] }
    let lists = candidates.map { left == 0 ? [$0.right] : [$0.left, $0.right] }
    let chosen = select(lists, left == 0 ? [right] : [left, right])
    if chosen.count == 1 { return candidates[chosen[0]] }
    // The last resort: a literal is of the type of the other side.
    if left != 0, left == Oid.unknown || right == Oid.unknown {
      let known = left == Oid.unknown ? right : left
      var fitting: [OperatorEntry] = []
      for c in candidates
      where canCoerce(known, c.left) && canCoerce(known, c.right) && !polymorphicMismatch(c, known, known) {
        fitting.append(c)
      }
      if fitting.count == 1 { return fitting[0] }
    }
    throw SQLError(
      SQLState.ambiguousFunction, "operator is not unique: \(operatorSignature(name, left, right))",
      hint: "Could not choose a best candidate operator. You might need to add explicit type casts.", at: offset)
  }

  private func polymorphicMismatch(_ entry: OperatorEntry, _ left: Int32, _ right: Int32) -> Bool {
    func bad(_ declared: Int32, _ given: Int32) -> Bool {
      if given == Oid.unknown { return false }
      switch declared {
      case Oid.anyarray, Oid.anycompatiblearray: return !isArray(given)
      case Oid.anyenum: return catalog.type(baseType(given))?.form != .enumeration
      case Oid.anyrange, Oid.anycompatiblerange: return catalog.type(given)?.form != .range
      case Oid.anynonarray, Oid.anycompatiblenonarray: return isArray(given)
      default: return false
      }
    }
    // An array and its element are of one family: an array is no element of another.
    if entry.left == Oid.anycompatiblearray, entry.right == Oid.anycompatible, isArray(right) { return true }
    if entry.left == Oid.anycompatible, entry.right == Oid.anycompatiblearray, isArray(left) { return true }
    // The element of a range is of the range's subtype.
    func strange(_ range: Int32, _ element: Int32) -> Bool {
      if range == Oid.unknown || element == Oid.unknown || catalog.type(range)?.form != .range { return false }
      return ClientSession.rangeSubtype(range) != element
    }
    if entry.left == Oid.anyrange, entry.right == Oid.anyelement, strange(left, right) { return true }
    if entry.left == Oid.anyelement, entry.right == Oid.anyrange, strange(right, left) { return true }
    if entry.left == Oid.anyrange, entry.right == Oid.anyrange, left != right, left != Oid.unknown,
      right != Oid.unknown
    {
      return true
    }
    return bad(entry.left, left) || bad(entry.right, right)
  }

  private func isOperatorOfPostgreSQL(_ name: String) -> Bool {
    [
      "##", "?#", "?-", "?|", "?||", "?-|", "@-@", "~=", "<^", ">^", "&<|", "|&>", "<<|", "|>>", "!!", "@@@", "-|-",
      "~<~", "~>~", "~<=~", "~>=~", "*=", "*<>", "*<", "*>", "*<=", "*>=", ">>=", "||/", "|/", "%>", "<%",
    ].contains(name)
  }

  func operation(
    _ name: String, _ left: TypedExpr?, _ right: TypedExpr, at offset: Int
  ) throws(SQLError) -> TypedExpr {
    let entry = try resolveOperator(name, left?.type.oid ?? 0, right.type.oid, at: offset)
    var declared = left == nil ? [entry.right] : [entry.left, entry.right]
    var operands = left.map { [$0, right] } ?? [right]
    var result = entry.result
    var polymorphic = Analyzer.isPolymorphic(result)
    for d in declared where Analyzer.isPolymorphic(d) { polymorphic = true }
    if polymorphic {
      guard let bound = try bindPolymorphic(declared, operands.map { $0.type.oid }, result: result) else {
        throw SQLError(
          SQLState.undefinedFunction,
          "operator does not exist: \(operatorSignature(name, left?.type.oid ?? 0, right.type.oid))",
          hint: "No operator matches the given name and argument types. You might need to add explicit type casts.",
          at: offset)
      }
      declared = bound.arguments
      result = bound.result
    }
    for i in operands.indices {
      operands[i] = try coerce(operands[i], SQLType(declared[i]), .implicit, .implicitCast)
    }
    let implementation = operatorImplementation(entry)
    guard implementation != nil else {
      throw SQLError.notSimulated("operator \(operatorSignature(name, left?.type.oid ?? 0, right.type.oid))")
    }
    let site = CallSite(
      function: nil, name: entry.function, argumentTypes: operands.map { $0.type }, result: SQLType(result),
      implementation: implementation, isBytewise: Collation.isBytewise(operands))
    return TypedExpr(.operation(entry, site, operands), SQLType(result), offset)
  }

  func operatorImplementation(_ entry: OperatorEntry) -> Implementation? {
    if let direct = FunctionRegistry.shared.implementation(entry.function) { return direct }
    switch entry.name {
    case "=", "<>", "<", "<=", ">", ">=":
      if entry.result == Oid.bool { return FunctionRegistry.shared.implementation("compare" + entry.name) }
    default: break
    }
    return nil
  }
}
