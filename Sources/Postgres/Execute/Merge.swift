// MERGE runs as the statements its clauses stand for, all over the rows as they were before: for each clause the rows that no
// clause above it has taken. Source: PostgreSQL 15 manual, MERGE.

internal import SimKernel

extension ClientSession {
  func merge(_ m: MergeStatement) throws(SQLError) -> Int {
    let target = QualifiedName(parts: m.table.parts, offset: m.table.offset)
    let at = m.condition.offset
    let seen = snapshot()
    var count = 0
    var taken: [Bool: [Expr]] = [true: [], false: []]
    let matched = Query(.select(SelectCore()), at)
    var core = SelectCore()
    core.from = [.table(target, m.alias, only: false, offset: m.table.offset)]
    core.condition = m.condition
    matched.body = .select(core)
    for clause in m.clauses {
      var parts: [Expr] = []
      for earlier in taken[clause.isMatched] ?? [] {
        parts.append(Expr(.booleanTest(earlier, .isNotTrue), earlier.offset))
      }
      if let c = clause.condition { parts.append(c) }
      taken[clause.isMatched, default: []].append(clause.condition ?? Expr(.boolean(true), at))
      parts.append(clause.isMatched ? m.condition : Expr(.not(Expr(.exists(matched), at)), at))
      let condition = parts.count == 1 ? parts[0] : Expr(.and(parts), at)
      let statement: Statement
      switch clause.action {
      case .nothing: continue
      case .update(let assignments):
        statement = .update(
          UpdateStatement(
            with: m.with, table: target, alias: m.alias, assignments: assignments, from: [m.source],
            condition: condition))
      case .delete:
        statement = .delete(
          DeleteStatement(with: m.with, table: target, alias: m.alias, using: [m.source], condition: condition))
      case .insert(let columns, let values, let overriding):
        var rows = SelectCore()
        rows.from = [m.source]
        rows.condition = condition
        for v in values ?? [] { rows.targets.append(TargetItem(expression: v, label: nil)) }
        statement = .insert(
          InsertStatement(
            with: m.with, table: target, alias: nil, columns: columns, source: Query(.select(rows), at),
            overriding: overriding))
      }
      let plan = try Analyzer(session: self).modification(statement, parent: nil)
      plan.isMerge = true
      count += try Execution(session: self, snapshot: seen).modify(plan, Frame(parent: nil)).count
    }
    return count
  }
}
