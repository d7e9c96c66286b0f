// Recursive descent over the tokens of a query string: the shared machinery, names, types and the list of statements.
// A syntax error points at the first token that PostgreSQL's grammar would not take.
// Source: PostgreSQL 15 manual, part VI, and chapter 4.1.6 for operator precedence.

struct Parser {
  let source: [UInt8]
  let tokens: [Token]
  var index = 0
  var depth = 0
  static let maximumDepth = 200

  init(_ source: [UInt8]) throws(SQLError) {
    self.source = source
    tokens = try Lexer.tokens(source)
  }

  /// All statements of a query string.
  /// One statement and nothing behind it but a semicolon.
  mutating func single() throws(SQLError) -> Statement {
    let statement = try self.statement()
    _ = accept(";")
    if current.kind != .end { throw unexpected() }
    return statement
  }

  static func statements(_ text: String) throws(SQLError) -> [ParsedStatement] {
    var parser = try Parser(Array(text.utf8))
    var result: [ParsedStatement] = []
    while true {
      while parser.accept(";") {}
      if parser.current.kind == .end { return result }
      let start = parser.current.start
      let statement = try parser.statement()
      let end = parser.previousEnd
      if parser.current.kind != .end, !parser.isPunctuation(";") { throw parser.unexpected() }
      result.append(ParsedStatement(statement: statement, start: start, end: end))
    }
  }

  // MARK: Tokens

  var current: Token { tokens[index] }
  var previousEnd: Int { index > 0 ? tokens[index - 1].end : 0 }
  func ahead(_ count: Int) -> Token { tokens[min(index + count, tokens.count - 1)] }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  func isPunctuation(_ text: String) -> Bool { current.kind == .punctuation && current.text == text }
  func isOperator(_ text: String) -> Bool { current.kind == .oper && current.text == text }
  func isWord(_ word: String) -> Bool { current.kind == .word && current.text == word }
  func isWord(_ ahead: Int, _ word: String) -> Bool {
    let token = self.ahead(ahead)
    return token.kind == .word && token.text == word
  }
  func isPunctuation(_ ahead: Int, _ text: String) -> Bool {
    let token = self.ahead(ahead)
    return token.kind == .punctuation && token.text == text
  }
  func isOneOf(_ words: [String]) -> Bool { current.kind == .word && words.contains(current.text) }

  mutating func accept(_ punctuation: String) -> Bool {
    guard isPunctuation(punctuation) else { return false }
    advance()
    return true
  }
  mutating func acceptOperator(_ text: String) -> Bool {
    guard isOperator(text) else { return false }
    advance()
    return true
  }
  /// Takes the words if all of them follow.
  mutating func acceptWords(_ words: String...) -> Bool {
    for (i, word) in words.enumerated() where !isWord(i, word) { return false }
    for _ in words { advance() }
    return true
  }
  mutating func acceptWord(_ word: String) -> Bool {
    guard isWord(word) else { return false }
    advance()
    return true
  }
  mutating func expect(_ punctuation: String) throws(SQLError) {
    guard accept(punctuation) else { throw unexpected() }
  }
  mutating func expectOperator(_ text: String) throws(SQLError) {
    guard acceptOperator(text) else { throw unexpected() }
  }
  mutating func expectWord(_ word: String) throws(SQLError) {
    guard acceptWord(word) else { throw unexpected() }
  }

  func unexpected() -> SQLError { unexpected(current) }

  func unexpected(_ token: Token) -> SQLError {
    if token.kind == .end {
      return SQLError(SQLState.syntaxError, "syntax error at end of input", at: token.start)
    }
    let text = String(decoding: source[token.start..<token.end], as: UTF8.self)
    return SQLError(SQLState.syntaxError, "syntax error at or near \"\(text)\"", at: token.start)
  }

  mutating func enter() throws(SQLError) {
    depth += 1
    if depth > Parser.maximumDepth {
      throw .notSimulated("limit: an expression nested deeper than \(Parser.maximumDepth) levels")
    }
  }
  mutating func leave() { depth -= 1 }

  // MARK: Names

  func category(_ token: Token) -> KeywordTable.Category? {
    token.kind == .word ? KeywordTable.shared.category(token.text) : nil
  }

  /// Whether the token can be a column or table name.
  func isColumnIdentifier(_ token: Token) -> Bool {
    switch token.kind {
    case .quoted: return true
    case .word:
      switch KeywordTable.shared.category(token.text) {
      case nil, .unreserved, .columnName: return true
      default: return false
      }
    default: return false
    }
  }
  /// Whether the token can be the name of a type or function.
  func isTypeFunctionName(_ token: Token) -> Bool {
    switch token.kind {
    case .quoted: return true
    case .word:
      switch KeywordTable.shared.category(token.text) {
      case nil, .unreserved, .typeOrFunction: return true
      default: return false
      }
    default: return false
    }
  }
  func isLabel(_ token: Token) -> Bool { token.kind == .quoted || token.kind == .word }

  mutating func columnIdentifier() throws(SQLError) -> String {
    guard isColumnIdentifier(current) else { throw unexpected() }
    let text = current.text
    advance()
    return text
  }

  mutating func label() throws(SQLError) -> String {
    guard isLabel(current) else { throw unexpected() }
    let text = current.text
    advance()
    return text
  }

  mutating func nonReservedWord() throws(SQLError) -> String {
    let token = current
    guard token.kind == .quoted || (token.kind == .word && category(token) != .reserved) else { throw unexpected() }
    advance()
    return token.text
  }

  mutating func qualifiedName() throws(SQLError) -> QualifiedName {
    let offset = current.start
    var parts = [try columnIdentifier()]
    while isPunctuation("."), isLabel(ahead(1)) {
      advance()
      parts.append(try label())
    }
    return QualifiedName(parts: parts, offset: offset)
  }

  /// A name where functions and types are named too.
  mutating func anyName() throws(SQLError) -> QualifiedName {
    let offset = current.start
    guard isColumnIdentifier(current) || isTypeFunctionName(current) else { throw unexpected() }
    var parts = [current.text]
    advance()
    while isPunctuation("."), isLabel(ahead(1)) {
      advance()
      parts.append(try label())
    }
    return QualifiedName(parts: parts, offset: offset)
  }

  mutating func nameList() throws(SQLError) -> [String] {
    var names = [try columnIdentifier()]
    while accept(",") { names.append(try columnIdentifier()) }
    return names
  }
  mutating func parenthesizedNames() throws(SQLError) -> [String] {
    try expect("(")
    let names = try nameList()
    try expect(")")
    return names
  }
  mutating func qualifiedNames() throws(SQLError) -> [QualifiedName] {
    var names = [try qualifiedName()]
    while accept(",") { names.append(try qualifiedName()) }
    return names
  }

  mutating func stringConstant() throws(SQLError) -> String {
    guard current.kind == .string else { throw unexpected() }
    let text = current.text
    advance()
    return text
  }

  mutating func signedInteger() throws(SQLError) -> Int64 {
    var negative = false
    if acceptOperator("-") { negative = true } else { _ = acceptOperator("+") }
    guard current.kind == .integer, let value = Int64(current.text) else { throw unexpected() }
    advance()
    return negative ? -value : value
  }

  /// A role name; `current_user` and the like are kept as words.
  mutating func roleName() throws(SQLError) -> String {
    if current.kind == .word, ["current_user", "session_user", "current_role"].contains(current.text) {
      let text = current.text
      advance()
      return text
    }
    return try nonReservedWord()
  }

  // MARK: Types

  static let grammarTypes: [String: String] = [
    "int": "int4", "integer": "int4", "smallint": "int2", "bigint": "int8", "real": "float4", "boolean": "bool",
    "dec": "numeric", "decimal": "numeric", "numeric": "numeric",
  ]

  func startsType(_ token: Token) -> Bool {
    if isTypeFunctionName(token) { return true }
    guard token.kind == .word else { return false }
    switch token.text {
    case "int", "integer", "smallint", "bigint", "real", "boolean", "dec", "decimal", "numeric", "float", "character",
      "char", "varchar", "national", "nchar", "bit", "time", "timestamp", "interval", "setof":
      return true
    default: return false
    }
  }

  mutating func typeName() throws(SQLError) -> TypeName {
    let setOf = acceptWord("setof")
    var type = try simpleType()
    type.isSetOf = setOf
    if acceptWord("array") {
      type.arrayDimensions = 1
      if accept("[") {
        guard current.kind == .integer else { throw unexpected() }
        advance()
        try expect("]")
      }
      return type
    }
    while isPunctuation("[") {
      advance()
      if current.kind == .integer { advance() }
      try expect("]")
      type.arrayDimensions += 1
    }
    return type
  }

  func builtin(_ name: String, _ offset: Int) -> TypeName {
    TypeName(name: QualifiedName(parts: ["pg_catalog", name], offset: offset))
  }

  mutating func typeModifiers() throws(SQLError) -> [Expr] {
    guard accept("(") else { return [] }
    var modifiers = [try expression()]
    while accept(",") { modifiers.append(try expression()) }
    try expect(")")
    return modifiers
  }

  mutating func simpleType() throws(SQLError) -> TypeName {
    let offset = current.start
    if current.kind == .word, !isPunctuation(1, ".") {
      let word = current.text
      if let name = Parser.grammarTypes[word] {
        advance()
        var type = builtin(name, offset)
        if name == "numeric" { type.modifiers = try typeModifiers() }
        return type
      }
      switch word {
      case "float":
        advance()
        var name = "float8"
        if accept("(") {
          guard current.kind == .integer, let bits = Int64(current.text) else { throw unexpected() }
          if bits < 1 {
            throw SQLError(
              SQLState.invalidParameterValue, "precision for type float must be at least 1 bit", at: current.start)
          }
          if bits > 53 {
            throw SQLError(
              SQLState.invalidParameterValue, "precision for type float must be less than 54 bits", at: current.start)
          }
          if bits <= 24 { name = "float4" }
          advance()
          try expect(")")
        }
        return builtin(name, offset)
      case "double":
        if isWord(1, "precision") {
          advance()
          advance()
          return builtin("float8", offset)
        }
      case "character", "char", "nchar", "national":
        advance()
        if word == "national" {
          guard acceptWord("character") || acceptWord("char") else { throw unexpected() }
        }
        let varying = acceptWord("varying")
        var type = builtin(varying ? "varchar" : "bpchar", offset)
        type.modifiers = try typeModifiers()
        if !varying, type.modifiers.isEmpty { type.modifiers = [Expr(.integer("1"), offset)] }
        return type
      case "varchar":
        advance()
        var type = builtin("varchar", offset)
        type.modifiers = try typeModifiers()
        return type
      case "bit":
        advance()
        let varying = acceptWord("varying")
        var type = builtin(varying ? "varbit" : "bit", offset)
        type.modifiers = try typeModifiers()
        if !varying, type.modifiers.isEmpty { type.modifiers = [Expr(.integer("1"), offset)] }
        return type
      case "time", "timestamp":
        advance()
        let modifiers = try typeModifiers()
        var zoned = false
        if isWord("with"), isWord(1, "time") {
          advance()
          advance()
          try expectWord("zone")
          zoned = true
        } else if isWord("without"), isWord(1, "time") {
          advance()
          advance()
          try expectWord("zone")
        }
        var type = builtin(word + (zoned ? "tz" : ""), offset)
        type.modifiers = modifiers
        return type
      case "interval":
        advance()
        var type = builtin("interval", offset)
        if isPunctuation("(") {
          type.modifiers = try typeModifiers()
        } else {
          type.intervalFields = intervalFields()
          if type.intervalFields != nil, isPunctuation("(") { type.modifiers = try typeModifiers() }
        }
        return type
      default: break
      }
    }
    guard isTypeFunctionName(current) else { throw unexpected() }
    var parts = [current.text]
    advance()
    while isPunctuation("."), isLabel(ahead(1)) {
      advance()
      parts.append(try label())
    }
    var type = TypeName(name: QualifiedName(parts: parts, offset: offset))
    if isOperator("%"), isWord(1, "type") {
      advance()
      advance()
      type.isPercentType = true
      return type
    }
    type.modifiers = try typeModifiers()
    return type
  }

  mutating func intervalFields() -> String? {
    let units = ["year", "month", "day", "hour", "minute", "second"]
    guard current.kind == .word, units.contains(current.text) else { return nil }
    var fields = current.text
    advance()
    if isWord("to"), ahead(1).kind == .word, units.contains(ahead(1).text) {
      advance()
      fields += " to " + current.text
      advance()
    }
    return fields
  }
}
