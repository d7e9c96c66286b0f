import Diagnostics
import LabModel

extension Rule {
  static let translationCommandsDiffer = Rule(
    id: "translation-commands-differ", severity: .error,
    summary: "A translation has other commands than its source",
    what:
      "Compares the exec blocks of each translated page with those of the source page, one by one, leaving out lines that are only a comment.",
    why: "One recording serves every language; a reader of the translation would see the output of another command.",
    example: "step1.md: `kubectl get pods`{{exec}}\n\nstep1.en.md: `kubectl get pod -A`{{exec}}",
    instead: "The same command in both; comments may be translated.",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let source = context.course.settings.sourceLanguage
      for page in context.pages where !page.isSource {
        guard let original = page.step.pages[source] else { continue }
        let ours = page.page.execBlocks
        let theirs = original.execBlocks
        for (mine, other) in zip(ours, theirs) where withoutComments(mine.text) != withoutComments(other.text) {
          findings.append(
            rule.finding(
              page.location(mine), "Block \(mine.id) differs from the \(source.englishName) page",
              "Apart from comments, the commands must be the same in every language.",
              notes: [
                DiagnosticNote(
                  location: original.source.location(original.source.lineRange(other.line)),
                  message: "the source's block")
              ]))
        }
        if ours.count != theirs.count {
          let place =
            ours.count > theirs.count ? page.location(ours[theirs.count]) : SourceLocation(file: page.source.path)
          findings.append(
            rule.finding(
              place, "\(ours.count) exec blocks here, \(theirs.count) on the \(source.englishName) page",
              "Every exec block of the source page needs its twin in the translation."))
        }
      }
      return findings
    })

  private static func withoutComments(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("#") }
  }
}
