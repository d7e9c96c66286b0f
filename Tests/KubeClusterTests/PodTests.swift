import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct PodTests {
  private func states(_ watcher: Watcher, of pod: String) -> [String] {
    var result: [String] = []
    for row in watcher.rows where row.cells[0] == pod { result.append(row.cells[1] + " " + row.cells[2]) }
    return result
  }

  @Test func crashesBackOff() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(100)
    script.exitCode = 1
    bench.runtime.byContainer["c"] = script
    let pods = try bench.watch(.pod)
    try bench.apply(Manifests.pod("crash"))
    bench.run(60)
    var shown: [String] = []
    for row in pods.rows { shown.append(row.cells[2] + " " + String(row.cells[3].prefix(1))) }
    #expect(
      shown == [
        "Pending 0", "Pending 0", "ContainerCreating 0", "ContainerCreating 0", "Error 0", "Error 1",
        "CrashLoopBackOff 1", "Error 2", "CrashLoopBackOff 2", "Error 3", "CrashLoopBackOff 3",
      ])
    let status = try bench.get(.pod, "crash")[path: "status", "containerStatuses"]?.array?[0]
    let uid = try bench.get(.pod, "crash")[path: "metadata", "uid"]?.string ?? ""
    #expect(
      status?[path: "state", "waiting", "message"]?.string
        == "back-off 40s restarting failed container=c pod=crash_default(\(uid))")
    #expect(try bench.get(.pod, "crash")[path: "status", "phase"]?.string == "Running")
  }

  @Test func failedLivenessRestarts() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    try bench.apply(
      Manifests.pod(
        "live",
        container:
          "    livenessProbe: {exec: {command: [sh, -c, exit 1]}, initialDelaySeconds: 2, periodSeconds: 2, failureThreshold: 2}"
      ))
    bench.run(40)
    var shown: [String] = []
    for row in pods.rows.dropFirst(4) { shown.append(row.cells[1] + " " + row.cells[2] + " " + row.cells[3].prefix(1)) }
    #expect(
      shown == [
        "1/1 Running 0", "1/1 Running 1", "1/1 Running 2", "0/1 CrashLoopBackOff 2", "1/1 Running 3",
        "0/1 CrashLoopBackOff 3",
      ])
    var reasons: Set<String> = []
    for event in try bench.api.list(.event, namespace: "default").items {
      reasons.insert(event["reason"]?.string ?? "")
    }
    #expect(reasons.isSuperset(of: ["Unhealthy", "Killing", "BackOff"]))
  }

  @Test func initContainersRunOneAfterAnother() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(2_500)
    bench.runtime.byContainer["prep"] = script
    bench.runtime.byContainer["prep2"] = script
    let pods = try bench.watch(.pod)
    try bench.apply(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: two-step}
      spec:
        initContainers: [{name: prep, image: "busybox:1.36"}, {name: prep2, image: "busybox:1.36"}]
        containers: [{name: main, image: "nginx:1.27"}, {name: side, image: "nginx:1.27"}]
      """)
    bench.settle()
    #expect(
      states(pods, of: "two-step") == [
        "0/2 Pending", "0/2 Pending", "0/2 Init:0/2", "0/2 Init:0/2", "0/2 Init:0/2", "0/2 Init:1/2", "0/2 Init:1/2",
        "0/2 PodInitializing", "2/2 Running",
      ])
    bench.check()
  }

  @Test func sidecarsStartFirstAndStopLast() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        initContainers: [{name: side, image: "busybox:1.36", restartPolicy: Always}]
        containers: [{name: main, image: "nginx:1.27"}]
      """)
    bench.settle()
    var order: [String] = []
    for spec in bench.runtime.started where spec.pod == "p" { order.append(spec.container) }
    #expect(order == ["side", "main"])
    #expect(PodRow(try bench.get(.pod, "p")).readyContainers == 2)
    try bench.delete(.pod, "p")
    bench.settle()
    #expect((try? bench.get(.pod, "p")) == nil)
  }

  @Test func missingConfigurationWaits() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    try bench.apply(
      Manifests.pod(
        "nosecret", container: "    env: [{name: A, valueFrom: {secretKeyRef: {name: nosuch, key: k}}}]"))
    try bench.apply(Manifests.pod("nocm", "  volumes: [{name: v, configMap: {name: nosuch}}]"))
    bench.run(5)
    #expect(states(pods, of: "nosecret").last == "0/1 CreateContainerConfigError")
    #expect(states(pods, of: "nocm").last == "0/1 ContainerCreating")
    try bench.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: nosuch}}")
    try bench.apply("{apiVersion: v1, kind: Secret, metadata: {name: nosuch}, stringData: {k: v}}")
    bench.settle()
    #expect(states(pods, of: "nosecret").last == "1/1 Running")
    #expect(states(pods, of: "nocm").last == "1/1 Running")
    var value = ""
    for spec in bench.runtime.started where spec.pod == "nosecret" {
      for (name, text) in spec.environment where name == "A" { value = text }
    }
    #expect(value == "v")
  }

  @Test func schedulingFailuresSayWhy() throws {
    let bench = Bench()
    try bench.apply(Manifests.pod("greedy", container: "    resources: {requests: {cpu: 100}}"))
    try bench.apply(Manifests.pod("picky", "  nodeSelector: {disk: ssd}"))
    try bench.apply(
      Manifests.pod("noclaim", "  volumes: [{name: v, persistentVolumeClaim: {claimName: nosuch}}]"))
    bench.run(1)
    var messages: [String: String] = [:]
    for event in try bench.api.list(.event, namespace: "default").items
    where event["reason"]?.string == "FailedScheduling" {
      messages[event[path: "involvedObject", "name"]?.string ?? ""] = event["message"]?.string
    }
    #expect(
      messages["greedy"]
        == "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    )
    #expect(
      messages["picky"]
        == "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )
    #expect(
      messages["noclaim"]
        == "0/1 nodes are available: persistentvolumeclaim \"nosuch\" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    )
    try bench.patch(.node, "microk8s-vm", #"{"metadata":{"labels":{"disk":"ssd"}}}"#, namespace: "")
    bench.settle()
    #expect(try bench.get(.pod, "picky")[path: "status", "phase"]?.string == "Running")
  }

  @Test func forcedDeletionIsImmediate() throws {
    let bench = try Bench.lab(1)
    let pods = try bench.watch(.pod, fromNow: true)
    _ = try bench.api.delete(
      .pod, namespace: "default", name: "postgres-0", DeleteOptions(gracePeriodSeconds: 0))
    bench.settle(keepingZero: true)
    #expect(
      pods.states() == [
        "postgres-0 1/1 Terminating", "postgres-0 1/1 Terminating", "postgres-0 0/1 Pending", "postgres-0 0/1 Pending",
        "postgres-0 0/1 ContainerCreating", "postgres-0 0/1 ContainerCreating", "postgres-0 0/1 Running",
        "postgres-0 1/1 Running",
      ])
  }

  @Test func gracePeriodEndsInAKill() throws {
    let bench = Bench()
    var script = ImageScript()
    script.stops = nil
    bench.runtime.byContainer["c"] = script
    try bench.apply(Manifests.pod("stubborn", "  terminationGracePeriodSeconds: 7"))
    bench.settle()
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.delete(.pod, "stubborn")
    bench.settle(keepingZero: true)
    expectRows(
      pods,
      [
        "0 stubborn 1/1 Terminating", "7 stubborn 1/1 Terminating", "7 stubborn 0/1 Error", "8 stubborn 0/1 Error",
        "8 stubborn 0/1 Error",
      ], tolerance: 0.7)
  }

  @Test func podsThatEndReportTwice() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(200)
    bench.runtime.byContainer["c"] = script
    let pods = try bench.watch(.pod)
    try bench.apply(Manifests.pod("once", "  restartPolicy: Never"))
    bench.settle(keepingZero: true)
    #expect(
      states(pods, of: "once") == [
        "0/1 Pending", "0/1 Pending", "0/1 ContainerCreating", "0/1 ContainerCreating", "0/1 Completed",
        "0/1 Completed", "0/1 Completed",
      ])
    #expect(try bench.get(.pod, "once")[path: "status", "phase"]?.string == "Succeeded")
    try bench.delete(.pod, "once")
    bench.settle()
    #expect(pods.rows.count == 9)
  }

  @Test func environmentIsResolved() throws {
    let bench = Bench()
    try bench.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: cm}, data: {A: one, B: two}}")
    try bench.apply(
      Manifests.pod(
        "p",
        container: """
              envFrom: [{configMapRef: {name: cm}, prefix: X_}]
              env:
              - {name: HOST, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              - {name: TEXT, value: "$(HOST)-$(X_A)-$(NOPE)-$$(HOST)"}
              - {name: LIMIT, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
              resources: {limits: {memory: 256Mi}}
              args: ["$(X_B)"]
          """))
    bench.settle()
    let spec = try #require(bench.runtime.started.last { $0.pod == "p" })
    var known: [String: String] = [:]
    for (name, value) in spec.environment { known[name] = value }
    #expect(known["TEXT"] == "p-one-$(NOPE)-$(HOST)")
    #expect(known["LIMIT"] == "256")
    #expect(known["KUBERNETES_SERVICE_HOST"] == "10.152.183.1")
    #expect(spec.arguments == ["two"])
  }

  @Test func evictionRespectsBudgets() throws {
    let bench = try Bench.lab(2)
    try bench.apply(
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: pdb}
      spec: {minAvailable: 2, selector: {matchLabels: {app: postgres}}}
      """)
    bench.settle()
    #expect(throws: Status.self) { try bench.api.evict(namespace: "default", name: "postgres-0") }
    try bench.patch(.podDisruptionBudget, "pdb", #"{"spec":{"minAvailable":1}}"#)
    bench.settle()
    try bench.api.evict(namespace: "default", name: "postgres-0")
    bench.settle()
    bench.check()
  }
}
