// docker.io/library/nginx: the official image. Welcome page, 404 page, entrypoint and server log as the image prints them;
// the version in headers follows the tag. Source: nginxinc/docker-nginx (entrypoint scripts), nginx' default pages.

import SimKernel
import SimMachine

package enum NginxImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/nginx",
      tags: .matching { tag in
        if [
          "latest", "stable", "mainline", "alpine", "stable-alpine", "mainline-alpine", "perl", "bookworm",
          "alpine-slim", "stable-perl",
        ].contains(tag) {
          return true
        }
        guard let version = VersionTag(tag), version.numbers[0] == 1 else { return false }
        guard version.numbers.count > 1 else { return version.numbers == [1] }
        return (7...29).contains(version.numbers[1]) && version.numbers.count <= 3
          && (version.numbers.count < 3 || version.numbers[2] <= 15)
      },
      sizeBytes: {
        VersionTag($0)?.variant.hasPrefix("alpine") == true || $0.hasSuffix("alpine") ? 20 << 20 : 72_223_946
      },
      pull: .milliseconds(2_500),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.entrypoint = ["/docker-entrypoint.sh"]
        configuration.command = ["nginx", "-g", "daemon off;"]
        configuration.stopSignal = .quit
        configuration.userland = tag.hasSuffix("alpine") ? .busybox : .gnu
        configuration.environment = [
          ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("NGINX_VERSION", release(tag)),
        ]
        return configuration
      },
      populate: { machine, tag in
        let version = release(tag)
        machine.commands.register("nginx \(version)") { NginxProgram(version: version) }
        machine.install("nginx \(version)", at: "/docker-entrypoint.sh")
        _ = try? machine.fileSystem.makeDirectory("/usr/sbin", parents: true)
        machine.install("nginx \(version)", at: "/usr/sbin/nginx")
        _ = try? machine.fileSystem.makeDirectory("/usr/share/nginx/html", parents: true)
        _ = try? machine.fileSystem.makeDirectory("/etc/nginx/conf.d", parents: true)
        _ = try? machine.fileSystem.makeDirectory("/var/log/nginx", parents: true)
        try? machine.fileSystem.write("/usr/share/nginx/html/index.html", Array(welcomePage.utf8))
        try? machine.fileSystem.write("/etc/nginx/conf.d/default.conf", Array(defaultConfiguration.utf8))
      })
  }

  /// The release a tag stands for; tags without a patch level mean their last one.
  static func release(_ tag: String) -> String {
    guard let version = VersionTag(tag) else { return tag.hasPrefix("stable") ? "1.28.0" : "1.29.3" }
    if version.numbers.count >= 3 { return "\(version.numbers[0]).\(version.numbers[1]).\(version.numbers[2])" }
    guard version.numbers.count == 2 else { return "1.29.3" }
    let lastPatch = [
      25: 5, 26: 3, 27: 5, 28: 0, 29: 3, 24: 0, 23: 4, 22: 1, 21: 6, 20: 2, 19: 10, 18: 0, 17: 10, 16: 1, 15: 12,
      14: 2,
    ]
    return "1.\(version.numbers[1]).\(lastPatch[version.numbers[1]] ?? 0)"
  }

  static func notFoundPage(_ version: String) -> String {
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/\(version)</center>\r\n</body>\r\n</html>\r\n"
  }

  private static let welcomePage = """
    <!DOCTYPE html>
    <html>
    <head>
    <title>Welcome to nginx!</title>
    <style>
    html { color-scheme: light dark; }
    body { width: 35em; margin: 0 auto;
    font-family: Tahoma, Verdana, Arial, sans-serif; }
    </style>
    </head>
    <body>
    <h1>Welcome to nginx!</h1>
    <p>If you see this page, the nginx web server is successfully installed and
    working. Further configuration is required.</p>

    <p>For online documentation and support please refer to
    <a href="http://nginx.org/">nginx.org</a>.<br/>
    Commercial support is available at
    <a href="http://nginx.com/">nginx.com</a>.</p>

    <p><em>Thank you for using nginx.</em></p>
    </body>
    </html>

    """

  private static let defaultConfiguration = """
    server {
        listen       80;
        listen  [::]:80;
        server_name  localhost;

        location / {
            root   /usr/share/nginx/html;
            index  index.html index.htm;
        }
    }

    """
}

/// The entrypoint and the server in one: logs, listens on port 80, stops on SIGTERM and SIGQUIT.
private final class NginxProgram: Program {
  private let version: String
  private var started = false
  private var stopAt: Instant?
  private let idle = WaitQueue()

  init(version: String) { self.version = version }

  func resume(_ process: Process) -> Step {
    if let stopAt {
      guard process.world.now >= stopAt else { return .wait([.until(stopAt, .activity)]) }
      process.machine.listeners[80] = nil
      notice(process, "exit")
      return .exit(0)
    }
    if !started {
      started = true
      let arguments = process.arguments
      if process.name == "nginx", arguments.count > 1 {
        if arguments[1] == "-v" {
          process.complain("nginx version: nginx/\(version)\n")
          return .exit(0)
        }
        if arguments[1] == "-t" {
          process.complain(
            "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n"
          )
          return .exit(0)
        }
        if arguments[1] != "-g" {
          process.note(notSimulated: "nginx \(arguments[1])")
          return .exit(1)
        }
      }
      if process.name == "docker-entrypoint.sh", arguments.count > 1, arguments[1] != "nginx" {
        return runOther(process)
      }
      begin(process)
    }
    return .wait([.queue(idle)])
  }

  /// The entrypoint runs whatever else it is given.
  private func runOther(_ process: Process) -> Step {
    let rest = Array(process.arguments.dropFirst())
    let path = process.environment["PATH"] ?? "/usr/bin:/bin"
    guard
      let found = process.machine.find(
        rest[0], path: path, in: process.workingDirectory, as: process.credentials),
      case .program(let program) = try? process.machine.executable(
        found, in: process.workingDirectory, as: process.credentials)
    else {
      process.complain("/docker-entrypoint.sh: line 47: exec: \(rest[0]): not found\n")
      return .exit(127)
    }
    process.become(program, arguments: rest)
    return .again
  }

  private func begin(_ process: Process) {
    let script = "/docker-entrypoint.sh"
    let folder = "/docker-entrypoint.d"
    process.print("\(script): \(folder)/ is not empty, will attempt to perform configuration\n")
    process.print("\(script): Looking for shell scripts in \(folder)/\n")
    process.print("\(script): Launching \(folder)/10-listen-on-ipv6-by-default.sh\n")
    process.print(
      "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf\n")
    process.print(
      "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n")
    process.print("\(script): Sourcing \(folder)/15-local-resolvers.envsh\n")
    process.print("\(script): Launching \(folder)/20-envsubst-on-templates.sh\n")
    process.print("\(script): Launching \(folder)/30-tune-worker-processes.sh\n")
    process.print("\(script): Configuration complete; ready for start up\n")
    notice(process, "using the \"epoll\" event method")
    notice(process, "nginx/\(version)")
    notice(process, "OS: Linux \(process.machine.facts.kernelRelease)")
    notice(process, "start worker processes")
    process.machine.listeners[80] = StaticWebServer(
      machine: process.machine, documentRoot: "/usr/share/nginx/html", product: "nginx/\(version)",
      notFoundPage: NginxImage.notFoundPage(version), logsForwardedFor: true,
      log: { line in
        process.write(1, line)
        process.wake()
      })
  }

  private func notice(_ process: Process, _ text: String) {
    let t = process.world.civilNow
    process.complain(
      "\(padded(t.year, 4))/\(padded(t.month, 2))/\(padded(t.day, 2)) \(padded(t.hour, 2)):\(padded(t.minute, 2)):\(padded(t.second, 2)) [notice] 1#1: \(text)\n"
    )
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .terminate || signal == .quit || signal == .interrupt else { return false }
    if stopAt == nil, started {
      notice(process, "signal \(signal.rawValue) (SIG\(signal.name)) received, exiting")
      stopAt = process.world.now + .milliseconds(300)
    }
    return true
  }
}
