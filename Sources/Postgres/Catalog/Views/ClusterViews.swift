// What belongs to the whole cluster: databases, roles, tablespaces, settings, languages, access methods, extensions.
// Source: PostgreSQL 15 manual, chapters 53 and 54.

internal import SimKernel

extension CatalogViews {
  static func addCluster(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_database"] = CatalogView(databases)
    t["pg_catalog.pg_roles"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in roles(s, nil) }
    t["pg_catalog.pg_authid"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      if !s.isSuperuser { throw SQLError(SQLState.insufficientPrivilege, "permission denied for table pg_authid") }
      return roles(s, "SCRAM-SHA-256$4096:")
    }
    t["pg_catalog.pg_user"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in users(s) }
    t["pg_catalog.pg_shadow"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      if !s.isSuperuser { throw SQLError(SQLState.insufficientPrivilege, "permission denied for view pg_shadow") }
      throw .notSimulated("the rows of pg_catalog.pg_shadow")
    }
    t["pg_catalog.pg_group"] = CatalogView(groups)
    t["pg_catalog.pg_auth_members"] = CatalogView(members)
    t["pg_catalog.pg_db_role_setting"] = CatalogView(roleSettings)
    t["pg_catalog.pg_available_extensions"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      factLines(extensionFacts).map { f in
        [
          "name": .text(f[0]), "default_version": .text(f[1]), "comment": .text(f[2]),
          "installed_version": s.catalog.extensions[f[0]].map { .text($0.version) } ?? .null,
        ]
      }
    }
    t["pg_catalog.pg_tablespace"] = CatalogView { (_: ClientSession) throws(SQLError) -> [CatalogRow] in
      [
        ["oid": .int(1663), "spcname": .text("pg_default"), "spcowner": .int(10)],
        ["oid": .int(1664), "spcname": .text("pg_global"), "spcowner": .int(10)],
      ]
    }
    t["pg_catalog.pg_language"] = CatalogView { (_: ClientSession) throws(SQLError) -> [CatalogRow] in
      let list: [(Int64, String, Bool, Bool)] = [
        (12, "internal", false, false), (13, "c", false, false), (14, "sql", false, true),
        (13_579, "plpgsql", true, true),
      ]
      return list.map { l in
        [
          "oid": .int(l.0), "lanname": .text(l.1), "lanowner": .int(10), "lanispl": .bool(l.2),
          "lanpltrusted": .bool(l.3),
        ]
      }
    }
    t["pg_catalog.pg_am"] = CatalogView { (_: ClientSession) throws(SQLError) -> [CatalogRow] in
      let list: [(Int64, String, String)] = [
        (2, "heap", "t"), (403, "btree", "i"), (405, "hash", "i"), (783, "gist", "i"), (2742, "gin", "i"),
        (4000, "spgist", "i"), (3580, "brin", "i"),
      ]
      return list.map { ["oid": .int($0.0), "amname": .text($0.1), "amtype": .text($0.2)] }
    }
    t["pg_catalog.pg_settings"] = CatalogView(settings)
  }

  private static func databases(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    let names = ["postgres": 0, "template1": 1, "template0": 2]
    // The order in which initdb makes them.
    for d in s.server.cluster.databases.values.sorted(by: {
      (names[$0.name] ?? 3, $0.oid) < (names[$1.name] ?? 3, $1.oid)
    }) {
      out.append([
        "oid": oid(d.oid), "datname": .text(d.name), "datdba": roleOid(s, d.owner), "encoding": .int(6),
        "datlocprovider": .text("c"), "datistemplate": .bool(d.isTemplate), "datallowconn": .bool(d.allowsConnections),
        "datconnlimit": .int(d.connectionLimit), "datfrozenxid": .int(722), "datminmxid": .int(1),
        "dattablespace": .int(1663), "datcollate": .text(d.collate), "datctype": .text(d.ctype), "datacl": acl(d.acl),
      ])
    }
    return out
  }

  /// pg_authid shows what pg_roles hides behind asterisks.
  private static func roles(_ s: ClientSession, _ verifier: String?) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.server.cluster.roles.values {
      var row: CatalogRow = [
        "oid": oid(r.oid), "rolname": .text(r.name), "rolsuper": .bool(r.isSuperuser), "rolinherit": .bool(r.inherits),
        "rolcreaterole": .bool(r.canCreateRoles), "rolcreatedb": .bool(r.canCreateDatabases),
        "rolcanlogin": .bool(r.canLogin), "rolreplication": .bool(r.canReplicate),
        "rolconnlimit": .int(r.connectionLimit), "rolbypassrls": .bool(r.bypassesRowSecurity),
        "rolpassword": .text("********"),
      ]
      if let verifier {
        row["rolpassword"] =
          r.password.map { p in
            var salt = SeededRandom(seed: 1).split(r.name + p)
            return .text(verifier + salt.hexadecimal(24))
          } ?? .null
      }
      if let v = r.validUntil, let t = try? s.timestampInput(v, Oid.timestamptz) {
        row["rolvaliduntil"] = .timestamp(t)
      }
      if !r.settings.isEmpty {
        row["rolconfig"] = .array(
          ArrayValue(elementType: Oid.text, r.settings.map { .text($0.name + "=" + $0.value) }))
      }
      out.append(row)
    }
    return out
  }

  private static func users(_ s: ClientSession) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.server.cluster.roles.values where r.canLogin {
      out.append([
        "usename": .text(r.name), "usesysid": oid(r.oid), "usecreatedb": .bool(r.canCreateDatabases),
        "usesuper": .bool(r.isSuperuser), "userepl": .bool(r.canReplicate),
        "usebypassrls": .bool(r.bypassesRowSecurity),
        "passwd": .text("********"),
      ])
    }
    return out
  }

  private static func groups(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.server.cluster.roles.values where !r.canLogin {
      var list: [Value] = []
      for m in s.server.cluster.roles.values where m.memberOf.contains(where: { $0.role == r.name }) {
        list.append(oid(m.oid))
      }
      out.append([
        "groname": .text(r.name), "grosysid": oid(r.oid), "grolist": .array(ArrayValue(elementType: Oid.oid, list)),
      ])
    }
    return out
  }

  private static func members(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.server.cluster.roles.values {
      for m in r.memberOf {
        out.append([
          "roleid": roleOid(s, m.role), "member": oid(r.oid), "grantor": .int(10), "admin_option": .bool(m.admin),
        ])
      }
    }
    return out
  }

  /// Parameters whose names have capitals.
  private static let spelled = ["datestyle": "DateStyle", "intervalstyle": "IntervalStyle", "timezone": "TimeZone"]

  private static func roleSettings(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    func list(_ settings: [(name: String, value: String)]) -> Value {
      .array(
        ArrayValue(
          elementType: Oid.text, settings.map { .text((spelled[$0.name] ?? $0.name) + "=" + $0.value) }))
    }
    var out: [CatalogRow] = []
    for d in s.server.cluster.databases.values where !d.settings.isEmpty {
      out.append(["setdatabase": oid(d.oid), "setrole": .int(0), "setconfig": list(d.settings)])
    }
    for r in s.server.cluster.roles.values where !r.settings.isEmpty {
      out.append(["setdatabase": .int(0), "setrole": oid(r.oid), "setconfig": list(r.settings)])
    }
    if !s.server.cluster.roleSettings.isEmpty {
      out.append(["setdatabase": .int(0), "setrole": .int(0), "setconfig": list(s.server.cluster.roleSettings)])
    }
    for d in s.server.cluster.databases.values {
      var seen: [Int32] = []
      for setting in d.roleSettings where !seen.contains(setting.role) {
        seen.append(setting.role)
        let own = d.roleSettings.filter { $0.role == setting.role }.map { (name: $0.name, value: $0.value) }
        out.append(["setdatabase": oid(d.oid), "setrole": oid(setting.role), "setconfig": list(own)])
      }
    }
    return out
  }

  /// What initdb writes into postgresql.conf.
  private static let configured: Set<String> = [
    "DateStyle", "default_text_search_config", "dynamic_shared_memory_type", "lc_messages", "lc_monetary", "lc_numeric",
    "lc_time", "log_timezone", "max_connections", "max_wal_size", "min_wal_size", "shared_buffers", "TimeZone",
  ]

  private static func settings(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for f in factLines(settingFacts) {
      let changed = s.settings[lowercasedASCII(f[0])]
      let value = try s.plainSetting(f)
      var row: CatalogRow = [
        "name": .text(f[0]), "setting": .text(value), "context": .text(f[4]), "vartype": .text(f[3]),
        "source": .text(changed == nil ? "default" : "session"), "boot_val": .text(f[1]),
        "reset_val": .text(changed == nil ? value : f[1]), "pending_restart": .bool(false),
      ]
      if changed == nil, configured.contains(f[0]) { row["source"] = .text("configuration file") }
      if f.count > 9 {
        row["category"] = .text(f[8])
        row["short_desc"] = .text(f[9])
      }
      if f.count > 2, !f[2].isEmpty { row["unit"] = .text(f[2]) }
      if f.count > 5, !f[5].isEmpty { row["min_val"] = .text(f[5]) }
      if f.count > 6, !f[6].isEmpty { row["max_val"] = .text(f[6]) }
      if f.count > 7, !f[7].isEmpty {
        row["enumvals"] = .array(
          ArrayValue(elementType: Oid.text, f[7].split(separator: ",").map { .text(String($0)) }))
      }
      out.append(row)
    }
    return out
  }
}
