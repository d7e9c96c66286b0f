// pg_restore: options, and what of an archive they choose.
// Source: PostgreSQL 15 manual, reference page pg_restore; words from the program itself.

internal import SimKernel

extension ClientTools {
  static let restoreOptions: [OptionName] =
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
      OptionName("trigger", "T", true),
      OptionName("role", nil, true), OptionName("section", nil, true), OptionName("no-tablespaces", nil, false),
    ]

  static func restore(_ call: ClientCall) -> Int32 {
    if let code = call.answersFirst() { return code }
    var c = DumpCommand()
    var exitsOnError = false
    var isOneTransaction = false
    var chosen = ChosenEntries()
    let line = call.read(
      restoreOptions, most: 1
    ) { name, value in
      if call.takeConnection(name, value) || takeDump(name, value, &c) { return nil }
      switch name {
      case "format", "jobs": break
      case "exit-on-error": exitsOnError = true
      case "single-transaction":
        isOneTransaction = true
        exitsOnError = true
      case "section": return takeSection(call, value, &c.options)
      case "index": chosen.indexes.append(value)
      case "function": chosen.functions.append(value)
      case "trigger": chosen.triggers.append(value)
      default: return call.notSimulated("--\(name)")
      }
      return nil
    }
    if let code = line.code { return code }
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
    if c.options.create, isOneTransaction {
      return call.fail("options -C/--create and -1/--single-transaction cannot be used together")
    }
    if c.options.ifExists, !c.options.clean { return call.fail("option --if-exists requires option -c/--clean") }
    var bytes = call.input
    if let path = line.operands.first {
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
    archive.entries = chosen.select(archive.entries, c.options)
    guard let database = c.database else {
      var script = DumpScript(c.options, key: call.host.restrictsDumps ? c.key ?? restrictKey(bytes) : nil)
      return deliver(call, Array(script.text(archive).utf8), c.file == "-" ? nil : c.file)
    }
    if c.verbose { call.output.complain("pg_restore: connecting to database for restore\n") }
    guard call.connect(database) != nil else { return 1 }
    var restoration = Restoration(call, c.options, exitsOnError: exitsOnError, isVerbose: c.verbose)
    if isOneTransaction { _ = call.run("BEGIN") }
    let code = restoration.run(archive)
    if isOneTransaction, code == 0 { _ = call.run("COMMIT") }
    return code
  }
}

/// The entries that a pg_restore takes: by schema, or by the names of tables, indexes, functions and triggers.
struct ChosenEntries {
  var indexes: [String] = []
  var functions: [String] = []
  var triggers: [String] = []

  private static let tableKinds: Set<String> = [
    "TABLE", "TABLE DATA", "VIEW", "MATERIALIZED VIEW", "MATERIALIZED VIEW DATA", "SEQUENCE", "SEQUENCE SET",
    "FOREIGN TABLE",
  ]

  /// Comments and privileges go with the object before them.
  func select(_ entries: [DumpEntry], _ options: DumpOptions) -> [DumpEntry] {
    let byName = !options.tables.isEmpty || !indexes.isEmpty || !functions.isEmpty || !triggers.isEmpty
    var out: [DumpEntry] = []
    var takesObject = false
    for entry in entries {
      if !options.schemas.isEmpty, !options.schemas.contains(entry.schema) { continue }
      if options.excludedSchemas.contains(entry.schema) { continue }
      if byName {
        if entry.kind == "COMMENT" || entry.kind == "ACL" {
          guard takesObject else { continue }
        } else {
          takesObject = names(entry, options.tables)
          guard takesObject else { continue }
        }
      }
      out.append(entry)
    }
    return out
  }

  private func names(_ entry: DumpEntry, _ tables: [String]) -> Bool {
    if ChosenEntries.tableKinds.contains(entry.kind) { return tables.contains(entry.tag) }
    switch entry.kind {
    case "INDEX": return indexes.contains(entry.tag)
    case "FUNCTION", "AGGREGATE", "PROCEDURE": return functions.contains(entry.tag)
    case "TRIGGER": return triggers.contains(entry.tag)
    default: return false
    }
  }
}
