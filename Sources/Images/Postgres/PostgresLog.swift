// The words of the server's log and of initdb. Sources: the log of a running PostgreSQL 15 for its events; the manual's chapter
// 20.8 for log_line_prefix. Process numbers inside a container follow the order in which the server starts its children.

import Postgres
import SimKernel

/// The numbers of a server's own processes, as they come about in a container.
struct PostgresProcesses {
  let postmaster: Int64
  let startup: Int64
  let checkpointer: Int64
  let launcher: Int64
  let receiver: Int64

  /// Children are numbered from `first`. Since 15 the checkpointer starts before recovery.
  init(postmaster: Int64, first: Int64, major: Int) {
    self.postmaster = postmaster
    startup = major >= 15 ? first + 2 : first
    checkpointer = major >= 15 ? first : first + 1
    launcher = major >= 15 ? first + 5 : first + 6
    receiver = first + 3
  }
}

/// What a checkpoint did, for its line in the log: all of it follows from the model's pages, log positions and clock.
struct CheckpointFigures {
  var buffers: Int64
  var files: Int64
  var total: Interval
  var distance: Int64
  var position: Int64
}

struct PostgresLog {
  let release: PostgresRelease
  var prefix = "%m [%p] "
  /// GMT until the configuration has been read.
  var zone = "GMT"
  var sharedBuffers: Int64 = 16_384

  // MARK: Lines

  func stamp(_ time: CivilTime) -> String {
    "\(date(time)) \(clock(time)).\(padded(time.nanosecond / 1_000_000, 3)) \(zone)"
  }
  func moment(_ time: CivilTime) -> String { "\(date(time)) \(clock(time)) \(zone)" }

  private func date(_ time: CivilTime) -> String {
    "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
  }
  private func clock(_ time: CivilTime) -> String {
    "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
  }

  /// One line as log_line_prefix has it; lines after the first one begin with a tab.
  func line(_ time: CivilTime, _ process: Int64, _ text: String, session: ClientSession? = nil) -> String {
    var out = ""
    var isEscape = false
    for byte in prefix.utf8 {
      guard isEscape else {
        if byte == 37 { isEscape = true } else { out += String(decoding: [byte], as: UTF8.self) }
        continue
      }
      isEscape = false
      switch byte {
      case 109: out += stamp(time)
      case 116: out += moment(time)
      case 112: out += "\(process)"
      case 117: out += session.map { $0.loginUser } ?? ""
      case 100: out += session.map { $0.database.name } ?? ""
      case 97: out += session.map { $0.applicationName } ?? ""
      case 37: out += "%"
      case 113: if session == nil { return out + text + "\n" }
      default: break
      }
    }
    return out + text + "\n"
  }

  // MARK: Checkpoints

  func checkpointStarting(_ reasons: String, isRestartPoint: Bool = false) -> String {
    "LOG:  \(isRestartPoint ? "restartpoint" : "checkpoint") starting: \(reasons)"
  }

  func checkpointComplete(_ f: CheckpointFigures, isRestartPoint: Bool = false) -> String {
    let percent = f.buffers * 1_000 / sharedBuffers
    let sync = f.files > 0 ? f.total.wholeMilliseconds / 2 : 0
    let write = f.total.wholeMilliseconds / 4
    let each = f.files > 0 ? sync / f.files : 0
    var text =
      "LOG:  \(isRestartPoint ? "restartpoint" : "checkpoint") complete: wrote \(f.buffers) buffers (\(percent / 10).\(percent % 10)%); "
      + "0 WAL file(s) added, 0 removed, 0 recycled; write=\(seconds(write)) s, sync=\(seconds(sync)) s, "
      + "total=\(seconds(f.total.wholeMilliseconds)) s; sync files=\(f.files), longest=\(seconds(each)) s, "
      + "average=\(seconds(each)) s; distance=\(f.distance / 1_024) kB, estimate=\(f.distance / 1_024) kB"
    if release.major >= 16 { text += "; lsn=\(walText(f.position)), redo lsn=\(walText(f.position))" }
    return text
  }

  private func seconds(_ milliseconds: Int64) -> String { "\(milliseconds / 1_000).\(padded(milliseconds % 1_000, 3))" }

  func invalidRecord(_ position: Int64) -> String {
    "LOG:  invalid record length at \(walText(position)): "
      + (release.major >= 16 ? "expected at least 24, got 0" : "wanted 24, got 0")
  }

  var readOnlyReady: String {
    "LOG:  database system is ready to accept \(release.major >= 14 ? "read-only" : "read only") connections"
  }

  /// The refusal of a data directory of another major version.
  func incompatible(_ found: String) -> (String, String) {
    (
      "FATAL:  database files are incompatible with server",
      "DETAIL:  The data directory was initialized by PostgreSQL version \(found), which is not compatible with this version \(release.number)\(release.clientSuffix)."
    )
  }
}

/// The entrypoint's own words.
enum EntrypointText {
  static let missingPassword = """
    Error: Database is uninitialized and superuser password is not specified.
           You must specify POSTGRES_PASSWORD to a non-empty value for the
           superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

           You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
           connections without a password. This is *not* recommended.

           See PostgreSQL documentation about "trust":
           https://www.postgresql.org/docs/current/auth-trust.html

    """

  static let trustWarning = """
    ********************************************************************************
    WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow
             anyone with access to the Postgres port to access your database without
             a password, even if POSTGRES_PASSWORD is set. See PostgreSQL
             documentation about "trust":
             https://www.postgresql.org/docs/current/auth-trust.html
             In Docker's default configuration, this is effectively any other
             container on the same system.

             It is not recommended to use POSTGRES_HOST_AUTH_METHOD=trust. Replace
             it with "-e POSTGRES_PASSWORD=password" instead to set a password in
             "docker run".
    ********************************************************************************

    """

  static let longPassword = """

    WARNING: The supplied POSTGRES_PASSWORD is 100+ characters.

      This will not work if used via PGPASSWORD with "psql".

      https://www.postgresql.org/message-id/flat/E1Rqxp2-0004Qt-PL%40wrigleys.postgresql.org (BUG #6412)
      https://github.com/docker-library/postgres/issues/507


    """

  static let alreadyInitialised =
    "\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n"

  static let initialised = "\nPostgreSQL init process complete; ready for start up.\n\n"
}
