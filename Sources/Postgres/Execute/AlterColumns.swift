// ALTER TABLE on columns: adding, dropping, types, defaults, NOT NULL, names; and the same in the tables that inherit them.
// Source: PostgreSQL 15 manual, ALTER TABLE and 5.10.

internal import SimKernel

extension ClientSession {
  func column(_ oid: Int32, _ name: String) throws(SQLError) -> Int {
    guard let r = catalog.relation(oid), let i = r.columnIndex(name) else {
      throw SQLError(
        SQLState.undefinedColumn,
        "column \"\(name)\" of relation \"\(catalog.relation(oid)?.name ?? "")\" does not exist")
    }
    return i
  }

  /// The table and what inherits from it, each with the place of a column; without ONLY.
  private func family(_ r: Relation, _ name: String, only: Bool) -> [(relation: Relation, column: Int)] {
    var out: [(relation: Relation, column: Int)] = []
    for t in [r] + (only ? [] : descendants(of: r)) {
      if let i = t.columnIndex(name) { out.append((relation: t, column: i)) }
    }
    return out
  }

  /// A column that a parent gives is changed there.
  private func refuseInherited(_ r: Relation, _ name: String, _ verb: String) throws(SQLError) {
    for parent in r.parents where catalog.relation(parent)?.columnIndex(name) != nil {
      throw SQLError(SQLState.invalidTableDefinition, "cannot \(verb) inherited column \"\(name)\"")
    }
  }

  private func refusePartitionKey(_ r: Relation, _ i: Int, _ verb: String) throws(SQLError) {
    guard let p = r.partition, p.columns.contains(i) else { return }
    throw SQLError(
      SQLState.invalidTableDefinition,
      "cannot \(verb) column \"\(r.columns[i].name)\" because it is part of the partition key of relation \"\(r.name)\""
    )
  }

  /// Generated columns that are computed from a column.
  private func generated(_ r: Relation, from name: String) -> [Int] {
    var out: [Int] = []
    for (k, c) in r.liveColumns where c.isGenerated {
      guard let e = c.defaultExpr else { continue }
      var uses = false
      walkExpression(e) { x in if case .column(_, _, _, name) = x.kind { uses = true } }
      if uses { out.append(k) }
    }
    return out
  }

  // MARK: ADD COLUMN

  func addColumn(_ r: Relation, _ d: ColumnDefinition, ifNotExists: Bool, only: Bool) throws(SQLError) {
    let oid = r.oid
    if r.columnIndex(d.name) != nil {
      if ifNotExists {
        notice(
          "column \"\(d.name)\" of relation \"\(r.name)\" already exists, skipping", state: SQLState.duplicateColumn)
        return
      }
      throw SQLError(SQLState.duplicateColumn, "column \"\(d.name)\" of relation \"\(r.name)\" already exists")
    }
    if r.partitionOf != 0 {
      throw SQLError(SQLState.wrongObjectType, "cannot add column to a partition")
    }
    let children = descendants(of: r)
    if only, !children.isEmpty {
      throw SQLError(SQLState.invalidTableDefinition, "column must be added to child tables too")
    }
    try requireOneSource(d, table: r.name)
    var (made, serial) = try makeColumn(d)
    let a = Analyzer(session: self)
    for c in d.constraints {
      switch c.kind {
      case .defaultValue(let e): made.defaultExpr = try analyseDefault(e, made)
      case .generated(let e):
        var shown = r
        shown.columns.append(made)
        let typed = try a.coerceForAssignment(
          try a.expression(e, scope(for: shown, .generated)), made, at: e.offset)
        try checkGeneration(typed, Set(r.liveColumns.filter { $0.column.isGenerated }.map { $0.column.name }), a)
        made.defaultExpr = typed
        made.isGenerated = true
      default: break
      }
    }
    if let s = serial {
      let q = try makeSequence(
        sequenceName(r.name, d.name, r.schema, s.2), r.schema, s.0, s.2, temporary: r.isTemporary,
        owner: (oid, r.columns.count), isIdentity: s.1 != 0)
      made.sequence = q
      made.identity = s.1
      made.notNull = true
      if s.1 == 0 { made.defaultExpr = try nextvalDefault(q, made.type) }
      serial = nil
    }
    let execution = Execution(session: self, snapshot: snapshot())
    var perRow = made.sequence != 0 || made.isGenerated
    if let e = made.defaultExpr {
      walkExpression(e) { x in
        if case .call(let site, _, _) = x.kind, site.function?.volatility == 0x76 { perRow = true }
      }
    }
    for target in [r] + children {
      if target.oid != oid {
        made.isLocal = false
        if let own = target.columnIndex(d.name) {
          if target.columns[own].type != made.type {
            throw SQLError(
              SQLState.datatypeMismatch,
              "child table \"\(target.name)\" has different type for column \"\(d.name)\"")
          }
          notice("merging definition of column \"\(d.name)\" for child \"\(target.name)\"")
          continue
        }
      }
      let column = made
      if perRow, let heap = target.heap {
        var fill = made.defaultExpr
        if fill == nil { fill = try a.columnDefault(made) }
        let new = Heap()
        for tuple in heap.tuples where log.isVisible(tuple, execution.snapshot) {
          var row = complete(tuple.values, target)
          let f = Frame(parent: nil)
          if made.isGenerated { f.values = execution.visible(row, target) }
          if let fill { row.append(try execution.evaluate(fill, f)) } else { row.append(.null) }
          new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
        }
        changeRelation(target.oid) {
          $0.columns.append(column)
          $0.heap = new
        }
      } else {
        if let e = made.defaultExpr {
          made.missingValue = try execution.evaluate(e, Frame(parent: nil))
          made.hasMissing = true
        }
        if made.notNull, made.missingValue.isNull, let heap = target.heap {
          for tuple in heap.tuples where log.isVisible(tuple, execution.snapshot) {
            throw SQLError(
              SQLState.notNullViolation, "column \"\(d.name)\" of relation \"\(r.name)\" contains null values")
          }
        }
        let column = made
        changeRelation(target.oid) { $0.columns.append(column) }
      }
    }
    for c in d.constraints {
      switch c.kind {
      case .primaryKey, .unique, .check, .foreignKey: try addConstraint(c, oid, column: d.name, isNew: false)
      default: break
      }
    }
  }

  // MARK: DROP COLUMN

  func dropColumn(_ r: Relation, _ name: String, ifExists: Bool, cascade: Bool, only: Bool) throws(SQLError) {
    let oid = r.oid
    guard let i = r.columnIndex(name) else {
      if ifExists {
        notice("column \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
    }
    if !r.columns[i].isLocal { try refuseInherited(r, name, "drop") }
    try refusePartitionKey(r, i, "drop")
    var dependents: [(what: String, undo: () throws(SQLError) -> Void)] = []
    for (t, c) in catalog.references(to: oid)
    where c.foreignColumns.contains(i) && (t.oid != oid || !c.columns.contains(i)) {
      dependents.append(
        (
          what: "constraint \(c.name) on table \(describe(t))",
          undo: { () throws(SQLError) -> Void in
            self.changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == c.oid } }
          }
        ))
    }
    for k in generated(r, from: name) {
      let other = r.columns[k].name
      dependents.append(
        (
          what: "column \(other) of table \(describe(r))",
          undo: { () throws(SQLError) -> Void in
            self.changeRelation(oid) { $0.columns[k].isDropped = true }
          }
        ))
    }
    for v in viewsOfColumn(r, i) {
      dependents.append(
        (
          what: "\(v.kindName) \(describe(v))",
          undo: { () throws(SQLError) -> Void in try self.dropRelations([v], cascade: true) }
        ))
    }
    if !dependents.isEmpty {
      let shown = "column \(name) of table \(describe(r))"
      if !cascade {
        throw SQLError(
          SQLState.dependentObjects, "cannot drop \(shown) because other objects depend on it",
          detail: joined(dependents.map { "\($0.what) depends on \(shown)" }, "\n"),
          hint: "Use DROP ... CASCADE to drop the dependent objects too.")
      }
      if dependents.count == 1 {
        notice("drop cascades to \(dependents[0].what)")
      } else {
        notice(
          "drop cascades to \(dependents.count) other objects",
          detail: joined(dependents.map { "drop cascades to \($0.what)" }, "\n"))
      }
      for d in dependents { try d.undo() }
    }
    forget(oid, i)
    if only {
      for child in catalog.children(of: oid) {
        if let k = child.columnIndex(name) { changeRelation(child.oid) { $0.columns[k].isLocal = true } }
      }
      return
    }
    for child in catalog.children(of: oid) {
      guard let k = child.columnIndex(name), !child.columns[k].isLocal else { continue }
      // Another parent may still give it.
      if child.parents.contains(where: { $0 != oid && catalog.relation($0)?.columnIndex(name) != nil }) { continue }
      try dropColumn(child, name, ifExists: true, cascade: cascade, only: false)
    }
  }

  /// Takes a column and what stands on it out of a table.
  private func forget(_ oid: Int32, _ i: Int) {
    guard let r = catalog.relation(oid) else { return }
    for index in catalog.indexes(of: oid)
    where index.index!.columns.contains(where: { $0.column == i }) || index.index!.include.contains(i) {
      change { $0.removeRelation(index.oid) }
    }
    if r.columns[i].sequence != 0 {
      let q = r.columns[i].sequence
      change { $0.removeRelation(q) }
    }
    changeRelation(oid) {
      $0.columns[i].isDropped = true
      $0.columns[i].notNull = false
      $0.columns[i].defaultExpr = nil
      $0.constraints.removeAll { $0.columns.contains(i) }
    }
    r.heap?.uniqueKeys = [:]
  }

  // MARK: ALTER COLUMN

  func changeColumn(_ r: Relation, _ action: AlterTableAction, only: Bool) throws(SQLError) {
    switch action {
    case .setDefault(let name, let e, _):
      let i = try column(r.oid, name)
      if r.columns[i].isGenerated {
        throw SQLError(
          SQLState.syntaxError, "column \"\(name)\" of relation \"\(r.name)\" is a generated column")
      }
      if r.columns[i].identity != 0 {
        throw SQLError(
          SQLState.syntaxError, "column \"\(name)\" of relation \"\(r.name)\" is an identity column")
      }
      let converted = try analyseDefault(e, r.columns[i])
      for (t, k) in family(r, name, only: only) { changeRelation(t.oid) { $0.columns[k].defaultExpr = converted } }
    case .dropDefault(let name):
      let i = try column(r.oid, name)
      if r.columns[i].isGenerated {
        throw SQLError(
          SQLState.syntaxError, "column \"\(name)\" of relation \"\(r.name)\" is a generated column",
          hint: "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.")
      }
      if r.columns[i].identity != 0 {
        throw SQLError(
          SQLState.syntaxError, "column \"\(name)\" of relation \"\(r.name)\" is an identity column",
          hint: "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.")
      }
      for (t, k) in family(r, name, only: only) { changeRelation(t.oid) { $0.columns[k].defaultExpr = nil } }
    case .dropExpression(let name, let ifExists):
      let i = try column(r.oid, name)
      guard r.columns[i].isGenerated else {
        let message = "column \"\(name)\" of relation \"\(r.name)\" is not a stored generated column"
        if ifExists {
          notice(message + ", skipping")
          return
        }
        throw SQLError(SQLState.notInPrerequisiteState, message)
      }
      for (t, k) in family(r, name, only: only) {
        changeRelation(t.oid) {
          $0.columns[k].isGenerated = false
          $0.columns[k].defaultExpr = nil
        }
      }
    case .setNotNull(let name):
      _ = try column(r.oid, name)
      let s = snapshot()
      for (t, k) in family(r, name, only: only) {
        for tuple in t.heap?.tuples ?? [] where log.isVisible(tuple, s) && complete(tuple.values, t)[k].isNull {
          throw SQLError(
            SQLState.notNullViolation, "column \"\(name)\" of relation \"\(t.name)\" contains null values")
        }
        changeRelation(t.oid) { $0.columns[k].notNull = true }
      }
    case .dropNotNull(let name):
      let i = try column(r.oid, name)
      if r.primaryKey?.columns.contains(i) ?? false {
        throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" is in a primary key")
      }
      if r.columns[i].identity != 0 {
        throw SQLError(
          SQLState.syntaxError, "column \"\(name)\" of relation \"\(r.name)\" is an identity column")
      }
      if let parent = catalog.relation(r.partitionOf), let k = parent.columnIndex(name), parent.columns[k].notNull {
        throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" is marked NOT NULL in parent table")
      }
      for (t, k) in family(r, name, only: only) { changeRelation(t.oid) { $0.columns[k].notNull = false } }
    case .setType(let name, let type, let collation, let using):
      try changeType(r, name, type, collation, using, only: only)
    default: break
    }
  }

  private func changeType(
    _ r: Relation, _ name: String, _ typeName: TypeName, _ collation: QualifiedName?, _ using: Expr?, only: Bool
  ) throws(SQLError) {
    let i = try column(r.oid, name)
    try refuseInherited(r, name, "alter")
    try refusePartitionKey(r, i, "alter")
    if only, !descendants(of: r).isEmpty {
      throw SQLError(
        SQLState.invalidTableDefinition, "type of inherited column \"\(name)\" must be changed in child tables too")
    }
    let a = Analyzer(session: self)
    let type = try a.resolveType(typeName)
    let collation = try self.collation(collation, type)
    if r.columns[i].isGenerated, using != nil {
      throw SQLError(
        SQLState.invalidTableDefinition, "cannot specify USING when altering type of generated column",
        detail: "Column \"\(name)\" is a generated column.")
    }
    if let entry = catalog.type(type.oid), entry.form == .pseudo {
      throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" has pseudo-type \(formatType(type))")
    }
    let scope = self.scope(for: r, .other)
    let value: TypedExpr
    if let using { value = try a.expression(using, scope) } else { value = try a.column([name], scope, at: -1) }
    guard let converted = try a.tryCoerce(value, type, .assignment, .implicitCast) else {
      if using != nil {
        throw SQLError(
          SQLState.datatypeMismatch,
          "result of USING clause for column \"\(name)\" cannot be cast automatically to type \(formatType(type))",
          hint: "You might need to add an explicit cast.")
      }
      throw SQLError(
        SQLState.datatypeMismatch, "column \"\(name)\" cannot be cast automatically to type \(formatType(type))",
        hint: "You might need to specify \"USING \(quotedIdentifier(name))::\(formatType(type))\".")
    }
    var newDefault = r.columns[i].defaultExpr
    if let d = newDefault, !r.columns[i].isGenerated {
      newDefault = try a.tryCoerce(d, type, .assignment, .implicitCast)
      if newDefault == nil {
        throw SQLError(
          SQLState.datatypeMismatch,
          "default for column \"\(name)\" cannot be cast automatically to type \(formatType(type))")
      }
    }
    for k in generated(r, from: name) where k != i {
      throw SQLError(
        SQLState.syntaxError, "cannot alter type of a column used by a generated column",
        detail: "Column \"\(name)\" is used by generated column \"\(r.columns[k].name)\".")
    }
    if let v = viewsOfColumn(r, i).first {
      throw SQLError(
        SQLState.featureNotSupported, "cannot alter type of a column used by a view or rule",
        detail: "rule _RETURN on \(v.kindName) \(describe(v)) depends on column \"\(name)\"")
    }
    let execution = Execution(session: self, snapshot: snapshot())
    let final = newDefault
    for (target, k) in family(r, name, only: false) {
      let texts = expressionTexts(target)
      let new = Heap()
      for tuple in target.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
        var row = complete(tuple.values, target)
        let f = Frame(parent: nil)
        f.values = execution.visible(target.oid == r.oid ? row : remap(row, from: target, to: r), r)
        row[k] = try execution.evaluate(converted, f)
        new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
      }
      changeRelation(target.oid) {
        $0.columns[k].type = type
        $0.columns[k].collation = collation
        $0.columns[k].missingValue = .null
        $0.columns[k].hasMissing = false
        $0.columns[k].defaultExpr = final
        if $0.heap != nil { $0.heap = new }
      }
      try readAgain(texts, target.oid)
      for index in catalog.indexes(of: target.oid) {
        if let now = catalog.relation(target.oid) { try checkExistingUnique(index, now) }
      }
    }
    if r.columns[i].identity != 0 || r.columns[i].sequence != 0, [Oid.int2, Oid.int4, Oid.int8].contains(type.oid),
      r.columns[i].identity != 0, let q = catalog.relation(r.columns[i].sequence)?.sequence
    {
      var changed = q
      func top(_ t: Int32) -> Int64 { t == Oid.int2 ? 32_767 : t == Oid.int4 ? 2_147_483_647 : Int64.max }
      if q.maximum == top(q.type) { changed.maximum = top(type.oid) }
      changed.type = type.oid
      let final = changed
      changeRelation(r.columns[i].sequence) { $0.sequence = final }
    }
  }

  /// The checks of a table and the expressions of its indexes as text, which outlives a change of types.
  private func expressionTexts(_ r: Relation) -> (checks: [(Int32, String)], indexes: [(Int32, [Int: String], String?)])
  {
    let d = Deparser(self)
    var checks: [(Int32, String)] = []
    for c in r.constraints { if let e = c.check { checks.append((c.oid, d.expression(e))) } }
    var indexes: [(Int32, [Int: String], String?)] = []
    for index in catalog.indexes(of: r.oid) {
      guard let info = index.index else { continue }
      var parts: [Int: String] = [:]
      for (k, c) in info.columns.enumerated() { if let e = c.expression { parts[k] = d.expression(e) } }
      if !parts.isEmpty || info.predicate != nil {
        indexes.append((index.oid, parts, info.predicate.map { d.expression($0) }))
      }
    }
    return (checks, indexes)
  }

  private func readAgain(
    _ texts: (checks: [(Int32, String)], indexes: [(Int32, [Int: String], String?)]), _ oid: Int32
  ) throws(SQLError) {
    guard let r = catalog.relation(oid) else { return }
    let a = Analyzer(session: self)
    func typed(_ text: String, _ place: ExprPlace) throws(SQLError) -> TypedExpr {
      var parser = try Parser(Array(text.utf8))
      return try a.expression(try parser.expression(), scope(for: r, place))
    }
    for (check, text) in texts.checks {
      let e = try typed(text, .check)
      changeRelation(oid) {
        for k in $0.constraints.indices where $0.constraints[k].oid == check { $0.constraints[k].check = e }
      }
    }
    for (index, parts, predicate) in texts.indexes {
      for k in parts.keys.sorted() {
        let e = try typed(parts[k]!, .index)
        changeRelation(index) { $0.index?.columns[k].expression = e }
      }
      if let predicate {
        let e = try typed(predicate, .indexPredicate)
        changeRelation(index) { $0.index?.predicate = e }
      }
    }
  }

  func renameColumn(_ r: Relation, _ old: String, _ new: String, only: Bool) throws(SQLError) {
    guard r.columnIndex(old) != nil else {
      throw SQLError(SQLState.undefinedColumn, "column \"\(old)\" does not exist")
    }
    try refuseInherited(r, old, "rename")
    for (t, _) in family(r, old, only: only) where t.columnIndex(new) != nil {
      throw SQLError(SQLState.duplicateColumn, "column \"\(new)\" of relation \"\(t.name)\" already exists")
    }
    for (t, k) in family(r, old, only: only) { changeRelation(t.oid) { $0.columns[k].name = new } }
  }
}
