import Diagnostics
import LabModel

extension Rule {
  static let settingUnknown = Rule(
    id: "setting-for-unknown-rule", severity: .warning,
    summary: "The settings give a level to a rule that does not exist",
    what: "Compares the names under `lint.rules` in `ardoise.yml` with the rules there are.",
    why: "The rule that was meant keeps its level.",
    example: "lint: {rules: {missing-interupt: error}}", instead: "lint: {rules: {missing-interrupt: error}}",
    check: { rule, context in
      // Without the other modules' rules nothing can be said.
      guard !context.otherRules.isEmpty else { return [] }
      let known = Rule.all.map(\.id) + context.otherRules
      let file = context.course.files.first { $0.path.hasSuffix("ardoise.yml") || $0.path.hasSuffix("ardoise.yaml") }
      return context.course.settings.lint.rules.keys.sorted().filter { !known.contains($0) }.map { name in
        var place = SourceLocation(file: file?.path ?? "ardoise.yml")
        if let file {
          for number in 1...max(1, file.lineCount) {
            guard let range = file.line(number).firstRange(of: name) else { continue }
            let start = file.lineRange(number).start + file.line(number)[..<range.lowerBound].utf8.count
            place = file.location(SourceRange(start: start, end: start + name.utf8.count))
            break
          }
        }
        let near = EditDistance.near(name, in: known, max: 4)
        return rule.finding(
          place, "There is no rule '\(name)'",
          near.isEmpty ? "'ardoise explain --all' lists them." : "Near: \(near.joined(separator: ", ")).")
      }
    })
}
