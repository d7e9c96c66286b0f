// The syntax tree of a script typed into mongosh, and its parser: expressions, arrow functions and functions, declarations with
// patterns, the statements of small scripts. Classes, generators, modules and labels are beyond it, and are said so.

import SimKernel

indirect enum MongoNode {
  case literal(MongoValue)
  case template([String], [MongoNode])
  case name(String)
  case array([MongoNode])
  case object([(key: MongoNode, value: MongoNode)])
  case spread(MongoNode)
  case member(MongoNode, String, isOptional: Bool)
  case index(MongoNode, MongoNode)
  case call(MongoNode, [MongoNode])
  case unary(String, MongoNode)
  case binary(String, MongoNode, MongoNode)
  case conditional(MongoNode, MongoNode, MongoNode)
  case assign(String, MongoNode, MongoNode)
  case update(String, MongoNode, isPrefix: Bool)
  /// Parameters are patterns; the body is a statement.
  case function([MongoNode], MongoNode)

  case empty
  case expression(MongoNode)
  case declare([(pattern: MongoNode, value: MongoNode?)])
  case defineFunction(String, MongoNode)
  case block([MongoNode])
  case condition(MongoNode, MongoNode, MongoNode?)
  case loop(MongoNode, MongoNode?, MongoNode?, MongoNode, checksFirst: Bool)
  case each(MongoNode, MongoNode, MongoNode, overKeys: Bool)
  case returning(MongoNode?)
  case throwing(MongoNode)
  case attempt(MongoNode, MongoNode?, MongoNode?, finally: MongoNode?)
  case leave, goOn
}

struct MongoParser {
  private var cursor: MongoScript.Cursor
  private(set) var trouble: String?
  private var depth = 0

  init(_ tokens: [MongoScript.Token]) { cursor = MongoScript.Cursor(tokens: tokens) }

  /// The statements of a script; nil when it holds what is not modelled (`trouble` says what).
  mutating func program() -> [MongoNode]? {
    var list: [MongoNode] = []
    while !cursor.isAtEnd, trouble == nil { list.append(statement()) }
    return trouble == nil ? list : nil
  }

  private mutating func fail(_ what: String = "this JavaScript") -> MongoNode {
    if trouble == nil { trouble = what }
    return .empty
  }

  private mutating func expect(_ mark: String) {
    if !cursor.take(mark) { _ = fail() }
  }

  // MARK: Statements

  private mutating func endStatement() {
    if cursor.take(";") || cursor.isAtEnd || cursor.peek == .mark("}") || cursor.hadLineBreak { return }
    _ = fail()
  }

  private mutating func statement() -> MongoNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 60 else { return fail("a script of this depth") }
    if cursor.take(";") { return .empty }
    if cursor.take("{") { return blockRest() }
    if case .word(let word)? = cursor.peek, !isKey(after: word) {
      switch word {
      case "let", "const", "var":
        cursor.position += 1
        let made = declarations()
        endStatement()
        return made
      case "function":
        cursor.position += 1
        guard case .word(let name)? = cursor.peek else { return fail() }
        cursor.position += 1
        return .defineFunction(name, functionRest())
      case "if":
        cursor.position += 1
        let test = parenthesised()
        let first = statement()
        return .condition(test, first, cursor.takeWord("else") ? statement() : nil)
      case "while":
        cursor.position += 1
        return .loop(.empty, parenthesised(), nil, statement(), checksFirst: true)
      case "do":
        cursor.position += 1
        let body = statement()
        guard cursor.takeWord("while") else { return fail() }
        let test = parenthesised()
        _ = cursor.take(";")
        return .loop(.empty, test, nil, body, checksFirst: false)
      case "for": return forLoop()
      case "return":
        cursor.position += 1
        if cursor.isAtEnd || cursor.peek == .mark(";") || cursor.peek == .mark("}") || cursor.hadLineBreak {
          endStatement()
          return .returning(nil)
        }
        let value = expression()
        endStatement()
        return .returning(value)
      case "throw":
        cursor.position += 1
        let value = expression()
        endStatement()
        return .throwing(value)
      case "try": return attempt()
      case "break", "continue":
        cursor.position += 1
        endStatement()
        return word == "break" ? .leave : .goOn
      case "class", "switch", "import", "export", "with", "debugger", "async":
        return fail("the JavaScript statement `\(word)`")
      default: break
      }
    }
    let value = expression()
    endStatement()
    return .expression(value)
  }

  /// Whether a word that opens statements is used as a plain name here (`for` never is, but `let` may be).
  private mutating func isKey(after word: String) -> Bool {
    guard word == "let" || word == "async" else { return false }
    let start = cursor
    cursor.position += 1
    defer { cursor = start }
    if case .word? = cursor.peek { return false }
    return cursor.peek != .mark("{") && cursor.peek != .mark("[")
  }

  private mutating func blockRest() -> MongoNode {
    var list: [MongoNode] = []
    while !cursor.take("}") {
      guard trouble == nil, !cursor.isAtEnd else { return fail("an unfinished block") }
      list.append(statement())
    }
    return .block(list)
  }

  private mutating func parenthesised() -> MongoNode {
    expect("(")
    let value = expression()
    expect(")")
    return value
  }

  private mutating func declarations() -> MongoNode {
    var list: [(pattern: MongoNode, value: MongoNode?)] = []
    repeat {
      let pattern = primary()
      list.append((pattern, cursor.take("=") ? assignment() : nil))
    } while cursor.take(",") && trouble == nil
    return .declare(list)
  }

  private mutating func forLoop() -> MongoNode {
    cursor.position += 1
    expect("(")
    let start = cursor
    let isDeclaring = cursor.takeWord("let") || cursor.takeWord("const") || cursor.takeWord("var")
    let pattern = cursor.peek == .mark(";") ? MongoNode.empty : primary()
    for word in ["of", "in"] where cursor.takeWord(word) {
      let list = expression()
      expect(")")
      return .each(pattern, list, statement(), overKeys: word == "in")
    }
    cursor = start
    var first = MongoNode.empty
    if isDeclaring {
      cursor.skipBreaks()
      cursor.position += 1
      first = declarations()
    } else if cursor.peek != .mark(";") {
      first = .expression(expression())
    }
    expect(";")
    let test = cursor.peek == .mark(";") ? nil : expression()
    expect(";")
    let step = cursor.peek == .mark(")") ? nil : expression()
    expect(")")
    return .loop(first, test, step, statement(), checksFirst: true)
  }

  private mutating func attempt() -> MongoNode {
    cursor.position += 1
    expect("{")
    let body = blockRest()
    var pattern: MongoNode?
    var handler: MongoNode?
    if cursor.takeWord("catch") {
      if cursor.take("(") {
        pattern = primary()
        expect(")")
      }
      expect("{")
      handler = blockRest()
    }
    var last: MongoNode?
    if cursor.takeWord("finally") {
      expect("{")
      last = blockRest()
    }
    return .attempt(body, pattern, handler, finally: last)
  }

  // MARK: Expressions

  private mutating func expression() -> MongoNode { assignment() }

  private mutating func assignment() -> MongoNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 60 else { return fail("a script of this depth") }
    guard trouble == nil else { return .empty }
    _ = cursor.takeWord("async")
    if let arrow = arrowFunction() { return arrow }
    let left = conditional()
    for mark in ["=", "+=", "-=", "*=", "/="] where cursor.take(mark) {
      return .assign(mark, left, assignment())
    }
    return left
  }

  private mutating func conditional() -> MongoNode {
    let test = binary(0)
    guard cursor.take("?") else { return test }
    let first = assignment()
    expect(":")
    return .conditional(test, first, assignment())
  }

  /// `x => …`, `(a, {b}) => …`.
  private mutating func arrowFunction() -> MongoNode? {
    let start = cursor
    var parameters: [MongoNode] = []
    if case .word? = cursor.peek {
      parameters = [primary()]
    } else if cursor.peek == .mark("("), isArrowAhead() {
      cursor.position += 1
      parameters = list(until: ")")
    } else {
      return nil
    }
    guard cursor.take("=>") else {
      cursor = start
      return nil
    }
    if cursor.take("{") { return .function(parameters, blockRest()) }
    return .function(parameters, .returning(assignment()))
  }

  private mutating func isArrowAhead() -> Bool {
    var open = 0
    var position = cursor.position
    while position < cursor.tokens.count {
      if case .mark(let mark) = cursor.tokens[position] {
        if mark == "(" || mark == "[" || mark == "{" { open += 1 }
        if mark == ")" || mark == "]" || mark == "}" { open -= 1 }
        if open == 0 {
          position += 1
          while position < cursor.tokens.count, cursor.tokens[position] == .lineBreak { position += 1 }
          return position < cursor.tokens.count && cursor.tokens[position] == .mark("=>")
        }
      }
      position += 1
    }
    return false
  }

  private mutating func functionRest() -> MongoNode {
    expect("(")
    let parameters = list(until: ")")
    expect("{")
    return .function(parameters, blockRest())
  }

  private static let levels: [[String]] = [
    ["||", "??"], ["&&"], ["===", "!==", "==", "!="], ["<", ">", "<=", ">="], ["+", "-"], ["*", "/", "%"], ["**"],
  ]

  private mutating func binary(_ level: Int) -> MongoNode {
    guard level < MongoParser.levels.count else { return unary() }
    var left = binary(level + 1)
    while trouble == nil {
      if level == 3, cursor.takeWord("instanceof") { return fail("the JavaScript operator instanceof") }
      guard case .mark(let mark)? = cursor.peek, MongoParser.levels[level].contains(mark) else { return left }
      cursor.position += 1
      left = .binary(mark, left, binary(level + 1))
    }
    return left
  }

  private mutating func unary() -> MongoNode {
    for mark in ["!", "-", "+"] where cursor.take(mark) { return .unary(mark, unary()) }
    for mark in ["++", "--"] where cursor.take(mark) { return .update(mark, unary(), isPrefix: true) }
    for word in ["typeof", "delete", "void"] where cursor.takeWord(word) { return .unary(word, unary()) }
    if cursor.takeWord("await") { return unary() }
    if cursor.takeWord("new") { return postfix() }
    let value = postfix()
    if !cursor.isAtEnd, !cursor.hadLineBreak {
      for mark in ["++", "--"] where cursor.take(mark) { return .update(mark, value, isPrefix: false) }
    }
    return value
  }

  private mutating func postfix() -> MongoNode {
    var value = primary()
    while trouble == nil {
      let isOptional = cursor.peek == .mark("?.")
      if cursor.take(".") || cursor.take("?.") {
        guard case .word(let name)? = cursor.peek else { return fail() }
        cursor.position += 1
        value = .member(value, name, isOptional: isOptional)
      } else if cursor.peek == .mark("["), !cursor.hadLineBreak {
        cursor.position += 1
        let index = expression()
        expect("]")
        value = .index(value, index)
      } else if cursor.peek == .mark("("), !cursor.hadLineBreak {
        cursor.position += 1
        value = .call(value, list(until: ")"))
      } else {
        return value
      }
    }
    return value
  }

  private mutating func list(until close: String) -> [MongoNode] {
    var items: [MongoNode] = []
    while !cursor.take(close) {
      guard trouble == nil, !cursor.isAtEnd else {
        _ = fail("an unfinished list")
        break
      }
      items.append(cursor.take("...") ? .spread(assignment()) : assignment())
      if !cursor.take(","), cursor.peek != .mark(close) { _ = fail() }
    }
    return items
  }

  private mutating func primary() -> MongoNode {
    guard trouble == nil, let token = cursor.peek else { return fail("an unfinished expression") }
    cursor.position += 1
    switch token {
    case .number(let number): return .literal(.number(number))
    case .string(let text): return .literal(.string(text))
    case .regex(let pattern, let flags): return .literal(.regex(pattern, flags))
    case .template(let texts, let sources):
      var parts: [MongoNode] = []
      for source in sources {
        guard let tokens = MongoScript.tokens(source) else { return fail("this template string") }
        var inner = MongoParser(tokens)
        guard let program = inner.program(), program.count == 1, case .expression(let node) = program[0] else {
          return fail("this template string")
        }
        parts.append(node)
      }
      return .template(texts, parts)
    case .word(let word):
      switch word {
      case "true": return .literal(.bool(true))
      case "false": return .literal(.bool(false))
      case "null": return .literal(.null)
      case "undefined": return .literal(.undefined)
      case "function":
        if case .word? = cursor.peek { cursor.position += 1 }
        return functionRest()
      case "this", "yield", "super", "class": return fail("the JavaScript word `\(word)`")
      default: return .name(word)
      }
    case .mark("("):
      let value = expression()
      expect(")")
      return value
    case .mark("["): return .array(list(until: "]"))
    case .mark("{"): return object()
    default: return fail()
    }
  }

  private mutating func object() -> MongoNode {
    var members: [(key: MongoNode, value: MongoNode)] = []
    while !cursor.take("}") {
      guard trouble == nil, let token = cursor.peek else { return fail("an unfinished object") }
      cursor.position += 1
      var key = MongoNode.empty
      switch token {
      case .word(let word): key = .literal(.string(word))
      case .string(let text): key = .literal(.string(text))
      case .number(let number): key = .literal(.string(MongoValue.numberText(number)))
      case .mark("["):
        key = assignment()
        expect("]")
      case .mark("..."):
        members.append((.empty, .spread(assignment())))
        _ = cursor.take(",")
        continue
      default: return fail("this object literal")
      }
      if cursor.take(":") {
        members.append((key, assignment()))
      } else if case .word(let word) = token {
        if cursor.peek == .mark("(") {
          members.append((key, functionRest()))
        } else {
          members.append((key, cursor.take("=") ? .assign("=", .name(word), assignment()) : .name(word)))
        }
      } else {
        return fail("this object literal")
      }
      if !cursor.take(","), cursor.peek != .mark("}") { return fail("this object literal") }
    }
    return .object(members)
  }
}
