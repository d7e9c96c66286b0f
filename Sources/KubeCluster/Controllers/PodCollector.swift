// Pods of nodes that are gone: their node is looked for every twenty seconds, and forty seconds after it was first missed they are
// marked as failed and removed at once. Left out: the limit of pods that have ended, which is 12,500.
// Source: `pkg/controller/podgc/gc_controller.go`.

import KubeAPI
import SimKernel
import Unstructured

final class PodCollector: Controller {
  private static let period: Int64 = 20
  private static let quarantine = Interval.seconds(Int64(40))
  private let lifecycle: EventRecorder
  /// Names of nodes that were missed.
  private var missed: Set<String> = []

  override init(api: APIServer, latency: Interval) {
    lifecycle = EventRecorder(server: api, component: "node-controller")
    super.init(api: api, latency: latency)
    store.shelf(.node).observe { [self] old, new in
      guard let old, new == nil else { return }
      lifecycle.record(
        ObjectReference(.node, old), .normal, "RemovingNode",
        "Node \(old.name) event: Removing Node \(old.name) from Controller")
      miss(old.name)
    }
    store.shelf(.pod).observe { [self] old, new in
      guard old == nil, let name = new?.value[path: "spec", "nodeName"]?.string, !name.isEmpty else { return }
      miss(name)
    }
  }

  private func miss(_ node: String) {
    guard store.object(.node, "", node) == nil, missed.insert(node).inserted else { return }
    let step = PodCollector.period * 1_000_000_000
    let look = Instant(nanoseconds: (world.now.nanoseconds / step + 1) * step)
    world.schedule(at: look + PodCollector.quarantine) { [self] in
      missed.remove(node)
      if store.object(.node, "", node) == nil { collect(node) }
    }
  }

  private func collect(_ node: String) {
    let now = world.civilNow.rfc3339
    for pod in store.shelf(.pod).list(namespace: nil) where pod.value[path: "spec", "nodeName"]?.string == node {
      if !PodState.isFinished(pod) {
        api.amend(.pod, pod.namespace, pod.name, uid: pod.uid, as: "kube-controller-manager") {
          $0.set(["status", "phase"], "Failed")
          setPodCondition(
            &$0, type: "DisruptionTarget", status: "True", reason: "DeletionByPodGC",
            message: "PodGC: node no longer exists", now: now)
        }
      }
      _ = try? api.delete(.pod, namespace: pod.namespace, name: pod.name, DeleteOptions(gracePeriodSeconds: 0))
    }
  }
}
