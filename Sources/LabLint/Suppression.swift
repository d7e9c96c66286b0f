// Comments in the Markdown that silence rules:
//   <!-- ardoise-disable-next-line RULE [RULE…] -->     the line after the comment
//   <!-- ardoise-disable RULE [RULE…] -->  …  <!-- ardoise-enable RULE -->     from here to there, or to the end of the file
// Without a rule's name, all rules.

import Diagnostics

struct Suppression {
  private var ranges: [(rule: String?, lines: ClosedRange<Int>)] = []

  init(_ source: SourceText) {
    var open: [(rule: String?, from: Int)] = []
    for number in 1...max(1, source.lineCount) {
      let line = source.line(number)
      for match in line.matches(of: /<!--\s*ardoise-(disable-next-line|disable|enable)((?:\s+[a-z0-9-]+)*)\s*-->/) {
        let names = match.output.2.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0 != "--" }
        let rules: [String?] = names.isEmpty ? [nil] : names.map { $0 }
        switch match.output.1 {
        case "disable-next-line": ranges += rules.map { ($0, number + 1...number + 1) }
        case "disable": open += rules.map { ($0, number) }
        default:
          for rule in rules {
            while let index = open.firstIndex(where: { $0.rule == rule || rule == nil }) {
              ranges.append((open[index].rule, open[index].from...number))
              open.remove(at: index)
            }
          }
        }
      }
    }
    ranges += open.map { ($0.rule, $0.from...Int.max) }
  }

  func silences(_ finding: Diagnostic) -> Bool {
    ranges.contains { ($0.rule == nil || $0.rule == finding.rule) && $0.lines.contains(finding.location.start.line) }
  }
}
