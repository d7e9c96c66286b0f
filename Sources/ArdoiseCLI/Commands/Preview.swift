import ArgumentParser
import Diagnostics
import FlyingFox
import FlyingSocks
import Foundation
import LabSite

struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Serve the site on this machine, rebuild what changes and reload the page.",
    discussion: """
      Nothing is written; the server listens on 127.0.0.1 only. Stop it with Ctrl+C.

      EXAMPLES
        ardoise preview
        ardoise preview content --port 8080 --open
      """)

  @Argument(help: "Course folder, scenario folder or Markdown file.")
  var path: String?

  @Option(help: "The port to listen on.")
  var port: UInt16 = 4747

  @Flag(help: "Open the browser.")
  var open = false

  @Option(help: ArgumentHelp("Theme folder.", valueName: "folder"))
  var theme: String?

  @OptionGroup var common: CommonOptions

  func run() async throws {
    let console = common.console
    let builder = SiteBuilder(path: path, baseURL: nil, theme: theme, console: console, jobs: common.jobCount)
    let site = PreviewSite()
    let first = try builder.build()
    await site.show(first.files)
    report(first, console)

    let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port), logger: .disabled)
    await server.appendRoute("*") { request in await site.respond(to: request.target.path(percentEncoded: false)) }
    let serving = Task { try await server.run() }
    do {
      try await server.waitUntilListening(timeout: 2)
    } catch {
      serving.cancel()
      throw CommandFailure.unreadable("port \(port) cannot be listened on; choose another with --port")
    }
    console.note("http://127.0.0.1:\(port)/   (Ctrl+C to stop)")
    if open { openBrowser() }
    try await watch(builder, site, console)
  }

  private func report(_ site: BuiltSite, _ console: Console) {
    guard !site.findings.isEmpty else { return }
    console.note(TextRenderer(sources: site.sources, colour: console.usesColour(2)).render(site.findings))
  }

  /// Looks at the files twice a second; a site that cannot be built leaves the last one standing.
  private func watch(_ builder: SiteBuilder, _ site: PreviewSite, _ console: Console) async throws {
    let folders = [path ?? Input.defaultPath, theme ?? "site"]
    var last = FolderStamp.of(folders)
    while true {
      try await Task.sleep(for: .milliseconds(500))
      let now = FolderStamp.of(folders)
      guard now != last else { continue }
      last = now
      do {
        let built = try builder.build()
        await site.show(built.files)
        console.note("rebuilt")
        report(built, console)
      } catch let failure as CommandFailure {
        if let message = failure.message { Console.error("ardoise: " + message) }
      }
    }
  }

  private func openBrowser() {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["xdg-open", "http://127.0.0.1:\(port)/"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try? process.run()
  }
}

/// Names, sizes and times of all files below some folders: equal as long as nothing changes.
enum FolderStamp {
  static func of(_ paths: [String]) -> Int {
    var hasher = Hasher()
    for path in paths {
      stamp(path, &hasher)
      guard let walker = FileManager.default.enumerator(atPath: path) else { continue }
      for case let name as String in walker {
        hasher.combine(name)
        stamp(path + "/" + name, &hasher)
      }
    }
    return hasher.finalize()
  }

  private static func stamp(_ path: String, _ hasher: inout Hasher) {
    var info = stat()
    guard stat(path, &info) == 0 else { return }
    hasher.combine(info.st_size)
    hasher.combine(info.st_mtim.tv_sec)
    hasher.combine(info.st_mtim.tv_nsec)
  }
}

/// The site being shown: files in memory, and a number that pages ask for to know when to reload.
actor PreviewSite {
  private var files: [String: [UInt8]] = [:]
  private var version = 0
  private static let versionPath = "/__ardoise/version"

  func show(_ built: [OutputFile]) {
    files = [:]
    for file in built { files["/" + file.path] = file.bytes }
    version += 1
  }

  func respond(to path: String) -> HTTPResponse {
    if path == PreviewSite.versionPath { return response("\(version)", type: "text/plain; charset=utf-8") }
    if path.hasSuffix("/"), let bytes = files[path + "index.html"] {
      return response(bytes, path: path + "index.html")
    }
    if let bytes = files[path] { return response(bytes, path: path) }
    // Links are relative to the folder, so its address must end in a slash.
    if files[path + "/index.html"] != nil {
      var headers = HTTPHeaders()
      headers[.location] = path + "/"
      return HTTPResponse(statusCode: .found, headers: headers)
    }
    return response(files["/404.html"] ?? Array("404".utf8), path: "/404.html", status: .notFound)
  }

  private func response(_ bytes: [UInt8], path: String, status: HTTPStatusCode = .ok) -> HTTPResponse {
    var body = bytes
    if path.hasSuffix(".html") {
      var text = String(decoding: bytes, as: UTF8.self)
      // The site forbids itself inline scripts and requests; its preview needs one of each.
      if let start = text.range(of: "<meta http-equiv=\"Content-Security-Policy\""),
        let end = text.range(of: ">", range: start.upperBound..<text.endIndex)
      {
        text.removeSubrange(start.lowerBound..<end.upperBound)
      }
      if let end = text.range(of: "</body>", options: .backwards) {
        text.insert(contentsOf: reloader, at: end.lowerBound)
      }
      body = Array(text.utf8)
    }
    return HTTPResponse(
      statusCode: status, headers: [.contentType: PreviewSite.type(of: path), HTTPHeader("Cache-Control"): "no-store"],
      body: Data(body))
  }

  private func response(_ text: String, type: String) -> HTTPResponse {
    HTTPResponse(
      statusCode: .ok, headers: [.contentType: type, HTTPHeader("Cache-Control"): "no-store"], body: Data(text.utf8))
  }

  /// Asks once a second whether there is a newer build.
  private var reloader: String {
    """
    <script>setInterval(() => fetch('\(PreviewSite.versionPath)').then(r => r.text()).then(v => { \
    if (v !== '\(version)') location.reload() }).catch(() => {}), 1000)</script>
    """
  }

  private static func type(of path: String) -> String {
    switch (path as NSString).pathExtension.lowercased() {
    case "html": "text/html; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "js", "mjs": "text/javascript; charset=utf-8"
    case "json": "application/json"
    case "svg": "image/svg+xml"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "webp": "image/webp"
    case "woff2": "font/woff2"
    case "xml": "application/xml"
    case "wasm": "application/wasm"
    case "txt", "md": "text/plain; charset=utf-8"
    default: "application/octet-stream"
    }
  }
}
