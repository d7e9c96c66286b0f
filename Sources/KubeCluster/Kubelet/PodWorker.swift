// The life of one pod on its node. A worker does one thing at a time: it syncs (reports a status, makes the sandbox, starts
// what should run), and it syncs again when the API object changed, when a relist noticed that containers started or ended,
// when a probe decided something, or some seconds after a failure. A sync never begins before the relist that follows the
// previous one. Those rules alone give the rows and rhythms that `kubectl get pods -w` shows.
// Source: `pkg/kubelet/pod_workers.go`, `kubelet.go` (SyncPod, SyncTerminatingPod, SyncTerminatedPod),
// `kuberuntime/kuberuntime_manager.go`.

import KubeAPI
import SimKernel
import Unstructured

final class PodWorker {
  let kubelet: Kubelet
  let world: World
  let uid: String
  let namespace: String
  let name: String
  var pod: StoredObject
  private(set) var spec: Value
  /// How far behind the relist this worker gets its turn.
  let turn: Interval
  var initial: [PodContainer] = []
  var regular: [PodContainer] = []
  var address = ""
  var mountedObjects: [String] = []
  var containerIDs: [String] = []

  enum Stage {
    case waiting
    case active
    /// Containers are being stopped, because the pod is deleted or has finished.
    case terminating
    case terminated
    case gone
  }
  var stage = Stage.waiting
  var startTime: String?
  /// When the pod was handed to the probe manager.
  var probesBegan = Instant.start
  var hasSandbox = false
  var sandboxReady = false
  var isBusy = false
  var wantsSync = false
  var syncEvent: EventID?
  var lastSyncEnd: Instant?
  var mountFailures = 0
  /// Counts up whenever what was begun earlier must not go on.
  var generation = 0
  var isVanished = false
  /// The kubelet is gone: containers live on, unattended.
  private(set) var isFrozen = false
  var finalReason: (reason: String, message: String)?
  /// Set when a final status may show the terminal phase.
  var isStopped = false
  var lostContainers = false
  var stopWaiters: [String: () -> Void] = [:]
  /// The pod is on its way out: earlier runs are no longer reported.
  var isEnding = false
  var isStoppingSandbox = false

  private let firstSeen: CivilTime

  init(kubelet: Kubelet, pod: StoredObject) {
    self.kubelet = kubelet
    world = kubelet.world
    uid = pod.uid
    namespace = pod.namespace
    name = pod.name
    self.pod = pod
    turn = kubelet.nextTurn()
    firstSeen = kubelet.world.civilNow
    spec = pod.value["spec"] ?? [:]
    for item in spec["initContainers"]?.array ?? [] {
      let role: PodContainer.Role = item["restartPolicy"]?.string == "Always" ? .sidecar : .initial
      initial.append(PodContainer(name: item["name"]?.string ?? "", spec: item, role: role))
    }
    for item in spec["containers"]?.array ?? [] {
      regular.append(PodContainer(name: item["name"]?.string ?? "", spec: item, role: .regular))
    }
  }

  var profile: NodeProfile { kubelet.profile }

  /// The first relist strictly after an instant, as this worker gets to see it: workers take their turns.
  func relist(after instant: Instant) -> Instant {
    kubelet.relist(after: instant + (.zero - turn)) + turn
  }
  var usesHostNetwork: Bool { spec["hostNetwork"]?.bool == true }
  var restartPolicy: String { spec["restartPolicy"]?.string ?? "Always" }
  var all: [PodContainer] { initial + regular }
  var isTerminating: Bool { stage == .terminating || stage == .terminated }
  var startedAt: String? { startTime }
  /// When the kubelet learnt of the pod, as Go's RFC3339Nano writes it.
  var firstSeenText: String {
    var text = firstSeen.rfc3339Micro.dropLast()
    while text.hasSuffix("0") { text.removeLast() }
    return (text.hasSuffix(".") ? text.dropLast() : text) + "Z"
  }

  func event(_ type: EventType, _ reason: String, _ message: String, _ container: PodContainer? = nil) {
    kubelet.recorder.record(
      ObjectReference(.pod, pod, fieldPath: container?.fieldPath), type, reason, message)
  }

  // MARK: The API object

  func begin() {
    guard !isFrozen else { return }
    guard stage == .waiting, !isVanished else {
      if isVanished { kubelet.forget(self) }
      return
    }
    stage = .active
    probesBegan = world.now
    if startTime == nil { startTime = world.civilNow.rfc3339 }
    if let deadline = spec["activeDeadlineSeconds"]?.integer {
      world.after(.seconds(deadline)) { [self] in
        guard stage == .active, !isFrozen else { return }
        finalReason = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        event(.normal, "DeadlineExceeded", finalReason!.message)
        terminate(grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30)
      }
    }
    requestSync()
  }

  func freeze() {
    isFrozen = true
    cancelSync()
    generation += 1
    isBusy = false
    for container in all {
      for prober in container.probers { prober.stop() }
      container.probers = []
    }
  }

  /// The kubelet is back and reads the pod anew; nil: it was removed meanwhile.
  func thaw(_ pod: StoredObject?) {
    isFrozen = false
    guard let pod else { return podVanished() }
    self.pod = pod
    if stage == .waiting { return begin() }
    guard stage == .active else { return checkTerminated() }
    if pod.isBeingDeleted {
      return terminate(grace: pod.value[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 30)
    }
    redefine(pod.value["spec"] ?? [:])
    for container in all where container.isRunning { beginProbes(container) }
    requestSync()
  }

  func podChanged(from old: StoredObject?, to new: StoredObject) {
    guard !isFrozen else { return }
    pod = new
    if new.isBeingDeleted {
      let grace = new.value[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0
      if !isTerminating, stage != .gone {
        let soonest = world.now + profile.controllerLatency
        var allowed = isBusy ? soonest : earliestSync()
        if let syncEvent, world.isPending(syncEvent), scheduledAt <= relist(after: world.now) {
          // A sync that waits for its relist is not called off; the stop waits for the next.
          allowed = relist(after: scheduledAt)
        }
        world.schedule(at: allowed > soonest ? allowed : soonest) { [self] in
          guard !isTerminating, stage != .gone, !isVanished, !isFrozen else { return }
          terminate(grace: pod.value[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? grace)
        }
      } else if stage == .terminating, let before = old?.value[path: "metadata", "deletionGracePeriodSeconds"]?.integer,
        grace < before
      {
        world.soon { [self] in shortenGrace(grace) }
      }
      return
    }
    guard stage == .active, let old else { return }
    if old.labels != new.labels
      || old.value[path: "metadata", "annotations"] != new.value[path: "metadata", "annotations"]
      || old.value["spec"] != new.value["spec"]
    {
      redefine(new.value["spec"] ?? [:])
      requestSync()
    }
  }

  /// What may change in a pod's specification: a container whose image did is stopped and started anew.
  private func redefine(_ new: Value) {
    guard spec != new else { return }
    spec = new
    for (field, containers) in [("initContainers", initial), ("containers", regular)] {
      for item in new[field]?.array ?? [] {
        guard let container = containers.first(where: { $0.name == item["name"]?.string }) else { continue }
        if container.redefine(item), container.isRunning, container.role != .initial {
          container.mustRestart = "definition changed"
        }
      }
    }
  }

  /// The object disappeared without waiting for this kubelet (a forced deletion), or because it had stopped.
  func podVanished() {
    isVanished = true
    guard !isFrozen else { return }
    switch stage {
    case .terminated, .gone: leave()
    case .waiting: break
    case .active: terminate(grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30)
    case .terminating: break
    }
  }

  func leave() {
    guard stage != .gone else { return }
    stage = .gone
    cancelSync()
    for container in all {
      for prober in container.probers { prober.stop() }
      if let id = container.previous?.id { kubelet.runtime.remove(containerID: id) }
      if let id = container.current?.id { kubelet.runtime.remove(containerID: id) }
    }
    for volume in spec["volumes"]?.array ?? [] where volume["emptyDir"] != nil {
      kubelet.runtime.removeVolume(volumeID: uid + "/" + (volume["name"]?.string ?? ""))
    }
    kubelet.forget(self)
  }

  // MARK: When to sync

  func requestSync() {
    guard stage == .active, !isFrozen else { return }
    if isBusy {
      wantsSync = true
      return
    }
    scheduleSync(at: earliestSync())
  }

  func earliestSync() -> Instant {
    guard let lastSyncEnd else { return world.now }
    let relist = self.relist(after: lastSyncEnd)
    return relist > world.now ? relist : world.now
  }

  var scheduledAt = Instant.distantFuture
  func scheduleSync(at instant: Instant) {
    if let syncEvent, world.isPending(syncEvent) {
      if scheduledAt <= instant { return }
      world.cancel(syncEvent)
    }
    scheduledAt = instant
    syncEvent = world.schedule(at: instant) { [self] in
      syncEvent = nil
      sync()
    }
  }

  func cancelSync() {
    if let syncEvent { world.cancel(syncEvent) }
    syncEvent = nil
    wantsSync = false
  }

  /// Something started or ended: the next relist will see it.
  func noticeAtRelist() {
    let relist = self.relist(after: world.now)
    // Sandbox and container, or end and start, are events of their own: the second one makes another sync.
    world.schedule(at: relist + .milliseconds(1)) { [self] in requestSync() }
    world.schedule(at: relist + .milliseconds(2)) { [self] in requestSync() }
  }

  func endSync(failed: Bool) {
    isBusy = false
    lastSyncEnd = world.now
    // Not settled before the next relist has confirmed it.
    world.schedule(at: relist(after: world.now)) {}
    if wantsSync {
      wantsSync = false
      scheduleSync(at: earliestSync())
    } else if failed {
      scheduleSync(at: world.now + profile.failedSyncPeriod)
    }
  }

  // MARK: One sync

  func sync() {
    guard stage == .active else { return }
    isBusy = true
    generation += 1
    let mine = generation
    kickReadiness()
    writeStatus()
    if hasFinished {
      isBusy = false
      lastSyncEnd = world.now
      finish()
      return
    }
    makeSandbox(mine)
  }

  func isStale(_ mine: Int) -> Bool { mine != generation || stage != .active }

  func makeSandbox(_ mine: Int) {
    if hasSandbox { return startContainers(mine) }
    if let problem = mountProblem() {
      event(.warning, "FailedMount", problem)
      let delay = Interval.milliseconds(Int64(500) << Int64(mountFailures > 8 ? 8 : mountFailures))
      mountFailures += 1
      world.after(delay > .seconds(Int64(122)) ? .seconds(Int64(122)) : delay) { [self] in
        if !isStale(mine) { makeSandbox(mine) }
      }
      return
    }
    world.after(profile.mountDuration + profile.sandboxStart) { [self] in
      guard !isStale(mine) else { return }
      hasSandbox = true
      sandboxReady = true
      address = usesHostNetwork ? kubelet.nodeAddress : kubelet.takeAddress()
      if profile.patchesAnnotations, !usesHostNetwork {
        patchNetworkAnnotations(address: address)
      }
      noticeAtRelist()
      startContainers(mine)
    }
  }

  func patchNetworkAnnotations(address: String) {
    let text = address.isEmpty ? "" : address + "/32"
    let id = containerIDSeed
    kubelet.api.amend(.pod, namespace, name, uid: uid, as: "calico", through: "status") { value in
      value.set(["metadata", "annotations", "cni.projectcalico.org/containerID"], .string(id))
      value.set(["metadata", "annotations", "cni.projectcalico.org/podIP"], .string(text))
      value.set(["metadata", "annotations", "cni.projectcalico.org/podIPs"], .string(text))
    }
  }

  /// The sandbox's own id.
  lazy var containerIDSeed: String = {
    var random = world.random.split("sandbox/" + uid)
    return random.hexadecimal(64)
  }()

  // MARK: Status

  func writeStatus() {
    guard !isFrozen else { return }
    for container in all { if let run = container.current { container.reportedID = run.id } }
    let status = PodStatusWriter(worker: self).status()
    kubelet.api.amend(.pod, namespace, name, uid: uid, as: "kubelet") { $0["status"] = status }
  }
}
