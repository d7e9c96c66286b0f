// test and [, expr (GNU coreutils manual, sections 16.3 and 16.4) as programs; shells have builtins of the same names.

import SimKernel
import SimMachine

private struct TestError: Error {
  let message: String
}

func testCommand(_ call: ToolCall) -> Int32 {
  var words = call.arguments
  if lastPart(call.name) == "[" {
    guard words.last == "]" else {
      call.writeError("\(call.name): missing ‘]’\n")
      return 2
    }
    words.removeLast()
  }
  var parser = TestParser(words: words, call: call)
  do throws(TestError) {
    return try parser.run() ? 0 : 1
  } catch {
    call.writeError("\(call.name): \(error.message)\n")
    return 2
  }
}

private struct TestParser {
  let words: [String]
  let call: ToolCall
  var at = 0

  static let binary: Set<String> = [
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
  ]

  mutating func run() throws(TestError) -> Bool {
    switch words.count {
    case 0: return false
    case 1: return !words[0].isEmpty
    case 2:
      if words[0] == "!" { return words[1].isEmpty }
      guard words[0].utf8.first == 45, words[0].utf8.count == 2 else {
        throw TestError(message: "missing argument after \(quoted(words[1]))")
      }
      return try unary(words[0], words[1])
    case 3:
      if TestParser.binary.contains(words[1]) { return try compare(words[0], words[1], words[2]) }
      if words[0] == "!" {
        var inner = TestParser(words: Array(words[1...]), call: call)
        return try !inner.run()
      }
      if words[0] == "(", words[2] == ")" { return !words[1].isEmpty }
      if words[1] == "-a" { return !words[0].isEmpty && !words[2].isEmpty }
      if words[1] == "-o" { return !words[0].isEmpty || !words[2].isEmpty }
      throw TestError(message: "\(quoted(words[1])): binary operator expected")
    default:
      let value = try or()
      if at < words.count { throw TestError(message: "extra argument \(quoted(words[at]))") }
      return value
    }
  }

  private mutating func or() throws(TestError) -> Bool {
    var value = try and()
    while at < words.count, words[at] == "-o" {
      at += 1
      let right = try and()
      value = value || right
    }
    return value
  }
  private mutating func and() throws(TestError) -> Bool {
    var value = try term()
    while at < words.count, words[at] == "-a" {
      at += 1
      let right = try term()
      value = value && right
    }
    return value
  }
  private mutating func term() throws(TestError) -> Bool {
    guard at < words.count else { throw TestError(message: "missing argument after \(quoted(words.last ?? ""))") }
    let word = words[at]
    if word == "!" {
      at += 1
      return try !term()
    }
    if word == "(" {
      at += 1
      let value = try or()
      guard at < words.count, words[at] == ")" else { throw TestError(message: "')' expected") }
      at += 1
      return value
    }
    if at + 2 < words.count, TestParser.binary.contains(words[at + 1]) {
      at += 3
      return try compare(words[at - 3], words[at - 2], words[at - 1])
    }
    if word.utf8.first == 45, word.utf8.count == 2, at + 1 < words.count {
      at += 2
      return try unary(word, words[at - 1])
    }
    at += 1
    return !word.isEmpty
  }

  private func unary(_ name: String, _ operand: String) throws(TestError) -> Bool {
    let inode = call.inode(operand)
    switch name {
    case "-n": return !operand.isEmpty
    case "-z": return operand.isEmpty
    case "-e", "-a": return inode != nil
    case "-f": return inode?.kind == .file
    case "-d": return inode?.isDirectory ?? false
    case "-h", "-L": return call.inode(operand, following: false)?.kind == .symbolicLink
    case "-p": return inode?.kind == .fifo
    case "-S": return inode?.kind == .socket
    case "-c": return inode?.kind == .characterDevice
    case "-b": return false
    case "-s": return (inode?.size ?? 0) > 0
    case "-r": return inode.map { call.files.permits($0, 4, call.who) } ?? false
    case "-w": return inode.map { call.files.permits($0, 2, call.who) } ?? false
    case "-x": return inode.map { call.files.permits($0, 1, call.who) } ?? false
    case "-u": return (inode?.mode ?? 0) & 0o4000 != 0
    case "-g": return (inode?.mode ?? 0) & 0o2000 != 0
    case "-k": return (inode?.mode ?? 0) & 0o1000 != 0
    case "-O": return inode?.owner == call.who.user
    case "-G": return inode?.group == call.who.group
    case "-N": return inode.map { $0.modified > $0.accessed } ?? false
    case "-t": return call.process.file(Int(try integer(operand)))?.isTerminal ?? false
    default: throw TestError(message: "\(quoted(name)): unary operator expected")
    }
  }

  private func integer(_ text: String) throws(TestError) -> Int64 {
    var bytes = text.bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    guard let value = signedDecimal(String(bytes: bytes)) else {
      throw TestError(message: "invalid integer \(quoted(text))")
    }
    return value
  }

  private func compare(_ a: String, _ name: String, _ b: String) throws(TestError) -> Bool {
    switch name {
    case "=", "==": return a == b
    case "!=": return a != b
    case "<": return compareBytes(a, b) < 0
    case ">": return compareBytes(a, b) > 0
    case "-nt", "-ot":
      let x = call.inode(a)
      let y = call.inode(b)
      guard let x, let y else { return name == "-nt" ? x != nil && y == nil : x == nil && y != nil }
      return name == "-nt" ? x.modified > y.modified : x.modified < y.modified
    case "-ef":
      guard let x = call.inode(a), let y = call.inode(b) else { return false }
      return x === y
    default: break
    }
    let x = try integer(a)
    let y = try integer(b)
    switch name {
    case "-eq": return x == y
    case "-ne": return x != y
    case "-lt": return x < y
    case "-le": return x <= y
    case "-gt": return x > y
    default: return x >= y
    }
  }
}

// MARK: expr

private struct ExprError: Error {
  let message: String
  var code: Int32 = 2
}

func exprCommand(_ call: ToolCall) -> Int32 {
  var words = call.arguments
  if words.first == "--" { words.removeFirst() }
  if words.isEmpty { return call.usage("missing operand", 2) }
  var parser = ExprParser(words: words)
  do throws(ExprError) {
    let value = try parser.or(true)
    if parser.at < words.count {
      throw ExprError(message: "syntax error: unexpected argument \(quoted(words[parser.at]))")
    }
    call.printLine(value)
    return isNull(value) ? 1 : 0
  } catch {
    call.complain(error.message)
    return error.code
  }
}

private func isNull(_ text: String) -> Bool {
  if text.isEmpty { return true }
  var bytes = text.bytes
  if bytes.first == 45 { bytes.removeFirst() }
  if bytes.isEmpty { return false }
  for byte in bytes where byte != 48 { return false }
  return true
}

private struct ExprParser {
  let words: [String]
  var at = 0

  private func peek() -> String? { at < words.count ? words[at] : nil }

  mutating func or(_ live: Bool) throws(ExprError) -> String {
    var left = try and(live)
    while peek() == "|" {
      at += 1
      let right = try and(live && isNull(left))
      if isNull(left) { left = isNull(right) ? "0" : right }
    }
    return left
  }
  private mutating func and(_ live: Bool) throws(ExprError) -> String {
    var left = try comparison(live)
    while peek() == "&" {
      at += 1
      let right = try comparison(live && !isNull(left))
      if isNull(left) || isNull(right) { left = "0" }
    }
    return left
  }
  private mutating func comparison(_ live: Bool) throws(ExprError) -> String {
    var left = try sum(live)
    while let name = peek(), ["<", "<=", "=", "==", "!=", ">=", ">"].contains(name) {
      at += 1
      let right = try sum(live)
      var order: Int
      if let x = DecimalNumber(integer: left), let y = DecimalNumber(integer: right) {
        order = DecimalNumber.compare(x, y)
      } else {
        order = compareBytes(left, right)
      }
      let result: Bool
      switch name {
      case "<": result = order < 0
      case "<=": result = order <= 0
      case "=", "==": result = order == 0
      case "!=": result = order != 0
      case ">=": result = order >= 0
      default: result = order > 0
      }
      order = 0
      left = result ? "1" : "0"
    }
    return left
  }
  private func number(_ text: String) throws(ExprError) -> DecimalNumber {
    guard let value = DecimalNumber(integer: text) else { throw ExprError(message: "non-integer argument") }
    return value
  }
  private mutating func sum(_ live: Bool) throws(ExprError) -> String {
    var left = try product(live)
    while let name = peek(), name == "+" || name == "-" {
      at += 1
      let right = try product(live)
      guard live else { continue }
      let x = try number(left)
      let y = try number(right)
      left = (name == "+" ? x + y : x - y).integerText
    }
    return left
  }
  private mutating func product(_ live: Bool) throws(ExprError) -> String {
    var left = try match(live)
    while let name = peek(), ["*", "/", "%"].contains(name) {
      at += 1
      let right = try match(live)
      guard live else { continue }
      let x = try number(left)
      let y = try number(right)
      let result =
        name == "*"
        ? DecimalNumber.exactProduct(x, y)
        : name == "/" ? DecimalNumber.quotient(x, y, 0) : DecimalNumber.remainder(x, y, 0)
      guard let result else { throw ExprError(message: "division by zero") }
      left = result.integerText
    }
    return left
  }
  private mutating func match(_ live: Bool) throws(ExprError) -> String {
    var left = try unary(live)
    while peek() == ":" {
      at += 1
      let right = try unary(live)
      if live { left = try matched(left, right) }
    }
    return left
  }

  private func matched(_ text: String, _ pattern: String) throws(ExprError) -> String {
    do throws(RegexError) {
      let regex = try PosixRegex(
        "^\\(?:".isEmpty ? pattern : (pattern.utf8.first == 94 ? pattern : "^" + pattern), flavour: .basic)
      let bytes = text.bytes
      guard let groups = regex.firstMatch(in: bytes), let whole = groups[0], whole.lowerBound == 0 else {
        return regex.groupCount > 0 ? "" : "0"
      }
      if regex.groupCount > 0 { return groups[1].map { String(bytes: bytes[$0]) } ?? "" }
      var count = 0
      var i = 0
      while i < whole.upperBound {
        i += decodeUTF8(bytes[...], at: i)?.length ?? 1
        count += 1
      }
      return String(count)
    } catch {
      throw ExprError(message: error.message)
    }
  }

  private func characters(_ text: String) -> [[UInt8]] {
    var result: [[UInt8]] = []
    let bytes = text.bytes
    var i = 0
    while i < bytes.count {
      let length = decodeUTF8(bytes[...], at: i)?.length ?? 1
      result.append(Array(bytes[i..<(i + length)]))
      i += length
    }
    return result
  }

  private mutating func operand(after name: String) throws(ExprError) -> String {
    guard let word = peek() else { throw ExprError(message: "syntax error: missing argument after \(quoted(name))") }
    at += 1
    return word
  }

  private mutating func unary(_ live: Bool) throws(ExprError) -> String {
    guard let word = peek() else {
      throw ExprError(message: "syntax error: missing argument after \(quoted(words[words.count - 1]))")
    }
    at += 1
    switch word {
    case "+": return try operand(after: word)
    case "(":
      let value = try or(live)
      guard peek() == ")" else {
        if let extra = peek() { throw ExprError(message: "syntax error: expecting ')' instead of \(quoted(extra))") }
        throw ExprError(message: "syntax error: expecting ')' after \(quoted(words[at - 1]))")
      }
      at += 1
      return value
    case ")": throw ExprError(message: "syntax error: unexpected ')'")
    case "length" where peek() != nil:
      return String(characters(try unary(live)).count)
    case "substr" where at + 2 < words.count:
      let text = characters(try unary(live))
      let from = try unary(live)
      let count = try unary(live)
      guard let start = signedDecimal(from), let length = signedDecimal(count), start > 0, length > 0 else { return "" }
      var out: [UInt8] = []
      for index in text.indices where Int64(index) >= start - 1 && Int64(index) - (start - 1) < length {
        out += text[index]
      }
      return String(bytes: out)
    case "index" where at + 1 < words.count:
      let text = characters(try unary(live))
      let set = characters(try unary(live))
      for (index, character) in text.enumerated() where set.contains(character) { return String(index + 1) }
      return "0"
    case "match" where at + 1 < words.count:
      let text = try unary(live)
      let pattern = try unary(live)
      return live ? try matched(text, pattern) : ""
    default: return word
    }
  }
}
