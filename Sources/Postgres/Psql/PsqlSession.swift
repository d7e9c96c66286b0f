// psql's state: the connection, variables, print settings, what is read and what was written. What it needs of the world (files,
// an environment, servers) comes in through a host; shell commands and waits are asked of whoever turns the crank (PsqlSteps).
// Source: PostgreSQL 15 manual, reference page psql.

package import SimKernel

package final class PsqlSession {
  /// A piece of what psql did, in order.
  package enum Chunk {
    case text(String, isError: Bool)
    /// A statement takes this long before what follows is seen.
    case pause(milliseconds: Int64)
    /// A command that reads what psql writes, as `\o |command` starts one.
    case open(pipe: Int, command: String)
    case write(pipe: Int, text: String)
    case close(pipe: Int)
    /// As before; a command that fails is said to have failed, in these words and those of `PsqlSession.failure`.
    case finish(pipe: Int, words: String)
  }

  /// Where query results go.
  enum Target {
    case file(String)
    case pipe(Int)
  }

  /// What a `\if` has come to.
  struct Condition {
    var isActive: Bool
    var wasTrue: Bool
    var parentActive: Bool
    var sawElse = false
    /// The statement's text up to the branch.
    var kept = StatementScanner.Kept()
  }

  /// A line of input that a command has asked for.
  enum Question {
    case variable(String)
    case password(user: String, first: String?)
  }

  /// A shell command that is to be run before psql goes on.
  enum ShellWish {
    /// With psql's own streams.
    case run(String, then: () -> Void)
    /// Its output is wanted.
    case collect(String, then: ([UInt8]) -> Void)
  }

  package internal(set) var session: ClientSession?
  package var options = PrintOptions()
  package var variables = OrderedMap<String, String>()
  /// What could not be simulated, in order.
  package private(set) var notSimulated: [String] = []
  /// What the connection was opened with.
  package var parameters = ConnectionParameters()
  /// `psql (15.13 (Debian …))` names the program's own release.
  package var release = "15.18"
  package var isInteractive = false
  package var inputFile: String?
  package var lineNumber = 0
  package var quiet: Bool {
    get { isOn("QUIET") }
    set { variables["QUIET"] = newValue ? "on" : "off" }
  }
  package let host: any PsqlHost
  package var timing = false
  package internal(set) var hadError = false

  // MARK: Input (PsqlSteps)

  var actions: [PsqlInvocation.Action] = []
  var frames: [InputFrame] = []
  /// Lines of standard input that have arrived and that nothing has read yet.
  var arrived: [String] = []
  var arrivedFrom = 0
  var inputHasEnded = false
  /// A line has been begun and not scanned to its end.
  var lineIsOpen = false
  var awaitsMeta = false
  var question: Question?
  var shellWish: ShellWish?
  /// How the last command that psql ran ended.
  var shellStatus: Int32 = 0
  /// What an editor has left, read before anything else.
  var editedLines: [String] = []
  /// Outputs of the commands in backquotes of the meta-command that comes next.
  var backquoted: [[UInt8]] = []
  /// The exit code that the last action left behind.
  var result: Int32 = 0
  var ended: Int32?
  var wraps = false
  /// `\watch`: the query to run again, the seconds between, and whether it has begun.
  var watch: (query: String, seconds: Double)?

  var scanner = StatementScanner()
  /// Lines of the statement that is being typed.
  var statementLines = 0
  /// A statement was ignored in a branch not taken.
  var ignoredStatement = false
  /// First lines of what the commands in the next prompt print.
  var promptOutputs: [String] = []
  /// Columns of the last PROMPT1.
  var promptWidth = 0
  var previousQuery = ""
  var copyLines: [String]?
  /// A copy that begins takes its rows from what is typed.
  var asksForRows = true
  /// The copy's data comes from standard input, whatever is being read (`\copy … FROM pstdin`).
  var copiesFromProgramInput = false
  var conditions: [Condition] = []
  var lastError: (error: SQLError, query: String)?
  var outputTarget: Target?
  var logFile: String?
  /// Messages are bare: commands come from `-c`, a pipe or a terminal.
  var isTerse = false
  private var nextPipe = 1
  private var chunks: [Chunk] = []

  package init(session: ClientSession?, host: any PsqlHost) {
    self.session = session
    self.host = host
    for (k, v) in PsqlVariables.initial { variables[k] = v }
    describeConnection()
  }

  /// The variables that follow the connection.
  func describeConnection() {
    variables["VERSION"] = "PostgreSQL \(release) on \(host.platform)"
    variables["VERSION_NAME"] = release
    variables["VERSION_NUM"] = PsqlSession.versionNumber(release)
    guard let session else {
      for name in ["DBNAME", "USER", "HOST", "PORT", "ENCODING", "SERVER_VERSION_NAME", "SERVER_VERSION_NUM"] {
        variables[name] = nil
      }
      return
    }
    variables["DBNAME"] = session.database.name
    variables["USER"] = session.loginUser
    variables["HOST"] = parameters.host ?? session.server.socketDirectory
    variables["PORT"] = parameters.port ?? "5432"
    variables["ENCODING"] = (try? session.setting("client_encoding")) ?? "UTF8"
    variables["SERVER_VERSION_NAME"] = (try? session.setting("server_version")) ?? session.server.versionNumber
    variables["SERVER_VERSION_NUM"] = (try? session.setting("server_version_num")) ?? ""
  }

  /// `15.13 (Debian …)` → `150013`
  static func versionNumber(_ text: String) -> String {
    var parts: [Int] = [0]
    for b in text.utf8 {
      if b == 0x2e {
        parts.append(0)
      } else if Lexer.isDigit(b) {
        parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int(b - 48)
      } else {
        break
      }
    }
    return String(parts[0] * 10_000 + (parts.count > 1 ? parts[1] : 0))
  }

  // MARK: Output

  package func takeChunks() -> [Chunk] {
    defer { chunks = [] }
    return chunks
  }

  func push(_ chunk: Chunk) { chunks.append(chunk) }

  private func append(_ text: String, _ isError: Bool) {
    if text.isEmpty { return }
    if variables["ENCODING"] != "UTF8", session != nil, text.utf8.contains(where: { $0 >= 128 }) {
      note(notSimulated: "client encoding \(variables["ENCODING"] ?? "")")
    }
    if case .text(let before, let wasError) = chunks.last, wasError == isError, before.utf8.count < 4_096 {
      chunks[chunks.count - 1] = .text(before + text, isError: isError)
    } else {
      chunks.append(.text(text, isError: isError))
    }
  }

  /// To standard output, whatever `\o` says.
  package func say(_ text: String) { append(text, false) }
  /// To where query results go.
  func write(_ text: String) {
    switch outputTarget {
    case .none: append(text, false)
    case .pipe(let pipe): if !text.isEmpty { chunks.append(.write(pipe: pipe, text: text)) }
    case .file(let path):
      if let problem = host.write(path, Array(text.utf8), appends: true) {
        complain("\(path): \(problem)\n")
      }
    }
  }
  package func complain(_ text: String) { append(text, true) }
  /// With the place in the file that is being read.
  func warn(_ text: String) { complain(location + text) }

  var location: String {
    inputFile.map { lineNumber > 0 ? "psql:\($0):\(lineNumber): " : "psql:\($0): " } ?? (isTerse ? "" : "psql: ")
  }

  var errorPlace: String { isTerse && inputFile == nil ? "" : location + "error: " }

  /// An error of psql itself.
  package func report(_ message: String) {
    complain(errorPlace + message + "\n")
    hadError = true
  }

  func refuse(_ what: String) {
    notSimulated.append(what)
    complain(location + "not simulated: \(what)\n")
    hadError = true
  }

  func note(notSimulated reason: String) { notSimulated.append(reason) }
  package func takeNotes() -> [String] {
    defer { notSimulated = [] }
    return notSimulated
  }

  func openPipe(_ command: String) -> Int {
    defer { nextPipe += 1 }
    chunks.append(.open(pipe: nextPipe, command: command))
    return nextPipe
  }

  var active: Bool { conditions.last?.isActive ?? true }
  func isOn(_ name: String) -> Bool { PsqlVariables.boolean(variables[name] ?? "") ?? false }

  package static func splitLines(_ bytes: [UInt8]) -> [String] {
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
