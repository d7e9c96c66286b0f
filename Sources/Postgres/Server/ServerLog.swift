// What a server writes to its log about its clients: errors with the statement that caused them, warnings, statements when
// log_statement asks for them. Source: PostgreSQL 15 manual, 20.8 "Error Reporting and Logging".

internal import SimKernel

extension Server {
  func log(_ process: Int64, _ severity: String, _ message: String, detail: String? = nil, hint: String? = nil) {
    guard let logSink else { return }
    logSink(process, "\(severity):  \(message)")
    if let detail { logSink(process, "DETAIL:  \(detail)") }
    if let hint { logSink(process, "HINT:  \(hint)") }
  }

  /// An error or warning that a session was given.
  func report(_ error: SQLError, severity: String = "ERROR", statement: String?, of session: ClientSession) {
    guard let logSink, error.kind == .error || error.kind == .fatal else { return }
    var message = error.message
    if error.offset >= 0, let statement {
      var characters = 1
      var bytes = 0
      for scalar in statement.unicodeScalars {
        if bytes >= error.offset { break }
        bytes += UTF8.width(scalar)
        characters += 1
      }
      message += " at character \(characters)"
    }
    log(session.processID, error.kind == .fatal ? "FATAL" : severity, message, detail: error.detail, hint: error.hint)
    if let context = error.context { logSink(session.processID, "CONTEXT:  \(indented(context))") }
    if severity == "ERROR", let statement { logSink(session.processID, "STATEMENT:  \(indented(statement))") }
  }

  /// log_statement: `none`, `ddl`, `mod` or `all`.
  func logStatement(_ sql: String, of session: ClientSession) {
    guard logSink != nil else { return }
    switch session.settings["log_statement"] {
    case "all": break
    case "mod":
      if !begins(sql, Server.definitionWords + ["insert", "update", "delete", "truncate", "copy", "merge"]) { return }
    case "ddl": if !begins(sql, Server.definitionWords) { return }
    default: return
    }
    logSink?(session.processID, "LOG:  statement: \(indented(sql))")
  }

  private static let definitionWords = ["create", "alter", "drop", "grant", "revoke", "comment", "security", "import"]

  private func begins(_ sql: String, _ words: [String]) -> Bool {
    let text = lowercasedASCII(trimmedSpaces(sql))
    for word in words where text.hasPrefix(word) { return true }
    return false
  }

  /// Lines after the first one begin with a tab.
  private func indented(_ text: String) -> String {
    var bytes: [UInt8] = []
    for b in text.utf8 {
      bytes.append(b)
      if b == 10 { bytes.append(9) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
