// A container runtime that follows a script per image: how long a pull takes, whether the program ends by itself, how long
// it needs to stop, when its probes begin to succeed. Its defaults are those of the captures (shared oracle README).

import KubeCluster
import SimKernel

struct ImageScript {
  var pull: Interval = .milliseconds(2_500)
  /// The program ends by itself after this long, with `exitCode`.
  var runs: Interval?
  var exitCode = 0
  /// What SIGTERM does: ends after this long; nil means it is ignored.
  var stops: Interval? = .milliseconds(300)
  /// Probes succeed from this long after the start; nil means never.
  var ready: Interval? = .zero
  var isMissing = false
}

final class FakeRuntime: ContainerRuntime {
  let world: World
  var scripts: [String: ImageScript] = [:]
  /// By container name, over the image's.
  var byContainer: [String: ImageScript] = [:]
  /// Thousandths of a processor that containers named `c` burn, in the order in which they were started; others burn nothing.
  var loads: [Int64] = []
  private var loadByContainer: [String: Int64] = [:]
  private(set) var started: [ContainerSpec] = []
  private(set) var running: [String: Running] = [:]
  private var random: SeededRandom

  final class Running {
    let spec: ContainerSpec
    let script: ImageScript
    let startedAt: Instant
    let exited: (ContainerExit) -> Void
    var hasEnded = false
    init(_ spec: ContainerSpec, _ script: ImageScript, _ at: Instant, _ exited: @escaping (ContainerExit) -> Void) {
      self.spec = spec
      self.script = script
      startedAt = at
      self.exited = exited
    }
  }

  init(world: World) {
    self.world = world
    random = world.random.split("runtime")
    var postgres = ImageScript()
    postgres.pull = .seconds(Int64(2))
    postgres.ready = .milliseconds(2_500)
    for tag in ["15-alpine", "16-alpine", "15"] { scripts["postgres:" + tag] = postgres }
    var helper = ImageScript()
    helper.runs = .milliseconds(60)
    helper.pull = .milliseconds(900)
    scripts["busybox:1.28.4"] = helper
  }

  private func script(_ image: String) -> ImageScript { scripts[image] ?? ImageScript() }

  func resolve(image: String) -> ImageResolution {
    if image.contains(" ") { return .invalidName(message: "invalid reference format") }
    let script = script(image)
    let canonical = image.contains("/") ? "docker.io/\(image)" : "docker.io/library/\(image)"
    if script.isMissing || image.hasSuffix("does-not-exist") {
      return .failed(
        message:
          "rpc error: code = NotFound desc = failed to pull and unpack image \"\(canonical)\": failed to resolve "
          + "reference \"\(canonical)\": \(canonical): not found",
        after: nil)
    }
    return .found(
      ImageFacts(
        canonicalName: canonical, imageID: canonical + "@sha256:0", sizeBytes: 72_223_946, pullDuration: script.pull))
  }

  func start(_ spec: ContainerSpec, exited: @escaping (ContainerExit) -> Void) -> ContainerStart {
    started.append(spec)
    let id = random.hexadecimal(64)
    if spec.container == "c", loadByContainer.count < loads.count { loadByContainer[id] = loads[loadByContainer.count] }
    let script = byContainer[spec.container] ?? script(spec.image)
    running[id] = Running(spec, script, world.now, exited)
    if let runs = script.runs {
      world.after(runs) { [self] in end(id, ContainerExit(exitCode: script.exitCode)) }
    }
    return .started(containerID: id)
  }

  func end(_ id: String, _ exit: ContainerExit) {
    guard let container = running[id], !container.hasEnded else { return }
    container.hasEnded = true
    container.exited(exit)
  }

  func terminate(containerID: String) {
    guard let container = running[containerID], let stops = container.script.stops else { return }
    world.after(stops) { [self] in end(containerID, ContainerExit(exitCode: 0)) }
  }

  func kill(containerID: String) { end(containerID, ContainerExit(exitCode: 137)) }

  private func answer(_ id: String) -> ProbeResult {
    guard let container = running[id], !container.hasEnded, let ready = container.script.ready else {
      return .failure(output: "")
    }
    return world.now - container.startedAt >= ready ? .success : .failure(output: "no response")
  }

  func probe(
    containerID: String, exec command: [String], timeout: Interval, completion: @escaping (ProbeResult) -> Void
  ) {
    completion(command.last == "exit 1" ? .failure(output: "") : answer(containerID))
  }

  func httpProbe(
    containerID: String, scheme: String, host: String, port: Int, path: String, timeout: Interval,
    completion: @escaping (ProbeResult) -> Void
  ) {
    completion(answer(containerID))
  }

  func tcpProbe(
    containerID: String, host: String, port: Int, timeout: Interval, completion: @escaping (ProbeResult) -> Void
  ) {
    completion(answer(containerID))
  }

  func probesAreSettled(containerID: String) -> Bool {
    guard let container = running[containerID] else { return true }
    guard let ready = container.script.ready else { return true }
    return world.now - container.startedAt >= ready
  }

  func usage(containerID: String) -> ContainerUsage? {
    guard let container = running[containerID] else { return nil }
    let microseconds = (world.now - container.startedAt).nanoseconds / 1_000
    return ContainerUsage(cpu: microseconds * (loadByContainer[containerID] ?? 0), memory: 16 << 20)
  }

  func updateFiles(volumeID: String, files: OrderedMap<String, ProjectedFile>) {}
  func remove(containerID: String) { running[containerID] = nil }
  func removeVolume(volumeID: String) {}
}
