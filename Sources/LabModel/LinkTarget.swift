// Where a relative link in a page leads: to another page, to a scenario's overview, or to a file of the scenario. The site makes
// addresses of it and the linter reports what leads nowhere, so both read it here.

import Diagnostics
import Foundation

package enum LinkTarget: Hashable, Sendable {
  /// A page of a step, in whatever language the link names it.
  case page(scenario: String, step: String)
  /// A scenario's overview.
  case scenario(String)
  /// A path inside the scenario's own folder; whether there is such a file is for the reader of files to say.
  case file(String)
}

extension Course {
  /// What a relative path, percent-encoded or not, means in `page`; nil when it leads out of the course.
  package func target(of path: String, in page: Page, of scenario: Scenario) -> LinkTarget? {
    guard !path.hasPrefix("/"), !path.contains("\\") else { return nil }
    let written = PercentCode.decode(path)
    let home = isNamed(scenario) ? scenario.path.split(separator: "/").map(String.init) : []
    var parts = home + page.file.split(separator: "/").dropLast().map(String.init)
    for part in written.split(separator: "/") {
      switch part {
      case ".": continue
      case "..": guard parts.popLast() != nil else { return nil }
      default:
        guard !part.unicodeScalars.contains(where: { $0.value < 32 }) else { return nil }
        parts.append(String(part))
      }
    }
    if parts.starts(with: home) {
      let inside = parts.dropFirst(home.count).joined(separator: "/")
      if inside.isEmpty { return .scenario(scenario.path) }
      if let step = scenario.step(withFile: inside) { return .page(scenario: scenario.path, step: step.name) }
      return parts.dropFirst(home.count).contains { $0.hasPrefix(".") } ? nil : .file(inside)
    }
    let whole = parts.joined(separator: "/")
    for other in scenarios where other.path != scenario.path {
      if whole == other.path { return .scenario(other.path) }
      if whole.hasPrefix(other.path + "/"),
        let step = other.step(withFile: String(whole.dropFirst(other.path.count + 1)))
      {
        return .page(scenario: other.path, step: step.name)
      }
    }
    return nil
  }

  /// Whether the scenario's path says where its folder lies below the course.
  private func isNamed(_ scenario: Scenario) -> Bool { !scenario.isSingleFile && scenarios.count > 1 }
}

extension Scenario {
  package func step(withFile file: String) -> Step? {
    allSteps.first { step in Language.allCases.contains { step.pages[$0]?.file == file } }
  }
}

/// The places on a page that links can name.
package struct PageAnchors: Sendable {
  private let headings: Set<String>
  private let blocks: Set<String>
  private let html: Set<String>

  package init(_ page: Page) {
    headings = Set(page.headings.map(\.id))
    blocks = Set(page.execBlocks.map { BlockAnchor.id($0.id) })
    var named: Set<String> = []
    for text in page.rawHTML {
      for match in text.matches(of: /(?i)<a\s[^>]*?\b(?:id|name)\s*=\s*["']?([^"'\s>]+)/) {
        named.insert(String(match.output.1))
      }
    }
    html = named
  }

  /// What a fragment means: a heading (written as its text, too, as forges do), a block, or a place that the author named in
  /// HTML; nil when there is no such place.
  package func find(_ fragment: String) -> PageAnchor? {
    let wanted = PercentCode.decode(fragment)
    if headings.contains(wanted) { return .heading(wanted) }
    if blocks.contains(wanted) { return .block(wanted) }
    if html.contains(wanted) { return .html(wanted) }
    let slug = Slug.make(wanted)
    return headings.contains(slug) ? .heading(slug) : nil
  }
}

extension Page {
  /// All raw HTML of the page, in reading order.
  package var rawHTML: [String] {
    var found: [String] = []
    Prose.visit(
      blocks, block: { if case .html(let text, _) = $0 { found.append(text) } },
      inline: { if case .html(let text, _) = $0 { found.append(text) } })
    return found
  }
}

package enum PageAnchor: Hashable, Sendable {
  case heading(String)
  case block(String)
  case html(String)
}

/// The anchor of an exec block, the same in every language: `bloc-3-2`.
package enum BlockAnchor {
  package static func id(_ block: String) -> String {
    "bloc-" + String(block.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}

/// A heading's text as an anchor: lower-case, without accents and symbols, words joined by `-`.
package enum Slug {
  package static func make(_ text: String) -> String {
    let folded = text.replacingOccurrences(of: "œ", with: "oe").replacingOccurrences(of: "æ", with: "ae")
      .folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
    var slug = ""
    for scalar in folded.unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        slug.unicodeScalars.append(scalar)
      } else if !slug.isEmpty, slug.last != "-", scalar.value != 0xFE0F, scalar != "'", scalar != "’" {
        slug += "-"
      }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug
  }
}

/// Percent-encoding (RFC 3986 §2.1).
package enum PercentCode {
  /// Encoded bytes as they are meant; what is no encoding stays.
  package static func decode(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        bytes.append(UInt8(digits[0] * 16 + digits[1]))
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
