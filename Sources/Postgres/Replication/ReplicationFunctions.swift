// Functions and views about recovery and replication.
// Source: PostgreSQL 15 manual, 9.27.3 "Backup Control Functions", 9.27.4, 9.27.6, and 28.2.

internal import SimKernel

/// Signatures that the catalogue's own list leaves out: name|arguments|result|kind and flags|internal name
let replicationFunctionFacts: StaticString = #"""
  pg_create_physical_replication_slot	name,bool,bool	text	fv2
  pg_drop_replication_slot	name	void	fv
  pg_wal_lsn_diff	pg_lsn,pg_lsn	numeric	fi	pg_lsn_mi
  pg_walfile_name	pg_lsn	text	fs
  pg_wal_replay_pause		void	fv
  pg_wal_replay_resume		void	fv
  """#

extension FunctionRegistry {
  func registerReplicationFunctions() {
    typealias S = ClientSession
    add("pg_reload_conf") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      s.server.onReload?()
      return .bool(true)
    }
    for name in ["pg_current_wal_lsn", "pg_current_wal_flush_lsn", "pg_current_wal_insert_lsn"] {
      add(name) { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
        try s.requirePrimary()
        return .text(walText(s.server.cluster.walPosition))
      }
    }
    add("pg_switch_wal") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      try s.requirePrimary()
      return .text(walText(s.server.cluster.switchWAL()))
    }
    add("pg_walfile_name") { (s: S, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      if s.server.isInRecovery {
        throw SQLError(
          SQLState.notInPrerequisiteState, "recovery is in progress",
          hint: "pg_walfile_name() cannot be executed during recovery.")
      }
      return .text(s.server.cluster.walFile(walPosition(v[0].string) ?? 0))
    }
    add("pg_last_wal_receive_lsn") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      guard s.server.isInRecovery, let receiver = s.server.walReceiver else { return .null }
      return .text(walText(max(receiver.start, s.server.cluster.walPosition)))
    }
    add("pg_last_wal_replay_lsn") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      s.server.isInRecovery ? .text(walText(s.server.cluster.walPosition)) : .null
    }
    add("pg_last_xact_replay_timestamp") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      guard s.server.isInRecovery, s.server.cluster.walPosition > s.server.replay.start,
        let time = s.server.cluster.lastCommit
      else { return .null }
      return .timestamp(time)
    }
    add("pg_promote") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      try s.requireRecovery()
      if !s.isSuperuser {
        throw SQLError(SQLState.insufficientPrivilege, "permission denied for function pg_promote")
      }
      s.server.onPromote?()
      return .bool(true)
    }
    add("pg_is_wal_replay_paused") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      try s.requireRecovery()
      return .bool(s.server.replay.isPaused)
    }
    add("pg_get_wal_replay_pause_state") { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      try s.requireRecovery()
      return .text(s.server.replay.isPaused ? "paused" : "not paused")
    }
    for name in ["pg_wal_replay_pause", "pg_wal_replay_resume"] {
      add(name) { (s: S, _: CallSite, _: [Value]) throws(SQLError) -> Value in
        try s.requireRecovery()
        throw .notSimulated("\(name)()")
      }
    }
    add("pg_create_physical_replication_slot") { (s: S, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.requireReplicationRole()
      let reserve = v.count > 1 && v[1].isTrue
      if let error = s.server.createSlot(v[0].string, reserve: reserve) { throw error }
      let position = s.server.cluster.slots[v[0].string]?.restart
      return .text("(\(v[0].string),\(position.map { walText($0) } ?? ""))")
    }
    add("pg_drop_replication_slot") { (s: S, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.requireReplicationRole()
      guard let slot = s.server.cluster.slots[v[0].string] else {
        throw SQLError(SQLState.undefinedObject, "replication slot \"\(v[0].string)\" does not exist")
      }
      if let process = slot.activeProcess {
        throw SQLError(SQLState.objectInUse, "replication slot \"\(slot.name)\" is active for PID \(process)")
      }
      s.server.cluster.slots[slot.name] = nil
      return .text("")
    }
    func compare(_ name: String, _ test: @escaping (Int64, Int64) -> Bool) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        .bool(test(walPosition(v[0].string) ?? 0, walPosition(v[1].string) ?? 0))
      }
    }
    compare("pg_lsn_eq") { $0 == $1 }
    compare("pg_lsn_ne") { $0 != $1 }
    compare("pg_lsn_lt") { $0 < $1 }
    compare("pg_lsn_le") { $0 <= $1 }
    compare("pg_lsn_gt") { $0 > $1 }
    compare("pg_lsn_ge") { $0 >= $1 }
    pure("pg_lsn_mi") { (v: [Value]) throws(SQLError) -> Value in
      let difference = (walPosition(v[0].string) ?? 0) - (walPosition(v[1].string) ?? 0)
      return Numeric(String(difference)).map { .numeric($0) } ?? .null
    }
  }
}

extension ClientSession {
  fileprivate func requirePrimary() throws(SQLError) {
    guard server.isInRecovery else { return }
    throw SQLError(
      SQLState.notInPrerequisiteState, "recovery is in progress",
      hint: "WAL control functions cannot be executed during recovery.")
  }
  fileprivate func requireRecovery() throws(SQLError) {
    if server.isInRecovery { return }
    throw SQLError(
      SQLState.notInPrerequisiteState, "recovery is not in progress",
      hint: "Recovery control functions can only be executed during recovery.")
  }
  fileprivate func requireReplicationRole() throws(SQLError) {
    let role = server.cluster.roles[currentUser]
    if role?.isSuperuser ?? false || role?.canReplicate ?? false { return }
    throw SQLError(
      SQLState.insufficientPrivilege, "must be superuser or replication role to use replication slots")
  }
}

extension CatalogViews {
  static func addReplication(_ t: inout [String: CatalogView]) {
    t["pg_catalog.pg_stat_replication"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      var rows: [CatalogRow] = []
      for sender in s.server.walSenders {
        let position = Value.text(walText(s.server.cluster.walPosition))
        let (priority, state) = s.server.synchronicity(sender)
        let isLocal = sender.address == ClientAddress.socket.text
        rows.append([
          "pid": .int(sender.processID), "usesysid": roleOid(s, sender.user), "usename": .text(sender.user),
          "application_name": .text(sender.applicationName), "client_addr": isLocal ? .null : .text(sender.address),
          "client_port": .int(isLocal ? -1 : ClientAddress.host("").port ?? 0),
          "backend_start": .timestamp(sender.startedAt),
          "state": .text("streaming"), "sent_lsn": position, "write_lsn": position, "flush_lsn": position,
          "replay_lsn": position, "sync_priority": .int(priority), "sync_state": .text(state),
          "reply_time": .timestamp(s.now),
        ])
      }
      return rows
    }
    t["pg_catalog.pg_stat_wal_receiver"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      guard s.server.isInRecovery, let r = s.server.walReceiver else { return [] }
      let position = Value.text(walText(s.server.cluster.walPosition))
      return [
        [
          "pid": .int(r.processID), "status": .text("streaming"), "receive_start_lsn": .text(walText(r.start)),
          "receive_start_tli": .int(r.timeline), "written_lsn": position, "flushed_lsn": position,
          "received_tli": .int(r.timeline), "last_msg_send_time": .timestamp(s.now),
          "last_msg_receipt_time": .timestamp(s.now), "latest_end_lsn": position, "latest_end_time": .timestamp(s.now),
          "slot_name": text(r.slot), "sender_host": .text(r.host), "sender_port": .int(r.port),
          "conninfo": .text(r.shown),
        ]
      ]
    }
    t["pg_catalog.pg_replication_slots"] = CatalogView { (s: ClientSession) throws(SQLError) -> [CatalogRow] in
      var rows: [CatalogRow] = []
      for slot in s.server.cluster.slots.values {
        let restart = slot.activeProcess == nil ? slot.restart : s.server.cluster.walPosition
        var row: CatalogRow = [
          "slot_name": .text(slot.name), "slot_type": .text("physical"), "temporary": .bool(false),
          "active": .bool(slot.activeProcess != nil), "two_phase": .bool(false),
        ]
        if let process = slot.activeProcess { row["active_pid"] = .int(process) }
        if let restart {
          row["restart_lsn"] = .text(walText(restart))
          row["wal_status"] = .text("reserved")
        }
        rows.append(row)
      }
      return rows
    }
  }
}
