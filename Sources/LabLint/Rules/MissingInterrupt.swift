import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let missingInterrupt = Rule(
    id: "missing-interrupt", severity: .warning,
    summary: "A block types into a program that is still running",
    what:
      "Looks at each exec block that follows one which does not end by itself (`kubectl get --watch`, `watch`, `logs -f`, `top`, `port-forward`, or anything the run had to interrupt) in the same terminal, and fires when it is not annotated `{{exec interrupt}}`.",
    why:
      "The click types the command into the program that still runs there. Nothing happens, and the learner who forgot Ctrl+C is stuck.",
    example: "```bash\nkubectl get pods --watch\n```{{exec}}\n\n```bash\nkubectl get pvc\n```{{exec}}",
    instead: "```bash\nkubectl get pods --watch\n```{{exec}}\n\n```bash\nkubectl get pvc\n```{{exec interrupt}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        let played = page.played
        for (index, previous) in played.enumerated() {
          let isThere = { (later: LintPage.Played) in
            later.block.terminal == previous.block.terminal && later.block.host == previous.block.host
          }
          guard let next = played[(index + 1)...].first(where: isThere) else { continue }
          guard !next.block.interruptsFirst, !next.block.modifiers.contains(.controlSequence),
            let running = running(previous)
          else { continue }
          var fixes: [Fix] = []
          if let range = next.block.annotationRange {
            // Right after the word `exec` or `execute`.
            let text = page.source.text(in: range)
            let word = text.hasPrefix("{{execute") ? "{{execute" : "{{exec"
            let at = page.source.location(.point(range.start + word.utf8.count))
            fixes.append(
              Fix(
                title: "Press Ctrl-C first: add 'interrupt'",
                edits: [TextEdit(location: at, replacement: " interrupt")]))
          }
          let place = page.source.location(next.block.annotationRange ?? page.source.lineRange(next.block.line))
          findings.append(
            rule.finding(
              place, "Block types into '\(running)', which is still running",
              "Annotate this block {{exec interrupt}}, so that the click presses Ctrl-C first.",
              notes: [
                DiagnosticNote(
                  location: page.location(previous.block),
                  message: "'\(running)' is started here and does not end by itself")
              ], fixes: fixes))
        }
      }
      return findings
    })

  /// What keeps the terminal after a block, seen in the run or, without one, in the command.
  private static func running(_ played: LintPage.Played) -> String? {
    if let record = played.record {
      if case .interrupted(_) = record.ending {
        return Commands.endless(played.block.text) ?? firstLine(played.block.text)
      }
      return nil
    }
    return Commands.endless(played.block.text)
  }

  private static func firstLine(_ text: String) -> String {
    let line = text.split(separator: "\n").last.map(String.init) ?? text
    return line.count > 60 ? line.prefix(57) + "…" : line
  }
}
