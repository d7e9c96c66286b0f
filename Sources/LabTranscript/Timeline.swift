// The pods and claims of a recording as lanes with phases, derived from its cluster events: drawing it differently needs
// no re-recording.
//
//   postgres-0   ━━ Running 1/1 ━━━┥ Terminating ┝  ┥ Pending ┝┥ ContainerCreating ┝━ Running 0/1 ━ Running 1/1 ━━
//   postgres-1   ━━ Running 1/1 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
//
// Lanes are ordered: pods before claims before everything else; inside a kind by namespace and name, with numbers in
// names compared as numbers (`postgres-2` before `postgres-10`).

/// A stretch of time in which an object looked the same.
package struct TimelinePhase: Hashable, Sendable {
  package var startMilliseconds: Int64
  /// The end of the phase; for the last one, the end of the timeline.
  package var endMilliseconds: Int64
  package var status: String
  package var ready: String?
  package var reason: String?

  package init(
    startMilliseconds: Int64, endMilliseconds: Int64, status: String, ready: String? = nil, reason: String? = nil
  ) {
    self.startMilliseconds = startMilliseconds
    self.endMilliseconds = endMilliseconds
    self.status = status
    self.ready = ready
    self.reason = reason
  }

  /// Whether all containers are ready.
  package var isReady: Bool {
    guard let ready, let slash = ready.firstIndex(of: "/") else { return false }
    return ready[..<slash] == ready[ready.index(after: slash)...] && ready[..<slash] != "0"
  }
}

package struct TimelineLane: Hashable, Sendable {
  package var object: ObjectKey
  /// In order; a gap between two phases is time in which the object did not exist.
  package var phases: [TimelinePhase]
  /// Whether anything about the object changes in the timeline.
  package var changes: Bool
}

/// One change, for the text equivalent.
package struct TimelineStep: Hashable, Sendable {
  package var milliseconds: Int64
  package var object: ObjectKey
  /// What it was before; nil for a new object.
  package var before: String?
  package var event: ClusterEvent
}

package struct Timeline: Hashable, Sendable {
  package var startMilliseconds: Int64
  package var endMilliseconds: Int64
  package var lanes: [TimelineLane]
  /// Every change in order of time.
  package var steps: [TimelineStep]

  /// Kinds that get a lane.
  package static let shownKinds = ["pod", "pvc"]

  /// Whether there is anything to animate.
  package var isEmpty: Bool { steps.isEmpty }

  /// The timeline of a whole step.
  package init(from transcript: Transcript) {
    self.init(transcript, from: transcript.blocks.first?.startMilliseconds ?? 0, blocks: transcript.blocks[...])
  }

  /// The timeline of one block, beginning with what stood there when it was typed; nil for an unknown block.
  package init?(from transcript: Transcript, block id: String) {
    guard let index = transcript.blocks.firstIndex(where: { $0.id == id }) else { return nil }
    let block = transcript.blocks[index]
    self.init(transcript, from: block.startMilliseconds, blocks: transcript.blocks[index...index])
  }

  private init(_ transcript: Transcript, from start: Int64, blocks: ArraySlice<BlockTranscript>) {
    var before: [ObjectKey: ClusterEvent] = [:]
    func remember(_ event: ClusterEvent) { before[event.object] = event.isGone ? nil : event }
    for event in transcript.initial where Timeline.shownKinds.contains(event.object.kind) { remember(event) }
    for block in transcript.blocks[..<blocks.startIndex] {
      for (_, event) in block.clusterEvents where Timeline.shownKinds.contains(event.object.kind) { remember(event) }
    }

    startMilliseconds = start
    endMilliseconds = max(start, blocks.last?.endMilliseconds ?? start)
    steps = []
    var phases: [ObjectKey: [TimelinePhase]] = [:]
    var current = before
    for (key, event) in before {
      phases[key] = [
        TimelinePhase(
          startMilliseconds: start, endMilliseconds: endMilliseconds, status: event.status, ready: event.ready,
          reason: event.reason)
      ]
    }
    for block in blocks {
      for (time, event) in block.clusterEvents where Timeline.shownKinds.contains(event.object.kind) {
        let key = event.object
        let old = current[key]
        if old == event || (old == nil && event.isGone) { continue }
        steps.append(TimelineStep(milliseconds: time, object: key, before: old?.status, event: event))
        if old != nil, let last = phases[key]?.indices.last { phases[key]?[last].endMilliseconds = time }
        if event.isGone {
          current[key] = nil
        } else {
          current[key] = event
          phases[key, default: []].append(
            TimelinePhase(
              startMilliseconds: time, endMilliseconds: endMilliseconds, status: event.status, ready: event.ready,
              reason: event.reason))
        }
      }
    }
    // A phase of no length is never seen.
    let changed = Set(steps.map(\.object))
    lanes = phases.map { key, list in
      let visible = list.filter { $0.endMilliseconds > $0.startMilliseconds || $0 == list.last }
      return TimelineLane(object: key, phases: visible, changes: changed.contains(key))
    }
    lanes.sort { Timeline.isOrdered($0.object, before: $1.object) }
  }

  private static func isOrdered(_ a: ObjectKey, before b: ObjectKey) -> Bool {
    let rankA = shownKinds.firstIndex(of: a.kind) ?? shownKinds.count
    let rankB = shownKinds.firstIndex(of: b.kind) ?? shownKinds.count
    if rankA != rankB { return rankA < rankB }
    if a.namespace != b.namespace { return a.namespace < b.namespace }
    return NaturalOrder.precedes(a.name, b.name)
  }
}

/// Names compared piecewise, runs of digits by value.
package enum NaturalOrder {
  package static func precedes(_ a: String, _ b: String) -> Bool {
    let left = Array(a.utf8)
    let right = Array(b.utf8)
    var i = 0
    var j = 0
    while i < left.count, j < right.count {
      if isDigit(left[i]), isDigit(right[j]) {
        let first = digits(left, &i)
        let second = digits(right, &j)
        if first.count != second.count { return first.count < second.count }
        if first != second { return first.lexicographicallyPrecedes(second) }
      } else if left[i] != right[j] {
        return left[i] < right[j]
      } else {
        i += 1
        j += 1
      }
    }
    if left.count - i != right.count - j { return left.count - i < right.count - j }
    return left.lexicographicallyPrecedes(right)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// The run of digits at `index` without leading zeros.
  private static func digits(_ bytes: [UInt8], _ index: inout Int) -> [UInt8] {
    var run: [UInt8] = []
    while index < bytes.count, isDigit(bytes[index]) {
      if !(run.isEmpty && bytes[index] == 0x30) { run.append(bytes[index]) }
      index += 1
    }
    return run
  }
}
