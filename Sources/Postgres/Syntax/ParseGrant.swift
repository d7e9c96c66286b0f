// COMMENT, GRANT and REVOKE. Source: PostgreSQL 15 manual, COMMENT and GRANT.

internal import SimKernel

extension Parser {
  mutating func comment() throws(SQLError) -> Statement {
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
