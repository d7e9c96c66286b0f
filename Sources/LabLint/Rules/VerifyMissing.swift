import Diagnostics
import LabModel

extension Rule {
  static let verifyMissing = Rule(
    id: "verify-missing", severity: .note,
    summary: "A step cannot be verified although others can",
    what:
      "Looks at scenarios in which some steps have a `verify` script, and names the steps with commands that have none.",
    why: "The learner gets *Check* on some steps only, and goes on from the others with whatever state they left.",
    example: "{\"steps\": [{\"text\": \"step1.md\", \"verify\": \"verify1.sh\"}, {\"text\": \"step2.md\"}]}",
    instead:
      "{\"steps\": [{\"text\": \"step1.md\", \"verify\": \"verify1.sh\"}, {\"text\": \"step2.md\", \"verify\": \"verify2.sh\"}]}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let source = context.course.settings.sourceLanguage
      for scenario in context.course.scenarios where scenario.steps.contains(where: { $0.verify != nil }) {
        for step in scenario.steps where step.verify == nil {
          guard let page = step.recordedPage(source: source), !page.execBlocks.isEmpty else { continue }
          findings.append(
            rule.finding(
              SourceLocation(file: page.source.path), "Step \(step.number) has no verify script",
              "Other steps of '\(scenario.path)' have one."))
        }
      }
      return findings
    })
}
