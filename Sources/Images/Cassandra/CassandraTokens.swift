// Words, literals and marks of CQL, and a cursor over them.
// Source: Cassandra documentation (CQL).

import SimKernel
import SimMachine

enum CassandraToken: Equatable {
  case word(String)
  case text(String)
  case number(String)
  case mark(String)

  static func read(_ source: String) -> [CassandraToken] {
    let bytes = Array(source.utf8)
    var list: [CassandraToken] = []
    var i = 0
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (65...90).contains(byte) || byte == 95 }
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    while i < bytes.count {
      let byte = bytes[i]
      let start = i
      if isBlank(byte) {
        i += 1
      } else if byte == 45, i + 1 < bytes.count, bytes[i + 1] == 45 {
        while i < bytes.count, bytes[i] != 10 { i += 1 }
      } else if isLetter(byte) {
        while i < bytes.count, isLetter(bytes[i]) || isDigit(bytes[i]) { i += 1 }
        list.append(.word(String(decoding: bytes[start..<i], as: UTF8.self).lowercased()))
      } else if isDigit(byte) || byte == 45 && i + 1 < bytes.count && isDigit(bytes[i + 1]) {
        i += 1
        while i < bytes.count, isDigit(bytes[i]) || bytes[i] == 45 || isLetter(bytes[i]) { i += 1 }
        list.append(.number(String(decoding: bytes[start..<i], as: UTF8.self)))
      } else if byte == 39 {
        var text: [UInt8] = []
        i += 1
        while i < bytes.count {
          if bytes[i] == 39 {
            if i + 1 < bytes.count, bytes[i + 1] == 39 { i += 1 } else { break }
          }
          text.append(bytes[i])
          i += 1
        }
        i += 1
        list.append(.text(String(decoding: text, as: UTF8.self)))
      } else {
        list.append(.mark(String(decoding: [byte], as: UTF8.self)))
        i += 1
      }
    }
    return list
  }
}

struct CassandraCursor {
  private let tokens: [CassandraToken]
  private var position = 0

  init(_ tokens: [CassandraToken]) { self.tokens = tokens }

  var isAtEnd: Bool { position >= tokens.count }
  var rest: ArraySlice<CassandraToken> { tokens[position...] }

  mutating func word() -> String? {
    guard position < tokens.count, case .word(let word) = tokens[position] else { return nil }
    position += 1
    return word
  }
  mutating func name() -> String? { word() }
  mutating func take(_ mark: String) -> Bool {
    guard position < tokens.count, tokens[position] == .mark(mark) else { return false }
    position += 1
    return true
  }
  mutating func takeWord(_ word: String) -> Bool {
    guard position < tokens.count, tokens[position] == .word(word) else { return false }
    position += 1
    return true
  }
  mutating func takeAll(_ words: [String]) -> Bool {
    let start = position
    for word in words where !takeWord(word) {
      position = start
      return false
    }
    return true
  }
  mutating func value() -> CassandraValue? {
    guard position < tokens.count else { return nil }
    defer { position += 1 }
    switch tokens[position] {
    case .text(let text): return .text(text)
    case .number(let text): return .number(text)
    case .word("true"): return .bool(true)
    case .word("false"): return .bool(false)
    case .word("null"): return .null
    default: return nil
    }
  }
}
