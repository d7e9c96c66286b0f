// MERGE, as a list of clauses over a source. Source: PostgreSQL 15 manual, MERGE.

internal import SimKernel

struct MergeClause {
  enum Action {
    case update([Assignment])
    case delete
    case insert([InsertTarget], [Expr]?, overriding: String?)
    case nothing
  }
  var isMatched: Bool
  var condition: Expr?
  var action: Action
}

struct MergeStatement {
  var with: WithClause?
  var table: QualifiedName
  var alias: Alias?
  var source: FromItem
  var condition: Expr
  var clauses: [MergeClause] = []
}

extension Parser {
  mutating func merge(_ with: WithClause?) throws(SQLError) -> MergeStatement {
    try expectWord("merge")
    try expectWord("into")
    _ = acceptWord("only")
    let table = try qualifiedName()
    var alias: Alias?
    if acceptWord("as") {
      alias = Alias(name: try columnIdentifier(), columns: [])
    } else if !isWord("using") {
      alias = Alias(name: try columnIdentifier(), columns: [])
    }
    try expectWord("using")
    let source = try fromList()
    guard source.count == 1 else { throw unexpected() }
    try expectWord("on")
    var statement = MergeStatement(
      with: with, table: table, alias: alias, source: source[0], condition: try expression())
    while acceptWord("when") {
      let isMatched = !acceptWord("not")
      try expectWord("matched")
      var condition: Expr?
      if acceptWord("and") { condition = try expression() }
      try expectWord("then")
      let action: MergeClause.Action
      if isMatched, acceptWord("update") {
        try expectWord("set")
        action = .update(try assignments())
      } else if isMatched, acceptWord("delete") {
        action = .delete
      } else if !isMatched, acceptWord("insert") {
        var columns: [InsertTarget] = []
        if accept("(") {
          repeat { columns.append(try insertTarget()) } while accept(",")
          try expect(")")
        }
        var overriding: String?
        if acceptWord("overriding") {
          overriding = isWord("user") ? "user" : "system"
          if !acceptWord("user") { try expectWord("system") }
          try expectWord("value")
        }
        if acceptWords("default", "values") {
          action = .insert(columns, nil, overriding: overriding)
        } else {
          try expectWord("values")
          try expect("(")
          let values = try expressionList()
          try expect(")")
          action = .insert(columns, values, overriding: overriding)
        }
      } else {
        try expectWord("do")
        try expectWord("nothing")
        action = .nothing
      }
      statement.clauses.append(MergeClause(isMatched: isMatched, condition: condition, action: action))
    }
    if statement.clauses.isEmpty { throw unexpected() }
    return statement
  }
}
