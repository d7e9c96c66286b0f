// Requests that nginx passes on: which server of an upstream has its turn, what it is asked, what comes back.
// Sources: nginx documentation of ngx_http_proxy_module and ngx_http_upstream_module; ngx_http_upstream_round_robin.c.

import SimKernel
import SimMachine

extension NginxServer {
  /// Names of `proxy_pass` and `upstream` that have to be known when the configuration is read: nginx' complaint about one that is not.
  static func unknownUpstream(_ http: NginxDirective, on machine: Machine) -> String? {
    func isKnown(_ host: String) -> Bool {
      host.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 } || host.hasPrefix("unix:") || host.hasPrefix("[")
        || host == "localhost" || machine.network?.resolve(host, from: machine).isEmpty == false
    }
    var upstreams: Set<String> = []
    for upstream in http.all("upstream") where upstream.words.count > 1 {
      upstreams.insert(upstream.words[1])
      for server in upstream.all("server") where server.words.count > 1 {
        guard !isKnown(hostAndPort(server.words[1], 80).host) else { continue }
        return "host not found in upstream \"\(server.words[1])\" in \(server.place)"
      }
    }
    func look(_ block: NginxDirective) -> String? {
      for child in block.children {
        if child.name == "proxy_pass", child.words.count > 1, !child.words[1].utf8.contains(36) {
          let parts = separated(child.words[1], by: "/")
          guard parts.count > 2 else { continue }
          let host = parts[2]
          if host.hasPrefix("unix:") || upstreams.contains(host) { continue }
          let name = hostAndPort(host, 80).host
          if !isKnown(name) { return "host not found in upstream \"\(name)\" in \(child.place)" }
        }
        if let problem = look(child) { return problem }
      }
      return nil
    }
    return look(http)
  }

  func forward(_ directive: NginxDirective, _ exchange: NginxExchange) {
    let written = directive.words.last ?? ""
    let target = expand(written, exchange)
    guard target.hasPrefix("http://") else { return notSimulated(exchange, "proxy_pass to \(target)") }
    var place = String(target.dropFirst(7))
    var path: String?
    if let slash = place.utf8.firstIndex(of: 47) {
      path = String(place[slash...])
      place = String(place[..<slash])
    }
    let hasVariables = written.utf8.contains(36)
    var asked: String
    let prefix = exchange.location.map { $0.words[$0.words.count - 1] } ?? "/"
    let query = exchange.arguments.isEmpty ? "" : "?" + exchange.arguments
    if let path, hasVariables {
      asked = path
    } else if let path, exchange.uri.hasPrefix(prefix) {
      asked = path + String(exchange.uri.dropFirst(prefix.utf8.count)) + query
    } else {
      asked = exchange.isRewritten || exchange.isInternal ? exchange.uri + query : exchange.request.path
    }
    guard let address = peer(place, exchange) else { return }
    let (host, number) = hostAndPort(address, 80)
    guard let network = machine.network else { return notSimulated(exchange, "proxy_pass without a network") }
    let request = upstreamRequest(asked, place, exchange)
    switch network.connect(host: host, port: number, from: machine) {
    case .connected(let listener, let found):
      exchange.upstream = ("\(found):\(number)", 502)
      guard let other = listener.asHTTP else {
        fault(
          "upstream prematurely closed connection while reading response header from upstream", exchange,
          upstream: "http://\(found):\(number)\(asked)")
        return refuse(exchange, 502)
      }
      take(other.respond(to: request, from: machine), from: target, at: prefix, exchange)
    case .refused(let found):
      exchange.upstream = ("\(found):\(number)", 502)
      fault(
        "connect() failed (111: Connection refused) while connecting to upstream", exchange,
        upstream: "http://\(found):\(number)\(asked)")
      refuse(exchange, 502)
    case .unknownHost, .unreachable, .outside: notSimulated(exchange, "proxy_pass to a host that does not answer")
    }
  }

  /// The server that has its turn (smooth weighted round robin).
  private func peer(_ place: String, _ exchange: NginxExchange) -> String? {
    for upstream in http.all("upstream") where upstream.words.count > 1 && upstream.words[1] == place {
      for name in ["hash", "random", "least_conn", "zone"] where name != "zone" && upstream.first(name) != nil {
        if name != "least_conn" {
          notSimulated(exchange, "\(name) of an upstream")
          return nil
        }
      }
      let list = upstream.all("server").filter { !$0.words.contains("down") && !$0.words.contains("backup") }
      guard !list.isEmpty else {
        notSimulated(exchange, "an upstream without servers")
        return nil
      }
      if upstream.first("ip_hash") != nil, list.count > 1 {
        notSimulated(exchange, "ip_hash of an upstream")
        return nil
      }
      var current = turns[place] ?? [Int](repeating: 0, count: list.count)
      var best = 0
      var total = 0
      for (index, server) in list.enumerated() {
        var weight = 1
        for word in server.words where word.hasPrefix("weight=") { weight = Int(word.dropFirst(7)) ?? 1 }
        total += weight
        current[index] += weight
        if current[index] > current[best] { best = index }
      }
      current[best] -= total
      turns[place] = current
      return list[best].words[1]
    }
    return place
  }

  private func upstreamRequest(_ path: String, _ place: String, _ exchange: NginxExchange) -> HTTPRequest {
    var request = HTTPRequest()
    request.method = exchange.method
    request.path = path.isEmpty ? "/" : path
    request.version = inForce("proxy_http_version", exchange)?.words.last ?? "1.0"
    request.body = exchange.request.body
    var own: [(String, String)] = []
    var replaced: Set<String> = ["host", "connection", "keep-alive", "transfer-encoding", "te", "expect", "upgrade"]
    var host = place
    var connection = "close"
    for header in allInForce("proxy_set_header", exchange) {
      let value = expand(header.words[2], exchange)
      let name = header.words[1].lowercased()
      replaced.insert(name)
      switch name {
      case "host": host = value
      case "connection": connection = value
      default: if !value.isEmpty { own.append((header.words[1], value)) }
      }
    }
    request.host = host
    request.headers = own
    if !host.isEmpty { request.headers.append(("Host", host)) }
    if !connection.isEmpty { request.headers.append(("Connection", connection)) }
    for (name, value) in exchange.request.headers where !replaced.contains(name.lowercased()) {
      request.headers.append((name, value))
    }
    return request
  }

  private func take(_ answer: HTTPResponse, from target: String, at prefix: String, _ exchange: NginxExchange) {
    exchange.upstream?.status = answer.status
    if answer.status >= 400, inForce("proxy_intercept_errors", exchange)?.words.last == "on" {
      return refuse(exchange, answer.status)
    }
    exchange.response = answer
    exchange.isChunked = answer.headers.contains { $0.0.lowercased() == "transfer-encoding" }
    exchange.canRange = false
    if exchange.method == "HEAD" {
      for (name, value) in answer.headers where name.lowercased() == "content-length" { exchange.contentLength = value }
    }
    var hidden: Set<String> = [
      "server", "date", "connection", "content-length", "transfer-encoding", "keep-alive", "x-pad", "x-accel-redirect",
    ]
    for directive in allInForce("proxy_hide_header", exchange) { hidden.insert(directive.words[1].lowercased()) }
    exchange.response.headers.removeAll { hidden.contains($0.0.lowercased()) }
    guard inForce("proxy_redirect", exchange)?.words[1] != "off" else { return }
    for index in exchange.response.headers.indices where exchange.response.headers[index].0.lowercased() == "location" {
      let value = exchange.response.headers[index].1
      guard value.hasPrefix(target), target.dropFirst(7).utf8.contains(47) else { continue }
      let rest = prefix + String(value.dropFirst(target.utf8.count))
      exchange.response.headers.remove(at: index)
      exchange.redirectTarget = rest
      return
    }
  }
}
