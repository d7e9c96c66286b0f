// The still picture of a timeline: the whole run, readable without JavaScript, in print, in both themes. Colours come from
// the stylesheet by class; patterns and heights tell the phases apart without them. The playhead and the veil over what
// has not happened yet are drawn out of sight until a script moves them.
//
// Everything is placed in per cent of the width (no viewBox), so text never shrinks.

import LabModel
import LabTranscript

struct TimelineSVG {
  let layout: TimelineLayout
  let language: Language
  /// Makes ids unique on the page.
  let id: String

  private var start: Int64 { layout.timeline.startMilliseconds }

  var markup: Markup {
    let percent = TimelineScale.percent
    var out = ""
    out +=
      "<svg class=\"tl-svg\" role=\"img\" aria-labelledby=\"\(id)-t\" width=\"100%\" height=\"\(layout.height)\" focusable=\"false\">"
    out += "<title id=\"\(id)-t\">\(Markup.escape(summary))</title>"
    // Axis
    out += "<g class=\"tl-axis\" aria-hidden=\"true\">"
    for (index, tick) in layout.ticks.enumerated() {
      out +=
        "<line x1=\"\(percent(tick.position))\" x2=\"\(percent(tick.position))\" y1=\"\(TimelineLayout.axisHeight - 5)\" y2=\"\(layout.height)\"/>"
      if let from = tick.labelFrom {
        let anchor = index == 0 ? "start" : index == layout.ticks.count - 1 ? "end" : "middle"
        let text = Markup.escape(Typography.offset(tick.milliseconds - start, language))
        out +=
          "<text class=\"w\(from)\" x=\"\(percent(tick.position))\" y=\"13\" text-anchor=\"\(anchor)\">\(text)</text>"
      }
    }
    out += "</g>"
    for group in layout.groups {
      let name = group.kind == "pvc" ? UIString.kindClaims : UIString.kindPods
      out += "<text class=\"tl-kind\" x=\"0\" y=\"\(group.top + 15)\">\(Markup.escape(name.text(language)))</text>"
    }
    for lane in layout.lanes { out += draw(lane) }
    // What has not happened yet, and now.
    out +=
      "<rect class=\"tl-veil\" x=\"100%\" y=\"\(TimelineLayout.axisHeight - 6)\" width=\"0\" height=\"\(layout.height)\"/>"
    out += "<line class=\"tl-head\" x1=\"100%\" x2=\"100%\" y1=\"16\" y2=\"\(layout.height)\"/>"
    out += "</svg>"
    return Markup(trusted: out)
  }

  private func draw(_ lane: TimelineLayout.Lane) -> String {
    let percent = TimelineScale.percent
    let barTop = lane.top + TimelineLayout.nameHeight
    let middle = barTop + lane.barHeight / 2
    var out = "<g class=\"tl-lane\">"
    out += "<text class=\"tl-name\" x=\"0\" y=\"\(lane.top + 13)\">\(Markup.escape(lane.name))</text>"
    if lane.isStill, let bar = lane.bars.first {
      out =
        String(out.dropLast("</text>".count))
        + "<tspan class=\"tl-still\" dx=\"9\">\(Markup.escape(bar.label))</tspan></text>"
    }
    out += "<line class=\"tl-ground\" x1=\"0\" x2=\"100%\" y1=\"\(middle)\" y2=\"\(middle)\"/>"
    for bar in lane.bars {
      let height = (Double(lane.barHeight) * (lane.isStill ? 1 : bar.look.height)).rounded()
      let top = barTop + Int((Double(lane.barHeight) - height) / 2)
      let place = "x=\"\(percent(bar.start))\" y=\"\(top)\" width=\"\(percent(bar.width))\" height=\"\(Int(height))\""
      var note = "\(lane.name) · \(bar.label)"
      if let reason = bar.phase.reason { note += " (\(reason))" }
      note += " · " + Typography.offset(bar.phase.startMilliseconds - start, language)
      out += "<g class=\"ph ph-\(bar.look.rawValue)\"><title>\(Markup.escape(note))</title>"
      out += "<rect class=\"ph-base\" \(place) rx=\"3\"/>"
      out += "<rect class=\"ph-pattern\" \(place) rx=\"3\" fill=\"url(#pat-\(bar.look.rawValue))\"/>"
      if !lane.isStill, let from = bar.labelFrom {
        out +=
          "<svg class=\"w\(from)\" x=\"\(percent(bar.start))\" y=\"\(barTop)\" width=\"\(percent(bar.width))\" height=\"\(TimelineLayout.barHeight)\">"
        out += "<text class=\"ph-label\" x=\"8\" y=\"15\">\(Markup.escape(bar.label))</text></svg>"
      }
      out += "</g>"
    }
    for birth in lane.births {
      out += "<circle class=\"tl-birth\" cx=\"\(percent(birth))\" cy=\"\(middle)\" r=\"4\"/>"
    }
    for end in lane.ends {
      // A cross, drawn in a box of its own so that it can be placed in per cent.
      out +=
        "<svg class=\"tl-end\" x=\"\(percent(end))\" y=\"\(middle - 6)\" width=\"12\" height=\"12\" overflow=\"visible\"><path d=\"M-4 2 4 10M4 2-4 10\"/></svg>"
    }
    return out + "</g>"
  }

  private var summary: String {
    let names = layout.lanes.map(\.name).joined(separator: ", ")
    let end = Typography.duration(layout.timeline.endMilliseconds - start, language)
    return "\(UIString.timelineStill.text(language)) (\(names))\(language == .fr ? "\u{A0}" : ""): "
      + "\(UIPhrase.changeCount(layout.timeline.steps.count).text(language)), \(end)"
  }

  /// The patterns that phases are filled with, once per page.
  static let patterns = Markup(
    trusted: """
      <svg class="tl-patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>\
      <pattern id="pat-pending" width="6" height="6" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1.1"/></pattern>\
      <pattern id="pat-creating" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="7"/></pattern>\
      <pattern id="pat-running" width="5" height="5" patternUnits="userSpaceOnUse"><line x1="1" y1="0" x2="1" y2="5"/></pattern>\
      <pattern id="pat-ready" width="4" height="4" patternUnits="userSpaceOnUse"></pattern>\
      <pattern id="pat-terminating" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><line x1="0" y1="0" x2="0" y2="7"/></pattern>\
      <pattern id="pat-done" width="6" height="6" patternUnits="userSpaceOnUse"><line x1="0" y1="3" x2="6" y2="3"/></pattern>\
      <pattern id="pat-failed" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 0 7 7M7 0 0 7"/></pattern>\
      <pattern id="pat-bound" width="4" height="4" patternUnits="userSpaceOnUse"></pattern>\
      <pattern id="pat-other" width="9" height="9" patternUnits="userSpaceOnUse"><circle cx="4" cy="4" r="1.4"/></pattern>\
      </defs></svg>

      """)

  /// A small picture of a look, for the legend.
  static func swatch(_ look: PhaseLook) -> Markup {
    let height = Int((16 * look.height).rounded())
    let top = (16 - height) / 2
    let place = "x=\"0\" y=\"\(top)\" width=\"26\" height=\"\(height)\" rx=\"3\""
    return Markup(
      trusted:
        "<svg class=\"ph ph-\(look.rawValue)\" width=\"26\" height=\"16\" aria-hidden=\"true\" focusable=\"false\">"
        + "<rect class=\"ph-base\" \(place)/><rect class=\"ph-pattern\" \(place) fill=\"url(#pat-\(look.rawValue))\"/></svg>"
    )
  }
}
