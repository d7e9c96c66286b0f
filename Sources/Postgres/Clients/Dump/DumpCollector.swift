// Reads a database's catalogue into the entries of a dump. The session's search_path is empty, so that every name comes out with
// its schema. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

struct DumpCollector {
  let session: ClientSession
  let options: DumpOptions
  let deparser: Deparser
  var objects: [DumpObject] = []
  var notSimulated: [String] = []

  init(_ session: ClientSession, _ options: DumpOptions) {
    self.session = session
    self.options = options
    deparser = Deparser(session, explicit: true)
  }

  func q(_ name: String) -> String { quotedIdentifier(name) }
  func full(_ schema: String, _ name: String) -> String { q(schema) + "." + q(name) }
  func full(_ r: Relation) -> String { full(r.schema, r.name) }
  func isSystem(_ schema: String) -> Bool {
    schema == "information_schema" || schema.hasPrefix("pg_")
  }
  func key(_ r: Relation) -> String { "relation \(r.oid)" }

  // MARK: All of it

  mutating func collect() {
    let catalog = session.catalog
    let selectsTables = !options.tables.isEmpty
    if !selectsTables {
      for schema in catalog.schemas.values where wantsSchema(schema.name) { add(schema) }
      if options.schemas.isEmpty {
        for entry in catalog.extensions.values where entry.name != "plpgsql" { add(entry) }
      }
      for type in catalog.types.values where wantsSchema(type.schema) && type.relation == 0 { add(type) }
      for function in catalog.functions.values where wantsSchema(function.schema) { add(function) }
    }
    for r in catalog.relations.values {
      switch r.kind {
      case .table, .partitioned: if wants(r) { addTable(r) }
      case .sequence: if wantsSequence(r) { addSequence(r) }
      case .view, .materializedView: if wants(r) { addView(r) }
      case .index, .partitionedIndex, .composite: break
      }
    }
  }

  mutating func put(
    _ key: String, _ priority: Int, _ schema: String, _ name: String, position: Int = 0, needs: [String] = [],
    _ entries: [DumpEntry]
  ) {
    objects.append(
      DumpObject(
        key: key, priority: priority, schema: schema, name: name, position: position, needs: needs, entries: entries))
  }

  func comment(_ kind: String, _ tag: String, _ target: String, _ text: String?, like entry: DumpEntry)
    -> [DumpEntry]
  {
    guard let text, !options.noComments else { return [] }
    var made = DumpEntry(kind: "COMMENT", tag: "\(kind) \(tag)", schema: entry.schema, owner: entry.owner)
    made.section = entry.section
    made.definition = "COMMENT ON \(kind) \(target) IS \(quotedLiteral(text));\n"
    made.table = entry.table
    return [made]
  }
}
