// Namespaces: what every new one gets (the default service account, the root certificate), and how a deleted one is emptied:
// five seconds after the request everything in it is deleted, and it disappears at a later look, when nothing is left.
// Source: `pkg/controller/namespace`, `serviceaccount`, `certificates/rootcacertpublisher`.

import KubeAPI
import SimKernel
import Unstructured

final class NamespaceController: Controller {
  private let gracePeriod = Interval.seconds(Int64(5))
  private let certificate: String

  override init(api: APIServer, latency: Interval) {
    certificate = RootCertificate.text(api.world)
    super.init(api: api, latency: latency)
    store.shelf(.namespace).observe { [self] old, new in
      guard let new else { return }
      if new.isBeingDeleted {
        if old?.isBeingDeleted != true { enqueue(new.key, after: gracePeriod) }
      } else if old == nil {
        enqueue(new.key)
      }
    }
    for kind in [Kind.serviceAccount, .configMap] {
      store.shelf(kind).observe { [self] old, new in
        if new == nil, let old, old.name == "default" || old.name == "kube-root-ca.crt" {
          enqueue(ObjectKey("", old.namespace))
        }
      }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .namespace) }

  override func reconcile(_ key: ObjectKey) {
    guard let space = store.object(.namespace, "", key.name) else { return }
    if space.isBeingDeleted { return empty(space) }
    if store.object(.serviceAccount, key.name, "default") == nil {
      _ = try? api.create(
        .serviceAccount, namespace: key.name,
        ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]])
    }
    if store.object(.configMap, key.name, "kube-root-ca.crt") == nil {
      _ = try? api.create(
        .configMap, namespace: key.name,
        [
          "apiVersion": "v1", "kind": "ConfigMap",
          "metadata": [
            "name": "kube-root-ca.crt",
            "annotations": [
              "kubernetes.io/description":
                "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
            ],
          ],
          "data": ["ca.crt": .string(certificate)],
        ])
    }
  }

  private func empty(_ space: StoredObject) {
    var left: [(kind: Kind, count: Int)] = []
    var finalizers = OrderedMap<String, Int>()
    for shelf in store.shelfOrder where shelf.kind.namespaced {
      for object in shelf.list(namespace: space.name) {
        if !object.isBeingDeleted {
          _ = try? api.delete(shelf.kind, namespace: object.namespace, name: object.name)
        }
      }
      let rest = shelf.list(namespace: space.name)
      if !rest.isEmpty { left.append((shelf.kind, rest.count)) }
      for object in rest {
        for name in object.value[path: "metadata", "finalizers"].strings { finalizers[name, default: 0] += 1 }
      }
    }
    if left.isEmpty {
      guard let fresh = store.object(.namespace, "", space.name) else { return }
      var object = fresh.value
      object.set(["spec"], [:])
      // The last write and the removal are two events.
      let stored = store.put(.namespace, object)
      store.remove(.namespace, stored)
      return
    }
    writeConditions(space, left, finalizers)
    enqueue(space.key, after: gracePeriod)
  }

  private func writeConditions(
    _ space: StoredObject, _ left: [(kind: Kind, count: Int)], _ finalizers: OrderedMap<String, Int>
  ) {
    let now = world.civilNow.rfc3339
    guard !left.isEmpty || space.value[path: "status", "conditions"] != nil else { return }
    var kinds: [String] = []
    for (kind, count) in left { kinds.append("\(kind.plural).\(kind.group) has \(count) resource instances") }
    kinds.sort()
    var holders: [String] = []
    for (name, count) in finalizers.sortedByKey { holders.append("\(name) in \(count) resource instances") }
    api.amend(.namespace, "", space.name) { value in
      setCondition(
        &value, type: "NamespaceDeletionDiscoveryFailure", status: "False", reason: "ResourcesDiscovered",
        message: "All resources successfully discovered", now: now)
      setCondition(
        &value, type: "NamespaceDeletionGroupVersionParsingFailure", status: "False",
        reason: "ParsedGroupVersions", message: "All legacy kube types successfully parsed", now: now)
      setCondition(
        &value, type: "NamespaceDeletionContentFailure", status: "False", reason: "ContentDeleted",
        message: "All content successfully deleted, may be waiting on finalization", now: now)
      setCondition(
        &value, type: "NamespaceContentRemaining", status: left.isEmpty ? "False" : "True",
        reason: left.isEmpty ? "ContentRemoved" : "SomeResourcesRemain",
        message: left.isEmpty
          ? "All content successfully removed" : "Some resources are remaining: " + kinds.joined(separator: ", "),
        now: now)
      setCondition(
        &value, type: "NamespaceFinalizersRemaining", status: holders.isEmpty ? "False" : "True",
        reason: holders.isEmpty ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
        message: holders.isEmpty
          ? "All content-preserving finalizers finished"
          : "Some content in the namespace has finalizers remaining: " + holders.joined(separator: ", "), now: now)
    }
  }
}
