// What the scripts of add-ons apply: the objects of each, in the order in which kubectl reports them.
// Source: canonical/microk8s-core-addons 1.32 (addons/ingress/ingress.yaml), facts of each object.

struct MicroK8sScript {
  let addon: String
  /// As the script calls it: `Enabling Ingress`, `Ingress is enabled`.
  let title: String
  let manifest: String

  static let all = [MicroK8sScript(addon: "ingress", title: "Ingress", manifest: ingress)]

  private static let ingress = """
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: {name: public, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
    spec: {controller: k8s.io/ingress-nginx}
    ---
    apiVersion: networking.k8s.io/v1
    kind: IngressClass
    metadata: {name: nginx}
    spec: {controller: k8s.io/ingress-nginx}
    ---
    apiVersion: v1
    kind: Namespace
    metadata: {name: ingress}
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: nginx-ingress-microk8s-serviceaccount, namespace: ingress}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: nginx-ingress-microk8s-clusterrole}
    rules:
    - {apiGroups: [""], resources: [nodes, services], verbs: [get, list, watch]}
    - {apiGroups: [""], resources: [configmaps, endpoints, nodes, pods, secrets], verbs: [list, watch]}
    - {apiGroups: [""], resources: [events], verbs: [create, patch]}
    - {apiGroups: [extensions, networking.k8s.io], resources: [ingresses], verbs: [get, list, watch]}
    - {apiGroups: [extensions, networking.k8s.io], resources: [ingresses/status], verbs: [update]}
    - {apiGroups: [networking.k8s.io], resources: [ingressclasses], verbs: [get, list, watch]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: {name: nginx-ingress-microk8s-role, namespace: ingress}
    rules:
    - {apiGroups: [""], resources: [configmaps, endpoints, pods, secrets], verbs: [get]}
    - {apiGroups: [""], resources: [configmaps], resourceNames: [ingress-controller-leader], verbs: [create, update]}
    - {apiGroups: [""], resources: [configmaps], verbs: [create]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: nginx-ingress-microk8s}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: nginx-ingress-microk8s-clusterrole}
    subjects:
    - {kind: ServiceAccount, name: nginx-ingress-microk8s-serviceaccount, namespace: ingress}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {name: nginx-ingress-microk8s, namespace: ingress}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: nginx-ingress-microk8s-role}
    subjects:
    - {kind: ServiceAccount, name: nginx-ingress-microk8s-serviceaccount}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: nginx-load-balancer-microk8s-conf, namespace: ingress}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: nginx-ingress-tcp-microk8s-conf, namespace: ingress}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: nginx-ingress-udp-microk8s-conf, namespace: ingress}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: nginx-ingress-microk8s-controller
      namespace: ingress
      labels: {microk8s-application: nginx-ingress-microk8s}
    spec:
      selector: {matchLabels: {name: nginx-ingress-microk8s}}
      template:
        metadata: {labels: {name: nginx-ingress-microk8s}}
        spec:
          terminationGracePeriodSeconds: 60
          serviceAccountName: nginx-ingress-microk8s-serviceaccount
          containers:
          - image: registry.k8s.io/ingress-nginx/controller:v1.11.2
            name: nginx-ingress-microk8s
            livenessProbe:
              httpGet: {path: /healthz, port: 10254, scheme: HTTP}
              initialDelaySeconds: 10
              periodSeconds: 10
              successThreshold: 1
              failureThreshold: 3
              timeoutSeconds: 5
            readinessProbe:
              httpGet: {path: /healthz, port: 10254, scheme: HTTP}
              periodSeconds: 10
              successThreshold: 1
              failureThreshold: 3
              timeoutSeconds: 5
            lifecycle: {preStop: {exec: {command: [/wait-shutdown]}}}
            securityContext:
              capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}
              runAsUser: 101
            env:
            - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
            ports:
            - {name: http, containerPort: 80, hostPort: 80}
            - {name: https, containerPort: 443, hostPort: 443}
            - {name: health, containerPort: 10254, hostPort: 10254}
            args:
            - /nginx-ingress-controller
            - --configmap=$(POD_NAMESPACE)/nginx-load-balancer-microk8s-conf
            - --tcp-services-configmap=$(POD_NAMESPACE)/nginx-ingress-tcp-microk8s-conf
            - --udp-services-configmap=$(POD_NAMESPACE)/nginx-ingress-udp-microk8s-conf
            - --ingress-class=public
            - ' '
            - --publish-status-address=127.0.0.1

    """
}
