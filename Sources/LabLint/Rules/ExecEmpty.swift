import Diagnostics
import LabModel

extension Rule {
  static let execEmpty = Rule(
    id: "exec-empty", severity: .warning, summary: "A block that is typed has nothing in it",
    what: "Finds exec blocks with no text but blanks.", why: "The learner clicks and nothing happens.",
    example: "```bash\n```{{exec}}", instead: "```bash\nkubectl get pods\n```{{exec}}",
    check: { rule, context in
      context.pages.flatMap { page in
        page.page.execBlocks.filter { $0.text.allSatisfy(\.isWhitespace) }.map { block in
          rule.finding(page.location(block), "Exec block is empty")
        }
      }
    })
}
