// The options of COPY, checked as the server checks them. Source: PostgreSQL 15 manual, COPY.

internal import SimKernel

struct CopyOptions {
  var csv = false
  var delimiter: UInt8 = 9
  var null = "\\N"
  var header = false
  /// The first line must name the columns.
  var headerMatch = false
  var quote: UInt8 = 0x22
  var escape: UInt8 = 0x22
  var forceQuote: [String] = []
  var forceQuoteAll = false
  var forceNull: [String] = []
  var forceNotNull: [String] = []

  init(_ s: CopyStatement) throws(SQLError) {
    var seen: Set<String> = []
    func refuse(_ message: String, _ state: String? = nil) -> SQLError {
      SQLError(state ?? SQLState.featureNotSupported, message)
    }
    func byte(_ value: String?, _ name: String) throws(SQLError) -> UInt8 {
      let bytes = Array((value ?? "").utf8)
      guard bytes.count == 1 else { throw refuse("COPY \(name) must be a single one-byte character") }
      return bytes[0]
    }
    func names(_ value: String?) -> [String] { splitText(value ?? "", ",") }
    var given: [String: String] = [:]
    for (k, option) in s.options.enumerated() {
      let (name, value) = option
      let offset = k < s.offsets.count ? s.offsets[k] : -1
      if !seen.insert(name).inserted {
        throw SQLError(SQLState.syntaxError, "conflicting or redundant options", at: offset)
      }
      given[name] = value ?? ""
      switch name {
      case "format":
        csv = value == "csv"
        if value == "binary" { throw .notSimulated("binary COPY") }
        if !csv, value != "text" {
          throw SQLError(
            SQLState.invalidParameterValue, "COPY format \"\(value ?? "")\" not recognized", at: offset)
        }
      case "header":
        switch lowercasedASCII(value ?? "true") {
        case "true", "on", "1": header = true
        case "false", "off", "0": header = false
        case "match":
          if !s.isFrom {
            throw refuse("cannot use \"match\" with HEADER in COPY TO")
          }
          header = true
          headerMatch = true
        default:
          throw SQLError(SQLState.syntaxError, "header requires a Boolean value or \"match\"")
        }
      case "delimiter", "null", "quote", "escape", "encoding", "freeze": break
      case "force_quote":
        if value == "*" { forceQuoteAll = true } else { forceQuote = names(value) }
      case "force_null": forceNull = names(value)
      case "force_not_null": forceNotNull = names(value)
      default: throw SQLError(SQLState.syntaxError, "option \"\(name)\" not recognized", at: offset)
      }
    }
    if csv {
      delimiter = 0x2c
      null = ""
    }
    if let d = given["delimiter"] { delimiter = try byte(d, "delimiter") }
    if let n = given["null"] { null = n }
    if let q = given["quote"] {
      if !csv { throw refuse("COPY quote available only in CSV mode") }
      quote = try byte(q, "quote")
    }
    escape = quote
    if let e = given["escape"] {
      if !csv { throw refuse("COPY escape available only in CSV mode") }
      escape = try byte(e, "escape")
    }
    if delimiter == 10 || delimiter == 13 {
      throw refuse("COPY delimiter cannot be newline or carriage return", SQLState.invalidParameterValue)
    }
    for b in null.utf8 where b == 10 || b == 13 {
      throw refuse("COPY null representation cannot use newline or carriage return", SQLState.invalidParameterValue)
    }
    if !csv, Array("\\.abcdefghijklmnopqrstuvwxyz0123456789".utf8).contains(delimiter) {
      throw refuse(
        "COPY delimiter cannot be \"\(String(decoding: [delimiter], as: UTF8.self))\"", SQLState.invalidParameterValue)
    }
    if csv, delimiter == quote {
      throw refuse("COPY delimiter and quote must be different", SQLState.invalidParameterValue)
    }
    for (name, words, isFrom) in [
      ("force_quote", "force quote", false), ("force_not_null", "force not null", true),
      ("force_null", "force null", true),
    ] where given[name] != nil {
      if !csv { throw refuse("COPY \(words) available only in CSV mode") }
      if s.isFrom != isFrom { throw refuse("COPY \(words) only available using COPY \(isFrom ? "FROM" : "TO")") }
    }
    if null.utf8.contains(delimiter) {
      throw refuse("COPY delimiter must not appear in the NULL specification", SQLState.invalidParameterValue)
    }
    if csv, null.utf8.contains(quote) {
      throw refuse("CSV quote character must not appear in the NULL specification", SQLState.invalidParameterValue)
    }
  }

  func requireColumns(_ names: [String], _ option: String, _ columns: [Int], _ r: Relation) throws(SQLError) {
    for name in names {
      guard let i = r.columnIndex(name) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      if !columns.contains(i) {
        throw SQLError(SQLState.invalidColumnReference, "\(option) column \"\(name)\" not referenced by COPY")
      }
    }
  }

  func requireHeader(_ names: [String?], _ columns: [Int], _ r: Relation, _ context: String) throws(SQLError) {
    var problem: String?
    if names.count != columns.count {
      problem = "wrong number of fields in header line: got \(names.count), expected \(columns.count)"
    } else {
      for (k, c) in columns.enumerated() where problem == nil {
        let wanted = r.columns[c].name
        if names[k] == nil {
          problem =
            "column name mismatch in header line field \(k + 1): got null value (\"\(null)\"), expected \"\(wanted)\""
        } else if let name = names[k], name != wanted {
          problem = "column name mismatch in header line field \(k + 1): got \"\(name)\", expected \"\(wanted)\""
        }
      }
    }
    guard let problem else { return }
    var e = SQLError("22P04", problem)
    e.context = context
    throw e
  }
}

extension ClientSession {
  /// The WHERE of COPY FROM, over the columns of the table.
  func copyCondition(_ s: CopyStatement, _ r: Relation) throws(SQLError) -> TypedExpr? {
    guard let e = s.condition else { return nil }
    let a = Analyzer(session: self)
    let scope = Scope(parent: nil, plan: QueryPlan(id: a.newID()))
    var columns: [ScopeColumn] = []
    for (_, c) in r.liveColumns {
      columns.append(ScopeColumn(name: c.name, type: c.type, slot: columns.count, merged: nil))
    }
    scope.entries.append(ScopeEntry(alias: r.name, tableName: r.name, columns: columns, offset: -1))
    return try a.booleanExpression(e, scope, "WHERE")
  }
}
