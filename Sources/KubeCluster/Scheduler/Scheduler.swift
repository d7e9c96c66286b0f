// The scheduler: finds a node for every pod that has none, says why when there is none, and holds a pod's place while its
// WaitForFirstConsumer claims are being provisioned (they are looked at once a second). Filters live in NodeFilter.swift and
// PodTopology.swift, the choice among nodes in NodeScore.swift, making room in Preemption.swift.
// Source: `pkg/scheduler/schedule_one.go`, `framework/plugins/*`.

import KubeAPI
import SimKernel
import Unstructured

final class Scheduler: Controller {
  let recorder: EventRecorder
  let volumes: VolumeController
  let profile: NodeProfile
  /// Pods on each node that still use resources, whether bound or only assumed to be.
  private(set) var podsByNode: [String: Set<ObjectKey>] = [:]
  private var usage: [String: NodeUsage] = [:]
  /// Those of them that want to be without certain company.
  private(set) var antiAffine: Set<ObjectKey> = []
  /// Pods that wait for claims on a chosen node.
  private var reserved: [ObjectKey: (uid: String, node: String, since: Instant)] = [:]
  /// Pods that found no node, with the last reason given.
  private var unschedulable: [ObjectKey: (message: String, hopes: Hopes)] = [:]
  /// Where room has been made for a pod that could not be bound yet: pods of no higher priority must not take it.
  private(set) var nominated: [ObjectKey: String] = [:]
  /// Waiting pods that are tried because a node has changed.
  private var triedForNodes: Set<ObjectKey> = []
  /// For the choice among equally good nodes.
  private var random: SeededRandom
  private static let noUse = "Preemption is not helpful for scheduling"
  /// How often and when a waiting pod was last tried: tries are 1, 2, 4 … 10 seconds apart.
  private var attempts: [ObjectKey: (count: Int, last: Instant)] = [:]

  struct NodeUsage {
    var cpu: Int64 = 0
    var memory: Int64 = 0
    /// The same with what is assumed of containers that ask for nothing.
    var assumedCPU: Int64 = 0
    var assumedMemory: Int64 = 0
    var storage: Int64 = 0
    var pods: Int64 = 0
    var ports: Set<String> = []

    mutating func add(_ pod: StoredObject, _ sign: Int64, _ scheduler: Scheduler) {
      cpu += sign * scheduler.api.podTotal(pod.value, "requests", "cpu")
      memory += sign * scheduler.api.podTotal(pod.value, "requests", "memory")
      let assumed = Scheduler.assumedRequests(pod.value, scheduler.api)
      assumedCPU += sign * assumed.cpu
      assumedMemory += sign * assumed.memory
      storage += sign * scheduler.api.podTotal(pod.value, "requests", "ephemeral-storage")
      pods += sign
      for port in NodeFilter.hostPorts(pod.value) {
        if sign > 0 { ports.insert(port) } else { ports.remove(port) }
      }
    }
  }

  init(api: APIServer, profile: NodeProfile, volumes: VolumeController, nodeName: String) {
    recorder = EventRecorder(server: api, component: "default-scheduler", host: nodeName, modern: true)
    self.volumes = volumes
    self.profile = profile
    random = api.world.random.split("scheduler")
    super.init(api: api, latency: profile.schedulingLatency)
    store.shelf(.pod).observe { [self] old, new in noticePod(old, new) }
    for kind in [Kind.node, .persistentVolumeClaim, .persistentVolume, .storageClass] {
      store.shelf(kind).observe { [self] old, new in
        if kind == .node, let old, let new, old.value["spec"] == new.value["spec"], old.labels == new.labels,
          old.value[path: "status", "allocatable"] == new.value[path: "status", "allocatable"]
        {
          return
        }
        if kind == .node { return retryAll(.nodes) }
        if let new { retryAll(.volumes, for: new, of: kind) }
      }
    }
  }

  /// What a pod asks for in thousandths, taking 100m and 200 MiB for each container that does not say.
  static func assumedRequests(_ pod: Value, _ api: APIServer) -> (cpu: Int64, memory: Int64) {
    var filled = pod
    for list in ["containers", "initContainers"] {
      guard var containers = pod["spec"]?[list]?.array else { continue }
      for i in containers.indices {
        for (resource, amount) in [("cpu", Value.string("100m")), ("memory", "200Mi")]
        where containers[i]["resources"]?["requests"]?[resource] == nil
          && containers[i]["resources"]?["limits"]?[resource] == nil
        {
          containers[i].set(["resources", "requests", resource], amount)
        }
      }
      filled.set(["spec", list], .array(containers))
    }
    return (api.podTotal(filled, "requests", "cpu"), api.podTotal(filled, "requests", "memory"))
  }

  /// What kind of change could make room for a pod. Pods are tried again only for what their last refusal hopes for; a change
  /// of a node is tried by all.
  private struct Hopes {
    var pods = false
    /// That certain other pods arrive.
    var company = false
    var volumes = false
  }
  private enum Change { case nodes, pods, arrivals, volumes }

  override func auditKeys() -> [ObjectKey] {
    var keys: [ObjectKey] = []
    for pod in store.shelf(.pod).list(namespace: nil) where wantsNode(pod) && reserved[pod.key] == nil {
      keys.append(pod.key)
      triedForNodes.insert(pod.key)
    }
    return keys
  }

  func usage(of node: String) -> NodeUsage { usage[node] ?? NodeUsage() }

  private func wantsNode(_ pod: StoredObject) -> Bool {
    (pod.value[path: "spec", "nodeName"]?.string ?? "").isEmpty && !pod.isBeingDeleted
      && (pod.value[path: "spec", "schedulerName"]?.string ?? "default-scheduler") == "default-scheduler"
  }

  private func noticePod(_ old: StoredObject?, _ new: StoredObject?) {
    let oldNode = old.map { occupiedNode($0) } ?? ""
    let newNode = new.map { occupiedNode($0) } ?? ""
    if oldNode != newNode {
      if !oldNode.isEmpty { occupy(oldNode, old!, by: -1) }
      if !newNode.isEmpty {
        if reserved.removeValue(forKey: new!.key) == nil { occupy(newNode, new!, by: 1) }
      }
      if !oldNode.isEmpty { retryAll(.pods) }
      if !newNode.isEmpty { retryAll(.arrivals) }
    }
    if let new, old == nil, wantsNode(new) { enqueue(new.key) }
    if let new, let old, wantsNode(new), old.value["spec"] != new.value["spec"] { enqueue(new.key) }
    if let gone = old, new == nil || new!.uid != gone.uid || new!.isBeingDeleted {
      unschedulable[gone.key] = nil
      attempts[gone.key] = nil
      nominated[gone.key] = nil
      triedForNodes.remove(gone.key)
      if let place = reserved[gone.key], place.uid == gone.uid {
        reserved[gone.key] = nil
        occupy(place.node, gone, by: -1)
        retryAll(.pods)
      }
    }
  }

  /// The node whose resources a stored pod uses.
  private func occupiedNode(_ pod: StoredObject) -> String {
    PodState.isFinished(pod) ? "" : pod.value[path: "spec", "nodeName"]?.string ?? ""
  }

  private func occupy(_ node: String, _ pod: StoredObject, by sign: Int64) {
    var use = usage[node] ?? NodeUsage()
    use.add(pod, sign, self)
    usage[node] = use
    if !NodeFilter.terms(pod, "podAntiAffinity").isEmpty {
      if sign > 0 { antiAffine.insert(pod.key) } else { antiAffine.remove(pod.key) }
    }
    if sign > 0 { podsByNode[node, default: []].insert(pod.key) } else { podsByNode[node]?.remove(pod.key) }
  }

  /// Any volume may suit a pod that waits for volumes; of claims and classes only its own.
  private func concerns(_ object: StoredObject, _ kind: Kind, _ pod: ObjectKey) -> Bool {
    if kind == .persistentVolume { return true }
    guard let pod = store.object(.pod, pod.namespace, pod.name) else { return false }
    for key in VolumeController.claims(of: pod) {
      if kind == .persistentVolumeClaim, key == object.key { return true }
      let claim = store.object(.persistentVolumeClaim, key.namespace, key.name)
      if kind == .storageClass, claim?.value[path: "spec", "storageClassName"]?.string == object.name { return true }
    }
    return false
  }

  private func retryAll(_ change: Change, for object: StoredObject? = nil, of kind: Kind = .node) {
    var hopeful: [ObjectKey] = []
    for (key, refusal) in unschedulable {
      switch change {
      case .nodes:
        hopeful.append(key)
        triedForNodes.insert(key)
        continue
      case .pods: if !refusal.hopes.pods { continue }
      case .arrivals:
        guard refusal.hopes.company else { continue }
        hopeful.append(key)
        triedForNodes.insert(key)
        continue
      case .volumes:
        guard refusal.hopes.volumes, let object, concerns(object, kind, key) else { continue }
      }
      hopeful.append(key)
      triedForNodes.remove(key)
    }
    if hopeful.isEmpty { return }
    world.after(.milliseconds(1)) { [self] in
      var keys: [ObjectKey] = []
      for key in hopeful where unschedulable[key] != nil { keys.append(key) }
      keys.sort { a, b in
        let x = store.object(.pod, a.namespace, a.name).map { priority($0) } ?? 0
        let y = store.object(.pod, b.namespace, b.name).map { priority($0) } ?? 0
        return x == y ? a < b : x > y
      }
      for key in keys {
        guard let attempt = attempts[key] else {
          reconcile(key)
          continue
        }
        let seconds = attempt.count > 4 ? 10 : Int64(1) << Int64(attempt.count - 1)
        let ready = attempt.last + .seconds(seconds)
        if ready <= world.now { reconcile(key) } else { enqueue(key, after: backOffFlush(after: ready) - world.now) }
      }
    }
  }

  /// A pod that nothing has helped for five minutes is tried again anyway, by a look every thirty seconds.
  private func retryAnyway(_ key: ObjectKey, refusedAt: Instant) {
    let step: Int64 = 30_000_000_000
    let patience = refusedAt + .seconds(Int64(300))
    let look = Instant(nanoseconds: (patience.nanoseconds / step + 1) * step)
    world.schedule(at: look, weight: .housekeeping) { [self] in
      guard unschedulable[key] != nil, attempts[key]?.last == refusedAt else { return }
      reconcile(key)
    }
  }

  /// Pods whose back-off has ended are picked up once a second.
  private func backOffFlush(after instant: Instant) -> Instant {
    let second: Int64 = 1_000_000_000
    return Instant(nanoseconds: (instant.nanoseconds / second + 1) * second)
  }

  override func reconcile(_ key: ObjectKey) {
    guard let pod = store.object(.pod, key.namespace, key.name), wantsNode(pod), reserved[key] == nil else { return }
    if let gates = pod.value[path: "spec", "schedulingGates"]?.array, !gates.isEmpty {
      markUnschedulable(pod, reason: "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates")
      return
    }
    let nodes = store.shelf(.node).list(namespace: nil)
    var problems: [String: Int] = [:]
    var helpless: [String: Int] = [:]
    var fitting: [StoredObject] = []
    var candidates: [StoredObject] = []
    if nodes.isEmpty { return refuse(pod, "no nodes available to schedule pods") }
    if let problem = volumes.problem(of: pod) {
      let tail = "\(nodes.count) \(Scheduler.noUse)."
      return refuse(
        pod,
        "0/\(nodes.count) nodes are available: \(problem). preemption: 0/\(nodes.count) nodes are available: \(tail)",
        Hopes(volumes: true))
    }
    let filter = NodeFilter(scheduler: self, pod: pod, nodes: nodes)
    let named = filter.namedNodes
    var wantsCompany = false
    for node in nodes {
      if let named, !named.contains(node.name) {
        problems["node(s) didn't satisfy plugin(s) [NodeAffinity]", default: 0] += 1
        helpless[Scheduler.noUse, default: 0] += 1
        continue
      }
      let verdict = filter.check(node)
      if verdict.reasons.isEmpty {
        fitting.append(node)
        continue
      }
      if verdict.hopesForCompany { wantsCompany = true }
      for reason in verdict.reasons { problems[reason, default: 0] += 1 }
      if verdict.isResolvable {
        candidates.append(node)
      } else {
        helpless[Scheduler.noUse, default: 0] += 1
      }
    }
    let best = NodeScore(filter: filter, fitting: fitting).best()
    guard let chosen = best.count > 1 ? best[random.below(best.count)] : best.first else {
      let problem = "0/\(nodes.count) nodes are available: \(histogram(problems))."
      let hopes = Hopes(
        pods: !candidates.isEmpty, company: wantsCompany, volumes: !VolumeController.claims(of: pod).isEmpty)
      switch preempt(for: pod, on: candidates, filter) {
      case .madeRoom(let node):
        nominated[key] = node
        refuse(pod, problem, Hopes(pods: true))
        api.amend(.pod, pod.namespace, pod.name, uid: pod.uid, as: "kube-scheduler") {
          $0.set(["status", "nominatedNodeName"], .string(node))
        }
        return
      case .notEligible(let why): return refuse(pod, "\(problem) preemption: not eligible due to \(why).", hopes)
      case .inVain(let reasons):
        for (reason, number) in reasons { helpless[reason, default: 0] += number }
        return refuse(
          pod, "\(problem) preemption: 0/\(nodes.count) nodes are available: \(histogram(helpless)).", hopes)
      }
    }
    unschedulable[key] = nil
    nominated[key] = nil
    if volumes.reserve(pod, on: chosen.name) {
      bind(pod, to: chosen.name)
    } else {
      reserved[key] = (pod.uid, chosen.name, world.now)
      occupy(chosen.name, pod, by: 1)
      waitForVolumes(key)
    }
  }

  /// Looks once a second whether the claims of a reserved pod are bound.
  private func waitForVolumes(_ key: ObjectKey) {
    world.after(.seconds(Int64(1))) { [self] in
      guard let place = reserved[key], let pod = store.object(.pod, key.namespace, key.name), pod.uid == place.uid
      else { return }
      if volumes.areBound(pod) {
        bind(pod, to: place.node)
      } else if world.now - place.since > .seconds(Int64(600)) {
        reserved[key] = nil
        occupy(place.node, pod, by: -1)
        refuse(pod, "running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded")
      } else {
        waitForVolumes(key)
      }
    }
  }

  private func bind(_ pod: StoredObject, to node: String) {
    api.assign(pod, to: node)
    recorder.record(
      ObjectReference(.pod, pod), .normal, "Scheduled",
      "Successfully assigned \(pod.namespace)/\(pod.name) to \(node)")
  }

  private func refuse(_ pod: StoredObject, _ message: String, _ hopes: Hopes = Hopes()) {
    // Were the node's change of no use to this pod, the scheduler would not have tried it again.
    let isIdle = triedForNodes.remove(pod.key) != nil && unschedulable[pod.key]?.message == message
    if isIdle { return }
    recorder.record(ObjectReference(.pod, pod), .warning, "FailedScheduling", message)
    unschedulable[pod.key] = (message, hopes)
    attempts[pod.key] = ((attempts[pod.key]?.count ?? 0) + 1, world.now)
    retryAnyway(pod.key, refusedAt: world.now)
    markUnschedulable(pod, reason: "Unschedulable", message)
  }

  private func markUnschedulable(_ pod: StoredObject, reason: String, _ message: String) {
    let now = world.civilNow.rfc3339
    api.amend(.pod, pod.namespace, pod.name, uid: pod.uid, as: "kube-scheduler") {
      setPodCondition(&$0, type: "PodScheduled", status: "False", reason: reason, message: message, now: now)
    }
  }

  /// `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as text.
  private func histogram(_ counts: [String: Int]) -> String {
    var items: [String] = []
    for (reason, number) in counts { items.append("\(number) \(reason)") }
    items.sort()
    return items.joined(separator: ", ")
  }
}
