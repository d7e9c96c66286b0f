import Diagnostics
import LabModel

extension Rule {
  static let execNotACommand = Rule(
    id: "exec-not-a-command", severity: .error,
    summary: "A file's content is typed into the shell",
    what:
      "Finds exec blocks in a language that no terminal understands: `yaml`, `json`, `dockerfile`, `ini`, `xml` and the like.",
    why: "The click types every line as a command. What the author meant is to write a file, or to show one.",
    example: "```yaml\nkind: Pod\n```{{exec}}",
    instead: "```bash\ncat > pod.yaml <<'EOF'\nkind: Pod\nEOF\n```{{exec}}",
    check: { rule, context in
      let files: Set<String> = [
        "yaml", "yml", "json", "xml", "html", "css", "toml", "ini", "properties", "dockerfile", "hcl", "nginx", "csv",
        "diff",
        "markdown", "md",
      ]
      var findings: [Diagnostic] = []
      for page in context.pages {
        for block in page.page.execBlocks where files.contains(block.language.lowercased()) {
          findings.append(
            rule.finding(
              page.location(block), "Block of \(block.language) is typed into the terminal",
              "Write it to a file with a here-document, or annotate it {{copy}}."))
        }
      }
      return findings
    })
}
