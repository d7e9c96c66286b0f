// GRANT, REVOKE and ALTER DEFAULT PRIVILEGES. Source: PostgreSQL 15 manual, the pages of the three commands.

internal import SimKernel

/// What ALTER DEFAULT PRIVILEGES has said of objects that a role will make.
struct DefaultPrivileges {
  var oid: Int32
  var role: String
  /// nil: in every schema.
  var schema: String?
  /// As in `defaultAcl`.
  var type: String
  var acl: [AccessItem]

  /// The letter of the catalogue.
  var letter: String { type == "SEQUENCE" ? "S" : type == "FUNCTION" ? "f" : type == "SCHEMA" ? "n" : "r" }
}

extension ClientSession {
  private static let tablePrivileges: [(String, UInt8)] = [
    ("insert", 0x61), ("select", 0x72), ("update", 0x77), ("delete", 0x64), ("truncate", 0x44), ("references", 0x78),
    ("trigger", 0x74),
  ]

  /// The privileges of a kind of object, in the order of the catalogue.
  private static func privileges(of type: String) -> [(String, UInt8)] {
    switch type {
    case "SEQUENCE": [("select", 0x72), ("update", 0x77), ("usage", 0x55)]
    case "SCHEMA": [("usage", 0x55), ("create", 0x43)]
    case "DATABASE": [("create", 0x43), ("temporary", 0x54), ("temp", 0x54), ("connect", 0x63)]
    case "FUNCTION": [("execute", 0x58)]
    case "COLUMN": [("insert", 0x61), ("select", 0x72), ("update", 0x77), ("references", 0x78)]
    default: tablePrivileges
    }
  }

  private static func order(of type: String) -> [UInt8] {
    switch type {
    case "SEQUENCE": Array("rwU".utf8)
    case "SCHEMA": Array("UC".utf8)
    case "DATABASE": Array("CTc".utf8)
    case "FUNCTION": Array("X".utf8)
    case "COLUMN": Array("arwx".utf8)
    default: Array("arwdDxt".utf8)
    }
  }

  /// The letters that a list of privileges stands for.
  private func letters(_ list: [(String, [String])], _ type: String) throws(SQLError) -> [UInt8] {
    let allowed = ClientSession.privileges(of: type)
    var out: [UInt8] = []
    if list.isEmpty || list[0].0 == "all" {
      for (_, l) in allowed where !out.contains(l) { out.append(l) }
      return out
    }
    for (name, _) in list {
      if let (_, letter) = allowed.first(where: { $0.0 == name }) {
        out.append(letter)
        continue
      }
      let known = [
        "select", "insert", "update", "delete", "truncate", "references", "trigger", "usage", "create", "connect",
        "temporary", "temp", "execute", "set",
      ]
      if !known.contains(name) { throw SQLError(SQLState.syntaxError, "unrecognized privilege type \"\(name)\"") }
      // What a sequence could be granted is refused once it is seen to be a table.
      let kind = type == "TABLE" ? (name == "usage" ? "table" : "relation") : lowercasedASCII(type)
      throw SQLError("0LP01", "invalid privilege type \(name.uppercased()) for \(kind)")
    }
    return out
  }

  private func changed(
    _ acl: [AccessItem], _ s: GrantStatement, _ grantees: [String], _ bits: [UInt8], _ owner: String, _ type: String
  ) -> [AccessItem] {
    let order = ClientSession.order(of: type)
    var out = acl
    for g in grantees {
      if let i = out.firstIndex(where: { $0.grantee == g }) {
        if s.isGrant {
          out[i].privileges = order.filter { out[i].privileges.contains($0) || bits.contains($0) }
          if s.withGrantOption {
            out[i].grantOptions = order.filter { out[i].grantOptions.contains($0) || bits.contains($0) }
          }
        } else {
          // REVOKE GRANT OPTION FOR leaves the privilege.
          if !s.withGrantOption { out[i].privileges.removeAll { bits.contains($0) } }
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

  func grant(_ s: GrantStatement) throws(SQLError) {
    if s.objectType == "ROLE" { return try grantRoles(s) }
    var grantees: [String] = []
    for g in s.grantees { grantees.append(g == "public" ? "" : try resolveRole(g)) }
    switch s.objectType {
    case "TABLE", "SEQUENCE", "ALL TABLES IN SCHEMA", "ALL SEQUENCES IN SCHEMA":
      for r in try grantedRelations(s) { try grant(s, on: r, grantees) }
    case "FUNCTION", "PROCEDURE", "ROUTINE", "ALL FUNCTIONS IN SCHEMA", "ALL PROCEDURES IN SCHEMA",
      "ALL ROUTINES IN SCHEMA":
      let bits = try letters(s.privileges, "FUNCTION")
      for f in try grantedFunctions(s) {
        try requireGrantor(f.owner, "\(f.isProcedure ? "procedure" : "function") \(f.name)")
        let acl = changed(f.acl ?? defaultAcl(f.owner, "FUNCTION"), s, grantees, bits, f.owner, "FUNCTION")
        change { $0.functions[f.oid]?.acl = acl }
      }
    case "SCHEMA":
      let bits = try letters(s.privileges, "SCHEMA")
      for n in s.objects {
        guard let x = catalog.schemas[n.name] else {
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(n.name)\" does not exist")
        }
        try requireGrantor(x.owner, "schema \(n.name)")
        let acl = changed(x.acl ?? defaultAcl(x.owner, "SCHEMA"), s, grantees, bits, x.owner, "SCHEMA")
        change { $0.schemas[n.name]?.acl = acl }
      }
    case "DATABASE":
      let bits = try letters(s.privileges, "DATABASE")
      for n in s.objects {
        guard let d = server.cluster.databases[n.name] else {
          throw SQLError(SQLState.invalidCatalogName, "database \"\(n.name)\" does not exist")
        }
        try requireGrantor(d.owner, "database \(n.name)")
        d.acl = changed(d.acl ?? defaultAcl(d.owner, "DATABASE"), s, grantees, bits, d.owner, "DATABASE")
      }
    // Nothing asks for the privileges on these.
    case "LANGUAGE", "TYPE", "DOMAIN": return
    default: throw .notSimulated("GRANT ON \(s.objectType)")
    }
  }

  /// Privileges under a new owner: what the old one gave or had is the new one's, and two entries for the same become one.
  func reowned(_ acl: [AccessItem], from old: String, to new: String) -> [AccessItem] {
    var out: [AccessItem] = []
    for item in acl {
      var moved = item
      if moved.grantor == old { moved.grantor = new }
      if moved.grantee == old { moved.grantee = new }
      if let k = out.firstIndex(where: { $0.grantee == moved.grantee && $0.grantor == moved.grantor }) {
        for p in moved.privileges where !out[k].privileges.contains(p) { out[k].privileges.append(p) }
        for p in moved.grantOptions where !out[k].grantOptions.contains(p) { out[k].grantOptions.append(p) }
      } else {
        out.append(moved)
      }
    }
    return out
  }

  private func requireGrantor(_ owner: String, _ what: String, _ acl: [AccessItem]? = nil) throws(SQLError) {
    for item in acl ?? [] where !item.grantOptions.isEmpty && item.grantee != owner {
      if !isSuperuser, server.cluster.isMember(currentUser, of: item.grantee, database: database) {
        throw .notSimulated("GRANT and REVOKE by the holder of a grant option")
      }
    }
    if !server.cluster.isMember(currentUser, of: owner, database: database) {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for \(what)")
    }
  }

  // MARK: Relations

  private func grantedRelations(_ s: GrantStatement) throws(SQLError) -> [Relation] {
    var relations: [Relation] = []
    guard s.objectType.hasPrefix("ALL ") else {
      for n in s.objects {
        if findVirtual(n) != nil { throw .notSimulated("GRANT on a system catalog") }
        let r = try existing(n, "table")
        if s.objectType == "SEQUENCE", r.kind != .sequence {
          throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a sequence")
        }
        relations.append(r)
      }
      return relations
    }
    let sequences = s.objectType.hasPrefix("ALL SEQ")
    for n in s.objects {
      guard catalog.schemas[n.name] != nil else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(n.name)\" does not exist")
      }
      for r in catalog.relations.values where r.schema == n.name {
        if sequences ? r.kind == .sequence : (r.isTableLike || r.kind == .view || r.kind == .materializedView) {
          relations.append(r)
        }
      }
    }
    return relations
  }

  private func grant(_ s: GrantStatement, on r: Relation, _ grantees: [String]) throws(SQLError) {
    let type = r.kind == .sequence ? "SEQUENCE" : "TABLE"
    try requireGrantor(
      r.owner, "\(r.kind == .sequence ? "sequence" : r.kind == .view ? "view" : "table") \(r.name)", r.acl)
    let whole = s.privileges.filter { $0.1.isEmpty }
    if s.privileges.isEmpty || !whole.isEmpty {
      let bits = try letters(whole, type)
      let acl = changed(r.acl ?? defaultAcl(r.owner, type), s, grantees, bits, r.owner, type)
      changeRelation(r.oid) { $0.acl = acl }
      // What is taken from the table is taken from its columns.
      if !s.isGrant, type == "TABLE" {
        for (k, c) in r.columns.enumerated() where !c.acl.isEmpty {
          let acl = changed(c.acl, s, grantees, bits, r.owner, "COLUMN")
          changeRelation(r.oid) { $0.columns[k].acl = acl }
        }
      }
    }
    for (name, columns) in s.privileges where !columns.isEmpty {
      let bits = try letters([(name, [])], "COLUMN")
      for column in columns {
        guard let k = r.columnIndex(column) else {
          throw SQLError(
            SQLState.undefinedColumn, "column \"\(column)\" of relation \"\(r.name)\" does not exist")
        }
        let acl = changed(
          catalog.relation(r.oid)?.columns[k].acl ?? [], s, grantees, bits, r.owner, "COLUMN")
        changeRelation(r.oid) { $0.columns[k].acl = acl }
      }
    }
  }

  // MARK: Functions

  private func grantedFunctions(_ s: GrantStatement) throws(SQLError) -> [FunctionEntry] {
    var out: [FunctionEntry] = []
    if s.objectType.hasPrefix("ALL ") {
      for n in s.objects {
        guard catalog.schemas[n.name] != nil else {
          throw SQLError(SQLState.invalidSchemaName, "schema \"\(n.name)\" does not exist")
        }
        for f in catalog.functions.values where f.schema == n.name {
          if s.objectType.hasPrefix("ALL ROUT") || f.isProcedure == s.objectType.hasPrefix("ALL PROC") {
            out.append(f)
          }
        }
      }
      return out
    }
    let analyzer = Analyzer(session: self)
    let word = s.objectType == "PROCEDURE" ? "procedure" : s.objectType == "ROUTINE" ? "routine" : "function"
    for (k, n) in s.objects.enumerated() {
      var wanted: [Int32]?
      if let types = s.argumentTypes[k] {
        var list: [Int32] = []
        for t in types { list.append(try analyzer.resolveType(t).oid) }
        wanted = list
      }
      let found = catalog.functions.values.filter {
        $0.name == n.name && (n.schema == nil || n.schema == $0.schema) && (wanted == nil || wanted == $0.inputTypes)
      }
      if found.isEmpty, FunctionRegistry.shared.functions[n.name] != nil {
        throw .notSimulated("privileges of built-in functions")
      }
      if found.isEmpty, let wanted {
        let list = joined(wanted.map { formatType(SQLType($0)) }, ", ")
        throw SQLError(SQLState.undefinedFunction, "\(word) \(n.text)(\(list)) does not exist")
      }
      if found.isEmpty {
        throw SQLError(SQLState.undefinedFunction, "could not find a \(word) named \"\(n.text)\"")
      }
      if found.count > 1 {
        throw SQLError(
          "42725", "\(word) name \"\(n.text)\" is not unique",
          hint: "Specify the argument list to select the \(word) unambiguously.")
      }
      out.append(found[0])
    }
    return out
  }

  // MARK: Membership

  private func grantRoles(_ s: GrantStatement) throws(SQLError) {
    keepRoles()
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
  }

  // MARK: Default privileges

  func alterDefaultPrivileges(_ s: AlterDefaultPrivileges) throws(SQLError) {
    var grantees: [String] = []
    for g in s.grant.grantees { grantees.append(g == "public" ? "" : try resolveRole(g)) }
    let type = s.grant.objectType
    let bits = try letters(s.grant.privileges, type)
    var roles: [String] = []
    for r in s.roles { roles.append(try resolveRole(r)) }
    if roles.isEmpty { roles = [currentUser] }
    for name in s.schemas where catalog.schemas[name] == nil {
      throw SQLError(SQLState.invalidSchemaName, "schema \"\(name)\" does not exist")
    }
    for role in roles {
      for schema in s.schemas.isEmpty ? [nil] : s.schemas.map({ Optional($0) }) {
        var list = catalog.defaultPrivileges
        let at = list.firstIndex { $0.role == role && $0.schema == schema && $0.type == type }
        // Those of a schema add to the usual ones; those of everywhere take their place.
        let base = at.map { list[$0].acl } ?? (schema == nil ? defaultAcl(role, type) : [])
        let acl = changed(base, s.grant, grantees, bits, role, type).sorted {
          (server.cluster.roles[$0.grantee]?.oid ?? 0) < (server.cluster.roles[$1.grantee]?.oid ?? 0)
        }
        if let at { list.remove(at: at) }
        if schema == nil ? acl != defaultAcl(role, type) : !acl.isEmpty {
          let entry = DefaultPrivileges(oid: newOid(), role: role, schema: schema, type: type, acl: acl)
          list.insert(entry, at: at ?? list.count)
        }
        let final = list
        change { $0.defaultPrivileges = final }
      }
    }
  }

  /// The privileges of a new object, nil for the usual ones.
  func initialAcl(_ type: String, schema: String) -> [AccessItem]? {
    let mine = catalog.defaultPrivileges.filter { $0.role == currentUser && $0.type == type }
    let everywhere = mine.first { $0.schema == nil }
    let here = mine.first { $0.schema == schema }
    if everywhere == nil, here == nil { return nil }
    var acl = everywhere?.acl ?? defaultAcl(currentUser, type)
    let order = ClientSession.order(of: type)
    for item in here?.acl ?? [] {
      if let i = acl.firstIndex(where: { $0.grantee == item.grantee }) {
        acl[i].privileges = order.filter { acl[i].privileges.contains($0) || item.privileges.contains($0) }
      } else {
        acl.append(item)
      }
    }
    return acl
  }
}
