// The HorizontalPodAutoscaler on simulated metrics. What pods use comes from a `MetricsSource`; without one (a cluster that
// has no metrics server) targets stay unknown, with the conditions and events of the real controller. It looks every
// 15 seconds. Source: `pkg/controller/podautoscaler/{horizontal,replica_calculator}.go`.

import KubeAPI
import SimKernel
import Unstructured

/// What a metrics server would know.
package protocol MetricsSource: AnyObject {
  /// Thousandths of a CPU and bytes that a pod uses; nil while it is not known.
  func usage(namespace: String, pod: String) -> (milliCPU: Int64, bytes: Int64)?
}

final class HorizontalController: Controller {
  private let recorder: EventRecorder
  var metrics: (any MetricsSource)?
  private let period = Interval.seconds(Int64(15))
  /// What was recommended lately: scaling down takes the highest of five minutes.
  private var recommendations: [ObjectKey: [(at: Instant, replicas: Int64)]] = [:]

  override init(api: APIServer, latency: Interval) {
    recorder = EventRecorder(server: api, component: "horizontal-pod-autoscaler")
    super.init(api: api, latency: latency)
    store.shelf(.horizontalPodAutoscaler).observe { [self] old, new in
      guard let new else { return }
      // The queue lets each key through once per period, the first time too.
      if old == nil || old!.value["spec"] != new.value["spec"] { enqueue(new.key, after: period) }
    }
  }

  private func condition(_ hpa: inout Value, _ type: String, _ holds: Bool, _ reason: String, _ message: String) {
    setCondition(
      &hpa, type: type, status: holds ? "True" : "False", reason: reason, message: message,
      now: world.civilNow.rfc3339)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let hpa = store.object(.horizontalPodAutoscaler, key.namespace, key.name) else {
      recommendations[key] = nil
      return
    }
    enqueue(key, after: period, weight: .housekeeping)
    let target = hpa.value[path: "spec", "scaleTargetRef"]
    let name = target?["name"]?.string ?? ""
    guard
      let kind = Kinds.of(apiVersion: target?["apiVersion"]?.string ?? "", kind: target?["kind"]?.string ?? ""),
      kind.isScalable, let workload = store.object(kind, key.namespace, name)
    else {
      let problem = missing(target, name)
      note(hpa) {
        self.condition(
          &$0, "AbleToScale", false, "FailedGetScale",
          "the HPA controller was unable to get the target's current scale: \(problem)")
      }
      event(hpa, .warning, "FailedGetScale", problem)
      return
    }
    let present = workload.value[path: "spec", "replicas"]?.integer ?? 1
    let least = hpa.value[path: "spec", "minReplicas"]?.integer ?? 1
    let most = hpa.value[path: "spec", "maxReplicas"]?.integer ?? 1
    if present == 0 {
      note(hpa) { value in
        value.set(["status", "currentReplicas"], 0)
        value.set(["status", "desiredReplicas"], 0)
        self.gotScale(&value)
        self.condition(
          &value, "ScalingActive", false, "ScalingDisabled",
          "scaling is disabled since the replica count of the target is zero")
      }
      return
    }
    var wanted = present
    var reason = ""
    var measured: [Value] = []
    var failures: [Failure] = []
    let count = hpa.value[path: "spec", "metrics"]?.array?.count ?? 0
    if present > most {
      wanted = most
      reason = "Current number of replicas above Spec.MaxReplicas"
    } else if present < least {
      wanted = least
      reason = "Current number of replicas below Spec.MinReplicas"
    } else {
      let outcome = measure(hpa, workload, present)
      measured = outcome.current
      failures = outcome.failures
      if let proposal = outcome.replicas {
        wanted = stabilized(key, proposal)
        if wanted > present { reason = "\(outcome.metric) above target" }
        if wanted < present { reason = "All metrics below target" }
      }
      // At most twice as many, or four more, at a time.
      let step = present * 2 > present + 4 ? present * 2 : present + 4
      if wanted > step { wanted = step }
      if wanted > most { wanted = most }
      if wanted < least { wanted = least }
    }
    if wanted != present {
      api.amend(kind, workload.namespace, workload.name, uid: workload.uid) {
        $0.set(["spec", "replicas"], .integer(wanted))
      }
      event(hpa, .normal, "SuccessfulRescale", "New size: \(wanted); reason: \(reason)")
    }
    for failure in failures { event(hpa, .warning, failure.reason, failure.message) }
    if let first = failures.first {
      event(
        hpa, .warning, "FailedComputeMetricsReplicas",
        "invalid metrics (\(failures.count) invalid out of \(count)), first error is: "
          + "failed to get \(first.metric) resource metric value: \(first.message)")
    }
    let now = world.civilNow.rfc3339
    note(hpa) { value in
      value.set(["status", "currentReplicas"], .integer(present))
      if failures.isEmpty {
        value.set(["status", "desiredReplicas"], .integer(wanted))
        value.set(["status", "currentMetrics"], measured.isEmpty ? .null : .array(measured))
      } else {
        // What was known stays.
        value.set(["status", "desiredReplicas"], value[path: "status", "desiredReplicas"] ?? 0)
        value.set(["status", "currentMetrics"], value[path: "status", "currentMetrics"] ?? .null)
      }
      if wanted != present {
        value.set(["status", "lastScaleTime"], .string(now))
        self.condition(
          &value, "AbleToScale", true, "SucceededRescale",
          "the HPA controller was able to update the target scale to \(wanted)")
      } else if failures.isEmpty {
        self.condition(&value, "AbleToScale", true, "ReadyForNewScale", "recommended size matches current size")
      } else {
        self.gotScale(&value)
      }
      if let first = failures.first {
        self.condition(
          &value, "ScalingActive", false, first.reason,
          "the HPA was unable to compute the replica count: \(first.message)")
      } else if !measured.isEmpty {
        self.condition(
          &value, "ScalingActive", true, "ValidMetricFound",
          "the HPA was able to successfully calculate a replica count from \(self.metricWord(hpa)) resource utilization (percentage of request)"
        )
        let isLimited = wanted == least && wanted == present || wanted == most
        self.condition(
          &value, "ScalingLimited", isLimited,
          isLimited ? (wanted == most ? "TooManyReplicas" : "TooFewReplicas") : "DesiredWithinRange",
          isLimited
            ? "the desired replica count is \(wanted == most ? "more than the maximum" : "less than the minimum") replica count"
            : "the desired count is within the acceptable range")
      }
    }
  }

  private func gotScale(_ hpa: inout Value) {
    condition(
      &hpa, "AbleToScale", true, "SucceededGetScale",
      "the HPA controller was able to get the target's current scale")
  }

  /// Deployments and replica sets are missed by the name of their subresource.
  private func missing(_ target: Value?, _ name: String) -> String {
    let kind = target?["kind"]?.string ?? ""
    let parts = (target?["apiVersion"]?.string ?? "").split(separator: "/")
    let group = parts.count > 1 ? "." + parts[0] : ""
    let part = kind == "Deployment" || kind == "ReplicaSet" ? "/scale" : ""
    return "\(kind.lowercased())s\(part)\(group) \"\(name)\" not found"
  }

  private func metricWord(_ hpa: StoredObject) -> String {
    hpa.value[path: "spec", "metrics"]?.array?.first?[path: "resource", "name"]?.string ?? "cpu"
  }

  private func event(_ hpa: StoredObject, _ type: EventType, _ reason: String, _ message: String) {
    recorder.record(ObjectReference(.horizontalPodAutoscaler, hpa), type, reason, message)
  }

  private func note(_ hpa: StoredObject, _ change: (inout Value) -> Void) {
    api.amend(.horizontalPodAutoscaler, hpa.namespace, hpa.name, uid: hpa.uid, change)
  }

  /// A metric that gave no number.
  private struct Failure {
    let metric: String
    let reason = "FailedGetResourceMetric"
    let message: String
  }

  private struct Measure {
    var replicas: Int64?
    var metric = ""
    var current: [Value] = []
    var failures: [Failure] = []
  }

  private func measure(_ hpa: StoredObject, _ workload: StoredObject, _ present: Int64) -> Measure {
    var result = Measure()
    let selector = LabelSelector(workload.value[path: "spec", "selector"])
    var pods: [StoredObject] = []
    for pod in store.shelf(.pod).list(namespace: hpa.namespace)
    where selector.matches(object: pod.value) && !PodState.isFinished(pod) && !pod.isBeingDeleted { pods.append(pod) }
    for metric in hpa.value[path: "spec", "metrics"]?.array ?? [] {
      guard metric["type"]?.string == "Resource", let name = metric[path: "resource", "name"]?.string else { continue }
      let isRaw = metric[path: "resource", "target", "averageValue"] != nil
      func fail(_ why: String) {
        result.failures.append(
          Failure(metric: name, message: "failed to get \(name) \(isRaw ? "usage" : "utilization"): \(why)"))
      }
      guard let metrics else {
        fail(
          "unable to get metrics for resource \(name): unable to fetch metrics from resource metrics API: "
            + "the server could not find the requested resource (get pods.metrics.k8s.io)")
        continue
      }
      var used: Int64 = 0
      var requested: Int64 = 0
      var counted: Int64 = 0
      var lacksRequest = false
      for pod in pods {
        let request = api.podTotal(pod.value, "requests", name)
        if request == 0, !isRaw {
          let container = pod.value[path: "spec", "containers"]?.array?.first?["name"]?.string ?? ""
          fail("missing request for \(name) in container \(container) of Pod \(pod.name)")
          lacksRequest = true
          break
        }
        guard PodState.isReady(pod), let usage = metrics.usage(namespace: pod.namespace, pod: pod.name) else {
          continue
        }
        used += name == "cpu" ? usage.milliCPU : usage.bytes * 1_000
        requested += request
        counted += 1
      }
      if lacksRequest { continue }
      guard counted > 0 else {
        fail("unable to get metrics for resource \(name): no metrics returned from resource metrics API")
        continue
      }
      let target = metric[path: "resource", "target"]
      var ratio = 1.0
      var current: Value = ["averageValue": .string(name == "cpu" ? "\(used / counted)m" : "\(used / counted / 1_000)")]
      if let goal = target?["averageUtilization"]?.integer, requested > 0 {
        let utilization = used * 100 / requested
        current["averageUtilization"] = .integer(utilization)
        ratio = Double(utilization) / Double(goal)
        result.metric = "\(name) resource utilization (percentage of request)"
      } else if let goal = Amount.parse(target?["averageValue"]), goal > 0 {
        ratio = Double(used) / Double(counted) / Double(goal)
        result.metric = "\(name) resource"
      }
      let proposal = ratio > 1.1 || ratio < 0.9 ? Int64((Double(counted) * ratio).rounded(.up)) : present
      if result.replicas == nil || proposal > result.replicas! { result.replicas = proposal }
      result.current.append(["type": "Resource", "resource": ["name": .string(name), "current": current]])
    }
    return result
  }

  private func stabilized(_ key: ObjectKey, _ proposal: Int64) -> Int64 {
    var list = recommendations[key] ?? []
    list.append((world.now, proposal))
    list.removeAll { world.now - $0.at > .seconds(Int64(300)) }
    recommendations[key] = list
    var best = proposal
    for entry in list where entry.replicas > best { best = entry.replicas }
    return best
  }
}
