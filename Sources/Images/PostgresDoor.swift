// Where the image meets the database engine: what a data directory holds, a server on it, and its clients.

import SimKernel
import SimMachine

/// What `initdb` makes and a server works on; lives as long as the directory it is attached to.
final class PostgresData {
  let superuser: String
  let password: String?
  var wasShutDownCleanly = true

  init(majorVersion: Int, superuser: String, password: String?) {
    self.superuser = superuser
    self.password = password
  }
}

/// A running server: clients find it on its port and its socket.
final class PostgresInstance: Listener {
  let service = "postgresql"

  init(_ data: PostgresData, world: World, release: PostgresRelease) {}

  /// Runs a script as `psql -v ON_ERROR_STOP=1 --no-psqlrc -f` does.
  func runScript(
    _ sql: String, file: String?, database: String, user: String
  ) -> (output: String, errors: String, exitCode: Int32) { ("", "", 0) }

  func shutDown() {}
}

enum PostgresClients {
  static let names = [
    "psql", "pg_isready", "createdb", "dropdb", "createuser", "dropuser", "pg_dump", "pg_dumpall", "pg_restore",
  ]

  static func register(into table: CommandTable, release: PostgresRelease) {
    for name in names where name != "pg_isready" {
      table.register(
        Utility(name) { call in
          call.process.note(notSimulated: name)
          return 1
        })
    }
    table.register(
      Utility("pg_isready") { call in
        let isUp = call.process.machine.listeners[5432] != nil
        call.print("/var/run/postgresql:5432 - \(isUp ? "accepting connections" : "no response")\n")
        return isUp ? 0 : 2
      })
  }
}
