// nginx as a web server: virtual servers, locations, static files, return, redirects, try_files, error pages, proxying to a service,
// variables, access and error log. A request that needs what is not modelled is answered with 501 and says so.
// Sources: nginx documentation (ngx_http_core_module, rewrite, proxy, log); pages and lines as nginx 1.22.1 prints them.

import SimKernel
import SimMachine

final class NginxServer: HTTPListener {
  let service = "http"
  private let machine: Machine
  /// Nil when it is not known: who shows it says so.
  private let version: String?
  private let http: NginxDirective
  private let servers: [NginxDirective]
  private let port: Int
  private let worker: Int
  private let upstreams: [NginxDirective]
  private let log: (Int, String) -> Void
  private var connections: Int64 = 0
  private var turns: [String: Int] = [:]

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
    upstreams = http.all("upstream")
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

  private final class Exchange {
    let request: HTTPRequest
    let client: Machine
    let server: NginxDirective
    var path: String
    let query: String
    var location: NginxDirective?
    var response = HTTPResponse()
    var redirects = 0

    init(_ request: HTTPRequest, _ client: Machine, _ server: NginxDirective) {
      self.request = request
      self.client = client
      self.server = server
      path = request.path
      var query = ""
      if let mark = path.utf8.firstIndex(of: 63) {
        query = String(path[path.utf8.index(after: mark)...])
        path = String(path[..<mark])
      }
      self.query = query
      let endsInSlash = path.utf8.last == 47
      path = FileSystem.normalize(path, in: "/")
      if endsInSlash, path != "/" { path += "/" }
    }
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    connections += 1
    let exchange = Exchange(request, client, chosen(request))
    process(exchange)
    finish(exchange)
    writeAccess(exchange)
    if request.method == "HEAD" { exchange.response.body = [] }
    return exchange.response
  }

  private func chosen(_ request: HTTPRequest) -> NginxDirective {
    let host = hostAndPort(request.host, 80).host
    for server in servers {
      for directive in server.all("server_name") where directive.words.dropFirst().contains(host) { return server }
    }
    for server in servers {
      for directive in server.all("listen") where directive.words.contains("default_server") { return server }
    }
    return servers[0]
  }

  /// A directive as it is in force: the location's, else the server's, else the http block's.
  private func inForce(_ name: String, _ exchange: Exchange) -> NginxDirective? {
    exchange.location?.first(name) ?? exchange.server.first(name) ?? http.first(name)
  }

  private func process(_ exchange: Exchange) {
    if let found = unmodelled(exchange.server) { return notSimulated(exchange, found) }
    if let directive = exchange.server.first("return") { return answer(directive, exchange) }
    exchange.location = nil
    switch location(exchange, in: exchange.server, depth: 0) {
    case .some(let found): exchange.location = found
    case .none: break
    }
    guard exchange.response.notSimulated == nil else { return }
    guard let location = exchange.location else { return serveFile(exchange) }
    if let found = unmodelled(location) { return notSimulated(exchange, found) }
    if let directive = location.first("return") { return answer(directive, exchange) }
    if location.first("stub_status") != nil { return notSimulated(exchange, "stub_status") }
    if let directive = location.first("proxy_pass") { return forward(directive, exchange) }
    serveFile(exchange)
  }

  private func unmodelled(_ block: NginxDirective) -> String? {
    for name in [
      "if", "rewrite", "set", "deny", "allow", "auth_basic", "fastcgi_pass", "sub_filter", "limit_req", "limit_conn",
      "random_index",
      "expires",
    ] where block.first(name) != nil { return name }
    return nil
  }

  private func notSimulated(_ exchange: Exchange, _ what: String) {
    exchange.response.notSimulated = "image nginx: \(what) in its configuration"
    exchange.response.status = 501
    exchange.response.reason = "Not Implemented"
    exchange.response.body = []
  }

  private func location(_ exchange: Exchange, in block: NginxDirective, depth: Int) -> NginxDirective? {
    var best: NginxDirective?
    var bestLength = -1
    var hasPattern = false
    for candidate in block.all("location") {
      let words = candidate.words
      if words.count == 3 {
        switch words[1] {
        case "=": if words[2] == exchange.path { return candidate }
        case "^~":
          if exchange.path.hasPrefix(words[2]), words[2].utf8.count > bestLength {
            best = candidate
            bestLength = words[2].utf8.count
          }
        default: hasPattern = true
        }
      } else if words.count == 2, exchange.path.hasPrefix(words[1]), words[1].utf8.count > bestLength {
        best = candidate
        bestLength = words[1].utf8.count
      }
    }
    if hasPattern, best?.words[1] != "^~" { notSimulated(exchange, "a location with a regular expression") }
    return best
  }

  private func answer(_ directive: NginxDirective, _ exchange: Exchange) {
    let words = directive.words
    guard words.count > 1, let code = Int(words[1]) else { return notSimulated(exchange, "return without a code") }
    exchange.response.status = code
    if [301, 302, 303, 307, 308].contains(code), words.count > 2 {
      return redirect(exchange, code, to: expand(words[2], exchange))
    }
    guard words.count > 2 else { return page(exchange, code) }
    exchange.response.reason = NginxServer.reason(code)
    exchange.response.body = Array(expand(words[2], exchange).utf8)
    exchange.response.headers.append(("Content-Type", type(of: exchange.path, exchange)))
  }

  private func redirect(_ exchange: Exchange, _ code: Int, to target: String) {
    page(exchange, code)
    var whole = target
    if target.utf8.first == 47 {
      let shownPort =
        hostAndPort(exchange.request.host, 80).host == exchange.request.host && port == 80
        ? "" : port == 80 ? "" : ":\(port)"
      whole = "http://\(hostAndPort(exchange.request.host, 80).host)\(shownPort)\(target)"
    }
    exchange.response.headers.append(("Location", whole))
  }

  private func product(_ exchange: Exchange) -> String {
    guard let version, inForce("server_tokens", exchange)?.words.last != "off" else { return "nginx" }
    return "nginx/\(version)"
  }

  /// One of nginx' own pages.
  private func page(_ exchange: Exchange, _ code: Int) {
    exchange.response.status = code
    exchange.response.reason = NginxServer.reason(code)
    if version == nil { exchange.response.notSimulated = "the version in the pages of this image's nginx" }
    exchange.response.body = NginxServer.pageText(code, product: product(exchange))
    exchange.response.headers = [("Content-Type", "text/html")]
  }

  static func pageText(_ code: Int, product: String) -> [UInt8] {
    let title = "\(code) \(NginxServer.title(code))"
    return Array(
      "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n<hr><center>\(product)</center>\r\n</body>\r\n</html>\r\n"
        .utf8)
  }

  static func reason(_ code: Int) -> String {
    let reasons = [
      200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Moved Temporarily",
      303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
      403: "Forbidden", 404: "Not Found", 405: "Not Allowed", 418: "", 429: "Too Many Requests",
      500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable",
      504: "Gateway Time-out",
    ]
    return reasons[code] ?? ""
  }
  private static func title(_ code: Int) -> String {
    switch code {
    case 302: return "Found"
    case 401: return "Authorization Required"
    default: return reason(code)
    }
  }

  // MARK: Files

  private func serveFile(_ exchange: Exchange) {
    guard ["GET", "HEAD"].contains(exchange.request.method) else { return page(exchange, 405) }
    if let directive = exchange.location?.first("try_files") ?? exchange.server.first("try_files") {
      return tryFiles(Array(directive.words.dropFirst()), exchange)
    }
    if let alias = exchange.location?.first("alias") {
      let prefix = exchange.location?.words.last ?? "/"
      let rest = exchange.path.hasPrefix(prefix) ? String(exchange.path.dropFirst(prefix.utf8.count)) : ""
      return open((alias.words.last ?? "") + rest, exchange)
    }
    open(root(exchange) + exchange.path, exchange)
  }

  private func root(_ exchange: Exchange) -> String {
    let folder = inForce("root", exchange)?.words.last ?? "html"
    return folder.utf8.first == 47 ? folder : "/etc/nginx/" + folder
  }

  private func tryFiles(_ candidates: [String], _ exchange: Exchange) {
    for (index, candidate) in candidates.enumerated() {
      let text = expand(candidate, exchange)
      if index == candidates.count - 1 {
        if text.utf8.first == 61, let code = Int(text.dropFirst()) { return page(exchange, code) }
        exchange.redirects += 1
        guard exchange.redirects < 10 else { return page(exchange, 500) }
        exchange.path = text
        exchange.location = location(exchange, in: exchange.server, depth: 0)
        guard exchange.response.notSimulated == nil else { return }
        if let directive = exchange.location?.first("return") { return answer(directive, exchange) }
        if let directive = exchange.location?.first("proxy_pass") { return forward(directive, exchange) }
        return open(root(exchange) + text, exchange)
      }
      let path = root(exchange) + text
      guard let inode = try? machine.fileSystem.lookup(path) else { continue }
      if inode.isDirectory == (text.utf8.last == 47) {
        return open(path, exchange)
      }
    }
  }

  private func open(_ path: String, _ exchange: Exchange) {
    guard let inode = try? machine.fileSystem.lookup(path) else {
      if path.utf8.last == 47 { return openIndex(path, exchange) }
      return notFound(path, exchange)
    }
    if inode.isDirectory {
      guard path.utf8.last == 47 else { return redirect(exchange, 301, to: exchange.path + "/") }
      return openIndex(path, exchange)
    }
    exchange.response.status = 200
    exchange.response.reason = "OK"
    exchange.response.body = inode.bytes
    if inode.isPackaged { exchange.response.unknownHeaders = "the date of \(path) in this version of image nginx" }
    let modified = machine.world.clock.civil(inode.modified)
    exchange.response.headers = [
      ("Content-Type", type(of: path, exchange)), ("Last-Modified", HTTPDate.text(modified)),
      ("ETag", "\"\(String(modified.unixSeconds, radix: 16))-\(String(inode.bytes.count, radix: 16))\""),
      ("Accept-Ranges", "bytes"),
    ]
  }

  private func openIndex(_ folder: String, _ exchange: Exchange) {
    let names = inForce("index", exchange)?.words.dropFirst().map { String($0) } ?? ["index.html"]
    for name in names {
      if machine.fileSystem.exists(folder + name) { return open(folder + name, exchange) }
    }
    if inForce("autoindex", exchange)?.words.last == "on" { return notSimulated(exchange, "autoindex") }
    if (try? machine.fileSystem.lookup(folder))?.isDirectory == true {
      fault("directory index of \"\(folder)\" is forbidden", exchange)
      return page(exchange, 403)
    }
    notFound(folder + (names.last ?? ""), exchange)
  }

  private func notFound(_ path: String, _ exchange: Exchange) {
    fault("open() \"\(path)\" failed (2: No such file or directory)", exchange)
    page(exchange, 404)
  }

  private func type(of path: String, _ exchange: Exchange) -> String {
    var ending = ""
    if let dot = path.utf8.lastIndex(of: 46) { ending = String(path[path.utf8.index(after: dot)...]) }
    for types in http.all("types") {
      for entry in types.children where entry.words.dropFirst().contains(ending) { return entry.name }
    }
    return inForce("default_type", exchange)?.words.last ?? "text/plain"
  }

  // MARK: Proxying

  private func forward(_ directive: NginxDirective, _ exchange: Exchange) {
    var target = expand(directive.words.last ?? "", exchange)
    guard target.hasPrefix("http://") else { return notSimulated(exchange, "proxy_pass to \(target)") }
    target = String(target.dropFirst(7))
    var place = target
    var path: String?
    if let slash = target.utf8.firstIndex(of: 47) {
      place = String(target[..<slash])
      path = String(target[slash...])
    }
    let prefix = exchange.location?.words.last ?? "/"
    var asked = exchange.path
    if let path { asked = path + String(exchange.path.dropFirst(prefix.utf8.count)) }
    if !exchange.query.isEmpty { asked += "?" + exchange.query }
    var address = place
    for upstream in upstreams where upstream.words.count > 1 && upstream.words[1] == place {
      let list = upstream.all("server")
      guard !list.isEmpty else { return notSimulated(exchange, "an upstream without servers") }
      let turn = turns[place] ?? 0
      turns[place] = turn + 1
      address = list[turn % list.count].words[1]
    }
    let (host, number) = hostAndPort(address, 80)
    var request = HTTPRequest()
    request.method = exchange.request.method
    request.path = asked
    request.host = place
    request.body = exchange.request.body
    request.headers = [("Host", place), ("Connection", "close")]
    for (name, value) in exchange.request.headers where name != "Host" && name != "Connection" {
      request.headers.append((name, value))
    }
    for header in (exchange.location?.all("proxy_set_header") ?? []) + exchange.server.all("proxy_set_header")
    where header.words.count == 3 {
      let value = expand(header.words[2], exchange)
      request.headers.removeAll { $0.0.lowercased() == header.words[1].lowercased() }
      if !value.isEmpty { request.headers.append((header.words[1], value)) }
      if header.words[1].lowercased() == "host" { request.host = value }
    }
    guard let network = machine.network else { return page(exchange, 502) }
    switch network.connect(host: host, port: number, from: machine) {
    case .connected(let listener, _):
      guard let other = listener.asHTTP else { return page(exchange, 502) }
      var answer = other.respond(to: request, from: machine)
      answer.headers.removeAll { ["server", "date", "connection", "content-length"].contains($0.0.lowercased()) }
      exchange.response = answer
    case .refused(let found):
      fault(
        "connect() failed (111: Connection refused) while connecting to upstream", exchange,
        upstream: "http://\(found):\(number)\(asked)")
      page(exchange, 502)
    case .unknownHost, .unreachable, .outside: notSimulated(exchange, "proxy_pass to a host that does not answer")
    }
  }

  // MARK: The end of a request

  private func finish(_ exchange: Exchange) {
    if exchange.response.status >= 400, exchange.response.notSimulated == nil {
      for directive in (exchange.location?.all("error_page") ?? []) + exchange.server.all("error_page")
      where directive.words.contains(String(exchange.response.status)) && exchange.redirects == 0 {
        guard let target = directive.words.last, target.utf8.first == 47, directive.words.count > 2 else { continue }
        let status = exchange.response.status
        exchange.redirects += 1
        exchange.path = target
        exchange.location = location(exchange, in: exchange.server, depth: 0)
        open(root(exchange) + target, exchange)
        if exchange.response.status == 200 {
          exchange.response.status = status
          exchange.response.reason = NginxServer.reason(status)
        }
        break
      }
    }
    if version == nil { exchange.response.unknownHeaders = "the version of this image's nginx" }
    var own = exchange.response.headers
    var head: [(String, String)] = [("Server", product(exchange)), ("Date", HTTPDate.text(machine.world.civilNow))]
    func take(_ name: String) {
      for (index, header) in own.enumerated() where header.0.lowercased() == name.lowercased() {
        head.append(header)
        own.remove(at: index)
        return
      }
    }
    take("Content-Type")
    if exchange.response.status != 204 { head.append(("Content-Length", String(exchange.response.body.count))) }
    take("Last-Modified")
    take("Location")
    let closes = header("Connection", exchange.request)?.lowercased() == "close"
    head.append(("Connection", closes ? "close" : "keep-alive"))
    for header in (exchange.location?.all("add_header") ?? []) + exchange.server.all("add_header")
    where header.words.count >= 3 {
      let isAlways = header.words.count == 4
      if isAlways || [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].contains(exchange.response.status) {
        own.append((header.words[1], expand(header.words[2], exchange)))
      }
    }
    exchange.response.headers = head + own
  }

  private func writeAccess(_ exchange: Exchange) {
    guard let directive = inForce("access_log", exchange), directive.words.count > 1, directive.words[1] != "off" else {
      return
    }
    var format =
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\""
    if directive.words.count > 2 {
      for definition in http.all("log_format") where definition.words[1] == directive.words[2] {
        var start = 2
        if definition.words.count > 2, definition.words[2].hasPrefix("escape=") { start = 3 }
        format = definition.words[start...].joined()
      }
    }
    write(directive.words[1], expand(format, exchange, emptyAsDash: true) + "\n")
  }

  private func fault(_ text: String, _ exchange: Exchange, upstream: String? = nil) {
    let directive = inForce("error_log", exchange)
    let time = machine.world.civilNow
    var name = ""
    if let first = exchange.server.first("server_name"), first.words.count > 1 {
      name = first.words[1] == "_" ? "_" : first.words[1]
    }
    let date = "\(padded(time.year, 4))/\(padded(time.month, 2))/\(padded(time.day, 2)) \(clockTime(time))"
    let target = exchange.request.path
    write(
      directive?.words.dropFirst().first ?? "/var/log/nginx/error.log",
      "\(date) [error] \(worker)#\(worker): *\(connections) \(text), client: \(exchange.client.address), server: \(name), request: \"\(exchange.request.method) \(target) HTTP/1.1\"\(upstream.map { ", upstream: \"\($0)\"" } ?? ""), host: \"\(header("Host", exchange.request) ?? exchange.request.host)\"\n"
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

  private func header(_ name: String, _ request: HTTPRequest) -> String? {
    for (key, value) in request.headers where key.lowercased() == name.lowercased() { return value }
    return nil
  }

  // MARK: Variables

  private func expand(_ text: String, _ exchange: Exchange, emptyAsDash: Bool = false) -> String {
    guard text.utf8.contains(36) else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      guard bytes[i] == 36, i + 1 < bytes.count else {
        out.append(bytes[i])
        i += 1
        continue
      }
      var start = i + 1
      let braced = bytes[start] == 123
      if braced { start += 1 }
      var end = start
      while end < bytes.count,
        bytes[end] == 95 || (97...122).contains(bytes[end]) || (65...90).contains(bytes[end])
          || (48...57).contains(bytes[end])
      { end += 1 }
      let name = String(decoding: bytes[start..<end], as: UTF8.self)
      let value = variable(name, exchange)
      out += Array((value.isEmpty && emptyAsDash ? "-" : value).utf8)
      i = braced ? end + 1 : end
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func variable(_ name: String, _ exchange: Exchange) -> String {
    let time = machine.world.civilNow
    switch name {
    case "hostname": return machine.hostname
    case "host": return hostAndPort(exchange.request.host, 80).host
    case "http_host": return header("Host", exchange.request) ?? exchange.request.host
    case "remote_addr", "proxy_add_x_forwarded_for":
      if name.hasPrefix("proxy"), let before = header("X-Forwarded-For", exchange.request) {
        return "\(before), \(exchange.client.address)"
      }
      return exchange.client.address
    case "remote_user": return ""
    case "time_local":
      return "\(padded(time.day, 2))/\(time.monthAbbreviation)/\(padded(time.year, 4)):\(clockTime(time)) +0000"
    case "time_iso8601":
      return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))T\(clockTime(time))+00:00"
    case "msec": return "\(time.unixSeconds).\(millisecond(time))"
    case "request": return "\(exchange.request.method) \(exchange.request.path) HTTP/1.1"
    case "request_method": return exchange.request.method
    case "request_uri": return exchange.request.path
    case "uri", "document_uri": return exchange.path
    case "args", "query_string": return exchange.query
    case "is_args": return exchange.query.isEmpty ? "" : "?"
    case "scheme": return "http"
    case "server_addr": return machine.address
    case "server_port": return String(port)
    case "server_name":
      guard let first = exchange.server.first("server_name"), first.words.count > 1 else { return "" }
      return first.words[1]
    case "server_protocol": return "HTTP/1.1"
    case "nginx_version": return version ?? ""
    case "status": return String(exchange.response.status)
    case "body_bytes_sent": return String(exchange.request.method == "HEAD" ? 0 : exchange.response.body.count)
    case "request_time": return "0.000"
    case "pid": return String(worker)
    default:
      guard name.hasPrefix("http_") else {
        exchange.response.notSimulated = "image nginx: the variable $\(name)"
        return ""
      }
      var wanted = ""
      for byte in name.dropFirst(5).utf8 { wanted += byte == 95 ? "-" : String(decoding: [byte], as: UTF8.self) }
      return header(wanted, exchange.request) ?? ""
    }
  }
}

enum HTTPDate {
  /// `Thu, 15 Jan 2026 09:00:00 GMT`
  static func text(_ time: CivilTime) -> String {
    "\(time.weekdayAbbreviation), \(padded(time.day, 2)) \(time.monthAbbreviation) \(padded(time.year, 4)) \(clockTime(time)) GMT"
  }
}
