// The information schema. Source: PostgreSQL 15 manual, chapter 37.

internal import SimKernel

extension CatalogViews {
  static func addInformationSchema(_ t: inout [String: CatalogView]) {
    t["information_schema.tables"] = CatalogView(informationTables)
    t["information_schema.schemata"] = CatalogView(schemata)
    t["information_schema.columns"] = CatalogView(informationColumns)
    t["information_schema.table_constraints"] = CatalogView(tableConstraints)
    t["information_schema.key_column_usage"] = CatalogView(keyColumns)
    t["information_schema.constraint_column_usage"] = CatalogView(constraintColumns)
    t["information_schema.referential_constraints"] = CatalogView(referential)
    t["information_schema.check_constraints"] = CatalogView(checks)
    t["information_schema.views"] = CatalogView(informationViews)
    t["information_schema.sequences"] = CatalogView(informationSequences)
    t["information_schema.routines"] = CatalogView(routines)
    t["information_schema.triggers"] = CatalogView(informationTriggers)
    t["information_schema.table_privileges"] = CatalogView(tablePrivileges)
    t["information_schema.column_privileges"] = CatalogView(columnPrivileges)
    t["information_schema.role_column_grants"] = CatalogView(columnPrivileges)
    t["information_schema.role_table_grants"] = CatalogView(tablePrivileges)
    t["information_schema.enabled_roles"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      var out: [CatalogRow] = []
      for r in s.server.cluster.roles.values where s.server.cluster.isMember(s.currentUser, of: r.name) {
        out.append(["role_name": .text(r.name)])
      }
      return out
    }
    t["information_schema.information_schema_catalog_name"] = CatalogView {
      (s: ClientSession) throws(SQLError) -> [CatalogRow] in [["catalog_name": .text(s.database.name)]]
    }
  }

  private static func isVisible(_ s: ClientSession, _ owner: String) -> Bool {
    s.server.cluster.isMember(s.currentUser, of: owner, database: s.database)
  }

  private static func informationTables(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    func add(_ schema: String, _ name: String, _ type: String, _ insertable: Bool) {
      out.append([
        "table_catalog": .text(s.database.name), "table_schema": .text(schema), "table_name": .text(name),
        "table_type": .text(type), "is_insertable_into": yes(insertable), "is_typed": yes(false),
      ])
    }
    for r in s.catalog.relations.values where r.isTableLike || r.kind == .view {
      if !isVisible(s, r.owner), !s.hasPrivilege(s.currentUser, 0x72, r.acl, r.owner) { continue }
      add(
        r.schema, r.name, r.kind == .view ? "VIEW" : r.isTemporary ? "LOCAL TEMPORARY" : "BASE TABLE",
        r.kind != .view || s.isUpdatableView(r))
    }
    for v in SystemRelations.all { add(v.schema, v.name, v.kind == "v" ? "VIEW" : "BASE TABLE", v.kind == "r") }
    return out
  }

  private static func schemata(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for x in s.catalog.schemas.values where isVisible(s, x.owner) {
      out.append([
        "catalog_name": .text(s.database.name), "schema_name": .text(x.name), "schema_owner": .text(x.owner),
      ])
    }
    return out
  }

  private static func informationColumns(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.isTableLike || r.kind == .view {
      for (i, c) in r.liveColumns {
        var row = typeFields(s, c.type)
        row["table_catalog"] = .text(s.database.name)
        row["table_schema"] = .text(r.schema)
        row["table_name"] = .text(r.name)
        row["column_name"] = .text(c.name)
        row["ordinal_position"] = .int(Int64(i + 1))
        if c.identity == 0, !c.isGenerated, let e = c.defaultExpr {
          row["column_default"] = .text(Deparser(s).expression(e))
        }
        row["is_nullable"] = yes(!c.notNull)
        row["is_self_referencing"] = yes(false)
        row["is_identity"] = yes(c.identity != 0)
        row["identity_cycle"] = yes(false)
        if c.identity != 0 {
          row["identity_generation"] = .text(c.identity == 97 ? "ALWAYS" : "BY DEFAULT")
          if let q = s.catalog.relation(c.sequence)?.sequence {
            row["identity_start"] = .text(String(q.start))
            row["identity_increment"] = .text(String(q.increment))
            row["identity_maximum"] = .text(String(q.maximum))
            row["identity_minimum"] = .text(String(q.minimum))
          }
        }
        row["is_generated"] = .text(c.isGenerated ? "ALWAYS" : "NEVER")
        if c.isGenerated, let e = c.defaultExpr {
          row["generation_expression"] = .text("(" + Deparser(s).expression(e) + ")")
        }
        row["is_updatable"] = yes(r.kind != .view || s.isUpdatableView(r))
        row["dtd_identifier"] = .text(String(i + 1))
        out.append(row)
      }
    }
    for v in SystemRelations.all {
      for (i, c) in v.columns.enumerated() {
        var row = typeFields(s, SQLType(c.1))
        row["table_catalog"] = .text(s.database.name)
        row["table_schema"] = .text(v.schema)
        row["table_name"] = .text(v.name)
        row["column_name"] = .text(c.0)
        row["ordinal_position"] = .int(Int64(i + 1))
        row["is_nullable"] = yes(!v.notNull[i])
        out.append(row)
      }
    }
    return out
  }

  /// How the standard's columns say a type.
  private static func typeFields(_ s: ClientSession, _ type: SQLType) -> CatalogRow {
    var row: CatalogRow = [:]
    let entry = s.catalog.type(type.oid)
    switch type.oid {
    case Oid.int2: row["numeric_precision"] = .int(16)
    case Oid.int4: row["numeric_precision"] = .int(32)
    case Oid.int8: row["numeric_precision"] = .int(64)
    case Oid.float4: row["numeric_precision"] = .int(24)
    case Oid.float8: row["numeric_precision"] = .int(53)
    case Oid.numeric:
      row["numeric_precision_radix"] = .int(10)
      if type.modifier >= 0 {
        row["numeric_precision"] = .int(Int64((type.modifier - 4) >> 16))
        row["numeric_scale"] = .int(Int64((type.modifier - 4) & 0x7ff))
      }
    case Oid.timestamp, Oid.timestamptz, Oid.time, Oid.timetz, Oid.interval:
      row["datetime_precision"] = .int(type.modifier >= 0 && type.oid != Oid.interval ? Int64(type.modifier) : 6)
    case Oid.date: row["datetime_precision"] = .int(0)
    default: break
    }
    if type.oid != Oid.numeric, row["numeric_precision"] != nil {
      row["numeric_precision_radix"] = .int(2)
      if type.oid != Oid.float4, type.oid != Oid.float8 { row["numeric_scale"] = .int(0) }
    }
    if type.oid == Oid.varchar || type.oid == Oid.bpchar, type.modifier >= 0 {
      row["character_maximum_length"] = .int(Int64(type.modifier - 4))
      row["character_octet_length"] = .int(Int64(type.modifier - 4) * 4)
    } else if [Oid.text, Oid.varchar, Oid.bpchar].contains(type.oid) {
      row["character_octet_length"] = .int(1_073_741_824)
    }
    row["data_type"] = .text(
      entry?.form == .array
        ? "ARRAY" : entry?.schema != "pg_catalog" ? "USER-DEFINED" : s.formatType(SQLType(type.oid)))
    row["udt_catalog"] = .text(s.database.name)
    row["udt_schema"] = text(entry?.schema)
    row["udt_name"] = text(entry?.name)
    return row
  }

  private static func each(
    _ s: ClientSession, _ body: (Relation, Constraint) -> Void
  ) { for r in s.catalog.relations.values { for c in r.constraints { body(r, c) } } }

  private static func named(_ s: ClientSession, _ r: Relation, _ c: Constraint) -> CatalogRow {
    [
      "constraint_catalog": .text(s.database.name), "constraint_schema": .text(r.schema),
      "constraint_name": .text(c.name), "table_catalog": .text(s.database.name), "table_schema": .text(r.schema),
      "table_name": .text(r.name),
    ]
  }

  private static func tableConstraints(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    each(s) { r, c in
      var row = named(s, r, c)
      let kinds: [Constraint.Kind: String] = [
        .primaryKey: "PRIMARY KEY", .unique: "UNIQUE", .check: "CHECK", .foreignKey: "FOREIGN KEY",
      ]
      row["constraint_type"] = .text(kinds[c.kind] ?? "")
      row["is_deferrable"] = yes(c.deferrable)
      row["initially_deferred"] = yes(c.initiallyDeferred)
      row["enforced"] = yes(true)
      if c.kind == .unique || c.kind == .primaryKey {
        row["nulls_distinct"] =
          c.kind == .unique ? yes(!(s.catalog.relation(c.index)?.index?.nullsNotDistinct ?? false)) : .null
      }
      out.append(row)
    }
    for r in s.catalog.relations.values where r.isTableLike {
      for (i, c) in r.liveColumns where c.notNull {
        out.append([
          "constraint_catalog": .text(s.database.name), "constraint_schema": .text(r.schema),
          "constraint_name": .text("\(schemaOid(s, r.schema).integer)_\(r.oid)_\(i + 1)_not_null"),
          "table_catalog": .text(s.database.name), "table_schema": .text(r.schema), "table_name": .text(r.name),
          "constraint_type": .text("CHECK"), "is_deferrable": yes(false), "initially_deferred": yes(false),
          "enforced": yes(true),
        ])
      }
    }
    return out
  }

  private static func keyColumns(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    each(s) { r, c in
      guard c.kind != .check else { return }
      for (k, column) in c.columns.enumerated() {
        var row = named(s, r, c)
        row["column_name"] = .text(r.columns[column].name)
        row["ordinal_position"] = .int(Int64(k + 1))
        if c.kind == .foreignKey { row["position_in_unique_constraint"] = .int(Int64(k + 1)) }
        out.append(row)
      }
    }
    return out
  }

  private static func constraintColumns(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    each(s) { r, c in
      let foreign = c.kind == .foreignKey
      guard let t = foreign ? s.catalog.relation(c.foreignTable) : r else { return }
      var columns = foreign ? c.foreignColumns : c.columns
      columns.sort()
      for column in columns {
        var row = named(s, t, c)
        row["constraint_schema"] = .text(r.schema)
        row["column_name"] = .text(t.columns[column].name)
        out.append(row)
      }
    }
    return out
  }

  private static func referential(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    each(s) { r, c in
      guard c.kind == .foreignKey, let t = s.catalog.relation(c.foreignTable) else { return }
      var row: CatalogRow = [
        "constraint_catalog": .text(s.database.name), "constraint_schema": .text(r.schema),
        "constraint_name": .text(c.name), "match_option": .text(c.matchFull ? "FULL" : "NONE"),
        "update_rule": .text(c.onUpdate.rawValue), "delete_rule": .text(c.onDelete.rawValue),
      ]
      for key in t.constraints
      where (key.kind == .primaryKey || key.kind == .unique) && key.columns.sorted() == c.foreignColumns.sorted() {
        row["unique_constraint_catalog"] = .text(s.database.name)
        row["unique_constraint_schema"] = .text(t.schema)
        row["unique_constraint_name"] = .text(key.name)
        break
      }
      out.append(row)
    }
    return out
  }

  private static func checks(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    each(s) { r, c in
      guard c.kind == .check, let e = c.check else { return }
      out.append([
        "constraint_catalog": .text(s.database.name), "constraint_schema": .text(r.schema),
        "constraint_name": .text(c.name), "check_clause": .text("(" + Deparser(s).expression(e) + ")"),
      ])
    }
    for r in s.catalog.relations.values where r.isTableLike {
      for (i, c) in r.liveColumns where c.notNull {
        out.append([
          "constraint_catalog": .text(s.database.name), "constraint_schema": .text(r.schema),
          "constraint_name": .text("\(schemaOid(s, r.schema).integer)_\(r.oid)_\(i + 1)_not_null"),
          "check_clause": .text(c.name + " IS NOT NULL"),
        ])
      }
    }
    return out
  }

  private static func informationViews(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.kind == .view {
      let updatable = s.isUpdatableView(r)
      out.append([
        "table_catalog": .text(s.database.name), "table_schema": .text(r.schema), "table_name": .text(r.name),
        "view_definition": .text(try QueryDeparser.view(r, s)),
        "check_option": .text(r.view?.checkOption.map { uppercasedASCII($0) } ?? "NONE"),
        "is_updatable": yes(updatable),
        "is_insertable_into": yes(updatable), "is_trigger_updatable": yes(false), "is_trigger_deletable": yes(false),
        "is_trigger_insertable_into": yes(false),
      ])
    }
    return out
  }

  private static func informationSequences(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let q = r.sequence, !q.isIdentity else { continue }
      let bits: Int64 = q.type == Oid.int2 ? 16 : q.type == Oid.int4 ? 32 : 64
      out.append([
        "sequence_catalog": .text(s.database.name), "sequence_schema": .text(r.schema), "sequence_name": .text(r.name),
        "data_type": .text(s.formatType(q.type)), "numeric_precision": .int(bits), "numeric_precision_radix": .int(2),
        "numeric_scale": .int(0), "start_value": .text(String(q.start)), "minimum_value": .text(String(q.minimum)),
        "maximum_value": .text(String(q.maximum)), "increment": .text(String(q.increment)),
        "cycle_option": yes(q.cycle),
      ])
    }
    return out
  }

  private static func routines(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for f in s.catalog.functions.values {
      out.append([
        "specific_catalog": .text(s.database.name), "specific_schema": .text(f.schema),
        "specific_name": .text("\(f.name)_\(f.oid)"), "routine_catalog": .text(s.database.name),
        "routine_schema": .text(f.schema), "routine_name": .text(f.name),
        "routine_type": .text(f.isProcedure ? "PROCEDURE" : "FUNCTION"),
        "data_type": f.isProcedure ? .null : .text(s.formatType(f.result)),
        "routine_body": .text(f.language == "sql" ? "SQL" : "EXTERNAL"),
        "routine_definition": .text(f.body), "external_language": .text(uppercasedASCII(f.language)),
        "security_type": .text(f.securityDefiner ? "DEFINER" : "INVOKER"),
      ])
    }
    return out
  }

  private static func informationTriggers(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      for t in r.triggers {
        for e in ["INSERT", "DELETE", "UPDATE"] where t.events.contains(e) {
          out.append([
            "trigger_catalog": .text(s.database.name), "trigger_schema": .text(r.schema), "trigger_name": .text(t.name),
            "event_manipulation": .text(e), "event_object_catalog": .text(s.database.name),
            "event_object_schema": .text(r.schema), "event_object_table": .text(r.name), "action_order": .int(1),
            "action_statement": .text(
              "EXECUTE FUNCTION \(t.function)(" + joined(t.arguments.map { quotedLiteral($0) }, ", ") + ")"),
            "action_orientation": .text(t.forEachRow ? "ROW" : "STATEMENT"),
            "action_timing": .text(t.timing),
          ])
        }
      }
    }
    return out
  }

  /// Privileges on whole tables count for every column.
  private static func columnPrivileges(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    let names: [(UInt8, String)] = [(0x61, "INSERT"), (0x72, "SELECT"), (0x77, "UPDATE"), (0x78, "REFERENCES")]
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.isTableLike || r.kind == .view {
      let whole =
        r.acl ?? [
          AccessItem(grantee: r.owner, privileges: Array("arwdDxt".utf8), grantOptions: [], grantor: r.owner)
        ]
      for (_, c) in r.liveColumns {
        var seen: Set<String> = []
        for item in whole + c.acl {
          for (letter, name) in names where item.privileges.contains(letter) {
            guard seen.insert(item.grantor + "/" + item.grantee + "/" + name).inserted else { continue }
            let own = !item.grantee.isEmpty && s.server.cluster.isMember(item.grantee, of: r.owner)
            out.append([
              "grantor": .text(item.grantor), "grantee": .text(item.grantee.isEmpty ? "PUBLIC" : item.grantee),
              "table_catalog": .text(s.database.name), "table_schema": .text(r.schema), "table_name": .text(r.name),
              "column_name": .text(c.name), "privilege_type": .text(name),
              "is_grantable": yes(own || item.grantOptions.contains(letter)),
            ])
          }
        }
      }
    }
    return out
  }

  private static func tablePrivileges(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    let names: [(UInt8, String)] = [
      (0x61, "INSERT"), (0x72, "SELECT"), (0x77, "UPDATE"), (0x64, "DELETE"), (0x44, "TRUNCATE"), (0x78, "REFERENCES"),
      (0x74, "TRIGGER"),
    ]
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values where r.isTableLike || r.kind == .view {
      let items =
        r.acl ?? [
          AccessItem(grantee: r.owner, privileges: Array("arwdDxt".utf8), grantOptions: [], grantor: r.owner)
        ]
      for item in items {
        for (letter, name) in names where item.privileges.contains(letter) {
          let own = s.server.cluster.isMember(item.grantee, of: r.owner)
          out.append([
            "grantor": .text(item.grantor), "grantee": .text(item.grantee.isEmpty ? "PUBLIC" : item.grantee),
            "table_catalog": .text(s.database.name), "table_schema": .text(r.schema), "table_name": .text(r.name),
            "privilege_type": .text(name), "is_grantable": yes(own || item.grantOptions.contains(letter)),
            "with_hierarchy": yes(name == "SELECT"),
          ])
        }
      }
    }
    return out
  }
}
