// Demonstration applications of which only what labs ask over HTTP in passing is known: podinfo and kuard answer their health
// pages, nginxdemos/hello its plain text. Their pages say "not simulated".
// Sources: stefanprodan/podinfo pkg/api/http/health.go; kubernetes-up-and-running/kuard pkg/debugprobe; nginxinc/NGINX-Demos
// nginx-hello/hello-plain-text.conf.

import SimKernel
import SimMachine

enum DemoApplicationImages {
  static var families: [ImageFamily] {
    podinfo.families(["ghcr.io/stefanprodan/podinfo", "docker.io/stefanprodan/podinfo"])
      + [kuard.family, nginxHello.family]
  }

  private static var podinfo: WebServerImage {
    WebServerImage(
      name: "podinfo",
      tags: .matching { tag in
        tag == "latest" || VersionTag(tag).map { $0.numbers.count == 3 && (0...6).contains($0.numbers[0]) } == true
      }, megabytes: 30, program: "./podinfo", port: { Int($0.option("port") ?? "9898") },
      start: { $0.process.machine.logNotSimulated = "image podinfo: its log" },
      answer: { call in
        guard ["/healthz", "/readyz"].contains(call.path) else {
          call.notSimulated = "image podinfo: \(call.path)"
          return
        }
        call.headers = [("X-Content-Type-Options", "nosniff")]
        call.type = "application/json; charset=utf-8"
        call.text = "{\n  \"status\": \"OK\"\n}"
      }, codeWithoutPort: 1)
  }

  private static var kuard: WebServerImage {
    WebServerImage(
      name: "gcr.io/kuar-demo/kuard-amd64", tags: .exactly(["1", "2", "3", "blue", "green", "purple"]), megabytes: 12,
      program: "/kuard", port: { _ in 8080 },
      start: { $0.process.machine.logNotSimulated = "image kuard: its log" },
      answer: { call in
        guard ["/healthy", "/ready"].contains(call.path) else {
          call.notSimulated = "image kuard: \(call.path)"
          return
        }
        call.text = "ok"
      })
  }

  private static var nginxHello: WebServerImage {
    WebServerImage(
      name: "docker.io/nginxdemos/hello", tags: .exactly(["latest", "plain-text", "0.2", "0.3", "0.4"]), megabytes: 20,
      program: "/docker-entrypoint.sh", language: .other, port: { _ in 80 },
      start: { $0.process.machine.logNotSimulated = "image nginxdemos/hello: its log" },
      answer: { call in
        guard call.start.tag.hasPrefix("plain-text") else {
          call.notSimulated = "image nginxdemos/hello: its page"
          return
        }
        let time = call.time
        call.text = """
          Server address: \(call.client === call.machine ? call.clientAddress : call.machine.address):80
          Server name: \(call.machine.hostname)
          Date: \(padded(time.day, 2))/\(time.monthAbbreviation)/\(padded(time.year, 4)):\(clockTime(time)) +0000
          URI: \(call.request.path)
          Request ID: \(call.machine.world.random.hexadecimal(32))

          """
      })
  }
}
