// What a client knows of the server it wants: connection strings and URIs with their errors, the defaults of the environment,
// lists of hosts. Source: PostgreSQL 15 manual, 34.1.1 "Connection Strings", 34.1.2, 34.15 "Environment Variables".

package import SimKernel

package struct ConnectionParameters {
  package private(set) var values = OrderedMap<String, String>()

  package init() {}

  package subscript(name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }
  package var host: String? { nonEmpty("host") }
  package var port: String? { nonEmpty("port") }
  package var user: String? { nonEmpty("user") }
  package var database: String? { nonEmpty("dbname") }
  package var password: String? { nonEmpty("password") }
  private func nonEmpty(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The names that connection strings may use.
  private static let names: Set<String> = [
    "service", "user", "password", "passfile", "channel_binding", "connect_timeout", "dbname", "host", "hostaddr",
    "port",
    "client_encoding", "options", "application_name", "fallback_application_name", "keepalives", "keepalives_idle",
    "keepalives_interval", "keepalives_count", "tcp_user_timeout", "sslmode", "sslcompression", "sslcert", "sslkey",
    "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "gssencmode", "krbsrvname", "gsslib", "replication", "target_session_attrs",
  ]

  private static let variables: [(String, String)] = [
    ("PGHOST", "host"), ("PGHOSTADDR", "hostaddr"), ("PGPORT", "port"), ("PGDATABASE", "dbname"), ("PGUSER", "user"),
    ("PGPASSWORD", "password"), ("PGPASSFILE", "passfile"), ("PGSERVICE", "service"), ("PGOPTIONS", "options"),
    ("PGAPPNAME", "application_name"), ("PGSSLMODE", "sslmode"), ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"), ("PGCLIENTENCODING", "client_encoding"),
  ]

  /// What is wrong with the service that was asked for, without a line break.
  package private(set) var serviceProblem: String?

  /// Takes what is not given from the section of a service file, and what that lacks from the environment.
  package mutating func fill(from environment: (String) -> String?, read: (String) -> [UInt8]?) {
    if let service = nonEmpty("service") ?? environment("PGSERVICE").flatMap({ $0.isEmpty ? nil : $0 }) {
      serviceProblem = takeService(service, environment, read)
    }
    for (variable, name) in ConnectionParameters.variables where values[name] == nil {
      if let value = environment(variable) { values[name] = value }
    }
  }

  private mutating func takeService(
    _ service: String, _ environment: (String) -> String?, _ read: (String) -> [UInt8]?
  ) -> String? {
    var files: [String] = []
    if let named = environment("PGSERVICEFILE") {
      if read(named) == nil { return "service file \"\(named)\" not found" }
      files.append(named)
    } else if let home = environment("HOME") {
      files.append(home + "/.pg_service.conf")
    }
    files.append((environment("PGSYSCONFDIR") ?? "/etc/postgresql-common") + "/pg_service.conf")
    for file in files {
      guard let bytes = read(file) else { continue }
      var isFound = false
      for (number, text) in splitText(String(decoding: bytes, as: UTF8.self), "\n").enumerated() {
        let line = trimmedSpaces(text)
        if line.isEmpty || line.hasPrefix("#") { continue }
        if line.hasPrefix("[") {
          if isFound { return nil }
          isFound = line == "[\(service)]"
          continue
        }
        guard isFound else { continue }
        guard let equals = line.firstIndex(of: "="),
          ConnectionParameters.names.contains(String(line[..<equals]))
        else { return "syntax error in service file \"\(file)\", line \(number + 1)" }
        let name = String(line[..<equals])
        if name == "service" {
          return "nested service specifications not supported in service file \"\(file)\", line \(number + 1)"
        }
        if values[name] == nil { values[name] = String(line[line.index(after: equals)...]) }
      }
      if isFound { return nil }
    }
    return "definition of service \"\(service)\" not found"
  }

  /// What others lack is taken over.
  package mutating func take(_ other: ConnectionParameters) {
    for (name, value) in other.values { values[name] = value }
  }

  /// Whether a database name is a connection string.
  package static func isConnectionString(_ text: String) -> Bool {
    text.utf8.contains(61) || text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  /// Reads a connection string; the message of what is wrong with it, without a line break.
  package mutating func read(_ text: String) -> String? {
    for prefix in ["postgresql://", "postgres://"] where text.hasPrefix(prefix) {
      return readURI(text, String(text.dropFirst(prefix.utf8.count)))
    }
    return readPairs(Array(text.utf8))
  }

  // MARK: name = value

  private mutating func readPairs(_ b: [UInt8]) -> String? {
    var i = 0
    func skip() { while i < b.count, Lexer.isSpace(b[i]) { i += 1 } }
    while true {
      skip()
      guard i < b.count else { return nil }
      let start = i
      while i < b.count, b[i] != 61, !Lexer.isSpace(b[i]) { i += 1 }
      let name = String(decoding: b[start..<i], as: UTF8.self)
      skip()
      guard i < b.count, b[i] == 61 else {
        return "missing \"=\" after \"\(name)\" in connection info string"
      }
      i += 1
      skip()
      var value: [UInt8] = []
      if i < b.count, b[i] == 39 {
        i += 1
        while true {
          guard i < b.count else { return "unterminated quoted string in connection info string" }
          if b[i] == 39 { break }
          if b[i] == 92, i + 1 < b.count { i += 1 }
          value.append(b[i])
          i += 1
        }
        i += 1
      } else {
        while i < b.count, !Lexer.isSpace(b[i]) {
          if b[i] == 92, i + 1 < b.count { i += 1 }
          value.append(b[i])
          i += 1
        }
      }
      guard ConnectionParameters.names.contains(name) else { return "invalid connection option \"\(name)\"" }
      values[name] = String(decoding: value, as: UTF8.self)
    }
  }

  // MARK: URI

  private mutating func readURI(_ whole: String, _ text: String) -> String? {
    var rest = text
    var query: String?
    if let question = rest.firstIndex(of: "?") {
      query = String(rest[rest.index(after: question)...])
      rest = String(rest[..<question])
    }
    var path: String?
    // A user may hold a slash only encoded, so the first one ends the hosts.
    if let slash = rest.firstIndex(of: "/") {
      path = String(rest[rest.index(after: slash)...])
      rest = String(rest[..<slash])
    }
    if let at = rest.lastIndex(of: "@") {
      let who = String(rest[..<at])
      rest = String(rest[rest.index(after: at)...])
      if let colon = who.firstIndex(of: ":") {
        if let problem = set("user", String(who[..<colon])) { return problem }
        if let problem = set("password", String(who[who.index(after: colon)...])) { return problem }
      } else if let problem = set("user", who) {
        return problem
      }
    }
    var hosts: [String] = []
    var ports: [String] = []
    for part in rest.split(separator: "," as Character, omittingEmptySubsequences: false) {
      var host = String(part)
      var port = ""
      if host.hasPrefix("[") {
        guard let end = host.firstIndex(of: "]") else {
          return "end of string reached when looking for matching \"]\" in IPv6 host address in URI: \"\(whole)\""
        }
        let tail = host[host.index(after: end)...]
        if tail.hasPrefix(":") { port = String(tail.dropFirst()) }
        host = String(host[host.index(after: host.startIndex)..<end])
      } else if let colon = host.firstIndex(of: ":") {
        port = String(host[host.index(after: colon)...])
        host = String(host[..<colon])
      }
      hosts.append(host)
      ports.append(port)
    }
    if !rest.isEmpty {
      if let problem = set("host", joined(hosts, ",")) { return problem }
      var anyPort = false
      for port in ports where !port.isEmpty { anyPort = true }
      if anyPort, let problem = set("port", joined(ports, ",")) { return problem }
    }
    if let path, !path.isEmpty, let problem = set("dbname", path) { return problem }
    for pair in (query ?? "").split(separator: "&" as Character, omittingEmptySubsequences: false) where query != nil {
      if pair.isEmpty, (query ?? "").isEmpty { break }
      guard let equals = pair.firstIndex(of: "=") else {
        return "missing key/value separator \"=\" in URI query parameter: \"\(pair)\""
      }
      var name = String(pair[..<equals])
      var value = String(pair[pair.index(after: equals)...])
      if name == "ssl", value == "true" { (name, value) = ("sslmode", "require") }
      guard ConnectionParameters.names.contains(name) else { return "invalid URI query parameter: \"\(name)\"" }
      if let problem = set(name, value) { return problem }
    }
    return nil
  }

  private mutating func set(_ name: String, _ encoded: String) -> String? {
    if encoded.isEmpty { return nil }
    let b = Array(encoded.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < b.count {
      guard b[i] == 37 else {
        out.append(b[i])
        i += 1
        continue
      }
      guard i + 2 < b.count, let high = CharacterEscapes.hexDigit(b[i + 1]),
        let low = CharacterEscapes.hexDigit(b[i + 2])
      else { return "invalid percent-encoded token: \"\(encoded)\"" }
      if high == 0, low == 0 { return "forbidden value %00 in percent-encoded value: \"\(encoded)\"" }
      out.append(high << 4 | low)
      i += 3
    }
    values[name] = String(decoding: out, as: UTF8.self)
    return nil
  }

  private static let words: [(name: String, values: Set<String>)] = [
    ("channel_binding", ["disable", "prefer", "require"]),
    ("sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]),
    ("gssencmode", ["disable", "prefer", "require"]),
    (
      "target_session_attrs", ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"]
    ),
  ]

  /// What is wrong with a parameter that takes one of some words.
  package var invalid: String? {
    for (name, known) in ConnectionParameters.words {
      if let value = nonEmpty(name), !known.contains(value) { return "invalid \(name) value: \"\(value)\"" }
    }
    return nil
  }

  // MARK: Hosts and options

  /// The places to try in order: host (nil is the socket), address and port; or what is wrong with the lists.
  package func places() -> (list: [(host: String?, address: String?, port: String)], problem: String?) {
    func list(_ name: String) -> [String] {
      guard let text = nonEmpty(name) else { return [] }
      var out: [String] = []
      for part in text.split(separator: "," as Character, omittingEmptySubsequences: false) { out.append(String(part)) }
      return out
    }
    let addresses = list("hostaddr")
    var hosts = list("host")
    let ports = list("port")
    if !addresses.isEmpty, !hosts.isEmpty, addresses.count != hosts.count {
      return ([], "could not match \(hosts.count) host names to \(addresses.count) hostaddr values")
    }
    if hosts.isEmpty { hosts = addresses.isEmpty ? [""] : Array(repeating: "", count: addresses.count) }
    if ports.count > 1, ports.count != hosts.count {
      return ([], "could not match \(ports.count) port numbers to \(hosts.count) hosts")
    }
    var out: [(host: String?, address: String?, port: String)] = []
    for (i, host) in hosts.enumerated() {
      let port = ports.isEmpty ? "" : ports.count == 1 ? ports[0] : ports[i]
      if !port.isEmpty, ConnectionParameters.number(port) == nil {
        return (out, "invalid integer value \"\(port)\" for connection option \"port\"")
      }
      if let number = ConnectionParameters.number(port), !(1...65_535).contains(number) {
        return (out, "invalid port number: \"\(port)\"")
      }
      out.append(
        (
          host.isEmpty ? nil : host, addresses.isEmpty ? nil : addresses[i],
          ConnectionParameters.number(port).map { String($0) } ?? "5432"
        ))
    }
    return (out, nil)
  }

  private static func number(_ text: String) -> Int64? { Int64(trimmedSpaces(text)) }

  /// `-c name=value` and `--name=value` of the parameter `options`.
  package var settings: [(name: String, value: String)] {
    var words: [[UInt8]] = []
    var inWord = false
    let b = Array((values["options"] ?? "").utf8)
    var i = 0
    while i < b.count {
      if Lexer.isSpace(b[i]) {
        inWord = false
      } else {
        if !inWord { words.append([]) }
        inWord = true
        if b[i] == 92, i + 1 < b.count { i += 1 }
        words[words.count - 1].append(b[i])
      }
      i += 1
    }
    var out: [(name: String, value: String)] = []
    var k = 0
    while k < words.count {
      var word = String(decoding: words[k], as: UTF8.self)
      k += 1
      if word == "-c", k < words.count {
        word = String(decoding: words[k], as: UTF8.self)
        k += 1
      } else if word.hasPrefix("-c") || word.hasPrefix("--") {
        word = String(word.dropFirst(2))
      } else {
        continue
      }
      guard let equals = word.firstIndex(of: "=") else { continue }
      out.append(
        (replaced(String(word[..<equals]), "-", "_"), String(word[word.index(after: equals)...])))
    }
    return out
  }
}
