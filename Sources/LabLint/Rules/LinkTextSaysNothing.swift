import Diagnostics
import LabModel

extension Rule {
  static let linkTextSaysNothing = Rule(
    id: "link-text-says-nothing", severity: .note,
    summary: "The words of a link do not say where it leads",
    what:
      "Finds links whose whole text is *ici*, *cliquez ici*, *ce lien*, *here*, *click here*, *this link* or the like.",
    why: "Screen readers list links by their words alone (WCAG 2.2, 2.4.4), and eyes that skim do the same.",
    example: "La documentation est [ici](https://kubernetes.io/fr/docs/).",
    instead: "Lisez la [documentation de Kubernetes](https://kubernetes.io/fr/docs/).",
    check: { rule, context in
      let empty: Set<String> = [
        "ici", "cliquez ici", "cliquer ici", "là", "lien", "ce lien", "le lien", "cette page", "en savoir plus", "plus",
        "here", "click here", "link", "this link", "this page", "this", "more", "read more", "learn more",
      ]
      return context.pages.flatMap { page in
        page.page.proseLinks.filter { link in
          !link.isPicture && empty.contains(link.text.lowercased().trimmingSuffix { !$0.isLetter })
        }.map { link in
          rule.finding(
            page.source.location(link.range), "Link text '\(link.text)' says nothing of where it leads",
            "Link the words that name the page.")
        }
      }
    })
}

extension String {
  fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
