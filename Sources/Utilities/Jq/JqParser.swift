// From the text of a jq program to its tree: precedence climbing over the tokens, names resolved on the way, and jq's own
// wording of what is wrong (its parser is a Bison grammar: an unexpected token, and what could have stood there when that is
// little). The grammar is that of 1.7.1: `if` and `reduce` take no postfix, a binding reaches as far to the right as it can.

/// A fault in the program, with the place it is shown at.
struct JqFault {
  let message: String
  /// Byte offset in the program; nil when no place is shown.
  let offset: Int?
  /// Closures and functions are looked into after what they stand in.
  let depth: Int
}

struct JqParser {
  struct Stop: Error {}
  enum Name {
    case function(JqFunction)
    case closure(Int)
  }
  struct Scope {
    var functions: [(key: String, name: Name)] = []
    var variables: [(name: String, id: Int)] = []
    var labels: [(name: String, id: Int)] = []
  }

  let text: [UInt8]
  let tokens: [JqToken]
  var at = 0
  var scope = Scope()
  var depth = 0
  var nesting = 0
  var faults: [JqFault] = []
  let library: JqLibrary
  var notSimulated: String?
  /// The variables of the pattern being read.
  var shared: [(name: String, id: Int)] = []
  static let nestingMax = 400

  static func key(_ name: String, _ arity: Int) -> String { name + "/" + String(arity) }

  private init(_ text: [UInt8], _ library: JqLibrary) {
    self.text = text
    self.library = library
    tokens = JqLexer.tokens(text)
  }

  enum Outcome {
    case program(JqNode, variables: [(name: String, id: Int)])
    case faults([JqFault])
    case notSimulated(String)
  }

  /// Reads a whole program in which some variables are known from outside.
  static func parse(_ text: [UInt8], variables: [String], library: JqLibrary) -> Outcome {
    var parser = JqParser(text, library)
    for name in variables { parser.scope.variables.append((name, library.fresh())) }
    let known = parser.scope.variables
    var node = JqNode.identity
    do throws(Stop) {
      node = try parser.program()
    } catch {}
    if let reason = parser.notSimulated { return .notSimulated(reason) }
    if parser.faults.isEmpty { return .program(node, variables: known) }
    var sorted: [JqFault] = []
    var level = 0
    for fault in parser.faults where fault.depth < 0 { sorted.append(fault) }
    while sorted.count < parser.faults.count {
      for fault in parser.faults where fault.depth == level { sorted.append(fault) }
      level += 1
    }
    return .faults(sorted)
  }

  /// Reads the definition of a library function: its body, given its parameters.
  static func parseDefinition(_ text: String, _ library: JqLibrary) -> JqFunction? {
    var parser = JqParser(text.bytes, library)
    do throws(Stop) {
      return try parser.definition()
    } catch {
      return nil
    }
  }

  // MARK: Tokens and faults

  var token: JqToken { tokens[at] }
  func isSymbol(_ text: String) -> Bool { token.kind == .symbol && token.text == text }
  func isKeyword(_ text: String) -> Bool { token.kind == .keyword && token.text == text }

  mutating func advance() {
    let taken = tokens[at]
    if let fault = taken.fault { note(fault, taken.start) }
    if at + 1 < tokens.count { at += 1 }
  }
  mutating func acceptSymbol(_ text: String) -> Bool {
    guard isSymbol(text) else { return false }
    advance()
    return true
  }
  mutating func acceptKeyword(_ text: String) -> Bool {
    guard isKeyword(text) else { return false }
    advance()
    return true
  }
  mutating func expectSymbol(_ text: String, _ expecting: String? = nil) throws(Stop) {
    guard acceptSymbol(text) else { throw unexpected(expecting) }
  }

  mutating func note(_ message: String, _ offset: Int?, deep: Int = 0) {
    faults.append(JqFault(message: message, offset: offset, depth: depth + deep))
  }

  mutating func unexpected(_ expecting: String? = nil) -> Stop {
    var message = "syntax error, unexpected " + token.name
    if let expecting { message += ", expecting " + expecting }
    // A fault of the grammar hides what the names would have shown.
    var kept: [JqFault] = []
    for fault in faults where fault.depth < 0 { kept.append(fault) }
    faults = kept
    faults.append(JqFault(message: message + " (Unix shell quoting issues?)", offset: token.start, depth: -1))
    return Stop()
  }

  // MARK: Programs

  private mutating func program() throws(Stop) -> JqNode {
    if isKeyword("import") || isKeyword("include") || isKeyword("module") {
      notSimulated = "jq \(token.text)"
      throw Stop()
    }
    var definitions: [JqFunction] = []
    while isKeyword("def") { definitions.append(try definition()) }
    var node: JqNode
    if token.kind == .end {
      if definitions.isEmpty {
        faults.append(JqFault(message: "Top-level program not given (try \".\")", offset: nil, depth: -1))
        throw Stop()
      }
      node = .identity
    } else {
      guard startsOperand else { throw unexpected("end of file") }
      node = try pipe()
      guard token.kind == .end else { throw unexpected("end of file") }
    }
    for function in definitions.reversed() { node = .define(function, body: node) }
    return node
  }

  /// Whether the token can begin an expression.
  var startsOperand: Bool {
    switch token.kind {
    case .identifier, .field, .binding, .literal, .format, .stringStart: return true
    case .keyword:
      return ["def", "if", "reduce", "foreach", "try", "label", "break", "__loc__"].contains(token.text)
    case .symbol: return [".", "..", "(", "[", "{", "-", "$"].contains(token.text)
    default: return false
    }
  }

  mutating func definition() throws(Stop) -> JqFunction {
    advance()
    guard token.kind == .identifier else { throw unexpected("IDENT") }
    let name = token.text
    advance()
    let function = JqFunction(name: name, id: library.fresh())
    let outer = scope
    var parameters: [JqFunction.Parameter] = []
    if acceptSymbol("(") {
      repeat {
        guard token.kind == .identifier || token.kind == .binding else { throw unexpected("IDENT or BINDING") }
        let isValue = token.kind == .binding
        parameters.append(
          JqFunction.Parameter(
            name: token.text, variable: isValue ? library.fresh() : nil, closure: library.fresh()))
        advance()
      } while acceptSymbol(";")
      try expectSymbol(")", "';' or ')'")
      try expectSymbol(":", "':'")
    } else {
      try expectSymbol(":", "'(' or ':'")
    }
    function.parameters = parameters
    scope.functions.append((JqParser.key(name, parameters.count), .function(function)))
    for parameter in parameters {
      scope.functions.append((JqParser.key(parameter.name, 0), .closure(parameter.closure)))
      if let variable = parameter.variable { scope.variables.append((parameter.name, variable)) }
    }
    scope.labels = []
    depth += 1
    function.body = try pipe()
    depth -= 1
    try expectSymbol(";")
    scope = outer
    scope.functions.append((JqParser.key(name, parameters.count), .function(function)))
    return function
  }

  // MARK: Places

  func lineNumber(_ offset: Int) -> Int {
    var line = 1
    for byte in text[..<min(offset, text.count)] where byte == 10 { line += 1 }
    return line
  }

  /// How a fault is shown: the message, the line, and as many blanks as the place is far into it.
  static func show(_ fault: JqFault, in text: [UInt8]) -> String {
    guard let offset = fault.offset else { return "jq: error: \(fault.message)\n" }
    var line = 1
    var start = 0
    let place = min(offset, text.count)
    for index in 0..<place where text[index] == 10 {
      line += 1
      start = index + 1
    }
    var end = start
    while end < text.count, text[end] != 10 { end += 1 }
    return "jq: error: \(fault.message) at <top-level>, line \(line):\n" + String(bytes: text[start..<end])
      + String(repeating: " ", count: place - start) + "\n"
  }
}
