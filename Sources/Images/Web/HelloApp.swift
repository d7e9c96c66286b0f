// hello-app, Google's first example. Source: GoogleCloudPlatform/kubernetes-engine-samples, hello-app/main.go.

import SimKernel
import SimMachine

enum HelloAppImage {
  static var families: [ImageFamily] {
    WebServerImage(
      name: "", tags: .exactly(["1.0", "2.0"]), megabytes: 12, program: "/hello-app",
      port: { Int($0.process.environment["PORT"] ?? "8080") },
      start: { start in
        start.process.complain(
          "\(LogStamp.go(start.time))Server listening on port \(start.process.environment["PORT"] ?? "8080")\n")
      },
      answer: { call in
        call.log("\(LogStamp.go(call.time))Serving request: \(call.path)\n")
        call.text = "Hello, world!\nVersion: \(call.start.tag).0\nHostname: \(call.machine.hostname)\n"
      }
    ).families([
      "gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app",
    ])
  }
}
