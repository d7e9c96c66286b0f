// Differences between captures and simulator that are known and stay, each with its reason. docs/deviations.md is made from this
// table; a reason that no longer matches a difference fails the tests.

package struct Deviation: Sendable {
  /// Where a difference comes from, which tells whether a truer simulator could make it go away.
  package enum Cause: String, CaseIterable, Sendable {
    case prose = "kubectl's own long help, which is not copied"
    case standIn = "made up by the captures' rig: stand-in programs, invented identifiers"
    case chance = "chance: races, random waits and orders that no two clusters share"
  }

  package let session: String
  /// The command, whole.
  package let command: String
  package let cause: Cause
  package let reason: String

  init(_ session: String, _ command: String, _ cause: Cause, _ reason: String) {
    self.session = session
    self.command = command
    self.cause = cause
    self.reason = reason
  }
}

package enum Deviations {
  package static let all: [Deviation] = help + standIns + chances

  static func deviation(session: String, command: String) -> Deviation? {
    all.first { $0.session == session && $0.command == command }
  }

  private static let help = [
    ("help-and-usage", "kubectl"), ("help-and-usage", "kubectl rollout"), ("help-and-usage", "kubectl set"),
    ("help-and-usage", "kubectl config"), ("help-and-usage", "kubectl top"), ("help-and-usage", "kubectl auth"),
    ("nodes", "kubectl top"), ("cluster-meta", "kubectl options | head -8"),
  ].map {
    Deviation(
      $0.0, $0.1, .prose,
      "Long help texts of kubectl's are not copied: a short synopsis of our own with the real flags, marked as such.")
  }

  private static let logText =
    "The log text of the capture's images is synthetic: ours is that of the real images' entry points and servers."

  private static let standIns = [
    ("logs", "kubectl logs postgres-0", logText),
    ("logs", "kubectl logs postgres-0 --tail=3", logText),
    ("logs", "kubectl logs postgres-0 --timestamps --tail=2", logText),
    ("logs", "kubectl logs -l app=postgres --tail=2 --prefix", logText),
    ("liveness-restarts", "kubectl logs live --previous", logText),
    ("daemonset-multicontainer-init", "kubectl logs two-step", logText),
    (
      "tty-output", "kubectl exec -it postgres-0 -- echo hi",
      "The capture's runtime runs programs outside of the container's terminal; a real one ends lines with CR LF under -t."
    ),
    (
      "nodes", "kubectl get node microk8s-vm -o yaml",
      "Image digests and sizes and the machine's identifiers of the capture are invented, as ours are."
    ),
  ].map { Deviation($0.0, $0.1, .standIn, $0.2) }
}
