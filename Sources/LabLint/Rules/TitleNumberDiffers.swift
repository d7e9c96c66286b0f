import Diagnostics
import LabModel

extension Rule {
  static let titleNumberDiffers = Rule(
    id: "title-number-differs", severity: .warning,
    summary: "A page's title counts another step than the scenario does",
    what: "Compares the number in titles like *Étape 3* or *Step 3* with the place of the step in `index.json`.",
    why: "After a step was added or moved, the platform counts one way and the page another.",
    example: "`# Étape 3 : réseau` in the page of the second step", instead: "`# Étape 2 : réseau`",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.scenario.manifest != nil {
        guard case .step(let number) = page.step.kind, let heading = page.page.headings.first,
          let match = heading.text.firstMatch(of: /(?i)^\W*(étape|etape|step)[ \u{A0}]+([0-9]{1,3})\b/),
          let written = Int(match.output.2), written != number
        else { continue }
        findings.append(
          rule.finding(
            page.source.location(page.source.lineRange(heading.line)),
            "Title says \(match.output.1) \(written), this is step \(number) of the scenario",
            "Its place in index.json decides."))
      }
      return findings
    })
}
