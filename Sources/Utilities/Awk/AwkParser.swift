// The grammar of awk (POSIX awk, with what mawk adds): rules, functions and statements.

struct AwkParser {
  enum Token: Equatable {
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

  let text: [UInt8]
  var at = 0
  var line = 1
  var token = Token.newline
  var tokenLine = 1
  var tokenStart = 0
  var previousAllowsRegex = true
  private var depth = 0
  private var links = 0
  var noIn = 0
  private var braces = 0
  var noGreater = 0
  var program = AwkProgramText()

  init(_ text: [UInt8]) { self.text = text }

  static func parse(_ text: [UInt8]) throws(AwkError) -> AwkProgramText {
    var parser = AwkParser(text)
    try parser.run()
    parser.program.lines = parser.line
    return parser.program
  }

  func syntaxError() -> AwkError {
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

  func isMark(_ mark: String) -> Bool { token == .mark(mark) }
  func isKeyword(_ word: String) -> Bool { token == .keyword(word) }
  mutating func expect(_ mark: String) throws(AwkError) {
    guard isMark(mark) else { throw syntaxError() }
    try advance()
  }
  mutating func skipNewlines() throws(AwkError) {
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

  mutating func block() throws(AwkError) -> AwkStatement {
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

  mutating func body() throws(AwkError) -> AwkStatement {
    try skipNewlines()
    if isMark(";") {
      try advance()
      return .block([])
    }
    return try statement()
  }

  /// Goes down: so many calls of this parser stand on the stack for it.
  mutating func enter(_ weight: Int = 4) throws(AwkError) {
    depth += weight
    if depth > 480 { throw .tooDeep }
  }
  mutating func leave(_ weight: Int = 4) { depth -= weight }

  /// Another operator of a chain (`a + b + c …`): the tree gets deeper by one although nothing is nested.
  mutating func link() throws(AwkError) {
    links += 1
    if links > 1_000 { throw .tooDeep }
  }

  private mutating func statement() throws(AwkError) -> AwkStatement {
    try enter()
    defer { leave() }
    links = 0
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

  mutating func subscripts() throws(AwkError) -> [AwkExpression] {
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

}
