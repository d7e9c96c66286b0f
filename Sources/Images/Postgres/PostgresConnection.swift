// Connection strings as standbys and backups read and write them, and password files.
// Source: PostgreSQL 15 manual, 34.1.1 "Connection Strings", 34.16 "The Password File".

import Postgres
import SimKernel
import SimMachine

enum ConnectionString {
  /// `host=… user='…'` or `postgresql://user:password@host:port/database?name=value`.
  static func parse(_ text: String) -> [String: String] {
    var parameters = ConnectionParameters()
    _ = parameters.read(text)
    var out: [String: String] = [:]
    for (name, value) in parameters.values { out[name] = value }
    return out
  }

  private static func quoted(_ value: String) -> String {
    var plain = !value.isEmpty
    for b in value.utf8 {
      let isLetter = (65...90).contains(b) || (97...122).contains(b)
      if !isLetter, !(48...57).contains(b), b != 95, b != 46 { plain = false }
    }
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
    if let file = parameters["passfile"] { text += " passfile=\(file)" }
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
    guard let inode = try? process.fileSystem.lookup(path, as: process.credentials), !inode.isDirectory,
      let bytes = try? process.fileSystem.read(path, as: process.credentials)
    else { return nil }
    if inode.mode & 0o077 != 0 {
      process.complain(
        "WARNING: password file \"\(path)\" has group or world access; permissions should be u=rw (0600) or less\n")
      return nil
    }
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
