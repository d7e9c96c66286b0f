import Diagnostics
import LabModel

extension Rule {
  static let anchorToNowhere = Rule(
    id: "anchor-to-nowhere", severity: .warning,
    summary: "A link names a place that its page does not have",
    what:
      "Compares the fragment of every link inside the course with the headings of the page it leads to, its exec blocks (`#bloc-3-2`) and the anchors its author wrote in HTML.",
    why: "The reader lands at the top of the page and does not know where to look.",
    example: "## Le service headless\n\nVoir [plus haut](#service-sans-adresse).",
    instead: "## Le service headless\n\nVoir [plus haut](#le-service-headless).",
    check: { rule, context in
      var findings: [Diagnostic] = []
      var known: [String: PageAnchors] = [:]
      for page in context.pages {
        for link in page.page.proseLinks where !link.isPicture {
          guard let (path, fragment) = link.relative, let fragment, !fragment.isEmpty else { continue }
          var target: Page? = page.page
          if !path.isEmpty {
            guard
              case .page(let scenario, let name)? = context.course.target(of: path, in: page.page, of: page.scenario)
            else { continue }
            let step = context.course.scenario(at: scenario)?.allSteps.first { $0.name == name }
            target =
              step?.pages.resolved(
                for: page.page.language, source: context.course.settings.sourceLanguage)?.value
          }
          guard let target else { continue }
          let anchors = known[target.source.path] ?? PageAnchors(target)
          known[target.source.path] = anchors
          if anchors.find(fragment) != nil { continue }
          let near = EditDistance.near(Slug.make(fragment), in: target.headings.map(\.id), max: 4)
          findings.append(
            rule.finding(
              page.source.location(link.range), "Anchor '#\(fragment)' is no place on \(target.file)",
              near.isEmpty ? "A heading's anchor is its text in lower case, words joined by '-'." : "Near: #\(near[0])."
            ))
        }
      }
      return findings
    })
}
