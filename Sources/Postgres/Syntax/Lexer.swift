// The lexical structure of SQL (manual chapter 4.1): words, quoted identifiers, the string forms, numbers, operators,
// comments. Works on bytes; every token knows its range. `standard_conforming_strings` is always on.

struct Lexer {
  let source: [UInt8]
  private var position = 0

  init(_ source: [UInt8]) { self.source = source }

  /// All tokens, closed by one of kind `.end`.
  static func tokens(_ source: [UInt8]) throws(SQLError) -> [Token] {
    var lexer = Lexer(source)
    var tokens: [Token] = []
    tokens.reserveCapacity(source.count / 4 + 2)
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  static func isSpace(_ b: UInt8) -> Bool { b == 32 || (b >= 9 && b <= 13) }
  static func isDigit(_ b: UInt8) -> Bool { b >= 48 && b <= 57 }
  static func isIdentifierStart(_ b: UInt8) -> Bool {
    (b >= 97 && b <= 122) || (b >= 65 && b <= 90) || b == 95 || b >= 128
  }
  static func isIdentifierPart(_ b: UInt8) -> Bool { isIdentifierStart(b) || isDigit(b) || b == 36 }
  static func isOperator(_ b: UInt8) -> Bool {
    switch b {
    case 0x7e, 0x21, 0x40, 0x23, 0x5e, 0x26, 0x7c, 0x60, 0x3f, 0x2b, 0x2d, 0x2a, 0x2f, 0x25, 0x3c, 0x3e, 0x3d: true
    default: false
    }
  }

  private func peek(_ ahead: Int = 0) -> UInt8 {
    position + ahead < source.count ? source[position + ahead] : 0
  }

  private func text(_ from: Int, _ to: Int) -> String { String(decoding: source[from..<to], as: UTF8.self) }

  private mutating func skipBlanks() throws(SQLError) {
    while position < source.count {
      let b = source[position]
      if Lexer.isSpace(b) {
        position += 1
      } else if b == 0x2d, peek(1) == 0x2d {
        while position < source.count, source[position] != 10, source[position] != 13 { position += 1 }
      } else if b == 0x2f, peek(1) == 0x2a {
        let start = position
        var depth = 0
        repeat {
          if position >= source.count {
            throw SQLError(
              SQLState.syntaxError, "unterminated /* comment at or near \"\(text(start, source.count))\"", at: start)
          }
          if peek() == 0x2f, peek(1) == 0x2a {
            depth += 1
            position += 2
          } else if peek() == 0x2a, peek(1) == 0x2f {
            depth -= 1
            position += 2
          } else {
            position += 1
          }
        } while depth > 0
      } else {
        return
      }
    }
  }

  private mutating func next() throws(SQLError) -> Token {
    try skipBlanks()
    let start = position
    guard start < source.count else { return Token(kind: .end, text: "", start: start, end: start) }
    let b = source[start]
    if Lexer.isIdentifierStart(b) {
      let after = peek(1)
      if after == 0x27 {
        switch b {
        case 0x65, 0x45:
          position += 1
          return try escapedString(start)
        case 0x62, 0x42, 0x78, 0x58:
          position += 1
          let plain = try plainString(start, "bit string literal")
          return Token(
            kind: .bitString, text: (b | 0x20 == 0x62 ? "b" : "x") + plain.text, start: start, end: position)
        case 0x6e, 0x4e:
          position += 1
          var token = try plainString(start, "quoted string")
          token.isNational = true
          return token
        default: break
        }
      }
      if b | 0x20 == 0x75, after == 0x26, peek(2) == 0x27 || peek(2) == 0x22 {
        position += 2
        let plain = peek() == 0x27 ? try plainString(start, "quoted string") : try quotedIdentifier(start)
        let escape = try unicodeEscape()
        return Token(
          kind: plain.kind, text: try UnicodeEscapes.decoded(plain.text, escape: escape, at: start), start: start,
          end: position)
      }
      while position < source.count, Lexer.isIdentifierPart(source[position]) { position += 1 }
      var folded: [UInt8] = []
      for i in start..<position {
        let c = source[i]
        folded.append(c >= 65 && c <= 90 ? c + 32 : c)
      }
      return Token(kind: .word, text: String(decoding: clipped(folded), as: UTF8.self), start: start, end: position)
    }
    if Lexer.isDigit(b) || (b == 46 && Lexer.isDigit(peek(1))) { return try number(start) }
    switch b {
    case 0x27: return try plainString(start, "quoted string")
    case 0x22: return try quotedIdentifier(start)
    case 0x24: return try dollar(start)
    case 0x3a:
      position += 1
      if peek() == 0x3a || peek() == 0x3d { position += 1 }
      return Token(kind: .punctuation, text: text(start, position), start: start, end: position)
    case 0x2e:
      position += 1
      if peek() == 0x2e { position += 1 }
      return Token(kind: .punctuation, text: text(start, position), start: start, end: position)
    case 0x28, 0x29, 0x5b, 0x5d, 0x2c, 0x3b:
      position += 1
      return Token(kind: .punctuation, text: text(start, position), start: start, end: position)
    default: break
    }
    if Lexer.isOperator(b) { return operatorToken(start) }
    position += 1
    return Token(kind: .punctuation, text: text(start, position), start: start, end: position)
  }

  /// UESCAPE behind a U& string.
  private mutating func unicodeEscape() throws(SQLError) -> UInt8 {
    let saved = position
    try skipBlanks()
    let word = position + 7 <= source.count ? lowercasedASCII(text(position, position + 7)) : ""
    guard word == "uescape" else {
      position = saved
      return 0x5c
    }
    position += 7
    try skipBlanks()
    guard peek() == 0x27, peek(2) == 0x27 else {
      throw SQLError(
        SQLState.syntaxError,
        "UESCAPE must be followed by a simple string literal at or near \"\(text(position, min(position + 1, source.count)))\"",
        at: position)
    }
    let escape = peek(1)
    position += 3
    return escape
  }

  /// Identifiers are cut at 63 bytes.
  private func clipped(_ bytes: [UInt8]) -> [UInt8] { bytes.count > 63 ? Array(bytes[..<63]) : bytes }

  private mutating func number(_ start: Int) throws(SQLError) -> Token {
    var decimal = false
    while Lexer.isDigit(peek()) { position += 1 }
    if peek() == 46, peek(1) != 46 {
      decimal = true
      position += 1
      while Lexer.isDigit(peek()) { position += 1 }
    }
    if peek() | 0x20 == 0x65 {
      let signed = peek(1) == 0x2b || peek(1) == 0x2d
      if Lexer.isDigit(peek(signed ? 2 : 1)) {
        decimal = true
        position += signed ? 2 : 1
        while Lexer.isDigit(peek()) { position += 1 }
      }
    }
    if Lexer.isIdentifierStart(peek()) {
      var end = position
      while end < source.count, Lexer.isIdentifierPart(source[end]) { end += 1 }
      throw SQLError(
        SQLState.syntaxError, "trailing junk after numeric literal at or near \"\(text(start, end))\"", at: start)
    }
    return Token(kind: decimal ? .decimal : .integer, text: text(start, position), start: start, end: position)
  }

  /// After a closing quote: a string goes on if white space with a line break and another quote follow.
  private mutating func continues() -> Bool {
    var i = position
    var newline = false
    while i < source.count {
      let b = source[i]
      if b == 10 || b == 13 {
        newline = true
        i += 1
      } else if Lexer.isSpace(b) {
        i += 1
      } else {
        break
      }
    }
    if newline, i < source.count, source[i] == 0x27 {
      position = i
      return true
    }
    return false
  }

  private mutating func plainString(_ start: Int, _ what: String) throws(SQLError) -> Token {
    var value: [UInt8] = []
    repeat {
      position += 1
      while true {
        guard position < source.count else {
          throw SQLError(
            SQLState.syntaxError, "unterminated \(what) at or near \"\(text(start, source.count))\"", at: start)
        }
        let b = source[position]
        if b == 0x27 {
          if peek(1) == 0x27 {
            value.append(b)
            position += 2
            continue
          }
          position += 1
          break
        }
        value.append(b)
        position += 1
      }
    } while continues()
    return Token(kind: .string, text: String(decoding: value, as: UTF8.self), start: start, end: position)
  }

  private mutating func escapedString(_ start: Int) throws(SQLError) -> Token {
    var value: [UInt8] = []
    repeat {
      position += 1
      while true {
        guard position < source.count else {
          throw SQLError(
            SQLState.syntaxError, "unterminated quoted string at or near \"\(text(start, source.count))\"", at: start)
        }
        let b = source[position]
        if b == 0x27 {
          if peek(1) == 0x27 {
            value.append(b)
            position += 2
            continue
          }
          position += 1
          break
        }
        if b == 0x5c {
          position += 1
          escape(&value)
          continue
        }
        value.append(b)
        position += 1
      }
    } while continues()
    return Token(kind: .string, text: String(decoding: value, as: UTF8.self), start: start, end: position)
  }

  private mutating func escape(_ value: inout [UInt8]) {
    let e = peek()
    position += 1
    switch e {
    case 0x6e: value.append(10)
    case 0x74: value.append(9)
    case 0x72: value.append(13)
    case 0x62: value.append(8)
    case 0x66: value.append(12)
    case 0x30...0x37:
      var code: UInt32 = UInt32(e - 48)
      var count = 1
      while count < 3, peek() >= 48, peek() <= 55 {
        code = code * 8 + UInt32(peek() - 48)
        position += 1
        count += 1
      }
      value.append(UInt8(code & 255))
    case 0x78:
      var code: UInt32 = 0
      var count = 0
      while count < 2, let digit = hexDigit(peek()) {
        code = code * 16 + digit
        position += 1
        count += 1
      }
      value.append(count == 0 ? 0x78 : UInt8(code & 255))
    case 0x75, 0x55:
      let length = e == 0x75 ? 4 : 8
      var code: UInt32 = 0
      var count = 0
      while count < length, let digit = hexDigit(peek()) {
        code = code * 16 + digit
        position += 1
        count += 1
      }
      if let scalar = Unicode.Scalar(code) { value.append(contentsOf: Array(String(scalar).utf8)) }
    default: value.append(e)
    }
  }

  private mutating func quotedIdentifier(_ start: Int) throws(SQLError) -> Token {
    var value: [UInt8] = []
    position += 1
    while true {
      guard position < source.count else {
        throw SQLError(
          SQLState.syntaxError, "unterminated quoted identifier at or near \"\(text(start, source.count))\"", at: start
        )
      }
      let b = source[position]
      if b == 0x22 {
        if peek(1) == 0x22 {
          value.append(b)
          position += 2
          continue
        }
        position += 1
        break
      }
      value.append(b)
      position += 1
    }
    if value.isEmpty {
      throw SQLError(SQLState.syntaxError, "zero-length delimited identifier at or near \"\"\"\"", at: start)
    }
    return Token(kind: .quoted, text: String(decoding: clipped(value), as: UTF8.self), start: start, end: position)
  }

  private mutating func dollar(_ start: Int) throws(SQLError) -> Token {
    if Lexer.isDigit(peek(1)) {
      position += 1
      while Lexer.isDigit(peek()) { position += 1 }
      return Token(kind: .parameter, text: text(start + 1, position), start: start, end: position)
    }
    var i = start + 1
    if i < source.count, Lexer.isIdentifierStart(source[i]) {
      while i < source.count, Lexer.isIdentifierPart(source[i]), source[i] != 0x24 { i += 1 }
    }
    guard i < source.count, source[i] == 0x24 else {
      position += 1
      return Token(kind: .punctuation, text: "$", start: start, end: position)
    }
    let tag = Array(source[start...i])
    let bodyStart = i + 1
    i = bodyStart
    while i + tag.count <= source.count {
      if source[i] == 0x24, Array(source[i..<i + tag.count]) == tag {
        position = i + tag.count
        return Token(kind: .string, text: text(bodyStart, i), start: start, end: position)
      }
      i += 1
    }
    throw SQLError(
      SQLState.syntaxError, "unterminated dollar-quoted string at or near \"\(text(start, source.count))\"", at: start)
  }

  private mutating func operatorToken(_ start: Int) -> Token {
    var end = start
    while end < source.count, Lexer.isOperator(source[end]) {
      if end > start {
        let two = (source[end], end + 1 < source.count ? source[end + 1] : 0)
        if two == (0x2d, 0x2d) || two == (0x2f, 0x2a) { break }
      }
      end += 1
    }
    // A trailing + or - belongs to what follows unless the operator has one of the special characters.
    if end - start > 1 {
      var special = false
      for i in start..<end {
        switch source[i] {
        case 0x7e, 0x21, 0x40, 0x23, 0x5e, 0x26, 0x7c, 0x60, 0x3f, 0x25: special = true
        default: break
        }
      }
      if !special {
        while end - start > 1, source[end - 1] == 0x2b || source[end - 1] == 0x2d { end -= 1 }
      }
    }
    position = end
    let name = text(start, end)
    if name == "=>" { return Token(kind: .punctuation, text: name, start: start, end: end) }
    return Token(kind: .oper, text: name == "!=" ? "<>" : name, start: start, end: end)
  }
}

func hexDigit(_ b: UInt8) -> UInt32? {
  switch b {
  case 48...57: UInt32(b - 48)
  case 97...102: UInt32(b - 87)
  case 65...70: UInt32(b - 55)
  default: nil
  }
}
