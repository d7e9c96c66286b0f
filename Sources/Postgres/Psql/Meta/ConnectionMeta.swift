// `\connect`, `\conninfo`, `\encoding`, and what is said when program and server are of different releases.
// Source: PostgreSQL 15 manual, psql.

internal import SimKernel

extension PsqlSession {
  func connect() {
    var words: [String] = []
    var reuses: Bool?
    while words.count < 4, let a = argument(.name) {
      if words.isEmpty, a.hasPrefix("-reuse-previous=") {
        let word = String(a.dropFirst(16))
        reuses = PsqlVariables.boolean(word)
        if reuses == nil {
          return report("unrecognized value \"\(word)\" for \"-reuse-previous\": Boolean expected")
        }
      } else {
        words.append(a)
      }
    }
    let isWhole = words.first.map { ConnectionParameters.isConnectionString($0) } ?? false
    if session == nil, isInteractive, reuses ?? !isWhole {
      return report("No database connection exists to re-use parameters from")
    }
    var new = parameters
    var keepsPassword = true
    if let first = words.first, ConnectionParameters.isConnectionString(first) {
      var given = ConnectionParameters()
      if let problem = given.read(first) {
        report(problem)
        return keepOrDrop()
      }
      if reuses == true { new.take(given) } else { new = given }
      keepsPassword = given["user"] == nil && given["host"] == nil && given["port"] == nil && reuses == true
    } else {
      if reuses == false { new = ConnectionParameters() }
      for (i, name) in ["dbname", "user", "host", "port"].enumerated() where i < words.count {
        guard words[i] != "-" else { continue }
        if name == "host", words[i] != (parameters.host ?? "") {
          new["hostaddr"] = nil
          keepsPassword = false
        }
        if name == "user", words[i] != parameters.user { keepsPassword = false }
        new[name] = words[i]
      }
    }
    if !keepsPassword, new.password == parameters.password { new["password"] = nil }
    host.complete(&new)
    if new.user == nil { new["user"] = host.userName }
    if new.database == nil { new["dbname"] = new.user }
    switch host.connect(new) {
    case .session(let made, let at, let port, let address):
      if let session { host.close(session) }
      session = made
      let old = parameters
      parameters = new
      parameters["host"] = at
      parameters["port"] = port
      parameters["address"] = address
      describeConnection()
      if !quiet {
        connectionWarnings(isStart: false)
        var text = "You are now connected to database \"\(made.database.name)\" as user \"\(made.loginUser)\""
        let folder = made.server.socketDirectory
        if (old.host ?? folder) != (parameters.host ?? folder) || (old.port ?? "5432") != (parameters.port ?? "5432") {
          text += " " + connectionPlace
        }
        say(text + ".\n")
      }
    case .passwordNeeded(let message), .failed(let message):
      if isInteractive {
        warn(message)
      } else {
        complain((isTerse && inputFile == nil ? "" : location + "error: ") + "\\connect: " + message)
      }
      keepOrDrop()
    }
  }

  /// After a connection that failed, a person keeps the one there was; a script has none.
  private func keepOrDrop() {
    hadError = true
    if isInteractive {
      if session != nil { warn("Previous connection kept\n") }
    } else {
      if let session { host.close(session) }
      session = nil
      describeConnection()
    }
  }

  /// `on host "db" (address "10.0.0.1") at port "5432"`
  private var connectionPlace: String {
    let port = parameters.port ?? "5432"
    guard let name = parameters.host, name.utf8.first != 0x2f else {
      return "via socket in \"\(parameters.host ?? session?.server.socketDirectory ?? "")\" at port \"\(port)\""
    }
    let address = parameters["address"].flatMap { $0 == name ? nil : " (address \"\($0)\")" } ?? ""
    return "on host \"\(name)\"\(address) at port \"\(port)\""
  }

  func connectionInfo() {
    guard let s = session else {
      say("You are currently not connected to a database.\n")
      return
    }
    say(
      "You are connected to database \"\(s.database.name)\" as user \"\(s.loginUser)\" \(connectionPlace).\n")
  }

  /// The first line of a conversation, and what is to be said when program and server are of different releases.
  func connectionWarnings(isStart: Bool) {
    guard let session else { return }
    let server = (try? session.setting("server_version")) ?? release
    let differs = server != release
    if differs || isStart {
      say("psql (\(release)\(differs ? ", server \(server)" : ""))\n")
    }
    let own = PsqlSession.major(release)
    let other = PsqlSession.major(server)
    if own < other {
      say(
        "WARNING: psql major version \(own), server major version \(other).\n         Some psql features might not work.\n"
      )
    }
  }

  private static func major(_ text: String) -> Int {
    var n = 0
    for b in text.utf8 {
      guard Lexer.isDigit(b) else { break }
      n = n * 10 + Int(b - 48)
    }
    return n
  }

  func encoding(_ name: String?) {
    guard let name else { return say((variables["ENCODING"] ?? "UTF8") + "\n") }
    guard let known = PsqlSession.encodingNames[replaced(uppercasedASCII(name), "-", "")] else {
      return report("\(name): invalid encoding name or conversion procedure not found")
    }
    guard let session else { return report("You are currently not connected to a database.") }
    for outcome in session.execute("SET client_encoding TO '\(known)'") {
      if case .error(let error) = outcome { return warn(errorText(error, "")) }
    }
    variables["ENCODING"] = known
  }

  private static let encodingNames = [
    "UTF8": "UTF8", "UNICODE": "UTF8", "LATIN1": "LATIN1", "ISO88591": "LATIN1", "LATIN9": "LATIN9",
    "SQL_ASCII": "SQL_ASCII", "SQLASCII": "SQL_ASCII", "WIN1252": "WIN1252",
  ]
}
