// A timeline in words: an ordered list of what changed, when. It says everything the picture says.

import LabModel
import LabTranscript

struct TimelineText {
  let timeline: Timeline
  let language: Language

  /// `postgres-2 : Pending → Running 0/1`, with the reason where one is known.
  func sentence(_ step: TimelineStep, before: String?) -> Markup {
    let colon = language == .fr ? "\u{A0}: " : ": "
    let isDefault = step.object.namespace.isEmpty || step.object.namespace == "default"
    let name = isDefault ? step.object.name : step.object.namespace + "/" + step.object.name
    var out = "<b lang=\"en\">\(Markup.escape(name))</b>\(colon)"
    func code(_ text: String) -> String { "<span lang=\"en\">\(Markup.escape(text))</span>" }
    if step.event.isGone {
      if let before { out += code(before) + " → " }
      out += Markup.escape(UIString.gone.text(language))
    } else {
      let now = [step.event.status, step.event.ready].compactMap { $0 }.joined(separator: " ")
      if let before { out += code(before) } else { out += Markup.escape(UIString.created.text(language)) }
      out += " → " + code(now)
    }
    if let reason = step.event.reason, !reason.isEmpty {
      out += " <small>(\(code(reason)))</small>"
    }
    return Markup(trusted: out)
  }

  /// Steps with their times and sentences. What an object was before includes its readiness.
  func items() -> [(milliseconds: Int64, time: String, sentence: Markup, object: ObjectKey)] {
    var last: [ObjectKey: String] = [:]
    for lane in timeline.lanes {
      if let first = lane.phases.first, first.startMilliseconds == timeline.startMilliseconds {
        last[lane.object] = [first.status, first.ready].compactMap { $0 }.joined(separator: " ")
      }
    }
    return timeline.steps.map { step in
      let before = step.before == nil ? nil : last[step.object] ?? step.before
      last[step.object] = [step.event.status, step.event.ready].compactMap { $0 }.joined(separator: " ")
      return (
        step.milliseconds, Typography.offset(step.milliseconds - timeline.startMilliseconds, language),
        sentence(step, before: before), step.object
      )
    }
  }
}
