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
  private struct Stop: Error {}
  private enum Name {
    case function(JqFunction)
    case closure(Int)
  }
  private struct Scope {
    var functions: [(key: String, name: Name)] = []
    var variables: [(name: String, id: Int)] = []
    var labels: [(name: String, id: Int)] = []
  }

  private let text: [UInt8]
  private let tokens: [JqToken]
  private var at = 0
  private var scope = Scope()
  private var depth = 0
  private var nesting = 0
  private var faults: [JqFault] = []
  private let library: JqLibrary
  private(set) var notSimulated: String?
  /// The variables of the pattern being read.
  private var shared: [(name: String, id: Int)] = []
  private static let nestingMax = 400

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

  private var token: JqToken { tokens[at] }
  private func isSymbol(_ text: String) -> Bool { token.kind == .symbol && token.text == text }
  private func isKeyword(_ text: String) -> Bool { token.kind == .keyword && token.text == text }

  private mutating func advance() {
    let taken = tokens[at]
    if let fault = taken.fault { note(fault, taken.start) }
    if at + 1 < tokens.count { at += 1 }
  }
  private mutating func acceptSymbol(_ text: String) -> Bool {
    guard isSymbol(text) else { return false }
    advance()
    return true
  }
  private mutating func acceptKeyword(_ text: String) -> Bool {
    guard isKeyword(text) else { return false }
    advance()
    return true
  }
  private mutating func expectSymbol(_ text: String, _ expecting: String? = nil) throws(Stop) {
    guard acceptSymbol(text) else { throw unexpected(expecting) }
  }

  private mutating func note(_ message: String, _ offset: Int?, deep: Int = 0) {
    faults.append(JqFault(message: message, offset: offset, depth: depth + deep))
  }

  private mutating func unexpected(_ expecting: String? = nil) -> Stop {
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
  private var startsOperand: Bool {
    switch token.kind {
    case .identifier, .field, .binding, .literal, .format, .stringStart: return true
    case .keyword:
      return ["def", "if", "reduce", "foreach", "try", "label", "break", "__loc__"].contains(token.text)
    case .symbol: return [".", "..", "(", "[", "{", "-", "$"].contains(token.text)
    default: return false
    }
  }

  private mutating func definition() throws(Stop) -> JqFunction {
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

  // MARK: Expressions, loosest first

  private mutating func pipe() throws(Stop) -> JqNode {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JqParser.nestingMax {
      notSimulated = "jq programs nested deeper than \(JqParser.nestingMax)"
      throw Stop()
    }
    if isKeyword("def") {
      let outer = scope
      let function = try definition()
      let body = try pipe()
      scope = outer
      return .define(function, body: body)
    }
    let left = try comma()
    guard acceptSymbol("|") else { return left }
    return .pipe(left, try pipe())
  }

  private mutating func comma() throws(Stop) -> JqNode {
    var left = try alternative()
    while acceptSymbol(",") { left = .comma(left, try alternative()) }
    return left
  }

  private mutating func alternative() throws(Stop) -> JqNode {
    let left = try assignment()
    guard acceptSymbol("//") else { return left }
    return .alternative(left, try alternative())
  }

  private static let updates: [(symbol: String, update: JqUpdate)] = [
    ("=", .set), ("|=", .modify), ("//=", .alternative), ("+=", .arithmetic(.add)), ("-=", .arithmetic(.subtract)),
    ("*=", .arithmetic(.multiply)), ("/=", .arithmetic(.divide)), ("%=", .arithmetic(.remainder)),
  ]
  private func update() -> JqUpdate? {
    guard token.kind == .symbol else { return nil }
    for (symbol, update) in JqParser.updates where symbol == token.text { return update }
    return nil
  }

  private mutating func assignment() throws(Stop) -> JqNode {
    let left = try or()
    guard let update = update() else { return left }
    advance()
    let right = try or()
    if self.update() != nil { throw unexpected() }
    return .update(update, left, right)
  }

  private mutating func or() throws(Stop) -> JqNode {
    var left = try and()
    while acceptKeyword("or") { left = .or(left, try and()) }
    return left
  }

  private mutating func and() throws(Stop) -> JqNode {
    var left = try comparison()
    while acceptKeyword("and") { left = .and(left, try comparison()) }
    return left
  }

  private static let comparisons: [(symbol: String, operation: JqOperator)] = [
    ("==", .equal), ("!=", .notEqual), ("<", .less), ("<=", .lessOrEqual), (">", .greater), (">=", .greaterOrEqual),
  ]
  private func comparisonOperator() -> JqOperator? {
    guard token.kind == .symbol else { return nil }
    for (symbol, operation) in JqParser.comparisons where symbol == token.text { return operation }
    return nil
  }

  private mutating func comparison() throws(Stop) -> JqNode {
    let left = try sum()
    guard let operation = comparisonOperator() else { return left }
    advance()
    let right = try sum()
    if comparisonOperator() != nil { throw unexpected() }
    return .binary(operation, left, right)
  }

  private mutating func sum() throws(Stop) -> JqNode {
    var left = try product()
    while true {
      if acceptSymbol("+") {
        left = .binary(.add, left, try product())
      } else if acceptSymbol("-") {
        left = .binary(.subtract, left, try product())
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(Stop) -> JqNode {
    if acceptSymbol("-") {
      nesting += 1
      defer { nesting -= 1 }
      if nesting > JqParser.nestingMax {
        notSimulated = "jq programs nested deeper than \(JqParser.nestingMax)"
        throw Stop()
      }
      return .negate(try product())
    }
    var left = try operand()
    while true {
      if acceptSymbol("*") {
        left = .binary(.multiply, left, try factor())
      } else if acceptSymbol("/") {
        left = .binary(.divide, left, try factor())
      } else if acceptSymbol("%") {
        left = .binary(.remainder, left, try factor())
      } else {
        return left
      }
    }
  }
  private mutating func factor() throws(Stop) -> JqNode {
    if acceptSymbol("-") { return .negate(try factor()) }
    return try operand()
  }

  /// An operand with the `?`s after it.
  private mutating func operand() throws(Stop) -> JqNode {
    var node = try bareOperand()
    while acceptSymbol("?") { node = .attempt(node, handler: nil) }
    return node
  }

  private mutating func bareOperand() throws(Stop) -> JqNode {
    if token.kind == .keyword {
      switch token.text {
      case "def":
        let outer = scope
        let function = try definition()
        let body = try pipe()
        scope = outer
        return .define(function, body: body)
      case "if": return try conditional()
      case "reduce", "foreach": return try fold()
      case "try":
        let start = token.start
        advance()
        let body = try attempted()
        guard acceptKeyword("catch") else { return .attempt(body, handler: nil) }
        if !startsOperand {
          let stop = unexpected()
          faults.append(JqFault(message: "Possibly unterminated 'try' statement", offset: start, depth: -1))
          throw stop
        }
        return .attempt(body, handler: try attempted())
      case "label":
        advance()
        guard token.kind == .binding else { throw unexpected("BINDING") }
        let outer = scope
        let id = library.fresh()
        scope.labels.append((token.text, id))
        advance()
        try expectSymbol("|", "'|'")
        let body = try pipe()
        scope = outer
        return .label(id, body)
      default: break
      }
    }
    let term = try postfixTerm()
    guard acceptKeyword("as") else { return term }
    return try binding(term)
  }

  /// What `try` and `catch` reach over.
  private mutating func attempted() throws(Stop) -> JqNode {
    if acceptSymbol("-") { return .negate(try attempted()) }
    return try bareOperand()
  }

  private mutating func conditional() throws(Stop) -> JqNode {
    let start = token.start
    advance()
    let condition = try pipe()
    guard acceptKeyword("then") else { throw unexpected() }
    // From here on a fault is told twice: where it is, and what it leaves open.
    do throws(Stop) {
      let then = try pipe()
      return .choose(condition, then: then, otherwise: try otherwise())
    } catch {
      if let last = faults.last, !last.message.utf8.elementsEqual("Possibly unterminated 'if' statement".utf8),
        notSimulated == nil
      {
        faults.append(JqFault(message: "Possibly unterminated 'if' statement", offset: start, depth: -1))
      }
      throw error
    }
  }

  private mutating func otherwise() throws(Stop) -> JqNode? {
    if acceptKeyword("end") { return nil }
    if acceptKeyword("else") {
      let node = try pipe()
      guard acceptKeyword("end") else { throw unexpected() }
      return node
    }
    guard acceptKeyword("elif") else { throw unexpected() }
    let condition = try pipe()
    guard acceptKeyword("then") else { throw unexpected() }
    let then = try pipe()
    return .choose(condition, then: then, otherwise: try otherwise())
  }

  private mutating func fold() throws(Stop) -> JqNode {
    let isReduce = token.text == "reduce"
    advance()
    let source = try postfixTerm()
    guard acceptKeyword("as") else { throw unexpected() }
    let outer = scope
    let outerShared = shared
    shared = []
    let pattern = try self.pattern()
    shared = outerShared
    if isSymbol("?//") {
      notSimulated = "jq: ?// in \(isReduce ? "reduce" : "foreach")"
      throw Stop()
    }
    try expectSymbol("(", "'('")
    // The start does not see the variables.
    let inner = scope
    scope = outer
    let start = try pipe()
    scope = inner
    try expectSymbol(";")
    let step = try pipe()
    var extract: JqNode?
    if !isReduce, acceptSymbol(";") { extract = try pipe() }
    try expectSymbol(")")
    scope = outer
    return isReduce
      ? .reduce(source, pattern, start: start, step: step)
      : .foreach(source, pattern, start: start, step: step, extract: extract)
  }

  private mutating func binding(_ source: JqNode) throws(Stop) -> JqNode {
    let outer = scope
    // Alternatives bind the variables of all of them: one number for each name.
    let outerShared = shared
    shared = []
    var patterns: [JqPattern] = [try pattern()]
    while acceptSymbol("?//") { patterns.append(try pattern()) }
    shared = outerShared
    try expectSymbol("|", "'|'")
    let body = try pipe()
    scope = outer
    return .bind(source, patterns, body: body)
  }

  private mutating func declare(_ name: String) -> Int {
    for entry in shared where entry.name == name { return entry.id }
    let id = library.fresh()
    shared.append((name, id))
    scope.variables.append((name, id))
    return id
  }

  private mutating func pattern() throws(Stop) -> JqPattern {
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JqParser.nestingMax { throw unexpected() }
    if token.kind == .binding {
      let name = token.text
      advance()
      return .variable(declare(name))
    }
    if acceptSymbol("[") {
      var parts: [JqPattern] = []
      repeat { parts.append(try pattern()) } while acceptSymbol(",")
      try expectSymbol("]", "',' or ']'")
      return .array(parts)
    }
    guard acceptSymbol("{") else { throw unexpected("BINDING or '[' or '{'") }
    var members: [(variable: Int?, key: JqNode, value: JqPattern?)] = []
    repeat {
      switch token.kind {
      case .binding:
        let name = token.text
        advance()
        let id = declare(name)
        let value = acceptSymbol(":") ? try pattern() : nil
        members.append((id, .literal(.string(name)), value))
      case .identifier, .keyword:
        let name = token.text
        advance()
        try expectSymbol(":", "':'")
        members.append((nil, .literal(.string(name)), try pattern()))
      case .stringStart, .format:
        let key = try string()
        try expectSymbol(":", "':'")
        members.append((nil, key, try pattern()))
      default:
        guard acceptSymbol("(") else { throw unexpected() }
        let key = try pipe()
        try expectSymbol(")")
        try expectSymbol(":", "':'")
        members.append((nil, key, try pattern()))
      }
    } while acceptSymbol(",")
    try expectSymbol("}", "',' or '}'")
    return .object(members)
  }

  // MARK: Terms

  private mutating func postfixTerm() throws(Stop) -> JqNode {
    var node = try term()
    while true {
      if token.kind == .field {
        let key = token.text
        advance()
        node = .index(node, key: .literal(.string(key)), optional: acceptSymbol("?"))
      } else if isSymbol("[") {
        node = try bracket(node)
      } else if isSymbol(".") {
        advance()
        if token.kind == .stringStart || token.kind == .format {
          let key = try string()
          node = .index(node, key: key, optional: acceptSymbol("?"))
        } else if isSymbol("[") {
          node = try bracket(node)
        } else {
          throw unexpected("FORMAT or QQSTRING_START or '['")
        }
      } else {
        return node
      }
    }
  }

  /// `[…]` after a term: all, one or a slice.
  private mutating func bracket(_ target: JqNode) throws(Stop) -> JqNode {
    advance()
    if acceptSymbol("]") { return .iterate(target, optional: acceptSymbol("?")) }
    if acceptSymbol(":") {
      let to = try pipe()
      try expectSymbol("]")
      return .slice(target, from: nil, to: to, optional: acceptSymbol("?"))
    }
    let first = try pipe()
    if acceptSymbol(":") {
      let to = isSymbol("]") ? nil : try pipe()
      try expectSymbol("]")
      return .slice(target, from: first, to: to, optional: acceptSymbol("?"))
    }
    try expectSymbol("]")
    return .index(target, key: first, optional: acceptSymbol("?"))
  }

  private mutating func term() throws(Stop) -> JqNode {
    switch token.kind {
    case .literal:
      let value = token.value
      advance()
      return .literal(value)
    case .field:
      let key = token.text
      advance()
      return .index(.identity, key: .literal(.string(key)), optional: acceptSymbol("?"))
    case .stringStart: return try string()
    case .format:
      if tokens[at + 1].kind == .stringStart { return try string() }
      let name = token.text
      advance()
      return .format(name)
    case .binding:
      let name = token.text
      let start = token.start
      advance()
      return variable(name, start)
    case .identifier: return try call()
    case .keyword:
      if token.text == "__loc__" {
        let line = lineNumber(token.start)
        advance()
        return .literal(.object([("file", .string("<top-level>")), ("line", .integer(line))]))
      }
      if token.text == "break" {
        let start = token.start
        advance()
        guard token.kind == .binding else {
          let stop = unexpected("BINDING")
          faults.append(JqFault(message: "break requires a label to break to", offset: start, depth: -1))
          throw stop
        }
        let name = token.text
        advance()
        for label in scope.labels.reversed() where label.name == name { return .leave(label.id) }
        note("$*label-\(name) is not defined", start)
        return .identity
      }
      throw unexpected()
    case .symbol: return try bracketed()
    default: throw unexpected()
    }
  }

  private mutating func bracketed() throws(Stop) -> JqNode {
    switch token.text {
    case ".":
      advance()
      if token.kind == .stringStart || (token.kind == .format && tokens[at + 1].kind == .stringStart) {
        let key = try string()
        return .index(.identity, key: key, optional: acceptSymbol("?"))
      }
      if isSymbol("[") { return try bracket(.identity) }
      return .identity
    case "..":
      advance()
      return .native(JqNative(name: "recurse", arity: 0, kind: .recurse), [])
    case "(":
      advance()
      let node = try pipe()
      try expectSymbol(")")
      return node
    case "[":
      advance()
      if acceptSymbol("]") { return .collect(nil) }
      let node = try pipe()
      try expectSymbol("]")
      return .collect(node)
    case "{": return try object()
    case "$":
      advance()
      throw unexpected("'$'")
    default: throw unexpected()
    }
  }

  private mutating func variable(_ name: String, _ start: Int) -> JqNode {
    for variable in scope.variables.reversed() where variable.name == name { return .variable(variable.id) }
    if name == "ENV" { return .native(JqNative(name: "env", arity: 0, kind: .environment), []) }
    note("$\(name) is not defined", start)
    return .identity
  }

  private mutating func call() throws(Stop) -> JqNode {
    let name = token.text
    let start = token.start
    advance()
    var arguments: [JqNode] = []
    let faultsBefore = faults.count
    if acceptSymbol("(") {
      depth += 1
      repeat {
        arguments.append(try pipe())
        if !isSymbol(";"), !isSymbol(")") { throw unexpected("';' or ')'") }
      } while acceptSymbol(";")
      depth -= 1
      advance()
    }
    let key = JqParser.key(name, arguments.count)
    switch key {
    case "null/0": return .literal(.null)
    case "true/0": return .literal(.boolean(true))
    case "false/0": return .literal(.boolean(false))
    default: break
    }
    for entry in scope.functions.reversed() where entry.key == key {
      switch entry.name {
      case .function(let function): return .call(function, arguments)
      case .closure(let id): return .closure(id)
      }
    }
    switch library.find(name, arguments.count) {
    case .function(let function): return .call(function, arguments)
    case .native(let native):
      // Values are looked at where they stand, closures afterwards.
      if case .plain = native.kind { raiseFaults(from: faultsBefore) }
      return .native(native, arguments)
    case .notSimulated:
      notSimulated = "jq \(key)"
      throw Stop()
    case nil:
      faults.removeLast(faults.count - faultsBefore)
      note("\(key) is not defined", start)
      return .identity
    }
  }

  private mutating func raiseFaults(from first: Int) {
    for index in first..<max(first, faults.count) where faults[index].depth > 0 {
      let fault = faults[index]
      faults[index] = JqFault(message: fault.message, offset: fault.offset, depth: fault.depth - 1)
    }
  }

  private mutating func string() throws(Stop) -> JqNode {
    var format = "text"
    if token.kind == .format {
      format = token.text
      advance()
      guard token.kind == .stringStart else { throw unexpected("QQSTRING_START") }
    }
    advance()
    var parts: [JqNode] = []
    var isExpression: [Bool] = []
    while true {
      switch token.kind {
      case .stringText:
        parts.append(.literal(token.value))
        isExpression.append(false)
        advance()
      case .interpolationStart:
        advance()
        parts.append(try pipe())
        isExpression.append(true)
        guard token.kind == .interpolationEnd else { throw unexpected() }
        advance()
      case .stringEnd:
        advance()
        if parts.isEmpty { return .literal(.string("")) }
        var text = ""
        for (index, part) in parts.enumerated() {
          guard !isExpression[index], case .literal(.string(let piece)) = part else {
            return .text(format: format, parts, isExpression: isExpression)
          }
          text += piece
        }
        return .literal(.string(text))
      default: throw unexpected("QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END")
      }
    }
  }

  // MARK: Objects

  private mutating func object() throws(Stop) -> JqNode {
    advance()
    var pairs: [(key: JqNode, value: JqNode)] = []
    while true {
      if acceptSymbol("}") { return .object(pairs) }
      pairs.append(try pair())
      if isSymbol("}") { continue }
      try expectSymbol(",", "'}'")
    }
  }

  private mutating func pair() throws(Stop) -> (key: JqNode, value: JqNode) {
    let start = token.start
    switch token.kind {
    case .binding:
      let name = token.text
      advance()
      if acceptSymbol(":") { return (variable(name, start), try memberValue()) }
      return (.literal(.string(name)), variable(name, start))
    case .identifier, .keyword:
      let name = token.text
      let isLocation = name == "__loc__" && token.kind == .keyword
      let line = lineNumber(token.start)
      advance()
      if isLocation {
        return (
          .literal(.string(name)), .literal(.object([("file", .string("<top-level>")), ("line", .integer(line))]))
        )
      }
      if acceptSymbol(":") { return (.literal(.string(name)), try memberValue()) }
      return (.literal(.string(name)), .index(.identity, key: .literal(.string(name)), optional: false))
    case .stringStart, .format:
      if token.kind == .format, tokens[at + 1].kind != .stringStart {
        advance()
        let stop = unexpected("QQSTRING_START")
        parenthesesHint(start)
        throw stop
      }
      let key = try string()
      if acceptSymbol(":") { return (key, try memberValue()) }
      return (key, .index(.identity, key: key, optional: false))
    default:
      guard isSymbol("(") else {
        let stop = unexpected()
        if token.kind != .end, pairStartCanRecover { parenthesesHint(start) }
        throw stop
      }
      advance()
      let key = try pipe()
      try expectSymbol(")")
      if case .literal(let value) = key {
        if case .string = value {} else { note("Cannot use \(jqNamed(value)) as object key", start) }
      }
      try expectSymbol(":", "':'")
      return (key, try memberValue())
    }
  }

  /// Whether a colon follows: then the parser takes the key up again behind it and says more.
  private var pairStartCanRecover: Bool {
    for token in tokens[at...] where token.kind == .symbol && token.text == ":" { return true }
    return false
  }
  private mutating func parenthesesHint(_ start: Int) {
    faults.append(
      JqFault(message: "May need parentheses around object key expression", offset: start, depth: -1))
  }

  /// A member's value: terms, negated or piped.
  private mutating func memberValue() throws(Stop) -> JqNode {
    let left: JqNode
    if acceptSymbol("-") {
      left = .negate(try memberValue())
    } else {
      guard startsOperand, token.kind != .keyword || token.text == "__loc__" || token.text == "break" else {
        throw unexpected()
      }
      left = try postfixTerm()
    }
    guard acceptSymbol("|") else { return left }
    return .pipe(left, try memberValue())
  }

  // MARK: Places

  private func lineNumber(_ offset: Int) -> Int {
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
