// One probe of one container: when it is asked, how its results count, what follows. Results that cannot change by themselves
// are not asked for again until the runtime says that something happened, so a settled container costs nothing.
// Source: `pkg/kubelet/prober/worker.go`, `prober.go`.

import KubeAPI
import SimKernel
import Unstructured

final class Prober {
  enum Kind {
    case startup, readiness, liveness

    var field: String {
      switch self {
      case .startup: return "startupProbe"
      case .readiness: return "readinessProbe"
      case .liveness: return "livenessProbe"
      }
    }
    /// As the kubelet words why it restarts a container.
    var restartReason: String { "failed \(word.lowercased()) probe" }

    var word: String {
      switch self {
      case .startup: return "Startup"
      case .readiness: return "Readiness"
      case .liveness: return "Liveness"
      }
    }
  }

  let kind: Kind
  private let worker: PodWorker
  private let container: PodContainer
  private let probe: Value
  private let id: String
  private let begun: Instant
  private let period: Interval
  private let timeout: Interval
  private let initialDelay: Int64
  private let failuresNeeded: Int64
  private let successesNeeded: Int64
  private var inARow: Int64 = 0
  private var lastResult: Bool?
  private var tick: EventID?
  private var nextTick = Instant.start
  /// Whether the next tick is one that nobody waits for.
  private var isIdle = false
  private var isAsking = false
  private var isStopped = false
  private var isDecided = false
  /// The last try could not be made, and the next cannot either unless something happens.
  private var isErroring = false

  init(worker: PodWorker, container: PodContainer, kind: Kind, probe: Value) {
    self.worker = worker
    self.container = container
    self.kind = kind
    self.probe = probe
    id = container.current?.id ?? ""
    begun = worker.world.now
    period = .seconds(probe["periodSeconds"]?.integer ?? 10)
    timeout = .seconds(probe["timeoutSeconds"]?.integer ?? 1)
    initialDelay = probe["initialDelaySeconds"]?.integer ?? 0
    failuresNeeded = probe["failureThreshold"]?.integer ?? 3
    successesNeeded = probe["successThreshold"]?.integer ?? 1
  }

  /// The grid begins when the pod was first handed to the probe manager, before its containers started, and goes on through
  /// their restarts; only asking at once moves it.
  func start() {
    let origin = container.tickOrigins[kind.field] ?? worker.probesBegan
    let behind = (begun - origin).nanoseconds % period.nanoseconds
    schedule(at: begun + Interval(nanoseconds: period.nanoseconds - behind))
  }

  func stop() {
    isStopped = true
    if let tick { worker.world.cancel(tick) }
    tick = nil
  }

  /// Asks now and counts the period from here.
  func kick() {
    guard !isStopped else { return }
    container.tickOrigins[kind.field] = worker.world.now
    schedule(at: worker.world.now + period)
    ask()
  }

  /// Something happened in the container: results count again from the next tick.
  func resume() {
    guard !isStopped else { return }
    if let tick, worker.world.isPending(tick) {
      if isIdle { schedule(at: nextTick) }
      return
    }
    var next = nextTick
    while next <= worker.world.now { next = next + period }
    schedule(at: next)
  }

  private func schedule(at instant: Instant, weight: EventWeight = .activity) {
    if let tick { worker.world.cancel(tick) }
    nextTick = instant
    isIdle = weight == .housekeeping
    tick = worker.world.schedule(at: instant, weight: weight) { [self] in fire() }
  }

  private func fire() {
    tick = nil
    guard !isStopped, container.current?.id == id, container.isRunning else { return }
    ask()
    // Asked again on the grid, unless nothing can come of it (see `conclude`).
    if !isAsking { planNext() }
  }

  private func planNext() {
    guard !isStopped, tick == nil else { return }
    let runtime = worker.kubelet.runtime
    let isSettled = isDecided && runtime.probesAreSettled(containerID: id)
    // A web server logs every request, so an HTTP probe goes on although its result is known.
    if isSettled, lastResult == true, probe["httpGet"] == nil {
      // Keeps the grid for `resume`.
      nextTick = nextTick + period
      return
    }
    let isHopeless = isErroring && runtime.probesAreSettled(containerID: id)
    schedule(at: nextTick + period, weight: isSettled || isHopeless ? .housekeeping : .activity)
  }

  private func ask() {
    // A container that the status does not tell of yet is not asked: the status is where the prober looks.
    guard !isAsking, !isStopped, container.isRunning, container.reportedID == id else { return }
    if kind != .startup, !container.hasStarted { return }
    if kind == .startup, container.hasStarted { return }
    // The status holds whole seconds, and so does the comparison.
    let clock = worker.world.clock
    let nanos =
      worker.world.now
      - Instant(
        nanoseconds: begun.nanoseconds - clock.subsecondNanoseconds(begun))
    if nanos.wholeSeconds < initialDelay { return }
    isAsking = true
    let answer: (ProbeResult) -> Void = { [self] result in
      isAsking = false
      guard !isStopped, container.current?.id == id else { return }
      conclude(result)
      if tick == nil { planNext() }
    }
    let runtime = worker.kubelet.runtime
    for handler in ["httpGet", "tcpSocket"] {
      // A name that none of the container's ports has.
      if let name = probe[handler]?["port"]?.string, port(probe[handler]?["port"]) == 0 {
        return answer(.errored("strconv.Atoi: parsing \(goQuoted(name)): invalid syntax"))
      }
    }
    if let exec = probe["exec"] {
      var command: [String] = []
      for part in exec["command"]?.array ?? [] { command.append(part.string ?? "") }
      runtime.probe(containerID: id, exec: command, timeout: timeout, completion: answer)
    } else if let http = probe["httpGet"] {
      let host = http["host"]?.string ?? worker.address
      runtime.httpProbe(
        containerID: id, scheme: (http["scheme"]?.string ?? "HTTP").lowercased(), host: host,
        port: port(http["port"]), path: http["path"]?.string ?? "/", timeout: timeout, completion: answer)
    } else if let tcp = probe["tcpSocket"] {
      runtime.tcpProbe(
        containerID: id, host: tcp["host"]?.string ?? worker.address, port: port(tcp["port"]), timeout: timeout,
        completion: answer)
    } else if let grpc = probe["grpc"] {
      // The client tries until its time is up.
      let port = port(grpc["port"])
      let target = goQuoted("\(worker.address):\(port)")
      runtime.tcpProbe(containerID: id, host: worker.address, port: port, timeout: timeout) { [self] result in
        guard case .failure = result else { return answer(result) }
        let text = "timeout: failed to connect service \(target) within \(timeout.wholeSeconds)s: "
        worker.world.after(timeout) { answer(.failure(output: text + "context deadline exceeded")) }
      }
    } else {
      answer(.success)
    }
  }

  private func port(_ value: Value?) -> Int { Prober.port(value, of: container) }

  /// A port given by number or by the name that the container gives it.
  static func port(_ value: Value?, of container: PodContainer) -> Int {
    if let number = value?.integer { return Int(number) }
    let name = value?.string ?? ""
    for port in container.spec["ports"]?.array ?? [] where port["name"]?.string == name {
      return Int(port["containerPort"]?.integer ?? 0)
    }
    return Int(name) ?? 0
  }

  private func conclude(_ result: ProbeResult) {
    var isSuccess = false
    isErroring = false
    switch result {
    case .success: isSuccess = true
    case .failure(let output):
      worker.event(.warning, "Unhealthy", "\(kind.word) probe failed: \(output)", container)
    case .timeout:
      worker.event(.warning, "Unhealthy", "\(kind.word) probe failed: \(timeoutText)", container)
    case .errored(let message):
      isErroring = true
      return worker.event(.warning, "Unhealthy", "\(kind.word) probe errored: \(message)", container)
    }
    if lastResult == isSuccess { inARow += 1 } else { inARow = 1 }
    lastResult = isSuccess
    if inARow < (isSuccess ? successesNeeded : failuresNeeded) { return }
    switch kind {
    case .startup:
      isDecided = true
      if isSuccess {
        stop()
        worker.startupSucceeded(container)
      } else {
        stop()
        worker.probeFailedForGood(container, kind)
      }
    case .readiness:
      isDecided = true
      if container.isReady != isSuccess {
        container.isReady = isSuccess
        worker.readinessChanged(container)
      }
    case .liveness:
      isDecided = true
      if !isSuccess {
        stop()
        worker.probeFailedForGood(container, kind)
      }
    }
  }

  private var timeoutText: String {
    if let exec = probe["exec"] {
      var parts: [String] = []
      for part in exec["command"]?.array ?? [] { parts.append(part.string ?? "") }
      return
        "command timed out: \(goQuoted(parts.joined(separator: " "))) timed out after \(HumanDuration.goText(timeout))"
    }
    if let http = probe["httpGet"] {
      let scheme = (http["scheme"]?.string ?? "HTTP").lowercased()
      return
        "Get \"\(scheme)://\(http["host"]?.string ?? worker.address):\(port(http["port"]))\(http["path"]?.string ?? "/")\": "
        + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    }
    return "dial tcp \(worker.address):\(port(probe["tcpSocket"]?["port"])): i/o timeout"
  }
}
