// What psql needs of the machine it runs on. Behind this door it runs in a simulated container and in the tests, beside the
// real program.

package enum FileOutcome {
  case bytes([UInt8])
  /// `No such file or directory`
  case failed(String)
}

package enum PsqlConnection {
  /// The address that a host name stood for, if it was a host.
  case session(ClientSession, host: String?, port: String, address: String?)
  case passwordNeeded(message: String)
  /// The whole message, with its line break.
  case failed(String)
}

extension PsqlHost {
  /// What is not given comes from the service file and from the environment.
  func complete(_ parameters: inout ConnectionParameters) {
    parameters.fill(from: environment) { name in
      if case .bytes(let bytes) = read(name) { return bytes }
      return nil
    }
  }
}

package protocol PsqlHost: AnyObject {
  /// `x86_64-pc-linux-gnu, compiled by gcc …, 64-bit`
  var platform: String { get }
  func environment(_ name: String) -> String?
  func setEnvironment(_ name: String, _ value: String?)
  /// The name of the operating system's user.
  var userName: String { get }
  func read(_ path: String) -> FileOutcome
  /// Writes or appends; nil, or why not.
  func write(_ path: String, _ bytes: [UInt8], appends: Bool) -> String?
  func remove(_ path: String)
  /// The number of psql's own process.
  var processID: Int64 { get }
  /// `\cd`; nil, or why not.
  func changeDirectory(_ path: String?) -> String?
  func connect(_ parameters: ConnectionParameters) -> PsqlConnection
  func close(_ session: ClientSession)
  /// The terminal that standard output is, if it is one.
  var screen: PsqlScreen? { get }
  /// Whether the server has ended a session: what it said, which may be nothing, or nil.
  func loss(of session: ClientSession) -> String?
}
