// Words, numbers, strings and marks of a script typed into mongosh.

import SimKernel

extension MongoScript {
  enum Token: Equatable {
    case word(String)
    case number(Double)
    case string(String)
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

  func tokens(_ source: String) -> [Token] {
    let bytes = Array(source.utf8)
    var list: [Token] = []
    var i = 0
    func isLetter(_ byte: UInt8) -> Bool {
      (97...122).contains(byte) || (65...90).contains(byte) || byte == 95 || byte == 36 || byte > 127
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
      } else if isLetter(byte) {
        let start = i
        while i < bytes.count, isLetter(bytes[i]) || (48...57).contains(bytes[i]) { i += 1 }
        list.append(.word(String(decoding: bytes[start..<i], as: UTF8.self)))
      } else if (48...57).contains(byte) {
        let start = i
        while i < bytes.count, (48...57).contains(bytes[i]) || bytes[i] == 46 || bytes[i] == 101 { i += 1 }
        list.append(.number(Decimal.parse(Array(bytes[start..<i])) ?? 0))
      } else if byte == 34 || byte == 39 || byte == 96 {
        var text: [UInt8] = []
        i += 1
        while i < bytes.count, bytes[i] != byte {
          if bytes[i] == 92, i + 1 < bytes.count {
            let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13]
            text.append(escapes[bytes[i + 1]] ?? bytes[i + 1])
            i += 2
          } else {
            if byte == 96, bytes[i] == 36, i + 1 < bytes.count, bytes[i + 1] == 123 {
              trouble = "template strings with ${…}"
            }
            text.append(bytes[i])
            i += 1
          }
        }
        if i >= bytes.count { trouble = "an unfinished string" }
        i += 1
        list.append(.string(String(decoding: text, as: UTF8.self)))
      } else {
        var found = false
        for mark in ["===", "!==", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "+="] {
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
}
