// ALTER TABLE and its actions. Source: PostgreSQL 15 manual, ALTER TABLE.

internal import SimKernel

extension Parser {
  mutating func alterTable(_ kind: String) throws(SQLError) -> Statement {
    let exists = ifExists()
    let only = acceptWord("only")
    let name = try qualifiedName()
    _ = acceptOperator("*")
    var actions: [AlterTableAction] = []
    repeat { actions.append(try alterAction(name)) } while accept(",")
    return .alterTable(name, actions, ifExists: exists, kind: kind, only: only)
  }

  mutating func alterAction(_ table: QualifiedName?) throws(SQLError) -> AlterTableAction {
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
      if acceptWord("constraint") {
        var clause = ConstraintClause(name: try columnIdentifier(), kind: .null, offset: -1)
        try attributes(&clause)
        return .alterConstraint(clause)
      }
      _ = acceptWord("column")
      let column = try columnIdentifier()
      if acceptWord("drop") {
        if acceptWord("default") { return .dropDefault(column) }
        if acceptWords("not", "null") { return .dropNotNull(column) }
        if acceptWord("identity") { return .dropIdentity(column, ifExists: ifExists()) }
        if acceptWord("expression") { return .dropExpression(column, ifExists: ifExists()) }
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
      if isWord("restart")
        || (isWord("set")
          && [
            "generated", "increment", "minvalue", "maxvalue", "start", "cache",
            "cycle", "no", "restart", "sequence",
          ].contains(ahead(1).text))
      {
        return try identityChange(column)
      }
      if acceptWord("set") {
        if acceptWord("default") {
          let start = current.start
          let expr = try expression()
          return .setDefault(column, expr, source: (start, previousEnd))
        }
        if acceptWords("not", "null") { return .setNotNull(column) }
        if acceptWord("statistics") {
          return .setColumnOption(column, .statistics(try signedInteger()))
        }
        if acceptWord("storage") { return .setColumnOption(column, .storage(lowercasedASCII(try label()))) }
        if acceptWord("compression") { return .setColumnOption(column, .compression(lowercasedASCII(try label()))) }
        if isPunctuation("(") {
          _ = try storageParameters()
          return .setColumnOption(column, .parameters)
        }
        if !(isWord("data") && isWord(1, "type")) { throw unexpected() }
        advance()
      }
      guard acceptWord("type") else { throw unexpected() }
      let type = try typeName()
      let collation = try collateClause()
      var using: Expr?
      if acceptWord("using") { using = try expression() }
      return .setType(column, type, collation, using: using)
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
        return .setStorageParameters(try storageParameters())
      }
      if acceptWord("logged") { return .setLogged(true) }
      if acceptWord("unlogged") { return .setLogged(false) }
      if acceptWord("tablespace") { throw .notSimulated("SET TABLESPACE") }
      throw unexpected()
    }
    if acceptWord("reset") {
      return .resetStorageParameters(try storageParameters())
    }
    if acceptWord("attach") {
      try expectWord("partition")
      let name = try qualifiedName()
      if isPunctuation(";") || current.kind == .end { return .attachIndex(name) }
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
      var mode: UInt8 = enable ? 79 : 68
      if enable, acceptWord("always") { mode = 65 } else if enable, acceptWord("replica") { mode = 82 }
      if acceptWord("trigger") {
        if mode == 79 || mode == 68 {
          if acceptWord("all") { return .enableTrigger(.all, mode) }
          if acceptWord("user") { return .enableTrigger(.user, mode) }
        }
        return .enableTrigger(.named(try columnIdentifier()), mode)
      }
      if acceptWord("rule") {
        _ = try columnIdentifier()
        throw .notSimulated("ALTER TABLE with rules")
      }
      if acceptWords("row", "level", "security") { return .rowSecurity(enable ? "enable" : "disable") }
      throw unexpected()
    }
    if acceptWords("force", "row", "level", "security") { return .rowSecurity("force") }
    if acceptWords("no", "force", "row", "level", "security") { return .rowSecurity("no force") }
    if acceptWord("inherit") { return .inherit(try qualifiedName(), true) }
    if acceptWords("no", "inherit") { return .inherit(try qualifiedName(), false) }
    if acceptWords("replica", "identity") {
      if acceptWord("nothing") { return .replicaIdentity(110, nil) }
      if acceptWord("full") { return .replicaIdentity(102, nil) }
      if acceptWord("default") { return .replicaIdentity(100, nil) }
      try expectWord("using")
      try expectWord("index")
      return .replicaIdentity(105, try columnIdentifier())
    }
    if acceptWords("cluster", "on") { return .clusterOn(try columnIdentifier()) }
    if isOneOf(["no", "of", "not"]) {
      let word = current.text.uppercased()
      skipRest()
      return .other("ALTER TABLE " + word)
    }
    throw unexpected()
  }

  /// `SET GENERATED …`, `SET` with an option of the sequence, `RESTART`, any number of them.
  mutating func identityChange(_ column: String) throws(SQLError) -> AlterTableAction {
    var always: Bool?
    var options: [SequenceOption] = []
    while true {
      if isWord("restart") {
        options += try sequenceOptions()
      } else if acceptWord("set") {
        if acceptWord("generated") {
          always = acceptWord("always")
          if always == false {
            try expectWord("by")
            try expectWord("default")
          }
        } else {
          options += try sequenceOptions()
        }
      } else {
        return .changeIdentity(column, always: always, options)
      }
    }
  }
}
