// Which objects of a database a dump takes: what was asked for and what was left out, by names and patterns.
// Source: PostgreSQL 15 manual, reference page pg_dump.

internal import SimKernel

struct DumpOptions {
  var schemaOnly = false
  var dataOnly = false
  var noOwner = false
  var noPrivileges = false
  var noComments = false
  var clean = false
  var ifExists = false
  var create = false
  var inserts = false
  var columnInserts = false
  var rowsPerInsert = 1
  var onConflictDoNothing = false
  var schemas: [String] = []
  var excludedSchemas: [String] = []
  var tables: [String] = []
  var excludedTables: [String] = []
  var excludedData: [String] = []
  /// Those of `--section`; empty for all.
  var sections: [DumpSection] = []
}

extension DumpCollector {
  func matches(_ patterns: [String], _ schema: String, _ name: String) -> Bool {
    for pattern in patterns {
      let parts = DumpPattern.split(pattern)
      if parts.count > 1 {
        if DumpPattern.like(parts[0], schema), DumpPattern.like(parts[1], name) { return true }
      } else if DumpPattern.like(parts[0], name), schema == "public" || !isSystem(schema) {
        return true
      }
    }
    return false
  }

  func wantsSchema(_ name: String) -> Bool {
    if isSystem(name) { return false }
    for pattern in options.excludedSchemas where DumpPattern.like(pattern, name) { return false }
    if options.schemas.isEmpty { return true }
    for pattern in options.schemas where DumpPattern.like(pattern, name) { return true }
    return false
  }

  func wants(_ r: Relation) -> Bool {
    if r.isTemporary || isSystem(r.schema) { return false }
    if matches(options.excludedTables, r.schema, r.name) { return false }
    if !options.tables.isEmpty { return matches(options.tables, r.schema, r.name) }
    return wantsSchema(r.schema)
  }

  /// A sequence that belongs to a column also goes where its table goes; one of an identity only there.
  func wantsSequence(_ r: Relation) -> Bool {
    guard let s = r.sequence, s.ownerTable != 0, let table = session.catalog.relation(s.ownerTable) else {
      return wants(r)
    }
    return wants(table) || (!s.isIdentity && wants(r))
  }

  /// Nothing matched `-t` or `-n`.
  func unmatched() -> String? {
    if !options.schemas.isEmpty {
      var any = false
      for name in session.catalog.schemas.keys where wantsSchema(name) { any = true }
      if !any { return "no matching schemas were found" }
    }
    if !options.tables.isEmpty {
      var any = false
      for r in session.catalog.relations.values where matches(options.tables, r.schema, r.name) { any = true }
      if !any { return "no matching tables were found" }
    }
    return nil
  }
}

/// Patterns of `-t` and `-n`, as psql's.
enum DumpPattern {
  /// At the dot outside quotes, folded and without quotes.
  static func split(_ pattern: String) -> [String] {
    var parts: [[UInt8]] = [[]]
    var quoted = false
    for b in pattern.utf8 {
      if b == 0x22 {
        quoted.toggle()
      } else if b == 46, !quoted {
        parts.append([])
      } else {
        parts[parts.count - 1].append(quoted || !(65...90).contains(b) ? b : b + 32)
      }
    }
    var out: [String] = []
    for part in parts { out.append(String(decoding: part, as: UTF8.self)) }
    return out
  }

  static func like(_ pattern: String, _ name: String) -> Bool {
    var converted: [UInt8] = []
    for b in pattern.utf8 {
      switch b {
      case 0x2a: converted.append(0x25)
      case 0x3f: converted.append(0x5f)
      case 0x5f, 0x25: converted += [0x5c, b]
      default: converted.append(b)
      }
    }
    return (try? likeMatch(Array(name.utf8), converted)) ?? false
  }
}
