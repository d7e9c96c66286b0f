// Web servers: nginx and httpd with their default pages, status codes and log lines.
// Sources: the images' entrypoint output and access log formats (nginx "combined", httpd "common").

import SimKernel
package import SimMachine

/// A web server that serves files of its machine.
package final class StaticWebServer: HTTPListener {
  package let service = "http"
  private let machine: Machine
  private let documentRoot: String
  private let product: String
  private let notFoundPage: String
  private let log: (String) -> Void
  private let logsForwardedFor: Bool

  init(
    machine: Machine, documentRoot: String, product: String, notFoundPage: String, logsForwardedFor: Bool,
    log: @escaping (String) -> Void
  ) {
    self.machine = machine
    self.documentRoot = documentRoot
    self.product = product
    self.notFoundPage = notFoundPage
    self.logsForwardedFor = logsForwardedFor
    self.log = log
  }

  package func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var path = request.path
    if let question = path.utf8.firstIndex(of: 63) { path = String(path[..<question]) }
    var file = documentRoot + FileSystem.normalize(path, in: "/")
    if file.utf8.last == 47 || path.utf8.last == 47 { file += "/index.html" }
    var response = HTTPResponse()
    let date = httpDate(machine.world.civilNow)
    let content = try? machine.fileSystem.read(file)
    if let content {
      response.body = content
    } else {
      response.status = 404
      response.reason = "Not Found"
      response.body = Array(notFoundPage.utf8)
    }
    response.headers = [
      ("Server", product), ("Date", date), ("Content-Type", contentType(content == nil ? ".html" : file)),
      ("Content-Length", "\(response.body.count)"),
    ]
    if content != nil, let inode = try? machine.fileSystem.lookup(file) {
      let modified = machine.world.clock.civil(inode.modified)
      let tag = "\"\(hexadecimal(modified.unixSeconds))-\(hexadecimal(Int64(inode.bytes.count)))\""
      response.headers.append(("Last-Modified", httpDate(modified)))
      response.headers.append(("ETag", tag))
      response.headers.append(("Accept-Ranges", "bytes"))
    }
    let time = machine.world.civilNow
    let stamp =
      "\(padded(time.day, 2))/\(time.monthAbbreviation)/\(padded(time.year, 4)):\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2)) +0000"
    let bytes = request.method == "HEAD" ? 0 : response.body.count
    var line =
      "\(NetworkPeer.address(of: client, asking: machine, request, hasIPv6: true)) - - [\(stamp)] \"\(request.method) \(request.path) HTTP/1.1\" \(response.status) \(bytes)"
    if logsForwardedFor {
      let agent = header(request, "User-Agent") ?? "-"
      line += " \"-\" \"\(agent)\" \"-\""
    }
    log(line + "\n")
    if request.method == "HEAD" { response.body = [] }
    return response
  }

  private func header(_ request: HTTPRequest, _ name: String) -> String? {
    for (key, value) in request.headers where key == name { return value }
    return nil
  }
  private func httpDate(_ time: CivilTime) -> String {
    "\(time.weekdayAbbreviation), \(padded(time.day, 2)) \(time.monthAbbreviation) \(padded(time.year, 4)) \(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2)) GMT"
  }
  private func hexadecimal(_ value: Int64) -> String { String(value, radix: 16) }
  private func contentType(_ file: String) -> String {
    if file.hasSuffix(".html") { return "text/html" }
    if file.hasSuffix(".css") { return "text/css" }
    if file.hasSuffix(".js") { return "application/javascript" }
    if file.hasSuffix(".json") { return "application/json" }
    return file.hasSuffix(".txt") ? "text/plain" : "application/octet-stream"
  }
}
