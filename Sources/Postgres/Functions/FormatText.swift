// format(). Source: PostgreSQL 15 manual 9.4.1.

internal import SimKernel

extension ClientSession {
  /// format('%s %I %L', …)
  func formatText(_ v: [Value], _ site: CallSite) throws(SQLError) -> Value {
    if v[0].isNull { return .null }
    let bytes = Array(v[0].string.utf8)
    var out: [UInt8] = []
    var next = 1
    var i = 0
    while i < bytes.count {
      if bytes[i] != 0x25 {
        out.append(bytes[i])
        i += 1
        continue
      }
      i += 1
      if i < bytes.count, bytes[i] == 0x25 {
        out.append(0x25)
        i += 1
        continue
      }
      var digits: [UInt8] = []
      while i < bytes.count, Lexer.isDigit(bytes[i]) {
        digits.append(bytes[i])
        i += 1
      }
      var width: Int64 = 0
      var leftAlign = false
      if i < bytes.count, bytes[i] == 0x24, let n = DateTimeParser.number(digits[...]) {
        if n == 0 {
          throw SQLError(
            SQLState.invalidParameterValue, "format specifies argument 0, but arguments are numbered from 1")
        }
        next = Int(n)
        i += 1
        digits = []
      } else if let n = DateTimeParser.number(digits[...]) {
        width = n
      }
      if i < bytes.count, bytes[i] == 0x2d {
        leftAlign = true
        i += 1
      }
      if i < bytes.count, bytes[i] == 0x2a {
        // The width is an argument: the next one, or the one whose number stands before `$`.
        i += 1
        var place: [UInt8] = []
        var k = i
        while k < bytes.count, Lexer.isDigit(bytes[k]) {
          place.append(bytes[k])
          k += 1
        }
        var source = next
        if k < bytes.count, bytes[k] == 0x24, let n = DateTimeParser.number(place[...]) {
          source = Int(n)
          i = k + 1
        } else {
          next += 1
        }
        guard source < v.count else {
          throw SQLError(SQLState.invalidParameterValue, "too few arguments for format()")
        }
        width = v[source].isNull ? 0 : Int64(output(v[source], site.argumentTypes[source].oid)) ?? 0
        if width < 0 {
          leftAlign = true
          width = -width
        }
      }
      var more: [UInt8] = []
      while i < bytes.count, Lexer.isDigit(bytes[i]) {
        more.append(bytes[i])
        i += 1
      }
      if let n = DateTimeParser.number(more[...]) { width = n }
      guard i < bytes.count else {
        throw SQLError(
          SQLState.invalidParameterValue, "unterminated format() type specifier",
          hint: "For a single \"%\" use \"%%\".")
      }
      let kind = bytes[i]
      i += 1
      guard kind == 0x73 || kind == 0x49 || kind == 0x4c else {
        throw SQLError(
          SQLState.invalidParameterValue,
          "unrecognized format() type specifier \"\(String(decoding: [kind], as: UTF8.self))\"",
          hint: "For a single \"%\" use \"%%\".")
      }
      guard next < v.count else {
        throw SQLError(SQLState.invalidParameterValue, "too few arguments for format()")
      }
      let value = v[next]
      var text = value.isNull ? "" : output(value, site.argumentTypes[next].oid)
      if kind == 0x49 {
        if value.isNull {
          throw SQLError("22004", "null values cannot be formatted as an SQL identifier")
        }
        text = quotedIdentifier(text)
      } else if kind == 0x4c {
        text = value.isNull ? "NULL" : quotedLiteral(text)
      }
      try checkLength(width)
      let missing = Int(clamping: width) - text.unicodeScalars.count
      let padding = missing > 0 ? String(repeating: " ", count: missing) : ""
      out += Array((leftAlign ? text + padding : padding + text).utf8)
      next += 1
    }
    return .text(String(decoding: out, as: UTF8.self))
  }
}
