// Cluster roles that are made of others: their rules are those of all roles with the labels their `aggregationRule` asks for.
// Source: `pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go`.

import KubeAPI
import SimKernel
import Unstructured

final class AggregatedRoles: Controller {
  override init(api: APIServer, latency: Interval) {
    super.init(api: api, latency: latency)
    store.shelf(.clusterRole).observe { [self] _, _ in
      // Until somebody has asked for roles there are none but those that are just being made.
      guard api.hasBootstrapRoles else { return }
      for role in store.shelf(.clusterRole).list(namespace: nil) where role.value["aggregationRule"]?.object != nil {
        enqueue(role.key)
      }
    }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .clusterRole) }

  static func label(_ role: String) -> String { "rbac.authorization.k8s.io/aggregate-to-" + role }

  override func reconcile(_ key: ObjectKey) {
    guard let role = store.object(.clusterRole, "", key.name), role.value["aggregationRule"]?.object != nil else {
      return
    }
    let rules = AggregatedRoles.rules(of: role, in: store)
    guard (role.value["rules"]?.array ?? []) != rules else { return }
    api.amend(.clusterRole, "", key.name, uid: role.uid, as: "clusterrole-aggregation-controller") {
      $0["rules"] = .array(rules)
    }
  }

  /// The rules of the roles that are asked for, in the order of their names, each once.
  static func rules(of role: StoredObject, in store: Store) -> [Value] {
    var rules: [Value] = []
    for selector in role.value[path: "aggregationRule", "clusterRoleSelectors"]?.array ?? [] {
      let labels = LabelSelector(selector)
      for other in store.shelf(.clusterRole).list(namespace: nil)
      where other.name != role.name && labels.matches(object: other.value) {
        for rule in other.value["rules"]?.array ?? [] where !rules.contains(rule) { rules.append(rule) }
      }
    }
    return rules
  }
}
