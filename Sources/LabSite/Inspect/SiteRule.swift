// What the last look at a finished site can find, as a catalogue: `explain`, SARIF and docs/rules/ are made from it. An author's
// own broken links are found earlier, in the Markdown, by the linter; what is left is mostly a defect of a theme.

package import Diagnostics

package struct SiteRule: Hashable, Sendable {
  package let id: String
  package let severity: Severity
  package let summary: String
  package let explanation: String
  package let example: String
  package let instead: String

  package var page: RulePage {
    RulePage(
      id: id, severity: severity, summary: summary, what: explanation, example: example, instead: instead,
      isSuppressible: false)
  }

  static let brokenAnchor = SiteRule(
    id: "site-broken-anchor", severity: .error, summary: "A link of the site leads to no place on its page",
    explanation: "Compares the fragment of every link between pages with the ids of the page it leads to.",
    example: "`<a href=\"#nowhere\">` in a template", instead: "the id of an element of the page")

  static let brokenLink = SiteRule(
    id: "site-broken-link", severity: .error, summary: "A link of the site leads to no file",
    explanation: "Every relative `href` and `src` of a page must be the path of a file of the site.",
    example: "`<link href=\"assets/missing.css\">` in a template", instead: "a file of the theme's assets")

  static let duplicateID = SiteRule(
    id: "site-duplicate-id", severity: .error, summary: "An id is used twice on a page",
    explanation: "Links, labels and scripts then find the wrong element.",
    example: "two elements with `id=\"menu\"` in templates of one page", instead: "ids that are unique on the page")

  static let headings = SiteRule(
    id: "site-headings", severity: .warning, summary: "A page has one first-level heading",
    explanation: "Screen readers and search engines take it for the page's title.",
    example: "a template without `<h1>`", instead: "exactly one `<h1>`")

  static let liveMarkup = SiteRule(
    id: "site-live-markup", severity: .error, summary: "A page runs or loads something that it must not",
    explanation:
      "Inline scripts and styles, event attributes, frames and forms, and anything loaded from elsewhere: the site works without network, and its content security policy forbids them.",
    example: "`<script>…</script>` in a template", instead: "a file in the theme's assets")

  static let missingAlt = SiteRule(
    id: "site-missing-alt", severity: .error, summary: "A picture has an alternative text",
    explanation: "Looks at every `<img>` of a page.", example: "`<img src=\"logo.svg\">` in a template",
    instead: "`<img src=\"logo.svg\" alt=\"…\">`")

  static let missingLang = SiteRule(
    id: "site-missing-lang", severity: .error, summary: "A page says its language",
    explanation: "Screen readers choose their voice by it.", example: "`<html>`", instead: "`<html lang=\"fr\">`")

  static let missingTitle = SiteRule(
    id: "site-missing-title", severity: .error, summary: "A page has a title", explanation: "",
    example: "a head without `<title>`", instead: "`<title>{{pageTitle}}</title>`")

  static let notMirrored = SiteRule(
    id: "site-not-mirrored", severity: .error, summary: "A page has its counterpart in every language",
    explanation: "The path after the language's folder is the same in all languages.",
    example: "`fr/lab/step1/` without `en/lab/step1/`", instead: "both")

  static let orphan = SiteRule(
    id: "site-orphan", severity: .warning, summary: "A page that no other page links to",
    explanation: "Nobody finds it.", example: "a template of the course without its cards",
    instead: "a link to the page")

  static let tooLarge = SiteRule(
    id: "site-too-large", severity: .warning, summary: "A file of the site is large",
    explanation: "A page of more than 2 MB is slow on a phone; no other file may have more than 20 MB.",
    example: "a step that prints a hundred thousand lines", instead: "`| tail`, or two steps")

  package static let all: [SiteRule] = [
    brokenAnchor, brokenLink, duplicateID, headings, liveMarkup, missingAlt, missingLang, missingTitle, notMirrored,
    orphan, tooLarge,
  ]
}
