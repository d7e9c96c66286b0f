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
      advance()
      try expectWord("trigger")
      return try createTrigger(orReplace, constraint: true)
    case "policy": return try policy(.create)
    case "aggregate":
      advance()
      return try createAggregate(orReplace)
    case "rule", "cast", "collation", "conversion", "event", "foreign", "language", "operator",
      "publication", "server", "statistics", "subscription", "tablespace", "text", "transform", "access", "trusted",
      "procedural":
      let what = current.text.uppercased()
      skipRest()
      return .unsupported("CREATE " + what)
    default: throw unexpected()
    }
  }

  // MARK: DROP

  mutating func drop() throws(SQLError) -> Statement {
    advance()
    guard current.kind == .word else { throw unexpected() }
    var kind = current.text
    advance()
    switch kind {
    case "table", "view", "sequence", "index", "schema", "type", "domain", "database", "role", "user", "group",
      "extension", "function", "procedure", "routine", "trigger", "aggregate":
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
    case "policy":
      index -= 1
      return try policy(.drop)
    case "rule", "cast", "collation", "conversion", "event", "foreign", "language", "operator",
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
      case "function", "procedure", "routine", "aggregate":
        statement.names.append(try anyName())
        statement.routines.append(try routineArguments())
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
}
