import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let writtenOutputDiffers = Rule(
    id: "written-output-differs", severity: .warning,
    summary: "An output written by hand is not what the run prints",
    what:
      "Looks at code blocks without annotation that follow an exec block and are announced by words like *résultat*, *vous devriez voir*, *output*, *you should see*. Fires when fewer than half of their lines are in the run's output; numbers, spaces and dots for left-out lines do not count.",
    why: "Outputs that were pasted once grow old. The site shows what the run printed anyway.",
    example: "```bash\nkubectl get pods\n```{{exec}}\n\nYou should see:\n\n```\nNAME   READY\nweb-0  1/1\n```",
    instead: "Leave the pasted output out: the recorded one stands in its place.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      let announced =
        /(?i)résultat|sortie|devriez|affiche|obten|ressembl|output|result|should (see|get|look)|prints|shows/
      for page in context.pages where page.transcript != nil {
        var before: LintPage.Played?
        let all = page.played
        for block in page.page.labBlocks where !block.isInline {
          if block.isExec {
            before = all.first { $0.block.id == block.id }
            continue
          }
          guard block.action == .none, let played = before, let record = played.record,
            ["", "text", "txt", "console", "output", "plain", "plaintext", "log"].contains(block.language.lowercased()),
            block.line > played.block.endLine
          else { continue }
          let words = (played.block.endLine + 1..<block.line).map { page.source.line($0) }.joined(separator: " ")
          guard words.firstMatch(of: announced) != nil else { continue }
          let printed = Set(record.output.split(whereSeparator: \.isNewline).map(plain))
          let written = block.text.split(whereSeparator: \.isNewline).map { (line: $0, plain: plain($0)) }
            .filter { $0.plain.contains(where: \.isLetter) }
          let missing = written.filter { !printed.contains($0.plain) }
          guard !written.isEmpty, missing.count * 2 > written.count, let first = missing.first else { continue }
          findings.append(
            rule.finding(
              page.location(block), "Written output is not what the run prints",
              "\(missing.count) of \(written.count) lines are not in the output of block \(played.block.id), for instance: \(first.line)",
              notes: [DiagnosticNote(location: page.location(played.block), message: "this block was played")]))
        }
      }
      return findings
    })

  /// A line with its numbers made equal and its blanks made single.
  private static func plain(_ line: Substring) -> String {
    line.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing(/[0-9]+/, with: "0")
  }
}
