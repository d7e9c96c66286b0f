// Privileges: what roles may do with tables, columns, sequences, schemas and functions. Source: PostgreSQL 15 manual 5.7.

internal import SimKernel

/// The columns of a relation that a query reads, when the role may not read the whole of it.
final class ColumnReads {
  let relation: Relation
  let role: String
  /// A table that is only counted must still have one readable column; the target of UPDATE or DELETE need not.
  let needsAny: Bool
  var used: Set<Int> = []

  init(_ relation: Relation, _ role: String, needsAny: Bool) {
    self.relation = relation
    self.role = role
    self.needsAny = needsAny
  }
}

extension ClientSession {
  func hasPrivilege(_ role: String, _ letter: UInt8, _ acl: [AccessItem]?, _ owner: String) -> Bool {
    if server.cluster.roles[role]?.isSuperuser ?? false { return true }
    if server.cluster.isMember(role, of: owner, database: database) { return true }
    if letter == 0x72, server.cluster.isMember(role, of: "pg_read_all_data") { return true }
    if letter == 0x61 || letter == 0x77 || letter == 0x64, server.cluster.isMember(role, of: "pg_write_all_data") {
      return true
    }
    for item in acl ?? []
    where item.privileges.contains(letter)
      && (item.grantee.isEmpty || server.cluster.isMember(role, of: item.grantee, database: database))
    { return true }
    return false
  }

  func hasPrivilege(_ role: String, _ letter: UInt8, _ f: FunctionEntry) -> Bool {
    hasPrivilege(role, letter, f.acl ?? defaultAcl(f.owner, "FUNCTION"), f.owner)
  }

  private func denied(_ r: Relation) -> SQLError {
    let kind =
      switch r.kind {
      case .view, .sequence, .materializedView: r.kindName
      default: "table"
      }
    return SQLError(SQLState.insufficientPrivilege, "permission denied for \(kind) \(r.name)")
  }

  func requireSchemaUsage(_ r: Relation, at offset: Int = -1) throws(SQLError) {
    let role = checkingRole ?? currentUser
    if let s = catalog.schemas[r.schema], !hasPrivilege(role, 0x55, s.acl, s.owner), r.schema != tempSchema {
      throw SQLError(SQLState.insufficientPrivilege, "permission denied for schema \(r.schema)", at: offset)
    }
  }

  func requirePrivilege(_ letter: String, _ r: Relation) throws(SQLError) {
    try requireSchemaUsage(r)
    if !hasPrivilege(checkingRole ?? currentUser, Array(letter.utf8)[0], r.acl, r.owner) { throw denied(r) }
  }

  /// The privilege on the relation, or on each of the columns.
  func requirePrivilege(_ letter: String, _ r: Relation, columns: some Sequence<Int>) throws(SQLError) {
    try requireSchemaUsage(r)
    let role = checkingRole ?? currentUser
    let byte = Array(letter.utf8)[0]
    if hasPrivilege(role, byte, r.acl, r.owner) { return }
    var count = 0
    for k in columns {
      count += 1
      if !hasPrivilege(role, byte, r.columns[k].acl, r.owner) { throw denied(r) }
    }
    if count == 0 { throw denied(r) }
  }

  /// nil when the role may read the whole relation; else what the query reads is noted and judged at its end.
  func reads(_ r: Relation, needsAny: Bool) -> ColumnReads? {
    let role = checkingRole ?? currentUser
    if hasPrivilege(role, 0x72, r.acl, r.owner) { return nil }
    let reads = ColumnReads(r, role, needsAny: needsAny)
    columnReads.append(reads)
    return reads
  }

  /// Judges what has been noted since there were `mark`.
  func judgeReads(from mark: Int) throws(SQLError) {
    while columnReads.count > mark {
      let reads = columnReads.removeLast()
      let r = reads.relation
      for k in reads.used.sorted() {
        // A sequence has no columns of its own to grant.
        guard r.columns.indices.contains(k), hasPrivilege(reads.role, 0x72, r.columns[k].acl, r.owner) else {
          throw denied(r)
        }
      }
      if reads.used.isEmpty, reads.needsAny,
        !r.columns.contains(where: { !$0.acl.isEmpty && hasPrivilege(reads.role, 0x72, $0.acl, r.owner) })
      {
        throw denied(r)
      }
    }
  }

  func requireExecute(_ f: FunctionEntry) throws(SQLError) {
    if !hasPrivilege(checkingRole ?? currentUser, 0x58, f) {
      throw SQLError(
        SQLState.insufficientPrivilege,
        "permission denied for \(f.isProcedure ? "procedure" : "function") \(f.name)")
    }
  }

  /// What an object grants when nobody has said otherwise.
  func defaultAcl(_ owner: String, _ type: String) -> [AccessItem] {
    func item(_ grantee: String, _ s: String) -> AccessItem {
      AccessItem(grantee: grantee, privileges: Array(s.utf8), grantOptions: [], grantor: owner)
    }
    switch type {
    case "SEQUENCE": return [item(owner, "rwU")]
    case "SCHEMA": return [item(owner, "UC")]
    case "DATABASE": return [item("", "Tc"), item(owner, "CTc")]
    case "FUNCTION": return [item("", "X"), item(owner, "X")]
    case "COLUMN": return []
    default: return [item(owner, "arwdDxt")]
    }
  }
}
