// The way from a client to a server: hosts in turn, names and addresses, who is let in, and libpq's words for what goes wrong.
// Source: PostgreSQL 15 manual, 34.1.1.3 "Specifying Multiple Hosts", 34.1.2.

import Postgres
import SimKernel
import SimMachine

/// A way to a server: what a client's host and port lead to.
enum PostgresRoute {
  /// The server; `at "host" (address), port n` or `on socket "…"`; where the server sees the client; the address of the host.
  case instance(PostgresInstance, place: String, from: ClientAddress, address: String?)
  /// The whole message after `psql: error: `.
  case failed(String)

  /// Tries the hosts of a connection string in turn.
  static func connect(
    _ p: ConnectionParameters, from process: Process, applicationName: String
  ) -> PsqlConnection {
    if let problem = p.serviceProblem { return .failed(problem + "\n") }
    if let problem = p.invalid { return .failed(problem + "\n") }
    let (places, problem) = p.places()
    var messages = ""
    for place in places {
      switch attempt(p, place, process, applicationName) {
      case .failed(let message): messages += message
      case .passwordNeeded(let message):
        return .passwordNeeded(message: messages + message)
      case .session(let session, let host, let port, let address):
        if let why = unwanted(p["target_session_attrs"] ?? "any", session) {
          let name = place.host ?? place.address ?? ""
          let position =
            name.isEmpty || name.utf8.first == 47
            ? "on socket \"\(name.isEmpty ? "/var/run/postgresql" : name)/.s.PGSQL.\(port)\""
            : "at \"\(name)\"\(address.flatMap { $0 == name ? nil : " (\($0))" } ?? ""), port \(port)"
          messages += "connection to server \(position) failed: \(why)\n"
          session.server.close(session)
          continue
        }
        return .session(session, host: host, port: port, address: address)
      }
    }
    if let problem { messages += problem + "\n" }
    return .failed(messages)
  }

  /// How long a client waits for hosts that do not answer, before all else it says. The kernel gives up after six repetitions.
  static func patience(_ p: ConnectionParameters, from process: Process) -> Interval? {
    guard p.serviceProblem == nil, let network = process.machine.network else { return nil }
    var seconds: Int64 = 0
    for place in p.places().list {
      guard let host = place.address ?? place.host, host.utf8.first != 47, let port = Int(place.port) else { continue }
      guard case .unreachable = network.connect(host: host, port: port, from: process.machine) else { continue }
      let limit = Int64(p["connect_timeout"] ?? "") ?? 0
      seconds += limit > 0 ? max(limit, 2) : 131
    }
    return seconds > 0 ? .seconds(seconds) : nil
  }

  /// Why a session is not the kind that `target_session_attrs` asks for.
  private static func unwanted(_ kind: String, _ session: ClientSession) -> String? {
    let isStandby = session.server.isInRecovery
    switch kind {
    case "read-write": return isStandby ? "session is read-only" : nil
    case "read-only": return isStandby ? nil : "session is not read-only"
    case "primary": return isStandby ? "server is in hot standby mode" : nil
    case "standby": return isStandby ? nil : "server is not in hot standby mode"
    default: return nil
    }
  }

  private static func attempt(
    _ p: ConnectionParameters, _ place: (host: String?, address: String?, port: String), _ process: Process,
    _ applicationName: String
  ) -> PsqlConnection {
    let user = p.user ?? OperatingUser.name(process)
    let database = p.database ?? user
    switch find(
      host: place.address ?? place.host, port: place.port, from: process,
      limits: (Int64(p["connect_timeout"] ?? "") ?? 0) > 0)
    {
    case .failed(let message): return .failed(message)
    case .instance(let instance, let description, let from, let address):
      func failure(_ text: String) -> String { "connection to server \(description) failed: \(text)\n" }
      if place.host?.utf8.first != 47, from.isHost,
        ["require", "verify-ca", "verify-full"].contains(p["sslmode"] ?? "")
      {
        return .failed(failure("server does not support SSL, but SSL was required"))
      }
      var password = p.password
      if password == nil {
        var asked = ["host": place.host ?? "localhost", "port": place.port, "dbname": database, "user": user]
        if let file = p["passfile"] { asked["passfile"] = file }
        password = PasswordFile.find(asked, process)
      }
      let name = p["application_name"] ?? applicationName
      switch instance.server.open(
        user: user, database: database, password: password, from: from, applicationName: name)
      {
      case .session(let session):
        session.applicationName = name
        for setting in p.settings + environmentSettings(p, process) {
          if let problem = session.start(with: setting.name, setting.value) {
            instance.server.close(session)
            // A parameter that the server does not know makes the client try once more without application_name.
            let text = failure("FATAL:  \(problem.message)") + (problem.detail.map { "DETAIL:  \($0)\n" } ?? "")
            return .failed(problem.state == "42704" ? text + text : text)
          }
        }
        return .session(session, host: place.host ?? place.address, port: place.port, address: address)
      case .passwordNeeded: return .passwordNeeded(message: failure("fe_sendauth: no password supplied"))
      case .refused(let error):
        return .failed(failure("FATAL:  \(error.message)") + (error.detail.map { "DETAIL:  \($0)\n" } ?? ""))
      }
    }
  }

  /// What the client asks for by variables of its environment, and its encoding.
  private static func environmentSettings(
    _ p: ConnectionParameters, _ process: Process
  ) -> [(name: String, value: String)] {
    var out: [(name: String, value: String)] = []
    for (variable, name) in [("PGDATESTYLE", "datestyle"), ("PGTZ", "timezone"), ("PGGEQO", "geqo")] {
      if let value = process.environment[variable], value.lowercased() != "default" { out.append((name, value)) }
    }
    if let encoding = p["client_encoding"], !encoding.isEmpty, encoding != "auto" {
      out.append(("client_encoding", encoding))
    }
    return out
  }

  /// - Parameter limits: whether the client gives up before the kernel does
  static func find(host: String?, port: String?, from process: Process, limits: Bool = false) -> PostgresRoute {
    let portText = port.flatMap { $0.isEmpty ? nil : $0 } ?? "5432"
    guard let number = Int(portText), (1...65_535).contains(number) else {
      return .failed("invalid port number: \"\(portText)\"\n")
    }
    guard let host, !host.isEmpty, host.utf8.first != 47 else {
      let folder = host ?? ""
      let socket = "\(folder.isEmpty ? "/var/run/postgresql" : folder)/.s.PGSQL.\(portText)"
      if let instance = process.machine.localListeners[socket] as? PostgresInstance {
        return .instance(instance, place: "on socket \"\(socket)\"", from: .socket, address: nil)
      }
      return .failed(
        "connection to server on socket \"\(socket)\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n"
      )
    }
    let isMusl = process.machine.fileSystem.exists("/lib/ld-musl-x86_64.so.1")
    let unknown = isMusl ? "Name does not resolve" : "Name or service not known"
    guard let network = process.machine.network else {
      return .failed("could not translate host name \"\(host)\" to address: \(unknown)\n")
    }
    func place(_ address: String) -> String {
      "at \"\(host)\"\(address == host ? "" : " (\(address))"), port \(portText)"
    }
    func refusal(_ address: String, _ why: String) -> PostgresRoute {
      .failed(
        "connection to server \(place(address)) failed: \(why)\n\tIs the server running on that host and accepting TCP/IP connections?\n"
      )
    }
    switch network.connect(host: host, port: number, from: process.machine) {
    case .connected(let listener, let address):
      guard let instance = listener as? PostgresInstance else {
        return .failed(
          "connection to server \(place(address)) failed: received invalid response to SSL negotiation: H\n")
      }
      let source = address == "127.0.0.1" ? address : process.machine.address
      if instance.isLocalOnly, address != "127.0.0.1" { return refusal(address, "Connection refused") }
      return .instance(instance, place: place(address), from: .host(source), address: address)
    case .refused(let address):
      // "localhost" stands for the IPv6 address as well, which is tried first.
      return refusal(address, "Connection refused")
    case .unknownHost: return .failed("could not translate host name \"\(host)\" to address: \(unknown)\n")
    case .outside:
      process.note(notSimulated: "a server outside the cluster")
      return .failed("could not translate host name \"\(host)\" to address: \(unknown)\n")
    case .unreachable(let address):
      if limits { return .failed("connection to server \(place(address)) failed: timeout expired\n") }
      return refusal(address, isMusl ? "Operation timed out" : "Connection timed out")
    }
  }
}

extension ClientAddress {
  fileprivate var isHost: Bool {
    switch self {
    case .socket: false
    case .host: true
    }
  }
}
