import Diagnostics
import LabModel

extension Rule {
  static let heredocExpands = Rule(
    id: "heredoc-expands", severity: .warning,
    summary: "A here-document is expanded by the shell before it is written",
    what:
      "Finds here-documents with an unquoted delimiter (`<<EOF`) whose body contains `$` or a backtick in an exec block.",
    why:
      "The shell replaces `$VARIABLE`, `$(command)` and backticks before the file is written: `$POSTGRES_USER` in a manifest silently becomes empty.",
    example: "```bash\ncat > job.sh <<EOF\necho $HOME\nEOF\n```{{exec}}",
    instead: "```bash\ncat > job.sh <<'EOF'\necho $HOME\nEOF\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for block in page.page.execBlocks where !block.isInline && block.text.contains("<<") {
          let lines = block.text.split(separator: "\n", omittingEmptySubsequences: false)
          var index = 0
          while index < lines.count {
            defer { index += 1 }
            guard let match = lines[index].firstMatch(of: /<<-?[ ]*([A-Za-z_][A-Za-z0-9_]*)/) else { continue }
            let opening = index
            let delimiter = match.output.1
            var body = index + 1
            var expands = false
            while body < lines.count, lines[body].trimmingPrefix(while: { $0 == "\t" }) != delimiter {
              let plain = lines[body].replacing("\\$", with: "").replacing("\\`", with: "")
              if plain.contains("`") || plain.firstMatch(of: /\$[A-Za-z_{(0-9]/) != nil { expands = true }
              body += 1
            }
            index = min(body, lines.count)
            guard expands else { continue }
            let number = block.line + 1 + opening
            findings.append(
              rule.finding(
                page.source.location(page.source.lineRange(number)),
                "Here-document '\(delimiter)' is expanded before it is written",
                "Quote the delimiter, <<'\(delimiter)', unless the shell shall fill in the values now."))
          }
        }
      }
      return findings
    })
}
