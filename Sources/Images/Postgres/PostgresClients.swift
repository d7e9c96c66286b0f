// The client programs but psql as processes of a machine: the door through which they reach servers and files. What they do is
// the engine's.

import Postgres
import SimMachine

enum PostgresClients {
  /// Runs one of the engine's client programs.
  static func run(_ name: String, _ release: PostgresRelease, _ call: inout UtilityCall) -> Int32 {
    let host = ProcessClientHost(call.process, release)
    let client = ClientCall(name, call.arguments, input: call.input, host: host)
    let code = ClientTools.run(client)
    for part in client.output.parts {
      if part.isError { call.complain(String(decoding: part.bytes, as: UTF8.self)) } else { call.write(part.bytes) }
    }
    return code
  }
}

/// A process of a simulated machine.
private final class ProcessClientHost: ClientHost {
  private let process: Process
  private let release: PostgresRelease

  init(_ process: Process, _ release: PostgresRelease) {
    self.process = process
    self.release = release
  }

  var version: String { release.number + release.clientSuffix }
  var majorVersion: Int { release.major }
  var restrictsDumps: Bool { release.restrictsDumps }
  var userName: String { OperatingUser.name(process) }
  func environment(_ name: String) -> String? { process.environment[name] }
  func note(notSimulated reason: String) { process.note(notSimulated: reason) }

  func connect(_ p: ClientParameters) -> ClientConnection {
    var wanted = ConnectionParameters()
    wanted["host"] = p.host
    wanted["port"] = p.port
    wanted["dbname"] = p.database
    wanted["user"] = p.user
    wanted["password"] = p.password
    wanted.fill { process.environment[$0] }
    if let database = p.database, ConnectionParameters.isConnectionString(database) {
      wanted["dbname"] = nil
      var given = ConnectionParameters()
      if let problem = given.read(database) { return .failed(problem + "\n") }
      wanted.take(given)
      if wanted.database == nil { wanted["dbname"] = wanted.user }
    }
    if p.applicationName == "pg_isready" { return probe(wanted) }
    switch PostgresRoute.connect(wanted, from: process, applicationName: p.applicationName) {
    case .session(let session, _, _, _): return .session(session)
    case .failed(let message): return .failed(message)
    case .passwordNeeded(let message):
      if !p.never, process.file(0)?.isTerminal == true {
        process.note(notSimulated: "\(p.applicationName): asking for a password")
      }
      return .failed(message)
    }
  }

  /// pg_isready only asks whether somebody answers.
  private func probe(_ p: ConnectionParameters) -> ClientConnection {
    let (places, _) = p.places()
    var outcome = ClientConnection.noResponse
    for place in places {
      guard
        case .instance(let instance, _, let from, _) = PostgresRoute.find(
          host: place.address ?? place.host, port: place.port, from: process)
      else { continue }
      let admission = instance.server.open(user: p.user ?? "", database: p.database ?? "", password: nil, from: from)
      if instance.server.refusal != nil {
        outcome = .rejected
      } else {
        if case .session(let session) = admission { instance.server.close(session) }
        // Whatever the server answers, it answers.
        return .failed("")
      }
    }
    return outcome
  }

  func close(_ session: ClientSession) { session.server.close(session) }
  func read(_ path: String) -> [UInt8]? {
    try? process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
  }
  func write(_ path: String, _ bytes: [UInt8]) -> String? {
    do throws(Errno) {
      try process.fileSystem.write(path, in: process.workingDirectory, bytes, as: process.credentials)
      return nil
    } catch { return error.message }
  }
}
