// Images of a cluster's own workload: they run, and print nothing that labs look at.

import SimKernel
import SimMachine

package enum SystemImages {
  package static var families: [ImageFamily] {
    [
      family("docker.io/coredns/coredns", megabytes: 18, program: "coredns"),
      family("docker.io/calico/kube-controllers", megabytes: 80, program: "kube-controllers"),
      family("docker.io/calico/node", megabytes: 150, program: "calico-node"),
      family("docker.io/calico/cni", megabytes: 95, program: "install"),
      family("docker.io/cdkbot/hostpath-provisioner", megabytes: 12, program: "hostpath-provisioner"),
      family("registry.k8s.io/metrics-server/metrics-server", megabytes: 20, program: "metrics-server") {
        MetricsServer()
      },
      family("registry.k8s.io/pause", megabytes: 1, program: "pause"),
    ]
  }

  private static func family(
    _ name: String, megabytes: Int64, program: String, make: @escaping () -> any Program = { Daemon() }
  ) -> ImageFamily {
    ImageFamily(
      name: name, tags: .matching { VersionTag(withoutV($0)) != nil }, sizeBytes: { _ in megabytes << 20 },
      pull: .milliseconds(1_500),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.entrypoint = ["/" + program]
        configuration.userland = .none
        return configuration
      },
      populate: { machine, _ in
        machine.commands.register(program, make)
        machine.install(program, at: "/" + program)
      })
  }

  /// `v3.28.1` and `3.28.1` are the same version.
  private static func withoutV(_ tag: String) -> String {
    tag.utf8.first == 118 ? String(tag.dropFirst()) : tag
  }
}

/// Answers the kubelet's questions about its health once it has looked at the nodes twice; what it measures is the cluster's to tell.
private final class MetricsServer: ServerProcess, HTTPListener {
  let service = "https"
  private var measuresAt = Instant.start

  override func begin(_ process: Process) -> Int32? {
    measuresAt = process.world.now + .seconds(Int64(15))
    process.machine.listeners[4_443] = self
    process.machine.logNotSimulated = "image metrics-server: its log"
    return nil
  }

  func respond(to request: HTTPRequest, from client: Machine) -> HTTPResponse {
    var response = HTTPResponse()
    switch request.path {
    case "/livez", "/healthz": response.body = Array("ok".utf8)
    case "/readyz" where client.world.now >= measuresAt: response.body = Array("ok".utf8)
    case "/readyz":
      response.status = 500
      response.notSimulated = "image metrics-server: what it says while it is not ready"
    default: response.notSimulated = "image metrics-server: \(request.path)"
    }
    return response
  }
}
