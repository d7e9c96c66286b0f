// The command `psql`: options, connection parameters, what is run in which order, exit codes.
// Source: PostgreSQL 15 manual, reference page psql; 34.1 for connection strings.

internal import SimKernel

package struct PsqlInvocation {
  package enum Action {
    case command(String)
    case file(String)
  }
  package var host: String?
  package var port: String?
  package var user: String?
  package var database: String?
  package var password: String?
  package var actions: [Action] = []
  package var print = PrintOptions()
  package var variables: [(String, String)] = []
  package var quiet = false
  /// `-a`, `-e`, `-b`: what ECHO is set to.
  package var echo: String?
  package var singleLine = false
  package var echoHidden = false
  package var logFile: String?
  package var singleTransaction = false
  package var wantsVersion = false
  package var wantsList = false
  package var wantsHelp = false
  package var outputFile: String?
  package var notSimulated: String?
  package var problem: String?
  package var never = false
  package var forcePassword = false

  /// Arguments without the program's name.
  package init(arguments: [String], environment: (String) -> String?) {
    var operands: [String] = []
    var i = 0
    func assign(_ text: String) -> (String, String) {
      let b = Array(text.utf8)
      if let e = b.firstIndex(of: 0x3d) {
        return (String(decoding: b[..<e], as: UTF8.self), String(decoding: b[(e + 1)...], as: UTF8.self))
      }
      return (text, "")
    }
    let long: [String: Character] = [
      "command": "c", "dbname": "d", "file": "f", "list": "l", "set": "v", "variable": "v", "version": "V",
      "no-psqlrc": "X", "single-transaction": "1", "echo-all": "a", "echo-errors": "b", "echo-queries": "e",
      "echo-hidden": "E", "output": "o", "quiet": "q", "no-align": "A", "field-separator": "F", "html": "H",
      "pset": "P", "record-separator": "R", "tuples-only": "t", "expanded": "x", "host": "h", "port": "p",
      "username": "U", "no-password": "w", "password": "W", "single-line": "S", "single-step": "s", "no-readline": "n",
      "log-file": "L", "field-separator-zero": "z", "record-separator-zero": "0", "help": "?",
    ]
    let takesValue: Set<Character> = ["c", "d", "f", "v", "o", "F", "P", "R", "h", "p", "U", "L", "T"]
    while i < arguments.count {
      let a = arguments[i]
      i += 1
      if a == "--" {
        operands += arguments[i...]
        break
      }
      var letters: [(Character, String?)] = []
      if a.hasPrefix("--") {
        let (name, value) = assign(String(a.dropFirst(2)))
        if name == "csv" {
          print.format = "csv"
          continue
        }
        guard let letter = long[name] else {
          problem = "psql: unrecognized option '--\(name)'\n"
          return
        }
        var given: String? = Array(a.utf8).contains(0x3d) ? value : nil
        if given == nil, takesValue.contains(letter) {
          guard i < arguments.count else {
            problem = "psql: option '--\(name)' requires an argument\n"
            return
          }
          given = arguments[i]
          i += 1
        }
        letters = [(letter, given)]
      } else if a.hasPrefix("-"), a.utf8.count > 1 {
        let chars = Array(a.dropFirst())
        var k = 0
        while k < chars.count {
          if takesValue.contains(chars[k]) {
            if k + 1 < chars.count {
              letters.append((chars[k], String(chars[(k + 1)...])))
            } else {
              guard i < arguments.count else {
                problem = "psql: option requires an argument -- '\(chars[k])'\n"
                return
              }
              letters.append((chars[k], arguments[i]))
              i += 1
            }
            break
          }
          letters.append((chars[k], nil))
          k += 1
        }
      } else {
        operands.append(a)
        continue
      }
      for (letter, value) in letters {
        switch letter {
        case "c": actions.append(.command(value ?? ""))
        case "f": actions.append(.file(value ?? ""))
        case "d": database = value
        case "h": host = value
        case "p": port = value
        case "U": user = value
        case "v": variables.append(assign(value ?? ""))
        case "V": wantsVersion = true
        case "l": wantsList = true
        case "X", "n": break
        case "1": singleTransaction = true
        case "a": echo = "all"
        case "e": echo = "queries"
        case "b": echo = "errors"
        case "S": singleLine = true
        case "E": echoHidden = true
        case "o": outputFile = value
        case "L": logFile = value
        case "q": quiet = true
        case "A": print.format = "unaligned"
        case "F": print.fieldSeparator = value ?? "|"
        case "R": print.recordSeparator = value ?? "\n"
        case "0": print.recordSeparator = "\0"
        case "z": print.fieldSeparator = "\0"
        case "H": print.format = "html"
        case "t": print.tuplesOnly = true
        case "x": print.expanded = .on
        case "w": never = true
        case "W": forcePassword = true
        case "P":
          let (name, v) = assign(value ?? "")
          let probe = PsqlSession(session: nil)
          probe.options = print
          if !probe.setOption(name, Array((value ?? "").utf8).contains(0x3d) ? v : nil) {
            problem = "psql: error: could not set printing parameter \"\(name)\"\n"
            return
          }
          print = probe.options
        case "s": notSimulated = "psql -s"
        case "?": wantsHelp = true
        default:
          problem = "psql: invalid option -- '\(letter)'\n"
          return
        }
      }
    }
    for (k, o) in operands.enumerated() {
      if database == nil {
        database = o
      } else if user == nil, k <= 1 {
        user = o
      } else {
        problem = (problem ?? "") + "psql: warning: extra command-line argument \"\(o)\" ignored\n"
      }
    }
    if let d = database { readConnection(d) }
    host = host ?? environment("PGHOST")
    port = port ?? environment("PGPORT")
    user = user ?? environment("PGUSER")
    database = database ?? environment("PGDATABASE")
    password = password ?? environment("PGPASSWORD")
  }

  /// `postgresql://user:password@host:port/database` or `host=… user=…`.
  private mutating func readConnection(_ text: String) {
    let b = Array(text.utf8)
    for prefix in ["postgresql://", "postgres://"] where text.hasPrefix(prefix) {
      var rest = String(text.dropFirst(prefix.utf8.count))
      if let q = rest.firstIndex(of: "?") { rest = String(rest[..<q]) }
      database = nil
      if let slash = rest.firstIndex(of: "/") {
        let name = String(rest[rest.index(after: slash)...])
        if !name.isEmpty { database = name }
        rest = String(rest[..<slash])
      }
      if let at = rest.lastIndex(of: "@") {
        let who = String(rest[..<at])
        rest = String(rest[rest.index(after: at)...])
        if let colon = who.firstIndex(of: ":") {
          user = String(who[..<colon])
          password = String(who[who.index(after: colon)...])
        } else {
          user = who
        }
      }
      if let colon = rest.lastIndex(of: ":") {
        port = String(rest[rest.index(after: colon)...])
        rest = String(rest[..<colon])
      }
      if !rest.isEmpty { host = rest }
      return
    }
    guard b.contains(0x3d) else { return }
    database = nil
    for part in text.split(separator: " ") {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      var value = String(pair[1])
      if value.hasPrefix("'"), value.hasSuffix("'"), value.utf8.count > 1 {
        value = String(value.dropFirst().dropLast())
      }
      switch String(pair[0]) {
      case "host", "hostaddr": host = value
      case "port": port = value
      case "user": user = value
      case "password": password = value
      case "dbname": database = value
      default: break
      }
    }
  }

  /// Applies the options to a fresh session.
  package func configure(_ psql: PsqlSession) {
    psql.options = print
    for (k, v) in variables {
      if let problem = PsqlVariables.set(psql, k, v) { psql.complain("psql: error: " + problem + "\n") }
    }
    if quiet { psql.quiet = true }
    if let echo { psql.variables["ECHO"] = echo }
    if singleLine { psql.variables["SINGLELINE"] = "on" }
    if echoHidden { psql.variables["ECHO_HIDDEN"] = "on" }
    psql.host = host ?? ""
    if let p = port, let n = Int64(p) { psql.port = n }
    psql.describeConnection()
  }

  /// Runs `-c` and `-f` in order, or the lines of standard input; the exit code of psql.
  package func run(_ psql: PsqlSession, standardInput: [UInt8]) -> Int32 {
    if let logFile { psql.log(to: logFile) }
    if let outputFile { psql.redirect(outputFile) }
    if wantsList {
      psql.feed("\\l")
      return psql.hadError ? 1 : 0
    }
    guard !actions.isEmpty else {
      for line in psql.splitLines(standardInput) {
        psql.feed(line)
        if psql.exitCode != nil { break }
        psql.clearError()
      }
      psql.finish()
      return psql.exitCode ?? 0
    }
    if singleTransaction { _ = psql.session?.execute("BEGIN") }
    var success = true
    for action in actions {
      psql.clearError()
      switch action {
      case .command(let text):
        psql.runCommandString(text)
        success = !psql.hadError
      case .file(let name):
        if name == "-" {
          psql.inputFile = "<stdin>"
          psql.lineNumber = 0
          for line in psql.splitLines(standardInput) {
            psql.feed(line)
            if psql.exitCode != nil { break }
            psql.clearError()
          }
          psql.finish()
          psql.inputFile = nil
          success = psql.exitCode ?? 0 == 0
        } else {
          psql.includePrefix = "psql: error: "
          psql.include(name)
          success = psql.fileSucceeded
        }
      }
      if let code = psql.exitCode {
        if singleTransaction { _ = psql.session?.execute(code == 0 ? "COMMIT" : "ROLLBACK") }
        return code
      }
      if !success, psql.isOn("ON_ERROR_STOP") { break }
    }
    if singleTransaction { _ = psql.session?.execute(success ? "COMMIT" : "ROLLBACK") }
    return success ? 0 : 1
  }
}
