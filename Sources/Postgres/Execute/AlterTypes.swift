// ALTER DOMAIN and ALTER TYPE … ATTRIBUTE, with what they ask of the rows that are there. Source: PostgreSQL 15 manual, part VI.

internal import SimKernel

extension ClientSession {
  /// Every stored value of a type, with the table and column that hold it.
  private func storedValues(
    of type: Int32, _ visit: (Relation, Int, Value) throws(SQLError) -> Value?
  ) throws(SQLError) {
    let s = snapshot()
    for r in catalog.relations.values {
      guard let heap = r.heap else { continue }
      for (k, c) in r.columns.enumerated() where c.type.oid == type && !c.isDropped {
        for i in heap.tuples.indices where log.isVisible(heap.tuples[i], s) && k < heap.tuples[i].values.count {
          if let new = try visit(r, k, heap.tuples[i].values[k]) { heap.tuples[i].values[k] = new }
        }
      }
    }
  }

  func alterDomain(_ name: QualifiedName, _ action: AlterDomainAction) throws(SQLError) {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    guard var t = catalog.types[oid], t.form == .domain else {
      throw SQLError(SQLState.wrongObjectType, "\"\(name.text)\" is not a domain")
    }
    switch action {
    case .setDefault(let e):
      t.defaultText = try domainDefault(e, t.baseType)
    case .dropDefault: t.defaultText = nil
    case .setNotNull(let on):
      if on {
        try storedValues(of: oid) { (r: Relation, k: Int, v: Value) throws(SQLError) -> Value? in
          if v.isNull {
            throw SQLError(
              SQLState.notNullViolation,
              "column \"\(r.columns[k].name)\" of table \"\(r.name)\" contains null values")
          }
          return nil
        }
      }
      t.notNull = on
    case .addConstraint(let c):
      guard case .check(let e) = c.kind else { throw .notSimulated("this constraint of a domain") }
      var made = c.name ?? t.name + "_check"
      var n = 1
      while c.name == nil, t.checks.contains(where: { $0.name == made }) {
        made = t.name + "_check" + String(n)
        n += 1
      }
      if t.checks.contains(where: { $0.name == made }) {
        throw SQLError(
          SQLState.duplicateObject, "constraint \"\(made)\" for domain \"\(t.name)\" already exists")
      }
      let check = DomainCheck(name: made, source: e, text: "")
      let entry = t
      if !c.notValid {
        try storedValues(of: oid) { (r: Relation, k: Int, v: Value) throws(SQLError) -> Value? in
          if case .bool(false) = try self.evaluateDomainCheck(check, v, entry) {
            throw SQLError(
              SQLState.checkViolation,
              "column \"\(r.columns[k].name)\" of table \"\(r.name)\" contains values that violate the new constraint")
          }
          return nil
        }
      }
      t.checks.append(check)
    case .dropConstraint(let name, let ifExists):
      guard t.checks.contains(where: { $0.name == name }) else {
        if ifExists {
          notice("constraint \"\(name)\" of domain \"\(t.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of domain \"\(t.name)\" does not exist")
      }
      t.checks.removeAll { $0.name == name }
    case .renameConstraint(let old, let new):
      guard t.checks.contains(where: { $0.name == old }) else {
        throw SQLError(SQLState.undefinedObject, "constraint \"\(old)\" for domain \(t.name) does not exist")
      }
      for i in t.checks.indices where t.checks[i].name == old { t.checks[i].name = new }
    }
    let final = t
    change { $0.put(final) }
  }

  func alterComposite(_ name: QualifiedName, _ actions: [AlterAttribute]) throws(SQLError) {
    let oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid
    guard var t = catalog.types[oid], t.form == .composite, t.relation == 0 else {
      throw SQLError(SQLState.wrongObjectType, "\"\(name.text)\" is not a composite type")
    }
    for a in actions {
      switch a {
      case .add(let item):
        if t.fields.contains(where: { $0.name == item.name }) {
          throw SQLError(
            SQLState.duplicateColumn, "column \"\(item.name)\" of relation \"\(t.name)\" already exists")
        }
        let type = try Analyzer(session: self).resolveType(item.type)
        t.fields.append(CompositeField(name: item.name, type: type))
        try storedValues(of: oid) { (_: Relation, _: Int, v: Value) throws(SQLError) -> Value? in
          guard case .record(var record) = v else { return nil }
          record.names.append(item.name)
          record.types.append(type.oid)
          record.fields.append(.null)
          return .record(record)
        }
      case .drop(let name, let ifExists):
        guard let k = t.fields.firstIndex(where: { $0.name == name }) else {
          if ifExists {
            notice("column \"\(name)\" of relation \"\(t.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(t.name)\" does not exist")
        }
        t.fields.remove(at: k)
        try storedValues(of: oid) { (_: Relation, _: Int, v: Value) throws(SQLError) -> Value? in
          guard case .record(var record) = v, k < record.fields.count else { return nil }
          record.names.remove(at: k)
          record.types.remove(at: k)
          record.fields.remove(at: k)
          return .record(record)
        }
      case .rename(let old, let new):
        guard let k = t.fields.firstIndex(where: { $0.name == old }) else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(old)\" does not exist")
        }
        t.fields[k].name = new
        try storedValues(of: oid) { (_: Relation, _: Int, v: Value) throws(SQLError) -> Value? in
          guard case .record(var record) = v, k < record.names.count else { return nil }
          record.names[k] = new
          return .record(record)
        }
      }
    }
    let final = t
    change { $0.put(final) }
  }

  /// Views whose query no longer has the same columns once a column is gone.
  func viewsOfColumn(_ table: Relation, _ column: Int) -> [Relation] {
    let views = viewsUsing(table.oid)
    if views.isEmpty { return [] }
    func columns(_ v: Relation) -> [String]? {
      guard let q = v.view?.query, let plan = try? Analyzer(session: self).query(q, parent: nil) else { return nil }
      return plan.columns.map { $0.name }
    }
    let before = views.map { columns($0) }
    changeRelation(table.oid) { $0.columns[column].isDropped = true }
    let after = views.map { columns($0) }
    changeRelation(table.oid) { $0.columns[column].isDropped = false }
    var out: [Relation] = []
    for (k, v) in views.enumerated() where before[k] != nil && before[k] != after[k] { out.append(v) }
    return out
  }
}
