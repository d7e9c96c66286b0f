// The links and pictures of a page, those in raw HTML too, with their places.

import Diagnostics
import LabModel

struct ProseLink: Sendable {
  let destination: String
  /// The words of a link, the alternative text of a picture.
  let text: String
  let isPicture: Bool
  let range: SourceRange

  /// The path and the fragment of a relative address; nil for one with a scheme or a host, and for placeholders of the platform.
  var relative: (path: String, fragment: String?)? {
    let written = destination.trimmingPrefix(while: \.isWhitespace)
    if written.isEmpty || written.hasPrefix("//") || written.contains("{{") || written.contains("[[") { return nil }
    // cmark keeps the destination as written; `{{TRAFFIC_HOST1_80}}` may arrive percent-encoded.
    if written.lowercased().contains("%7b%7b") { return nil }
    let head = written.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if head.contains(":") { return nil }
    let parts = written.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)[0]
    return (String(path), parts.count > 1 ? String(parts[1]) : nil)
  }
}

extension Page {
  var proseLinks: [ProseLink] {
    var found: [ProseLink] = []
    func raw(_ html: String, _ range: SourceRange) {
      for match in html.matches(of: /(?i)<(a|img)\s[^>]*?\b(href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^>]*>/) {
        let isPicture = match.output.1.lowercased() == "img"
        guard isPicture == (match.output.2.lowercased() == "src") else { continue }
        let address = match.output.3 ?? match.output.4 ?? match.output.5 ?? ""
        let alternative = match.output.0.firstMatch(of: /(?i)\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/)
        let start = range.start + html[..<match.range.lowerBound].utf8.count
        found.append(
          ProseLink(
            destination: String(address), text: String(alternative?.output.1 ?? alternative?.output.2 ?? ""),
            isPicture: isPicture, range: SourceRange(start: start, end: start + match.output.0.utf8.count)))
      }
    }
    func take(_ node: InlineNode) {
      switch node {
      case .link(let destination, _, let content, let range):
        found.append(ProseLink(destination: destination, text: content.plainText, isPicture: false, range: range))
      case .image(let source, _, let alternative, let range):
        found.append(ProseLink(destination: source, text: alternative.plainText, isPicture: true, range: range))
      case .html(let html, let range): raw(html, range)
      default: break
      }
    }
    Prose.visit(blocks, block: { if case .html(let html, let range) = $0 { raw(html, range) } }, inline: take)
    return found
  }
}
