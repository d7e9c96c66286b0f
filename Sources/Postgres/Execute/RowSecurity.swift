// Row security: policies of tables, and what they add to queries and to new rows. Tables are read through their policies, as
// views are. Source: PostgreSQL 15 manual 5.8 and CREATE POLICY.

internal import SimKernel

struct Policy {
  var oid: Int32
  var name: String
  var isPermissive: Bool
  /// `all`, `select`, `insert`, `update`, `delete`
  var command: String
  /// Empty: PUBLIC.
  var roles: [String]
  var using: Expr?
  var check: Expr?
  /// As the catalogue shows them.
  var usingText: String?
  var checkText: String?
}

extension ClientSession {
  func changePolicy(_ s: PolicyStatement) throws(SQLError) {
    guard let oid = findRelation(s.table), let r = catalog.relation(oid) else {
      if s.ifExists {
        notice("relation \"\(s.table.name)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedTable, "relation \"\(s.table.text)\" does not exist")
    }
    guard r.isTableLike else { throw SQLError(SQLState.wrongObjectType, "\"\(r.name)\" is not a table") }
    try requireOwner(r)
    let at = r.policies.firstIndex { $0.name == s.name }
    if s.action == .create {
      if at != nil {
        throw SQLError(
          SQLState.duplicateObject, "policy \"\(s.name)\" for table \"\(r.name)\" already exists")
      }
      if s.command == "insert", s.using != nil {
        throw SQLError(SQLState.syntaxError, "only WITH CHECK expression allowed for INSERT")
      }
      if s.command == "select" || s.command == "delete", s.check != nil {
        throw SQLError(SQLState.syntaxError, "WITH CHECK cannot be applied to SELECT or DELETE")
      }
      var policy = Policy(oid: newOid(), name: s.name, isPermissive: s.isPermissive, command: s.command, roles: [])
      try apply(s, to: &policy, r)
      let final = policy
      changeRelation(oid) { $0.policies.append(final) }
      return
    }
    guard let at else {
      if s.ifExists {
        notice("policy \"\(s.name)\" for relation \"\(r.name)\" does not exist, skipping")
        return
      }
      throw SQLError(SQLState.undefinedObject, "policy \"\(s.name)\" for table \"\(r.name)\" does not exist")
    }
    switch s.action {
    case .drop: changeRelation(oid) { _ = $0.policies.remove(at: at) }
    case .rename:
      if r.policies.contains(where: { $0.name == s.newName }) {
        throw SQLError(
          SQLState.duplicateObject, "policy \"\(s.newName)\" for table \"\(r.name)\" already exists")
      }
      changeRelation(oid) { $0.policies[at].name = s.newName }
    default:
      var policy = r.policies[at]
      try apply(s, to: &policy, r)
      let final = policy
      changeRelation(oid) { $0.policies[at] = final }
    }
  }

  private func apply(_ s: PolicyStatement, to policy: inout Policy, _ r: Relation) throws(SQLError) {
    if let roles = s.roles {
      policy.roles = []
      for role in roles where role != "public" { policy.roles.append(try resolveRole(role)) }
    }
    if let e = s.using {
      policy.using = e
      policy.usingText = try policyText(e, r)
    }
    if let e = s.check {
      policy.check = e
      policy.checkText = try policyText(e, r)
    }
  }

  private func policyText(_ e: Expr, _ r: Relation) throws(SQLError) -> String {
    let typed = try Analyzer(session: self).booleanExpression(e, scope(for: r, .other), "POLICY")
    return Deparser(self).expression(typed)
  }

  /// The expressions of a policy as the current search_path shows them.
  func policyTexts(_ p: Policy, _ r: Relation) -> (using: String?, check: String?) {
    (
      p.using.flatMap { try? policyText($0, r) } ?? p.usingText,
      p.check.flatMap { try? policyText($0, r) } ?? p.checkText
    )
  }

  // MARK: Queries

  /// Whether the policies of a table hold for the current role.
  func isRowSecured(_ r: Relation) -> Bool {
    guard r.rowSecurity, !policyBypass.contains(r.oid) else { return false }
    let role = checkingRole ?? currentUser
    let entry = server.cluster.roles[role]
    if entry?.isSuperuser ?? false || entry?.bypassesRowSecurity ?? false { return false }
    return r.forcesRowSecurity || !server.cluster.isMember(role, of: r.owner)
  }

  /// `row_security = off` asks for an error rather than for some of the rows.
  func requireRowSecurityAllowed(_ r: Relation) throws(SQLError) {
    guard isRowSecured(r), (try? setting("row_security")) == "off" else { return }
    throw SQLError(
      SQLState.insufficientPrivilege, "query would be affected by row-level security policy for table \"\(r.name)\"")
  }

  private func policies(_ r: Relation, _ command: String) -> [Policy] {
    let role = checkingRole ?? currentUser
    return r.policies.filter { p in
      (p.command == "all" || p.command == command)
        && (p.roles.isEmpty || p.roles.contains { server.cluster.isMember(role, of: $0) })
    }
  }

  /// The condition of the rows that a command sees.
  func policyCondition(_ r: Relation, _ command: String) -> Expr {
    var permissive: [Expr] = []
    var all: [Expr] = []
    for p in policies(r, command) {
      guard let e = p.using else { continue }
      if p.isPermissive { permissive.append(e) } else { all.append(e) }
    }
    all.insert(
      permissive.isEmpty
        ? Expr(.boolean(false), -1) : permissive.count == 1 ? permissive[0] : Expr(.or(permissive), -1),
      at: 0)
    return all.count == 1 ? all[0] : Expr(.and(all), -1)
  }

  /// `SELECT * FROM table WHERE policies`
  func policyQuery(_ r: Relation) throws(SQLError) -> Query {
    let name = quotedIdentifier(r.schema) + "." + quotedIdentifier(r.name)
    var parser = try Parser(Array("SELECT * FROM \(name)".utf8))
    let query = try parser.query()
    if case .select(var core) = query.body {
      core.condition = policyCondition(r, "select")
      query.body = .select(core)
    }
    return query
  }

  /// The condition of UPDATE or DELETE, with the policies of that command and, when it reads, those of SELECT.
  func secured(_ condition: Expr?, _ r: Relation, _ command: String) -> Expr? {
    guard isRowSecured(r) else { return condition }
    var all = [policyCondition(r, command)]
    if let condition { all += [policyCondition(r, "select"), condition] }
    return all.count == 1 ? all[0] : Expr(.and(all), condition?.offset ?? -1)
  }

  /// Refuses a new row that the policies of INSERT or UPDATE do not allow.
  func checkPolicies(_ row: Row, _ r: Relation, _ command: String) throws(SQLError) {
    guard isRowSecured(r) else { return }
    let execution = Execution(session: self, snapshot: snapshot())
    let frame = Frame(parent: nil)
    frame.values = execution.visible(row, r)
    var allowed = false
    var refusing: String?
    for p in policies(r, command) {
      guard let e = p.check ?? p.using else { continue }
      let typed = try Analyzer(session: self).booleanExpression(e, scope(for: r, .other), "POLICY")
      let holds = try execution.evaluate(typed, frame).isTrue
      if p.isPermissive { allowed = allowed || holds } else if !holds, refusing == nil { refusing = p.name }
    }
    if allowed, refusing == nil { return }
    throw SQLError(
      SQLState.insufficientPrivilege,
      "new row violates row-level security policy \(allowed ? "\"\(refusing ?? "")\" " : "")for table \"\(r.name)\"")
  }
}
