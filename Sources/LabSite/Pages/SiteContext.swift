// What every page is made from, and what every page has around it: head, language links, navigation.

import Diagnostics
import LabModel
import LabTranscript

struct SiteContext {
  let course: Course
  let transcripts: [RecordingKey: Transcript]
  let verifications: [RecordingKey: Verification]
  /// By scenario path.
  let setupNotSimulated: [String: [String]]
  let findings: [Diagnostic]
  let options: SiteOptions
  let map: SiteMap
  let resources: ResourceCollector
  let anchors = AnchorCollector()

  init(
    course: Course, transcripts: [RecordingKey: Transcript], verifications: [RecordingKey: Verification],
    setupNotSimulated: [String: [String]], findings: [Diagnostic], options: SiteOptions
  ) {
    self.course = course
    self.transcripts = transcripts
    self.verifications = verifications
    self.setupNotSimulated = setupNotSimulated
    self.findings = findings
    self.options = options
    map = SiteMap(course)
    resources = ResourceCollector(read: options.resource)
  }

  var theme: Theme { options.theme }
  var settings: CourseSettings { course.settings }
  var source: Language { settings.sourceLanguage }
  var baseURL: String? { (options.baseURL ?? settings.baseURL).flatMap { $0.isEmpty ? nil : $0 } }

  func render(_ page: SitePage) -> Markup {
    switch (page.kind, page.language) {
    case (.start, _): startPage(page)
    case (.notFound, _): notFoundPage(page)
    case (.course, let language?): coursePage(page, language)
    case (.about, let language?): aboutPage(page, language)
    case (.scenario(let path), let language?): scenarioPage(page, language, course.scenario(at: path)!)
    case (.step(let path, let name), let language?):
      stepPage(page, language, course.scenario(at: path)!, named: name)
    case (_, nil): preconditionFailure("a page of one language without its language")
    }
  }

  // MARK: Titles

  func courseTitle(_ language: Language) -> String {
    settings.title.resolved(for: language, source: source)?.value
      ?? course.scenarios.first.flatMap { course.scenarios.count == 1 ? title(of: $0, language).value : nil }
      ?? UIString.scenarios.text(language)
  }

  func title(of scenario: Scenario, _ language: Language) -> (value: String, language: Language) {
    if let title = scenario.title.resolved(for: language, source: source), !title.value.isEmpty { return title }
    return (scenario.path, language)
  }

  // MARK: Frame

  /// What the head and the bars of a page need.
  func frame(_ page: SitePage, title: String, description: String? = nil) -> TemplateModel {
    let language = page.language ?? source
    var model: TemplateModel = [
      "t": .model(UIString.all(language)),
      "lang": .text(language.code),
      "pageTitle": .text(Typography.prose(title, language)),
      "description": .text(optional: description),
      "assets": .text(Link.relative(from: page.path, to: "assets/x").replacing("/x", with: "")),
      "courseTitle": .text(courseTitle(language)),
      "startHref": .text(Link.relative(from: page.path, to: "index.html")),
      "courseHref": .text(href(page, .course, language)),
      "aboutHref": .text(href(page, .about, language)),
      "repository": .text(optional: settings.repository.flatMap(SiteContext.webAddress)),
      "isStep": .flag(false), "isScenario": .flag(false), "isCourse": .flag(page.kind == .course),
      "isAbout": .flag(page.kind == .about), "scenarioTitle": .absent,
    ]
    model["languages"] = .list(
      map.languages.map { other in
        let target = page.language == nil ? map.page(.course, other) : map.page(page.kind, other)
        return [
          "code": .text(other.code), "name": .text(other.name),
          "href": .text(Link.relative(from: page.path, to: target?.path ?? "index.html")),
          "isCurrent": .flag(other == page.language),
        ]
      })
    model["hasLanguageChoice"] = .flag(map.languages.count > 1 && page.language != nil)
    if let base = baseURL {
      // A page that stands in for its translation is the original under another address.
      let original = page.isFallback ? page.contentLanguage.flatMap { map.page(page.kind, $0) } ?? page : page
      model["canonical"] = page.kind == .notFound ? .absent : .text(Link.absolute(original.path, base: base))
      model["alternates"] = .list(alternates(of: page).map { ["hreflang": .text($0.code), "href": .text($0.address)] })
    } else {
      model["canonical"] = .absent
      model["alternates"] = .absent
    }
    return model
  }

  /// Language alternatives of a page: itself and its real translations, and the language choice for everybody else. A page
  /// that stands in for a translation is in no set.
  func alternates(of page: SitePage) -> [(code: String, address: String)] {
    guard let base = baseURL, page.kind != .notFound, !page.isFallback else { return [] }
    var list: [(code: String, address: String)] = []
    for language in map.languages {
      let kind = page.kind == .start ? PageKind.course : page.kind
      guard let other = map.page(kind, language), !other.isFallback else { continue }
      list.append((language.code, Link.absolute(other.path, base: base)))
    }
    // The language choice is for everybody else; on other pages the source stands in.
    let fallback =
      page.kind == .start || page.kind == .course ? map.pages.first { $0.kind == .start } : map.page(page.kind, source)
    guard list.count > 1, let fallback, !fallback.isFallback else { return [] }
    list.append(("x-default", Link.absolute(fallback.path, base: base)))
    return list
  }

  func href(_ page: SitePage, _ kind: PageKind, _ language: Language) -> String {
    Link.relative(from: page.path, to: map.page(kind, language)?.path ?? "index.html")
  }

  static func webAddress(_ text: String) -> String? {
    if case .external(let address) = SafeAddress(text), !address.hasPrefix("mailto:") { return address }
    return nil
  }

  // MARK: Search engines

  var searchEngineFiles: [OutputFile] {
    var robots = "User-agent: *\nAllow: /\n"
    guard let base = baseURL else { return [OutputFile(path: "robots.txt", text: robots)] }
    robots += "Sitemap: \(Link.absolute("sitemap.xml", base: base))\n"
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    xml +=
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n"
    for page in map.pages where page.kind != .notFound && !page.isFallback {
      xml += "  <url>\n    <loc>\(Markup.escape(Link.absolute(page.path, base: base)))</loc>\n"
      for (code, address) in alternates(of: page) {
        xml += "    <xhtml:link rel=\"alternate\" hreflang=\"\(code)\" href=\"\(Markup.escape(address))\"/>\n"
      }
      xml += "  </url>\n"
    }
    xml += "</urlset>\n"
    return [OutputFile(path: "robots.txt", text: robots), OutputFile(path: "sitemap.xml", text: xml)]
  }
}

/// The places that links can name, worked out once per page.
final class AnchorCollector {
  private var known: [String: PageAnchors] = [:]

  func of(_ page: Page) -> PageAnchors {
    if let anchors = known[page.source.path] { return anchors }
    let anchors = PageAnchors(page)
    known[page.source.path] = anchors
    return anchors
  }
}

/// The author's own files that pages show or link to, collected while pages are rendered.
final class ResourceCollector {
  private let read: (String) -> [UInt8]?
  private var found: [String: OutputFile?] = [:]

  /// Kinds of file that a browser only ever shows or saves. HTML is not among them: it would be live.
  static let extensions: Set<String> = [
    "avif", "conf", "csv", "gif", "ini", "jpeg", "jpg", "json", "md", "pdf", "png", "properties", "py", "sh", "sql",
    "svg", "toml", "txt", "webp", "yaml", "yml",
  ]

  init(read: @escaping (String) -> [UInt8]?) { self.read = read }

  var files: [OutputFile] { found.values.compactMap { $0 } }

  /// Where the file lies in the site; nil when there is none, or none that may be published.
  func path(of file: String, in scenario: Scenario) -> String? {
    guard let inside = ResourceCollector.normalised(file), !inside.isEmpty else { return nil }
    let dot = inside.lastIndex(of: ".").map { inside[inside.index(after: $0)...].lowercased() } ?? ""
    guard ResourceCollector.extensions.contains(dot) else { return nil }
    let path = "files/\(SiteMap.folder(scenario.path))/\(inside)"
    if let known = found[path] { return known?.path }
    let onDisk = scenario.folder.isEmpty || scenario.folder == "." ? inside : scenario.folder + "/" + inside
    var bytes = read(onDisk)
    if bytes == nil {
      bytes = scenario.assets.flatMap(\.files).first { inside == "assets/" + $0.path || inside == $0.path }?.bytes
    }
    if dot == "svg", let drawing = bytes, !ResourceCollector.isStill(drawing) { bytes = nil }
    found[path] = bytes.map { OutputFile(path: path, bytes: $0) }
    return bytes == nil ? nil : path
  }

  /// Whether a drawing has nothing in it that could run or load.
  static func isStill(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).lowercased()
    for word in ["<script", "<foreignobject", "javascript:", "<iframe", "<!entity", "<handler", "<set", "<animate"]
    where text.contains(word) { return false }
    // An attribute that begins with "on".
    var rest = Substring(text)
    while let found = rest.firstRange(of: "on") {
      let before = found.lowerBound > rest.startIndex ? rest[rest.index(before: found.lowerBound)] : " "
      let tail = rest[found.upperBound...]
      let name = tail.prefix { $0.isLetter }
      let after = tail[name.endIndex...].drop { $0.isWhitespace }
      if before.isWhitespace || "/\"'".contains(before), !name.isEmpty, after.first == "=" { return false }
      rest = tail
    }
    return true
  }

  /// The path without `.` and `..`; nil when it leaves the folder.
  static func normalised(_ path: String) -> String? {
    guard !path.hasPrefix("/"), !path.contains("\\") else { return nil }
    var parts: [String] = []
    for part in PercentCode.decode(path).split(separator: "/") {
      if part == "." { continue }
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
        continue
      }
      guard !part.hasPrefix("."), !part.unicodeScalars.contains(where: { $0.value < 32 }) else { return nil }
      parts.append(String(part))
    }
    return parts.joined(separator: "/")
  }
}
