// The tokens of a jq program. Strings are split at their interpolations, brackets are matched here (a closing one that opens
// nothing is an invalid character, as in jq's own scanner).

struct JqToken {
  enum Kind: Equatable {
    case identifier, field, binding, literal, format, keyword, symbol
    case stringStart, stringText, interpolationStart, interpolationEnd, stringEnd
    case invalid, end
  }
  let kind: Kind
  let text: String
  let start: Int
  var value: JqValue = .null
  /// A fault of the token itself, reported before the parser goes on.
  var fault: String?

  /// Its name in messages.
  var name: String {
    switch kind {
    case .identifier: return "IDENT"
    case .field: return "FIELD"
    case .binding: return "BINDING"
    case .literal: return "LITERAL"
    case .format: return "FORMAT"
    case .stringStart: return "QQSTRING_START"
    case .stringText: return "QQSTRING_TEXT"
    case .interpolationStart: return "QQSTRING_INTERP_START"
    case .interpolationEnd: return "QQSTRING_INTERP_END"
    case .stringEnd: return "QQSTRING_END"
    case .invalid: return "INVALID_CHARACTER"
    case .end: return "end of file"
    case .keyword: return text
    case .symbol: return text.utf8.count == 1 ? "'\(text)'" : text
    }
  }
}

struct JqLexer {
  static let keywords: Set<String> = [
    "as", "def", "module", "import", "include", "if", "then", "else", "elif", "and", "or", "end", "reduce", "foreach",
    "try", "catch", "label", "break", "__loc__",
  ]
  private static let symbols = [
    "?//=", "?//", "//=", "!=", "==", "//", "|=", "+=", "-=", "*=", "/=", "%=", "<=", ">=", "..",
  ]

  private let text: [UInt8]
  private var at = 0
  /// What is open: a bracket, or a string (34) with its interpolations (40 inside one).
  private var open: [UInt8] = []
  private var lexemeStart = 0

  init(_ text: [UInt8]) { self.text = text }

  static func tokens(_ text: [UInt8]) -> [JqToken] {
    var lexer = JqLexer(text)
    var all: [JqToken] = []
    while true {
      let token = lexer.next()
      all.append(token)
      if token.kind == .end { return all }
    }
  }

  private func slice(_ from: Int) -> String { String(bytes: text[from..<at]) }
  private func peek(_ offset: Int = 0) -> UInt8 { at + offset < text.count ? text[at + offset] : 0 }

  private mutating func next() -> JqToken {
    if open.last == 34 { return inString() }
    while at < text.count {
      let byte = text[at]
      if byte == 35 {
        lexemeStart = at
        while at < text.count, text[at] != 10 { at += 1 }
      } else if byte == 32 || byte == 9 || byte == 10 || byte == 13 {
        lexemeStart = at
        while at < text.count, [32, 9, 10, 13].contains(text[at]) { at += 1 }
      } else {
        break
      }
    }
    guard at < text.count else { return JqToken(kind: .end, text: "", start: lexemeStart) }
    let start = at
    lexemeStart = at
    let byte = text[at]
    if byte == 34 {
      at += 1
      open.append(34)
      return JqToken(kind: .stringStart, text: "\"", start: start)
    }
    if isDigit(byte) || (byte == 46 && isDigit(peek(1))) { return number(start) }
    if byte == 46, isNameStart(peek(1)) {
      at += 1
      while isNamePart(peek()) { at += 1 }
      return JqToken(kind: .field, text: String(bytes: text[(start + 1)..<at]), start: start)
    }
    if byte == 64, isNamePart(peek(1)) {
      at += 1
      while isNamePart(peek()) { at += 1 }
      return JqToken(kind: .format, text: String(bytes: text[(start + 1)..<at]), start: start)
    }
    if byte == 36, isNameStart(peek(1)) {
      at += 1
      name()
      let text = String(bytes: self.text[(start + 1)..<at])
      return JqToken(kind: text == "__loc__" ? .keyword : .binding, text: text, start: start)
    }
    if isNameStart(byte) {
      name()
      let word = slice(start)
      let isKeyword = JqLexer.keywords.contains(word) && word != "__loc__"
      return JqToken(kind: isKeyword ? .keyword : .identifier, text: word, start: start)
    }
    for symbol in JqLexer.symbols where symbol != "?//=" {
      let length = symbol.utf8.count
      if at + length <= text.count, Array(text[at..<(at + length)]) == symbol.bytes {
        at += length
        return JqToken(kind: .symbol, text: symbol, start: start)
      }
    }
    at += 1
    switch byte {
    case 40, 91, 123: open.append(byte)
    case 41, 93, 125:
      let opening: UInt8 = byte == 41 ? 40 : byte - 2
      guard open.last == opening else { return JqToken(kind: .invalid, text: slice(start), start: start) }
      open.removeLast()
      if byte == 41, open.last == 34 { return JqToken(kind: .interpolationEnd, text: ")", start: start) }
    case 46, 63, 61, 59, 44, 58, 124, 43, 45, 42, 47, 37, 60, 62, 36: break
    default: return JqToken(kind: .invalid, text: slice(start), start: start)
    }
    return JqToken(kind: .symbol, text: slice(start), start: start)
  }

  private func isNameStart(_ byte: UInt8) -> Bool { isAlpha(byte) || byte == 95 }
  private func isNamePart(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == 95 }

  /// A name, with the modules it is in.
  private mutating func name() {
    while true {
      while isNamePart(peek()) { at += 1 }
      guard peek() == 58, peek(1) == 58, isNameStart(peek(2)) else { return }
      at += 2
    }
  }

  private mutating func number(_ start: Int) -> JqToken {
    while isDigit(peek()) { at += 1 }
    if peek() == 46 {
      at += 1
      while isDigit(peek()) { at += 1 }
    }
    if peek() | 32 == 101 {
      let sign = peek(1) == 43 || peek(1) == 45 ? 1 : 0
      if isDigit(peek(1 + sign)) {
        at += 1 + sign
        while isDigit(peek()) { at += 1 }
      }
    }
    return JqToken(kind: .literal, text: slice(start), start: start, value: jqNumber(Array(text[start..<at])) ?? .null)
  }

  private mutating func inString() -> JqToken {
    guard at < text.count else { return JqToken(kind: .end, text: "", start: lexemeStart) }
    let start = at
    lexemeStart = at
    if text[at] == 34 {
      at += 1
      open.removeLast()
      return JqToken(kind: .stringEnd, text: "\"", start: start)
    }
    if text[at] == 92, peek(1) == 40 {
      at += 2
      open.append(40)
      return JqToken(kind: .interpolationStart, text: "\\(", start: start)
    }
    guard text[at] == 92 else {
      while at < text.count, text[at] != 34, text[at] != 92 { at += 1 }
      return JqToken(kind: .stringText, text: slice(start), start: start, value: .string(slice(start)))
    }
    // A run of escapes is read as JSON reads them.
    while at < text.count, text[at] == 92, peek(1) != 40 {
      let isUnicode = peek(1) == 117
      at = min(at + 2, text.count)
      var digits = 0
      while isUnicode, digits < 4, isAlphanumeric(peek()) {
        at += 1
        digits += 1
      }
    }
    let escaped = "\"" + slice(start) + "\""
    do throws(JqError) {
      let value = try JqReader.single(escaped)
      return JqToken(kind: .stringText, text: slice(start), start: start, value: value)
    } catch {
      var message = ""
      if case .value(.string(let text)) = error.kind { message = text }
      return JqToken(kind: .stringText, text: slice(start), start: start, value: .string(""), fault: message)
    }
  }
}
