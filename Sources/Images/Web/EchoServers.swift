// Servers that send the request back: jmalloc/echo-server (minikube's kicbase/echo-server is made of it) and traefik/whoami.
// Sources: jmalloc/echo-server cmd/echo-server/main.go; traefik/whoami app.go.

import SimKernel
import SimMachine

enum EchoServerImages {
  static var families: [ImageFamily] {
    echo.families(["docker.io/jmalloc/echo-server", "docker.io/kicbase/echo-server", "gcr.io/k8s-minikube/echo-server"])
      + whoami.families(["docker.io/traefik/whoami", "docker.io/containous/whoami"])
  }

  private static var echo: WebServerImage {
    WebServerImage(
      name: "", tags: .exactly(["latest", "1.0", "0.1.0", "0.2.0", "0.3.0", "0.3.5", "0.3.6", "0.3.7"]), megabytes: 5,
      program: "/bin/echo-server",
      port: { Int(portText($0)) },
      start: { $0.process.print("Echo server listening on port \(portText($0)).\n") },
      answer: { call in
        let port = call.machine.ephemeralPort()
        call.log("\(call.clientAddress):\(port) | \(call.request.method) \(call.request.path)\n", to: 1)
        if call.path == "/.ws" || call.path == "/.sse" {
          call.notSimulated = "image echo-server: \(call.path)"
          return
        }
        call.type = "text/plain"
        call.text =
          "Request served by \(call.machine.hostname)\n\n\(call.request.method) \(call.request.path) HTTP/1.1\n\nHost: \(call.hostHeader)\n"
        for (name, value) in call.sortedHeaders { call.text += "\(name): \(value)\n" }
        if !call.request.body.isEmpty { call.text += "\n" + String(decoding: call.request.body, as: UTF8.self) }
      }
    )
  }

  private static func portText(_ start: ServerStart) -> String {
    let text = start.process.environment["PORT"] ?? ""
    return text.isEmpty ? "8080" : text
  }

  private static var whoami: WebServerImage {
    WebServerImage(
      name: "",
      tags: .matching { tag in
        tag == "latest" || VersionTag(tag.hasPrefix("v") ? String(tag.dropFirst()) : tag)?.numbers[0] == 1
      }, megabytes: 3, program: "/whoami", port: { Int(whoamiPort($0)) },
      start: { $0.process.complain("\(LogStamp.go($0.time))Starting up on port \(whoamiPort($0))\n") },
      answer: { call in
        switch call.path {
        case "/health": break
        case "/bench":
          call.headers = [("Connection", "keep-alive")]
          call.type = "text/plain"
          call.text = "1"
        case "/api", "/data", "/echo": call.notSimulated = "image whoami: \(call.path)"
        default:
          if call.parameter("env") != nil || call.parameter("wait") != nil {
            call.notSimulated = "image whoami: its query parameters"
            return
          }
          if let name = call.start.option("name") ?? call.start.process.environment["WHOAMI_NAME"], !name.isEmpty {
            call.text += "Name: \(name)\n"
          }
          call.text += "Hostname: \(call.machine.hostname)\nIP: 127.0.0.1\nIP: ::1\nIP: \(call.machine.address)\n"
          call.text += "IP: \(call.machine.linkLocalAddress)\n"
          call.text += "RemoteAddr: \(call.clientAddress):\(call.machine.ephemeralPort())\n"
          call.text += "\(call.request.method) \(call.request.path) HTTP/1.1\r\nHost: \(call.hostHeader)\r\n"
          // Go writes the user agent first, then the others in order.
          for (name, value) in call.sortedHeaders where name == "User-Agent" { call.text += "\(name): \(value)\r\n" }
          for (name, value) in call.sortedHeaders where name != "User-Agent" { call.text += "\(name): \(value)\r\n" }
          call.text += "\r\n"
        }
      }
    )
  }

  private static func whoamiPort(_ start: ServerStart) -> String {
    start.option("port") ?? start.process.environment["WHOAMI_PORT_NUMBER"] ?? "80"
  }
}

extension Machine {
  /// The port that a client's connection comes from: of Linux' range, by chance.
  func ephemeralPort() -> Int { 32_768 + world.random.below(28_232) }

  /// The address that IPv6 gives an interface by itself, from its hardware address.
  var linkLocalAddress: String {
    var random = world.random.split("hardware address \(hostname) \(address)")
    let parts = (0..<6).map { _ in random.below(256) }
    func group(_ high: Int, _ low: Int) -> String { String(high << 8 | low, radix: 16) }
    // A hardware address chosen by software has that bit set, and the bit is turned over in the address.
    return
      "fe80::\(group(parts[0] & 0xfc, parts[1])):\(group(parts[2], 0xff)):\(group(0xfe, parts[3])):\(group(parts[4], parts[5]))"
  }
}
