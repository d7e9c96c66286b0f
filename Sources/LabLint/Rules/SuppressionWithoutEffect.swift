import Diagnostics
import LabModel

extension Rule {
  static let suppressionWithoutEffect = Rule(
    id: "suppression-without-effect", severity: .note,
    summary: "A comment silences nothing",
    what:
      "Finds `<!-- ardoise-disable… -->` comments that silence no finding, or name a rule that does not exist. Rules that need a recording are left out when nothing is played.",
    why:
      "What it excused is repaired, or the name is misspelt and the finding is still there. Either way the comment misleads.",
    example: "<!-- ardoise-disable-next-line missing-interupt -->",
    instead: "<!-- ardoise-disable-next-line missing-interrupt -->",
    // The linter itself knows which comments were of use.
    check: { _, _ in [] })

  static func uselessComments(
    _ comments: Suppression, _ used: Set<Int>, in source: SourceText, silent: Set<String>, _ context: LintContext
  ) -> [Diagnostic] {
    let known = Rule.all.map(\.id) + context.otherRules
    var findings: [Diagnostic] = []
    for (index, entry) in comments.entries.enumerated() where !used.contains(index) {
      let place = source.location(source.lineRange(entry.comment))
      guard let rule = entry.rule else {
        if silent.isEmpty {
          findings.append(
            suppressionWithoutEffect.finding(place, "Comment silences nothing", "There is nothing to silence here."))
        }
        continue
      }
      if !context.otherRules.isEmpty, !known.contains(rule) {
        let near = EditDistance.near(rule, in: known, max: 4)
        findings.append(
          suppressionWithoutEffect.finding(
            place, "There is no rule '\(rule)'",
            near.isEmpty ? "'ardoise explain --all' lists them." : "Near: \(near.joined(separator: ", "))."))
      } else if !silent.contains(rule) {
        findings.append(
          suppressionWithoutEffect.finding(place, "Comment silences nothing", "'\(rule)' finds nothing here."))
      }
    }
    return findings
  }
}
