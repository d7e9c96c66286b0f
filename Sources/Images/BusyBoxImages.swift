// Small images that are only a userland: busybox, alpine, debian and ubuntu. Their default command is a shell, which ends at
// once when nobody talks to it.

import SimKernel
import SimMachine
import Utilities

package enum BusyBoxImages {
  package static var families: [ImageFamily] {
    [
      userland(
        "docker.io/library/busybox", megabytes: 2, pull: 900, command: ["sh"],
        plainTags: ["latest", "stable", "glibc", "musl", "uclibc", "unstable", "stable-glibc", "stable-musl"],
        accepts: { $0[0] == 1 && $0.count <= 3 && ($0.count < 2 || $0[1] <= 37) }, distribution: busybox),
      userland(
        "docker.io/library/alpine", megabytes: 4, pull: 900, command: ["/bin/sh"],
        plainTags: ["latest", "edge"],
        accepts: { $0[0] == 3 && $0.count <= 3 && ($0.count < 2 || $0[1] <= 22) }, distribution: alpine),
      userland(
        "docker.io/library/debian", megabytes: 48, pull: 2_500, command: ["bash"],
        plainTags: [
          "latest", "stable", "stable-slim", "bookworm", "bookworm-slim", "bullseye", "bullseye-slim", "trixie",
          "trixie-slim",
        ], accepts: { (10...13).contains($0[0]) && $0.count <= 2 }, distribution: debian),
      userland(
        "docker.io/library/ubuntu", megabytes: 29, pull: 2_000, command: ["/bin/bash"],
        plainTags: ["latest", "rolling", "focal", "jammy", "noble"],
        accepts: { $0.count == 2 && (16...25).contains($0[0]) && ($0[1] == 4 || $0[1] == 10) }, distribution: ubuntu),
    ]
  }

  static func busybox(_ tag: String) -> Distribution? {
    guard VersionTag(tag).map({ $0.numbers.count > 1 }) == true else { return .busybox }
    return Distribution.busybox.with(versions: [("busybox", String(tag.split(separator: "-" as Character)[0]))])
  }

  private static func alpine(_ tag: String) -> Distribution? {
    guard let version = VersionTag(tag) else { return tag == "edge" ? nil : .alpine() }
    guard version.numbers.count >= 2 else { return .alpine() }
    return version.numbers[1] >= 12 ? .alpine(version.numbers[1]) : nil
  }

  private static func debian(_ tag: String) -> Distribution? {
    if let version = VersionTag(tag) { return DebianRelease(rawValue: version.numbers[0]).map { .debian($0) } }
    if tag.hasPrefix("bullseye") { return .debian(.bullseye) }
    if tag.hasPrefix("bookworm") { return .debian(.bookworm) }
    return .debian(.trixie)
  }

  private static func ubuntu(_ tag: String) -> Distribution? {
    switch tag {
    case "latest", "noble": return .ubuntu("24.04")
    case "jammy": return .ubuntu("22.04")
    case "focal": return .ubuntu("20.04")
    default: return .ubuntu(tag)
    }
  }

  static func userland(
    _ name: String, megabytes: Int64, pull: Int64, command: [String], plainTags: [String],
    accepts: @escaping ([Int]) -> Bool, distribution: @escaping (String) -> Distribution?
  ) -> ImageFamily {
    ImageFamily(
      name: name,
      tags: .matching { tag in
        if plainTags.contains(tag) { return true }
        guard let version = VersionTag(tag), !version.numbers.isEmpty else { return false }
        return accepts(version.numbers)
      }, sizeBytes: { _ in megabytes << 20 }, pull: .milliseconds(pull),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.command = command
        configuration.userland = distribution(tag).map { .distribution($0) } ?? .none
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      }, populate: { _, _ in }, isModelled: { distribution($0) != nil })
  }
}
