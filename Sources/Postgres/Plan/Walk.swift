// Visiting and comparing analysed expressions.

internal import SimKernel

extension Analyzer {
  func walk(_ expr: TypedExpr, _ visit: (TypedExpr) -> Void) { walkExpression(expr, visit) }
}

func childExpressions(_ expr: TypedExpr) -> [TypedExpr] {
  switch expr.kind {
  case .constant, .column, .wholeRow, .systemColumn, .parameter, .keywordValue, .aggregate, .window, .group, .grouping,
    .defaultValue, .caseTest, .domainValue, .setReturning:
    return []
  case .call(_, let a, _), .userCall(_, let a, _), .operation(_, _, let a): return a
  case .cast(let e, _, _), .not(let e), .isNull(let e, _), .booleanTest(let e, _), .field(let e, _, _),
    .collate(let e, _):
    return [e]
  case .and(let a), .or(let a), .coalesce(let a), .extreme(let a, _): return a
  case .array(let a, _, _): return a
  case .row(let a, _, _): return a
  case .isDistinct(let a, let b, _), .nullIf(let a, let b, _), .quantified(let a, _, _, _, let b): return [a, b]
  case .rowComparison(_, let a, let b): return a + b
  case .subquery(let kind, _):
    if case .any(let lefts, _, _, _, _) = kind { return lefts }
    return []
  case .caseWhen(let test, let whens, let otherwise):
    var out: [TypedExpr] = []
    if let test { out.append(test) }
    for w in whens {
      out.append(w.condition)
      out.append(w.result)
    }
    if let otherwise { out.append(otherwise) }
    return out
  case .subscripts(let e, let bounds, _):
    var out = [e]
    for b in bounds {
      switch b {
      case .index(let i): out.append(i)
      case .slice(let l, let h):
        if let l { out.append(l) }
        if let h { out.append(h) }
      }
    }
    return out
  }
}

func walkExpression(_ expr: TypedExpr, _ visit: (TypedExpr) -> Void) {
  visit(expr)
  for child in childExpressions(expr) { walkExpression(child, visit) }
}

/// Rebuilds an expression with some nodes replaced.
func rewrite(_ expr: TypedExpr, _ replace: (TypedExpr) throws(SQLError) -> TypedExpr?) throws(SQLError) -> TypedExpr {
  if let replaced = try replace(expr) { return replaced }
  func each(_ list: [TypedExpr]) throws(SQLError) -> [TypedExpr] {
    var out: [TypedExpr] = []
    for e in list { out.append(try rewrite(e, replace)) }
    return out
  }
  let kind: TypedKind
  switch expr.kind {
  case .call(let s, let a, let style): kind = .call(s, try each(a), style)
  case .userCall(let s, let a, let style): kind = .userCall(s, try each(a), style)
  case .operation(let o, let s, let a): kind = .operation(o, s, try each(a))
  case .cast(let e, let p, let style): kind = .cast(try rewrite(e, replace), p, style)
  case .not(let e): kind = .not(try rewrite(e, replace))
  case .isNull(let e, let n): kind = .isNull(try rewrite(e, replace), negated: n)
  case .booleanTest(let e, let t): kind = .booleanTest(try rewrite(e, replace), t)
  case .field(let e, let i, let n): kind = .field(try rewrite(e, replace), i, n)
  case .collate(let e, let n): kind = .collate(try rewrite(e, replace), n)
  case .and(let a): kind = .and(try each(a))
  case .or(let a): kind = .or(try each(a))
  case .coalesce(let a): kind = .coalesce(try each(a))
  case .extreme(let a, let g): kind = .extreme(try each(a), greatest: g)
  case .array(let a, let t, let n): kind = .array(try each(a), element: t, nested: n)
  case .row(let a, let n, let x): kind = .row(try each(a), names: n, explicit: x)
  case .isDistinct(let a, let b, let n):
    kind = .isDistinct(try rewrite(a, replace), try rewrite(b, replace), negated: n)
  case .nullIf(let a, let b, let s): kind = .nullIf(try rewrite(a, replace), try rewrite(b, replace), s)
  case .quantified(let a, let o, let s, let q, let b):
    kind = .quantified(try rewrite(a, replace), o, s, q, try rewrite(b, replace))
  case .rowComparison(let o, let a, let b): kind = .rowComparison(o, try each(a), try each(b))
  case .subquery(let k, let plan):
    if case .any(let lefts, let sites, let isAll, let negated, let name) = k {
      kind = .subquery(.any(try each(lefts), sites, isAll: isAll, negated: negated, operatorName: name), plan)
    } else {
      return expr
    }
  case .caseWhen(let test, let whens, let otherwise):
    var typed: [TypedWhen] = []
    for w in whens {
      typed.append(TypedWhen(condition: try rewrite(w.condition, replace), result: try rewrite(w.result, replace)))
    }
    var t: TypedExpr?
    if let test { t = try rewrite(test, replace) }
    var o: TypedExpr?
    if let otherwise { o = try rewrite(otherwise, replace) }
    kind = .caseWhen(t, typed, o)
  case .subscripts(let e, let bounds, let json):
    var out: [TypedBounds] = []
    for b in bounds {
      switch b {
      case .index(let i): out.append(.index(try rewrite(i, replace)))
      case .slice(let l, let h):
        var nl: TypedExpr?
        if let l { nl = try rewrite(l, replace) }
        var nh: TypedExpr?
        if let h { nh = try rewrite(h, replace) }
        out.append(.slice(nl, nh))
      }
    }
    kind = .subscripts(try rewrite(e, replace), out, isJSON: json)
  default: return expr
  }
  return TypedExpr(kind, expr.type, expr.offset)
}

/// Whether two expressions are the same computation.
func sameExpression(_ a: TypedExpr, _ b: TypedExpr) -> Bool {
  if a === b { return true }
  guard a.type.oid == b.type.oid else { return false }
  switch (a.kind, b.kind) {
  case (.constant(let x), .constant(let y)):
    if x.isNull || y.isNull { return x.isNull && y.isNull }
    return compareValues(x, y) == 0
  case (.column(let l, let s, _, _), .column(let m, let t, _, _)): return l == m && s == t
  case (.wholeRow(let l, let s, _, _, _), .wholeRow(let m, let t, _, _, _)): return l == m && s == t
  case (.systemColumn(let l, let s, let n, _), .systemColumn(let m, let t, let o, _)): return l == m && s == t && n == o
  case (.parameter(let x), .parameter(let y)): return x == y
  case (.call(let s, let x, _), .call(let t, let y, _)):
    return s.name == t.name && s.function === t.function && same(x, y)
  case (.userCall(let s, let x, _), .userCall(let t, let y, _)): return s.user == t.user && same(x, y)
  case (.operation(let o, _, let x), .operation(let p, _, let y)):
    return o.function == p.function && o.name == p.name && same(x, y)
  case (.cast(let x, let p, _), .cast(let y, let q, _)):
    if case .length = p { guard case .length = q, a.type == b.type else { return false } }
    return sameExpression(x, y)
  case (.and(let x), .and(let y)), (.or(let x), .or(let y)), (.coalesce(let x), .coalesce(let y)): return same(x, y)
  case (.not(let x), .not(let y)): return sameExpression(x, y)
  case (.isNull(let x, let n), .isNull(let y, let m)): return n == m && sameExpression(x, y)
  case (.booleanTest(let x, let n), .booleanTest(let y, let m)): return n == m && sameExpression(x, y)
  case (.extreme(let x, let g), .extreme(let y, let h)): return g == h && same(x, y)
  case (.array(let x, _, _), .array(let y, _, _)): return same(x, y)
  case (.row(let x, _, _), .row(let y, _, _)): return same(x, y)
  case (.keywordValue(let x, _), .keywordValue(let y, _)): return x == y
  case (.aggregate(let x, _), .aggregate(let y, _)): return x == y
  case (.window(let x), .window(let y)): return x == y
  case (.group(let x), .group(let y)): return x == y
  case (.setReturning(let x), .setReturning(let y)): return x == y
  case (.field(let x, let i, _), .field(let y, let j, _)): return i == j && sameExpression(x, y)
  case (.collate(let x, _), .collate(let y, _)): return sameExpression(x, y)
  case (.quantified(let x, let o, _, let q, let z), .quantified(let y, let p, _, let r, let w)):
    return o == p && q == r && sameExpression(x, y) && sameExpression(z, w)
  case (.nullIf(let x, let z, _), .nullIf(let y, let w, _)): return sameExpression(x, y) && sameExpression(z, w)
  case (.caseTest, .caseTest): return true
  case (.caseWhen, .caseWhen), (.subscripts, .subscripts), (.isDistinct, .isDistinct):
    return same(childExpressions(a), childExpressions(b))
  default: return false
  }
}

private func same(_ a: [TypedExpr], _ b: [TypedExpr]) -> Bool {
  guard a.count == b.count else { return false }
  for i in a.indices where !sameExpression(a[i], b[i]) { return false }
  return true
}
