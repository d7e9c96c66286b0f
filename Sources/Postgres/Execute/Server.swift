// A running server on a data directory: version, parameters, sessions, standby mode. Source: PostgreSQL 15 manual, chapters
// 19 "Server Configuration" and 20 "Client Authentication".

package import SimKernel

package final class Server {
  /// A standby's is its primary's while it streams: what the primary has committed is there at once.
  package internal(set) var cluster: Cluster
  package let world: World
  /// What `version()` prints.
  package var version: String
  /// `15.18`
  package var versionNumber: String
  /// True on a standby in recovery: every session is read-only.
  package var isInRecovery = false
  /// Why connections are refused meanwhile: `the database system is starting up`.
  package var refusal: String?
  package var port: Int64 = 5432
  package var socketDirectory = "/var/run/postgresql"
  package var listenAddresses = "*"
  package var dataDirectory = "/var/lib/postgresql/data"
  package private(set) var sessions: [ClientSession] = []
  package let startedAt: Instant
  var nextProcessID: Int64 = 60
  /// Built on Alpine, whose paths are others than Debian's.
  var isAlpine: Bool {
    let words = version.split(separator: " ")
    return words.contains("(Alpine")
  }
  private var terminated: [Int64] = []
  /// Parameters of the command line and postgresql.conf.
  package var settings: [(name: String, value: String)] = []
  /// pg_hba.conf; without any record every client is let in.
  package var hostRules: [HostRule] = []
  /// Receives every line of the server's log: process and text from the severity on.
  package var logSink: ((Int64, String) -> Void)?
  /// ALTER SYSTEM: writes postgresql.auto.conf. Without it the setting takes effect at once.
  package var onAlterSystem: (() -> Void)?
  /// Where COPY reads and writes; without it such a COPY is not simulated.
  package var files: ServerFiles?
  /// pg_reload_conf().
  package var onReload: (() -> Void)?
  /// pg_promote(): ends recovery.
  package var onPromote: (() -> Void)?
  /// Connections of standbys and backups.
  package internal(set) var walSenders: [WalSender] = []
  /// A standby's connection to its primary.
  package var walReceiver: WalReceiver?
  package var replay = ReplayState()
  /// Local connections over the socket need no password (image default `trust`).
  package var requiresPasswordOverNetwork = true
  var random: SeededRandom

  package init(
    cluster: Cluster, world: World,
    version: String =
      "PostgreSQL 15.18 on x86_64-pc-linux-musl, compiled by gcc (Alpine 15.2.0) 15.2.0, 64-bit",
    versionNumber: String = "15.18"
  ) {
    self.cluster = cluster
    self.world = world
    self.version = version
    self.versionNumber = versionNumber
    startedAt = world.now
    random = world.random.split("postgres")
  }

  /// Opens a session, or says why not (a FATAL error).
  package func connect(
    user: String, database: String, password: String? = nil, overNetwork: Bool = false,
    applicationName: String = "psql",
    processID: Int64? = nil
  ) throws(SQLError) -> ClientSession {
    if let refusal { throw SQLError("57P03", refusal, kind: .fatal) }
    guard let role = cluster.roles[user] else {
      if overNetwork, requiresPasswordOverNetwork {
        throw SQLError("28P01", "password authentication failed for user \"\(user)\"", kind: .fatal)
      }
      throw SQLError("28000", "role \"\(user)\" does not exist", kind: .fatal)
    }
    if overNetwork, requiresPasswordOverNetwork {
      guard let expected = role.password, let password, expected == password else {
        throw SQLError("28P01", "password authentication failed for user \"\(user)\"", kind: .fatal)
      }
    }
    guard let target = cluster.databases[database] else {
      throw SQLError(
        SQLState.invalidCatalogName, "database \"\(database)\" does not exist", kind: .fatal)
    }
    if !role.canLogin { throw SQLError("28000", "role \"\(user)\" is not permitted to log in", kind: .fatal) }
    if !target.allowsConnections {
      throw SQLError(
        SQLState.notInPrerequisiteState, "database \"\(database)\" is not currently accepting connections",
        kind: .fatal)
    }
    if !role.isSuperuser, let acl = target.acl {
      var allowed = cluster.isMember(user, of: target.owner)
      for item in acl where item.grantee.isEmpty || cluster.isMember(user, of: item.grantee) {
        if item.privileges.contains(0x63) { allowed = true }
      }
      if !allowed {
        throw SQLError(
          SQLState.insufficientPrivilege, "permission denied for database \"\(database)\"",
          detail: "User does not have CONNECT privilege.", kind: .fatal)
      }
    }
    let session = ClientSession(
      server: self, database: target, user: user, processID: processID ?? takeProcessID(),
      applicationName: applicationName)
    session.isNetwork = overNetwork
    sessions.append(session)
    return session
  }

  /// The number of the process that serves the next connection.
  func takeProcessID() -> Int64 {
    defer { nextProcessID += 7 }
    return nextProcessID
  }

  package func close(_ session: ClientSession) {
    session.abandon()
    for (i, s) in sessions.enumerated() where s === session {
      sessions.remove(at: i)
      break
    }
  }

  /// pg_terminate_backend(): false when there is no such process.
  func terminate(_ processID: Int64) -> Bool {
    for session in sessions where session.processID == processID {
      log(processID, "FATAL", "terminating connection due to administrator command")
      terminated.append(session.processID)
      close(session)
      return true
    }
    return false
  }

  /// Whether a session was ended by an administrator, which its client is told with its next statement.
  package func wasTerminated(_ session: ClientSession) -> Bool { terminated.contains(session.processID) }

  /// Ends every session without a word, as a crash or a fast shutdown does.
  package func closeAll() {
    for session in sessions { session.abandon() }
    sessions = []
  }
}

/// What one statement left behind, in the order in which a client receives it.
package enum StatementOutcome {
  case rows(ResultSet)
  /// `INSERT 0 1`, `CREATE TABLE`
  case command(String)
  case notice(SQLError, severity: String)
  case error(SQLError)
  /// COPY … FROM STDIN waits for lines; resume with `copyData`.
  case copyIn(String)
  case copyOut([String])
  case empty
  /// An asynchronous NOTIFY.
  case notification(channel: String, payload: String, processID: Int64)
}

package struct ResultSet {
  package var columns: [ResultColumn]
  /// nil is NULL.
  package var rows: [[String?]]
  /// `SELECT 3`, `INSERT 0 1`
  package var tag: String
}

package struct ResultColumn {
  package var name: String
  package var isNumeric: Bool
  package var typeOid: Int32
}
