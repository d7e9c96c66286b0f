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
  /// A pod's images may be changed while it runs.
  private(set) var spec: Value
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
  /// A probe or a changed definition wants it restarted.
  var mustRestart: String?
  var probers: [Prober] = []
  /// How often it was asked to stop, what will kill it if it does not, and what to do when its turn to stop has come.
  var stops = 0
  var killer: EventID?
  var turnCame: (() -> Void)?
  /// The run that the pod's status tells of.
  var reportedID = ""
  /// When the period of each kind of probe was last begun anew.
  var tickOrigins: [String: Instant] = [:]

  init(name: String, spec: Value, role: Role) {
    self.name = name
    self.spec = spec
    self.role = role
  }

  /// Takes over a changed definition: crash and image back-offs belong to the old one. False when nothing changed that counts.
  func redefine(_ new: Value) -> Bool {
    guard new["image"] != spec["image"] else { return false }
    spec = new
    backOff = nil
    imageBackOff = nil
    imageBackOffUntil = nil
    return true
  }

  var isRunning: Bool { current != nil && current!.finishedAt == nil }
  var hasEnded: Bool { current?.finishedAt != nil }
  var fieldPath: String { role == .regular ? "spec.containers{\(name)}" : "spec.initContainers{\(name)}" }
  var image: String { spec["image"]?.string ?? "" }
}
