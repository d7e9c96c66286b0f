// Reads the SQL/JSON path language. Source: PostgreSQL 15 manual 9.16.2.

internal import SimKernel

struct JSONPathParser {
  private enum Token: Equatable {
    case mark(String)
    case word(String)
    case variable(String)
    case string(String)
    case number(String)
    case end
  }

  private let bytes: [UInt8]
  private var tokens: [Token] = []
  private var index = 0
  private var filters = 0
  private var subscripts = 0
  private var depth = 0

  static func parse(_ text: String) throws(SQLError) -> JSONPath {
    if text.isEmpty {
      throw SQLError(SQLState.invalidTextRepresentation, "invalid input syntax for type jsonpath: \"\"")
    }
    var parser = JSONPathParser(text)
    try parser.scan()
    return try parser.path()
  }

  private init(_ text: String) { bytes = Array(text.utf8) }

  // MARK: Tokens

  private mutating func scan() throws(SQLError) {
    var i = 0
    func isWord(_ b: UInt8) -> Bool { Lexer.isDigit(b) || (b | 0x20 >= 97 && b | 0x20 <= 122) || b == 95 || b >= 128 }
    func word(_ from: Int) -> Int {
      var k = from
      while k < bytes.count, isWord(bytes[k]) { k += 1 }
      return k
    }
    func string(_ from: Int) throws(SQLError) -> (String, Int) {
      var k = from + 1
      while k < bytes.count, bytes[k] != 0x22 { k += bytes[k] == 0x5c ? 2 : 1 }
      guard k < bytes.count else { throw JSONPathParser.mistake("unterminated quoted string at end of jsonpath input") }
      guard case .string(let s) = try JSONParser.parse(String(decoding: bytes[from...k], as: UTF8.self)) else {
        throw JSONPathParser.mistake("syntax error at end of jsonpath input")
      }
      return (s, k + 1)
    }
    while i < bytes.count {
      let b = bytes[i]
      if Lexer.isSpace(b) {
        i += 1
      } else if b == 0x22 {
        let (s, end) = try string(i)
        tokens.append(.string(s))
        i = end
      } else if b == 0x24, i + 1 < bytes.count, bytes[i + 1] == 0x22 {
        let (s, end) = try string(i + 1)
        tokens.append(.variable(s))
        i = end
      } else if b == 0x24, i + 1 < bytes.count, isWord(bytes[i + 1]) {
        let end = word(i + 1)
        tokens.append(.variable(String(decoding: bytes[(i + 1)..<end], as: UTF8.self)))
        i = end
      } else if Lexer.isDigit(b) || (b == 46 && i + 1 < bytes.count && Lexer.isDigit(bytes[i + 1])) {
        var k = i
        while k < bytes.count, Lexer.isDigit(bytes[k]) { k += 1 }
        if k < bytes.count, bytes[k] == 46 {
          k += 1
          while k < bytes.count, Lexer.isDigit(bytes[k]) { k += 1 }
        }
        if k < bytes.count, bytes[k] | 0x20 == 101 {
          var e = k + 1
          if e < bytes.count, bytes[e] == 0x2b || bytes[e] == 0x2d { e += 1 }
          if e < bytes.count, Lexer.isDigit(bytes[e]) {
            while e < bytes.count, Lexer.isDigit(bytes[e]) { e += 1 }
            k = e
          }
        }
        if k < bytes.count, isWord(bytes[k]) {
          let junk = String(decoding: bytes[i...k], as: UTF8.self)
          throw JSONPathParser.mistake("trailing junk after numeric literal at or near \"\(junk)\" of jsonpath input")
        }
        tokens.append(.number(String(decoding: bytes[i..<k], as: UTF8.self)))
        i = k
      } else if isWord(b) {
        let end = word(i)
        tokens.append(.word(String(decoding: bytes[i..<end], as: UTF8.self)))
        i = end
      } else {
        var mark = String(decoding: [b], as: UTF8.self)
        if i + 1 < bytes.count {
          let two = String(decoding: bytes[i...(i + 1)], as: UTF8.self)
          if ["&&", "||", "==", "!=", "<>", "<=", ">=", "**"].contains(two) { mark = two }
        }
        tokens.append(.mark(mark))
        i += mark.utf8.count
      }
    }
    tokens.append(.end)
  }

  private static func mistake(_ message: String) -> SQLError { SQLError(SQLState.syntaxError, message) }

  private func unexpected() -> SQLError {
    if case .mark(let m) = tokens[index] {
      return JSONPathParser.mistake("syntax error at or near \"\(m)\" of jsonpath input")
    }
    return JSONPathParser.mistake("syntax error at end of jsonpath input")
  }

  private mutating func accept(_ mark: String) -> Bool {
    guard tokens[index] == .mark(mark) else { return false }
    index += 1
    return true
  }
  private mutating func acceptWord(_ word: String) -> Bool {
    guard case .word(let w) = tokens[index], lowercasedASCII(w) == word else { return false }
    index += 1
    return true
  }
  private mutating func expect(_ mark: String) throws(SQLError) { if !accept(mark) { throw unexpected() } }

  // MARK: Grammar

  private mutating func path() throws(SQLError) -> JSONPath {
    var isStrict = false
    if index + 1 < tokens.count, tokens[index + 1] != .end {
      if acceptWord("strict") { isStrict = true } else { _ = acceptWord("lax") }
    }
    let root = try or()
    if tokens[index] != .end { throw unexpected() }
    return JSONPath(isStrict: isStrict, root: root)
  }

  private mutating func or() throws(SQLError) -> JSONPathNode {
    depth += 1
    defer { depth -= 1 }
    if depth > 60 { throw .notSimulated("limit: jsonpath nested deeper than 60 levels") }
    var left = try and()
    while accept("||") {
      guard left.isPredicate else { throw unexpected() }
      left = JSONPathNode(.or(left, try predicate { (p: inout JSONPathParser) throws(SQLError) in try p.and() }))
    }
    return left
  }

  private mutating func and() throws(SQLError) -> JSONPathNode {
    var left = try comparison()
    while accept("&&") {
      guard left.isPredicate else { throw unexpected() }
      left = JSONPathNode(
        .and(left, try predicate { (p: inout JSONPathParser) throws(SQLError) in try p.comparison() }))
    }
    return left
  }

  private mutating func predicate(
    _ read: (inout JSONPathParser) throws(SQLError) -> JSONPathNode
  ) throws(SQLError) -> JSONPathNode {
    let node = try read(&self)
    guard node.isPredicate else { throw unexpected() }
    return node
  }

  private mutating func comparison() throws(SQLError) -> JSONPathNode {
    if accept("!") {
      if acceptWord("exists") { return JSONPathNode(.not(try exists())) }
      try expect("(")
      let inner = try predicate { (p: inout JSONPathParser) throws(SQLError) in try p.or() }
      try expect(")")
      return JSONPathNode(.not(inner))
    }
    if acceptWord("exists") { return try exists() }
    let left = try sum()
    if left.isPredicate { return left }
    for o in ["==", "!=", "<>", "<=", ">=", "<", ">"] where accept(o) {
      return JSONPathNode(.comparison(o == "<>" ? "!=" : o, left, try sum()))
    }
    if acceptWord("starts") {
      guard acceptWord("with") else { throw unexpected() }
      switch tokens[index] {
      case .string(let s):
        index += 1
        return JSONPathNode(.startsWith(left, JSONPathNode(.literal(.string(s)))))
      case .variable(let name):
        index += 1
        return JSONPathNode(.startsWith(left, JSONPathNode(.variable(name))))
      default: throw unexpected()
      }
    }
    if acceptWord("like_regex") {
      guard case .string(let pattern) = tokens[index] else { throw unexpected() }
      index += 1
      var flags = ""
      if acceptWord("flag") {
        guard case .string(let given) = tokens[index] else { throw unexpected() }
        index += 1
        for c in given {
          guard ["i", "s", "m", "x", "q"].contains(c) else {
            throw SQLError(
              SQLState.syntaxError, "invalid input syntax for type jsonpath",
              detail: "Unrecognized flag character \"\(c)\" in LIKE_REGEX predicate.")
          }
          if c == "x" {
            throw SQLError(
              SQLState.featureNotSupported,
              "XQuery \"x\" flag (expanded regular expressions) is not implemented")
          }
        }
        flags = given
      }
      func has(_ c: Character) -> Bool { flags.contains(c) }
      // Printed in the order of the server's bits.
      let shown = ["i", "s", "m", "x", "q"].filter { has(Character($0)) }
      let regex = try Regex(pattern, ignoreCase: has("i"), newlineSensitive: has("m") || !has("s"), literal: has("q"))
      return JSONPathNode(.likeRegex(left, pattern: pattern, flags: joined(shown, ""), regex))
    }
    return left
  }

  private mutating func exists() throws(SQLError) -> JSONPathNode {
    try expect("(")
    let inner = try sum()
    try expect(")")
    return JSONPathNode(.exists(inner))
  }

  private mutating func sum() throws(SQLError) -> JSONPathNode {
    var left = try product()
    while true {
      if accept("+") {
        left = JSONPathNode(.arithmetic("+", left, try product()))
      } else if accept("-") {
        left = JSONPathNode(.arithmetic("-", left, try product()))
      } else {
        return left
      }
    }
  }

  private mutating func product() throws(SQLError) -> JSONPathNode {
    var left = try unary()
    while true {
      if accept("*") {
        left = JSONPathNode(.arithmetic("*", left, try unary()))
      } else if accept("/") {
        left = JSONPathNode(.arithmetic("/", left, try unary()))
      } else if accept("%") {
        left = JSONPathNode(.arithmetic("%", left, try unary()))
      } else {
        return left
      }
    }
  }

  private mutating func unary() throws(SQLError) -> JSONPathNode {
    depth += 1
    defer { depth -= 1 }
    if depth > 60 { throw .notSimulated("limit: jsonpath nested deeper than 60 levels") }
    for o in ["+", "-"] where accept(o) {
      let inner = try unary()
      if case .literal(.number(let n)) = inner.kind, inner.accessors.isEmpty {
        return JSONPathNode(.literal(.number(o == "-" ? n.negated : n)))
      }
      return JSONPathNode(.sign(o, inner))
    }
    let node = try primary()
    return node.isPredicate ? node : try accessors(node)
  }

  private mutating func primary() throws(SQLError) -> JSONPathNode {
    switch tokens[index] {
    case .mark("$"):
      index += 1
      return JSONPathNode(.root)
    case .mark("@"):
      if filters == 0 { throw JSONPathParser.mistake("@ is not allowed in root expressions") }
      index += 1
      return JSONPathNode(.current)
    case .mark("("):
      index += 1
      let inner = try or()
      try expect(")")
      if inner.isPredicate, acceptWord("is") {
        guard acceptWord("unknown") else { throw unexpected() }
        return JSONPathNode(.isUnknown(inner))
      }
      return inner
    case .variable(let name):
      index += 1
      return JSONPathNode(.variable(name))
    case .string(let s):
      index += 1
      return JSONPathNode(.literal(.string(s)))
    case .number(let n):
      index += 1
      guard let number = Numeric(n) else { throw unexpected() }
      return JSONPathNode(.literal(.number(number)))
    case .word(let w):
      switch w {
      case "null", "true", "false":
        index += 1
        return JSONPathNode(.literal(w == "null" ? .null : .bool(w == "true")))
      case "last":
        if subscripts == 0 { throw JSONPathParser.mistake("LAST is allowed only in array subscripts") }
        index += 1
        return JSONPathNode(.last)
      default: throw unexpected()
      }
    default: throw unexpected()
    }
  }

  private mutating func accessors(_ node: JSONPathNode) throws(SQLError) -> JSONPathNode {
    func add(_ a: JSONPathNode.Accessor) { node.accessors.append(a) }
    while true {
      if accept(".") {
        if accept("**") {
          add(try levels())
        } else if accept("*") {
          add(.anyKey)
        } else {
          switch tokens[index] {
          case .string(let s):
            index += 1
            add(.key(s))
          case .word(let w):
            index += 1
            let methods = ["abs", "size", "type", "floor", "double", "ceiling", "keyvalue", "datetime"]
            if methods.contains(w), accept("(") {
              if w == "datetime" { throw .notSimulated("the jsonpath method datetime()") }
              try expect(")")
              add(.method(w))
            } else {
              add(.key(w))
            }
          default: throw unexpected()
          }
        }
      } else if accept("[") {
        if accept("*") {
          try expect("]")
          add(.anyElement)
        } else {
          subscripts += 1
          defer { subscripts -= 1 }
          var list: [(JSONPathNode, JSONPathNode?)] = []
          repeat {
            let from = try sum()
            list.append((from, acceptWord("to") ? try sum() : nil))
          } while accept(",")
          try expect("]")
          add(.elements(list))
        }
      } else if accept("?") {
        filters += 1
        defer { filters -= 1 }
        try expect("(")
        let p = try predicate { (p: inout JSONPathParser) throws(SQLError) in try p.or() }
        try expect(")")
        add(.filter(p))
      } else {
        return node
      }
    }
  }

  /// `{2}`, `{1 to last}` behind `.**`.
  private mutating func levels() throws(SQLError) -> JSONPathNode.Accessor {
    guard accept("{") else { return .descendants(0, nil) }
    func level(_ p: inout JSONPathParser) throws(SQLError) -> Int? {
      if p.acceptWord("last") { return nil }
      guard case .number(let n) = p.tokens[p.index], let value = Int(n) else { throw p.unexpected() }
      p.index += 1
      return value
    }
    let first = try level(&self)
    let last = acceptWord("to") ? try level(&self) : first
    try expect("}")
    return .descendants(first ?? Int.max, last)
  }
}
