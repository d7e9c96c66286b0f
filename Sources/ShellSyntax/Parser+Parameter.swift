// `${…}`: the name, its subscript and the operation on it.

extension ShellParser {
  func braced(_ quoting: Quoting) throws(ParseError) -> ParameterExpansion {
    let start = offset
    let startLine = line
    offset += 2
    let inner: Quoting = quoting == .none ? .none : .double
    do throws(ParseError) {
      if let expansion = try bracedExpansion(start, inner) { return expansion }
    } catch {
      if error.kind == .unexpectedEnd {
        // The outermost opening is the one that is reported.
        if error.messages.first == "unexpected EOF while looking for matching `}'" {
          throw unterminated("}", line: startLine)
        }
        throw error
      }
      throw error
    }
    // Not an expansion: find the end; bash says so when it gets there.
    offset = start + 2
    _ = try parts(.brace, inner)
    offset += 1
    return ParameterExpansion(name: "", operation: .bad, text: text(start..<offset))
  }

  private func parameterName() -> String? {
    guard let c = byte() else { return nil }
    let start = offset
    if isNameStart(c) {
      while let c = byte(), isNameByte(c) { offset += 1 }
      return text(start..<offset)
    }
    if c >= 48, c <= 57 {
      while let c = byte(), c >= 48, c <= 57 { offset += 1 }
      return text(start..<offset)
    }
    switch c {
    case 64, 42, 35, 63, 45, 36, 33:
      offset += 1
      return text(start..<offset)
    default: return nil
    }
  }

  private func bracedExpansion(_ start: Int, _ quoting: Quoting) throws(ParseError) -> ParameterExpansion? {
    var length = false
    var indirect = false
    if byte() == 35, let next = byte(1), next != 125 {
      // `${#…}`: a length, unless `#` itself is the parameter (`${#-x}`, `${##pattern}`, `${#:-x}`).
      let operators: [UInt8] = [45, 58, 61, 43, 37, 47]
      if !(operators.contains(next) && byte(2) != 125) && !(next == 35 && byte(2) != 125)
        && !(next == 63 && byte(2) != 125)
      {
        length = true
        offset += 1
      }
    } else if byte() == 33, options.hasExtensions, let next = byte(1), next != 125 {
      let operators: [UInt8] = [45, 58, 61, 43, 37, 47]
      if !operators.contains(next), next != 63 {
        indirect = true
        offset += 1
      }
    }
    guard let name = parameterName() else { return nil }
    var index: ParameterExpansion.Subscript?
    if byte() == 91, options.hasExtensions, isNameStart(name.utf8.first!) {
      if byte(2) == 93, byte(1) == 64 || byte(1) == 42 {
        index = byte(1) == 64 ? .at : .star
        offset += 3
      } else {
        offset += 1
        let word = try operand(.bracket, .none)
        offset += 1
        index = .index(word)
      }
    }
    func make(_ operation: ParameterExpansion.Operation) throws(ParseError) -> ParameterExpansion? {
      guard byte() == 125 else {
        if byte() == nil { throw unterminated("}") }
        return nil
      }
      offset += 1
      return ParameterExpansion(
        name: name, index: index, indirect: indirect, length: length, operation: operation, text: text(start..<offset))
    }
    guard let c = byte() else { throw unterminated("}") }
    if c == 125 { return try make(.none) }
    if length { return nil }
    if !options.hasExtensions, c == 94 || c == 44 || c == 64 || c == 126 { return nil }
    if !options.hasModestExtensions, c == 47 { return nil }
    switch c {
    case 58:
      if let next = byte(1), next == 45 || next == 61 || next == 63 || next == 43 {
        offset += 2
        return try make(.fallback(next, colon: true, try operand(.brace, quoting)))
      }
      offset += 1
      guard byte() != 125 else { return nil }
      let from = try operand(.colonOrBrace, .arithmetic)
      var count: Word?
      if byte() == 58 {
        offset += 1
        count = try operand(.brace, .arithmetic)
      }
      return try make(.substring(offset: from, length: count))
    case 45, 61, 63, 43:
      offset += 1
      return try make(.fallback(c, colon: false, try operand(.brace, quoting)))
    case 35, 37:
      offset += 1
      let longest = byte() == c
      if longest { offset += 1 }
      let pattern = try operand(.brace, .none)
      return try make(
        c == 35 ? .removePrefix(longest: longest, pattern) : .removeSuffix(longest: longest, pattern))
    case 47:
      offset += 1
      var mode = ParameterExpansion.ReplaceMode.first
      if byte() == 47 { mode = .all } else if byte() == 35 { mode = .prefix } else if byte() == 37 { mode = .suffix }
      if mode != .first { offset += 1 }
      let pattern: Word
      if byte() == 47, mode == .prefix || mode == .suffix {
        pattern = Word(parts: [], range: offset..<offset, text: "")
      } else {
        pattern = try operand(.slashOrBrace, .none)
      }
      var replacement: Word?
      if byte() == 47 {
        offset += 1
        replacement = try operand(.brace, .none)
      }
      return try make(.replace(mode, pattern: pattern, with: replacement))
    case 94, 44, 126:
      offset += 1
      let all = byte() == c
      if all { offset += 1 }
      var pattern: Word?
      if byte() != 125 { pattern = try operand(.brace, .none) }
      return try make(.changeCase(c, all: all, pattern: pattern))
    case 64:
      if indirect, byte(1) == 125 {
        offset += 1
        return try make(.namesWithPrefix(at: true))
      }
      // Which letters there are is asked only when there is something to transform.
      guard let letter = byte(1), byte(2) == 125, letter != 125 else { return nil }
      offset += 2
      return try make(.transform(letter))
    case 42 where indirect && byte(1) == 125:
      offset += 1
      return try make(.namesWithPrefix(at: false))
    default: return nil
    }
  }
}
