// Images that labs only run: which port they listen on, or that their first program ends at once when nobody talks to it. What they
// answer, log and compute says "not simulated". Source: each image's Dockerfile (CMD, EXPOSE).

import SimKernel
import SimMachine
import Utilities

enum DeclaredImages {
  private struct Server {
    let name: String
    let majors: ClosedRange<Int>
    let port: Int
    let command: String
    let megabytes: Int64
  }

  /// Servers that need nothing to start.
  private static let servers = [
    Server(name: "docker.io/library/memcached", majors: 1...1, port: 11_211, command: "memcached", megabytes: 32),
    Server(name: "docker.io/library/rabbitmq", majors: 3...4, port: 5_672, command: "rabbitmq-server", megabytes: 110),
    Server(name: "docker.io/library/tomcat", majors: 8...11, port: 8_080, command: "catalina.sh", megabytes: 180),
    Server(name: "docker.io/library/wordpress", majors: 4...6, port: 80, command: "apache2-foreground", megabytes: 250),
    Server(name: "docker.io/library/registry", majors: 2...3, port: 5_000, command: "registry", megabytes: 10),
    Server(name: "docker.io/library/traefik", majors: 1...3, port: 80, command: "traefik", megabytes: 50),
    Server(name: "docker.io/library/caddy", majors: 2...2, port: 80, command: "caddy", megabytes: 20),
    Server(name: "docker.io/library/ghost", majors: 3...5, port: 2_368, command: "node", megabytes: 180),
    Server(name: "docker.io/library/adminer", majors: 4...5, port: 8_080, command: "php", megabytes: 40),
    Server(name: "docker.io/library/influxdb", majors: 1...3, port: 8_086, command: "influxd", megabytes: 140),
    Server(name: "docker.io/grafana/grafana", majors: 5...12, port: 3_000, command: "grafana", megabytes: 150),
    Server(name: "docker.io/prom/prometheus", majors: 2...3, port: 9_090, command: "prometheus", megabytes: 110),
  ]

  private struct Interpreter {
    let name: String
    let majors: ClosedRange<Int>
    /// The first is the default command.
    let programs: [String]
    let megabytes: Int64
  }

  /// Interpreters and shells: their default command reads the standard input, and ends with it.
  private static let interpreters = [
    Interpreter(
      name: "docker.io/library/python", majors: 2...3, programs: ["python3", "python", "pip", "pip3"], megabytes: 360),
    Interpreter(
      name: "docker.io/library/node", majors: 8...25, programs: ["node", "npm", "npx", "yarn"], megabytes: 380),
    Interpreter(name: "docker.io/library/golang", majors: 1...1, programs: ["bash", "go", "gofmt"], megabytes: 300),
    Interpreter(name: "docker.io/library/ruby", majors: 2...3, programs: ["irb", "ruby", "gem"], megabytes: 350),
    Interpreter(name: "docker.io/library/php", majors: 5...8, programs: ["php"], megabytes: 180),
  ]

  static var families: [ImageFamily] {
    servers.map { server in
      family(
        server.name, server.majors, server.megabytes, [server.command],
        { put($0, server.command, server.name, server.port) })
    }
      + interpreters.map { interpreter in
        family(
          interpreter.name, interpreter.majors, interpreter.megabytes, [interpreter.programs[0]],
          { machine in
            for program in interpreter.programs where program != "bash" {
              install(machine, "/usr/local/bin/" + program) {
                UtilityProgram(
                  Utility(program) { call in
                    // Without arguments it reads what to do, and here there is nothing.
                    if call.arguments.isEmpty, call.process.isInit { return 0 }
                    call.process.note(notSimulated: program)
                    call.process.machine.logNotSimulated = "image \(interpreter.name): \(program)"
                    return 1
                  })
              }
            }
          })
      }
  }

  private static func put(_ machine: Machine, _ command: String, _ name: String, _ port: Int) {
    install(machine, "/usr/local/bin/" + command) { DeclaredServer(name, port) }
  }

  /// A server of another file's.
  static func server(_ name: String, tags: TagRule, port: Int, command: String, megabytes: Int64) -> ImageFamily {
    let plain = family(name, 0...0, megabytes, [command], { put($0, command, name, port) })
    return ImageFamily(
      name: name, tags: tags, sizeBytes: plain.sizeBytes, pull: plain.pull, configuration: plain.configuration,
      populate: plain.populate)
  }

  private static func family(
    _ name: String, _ majors: ClosedRange<Int>, _ megabytes: Int64, _ command: [String],
    _ populate: @escaping (Machine) -> Void
  ) -> ImageFamily {
    ImageFamily(
      name: name, tags: .matching { _ in true }, sizeBytes: { _ in megabytes << 20 }, pull: .milliseconds(5_000),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.command = command
        configuration.userland = .distribution(
          occurs("alpine", in: tag) ? Distribution.alpine().unreleased : Distribution.debian().unreleased)
        configuration.needsWritableRoot = true
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      }, populate: { machine, _ in populate(machine) },
      isModelled: { tag in
        if ["latest", "alpine", "slim", "stable", "management", "lts"].contains(tag) { return true }
        let version = VersionTag(tag.utf8.first == 118 ? String(tag.dropFirst()) : tag)
        return version.map { majors.contains($0.numbers[0]) } ?? false
      })
  }
}

private final class DeclaredServer: ServerProcess, HTTPListener {
  private let image: String
  private let port: Int
  let service = "http"

  init(_ image: String, _ port: Int) {
    self.image = image
    self.port = port
  }

  override func begin(_ process: Process) -> Int32? {
    process.machine.logNotSimulated = "image \(image): its log"
    process.machine.listeners[port] = self
    return nil
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = HTTPResponse()
    response.notSimulated = "image \(image): its answers"
    return response
  }
}
