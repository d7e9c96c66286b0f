// Refused manifests of the kinds that people write less often.

extension RefusedManifests {
  static let others: [(name: String, manifest: String, causes: [String])] = [
    (
      "no-policies",
      #"""
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: h}
      spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: d}, behavior: {scaleDown: {policies: []}}}
      """#,
      [#"spec.behavior.scaleDown.policies: Required value: must specify at least one Policy"#]
    ),
    (
      "windows",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        os: {name: windows}
        hostPID: true
        securityContext: {runAsUser: 1, windowsOptions: {runAsUserName: x}}
        containers: [{name: c, image: i, securityContext: {privileged: false, capabilities: {drop: [ALL]}}}]
      """#,
      [
        #"spec.hostPID: Forbidden: cannot be set for a windows pod"#,
        #"spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod"#,
        #"spec.containers[0].securityContext.capabilities: Forbidden: cannot be set for a windows pod"#,
        #"spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod"#,
      ]
    ),
    (
      "windows-options",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        os: {name: linux}
        containers: [{name: c, image: i, securityContext: {windowsOptions: {hostProcess: true}}}]
      """#,
      [#"spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod"#]
    ),
    (
      "recursive-read-only",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers:
        - name: c
          image: i
          volumeMounts:
          - {name: v, mountPath: /a, recursiveReadOnly: Enabled}
          - {name: v, mountPath: /b, readOnly: true, mountPropagation: HostToContainer, recursiveReadOnly: IfPossible}
          - {name: v, mountPath: /c, readOnly: true, recursiveReadOnly: Always}
        volumes: [{name: v, emptyDir: {}}]
      """#,
      [
        #"spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true"#,
        #"spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified"#,
        #"spec.containers[0].volumeMounts.recursiveReadOnly: Unsupported value: "Always": supported values: "Disabled", "Enabled", "IfPossible""#,
      ]
    ),
    (
      "projected-twice",
      #"""
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec:
        containers: [{name: c, image: i}]
        volumes:
        - name: v
          projected:
            sources:
            - configMap: {name: a, items: [{key: k, path: f}]}
            - secret: {name: b, items: [{key: k, path: f}]}
            - downwardAPI: {items: [{path: f, fieldRef: {fieldPath: metadata.name}}]}
            - serviceAccountToken: {path: f}
      """#,
      [
        #"spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths"#,
        #"spec.volumes[0].projected: Invalid value: "f": conflicting duplicate paths"#,
      ]
    ),
    (
      "mixed-rule",
      #"""
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: r}
      rules: [{nonResourceURLs: [/healthz], verbs: [get], resources: [pods]}]
      """#,
      [
        #"rules[0].nonResourceURLs: Invalid value: []string{"/healthz"}: rules cannot apply to both regular resources and non-resource URLs"#
      ]
    ),
    (
      "own-selector",
      #"""
      apiVersion: batch/v1
      kind: Job
      metadata: {name: j}
      spec:
        manualSelector: true
        template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}
      """#,
      [
        #"spec.selector: Required value"#,
        #"spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`"#,
      ]
    ),
    (
      "scaling-behaviour",
      #"""
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: h}
      spec:
        maxReplicas: 3
        scaleTargetRef: {kind: Deployment, name: web}
        behavior:
          scaleDown:
            stabilizationWindowSeconds: 4000
            selectPolicy: Most
            policies: [{type: Replicas, value: 0, periodSeconds: 3600}]
      """#,
      [
        #"spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 4000: must be less than or equal to 3600"#,
        #"spec.behavior.scaleDown.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min""#,
        #"spec.behavior.scaleDown.policies[0].type: Unsupported value: "Replicas": supported values: "Percent", "Pods""#,
        #"spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero"#,
        #"spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 3600: must be less than or equal to 1800"#,
      ]
    ),
    (
      "dual-stack",
      #"""
      apiVersion: v1
      kind: Service
      metadata: {name: s}
      spec: {ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]}
      """#,
      [
        #"spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services"#
      ]
    ),
    (
      "own-endpoints",
      #"""
      apiVersion: v1
      kind: Endpoints
      metadata: {name: e}
      subsets:
      - addresses: [{ip: db.example.com}, {ip: 127.0.0.1}]
        ports: [{port: 0}]
      - ports: [{port: 80}]
      """#,
      [
        #"subsets[0].addresses[0].ip: Invalid value: "db.example.com": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#,
        #"subsets[0].addresses[0].ip: Invalid value: "db.example.com": must be a valid IP address"#,
        #"subsets[0].addresses[1].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)"#,
        #"subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"#,
        #"subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`"#,
      ]
    ),
    (
      "slice",
      #"""
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: e}
      addressType: Name
      endpoints: [{addresses: []}]
      """#,
      [
        #"addressType: Unsupported value: "Name": supported values: "FQDN", "IPv4", "IPv6""#,
        #"endpoints[0].addresses: Required value: must contain at least 1 address"#,
      ]
    ),
    (
      "lease",
      #"""
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata: {name: l}
      spec: {leaseDurationSeconds: 0, leaseTransitions: -1}
      """#,
      [
        #"spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"#,
        #"spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"#,
      ]
    ),
  ]
}
