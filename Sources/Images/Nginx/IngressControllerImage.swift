// registry.k8s.io/ingress-nginx/controller: a web server on ports 80 and 443 whose rules are the cluster's Ingress objects, and its
// health on port 10254. What it answers itself is nginx' pages without a version; it hides the `Server` header.
// Source: kubernetes/ingress-nginx 1.11 (rootfs/Dockerfile, the nginx.conf template, controller defaults).

import SimKernel
import SimMachine
import Utilities

package enum IngressControllerImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "registry.k8s.io/ingress-nginx/controller",
      tags: .matching { tag in
        tag.utf8.first == 118
          && VersionTag(String(tag.dropFirst())).map { $0.numbers[0] == 1 && $0.variant.isEmpty } == true
      }, sizeBytes: { _ in 104 << 20 }, pull: .milliseconds(4_200),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.entrypoint = ["/usr/bin/dumb-init", "--"]
        configuration.command = ["/nginx-ingress-controller"]
        configuration.userland = .distribution(
          Distribution.alpine(21).adding(
            users: "www-data:x:101:82:Linux User,,,:/home/www-data:/sbin/nologin", groups: "www-data:x:82:",
            programs: "bash curl"))
        configuration.workingDirectory = "/etc/nginx"
        configuration.credentials = Credentials(user: 101, group: 82)
        configuration.userName = "www-data"
        return configuration
      },
      populate: { machine, _ in
        makeFolders(machine, ["/etc/nginx"], owner: Credentials(user: 101, group: 82))
        install(machine, "/usr/bin/dumb-init", name: "ingress-nginx dumb-init") { IngressController() }
        install(machine, "/nginx-ingress-controller") { IngressController() }
        install(machine, "/wait-shutdown") { UtilityProgram(Utility("wait-shutdown") { _ in 0 }) }
        machine.logNotSimulated = "image ingress-nginx/controller: its log"
        installNotSimulated(machine, folder: "/usr/bin", ["nginx"])
      })
  }
}

final class IngressController: ServerProcess {
  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(1_200) }

  override func begin(_ process: Process) -> Int32? {
    let listener = IngressListener(process.machine)
    process.machine.listeners[80] = listener
    process.machine.listeners[443] = listener
    process.machine.listeners[10_254] = HealthListener()
    return nil
  }

  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .seconds(1) }
}

private final class HealthListener: HTTPListener {
  let service = "http"

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = HTTPResponse()
    if request.path == "/healthz" {
      response.body = Array("ok".utf8)
    } else {
      response.notSimulated = "image ingress-nginx/controller: \(request.path) of its health port"
    }
    return response
  }
}

private final class IngressListener: HTTPListener {
  let service = "http"
  private let machine: Machine

  init(_ machine: Machine) { self.machine = machine }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    let host = hostAndPort(request.host, 80).host
    var response: HTTPResponse
    switch machine.network?.ingressRoute(host: host, path: request.path) ?? .noRule {
    case .noRule: response = page(404)
    case .noEndpoint: response = page(503)
    case .toTLS:
      response = page(308)
      response.headers.append(("Location", "https://" + host + request.path))
    case .notSimulated(let reason):
      response = HTTPResponse()
      response.notSimulated = reason
    case .backend(let address, let port, let path):
      response = forward(request, host: host, to: address, port, path, from: client)
    }
    if request.method == "HEAD" { response.body = [] }
    return response
  }

  /// What nginx adds for the server behind it, and what it keeps of that one's answer.
  private func forward(
    _ request: HTTPRequest, host: String, to address: String, _ port: Int, _ path: String, from client: Machine
  ) -> HTTPResponse {
    guard case .connected(let listener, _) = machine.network?.connect(host: address, port: port, from: machine),
      let server = listener.asHTTP
    else { return page(502) }
    var asked = request
    asked.path = path
    asked.headers = [
      ("Host", request.host), ("X-Request-ID", machine.world.random.hexadecimal(32)), ("X-Real-IP", client.address),
      ("X-Forwarded-For", client.address), ("X-Forwarded-Host", request.host), ("X-Forwarded-Port", "80"),
      ("X-Forwarded-Proto", "http"), ("X-Forwarded-Scheme", "http"), ("X-Scheme", "http"),
    ]
    for (name, value) in request.headers where !["host", "connection"].contains(name.lowercased()) {
      asked.headers.append((name, value))
    }
    var answer = server.respond(to: asked, from: machine)
    let length = request.method == "HEAD" ? nil : answer.body.count
    var head = [("Date", HTTPDate.text(machine.world.civilNow))]
    for (name, value) in answer.headers where name.lowercased() == "content-type" { head.append((name, value)) }
    if let length {
      head.append(("Content-Length", String(length)))
    } else {
      for (name, value) in answer.headers where name.lowercased() == "content-length" { head.append((name, value)) }
    }
    head.append(("Connection", "keep-alive"))
    let own = ["server", "date", "connection", "content-length", "content-type"]
    for (name, value) in answer.headers where !own.contains(name.lowercased()) { head.append((name, value)) }
    answer.headers = head
    return answer
  }

  private func page(_ code: Int) -> HTTPResponse {
    var response = HTTPResponse()
    response.status = code
    response.reason = NginxReply.reason(code)
    response.body = NginxReply.page(code, product: "nginx")
    response.headers = [
      ("Date", HTTPDate.text(machine.world.civilNow)), ("Content-Type", "text/html"),
      ("Content-Length", String(response.body.count)), ("Connection", "keep-alive"),
    ]
    return response
  }
}
