// ALTER of everything but tables. Source: PostgreSQL 15 manual, part VI.

internal import SimKernel

extension Parser {
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
      if word == "group", isWord("add") || isWord("drop") { return try alterGroup(name) }
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
      if word == "domain", let action = try domainAction() { return .alterDomain(name, action) }
      if word == "type", let actions = try attributeActions() { return .alterComposite(name, actions) }
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
      return try alterDefaultPrivileges()
    case "function", "procedure", "routine":
      return .alterFunction(try alterFunction(word))
    case "policy":
      index -= 1
      return try policy(.alter)
    case "aggregate", "collation", "conversion", "extension", "event", "foreign", "language", "large", "operator",
      "publication", "rule", "server", "statistics", "subscription", "tablespace", "text", "trigger":
      skipRest()
      return .unsupported("ALTER " + word.uppercased())
    default:
      index -= 1
      throw unexpected()
    }
  }

  /// ADD and DROP USER are grants of the group.
  private mutating func alterGroup(_ name: String) throws(SQLError) -> Statement {
    let isGrant = isWord("add")
    advance()
    try expectWord("user")
    var statement = GrantStatement(
      isGrant: isGrant, privileges: [(name, [])], objectType: "ROLE", objects: [], grantees: [])
    repeat { statement.grantees.append(try roleName()) } while accept(",")
    return .grant(statement)
  }

  private mutating func alterFunction(_ kind: String) throws(SQLError) -> AlterFunction {
    let name = try anyName()
    var statement = AlterFunction(kind: kind, name: name, types: try routineArguments(), action: .attributes([]))
    if acceptWords("rename", "to") {
      statement.action = .rename(try columnIdentifier())
      return statement
    }
    if acceptWords("owner", "to") {
      statement.action = .owner(try roleName())
      return statement
    }
    if acceptWords("set", "schema") {
      statement.action = .setSchema(try columnIdentifier())
      return statement
    }
    var list: [AlterFunction.Attribute] = []
    while current.kind == .word {
      switch current.text {
      case "immutable", "stable", "volatile":
        list.append(.volatility(current.text))
        advance()
      case "strict":
        list.append(.strict(true))
        advance()
      case "called":
        guard acceptWords("called", "on", "null", "input") else { throw unexpected() }
        list.append(.strict(false))
      case "returns":
        guard acceptWords("returns", "null", "on", "null", "input") else { throw unexpected() }
        list.append(.strict(true))
      case "security", "external":
        _ = acceptWord("external")
        advance()
        let definer = acceptWord("definer")
        if !definer { try expectWord("invoker") }
        list.append(.securityDefiner(definer))
      case "leakproof":
        list.append(.other)
        advance()
      case "cost", "rows", "parallel":
        list.append(.other)
        advance()
        advance()
      case "not", "set", "reset", "depends", "no", "support": throw .notSimulated("this form of ALTER FUNCTION")
      default:
        if acceptWord("restrict") { continue }
        throw unexpected()
      }
    }
    if list.isEmpty { throw unexpected() }
    statement.action = .attributes(list)
    return statement
  }

  /// What follows the name in ALTER DOMAIN; nil: a form that is not modelled.
  private mutating func domainAction() throws(SQLError) -> AlterDomainAction? {
    if acceptWords("set", "default") { return .setDefault(try expression()) }
    if acceptWords("drop", "default") { return .dropDefault }
    if acceptWords("set", "not", "null") { return .setNotNull(true) }
    if acceptWords("drop", "not", "null") { return .setNotNull(false) }
    if acceptWord("add") { return .addConstraint(try tableConstraint()) }
    if acceptWords("drop", "constraint") {
      let exists = ifExists()
      let name = try columnIdentifier()
      if !acceptWord("cascade") { _ = acceptWord("restrict") }
      return .dropConstraint(name, ifExists: exists)
    }
    if acceptWords("rename", "constraint") {
      let old = try columnIdentifier()
      try expectWord("to")
      return .renameConstraint(old, try columnIdentifier())
    }
    return nil
  }

  private mutating func attributeActions() throws(SQLError) -> [AlterAttribute]? {
    if acceptWords("rename", "attribute") {
      let old = try columnIdentifier()
      try expectWord("to")
      let action = AlterAttribute.rename(old, try columnIdentifier())
      if !acceptWord("cascade") { _ = acceptWord("restrict") }
      return [action]
    }
    guard isWord("add") || isWord("drop"), isWord(1, "attribute") else { return nil }
    var out: [AlterAttribute] = []
    repeat {
      if acceptWords("add", "attribute") {
        let name = try columnIdentifier()
        out.append(.add(ColumnDefinitionItem(name: name, type: try typeName())))
      } else {
        try expectWord("drop")
        try expectWord("attribute")
        let exists = ifExists()
        out.append(.drop(try columnIdentifier(), ifExists: exists))
      }
      if !acceptWord("cascade") { _ = acceptWord("restrict") }
    } while accept(",")
    return out
  }
}
