// DROP and TRUNCATE, and what depends on what is dropped. Source: PostgreSQL 15 manual, 5.14 "Dependency Tracking".

internal import SimKernel

extension ClientSession {
  // MARK: DROP and TRUNCATE

  func drop(_ s: DropStatement) throws(SQLError) {
    switch s.kind {
    case "table", "view", "materialized view", "index", "sequence":
      var targets: [Relation] = []
      for name in s.names {
        guard let oid = findRelation(name), let r = catalog.relation(oid) else {
          if s.ifExists {
            if let schema = name.schema, catalog.schemas[schema] == nil {
              notice("schema \"\(schema)\" does not exist, skipping")
            } else {
              notice("\(s.kind) \"\(name.name)\" does not exist, skipping")
            }
            continue
          }
          if let schema = name.schema, catalog.schemas[schema] == nil {
            throw SQLError(SQLState.invalidSchemaName, "schema \"\(schema)\" does not exist")
          }
          throw SQLError(SQLState.undefinedTable, "\(s.kind) \"\(name.text)\" does not exist")
        }
        let expected = s.kind
        if r.kindName != expected {
          throw SQLError(
            SQLState.wrongObjectType, "\"\(r.name)\" is not \(expected == "index" ? "an" : "a") \(expected)",
            hint: "Use DROP \(r.kindName.uppercased()) to remove \(r.kindName == "index" ? "an" : "a") \(r.kindName).")
        }
        try requireOwner(r)
        targets.append(r)
      }
      try dropRelations(targets, cascade: s.cascade)
    case "schema":
      for name in s.names {
        guard let schema = catalog.schemas[name.name] else {
          if s.ifExists {
            notice("schema \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
        }
        // Partitions and sequences of columns go with their tables.
        var inside: [(oid: Int32, what: String)] = []
        for r in catalog.relations.values
        where r.schema == name.name && r.index == nil && r.partitionOf == 0
          && !(r.sequence.map { $0.ownerTable != 0 } ?? false)
        { inside.append((oid: r.oid, what: "\(r.kindName) \(describe(r))")) }
        for t in catalog.types.values where t.schema == name.name && t.relation == 0 && t.form != .array {
          inside.append((oid: t.oid, what: "type \(formatType(SQLType(t.oid)))"))
        }
        for f in catalog.functions.values where f.schema == name.name {
          let path = searchPath.contains(f.schema) ? "" : quotedIdentifier(f.schema) + "."
          inside.append((oid: f.oid, what: "\(f.isProcedure ? "procedure" : "function") \(path)\(signature(f))"))
        }
        for a in catalog.aggregates.values where a.schema == name.name {
          throw .notSimulated("DROP SCHEMA with aggregates")
        }
        inside.sort { $0.oid < $1.oid }
        if !inside.isEmpty, !s.cascade {
          throw SQLError(
            SQLState.dependentObjects, "cannot drop schema \(name.name) because other objects depend on it",
            detail: joined(inside.map { "\($0.what) depends on schema \(name.name)" }, "\n"),
            hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        if inside.count == 1 {
          notice("drop cascades to \(inside[0].what)")
        } else if inside.count > 1 {
          notice(
            "drop cascades to \(inside.count) other objects",
            detail: joined(inside.map { "drop cascades to \($0.what)" }, "\n"))
        }
        for r in catalog.relations.values where r.schema == name.name { removeRelation(r) }
        var types: [Int32] = []
        for t in catalog.types.values where t.schema == name.name { types.append(t.oid) }
        var routines: [Int32] = []
        for f in catalog.functions.values where f.schema == name.name { routines.append(f.oid) }
        change { c in
          for t in types { c.removeType(t) }
          for f in routines { c.functions[f] = nil }
          c.schemas[schema.name] = nil
        }
      }
    case "type", "domain":
      for name in s.names {
        var oid: Int32?
        for schema in name.schema.map({ [$0] }) ?? searchPath where oid == nil {
          oid = catalog.typeOid(schema, name.name)
        }
        guard let oid, let t = catalog.types[oid] else {
          if s.ifExists {
            notice("type \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.undefinedObject, "type \"\(name.text)\" does not exist")
        }
        // Columns of arrays come first.
        var users: [(table: Relation, column: String, type: String)] = []
        for type in [(t.arrayOid, "[]"), (oid, "")] {
          for r in catalog.relations.values where r.index == nil && r.kind != .view {
            for (_, c) in r.liveColumns where c.type.oid == type.0 {
              users.append((r, c.name, quotedIdentifier(t.name) + type.1))
            }
          }
        }
        if !users.isEmpty, s.cascade {
          let lines = users.map { "drop cascades to column \($0.column) of \($0.table.kindName) \(describe($0.table))" }
          if lines.count == 1 {
            notice(lines[0])
          } else {
            notice("drop cascades to \(lines.count) other objects", detail: joined(lines, "\n"))
          }
          for u in users {
            try alterTable(
              QualifiedName(parts: [u.table.schema, u.table.name], offset: -1),
              [.dropColumn(u.column, ifExists: true, cascade: true)], ifExists: true, kind: "table")
          }
        } else if !users.isEmpty {
          var lines: [String] = []
          for u in users {
            lines.append(
              "column \(u.column) of \(u.table.kindName) \(describe(u.table)) depends on type \(u.type)")
          }
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop type \(quotedIdentifier(t.name)) because other objects depend on it",
            detail: joined(lines, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        change {
          $0.removeType(oid)
          $0.removeType(t.arrayOid)
        }
      }
    case "database": try dropDatabase(s)
    case "role": try dropRoles(s)
    case "extension":
      for name in s.names {
        guard catalog.extensions[name.name] != nil else {
          if s.ifExists {
            notice("extension \"\(name.name)\" does not exist, skipping")
            continue
          }
          throw SQLError(SQLState.undefinedObject, "extension \"\(name.name)\" does not exist")
        }
        change { $0.extensions[name.name] = nil }
      }
    case "aggregate": try dropAggregates(s)
    case "function", "procedure", "routine":
      for (k, name) in s.names.enumerated() {
        try dropFunction(name, k < s.routines.count ? s.routines[k] : nil, s)
      }
    case "trigger":
      let r = try existing(s.table ?? s.names[0], "table")
      guard r.triggers.contains(where: { $0.name == s.names[0].name }) else {
        if s.ifExists {
          notice("trigger \"\(s.names[0].name)\" for relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(
          SQLState.undefinedObject, "trigger \"\(s.names[0].name)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(r.oid) { $0.triggers.removeAll { $0.name == s.names[0].name } }
    default: throw .notSimulated("DROP \(s.kind.uppercased())")
    }
  }

  private func dropFunction(
    _ name: QualifiedName, _ types: [FunctionParameter]?, _ s: DropStatement
  ) throws(SQLError) {
    guard let f = try findRoutine(s.kind, name, types) else {
      if s.ifExists {
        let shown = types.map { list in
          joined(
            list.filter { $0.mode != "out" }.map {
              BuiltinTypes.shared.byName[$0.type.name.text] != nil && $0.type.name.text != "text"
                ? "pg_catalog." + $0.type.name.text : $0.type.name.text
            }, ",")
        }
        notice("\(s.kind) \(name.text)(\(shown ?? "")) does not exist, skipping")
        return
      }
      throw try missingRoutine(s.kind, name, types)
    }
    var users: [(table: Relation, trigger: String)] = []
    for r in catalog.relations.values { for t in r.triggers where t.functionOid == f.oid { users.append((r, t.name)) } }
    if !users.isEmpty {
      var dependents: [String] = []
      var cascaded: [String] = []
      for u in users {
        dependents.append("trigger \(u.trigger) on table \(describe(u.table)) depends on function \(signature(f))")
        cascaded.append("drop cascades to trigger \(u.trigger) on table \(describe(u.table))")
      }
      guard s.cascade else {
        throw SQLError(
          SQLState.dependentObjects, "cannot drop function \(signature(f)) because other objects depend on it",
          detail: joined(dependents, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
      }
      if cascaded.count == 1 {
        notice(cascaded[0])
      } else {
        notice("drop cascades to \(cascaded.count) other objects", detail: joined(cascaded, "\n"))
      }
      for u in users { changeRelation(u.table.oid) { $0.triggers.removeAll { $0.functionOid == f.oid } } }
    }
    change { $0.functions[f.oid] = nil }
  }

  func describe(_ r: Relation) -> String { relationName(r) }

  func removeRelation(_ r: Relation) {
    for i in catalog.indexes(of: r.oid) { change { $0.removeRelation(i.oid) } }
    var owned: [Int32] = []
    for q in catalog.relations.values where q.sequence?.ownerTable == r.oid { owned.append(q.oid) }
    change { c in
      for q in owned { c.removeRelation(q) }
      c.removeRelation(r.oid)
      if let t = c.types[r.rowType] {
        c.removeType(t.arrayOid)
        c.removeType(r.rowType)
      }
    }
  }

  func viewsUsing(_ oid: Int32) -> [Relation] {
    var out: [Relation] = []
    for v in catalog.relations.values where v.view != nil && v.oid != oid {
      let names = viewTables(v.view!.query)
      for n in names where finding(in: v.view!.path, { findRelation(n) }) == oid {
        out.append(v)
        break
      }
    }
    return out
  }
  func viewTables(_ q: Query) -> [QualifiedName] {
    var out: [QualifiedName] = []
    func item(_ f: FromItem) {
      switch f {
      case .table(let n, _, _, _): out.append(n)
      case .query(let inner, _, _, _): out += viewTables(inner)
      case .function: break
      case .join(_, let l, let r, _, _, _, _, _):
        item(l)
        item(r)
      }
    }
    for t in q.with?.tables ?? [] { if case .query(let inner) = t.statement { out += viewTables(inner) } }
    switch q.body {
    case .select(let c): for f in c.from { item(f) }
    case .values: break
    case .setOperation(_, _, let l, let r): out += viewTables(l) + viewTables(r)
    }
    return out
  }

  /// Whether a column's default takes values of a sequence.
  private func usesSequence(_ c: Column, _ sequence: Int32) -> Bool {
    guard let e = c.defaultExpr else { return false }
    var found = false
    walkExpression(e) { x in
      if case .constant(.int(let n)) = x.kind, x.type.oid == Oid.regclass, n == Int64(sequence) { found = true }
    }
    return found
  }

  func dropRelations(_ targets: [Relation], cascade: Bool) throws(SQLError) {
    var gone = Set(targets.map { $0.oid })
    let named = gone
    var cascaded: [String] = []
    var dependents: [String] = []
    var all = targets
    var next = 0
    while next < all.count {
      let r = all[next]
      next += 1
      if named.contains(r.oid), let info = r.index, info.constraint != 0, let t = catalog.relation(info.table) {
        throw SQLError(
          SQLState.dependentObjects,
          "cannot drop index \(describe(r)) because constraint \(quotedIdentifier(r.name)) on table \(describe(t)) requires it",
          hint: "You can drop constraint \(quotedIdentifier(r.name)) on table \(describe(t)) instead.")
      }
      if let q = r.sequence, q.isIdentity, named.contains(r.oid), let t = catalog.relation(q.ownerTable) {
        throw SQLError(
          SQLState.dependentObjects,
          "cannot drop sequence \(describe(r)) because column \(t.columns[q.ownerColumn].name) of table \(describe(t)) requires it",
          hint: "You can drop column \(t.columns[q.ownerColumn].name) of table \(describe(t)) instead.")
      }
      if r.sequence != nil {
        for t in catalog.relations.values where !gone.contains(t.oid) {
          for (_, c) in t.liveColumns where c.sequence == r.oid || usesSequence(c, r.oid) {
            dependents.append(
              "default value for column \(c.name) of table \(describe(t)) depends on sequence \(describe(r))")
            cascaded.append("default value for column \(c.name) of table \(describe(t))")
          }
        }
      }
      if named.contains(r.oid), let up = catalog.relation(r.index?.parent ?? 0) {
        throw SQLError(
          SQLState.dependentObjects,
          "cannot drop index \(describe(r)) because index \(describe(up)) requires it",
          hint: "You can drop index \(describe(up)) instead.")
      }
      if r.kind == .partitionedIndex {
        for i in catalog.relations.values where i.index?.parent == r.oid && !gone.contains(i.oid) {
          gone.insert(i.oid)
          all.append(i)
        }
      }
      for child in catalog.children(of: r.oid) where !gone.contains(child.oid) {
        gone.insert(child.oid)
        all.append(child)
        if child.partitionOf != 0 { continue }
        dependents.append("table \(describe(child)) depends on table \(describe(r))")
        cascaded.append("table \(describe(child))")
      }
      for (t, c) in catalog.references(to: r.oid) where !gone.contains(t.oid) {
        dependents.append("constraint \(c.name) on table \(describe(t)) depends on table \(describe(r))")
        cascaded.append("constraint \(c.name) on table \(describe(t))")
      }
      for v in viewsUsing(r.oid) where !gone.contains(v.oid) {
        gone.insert(v.oid)
        all.append(v)
        dependents.append("\(v.kindName) \(describe(v)) depends on \(r.kindName) \(describe(r))")
        cascaded.append("\(v.kindName) \(describe(v))")
      }
    }
    if !dependents.isEmpty, !cascade {
      let what = targets.count == 1 ? "\(targets[0].kindName) \(describe(targets[0]))" : ""
      throw SQLError(
        SQLState.dependentObjects,
        targets.count == 1
          ? "cannot drop \(what) because other objects depend on it"
          : "cannot drop desired object(s) because other objects depend on them",
        detail: joined(dependents, "\n"), hint: "Use DROP ... CASCADE to drop the dependent objects too.")
    }
    if cascaded.count == 1 {
      notice("drop cascades to \(cascaded[0])")
    } else if cascaded.count > 1 {
      var lines: [String] = []
      for c in cascaded { lines.append("drop cascades to \(c)") }
      notice("drop cascades to \(cascaded.count) other objects", detail: joined(lines, "\n"))
    }
    for r in all {
      for (t, c) in catalog.references(to: r.oid) {
        changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == c.oid } }
      }
      if r.sequence != nil {
        for t in catalog.relations.values {
          for (i, c) in t.columns.enumerated() where c.sequence == r.oid {
            changeRelation(t.oid) {
              $0.columns[i].defaultExpr = nil
              $0.columns[i].sequence = 0
            }
          }
        }
      }
      removeRelation(r)
    }
  }

  func truncate(_ names: [QualifiedName], restart: Bool, cascade: Bool) throws(SQLError) {
    var targets: [Relation] = []
    for n in names {
      let r = try existing(n, "table")
      guard r.isTableLike else { throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a table") }
      try requirePrivilege("D", r)
      targets.append(r)
    }
    var i = 0
    while i < targets.count {
      for (t, _) in catalog.references(to: targets[i].oid) where !targets.contains(where: { $0.oid == t.oid }) {
        if !cascade {
          throw SQLError(
            SQLState.featureNotSupported, "cannot truncate a table referenced in a foreign key constraint",
            detail: "Table \"\(t.name)\" references \"\(targets[i].name)\".",
            hint: "Truncate table \"\(t.name)\" at the same time, or use TRUNCATE ... CASCADE.")
        }
        notice("truncate cascades to table \"\(t.name)\"")
        targets.append(t)
      }
      for d in descendants(of: targets[i]) where !targets.contains(where: { $0.oid == d.oid }) { targets.append(d) }
      i += 1
    }
    for r in targets { try fireStatementTriggers(r, "BEFORE", "TRUNCATE") }
    for r in targets {
      if r.heap != nil { changeRelation(r.oid) { $0.heap = Heap() } }
      if restart {
        for q in catalog.relations.values where q.sequence?.ownerTable == r.oid {
          q.sequence?.state.last = q.sequence?.start ?? 1
          q.sequence?.state.isCalled = false
        }
      }
    }
    for r in targets { try fireStatementTriggers(r, "AFTER", "TRUNCATE") }
  }
}
