// Outcomes of chance: what a race, a random wait or a hash order decided in the captured cluster.

extension Deviations {
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

  private static let randomOrder =
    "kubectl prints these in the random order of a Go map (or as answers come in): ours are in a fixed order."

  static let chances: [Deviation] = [
    ("describe-workload", "kubectl describe -f postgres.yaml | head -20", randomOrder),
    ("tty-output", "kubectl get componentstatuses", randomOrder),
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
  ].map { Deviation($0.0, $0.1, .chance, $0.2) }
}
