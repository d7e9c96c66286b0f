// Words: quotes, expansions, assignments, `[[ … ]]`.

extension ShellParser {
  /// Where a run of word parts ends.
  enum Stop {
    /// At a blank or an operator.
    case word
    /// At `}`, and also at `/` or `:` for the first operand of a replacement or substring.
    case brace, slashOrBrace, colonOrBrace
    case doubleQuote
    /// At the end of the source.
    case end
    /// At `))`; in `for ((`, at `;` too.
    case arithmetic, arithmeticSection
    /// At `]`.
    case bracket
    /// The right side of `=~`.
    case regex
  }
  enum Quoting {
    case none
    /// Inside double quotes, and operands inside them, where `'` is an ordinary character.
    case double
    case hereDocument
    case arithmetic
  }

  func word() throws(ParseError) -> Word {
    let start = offset
    let parts = try parts(.word, .none)
    if offset == start { throw unexpected() }
    return Word(parts: parts, range: start..<offset, text: wordText(start..<offset))
  }

  func operand(_ stop: Stop, _ quoting: Quoting) throws(ParseError) -> Word {
    let start = offset
    let parts = try parts(stop, quoting)
    return Word(parts: parts, range: start..<offset, text: wordText(start..<offset))
  }

  func parts(_ stop: Stop, _ quoting: Quoting) throws(ParseError) -> [WordPart] {
    try enter()
    defer { depth -= 1 }
    var result: [WordPart] = []
    var literal: [UInt8] = []
    var quoted: [UInt8] = []
    var parentheses = 0
    var brackets = 0
    var questions = 0
    let startLine = line
    func flush() {
      if !literal.isEmpty {
        result.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal = []
      }
      if !quoted.isEmpty {
        result.append(.quoted(String(decoding: quoted, as: UTF8.self)))
        quoted = []
      }
    }
    func addLiteral(_ c: UInt8) {
      if !quoted.isEmpty { flush() }
      literal.append(c)
    }
    func addQuoted(_ bytes: [UInt8]) {
      if !literal.isEmpty { flush() }
      quoted.append(contentsOf: bytes)
    }
    loop: while true {
      guard let c = byte() else {
        switch stop {
        case .word, .end, .regex: break loop
        case .brace, .slashOrBrace, .colonOrBrace: throw unterminated("}", line: startLine)
        case .doubleQuote: throw unterminated("\"", line: startLine)
        case .arithmetic, .arithmeticSection: throw unterminated(")", line: startLine)
        case .bracket: throw unterminated("]", line: startLine)
        }
      }
      switch stop {
      case .word:
        if parentheses == 0, isMeta(c) {
          if c == 60 || c == 62, byte(1) == 40 { break }
          break loop
        }
      case .regex:
        if parentheses == 0, c == 32 || c == 9 || c == 10 || (c == 38 && byte(1) == 38) { break loop }
        if parentheses == 0, c == 41 || c == 59 { break loop }
      case .brace: if c == 125 { break loop }
      case .slashOrBrace:
        if c == 125 || (c == 47 && !(literal.isEmpty && result.isEmpty && quoted.isEmpty)) { break loop }
      case .colonOrBrace:
        if c == 125 { break loop }
        if c == 63 { questions += 1 }
        if c == 58, parentheses == 0 {
          if questions == 0 { break loop }
          questions -= 1
        }
      case .doubleQuote: if c == 34 { break loop }
      case .end: break
      case .arithmetic, .arithmeticSection:
        if c == 41, parentheses == 0 {
          if byte(1) == 41 { break loop }
          throw ParseError(kind: .other, messages: ["syntax error: `)' missing"], line: startLine, offset: offset)
        }
        if case .arithmeticSection = stop, c == 59 { break loop }
      case .bracket:
        if c == 93 {
          if brackets == 0 { break loop }
          brackets -= 1
        }
        if c == 91 { brackets += 1 }
      }
      switch c {
      case 92:
        try backslash(quoting, stop, addLiteral: addLiteral, addQuoted: addQuoted)
      case 39 where quoting == .none:
        let quoteLine = line
        offset += 1
        let from = offset
        while let next = byte(), next != 39 {
          _ = next
          offset += 1
        }
        guard byte() == 39 else { throw unterminated("'", line: quoteLine) }
        flush()
        result.append(.quoted(text(from..<offset)))
        offset += 1
      case 34 where quoting != .hereDocument || stop.isBraced:
        if quoting == .arithmetic {
          offset += 1
          continue
        }
        offset += 1
        flush()
        let inner = try parts(.doubleQuote, .double)
        offset += 1
        result.append(.doubleQuoted(inner))
      case 36:
        if let part = try dollar(quoting) {
          flush()
          result.append(part)
        } else {
          addLiteral(36)
          offset += 1
        }
      case 96:
        flush()
        result.append(try backquotes(inDoubleQuotes: quoting != .none))
      case 60, 62:
        if quoting == .none, byte(1) == 40, stop.isWordLike {
          flush()
          let from = offset
          offset += 2
          result.append(
            .process(ProcessSubstitution(reads: c == 60, body: try rewrittenBody(from: from, keepsText: keepsText))))
        } else {
          addLiteral(c)
          offset += 1
        }
      case 40:
        if case .word = stop {
          // Reached only inside an extended pattern.
          parentheses += 1
        } else if stop.countsParentheses {
          parentheses += 1
        }
        addLiteral(c)
        offset += 1
      case 41:
        if parentheses > 0 { parentheses -= 1 }
        addLiteral(c)
        offset += 1
      case 63, 42, 43, 64, 33:
        addLiteral(c)
        offset += 1
        if case .word = stop, byte() == 40, options.extendedPatterns {
          parentheses += 1
          addLiteral(40)
          offset += 1
        }
      default:
        addLiteral(c)
        offset += 1
      }
    }
    flush()
    return result
  }

  private func backslash(
    _ quoting: Quoting, _ stop: Stop, addLiteral: (UInt8) -> Void, addQuoted: ([UInt8]) -> Void
  ) throws(ParseError) {
    guard let next = byte(1) else {
      addLiteral(92)
      offset += 1
      return
    }
    if next == 10 {
      rewrite(offset..<offset + 2, as: "")
      offset += 2
      return
    }
    switch quoting {
    case .none:
      var length = 1
      if next >= 0xc0 { while let more = byte(1 + length), more & 0xc0 == 0x80 { length += 1 } }
      addQuoted(Array(source[offset + 1..<offset + 1 + length]))
      offset += 1 + length
    case .double, .hereDocument, .arithmetic:
      let special = next == 36 || next == 96 || next == 92 || (next == 34 && quoting != .hereDocument)
      if special || (stop.isBraced && (next == 125 || next == 34)) {
        addQuoted([next])
      } else {
        addQuoted([92, next])
      }
      offset += 2
    }
  }

  // MARK: Dollar

  /// What follows a `$`; nil when it is an ordinary character.
  private func dollar(_ quoting: Quoting) throws(ParseError) -> WordPart? {
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
    case 39 where quoting == .none:
      let decoded = try ansiQuoted()
      rewrite(
        start..<offset,
        as: "'"
          + decoded.split(separator: "'" as Character, omittingEmptySubsequences: false).joined(separator: "'\\''")
          + "'")
      return .quoted(decoded)
    case 34 where quoting == .none:
      rewrite(offset..<offset + 1, as: "")
      offset += 2
      let inner = try parts(.doubleQuote, .double)
      offset += 1
      return .doubleQuoted(inner)
    case 64, 42, 35, 63, 45, 36, 33, 48...57:
      offset += 2
      return .parameter(
        ParameterExpansion(name: String(decoding: [next], as: UTF8.self), text: text(start..<offset)))
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
  private func rewrittenBody(from start: Int, keepsText: Bool) throws(ParseError) -> CommandList {
    let savedBase = lineBase
    defer { lineBase = savedBase }
    if options.hasExtensions { lineBase = line(at: start) }
    let body = try substitutionBody()
    if keepsText || !options.hasExtensions { return body }
    let printed = ShellPrinter.substitution(body)
    rewrite(start + 2..<offset - 1, as: printed.utf8.first == 40 ? " " + printed : printed)
    return body
  }

  private func backquotes(inDoubleQuotes: Bool) throws(ParseError) -> WordPart {
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
      CommandSubstitution(body: nil, source: String(decoding: body, as: UTF8.self)))
  }

  private func ansiQuoted() throws(ParseError) -> String {
    let startLine = line
    offset += 2
    let from = offset
    while let c = byte(), c != 39 { offset += c == 92 && byte(1) != nil ? 2 : 1 }
    guard byte() == 39 else { throw unterminated("'", line: startLine) }
    let raw = Array(source[from..<offset])
    offset += 1
    return String(decoding: decodeAnsiEscapes(raw), as: UTF8.self)
  }

  // MARK: ${…}

  private func braced(_ quoting: Quoting) throws(ParseError) -> ParameterExpansion {
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
    } else if byte() == 33, let next = byte(1), next != 125 {
      let operators: [UInt8] = [45, 58, 61, 43, 37, 47]
      if !operators.contains(next), next != 63 {
        indirect = true
        offset += 1
      }
    }
    guard let name = parameterName() else { return nil }
    var index: ParameterExpansion.Subscript?
    if byte() == 91, isNameStart(name.utf8.first!) {
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
    if !options.hasExtensions, c == 47 || c == 94 || c == 44 || c == 64 || c == 126 { return nil }
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

  // MARK: Assignments

  /// `name=value`, `name+=value`, `name[index]=value`, `name=(…)`; nil when the next word is none of them.
  func assignment() throws(ParseError) -> Assignment? {
    let start = offset
    guard let first = byte(), isNameStart(first) else { return nil }
    var i = offset
    while i < source.count, isNameByte(source[i]) { i += 1 }
    guard i < source.count,
      source[i] == 61 || source[i] == 91 || (source[i] == 43 && i + 1 < source.count && source[i + 1] == 61)
    else { return nil }
    let name = text(start..<i)
    offset = i
    var index: Word?
    if byte() == 91 {
      offset += 1
      do throws(ParseError) {
        index = try operand(.bracket, .none)
      } catch {
        offset = start
        return nil
      }
      offset += 1
      guard byte() == 61 || (byte() == 43 && byte(1) == 61) else {
        offset = start
        return nil
      }
    }
    let append = byte() == 43
    offset += append ? 2 : 1
    if byte() == 40, options.hasExtensions {
      let openLine = line
      offset += 1
      let open = offset
      var elements: [Assignment.Element] = []
      while true {
        try skipNewlines()
        guard let c = byte() else {
          var error = unterminated(")", line: openLine)
          error.status = 1
          throw error
        }
        if c == 41 { break }
        if isMeta(c), !((c == 60 || c == 62) && byte(1) == 40) { throw unexpected() }
        elements.append(try element())
      }
      let listed = elements.map { $0.text }.joined(separator: " ")
      rewrite(open..<offset, as: listed)
      offset += 1
      return Assignment(
        name: name, index: index, append: append, value: .array(elements), text: wordText(start..<offset))
    }
    let valueStart = offset
    let parts = try parts(.word, .none)
    let value = Word(parts: parts, range: valueStart..<offset, text: wordText(valueStart..<offset))
    return Assignment(
      name: name, index: index, append: append, value: .scalar(value), text: wordText(start..<offset))
  }

  private func element() throws(ParseError) -> Assignment.Element {
    let start = offset
    if byte() == 91 {
      offset += 1
      if let index = try? operand(.bracket, .none) {
        offset += 1
        let append = byte() == 43 && byte(1) == 61
        if append || byte() == 61 {
          offset += append ? 2 : 1
          let from = offset
          let parts = try parts(.word, .none)
          return Assignment.Element(
            index: index, append: append,
            value: Word(parts: parts, range: from..<offset, text: wordText(from..<offset)),
            text: wordText(start..<offset))
        }
      }
      offset = start
    }
    let value = try word()
    return Assignment.Element(index: nil, append: false, value: value, text: value.text)
  }

  // MARK: [[ … ]]

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

extension ShellParser.Stop {
  fileprivate var isBraced: Bool {
    switch self {
    case .brace, .slashOrBrace, .colonOrBrace: return true
    default: return false
    }
  }
  fileprivate var isWordLike: Bool {
    if case .word = self { return true }
    return false
  }
  fileprivate var countsParentheses: Bool {
    switch self {
    case .arithmetic, .arithmeticSection, .regex, .colonOrBrace: return true
    default: return false
    }
  }
}

/// The escapes of `$'…'`.
package func decodeAnsiEscapes(_ raw: [UInt8]) -> [UInt8] {
  var out: [UInt8] = []
  var i = 0
  func hexadecimal(_ limit: Int) -> UInt32? {
    var value: UInt32 = 0
    var count = 0
    while count < limit, i < raw.count, let digit = hexDigit(raw[i]) {
      value = value << 4 | UInt32(digit)
      i += 1
      count += 1
    }
    return count > 0 ? value : nil
  }
  while i < raw.count {
    let c = raw[i]
    guard c == 92, i + 1 < raw.count else {
      out.append(c)
      i += 1
      continue
    }
    let e = raw[i + 1]
    i += 2
    switch e {
    case 110: out.append(10)
    case 116: out.append(9)
    case 114: out.append(13)
    case 97: out.append(7)
    case 98: out.append(8)
    case 101, 69: out.append(27)
    case 102: out.append(12)
    case 118: out.append(11)
    case 92, 39, 34, 63: out.append(e)
    case 48...55:
      var value = UInt32(e - 48)
      var count = 1
      while count < 3, i < raw.count, raw[i] >= 48, raw[i] <= 55 {
        value = value << 3 | UInt32(raw[i] - 48)
        i += 1
        count += 1
      }
      if value & 0xff == 0 { return out }
      out.append(UInt8(value & 0xff))
    case 120:
      if let value = hexadecimal(2) {
        if value == 0 { return out }
        out.append(UInt8(value & 0xff))
      } else {
        out.append(contentsOf: [92, 120])
      }
    case 117, 85:
      if let value = hexadecimal(e == 117 ? 4 : 8) {
        if let scalar = Unicode.Scalar(value) { out.append(contentsOf: Array(String(Character(scalar)).utf8)) }
      } else {
        out.append(contentsOf: [92, e])
      }
    case 99:
      if i < raw.count {
        out.append(raw[i] & 0x1f)
        i += 1
      }
    default: out.append(contentsOf: [92, e])
    }
  }
  return out
}

func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 48...57: return byte - 48
  case 97...102: return byte - 87
  case 65...70: return byte - 55
  default: return nil
  }
}

extension ShellParser {
  /// The whole source as the text of a subscript.
  package func subscriptWord() throws(ParseError) -> Word {
    let parts = try parts(.end, .none)
    return Word(parts: parts, range: 0..<source.count, text: text(0..<source.count))
  }
  /// The whole source as text in which `$` and back quotes are expanded, like a here-document.
  package func promptWord() throws(ParseError) -> Word {
    let parts = try parts(.end, .double)
    return Word(parts: parts, range: 0..<source.count, text: text(0..<source.count))
  }
}
