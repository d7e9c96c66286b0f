import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let commandNeverReturns = Rule(
    id: "command-never-returns", severity: .error,
    summary: "A command that should end by itself does not",
    what:
      "Fires when the run had to press Ctrl-C on a command that is not made to go on for ever, such as `kubectl rollout status` or `kubectl wait`: what it waits for does not happen.",
    why: "The learner waits for a prompt that never comes back, and does not know whether to wait longer.",
    example: "```bash\nkubectl rollout status statefulset postgres\n```{{exec}}",
    instead:
      "Repair what it waits for; or bound it, `--timeout=60s`, and tell in the prose what the learner then sees.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.isSource {
        for played in page.played {
          guard let record = played.record, case .interrupted(_) = record.ending,
            Commands.endless(played.block.text) == nil
          else { continue }
          let lines = played.block.text.split(separator: "\n").map(String.init)
          let command = lines.last { !$0.hasPrefix("#") } ?? ""
          let minutes = (record.endMilliseconds - record.startMilliseconds) / 60_000
          let shown = record.output.split(whereSeparator: \.isNewline).last { !$0.isEmpty }.map(String.init) ?? ""
          findings.append(
            rule.finding(
              page.location(played.block), "'\(command)' does not return",
              "The run stopped it with Ctrl-C after \(minutes) min of virtual time, when nothing more would happen. Last line shown: \(shown)"
            ))
        }
      }
      return findings
    })
}
