// ALTER ROLE … RENAME TO: the catalogues name roles, so that the new name goes wherever the old one stands.
// Source: PostgreSQL 15 manual, ALTER ROLE.

internal import SimKernel

extension ClientSession {
  func renameRole(_ old: String, _ new: String) throws(SQLError) {
    guard let role = server.cluster.roles[old] else {
      throw SQLError(SQLState.undefinedObject, "role \"\(old)\" does not exist")
    }
    for (what, name) in [("session", sessionUser), ("current", currentUser)] where name == old {
      throw SQLError(SQLState.featureNotSupported, "\(what) user cannot be renamed")
    }
    for name in [old, new] where name.hasPrefix("pg_") {
      throw SQLError(
        "42939", "role name \"\(name)\" is reserved", detail: "Role names starting with \"pg_\" are reserved.")
    }
    if server.cluster.roles[new] != nil {
      throw SQLError(SQLState.duplicateObject, "role \"\(new)\" already exists")
    }
    try requireRoleAdmin("permission denied to rename role")
    keepRoles()
    let renaming = RoleRenaming(old: old, new: new)
    // The role keeps its place among the others.
    var roles = OrderedMap<String, Role>()
    for var entry in server.cluster.roles.values {
      if entry.name == old {
        entry = role
        entry.name = new
      }
      for k in entry.memberOf.indices { entry.memberOf[k].role = renaming.name(entry.memberOf[k].role) }
      roles[entry.name] = entry
    }
    server.cluster.roles = roles
    for d in server.cluster.databases.values {
      d.owner = renaming.name(d.owner)
      d.acl = renaming.items(d.acl)
      if d === database { change { renaming.apply(&$0) } } else { renaming.apply(&d.catalog) }
    }
  }
}

private struct RoleRenaming {
  let old: String
  let new: String

  func name(_ role: String) -> String { role == old ? new : role }

  func items(_ acl: [AccessItem]?) -> [AccessItem]? {
    guard var acl else { return nil }
    for k in acl.indices {
      acl[k].grantee = name(acl[k].grantee)
      acl[k].grantor = name(acl[k].grantor)
    }
    return acl
  }

  func apply(_ catalog: inout Catalog) {
    for var r in catalog.relations.values {
      r.owner = name(r.owner)
      r.acl = items(r.acl)
      for k in r.columns.indices { r.columns[k].acl = items(r.columns[k].acl) ?? [] }
      for k in r.policies.indices { r.policies[k].roles = r.policies[k].roles.map { name($0) } }
      catalog.put(r)
    }
    for s in catalog.schemas.values {
      catalog.schemas[s.name]?.owner = name(s.owner)
      catalog.schemas[s.name]?.acl = items(s.acl)
    }
    for f in catalog.functions.values {
      catalog.functions[f.oid]?.owner = name(f.owner)
      catalog.functions[f.oid]?.acl = items(f.acl)
    }
    for k in catalog.defaultPrivileges.indices {
      catalog.defaultPrivileges[k].role = name(catalog.defaultPrivileges[k].role)
      catalog.defaultPrivileges[k].acl = items(catalog.defaultPrivileges[k].acl) ?? []
    }
  }
}
