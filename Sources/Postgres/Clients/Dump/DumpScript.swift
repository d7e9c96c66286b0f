// A dump as a script: its head, the entries with their headings, the data, the order of passes; and the archive that pg_restore
// makes the same script of later. Source: scripts of PostgreSQL 15's pg_dump.

internal import SimKernel

/// What a dump was made of: all that a script needs.
struct DumpArchive {
  var database: String
  var serverVersion: String
  var dumpVersion: String
  /// CREATE DATABASE and its properties, for `-C`.
  var databaseEntries: [DumpEntry] = []
  var entries: [DumpEntry] = []
}

struct DumpScript {
  var options = DumpOptions()
  /// The word of `\restrict`; nil where releases do not have it.
  var key: String?
  private var selectedTablespace = false
  private var selectedAccessMethod = false

  init(_ options: DumpOptions, key: String?) {
    self.options = options
    self.key = key
  }

  static let settings =
    "SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET idle_in_transaction_session_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET check_function_bodies = false;\nSET xmloption = content;\nSET client_min_messages = warning;\nSET row_security = off;\n\n"

  mutating func text(_ archive: DumpArchive) -> String {
    var out = "--\n-- PostgreSQL database dump\n--\n\n"
    if let key { out += "\\restrict \(key)\n\n" }
    out += "-- Dumped from database version \(archive.serverVersion)\n"
    out += "-- Dumped by pg_dump version \(archive.dumpVersion)\n\n"
    out += DumpScript.settings
    if options.clean { out += drops(archive) }
    if options.create { out += databaseText(archive) }
    for pass in [DumpPass.main, .privileges, .views] {
      for entry in archive.entries where entry.pass == pass && wants(entry) { out += self.entry(entry) }
    }
    out += "--\n-- PostgreSQL database dump complete\n--\n\n"
    if let key { out += "\\unrestrict \(key)\n\n" }
    return out
  }

  func wants(_ entry: DumpEntry) -> Bool {
    if options.noPrivileges, entry.kind == "ACL" { return false }
    if options.noComments, entry.kind == "COMMENT" { return false }
    if !options.sections.isEmpty, !options.sections.contains(entry.section) { return false }
    let isData = entry.section == .data || entry.kind == "MATERIALIZED VIEW DATA"
    if options.dataOnly { return entry.section == .data }
    if options.schemaOnly { return !isData }
    return true
  }

  // MARK: DROP

  private func drops(_ archive: DumpArchive) -> String {
    if options.create {
      return "DROP DATABASE \(options.ifExists ? "IF EXISTS " : "")\(quotedIdentifier(archive.database));\n"
    }
    var out = ""
    for entry in archive.entries.reversed() where !entry.drop.isEmpty && wants(entry) {
      out += drop(entry)
    }
    return out
  }

  /// `DROP TABLE x` as `DROP TABLE IF EXISTS x`, in all of its forms.
  func drop(_ entry: DumpEntry) -> String { options.ifExists ? withIfExists(entry) : entry.drop }

  private func withIfExists(_ entry: DumpEntry) -> String {
    var text = entry.drop
    func insert(_ after: String, _ addition: String) {
      let bytes = Array(text.utf8)
      let wanted = Array(after.utf8)
      var i = 0
      while i + wanted.count <= bytes.count {
        if Array(bytes[i..<(i + wanted.count)]) == wanted {
          text =
            String(decoding: bytes[..<(i + wanted.count)], as: UTF8.self) + addition
            + String(decoding: bytes[(i + wanted.count)...], as: UTF8.self)
          return
        }
        i += 1
      }
    }
    if text.hasPrefix("ALTER TABLE") {
      insert("ALTER TABLE", " IF EXISTS")
      if entry.kind == "DEFAULT" { return text }
      insert(" DROP CONSTRAINT", " IF EXISTS")
      return text
    }
    insert("DROP \(entry.kind == "MATERIALIZED VIEW" ? "MATERIALIZED VIEW" : entry.kind)", " IF EXISTS")
    return text
  }

  // MARK: The database itself

  private mutating func databaseText(_ archive: DumpArchive) -> String {
    var out = ""
    func reconnect() -> String {
      var text = ""
      if let key { text += "\\unrestrict \(key)\n" }
      text += "\\connect \(connectName(archive.database))\n"
      if let key { text += "\\restrict \(key)\n" }
      return text + "\n" + DumpScript.settings
    }
    for entry in archive.databaseEntries {
      if entry.kind == "COMMENT", options.noComments { continue }
      if entry.kind == "ACL" { continue }
      out += self.entry(entry)
      if entry.kind == "DATABASE" || entry.kind == "DATABASE PROPERTIES" { out += reconnect() }
    }
    return out
  }

  /// Names that psql would misread go into a connection string.
  private func connectName(_ name: String) -> String {
    for b in name.utf8 where !(Lexer.isDigit(b) || (b | 0x20 >= 97 && b | 0x20 <= 122) || b == 95 || b == 46) {
      return "-reuse-previous=on \"dbname='\(name)'\""
    }
    return name
  }

  // MARK: Entries

  mutating func entry(_ entry: DumpEntry) -> String {
    var out = ""
    if entry.selectsTablespace, !selectedTablespace {
      selectedTablespace = true
      out += "SET default_tablespace = '';\n\n"
    }
    if entry.selectsAccessMethod, !selectedAccessMethod {
      selectedAccessMethod = true
      out += "SET default_table_access_method = heap;\n\n"
    }
    let owner = options.noOwner || entry.kind == "EXTENSION" ? "-" : entry.owner
    let isData = entry.data != nil
    out +=
      "--\n-- \(isData ? "Data for " : "")Name: \(entry.tag); Type: \(entry.kind); Schema: \(entry.schema); Owner: \(owner)\n--\n\n"
    switch entry.data {
    case .copy(let header, let lines):
      out += header
      for line in lines { out += line + "\n" }
      out += "\\.\n\n\n"
    case .statements(let list):
      for statement in list { out += statement }
      out += "\n\n"
    case nil:
      out += entry.definition + "\n\n"
      if let target = entry.ownerTarget, !options.noOwner, !entry.owner.isEmpty {
        out += "ALTER \(target) OWNER TO \(quotedIdentifier(entry.owner));\n\n"
      }
    }
    return out
  }
}

/// An archive as a file. The content of the real format is not modelled: what matters is that pg_restore reads what pg_dump wrote.
enum ArchiveFile {
  static let magic = Array("PGDMP".utf8)

  static func write(_ archive: DumpArchive, format: UInt8) -> [UInt8] {
    var out = magic + [1, 14, 0, 4, 8, format]
    func field(_ text: String) {
      let bytes = Array(text.utf8)
      out += Array("\(bytes.count):".utf8) + bytes
    }
    field(archive.database)
    field(archive.serverVersion)
    field(archive.dumpVersion)
    for list in [archive.databaseEntries, archive.entries] {
      field("\(list.count)")
      for entry in list {
        for text in [entry.kind, entry.tag, entry.schema, entry.owner, entry.definition, entry.drop] { field(text) }
        field(entry.ownerTarget ?? "")
        let flags: [Int] = [
          entry.section == .beforeData ? 0 : entry.section == .data ? 1 : 2,
          entry.pass == .main ? 0 : entry.pass == .privileges ? 1 : 2, entry.selectsTablespace ? 1 : 0,
          entry.selectsAccessMethod ? 1 : 0, Int(entry.table),
        ]
        for flag in flags { field("\(flag)") }
        switch entry.data {
        case nil: field("none")
        case .copy(let header, let lines):
          field("copy")
          field(header)
          field("\(lines.count)")
          for line in lines { field(line) }
        case .statements(let list):
          field("statements")
          field("\(list.count)")
          for statement in list { field(statement) }
        }
      }
    }
    return out
  }

  static func read(_ bytes: [UInt8]) -> DumpArchive? {
    guard bytes.starts(with: magic), bytes.count > 11 else { return nil }
    var at = 11
    var isBroken = false
    func field() -> String {
      var length = 0
      while at < bytes.count, bytes[at] != 58 {
        guard Lexer.isDigit(bytes[at]), length < 1 << 28 else {
          isBroken = true
          return ""
        }
        length = length * 10 + Int(bytes[at] - 48)
        at += 1
      }
      at += 1
      guard at + length <= bytes.count else {
        isBroken = true
        return ""
      }
      defer { at += length }
      return String(decoding: bytes[at..<(at + length)], as: UTF8.self)
    }
    func number() -> Int { Int(field()) ?? 0 }
    var archive = DumpArchive(database: field(), serverVersion: field(), dumpVersion: field())
    for list in 0...1 {
      var count = number()
      while count > 0, !isBroken {
        count -= 1
        var entry = DumpEntry(kind: field(), tag: field(), schema: field(), owner: field())
        entry.definition = field()
        entry.drop = field()
        let target = field()
        entry.ownerTarget = target.isEmpty ? nil : target
        let section = number()
        entry.section = section == 0 ? .beforeData : section == 1 ? .data : .afterData
        let pass = number()
        entry.pass = pass == 0 ? .main : pass == 1 ? .privileges : .views
        entry.selectsTablespace = number() == 1
        entry.selectsAccessMethod = number() == 1
        entry.table = Int32(truncatingIfNeeded: number())
        switch field() {
        case "copy":
          let header = field()
          var lines: [String] = []
          var left = number()
          while left > 0, !isBroken {
            lines.append(field())
            left -= 1
          }
          entry.data = .copy(header: header, lines: lines)
        case "statements":
          var lines: [String] = []
          var left = number()
          while left > 0, !isBroken {
            lines.append(field())
            left -= 1
          }
          entry.data = .statements(lines)
        default: break
        }
        if list == 0 { archive.databaseEntries.append(entry) } else { archive.entries.append(entry) }
      }
    }
    return isBroken ? nil : archive
  }
}
