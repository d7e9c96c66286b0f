// What pg_dump -v says of its steps. Source: runs of PostgreSQL 15's pg_dump.

enum DumpProgress {
  /// In the order in which they are taken.
  private static let steps = [
    "last built-in OID is 16383", "reading extensions", "identifying extension members", "reading schemas",
    "reading user-defined tables", "reading user-defined functions", "reading user-defined types",
    "reading procedural languages", "reading user-defined aggregate functions", "reading user-defined operators",
    "reading user-defined access methods", "reading user-defined operator classes",
    "reading user-defined operator families", "reading user-defined text search parsers",
    "reading user-defined text search templates", "reading user-defined text search dictionaries",
    "reading user-defined text search configurations", "reading user-defined foreign-data wrappers",
    "reading user-defined foreign servers", "reading default privileges", "reading user-defined collations",
    "reading user-defined conversions", "reading type casts", "reading transforms",
    "reading table inheritance information", "reading event triggers", "finding extension tables",
    "finding inheritance relationships", "reading column info for interesting tables", defaults, checks,
    "flagging inherited columns in subtables", "reading partitioning data", "reading indexes",
    "flagging indexes in partitioned tables", "reading extended statistics", "reading constraints",
    "reading triggers", "reading rewrite rules", "reading policies", "reading row-level security policies",
    "reading publications", "reading publication membership of tables", "reading publication membership of schemas",
    "reading subscriptions", largeObjects, "reading dependency data", "saving encoding = UTF8",
    "saving standard_conforming_strings = on", "saving search_path = ", "saving database definition",
  ]
  private static let defaults = "finding table default expressions"
  private static let checks = "finding table check constraints"
  private static let largeObjects = "reading large objects"

  static func tell(_ call: ClientCall, _ archive: DumpArchive, _ options: DumpOptions) {
    var hasDefaults = false
    var hasChecks = false
    for entry in archive.entries where entry.kind == "TABLE" {
      guard let r = call.session?.catalog.relation(entry.table), !options.dataOnly else { continue }
      for (_, c) in r.liveColumns where c.defaultExpr != nil { hasDefaults = true }
      for c in r.constraints where c.kind == .check { hasChecks = true }
    }
    let isWhole = options.tables.isEmpty && options.schemas.isEmpty && !options.schemaOnly
    for step in steps {
      if step == defaults, !hasDefaults { continue }
      if step == checks, !hasChecks { continue }
      if step == largeObjects, !isWhole { continue }
      call.output.complain("pg_dump: \(step)\n")
    }
    let script = DumpScript(options, key: nil)
    for entry in archive.entries where entry.kind == "TABLE DATA" && script.wants(entry) {
      call.output.complain("pg_dump: dumping contents of table \"\(entry.schema).\(entry.tag)\"\n")
    }
  }
}
