// What the scripts of add-ons apply: the objects of each, in the order in which kubectl reports them.
// Source: canonical/microk8s-core-addons 1.32 (addons/ingress/ingress.yaml, addons/metrics-server/metrics-server.yaml), facts of
// each object.

struct MicroK8sScript {
  let addon: String
  /// As the script calls it: `Enabling Ingress`, `Ingress is enabled`.
  let title: String
  let manifest: String
  /// What a disabling script deletes first, and does not mind to miss: what older versions had.
  var leftovers: [[String]] = []

  static let all = [
    MicroK8sScript(addon: "ingress", title: "Ingress", manifest: ingress),
    MicroK8sScript(
      addon: "metrics-server", title: "Metrics-Server", manifest: metricsServer,
      leftovers: [
        ["configmap", "-n", "kube-system", "metrics-server-config"],
        ["deployment", "-n", "kube-system", "metrics-server-v0.2.1"],
      ]),
  ]

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

  private static let metricsServer = """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {labels: {k8s-app: metrics-server}, name: metrics-server, namespace: kube-system}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      labels:
        k8s-app: metrics-server
        rbac.authorization.k8s.io/aggregate-to-admin: "true"
        rbac.authorization.k8s.io/aggregate-to-edit: "true"
        rbac.authorization.k8s.io/aggregate-to-view: "true"
      name: system:aggregated-metrics-reader
    rules:
    - {apiGroups: [metrics.k8s.io], resources: [pods, nodes], verbs: [get, list, watch]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {labels: {k8s-app: metrics-server}, name: "system:metrics-server"}
    rules:
    - {apiGroups: [""], resources: [nodes/metrics], verbs: [get]}
    - {apiGroups: [""], resources: [pods, nodes], verbs: [get, list, watch]}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: {labels: {k8s-app: metrics-server}, name: metrics-server-auth-reader, namespace: kube-system}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
    subjects:
    - {kind: ServiceAccount, name: metrics-server, namespace: kube-system}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {labels: {k8s-app: metrics-server}, name: "metrics-server:system:auth-delegator"}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
    subjects:
    - {kind: ServiceAccount, name: metrics-server, namespace: kube-system}
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {labels: {k8s-app: metrics-server}, name: "system:metrics-server"}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:metrics-server"}
    subjects:
    - {kind: ServiceAccount, name: metrics-server, namespace: kube-system}
    ---
    apiVersion: v1
    kind: Service
    metadata: {labels: {k8s-app: metrics-server}, name: metrics-server, namespace: kube-system}
    spec:
      ports:
      - {name: https, port: 443, protocol: TCP, targetPort: https}
      selector: {k8s-app: metrics-server}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {labels: {k8s-app: metrics-server}, name: metrics-server, namespace: kube-system}
    spec:
      selector: {matchLabels: {k8s-app: metrics-server}}
      strategy: {rollingUpdate: {maxUnavailable: 0}}
      template:
        metadata: {labels: {k8s-app: metrics-server}}
        spec:
          containers:
          - args:
            - --cert-dir=/tmp
            - --secure-port=4443
            - --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname
            - --kubelet-use-node-status-port
            - --metric-resolution=15s
            - --kubelet-insecure-tls
            image: registry.k8s.io/metrics-server/metrics-server:v0.7.2
            imagePullPolicy: IfNotPresent
            livenessProbe:
              failureThreshold: 3
              httpGet: {path: /livez, port: https, scheme: HTTPS}
              periodSeconds: 10
            name: metrics-server
            ports:
            - {containerPort: 4443, name: https, protocol: TCP}
            readinessProbe:
              failureThreshold: 3
              httpGet: {path: /readyz, port: https, scheme: HTTPS}
              initialDelaySeconds: 20
              periodSeconds: 10
            resources: {requests: {cpu: 100m, memory: 200Mi}}
            securityContext: {readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: 1000}
            volumeMounts:
            - {mountPath: /tmp, name: tmp-dir}
          nodeSelector: {kubernetes.io/os: linux, kubernetes.io/arch: amd64}
          priorityClassName: system-cluster-critical
          serviceAccountName: metrics-server
          volumes:
          - {emptyDir: {}, name: tmp-dir}
    ---
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {labels: {k8s-app: metrics-server}, name: v1beta1.metrics.k8s.io}
    spec:
      group: metrics.k8s.io
      groupPriorityMinimum: 100
      insecureSkipTLSVerify: true
      service: {name: metrics-server, namespace: kube-system}
      version: v1beta1
      versionPriority: 100
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: {name: microk8s-admin}
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
    subjects:
    - {apiGroup: rbac.authorization.k8s.io, kind: User, name: front-proxy-client}

    """
}
