// What follows a `$`, and back quotes: arithmetic, command substitution, `$'…'`.

import SimKernel

extension ShellParser {
  /// What follows a `$`; nil when it is an ordinary character.
  func dollar(_ quoting: Quoting) throws(ParseError) -> WordPart? {
    guard let next = byte(1) else { return nil }
    let start = offset
    switch next {
    case 123: return .parameter(try braced(quoting))
    case 40:
      if byte(2) == 40, let part = try arithmeticExpansion() { return part }
      offset += 2
      let from = offset
      // What has been read as an expression in vain stays as it is written.
      let body = try rewrittenBody(from: start, keepsText: keepsText || byte() == 40)
      return .command(CommandSubstitution(body: body, source: text(from..<offset - 1)))
    case 91 where quoting != .arithmetic:
      offset += 2
      let inner = try operand(.bracket, .arithmetic)
      offset += 1
      return .arithmetic(inner)
    case 39 where quoting == .none && options.hasModestExtensions:
      let decoded = try ansiQuoted()
      rewrite(
        start..<offset,
        as: "'"
          + decoded.split(separator: "'" as Character, omittingEmptySubsequences: false).joined(separator: "'\\''")
          + "'")
      return .quoted(decoded)
    case 34 where quoting == .none && options.hasExtensions:
      rewrite(offset..<offset + 1, as: "")
      offset += 2
      let inner = try parts(.doubleQuote, .double)
      offset += 1
      return .doubleQuoted(inner)
    case 64, 42, 35, 63, 45, 36, 33, 48...57:
      offset += 2
      return .parameter(
        ParameterExpansion(name: String(raw: [next]), text: text(start..<offset)))
    default:
      guard isNameStart(next) else { return nil }
      offset += 1
      while let c = byte(), isNameByte(c) { offset += 1 }
      return .parameter(ParameterExpansion(name: text(start + 1..<offset), text: text(start..<offset)))
    }
  }

  /// `$((…))`; nil when it turns out to be a command substitution that starts with a subshell.
  private func arithmeticExpansion() throws(ParseError) -> WordPart? {
    let start = offset
    guard closes(from: start + 1) else { throw unterminated(")", line: line) }
    offset += 3
    do throws(ParseError) {
      let inner = try operand(.arithmetic, .arithmetic)
      offset += 2
      return .arithmetic(inner)
    } catch {
      if error.kind == .unexpectedEnd || error.kind == .tooDeep { throw error }
      offset = start
      return nil
    }
  }

  /// Whether the parenthesis at `from` has its partner, counting by characters outside quotes.
  private func closes(from: Int) -> Bool {
    var level = 0
    var i = from
    while i < source.count {
      switch source[i] {
      case 92: i += 1
      case 39, 34:
        let quote = source[i]
        i += 1
        while i < source.count, source[i] != quote { i += source[i] == 92 && quote == 34 ? 2 : 1 }
      case 40: level += 1
      case 41:
        level -= 1
        if level == 0 { return true }
      default: break
      }
      i += 1
    }
    return false
  }

  /// `((…))` as a command; nil when it is a subshell in a subshell.
  func arithmeticCommand() throws(ParseError) -> Word? {
    let start = offset
    offset += 2
    do throws(ParseError) {
      let inner = try operand(.arithmetic, .arithmetic)
      offset += 2
      return inner
    } catch {
      if error.kind == .unexpectedEnd || error.kind == .tooDeep { throw error }
      offset = start
      return nil
    }
  }

  /// The commands up to `)`, which is consumed.
  private func substitutionBody() throws(ParseError) -> CommandList {
    substitutionDepth += 1
    defer { substitutionDepth -= 1 }
    do throws(ParseError) {
      return try pendingHereDocumentsSaved { () throws(ParseError) -> CommandList in
        try skipNewlines()
        if byte() == 41 {
          offset += 1
          return CommandList([])
        }
        let list = try compoundList(until: [")"])
        offset += 1
        return list
      }
    } catch {
      guard error.kind == .unexpectedEnd, error.messages.first == "syntax error: unexpected end of file" else {
        var error = error
        if substitutionDepth == 1, error.kind == .conditional, error.messages.count == 1,
          let opened = quoteLeftOpen(after: error.offset)
        {
          // bash reads on to the end of the line and meets a quotation that does not end.
          error.messages.append("unexpected EOF while looking for matching `\"'")
          error.secondLine = opened
        } else if error.kind == .unexpectedToken || (error.kind == .conditional && error.secondLine == nil) {
          error.inSubstitution = true
        }
        throw error
      }
      throw unterminated(")")
    }
  }

  /// The line of a double quote in the rest of this line that nothing closes.
  private func quoteLeftOpen(after position: Int) -> Int? {
    var i = position
    while i < source.count, source[i] != 10 {
      if source[i] == 92 {
        i += 2
        continue
      }
      if source[i] == 34 || source[i] == 39 {
        let quote = source[i]
        let start = i
        i += 1
        while i < source.count, source[i] != quote { i += source[i] == 92 && quote == 34 ? 2 : 1 }
        if i >= source.count { return quote == 34 ? line(at: start) : nil }
      }
      i += 1
    }
    return nil
  }

  /// The same, for an expansion that begins at `start`: its text becomes the printed commands, its lines those of that text.
  func rewrittenBody(from start: Int, keepsText: Bool) throws(ParseError) -> CommandList {
    let savedBase = lineBase
    defer { lineBase = savedBase }
    if options.hasModestExtensions { lineBase = line(at: start) }
    let body = try substitutionBody()
    if keepsText || !options.hasModestExtensions { return body }
    let printed = ShellPrinter.substitution(body)
    rewrite(start + 2..<offset - 1, as: printed.utf8.first == 40 ? " " + printed : printed)
    return body
  }

  func backquotes(inDoubleQuotes: Bool) throws(ParseError) -> WordPart {
    let startLine = line
    offset += 1
    var body: [UInt8] = []
    while true {
      guard let c = byte() else { throw unterminated("`", line: startLine) }
      if c == 96 { break }
      if c == 92, let next = byte(1) {
        if next == 96 || next == 92 || next == 36 || (next == 34 && inDoubleQuotes) {
          body.append(next)
          offset += 2
          continue
        }
        body.append(c)
        body.append(next)
        offset += 2
        continue
      }
      body.append(c)
      offset += 1
    }
    offset += 1
    return .command(
      CommandSubstitution(body: nil, source: String(raw: body)))
  }

  private func ansiQuoted() throws(ParseError) -> String {
    let startLine = line
    offset += 2
    let from = offset
    while let c = byte(), c != 39 { offset += c == 92 && byte(1) != nil ? 2 : 1 }
    guard byte() == 39 else { throw unterminated("'", line: startLine) }
    let raw = Array(source[from..<offset])
    offset += 1
    return String(raw: decodeEscapes(raw, .quotes).bytes)
  }
}
