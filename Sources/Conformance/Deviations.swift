// Differences between captures and simulator that are known and stay, each with its reason. docs/deviations.md is made from this
// table; a reason that no longer matches a difference fails the tests.

package struct Deviation: Sendable {
  /// The session's name, or nil for all.
  package let session: String?
  /// The command, whole.
  package let command: String
  package let reason: String
}

package enum Deviations {
  private static let help =
    "Long help texts of kubectl's are not copied: a short synopsis of our own with the real flags, marked as such."
  private static let logText =
    "The log text of the capture's images is synthetic: ours is that of the real images' entry points and servers."
  private static let program =
    "The capture's runtime runs programs outside of the container's terminal; a real one ends lines with CR LF under -t."
  private static let nodeFacts =
    "Image digests and sizes and the machine's identifiers of the capture are invented, as ours are."

  private static let randomOrder =
    "kubectl prints these in the random order of a Go map (or as answers come in): ours are in a fixed order."

  package static let all: [Deviation] = text + overTime

  private static let text: [Deviation] = [
    Deviation(session: "help-and-usage", command: "kubectl", reason: help),
    Deviation(session: "help-and-usage", command: "kubectl rollout", reason: help),
    Deviation(session: "help-and-usage", command: "kubectl set", reason: help),
    Deviation(session: "help-and-usage", command: "kubectl config", reason: help),
    Deviation(session: "help-and-usage", command: "kubectl top", reason: help),
    Deviation(session: "help-and-usage", command: "kubectl auth", reason: help),
    Deviation(session: "nodes", command: "kubectl top", reason: help),
    Deviation(session: "cluster-meta", command: "kubectl options | head -8", reason: help),
    Deviation(session: "logs", command: "kubectl logs postgres-0", reason: logText),
    Deviation(session: "logs", command: "kubectl logs postgres-0 --tail=3", reason: logText),
    Deviation(session: "logs", command: "kubectl logs postgres-0 --timestamps --tail=2", reason: logText),
    Deviation(session: "logs", command: "kubectl logs -l app=postgres --tail=2 --prefix", reason: logText),
    Deviation(session: "liveness-restarts", command: "kubectl logs live --previous", reason: logText),
    Deviation(session: "daemonset-multicontainer-init", command: "kubectl logs two-step", reason: logText),
    Deviation(session: "tty-output", command: "kubectl exec -it postgres-0 -- echo hi", reason: program),
    Deviation(session: "nodes", command: "kubectl get node microk8s-vm -o yaml", reason: nodeFacts),
    Deviation(
      session: "describe-workload", command: "kubectl describe -f postgres.yaml | head -20", reason: randomOrder),
    Deviation(session: "tty-output", command: "kubectl get componentstatuses", reason: randomOrder),
  ]

  static func reason(session: String, command: String) -> String? {
    all.first { ($0.session == nil || $0.session == session) && $0.command == command }?.reason
  }
}
