// Cluster events of the simulator in the words of transcripts, and the picture of the cluster at one moment.

import LabTranscript
import SimKernel

enum ClusterPicture {
  /// Kinds a timeline can show; others are noise in a recording.
  private static let shownKinds: [String: String] = [
    "pod": "pod", "persistentvolumeclaim": "pvc", "persistentvolume": "pv", "statefulset": "statefulset",
    "deployment": "deployment", "replicaset": "replicaset", "daemonset": "daemonset", "job": "job",
  ]

  /// Nil for what recordings leave out: the cluster's own workload and kinds without a lane.
  static func event(_ event: TraceEvent) -> ClusterEvent? {
    guard let kind = shownKinds[event.kind], event.namespace != "kube-system" else { return nil }
    let gone = event.phase == "Deleted"
    return ClusterEvent(
      object: ObjectKey(kind: kind, namespace: event.namespace, name: event.name),
      status: gone ? ClusterEvent.goneStatus : oneWord(event.phase),
      ready: gone || event.detail.isEmpty ? nil : oneWord(event.detail))
  }

  /// What stands in the cluster after the given history, one event per object, in the order in which they appeared.
  static func now(_ history: [TraceEvent]) -> [ClusterEvent] {
    var latest = OrderedMap<String, ClusterEvent>()
    for entry in history {
      guard let change = event(entry) else { continue }
      latest[change.object.text] = change.isGone ? nil : change
    }
    return latest.values
  }

  private static func oneWord(_ text: String) -> String {
    let words = text.split(separator: " ")
    return words.isEmpty ? "-" : words.joined(separator: "-")
  }
}
