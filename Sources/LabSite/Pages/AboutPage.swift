// Where the outputs come from: what the simulated machine is, what it did not play, where it is known to differ.

import Diagnostics
import LabModel
import LabTranscript

extension SiteContext {
  func aboutPage(_ page: SitePage, _ language: Language) -> Markup {
    var model = frame(
      page, title: UIString.aboutTitle.text(language), description: UIString.aboutLead.text(language))
    let machine = settings.machine
    model["kubernetes"] = .text(machine.kubernetes)
    model["terminal"] = .text("\(machine.columns) × \(machine.rows)")
    model["author"] = .text(optional: settings.author)
    model["licence"] = .text(optional: settings.licence)
    var missing: [TemplateModel] = []
    var unrecorded = 0
    for scenario in course.scenarios {
      if let reasons = setupNotSimulated[scenario.path], !reasons.isEmpty {
        missing.append([
          "href": .text(href(page, .scenario(scenario.path), language)),
          "label": .text(UIString.preparation.text(language)),
          "scenario": .text(title(of: scenario, language).value),
          "reasons": .list(reasons.map { ["reason": .text($0)] }),
        ])
      }
      for step in scenario.allSteps {
        let blocks = step.recordedPage(source: source)?.execBlocks ?? []
        guard let transcript = transcripts[RecordingKey(scenario: scenario.path, step: step.name)] else {
          unrecorded += blocks.count
          continue
        }
        unrecorded += blocks.filter { transcript.block($0.id) == nil }.count
        for block in transcript.blocks where !block.notSimulated.isEmpty {
          let kind: PageKind =
            step.kind == .intro ? .scenario(scenario.path) : .step(scenario: scenario.path, step: step.name)
          missing.append([
            "href": .text(href(page, kind, language) + "#" + BlockAnchor.id(block.id)),
            "label": .text(UIPhrase.block(block.id).text(language)),
            "scenario": .text(title(of: scenario, language).value),
            "reasons": .list(block.notSimulated.map { ["reason": .text($0)] }),
          ])
        }
      }
    }
    model["missing"] = .nonEmpty(missing)
    model["unrecorded"] = unrecorded > 0 ? .text(UIPhrase.notRecordedCount(unrecorded).text(language)) : .absent
    model["isComplete"] = .flag(missing.isEmpty && unrecorded == 0)
    model["deviations"] = .nonEmpty(options.deviations.map { ["text": .text($0)] })
    model["findings"] = .nonEmpty(
      findings.map {
        [
          "place": .text("\($0.location.file):\($0.location.start.line)"), "rule": .text($0.rule),
          "severity": .text($0.severity.rawValue), "text": .text($0.summary),
        ]
      })
    return theme.render(model, "about")
  }
}
