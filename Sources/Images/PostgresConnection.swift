// Connection strings, password files, and the way from a client to a server.
// Source: PostgreSQL 15 manual, 34.1.1 "Connection Strings", 34.16 "The Password File".

import Postgres
import SimKernel
import SimMachine

enum ConnectionString {
  /// `host=… user='…'` or `postgresql://user:password@host:port/database?name=value`.
  static func parse(_ text: String) -> [String: String] {
    for prefix in ["postgresql://", "postgres://"] where text.hasPrefix(prefix) {
      return parseURI(String(text.dropFirst(prefix.utf8.count)))
    }
    var out: [String: String] = [:]
    let b = Array(text.utf8)
    var i = 0
    while i < b.count {
      while i < b.count, b[i] == 32 || b[i] == 9 || b[i] == 10 { i += 1 }
      let nameStart = i
      while i < b.count, b[i] != 61, b[i] != 32 { i += 1 }
      let name = String(decoding: b[nameStart..<i], as: UTF8.self)
      while i < b.count, b[i] == 32 { i += 1 }
      guard i < b.count, b[i] == 61, !name.isEmpty else { break }
      i += 1
      while i < b.count, b[i] == 32 { i += 1 }
      var value: [UInt8] = []
      if i < b.count, b[i] == 39 {
        i += 1
        while i < b.count, b[i] != 39 {
          if b[i] == 92, i + 1 < b.count { i += 1 }
          value.append(b[i])
          i += 1
        }
        i += 1
      } else {
        while i < b.count, b[i] != 32 {
          if b[i] == 92, i + 1 < b.count { i += 1 }
          value.append(b[i])
          i += 1
        }
      }
      out[name] = String(decoding: value, as: UTF8.self)
    }
    return out
  }

  private static func parseURI(_ text: String) -> [String: String] {
    var out: [String: String] = [:]
    var rest = text
    if let question = rest.firstIndex(of: "?") {
      for pair in rest[rest.index(after: question)...].split(separator: "&" as Character) {
        let parts = pair.split(separator: "=" as Character, maxSplits: 1)
        if parts.count == 2 { out[String(parts[0])] = decoded(String(parts[1])) }
      }
      rest = String(rest[..<question])
    }
    if let slash = rest.firstIndex(of: "/") {
      let name = decoded(String(rest[rest.index(after: slash)...]))
      if !name.isEmpty { out["dbname"] = name }
      rest = String(rest[..<slash])
    }
    if let at = rest.lastIndex(of: "@") {
      let who = String(rest[..<at])
      rest = String(rest[rest.index(after: at)...])
      if let colon = who.firstIndex(of: ":") {
        out["user"] = decoded(String(who[..<colon]))
        out["password"] = decoded(String(who[who.index(after: colon)...]))
      } else {
        out["user"] = decoded(who)
      }
    }
    if let colon = rest.lastIndex(of: ":") {
      out["port"] = String(rest[rest.index(after: colon)...])
      rest = String(rest[..<colon])
    }
    if !rest.isEmpty { out["host"] = decoded(rest) }
    return out
  }

  private static func decoded(_ text: String) -> String {
    let b = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < b.count {
      if b[i] == 37, i + 2 < b.count,
        let value = UInt8(String(decoding: b[(i + 1)...(i + 2)], as: UTF8.self), radix: 16)
      {
        out.append(value)
        i += 3
      } else {
        out.append(b[i])
        i += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Whether a database name is a connection string.
  static func isOne(_ text: String) -> Bool {
    text.utf8.contains(61) || text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  private static func quoted(_ value: String) -> String {
    var plain = !value.isEmpty
    for b in value.utf8 where b == 32 || b == 39 || b == 92 { plain = false }
    if plain { return value }
    var out = "'"
    for c in value.unicodeScalars {
      if c == "'" || c == "\\" { out += "\\" }
      out.unicodeScalars.append(c)
    }
    return out + "'"
  }

  /// The defaults that libpq writes out after host and port.
  private static func tail(_ major: Int) -> String {
    var text = "sslmode=prefer"
    if major >= 17 { text += " sslnegotiation=postgres" }
    text += " sslcompression=0"
    if major >= 16 { text += " sslcertmode=disable" }
    if major >= 14 { text += " sslsni=1" }
    if major >= 13 { text += " ssl_min_protocol_version=TLSv1.2" }
    text += " gssencmode=prefer krbsrvname=postgres"
    if major >= 16 { text += " gssdelegation=0" }
    text += " target_session_attrs=any"
    if major >= 16 { text += " load_balance_hosts=disable" }
    return text
  }

  /// `primary_conninfo` as pg_basebackup -R writes it.
  static func written(
    user: String, password: String?, passwordFile: String, host: String?, port: String, major: Int,
    applicationName: String?
  ) -> String {
    var text = "user=\(quoted(user))"
    if let password { text += " password=\(quoted(password))" } else { text += " passfile=\(quoted(passwordFile))" }
    if major >= 13 { text += " channel_binding=prefer" }
    if let host { text += " host=\(quoted(host))" }
    text += " port=\(port) "
    if let applicationName { text += "application_name=\(quoted(applicationName)) " }
    return text + tail(major)
  }

  /// As pg_stat_wal_receiver shows it.
  static func shown(_ parameters: [String: String], applicationName: String) -> String {
    var text = "user=\(parameters["user"] ?? "")"
    if let file = parameters["passfile"] { text += " passfile=\(quoted(file))" }
    if parameters["password"] != nil { text += " password=********" }
    text +=
      " channel_binding=prefer dbname=replication host=\(parameters["host"] ?? "") port=\(parameters["port"] ?? "5432")"
    if let name = parameters["application_name"] { text += " application_name=\(name)" }
    return text + " fallback_application_name=\(applicationName) " + tail(15)
  }
}

enum PasswordFile {
  /// The password of the first line that fits: `host:port:database:user:password`.
  static func find(_ parameters: [String: String], _ process: Process) -> String? {
    let path =
      parameters["passfile"] ?? process.environment["PGPASSFILE"]
      ?? (process.environment["HOME"] ?? "/root") + "/.pgpass"
    guard let bytes = try? process.fileSystem.read(path, as: process.credentials) else { return nil }
    let wanted = [
      parameters["host"] ?? "localhost", parameters["port"] ?? "5432", parameters["dbname"] ?? "replication",
      parameters["user"] ?? "",
    ]
    for line in bytes.split(separator: 10) where line.first != 35 {
      var fields: [[UInt8]] = [[]]
      var isEscaped = false
      for b in line {
        if isEscaped {
          fields[fields.count - 1].append(b)
          isEscaped = false
        } else if b == 92 {
          isEscaped = true
        } else if b == 58, fields.count < 5 {
          fields.append([])
        } else {
          fields[fields.count - 1].append(b)
        }
      }
      guard fields.count == 5 else { continue }
      var fits = true
      for (index, value) in wanted.enumerated() {
        let field = String(decoding: fields[index], as: UTF8.self)
        if field != "*", field != value { fits = false }
      }
      if fits { return String(decoding: fields[4], as: UTF8.self) }
    }
    return nil
  }
}

/// A way to a server: what a client's host and port lead to.
enum PostgresRoute {
  /// The server; `at "host" (address), port n` or `on socket "…"`; where the server sees the client.
  case instance(PostgresInstance, place: String, from: ClientAddress)
  /// The whole message after `psql: error: `.
  case failed(String)

  static func find(host: String?, port: String?, from process: Process) -> PostgresRoute {
    let portText = port.flatMap { $0.isEmpty ? nil : $0 } ?? "5432"
    guard let number = Int(portText), (1...65_535).contains(number) else {
      return .failed("invalid port number: \"\(portText)\"\n")
    }
    guard let host, !host.isEmpty, host.utf8.first != 47 else {
      let folder = host ?? ""
      let socket = "\(folder.isEmpty ? "/var/run/postgresql" : folder)/.s.PGSQL.\(portText)"
      if let instance = process.machine.localListeners[socket] as? PostgresInstance {
        return .instance(instance, place: "on socket \"\(socket)\"", from: .socket)
      }
      return .failed(
        "connection to server on socket \"\(socket)\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n"
      )
    }
    let isMusl =
      process.machine.fileSystem.exists("/lib/ld-musl-x86_64.so.1")
    guard let network = process.machine.network else {
      return .failed("could not translate host name \"\(host)\" to address: Name or service not known\n")
    }
    func place(_ address: String) -> String {
      "at \"\(host)\"\(address == host ? "" : " (\(address))"), port \(portText)"
    }
    switch network.connect(host: host, port: number, from: process.machine) {
    case .connected(let listener, let address):
      guard let instance = listener as? PostgresInstance else {
        return .failed(
          "connection to server \(place(address)) failed: received invalid response to SSL negotiation: H\n")
      }
      let source = address == "127.0.0.1" ? address : process.machine.address
      if instance.isLocalOnly, address != "127.0.0.1" {
        return .failed(
          "connection to server \(place(address)) failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n"
        )
      }
      return .instance(instance, place: place(address), from: .host(source))
    case .refused(let address):
      return .failed(
        "connection to server \(place(address)) failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n"
      )
    case .unknownHost:
      return .failed(
        "could not translate host name \"\(host)\" to address: \(isMusl ? "Name does not resolve" : "Name or service not known")\n"
      )
    case .unreachable(let address):
      return .failed(
        "connection to server \(place(address)) failed: Operation timed out\n\tIs the server running on that host and accepting TCP/IP connections?\n"
      )
    }
  }
}
