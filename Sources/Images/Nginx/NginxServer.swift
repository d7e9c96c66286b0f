// nginx as a web server: a request goes through its phases (server's rewriting, location, location's rewriting, access, content), and
// comes out as an answer and a line of the access log. A request that needs what is not modelled is answered with 501 and says so.
// Sources: nginx documentation (ngx_http_core_module, rewrite, access, proxy, log); ngx_http_core_module.c; answers as nginx 1.22.1's.

import SimKernel
import SimMachine

final class NginxServer: HTTPListener {
  let service = "http"
  let machine: Machine
  /// Nil when it is not known: who shows it says so.
  let version: String?
  let http: NginxDirective
  private let servers: [NginxDirective]
  let port: Int
  let worker: Int
  private let log: (Int, String) -> Void
  private(set) var connections: Int64 = 0
  /// Whose turn it is among an upstream's servers.
  var turns: [String: [Int]] = [:]

  init(
    machine: Machine, version: String?, http: NginxDirective, servers: [NginxDirective], port: Int, worker: Int,
    log: @escaping (Int, String) -> Void
  ) {
    self.machine = machine
    self.version = version
    self.http = http
    self.servers = servers
    self.port = port
    self.worker = worker
    self.log = log
  }

  /// The ports that a `server` block listens on.
  static func ports(_ server: NginxDirective) -> [Int] {
    var list: [Int] = []
    for directive in server.all("listen") where directive.words.count > 1 {
      let word = directive.words[1]
      let number = Int(word) ?? hostAndPort(word, 80).port
      if !list.contains(number) { list.append(number) }
    }
    return list.isEmpty ? [80] : list
  }

  // MARK: A request

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    connections += 1
    let host = hostAndPort(request.host, 80).host.lowercased()
    let exchange = NginxExchange(request, client, NginxLocations.server(servers, host: host))
    for listen in exchange.server.all("listen") where listen.words.contains("ssl") {
      notSimulated(exchange, "TLS")
    }
    if exchange.response.notSimulated == nil { process(exchange) }
    finish(exchange)
    writeAccess(exchange)
    if request.method == "HEAD" { exchange.response.body = [] }
    return exchange.response
  }

  /// A directive as it is in force: the innermost block's that has it.
  func inForce(_ name: String, _ exchange: NginxExchange) -> NginxDirective? {
    allInForce(name, exchange).first
  }

  func allInForce(_ name: String, _ exchange: NginxExchange) -> [NginxDirective] {
    for block in exchange.blocks + [exchange.server, http] {
      let list = block.all(name)
      if !list.isEmpty { return list }
    }
    return []
  }

  private func process(_ exchange: NginxExchange) {
    switch rewrite(exchange.server, exchange) {
    case .answered: return
    case .goesOn, .searchAgain: break
    }
    exchange.hasChanged = false
    search(exchange)
  }

  /// From the search for a location on; again after each internal redirect.
  func search(_ exchange: NginxExchange) {
    exchange.redirects += 1
    guard exchange.redirects <= 11 else {
      fault("rewrite or internal redirection cycle while processing \"\(exchange.uri)\"", exchange)
      return refuse(exchange, 500)
    }
    switch NginxLocations.find(exchange, in: exchange.server) {
    case .none: exchange.blocks = []
    case .blocks(let blocks): exchange.blocks = blocks
    case .addSlash:
      let query = exchange.arguments.isEmpty ? "" : "?" + exchange.arguments
      return redirect(exchange, 301, to: exchange.uri + "/" + query)
    case .notSimulated: return notSimulated(exchange, "a regular expression of a location")
    }
    if exchange.location?.first("internal") != nil, !exchange.isInternal { return refuse(exchange, 404) }
    enter(exchange)
  }

  /// In a location that has been found.
  func enter(_ exchange: NginxExchange) {
    if let location = exchange.location {
      switch rewrite(location, exchange) {
      case .answered: return
      case .searchAgain: return searchChanged(exchange)
      case .goesOn: if exchange.hasChanged { return searchChanged(exchange) }
      }
    }
    guard permits(exchange) else { return }
    content(exchange)
  }

  private func searchChanged(_ exchange: NginxExchange) {
    exchange.hasChanged = false
    search(exchange)
  }

  /// Another path of the same server.
  func redirectInternally(_ exchange: NginxExchange, to path: String) {
    exchange.isInternal = true
    var uri = path
    exchange.arguments = path.utf8.contains(63) ? "" : exchange.arguments
    if let mark = uri.utf8.firstIndex(of: 63) {
      exchange.arguments = String(uri[uri.utf8.index(after: mark)...])
      uri = String(uri[..<mark])
    }
    if uri.utf8.first == 64 {
      guard let named = NginxLocations.named(uri, in: exchange.server) else {
        fault("could not find named location \"\(uri)\"", exchange)
        return refuse(exchange, 500)
      }
      exchange.redirects += 1
      exchange.blocks = [named]
      return enter(exchange)
    }
    exchange.uri = uri
    search(exchange)
  }

  func notSimulated(_ exchange: NginxExchange, _ what: String) {
    exchange.response.notSimulated = "image nginx: \(what) in its configuration"
    exchange.response.status = 501
    exchange.response.reason = "Not Implemented"
    exchange.response.body = []
  }

  // MARK: Answers without content

  func product(_ exchange: NginxExchange) -> String {
    guard let version, inForce("server_tokens", exchange)?.words.last != "off" else { return "nginx" }
    return "nginx/\(version)"
  }

  func redirect(_ exchange: NginxExchange, _ code: Int, to target: String) {
    exchange.redirectTarget = nil
    if target.utf8.first == 47 {
      exchange.redirectTarget = target
      page(exchange, code)
    } else {
      page(exchange, code)
      exchange.response.headers.append(("Location", target))
    }
  }

  /// An answer that is an error: what `error_page` says, else nginx' own page.
  func refuse(_ exchange: NginxExchange, _ code: Int, headers: [(String, String)] = []) {
    if NginxReply.endsConnection(code) { exchange.closes = true }
    if !exchange.hasErrorPage, code >= 300 {
      for directive in allInForce("error_page", exchange) where directive.words.contains(String(code)) {
        exchange.hasErrorPage = true
        return showErrorPage(directive.words, code, exchange)
      }
    }
    page(exchange, code)
    exchange.response.headers += headers
  }

  private func showErrorPage(_ words: [String], _ code: Int, _ exchange: NginxExchange) {
    let target = expand(words[words.count - 1], exchange)
    var status: Int? = code
    let before = words[words.count - 2]
    if before.utf8.first == 61 { status = before.utf8.count > 1 ? Int(before.dropFirst()) : nil }
    guard target.utf8.first == 47 || target.utf8.first == 64 else {
      return redirect(exchange, status.map { [301, 302, 303, 307, 308].contains($0) ? $0 : 302 } ?? 302, to: target)
    }
    exchange.errorStatus = status
    exchange.method = exchange.method == "HEAD" || target.utf8.first == 64 ? exchange.method : "GET"
    redirectInternally(exchange, to: target)
  }

  private func page(_ exchange: NginxExchange, _ code: Int) {
    exchange.canRange = false
    exchange.isChunked = false
    let shown = exchange.errorStatus ?? code
    exchange.response.status = shown
    guard NginxReply.hasPage(shown) else {
      exchange.response.body = []
      exchange.response.headers = []
      return
    }
    if version == nil { exchange.response.notSimulated = "the version in the pages of this image's nginx" }
    exchange.response.body = NginxReply.page(shown, product: product(exchange))
    exchange.response.headers = [("Content-Type", "text/html")]
  }

  // MARK: The end of a request

  private func finish(_ exchange: NginxExchange) {
    exchange.hasStatus = true
    if let status = exchange.errorStatus, exchange.response.status < 300 { exchange.response.status = status }
    if version == nil { exchange.response.unknownHeaders = "the version of this image's nginx" }
    if inForce("gzip", exchange)?.words.last == "on", exchange.header("Accept-Encoding") != nil {
      exchange.response.notSimulated = "image nginx: compressed answers"
    }
    NginxReply.narrow(exchange, product: product(exchange))
    let status = exchange.response.status
    let isGood = [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].contains(status)
    var added: [(String, String)] = []
    if isGood, let expires = inForce("expires", exchange) { added += expiry(expires.words, exchange) }
    for header in allInForce("add_header", exchange) where isGood || header.words.count == 4 {
      let value = expand(header.words[2], exchange)
      if !value.isEmpty { added.append((header.words[1], value)) }
    }
    NginxReply.arrange(
      exchange, product: product(exchange), now: machine.world.civilNow, added: added, port: port)
  }

  /// `Expires` and `Cache-Control` of a time.
  private func expiry(_ words: [String], _ exchange: NginxExchange) -> [(String, String)] {
    let now = machine.world.clock
    func text(_ seconds: Int64) -> String {
      HTTPDate.text(now.civil(machine.world.now + .seconds(seconds)))
    }
    switch words[1] {
    case "off": return []
    case "epoch": return [("Expires", "Thu, 01 Jan 1970 00:00:01 GMT"), ("Cache-Control", "no-cache")]
    case "max": return [("Expires", "Thu, 31 Dec 2037 23:55:55 GMT"), ("Cache-Control", "max-age=315360000")]
    default: break
    }
    guard words.count == 2, let seconds = NginxServer.seconds(words[1]) else {
      notSimulated(exchange, "expires \(words[1])")
      return []
    }
    return [("Expires", text(seconds)), ("Cache-Control", seconds < 0 ? "no-cache" : "max-age=\(seconds)")]
  }

  /// `30d`, `1h`, `-1`.
  private static func seconds(_ text: String) -> Int64? {
    if let number = Int64(text) { return number }
    let units: [Character: Int64] = [
      "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000,
    ]
    guard let last = text.last, let unit = units[last], let number = Int64(text.dropLast()) else { return nil }
    return number * unit
  }

  // MARK: Logs

  private func writeAccess(_ exchange: NginxExchange) {
    for directive in allInForce("access_log", exchange) where directive.words.count > 1 && directive.words[1] != "off" {
      var format =
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\""
      if directive.words.count > 2 {
        for definition in http.all("log_format") where definition.words[1] == directive.words[2] {
          let start = definition.words.count > 2 && definition.words[2].hasPrefix("escape=") ? 3 : 2
          format = definition.words[start...].joined()
        }
      }
      write(directive.words[1], expand(format, exchange, emptyAsDash: true) + "\n")
    }
  }

  func fault(_ text: String, _ exchange: NginxExchange, upstream: String? = nil) {
    let directive = inForce("error_log", exchange)
    let time = machine.world.civilNow
    let name = exchange.server.first("server_name").map { $0.words.count > 1 ? $0.words[1] : "" } ?? ""
    let date = "\(padded(time.year, 4))/\(padded(time.month, 2))/\(padded(time.day, 2)) \(clockTime(time))"
    write(
      directive?.words.dropFirst().first ?? "/var/log/nginx/error.log",
      "\(date) [error] \(worker)#\(worker): *\(connections) \(text), client: \(clientAddress(exchange)), server: \(name), request: \"\(exchange.request.method) \(exchange.request.path) HTTP/\(exchange.request.version)\"\(upstream.map { ", upstream: \"\($0)\"" } ?? ""), host: \"\(exchange.header("Host") ?? exchange.request.host)\"\n"
    )
  }

  /// To the container's log, or to a file of the machine.
  private func write(_ path: String, _ text: String) {
    var target = path
    if let inode = try? machine.fileSystem.lookup(path, following: false), inode.kind == .symbolicLink {
      target = inode.target
    }
    switch target {
    case "/dev/stdout", "stdout": log(1, text)
    case "/dev/stderr", "stderr": log(2, text)
    default:
      if let file = try? machine.fileSystem.open(path, .append) { _ = file.write(Array(text.utf8)[...]) }
    }
  }

  func clientAddress(_ exchange: NginxExchange) -> String {
    let hasIPv6 = exchange.server.all("listen").contains { $0.words.count > 1 && $0.words[1].hasPrefix("[::]") }
    return NetworkPeer.address(of: exchange.client, asking: machine, exchange.request, hasIPv6: hasIPv6)
  }
}

enum HTTPDate {
  /// `Thu, 15 Jan 2026 09:00:00 GMT`
  static func text(_ time: CivilTime) -> String {
    "\(time.weekdayAbbreviation), \(padded(time.day, 2)) \(time.monthAbbreviation) \(padded(time.year, 4)) \(clockTime(time)) GMT"
  }
}
