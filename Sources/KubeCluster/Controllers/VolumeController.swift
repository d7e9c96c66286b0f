// Claims and volumes: binding in both modes, the handshake with the scheduler for WaitForFirstConsumer, protection
// finalizers, release and reclaim. Each look takes one step; the write of the step wakes the controller for the next, so
// that watches see the same rows as on a real cluster. Source: `pkg/controller/volume/persistentvolume/pv_controller.go`,
// `{pvc,pv}protection`, `pkg/scheduler/framework/plugins/volumebinding`.

import KubeAPI
import SimKernel
import Unstructured

final class VolumeController: Controller {
  private let recorder: EventRecorder
  private let expander: EventRecorder
  /// Which pods name a claim. One that has a node keeps the claim until it is gone, even when it has finished.
  private var users: [ObjectKey: Set<ObjectKey>] = [:]
  /// Claims whose first look is behind them.
  private var known: Set<String> = []
  /// When a provisioner was last asked for a claim's volume.
  private var askedAt: [String: Instant] = [:]
  private let resyncPeriod = Interval.seconds(Int64(15))

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "persistentvolume-controller")
    expander = EventRecorder(server: api, component: "volume_expand")
    super.init(api: api, latency: latency)
    watch(.persistentVolumeClaim)
    store.shelf(.persistentVolume).observe { [self] old, new in
      let volume = (new ?? old)!
      enqueue(ObjectKey("", volume.name))
      if let claim = claimKey(volume) { enqueue(claim) }
      if old == nil { wakeUnboundClaims() }
    }
    store.shelf(.persistentVolumeClaim).observe { [self] old, new in
      if let name = (new ?? old)!.value[path: "spec", "volumeName"]?.string { enqueue(ObjectKey("", name)) }
      if let old, let new { noticeGrowth(old, new) }
    }
    store.shelf(.storageClass).observe { [self] _, _ in wakeUnboundClaims() }
    store.shelf(.pod).observe { [self] old, new in noticePod(old, new) }
  }

  override func auditKeys() -> [ObjectKey] { keys(of: .persistentVolumeClaim) + keys(of: .persistentVolume) }

  private func noticePod(_ old: StoredObject?, _ new: StoredObject?) {
    let before = old.map { VolumeController.claims(of: $0) } ?? []
    let after = new.map { VolumeController.claims(of: $0) } ?? []
    if before == after { return }
    let pod = (new ?? old)!.key
    for key in before where !after.contains(key) {
      users[key]?.remove(pod)
      if users[key]?.isEmpty == true { users[key] = nil }
      enqueue(key, after: .milliseconds(20))
    }
    for key in after where !before.contains(key) { users[key, default: []].insert(pod) }
  }

  /// The claims a pod mounts, those of ephemeral volumes included.
  static func claims(of pod: StoredObject) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    for volume in pod.value[path: "spec", "volumes"]?.array ?? [] {
      if let name = volume[path: "persistentVolumeClaim", "claimName"]?.string {
        keys.append(ObjectKey(pod.namespace, name))
      } else if volume["ephemeral"] != nil {
        keys.append(ObjectKey(pod.namespace, pod.name + "-" + (volume["name"]?.string ?? "")))
      }
    }
    return keys
  }

  private func claimKey(_ volume: StoredObject) -> ObjectKey? {
    guard let reference = volume.value[path: "spec", "claimRef"], !reference.isNull else { return nil }
    return ObjectKey(reference["namespace"]?.string ?? "", reference["name"]?.string ?? "")
  }

  private func wakeUnboundClaims() {
    for claim in store.shelf(.persistentVolumeClaim).list(namespace: nil) where !isBound(claim) {
      enqueue(claim.key, after: untilResync(claim))
    }
  }

  /// Claims that wait are looked at every 15 seconds, counted from their creation.
  private func untilResync(_ claim: StoredObject) -> Interval {
    guard let time = CivilTime(rfc3339: claim.value[path: "metadata", "creationTimestamp"]?.string ?? "") else {
      return resyncPeriod
    }
    let age = (world.now - world.clock.instant(unixSeconds: time.unixSeconds)).nanoseconds
    return Interval(nanoseconds: resyncPeriod.nanoseconds - age % resyncPeriod.nanoseconds)
  }

  override func reconcile(_ key: ObjectKey) {
    if key.namespace.isEmpty {
      if let volume = store.object(.persistentVolume, "", key.name) { look(atVolume: volume) }
    } else if let claim = store.object(.persistentVolumeClaim, key.namespace, key.name) {
      look(at: claim)
    }
  }

  private func isBound(_ claim: StoredObject) -> Bool { claim.value[path: "status", "phase"]?.string == "Bound" }

  private func annotation(_ object: StoredObject, _ name: String) -> String? {
    object.value[path: "metadata", "annotations"]?[name]?.string
  }

  // MARK: Claims

  private func look(claimBeingDeleted claim: StoredObject) {
    guard claim.value[path: "metadata", "finalizers"].strings.contains("kubernetes.io/pvc-protection"),
      !isInUse(claim.key)
    else { return }
    dropFinalizer(.persistentVolumeClaim, claim, "kubernetes.io/pvc-protection")
  }

  private func isInUse(_ claim: ObjectKey) -> Bool {
    for key in users[claim] ?? [] {
      guard let pod = store.object(.pod, key.namespace, key.name) else { continue }
      if !(pod.value[path: "spec", "nodeName"]?.string ?? "").isEmpty { return true }
    }
    return false
  }

  private func dropFinalizer(_ kind: Kind, _ object: StoredObject, _ name: String) {
    api.amend(kind, object.namespace, object.name, uid: object.uid) { value in
      var rest: [String] = []
      for finalizer in value[path: "metadata", "finalizers"].strings where finalizer != name {
        rest.append(finalizer)
      }
      value.set(["metadata", "finalizers"], rest.isEmpty ? nil : .strings(rest))
    }
  }

  private func event(_ claim: StoredObject, _ type: EventType, _ reason: String, _ message: String) {
    recorder.record(ObjectReference(.persistentVolumeClaim, claim), type, reason, message)
  }

  private func look(at claim: StoredObject) {
    if claim.isBeingDeleted { return look(claimBeingDeleted: claim) }
    if claim.value[path: "metadata", "annotations"]?["pv.kubernetes.io/bind-completed"] != nil {
      return finishBinding(claim)
    }
    let stated = claim.value[path: "spec", "volumeName"]?.string ?? ""
    let className = claim.value[path: "spec", "storageClassName"]?.string ?? ""
    if !stated.isEmpty {
      if let volume = store.object(.persistentVolume, "", stated) { bind(claim, volume) }
      return
    }
    if let volume = findVolume(for: claim), mayBindNow(claim, className, volume) { return bind(claim, volume) }
    if className.isEmpty {
      event(
        claim, .normal, "FailedBinding", "no persistent volumes available for this claim and no storage class is set")
      return resyncLater(claim)
    }
    guard let storageClass = store.object(.storageClass, "", className) else {
      event(
        claim, .warning, "ProvisioningFailed", "storageclass.storage.k8s.io \"\(className)\" not found")
      return resyncLater(claim)
    }
    if waitsForConsumer(storageClass), annotation(claim, VolumeController.selectedNode) == nil {
      let isFirst = known.insert(claim.uid).inserted
      if !isFirst, let pod = waitingConsumer(of: claim) {
        event(claim, .normal, "WaitForPodScheduled", "waiting for pod \(pod) to be scheduled")
      } else {
        event(claim, .normal, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
      }
      return resyncLater(claim)
    }
    askForVolume(claim, storageClass)
  }

  private func resyncLater(_ claim: StoredObject) {
    known.insert(claim.uid)
    enqueue(claim.key, after: untilResync(claim), weight: .housekeeping)
  }

  private func waitsForConsumer(_ storageClass: StoredObject) -> Bool {
    storageClass.value["volumeBindingMode"]?.string == "WaitForFirstConsumer"
  }

  private func mayBindNow(_ claim: StoredObject, _ className: String, _ volume: StoredObject) -> Bool {
    if claimKey(volume) == claim.key { return true }
    guard let storageClass = store.object(.storageClass, "", className), waitsForConsumer(storageClass) else {
      return true
    }
    return annotation(claim, VolumeController.selectedNode) != nil
  }

  private func waitingConsumer(of claim: StoredObject) -> String? {
    var names: [String] = []
    for pod in users[claim.key] ?? [] { names.append(pod.name) }
    return names.sorted().first
  }

  static let selectedNode = "volume.kubernetes.io/selected-node"
  static let provisionerAnnotations = [
    "volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner",
  ]

  private func askForVolume(_ claim: StoredObject, _ storageClass: StoredObject) {
    let provisioner = storageClass.value["provisioner"]?.string ?? ""
    if provisioner == "kubernetes.io/no-provisioner" { return }
    if annotation(claim, VolumeController.provisionerAnnotations[1]) != provisioner {
      api.amend(.persistentVolumeClaim, claim.namespace, claim.name, uid: claim.uid) { value in
        for name in VolumeController.provisionerAnnotations {
          value.set(["metadata", "annotations", name], .string(provisioner))
        }
      }
    } else if world.now - (askedAt[claim.uid] ?? .start) < .seconds(Int64(1)) {
      // The look that the annotation woke.
      return
    }
    askedAt[claim.uid] = world.now
    if let fresh = store.object(.persistentVolumeClaim, claim.namespace, claim.name) {
      event(
        fresh, .normal, "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by the "
          + "system administrator. If volume creation is delayed, please verify that the provisioner is running "
          + "and correctly registered.")
    }
    resyncLater(claim)
  }

  /// The smallest volume that satisfies the claim; one that is already promised to it wins.
  private func findVolume(for claim: StoredObject) -> StoredObject? {
    var best: StoredObject?
    var bestSize = Int64.max
    let spec = claim.value["spec"]
    let wanted = Quantity.milli(spec?[path: "resources", "requests", "storage"]) ?? 0
    let modes = (spec?["accessModes"]).strings
    let selector = spec?["selector"].map { LabelSelector($0) }
    for volume in store.shelf(.persistentVolume).list(namespace: nil) where !volume.isBeingDeleted {
      let have = volume.value["spec"]
      if let owner = claimKey(volume) {
        guard owner == claim.key else { continue }
        let uid = have?[path: "claimRef", "uid"]?.string ?? ""
        if uid.isEmpty || uid == claim.uid { return volume }
        continue
      }
      guard (have?["storageClassName"]?.string ?? "") == (spec?["storageClassName"]?.string ?? ""),
        volume.value[path: "status", "phase"]?.string == "Available",
        (have?["volumeMode"]?.string ?? "Filesystem") == (spec?["volumeMode"]?.string ?? "Filesystem")
      else { continue }
      var suits = true
      let offered = (have?["accessModes"]).strings
      for mode in modes where !offered.contains(mode) { suits = false }
      if let selector, !selector.matches(object: volume.value) { suits = false }
      let size = Quantity.milli(have?[path: "capacity", "storage"]) ?? 0
      if suits, size >= wanted, size < bestSize {
        best = volume
        bestSize = size
      }
    }
    return best
  }

  /// One step of binding a claim to a volume: the volume's reference, the volume's phase, the claim.
  private func bind(_ claim: StoredObject, _ volume: StoredObject) {
    let reference = volume.value[path: "spec", "claimRef"]
    if let reference, !reference.isNull {
      let uid = reference["uid"]?.string ?? ""
      guard claimKey(volume) == claim.key, uid.isEmpty || uid == claim.uid else { return }
    }
    if (reference?["uid"]?.string ?? "").isEmpty {
      let isByController = reference == nil
      api.amend(.persistentVolume, "", volume.name) { value in
        value.set(
          ["spec", "claimRef"],
          [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": .string(claim.name),
            "namespace": .string(claim.namespace), "resourceVersion": .string("\(claim.version)"),
            "uid": .string(claim.uid),
          ])
        if isByController {
          value.set(["metadata", "annotations", "pv.kubernetes.io/bound-by-controller"], "yes")
        }
      }
      return
    }
    if volume.value[path: "status", "phase"]?.string != "Bound" {
      setPhase(volume, "Bound")
      return
    }
    let isByController = (claim.value[path: "spec", "volumeName"]?.string ?? "").isEmpty
    api.amend(.persistentVolumeClaim, claim.namespace, claim.name, uid: claim.uid) { value in
      value.set(["spec", "volumeName"], .string(volume.name))
      value.set(["metadata", "annotations", "pv.kubernetes.io/bind-completed"], "yes")
      if isByController { value.set(["metadata", "annotations", "pv.kubernetes.io/bound-by-controller"], "yes") }
    }
  }

  private func finishBinding(_ claim: StoredObject) {
    let name = claim.value[path: "spec", "volumeName"]?.string ?? ""
    guard let volume = store.object(.persistentVolume, "", name) else {
      guard claim.value[path: "status", "phase"]?.string != "Lost" else { return }
      api.amend(.persistentVolumeClaim, claim.namespace, claim.name, uid: claim.uid) { value in
        value["status"] = ["phase": "Lost"]
      }
      event(claim, .warning, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
      return
    }
    guard !isBound(claim) else { return }
    api.amend(.persistentVolumeClaim, claim.namespace, claim.name, uid: claim.uid) { value in
      value["status"] = [
        "phase": "Bound", "accessModes": volume.value[path: "spec", "accessModes"] ?? [],
        "capacity": volume.value[path: "spec", "capacity"] ?? [:],
      ]
    }
  }

  // MARK: Volumes

  private func setPhase(_ volume: StoredObject, _ phase: String, reason: String? = nil, message: String? = nil) {
    let now = world.civilNow.rfc3339
    api.amend(.persistentVolume, "", volume.name, uid: volume.uid) { value in
      if value[path: "status", "phase"]?.string != phase {
        value.set(["status", "lastPhaseTransitionTime"], .string(now))
      }
      value.set(["status", "phase"], .string(phase))
      if let message { value.set(["status", "message"], .string(message)) }
      if let reason { value.set(["status", "reason"], .string(reason)) }
    }
  }

  private func look(atVolume volume: StoredObject) {
    let phase = volume.value[path: "status", "phase"]?.string ?? "Pending"
    if volume.isBeingDeleted, phase != "Bound" {
      if volume.value[path: "metadata", "finalizers"].strings.contains("kubernetes.io/pv-protection") {
        dropFinalizer(.persistentVolume, volume, "kubernetes.io/pv-protection")
      }
      return
    }
    guard let key = claimKey(volume) else {
      if phase != "Available" { setPhase(volume, "Available") }
      return
    }
    let uid = volume.value[path: "spec", "claimRef", "uid"]?.string ?? ""
    if uid.isEmpty {
      if phase != "Available" { setPhase(volume, "Available") }
      return
    }
    let claim = store.object(.persistentVolumeClaim, key.namespace, key.name)
    if claim == nil || claim!.uid != uid {
      if phase != "Released", phase != "Failed" {
        setPhase(volume, "Released")
        if let fresh = store.object(.persistentVolume, "", volume.name) { reclaim(fresh) }
      }
      return
    }
    if let claim, !claim.isBeingDeleted, phase != "Bound" || !isBound(claim) { enqueue(claim.key) }
  }

  /// Volumes of external provisioners are theirs to delete. Of others the controller deletes folders below /tmp only.
  private func reclaim(_ volume: StoredObject) {
    guard volume.value[path: "spec", "persistentVolumeReclaimPolicy"]?.string == "Delete",
      annotation(volume, "pv.kubernetes.io/provisioned-by") == nil
    else { return }
    var message =
      "error getting deleter volume plugin for volume \"\(volume.name)\": no deletable volume plugin matched"
    if let path = volume.value[path: "spec", "hostPath", "path"]?.string {
      if path.hasPrefix("/tmp/"), path != "/tmp/" {
        _ = try? api.delete(.persistentVolume, namespace: "", name: volume.name)
        return
      }
      message = "host_path deleter only supports /tmp/.+ but received provided \(path)"
    }
    setPhase(volume, "Failed", message: message)
    recorder.record(ObjectReference(.persistentVolume, volume), .warning, "VolumeFailedDelete", message)
  }

  /// Growing is left to whoever provisioned the volume; no provisioner here does it.
  private func noticeGrowth(_ old: StoredObject, _ claim: StoredObject) {
    guard claim.value[path: "status", "phase"]?.string == "Bound",
      let before = Quantity.milli(old.value[path: "spec", "resources", "requests", "storage"]),
      let after = Quantity.milli(claim.value[path: "spec", "resources", "requests", "storage"]), after > before
    else { return }
    expander.record(
      ObjectReference(.persistentVolumeClaim, claim), .normal, "ExternalExpanding",
      "waiting for an external controller to expand this PVC")
  }

  // MARK: For the scheduler

  /// Why no node at all can take the pod, because of its claims.
  func problem(of pod: StoredObject) -> String? {
    for key in VolumeController.claims(of: pod) {
      guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name) else {
        return "persistentvolumeclaim \"\(key.name)\" not found"
      }
      if claim.isBeingDeleted { return "persistentvolumeclaim \"\(key.name)\" is being deleted" }
      if claim.value[path: "status", "phase"]?.string == "Lost" {
        return "persistentvolumeclaim \"\(key.name)\" bound to non-existent persistentvolume "
          + "\"\(claim.value[path: "spec", "volumeName"]?.string ?? "")\""
      }
      if !isBound(claim), !isLate(claim) { return "pod has unbound immediate PersistentVolumeClaims" }
    }
    return nil
  }

  private func isLate(_ claim: StoredObject) -> Bool {
    guard
      let storageClass = store.object(
        .storageClass, "", claim.value[path: "spec", "storageClassName"]?.string ?? "")
    else { return false }
    return waitsForConsumer(storageClass)
  }

  /// Why this node cannot take the pod, because of where its volumes are.
  func conflict(of pod: StoredObject, with node: StoredObject) -> String? {
    for key in VolumeController.claims(of: pod) {
      guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name) else { continue }
      if let volume = store.object(
        .persistentVolume, "", claim.value[path: "spec", "volumeName"]?.string ?? "")
      {
        if let terms = volume.value[path: "spec", "nodeAffinity", "required", "nodeSelectorTerms"]?.array,
          !NodeFilter.matches(terms, node)
        {
          return "node(s) had volume node affinity conflict"
        }
      } else if !isBound(claim),
        let storageClass = store.object(
          .storageClass, "", claim.value[path: "spec", "storageClassName"]?.string ?? ""),
        storageClass.value["provisioner"]?.string == "kubernetes.io/no-provisioner", findVolume(for: claim) == nil
      {
        return "node(s) didn't find available persistent volumes to bind"
      }
    }
    return nil
  }

  /// Tells the claims of a pod which node was chosen. True when nothing is left to wait for.
  func reserve(_ pod: StoredObject, on node: String) -> Bool {
    var isReady = true
    for key in VolumeController.claims(of: pod) {
      guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name), !isBound(claim) else { continue }
      isReady = false
      api.amend(.persistentVolumeClaim, key.namespace, key.name) {
        $0.set(["metadata", "annotations", VolumeController.selectedNode], .string(node))
      }
    }
    return isReady
  }

  func areBound(_ pod: StoredObject) -> Bool {
    for key in VolumeController.claims(of: pod) {
      guard let claim = store.object(.persistentVolumeClaim, key.namespace, key.name), isBound(claim) else {
        return false
      }
    }
    return true
  }
}
