// The command `psql`: its options and what they set. What is run in which order is PsqlSteps' business.
// Source: PostgreSQL 15 manual, reference page psql.

internal import SimKernel

package struct PsqlInvocation {
  package enum Action {
    case command(String)
    case file(String)
    /// `~/.psqlrc`
    case resource(String)
    case standardInput
    case conversation
  }
  package var parameters = ConnectionParameters()
  /// Where messages and settings of the options go before there is a connection; it becomes the session.
  package let psql: PsqlSession
  package var actions: [Action] = []
  package var singleTransaction = false
  package var wantsList = false
  package var never = false
  package var forcePassword = false
  /// Set when psql ends without connecting.
  package var exitCode: Int32?
  private var skipsResource = false
  private var logFile: String?

  static let options: [OptionName] = [
    OptionName("echo-all", "a", false), OptionName("no-align", "A", false), OptionName("command", "c", true),
    OptionName("dbname", "d", true), OptionName("echo-queries", "e", false), OptionName("echo-errors", "b", false),
    OptionName("echo-hidden", "E", false), OptionName("file", "f", true), OptionName("field-separator", "F", true),
    OptionName("field-separator-zero", "z", false), OptionName("host", "h", true), OptionName("html", "H", false),
    OptionName("list", "l", false), OptionName("log-file", "L", true), OptionName("no-readline", "n", false),
    OptionName("single-transaction", "1", false), OptionName("output", "o", true), OptionName("port", "p", true),
    OptionName("pset", "P", true), OptionName("quiet", "q", false), OptionName("record-separator", "R", true),
    OptionName("record-separator-zero", "0", false), OptionName("single-step", "s", false),
    OptionName("single-line", "S", false), OptionName("tuples-only", "t", false), OptionName("table-attr", "T", true),
    OptionName("username", "U", true), OptionName("set", "v", true), OptionName("variable", nil, true),
    OptionName("version", "V", false), OptionName("no-password", "w", false), OptionName("password", "W", false),
    OptionName("expanded", "x", false), OptionName("no-psqlrc", "X", false), OptionName("help", nil, true),
    OptionName("csv", nil, false), OptionName("?", "?", false),
  ]

  /// Arguments without the program's name.
  package init(arguments: [String], host: any PsqlHost, release: String) {
    psql = PsqlSession(session: nil, host: host)
    psql.release = release
    psql.describeConnection()
    if let first = arguments.first {
      if first == "-?" || arguments == ["--help"] { printHelp() }
      if first == "--version" || first == "-V" { printVersion() }
    }
    var reader = OptionReader(arguments, long: PsqlInvocation.options)
    var operands: [String] = []
    var database: String?
    while exitCode == nil, let item = reader.next() {
      switch item {
      case .operand(let text): operands.append(text)
      case .wrong(let text):
        psql.complain("psql: \(text)\n")
        misused()
      case .option(let name, let value): if name == "dbname" { database = value } else { take(name, value) }
      }
    }
    guard exitCode == nil else { return }
    for operand in operands {
      if database == nil {
        database = operand
      } else if parameters["user"] == nil {
        parameters["user"] = operand
      } else if !psql.quiet {
        psql.complain("psql: warning: extra command-line argument \"\(operand)\" ignored\n")
      }
    }
    if let database {
      if ConnectionParameters.isConnectionString(database) {
        var given = ConnectionParameters()
        if let problem = given.read(database) { fail(problem, code: 2) }
        parameters.take(given)
      } else {
        parameters["dbname"] = database
      }
    }
    host.complete(&parameters)
    if !skipsResource, !wantsList { addResource(host) }
  }

  private mutating func fail(_ message: String, code: Int32) {
    psql.complain("psql: error: \(message)\n")
    exitCode = code
  }

  private mutating func misused() {
    psql.complain("psql: hint: Try \"psql --help\" for more information.\n")
    exitCode = 1
  }

  private mutating func printHelp() {
    psql.say(PsqlHelp.options)
    exitCode = 0
  }

  private mutating func printVersion() {
    psql.say("psql (PostgreSQL) \(psql.release)\n")
    exitCode = 0
  }

  private mutating func take(_ name: String, _ value: String) {
    switch name {
    case "command":
      actions.append(.command(value))
    case "file": actions.append(.file(value))
    case "host", "port": parameters[name] = value
    case "username": parameters["user"] = value
    case "set", "variable": assign(value)
    case "version": printVersion()
    case "list": wantsList = true
    case "no-psqlrc": skipsResource = true
    case "no-readline": break
    case "single-transaction": singleTransaction = true
    case "echo-all": psql.variables["ECHO"] = "all"
    case "echo-queries": psql.variables["ECHO"] = "queries"
    case "echo-errors": psql.variables["ECHO"] = "errors"
    case "echo-hidden": psql.variables["ECHO_HIDDEN"] = "on"
    case "single-line": psql.variables["SINGLELINE"] = "on"
    case "single-step":
      psql.refuse("psql -s")
      exitCode = 1
    case "output": if !psql.redirect(value) { exitCode = 1 }
    case "log-file": logFile = value
    case "quiet": psql.quiet = true
    case "no-align": psql.options.format = "unaligned"
    case "csv": psql.options.format = "csv"
    case "html": psql.options.format = "html"
    case "field-separator": psql.options.fieldSeparator = value
    case "record-separator": psql.options.recordSeparator = value
    case "field-separator-zero": psql.options.fieldSeparator = "\0"
    case "record-separator-zero": psql.options.recordSeparator = "\0"
    case "tuples-only": psql.options.tuplesOnly = true
    case "table-attr": psql.options.tableAttributes = value
    case "expanded": psql.options.expanded = .on
    case "no-password": never = true
    case "password": forcePassword = true
    case "pset": printSetting(value)
    case "help", "?": printHelp()
    default: break
    }
  }

  private mutating func assign(_ text: String) {
    let problem: String?
    if let equals = text.firstIndex(of: "=") {
      problem = PsqlVariables.set(psql, String(text[..<equals]), String(text[text.index(after: equals)...]))
    } else {
      problem = PsqlVariables.unset(psql, text)
    }
    if let problem { fail(problem, code: 1) }
  }

  private mutating func printSetting(_ text: String) {
    var name = text
    var value: String?
    if let equals = text.firstIndex(of: "=") {
      name = String(text[..<equals])
      value = String(text[text.index(after: equals)...])
    }
    if let problem = psql.changeSetting(name, value) {
      psql.complain("psql: error: \(problem)\n")
      fail("could not set printing parameter \"\(name)\"", code: 1)
    }
  }

  /// The file of start-up commands, for the release first.
  private mutating func addResource(_ host: any PsqlHost) {
    let base: String
    if let given = host.environment("PSQLRC") {
      base = given.hasPrefix("~/") ? psql.expandedPath(given) : given
    } else {
      guard let home = host.environment("HOME"), !home.isEmpty else { return }
      base = home + "/.psqlrc"
    }
    let number = psql.release.split(separator: " " as Character).first.map { String($0) } ?? ""
    let major = number.split(separator: "." as Character).first.map { String($0) } ?? ""
    for path in ["\(base)-\(number)", "\(base)-\(major)", base] {
      if case .bytes = host.read(path) {
        actions.insert(.resource(path), at: 0)
        return
      }
    }
  }

  /// Gives the connection to psql and plans what it will run; false when psql ends at once.
  package func begin(
    with session: ClientSession, parameters connected: ConnectionParameters, fromTerminal: Bool
  ) -> Bool {
    psql.parameters = connected
    psql.session = session
    psql.describeConnection()
    if let logFile {
      if let problem = psql.host.write(logFile, [], appends: true) {
        psql.complain("psql: error: could not open log file \"\(logFile)\": \(problem)\n")
        return false
      }
      psql.logFile = logFile
    }
    if wantsList {
      psql.actions = [.command("\\l")]
      return true
    }
    var plan = actions
    var hasWork = false
    for action in actions {
      if case .resource = action { continue }
      hasWork = true
    }
    if !hasWork, fromTerminal, singleTransaction {
      psql.complain("psql: error: -1 can only be used in non-interactive mode\n")
      return false
    }
    if !hasWork { plan.append(fromTerminal ? .conversation : .standardInput) }
    psql.actions = plan
    if singleTransaction {
      _ = session.execute("BEGIN")
      psql.wraps = true
    }
    return true
  }

  /// Turns the crank where nothing takes time: standard input is there as a whole, shell commands answer at once.
  package func run(
    with session: ClientSession, parameters connected: ConnectionParameters, standardInput: [UInt8],
    shell: (_ command: String) -> (output: [UInt8], status: Int32)
  ) -> Int32 {
    guard begin(with: session, parameters: connected, fromTerminal: false) else { return 1 }
    for line in PsqlSession.splitLines(standardInput) { psql.give(line) }
    psql.endInput()
    var rounds = 0
    while true {
      switch psql.step() {
      case .again, .line: break
      case .shell(let command):
        psql.say(String(decoding: shell(command).output, as: UTF8.self))
        psql.shellEnded()
      case .collect(let command):
        let (output, status) = shell(command)
        psql.shellEnded(output, status: status)
      case .pause:
        rounds += 1
        if rounds > 1_000 { _ = psql.interrupt() }
      case .ended(let code): return code
      }
    }
  }
}
