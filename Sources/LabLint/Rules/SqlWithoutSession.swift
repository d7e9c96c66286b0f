import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let sqlWithoutSession = Rule(
    id: "sql-without-session", severity: .error,
    summary: "SQL is typed where no SQL session is open",
    what:
      "Looks at exec blocks in the language `sql`. The block before each, in the same terminal, must leave a client such as psql open: in the run, or, without one, as far as its command tells.",
    why: "The shell gets the statement and answers `command not found`, or worse, runs part of it.",
    example: "```sql\nSELECT * FROM users;\n```{{exec}}",
    instead: "```bash\npsql -U admin myapp\n```{{exec}}\n\n```sql\nSELECT * FROM users;\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.isSource {
        // Terminals in which a client waits.
        var open: [Int: Bool] = [:]
        for played in page.played {
          let block = played.block
          let isSQL = ["sql", "psql", "postgresql", "mysql"].contains(block.language.lowercased())
          if isSQL, !block.interruptsFirst, open[block.terminal] != true {
            findings.append(
              rule.finding(
                page.location(block), "SQL is typed into the shell",
                "No block before it opens a session that is still open. Open one first, or write psql -c '…'."))
          }
          if let record = played.record {
            if case .leftOpen = record.ending { open[block.terminal] = true } else { open[block.terminal] = false }
          } else {
            open[block.terminal] = leavesClientOpen(block.text, was: open[block.terminal] == true && isSQL)
          }
        }
      }
      return findings
    })

  /// Whether a command leaves a client at its prompt, by the look of it.
  private static func leavesClientOpen(_ text: String, was: Bool) -> Bool {
    let last = text.split(separator: "\n").last.map(String.init) ?? ""
    if last.firstMatch(of: /^\s*(\\q|quit;?|exit;?|\\c\w*)\s*$/) != nil { return false }
    guard let client = last.firstMatch(of: /\b(psql|mysql|sqlite3|mariadb)\b(.*)$/) else { return was }
    return client.output.2.firstMatch(of: /(\s(-c|-f|-e|-l|--command|--file|--list|--version)\b)|<|\|/) == nil
  }
}
