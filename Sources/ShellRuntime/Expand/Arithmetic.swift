// Shell arithmetic: 64-bit integers that wrap, all operators of C except `sizeof`, plus `**`. Evaluated while reading, like
// bash's expr.c, whose messages and "error token" these are.

import ShellSyntax

struct ArithmeticError: Error {
  let message: String
  /// Already reported (a read-only variable, an unbound one).
  var silent: Abort?
}

struct Arithmetic {
  private enum Token {
    case end
    case number(Int64)
    case name(String, subscript: String?)
    case op(String)
    case bad
  }

  let shell: ShellProgram
  private let text: [UInt8]
  private var position = 0
  private var tokenStart = 0
  private var token = Token.end
  private var previousWasOperand = false
  private let depth: Int
  private var nesting = 0
  private var unevaluated = 0

  /// Evaluates an expression whose expansions have been done. Throws a message like `1/0: division by 0 (error token is "0")`.
  static func evaluate(_ text: String, _ shell: ShellProgram, depth: Int = 0) throws(ArithmeticError) -> Int64 {
    var evaluator = Arithmetic(shell: shell, text: Array(text.utf8), depth: depth)
    return try evaluator.run()
  }

  private init(shell: ShellProgram, text: [UInt8], depth: Int) {
    self.shell = shell
    self.text = text
    self.depth = depth
  }

  private mutating func run() throws(ArithmeticError) -> Int64 {
    // Plain numbers and nothing: the common cases.
    try next()
    if case .end = token { return 0 }
    let value = try comma()
    guard case .end = token else {
      if case .bad = token { throw fail("syntax error: invalid arithmetic operator") }
      throw fail("syntax error in expression")
    }
    return value
  }

  private func fail(_ message: String, at start: Int? = nil) -> ArithmeticError {
    var from = 0
    while from < text.count, isBlank(text[from]) { from += 1 }
    let expression = String(decoding: text[from...], as: UTF8.self)
    let tail = String(decoding: text[min(start ?? tokenStart, text.count)...], as: UTF8.self)
    return ArithmeticError(message: "\(expression): \(message) (error token is \"\(tail)\")")
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }

  // MARK: Tokens

  private mutating func next() throws(ArithmeticError) {
    while position < text.count, isBlank(text[position]) { position += 1 }
    guard position < text.count else {
      // Like bash, the error token stays at the last one when the end is reached.
      token = .end
      endReached = true
      return
    }
    tokenStart = position
    let c = text[position]
    if isNameStartByte(c) {
      let start = position
      while position < text.count, isNameStartByte(text[position]) || isDigit(text[position]) { position += 1 }
      let name = String(decoding: text[start..<position], as: UTF8.self)
      var index: String?
      if position < text.count, text[position] == 91 {
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
        guard end < text.count else { throw fail("bad array subscript") }
        index = String(decoding: text[position + 1..<end], as: UTF8.self)
        position = end + 1
      }
      token = .name(name, subscript: index)
      return
    }
    if isDigit(c) {
      let start = position
      while position < text.count,
        isDigit(text[position]) || isNameStartByte(text[position]) || text[position] == 35 || text[position] == 64
      { position += 1 }
      token = .number(try number(text[start..<position]))
      return
    }
    for operation in operators {
      let bytes = operation.utf8
      if text[position...].starts(with: bytes) {
        position += bytes.count
        token = .op(operation)
        return
      }
    }
    token = .bad
    position += 1
  }
  private var endReached = false

  private func isDigit(_ c: UInt8) -> Bool { c >= 48 && c <= 57 }
  private func isNameStartByte(_ c: UInt8) -> Bool {
    (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c == 95
  }

  private func number(_ digits: ArraySlice<UInt8>) throws(ArithmeticError) -> Int64 {
    var base: Int64 = 10
    var rest = digits
    if let hash = digits.firstIndex(of: 35) {
      var value: Int64 = 0
      for c in digits[..<hash] {
        guard isDigit(c) else { throw fail("invalid number") }
        value = value &* 10 &+ Int64(c - 48)
      }
      guard value >= 2, value <= 64 else { throw fail("invalid arithmetic base") }
      base = value
      rest = digits[(hash + 1)...]
      if rest.isEmpty { throw fail("invalid integer constant") }
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
      let digit: Int64
      if isDigit(c) {
        digit = Int64(c - 48)
      } else if c >= 97, c <= 122 {
        digit = Int64(c - 97) + 10
      } else if c >= 65, c <= 90 {
        digit = base <= 36 ? Int64(c - 65) + 10 : Int64(c - 65) + 36
      } else if c == 64 {
        digit = 62
      } else if c == 95 {
        digit = 63
      } else {
        throw fail("invalid number")
      }
      guard digit < base else { throw fail("value too great for base") }
      value = value &* base &+ digit
    }
    return value
  }

  private func isOp(_ text: String) -> Bool {
    if case .op(let own) = token { return own == text }
    return false
  }

  // MARK: Expressions

  private mutating func comma() throws(ArithmeticError) -> Int64 {
    var value = try assignment()
    while isOp(",") {
      try next()
      value = try assignment()
    }
    return value
  }

  private mutating func assignment() throws(ArithmeticError) -> Int64 {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting < 200 else { throw fail("expression recursion level exceeded") }
    let value = try conditional()
    if case .op(let operation) = token, assignmentOperators.contains(operation) {
      guard let target = lastTarget, lastTargetIsWhole else { throw fail("attempted assignment to non-variable") }
      let op = operation
      try next()
      if case .end = token { throw fail("syntax error: operand expected") }
      lastTarget = nil
      let operandStart = tokenStart
      let right = try assignment()
      var result = right
      if op != "=" {
        result = try apply(String(op.dropLast()), value, right, at: operandStart)
      }
      if unevaluated == 0 { try store(target, result) }
      lastTarget = nil
      return result
    }
    return value
  }

  /// The variable that the last operand was, for an assignment that may follow.
  private var lastTarget: (name: String, index: String?)?
  private var lastTargetIsWhole: Bool { lastTarget != nil }

  private mutating func conditional() throws(ArithmeticError) -> Int64 {
    let value = try binary(0)
    guard isOp("?") else { return value }
    lastTarget = nil
    try next()
    if case .end = token { throw fail("expression expected") }
    if isOp(":") { throw fail("expression expected") }
    if value == 0 { unevaluated += 1 }
    let yes = try comma()
    if value == 0 { unevaluated -= 1 }
    guard isOp(":") else { throw fail("`:' expected for conditional expression") }
    try next()
    if case .end = token { throw fail("expression expected") }
    if value != 0 { unevaluated += 1 }
    let no = try conditional()
    if value != 0 { unevaluated -= 1 }
    lastTarget = nil
    return value != 0 ? yes : no
  }

  private mutating func binary(_ level: Int) throws(ArithmeticError) -> Int64 {
    if level == levels.count { return try power() }
    var left = try binary(level + 1)
    while case .op(let operation) = token, levels[level].contains(operation) {
      lastTarget = nil
      try next()
      let skip = (operation == "||" && left != 0) || (operation == "&&" && left == 0)
      if skip { unevaluated += 1 }
      let operandStart = tokenStart
      let right = try binary(level + 1)
      if skip { unevaluated -= 1 }
      lastTarget = nil
      left = try apply(operation, left, right, at: operandStart)
    }
    return left
  }

  private mutating func power() throws(ArithmeticError) -> Int64 {
    let base = try unary()
    guard isOp("**") else { return base }
    lastTarget = nil
    try next()
    let exponent = try power()
    lastTarget = nil
    guard exponent >= 0 else { throw fail("exponent less than 0") }
    return try apply("**", base, exponent, at: tokenStart)
  }

  private func apply(_ operation: String, _ a: Int64, _ b: Int64, at start: Int) throws(ArithmeticError) -> Int64 {
    switch operation {
    case "+": return a &+ b
    case "-": return a &- b
    case "*": return a &* b
    case "/", "%":
      if b == 0 {
        if unevaluated > 0 { return 0 }
        throw fail("division by 0", at: start)
      }
      if b == -1 { return operation == "/" ? 0 &- a : 0 }
      return operation == "/" ? a / b : a % b
    case "<<": return a &<< b
    case ">>": return a &>> b
    case "&": return a & b
    case "|": return a | b
    case "^": return a ^ b
    case "&&": return a != 0 && b != 0 ? 1 : 0
    case "||": return a != 0 || b != 0 ? 1 : 0
    case "==": return a == b ? 1 : 0
    case "!=": return a != b ? 1 : 0
    case "<": return a < b ? 1 : 0
    case ">": return a > b ? 1 : 0
    case "<=": return a <= b ? 1 : 0
    case ">=": return a >= b ? 1 : 0
    case "**":
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

  private mutating func unary() throws(ArithmeticError) -> Int64 {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting < 200 else { throw fail("expression recursion level exceeded") }
    guard case .op(let operation) = token else { return try primary() }
    switch operation {
    case "!", "~", "-", "+":
      try next()
      let value = try unary()
      lastTarget = nil
      switch operation {
      case "!": return value == 0 ? 1 : 0
      case "~": return ~value
      case "-": return 0 &- value
      default: return value
      }
    case "++", "--":
      let start = tokenStart
      try next()
      if case .name(let name, let index) = token {
        let value = try load(name, index)
        let changed = operation == "++" ? value &+ 1 : value &- 1
        if unevaluated == 0 { try store((name, index), changed) }
        try next()
        lastTarget = nil
        return changed
      }
      // `--5` and `++5` are two signs.
      guard case .number = token else {
        tokenStart = start
        throw fail("syntax error: operand expected", at: endReached ? start : nil)
      }
      let value = try unary()
      lastTarget = nil
      return value
    default: return try primary()
    }
  }

  private mutating func primary() throws(ArithmeticError) -> Int64 {
    switch token {
    case .number(let value):
      try next()
      lastTarget = nil
      return value
    case .name(let name, let index):
      // The value is only wanted when this is not the left side of `=`.
      let startOfName = tokenStart
      try next()
      if isOp("=") {
        lastTarget = (name, index)
        return 0
      }
      let after = tokenStart
      tokenStart = startOfName
      let value = try load(name, index)
      tokenStart = after
      if isOp("++") || isOp("--") {
        let increment = isOp("++")
        if unevaluated == 0 { try store((name, index), increment ? value &+ 1 : value &- 1) }
        try next()
        lastTarget = nil
        return value
      }
      lastTarget = (name, index)
      return value
    case .op("("):
      try next()
      let value = try comma()
      guard isOp(")") else { throw fail("missing `)'") }
      try next()
      lastTarget = nil
      return value
    case .end: throw fail("syntax error: operand expected")
    case .op, .bad: throw fail("syntax error: operand expected")
    }
  }

  // MARK: Variables

  private func load(_ name: String, _ index: String?) throws(ArithmeticError) -> Int64 {
    if unevaluated > 0 { return 0 }
    do throws(Abort) {
      let text = try shell.arithmeticValue(name, index)
      return try evaluateNested(text)
    } catch {
      if let arithmetic = shell.nestedArithmeticError {
        shell.nestedArithmeticError = nil
        throw arithmetic
      }
      throw ArithmeticError(message: "", silent: error)
    }
  }

  private func evaluateNested(_ text: String?) throws(Abort) -> Int64 {
    guard let text, !text.isEmpty else { return 0 }
    if let plain = plainNumber(text) { return plain }
    guard depth < 201 else {
      shell.nestedArithmeticError = fail("expression recursion level exceeded")
      throw .arithmetic(1)
    }
    do throws(ArithmeticError) {
      return try Arithmetic.evaluate(text, shell, depth: depth + 1)
    } catch {
      shell.nestedArithmeticError = error
      throw .arithmetic(1)
    }
  }

  private func store(_ target: (name: String, index: String?), _ value: Int64) throws(ArithmeticError) {
    do throws(Abort) {
      try shell.assignArithmetic(target.name, target.index, String(value))
    } catch {
      throw ArithmeticError(message: "", silent: error)
    }
  }
}

/// A decimal number without sign or leading zero problems; nil for everything else.
func plainNumber(_ text: String) -> Int64? {
  let bytes = text.utf8
  guard bytes.count < 18, let first = bytes.first else { return nil }
  if first == 48, bytes.count > 1 { return nil }
  var value: Int64 = 0
  for byte in bytes {
    guard byte >= 48, byte <= 57 else { return nil }
    value = value * 10 + Int64(byte - 48)
  }
  return value
}

private let operators = [
  "<<=", ">>=", "**", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=",
  "^=", "|=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|", "^", "?", ":", ",", "(", ")",
]
private let assignmentOperators: Set<String> = ["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="]
private let levels: [[String]] = [
  ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
]
