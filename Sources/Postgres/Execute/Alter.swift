// ALTER TABLE, databases, roles, grants, settings, comments, COPY. Source: PostgreSQL 15 manual, part VI and chapter 22.

internal import SimKernel

struct CopyOptions {
  var csv = false
  var delimiter: UInt8 = 9
  var null = "\\N"
  var header = false
  var quote: UInt8 = 0x22
}

extension ClientSession {
  func alterTable(_ name: QualifiedName, _ actions: [AlterTableAction], ifExists: Bool, kind: String) throws(SQLError) {
    guard let oid = findRelation(name), let r = catalog.relation(oid) else {
      if ifExists {
        notice("relation \"\(name.text)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    }
    try requireOwner(r)
    for a in actions { try alter(oid, a) }
  }

  private func column(_ oid: Int32, _ name: String) throws(SQLError) -> Int {
    guard let r = catalog.relation(oid), let i = r.columnIndex(name) else {
      throw SQLError(
        SQLState.undefinedColumn,
        "column \"\(name)\" of relation \"\(catalog.relation(oid)?.name ?? "")\" does not exist")
    }
    return i
  }

  private func alter(_ oid: Int32, _ action: AlterTableAction) throws(SQLError) {
    guard let r = catalog.relation(oid) else { return }
    switch action {
    case .addColumn(let d, let ifNotExists):
      if r.columnIndex(d.name) != nil {
        if ifNotExists {
          notice(
            "column \"\(d.name)\" of relation \"\(r.name)\" already exists, skipping", state: SQLState.duplicateColumn)
          return
        }
        throw SQLError(SQLState.duplicateColumn, "column \"\(d.name)\" of relation \"\(r.name)\" already exists")
      }
      var (made, serial) = try makeColumn(d)
      let a = Analyzer(session: self)
      for c in d.constraints {
        if case .defaultValue(let e) = c.kind {
          let typed = try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0)))
          guard let converted = try a.tryCoerce(typed, made.type, .assignment, .implicitCast) else {
            throw SQLError(
              SQLState.datatypeMismatch,
              "column \"\(made.name)\" is of type \(formatType(SQLType(made.type.oid))) but default expression is of type \(formatType(SQLType(typed.type.oid)))",
              hint: "You will need to rewrite or cast the expression.")
          }
          made.defaultExpr = converted
        }
        if case .generated = c.kind { throw .notSimulated("ADD COLUMN with GENERATED ALWAYS AS") }
      }
      if let s = serial {
        let q = try makeSequence(
          freeName(objectName(r.name, d.name, "seq"), r.schema), r.schema, s.0, s.2, temporary: r.isTemporary,
          owner: (oid, r.columns.count), isIdentity: s.1 != 0)
        made.sequence = q
        made.identity = s.1
        made.notNull = true
        if s.1 == 0 { made.defaultExpr = try nextvalDefault(q, made.type) }
        serial = nil
      }
      let execution = Execution(session: self, snapshot: snapshot())
      var volatile = made.sequence != 0
      if let e = made.defaultExpr {
        walkExpression(e) { x in
          if case .call(let site, _, _) = x.kind, site.function?.volatility == 0x76 { volatile = true }
        }
      }
      for target in [r] + descendants(of: r) {
        if volatile, let heap = target.heap {
          var fill = made.defaultExpr
          if fill == nil { fill = try Analyzer(session: self).columnDefault(made) }
          let new = Heap()
          for tuple in heap.tuples where log.isVisible(tuple, execution.snapshot) {
            var row = complete(tuple.values, target)
            if let fill { row.append(try execution.evaluate(fill, Frame(parent: nil))) } else { row.append(.null) }
            new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
          }
          let column = made
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
    case .dropColumn(let name, let ifExists, let cascade):
      guard let i = r.columnIndex(name) else {
        if ifExists {
          notice("column \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      for (t, c) in catalog.references(to: oid) where c.foreignColumns.contains(i) {
        if !cascade {
          throw SQLError(
            SQLState.dependentObjects,
            "cannot drop column \(name) of table \(describe(r)) because other objects depend on it",
            detail: "constraint \(c.name) on table \(describe(t)) depends on column \(name) of table \(describe(r))",
            hint: "Use DROP ... CASCADE to drop the dependent objects too.")
        }
        notice("drop cascades to constraint \(c.name) on table \(describe(t))")
        changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == c.oid } }
      }
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
    case .setDefault(let name, let e, _):
      let i = try column(oid, name)
      let a = Analyzer(session: self)
      let typed = try a.expression(e, Scope(parent: nil, plan: QueryPlan(id: 0)))
      guard let converted = try a.tryCoerce(typed, r.columns[i].type, .assignment, .implicitCast) else {
        throw SQLError(
          SQLState.datatypeMismatch,
          "column \"\(name)\" is of type \(formatType(SQLType(r.columns[i].type.oid))) but default expression is of type \(formatType(SQLType(typed.type.oid)))",
          hint: "You will need to rewrite or cast the expression.")
      }
      changeRelation(oid) { $0.columns[i].defaultExpr = converted }
    case .dropDefault(let name):
      let i = try column(oid, name)
      changeRelation(oid) { $0.columns[i].defaultExpr = nil }
    case .setNotNull(let name):
      let i = try column(oid, name)
      let s = snapshot()
      for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, s) && complete(tuple.values, r)[i].isNull {
        throw SQLError(SQLState.notNullViolation, "column \"\(name)\" of relation \"\(r.name)\" contains null values")
      }
      changeRelation(oid) { $0.columns[i].notNull = true }
    case .dropNotNull(let name):
      let i = try column(oid, name)
      if r.primaryKey?.columns.contains(i) ?? false {
        throw SQLError(SQLState.invalidTableDefinition, "column \"\(name)\" is in a primary key")
      }
      changeRelation(oid) { $0.columns[i].notNull = false }
    case .setType(let name, let typeName, let using):
      let i = try column(oid, name)
      let a = Analyzer(session: self)
      let type = try a.resolveType(typeName)
      let scope = Scope(parent: nil, plan: QueryPlan(id: 0))
      var columns: [ScopeColumn] = []
      for (_, c) in r.liveColumns {
        columns.append(ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil))
      }
      scope.entries.append(ScopeEntry(alias: r.name, tableName: r.name, columns: columns, offset: -1))
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
      let execution = Execution(session: self, snapshot: snapshot())
      for target in [r] + descendants(of: r) {
        let new = Heap()
        for tuple in target.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
          var row = complete(tuple.values, target)
          let f = Frame(parent: nil)
          f.values = execution.visible(row, target)
          row[i] = try execution.evaluate(converted, f)
          new.append(row, xmin: writeID(), cmin: transaction?.command ?? 0, width: width(row, target))
        }
        var newDefault = r.columns[i].defaultExpr
        if let d = newDefault { newDefault = try a.tryCoerce(d, type, .assignment, .implicitCast) }
        let final = newDefault
        changeRelation(target.oid) {
          $0.columns[i].type = type
          $0.columns[i].defaultExpr = final
          if $0.heap != nil { $0.heap = new }
        }
      }
    case .addConstraint(let c): try addConstraint(c, oid, column: nil, isNew: false)
    case .dropConstraint(let name, let ifExists, let cascade):
      guard let c = r.constraints.first(where: { $0.name == name }) else {
        if ifExists {
          notice("constraint \"\(name)\" of relation \"\(r.name)\" does not exist, skipping")
          return
        }
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      if c.index != 0 {
        for (t, f) in catalog.references(to: oid) where Set(f.foreignColumns) == Set(c.columns) {
          if !cascade {
            throw SQLError(
              SQLState.dependentObjects,
              "cannot drop constraint \(name) on table \(describe(r)) because other objects depend on it",
              detail: "constraint \(f.name) on table \(describe(t)) depends on index \(quotedIdentifier(name))",
              hint: "Use DROP ... CASCADE to drop the dependent objects too.")
          }
          notice("drop cascades to constraint \(f.name) on table \(describe(t))")
          changeRelation(t.oid) { $0.constraints.removeAll { $0.oid == f.oid } }
        }
        change { $0.removeRelation(c.index) }
      }
      changeRelation(oid) { $0.constraints.removeAll { $0.name == name } }
    case .validateConstraint(let name):
      guard let c = r.constraints.first(where: { $0.name == name }) else {
        throw SQLError(SQLState.undefinedObject, "constraint \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      let execution = Execution(session: self, snapshot: snapshot())
      for tuple in r.heap?.tuples ?? [] where log.isVisible(tuple, execution.snapshot) {
        let row = complete(tuple.values, r)
        if c.kind == .foreignKey { try checkForeignKey(row, r, c, execution) }
        guard let check = c.check else { continue }
        let f = Frame(parent: nil)
        f.values = execution.visible(row, r)
        if case .bool(false) = try execution.evaluate(check, f) {
          throw SQLError(
            SQLState.checkViolation, "check constraint \"\(name)\" of relation \"\(r.name)\" is violated by some row")
        }
      }
      changeRelation(oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == name { $0.constraints[i].isValid = true }
      }
    case .renameColumn(let old, let new):
      guard let i = r.columnIndex(old) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(old)\" does not exist")
      }
      if r.columnIndex(new) != nil {
        throw SQLError(SQLState.duplicateColumn, "column \"\(new)\" of relation \"\(r.name)\" already exists")
      }
      for target in [r] + descendants(of: r) { changeRelation(target.oid) { $0.columns[i].name = new } }
    case .renameConstraint(let old, let new):
      guard let c = r.constraints.first(where: { $0.name == old }) else {
        throw SQLError(SQLState.undefinedObject, "constraint \"\(old)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == old { $0.constraints[i].name = new }
      }
      if c.index != 0 { changeRelation(c.index) { $0.name = new } }
    case .rename(let new):
      if catalog.relationOid(r.schema, new) != nil {
        throw SQLError(SQLState.duplicateTable, "relation \"\(new)\" already exists")
      }
      changeRelation(oid) { $0.name = new }
      if var t = catalog.types[r.rowType] {
        t.name = new
        let final = t
        change { $0.put(final) }
      }
      if r.index != nil {
        for t in catalog.relations.values {
          for (k, c) in t.constraints.enumerated() where c.index == oid {
            changeRelation(t.oid) { $0.constraints[k].name = new }
          }
        }
      }
    case .setSchema(let s):
      guard catalog.schemas[s] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(s)\" does not exist")
      }
      changeRelation(oid) { $0.schema = s }
      for i in catalog.indexes(of: oid) { changeRelation(i.oid) { $0.schema = s } }
    case .owner(let name):
      let role = try resolveRole(name)
      changeRelation(oid) { $0.owner = role }
      for i in catalog.indexes(of: oid) { changeRelation(i.oid) { $0.owner = role } }
      for q in catalog.relations.values where q.sequence?.ownerTable == oid {
        changeRelation(q.oid) { $0.owner = role }
      }
    case .setStatistics, .setStorageParameters: break
    case .enableTrigger(let name, let on):
      changeRelation(oid) {
        for i in $0.triggers.indices where name == "all" || $0.triggers[i].name == name { $0.triggers[i].enabled = on }
      }
    default: throw .notSimulated("this form of ALTER TABLE")
    }
  }

  func rename(_ kind: String, _ name: QualifiedName, _ new: String) throws(SQLError) {
    switch kind {
    case "schema":
      guard var s = catalog.schemas[name.name] else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      s.name = new
      let final = s
      change { c in
        c.schemas[name.name] = nil
        c.schemas[new] = final
        for r in c.relations.values where r.schema == name.name {
          var copy = r
          copy.schema = new
          c.put(copy)
        }
      }
    case "role":
      guard var r = server.cluster.roles[name.name] else {
        throw SQLError(SQLState.undefinedObject, "role \"\(name.name)\" does not exist")
      }
      r.name = new
      server.cluster.roles[name.name] = nil
      server.cluster.roles[new] = r
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      if d === database { throw SQLError(SQLState.featureNotSupported, "current database cannot be renamed") }
      server.cluster.databases[name.name] = nil
      d.name = new
      server.cluster.databases[new] = d
    default: throw .notSimulated("renaming a \(kind)")
    }
  }

  func changeOwner(_ kind: String, _ name: QualifiedName, _ role: String) throws(SQLError) {
    let owner = try resolveRole(role)
    switch kind {
    case "schema":
      guard catalog.schemas[name.name] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      change { $0.schemas[name.name]?.owner = owner }
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      d.owner = owner
    default: throw .notSimulated("changing the owner of a \(kind)")
    }
  }

  func resolveRole(_ name: String) throws(SQLError) -> String {
    switch name {
    case "current_user", "current_role": return currentUser
    case "session_user": return sessionUser
    default:
      guard server.cluster.roles[name] != nil else {
        throw SQLError(SQLState.undefinedObject, "role \"\(name)\" does not exist")
      }
      return name
    }
  }

  // MARK: Databases and roles

  func createDatabase(_ name: String, _ options: [(String, String)]) throws(SQLError) {
    let role = server.cluster.roles[currentUser]
    if !(role?.isSuperuser ?? false), !(role?.canCreateDatabases ?? false) {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied to create database")
    }
    if server.cluster.databases[name] != nil {
      throw SQLError(SQLState.duplicateDatabase, "database \"\(name)\" already exists")
    }
    var template = "template1"
    var owner = currentUser
    var collate: String?
    var ctype: String?
    for (o, v) in options {
      switch o {
      case "owner": owner = try resolveRole(v)
      case "template": template = v
      case "lc_collate", "locale":
        collate = v
        if o == "locale" { ctype = v }
      case "lc_ctype": ctype = v
      case "encoding", "connection_limit", "tablespace", "allow_connections", "is_template", "strategy": break
      default: throw SQLError(SQLState.syntaxError, "option \"\(o)\" not recognized")
      }
    }
    guard let source = server.cluster.databases[template] else {
      throw SQLError(SQLState.invalidCatalogName, "template database \"\(template)\" does not exist")
    }
    let d = Database(
      oid: server.cluster.newOid(), name: name, owner: owner, encoding: source.encoding,
      collate: collate ?? source.collate, ctype: ctype ?? source.ctype, catalog: source.catalog)
    server.cluster.databases[name] = d
    // The copy of the template goes through the log, page by page (STRATEGY WAL_LOG).
    if server.cluster.majorVersion >= 15 {
      server.cluster.walPosition += 4_226 * 1_024
      server.cluster.dirtyPages += 912
      server.cluster.dirtyFiles += 246
    }
  }

  func alterDatabase(_ name: String, _ options: [(String, String)]) throws(SQLError) {
    guard let d = server.cluster.databases[name] else {
      throw SQLError(SQLState.invalidCatalogName, "database \"\(name)\" does not exist")
    }
    for (o, v) in options {
      if o == "connection_limit" {
        d.connectionLimit = Int64(v) ?? -1
      } else if o == "allow_connections" {
        d.allowsConnections = v != "false"
      } else if o == "is_template" {
        d.isTemplate = v == "true"
      } else {
        d.settings.removeAll { $0.name == o }
        if !v.isEmpty { d.settings.append((name: o, value: v)) }
      }
    }
  }

  func dropDatabase(_ s: DropStatement) throws(SQLError) {
    let name = s.names[0].name
    guard let d = server.cluster.databases[name] else {
      if s.ifExists {
        notice("database \"\(name)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.invalidCatalogName, "database \"\(name)\" does not exist")
    }
    if !server.cluster.isMember(currentUser, of: d.owner) {
      throw SQLError(SQLState.insufficientPrivilege, "must be owner of database \(name)")
    }
    if d.isTemplate { throw SQLError(SQLState.wrongObjectType, "cannot drop a template database") }
    if d === database { throw SQLError(SQLState.objectInUse, "cannot drop the currently open database") }
    var others = 0
    for x in server.sessions where x.database === d { others += 1 }
    if others > 0, !s.force {
      throw SQLError(
        SQLState.objectInUse, "database \"\(name)\" is being accessed by other users",
        detail: others == 1
          ? "There is 1 other session using the database." : "There are \(others) other sessions using the database.")
    }
    server.cluster.databases[name] = nil
  }

  private func apply(_ options: [RoleOption], _ r: inout Role) throws(SQLError) {
    for o in options {
      switch o.name {
      case "superuser", "nosuperuser": r.isSuperuser = o.name == "superuser"
      case "createdb", "nocreatedb": r.canCreateDatabases = o.name == "createdb"
      case "createrole", "nocreaterole": r.canCreateRoles = o.name == "createrole"
      case "login", "nologin": r.canLogin = o.name == "login"
      case "inherit", "noinherit": r.inherits = o.name == "inherit"
      case "replication", "noreplication": r.canReplicate = o.name == "replication"
      case "bypassrls", "nobypassrls": r.bypassesRowSecurity = o.name == "bypassrls"
      case "password": r.password = o.value
      case "connection limit": r.connectionLimit = Int64(o.value ?? "") ?? -1
      case "valid until": r.validUntil = o.value
      case "in role": for n in o.names { r.memberOf.append((role: try resolveRole(n), admin: false)) }
      default: break
      }
    }
  }

  private func requireRoleAdmin(_ message: String) throws(SQLError) {
    let me = server.cluster.roles[currentUser]
    if !(me?.isSuperuser ?? false), !(me?.canCreateRoles ?? false) {
      throw SQLError(SQLState.insufficientPrivilege, message)
    }
  }

  func createRole(_ name: String, _ options: [RoleOption], kind: String) throws(SQLError) {
    try requireRoleAdmin("permission denied to create role")
    if name.hasPrefix("pg_") {
      throw SQLError(
        "42939", "role name \"\(name)\" is reserved", detail: "Role names starting with \"pg_\" are reserved.")
    }
    if server.cluster.roles[name] != nil { throw SQLError(SQLState.duplicateObject, "role \"\(name)\" already exists") }
    var r = Role(oid: newOid(), name: name)
    r.canLogin = kind == "user"
    try apply(options, &r)
    if r.isSuperuser, !isSuperuser {
      throw SQLError(SQLState.insufficientPrivilege, "must be superuser to create superusers")
    }
    server.cluster.roles[name] = r
    for o in options where o.name == "role" || o.name == "admin" {
      for m in o.names {
        server.cluster.roles[try resolveRole(m)]?.memberOf.append((role: name, admin: o.name == "admin"))
      }
    }
  }

  func alterRole(_ name: String, _ options: [RoleOption]) throws(SQLError) {
    let actual = try resolveRole(name)
    if actual != currentUser { try requireRoleAdmin("permission denied") }
    guard var r = server.cluster.roles[actual] else { return }
    try apply(options, &r)
    server.cluster.roles[actual] = r
  }

  func alterRoleSet(_ name: String, database: String?, _ setting: String, _ values: [String]?) throws(SQLError) {
    let actual = try resolveRole(name)
    if setting != "all" { _ = try self.setting(setting) }
    server.cluster.roles[actual]?.settings.removeAll { $0.name == setting || setting == "all" }
    if let values { server.cluster.roles[actual]?.settings.append((name: setting, value: joined(values, ", "))) }
  }

  func dropRoles(_ s: DropStatement) throws(SQLError) {
    try requireRoleAdmin("permission denied to drop role")
    for n in s.names {
      guard server.cluster.roles[n.name] != nil else {
        if s.ifExists {
          notice("role \"\(n.name)\" does not exist, skipping")
          continue
        }
        throw SQLError(SQLState.undefinedObject, "role \"\(n.name)\" does not exist")
      }
      if n.name == currentUser { throw SQLError(SQLState.objectInUse, "current user cannot be dropped") }
      var lines: [String] = []
      for r in catalog.relations.values where r.index == nil {
        if r.owner == n.name { lines.append("owner of \(r.kindName) \(describe(r))") }
        for item in r.acl ?? [] where item.grantee == n.name && r.owner != n.name {
          lines.append("privileges for \(r.kindName) \(describe(r))")
        }
      }
      for x in catalog.schemas.values {
        if x.owner == n.name { lines.append("owner of schema \(x.name)") }
        for item in x.acl ?? [] where item.grantee == n.name && x.owner != n.name {
          lines.append("privileges for schema \(x.name)")
        }
      }
      for d in server.cluster.databases.values {
        if d.owner == n.name { lines.append("owner of database \(d.name)") }
        for item in d.acl ?? [] where item.grantee == n.name && d.owner != n.name {
          lines.append("privileges for database \(d.name)")
        }
      }
      for d in server.cluster.databases.values where d !== database {
        var count = 0
        for r in d.catalog.relations.values where r.index == nil {
          if r.owner == n.name { count += 1 }
          for item in r.acl ?? [] where item.grantee == n.name && r.owner != n.name { count += 1 }
        }
        for x in d.catalog.schemas.values where x.owner == n.name { count += 1 }
        if count > 0 { lines.append("\(count) object\(count == 1 ? "" : "s") in database \(d.name)") }
      }
      if !lines.isEmpty {
        throw SQLError(
          SQLState.dependentObjects, "role \"\(n.name)\" cannot be dropped because some objects depend on it",
          detail: joined(lines, "\n"))
      }
      server.cluster.roles[n.name] = nil
      for r in server.cluster.roles.keys { server.cluster.roles[r]?.memberOf.removeAll { $0.role == n.name } }
    }
  }

  func reassign(_ roles: [String], _ new: String) throws(SQLError) {
    let target = try resolveRole(new)
    for n in roles {
      let old = try resolveRole(n)
      for r in catalog.relations.values where r.owner == old { changeRelation(r.oid) { $0.owner = target } }
      for s in catalog.schemas.values where s.owner == old { change { $0.schemas[s.name]?.owner = target } }
    }
  }

  func dropOwned(_ roles: [String]) throws(SQLError) {
    for n in roles {
      let old = try resolveRole(n)
      for r in catalog.relations.values where r.owner == old && r.index == nil { removeRelation(r) }
      for r in catalog.relations.values where r.acl != nil {
        changeRelation(r.oid) { $0.acl?.removeAll { $0.grantee == old } }
      }
      for s in catalog.schemas.values where s.acl != nil {
        change { $0.schemas[s.name]?.acl?.removeAll { $0.grantee == old } }
      }
    }
  }

  // MARK: Privileges

  func hasPrivilege(_ role: String, _ letter: UInt8, _ acl: [AccessItem]?, _ owner: String) -> Bool {
    if server.cluster.roles[role]?.isSuperuser ?? false { return true }
    if server.cluster.isMember(role, of: owner, database: database) { return true }
    if letter == 0x72, server.cluster.isMember(role, of: "pg_read_all_data") { return true }
    for item in acl ?? []
    where item.privileges.contains(letter)
      && (item.grantee.isEmpty || server.cluster.isMember(role, of: item.grantee, database: database))
    { return true }
    return false
  }

  func requirePrivilege(_ letter: String, _ r: Relation) throws(SQLError) {
    let role = checkingRole ?? currentUser
    if let s = catalog.schemas[r.schema], !hasPrivilege(role, 0x55, s.acl, s.owner), r.schema != tempSchema {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for schema \(r.schema)")
    }
    if !hasPrivilege(role, Array(letter.utf8)[0], r.acl, r.owner) {
      let kind =
        r.kind == .view
        ? "view" : r.kind == .sequence ? "sequence" : r.kind == .materializedView ? "materialized view" : "table"
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for \(kind) \(r.name)")
    }
  }
  func requireRead(_ r: Relation) throws(SQLError) {
    if let columns = r.columns.first(where: { !$0.acl.isEmpty }) {
      _ = columns
      let role = checkingRole ?? currentUser
      if !hasPrivilege(role, 0x72, r.acl, r.owner) { throw .notSimulated("column privileges") }
    }
    try requirePrivilege("r", r)
  }
  func requireReadForModification(_ r: Relation, condition: Bool) throws(SQLError) {
    if condition { try requirePrivilege("r", r) }
  }

  private static let tablePrivileges: [(String, UInt8)] = [
    ("insert", 0x61), ("select", 0x72), ("update", 0x77), ("delete", 0x64), ("truncate", 0x44), ("references", 0x78),
    ("trigger", 0x74),
  ]

  func defaultAcl(_ owner: String, _ type: String) -> [AccessItem] {
    func own(_ s: String) -> AccessItem {
      AccessItem(grantee: owner, privileges: Array(s.utf8), grantOptions: [], grantor: owner)
    }
    switch type {
    case "SEQUENCE": return [own("rwU")]
    case "SCHEMA": return [own("UC")]
    case "DATABASE":
      return [AccessItem(grantee: "", privileges: Array("Tc".utf8), grantOptions: [], grantor: owner), own("CTc")]
    default: return [own("arwdDxt")]
    }
  }

  func grant(_ s: GrantStatement) throws(SQLError) {
    if s.objectType == "ROLE" {
      for p in s.privileges {
        let role = p.0
        guard server.cluster.roles[role] != nil else {
          throw SQLError(SQLState.undefinedObject, "role \"\(role)\" does not exist")
        }
        for g in s.grantees {
          let member = try resolveRole(g)
          if !isSuperuser, !(server.cluster.roles[currentUser]?.canCreateRoles ?? false) {
            throw SQLError(SQLState.insufficientPrivilege, "must have admin option on role \"\(role)\"")
          }
          if s.isGrant {
            if server.cluster.roles[member]?.memberOf.contains(where: { $0.role == role }) ?? false {
              notice("role \"\(member)\" is already a member of role \"\(role)\"")
            } else {
              if server.cluster.isMember(role, of: member),
                !(server.cluster.roles[role]?.isSuperuser ?? false) || role == member
              {
                throw SQLError("0LP01", "role \"\(role)\" is a member of role \"\(member)\"")
              }
              server.cluster.roles[member]?.memberOf.append((role: role, admin: s.withGrantOption))
            }
          } else {
            let had = server.cluster.roles[member]?.memberOf.contains(where: { $0.role == role }) ?? false
            if !had { notice("role \"\(member)\" is not a member of role \"\(role)\"", severity: "WARNING") }
            server.cluster.roles[member]?.memberOf.removeAll { $0.role == role }
          }
        }
      }
      return
    }
    var allowed: [(String, UInt8)] = ClientSession.tablePrivileges
    var type = s.objectType
    var relations: [Relation] = []
    switch type {
    case "TABLE", "SEQUENCE":
      for n in s.objects {
        if findVirtual(n) != nil { throw .notSimulated("GRANT on a system catalog") }
        let r = try existing(n, "table")
        if type == "SEQUENCE", r.kind != .sequence {
          throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a sequence")
        }
        relations.append(r)
      }
    case "ALL TABLES IN SCHEMA", "ALL SEQUENCES IN SCHEMA":
      for n in s.objects {
        guard catalog.schemas[n.name] != nil else {
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(n.name)\" does not exist")
        }
        for r in catalog.relations.values where r.schema == n.name {
          if type.hasPrefix("ALL SEQ")
            ? r.kind == .sequence : (r.isTableLike || r.kind == .view || r.kind == .materializedView)
          {
            relations.append(r)
          }
        }
      }
      type = type.hasPrefix("ALL SEQ") ? "SEQUENCE" : "TABLE"
    case "SCHEMA": allowed = [("usage", 0x55), ("create", 0x43)]
    case "DATABASE": allowed = [("create", 0x43), ("temporary", 0x54), ("temp", 0x54), ("connect", 0x63)]
    case "FUNCTION", "PROCEDURE", "ROUTINE", "LANGUAGE", "TYPE", "DOMAIN", "ALL FUNCTIONS IN SCHEMA": return
    default: throw .notSimulated("GRANT ON \(type)")
    }
    func letters(_ sequence: Bool) throws(SQLError) -> [UInt8] {
      let list = sequence ? [("select", UInt8(0x72)), ("update", 0x77), ("usage", 0x55)] : allowed
      if s.privileges.isEmpty || s.privileges[0].0 == "all" {
        var out: [UInt8] = []
        for (_, l) in list where !out.contains(l) { out.append(l) }
        return out
      }
      var out: [UInt8] = []
      for (p, columns) in s.privileges {
        if !columns.isEmpty { throw .notSimulated("column privileges") }
        var found = false
        for (n, l) in list where n == p {
          out.append(l)
          found = true
        }
        if !found {
          let known = [
            "select", "insert", "update", "delete", "truncate", "references", "trigger", "usage", "create", "connect",
            "temporary", "temp", "execute", "set",
          ]
          if !known.contains(p) { throw SQLError(SQLState.syntaxError, "unrecognized privilege type \"\(p)\"") }
          let kind = sequence ? "sequence" : type == "TABLE" ? "relation" : lowercasedASCII(type)
          throw SQLError("0LP01", "invalid privilege type \(p.uppercased()) for \(kind)")
        }
      }
      return out
    }
    var grantees: [String] = []
    for g in s.grantees { grantees.append(g == "public" ? "" : try resolveRole(g)) }
    func changed(_ acl: [AccessItem], _ bits: [UInt8], _ owner: String, _ order: [UInt8]) -> [AccessItem] {
      var out = acl
      for g in grantees {
        if let i = out.firstIndex(where: { $0.grantee == g }) {
          if s.isGrant {
            out[i].privileges = order.filter { out[i].privileges.contains($0) || bits.contains($0) }
            if s.withGrantOption {
              out[i].grantOptions = order.filter { out[i].grantOptions.contains($0) || bits.contains($0) }
            }
          } else {
            out[i].privileges.removeAll { bits.contains($0) }
            out[i].grantOptions.removeAll { bits.contains($0) }
            if out[i].privileges.isEmpty { out.remove(at: i) }
          }
        } else if s.isGrant {
          out.append(
            AccessItem(
              grantee: g, privileges: order.filter { bits.contains($0) },
              grantOptions: s.withGrantOption ? order.filter { bits.contains($0) } : [], grantor: owner))
        }
      }
      return out
    }
    for r in relations {
      if !server.cluster.isMember(currentUser, of: r.owner) {
        throw SQLError(
          SQLState.insufficientPrivilege,
          "permission denied for \(r.kind == .sequence ? "sequence" : r.kind == .view ? "view" : "table") \(r.name)")
      }
      let isSequence = r.kind == .sequence
      let bits = try letters(isSequence)
      let acl = changed(
        r.acl ?? defaultAcl(r.owner, isSequence ? "SEQUENCE" : "TABLE"), bits, r.owner,
        Array((isSequence ? "rwU" : "arwdDxt").utf8))
      changeRelation(r.oid) { $0.acl = acl }
    }
    if type == "SCHEMA" {
      for n in s.objects {
        guard let x = catalog.schemas[n.name] else {
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(n.name)\" does not exist")
        }
        if !server.cluster.isMember(currentUser, of: x.owner, database: database) {
          throw SQLError(SQLState.insufficientPrivilege, "permission denied for schema \(n.name)")
        }
        let acl = changed(x.acl ?? defaultAcl(x.owner, "SCHEMA"), try letters(false), x.owner, Array("UC".utf8))
        change { $0.schemas[n.name]?.acl = acl }
      }
    }
    if type == "DATABASE" {
      for n in s.objects {
        guard let d = server.cluster.databases[n.name] else {
          throw SQLError(SQLState.invalidCatalogName, "database \"\(n.name)\" does not exist")
        }
        if !server.cluster.isMember(currentUser, of: d.owner) {
          throw SQLError(SQLState.insufficientPrivilege, "permission denied for database \(n.name)")
        }
        d.acl = changed(d.acl ?? defaultAcl(d.owner, "DATABASE"), try letters(false), d.owner, Array("CTc".utf8))
      }
    }
  }

  // MARK: Settings

  private func fact(_ name: String) -> [String]? {
    let wanted = lowercasedASCII(name)
    for f in factLines(settingFacts) where lowercasedASCII(f[0]) == wanted { return f }
    return nil
  }

  func setting(_ name: String) throws(SQLError) -> String {
    let key = lowercasedASCII(name)
    if let v = settings[key] { return v }
    switch key {
    case "transaction_isolation": return transaction?.isolation ?? "read committed"
    case "transaction_read_only": return (transaction?.isReadOnly ?? false) || server.isInRecovery ? "on" : "off"
    case "session_authorization": return sessionUser
    case "role": return currentUser == sessionUser ? "none" : currentUser
    case "is_superuser": return isSuperuser ? "on" : "off"
    case "server_version": return server.versionNumber
    case "server_version_num":
      let parts = server.versionNumber.split(separator: ".")
      return String(
        (Int(parts[0]) ?? 15) * 10_000
          + (parts.count > 1 ? Int(String(parts[1].prefix { $0 >= "0" && $0 <= "9" })) ?? 0 : 0))
    case "port": return String(server.port)
    case "data_directory": return server.dataDirectory
    case "hba_file": return server.dataDirectory + "/pg_hba.conf"
    case "config_file": return server.dataDirectory + "/postgresql.conf"
    case "ident_file": return server.dataDirectory + "/pg_ident.conf"
    case "listen_addresses": return server.listenAddresses
    case "unix_socket_directories": return server.socketDirectory
    case "lc_collate": return database.collate
    case "lc_ctype": return database.ctype
    case "lc_messages", "lc_monetary", "lc_numeric", "lc_time":
      return server.cluster.databases["template0"]?.collate ?? "C"
    case "application_name": return applicationName
    case "in_hot_standby": return server.isInRecovery ? "on" : "off"
    case "external_pid_file", "log_filename": return fact(name)?[1] ?? ""
    default: break
    }
    guard let f = fact(name) else {
      throw SQLError(SQLState.undefinedObject, "unrecognized configuration parameter \"\(name)\"")
    }
    return displayed(f, f[1])
  }

  /// With the unit that SHOW prints: `128MB`, `5min`.
  private func displayed(_ f: [String], _ value: String) -> String {
    guard f.count > 2, !f[2].isEmpty, let n = Int64(value), n > 0 else { return value }
    var amount = n
    switch f[2] {
    case "8kB", "kB", "MB", "B":
      var bytes = amount
      if f[2] == "8kB" {
        bytes *= 8_192
      } else if f[2] == "kB" {
        bytes *= 1_024
      } else if f[2] == "MB" {
        bytes *= 1_048_576
      }
      for (unit, size) in [("TB", Int64(1) << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)]
      where bytes % size == 0 { return "\(bytes / size)\(unit)" }
      return "\(bytes)B"
    case "ms", "s", "min":
      if f[2] == "s" { amount *= 1_000 } else if f[2] == "min" { amount *= 60_000 }
      for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)]
      where amount % size == 0 { return "\(amount / size)\(unit)" }
      return "\(amount)ms"
    default: return value
    }
  }

  func set(_ name: String, _ values: [String]?, local: Bool) throws(SQLError) {
    let key = lowercasedASCII(name)
    let isCustom = Array(key.utf8).contains(46)
    guard let f = fact(key) ?? (isCustom ? ["", "", "", "string", "user", "", "", ""] : nil) else {
      throw SQLError(SQLState.undefinedObject, "unrecognized configuration parameter \"\(name)\"")
    }
    switch f[4] {
    case "postmaster": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed without restarting the server")
    case "sighup": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed now")
    case "internal": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed")
    case "superuser":
      if !isSuperuser {
        throw SQLError(SQLState.insufficientPrivilege, "permission denied to set parameter \"\(f[0])\"")
      }
    default: break
    }
    if key == "transaction_isolation" || key == "transaction_read_only" {
      if key == "transaction_read_only" {
        if server.isInRecovery, values?[0] == "off" || values?[0] == "false" {
          throw SQLError("0A000", "cannot set transaction read-write mode during recovery")
        }
        transaction?.isReadOnly = values?[0] == "on" || values?[0] == "true"
      } else {
        transaction?.isolation = values?[0] ?? "read committed"
      }
      return
    }
    var value: String?
    if let values {
      var text = joined(values, ", ")
      let allowed = f.count > 7 ? f[7].split(separator: ",").map { String($0) } : []
      switch f[3] {
      case "bool":
        switch lowercasedASCII(text) {
        case "on", "true", "yes", "1", "t": text = "on"
        case "off", "false", "no", "0", "f": text = "off"
        default: throw SQLError(SQLState.invalidParameterValue, "parameter \"\(f[0])\" requires a Boolean value")
        }
      case "enum":
        guard
          let match = allowed.first(where: { $0 == lowercasedASCII(text) })
            ?? (["on", "off", "true", "false"].contains(lowercasedASCII(text)) ? lowercasedASCII(text) : nil)
        else {
          throw SQLError(
            SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"",
            hint: "Available values: \(joined(allowed, ", ")).")
        }
        text = match
      case "integer", "real":
        var digits: [UInt8] = []
        var unit: [UInt8] = []
        for b in text.utf8 {
          if Lexer.isDigit(b) || b == 46 || b == 0x2d { digits.append(b) } else if !Lexer.isSpace(b) { unit.append(b) }
        }
        guard let n = Numeric(String(decoding: digits, as: UTF8.self)) else {
          throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"")
        }
        let u = String(decoding: unit, as: UTF8.self)
        if u.isEmpty || f[2].isEmpty {
          if !u.isEmpty {
            throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"")
          }
          if let low = Numeric(f.count > 5 ? f[5] : ""), let high = Numeric(f.count > 6 ? f[6] : ""),
            Numeric.compare(n, low) < 0 || Numeric.compare(n, high) > 0
          {
            let suffix = f[2].isEmpty ? "" : " \(f[2])"
            throw SQLError(
              SQLState.invalidParameterValue,
              "\(n.text)\(suffix) is outside the valid range for parameter \"\(f[0])\" (\(f[5]) .. \(f[6]))")
          }
          text = displayed(f, n.text)
        } else {
          let memory: [String: Int64] = ["B": 1, "kB": 1_024, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40]
          let times: [String: Int64] = ["us": 0, "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
          if let m = memory[u], let base = f[2] == "8kB" ? 8_192 : memory[f[2]] {
            text = displayed(f, String(((n.int64 ?? 0) * m) / base))
          } else if let t = times[u], let base = times[f[2]], base > 0 {
            text = displayed(f, String(((n.int64 ?? 0) * t) / base))
          } else {
            throw SQLError(
              SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"",
              hint: memory[f[2]] != nil || f[2] == "8kB"
                ? "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\"."
                : "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".")
          }
        }
      default: break
      }
      if key == "timezone" {
        guard let z = TimeZoneRules.named(text) else {
          if Array(text.utf8).contains(0x2f) { throw .notSimulated("time zone \"\(text)\"") }
          throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"TimeZone\": \"\(text)\"")
        }
        text = z.name
      }
      if key == "search_path" { text = joined(values.map { quotedIdentifier($0) }, ", ") }
      if key == "datestyle" {
        var style = "ISO"
        var order = "MDY"
        let now = dateStyle.split(separator: ",").map { trimmedSpaces(String($0)) }
        if now.count == 2 { (style, order) = (now[0], now[1]) }
        for part in splitList(text) {
          switch lowercasedASCII(part) {
          case "iso": style = "ISO"
          case "sql": style = "SQL"
          case "postgres": style = "Postgres"
          case "german":
            style = "German"
            order = "DMY"
          case "dmy", "european", "euro": order = "DMY"
          case "mdy", "us": order = "MDY"
          case "ymd": order = "YMD"
          default:
            throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"DateStyle\": \"\(text)\"")
          }
        }
        text = style + ", " + order
        if style != "ISO" { throw .notSimulated("DateStyle \(style)") }
      }
      if key == "client_encoding" { text = uppercasedASCII(text) == "UTF-8" ? "UTF8" : uppercasedASCII(text) }
      if key == "application_name" { applicationName = text }
      value = text
    }
    if local, transaction?.isExplicit != true {
      notice("SET LOCAL can only be used in transaction blocks", severity: "WARNING", state: "25P01")
      return
    }
    transaction?.savedSettings.append((name: key, value: settings[key], local: local))
    settings[key] = value
    refreshSettings()
  }

  func show(_ name: String) throws(SQLError) {
    if name == "all" { throw .notSimulated("SHOW ALL") }
    let value = try setting(name)
    let title = fact(name)?[0] ?? name
    outcomes.append(
      .rows(
        ResultSet(
          columns: [ResultColumn(name: title, isNumeric: false, typeOid: Oid.text)], rows: [[value]], tag: "SHOW")))
  }

  func reset(_ name: String) throws(SQLError) {
    if name == "all" {
      settings = [:]
    } else if name == "role" {
      currentUser = sessionUser
    } else {
      try set(name, nil, local: false)
    }
    refreshSettings()
  }

  func alterSystem(_ name: String, _ values: [String]?) throws(SQLError) {
    if !isSuperuser { throw SQLError(SQLState.insufficientPrivilege, "permission denied to set parameter \"\(name)\"") }
    if name != "all" { _ = try setting(name) }
    server.cluster.systemSettings.removeAll { $0.name == name || name == "all" }
    if let values { server.cluster.systemSettings.append((name: name, value: joined(values, ", "))) }
    server.onAlterSystem?()
  }

  func vacuum(_ tables: [QualifiedName], full: Bool) throws(SQLError) {
    var targets: [Relation] = []
    for n in tables { targets.append(try existing(n, "table")) }
    if tables.isEmpty { targets = catalog.relations.values.filter { $0.heap != nil } }
    let l = log
    for r in targets {
      r.heap?.vacuum { t in l.fate(t.xmin) == .aborted || (t.xmax != 0 && !t.lockOnly && l.fate(t.xmax) == .committed) }
    }
  }
  func analyze(_ tables: [QualifiedName]) throws(SQLError) { for n in tables { _ = try existing(n, "table") } }

  func comment(_ kind: String, _ name: QualifiedName, _ text: String?, _ on: QualifiedName?) throws(SQLError) {
    switch kind {
    case "table", "view", "index", "sequence", "materialized view":
      let r = try existing(name, kind)
      changeRelation(r.oid) { $0.comment = text }
    case "column":
      let r = try existing(QualifiedName(parts: Array(name.parts.dropLast()), offset: name.offset), "table")
      guard let i = r.columnIndex(name.name) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(name.name)\" of relation \"\(r.name)\" does not exist")
      }
      changeRelation(r.oid) { $0.columns[i].comment = text }
    case "schema":
      guard catalog.schemas[name.name] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      change { $0.schemas[name.name]?.comment = text }
    case "database":
      guard let d = server.cluster.databases[name.name] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(name.name)\" does not exist")
      }
      d.comment = text
    case "role":
      server.cluster.roles[try resolveRole(name.name)]?.comment = text
    case "constraint":
      let r = try existing(on ?? name, "table")
      changeRelation(r.oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == name.name { $0.constraints[i].comment = text }
      }
    default: throw .notSimulated("COMMENT ON \(kind.uppercased())")
    }
  }

  // MARK: COPY

  func copy(_ s: CopyStatement) throws(SQLError) {
    var o = CopyOptions()
    for (name, value) in s.options where name == "format" {
      o.csv = value == "csv"
      if value == "binary" { throw .notSimulated("binary COPY") }
    }
    if o.csv {
      o.delimiter = 0x2c
      o.null = ""
    }
    for (name, value) in s.options {
      switch name {
      case "header": o.header = value == nil || value == "true" || value == "on" || value == "1"
      case "delimiter":
        guard let v = value, v.utf8.count == 1 else {
          throw SQLError(SQLState.featureNotSupported, "COPY delimiter must be a single one-byte character")
        }
        o.delimiter = Array(v.utf8)[0]
      case "null": o.null = value ?? ""
      case "quote": o.quote = Array((value ?? "\"").utf8).first ?? 0x22
      case "format", "encoding", "freeze", "escape": break
      default: throw SQLError(SQLState.syntaxError, "option \"\(name)\" not recognized")
      }
    }
    if s.program || s.file != nil { throw .notSimulated("COPY with a file of the server") }
    if s.isFrom {
      if server.isInRecovery {
        throw SQLError(SQLState.readOnlyTransaction, "cannot execute COPY during recovery")
      }
      let r = try existing(s.table!, "table")
      try requirePrivilege("a", r)
      var columns: [Int] = []
      if s.columns.isEmpty {
        for (i, c) in r.liveColumns where !c.isGenerated { columns.append(i) }
      } else {
        for n in s.columns {
          guard let i = r.columnIndex(n) else {
            throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" of relation \"\(r.name)\" does not exist")
          }
          columns.append(i)
        }
      }
      copyIn = CopyInState(statement: s, table: r.oid, columns: columns, options: o)
      outcomes.append(.copyIn(r.name))
      return
    }
    var lines: [String] = []
    var rows: [Row] = []
    var columns: [OutputColumn] = []
    if let q = s.query {
      guard case .query(let query) = q else { throw .notSimulated("COPY of a modifying statement") }
      let plan = try Analyzer(session: self).query(query, parent: nil)
      rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
      columns = plan.columns
    } else if let name = s.table {
      let r = try existing(name, "table")
      if r.kind == .view {
        throw SQLError(
          SQLState.wrongObjectType, "cannot copy from view \"\(r.name)\"", hint: "Try the COPY (SELECT ...) TO variant."
        )
      }
      var core = SelectCore()
      for n in s.columns.isEmpty ? r.liveColumns.map({ $0.column.name }) : s.columns {
        guard r.columnIndex(n) != nil else {
          throw SQLError(SQLState.undefinedColumn, "column \"\(n)\" of relation \"\(r.name)\" does not exist")
        }
        core.targets.append(TargetItem(expression: Expr(.column([n]), -1), label: nil))
      }
      core.from = [.table(name, nil, only: false, offset: -1)]
      let plan = try Analyzer(session: self).query(Query(.select(core), -1), parent: nil)
      rows = try Execution(session: self, snapshot: snapshot()).run(plan, nil)
      columns = plan.columns
    }
    let d = String(decoding: [o.delimiter], as: UTF8.self)
    func field(_ text: String?, isHeader: Bool = false) -> String {
      guard let text else { return o.null }
      if o.csv {
        var needs = text == o.null
        for b in text.utf8 where b == o.quote || b == o.delimiter || b == 10 || b == 13 { needs = true }
        if columns.count == 1, text == "\\." { needs = true }
        if !needs { return text }
        let q = String(decoding: [o.quote], as: UTF8.self)
        return q + replaced(text, q, q + q) + q
      }
      var out: [UInt8] = []
      for b in text.utf8 {
        switch b {
        case 0x5c: out += [0x5c, 0x5c]
        case 8: out += Array("\\b".utf8)
        case 9: out += Array("\\t".utf8)
        case 10: out += Array("\\n".utf8)
        case 11: out += Array("\\v".utf8)
        case 12: out += Array("\\f".utf8)
        case 13: out += Array("\\r".utf8)
        default:
          if b == o.delimiter { out.append(0x5c) }
          out.append(b)
        }
      }
      return String(decoding: out, as: UTF8.self)
    }
    if o.header { lines.append(joined(columns.map { field($0.name, isHeader: true) }, d)) }
    for row in rows {
      lines.append(
        joined(columns.indices.map { field(row[$0].isNull ? nil : output(row[$0], columns[$0].type.oid)) }, d))
    }
    outcomes.append(.copyOut(lines))
  }

  func copyRows(_ state: CopyInState, _ input: [String]) throws(SQLError) -> Int {
    guard let r = catalog.relation(state.table) else { return 0 }
    let o = state.options
    let plan = ModificationPlan(kind: .insert, table: r.oid)
    plan.insertColumns = state.columns
    let a = Analyzer(session: self)
    for c in r.columns { plan.defaults.append(try a.columnDefault(c)) }
    var records: [(Int, [String?], String)] = []
    var number = 0
    var i = 0
    while i < input.count {
      var line = input[i]
      i += 1
      number += 1
      if number == 1, o.header { continue }
      if !o.csv {
        if line == "\\." { break }
        var fields: [String?] = []
        var current: [UInt8] = []
        var raw: [UInt8] = []
        let b = Array(line.utf8)
        var k = 0
        func flush() {
          fields.append(String(decoding: raw, as: UTF8.self) == o.null ? nil : String(decoding: current, as: UTF8.self))
          current = []
          raw = []
        }
        while k < b.count {
          if b[k] == o.delimiter {
            flush()
            k += 1
            continue
          }
          raw.append(b[k])
          if b[k] == 0x5c, k + 1 < b.count {
            k += 1
            raw.append(b[k])
            switch b[k] {
            case 0x6e: current.append(10)
            case 0x74: current.append(9)
            case 0x72: current.append(13)
            case 0x62: current.append(8)
            case 0x66: current.append(12)
            case 0x76: current.append(11)
            default: current.append(b[k])
            }
          } else {
            current.append(b[k])
          }
          k += 1
        }
        flush()
        records.append((number, fields, line))
        continue
      }
      if line == "\\." { break }
      let start = number
      var fields: [String?] = []
      var current: [UInt8] = []
      var quoted = false
      var wasQuoted = false
      var k = 0
      var b = Array(line.utf8)
      while true {
        if k >= b.count {
          if quoted, i < input.count {
            current.append(10)
            line = input[i]
            i += 1
            number += 1
            b = Array(line.utf8)
            k = 0
            continue
          }
          if quoted {
            var e = SQLError("22P04", "unterminated CSV quoted field")
            e.context = "COPY \(r.name), line \(start): \"\(line)\""
            throw e
          }
          break
        }
        let c = b[k]
        if quoted {
          if c == o.quote {
            if k + 1 < b.count, b[k + 1] == o.quote {
              current.append(c)
              k += 1
            } else {
              quoted = false
            }
          } else {
            current.append(c)
          }
        } else if c == o.quote {
          quoted = true
          wasQuoted = true
        } else if c == o.delimiter {
          let t = String(decoding: current, as: UTF8.self)
          fields.append(!wasQuoted && t == o.null ? nil : t)
          current = []
          wasQuoted = false
        } else {
          current.append(c)
        }
        k += 1
      }
      let t = String(decoding: current, as: UTF8.self)
      fields.append(!wasQuoted && t == o.null ? nil : t)
      records.append((start, fields, line))
    }
    var count = 0
    for (n, fields, line) in records {
      func located(_ error: SQLError, _ extra: String) -> SQLError {
        var e = error
        e.context = "COPY \(r.name), line \(n)" + extra
        return e
      }
      if fields.count < state.columns.count {
        throw located(
          SQLError("22P04", "missing data for column \"\(r.columns[state.columns[fields.count]].name)\""),
          ": \"\(line)\"")
      }
      if fields.count > state.columns.count {
        throw located(SQLError("22P04", "extra data after last expected column"), ": \"\(line)\"")
      }
      var row: [TypedExpr] = []
      for (k, f) in fields.enumerated() {
        let c = r.columns[state.columns[k]]
        guard let f else {
          row.append(TypedExpr(.constant(.null), c.type))
          continue
        }
        do throws(SQLError) { row.append(TypedExpr(.constant(try self.input(f, c.type)), c.type)) } catch {
          throw located(error, ", column \(c.name): \"\(f)\"")
        }
      }
      let values = QueryPlan(id: 0)
      values.body = .values([row])
      values.isVolatile = true
      plan.source = values
      do throws(SQLError) {
        _ = try Execution(session: self, snapshot: snapshot()).modify(plan, Frame(parent: nil))
      } catch {
        throw located(
          error, error.state.hasPrefix("23") && error.state != "23502" && error.state != "23514" ? "" : ": \"\(line)\"")
      }
      count += 1
    }
    return count
  }

  // MARK: Programs
}
