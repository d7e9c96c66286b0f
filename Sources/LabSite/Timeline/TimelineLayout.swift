// Where everything of a timeline goes, in per cent of the width, so that one drawing fits every screen: lanes, bars and axis
// are fluid, and a label is shown only where its bar is wide enough for it.
//
// The axis is not linear. Between two moments at which something happens lies a gap; a gap's width grows with the square
// root of its time, and never falls below a minimum: a container that starts in 20 ms can be seen beside one that takes
// a minute. Ticks carry true times.
//
//   time   0 s      2,9 s  3,2 s                 12,1 s
//          ├──────────┼──────┼─────────────────────┤
//   lane   ▁ Pending ▁▒ Creat. ▒▓ Running 0/1 ▓▓▓▓▓█ Running 1/1

package import LabTranscript

/// How a phase looks: shape, pattern and colour follow from it, and the legend names it.
package enum PhaseLook: String, CaseIterable, Sendable {
  case pending, creating, running, ready, terminating, done, failed, bound, other

  package init(kind: String, phase: TimelinePhase) {
    let status = phase.status
    switch status {
    case "Pending": self = .pending
    case "ContainerCreating", "PodInitializing": self = .creating
    case "Running": self = phase.isReady || phase.ready == nil ? .ready : .running
    case "Terminating": self = .terminating
    case "Completed", "Succeeded", "Released": self = .done
    case "Bound", "Available": self = .bound
    case "Lost", "Failed", "Error", "Unknown", "OOMKilled", "Evicted", "NodeLost": self = .failed
    default:
      if status.hasPrefix("Init:") {
        self = status.contains("Error") || status.contains("BackOff") ? .failed : .creating
      } else if status.contains("BackOff") || status.contains("Err") || status.contains("Error")
        || status.hasPrefix("Invalid")
      {
        self = .failed
      } else {
        self = .other
      }
    }
  }

  var label: UIString {
    switch self {
    case .pending: .phasePending
    case .creating: .phaseCreating
    case .running: .phaseRunning
    case .ready: .phaseReady
    case .terminating: .phaseTerminating
    case .done: .phaseDone
    case .failed: .phaseFailed
    case .bound: .phaseBound
    case .other: .phaseOther
    }
  }

  /// Part of the lane's height: a second sign beside colour.
  var height: Double {
    switch self {
    case .pending, .done: 0.44
    case .creating, .terminating: 0.7
    case .running, .bound, .failed, .other: 0.86
    case .ready: 1
    }
  }
}

/// Virtual milliseconds to per cent of the width, piecewise linear.
package struct TimelineScale: Hashable, Sendable {
  package let times: [Int64]
  package let positions: [Double]

  /// Least width of a gap.
  static let gapMinimum = 1.1

  package init(_ moments: [Int64]) {
    let sorted = Set(moments).sorted()
    guard sorted.count > 1 else {
      times = sorted.isEmpty ? [0] : sorted
      positions = [0]
      return
    }
    var weights: [Double] = []
    for (before, after) in zip(sorted, sorted.dropFirst()) { weights.append(Double(after - before).squareRoot()) }
    let total = weights.reduce(0, +)
    let minimum = min(TimelineScale.gapMinimum, 100 / Double(weights.count))
    // What the minimum gives to narrow gaps is taken from the wide ones in proportion.
    var widths = weights.map { $0 / total * 100 }
    for _ in 0..<8 {
      let fixed = widths.filter { $0 <= minimum }.count
      let rest = 100 - Double(fixed) * minimum
      let free = zip(widths, weights).filter { $0.0 > minimum }.map(\.1).reduce(0, +)
      guard fixed > 0, free > 0 else { break }
      widths = zip(widths, weights).map { $0.0 <= minimum ? minimum : $0.1 / free * rest }
    }
    let sum = widths.reduce(0, +)
    var positions = [0.0]
    for width in widths { positions.append(positions[positions.count - 1] + width / sum * 100) }
    positions[positions.count - 1] = 100
    times = sorted
    self.positions = positions
  }

  package func position(_ milliseconds: Int64) -> Double {
    guard times.count > 1, milliseconds > times[0] else { return 0 }
    guard milliseconds < times[times.count - 1] else { return 100 }
    var low = 0
    var high = times.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if times[middle] <= milliseconds { low = middle } else { high = middle }
    }
    let part = Double(milliseconds - times[low]) / Double(times[high] - times[low])
    return positions[low] + part * (positions[high] - positions[low])
  }

  /// Two decimals, as bytes that do not depend on a locale.
  package static func percent(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    if fraction == 0 { return "\(hundredths / 100)%" }
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction % 10 == 0 ? "\(fraction / 10)" : "\(fraction)")%"
  }
}

package struct TimelineLayout: Sendable {
  package struct Bar: Sendable {
    var look: PhaseLook
    var phase: TimelinePhase
    var start: Double
    var width: Double
    /// What stands in the bar, and the least width of the drawing at which it fits; nil when never.
    var label: String
    var labelFrom: Int?
  }

  package struct Lane: Sendable {
    var object: ObjectKey
    var name: String
    var bars: [Bar]
    /// Where the object disappears.
    var ends: [Double]
    /// Where it appears after the start.
    var births: [Double]
    /// Distance from the top.
    var top: Int
    /// Whether nothing happens to the object: a thin line is enough.
    var isStill: Bool

    var barHeight: Int { isStill ? TimelineLayout.stillHeight : TimelineLayout.barHeight }
  }

  package struct Tick: Sendable {
    var position: Double
    var milliseconds: Int64
    /// The least width at which its number is shown; nil when never.
    var labelFrom: Int?
  }

  package struct Group: Sendable {
    var kind: String
    var top: Int
  }

  package var timeline: Timeline
  package var scale: TimelineScale
  package var lanes: [Lane] = []
  package var groups: [Group] = []
  package var ticks: [Tick] = []
  package var height = 0
  /// Objects that change and have no lane, because there are too many.
  package var lanesOmitted = 0
  /// Looks that occur, in the order of `PhaseLook.allCases`.
  package var looks: [PhaseLook] = []

  static let axisHeight = 26
  static let groupHeight = 24
  static let nameHeight = 19
  static let barHeight = 22
  static let stillHeight = 7
  static let laneGap = 9
  /// Widths at which labels may appear; the stylesheet has a container query for each.
  static let breakpoints = [0, 340, 420, 520, 640, 760, 900]
  static let lanesMax = 24

  /// nil when nothing changes.
  package init?(_ timeline: Timeline) {
    guard !timeline.isEmpty else { return nil }
    self.timeline = timeline
    let start = timeline.startMilliseconds
    let end = max(timeline.endMilliseconds, timeline.steps[timeline.steps.count - 1].milliseconds)
    // Room after the last event, so that the state it led to can be seen.
    let tail = max(400, (end - start) / 30)
    scale = TimelineScale(
      [start, max(end, timeline.steps[timeline.steps.count - 1].milliseconds + tail)]
        + timeline.steps.map { max($0.milliseconds, start) })

    var top = TimelineLayout.axisHeight
    var seen: Set<PhaseLook> = []
    for kind in Timeline.shownKinds {
      let ofKind = timeline.lanes.filter { $0.object.kind == kind }
      guard ofKind.contains(where: \.changes) else { continue }
      let places = Set(ofKind.filter(\.changes).map(\.object.namespace))
      var shown = ofKind.filter { $0.changes || places.contains($0.object.namespace) }
      if shown.count > TimelineLayout.lanesMax / 2 { shown = shown.filter(\.changes) }
      lanesOmitted += max(0, shown.count - TimelineLayout.lanesMax)
      groups.append(Group(kind: kind, top: top))
      top += TimelineLayout.groupHeight
      for lane in shown.prefix(TimelineLayout.lanesMax) {
        let drawn = draw(lane, top: top)
        for bar in drawn.bars { seen.insert(bar.look) }
        lanes.append(drawn)
        top += TimelineLayout.nameHeight + drawn.barHeight + TimelineLayout.laneGap
      }
    }
    height = top + 2
    looks = PhaseLook.allCases.filter { seen.contains($0) }
    ticks = axis()
  }

  private func draw(_ lane: TimelineLane, top: Int) -> Lane {
    let key = lane.object
    var bars: [Bar] = []
    var ends: [Double] = []
    var births: [Double] = []
    for (index, phase) in lane.phases.enumerated() {
      let isLast = index == lane.phases.count - 1
      let isGoneAfter = isLast && timeline.steps.last { $0.object == key }?.event.isGone == true
      let start = scale.position(phase.startMilliseconds)
      let end = isLast && !isGoneAfter ? 100 : scale.position(phase.endMilliseconds)
      let label = [phase.status, phase.ready].compactMap { $0 }.joined(separator: " ")
      bars.append(
        Bar(
          look: PhaseLook(kind: key.kind, phase: phase), phase: phase, start: start, width: max(end - start, 0.3),
          label: label, labelFrom: TimelineLayout.breakpoint(pixels: Double(label.count) * 6.7 + 16, share: end - start)
        ))
      if isGoneAfter || (!isLast && lane.phases[index + 1].startMilliseconds > phase.endMilliseconds) {
        ends.append(end)
      }
    }
    for step in timeline.steps where step.object == key && step.before == nil {
      births.append(scale.position(step.milliseconds))
    }
    let isDefault = key.namespace.isEmpty || key.namespace == "default"
    return Lane(
      object: key, name: isDefault ? key.name : key.namespace + "/" + key.name, bars: bars, ends: ends, births: births,
      top: top, isStill: !lane.changes)
  }

  /// The least width of the drawing, among the breakpoints, at which a share of it has so many pixels.
  static func breakpoint(pixels: Double, share: Double) -> Int? {
    guard share > 0 else { return nil }
    let needed = pixels / share * 100
    return breakpoints.first { Double(max($0, 280)) >= needed }
  }

  /// A tick at every moment; a number where there is room for it. The start and the end always have theirs.
  private func axis() -> [Tick] {
    let last = scale.times.count - 1
    var ticks: [Tick] = []
    // Widest drawings have most numbers: for each breakpoint, walk from the left and keep the distance.
    var from: [Int: Int] = [0: 0, last: 0]
    for breakpoint in TimelineLayout.breakpoints {
      let distance = 62.0 / Double(max(breakpoint, 280)) * 100
      var taken = from.keys.map { scale.positions[$0] }
      for index in scale.times.indices where from[index] == nil {
        let position = scale.positions[index]
        if taken.allSatisfy({ abs($0 - position) >= distance }) {
          from[index] = breakpoint
          taken.append(position)
        }
      }
    }
    for index in scale.times.indices {
      ticks.append(Tick(position: scale.positions[index], milliseconds: scale.times[index], labelFrom: from[index]))
    }
    return ticks
  }
}
