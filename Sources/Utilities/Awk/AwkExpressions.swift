// Expressions of awk, loosest first.

extension AwkParser {
  mutating func expression() throws(AwkError) -> AwkExpression {
    try enter()
    defer { leave() }
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

  mutating func or() throws(AwkError) -> AwkExpression {
    var left = try and()
    while isMark("||") {
      try link()
      try advance()
      try skipNewlines()
      left = .or(left, try and())
    }
    return left
  }
  mutating func and() throws(AwkError) -> AwkExpression {
    var left = try membership()
    while isMark("&&") {
      try link()
      try advance()
      try skipNewlines()
      left = .and(left, try membership())
    }
    return left
  }
  private mutating func membership() throws(AwkError) -> AwkExpression {
    var left = try matching()
    while isKeyword("in"), noIn == 0 {
      try link()
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

  mutating func concatenation(noGetline: Bool) throws(AwkError) -> AwkExpression {
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
      try link()
      left = .concatenation(left, try additive())
    }
  }

  private mutating func additive() throws(AwkError) -> AwkExpression {
    var left = try term()
    while isMark("+") || isMark("-") {
      let action: UInt8 = isMark("+") ? 43 : 45
      try advance()
      try link()
      left = .arithmetic(action, left, try term())
    }
    return left
  }
  private mutating func term() throws(AwkError) -> AwkExpression {
    var left = try unary()
    while isMark("*") || isMark("/") || isMark("%") {
      try link()
      let action: UInt8 = isMark("*") ? 42 : isMark("/") ? 47 : 37
      try advance()
      left = .arithmetic(action, left, try unary())
    }
    return left
  }
  mutating func unary() throws(AwkError) -> AwkExpression {
    for mark in ["!", "-", "+"] where isMark(mark) {
      try enter(1)
      defer { leave(1) }
      try advance()
      return .unary(mark.utf8.first!, try unary())
    }
    return try power()
  }
  private mutating func power() throws(AwkError) -> AwkExpression {
    try enter(1)
    defer { leave(1) }
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

  mutating func arguments() throws(AwkError) -> [AwkExpression] {
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
    try enter(1)
    defer { leave(1) }
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
