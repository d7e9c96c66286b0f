// Databases and roles: making, changing and dropping them. Source: PostgreSQL 15 manual, chapters 22 and 23.

internal import SimKernel

extension ClientSession {
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
    let encoding = try databaseEncoding(options, source, collate: collate, ctype: ctype)
    let d = Database(
      oid: server.cluster.newOid(), name: name, owner: owner, encoding: encoding,
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

  func requireRoleAdmin(_ message: String) throws(SQLError) {
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
    keepRoles()
    server.cluster.roles[name] = r
    for o in options where o.name == "role" || o.name == "admin" {
      for m in o.names {
        server.cluster.roles[try resolveRole(m)]?.memberOf.append((role: name, admin: o.name == "admin"))
      }
    }
  }

  func alterRole(_ name: String, _ options: [RoleOption]) throws(SQLError) {
    let actual = try resolveRole(name)
    guard var r = server.cluster.roles[actual] else { return }
    let touchesSuperuser = r.isSuperuser || options.contains { $0.name == "superuser" || $0.name == "nosuperuser" }
    if touchesSuperuser, !isSuperuser {
      throw SQLError(
        SQLState.insufficientPrivilege,
        "must be superuser to alter superuser roles or change superuser attribute")
    }
    if actual != currentUser { try requireRoleAdmin("permission denied") }
    try apply(options, &r)
    keepRoles()
    server.cluster.roles[actual] = r
  }

  func alterRoleSet(_ name: String, database: String?, _ setting: String, _ values: [String]?) throws(SQLError) {
    let actual = name == "all" ? "" : try resolveRole(name)
    if !isSuperuser, actual != currentUser, !(server.cluster.roles[currentUser]?.canCreateRoles ?? false) {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied")
    }
    if setting != "all" { _ = try self.setting(setting) }
    let value = values.map { joined($0, ", ") }
    keepRoles()
    if let database {
      guard let d = server.cluster.databases[database] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(database)\" does not exist")
      }
      let role = server.cluster.roles[actual]?.oid ?? 0
      d.roleSettings.removeAll { $0.role == role && ($0.name == setting || setting == "all") }
      if let value { d.roleSettings.append((role: role, name: setting, value: value)) }
    } else if actual.isEmpty {
      server.cluster.roleSettings.removeAll { $0.name == setting || setting == "all" }
      if let value { server.cluster.roleSettings.append((name: setting, value: value)) }
    } else {
      server.cluster.roles[actual]?.settings.removeAll { $0.name == setting || setting == "all" }
      if let value { server.cluster.roles[actual]?.settings.append((name: setting, value: value)) }
    }
  }

  func dropRoles(_ s: DropStatement) throws(SQLError) {
    try requireRoleAdmin("permission denied to drop role")
    var gone: [String] = []
    for n in s.names {
      guard server.cluster.roles[n.name] != nil else {
        if s.ifExists {
          notice("role \"\(n.name)\" does not exist, skipping")
          continue
        }
        throw SQLError(SQLState.undefinedObject, "role \"\(n.name)\" does not exist")
      }
      if n.name == currentUser { throw SQLError(SQLState.objectInUse, "current user cannot be dropped") }
      if n.name == sessionUser { throw SQLError(SQLState.objectInUse, "session user cannot be dropped") }
      if server.cluster.roles[n.name]?.isSuperuser ?? false, !isSuperuser {
        throw SQLError(SQLState.insufficientPrivilege, "must be superuser to drop superusers")
      }
      var lines = roleDependents(n.name)
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
      gone.append(n.name)
    }
    keepRoles()
    for name in gone {
      server.cluster.roles[name] = nil
      for r in server.cluster.roles.keys { server.cluster.roles[r]?.memberOf.removeAll { $0.role == name } }
    }
  }

  /// What of this database hangs on a role, in the order in which it was made.
  private func roleDependents(_ name: String) -> [String] {
    var found: [(place: Int64, line: String)] = []
    func privileges(_ acl: [AccessItem]?, _ owner: String, _ place: Int64, _ what: String) {
      for item in acl ?? [] where item.grantee == name && owner != name {
        found.append((place, "privileges for " + what))
      }
    }
    for r in catalog.relations.values where r.index == nil {
      let what = "\(r.kindName) \(describe(r))"
      // The sequence of a serial column is made just before its table.
      var place = Int64(r.oid) * 2
      if let table = r.sequence?.ownerTable, table != 0 { place = Int64(table) * 2 - 1 }
      if r.owner == name { found.append((place, "owner of " + what)) }
      privileges(r.acl, r.owner, place, what)
      for c in r.columns { privileges(c.acl, r.owner, place, "column \(c.name) of " + what) }
      for p in r.policies where p.roles.contains(name) {
        found.append((Int64(p.oid) * 2, "target of policy \(p.name) on " + what))
      }
    }
    for x in catalog.schemas.values {
      if x.owner == name { found.append((Int64(x.oid) * 2, "owner of schema \(x.name)")) }
      privileges(x.acl, x.owner, Int64(x.oid) * 2, "schema \(x.name)")
    }
    for f in catalog.functions.values {
      let what = "\(f.isProcedure ? "procedure" : "function") \(signature(f))"
      if f.owner == name { found.append((Int64(f.oid) * 2, "owner of " + what)) }
      privileges(f.acl, f.owner, Int64(f.oid) * 2, what)
    }
    for p in catalog.defaultPrivileges {
      let kind = p.type == "SEQUENCE" ? "sequences" : p.type == "FUNCTION" ? "functions" : "relations"
      let place = p.schema.map { " in schema " + $0 } ?? ""
      if p.role == name || p.acl.contains(where: { $0.grantee == name }) {
        let verb = p.role == name ? "owner of" : "privileges for"
        found.append(
          (Int64(p.oid) * 2, "\(verb) default privileges on new \(kind) belonging to role \(p.role)\(place)"))
      }
    }
    found.sort { $0.place < $1.place }
    return found.map { $0.line }
  }

  func reassign(_ roles: [String], _ new: String) throws(SQLError) {
    let target = try resolveRole(new)
    for n in roles {
      let old = try resolveRole(n)
      for r in catalog.relations.values where r.owner == old {
        changeRelation(r.oid) {
          $0.owner = target
          $0.acl = $0.acl.map { self.reowned($0, from: old, to: target) }
        }
      }
      for s in catalog.schemas.values where s.owner == old { change { $0.schemas[s.name]?.owner = target } }
      for f in catalog.functions.values where f.owner == old { change { $0.functions[f.oid]?.owner = target } }
    }
  }

  func dropOwned(_ roles: [String]) throws(SQLError) {
    for n in roles {
      let old = try resolveRole(n)
      for r in catalog.relations.values where r.owner == old && r.index == nil { removeRelation(r) }
      for r in catalog.relations.values {
        changeRelation(r.oid) {
          $0.acl?.removeAll { $0.grantee == old }
          $0.policies.removeAll { $0.roles == [old] }
          for k in $0.policies.indices { $0.policies[k].roles.removeAll { $0 == old } }
          for k in $0.columns.indices { $0.columns[k].acl.removeAll { $0.grantee == old } }
        }
      }
      for f in catalog.functions.values {
        if f.owner == old { change { $0.functions[f.oid] = nil } }
        if f.acl != nil { change { $0.functions[f.oid]?.acl?.removeAll { $0.grantee == old } } }
      }
      let kept = catalog.defaultPrivileges.filter { $0.role != old && !$0.acl.contains { $0.grantee == old } }
      change { $0.defaultPrivileges = kept }
      for d in server.cluster.databases.values where d === database || d.owner != old {
        d.acl?.removeAll { $0.grantee == old }
      }
      for s in catalog.schemas.values where s.acl != nil {
        change { $0.schemas[s.name]?.acl?.removeAll { $0.grantee == old } }
      }
    }
  }
}
