// curl against the HTTP listeners of the simulated network (curl 8 manual; lines of -v as curl 8.5.0 writes them).
// Left out, and said aloud: TLS, progress meters with their measured speeds, cookies, uploads of files.

import SimKernel
import SimMachine

struct SimpleURL {
  var scheme = "http"
  var host = ""
  var port = 80
  var path = "/"

  init(_ text: String) {
    var rest = text.bytes[...]
    if let mark = find([58, 47, 47], in: rest, from: 0) {
      scheme = String(bytes: rest[..<mark])
      rest = rest[(mark + 3)...]
    }
    port = scheme == "https" ? 443 : 80
    let end = rest.firstIndex { $0 == 47 || $0 == 63 } ?? rest.endIndex
    var authority = rest[..<end]
    path = String(bytes: rest[end...])
    if path.utf8.first != 47 { path = "/" + path }
    if let hash = path.utf8.firstIndex(of: 35) { path = String(path[..<hash]) }
    if let at = authority.lastIndex(of: 64) { authority = authority[(at + 1)...] }
    if let colon = authority.lastIndex(of: 58), let number = decimal(authority[(colon + 1)...]) {
      port = Int(min(number, 70_000))
      authority = authority[..<colon]
    }
    host = String(bytes: authority)
  }
}

enum Fetch {
  case response(HTTPResponse, address: String)
  case unknownHost
  case refused(String)
  case unreachable(String)
  case outside
  case otherService
}

func fetch(_ url: SimpleURL, _ request: HTTPRequest, _ call: ToolCall) -> Fetch {
  let machine = call.process.machine
  guard let network = machine.network else {
    if url.host == "localhost" || url.host == "127.0.0.1" {
      guard let listener = machine.listeners[url.port]?.asHTTP else { return .refused("127.0.0.1") }
      return .response(listener.respond(to: request, from: machine), address: "127.0.0.1")
    }
    return .unknownHost
  }
  switch network.connect(host: url.host, port: url.port, from: machine) {
  case .connected(let listener, let address):
    guard let server = listener.asHTTP else { return .otherService }
    let response = server.respond(to: request, from: machine)
    call.waitingTime = call.waitingTime + response.workingTime
    if let reason = response.notSimulated { call.process.note(notSimulated: reason) }
    return .response(response, address: address)
  case .refused(let address): return .refused(address)
  case .unknownHost: return .unknownHost
  case .unreachable(let address): return .unreachable(address)
  case .outside: return .outside
  }
}

let curlOptions = OptionTable(
  "s,silent S,show-error o,output= O,remote-name I,head i,include L,location f,fail k,insecure w,write-out= X,request= H,header= d,data,data-raw,data-binary= !data-urlencode= v,verbose m,max-time= connect-timeout= A,user-agent= u,user= !F,form= !T,upload-file= !b,cookie= !c,cookie-jar= !x,proxy= resolve= g,globoff 4,ipv4 6,ipv6 !retry= !retry-delay= G,get !compressed e,referer= !N,no-buffer !n !z,time-cond= url= fail-with-body no-progress-meter !# !V,version",
  usageCode: 2)

func curl(_ call: ToolCall) -> Int32 {
  let options = call.options
  let verbose = CurlTalk(call)
  if options.has("v"), let reason = verbose.obstacle { return call.notSimulated(reason) }
  let pinned = pinnedAddresses(options.values("resolve"))
  let urls = call.operands + options.values("url")
  if urls.isEmpty {
    call.writeError("curl: try 'curl --help' or 'curl --manual' for more information\n")
    return 2
  }
  let silent = options.has("s")
  var status: Int32 = 0
  func fail(_ code: Int32, _ text: String) {
    status = code
    if !silent || options.has("S") { call.writeError("curl: (\(code)) \(text)\n") }
  }
  for (index, text) in urls.enumerated() {
    var url = SimpleURL(text)
    if url.scheme == "https" { return call.notSimulated("curl of an https URL") }
    guard url.scheme == "http" else {
      fail(1, "Protocol \"\(url.scheme)\" not supported")
      continue
    }
    var target: String?
    if options.has("o") {
      let names = options.values("o")
      target = index < names.count ? names[index] : names.last
    } else if options.has("O") {
      target = lastPart(url.path)
    }
    if target == "-" { target = nil }
    if !silent, !options.has("no-progress-meter"), target != nil || !call.outputIsTerminal {
      call.process.note(notSimulated: "curl: the progress meter")
    }
    var redirects = 0
    requests: while true {
      var request = HTTPRequest()
      request.method =
        options.value("X") ?? (options.has("I") ? "HEAD" : options.has("d") && !options.has("G") ? "POST" : "GET")
      request.path = url.path
      request.host = url.host
      request.headers = [
        ("Host", url.port == 80 ? url.host : "\(url.host):\(url.port)"),
        ("User-Agent", options.value("A") ?? "curl/\(curlVersion(call))"), ("Accept", "*/*"),
      ]
      for header in options.values("H") {
        let bytes = header.bytes
        guard let colon = bytes.firstIndex(of: 58) else { continue }
        let name = String(bytes: bytes[..<colon])
        let value = String(bytes: bytes[(colon + 1)...].drop { $0 == 32 })
        var replaced = false
        for i in request.headers.indices where request.headers[i].0.lowercased() == name.lowercased() {
          request.headers[i] = (name, value)
          replaced = true
        }
        if !replaced { request.headers.append((name, value)) }
        if name.lowercased() == "host" { request.host = value }
      }
      if let pair = options.value("u"), let host = request.headers.firstIndex(where: { $0.0 == "Host" }) {
        guard pair.utf8.contains(58) else { return call.notSimulated("curl asking for a password") }
        let code = String(decoding: encodeBase64(pair.bytes), as: UTF8.self)
        request.headers.insert(("Authorization", "Basic \(code)"), at: host + 1)
      }
      if options.has("d"), !options.has("G") {
        request.body = options.values("d").joined(separator: "&").bytes
        request.headers.append(("Content-Length", String(request.body.count)))
        if !request.headers.contains(where: { $0.0.lowercased() == "content-type" }) {
          request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        }
      } else if options.has("d") {
        request.path += (request.path.utf8.contains(63) ? "&" : "?") + options.values("d").joined(separator: "&")
      }
      var reached = url
      if let address = pinned["\(url.host):\(url.port)"] { reached.host = address }
      switch fetch(reached, request, call) {
      case .unknownHost:
        if options.has("v") {
          call.writeError("* Could not resolve host: \(url.host)\n* Closing connection\n")
        }
        fail(6, "Could not resolve host: \(url.host)")
      case .refused:
        if options.has("v") { return call.notSimulated("curl -v: the port it is refused from") }
        fail(7, "Failed to connect to \(url.host) port \(url.port) after 0 ms: \(curlFailure(call))")
      case .unreachable:
        guard let reason = waitInVain(reached.host, url.port, call) else {
          return call.notSimulated("curl waiting for a host that does not answer")
        }
        fail(28, reason)
      case .outside: return call.notSimulated("curl of a host outside the cluster")
      case .otherService:
        fail(52, "Empty reply from server")
      case .response(let response, let address):
        if options.has("v") { verbose.show(url, address, isPinned: reached.host != url.host, request, response) }
        var location: String?
        for (name, value) in response.headers where name.lowercased() == "location" { location = value }
        var head = "HTTP/1.1 \(response.status) \(response.reason)\r\n"
        for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
        head += "\r\n"
        if options.has("f"), response.status >= 400 {
          fail(22, "The requested URL returned error: \(response.status)")
        } else {
          var out: [UInt8] = []
          if options.has("i") || options.has("I") {
            out += head.utf8
            if let unknown = response.unknownHeaders { call.process.note(notSimulated: unknown) }
          }
          let follows = options.has("L") && location != nil && (300..<400).contains(response.status)
          if !options.has("I"), !follows { out += response.body }
          if let target {
            do throws(Errno) {
              let file = try call.openForWriting(target)
              _ = file.write(out[...])
            } catch {
              fail(23, "Failure writing output to destination")
            }
          } else {
            call.write(out)
          }
          if follows, let location, redirects < 50 {
            redirects += 1
            var next = SimpleURL(location)
            if !location.hasPrefix("http") {
              next = url
              next.path = location
            }
            url = next
            continue requests
          }
        }
        if let format = options.value("w") { writeOut(format, response, url, call) }
        break requests
      }
      if let format = options.value("w") { writeOut(format, nil, url, call) }
      break
    }
  }
  return status
}

/// Waits as long as the options allow for a host that does not answer, then says why curl gives up; nil without a limit. How much
/// longer it really took is some milliseconds: one, here.
private func waitInVain(_ host: String, _ port: Int, _ call: ToolCall) -> String? {
  var limit: (interval: Interval, isForAll: Bool)?
  for option in ["m", "connect-timeout"] {
    guard let text = call.options.value(option) else { continue }
    guard let last = text.utf8.last, isDigit(last), let interval = duration(text) else { return nil }
    if limit == nil || interval < limit!.interval { limit = (interval, option == "m") }
  }
  guard let limit, limit.interval.nanoseconds > 0 else { return nil }
  call.wait(limit.interval)
  let milliseconds = limit.interval.wholeMilliseconds + 1
  let machine = call.process.machine
  if !isNumericAddress(host), machine.network?.nameServerAnswers(machine) == false {
    return "Resolving timed out after \(milliseconds) milliseconds"
  }
  if limit.isForAll { return "Connection timed out after \(milliseconds) milliseconds" }
  return "Failed to connect to \(host) port \(port) after \(milliseconds) ms: Timeout was reached"
}

private func writeOut(_ format: String, _ response: HTTPResponse?, _ url: SimpleURL, _ call: ToolCall) {
  let bytes = format.bytes
  var i = 0
  while i < bytes.count {
    if bytes[i] == 92, i + 1 < bytes.count {
      let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13, 92: 92]
      call.put(escapes[bytes[i + 1]] ?? bytes[i + 1])
      i += 2
      continue
    }
    if bytes[i] == 37, i + 1 < bytes.count, bytes[i + 1] == 123, let end = bytes[i...].firstIndex(of: 125) {
      let name = String(bytes: bytes[(i + 2)..<end])
      switch name {
      case "http_code", "response_code": call.print(padded(Int64(response?.status ?? 0), 3))
      case "size_download": call.print(String(response?.body.count ?? 0))
      case "url", "url_effective": call.print("http://\(url.host)\(url.port == 80 ? "" : ":\(url.port)")\(url.path)")
      case "content_type":
        for (key, value) in response?.headers ?? [] where key.lowercased() == "content-type" { call.print(value) }
      case "exitcode": call.print(response == nil ? "7" : "0")
      default: call.process.note(notSimulated: "curl -w %{\(name)}")
      }
      i = end + 1
      continue
    }
    if bytes[i] == 37, i + 1 < bytes.count, bytes[i + 1] == 37 { i += 1 }
    call.put(bytes[i])
    i += 1
  }
}
