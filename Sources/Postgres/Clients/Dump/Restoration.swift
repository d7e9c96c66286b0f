// An archive played into a database. Source: PostgreSQL 15 manual, reference page pg_restore.

internal import SimKernel

/// An archive played into a database, entry by entry; what fails is said and counted.
struct Restoration {
  let call: ClientCall
  let options: DumpOptions
  let exitsOnError: Bool
  let isVerbose: Bool
  private var errors = 0

  init(_ call: ClientCall, _ options: DumpOptions, exitsOnError: Bool, isVerbose: Bool) {
    self.call = call
    self.options = options
    self.exitsOnError = exitsOnError
    self.isVerbose = isVerbose
  }

  private func tell(_ text: String) { if isVerbose { call.output.complain("pg_restore: \(text)\n") } }

  /// False when the restoration ends here.
  private mutating func attempt(_ sql: String, _ shown: String) -> Bool {
    guard let error = call.run(sql) else { return true }
    fail("could not execute query: \(call.described(error))\nCommand was: \(shown)")
    return !exitsOnError
  }

  private mutating func fail(_ message: String) {
    errors += 1
    // Then the entry's number is said as well, which depends on the whole catalogue.
    if isVerbose { _ = call.notSimulated("--verbose with an error") }
    call.output.complain("pg_restore: error: \(message)\n")
  }

  mutating func run(_ archive: DumpArchive) -> Int32 {
    let script = DumpScript(options, key: nil)
    if options.create, !create(archive, script) { return 1 }
    // What a dump sets before all else, as far as it matters to what is restored.
    call.session?.settings["search_path"] = ""
    call.session?.settings["check_function_bodies"] = "off"
    call.session?.settings["row_security"] = "off"
    if options.clean, !options.create {
      for entry in archive.entries.reversed()
      where (!entry.drop.isEmpty || entry.kind == "INDEX") && script.wants(entry) {
        tell("dropping \(entry.kind) \(entry.tag)")
        if entry.drop.isEmpty { continue }
        let sql = script.drop(entry)
        if !attempt(sql, sql) { return 1 }
      }
    }
    for pass in [DumpPass.main, .privileges, .views] {
      for entry in archive.entries where entry.pass == pass && script.wants(entry) {
        if !restore(entry) { return 1 }
      }
    }
    guard errors > 0 else { return 0 }
    call.output.complain("pg_restore: warning: errors ignored on restore: \(errors)\n")
    return 1
  }

  /// `-C`: makes the database and goes on in it.
  private mutating func create(_ archive: DumpArchive, _ script: DumpScript) -> Bool {
    let name = archive.database
    if options.clean {
      tell("dropping DATABASE \(name)")
      let sql = "DROP DATABASE \(options.ifExists ? "IF EXISTS " : "")\(quotedIdentifier(name));\n"
      if !attempt(sql, sql) { return false }
    }
    for entry in archive.databaseEntries {
      if !restore(entry) { return false }
      guard entry.kind == "DATABASE" else { continue }
      tell("connecting to new database \"\(name)\"")
      call.finish()
      if call.connect(name) == nil { return false }
    }
    return true
  }

  private mutating func restore(_ entry: DumpEntry) -> Bool {
    let place = entry.schema == "-" || entry.schema.isEmpty ? "" : entry.schema + "."
    switch entry.data {
    case .copy(let header, let lines):
      tell("processing data for table \"\(place)\(entry.tag)\"")
      guard let error = copy(header, lines) else { return true }
      fail(
        "COPY failed for table \"\(entry.tag)\": \(call.described(error))"
          + (error.context.map { "\nCONTEXT:  \($0)" } ?? ""))
      return !exitsOnError
    case .statements(let list):
      tell("processing data for table \"\(place)\(entry.tag)\"")
      for statement in list where !attempt(statement, statement) { return false }
      return true
    case nil:
      tell(
        entry.section == .data
          ? "executing \(entry.kind) \(entry.tag)" : "creating \(entry.kind) \"\(place)\(entry.tag)\"")
      if !attempt(entry.definition, entry.definition + "\n") { return false }
      guard let target = entry.ownerTarget, !options.noOwner, !entry.owner.isEmpty else { return true }
      let sql = "ALTER \(target) OWNER TO \(quotedIdentifier(entry.owner));"
      return attempt(sql, sql + "\n\n")
    }
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
