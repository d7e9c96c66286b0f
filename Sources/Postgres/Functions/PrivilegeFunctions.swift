// has_table_privilege and its relatives. Source: PostgreSQL 15 manual 9.26, table 9.69.

internal import SimKernel

extension FunctionRegistry {
  func registerPrivilegeFunctions() {
    for kind in ["table", "sequence", "schema", "database", "function", "any_column"] {
      for form in ["name", "id", "name_name", "name_id"] {
        let full = "has_\(kind)_privilege_\(form)"
        add(full) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
          let role = v.count > 2 ? try s.knownRole(v[0].string) : s.currentUser
          return try s.holds(role, v[v.count - 2], v[v.count - 1].string, kind)
        }
      }
    }
    for form in ["name_name", "id_name", "name_name_name", "name_id_name"] {
      add("has_column_privilege_" + form) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        let role = v.count > 3 ? try s.knownRole(v[0].string) : s.currentUser
        guard let r = try s.relation(named: v[v.count - 3]) else { return .null }
        guard let k = r.columnIndex(v[v.count - 2].string) else {
          throw SQLError(
            SQLState.undefinedColumn,
            "column \"\(v[v.count - 2].string)\" of relation \"\(r.name)\" does not exist")
        }
        return try s.any(v[v.count - 1].string) { letter in
          s.hasPrivilege(role, letter, r.acl, r.owner) || s.hasPrivilege(role, letter, r.columns[k].acl, r.owner)
        }
      }
    }
    for form in ["name", "name_name"] {
      add("pg_has_role_" + form) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        let role = v.count > 2 ? try s.knownRole(v[0].string) : s.currentUser
        let other = try s.knownRole(v[v.count - 2].string)
        return .bool(s.server.cluster.isMember(role, of: other))
      }
    }
  }
}

extension ClientSession {
  private static let letters: [String: UInt8] = [
    "SELECT": 0x72, "INSERT": 0x61, "UPDATE": 0x77, "DELETE": 0x64, "TRUNCATE": 0x44, "REFERENCES": 0x78,
    "TRIGGER": 0x74, "USAGE": 0x55, "CREATE": 0x43, "CONNECT": 0x63, "TEMPORARY": 0x54, "TEMP": 0x54, "EXECUTE": 0x58,
  ]

  fileprivate func knownRole(_ name: String) throws(SQLError) -> String {
    guard server.cluster.roles[name] != nil || name == "public" else {
      throw SQLError(SQLState.undefinedObject, "role \"\(name)\" does not exist")
    }
    return name
  }

  fileprivate func relation(named v: Value) throws(SQLError) -> Relation? {
    if case .int(let n) = v { return catalog.relation(Int32(truncatingIfNeeded: n)) }
    return catalog.relation(try objectInput(v.string, Oid.regclass))
  }

  /// Whether one of the privileges in a list is held.
  fileprivate func any(_ list: String, _ holds: (UInt8) -> Bool) throws(SQLError) -> Value {
    var found = false
    for part in splitText(list, ",") {
      let word = trimmedSpaces(uppercasedASCII(part))
      if word.hasSuffix("WITH GRANT OPTION") { throw .notSimulated("privileges WITH GRANT OPTION") }
      guard let letter = ClientSession.letters[word] else {
        throw SQLError(SQLState.invalidParameterValue, "unrecognized privilege type: \"\(trimmedSpaces(part))\"")
      }
      if holds(letter) { found = true }
    }
    return .bool(found)
  }

  fileprivate func holds(_ role: String, _ object: Value, _ list: String, _ kind: String) throws(SQLError) -> Value {
    switch kind {
    case "schema":
      guard let x = catalog.schemas[object.string] else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(object.string)\" does not exist")
      }
      return try any(list) { hasPrivilege(role, $0, x.acl, x.owner) }
    case "database":
      guard let d = server.cluster.databases[object.string] else {
        throw SQLError(SQLState.invalidCatalogName, "database \"\(object.string)\" does not exist")
      }
      return try any(list) { hasPrivilege(role, $0, d.acl ?? defaultAcl(d.owner, "DATABASE"), d.owner) }
    case "function":
      let oid: Int32
      if case .int(let n) = object {
        oid = Int32(truncatingIfNeeded: n)
      } else {
        let name = String(object.string.prefix { $0 != "(" })
        oid = try objectInput(name, Oid.regproc)
      }
      guard let f = catalog.functions[oid] else { return .null }
      return try any(list) { hasPrivilege(role, $0, f) }
    default:
      guard let r = try relation(named: object) else {
        if case .text = object { return .bool(true) }
        return .null
      }
      return try any(list) { letter in
        hasPrivilege(role, letter, r.acl, r.owner)
          || kind == "any_column" && r.columns.contains { hasPrivilege(role, letter, $0.acl, r.owner) }
      }
    }
  }
}
