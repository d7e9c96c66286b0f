// The HorizontalPodAutoscaler: every 15 seconds it asks what the pods of its target use, works out how many there should be, and
// says what it did or what it lacks in conditions and events. Without a metrics server targets stay unknown. How a number comes
// out of figures is ReplicaCalculator's; how fast it may change is ScalingRules'.
// Source: `pkg/controller/podautoscaler/horizontal.go`.

import KubeAPI
import SimKernel
import Unstructured

final class HorizontalController: Controller {
  private let recorder: EventRecorder
  private let period = Interval.seconds(Int64(15))
  private var histories: [ObjectKey: ScalingHistory] = [:]

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "horizontal-pod-autoscaler")
    super.init(api: api, latency: latency)
    store.shelf(.horizontalPodAutoscaler).observe { [self] old, new in
      guard let new else { return }
      // The queue lets each key through once per period, the first time too.
      if old == nil || old!.value["spec"] != new.value["spec"] { enqueue(new.key, after: period) }
    }
  }

  /// The next looks may see something new.
  func metricsChanged() {
    for key in keys(of: .horizontalPodAutoscaler) { enqueue(key, after: period) }
  }

  override func reconcile(_ key: ObjectKey) {
    guard let hpa = store.object(.horizontalPodAutoscaler, key.namespace, key.name) else {
      histories[key] = nil
      return
    }
    var look = AutoscalerLook(hpa.value, now: world.civilNow.rfc3339)
    let isExpectant = examine(hpa, key, &look)
    api.amend(.horizontalPodAutoscaler, hpa.namespace, hpa.name, uid: hpa.uid) { $0["status"] = look.object["status"] }
    for (type, reason, message) in look.lastEvents { event(hpa, type, reason, message) }
    let isSettled = look.object["status"] == hpa.value["status"] && !isExpectant
    enqueue(key, after: period, weight: isSettled || !api.reachesMetrics ? .housekeeping : .activity)
  }

  /// One look at one autoscaler; true when the next may differ although nothing else happens.
  private func examine(_ hpa: StoredObject, _ key: ObjectKey, _ look: inout AutoscalerLook) -> Bool {
    let target = hpa.value[path: "spec", "scaleTargetRef"]
    let name = target?["name"]?.string ?? ""
    guard
      let kind = Kinds.of(apiVersion: target?["apiVersion"]?.string ?? "", kind: target?["kind"]?.string ?? ""),
      kind.isScalable, let workload = store.object(kind, key.namespace, name)
    else {
      let problem = missing(target, name)
      event(hpa, .warning, "FailedGetScale", problem)
      look.condition(
        "AbleToScale", false, "FailedGetScale",
        "the HPA controller was unable to get the target's current scale: \(problem)")
      return false
    }
    look.condition(
      "AbleToScale", true, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
    let present = workload.value[path: "spec", "replicas"]?.integer ?? 1
    var rules = ScalingRules(hpa.value, present: present, now: world.now, history: histories[key])
    defer { histories[key] = rules.history }
    if present == 0, rules.least != 0 {
      look.condition(
        "ScalingActive", false, "ScalingDisabled",
        "scaling is disabled since the replica count of the target is zero")
      look.settle(current: 0, desired: 0, metrics: [])
      return false
    }
    var wanted = present
    var reason = ""
    var measured: [Value] = []
    var isExpectant = false
    if present > rules.most {
      wanted = rules.most
      reason = "Current number of replicas above Spec.MaxReplicas"
    } else if present < rules.least {
      wanted = rules.least
      reason = "Current number of replicas below Spec.MinReplicas"
    } else {
      let outcome = measure(hpa, workload, present, &look)
      measured = outcome.statuses
      isExpectant = outcome.isExpectant
      guard let proposal = outcome.replicas else {
        look.settle(current: present, desired: nil, metrics: measured)
        look.lastEvents.append((.warning, "FailedComputeMetricsReplicas", outcome.failure))
        return isExpectant
      }
      if proposal > present { reason = "\(outcome.metric) above target" }
      if proposal < present { reason = "All metrics below target" }
      let verdict = rules.apply(to: proposal)
      look.condition("AbleToScale", true, verdict.stable.reason, verdict.stable.message)
      look.condition("ScalingLimited", verdict.isLimited, verdict.limit.reason, verdict.limit.message)
      wanted = verdict.replicas
      isExpectant = isExpectant || verdict.isHeldBack
    }
    if wanted != present {
      api.amend(kind, workload.namespace, workload.name, uid: workload.uid) {
        $0.set(["spec", "replicas"], .integer(wanted))
      }
      look.condition(
        "AbleToScale", true, "SucceededRescale",
        "the HPA controller was able to update the target scale to \(wanted)")
      event(hpa, .normal, "SuccessfulRescale", "New size: \(wanted); reason: \(reason)")
      rules.note(wanted)
    }
    look.settle(current: present, desired: wanted, metrics: measured)
    if wanted != present { look.object.set(["status", "lastScaleTime"], .string(world.civilNow.rfc3339)) }
    return isExpectant
  }

  /// Deployments and replica sets are missed by the name of their subresource.
  private func missing(_ target: Value?, _ name: String) -> String {
    let kind = target?["kind"]?.string ?? ""
    let parts = (target?["apiVersion"]?.string ?? "").split(separator: "/")
    let group = parts.count > 1 ? "." + parts[0] : ""
    let part = kind == "Deployment" || kind == "ReplicaSet" ? "/scale" : ""
    return "\(kind.lowercased())s\(part)\(group) \"\(name)\" not found"
  }

  private func event(_ hpa: StoredObject, _ type: EventType, _ reason: String, _ message: String) {
    recorder.record(ObjectReference(.horizontalPodAutoscaler, hpa), type, reason, message)
  }

  // MARK: Metrics

  private struct Outcome {
    /// Nil when nothing may be concluded.
    var replicas: Int64?
    var metric = ""
    var statuses: [Value] = []
    var failure = ""
    var isExpectant = false
  }

  private func measure(
    _ hpa: StoredObject, _ workload: StoredObject, _ present: Int64, _ look: inout AutoscalerLook
  ) -> Outcome {
    var outcome = Outcome()
    let metrics = hpa.value[path: "spec", "metrics"]?.array ?? []
    let calculator = ReplicaCalculator(
      api: api, namespace: hpa.namespace, selector: LabelSelector(workload.value[path: "spec", "selector"]),
      present: present)
    var invalid = 0
    var firstCondition: (reason: String, message: String)?
    var firstError = ""
    for metric in metrics {
      do throws(MetricFailure) {
        let proposal = try calculator.proposal(metric)
        outcome.statuses.append(proposal.status)
        if outcome.replicas == nil || proposal.replicas > outcome.replicas! {
          outcome.replicas = proposal.replicas
          outcome.metric = proposal.metric
        }
        outcome.isExpectant = outcome.isExpectant || proposal.isExpectant
      } catch {
        event(hpa, .warning, error.reason, error.message)
        outcome.statuses.append(["type": ""])
        outcome.isExpectant = outcome.isExpectant || error.isPassing
        if invalid == 0 {
          firstCondition = (error.reason, "the HPA was unable to compute the replica count: \(error.message)")
          firstError = error.context + error.message
        }
        invalid += 1
      }
    }
    outcome.failure = "invalid metrics (\(invalid) invalid out of \(metrics.count)), first error is: \(firstError)"
    if let firstCondition, invalid >= metrics.count || (outcome.replicas ?? 0) < present {
      look.condition("ScalingActive", false, firstCondition.reason, firstCondition.message)
      outcome.replicas = nil
    } else {
      look.condition(
        "ScalingActive", true, "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from \(outcome.metric)")
    }
    return outcome
  }
}

/// What one look makes of an autoscaler's status.
struct AutoscalerLook {
  var object: Value
  /// Said after the status is written.
  var lastEvents: [(EventType, String, String)] = []
  private let now: String

  init(_ object: Value, now: String) {
    self.object = object
    self.now = now
  }

  mutating func condition(_ type: String, _ holds: Bool, _ reason: String, _ message: String) {
    setCondition(
      &object, type: type, status: holds ? "True" : "False", reason: reason, message: message, now: now)
  }

  /// `desired` nil: what was known stays.
  mutating func settle(current: Int64, desired: Int64?, metrics: [Value]) {
    object.set(["status", "currentReplicas"], .integer(current))
    object.set(
      ["status", "desiredReplicas"], desired.map { .integer($0) } ?? object[path: "status", "desiredReplicas"] ?? 0)
    object.set(["status", "currentMetrics"], metrics.isEmpty ? .null : .array(metrics))
  }
}
