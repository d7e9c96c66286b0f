// How the kubelet stops one container: the preStop hook first, then, where sidecars are among them, its turn (regular containers
// before sidecars, sidecars from the last to the first), then SIGTERM, and SIGKILL when the grace period is over. Hook and
// waiting spend of the same grace; whatever they leave, a program has two seconds.
// Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go` (killContainer), `kuberuntime_termination_order.go`.

import SimKernel
import Unstructured

extension PodWorker {
  private static let leastSeconds: Int64 = 2

  /// All containers that run, at the same time.
  func stopAll(grace: Int64) {
    for container in regular + initial where container.isRunning { stop(container, grace: grace) }
  }

  func stop(_ container: PodContainer, grace: Int64, saying message: String? = nil) {
    event(.normal, "Killing", message ?? "Stopping container \(container.name)", container)
    container.stops += 1
    let attempt = container.stops
    runPreStop(container, attempt, grace) { [self] left in
      waitForTurn(container, attempt, left) { [self] left in
        guard let id = container.current?.id else { return }
        if let killer = container.killer { world.cancel(killer) }
        container.killer = world.after(.seconds(max(left, PodWorker.leastSeconds))) { [self] in
          kubelet.runtime.kill(containerID: id)
        }
        kubelet.runtime.terminate(containerID: id)
      }
    }
  }

  /// Still the same attempt to stop the same run.
  private func stillStops(_ container: PodContainer, _ attempt: Int) -> Bool {
    container.stops == attempt && container.isRunning && !isFrozen
  }

  /// What a step of stopping calls when it is over, with the grace it has left; called for it when the grace has run out.
  private func atMost(
    _ grace: Int64, _ container: PodContainer, _ attempt: Int, _ next: @escaping (Int64) -> Void
  ) -> () -> Void {
    let began = world.now
    var isOver = false
    let finish = { [self] in
      guard !isOver, stillStops(container, attempt) else { return }
      isOver = true
      next(grace - (world.now - began).wholeSeconds)
    }
    world.after(.seconds(grace), finish)
    return finish
  }

  private func runPreStop(
    _ container: PodContainer, _ attempt: Int, _ grace: Int64, _ next: @escaping (Int64) -> Void
  ) {
    guard let hook = container.spec[path: "lifecycle", "preStop"], !hook.isNull, grace > 0 else { return next(grace) }
    let finish = atMost(grace, container, attempt, next)
    if let pause = hook[path: "sleep", "seconds"]?.integer {
      world.after(.seconds(pause), finish)
      return
    }
    runHook(hook, container) { [self] result in
      switch result {
      case .success: break
      case .failure, .timeout, .errored:
        if container.stops == attempt { event(.warning, "FailedPreStopHook", "PreStopHook failed", container) }
      }
      finish()
    }
  }

  /// An exec or httpGet handler of a container's lifecycle.
  func runHook(_ hook: Value, _ container: PodContainer, _ completion: @escaping (ProbeResult) -> Void) {
    let id = container.current?.id ?? ""
    let limit = Interval.seconds(Int64(3_600))
    if let http = hook["httpGet"] {
      kubelet.runtime.httpProbe(
        containerID: id, scheme: (http["scheme"]?.string ?? "HTTP").lowercased(),
        host: http["host"]?.string ?? address, port: Prober.port(http["port"], of: container),
        path: http["path"]?.string ?? "/", timeout: limit, completion: completion)
      return
    }
    var command: [String] = []
    for part in hook[path: "exec", "command"]?.array ?? [] { command.append(part.string ?? "") }
    guard !command.isEmpty else { return completion(.success) }
    kubelet.runtime.probe(containerID: id, exec: command, timeout: limit, completion: completion)
  }

  // MARK: Turns

  private func waitForTurn(
    _ container: PodContainer, _ attempt: Int, _ grace: Int64, _ next: @escaping (Int64) -> Void
  ) {
    guard isEnding || stage == .terminating, !hasTurn(container), grace > 0 else { return next(grace) }
    container.turnCame = atMost(grace, container, attempt, next)
  }

  /// Nobody runs who has to end before this container.
  private func hasTurn(_ container: PodContainer) -> Bool {
    guard container.role == .sidecar else { return true }
    for other in regular where other.isRunning { return false }
    for other in initial.reversed() {
      if other === container { return true }
      if other.role == .sidecar, other.isRunning { return false }
    }
    return true
  }

  /// Called when something ended.
  func giveTurns() {
    for container in initial.reversed() where container.isRunning && hasTurn(container) {
      guard let go = container.turnCame else { continue }
      container.turnCame = nil
      go()
    }
  }
}
