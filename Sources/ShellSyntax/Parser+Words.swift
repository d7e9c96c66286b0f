// Words: quotes, expansions, assignments, `[[ … ]]`.

import SimKernel

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
        result.append(.literal(String(raw: literal)))
        literal = []
      }
      if !quoted.isEmpty {
        result.append(.quoted(String(raw: quoted)))
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
        case .regex where parentheses > 0: throw unterminated(")", line: startLine)
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
        skip(until: 39)
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

  // MARK: ${…}

  // MARK: Assignments

  // MARK: [[ … ]]
}

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
