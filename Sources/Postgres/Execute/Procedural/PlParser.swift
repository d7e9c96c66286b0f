// Reads the body of a PL/pgSQL function into its tree. What the model leaves out (cursors, transitions, …) is "not simulated".
// Source: PostgreSQL 15 manual, chapter 43.

internal import SimKernel

struct PlParser {
  let source: [UInt8]
  let tokens: [Token]
  var index = 0
  private var depth = 0
  /// Names of bound cursors declared so far.
  var cursors: Set<String> = []
  var declaring = ""
  /// nil when a body is only read, not checked.
  let compilation: PlCompilation?
  /// The blocks and loops around the current place.
  var levels: [PlLevel] = []

  private init(_ text: String, _ compilation: PlCompilation?) throws(SQLError) {
    source = Array(text.utf8)
    tokens = try Lexer.tokens(source)
    self.compilation = compilation
  }

  static func parse(_ text: String, _ compilation: PlCompilation? = nil) throws(SQLError) -> PlBlock {
    var parser = try PlParser(text, compilation)
    parser.declareParameters()
    let label = parser.label()
    let block = try parser.block(label)
    _ = parser.accept(";")
    guard parser.current.kind == .end else { throw parser.unexpected() }
    return block
  }

  // MARK: Tokens

  var current: Token { tokens[min(index, tokens.count - 1)] }
  func ahead(_ n: Int) -> Token { tokens[min(index + n, tokens.count - 1)] }
  mutating func advance() { if index < tokens.count - 1 { index += 1 } }
  func isWord(_ text: String) -> Bool { current.kind == .word && current.text == text }
  func isWord(_ n: Int, _ text: String) -> Bool { ahead(n).kind == .word && ahead(n).text == text }
  func isMark(_ text: String) -> Bool {
    (current.kind == .punctuation || current.kind == .oper) && current.text == text
  }
  mutating func accept(_ mark: String) -> Bool {
    guard isMark(mark) else { return false }
    advance()
    return true
  }
  mutating func acceptWord(_ word: String) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }
  mutating func expect(_ mark: String) throws(SQLError) { if !accept(mark) { throw unexpected() } }
  mutating func expectWord(_ word: String) throws(SQLError) { if !acceptWord(word) { throw unexpected() } }

  func unexpected() -> SQLError {
    near("syntax error", current)
  }

  func near(_ what: String, _ token: Token) -> SQLError {
    token.kind == .end
      ? SQLError(SQLState.syntaxError, what + " at end of input", at: source.count)
      : SQLError(
        SQLState.syntaxError,
        what + " at or near \"\(String(decoding: source[token.start..<token.end], as: UTF8.self))\"", at: token.start)
  }

  func line(_ offset: Int) -> Int {
    var n = 1
    for b in source[..<min(offset, source.count)] where b == 10 { n += 1 }
    return n
  }

  mutating func name() throws(SQLError) -> String {
    guard current.kind == .word || current.kind == .quoted else { throw unexpected() }
    defer { advance() }
    return current.text
  }

  /// `<<label>>`
  mutating func label() -> String? {
    guard isMark("<<") else { return nil }
    advance()
    let text = current.text
    advance()
    _ = accept(">>")
    return text
  }

  /// An expression up to one of the words or marks.
  mutating func expression(until stops: [String]) throws(SQLError) -> String {
    let start = current.start
    let found = try text(until: stops, isExpression: true)
    try checkExpression(found, at: start)
    return found
  }

  /// The text up to one of the words or marks at the outer level, which is not taken.
  mutating func text(until stops: [String], isExpression: Bool = false) throws(SQLError) -> String {
    let start = current.start
    var end = start
    var nesting = 0
    var cases = 0
    while current.kind != .end {
      let t = current
      if t.kind == .punctuation, t.text == "(" || t.text == "[" { nesting += 1 }
      if nesting == 0, cases == 0, t.kind == .word || t.kind == .punctuation || t.kind == .oper, stops.contains(t.text)
      {
        guard end > start else { throw near(isExpression ? "missing expression" : "missing SQL statement", t) }
        return String(decoding: source[start..<end], as: UTF8.self)
      }
      if t.kind == .punctuation, t.text == ";" {
        if nesting > 0 { throw near("mismatched parentheses", t) }
        throw SQLError(
          SQLState.syntaxError,
          "missing \"\(uppercasedASCII(stops[0]))\" at end of SQL \(isExpression ? "expression" : "statement")",
          at: t.start)
      }
      if t.kind == .punctuation, t.text == ")" || t.text == "]" { nesting -= 1 }
      if t.kind == .word, t.text == "case" { cases += 1 }
      if t.kind == .word, t.text == "end", cases > 0 { cases -= 1 }
      end = t.end
      advance()
    }
    throw unexpected()
  }

  // MARK: Blocks

  mutating func block(_ label: String?) throws(SQLError) -> PlBlock {
    let block = PlBlock(line: line(current.start))
    block.label = label
    levels.append(PlLevel(label: label))
    defer { levels.removeLast() }
    if acceptWord("declare") {
      while !isWord("begin") {
        if acceptWord("declare") { continue }
        block.declarations.append(try declaration())
      }
    }
    try expectWord("begin")
    block.body = try statements(until: ["end", "exception"])
    if acceptWord("exception") {
      while acceptWord("when") {
        var conditions: [String] = []
        repeat {
          if acceptWord("sqlstate") {
            conditions.append(current.text)
            advance()
          } else {
            let condition = try name()
            if compilation != nil, condition != "others", PlConditions.state(condition) == nil {
              throw compileError(SQLState.undefinedObject, "unrecognized exception condition \"\(condition)\"")
            }
            conditions.append(condition)
          }
        } while acceptWord("or")
        try expectWord("then")
        levels.append(PlLevel(names: ["sqlstate": true, "sqlerrm": true]))
        defer { levels.removeLast() }
        block.handlers.append(PlHandler(conditions: conditions, body: try statements(until: ["end", "when"])))
      }
    }
    try expectWord("end")
    try endLabel(label)
    return block
  }

  /// The name that may stand behind END.
  mutating func endLabel(_ label: String?) throws(SQLError) {
    guard current.kind == .word || current.kind == .quoted else { return }
    try checkEndLabel(label, current)
    advance()
  }

  private mutating func declaration() throws(SQLError) -> PlDeclaration {
    let place = current
    var d = PlDeclaration(name: try name())
    declaring = d.name
    defer { if !levels.isEmpty { levels[levels.count - 1].names[d.name] = d.isConstant } }
    if compilation != nil, levels[levels.count - 1].names[d.name] != nil { throw near("duplicate declaration", place) }
    if acceptWord("alias") {
      try expectWord("for")
      d.alias = current.kind == .parameter ? "$" + current.text : current.text
      advance()
      try expect(";")
      return d
    }
    if isWord("cursor") || (isWord("no") && isWord(1, "scroll") && isWord(2, "cursor"))
      || (isWord("scroll") && isWord(1, "cursor"))
    {
      d.type = "refcursor"
      d.cursor = try boundCursor()
      return d
    }
    d.isConstant = acceptWord("constant")
    if isWord("record"), ahead(1).kind != .oper || ahead(1).text != "%" {
      advance()
    } else {
      let start = current.start
      let type = try text(until: [";", ":=", "=", "default", "not", "collate"])
      try checkType(type, at: start)
      d.type = type
    }
    if acceptWord("collate") { advance() }
    let strictness = current
    if acceptWord("not") {
      try expectWord("null")
      d.notNull = true
    }
    if d.notNull, isMark(";"), compilation != nil {
      throw SQLError(
        "22004", "variable \"\(d.name)\" must have a default value, since it's declared NOT NULL", at: strictness.start)
    }
    if accept(":=") || accept("=") || acceptWord("default") { d.value = try expression(until: [";"]) }
    try expect(";")
    return d
  }

  // MARK: Cursors

  /// A statement must at least be SQL.
  func check(_ text: [UInt8], at start: Int) throws(SQLError) {
    do throws(SQLError) {
      var parser = try Parser(text)
      _ = try parser.single()
    } catch {
      // What the SQL parser cannot read is said when it runs.
      if error.kind == .notSimulated { return }
      var e = error
      e.offset = e.offset >= 0 ? e.offset + start : start + text.count
      throw e
    }
  }

  mutating func statements(until stops: [String]) throws(SQLError) -> [PlStatement] {
    depth += 1
    defer { depth -= 1 }
    if depth > 60 { throw .notSimulated("limit: PL/pgSQL nested deeper than 60 levels") }
    var out: [PlStatement] = []
    while true {
      guard current.kind != .end else { throw unexpected() }
      if current.kind == .word, stops.contains(current.text) { return out }
      let place = line(current.start)
      out.append(PlStatement(line: place, kind: try statement()))
    }
  }
}
