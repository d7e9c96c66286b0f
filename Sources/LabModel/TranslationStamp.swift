// What a translation says of the source it was made from: a comment with a hash for each paragraph, heading and table of the source
// page. A paragraph that changes later marks exactly its translation as old, without any history: it works in a shallow clone and in
// a review.
//
//   <!-- ardoise-source: 5f0c1a2b 9d3e4f50 … -->
//
// Spaces, line breaks and the typography of spaces and apostrophes change no hash.

package import Diagnostics

package enum TranslationStamp {
  package struct Part: Hashable, Sendable {
    package let hash: String
    package let range: SourceRange
  }

  private static let mark = "ardoise-source:"

  /// The parts of a page that are prose, in reading order.
  package static func parts(_ page: Page) -> [Part] {
    var parts: [Part] = []
    Prose.visit(
      page.blocks,
      block: { node in
        switch node {
        case .heading, .paragraph, .table:
          parts.append(Part(hash: hash(page.source.text(in: node.range)), range: node.range))
        case .list, .quote, .html, .thematicBreak, .code: break
        }
      }, inline: { _ in })
    return parts
  }

  /// The comment for a translation of `page` as it is now.
  package static func comment(for page: Page) -> String {
    "<!-- \(mark) \(parts(page).map(\.hash).joined(separator: " ")) -->"
  }

  /// The hashes that a translation carries; nil when it carries none.
  package static func recorded(in page: Page) -> [String]? {
    for html in page.rawHTML {
      guard let start = html.firstRange(of: mark), let end = html[start.upperBound...].firstRange(of: "-->") else {
        continue
      }
      return html[start.upperBound..<end.lowerBound].split(whereSeparator: \.isWhitespace).map(String.init)
    }
    return nil
  }

  /// A translation's text with its comment brought up to date, or added at its end.
  package static func marked(_ translation: SourceText, for page: Page) -> String {
    var text = translation.text
    let fresh = comment(for: page)
    if let start = text.firstRange(of: "<!-- " + mark), let end = text[start.upperBound...].firstRange(of: "-->") {
      text.replaceSubrange(start.lowerBound..<end.upperBound, with: fresh)
      return text
    }
    let newline = text.contains("\r\n") ? "\r\n" : "\n"
    if !text.hasSuffix("\n") { text += newline }
    return text + newline + fresh + newline
  }

  /// FNV-1a, 32 bits, of the words.
  private static func hash(_ text: String) -> String {
    var value: UInt32 = 2_166_136_261
    func take(_ byte: UInt8) { value = (value ^ UInt32(byte)) &* 16_777_619 }
    var isBetween = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        isBetween = true
        continue
      }
      // A space before punctuation is typography.
      if isBetween, !":;!?»%".unicodeScalars.contains(scalar) { take(0x20) }
      isBetween = false
      for byte in String(scalar == "\u{2019}" ? "'" : scalar).utf8 { take(byte) }
    }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
