// Privileges: what roles may do, GRANT and REVOKE. Source: PostgreSQL 15 manual, 5.7 "Privileges".

internal import SimKernel

extension ClientSession {
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
}
