// The tokens of a Go template, with what is wrong about them in the words of Go's lexer.
// Source: Go 1.23, text/template/parse/lex.go.

import KubeAPI

struct TemplateToken {
  enum Kind {
    case text, leftDelimiter, rightDelimiter, space, end
    case dot, field, variable, identifier, keyword, bool, number, character, string, rawString
    case pipe, assign, declare, leftParenthesis, rightParenthesis
    case error
  }

  let kind: Kind
  let text: String
  /// Where it begins, in bytes, and on which line.
  let position: Int
  let line: Int

  /// As messages show it: keywords in angle brackets, anything long cut short.
  var shown: String {
    switch kind {
    case .end: return "EOF"
    case .error: return text
    case .keyword, .dot: return "<\(text)>"
    default:
      if text.utf8.count > 10 { return goQuoted(String(text.unicodeScalars.prefix(10).map { Character($0) })) + "..." }
      return goQuoted(text)
    }
  }
}

struct TemplateLexer {
  private static let keywords = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with",
  ]
  private let bytes: [UInt8]
  private var i = 0
  private var line = 1
  private var start = 0
  private var startLine = 1
  private var parentheses = 0
  private var tokens: [TemplateToken] = []

  /// All tokens; the last one is the end or an error.
  static func tokens(_ text: String) -> [TemplateToken] {
    var lexer = TemplateLexer(bytes: Array(text.utf8))
    lexer.text()
    return lexer.tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ place: Int) -> UInt8? { place >= 0 && place < bytes.count ? bytes[place] : nil }
  private func starts(_ place: Int, _ text: StaticString) -> Bool {
    guard place + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount where bytes[place + offset] != text.utf8Start[offset] { return false }
    return true
  }
  private static func isSpace(_ byte: UInt8?) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
  private static func isWord(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte >= 48 && byte <= 57 || byte == 95
      || byte >= 128
  }

  private mutating func emit(_ kind: TemplateToken.Kind) {
    tokens.append(
      TemplateToken(
        kind: kind, text: String(decoding: bytes[start..<i], as: UTF8.self), position: start, line: startLine))
    skip()
  }
  /// What was read is no part of any token.
  private mutating func skip() {
    for byte in bytes[start..<i] where byte == 10 { line += 1 }
    start = i
    startLine = line
  }
  private mutating func fail(_ message: String) {
    tokens.append(TemplateToken(kind: .error, text: message, position: start, line: startLine))
    i = bytes.count + 1
  }
  private var isOver: Bool { tokens.last?.kind == .error }

  private mutating func text() {
    while !isOver {
      while i < bytes.count, !starts(i, "{{") { i += 1 }
      guard i < bytes.count else {
        if i > start { emit(.text) }
        start = bytes.count
        return emit(.end)
      }
      let delimiter = i
      let trims = byte(i + 2) == 45 && Self.isSpace(byte(i + 3))
      if trims { while i > start, Self.isSpace(byte(i - 1)) { i -= 1 } }
      if i > start { emit(.text) }
      i = delimiter
      skip()
      i += 2
      let after = i + (trims ? 2 : 0)
      if starts(after, "/*") {
        comment(after)
        continue
      }
      emit(.leftDelimiter)
      i = after
      skip()
      parentheses = 0
      action()
    }
  }

  private mutating func comment(_ place: Int) {
    i = place + 2
    while i < bytes.count, !starts(i, "*/") { i += 1 }
    guard i < bytes.count else { return fail("unclosed comment") }
    i += 2
    guard let trims = rightDelimiter(i) else { return fail("comment ends before closing delimiter") }
    i += trims ? 4 : 2
    if trims { while Self.isSpace(byte(i)) { i += 1 } }
    skip()
  }

  /// Whether an action ends here, and if so, whether it also removes the white space after it.
  private func rightDelimiter(_ place: Int) -> Bool? {
    if Self.isSpace(byte(place)), byte(place + 1) == 45, starts(place + 2, "}}") { return true }
    return starts(place, "}}") ? false : nil
  }

  private mutating func action() {
    while !isOver {
      if let trims = rightDelimiter(i) {
        if parentheses > 0 { return fail("unclosed left paren") }
        if trims { i += 2 }
        skip()
        i += 2
        emit(.rightDelimiter)
        if trims {
          while Self.isSpace(byte(i)) { i += 1 }
          skip()
        }
        return
      }
      guard let first = byte(i) else { return fail("unclosed action") }
      switch first {
      case 32, 9, 10, 13: space()
      case 61: single(.assign)
      case 58:
        guard byte(i + 1) == 61 else { return fail("expected :=") }
        i += 1
        single(.declare)
      case 124: single(.pipe)
      case 34: quote()
      case 96:
        i += 1
        while let next = byte(i), next != 96 { i += 1 }
        if i >= bytes.count { return fail("unterminated raw quoted string") }
        single(.rawString)
      case 36: name(.variable)
      case 39: character()
      case 46 where !(48...57).contains(byte(i + 1) ?? 0): name(.dot)
      case 40:
        parentheses += 1
        single(.leftParenthesis)
      case 41:
        parentheses -= 1
        if parentheses < 0 { return fail("unexpected right paren") }
        single(.rightParenthesis)
      case 43, 45, 46, 48...57: number()
      case let byte where Self.isWord(byte): word()
      case 33...126: single(.character)
      default: return fail("unrecognized character in action: \(Self.point(first))")
      }
    }
  }

  private mutating func single(_ kind: TemplateToken.Kind) {
    i += 1
    emit(kind)
  }

  private mutating func space() {
    while Self.isSpace(byte(i)) { i += 1 }
    // The last space of `x -}}` belongs to the delimiter.
    if rightDelimiter(i - 1) == true { i -= 1 }
    if i > start { emit(.space) }
  }

  private mutating func quote() {
    i += 1
    while let next = byte(i), next != 34 {
      if next == 10 { return fail("unterminated quoted string") }
      if next == 92 {
        i += 1
        if byte(i) == 10 { return fail("unterminated quoted string") }
      }
      i += 1
    }
    if i >= bytes.count { return fail("unterminated quoted string") }
    single(.string)
  }

  private mutating func character() {
    i += 1
    while let next = byte(i), next != 39 {
      if next == 10 { return fail("unterminated character constant") }
      if next == 92 { i += 1 }
      i += 1
    }
    if i >= bytes.count { return fail("unterminated character constant") }
    single(.number)
  }

  private var isAtTerminator: Bool {
    guard let next = byte(i) else { return true }
    return Self.isSpace(next) || [46, 44, 124, 58, 41, 40].contains(next) || starts(i, "}}")
  }

  /// `U+007D '}'`
  private static func point(_ byte: UInt8) -> String {
    let hex = String(UInt32(byte), radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.utf8.count)) + hex
    return byte < 32 ? code : "\(code) '\(String(UnicodeScalar(byte)))'"
  }

  private mutating func name(_ lone: TemplateToken.Kind) {
    i += 1
    if isAtTerminator { return emit(lone) }
    while Self.isWord(byte(i)) { i += 1 }
    if !isAtTerminator { return fail("bad character \(Self.point(bytes[i]))") }
    emit(lone == .variable ? .variable : .field)
  }

  private mutating func word() {
    while Self.isWord(byte(i)) { i += 1 }
    if !isAtTerminator { return fail("bad character \(Self.point(bytes[i]))") }
    let text = String(decoding: bytes[start..<i], as: UTF8.self)
    if Self.keywords.contains(text) { return emit(.keyword) }
    emit(text == "true" || text == "false" ? .bool : .identifier)
  }

  private mutating func number() {
    if byte(i) == 43 || byte(i) == 45 { i += 1 }
    let isHexadecimal = byte(i) == 48 && (byte(i + 1) ?? 0) | 32 == 120
    if isHexadecimal { i += 2 }
    func isDigit(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return byte >= 48 && byte <= 57 || byte == 95 || isHexadecimal && (byte | 32) >= 97 && (byte | 32) <= 102
    }
    while isDigit(byte(i)) { i += 1 }
    if byte(i) == 46 {
      i += 1
      while isDigit(byte(i)) { i += 1 }
    }
    if !isHexadecimal, (byte(i) ?? 0) | 32 == 101 {
      i += 1
      if byte(i) == 43 || byte(i) == 45 { i += 1 }
      while isDigit(byte(i)) { i += 1 }
    }
    if Self.isWord(byte(i)) {
      i += 1
      return fail("bad number syntax: \(goQuoted(String(decoding: bytes[start..<i], as: UTF8.self)))")
    }
    emit(.number)
  }
}
