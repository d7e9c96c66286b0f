// What goes on in the server: sessions, statistics of tables, prepared statements, cursors.
// Source: PostgreSQL 15 manual, chapters 28 and 54.

internal import SimKernel

extension CatalogViews {
  static func addActivity(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_stat_activity"] = CatalogView(activity)
    for (name, kind) in [("pg_stat_user_tables", "user"), ("pg_stat_all_tables", "all"), ("pg_stat_sys_tables", "sys")]
    {
      t["pg_catalog." + name] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
        kind == "sys" ? [] : tableStatistics(s)
      }
    }
    for name in ["pg_stat_user_indexes", "pg_stat_all_indexes"] {
      t["pg_catalog." + name] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in indexStatistics(s)
      }
    }
    t["pg_catalog.pg_prepared_statements"] = CatalogView(prepared)
    t["pg_catalog.pg_cursors"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      s.cursors.values.map { c in
        [
          "name": .text(c.name), "statement": .text(c.text), "is_holdable": .bool(c.isHold), "is_binary": .bool(false),
          "is_scrollable": .bool(true), "creation_time": .timestamp(c.createdAt),
        ]
      }
    }
  }

  private static func activity(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    let started = s.microseconds(s.server.startedAt)
    func background(_ pid: Int64, _ kind: String, _ event: String, _ user: Bool) {
      var row: CatalogRow = [
        "pid": .int(pid), "backend_type": .text(kind), "backend_start": .timestamp(started),
        "application_name": .text(""),
        "wait_event_type": .text("Activity"), "wait_event": .text(event), "query": .text(""),
      ]
      if user {
        row["usesysid"] = .int(10)
        row["usename"] = .text(s.server.cluster.bootstrapRole)
      }
      out.append(row)
    }
    background(32, "autovacuum launcher", "AutoVacuumMain", false)
    background(33, "logical replication launcher", "LogicalLauncherMain", true)
    for c in s.server.sessions {
      let current = c === s
      var row: CatalogRow = [
        "datid": oid(c.database.oid), "datname": .text(c.database.name), "pid": .int(c.processID),
        "usesysid": roleOid(s, c.loginUser), "usename": .text(c.loginUser),
        "application_name": .text(c.applicationName),
        "backend_start": .timestamp(c.microseconds(c.startedAt)), "query": .text(c.lastQuery),
        "state": .text(current ? "active" : c.activityState), "backend_type": .text("client backend"),
        "client_port": .int(c.isNetwork ? 40_000 + c.processID : -1),
      ]
      if !current {
        row["wait_event_type"] = .text("Client")
        row["wait_event"] = .text("ClientRead")
      }
      if c.statementTime != 0 {
        row["query_start"] = .timestamp(c.statementTime)
        row["state_change"] = .timestamp(c.statementTime)
      }
      if let t = c.transaction {
        row["xact_start"] = .timestamp(t.start)
        if t.xid != 0 { row["backend_xid"] = .int(t.xid) }
      }
      out.append(row)
    }
    background(29, "background writer", "BgWriterHibernate", false)
    background(28, "checkpointer", "CheckpointerMain", false)
    background(31, "walwriter", "WalWriterMain", false)
    return out
  }

  private static func tableStatistics(_ s: ClientSession) -> [CatalogRow] {
    var out: [CatalogRow] = []
    let log = s.log
    for r in s.catalog.relations.values {
      guard let heap = r.heap, r.kind == .table || r.kind == .materializedView else { continue }
      var live: Int64 = 0
      var dead: Int64 = 0
      for t in heap.tuples {
        if log.fate(t.xmin) == .aborted || (t.xmax != 0 && !t.lockOnly && log.fate(t.xmax) == .committed) {
          dead += 1
        } else {
          live += 1
        }
      }
      out.append([
        "relid": oid(r.oid), "schemaname": .text(r.schema), "relname": .text(r.name), "seq_scan": .int(0),
        "seq_tup_read": .int(0), "n_tup_ins": .int(heap.inserted), "n_tup_upd": .int(0), "n_tup_del": .int(0),
        "n_tup_hot_upd": .int(0), "n_live_tup": .int(live), "n_dead_tup": .int(dead), "n_mod_since_analyze": .int(0),
        "n_ins_since_vacuum": .int(0), "vacuum_count": .int(0), "autovacuum_count": .int(0), "analyze_count": .int(0),
        "autoanalyze_count": .int(0),
      ])
    }
    return out
  }

  private static func indexStatistics(_ s: ClientSession) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for r in s.catalog.relations.values {
      guard let info = r.index, let t = s.catalog.relation(info.table) else { continue }
      out.append([
        "relid": oid(t.oid), "indexrelid": oid(r.oid), "schemaname": .text(r.schema), "relname": .text(t.name),
        "indexrelname": .text(r.name), "idx_scan": .int(0), "idx_tup_read": .int(0), "idx_tup_fetch": .int(0),
      ])
    }
    return out
  }

  private static func prepared(_ s: ClientSession) throws(SQLError) -> [CatalogRow] {
    var out: [CatalogRow] = []
    for p in s.prepared.values {
      out.append([
        "name": .text(p.name), "statement": .text(p.text), "prepare_time": .timestamp(p.preparedAt),
        "parameter_types": .array(ArrayValue(elementType: Oid.regtype, p.types.map { oid($0.oid) })),
        "from_sql": .bool(true), "generic_plans": .int(0), "custom_plans": .int(0),
      ])
    }
    return out
  }
}
