// The status of a deployment: counts, and the conditions Available, Progressing and ReplicaFailure.
// Source: `pkg/controller/deployment/{progress,sync}.go`.

import KubeAPI
import SimKernel
import Unstructured

extension DeploymentController {
  // MARK: Status

  func writeStatus(
    _ deployment: StoredObject, _ sets: [StoredObject], wasWanted: [StoredObject], isRolling: Bool
  ) {
    let (new, _) = split(deployment, sets)
    var total: Int64 = 0
    var ready: Int64 = 0
    var available: Int64 = 0
    for set in sets {
      total += count(set, "replicas")
      ready += count(set, "readyReplicas")
      available += count(set, "availableReplicas")
    }
    let updated = new.map { count($0, "replicas") } ?? 0
    let wanted = replicas(deployment)
    let now = world.civilNow.rfc3339
    let isAvailable = available >= wanted - unavailable(deployment)
    var promised: Int64 = 0
    for set in wasWanted { promised += replicas(set) }
    let missing = promised - available
    let before = deployment.value["status"]
    var failure: Value?
    for set in sets {
      for item in set.value[path: "status", "conditions"]?.array ?? [] where item["type"]?.string == "ReplicaFailure" {
        failure = item
      }
    }
    var isTimeUp = false
    api.amend(.deployment, deployment.namespace, deployment.name, uid: deployment.uid) { value in
      var status = Value.Object()
      if available != 0 { status["availableReplicas"] = .integer(available) }
      if let collisions = before?["collisionCount"] { status["collisionCount"] = collisions }
      status["conditions"] = value[path: "status", "conditions"]
      status["observedGeneration"] = value[path: "metadata", "generation"] ?? 1
      if ready != 0 { status["readyReplicas"] = .integer(ready) }
      if total != 0 { status["replicas"] = .integer(total) }
      if missing > 0 { status["unavailableReplicas"] = .integer(missing) }
      if updated != 0 { status["updatedReplicas"] = .integer(updated) }
      value["status"] = .object(status)
      setCondition(
        &value, type: "Available", status: isAvailable ? "True" : "False",
        reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        message: isAvailable
          ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
        now: now, updateTime: true)
      if let failure {
        setCondition(
          &value, type: "ReplicaFailure", status: "True", reason: failure["reason"]?.string,
          message: failure["message"]?.string, now: now, updateTime: true)
      } else {
        dropCondition(&value, "ReplicaFailure")
      }
      guard isRolling else { return }
      isTimeUp = progress(
        &value, before, new, wanted: wanted, total: total, updated: updated, available: available, now)
    }
    if isRolling, !isTimeUp { watchDeadline(deployment) }
  }

  private func dropCondition(_ value: inout Value, _ type: String) {
    var rest: [Value] = []
    let conditions = value[path: "status", "conditions"]?.array ?? []
    for item in conditions where item["type"]?.string != type { rest.append(item) }
    if rest.count != conditions.count { value.set(["status", "conditions"], .array(rest)) }
  }

  /// The Progressing condition. True when the deadline has passed.
  private func progress(
    _ value: inout Value, _ before: Value?, _ new: StoredObject?, wanted: Int64, total: Int64, updated: Int64,
    available: Int64, _ now: String
  ) -> Bool {
    guard value[path: "spec", "progressDeadlineSeconds"]?.integer ?? 600 < 2_147_483_647 else { return true }
    var present: Value?
    for item in value[path: "status", "conditions"]?.array ?? [] where item["type"]?.string == "Progressing" {
      present = item
    }
    let reason = present?["reason"]?.string ?? ""
    if reason == "DeploymentPaused" || reason == "DeploymentResumed" && value[path: "spec", "paused"]?.bool == true {
      return true
    }
    let isComplete = updated == wanted && total == wanted && available == wanted
    let what =
      new.map { "ReplicaSet \"\($0.name)\"" } ?? "Deployment \"\(value[path: "metadata", "name"]?.string ?? "")\""
    // A rollout that was complete stays so, whatever becomes of its pods.
    if reason == "NewReplicaSetAvailable", total == updated { return true }
    if isComplete {
      replaceProgress(
        &value, "True", "NewReplicaSetAvailable", "\(what) has successfully progressed.", present, now)
      return true
    }
    let hasMoved =
      updated > before?["updatedReplicas"]?.integer ?? 0
      || total - updated < (before?["replicas"]?.integer ?? 0) - (before?["updatedReplicas"]?.integer ?? 0)
      || (value[path: "status", "readyReplicas"]?.integer ?? 0) > before?["readyReplicas"]?.integer ?? 0
      || available > before?["availableReplicas"]?.integer ?? 0
    if hasMoved {
      replaceProgress(&value, "True", "ReplicaSetUpdated", "\(what) is progressing.", present, now)
      return false
    }
    if reason == "ProgressDeadlineExceeded" { return true }
    let limit = value[path: "spec", "progressDeadlineSeconds"]?.integer ?? 600
    if let since = CivilTime(rfc3339: present?["lastUpdateTime"]?.string ?? ""),
      world.clock.unixSeconds(world.now) >= since.unixSeconds + limit
    {
      replaceProgress(
        &value, "False", "ProgressDeadlineExceeded", "\(what) has timed out progressing.", present, now)
      return true
    }
    return false
  }

  private func replaceProgress(
    _ value: inout Value, _ status: String, _ reason: String, _ message: String, _ present: Value?, _ now: String
  ) {
    var entry: Value = [
      "lastTransitionTime": .string(now), "lastUpdateTime": .string(now), "message": .string(message),
      "reason": .string(reason), "status": .string(status), "type": "Progressing",
    ]
    if present?["status"]?.string == status, let since = present?["lastTransitionTime"] {
      entry["lastTransitionTime"] = since
    }
    var list: [Value] = []
    for item in value[path: "status", "conditions"]?.array ?? [] where item["type"]?.string != "Progressing" {
      list.append(item)
    }
    list.append(entry)
    value.set(["status", "conditions"], .array(list))
  }

  private func watchDeadline(_ deployment: StoredObject) {
    guard let fresh = store.object(.deployment, deployment.namespace, deployment.name),
      let progressing = condition(fresh, "Progressing"),
      let since = CivilTime(rfc3339: progressing["lastUpdateTime"]?.string ?? "")
    else { return }
    let limit = fresh.value[path: "spec", "progressDeadlineSeconds"]?.integer ?? 600
    let at = world.clock.instant(unixSeconds: since.unixSeconds + limit)
    let key = deployment.key
    if let planned = deadlines[key] { world.cancel(planned) }
    deadlines[key] = world.schedule(at: at + .milliseconds(5), weight: .housekeeping) { [self] in
      deadlines[key] = nil
      reconcile(key)
    }
  }
}
