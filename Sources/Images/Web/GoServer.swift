// A small web server: what it logs at the start, what it answers and logs per request. Labs use such images to see which pod answers;
// each of them is a table entry made with `WebServerImage`, in a file of its own.

import SimKernel
import SimMachine
import Utilities

/// What an image of a small web server is.
struct WebServerImage {
  /// Whose headers stand around the answer.
  enum Language { case go, node, other }

  var name: String
  var tags: TagRule
  var megabytes: Int64
  var program: String
  var defaults: [String] = []
  var environment: [(String, String)] = []
  var language = Language.go
  /// Programs that the image has besides its own; none: the program alone.
  var userland = Userland.none
  /// The port, by arguments and environment; nil: it does not listen.
  var port: (ServerStart) -> Int?
  /// What it says when it starts.
  var start: (ServerStart) -> Void = { _ in }
  var answer: (WebCall) -> Void
  /// Exit code when it does not listen; nil: it stays and does nothing.
  var codeWithoutPort: Int32? = 1

  var family: ImageFamily {
    let image = self
    return ImageFamily(
      name: name, tags: tags, sizeBytes: { _ in image.megabytes << 20 }, pull: .milliseconds(1_400),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.entrypoint = [image.program]
        configuration.command = image.defaults
        configuration.environment = image.environment
        configuration.userland = image.userland
        return configuration
      },
      populate: { machine, tag in install(machine, image.program) { SmallWebServer(image, tag) } })
  }

  /// The same server under several names.
  func families(_ names: [String]) -> [ImageFamily] {
    names.map { name in
      var image = self
      image.name = name
      return image.family
    }
  }
}

/// The first moment of a server: what it was started with.
struct ServerStart {
  let process: Process
  let tag: String
  var arguments: [String] { Array(process.arguments.dropFirst()) }
  var time: CivilTime { process.world.civilNow }

  /// Go's flags: `-name value`, `--name=value`.
  func option(_ name: String) -> String? {
    let words = arguments
    for (index, word) in words.enumerated() {
      for dash in ["-", "--"] {
        if word.hasPrefix(dash + name + "=") { return String(word.dropFirst(dash.utf8.count + name.utf8.count + 1)) }
        if word == dash + name, index + 1 < words.count { return words[index + 1] }
      }
    }
    return nil
  }
}

/// One request and what is answered to it.
final class WebCall {
  let start: ServerStart
  let request: HTTPRequest
  let client: Machine
  let path: String
  let query: String
  /// When the server began to listen.
  let since: Instant
  /// Requests before this one.
  let served: Int
  var text = ""
  var status = 200
  var type: String?
  var headers: [(String, String)] = []
  var notSimulated: String?
  fileprivate var logLines: [(Int, String)] = []

  fileprivate init(
    _ start: ServerStart, _ request: HTTPRequest, _ client: Machine, since: Instant, served: Int
  ) {
    self.start = start
    self.request = request
    self.client = client
    self.since = since
    self.served = served
    if let mark = request.path.utf8.firstIndex(of: 63) {
      path = String(request.path[..<mark])
      query = String(request.path[request.path.utf8.index(after: mark)...])
    } else {
      path = request.path
      query = ""
    }
  }

  var machine: Machine { start.process.machine }
  var time: CivilTime { start.time }
  var clientAddress: String { NetworkPeer.address(of: client, asking: machine, request) }

  func parameter(_ name: String) -> String? {
    for part in separated(query, by: "&") where part.hasPrefix(name + "=") {
      return String(part.dropFirst(name.utf8.count + 1))
    }
    return nil
  }

  /// To standard output (1) or standard error (2).
  func log(_ line: String, to stream: Int = 2) { logLines.append((stream, line)) }
  func logIsIncomplete(_ what: String) { machine.logNotSimulated = what }

  /// Headers as Go keeps them: names in their canonical form, sorted; the host apart.
  var sortedHeaders: [(String, String)] {
    var list: [(String, String)] = []
    for (name, value) in request.headers where name.lowercased() != "host" {
      list.append((canonicalHeader(name), value))
    }
    return list.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  var hostHeader: String {
    for (name, value) in request.headers where name.lowercased() == "host" { return value }
    return request.host
  }
}

/// The standard words for a status.
private func webReason(_ code: Int) -> String {
  switch code {
  case 302: return "Found"
  case 503: return "Service Unavailable"
  default: return NginxReply.reason(code)
  }
}

/// `user-agent` → `User-Agent`
private func canonicalHeader(_ name: String) -> String {
  var bytes: [UInt8] = []
  var begins = true
  for byte in name.lowercased().utf8 {
    bytes.append(begins && (97...122).contains(byte) ? byte - 32 : byte)
    begins = byte == 45
  }
  return String(decoding: bytes, as: UTF8.self)
}

enum NetworkPeer {
  /// The address that a server sees: a program of its own machine that asked for the loopback comes from there.
  static func address(of client: Machine, asking server: Machine, _ request: HTTPRequest, hasIPv6: Bool = false)
    -> String
  {
    guard client === server else { return client.address }
    let host = request.host
    if host == server.address || hostAndPort(host, 80).host == server.address { return server.address }
    return hasIPv6 && hostAndPort(host, 80).host == "localhost" ? "::1" : "127.0.0.1"
  }
}

/// How programs begin their log lines.
enum LogStamp {
  /// `2026/01/15 09:00:00 `, Go's log package.
  static func go(_ t: CivilTime) -> String {
    "\(padded(t.year, 4))/\(padded(t.month, 2))/\(padded(t.day, 2)) \(clockTime(t)) "
  }
  /// `I0115 09:00:00.000000       1 log.go:195] `, Kubernetes' klog.
  static func klog(_ t: CivilTime, _ place: String) -> String {
    "I\(padded(t.month, 2))\(padded(t.day, 2)) \(clockTime(t)).\(padded(t.nanosecond / 1_000, 6))       1 \(place)] "
  }
  /// `2026-01-15T09:00:00.000Z`, JavaScript's Date.
  static func javaScript(_ t: CivilTime) -> String {
    "\(padded(t.year, 4))-\(padded(t.month, 2))-\(padded(t.day, 2))T\(clockTime(t)).\(millisecond(t))Z"
  }
}

private final class SmallWebServer: ServerProcess {
  private let image: WebServerImage
  private let tag: String

  init(_ image: WebServerImage, _ tag: String) {
    self.image = image
    self.tag = tag
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(20) }

  override func begin(_ process: Process) -> Int32? {
    let start = ServerStart(process: process, tag: tag)
    image.start(start)
    guard let port = image.port(start) else { return image.codeWithoutPort }
    process.machine.listeners[port] = WebListener(image, start)
    return nil
  }

  override func stopDelay(_ process: Process) -> Interval { .milliseconds(10) }
  override func stopped(_ process: Process) -> Int32 { image.language == .node ? 143 : 2 }
}

private final class WebListener: HTTPListener {
  let service = "http"
  private let image: WebServerImage
  private let start: ServerStart
  private let since: Instant
  private var served = 0

  init(_ image: WebServerImage, _ start: ServerStart) {
    self.image = image
    self.start = start
    since = start.process.world.now
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    let call = WebCall(start, request, client, since: since, served: served)
    served += 1
    image.answer(call)
    if !start.process.hasEnded {
      for (stream, line) in call.logLines {
        if stream == 1 { start.process.print(line) } else { start.process.complain(line) }
      }
      if !call.logLines.isEmpty { start.process.wake() }
    }
    var response = HTTPResponse()
    response.status = call.status
    response.reason = webReason(call.status)
    response.body = Array(call.text.utf8)
    response.notSimulated = call.notSimulated
    response.headers = call.headers
    let date = ("Date", HTTPDate.text(call.time))
    switch image.language {
    case .go:
      // Go writes what the program has set, then its own.
      if let type = call.type { response.headers.append(("Content-Type", type)) }
      response.headers += [date, ("Content-Length", "\(response.body.count)")]
      if call.type == nil, !response.body.isEmpty {
        response.headers.append(("Content-Type", "text/plain; charset=utf-8"))
      }
    case .node:
      if let type = call.type { response.headers.append(("Content-Type", type)) }
      response.headers += [date, ("Connection", "keep-alive"), ("Transfer-Encoding", "chunked")]
    case .other: response.unknownHeaders = "the headers of image \(image.name)"
    }
    if request.method == "HEAD" { response.body = [] }
    return response
  }
}
