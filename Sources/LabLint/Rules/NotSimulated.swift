import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let notSimulated = Rule(
    id: "not-simulated", severity: .note,
    summary: "A block could not be played truthfully",
    what: "Tells which blocks use a command, flag, field, image or statement that the simulator does not model.",
    why: "The site shows such a block without output, and nothing is known about the prose that follows it.",
    example: "```bash\nkubectl debug -it web-0 --image=busybox\n```{{exec}}",
    instead: "A modelled way to the same end, where there is one; `ardoise coverage` lists what is modelled.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for scenario in context.course.scenarios {
        guard let reasons = context.setupNotSimulated[scenario.path], !reasons.isEmpty,
          let script = scenario.allSteps.flatMap({ [$0.background, $0.foreground] }).compactMap({ $0 }).first
        else { continue }
        findings.append(
          rule.finding(
            SourceLocation(file: script.source.path), "Not simulated: \(reasons.joined(separator: "; "))",
            "The scenario's scripts prepare the machine with it, so no block after it can be shown with its output."))
      }
      for page in context.pages where page.isSource {
        for block in page.page.execBlocks {
          guard let record = page.transcript?.block(block.id), !record.notSimulated.isEmpty else { continue }
          findings.append(
            rule.finding(
              page.location(block), "Not simulated: \(record.notSimulated.joined(separator: "; "))",
              "Block \(block.id) is shown without output, and so are the blocks that depend on it."))
        }
      }
      return findings
    })
}
