// Policies that steer or refuse: limit ranges, quotas with scopes, preemption, affinity, what Jobs do about failures by index.

import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct PolicyTests {
  private func pod(_ name: String, _ spec: String = "", cpu: String = "") -> String {
    let resources = cpu.isEmpty ? "" : ", resources: {requests: {cpu: \(cpu)}, limits: {cpu: \(cpu)}}"
    return """
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name), labels: {app: \(name)}}
      spec: {terminationGracePeriodSeconds: 1\(spec), containers: [{name: c, image: nginx\(resources)}]}
      """
  }

  private func refusal(_ bench: Bench, _ manifest: String) -> String {
    do {
      try bench.apply(manifest)
      return ""
    } catch let status as Status { return status.message } catch { return "\(error)" }
  }

  private func events(_ bench: Bench, _ name: String, _ reason: String) -> [String] {
    var found: [String] = []
    for event in bench.cluster.api.store.shelf(.event).list(namespace: "default")
    where event.value[path: "involvedObject", "name"]?.string == name && event.value["reason"]?.string == reason {
      found.append(event.value["message"]?.string ?? event.value["note"]?.string ?? "")
    }
    return found
  }

  @Test func podsMayNotSayWhatAdmissionSays() {
    let bench = Bench()
    func pod(_ field: String) -> String {
      "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {\(field), containers: [{name: c, image: nginx}]}"
    }
    #expect(
      refusal(bench, pod("priority: 5"))
        == "pods \"a\" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority "
        + "admission controller computed 0 from the given PriorityClass name")
    #expect(
      refusal(bench, pod("runtimeClassName: gvisor"))
        == "pods \"a\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found")
  }

  @Test func baselineForbidsOptionsOfTheHost() {
    let bench = Bench()
    func space(_ level: String) -> String {
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: safe, labels: {pod-security.kubernetes.io/enforce: \(level)}}"
    }
    #expect(
      refusal(bench, space("strict"))
        == "Namespace \"safe\" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "
        + "\"strict\": must be one of privileged, baseline, restricted")
    #expect(refusal(bench, space("baseline")) == "")
    bench.run(1)
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: a, namespace: safe}
      spec:
        securityContext:
          sysctls: [{name: kernel.msgmax, value: "1"}]
          seLinuxOptions: {type: any_t, user: u}
          appArmorProfile: {type: Unconfined}
          windowsOptions: {hostProcess: true}
        containers: [{name: c, image: nginx, securityContext: {procMount: Unmasked}}]
      """
    #expect(
      refusal(bench, pod)
        == "pods \"a\" is forbidden: violates PodSecurity \"baseline:latest\": forbidden AppArmor profile (pod must not "
        + "set AppArmor profile type to \"Unconfined\"), procMount (container \"c\" must not set securityContext.procMount "
        + "to \"Unmasked\"), seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type \"any_t\"; user may "
        + "not be set), forbidden sysctls (kernel.msgmax), hostProcess (pod must not set "
        + "securityContext.windowsOptions.hostProcess=true)")
  }

  @Test func limitRangesBoundContainersPodsAndClaims() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: v1
      kind: LimitRange
      metadata: {name: l}
      spec:
        limits:
        - {type: Container, max: {cpu: "1"}, maxLimitRequestRatio: {cpu: "2"}}
        - {type: Pod, max: {cpu: "500m"}}
        - {type: PersistentVolumeClaim, max: {storage: 1Gi}}
      """)
    #expect(refusal(bench, pod("a", cpu: "750m")).hasSuffix("maximum cpu usage per Pod is 500m, but limit is 750m"))
    let claim = """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: big}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
      """
    #expect(
      refusal(bench, claim)
        == "persistentvolumeclaims \"big\" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi"
    )
  }

  @Test func scopedQuotaCountsOnlyItsPods() throws {
    let bench = Bench()
    try bench.apply(
      """
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: q}
      spec: {hard: {pods: "1"}, scopes: [BestEffort]}
      """)
    try bench.apply(pod("a", cpu: "10m"))
    try bench.apply(pod("b"))
    #expect(refusal(bench, pod("c")).contains("exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"))
  }

  @Test func preemptionSaysSoAndKeepsTheRoom() throws {
    let bench = Bench()
    try bench.apply(
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000")
    try bench.apply(pod("low", cpu: "1500m"))
    bench.settle()
    try bench.apply(pod("waits", cpu: "1500m"))
    try bench.apply(pod("vip", ", priorityClassName: high", cpu: "1500m"))
    bench.settle()
    let vip = try bench.get(.pod, "vip")
    #expect(vip[path: "status", "phase"]?.string == "Running")
    let waiting = try bench.get(.pod, "waits")
    #expect(waiting[path: "spec", "nodeName"] == nil)
    #expect(events(bench, "vip", "FailedScheduling") == ["0/1 nodes are available: 1 Insufficient cpu."])
    #expect(events(bench, "low", "Preempted").count == 1)
  }

  @Test func preemptionKeepsBudgetsWhereItCan() throws {
    let bench = Bench()
    try bench.apply(
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000")
    try bench.apply(
      """
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: {name: guard}
      spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
      """)
    // The younger of two equal pods would go, if the budget did not protect it.
    try bench.apply(pod("free", cpu: "800m"))
    bench.settle()
    bench.run(5)
    try bench.apply(pod("guarded", cpu: "800m"))
    bench.settle()
    try bench.apply(pod("vip", ", priorityClassName: high", cpu: "800m"))
    bench.settle()
    #expect(events(bench, "guarded", "Preempted") == [])
    #expect(events(bench, "free", "Preempted").count == 1)
    #expect(try bench.get(.pod, "vip")[path: "status", "phase"]?.string == "Running")
  }

  @Test func residentsMayRefuseCompany() throws {
    let bench = Bench()
    try bench.apply(
      pod(
        "alone",
        ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: other}}}]}}"
      ))
    bench.settle()
    try bench.apply(pod("other"))
    bench.settle()
    #expect(
      events(bench, "other", "FailedScheduling") == [
        "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules. "
          + "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
      ])
  }

  @Test func jobsGiveUpIndexByIndex() throws {
    let bench = Bench()
    var failing = ImageScript()
    failing.runs = .seconds(Int64(1))
    failing.exitCode = 1
    bench.runtime.scripts["fails"] = failing
    try bench.apply(
      """
      apiVersion: batch/v1
      kind: Job
      metadata: {name: j}
      spec:
        completions: 2
        parallelism: 2
        completionMode: Indexed
        backoffLimitPerIndex: 1
        template: {spec: {restartPolicy: Never, containers: [{name: c, image: fails}]}}
      """)
    bench.settle()
    let job = try bench.get(.job, "j")
    #expect(
      job[path: "status", "failedIndexes"]?.string == "0,1" || job[path: "status", "failedIndexes"]?.string == "0-1")
    #expect(job[path: "status", "failed"]?.integer == 4)
    #expect(events(bench, "j", "FailedIndexes") == ["Job has failed indexes"])
  }

  @Test func nobodyAddsFinalizersToWhatGoes() throws {
    let bench = Bench()
    try bench.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: f, finalizers: [a.b/c]}")
    try bench.delete(.configMap, "f")
    var object = try bench.get(.configMap, "f")
    object.set(["metadata", "finalizers"], ["a.b/c", "d.e/f"])
    #expect(throws: Status.self) { try bench.api.update(.configMap, namespace: "default", object) }
  }

  @Test func hostPathsOutsideOfTmpCannotBeDeleted() throws {
    let bench = Bench()
    for (name, path) in [("inside", "/tmp/a"), ("outside", "/mnt/a")] {
      try bench.apply(
        """
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: \(name)}
        spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: \(name), persistentVolumeReclaimPolicy: Delete, hostPath: {path: \(path)}}
        """)
      try bench.apply(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: \(name)}
        spec: {accessModes: [ReadWriteOnce], storageClassName: \(name), resources: {requests: {storage: 1Gi}}}
        """)
      bench.settle()
      try bench.delete(.persistentVolumeClaim, name)
      bench.settle()
    }
    #expect(bench.api.store.object(.persistentVolume, "", "inside") == nil)
    let stuck = try bench.api.get(.persistentVolume, namespace: "", name: "outside")
    #expect(stuck[path: "status", "phase"]?.string == "Failed")
    #expect(
      events(bench, "outside", "VolumeFailedDelete") == [
        "host_path deleter only supports /tmp/.+ but received provided /mnt/a"
      ])
  }

  @Test func oddTemplatesAreAcceptedWithWarnings() throws {
    let bench = Bench()
    let document = try ManifestReader.all(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec:
        selector: {matchLabels: {a: b}}
        template:
          metadata: {labels: {a: b}}
          spec:
            nodeSelector: {beta.kubernetes.io/os: linux}
            containers:
            - {name: a, image: nginx, ports: [{containerPort: 80}], env: [{name: A, value: "1"}, {name: A, value: "2"}, {name: A, value: "$(A)3"}]}
            - {name: b, image: nginx, ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]}
      """)[0]
    let made = try bench.api.create(.deployment, namespace: "default", document)
    #expect(
      made.warnings == [
        "spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead",
        "spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply",
        "spec.template.spec.containers[1].ports[0]: duplicate port definition with spec.template.spec.containers[0].ports[0]",
      ])
  }
}
