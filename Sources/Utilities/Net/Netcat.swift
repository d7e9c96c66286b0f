// nc: whether somebody listens, and what a server answers to what standard input holds. BusyBox' nc tells the server that nothing
// more comes and reads on until the server ends the connection; OpenBSD's does so only when asked (-N, -q), else it waits.
// Sources: BusyBox networking/nc_bloaty.c; netcat-openbsd's manual page; compared with netcat-openbsd 1.219.

import SimKernel
import SimMachine

private let portNames: [Int: String] = [
  22: "ssh", 25: "smtp", 53: "domain", 80: "http", 110: "pop3", 143: "imap2", 443: "https", 3306: "mysql",
  5432: "postgresql", 6379: "redis", 8080: "http-alt", 5672: "amqp", 27017: "mongodb",
]

let netcatOptions = OptionTable("z v w= q= N n 4 u l !k !e= !p= !s= !i= !c !x=")

func netcat(_ call: ToolCall) -> Int32 {
  if call.options.has("u") { return call.notSimulated("nc -u") }
  guard !call.options.has("l") else { return call.notSimulated("nc -l") }
  guard call.operands.count == 2, let port = decimal(call.operands[1]), let network = call.process.machine.network
  else {
    return call.notSimulated("nc: this use of it")
  }
  let isBusyBox = call.flavour == .busybox && call.process.machine.facts.versions["netcat"] == nil
  let host = call.operands[0]
  let verbose = call.options.has("v")
  let scans = call.options.has("z")
  switch network.connect(host: host, port: Int(port), from: call.process.machine) {
  case .connected(let listener, let address):
    if verbose {
      if isBusyBox {
        call.writeError("\(host) (\(address):\(port)) open\n")
      } else {
        let place = host == address ? host : "\(host) (\(address))"
        call.writeError("Connection to \(place) \(port) port [tcp/\(portNames[Int(port)] ?? "*")] succeeded!\n")
      }
    }
    return scans ? 0 : talk(listener, host: host, isBusyBox: isBusyBox, call)
  case .refused(let address):
    if isBusyBox, !scans {
      call.writeError("nc: can't connect to remote host (\(address)): Connection refused\n")
    } else if isBusyBox {
      if verbose { call.writeError("nc: \(host) (\(address):\(port)): Connection refused\n") }
    } else if verbose {
      call.writeError("nc: connect to \(host) (\(address)) port \(port) (tcp) failed: Connection refused\n")
    }
    return 1
  case .unknownHost:
    if isBusyBox {
      call.writeError("nc: bad address '\(host)'\n")
    } else {
      call.writeError(
        "nc: getaddrinfo for host \"\(host)\" port \(port): Name or service not known\n")
    }
    return 1
  case .outside: return call.notSimulated("nc to a host outside the cluster")
  case .unreachable:
    guard isBusyBox, !scans, isNumericAddress(host) || nameServerAnswers(call),
      let limit = call.options.value("w").flatMap({ decimal($0) }), limit > 0
    else { return call.notSimulated("nc waiting for a host that does not answer") }
    call.wait(.seconds(limit))
    call.writeError("nc: timed out\n")
    return 1
  }
}

/// Whoever only scans reads nothing.
func netcatReadsInput(_ call: ToolCall) -> Bool { !call.options.has("z") && call.process.file(0)?.isTerminal != true }

private func talk(_ listener: any Listener, host: String, isBusyBox: Bool, _ call: ToolCall) -> Int32 {
  guard call.process.file(0)?.isTerminal != true else { return call.notSimulated("nc talking to a terminal") }
  let answer: TextAnswer
  if let text = listener.asText {
    answer = text.answer(text: call.stdin, from: call.process.machine)
  } else if let http = listener.asHTTP, let found = askHTTP(http, call) {
    answer = found
  } else {
    return call.notSimulated("nc talking to a \(listener.service) server")
  }
  for reason in answer.notSimulated { call.process.note(notSimulated: reason) }
  call.write(answer.output)
  let isEnded = answer.closes || isBusyBox || call.options.has("N") || call.options.has("q")
  guard isEnded else {
    guard let seconds = call.options.value("w").flatMap({ decimal($0) }) else {
      return call.notSimulated("nc waiting for a server that keeps the connection")
    }
    call.wait(.seconds(seconds))
    return 0
  }
  return 0
}

/// One request as it was typed; nil when the bytes are none that is modelled.
private func askHTTP(_ listener: any HTTPListener, _ call: ToolCall) -> TextAnswer? {
  if call.stdin.isEmpty { return TextAnswer("", closes: false) }
  var lines: [[UInt8]] = []
  for line in lineContents(call.stdin) { lines.append(line.last == 13 ? Array(line.dropLast()) : Array(line)) }
  guard let end = lines.firstIndex(where: { $0.isEmpty }), end > 0 else { return nil }
  var request = HTTPRequest()
  let words = lines[0].split(separator: 32)
  guard words.count == 3, ["GET", "HEAD"].contains(String(bytes: words[0])) else { return nil }
  request.method = String(bytes: words[0])
  request.path = String(bytes: words[1])
  switch String(bytes: words[2]) {
  case "HTTP/1.0": request.version = "1.0"
  case "HTTP/1.1": break
  default: return nil
  }
  for line in lines[1..<end] {
    guard let colon = line.firstIndex(of: 58) else { return nil }
    let name = String(bytes: line[..<colon])
    let value = String(bytes: line[(colon + 1)...].drop { $0 == 32 })
    if name.lowercased() == "host" { request.host = value }
    request.headers.append((name, value))
  }
  if request.version == "1.1", request.host.isEmpty { return nil }
  let response = listener.respond(to: request, from: call.process.machine)
  let closes = request.version == "1.0"
  var reasons: [String] = []
  for reason in [response.unknownHeaders, response.notSimulated] where reason != nil { reasons.append(reason ?? "") }
  var head = "HTTP/1.1 \(response.status) \(response.reason)\r\n"
  for (name, value) in response.headers {
    // nginx and httpd end such a connection; other servers answer in the old form of the first line.
    if closes, name == "Server", !value.hasPrefix("nginx"), !value.hasPrefix("Apache") {
      reasons.append("how \(value) answers HTTP/1.0")
    }
    head += "\(name): \(closes && name == "Connection" ? "close" : value)\r\n"
  }
  var answer = TextAnswer(head + "\r\n", closes: closes)
  if request.method != "HEAD" { answer.output += response.body }
  answer.notSimulated = reasons
  return answer
}
