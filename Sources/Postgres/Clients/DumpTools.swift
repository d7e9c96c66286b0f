// pg_dump, pg_dumpall and pg_restore: options, connections, where the output goes.
// Source: PostgreSQL 15 manual, reference pages of these programs; words from the programs themselves.

internal import SimKernel

extension ClientTools {
  // MARK: pg_dump

  private static let dumpOptions: [OptionName] =
    ClientCall.connectionOptions + [
      OptionName("data-only", "a", false), OptionName("blobs", "b", false), OptionName("no-blobs", "B", false),
      OptionName("clean", "c", false), OptionName("create", "C", false), OptionName("dbname", "d", true),
      OptionName("file", "f", true), OptionName("format", "F", true), OptionName("jobs", "j", true),
      OptionName("schema", "n", true), OptionName("exclude-schema", "N", true), OptionName("no-owner", "O", false),
      OptionName("schema-only", "s", false), OptionName("superuser", "S", true), OptionName("table", "t", true),
      OptionName("exclude-table", "T", true), OptionName("verbose", "v", false),
      OptionName("no-privileges", "x", false), OptionName("no-acl", nil, false), OptionName("compress", "Z", true),
      OptionName("encoding", "E", true), OptionName("extension", "e", true), OptionName("role", nil, true),
      OptionName("column-inserts", nil, false), OptionName("attribute-inserts", nil, false),
      OptionName("inserts", nil, false), OptionName("rows-per-insert", nil, true),
      OptionName("on-conflict-do-nothing", nil, false), OptionName("if-exists", nil, false),
      OptionName("no-comments", nil, false), OptionName("no-tablespaces", nil, false),
      OptionName("no-publications", nil, false), OptionName("no-subscriptions", nil, false),
      OptionName("no-security-labels", nil, false), OptionName("exclude-table-data", nil, true),
      OptionName("section", nil, true), OptionName("no-sync", nil, false), OptionName("restrict-key", nil, true),
      OptionName("quote-all-identifiers", nil, false), OptionName("disable-triggers", nil, false),
      OptionName("disable-dollar-quoting", nil, false), OptionName("no-unlogged-table-data", nil, false),
      OptionName("serializable-deferrable", nil, false), OptionName("snapshot", nil, true),
      OptionName("lock-wait-timeout", nil, true), OptionName("strict-names", nil, false),
      OptionName("enable-row-security", nil, false), OptionName("load-via-partition-root", nil, false),
      OptionName("use-set-session-authorization", nil, false), OptionName("no-table-access-method", nil, false),
      OptionName("no-toast-compression", nil, false), OptionName("extra-float-digits", nil, true),
      OptionName("include-foreign-data", nil, true),
    ]

  private struct DumpCommand {
    var options = DumpOptions()
    var database: String?
    var file: String?
    var format = "p"
    var key: String?
    var verbose = false
  }

  private static func takeDump(_ name: String, _ value: String, _ c: inout DumpCommand) -> Bool {
    switch name {
    case "data-only": c.options.dataOnly = true
    case "schema-only": c.options.schemaOnly = true
    case "clean": c.options.clean = true
    case "create": c.options.create = true
    case "if-exists": c.options.ifExists = true
    case "no-owner": c.options.noOwner = true
    case "no-privileges", "no-acl": c.options.noPrivileges = true
    case "no-comments": c.options.noComments = true
    case "inserts": c.options.inserts = true
    case "column-inserts", "attribute-inserts":
      c.options.inserts = true
      c.options.columnInserts = true
    case "on-conflict-do-nothing": c.options.onConflictDoNothing = true
    case "schema": c.options.schemas.append(value)
    case "exclude-schema": c.options.excludedSchemas.append(value)
    case "table": c.options.tables.append(value)
    case "exclude-table": c.options.excludedTables.append(value)
    case "exclude-table-data": c.options.excludedData.append(value)
    case "dbname": c.database = value
    case "file": c.file = value
    case "restrict-key": c.key = value
    case "verbose": c.verbose = true
    // What these leave out or change is not there in the first place.
    case "blobs", "no-blobs", "no-tablespaces", "no-publications", "no-subscriptions", "no-security-labels", "no-sync",
      "superuser", "compress", "no-toast-compression", "extra-float-digits", "no-unlogged-table-data",
      "serializable-deferrable", "lock-wait-timeout":
      break
    default: return false
    }
    return true
  }

  static func dumpDatabase(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var operands: [String] = []
    var jobs = false
    var reader = OptionReader(call.arguments, long: dumpOptions)
    while let item = reader.next() {
      switch item {
      case .option(let name, let value):
        if call.takeConnection(name, value) || takeDump(name, value, &c) { continue }
        switch name {
        case "format": c.format = value
        case "jobs": jobs = jobs || value != "1"
        case "encoding":
          if !["UTF8", "UTF-8", "utf8", "utf-8"].contains(value) { return call.notSimulated("--encoding=\(value)") }
        case "rows-per-insert":
          guard let rows = Int(value), rows >= 1 else {
            if Int(value) == nil { return call.fail("invalid value \"\(value)\" for option --rows-per-insert") }
            return call.fail("--rows-per-insert must be in range 1..2147483647")
          }
          c.options.inserts = true
          c.options.rowsPerInsert = rows
        default: return call.notSimulated("--\(name)")
        }
      case .operand(let word): operands.append(word)
      case .wrong(let words):
        call.output.complain("pg_dump: \(words)\npg_dump: hint: \(call.more)\n")
        return 1
      }
    }
    if let code = check(call, &c, operands, jobs) { return code }
    guard let (archive, warnings) = makeArchive(call, c) else { return 1 }
    call.output.complain(warnings)
    if c.verbose { return call.notSimulated("--verbose") }
    let format = c.format.first
    if format == "c" || format == "t" {
      let bytes = ArchiveFile.write(archive, format: format == "c" ? 1 : 3)
      return deliver(call, bytes, c.file)
    }
    var script = DumpScript(c.options, key: call.host.restrictsDumps ? c.key ?? restrictKey(call) : nil)
    return deliver(call, Array(script.text(archive).utf8), c.file)
  }

  /// Sixty-three letters and digits that nobody can guess.
  private static func restrictKey(_ call: ClientCall) -> String {
    guard let session = call.session else { return "" }
    let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var out: [UInt8] = []
    for _ in 0..<63 { out.append(letters[Int(session.random.next() % 62)]) }
    return String(decoding: out, as: UTF8.self)
  }

  private static func deliver(_ call: ClientCall, _ bytes: [UInt8], _ file: String?) -> Int32 {
    guard let file else {
      call.output.write(bytes)
      return 0
    }
    if let why = call.host.write(file, bytes) { return call.fail("could not open output file \"\(file)\": \(why)") }
    return 0
  }

  private static func check(_ call: ClientCall, _ c: inout DumpCommand, _ operands: [String], _ jobs: Bool) -> Int32? {
    if c.database == nil { c.database = operands.first }
    let rest = c.database != nil && operands.first == c.database ? 1 : 0
    if operands.count > rest {
      return call.misused("too many command-line arguments (first is \"\(operands[rest])\")")
    }
    if c.options.dataOnly, c.options.schemaOnly {
      return call.fail("options -s/--schema-only and -a/--data-only cannot be used together")
    }
    if c.options.dataOnly, c.options.clean {
      return call.fail("options -c/--clean and -a/--data-only cannot be used together")
    }
    if c.options.ifExists, !c.options.clean { return call.fail("option --if-exists requires option -c/--clean") }
    if c.options.onConflictDoNothing, !c.options.inserts {
      return call.fail(
        "option --on-conflict-do-nothing requires option --inserts, --rows-per-insert, or --column-inserts")
    }
    let formats = ["p", "plain", "c", "custom", "t", "tar", "d", "directory"]
    guard formats.contains(c.format.lowercased()) else {
      return call.fail("invalid output format \"\(c.format)\" specified")
    }
    c.format = c.format.lowercased()
    if c.format.hasPrefix("d") { return call.notSimulated("--format=directory") }
    if jobs { return call.fail("parallel backup only supported by the directory format") }
    return nil
  }

  /// Connects and reads the database.
  private static func makeArchive(_ call: ClientCall, _ c: DumpCommand) -> (DumpArchive, String)? {
    call.fillParameters()
    let name = c.database ?? call.host.environment("PGDATABASE") ?? call.parameters.user ?? ""
    guard let session = call.connect(name) else { return nil }
    session.settings["search_path"] = ""
    var collector = DumpCollector(session, c.options)
    if let message = collector.unmatched() {
      _ = call.fail(message)
      return nil
    }
    collector.collect()
    for reason in collector.notSimulated { call.host.note(notSimulated: reason) }
    var archive = DumpArchive(
      database: session.database.name, serverVersion: session.server.versionNumber, dumpVersion: call.host.version)
    archive.databaseEntries = databaseEntries(session, collector)
    for object in DumpOrder.arrange(collector.objects) { archive.entries += object.entries }
    return (archive, c.options.dataOnly ? circles(session, collector) : "")
  }

  /// Tables whose foreign keys lead back to themselves cannot be put in order.
  private static func circles(_ session: ClientSession, _ collector: DumpCollector) -> String {
    var next: [Int32: [Int32]] = [:]
    var dumped: [Int32] = []
    for object in collector.objects where object.priority == DumpPriority.data {
      dumped.append(object.entries[0].table)
    }
    for oid in dumped {
      for constraint in session.catalog.relation(oid)?.constraints ?? [] where constraint.kind == .foreignKey {
        if dumped.contains(constraint.foreignTable) { next[oid, default: []].append(constraint.foreignTable) }
      }
    }
    func reaches(_ from: Int32, _ target: Int32) -> Bool {
      var seen: Set<Int32> = []
      var queue = next[from] ?? []
      while let oid = queue.popLast() {
        if oid == target { return true }
        if seen.insert(oid).inserted { queue += next[oid] ?? [] }
      }
      return false
    }
    // One warning for every circle, in the order of names.
    var left: [(name: String, oid: Int32)] = []
    for oid in dumped where reaches(oid, oid) { left.append((session.catalog.relation(oid)?.name ?? "", oid)) }
    left.sort { compareBytes($0.name, $1.name) < 0 }
    var text = ""
    while let first = left.first {
      var names: [String] = []
      for entry in left where reaches(first.oid, entry.oid) && reaches(entry.oid, first.oid) {
        names.append(entry.name)
      }
      left.removeAll { names.contains($0.name) }
      text +=
        names.count > 1
        ? "pg_dump: warning: there are circular foreign-key constraints among these tables:\n"
        : "pg_dump: warning: there are circular foreign-key constraints on this table:\n"
      for name in names { text += "pg_dump: detail: \(name)\n" }
      text +=
        "pg_dump: hint: You might not be able to restore the dump without using --disable-triggers or temporarily dropping the constraints.\n"
      text +=
        "pg_dump: hint: Consider using a full dump instead of a --data-only dump to avoid this problem.\n"
    }
    return text
  }

  private static func databaseEntries(_ session: ClientSession, _ collector: DumpCollector) -> [DumpEntry] {
    let d = session.database
    let name = quotedIdentifier(d.name)
    var made = DumpEntry(kind: "DATABASE", tag: d.name, schema: "-", owner: d.owner)
    var text = "CREATE DATABASE \(name) WITH TEMPLATE = template0 ENCODING = '\(d.encoding)'"
    if session.server.cluster.majorVersion >= 15 { text += " LOCALE_PROVIDER = libc" }
    text +=
      d.collate == d.ctype
      ? " LOCALE = \(quotedLiteral(d.collate))"
      : " LC_COLLATE = \(quotedLiteral(d.collate)) LC_CTYPE = \(quotedLiteral(d.ctype))"
    made.definition = text + ";\n"
    made.ownerTarget = "DATABASE \(name)"
    var out = [made]
    if let comment = d.comment {
      var entry = DumpEntry(kind: "COMMENT", tag: "DATABASE \(d.name)", schema: "-", owner: d.owner)
      entry.definition = "COMMENT ON DATABASE \(name) IS \(quotedLiteral(comment));\n"
      out.append(entry)
    }
    var properties = ""
    if d.connectionLimit >= 0 { properties += "ALTER DATABASE \(name) CONNECTION LIMIT = \(d.connectionLimit);\n" }
    for setting in d.settings {
      properties += "ALTER DATABASE \(name) SET \(setting.name) TO \(quotedLiteral(setting.value));\n"
    }
    if !properties.isEmpty {
      var entry = DumpEntry(kind: "DATABASE PROPERTIES", tag: d.name, schema: "-", owner: d.owner)
      entry.definition = properties
      out.append(entry)
    }
    return out
  }

  // MARK: pg_dumpall

  static func dumpAll(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var globalsOnly = false
    var rolesOnly = false
    var noPasswords = false
    var reader = OptionReader(
      call.arguments,
      long: dumpOptions.filter { !["create", "format", "jobs", "schema", "table"].contains($0.long) } + [
        OptionName("globals-only", "g", false), OptionName("roles-only", "r", false),
        OptionName("tablespaces-only", nil, false), OptionName("no-role-passwords", nil, false),
        OptionName("exclude-database", nil, true), OptionName("database", "l", true),
      ])
    while let item = reader.next() {
      switch item {
      case .option(let name, let value):
        if call.takeConnection(name, value) || takeDump(name, value, &c) { continue }
        switch name {
        case "globals-only": globalsOnly = true
        case "roles-only": rolesOnly = true
        case "no-role-passwords": noPasswords = true
        case "database": c.database = value
        default: return call.notSimulated("--\(name)")
        }
      case .operand(let word): return call.misused("too many command-line arguments (first is \"\(word)\")")
      case .wrong(let words):
        call.output.complain("pg_dumpall: \(words)\npg_dumpall: hint: \(call.more)\n")
        return 1
      }
    }
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
      names.append(database.name)
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

  private static func roles(_ call: ClientCall, _ cluster: Cluster, _ noPasswords: Bool, only: Bool) -> String {
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
    if !memberships.isEmpty { out += "\n--\n-- Role memberships\n--\n\n" + memberships + "\n\n" }
    return out + (only ? "\n\n" : "\n\n\n\n")
  }

  // MARK: pg_restore

  private static let restoreOptions: [OptionName] =
    ClientCall.connectionOptions + [
      OptionName("data-only", "a", false), OptionName("clean", "c", false), OptionName("create", "C", false),
      OptionName("dbname", "d", true), OptionName("exit-on-error", "e", false), OptionName("file", "f", true),
      OptionName("format", "F", true), OptionName("jobs", "j", true), OptionName("list", "l", false),
      OptionName("use-list", "L", true), OptionName("schema", "n", true), OptionName("exclude-schema", "N", true),
      OptionName("no-owner", "O", false), OptionName("schema-only", "s", false), OptionName("superuser", "S", true),
      OptionName("table", "t", true), OptionName("verbose", "v", false), OptionName("no-privileges", "x", false),
      OptionName("no-acl", nil, false), OptionName("single-transaction", "1", false),
      OptionName("if-exists", nil, false), OptionName("no-comments", nil, false),
      OptionName("restrict-key", nil, true), OptionName("no-data-for-failed-tables", nil, false),
      OptionName("disable-triggers", nil, false), OptionName("index", "I", true), OptionName("function", "P", true),
      OptionName("role", nil, true), OptionName("section", nil, true), OptionName("no-tablespaces", nil, false),
    ]

  static func restore(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var operands: [String] = []
    var exitsOnError = false
    var reader = OptionReader(call.arguments, long: restoreOptions)
    while let item = reader.next() {
      switch item {
      case .option(let name, let value):
        if call.takeConnection(name, value) || takeDump(name, value, &c) { continue }
        switch name {
        case "format", "jobs": break
        case "exit-on-error": exitsOnError = true
        default: return call.notSimulated("--\(name)")
        }
      case .operand(let word): operands.append(word)
      case .wrong(let words):
        call.output.complain("pg_restore: \(words)\npg_restore: hint: \(call.more)\n")
        return 1
      }
    }
    if operands.count > 1 {
      return call.misused("too many command-line arguments (first is \"\(operands[1])\")")
    }
    if c.database == nil, c.file == nil {
      return call.fail("one of -d/--dbname and -f/--file must be specified")
    }
    if c.database != nil, c.file != nil {
      return call.misused("options -d/--dbname and -f/--file cannot be used together")
    }
    if c.options.dataOnly, c.options.schemaOnly {
      return call.fail("options -s/--schema-only and -a/--data-only cannot be used together")
    }
    if c.options.dataOnly, c.options.clean {
      return call.fail("options -c/--clean and -a/--data-only cannot be used together")
    }
    if c.options.ifExists, !c.options.clean { return call.fail("option --if-exists requires option -c/--clean") }
    var bytes = call.input
    if let path = operands.first {
      guard let found = call.host.read(path) else {
        return call.fail("could not open input file \"\(path)\": No such file or directory")
      }
      bytes = found
    }
    guard var archive = ArchiveFile.read(bytes) else {
      if bytes.starts(with: Array("--\n-- PostgreSQL database".utf8)) {
        return call.fail("input file appears to be a text format dump. Please use psql.")
      }
      return call.fail(
        bytes.count < 5
          ? "input file is too short (read \(bytes.count), expected 5)"
          : "input file does not appear to be a valid archive")
    }
    archive.entries = selected(archive.entries, c.options)
    if c.database != nil, c.options.create { return call.notSimulated("--create with --dbname") }
    guard let database = c.database else {
      var script = DumpScript(c.options, key: call.host.restrictsDumps ? c.key ?? "" : nil)
      return deliver(call, Array(script.text(archive).utf8), c.file == "-" ? nil : c.file)
    }
    guard call.connect(database) != nil else { return 1 }
    return Restoration(call, c.options, exitsOnError: exitsOnError).run(archive)
  }

  /// What `-t` and `-n` leave.
  private static func selected(_ entries: [DumpEntry], _ options: DumpOptions) -> [DumpEntry] {
    guard !options.tables.isEmpty || !options.schemas.isEmpty || !options.excludedSchemas.isEmpty else {
      return entries
    }
    var tables: Set<Int32> = []
    for entry in entries
    where ["TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE"].contains(entry.kind) && options.tables.contains(entry.tag)
    {
      tables.insert(entry.table)
    }
    var out: [DumpEntry] = []
    for entry in entries {
      if !options.schemas.isEmpty, !options.schemas.contains(entry.schema) { continue }
      if options.excludedSchemas.contains(entry.schema) { continue }
      if !options.tables.isEmpty {
        let kinds = [
          "TABLE", "TABLE DATA", "VIEW", "MATERIALIZED VIEW", "MATERIALIZED VIEW DATA", "SEQUENCE", "SEQUENCE SET",
          "COMMENT", "ACL",
        ]
        guard kinds.contains(entry.kind), tables.contains(entry.table) else { continue }
        if entry.kind == "COMMENT", entry.tag.hasPrefix("INDEX ") { continue }
      }
      out.append(entry)
    }
    return out
  }
}

/// An archive played into a database, entry by entry; what fails is said and counted.
private struct Restoration {
  let call: ClientCall
  let options: DumpOptions
  let exitsOnError: Bool

  init(_ call: ClientCall, _ options: DumpOptions, exitsOnError: Bool) {
    self.call = call
    self.options = options
    self.exitsOnError = exitsOnError
  }

  func run(_ archive: DumpArchive) -> Int32 {
    let script = DumpScript(options, key: nil)
    call.session?.settings["search_path"] = ""
    var errors = 0
    func attempt(_ sql: String, _ shown: String) -> Bool {
      guard let error = call.run(sql) else { return true }
      errors += 1
      call.output.complain(
        "pg_restore: error: could not execute query: \(call.described(error))\nCommand was: \(shown)\n")
      return false
    }
    if options.clean {
      for entry in archive.entries.reversed() where !entry.drop.isEmpty && script.wants(entry) {
        let sql = script.drop(entry)
        if !attempt(sql, sql), exitsOnError { return 1 }
      }
    }
    for pass in [DumpPass.main, .privileges, .views] {
      for entry in archive.entries where entry.pass == pass && script.wants(entry) {
        switch entry.data {
        case .copy(let header, let lines):
          if let error = copy(header, lines) {
            errors += 1
            call.output.complain(
              "pg_restore: error: COPY failed for table \"\(entry.tag)\": \(call.described(error))\(error.context.map { "\nCONTEXT:  \($0)" } ?? "")\n"
            )
            if exitsOnError { return 1 }
          }
        case .statements(let list):
          for statement in list {
            if !attempt(statement, statement), exitsOnError { return 1 }
          }
        case nil:
          if !attempt(entry.definition, entry.definition + "\n"), exitsOnError { return 1 }
          if let target = entry.ownerTarget, !options.noOwner, !entry.owner.isEmpty {
            let sql = "ALTER \(target) OWNER TO \(quotedIdentifier(entry.owner));"
            if !attempt(sql, sql + "\n\n"), exitsOnError { return 1 }
          }
        }
      }
    }
    guard errors > 0 else { return 0 }
    call.output.complain("pg_restore: warning: errors ignored on restore: \(errors)\n")
    return 1
  }

  private func copy(_ header: String, _ lines: [String]) -> SQLError? {
    guard let session = call.session else { return nil }
    for outcome in session.execute(header) {
      if case .error(let error) = outcome { return error }
    }
    for outcome in session.copyData(lines) {
      if case .error(let error) = outcome { return error }
    }
    return nil
  }
}
