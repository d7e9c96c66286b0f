// What CREATE DATABASE accepts as encoding and locale. Source: PostgreSQL 15 manual, 24.1 and 24.3, and CREATE DATABASE.

internal import SimKernel

extension ClientSession {
  /// The encodings of a server that databases of labs have, by the names they go by.
  private static let encodings: [String: String] = [
    "utf8": "UTF8", "unicode": "UTF8", "sqlascii": "SQL_ASCII", "latin1": "LATIN1", "iso88591": "LATIN1",
    "latin9": "LATIN9", "iso885915": "LATIN9", "win1252": "WIN1252", "windows1252": "WIN1252", "latin2": "LATIN2",
    "win1251": "WIN1251", "koi8r": "KOI8R", "eucjp": "EUC_JP",
  ]

  func databaseEncoding(
    _ options: [(String, String)], _ template: Database, collate: String?, ctype: String?
  ) throws(SQLError) -> String {
    var encoding = template.encoding
    for (o, v) in options where o == "encoding" && v != "default" {
      var key: [UInt8] = []
      for b in lowercasedASCII(v).utf8 where (0x61...0x7a).contains(b) || (0x30...0x39).contains(b) { key.append(b) }
      guard let known = ClientSession.encodings[String(decoding: key, as: UTF8.self)] else {
        throw .notSimulated("databases in the encoding \(v)")
      }
      encoding = known
    }
    for name in [collate, ctype] where name != nil {
      guard let name, isLocale(name) else {
        throw SQLError(SQLState.wrongObjectType, "invalid locale name: \"\(name ?? "")\"")
      }
    }
    for (setting, name) in [("LC_CTYPE", ctype ?? template.ctype), ("LC_COLLATE", collate ?? template.collate)]
    where name != "C" && name != "POSIX" && encoding != "UTF8" && encoding != "SQL_ASCII" {
      throw SQLError(
        SQLState.invalidParameterValue, "encoding \"\(encoding)\" does not match locale \"\(name)\"",
        detail: "The chosen \(setting) setting requires encoding \"UTF8\".")
    }
    guard template.name != "template0" else { return encoding }
    let pairs = [
      ("encoding", encoding, template.encoding), ("collation", collate ?? template.collate, template.collate),
      ("LC_CTYPE", ctype ?? template.ctype, template.ctype),
    ]
    for (what, new, old) in pairs where new != old {
      throw SQLError(
        SQLState.invalidParameterValue,
        "new \(what) (\(new)) is incompatible with the \(what) of the template database (\(old))",
        hint: "Use the same \(what) as in the template database, or use template0 as template.")
    }
    return encoding
  }

  /// Locales of the server's system: the C library of Alpine takes any name.
  private func isLocale(_ name: String) -> Bool {
    if find(Array("musl".utf8), Array(server.version.utf8)) >= 0 { return true }
    return ["C", "POSIX", "C.UTF-8", "C.utf8", "en_US.utf8", "en_US.UTF-8"].contains(name)
  }
}
