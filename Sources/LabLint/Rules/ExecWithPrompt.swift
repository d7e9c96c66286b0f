import Diagnostics
import LabModel

extension Rule {
  static let execWithPrompt = Rule(
    id: "exec-with-prompt", severity: .error,
    summary: "A command is typed with its prompt",
    what: "Finds exec blocks whose lines begin with a prompt: `$ kubectl …`, `root@host:~# …`, `myapp=# …`.",
    why: "The prompt is typed too. The shell looks for a program called `$`, or takes the line for a comment.",
    example: "```bash\n$ kubectl get pods\n```{{exec}}", instead: "```bash\nkubectl get pods\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for block in page.page.execBlocks {
          guard let line = page.codeLines(block).first(where: { $0.text.contains { !$0.isWhitespace } }),
            let match = line.text.firstMatch(of: /^\s*(\$ |[\w.-]+@[\w.-]+:[^ ]*[#$] |\w+=[#>] )\s*\S/)
          else { continue }
          let place = page.location(line, match.output.1.startIndex..<match.output.1.endIndex)
          findings.append(
            rule.finding(
              place, "Prompt '\(match.output.1.dropLast())' is typed with the command", "Leave the prompt out.",
              fixes: [Fix(title: "remove the prompt", edits: [TextEdit(location: place, replacement: "")])]))
        }
      }
      return findings
    })
}
