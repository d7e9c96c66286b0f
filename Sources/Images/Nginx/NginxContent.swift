// Who may see a location, and the files in it: allow and deny, auth_basic, try_files, index, autoindex, static files.
// Sources: ngx_http_access_module.c, ngx_http_auth_basic_module.c, ngx_http_try_files_module.c, ngx_http_index_module.c,
// ngx_http_autoindex_module.c, ngx_http_static_module.c.

import SimKernel
import SimMachine
import Utilities

extension NginxServer {
  private static let unmodelled = [
    "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass", "sub_filter", "limit_req", "limit_conn",
    "random_index", "auth_request", "satisfy", "empty_gif", "secure_link", "dav_methods", "mirror", "slice",
  ]

  // MARK: Access

  /// False when the request has been refused.
  func permits(_ exchange: NginxExchange) -> Bool {
    for name in NginxServer.unmodelled where inForce(name, exchange) != nil {
      notSimulated(exchange, name)
      return false
    }
    for block in exchange.blocks + [exchange.server, http] {
      let rules = block.children.filter { $0.name == "allow" || $0.name == "deny" }
      guard !rules.isEmpty else { continue }
      for rule in rules where covers(rule.words[1], clientAddress(exchange)) {
        guard rule.name == "deny" else { break }
        fault("access forbidden by rule", exchange)
        refuse(exchange, 403)
        return false
      }
      break
    }
    guard let realm = inForce("auth_basic", exchange)?.words[1], realm != "off" else { return true }
    return isKnown(realm, exchange)
  }

  private func covers(_ rule: String, _ address: String) -> Bool {
    guard rule != "all" else { return true }
    func number(_ text: String) -> UInt32? {
      let parts = separated(text, by: ".").map { UInt32($0) ?? 256 }
      guard parts.count == 4, parts.allSatisfy({ $0 < 256 }) else { return nil }
      return parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
    }
    let parts = separated(rule, by: "/")
    guard let network = number(parts[0]), let asked = number(address) else { return rule == address }
    let bits = parts.count > 1 ? UInt32(parts[1]) ?? 32 : 32
    return bits == 0 || (network ^ asked) >> (32 - bits) == 0
  }

  private func isKnown(_ realm: String, _ exchange: NginxExchange) -> Bool {
    func ask() -> Bool {
      refuse(exchange, 401, headers: [("WWW-Authenticate", "Basic realm=\"\(expand(realm, exchange))\"")])
      return false
    }
    guard let sent = exchange.header("Authorization"), sent.hasPrefix("Basic "),
      let pair = decodeBase64(Array(sent.dropFirst(6).utf8)).map({ String(decoding: $0, as: UTF8.self) }),
      let colon = pair.utf8.firstIndex(of: 58)
    else { return ask() }
    let user = String(pair[..<colon])
    let password = String(pair[pair.utf8.index(after: colon)...])
    let path = inForce("auth_basic_user_file", exchange)?.words[1] ?? ""
    let file = FileSystem.normalize(path, in: "/etc/nginx")
    guard let bytes = try? machine.fileSystem.read(file) else {
      fault("open() \"\(file)\" failed (2: No such file or directory)", exchange)
      refuse(exchange, 403)
      return false
    }
    for line in separated(String(decoding: bytes, as: UTF8.self), by: "\n") where line.hasPrefix(user + ":") {
      let hash = separated(line, by: ":")[1]
      let accepted = hash.hasPrefix("{PLAIN}") ? hash.dropFirst(7) == password : PasswordHash.accepts(password, hash)
      guard let accepted else {
        notSimulated(exchange, "this kind of password in \(file)")
        return false
      }
      if accepted {
        exchange.user = user
        return true
      }
      fault("user \"\(user)\": password mismatch", exchange)
      return ask()
    }
    fault("user \"\(user)\" was not found in \"\(file)\"", exchange)
    return ask()
  }

  // MARK: Content

  func content(_ exchange: NginxExchange) {
    if let directive = inForce("try_files", exchange) {
      guard tryFiles(Array(directive.words.dropFirst()), exchange) else { return }
    }
    for block in exchange.blocks where block.name != "server" {
      if let directive = block.first("proxy_pass") { return forward(directive, exchange) }
      if block.first("stub_status") != nil { return notSimulated(exchange, "stub_status") }
    }
    if exchange.uri.utf8.last == 47 { return openFolder(exchange) }
    openFile(exchange)
  }

  func documentRoot(_ exchange: NginxExchange) -> String {
    let folder = expand(inForce("root", exchange)?.words.last ?? "html", exchange)
    return folder.utf8.first == 47 ? folder : "/etc/nginx/" + folder
  }

  /// The file of a path: below the root, or in place of the location's own path.
  func fileName(_ uri: String, _ exchange: NginxExchange) -> String {
    for block in exchange.blocks {
      if let alias = block.first("alias"), let location = exchange.location {
        let target = expand(alias.words[1], exchange)
        if location.words[1].hasPrefix("~") { return target }
        let prefix = location.words[location.words.count - 1]
        return target + (uri.hasPrefix(prefix) ? String(uri.dropFirst(prefix.utf8.count)) : "")
      }
      if block.first("root") != nil { break }
    }
    return documentRoot(exchange) + uri
  }

  /// True: the content phase goes on, with the path of what was found.
  private func tryFiles(_ candidates: [String], _ exchange: NginxExchange) -> Bool {
    for (index, candidate) in candidates.enumerated() {
      let text = expand(candidate, exchange)
      if index == candidates.count - 1 {
        if text.utf8.first == 61, let code = Int(text.dropFirst()) {
          if code < 300 {
            exchange.response.status = code
            exchange.response.headers = [("Content-Type", type(of: exchange.uri, exchange))]
          } else {
            refuse(exchange, code)
          }
        } else {
          redirectInternally(exchange, to: text)
        }
        return false
      }
      let wantsFolder = candidate.utf8.last == 47
      let path = wantsFolder ? String(text.dropLast()) : text
      guard let inode = try? machine.fileSystem.lookup(fileName(path, exchange)), inode.isDirectory == wantsFolder
      else { continue }
      exchange.uri = path.isEmpty ? "/" : path
      return true
    }
    return true
  }

  private func openFolder(_ exchange: NginxExchange) {
    guard ["GET", "HEAD", "POST"].contains(exchange.method) else { return refuse(exchange, 405) }
    let folder = fileName(exchange.uri, exchange)
    let names = inForce("index", exchange)?.words.dropFirst().map { String($0) } ?? ["index.html"]
    for name in names {
      let name = expand(name, exchange)
      if name.utf8.first == 47 { return redirectInternally(exchange, to: name) }
      if let inode = try? machine.fileSystem.lookup(folder + name), !inode.isDirectory {
        return redirectInternally(exchange, to: exchange.uri + name)
      }
    }
    guard let inode = try? machine.fileSystem.lookup(folder) else {
      fault("\"\(folder + (names.first ?? ""))\" is not found (2: No such file or directory)", exchange)
      return refuse(exchange, 404)
    }
    guard inode.isDirectory else {
      fault("\"\(folder + (names.first ?? ""))\" is not found (20: Not a directory)", exchange)
      return refuse(exchange, 404)
    }
    if inForce("autoindex", exchange)?.words.last == "on" { return list(folder, exchange) }
    fault("directory index of \"\(folder)\" is forbidden", exchange)
    refuse(exchange, 403)
  }

  private func list(_ folder: String, _ exchange: NginxExchange) {
    for name in ["autoindex_format", "autoindex_exact_size", "autoindex_localtime"] where inForce(name, exchange) != nil
    {
      return notSimulated(exchange, name)
    }
    var entries: [(name: String, inode: Inode)] = []
    for name in ((try? machine.fileSystem.list(folder)) ?? []).sorted() where name.utf8.first != 46 {
      if let inode = try? machine.fileSystem.lookup(folder + "/" + name) { entries.append((name, inode)) }
    }
    let title = "Index of \(exchange.uri)"
    var text =
      "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<h1>\(title)</h1><hr><pre><a href=\"../\">../</a>\r\n"
    for isFolder in [true, false] {
      for (name, inode) in entries where inode.isDirectory == isFolder {
        let shown = name + (isFolder ? "/" : "")
        let width = shown.unicodeScalars.count
        let label = width > 50 ? String(shown.prefix(47)) + "..&gt;" : shown
        let time = machine.world.clock.civil(inode.modified)
        let date =
          "\(padded(time.day, 2))-\(time.monthAbbreviation)-\(padded(time.year, 4)) \(padded(time.hour, 2)):\(padded(time.minute, 2))"
        let blanks = String(repeating: " " as Character, count: max(0, 50 - width))
        let size = isFolder ? right("-", 19) : right(String(inode.bytes.count), 19)
        text += "<a href=\"\(shown)\">\(label)</a>\(blanks) \(date) \(size)\r\n"
      }
    }
    exchange.response.status = 200
    exchange.response.body = Array((text + "</pre><hr></body>\r\n</html>\r\n").utf8)
    exchange.response.headers = [("Content-Type", "text/html")]
    exchange.isChunked = true
  }

  private func openFile(_ exchange: NginxExchange) {
    guard ["GET", "HEAD", "POST"].contains(exchange.method) else { return refuse(exchange, 405) }
    let path = fileName(exchange.uri, exchange)
    guard let inode = try? machine.fileSystem.lookup(path) else {
      fault("open() \"\(path)\" failed (2: No such file or directory)", exchange)
      return refuse(exchange, 404)
    }
    if inode.isDirectory {
      return redirect(
        exchange, 301, to: exchange.uri + "/" + (exchange.arguments.isEmpty ? "" : "?" + exchange.arguments))
    }
    guard exchange.method != "POST" else { return refuse(exchange, 405) }
    exchange.response.status = 200
    exchange.response.body = inode.bytes
    exchange.canRange = true
    if inode.isPackaged { exchange.response.unknownHeaders = "the date of \(path) in this version of image nginx" }
    let modified = machine.world.clock.civil(inode.modified)
    exchange.response.headers = [
      ("Content-Type", type(of: exchange.uri, exchange)), ("Last-Modified", HTTPDate.text(modified)),
      ("ETag", "\"\(String(modified.unixSeconds, radix: 16))-\(String(inode.bytes.count, radix: 16))\""),
    ]
  }

  func type(of path: String, _ exchange: NginxExchange) -> String {
    var ending = ""
    if let dot = path.utf8.lastIndex(of: 46) { ending = String(path[path.utf8.index(after: dot)...]).lowercased() }
    var kind = inForce("default_type", exchange)?.words.last ?? "text/plain"
    search: for types in allInForce("types", exchange) {
      for entry in types.children where entry.words.dropFirst().contains(ending) && !ending.utf8.contains(47) {
        kind = entry.name
        break search
      }
    }
    guard let charset = inForce("charset", exchange)?.words.last, charset != "off" else { return kind }
    let isText = kind.hasPrefix("text/") || kind == "application/javascript" || kind == "application/json"
    return isText && kind != "application/json" ? "\(kind); charset=\(charset)" : kind
  }
}
