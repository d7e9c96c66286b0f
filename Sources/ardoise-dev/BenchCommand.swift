import ArgumentParser
import Foundation
import KubeAPI
import KubeCluster
import SimKernel
import Simulator
import Unstructured

/// Pods per second, cost per pod, an idle hour: whole-cluster figures of the simulator.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure the simulated control plane.")

  @Option(help: "Pods of the large run; the small run has a tenth.")
  var pods = 10_000

  func run() throws {
    let small = try measure(pods / 10)
    let large = try measure(pods)
    print("pods    seconds   pods/s   ms/pod")
    for (count, seconds) in [(pods / 10, small.start), (pods, large.start)] {
      print(
        String(
          format: "%-7d %7.2f %8.0f %8.3f", count, seconds, Double(count) / seconds, seconds * 1_000 / Double(count)))
    }
    print(String(format: "10 times the pods take %.1f times the time", large.start / small.start))
    print(String(format: "an idle virtual hour with 2 pods takes %.3f ms", try idleHour() * 1_000))
  }

  private func cluster() -> Cluster {
    let world = World()
    let host = ContainerHost(world: world, settings: SessionSettings())
    var settings = ClusterSettings()
    settings.podsMax = "100000"
    settings.preloadedImages = ["registry.k8s.io/pause:3.9"]
    return Cluster(world: world, profile: .microk8s, settings: settings, runtime: host)
  }

  private func deploy(_ count: Int, on cluster: Cluster) throws {
    let labels: Value = ["app": "bench"]
    _ = try cluster.api.create(
      .deployment, namespace: "default",
      [
        "metadata": ["name": "bench"],
        "spec": [
          "replicas": .integer(Int64(count)), "selector": ["matchLabels": labels],
          "template": [
            "metadata": ["labels": labels],
            "spec": ["containers": [["name": "pause", "image": "registry.k8s.io/pause:3.9"]]],
          ],
        ],
      ])
  }

  private func settle(_ world: World, limit: Interval) {
    let deadline = world.now + limit
    while !world.isQuiet, world.step(until: deadline) {}
  }

  /// Seconds of this process on a processor: what else the machine does is not counted.
  private func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

  /// Processor seconds from creation until every pod is ready.
  private func measure(_ count: Int) throws -> (start: Double, ready: Int) {
    let cluster = cluster()
    settle(cluster.world, limit: .seconds(60))
    let begin = processorSeconds()
    try deploy(count, on: cluster)
    settle(cluster.world, limit: .seconds(3_600))
    let seconds = processorSeconds() - begin
    let deployment = try cluster.api.get(.deployment, namespace: "default", name: "bench")
    let ready = Int(deployment[path: "status", "readyReplicas"]?.integer ?? 0)
    if ready != count { print("only \(ready) of \(count) pods became ready") }
    return (seconds, ready)
  }

  private func idleHour() throws -> Double {
    let cluster = cluster()
    try deploy(2, on: cluster)
    settle(cluster.world, limit: .seconds(600))
    let begin = processorSeconds()
    cluster.world.run(until: cluster.world.now + .seconds(3_600))
    return processorSeconds() - begin
  }
}
