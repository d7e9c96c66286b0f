// bc (GNU bc 1.07 manual) as shells use it: expressions, assignments, comparisons, scale, ibase, obase, sqrt, length, last and
// print. Not modelled: functions, statements that branch or loop, arrays, and the library of -l.

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
  var number = 1
  for line in lines(input) {
    call.process.account.spend(steps: 8)
    if call.process.account.limitReached != nil { return 1 }
    do throws(Calculator.Trouble) {
      if try calculator.run(line, number) { return 0 }
    } catch {
      switch error {
      case .syntax(let atEnd): call.writeError("(standard_in) \(atEnd ? number + 1 : number): syntax error\n")
      case .notModelled(let what): return call.notSimulated("bc: \(what)")
      }
    }
    number += 1
  }
  return 0
}

private final class Calculator {
  enum Trouble: Error {
    case syntax(atEnd: Bool)
    case notModelled(String)
  }
  private enum Token: Equatable {
    case number([UInt8])
    case name(String)
    case text(String)
    case mark(String)
    case end
  }

  private let call: ToolCall
  private var values: [String: DecimalNumber] = [:]
  private var scale = 0
  private var inputBase: Int64 = 10
  private var outputBase: Int64 = 10
  private var last = DecimalNumber()
  private var tokens: [Token] = []
  private var at = 0
  private var depth = 0
  /// The first walk over a line only looks whether it is well formed.
  private var isTrying = false
  private var inComment = false

  init(_ call: ToolCall) {
    self.call = call
    if call.options.has("l") { scale = 20 }
  }

  /// Runs a line; true when it says quit.
  func run(_ line: ArraySlice<UInt8>, _ number: Int) throws(Trouble) -> Bool {
    try tokenize(line)
    let saved = (values, scale, inputBase, outputBase, last)
    isTrying = true
    _ = try statements()
    (values, scale, inputBase, outputBase, last) = saved
    isTrying = false
    return try statements()
  }

  private func tokenize(_ line: ArraySlice<UInt8>) throws(Trouble) {
    tokens = []
    at = 0
    var i = line.startIndex
    func byte(_ offset: Int) -> UInt8 { i + offset < line.endIndex ? line[i + offset] : 0 }
    while i < line.endIndex {
      let c = line[i]
      if inComment {
        if c == 42, byte(1) == 47 {
          inComment = false
          i += 1
        }
        i += 1
        continue
      }
      if c == 47, byte(1) == 42 {
        inComment = true
        i += 2
      } else if c == 35 || c == 10 {
        break
      } else if isSpace(c) {
        i += 1
      } else if isDigit(c) || (c >= 65 && c <= 70)
        || (c == 46 && (isDigit(byte(1)) || (byte(1) >= 65 && byte(1) <= 70)))
      {
        let start = i
        var points = 0
        while i < line.endIndex, isDigit(line[i]) || (line[i] >= 65 && line[i] <= 70) || (line[i] == 46 && points == 0)
        {
          if line[i] == 46 { points += 1 }
          i += 1
        }
        tokens.append(.number(Array(line[start..<i])))
      } else if isLower(c) {
        let start = i
        while i < line.endIndex, isLower(line[i]) || isDigit(line[i]) || line[i] == 95 { i += 1 }
        tokens.append(.name(String(bytes: line[start..<i])))
      } else if c == 34 {
        guard let end = line[(i + 1)...].firstIndex(of: 34) else { throw .notModelled("a string of several lines") }
        tokens.append(.text(String(bytes: line[(i + 1)..<end])))
        i = end + 1
      } else {
        var mark = String(bytes: [c])
        let two = mark + String(bytes: [byte(1)])
        if ["==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^="].contains(two) {
          mark = two
        }
        if mark == "\\" { throw .notModelled("a line that goes on") }
        tokens.append(.mark(mark))
        i += mark.utf8.count
      }
    }
    tokens.append(.end)
  }

  private var token: Token { tokens[min(at, tokens.count - 1)] }
  private func takes(_ mark: String) -> Bool {
    guard token == .mark(mark) else { return false }
    at += 1
    return true
  }
  private func wrong() -> Trouble { .syntax(atEnd: token == .end) }

  private func statements() throws(Trouble) -> Bool {
    at = 0
    while true {
      switch token {
      case .end: return false
      case .mark(";"):
        at += 1
        continue
      case .text(let text):
        at += 1
        if !isTrying { call.print(text) }
      case .name("quit"), .name("halt"):
        return true
      case .name("print"):
        at += 1
        try printList()
      case .name("if"), .name("while"), .name("for"), .name("define"), .name("return"), .name("break"), .name("auto"),
        .name("continue"), .name("limits"), .name("warranty"), .name("read"), .mark("{"):
        throw .notModelled("statements other than expressions")
      default:
        let isAssignment = startsAssignment
        let value = try expression()
        if !isAssignment, !isTrying { show(value, newline: true) }
        last = isAssignment ? last : value
      }
      guard token == .end || token == .mark(";") else { throw wrong() }
    }
  }

  private var startsAssignment: Bool {
    guard case .name = token, at + 1 < tokens.count, case .mark(let mark) = tokens[at + 1] else { return false }
    return ["=", "+=", "-=", "*=", "/=", "%=", "^="].contains(mark)
  }

  private func printList() throws(Trouble) {
    repeat {
      if case .text(let text) = token {
        at += 1
        if !isTrying { call.print(unescaped(text)) }
      } else {
        let value = try expression()
        if !isTrying { show(value, newline: false) }
        last = value
      }
    } while takes(",")
  }

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

  // MARK: Expressions, loosest first

  private func expression() throws(Trouble) -> DecimalNumber {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw .notModelled("expressions nested this deep") }
    var left = try conjunction()
    while takes("||") {
      let right = try conjunction()
      left = truth(!left.isZero || !right.isZero)
    }
    return left
  }

  private func conjunction() throws(Trouble) -> DecimalNumber {
    var left = try negation()
    while takes("&&") {
      let right = try negation()
      left = truth(!left.isZero && !right.isZero)
    }
    return left
  }

  private func negation() throws(Trouble) -> DecimalNumber {
    if takes("!") { return truth(try negation().isZero) }
    return try comparison()
  }

  private func truth(_ value: Bool) -> DecimalNumber { value ? .one : DecimalNumber() }

  private func comparison() throws(Trouble) -> DecimalNumber {
    var left = try assignment()
    while case .mark(let mark) = token, ["<", "<=", ">", ">=", "==", "!="].contains(mark) {
      at += 1
      let order = DecimalNumber.compare(left, try assignment())
      switch mark {
      case "<": left = truth(order < 0)
      case "<=": left = truth(order <= 0)
      case ">": left = truth(order > 0)
      case ">=": left = truth(order >= 0)
      case "==": left = truth(order == 0)
      default: left = truth(order != 0)
      }
    }
    return left
  }

  private func assignment() throws(Trouble) -> DecimalNumber {
    guard startsAssignment, case .name(let name) = token, case .mark(let mark) = tokens[at + 1] else {
      return try sum()
    }
    at += 2
    let right = try comparison()
    let value = mark == "=" ? right : try apply(String(mark.dropLast()), get(name), right)
    set(name, value)
    return value
  }

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
    case "scale": scale = Int(max(0, min(2000, value.whole ?? 2000)))
    case "ibase": inputBase = max(2, min(16, value.whole ?? 16))
    case "obase": outputBase = max(2, value.whole ?? 16)
    case "last": last = value
    default: values[name] = value
    }
  }

  private func sum() throws(Trouble) -> DecimalNumber {
    var left = try term()
    while token == .mark("+") || token == .mark("-") {
      let minus = token == .mark("-")
      at += 1
      let right = try term()
      left = minus ? left - right : left + right
    }
    return left
  }

  private func term() throws(Trouble) -> DecimalNumber {
    var left = try power()
    while case .mark(let mark) = token, ["*", "/", "%"].contains(mark) {
      at += 1
      left = try apply(mark, left, try power())
    }
    return left
  }

  private func power() throws(Trouble) -> DecimalNumber {
    let base = try unary()
    guard takes("^") else { return base }
    return try apply("^", base, try power())
  }

  private func unary() throws(Trouble) -> DecimalNumber {
    if takes("-") { return -(try unary()) }
    return try primary()
  }

  private func apply(_ mark: String, _ a: DecimalNumber, _ b: DecimalNumber) throws(Trouble) -> DecimalNumber {
    switch mark {
    case "+": return a + b
    case "-": return a - b
    case "*": return DecimalNumber.product(a, b, scale)
    case "/", "%":
      let result = mark == "/" ? DecimalNumber.quotient(a, b, scale) : DecimalNumber.remainder(a, b, scale)
      if let result { return result }
      if isTrying { return DecimalNumber() }
      throw .notModelled("the place of a division by zero in its message")
    default:
      guard b.scale == 0, let exponent = b.whole, abs(exponent) < 20_000 else {
        throw .notModelled("an exponent like this")
      }
      call.process.account.spend(steps: abs(exponent))
      if isTrying { return DecimalNumber.one }
      if let result = DecimalNumber.power(a, exponent, scale) { return result }
      throw .notModelled("the place of a division by zero in its message")
    }
  }

  private func primary() throws(Trouble) -> DecimalNumber {
    let here = token
    at += 1
    switch here {
    case .number(let bytes): return try number(bytes)
    case .mark("("):
      let value = try expression()
      guard takes(")") else { throw wrong() }
      return value
    case .mark("."): return last
    case .mark("++"), .mark("--"):
      guard case .name(let name) = token else { throw wrong() }
      at += 1
      let value = here == .mark("++") ? get(name) + .one : get(name) - .one
      set(name, value)
      return value
    case .name(let name):
      if takes("(") {
        let value = try expression()
        guard takes(")") else { throw wrong() }
        switch name {
        case "sqrt":
          if let root = value.squareRoot(scale) { return root }
          throw .notModelled("the square root of a negative number")
        case "length": return DecimalNumber(whole: Int64(max(1, value.digits.count, value.scale)))
        case "scale": return DecimalNumber(whole: Int64(value.scale))
        default: throw .notModelled("functions")
        }
      }
      if token == .mark("[") { throw .notModelled("arrays") }
      let value = get(name)
      if takes("++") { set(name, value + .one) } else if takes("--") { set(name, value - .one) }
      return value
    default:
      at -= 1
      throw wrong()
    }
  }

  private func number(_ bytes: [UInt8]) throws(Trouble) -> DecimalNumber {
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
