// Entries of row security: that a table has it, and its policies. Source: dumps of PostgreSQL 15's pg_dump.

extension DumpCollector {
  mutating func addPolicies(_ r: Relation) {
    func entry(_ kind: String, _ tag: String) -> DumpEntry {
      var made = DumpEntry(kind: kind, tag: tag, schema: r.schema, owner: r.owner)
      made.section = .afterData
      made.table = r.oid
      made.catalog = 3256
      return made
    }
    if r.rowSecurity {
      var security = entry("ROW SECURITY", r.name)
      security.oid = r.oid
      security.definition = "ALTER TABLE \(full(r)) ENABLE ROW LEVEL SECURITY;"
      put("row security \(r.oid)", DumpPriority.policy, r.schema, r.name, [security])
    }
    for p in r.policies {
      var policy = entry("POLICY", "\(r.name) \(p.name)")
      policy.oid = p.oid
      var text = "CREATE POLICY \(q(p.name)) ON \(full(r))"
      if !p.isPermissive { text += " AS RESTRICTIVE" }
      if p.command != "all" { text += " FOR \(uppercasedASCII(p.command))" }
      if !p.roles.isEmpty { text += " TO \(joined(p.roles.map { q($0) }, ", "))" }
      let a = session.policyTexts(p, r)
      if let using = a.using { text += " USING (\(using))" }
      if let check = a.check { text += " WITH CHECK (\(check))" }
      policy.definition = text + ";\n"
      policy.drop = "DROP POLICY \(q(p.name)) ON \(full(r));\n"
      put("policy \(p.oid)", DumpPriority.policy, r.schema, p.name, [policy])
    }
  }
}
