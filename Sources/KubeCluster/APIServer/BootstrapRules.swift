// The rules of the cluster roles and roles that every API server makes for itself, in a compact notation: a role's name, then one rule
// a line: API groups (`-` is the core group), resources, verbs, and the names of objects it is limited to, if any; or `!`, URLs, verbs.
// Source: kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy (policy.go and its testdata), 1.32.
//
// The roles of the controllers (`system:controller:…`) are there by name only.

import SimKernel
import Unstructured

enum BootstrapRules {
  /// Words that stand for lists of verbs.
  private static let verbs: [String: [String]] = [
    "read": ["get", "list", "watch"], "write": ["create", "delete", "deletecollection", "patch", "update"],
    "all": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    "note": ["create", "patch", "update"],
  ]

  /// Cluster roles, by name.
  static let clusterRoles = parse(clusterText)
  /// Roles, by `namespace/name`.
  static let roles = parse(roleText)

  private static func parse(_ text: String) -> OrderedMap<String, [Value]> {
    var result = OrderedMap<String, [Value]>()
    var name = ""
    for line in text.split(separator: "\n" as Character) {
      var words: [String] = []
      for word in line.split(separator: " " as Character) { words.append(String(word)) }
      if line.utf8.first != 32 {
        name = words[0]
        result[name] = []
      } else if words[0] == "!" {
        result[name]?.append(["nonResourceURLs": list(words[1]), "verbs": list(words[2])])
      } else {
        var rule: Value = ["apiGroups": list(words[0]), "resources": list(words[1])]
        if words.count > 3 { rule["resourceNames"] = list(words[3]) }
        rule["verbs"] = verbs[words[2]].map { .strings($0) } ?? list(words[2])
        result[name]?.append(rule)
      }
    }
    return result
  }

  private static func list(_ text: String) -> Value {
    var items: [String] = []
    for item in text.split(separator: "," as Character) { items.append(item == "-" ? "" : String(item)) }
    return .strings(items)
  }

  private static let clusterText = """
    cluster-admin
     * * *
     ! * *
    system:aggregate-to-admin
     authorization.k8s.io localsubjectaccessreviews create
     rbac.authorization.k8s.io rolebindings,roles all
    system:aggregate-to-edit
     - pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy read
     - serviceaccounts impersonate
     - pods,pods/attach,pods/exec,pods/portforward,pods/proxy write
     - pods/eviction create
     - configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy write
     - serviceaccounts/token create
     apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale write
     autoscaling horizontalpodautoscalers write
     batch cronjobs,jobs write
     extensions daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale write
     policy poddisruptionbudgets write
     networking.k8s.io ingresses,networkpolicies write
     coordination.k8s.io leases all
    system:aggregate-to-view
     - configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status read
     - bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status read
     - namespaces read
     discovery.k8s.io endpointslices read
     apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status read
     autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status read
     batch cronjobs,cronjobs/status,jobs,jobs/status read
     extensions daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale read
     policy poddisruptionbudgets,poddisruptionbudgets/status read
     networking.k8s.io ingresses,ingresses/status,networkpolicies read
    view
    edit
    admin
    system:auth-delegator
     authentication.k8s.io tokenreviews create
     authorization.k8s.io subjectaccessreviews create
    system:basic-user
     authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews create
     authentication.k8s.io selfsubjectreviews create
    system:certificates.k8s.io:certificatesigningrequests:nodeclient
     certificates.k8s.io certificatesigningrequests/nodeclient create
    system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
     certificates.k8s.io certificatesigningrequests/selfnodeclient create
    system:certificates.k8s.io:kube-apiserver-client-approver
     certificates.k8s.io signers approve kubernetes.io/kube-apiserver-client
    system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
     certificates.k8s.io signers approve kubernetes.io/kube-apiserver-client-kubelet
    system:certificates.k8s.io:kubelet-serving-approver
     certificates.k8s.io signers approve kubernetes.io/kubelet-serving
    system:certificates.k8s.io:legacy-unknown-approver
     certificates.k8s.io signers approve kubernetes.io/legacy-unknown
    system:discovery
     ! /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/ get
    system:heapster
     - events,namespaces,nodes,pods read
     extensions deployments read
    system:kube-aggregator
     - endpoints,services read
    system:kube-controller-manager
     -,events.k8s.io events note
     coordination.k8s.io leases create
     coordination.k8s.io leases get,update kube-controller-manager
     - secrets,serviceaccounts create
     - secrets delete
     - configmaps,namespaces,secrets,serviceaccounts get
     - secrets,serviceaccounts update
     authentication.k8s.io tokenreviews create
     authorization.k8s.io subjectaccessreviews create
     * * list,watch
     - serviceaccounts/token create
    system:kube-dns
     - endpoints,services list,watch
    system:kube-scheduler
     -,events.k8s.io events note
     coordination.k8s.io leases create
     coordination.k8s.io leases get,update kube-scheduler
     - nodes read
     - pods delete,get,list,watch
     - bindings,pods/binding create
     - pods/status patch,update
     - replicationcontrollers,services read
     apps,extensions replicasets read
     apps statefulsets read
     policy poddisruptionbudgets read
     - persistentvolumeclaims,persistentvolumes read
     authentication.k8s.io tokenreviews create
     authorization.k8s.io subjectaccessreviews create
     storage.k8s.io csinodes read
     - namespaces read
     storage.k8s.io csidrivers read
     storage.k8s.io csistoragecapacities read
    system:kubelet-api-admin
     - nodes read
     - nodes proxy
     - nodes/log,nodes/metrics,nodes/proxy,nodes/stats *
    system:monitoring
     ! /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/* get
    system:node
     authentication.k8s.io tokenreviews create
     authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews create
     - services read
     - nodes create,get,list,watch
     - nodes/status patch,update
     - nodes patch,update
     - events note
     - pods read
     - pods create,delete
     - pods/status patch,update
     - pods/eviction create
     - configmaps,secrets read
     - persistentvolumeclaims,persistentvolumes get
     - endpoints get
     certificates.k8s.io certificatesigningrequests create,get,list,watch
     coordination.k8s.io leases create,delete,get,patch,update
     storage.k8s.io volumeattachments get
     - serviceaccounts/token create
     - persistentvolumeclaims/status get,patch,update
     storage.k8s.io csidrivers read
     storage.k8s.io csinodes create,delete,get,patch,update
     node.k8s.io runtimeclasses read
    system:node-bootstrapper
     certificates.k8s.io certificatesigningrequests create,get,list,watch
    system:node-problem-detector
     - nodes get
     - nodes/status patch
     -,events.k8s.io events note
    system:node-proxier
     - endpoints,services list,watch
     - nodes read
     -,events.k8s.io events note
     discovery.k8s.io endpointslices list,watch
    system:persistent-volume-provisioner
     - persistentvolumes create,delete,get,list,watch
     - persistentvolumeclaims get,list,update,watch
     storage.k8s.io storageclasses read
     - events watch
     -,events.k8s.io events note
    system:public-info-viewer
     ! /healthz,/livez,/readyz,/version,/version/ get
    system:service-account-issuer-discovery
     ! /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/ get
    system:volume-scheduler
     - persistentvolumes get,list,patch,update,watch
     storage.k8s.io storageclasses read
     - persistentvolumeclaims get,list,patch,update,watch
    """

  private static let roleText = """
    kube-public/system:controller:bootstrap-signer
     - configmaps read
     - configmaps update cluster-info
     -,events.k8s.io events note
    kube-system/extension-apiserver-authentication-reader
     - configmaps read extension-apiserver-authentication
    kube-system/system::leader-locking-kube-controller-manager
     coordination.k8s.io leases create,get,list,update,watch
    kube-system/system::leader-locking-kube-scheduler
     coordination.k8s.io leases create,get,list,update,watch
    kube-system/system:controller:bootstrap-signer
     - secrets read
    kube-system/system:controller:cloud-provider
     - configmaps create,get,list,watch
    kube-system/system:controller:token-cleaner
     - secrets delete,get,list,watch
     -,events.k8s.io events note
    """
}
