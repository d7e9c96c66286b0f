// The expressions that loops are made of (`i < 10`, `i++`, `n += 2`, `i + 1`), recognized once per text and evaluated without the
// recursion of the whole grammar: a short cut for speed, which reads the tokens and applies the operators of `Arithmetic`. Only plain
// decimal values take this way: everything else, and every mistake, is left to `Arithmetic` before anything has been changed.

enum SimpleOperand {
  case number(Int64)
  case name(String)
}

enum SimpleExpression {
  case value(SimpleOperand)
  case binary(SimpleOperand, ArithmeticOperator, SimpleOperand)
  /// `name++` and its kin: what is added, and whether the value is the one after.
  case step(String, Int64, after: Bool)
  /// `name = a`, `name += a`
  case assign(String, ArithmeticOperator?, SimpleOperand)
  /// `name = a + b`
  case assignBinary(String, SimpleOperand, ArithmeticOperator, SimpleOperand)

  /// Nil for what is not that simple.
  init?(_ tokens: [ArithmeticToken]) {
    func operand(_ index: Int) -> SimpleOperand? {
      switch tokens[index] {
      case .number(let value): return .number(value)
      case .name(let name, subscript: nil): return .name(name)
      default: return nil
      }
    }
    func operation(_ index: Int) -> ArithmeticOperator? {
      if case .op(let operation) = tokens[index] { return operation }
      return nil
    }
    // The last token is the end.
    switch tokens.count - 1 {
    case 1:
      guard let only = operand(0) else { return nil }
      self = .value(only)
    case 2:
      if case .name(let name, subscript: nil) = tokens[0], let operation = operation(1) {
        guard operation == .increment || operation == .decrement else { return nil }
        self = .step(name, operation == .increment ? 1 : -1, after: false)
      } else if let operation = operation(0), case .name(let name, subscript: nil) = tokens[1] {
        guard operation == .increment || operation == .decrement else { return nil }
        self = .step(name, operation == .increment ? 1 : -1, after: true)
      } else {
        return nil
      }
    case 3:
      guard let left = operand(0), let operation = operation(1), let right = operand(2) else { return nil }
      if operation.isAssignment {
        guard case .name(let name) = left else { return nil }
        self = .assign(name, operation.assigned, right)
      } else {
        guard operation.level >= 0 else { return nil }
        self = .binary(left, operation, right)
      }
    case 5:
      guard case .name(let name, subscript: nil) = tokens[0], operation(1) == .assign, let left = operand(2),
        let inner = operation(3), inner.level >= 0, let right = operand(4)
      else { return nil }
      self = .assignBinary(name, left, inner, right)
    default: return nil
    }
  }
}

extension ShellProgram {
  /// The value of a simple expression; nil: it has to be evaluated in full, and nothing has been done.
  func value(of expression: SimpleExpression) throws(Abort) -> Int64? {
    switch expression {
    case .value(let operand): return load(operand)
    case .binary(let left, let operation, let right):
      guard let a = load(left), let b = load(right) else { return nil }
      return operation.applied(a, b)
    case .step(let name, let amount, let after):
      guard let old = load(.name(name)) else { return nil }
      let new = old &+ amount
      try assign(name, String(new))
      return after ? new : old
    case .assign(let name, let operation, let operand):
      guard let right = load(operand) else { return nil }
      var new = right
      if let operation {
        guard let old = load(.name(name)), let result = operation.applied(old, right) else { return nil }
        new = result
      }
      try assign(name, String(new))
      return new
    case .assignBinary(let name, let left, let operation, let right):
      guard let a = load(left), let b = load(right), let new = operation.applied(a, b) else { return nil }
      try assign(name, String(new))
      return new
    }
  }

  private func load(_ operand: SimpleOperand) -> Int64? {
    switch operand {
    case .number(let value): return value
    case .name(let name):
      guard let text = variable(name) else { return state.options.nounset ? nil : 0 }
      return plainNumber(text)
    }
  }
}
