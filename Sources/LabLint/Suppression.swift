// Comments in the Markdown that silence rules:
//   <!-- ardoise-disable-next-line RULE [RULE…] -->     the line after the comment
//   <!-- ardoise-disable RULE [RULE…] -->  …  <!-- ardoise-enable RULE -->     from here to there, or to the end of the file
// Without a rule's name, all rules.

import Diagnostics

struct Suppression {
  struct Entry {
    /// Nil for all rules.
    var rule: String?
    var lines: ClosedRange<Int>
    /// The line of the comment.
    var comment: Int
  }

  private(set) var entries: [Entry] = []

  /// `code` are the lines of code blocks: a comment there is an example.
  init(_ source: SourceText, code: [ClosedRange<Int>] = []) {
    var open: [(rule: String?, from: Int)] = []
    for number in 1...max(1, source.lineCount) {
      let line = source.line(number)
      guard line.contains("ardoise-"), !code.contains(where: { $0.contains(number) }) else { continue }
      for match in line.matches(of: /<!--\s*ardoise-(disable-next-line|disable|enable)((?:\s+[a-z0-9-]+)*)\s*-->/) {
        let names = match.output.2.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0 != "--" }
        let rules: [String?] = names.isEmpty ? [nil] : names.map { $0 }
        switch match.output.1 {
        case "disable-next-line":
          entries += rules.map { Entry(rule: $0, lines: number + 1...number + 1, comment: number) }
        case "disable": open += rules.map { ($0, number) }
        default:
          for rule in rules {
            while let index = open.firstIndex(where: { $0.rule == rule || rule == nil }) {
              entries.append(Entry(rule: open[index].rule, lines: open[index].from...number, comment: open[index].from))
              open.remove(at: index)
            }
          }
        }
      }
    }
    entries += open.map { Entry(rule: $0.rule, lines: $0.from...Int.max, comment: $0.from) }
  }

  /// The entries that silence a finding.
  func silencing(_ finding: Diagnostic) -> [Int] {
    entries.indices.filter { index in
      (entries[index].rule == nil || entries[index].rule == finding.rule)
        && entries[index].lines.contains(finding.location.start.line)
    }
  }
}
