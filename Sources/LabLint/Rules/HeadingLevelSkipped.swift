import Diagnostics
import LabModel

extension Rule {
  static let headingLevelSkipped = Rule(
    id: "heading-level-skipped", severity: .note,
    summary: "A heading is more than one level below the one before it",
    what: "Compares the level of each heading with that of the heading before it.",
    why: "The table of contents has a hole, and a reader who jumps from heading to heading looks for what is missing.",
    example: "# Lab\n\n### First part", instead: "# Lab\n\n## First part",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for (before, heading) in zip(page.page.headings, page.page.headings.dropFirst())
        where heading.level > before.level + 1 {
          findings.append(
            rule.finding(
              page.source.location(page.source.lineRange(heading.line)),
              "Heading of level \(heading.level) follows one of level \(before.level)",
              "Use level \(before.level + 1) here.",
              notes: [
                DiagnosticNote(
                  location: page.source.location(page.source.lineRange(before.line)), message: "the heading before it")
              ]))
        }
      }
      return findings
    })
}
