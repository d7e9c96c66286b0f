// What the parser says of a mistake, worded as bash does: the token, the line, the end that came too early.

import SimKernel

extension ShellParser {
  // MARK: Errors

  func unterminated(_ delimiter: String, line: Int? = nil) -> ParseError {
    ParseError(
      kind: .unexpectedEnd, messages: ["unexpected EOF while looking for matching `\(delimiter)'"],
      line: line ?? endLine, offset: source.count)
  }

  func unexpected() -> ParseError {
    skipBlanks()
    guard offset < source.count else {
      return ParseError(
        kind: .unexpectedEnd, messages: ["syntax error: unexpected end of file"], line: endLine, offset: offset)
    }
    return unexpected(token: tokenText(), at: offset)
  }

  func unexpected(token: String, at position: Int) -> ParseError {
    ParseError(
      kind: .unexpectedToken,
      messages: ["syntax error near unexpected token `\(token)'", "`\(lineText(at: position))'"],
      line: line(at: position), offset: position)
  }

  func lineText(at position: Int) -> String {
    var start = min(position, source.count)
    while start > 0, source[start - 1] != 10 { start -= 1 }
    var end = min(position, source.count)
    while end < source.count, source[end] != 10 { end += 1 }
    return text(start..<end)
  }

  func tokenText() -> String {
    guard let first = byte() else { return "newline" }
    if first == 10 { return "newline" }
    for operation in [
      "&>>", "<<<", "<<-", ";;&", "&&", "||", ";;", ";&", "|&", "&>", ">>", "<<", "<&", ">&", "<>", ">|",
    ] {
      if !options.hasExtensions, ["<<<", ";;&", ";&", "|&", "&>>"].contains(operation) { continue }
      let bytes = Array(operation.utf8)
      if offset + bytes.count <= source.count, Array(source[offset..<offset + bytes.count]) == bytes {
        return operation
      }
    }
    if isMeta(first) { return String(raw: [first]) }
    let start = offset
    defer { offset = start }
    if (try? word()) != nil, offset > start { return text(start..<offset) }
    return text(start..<start + 1)
  }

  /// The input has ended before one of the closing words.
  func unfinished(_ closers: [StaticString]) -> ParseError {
    var error = unexpected()
    if let last = closers.last {
      error.expecting = String(
        decoding: UnsafeBufferPointer(start: last.utf8Start, count: last.utf8CodeUnitCount), as: UTF8.self)
    }
    return error
  }
}
