// How a session finds what names mean: the search path. Source: PostgreSQL 15 manual 5.9.

internal import SimKernel

extension ClientSession {
  /// Schemas that names are looked for in, existing ones only.
  var searchPath: [String] {
    if let boundPath { return boundPath }
    var out: [String] = []
    if catalog.schemas[tempSchema] != nil { out.append(tempSchema) }
    for name in searchPathNames where catalog.schemas[name] != nil && !out.contains(name) { out.append(name) }
    return out
  }

  /// Looks names up as they were when something was defined.
  func finding<T, E: Error>(in path: [String]?, _ body: () throws(E) -> T) throws(E) -> T {
    let outer = boundPath
    if let path { boundPath = path }
    defer { boundPath = outer }
    return try body()
  }

  func plan(of view: ViewInfo) throws(SQLError) -> QueryPlan {
    try finding(in: view.path) { () throws(SQLError) -> QueryPlan in
      try Analyzer(session: self).query(view.query, parent: nil)
    }
  }

  var searchPathNames: [String] {
    var out: [String] = []
    let text = settings["search_path"] ?? "\"$user\", public"
    for part in splitList(text) { out.append(part == "$user" ? currentUser : part) }
    return out
  }

  /// Where unqualified new objects go.
  var creationSchema: String? {
    for name in searchPathNames where catalog.schemas[name] != nil && name != "pg_catalog" { return name }
    return nil
  }

  func splitList(_ text: String) -> [String] {
    var out: [String] = []
    var current: [UInt8] = []
    var quoted = false
    var any = false
    for b in text.utf8 {
      if b == 0x22 {
        quoted.toggle()
        any = true
      } else if b == 0x2c, !quoted {
        out.append(String(decoding: current, as: UTF8.self))
        current = []
        any = false
      } else if !(Lexer.isSpace(b) && !quoted) {
        current.append(b)
        any = true
      }
    }
    if any || !current.isEmpty { out.append(String(decoding: current, as: UTF8.self)) }
    return out
  }

  func findRelation(_ name: QualifiedName) -> Int32? {
    if let schema = name.schema {
      if schema == "pg_temp" { return catalog.relationOid(tempSchema, name.name) }
      return catalog.relationOid(schema, name.name)
    }
    for schema in searchPath { if let oid = catalog.relationOid(schema, name.name) { return oid } }
    return nil
  }

  func isTypeVisible(_ entry: TypeEntry) -> Bool {
    for schema in searchPath { if let oid = catalog.typeOid(schema, entry.name) { return oid == entry.oid } }
    return false
  }

  func isRelationVisible(_ relation: Relation) -> Bool {
    for schema in searchPath { if let oid = catalog.relationOid(schema, relation.name) { return oid == relation.oid } }
    return false
  }

  /// As `regclass` prints it.
  func relationName(_ relation: Relation) -> String {
    isRelationVisible(relation)
      ? quotedIdentifier(relation.name) : quotedIdentifier(relation.schema) + "." + quotedIdentifier(relation.name)
  }

  func descendants(of relation: Relation) -> [Relation] {
    var out: [Relation] = []
    for child in partitionOrder(relation) {
      out.append(child)
      out += descendants(of: child)
    }
    return out
  }
}
