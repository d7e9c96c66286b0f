// docker.io/library/cassandra and the image of Kubernetes' Cassandra tutorial (gcr.io/google-samples/cassandra). Log lines are not
// modelled.
// Sources: docker-library/cassandra, docker-entrypoint.sh; kubernetes/examples cassandra (run.sh, ready-probe.sh).

import SimKernel
import SimMachine

package enum CassandraImage {
  private static let latest: [String: Int] = ["3.11": 19, "4.0": 17, "4.1": 9, "5.0": 4]

  private static func release(_ tag: String) -> [Int]? {
    if tag == "latest" { return [5, 0, 4] }
    guard let version = VersionTag(tag), version.variant.isEmpty || ["jammy", "bookworm"].contains(version.variant)
    else { return nil }
    let minors = [3: 11, 4: 1, 5: 0]
    guard let minor = version.numbers.count > 1 ? version.numbers[1] : minors[version.numbers[0]],
      let patch = latest["\(version.numbers[0]).\(minor)"]
    else { return nil }
    let last = version.numbers.count > 2 ? version.numbers[2] : patch
    return (0...patch + 3).contains(last) ? [version.numbers[0], minor, last] : nil
  }

  package static var families: [ImageFamily] {
    [
      family(
        "docker.io/library/cassandra", tags: .matching { release($0) != nil }, release: { release($0)! },
        isTutorial: false),
      family(
        "gcr.io/google-samples/cassandra", tags: .exactly(["v13", "v14", "v12"]), release: { _ in [3, 11, 2] },
        isTutorial: true),
    ]
  }

  private static func family(
    _ name: String, tags: TagRule, release: @escaping (String) -> [Int], isTutorial: Bool
  ) -> ImageFamily {
    ImageFamily(
      name: name, tags: tags, sizeBytes: { _ in 145 << 20 }, pull: .milliseconds(6_000),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.entrypoint = isTutorial ? ["/sbin/dumb-init", "/bin/bash", "/run.sh"] : ["docker-entrypoint.sh"]
        configuration.command = isTutorial ? [] : ["cassandra", "-f"]
        configuration.environment = [
          (
            "PATH",
            "/opt/java/openjdk/bin:/opt/cassandra/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/apache-cassandra/bin"
          )
        ]
        return configuration
      },
      populate: { machine, tag in
        let numbers = release(tag)
        makeFolders(
          machine, ["/var/lib/cassandra", "/cassandra_data", "/etc/cassandra"],
          owner: Credentials(user: 999, group: 999))
        let make = { CassandraProgram(numbers, isTutorial: isTutorial) }
        if isTutorial {
          install(machine, "/sbin/dumb-init", name: "cassandra run", make)
          install(machine, "/ready-probe.sh") {
            UtilityProgram(
              Utility("ready-probe.sh") { call in
                guard let server = call.process.machine.listeners[7000] as? CassandraServer,
                  let index = server.ring.index(of: server.hostID), server.ring.nodes[index].state == "N"
                else { return 1 }
                return 0
              })
          }
        } else {
          install(machine, "/usr/local/bin/docker-entrypoint.sh", name: "cassandra entrypoint", make)
        }
        let folder = isTutorial ? "/usr/local/apache-cassandra/bin" : "/opt/cassandra/bin"
        install(machine, folder + "/cassandra", name: "cassandra", make)
        install(machine, folder + "/nodetool") { CassandraNodetool() }
        install(machine, folder + "/cqlsh") { CassandraShell(numbers) }
        installNotSimulated(machine, folder: folder, ["sstableloader", "cassandra-stress", "sstableutil"])
      })
  }
}

private final class CassandraProgram: ServerProcess {
  private var settings = CassandraSettings()
  private let isTutorial: Bool
  private var server: CassandraServer?

  init(_ release: [Int], isTutorial: Bool) {
    self.isTutorial = isTutorial
    settings.release = release
    settings.tokens = isTutorial ? 32 : release[0] == 3 ? 256 : 16
  }

  override func prepare(_ process: Process) -> Int32? {
    let words = Array(process.arguments.dropFirst())
    if process.name == "docker-entrypoint.sh", let first = words.first, first.utf8.first != 45, first != "cassandra" {
      handedOver = becomeOther(process, words)
      return handedOver ? nil : 127
    }
    process.machine.logNotSimulated = "image cassandra: log lines of the server"
    let environment = process.environment
    settings.seeds = separated(environment["CASSANDRA_SEEDS"] ?? "", by: ",").filter { !$0.isEmpty }
    if let text = environment["CASSANDRA_CLUSTER_NAME"] { settings.clusterName = text }
    if let text = environment["CASSANDRA_NUM_TOKENS"], let number = Int(text) { settings.tokens = number }
    let hasSnitch = isTutorial || environment["CASSANDRA_ENDPOINT_SNITCH"] == "GossipingPropertyFileSnitch"
    if hasSnitch || settings.release[0] >= 4 {
      settings.datacenter = environment["CASSANDRA_DC"] ?? (hasSnitch ? "dc1" : "datacenter1")
      settings.rack = environment["CASSANDRA_RACK"] ?? "rack1"
    }
    if !hasSnitch { (settings.datacenter, settings.rack) = ("datacenter1", "rack1") }
    if isTutorial { settings.dataFolder = "/cassandra_data" }
    return nil
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .seconds(Int64(14)) }

  override func begin(_ process: Process) -> Int32? {
    _ = try? process.fileSystem.makeDirectory(settings.dataFolder, parents: true)
    let made = CassandraServer(process, settings: settings)
    server = made
    switch made.start(process) {
    case .joined, .joining: return nil
    case .refused: return 3
    }
  }

  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .milliseconds(1_500) }

  override func stopped(_ process: Process) -> Int32 {
    server?.close()
    return 143
  }
}
