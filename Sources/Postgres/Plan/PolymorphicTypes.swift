// anyelement and its family: which types a call gives them. Source: PostgreSQL 15 manual 38.2.5.

internal import SimKernel

extension Analyzer {
  /// Replaces polymorphic types by actual ones; nil when the arguments contradict each other.
  func bindPolymorphic(
    _ declared: [Int32], _ actual: [Int32], result: Int32
  ) throws(SQLError) -> (arguments: [Int32], result: Int32)? {
    var element: Int32 = 0
    var array: Int32 = 0
    var range: Int32 = 0
    var compatible: [TypedExpr] = []
    var compatibleType: Int32 = 0
    var hasAny = false
    var hasCompatible = false
    for (k, type) in declared.enumerated() {
      let given = actual[k]
      switch type {
      case Oid.anyelement, Oid.anynonarray, Oid.anyenum:
        hasAny = true
        if given == Oid.unknown { continue }
        if element != 0, element != given { return nil }
        element = given
        if type == Oid.anyenum, catalog.type(given)?.form != .enumeration { return nil }
        if type == Oid.anynonarray, isArray(given) { return nil }
      case Oid.anyarray:
        hasAny = true
        if given == Oid.unknown { continue }
        let base = baseType(given)
        if base == Oid.anyarray { continue }
        if !isArray(base) { return nil }
        if array != 0, array != base { return nil }
        array = base
      case Oid.anyrange:
        hasAny = true
        if given == Oid.unknown { continue }
        if catalog.type(given)?.form != .range { return nil }
        if range != 0, range != given { return nil }
        range = given
      case Oid.anycompatible, Oid.anycompatiblenonarray:
        hasCompatible = true
        if type == Oid.anycompatiblenonarray, isArray(given) { return nil }
        compatible.append(TypedExpr(.constant(.null), SQLType(given)))
      case Oid.anycompatiblearray:
        hasCompatible = true
        if given == Oid.unknown {
          compatible.append(TypedExpr(.constant(.null), SQLType(Oid.unknown)))
          continue
        }
        if !isArray(given) { return nil }
        compatible.append(TypedExpr(.constant(.null), SQLType(elementType(given))))
      default: break
      }
    }
    if array != 0 {
      let inner = elementType(array)
      if element != 0, element != inner { return nil }
      element = inner
    }
    if range != 0, element == 0 { element = ClientSession.rangeSubtype(range) }
    if hasAny, element == 0, range == 0, Analyzer.isPolymorphic(result) || result == 0 {
      if declared.contains(Oid.anyarray), actual.contains(Oid.unknown) || actual.contains(Oid.anyarray) {
        if actual.contains(Oid.anyarray) {
          element = Oid.text
        } else {
          throw SQLError(
            SQLState.datatypeMismatch, "could not determine polymorphic type because input has type unknown")
        }
      } else {
        // Literals of unknown type are text.
        if result == Oid.anyelement || result == Oid.anyarray {
          throw SQLError(
            SQLState.datatypeMismatch, "could not determine polymorphic type because input has type unknown")
        }
        element = Oid.text
      }
    }
    if hasAny, element == 0, range == 0 {
      if declared.contains(Oid.anyarray) {
        if actual.contains(Oid.anyarray) {
          element = Oid.text
        } else {
          throw SQLError(
            SQLState.datatypeMismatch, "could not determine polymorphic type because input has type unknown")
        }
      } else {
        throw SQLError(
          SQLState.datatypeMismatch, "could not determine polymorphic type because input has type unknown")
      }
    }
    if hasCompatible, !compatible.isEmpty {
      do throws(SQLError) {
        compatibleType = try commonType(compatible, "arguments of anycompatible family")
      } catch {
        return nil
      }
    }
    func bound(_ type: Int32) -> Int32 {
      switch type {
      case Oid.anyelement, Oid.anynonarray, Oid.anyenum: element
      case Oid.anyarray: array != 0 ? array : arrayType(element)
      case Oid.anyrange: range
      case Oid.anycompatible, Oid.anycompatiblenonarray: compatibleType
      case Oid.anycompatiblearray: arrayType(compatibleType)
      default: type
      }
    }
    return (declared.map { bound($0) }, bound(result))
  }
}
