import Diagnostics
import LabModel

extension Rule {
  static let pictureWithoutText = Rule(
    id: "picture-without-text", severity: .warning,
    summary: "A picture has no alternative text",
    what: "Finds pictures whose alternative text is empty.",
    why: "A reader who does not see the picture learns nothing of it (WCAG 2.2, 1.1.1).",
    example: "![](images/pods.png)", instead: "![Two pods, each with its claim](images/pods.png)",
    check: { rule, context in
      context.pages.flatMap { page in
        page.page.proseLinks.filter { $0.isPicture && $0.text.allSatisfy(\.isWhitespace) }.map { link in
          rule.finding(
            page.source.location(link.range), "Picture '\(link.destination)' has no alternative text",
            "Say between the brackets what it shows.")
        }
      }
    })
}
