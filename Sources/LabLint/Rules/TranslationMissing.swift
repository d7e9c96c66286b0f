import Diagnostics
import LabModel

extension Rule {
  static let translationMissing = Rule(
    id: "translation-missing", severity: .note,
    summary: "A page has no translation",
    what: "Looks for every page of the source language in each of the course's other languages.",
    why: "Readers of the other language get the source text, with a notice.",
    example: "step1.md without step1.en.md, in a course with `languages: [fr, en]`",
    instead: "`ardoise new translation` makes the file to fill in.",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let settings = context.course.settings
      for scenario in context.course.scenarios where !scenario.isSingleFile {
        for step in scenario.allSteps {
          guard let original = step.pages[settings.sourceLanguage] else { continue }
          for language in settings.languages where language != settings.sourceLanguage && step.pages[language] == nil {
            findings.append(
              rule.finding(
                SourceLocation(file: original.source.path), "Page has no \(language.englishName) translation",
                "The site shows the \(settings.sourceLanguage.englishName) text in its place, with a notice."))
          }
        }
      }
      return findings
    })
}
