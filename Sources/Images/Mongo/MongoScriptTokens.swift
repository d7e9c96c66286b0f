// Words, numbers, strings and marks of a script typed into mongosh.

import SimKernel

extension MongoScript {
  enum Token: Equatable {
    case word(String)
    case number(Double)
    case string(String)
    case regex(String, String)
    /// Texts between the expressions of a template string, and the expressions' sources.
    case template([String], [String])
    case mark(String)
    case lineBreak
  }

  struct Cursor {
    let tokens: [Token]
    var position = 0
    var hadLineBreak = false

    init(tokens: [Token]) { self.tokens = tokens }

    mutating func skipBreaks() {
      hadLineBreak = false
      while position < tokens.count, tokens[position] == .lineBreak {
        position += 1
        hadLineBreak = true
      }
    }
    var isAtEnd: Bool {
      mutating get {
        skipBreaks()
        return position >= tokens.count
      }
    }
    var peek: Token? {
      mutating get {
        skipBreaks()
        return position < tokens.count ? tokens[position] : nil
      }
    }
    mutating func take(_ mark: String) -> Bool {
      guard peek == .mark(mark) else { return false }
      position += 1
      return true
    }
    mutating func takeWord(_ word: String) -> Bool {
      guard peek == .word(word) else { return false }
      position += 1
      return true
    }
  }

  /// Nil when a string is not finished.
  static func tokens(_ source: String) -> [Token]? {
    let bytes = Array(source.utf8)
    var list: [Token] = []
    var i = 0
    func isLetter(_ byte: UInt8) -> Bool {
      (97...122).contains(byte) || (65...90).contains(byte) || byte == 95 || byte == 36 || byte > 127
    }
    /// Whether a slash begins a regular expression here.
    func expectsValue() -> Bool {
      switch list.last {
      case nil, .lineBreak?: return true
      case .word(let word)?: return word == "return" || word == "typeof"
      case .mark(let mark)?: return mark != ")" && mark != "]" && mark != "}"
      default: return false
      }
    }
    while i < bytes.count {
      let byte = bytes[i]
      if byte == 10 {
        list.append(.lineBreak)
        i += 1
      } else if isBlank(byte) {
        i += 1
      } else if byte == 47, i + 1 < bytes.count, bytes[i + 1] == 47 {
        while i < bytes.count, bytes[i] != 10 { i += 1 }
      } else if byte == 47, i + 1 < bytes.count, bytes[i + 1] == 42 {
        i += 2
        while i + 1 < bytes.count, bytes[i] != 42 || bytes[i + 1] != 47 { i += 1 }
        i += 2
      } else if byte == 47, expectsValue() {
        let start = i + 1
        i += 1
        while i < bytes.count, bytes[i] != 47 { i += bytes[i] == 92 ? 2 : 1 }
        guard i < bytes.count else { return nil }
        let end = i
        i += 1
        let flags = i
        while i < bytes.count, isLetter(bytes[i]) { i += 1 }
        list.append(
          .regex(
            String(decoding: bytes[start..<end], as: UTF8.self), String(decoding: bytes[flags..<i], as: UTF8.self)))
      } else if isLetter(byte) {
        let start = i
        while i < bytes.count, isLetter(bytes[i]) || (48...57).contains(bytes[i]) { i += 1 }
        list.append(.word(String(decoding: bytes[start..<i], as: UTF8.self)))
      } else if (48...57).contains(byte) {
        let start = i
        while i < bytes.count,
          (48...57).contains(bytes[i]) || bytes[i] == 46 || bytes[i] == 101 || bytes[i] == 95
            || ((bytes[i] == 45 || bytes[i] == 43) && bytes[i - 1] == 101)
        { i += 1 }
        var digits = Array(bytes[start..<i])
        digits.removeAll { $0 == 95 }
        guard let value = Decimal.parse(digits) else { return nil }
        list.append(.number(value))
      } else if byte == 34 || byte == 39 || byte == 96 {
        guard let token = quoted(bytes, &i) else { return nil }
        list.append(token)
      } else {
        var found = false
        for mark in [
          "===", "!==", "...", "**", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=",
          "/=",
        ] {
          if i + mark.utf8.count <= bytes.count, bytes[i..<i + mark.utf8.count].elementsEqual(mark.utf8) {
            list.append(.mark(mark))
            i += mark.utf8.count
            found = true
            break
          }
        }
        if !found {
          list.append(.mark(String(decoding: [byte], as: UTF8.self)))
          i += 1
        }
      }
    }
    return list
  }
  /// A string in any of the three quotes, from its opening one.
  private static func quoted(_ bytes: [UInt8], _ i: inout Int) -> Token? {
    let quote = bytes[i]
    var text: [UInt8] = []
    var texts: [String] = []
    var sources: [String] = []
    i += 1
    while i < bytes.count, bytes[i] != quote {
      if bytes[i] == 92, i + 1 < bytes.count {
        let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13]
        text.append(escapes[bytes[i + 1]] ?? bytes[i + 1])
        i += 2
      } else if quote == 96, bytes[i] == 36, i + 1 < bytes.count, bytes[i + 1] == 123 {
        texts.append(String(decoding: text, as: UTF8.self))
        text = []
        let start = i + 2
        var open = 0
        i += 1
        repeat {
          if bytes[i] == 123 { open += 1 }
          if bytes[i] == 125 { open -= 1 }
          i += 1
        } while i < bytes.count && open > 0
        guard open == 0 else { return nil }
        sources.append(String(decoding: bytes[start..<i - 1], as: UTF8.self))
      } else {
        text.append(bytes[i])
        i += 1
      }
    }
    guard i < bytes.count else { return nil }
    i += 1
    let last = String(decoding: text, as: UTF8.self)
    return sources.isEmpty ? .string(last) : .template(texts + [last], sources)
  }
}
