// A metrics server: while a pod of it runs, it asks every node's kubelet every 15 seconds how much processor time and memory its
// containers have used, keeps the last two answers, and serves their difference as the API group metrics.k8s.io. What containers
// use is the container runtime's to say. A kubelet's own sampling is left out: it answers with what holds now.
// Source: kubernetes-sigs/metrics-server 0.7 (pkg/storage/{pod,node}.go, pkg/api/{pod,node}.go, pkg/server/server.go).

import KubeAPI
import SimKernel
import Unstructured

/// What one container, or a node, has used until an instant.
private struct MetricsPoint {
  var since: Instant
  var at: Instant
  /// Nanoseconds of processor time since `since`.
  var cpu: Int64
  var memory: Int64
}

/// What was used between two points.
struct Usage: Equatable {
  /// Billionths of a processor.
  var nanoCPU: Int64
  var memory: Int64
  var at: Instant
  var window: Interval

  fileprivate init?(_ last: MetricsPoint?, _ previous: MetricsPoint?) {
    guard let last, let previous, last.at > previous.at, last.cpu >= previous.cpu else { return nil }
    at = last.at
    window = last.at - previous.at
    nanoCPU = (last.cpu - previous.cpu) * 1_000 / max(1, window.nanoseconds / 1_000_000)
    memory = last.memory
  }

  var value: Value {
    [
      "cpu": .string(Quantity(nanoCPU, scale: -9).description),
      "memory": .string(Quantity(memory, format: .binarySI).description),
    ]
  }
}

final class MetricsServer: Controller {
  private static let image = "registry.k8s.io/metrics-server/metrics-server"
  static let registration = "v1beta1.metrics.k8s.io"
  /// A container that has run this long when it is first seen has its start for a first point.
  private static let freshest = Interval.seconds(Int64(10))

  private let kubelets: [Kubelet]
  private let nodeUse: NodeUse
  /// Called when what pods use has changed.
  var changed: () -> Void = {}
  private let tick = ObjectKey("", "scrape")
  /// The pod that runs it, and how often it looks.
  private var runner: (uid: String, period: Interval)?
  private var nextTick = Instant.start
  private var last: [ObjectKey: OrderedMap<String, MetricsPoint>] = [:]
  private var previous: [ObjectKey: OrderedMap<String, MetricsPoint>] = [:]
  private var lastNodes: [String: MetricsPoint] = [:]
  private var previousNodes: [String: MetricsPoint] = [:]

  init(api: APIServer, latency: Interval, kubelets: [Kubelet], nodeUse: NodeUse) {
    self.kubelets = kubelets
    self.nodeUse = nodeUse
    super.init(api: api, latency: latency)
    store.shelf(.pod).observe { [self] old, new in notice(old, new) }
  }

  // MARK: Its pod

  private func notice(_ old: StoredObject?, _ new: StoredObject?) {
    if let runner {
      if let old, old.uid == runner.uid, new == nil || !isRunning(new!) {
        self.runner = nil
        last = [:]
        previous = [:]
        lastNodes = [:]
        previousNodes = [:]
      } else if let new, isRunning(new), old == nil || !isRunning(old!) {
        // Somebody may wait for its figures.
        enqueue(tick, after: nextTick - world.now)
      }
      return
    }
    guard let new, isRunning(new), let period = period(new) else { return }
    runner = (new.uid, period)
    scrape()
  }

  private func isRunning(_ pod: StoredObject) -> Bool { PodState.phase(pod) == "Running" && !pod.isBeingDeleted }

  /// Nil when the pod is none of a metrics server.
  private func period(_ pod: StoredObject) -> Interval? {
    for container in pod.value[path: "spec", "containers"]?.array ?? []
    where container["image"]?.string?.hasPrefix(MetricsServer.image) == true {
      let flag = "--metric-resolution="
      for argument in container["args"]?.array ?? [] {
        if let text = argument.string, text.hasPrefix(flag) {
          return HumanDuration.parse(String(text.dropFirst(flag.utf8.count)))
        }
      }
      return .seconds(Int64(60))
    }
    return nil
  }

  override func reconcile(_ key: ObjectKey) {
    guard runner != nil, world.now >= nextTick else { return }
    scrape()
  }

  // MARK: Looking

  private func scrape() {
    guard let period = runner?.period else { return }
    nextTick = world.now + period
    let before = summary
    var newest: [ObjectKey: OrderedMap<String, MetricsPoint>] = [:]
    var older: [ObjectKey: OrderedMap<String, MetricsPoint>] = [:]
    var nodes: [String: MetricsPoint] = [:]
    var isIncomplete = false
    for kubelet in kubelets where kubelet.isRunning {
      var total: Int64 = 0
      var memory = nodeUse.memory
      for sample in kubelet.samples() {
        let point = MetricsPoint(
          since: sample.startedAt, at: world.now, cpu: sample.usage.cpu, memory: sample.usage.memory)
        let known = last[sample.pod]?[sample.container]
        let isSame = known.map { point.since < $0.at } ?? false
        total += point.cpu - (isSame ? known!.cpu : 0)
        memory += point.memory
        newest[sample.pod, default: OrderedMap()][sample.container] = point
        let age = point.at - point.since
        if age < period, age >= MetricsServer.freshest {
          older[sample.pod, default: OrderedMap()][sample.container] = MetricsPoint(
            since: point.since, at: point.since, cpu: 0, memory: 0)
        } else if isSame {
          older[sample.pod, default: OrderedMap()][sample.container] = known
        } else {
          isIncomplete = true
        }
      }
      let name = kubelet.nodeName
      if let known = lastNodes[name] {
        total += known.cpu + (world.now - known.at).nanoseconds / 1_000 * nodeUse.milliCPU
      } else {
        isIncomplete = true
        total = 0
      }
      nodes[name] = MetricsPoint(since: .start, at: world.now, cpu: total, memory: memory)
    }
    last = newest
    previous = older
    previousNodes = lastNodes
    lastNodes = nodes
    let isNew = summary != before
    if isNew { changed() }
    enqueue(tick, after: period, weight: isNew || isIncomplete ? .activity : .housekeeping)
  }

  /// What is seen of the figures: thousandths of processors, and memory.
  private var summary: [ObjectKey: [Int64]] {
    var result: [ObjectKey: [Int64]] = [:]
    for (pod, points) in last {
      var numbers: [Int64] = []
      for (name, point) in points {
        guard let usage = Usage(point, previous[pod]?[name]) else { continue }
        numbers += [usage.nanoCPU / 1_000_000, usage.memory]
      }
      result[pod] = numbers
    }
    return result
  }

  // MARK: Answering

  /// Whether the API group is registered with the API server.
  var isRegistered: Bool { store.object(.apiService, "", MetricsServer.registration) != nil }

  /// Whether requests get through to it.
  var isAvailable: Bool {
    let registration = store.object(.apiService, "", MetricsServer.registration)
    for condition in registration?.value[path: "status", "conditions"]?.array ?? []
    where condition["type"]?.string == "Available" { return condition["status"]?.string == "True" }
    return false
  }

  private func check(_ kind: Kind, _ name: String) throws(Status) {
    let request = "(get \(kind.qualifiedPlural)\(name.isEmpty ? "" : " " + name))"
    if !isRegistered {
      throw Status(
        code: 404, reason: "NotFound", message: "the server could not find the requested resource \(request)")
    }
    if !isAvailable {
      throw Status(
        code: 503, reason: "ServiceUnavailable",
        message: "the server is currently unable to handle the request \(request)")
    }
  }

  /// What each container of a pod uses; nil as long as it is not known of all of them.
  func usage(of pod: ObjectKey) -> OrderedMap<String, Usage>? {
    guard let points = last[pod] else { return nil }
    var result = OrderedMap<String, Usage>()
    for (name, point) in points {
      guard let usage = Usage(point, previous[pod]?[name]) else { return nil }
      result[name] = usage
    }
    return result
  }

  func list(_ kind: Kind, _ namespace: String?, _ selection: Selection) throws(Status) -> [Value] {
    try check(kind, "")
    var items: [Value] = []
    let subjects = kind == .podMetrics ? Kind.pod : .node
    for object in store.shelf(subjects).list(namespace: kind.namespaced ? namespace : nil)
    where selection.matches(object) {
      if let value = answer(kind, object) { items.append(value) }
    }
    return items
  }

  func get(_ kind: Kind, _ namespace: String, _ name: String) throws(Status) -> Value {
    try check(kind, name)
    let subjects = kind == .podMetrics ? Kind.pod : .node
    guard let object = store.object(subjects, kind.namespaced ? namespace : "", name) else {
      throw Status.notFound(subjects, name)
    }
    guard let value = answer(kind, object) else {
      var status = Status.notFound(kind, name)
      let resource = kind == .podMetrics ? "podmetrics" : "nodemetrics"
      status.message = "\(resource).\(kind.group) \"\(kind.namespaced ? namespace + "/" : "")\(name)\" not found"
      throw status
    }
    return value
  }

  private func answer(_ kind: Kind, _ object: StoredObject) -> Value? {
    var metadata: Value = ["name": .string(object.name), "creationTimestamp": .string(world.civilNow.rfc3339)]
    if kind.namespaced { metadata["namespace"] = .string(object.namespace) }
    if let labels = object.labels, !labels.isEmpty { metadata["labels"] = .object(labels) }
    var value: Value = [
      "kind": .string(kind.kind), "apiVersion": .string(kind.apiVersion), "metadata": metadata,
    ]
    var oldest: Usage?
    if kind == .podMetrics {
      guard let usages = usage(of: object.key) else { return nil }
      var containers: [Value] = []
      for (name, usage) in usages.sortedByKey {
        containers.append(["name": .string(name), "usage": usage.value])
        if oldest == nil || usage.at < oldest!.at { oldest = usage }
      }
      value["containers"] = .array(containers)
    } else {
      guard let usage = Usage(lastNodes[object.name], previousNodes[object.name]) else { return nil }
      value["usage"] = usage.value
      oldest = usage
    }
    guard let oldest else { return nil }
    value["timestamp"] = .string(world.clock.civil(oldest.at).rfc3339)
    value["window"] = .string(HumanDuration.goText(oldest.window))
    return value
  }
}
