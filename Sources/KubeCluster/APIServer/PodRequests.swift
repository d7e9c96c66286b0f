// Subresources of pods: binding to a node, eviction within disruption budgets, and which container a log request means.
// Source: `pkg/registry/core/pod/{storage,strategy.go}`.

package import KubeAPI
import SimKernel
import Unstructured

extension APIServer {
  /// Binds a pod to the node that `binding.target` names.
  func bind(namespace: String, _ binding: Value) throws(Status) {
    let name = binding[path: "metadata", "name"]?.string ?? ""
    guard let pod = store.object(.pod, namespace, name) else { throw Status.notFound(.pod, name) }
    if pod.isBeingDeleted {
      throw Status.conflict(.pod, name, "pod \(name) is being deleted, cannot be assigned to a host")
    }
    let assigned = pod.value[path: "spec", "nodeName"]?.string ?? ""
    if !assigned.isEmpty {
      throw Status.conflict(.pod, name, "pod \(name) is already assigned to node \"\(assigned)\"")
    }
    assign(pod, to: binding[path: "target", "name"]?.string ?? "")
  }

  func assign(_ pod: StoredObject, to node: String) {
    let now = world.civilNow.rfc3339
    amend(.pod, pod.namespace, pod.name, uid: pod.uid, as: nil) { object in
      object.set(["spec", "nodeName"], .string(node))
      setPodCondition(
        &object, type: "PodScheduled", status: "True", reason: nil, message: nil, now: now)
    }
  }

  /// Deletes a pod if its disruption budgets allow it.
  package func evict(namespace: String, name: String, _ options: DeleteOptions = DeleteOptions()) throws(Status) {
    guard let pod = store.object(.pod, namespace, name) else { throw Status.notFound(.pod, name) }
    let phase = pod.value[path: "status", "phase"]?.string ?? ""
    if phase != "Succeeded", phase != "Failed", phase != "Pending", !pod.isBeingDeleted {
      for budget in store.shelf(.podDisruptionBudget).list(namespace: namespace) {
        guard LabelSelector(budget.value[path: "spec", "selector"]).matches(object: pod.value) else { continue }
        let allowed = budget.value[path: "status", "disruptionsAllowed"]?.integer ?? 0
        if allowed <= 0 {
          let desired = budget.value[path: "status", "desiredHealthy"]?.integer ?? 0
          let healthy = budget.value[path: "status", "currentHealthy"]?.integer ?? 0
          var status = Status(
            code: 429, reason: "TooManyRequests",
            message: "Cannot evict pod as it would violate the pod's disruption budget.")
          status.causes = [
            Cause(
              reason: "DisruptionBudget",
              message:
                "The disruption budget \(budget.name) needs \(desired) healthy pods and has \(healthy) currently",
              field: "")
          ]
          throw status
        }
        amend(.podDisruptionBudget, namespace, budget.name) { object in
          object.set(["status", "disruptionsAllowed"], .integer(allowed - 1))
        }
      }
    }
    if !pod.isBeingDeleted {
      let now = world.civilNow.rfc3339
      amend(.pod, namespace, name) {
        setPodCondition(
          &$0, type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI",
          message: "Eviction API: evicting", now: now)
      }
    }
    try delete(.pod, namespace: namespace, name: name, options)
  }

  /// The container a log request is about, as the runtime knows it; nil when it has not written anything yet.
  package func containerForLog(
    namespace: String, pod name: String, container: String?, previous: Bool
  ) throws(Status) -> String? {
    guard let pod = store.object(.pod, namespace, name) else { throw Status.notFound(.pod, name) }
    let spec = pod.value["spec"]
    var known: [String] = []
    var initial: [String] = []
    for item in spec?["containers"]?.array ?? [] { known.append(item["name"]?.string ?? "") }
    for item in spec?["initContainers"]?.array ?? [] { initial.append(item["name"]?.string ?? "") }
    var chosen = container ?? ""
    if chosen.isEmpty {
      if known.count == 1 && initial.isEmpty {
        chosen = known[0]
      } else {
        var choice = "choose one of: [\(known.joined(separator: " "))]"
        if !initial.isEmpty { choice += " or one of the init containers: [\(initial.joined(separator: " "))]" }
        throw Status.badRequest("a container name must be specified for pod \(name), \(choice)")
      }
    }
    guard known.contains(chosen) || initial.contains(chosen) else {
      throw Status.badRequest("container \(chosen) is not valid for pod \(name)")
    }
    if (spec?["nodeName"]?.string ?? "").isEmpty { return nil }
    let lists = ["initContainerStatuses", "containerStatuses"]
    for list in lists {
      for status in pod.value["status"]?[list]?.array ?? [] where status["name"]?.string == chosen {
        return try containerForLog(status, chosen, name, previous)
      }
    }
    throw Status.badRequest("container \"\(chosen)\" in pod \"\(name)\" is not available")
  }

  private func containerForLog(
    _ status: Value, _ container: String, _ pod: String, _ previous: Bool
  ) throws(Status) -> String? {
    if previous {
      guard let id = status[path: "lastState", "terminated", "containerID"]?.string else {
        throw Status.badRequest("previous terminated container \"\(container)\" in pod \"\(pod)\" not found")
      }
      return id
    }
    let state = status["state"]
    if state?["running"] != nil { return status["containerID"]?.string }
    if let id = state?[path: "terminated", "containerID"]?.string { return id }
    if let id = status[path: "lastState", "terminated", "containerID"]?.string { return id }
    let reason = state?[path: "waiting", "reason"]?.string ?? ""
    var why = reason.isEmpty ? "ContainerCreating" : reason
    if reason == "ErrImagePull" { why = "image can't be pulled" }
    if reason == "ImagePullBackOff" { why = "trying and failing to pull image" }
    throw Status.badRequest("container \"\(container)\" in pod \"\(pod)\" is waiting to start: \(why)")
  }
}

/// Sets a condition, keeping `lastTransitionTime` when the status stays the same. New ones go to the end unless `order`
/// says otherwise.
func setPodCondition(
  _ pod: inout Value, type: String, status: String, reason: String?, message: String?, now: String
) {
  var conditions = pod[path: "status", "conditions"]?.array ?? []
  var entry: Value = [
    "lastProbeTime": .null, "lastTransitionTime": .string(now), "status": .string(status), "type": .string(type),
  ]
  if let reason { entry["reason"] = .string(reason) }
  if let message { entry["message"] = .string(message) }
  for i in conditions.indices where conditions[i]["type"]?.string == type {
    if conditions[i]["status"]?.string == status, let since = conditions[i]["lastTransitionTime"] {
      entry["lastTransitionTime"] = since
    }
    conditions[i] = entry
    pod.set(["status", "conditions"], .array(conditions))
    return
  }
  conditions.append(entry)
  pod.set(["status", "conditions"], .array(conditions))
}

/// Sets a condition of a workload (`lastUpdateTime` too when asked), as the controllers of apps and batch keep them.
func setCondition(
  _ object: inout Value, type: String, status: String, reason: String?, message: String?, now: String,
  updateTime: Bool = false
) {
  var conditions = object[path: "status", "conditions"]?.array ?? []
  var entry: Value = ["lastTransitionTime": .string(now), "status": .string(status), "type": .string(type)]
  if updateTime { entry["lastUpdateTime"] = .string(now) }
  if let reason { entry["reason"] = .string(reason) }
  if let message { entry["message"] = .string(message) }
  for i in conditions.indices where conditions[i]["type"]?.string == type {
    let present = conditions[i]
    if present["status"]?.string == status {
      if present["reason"] == entry["reason"], present["message"] == entry["message"] { return }
      if let since = present["lastTransitionTime"] { entry["lastTransitionTime"] = since }
    }
    if updateTime {
      // The deployment controller replaces: a changed condition moves to the end of the list.
      conditions.remove(at: i)
      conditions.append(entry)
    } else {
      conditions[i] = entry
    }
    object.set(["status", "conditions"], .array(conditions))
    return
  }
  conditions.append(entry)
  object.set(["status", "conditions"], .array(conditions))
}
