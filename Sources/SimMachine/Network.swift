// The network as programs see it: names, addresses, and what answers there. Packets are not modelled; a connection is a
// reference to the object that listens.

package import SimKernel

/// Something that listens on a port: a PostgreSQL server, a web server. Clients cast to the class they speak with.
package protocol Listener: AnyObject {
  /// The protocol's name, for messages and coverage (`postgresql`, `http`).
  var service: String { get }
  /// The listener as one that speaks HTTP, if it does: Embedded Swift has no casts to protocols.
  var asHTTP: (any HTTPListener)? { get }
  /// The listener as one that speaks in lines that people type, if it does.
  var asText: (any TextListener)? { get }
}

extension Listener {
  package var asHTTP: (any HTTPListener)? { nil }
  package var asText: (any TextListener)? { nil }
}

/// What a server sends back for what it was sent.
package struct TextAnswer {
  package var output: [UInt8] = []
  /// Whether it then ends the connection, or waits for more.
  package var closes: Bool
  package var notSimulated: [String] = []

  package init(_ output: String, closes: Bool) {
    self.output = Array(output.utf8)
    self.closes = closes
  }
}

package protocol TextListener: Listener {
  func answer(text: [UInt8], from client: Machine) -> TextAnswer
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

/// What may be asked of a name server.
package enum RecordType: String {
  case address = "A"
  case address6 = "AAAA"
  case service = "SRV"
  case pointer = "PTR"
}

package enum RecordData {
  case address(String)
  case name(String)
  case service(priority: Int, weight: Int, port: Int, target: String)
}

/// A name server's answer about a name; names are whole, without the dot at their end.
package struct DomainAnswer {
  /// Whether there is anything at all of that name; else `NXDOMAIN`.
  package var exists = false
  /// Whether the cluster's own server says so; it does not offer to ask others.
  package var isAuthoritative = true
  package var records: [RecordData] = []
  /// Addresses of the targets that the records name.
  package var additional: [(name: String, address: String)] = []
  /// Seconds for which the answer may be kept.
  package var timeToLive: Int64 = 5

  package init() {}
}

package protocol Network: AnyObject {
  /// The addresses of a name, as seen from a machine (search domains included); empty when unknown.
  func resolve(_ name: String, from machine: Machine) -> [String]
  /// Whether the name server that a machine asks can be reached: else it learns nothing, and waits.
  func nameServerAnswers(_ machine: Machine) -> Bool
  func connect(host: String, port: Int, from machine: Machine) -> ConnectOutcome
  /// The name that the cluster's DNS has for an address; nil when it has none.
  func name(ofAddress address: String, from machine: Machine) -> String?
  /// What the cluster's DNS says of a whole name; nil when that is for the internet to know.
  func ask(_ name: String, _ type: RecordType) -> DomainAnswer?
  /// The address of the cluster's DNS.
  var nameServer: String { get }
  /// How many routers a packet passes on its way to an address that answers pings.
  func hops(to address: String, from machine: Machine) -> Int
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

extension TextListener {
  package var asText: (any TextListener)? { self }
}

extension HTTPListener {
  package var asHTTP: (any HTTPListener)? { self }
}
