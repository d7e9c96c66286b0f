// The client programs but psql as processes of a machine: the door through which they reach servers and files. What they do is
// the engine's.

import Postgres
import SimMachine

/// One of the engine's client programs as a process. A program that asks is called again with every answer.
final class PostgresClientProgram: Program {
  private let name: String
  private let release: PostgresRelease
  private var typed: [UInt8] = []
  private var inputHasEnded = false
  private var answers: [String] = []
  private var awaitsAnswer = false
  /// How much of what the calls print has been seen.
  private var shown = 0

  init(_ name: String, _ release: PostgresRelease) {
    self.name = name
    self.release = release
  }

  func resume(_ process: Process) -> Step {
    let arguments = Array(process.arguments.dropFirst())
    let takesAll = ClientTools.readsInput(name, arguments)
    while !inputHasEnded, takesAll || awaitsAnswer && !typed.contains(10) {
      switch process.read(0) {
      case .bytes(let bytes): typed += bytes
      case .wouldBlock:
        guard let file = process.file(0) else { return .exit(1) }
        return .wait([.queue(file.readable)])
      case .endOfFile, .failed: inputHasEnded = true
      }
    }
    if awaitsAnswer { takeAnswer(process) }
    let call = ClientCall(
      name, arguments, input: takesAll ? typed : [], answers: answers, host: ProcessClientHost(process, release))
    let code = ClientTools.run(call)
    show(call, process)
    guard let question = call.question else { return .exit(code) }
    awaitsAnswer = true
    if question.hides { process.file(0)?.terminal?.echoes = false }
    return .again
  }

  private func takeAnswer(_ process: Process) {
    awaitsAnswer = false
    process.file(0)?.terminal?.echoes = true
    let end = typed.firstIndex(of: 10) ?? typed.count
    answers.append(String(decoding: typed[..<end], as: UTF8.self))
    typed.removeFirst(min(end + 1, typed.count))
  }

  private func show(_ call: ClientCall, _ process: Process) {
    var before = 0
    for part in call.output.parts {
      let rest = part.bytes.dropFirst(max(0, shown - before))
      before += part.bytes.count
      if !rest.isEmpty { process.write(part.isError ? 2 : 1, Array(rest)) }
    }
    shown = max(shown, before)
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
    if let database = p.database, ConnectionParameters.isConnectionString(database) {
      wanted["dbname"] = nil
      var given = ConnectionParameters()
      if let problem = given.read(database) { return .failed(problem + "\n") }
      wanted.take(given)
    }
    wanted.fill(from: { process.environment[$0] }, read: { try? process.fileSystem.read($0, as: process.credentials) })
    if wanted.database == nil { wanted["dbname"] = wanted.user }
    if p.applicationName == "pg_isready" { return probe(wanted) }
    switch PostgresRoute.connect(wanted, from: process, applicationName: p.applicationName) {
    case .session(let session, _, _, _): return .session(session)
    case .failed(let message): return .failed(message)
    case .passwordNeeded(let message): return .passwordNeeded(message)
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
