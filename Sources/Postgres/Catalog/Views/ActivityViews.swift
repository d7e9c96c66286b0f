// What goes on in the server: sessions, prepared statements, cursors. How often tables and indexes were scanned depends on plans
// and is not simulated.
// Source: PostgreSQL 15 manual, chapters 28 and 54.

internal import SimKernel

extension CatalogViews {
  static func addActivity(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_stat_activity"] = CatalogView(activity)
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
