// The status of a pod as its kubelet reports it: phase, conditions in their fixed order, one entry per container.
// Source: `pkg/kubelet/kubelet_pods.go` (getPhase, convertToAPIContainerStatuses), `status/generate.go`,
// `status/status_manager.go` (which holds a terminal phase back until the containers are gone).

import KubeAPI
import SimKernel
import Unstructured

struct PodStatusWriter {
  let worker: PodWorker

  private var old: Value { worker.pod.value["status"] ?? [:] }

  func status() -> Value {
    let api = worker.kubelet.api.store.object(.pod, worker.namespace, worker.name)?.value["status"] ?? old
    var phase = computedPhase()
    let isTerminal = phase == "Succeeded" || phase == "Failed"
    if isTerminal, !worker.isStopped {
      let before = api["phase"]?.string ?? "Pending"
      phase = before
    }
    var status: Value = [:]
    let now = worker.world.civilNow.rfc3339
    var initial: [Value] = []
    for container in worker.initial { initial.append(containerStatus(container)) }
    var regular: [Value] = []
    for container in worker.regular { regular.append(containerStatus(container)) }
    status["phase"] = .string(phase)
    status["conditions"] = conditions(api, phase: computedPhase(), now)
    if !worker.kubelet.nodeAddress.isEmpty {
      status["hostIP"] = .string(worker.kubelet.nodeAddress)
      status["hostIPs"] = [["ip": .string(worker.kubelet.nodeAddress)]]
    }
    if !worker.address.isEmpty {
      status["podIP"] = .string(worker.address)
      status["podIPs"] = [["ip": .string(worker.address)]]
    }
    if let started = worker.startedAt { status["startTime"] = .string(started) }
    if let quality = api["qosClass"] { status["qosClass"] = quality }
    if let nominated = api["nominatedNodeName"] { status["nominatedNodeName"] = nominated }
    if !initial.isEmpty { status["initContainerStatuses"] = .array(initial) }
    if !regular.isEmpty { status["containerStatuses"] = .array(regular) }
    if let final = worker.finalReason {
      status["reason"] = .string(final.reason)
      status["message"] = .string(final.message)
      if worker.isStopped { status["phase"] = "Failed" }
    }
    return status
  }

  // MARK: Phase

  private func computedPhase() -> String {
    let policy = worker.restartPolicy
    if worker.lostContainers { return "Failed" }
    var initFailed = false
    var initPending = false
    for container in worker.initial where container.role == .initial {
      if let exit = container.current?.exit {
        if exit.exitCode != 0 {
          if policy == "Never" || worker.isEnding { initFailed = true } else { initPending = true }
        }
      } else {
        initPending = true
      }
    }
    if initFailed { return "Failed" }
    var running = 0
    var waiting = 0
    var stopped = 0
    var succeeded = 0
    for container in worker.regular {
      if container.isRunning {
        running += 1
      } else if let exit = container.current?.exit {
        stopped += 1
        if exit.exitCode == 0 { succeeded += 1 }
      } else {
        waiting += 1
      }
    }
    if initPending, running == 0, stopped == 0 { return "Pending" }
    if waiting > 0 { return "Pending" }
    if running > 0 { return "Running" }
    if stopped > 0 {
      if worker.isTerminating, worker.isEnding { return succeeded == stopped ? "Succeeded" : "Failed" }
      if policy == "Always" { return "Running" }
      if stopped == succeeded { return "Succeeded" }
      return policy == "Never" ? "Failed" : "Running"
    }
    return "Pending"
  }

  // MARK: Conditions

  private func conditions(_ api: Value, phase: String, _ now: String) -> Value {
    var present: [String: Value] = [:]
    for condition in api["conditions"]?.array ?? [] { present[condition["type"]?.string ?? ""] = condition }
    var list: [Value] = []
    // Conditions of others come first.
    for condition in api["conditions"]?.array ?? []
    where !PodStatusWriter.own.contains(condition["type"]?.string ?? "") { list.append(condition) }
    func add(_ type: String, _ holds: Bool, _ reason: String? = nil, _ message: String? = nil) {
      let status = holds ? "True" : "False"
      var since = now
      if let known = present[type], known["status"]?.string == status {
        since = known["lastTransitionTime"]?.string ?? now
      }
      var condition: Value = [
        "lastProbeTime": .null, "lastTransitionTime": .string(since), "status": .string(status), "type": .string(type),
      ]
      if let reason { condition["reason"] = .string(reason) }
      if let message { condition["message"] = .string(message) }
      list.append(condition)
    }
    let isDone = worker.isStopped && (phase == "Succeeded" || phase == "Failed") || phase == "Succeeded"
    let hasFailed = phase == "Failed"
    add("PodReadyToStartContainers", worker.sandboxReady)

    var incomplete: [String] = []
    for container in worker.initial {
      if container.role == .initial {
        if container.current?.exit?.exitCode != 0 { incomplete.append(container.name) }
      } else if !container.hasStarted {
        incomplete.append(container.name)
      }
    }
    let isInitialized = incomplete.isEmpty || worker.regular.contains { $0.current != nil }
    if phase == "Succeeded" {
      add("Initialized", true, "PodCompleted")
    } else if isInitialized {
      add("Initialized", true)
    } else {
      add(
        "Initialized", false, "ContainersNotInitialized",
        "containers with incomplete status: [\(incomplete.joined(separator: " "))]")
    }

    var unready: [String] = []
    for container in worker.regular where !(container.isRunning && container.isReady) { unready.append(container.name) }
    for container in worker.initial
    where container.role == .sidecar && !(container.isRunning && container.isReady) { unready.append(container.name) }
    var reason: String?
    var message: String?
    if phase == "Succeeded" {
      reason = "PodCompleted"
    } else if hasFailed, isDone {
      reason = "PodFailed"
    } else if !unready.isEmpty {
      reason = "ContainersNotReady"
      message = "containers with unready status: [\(unready.joined(separator: " "))]"
    }
    let isReady = reason == nil
    var gateReason = reason
    var gateMessage = message
    var gatesHold = true
    if isReady {
      for gate in worker.spec["readinessGates"]?.array ?? [] {
        let type = gate["conditionType"]?.string ?? ""
        if present[type]?["status"]?.string != "True" {
          gatesHold = false
          gateReason = "ReadinessGatesNotReady"
          gateMessage =
            present[type] == nil
            ? "corresponding condition of pod readiness gate \"\(type)\" does not exist."
            : "the status of pod readiness gate \"\(type)\" is not \"True\", but \(present[type]?["status"]?.string ?? "")"
        }
      }
    }
    add("Ready", isReady && gatesHold, gateReason, gateMessage)
    add("ContainersReady", isReady, reason, message)
    if let scheduled = present["PodScheduled"] { list.append(scheduled) } else { add("PodScheduled", true) }
    return .array(list)
  }

  private static let own = [
    "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled",
  ]

  // MARK: Containers

  private func time(_ instant: Instant) -> Value { .string(worker.world.clock.civil(instant).rfc3339) }

  private func terminated(_ run: PodContainer.Run) -> Value {
    let exit = run.exit ?? ContainerExit(exitCode: 137)
    var value: Value = [
      "containerID": .string("containerd://" + run.id), "exitCode": .integer(Int64(exit.exitCode)),
      "finishedAt": time(run.finishedAt ?? run.startedAt), "startedAt": time(run.startedAt),
      "reason": .string(exit.reason ?? (exit.exitCode == 0 ? "Completed" : "Error")),
    ]
    if let message = exit.message { value["message"] = .string(message) }
    return value
  }

  private func containerStatus(_ container: PodContainer) -> Value {
    var status: Value = ["name": .string(container.name), "restartCount": .integer(Int64(container.restartCount))]
    var lastState: Value = [:]
    let run = container.current
    if let run {
      status["containerID"] = .string("containerd://" + run.id)
      status["image"] = .string(run.imageName)
      status["imageID"] = .string(run.imageID)
      if let previous = container.previous, !worker.isEnding { lastState = ["terminated": terminated(previous)] }
      if run.finishedAt == nil {
        status["state"] = ["running": ["startedAt": time(run.startedAt)]]
      } else if let reason = container.waitingReason, !worker.isEnding {
        lastState = ["terminated": terminated(run)]
        var waiting: Value = ["reason": .string(reason)]
        if let message = container.waitingMessage { waiting["message"] = .string(message) }
        status["state"] = ["waiting": waiting]
      } else {
        status["state"] = ["terminated": terminated(run)]
      }
    } else {
      status["image"] = .string(container.image)
      status["imageID"] = ""
      if worker.lostContainers {
        status["state"] = [
          "terminated": [
            "exitCode": 137, "reason": "ContainerStatusUnknown", "startedAt": .null, "finishedAt": .null,
            "message": "The container could not be located when the pod was terminated",
          ]
        ]
      } else {
        var waiting: Value = [
          "reason": .string(
            container.waitingReason ?? (worker.initial.isEmpty ? "ContainerCreating" : "PodInitializing"))
        ]
        if let message = container.waitingMessage { waiting["message"] = .string(message) }
        status["state"] = ["waiting": waiting]
      }
    }
    status["lastState"] = lastState
    let isInitDone = container.role == .initial && run?.exit?.exitCode == 0
    status["ready"] = .bool(container.role == .initial ? isInitDone : container.isRunning && container.isReady)
    status["started"] = .bool(container.isRunning && container.hasStarted && container.role != .initial)
    if container.role == .initial { status["started"] = .bool(container.isRunning) }
    var mounts: [Value] = []
    for mount in container.spec["volumeMounts"]?.array ?? [] {
      var entry: Value = ["mountPath": mount["mountPath"] ?? "", "name": mount["name"] ?? ""]
      if mount["readOnly"]?.bool == true {
        entry["readOnly"] = true
        entry["recursiveReadOnly"] = "Disabled"
      }
      mounts.append(entry)
    }
    if !mounts.isEmpty { status["volumeMounts"] = .array(mounts) }
    return status
  }
}
