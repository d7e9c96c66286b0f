import Diagnostics
import LabModel

extension Rule {
  static let linkToNowhere = Rule(
    id: "link-to-nowhere", severity: .warning,
    summary: "A relative link leads to no page and no file of the course",
    what:
      "Follows every relative link of the prose, seen from the page's file: to another page, another scenario of the course, or a file in the scenario's folder.",
    why: "The site shows the words with the dead address behind them; the platform shows an error page.",
    example: "See [the manifest](assets/postgress.yaml).", instead: "See [the manifest](assets/postgres.yaml).",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages {
        for link in page.page.proseLinks where !link.isPicture {
          guard let (path, _) = link.relative, !path.isEmpty else { continue }
          let place = page.source.location(link.range)
          switch context.course.target(of: path, in: page.page, of: page.scenario) {
          case nil:
            findings.append(
              rule.finding(
                place, "Link '\(link.destination)' leads out of the course", "Write an address with https://."))
          case .file(let file)?:
            guard let files = page.scenario.files, !files.contains(file),
              !files.contains(where: { $0.hasPrefix(file + "/") })
            else { continue }
            let near = EditDistance.near(file, in: files, max: 3)
            findings.append(
              rule.finding(
                place, "Link '\(link.destination)' leads to no file",
                near.isEmpty ? "The path is seen from the page's folder." : "Near: \(near.joined(separator: ", "))."))
          case .page?, .scenario?: continue
          }
        }
      }
      return findings
    })
}
