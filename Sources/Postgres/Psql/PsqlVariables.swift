// psql's variables: what they hold at the start, which values the special ones accept, and how `:name` is read.
// Source: PostgreSQL 15 manual, psql, "Variables" and "SQL Interpolation".

internal import SimKernel

enum PsqlVariables {
  static let initial: [(String, String)] = [
    ("AUTOCOMMIT", "on"), ("COMP_KEYWORD_CASE", "preserve-upper"), ("ECHO", "none"), ("ECHO_HIDDEN", "off"),
    ("FETCH_COUNT", "0"), ("HIDE_TABLEAM", "off"), ("HIDE_TOAST_COMPRESSION", "off"), ("HISTCONTROL", "none"),
    ("HISTSIZE", "500"), ("IGNOREEOF", "0"), ("LAST_ERROR_MESSAGE", ""), ("LAST_ERROR_SQLSTATE", "00000"),
    ("ON_ERROR_ROLLBACK", "off"), ("ON_ERROR_STOP", "off"), ("PROMPT1", "%/%R%x%# "), ("PROMPT2", "%/%R%x%# "),
    ("PROMPT3", ">> "), ("QUIET", "off"), ("SHOW_ALL_RESULTS", "on"), ("SHOW_CONTEXT", "errors"),
    ("SINGLELINE", "off"), ("SINGLESTEP", "off"), ("VERBOSITY", "default"),
  ]

  private enum Check {
    case boolean
    case integer
    case words([String])
    case booleanOr([String])
  }
  private static let checks: [String: Check] = [
    "AUTOCOMMIT": .boolean, "HIDE_TABLEAM": .boolean, "HIDE_TOAST_COMPRESSION": .boolean, "ON_ERROR_STOP": .boolean,
    "QUIET": .boolean, "SHOW_ALL_RESULTS": .boolean, "SINGLELINE": .boolean, "SINGLESTEP": .boolean,
    "FETCH_COUNT": .integer, "HISTSIZE": .integer, "IGNOREEOF": .integer,
    "ECHO": .words(["none", "errors", "queries", "all"]),
    "ECHO_HIDDEN": .booleanOr(["on", "off", "noexec"]),
    "ON_ERROR_ROLLBACK": .booleanOr(["on", "off", "interactive"]),
    "COMP_KEYWORD_CASE": .words(["lower", "upper", "preserve-lower", "preserve-upper"]),
    "HISTCONTROL": .words(["none", "ignorespace", "ignoredups", "ignoreboth"]),
    "VERBOSITY": .words(["default", "verbose", "terse", "sqlstate"]),
    "SHOW_CONTEXT": .words(["never", "errors", "always"]),
  ]
  private static let unsetValues: [String: String] = [
    "FETCH_COUNT": "0", "HISTSIZE": "500", "IGNOREEOF": "0", "ECHO": "none", "COMP_KEYWORD_CASE": "preserve-upper",
    "HISTCONTROL": "none", "VERBOSITY": "default", "SHOW_CONTEXT": "errors", "PROMPT1": "", "PROMPT2": "",
    "PROMPT3": "",
  ]

  /// Any unambiguous beginning of a truth value.
  static func boolean(_ text: String) -> Bool? {
    let t = lowercasedASCII(text)
    if t.isEmpty { return nil }
    if "true".hasPrefix(t) || "yes".hasPrefix(t) || t == "on" || t == "1" { return true }
    if "false".hasPrefix(t) || "no".hasPrefix(t) || t == "off" || t == "of" || t == "0" { return false }
    return nil
  }

  static func isName(_ text: String) -> Bool {
    if text.isEmpty { return false }
    for b in text.utf8 where !(Lexer.isIdentifierPart(b) && b != 0x24) { return false }
    return true
  }

  /// `\set`: nil when it went well, else what psql says.
  static func set(_ psql: PsqlSession, _ name: String, _ value: String) -> String? {
    guard isName(name) else { return "invalid variable name: \"\(name)\"" }
    var new = value
    switch checks[name] {
    case .boolean:
      if value.isEmpty { new = "on" }
      guard boolean(new) != nil else { return "unrecognized value \"\(value)\" for \"\(name)\": Boolean expected" }
    case .integer:
      if value.isEmpty, name == "IGNOREEOF" { new = "10" }
      guard Int64(new) != nil else { return "invalid value \"\(value)\" for \"\(name)\": integer expected" }
    case .words(let words):
      if value.isEmpty { new = unsetValues[name] ?? "" }
      guard words.contains(lowercasedASCII(new)) else {
        return "unrecognized value \"\(value)\" for \"\(name)\"\nAvailable values are: \(joined(words, ", "))."
      }
    case .booleanOr(let words):
      if value.isEmpty { new = "on" }
      guard words.contains(lowercasedASCII(new)) || boolean(new) != nil else {
        return "unrecognized value \"\(value)\" for \"\(name)\"\nAvailable values are: \(joined(words, ", "))."
      }
    case nil: break
    }
    psql.variables[name] = new
    return nil
  }

  static func unset(_ psql: PsqlSession, _ name: String) -> String? {
    // What does not exist is unset already.
    guard isName(name) else { return nil }
    switch checks[name] {
    case .boolean, .booleanOr: psql.variables[name] = "off"
    default: psql.variables[name] = unsetValues[name]
    }
    return nil
  }

  /// `:name`, `:'name'`, `:"name"` or `:{?name}` at a position; `isToken` says that the value is quoted already.
  static func reference(
    _ line: [UInt8], _ at: Int, _ psql: PsqlSession
  ) -> (value: [UInt8], end: Int, isToken: Bool)? {
    func name(_ from: Int) -> Int {
      var k = from
      while k < line.count, Lexer.isIdentifierPart(line[k]), line[k] != 0x24 { k += 1 }
      return k
    }
    let next = at + 1 < line.count ? line[at + 1] : 0
    if next == 0x7b, at + 2 < line.count, line[at + 2] == 0x3f {
      let end = name(at + 3)
      guard end > at + 3, end < line.count, line[end] == 0x7d else { return nil }
      let known = psql.variables[String(decoding: line[(at + 3)..<end], as: UTF8.self)] != nil
      return (Array((known ? "TRUE" : "FALSE").utf8), end + 1, true)
    }
    let quote = next == 0x27 || next == 0x22 ? next : 0
    let start = quote == 0 ? at + 1 : at + 2
    let end = name(start)
    guard end > start, let value = psql.variables[String(decoding: line[start..<end], as: UTF8.self)] else {
      return nil
    }
    if quote == 0 { return (Array(value.utf8), end, false) }
    guard end < line.count, line[end] == quote else { return nil }
    let text =
      quote == 0x27 ? quotedLiteral(value) : "\"" + replaced(value, "\"", "\"\"") + "\""
    return (Array(text.utf8), end + 1, true)
  }
}
