// How a pod worker starts containers and watches over them: init containers in their order, back-off after crashes, images, hooks,
// restarts that a probe asks for, and the probes themselves. Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go`,
// `kuberuntime_container.go`, `pkg/kubelet/images/image_manager.go`.

import KubeAPI
import SimKernel
import Unstructured

extension PodWorker {
  // MARK: Containers

  /// Starts what should run next; ends the sync when nothing more can be done now.
  func startContainers(_ mine: Int) {
    if let next = nextInitial() {
      guard case .start(let container) = next else { return endSync(failed: false) }
      // One at a time: what comes after a sidecar is for the next look.
      startOne(container, mine) { [self] started in endSync(failed: !started) }
      return
    }
    startRegular(0, mine, failed: false)
  }

  enum NextInitial {
    case wait
    case start(PodContainer)
  }

  /// The init container whose turn it is; nil when initialisation is over.
  func nextInitial() -> NextInitial? {
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

  func startRegular(_ index: Int, _ mine: Int, failed: Bool) {
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

  func shouldStart(_ container: PodContainer) -> Bool {
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
  func startOne(
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
        launch(container, facts, mine, done)
      }
    }
  }

  /// Whether a container that ended must wait; begins or doubles its back-off when it need not.
  func isInBackOff(_ container: PodContainer, _ finished: Instant) -> Bool {
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

  func ensureImage(_ container: PodContainer, _ mine: Int, _ done: @escaping (ImageFacts?) -> Void) {
    let image = container.image
    let policy = container.spec["imagePullPolicy"]?.string ?? "IfNotPresent"
    func fail(_ reason: String, _ message: String) {
      container.waitingReason = reason
      container.waitingMessage = message
      event(.warning, "Failed", "Error: " + reason, container)
      done(nil)
    }
    if let message = kubelet.images.problem(image) {
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
  func pullText(_ interval: Interval) -> String {
    HumanDuration.goText(.milliseconds((interval.nanoseconds + 500_000) / 1_000_000))
  }

  /// Why `runAsNonRoot` keeps a container from starting. Source: `pkg/kubelet/kuberuntime/security_context.go`.
  private func rootProblem(_ container: PodContainer, _ user: ImageFacts.User) -> String? {
    let own = container.spec["securityContext"]
    let whole = spec["securityContext"]
    guard own?["runAsNonRoot"]?.bool ?? whole?["runAsNonRoot"]?.bool == true else { return nil }
    let place = "(pod: \"\(name)_\(namespace)(\(uid))\", container: \(container.name))"
    if let asked = own?["runAsUser"]?.integer ?? whole?["runAsUser"]?.integer {
      return asked == 0 ? "container's runAsUser breaks non-root policy \(place)" : nil
    }
    switch user {
    case .id(0): return "container has runAsNonRoot and image will run as root \(place)"
    case .id: return nil
    case .name(let name):
      return
        "container has runAsNonRoot and image has non-numeric user (\(name)), cannot verify user is non-root \(place)"
    }
  }

  func launch(_ container: PodContainer, _ facts: ImageFacts, _ mine: Int, _ done: @escaping (Bool) -> Void) {
    let resolved = ContainerEnvironment(worker: self, container: container, facts: facts)
    if let problem = rootProblem(container, facts.user) ?? resolved.problem {
      container.waitingReason = "CreateContainerConfigError"
      container.waitingMessage = problem
      event(.warning, "Failed", "Error: " + problem, container)
      return done(false)
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
      runPostStart(container, mine, done)
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
      done(false)
    }
  }

  /// The sync waits for the hook; a container whose hook fails is stopped.
  private func runPostStart(_ container: PodContainer, _ mine: Int, _ done: @escaping (Bool) -> Void) {
    guard let hook = container.spec[path: "lifecycle", "postStart"], !hook.isNull else { return done(true) }
    runHook(hook, container) { [self] result in
      guard !isStale(mine) else { return }
      if case .success = result { return done(true) }
      event(.warning, "FailedPostStartHook", "PostStartHook failed", container)
      let fail = { [self] in
        container.waitingReason = "PostStartHookError"
        guard !isStale(mine) else { return }
        done(false)
      }
      guard container.isRunning else { return fail() }
      stopWaiters[container.name] = fail
      stop(
        container, grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30, saying: "FailedPostStartHook")
    }
  }

  func containerEnded(_ container: PodContainer, _ token: Int, _ exit: ContainerExit) {
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
    if let killer = container.killer { world.cancel(killer) }
    container.turnCame = nil
    for prober in container.probers { prober.stop() }
    container.probers = []
    if let waiter = stopWaiters.removeValue(forKey: container.name) { waiter() }
    if isFrozen { return }
    if stage == .terminating {
      checkTerminated()
    } else {
      noticeAtRelist()
    }
  }

  /// Stops a container that failed its liveness or startup probe or whose definition changed; then it may start again, unless it
  /// crashed before and is still in back-off.
  func stopForRestart(
    _ container: PodContainer, _ reason: String, _ mine: Int, _ done: @escaping (_ inBackOff: Bool) -> Void
  ) {
    let earlierEnd = container.previous?.finishedAt
    var grace = spec["terminationGracePeriodSeconds"]?.integer ?? 30
    for kind in [Prober.Kind.liveness, .startup] where reason == kind.restartReason {
      grace = container.spec[path: kind.field, "terminationGracePeriodSeconds"]?.integer ?? grace
    }
    stopWaiters[container.name] = { [self] in
      guard !isStale(mine) else { return }
      // The kubelet judges by what it saw before the stop: the run before this one.
      done(earlierEnd.map { isInBackOff(container, $0) } ?? false)
    }
    stop(container, grace: grace, saying: "Container \(container.name) \(reason), will be restarted")
  }

  // MARK: Probes

  func beginProbes(_ container: PodContainer) {
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
  func kickReadiness() {
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
    container.mustRestart = kind.restartReason
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
}
