// The echoserver of minikube's first pages: nginx with a script that tells the request. Source: kubernetes/kubernetes
// test/images/echoserver (template of 1.4 and 1.10), and what both print.

import SimKernel
import SimMachine

enum ClusterEchoImage {
  static var families: [ImageFamily] {
    WebServerImage(
      name: "echoserver", tags: .exactly(["1.3", "1.4", "1.5", "1.7", "1.8", "1.9", "1.10"]), megabytes: 43,
      program: "/usr/local/bin/run.sh", language: .other, port: { _ in 8080 },
      start: { $0.process.machine.logNotSimulated = "image echoserver: its log" },
      answer: { call in
        switch call.start.tag {
        case "1.10": call.text = recent(call)
        case "1.4": call.text = old(call)
        default: call.notSimulated = "image echoserver:\(call.start.tag): its answer"
        }
      }
    ).families([
      "registry.k8s.io/echoserver", "k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver",
      "gcr.io/google-containers/echoserver",
    ])
  }

  private static func headers(_ call: WebCall, before: String) -> String {
    var list = call.sortedHeaders + [("Host", call.hostHeader)]
    list.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    var text = ""
    for (name, value) in list { text += "\(before)\(name.lowercased())=\(value)\n" }
    return text
  }

  private static func uri(_ call: WebCall) -> String {
    "http://\(hostAndPort(call.hostHeader, 80).host):8080\(call.request.path)"
  }

  private static func body(_ call: WebCall) -> String {
    call.request.body.isEmpty ? "-no body in request-" : String(decoding: call.request.body, as: UTF8.self)
  }

  private static func recent(_ call: WebCall) -> String {
    let environment = call.start.process.environment
    if environment["POD_NAME"] != nil || environment["NODE_NAME"] != nil {
      call.notSimulated = "image echoserver: its pod information"
    }
    return """


      Hostname: \(call.machine.hostname)

      Pod Information:
      \t-no pod information available-

      Server values:
      \tserver_version=nginx: 1.13.3 - lua: 10008

      Request Information:
      \tclient_address=\(call.clientAddress)
      \tmethod=\(call.request.method)
      \treal path=\(call.request.path)
      \tquery=\(call.query)
      \trequest_version=1.1
      \trequest_scheme=http
      \trequest_uri=\(uri(call))

      Request Headers:
      \(headers(call, before: "\t"))
      Request Body:
      \t\(body(call))


      """
  }

  private static func old(_ call: WebCall) -> String {
    """
    CLIENT VALUES:
    client_address=\(call.clientAddress)
    command=\(call.request.method)
    real path=\(call.request.path)
    query=\(call.query.isEmpty ? "nil" : call.query)
    request_version=1.1
    request_uri=\(uri(call))

    SERVER VALUES:
    server_version=nginx: 1.10.0 - lua: 10001

    HEADERS RECEIVED:
    \(headers(call, before: ""))BODY:
    \(body(call))
    """
  }
}
