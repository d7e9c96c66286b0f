// From what pods use to how many there should be, metric by metric: the mean against the target with a tolerance of a tenth, pods
// that are not ready or whose figures are missing counted as what they would mean for the direction.
// Source: `pkg/controller/podautoscaler/replica_calculator.go`, `metrics/{client,utilization}.go`, 1.32.
//
// Metrics of pods, objects and outside systems need an adapter that no add-on here brings: they fail as without one.

import KubeAPI
import SimKernel
import Unstructured

/// A metric that gave no number.
struct MetricFailure: Error {
  let reason: String
  let message: String
  /// What stands before the message where failures are summed up.
  let context: String
  /// It will give one when the pods have run for a while.
  var isPassing = false
}

struct ReplicaCalculator {
  let api: APIServer
  let namespace: String
  let selector: LabelSelector
  let present: Int64

  struct Proposal {
    var replicas: Int64
    var metric: String
    /// An entry of `currentMetrics`.
    var status: Value
    /// Some pods' figures are still to come.
    var isExpectant = false
  }

  private struct PodUsage {
    /// Thousandths.
    var value: Int64
    var at: Instant
    var window: Interval
  }

  private struct Failure: Error {
    let message: String
    var isPassing = false
  }

  private static let tolerance = 0.1
  private static let initialisation = Interval.seconds(Int64(300))
  private static let readinessDelay = Interval.seconds(Int64(30))

  func proposal(_ metric: Value) throws(MetricFailure) -> Proposal {
    let type = metric["type"]?.string ?? ""
    switch type {
    case "Resource":
      let source = metric["resource"]
      let name = source?["name"]?.string ?? ""
      do throws(Failure) {
        var proposal = try resource(source, name, container: "", title: "\(name) resource")
        proposal.status = ["type": "Resource", "resource": ["name": .string(name), "current": proposal.status]]
        return proposal
      } catch {
        throw MetricFailure(
          reason: "FailedGetResourceMetric", message: error.message,
          context: "failed to get \(name) resource metric value: ", isPassing: error.isPassing)
      }
    case "ContainerResource":
      let source = metric["containerResource"]
      let name = source?["name"]?.string ?? ""
      let container = source?["container"]?.string ?? ""
      do throws(Failure) {
        var proposal = try resource(source, name, container: container, title: "\(name) container resource")
        proposal.status = [
          "type": "ContainerResource",
          "containerResource": [
            "container": .string(container), "current": proposal.status, "name": .string(name),
          ],
        ]
        return proposal
      } catch {
        throw MetricFailure(
          reason: "FailedGetContainerResourceMetric", message: error.message,
          context: "failed to get \(name) container metric value: ", isPassing: error.isPassing)
      }
    case "Pods": throw custom(metric["pods"], "pods", "FailedGetPodsMetric") { "unable to get metric \($0): " }
    case "Object":
      let about = metric[path: "object", "describedObject"]
      throw custom(metric["object"], "object", "FailedGetObjectMetric") { [namespace] in
        "unable to get metric \($0): \(about?["kind"]?.string ?? "") on \(namespace) \(about?["name"]?.string ?? "")/"
      }
    case "External":
      let name = metric[path: "external", "metric", "name"]?.string ?? ""
      let selector = ReplicaCalculator.goSelector(metric[path: "external", "metric", "selector"])
      throw MetricFailure(
        reason: "FailedGetExternalMetric",
        message:
          "unable to get external metric \(namespace)/\(name)/\(selector): unable to fetch metrics from external "
          + "metrics API: the server could not find the requested resource (get \(name).external.metrics.k8s.io)",
        context: "failed to get \(name) external metric value: failed to get \(name) external metric: ")
    default:
      throw MetricFailure(
        reason: "InvalidMetricSourceType", message: "unknown metric source type \"\(type)\"", context: "")
    }
  }

  private func custom(
    _ source: Value?, _ word: String, _ reason: String, _ prefix: (String) -> String
  ) -> MetricFailure {
    let name = source?[path: "metric", "name"]?.string ?? ""
    return MetricFailure(
      reason: reason,
      message: prefix(name) + "unable to fetch metrics from custom metrics API: no custom metrics API "
        + "(custom.metrics.k8s.io) registered",
      context: "failed to get \(word) metric value: ")
  }

  /// A label selector as Go's `%+v` prints it.
  private static func goSelector(_ selector: Value?) -> String {
    guard let selector, selector.object != nil else { return "nil" }
    var labels = ""
    for (key, value) in (selector["matchLabels"]?.object ?? Value.Object()).sortedByKey {
      labels += "\(key): \(value.string ?? ""),"
    }
    return "&LabelSelector{MatchLabels:map[string]string{\(labels)},MatchExpressions:[]LabelSelectorRequirement{},}"
  }

  // MARK: Processor and memory

  private func resource(
    _ source: Value?, _ name: String, container: String, title: String
  ) throws(Failure) -> Proposal {
    let target = source?["target"]
    if let goal = Quantity.milli(target?["averageValue"]), goal > 0 {
      do throws(Failure) {
        let usages = try usages(name, container)
        return try replicas(usages, name, title: title, requests: nil, goal: goal)
      } catch {
        throw Failure(message: "failed to get \(name) usage: \(error.message)", isPassing: error.isPassing)
      }
    }
    guard let goal = target?["averageUtilization"]?.integer else {
      throw Failure(
        message:
          "invalid resource metric source: neither an average utilization target nor an average value (usage) target was set"
      )
    }
    do throws(Failure) {
      let usages = try usages(name, container)
      let requests = try requests(name, container)
      return try replicas(
        usages, name, title: "\(title) utilization (percentage of request)", requests: requests, goal: goal)
    } catch {
      throw Failure(message: "failed to get \(name) utilization: \(error.message)", isPassing: error.isPassing)
    }
  }

  private var pods: [StoredObject] {
    var list: [StoredObject] = []
    for pod in api.store.shelf(.pod).list(namespace: namespace) where selector.matches(object: pod.value) {
      list.append(pod)
    }
    return list
  }

  /// What is measured of each pod, by name.
  private func usages(_ resource: String, _ container: String) throws(Failure) -> OrderedMap<String, PodUsage> {
    let prefix = "unable to get metrics for resource \(resource): "
    var result = OrderedMap<String, PodUsage>()
    guard let server = api.metrics else { return result }
    do throws(Status) {
      let measured = try server.list(.podMetrics, namespace, Selection(labels: selector))
      if measured.isEmpty {
        throw Status(code: 0, reason: "", message: "no metrics returned from resource metrics API")
      }
    } catch {
      let isAnswer = error.code == 0
      throw Failure(
        message: prefix + (isAnswer ? "" : "unable to fetch metrics from resource metrics API: ") + error.message,
        isPassing: isAnswer && hasYoungPods)
    }
    for pod in pods {
      guard let known = server.usage(of: pod.key) else { continue }
      var sum: Int64 = 0
      var oldest: Usage?
      var isThere = container.isEmpty
      for (name, usage) in known where container.isEmpty || name == container {
        isThere = true
        sum += resource == "cpu" ? (usage.nanoCPU + 999_999) / 1_000_000 : usage.memory * 1_000
        oldest = usage
      }
      guard isThere else {
        throw Failure(
          message: prefix
            + "failed to get container metrics: container \(container) not present in metrics for pod \(namespace)/\(pod.name)"
        )
      }
      if let oldest { result[pod.name] = PodUsage(value: sum, at: oldest.at, window: oldest.window) }
    }
    return result
  }

  private var hasYoungPods: Bool {
    for pod in pods {
      guard let start = time(pod.value[path: "status", "startTime"]) else { continue }
      if api.world.now - start < ReplicaCalculator.initialisation { return true }
    }
    return false
  }

  /// What each pod asks for, in thousandths, by name.
  private func requests(_ resource: String, _ container: String) throws(Failure) -> [String: Int64] {
    var result: [String: Int64] = [:]
    for pod in pods {
      var containers = pod.value[path: "spec", "containers"]?.array ?? []
      for item in pod.value[path: "spec", "initContainers"]?.array ?? []
      where item["restartPolicy"]?.string == "Always" { containers.append(item) }
      var sum: Int64 = 0
      for item in containers where container.isEmpty || item["name"]?.string == container {
        guard let request = Quantity.milli(item[path: "resources", "requests", resource]) else {
          throw Failure(
            message: "missing request for \(resource) in container \(item["name"]?.string ?? "") of Pod \(pod.name)")
        }
        sum += request
      }
      result[pod.name] = sum
    }
    return result
  }

  private func time(_ value: Value?) -> Instant? {
    guard let text = value?.string, let time = CivilTime(rfc3339: text) else { return nil }
    return api.world.clock.instant(unixSeconds: time.unixSeconds)
  }

  private struct Groups {
    var ready: Int64 = 0
    var unready: [String] = []
    var missing: [String] = []
    var ignored: [String] = []
  }

  private func groups(_ usages: OrderedMap<String, PodUsage>, _ resource: String) -> Groups {
    var groups = Groups()
    for pod in pods {
      if pod.isBeingDeleted || PodState.phase(pod) == "Failed" {
        groups.ignored.append(pod.name)
      } else if PodState.phase(pod) == "Pending" {
        groups.unready.append(pod.name)
      } else if let usage = usages[pod.name] {
        if resource == "cpu", isUnready(pod, usage) {
          groups.unready.append(pod.name)
        } else {
          groups.ready += 1
        }
      } else {
        groups.missing.append(pod.name)
      }
    }
    return groups
  }

  /// Whether the figures of a pod are those of its start.
  private func isUnready(_ pod: StoredObject, _ usage: PodUsage) -> Bool {
    guard let start = time(pod.value[path: "status", "startTime"]) else { return true }
    var found: Value?
    for condition in pod.value[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == "Ready" { found = condition }
    guard let condition = found, let since = time(condition["lastTransitionTime"]) else { return true }
    let isFalse = condition["status"]?.string == "False"
    if start + ReplicaCalculator.initialisation > api.world.now { return isFalse || usage.at < since + usage.window }
    return isFalse && start + ReplicaCalculator.readinessDelay > since
  }

  private struct Ratio {
    var value: Double
    /// Percent of the requests, where they count.
    var utilization: Int64?
    /// Thousandths per pod.
    var mean: Int64
  }

  private func ratio(
    _ usages: OrderedMap<String, PodUsage>, _ requests: [String: Int64]?, _ goal: Int64
  ) throws(Failure) -> Ratio {
    var used: Int64 = 0
    var requested: Int64 = 0
    var count: Int64 = 0
    for (name, usage) in usages {
      if let requests {
        guard let request = requests[name] else { continue }
        requested += request
      }
      used += usage.value
      count += 1
    }
    guard requests != nil else {
      return Ratio(value: Double(used / max(1, count)) / Double(goal), mean: used / max(1, count))
    }
    if requested == 0 { throw Failure(message: "no metrics returned matched known pods") }
    let utilization = used * 100 / requested
    return Ratio(value: Double(utilization) / Double(goal), utilization: utilization, mean: used / count)
  }

  private func replicas(
    _ given: OrderedMap<String, PodUsage>, _ resource: String, title: String, requests: [String: Int64]?, goal: Int64
  ) throws(Failure) -> Proposal {
    var usages = given
    if pods.isEmpty { throw Failure(message: "no pods returned by selector while calculating replica count") }
    let groups = groups(usages, resource)
    for name in groups.ignored + groups.unready { usages[name] = nil }
    if usages.isEmpty {
      throw Failure(
        message: "did not receive metrics for targeted pods (pods might be unready)", isPassing: hasYoungPods)
    }
    let first = try ratio(usages, requests, goal)
    var current: Value = [
      "averageValue": .string(Quantity(first.mean, scale: -3).description)
    ]
    if let percent = first.utilization {
      current = ["averageUtilization": .integer(percent), "averageValue": current["averageValue"] ?? ""]
    }
    var proposal = Proposal(replicas: present, metric: title, status: current)
    proposal.isExpectant = (!groups.unready.isEmpty || !groups.missing.isEmpty) && hasYoungPods
    func isSmall(_ ratio: Double) -> Bool { abs(1 - ratio) <= ReplicaCalculator.tolerance }
    let rebalances = !groups.unready.isEmpty && first.value > 1
    if !rebalances, groups.missing.isEmpty {
      if !isSmall(first.value) { proposal.replicas = Int64((first.value * Double(groups.ready)).rounded(.up)) }
      return proposal
    }
    func assume(_ names: [String], _ value: (String) -> Int64) {
      for name in names { usages[name] = PodUsage(value: value(name), at: api.world.now, window: .zero) }
    }
    if first.value < 1 {
      // Going down: pods whose figures are missing use all that they may.
      assume(groups.missing) { name in
        guard let requests else { return goal }
        return (requests[name] ?? 0) * max(100, goal) / 100
      }
    } else if first.value > 1 || requests == nil {
      assume(groups.missing) { _ in 0 }
    }
    if rebalances { assume(groups.unready) { _ in 0 } }
    let second = try ratio(usages, requests, goal)
    if isSmall(second.value) || (first.value < 1 && second.value > 1) || (first.value > 1 && second.value < 1) {
      return proposal
    }
    let count = Int64((second.value * Double(usages.count)).rounded(.up))
    if (second.value < 1 && count > present) || (second.value > 1 && count < present) { return proposal }
    proposal.replicas = count
    return proposal
  }
}
