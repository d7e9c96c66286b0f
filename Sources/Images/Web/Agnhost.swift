// agnhost, the test image that Kubernetes' documentation runs: netexec, serve-hostname, liveness, pause.
// Source: kubernetes/kubernetes test/images/agnhost (netexec, serve-hostname, liveness), its lines through klog.

import SimKernel
import SimMachine
import Utilities

enum AgnhostImage {
  static var families: [ImageFamily] {
    WebServerImage(
      name: "",
      tags: .matching { tag in
        VersionTag(tag).map { $0.numbers[0] == 2 && $0.numbers.count == 2 && $0.numbers[1] <= 60 } ?? false
      }, megabytes: 55, program: "/agnhost", defaults: ["pause"],
      environment: [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")],
      userland: .distribution(
        Distribution.alpine(18).adding(programs: "bash curl dig host iperf nc nslookup").with(
          versions: [("bind", ""), ("netcat", "openbsd")]
        ).unreleased),
      port: port, start: start, answer: answer
    ).families(["registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost"])
  }

  private static func port(_ start: ServerStart) -> Int? {
    switch start.arguments.first {
    case "netexec": return Int(start.option("http-port") ?? "8080")
    case "serve-hostname": return Int(start.option("port") ?? "9376")
    case "liveness": return 8080
    case "pause", nil: return 0
    default:
      start.process.note(notSimulated: "agnhost \(start.arguments[0])")
      start.process.machine.logNotSimulated = "image agnhost: \(start.arguments[0])"
      return nil
    }
  }

  /// A line of Go's log package as klog passes it on: the place is the one in Go's own library that called it.
  private static func stamp(_ start: ServerStart) -> String {
    let minor = VersionTag(start.tag)?.numbers.last ?? 0
    return LogStamp.klog(start.time, minor >= 46 ? "log.go:245" : "log.go:195")
  }

  private static func start(_ start: ServerStart) {
    switch start.arguments.first {
    case "netexec":
      start.process.complain("\(stamp(start))Started HTTP server on port \(start.option("http-port") ?? "8080")\n")
      let udp = start.option("udp-port") ?? "8081"
      if udp != "-1" { start.process.complain("\(stamp(start))Started UDP server on port  \(udp)\n") }
    case "serve-hostname":
      if start.option("tcp") != nil || start.option("udp") != nil || start.arguments.contains("--tcp") {
        start.process.note(notSimulated: "agnhost serve-hostname --tcp, --udp")
      }
      start.process.complain("\(stamp(start))Serving on port \(start.option("port") ?? "9376").\n")
    case "pause", nil: start.process.print("Paused\n")
    default: break
    }
  }

  private static func answer(_ call: WebCall) {
    switch call.start.arguments.first {
    case "serve-hostname":
      call.log(
        "\(stamp(call.start))HTTP request from \(call.clientAddress):\(call.machine.ephemeralPort())\n")
      call.text = call.machine.hostname
    case "liveness": liveness(call)
    default: netexec(call)
    }
  }

  /// Well for ten seconds, ill from then on.
  private static func liveness(_ call: WebCall) {
    let age = call.machine.world.now - call.since
    switch call.path {
    case "/healthz":
      if age.nanoseconds > 10_000_000_000 {
        call.status = 500
        call.text = "error: \(seconds(age))"
      } else {
        call.text = "ok"
      }
    case "/started": call.text = "\(seconds(age))s"
    default: call.notSimulated = "image agnhost: \(call.path) of liveness"
    }
  }

  /// Seconds with what is left of nine decimals.
  private static func seconds(_ age: Interval) -> String {
    var text = "\(age.wholeSeconds).\(padded(age.nanoseconds % 1_000_000_000, 9))"
    while text.utf8.last == 48 { text.removeLast() }
    if text.utf8.last == 46 { text.removeLast() }
    return text
  }

  private static func netexec(_ call: WebCall) {
    func log(_ text: String) { call.log("\(stamp(call.start))\(text)\n") }
    switch call.path {
    case "/hostname", "/hostName":
      log("GET \(call.path)")
      call.text = call.machine.hostname
    case "/echo":
      let message = call.parameter("msg") ?? ""
      let code = call.parameter("code") ?? ""
      log("GET /echo?msg=\(message)&code=\(code)")
      if message.utf8.contains(37) || message.utf8.contains(43) {
        call.notSimulated = "image agnhost: /echo of an encoded text"
      }
      if let number = Int(code) { call.status = number }
      call.text = message
    case "/healthz": log("GET /healthz")
    case "/clientip":
      log("GET /clientip")
      call.text = "\(call.clientAddress):\(call.machine.ephemeralPort())"
    case "/":
      log("GET /")
      // Go's time with the monotonic clock's seconds since the program's start.
      let age = call.machine.world.now - call.since
      let nanoseconds = padded(age.nanoseconds % 1_000_000_000, 9)
      var part = padded(call.time.nanosecond, 9)
      while part.utf8.last == 48 { part.removeLast() }
      call.text =
        "NOW: \(dateAndTime(call.time))\(part.isEmpty ? "" : "." + part) +0000 UTC m=+\(age.wholeSeconds).\(nanoseconds)"
    case "/dial", "/exit", "/redirect", "/shell", "/upload", "/shutdown":
      call.notSimulated = "image agnhost: \(call.path) of netexec"
    default:
      log("GET /")
      call.notSimulated = "image agnhost: \(call.path) of netexec"
    }
  }
}
