// INSERT, UPDATE and DELETE. Source: PostgreSQL 15 manual, the pages of the three commands.

internal import SimKernel

extension Parser {
  mutating func insert(_ with: WithClause?) throws(SQLError) -> InsertStatement {
    try expectWord("insert")
    try expectWord("into")
    let table = try qualifiedName()
    var alias: String?
    if acceptWord("as") { alias = try columnIdentifier() }
    var columns: [InsertTarget] = []
    if isPunctuation("("), !startsQuery() {
      advance()
      repeat { columns.append(try insertTarget()) } while accept(",")
      try expect(")")
    }
    var overriding: String?
    if acceptWord("overriding") {
      overriding = isWord("user") ? "user" : "system"
      if !acceptWord("user") { try expectWord("system") }
      try expectWord("value")
    }
    var source: Query?
    if acceptWords("default", "values") {
      source = nil
    } else if startsQuery() {
      source = try query()
    } else {
      throw unexpected()
    }
    var statement = InsertStatement(
      with: with, table: table, alias: alias, columns: columns, source: source, overriding: overriding)
    if isWord("on") {
      let offset = current.start
      advance()
      try expectWord("conflict")
      var conflict = OnConflict(offset: offset)
      if acceptWords("on", "constraint") {
        conflict.constraint = try columnIdentifier()
      } else if accept("(") {
        conflict.columns = try expressionList()
        try expect(")")
        if acceptWord("where") { conflict.condition = try expression() }
      }
      try expectWord("do")
      if acceptWord("nothing") {
        conflict.assignments = nil
      } else {
        try expectWord("update")
        try expectWord("set")
        conflict.assignments = try assignments()
        if acceptWord("where") { conflict.updateCondition = try expression() }
      }
      statement.onConflict = conflict
    }
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }

  mutating func insertTarget() throws(SQLError) -> InsertTarget {
    let offset = current.start
    let name = try columnIdentifier()
    var bounds: [SubscriptBounds] = []
    while true {
      if accept("[") {
        bounds.append(try subscriptBounds())
      } else if isPunctuation(".") {
        advance()
        let field = try columnIdentifier()
        return InsertTarget(column: name, subscripts: bounds, offset: offset, field: field)
      } else {
        return InsertTarget(column: name, subscripts: bounds, offset: offset)
      }
    }
  }

  mutating func assignments() throws(SQLError) -> [Assignment] {
    var list: [Assignment] = []
    repeat {
      if accept("(") {
        var targets: [InsertTarget] = []
        repeat { targets.append(try insertTarget()) } while accept(",")
        try expect(")")
        try expectOperator("=")
        list.append(Assignment(targets: targets, value: try expression(), isMulti: true))
      } else {
        let target = try insertTarget()
        try expectOperator("=")
        list.append(Assignment(targets: [target], value: try expression(), isMulti: false))
      }
    } while accept(",")
    return list
  }

  private mutating func targetAlias() throws(SQLError) -> Alias? {
    if acceptWord("as") { return Alias(name: try columnIdentifier(), columns: []) }
    if isColumnIdentifier(current), !isWord("set") {
      let name = current.text
      advance()
      return Alias(name: name, columns: [])
    }
    return nil
  }

  /// Which rows: `WHERE condition` or `WHERE CURRENT OF cursor`.
  private mutating func rowCondition() throws(SQLError) -> (condition: Expr?, cursor: String?) {
    guard acceptWord("where") else { return (nil, nil) }
    guard isWord("current"), isWord(1, "of") else { return (try expression(), nil) }
    advance()
    advance()
    return (nil, try columnIdentifier())
  }

  mutating func update(_ with: WithClause?) throws(SQLError) -> UpdateStatement {
    try expectWord("update")
    _ = acceptWord("only")
    let table = try qualifiedName()
    let alias = try targetAlias()
    try expectWord("set")
    let list = try assignments()
    var from: [FromItem] = []
    if acceptWord("from") { from = try fromList() }
    let (condition, cursor) = try rowCondition()
    var statement = UpdateStatement(
      with: with, table: table, alias: alias, assignments: list, from: from, condition: condition)
    statement.cursor = cursor
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }

  mutating func delete(_ with: WithClause?) throws(SQLError) -> DeleteStatement {
    try expectWord("delete")
    try expectWord("from")
    _ = acceptWord("only")
    let table = try qualifiedName()
    let alias = try targetAlias()
    var using: [FromItem] = []
    if acceptWord("using") { using = try fromList() }
    let (condition, cursor) = try rowCondition()
    var statement = DeleteStatement(with: with, table: table, alias: alias, using: using, condition: condition)
    statement.cursor = cursor
    if acceptWord("returning") { statement.returning = try targetList() }
    return statement
  }
}
