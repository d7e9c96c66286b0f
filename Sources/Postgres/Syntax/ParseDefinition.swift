// CREATE, ALTER and DROP. Source: PostgreSQL 15 manual, part VI.

extension Parser {
  mutating func ifNotExists() -> Bool { acceptWords("if", "not", "exists") }
  mutating func ifExists() -> Bool { acceptWords("if", "exists") }

  // MARK: CREATE

  mutating func create() throws(SQLError) -> Statement {
    let start = current.start
    advance()
    let orReplace = acceptWords("or", "replace")
    var temporary = false
    var unlogged = false
    if acceptWord("global") || acceptWord("local") {}
    if acceptWord("temporary") || acceptWord("temp") { temporary = true }
    if acceptWord("unlogged") { unlogged = true }
    let recursive = acceptWord("recursive")
    guard current.kind == .word else { throw unexpected() }
    switch current.text {
    case "table":
      advance()
      return try createTable(temporary: temporary, unlogged: unlogged)
    case "view":
      advance()
      return try createView(orReplace: orReplace, temporary: temporary, recursive: recursive, start)
    case "materialized":
      advance()
      try expectWord("view")
      var table = CreateTable(name: QualifiedName(parts: [""], offset: 0))
      table.ifNotExists = ifNotExists()
      table.name = try qualifiedName()
      table.isMaterializedView = true
      if isPunctuation("(") { table.columnNames = try parenthesizedNames() }
      try expectWord("as")
      table.query = try query()
      table.withData = try withDataClause()
      return .createTableAs(table)
    case "unique", "index":
      let unique = acceptWord("unique")
      try expectWord("index")
      return try createIndex(unique)
    case "sequence":
      advance()
      let exists = ifNotExists()
      let name = try qualifiedName()
      return .createSequence(name, try sequenceOptions(), ifNotExists: exists, temporary: temporary)
    case "schema":
      advance()
      return try createSchema()
    case "database":
      advance()
      let name = try columnIdentifier()
      return .createDatabase(name, try databaseOptions())
    case "role", "user", "group":
      let kind = current.text
      advance()
      if isWord("mapping") {
        skipRest()
        return .unsupported("CREATE USER MAPPING")
      }
      let name = try roleName()
      return .createRole(name, try roleOptions(), kind: kind)
    case "type":
      advance()
      return try createType()
    case "domain":
      advance()
      let name = try anyName()
      _ = acceptWord("as")
      let type = try typeName()
      var constraints: [ConstraintClause] = []
      while let clause = try columnConstraint() { constraints.append(clause) }
      return .createDomain(name, type, constraints)
    case "extension":
      advance()
      let exists = ifNotExists()
      let name = try columnIdentifier()
      skipRest()
      return .createExtension(name, ifNotExists: exists)
    case "function", "procedure":
      let procedure = isWord("procedure")
      advance()
      return try createFunction(orReplace: orReplace, procedure: procedure)
    case "trigger":
      advance()
      return try createTrigger(orReplace)
    case "constraint":
      skipRest()
      return .unsupported("CREATE CONSTRAINT TRIGGER")
    case "rule", "aggregate", "cast", "collation", "conversion", "event", "foreign", "language", "operator", "policy",
      "publication", "server", "statistics", "subscription", "tablespace", "text", "transform", "access", "trusted",
      "procedural":
      let what = current.text.uppercased()
      skipRest()
      return .unsupported("CREATE " + what)
    default: throw unexpected()
    }
  }

  private mutating func withDataClause() throws(SQLError) -> Bool {
    if acceptWords("with", "no", "data") { return false }
    _ = acceptWords("with", "data")
    return true
  }

  private mutating func createTable(temporary: Bool, unlogged: Bool) throws(SQLError) -> Statement {
    var table = CreateTable(name: QualifiedName(parts: [""], offset: 0))
    table.temporary = temporary
    table.unlogged = unlogged
    table.ifNotExists = ifNotExists()
    table.name = try qualifiedName()
    if acceptWord("partition") {
      try expectWord("of")
      table.partitionOf = try qualifiedName()
      if accept("(") {
        repeat { table.elements.append(try tableElement()) } while accept(",")
        try expect(")")
      }
      table.bound = try partitionBound()
    } else if acceptWord("of") {
      throw .notSimulated("CREATE TABLE OF")
    } else if isWord("as") || isPunctuation("(") && isColumnNameList() {
      if isPunctuation("(") { table.columnNames = try parenthesizedNames() }
      try tableOptions(&table)
      return try createTableAs(table)
    } else if isPunctuation("(") {
      advance()
      if !accept(")") {
        repeat { table.elements.append(try tableElement()) } while accept(",")
        try expect(")")
      }
    } else if isWord("with") || isWord("tablespace") || isWord("on") || isWord("using") {
      try tableOptions(&table)
      return try createTableAs(table)
    } else {
      throw unexpected()
    }
    if acceptWord("inherits") {
      try expect("(")
      table.inherits = try qualifiedNames()
      try expect(")")
    }
    if isWord("partition"), isWord(1, "by") {
      advance()
      advance()
      let strategy = try columnIdentifier()
      try expect("(")
      var columns: [Expr] = []
      repeat {
        columns.append(try operand())
        if isColumnIdentifier(current) { advance() }
      } while accept(",")
      try expect(")")
      table.partitionBy = PartitionSpec(strategy: strategy, columns: columns)
    }
    try tableOptions(&table)
    if isWord("as") { return try createTableAs(table) }
    return .createTable(table)
  }

  /// `(a, b) AS` as opposed to a list of column definitions.
  private func isColumnNameList() -> Bool {
    var i = 1
    while isColumnIdentifier(ahead(i)) {
      if isPunctuation(i + 1, ",") {
        i += 2
      } else {
        return isPunctuation(i + 1, ")")
          && (isWord(i + 2, "as") || isWord(i + 2, "with") || isWord(i + 2, "on") || isWord(i + 2, "tablespace"))
      }
    }
    return false
  }

  private mutating func createTableAs(_ base: CreateTable) throws(SQLError) -> Statement {
    var table = base
    try expectWord("as")
    if isWord("execute") { throw .notSimulated("CREATE TABLE AS EXECUTE") }
    table.query = try query()
    table.withData = try withDataClause()
    return .createTableAs(table)
  }

  private mutating func tableOptions(_ table: inout CreateTable) throws(SQLError) {
    while true {
      if isWord("using") {
        advance()
        _ = try columnIdentifier()
      } else if isWord("with"), isPunctuation(1, "(") {
        advance()
        table.options = try storageParameters()
      } else if acceptWords("without", "oids") {
        continue
      } else if acceptWords("on", "commit") {
        if acceptWord("drop") {
          table.onCommit = "drop"
        } else if acceptWords("delete", "rows") {
          table.onCommit = "delete rows"
        } else {
          guard acceptWords("preserve", "rows") else { throw unexpected() }
        }
      } else if acceptWord("tablespace") {
        _ = try columnIdentifier()
      } else {
        return
      }
    }
  }

  mutating func storageParameters() throws(SQLError) -> [(String, String)] {
    try expect("(")
    var options: [(String, String)] = []
    repeat {
      let name = try label()
      var value = "true"
      if acceptOperator("=") { value = try settingValue() }
      options.append((name, value))
    } while accept(",")
    try expect(")")
    return options
  }

  private mutating func partitionBound() throws(SQLError) -> PartitionBound {
    if acceptWord("default") { return .defaultPartition }
    try expectWord("for")
    try expectWord("values")
    if acceptWord("in") {
      try expect("(")
      let list = try expressionList()
      try expect(")")
      return .list(list)
    }
    if acceptWord("from") {
      try expect("(")
      let low = try expressionList()
      try expect(")")
      try expectWord("to")
      try expect("(")
      let high = try expressionList()
      try expect(")")
      return .range(low, high)
    }
    try expectWord("with")
    try expect("(")
    guard acceptWord("modulus") else { throw unexpected() }
    let modulus = try signedInteger()
    try expect(",")
    guard acceptWord("remainder") else { throw unexpected() }
    let remainder = try signedInteger()
    try expect(")")
    return .hash(modulus, remainder)
  }

  private mutating func tableElement() throws(SQLError) -> TableElement {
    if isWord("like"), !isPunctuation(1, "(") {
      advance()
      let source = try qualifiedName()
      var options: [String] = []
      while isWord("including") || isWord("excluding") {
        let including = isWord("including")
        advance()
        let what = try label()
        if including { options.append(what) }
      }
      return .like(source, options)
    }
    if isOneOf(["constraint", "check", "unique", "primary", "foreign", "exclude"]) {
      return .constraint(try tableConstraint())
    }
    return .column(try columnDefinition())
  }

  mutating func columnDefinition() throws(SQLError) -> ColumnDefinition {
    let offset = current.start
    let name = try columnIdentifier()
    guard startsType(current) else { throw unexpected() }
    let type = try typeName()
    var definition = ColumnDefinition(name: name, type: type, constraints: [], collation: nil, offset: offset)
    while true {
      if acceptWord("collate") {
        definition.collation = try anyName()
      } else if acceptWord("compression") || acceptWord("storage") {
        _ = try label()
      } else if let clause = try columnConstraint() {
        definition.constraints.append(clause)
      } else {
        return definition
      }
    }
  }

  /// Clauses after a constraint: deferrability, NOT VALID, NO INHERIT.
  private mutating func attributes(_ clause: inout ConstraintClause) throws(SQLError) {
    while true {
      if acceptWord("deferrable") {
        clause.deferrable = true
      } else if acceptWords("not", "deferrable") {
        clause.deferrable = false
      } else if acceptWords("initially", "deferred") {
        clause.initiallyDeferred = true
        clause.deferrable = true
      } else if acceptWords("initially", "immediate") {
        clause.initiallyDeferred = false
      } else if acceptWords("not", "valid") {
        clause.notValid = true
      } else if acceptWords("no", "inherit") {
        clause.noInherit = true
      } else {
        return
      }
    }
  }

  mutating func columnConstraint() throws(SQLError) -> ConstraintClause? {
    let offset = current.start
    var name: String?
    if acceptWord("constraint") { name = try columnIdentifier() }
    var clause = ConstraintClause(name: name, kind: .null, offset: offset)
    if isWord("not"), isWord(1, "null") {
      advance()
      advance()
      clause.kind = .notNull
    } else if acceptWord("null") {
      clause.kind = .null
    } else if acceptWord("check") {
      try expect("(")
      let start = current.start
      let expr = try expression()
      clause.source = (start, previousEnd)
      try expect(")")
      clause.kind = .check(expr)
    } else if acceptWord("default") {
      let start = current.start
      clause.kind = .defaultValue(try operand())
      clause.source = (start, previousEnd)
    } else if acceptWord("primary") {
      try expectWord("key")
      clause.kind = .primaryKey([])
      try indexOptions()
    } else if acceptWord("unique") {
      var distinct = false
      if acceptWords("nulls", "not", "distinct") { distinct = true } else { _ = acceptWords("nulls", "distinct") }
      clause.kind = .unique([], nullsNotDistinct: distinct)
      try indexOptions()
    } else if acceptWord("references") {
      clause.kind = .foreignKey([], try references())
    } else if acceptWord("generated") {
      let always = acceptWord("always")
      if !always {
        try expectWord("by")
        try expectWord("default")
      }
      try expectWord("as")
      if acceptWord("identity") {
        var options: [SequenceOption] = []
        if accept("(") {
          options = try sequenceOptions()
          try expect(")")
        }
        clause.kind = .identity(always: always, options)
      } else {
        try expect("(")
        let expr = try expression()
        try expect(")")
        try expectWord("stored")
        clause.kind = .generated(expr)
      }
    } else {
      if name != nil { throw unexpected() }
      return nil
    }
    try attributes(&clause)
    return clause
  }

  private mutating func indexOptions() throws(SQLError) {
    if isWord("with"), isPunctuation(1, "(") {
      advance()
      _ = try storageParameters()
    }
    if acceptWords("using", "index", "tablespace") { _ = try columnIdentifier() }
  }

  private mutating func references() throws(SQLError) -> ForeignKeyClause {
    let table = try qualifiedName()
    var clause = ForeignKeyClause(table: table, columns: [])
    if isPunctuation("(") { clause.columns = try parenthesizedNames() }
    while true {
      if acceptWord("match") {
        clause.matchFull = acceptWord("full")
        if !clause.matchFull { guard acceptWord("simple") || acceptWord("partial") else { throw unexpected() } }
      } else if acceptWords("on", "delete") {
        clause.onDelete = try referentialAction()
      } else if acceptWords("on", "update") {
        clause.onUpdate = try referentialAction()
      } else {
        return clause
      }
    }
  }

  private mutating func referentialAction() throws(SQLError) -> ReferentialAction {
    if acceptWords("no", "action") { return .noAction }
    if acceptWord("restrict") { return .restrict }
    if acceptWord("cascade") { return .cascade }
    try expectWord("set")
    if acceptWord("null") { return .setNull }
    try expectWord("default")
    return .setDefault
  }

  mutating func tableConstraint() throws(SQLError) -> ConstraintClause {
    let offset = current.start
    var name: String?
    if acceptWord("constraint") { name = try columnIdentifier() }
    var clause = ConstraintClause(name: name, kind: .null, offset: offset)
    if acceptWord("check") {
      try expect("(")
      let start = current.start
      let expr = try expression()
      clause.source = (start, previousEnd)
      try expect(")")
      clause.kind = .check(expr)
    } else if acceptWord("primary") {
      try expectWord("key")
      if acceptWords("using", "index") {
        clause.kind = .usingIndex(try columnIdentifier(), primary: true)
      } else {
        clause.kind = .primaryKey(try parenthesizedNames())
        if acceptWord("include") { clause.include = try parenthesizedNames() }
        try indexOptions()
      }
    } else if acceptWord("unique") {
      if acceptWords("using", "index") {
        clause.kind = .usingIndex(try columnIdentifier(), primary: false)
      } else {
        var distinct = false
        if acceptWords("nulls", "not", "distinct") { distinct = true } else { _ = acceptWords("nulls", "distinct") }
        clause.kind = .unique(try parenthesizedNames(), nullsNotDistinct: distinct)
        if acceptWord("include") { clause.include = try parenthesizedNames() }
        try indexOptions()
      }
    } else if acceptWord("foreign") {
      try expectWord("key")
      let columns = try parenthesizedNames()
      try expectWord("references")
      clause.kind = .foreignKey(columns, try references())
    } else if isWord("exclude") {
      throw .notSimulated("EXCLUDE constraints")
    } else {
      throw unexpected()
    }
    try attributes(&clause)
    return clause
  }

  private mutating func createView(
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
    let body = try query()
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

  private mutating func createIndex(_ unique: Bool) throws(SQLError) -> Statement {
    var index = CreateIndex(name: nil, table: QualifiedName(parts: [""], offset: 0))
    index.unique = unique
    index.concurrently = acceptWord("concurrently")
    index.ifNotExists = ifNotExists()
    if !isWord("on") { index.name = try columnIdentifier() }
    try expectWord("on")
    _ = acceptWord("only")
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
      _ = try storageParameters()
    }
    if acceptWord("tablespace") { _ = try columnIdentifier() }
    if acceptWord("where") { index.condition = try expression() }
    return .createIndex(index)
  }

  private mutating func indexElement() throws(SQLError) -> IndexElement {
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
      } else if acceptWords("owned", "by") {
        options.append(.ownedBy(try anyNameOrNone()))
      } else {
        return options
      }
    }
  }

  private mutating func anyNameOrNone() throws(SQLError) -> [String] {
    if acceptWord("none") { return [] }
    return try qualifiedName().parts
  }

  private mutating func createSchema() throws(SQLError) -> Statement {
    let exists = ifNotExists()
    var name: String?
    if !isWord("authorization") { name = try columnIdentifier() }
    var owner: String?
    if acceptWord("authorization") { owner = try roleName() }
    var statements: [Statement] = []
    while isWord("create") || isWord("grant") { statements.append(try statement()) }
    return .createSchema(name, ifNotExists: exists, owner: owner, statements)
  }

  private mutating func databaseOptions() throws(SQLError) -> [(String, String)] {
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
        if isColumnIdentifier(offset) {
          throw SQLError(SQLState.syntaxError, "unrecognized role option \"\(name)\"", at: offset.start)
        }
        throw unexpected()
      }
    }
    return options
  }

  private mutating func createType() throws(SQLError) -> Statement {
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

  private mutating func createFunction(orReplace: Bool, procedure: Bool) throws(SQLError) -> Statement {
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

  private mutating func functionParameter() throws(SQLError) -> FunctionParameter {
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

  private mutating func createTrigger(_ orReplace: Bool) throws(SQLError) -> Statement {
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
    if acceptWord("referencing") { throw .notSimulated("transition tables of triggers") }
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

  // MARK: DROP

  mutating func drop() throws(SQLError) -> Statement {
    advance()
    guard current.kind == .word else { throw unexpected() }
    var kind = current.text
    advance()
    switch kind {
    case "table", "view", "sequence", "index", "schema", "type", "domain", "database", "role", "user", "group",
      "extension", "function", "procedure", "routine", "trigger":
      break
    case "materialized":
      try expectWord("view")
      kind = "materialized view"
    case "owned":
      try expectWord("by")
      var roles = [try roleName()]
      while accept(",") { roles.append(try roleName()) }
      _ = acceptWord("cascade")
      return .dropOwned(roles)
    case "rule", "aggregate", "cast", "collation", "conversion", "event", "foreign", "language", "operator", "policy",
      "publication", "server", "statistics", "subscription", "tablespace", "text", "transform", "access":
      skipRest()
      return .unsupported("DROP " + kind.uppercased())
    default:
      index -= 1
      throw unexpected()
    }
    if kind == "user" || kind == "group" { kind = "role" }
    var statement = DropStatement(kind: kind, names: [])
    if kind == "index" { statement.concurrently = acceptWord("concurrently") }
    statement.ifExists = ifExists()
    repeat {
      switch kind {
      case "role": statement.names.append(QualifiedName(parts: [try roleName()], offset: current.start))
      case "function", "procedure", "routine":
        statement.names.append(try anyName())
        if accept("(") {
          var types: [TypeName] = []
          if !isPunctuation(")") {
            repeat { types.append(try functionParameter().type) } while accept(",")
          }
          try expect(")")
          statement.argumentTypes.append(types)
        } else {
          statement.argumentTypes.append(nil)
        }
      case "type", "domain": statement.names.append(try anyName())
      default: statement.names.append(try qualifiedName())
      }
      if kind == "database" || kind == "trigger" { break }
    } while accept(",")
    if kind == "trigger" {
      try expectWord("on")
      statement.table = try qualifiedName()
    }
    if kind == "database" {
      if acceptWord("with") || isPunctuation("(") {
        try expect("(")
        try expectWord("force")
        try expect(")")
        statement.force = true
      }
    }
    if kind != "role", kind != "database" {
      if acceptWord("cascade") { statement.cascade = true } else { _ = acceptWord("restrict") }
    }
    return .drop(statement)
  }

  // MARK: ALTER

  mutating func alter() throws(SQLError) -> Statement {
    advance()
    guard current.kind == .word else { throw unexpected() }
    let word = current.text
    advance()
    switch word {
    case "table", "index", "view": return try alterTable(word)
    case "materialized":
      try expectWord("view")
      return try alterTable("materialized view")
    case "sequence":
      let exists = ifExists()
      let name = try qualifiedName()
      if isWord("rename") || isWord("owner") || isWord("set") {
        return .alterTable(
          name, [try alterAction(nil)], ifExists: exists, kind: "sequence", only: false)
      }
      return .alterSequence(name, try sequenceOptions(), ifExists: exists)
    case "role", "user", "group":
      let name = acceptWord("all") ? "all" : try roleName()
      if acceptWord("rename") {
        try expectWord("to")
        return .renameObject(
          kind: "role", QualifiedName(parts: [name], offset: -1), try columnIdentifier(), ifExists: false)
      }
      var database: String?
      if acceptWords("in", "database") { database = try columnIdentifier() }
      if isWord("set") || isWord("reset") {
        let isReset = isWord("reset")
        advance()
        let setting = acceptWord("all") ? "all" : try label()
        if isReset { return .alterRoleSet(name, database: database, name: setting, value: nil) }
        guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
        if acceptWord("default") { return .alterRoleSet(name, database: database, name: setting, value: nil) }
        var values = [try settingValue()]
        while accept(",") { values.append(try settingValue()) }
        return .alterRoleSet(name, database: database, name: setting, value: values)
      }
      if word == "group", isWord("add") || isWord("drop") { throw .notSimulated("ALTER GROUP") }
      return .alterRole(name, try roleOptions())
    case "database":
      let name = try columnIdentifier()
      if acceptWord("rename") {
        try expectWord("to")
        return .renameObject(
          kind: "database", QualifiedName(parts: [name], offset: -1), try columnIdentifier(), ifExists: false)
      }
      if acceptWords("owner", "to") {
        return .alterOwner(kind: "database", QualifiedName(parts: [name], offset: -1), try roleName())
      }
      if isWord("set") || isWord("reset") {
        let isReset = isWord("reset")
        advance()
        let setting = acceptWord("all") ? "all" : try label()
        if isReset { return .alterDatabase(name, [(setting, "")]) }
        guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
        var values = try settingValue()
        while accept(",") { values += ", " + (try settingValue()) }
        return .alterDatabase(name, [(setting, values)])
      }
      return .alterDatabase(name, try databaseOptions())
    case "schema":
      let name = try columnIdentifier()
      if acceptWord("rename") {
        try expectWord("to")
        return .renameObject(
          kind: "schema", QualifiedName(parts: [name], offset: -1), try columnIdentifier(), ifExists: false)
      }
      try expectWord("owner")
      try expectWord("to")
      return .alterOwner(kind: "schema", QualifiedName(parts: [name], offset: -1), try roleName())
    case "type", "domain":
      let name = try anyName()
      if acceptWords("add", "value") {
        let exists = ifNotExists()
        let label = try stringConstant()
        var before: Bool?
        var neighbour: String?
        if isWord("before") || isWord("after") {
          before = isWord("before")
          advance()
          neighbour = try stringConstant()
        }
        return .alterTypeAddValue(name, label, ifNotExists: exists, before: before, neighbour: neighbour)
      }
      if acceptWords("rename", "value") {
        let old = try stringConstant()
        try expectWord("to")
        return .alterTypeRenameValue(name, old, try stringConstant())
      }
      if acceptWords("rename", "to") {
        return .renameObject(kind: "type", name, try columnIdentifier(), ifExists: false)
      }
      if acceptWords("owner", "to") { return .alterOwner(kind: "type", name, try roleName()) }
      skipRest()
      return .unsupported("this form of ALTER \(word.uppercased())")
    case "system":
      let isReset = isWord("reset")
      guard acceptWord("set") || acceptWord("reset") else { throw unexpected() }
      if acceptWord("all") { return .alterSystem("all", nil) }
      var name = try columnIdentifier()
      while accept(".") { name += "." + (try columnIdentifier()) }
      if isReset { return .alterSystem(name, nil) }
      guard acceptOperator("=") || acceptWord("to") else { throw unexpected() }
      if acceptWord("default") { return .alterSystem(name, nil) }
      var values = [try settingValue()]
      while accept(",") { values.append(try settingValue()) }
      return .alterSystem(name, values)
    case "default":
      try expectWord("privileges")
      skipRest()
      return .alterDefaultPrivileges
    case "function", "procedure", "routine":
      let name = try anyName()
      if accept("(") {
        while !isPunctuation(")"), current.kind != .end { advance() }
        try expect(")")
      }
      if acceptWords("owner", "to") { return .alterOwner(kind: "function", name, try roleName()) }
      if acceptWords("rename", "to") {
        return .renameObject(kind: "function", name, try columnIdentifier(), ifExists: false)
      }
      skipRest()
      return .unsupported("this form of ALTER FUNCTION")
    case "aggregate", "collation", "conversion", "extension", "event", "foreign", "language", "large", "operator",
      "policy", "publication", "rule", "server", "statistics", "subscription", "tablespace", "text", "trigger":
      skipRest()
      return .unsupported("ALTER " + word.uppercased())
    default:
      index -= 1
      throw unexpected()
    }
  }

  private mutating func alterTable(_ kind: String) throws(SQLError) -> Statement {
    let exists = ifExists()
    let only = acceptWord("only")
    let name = try qualifiedName()
    _ = acceptOperator("*")
    var actions: [AlterTableAction] = []
    repeat { actions.append(try alterAction(name)) } while accept(",")
    return .alterTable(name, actions, ifExists: exists, kind: kind, only: only)
  }

  private mutating func alterAction(_ table: QualifiedName?) throws(SQLError) -> AlterTableAction {
    if acceptWord("add") {
      if isOneOf(["constraint", "check", "unique", "primary", "foreign", "exclude"]) {
        return .addConstraint(try tableConstraint())
      }
      _ = acceptWord("column")
      let exists = ifNotExists()
      return .addColumn(try columnDefinition(), ifNotExists: exists)
    }
    if acceptWord("drop") {
      if acceptWord("constraint") {
        let exists = ifExists()
        let name = try columnIdentifier()
        let cascade = acceptWord("cascade")
        if !cascade { _ = acceptWord("restrict") }
        return .dropConstraint(name, ifExists: exists, cascade: cascade)
      }
      _ = acceptWord("column")
      let exists = ifExists()
      let name = try columnIdentifier()
      let cascade = acceptWord("cascade")
      if !cascade { _ = acceptWord("restrict") }
      return .dropColumn(name, ifExists: exists, cascade: cascade)
    }
    if acceptWord("alter") {
      _ = acceptWord("column")
      let column = try columnIdentifier()
      if acceptWord("drop") {
        if acceptWord("default") { return .dropDefault(column) }
        if acceptWords("not", "null") { return .dropNotNull(column) }
        if acceptWord("identity") { return .dropIdentity(column, ifExists: ifExists()) }
        if acceptWord("expression") { throw .notSimulated("DROP EXPRESSION") }
        throw unexpected()
      }
      if acceptWord("add") {
        try expectWord("generated")
        let always = acceptWord("always")
        if !always {
          try expectWord("by")
          try expectWord("default")
        }
        try expectWord("as")
        try expectWord("identity")
        var options: [SequenceOption] = []
        if accept("(") {
          options = try sequenceOptions()
          try expect(")")
        }
        return .addIdentity(column, always: always, options)
      }
      if acceptWord("set") {
        if acceptWord("default") {
          let start = current.start
          let expr = try expression()
          return .setDefault(column, expr, source: (start, previousEnd))
        }
        if acceptWords("not", "null") { return .setNotNull(column) }
        if acceptWord("statistics") {
          _ = try signedInteger()
          return .setStatistics
        }
        if acceptWord("storage") || acceptWord("compression") {
          _ = try label()
          return .setStatistics
        }
        if isWord("generated") { throw .notSimulated("ALTER COLUMN SET GENERATED") }
        if isPunctuation("(") {
          _ = try storageParameters()
          return .setStorageParameters
        }
        if !(isWord("data") && isWord(1, "type")) { throw unexpected() }
        advance()
      }
      guard acceptWord("type") else { throw unexpected() }
      let type = try typeName()
      if acceptWord("collate") { _ = try anyName() }
      var using: Expr?
      if acceptWord("using") { using = try expression() }
      return .setType(column, type, using: using)
    }
    if acceptWord("rename") {
      if acceptWord("to") { return .rename(try columnIdentifier()) }
      if acceptWord("constraint") {
        let name = try columnIdentifier()
        try expectWord("to")
        return .renameConstraint(name, try columnIdentifier())
      }
      _ = acceptWord("column")
      let name = try columnIdentifier()
      try expectWord("to")
      return .renameColumn(name, try columnIdentifier())
    }
    if acceptWord("owner") {
      try expectWord("to")
      return .owner(try roleName())
    }
    if acceptWord("validate") {
      try expectWord("constraint")
      return .validateConstraint(try columnIdentifier())
    }
    if acceptWord("set") {
      if acceptWord("schema") { return .setSchema(try columnIdentifier()) }
      if isPunctuation("(") {
        _ = try storageParameters()
        return .setStorageParameters
      }
      if acceptWord("logged") { return .setLogged(true) }
      if acceptWord("unlogged") { return .setLogged(false) }
      if acceptWord("tablespace") { throw .notSimulated("SET TABLESPACE") }
      throw unexpected()
    }
    if acceptWord("reset") {
      _ = try storageParameters()
      return .setStorageParameters
    }
    if acceptWord("attach") {
      try expectWord("partition")
      let name = try qualifiedName()
      return .attachPartition(name, try partitionBound())
    }
    if acceptWord("detach") {
      try expectWord("partition")
      let name = try qualifiedName()
      _ = acceptWord("concurrently")
      return .detachPartition(name)
    }
    if isWord("enable") || isWord("disable") {
      let enable = isWord("enable")
      advance()
      if acceptWord("trigger") {
        return .enableTrigger(isWord("all") || isWord("user") ? try label() : try columnIdentifier(), enable)
      }
      if acceptWords("row", "level", "security") { return .rowSecurity(enable ? "enable" : "disable") }
      throw unexpected()
    }
    if isOneOf(["force", "no", "inherit", "replica", "cluster", "of", "not"]) {
      let word = current.text.uppercased()
      skipRest()
      return .other("ALTER TABLE " + word)
    }
    throw unexpected()
  }
}
