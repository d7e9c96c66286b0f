// pg_dumpall: roles and all databases. Source: PostgreSQL 15 manual, reference page pg_dumpall; words from the program itself.

internal import SimKernel

extension ClientTools {
  static func dumpAll(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var globalsOnly = false
    var rolesOnly = false
    var noPasswords = false
    var excluded: [String] = []
    let line = call.read(
      dumpOptions.filter { !["create", "format", "jobs", "schema", "table"].contains($0.long) } + [
        OptionName("globals-only", "g", false), OptionName("roles-only", "r", false),
        OptionName("tablespaces-only", "t", false), OptionName("no-role-passwords", nil, false),
        OptionName("exclude-database", nil, true), OptionName("database", "l", true),
      ], most: 0
    ) { name, value in
      if call.takeConnection(name, value) || takeDump(name, value, &c) { return nil }
      switch name {
      case "globals-only": globalsOnly = true
      case "roles-only": rolesOnly = true
      case "no-role-passwords": noPasswords = true
      case "database": c.database = value
      case "exclude-database": excluded.append(value)
      default: return call.notSimulated("--\(name)")
      }
      return nil
    }
    if let code = line.code { return code }
    guard let session = call.connectMaintenance(c.database) else { return 1 }
    let cluster = session.server.cluster
    let key = call.host.restrictsDumps ? c.key ?? restrictKey(call) : nil
    var out = "--\n-- PostgreSQL database cluster dump\n--\n\n"
    if let key { out += "\\restrict \(key)\n\n" }
    out +=
      "SET default_transaction_read_only = off;\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n"
    if c.options.clean { return call.notSimulated("--clean") }
    if !c.options.dataOnly { out += roles(call, cluster, noPasswords, only: rolesOnly) }
    if let key { out += "\\unrestrict \(key)\n\n" }
    call.finish()
    if globalsOnly || rolesOnly {
      out += "--\n-- PostgreSQL database cluster dump complete\n--\n\n"
      return deliver(call, Array(out.utf8), c.file)
    }
    out += "--\n-- Databases\n--\n\n"
    var names: [String] = []
    for database in cluster.databases.values where database.allowsConnections && database.name != "template1" {
      if !excluded.contains(where: { DumpPattern.like($0, database.name) }) { names.append(database.name) }
    }
    names.sort { compareBytes($0, $1) < 0 }
    for name in ["template1"] + names {
      out += "--\n-- Database \"\(name)\" dump\n--\n\n"
      var one = c
      one.database = name
      one.options.create = name != "template1" && name != "postgres"
      if !one.options.create { out += "\\connect \(name)\n\n" }
      guard let (archive, _) = makeArchive(call, one) else { return 1 }
      var script = DumpScript(one.options, key: key)
      out += script.text(archive)
      call.finish()
    }
    out += "--\n-- PostgreSQL database cluster dump complete\n--\n\n"
    return deliver(call, Array(out.utf8), c.file)
  }

  static func roles(_ call: ClientCall, _ cluster: Cluster, _ noPasswords: Bool, only: Bool) -> String {
    var list: [Role] = []
    for role in cluster.roles.values where !role.name.hasPrefix("pg_") { list.append(role) }
    list.sort { compareBytes($0.name, $1.name) < 0 }
    var out = "--\n-- Roles\n--\n\n"
    for role in list {
      let name = quotedIdentifier(role.name)
      out += "CREATE ROLE \(name);\nALTER ROLE \(name) WITH"
      out += role.isSuperuser ? " SUPERUSER" : " NOSUPERUSER"
      out += role.inherits ? " INHERIT" : " NOINHERIT"
      out += role.canCreateRoles ? " CREATEROLE" : " NOCREATEROLE"
      out += role.canCreateDatabases ? " CREATEDB" : " NOCREATEDB"
      out += role.canLogin ? " LOGIN" : " NOLOGIN"
      out += role.canReplicate ? " REPLICATION" : " NOREPLICATION"
      out += role.bypassesRowSecurity ? " BYPASSRLS" : " NOBYPASSRLS"
      if role.connectionLimit >= 0 { out += " CONNECTION LIMIT \(role.connectionLimit)" }
      if role.password != nil, !noPasswords {
        call.host.note(notSimulated: "pg_dumpall: the stored form of passwords")
      }
      if let until = role.validUntil {
        // As the catalogue prints it: with the time and the zone.
        var text = until
        if let session = call.session, let time = try? session.timestampInput(until, Oid.timestamptz) {
          text = session.output(.timestamp(time), Oid.timestamptz)
        }
        out += " VALID UNTIL \(quotedLiteral(text))"
      }
      out += ";\n"
      if let comment = role.comment { out += "COMMENT ON ROLE \(name) IS \(quotedLiteral(comment));\n" }
    }
    out += "\n--\n-- User Configurations\n--\n\n"
    for role in list where !role.settings.isEmpty {
      out += "--\n-- User Config \"\(role.name)\"\n--\n\n"
      for setting in role.settings {
        out += "ALTER ROLE \(quotedIdentifier(role.name)) SET \(setting.name) TO \(quotedLiteral(setting.value));\n"
      }
      out += "\n"
    }
    var memberships = ""
    for group in list {
      for role in list {
        for membership in role.memberOf where membership.role == group.name {
          memberships +=
            "GRANT \(quotedIdentifier(group.name)) TO \(quotedIdentifier(role.name))\(membership.admin ? " WITH ADMIN OPTION" : "") GRANTED BY \(quotedIdentifier(cluster.bootstrapRole));\n"
        }
      }
    }
    out += memberships.isEmpty ? "\n\n\n" : "\n--\n-- Role memberships\n--\n\n" + memberships + "\n\n"
    return out + (only ? "\n\n" : "\n\n\n\n")
  }
}
