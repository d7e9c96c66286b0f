// GRANT and REVOKE in dumps. Source: dumps of PostgreSQL 15's pg_dump.

internal import SimKernel

extension DumpCollector {
  static let letters: [String: [(UInt8, String)]] = [
    "TABLE": [
      (0x72, "SELECT"), (0x61, "INSERT"), (0x78, "REFERENCES"), (0x64, "DELETE"), (0x74, "TRIGGER"),
      (0x44, "TRUNCATE"), (0x77, "UPDATE"),
    ], "COLUMN": [(0x72, "SELECT"), (0x61, "INSERT"), (0x78, "REFERENCES"), (0x77, "UPDATE")],
    "SEQUENCE": [(0x72, "SELECT"), (0x55, "USAGE"), (0x77, "UPDATE")],
    "SCHEMA": [(0x43, "CREATE"), (0x55, "USAGE")],
    "DATABASE": [(0x43, "CREATE"), (0x63, "CONNECT"), (0x54, "TEMPORARY")], "FUNCTION": [(0x58, "EXECUTE")],
    "PROCEDURE": [(0x58, "EXECUTE")],
  ]

  /// GRANT and REVOKE that lead from the privileges an object is born with to those it has.
  func privileges(
    _ kind: String, _ target: String, _ tag: String, _ acl: [AccessItem]?, owner: String, base: [AccessItem]?,
    column: String? = nil, like entry: DumpEntry
  ) -> [DumpEntry] {
    guard let acl, !options.noPrivileges else { return [] }
    let born = base ?? session.defaultAcl(owner, kind == "PROCEDURE" ? "FUNCTION" : kind)
    let text = grants(kind, target, acl, owner: owner, born: born, column: column)
    guard !text.isEmpty else { return [] }
    var made = DumpEntry(kind: "ACL", tag: "\(kind) \(tag)", schema: entry.schema, owner: entry.owner)
    made.section = entry.section
    made.pass = .privileges
    made.definition = text
    made.table = entry.table
    return [made]
  }

  func grants(
    _ kind: String, _ target: String, _ acl: [AccessItem], owner: String, born: [AccessItem], column: String? = nil
  ) -> String {
    let known = DumpCollector.letters[kind] ?? []
    let word = kind == "COLUMN" ? "TABLE" : kind
    func words(_ bits: [UInt8]) -> String {
      var names: [String] = []
      for (letter, name) in known where bits.contains(letter) {
        names.append(name + (column.map { "(\($0))" } ?? ""))
      }
      return names.count == known.count ? "ALL" + (column.map { "(\($0))" } ?? "") : joined(names, ",")
    }
    func role(_ name: String) -> String { name.isEmpty ? "PUBLIC" : q(name) }
    var text = ""
    for item in born where !acl.contains(item) {
      text += "REVOKE \(words(item.privileges)) ON \(word) \(target) FROM \(role(item.grantee));\n"
    }
    for item in acl where !born.contains(item) {
      var plain: [UInt8] = []
      for letter in item.privileges where !item.grantOptions.contains(letter) { plain.append(letter) }
      let isForeign = item.grantor != owner
      if isForeign { text += "SET SESSION AUTHORIZATION \(q(item.grantor));\n" }
      if !words(plain).isEmpty {
        text += "GRANT \(words(plain)) ON \(word) \(target) TO \(role(item.grantee));\n"
      }
      if !item.grantOptions.isEmpty {
        text += "GRANT \(words(item.grantOptions)) ON \(word) \(target) TO \(role(item.grantee)) WITH GRANT OPTION;\n"
      }
      if isForeign { text += "RESET SESSION AUTHORIZATION;\n" }
    }
    return text
  }
}
