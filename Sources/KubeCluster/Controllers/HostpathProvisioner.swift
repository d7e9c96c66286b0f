// MicroK8s' hostpath provisioner as it is seen from outside: for every volume to make or to delete it runs a helper pod in
// kube-system, looks at it every five seconds, and then creates or deletes the PersistentVolume. It works only while a pod
// of its deployment runs. Source: canonical/hostpath-provisioner and sig-storage-lib-external-provisioner.

import KubeAPI
import SimKernel
import Unstructured

final class HostpathProvisioner: Controller {
  private let name = "microk8s.io/hostpath"
  private let space = "kube-system"
  private let period: Interval
  private let workersMax = 2
  private var identity = ""
  private var instance = ""
  private var recorder: EventRecorder?
  /// Work in progress by claim or volume: the helper pod that does it.
  private var helpers: [ObjectKey: String] = [:]
  private var waiting: [ObjectKey] = []

  init(api: APIServer, latency: Interval, period: Interval) {
    self.period = period
    super.init(api: api, latency: latency)
    store.shelf(.persistentVolumeClaim).observe { [self] _, new in if let new { consider(new.key) } }
    store.shelf(.persistentVolume).observe { [self] _, new in
      if let new, new.value[path: "status", "phase"]?.string == "Released" { consider(new.key) }
    }
    store.shelf(.pod).observe { [self] old, new in
      guard let pod = new ?? old, pod.namespace == space,
        pod.labels?["k8s-app"]?.string == "hostpath-provisioner"
      else { return }
      noticeOwnPod(pod, isGone: new == nil)
    }
  }

  private func noticeOwnPod(_ pod: StoredObject, isGone: Bool) {
    if isGone || PodState.phase(pod) != "Running" {
      if identity == pod.name { identity = "" }
      return
    }
    guard identity.isEmpty else { return }
    identity = pod.name
    instance = "\(name)_\(pod.name)_\(api.identifiers.uuid())"
    recorder = EventRecorder(server: api, component: instance)
    for claim in store.shelf(.persistentVolumeClaim).list(namespace: nil) { consider(claim.key) }
    for volume in store.shelf(.persistentVolume).list(namespace: nil) { consider(volume.key) }
  }

  private func consider(_ key: ObjectKey) {
    guard !identity.isEmpty, helpers[key] == nil, !waiting.contains(key), isWanted(key) else { return }
    if helpers.count >= workersMax { waiting.append(key) } else { enqueue(key) }
  }

  private func isWanted(_ key: ObjectKey) -> Bool {
    if key.namespace.isEmpty {
      guard let volume = store.object(.persistentVolume, "", key.name), !volume.isBeingDeleted else { return false }
      return volume.value[path: "status", "phase"]?.string == "Released"
        && volume.value[path: "spec", "persistentVolumeReclaimPolicy"]?.string == "Delete"
        && volume.value[path: "metadata", "annotations"]?["pv.kubernetes.io/provisioned-by"]?.string == name
    }
    guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name), !claim.isBeingDeleted,
      (claim.value[path: "spec", "volumeName"]?.string ?? "").isEmpty
    else { return false }
    return claim.value[path: "metadata", "annotations"]?[VolumeController.provisionerAnnotations[1]]?.string == name
  }

  override func reconcile(_ key: ObjectKey) {
    guard helpers[key] == nil, isWanted(key) else { return next() }
    if helpers.count >= workersMax {
      waiting.append(key)
      return
    }
    if !key.namespace.isEmpty {
      recordOn(
        key, .normal, "Provisioning",
        "External provisioner is provisioning volume for claim \"\(key.namespace)/\(key.name)\"")
    }
    guard let node = store.shelf(.node).list(namespace: nil).first?.name else { return }
    let directory = path(key)
    let script = key.namespace.isEmpty ? "rm -rf \(directory)" : "mkdir -m 0777 -p \(directory)"
    let pod: Value = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": ["generateName": .string("hostpath-provisioner-\(node)-"), "namespace": .string(space)],
      "spec": [
        "restartPolicy": "Never",
        "nodeSelector": ["kubernetes.io/hostname": .string(node)],
        "containers": [
          [
            "name": "busybox", "image": "busybox:1.28.4", "command": ["sh", "-c", .string(script)],
            "volumeMounts": [["name": "data", "mountPath": "/var/snap/microk8s/common/default-storage"]],
          ]
        ],
        "volumes": [
          [
            "name": "data",
            "hostPath": ["path": "/var/snap/microk8s/common/default-storage", "type": "DirectoryOrCreate"],
          ]
        ],
      ],
    ]
    guard let made = try? api.create(.pod, namespace: space, pod) else { return }
    let helper = made.object[path: "metadata", "name"]?.string ?? ""
    helpers[key] = helper
    look(key, helper)
  }

  /// Looks at the helper pod after each period until it has ended.
  private func look(_ key: ObjectKey, _ helper: String) {
    world.after(period) { [self] in
      guard let pod = store.object(.pod, space, helper) else { return finish(key) }
      switch PodState.phase(pod) {
      case "Succeeded":
        _ = try? api.delete(.pod, namespace: space, name: helper)
        world.after(latency) { [self] in
          if key.namespace.isEmpty { deleteVolume(key) } else { createVolume(key) }
          finish(key)
        }
      case "Failed":
        _ = try? api.delete(.pod, namespace: space, name: helper)
        recordOn(
          key, .warning, "ProvisioningFailed",
          "failed to provision volume with StorageClass \"\(className(key))\": helper pod failed")
        finish(key)
        enqueue(key, after: .seconds(Int64(15)))
      default: look(key, helper)
      }
    }
  }

  private func finish(_ key: ObjectKey) {
    helpers[key] = nil
    next()
  }

  private func next() {
    while helpers.count < workersMax, !waiting.isEmpty {
      let key = waiting.removeFirst()
      if isWanted(key) {
        enqueue(key)
        return
      }
    }
  }

  private func className(_ key: ObjectKey) -> String {
    store.object(.persistentVolumeClaim, key.namespace, key.name)?
      .value[path: "spec", "storageClassName"]?.string ?? ""
  }

  private func recordOn(_ key: ObjectKey, _ type: EventType, _ reason: String, _ message: String) {
    guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name) else { return }
    recorder?.record(ObjectReference(.persistentVolumeClaim, claim), type, reason, message)
  }

  private func path(_ key: ObjectKey) -> String {
    if key.namespace.isEmpty {
      return store.object(.persistentVolume, "", key.name)?.value[path: "spec", "hostPath", "path"]?.string ?? ""
    }
    let uid = store.object(.persistentVolumeClaim, key.namespace, key.name)?.uid ?? ""
    return "/var/snap/microk8s/common/default-storage/\(key.namespace)-\(key.name)-pvc-\(uid)"
  }

  private func createVolume(_ key: ObjectKey) {
    guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name), isWanted(key) else { return }
    let storageClass = store.object(.storageClass, "", className(key))
    let node =
      claim.value[path: "metadata", "annotations"]?[VolumeController.selectedNode]?.string
      ?? store.shelf(.node).list(namespace: nil).first?.name ?? ""
    let volume = "pvc-\(claim.uid)"
    let object: Value = [
      "apiVersion": "v1", "kind": "PersistentVolume",
      "metadata": [
        "name": .string(volume),
        "annotations": [
          "hostPathProvisionerIdentity": .string(node), "pv.kubernetes.io/provisioned-by": .string(name),
        ],
      ],
      "spec": [
        "accessModes": claim.value[path: "spec", "accessModes"] ?? [],
        "capacity": ["storage": claim.value[path: "spec", "resources", "requests", "storage"] ?? "1Gi"],
        "claimRef": [
          "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": .string(claim.name),
          "namespace": .string(claim.namespace), "resourceVersion": .string("\(claim.version)"),
          "uid": .string(claim.uid),
        ],
        "hostPath": ["path": .string(path(key)), "type": "DirectoryOrCreate"],
        "nodeAffinity": [
          "required": [
            "nodeSelectorTerms": [
              [
                "matchExpressions": [
                  ["key": "kubernetes.io/hostname", "operator": "In", "values": [.string(node)]]
                ]
              ]
            ]
          ]
        ],
        "persistentVolumeReclaimPolicy": storageClass?.value["reclaimPolicy"] ?? "Delete",
        "storageClassName": .string(className(key)),
        "volumeMode": claim.value[path: "spec", "volumeMode"] ?? "Filesystem",
      ],
    ]
    guard (try? api.create(.persistentVolume, namespace: "", object)) != nil else { return }
    recordOn(key, .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(volume)")
  }

  private func deleteVolume(_ key: ObjectKey) {
    _ = try? api.delete(.persistentVolume, namespace: "", name: key.name)
  }
}
