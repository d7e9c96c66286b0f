import Diagnostics
import LabModel
import LabTranscript

extension Rule {
  static let claimedCountDiffers = Rule(
    id: "claimed-count-differs", severity: .warning,
    summary: "The prose counts what the run shows, and counts differently",
    what:
      "Reads the prose right after a block that prints a table of pods or of claims, or the result of a query. A sentence that begins with a number of them (`Cinq lignes …`), or says that one sees so many, is compared with what is shown.",
    why: "The learner counts too, and does not know who is wrong.",
    example: "```bash\npsql -c 'SELECT * FROM users;'\n```{{exec}}\n\nFour rows.",
    instead: "Five rows, if five is what the run shows.",
    needsTranscript: true,
    check: { rule, context in
      var findings: [Diagnostic] = []
      guard
        let claim = try? Regex(
          "(?i)\\b(\(Wording.numberPattern))[ \\u{00A0}*]+(lignes?|rows?|enregistrements?|records?|pods?|réclamations?|claims?|PVCs?)\\b",
          as: (Substring, Substring, Substring).self)
      else { return [] }
      for page in context.pages where page.transcript != nil {
        for played in page.played {
          guard let record = played.record else { continue }
          for line in page.proseLines(after: played.block) {
            for match in line.text.matches(of: claim) {
              guard let claimed = Wording.number(match.output.1), claimed > 1 else { continue }
              let sentence = Wording.sentence(in: line.text, around: match.range)
              guard !Wording.isNotAClaim(sentence), isAboutWhatIsSeen(sentence, match.output.0) else { continue }
              let shown = counts(of: match.output.2.lowercased(), in: record.output)
              guard !shown.isEmpty, !shown.contains(claimed) else { continue }
              findings.append(
                rule.finding(
                  page.location(line, match.range), "\(match.output.0) announced, the run shows \(shown[0])",
                  "Counted in the output of block \(played.block.id).",
                  notes: [DiagnosticNote(location: page.location(played.block), message: "this block was played")]))
            }
          }
        }
      }
      return findings
    })

  private static func isAboutWhatIsSeen(_ sentence: Substring, _ claim: Substring) -> Bool {
    let before = sentence[..<claim.startIndex].drop { !$0.isLetter && !$0.isNumber }
    if before.isEmpty { return true }
    if ["les ", "the ", "all ", "vos ", "your ", "nos ", "our "].contains(before.lowercased()) { return true }
    let seeing = /(?i)\b(voyez|voit|voir|affiche|montre|liste|renvoie|retourne|see|shows?|lists?|prints?|returns?)\b/
    return before.firstMatch(of: seeing) != nil
  }

  /// How many the output shows; more than one number where it shows several results.
  private static func counts(of word: String, in output: String) -> [Int] {
    if word.hasPrefix("lign") || word.hasPrefix("row") || word.hasPrefix("enreg") || word.hasPrefix("record") {
      return output.matches(of: /\(([0-9]+) rows?\)/).compactMap { Int($0.output.1) }
    }
    let header = word.hasPrefix("pod") ? /^NAME +READY +STATUS/ : /^NAME +STATUS +VOLUME/
    var names: Set<Substring> = []
    var isInside = false
    var found = false
    for line in output.split(whereSeparator: \.isNewline) {
      if line.firstMatch(of: header) != nil {
        isInside = true
        found = true
        continue
      }
      let columns = line.split(separator: " ")
      if isInside, columns.count >= 5 { names.insert(columns[0]) } else { isInside = false }
    }
    return found ? [names.count] : []
  }
}
