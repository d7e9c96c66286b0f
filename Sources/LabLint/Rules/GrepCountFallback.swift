import Diagnostics
import LabModel

extension Rule {
  static let grepCountFallback = Rule(
    id: "grep-count-fallback", severity: .warning,
    summary: "A count falls back on a second zero",
    what: "Finds `grep -c … || echo 0` in exec blocks and scripts.",
    why:
      "`grep -c` prints 0 by itself when nothing matches, and also fails: the result is two lines, `0` and `0`, and every comparison with a number breaks.",
    example: "n=$(kubectl get pods | grep -c Running || echo 0)",
    instead: "n=$(kubectl get pods | grep -c Running || true)",
    check: { rule, context in
      var findings: [Diagnostic] = []
      func look(_ source: SourceText, _ number: Int, _ line: String) {
        guard line.contains("grep"), line.firstMatch(of: /grep\s+(?:-\w+\s+)*-\w*c\w*\s.*\|\|\s*echo\s+["']?0/) != nil
        else { return }
        findings.append(
          rule.finding(
            source.location(source.lineRange(number)), "'grep -c … || echo 0' prints two zeros",
            "Write '|| true': grep -c prints the 0 itself."))
      }
      for page in context.pages where page.isSource {
        for block in page.page.execBlocks {
          for line in page.codeLines(block) { look(page.source, line.number, line.text) }
        }
      }
      for script in context.scripts {
        for number in 1...max(1, script.source.lineCount) { look(script.source, number, script.source.line(number)) }
      }
      return findings
    })
}
