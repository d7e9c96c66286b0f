// How a pod ends: by itself or because it is deleted; its containers stop (ContainerStop.swift), its sandbox goes, its last status
// is reported, and the object is removed. Source: `pkg/kubelet/kubelet.go` (SyncTerminatingPod, SyncTerminatedPod).

import KubeAPI
import SimKernel
import Unstructured

extension PodWorker {
  // MARK: The end

  /// All containers have ended and none will start again.
  var hasFinished: Bool {
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
  func finish() {
    cancelSync()
    generation += 1
    let relist = self.relist(after: world.now)
    stage = .terminating
    world.schedule(at: relist) { [self] in
      guard stage == .terminating else { return }
      stopAll(grace: spec["terminationGracePeriodSeconds"]?.integer ?? 30)
      checkTerminated()
    }
  }

  func terminate(grace: Int64) {
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
    stopAll(grace: grace)
    checkTerminated()
  }

  /// A second deletion with less grace: everything is asked to stop once more.
  func shortenGrace(_ grace: Int64) {
    if !isStoppingSandbox { stopAll(grace: grace) }
  }

  func checkTerminated() {
    guard stage == .terminating, !isStoppingSandbox, !isFrozen else { return }
    giveTurns()
    for container in all where container.isRunning { return }
    isStoppingSandbox = true
    guard hasSandbox else { return stopped() }
    world.after(profile.sandboxStop) { [self] in
      sandboxReady = false
      if profile.patchesAnnotations, !usesHostNetwork, !isVanished { patchNetworkAnnotations(address: "") }
      world.after(profile.terminalStatusDelay) { [self] in stopped() }
    }
  }

  func stopped() {
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

  var isInitFailed: Bool {
    for container in initial where container.hasEnded && container.current!.exit!.exitCode != 0 { return !isEnding }
    return false
  }

  func removeObject() {
    _ = try? kubelet.api.delete(
      .pod, namespace: namespace, name: name, DeleteOptions(gracePeriodSeconds: 0, uid: uid))
  }
}
