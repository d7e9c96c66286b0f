// The cluster roles, roles and bindings that every API server makes for itself when it starts (kubernetes
// plugin/pkg/auth/authorizer/rbac/bootstrappolicy). They are made when somebody first asks for them: most sessions never do.
//
// Names and bindings are complete; of the controllers' roles the rules are not known here: `lacksRules` names them, whose rules
// nobody may be shown.

package import KubeAPI
import SimKernel
import Unstructured

package enum BootstrapRoles {
  private static let controllers = [
    "attachdetach-controller", "certificate-controller", "clusterrole-aggregation-controller", "cronjob-controller",
    "daemon-set-controller", "deployment-controller", "disruption-controller", "endpoint-controller",
    "endpointslice-controller", "endpointslicemirroring-controller", "ephemeral-volume-controller",
    "expand-controller", "generic-garbage-collector", "horizontal-pod-autoscaler", "job-controller",
    "legacy-service-account-token-cleaner", "namespace-controller", "node-controller", "persistent-volume-binder",
    "pod-garbage-collector", "pv-protection-controller", "pvc-protection-controller", "replicaset-controller",
    "replication-controller", "resourcequota-controller", "root-ca-cert-publisher", "route-controller",
    "service-account-controller", "service-controller", "statefulset-controller", "ttl-after-finished-controller",
    "ttl-controller", "validatingadmissionpolicy-status-controller",
  ]

  /// Labels beside the usual one.
  private static let aggregation: [(role: String, into: String)] = [
    ("edit", "admin"), ("view", "edit"), ("system:aggregate-to-admin", "admin"), ("system:aggregate-to-edit", "edit"),
    ("system:aggregate-to-view", "view"),
  ]

  /// Whether a role is there without its rules being modelled.
  package static func lacksRules(_ kind: Kind, _ namespace: String, _ name: String) -> Bool {
    kind == .clusterRole && name.hasPrefix("system:controller:") && controllers.contains(String(name.dropFirst(18)))
  }

  /// Role, its namespace, and whom it is bound to.
  private static let roles: [(namespace: String, name: String, subjects: [Value])] = [
    ("kube-public", "system:controller:bootstrap-signer", [account("bootstrap-signer")]),
    (
      "kube-system", "extension-apiserver-authentication-reader",
      [user("system:kube-controller-manager"), user("system:kube-scheduler")]
    ),
    (
      "kube-system", "system::leader-locking-kube-controller-manager",
      [user("system:kube-controller-manager"), account("kube-controller-manager")]
    ),
    (
      "kube-system", "system::leader-locking-kube-scheduler",
      [user("system:kube-scheduler"), account("kube-scheduler")]
    ), ("kube-system", "system:controller:bootstrap-signer", [account("bootstrap-signer")]),
    ("kube-system", "system:controller:cloud-provider", [account("cloud-provider")]),
    ("kube-system", "system:controller:token-cleaner", [account("token-cleaner")]),
  ]

  private static func account(_ name: String) -> Value {
    ["kind": "ServiceAccount", "name": .string(name), "namespace": "kube-system"]
  }
  private static func user(_ name: String) -> Value {
    ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": .string(name)]
  }
  private static func group(_ name: String) -> Value {
    ["apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": .string(name)]
  }

  /// Cluster roles that are bound from the start, with their subjects.
  private static let bound: [(String, [Value])] = [
    ("cluster-admin", [group("system:masters")]), ("system:basic-user", [group("system:authenticated")]),
    ("system:discovery", [group("system:authenticated")]),
    ("system:kube-controller-manager", [user("system:kube-controller-manager")]),
    ("system:kube-dns", [account("kube-dns")]), ("system:kube-scheduler", [user("system:kube-scheduler")]),
    ("system:monitoring", [group("system:monitoring")]), ("system:node", []),
    ("system:node-proxier", [user("system:kube-proxy")]),
    ("system:public-info-viewer", [group("system:authenticated"), group("system:unauthenticated")]),
    ("system:service-account-issuer-discovery", [group("system:serviceaccounts")]),
    ("system:volume-scheduler", [user("system:kube-scheduler")]),
  ]

  /// Everything, in the order in which it is made.
  static var objects: [(kind: Kind, namespace: String, object: Value)] {
    var list: [(kind: Kind, namespace: String, object: Value)] = []
    func metadata(_ name: String) -> Value {
      [
        "name": .string(name), "labels": ["kubernetes.io/bootstrapping": "rbac-defaults"],
        "annotations": ["rbac.authorization.kubernetes.io/autoupdate": "true"],
      ]
    }
    for (name, rules) in BootstrapRules.clusterRoles {
      var role: Value = ["metadata": metadata(name), "rules": .array(rules)]
      for entry in aggregation where entry.role == name {
        role.set(["metadata", "labels", AggregatedRoles.label(entry.into)], "true")
      }
      if ["admin", "edit", "view"].contains(name) {
        role["aggregationRule"] = [
          "clusterRoleSelectors": [["matchLabels": [AggregatedRoles.label(name): "true"]]]
        ]
        role["rules"] = .null
      }
      list.append((.clusterRole, "", role))
    }
    for name in controllers {
      let title = "system:controller:" + name
      list.append((.clusterRole, "", ["metadata": metadata(title), "rules": []]))
    }
    for (name, subjects) in bound + controllers.map({ ("system:controller:" + $0, [account($0)]) }) {
      var binding: Value = [
        "metadata": metadata(name),
        "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(name)],
      ]
      if !subjects.isEmpty { binding["subjects"] = .array(subjects) }
      list.append((.clusterRoleBinding, "", binding))
    }
    for (namespace, name, subjects) in roles {
      let rules = BootstrapRules.roles[namespace + "/" + name] ?? []
      list.append((.role, namespace, ["metadata": metadata(name), "rules": .array(rules)]))
      list.append(
        (
          .roleBinding, namespace,
          [
            "metadata": metadata(name), "subjects": .array(subjects),
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(name)],
          ]
        ))
    }
    return list
  }
}

extension APIServer {
  /// Makes the bootstrap objects when one of their kinds is asked for. They are as old as the cluster, and take nothing from the
  /// sequences that other objects' identifiers come from.
  func bootstrapRoles(_ kind: Kind) {
    guard !hasBootstrapRoles, [.clusterRole, .clusterRoleBinding, .role, .roleBinding].contains(kind) else { return }
    hasBootstrapRoles = true
    var random = bootstrapNumbers.split("roles")
    let start = world.clock.civil(Instant(nanoseconds: 0)).rfc3339
    for (kind, namespace, object) in BootstrapRoles.objects {
      putBootstrapped(kind, namespace, object, start, &random)
    }
    // Each is made of those before it.
    for name in ["view", "edit", "admin"] {
      guard let role = store.object(.clusterRole, "", name) else { continue }
      var value = role.value
      value["rules"] = .array(AggregatedRoles.rules(of: role, in: store))
      store.put(.clusterRole, value)
    }
  }
}
