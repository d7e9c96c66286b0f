// docker.io/library/httpd: Apache with the image's own configuration. Other configurations are not modelled: who mounts one is told.
// Sources: docker-library/httpd (Dockerfile, httpd-foreground); pages, headers and lines as Apache 2.4 with the same modules answers.

import SimKernel
import SimMachine
import Utilities

enum HttpdImages {
  static var families: [ImageFamily] { [httpd] }

  /// The release that a tag stands for.
  static func release(_ tag: String) -> [Int] {
    guard let numbers = VersionTag(tag)?.numbers, numbers.count == 3 else { return [2, 4, 66] }
    return numbers
  }

  private static var httpd: ImageFamily {
    ImageFamily(
      name: "docker.io/library/httpd",
      tags: .matching { tag in
        if ["latest", "alpine", "bookworm", "trixie"].contains(tag) { return true }
        guard let version = VersionTag(tag), version.numbers[0] == 2, version.numbers.count <= 3 else { return false }
        return version.numbers.count == 1 || version.numbers[1] == 4
      }, sizeBytes: { occurs("alpine", in: $0) ? 20 << 20 : 45_000_000 }, pull: .milliseconds(2_200),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.command = ["httpd-foreground"]
        configuration.workingDirectory = "/usr/local/apache2"
        configuration.userland = .distribution(
          occurs("alpine", in: tag) ? Distribution.alpine(22) : Distribution.debian(.trixie))
        configuration.environment = [
          ("PATH", "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
          ("HTTPD_PREFIX", "/usr/local/apache2"),
          ("HTTPD_VERSION", release(tag).map { String($0) }.joined(separator: ".")),
        ]
        // The server ends its requests first.
        configuration.stopSignal = .windowChange
        return configuration
      },
      populate: { machine, tag in
        let numbers = release(tag)
        makeFolders(
          machine,
          ["bin", "build", "cgi-bin", "conf", "error", "htdocs", "icons", "include", "logs", "modules"].map {
            "/usr/local/apache2/" + $0
          })
        install(machine, "/usr/local/bin/httpd-foreground") { HttpdProgram(numbers) }
        install(machine, "/usr/local/apache2/bin/httpd") { HttpdProgram(numbers) }
        installNotSimulated(
          machine, folder: "/usr/local/apache2/bin", ["apachectl", "ab", "htpasswd", "htdigest", "rotatelogs", "apxs"])
        let page = HttpdPages(numbers)
        let index = "/usr/local/apache2/htdocs/index.html"
        try? machine.fileSystem.write(index, Array(page.index.utf8))
        let made = Instant.start + .seconds(page.indexTime - machine.world.clock.epochUnixSeconds)
        (try? machine.fileSystem.lookup(index))?.modified = made
      })
  }
}

/// What pages of a release look like.
struct HttpdPages {
  /// Releases from 2.4.66 on begin their pages with another line.
  private let isNew: Bool
  let product: String

  init(_ release: [Int]) {
    isNew = release[2] >= 66
    product = "Apache/\(release.map { String($0) }.joined(separator: ".")) (Unix)"
  }

  private static let strict =
    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n"

  var index: String {
    isNew
      ? HttpdPages.strict
        + "<html>\n<head>\n<title>It works! Apache httpd</title>\n</head>\n<body>\n<p>It works!</p>\n</body>\n</html>\n"
      : "<html><body><h1>It works!</h1></body></html>\n"
  }
  /// 7 November 2025 08:23:08, 11 June 2007 18:53:14.
  var indexTime: Int64 { isNew ? 1_762_503_788 : 1_181_587_994 }

  func page(_ code: Int, _ reason: String, _ text: String) -> String {
    let type = isNew ? HttpdPages.strict : "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n"
    return type
      + "<html><head>\n<title>\(code) \(reason)</title>\n</head><body>\n<h1>\(reason)</h1>\n<p>\(text)</p>\n</body></html>\n"
  }

  func listing(_ path: String, _ names: [String]) -> String {
    let type = isNew ? HttpdPages.strict : "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 Final//EN\">\n"
    let title = "Index of \(path == "/" ? "/" : String(path.dropLast()))"
    var text = "\(type)<html>\n <head>\n  <title>\(title)</title>\n </head>\n <body>\n<h1>\(title)</h1>\n<ul>"
    var items: [String] = []
    if path != "/" {
      let parent = FileSystem.normalize(path + "..", in: "/")
      items.append("<li><a href=\"\(parent == "/" ? "/" : parent + "/")\"> Parent Directory</a></li>\n")
    }
    for name in names { items.append("<li><a href=\"\(name)\"> \(name)</a></li>\n") }
    text += items.joined()
    return text + "</ul>\n</body></html>\n"
  }
}

private final class HttpdProgram: ServerProcess {
  private let pages: HttpdPages
  private let release: [Int]

  init(_ release: [Int]) {
    self.release = release
    pages = HttpdPages(release)
  }

  override func prepare(_ process: Process) -> Int32? {
    let words = process.arguments.dropFirst().filter { $0 != "-DFOREGROUND" && $0 != "-D" && $0 != "FOREGROUND" }
    if let option = words.first {
      guard option == "-t", words.count == 1 else {
        process.note(notSimulated: "httpd \(option)\(option == "-v" ? " (its build date)" : "")")
        return 1
      }
      name(process)
      process.complain("Syntax OK\n")
      return 0
    }
    if process.fileSystem.exists("/usr/local/apache2/conf/httpd.conf") {
      process.note(notSimulated: "image httpd: a configuration file of one's own")
      process.machine.logNotSimulated = "image httpd: a configuration file of one's own"
      return 1
    }
    name(process)
    name(process)
    return nil
  }

  /// A pod has no full name: Apache takes its address.
  private func name(_ process: Process) {
    process.complain(
      "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using \(process.machine.address). Set the 'ServerName' directive globally to suppress this message\n"
    )
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(60) }

  override func begin(_ process: Process) -> Int32? {
    notice(process, "mpm_event", "AH00489: \(pages.product) configured -- resuming normal operations")
    notice(process, "core", "AH00094: Command line: 'httpd -D FOREGROUND'")
    process.machine.listeners[80] = HttpdServer(process.machine, pages) { line in
      guard !process.hasEnded else { return }
      process.print(line)
      process.wake()
    }
    return nil
  }

  private func notice(_ process: Process, _ module: String, _ text: String) {
    let time = process.world.civilNow
    // Older ones tell a thread by its address.
    if release[2] < 59 { process.machine.logNotSimulated = "image httpd: the thread in the server's lines" }
    let date =
      "\(time.weekdayAbbreviation) \(time.monthAbbreviation) \(padded(time.day, 2)) \(clockTime(time)).\(padded(time.nanosecond / 1_000, 6)) \(padded(time.year, 4))"
    process.complain("[\(date)] [\(module):notice] [pid \(process.id):tid \(process.id)] \(text)\n")
  }

  override func handleOther(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .windowChange else { return false }
    notice(process, "mpm_event", "AH00492: caught SIGWINCH, shutting down gracefully")
    shutDown(process)
    return true
  }

  override func stopping(_ process: Process, _ signal: Signal) {
    if signal == .terminate { notice(process, "mpm_event", "AH00491: caught SIGTERM, shutting down") }
  }
}

private final class HttpdServer: HTTPListener {
  let service = "http"
  private let machine: Machine
  private let pages: HttpdPages
  private let log: (String) -> Void
  private let root = "/usr/local/apache2/htdocs"

  init(_ machine: Machine, _ pages: HttpdPages, _ log: @escaping (String) -> Void) {
    self.machine = machine
    self.pages = pages
    self.log = log
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = answer(request)
    // Date and server, what is known of the file, its length and kind last.
    var head = [("Date", HTTPDate.text(machine.world.civilNow)), ("Server", pages.product)]
    let isSmall = request.method == "HEAD" && response.status >= 300
    for header in response.headers where header.0 != "Content-Type" { head.append(header) }
    if response.status != 304, !isSmall { head.append(("Content-Length", String(response.body.count))) }
    if header("Connection", request)?.lowercased() == "close" || response.status == 501 {
      head.append(("Connection", "close"))
    }
    for header in response.headers where header.0 == "Content-Type" && response.status != 304 { head.append(header) }
    response.headers = head
    if request.method == "HEAD" { response.body = [] }
    let size = response.body.isEmpty ? "-" : String(response.body.count)
    let time = machine.world.civilNow
    let address = NetworkPeer.address(of: client, asking: machine, request, hasIPv6: true)
    log(
      "\(address) - - [\(padded(time.day, 2))/\(time.monthAbbreviation)/\(padded(time.year, 4)):\(clockTime(time)) +0000] \"\(request.method) \(request.path) HTTP/\(request.version)\" \(response.status) \(size)\n"
    )
    return response
  }

  private func header(_ name: String, _ request: HTTPRequest) -> String? {
    for (key, value) in request.headers where key.lowercased() == name.lowercased() { return value }
    return nil
  }

  private func page(_ code: Int, _ reason: String, _ text: String, _ headers: [(String, String)] = []) -> HTTPResponse {
    var response = HTTPResponse()
    response.status = code
    response.reason = reason
    response.body = Array(pages.page(code, reason, text).utf8)
    response.headers = headers + [("Content-Type", "text/html; charset=iso-8859-1")]
    return response
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    let methods = ("Allow", "GET,POST,OPTIONS,HEAD,TRACE")
    let exchange = NginxExchange(request, machine, NginxDirective(["server"], [], place: ""))
    let path = exchange.uri
    switch request.method {
    case "GET", "HEAD", "POST": break
    case "OPTIONS":
      var response = HTTPResponse()
      response.headers = [methods, ("Content-Type", "text/html")]
      return response
    case "PUT", "DELETE", "PATCH":
      return page(
        405, "Method Not Allowed", "The requested method \(request.method) is not allowed for this URL.", [methods])
    default:
      return page(501, "Not Implemented", "\(request.method) not supported for current URL.<br />\n", [methods])
    }
    for part in separated(path, by: "/") where part.hasPrefix(".ht") {
      return page(403, "Forbidden", "You don't have permission to access this resource.")
    }
    let missing = page(404, "Not Found", "The requested URL was not found on this server.")
    guard let inode = try? machine.fileSystem.lookup(root + path) else { return missing }
    guard inode.isDirectory else { return path.utf8.last == 47 ? missing : file(inode, path, request) }
    guard path.utf8.last == 47 else {
      let target = "http://\(header("Host", request) ?? request.host)\(path)/"
      return page(
        301, "Moved Permanently", "The document has moved <a href=\"\(target)\">here</a>.", [("Location", target)])
    }
    if let index = try? machine.fileSystem.lookup(root + path + "index.html"), !index.isDirectory {
      return file(index, path + "index.html", request)
    }
    var names: [String] = []
    for name in ((try? machine.fileSystem.list(root + path)) ?? []).sorted() where !name.hasPrefix(".") {
      let isFolder = (try? machine.fileSystem.lookup(root + path + name))?.isDirectory == true
      names.append(isFolder ? name + "/" : name)
    }
    var response = HTTPResponse()
    response.body = Array(pages.listing(path, names).utf8)
    response.headers = [("Content-Type", "text/html;charset=ISO-8859-1")]
    return response
  }

  private func file(_ inode: Inode, _ path: String, _ request: HTTPRequest) -> HTTPResponse {
    var response = HTTPResponse()
    response.body = inode.bytes
    let modified = machine.world.clock.civil(inode.modified)
    let microseconds = modified.unixSeconds * 1_000_000 + Int64(modified.nanosecond / 1_000)
    let tag = "\"\(String(inode.bytes.count, radix: 16))-\(String(microseconds, radix: 16))\""
    response.headers = [("Last-Modified", HTTPDate.text(modified)), ("ETag", tag), ("Accept-Ranges", "bytes")]
    if let type = HttpdServer.type(path) { response.headers.append(("Content-Type", type)) }
    if let wanted = header("If-None-Match", request) {
      if wanted == "*" || wanted == tag {
        response.status = 304
        response.reason = "Not Modified"
        response.body = []
      }
    } else if let since = header("If-Modified-Since", request), since == HTTPDate.text(modified) {
      response.status = 304
      response.reason = "Not Modified"
      response.body = []
    }
    if header("Range", request) != nil { response.notSimulated = "image httpd: a range of a file" }
    return response
  }

  /// Of nginx' table what Apache's says too; nil: it names no kind.
  private static func type(_ path: String) -> String? {
    let kinds = [
      "html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json",
      "txt": "text/plain", "xml": "application/xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
      "gif": "image/gif", "svg": "image/svg+xml", "pdf": "application/pdf", "zip": "application/zip",
      "csv": "text/csv", "gz": "application/x-gzip", "tgz": "application/x-gzip", "ico": "image/vnd.microsoft.icon",
      "mp4": "video/mp4", "conf": "text/plain", "log": "text/plain",
    ]
    guard let dot = path.utf8.lastIndex(of: 46) else { return nil }
    return kinds[String(path[path.utf8.index(after: dot)...]).lowercased()]
  }
}
