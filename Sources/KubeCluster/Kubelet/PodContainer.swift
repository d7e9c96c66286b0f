// What a pod worker knows about one container of its pod: its runs, why it waits, its back-offs and its probes.

import SimKernel
import Unstructured

final class PodContainer {
  struct Run {
    let id: String
    let startedAt: Instant
    var finishedAt: Instant?
    var exit: ContainerExit?
    let imageName: String
    let imageID: String
  }

  enum Role { case initial, sidecar, regular }

  let name: String
  let spec: Value
  let role: Role
  /// The run that lives or ended last, and the one before it.
  var current: Run?
  var previous: Run?
  var restartCount = 0
  var waitingReason: String?
  var waitingMessage: String?
  /// Crash back-off: how long, and whether one has begun.
  var backOff: Interval?
  /// Image back-off.
  var imageBackOff: Interval?
  var imageBackOffUntil: Instant?
  var imageError = ""
  var isReady = false
  var hasStarted = false
  /// A probe wants it restarted.
  var mustRestart: String?
  var probers: [Prober] = []
  /// The run that the pod's status tells of.
  var reportedID = ""
  /// When the period of each kind of probe was last begun anew.
  var tickOrigins: [String: Instant] = [:]

  init(name: String, spec: Value, role: Role) {
    self.name = name
    self.spec = spec
    self.role = role
  }

  var isRunning: Bool { current != nil && current!.finishedAt == nil }
  var hasEnded: Bool { current?.finishedAt != nil }
  var fieldPath: String { role == .regular ? "spec.containers{\(name)}" : "spec.initContainers{\(name)}" }
  var image: String { spec["image"]?.string ?? "" }
}
