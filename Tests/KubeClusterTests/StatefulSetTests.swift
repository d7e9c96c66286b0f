import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

@Suite struct StatefulSetTests {
  @Test func dump() throws {
    let bench = Bench()
    let pods = try bench.watch(.pod)
    let system = try bench.watch(.pod, namespace: "kube-system")
    let claims = try bench.watch(.persistentVolumeClaim)
    let volumes = try bench.watch(.persistentVolume)
    let sets = try bench.watch(.statefulSet)
    let endpoints = try bench.watch(.endpoints)
    let events = try bench.watch(.event)
    try bench.apply(Manifests.postgres())
    bench.settle()
    for w in [pods, system, claims, volumes, sets, endpoints, events] {
      for l in w.text { print(l) }
      print("--")
    }
    let again = try bench.watch(.pod, fromNow: true)
    let setsAgain = try bench.watch(.statefulSet, fromNow: true)
    _ = try bench.api.delete(.pod, namespace: "default", name: "postgres-0")
    bench.settle()
    for w in [again, setsAgain] {
      for l in w.text { print(l) }
      print("--")
    }
  }
}
