// Entries of schemas, extensions and types. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  mutating func add(_ schema: SchemaEntry) {
    let isPublic = schema.name == "public"
    var entry = DumpEntry(kind: "SCHEMA", tag: schema.name, schema: "-", owner: schema.owner)
    entry.definition = "CREATE SCHEMA \(q(schema.name));\n"
    entry.drop = "DROP SCHEMA \(q(schema.name));\n"
    entry.ownerTarget = "SCHEMA \(q(schema.name))"
    entry.catalog = 2615
    entry.oid = schema.oid
    // The schema that every database has is only dumped when it is asked for by name.
    let isSilent = isPublic && options.schemas.isEmpty
    var entries: [DumpEntry] = isSilent ? [] : [entry]
    let text = isSilent && schema.comment == "standard public schema" ? nil : schema.comment
    entries += comment("SCHEMA", schema.name, q(schema.name), text, like: entry)
    let base =
      isPublic
      ? Cluster.initialCatalog(owner: session.server.cluster.bootstrapRole).schemas["public"]?.acl ?? [] : nil
    entries += privileges(
      "SCHEMA", q(schema.name), schema.name, schema.acl, owner: schema.owner, base: base, like: entry)
    if !entries.isEmpty { put("schema \(schema.name)", DumpPriority.schema, "", schema.name, entries) }
  }

  mutating func add(_ extension: ExtensionEntry) {
    var entry = DumpEntry(kind: "EXTENSION", tag: `extension`.name, schema: "-", owner: "")
    entry.definition =
      "CREATE EXTENSION IF NOT EXISTS \(q(`extension`.name)) WITH SCHEMA \(q(`extension`.schema));\n"
    entry.drop = "DROP EXTENSION \(q(`extension`.name));\n"
    entry.catalog = 3079
    var entries = [entry]
    entries += comment(
      "EXTENSION", `extension`.name, q(`extension`.name), `extension`.comment, like: entry)
    put("extension \(`extension`.name)", DumpPriority.extension, "", `extension`.name, entries)
  }

  mutating func add(_ type: TypeEntry) {
    let name = full(type.schema, type.name)
    var entry = DumpEntry(kind: "TYPE", tag: type.name, schema: type.schema, owner: type.owner)
    entry.catalog = 1247
    entry.oid = type.oid
    switch type.form {
    case .enumeration:
      let labels = type.labels.sorted { $0.order < $1.order }
      var lines: [String] = []
      for label in labels { lines.append("    " + quotedLiteral(label.name)) }
      entry.definition = "CREATE TYPE \(name) AS ENUM (\n\(joined(lines, ",\n"))\n);\n"
    case .composite:
      var lines: [String] = []
      for field in type.fields { lines.append("\t\(q(field.name)) \(session.formatType(field.type))") }
      entry.definition = "CREATE TYPE \(name) AS (\n\(joined(lines, ",\n"))\n);\n"
    case .domain:
      entry.kind = "DOMAIN"
      var text = "CREATE DOMAIN \(name) AS \(session.formatType(type.baseType))"
      if type.notNull { text += " NOT NULL" }
      if let value = type.defaultText { text += " DEFAULT \(value)" }
      for check in type.checks {
        text += "\n\tCONSTRAINT \(q(check.name)) CHECK (\(deparser.domainCheck(check, type)))"
      }
      entry.definition = text + ";\n"
    default: return
    }
    let word = entry.kind
    entry.drop = "DROP \(word) \(name);\n"
    entry.ownerTarget = "\(word) \(name)"
    put(
      "type \(type.oid)", DumpPriority.type, type.schema, type.name,
      [entry] + comment(word, type.name, name, type.comment, like: entry))
  }
}
