// What happened in the cluster, in order: the raw material of pod-order timelines. Each entry is one readable fact.

package struct TraceEvent: Equatable {
  package let at: Instant
  /// Lower-case kind: `pod`, `persistentvolumeclaim`, `statefulset` …
  package let kind: String
  package let namespace: String
  package let name: String
  /// What the object looks like from now on, as the tables of kubectl word it (`Running`, `Terminating`, `Bound`), or
  /// `Deleted`.
  package let phase: String
  /// Further facts in table wording, e.g. `0/1` for a pod's READY column; empty when there are none.
  package let detail: String

  package init(at: Instant, kind: String, namespace: String, name: String, phase: String, detail: String) {
    self.at = at
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.phase = phase
    self.detail = detail
  }
}

package final class Trace {
  package private(set) var events: [TraceEvent] = []

  package func append(_ event: TraceEvent) { events.append(event) }
}
