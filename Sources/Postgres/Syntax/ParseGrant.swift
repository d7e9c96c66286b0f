// COMMENT, GRANT and REVOKE. Source: PostgreSQL 15 manual, COMMENT and GRANT.

internal import SimKernel

extension Parser {
  mutating func comment() throws(SQLError) -> Statement {
    advance()
    try expectWord("on")
    guard current.kind == .word else { throw unexpected() }
    var statement = CommentStatement(kind: current.text, name: QualifiedName(parts: [""], offset: -1))
    switch statement.kind {
    case "materialized":
      advance()
      guard isWord("view") else { throw unexpected() }
      statement.kind = "materialized view"
    case "table", "view", "index", "sequence", "column", "schema", "database", "role", "constraint", "trigger",
      "policy",
      "function", "procedure", "routine", "type", "domain", "extension":
      break
    case "access", "aggregate", "cast", "collation", "conversion", "event", "foreign", "language", "large", "operator",
      "publication", "rule", "server", "statistics", "subscription", "tablespace", "text", "transform", "procedural":
      let what = uppercasedASCII(statement.kind)
      skipRest()
      return .unsupported("COMMENT ON " + what)
    default: throw unexpected()
    }
    advance()
    statement.name = try anyName()
    if statement.kind == "function" || statement.kind == "procedure" || statement.kind == "routine" {
      statement.types = try routineArguments()
    }
    if statement.kind == "constraint" || statement.kind == "trigger" || statement.kind == "policy" {
      try expectWord("on")
      if statement.kind == "constraint", isWord("domain") { throw .notSimulated("COMMENT ON CONSTRAINT ON DOMAIN") }
      statement.on = try qualifiedName()
    }
    try expectWord("is")
    if !acceptWord("null") { statement.text = try stringConstant() }
    return .comment(statement)
  }

  /// The parameters that tell routines of one name apart; nil when none are written.
  mutating func routineArguments() throws(SQLError) -> [FunctionParameter]? {
    guard accept("(") else { return nil }
    var list: [FunctionParameter] = []
    if !isPunctuation(")") {
      repeat { list.append(try functionParameter()) } while accept(",")
    }
    try expect(")")
    return list
  }

  mutating func grant() throws(SQLError) -> Statement {
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
        let isRoutine = ["FUNCTION", "PROCEDURE", "ROUTINE"].contains(statement.objectType)
        repeat {
          statement.objects.append(try anyName())
          statement.argumentTypes.append(isRoutine ? try argumentTypes() : nil)
        } while accept(",")
      }
    } else {
      statement.objectType = "ROLE"
    }
    try grantees(&statement)
    return .grant(statement)
  }

  /// `(int, name text)` behind a function's name.
  private mutating func argumentTypes() throws(SQLError) -> [TypeName]? {
    guard accept("(") else { return nil }
    var types: [TypeName] = []
    if accept(")") { return types }
    repeat {
      _ = acceptWord("in") || acceptWord("variadic")
      if isColumnIdentifier(current), startsType(ahead(1)) { advance() }
      types.append(try typeName())
    } while accept(",")
    try expect(")")
    return types
  }

  private mutating func grantees(_ statement: inout GrantStatement) throws(SQLError) {
    try expectWord(statement.isGrant ? "to" : "from")
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
  }

  /// ALTER DEFAULT PRIVILEGES, from its second word on.
  mutating func alterDefaultPrivileges() throws(SQLError) -> Statement {
    try expectWord("privileges")
    var statement = AlterDefaultPrivileges(
      grant: GrantStatement(isGrant: true, privileges: [], objectType: "TABLE", objects: [], grantees: []))
    while true {
      if acceptWord("for") {
        guard acceptWord("role") || acceptWord("user") else { throw unexpected() }
        repeat { statement.roles.append(try roleName()) } while accept(",")
      } else if acceptWords("in", "schema") {
        statement.schemas = try nameList()
      } else {
        break
      }
    }
    guard isWord("grant") || isWord("revoke") else { throw unexpected() }
    statement.grant.isGrant = isWord("grant")
    advance()
    if !statement.grant.isGrant, acceptWords("grant", "option", "for") { statement.grant.withGrantOption = true }
    if acceptWord("all") {
      _ = acceptWord("privileges")
    } else {
      repeat { statement.grant.privileges.append((try label(), [])) } while accept(",")
    }
    try expectWord("on")
    let kinds = [
      "tables": "TABLE", "sequences": "SEQUENCE", "functions": "FUNCTION", "routines": "FUNCTION", "schemas": "SCHEMA",
    ]
    if acceptWord("types") { throw .notSimulated("ALTER DEFAULT PRIVILEGES ON TYPES") }
    guard let type = kinds[current.text] else { throw unexpected() }
    advance()
    statement.grant.objectType = type
    try grantees(&statement.grant)
    return .alterDefaultPrivileges(statement)
  }
}
