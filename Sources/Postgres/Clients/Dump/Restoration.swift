// An archive played into a database. Source: PostgreSQL 15 manual, reference page pg_restore.

internal import SimKernel

/// An archive played into a database, entry by entry; what fails is said and counted.
struct Restoration {
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
