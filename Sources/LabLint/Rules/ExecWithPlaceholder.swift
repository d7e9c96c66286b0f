import Diagnostics
import LabModel

extension Rule {
  static let execWithPlaceholder = Rule(
    id: "exec-with-placeholder", severity: .warning,
    summary: "A command that is typed as it is has a placeholder in it",
    what:
      "Finds words like `<pod-name>`, `<votre-nom>` or `YOUR_NAME` in exec blocks, outside here-documents and quotes.",
    why:
      "The learner clicks, and the shell takes `<pod-name>` for a redirection. A block that must be completed is `{{copy}}`.",
    example: "```bash\nkubectl logs <pod-name>\n```{{exec}}", instead: "```bash\nkubectl logs web-0\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for block in page.page.execBlocks where !block.text.contains("<<") {
          for line in page.codeLines(block) where line.text.contains(where: { $0 == "<" || $0 == "_" }) {
            guard !line.text.trimmingPrefix(while: \.isWhitespace).hasPrefix("#"),
              let match = line.text.firstMatch(of: /<[\p{L}][\p{L}0-9 _-]*>|\b(?:YOUR|VOTRE)_[A-Z_]+\b/),
              line.text[..<match.range.lowerBound].filter({ $0 == "'" || $0 == "\"" }).count % 2 == 0
            else { continue }
            findings.append(
              rule.finding(
                page.location(line, match.range),
                "Placeholder '\(match.output)' is typed as it is",
                "Write a value that exists in this lab, or annotate the block {{copy}}."))
          }
        }
      }
      return findings
    })
}
