// ALTER TABLE … ADD GENERATED, SET GENERATED, RESTART and DROP IDENTITY. Source: PostgreSQL 15 manual, ALTER TABLE.

internal import SimKernel

extension ClientSession {
  /// WITH (…) of a table names known parameters.
  func checkStorageParameters(_ list: [(String, String)]) throws(SQLError) {
    for (name, value) in list {
      let known =
        name.hasPrefix("autovacuum_") || name.hasPrefix("toast.")
        || [
          "fillfactor", "toast_tuple_target", "parallel_workers", "vacuum_index_cleanup", "vacuum_truncate",
          "user_catalog_table", "log_autovacuum_min_duration", "oids",
        ].contains(name)
      if !known { throw SQLError(SQLState.invalidParameterValue, "unrecognized parameter \"\(name)\"") }
      if name == "fillfactor" {
        guard let n = Int64(value) else {
          throw SQLError(
            SQLState.invalidParameterValue, "invalid value for integer option \"fillfactor\": \(value)")
        }
        if n < 10 || n > 100 {
          throw SQLError(
            SQLState.invalidParameterValue, "value \(n) out of bounds for option \"fillfactor\"",
            detail: "Valid values are between \"10\" and \"100\".")
        }
      }
    }
  }

  func requireOption(_ option: ColumnOption, _ c: Column) throws(SQLError) {
    let isVariable = (catalog.type(c.type.oid)?.length ?? 0) < 0
    switch option {
    case .storage(let how):
      if !["plain", "external", "extended", "main"].contains(how) {
        throw SQLError(SQLState.invalidParameterValue, "invalid storage type \"\(how)\"")
      }
      if how != "plain", !isVariable {
        throw SQLError(
          SQLState.featureNotSupported, "column data type \(formatType(c.type)) can only have storage PLAIN")
      }
    case .compression(let method):
      if !isVariable {
        throw SQLError(
          SQLState.featureNotSupported, "column data type \(formatType(c.type)) does not support compression")
      }
      if !["default", "pglz", "lz4"].contains(method) {
        throw SQLError(SQLState.invalidParameterValue, "invalid compression method \"\(method)\"")
      }
    case .statistics(let target):
      if target < -1 {
        throw SQLError(SQLState.invalidParameterValue, "statistics target \(target) is too low")
      }
    case .parameters: break
    }
  }

  func alterIdentity(_ oid: Int32, _ r: Relation, _ action: AlterTableAction) throws(SQLError) {
    func position(_ name: String) throws(SQLError) -> Int {
      guard let i = r.columnIndex(name) else {
        throw SQLError(SQLState.undefinedColumn, "column \"\(name)\" of relation \"\(r.name)\" does not exist")
      }
      return i
    }
    func describeColumn(_ i: Int) -> String { "column \"\(r.columns[i].name)\" of relation \"\(r.name)\"" }
    switch action {
    case .addIdentity(let name, let always, let options):
      let i = try position(name)
      let c = r.columns[i]
      let sequence = try sequenceName(r.name, name, r.schema, options)
      if !c.notNull {
        throw SQLError(
          SQLState.notInPrerequisiteState,
          "\(describeColumn(i)) must be declared NOT NULL before identity can be added")
      }
      guard [Oid.int2, Oid.int4, Oid.int8].contains(c.type.oid) else {
        throw SQLError(SQLState.invalidParameterValue, "identity column type must be smallint, integer, or bigint")
      }
      if c.identity != 0 {
        throw SQLError(SQLState.notInPrerequisiteState, "\(describeColumn(i)) is already an identity column")
      }
      if c.defaultExpr != nil {
        throw SQLError(SQLState.notInPrerequisiteState, "\(describeColumn(i)) already has a default value")
      }
      let q = try makeSequence(
        sequence, r.schema, c.type.oid, options, temporary: r.isTemporary,
        owner: (oid, i), isIdentity: true)
      changeRelation(oid) {
        $0.columns[i].sequence = q
        $0.columns[i].identity = always ? 97 : 100
      }
    case .dropIdentity(let name, let ifExists):
      let i = try position(name)
      guard r.columns[i].identity != 0 else {
        if ifExists {
          notice("\(describeColumn(i)) is not an identity column, skipping")
          return
        }
        throw SQLError(SQLState.notInPrerequisiteState, "\(describeColumn(i)) is not an identity column")
      }
      let q = r.columns[i].sequence
      change { $0.removeRelation(q) }
      changeRelation(oid) {
        $0.columns[i].sequence = 0
        $0.columns[i].identity = 0
      }
    case .changeIdentity(let name, let always, let options):
      let i = try position(name)
      guard r.columns[i].identity != 0 else {
        throw SQLError(SQLState.notInPrerequisiteState, "\(describeColumn(i)) is not an identity column")
      }
      if let always { changeRelation(oid) { $0.columns[i].identity = always ? 97 : 100 } }
      if !options.isEmpty, let q = catalog.relation(r.columns[i].sequence), var info = q.sequence {
        try apply(options, &info, isNew: false)
        let final = info
        changeRelation(q.oid) { $0.sequence = final }
      }
    default: break
    }
  }
}
