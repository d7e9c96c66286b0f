// How a connection begins: the state of the server, pg_hba.conf, the password, the limits; each refusal is what the client is
// told and what the server logs. Source: PostgreSQL 15 manual, chapter 21 and 20.3.

internal import SimKernel

package enum Admission {
  case session(ClientSession)
  /// The server wants a password and the client has none.
  case passwordNeeded
  case refused(SQLError)
}

extension Server {
  /// Opens a session for a client, with everything a server checks and logs on the way.
  package func open(
    user: String, database: String, password: String?, from client: ClientAddress, applicationName: String = "psql"
  ) -> Admission {
    let id = takeProcessID()
    if flag("log_connections") {
      log(id, "LOG", "connection received: host=\(client.text)" + (client.port.map { " port=\($0)" } ?? ""))
    }
    switch admit(id, user: user, database: database, password: password, from: client) {
    case .some(let refusal): return refusal
    case nil: break
    }
    if flag("log_connections") {
      log(
        id, "LOG",
        "connection authorized: user=\(user) database=\(database) application_name=\(applicationName)")
    }
    if let error = overLimit(user: user, database: database) { return refuse(id, error) }
    do throws(SQLError) {
      let session = try connect(
        user: user, database: database, applicationName: applicationName, processID: id)
      session.isNetwork = client.isNetwork
      session.clientAddress = client
      if let error = overOwnLimits(session) {
        close(session)
        return refuse(id, error)
      }
      return .session(session)
    } catch {
      return refuse(id, error)
    }
  }

  /// Opens a replication connection (a walsender): nil when it may go on.
  package func openReplication(user: String, password: String?, from client: ClientAddress) -> Admission? {
    let id = takeProcessID()
    if let refusal = admit(id, user: user, database: nil, password: password, from: client) { return refusal }
    guard let role = cluster.roles[user] else {
      return refuse(id, SQLError("28000", "role \"\(user)\" does not exist", kind: .fatal))
    }
    if !role.isSuperuser, !role.canReplicate {
      return refuse(
        id, SQLError("42501", "must be superuser or replication role to start walsender", kind: .fatal))
    }
    if !role.canLogin {
      return refuse(id, SQLError("28000", "role \"\(user)\" is not permitted to log in", kind: .fatal))
    }
    return nil
  }

  private func refuse(_ id: Int64, _ error: SQLError) -> Admission {
    log(id, "FATAL", error.message, detail: error.detail)
    return .refused(error)
  }

  /// State of the server and authentication; nil when the client may go on.
  private func admit(
    _ id: Int64, user: String, database: String?, password: String?, from client: ClientAddress
  ) -> Admission? {
    if let refusal { return refuse(id, SQLError("57P03", refusal, kind: .fatal)) }
    guard !hostRules.isEmpty else { return nil }
    var matched: HostRule?
    for rule in hostRules where rule.matches(client, user: user, database: database, server: self) {
      matched = rule
      break
    }
    guard let rule = matched, rule.method != "reject" else {
      let verb = matched == nil ? "no pg_hba.conf entry for" : "pg_hba.conf rejects"
      let subject = database == nil ? "replication connection" : "connection"
      var text =
        matched == nil ? verb + (database == nil ? " replication connection from" : "") : "\(verb) \(subject) for"
      text += " host \"\(client.text)\", user \"\(user)\""
      if let database { text += ", database \"\(database)\"" }
      return refuse(id, SQLError("28000", text + ", no encryption", kind: .fatal))
    }
    switch rule.method {
    case "scram-sha-256", "md5", "password":
      // The client gives up without a word; the server has nothing to log.
      guard let password, !password.isEmpty else { return .passwordNeeded }
      let role = cluster.roles[user]
      if let role, let stored = role.password, stored == password { return nil }
      var why = "Connection matched pg_hba.conf line \(rule.line): \"\(rule.text)\""
      if role == nil {
        why = "Role \"\(user)\" does not exist.\n\t" + why
      } else if role?.password == nil {
        why = "User \"\(user)\" has no password assigned.\n\t" + why
      }
      let error = SQLError("28P01", "password authentication failed for user \"\(user)\"", kind: .fatal)
      log(id, "FATAL", error.message, detail: why)
      return .refused(error)
    default: return nil
    }
  }

  /// Slots of the whole server.
  private func overLimit(user: String, database: String) -> SQLError? {
    let limit = number("max_connections") ?? 100
    let reserved = number("superuser_reserved_connections") ?? 3
    let used = Int64(sessions.count)
    if used >= limit { return SQLError("53300", "sorry, too many clients already", kind: .fatal) }
    if used >= limit - reserved, !(cluster.roles[user]?.isSuperuser ?? false) {
      return SQLError(
        "53300",
        cluster.majorVersion >= 16
          ? "remaining connection slots are reserved for roles with the SUPERUSER attribute"
          : "remaining connection slots are reserved for non-replication superuser connections", kind: .fatal)
    }
    return nil
  }

  /// CONNECTION LIMIT of role and database, this session counted.
  private func overOwnLimits(_ session: ClientSession) -> SQLError? {
    let role = cluster.roles[session.loginUser]
    if role?.isSuperuser ?? false { return nil }
    var ofRole: Int64 = 0
    var ofDatabase: Int64 = 0
    for other in sessions {
      if other.loginUser == session.loginUser { ofRole += 1 }
      if other.database === session.database { ofDatabase += 1 }
    }
    if let limit = role?.connectionLimit, limit >= 0, ofRole > limit {
      return SQLError("53300", "too many connections for role \"\(session.loginUser)\"", kind: .fatal)
    }
    if session.database.connectionLimit >= 0, ofDatabase > session.database.connectionLimit {
      return SQLError("53300", "too many connections for database \"\(session.database.name)\"", kind: .fatal)
    }
    return nil
  }

  // MARK: Parameters

  /// A parameter of the configuration as it stands there; nil when it is not set.
  package func parameter(_ name: String) -> String? {
    for setting in settings.reversed() where setting.name == name { return setting.value }
    return nil
  }
  func flag(_ name: String) -> Bool { parameter(name) == "on" }
  func number(_ name: String) -> Int64? { parameter(name).flatMap { Int64($0) } }
}

extension ClientAddress {
  var isNetwork: Bool {
    switch self {
    case .socket: false
    case .host: true
    }
  }

  /// The port a client connects from differs on every machine: the first one of the ephemeral range stands for it.
  var port: Int64? { isNetwork ? 32_768 : nil }
}
