import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct Dumps {
  func show(_ ws: [Watcher]) {
    for w in ws {
      for l in w.text { print(l) }
      print("--")
    }
  }
  @Test func crash() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    var s = ImageScript()
    s.runs = .milliseconds(100)
    s.exitCode = 1
    s.ready = nil
    b.runtime.scripts["postgres:15-alpine"] = s
    try b.apply(Manifests.postgres())
    b.run(76)
    print("CRASH")
    show([pods])
  }
  @Test func badImage() throws {
    let b = Bench()
    try b.apply(Manifests.postgres())
    b.settle()
    let pods = try b.watch(.pod)
    let sts = try b.get(.statefulSet, "postgres")
    var new = sts
    var c = sts[path: "spec", "template", "spec", "containers"]!.array!
    c[0]["image"] = "postgres:does-not-exist"
    new.set(["spec", "template", "spec", "containers"], .array(c))
    _ = try b.api.update(.statefulSet, namespace: "default", new)
    b.run(40)
    print("BADIMAGE")
    show([pods])
  }
  @Test func namespaces() throws {
    let b = Bench()
    try b.apply("{apiVersion: v1, kind: Namespace, metadata: {name: lab}}")
    b.settle()
    try b.apply(Manifests.postgres(), namespace: "lab")
    b.settle()
    let pods = try b.watch(.pod, namespace: "lab")
    let ns = try b.watch(.namespace)
    let pv = try b.watch(.persistentVolume)
    _ = try b.api.delete(.namespace, namespace: "", name: "lab")
    b.settle()
    print("NS")
    show([pods, ns, pv])
  }
  @Test func claims() throws {
    let b = Bench()
    try b.apply(Manifests.postgres())
    b.settle()
    let pods = try b.watch(.pod)
    let pvc = try b.watch(.persistentVolumeClaim)
    let pv = try b.watch(.persistentVolume)
    _ = try b.api.delete(.persistentVolumeClaim, namespace: "default", name: "data-postgres-1")
    b.run(5)
    _ = try b.api.delete(.pod, namespace: "default", name: "postgres-1")
    b.settle()
    print("CLAIMS")
    show([pods, pvc, pv])
  }
  @Test func inits() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    var s = ImageScript()
    s.runs = .milliseconds(2500)
    b.runtime.byContainer["prep"] = s
    b.runtime.byContainer["prep2"] = s
    s.runs = .milliseconds(50)
    s.exitCode = 1
    b.runtime.byContainer["bad"] = s
    try b.apply(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: two-step}
      spec:
        initContainers: [{name: prep, image: "busybox:1.36"}, {name: prep2, image: "busybox:1.36"}]
        containers: [{name: main, image: "nginx:1.28"}, {name: side, image: "nginx:1.28"}]
      """)
    b.run(12)
    try b.apply(
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: bad-init}
      spec:
        initContainers: [{name: bad, image: "busybox:1.36"}]
        containers: [{name: main, image: "nginx:1.27"}]
      """)
    b.run(22)
    _ = try b.api.delete(.pod, namespace: "default", name: "two-step")
    _ = try b.api.delete(.pod, namespace: "default", name: "bad-init")
    b.run(4)
    print("INIT")
    show([pods])
  }
  @Test func parallel() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    try b.apply(Manifests.postgres(replicas: 3, extra: "  podManagementPolicy: Parallel"))
    b.settle()
    try b.patch(.statefulSet, "postgres", "{\"spec\":{\"replicas\":5}}")
    b.settle()
    try b.patch(.statefulSet, "postgres", "{\"spec\":{\"replicas\":2}}")
    b.settle()
    print("PARALLEL")
    show([pods])
  }
  @Test func minReady() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    try b.apply(Manifests.postgres(replicas: 2, extra: "  minReadySeconds: 6"))
    b.settle()
    print("MINREADY")
    show([pods])
    let p2 = try b.watch(.pod)
    try b.patch(.node, "microk8s-vm", "{\"spec\":{\"unschedulable\":true}}", namespace: "")
    b.run(0.5)
    try b.api.evict(namespace: "default", name: "postgres-1")
    b.run(3)
    try b.patch(.node, "microk8s-vm", "{\"spec\":{\"unschedulable\":null}}", namespace: "")
    b.settle()
    print("EVICT")
    show([p2])
  }
  @Test func daemon() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    let ds = try b.watch(.daemonSet)
    try b.apply(
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
    b.settle()
    var new = try b.get(.daemonSet, "agent")
    var c = new[path: "spec", "template", "spec", "containers"]!.array!
    c[0]["image"] = "nginx:1.28"
    new.set(["spec", "template", "spec", "containers"], .array(c))
    _ = try b.api.update(.daemonSet, namespace: "default", new)
    b.settle()
    _ = try b.api.delete(.daemonSet, namespace: "default", name: "agent")
    b.settle()
    print("DAEMON")
    show([pods, ds])
  }
  @Test func config() throws {
    let b = Bench()
    let pods = try b.watch(.pod)
    try b.apply(
      Manifests.pod("nosecret", container: "    env: [{name: A, valueFrom: {secretKeyRef: {name: nosuch, key: k}}}]"))
    try b.apply(Manifests.pod("greedy", container: "    resources: {requests: {cpu: 100}}"))
    try b.apply(Manifests.pod("nocm", "  volumes: [{name: v, configMap: {name: nosuch}}]"))
    b.run(14)
    try b.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: nosuch}}")
    b.run(6)
    for n in ["greedy", "nocm", "nosecret"] { _ = try b.api.delete(.pod, namespace: "default", name: n) }
    b.run(4)
    print("CONFIG")
    show([pods, try b.watch(.event)])
  }
}
