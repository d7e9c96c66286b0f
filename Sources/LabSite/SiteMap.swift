// Which pages the site has and where they lie, before anything is rendered. Languages mirror each other:
//
//   index.html                                  language choice, neutral
//   404.html
//   fr/index.html                               the course            en/index.html
//   fr/about/index.html                         where outputs come from
//   fr/statefulset-postgres/index.html          overview and introduction
//   fr/statefulset-postgres/step3/index.html    a step                en/statefulset-postgres/step3/index.html
//   fr/statefulset-postgres/finish/index.html   the recap
//   recordings/statefulset-postgres/step3.cast  one recording for all languages
//   assets/…                                    the theme's files
//
// Links name `index.html` so that they also work from a file system; addresses for search engines leave it out.

package import Diagnostics
package import LabModel

package enum PageKind: Hashable, Sendable {
  case start
  case notFound
  case course
  case about
  /// `Scenario.path`.
  case scenario(String)
  /// `Scenario.path` and `Step.name`; introductions have no page of their own.
  case step(scenario: String, step: String)
}

package struct SitePage: Hashable, Sendable {
  package var kind: PageKind
  /// nil for pages that are in all languages.
  package var language: Language?
  /// The language of what the author wrote; differs from `language` where the translation is missing.
  package var contentLanguage: Language?
  /// Path in the output folder.
  package var path: String
  package var title: String

  /// Whether it stands in for a translation that does not exist.
  package var isFallback: Bool { contentLanguage != language }
}

package struct SiteMap: Sendable {
  package private(set) var pages: [SitePage] = []
  package let languages: [Language]
  private var paths: [String: Int] = [:]

  package init(_ course: Course) {
    let settings = course.settings
    languages = settings.languages.isEmpty ? [settings.sourceLanguage] : settings.languages
    let source = settings.sourceLanguage
    add(
      SitePage(
        kind: .start, path: "index.html",
        title: settings.title.resolved(for: source, source: source)?.value ?? "Ardoise"))
    add(SitePage(kind: .notFound, path: "404.html", title: "404"))
    for language in languages {
      let title = settings.title.resolved(for: language, source: source)?.value ?? UIString.scenarios.text(language)
      add(
        SitePage(
          kind: .course, language: language, contentLanguage: language, path: path(.course, language), title: title))
      add(
        SitePage(
          kind: .about, language: language, contentLanguage: language, path: path(.about, language),
          title: UIString.aboutTitle.text(language)))
      for scenario in course.scenarios {
        let introduction = scenario.intro?.pages.resolved(for: language, source: source)?.language
        let name = scenario.title.resolved(for: language, source: source)
        let kind = PageKind.scenario(scenario.path)
        add(
          SitePage(
            kind: kind, language: language, contentLanguage: introduction ?? name?.language ?? language,
            path: path(kind, language), title: name?.value ?? scenario.path))
        for step in scenario.steps + (scenario.finish.map { [$0] } ?? []) {
          let kind = PageKind.step(scenario: scenario.path, step: step.name)
          let page = step.pages.resolved(for: language, source: source)
          add(
            SitePage(
              kind: kind, language: language, contentLanguage: page?.language ?? language, path: path(kind, language),
              title: Self.title(of: step, language, source: source)))
        }
      }
    }
  }

  /// A step's title in `language`, else in another, else its number.
  static func title(of step: Step, _ language: Language, source: Language) -> String {
    if let title = step.title.resolved(for: language, source: source)?.value, !title.isEmpty { return title }
    switch step.kind {
    case .intro: return UIString.introduction.text(language)
    case .step(let number): return UIPhrase.stepNumber(number).text(language)
    case .finish: return UIString.recap.text(language)
    }
  }

  private mutating func add(_ page: SitePage) {
    guard paths[page.path] == nil else { return }
    paths[page.path] = pages.count
    pages.append(page)
  }

  package func page(at path: String) -> SitePage? { paths[path].map { pages[$0] } }

  /// The same page in another language.
  package func page(_ kind: PageKind, _ language: Language) -> SitePage? { page(at: path(kind, language)) }

  private func path(_ kind: PageKind, _ language: Language) -> String {
    switch kind {
    case .start: "index.html"
    case .notFound: "404.html"
    case .course: "\(language.code)/index.html"
    case .about: "\(language.code)/about/index.html"
    case .scenario(let path): "\(language.code)/\(SiteMap.folder(path))/index.html"
    case .step(let scenario, let step): "\(language.code)/\(SiteMap.folder(scenario))/\(step)/index.html"
    }
  }

  /// A scenario's folder in the site. `about` is taken; names that mean a folder to a file system are no names.
  static func folder(_ scenarioPath: String) -> String {
    let parts = scenarioPath.split(separator: "/").map { $0 == "." || $0 == ".." ? "_" : String($0) }
    let path = parts.isEmpty ? "scenario" : parts.joined(separator: "/")
    return parts.first == "about" ? "scenario-" + path : path
  }

  static func recordingPath(scenario: String, step: Step) -> String {
    "recordings/\(folder(scenario))/\(step.key).cast"
  }

  package var json: JSONText {
    .array(
      pages.map { page in
        var members: [(String, JSONText)] = [("path", .string(page.path)), ("title", .string(page.title))]
        if let language = page.language { members.append(("language", .string(language.code))) }
        if let content = page.contentLanguage, page.isFallback { members.append(("fallback", .string(content.code))) }
        return .object(members)
      })
  }
}

/// Links between files of the site.
package enum Link {
  /// The relative link from one file to another, percent-encoded.
  package static func relative(from: String, to: String) -> String {
    let origin = from.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let target = to.split(separator: "/", omittingEmptySubsequences: false)
    var common = 0
    while common < origin.count, common < target.count - 1, origin[common] == target[common] { common += 1 }
    let up = Array(repeating: "..", count: origin.count - common)
    let down = target[common...].map { encode($0) }
    return (up + down).joined(separator: "/")
  }

  /// The address of a page for search engines: absolute, without `index.html`.
  static func absolute(_ path: String, base: String) -> String {
    var path = path
    if path == "index.html" || path.hasSuffix("/index.html") { path.removeLast("index.html".count) }
    let encoded = path.split(separator: "/", omittingEmptySubsequences: false).map { encode($0) }.joined(separator: "/")
    return (base.hasSuffix("/") ? base : base + "/") + encoded
  }

  /// RFC 3986 §2.3, segment by segment.
  static func encode(_ segment: some StringProtocol) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in segment.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
