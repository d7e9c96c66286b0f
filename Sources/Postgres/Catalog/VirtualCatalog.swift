// The catalogue views and tables that sessions query, made from the catalogue when they are read.
// Source: PostgreSQL 15 manual, chapters 53, 54 and 37.

internal import SimKernel

final class VirtualRelation {
  let schema: String
  let name: String
  let oid: Int32
  let columns: [(String, Int32)]
  private let make: (ClientSession) throws(SQLError) -> [Row]
  init(
    _ schema: String, _ name: String, _ oid: Int32, _ columns: [(String, Int32)],
    _ make: @escaping (ClientSession) throws(SQLError) -> [Row]
  ) {
    self.schema = schema
    self.name = name
    self.oid = oid
    self.columns = columns
    self.make = make
  }
  func rows(_ session: ClientSession) throws(SQLError) -> [Row] { try make(session) }
}

enum VirtualCatalog {
  nonisolated(unsafe) static let all: [VirtualRelation] = build()

  static func name(_ oid: Int32) -> String? {
    for v in all where v.oid == oid { return v.name }
    return nil
  }
  static func isKnownButMissing(_ name: String, _ schema: String?) -> Bool {
    name.hasPrefix("pg_") || schema == "information_schema"
  }

  private static func build() -> [VirtualRelation] {
    let n = Oid.name
    let t = Oid.text
    let o = Oid.oid
    let b = Oid.bool
    let i4 = Oid.int4
    let i8 = Oid.int8
    let ts = Oid.timestamptz
    func text(_ s: String?) -> Value { s.map { .text($0) } ?? .null }
    func yes(_ x: Bool) -> Value { .text(x ? "YES" : "NO") }
    return [
      VirtualRelation(
        "pg_catalog", "pg_database", 1262,
        [
          ("oid", o), ("datname", n), ("datdba", o), ("encoding", i4), ("datlocprovider", Oid.char),
          ("datistemplate", b), ("datallowconn", b), ("datconnlimit", i4), ("datcollate", t), ("datctype", t),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.server.cluster.databases.values.sorted { $0.oid < $1.oid }.map { d in
          [
            .int(Int64(d.oid)), .text(d.name), .int(Int64(s.server.cluster.roles[d.owner]?.oid ?? 0)), .int(6),
            .text("c"), .bool(d.isTemplate), .bool(d.allowsConnections), .int(d.connectionLimit), .text(d.collate),
            .text(d.ctype),
          ]
        }
      },
      VirtualRelation(
        "pg_catalog", "pg_tables", 12_000,
        [
          ("schemaname", n), ("tablename", n), ("tableowner", n), ("tablespace", n), ("hasindexes", b), ("hasrules", b),
          ("hastriggers", b), ("rowsecurity", b),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.relations.values.filter { $0.isTableLike }.map { r in
          [
            .text(r.schema), .text(r.name), .text(r.owner), .null, .bool(!s.catalog.indexes(of: r.oid).isEmpty),
            .bool(false),
            .bool(r.constraints.contains { $0.kind == .foreignKey } || !s.catalog.references(to: r.oid).isEmpty),
            .bool(false),
          ]
        }
      },
      VirtualRelation(
        "pg_catalog", "pg_indexes", 12_001,
        [("schemaname", n), ("tablename", n), ("indexname", n), ("tablespace", n), ("indexdef", t)]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.relations.values.filter { $0.index != nil }.map { r in
          [
            .text(r.schema), .text(s.catalog.relation(r.index!.table)?.name ?? ""), .text(r.name), .null,
            .text(Deparser(s).index(r)),
          ]
        }
      },
      VirtualRelation(
        "pg_catalog", "pg_roles", 12_002,
        [
          ("rolname", n), ("rolsuper", b), ("rolinherit", b), ("rolcreaterole", b), ("rolcreatedb", b),
          ("rolcanlogin", b), ("rolreplication", b), ("rolconnlimit", i4), ("rolpassword", t), ("rolvaliduntil", ts),
          ("rolbypassrls", b), ("rolconfig", Oid.textArray), ("oid", o),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.server.cluster.roles.values.map { r in
          [
            .text(r.name), .bool(r.isSuperuser), .bool(r.inherits), .bool(r.canCreateRoles),
            .bool(r.canCreateDatabases), .bool(r.canLogin), .bool(r.canReplicate), .int(r.connectionLimit),
            .text("********"), .null, .bool(r.bypassesRowSecurity), .null, .int(Int64(r.oid)),
          ]
        }
      },
      VirtualRelation(
        "pg_catalog", "pg_user", 12_003,
        [
          ("usename", n), ("usesysid", o), ("usecreatedb", b), ("usesuper", b), ("userepl", b), ("usebypassrls", b),
          ("passwd", t), ("valuntil", ts), ("useconfig", Oid.textArray),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.server.cluster.roles.values.filter { $0.canLogin }.map { r in
          [
            .text(r.name), .int(Int64(r.oid)), .bool(r.canCreateDatabases), .bool(r.isSuperuser), .bool(r.canReplicate),
            .bool(r.bypassesRowSecurity), .text("********"), .null, .null,
          ]
        }
      },
      VirtualRelation("pg_catalog", "pg_namespace", 2615, [("oid", o), ("nspname", n), ("nspowner", o)]) {
        (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.schemas.values.map { x in
          [.int(Int64(x.oid)), .text(x.name), .int(Int64(s.server.cluster.roles[x.owner]?.oid ?? 6171))]
        }
      },
      VirtualRelation(
        "pg_catalog", "pg_sequences", 12_004,
        [
          ("schemaname", n), ("sequencename", n), ("sequenceowner", n), ("data_type", Oid.regtype), ("start_value", i8),
          ("min_value", i8), ("max_value", i8), ("increment_by", i8), ("cycle", b), ("cache_size", i8),
          ("last_value", i8),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.relations.values.filter { $0.sequence != nil }.map { r in
          let q = r.sequence!
          return [
            .text(r.schema), .text(r.name), .text(r.owner), .int(Int64(q.type)), .int(q.start), .int(q.minimum),
            .int(q.maximum), .int(q.increment), .bool(q.cycle), .int(q.cache),
            q.state.isCalled ? .int(q.state.last) : .null,
          ]
        }
      },
      VirtualRelation("pg_catalog", "pg_extension", 3079, [("extname", n), ("extversion", t)]) {
        (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.extensions.values.map { e in [.text(e.name), .text(e.version)] }
      },
      VirtualRelation(
        "pg_catalog", "pg_stat_replication", 12_005,
        [
          ("pid", i4), ("usesysid", o), ("usename", n), ("application_name", t), ("client_addr", Oid.inet),
          ("client_hostname", t), ("client_port", i4), ("backend_start", ts), ("backend_xmin", Oid.xid), ("state", t),
          ("sent_lsn", Oid.pgLSN), ("write_lsn", Oid.pgLSN), ("flush_lsn", Oid.pgLSN), ("replay_lsn", Oid.pgLSN),
          ("write_lag", Oid.interval), ("flush_lag", Oid.interval), ("replay_lag", Oid.interval), ("sync_priority", i4),
          ("sync_state", t), ("reply_time", ts),
        ]
      ) { (_: ClientSession) throws(SQLError) -> [Row] in [] },
      VirtualRelation(
        "information_schema", "tables", 12_010,
        [
          ("table_catalog", n), ("table_schema", n), ("table_name", n), ("table_type", Oid.varchar),
          ("self_referencing_column_name", n), ("reference_generation", Oid.varchar), ("user_defined_type_catalog", n),
          ("user_defined_type_schema", n), ("user_defined_type_name", n), ("is_insertable_into", Oid.varchar),
          ("is_typed", Oid.varchar), ("commit_action", Oid.varchar),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.relations.values.filter { $0.isTableLike || $0.kind == .view }.map { r in
          [
            .text(s.database.name), .text(r.schema), .text(r.name),
            .text(r.kind == .view ? "VIEW" : r.isTemporary ? "LOCAL TEMPORARY" : "BASE TABLE"), .null, .null, .null,
            .null, .null, yes(true), yes(false), .null,
          ]
        }
      },
      VirtualRelation(
        "information_schema", "schemata", 12_011, [("catalog_name", n), ("schema_name", n), ("schema_owner", n)]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        s.catalog.schemas.values.map { x in [.text(s.database.name), .text(x.name), .text(x.owner)] }
      },
      VirtualRelation(
        "information_schema", "columns", 12_012,
        [
          ("table_catalog", n), ("table_schema", n), ("table_name", n), ("column_name", n), ("ordinal_position", i4),
          ("column_default", Oid.varchar), ("is_nullable", Oid.varchar), ("data_type", Oid.varchar),
          ("character_maximum_length", i4), ("character_octet_length", i4), ("numeric_precision", i4),
          ("numeric_precision_radix", i4), ("numeric_scale", i4), ("datetime_precision", i4), ("udt_name", n),
          ("is_identity", Oid.varchar), ("is_generated", Oid.varchar), ("is_updatable", Oid.varchar),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        var out: [Row] = []
        for r in s.catalog.relations.values where r.isTableLike || r.kind == .view {
          var position: Int64 = 0
          for (i, c) in r.liveColumns {
            position = Int64(i + 1)
            let entry = s.catalog.type(c.type.oid)
            var precision: Value = .null
            var radix: Value = .null
            var scale: Value = .null
            switch c.type.oid {
            case Oid.int2: (precision, radix, scale) = (.int(16), .int(2), .int(0))
            case Oid.int4: (precision, radix, scale) = (.int(32), .int(2), .int(0))
            case Oid.int8: (precision, radix, scale) = (.int(64), .int(2), .int(0))
            case Oid.float4: (precision, radix) = (.int(24), .int(2))
            case Oid.float8: (precision, radix) = (.int(53), .int(2))
            case Oid.numeric:
              radix = .int(10)
              if c.type.modifier >= 0 {
                precision = .int(Int64((c.type.modifier - 4) >> 16))
                scale = .int(Int64((c.type.modifier - 4) & 0x7ff))
              }
            default: break
            }
            let length: Value =
              (c.type.oid == Oid.varchar || c.type.oid == Oid.bpchar) && c.type.modifier >= 0
              ? .int(Int64(c.type.modifier - 4)) : .null
            var octets: Value = .null
            if case .int(let l) = length {
              octets = .int(l * 4)
            } else if entry?.category == 0x53, c.type.oid != Oid.name {
              octets = .int(1_073_741_824)
            }
            var dt: Value = .null
            if [Oid.timestamp, Oid.timestamptz, Oid.time, Oid.timetz, Oid.interval].contains(c.type.oid) {
              dt = .int(c.type.modifier >= 0 ? Int64(c.type.modifier) : 6)
            } else if c.type.oid == Oid.date {
              dt = .int(0)
            }
            let type =
              entry?.form == .array
              ? "ARRAY" : entry?.schema != "pg_catalog" ? "USER-DEFINED" : s.formatType(SQLType(c.type.oid))
            out.append([
              .text(s.database.name), .text(r.schema), .text(r.name), .text(c.name), .int(position),
              c.identity == 0 && !c.isGenerated
                ? c.defaultExpr.map { .text(Deparser(s).expression($0)) } ?? .null : .null, yes(!c.notNull),
              .text(type), length, octets, precision, radix, scale, dt, .text(entry?.name ?? ""), yes(c.identity != 0),
              .text(c.isGenerated ? "ALWAYS" : "NEVER"), yes(true),
            ])
          }
        }
        return out
      },
      VirtualRelation(
        "information_schema", "table_constraints", 12_013,
        [
          ("constraint_catalog", n), ("constraint_schema", n), ("constraint_name", n), ("table_catalog", n),
          ("table_schema", n), ("table_name", n), ("constraint_type", Oid.varchar),
        ]
      ) { (s: ClientSession) throws(SQLError) -> [Row] in
        var out: [Row] = []
        for r in s.catalog.relations.values {
          for c in r.constraints {
            let kind =
              c.kind == .primaryKey
              ? "PRIMARY KEY" : c.kind == .unique ? "UNIQUE" : c.kind == .check ? "CHECK" : "FOREIGN KEY"
            out.append([
              .text(s.database.name), .text(r.schema), .text(c.name), .text(s.database.name), .text(r.schema),
              .text(r.name), .text(kind),
            ])
          }
        }
        return out
      },
    ]
  }
}

extension ClientSession {
  func findVirtual(_ name: QualifiedName) -> VirtualRelation? {
    for v in VirtualCatalog.all where v.name == name.name {
      if let schema = name.schema {
        if v.schema == schema { return v }
      } else if v.schema == "pg_catalog" || searchPath.contains(v.schema) {
        return v
      }
    }
    return nil
  }
}
