// The node's agent: one pod worker per pod bound to the node, the images on the node, the addresses it hands out, and the
// grid of relists on which it notices what its containers do. Source: `pkg/kubelet/kubelet.go`, `pod_workers.go`, `pleg`.

import KubeAPI
import SimKernel
import Unstructured

final class Kubelet {
  let api: APIServer
  let world: World
  let profile: NodeProfile
  let runtime: any ContainerRuntime
  let nodeName: String
  let nodeAddress: String
  /// First three bytes of its pods' addresses, with the dot.
  let podNetwork: String
  let recorder: EventRecorder
  let images: ImageManager
  private var workers: [String: PodWorker] = [:]
  private var addressesTaken: Set<String> = []
  private var nextAddress = 64
  /// Which workers mount a config map or secret: `ConfigMap/ns/name` → pod uids.
  private var mountedBy: [String: Set<String>] = [:]
  private var workerByContainer: [String: String] = [:]
  /// False while the program is not there: containers run on, and nobody looks after them or says what they do.
  private(set) var isRunning = true

  init(
    api: APIServer, profile: NodeProfile, runtime: any ContainerRuntime, nodeName: String, nodeAddress: String,
    podNetwork: String, preloaded: [String]
  ) {
    self.api = api
    world = api.world
    self.profile = profile
    self.runtime = runtime
    self.nodeName = nodeName
    self.nodeAddress = nodeAddress
    self.podNetwork = podNetwork
    recorder = EventRecorder(server: api, component: "kubelet", host: nodeName)
    images = ImageManager(world: api.world, profile: profile, runtime: runtime, preloaded: preloaded)
    api.store.shelf(.pod).observe { [self] old, new in noticePod(old, new) }
    for kind in [Kind.configMap, .secret] {
      api.store.shelf(kind).observe { [self] old, new in
        guard let new, old != nil else { return }
        refreshVolumes(kind.kind + "/" + new.namespace + "/" + new.name)
      }
    }
  }

  // MARK: Pods

  private func noticePod(_ old: StoredObject?, _ new: StoredObject?) {
    if let old, let worker = workers[old.uid], new == nil || new!.uid != old.uid {
      // What the worker then says must not overtake the change that it answers to.
      world.soon { worker.podVanished() }
    }
    guard isRunning, let new, new.value[path: "spec", "nodeName"]?.string == nodeName else { return }
    if let worker = workers[new.uid] {
      worker.podChanged(from: old, to: new)
      return
    }
    if PodState.isFinished(new) { return }
    let isScheduled = new.value[path: "status", "conditions"]?.array?.isEmpty == false
    if old == nil, !isScheduled, let refusal = refusal(of: new) {
      world.after(profile.kubeletLatency) { [self] in reject(new, refusal) }
      return
    }
    let worker = PodWorker(kubelet: self, pod: new)
    workers[new.uid] = worker
    world.after(profile.kubeletLatency) { worker.begin() }
  }

  /// A pod that came with the name of its node has passed no scheduler.
  private func refusal(of pod: StoredObject) -> (reason: String, message: String)? {
    guard let node = api.store.object(.node, "", nodeName) else { return nil }
    var others: [StoredObject] = []
    for worker in workers.values where !PodState.isFinished(worker.pod) { others.append(worker.pod) }
    return PodAdmission(api: api, node: node).refusal(of: pod, beside: others)
  }

  private func reject(_ pod: StoredObject, _ refusal: (reason: String, message: String)) {
    recorder.record(ObjectReference(.pod, pod), .warning, refusal.reason, refusal.message)
    let now = Value.string(world.civilNow.rfc3339)
    api.amend(.pod, pod.namespace, pod.name, uid: pod.uid, as: "kubelet") {
      $0.set(["status", "phase"], "Failed")
      $0.set(["status", "reason"], .string(refusal.reason))
      $0.set(["status", "message"], .string("Pod was rejected: " + refusal.message))
      $0.set(["status", "startTime"], now)
    }
  }

  // MARK: Gone and back

  /// The kubelet's process ends.
  func halt() {
    guard isRunning else { return }
    isRunning = false
    for uid in workers.keys.sorted() { workers[uid]?.freeze() }
  }

  /// It starts again: it finds its containers, and does what has been asked for meanwhile.
  func restart() {
    guard !isRunning else { return }
    isRunning = true
    for uid in workers.keys.sorted() {
      guard let worker = workers[uid] else { continue }
      let pod = api.store.object(.pod, worker.namespace, worker.name)
      worker.thaw(pod?.uid == uid ? pod : nil)
    }
    for pod in api.store.shelf(.pod).list(namespace: nil) where workers[pod.uid] == nil { noticePod(nil, pod) }
  }

  /// What the running containers of its pods have used.
  func samples() -> [(pod: ObjectKey, container: String, startedAt: Instant, usage: ContainerUsage)] {
    var list: [(pod: ObjectKey, container: String, startedAt: Instant, usage: ContainerUsage)] = []
    for uid in workers.keys.sorted() {
      guard let worker = workers[uid] else { continue }
      for container in worker.initial + worker.regular where container.isRunning {
        guard let run = container.current, let usage = runtime.usage(containerID: run.id) else { continue }
        list.append((ObjectKey(worker.namespace, worker.name), container.name, run.startedAt, usage))
      }
    }
    return list
  }

  func forget(_ worker: PodWorker) {
    workers[worker.uid] = nil
    if !worker.address.isEmpty, !worker.usesHostNetwork { addressesTaken.remove(worker.address) }
    for key in worker.mountedObjects { mountedBy[key]?.remove(worker.uid) }
    for id in worker.containerIDs { workerByContainer[id] = nil }
  }

  func owns(_ containerID: String, by worker: PodWorker) { workerByContainer[containerID] = worker.uid }

  /// Probes of this container may have a new result.
  func unsettle(containerID: String) {
    if let uid = workerByContainer[containerID] { workers[uid]?.unsettle(containerID: containerID) }
  }

  // MARK: Time

  /// The first relist strictly after an instant.
  func relist(after instant: Instant) -> Instant {
    let period = profile.relistPeriod.nanoseconds
    let offset = instant.nanoseconds - profile.relistPhase.nanoseconds
    let floored = offset >= 0 ? offset / period : (offset - period + 1) / period
    return Instant(nanoseconds: (floored + 1) * period + profile.relistPhase.nanoseconds)
  }

  /// Pod workers act one after the other, some milliseconds apart.
  func nextTurn() -> Interval {
    turns += 1
    return .milliseconds(Int64(turns % 8) * 7)
  }
  private var turns = 0

  // MARK: Addresses

  func takeAddress() -> String {
    for _ in 0..<65_000 {
      nextAddress += 1
      if nextAddress % 256 == 0 || nextAddress % 256 == 255 { continue }
      let address = addressText(nextAddress)
      if addressesTaken.insert(address).inserted { return address }
    }
    return addressText(nextAddress)
  }

  private func addressText(_ number: Int) -> String {
    if number < 256 { return podNetwork + "\(number)" }
    // Further blocks of the pod network, downwards from the node's own.
    var parts: [Int] = []
    for part in podNetwork.split(separator: ".") { parts.append(Int(part) ?? 0) }
    let third = ((parts[2] - number / 256) % 256 + 256) % 256
    return "\(parts[0]).\(parts[1]).\(third).\(number % 256)"
  }

  // MARK: Volumes that follow their source

  func mounts(_ worker: PodWorker, _ key: String) { mountedBy[key, default: []].insert(worker.uid) }

  /// Mounted config maps and secrets follow changes after the kubelet's sync period.
  private func refreshVolumes(_ key: String) {
    guard let pods = mountedBy[key], !pods.isEmpty else { return }
    world.after(.seconds(Int64(60))) { [self] in
      for uid in (mountedBy[key] ?? []).sorted() { workers[uid]?.refreshFiles() }
    }
  }
}
