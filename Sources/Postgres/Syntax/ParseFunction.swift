// CREATE TYPE, FUNCTION, PROCEDURE, TRIGGER. Source: PostgreSQL 15 manual, part VI.

internal import SimKernel

extension Parser {
  mutating func createType() throws(SQLError) -> Statement {
    let name = try anyName()
    guard acceptWord("as") else {
      skipRest()
      return .unsupported("CREATE TYPE of a base type")
    }
    if acceptWord("enum") {
      try expect("(")
      var labels: [String] = []
      if !isPunctuation(")") {
        repeat { labels.append(try stringConstant()) } while accept(",")
      }
      try expect(")")
      return .createType(name, labels: labels)
    }
    if isWord("range") {
      skipRest()
      return .unsupported("CREATE TYPE AS RANGE")
    }
    if isPunctuation("("), isPunctuation(1, ")") {
      advance()
      advance()
      return .createCompositeType(name, [])
    }
    return .createCompositeType(name, try columnDefinitions())
  }

  mutating func createFunction(orReplace: Bool, procedure: Bool) throws(SQLError) -> Statement {
    var function = CreateFunction(name: try anyName())
    function.orReplace = orReplace
    function.isProcedure = procedure
    try expect("(")
    if !accept(")") {
      repeat { function.parameters.append(try functionParameter()) } while accept(",")
      try expect(")")
    }
    if acceptWord("returns") {
      if acceptWord("table") {
        function.returnsTable = try columnDefinitions()
      } else {
        function.returns = try typeName()
      }
    }
    while current.kind == .word {
      switch current.text {
      case "language":
        advance()
        if current.kind == .string {
          function.language = try stringConstant()
        } else {
          function.language = try nonReservedWord()
        }
      case "as":
        advance()
        function.body = try stringConstant()
        if accept(",") { _ = try stringConstant() }
      case "immutable", "stable", "volatile":
        function.volatility = String(current.text.prefix(1))
        advance()
      case "strict":
        advance()
        function.strict = true
      case "returns":
        advance()
        guard acceptWords("null", "on", "null", "input") else { throw unexpected() }
        function.strict = true
      case "called":
        advance()
        guard acceptWords("on", "null", "input") else { throw unexpected() }
      case "security":
        advance()
        function.securityDefiner = acceptWord("definer")
        if !function.securityDefiner { try expectWord("invoker") }
      case "external", "leakproof", "window", "not":
        advance()
      case "parallel", "cost", "rows", "support":
        advance()
        advance()
      case "set":
        advance()
        _ = try label()
        guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
        _ = try settingValue()
        while accept(",") { _ = try settingValue() }
      case "return":
        advance()
        let start = current.start
        _ = try expression()
        function.body = "SELECT " + String(decoding: source[start..<previousEnd], as: UTF8.self)
        if function.language.isEmpty { function.language = "sql" }
      case "begin":
        throw .notSimulated("CREATE FUNCTION with BEGIN ATOMIC")
      default: throw unexpected()
      }
    }
    return .createFunction(function)
  }

  mutating func functionParameter() throws(SQLError) -> FunctionParameter {
    var mode = "in"
    if acceptWord("in") {
      mode = acceptWord("out") ? "inout" : "in"
    } else if acceptWord("out") {
      mode = "out"
    } else if acceptWord("inout") {
      mode = "inout"
    } else if acceptWord("variadic") {
      mode = "variadic"
    }
    var name: String?
    if isTypeFunctionName(current) || isColumnIdentifier(current), startsType(ahead(1)),
      !(isWord("double") && isWord(1, "precision"))
    {
      name = current.text
      advance()
    }
    let type = try typeName()
    var defaultValue: Expr?
    if acceptWord("default") || acceptOperator("=") { defaultValue = try expression() }
    return FunctionParameter(mode: mode, name: name, type: type, defaultValue: defaultValue)
  }

  mutating func createTrigger(_ orReplace: Bool, constraint: Bool = false) throws(SQLError) -> Statement {
    let name = try columnIdentifier()
    var timing = ""
    if acceptWord("before") {
      timing = "BEFORE"
    } else if acceptWord("after") {
      timing = "AFTER"
    } else {
      try expectWord("instead")
      try expectWord("of")
      timing = "INSTEAD OF"
    }
    var events: [String] = []
    var columns: [String] = []
    repeat {
      guard isOneOf(["insert", "update", "delete", "truncate"]) else { throw unexpected() }
      events.append(current.text.uppercased())
      advance()
      if events[events.count - 1] == "UPDATE", acceptWord("of") { columns = try nameList() }
    } while acceptWord("or")
    try expectWord("on")
    let table = try qualifiedName()
    var trigger = CreateTrigger(
      name: name, table: table, timing: timing, events: events,
      function: QualifiedName(parts: [""], offset: 0))
    trigger.updateColumns = columns
    trigger.orReplace = orReplace
    trigger.isConstraint = constraint
    if constraint {
      if acceptWord("from") { throw .notSimulated("constraint triggers with FROM") }
      var clause = ConstraintClause(name: nil, kind: .null, offset: -1)
      try attributes(&clause)
      trigger.deferrable = clause.deferrable
      trigger.initiallyDeferred = clause.initiallyDeferred
    }
    if acceptWord("referencing") {
      repeat {
        let isOld = isWord("old")
        guard isOld || isWord("new") else { throw unexpected() }
        advance()
        if acceptWord("row") {
          throw SQLError(
            SQLState.featureNotSupported, "ROW variable naming in the REFERENCING clause is not supported",
            hint: "Use OLD TABLE or NEW TABLE for naming transition tables.")
        }
        try expectWord("table")
        _ = acceptWord("as")
        if isOld { trigger.oldTable = try columnIdentifier() } else { trigger.newTable = try columnIdentifier() }
      } while isWord("old") || isWord("new")
    }
    if acceptWord("for") {
      _ = acceptWord("each")
      trigger.forEachRow = acceptWord("row")
      if !trigger.forEachRow { try expectWord("statement") }
    }
    if acceptWord("when") {
      try expect("(")
      trigger.condition = try expression()
      try expect(")")
    }
    try expectWord("execute")
    guard acceptWord("function") || acceptWord("procedure") else { throw unexpected() }
    trigger.function = try anyName()
    try expect("(")
    while !isPunctuation(")") {
      trigger.arguments.append(try settingValue())
      _ = accept(",")
    }
    try expect(")")
    return .createTrigger(trigger)
  }

  /// `CREATE AGGREGATE name (types) (sfunc = f, stype = t, …)`
  mutating func createAggregate(_ orReplace: Bool) throws(SQLError) -> Statement {
    var statement = CreateAggregate(name: try anyName())
    statement.orReplace = orReplace
    try expect("(")
    if current.kind == .word, ahead(1).kind == .oper, ahead(1).text == "=" {
      throw .notSimulated("CREATE AGGREGATE with basetype")
    }
    if !acceptOperator("*"), !isPunctuation(")") {
      repeat { statement.parameters.append(try functionParameter()) } while accept(",")
      if isWord("order") { throw .notSimulated("CREATE AGGREGATE of ordered sets") }
    }
    try expect(")")
    try expect("(")
    repeat {
      let name = try label()
      var value = AggregateOption.none
      if acceptOperator("=") {
        if current.kind == .string {
          value = .text(try stringConstant())
        } else if name == "stype" || name == "stype1" {
          value = .type(try typeName())
        } else if current.kind == .word || current.kind == .quoted {
          value = .name(try anyName())
        } else {
          value = .text(try settingValue())
        }
      }
      statement.options.append((name: name, value: value))
    } while accept(",")
    try expect(")")
    return .createAggregate(statement)
  }
}
