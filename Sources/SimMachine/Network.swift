// The network as programs see it: names, addresses, and what answers there. Packets are not modelled; a connection is a
// reference to the object that listens.

package import SimKernel

/// Something that listens on a port: a PostgreSQL server, a web server. Clients cast to the class they speak with.
package protocol Listener: AnyObject {
  /// The protocol's name, for messages and coverage (`postgresql`, `http`).
  var service: String { get }
  /// The listener as one that speaks HTTP, if it does: Embedded Swift has no casts to protocols.
  var asHTTP: (any HTTPListener)? { get }
}

extension Listener {
  package var asHTTP: (any HTTPListener)? { nil }
}

package enum ConnectOutcome {
  case connected(any Listener, address: String)
  /// The address answers, nothing listens on the port.
  case refused(address: String)
  /// The name does not resolve.
  case unknownHost
  /// Nobody answers at the address, or what is sent there is dropped: the client waits.
  case unreachable(address: String)
  /// A name or an address of the internet, which is not simulated.
  case outside
}

/// Where an ingress controller sends a request, by the cluster's Ingress objects.
package enum IngressRoute {
  /// No rule is about it.
  case noRule
  /// A rule is, and its service has no ready endpoint.
  case noEndpoint
  /// The host is served over TLS: the client is sent there.
  case toTLS
  /// An endpoint of the rule's service, and the path to ask it for.
  case backend(address: String, port: Int, path: String)
  /// The rule says something that is not modelled.
  case notSimulated(String)
}

package protocol Network: AnyObject {
  /// The addresses of a name, as seen from a machine (search domains included); empty when unknown.
  func resolve(_ name: String, from machine: Machine) -> [String]
  /// Whether the name server that a machine asks can be reached: else it learns nothing, and waits.
  func nameServerAnswers(_ machine: Machine) -> Bool
  func connect(host: String, port: Int, from machine: Machine) -> ConnectOutcome
  /// The name that the cluster's DNS has for an address; nil when it has none.
  func name(ofAddress address: String, from machine: Machine) -> String?
  /// Whether an address answers pings; nil when that is not known.
  func answersEcho(_ address: String, from machine: Machine) -> Bool?
  /// For programs that are ingress controllers.
  func ingressRoute(host: String, path: String) -> IngressRoute
}

package struct HTTPRequest {
  package var method = "GET"
  package var path = "/"
  package var version = "1.1"
  package var host = ""
  package var headers: [(String, String)] = []
  package var body: [UInt8] = []

  package init() {}
}

package struct HTTPResponse {
  package var status = 200
  package var reason = "OK"
  package var headers: [(String, String)] = []
  package var body: [UInt8] = []
  /// How long the server works before it answers.
  package var workingTime = Interval.zero
  /// What of the headers is not known; whoever shows them says so.
  package var unknownHeaders: String?
  /// What of the server's work is not modelled; whoever asked says so.
  package var notSimulated: String?

  package init() {}
}

package protocol HTTPListener: Listener {
  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse
}

extension HTTPListener {
  package var asHTTP: (any HTTPListener)? { self }
}
