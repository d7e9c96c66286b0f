// COMMENT ON. Source: PostgreSQL 15 manual, COMMENT.

internal import SimKernel

extension ClientSession {
  func comment(_ s: CommentStatement) throws(SQLError) {
    let text = s.text.flatMap { $0.isEmpty ? nil : $0 }
    let name = s.name
    switch s.kind {
    case "table", "view", "index", "sequence", "materialized view":
      let r = try existing(name, s.kind)
      try requireOwner(r)
      let fits =
        switch s.kind {
        case "table": r.isTableLike
        case "index": r.index != nil
        default: r.kindName == s.kind
        }
      if !fits {
        throw SQLError(
          SQLState.wrongObjectType, "\"\(r.name)\" is not \(s.kind == "index" ? "an" : "a") \(s.kind)")
      }
      changeRelation(r.oid) { $0.comment = text }
    case "column":
      let r = try existing(QualifiedName(parts: Array(name.parts.dropLast()), offset: name.offset), "table")
      guard let i = r.columnIndex(name.name) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(name.name)\" of relation \"\(r.name)\" does not exist")
      }
      try requireOwner(r)
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
      keepRoles()
      server.cluster.roles[try resolveRole(name.name)]?.comment = text
    case "constraint":
      let r = try existing(s.on ?? name, "table")
      guard r.constraints.contains(where: { $0.name == name.name }) else {
        throw SQLError(
          SQLState.undefinedObject, "constraint \"\(name.name)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(r.oid) {
        for i in $0.constraints.indices where $0.constraints[i].name == name.name { $0.constraints[i].comment = text }
      }
    case "trigger":
      let r = try existing(s.on ?? name, "table")
      guard r.triggers.contains(where: { $0.name == name.name }) else {
        throw SQLError(SQLState.undefinedObject, "trigger \"\(name.name)\" for table \"\(r.name)\" does not exist")
      }
      changeRelation(r.oid) {
        for i in $0.triggers.indices where $0.triggers[i].name == name.name { $0.triggers[i].comment = text }
      }
    case "policy":
      let r = try existing(s.on ?? name, "table")
      guard r.policies.contains(where: { $0.name == name.name }) else {
        throw SQLError(SQLState.undefinedObject, "policy \"\(name.name)\" for table \"\(r.name)\" does not exist")
      }
    case "function", "procedure", "routine":
      guard let f = try findRoutine(s.kind, name, s.types) else { throw try missingRoutine(s.kind, name, s.types) }
      change { $0.functions[f.oid]?.comment = text }
    case "type", "domain":
      let oid: Int32
      do throws(SQLError) { oid = try Analyzer(session: self).resolveType(TypeName(name: name)).oid } catch {
        var e = error
        e.offset = -1
        throw e
      }
      guard catalog.types[oid] != nil else { throw .notSimulated("COMMENT ON a built-in type") }
      change { $0.types[oid]?.comment = text }
    case "extension":
      guard catalog.extensions[name.name] != nil else {
        throw SQLError(SQLState.undefinedObject, "extension \"\(name.name)\" does not exist")
      }
      change { $0.extensions[name.name]?.comment = text ?? "" }
    default: throw .notSimulated("COMMENT ON \(uppercasedASCII(s.kind))")
    }
  }

  /// The comment of an object of this database, by its catalogue; nil: whichever has the number.
  func description(_ oid: Int32, _ table: String?) -> String? {
    func holds(_ name: String) -> Bool { table == nil || table == name }
    if holds("pg_class"), let r = catalog.relation(oid) { return r.comment }
    if holds("pg_proc"), let f = catalog.functions[oid] { return f.comment }
    if holds("pg_type"), let t = catalog.types[oid] { return t.comment }
    if holds("pg_namespace") { for s in catalog.schemas.values where s.oid == oid { return s.comment } }
    for r in catalog.relations.values {
      if holds("pg_constraint") { for c in r.constraints where c.oid == oid { return c.comment } }
      if holds("pg_trigger") { for t in r.triggers where t.oid == oid { return t.comment } }
    }
    return nil
  }

  /// The comment of an object that all databases share.
  func sharedDescription(_ oid: Int32, _ table: String) -> String? {
    switch table {
    case "pg_database": for d in server.cluster.databases.values where d.oid == oid { return d.comment }
    case "pg_authid": return server.cluster.role(oid: oid)?.comment
    default: break
    }
    return nil
  }
}
