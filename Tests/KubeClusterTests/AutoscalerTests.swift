// What autoscalers make of figures: the calculator through a cluster whose metrics server asks a scripted runtime, and the rules of
// speed as pure functions. Cases follow horizontal_test.go's and replica_calculator_test.go's.

import KubeAPI
import SimKernel
import Testing
import Unstructured

@testable import KubeCluster

struct AutoscalerTests {
  /// A deployment with its autoscaler, and a metrics server that has run for a while.
  private func bench(
    replicas: Int, _ loads: [Int64], target: String = "{type: Utilization, averageUtilization: 50}",
    resource: String = "cpu", extra: String = "", request: String = "{cpu: 100m, memory: 64Mi}"
  ) throws -> Bench {
    let bench = Bench()
    bench.runtime.loads = loads
    try bench.apply(
      """
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata: {name: v1beta1.metrics.k8s.io}
      spec:
        {group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100, service: {name: m, namespace: kube-system}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: m, namespace: kube-system}
      spec: {selector: {app: m}, ports: [{port: 443, name: https}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: m, namespace: kube-system, labels: {app: m}}
      spec:
        containers: [{name: m, image: "registry.k8s.io/metrics-server/metrics-server:v0.7.2", args: [--metric-resolution=15s]}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: \(replicas)
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, image: "nginx:1.27", resources: {requests: \(request)}}]}
      """)
    bench.settle()
    bench.run(60)
    try bench.apply(
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: web}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
        minReplicas: 1
        maxReplicas: 10
        metrics: [{type: Resource, resource: {name: \(resource), target: \(target)}}]\(extra)
      """)
    bench.run(20)
    return bench
  }

  private func desired(_ bench: Bench) throws -> Int64? {
    try bench.get(.horizontalPodAutoscaler, "web")[path: "status", "desiredReplicas"]?.integer
  }

  /// (pods, what each burns, how many there should be, what the table shows)
  @Test(
    arguments: [
      (1, [50], 1, "cpu: 50%/50%"), (1, [54], 1, "cpu: 54%/50%"), (1, [56], 2, "cpu: 56%/50%"),
      (1, [230], 4, "cpu: 230%/50%"), (2, [50, 150], 4, "cpu: 100%/50%"), (3, [10, 10, 10], 3, "cpu: 10%/50%"),
      (4, [500, 500, 500, 500], 8, "cpu: 500%/50%"),
    ] as [(Int, [Int64], Int64, String)])
  func followUtilization(pods: Int, loads: [Int64], wanted: Int64, targets: String) throws {
    let bench = try bench(replicas: pods, loads)
    #expect(try desired(bench) == wanted)
    let hpa = try bench.get(.horizontalPodAutoscaler, "web")
    #expect(TablePrinter.row(.horizontalPodAutoscaler, hpa, now: 0)[2] == targets)
  }

  @Test func scaleDownWaitsForItsWindow() throws {
    let bench = try bench(replicas: 3, [10, 10, 10])
    #expect(try conditions(bench)[0] == "AbleToScale True ScaleDownStabilized")
    bench.run(270)
    #expect(try desired(bench) == 3)
    bench.run(45)
    #expect(try desired(bench) == 1)
    #expect(try conditions(bench)[2] == "ScalingLimited False DesiredWithinRange")
  }

  private func conditions(_ bench: Bench) throws -> [String] {
    try (bench.get(.horizontalPodAutoscaler, "web")[path: "status", "conditions"]?.array ?? []).map {
      "\($0["type"]?.string ?? "") \($0["status"]?.string ?? "") \($0["reason"]?.string ?? "")"
    }
  }

  @Test func followAverageValuesAndMemory() throws {
    let cpu = try bench(replicas: 1, [90], target: "{type: AverageValue, averageValue: 30m}")
    #expect(try desired(cpu) == 3)
    let memory = try bench(replicas: 1, [0], target: "{type: Utilization, averageUtilization: 10}", resource: "memory")
    // The scripted containers hold 16 MiB of the 64 they ask for.
    #expect(try desired(memory) == 3)
  }

  @Test func missingRequestsAreNamed() throws {
    let bench = try bench(replicas: 1, [10], request: "{memory: 1Mi}")
    let pod = try bench.api.list(.pod, namespace: "default").items[0][path: "metadata", "name"]!.string!
    let condition = try bench.get(.horizontalPodAutoscaler, "web")[path: "status", "conditions"]!.array![1]
    #expect(
      condition["message"]?.string
        == "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container c of Pod \(pod)"
    )
  }

  @Test func metricsWithoutAdapterFail() throws {
    let extra = """

        - {type: Pods, pods: {metric: {name: packets}, target: {type: AverageValue, averageValue: "10"}}}
      """
    // One metric says up: it is followed although the other fails.
    let bench = try bench(replicas: 1, [100], extra: "")
    #expect(try desired(bench) == 2)
    var hpa = try bench.get(.horizontalPodAutoscaler, "web")
    var metrics = hpa[path: "spec", "metrics"]!.array!
    metrics += try YAML.parseAll("metrics:\(extra)")[0]["metrics"]!.array!
    hpa.set(["spec", "metrics"], .array(metrics))
    _ = try bench.api.update(.horizontalPodAutoscaler, namespace: "default", hpa)
    bench.run(16)
    let events = try bench.api.list(.event, namespace: "default").items.compactMap { $0["message"]?.string }
    #expect(
      events.contains(
        "unable to get metric packets: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
      ))
  }

  /// (behavior, present, proposals a minute apart, numbers they come to)
  @Test(
    arguments: [
      ("", 1, [8, 8], [4, 8]), ("", 5, [1, 1, 1, 1, 1, 1, 1], [5, 5, 5, 5, 5, 1, 1]),
      ("{scaleDown: {stabilizationWindowSeconds: 0}}", 5, [1], [1]),
      (
        "{scaleDown: {stabilizationWindowSeconds: 0, policies: [{type: Pods, value: 1, periodSeconds: 60}]}}", 5,
        [1, 1], [4, 3]
      ),
      ("{scaleDown: {stabilizationWindowSeconds: 0, selectPolicy: Disabled}}", 5, [1, 1], [5, 5]),
      ("{scaleUp: {stabilizationWindowSeconds: 120}}", 1, [6, 6, 6], [1, 1, 5]),
      ("{scaleUp: {policies: [{type: Percent, value: 50, periodSeconds: 60}]}}", 4, [10, 10], [6, 9]),
    ] as [(String, Int64, [Int64], [Int64])])
  func speedIsLimited(behavior: String, present: Int64, proposals: [Int64], wanted: [Int64]) throws {
    var hpa: Value = ["kind": "HorizontalPodAutoscaler", "spec": ["minReplicas": 1, "maxReplicas": 10]]
    if !behavior.isEmpty { hpa.set(["spec", "behavior"], try YAML.parseAll(behavior)[0]) }
    Kind.horizontalPodAutoscaler.defaults(&hpa)
    var now = Instant.start
    var present = present
    var history: ScalingHistory?
    var found: [Int64] = []
    for proposal in proposals {
      now = now + .seconds(Int64(61))
      var rules = ScalingRules(hpa, present: present, now: now, history: history)
      let replicas = rules.apply(to: proposal).replicas
      found.append(replicas)
      if replicas != present { rules.note(replicas) }
      present = replicas
      history = rules.history
    }
    #expect(found == wanted)
  }
}
