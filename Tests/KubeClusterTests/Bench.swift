// A cluster with a fake runtime and virtual terminals: manifests go in, watch rows come out.

import KubeAPI
import KubeCluster
import SimKernel
import Testing
import Unstructured

final class Bench {
  let world: World
  let runtime: FakeRuntime
  let cluster: Cluster
  let invariants: InvariantChecker
  private(set) var zero = Instant.start
  private var streams: [(kind: Kind, stream: WatchStream)] = []

  init(
    seed: UInt64 = 1, profile: NodeProfile = .capture,
    preloaded: [String] = [
      "postgres:15-alpine", "postgres:16-alpine", "busybox:1.28.4", "busybox:1.36", "nginx:1.27",
      "coredns/coredns:1.10.1",
      "calico/node:v3.28.1", "calico/kube-controllers:v3.28.1", "cdkbot/hostpath-provisioner:1.5.0",
    ],
    change: (inout ClusterSettings) -> Void = { _ in }
  ) {
    world = World(seed: seed)
    runtime = FakeRuntime(world: world)
    var settings = ClusterSettings()
    settings.preloadedImages = preloaded
    change(&settings)
    cluster = Cluster(world: world, profile: profile, settings: settings, runtime: runtime)
    invariants = InvariantChecker(cluster)
    settle()
  }

  var api: APIServer { cluster.api }

  /// Runs until the world is quiet, at most a virtual ten minutes, and makes that instant time zero.
  func settle(atMost: Interval = .seconds(Int64(600)), keepingZero: Bool = false) {
    let limit = world.now + atMost
    while !world.isQuiet, world.step(until: limit) {}
    if !keepingZero { zero = world.now }
  }

  /// What must hold whenever a test is done.
  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    invariants.checkAtRest()
    for violation in invariants.violations { Issue.record("\(violation)", sourceLocation: sourceLocation) }
  }

  /// The lab of the captures with its set of so many replicas, all ready.
  static func lab(_ replicas: Int, seed: UInt64 = 1, profile: NodeProfile = .capture) throws -> Bench {
    let bench = Bench(seed: seed, profile: profile)
    try bench.apply(Manifests.postgres(replicas: replicas))
    bench.settle()
    return bench
  }

  func delete(_ kind: Kind, _ name: String, namespace: String = "default") throws {
    _ = try api.delete(kind, namespace: namespace, name: name)
  }

  func setImage(_ image: String, kind: Kind = .statefulSet, name: String = "postgres") throws {
    var object = try get(kind, name)
    var containers = object[path: "spec", "template", "spec", "containers"]!.array!
    containers[0]["image"] = .string(image)
    object.set(["spec", "template", "spec", "containers"], .array(containers))
    _ = try api.update(kind, namespace: "default", object)
  }

  func scale(_ name: String, _ replicas: Int, kind: Kind = .statefulSet) throws {
    try patch(kind, name, "{\"spec\":{\"replicas\":\(replicas)}}")
  }

  func run(_ seconds: Double) { world.run(until: world.now + .seconds(seconds)) }

  @discardableResult
  func apply(_ manifest: String, namespace: String = "default") throws -> [Value] {
    var made: [Value] = []
    for object in try YAML.parseAll(manifest) where !object.isNull {
      let kind = Kinds.of(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")!
      let space = kind.namespaced ? object[path: "metadata", "namespace"]?.string ?? namespace : ""
      made.append(try api.create(kind, namespace: space, object).object)
    }
    return made
  }

  func patch(_ kind: Kind, _ name: String, _ json: String, namespace: String = "default") throws {
    let patch = try JSON.parse(json)
    _ = try api.patch(kind, namespace: namespace, name: name, type: .merge, patch)
  }

  func get(_ kind: Kind, _ name: String, namespace: String = "default") throws -> Value {
    try api.get(kind, namespace: namespace, name: name)
  }

  /// Starts `kubectl get KIND -w`.
  func watch(_ kind: Kind, namespace: String? = "default", fromNow: Bool = false) throws -> Watcher {
    let stream = try api.watch(kind, namespace: namespace, from: fromNow ? api.store.version : 0)
    return Watcher(bench: self, kind: kind, stream: stream)
  }
}

/// Collects table rows at the moment they would be printed.
final class Watcher {
  let kind: Kind
  private(set) var rows: [(at: Double, cells: [String])] = []

  init(bench: Bench, kind: Kind, stream: WatchStream) {
    self.kind = kind
    take(stream, bench)
    stream.onEvent = { [self] in take(stream, bench) }
  }

  private func take(_ stream: WatchStream, _ bench: Bench) {
    while let event = stream.next() {
      let clock = bench.world.clock
      let now = clock.unixSeconds(event.at) * 1_000_000_000 + clock.subsecondNanoseconds(event.at)
      var cells = TablePrinter.row(kind, event.object, now: now)
      var shown: [String] = []
      for (index, column) in kind.columns.enumerated() where column.priority == 0 { shown.append(cells[index]) }
      cells = shown
      rows.append(((event.at - bench.zero).inSeconds, cells))
    }
  }

  /// `1.234 postgres-0 0/1 Pending 0 0s`
  var text: [String] {
    var lines: [String] = []
    for row in rows {
      let milliseconds = Int((row.at * 1000).rounded())
      lines.append("\(milliseconds) " + row.cells.joined(separator: " "))
    }
    return lines
  }
  /// Without times and ages.
  func states(_ columns: Int = 3) -> [String] {
    var lines: [String] = []
    for row in rows { lines.append(row.cells.prefix(columns).joined(separator: " ")) }
    return lines
  }
}
