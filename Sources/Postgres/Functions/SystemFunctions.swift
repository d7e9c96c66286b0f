// Functions about the server, its objects and sequences. Source: PostgreSQL 15 manual 9.17, 9.26 and 9.27.

internal import SimKernel

func sizePretty(_ size: Int64) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
  var n = size
  if n.magnitude < 10_240 { return "\(n) bytes" }
  var i = 1
  // The first step leaves one extra bit for rounding.
  n >>= 9
  while i < 5, n.magnitude >= 20 * 1_024 - 1 {
    n >>= 10
    i += 1
  }
  n = n >= 0 ? (n + 1) / 2 : (n - 1) / 2
  return "\(n) \(units[i])"
}

extension FunctionRegistry {
  func registerSystemFunctions() {
    add("pgsql_version") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(s.server.version)
    }
    add("version") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text(s.server.version) }
    add("current_database") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(s.database.name)
    }
    add("current_schema") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      s.creationSchema.map { .text($0) } ?? .null
    }
    add("current_schemas") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      var list = s.searchPath
      // The session's temporary schema is looked in even before the catalogue.
      if v[0].isTrue, !list.contains("pg_catalog") {
        list.insert("pg_catalog", at: list.first == s.tempSchema ? 1 : 0)
      }
      return .array(ArrayValue(elementType: Oid.name, list.map { .text($0) }))
    }
    add("current_user") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text(s.currentUser)
    }
    add("session_user") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text(s.sessionUser)
    }
    add("pg_backend_pid") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .int(s.processID) }
    add("pg_is_in_recovery") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .bool(s.server.isInRecovery)
    }
    add("pg_postmaster_start_time") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      let c = s.server.world.clock
      return .timestamp(
        (c.unixSeconds(s.server.startedAt) - DateTime.epochDays * 86_400) * 1_000_000 + c.subsecondNanoseconds(
          s.server.startedAt) / 1_000)
    }
    add("pg_typeof") { (_: ClientSession, c: CallSite, _: [Value]) throws(SQLError) -> Value in
      .int(Int64(c.argumentTypes[0].oid))
    }
    pure("pg_size_pretty", "pg_size_pretty_numeric") { (v: [Value]) throws(SQLError) -> Value in
      .text(sizePretty(v[0].decimal.rounded(0).int64 ?? 0))
    }
    add("format_type") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      v[0].isNull
        ? .null
        : .text(
          s.formatType(
            SQLType(Int32(truncatingIfNeeded: v[0].integer), v[1].isNull ? -1 : Int32(truncatingIfNeeded: v[1].integer))
          ))
    }
    for name in ["show_config_by_name", "show_config_by_name_missing_ok"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        do throws(SQLError) { return .text(try s.setting(v[0].string)) } catch {
          if v.count > 1, v[1].isTrue { return .null }
          throw error
        }
      }
    }
    add("set_config_by_name") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.set(v[0].string, [v[1].string], local: v[2].isTrue)
      // A list is taken as it stands here, where SET takes names.
      if lowercasedASCII(v[0].string) == "search_path" { s.settings["search_path"] = v[1].string }
      return .text(try s.setting(v[0].string))
    }
    add("gen_random_uuid") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(s.random.uuid())
    }
    for name in ["nextval_oid", "nextval"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        .int(try s.nextValue(Int32(truncatingIfNeeded: v[0].integer)))
      }
    }
    for name in ["currval_oid", "currval"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let oid = Int32(truncatingIfNeeded: v[0].integer)
        if let r = s.catalog.relation(oid) { try s.requireSequence(r, [0x72, 0x55]) }
        guard let value = s.sequenceValues[oid] else {
          throw SQLError(
            SQLState.notInPrerequisiteState,
            "currval of sequence \"\(s.catalog.relation(oid)?.name ?? "")\" is not yet defined in this session")
        }
        return .int(value)
      }
    }
    add("lastval") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      guard let value = s.sequenceValues[s.lastSequence] else {
        throw SQLError(SQLState.notInPrerequisiteState, "lastval is not yet defined in this session")
      }
      return .int(value)
    }
    for name in ["setval_oid", "setval3_oid", "setval"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let oid = Int32(truncatingIfNeeded: v[0].integer)
        guard let relation = s.catalog.relation(oid), let q = relation.sequence else {
          throw .notSimulated("setval of something that is no sequence")
        }
        try s.requireSequence(relation, [0x77])
        let n = v[1].integer
        if n < q.minimum || n > q.maximum {
          throw SQLError(
            SQLState.numericOutOfRange,
            "setval: value \(n) is out of bounds for sequence \"\(relation.name)\" (\(q.minimum)..\(q.maximum))")
        }
        q.state.last = n
        q.state.logged = 0
        q.state.isCalled = v.count > 2 ? v[2].isTrue : true
        if q.state.isCalled { s.sequenceValues[oid] = n }
        return .int(n)
      }
    }
    add("pg_get_serial_sequence") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let oid = try s.objectInput(v[0].string, Oid.regclass)
      guard let r = s.catalog.relation(oid), let c = r.columnIndex(v[1].string) else {
        throw SQLError(
          SQLState.undefinedColumn, "column \"\(v[1].string)\" of relation \"\(v[0].string)\" does not exist")
      }
      guard r.columns[c].sequence != 0, let q = s.catalog.relation(r.columns[c].sequence) else { return .null }
      return .text(quotedIdentifier(q.schema) + "." + quotedIdentifier(q.name))
    }
    for name in ["pg_relation_size", "pg_table_size", "pg_total_relation_size", "pg_indexes_size"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        guard let r = s.catalog.relation(Int32(truncatingIfNeeded: v[0].integer)) else { return .null }
        let size = RelationSize(s)
        switch name {
        case "pg_relation_size": return .int(size.heap(r))
        case "pg_table_size": return .int(size.table(r))
        case "pg_indexes_size": return .int(size.indexes(r))
        default: return .int(size.total(r))
        }
      }
    }
    for name in ["pg_database_size_oid", "pg_database_size_name"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        for d in s.server.cluster.databases.values {
          if case .int(let n) = v[0] { if Int64(d.oid) != n { continue } } else if d.name != v[0].string { continue }
          return .int(RelationSize(s).database(d))
        }
        if case .int = v[0] { return .null }
        throw SQLError(SQLState.invalidCatalogName, "database \"\(v[0].string)\" does not exist")
      }
    }
    for name in [
      "pg_get_viewdef", "pg_get_viewdef_ext", "pg_get_viewdef_name", "pg_get_viewdef_wrap", "pg_get_viewdef_name_ext",
    ] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let oid =
          name.hasPrefix("pg_get_viewdef_name")
          ? try s.objectInput(v[0].string, Oid.regclass) : Int32(truncatingIfNeeded: v[0].integer)
        guard let r = s.catalog.relation(oid), r.view != nil else { return .null }
        let pretty = name.hasSuffix("wrap") || (v.count > 1 && v[1].isTrue)
        return .text(try QueryDeparser.view(r, s, pretty: pretty))
      }
    }
    for name in ["pg_get_indexdef", "pg_get_indexdef_ext"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        guard let r = s.catalog.relation(Int32(truncatingIfNeeded: v[0].integer)) else { return .null }
        return .text(Deparser(s).index(r))
      }
    }
    for name in ["pg_get_constraintdef", "pg_get_constraintdef_ext"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        for r in s.catalog.relations.values {
          for c in r.constraints where Int64(c.oid) == v[0].integer { return .text(Deparser(s).constraint(c, r)) }
        }
        return .null
      }
    }
    for name in ["pg_get_expr", "pg_get_expr_ext"] {
      add(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in v[0] }
    }
    for name in ["pg_get_userbyid"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        .text(
          s.server.cluster.role(oid: Int32(truncatingIfNeeded: v[0].integer))?.name ?? "unknown (OID=\(v[0].integer))")
      }
    }
    for name in ["pg_table_is_visible", "pg_type_is_visible", "pg_function_is_visible"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let oid = Int32(truncatingIfNeeded: v[0].integer)
        if let r = s.catalog.relation(oid) { return .bool(s.isRelationVisible(r)) }
        if let t = s.catalog.types[oid] { return .bool(s.isTypeVisible(t)) }
        return .bool(true)
      }
    }
    add("pg_encoding_to_char") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text("UTF8")
    }
    add("PG_encoding_to_char") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text("UTF8")
    }
    add("pg_client_encoding") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text("UTF8") }
    add("getdatabaseencoding") { (_: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in .text("UTF8")
    }
    add("pg_sleep") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      try s.sleep(v[0].double)
      return .text("")
    }
    add("pg_sleep_for") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      if case .interval(let i) = v[0] {
        try s.sleep(Double(i.microseconds) / 1_000_000 + Double(i.days + 30 * i.months) * 86_400)
      }
      return .text("")
    }
    add("pg_terminate_backend") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let id = v[0].integer
      if id == s.processID {
        throw SQLError("57P01", "terminating connection due to administrator command", kind: .fatal)
      }
      if !s.server.terminate(id) { return s.noBackend(id) }
      return .bool(true)
    }
    add("pg_cancel_backend") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      if v[0].integer == s.processID { throw SQLError("57014", "canceling statement due to user request") }
      for other in s.server.sessions where other.processID == v[0].integer {
        if other.activityState == "active" { throw .notSimulated("cancelling another session's statement") }
        return .bool(true)
      }
      return s.noBackend(v[0].integer)
    }
    add("pg_get_functiondef") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      s.catalog.functions[Int32(truncatingIfNeeded: v[0].integer)].map { .text(FunctionSource(s).text($0)) } ?? .null
    }
    registerReplicationFunctions()
    add("obj_description") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      s.description(Int32(truncatingIfNeeded: v[0].integer), v.count > 1 ? v[1].string : nil).map { .text($0) } ?? .null
    }
    add("shobj_description") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      s.sharedDescription(Int32(truncatingIfNeeded: v[0].integer), v[1].string).map { .text($0) } ?? .null
    }
    for name in ["pg_get_triggerdef", "pg_get_triggerdef_ext"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        for r in s.catalog.relations.values {
          for t in r.triggers where Int64(t.oid) == v[0].integer {
            let pretty = v.count > 1 && v[1].isTrue
            let d = pretty ? Deparser(s).pretty : Deparser(s)
            return .text("CREATE \(t.isConstraint ? "CONSTRAINT " : "")TRIGGER " + d.trigger(t, r, qualified: !pretty))
          }
        }
        return .null
      }
    }
    add("col_description") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      guard let r = s.catalog.relation(Int32(truncatingIfNeeded: v[0].integer)) else { return .null }
      let i = Int(clamping: v[1].integer) - 1
      return i >= 0 && i < r.columns.count ? r.columns[i].comment.map { .text($0) } ?? .null : .null
    }
    add("to_regclass") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      do throws(SQLError) { return .int(Int64(try s.objectInput(v[0].string, Oid.regclass))) } catch { return .null }
    }
    pure("pg_num_nulls", "num_nulls") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v.filter { $0.isNull }.count))
    }
    pure("pg_num_nonnulls", "num_nonnulls") { (v: [Value]) throws(SQLError) -> Value in
      .int(Int64(v.filter { !$0.isNull }.count))
    }
    for name in ["enum_range_all", "enum_range_bounds", "enum_first", "enum_last"] {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        guard let labels = s.catalog.types[c.argumentTypes[0].oid]?.labels else { return .null }
        var sorted = labels.sorted { $0.order < $1.order }
        if name == "enum_range_bounds" {
          if case .label(let low) = v[0] { sorted.removeAll { $0.order < low.order } }
          if case .label(let high) = v[1] { sorted.removeAll { $0.order > high.order } }
        }
        if name == "enum_first" { return sorted.first.map { .label($0) } ?? .null }
        if name == "enum_last" { return sorted.last.map { .label($0) } ?? .null }
        return .array(ArrayValue(elementType: c.argumentTypes[0].oid, sorted.map { .label($0) }))
      }
    }
  }
}

extension ClientSession {
  fileprivate func noBackend(_ id: Int64) -> Value {
    notice("PID \(id) is not a PostgreSQL backend process", severity: "WARNING")
    return .bool(false)
  }

  /// One of the privileges on a sequence.
  func requireSequence(_ r: Relation, _ letters: [UInt8]) throws(SQLError) {
    for l in letters where hasPrivilege(currentUser, l, r.acl, r.owner) { return }
    throw SQLError(SQLState.insufficientPrivilege, "permission denied for sequence \(r.name)")
  }

  func nextValue(_ oid: Int32) throws(SQLError) -> Int64 {
    guard let relation = catalog.relation(oid), let q = relation.sequence else {
      throw SQLError(SQLState.wrongObjectType, "\"\(catalog.relation(oid)?.name ?? "")\" is not a sequence")
    }
    if server.isInRecovery || transaction?.isReadOnly ?? false {
      throw SQLError(SQLState.readOnlyTransaction, "cannot execute nextval() in a read-only transaction")
    }
    try requireSequence(relation, [0x55, 0x77])
    // As the server logs: 32 values ahead, or as many as there are.
    let state = q.state
    var fetch: Int64 = state.isCalled ? 1 : 0
    var given = !state.isCalled
    var next = state.last
    var log = state.logged
    if log < fetch || !state.isCalled {
      fetch += 32
      log = fetch
    }
    var ahead = next
    while fetch > 0 {
      let (n, overflow) = ahead.addingReportingOverflow(q.increment)
      var following = n
      if q.increment > 0 ? overflow || n > q.maximum : overflow || n < q.minimum {
        if given { break }
        if !q.cycle {
          throw SQLError(
            "2200H",
            q.increment > 0
              ? "nextval: reached maximum value of sequence \"\(relation.name)\" (\(q.maximum))"
              : "nextval: reached minimum value of sequence \"\(relation.name)\" (\(q.minimum))")
        }
        following = q.increment > 0 ? q.minimum : q.maximum
      }
      fetch -= 1
      ahead = following
      if !given {
        log -= 1
        given = true
        next = following
      }
    }
    state.last = next
    state.isCalled = true
    state.logged = log - fetch
    sequenceValues[oid] = next
    lastSequence = oid
    return next
  }
  func sequenceLogCount(_ r: Relation) -> Int64 { r.sequence?.state.logged ?? 0 }

  // MARK: reg… types

  func objectInput(_ text: String, _ type: Int32) throws(SQLError) -> Int32 {
    if let n = Int64(text), n >= 0 { return Int32(truncatingIfNeeded: n) }
    var parts: [String] = []
    var current: [UInt8] = []
    var quoted = false
    for b in text.utf8 {
      if b == 0x22 {
        quoted.toggle()
      } else if b == 46, !quoted {
        parts.append(String(decoding: current, as: UTF8.self))
        current = []
      } else {
        current.append(!quoted && b >= 65 && b <= 90 ? b + 32 : b)
      }
    }
    parts.append(String(decoding: current, as: UTF8.self))
    let name = QualifiedName(parts: parts, offset: -1)
    switch type {
    case Oid.regclass:
      if let oid = findRelation(name) { return oid }
      if let v = findVirtual(name) { return v.oid }
      throw SQLError(SQLState.undefinedTable, "relation \"\(name.text)\" does not exist")
    case Oid.regtype:
      do throws(SQLError) {
        var parser = try Parser(Array(text.utf8))
        return try Analyzer(session: self).resolveType(try parser.typeName()).oid
      } catch {
        var e = error
        e.offset = -1
        throw e
      }
    case Oid.regrole:
      guard let r = server.cluster.roles[name.name] else {
        throw SQLError(SQLState.undefinedObject, "role \"\(name.name)\" does not exist")
      }
      return r.oid
    case Oid.regnamespace:
      guard let s = catalog.schemas[name.name] else {
        throw SQLError(SQLState.invalidSchemaName, "schema \"\(name.name)\" does not exist")
      }
      return s.oid
    default:
      for f in catalog.functions.values where f.name == name.name { return f.oid }
      if FunctionRegistry.shared.functions[name.name] != nil { throw .notSimulated("oids of built-in functions") }
      throw SQLError(SQLState.undefinedFunction, "function \"\(text)\" does not exist")
    }
  }

  func objectOutput(_ oid: Int32, _ type: Int32) -> String {
    if oid == 0 { return "-" }
    switch type {
    case Oid.regclass:
      return catalog.relation(oid).map { relationName($0) } ?? SystemRelations.find(oid)?.name ?? String(oid)
    case Oid.regtype: return formatType(oid)
    case Oid.regrole: return server.cluster.role(oid: oid).map { quotedIdentifier($0.name) } ?? String(oid)
    case Oid.regnamespace:
      for s in catalog.schemas.values where s.oid == oid { return quotedIdentifier(s.name) }
      return String(oid)
    default: return catalog.functions[oid]?.name ?? String(oid)
    }
  }

  func guessType(_ v: Value) -> Int32 {
    switch v {
    case .bool: return Oid.bool
    case .int: return Oid.int8
    case .float: return Oid.float8
    case .numeric: return Oid.numeric
    case .date: return Oid.date
    case .timestamp: return Oid.timestamp
    case .interval: return Oid.interval
    case .json: return Oid.jsonb
    default: return Oid.text
    }
  }
  func wholeRowTypes(_ e: TypedExpr, _ count: Int) -> [Int32]? {
    guard let entry = catalog.type(e.type.oid), entry.form == .composite else { return nil }
    return compositeFields(entry).map { $0.type.oid }
  }
}
