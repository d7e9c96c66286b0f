// The grammar of bc: statements, functions, and expressions from the loosest operator to the tightest.

struct BcParser {
  private let tokens: [(token: BcToken, line: Int)]
  private var at = 0
  private var depth = 0
  /// Functions that were read on the way, to be known from then on.
  private(set) var defined: [(name: String, function: BcFunction)] = []

  /// `quit` ends bc when it is read, wherever it stands.
  private(set) var saysQuit = false

  init(_ text: [UInt8]) { tokens = BcLexer.tokens(text) }

  private var token: BcToken { tokens[at].token }
  var isAtEnd: Bool { token == .end }

  private mutating func takes(_ mark: String) -> Bool {
    guard token == .mark(mark) else { return false }
    at += 1
    return true
  }
  private mutating func takesName(_ name: String) -> Bool {
    guard token == .name(name) else { return false }
    at += 1
    return true
  }
  private mutating func expect(_ mark: String) throws(BcTrouble) {
    guard takes(mark) else { throw wrong() }
  }
  private mutating func skipNewlines() { while token == .newline { at += 1 } }

  /// The line is counted as read when its end is what does not fit.
  private func wrong() -> BcTrouble {
    .syntax(line: tokens[at].line + (token == .newline || token == .end ? 1 : 0))
  }

  // MARK: Lines

  /// The statements of the next line, as far as a block or a function reaches; the rest of a line that is wrong is passed over.
  mutating func line() throws(BcTrouble) -> [BcStatement] {
    do throws(BcTrouble) {
      var statements: [BcStatement] = []
      if token == .name("define") {
        try definition()
      } else {
        while token != .newline, token != .end {
          if takes(";") { continue }
          statements.append(try statement())
          guard token == .mark(";") || token == .newline || token == .end else { throw wrong() }
        }
      }
      if token == .newline { at += 1 }
      return statements
    } catch {
      while token != .newline, token != .end { at += 1 }
      if token == .newline { at += 1 }
      throw error
    }
  }

  private mutating func definition() throws(BcTrouble) {
    at += 1
    let isVoid = takesName("void")
    guard case .name(let name) = token else { throw wrong() }
    at += 1
    try expect("(")
    let parameters = try names(until: ")")
    skipNewlines()
    try expect("{")
    while token == .newline || token == .mark(";") { at += 1 }
    var locals: [String] = []
    if takesName("auto") { locals = try names(until: nil) }
    let body = try blockRest()
    defined.append((name, BcFunction(parameters: parameters, locals: locals, isVoid: isVoid, body: body)))
  }

  /// Names with commas between; arrays keep their brackets.
  private mutating func names(until mark: String?) throws(BcTrouble) -> [String] {
    var all: [String] = []
    while true {
      if let mark, all.isEmpty, takes(mark) { return all }
      if token == .mark("*") { throw .notModelled("arrays handed over by reference") }
      guard case .name(let name) = token else { throw wrong() }
      at += 1
      if takes("[") {
        try expect("]")
        all.append(name + "[]")
      } else {
        all.append(name)
      }
      if takes(",") { continue }
      if let mark { try expect(mark) }
      return all
    }
  }

  private mutating func blockRest() throws(BcTrouble) -> [BcStatement] {
    var statements: [BcStatement] = []
    while !takes("}") {
      if token == .newline || token == .mark(";") {
        at += 1
        continue
      }
      if token == .end { throw .notModelled("a block that is left open") }
      statements.append(try statement())
      guard token == .mark(";") || token == .newline || token == .mark("}") else { throw wrong() }
    }
    return statements
  }

  private mutating func statement() throws(BcTrouble) -> BcStatement {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .notModelled("statements nested this deep") }
    if case .text(let text) = token {
      at += 1
      return .text(text)
    }
    if takes("{") { return .block(try blockRest()) }
    guard case .name(let name) = token else { return .expression(try expression()) }
    switch name {
    case "quit", "halt":
      at += 1
      if name == "quit" { saysQuit = true }
      return .leave(.quits)
    case "break":
      at += 1
      return .leave(.breaks)
    case "continue":
      at += 1
      return .leave(.continues)
    case "return":
      at += 1
      if token == .mark(";") || token == .newline || token == .mark("}") || token == .end { return .giveBack(nil) }
      return .giveBack(try expression())
    case "print":
      at += 1
      var items: [BcPrinted] = []
      repeat {
        if case .text(let text) = token {
          at += 1
          items.append(.text(text))
        } else {
          items.append(.value(try expression()))
        }
      } while takes(",")
      return .print(items)
    case "if":
      at += 1
      try expect("(")
      let condition = try expression()
      try expect(")")
      skipNewlines()
      let then = try statement()
      guard takesName("else") else { return .branch(condition, then, nil) }
      skipNewlines()
      return .branch(condition, then, try statement())
    case "while":
      at += 1
      try expect("(")
      let condition = try expression()
      try expect(")")
      skipNewlines()
      return .loop(before: nil, condition: condition, after: nil, try statement())
    case "for":
      at += 1
      try expect("(")
      let before = token == .mark(";") ? nil : try expression()
      try expect(";")
      let condition = token == .mark(";") ? nil : try expression()
      try expect(";")
      let after = token == .mark(")") ? nil : try expression()
      try expect(")")
      skipNewlines()
      return .loop(before: before, condition: condition, after: after, try statement())
    case "auto", "define", "else": throw wrong()
    case "limits", "warranty": throw .notModelled(name)
    default: return .expression(try expression())
    }
  }

  // MARK: Expressions, loosest first

  private mutating func expression() throws(BcTrouble) -> BcNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .notModelled("expressions nested this deep") }
    var left = try conjunction()
    while takes("||") { left = .binary("||", left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws(BcTrouble) -> BcNode {
    var left = try negation()
    while takes("&&") { left = .binary("&&", left, try negation()) }
    return left
  }

  private mutating func negation() throws(BcTrouble) -> BcNode {
    if takes("!") { return .not(try negation()) }
    return try comparison()
  }

  private mutating func comparison() throws(BcTrouble) -> BcNode {
    var left = try assignment()
    while case .mark(let mark) = token, ["<", "<=", ">", ">=", "==", "!="].contains(mark) {
      at += 1
      left = .binary(mark, left, try assignment())
    }
    return left
  }

  private mutating func assignment() throws(BcTrouble) -> BcNode {
    let left = try sum()
    guard case .mark(let mark) = token, ["=", "+=", "-=", "*=", "/=", "%=", "^="].contains(mark) else { return left }
    switch left {
    case .variable, .element, .last: break
    default: return left
    }
    at += 1
    return .assign(left, operation: String(mark.dropLast()), try comparison())
  }

  private mutating func sum() throws(BcTrouble) -> BcNode {
    var left = try term()
    while case .mark(let mark) = token, mark == "+" || mark == "-" {
      at += 1
      left = .binary(mark, left, try term())
    }
    return left
  }

  private mutating func term() throws(BcTrouble) -> BcNode {
    var left = try power()
    while case .mark(let mark) = token, ["*", "/", "%"].contains(mark) {
      at += 1
      left = .binary(mark, left, try power())
    }
    return left
  }

  private mutating func power() throws(BcTrouble) -> BcNode {
    let base = try unary()
    guard takes("^") else { return base }
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .notModelled("expressions nested this deep") }
    return .binary("^", base, try power())
  }

  private mutating func unary() throws(BcTrouble) -> BcNode {
    guard takes("-") else { return try primary() }
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw .notModelled("expressions nested this deep") }
    return .negate(try unary())
  }

  private mutating func primary() throws(BcTrouble) -> BcNode {
    let here = token
    switch here {
    case .number(let bytes):
      at += 1
      return .number(bytes)
    case .mark("("):
      at += 1
      let inner = try expression()
      try expect(")")
      return .group(inner)
    case .mark("."):
      at += 1
      return .last
    case .mark("++"), .mark("--"):
      at += 1
      let target = try primary()
      switch target {
      case .variable, .element, .last: return .step(target, by: here == .mark("++") ? 1 : -1, isPrefix: true)
      default: throw wrong()
      }
    case .name(let name):
      at += 1
      if takes("(") {
        var arguments: [BcNode] = []
        if takes(")") { return .call(name, []) }
        repeat {
          if case .name(let array) = token, at + 2 < tokens.count, tokens[at + 1].token == .mark("["),
            tokens[at + 2].token == .mark("]")
          {
            at += 3
            arguments.append(.array(array))
          } else {
            arguments.append(try expression())
          }
        } while takes(",")
        try expect(")")
        return .call(name, arguments)
      }
      var target = name == "last" ? BcNode.last : .variable(name)
      if takes("[") {
        target = .element(name, try expression())
        try expect("]")
      }
      if takes("++") { return .step(target, by: 1, isPrefix: false) }
      if takes("--") { return .step(target, by: -1, isPrefix: false) }
      return target
    default: throw wrong()
    }
  }
}
