// COPY, FETCH and MOVE. Source: PostgreSQL 15 manual, COPY and FETCH.

internal import SimKernel

extension Parser {
  mutating func fetch(_ move: Bool) throws(SQLError) -> Statement {
    advance()
    var direction = "forward"
    var count: Int64? = 1
    if acceptWord("next") {
    } else if acceptWord("prior") {
      direction = "backward"
    } else if acceptWord("first") {
      direction = "first"
    } else if acceptWord("last") {
      direction = "last"
    } else if acceptWord("absolute") {
      direction = "absolute"
      count = try signedInteger()
    } else if acceptWord("relative") {
      direction = "relative"
      count = try signedInteger()
    } else if acceptWord("all") {
      count = nil
    } else if acceptWord("forward") {
      if acceptWord("all") { count = nil } else if current.kind == .integer { count = try signedInteger() }
    } else if acceptWord("backward") {
      direction = "backward"
      if acceptWord("all") { count = nil } else if current.kind == .integer { count = try signedInteger() }
    } else if current.kind == .integer || isOperator("-") {
      count = try signedInteger()
    }
    if !acceptWord("from") { _ = acceptWord("in") }
    return .fetch(try columnIdentifier(), direction: direction, count: count, move: move)
  }

  mutating func copy() throws(SQLError) -> Statement {
    advance()
    var statement = CopyStatement()
    if accept("(") {
      statement.query = try preparableStatement()
      try expect(")")
    } else {
      statement.table = try qualifiedName()
      if isPunctuation("(") { statement.columns = try parenthesizedNames() }
    }
    if statement.query == nil, acceptWord("from") {
      statement.isFrom = true
    } else {
      try expectWord("to")
    }
    if acceptWord("program") {
      statement.program = true
      statement.file = try stringConstant()
    } else if acceptWord("stdin") || acceptWord("stdout") {
      statement.file = nil
    } else {
      statement.file = try stringConstant()
    }
    _ = acceptWord("with")
    if accept("(") {
      repeat {
        statement.offsets.append(current.start)
        let name = try label()
        if isPunctuation(",") || isPunctuation(")") {
          statement.options.append((name, nil))
        } else if accept("(") {
          var list = ""
          while !isPunctuation(")") {
            if current.kind == .end { throw unexpected() }
            list += (list.isEmpty ? "" : ",") + current.text
            advance()
            _ = accept(",")
          }
          advance()
          statement.options.append((name, list))
        } else if acceptOperator("*") {
          statement.options.append((name, "*"))
        } else {
          statement.options.append((name, try settingValue()))
        }
      } while accept(",")
      try expect(")")
    } else {
      while true {
        statement.offsets.append(current.start)
        if acceptWord("csv") {
          statement.options.append(("format", "csv"))
        } else if acceptWord("header") {
          statement.options.append(("header", nil))
        } else if acceptWord("binary") {
          statement.options.append(("format", "binary"))
        } else if isOneOf(["delimiter", "null", "quote", "escape"]) {
          let name = current.text
          advance()
          _ = acceptWord("as")
          statement.options.append((name, try stringConstant()))
        } else if acceptWord("freeze") {
          statement.options.append(("freeze", nil))
        } else if acceptWord("encoding") {
          statement.options.append(("encoding", try stringConstant()))
        } else if acceptWord("force") {
          let name = acceptWord("quote") ? "force_quote" : acceptWord("null") ? "force_null" : "force_not_null"
          if name == "force_not_null" {
            try expectWord("not")
            try expectWord("null")
          }
          if name == "force_quote", acceptOperator("*") {
            statement.options.append((name, "*"))
          } else {
            statement.options.append((name, joined(try nameList(), ",")))
          }
        } else {
          break
        }
      }
    }
    if acceptWord("where") { statement.condition = try expression() }
    return .copy(statement)
  }
}
