import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let commandFails = Rule(
    id: "command-fails", severity: .warning,
    summary: "A command fails and the prose does not say so",
    what:
      "Fires when the last command of a block ends with an exit status other than 0 and the prose around the block does not speak of an error.",
    why: "The learner believes to have made a mistake.",
    example: "```bash\nkubectl get pod wbe-0\n```{{exec}}",
    instead: "Repair the command, or tell the learner that the error is expected.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.isSource {
        for played in page.played {
          guard let record = played.record, let status = record.exitStatus, status != 0,
            case .finished = record.ending
          else { continue }
          let around =
            page.proseLines(after: played.block).map(\.text).joined(separator: " ")
            + lines(before: played.block, page)
          let words =
            /(?i)erreur|échou|échec|refus|interdi|impossible|introuvable|error|fail|refuse|forbidden|not found|denied/
          guard around.firstMatch(of: words) == nil else { continue }
          let shown = record.output.split(whereSeparator: \.isNewline).dropFirst().first { $0.contains("rror") }
          findings.append(
            rule.finding(
              page.location(played.block), "Command fails with exit status \(status)",
              shown.map { "It prints: \($0)" } ?? "Nothing in the prose around it announces an error."))
        }
      }
      return findings
    })

  private static func lines(before block: LabBlock, _ page: LintPage) -> String {
    (max(1, block.line - 6)..<max(2, block.line)).map { page.source.line($0) }.joined(separator: " ")
  }
}
