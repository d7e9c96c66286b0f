// CREATE, ALTER and DROP POLICY. Source: PostgreSQL 15 manual, the pages of the three commands.

internal import SimKernel

struct PolicyStatement {
  enum Action { case create, alter, drop, rename }
  var action: Action
  var name: String
  var table: QualifiedName
  var ifExists = false
  var isPermissive = true
  var command = "all"
  /// nil: not said.
  var roles: [String]?
  var using: Expr?
  var check: Expr?
  var newName = ""
}

extension Parser {
  /// From the word POLICY on.
  mutating func policy(_ action: PolicyStatement.Action) throws(SQLError) -> Statement {
    try expectWord("policy")
    let exists = action == .drop && ifExists()
    let name = try columnIdentifier()
    try expectWord("on")
    var s = PolicyStatement(action: action, name: name, table: try qualifiedName())
    s.ifExists = exists
    if action == .drop {
      if !acceptWord("cascade") { _ = acceptWord("restrict") }
      return .policy(s)
    }
    if action == .alter, acceptWord("rename") {
      try expectWord("to")
      s.action = .rename
      s.newName = try columnIdentifier()
      return .policy(s)
    }
    if action == .create {
      if acceptWord("as") {
        let place = current
        let word = try label()
        guard word == "permissive" || word == "restrictive" else {
          throw SQLError(
            SQLState.syntaxError, "unrecognized row security option \"\(word)\"",
            hint: "Only PERMISSIVE or RESTRICTIVE policies are supported currently.", at: place.start)
        }
        s.isPermissive = word == "permissive"
      }
      if acceptWord("for") {
        guard isOneOf(["all", "select", "insert", "update", "delete"]) else { throw unexpected() }
        s.command = current.text
        advance()
      }
    }
    if acceptWord("to") {
      var roles: [String] = []
      repeat { roles.append(try roleName()) } while accept(",")
      s.roles = roles
    }
    if acceptWord("using") {
      try expect("(")
      s.using = try expression()
      try expect(")")
    }
    if acceptWords("with", "check") {
      try expect("(")
      s.check = try expression()
      try expect(")")
    }
    return .policy(s)
  }
}
