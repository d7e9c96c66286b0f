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
          let place = current.start
          let name = try label()
          var on = true
          if !isPunctuation(","), !isPunctuation(")") {
            on = !["off", "false", "0", "no"].contains(current.text)
            advance()
          }
          switch name {
          case "full": full = on
          case "analyze", "analyse": analyze = on
          case "verbose": verbose = on
          case "freeze", "disable_page_skipping", "skip_locked", "index_cleanup", "process_toast", "truncate",
            "parallel":
            break
          default: throw SQLError(SQLState.syntaxError, "unrecognized VACUUM option \"\(name)\"", at: place)
          }
          _ = accept(",")
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
      var names: [QualifiedName] = []
      repeat {
        _ = acceptWord("only")
        names.append(try qualifiedName())
        _ = acceptOperator("*")
      } while accept(",")
      let mode = acceptWord("in") ? try lockMode() : "access exclusive"
      return .lock(names, mode: mode, noWait: acceptWord("nowait"))
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
      var scroll: Bool?
      while true {
        if acceptWord("scroll") {
          scroll = true
        } else if acceptWords("no", "scroll") {
          scroll = false
        } else if acceptWord("binary") || acceptWord("insensitive")
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

  /// `ACCESS SHARE MODE` and its fellows, in small letters and without the last word.
  private mutating func lockMode() throws(SQLError) -> String {
    let mode: String
    switch current.text {
    case "access", "row":
      mode = current.text + (isWord(1, "share") ? " share" : " exclusive")
      advance()
      guard isWord("share") || isWord("exclusive") else { throw unexpected() }
      advance()
    case "share":
      advance()
      if acceptWord("update") {
        try expectWord("exclusive")
        mode = "share update exclusive"
      } else if acceptWord("row") {
        try expectWord("exclusive")
        mode = "share row exclusive"
      } else {
        mode = "share"
      }
    case "exclusive":
      advance()
      mode = "exclusive"
    default: throw unexpected()
    }
    try expectWord("mode")
    return mode
  }
}
