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
  private(set) var pod: StoredObject
  let spec: Value
  /// How far behind the relist this worker gets its turn.
  private let turn: Interval
  private(set) var initial: [PodContainer] = []
  private(set) var regular: [PodContainer] = []
  private(set) var address = ""
  var mountedObjects: [String] = []
  private(set) var containerIDs: [String] = []

  enum Stage {
    case waiting
    case active
    /// Containers are being stopped, because the pod is deleted or has finished.
    case terminating
    case terminated
    case gone
  }
  private(set) var stage = Stage.waiting
  private var startTime: String?
  /// When the pod was handed to the probe manager.
  private(set) var probesBegan = Instant.start
  private(set) var hasSandbox = false
  private(set) var sandboxReady = false
  private var isBusy = false
  private var wantsSync = false
  private var syncEvent: EventID?
  private var lastSyncEnd: Instant?
  private var mountFailures = 0
  /// Counts up whenever what was begun earlier must not go on.
  private var generation = 0
  private var isVanished = false
  private var graceEnds: EventID?
  private(set) var finalReason: (reason: String, message: String)?
  /// Set when a final status may show the terminal phase.
  private(set) var isStopped = false
  private(set) var lostContainers = false
  var volumeFiles: [String: String] = [:]

  init(kubelet: Kubelet, pod: StoredObject) {
    self.kubelet = kubelet
    world = kubelet.world
    uid = pod.uid
    namespace = pod.namespace
    name = pod.name
    self.pod = pod
    turn = kubelet.nextTurn()
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
  private func relist(after instant: Instant) -> Instant {
    kubelet.relist(after: instant + (.zero - turn)) + turn
  }
  var usesHostNetwork: Bool { spec["hostNetwork"]?.bool == true }
  var restartPolicy: String { spec["restartPolicy"]?.string ?? "Always" }
  var all: [PodContainer] { initial + regular }
  var isTerminating: Bool { stage == .terminating || stage == .terminated }
  var startedAt: String? { startTime }

  func event(_ type: EventType, _ reason: String, _ message: String, _ container: PodContainer? = nil) {
    kubelet.recorder.record(
      ObjectReference(.pod, pod, fieldPath: container?.fieldPath), type, reason, message)
  }

  // MARK: The API object

  func begin() {
    guard stage == .waiting, !isVanished else {
      if isVanished { kubelet.forget(self) }
      return
    }
    stage = .active
    probesBegan = world.now
    if startTime == nil { startTime = world.civilNow.rfc3339 }
    if let deadline = spec["activeDeadlineSeconds"]?.integer {
      world.after(.seconds(deadline)) { [self] in
        guard stage == .active else { return }
        finalReason = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline")
        event(.normal, "DeadlineExceeded", finalReason!.message)
        terminate(grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30)
      }
    }
    requestSync()
  }

  func podChanged(from old: StoredObject?, to new: StoredObject) {
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
          guard !isTerminating, stage != .gone, !isVanished else { return }
          terminate(grace: pod.value[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? grace)
        }
      } else if stage == .terminating {
        shortenGrace(grace)
      }
      return
    }
    guard stage == .active, let old else { return }
    if old.labels != new.labels
      || old.value[path: "metadata", "annotations"] != new.value[path: "metadata", "annotations"]
      || old.value["spec"] != new.value["spec"]
    {
      requestSync()
    }
  }

  /// The object disappeared without waiting for this kubelet (a forced deletion), or because it had stopped.
  func podVanished() {
    isVanished = true
    switch stage {
    case .terminated, .gone: leave()
    case .waiting: break
    case .active: terminate(grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30)
    case .terminating: break
    }
  }

  private func leave() {
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
    guard stage == .active else { return }
    if isBusy {
      wantsSync = true
      return
    }
    scheduleSync(at: earliestSync())
  }

  private func earliestSync() -> Instant {
    guard let lastSyncEnd else { return world.now }
    let relist = self.relist(after: lastSyncEnd)
    return relist > world.now ? relist : world.now
  }

  private var scheduledAt = Instant.distantFuture
  private func scheduleSync(at instant: Instant) {
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

  private func cancelSync() {
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

  private func endSync(failed: Bool) {
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

  private func sync() {
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

  private func isStale(_ mine: Int) -> Bool { mine != generation || stage != .active }

  private func makeSandbox(_ mine: Int) {
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

  private func patchNetworkAnnotations(address: String) {
    let text = address.isEmpty ? "" : address + "/32"
    let id = containerIDSeed
    kubelet.api.amend(.pod, namespace, name, uid: uid) { value in
      value.set(["metadata", "annotations", "cni.projectcalico.org/containerID"], .string(id))
      value.set(["metadata", "annotations", "cni.projectcalico.org/podIP"], .string(text))
      value.set(["metadata", "annotations", "cni.projectcalico.org/podIPs"], .string(text))
    }
  }

  /// The sandbox's own id.
  private lazy var containerIDSeed: String = {
    var random = world.random.split("sandbox/" + uid)
    return random.hexadecimal(64)
  }()

  // MARK: Containers

  /// Starts what should run next; ends the sync when nothing more can be done now.
  private func startContainers(_ mine: Int) {
    if let next = nextInitial() {
      guard case .start(let container) = next else { return endSync(failed: false) }
      startOne(container, mine) { [self] started in
        guard started, container.role == .sidecar else { return endSync(failed: !started) }
        // A sidecar does not hold up what comes after it once it has started.
        if container.hasStarted { startContainers(mine) } else { endSync(failed: false) }
      }
      return
    }
    startRegular(0, mine, failed: false)
  }

  private enum NextInitial {
    case wait
    case start(PodContainer)
  }

  /// The init container whose turn it is; nil when initialisation is over.
  private func nextInitial() -> NextInitial? {
    for container in initial {
      if container.role == .sidecar {
        if container.isRunning {
          if container.hasStarted { continue }
          return .wait
        }
        if container.current != nil, regular.contains(where: { $0.current != nil }) { continue }
        return .start(container)
      }
      if container.isRunning { return .wait }
      if container.hasEnded {
        if container.current!.exit!.exitCode == 0 { continue }
        if restartPolicy == "Never" { return .wait }
      }
      return .start(container)
    }
    return nil
  }

  private func startRegular(_ index: Int, _ mine: Int, failed: Bool) {
    guard !isStale(mine) else { return }
    let queue = initial.filter { $0.role == .sidecar } + regular
    guard index < queue.count else { return endSync(failed: failed) }
    let container = queue[index]
    if let reason = container.mustRestart, container.isRunning {
      container.mustRestart = nil
      stopForRestart(container, reason, mine) { [self] wasInBackOff in
        if wasInBackOff { return startRegular(index + 1, mine, failed: true) }
        startOne(container, mine, afterStop: true) { [self] started in
          startRegular(index + 1, mine, failed: failed || !started)
        }
      }
      return
    }
    guard shouldStart(container) else { return startRegular(index + 1, mine, failed: failed) }
    startOne(container, mine) { [self] started in startRegular(index + 1, mine, failed: failed || !started) }
  }

  private func shouldStart(_ container: PodContainer) -> Bool {
    if container.isRunning { return false }
    guard let run = container.current else { return true }
    if container.role == .sidecar { return true }
    switch restartPolicy {
    case "Never": return false
    case "OnFailure": return run.exit?.exitCode != 0
    default: return true
    }
  }

  /// Starts one container: back-off, image, configuration, runtime.
  private func startOne(
    _ container: PodContainer, _ mine: Int, afterStop: Bool = false, _ done: @escaping (Bool) -> Void
  ) {
    if !afterStop, let run = container.current, let finished = run.finishedAt, isInBackOff(container, finished) {
      return done(false)
    }
    ensureImage(container, mine) { [self] facts in
      guard let facts else { return done(false) }
      guard !isStale(mine) else { return }
      world.after(profile.containerStart) { [self] in
        guard !isStale(mine) else { return }
        done(launch(container, facts))
      }
    }
  }

  /// Whether a container that ended must wait; begins or doubles its back-off when it need not.
  private func isInBackOff(_ container: PodContainer, _ finished: Instant) -> Bool {
    let since = world.now - finished
    if let backOff = container.backOff {
      if since <= backOff, since < profile.containerBackOffMax * 2 {
        container.waitingReason = "CrashLoopBackOff"
        let text = HumanDuration.goText(backOff)
        container.waitingMessage =
          "back-off \(text) restarting failed container=\(container.name) pod=\(name)_\(namespace)(\(uid))"
        event(
          .warning, "BackOff",
          "Back-off restarting failed container \(container.name) in pod \(name)_\(namespace)(\(uid))", container)
        return true
      }
      let ran = finished - (container.current?.startedAt ?? finished)
      if ran > profile.containerBackOffMax * 2 {
        container.backOff = profile.containerBackOff
      } else {
        let doubled = backOff * 2
        container.backOff = doubled > profile.containerBackOffMax ? profile.containerBackOffMax : doubled
      }
    } else {
      container.backOff = profile.containerBackOff
    }
    return false
  }

  private func ensureImage(_ container: PodContainer, _ mine: Int, _ done: @escaping (ImageFacts?) -> Void) {
    let image = container.image
    let policy = container.spec["imagePullPolicy"]?.string ?? "IfNotPresent"
    func fail(_ reason: String, _ message: String) {
      container.waitingReason = reason
      container.waitingMessage = message
      event(.warning, "Failed", "Error: " + reason, container)
      done(nil)
    }
    if let problem = kubelet.images.problem(image) {
      let message = "Failed to apply default image tag \"\(image)\": couldn't parse image name \"\(image)\": \(problem)"
      event(.warning, "InspectFailed", message, container)
      return fail("InvalidImageName", message)
    }
    if policy != "Always", let facts = kubelet.images.facts(image) {
      event(.normal, "Pulled", "Container image \"\(image)\" already present on machine", container)
      return done(facts)
    }
    if policy == "Never" {
      let message = "Container image \"\(image)\" is not present with pull policy of Never"
      event(.warning, "ErrImageNeverPull", message, container)
      return fail("ErrImageNeverPull", message)
    }
    if let until = container.imageBackOffUntil, world.now < until {
      event(.normal, "BackOff", "Back-off pulling image \"\(image)\"", container)
      return fail("ImagePullBackOff", "Back-off pulling image \"\(image)\": ErrImagePull: \(container.imageError)")
    }
    event(.normal, "Pulling", "Pulling image \"\(image)\"", container)
    kubelet.images.pull(image) { [self] outcome in
      guard !isStale(mine) else { return }
      switch outcome {
      case .pulled(let facts, let took, let waited):
        container.imageBackOff = nil
        container.imageBackOffUntil = nil
        event(
          .normal, "Pulled",
          "Successfully pulled image \"\(image)\" in \(pullText(took)) (\(pullText(waited)) including waiting). "
            + "Image size: \(facts.sizeBytes) bytes.", container)
        done(facts)
      case .failed(let message):
        let doubled = container.imageBackOff.map { $0 * 2 } ?? profile.imageBackOff
        let wait = doubled > profile.imageBackOffMax ? profile.imageBackOffMax : doubled
        container.imageBackOff = wait
        container.imageBackOffUntil = world.now + wait
        container.imageError = message
        event(.warning, "Failed", "Failed to pull image \"\(image)\": \(message)", container)
        fail("ErrImagePull", message)
      }
    }
  }

  /// Durations in pull events are rounded to milliseconds.
  private func pullText(_ interval: Interval) -> String {
    HumanDuration.goText(.milliseconds((interval.nanoseconds + 500_000) / 1_000_000))
  }

  private func launch(_ container: PodContainer, _ facts: ImageFacts) -> Bool {
    let resolved = ContainerEnvironment(worker: self, container: container, facts: facts)
    if let problem = resolved.problem {
      container.waitingReason = "CreateContainerConfigError"
      container.waitingMessage = problem
      event(.warning, "Failed", "Error: " + problem, container)
      return false
    }
    if container.current != nil {
      container.restartCount += 1
      if let old = container.previous { kubelet.runtime.remove(containerID: old.id) }
      container.previous = container.current
    }
    event(.normal, "Created", "Created container: \(container.name)", container)
    container.waitingReason = nil
    container.waitingMessage = nil
    container.isReady = false
    container.hasStarted = false
    let token = container.restartCount
    let start = kubelet.runtime.start(resolved.spec) { [self] exit in containerEnded(container, token, exit) }
    switch start {
    case .started(let id):
      containerIDs.append(id)
      kubelet.owns(id, by: self)
      container.current = PodContainer.Run(
        id: id, startedAt: world.now, imageName: facts.canonicalName, imageID: facts.imageID)
      event(.normal, "Started", "Started container \(container.name)", container)
      beginProbes(container)
      noticeAtRelist()
      if container.restartCount == 0, profile.patchesAnnotations, profile.looksOnceMore {
        // Where annotations are patched, a fresh container is looked at once more.
        let relist = self.relist(after: world.now) + profile.relistPeriod
        world.schedule(at: relist + .milliseconds(1)) { [self] in requestSync() }
      }
      runPostStart(container, id)
      return true
    case .failed(let reason, let message, let code):
      event(.warning, "Failed", "Error: " + message, container)
      var random = world.random.split("failed/\(uid)/\(container.name)/\(container.restartCount)")
      container.current = PodContainer.Run(
        id: random.hexadecimal(64), startedAt: world.now, finishedAt: world.now,
        exit: ContainerExit(exitCode: code, reason: reason, message: message), imageName: facts.canonicalName,
        imageID: facts.imageID)
      container.waitingReason = reason == "StartError" ? "RunContainerError" : reason
      container.waitingMessage = message
      noticeAtRelist()
      return false
    }
  }

  private func runPostStart(_ container: PodContainer, _ id: String) {
    var command: [String] = []
    for part in container.spec[path: "lifecycle", "postStart", "exec", "command"]?.array ?? [] {
      command.append(part.string ?? "")
    }
    guard !command.isEmpty else { return }
    kubelet.runtime.probe(containerID: id, exec: command, timeout: .seconds(Int64(600))) { [self] result in
      if case .failure(let output) = result {
        event(.warning, "FailedPostStartHook", "PostStartHook failed: " + output, container)
        container.mustRestart = "FailedPostStartHook"
        requestSync()
      }
    }
  }

  private func containerEnded(_ container: PodContainer, _ token: Int, _ exit: ContainerExit) {
    guard stage != .gone else { return }
    if container.current == nil || container.restartCount != token {
      // It ended before `start` returned.
      world.soon { [self] in
        if container.current != nil, container.restartCount == token { containerEnded(container, token, exit) }
      }
      return
    }
    guard container.current!.finishedAt == nil else { return }
    container.current!.finishedAt = world.now
    container.current!.exit = exit
    container.isReady = false
    for prober in container.probers { prober.stop() }
    container.probers = []
    if let waiter = stopWaiters.removeValue(forKey: container.name) { waiter() }
    if stage == .terminating {
      checkTerminated()
    } else {
      noticeAtRelist()
    }
  }

  private var stopWaiters: [String: () -> Void] = [:]

  /// Stops a container that failed its liveness or startup probe; then it may start again, unless it crashed before and is
  /// still in back-off.
  private func stopForRestart(
    _ container: PodContainer, _ reason: String, _ mine: Int, _ done: @escaping (_ inBackOff: Bool) -> Void
  ) {
    event(.normal, "Killing", "Container \(container.name) \(reason), will be restarted", container)
    let earlierEnd = container.previous?.finishedAt
    let id = container.current!.id
    let grace =
      container.spec[path: "livenessProbe", "terminationGracePeriodSeconds"]?.integer
      ?? spec["terminationGracePeriodSeconds"]?.integer ?? 30
    let killer = world.after(.seconds(grace)) { [self] in kubelet.runtime.kill(containerID: id) }
    stopWaiters[container.name] = { [self] in
      world.cancel(killer)
      guard !isStale(mine) else { return }
      // The kubelet judges by what it saw before the stop: the run before this one.
      if let earlierEnd, isInBackOff(container, earlierEnd) {
        done(true)
      } else {
        done(false)
      }
    }
    kubelet.runtime.terminate(containerID: id)
  }

  // MARK: Probes

  private func beginProbes(_ container: PodContainer) {
    for prober in container.probers { prober.stop() }
    container.probers = []
    for kind in [Prober.Kind.startup, .readiness, .liveness] {
      if let probe = container.spec[kind.field], !probe.isNull {
        container.probers.append(Prober(worker: self, container: container, kind: kind, probe: probe))
      }
    }
    container.hasStarted = container.spec["startupProbe"] == nil
    if container.hasStarted, container.spec["readinessProbe"] == nil { container.isReady = true }
    for prober in container.probers { prober.start() }
  }

  /// Every sync of a pod that is not ready asks its readiness probes at once and starts their period anew.
  private func kickReadiness() {
    for container in all where container.isRunning && !container.isReady {
      for prober in container.probers where prober.kind == .readiness { prober.kick() }
    }
  }

  func readinessChanged(_ container: PodContainer) {
    if stage == .active || stage == .terminating { writeStatus() }
    if !isBusy { lastSyncEnd = world.now }
  }

  func probeFailedForGood(_ container: PodContainer, _ kind: Prober.Kind) {
    guard stage == .active else { return }
    container.mustRestart = kind == .startup ? "failed startup probe" : "failed liveness probe"
    requestSync()
  }

  func startupSucceeded(_ container: PodContainer) {
    container.hasStarted = true
    if container.spec["readinessProbe"] == nil { container.isReady = true }
    if stage == .active { writeStatus() }
    requestSync()
  }

  func unsettle(containerID: String) {
    for container in all where container.current?.id == containerID {
      for prober in container.probers { prober.resume() }
    }
  }

  // MARK: The end

  /// All containers have ended and none will start again.
  private var hasFinished: Bool {
    if restartPolicy == "Always" { return false }
    for container in initial where container.role == .initial {
      if container.hasEnded, container.current!.exit!.exitCode != 0, restartPolicy == "Never" { return true }
    }
    for container in regular {
      guard container.hasEnded else { return false }
      if restartPolicy == "OnFailure", container.current!.exit!.exitCode != 0 { return false }
    }
    return true
  }

  /// A pod that ran to its end: at the next relist its sandbox is stopped and the terminal phase is reported.
  private func finish() {
    cancelSync()
    generation += 1
    let relist = self.relist(after: world.now)
    stage = .terminating
    world.schedule(at: relist) { [self] in
      guard stage == .terminating else { return }
      stopSidecars()
      checkTerminated()
    }
  }

  private func stopSidecars() {
    for container in initial.reversed() where container.isRunning { stop(container) }
  }

  private func stop(_ container: PodContainer) {
    event(.normal, "Killing", "Stopping container \(container.name)", container)
    guard let id = container.current?.id else { return }
    var command: [String] = []
    for part in container.spec[path: "lifecycle", "preStop", "exec", "command"]?.array ?? [] {
      command.append(part.string ?? "")
    }
    if let pause = container.spec[path: "lifecycle", "preStop", "sleep", "seconds"]?.integer {
      world.after(.seconds(pause)) { [self] in kubelet.runtime.terminate(containerID: id) }
    } else if command.isEmpty {
      kubelet.runtime.terminate(containerID: id)
    } else {
      kubelet.runtime.probe(containerID: id, exec: command, timeout: .seconds(Int64(3_600))) { [self] result in
        if case .failure(let output) = result {
          event(.warning, "FailedPreStopHook", "PreStopHook failed: " + output, container)
        }
        if container.isRunning { kubelet.runtime.terminate(containerID: id) }
      }
    }
  }

  private func terminate(grace: Int64) {
    cancelSync()
    generation += 1
    isBusy = false
    stage = .terminating
    for container in all {
      for prober in container.probers where prober.kind != .readiness { prober.stop() }
      if container.waitingReason != nil {
        container.waitingReason = nil
        container.waitingMessage = nil
      }
    }
    isEnding = true
    if !isVanished { writeStatus() }
    for container in regular where container.isRunning { stop(container) }
    if !regular.contains(where: { $0.isRunning }) { stopSidecars() }
    graceEnds = world.after(.seconds(grace)) { [self] in killAll() }
    checkTerminated()
  }
  /// The pod is on its way out: earlier runs are no longer reported.
  private(set) var isEnding = false

  private func shortenGrace(_ grace: Int64) {
    guard let graceEnds, world.isPending(graceEnds) else { return }
    world.cancel(graceEnds)
    self.graceEnds = world.after(.seconds(grace)) { [self] in killAll() }
  }

  private func killAll() {
    for container in all where container.isRunning {
      if let id = container.current?.id { kubelet.runtime.kill(containerID: id) }
    }
  }

  private var isStoppingSandbox = false

  private func checkTerminated() {
    guard stage == .terminating, !isStoppingSandbox else { return }
    if !regular.contains(where: { $0.isRunning }), initial.contains(where: { $0.isRunning }) {
      var isAsked = false
      for container in initial where container.isRunning && container.role == .sidecar {
        if !sidecarsStopped.contains(container.name) {
          sidecarsStopped.insert(container.name)
          stop(container)
          isAsked = true
        }
      }
      if isAsked { return checkTerminated() }
    }
    for container in all where container.isRunning { return }
    if let graceEnds { world.cancel(graceEnds) }
    isStoppingSandbox = true
    guard hasSandbox else { return stopped() }
    world.after(profile.sandboxStop) { [self] in
      sandboxReady = false
      if profile.patchesAnnotations, !usesHostNetwork, !isVanished { patchNetworkAnnotations(address: "") }
      world.after(profile.terminalStatusDelay) { [self] in stopped() }
    }
  }
  private var sidecarsStopped: Set<String> = []

  private func stopped() {
    // Containers that never ran cannot be reported as ended until the pod is cleaned up.
    isStopped = !regular.contains(where: { $0.current == nil }) || isInitFailed
    if !isVanished { writeStatus() }
    if isVanished {
      leave()
      return
    }
    world.schedule(at: relist(after: world.now)) { [self] in
      stage = .terminated
      if isVanished { return leave() }
      if !isStopped {
        isStopped = true
        lostContainers = true
        writeStatus()
      }
      if pod.isBeingDeleted {
        removeObject()
      }
    }
  }

  private var isInitFailed: Bool {
    for container in initial where container.hasEnded && container.current!.exit!.exitCode != 0 { return !isEnding }
    return false
  }

  private func removeObject() {
    _ = try? kubelet.api.delete(
      .pod, namespace: namespace, name: name, DeleteOptions(gracePeriodSeconds: 0, uid: uid))
  }

  // MARK: Status

  func writeStatus() {
    for container in all { if let run = container.current { container.reportedID = run.id } }
    let status = PodStatusWriter(worker: self).status()
    kubelet.api.amend(.pod, namespace, name, uid: uid) { $0["status"] = status }
  }
}
