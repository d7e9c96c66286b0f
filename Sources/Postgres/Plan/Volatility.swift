// Whether an expression always gives the same for the same row: what indexes and generated columns must promise.
// Source: PostgreSQL 15 manual 38.7 "Function Volatility Categories".

internal import SimKernel

extension Analyzer {
  func isImmutable(_ expr: TypedExpr) -> Bool {
    var immutable = true
    walkExpression(expr) { e in if !promises(e) { immutable = false } }
    return immutable
  }

  private func promises(_ expr: TypedExpr) -> Bool {
    switch expr.kind {
    case .call(let site, _, _): return site.function.map { $0.volatility == 0x69 } ?? true
    case .userCall(let site, _, _):
      for f in catalog.functions.values where f.name == site.name && f.volatility != "immutable" { return false }
      return true
    case .operation(let entry, let site, let arguments):
      if let f = site.function { return f.volatility == 0x69 }
      // `text || anything` looks the text of the other type up as it runs.
      if entry.name == "||" { return isText(arguments[0].type.oid) == isText(arguments[arguments.count - 1].type.oid) }
      return
        !(arguments.count == 2 && arguments.allSatisfy { isTime($0.type.oid) }
        && isZoned(arguments[0].type.oid) != isZoned(arguments[1].type.oid))
    case .cast(let inner, _, _):
      if isZoned(inner.type.oid) != isZoned(expr.type.oid), isTime(inner.type.oid), isTime(expr.type.oid) {
        return false
      }
      guard isText(inner.type.oid) != isText(expr.type.oid) else { return true }
      return !hasStableText(isText(inner.type.oid) ? expr.type.oid : inner.type.oid)
    case .keywordValue: return false
    default: return true
    }
  }

  private func isZoned(_ oid: Int32) -> Bool { oid == Oid.timestamptz }
  private func isTime(_ oid: Int32) -> Bool {
    [Oid.timestamptz, Oid.timestamp, Oid.date, Oid.time, Oid.timetz].contains(oid)
  }
  private func isText(_ oid: Int32) -> Bool { category(oid) == 0x53 }
  /// Whether the text of a type depends on settings.
  private func hasStableText(_ oid: Int32) -> Bool {
    [Oid.timestamptz, Oid.timestamp, Oid.date, Oid.money].contains(oid)
  }
}
