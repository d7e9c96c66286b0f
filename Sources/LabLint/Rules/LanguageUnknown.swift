import Diagnostics
import LabModel

extension Rule {
  static let languageUnknown = Rule(
    id: "language-unknown", severity: .note, summary: "A code block is in a language that nobody knows",
    what:
      "Compares the first word behind an opening fence with the names that highlighters know. Offers the right name where it is one letter off.",
    why: "The block is shown without colours, and rules that look at shell or SQL pass it over.",
    example: "```bsah\nkubectl get pods\n```{{exec}}", instead: "```bash\nkubectl get pods\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for block in page.page.labBlocks where !block.isInline && !block.language.isEmpty {
          let name =
            block.language.lowercased().split(whereSeparator: { "{:,".contains($0) }).first.map(String.init) ?? ""
          guard !name.isEmpty, !languages.contains(name) else { continue }
          let near = EditDistance.near(
            name, in: languages.sorted().filter { $0.count > 2 }, max: name.count > 4 ? 2 : 1)
          let line = page.source.line(block.line)
          var place = page.location(block)
          var fixes: [Fix] = []
          if let range = line.firstRange(of: block.language) {
            place = page.location(ProseLine(number: block.line, text: line), range)
            if near.count == 1 {
              fixes.append(
                Fix(title: "write '\(near[0])'", edits: [TextEdit(location: place, replacement: near[0])]))
            }
          }
          findings.append(
            rule.finding(
              place, "Unknown language '\(block.language)'",
              near.isEmpty ? "Leave it out, or write 'text'." : "Near: \(near.joined(separator: ", ")).", fixes: fixes))
        }
      }
      return findings
    })

  private static let languages: Set<String> = [
    "apache", "asciidoc", "awk", "bash", "bat", "c", "caddyfile", "cmd", "conf", "console", "cpp", "cs", "csharp",
    "css",
    "csv", "cypher", "dart", "diff", "docker", "dockerfile", "dotenv", "elixir", "env", "erlang", "fish", "fsharp",
    "git",
    "go", "gotemplate", "gradle", "graphql", "groovy", "haskell", "hcl", "helm", "html", "http", "ini", "java",
    "javascript", "jinja", "jq", "js", "json", "json5", "jsonc", "jsonnet", "jsonpath", "jsx", "kotlin", "kql", "ksh",
    "kubernetes", "less", "log", "lua", "make", "makefile", "markdown", "md", "mermaid", "mongodb", "mysql", "nginx",
    "nix",
    "none", "ocaml", "output", "patch", "perl", "php", "plain", "plaintext", "plantuml", "pgsql", "plpgsql", "postgres",
    "postgresql", "powershell", "properties", "promql", "proto", "protobuf", "ps1", "psql", "py", "python", "r", "rb",
    "redis", "regex", "rego", "ruby", "rust", "sass", "scala", "scss", "sed", "sh", "sh-session", "shell", "sql",
    "sql92",
    "ssh", "swift", "systemd", "tcl", "terminal", "terraform", "text", "tf", "toml", "ts", "tsx", "txt", "typescript",
    "vim", "xml", "yaml", "yml", "zig", "zsh",
  ]
}
