// A whole simulated cluster: API server, control plane, one node or more with a kubelet each, and what a fresh MicroK8s has
// in it. Everything runs on the world's queue; `Cluster` only wires and boots.

import KubeAPI
package import SimKernel
import Unstructured

/// What can be chosen about a cluster; the defaults are those of a small MicroK8s machine.
package struct ClusterSettings {
  /// The node that has the control plane.
  package var nodeName = "microk8s-vm"
  /// Nodes that join it when its add-ons run, in this order.
  package var workers: [WorkerNode] = []
  package var nodeAddress = "192.168.64.2"
  package var apiPort: Int64 = 16_443
  package var kubernetesVersion = "v1.32.13"
  package var cpu = "2"
  package var memory = "4013912Ki"
  package var allocatableMemory = "3911512Ki"
  package var ephemeralStorage = "40470732Ki"
  package var allocatableStorage = "39422156Ki"
  package var podsMax = "110"
  package var osImage = "Ubuntu 24.04.3 LTS"
  package var kernelVersion = "6.8.0-71-generic"
  package var containerRuntimeVersion = "containerd://1.6.36"
  package var nodeLabels: [(String, String)] = [
    ("microk8s.io/cluster", "true"), ("node.kubernetes.io/microk8s-controlplane", "microk8s-controlplane"),
  ]
  /// Images that are on the node already.
  package var preloadedImages: [String] = []
  /// The hostpath-storage add-on: storage class and provisioner.
  package var hasHostpathStorage = true
  /// CoreDNS, and Calico's pods.
  package var hasDNS = true
  package var hasCalico = true
  package var server = ServerSettings()
  /// What its processes besides the containers use, kubelet and control plane among them.
  package var nodeUse = NodeUse()

  package init() {}

  /// The address of the first node, or of a worker by its number from 1.
  package func address(ofNode index: Int) -> String {
    guard index > 0, let dot = nodeAddress.lastIndex(of: ".") else { return nodeAddress }
    let last = Int(nodeAddress[nodeAddress.index(after: dot)...]) ?? 2
    return nodeAddress[...dot] + "\(last + index)"
  }
}

/// A node that joined a cluster as a worker (`microk8s join … --worker`); what is nil is as on the first node.
package struct WorkerNode {
  package var name: String
  package var labels: [(String, String)] = []
  package var cpu: String?
  package var memory: String?

  /// More than labs have.
  package static let most = 20

  package init(_ name: String) { self.name = name }
}

package final class Cluster {
  package let world: World
  package let api: APIServer
  package let profile: NodeProfile
  package let settings: ClusterSettings
  private(set) var controllers: [Controller] = []
  private(set) var kubelets: [Kubelet] = []
  private let tracer: ClusterTracer
  private let nodeHealth: NodeHealth

  package init(
    world: World, profile: NodeProfile, settings: ClusterSettings = ClusterSettings(), runtime: any ContainerRuntime
  ) {
    self.world = world
    self.profile = profile
    self.settings = settings
    api = APIServer(world: world, settings: settings.server)
    tracer = ClusterTracer(api: api)
    let latency = profile.controllerLatency
    let volumes = VolumeController(api: api, latency: .milliseconds(3))
    let autoscaler = HorizontalController(api: api, latency: latency)
    let lifecycle = NodeLifecycleController(api: api, latency: latency)
    nodeHealth = NodeHealth(api: api, lifecycle: lifecycle)
    controllers = [
      volumes,
      NamespaceController(api: api, latency: latency),
      StatefulSetController(api: api, latency: latency),
      ReplicaSetController(api: api, latency: latency, kind: .replicaSet),
      ReplicaSetController(api: api, latency: latency, kind: .replicationController),
      DeploymentController(api: api, latency: .milliseconds(3)),
      DaemonSetController(api: api, latency: latency),
      JobController(api: api, latency: latency),
      CronJobController(api: api, latency: latency),
      EndpointsController(api: api, latency: .milliseconds(2)),
      DisruptionController(api: api, latency: latency),
      QuotaController(api: api, latency: latency),
      lifecycle,
      PodCollector(api: api, latency: latency),
      autoscaler,
      GarbageCollector(api: api, latency: latency),
      IngressStatusController(api: api, latency: latency),
      AggregationController(api: api, latency: latency),
      AggregatedRoles(api: api, latency: latency),
      HostpathProvisioner(api: api, latency: latency, period: profile.provisionerPeriod),
      Scheduler(api: api, profile: profile, volumes: volumes, nodeName: settings.nodeName),
    ]
    for (index, name) in nodeNames.enumerated() {
      kubelets.append(
        Kubelet(
          api: api, profile: profile, runtime: runtime, nodeName: name, nodeAddress: settings.address(ofNode: index),
          podNetwork: podNetwork(index), preloaded: settings.preloadedImages))
    }
    let metrics = MetricsServer(api: api, latency: latency, kubelets: kubelets, nodeUse: settings.nodeUse)
    metrics.changed = { autoscaler.metricsChanged() }
    controllers.append(metrics)
    api.metrics = metrics
    let agents = kubelets
    api.imagesOnNode = { name in
      for kubelet in agents where kubelet.nodeName == name { return kubelet.images.listing }
      return []
    }
    boot()
  }

  private var nodeNames: [String] { [settings.nodeName] + settings.workers.map { $0.name } }

  /// Calico gives each node blocks of its own.
  private func podNetwork(_ index: Int) -> String {
    guard index > 0 else { return profile.podNetwork }
    var parts: [Int] = []
    for part in profile.podNetwork.split(separator: "." as Character) { parts.append(Int(part) ?? 0) }
    return "\(parts[0]).\(parts[1]).\((parts[2] + 59 * index) % 256)."
  }

  /// The kubelet's program on a node ends: nothing there is looked after any more, and the node falls silent.
  package func haltKubelet(on node: String) {
    for kubelet in kubelets where kubelet.nodeName == node && kubelet.isRunning {
      kubelet.halt()
      nodeHealth.fellSilent(node)
    }
  }

  /// It starts again.
  package func restartKubelet(on node: String) {
    for kubelet in kubelets where kubelet.nodeName == node && !kubelet.isRunning {
      nodeHealth.returned(node)
      kubelet.restart()
    }
  }

  /// A probe of this container may have a new result from now on.
  package func unsettle(containerID: String) {
    for kubelet in kubelets { kubelet.unsettle(containerID: containerID) }
  }

  /// True when no controller would change anything, were it to look at everything now.
  package var hasNothingToDo: Bool {
    let before = api.store.version
    for controller in controllers { controller.audit() }
    return api.store.version == before
  }

  // MARK: What is there from the start

  private func make(_ kind: Kind, _ namespace: String, _ object: Value) {
    do throws(Status) { _ = try api.create(kind, namespace: namespace, object) } catch {
      preconditionFailure("boot: \(error.message)")
    }
  }

  private func boot() {
    for name in ["kube-system", "kube-public", "kube-node-lease", "default"] {
      make(.namespace, "", ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
    }
    for (name, value) in [("system-node-critical", Int64(2_000_001_000)), ("system-cluster-critical", 2_000_000_000)] {
      make(
        .priorityClass, "",
        [
          "metadata": ["name": .string(name)], "value": .integer(value),
          "description":
            .string(
              name == "system-node-critical"
                ? "Used for system critical pods that must not be moved from their current node."
                : "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
            ),
        ])
    }
    bootNode(settings.nodeName, settings.address(ofNode: 0), labels: settings.nodeLabels)
    let prefix = settings.server.serviceNetwork
    make(
      .service, "default",
      [
        "metadata": [
          "name": "kubernetes", "labels": ["component": "apiserver", "provider": "kubernetes"],
        ],
        "spec": [
          "clusterIP": .string(prefix + "1"), "type": "ClusterIP", "sessionAffinity": "None",
          "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": .integer(settings.apiPort)]],
        ],
      ])
    make(
      .endpoints, "default",
      [
        "metadata": ["name": "kubernetes", "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"]],
        "subsets": [
          [
            "addresses": [["ip": .string(settings.nodeAddress)]],
            "ports": [["name": "https", "port": .integer(settings.apiPort), "protocol": "TCP"]],
          ]
        ],
      ])
    make(
      .endpointSlice, "default",
      [
        "metadata": ["name": "kubernetes", "labels": ["kubernetes.io/service-name": "kubernetes"]],
        "addressType": "IPv4",
        "endpoints": [["addresses": [.string(settings.nodeAddress)], "conditions": ["ready": true]]],
        "ports": [["name": "https", "port": .integer(settings.apiPort), "protocol": "TCP"]],
      ])
    world.after(profile.controllerLatency + .milliseconds(1)) { [self] in bootAddOns() }
    for (index, worker) in settings.workers.enumerated() {
      world.after(.seconds(Int64(30 + 15 * index))) { [self] in
        bootNode(
          worker.name, settings.address(ofNode: index + 1),
          labels: [
            ("microk8s.io/cluster", "true"), ("node.kubernetes.io/microk8s-worker", "microk8s-worker"),
          ] + worker.labels, cpu: worker.cpu, memory: worker.memory)
        bootVolumeDrivers(worker.name)
      }
    }
  }

  private func bootNode(
    _ name: String, _ address: String, labels extra: [(String, String)], cpu: String? = nil, memory: String? = nil
  ) {
    let cpu = Value.string(cpu ?? settings.cpu)
    // The kubelet keeps a hundred mebibytes back.
    let kept = memory.flatMap { Quantity(parsing: $0) }.map { $0.wholeUnits / 1_024 - 102_400 }
    let allocatable = kept.map { "\($0)Ki" } ?? settings.allocatableMemory
    let capacity = kept.map { "\($0 + 102_400)Ki" } ?? settings.memory
    let now = world.civilNow
    var labels: Value = [
      "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
      "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
    ]
    for (key, value) in extra { labels[key] = .string(value) }
    var conditions: [Value] = []
    for (type, reason, message, status) in [
      ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", "False"),
      ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "False"),
      ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available", "False"),
      ("Ready", "KubeletReady", "kubelet is posting ready status", "True"),
    ] {
      conditions.append([
        "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339),
        "message": .string(message), "reason": .string(reason), "status": .string(status), "type": .string(type),
      ])
    }
    make(
      .node, "",
      [
        "metadata": [
          "name": .string(name), "labels": labels, "annotations": ["node.alpha.kubernetes.io/ttl": "0"],
        ]
      ])
    var random = world.random.split("node/" + name)
    let machine = random.hexadecimal(32)
    let status: Value = [
      "addresses": [
        ["address": .string(address), "type": "InternalIP"], ["address": .string(name), "type": "Hostname"],
      ],
      "allocatable": [
        "cpu": cpu, "ephemeral-storage": .string(settings.allocatableStorage),
        "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": .string(allocatable),
        "pods": .string(settings.podsMax),
      ],
      "capacity": [
        "cpu": cpu, "ephemeral-storage": .string(settings.ephemeralStorage),
        "hugepages-1Gi": "0", "hugepages-2Mi": "0", "memory": .string(capacity),
        "pods": .string(settings.podsMax),
      ],
      "conditions": .array(conditions), "daemonEndpoints": ["kubeletEndpoint": ["Port": 10_250]],
      "nodeInfo": [
        "architecture": "amd64", "bootID": .string(random.uuid()),
        "containerRuntimeVersion": .string(settings.containerRuntimeVersion),
        "kernelVersion": .string(settings.kernelVersion), "kubeProxyVersion": .string(settings.kubernetesVersion),
        "kubeletVersion": .string(settings.kubernetesVersion), "machineID": .string(machine),
        "operatingSystem": "linux", "osImage": .string(settings.osImage), "systemUUID": .string(random.uuid()),
      ],
    ]
    api.amend(.node, "", name, as: "kubelet") { $0["status"] = status }
    make(
      .lease, "kube-node-lease",
      [
        "metadata": ["name": .string(name)],
        "spec": [
          "holderIdentity": .string(name), "leaseDurationSeconds": 40, "renewTime": .string(now.rfc3339Micro),
        ],
      ])
  }

  private func bootVolumeDrivers(_ name: String) {
    guard let node = api.store.object(.node, "", name) else { return }
    make(
      .csiNode, "",
      [
        "metadata": [
          "name": .string(name),
          "ownerReferences": [["apiVersion": "v1", "kind": "Node", "name": .string(name), "uid": .string(node.uid)]],
        ],
        "spec": ["drivers": .null],
      ])
  }

  /// What an add-on's manifest left behind when it was applied.
  private func makeApplied(_ kind: Kind, _ namespace: String, _ object: Value) {
    var written = object
    written["apiVersion"] = .string(kind.apiVersion)
    written["kind"] = .string(kind.kind)
    if written[path: "metadata", "annotations"] == nil { written.set(["metadata", "annotations"], [:]) }
    if kind.namespaced { written.set(["metadata", "namespace"], .string(namespace)) }
    var annotated = object
    annotated.set(
      ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
      .string(JSON.compact(written) + "\n"))
    make(kind, namespace, annotated)
  }

  private func bootAddOns() {
    let date = String(world.civilNow.rfc3339.prefix(10))
    make(
      .configMap, "kube-system",
      [
        "metadata": ["name": "kube-apiserver-legacy-service-account-token-tracking"],
        "data": ["since": .string(date)],
      ])
    let authority = api.store.object(.configMap, "kube-system", "kube-root-ca.crt")?.value[path: "data", "ca.crt"] ?? ""
    make(
      .configMap, "kube-system",
      ["metadata": ["name": "extension-apiserver-authentication"], "data": ["client-ca-file": authority]])
    bootVolumeDrivers(settings.nodeName)
    for name in (settings.hasHostpathStorage ? ["microk8s-hostpath"] : []) + (settings.hasDNS ? ["coredns"] : [])
      + (settings.hasCalico ? ["calico-node"] : [])
    {
      makeApplied(.serviceAccount, "kube-system", ["metadata": ["name": .string(name)]])
    }
    if settings.hasHostpathStorage {
      makeApplied(
        .storageClass, "",
        [
          "metadata": [
            "name": "microk8s-hostpath", "annotations": ["storageclass.kubernetes.io/is-default-class": "true"],
          ],
          "provisioner": "microk8s.io/hostpath", "reclaimPolicy": "Delete",
          "volumeBindingMode": "WaitForFirstConsumer",
        ])
    }
    if settings.hasDNS {
      var ports: [Value] = []
      for (name, port, proto) in [("dns", Int64(53), "UDP"), ("dns-tcp", 53, "TCP"), ("metrics", 9_153, "TCP")] {
        ports.append([
          "name": .string(name), "port": .integer(port), "protocol": .string(proto), "targetPort": .integer(port),
        ])
      }
      makeApplied(
        .service, "kube-system",
        [
          "metadata": [
            "name": "kube-dns",
            "labels": [
              "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS",
            ],
          ],
          "spec": [
            "clusterIP": .string(settings.server.serviceNetwork + "10"), "selector": ["k8s-app": "kube-dns"],
            "ports": .array(ports),
          ],
        ])
      bootWorkload("coredns", "kube-dns", "coredns/coredns:1.10.1", account: "coredns")
    }
    if settings.hasCalico {
      bootWorkload("calico-kube-controllers", "calico-kube-controllers", "calico/kube-controllers:v3.28.1")
      bootWorkload("calico-node", "calico-node", "calico/node:v3.28.1", account: "calico-node", isDaemon: true)
    }
    if settings.hasHostpathStorage {
      bootWorkload(
        "hostpath-provisioner", "hostpath-provisioner", "cdkbot/hostpath-provisioner:1.5.0",
        account: "microk8s-hostpath", history: 0)
    }
  }

  private func bootWorkload(
    _ name: String, _ app: String, _ image: String, account: String? = nil, isDaemon: Bool = false,
    history: Int64? = nil
  ) {
    let labels: Value = ["k8s-app": .string(app)]
    var podSpec: Value = ["containers": [["name": .string(name), "image": .string(image)]]]
    if let account { podSpec["serviceAccountName"] = .string(account) }
    if isDaemon {
      podSpec["hostNetwork"] = true
      podSpec["nodeSelector"] = ["kubernetes.io/os": "linux"]
      podSpec["tolerations"] = [
        ["effect": "NoSchedule", "operator": "Exists"], ["effect": "NoExecute", "operator": "Exists"],
      ]
    }
    var object: Value = [
      "metadata": ["name": .string(name), "labels": labels],
      "spec": ["selector": ["matchLabels": labels], "template": ["metadata": ["labels": labels], "spec": podSpec]],
    ]
    if let history { object.set(["spec", "revisionHistoryLimit"], .integer(history)) }
    makeApplied(isDaemon ? .daemonSet : .deployment, "kube-system", object)
  }
}
