import Diagnostics
import LabModel

extension Rule {
  static let countDiffersFromList = Rule(
    id: "count-differs-from-list", severity: .warning,
    summary: "A number in the prose differs from the list it announces",
    what:
      "Finds a number (in digits or words) that announces a list in the same line, either in parentheses or after a colon with every item in code, and counts the items.",
    why: "One of the two is wrong, and the learner cannot tell which.",
    example: "You now see 4 users (alice, bob, charlie, david, eve).",
    instead: "You now see 5 users (alice, bob, charlie, david, eve).",
    check: { rule, context in
      var findings: [Diagnostic] = []
      guard
        let inParentheses = try? Regex(
          "(?i)(?:^|[^\\w.,])(\(Wording.numberPattern))[ \\u{00A0}]+(\\p{L}[\\w'’-]*(?: [\\p{L}\\w'’-]+){0,4}) ?\\(([^()]*)\\)",
          as: (Substring, Substring, Substring, Substring).self),
        let afterColon = try? Regex(
          "(?i)^[-*> ]*\\**(\(Wording.numberPattern))\\**[ \\u{00A0}]+(\\p{L}[\\w'’-]*(?: [\\p{L}\\w'’-]+){0,3})[ \\u{00A0}]?: *((?:`[^`]+`(?:, | et | and |, and )?)+)[.]?$",
          as: (Substring, Substring, Substring, Substring).self)
      else { return [] }
      for page in context.pages {
        for line in page.allProse {
          // Both patterns are slow; most lines cannot match either.
          let enumerates = line.text.utf8.contains(UInt8(ascii: "(")) ? line.text.matches(of: inParentheses) : []
          let lists = line.text.utf8.contains(UInt8(ascii: "`")) ? line.text.matches(of: afterColon) : []
          for match in enumerates + lists {
            guard let announced = Wording.number(match.output.1) else { continue }
            let items = listItems(match.output.3)
            // One item, or a remark in parentheses, is no list.
            guard items.count >= 2, items.allSatisfy({ $0.split(separator: " ").count <= 2 }), items.count != announced
            else { continue }
            findings.append(
              rule.finding(
                page.location(line, match.output.1.startIndex..<match.output.1.endIndex),
                "\(match.output.1) \(match.output.2) announced, \(items.count) listed",
                "The list has \(items.joined(separator: ", "))."))
          }
        }
      }
      return findings
    })

  private static func listItems(_ text: Substring) -> [String] {
    text.replacing(" et ", with: ",").replacing(" and ", with: ",").split(separator: ",")
      .map { $0.trimmingPrefix(while: \.isWhitespace) }
      .map { String($0).replacing("`", with: "") }
      .map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 }
      .filter { !$0.isEmpty && $0 != "…" && $0 != "..." }
  }
}
