// The meta-commands, one table of names. Source: PostgreSQL 15 manual, psql, "Meta-Commands".

internal import SimKernel

struct MetaCommand {
  let run: (PsqlSession, String) -> Void

  /// Known to psql and outside the model.
  static let notSimulated: Set<String> = [
    "?", "h", "help", "e", "edit", "ef", "ev", "s", "password", "copyright", "lo_export", "lo_import", "lo_list",
    "lo_unlink", "dA", "dAc", "dAf", "dAo", "dAp", "dC", "dD+", "dF", "dFd", "dFp", "dFt", "dO", "dP", "dRp", "dRs",
    "dX",
    "da", "db+", "dc", "dconfig", "dd", "ddp", "des", "det", "deu", "dew", "dl", "do", "drds", "dL+",
  ]

  nonisolated(unsafe) static let table: [String: MetaCommand] = {
    var t: [String: MetaCommand] = [:]
    func add(_ names: String..., run: @escaping (PsqlSession, String) -> Void) {
      for n in names { t[n] = MetaCommand(run: run) }
    }
    add("q", "quit", "exit") { p, _ in p.exitCode = 0 }
    add("g", "gx") { p, name in p.go(name) }
    add("gset") { p, _ in p.sendBuffer(ResultRequest(kind: .gset(prefix: p.argument() ?? ""))) }
    add("gexec") { p, _ in p.sendBuffer(ResultRequest(kind: .gexec)) }
    add("gdesc") { p, _ in p.sendBuffer(ResultRequest(kind: .gdesc)) }
    add("crosstabview") { p, _ in p.sendBuffer(ResultRequest(kind: .crosstab(p.remainingArguments()))) }
    add("watch") { p, _ in p.startWatch() }
    add("r", "reset") { p, _ in
      p.scanner.clear()
      if !p.quiet { p.say("Query buffer reset (cleared).\n") }
    }
    add("p", "print") { p, _ in
      let text = p.scanner.buffer.isEmpty ? p.previousQuery : p.scanner.query
      if !text.isEmpty { p.say(text + "\n") } else if !p.quiet { p.say("Query buffer is empty.\n") }
    }
    add("w", "write") { p, name in p.writeBuffer(name) }
    add("echo", "qecho", "warn") { p, name in p.echo(name) }
    add("x") { p, _ in p.pset("expanded", p.argument()) }
    add("t") { p, _ in p.pset("tuples_only", p.argument()) }
    add("f") { p, _ in p.pset("fieldsep", p.argument()) }
    add("C") { p, _ in p.pset("title", p.argument()) }
    add("T") { p, _ in p.pset("tableattr", p.argument()) }
    add("a") { p, _ in p.pset("format", p.options.format == "aligned" ? "unaligned" : "aligned") }
    add("H", "html") { p, _ in p.pset("format", p.options.format == "html" ? "aligned" : "html") }
    add("pset") { p, _ in
      guard let name = p.argument() else { return p.listSettings() }
      p.pset(name, p.argument())
    }
    add("timing") { p, _ in
      if let a = p.argument() {
        guard let value = PsqlVariables.boolean(a) else {
          return p.report("unrecognized value \"\(a)\" for \"\\timing\": Boolean expected")
        }
        p.timing = value
      } else {
        p.timing.toggle()
      }
      if !p.quiet { p.say("Timing is \(p.timing ? "on" : "off").\n") }
    }
    add("set") { p, _ in p.setVariable() }
    add("unset") { p, name in
      guard let a = p.argument() else { return p.report("\\unset: missing required argument") }
      if let problem = PsqlVariables.unset(p, a) { p.report(problem) }
    }
    add("c", "connect") { p, _ in p.connect() }
    add("conninfo") { p, _ in p.connectionInfo() }
    add("encoding") { p, _ in p.encoding(p.argument()) }
    add("i", "include", "ir", "include_relative") { p, name in
      guard let file = p.argument() else { return p.report("\\\(name): missing required argument") }
      p.includePrefix = ""
      p.include(name.hasPrefix("ir") || name == "include_relative" ? p.relative(file) : file)
    }
    add("o", "out") { p, _ in p.redirect(p.argument()) }
    add("copy") { p, _ in p.copy(p.wholeLine()) }
    add("errverbose") { p, _ in
      if let e = p.lastError {
        p.complain(p.errorText(e.error, e.query, verbosity: "verbose"))
      } else {
        p.say("There is no previous error.\n")
      }
    }
    add("!") { p, _ in
      let command = p.wholeLine()
      guard let result = p.runShell?(command) else { return p.refuse("psql: \\! \(command)") }
      p.say(String(decoding: result.output, as: UTF8.self))
    }
    add("cd") { p, _ in p.refuse("\\cd") }
    add("setenv") { p, _ in
      guard let name = p.argument() else { return p.report("\\setenv: missing required argument") }
      if Array(name.utf8).contains(0x3d) {
        return p.report("\\setenv: environment variable name must not contain \"=\"")
      }
      p.environment[name] = p.argument()
    }
    add("getenv") { p, _ in
      guard let variable = p.argument(), let name = p.argument() else {
        return p.report("\\getenv: missing required argument")
      }
      if let value = p.environment[name] {
        if let problem = PsqlVariables.set(p, variable, value) { p.report(problem) }
      }
    }
    add("prompt") { p, _ in
      guard let first = p.argument() else { return p.report("\\prompt: missing required argument") }
      let second = p.argument()
      if second != nil { p.say(first) }
      p.pendingPrompt = second ?? first
    }
    add("sf", "sf+", "sv", "sv+") { p, name in Describe(p).source(name) }
    return t
  }()
}

extension PsqlSession {
  /// Carries out the command behind the backslash at which the scanner stands.
  func meta() {
    let line = scanner.line
    var end = scanner.position
    while end < line.count, !Lexer.isSpace(line[end]), line[end] != 0x5c { end += 1 }
    let name = String(decoding: line[scanner.position..<end], as: UTF8.self)
    if name.isEmpty, end < line.count, line[end] == 0x5c { end += 1 }
    scanner.position = end
    let before = hadError
    hadError = false
    if ["if", "elif", "else", "endif"].contains(name) {
      condition(name)
    } else if !active {
      if isInteractive { warn("\\\(name) command ignored; use \\endif or Ctrl-C to exit current \\if block\n") }
      while readRaw() {}
    } else if let command = MetaCommand.table[name] {
      command.run(self, name)
    } else if Describe.handles(name) {
      Describe(self).run(name)
    } else if MetaCommand.notSimulated.contains(name) {
      refuse("\\" + name)
      scanner.position = scanner.line.count
    } else {
      report("invalid command \\\(name)")
      if isInteractive { complain(location + "Try \\? for help.\n") }
    }
    // What the command did not take.
    if hadError {
      while readRaw() {}
    } else {
      while let extra = argument() { warn("\\\(name): extra argument \"\(extra)\" ignored\n") }
    }
    // A second backslash pair separates the command from SQL.
    let rest = scanner.line
    let i = scanner.position
    if i + 1 < rest.count, rest[i] == 0x5c, rest[i + 1] == 0x5c { scanner.position = i + 2 }
    hadError = hadError || before
  }

  /// Skips an argument without looking into it.
  private func readRaw() -> Bool {
    skipSpaces()
    let line = scanner.line
    var i = scanner.position
    guard i < line.count, line[i] != 0x5c else { return false }
    while i < line.count, !Lexer.isSpace(line[i]), line[i] != 0x5c { i += 1 }
    scanner.position = i
    return true
  }

  // MARK: Sending

  fileprivate func sendBuffer(_ request: ResultRequest) {
    let text = scanner.buffer.isEmpty ? previousQuery : scanner.query
    scanner.clear()
    guard !text.isEmpty else { return }
    send(text, request)
  }

  fileprivate func go(_ name: String) {
    var request = ResultRequest()
    skipSpaces()
    if scanner.position < scanner.line.count, scanner.line[scanner.position] == 0x28 {
      guard let o = printOptionsInParentheses() else { return }
      request.options = o
    }
    if name == "gx" {
      var o = request.options ?? options
      o.expanded = .on
      request.options = o
    }
    if let target = argument() {
      guard target.utf8.first != 0x7c else { return refuse("psql: \\g | command") }
      request.target = target
    }
    sendBuffer(request)
  }

  /// `\g (format=csv border=2)`
  private func printOptionsInParentheses() -> PrintOptions? {
    let saved = options
    defer { options = saved }
    scanner.position += 1
    while true {
      guard var word = argument() else {
        report("\\g: missing right parenthesis")
        return nil
      }
      let last = word.hasSuffix(")")
      if last { word = String(word.dropLast()) }
      if !word.isEmpty {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if let problem = changeSetting(String(parts[0]), parts.count > 1 ? String(parts[1]) : nil) {
          report(problem)
          return nil
        }
      }
      if last { return options }
    }
  }

  fileprivate func startWatch() {
    let text = argument()
    var seconds = 2.0
    if let text {
      var whole = 0.0
      var scale = 0.0
      for b in text.utf8 {
        if b == 0x2e {
          scale = 1
        } else if Lexer.isDigit(b) {
          if scale > 0 {
            scale /= 10
            whole += Double(b - 48) * scale
          } else {
            whole = whole * 10 + Double(b - 48)
          }
        }
      }
      seconds = max(whole, 1)
    }
    let query = scanner.buffer.isEmpty ? previousQuery : scanner.query
    scanner.clear()
    if query.isEmpty { return report("\\watch cannot be used with an empty query") }
    watch = (query, seconds)
    runWatch()
  }

  /// One round of `\watch`: the query under a heading with the time.
  package func runWatch() {
    guard let watch, let session else { return }
    let saved = options.title
    let seconds = Int64(watch.seconds)
    let stamp = session.watchStamp()
    let heading = "\(stamp) (every \(seconds)s)\n"
    options.title = saved.map { $0 + "\t" + heading } ?? heading
    send(watch.query)
    options.title = saved
    if hadError || session.transactionStatus == 0x45 { self.watch = nil }
  }

  fileprivate func writeBuffer(_ name: String) {
    guard let file = argument() else { return report("\\\(name): missing required argument") }
    let text = scanner.buffer.isEmpty ? previousQuery : scanner.query
    if writeFile?(file, Array((text + "\n").utf8), false) != true { refuse("\\w") }
  }

  fileprivate func echo(_ name: String) {
    var words: [String] = []
    var newline = true
    var first = true
    while let a = readArgument() {
      if first, !a.quoted, a.text == "-n" { newline = false } else { words.append(a.text) }
      first = false
    }
    let text = joined(words, " ") + (newline ? "\n" : "")
    if name == "warn" { complain(text) } else if name == "qecho" { write(text) } else { say(text) }
  }

  fileprivate func setVariable() {
    guard let name = argument() else {
      for k in variables.keys.sorted() { say("\(k) = '\(replaced(variables[k]!, "'", "''"))'\n") }
      return
    }
    var value = ""
    while let a = argument() { value += a }
    if let problem = PsqlVariables.set(self, name, value) { report(problem) }
  }

  // MARK: Files

  fileprivate func relative(_ file: String) -> String {
    guard !file.hasPrefix("/"), let current = inputFile, let slash = current.lastIndex(of: "/") else { return file }
    return String(current[...slash]) + file
  }

  package func redirect(_ target: String?) {
    guard let target else {
      outputTarget = nil
      return
    }
    if target.utf8.first == 0x7c { return refuse("psql: \\o | command") }
    guard let writeFile else { return refuse("psql: writing to a file") }
    guard writeFile(target, [], false) else {
      return report("\(target): Permission denied")
    }
    outputTarget = target
  }

  package func log(to file: String) {
    guard writeFile?(file, [], true) == true else { return note(notSimulated: "psql -L") }
    logFile = file
  }

  /// `\copy`: COPY with the file on this side.
  fileprivate func copy(_ text: String) {
    var line = text
    while line.hasSuffix(";") || line.hasSuffix(" ") { line = String(line.dropLast()) }
    guard let parsed = CopyCommand.parse(line) else {
      return report("\\copy: parse error at " + (line.isEmpty ? "end of line" : "\"\(line)\""))
    }
    guard let session else { return report("You are currently not connected to a database.") }
    previousQuery = parsed.sql
    switch parsed.target {
    case .program: return refuse("\\copy … program")
    case .standard:
      show(session.execute(parsed.sql), query: parsed.sql)
    case .file(let name) where parsed.isFrom:
      guard let bytes = readFile?(name) else {
        return report("\(name): No such file or directory")
      }
      let outcomes = session.execute(parsed.sql)
      var waits = false
      for o in outcomes { if case .copyIn = o { waits = true } }
      guard waits else { return show(outcomes, query: parsed.sql) }
      var lines = splitLines(bytes)
      if let end = lines.firstIndex(of: "\\.") { lines = Array(lines[..<end]) }
      show(session.copyData(lines), query: parsed.sql)
    case .file(let name):
      var output = ""
      var rest: [StatementOutcome] = []
      var count = 0
      for o in session.execute(parsed.sql) {
        if case .copyOut(let lines) = o {
          for l in lines { output += l + "\n" }
          count = max(0, lines.count - (parsed.hasHeader ? 1 : 0))
        } else {
          rest.append(o)
        }
      }
      if case .error = rest.last {
        return show(rest, query: parsed.sql)
      }
      guard writeFile?(name, Array(output.utf8), false) == true else { return refuse("\\copy to a file") }
      show(rest + [.command("COPY \(count)")], query: parsed.sql)
    }
  }

  // MARK: Connection

  private var place: String {
    let directory = session?.server.socketDirectory ?? ""
    return host.isEmpty || host.hasPrefix("/")
      ? "on socket \"\(host.isEmpty ? directory : host)/.s.PGSQL.\(port)\""
      : "at \"\(host)\", port \(port)"
  }

  fileprivate func connect() {
    var words: [String] = []
    while words.count < 4, let a = argument(.name) { words.append(a) }
    guard let current = session, let connector else {
      return report("No database connection exists to re-use parameters from")
    }
    var parameters: [String: String] = [:]
    if let first = words.first,
      Array(first.utf8).contains(0x3d) || first.hasPrefix("postgres") && first.utf8.contains(0x3a)
    {
      let probe = PsqlInvocation(arguments: [first], environment: { _ in nil })
      parameters["database"] = probe.database
      parameters["user"] = probe.user
    } else {
      if words.count > 0, words[0] != "-" { parameters["database"] = words[0] }
      if words.count > 1, words[1] != "-" { parameters["user"] = words[1] }
      if words.count > 2, words[2] != "-", words[2] != host { return refuse("\\connect to another host") }
    }
    let database = parameters["database"] ?? current.database.name
    let user = parameters["user"] ?? current.loginUser
    do throws(SQLError) {
      let new = try connector.open(user: user, database: database, password: nil)
      current.server.close(current)
      session = new
      describeConnection()
      if !quiet { say("You are now connected to database \"\(database)\" as user \"\(user)\".\n") }
    } catch {
      var text = "connection to server \(place) failed: FATAL:  " + error.message + "\n"
      if let d = error.detail { text += "DETAIL:  " + d + "\n" }
      if isInteractive {
        warn(text + "Previous connection kept\n")
      } else {
        warn((inputFile == nil ? "" : "error: ") + "\\connect: " + text)
        exitCode = 2
      }
      hadError = true
    }
  }

  fileprivate func connectionInfo() {
    guard let s = session else {
      say("You are currently not connected to a database.\n")
      return
    }
    let way =
      host.isEmpty || host.hasPrefix("/")
      ? "via socket in \"\(host.isEmpty ? s.server.socketDirectory : host)\"" : "on host \"\(host)\""
    say(
      "You are connected to database \"\(s.database.name)\" as user \"\(s.loginUser)\" \(way) at port \"\(port)\".\n")
  }

  fileprivate func encoding(_ name: String?) {
    guard let name else { return say((variables["ENCODING"] ?? "UTF8") + "\n") }
    let plain = uppercasedASCII(name)
    if plain == "UTF8" || plain == "UTF-8" || plain == "UNICODE" { return }
    if ["LATIN1", "SQL_ASCII", "WIN1252"].contains(plain) { return refuse("\\encoding \(name)") }
    report("\(name): invalid encoding name or conversion procedure not found")
  }

  // MARK: Conditions

  fileprivate func condition(_ name: String) {
    func value(_ evaluates: Bool) -> Bool {
      var text = ""
      if !evaluates {
        while readRaw() {}
        return false
      }
      while let a = argument() { text += (text.isEmpty ? "" : " ") + a }
      if let v = PsqlVariables.boolean(text) { return v }
      report("unrecognized value \"\(text)\" for \"\\\(name) expression\": Boolean expected")
      // The branch is taken as false, which is no failure.
      hadError = false
      return false
    }
    switch name {
    case "if":
      let parent = active
      let v = value(parent)
      conditions.append(Condition(isActive: parent && v, wasTrue: v, parentActive: parent))
    case "elif":
      guard var c = conditions.popLast() else { return report("\\elif: no matching \\if") }
      if c.sawElse {
        conditions.append(c)
        return report("\\elif: cannot occur after \\else")
      }
      let v = value(c.parentActive && !c.wasTrue)
      c.isActive = c.parentActive && v
      c.wasTrue = c.wasTrue || v
      conditions.append(c)
    case "else":
      guard var c = conditions.popLast() else { return report("\\else: no matching \\if") }
      if c.sawElse {
        conditions.append(c)
        return report("\\else: cannot occur after \\else")
      }
      c.sawElse = true
      c.isActive = c.parentActive && !c.wasTrue
      conditions.append(c)
    default: if conditions.popLast() == nil { report("\\endif: no matching \\if") }
    }
  }
}

/// The words of `\copy`: what is copied, which way, and where the data is.
struct CopyCommand {
  enum Target {
    case standard
    case file(String)
    case program
  }
  var sql: String
  var isFrom: Bool
  var target: Target
  var hasHeader: Bool

  static func parse(_ text: String) -> CopyCommand? {
    let b = Array(text.utf8)
    var i = 0
    func skip() { while i < b.count, Lexer.isSpace(b[i]) { i += 1 } }
    /// A word, a quoted text or a parenthesised stretch.
    func token() -> String? {
      skip()
      guard i < b.count else { return nil }
      let start = i
      if b[i] == 0x28 {
        var depth = 0
        var quote: UInt8 = 0
        while i < b.count {
          if quote != 0 {
            if b[i] == quote { quote = 0 }
          } else if b[i] == 0x27 || b[i] == 0x22 {
            quote = b[i]
          } else if b[i] == 0x28 {
            depth += 1
          } else if b[i] == 0x29 {
            depth -= 1
          }
          i += 1
          if depth == 0, quote == 0 { break }
        }
      } else if b[i] == 0x27 {
        i += 1
        while i < b.count, b[i] != 0x27 { i += 1 }
        i = min(b.count, i + 1)
      } else {
        var quoted = false
        while i < b.count, quoted || !(Lexer.isSpace(b[i]) || b[i] == 0x28) {
          if b[i] == 0x22 { quoted.toggle() }
          i += 1
        }
      }
      return String(decoding: b[start..<i], as: UTF8.self)
    }
    var before: [String] = []
    var direction: String?
    while let t = token() {
      let word = lowercasedASCII(t)
      if !before.isEmpty, word == "from" || word == "to" {
        direction = word
        break
      }
      before.append(t)
    }
    guard let direction, !before.isEmpty, let place = token() else { return nil }
    skip()
    let rest = String(decoding: b[i...], as: UTF8.self)
    let target: Target
    switch lowercasedASCII(place) {
    case "stdin", "stdout", "pstdin", "pstdout": target = .standard
    case "program": target = .program
    default:
      target = .file(place.hasPrefix("'") ? replaced(String(place.dropFirst().dropLast()), "''", "'") : place)
    }
    let options = lowercasedASCII(rest)
    let hasHeader =
      find(Array("header".utf8), Array(options.utf8)) >= 0 && find(Array("header false".utf8), Array(options.utf8)) < 0
    let sql =
      "COPY " + joined(before, " ") + (direction == "from" ? " FROM STDIN " : " TO STDOUT ") + rest
    return CopyCommand(sql: sql, isFrom: direction == "from", target: target, hasHeader: hasHeader)
  }
}
