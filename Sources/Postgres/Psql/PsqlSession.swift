// psql as a state machine over lines of input: statements are cut at semicolons, meta-commands carried out, results printed.
// What it needs of the world (files, a shell, other connections) comes in through hooks; without the hook it says so.
// Source: PostgreSQL 15 manual, reference page psql.

package import SimKernel

/// Where psql connects.
package protocol PsqlConnector: AnyObject {
  func open(user: String, database: String, password: String?) throws(SQLError) -> ClientSession
}

package final class PsqlSession {
  /// A piece of what psql wrote, in order.
  package struct Chunk {
    package var isError: Bool
    package var text: String
  }

  /// What a `\if` has come to.
  struct Condition {
    var isActive: Bool
    var wasTrue: Bool
    var parentActive: Bool
    var sawElse = false
  }

  package var session: ClientSession?
  package var options = PrintOptions()
  package var variables = OrderedMap<String, String>()
  /// What could not be simulated, in order.
  package private(set) var notSimulated: [String] = []
  /// Set when psql ends.
  package internal(set) var exitCode: Int32?
  package var isInteractive = false
  package var inputFile: String?
  package var lineNumber = 0
  package var quiet: Bool {
    get { isOn("QUIET") }
    set { variables["QUIET"] = newValue ? "on" : "off" }
  }
  package let connector: (any PsqlConnector)?
  package var timing = false
  package var host = ""
  package var port: Int64 = 5432
  package var readFile: ((String) -> [UInt8]?)?
  /// Writes or appends to a file; false when that is not possible.
  package var writeFile: ((_ path: String, _ bytes: [UInt8], _ append: Bool) -> Bool)?
  /// Runs a shell command and says what it printed and its exit status.
  package var runShell: ((String) -> (output: [UInt8], status: Int32))?
  package internal(set) var hadError = false
  package internal(set) var fileSucceeded = true
  /// `\watch`: the query to run again and the seconds between.
  package internal(set) var watch: (query: String, seconds: Double)?

  var scanner = StatementScanner()
  var previousQuery = ""
  var copyLines: [String]?
  /// The rest of a `\copy … FROM` file's result: rows printed without a `COPY n`.
  var conditions: [Condition] = []
  var lastError: (error: SQLError, query: String)?
  var pendingPrompt: String?
  var outputTarget: String?
  var logFile: String?
  var environment: [String: String] = [:]
  var timer = SeededRandom(seed: 7)
  private var chunks: [Chunk] = []
  private var includeDepth = 0

  package init(session: ClientSession?, connector: (any PsqlConnector)? = nil) {
    self.session = session
    self.connector = connector
    for (k, v) in PsqlVariables.initial { variables[k] = v }
    describeConnection()
  }

  package func clearError() { hadError = false }

  /// The variables that follow the connection.
  func describeConnection() {
    guard let session else { return }
    variables["DBNAME"] = session.database.name
    variables["USER"] = session.loginUser
    variables["HOST"] = host.isEmpty ? session.server.socketDirectory : host
    variables["PORT"] = String(port)
    variables["ENCODING"] = "UTF8"
    let version = (try? session.setting("server_version")) ?? session.server.versionNumber
    variables["SERVER_VERSION_NAME"] = version
    variables["SERVER_VERSION_NUM"] = (try? session.setting("server_version_num")) ?? ""
    variables["VERSION"] = session.server.version
    variables["VERSION_NAME"] = version
    variables["VERSION_NUM"] = variables["SERVER_VERSION_NUM"] ?? ""
  }

  // MARK: Output

  package func takeChunks() -> [Chunk] {
    defer { chunks = [] }
    return chunks
  }

  package func takeOutput() -> (out: String, err: String) {
    var out = ""
    var err = ""
    for c in takeChunks() { if c.isError { err += c.text } else { out += c.text } }
    return (out, err)
  }

  private func append(_ text: String, _ isError: Bool) {
    if text.isEmpty { return }
    if let last = chunks.last, last.isError == isError {
      chunks[chunks.count - 1].text += text
    } else {
      chunks.append(Chunk(isError: isError, text: text))
    }
  }

  /// To standard output, whatever `\o` says.
  func say(_ text: String) { append(text, false) }
  /// To where query results go.
  func write(_ text: String) {
    guard let target = outputTarget else { return append(text, false) }
    if writeFile?(target, Array(text.utf8), true) != true { append(text, false) }
  }
  func complain(_ text: String) { append(text, true) }
  /// With the place in the file that is being read.
  func warn(_ text: String) { complain(location + text) }

  var location: String { inputFile.map { "psql:\($0):\(lineNumber): " } ?? "" }

  /// An error of psql itself.
  package func report(_ message: String) {
    complain((inputFile == nil ? "" : location + "error: ") + message + "\n")
    hadError = true
  }

  func refuse(_ what: String) {
    notSimulated.append(what)
    complain(location + "not simulated: \(what)\n")
    hadError = true
  }

  func note(notSimulated reason: String) { notSimulated.append(reason) }

  var active: Bool { conditions.last?.isActive ?? true }
  func isOn(_ name: String) -> Bool { PsqlVariables.boolean(variables[name] ?? "") ?? false }

  // MARK: Input

  /// One line of input without its line break.
  package func feed(_ line: String) {
    lineNumber += 1
    guard exitCode == nil else { return }
    if let name = pendingPrompt {
      pendingPrompt = nil
      variables[name] = line
      return
    }
    if copyLines != nil {
      if line == "\\." { endCopy() } else { copyLines!.append(line) }
      return
    }
    if line.isEmpty, !scanner.isInQuote {
      if variables["ECHO"] == "all", !isInteractive { say("\n") }
      return
    }
    if isInteractive, answer(line) { return }
    if variables["ECHO"] == "all", !isInteractive { say(line + "\n") }
    run(Array(line.utf8))
    if hadError, isOn("ON_ERROR_STOP"), !isInteractive, exitCode == nil { exitCode = 3 }
  }

  /// The words that psql understands without a backslash at its prompt.
  private func answer(_ line: String) -> Bool {
    var word = trimmedSpaces(line)
    if word.hasSuffix(";") { word = trimmedSpaces(String(word.dropLast())) }
    guard ["help", "quit", "exit"].contains(lowercasedASCII(word)) else { return false }
    let first = line.utf8.first ?? 32
    if scanner.isEmpty {
      if Lexer.isSpace(first) { return false }
      if lowercasedASCII(word) == "help" {
        say(
          "You are using psql, the command-line interface to PostgreSQL.\n"
            + "Type:  \\copyright for distribution terms\n       \\h for help with SQL commands\n"
            + "       \\? for help with psql commands\n       \\g or terminate with semicolon to execute query\n"
            + "       \\q to quit\n")
      } else {
        exitCode = 0
      }
      return true
    }
    if lowercasedASCII(word) == "help" {
      say(
        scanner.isInQuote
          ? "Use control-C to abort the query.\n" : "Use \\? for help or press control-C to clear the input buffer.\n")
    } else {
      say(scanner.isInQuote ? "Use control-D to quit.\n" : "Use \\q to quit.\n")
    }
    return false
  }

  /// Cuts the line into statements and meta-commands.
  func run(_ text: [UInt8]) {
    scanner.begin(text)
    while exitCode == nil {
      switch scanner.next(self) {
      case .statement(let query):
        if active {
          send(query)
        } else if isInteractive {
          warn("query ignored; use \\endif or Ctrl-C to exit current \\if block\n")
        }
      case .backslash:
        scanner.dropAddedNewline()
        meta()
      case .endOfLine:
        if isOn("SINGLELINE"), let query = scanner.takeQuery(), active { send(query) }
        return
      }
      if hadError, isOn("ON_ERROR_STOP"), !isInteractive {
        if exitCode == nil { exitCode = 3 }
        return
      }
    }
  }

  /// The input is over: what is left of a statement runs, as psql does for a file without a last semicolon.
  package func finish() {
    guard exitCode == nil else { return }
    if copyLines != nil { endCopy() }
    finishStatement()
    if exitCode == nil, isInteractive { say("\\q\n") }
  }

  func finishStatement() {
    let query = scanner.takeRest()
    if let query, !isInteractive, active { send(query) }
    if hadError, isOn("ON_ERROR_STOP"), !isInteractive, exitCode == nil { exitCode = 3 }
    if !conditions.isEmpty, !isInteractive {
      conditions = []
      report("reached EOF without finding closing \\endif(s)")
      if isOn("ON_ERROR_STOP"), exitCode == nil { exitCode = 3 }
      hadError = false
    }
  }

  /// Ctrl-C at the prompt: the line and the statement begun are dropped.
  package func interrupt() {
    scanner = StatementScanner()
    copyLines = nil
    watch = nil
    conditions = []
  }

  private func endCopy() {
    let lines = copyLines ?? []
    copyLines = nil
    show(session?.copyData(lines) ?? [], query: previousQuery)
  }

  /// `-c`: one meta-command, or a string that goes to the server as a whole.
  package func runCommandString(_ text: String) {
    if text.utf8.first == 0x5c {
      if variables["ECHO"] == "all" { say(text + "\n") }
      scanner.begin(Array(text.utf8))
      if case .backslash = scanner.next(self) { meta() }
      scanner = StatementScanner()
    } else {
      if variables["ECHO"] == "all" { say(text + "\n") }
      send(text)
    }
  }

  /// Reads a file as `-f` and `\i` do.
  package func include(_ file: String) {
    guard let bytes = readFile?(file) else {
      fileSucceeded = false
      // The message names the program when no file is being read yet.
      complain((inputFile == nil ? includePrefix : location + "error: ") + "\(file): No such file or directory\n")
      hadError = true
      return
    }
    fileSucceeded = true
    includeDepth += 1
    defer { includeDepth -= 1 }
    if includeDepth > 20 { return refuse("limit: files included more than 20 deep") }
    let (savedFile, savedLine, savedScanner, savedConditions) = (inputFile, lineNumber, scanner, conditions)
    inputFile = file
    lineNumber = 0
    scanner = StatementScanner()
    conditions = []
    hadError = false
    let wasInteractive = isInteractive
    isInteractive = false
    for line in splitLines(bytes) {
      feed(line)
      if exitCode != nil { break }
      hadError = false
    }
    if exitCode == nil {
      if copyLines != nil { finish() }
      finishStatement()
    }
    isInteractive = wasInteractive
    (inputFile, lineNumber, scanner, conditions) = (savedFile, savedLine, savedScanner, savedConditions)
    // `\q` ends the file only.
    hadError = exitCode == 3
    if exitCode == 0 { exitCode = nil }
    if exitCode == 3 { fileSucceeded = false }
  }

  /// What stands before a missing file's name: nothing after `\i`, the program after `-f`.
  var includePrefix = ""

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
}
