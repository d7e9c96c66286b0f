// Images of registry.k8s.io that the Kubernetes documentation runs: nginx-slim (the StatefulSet tutorial), mirrors of busybox
// (probes), hpa-example (autoscaling). What is not published about them (versions, log lines) is not simulated.
// Sources: kubernetes.io tasks and tutorials; kubernetes/website content/en/examples.

import SimKernel
import SimMachine
import Utilities

package enum KubernetesImages {
  package static var families: [ImageFamily] { [nginxSlim, hpaExample] + busyBoxes }

  /// nginx alone, without an entrypoint script, serving the usual folder.
  private static var nginxSlim: ImageFamily {
    ImageFamily(
      name: "registry.k8s.io/nginx-slim",
      tags: .matching { tag in
        guard let version = VersionTag(tag), version.numbers.count == 2, version.numbers[0] == 0 else { return false }
        return (1...27).contains(version.numbers[1])
      }, sizeBytes: { _ in 70 << 20 }, pull: .milliseconds(2_500),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.command = ["nginx", "-g", "daemon off;"]
        configuration.userland = .distribution(Distribution.debian().adding(programs: "curl").unreleased)
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      },
      populate: { machine, _ in
        install(machine, "/usr/sbin/nginx", name: "nginx-slim") { NginxProgram(version: nil, isAlpine: false) }
        NginxImage.makeFiles(machine, pid: "/run/nginx.pid")
        // What its own pages say is not known, and what is not there is not shown.
        for page in ["index.html", "50x.html"] { try? machine.fileSystem.remove("/usr/share/nginx/html/" + page) }
      })
  }

  /// The busybox that the registry itself holds.
  private static var busyBoxes: [ImageFamily] {
    [
      "registry.k8s.io/busybox", "k8s.gcr.io/busybox", "gcr.io/google-containers/busybox",
      "gcr.io/google_containers/busybox",
    ]
    .map { name in
      BusyBoxImages.userland(
        name, megabytes: 1, pull: 900, command: ["sh"], plainTags: ["latest"],
        accepts: { [[1, 24], [1, 27], [1, 27, 2], [1, 28], [1, 29], [1, 29, 2]].contains($0) },
        distribution: BusyBoxImages.busybox)
    }
  }

  /// Apache with a page in PHP that computes for a while and says `OK!`.
  private static var hpaExample: ImageFamily {
    ImageFamily(
      name: "registry.k8s.io/hpa-example", tags: .exactly(["latest"]), sizeBytes: { _ in 180 << 20 },
      pull: .milliseconds(6_000),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.command = ["apache2-foreground"]
        configuration.userland = .distribution(Distribution.debian().adding(programs: "curl php").unreleased)
        configuration.workingDirectory = "/var/www/html"
        configuration.needsWritableRoot = true
        return configuration
      },
      populate: { machine, _ in
        makeFolders(machine, ["/var/www/html"])
        install(machine, "/usr/local/bin/apache2-foreground") { HPAExampleProgram() }
      })
  }
}

private final class HPAExampleProgram: ServerProcess {
  override func begin(_ process: Process) -> Int32? {
    process.machine.logNotSimulated = "image hpa-example: Apache's log"
    process.machine.listeners[80] = HPAExamplePage()
    return nil
  }
}

private final class HPAExamplePage: HTTPListener {
  let service = "http"

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = HTTPResponse()
    guard request.path == "/" || request.path == "/index.php" else {
      response.notSimulated = "image hpa-example: \(request.path)"
      return response
    }
    response.body = request.method == "HEAD" ? [] : Array("OK!".utf8)
    response.unknownHeaders = "the headers of image hpa-example"
    return response
  }
}
