// pg_dump: options, the connection, where the output goes.
// Source: PostgreSQL 15 manual, reference page pg_dump; words from the program itself.

internal import SimKernel

extension ClientTools {
  static let dumpOptions: [OptionName] =
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

  struct DumpCommand {
    var options = DumpOptions()
    var database: String?
    var file: String?
    var format = "p"
    var key: String?
    var verbose = false
  }

  static func takeDump(_ name: String, _ value: String, _ c: inout DumpCommand) -> Bool {
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

  /// `--section`: an exit code when there is no such one.
  static func takeSection(_ call: ClientCall, _ name: String, _ options: inout DumpOptions) -> Int32? {
    for (known, section) in DumpSection.names where known == name {
      options.sections.append(section)
      return nil
    }
    return call.misused("unrecognized section name: \"\(name)\"")
  }

  static func dumpDatabase(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var jobs = false
    let line = call.read(
      dumpOptions, most: .max
    ) { name, value in
      if call.takeConnection(name, value) || takeDump(name, value, &c) { return nil }
      switch name {
      case "format": c.format = value
      case "jobs": jobs = jobs || value != "1"
      case "section": return takeSection(call, value, &c.options)
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
      return nil
    }
    if let code = line.code { return code }
    if let code = check(call, &c, line.operands, jobs) { return code }
    guard let (archive, warnings) = makeArchive(call, c) else { return 1 }
    call.output.complain(warnings)
    let format = c.format.first
    // A script that is verbose has the numbers of its entries in it, which depend on the whole catalogue.
    if c.verbose, format == "p" { return call.notSimulated("--verbose") }
    if c.verbose { DumpProgress.tell(call, archive, c.options) }
    if format == "c" || format == "t" {
      let bytes = ArchiveFile.write(archive, format: format == "c" ? 1 : 3)
      return deliver(call, bytes, c.file)
    }
    var script = DumpScript(c.options, key: call.host.restrictsDumps ? c.key ?? restrictKey(call) : nil)
    return deliver(call, Array(script.text(archive).utf8), c.file)
  }

  /// Sixty-three letters and digits that nobody can guess.
  static func restrictKey(_ call: ClientCall) -> String {
    guard let session = call.session else { return "" }
    return restrictKey { session.random.next() }
  }

  /// Where there is no session the archive decides.
  static func restrictKey(_ archive: [UInt8]) -> String {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for b in archive { state = (state ^ UInt64(b)) &* 0x100_0000_01b3 }
    return restrictKey {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }

  private static func restrictKey(_ next: () -> UInt64) -> String {
    let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var out: [UInt8] = []
    for _ in 0..<63 { out.append(letters[Int(next() % 62)]) }
    return String(decoding: out, as: UTF8.self)
  }

  static func deliver(_ call: ClientCall, _ bytes: [UInt8], _ file: String?) -> Int32 {
    guard let file else {
      call.output.write(bytes)
      return 0
    }
    if let why = call.host.write(file, bytes) { return call.fail("could not open output file \"\(file)\": \(why)") }
    return 0
  }

  static func check(_ call: ClientCall, _ c: inout DumpCommand, _ operands: [String], _ jobs: Bool) -> Int32? {
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
  static func makeArchive(_ call: ClientCall, _ c: DumpCommand) -> (DumpArchive, String)? {
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

  static func databaseEntries(_ session: ClientSession, _ collector: DumpCollector) -> [DumpEntry] {
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
}
