// Manifests with the mistakes people make, and every cause the API server names, in its order. The texts were read off
// upstream's validation (pkg/apis/*/validation, 1.32).

enum RefusedManifests {
  static let all: [(name: String, manifest: String, causes: [String])] = [
    (
      "job-policies",
      #"""
      apiVersion: batch/v1
      kind: Job
      metadata: {name: j}
      spec:
        maxFailedIndexes: 1
        podFailurePolicy:
          rules:
          - {action: FailIndex, onExitCodes: {containerName: x, operator: In, values: [2, 0, 2]}}
          - {action: Explode}
        template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: i}]}}
      """#,
      [
        #"spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"#,
        #"spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"#,
        #"spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set"#,
        #"spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template"#,
        #"spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator"#,
        #"spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 2"#,
        #"spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []int32{2, 0, 2}: must be ordered"#,
        #"spec.podFailurePolicy.rules[1].action: Unsupported value: "Explode": supported values: "Count", "FailIndex", "FailJob", "Ignore""#,
        #"spec.podFailurePolicy.rules[1]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required"#,
        #"spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified"#,
      ]
    ),
    (
      "quota-scopes",
      #"""
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: q}
      spec: {hard: {pods: "2", cpu: "1"}, scopes: [BestEffort]}
      """#,
      [
        #"spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort"}: unsupported scope applied to resource"#
      ]
    ),
    (
      "novol",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, volumeMounts: [{name: data, mountPath: /d}]}
      """#,
      [
        #"spec.containers[0].volumeMounts[0].name: Not found: "data""#
      ]
    ),
    (
      "badvol",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, volumeMounts: [{name: data, mountPath: /d}]}
        volumes: [{name: data, secret: {}}]
      """#,
      [
        #"spec.volumes[0].secret.secretName: Required value"#,
        #"spec.containers[0].volumeMounts[0].name: Not found: "data""#,
      ]
    ),
    (
      "cm0",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, env: [{name: A, valueFrom: {configMapKeyRef: {key: a}}}]}
      """#,
      [
        #"spec.containers[0].env[0].valueFrom.configMapKeyRef.name: Invalid value: "": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
      ]
    ),
    (
      "fieldref",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}, {name: B, valueFrom: {fieldRef: {fieldPath: spec.foo}}}]}
      """#,
      [
        #"spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs""#,
        #"spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo"#,
      ]
    ),
    (
      "probe",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, livenessProbe: {httpGet: {port: 99999}, periodSeconds: -1, successThreshold: 2}, readinessProbe: {exec: {command: [a]}, tcpSocket: {port: 80}}}
      """#,
      [
        #"spec.containers[0].livenessProbe.httpGet.port: Invalid value: 99999: must be between 1 and 65535, inclusive"#,
        #"spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"#,
        #"spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"#,
        #"spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"#,
      ]
    ),
    (
      "res",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, resources: {limits: {cpu: 1, memory: 64Mi, foo: 1}, requests: {cpu: 2, memory: 128Mi}}}
      """#,
      [
        #"spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified"#,
        #"spec.containers[0].resources.limits[foo]: Invalid value: "foo": must be a standard resource for containers"#,
        #"spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1"#,
        #"spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource type or fully qualified"#,
        #"spec.containers[0].resources.requests[foo]: Invalid value: "foo": must be a standard resource for containers"#,
        #"spec.containers[0].resources.requests: Invalid value: "128Mi": must be less than or equal to memory limit of 64Mi"#,
      ]
    ),
    (
      "resneg",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx, resources: {limits: {cpu: -1}}}
      """#,
      [
        #"spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0"#,
        #"spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0"#,
      ]
    ),
    (
      "restart",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx}
        restartPolicy: Sometimes
        dnsPolicy: Foo
      """#,
      [
        #"spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never""#,
        #"spec.dnsPolicy: Unsupported value: "Foo": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None""#,
      ]
    ),
    (
      "aff",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - {name: c, image: nginx}
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Foo, values: [b]}]}]}}, podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 101, podAffinityTerm: {labelSelector: {matchLabels: {a: b}}}}]}}
        tolerations: [{key: a, operator: Foo}, {operator: Equal, value: x}]
      """#,
      [
        #"spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator"#,
        #"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100"#,
        #"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Required value: can not be empty"#,
        #"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must be non-empty"#,
        #"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"#,
        #"spec.tolerations[0].operator: Unsupported value: "Foo": supported values: "Equal", "Exists""#,
        #"spec.tolerations[1].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys""#,
      ]
    ),
    (
      "deploy-nolabels",
      #"""
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec: {selector: {matchLabels: {app: x}}, template: {spec: {containers: [{name: a, image: b}]}}}
      """#,
      [
        #"spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`"#
      ]
    ),
    (
      "deploy-nosel",
      #"""
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec: {template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: b}]}}}
      """#,
      [
        #"spec.selector: Required value"#,
        #"spec.template.metadata.labels: Invalid value: map[string]string{"app":"x"}: `selector` does not match template `labels`"#,
      ]
    ),
    (
      "deploy-strategy",
      #"""
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec: {selector: {matchLabels: {app: x}}, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: b}]}}}
      """#,
      [
        #"spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, StrVal:""}: may not be 0 when `maxSurge` is 0"#
      ]
    ),
    (
      "deploy-strategy2",
      #"""
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec: {selector: {matchLabels: {app: x}}, strategy: {type: Rolling}, template: {metadata: {labels: {app: x}}, spec: {containers: [{name: A_, image: ''}]}}}
      """#,
      [
        #"spec.template.spec.containers[0].name: Invalid value: "A_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"#,
        #"spec.template.spec.containers[0].image: Required value"#,
        #"spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:"Rolling", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: "Recreate", "RollingUpdate""#,
      ]
    ),
    (
      "svc",
      #"""
      apiVersion: v1
      kind: Service
      metadata: {name: 1svc}
      spec: {ports: [{port: 0}, {port: 80, targetPort: web_port}]}
      """#,
      [
        #"metadata.name: Invalid value: "1svc": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"#,
        #"spec.ports[0].name: Required value"#,
        #"spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"#,
        #"spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive"#,
        #"spec.ports[1].name: Required value"#,
        #"spec.ports[1].targetPort: Invalid value: "web_port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"#,
      ]
    ),
    (
      "svc2",
      #"""
      apiVersion: v1
      kind: Service
      metadata: {name: svc}
      spec: {type: NodePort, ports: [{port: 80, nodePort: 80}]}
      """#,
      [
        #"spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767"#
      ]
    ),
    (
      "svc3",
      #"""
      apiVersion: v1
      kind: Service
      metadata: {name: svc}
      spec: {type: Foo, clusterIP: 1.2.3, ports: [{port: 80}]}
      """#,
      [
        #"spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#,
        #"spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#,
      ]
    ),
    (
      "ing",
      #"""
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: i}
      spec: {rules: [{host: Foo_x, http: {paths: [{path: x, pathType: Prefix, backend: {service: {name: s}}}, {path: /a, backend: {service: {name: s, port: {number: 80}}}}]}}]}
      """#,
      [
        #"spec.rules[0].host: Invalid value: "Foo_x": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#,
        #"spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path"#,
        #"spec.rules[0].http.paths[0].backend: Required value: port name or number is required"#,
        #"spec.rules[0].http.paths[1].pathType: Required value: pathType must be specified"#,
      ]
    ),
    (
      "job",
      #"""
      apiVersion: batch/v1
      kind: Job
      metadata: {name: j}
      spec: {template: {spec: {containers: [{name: a, image: b}]}}}
      """#,
      [
        #"spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never""#
      ]
    ),
    (
      "cj",
      #"""
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: j}
      spec: {schedule: '* * * *', jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: b}]}}}}}
      """#,
      [
        #"spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]"#,
        #"spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never""#,
      ]
    ),
    (
      "pvc",
      #"""
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: c}
      spec: {accessModes: [ReadWrite]}
      """#,
      [
        #"spec.accessModes: Unsupported value: "ReadWrite": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod""#,
        #"spec.resources[storage]: Required value"#,
      ]
    ),
    (
      "pv",
      #"""
      apiVersion: v1
      kind: PersistentVolume
      metadata: {name: c}
      spec: {}
      """#,
      [
        #"spec.accessModes: Required value"#,
        #"spec.capacity: Required value"#,
        #"spec.capacity: Unsupported value: core.ResourceList(nil): supported values: "storage""#,
        #"spec: Required value: must specify a volume type"#,
      ]
    ),
    (
      "hpa",
      #"""
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: h}
      spec: {minReplicas: 5, maxReplicas: 2, metrics: [{type: Resource, resource: {name: cpu}}]}
      """#,
      [
        #"spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`"#,
        #"spec.scaleTargetRef.kind: Required value"#,
        #"spec.scaleTargetRef.name: Required value"#,
        #"spec.metrics[0].resource.target.type: Required value: must specify a metric target type"#,
        #"spec.metrics[0].resource.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue"#,
        #"spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization"#,
      ]
    ),
    (
      "quota",
      #"""
      apiVersion: v1
      kind: ResourceQuota
      metadata: {name: h}
      spec: {hard: {foo: 1, pods: '1.5', cpu: -1}}
      """#,
      [
        #"spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0"#,
        #"spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified"#,
        #"spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota"#,
        #"spec.hard[pods]: Invalid value: resource.Quantity{i:resource.int64Amount{value:1500, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"1500m", Format:"DecimalSI"}: must be an integer"#,
      ]
    ),
    (
      "lr",
      #"""
      apiVersion: v1
      kind: LimitRange
      metadata: {name: h}
      spec: {limits: [{type: Container, max: {cpu: 100m}, min: {cpu: 1}}]}
      """#,
      [
        #"spec.limits[0].min[cpu]: Invalid value: "1": min value 1 is greater than max value 100m"#,
        #"spec.limits[0].defaultRequest[cpu]: Invalid value: "100m": min value 1 is greater than default request value 100m"#,
        #"spec.limits[0].default[cpu]: Invalid value: "100m": min value 1 is greater than default value 100m"#,
      ]
    ),
    (
      "np",
      #"""
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: h}
      spec: {policyTypes: [Foo], ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}, {}], ports: [{protocol: X, port: 0}]}]}
      """#,
      [
        #"spec.ingress[0].ports[0].protocol: Unsupported value: "X": supported values: "TCP", "UDP", "SCTP""#,
        #"spec.ingress[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"#,
        #"spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"#,
        #"spec.ingress[0].from[1]: Required value: must specify a peer"#,
        #"spec.policyTypes[0]: Unsupported value: "Foo": supported values: "Egress", "Ingress""#,
      ]
    ),
    (
      "role",
      #"""
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: h}
      rules: [{apiGroups: [''], resources: [pods]}]
      """#,
      [
        #"rules[0].verbs: Required value: verbs must contain at least one value"#
      ]
    ),
    (
      "rb",
      #"""
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: h}
      roleRef: {kind: Foo, name: ''}
      subjects: [{kind: Bar, name: x}]
      """#,
      [
        #"roleRef.kind: Unsupported value: "Foo": supported values: "Role", "ClusterRole""#,
        #"roleRef.name: Required value"#,
        #"subjects[0].kind: Unsupported value: "Bar": supported values: "ServiceAccount", "User", "Group""#,
      ]
    ),
    (
      "pc",
      #"""
      apiVersion: scheduling.k8s.io/v1
      kind: PriorityClass
      metadata: {name: h}
      value: 2000000000
      """#,
      [
        #"value: Forbidden: maximum allowed value of a user defined priority is 1000000000"#
      ]
    ),
    (
      "sc",
      #"""
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: h}
      reclaimPolicy: Foo
      volumeBindingMode: Bar
      """#,
      [
        #"provisioner: Required value"#,
        #"reclaimPolicy: Unsupported value: "Foo": supported values: "Delete", "Retain""#,
        #"volumeBindingMode: Unsupported value: "Bar": supported values: "Immediate", "WaitForFirstConsumer""#,
      ]
    ),
    (
      "label-bad",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p, labels: {a: 'b c', 'x y': z}}
      spec: {containers: [{name: c, image: i}]}
      """#,
      [
        #"metadata.labels: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"#,
        #"metadata.labels: Invalid value: "x y": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"#,
      ]
    ),
    (
      "tls",
      #"""
      apiVersion: v1
      kind: Secret
      type: kubernetes.io/tls
      metadata: {name: p}
      stringData: {a: hello}
      """#,
      [
        #"data[tls.crt]: Required value"#,
        #"data[tls.key]: Required value"#,
      ]
    ),
    (
      "cmkey",
      #"""
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: p}
      data: {'a b': hello, '..x': 1x}
      """#,
      [
        #"data[..x]: Invalid value: "..x": must not start with '..'"#,
        #"data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"#,
      ]
    ),
    (
      "dupc",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec: {containers: [{name: c, image: i},{name: c, image: i}]}
      """#,
      [
        #"spec.containers[1].name: Duplicate value: "c""#
      ]
    ),
  ]
}
