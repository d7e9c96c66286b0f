// The last look at a site before it is written: links and anchors that lead nowhere, ids used twice, pictures without a
// text, pages without a language or title, pages nobody links to or that miss their counterpart, files that are too large,
// and anything live that must not be there. A finding here is either an author's broken link or a defect of the theme.

package import Diagnostics
package import LabModel

/// Checks the files of a site against each other. Locations are files of the site.
package func inspect(_ files: [OutputFile], languages: [Language]) -> [Diagnostic] {
  SiteInspection(files, languages: languages).diagnostics.sortedForReport()
}

struct SiteInspection {
  private(set) var diagnostics: [Diagnostic] = []
  private let paths: Set<String>
  private var ids: [String: Set<String>] = [:]
  private var sources: [String: SourceText] = [:]

  /// A page larger than this is slow on a phone.
  static let pageBytesMax = 2_000_000
  static let fileBytesMax = 20_000_000

  init(_ files: [OutputFile], languages: [Language]) {
    paths = Set(files.map(\.path))
    var scans: [(path: String, scan: HTMLScan)] = []
    for file in files {
      if file.bytes.count > SiteInspection.fileBytesMax {
        report(.tooLarge, file.path, "File has \(file.bytes.count / 1_000_000) MB")
      }
      guard file.path.hasSuffix(".html") else { continue }
      sources[file.path] = SourceText(path: file.path, bytes: file.bytes)
      if file.bytes.count > SiteInspection.pageBytesMax {
        report(.tooLarge, file.path, "Page has \(file.bytes.count / 1000) kB")
      }
      let scan = HTMLScan(file.bytes)
      scans.append((file.path, scan))
      var seen: Set<String> = []
      for element in scan.elements {
        guard let id = element.attributes["id"] else { continue }
        if !seen.insert(id).inserted {
          report(.duplicateID, file.path, "Id '\(id)' is used twice on the page", element)
        }
      }
      ids[file.path] = seen
    }
    var linked: Set<String> = ["index.html", "404.html"]
    for (path, scan) in scans {
      page(path, scan)
      for element in scan.elements { links(path, element, &linked) }
    }
    for (path, _) in scans where !linked.contains(path) {
      report(.orphan, path, "No other page links to this page")
    }
    mirrors(scans.map(\.path), languages)
  }

  private mutating func page(_ path: String, _ scan: HTMLScan) {
    if scan.all("html").first?.attributes["lang"]?.isEmpty ?? true {
      report(.missingLang, path, "Page does not say its language")
    }
    if scan.all("title").isEmpty { report(.missingTitle, path, "Page has no title") }
    let titles = scan.all("h1").count
    if titles != 1 { report(.headings, path, "Page has \(titles) first-level headings instead of one") }
    for image in scan.all("img") where image.attributes["alt"] == nil {
      report(.missingAlt, path, "Picture has no alternative text", image)
    }
    for element in scan.elements {
      if let handler = element.attributes.keys.sorted().first(where: { $0.hasPrefix("on") }) {
        report(.liveMarkup, path, "Attribute '\(handler)' would run a script", element)
      }
      if ["iframe", "object", "embed", "style", "base", "form"].contains(element.name)
        || (element.name == "script" && element.attributes["src"] == nil)
      {
        report(.liveMarkup, path, "Element <\(element.name)> has no place on a page", element)
      }
    }
  }

  private mutating func links(_ path: String, _ element: HTMLScan.Element, _ linked: inout Set<String>) {
    for name in ["href", "src"] {
      guard let value = element.attributes[name] else { continue }
      switch SafeAddress(value) {
      case .unsafe: report(.liveMarkup, path, "Address '\(value)' is not allowed", element)
      case .external:
        // A host serves the page for unknown addresses anywhere, so its files have absolute addresses.
        guard path != "404.html" else { continue }
        if name == "src" || (element.name == "link" && element.attributes["rel"] == "stylesheet") {
          report(.liveMarkup, path, "Page loads '\(value)' from elsewhere", element)
        }
      case .relative(let target, let fragment):
        var file = path
        if !target.isEmpty {
          guard let found = SiteInspection.resolve(target, from: path), paths.contains(found) else {
            report(.brokenLink, path, "Link '\(value)' leads to no file of the site", element)
            continue
          }
          file = found
          if found != path { linked.insert(found) }
        }
        guard let fragment, !fragment.isEmpty, let known = ids[file] else { continue }
        if !known.contains(PercentCode.decode(fragment)) {
          report(.brokenAnchor, path, "Link '\(value)' leads to no place on its page", element)
        }
      }
    }
  }

  /// Every page of one language has its counterpart in the others.
  private mutating func mirrors(_ pages: [String], _ languages: [Language]) {
    let known = Set(pages)
    for path in pages {
      guard let slash = path.firstIndex(of: "/"), let own = Language(rawValue: String(path[..<slash])) else { continue }
      for other in languages where other != own {
        let mirrored = other.code + path[slash...]
        if !known.contains(mirrored) {
          report(.notMirrored, path, "Page has no counterpart '\(mirrored)'")
        }
      }
    }
  }

  private mutating func report(
    _ rule: SiteRule, _ path: String, _ summary: String, _ element: HTMLScan.Element? = nil
  ) {
    var location = SourceLocation(file: path)
    if let element, let source = sources[path] {
      location = source.location(SourceRange(start: element.offset, end: element.offset + 1))
    }
    diagnostics.append(Diagnostic(rule: rule.id, severity: rule.severity, location: location, summary: summary))
  }

  static func resolve(_ link: String, from path: String) -> String? {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/", omittingEmptySubsequences: false) {
      switch part {
      case ".": continue
      case "..": guard parts.popLast() != nil else { return nil }
      default: parts.append(PercentCode.decode(part))
      }
    }
    return parts.joined(separator: "/")
  }
}
