// Servers written for Node.js that tutorials start with: kubernetes-bootcamp (Kubernetes Basics), node-hello, and kubia (the book
// "Kubernetes in Action"). Sources: jocatalin/kubernetes-bootcamp server.js; kubernetes-engine-samples hello-node server.js;
// luksa/kubernetes-in-action Chapter02 and Chapter09.

import SimKernel
import SimMachine
import Utilities

enum NodeServerImages {
  static var families: [ImageFamily] {
    bootcamp.families(["gcr.io/google-samples/kubernetes-bootcamp", "docker.io/jocatalin/kubernetes-bootcamp"])
      + [nodeHello.family, kubia.family]
  }

  private static let userland = Userland.distribution(
    Distribution.debian().adding(programs: "curl").unreleased)
  private static let path = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]

  private static var bootcamp: WebServerImage {
    WebServerImage(
      name: "", tags: .exactly(["v1", "v2"]), megabytes: 80, program: "/usr/local/bin/node",
      defaults: ["server.js"], environment: path,
      language: .node, userland: userland, port: { _ in 8080 },
      start: { start in
        start.process.print(
          "Kubernetes Bootcamp App Started At: \(LogStamp.javaScript(start.time)) | Running On:  \(start.process.machine.hostname) \n\n"
        )
      },
      answer: { call in
        let host = call.machine.hostname
        call.type = "text/plain"
        call.text = "Hello Kubernetes bootcamp! | Running on: \(host) | v=\(String(call.start.tag.dropFirst()))\n"
        let milliseconds = (call.machine.world.now - call.since).nanoseconds / 1_000_000
        call.log(
          "Running On: \(host) | Total Requests: \(call.served + 1) | App Uptime: \(seconds(milliseconds)) seconds | Log Time: \(LogStamp.javaScript(call.time))\n",
          to: 1)
      })
  }

  /// Thousandths as JavaScript writes the quotient: without trailing zeros.
  private static func seconds(_ milliseconds: Int64) -> String {
    var text = "\(milliseconds / 1_000).\(padded(milliseconds % 1_000, 3))"
    while text.utf8.last == 48 { text.removeLast() }
    if text.utf8.last == 46 { text.removeLast() }
    return text
  }

  private static var nodeHello: WebServerImage {
    WebServerImage(
      name: "gcr.io/google-samples/node-hello", tags: .exactly(["1.0"]), megabytes: 185, program: "/usr/local/bin/node",
      defaults: ["server.js"], environment: path, language: .node, userland: userland, port: { _ in 8080 },
      answer: { call in
        call.log("Received request for URL: \(call.request.path)\n", to: 1)
        call.text = "Hello Kubernetes!"
      })
  }

  private static var kubia: WebServerImage {
    WebServerImage(
      name: "docker.io/luksa/kubia", tags: .exactly(["latest", "v1", "v2", "v3", "v4"]), megabytes: 250,
      program: "/usr/local/bin/node", defaults: ["app.js"], environment: path, language: .node, userland: userland,
      port: { _ in 8080 }, start: { $0.process.print("Kubia server starting...\n") },
      answer: { call in
        call.log("Received request from ::ffff:\(call.clientAddress)\n", to: 1)
        let host = call.machine.hostname
        switch call.start.tag {
        case "v1", "v2": call.text = "This is \(call.start.tag) running in pod \(host)\n"
        case "v3" where call.served >= 4:
          call.status = 500
          call.text = "Some internal error has occurred! This is pod \(host)\n"
        case "v3", "v4": call.text = "This is \(call.start.tag) running in pod \(host)\n"
        default: call.text = "You've hit \(host)\n"
        }
      })
  }
}
