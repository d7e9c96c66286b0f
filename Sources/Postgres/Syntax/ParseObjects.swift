// CREATE VIEW, INDEX, SEQUENCE, SCHEMA, DATABASE, ROLE. Source: PostgreSQL 15 manual, part VI.

internal import SimKernel

extension Parser {
  mutating func createView(
    orReplace: Bool, temporary: Bool, recursive: Bool, _ start: Int
  ) throws(SQLError) -> Statement {
    let name = try qualifiedName()
    var columns: [String] = []
    if isPunctuation("(") { columns = try parenthesizedNames() }
    if isWord("with"), isPunctuation(1, "(") {
      advance()
      _ = try storageParameters()
    }
    try expectWord("as")
    let from = current.start
    var body = try query()
    if recursive {
      if columns.isEmpty { throw unexpected() }
      // WITH RECURSIVE name (columns) AS (query) SELECT columns FROM name
      var core = SelectCore()
      for c in columns { core.targets.append(TargetItem(expression: Expr(.column([c]), -1), label: nil)) }
      core.from = [.table(QualifiedName(parts: [name.name], offset: -1), nil, only: false, offset: -1)]
      let outer = Query(.select(core), body.offset)
      outer.with = WithClause(
        isRecursive: true,
        tables: [
          CommonTable(name: name.name, columns: columns, statement: .query(body), materialized: nil, offset: -1)
        ])
      body = outer
    }
    let to = previousEnd
    var check: String?
    if isWord("with") {
      advance()
      check = "CASCADED"
      if acceptWord("local") { check = "LOCAL" } else { _ = acceptWord("cascaded") }
      try expectWord("check")
      try expectWord("option")
    }
    return .createView(
      name, columns: columns, body, orReplace: orReplace, temporary: temporary, recursive: recursive,
      source: (from, to), checkOption: check)
  }

  mutating func createIndex(_ unique: Bool) throws(SQLError) -> Statement {
    var index = CreateIndex(name: nil, table: QualifiedName(parts: [""], offset: 0))
    index.unique = unique
    index.concurrently = acceptWord("concurrently")
    index.ifNotExists = ifNotExists()
    if !isWord("on") { index.name = try columnIdentifier() }
    try expectWord("on")
    index.only = acceptWord("only")
    index.table = try qualifiedName()
    if acceptWord("using") { index.method = try columnIdentifier() }
    try expect("(")
    repeat { index.elements.append(try indexElement()) } while accept(",")
    try expect(")")
    if acceptWord("include") { index.include = try parenthesizedNames() }
    if acceptWords("nulls", "not", "distinct") {
      index.nullsNotDistinct = true
    } else {
      _ = acceptWords("nulls", "distinct")
    }
    if isWord("with"), isPunctuation(1, "(") {
      advance()
      index.options = try storageParameters()
    }
    if acceptWord("tablespace") { _ = try columnIdentifier() }
    if acceptWord("where") { index.condition = try expression() }
    return .createIndex(index)
  }

  mutating func indexElement() throws(SQLError) -> IndexElement {
    let offset = current.start
    var column: String?
    let expr: Expr
    if isColumnIdentifier(current), !isPunctuation(1, "("), !isPunctuation(1, ".") {
      column = current.text
      advance()
      expr = Expr(.column([column!]), offset)
    } else if isPunctuation("(") {
      advance()
      expr = try expression()
      try expect(")")
    } else {
      expr = try operand()
    }
    if acceptWord("collate") { _ = try anyName() }
    var opclass: String?
    if isColumnIdentifier(current), !isWord("nulls") {
      opclass = try anyName().name
      if isPunctuation("(") { _ = try storageParameters() }
    }
    var descending = false
    if acceptWord("desc") { descending = true } else { _ = acceptWord("asc") }
    var nullsFirst: Bool?
    if isWord("nulls"), isWord(1, "first") || isWord(1, "last") {
      nullsFirst = isWord(1, "first")
      advance()
      advance()
    }
    return IndexElement(
      expression: expr, columnName: column, descending: descending, nullsFirst: nullsFirst, operatorClass: opclass)
  }

  mutating func sequenceOptions() throws(SQLError) -> [SequenceOption] {
    var options: [SequenceOption] = []
    while true {
      if acceptWord("as") {
        options.append(.type(try simpleType()))
      } else if acceptWord("increment") {
        _ = acceptWord("by")
        options.append(.increment(try signedInteger()))
      } else if acceptWord("minvalue") {
        options.append(.minimum(try signedInteger()))
      } else if acceptWord("maxvalue") {
        options.append(.maximum(try signedInteger()))
      } else if acceptWords("no", "minvalue") {
        options.append(.minimum(nil))
      } else if acceptWords("no", "maxvalue") {
        options.append(.maximum(nil))
      } else if acceptWords("no", "cycle") {
        options.append(.cycle(false))
      } else if acceptWord("cycle") {
        options.append(.cycle(true))
      } else if acceptWord("start") {
        _ = acceptWord("with")
        options.append(.start(try signedInteger()))
      } else if acceptWord("restart") {
        if acceptWord("with") || current.kind == .integer || isOperator("-") {
          options.append(.restart(try signedInteger()))
        } else {
          options.append(.restart(nil))
        }
      } else if acceptWord("cache") {
        options.append(.cache(try signedInteger()))
      } else if acceptWords("sequence", "name") {
        options.append(.name(try qualifiedName()))
      } else if acceptWords("owned", "by") {
        options.append(.ownedBy(try anyNameOrNone()))
      } else {
        return options
      }
    }
  }

  mutating func anyNameOrNone() throws(SQLError) -> [String] {
    if acceptWord("none") { return [] }
    return try qualifiedName().parts
  }

  mutating func createSchema() throws(SQLError) -> Statement {
    let exists = ifNotExists()
    var name: String?
    if !isWord("authorization") { name = try columnIdentifier() }
    var owner: String?
    if acceptWord("authorization") { owner = try roleName() }
    var statements: [Statement] = []
    while isWord("create") || isWord("grant") { statements.append(try statement()) }
    return .createSchema(name, ifNotExists: exists, owner: owner, statements)
  }

  mutating func databaseOptions() throws(SQLError) -> [(String, String)] {
    _ = acceptWord("with")
    var options: [(String, String)] = []
    while isLabel(current) {
      var name = try label()
      if name == "connection", acceptWord("limit") { name = "connection_limit" }
      _ = acceptOperator("=")
      if acceptWord("default") {
        options.append((name, "default"))
      } else {
        options.append((name, try settingValue()))
      }
    }
    return options
  }

  mutating func roleOptions() throws(SQLError) -> [RoleOption] {
    _ = acceptWord("with")
    var options: [RoleOption] = []
    while current.kind == .word {
      let offset = current
      let name = current.text
      switch name {
      case "password":
        advance()
        if acceptWord("null") {
          options.append(RoleOption(name: "password", value: nil, names: []))
        } else {
          options.append(RoleOption(name: "password", value: try stringConstant(), names: []))
        }
      case "encrypted", "unencrypted":
        advance()
        try expectWord("password")
        options.append(RoleOption(name: "password", value: try stringConstant(), names: []))
      case "connection":
        advance()
        try expectWord("limit")
        options.append(RoleOption(name: "connection limit", value: String(try signedInteger()), names: []))
      case "valid":
        advance()
        try expectWord("until")
        options.append(RoleOption(name: "valid until", value: try stringConstant(), names: []))
      case "in":
        advance()
        guard acceptWord("role") || acceptWord("group") else { throw unexpected() }
        var names = [try roleName()]
        while accept(",") { names.append(try roleName()) }
        options.append(RoleOption(name: "in role", value: nil, names: names))
      case "role", "user", "admin":
        advance()
        var names = [try roleName()]
        while accept(",") { names.append(try roleName()) }
        options.append(RoleOption(name: name == "user" ? "role" : name, value: nil, names: names))
      case "sysid":
        advance()
        _ = try signedInteger()
      case "inherit", "superuser", "nosuperuser", "createdb", "nocreatedb", "createrole", "nocreaterole", "login",
        "nologin", "replication", "noreplication", "bypassrls", "nobypassrls", "noinherit":
        advance()
        options.append(RoleOption(name: name, value: nil, names: []))
      default:
        if isColumnIdentifier(offset), KeywordTable.shared.category(offset.text) == nil {
          throw SQLError(SQLState.syntaxError, "unrecognized role option \"\(name)\"", at: offset.start)
        }
        throw unexpected()
      }
    }
    return options
  }
}
