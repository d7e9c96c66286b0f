// A timeline as a picture that stands alone: no stylesheet, no script, readable on light and dark paper. Pods and claims
// are lanes; phases differ by colour, by pattern of their outline, and by the words in them.

import LabTranscript

struct TimelinePicture {
  private let timeline: Timeline
  private let title: String
  private static let nameWidth = 190
  private static let width = 960
  private static let laneHeight = 34
  private static let top = 56

  /// nil when nothing changes.
  init?(_ timeline: Timeline, title: String) {
    guard !timeline.isEmpty, timeline.lanes.contains(where: \.changes) else { return nil }
    self.timeline = timeline
    self.title = title
  }

  var svg: String {
    let lanes = timeline.lanes.filter(\.changes)
    let height = TimelinePicture.top + lanes.count * TimelinePicture.laneHeight + 16
    var out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(TimelinePicture.width) \(height)\" "
      + "font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n"
    out += "<title>\(escape(title))</title>\n"
    out += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    out += "<text x=\"12\" y=\"24\" font-size=\"16\" fill=\"#1b2430\">\(escape(title))</text>\n"
    for (tick, label) in ticks() {
      out +=
        "<line x1=\"\(tick)\" x2=\"\(tick)\" y1=\"44\" y2=\"\(height - 12)\" stroke=\"#d5dbe3\"/>"
        + "<text x=\"\(tick)\" y=\"40\" text-anchor=\"middle\" fill=\"#4a5666\">\(label)</text>\n"
    }
    for (index, lane) in lanes.enumerated() {
      let y = TimelinePicture.top + index * TimelinePicture.laneHeight
      out +=
        "<text x=\"\(TimelinePicture.nameWidth - 10)\" y=\"\(y + 18)\" text-anchor=\"end\" fill=\"#1b2430\">"
        + escape(lane.object.name) + "</text>\n"
      for phase in lane.phases { out += bar(phase, y) }
    }
    return out + "</svg>\n"
  }

  private func bar(_ phase: TimelinePhase, _ y: Int) -> String {
    let start = x(phase.startMilliseconds)
    let end = max(x(phase.endMilliseconds), start + 3)
    let (fill, dash) = look(phase)
    let label = phase.ready.map { phase.status + " " + $0 } ?? phase.status
    var out =
      "<rect x=\"\(start)\" y=\"\(y)\" width=\"\(end - start)\" height=\"26\" rx=\"4\" fill=\"\(fill)\" "
      + "stroke=\"#1b2430\" stroke-width=\"1\"\(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")>"
      + "<title>\(escape(label))</title></rect>"
    if end - start > label.count * 8 {
      out += "<text x=\"\(start + 6)\" y=\"\(y + 18)\" fill=\"#1b2430\">\(escape(label))</text>"
    }
    return out + "\n"
  }

  private func look(_ phase: TimelinePhase) -> (fill: String, dash: String) {
    switch phase.status {
    case "Running", "Bound", "Completed": phase.isReady || phase.ready == nil ? ("#bfe3c6", "") : ("#f6e3a6", "4 2")
    case "Pending", "ContainerCreating", "PodInitializing": ("#f6e3a6", "2 2")
    case "Terminating": ("#d9dde3", "6 3")
    default: ("#f3c1bb", "1 2")
    }
  }

  private func x(_ milliseconds: Int64) -> Int {
    let span = max(1, timeline.endMilliseconds - timeline.startMilliseconds)
    let room = Int64(TimelinePicture.width - TimelinePicture.nameWidth - 20)
    return TimelinePicture.nameWidth + Int((milliseconds - timeline.startMilliseconds) * room / span)
  }

  /// About six round moments.
  private func ticks() -> [(x: Int, label: String)] {
    let span = max(1, timeline.endMilliseconds - timeline.startMilliseconds)
    let steps: [Int64] = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000]
    let step = steps.first { span / $0 <= 7 } ?? span / 6
    var result: [(Int, String)] = []
    var moment: Int64 = 0
    while moment <= span {
      let label = step < 1000 ? "\(moment) ms" : "\(moment / 1000) s"
      result.append((x(timeline.startMilliseconds + moment), label))
      moment += step
    }
    return result
  }

  private func escape(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      default: out.unicodeScalars.append(scalar.value < 0x20 ? " " : scalar)
      }
    }
    return out
  }
}
