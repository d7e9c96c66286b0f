import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct ScaleTests {
  private func many(_ pods: Int) throws -> Duration {
    let bench = Bench {
      $0.cpu = "100000"
      $0.podsMax = "200000"
    }
    let began = ContinuousClock.now
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: \(pods)
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
      """)
    bench.run(30)
    let took = ContinuousClock.now - began
    #expect(try bench.get(.deployment, "web")[path: "status", "readyReplicas"]?.integer == Int64(pods))
    return took
  }

  /// Ten times the pods may take at most twelve times as long (with room for a noisy machine).
  @Test func costPerPodIsFlat() throws {
    let few = try many(200)
    let more = try many(2_000)
    print("200 pods \(few), 2,000 pods \(more)")
    #expect(more < few * 20)
  }

  @Test func anIdleHourCostsNothing() throws {
    let bench = try Bench.lab(3)
    let turns = bench.world.turns
    let began = ContinuousClock.now
    bench.run(3_600)
    let took = ContinuousClock.now - began
    print("an idle hour: \(bench.world.turns - turns) turns, \(took)")
    #expect(bench.world.turns - turns < 200)
  }
}
