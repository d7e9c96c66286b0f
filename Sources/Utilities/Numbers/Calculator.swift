// bc (GNU bc 1.07 manual): statements, functions, arrays and the library of -l. Each line runs before the next is read. Not
// modelled: where a run-time error is in its message, fractions in another base than ten, arrays handed over by reference.

import SimMachine

let bcOptions = OptionTable("!h !i,interactive l,mathlib q,quiet s,standard w,warn v")

func calculate(_ call: ToolCall) -> Int32 {
  if call.options.has("v") { return call.notSimulated("bc --version") }
  var input: [UInt8] = []
  for path in call.operands {
    do throws(Errno) {
      input += try call.read(path)
    } catch {
      call.writeError("File \(path) is unavailable.\n")
      return 1
    }
  }
  input += call.stdin
  let calculator = Calculator(call)
  var parser = BcParser(input)
  while !parser.isAtEnd {
    call.process.account.spend(steps: 8)
    if call.process.account.limitReached != nil { return 1 }
    do throws(BcTrouble) {
      let statements = try parser.line()
      if parser.saysQuit { return 0 }
      for (name, function) in parser.defined { calculator.functions[name] = function }
      if try calculator.run(statements) { return 0 }
    } catch {
      switch error {
      case .syntax(let line): call.writeError("(standard_in) \(line): syntax error\n")
      case .notModelled(let what): return call.notSimulated("bc: \(what)")
      case .stopped: return 1
      }
    }
  }
  return 0
}

private final class Calculator {
  private let call: ToolCall
  var functions: [String: BcFunction] = [:]
  private var values: [String: DecimalNumber] = [:]
  private var arrays: [String: [Int64: DecimalNumber]] = [:]
  private var scale = 0
  private var inputBase: Int64 = 10
  private var outputBase: Int64 = 10
  private var last = DecimalNumber()
  private var given = DecimalNumber()
  private var depth = 0

  init(_ call: ToolCall) {
    self.call = call
    if call.options.has("l") { scale = 20 }
  }

  /// Runs statements; true when they say quit.
  func run(_ statements: [BcStatement]) throws(BcTrouble) -> Bool {
    for statement in statements { if try run(statement) == .quits { return true } }
    return false
  }

  // MARK: Statements

  private func run(_ statement: BcStatement) throws(BcTrouble) -> BcFlow {
    call.process.account.spend(steps: 1)
    if call.process.account.limitReached != nil { throw .stopped }
    switch statement {
    case .text(let text): call.print(text)
    case .expression(let node):
      if case .call(let name, _) = node, let function = functions[name], function.isVoid {
        _ = try value(node)
        break
      }
      let result = try value(node)
      if case .assign = node { break }
      show(result, newline: true)
      last = result
    case .print(let items):
      for item in items {
        switch item {
        case .text(let text): call.print(unescaped(text))
        case .value(let node):
          let result = try value(node)
          show(result, newline: false)
          last = result
        }
      }
    case .block(let statements): return try run(all: statements)
    case .branch(let condition, let then, let otherwise):
      if try !value(condition).isZero { return try run(then) }
      if let otherwise { return try run(otherwise) }
    case .loop(let before, let condition, let after, let body):
      if let before { _ = try value(before) }
      while true {
        if let condition, try value(condition).isZero { break }
        let flow = try run(body)
        if flow == .breaks { break }
        if flow == .returns || flow == .quits { return flow }
        if let after { _ = try value(after) }
      }
    case .leave(let flow): return flow
    case .giveBack(let node):
      if let node { given = try value(node) }
      return .returns
    }
    return .normal
  }

  private func run(all statements: [BcStatement]) throws(BcTrouble) -> BcFlow {
    for statement in statements {
      let flow = try run(statement)
      if flow != .normal { return flow }
    }
    return .normal
  }

  // MARK: Output

  private func unescaped(_ text: String) -> String {
    var out: [UInt8] = []
    var escaped = false
    let letters: [UInt8: UInt8] = [97: 7, 98: 8, 102: 12, 110: 10, 113: 34, 114: 13, 116: 9, 92: 92, 101: 92]
    for byte in text.utf8 {
      if escaped {
        if let value = letters[byte] { out.append(value) }
        escaped = false
      } else if byte == 92 {
        escaped = true
      } else {
        out.append(byte)
      }
    }
    return String(bytes: out)
  }

  private func show(_ value: DecimalNumber, newline: Bool) {
    var text = value.text
    if outputBase != 10 {
      guard value.scale == 0, outputBase <= 16 else {
        call.process.note(notSimulated: "bc: this number in base \(outputBase)")
        return
      }
      text = inBase(value)
    }
    // Long numbers go on in the next line after 68 digits.
    let bytes = text.bytes
    var start = 0
    while bytes.count - start > 69 {
      call.write(bytes[start..<(start + 68)])
      call.print("\\\n")
      start += 68
    }
    call.write(bytes[start...])
    if newline { call.put(10) }
  }

  private func inBase(_ value: DecimalNumber) -> String {
    var rest = value
    rest.isNegative = false
    var out: [UInt8] = []
    let base = DecimalNumber(whole: outputBase)
    while !rest.isZero, let quotient = DecimalNumber.quotient(rest, base, 0) {
      let digit = (rest - DecimalNumber.exactProduct(quotient, base)).whole ?? 0
      out.insert(UInt8(digit) + (digit < 10 ? 48 : 55), at: 0)
      rest = quotient
      call.process.account.spend(steps: 1)
    }
    if out.isEmpty { return "0" }
    return (value.isNegative ? "-" : "") + String(bytes: out)
  }

  // MARK: Values

  private func value(_ node: BcNode) throws(BcTrouble) -> DecimalNumber {
    switch node {
    case .number(let bytes): return try number(bytes)
    case .variable(let name): return get(name)
    case .element(let name, let index): return arrays[name]?[try place(index)] ?? DecimalNumber()
    case .last: return last
    case .group(let inner): return try value(inner)
    case .negate(let inner): return -(try value(inner))
    case .not(let inner): return truth(try value(inner).isZero)
    case .array: throw .notModelled("an array where a value is wanted")
    case .assign(let target, let operation, let right):
      let amount = try value(right)
      let result = operation.isEmpty ? amount : try apply(operation, try value(target), amount)
      try set(target, result)
      if case .variable(let name) = target { return get(name) }
      return result
    case .step(let target, let by, let isPrefix):
      let before = try value(target)
      let after = before + DecimalNumber(whole: by)
      try set(target, after)
      return isPrefix ? after : before
    case .binary(let mark, let left, let right):
      // Both sides are always evaluated.
      let a = try value(left)
      let b = try value(right)
      switch mark {
      case "||": return truth(!a.isZero || !b.isZero)
      case "&&": return truth(!a.isZero && !b.isZero)
      case "<": return truth(DecimalNumber.compare(a, b) < 0)
      case "<=": return truth(DecimalNumber.compare(a, b) <= 0)
      case ">": return truth(DecimalNumber.compare(a, b) > 0)
      case ">=": return truth(DecimalNumber.compare(a, b) >= 0)
      case "==": return truth(DecimalNumber.compare(a, b) == 0)
      case "!=": return truth(DecimalNumber.compare(a, b) != 0)
      default: return try apply(mark, a, b)
      }
    case .call(let name, let arguments): return try calling(name, arguments)
    }
  }

  private func truth(_ value: Bool) -> DecimalNumber { value ? .one : DecimalNumber() }

  private func place(_ index: BcNode) throws(BcTrouble) -> Int64 {
    guard let place = try value(index).whole, place >= 0, place < 65_536 else {
      throw .notModelled("the place of a wrong index in its message")
    }
    return place
  }

  private func set(_ target: BcNode, _ value: DecimalNumber) throws(BcTrouble) {
    switch target {
    case .variable(let name): set(name, value)
    case .element(let name, let index):
      let at = try place(index)
      arrays[name, default: [:]][at] = value
    default: last = value
    }
  }

  // MARK: Functions

  private func calling(_ name: String, _ arguments: [BcNode]) throws(BcTrouble) -> DecimalNumber {
    if let function = functions[name] { return try calling(function, arguments) }
    guard arguments.count == 1 else { throw .notModelled("a function that is not there") }
    let argument = try value(arguments[0])
    switch name {
    case "sqrt":
      if let root = argument.squareRoot(scale) { return root }
      throw .notModelled("the square root of a negative number")
    case "length": return DecimalNumber(whole: Int64(max(1, argument.digits.count, argument.scale)))
    case "scale": return DecimalNumber(whole: Int64(argument.scale))
    default:
      guard call.options.has("l"), ["s", "c", "a", "l", "e"].contains(name) else {
        throw .notModelled("a function that is not there")
      }
      call.process.account.spend(steps: Int64(200 + scale * 4))
      guard let result = BcLibrary.value(name, argument, scale) else { throw .notModelled("\(name) of this number") }
      return result
    }
  }

  /// Parameters and `auto` variables hide those of the caller, and are seen by what is called.
  private func calling(_ function: BcFunction, _ arguments: [BcNode]) throws(BcTrouble) -> DecimalNumber {
    guard function.parameters.count == arguments.count else { throw .notModelled("a call with other parameters") }
    depth += 1
    defer { depth -= 1 }
    guard depth < 120 else { throw .notModelled("functions nested this deep") }
    var newValues: [(String, DecimalNumber)] = []
    var newArrays: [(String, [Int64: DecimalNumber])] = []
    for (parameter, argument) in zip(function.parameters, arguments) {
      if parameter.hasSuffix("[]") {
        guard case .array(let name) = argument else { throw .notModelled("a call with other parameters") }
        newArrays.append((String(parameter.dropLast(2)), arrays[name] ?? [:]))
      } else {
        newValues.append((parameter, try value(argument)))
      }
    }
    for local in function.locals {
      if local.hasSuffix("[]") {
        newArrays.append((String(local.dropLast(2)), [:]))
      } else {
        newValues.append((local, DecimalNumber()))
      }
    }
    var oldValues: [(String, DecimalNumber)] = []
    var oldArrays: [(String, [Int64: DecimalNumber])] = []
    for (name, value) in newValues {
      oldValues.append((name, get(name)))
      set(name, value)
    }
    for (name, value) in newArrays {
      oldArrays.append((name, arrays[name] ?? [:]))
      arrays[name] = value
    }
    given = DecimalNumber()
    let flow = try run(all: function.body)
    let result = flow == .returns ? given : DecimalNumber()
    for (name, value) in oldValues.reversed() { set(name, value) }
    for (name, value) in oldArrays.reversed() { arrays[name] = value }
    given = DecimalNumber()
    return result
  }

  // MARK: Variables

  private func get(_ name: String) -> DecimalNumber {
    switch name {
    case "scale": return DecimalNumber(whole: Int64(scale))
    case "ibase": return DecimalNumber(whole: inputBase)
    case "obase": return DecimalNumber(whole: outputBase)
    case "last": return last
    default: return values[name] ?? DecimalNumber()
    }
  }

  private func set(_ name: String, _ value: DecimalNumber) {
    switch name {
    case "scale":
      let wanted = value.whole ?? .max
      if wanted > 2_000 { call.process.note(notSimulated: "bc: more than 2000 digits after the point") }
      scale = Int(max(0, min(2_000, wanted)))
    case "ibase": inputBase = max(2, min(16, value.whole ?? 16))
    case "obase": outputBase = max(2, value.whole ?? 16)
    case "last": last = value
    default: values[name] = value
    }
  }

  private func apply(_ mark: String, _ a: DecimalNumber, _ b: DecimalNumber) throws(BcTrouble) -> DecimalNumber {
    switch mark {
    case "+": return a + b
    case "-": return a - b
    case "*": return DecimalNumber.product(a, b, scale)
    case "/", "%":
      let result = mark == "/" ? DecimalNumber.quotient(a, b, scale) : DecimalNumber.remainder(a, b, scale)
      if let result { return result }
      throw .notModelled("the place of a division by zero in its message")
    default:
      guard b.scale == 0, let exponent = b.whole, abs(exponent) < 20_000 else {
        throw .notModelled("an exponent like this")
      }
      call.process.account.spend(steps: abs(exponent))
      if let result = DecimalNumber.power(a, exponent, scale) { return result }
      throw .notModelled("the place of a division by zero in its message")
    }
  }

  private func number(_ bytes: [UInt8]) throws(BcTrouble) -> DecimalNumber {
    let point = bytes.firstIndex(of: 46) ?? bytes.count
    let places = max(0, bytes.count - point - 1)
    let isPlain = inputBase == 10
    if !isPlain, places > 0 { throw .notModelled("fractions in another base than ten") }
    var result = DecimalNumber()
    if isPlain {
      for byte in bytes.reversed() where byte != 46 {
        // A letter is worth nine at most, except alone.
        let digit = byte > 57 ? (bytes.count == 1 ? byte - 55 : 9) : byte - 48
        if digit > 9 { return DecimalNumber(whole: Int64(digit)) }
        result.digits.append(digit)
      }
      result.scale = places
      return result.cut(to: places)
    }
    let base = DecimalNumber(whole: inputBase)
    for byte in bytes {
      var digit = Int64(byte > 57 ? byte - 55 : byte - 48)
      if bytes.count > 1 { digit = min(digit, inputBase - 1) }
      result = DecimalNumber.exactProduct(result, base) + DecimalNumber(whole: digit)
    }
    return result
  }
}
