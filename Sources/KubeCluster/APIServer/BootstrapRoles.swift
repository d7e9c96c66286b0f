// The cluster roles, roles and bindings that every API server makes for itself when it starts (kubernetes
// plugin/pkg/auth/authorizer/rbac/bootstrappolicy). They are made when somebody first asks for them: most sessions never do.
//
// Names and bindings are complete; rules are given for the roles that people look at. `lacksRules` names the others, whose rules
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

  private static let others = [
    "admin", "edit", "view", "system:aggregate-to-admin", "system:aggregate-to-edit", "system:aggregate-to-view",
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    "system:certificates.k8s.io:kube-apiserver-client-approver",
    "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
    "system:certificates.k8s.io:kubelet-serving-approver", "system:certificates.k8s.io:legacy-unknown-approver",
    "system:heapster", "system:kube-aggregator", "system:kube-controller-manager", "system:kube-scheduler",
    "system:kubelet-api-admin", "system:node", "system:node-bootstrapper", "system:node-problem-detector",
    "system:persistent-volume-provisioner", "system:volume-scheduler",
  ]

  private static let healthPaths: [Value] = ["/healthz", "/livez", "/readyz", "/version", "/version/"]

  /// Roles whose rules are modelled.
  private static let ruled: [(name: String, rules: [Value])] = [
    (
      "cluster-admin",
      [rule([""], ["*"], ["*"], anyGroup: true), ["nonResourceURLs": ["*"], "verbs": ["*"]]]
    ),
    (
      "system:auth-delegator",
      [
        rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
        rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]),
      ]
    ),
    (
      "system:basic-user",
      [
        rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
        rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]),
      ]
    ),
    (
      "system:discovery",
      [
        [
          "nonResourceURLs": [
            "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
            "/version", "/version/",
          ], "verbs": ["get"],
        ]
      ]
    ), ("system:kube-dns", [rule([""], ["endpoints", "services"], ["list", "watch"])]),
    (
      "system:monitoring",
      [
        [
          "nonResourceURLs": [
            "/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*",
          ], "verbs": ["get"],
        ]
      ]
    ), ("system:public-info-viewer", [["nonResourceURLs": .array(healthPaths), "verbs": ["get"]]]),
    (
      "system:node-proxier",
      [
        rule([""], ["endpoints", "services"], ["list", "watch"]), rule([""], ["nodes"], ["get", "list", "watch"]),
        rule(["", "events.k8s.io"], ["events"], ["create", "patch", "update"]),
        rule(["discovery.k8s.io"], ["endpointslices"], ["list", "watch"]),
      ]
    ),
    (
      "system:service-account-issuer-discovery",
      [
        [
          "nonResourceURLs": [
            "/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks",
            "/openid/v1/jwks/",
          ], "verbs": ["get"],
        ]
      ]
    ),
  ]

  private static func rule(
    _ groups: [String], _ resources: [String], _ verbs: [String], anyGroup: Bool = false
  ) -> Value {
    [
      "apiGroups": .strings(anyGroup ? ["*"] : groups), "resources": .strings(resources), "verbs": .strings(verbs),
    ]
  }

  /// Whether a role is there without its rules being modelled.
  package static func lacksRules(_ kind: Kind, _ namespace: String, _ name: String) -> Bool {
    switch kind {
    case .clusterRole:
      if others.contains(name) { return true }
      return name.hasPrefix("system:controller:") && controllers.contains(String(name.dropFirst(18)))
    case .role:
      for (space, role, _) in roles where space == namespace && role == name { return true }
      return false
    default: return false
    }
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
    for (name, rules) in ruled {
      list.append((.clusterRole, "", ["metadata": metadata(name), "rules": .array(rules)]))
    }
    for name in others + controllers.map({ "system:controller:" + $0 }) {
      list.append((.clusterRole, "", ["metadata": metadata(name), "rules": []]))
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
      list.append((.role, namespace, ["metadata": metadata(name), "rules": []]))
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
    var random = world.random.split("bootstrap-roles")
    let start = world.clock.civil(Instant(nanoseconds: 0)).rfc3339
    for (kind, namespace, object) in BootstrapRoles.objects {
      putBootstrapped(kind, namespace, object, start, &random)
    }
  }
}
