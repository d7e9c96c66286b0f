// Pods: the STATUS column's algorithm (printers.go, printPod), defaults and validation of the object itself; the pod
// spec's own are shared with the workloads (PodSpecDefaults.swift, PodSpecValidation.swift).

import SimKernel
package import Unstructured

extension Kind {
  package static let pod = Kind(
    "Pod", "pods", short: ["po"], categories: ["all"],
    subresources: [
      "attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "status",
    ],
    columns: Column.list(
      ["Name", "Ready", "Status", "Restarts", "Age"], wide: ["IP", "Node", "Nominated Node", "Readiness Gates"]),
    row: PodRow.cells, defaults: PodSpecDefaults.pod, validate: PodValidation.pod)
}

/// The row of a pod, and the summary other commands need (`describe`, `logs` choosing a container).
package struct PodRow {
  /// The STATUS cell.
  package private(set) var status = ""
  package private(set) var readyContainers: Int64 = 0
  package private(set) var totalContainers: Int64 = 0
  package private(set) var restarts: Int64 = 0
  /// `finishedAt` of the latest earlier run, when the restart count comes with one.
  package private(set) var lastRestart: String?

  private static func latest(_ a: String?, _ status: Value) -> String? {
    guard let b = status[path: "lastState", "terminated", "finishedAt"]?.string else { return a }
    guard let a else { return b }
    return a < b ? b : a
  }

  private static func ended(_ terminated: Value, prefix: String) -> String {
    if let reason = terminated["reason"]?.string, !reason.isEmpty { return prefix + reason }
    if let signal = terminated["signal"]?.integer, signal != 0 { return prefix + "Signal:\(signal)" }
    return prefix + "ExitCode:\(terminated["exitCode"]?.integer ?? 0)"
  }

  package init(_ pod: Value) {
    let spec = pod["spec"]
    let state = pod["status"] ?? .object(Value.Object())
    let phase = state["phase"]?.string ?? ""
    status = phase
    if let reason = state["reason"]?.string, !reason.isEmpty { status = reason }
    for condition in state["conditions"]?.array ?? []
    where condition["type"]?.string == "PodScheduled" && condition["reason"]?.string == "SchedulingGated" {
      status = "SchedulingGated"
    }

    totalContainers = Int64(spec?["containers"]?.array?.count ?? 0)
    let initContainers = spec?["initContainers"]?.array ?? []
    var sidecars: [String] = []
    for container in initContainers where container["restartPolicy"]?.string == "Always" {
      sidecars.append(container["name"]?.string ?? "")
      totalContainers += 1
    }

    var initializing = false
    var sidecarRestarts: Int64 = 0
    var sidecarLastRestart: String?
    for (index, container) in (state["initContainerStatuses"]?.array ?? []).enumerated() {
      let isSidecar = sidecars.contains(container["name"]?.string ?? "")
      restarts += container["restartCount"]?.integer ?? 0
      lastRestart = PodRow.latest(lastRestart, container)
      if isSidecar {
        sidecarRestarts += container["restartCount"]?.integer ?? 0
        sidecarLastRestart = PodRow.latest(sidecarLastRestart, container)
      }
      let terminated = container[path: "state", "terminated"]
      if let terminated, (terminated["exitCode"]?.integer ?? 0) == 0 { continue }
      if isSidecar, container["started"]?.bool == true {
        if container["ready"]?.bool == true { readyContainers += 1 }
        continue
      }
      let waiting = container[path: "state", "waiting", "reason"]?.string ?? ""
      if let terminated {
        status = PodRow.ended(terminated, prefix: "Init:")
      } else if !waiting.isEmpty, waiting != "PodInitializing" {
        status = "Init:" + waiting
      } else {
        status = "Init:\(index)/\(initContainers.count)"
      }
      initializing = true
      break
    }

    if !initializing || Cells.condition(pod, "Initialized") {
      restarts = sidecarRestarts
      lastRestart = sidecarLastRestart
      var hasRunning = false
      for container in (state["containerStatuses"]?.array ?? []).reversed() {
        restarts += container["restartCount"]?.integer ?? 0
        lastRestart = PodRow.latest(lastRestart, container)
        let waiting = container[path: "state", "waiting", "reason"]?.string ?? ""
        if !waiting.isEmpty {
          status = waiting
        } else if let terminated = container[path: "state", "terminated"] {
          status = PodRow.ended(terminated, prefix: "")
        } else if container["ready"]?.bool == true, container[path: "state", "running"] != nil {
          hasRunning = true
          readyContainers += 1
        }
      }
      if status == "Completed", hasRunning { status = Cells.condition(pod, "Ready") ? "Running" : "NotReady" }
    }

    if pod[path: "metadata", "deletionTimestamp"] != nil {
      if state["reason"]?.string == "NodeLost" {
        status = "Unknown"
      } else if phase != "Succeeded", phase != "Failed" {
        status = "Terminating"
      }
    }
  }

  static func cells(_ row: TableRow) -> [String] {
    let pod = PodRow(row.object)
    var restarts = String(pod.restarts)
    if pod.restarts != 0, let last = pod.lastRestart { restarts += " (\(row.since(.string(last))) ago)" }
    var gates = "<none>"
    if let wanted = row.object[path: "spec", "readinessGates"]?.array, !wanted.isEmpty {
      var met = 0
      for gate in wanted where Cells.condition(row.object, gate["conditionType"]?.string ?? "") { met += 1 }
      gates = "\(met)/\(wanted.count)"
    }
    return [
      row.name, "\(pod.readyContainers)/\(pod.totalContainers)", pod.status, restarts, row.age,
      Cells.orNone(row.object[path: "status", "podIPs"]?.array?.first?["ip"]?.string ?? ""),
      Cells.orNone(row.text("spec", "nodeName")), Cells.orNone(row.text("status", "nominatedNodeName")), gates,
    ]
  }
}
