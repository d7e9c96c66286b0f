// `[[ … ]]`.

extension ShellParser {
  func conditional() throws(ParseError) -> Condition {
    let saved = options.extendedPatterns
    options.extendedPatterns = true
    defer { options.extendedPatterns = saved }
    let condition = try conditionOr()
    try skipNewlines()
    guard takeReserved("]]") else { throw conditionalError("syntax error in conditional expression") }
    return condition
  }

  private func conditionalError(_ message: String? = nil) -> ParseError {
    try? skipNewlines()
    guard offset < source.count else {
      return ParseError(
        kind: .unexpectedEnd,
        messages: ["unexpected EOF while looking for `]]'", "syntax error: unexpected end of file"],
        line: line(at: source.count) + 1, offset: offset)
    }
    return ParseError(
      kind: .conditional, messages: message.map { [$0] } ?? [], line: line, offset: offset)
  }

  private func conditionOr() throws(ParseError) -> Condition {
    var left = try conditionAnd()
    while true {
      try skipNewlines()
      guard at("||") else { return left }
      offset += 2
      left = .or(left, try conditionAnd())
    }
  }

  private func conditionAnd() throws(ParseError) -> Condition {
    var left = try conditionTerm()
    while true {
      try skipNewlines()
      guard at("&&") else { return left }
      offset += 2
      left = .and(left, try conditionTerm())
    }
  }

  private func conditionTerm() throws(ParseError) -> Condition {
    try enter()
    defer { depth -= 1 }
    try skipNewlines()
    guard let c = byte() else { throw conditionalError() }
    if c == 40 {
      offset += 1
      let inner = try conditionOr()
      try skipNewlines()
      guard byte() == 41 else { throw conditionalError("expected `)'") }
      offset += 1
      return .group(inner)
    }
    if takeReserved("!") { return .not(try conditionTerm()) }
    if isMeta(c), c != 60, c != 62 { throw conditionalError() }
    if atReserved("]]") { throw conditionalError() }
    let first = try word()
    skipBlanks()
    if let name = first.unquotedText, name.utf8.count == 2, name.utf8.first == 45, conditionalUnary.contains(name),
      let next = byte(), next != 38, next != 124, next != 41, next != 10
    {
      if atReserved("]]") {
        if name.utf8.count == 2 { return .word(first) }
      } else {
        if isMeta(next) {
          throw conditionalError("unexpected argument `\(text(offset..<offset + 1))' to conditional unary operator")
        }
        return .unary(name, try word())
      }
    }
    guard let next = byte() else { throw conditionalError() }
    if atReserved("]]") || next == 38 || next == 124 || next == 41 || next == 10 { return .word(first) }
    for operation in ["==", "=~", "!=", "=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"] {
      let bytes = Array(operation.utf8)
      guard offset + bytes.count <= source.count, Array(source[offset..<offset + bytes.count]) == bytes,
        let after = byte(bytes.count), isMeta(after) || operation == "<" || operation == ">"
      else { continue }
      offset += bytes.count
      skipBlanks()
      if atReserved("]]") || byte() == nil {
        throw conditionalError("unexpected argument `]]' to conditional binary operator")
      }
      if operation == "=~" {
        let right = try operand(.regex, .none)
        return .binary(first, operation, right)
      }
      return .binary(first, operation, try word())
    }
    throw conditionalError("conditional binary operator expected")
  }
}

private let conditionalUnary: Set<String> = [
  "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-p", "-r", "-s", "-t", "-u", "-w", "-x", "-G", "-L", "-N",
  "-O", "-S", "-o", "-v", "-R", "-z", "-n",
]
