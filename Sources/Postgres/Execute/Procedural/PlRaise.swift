// RAISE: messages, notices and errors of PL/pgSQL. Source: PostgreSQL 15 manual, 43.9.

internal import SimKernel

extension PlRunner {
  func raise(_ r: PlRaise) throws(SQLError) {
    if r.level.isEmpty {
      guard let e = caught else {
        throw SQLError("0Z002", "RAISE without parameters cannot be used outside an exception handler")
      }
      throw e
    }
    var message = r.condition ?? r.state ?? "unknown error"
    if let format = r.format {
      var out: [UInt8] = []
      let bytes = Array(format.utf8)
      var next = 0
      var i = 0
      while i < bytes.count {
        if bytes[i] == 0x25 {
          if i + 1 < bytes.count, bytes[i + 1] == 0x25 {
            out.append(0x25)
            i += 2
            continue
          }
          guard next < r.arguments.count else {
            throw SQLError(SQLState.syntaxError, "too few parameters specified for RAISE")
          }
          let (v, t) = try value(r.arguments[next])
          next += 1
          out += v.isNull ? Array("<NULL>".utf8) : Array(session.output(v, t.oid).utf8)
        } else {
          out.append(bytes[i])
        }
        i += 1
      }
      if next < r.arguments.count {
        throw SQLError(SQLState.syntaxError, "too many parameters specified for RAISE")
      }
      message = String(decoding: out, as: UTF8.self)
    }
    var state = r.state ?? r.condition.flatMap { PlConditions.state($0) }
    if r.condition != nil, state == nil {
      throw SQLError(SQLState.undefinedObject, "unrecognized exception condition \"\(r.condition!)\"")
    }
    var detail: String?
    var hint: String?
    var error = SQLError("00000", "")
    for o in r.options {
      let (v, t) = try value(o.value)
      let text = v.isNull ? "" : session.output(v, t.oid)
      switch o.name {
      case "message": message = text
      case "detail": detail = text
      case "hint": hint = text
      case "errcode":
        let isState = text.utf8.count == 5 && text.utf8.allSatisfy { Lexer.isDigit($0) || ($0 >= 65 && $0 <= 90) }
        guard let known = PlConditions.state(text) ?? (isState ? text : nil) else {
          throw SQLError(SQLState.undefinedObject, "unrecognized exception condition \"\(text)\"")
        }
        state = known
      case "table": error.tableName = text
      case "column": error.columnName = text
      case "constraint": error.constraintName = text
      case "schema": error.schemaName = text
      case "datatype": error.typeName = text
      default: throw SQLError(SQLState.syntaxError, "unrecognized RAISE statement option")
      }
    }
    if r.level == "exception" {
      error.state = state ?? "P0001"
      error.message = message
      error.detail = detail
      error.hint = hint
      throw error
    }
    let severity = uppercasedASCII(r.level)
    if severity == "DEBUG" || severity == "LOG" { return }
    session.notice(
      message, severity: severity, state: state ?? (severity == "WARNING" ? "01000" : "00000"), detail: detail,
      hint: hint)
  }
}
