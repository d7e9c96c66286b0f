// Where the image meets the database engine: what a data directory holds, a server on it, and how clients find it.

import Postgres
import SimKernel
import SimMachine

/// A running server: clients find it on its port and its socket.
final class PostgresInstance: Listener {
  let service = "postgresql"
  let server: Server

  init(_ cluster: Postgres.Cluster, world: World, release: PostgresRelease) {
    server = Server(cluster: cluster, world: world, version: release.banner, versionNumber: release.number)
  }

  /// Runs a script as the entrypoint does: `psql -v ON_ERROR_STOP=1 --no-psqlrc -f`.
  func runScript(
    _ sql: String, file: String?, database: String, user: String
  ) -> (output: String, errors: String, exitCode: Int32, notSimulated: [String]) {
    do throws(SQLError) {
      let session = try server.connect(user: user, database: database)
      let psql = PsqlSession(session: session)
      psql.variables["ON_ERROR_STOP"] = "on"
      psql.inputFile = file
      for line in psql.splitLines(Array(sql.utf8)) {
        psql.feed(line)
        if psql.exitCode != nil { break }
      }
      psql.finish()
      server.close(session)
      let text = psql.takeOutput()
      return (text.out, text.err, psql.exitCode ?? (psql.fileSucceeded ? 0 : 3), psql.notSimulated)
    } catch {
      return ("", "psql: error: FATAL:  \(error.message)\n", 2, [])
    }
  }

  func shutDown() { server.closeAll() }
}

/// A way to a server: what a client's host and port lead to.
enum PostgresRoute {
  case server(Server, overNetwork: Bool)
  /// The whole message after `psql: error: `.
  case failed(String)

  static func find(host: String?, port: String?, from process: Process) -> PostgresRoute {
    let portText = port ?? "5432"
    let number = Int(portText) ?? 5432
    guard let host, !host.isEmpty, host.utf8.first != 47 else {
      let folder = host ?? "/var/run/postgresql"
      let socket = "\(folder.isEmpty ? "/var/run/postgresql" : folder)/.s.PGSQL.\(portText)"
      if let instance = process.machine.localListeners[socket] as? PostgresInstance {
        return .server(instance.server, overNetwork: false)
      }
      return .failed(
        "connection to server on socket \"\(socket)\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n"
      )
    }
    guard let network = process.machine.network else {
      return .failed("could not translate host name \"\(host)\" to address: Name or service not known\n")
    }
    switch network.connect(host: host, port: number, from: process.machine) {
    case .connected(let listener, let address):
      if let instance = listener as? PostgresInstance {
        return .server(instance.server, overNetwork: address != "127.0.0.1")
      }
      return .failed(
        "connection to server at \"\(host)\" (\(address)), port \(portText) failed: received invalid response to SSL negotiation: H\n"
      )
    case .refused(let address):
      return .failed(
        "connection to server at \"\(host)\"\(address == host ? "" : " (\(address))"), port \(portText) failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?\n"
      )
    case .unknownHost:
      let words =
        process.machine.fileSystem.exists("/lib/ld-musl-x86_64.so.1") || process.machine.commands["ash"] != nil
      return .failed(
        "could not translate host name \"\(host)\" to address: \(words ? "Name does not resolve" : "Name or service not known")\n"
      )
    case .unreachable(let address):
      return .failed(
        "connection to server at \"\(host)\"\(address == host ? "" : " (\(address))"), port \(portText) failed: Operation timed out\n\tIs the server running on that host and accepting TCP/IP connections?\n"
      )
    }
  }
}
