// nginx' variables: of the request, of the connection, of maps, of `set`. Source: nginx documentation, "Alphabetical index of variables".

import SimKernel
import SimMachine
import Utilities

extension NginxServer {
  func expand(_ text: String, _ exchange: NginxExchange, emptyAsDash: Bool = false) -> String {
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
      if (48...57).contains(bytes[start]) {
        end += 1
      } else {
        while end < bytes.count,
          bytes[end] == 95 || (97...122).contains(bytes[end]) || (65...90).contains(bytes[end])
            || (48...57).contains(bytes[end])
        { end += 1 }
      }
      guard end > start else {
        out.append(bytes[i])
        i += 1
        continue
      }
      let value = variable(String(decoding: bytes[start..<end], as: UTF8.self), exchange)
      out += Array((value.isEmpty && emptyAsDash ? "-" : value).utf8)
      i = braced ? end + 1 : end
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func variable(_ name: String, _ exchange: NginxExchange) -> String {
    if let digit = Int(name) { return digit < exchange.groups.count ? exchange.groups[digit] ?? "" : "" }
    if let value = exchange.variables[name] { return value }
    let time = machine.world.civilNow
    let request = exchange.request
    switch name {
    case "hostname": return machine.hostname
    case "host": return exchange.host
    case "proxy_host", "proxy_port": return unknown(name, exchange)
    case "remote_addr", "realip_remote_addr": return clientAddress(exchange)
    case "remote_port": return String(machine.ephemeralPort())
    case "proxy_add_x_forwarded_for":
      return (exchange.header("X-Forwarded-For").map { $0 + ", " } ?? "") + clientAddress(exchange)
    case "remote_user": return exchange.user
    case "time_local":
      return "\(padded(time.day, 2))/\(time.monthAbbreviation)/\(padded(time.year, 4)):\(clockTime(time)) +0000"
    case "time_iso8601":
      return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))T\(clockTime(time))+00:00"
    case "msec": return "\(time.unixSeconds).\(millisecond(time))"
    case "request": return "\(request.method) \(request.path) HTTP/\(request.version)"
    case "request_method": return exchange.method
    case "request_uri": return request.path
    case "request_id":
      let id = machine.world.random.hexadecimal(32)
      exchange.variables[name] = id
      return id
    case "request_body": return String(decoding: request.body, as: UTF8.self)
    case "uri", "document_uri": return exchange.uri
    case "args", "query_string": return exchange.arguments
    case "is_args": return exchange.arguments.isEmpty ? "" : "?"
    case "scheme": return "http"
    case "https": return ""
    case "server_addr": return exchange.client === machine ? clientAddress(exchange) : machine.address
    case "server_port": return String(port)
    case "server_name":
      return exchange.server.first("server_name").map { $0.words.count > 1 ? $0.words[1] : "" } ?? ""
    case "server_protocol": return "HTTP/\(request.version)"
    case "nginx_version": return version ?? ""
    case "document_root", "realpath_root": return documentRoot(exchange)
    case "request_filename": return fileName(exchange.uri, exchange)
    case "content_type": return exchange.header("Content-Type") ?? ""
    case "content_length": return exchange.header("Content-Length") ?? ""
    case "status": return exchange.hasStatus ? String(exchange.response.status) : "000"
    case "body_bytes_sent": return String(request.method == "HEAD" ? 0 : exchange.response.body.count)
    case "request_time": return "0.000"
    case "upstream_addr": return exchange.upstream?.address ?? ""
    case "upstream_status": return exchange.upstream.map { String($0.status) } ?? ""
    case "upstream_response_time", "upstream_connect_time", "upstream_header_time":
      return exchange.upstream == nil ? "" : "0.000"
    case "connection": return String(connections)
    case "connection_requests": return "1"
    case "pipe": return "."
    case "pid": return String(worker)
    default: return prefixed(name, exchange) ?? mapped(name, exchange) ?? unknown(name, exchange)
    }
  }

  private func unknown(_ name: String, _ exchange: NginxExchange) -> String {
    exchange.response.notSimulated = "image nginx: the variable $\(name)"
    return ""
  }

  /// `$http_…`, `$arg_…`, `$cookie_…`, `$sent_http_…`.
  private func prefixed(_ name: String, _ exchange: NginxExchange) -> String? {
    func headerName(_ text: Substring) -> String { separated(String(text), by: "_").joined(separator: "-") }
    if name.hasPrefix("http_") { return exchange.header(headerName(name.dropFirst(5))) ?? "" }
    if name.hasPrefix("sent_http_") {
      let wanted = headerName(name.dropFirst(10))
      for (key, value) in exchange.response.headers where key.lowercased() == wanted { return value }
      return ""
    }
    if name.hasPrefix("arg_") {
      for part in separated(exchange.arguments, by: "&") where part.hasPrefix(name.dropFirst(4) + "=") {
        return String(part.dropFirst(name.utf8.count - 3))
      }
      return ""
    }
    guard name.hasPrefix("cookie_") else { return nil }
    for part in separated(exchange.header("Cookie") ?? "", by: ";") {
      let pair = blankSeparated(part).joined(separator: " ")
      if pair.hasPrefix(name.dropFirst(7) + "=") { return String(pair.dropFirst(name.utf8.count - 6)) }
    }
    return ""
  }

  /// A variable that a `map` block gives.
  private func mapped(_ name: String, _ exchange: NginxExchange) -> String? {
    for map in http.all("map") where map.words.count == 3 && map.words[2] == "$" + name {
      let source = expand(map.words[1], exchange)
      var fallback = ""
      for entry in map.children {
        guard entry.words.count == 2 else { return nil }
        if entry.name == "default" { fallback = entry.words[1] }
        if entry.name.lowercased() == source.lowercased(), entry.name.utf8.first != 126 {
          return expand(entry.words[1], exchange)
        }
      }
      for entry in map.children where entry.name.utf8.first == 126 {
        let folds = entry.name.hasPrefix("~*")
        guard let pattern = PerlPattern(String(entry.name.dropFirst(folds ? 2 : 1)), ignoringCase: folds) else {
          return nil
        }
        guard let found = pattern.match(source) else { continue }
        exchange.remember(found, pattern)
        return expand(entry.words[1], exchange)
      }
      return expand(fallback, exchange)
    }
    return nil
  }
}
