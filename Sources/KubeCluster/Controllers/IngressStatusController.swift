// What ingress-nginx' controller does to Ingress objects of its classes while a pod of it is ready: an event when it takes one
// over, and the address that it publishes, once a minute.
// Source: kubernetes/ingress-nginx 1.11 (internal/ingress/controller/store, internal/ingress/status).

import KubeAPI
import SimKernel
import Unstructured

final class IngressStatusController: Controller {
  private static let imagePrefix = "registry.k8s.io/ingress-nginx/controller:"
  private static let period = Interval.seconds(60)
  private let recorder: EventRecorder
  /// The pod that leads, and the address that it publishes.
  private var leader: (pod: ObjectKey, address: String, since: Instant)?
  /// Versions that were looked at already, by object.
  private var seen: [ObjectKey: Int64] = [:]

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "nginx-ingress-controller")
    super.init(api: api, latency: latency)
    store.shelf(.ingress).observe { [self] _, new in if let new { take(new) } }
    store.shelf(.pod).observe { [self] old, new in if let pod = new ?? old { notice(pod, isGone: new == nil) } }
  }

  private func notice(_ pod: StoredObject, isGone: Bool) {
    if let leader, leader.pod == pod.key {
      if isGone || !isReady(pod) { self.leader = nil }
      return
    }
    guard leader == nil, !isGone, isReady(pod), let address = publishedAddress(pod) else { return }
    leader = (pod.key, address, world.now)
    for ingress in store.shelf(.ingress).list(namespace: nil) { take(ingress) }
  }

  private func isReady(_ pod: StoredObject) -> Bool {
    for condition in pod.value[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == "Ready" { return condition["status"]?.string == "True" }
    return false
  }

  /// Nil when the pod is none of ingress-nginx.
  private func publishedAddress(_ pod: StoredObject) -> String? {
    for container in pod.value[path: "spec", "containers"]?.array ?? []
    where container["image"]?.string?.hasPrefix(Self.imagePrefix) == true {
      let flag = "--publish-status-address="
      for argument in container["args"]?.array ?? [] {
        if let text = argument.string, text.hasPrefix(flag) { return String(text.dropFirst(flag.utf8.count)) }
      }
      return pod.value[path: "status", "hostIP"]?.string ?? ""
    }
    return nil
  }

  private func isMine(_ ingress: StoredObject) -> Bool {
    IngressNginx.serves(ingress.value) { store.object(.ingressClass, "", $0)?.value }
  }

  private func take(_ ingress: StoredObject) {
    guard let leader, isMine(ingress), seen[ingress.key] != ingress.version else { return }
    seen[ingress.key] = ingress.version
    let reference = ObjectReference(.ingress, ingress)
    world.after(latency) { [self] in recorder.record(reference, .normal, "Sync", "Scheduled for sync") }
    // The round of the publisher that comes next.
    let rounds = (world.now - leader.since).wholeSeconds / Self.period.wholeSeconds + 1
    let at = leader.since + .seconds(rounds * Self.period.wholeSeconds)
    enqueue(ingress.key, after: at - world.now)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let leader, let ingress = store.object(.ingress, key.namespace, key.name), isMine(ingress) else { return }
    let wanted: Value = [["ip": .string(leader.address)]]
    guard ingress.value[path: "status", "loadBalancer", "ingress"] != wanted else { return }
    var changed = ingress.value
    changed.set(["status", "loadBalancer", "ingress"], wanted)
    _ = try? api.update(.ingress, namespace: key.namespace, changed, subresource: "status")
  }
}
