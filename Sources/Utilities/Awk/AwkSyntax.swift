// The language of awk (POSIX awk, with what mawk adds): tokens and tree.

struct AwkError: Error {
  let message: String
}

indirect enum AwkExpression {
  case number(Double)
  case string([UInt8])
  case regex([UInt8])
  case variable(String)
  case field(AwkExpression)
  case element(String, [AwkExpression])
  case assign(AwkExpression, UInt8, AwkExpression)
  case conditional(AwkExpression, AwkExpression, AwkExpression)
  case or(AwkExpression, AwkExpression)
  case and(AwkExpression, AwkExpression)
  case contains([AwkExpression], String)
  case match(AwkExpression, AwkExpression, negated: Bool)
  case compare(String, AwkExpression, AwkExpression)
  case concatenation(AwkExpression, AwkExpression)
  case arithmetic(UInt8, AwkExpression, AwkExpression)
  case unary(UInt8, AwkExpression)
  case increment(AwkExpression, by: Double, isPrefix: Bool)
  case call(String, [AwkExpression])
  case builtin(String, [AwkExpression])
  /// The parenthesised list of `(a, b) in c` and of print.
  case list([AwkExpression])
  /// getline: from the main input, a file or a command; into `$0` or a variable.
  case getline(kind: UInt8, source: AwkExpression?, target: AwkExpression?)
}

indirect enum AwkStatement {
  case block([AwkStatement])
  case expression(AwkExpression)
  case print(arguments: [AwkExpression], formatted: Bool, redirection: String, target: AwkExpression?)
  case condition(AwkExpression, AwkStatement, AwkStatement?)
  case whileLoop(AwkExpression, AwkStatement)
  case doLoop(AwkStatement, AwkExpression)
  case forLoop(AwkStatement?, AwkExpression?, AwkStatement?, AwkStatement)
  case forIn(String, String, AwkStatement)
  case next, nextFile, breakLoop, continueLoop
  case exit(AwkExpression?)
  case returnValue(AwkExpression?)
  case delete(String, [AwkExpression]?)
}

struct AwkFunction {
  let parameters: [String]
  let body: AwkStatement
}

struct AwkRule {
  let pattern: AwkExpression?
  let patternEnd: AwkExpression?
  /// nil: print.
  let action: AwkStatement?
}

struct AwkProgramText {
  var begin: [AwkStatement] = []
  var end: [AwkStatement] = []
  var rules: [AwkRule] = []
  var functions: [(name: String, function: AwkFunction)] = []
  var lines = 1
}

struct AwkParser {
  private enum Token: Equatable {
    case number(Double)
    case string([UInt8])
    case regex([UInt8])
    case name(String)
    /// A name with `(` right after it.
    case call(String)
    case builtin(String)
    case keyword(String)
    case mark(String)
    case newline
    case end
  }
  static let keywords: Set<String> = [
    "BEGIN", "END", "function", "func", "if", "else", "while", "for", "do", "break", "continue", "next", "nextfile",
    "exit",
    "return", "delete", "in", "getline", "print", "printf",
  ]
  static let builtins: Set<String> = [
    "length", "substr", "index", "split", "sub", "gsub", "match", "sprintf", "sin", "cos", "atan2", "exp", "log",
    "sqrt",
    "int", "rand", "srand", "tolower", "toupper", "close", "fflush", "system", "systime", "strftime", "mktime",
  ]

  private let text: [UInt8]
  private var at = 0
  private var line = 1
  private var token = Token.newline
  private var tokenLine = 1
  private var tokenStart = 0
  private var previousAllowsRegex = true
  private var depth = 0
  private var noIn = 0
  private var braces = 0
  private var noGreater = 0
  private(set) var program = AwkProgramText()

  init(_ text: [UInt8]) { self.text = text }

  static func parse(_ text: [UInt8]) throws(AwkError) -> AwkProgramText {
    var parser = AwkParser(text)
    try parser.run()
    parser.program.lines = parser.line
    return parser.program
  }

  // MARK: Tokens

  private mutating func advance() throws(AwkError) {
    switch token {
    case .number, .string, .regex, .name, .mark(")"), .mark("]"), .mark("$"), .mark("++"), .mark("--"), .builtin:
      previousAllowsRegex = false
    default: previousAllowsRegex = true
    }
    token = try nextToken()
  }

  private mutating func nextToken() throws(AwkError) -> Token {
    while at < text.count {
      let byte = text[at]
      if byte == 32 || byte == 9 || byte == 13 {
        at += 1
      } else if byte == 92, at + 1 < text.count, text[at + 1] == 10 {
        at += 2
        line += 1
      } else if byte == 35 {
        while at < text.count, text[at] != 10 { at += 1 }
      } else {
        break
      }
    }
    tokenLine = line
    tokenStart = at
    guard at < text.count else { return .end }
    let byte = text[at]
    if byte == 10 {
      at += 1
      line += 1
      return .newline
    }
    if isDigit(byte) || (byte == 46 && at + 1 < text.count && isDigit(text[at + 1])) {
      guard let parsed = parseDouble(text[at...], words: false) else { throw syntaxError() }
      at += parsed.length
      return .number(parsed.value)
    }
    if isAlpha(byte) || byte == 95 {
      let start = at
      while at < text.count, isAlphanumeric(text[at]) || text[at] == 95 { at += 1 }
      let name = String(bytes: text[start..<at])
      if name == "func" { return .keyword("function") }
      if AwkParser.keywords.contains(name) { return .keyword(name) }
      if AwkParser.builtins.contains(name) { return .builtin(name) }
      if at < text.count, text[at] == 40 { return .call(name) }
      return .name(name)
    }
    if byte == 34 { return .string(try quotedString()) }
    if byte == 47, previousAllowsRegex { return .regex(try regexText()) }
    for mark in [
      "&&", "||", "==", "!=", "<=", ">=", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "++", "--", "!~",
    ] {
      let bytes = mark.bytes
      if at + bytes.count <= text.count, text[at..<(at + bytes.count)].elementsEqual(bytes) {
        at += bytes.count
        return .mark(mark)
      }
    }
    at += 1
    guard Array("{}()[];,+-*/%^!<>|?:~$=".utf8).contains(byte) else {
      throw AwkError(message: "line \(line): unexpected character '\(String(bytes: [byte]))'")
    }
    return .mark(String(bytes: [byte]))
  }

  private mutating func quotedString() throws(AwkError) -> [UInt8] {
    at += 1
    let start = at
    while at < text.count, text[at] != 34 {
      if text[at] == 10 { break }
      if text[at] == 92 { at += 1 }
      at += 1
    }
    guard at < text.count, text[at] == 34 else {
      let shown = String(bytes: text[start..<min(text.count, start + 10)])
      throw AwkError(message: "line \(line): runaway string constant \"\(shown) ...")
    }
    let raw = Array(text[start..<at])
    at += 1
    return AwkParser.unescaped(raw)
  }

  static func unescaped(_ raw: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    while i < raw.count {
      guard raw[i] == 92, i + 1 < raw.count else {
        out.append(raw[i])
        i += 1
        continue
      }
      let next = raw[i + 1]
      i += 2
      switch next {
      case 110: out.append(10)
      case 116: out.append(9)
      case 114: out.append(13)
      case 92: out.append(92)
      case 34: out.append(34)
      case 97: out.append(7)
      case 98: out.append(8)
      case 102: out.append(12)
      case 118: out.append(11)
      case 10: break
      case 120:
        var value = 0
        var digits = 0
        while digits < 2, i < raw.count, let digit = hexValue(raw[i]) {
          value = value * 16 + Int(digit)
          i += 1
          digits += 1
        }
        if digits == 0 { out += [92, 120] } else { out.append(UInt8(value)) }
      case 48...55:
        var value = Int(next - 48)
        var digits = 1
        while digits < 3, i < raw.count, raw[i] >= 48, raw[i] <= 55 {
          value = value * 8 + Int(raw[i] - 48)
          i += 1
          digits += 1
        }
        out.append(UInt8(value & 255))
      default: out += [92, next]
      }
    }
    return out
  }

  private mutating func regexText() throws(AwkError) -> [UInt8] {
    at += 1
    var out: [UInt8] = []
    var inBracket = false
    while at < text.count, text[at] != 10, text[at] != 47 || inBracket {
      if text[at] == 92, at + 1 < text.count {
        if text[at + 1] == 47 { out.append(47) } else { out += [92, text[at + 1]] }
        at += 2
        continue
      }
      if text[at] == 91 { inBracket = inBracket || text[at...].contains(93) }
      if text[at] == 93 { inBracket = false }
      out.append(text[at])
      at += 1
    }
    guard at < text.count, text[at] == 47 else {
      throw AwkError(message: "line \(line): runaway regular expression /\(String(bytes: out.prefix(10))) ...")
    }
    at += 1
    return out
  }

  private func syntaxError() -> AwkError {
    switch token {
    case .end:
      if braces > 0 { return AwkError(message: "line \(tokenLine + 1): missing } near end of file") }
      return AwkError(message: "line \(tokenLine): syntax error at or near end of line")
    case .newline: return AwkError(message: "line \(tokenLine): syntax error at or near end of line")
    default:
      var end = at
      if case .regex = token { end = min(at, tokenStart + 1) }
      return AwkError(message: "line \(tokenLine): syntax error at or near \(String(bytes: text[tokenStart..<end]))")
    }
  }

  private func isMark(_ mark: String) -> Bool { token == .mark(mark) }
  private func isKeyword(_ word: String) -> Bool { token == .keyword(word) }
  private mutating func expect(_ mark: String) throws(AwkError) {
    guard isMark(mark) else { throw syntaxError() }
    try advance()
  }
  private mutating func skipNewlines() throws(AwkError) {
    while token == .newline { try advance() }
  }
  private mutating func skipTerminators() throws(AwkError) {
    while token == .newline || isMark(";") { try advance() }
  }

  // MARK: Rules

  private mutating func run() throws(AwkError) {
    token = .newline
    try advance()
    try skipTerminators()
    while token != .end {
      try rule()
      try skipTerminators()
    }
  }

  private mutating func rule() throws(AwkError) {
    if isKeyword("function") {
      try advance()
      let name: String
      switch token {
      case .name(let text), .call(let text): name = text
      default: throw syntaxError()
      }
      try advance()
      try expect("(")
      var parameters: [String] = []
      while !isMark(")") {
        guard case .name(let parameter) = token else { throw syntaxError() }
        parameters.append(parameter)
        try advance()
        if isMark(",") {
          try advance()
          try skipNewlines()
        }
      }
      try expect(")")
      try skipNewlines()
      program.functions.append((name, AwkFunction(parameters: parameters, body: try block())))
      return
    }
    if isKeyword("BEGIN") || isKeyword("END") {
      let isBegin = isKeyword("BEGIN")
      try advance()
      guard isMark("{") else { throw syntaxError() }
      let body = try block()
      if isBegin { program.begin.append(body) } else { program.end.append(body) }
      return
    }
    var pattern: AwkExpression?
    var patternEnd: AwkExpression?
    if !isMark("{") {
      pattern = try expression()
      if isMark(",") {
        try advance()
        try skipNewlines()
        patternEnd = try expression()
      }
    }
    var action: AwkStatement?
    if isMark("{") {
      action = try block()
    } else if token != .newline, token != .end, !isMark(";") {
      throw syntaxError()
    }
    program.rules.append(AwkRule(pattern: pattern, patternEnd: patternEnd, action: action))
  }

  // MARK: Statements

  private mutating func block() throws(AwkError) -> AwkStatement {
    try expect("{")
    braces += 1
    defer { braces -= 1 }
    var statements: [AwkStatement] = []
    try skipTerminators()
    while !isMark("}") {
      if token == .end { throw syntaxError() }
      statements.append(try statement())
      try skipTerminators()
    }
    try advance()
    return .block(statements)
  }

  private mutating func endSimple() throws(AwkError) {
    if isMark(";") || token == .newline {
      try advance()
    } else if !isMark("}"), token != .end {
      throw syntaxError()
    }
  }

  private mutating func body() throws(AwkError) -> AwkStatement {
    try skipNewlines()
    if isMark(";") {
      try advance()
      return .block([])
    }
    return try statement()
  }

  private mutating func statement() throws(AwkError) -> AwkStatement {
    depth += 1
    defer { depth -= 1 }
    guard depth < 400 else { throw AwkError(message: "line \(line): program is nested too deeply") }
    if isMark("{") { return try block() }
    guard case .keyword(let word) = token else {
      let simple = try simpleStatement()
      try endSimple()
      return simple
    }
    switch word {
    case "if":
      try advance()
      try expect("(")
      let condition = try expression()
      try expect(")")
      let then = try body()
      // An else may follow after terminators.
      let saved = (at, line, token, tokenLine, tokenStart, previousAllowsRegex)
      try skipTerminators()
      if isKeyword("else") {
        try advance()
        return .condition(condition, then, try body())
      }
      (at, line, token, tokenLine, tokenStart, previousAllowsRegex) = saved
      return .condition(condition, then, nil)
    case "while":
      try advance()
      try expect("(")
      let condition = try expression()
      try expect(")")
      return .whileLoop(condition, try body())
    case "do":
      try advance()
      let inner = try body()
      try skipTerminators()
      guard isKeyword("while") else { throw syntaxError() }
      try advance()
      try expect("(")
      let condition = try expression()
      try expect(")")
      try endSimple()
      return .doLoop(inner, condition)
    case "for":
      try advance()
      try expect("(")
      if case .name(let variable) = token {
        let saved = (at, line, token, tokenLine, tokenStart, previousAllowsRegex)
        try advance()
        if isKeyword("in") {
          try advance()
          if case .name(let array) = token {
            try advance()
            if isMark(")") {
              try advance()
              return .forIn(variable, array, try body())
            }
          }
        }
        (at, line, token, tokenLine, tokenStart, previousAllowsRegex) = saved
      }
      var first: AwkStatement?
      if !isMark(";") { first = try simpleStatement() }
      try expect(";")
      try skipNewlines()
      var condition: AwkExpression?
      if !isMark(";") { condition = try expression() }
      try expect(";")
      try skipNewlines()
      var step: AwkStatement?
      if !isMark(")") { step = try simpleStatement() }
      try expect(")")
      return .forLoop(first, condition, step, try body())
    case "next", "nextfile", "break", "continue":
      try advance()
      try endSimple()
      return word == "next" ? .next : word == "nextfile" ? .nextFile : word == "break" ? .breakLoop : .continueLoop
    case "exit", "return":
      try advance()
      var value: AwkExpression?
      if !isMark(";"), !isMark("}"), token != .newline, token != .end { value = try expression() }
      try endSimple()
      return word == "exit" ? .exit(value) : .returnValue(value)
    default:
      let simple = try simpleStatement()
      try endSimple()
      return simple
    }
  }

  private mutating func simpleStatement() throws(AwkError) -> AwkStatement {
    if isKeyword("delete") {
      try advance()
      guard case .name(let name) = token else { throw syntaxError() }
      try advance()
      guard isMark("[") else { return .delete(name, nil) }
      return .delete(name, try subscripts())
    }
    guard isKeyword("print") || isKeyword("printf") else { return .expression(try expression()) }
    let formatted = isKeyword("printf")
    try advance()
    var arguments: [AwkExpression] = []
    noGreater += 1
    if !isMark(";"), !isMark("}"), !isMark(">"), !isMark(">>"), !isMark("|"), token != .newline, token != .end {
      let first = try expression()
      if case .list(let items) = first {
        arguments = items
        if isMark(",") { throw syntaxError() }
      } else {
        arguments = [first]
        while isMark(",") {
          try advance()
          try skipNewlines()
          arguments.append(try expression())
        }
      }
    }
    noGreater -= 1
    var redirection = ""
    var target: AwkExpression?
    for mark in [">", ">>", "|"] where isMark(mark) {
      redirection = mark
      try advance()
      noGreater += 1
      var name = try concatenation(noGetline: true)
      if isMark("?") {
        try advance()
        let yes = try expression()
        try expect(":")
        name = .conditional(name, yes, try expression())
      }
      target = name
      noGreater -= 1
      break
    }
    return .print(arguments: arguments, formatted: formatted, redirection: redirection, target: target)
  }

  private mutating func subscripts() throws(AwkError) -> [AwkExpression] {
    try expect("[")
    let saved = (noIn, noGreater)
    (noIn, noGreater) = (0, 0)
    var list = [try expression()]
    while isMark(",") {
      try advance()
      try skipNewlines()
      list.append(try expression())
    }
    (noIn, noGreater) = saved
    try expect("]")
    return list
  }

  // MARK: Expressions

  private mutating func expression() throws(AwkError) -> AwkExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < 400 else { throw AwkError(message: "line \(line): program is nested too deeply") }
    let left = try ternary()
    let operators: [String: UInt8] = ["=": 61, "+=": 43, "-=": 45, "*=": 42, "/=": 47, "%=": 37, "^=": 94]
    guard case .mark(let mark) = token, let action = operators[mark] else { return left }
    switch left {
    case .variable, .field, .element: break
    default: throw syntaxError()
    }
    try advance()
    try skipNewlines()
    return .assign(left, action, try expression())
  }

  private mutating func ternary() throws(AwkError) -> AwkExpression {
    let condition = try or()
    guard isMark("?") else { return condition }
    try advance()
    try skipNewlines()
    let yes = try expression()
    try skipNewlines()
    try expect(":")
    try skipNewlines()
    return .conditional(condition, yes, try expression())
  }

  private mutating func or() throws(AwkError) -> AwkExpression {
    var left = try and()
    while isMark("||") {
      try advance()
      try skipNewlines()
      left = .or(left, try and())
    }
    return left
  }
  private mutating func and() throws(AwkError) -> AwkExpression {
    var left = try membership()
    while isMark("&&") {
      try advance()
      try skipNewlines()
      left = .and(left, try membership())
    }
    return left
  }
  private mutating func membership() throws(AwkError) -> AwkExpression {
    var left = try matching()
    while isKeyword("in"), noIn == 0 {
      try advance()
      guard case .name(let array) = token else { throw syntaxError() }
      try advance()
      if case .list(let items) = left { left = .contains(items, array) } else { left = .contains([left], array) }
    }
    return left
  }
  private mutating func matching() throws(AwkError) -> AwkExpression {
    var left = try comparison()
    while isMark("~") || isMark("!~") {
      let negated = isMark("!~")
      try advance()
      left = .match(left, try comparison(), negated: negated)
    }
    return left
  }
  private mutating func comparison() throws(AwkError) -> AwkExpression {
    var left = try concatenation(noGetline: false)
    while case .mark(let mark) = token, ["<", "<=", "==", "!=", ">", ">="].contains(mark) {
      if mark == ">", noGreater > 0 { break }
      try advance()
      left = .compare(mark, left, try concatenation(noGetline: false))
    }
    return left
  }

  private mutating func concatenation(noGetline: Bool) throws(AwkError) -> AwkExpression {
    var left = try additive()
    while true {
      if isMark("|"), !noGetline {
        // cmd | getline
        let saved = (at, line, token, tokenLine, tokenStart, previousAllowsRegex)
        try advance()
        guard isKeyword("getline") else {
          (at, line, token, tokenLine, tokenStart, previousAllowsRegex) = saved
          return left
        }
        try advance()
        left = .getline(kind: 124, source: left, target: try optionalTarget())
        continue
      }
      switch token {
      case .number, .string, .regex, .name, .call, .builtin: break
      case .mark("$"), .mark("!"), .mark("("), .mark("-"), .mark("+"), .mark("++"), .mark("--"): break
      case .keyword("getline"): break
      default: return left
      }
      if case .keyword("in") = token { return left }
      left = .concatenation(left, try additive())
    }
  }

  private mutating func additive() throws(AwkError) -> AwkExpression {
    var left = try term()
    while isMark("+") || isMark("-") {
      let action: UInt8 = isMark("+") ? 43 : 45
      try advance()
      left = .arithmetic(action, left, try term())
    }
    return left
  }
  private mutating func term() throws(AwkError) -> AwkExpression {
    var left = try unary()
    while isMark("*") || isMark("/") || isMark("%") {
      let action: UInt8 = isMark("*") ? 42 : isMark("/") ? 47 : 37
      try advance()
      left = .arithmetic(action, left, try unary())
    }
    return left
  }
  private mutating func unary() throws(AwkError) -> AwkExpression {
    for mark in ["!", "-", "+"] where isMark(mark) {
      depth += 1
      defer { depth -= 1 }
      guard depth < 400 else { throw AwkError(message: "line \(line): program is nested too deeply") }
      try advance()
      return .unary(mark.utf8.first!, try unary())
    }
    return try power()
  }
  private mutating func power() throws(AwkError) -> AwkExpression {
    let left = try postfix()
    guard isMark("^") else { return left }
    try advance()
    // Right associative; a sign may stand before the exponent.
    if isMark("-") || isMark("+") || isMark("!") { return .arithmetic(94, left, try unary()) }
    return .arithmetic(94, left, try power())
  }
  private mutating func postfix() throws(AwkError) -> AwkExpression {
    let value = try primary()
    switch value {
    case .variable, .field, .element:
      if isMark("++") || isMark("--") {
        let by = isMark("++") ? 1.0 : -1.0
        try advance()
        return .increment(value, by: by, isPrefix: false)
      }
    default: break
    }
    return value
  }

  private mutating func optionalTarget() throws(AwkError) -> AwkExpression? {
    switch token {
    case .name, .mark("$"): return try primary()
    default: return nil
    }
  }

  private mutating func arguments() throws(AwkError) -> [AwkExpression] {
    try expect("(")
    let saved = (noIn, noGreater)
    (noIn, noGreater) = (0, 0)
    var list: [AwkExpression] = []
    try skipNewlines()
    while !isMark(")") {
      list.append(try expression())
      try skipNewlines()
      if isMark(",") {
        try advance()
        try skipNewlines()
      } else if !isMark(")") {
        throw syntaxError()
      }
    }
    (noIn, noGreater) = saved
    try advance()
    return list
  }

  private mutating func primary() throws(AwkError) -> AwkExpression {
    switch token {
    case .number(let value):
      try advance()
      return .number(value)
    case .string(let value):
      try advance()
      return .string(value)
    case .regex(let value):
      try advance()
      return .regex(value)
    case .mark("$"):
      try advance()
      if isMark("++") || isMark("--") {
        let by = isMark("++") ? 1.0 : -1.0
        try advance()
        return .field(.increment(try primary(), by: by, isPrefix: true))
      }
      if isMark("-") {
        try advance()
        return .field(.unary(45, try primary()))
      }
      return .field(try primary())
    case .mark("++"), .mark("--"):
      let by = isMark("++") ? 1.0 : -1.0
      try advance()
      let target = try primary()
      switch target {
      case .variable, .field, .element: return .increment(target, by: by, isPrefix: true)
      default: throw syntaxError()
      }
    case .mark("("):
      try advance()
      let saved = (noIn, noGreater)
      (noIn, noGreater) = (0, 0)
      try skipNewlines()
      var items = [try expression()]
      while isMark(",") {
        try advance()
        try skipNewlines()
        items.append(try expression())
      }
      try skipNewlines()
      (noIn, noGreater) = saved
      try expect(")")
      if items.count > 1 { return .list(items) }
      // A parenthesised expression is a value, not a target.
      switch items[0] {
      case .variable, .field, .element, .list: return .unary(40, items[0])
      default: return items[0]
      }
    case .name(let name):
      try advance()
      if isMark("[") { return .element(name, try subscripts()) }
      return .variable(name)
    case .call(let name):
      try advance()
      return .call(name, try arguments())
    case .builtin(let name):
      try advance()
      if name == "length", !isMark("(") { return .builtin(name, []) }
      guard isMark("(") else { throw syntaxError() }
      return .builtin(name, try arguments())
    case .keyword("getline"):
      try advance()
      let target = try optionalTarget()
      if isMark("<") {
        try advance()
        return .getline(kind: 60, source: try postfix(), target: target)
      }
      return .getline(kind: 0, source: nil, target: target)
    default: throw syntaxError()
    }
  }
}
