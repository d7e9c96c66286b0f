import Diagnostics
import LabModel

extension Rule {
  static let translationLinksDiffer = Rule(
    id: "translation-links-differ", severity: .warning,
    summary: "A translation lacks a link or a picture of its source",
    what:
      "Counts the links and the pictures of each translated page and of its source. Addresses may differ: a translated page links to translated documentation.",
    why: "Readers of one language are not told where to read on.",
    example: "Voir la [documentation](https://kubernetes.io/fr/docs/).\n\nSee the documentation.",
    instead: "See the [documentation](https://kubernetes.io/docs/).",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let source = context.course.settings.sourceLanguage
      for page in context.pages where page.page.language != source {
        guard let original = page.step.pages[source] else { continue }
        let ours = page.page.proseLinks
        let theirs = original.proseLinks
        for (isPicture, word) in [(false, "links"), (true, "pictures")] {
          let mine = ours.filter { $0.isPicture == isPicture }
          let other = theirs.filter { $0.isPicture == isPicture }
          guard mine.count != other.count else { continue }
          // The one that has no counterpart, where that can be told.
          let addresses = Set(mine.map(\.destination))
          let lost = other.first { !addresses.contains($0.destination) }
          findings.append(
            rule.finding(
              SourceLocation(file: page.source.path),
              "\(mine.count) \(word) here, \(other.count) on the \(source.englishName) page", "",
              notes: lost.map {
                [DiagnosticNote(location: original.source.location($0.range), message: "for instance this one")]
              } ?? []))
        }
      }
      return findings
    })
}
