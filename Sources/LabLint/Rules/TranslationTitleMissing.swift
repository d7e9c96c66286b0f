import Diagnostics
import LabModel

extension Rule {
  static let translationTitleMissing = Rule(
    id: "translation-title-missing", severity: .note,
    summary: "A translated scenario keeps titles of its source",
    what: "Looks in `index.en.json` for the title and the description of each scenario that has translated pages.",
    why: "Cards and the navigation show the source's words in the other language.",
    example: "a folder with step1.en.md and without index.en.json",
    instead: "`{\"title\": \"…\", \"description\": \"…\"}` in index.en.json; `ardoise new translation` makes it",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let settings = context.course.settings
      for scenario in context.course.scenarios {
        guard let manifest = scenario.manifest else { continue }
        for language in settings.languages where language != settings.sourceLanguage {
          guard scenario.languages.contains(language) else { continue }
          var missing: [String] = []
          if scenario.title[language] == nil { missing.append("title") }
          if scenario.description[language] == nil, !(scenario.description[settings.sourceLanguage] ?? "").isEmpty {
            missing.append("description")
          }
          guard !missing.isEmpty else { continue }
          findings.append(
            rule.finding(
              SourceLocation(file: manifest.path),
              "Scenario has no \(language.englishName) \(missing.joined(separator: " and "))",
              "Write them in index.\(language.code).json."))
        }
      }
      return findings
    })
}
