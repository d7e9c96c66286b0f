// A server that cannot be reached: what the connection fails with, how long each try takes, and what kubectl logs about its tries
// before it gives up. Discovery tries five times and logs each; a dial gives up after thirty seconds, and a machine of the own
// network that does not answer ARP is known to be missing after three.
// Source: client-go discovery/cached/memory/memcache.go, kubectl pkg/cmd/util/helpers.go (StandardErrorMessage).

import SimKernel
import SimMachine
import Unstructured

package struct ServerReach {
  /// What one try says; empty for nothing.
  fileprivate(set) var logged: String
  /// How often it is tried, and how long each takes.
  fileprivate(set) var tries: Int
  let wait: Interval
  /// What is said in the end.
  fileprivate(set) var verdict: String
  /// The failure of a connection, and the server's address.
  fileprivate let cause: String
  fileprivate let server: String
  fileprivate let limit: String

  var once: ServerReach {
    var reach = self
    reach.logged = ""
    reach.tries = 1
    return reach
  }

  /// The third version of the schema is asked for, then the second.
  func forSchema(of source: String) -> ServerReach {
    var reach = once
    reach.tries = 2
    reach.verdict =
      "error: error validating \"\(source)\": error validating data: failed to download openapi: Get \"\(server)/openapi/v2?timeout=\(limit)\": \(cause); if you choose to ignore these errors, turn validation off with --validate=false"
    return reach
  }

  /// One logged line, at the time it is written.
  func line(_ process: Process) -> String {
    logged.isEmpty ? "" : "E\(Client.klogStamp(process, "memcache.go:265")) \(logged)\n"
  }

  static func problem(_ process: Process, _ flags: FlagValues, _ config: Kubeconfig) -> Failure? {
    var server = config.server
    if let given = config.entry("clusters", flags.string("cluster")) { server = given["server"]?.string ?? "" }
    if flags.changed("server") { server = flags.string("server") }
    if server.isEmpty { server = "http://localhost:8080" }
    var host = server
    var port = 80
    for (scheme, standard) in [("https://", 443), ("http://", 80)] where host.hasPrefix(scheme) {
      host = String(host.dropFirst(scheme.count))
      port = standard
    }
    while host.hasSuffix("/") { host.removeLast() }
    while server.hasSuffix("/") { server.removeLast() }
    if !server.hasPrefix("http") { server = "http://" + server }
    let named = host
    if let (name, number) = host.cutLast(58), let given = Int(number) {
      host = name
      port = given
    }
    let machine = process.machine
    let isHere = host.hasPrefix("127.") || ["localhost", machine.hostname, machine.address].contains(host)
    if isHere, port == 16_443 || port == 6_443 { return nil }
    let given = flags.string("request-timeout")
    let limit = given == "0" || given.isEmpty ? "32s" : given
    var wait = Interval.zero
    var cause = ""
    switch machine.network?.connect(host: host, port: port, from: machine) ?? .unknownHost {
    case .connected, .outside:
      process.note(notSimulated: "an API server at \(named)")
      return .raw("Unable to connect to the server: not simulated")
    case .refused(let address): cause = "dial tcp \(address):\(port): connect: connection refused"
    case .unknownHost: cause = "dial tcp: lookup \(host) on 127.0.0.53:53: no such host"
    case .unreachable(let address):
      let isNear = address.cutLast(46)?.0 == machine.address.cutLast(46)?.0
      wait = isNear ? .milliseconds(3_060) : .seconds(Int64(30))
      cause = "dial tcp \(address):\(port): " + (isNear ? "connect: no route to host" : "i/o timeout")
      let patience = flags.duration("request-timeout")
      if limit != "32s", patience < wait {
        wait = patience
        cause = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
      }
    }
    let isRefused = cause.hasSuffix("refused")
    return .unreachable(
      ServerReach(
        logged:
          "\"Unhandled Error\" err=\"couldn't get current server API group list: Get \\\"\(server)/api?timeout=\(limit)\\\": \(cause)\"",
        tries: 5, wait: wait,
        verdict: isRefused
          ? "The connection to the server \(named) was refused - did you specify the right host or port?"
          : "Unable to connect to the server: \(cause)", cause: cause, server: server, limit: limit))
  }
}
