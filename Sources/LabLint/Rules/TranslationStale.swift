import Diagnostics
import LabModel

extension Rule {
  static let translationStale = Rule(
    id: "translation-stale", severity: .warning,
    summary: "The source changed after it was translated",
    what:
      "A translation may carry a comment with a hash for each paragraph, heading and table of the page it was made from (`ardoise new translation FOLDER --mark` writes it). Each part of the source that is no longer the one that was translated is reported at its translation.",
    why: "Readers of the other language read what was true before.",
    example: "`<!-- ardoise-source: 5f0c1a2b -->` in step1.en.md, and another paragraph in step1.md since",
    instead: "Translate the paragraph again, then mark the page: `ardoise new translation FOLDER --mark`",
    check: { rule, context in
      var findings: [Diagnostic] = []
      let source = context.course.settings.sourceLanguage
      for page in context.pages where page.page.language != source {
        guard let original = page.step.pages[source], let recorded = TranslationStamp.recorded(in: page.page) else {
          continue
        }
        let theirs = TranslationStamp.parts(original)
        let ours = TranslationStamp.parts(page.page)
        guard theirs.map(\.hash) != recorded else { continue }
        let known = Set(recorded)
        let sameShape = theirs.count == ours.count
        for (index, part) in theirs.enumerated() where !known.contains(part.hash) {
          let place = sameShape ? ours[index].range : .point(0)
          let line = page.source.lineRange(page.source.lineNumber(at: place.start))
          let theirLine = original.source.lineNumber(at: part.range.start)
          findings.append(
            rule.finding(
              page.source.location(line), "Translated from an older text",
              "Line \(theirLine) of \(original.file) has changed since.",
              notes: [
                DiagnosticNote(location: original.source.location(line: theirLine), message: "the text as it is now")
              ]
            ))
        }
        let current = Set(theirs.map(\.hash))
        let gone = recorded.filter { !current.contains($0) }.count
        if gone > 0, !findings.contains(where: { $0.location.file == page.source.path }) {
          findings.append(
            rule.finding(
              SourceLocation(file: page.source.path), "Translated from an older text",
              "\(gone) of its paragraphs are no longer in \(original.file)."))
        }
      }
      return findings
    })
}
