// vacuumdb, reindexdb, clusterdb: maintenance of one database or of all; pg_config's two words that labs ask for; pgbench.
// Source: PostgreSQL 15 manual, reference pages of these programs; words from the programs themselves.

internal import SimKernel

extension ClientTools {
  private struct Maintenance {
    var database: String?
    var all = false
    var quiet = false
    var tables: [String] = []
    var schemas: [String] = []
    var options: Set<String> = []
  }

  /// The options the three have in common; nil when something was wrong, which has then been said.
  private static func read(_ call: ClientCall, _ own: [OptionName]) -> Maintenance? {
    var m = Maintenance()
    var maintenance: String?
    let names =
      ClientCall.connectionOptions + [
        OptionName("dbname", "d", true), OptionName("all", "a", false), OptionName("table", "t", true),
        OptionName("echo", "e", false), OptionName("quiet", "q", false), OptionName("maintenance-db", nil, true),
      ] + own
    let line = call.read(names, most: .max) { name, value in
      if call.takeConnection(name, value) { return nil }
      switch name {
      case "dbname": m.database = value
      case "all": m.all = true
      case "table": m.tables.append(value)
      case "echo": call.echoes = true
      case "quiet": m.quiet = true
      case "maintenance-db": maintenance = value
      case "jobs", "parallel": break
      case "analyze", "full", "freeze", "analyze-only", "concurrently", "analyze-in-stages": m.options.insert(name)
      case "schema": m.schemas.append(value)
      case "system": m.options.insert(name)
      default: return call.notSimulated("--\(name)")
      }
      return nil
    }
    if line.code != nil { return nil }
    let most = m.database == nil ? 1 : 0
    if line.operands.count > most {
      _ = call.misused("too many command-line arguments (first is \"\(line.operands[most])\")")
      return nil
    }
    if m.database == nil { m.database = line.operands.first }
    let verb = call.name == "vacuumdb" ? "vacuum" : call.name == "reindexdb" ? "reindex" : "cluster"
    if m.all, m.database != nil {
      _ = call.fail("cannot \(verb) all databases and a specific one at the same time")
      return nil
    }
    if m.all, !m.tables.isEmpty {
      _ = call.fail("cannot \(verb) specific table(s) in all databases")
      return nil
    }
    if m.all {
      m.database = maintenance
    } else if m.database == nil {
      call.fillParameters()
      m.database = call.host.environment("PGDATABASE") ?? call.parameters.user
    }
    return m
  }

  /// The databases to work on, sorted as the programs sort them.
  private static func targets(_ call: ClientCall, _ m: Maintenance) -> [String]? {
    guard m.all else { return [m.database ?? "postgres"] }
    guard let session = call.connectMaintenance(m.database) else { return nil }
    var names: [String] = []
    for database in session.server.cluster.databases.values where database.allowsConnections {
      names.append(database.name)
    }
    call.finish()
    return names.sorted { compareBytes($0, $1) < 0 }
  }

  static func vacuumDatabases(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    let own = [
      OptionName("analyze", "z", false), OptionName("analyze-only", "Z", false), OptionName("freeze", "F", false),
      OptionName("full", "f", false), OptionName("verbose", "v", false), OptionName("jobs", "j", true),
      OptionName("parallel", "P", true), OptionName("schema", "n", true), OptionName("analyze-in-stages", nil, false),
      OptionName("min-xid-age", nil, true), OptionName("skip-locked", nil, false),
    ]
    guard let m = read(call, own), let databases = targets(call, m) else { return 1 }
    // The program's own queries would be shown.
    if call.echoes { return call.notSimulated("--echo") }
    if !m.schemas.isEmpty { return call.notSimulated("--schema") }
    if m.options.contains("analyze-in-stages") { return analyzeInStages(call, m, databases) }
    for database in databases {
      guard call.connect(database) != nil else { return 1 }
      if !m.quiet { call.output.print("vacuumdb: vacuuming database \"\(database)\"\n") }
      let tables = m.tables.isEmpty ? [""] : m.tables
      for table in tables {
        let verb: String
        if m.options.contains("analyze-only") {
          verb = "ANALYZE"
        } else {
          var words: [String] = []
          if m.options.contains("full") { words.append("FULL") }
          if m.options.contains("freeze") { words.append("FREEZE") }
          if m.options.contains("analyze") { words.append("ANALYZE") }
          verb = "VACUUM" + (words.isEmpty ? "" : " (\(joined(words, ", ")))")
        }
        if let error = call.run("\(verb) \(table);") {
          // The program looks the tables up first, and shows its query when there is none.
          if !table.isEmpty, error.state == SQLState.undefinedTable { return call.notSimulated("--table \(table)") }
          return call.fail("vacuuming of database \"\(database)\" failed: \(call.described(error))")
        }
      }
      call.finish()
    }
    return 0
  }

  /// Three rounds, each with a target of its own; with several databases each round goes through all of them.
  private static func analyzeInStages(_ call: ClientCall, _ m: Maintenance, _ databases: [String]) -> Int32 {
    let stages = [
      "minimal optimizer statistics (1 target)", "medium optimizer statistics (10 targets)",
      "default (full) optimizer statistics",
    ]
    for stage in stages {
      for database in databases {
        guard call.connect(database) != nil else { return 1 }
        if !m.quiet { call.output.print("vacuumdb: processing database \"\(database)\": Generating \(stage)\n") }
        for table in m.tables.isEmpty ? [""] : m.tables {
          if let error = call.run("ANALYZE \(table);") {
            return call.fail("vacuuming of database \"\(database)\" failed: \(call.described(error))")
          }
        }
        call.finish()
      }
    }
    return 0
  }

  static func reindexDatabases(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    let own = [
      OptionName("concurrently", nil, false), OptionName("index", "i", true), OptionName("jobs", "j", true),
      OptionName("system", "s", false), OptionName("schema", "S", true), OptionName("tablespace", nil, true),
      OptionName("verbose", "v", false),
    ]
    guard let m = read(call, own), let databases = targets(call, m) else { return 1 }
    for database in databases {
      guard call.connect(database) != nil else { return 1 }
      if m.all, !m.quiet { call.output.print("reindexdb: reindexing database \"\(database)\"\n") }
      if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\n") }
      if !m.tables.isEmpty, call.echoes { return call.notSimulated("--echo with --table") }
      var targets: [(kind: String, name: String)] = []
      for schema in m.schemas { targets.append(("SCHEMA", call.quoted(schema))) }
      for table in m.tables { targets.append(("TABLE", table)) }
      if m.options.contains("system") { targets.append(("SYSTEM", call.quoted(database))) }
      if targets.isEmpty { targets.append(("DATABASE", call.quoted(database))) }
      for target in targets {
        guard let error = call.run("REINDEX \(target.kind) \(target.name);") else { continue }
        switch target.kind {
        case "TABLE": return call.notSimulated("--table \(target.name)")
        case "SCHEMA":
          return call.fail(
            "reindexing of schema \"\(target.name)\" in database \"\(database)\" failed: \(call.described(error))")
        case "SYSTEM":
          return call.fail(
            "reindexing of system catalogs in database \"\(database)\" failed: \(call.described(error))")
        default: return call.fail("reindexing of database \"\(database)\" failed: \(call.described(error))")
        }
      }
      call.finish()
    }
    return 0
  }

  static func clusterDatabases(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    guard let m = read(call, [OptionName("verbose", "v", false)]), let databases = targets(call, m) else { return 1 }
    if !m.tables.isEmpty { return call.notSimulated("--table") }
    for database in databases {
      guard call.connect(database) != nil else { return 1 }
      if m.all, !m.quiet { call.output.print("clusterdb: clustering database \"\(database)\"\n") }
      if call.echoes { call.output.print("SELECT pg_catalog.set_config('search_path', '', false);\nCLUSTER;\n") }
      // Nothing is clustered before: CLUSTER without a table has nothing to do.
      call.finish()
    }
    return 0
  }
}
