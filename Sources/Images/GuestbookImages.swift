// The guestbook of Kubernetes' tutorial: a Redis that follows `redis-leader`, and the page, which is declared only.
// Source: GoogleCloudPlatform/kubernetes-engine-samples, quickstarts/guestbook (redis-follower/run.sh, php-redis).

import SimKernel
import SimMachine

enum GuestbookImages {
  private static let places = [
    "us-docker.pkg.dev/google-samples/containers/gke", "gcr.io/google_samples", "gcr.io/google-samples",
  ]

  static var families: [ImageFamily] {
    places.map { follower($0 + "/gb-redis-follower") } + places.map { frontend($0 + "/gb-frontend") }
  }

  private static func follower(_ name: String) -> ImageFamily {
    let redis = RedisImage.family
    let tag = "6.0.5"
    return ImageFamily(
      name: name, tags: .exactly(["v1", "v2"]), sizeBytes: { _ in 38 << 20 }, pull: .milliseconds(2_600),
      configuration: { _ in
        var configuration = redis.configuration(tag)
        configuration.entrypoint = []
        configuration.command = ["/bin/sh", "-c", "/run.sh"]
        return configuration
      },
      populate: { machine, _ in
        redis.populate(machine, tag)
        machine.logNotSimulated = "image gb-redis-follower: its log"
        install(machine, "/run.sh", name: "guestbook follower") { GuestbookFollower() }
      })
  }

  private static func frontend(_ name: String) -> ImageFamily {
    DeclaredImages.server(
      name, tags: .exactly(["v3", "v4", "v5"]), port: 80, command: "apache2-foreground", megabytes: 170)
  }
}

/// Follows the leader whose name or address the environment says how to find.
private final class GuestbookFollower: Program {
  func resume(_ process: Process) -> Step {
    let fromEnvironment = process.environment["GET_HOSTS_FROM"] == "env"
    let leader = fromEnvironment ? process.environment["REDIS_LEADER_SERVICE_HOST"] ?? "" : "redis-leader"
    guard becomeOther(process, ["redis-server", "--replicaof", leader, "6379"]) else { return .exit(127) }
    return .again
  }
}
