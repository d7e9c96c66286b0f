// Words, literals and marks of CQL, and a cursor over them.
// Source: Cassandra documentation (CQL).

import SimKernel
import SimMachine

enum CassandraToken: Equatable {
  case word(String)
  case text(String)
  case number(String)
  case mark(String)

  /// The end of a UUID that begins here.
  private static func identifierEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start + 36 <= bytes.count else { return nil }
    for index in 0..<36 {
      let byte = bytes[start + index]
      let isDash = [8, 13, 18, 23].contains(index)
      let isDigit = (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
      guard isDash ? byte == 45 : isDigit else { return nil }
    }
    return start + 36
  }

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
      } else if let end = identifierEnd(bytes, i) {
        i = end
        list.append(.number(String(decoding: bytes[start..<i], as: UTF8.self).lowercased()))
      } else if isLetter(byte) {
        while i < bytes.count, isLetter(bytes[i]) || isDigit(bytes[i]) { i += 1 }
        list.append(.word(String(decoding: bytes[start..<i], as: UTF8.self).lowercased()))
      } else if isDigit(byte) || byte == 45 && i + 1 < bytes.count && isDigit(bytes[i + 1]) {
        i += 1
        while i < bytes.count, isDigit(bytes[i]) || bytes[i] == 46 || isLetter(bytes[i]) { i += 1 }
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
    position += 1
    switch tokens[position - 1] {
    case .text(let text): return .text(text)
    case .number(let text): return .number(text)
    case .word("true"): return .bool(true)
    case .word("false"): return .bool(false)
    case .word("null"): return .null
    case .mark("["): return items(until: "]").map { .list($0) }
    case .mark("{"): return braced()
    default: return nil
    }
  }

  private mutating func items(until end: String) -> [CassandraValue]? {
    var list: [CassandraValue] = []
    while !take(end) {
      guard let item = value() else { return nil }
      list.append(item)
      _ = take(",")
    }
    return list
  }

  /// A set or a map.
  private mutating func braced() -> CassandraValue? {
    var pairs: [[CassandraValue]] = []
    var items: [CassandraValue] = []
    while !take("}") {
      guard let item = value() else { return nil }
      if take(":") {
        guard let second = value() else { return nil }
        pairs.append([item, second])
      } else {
        items.append(item)
      }
      _ = take(",")
    }
    return pairs.isEmpty ? .set(items) : .map(pairs)
  }
}
