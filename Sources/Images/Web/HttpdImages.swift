// docker.io/library/httpd: Apache with its default page. Its configuration files are not modelled.

import SimKernel
package import SimMachine

package enum HttpdImages {
  package static var families: [ImageFamily] {
    [httpd]
  }

  private static var httpd: ImageFamily {
    ImageFamily(
      name: "docker.io/library/httpd",
      tags: .matching { tag in
        if ["latest", "alpine", "bookworm"].contains(tag) { return true }
        guard let version = VersionTag(tag), version.numbers[0] == 2, version.numbers.count <= 3 else { return false }
        return version.numbers.count == 1 || version.numbers[1] == 4 || version.numbers[1] == 2
      }, sizeBytes: { _ in 58 << 20 }, pull: .milliseconds(2_200),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.command = ["httpd-foreground"]
        configuration.workingDirectory = "/usr/local/apache2"
        configuration.environment = [
          ("PATH", "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        ]
        return configuration
      },
      populate: { machine, _ in
        machine.commands.register("httpd-foreground") {
          WebServerProgram(
            port: 80,
            begin: { process in
              StaticWebServer(
                machine: process.machine, documentRoot: "/usr/local/apache2/htdocs", product: "Apache/2.4.65 (Unix)",
                notFoundPage:
                  "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n",
                logsForwardedFor: false,
                log: { line in
                  process.write(1, line)
                  process.wake()
                })
            })
        }
        for folder in ["/usr/local/apache2/bin", "/usr/local/apache2/htdocs", "/usr/local/bin"] {
          _ = try? machine.fileSystem.makeDirectory(folder, parents: true)
        }
        machine.install("httpd-foreground", at: "/usr/local/bin/httpd-foreground")
        try? machine.fileSystem.write(
          "/usr/local/apache2/htdocs/index.html", Array("<html><body><h1>It works!</h1></body></html>\n".utf8))
      })
  }
}

/// Listens until it is told to stop.
package final class WebServerProgram: Program {
  private let port: Int
  private let begin: (Process) -> any HTTPListener
  private let daemon = Daemon(stopDelay: .milliseconds(100))
  private var started = false

  package init(port: Int, begin: @escaping (Process) -> any HTTPListener) {
    self.port = port
    self.begin = begin
  }

  package func resume(_ process: Process) -> Step {
    if !started {
      started = true
      process.machine.listeners[port] = begin(process)
    }
    let step = daemon.resume(process)
    if case .exit = step { process.machine.listeners[port] = nil }
    return step
  }

  package func handle(_ signal: Signal, _ process: Process) -> Bool { daemon.handle(signal, process) }
}
