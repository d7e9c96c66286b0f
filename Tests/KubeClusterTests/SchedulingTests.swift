// Clusters of several nodes: where pods go, and what is said when they go nowhere.

import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

struct SchedulingTests {
  /// `a` has the control plane; `b` is in zone 1 and has a fast disk; `c` is in zone 2.
  private func bench() -> Bench {
    Bench { settings in
      settings.nodeName = "a"
      var fast = WorkerNode("b")
      fast.labels = [("disktype", "ssd"), ("zone", "1")]
      var other = WorkerNode("c")
      other.labels = [("zone", "2")]
      settings.workers = [fast, other]
    }
  }

  private func deployment(_ name: String, _ replicas: Int, _ spec: String) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name)}
    spec:
      replicas: \(replicas)
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec:
          containers: [{name: c, image: "nginx:1.27"}]
          \(spec)
    """
  }

  /// How many pods of an app each node has, `-` for those without one: `a1 b2 -1`.
  private func places(_ bench: Bench, _ app: String) -> String {
    var counts: [String: Int] = [:]
    for pod in bench.api.store.shelf(.pod).list(namespace: "default")
    where pod.value[path: "metadata", "labels", "app"]?.string == app && !pod.isBeingDeleted {
      counts[pod.value[path: "spec", "nodeName"]?.string ?? "-", default: 0] += 1
    }
    return counts.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }.joined(separator: " ")
  }

  private func refusals(_ bench: Bench) -> Set<String> {
    var found: Set<String> = []
    for event in bench.api.store.shelf(.event).list(namespace: "default")
    where event.value["reason"]?.string == "FailedScheduling" {
      found.insert(event.value["note"]?.string ?? event.value["message"]?.string ?? "")
    }
    return found
  }

  static let cases: [(replicas: Int, spec: String, places: String, refusal: String?)] = [
    // Every set is spread over nodes.
    (6, "", "a2 b2 c2", nil),
    (2, "nodeSelector: {disktype: ssd}", "b2", nil),
    (
      1, "nodeSelector: {disktype: hdd}", "-1",
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    ),
    (
      2,
      "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, preference: {matchExpressions: [{key: zone, operator: In, values: ['2']}]}}]}}",
      "c2", nil
    ),
    (
      4,
      "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: x}}}]}}",
      "-1 a1 b1 c1",
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."
    ),
    (
      3,
      "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: x}}}}]}}",
      "a1 b1 c1", nil
    ),
    // Only nodes with the label take part.
    (
      4,
      "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: x}}}]",
      "b2 c2", nil
    ),
    (
      3,
      "topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: x}}}]",
      "a1 b1 c1", nil
    ),
  ]

  @Test(arguments: cases.indices) func podsGoWhereTheirRulesSay(index: Int) throws {
    let (replicas, spec, wanted, refusal) = Self.cases[index]
    let bench = bench()
    try bench.apply(deployment("x", replicas, spec))
    bench.run(30)
    #expect(places(bench, "x") == wanted)
    #expect(refusals(bench) == (refusal.map { [$0] } ?? []))
  }

  @Test func hopelessPodsAreTriedEveryFiveMinutes() throws {
    let bench = bench()
    try bench.apply(deployment("x", 1, "nodeSelector: {disktype: hdd}"))
    bench.run(200)
    #expect(bench.world.isQuiet)
    bench.run(500)
    var counts: [Int64] = []
    for event in bench.api.store.shelf(.event).list(namespace: "default")
    where event.value["reason"]?.string == "FailedScheduling" {
      counts.append(event.value[path: "series", "count"]?.integer ?? 1)
    }
    #expect(counts.reduce(0, +) == 3, "\(counts)")
  }

  @Test func podsThatWantCompanyWaitForIt() throws {
    let bench = bench()
    try bench.apply(
      deployment(
        "front", 2,
        "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: cache}}}]}}"
      ))
    bench.run(5)
    #expect(places(bench, "front") == "-2")
    try bench.apply(deployment("cache", 1, "nodeName: c"))
    bench.run(20)
    #expect(places(bench, "front") == "c2")
  }

  @Test func daemonsNameTheirNode() throws {
    let bench = bench()
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: d}
      spec:
        selector: {matchLabels: {app: d}}
        template:
          metadata: {labels: {app: d}}
          spec: {containers: [{name: c, image: "nginx:1.27", resources: {requests: {cpu: "1500m"}}}]}
      """)
    bench.run(10)
    #expect(places(bench, "d") == "a1 b1 c1")
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: e}
      spec:
        selector: {matchLabels: {app: e}}
        template:
          metadata: {labels: {app: e}}
          spec: {containers: [{name: c, image: "nginx:1.27", resources: {requests: {cpu: "1"}}}]}
      """)
    bench.run(10)
    #expect(places(bench, "e") == "-3")
    #expect(
      refusals(bench) == [
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling."
      ])
  }

  @Test func podsOfADeletedNodeAreCollected() throws {
    let bench = bench()
    try bench.apply(deployment("x", 3, ""))
    bench.run(20)
    try bench.delete(.node, "c", namespace: "")
    bench.run(30)
    #expect(places(bench, "x") == "a1 b1 c1")
    bench.run(50)
    #expect(places(bench, "x").hasPrefix("a") && !places(bench, "x").contains("c"))
  }

  static let placed: [(spec: String, reason: String, message: String)] = [
    (
      "containers: [{name: c, image: nginx, resources: {requests: {cpu: '8'}}}]", "OutOfcpu",
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 8000, used: 0, capacity: 2000"
    ),
    (
      "nodeSelector: {disktype: hdd}, containers: [{name: c, image: nginx}]", "NodeAffinity",
      "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
    ),
    (
      "os: {name: windows}, containers: [{name: c, image: nginx}]", "PodOSNotSupported",
      "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS"
    ),
  ]

  @Test(arguments: placed.indices) func whatNoSchedulerPlacedIsCheckedByTheKubelet(index: Int) throws {
    let (spec, reason, message) = Self.placed[index]
    let bench = bench()
    try bench.apply("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: b, \(spec)}}")
    bench.run(2)
    let status = try bench.get(.pod, "p")["status"]
    #expect(status?["phase"]?.string == "Failed")
    #expect(status?["reason"]?.string == reason)
    #expect(status?["message"]?.string == message)
  }
}
