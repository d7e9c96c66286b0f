// Sends queries and shows what came of them: results in the form that `\g`, `\gx`, `\gset`, `\gexec`, `\gdesc` and
// `\crosstabview` ask for, errors with their place, notices, notifications. Source: PostgreSQL 15 manual, psql; libpq, 34.3.

internal import SimKernel

/// What a `\g` command asks of the next result.
struct ResultRequest {
  enum Kind {
    case print
    case gset(prefix: String)
    case gexec
    case gdesc
    case crosstab([String])
    case watch
  }
  var kind = Kind.print
  /// `\g FILE`
  var target: String?
  var options: PrintOptions?
}

extension PsqlSession {
  package func send(_ sql: String) { send(sql, ResultRequest()) }

  func send(_ sql: String, _ request: ResultRequest) {
    previousQuery = sql
    guard let session else {
      report("You are currently not connected to a database.")
      return
    }
    if variables["ECHO"] == "queries" { say(sql + "\n") }
    log(sql)
    if let words = host.loss(of: session) { return loseConnection(words) }
    let saved = (options, outputTarget)
    if let o = request.options { options = o }
    if let t = request.target {
      guard let new = opened(t) else {
        options = saved.0
        return
      }
      outputTarget = new
    }
    defer {
      if request.target != nil, case .pipe(let pipe) = outputTarget { push(.close(pipe: pipe)) }
      (options, outputTarget) = saved
    }
    if case .gdesc = request.kind { return describeResult(sql, session) }
    if !isOn("AUTOCOMMIT"), session.transactionStatus == 0x49, !PsqlSession.standsAlone(sql) {
      _ = session.execute("BEGIN")
    }
    let keeps =
      session.transactionStatus == 0x54
      && (variables["ON_ERROR_ROLLBACK"] == "on" || (variables["ON_ERROR_ROLLBACK"] == "interactive" && isInteractive))
    if keeps { _ = session.execute("SAVEPOINT pg_psql_temporary_savepoint") }
    let outcomes = session.execute(sql)
    let slept = session.takeSleep()
    if slept > 0 { push(.pause(milliseconds: slept)) }
    show(outcomes, request: request, query: sql)
    if case .error(let error) = outcomes.last, error.kind == .fatal {
      host.close(session)
      return loseConnection("")
    }
    if timing { say("Time: " + PsqlSession.duration(slept) + "\n") }
    if keeps {
      if session.transactionStatus == 0x45 {
        _ = session.execute("ROLLBACK TO pg_psql_temporary_savepoint")
      } else if session.transactionStatus == 0x54, !PsqlSession.touchesSavepoints(outcomes) {
        _ = session.execute("RELEASE pg_psql_temporary_savepoint")
      }
    }
  }

  /// The server has ended the session: on a terminal a new connection is tried.
  func loseConnection(_ words: String) {
    warn(
      words
        + "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.\n"
    )
    hadError = true
    guard isInteractive else {
      report("connection to server was lost")
      actions = []
      wraps = false
      frames = []
      lineIsOpen = false
      session = nil
      ended = 2
      return
    }
    complain("The connection to the server was lost. Attempting reset: ")
    if case .session(let made, _, _, _) = host.connect(parameters) {
      session = made
      complain("Succeeded.\n")
      describeConnection()
    } else {
      session = nil
      // psql 14 and later try, and say so, once more.
      complain("Failed.\n")
      if PsqlSession.versionNumber(release) >= "140000" {
        complain("The connection to the server was lost. Attempting reset: Failed.\n")
      }
      describeConnection()
    }
  }

  /// After these the savepoint that psql made itself is gone, or must stay.
  private static func touchesSavepoints(_ outcomes: [StatementOutcome]) -> Bool {
    for outcome in outcomes.reversed() {
      if case .command(let tag) = outcome { return ["COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"].contains(tag) }
    }
    return false
  }

  /// Statements before which AUTOCOMMIT off opens no transaction.
  private static func standsAlone(_ sql: String) -> Bool {
    var words: [String] = []
    for part in sql.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == ";" }).prefix(2) {
      words.append(lowercasedASCII(String(part)))
    }
    guard let first = words.first else { return true }
    if ["abort", "begin", "start", "commit", "end", "rollback", "vacuum", "cluster"].contains(first) { return true }
    let second = words.count > 1 ? words[1] : ""
    if ["create", "drop"].contains(first), ["database", "tablespace"].contains(second) { return true }
    return first == "alter" && second == "system" || first == "discard" && second == "all"
  }

  /// Statements take no time by the simulated clock unless they sleep: `0.000 ms`, `1500.000 ms (00:01.500)`.
  private static func duration(_ milliseconds: Int64) -> String {
    let text = "\(milliseconds).000 ms"
    if milliseconds < 1_000 { return text }
    func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : String(n) }
    let seconds = milliseconds / 1_000
    let fraction = String(1_000 + milliseconds % 1_000).dropFirst()
    var clock = "\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(fraction)"
    if seconds >= 3_600 { clock = "\(two(seconds / 3_600 % 24)):" + clock }
    if seconds >= 86_400 { clock = "\(seconds / 86_400) d " + clock }
    return "\(text) (\(clock))"
  }

  private func log(_ sql: String) {
    guard let logFile else { return }
    let text = "********* QUERY **********\n\(sql)\n**************************\n\n"
    _ = host.write(logFile, Array(text.utf8), appends: true)
  }

  private func printed(_ text: String) {
    write(text)
    if let logFile { _ = host.write(logFile, Array(text.utf8), appends: true) }
  }

  private func printed(_ table: PrintTable) {
    let text = write(table, options)
    if let logFile { _ = host.write(logFile, Array(text.utf8), appends: true) }
  }

  private func printStatus(_ tag: String) {
    variables["LASTOID"] = "0"
    if quiet { return }
    printed(options.format == "html" ? "<p>" + MarkupFormat.escaped(tag) + "</p>\n" : tag + "\n")
  }

  func show(_ outcomes: [StatementOutcome], request: ResultRequest = ResultRequest(), query: String) {
    var failed: SQLError?
    var count = "0"
    var last = -1
    for (i, outcome) in outcomes.enumerated() { if case .rows = outcome { last = i } }
    for (i, outcome) in outcomes.enumerated() {
      switch outcome {
      case .empty: break
      case .command(let tag):
        count = PsqlSession.affected(tag)
        printStatus(tag)
      case .rows(let set):
        count = PsqlSession.affected(set.tag)
        if i == last, useResult(set, request) { continue }
        if i != last, !isOn("SHOW_ALL_RESULTS") { continue }
        printResult(set)
        if set.tag.hasPrefix("INSERT") || set.tag.hasPrefix("UPDATE") || set.tag.hasPrefix("DELETE") {
          printStatus(set.tag)
        }
      case .notice(let n, let severity): warn(noticeText(n, severity))
      case .error(let e):
        failed = e
        if e.kind == .notSimulated || e.kind == .wouldBlock {
          let what = e.kind == .wouldBlock ? "waiting: " + e.message : e.message
          note(notSimulated: what)
          warn("not simulated: " + what + "\n")
        } else {
          lastError = (e, query)
          warn(errorText(e, query))
          let echo = variables["ECHO"]
          if echo == "errors" { warn("STATEMENT:  " + query + "\n") }
        }
      case .copyIn:
        copyLines = []
        if isInteractive, !quiet, asksForRows {
          say(
            "Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n"
          )
        }
      case .copyOut(let lines):
        var text = ""
        for l in lines { text += l + "\n" }
        printed(text)
      case .notification(let channel, let payload, let pid):
        say(
          "Asynchronous notification \"\(channel)\"" + (payload.isEmpty ? "" : " with payload \"\(payload)\"")
            + " received from server process with PID \(pid).\n")
      }
    }
    if let failed {
      variables["ERROR"] = "true"
      variables["SQLSTATE"] = failed.state
      variables["ROW_COUNT"] = "0"
      variables["LAST_ERROR_SQLSTATE"] = failed.state
      variables["LAST_ERROR_MESSAGE"] = failed.message
      hadError = true
    } else {
      variables["ERROR"] = "false"
      variables["SQLSTATE"] = "00000"
      variables["ROW_COUNT"] = count
    }
  }

  private static func affected(_ tag: String) -> String {
    let word = tag.split(separator: " ").last.map { String($0) } ?? ""
    return Int64(word) != nil ? word : "0"
  }

  // MARK: Results

  /// True when the result was put to another use than printing.
  private func useResult(_ set: ResultSet, _ request: ResultRequest) -> Bool {
    switch request.kind {
    case .print, .gdesc, .watch: return false
    case .gset(let prefix):
      guard set.rows.count == 1 else {
        report(set.rows.isEmpty ? "no rows returned for \\gset" : "more than one row returned for \\gset")
        return true
      }
      for (i, c) in set.columns.enumerated() {
        let name = prefix + c.name
        guard PsqlVariables.isName(name) else {
          report("invalid variable name: \"\(name)\"")
          return true
        }
        if let value = set.rows[0][i] {
          if let problem = PsqlVariables.set(self, name, value) { report(problem) }
        } else {
          variables[name] = nil
        }
      }
      return true
    case .gexec:
      for row in set.rows {
        for value in row {
          guard let value else { continue }
          if variables["ECHO"] == "all" { say(value + "\n") }
          send(value)
          if hadError, isOn("ON_ERROR_STOP") { return true }
        }
      }
      return true
    case .crosstab(let arguments):
      switch CrosstabView.make(set, arguments) {
      case .problem(let text): report(text)
      case .table(var table):
        table.title = options.title
        for i in table.rows.indices {
          for j in table.rows[i].indices where table.rows[i][j] == CrosstabView.null { table.rows[i][j] = options.null }
        }
        printed(table)
      }
      return true
    }
  }

  private func describeResult(_ sql: String, _ session: ClientSession) {
    switch session.describe(sql) {
    case .failure(let e): show([.error(e)], query: sql)
    case .success(let columns):
      if columns.isEmpty {
        say("The command has no result, or the result has no columns.\n")
        return
      }
      var table = PrintTable(title: nil, headers: ["Column", "Type"], rightAligned: [false, false], rows: [])
      for c in columns { table.rows.append([c.name, c.type]) }
      printed(table)
    }
  }

  func printResult(_ set: ResultSet) {
    var table = PrintTable(title: options.title, headers: [], rightAligned: [], rows: [])
    for c in set.columns {
      table.headers.append(c.name)
      table.rightAligned.append(c.isNumeric)
    }
    table.rows.reserveCapacity(set.rows.count)
    for row in set.rows {
      var line: [String] = []
      line.reserveCapacity(row.count)
      for v in row { line.append(v ?? options.null) }
      table.rows.append(line)
    }
    if set.columns.isEmpty, !options.tuplesOnly || options.format != "aligned" || options.expanded != .off {
      let count = "(\(set.rows.count) row\(set.rows.count == 1 ? "" : "s"))"
      if options.format == "aligned", options.expanded == .off {
        return printed("--\n" + (options.footer ? count + "\n" : "") + "\n")
      }
      if options.format == "aligned" { return printed(options.tuplesOnly || !options.footer ? "" : count + "\n\n") }
      table.rows = []
      if options.footer, options.expanded == .off { table.footers = [count] }
    } else if set.columns.isEmpty {
      return printed("\n")
    }
    printed(table)
  }

  // MARK: Errors

  func noticeText(_ e: SQLError, _ severity: String) -> String {
    let verbosity = variables["VERBOSITY"]
    if verbosity == "sqlstate" { return severity + ":  " + e.state + "\n" }
    var s = severity + ":  " + (verbosity == "verbose" ? e.state + ": " : "") + e.message + "\n"
    if verbosity == "terse" { return s }
    if let d = e.detail { s += "DETAIL:  " + d + "\n" }
    if let h = e.hint { s += "HINT:  " + h + "\n" }
    if let c = e.context, variables["SHOW_CONTEXT"] == "always" { s += "CONTEXT:  " + c + "\n" }
    if verbosity == "verbose", let place = SourceLocations.find(e) { s += "LOCATION:  " + place + "\n" }
    return s
  }

  func errorText(_ e: SQLError, _ sql: String, verbosity given: String? = nil) -> String {
    let verbosity = given ?? variables["VERBOSITY"] ?? "default"
    let verbose = verbosity == "verbose"
    let severity = e.kind == .fatal ? "FATAL" : "ERROR"
    if verbosity == "sqlstate" { return "\(severity):  \(e.state)\n" }
    var s = severity + ":  " + (verbose ? e.state + ": " : "") + e.message
    if verbosity == "terse" {
      if e.offset >= 0, e.internalQuery == nil {
        let before = Array(sql.utf8).prefix(e.offset)
        s += " at character \(String(decoding: before, as: UTF8.self).unicodeScalars.count + 1)"
      }
      return s + "\n"
    }
    s += "\n"
    if e.offset >= 0 { s += ErrorPosition.show(e.internalQuery ?? sql, e.offset) }
    if let d = e.detail { s += "DETAIL:  " + d + "\n" }
    if let h = e.hint { s += "HINT:  " + h + "\n" }
    if let q = e.internalQuery { s += "QUERY:  " + q + "\n" }
    if let c = e.context, variables["SHOW_CONTEXT"] != "never" { s += "CONTEXT:  " + c + "\n" }
    if verbose {
      if let x = e.schemaName { s += "SCHEMA NAME:  " + x + "\n" }
      if let x = e.tableName { s += "TABLE NAME:  " + x + "\n" }
      if let x = e.columnName { s += "COLUMN NAME:  " + x + "\n" }
      if let x = e.typeName { s += "DATATYPE NAME:  " + x + "\n" }
      if let x = e.constraintName { s += "CONSTRAINT NAME:  " + x + "\n" }
      if let place = SourceLocations.find(e) { s += "LOCATION:  " + place + "\n" }
    }
    return s
  }
}
