// psql as a state machine over lines of input: statements are cut at semicolons, meta-commands carried out, results printed.
// Source: PostgreSQL 15 manual, reference page psql.

package import SimKernel

/// Where psql connects.
package protocol PsqlConnector: AnyObject {
  func open(user: String, database: String, password: String?) throws(SQLError) -> ClientSession
}

package final class PsqlSession {
  package var session: ClientSession?
  package var options = PrintOptions()
  package var variables = OrderedMap<String, String>()
  package private(set) var out = ""
  package private(set) var err = ""
  /// What could not be simulated, in order.
  package private(set) var notSimulated: [String] = []
  /// Set when psql ends.
  package private(set) var exitCode: Int32?
  package var isInteractive = false
  package var inputFile: String?
  package var lineNumber = 0
  package var quiet = false
  package var echoQueries = false
  package var echoAll = false
  package let connector: (any PsqlConnector)?
  package var timing = false
  package var singleTransaction = false
  private var buffer: [UInt8] = []
  private var statementStart = 1
  private var copyLines: [String]?
  private var conditions: [(active: Bool, seenTrue: Bool)] = []
  private var previousBuffer = ""
  private var inQuote: UInt8 = 0
  private var parens = 0
  private var dollarTag: [UInt8] = []
  private var commentDepth = 0
  package var host = ""
  package var port: Int64 = 5432
  package var readFile: ((String) -> [UInt8]?)?
  private var includeDepth = 0
  private var lastError: SQLError?
  package private(set) var hadError = false
  package private(set) var fileSucceeded = true
  package func clearError() { hadError = false }

  package init(session: ClientSession?, connector: (any PsqlConnector)? = nil) {
    self.session = session
    self.connector = connector
    for (k, v) in [
      ("AUTOCOMMIT", "on"), ("PROMPT1", "%/%R%x%# "), ("PROMPT2", "%/%R%x%# "), ("PROMPT3", ">> "),
      ("VERBOSITY", "default"), ("FETCH_COUNT", "0"), ("ON_ERROR_STOP", "off"), ("ON_ERROR_ROLLBACK", "off"),
      ("ECHO", "none"), ("QUIET", "off"), ("SHOW_CONTEXT", "errors"), ("HISTCONTROL", "none"),
      ("COMP_KEYWORD_CASE", "preserve-upper"), ("HISTSIZE", "500"), ("IGNOREEOF", "0"), ("SINGLELINE", "off"),
      ("SINGLESTEP", "off"),
    ] { variables[k] = v }
  }

  package func takeOutput() -> (out: String, err: String) {
    defer {
      out = ""
      err = ""
    }
    return (out, err)
  }

  private var active: Bool { conditions.allSatisfy { $0.active } }
  private func isOn(_ name: String) -> Bool { ["on", "true", "1", "yes"].contains(variables[name] ?? "") }

  // MARK: Prompt

  /// The prompt for the next line.
  package var prompt: String {
    if copyLines != nil { return variables["PROMPT3"] ?? ">> " }
    let continuing = !isBlank(buffer) || inQuote != 0 || commentDepth > 0
    let template = Array((continuing ? variables["PROMPT2"] : variables["PROMPT1"])?.utf8 ?? "".utf8)
    var text = ""
    var i = 0
    while i < template.count {
      if template[i] != 0x25 || i + 1 >= template.count {
        text += String(decoding: template[i...i], as: UTF8.self)
        i += 1
        continue
      }
      switch template[i + 1] {
      case 0x2f: text += session?.database.name ?? ""
      case 0x7e: text += session.map { $0.database.name == $0.loginUser ? "~" : $0.database.name } ?? ""
      case 0x52:
        if !continuing {
          text += session == nil ? "!" : !active ? "@" : "="
        } else if commentDepth > 0 {
          text += "*"
        } else if inQuote == 0x27 {
          text += "'"
        } else if inQuote == 0x22 {
          text += "\""
        } else if inQuote == 0x24 {
          text += "$"
        } else if parens > 0 {
          text += "("
        } else {
          text += "-"
        }
      case 0x78:
        switch session?.transactionStatus {
        case 0x54: text += "*"
        case 0x45: text += "!"
        default: break
        }
      case 0x23: text += session?.isSuperuser ?? false ? "#" : ">"
      case 0x6e: text += session?.currentUser ?? ""
      case 0x4d, 0x6d: text += host.isEmpty || host.hasPrefix("/") ? "[local]" : host
      case 0x3e: text += String(port)
      case 0x25: text += "%"
      default: break
      }
      i += 2
    }
    return text
  }

  private func isBlank(_ b: [UInt8]) -> Bool {
    for x in b where !Lexer.isSpace(x) { return false }
    return true
  }

  // MARK: Input

  /// One line of input without its line break.
  package func feed(_ line: String) {
    lineNumber += 1
    guard exitCode == nil else { return }
    if copyLines != nil {
      if line == "\\." {
        let lines = copyLines!
        copyLines = nil
        show(session?.copyData(lines) ?? [])
      } else {
        copyLines!.append(line)
      }
      return
    }
    if echoAll, !isInteractive { out += line + "\n" }
    scan(Array(line.utf8))
  }

  /// The input is over: what is left of a statement runs, as psql does for a file without a last semicolon.
  package func finish() {
    guard exitCode == nil else { return }
    if let lines = copyLines {
      copyLines = nil
      show(session?.copyData(lines) ?? [])
    }
    if !isBlank(buffer), !isInteractive { send(String(decoding: buffer, as: UTF8.self)) }
    buffer = []
    if exitCode == nil, isInteractive { out += "\\q\n" }
  }

  private func scan(_ line: [UInt8]) {
    var i = 0
    if buffer.isEmpty { statementStart = lineNumber } else { buffer.append(10) }
    while i < line.count {
      let b = line[i]
      let next = i + 1 < line.count ? line[i + 1] : 0
      if commentDepth > 0 {
        buffer.append(b)
        if b == 0x2a, next == 0x2f {
          buffer.append(next)
          commentDepth -= 1
          i += 1
        } else if b == 0x2f, next == 0x2a {
          buffer.append(next)
          commentDepth += 1
          i += 1
        }
        i += 1
        continue
      }
      if inQuote == 0x24 {
        if b == 0x24, i + dollarTag.count <= line.count, Array(line[i..<i + dollarTag.count]) == dollarTag {
          buffer += dollarTag
          i += dollarTag.count
          inQuote = 0
          continue
        }
        buffer.append(b)
        i += 1
        continue
      }
      if inQuote != 0 {
        buffer.append(b)
        if b == inQuote { inQuote = 0 }
        i += 1
        continue
      }
      switch b {
      case 0x27, 0x22:
        inQuote = b
        buffer.append(b)
      case 0x24:
        var k = i + 1
        while k < line.count, Lexer.isIdentifierPart(line[k]), line[k] != 0x24 { k += 1 }
        let previous = buffer.last ?? 32
        if k < line.count, line[k] == 0x24, !(i + 1 < line.count && Lexer.isDigit(line[i + 1])),
          !Lexer.isIdentifierPart(previous)
        {
          dollarTag = Array(line[i...k])
          inQuote = 0x24
          buffer += dollarTag
          i = k + 1
          continue
        }
        buffer.append(b)
      case 0x2d where next == 0x2d:
        if isBlank(buffer) {
          buffer = []
          return
        }
        buffer += line[i...]
        return
      case 0x2f where next == 0x2a:
        commentDepth = 1
        buffer += [b, next]
        i += 1
      case 0x28:
        parens += 1
        buffer.append(b)
      case 0x29:
        parens = max(0, parens - 1)
        buffer.append(b)
      case 0x3b where parens == 0:
        buffer.append(b)
        let text = String(decoding: buffer, as: UTF8.self)
        buffer = []
        if active { send(text) }
        if exitCode != nil { return }
        statementStart = lineNumber
      case 0x5c:
        if next == 0x3b {
          buffer.append(0x3b)
          i += 2
          continue
        }
        i = meta(line, i + 1)
        if exitCode != nil { return }
        continue
      case 0x3a
      where next != 0x3a && (Lexer.isIdentifierPart(next) || next == 0x27 || next == 0x22) && (buffer.last ?? 0) != 0x3a:
        // :name :'name' :"name"
        var k = i + 1
        let quote = next == 0x27 || next == 0x22 ? next : 0
        if quote != 0 { k += 1 }
        let start = k
        while k < line.count, Lexer.isIdentifierPart(line[k]), line[k] != 0x24 { k += 1 }
        let name = String(decoding: line[start..<k], as: UTF8.self)
        if let value = variables[name], quote == 0 || (k < line.count && line[k] == quote) {
          buffer += Array(
            (quote == 0x27 ? quotedLiteral(value) : quote == 0x22 ? "\"" + replaced(value, "\"", "\"\"") + "\"" : value)
              .utf8)
          i = quote == 0 ? k : k + 1
          continue
        }
        buffer.append(b)
      default:
        if isBlank(buffer), Lexer.isSpace(b) { break }
        buffer.append(b)
      }
      i += 1
    }
    if isBlank(buffer), inQuote == 0, commentDepth == 0 { buffer = [] }
  }

  // MARK: Running

  package func runCommandString(_ text: String) {
    if text.utf8.first == 0x5c {
      _ = meta(Array(text.utf8), 1)
    } else {
      send(text)
    }
  }

  package func send(_ sql: String, expanded: Bool? = nil, variablePrefix: String? = nil) {
    guard let session else {
      report("You are currently not connected to a database.", prefix: "")
      return
    }
    previousBuffer = sql
    if echoQueries { out += sql + "\n" }
    let saved = options.expanded
    if let expanded { options.expanded = expanded }
    show(session.execute(sql), variablePrefix: variablePrefix, text: sql)
    options.expanded = saved
    if timing { out += "Time: 0.512 ms\n" }
  }

  private func show(_ outcomes: [StatementOutcome], variablePrefix: String? = nil, text: String = "") {
    var failed = false
    for outcome in outcomes {
      switch outcome {
      case .empty: break
      case .command(let tag): if !quiet, !isOn("QUIET") { out += tag + "\n" }
      case .rows(let set):
        if let prefix = variablePrefix {
          if set.rows.count == 1 {
            for (i, c) in set.columns.enumerated() { variables[prefix + c.name] = set.rows[0][i] }
          } else {
            report(
              set.rows.isEmpty ? "no rows returned for \\gset" : "more than one row returned for \\gset", prefix: "")
          }
          continue
        }
        if !set.tag.hasPrefix("SELECT"), !set.tag.hasPrefix("FETCH"), !set.tag.hasPrefix("SHOW") {
          printResult(set)
          if !quiet, !isOn("QUIET") { out += set.tag + "\n" }
        } else {
          printResult(set)
        }
      case .notice(let n, let severity): err += location + severityText(n, severity)
      case .error(let e):
        failed = true
        lastError = e
        if e.kind == .notSimulated {
          notSimulated.append(e.message)
          err += location + "not simulated: " + e.message + "\n"
        } else {
          err += location + errorText(e, text)
        }
      case .copyIn:
        copyLines = []
        if isInteractive {
          out +=
            "Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n"
        }
      case .copyOut(let lines): for l in lines { out += l + "\n" }
      case .notification(let channel, let payload, let pid):
        out +=
          "Asynchronous notification \"\(channel)\"" + (payload.isEmpty ? "" : " with payload \"\(payload)\"")
          + " received from server process with PID \(pid).\n"
      }
    }
    variables["ERROR"] = failed ? "true" : "false"
    if failed {
      hadError = true
      if isOn("ON_ERROR_STOP") { exitCode = 3 }
    }
  }

  private var location: String { inputFile.map { "psql:\($0):\(lineNumber): " } ?? "" }

  package func report(_ message: String, prefix: String = "error: ") {
    err += (inputFile.map { "psql:\($0):\(lineNumber): " } ?? (isInteractive ? "" : "")) + prefix + message + "\n"
    hadError = true
  }

  private func severityText(_ e: SQLError, _ severity: String) -> String {
    var s = severity + ":  " + e.message + "\n"
    if let d = e.detail { s += "DETAIL:  " + d + "\n" }
    if let h = e.hint { s += "HINT:  " + h + "\n" }
    return s
  }

  private func errorText(_ e: SQLError, _ sql: String) -> String {
    let verbose = variables["VERBOSITY"] == "verbose"
    if variables["VERBOSITY"] == "sqlstate" { return "ERROR:  \(e.state)\n" }
    var s = (e.kind == .fatal ? "FATAL" : "ERROR") + ":  " + (verbose ? e.state + ": " : "") + e.message + "\n"
    if e.offset >= 0, variables["VERBOSITY"] != "terse" { s += PsqlSession.caret(sql, e.offset) }
    if variables["VERBOSITY"] == "terse" { return s }
    if let d = e.detail { s += "DETAIL:  " + d + "\n" }
    if let h = e.hint { s += "HINT:  " + h + "\n" }
    if let c = e.context { s += "CONTEXT:  " + c + "\n" }
    if verbose {
      if let x = e.schemaName { s += "SCHEMA NAME:  " + x + "\n" }
      if let x = e.tableName { s += "TABLE NAME:  " + x + "\n" }
      if let x = e.columnName { s += "COLUMN NAME:  " + x + "\n" }
      if let x = e.constraintName { s += "CONSTRAINT NAME:  " + x + "\n" }
    }
    return s
  }

  /// `LINE 1: …` with a caret, cut to 60 columns around the place.
  static func caret(_ sql: String, _ offset: Int) -> String {
    let bytes = Array(sql.utf8)
    let at = min(offset, bytes.count)
    var line = 1
    var start = 0
    for i in 0..<at where bytes[i] == 10 {
      line += 1
      start = i + 1
    }
    var end = start
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    var shown = scalars(String(decoding: bytes[start..<end], as: UTF8.self))
    for i in shown.indices where shown[i] == "\t" { shown[i] = " " }
    var column = String(decoding: bytes[start..<max(start, at)], as: UTF8.self).unicodeScalars.count
    var prefix = "LINE \(line): "
    // The text is cut so that at least ten columns follow the place.
    if displayWidth(string(shown)) > 60 {
      var first = 0
      var last = shown.count
      if column + 10 < 60 {
        last = min(shown.count, 60)
        shown = Array(shown[..<last])
        shown = shown + Array("...".unicodeScalars)
      } else {
        last = min(shown.count, column + 10)
        first = max(0, last - 60)
        let tail = last < shown.count
        shown = Array(shown[first..<last])
        if first > 0 {
          prefix += "..."
          column -= first
        }
        if tail { shown = shown + Array("...".unicodeScalars) }
      }
    }
    var pad = ""
    for s in shown.prefix(max(0, min(column, shown.count))) { pad += displayWidth(String(s)) == 2 ? "  " : " " }
    pad += String(repeating: " ", count: max(0, column - shown.count))
    return prefix + string(shown) + "\n" + String(repeating: " ", count: displayWidth(prefix)) + pad + "^\n"
  }

  private func printResult(_ set: ResultSet) {
    var table = PrintTable(title: options.title, headers: [], rightAligned: [], rows: [])
    for c in set.columns {
      table.headers.append(c.name)
      table.rightAligned.append(c.isNumeric)
    }
    table.rows.reserveCapacity(set.rows.count)
    for row in set.rows {
      var line: [String] = []
      for v in row { line.append(v ?? options.null) }
      table.rows.append(line)
    }
    if ["html", "wrapped", "latex", "asciidoc", "troff-ms", "latex-longtable"].contains(options.format) {
      notSimulated.append("psql format \(options.format)")
      err += "not simulated: psql format \(options.format)\n"
      return
    }
    if set.columns.isEmpty, options.format == "aligned", !options.expanded {
      out += options.tuplesOnly ? "\n" : "--\n(\(set.rows.count) row\(set.rows.count == 1 ? "" : "s"))\n\n"
      return
    }
    out += TableFormat.print(table, options)
  }

  // MARK: Meta-commands

  /// Carries out the command at `start` (after the backslash); returns where the line goes on.
  private func meta(_ line: [UInt8], _ start: Int) -> Int {
    var i = start
    while i < line.count, !Lexer.isSpace(line[i]), line[i] != 0x5c { i += 1 }
    let name = String(decoding: line[start..<i], as: UTF8.self)
    let rawStart = i
    var arguments: [String] = []
    var rest = i
    while true {
      while rest < line.count, Lexer.isSpace(line[rest]) { rest += 1 }
      guard rest < line.count, line[rest] != 0x5c else { break }
      var word: [UInt8] = []
      while rest < line.count, !Lexer.isSpace(line[rest]) {
        let b = line[rest]
        if b == 0x27 {
          rest += 1
          while rest < line.count {
            if line[rest] == 0x27 {
              if rest + 1 < line.count, line[rest + 1] == 0x27 { rest += 1 } else { break }
            }
            if line[rest] == 0x5c, rest + 1 < line.count {
              rest += 1
              switch line[rest] {
              case 0x6e: word.append(10)
              case 0x74: word.append(9)
              default: word.append(line[rest])
              }
            } else {
              word.append(line[rest])
            }
            rest += 1
          }
          rest += 1
        } else if b == 0x22 {
          word.append(b)
          rest += 1
          while rest < line.count, line[rest] != 0x22 {
            word.append(line[rest])
            rest += 1
          }
          if rest < line.count { word.append(0x22) }
          rest += 1
        } else if b == 0x3a, rest + 1 < line.count, Lexer.isIdentifierPart(line[rest + 1]) {
          var k = rest + 1
          while k < line.count, Lexer.isIdentifierPart(line[k]) { k += 1 }
          let v = String(decoding: line[(rest + 1)..<k], as: UTF8.self)
          word += Array((variables[v] ?? ":" + v).utf8)
          rest = k
        } else {
          word.append(b)
          rest += 1
        }
      }
      arguments.append(String(decoding: word, as: UTF8.self))
    }
    switch name {
    case "if", "elif", "else", "endif":
      condition(name, arguments)
      return line.count
    default: break
    }
    guard active else { return line.count }
    let raw = trimmedSpaces(String(decoding: line[rawStart...], as: UTF8.self))
    let query = String(decoding: buffer, as: UTF8.self)
    switch name {
    case "q", "quit", "exit": exitCode = 0
    case "g", "gx", "gset":
      let text = isBlank(buffer) ? previousBuffer : query
      buffer = []
      send(text, expanded: name == "gx" ? true : nil, variablePrefix: name == "gset" ? arguments.first ?? "" : nil)
    case "r", "reset":
      buffer = []
      if !quiet { out += "Query buffer reset (cleared).\n" }
    case "p", "print":
      out += (isBlank(buffer) ? previousBuffer.isEmpty ? "Query buffer is empty." : previousBuffer : query) + "\n"
    case "echo", "qecho":
      var noNewline = false
      if arguments.first == "-n" {
        noNewline = true
        arguments.removeFirst()
      }
      out += joined(arguments, " ") + (noNewline ? "" : "\n")
    case "warn": err += joined(arguments, " ") + "\n"
    case "x":
      if let a = arguments.first {
        options.expanded = a == "on"
        if a == "auto" { options.expandedAuto = true }
      } else {
        options.expanded.toggle()
      }
      if !quiet {
        out += "Expanded display is \(options.expanded ? "on" : options.expandedAuto ? "used automatically" : "off").\n"
      }
    case "t":
      if let a = arguments.first { options.tuplesOnly = a == "on" } else { options.tuplesOnly.toggle() }
      if !quiet { out += "Tuples only is \(options.tuplesOnly ? "on" : "off").\n" }
    case "a":
      options.format = options.format == "aligned" ? "unaligned" : "aligned"
      if !quiet { out += "Output format is \(options.format).\n" }
    case "timing":
      if let a = arguments.first { timing = a == "on" } else { timing.toggle() }
      if !quiet { out += "Timing is \(timing ? "on" : "off").\n" }
    case "set":
      if arguments.isEmpty {
        for k in variables.keys.sorted() { out += "\(k) = '\(variables[k]!)'\n" }
      } else {
        variables[arguments[0]] = joined(Array(arguments.dropFirst()), "")
        if arguments[0] == "QUIET" { quiet = isOn("QUIET") }
        if arguments[0] == "ON_ERROR_STOP", arguments.count == 1 { variables["ON_ERROR_STOP"] = "on" }
      }
    case "unset": if let a = arguments.first { variables[a] = nil }
    case "pset": pset(arguments)
    case "c", "connect": connect(arguments)
    case "conninfo":
      if let s = session {
        let place =
          host.isEmpty || host.hasPrefix("/")
          ? "via socket in \"\(host.isEmpty ? s.server.socketDirectory : host)\"" : "on host \"\(host)\""
        out +=
          "You are connected to database \"\(s.database.name)\" as user \"\(s.loginUser)\" \(place) at port \"\(port)\".\n"
      } else {
        out += "You are currently not connected to a database.\n"
      }
    case "encoding": if arguments.isEmpty { out += "UTF8\n" }
    case "i", "include", "ir":
      guard let file = arguments.first else {
        report("\\\(name): missing required argument", prefix: "")
        break
      }
      include(file)
    case "d", "d+", "dt", "dt+", "di", "di+", "dv", "dv+", "ds", "ds+", "dm", "l", "l+", "list", "du", "du+", "dg",
      "dn", "dn+", "dp", "z", "dtv", "dT":
      if let s = session { Describe(self, s).run(name, arguments) }
    case "copy":
      notSimulated.append("\\copy")
      err += "not simulated: \\copy\n"
    case "h", "help", "?", "watch", "e", "edit", "ef", "ev", "o", "w", "s", "password", "!", "cd", "setenv", "gdesc",
      "gexec", "crosstabview", "errverbose", "H", "C", "f", "T", "df", "df+", "dx", "dx+", "dS", "dtS", "dC", "dD",
      "dF", "dL", "dO", "dP", "dRp", "dRs", "dX", "dy", "da", "db", "dc", "dconfig", "dE", "det", "deu", "dew", "des",
      "ddp", "do", "drds", "sf", "sv", "bind", "getenv", "prompt", "dT+", "dp+", "dA", "dAc", "dAf", "dAo", "dAp", "dd",
      "dl", "lo_list", "html":
      notSimulated.append("\\" + name)
      err += "not simulated: \\\(name)\n"
      return line.count
    default:
      err += location + (inputFile == nil && !isInteractive ? "" : "") + "invalid command \\\(name)\n"
      if isInteractive { err += "Try \\? for help.\n" }
      hadError = true
      if isOn("ON_ERROR_STOP") { exitCode = 3 }
      return line.count
    }
    _ = raw
    // A second backslash starts another command; \\ separates from SQL.
    if rest + 1 < line.count, line[rest] == 0x5c, line[rest + 1] == 0x5c { return rest + 2 }
    return rest
  }

  private func condition(_ name: String, _ arguments: [String]) {
    func value() -> Bool { ["true", "on", "yes", "1", "t", "y"].contains(lowercasedASCII(arguments.first ?? "")) }
    switch name {
    case "if":
      let v = active ? value() : false
      conditions.append((active: v, seenTrue: v || !active))
    case "elif":
      guard let last = conditions.popLast() else {
        report("\\elif: no matching \\if", prefix: "")
        return
      }
      let v = !last.seenTrue && value()
      conditions.append((active: v, seenTrue: last.seenTrue || v))
    case "else":
      guard let last = conditions.popLast() else {
        report("\\else: no matching \\if", prefix: "")
        return
      }
      conditions.append((active: !last.seenTrue, seenTrue: true))
    default: if conditions.popLast() == nil { report("\\endif: no matching \\if", prefix: "") }
    }
  }

  package func include(_ file: String) {
    guard let bytes = readFile?(file) else {
      fileSucceeded = false
      report("\(file): No such file or directory", prefix: "")
      if isOn("ON_ERROR_STOP") { exitCode = 3 }
      return
    }
    fileSucceeded = true
    includeDepth += 1
    defer { includeDepth -= 1 }
    if includeDepth > 20 { return }
    let (savedFile, savedLine, savedBuffer) = (inputFile, lineNumber, buffer)
    inputFile = file
    lineNumber = 0
    buffer = []
    for line in splitLines(bytes) {
      feed(line)
      if exitCode != nil { break }
    }
    if exitCode == nil, !isBlank(buffer) { send(String(decoding: buffer, as: UTF8.self)) }
    (inputFile, lineNumber, buffer) = (savedFile, savedLine, savedBuffer)
    if exitCode == 0, includeDepth > 0 { exitCode = nil }
  }

  package func splitLines(_ bytes: [UInt8]) -> [String] {
    var out: [String] = []
    var start = 0
    for i in bytes.indices where bytes[i] == 10 {
      out.append(String(decoding: bytes[start..<i], as: UTF8.self))
      start = i + 1
    }
    if start < bytes.count { out.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return out
  }

  package func setOption(_ name: String, _ value: String?) -> Bool {
    switch name {
    case "format":
      let formats = [
        "aligned", "asciidoc", "csv", "html", "latex", "latex-longtable", "troff-ms", "unaligned", "wrapped",
      ]
      guard let v = value, let f = formats.first(where: { $0.hasPrefix(v) }) else { return value == nil }
      options.format = f
    case "border": options.border = Int(value ?? "") ?? options.border
    case "null": options.null = value ?? ""
    case "fieldsep": options.fieldSeparator = value ?? "|"
    case "recordsep": options.recordSeparator = value ?? "\n"
    case "footer": options.footer = value.map { $0 == "on" } ?? !options.footer
    case "tuples_only", "t": options.tuplesOnly = value.map { $0 == "on" } ?? !options.tuplesOnly
    case "expanded", "x", "vertical": options.expanded = value.map { $0 == "on" } ?? !options.expanded
    case "title": options.title = value
    case "pager", "columns", "linestyle", "numericlocale", "pager_min_lines", "unicode_border_linestyle", "tableattr":
      break
    case "csv_fieldsep": options.csvSeparator = value ?? ","
    default: return false
    }
    return true
  }

  private func pset(_ a: [String]) {
    guard let name = a.first else {
      notSimulated.append("\\pset without arguments")
      err += "not simulated: \\pset without arguments\n"
      return
    }
    guard setOption(name, a.count > 1 ? a[1] : nil) else {
      report("\\pset: unknown option: \(name)", prefix: "")
      return
    }
    if quiet { return }
    switch name {
    case "format": out += "Output format is \(options.format).\n"
    case "border": out += "Border style is \(options.border).\n"
    case "null": out += "Null display is \"\(options.null)\".\n"
    case "fieldsep": out += "Field separator is \"\(options.fieldSeparator)\".\n"
    case "footer": out += "Default footer is \(options.footer ? "on" : "off").\n"
    case "tuples_only", "t": out += "Tuples only is \(options.tuplesOnly ? "on" : "off").\n"
    case "expanded", "x": out += "Expanded display is \(options.expanded ? "on" : "off").\n"
    case "title": out += options.title.map { "Title is \"\($0)\".\n" } ?? "Title is unset.\n"
    case "pager": out += a.count > 1 && a[1] == "off" ? "Pager usage is off.\n" : "Pager is used for long output.\n"
    default: break
    }
  }

  private func connect(_ a: [String]) {
    guard let current = session, let connector else { return }
    let database = a.count > 0 && a[0] != "-" ? a[0] : current.database.name
    let user = a.count > 1 && a[1] != "-" ? a[1] : current.loginUser
    do throws(SQLError) {
      let new = try connector.open(user: user, database: database, password: nil)
      current.server.close(current)
      session = new
      if !quiet { out += "You are now connected to database \"\(database)\" as user \"\(user)\".\n" }
    } catch {
      let place =
        host.isEmpty || host.hasPrefix("/")
        ? "connection to server on socket \"\(host.isEmpty ? current.server.socketDirectory : host)/.s.PGSQL.\(port)\" failed: "
        : "connection to server at \"\(host)\", port \(port) failed: "
      err +=
        location + (inputFile == nil && isInteractive ? "" : "") + "\\connect: " + place + "FATAL:  " + error.message
        + "\n"
      if let d = error.detail { err += "DETAIL:  " + d + "\n" }
      hadError = true
      if !isInteractive { exitCode = 2 } else { out += "Previous connection kept\n" }
    }
  }

  func write(_ text: String) { out += text }
  func warn(_ text: String) { err += location + text }
}
