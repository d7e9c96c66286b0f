// Servers that labs use to see which pod answers: hello-app, http-echo, agnhost's netexec; and curl's own image.
// Sources: GoogleCloudPlatform/kubernetes-engine-samples hello-app; hashicorp/http-echo; kubernetes test/images/agnhost netexec.

import SimKernel
import SimMachine
import Utilities

package enum WebServerImages {
  package static var families: [ImageFamily] { helloApps + [httpEcho, agnhost] + curlImages }

  /// A Go web server: its answers, and what it logs at the start and per request.
  private static func server(
    _ name: String, tags: TagRule, megabytes: Int64, program: String, defaults: [String] = [],
    port: @escaping ([String]) -> Int?, start: @escaping ([String], CivilTime) -> String,
    answer: @escaping (GoServer.Call) -> Void
  ) -> ImageFamily {
    ImageFamily(
      name: name, tags: tags, sizeBytes: { _ in megabytes << 20 }, pull: .milliseconds(1_400),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.entrypoint = [program]
        configuration.command = defaults
        configuration.userland = .none
        return configuration
      },
      populate: { machine, tag in
        install(machine, program) {
          GoServer(name: name, tag: tag, port: port, start: start, answer: answer)
        }
      })
  }

  /// `2026/01/15 09:00:00`, as Go's log package begins a line.
  fileprivate static func stamp(_ t: CivilTime) -> String {
    "\(padded(t.year, 4))/\(padded(t.month, 2))/\(padded(t.day, 2)) \(clockTime(t))"
  }

  private static var helloApps: [ImageFamily] {
    ["gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"].map { name in
      server(
        name, tags: .exactly(["1.0", "2.0"]), megabytes: 12, program: "/hello-app", port: { _ in 8080 },
        start: { _, time in stamp(time) + " Server listening on port 8080\n" },
        answer: { call in
          call.log(stamp(call.time) + " Serving request: \(call.path)\n")
          call.text = "Hello, world!\nVersion: \(call.tag).0\nHostname: \(call.machine.hostname)\n"
        })
    }
  }

  private static func option(_ name: String, _ arguments: [String]) -> String? {
    for (index, word) in arguments.enumerated() {
      for dash in ["-", "--"] {
        if word.hasPrefix(dash + name + "=") { return String(word.dropFirst(dash.utf8.count + name.utf8.count + 1)) }
        if word == dash + name, index + 1 < arguments.count { return arguments[index + 1] }
      }
    }
    return nil
  }

  private static var httpEcho: ImageFamily {
    server(
      "docker.io/hashicorp/http-echo", tags: .exactly(["latest", "1.0", "1.0.0", "0.2.3", "0.2.1"]), megabytes: 4,
      program: "/http-echo",
      port: { arguments in
        guard let text = option("text", arguments), !text.isEmpty else { return nil }
        return hostAndPort(option("listen", arguments) ?? ":5678", 5678).port
      },
      start: { arguments, time in
        guard let text = option("text", arguments), !text.isEmpty else { return "Missing -text option!\n" }
        return stamp(time) + " [INFO] server is listening on \(option("listen", arguments) ?? ":5678")\n"
      },
      answer: { call in
        call.logIsIncomplete("image http-echo: its lines for requests (client ports and times)")
        let version = call.tag.hasPrefix("0") ? call.tag : "1.0.0"
        if call.path == "/health" {
          call.text = "{\"status\":\"ok\"}\n"
        } else {
          call.headers = [("X-App-Name", "http-echo"), ("X-App-Version", version)]
          call.text = (option("text", call.arguments) ?? "") + "\n"
        }
      })
  }

  private static var agnhost: ImageFamily {
    server(
      "registry.k8s.io/e2e-test-images/agnhost",
      tags: .matching { tag in VersionTag(tag).map { $0.numbers[0] == 2 && $0.numbers.count == 2 } ?? false },
      megabytes: 55, program: "/agnhost", defaults: ["pause"],
      port: { arguments in
        guard arguments.first == "netexec" else { return nil }
        return Int(option("http-port", arguments) ?? "8080") ?? 8080
      },
      start: { arguments, time in
        switch arguments.first {
        case "netexec":
          return stamp(time) + " Started HTTP server on port \(option("http-port", arguments) ?? "8080")\n"
        case "pause": return "Paused\n"
        default: return ""
        }
      },
      answer: { call in
        call.logIsIncomplete("image agnhost: its lines for requests (client ports)")
        switch call.path {
        case "/hostname", "/hostName": call.text = call.machine.hostname
        case "/echo":
          call.text = ""
          for part in separated(call.query, by: "&") where part.hasPrefix("msg=") {
            call.text = String(part.dropFirst(4))
          }
        case "/healthz": call.text = ""
        default: call.notSimulated = "image agnhost: \(call.path) of netexec"
        }
      })
  }

  private static var curlImages: [ImageFamily] {
    ["docker.io/curlimages/curl", "quay.io/curl/curl"].map { name in
      ImageFamily(
        name: name,
        tags: .matching { tag in
          tag == "latest" || VersionTag(tag).map { $0.numbers.count == 3 && (7...8).contains($0.numbers[0]) } == true
        }, sizeBytes: { _ in 9 << 20 }, pull: .milliseconds(1_300),
        configuration: { tag in
          var configuration = ImageConfiguration()
          configuration.entrypoint = ["/entrypoint.sh"]
          configuration.command = ["curl"]
          configuration.userland = .distribution(
            Distribution.alpine(22).adding(
              users: "curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin",
              groups: "curl_group:x:101:curl_user", programs: "curl"
            ).with(versions: [("curl", tag == "latest" ? "8.17.0" : tag)]))
          configuration.workingDirectory = "/home/curl_user"
          configuration.credentials = Credentials(user: 100, group: 101)
          configuration.userName = "curl_user"
          configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
          return configuration
        },
        populate: { machine, _ in
          makeFolders(machine, ["/home/curl_user"], owner: Credentials(user: 100, group: 101))
          install(machine, "/entrypoint.sh", name: "curl entrypoint") { ExecProgram(ifOptions: "curl") }
        })
    }
  }
}

/// A script that ends in `exec "$@"`, with a program's name put before options.
final class ExecProgram: Program {
  private let name: String

  init(ifOptions name: String) { self.name = name }

  func resume(_ process: Process) -> Step {
    var words = Array(process.arguments.dropFirst())
    if words.first?.utf8.first == 45 || words.isEmpty { words.insert(name, at: 0) }
    guard becomeOther(process, words) else {
      process.complain("\(process.arguments[0]): exec: line 0: \(words[0]): not found\n")
      return .exit(127)
    }
    return .again
  }
}

/// A small web server written in Go: its own log, Go's headers.
final class GoServer: ServerProcess {
  /// One request and what is answered to it.
  final class Call {
    let machine: Machine
    let arguments: [String]
    let tag: String
    let path: String
    let query: String
    let time: CivilTime
    let log: (String) -> Void
    var text = ""
    var headers: [(String, String)] = []
    var notSimulated: String?

    init(
      _ machine: Machine, _ arguments: [String], _ tag: String, _ request: HTTPRequest,
      _ log: @escaping (String) -> Void
    ) {
      self.machine = machine
      self.arguments = arguments
      self.tag = tag
      self.log = log
      time = machine.world.civilNow
      if let mark = request.path.utf8.firstIndex(of: 63) {
        path = String(request.path[..<mark])
        query = String(request.path[request.path.utf8.index(after: mark)...])
      } else {
        path = request.path
        query = ""
      }
    }

    func logIsIncomplete(_ what: String) { machine.logNotSimulated = what }
  }

  private let image: String
  private let tag: String
  private let port: ([String]) -> Int?
  private let start: ([String], CivilTime) -> String
  private let answer: (Call) -> Void

  init(
    name: String, tag: String, port: @escaping ([String]) -> Int?, start: @escaping ([String], CivilTime) -> String,
    answer: @escaping (Call) -> Void
  ) {
    image = name
    self.tag = tag
    self.port = port
    self.start = start
    self.answer = answer
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(20) }

  override func begin(_ process: Process) -> Int32? {
    let arguments = Array(process.arguments.dropFirst())
    process.complain(start(arguments, process.world.civilNow))
    guard let number = port(arguments) else {
      if arguments.first == "pause" { return nil }
      if image.hasSuffix("http-echo") { return 127 }
      process.note(notSimulated: "image \(image): \(arguments.first ?? "")")
      process.machine.logNotSimulated = "image \(image): \(arguments.first ?? "its default command")"
      return 1
    }
    process.machine.listeners[number] = GoListener(process.machine, arguments, tag, answer) { line in
      guard !process.hasEnded else { return }
      process.complain(line)
      process.wake()
    }
    return nil
  }

  override func stopDelay(_ process: Process) -> Interval { .milliseconds(10) }
  override func stopped(_ process: Process) -> Int32 { 2 }
}

private final class GoListener: HTTPListener {
  let service = "http"
  private let machine: Machine
  private let arguments: [String]
  private let tag: String
  private let answer: (GoServer.Call) -> Void
  private let log: (String) -> Void

  init(
    _ machine: Machine, _ arguments: [String], _ tag: String, _ answer: @escaping (GoServer.Call) -> Void,
    _ log: @escaping (String) -> Void
  ) {
    self.machine = machine
    self.arguments = arguments
    self.tag = tag
    self.answer = answer
    self.log = log
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    let call = GoServer.Call(machine, arguments, tag, request, log)
    answer(call)
    var response = HTTPResponse()
    response.body = Array(call.text.utf8)
    response.notSimulated = call.notSimulated
    response.headers = call.headers
    response.headers.append(("Date", HTTPDate.text(machine.world.civilNow)))
    response.headers.append(("Content-Length", "\(response.body.count)"))
    if !response.body.isEmpty { response.headers.append(("Content-Type", "text/plain; charset=utf-8")) }
    if request.method == "HEAD" { response.body = [] }
    return response
  }
}
