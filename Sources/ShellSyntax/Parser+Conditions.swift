// `[[ … ]]`: a grammar of its own, read token by token, in which every mistake has its own sentence (bash 5.2, parse.y: `cond_term`).

import SimKernel

extension ShellParser {
  /// What comes next inside `[[ … ]]`. Operators and the closing word have been taken; a word has not.
  private enum ConditionToken: Equatable {
    case word
    /// `]]`
    case close
    case end
    case newline
    case operation(String)

    /// How messages name it; nil for a word.
    var shown: String? {
      switch self {
      case .word: return nil
      case .close: return "]]"
      case .end: return "EOF"
      case .newline: return "newline"
      case .operation(let text): return text
      }
    }
    /// The end of the input counts as that of its last line where an operand is missing.
    var shownAtEnd: String { self == .end ? "newline" : shown ?? "" }
  }

  func conditional() throws(ParseError) -> Condition {
    let saved = options.extendedPatterns
    options.extendedPatterns = true
    defer { options.extendedPatterns = saved }
    let first = line
    var token = ConditionToken.end
    let condition = try conditionOr(&token)
    switch token {
    case .close: return condition
    case .end: throw conditionalError("unexpected EOF while looking for `]]'", line: first, atEnd: true)
    default:
      let named = token.shown.map { ": unexpected token `\($0)'" } ?? ""
      throw conditionalError("syntax error in conditional expression" + named, line: first)
    }
  }

  private func conditionalError(_ message: String, line: Int, atEnd: Bool = false) -> ParseError {
    var error = ParseError(
      kind: atEnd ? .unexpectedEnd : .conditional, messages: [message], line: line, offset: offset)
    if !atEnd, byte() == 10, offset + 1 >= source.count {
      // bash looks at the end of the input after the newline, and that counts as a mistake of its own.
      error.endsInput = true
    }
    return error
  }

  private func conditionToken() -> ConditionToken {
    skipBlanks()
    guard let c = byte() else { return .end }
    if c == 10 { return .newline }
    if at("]]"), byte(2).map({ isMeta($0) }) ?? true {
      offset += 2
      return .close
    }
    guard isMeta(c), !((c == 60 || c == 62) && byte(1) == 40) else { return .word }
    let text = tokenText()
    offset += text.utf8.count
    return .operation(text)
  }

  private func conditionTokenAfterNewlines() throws(ParseError) -> ConditionToken {
    try skipNewlines()
    return conditionToken()
  }

  private func conditionOr(_ token: inout ConditionToken) throws(ParseError) -> Condition {
    let left = try conditionAnd(&token)
    guard token == .operation("||") else { return left }
    return .or(left, try conditionOr(&token))
  }

  private func conditionAnd(_ token: inout ConditionToken) throws(ParseError) -> Condition {
    let left = try conditionTerm(&token)
    guard token == .operation("&&") else { return left }
    return .and(left, try conditionAnd(&token))
  }

  /// A term, and the token after it.
  private func conditionTerm(_ token: inout ConditionToken) throws(ParseError) -> Condition {
    try enter()
    defer { depth -= 1 }
    token = try conditionTokenAfterNewlines()
    let first = line
    if token == .operation("(") {
      let inner: Condition
      do throws(ParseError) {
        inner = try conditionOr(&token)
      } catch {
        var error = error
        error.messages.append("expected `)'")
        error.secondLine = first
        throw error
      }
      guard token == .operation(")") else {
        let named = token.shown.map { "unexpected token `\($0)', " } ?? ""
        throw conditionalError("\(named)expected `)'", line: first, atEnd: token == .end)
      }
      token = try conditionTokenAfterNewlines()
      return .group(inner)
    }
    if token == .close {
      // The one mistake that bash passes over in silence.
      throw ParseError(kind: .conditional, messages: [], line: line, offset: offset)
    }
    guard token == .word else {
      throw conditionalError(
        "unexpected token `\(token.shown ?? "")' in conditional command", line: token == .end ? endLine : line,
        atEnd: token == .end)
    }
    if takeReserved("!") { return .not(try conditionTerm(&token)) }
    let left = try word()
    if let name = left.unquotedText, left.text == name, conditionalUnary.contains(name) {
      token = conditionToken()
      guard token == .word else {
        throw conditionalError(
          "unexpected argument `\(token.shownAtEnd)' to conditional unary operator", line: first,
          atEnd: token == .end)
      }
      let operand = try word()
      token = try conditionTokenAfterNewlines()
      return .unary(name, operand)
    }
    token = conditionToken()
    var operation: String?
    switch token {
    case .close, .operation("&&"), .operation("||"), .operation(")"): return .word(left)
    case .operation("<"): operation = "<"
    case .operation(">"): operation = ">"
    case .word:
      for candidate in conditionalBinary where at(candidate) && (byte(candidate.utf8CodeUnitCount).map(isMeta) ?? true)
      {
        offset += candidate.utf8CodeUnitCount
        operation = candidate.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        break
      }
    default: break
    }
    guard let operation else {
      let named = token == .word ? "" : "unexpected token `\(token.shownAtEnd)', "
      throw conditionalError("\(named)conditional binary operator expected", line: line, atEnd: token == .end)
    }
    skipBlanks()
    let place = offset
    if operation != "=~" || byte().map({ $0 != 40 }) ?? true { token = conditionToken() } else { token = .word }
    guard token == .word else {
      throw conditionalError(
        "unexpected argument `\(token.shownAtEnd)' to conditional binary operator", line: line(at: place),
        atEnd: token == .end)
    }
    let right: Word
    do throws(ParseError) {
      right = operation == "=~" ? try operand(.regex, .none) : try word()
    } catch {
      var error = error
      guard error.kind == .unexpectedEnd else { throw error }
      error.messages.append("unexpected argument to conditional binary operator")
      error.secondLine = endLine
      throw error
    }
    token = try conditionTokenAfterNewlines()
    return .binary(left, operation, right)
  }
}

private let conditionalBinary: [StaticString] = [
  "==", "=~", "!=", "=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
]

private let conditionalUnary: Set<String> = [
  "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-p", "-r", "-s", "-t", "-u", "-w", "-x", "-G", "-L", "-N",
  "-O", "-S", "-o", "-v", "-R", "-z", "-n",
]
