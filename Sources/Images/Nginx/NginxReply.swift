// What nginx answers: status lines, its own pages, headers in its order, parts of a file, "not modified".
// Source: ngx_http_header_filter_module.c, ngx_http_special_response.c, ngx_http_range_filter_module.c,
// ngx_http_not_modified_filter_module.c; as nginx 1.22.1 answers.

import SimKernel
import SimMachine

enum NginxReply {
  private static let reasons: [Int: String] = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
    302: "Moved Temporarily", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
    404: "Not Found", 405: "Not Allowed", 406: "Not Acceptable", 408: "Request Time-out", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Request Entity Too Large", 414: "Request-URI Too Large",
    415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable", 421: "Misdirected Request",
    429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Temporarily Unavailable", 504: "Gateway Time-out", 505: "HTTP Version Not Supported",
    507: "Insufficient Storage",
  ]

  static func reason(_ code: Int) -> String { reasons[code] ?? "" }

  private static func title(_ code: Int) -> String {
    switch code {
    case 302: return "Found"
    case 401: return "Authorization Required"
    default: return reason(code)
    }
  }

  /// Codes for which it has a page of its own.
  static func hasPage(_ code: Int) -> Bool { code >= 301 && code != 304 && reasons[code] != nil }

  /// Codes after which it does not keep the connection.
  static func endsConnection(_ code: Int) -> Bool { [400, 413, 414, 500, 501].contains(code) }

  static func page(_ code: Int, product: String) -> [UInt8] {
    let title = "\(code) \(title(code))"
    return Array(
      "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n<hr><center>\(product)</center>\r\n</body>\r\n</html>\r\n"
        .utf8)
  }

  /// What of `a-b`, `a-` or `-n` lies in so many bytes; nil: nothing does.
  private static func part(_ text: String, of size: Int) -> ClosedRange<Int>? {
    let bounds = separated(text, by: "-")
    guard bounds.count == 2 else { return nil }
    if bounds[0].isEmpty {
      guard let last = Int(bounds[1]), last > 0, size > 0 else { return nil }
      return max(0, size - last)...(size - 1)
    }
    guard let first = Int(bounds[0]), first < size else { return nil }
    let last = min(Int(bounds[1]) ?? size - 1, size - 1)
    return first <= last ? first...last : nil
  }

  /// `Range`, `If-None-Match` and `If-Modified-Since` of a request for something that was found.
  static func narrow(_ exchange: NginxExchange, product: String) {
    guard exchange.response.status == 200, exchange.canRange else { return }
    if isUnchanged(exchange) {
      exchange.response.status = 304
      exchange.response.body = []
      exchange.canRange = false
      exchange.response.headers.removeAll { $0.0 == "Content-Type" }
      return
    }
    guard let wish = exchange.header("Range"), wish.hasPrefix("bytes=") else { return }
    let size = exchange.response.body.count
    let texts = separated(String(wish.dropFirst(6)), by: ",")
    guard texts.count == 1 else {
      exchange.response.notSimulated = "image nginx: several ranges in one request"
      return
    }
    exchange.canRange = false
    guard let range = part(texts[0], of: size) else {
      exchange.response.status = 416
      exchange.response.body = page(416, product: product)
      exchange.response.headers.removeAll { ["Content-Type", "Last-Modified", "ETag"].contains($0.0) }
      exchange.response.headers += [("Content-Type", "text/html"), ("Content-Range", "bytes */\(size)")]
      return
    }
    exchange.response.status = 206
    exchange.response.body = Array(exchange.response.body[range])
    exchange.response.headers.append(("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"))
  }

  private static func isUnchanged(_ exchange: NginxExchange) -> Bool {
    func own(_ name: String) -> String? {
      for (key, value) in exchange.response.headers where key == name { return value }
      return nil
    }
    if let wanted = exchange.header("If-None-Match") {
      if wanted == "*" { return true }
      for tag in separated(wanted, by: ",") where blankSeparated(tag).first == own("ETag") { return true }
      return false
    }
    // `if_modified_since exact`, the default.
    guard let since = exchange.header("If-Modified-Since") else { return false }
    return since == own("Last-Modified")
  }

  /// Server and date first, then what nginx knows of the content, then the rest in the order it came.
  static func arrange(
    _ exchange: NginxExchange, product: String, now: CivilTime, added: [(String, String)], port: Int
  ) {
    var own = exchange.response.headers
    var head: [(String, String)] = [("Server", product), ("Date", HTTPDate.text(now))]
    func take(_ name: String, _ isShown: Bool = true) {
      for (index, header) in own.enumerated() where header.0.lowercased() == name.lowercased() {
        if isShown { head.append(header) }
        own.remove(at: index)
        return
      }
    }
    let status = exchange.response.status
    take("Content-Type", status != 204)
    if exchange.isChunked {
      head.append(("Transfer-Encoding", "chunked"))
    } else if status != 204, status != 304 {
      head.append(("Content-Length", exchange.contentLength ?? String(exchange.response.body.count)))
    }
    take("Last-Modified", [200, 206, 304].contains(status))
    if let target = exchange.redirectTarget {
      head.append(("Location", "http://\(exchange.host)\(port == 80 ? "" : ":\(port)")\(target)"))
    }
    let closes = exchange.closes || exchange.header("Connection")?.lowercased() == "close"
    head.append(("Connection", closes ? "close" : "keep-alive"))
    var ranges: [(String, String)] = []
    for index in own.indices.reversed() where own[index].0 == "Content-Range" { ranges.append(own.remove(at: index)) }
    if exchange.canRange, status == 200 { ranges.append(("Accept-Ranges", "bytes")) }
    exchange.response.headers = head + own + added + ranges
    if exchange.upstream == nil || reasons[status] != nil { exchange.response.reason = reason(status) }
  }
}
