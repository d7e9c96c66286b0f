// wget against the HTTP listeners of the simulated network: GNU's and BusyBox'. BusyBox' meter shows a size and no speed for what
// comes at once, and is printed; GNU's shows measured speeds, and is not simulated.
// Sources: GNU Wget 1.21 manual; BusyBox networking/wget.c and libbb/progress_meter.c; compared with the real programs.

import SimKernel
import SimMachine

let wgetOptions = OptionTable(
  "q,quiet O,output-document= T,timeout= t,tries= S,server-response spider no-check-certificate !c,continue !b,background nv,no-verbose header= post-data= U,user-agent= !P,directory-prefix= !r,recursive !N,timestamping !i,input-file= no-proxy Y= !o,output-file= !method= !body-data= !post-file=",
  renamed: [("-nv", "--nv")])

func wget(_ call: ToolCall) -> Int32 {
  guard let text = call.operands.first else { return call.notSimulated("wget: its usage text") }
  guard call.operands.count == 1 else { return call.notSimulated("wget of several URLs") }
  var url = SimpleURL(text)
  if url.scheme != "http" {
    if call.flavour == .busybox, url.scheme != "https", url.scheme != "ftp" {
      call.writeError("wget: not an http or ftp url: \(text)\n")
      return 1
    }
    return call.notSimulated("wget of an \(url.scheme) URL")
  }
  for _ in 0..<20 {
    let run = WgetRun(call, url, text)
    let code = call.flavour == .busybox ? run.busyBox() : run.gnu()
    guard let next = run.redirection else { return code }
    guard call.options.has("q") else { return call.notSimulated("wget: its lines about a redirection") }
    guard next.scheme == "http" else { return call.notSimulated("wget of an \(next.scheme) URL") }
    url = next
  }
  return call.notSimulated("wget: more than twenty redirections")
}

private final class WgetRun {
  private let call: ToolCall
  private let url: SimpleURL
  private let text: String
  private let quiet: Bool
  private let spider: Bool
  private(set) var redirection: SimpleURL?

  init(_ call: ToolCall, _ url: SimpleURL, _ text: String) {
    self.call = call
    self.url = url
    self.text = text
    quiet = call.options.has("q")
    spider = call.options.has("spider")
  }

  /// The host as the user wrote it, with a port that was written.
  private var place: String {
    var rest = text.bytes[...]
    if let mark = find([58, 47, 47], in: rest, from: 0) { rest = rest[(mark + 3)...] }
    let end = rest.firstIndex { $0 == 47 || $0 == 63 } ?? rest.endIndex
    return String(bytes: rest[..<end])
  }

  private func ask() -> Fetch {
    let options = call.options
    var request = HTTPRequest()
    request.path = url.path
    request.host = url.host
    request.headers = [
      ("Host", url.port == 80 ? url.host : "\(url.host):\(url.port)"),
      ("User-Agent", options.value("U") ?? (call.flavour == .busybox ? "Wget" : "Wget/1.21.4")),
    ]
    if call.flavour == .busybox {
      request.headers.append(("Connection", "close"))
    } else {
      request.headers += [("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Connection", "Keep-Alive")]
      if spider { request.method = "HEAD" }
    }
    for header in options.values("header") {
      guard let colon = header.utf8.firstIndex(of: 58) else { continue }
      let name = String(header[..<colon])
      let value = String(bytes: header.bytes[(name.utf8.count + 1)...].drop { $0 == 32 })
      if name.lowercased() == "host" { request.host = value }
      request.headers.removeAll { $0.0.lowercased() == name.lowercased() }
      request.headers.append((name, value))
    }
    if let body = options.value("post-data") {
      request.method = "POST"
      request.body = body.bytes
    }
    return fetch(url, request, call)
  }

  private var reachesNameServer: Bool {
    let machine = call.process.machine
    return isNumericAddress(url.host) || machine.network?.nameServerAnswers(machine) ?? false
  }

  private func header(_ name: String, _ response: HTTPResponse) -> String? {
    for (key, value) in response.headers where key.lowercased() == name { return value }
    return nil
  }

  /// Whether the answer sends elsewhere.
  private func isRedirected(_ response: HTTPResponse) -> Bool {
    guard [301, 302, 303, 307, 308].contains(response.status), let location = header("location", response) else {
      return false
    }
    var next = SimpleURL(location)
    if !location.hasPrefix("http") {
      next = url
      next.path = location
    }
    redirection = next
    return true
  }

  private func showHeaders(_ response: HTTPResponse, last: String) {
    call.writeError("  HTTP/1.1 \(response.status) \(response.reason)\n")
    for (name, value) in response.headers { call.writeError("  \(name): \(value)\n") }
    call.writeError(last)
    if let unknown = response.unknownHeaders { call.process.note(notSimulated: unknown) }
  }

  // MARK: BusyBox

  func busyBox() -> Int32 {
    switch ask() {
    case .unknownHost:
      call.writeError("wget: bad address '\(place)'\n")
      return 1
    case .refused(let address):
      connecting(address)
      call.writeError("wget: can't connect to remote host (\(address)): Connection refused\n")
      return 1
    case .unreachable(let address):
      // A name server that does not answer is waited for longer.
      guard let text = call.options.value("T"), let limit = decimal(text), limit > 0, reachesNameServer else {
        return call.notSimulated("wget waiting for a host that does not answer")
      }
      connecting(address)
      call.wait(.seconds(limit))
      call.writeError("wget: download timed out\n")
      return 1
    case .outside: return call.notSimulated("wget of a host outside the cluster")
    case .otherService: return call.notSimulated("wget of what is no HTTP server")
    case .response(let response, let address):
      if isRedirected(response) { return 0 }
      connecting(address)
      if call.options.has("S") { showHeaders(response, last: "  \n") }
      if response.status >= 300 {
        call.writeError("wget: server returned error: HTTP/1.1 \(response.status) \(response.reason)\n")
        return 1
      }
      if spider {
        if !quiet { call.writeError("remote file exists\n") }
        return 0
      }
      return busyBoxSave(response)
    }
  }

  private func connecting(_ address: String) {
    if !quiet { call.writeError("Connecting to \(place) (\(address):\(url.port))\n") }
  }

  private func busyBoxSave(_ response: HTTPResponse) -> Int32 {
    let given = call.options.value("O")
    var target = given ?? lastPart(url.path)
    if given == nil, url.path.utf8.last == 47 { target = "index.html" }
    if given == nil, let mark = target.utf8.firstIndex(of: 63) { target = String(target[..<mark]) }
    let toOutput = target == "-"
    if !toOutput {
      if given == nil, call.inode(target) != nil {
        call.writeError("wget: can't open '\(target)': File exists\n")
        return 1
      }
      do throws(Errno) {
        let file = try call.openForWriting(target)
        _ = file.write(response.body[...])
      } catch {
        call.writeError("wget: can't open '\(target)': \(error.message)\n")
        return 1
      }
    }
    if !quiet {
      call.writeError(toOutput ? "writing to stdout\n" : "saving to '\(target)'\n")
      if response.body.isEmpty || header("content-length", response) == nil {
        call.process.note(notSimulated: "wget: its meter for an answer whose size it is not told")
      } else {
        call.writeError(meter(toOutput ? "-" : lastPart(target), Int64(response.body.count)))
      }
    }
    if toOutput { call.write(response.body) }
    if !quiet { call.writeError(toOutput ? "written to stdout\n" : "'\(target)' saved\n") }
    return 0
  }

  /// Everything has come at once: one line, which a terminal shows over an empty one.
  private func meter(_ name: String, _ size: Int64) -> String {
    var number = size
    var unit = 0
    while number >= 100_000 {
      number >>= 10
      unit += 1
    }
    let units = [" ", "k", "M", "G"]
    let start = call.process.file(2)?.isTerminal == true ? "\r" : ""
    let shown = String(bytes: name.bytes.prefix(20)).paddedRight(20)
    return start + shown + " 100% |" + String(repeating: "*" as Character, count: 32) + "|"
      + String(number).paddedLeft(6) + units[min(unit, 3)] + " 0:00:00 ETA\n"
  }

  // MARK: GNU

  private var brief: Bool { call.options.has("nv") }

  private func say(_ line: String) { if !quiet, !brief { call.writeError(line) } }

  private var stamp: String { formatTime("%Y-%m-%d %H:%M:%S", call.world.civilNow) }

  private var whole: String { "http://\(url.host)\(url.port == 80 ? "" : ":\(url.port)")\(url.path)" }

  /// Everything up to the connection: `name (name)… address` once, then the address with its port.
  private func reach(_ address: String) {
    if spider { say("Spider mode enabled. Check if remote file exists.\n") }
    say("--\(stamp)--  \(whole)\n")
    if address == url.host {
      say("Connecting to \(url.host):\(url.port)... ")
    } else {
      say("Resolving \(url.host) (\(url.host))... \(address)\n")
      say("Connecting to \(url.host) (\(url.host))|\(address)|:\(url.port)... ")
    }
  }

  func gnu() -> Int32 {
    switch ask() {
    case .unknownHost:
      if !quiet {
        guard call.process.machine.network != nil, !Resolver(call).search.isEmpty else {
          return call.notSimulated("wget of a name that the machine's own resolver does not know")
        }
        say("--\(stamp)--  \(whole)\n")
        say("Resolving \(url.host) (\(url.host))... failed: Name or service not known.\n")
        call.writeError("wget: unable to resolve host address ‘\(url.host)’\n")
      }
      return 4
    case .refused(let address):
      reach(address)
      if brief, !quiet { return call.notSimulated("wget -nv that is refused") }
      say("failed: Connection refused.\n")
      return 4
    case .unreachable: return call.notSimulated("wget waiting for a host that does not answer")
    case .outside: return call.notSimulated("wget of a host outside the cluster")
    case .otherService: return call.notSimulated("wget of what is no HTTP server")
    case .response(let response, let address):
      if isRedirected(response) { return 0 }
      reach(address)
      return gnuAnswer(response)
    }
  }

  private func gnuAnswer(_ response: HTTPResponse) -> Int32 {
    say("connected.\nHTTP request sent, awaiting response... ")
    if call.options.has("S"), !quiet {
      say("\n")
      showHeaders(response, last: "")
    } else {
      say("\(response.status) \(response.reason)\n")
    }
    if response.status >= 400 {
      if spider {
        say("Remote file does not exist -- broken link!!!\n\n")
      } else if !quiet {
        if brief { call.writeError("\(whole):\n") }
        call.writeError("\(stamp) ERROR \(response.status): \(response.reason).\n\(brief ? "" : "\n")")
      }
      return 8
    }
    let type = header("content-type", response) ?? ""
    let length = header("content-length", response)
    say("Length: \(length ?? "unspecified")\(type.isEmpty ? "" : " [\(type.split(separator: ";" as Character)[0])]")\n")
    if spider {
      say(
        type.hasPrefix("text/html")
          ? "Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n"
          : "Remote file exists.\n\n")
      return 0
    }
    if !quiet, !brief { return call.notSimulated("wget's meter, which shows times and speeds (-q leaves it out)") }
    return gnuSave(response, length)
  }

  private func gnuSave(_ response: HTTPResponse, _ length: String?) -> Int32 {
    let given = call.options.value("O")
    var target = given ?? (url.path.utf8.last == 47 ? "index.html" : lastPart(url.path))
    if given == nil, call.inode(target) != nil {
      var number = 1
      while call.inode("\(target).\(number)") != nil { number += 1 }
      target += ".\(number)"
    }
    if target == "-" {
      call.write(response.body)
    } else {
      do throws(Errno) {
        let file = try call.openForWriting(target)
        _ = file.write(response.body[...])
      } catch {
        call.writeError("\(target): \(error.message)\n")
        return 3
      }
    }
    if brief, !quiet {
      call.writeError(
        "\(stamp) URL:\(whole) [\(response.body.count)\(length.map { "/\($0)" } ?? "")] -> \"\(target)\" [1]\n")
    }
    return 0
  }
}
