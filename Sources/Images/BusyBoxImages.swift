// Small images that are only a userland: busybox and alpine (BusyBox), debian and ubuntu (GNU). Their default command is a
// shell, which ends at once when nobody talks to it.

import SimKernel
import SimMachine

package enum BusyBoxImages {
  package static var families: [ImageFamily] {
    [
      userland(
        "docker.io/library/busybox", megabytes: 2, pull: 900, userland: .busybox, command: ["sh"],
        plainTags: ["latest", "stable", "glibc", "musl", "uclibc", "unstable", "stable-glibc", "stable-musl"],
        accepts: { $0[0] == 1 && $0.count <= 3 && ($0.count < 2 || $0[1] <= 37) }),
      userland(
        "docker.io/library/alpine", megabytes: 4, pull: 900, userland: .busybox, command: ["/bin/sh"],
        plainTags: ["latest", "edge"],
        accepts: { $0[0] == 3 && $0.count <= 3 && ($0.count < 2 || $0[1] <= 22) }),
      userland(
        "docker.io/library/debian", megabytes: 48, pull: 2_500, userland: .gnu, command: ["bash"],
        plainTags: [
          "latest", "stable", "stable-slim", "bookworm", "bookworm-slim", "bullseye", "bullseye-slim", "trixie",
          "trixie-slim",
        ], accepts: { (10...13).contains($0[0]) && $0.count <= 2 }),
      userland(
        "docker.io/library/ubuntu", megabytes: 29, pull: 2_000, userland: .gnu, command: ["/bin/bash"],
        plainTags: ["latest", "rolling", "focal", "jammy", "noble"],
        accepts: { $0.count == 2 && (16...25).contains($0[0]) && ($0[1] == 4 || $0[1] == 10) }),
    ]
  }

  private static func userland(
    _ name: String, megabytes: Int64, pull: Int64, userland: Userland, command: [String], plainTags: [String],
    accepts: @escaping ([Int]) -> Bool
  ) -> ImageFamily {
    ImageFamily(
      name: name,
      tags: .matching { tag in
        if plainTags.contains(tag) { return true }
        guard let version = VersionTag(tag), !version.numbers.isEmpty else { return false }
        return accepts(version.numbers)
      }, sizeBytes: { _ in megabytes << 20 }, pull: .milliseconds(pull),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.command = command
        configuration.userland = userland
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      }, populate: { _, _ in })
  }
}
