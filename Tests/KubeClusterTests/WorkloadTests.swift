import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct WorkloadTests {
  private func web(_ replicas: Int = 3) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: \(replicas)
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: nginx
            image: nginx:1.27
            readinessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 1, periodSeconds: 2}
    """
  }

  @Test func deploymentRollsWithOneExtraPod() throws {
    let bench = Bench()
    let sets = try bench.watch(.replicaSet)
    let deployments = try bench.watch(.deployment)
    try bench.apply(web())
    bench.settle()
    #expect(
      sets.rows.map { $0.cells[1...3].joined(separator: " ") } == [
        "3 0 0", "3 0 0", "3 3 0", "3 3 1", "3 3 2", "3 3 3",
      ])
    #expect(
      deployments.rows.map { $0.cells[1] + " " + $0.cells[2] } == [
        "0/3 0", "0/3 0", "0/3 0", "0/3 3", "1/3 3", "2/3 3", "3/3 3",
      ])
    let before = sets.rows.count
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.setImage("nginx:1.28", kind: .deployment, name: "web")
    bench.settle()
    var most = 0
    var alive: Set<String> = []
    for row in pods.rows {
      if row.cells[2] == "Terminating" || row.cells[2] == "Completed" {
        alive.remove(row.cells[0])
      } else {
        alive.insert(row.cells[0])
      }
      most = max(most, alive.count)
    }
    #expect(most <= 4)
    // Each set's own history, as `get rs -w` shows it.
    var byName: [String: [String]] = [:]
    for row in sets.rows[before...] {
      byName[row.cells[0], default: []].append(row.cells[1...3].joined(separator: " "))
    }
    let new = try #require(byName.keys.first { byName[$0]?.first == "1 0 0" })
    #expect(
      byName[new] == [
        "1 0 0", "1 0 0", "1 1 0", "1 1 1", "2 1 1", "2 1 1", "2 2 1", "2 2 2", "3 2 2", "3 2 2", "3 3 2", "3 3 3",
      ])
    let deployment = try bench.get(.deployment, "web")
    #expect(deployment[path: "metadata", "annotations", "deployment.kubernetes.io/revision"]?.string == "2")
    bench.check()
  }

  @Test func goingBackReusesTheOldSet() throws {
    let bench = Bench()
    try bench.apply(web(1))
    bench.settle()
    try bench.setImage("nginx:1.28", kind: .deployment, name: "web")
    bench.settle()
    try bench.setImage("nginx:1.27", kind: .deployment, name: "web")
    bench.settle()
    let sets = try bench.api.list(.replicaSet, namespace: "default").items
    #expect(sets.count == 2)
    var revisions: [String] = []
    for set in sets {
      revisions.append(set[path: "metadata", "annotations", "deployment.kubernetes.io/revision"]?.string ?? "")
    }
    #expect(revisions.sorted() == ["2", "3"])
    bench.check()
  }

  @Test func recreateStopsEverythingFirst() throws {
    let bench = Bench()
    try bench.apply(web().replacing("replicas: 3", with: "replicas: 3\n  strategy: {type: Recreate}"))
    bench.settle()
    let pods = try bench.watch(.pod, fromNow: true)
    try bench.setImage("nginx:1.28", kind: .deployment, name: "web")
    bench.settle()
    let firstNew = pods.rows.firstIndex { $0.cells[2] == "Pending" } ?? 0
    #expect(firstNew == 15)
    bench.check()
  }

  @Test func deletingADeploymentDeletesItsPods() throws {
    let bench = Bench()
    try bench.apply(web())
    bench.settle()
    try bench.delete(.deployment, "web")
    bench.settle()
    #expect(try bench.api.list(.replicaSet, namespace: "default").items.isEmpty)
    #expect(try bench.api.list(.pod, namespace: "default").items.isEmpty)
    bench.check()
  }

  private func job(_ name: String, _ limit: Int) -> String {
    """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: \(name)}
    spec:
      backoffLimit: \(limit)
      template:
        spec:
          restartPolicy: Never
          containers: [{name: \(name), image: "busybox:1.36"}]
    """
  }

  @Test func jobsEndAndAreCounted() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(2_050)
    bench.runtime.byContainer["migrate"] = script
    let jobs = try bench.watch(.job)
    try bench.apply(job("migrate", 2))
    bench.settle()
    #expect(jobs.rows.last?.cells[1] == "Complete")
    #expect(jobs.rows.last?.cells[2] == "1/1")
    let finished = try bench.get(.job, "migrate")
    var types: [String] = []
    for condition in finished[path: "status", "conditions"]?.array ?? [] {
      types.append(condition["type"]?.string ?? "")
    }
    #expect(types == ["SuccessCriteriaMet", "Complete"])
    #expect(try bench.api.list(.pod, namespace: "default").items[0][path: "metadata", "finalizers"] == nil)
    bench.check()
  }

  @Test func failingJobsBackOffAndGiveUp() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(50)
    script.exitCode = 3
    bench.runtime.byContainer["failing"] = script
    let pods = try bench.watch(.pod)
    try bench.apply(job("failing", 1))
    bench.settle()
    var starts: [Double] = []
    var seen: Set<String> = []
    for row in pods.rows where seen.insert(row.cells[0]).inserted { starts.append(row.at) }
    #expect(starts.count == 2)
    #expect(starts[1] - starts[0] > 9 && starts[1] - starts[0] < 12)
    let finished = try bench.get(.job, "failing")
    #expect(finished[path: "status", "failed"]?.integer == 2)
    var types: [String] = []
    for condition in finished[path: "status", "conditions"]?.array ?? [] {
      types.append(condition["type"]?.string ?? "")
    }
    #expect(types == ["FailureTarget", "Failed"])
    bench.check()
  }

  @Test func cronJobsTickAsHousekeeping() throws {
    let bench = Bench()
    var script = ImageScript()
    script.runs = .milliseconds(100)
    bench.runtime.byContainer["tick"] = script
    try bench.apply(
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: tick}
      spec:
        schedule: "*/5 * * * *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: tick, image: "busybox:1.36"}]
      """)
    bench.settle()
    #expect(bench.world.isQuiet)
    bench.run(3_600)
    #expect(try bench.api.list(.job, namespace: "default").items.count == 3)
    #expect(try bench.get(.cronJob, "tick")[path: "status", "lastScheduleTime"]?.string?.hasSuffix(":00Z") == true)
  }

  @Test func daemonSetsReplacePodByPod() throws {
    let bench = Bench {
      $0.nodeName = "a"
      $0.workers = [WorkerNode("b")]
    }
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent}
      spec:
        selector: {matchLabels: {app: agent}}
        template:
          metadata: {labels: {app: agent}}
          spec: {containers: [{name: a, image: "nginx:1.27"}]}
      """)
    bench.settle()
    #expect(try bench.get(.daemonSet, "agent")[path: "status", "numberReady"]?.integer == 2)
    try bench.setImage("nginx:1.28", kind: .daemonSet, name: "agent")
    bench.settle()
    let set = try bench.get(.daemonSet, "agent")
    #expect(set[path: "status", "updatedNumberScheduled"]?.integer == 2)
    #expect(try bench.api.list(.controllerRevision, namespace: "default").items.count == 2)
    bench.check()
  }

  @Test func namespacesAreEmptiedBeforeTheyGo() throws {
    let bench = Bench()
    try bench.apply("{apiVersion: v1, kind: Namespace, metadata: {name: lab}}")
    bench.settle()
    try bench.apply(Manifests.postgres(), namespace: "lab")
    bench.settle()
    let spaces = try bench.watch(.namespace, fromNow: true)
    try bench.delete(.namespace, "lab", namespace: "")
    #expect(throws: Status.self) { try bench.apply(Manifests.pod("late"), namespace: "lab") }
    bench.settle(keepingZero: true)
    expectRows(
      spaces, ["0 lab Terminating", "5 lab Terminating", "10 lab Terminating", "10 lab Terminating"], columns: 2)
    #expect(try bench.api.list(.persistentVolume).items.isEmpty)
    bench.check()
  }

  @Test func claimsInUseWaitForTheirPod() throws {
    let bench = try Bench.lab(2)
    let claims = try bench.watch(.persistentVolumeClaim, fromNow: true)
    try bench.delete(.persistentVolumeClaim, "data-postgres-1")
    bench.run(5)
    #expect(claims.states(2) == ["data-postgres-1 Terminating"])
    try bench.delete(.pod, "postgres-1")
    bench.settle()
    #expect(
      claims.states(2) == [
        "data-postgres-1 Terminating", "data-postgres-1 Terminating", "data-postgres-1 Pending",
        "data-postgres-1 Pending", "data-postgres-1 Pending", "data-postgres-1 Pending", "data-postgres-1 Bound",
      ])
    bench.check()
  }

  @Test func servicesGetEndpoints() throws {
    let bench = try Bench.lab(2)
    let slice = try bench.api.list(.endpointSlice, namespace: "default").items.first {
      $0[path: "metadata", "labels", "kubernetes.io/service-name"]?.string == "postgres"
    }
    #expect(slice?["endpoints"]?.array?.count == 2)
    try bench.apply(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: np}
      spec: {type: NodePort, selector: {app: postgres}, ports: [{port: 5432}]}
      """)
    bench.settle()
    let service = try bench.get(.service, "np")
    #expect(service[path: "spec", "clusterIP"]?.string?.hasPrefix("10.152.183.") == true)
    let port = service[path: "spec", "ports"]?.array?[0]["nodePort"]?.integer ?? 0
    #expect(port >= 30_000 && port <= 32_767)
    #expect(
      try bench.get(.endpoints, "np")["subsets"]?.array?[0]["addresses"]?.array?.count == 2)
    bench.check()
  }

  @Test func quotasRefuseAndCount() throws {
    let bench = Bench()
    try bench.apply("{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {pods: \"1\"}}}")
    try bench.apply(Manifests.pod("one"))
    bench.settle()
    #expect(try bench.get(.resourceQuota, "q")[path: "status", "used", "pods"]?.string == "1")
    do {
      try bench.apply(Manifests.pod("two"))
      Issue.record("the quota did not hold")
    } catch let status as Status {
      #expect(
        status.message
          == "pods \"two\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1")
    }
  }

  @Test func sameSeedSameTrace() throws {
    func trace(_ seed: UInt64) throws -> [TraceEvent] {
      let bench = try Bench.lab(2, seed: seed)
      try bench.setImage("postgres:16-alpine")
      bench.settle()
      return bench.world.trace.events
    }
    #expect(try trace(7) == trace(7))
  }

  /// Random commands, from printed seeds; the promises hold all the way and at the end.
  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func promisesHoldUnderRandomCommands(seed: UInt64) throws {
    let bench = try Bench.lab(2, seed: seed)
    try bench.apply(web())
    var random = SeededRandom(seed: seed)
    for _ in 0..<25 {
      switch random.below(7) {
      case 0: try bench.scale("postgres", random.below(5))
      case 1: try bench.setImage(random.below(2) == 0 ? "postgres:15-alpine" : "postgres:16-alpine")
      case 2: try? bench.delete(.pod, "postgres-\(random.below(4))")
      case 3: try bench.scale("web", random.below(6), kind: .deployment)
      case 4: try bench.setImage(random.below(2) == 0 ? "nginx:1.27" : "nginx:1.28", kind: .deployment, name: "web")
      case 5: try? bench.delete(.persistentVolumeClaim, "data-postgres-\(random.below(4))")
      default: break
      }
      bench.run(Double(random.below(200)) / 10)
    }
    bench.settle()
    bench.check()
    let set = try bench.get(.statefulSet, "postgres")
    #expect(set[path: "status", "readyReplicas"]?.integer ?? 0 == set[path: "spec", "replicas"]?.integer)
  }
}
