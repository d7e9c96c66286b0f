// The statements, dispatched on their first word. Definitions are in ParseDefinition.swift.

extension Parser {
  mutating func statement() throws(SQLError) -> Statement {
    let token = current
    if token.kind == .punctuation, token.text == "(" { return .query(try query()) }
    guard token.kind == .word else { throw unexpected() }
    switch token.text {
    case "select", "values", "table": return .query(try query())
    case "with", "insert", "update", "delete": return try preparableStatement()
    case "create": return try create()
    case "alter": return try alter()
    case "drop": return try drop()
    case "truncate":
      advance()
      _ = acceptWord("table")
      _ = acceptWord("only")
      var names: [QualifiedName] = []
      repeat {
        names.append(try qualifiedName())
        _ = acceptOperator("*")
      } while accept(",")
      let restart = acceptWords("restart", "identity")
      if !restart { _ = acceptWords("continue", "identity") }
      let cascade = acceptWord("cascade")
      if !cascade { _ = acceptWord("restrict") }
      return .truncate(names, restartIdentity: restart, cascade: cascade)
    case "begin":
      advance()
      if !acceptWord("work") { _ = acceptWord("transaction") }
      return .begin(try transactionModes())
    case "start":
      advance()
      try expectWord("transaction")
      return .begin(try transactionModes())
    case "commit", "end":
      advance()
      if token.text == "commit", isWord("prepared") { throw .notSimulated("two-phase commit") }
      if !acceptWord("work") { _ = acceptWord("transaction") }
      return .commit(chain: try chain())
    case "rollback", "abort":
      advance()
      if isWord("prepared") { throw .notSimulated("two-phase commit") }
      if !acceptWord("work") { _ = acceptWord("transaction") }
      if acceptWord("to") {
        _ = acceptWord("savepoint")
        return .rollbackTo(try columnIdentifier())
      }
      return .rollback(chain: try chain())
    case "savepoint":
      advance()
      return .savepoint(try columnIdentifier())
    case "release":
      advance()
      _ = acceptWord("savepoint")
      return .releaseSavepoint(try columnIdentifier())
    case "set": return try set()
    case "show":
      advance()
      if acceptWords("time", "zone") { return .show("timezone") }
      if acceptWords("transaction", "isolation", "level") { return .show("transaction_isolation") }
      if acceptWords("session", "authorization") { return .show("session_authorization") }
      return .show(try settingName())
    case "reset":
      advance()
      if acceptWords("time", "zone") { return .reset("timezone") }
      if acceptWords("session", "authorization") { return .setSessionAuthorization(nil) }
      return .reset(try settingName())
    case "grant", "revoke": return try grant()
    case "comment": return try comment()
    case "copy": return try copy()
    case "explain":
      advance()
      var options: [String] = []
      if accept("(") {
        while !isPunctuation(")"), current.kind != .end {
          options.append(current.text)
          advance()
        }
        try expect(")")
      } else {
        if acceptWord("analyze") { options.append("analyze") }
        if acceptWord("verbose") { options.append("verbose") }
      }
      return .explain(try statement(), options)
    case "prepare":
      advance()
      if isWord("transaction") { throw .notSimulated("two-phase commit") }
      let name = try columnIdentifier()
      var types: [TypeName] = []
      if accept("(") {
        repeat { types.append(try typeName()) } while accept(",")
        try expect(")")
      }
      try expectWord("as")
      return .prepare(name, types, try preparableStatement())
    case "execute":
      advance()
      let name = try columnIdentifier()
      var arguments: [Expr] = []
      if accept("(") {
        arguments = try expressionList()
        try expect(")")
      }
      return .execute(name, arguments)
    case "deallocate":
      advance()
      _ = acceptWord("prepare")
      if acceptWord("all") { return .deallocate(nil) }
      return .deallocate(try columnIdentifier())
    case "vacuum":
      advance()
      var full = false
      var analyze = false
      var verbose = false
      if accept("(") {
        while !isPunctuation(")"), current.kind != .end {
          if isWord("full") { full = true }
          if isWord("analyze") { analyze = true }
          if isWord("verbose") { verbose = true }
          advance()
        }
        try expect(")")
      } else {
        if acceptWord("full") { full = true }
        _ = acceptWord("freeze")
        if acceptWord("verbose") { verbose = true }
        if acceptWord("analyze") || acceptWord("analyse") { analyze = true }
      }
      return .vacuum(tables: try relationList(), full: full, analyze: analyze, verbose: verbose)
    case "analyze", "analyse":
      advance()
      if isWord("verbose") { throw .notSimulated("ANALYZE VERBOSE") }
      return .analyze(tables: try relationList())
    case "lock":
      advance()
      _ = acceptWord("table")
      _ = acceptWord("only")
      let names = try qualifiedNames()
      var mode = ""
      if acceptWord("in") {
        while !isWord("mode") {
          guard current.kind == .word else { throw unexpected() }
          mode += (mode.isEmpty ? "" : " ") + current.text
          advance()
        }
        advance()
      }
      return .lock(names, mode: mode.isEmpty ? "access exclusive" : mode, noWait: acceptWord("nowait"))
    case "listen":
      advance()
      return .listen(try columnIdentifier())
    case "unlisten":
      advance()
      if acceptOperator("*") { return .unlisten(nil) }
      return .unlisten(try columnIdentifier())
    case "notify":
      advance()
      let name = try columnIdentifier()
      var payload: String?
      if accept(",") { payload = try stringConstant() }
      return .notify(name, payload)
    case "declare":
      advance()
      let name = try columnIdentifier()
      var scroll = false
      while true {
        if acceptWord("scroll") {
          scroll = true
        } else if acceptWords("no", "scroll") || acceptWord("binary") || acceptWord("insensitive")
          || acceptWord("asensitive")
        {
          continue
        } else {
          break
        }
      }
      try expectWord("cursor")
      let hold = acceptWords("with", "hold")
      if !hold { _ = acceptWords("without", "hold") }
      try expectWord("for")
      return .declareCursor(name, try query(), hold: hold, scroll: scroll)
    case "fetch", "move": return try fetch(token.text == "move")
    case "close":
      advance()
      if acceptWord("all") { return .closeCursor(nil) }
      return .closeCursor(try columnIdentifier())
    case "discard":
      advance()
      return .discard(try nonReservedOrAll())
    case "call":
      advance()
      let name = try anyName()
      let expr = try call(name)
      guard case .call(let call) = expr.kind else { throw unexpected() }
      return .call(call)
    case "do":
      advance()
      var language = "plpgsql"
      if acceptWord("language") { language = try nonReservedWord() }
      let body = try stringConstant()
      if acceptWord("language") { language = try nonReservedWord() }
      return .doBlock(body, language: language)
    case "checkpoint":
      advance()
      return .checkpoint
    case "refresh":
      advance()
      try expectWord("materialized")
      try expectWord("view")
      let concurrently = acceptWord("concurrently")
      let name = try qualifiedName()
      var withData = true
      if acceptWords("with", "no", "data") { withData = false } else { _ = acceptWords("with", "data") }
      return .refreshMaterializedView(name, concurrently: concurrently, withData: withData)
    case "reindex":
      advance()
      if accept("(") {
        while !isPunctuation(")"), current.kind != .end { advance() }
        try expect(")")
      }
      guard isOneOf(["table", "index", "schema", "database", "system"]) else { throw unexpected() }
      let kind = current.text
      advance()
      _ = acceptWord("concurrently")
      return .reindex(kind, try qualifiedName())
    case "cluster":
      advance()
      _ = acceptWord("verbose")
      if current.kind == .end || isPunctuation(";") { return .cluster(nil, nil) }
      let name = try qualifiedName()
      return .cluster(name, acceptWord("using") ? try columnIdentifier() : nil)
    case "load":
      skipRest()
      return .load
    case "merge":
      return .merge(try merge(nil))
    case "reassign":
      advance()
      try expectWord("owned")
      try expectWord("by")
      var roles = [try roleName()]
      while accept(",") { roles.append(try roleName()) }
      try expectWord("to")
      return .reassignOwned(roles, try roleName())
    case "security", "import":
      let word = token.text
      skipRest()
      return .unsupported(word.uppercased())
    default: throw unexpected()
    }
  }

  /// Skips to the end of a statement that is only recognised.
  mutating func skipRest() {
    while current.kind != .end, !isPunctuation(";") { advance() }
  }

  private mutating func nonReservedOrAll() throws(SQLError) -> String {
    if acceptWord("all") { return "all" }
    return try nonReservedWord()
  }

  private mutating func relationList() throws(SQLError) -> [QualifiedName] {
    guard isColumnIdentifier(current) else { return [] }
    var names: [QualifiedName] = []
    repeat {
      names.append(try qualifiedName())
      if isPunctuation("(") { _ = try parenthesizedNames() }
    } while accept(",")
    return names
  }

  private mutating func chain() throws(SQLError) -> Bool {
    if acceptWords("and", "chain") { return true }
    _ = acceptWords("and", "no", "chain")
    return false
  }

  private mutating func transactionModes() throws(SQLError) -> [String] {
    var modes: [String] = []
    while true {
      if acceptWords("isolation", "level") {
        if acceptWords("read", "committed") {
          modes.append("read committed")
        } else if acceptWords("read", "uncommitted") {
          modes.append("read uncommitted")
        } else if acceptWords("repeatable", "read") {
          modes.append("repeatable read")
        } else if acceptWord("serializable") {
          modes.append("serializable")
        } else {
          throw unexpected()
        }
      } else if acceptWords("read", "only") {
        modes.append("read only")
      } else if acceptWords("read", "write") {
        modes.append("read write")
      } else if acceptWord("deferrable") || acceptWords("not", "deferrable") {
        continue
      } else {
        return modes
      }
      _ = accept(",")
    }
  }

  private mutating func settingName() throws(SQLError) -> String {
    if acceptWord("all") { return "all" }
    var name = try columnIdentifier()
    while accept(".") { name += "." + (try columnIdentifier()) }
    return name
  }

  private mutating func set() throws(SQLError) -> Statement {
    advance()
    var local = false
    if isWord("local"), !isOperatorEquals(1) {
      advance()
      local = true
    } else if isWord("session"), !isOperatorEquals(1) {
      if isWord(1, "characteristics") {
        advance()
        advance()
        try expectWord("as")
        try expectWord("transaction")
        return .setTransaction(try transactionModes(), session: true)
      }
      if isWord(1, "authorization") {
        advance()
        advance()
        if acceptWord("default") { return .setSessionAuthorization(nil) }
        if current.kind == .string { return .setSessionAuthorization(try stringConstant()) }
        return .setSessionAuthorization(try nonReservedWord())
      }
      advance()
    }
    if isWord("transaction"), !isOperatorEquals(1) {
      advance()
      if isWord("snapshot") { throw .notSimulated("SET TRANSACTION SNAPSHOT") }
      return .setTransaction(try transactionModes(), session: false)
    }
    if isWord("constraints") {
      advance()
      var names: [String] = []
      if !acceptWord("all") {
        for name in try qualifiedNames() { names.append(name.name) }
      }
      let deferred = acceptWord("deferred")
      if !deferred { try expectWord("immediate") }
      return .setConstraints(names, deferred: deferred)
    }
    if isWord("role"), !isOperatorEquals(1), !isWord(1, "to") {
      advance()
      if acceptWord("none") { return .setRole(nil) }
      if current.kind == .string { return .setRole(try stringConstant()) }
      return .setRole(try nonReservedWord())
    }
    if isWord("time"), isWord(1, "zone") {
      advance()
      advance()
      if acceptWord("local") || acceptWord("default") { return .set(name: "timezone", values: nil, local: local) }
      if isWord("interval") { throw .notSimulated("SET TIME ZONE INTERVAL") }
      return .set(name: "timezone", values: [try settingValue()], local: local)
    }
    if isWord("schema"), ahead(1).kind == .string {
      advance()
      return .set(name: "search_path", values: [try stringConstant()], local: local)
    }
    if isWord("names"), !isOperatorEquals(1) {
      advance()
      return .set(name: "client_encoding", values: [try settingValue()], local: local)
    }
    let name = try settingName()
    guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
    if acceptWord("default") { return .set(name: name, values: nil, local: local) }
    var values = [try settingValue()]
    while accept(",") { values.append(try settingValue()) }
    return .set(name: name, values: values, local: local)
  }

  private func isOperatorEquals(_ ahead: Int) -> Bool {
    let token = self.ahead(ahead)
    return token.kind == .oper && token.text == "="
  }

  mutating func settingValue() throws(SQLError) -> String {
    let token = current
    switch token.kind {
    case .string, .quoted, .integer, .decimal:
      advance()
      return token.text
    case .word:
      if category(token) == .reserved, !["true", "false", "on"].contains(token.text) { throw unexpected() }
      advance()
      return token.text
    case .oper where token.text == "-" || token.text == "+":
      advance()
      guard current.kind == .integer || current.kind == .decimal else { throw unexpected() }
      let text = current.text
      advance()
      return token.text == "-" ? "-" + text : text
    default: throw unexpected()
    }
  }

  private mutating func fetch(_ move: Bool) throws(SQLError) -> Statement {
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

  private mutating func copy() throws(SQLError) -> Statement {
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

  private mutating func comment() throws(SQLError) -> Statement {
    advance()
    try expectWord("on")
    var kind = try label()
    if kind == "materialized" || kind == "foreign" { kind += " " + (try label()) }
    var on: QualifiedName?
    let name = try anyName()
    if kind == "function" || kind == "procedure" || kind == "aggregate" || kind == "routine", accept("(") {
      while !isPunctuation(")"), current.kind != .end { advance() }
      try expect(")")
    }
    if kind == "constraint" || kind == "trigger" || kind == "policy" || kind == "rule" {
      try expectWord("on")
      on = try qualifiedName()
    }
    try expectWord("is")
    if acceptWord("null") { return .comment(kind: kind, name, nil, on: on) }
    return .comment(kind: kind, name, try stringConstant(), on: on)
  }

  private mutating func grant() throws(SQLError) -> Statement {
    let isGrant = isWord("grant")
    advance()
    var statement = GrantStatement(
      isGrant: isGrant, privileges: [], objectType: "TABLE", objects: [], grantees: [])
    if !isGrant, acceptWords("grant", "option", "for") { statement.withGrantOption = true }
    if !isGrant, acceptWords("admin", "option", "for") { statement.withGrantOption = true }
    var names: [(String, [String])] = []
    if acceptWord("all") {
      _ = acceptWord("privileges")
      var columns: [String] = []
      if isPunctuation("(") { columns = try parenthesizedNames() }
      names = columns.isEmpty ? [] : [("all", columns)]
    } else {
      repeat {
        guard isLabel(current) else { throw unexpected() }
        if current.kind == .word, category(current) == .reserved,
          !["select", "references", "create"].contains(current.text)
        {
          throw unexpected()
        }
        let name = current.text
        advance()
        var columns: [String] = []
        if isPunctuation("(") { columns = try parenthesizedNames() }
        names.append((name, columns))
      } while accept(",")
    }
    statement.privileges = names
    if acceptWord("on") {
      if isWord("all"), isWord(2, "in") {
        advance()
        let what = try label()
        try expectWord("in")
        try expectWord("schema")
        statement.objectType = "ALL \(what.uppercased()) IN SCHEMA"
        for name in try nameList() { statement.objects.append(QualifiedName(parts: [name], offset: -1)) }
      } else {
        switch current.text {
        case "table", "sequence", "database", "schema", "function", "procedure", "routine", "language", "type",
          "domain",
          "tablespace":
          statement.objectType = current.text.uppercased()
          advance()
        case "foreign", "large", "parameter":
          throw .notSimulated("GRANT ON \(current.text.uppercased())")
        default: break
        }
        repeat {
          statement.objects.append(try anyName())
          if statement.objectType == "FUNCTION" || statement.objectType == "PROCEDURE", accept("(") {
            while !isPunctuation(")"), current.kind != .end { advance() }
            try expect(")")
          }
        } while accept(",")
      }
    } else {
      statement.objectType = "ROLE"
    }
    try expectWord(isGrant ? "to" : "from")
    repeat {
      _ = acceptWord("group")
      statement.grantees.append(try roleName())
    } while accept(",")
    if acceptWords("with", "grant", "option") || acceptWords("with", "admin", "option") {
      statement.withGrantOption = true
    }
    if acceptWord("granted") {
      try expectWord("by")
      _ = try roleName()
    }
    if acceptWord("cascade") { statement.cascade = true } else { _ = acceptWord("restrict") }
    return .grant(statement)
  }
}
