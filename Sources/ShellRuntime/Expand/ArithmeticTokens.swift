// The tokens of an arithmetic expression. They are kept per text, so that the expressions of a loop are read once.

import SimKernel

enum ArithmeticOperator: UInt8 {
  case or, and, bitOr, bitXor, bitAnd, equal, unequal, less, greater, lessOrEqual, greaterOrEqual
  case shiftLeft, shiftRight, plus, minus, times, divide, remainder, power
  case not, complement, increment, decrement, question, colon, comma, open, close
  case assign, plusAssign, minusAssign, timesAssign, divideAssign, remainderAssign, shiftLeftAssign, shiftRightAssign
  case andAssign, xorAssign, orAssign

  /// How tightly a binary operator binds; below zero: it is none.
  var level: Int {
    switch self {
    case .or: return 0
    case .and: return 1
    case .bitOr: return 2
    case .bitXor: return 3
    case .bitAnd: return 4
    case .equal, .unequal: return 5
    case .less, .greater, .lessOrEqual, .greaterOrEqual: return 6
    case .shiftLeft, .shiftRight: return 7
    case .plus, .minus: return 8
    case .times, .divide, .remainder: return 9
    default: return -1
    }
  }
  var isAssignment: Bool { rawValue >= ArithmeticOperator.assign.rawValue }
  /// What `+=` and its kin do before they assign.
  var assigned: ArithmeticOperator? {
    switch self {
    case .plusAssign: return .plus
    case .minusAssign: return .minus
    case .timesAssign: return .times
    case .divideAssign: return .divide
    case .remainderAssign: return .remainder
    case .shiftLeftAssign: return .shiftLeft
    case .shiftRightAssign: return .shiftRight
    case .andAssign: return .bitAnd
    case .xorAssign: return .bitXor
    case .orAssign: return .bitOr
    default: return nil
    }
  }
}

extension ArithmeticOperator {
  /// What a binary operator makes of two values, in 64 bits that wrap; nil: a division by zero.
  func applied(_ a: Int64, _ b: Int64) -> Int64? {
    switch self {
    case .plus: return a &+ b
    case .minus: return a &- b
    case .times: return a &* b
    case .divide: return b == 0 ? nil : b == -1 ? 0 &- a : a / b
    case .remainder: return b == 0 ? nil : b == -1 ? 0 : a % b
    case .shiftLeft: return a &<< b
    case .shiftRight: return a &>> b
    case .bitAnd: return a & b
    case .bitOr: return a | b
    case .bitXor: return a ^ b
    case .and: return a != 0 && b != 0 ? 1 : 0
    case .or: return a != 0 || b != 0 ? 1 : 0
    case .equal: return a == b ? 1 : 0
    case .unequal: return a != b ? 1 : 0
    case .less: return a < b ? 1 : 0
    case .greater: return a > b ? 1 : 0
    case .lessOrEqual: return a <= b ? 1 : 0
    case .greaterOrEqual: return a >= b ? 1 : 0
    case .power:
      var result: Int64 = 1
      var base = a
      var exponent = b
      while exponent > 0 {
        if exponent & 1 == 1 { result = result &* base }
        base = base &* base
        exponent >>= 1
      }
      return result
    default: return 0
    }
  }
}

enum ArithmeticToken {
  case end
  case number(Int64)
  case name(String, subscript: String?)
  case op(ArithmeticOperator)
  /// A character that means nothing here.
  case bad
  /// A mistake that is reported when the evaluation gets here.
  case invalid(String, length: Int?)
}

final class ArithmeticTokens {
  let text: [UInt8]
  private(set) var tokens: [ArithmeticToken] = []
  /// Where each token begins.
  private(set) var starts: [Int] = []
  /// The expression, when it is one that needs no grammar.
  private(set) var simple: SimpleExpression?

  init(_ text: [UInt8]) {
    self.text = text
    var position = 0
    while true {
      while position < text.count, isBlank(text[position]) { position += 1 }
      guard position < text.count else { break }
      starts.append(position)
      tokens.append(token(&position))
    }
    tokens.append(.end)
    starts.append(text.count)
    simple = SimpleExpression(tokens)
  }

  private func token(_ position: inout Int) -> ArithmeticToken {
    let c = text[position]
    if isNameStart(c) {
      let start = position
      while position < text.count, isNameStart(text[position]) || isDigit(text[position]) { position += 1 }
      let name = String(raw: text[start..<position])
      guard position < text.count, text[position] == 91 else { return .name(name, subscript: nil) }
      var level = 0
      var end = position
      while end < text.count {
        if text[end] == 91 { level += 1 }
        if text[end] == 93 {
          level -= 1
          if level == 0 { break }
        }
        end += 1
      }
      guard end < text.count else {
        position = text.count
        return .invalid("bad array subscript", length: nil)
      }
      let index = String(raw: text[position + 1..<end])
      position = end + 1
      return .name(name, subscript: index)
    }
    if isDigit(c) {
      let start = position
      while position < text.count,
        isDigit(text[position]) || isNameStart(text[position]) || text[position] == 35 || text[position] == 64
      { position += 1 }
      return number(text[start..<position])
    }
    return operation(&position)
  }

  private func operation(_ position: inout Int) -> ArithmeticToken {
    func at(_ ahead: Int) -> UInt8 { position + ahead < text.count ? text[position + ahead] : 0 }
    func take(_ count: Int, _ operation: ArithmeticOperator) -> ArithmeticToken {
      position += count
      return .op(operation)
    }
    let next = at(1)
    let equals = next == 61
    switch text[position] {
    case 60:
      if next == 60 { return at(2) == 61 ? take(3, .shiftLeftAssign) : take(2, .shiftLeft) }
      return equals ? take(2, .lessOrEqual) : take(1, .less)
    case 62:
      if next == 62 { return at(2) == 61 ? take(3, .shiftRightAssign) : take(2, .shiftRight) }
      return equals ? take(2, .greaterOrEqual) : take(1, .greater)
    case 42: return next == 42 ? take(2, .power) : equals ? take(2, .timesAssign) : take(1, .times)
    case 61: return equals ? take(2, .equal) : take(1, .assign)
    case 33: return equals ? take(2, .unequal) : take(1, .not)
    case 38: return next == 38 ? take(2, .and) : equals ? take(2, .andAssign) : take(1, .bitAnd)
    case 124: return next == 124 ? take(2, .or) : equals ? take(2, .orAssign) : take(1, .bitOr)
    case 94: return equals ? take(2, .xorAssign) : take(1, .bitXor)
    case 43: return isStep(position) ? take(2, .increment) : equals ? take(2, .plusAssign) : take(1, .plus)
    case 45: return isStep(position) ? take(2, .decrement) : equals ? take(2, .minusAssign) : take(1, .minus)
    case 47: return equals ? take(2, .divideAssign) : take(1, .divide)
    case 37: return equals ? take(2, .remainderAssign) : take(1, .remainder)
    case 126: return take(1, .complement)
    case 63: return take(1, .question)
    case 58: return take(1, .colon)
    case 44: return take(1, .comma)
    case 40: return take(1, .open)
    case 41: return take(1, .close)
    default:
      position += 1
      return .bad
    }
  }

  /// Whether `++` or `--` stands here, after a name or before one; elsewhere they are two signs.
  private func isStep(_ position: Int) -> Bool {
    guard position + 1 < text.count, text[position + 1] == text[position] else { return false }
    if case .name? = tokens.last { return true }
    var after = position + 2
    while after < text.count, isBlank(text[after]) { after += 1 }
    return after < text.count && isNameStart(text[after])
  }

  private func number(_ digits: ArraySlice<UInt8>) -> ArithmeticToken {
    var base: Int64 = 10
    var rest = digits
    if let hash = digits.firstIndex(of: 35) {
      var value: Int64 = 0
      for c in digits[..<hash] {
        guard isDigit(c) else { return .invalid("invalid number", length: digits.count) }
        value = value &* 10 &+ Int64(c - 48)
      }
      guard value >= 2, value <= 64 else { return .invalid("invalid arithmetic base", length: digits.count) }
      base = value
      rest = digits[(hash + 1)...]
      if rest.isEmpty { return .invalid("invalid integer constant", length: digits.count) }
    } else if digits.first == 48, digits.count > 1 {
      let second = digits[digits.startIndex + 1]
      if second == 120 || second == 88 {
        base = 16
        rest = digits.dropFirst(2)
      } else {
        base = 8
        rest = digits.dropFirst(1)
      }
    }
    var value: Int64 = 0
    for c in rest {
      guard let digit = digitValue(c, base) else { return .invalid("invalid number", length: digits.count) }
      guard digit < base else { return .invalid("value too great for base", length: digits.count) }
      value = value &* base &+ digit
    }
    return .number(value)
  }

  private func digitValue(_ c: UInt8, _ base: Int64) -> Int64? {
    switch c {
    case 48...57: return Int64(c - 48)
    case 97...122: return Int64(c - 97) + 10
    case 65...90: return base <= 36 ? Int64(c - 65) + 10 : Int64(c - 65) + 36
    case 64: return 62
    case 95: return 63
    default: return nil
    }
  }
}

private func isDigit(_ c: UInt8) -> Bool { c >= 48 && c <= 57 }
func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }

/// Texts of expressions and their tokens, as many as a loop may have.
final class ArithmeticCache {
  private var kept: [String: ArithmeticTokens] = [:]

  func tokens(_ text: String) -> ArithmeticTokens {
    if let known = kept[text] { return known }
    let made = ArithmeticTokens(Array(text.utf8))
    if kept.count >= 256 { kept = [:] }
    if text.utf8.count < 1_024 { kept[text] = made }
    return made
  }
}

extension ShellProgram {
  func arithmeticTokens(_ text: String) -> ArithmeticTokens { arithmeticCache.tokens(text) }
}
