// Differences of order and time: outcomes of chance that no two clusters share, and what the captures' stand-in containers printed.

extension Deviations {
  static let overTime: [Deviation] = standIns + races.map { Deviation(session: $0.0, command: $0.1, reason: $0.2) }

  /// The captures' containers were stand-ins, with no program in them or with three lines of its log.
  private static let standIns: [Deviation] = [
    ("daemonset-multicontainer-init", "kubectl logs two-step"), ("liveness-restarts", "kubectl logs live --previous"),
  ].map {
    Deviation(
      session: $0.0, command: $0.1,
      reason:
        "The captured container was a stand-in whose log is empty or made up; the simulator prints the program's own.")
  }

  private static let volumeRace =
    "Whether the volume controller looks at a new claim before its pod exists (WaitForFirstConsumer) or after (WaitForPodScheduled), "
    + "and which component notes its event first, is a race of milliseconds."
  private static let retryRace =
    "The kubelet tries a failed container again after 10 to 15 seconds, at random; the capture happened to wait longer."
  private static let resyncRace =
    "The volume controller looks at all claims every 15 seconds, counted from its own start; in the capture that moment fell "
    + "between two commands."
  private static let readyRace =
    "The capture's database answered to nobody for 42 seconds and to everybody afterwards; a session's timings are per start."
  private static let victimRace =
    "Which of several equally old pods a ReplicaSet removes, and which of them a list shows first, depends on random uids and names."

  /// Outcomes of chance that no two clusters share.
  private static let races: [(String, String, String)] = [
    ("apply-create-watch-all", "kubectl get events -w", volumeRace),
    ("apply-create-watch-all", "kubectl get events --sort-by=.metadata.creationTimestamp", volumeRace),
    ("daemonset-multicontainer-init", "kubectl get pods -w", retryRace),
    ("deployment-create-scale", "kubectl get pods -w", victimRace),
    ("deployment-rolling-update", "kubectl get pods -w", victimRace),
    (
      "deployment-rolling-update", "kubectl describe deploy web | tail -22",
      "Which messages are combined once there are ten of a kind is random: the recorder forgets any one of them."
    ),
    ("events-after-create", "kubectl get ev | head -3", volumeRace),
    ("never-ready", "kubectl get pods -w", readyRace), ("never-ready", "kubectl get pods", readyRace),
    (
      "pending-and-config-errors", "kubectl get pods -w",
      "Two pods that were created within milliseconds ask for the same image; which pull comes first is a race."
    ), ("secret-config-change", "kubectl get pods -w", retryRace),
    ("secret-config-change", "kubectl get pods", retryRace),
    ("scale-down-4-2", "kubectl describe pvc data-postgres-3 | tail -12", resyncRace),
    (
      "tty-output", "timeout 6 kubectl get pods -w",
      "A new claim's pod is scheduled six seconds after its creation: whether the row still comes before the timeout is a race."
    ),
    ("standalone-pvc", "kubectl get pvc -w", resyncRace), ("standalone-pvc", "kubectl get pv manual", resyncRace),
  ]
}
