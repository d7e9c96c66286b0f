// Names that an expression can use: the items of FROM with their columns, level by level outward.

internal import SimKernel

struct ScopeColumn {
  let name: String
  let type: SQLType
  /// Slot in the joined row; a merged column of JOIN USING has an expression instead.
  let slot: Int
  let merged: TypedExpr?
  /// Table and column number when it is a plain column.
  var table: Int32 = 0
  var column = 0
  var isHidden = false
  /// Whether its own COLLATE is that of the bytes.
  var isBytewise = false
}

final class ScopeEntry {
  /// The name by which columns are qualified; empty for an unnamed join.
  let alias: String
  let schema: String?
  let tableName: String
  let relation: Int32
  var columns: [ScopeColumn]
  /// Whether unqualified names look here (hidden behind a JOIN USING or a named join otherwise).
  var columnsVisible = true
  var nameVisible = true
  var isLateralOnly = false
  /// Place in the frame's list of tuples, -1 when it has no system columns.
  let entry: Int
  let offset: Int
  let isFunctionScalar: Bool
  /// Where reading the whole relation is not allowed.
  var reads: ColumnReads?
  init(
    alias: String, schema: String? = nil, tableName: String = "", relation: Int32 = 0, columns: [ScopeColumn],
    entry: Int = -1, offset: Int, isFunctionScalar: Bool = false
  ) {
    self.alias = alias
    self.schema = schema
    self.tableName = tableName
    self.relation = relation
    self.columns = columns
    self.entry = entry
    self.offset = offset
    self.isFunctionScalar = isFunctionScalar
  }
}

/// Where in a query an expression stands, for the errors about aggregates and the like.
enum ExprPlace {
  case target, condition, having, groupBy, orderBy, joinOn, values, limit, offset, from, returning, assignment, check
  case defaultValue, index, indexPredicate, window, filter, aggregateArgument, other, generated, partition

  var name: String {
    switch self {
    case .condition: "WHERE"
    case .joinOn: "JOIN conditions"
    case .groupBy: "GROUP BY"
    case .values: "VALUES"
    case .limit: "LIMIT"
    case .offset: "OFFSET"
    case .returning: "RETURNING"
    case .assignment: "UPDATE"
    case .check: "check constraints"
    case .defaultValue: "DEFAULT expressions"
    case .index: "index expressions"
    case .indexPredicate: "index predicates"
    case .filter: "FILTER"
    case .window: "window definitions"
    case .generated: "column generation expressions"
    case .partition: "partition key expressions"
    case .from: "functions in FROM"
    default: ""
    }
  }

  /// What the message about a subquery calls a place that takes none.
  var refusesSubqueries: String? {
    switch self {
    case .check: "check constraint"
    case .defaultValue: "DEFAULT expression"
    case .index: "index expression"
    case .indexPredicate: "index predicate"
    case .generated: "column generation expression"
    case .partition: "partition key expression"
    default: nil
    }
  }
}

final class Scope {
  let parent: Scope?
  var entries: [ScopeEntry] = []
  let plan: QueryPlan
  var place: ExprPlace = .other
  /// WITH queries by name.
  var commonTables: [CommonTableScope] = []
  var windows: [WindowSpec] = []
  /// Aggregates are being collected for this level.
  var insideAggregate = false
  var labels: [(name: String, expr: TypedExpr)] = []

  init(parent: Scope?, plan: QueryPlan) {
    self.parent = parent
    self.plan = plan
  }
}

final class CommonTableScope {
  let name: String
  let id: Int
  var columns: [OutputColumn]
  var isReady: Bool
  var isRecursive = false
  init(name: String, id: Int, columns: [OutputColumn], isReady: Bool) {
    self.name = name
    self.id = id
    self.columns = columns
    self.isReady = isReady
  }
}

extension Analyzer {
  /// A column by name, innermost level first. Throws the server's errors for none and several.
  func column(_ parts: [String], _ scope: Scope, at offset: Int) throws(SQLError) -> TypedExpr {
    if parts.count == 1 {
      let name = parts[0]
      var level = 0
      var current: Scope? = scope
      while let s = current {
        var found: (ScopeEntry, ScopeColumn)?
        for entry in s.entries where entry.columnsVisible && !entry.isLateralOnly {
          for column in entry.columns where column.name == name && !column.isHidden {
            if found != nil {
              throw SQLError(
                SQLState.ambiguousColumn, "column reference \"\(name)\" is ambiguous", at: offset)
            }
            found = (entry, column)
          }
        }
        if let (entry, column) = found {
          if positional != nil, namedParameter(name) != nil {
            throw SQLError(
              SQLState.ambiguousColumn, "column reference \"\(name)\" is ambiguous",
              detail: "It could refer to either a PL/pgSQL variable or a table column.", at: offset)
          }
          return reference(entry, column, level, scope, offset)
        }
        if let system = systemColumn(name, s, nil, level, offset) { return system }
        current = s.parent
        level += 1
      }
      // A table's name stands for its whole row.
      if let row = try wholeRow(name, scope, at: offset) { return row }
      if let parameter = namedParameter(name) { return parameter }
      throw unknownColumn(name, nil, scope, offset)
    }
    let qualifier = parts[parts.count - 2]
    let name = parts[parts.count - 1]
    let schema = parts.count > 2 ? parts[parts.count - 3] : nil
    let (entry, level) = try table(qualifier, schema, scope, at: offset)
    if let entry {
      for column in entry.columns where column.name == name {
        return reference(entry, column, level, scope, offset)
      }
      var s: Scope? = scope
      for _ in 0..<level { s = s?.parent }
      if let s, let system = systemColumn(name, s, entry, level, offset) { return system }
      if parts.count == 2, let row = try wholeRow(qualifier, scope, at: offset),
        let result = try functionOf(row, Expr(.column([qualifier]), offset), name, scope, at: offset)
      {
        return result
      }
      throw unknownColumn(name, qualifier, scope, offset)
    }
    if parts.count == 2, let parameter = namedParameter(qualifier + "." + name) { return parameter }
    if parts.count == 2, let parameter = namedParameter(qualifier), catalog.type(parameter.type.oid)?.form == .composite
    {
      return try fieldOf(parameter, name, at: offset)
    }
    if parts.count == 2, positional != nil, let parameter = namedParameter(qualifier),
      parameter.type.oid == Oid.record, case .parameter(let n) = parameter.kind
    {
      guard case .record? = session.callFrame?.values[n - 1] else {
        throw SQLError(
          SQLState.notInPrerequisiteState, "record \"\(qualifier)\" is not assigned yet",
          detail: "The tuple structure of a not-yet-assigned record is indeterminate.")
      }
      throw SQLError(SQLState.undefinedColumn, "record \"\(qualifier)\" has no field \"\(name)\"")
    }
    throw missingTable(qualifier, scope, offset)
  }

  func reference(_ entry: ScopeEntry, _ column: ScopeColumn, _ level: Int, _ scope: Scope, _ offset: Int) -> TypedExpr {
    if level > 0 {
      markCorrelated(scope, level)
    }
    if let reads = entry.reads { reads.used.insert(column.column) }
    if let merged = column.merged, level == 0 {
      return TypedExpr(merged.kind, merged.type, offset, isBytewise: merged.isBytewise)
    }
    if let merged = column.merged { return raise(merged, level) }
    return TypedExpr(
      .column(level: level, slot: column.slot, table: entry.alias, name: column.name), column.type, offset,
      isBytewise: column.isBytewise)
  }

  /// Every query between the reference and its level depends on the outer row.
  func markCorrelated(_ scope: Scope, _ level: Int) {
    var s: Scope? = scope
    for _ in 0..<level {
      s?.plan.isCorrelated = true
      s = s?.parent
    }
  }

  private func raise(_ expr: TypedExpr, _ level: Int) -> TypedExpr {
    switch expr.kind {
    case .column(_, let slot, let table, let name):
      return TypedExpr(
        .column(level: level, slot: slot, table: table, name: name), expr.type, expr.offset,
        isBytewise: expr.isBytewise)
    case .coalesce(let items):
      var raised: [TypedExpr] = []
      for item in items { raised.append(raise(item, level)) }
      return TypedExpr(.coalesce(raised), expr.type, expr.offset)
    case .cast(let inner, let path, let style):
      return TypedExpr(.cast(raise(inner, level), path, style), expr.type, expr.offset)
    default: return expr
    }
  }

  private func systemColumn(
    _ name: String, _ scope: Scope, _ entry: ScopeEntry?, _ level: Int, _ offset: Int
  ) -> TypedExpr? {
    let type: Int32
    switch name {
    case "ctid": type = Oid.tid
    case "xmin", "xmax": type = Oid.xid
    case "cmin", "cmax": type = Oid.cid
    case "tableoid": type = Oid.oid
    default: return nil
    }
    let candidates = entry.map { [$0] } ?? scope.entries
    for e in candidates where e.entry >= 0 {
      return TypedExpr(.systemColumn(level: level, entry: e.entry, name: name, table: e.alias), SQLType(type), offset)
    }
    return nil
  }

  func table(
    _ name: String, _ schema: String?, _ scope: Scope, at offset: Int
  ) throws(SQLError) -> (ScopeEntry?, Int) {
    var level = 0
    var current: Scope? = scope
    while let s = current {
      var found: ScopeEntry?
      for entry in s.entries where entry.alias == name && entry.nameVisible && !entry.isLateralOnly {
        if let schema {
          guard entry.schema == schema, entry.tableName == name else { continue }
        }
        if found != nil {
          throw SQLError(SQLState.ambiguousAlias, "table reference \"\(name)\" is ambiguous", at: offset)
        }
        found = entry
      }
      if let found {
        if level > 0 { markCorrelated(scope, level) }
        return (found, level)
      }
      current = s.parent
      level += 1
    }
    return (nil, 0)
  }

  func wholeRow(_ name: String, _ scope: Scope, at offset: Int) throws(SQLError) -> TypedExpr? {
    let (entry, level) = try table(name, nil, scope, at: offset)
    guard let entry else { return nil }
    if entry.isFunctionScalar, let only = entry.columns.first {
      return reference(entry, only, level, scope, offset)
    }
    var slots: [Int] = []
    var names: [String] = []
    for column in entry.columns where !column.isHidden {
      slots.append(column.slot)
      names.append(column.name)
    }
    for column in entry.columns where !column.isHidden { entry.reads?.used.insert(column.column) }
    let type = entry.relation != 0 ? catalog.relation(entry.relation)?.rowType ?? Oid.record : Oid.record
    var fields: [CompositeField] = []
    for column in entry.columns where !column.isHidden {
      fields.append(CompositeField(name: column.name, type: column.type))
    }
    let expr = TypedExpr(
      .wholeRow(
        level: level, slots: slots, names: names, table: entry.alias,
        entry: entry.entry >= 0 || scope.entries.count < 2 ? entry.entry : TypedExpr.joinedEntry),
      SQLType(type == 0 ? Oid.record : type), offset)
    recordFields[ObjectIdentifier(expr)] = fields
    return expr
  }

  func missingTable(_ name: String, _ scope: Scope, _ offset: Int) -> SQLError {
    var error = SQLError(
      SQLState.undefinedTable, "missing FROM-clause entry for table \"\(name)\"", at: offset)
    var current: Scope? = scope
    while let s = current {
      for entry in s.entries where entry.tableName == name && entry.alias != name {
        error = SQLError(
          SQLState.undefinedTable, "invalid reference to FROM-clause entry for table \"\(name)\"",
          hint: "Perhaps you meant to reference the table alias \"\(entry.alias)\".", at: offset)
        return error
      }
      for entry in s.entries where entry.alias == name {
        return SQLError(
          SQLState.undefinedTable, "invalid reference to FROM-clause entry for table \"\(name)\"",
          hint: "There is an entry for table \"\(name)\", but it cannot be referenced from this part of the query.",
          at: offset)
      }
      current = s.parent
    }
    return error
  }

  /// `column "nam" does not exist`, with the hint for near misses.
  func unknownColumn(_ name: String, _ qualifier: String?, _ scope: Scope, _ offset: Int) -> SQLError {
    let what = qualifier.map { "\($0).\(name)" } ?? "\"\(name)\""
    var error = SQLError(SQLState.undefinedColumn, "column \(what) does not exist", at: offset)
    // Hidden entries: the name exists but not from here.
    var current: Scope? = scope
    while let s = current {
      for entry in s.entries where entry.isLateralOnly && qualifier == nil {
        for column in entry.columns where column.name == name {
          error.hint =
            "There is a column named \"\(name)\" in table \"\(entry.alias)\", but it cannot be referenced from this part of the query."
          return error
        }
      }
      current = s.parent
    }
    var best: [(String, String)] = []
    var distance = 4
    current = scope
    while let s = current {
      for entry in s.entries {
        if entry.alias.isEmpty { continue }
        var penalty = 0
        if let qualifier, qualifier != entry.alias {
          penalty = editDistance(Array(qualifier.utf8), Array(entry.alias.utf8), 3)
        }
        if penalty > 3 { continue }
        for column in entry.columns where !column.isHidden {
          let d = editDistance(Array(name.utf8), Array(column.name.utf8), 3)
          if d > 3 || d > name.utf8.count / 2 { continue }
          let total = d + penalty
          if total < distance {
            distance = total
            best = [(entry.alias, column.name)]
          } else if total == distance, total <= 3 {
            best.append((entry.alias, column.name))
          }
        }
      }
      current = s.parent
    }
    if best.count == 1 {
      error.hint = "Perhaps you meant to reference the column \"\(best[0].0).\(best[0].1)\"."
    } else if best.count == 2 {
      error.hint =
        "Perhaps you meant to reference the column \"\(best[0].0).\(best[0].1)\" or the column \"\(best[1].0).\(best[1].1)\"."
    }
    return error
  }
}

/// Levenshtein distance, cut off above `limit` + 1.
func editDistance(_ a: [UInt8], _ b: [UInt8], _ limit: Int) -> Int {
  if abs(a.count - b.count) > limit { return limit + 1 }
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      let cost = a[i] == b[j] ? 0 : 1
      row.append(min(min(row[j] + 1, previous[j + 1] + 1), previous[j] + cost))
    }
    previous = row
  }
  return previous[b.count]
}
