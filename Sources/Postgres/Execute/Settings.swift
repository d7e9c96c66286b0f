// Settings: SHOW, SET, RESET, ALTER SYSTEM; VACUUM, ANALYZE and CLUSTER. Source: PostgreSQL 15 manual, chapter 20.

internal import SimKernel

extension ClientSession {
  private func fact(_ name: String) -> [String]? {
    let wanted = lowercasedASCII(name)
    for f in factLines(settingFacts) where lowercasedASCII(f[0]) == wanted { return f }
    return nil
  }

  func setting(_ name: String) throws(SQLError) -> String {
    let key = lowercasedASCII(name)
    if let v = settings[key] { return v }
    switch key {
    case "transaction_isolation": return transaction?.isolation ?? "read committed"
    case "transaction_read_only": return (transaction?.isReadOnly ?? false) || server.isInRecovery ? "on" : "off"
    case "session_authorization": return sessionUser
    case "role": return currentUser == sessionUser ? "none" : currentUser
    case "is_superuser": return isSuperuser ? "on" : "off"
    case "server_version": return server.versionNumber
    case "server_version_num":
      let parts = server.versionNumber.split(separator: ".")
      return String(
        (Int(parts[0]) ?? 15) * 10_000
          + (parts.count > 1 ? Int(String(parts[1].prefix { $0 >= "0" && $0 <= "9" })) ?? 0 : 0))
    case "port": return String(server.port)
    case "data_directory": return server.dataDirectory
    case "hba_file": return server.dataDirectory + "/pg_hba.conf"
    case "config_file": return server.dataDirectory + "/postgresql.conf"
    case "ident_file": return server.dataDirectory + "/pg_ident.conf"
    case "listen_addresses": return server.listenAddresses
    case "unix_socket_directories": return server.socketDirectory
    case "lc_collate": return database.collate
    case "lc_ctype": return database.ctype
    case "lc_messages", "lc_monetary", "lc_numeric", "lc_time":
      return server.cluster.databases["template0"]?.collate ?? "C"
    case "application_name": return applicationName
    case "in_hot_standby": return server.isInRecovery ? "on" : "off"
    case "external_pid_file", "log_filename": return fact(name)?[1] ?? ""
    default: break
    }
    guard let f = fact(name) else {
      throw SQLError(SQLState.undefinedObject, "unrecognized configuration parameter \"\(name)\"")
    }
    return displayed(f, f[1])
  }

  /// With the unit that SHOW prints: `128MB`, `5min`.
  private func displayed(_ f: [String], _ value: String) -> String {
    guard f.count > 2, !f[2].isEmpty, let n = Int64(value), n > 0 else { return value }
    var amount = n
    switch f[2] {
    case "8kB", "kB", "MB", "B":
      var bytes = amount
      if f[2] == "8kB" {
        bytes *= 8_192
      } else if f[2] == "kB" {
        bytes *= 1_024
      } else if f[2] == "MB" {
        bytes *= 1_048_576
      }
      for (unit, size) in [("TB", Int64(1) << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)]
      where bytes % size == 0 { return "\(bytes / size)\(unit)" }
      return "\(bytes)B"
    case "ms", "s", "min":
      if f[2] == "s" { amount *= 1_000 } else if f[2] == "min" { amount *= 60_000 }
      for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)]
      where amount % size == 0 { return "\(amount / size)\(unit)" }
      return "\(amount)ms"
    default: return value
    }
  }

  /// The value of a parameter as it is kept, once it is known to be one.
  private func accepted(_ values: [String], _ key: String, _ f: [String]) throws(SQLError) -> String {
    var text = joined(values, ", ")
    let allowed = f.count > 7 ? f[7].split(separator: ",").map { String($0) } : []
    switch f[3] {
    case "bool":
      switch lowercasedASCII(text) {
      case "on", "true", "yes", "1", "t": text = "on"
      case "off", "false", "no", "0", "f": text = "off"
      default: throw SQLError(SQLState.invalidParameterValue, "parameter \"\(f[0])\" requires a Boolean value")
      }
    case "enum":
      guard
        let match = allowed.first(where: { $0 == lowercasedASCII(text) })
          ?? (["on", "off", "true", "false"].contains(lowercasedASCII(text)) ? lowercasedASCII(text) : nil)
      else {
        throw SQLError(
          SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"",
          hint: "Available values: \(joined(allowed, ", ")).")
      }
      text = match
    case "integer", "real":
      var digits: [UInt8] = []
      var unit: [UInt8] = []
      for b in text.utf8 {
        if Lexer.isDigit(b) || b == 46 || b == 0x2d { digits.append(b) } else if !Lexer.isSpace(b) { unit.append(b) }
      }
      guard let n = Numeric(String(decoding: digits, as: UTF8.self)) else {
        throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"")
      }
      let u = String(decoding: unit, as: UTF8.self)
      if u.isEmpty || f[2].isEmpty {
        if !u.isEmpty {
          throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"")
        }
        if let low = Numeric(f.count > 5 ? f[5] : ""), let high = Numeric(f.count > 6 ? f[6] : ""),
          Numeric.compare(n, low) < 0 || Numeric.compare(n, high) > 0
        {
          let suffix = f[2].isEmpty ? "" : " \(f[2])"
          throw SQLError(
            SQLState.invalidParameterValue,
            "\(n.text)\(suffix) is outside the valid range for parameter \"\(f[0])\" (\(f[5]) .. \(f[6]))")
        }
        text = displayed(f, n.text)
      } else {
        let memory: [String: Int64] = ["B": 1, "kB": 1_024, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40]
        let times: [String: Int64] = ["us": 0, "ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
        func scaled(_ unit: Int64, _ base: Int64) throws(SQLError) -> Int64 {
          let wanted = n * Numeric(unit) / Numeric(base)
          guard let whole = wanted.truncated(0).int64, Int32(exactly: whole) != nil else {
            throw SQLError(
              SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"",
              hint: "Value exceeds integer range.")
          }
          return whole
        }
        func within(_ value: Int64) throws(SQLError) -> String {
          let shown = Numeric(value)
          if let low = Numeric(f.count > 5 ? f[5] : ""), let high = Numeric(f.count > 6 ? f[6] : ""),
            Numeric.compare(shown, low) < 0 || Numeric.compare(shown, high) > 0
          {
            throw SQLError(
              SQLState.invalidParameterValue,
              "\(value) \(f[2]) is outside the valid range for parameter \"\(f[0])\" (\(f[5]) .. \(f[6]))")
          }
          return displayed(f, String(value))
        }
        if let m = memory[u], let base = f[2] == "8kB" ? 8_192 : memory[f[2]] {
          text = try within(scaled(m, base))
        } else if let t = times[u], let base = times[f[2]], base > 0 {
          text = try within(scaled(t, base))
        } else {
          throw SQLError(
            SQLState.invalidParameterValue, "invalid value for parameter \"\(f[0])\": \"\(text)\"",
            hint: memory[f[2]] != nil || f[2] == "8kB"
              ? "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\"."
              : "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".")
        }
      }
    default: break
    }
    if key == "timezone" {
      guard let z = TimeZoneRules.setting(text) else {
        throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"TimeZone\": \"\(text)\"")
      }
      text = z.name
    }
    if key == "search_path" { text = joined(values.map { quotedIdentifier($0) }, ", ") }
    if key == "datestyle" { text = try wholeDateStyle(text) }
    if key == "client_encoding" {
      let encodings = [
        "utf8": "UTF8", "utf-8": "UTF8", "unicode": "UTF8", "latin1": "LATIN1", "iso-8859-1": "LATIN1",
        "latin9": "LATIN9", "latin2": "LATIN2", "sql_ascii": "SQL_ASCII", "win1252": "WIN1252", "win1250": "WIN1250",
        "win1251": "WIN1251", "koi8r": "KOI8R", "euc_jp": "EUC_JP", "sjis": "SJIS", "gbk": "GBK", "big5": "BIG5",
      ]
      guard let known = encodings[lowercasedASCII(text)] else {
        throw SQLError(SQLState.invalidParameterValue, "invalid value for parameter \"client_encoding\": \"\(text)\"")
      }
      text = known
    }
    return text
  }

  func set(_ name: String, _ values: [String]?, local: Bool) throws(SQLError) {
    let key = lowercasedASCII(name)
    let isCustom = Array(key.utf8).contains(46)
    guard let f = fact(key) ?? (isCustom ? ["", "", "", "string", "user", "", "", ""] : nil) else {
      throw SQLError(SQLState.undefinedObject, "unrecognized configuration parameter \"\(name)\"")
    }
    switch f[4] {
    case "postmaster": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed without restarting the server")
    case "sighup": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed now")
    case "internal": throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed")
    case "superuser":
      if !isSuperuser {
        throw SQLError(SQLState.insufficientPrivilege, "permission denied to set parameter \"\(f[0])\"")
      }
    default: break
    }
    if key == "transaction_isolation" || key == "transaction_read_only" {
      if key == "transaction_read_only" {
        if server.isInRecovery, values?[0] == "off" || values?[0] == "false" {
          throw SQLError("0A000", "cannot set transaction read-write mode during recovery")
        }
        transaction?.isReadOnly = values?[0] == "on" || values?[0] == "true"
      } else {
        transaction?.isolation = values?[0] ?? "read committed"
      }
      return
    }
    var value: String?
    if let values {
      let text = try accepted(values, key, f)
      if key == "application_name" { applicationName = text }
      value = text
    }
    if local, transaction?.isExplicit != true {
      notice("SET LOCAL can only be used in transaction blocks", severity: "WARNING", state: "25P01")
      return
    }
    transaction?.savedSettings.append((name: key, value: settings[key], local: local))
    settings[key] = value ?? initialSettings[key]
    refreshSettings()
  }

  /// `ISO, DMY` of `iso, dmy` or, where the style is ISO already, of `dmy`.
  func wholeDateStyle(_ text: String) throws(SQLError) -> String {
    var style = "ISO"
    var order = "MDY"
    let now = dateStyle.split(separator: ",").map { trimmedSpaces(String($0)) }
    if now.count == 2 { (style, order) = (now[0], now[1]) }
    for part in splitList(text) {
      switch lowercasedASCII(part) {
      case "iso": style = "ISO"
      case "sql": style = "SQL"
      case "postgres": style = "Postgres"
      case "german":
        style = "German"
        order = "DMY"
      case "dmy", "european", "euro": order = "DMY"
      case "mdy", "us": order = "MDY"
      case "ymd": order = "YMD"
      default:
        throw SQLError(
          SQLState.invalidParameterValue, "invalid value for parameter \"DateStyle\": \"\(text)\"",
          detail: "Unrecognized key word: \"\(part)\".")
      }
    }
    return style + ", " + order
  }

  func show(_ name: String) throws(SQLError) {
    if name == "all" { throw .notSimulated("SHOW ALL") }
    let value = try setting(name)
    let title = fact(name)?[0] ?? name
    outcomes.append(
      .rows(
        ResultSet(
          columns: [ResultColumn(name: title, isNumeric: false, typeOid: Oid.text)], rows: [[value]], tag: "SHOW")))
  }

  func reset(_ name: String) throws(SQLError) {
    if name == "all" {
      settings = initialSettings
    } else if name == "role" {
      currentUser = sessionUser
    } else {
      try set(name, nil, local: false)
    }
    refreshSettings()
  }

  func alterSystem(_ name: String, _ values: [String]?) throws(SQLError) {
    if !isSuperuser { throw SQLError(SQLState.insufficientPrivilege, "permission denied to set parameter \"\(name)\"") }
    if name != "all" { _ = try setting(name) }
    if let values, let f = fact(lowercasedASCII(name)) {
      if f[4] == "internal" { throw SQLError("55P02", "parameter \"\(f[0])\" cannot be changed") }
      _ = try accepted(values, lowercasedASCII(name), f)
    }
    server.cluster.systemSettings.removeAll { $0.name == name || name == "all" }
    if let values { server.cluster.systemSettings.append((name: name, value: joined(values, ", "))) }
    server.onAlterSystem?()
  }

  func vacuum(_ tables: [QualifiedName], full: Bool) throws(SQLError) {
    var targets: [Relation] = []
    for n in tables { targets.append(try existing(n, "table")) }
    if tables.isEmpty { targets = catalog.relations.values.filter { $0.heap != nil } }
    let l = log
    for r in targets {
      r.heap?.vacuum { t in l.fate(t.xmin) == .aborted || (t.xmax != 0 && !t.lockOnly && l.fate(t.xmax) == .committed) }
      noteRows(r)
    }
  }

  func analyze(_ tables: [QualifiedName]) throws(SQLError) {
    var targets: [Relation] = []
    for n in tables { targets.append(try existing(n, "table")) }
    if tables.isEmpty { targets = catalog.relations.values.filter { $0.heap != nil } }
    for r in targets { noteRows(r) }
  }

  /// What VACUUM and ANALYZE leave in pg_class.
  private func noteRows(_ r: Relation) {
    guard let heap = r.heap else { return }
    let s = snapshot()
    var rows: Int64 = 0
    for t in heap.tuples where log.isVisible(t, s) { rows += 1 }
    let count = rows
    changeRelation(r.oid) { $0.analysedRows = count }
  }

  /// CLUSTER: the order on disk becomes that of an index.
  func cluster(_ name: QualifiedName?, _ index: String?) throws(SQLError) {
    guard let name else { return }
    let r = try existing(name, "table")
    var chosen = index.flatMap { n in catalog.indexes(of: r.oid).first { $0.name == n } }
    if let index, chosen == nil {
      throw SQLError(SQLState.undefinedObject, "index \"\(index)\" for table \"\(r.name)\" does not exist")
    }
    if chosen == nil, r.clusteredOn != 0 { chosen = catalog.relation(r.clusteredOn) }
    guard let chosen, let info = chosen.index else {
      throw SQLError(
        SQLState.undefinedObject, "there is no previously clustered index for table \"\(r.name)\"")
    }
    if info.method != "btree" {
      throw SQLError(
        SQLState.featureNotSupported,
        "cannot cluster on index \"\(chosen.name)\" because access method does not support clustering")
    }
    if info.predicate != nil {
      throw SQLError(SQLState.featureNotSupported, "cannot cluster on partial index \"\(chosen.name)\"")
    }
    let execution = Execution(session: self, snapshot: snapshot())
    var rows: [(key: Row, row: Row)] = []
    for t in r.heap?.tuples ?? [] where log.isVisible(t, execution.snapshot) {
      let row = complete(t.values, r)
      rows.append((try execution.indexKey(row, info, r) ?? [], row))
    }
    func before(_ a: Row, _ b: Row) -> Bool {
      for (k, c) in info.columns.enumerated() {
        if a[k].isNull || b[k].isNull {
          if a[k].isNull && b[k].isNull { continue }
          return a[k].isNull == c.nullsFirst
        }
        let order = compareValues(a[k], b[k])
        if order != 0 { return (order < 0) != c.descending }
      }
      return false
    }
    var order = Array(rows.indices)
    order.sort { before(rows[$0].key, rows[$1].key) || (!before(rows[$1].key, rows[$0].key) && $0 < $1) }
    let heap = Heap()
    for k in order { heap.append(rows[k].row, xmin: writeID(), cmin: 0, width: width(rows[k].row, r)) }
    let count = Int64(rows.count)
    changeRelation(r.oid) {
      $0.heap = heap
      $0.clusteredOn = chosen.oid
      $0.analysedRows = count
    }
  }
}
