// One request on its way through nginx: where it has come to, which blocks are in force, what it will be answered.
// Source: ngx_http_request.h, ngx_http_parse.c (decoding of the path).

import SimKernel
import SimMachine

final class NginxExchange {
  let request: HTTPRequest
  let client: Machine
  let server: NginxDirective
  /// The method; an error page is always got.
  var method: String
  /// Who `auth_basic` has recognised.
  var user = ""
  /// Path as locations see it: decoded, without `.`, `..` and double slashes.
  var uri: String
  var arguments: String
  /// Location and `if` blocks that are in force, the innermost first.
  var blocks: [NginxDirective] = []
  /// Groups of the last regular expression, and what `set` and named groups have given.
  var groups: [String?] = []
  var variables: [String: String] = [:]
  /// Whether nginx itself has sent it here: `internal` locations let it in.
  var isInternal = false
  /// Whether an error page has been looked for: only once.
  var hasErrorPage = false
  /// The status that an error page is sent with.
  var errorStatus: Int?
  var redirects = 0
  /// A path that has been rewritten is handed to a proxy as it is now.
  var isRewritten = false
  /// A path that `rewrite` has changed without saying what comes next.
  var hasChanged = false
  var response = HTTPResponse()
  /// A `Location` that begins with a slash stands before `Connection` in the answer.
  var redirectTarget: String?
  /// Whether a status stands already: `$status` is 000 before.
  var hasStatus = false
  var closes = false
  var isChunked = false
  /// The length that an upstream has told in answer to HEAD.
  var contentLength: String?
  var canRange = false
  var upstream: (address: String, status: Int)?

  init(_ request: HTTPRequest, _ client: Machine, _ server: NginxDirective) {
    self.request = request
    self.client = client
    self.server = server
    method = request.method
    var path = request.path
    arguments = ""
    if let mark = path.utf8.firstIndex(of: 63) {
      arguments = String(path[path.utf8.index(after: mark)...])
      path = String(path[..<mark])
    }
    uri = NginxExchange.decoded(path)
  }

  private static func decoded(_ path: String) -> String {
    let bytes = Array(path.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] == 37, i + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[i + 1...i + 2], as: UTF8.self), radix: 16)
      {
        out.append(value)
        i += 3
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    let text = String(decoding: out, as: UTF8.self)
    let isFolder = text.utf8.last == 47 || text.hasSuffix("/.") || text.hasSuffix("/..")
    let whole = FileSystem.normalize(text, in: "/")
    return isFolder && whole != "/" ? whole + "/" : whole
  }

  /// The location that answers: the innermost that is not an `if`.
  var location: NginxDirective? {
    for block in blocks where block.name == "location" { return block }
    return nil
  }

  func header(_ name: String) -> String? {
    for (key, value) in request.headers where key.lowercased() == name.lowercased() { return value }
    return nil
  }

  /// `$host`: without its port, in small letters.
  var host: String { hostAndPort(header("Host") ?? request.host, 80).host.lowercased() }
}
