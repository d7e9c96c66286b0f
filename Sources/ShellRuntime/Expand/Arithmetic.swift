// Shell arithmetic: 64-bit integers that wrap, all operators of C except `sizeof`, plus `**`. Evaluated while reading, like
// bash's expr.c, whose messages and "error token" these are.

import ShellSyntax
import SimKernel

struct ArithmeticError: Error {
  let message: String
  /// Already reported (a read-only variable, an unbound one).
  var silent: Abort?
}

struct Arithmetic {
  let shell: ShellProgram
  private let source: ArithmeticTokens
  private var index = -1
  private var tokenStart = 0
  private var token = ArithmeticToken.end
  private let depth: Int
  private var nesting = 0
  private var unevaluated = 0
  private var endReached = false

  /// Evaluates an expression whose expansions have been done. Throws a message like `1/0: division by 0 (error token is "0")`.
  static func evaluate(_ text: String, _ shell: ShellProgram, depth: Int = 0) throws(ArithmeticError) -> Int64 {
    let source = shell.arithmeticTokens(text)
    if let simple = source.simple {
      do throws(Abort) {
        if let value = try shell.value(of: simple) { return value }
      } catch {
        throw ArithmeticError(message: "", silent: error)
      }
    }
    var evaluator = Arithmetic(shell: shell, source: source, depth: depth)
    return try evaluator.run()
  }

  private init(shell: ShellProgram, source: ArithmeticTokens, depth: Int) {
    self.shell = shell
    self.source = source
    self.depth = depth
  }

  private mutating func run() throws(ArithmeticError) -> Int64 {
    try next()
    if case .end = token { return 0 }
    let value = try comma()
    guard case .end = token else {
      throw fail("syntax error in expression")
    }
    return value
  }

  private func fail(_ message: String, at start: Int? = nil) -> ArithmeticError {
    let text = source.text
    var from = 0
    while from < text.count, isBlank(text[from]) { from += 1 }
    let expression = String(raw: text[from...])
    let tail = String(raw: text[min(start ?? tokenStart, text.count)...])
    return ArithmeticError(message: "\(expression): \(message) (error token is \"\(tail)\")")
  }

  private mutating func next() throws(ArithmeticError) {
    index += 1
    token = source.tokens[min(index, source.tokens.count - 1)]
    if case .end = token {
      // Like bash, the error token stays at the last one when the end is reached.
      endReached = true
      return
    }
    tokenStart = source.starts[index]
    switch token {
    case .name:
      // bash looks at the token after a name before it does anything with the name.
      guard index + 1 < source.tokens.count else { return }
      switch source.tokens[index + 1] {
      case .bad: throw fail("syntax error: invalid arithmetic operator", at: source.starts[index + 1])
      case .invalid(let message, let length): throw invalid(message, at: source.starts[index + 1], length: length)
      default: return
      }
    case .bad:
      var afterOperand = false
      if index > 0 {
        switch source.tokens[index - 1] {
        case .number, .name, .op(.close), .op(.increment), .op(.decrement): afterOperand = true
        default: break
        }
      }
      throw fail("syntax error: \(afterOperand ? "invalid arithmetic operator" : "operand expected")")
    case .invalid(let message, let length): throw invalid(message, at: tokenStart, length: length)
    default: return
    }
  }

  /// A constant that cannot be read: bash shows the expression only up to it.
  private func invalid(_ message: String, at start: Int, length: Int?) -> ArithmeticError {
    guard let length else { return fail(message, at: start) }
    var from = 0
    while from < source.text.count, isBlank(source.text[from]) { from += 1 }
    let expression = String(raw: source.text[from..<start + length])
    let tail = String(raw: source.text[start..<start + length])
    return ArithmeticError(message: "\(expression): \(message) (error token is \"\(tail)\")")
  }

  private func isOp(_ operation: ArithmeticOperator) -> Bool {
    if case .op(let own) = token { return own == operation }
    return false
  }

  // MARK: Expressions

  private mutating func comma() throws(ArithmeticError) -> Int64 {
    var value = try assignment()
    while isOp(.comma) {
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
    if case .op(let operation) = token, operation.isAssignment {
      guard let target = lastTarget else { throw fail("attempted assignment to non-variable") }
      try next()
      if case .end = token { throw fail("syntax error: operand expected") }
      lastTarget = nil
      let operandStart = tokenStart
      let right = try assignment()
      var result = right
      if let inner = operation.assigned { result = try apply(inner, value, right, at: operandStart) }
      if unevaluated == 0 { try store(target, result) }
      lastTarget = nil
      return result
    }
    return value
  }

  /// The variable that the last operand was, for an assignment that may follow.
  private var lastTarget: (name: String, index: String?)?

  private mutating func conditional() throws(ArithmeticError) -> Int64 {
    let value = try binary(0)
    guard isOp(.question) else { return value }
    lastTarget = nil
    try next()
    if case .end = token { throw fail("expression expected") }
    if isOp(.colon) { throw fail("expression expected") }
    if value == 0 { unevaluated += 1 }
    let yes = try comma()
    if value == 0 { unevaluated -= 1 }
    guard isOp(.colon) else { throw fail("`:' expected for conditional expression") }
    try next()
    if case .end = token { throw fail("expression expected") }
    if value != 0 { unevaluated += 1 }
    let no = try conditional()
    if value != 0 { unevaluated -= 1 }
    lastTarget = nil
    return value != 0 ? yes : no
  }

  /// Operators that bind at least as tightly as `level`.
  private mutating func binary(_ level: Int) throws(ArithmeticError) -> Int64 {
    var left = try power()
    while case .op(let operation) = token, operation.level >= level {
      lastTarget = nil
      try next()
      let skip = (operation == .or && left != 0) || (operation == .and && left == 0)
      if skip { unevaluated += 1 }
      let operandStart = tokenStart
      let right = try binary(operation.level + 1)
      if skip { unevaluated -= 1 }
      lastTarget = nil
      left = try apply(operation, left, right, at: operandStart)
    }
    return left
  }

  private mutating func power() throws(ArithmeticError) -> Int64 {
    let base = try unary()
    guard isOp(.power) else { return base }
    lastTarget = nil
    try next()
    let exponent = try power()
    lastTarget = nil
    guard exponent >= 0 else { throw fail("exponent less than 0") }
    return try apply(.power, base, exponent, at: tokenStart)
  }

  private func apply(
    _ operation: ArithmeticOperator, _ a: Int64, _ b: Int64, at start: Int
  ) throws(ArithmeticError) -> Int64 {
    if let value = operation.applied(a, b) { return value }
    if unevaluated > 0 { return 0 }
    throw fail("division by 0", at: start)
  }

  private mutating func unary() throws(ArithmeticError) -> Int64 {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting < 200 else { throw fail("expression recursion level exceeded") }
    guard case .op(let operation) = token else { return try primary() }
    switch operation {
    case .not, .complement, .minus, .plus:
      try next()
      let value = try unary()
      lastTarget = nil
      switch operation {
      case .not: return value == 0 ? 1 : 0
      case .complement: return ~value
      case .minus: return 0 &- value
      default: return value
      }
    case .increment, .decrement:
      let start = tokenStart
      try next()
      if case .name(let name, let index) = token {
        let value = try load(name, index)
        let changed = operation == .increment ? value &+ 1 : value &- 1
        if unevaluated == 0 { try store((name, index), changed) }
        try next()
        lastTarget = nil
        return changed
      }
      tokenStart = start
      throw fail("syntax error: operand expected", at: endReached ? start : nil)
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
      if isOp(.assign) {
        lastTarget = (name, index)
        return 0
      }
      let after = tokenStart
      tokenStart = startOfName
      let value = try load(name, index)
      tokenStart = after
      if isOp(.increment) || isOp(.decrement) {
        let increment = isOp(.increment)
        if unevaluated == 0 { try store((name, index), increment ? value &+ 1 : value &- 1) }
        try next()
        lastTarget = nil
        return value
      }
      lastTarget = (name, index)
      return value
    case .op(.open):
      try next()
      let value = try comma()
      guard isOp(.close) else { throw fail("missing `)'") }
      try next()
      lastTarget = nil
      return value
    case .end: throw fail("syntax error: operand expected")
    case .op, .bad, .invalid: throw fail("syntax error: operand expected")
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

/// A decimal number, perhaps negative, without leading zeros; nil for everything else.
func plainNumber(_ text: String) -> Int64? {
  var value: Int64 = 0
  var digits = 0
  var negative = false
  for byte in text.utf8 {
    if byte == 45, digits == 0, !negative {
      negative = true
      continue
    }
    guard byte >= 48, byte <= 57, digits < 17, value != 0 || digits == 0 else { return nil }
    digits += 1
    value = value * 10 + Int64(byte - 48)
  }
  if digits == 0 { return nil }
  return negative ? -value : value
}
