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
      family("registry.k8s.io/metrics-server/metrics-server", megabytes: 20, program: "metrics-server"),
      family("registry.k8s.io/pause", megabytes: 1, program: "pause"),
    ]
  }

  private static func family(_ name: String, megabytes: Int64, program: String) -> ImageFamily {
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
        machine.commands.register(program) { Daemon() }
        machine.install(program, at: "/" + program)
      })
  }

  /// `v3.28.1` and `3.28.1` are the same version.
  private static func withoutV(_ tag: String) -> String {
    tag.utf8.first == 118 ? String(tag.dropFirst()) : tag
  }
}
