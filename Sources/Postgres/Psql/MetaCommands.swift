// The meta-commands, one table of names. Source: PostgreSQL 15 manual, psql, "Meta-Commands".

internal import SimKernel

struct MetaCommand {
  let run: (PsqlSession, String) -> Void

  /// Known to psql and outside the model.
  static let notSimulated: Set<String> = [
    "s", "copyright", "lo_export", "lo_import", "lo_unlink",
  ]

  nonisolated(unsafe) static let table: [String: MetaCommand] = {
    var t: [String: MetaCommand] = [:]
    func add(_ names: String..., run: @escaping (PsqlSession, String) -> Void) {
      for n in names { t[n] = MetaCommand(run: run) }
    }
    add("q", "quit") { p, _ in p.terminate() }
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
        if let value = PsqlVariables.boolean(a) {
          p.timing = value
        } else {
          p.report("unrecognized value \"\(a)\" for \"\\timing\": Boolean expected")
        }
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
      let isRelative = name == "ir" || name == "include_relative"
      if !p.include(isRelative ? p.relative(file) : file, isIncluded: true) { p.hadError = true }
    }
    add("o", "out") { p, _ in if !p.redirect(p.fileOrPipe()) { p.hadError = true } }
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
      p.shellWish = .run(command.isEmpty ? p.host.environment("SHELL") ?? "/bin/sh" : command) {}
    }
    add("e", "edit") { p, _ in p.edit(file: p.argument(), line: p.argument()) }
    add("ef", "ev") { p, name in p.editObject(name, p.wholeLine()) }
    add("h", "help") { p, _ in p.helpOnSQL(p.wholeLine()) }
    add("?") { p, _ in
      while p.argument() != nil {}
      p.say(PsqlHelp.metaCommands)
    }
    add("cd") { p, _ in
      let folder = p.argument()
      if let problem = p.host.changeDirectory(folder.map { p.expandedPath($0) }) {
        p.report("\\cd: could not change directory to \"\(folder ?? "")\": \(problem)")
      }
    }
    add("setenv") { p, _ in
      guard let name = p.argument() else { return p.report("\\setenv: missing required argument") }
      if Array(name.utf8).contains(0x3d) {
        return p.report("\\setenv: environment variable name must not contain \"=\"")
      }
      p.host.setEnvironment(name, p.argument())
    }
    add("getenv") { p, _ in
      guard let variable = p.argument(), let name = p.argument() else {
        return p.report("\\getenv: missing required argument")
      }
      if let value = p.host.environment(name) {
        if let problem = PsqlVariables.set(p, variable, value) { p.report(problem) }
      }
    }
    add("prompt") { p, _ in
      guard let first = p.argument() else { return p.report("\\prompt: missing required argument") }
      let second = p.argument()
      if second != nil { if p.inputFile == nil { p.ask(first) } else { p.say(first) } }
      p.question = .variable(second ?? first)
    }
    add("password") { p, _ in
      guard let session = p.session else { return p.report("You are currently not connected to a database.") }
      let user = p.argument(.identifier, semicolon: true) ?? session.currentUser
      p.ask("Enter new password for user \"\(user)\": ")
      p.question = .password(user: user, first: nil)
    }
    add("lo_list", "lo_list+") { p, name in Describe(p).run(name.hasSuffix("+") ? "dl+" : "dl") }
    add("sf", "sf+", "sv", "sv+") { p, name in Describe(p).source(name, p.wholeLine()) }
    return t
  }()
}

extension MetaCommand {
  static func isKnown(_ name: String) -> Bool {
    table[name] != nil || notSimulated.contains(name) || Describe.handles(name)
  }
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
    } else if !active, MetaCommand.isKnown(name) {
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
      if isInteractive { complain("Try \\? for help.\n") }
    }
    // What the command did not take.
    if hadError {
      scanner.position = scanner.line.count
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
  func readRaw() -> Bool {
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
    // In a `-c` there is nothing that could be sent.
    if frames.isEmpty { return }
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
    request.target = fileOrPipe()
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
  }

  /// The time as the C library writes it: musl, and the C locale, have a form of their own.
  private func watchStamp(_ session: ClientSession) -> String {
    let locale = host.environment("LC_ALL") ?? host.environment("LC_TIME") ?? host.environment("LANG") ?? "C"
    let isPlain = locale == "C" || locale.hasPrefix("C.") || locale == "POSIX"
    return session.watchStamp(isPlain: isPlain || find(Array("musl".utf8), Array(host.platform.utf8)) >= 0)
  }

  /// One round of `\watch`: the query under a heading with the time.
  func runWatch() {
    guard let watch, let session else { return }
    let saved = options.title
    let heading = "\(watchStamp(session)) (every \(Int64(watch.seconds))s)\n"
    options.title = saved.map { $0 + "\t" + heading } ?? heading
    hadError = false
    let previous = previousQuery
    send(watch.query, ResultRequest(kind: .watch))
    previousQuery = previous
    options.title = saved
    if hadError || session.transactionStatus == 0x45 { self.watch = nil }
  }

  fileprivate func writeBuffer(_ name: String) {
    guard let file = fileOrPipe() else { return report("\\\(name): missing required argument") }
    let text = (scanner.buffer.isEmpty ? previousQuery : scanner.query) + "\n"
    if file.utf8.first == 0x7c {
      let pipe = openPipe(String(file.dropFirst()))
      push(.write(pipe: pipe, text: text))
      push(.close(pipe: pipe))
    } else if let problem = host.write(expandedPath(file), Array(text.utf8), appends: false) {
      report("\(file): \(problem)")
    }
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
      for k in variables.keys.sorted() { say("\(k) = '\(variables[k]!)'\n") }
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

  /// A file's name, or the rest of the line from a `|` on.
  fileprivate func fileOrPipe() -> String? {
    skipSpaces()
    guard scanner.position < scanner.line.count, scanner.line[scanner.position] == 0x7c else { return argument() }
    return wholeLine()
  }

  /// `\o`: where results go from now on; false when that is not possible, which has then been said.
  func redirect(_ target: String?) -> Bool {
    guard let new = opened(target) else { return false }
    if case .pipe(let pipe) = outputTarget { push(.close(pipe: pipe)) }
    outputTarget = new
    return true
  }

  /// A fresh file or a command that reads; nil inside when results go to standard output.
  func opened(_ target: String?) -> Target?? {
    guard let target, !target.isEmpty else { return .some(nil) }
    if target.utf8.first == 0x7c { return .pipe(openPipe(String(target.dropFirst()))) }
    let path = expandedPath(target)
    if let problem = host.write(path, [], appends: false) {
      report("\(target): \(problem)")
      return nil
    }
    return .file(path)
  }
}
