// What the client programs need from the machine they run on, and what they hand back. Written against this door they run in a
// simulated container and in the tests, beside the real programs.

package struct ClientParameters {
  package var host: String?
  package var port: String?
  package var user: String?
  package var database: String?
  package var password: String?
  package var applicationName = ""
  /// `-w`: never ask.
  package var never = false

  package init() {}
}

package enum ClientConnection {
  case session(ClientSession)
  /// What follows `createdb: error: `, with its line break.
  case failed(String)
  /// As before; a person can be asked.
  case passwordNeeded(String)
  /// The server is there and lets nobody in yet.
  case rejected
  case noResponse
}

package protocol ClientHost: AnyObject {
  /// `15.13 (Debian 15.13-1.pgdg120+1)`
  var version: String { get }
  var majorVersion: Int { get }
  /// pg_dump wraps its scripts in `\restrict`.
  var restrictsDumps: Bool { get }
  /// The name of the operating system's user.
  var userName: String { get }
  func environment(_ name: String) -> String?
  func connect(_ parameters: ClientParameters) -> ClientConnection
  func close(_ session: ClientSession)
  func read(_ path: String) -> [UInt8]?
  /// Nil when it is written, or why not (`Permission denied`).
  func write(_ path: String, _ bytes: [UInt8]) -> String?
  func note(notSimulated reason: String)
}

/// What a program printed, in order.
package struct ClientOutput {
  package private(set) var parts: [(isError: Bool, bytes: [UInt8])] = []

  package init() {}

  package mutating func print(_ text: String) { append(false, Array(text.utf8)) }
  package mutating func write(_ bytes: [UInt8]) { append(false, bytes) }
  package mutating func complain(_ text: String) { append(true, Array(text.utf8)) }

  private mutating func append(_ isError: Bool, _ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    if let last = parts.indices.last, parts[last].isError == isError {
      parts[last].bytes.append(contentsOf: bytes)
    } else {
      parts.append((isError, bytes))
    }
  }
}

/// One call of a client program.
package final class ClientCall {
  package let name: String
  package let arguments: [String]
  package let input: [UInt8]
  package let host: any ClientHost
  package var output = ClientOutput()
  var parameters = ClientParameters()
  var session: ClientSession?
  /// `-e`: statements are shown.
  var echoes = false
  /// `-W`
  private var forcesPassword = false
  private var hasAskedPassword = false
  private let answers: [String]
  private var asked = 0
  /// A question without an answer: the call has done nothing else, and is made again when there is one.
  package private(set) var question: Question?

  package struct Question {
    /// What is typed is not shown.
    package let hides: Bool
  }

  package init(_ name: String, _ arguments: [String], input: [UInt8], answers: [String] = [], host: any ClientHost) {
    self.name = name
    self.answers = answers
    self.arguments = arguments
    self.input = input
    self.host = host
    parameters.applicationName = name
  }

  // MARK: Messages

  /// `name: error: …`, exit code 1.
  func fail(_ message: String, detail: String? = nil, hint: String? = nil, code: Int32 = 1) -> Int32 {
    output.complain("\(name): error: \(message)\n")
    if let detail { output.complain("\(name): detail: \(detail)\n") }
    if let hint { output.complain("\(name): hint: \(hint)\n") }
    return code
  }
  var more: String { "Try \"\(name) --help\" for more information." }
  func misused(_ message: String, code: Int32 = 1) -> Int32 {
    fail(message, hint: more, code: code)
  }
  func notSimulated(_ what: String) -> Int32 {
    host.note(notSimulated: "\(name) \(what)")
    return 1
  }

  // MARK: Options

  static let connectionOptions = [
    OptionName("host", "h", true), OptionName("port", "p", true), OptionName("username", "U", true),
    OptionName("no-password", "w", false), OptionName("password", "W", false),
  ]

  /// Takes a connection option; false when it is none.
  func takeConnection(_ option: String, _ value: String) -> Bool {
    switch option {
    case "host": parameters.host = value
    case "port": parameters.port = value
    case "username": parameters.user = value
    case "no-password": parameters.never = true
    case "password": forcesPassword = true
    default: return false
    }
    return true
  }

  /// What the options of a command line leave.
  struct Words {
    var operands: [String] = []
    /// With which the program ends at once.
    var code: Int32?
  }

  /// Reads the command line. `take` gets the long name of an option and its value, and may answer an exit code.
  func read(
    _ names: [OptionName], most: Int, misuse: Int32 = 1, _ take: (_ name: String, _ value: String) -> Int32?
  ) -> Words {
    var words = Words()
    var reader = OptionReader(arguments, long: names)
    while let item = reader.next() {
      switch item {
      case .option(let option, let value): words.code = take(option, value)
      case .operand(let word):
        words.operands.append(word)
        if words.operands.count > most {
          words.code = misused("too many command-line arguments (first is \"\(word)\")", code: misuse)
        }
      case .wrong(let message):
        output.complain("\(name): \(message)\n\(name): hint: \(more)\n")
        words.code = misuse
      }
      if words.code != nil { break }
    }
    return words
  }

  /// `--version` and `--help` count only as the first argument.
  func answersFirst() -> Int32? {
    guard let first = arguments.first else { return nil }
    if first == "--version" || first == "-V" {
      output.print("\(name) (PostgreSQL) \(host.version)\n")
      return 0
    }
    if first == "--help" || first == "-?" { return notSimulated("--help") }
    return nil
  }

  // MARK: Questions

  /// The answer to a question; nil when it has not been given yet, and the program shall end.
  func ask(_ prompt: String, hides: Bool = false) -> String? {
    guard question == nil else { return nil }
    output.complain(prompt)
    guard asked < answers.count else {
      question = Question(hides: hides)
      return nil
    }
    asked += 1
    if hides { output.complain("\n") }
    return answers[asked - 1]
  }

  func confirm(_ text: String) -> Bool? {
    while let answer = ask("\(text) (y/n) ") {
      if answer == "y" || answer == "n" { return answer == "y" }
      output.print("Please answer \"y\" or \"n\".\n")
    }
    return nil
  }

  // MARK: Connection

  func fillParameters() {
    if parameters.host == nil { parameters.host = host.environment("PGHOST") }
    if parameters.port == nil { parameters.port = host.environment("PGPORT") }
    if parameters.user == nil { parameters.user = host.environment("PGUSER") ?? host.userName }
    if parameters.password == nil { parameters.password = host.environment("PGPASSWORD") }
  }

  /// Tries to connect, and asks for a password where one is needed.
  private func attempt(_ database: String) -> ClientConnection {
    fillParameters()
    if forcesPassword, !hasAskedPassword {
      hasAskedPassword = true
      guard let password = ask("Password: ", hides: true) else { return .noResponse }
      parameters.password = password
    }
    var wanted = parameters
    wanted.database = database
    let outcome = host.connect(wanted)
    guard case .passwordNeeded(let message) = outcome else { return outcome }
    if parameters.never || hasAskedPassword { return .failed(message) }
    hasAskedPassword = true
    guard let password = ask("Password: ", hides: true) else { return .noResponse }
    parameters.password = password
    wanted.password = password
    return host.connect(wanted)
  }

  /// Connects; nil when it failed, which has then been said.
  func connect(_ database: String) -> ClientSession? {
    switch attempt(database) {
    case .session(let made):
      session = made
      return made
    case .failed(let message), .passwordNeeded(let message): output.complain("\(name): error: \(message)")
    case .rejected, .noResponse: break
    }
    return nil
  }

  /// The database that maintenance programs connect to: postgres, else template1.
  func connectMaintenance(_ chosen: String?, alternative: String? = nil) -> ClientSession? {
    if let chosen { return connect(chosen) }
    if case .session(let made) = attempt(alternative ?? "postgres") {
      session = made
      return made
    }
    return question == nil ? connect("template1") : nil
  }

  /// Runs one statement; nil when it went well, or the server's error.
  func run(_ sql: String) -> SQLError? {
    guard let session else { return nil }
    if echoes { output.print(sql + "\n") }
    for outcome in session.execute(sql) {
      switch outcome {
      case .error(let error):
        if error.kind == .notSimulated { host.note(notSimulated: error.message) }
        return error
      case .notice(let error, let severity): output.complain("\(severity):  \(error.message)\n")
      default: break
      }
    }
    return nil
  }

  /// An error as libpq prints it for a program: `ERROR:  …`, DETAIL, HINT.
  func described(_ error: SQLError) -> String {
    var text = "ERROR:  \(error.message)"
    if let detail = error.detail { text += "\nDETAIL:  \(detail)" }
    if let hint = error.hint { text += "\nHINT:  \(hint)" }
    return text
  }

  func finish() {
    if let session { host.close(session) }
    session = nil
  }

  /// A name as SQL needs it.
  func quoted(_ name: String) -> String { quotedIdentifier(name) }
  func literal(_ text: String) -> String { quotedLiteral(text) }
}

package enum ClientTools {
  private nonisolated(unsafe) static let tools: [(name: String, run: (ClientCall) -> Int32)] = [
    ("pg_isready", isReady), ("createdb", createDatabase), ("dropdb", dropDatabase), ("createuser", createUser),
    ("dropuser", dropUser), ("vacuumdb", vacuumDatabases), ("reindexdb", reindexDatabases),
    ("clusterdb", clusterDatabases), ("pg_dump", dumpDatabase), ("pg_dumpall", dumpAll), ("pg_restore", restore),
    ("pg_config", showConfiguration), ("pgbench", runBenchmark),
  ]

  package static var names: [String] {
    var out: [String] = []
    for tool in tools { out.append(tool.name) }
    return out
  }

  /// Whether a program reads its standard input.
  package static func readsInput(_ name: String, _ arguments: [String]) -> Bool {
    guard name == "pg_restore" else { return false }
    var isValue = false
    for word in arguments {
      if isValue {
        isValue = false
      } else if ["-d", "-f", "-h", "-p", "-U", "-n", "-t", "-F", "-j", "-I", "-P", "-T", "-N", "-L", "-S"].contains(
        word)
      {
        isValue = true
      } else if word.utf8.first != 45 {
        return false
      }
    }
    return true
  }

  package static func run(_ call: ClientCall) -> Int32 {
    for tool in tools where tool.name == call.name {
      let code = tool.run(call)
      call.finish()
      return code
    }
    return 127
  }
}
