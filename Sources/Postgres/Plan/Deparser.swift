// Prints analysed definitions back as PostgreSQL does in `\d`, pg_get_indexdef and constraint definitions.

internal import SimKernel

/// What parameters are called while a condition over OLD and NEW is printed.
final class ParameterNames {
  var names: [String?] = []
}

/// What the tables of one query are called: an alias that an outer query uses too gets a number.
struct NameScope {
  var names: [String: String] = [:]
  /// Slots of the joined row and the table they belong to.
  var slots: [(base: Int, width: Int, alias: String)] = []
}

/// How far lines are indented inside a query, and what could not be printed.
final class Layout {
  var level = 0
  /// Inside a branch of UNION, whose columns are converted outside.
  var inBranch = false
  /// Names of the tables of each query from the outermost one inwards.
  var scopes: [NameScope] = []
  var problem: String?
  /// Where the names of a view's query are found.
  var path: [String]?
}

struct Deparser {
  let session: ClientSession
  /// With every parenthesis and cast, as pg_dump asks for; otherwise as `\d` prints it.
  private(set) var explicit: Bool
  let parameterNames = ParameterNames()
  /// The query whose columns, aggregates and windows are named; nil: columns stand without their table.
  var plan: QueryPlan?
  let layout = Layout()
  init(_ session: ClientSession, explicit: Bool = true) {
    self.session = session
    self.explicit = explicit
  }

  /// Parentheses only where precedence asks for them, as `\d` shows expressions.
  var pretty: Deparser {
    var copy = self
    copy.explicit = false
    return copy
  }
  var isPretty: Bool { !explicit }

  func expression(_ e: TypedExpr) -> String { text(e, top: isPretty) }

  private func constant(_ v: Value, _ type: SQLType) -> String {
    switch v {
    case .null: return "NULL::" + session.formatType(type)
    case .bool(let b): return b ? "true" : "false"
    case .int(let n) where type.oid == Oid.int4: return n < 0 ? "'\(n)'::integer" : String(n)
    case .numeric(let n) where type.oid == Oid.numeric && n.special == nil:
      if n.isNegative { return "'\(n.text)'::numeric" }
      return n.scale > 0 ? n.text : n.text + "::numeric"
    default:
      // A literal has no length of its own.
      let name = type.oid == Oid.bpchar && type.modifier < 0 ? "bpchar" : session.formatType(type)
      return plainLiteral(session.output(v, type.oid)) + "::" + name
    }
  }

  /// An operand of an operator or of AND, OR, NOT; it shows the casts that nobody wrote.
  func operand(_ e: TypedExpr, under parent: Int = 0, left: Bool = true) -> String {
    if case .cast(let inner, let path, .implicitCast) = e.kind {
      if case .length = path { return operand(inner, under: parent, left: left) }
      return cast(inner, e.type)
    }
    guard isPretty else { return text(e, top: false) }
    if case .quantified = e.kind { return text(e, top: parent == 0) }
    let own = Deparser.precedence(e)
    // A weaker or, on the right, equal operator keeps its parentheses.
    return text(e, top: own == 0 || parent == 0 || own > parent || (own == parent && left))
  }

  /// Arguments too, and without parentheses of their own.
  func argument(_ e: TypedExpr) -> String {
    if case .cast(let inner, let path, .implicitCast) = e.kind {
      if case .length = path { return argument(inner) }
      return cast(inner, e.type)
    }
    return text(e, top: isPretty)
  }

  /// `(x)::type`; a constant that has the type already says so itself.
  private func cast(_ inner: TypedExpr, _ type: SQLType) -> String {
    // A row is a record already.
    if type.oid == Oid.record { return text(inner, top: true) }
    if case .constant = inner.kind {
      if inner.type.oid == type.oid { return text(inner, top: true) }
      if case .constant(let v) = inner.kind, inner.type.oid == Oid.unknown { return constant(v, type) }
    }
    if isPretty, Deparser.precedence(inner) == 0 { return text(inner, top: true) + "::" + session.formatType(type) }
    return "(" + text(inner, top: true) + ")::" + session.formatType(type)
  }

  /// 0: an expression that needs no parentheses.
  private static func precedence(_ e: TypedExpr) -> Int {
    switch e.kind {
    case .or: return 1
    case .and: return 2
    case .not: return 3
    case .isNull, .booleanTest: return 4
    case .quantified: return 6
    case .operation(let o, _, let a):
      if a.count == 1 { return 9 }
      switch o.name {
      case "*", "/", "%": return 8
      case "+", "-": return 7
      case "^": return 9
      case "=", "<", ">", "<=", ">=", "<>": return 5
      default: return 6
      }
    case .cast(let inner, _, let style): return style == .implicitCast ? precedence(inner) : 0
    default: return 0
    }
  }

  func text(_ e: TypedExpr, top: Bool) -> String {
    func wrap(_ s: String) -> String { top ? s : "(" + s + ")" }
    switch e.kind {
    case .constant(let v): return constant(v, e.type)
    case .column(let level, let slot, let table, let name):
      if plan == nil { return quotedIdentifier(name) }
      let owner = tableName(level, slot, table)
      return (owner.isEmpty ? "" : quotedIdentifier(owner) + ".") + quotedIdentifier(name)
    case .operation(let o, _, let a):
      let p = Deparser.precedence(e)
      if a.count == 1 { return wrap(o.name + " " + operand(a[0], under: p)) }
      // Operators outside arithmetic always keep the parentheses of operators inside them.
      let isArithmetic = p == 7 || p == 8
      func side(_ x: TypedExpr, _ left: Bool) -> String {
        isPretty && !isArithmetic && Deparser.precedence(x) > 0 ? text(x, top: false) : operand(x, under: p, left: left)
      }
      return wrap(side(a[0], true) + " " + o.name + " " + side(a[1], false))
    case .call(let site, let a, let style):
      let name = site.function?.name ?? site.name
      if let special = style == .sqlSyntax ? sqlSyntax(name, a) : nil { return special }
      if name == "extract", a.count == 2, case .constant(let f) = a[0].kind {
        return "EXTRACT(\(f.string) FROM \(text(a[1], top: true)))"
      }
      return name + "(" + joined(a.map { argument($0) }, ", ") + ")"
    case .cast(let inner, _, let style) where explicit:
      return style == .implicitCast ? text(inner, top: top) : cast(inner, e.type)
    case .cast(let inner, let path, let style):
      if style != .implicitCast { return cast(inner, e.type) }
      if case .length = path { return text(inner, top: top) }
      if case .function = path { return text(inner, top: false) }
      if case .relabel = path { return cast(inner, e.type) }
      return text(inner, top: top)
    case .and(let parts): return wrap(joined(parts.map { operand($0, under: 2) }, " AND "))
    case .or(let parts): return wrap(joined(parts.map { operand($0, under: 1) }, " OR "))
    case .not(let x): return wrap("NOT " + operand(x, under: 3))
    case .isNull(let x, let n): return wrap(operand(x, under: 10) + (n ? " IS NOT NULL" : " IS NULL"))
    case .booleanTest(let x, let t):
      let words: String
      switch t {
      case .isTrue: words = "IS TRUE"
      case .isNotTrue: words = "IS NOT TRUE"
      case .isFalse: words = "IS FALSE"
      case .isNotFalse: words = "IS NOT FALSE"
      case .isUnknown: words = "IS UNKNOWN"
      case .isNotUnknown: words = "IS NOT UNKNOWN"
      }
      return wrap(operand(x) + " " + words)
    case .quantified(let l, let op, _, let q, let r):
      return wrap(operand(l) + " " + op + (q == .any ? " ANY (" : " ALL (") + argument(r) + ")")
    case .array(let items, _, _):
      return "ARRAY[" + joined(items.map { argument($0) }, ", ") + "]"
        + (items.isEmpty ? "::" + session.formatType(e.type) : "")
    case .coalesce(let items): return "COALESCE(" + joined(items.map { argument($0) }, ", ") + ")"
    case .extreme(let items, let g):
      return (g ? "GREATEST(" : "LEAST(") + joined(items.map { argument($0) }, ", ") + ")"
    case .nullIf(let a, let b, _): return "NULLIF(" + argument(a) + ", " + argument(b) + ")"
    case .keywordValue(let name, let p): return uppercasedASCII(name) + (p.map { "(\($0))" } ?? "")
    case .caseWhen(let test, let whens, let otherwise):
      let margin = "\n" + String(repeating: " ", count: layout.level)
      layout.level += 4
      defer { layout.level -= 4 }
      var out = margin + "CASE" + (test.map { " " + text($0, top: true) } ?? "")
      for w in whens {
        var condition = w.condition
        if test != nil, case .operation(_, _, let sides) = condition.kind, sides.count == 2 { condition = sides[1] }
        out += margin + "    WHEN " + text(condition, top: isPretty || test != nil) + " THEN " + argument(w.result)
      }
      if let o = otherwise {
        out += margin + "    ELSE " + argument(o)
      } else if plan != nil {
        out += margin + "    ELSE NULL::" + session.formatType(e.type)
      }
      return out + margin + "END"
    case .domainValue: return "VALUE"
    case .parameter(let n):
      guard n <= parameterNames.names.count, let name = parameterNames.names[n - 1] else { return "$\(n)" }
      // The whole row in the condition of a trigger.
      return name == "old" || name == "new" ? name + ".*" : name
    default: return queryPart(e, top: top)
    }
  }

  /// What follows CREATE TRIGGER.
  func trigger(_ t: TriggerInfo, _ r: Relation, qualified: Bool = false) -> String {
    var events: [String] = []
    for e in ["INSERT", "DELETE", "UPDATE", "TRUNCATE"] where t.events.contains(e) {
      events.append(
        e == "UPDATE" && !t.updateColumns.isEmpty
          ? "UPDATE OF " + joined(t.updateColumns.map { quotedIdentifier($0) }, ", ") : e)
    }
    var out =
      quotedIdentifier(t.name) + " " + t.timing + " " + joined(events, " OR ") + " ON "
      + (qualified ? quotedIdentifier(r.schema) + "." + quotedIdentifier(r.name) : session.relationName(r))
    if t.isConstraint {
      out += t.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE"
      out += t.initiallyDeferred ? " INITIALLY DEFERRED" : " INITIALLY IMMEDIATE"
    }
    if t.oldTable != nil || t.newTable != nil {
      out += " REFERENCING"
      if let name = t.oldTable { out += " OLD TABLE AS " + quotedIdentifier(name) }
      if let name = t.newTable { out += " NEW TABLE AS " + quotedIdentifier(name) }
    }
    out += t.forEachRow ? " FOR EACH ROW" : " FOR EACH STATEMENT"
    if let condition = t.condition {
      let saved = session.callFrame
      var frame = CallFrame()
      for name in ["old", "new"] {
        frame.add(name, SQLType(r.rowType), .null)
        for (_, c) in r.liveColumns { frame.add(name + "." + c.name, c.type, .null) }
      }
      session.callFrame = frame
      defer { session.callFrame = saved }
      let a = Analyzer(session: session)
      if let typed = try? a.booleanExpression(condition, Scope(parent: nil, plan: QueryPlan(id: a.newID())), "WHEN") {
        parameterNames.names = frame.names
        out += " WHEN (" + text(typed, top: isPretty) + ")"
      }
    }
    let function = session.catalog.functions[t.functionOid]
    let isHidden = function.map { !session.searchPath.contains($0.schema) } ?? false
    let schema = isHidden ? quotedIdentifier(function?.schema ?? "") + "." : ""
    return out + " EXECUTE FUNCTION " + schema + quotedIdentifier(t.function) + "("
      + joined(t.arguments.map { plainLiteral($0) }, ", ") + ")"
  }

  func domainCheck(_ check: DomainCheck, _ entry: TypeEntry) -> String {
    let a = Analyzer(session: session)
    a.domainType = entry.baseType
    guard let typed = try? a.booleanExpression(check.source, Scope(parent: nil, plan: QueryPlan(id: 0)), "CHECK") else {
      return check.text
    }
    return text(typed, top: !explicit)
  }

  func indexExpression(_ e: TypedExpr, _ r: Relation) -> String {
    if case .call = e.kind { return text(e, top: true) }
    return "(" + text(e, top: !explicit) + ")"
  }

  func indexColumns(_ info: IndexInfo, _ table: Relation) -> String {
    var parts: [String] = []
    for (k, c) in info.columns.enumerated() {
      var s = c.column >= 0 ? quotedIdentifier(table.columns[c.column].name) : indexExpression(c.expression!, table)
      if let o = c.operatorClass { s += " " + o }
      if c.descending {
        s += " DESC"
        if !c.nullsFirst { s += " NULLS LAST" }
      } else if c.nullsFirst {
        s += " NULLS FIRST"
      }
      if k < info.exclusion.count { s += " WITH " + info.exclusion[k].operatorName }
      parts.append(s)
    }
    return joined(parts, ", ")
  }

  /// What follows USING in an index definition.
  func indexTail(_ r: Relation) -> String {
    guard let info = r.index, let table = session.catalog.relation(info.table) else { return "" }
    var out = info.method + " (" + indexColumns(info, table) + ")"
    if !info.include.isEmpty {
      out += " INCLUDE (" + joined(info.include.map { quotedIdentifier(table.columns[$0].name) }, ", ") + ")"
    }
    if info.nullsNotDistinct { out += " NULLS NOT DISTINCT" }
    if !info.options.isEmpty {
      out += " WITH (" + joined(info.options.map { $0.0 + "='" + $0.1 + "'" }, ", ") + ")"
    }
    if let p = info.predicate {
      // A constraint's condition stands in parentheses of its own.
      out += " WHERE " + (info.exclusion.isEmpty ? text(p, top: isPretty) : "(" + text(p, top: isPretty) + ")")
    }
    return out
  }

  func index(_ r: Relation) -> String {
    guard let info = r.index, let table = session.catalog.relation(info.table) else { return "" }
    return "CREATE " + (info.unique ? "UNIQUE " : "") + "INDEX " + quotedIdentifier(r.name) + " ON "
      + (r.kind == .partitionedIndex ? "ONLY " : "") + quotedIdentifier(table.schema) + "."
      + quotedIdentifier(table.name) + " USING " + indexTail(r)
  }

  func constraint(_ c: Constraint, _ r: Relation) -> String {
    func names(_ list: [Int], _ t: Relation) -> String {
      joined(list.map { quotedIdentifier(t.columns[$0].name) }, ", ")
    }
    switch c.kind {
    case .primaryKey, .unique, .exclusion:
      guard let index = session.catalog.relation(c.index), let info = index.index else { return "" }
      var out: String
      if c.kind == .exclusion {
        out = "EXCLUDE USING " + indexTail(index)
      } else {
        out = c.kind == .primaryKey ? "PRIMARY KEY" : info.nullsNotDistinct ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE"
        out += " (\(names(c.columns, r)))"
        if !info.include.isEmpty { out += " INCLUDE (\(names(info.include, r)))" }
      }
      if c.deferrable { out += " DEFERRABLE" }
      if c.initiallyDeferred { out += " INITIALLY DEFERRED" }
      return out
    case .check:
      return "CHECK (" + (c.check.map { text($0, top: isPretty) } ?? "") + ")" + (c.noInherit ? " NO INHERIT" : "")
        + (c.isValid ? "" : " NOT VALID")
    case .foreignKey:
      guard let t = session.catalog.relation(c.foreignTable) else { return "" }
      var out =
        "FOREIGN KEY (\(names(c.columns, r))) REFERENCES \(session.relationName(t))(\(names(c.foreignColumns, t)))"
      if c.matchFull { out += " MATCH FULL" }
      if c.onUpdate != .noAction { out += " ON UPDATE " + c.onUpdate.rawValue }
      if c.onDelete != .noAction { out += " ON DELETE " + c.onDelete.rawValue }
      if !c.deleteColumns.isEmpty { out += " (\(names(c.deleteColumns, r)))" }
      if c.deferrable { out += " DEFERRABLE" }
      if c.initiallyDeferred { out += " INITIALLY DEFERRED" }
      if !c.isValid { out += " NOT VALID" }
      return out
    }
  }
}
