// Writes the world's trace: one entry whenever the STATUS or READY of an object, as kubectl's tables word it, has changed.

import KubeAPI
import SimKernel
import Unstructured

final class ClusterTracer {
  private let world: World
  private var last: [String: String] = [:]

  init(api: APIServer) {
    world = api.world
    for (kind, phase, detail) in [
      (Kind.pod, "Status", "Ready"), (.persistentVolumeClaim, "Status", "Capacity"),
      (.persistentVolume, "Status", "Claim"), (.statefulSet, "", "Ready"), (.deployment, "", "Ready"),
      (.replicaSet, "", "Ready"), (.daemonSet, "", "Ready"), (.job, "Status", "Completions"), (.node, "Status", ""),
      (.namespace, "Status", ""),
    ] {
      api.store.shelf(kind).observe { [self] old, new in note(kind, phase, detail, old, new) }
    }
  }

  private func note(
    _ kind: Kind, _ phase: String, _ detail: String, _ old: StoredObject?, _ new: StoredObject?
  ) {
    guard let new else {
      guard let old else { return }
      last[old.uid] = nil
      append(kind, old, "Deleted", "")
      return
    }
    let row = TablePrinter.row(
      kind, new.value,
      now: world.clock.unixSeconds(world.now) * 1_000_000_000 + world.clock.subsecondNanoseconds(world.now))
    var phaseText = ""
    var detailText = ""
    for (index, column) in kind.columns.enumerated() where index < row.count {
      if column.name == phase { phaseText = row[index] }
      if column.name == detail { detailText = row[index] }
    }
    if kind == .replicaSet || kind == .daemonSet {
      detailText +=
        "/\(new.value[path: "spec", "replicas"]?.integer ?? new.value[path: "status", "desiredNumberScheduled"]?.integer ?? 0)"
    }
    if phaseText.isEmpty { phaseText = new.isBeingDeleted ? "Terminating" : "Active" }
    let text = phaseText + "|" + detailText
    guard last[new.uid] != text else { return }
    last[new.uid] = text
    append(kind, new, phaseText, detailText)
  }

  private func append(_ kind: Kind, _ object: StoredObject, _ phase: String, _ detail: String) {
    world.trace.append(
      TraceEvent(
        at: world.now, kind: kind.singular, namespace: object.namespace, name: object.name, phase: phase,
        detail: detail))
  }
}
