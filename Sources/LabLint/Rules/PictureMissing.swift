import Diagnostics
import LabModel

extension Rule {
  static let pictureMissing = Rule(
    id: "picture-missing", severity: .warning,
    summary: "A picture is not among the scenario's files",
    what: "Looks for the file of every picture with a relative address, seen from the page's file.",
    why: "The site shows the alternative text in brackets instead.",
    example: "![The two pods](images/pods.pgn)", instead: "![The two pods](images/pods.png)",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        guard let files = page.scenario.files else { continue }
        for link in page.page.proseLinks where link.isPicture {
          guard let (path, _) = link.relative else { continue }
          if case .file(let file)? = context.course.target(of: path, in: page.page, of: page.scenario),
            files.contains(file)
          {
            continue
          }
          let near = EditDistance.near(path, in: files, max: 3)
          findings.append(
            rule.finding(
              page.source.location(link.range), "Picture '\(link.destination)' does not exist",
              near.isEmpty ? "The path is seen from the page's folder." : "Near: \(near.joined(separator: ", "))."))
        }
      }
      return findings
    })
}
