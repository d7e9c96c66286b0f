// What curl -v tells of a request, as curl 8.5.0 does: the address, both heads, and what becomes of the connection. Other releases word
// it otherwise, and a refused connection shows a port of chance: both are not simulated.

import SimMachine

/// The release on this machine: the image's where it says so, else Ubuntu 24.04's.
func curlVersion(_ call: ToolCall) -> String { call.process.machine.facts.versions["curl"] ?? "8.5.0" }

/// The text for a connection that failed, which changed with 8.10.
func curlFailure(_ call: ToolCall) -> String {
  var numbers: [Int] = []
  for part in curlVersion(call).split(separator: "." as Character) { numbers.append(Int(part) ?? 0) }
  let isNew = numbers.count > 1 && (numbers[0] > 8 || (numbers[0] == 8 && numbers[1] >= 10))
  return isNew ? "Could not connect to server" : "Couldn't connect to server"
}

/// Addresses of `--resolve host:port:address`.
func pinnedAddresses(_ values: [String]) -> [String: String] {
  var pinned: [String: String] = [:]
  for value in values {
    let parts = value.split(separator: ":" as Character)
    if parts.count == 3 { pinned["\(parts[0]):\(parts[1])"] = String(parts[2]) }
  }
  return pinned
}

struct CurlTalk {
  private let call: ToolCall

  init(_ call: ToolCall) { self.call = call }

  /// Why -v cannot be shown; nil when it can.
  var obstacle: String? {
    if curlVersion(call) != "8.5.0" { return "curl -v of curl \(curlVersion(call))" }
    if call.options.has("d") || call.options.has("L") { return "curl -v with -d or -L" }
    return call.operands.count + call.options.values("url").count > 1 ? "curl -v of several URLs" : nil
  }

  func show(
    _ url: SimpleURL, _ address: String, isPinned: Bool, _ request: HTTPRequest, _ response: HTTPResponse
  ) {
    var text = ""
    if isPinned {
      text += "* Added \(url.host):\(url.port):\(address) to DNS cache\n* Hostname \(url.host) was found in DNS cache\n"
    } else if address != url.host {
      text += "* Host \(url.host):\(url.port) was resolved.\n* IPv6: (none)\n* IPv4: \(address)\n"
      if url.host == "localhost" {
        call.process.note(notSimulated: "curl -v of localhost (which address it tries first)")
      }
    }
    text += "*   Trying \(address):\(url.port)...\n"
    text += "* Connected to \(url.host) (\(address)) port \(url.port)\n"
    text += "> \(request.method) \(request.path) HTTP/1.1\n"
    for (name, value) in request.headers { text += "> \(name): \(value)\n" }
    text += "> \n< HTTP/1.1 \(response.status) \(response.reason)\n"
    var closes = false
    for (name, value) in response.headers {
      text += "< \(name): \(value)\n"
      if name.lowercased() == "connection", value.lowercased() == "close" { closes = true }
    }
    text += "< \n"
    if call.options.has("f"), response.status >= 400 {
      text += "* The requested URL returned error: \(response.status)\n* Closing connection\n"
    } else {
      if !call.options.has("I"), !response.body.isEmpty, !call.outputIsTerminal || call.options.has("o") {
        text += "{ [\(response.body.count) bytes data]\n"
      }
      text += closes ? "* Closing connection\n" : "* Connection #0 to host \(url.host) left intact\n"
    }
    call.writeError(text)
    if let unknown = response.unknownHeaders { call.process.note(notSimulated: unknown) }
  }
}
