// Manifests the tests share.

enum Manifests {
  static func postgres(replicas: Int = 2, extra: String = "", image: String = "postgres:15-alpine") -> String {
    """
    apiVersion: v1
    kind: Secret
    metadata: {name: postgres-secret, labels: {app: postgres}}
    type: Opaque
    stringData: {POSTGRES_USER: admin, POSTGRES_PASSWORD: s3cr3t-lab, POSTGRES_DB: myapp}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: postgres-init, labels: {app: postgres}}
    data: {init.sql: "SELECT 1;"}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: postgres, labels: {app: postgres}}
    spec:
      clusterIP: None
      selector: {app: postgres}
      ports: [{name: postgres, port: 5432, targetPort: 5432}]
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: postgres, labels: {app: postgres}}
    spec:
      serviceName: postgres
      replicas: \(replicas)
    \(extra)
      selector: {matchLabels: {app: postgres}}
      template:
        metadata: {labels: {app: postgres}}
        spec:
          terminationGracePeriodSeconds: 30
          containers:
          - name: postgres
            image: \(image)
            ports: [{containerPort: 5432, name: postgres}]
            envFrom: [{secretRef: {name: postgres-secret}}]
            env: [{name: PGDATA, value: /var/lib/postgresql/data/pgdata}]
            readinessProbe:
              exec: {command: ["sh", "-c", "pg_isready -U $POSTGRES_USER -d $POSTGRES_DB"]}
              initialDelaySeconds: 5
              periodSeconds: 5
            resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 256Mi}}
            volumeMounts:
            - {name: data, mountPath: /var/lib/postgresql/data}
            - {name: init, mountPath: /docker-entrypoint-initdb.d}
          volumes:
          - name: init
            configMap: {name: postgres-init}
      volumeClaimTemplates:
      - metadata: {name: data}
        spec:
          accessModes: ["ReadWriteOnce"]
          storageClassName: microk8s-hostpath
          resources: {requests: {storage: 1Gi}}
    """
  }

  /// Only the set of `postgres`.
  static func set(replicas: Int = 2) -> String {
    String(postgres(replicas: replicas).split(separator: "---\n").last!)
  }

  static func pod(_ name: String, image: String = "nginx:1.27", _ extra: String = "", container: String = "") -> String
  {
    """
    apiVersion: v1
    kind: Pod
    metadata: {name: \(name)}
    spec:
      containers:
      - name: c
        image: \(image)
    \(container)
    \(extra)
    """
  }
}
