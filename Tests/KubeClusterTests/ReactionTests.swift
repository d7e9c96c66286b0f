// What controllers do about changes, and what they leave alone.

import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct ReactionTests {
  private func messages(_ bench: Bench, _ reason: String) throws -> [String] {
    var list: [String] = []
    for event in try bench.api.list(.event, namespace: "default").items where event["reason"]?.string == reason {
      list.append("\(event["count"]?.integer ?? 0) \(event["message"]?.string ?? "")")
    }
    return list
  }

  private func taint(_ bench: Bench, _ taints: String) throws {
    try bench.patch(.node, "microk8s-vm", "{\"spec\":{\"taints\":\(taints)}}", namespace: "")
  }

  @Test func tolerationsOfATaintRunOut() throws {
    let bench = Bench()
    let toleration = "  tolerations: [{key: gone, operator: Exists, effect: NoExecute"
    try bench.apply(Manifests.pod("short", toleration + ", tolerationSeconds: 5}]"))
    try bench.apply(Manifests.pod("long", toleration + "}]"))
    try bench.apply(Manifests.pod("plain"))
    bench.settle()
    let gone = "[{\"key\":\"gone\",\"value\":\"yes\",\"effect\":\"NoExecute\"}]"
    try taint(bench, gone)
    bench.run(2)
    try taint(bench, "[]")
    bench.run(10)
    #expect(
      try messages(bench, "TaintManagerEviction") == [
        "1 Marking for deletion Pod default/plain", "1 Cancelling deletion of Pod default/short",
      ])
    try taint(bench, gone)
    bench.run(20)
    var left: [String] = []
    for pod in try bench.api.list(.pod, namespace: "default").items {
      left.append(pod[path: "metadata", "name"]?.string ?? "")
    }
    #expect(left == ["long"])
    bench.check()
  }

  @Test func refusedPodsWaitForWhatCouldHelp() throws {
    let bench = Bench()
    try bench.apply(Manifests.pod("other"))
    bench.settle()
    try bench.patch(.node, "microk8s-vm", "{\"spec\":{\"unschedulable\":true}}", namespace: "")
    bench.run(1)
    try bench.apply(Manifests.pod("waits"))
    bench.run(1)
    let rows = try bench.watch(.pod, fromNow: true)
    // A pod that goes makes no room on a cordoned node: nobody tries.
    try bench.delete(.pod, "other")
    bench.run(5)
    #expect(!rows.rows.contains { $0.cells[0] == "waits" })
    try bench.patch(.node, "microk8s-vm", "{\"spec\":{\"unschedulable\":null}}", namespace: "")
    bench.run(10)
    // Tried at once, while the taint is still there, and again after its back-off of two seconds.
    let waits = rows.rows.filter { $0.cells[0] == "waits" }
    #expect(waits.map { $0.cells[2] }.prefix(3) == ["Pending", "Pending", "ContainerCreating"])
    #expect(waits[1].at - waits[0].at > 1.9)
    bench.check()
  }

  @Test func jobsMadeByHandSurpriseTheirCronJob() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: tick}
      spec:
        schedule: "0 0 1 1 *"
        jobTemplate:
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1.36"}]}}}
      """)
    let cron = try bench.get(.cronJob, "tick")
    try bench.apply(
      """
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: now
        ownerReferences:
        - {apiVersion: batch/v1, kind: CronJob, name: tick, uid: \(cron[path: "metadata", "uid"]!.string!), controller: true}
      spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1.36"}]}}}
      """)
    bench.run(3)
    #expect(try messages(bench, "UnexpectedJob").contains { $0.hasSuffix("forgot: now") })
  }

  @Test func autoscalersLookAfterTheirPeriod() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, image: "nginx:1.27"}]}
      ---
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: web}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
        minReplicas: 1
        maxReplicas: 3
        metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
      """)
    bench.run(14)
    #expect(try bench.get(.horizontalPodAutoscaler, "web")[path: "status", "conditions"] == nil)
    bench.run(2)
    #expect(try bench.get(.horizontalPodAutoscaler, "web")[path: "status", "currentReplicas"] == 1)
  }

  @Test func endpointsOfAnUnlabelledServiceAreLeftAlone() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      """)
    bench.settle()
    let rows = try bench.watch(.endpoints, fromNow: true)
    try bench.patch(.service, "web", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}")
    bench.settle()
    #expect(rows.rows.isEmpty)
    bench.check()
  }

  @Test func theTenthMessageOfAKindIsCombined() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, image: "nginx:1.27"}]}
      """)
    for size in [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] {
      try bench.scale("web", size, kind: .deployment)
      bench.run(1)
    }
    try bench.scale("web", 2, kind: .deployment)
    bench.run(1)
    try bench.scale("web", 3, kind: .deployment)
    bench.run(1)
    let said = try messages(bench, "ScalingReplicaSet")
    #expect(said.count == 10)
    #expect(said.filter { $0.contains("(combined from similar events)") }.count == 1)
    #expect(said.contains { $0.hasPrefix("2 Scaled up replica set") && $0.hasSuffix("from 2 to 3") })
  }

  @Test func claimsSayAgainThatTheyWaitForTheirProvisioner() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: slow}
      provisioner: example.com/nobody
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], storageClassName: slow, resources: {requests: {storage: 1Gi}}}
      """)
    bench.run(40)
    let said = try messages(bench, "ExternalProvisioning")
    #expect(said.count == 1)
    #expect(said.first?.hasPrefix("3 ") == true)
  }
}
