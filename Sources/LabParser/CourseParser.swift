// From a path to a course. A path is a course's folder, one scenario's folder, a folder of Markdown files, or a single
// Markdown file; nothing in it has to be edited first.
//
//   index.json                 → a scenario
//   structure.json             → a course, its items in their order, nested
//   *-pathway.json             → Katacoda's courses
//   none of these, folders     → every scenario below, sorted by path
//   none of these, *.md        → one scenario of these pages

package import Diagnostics
import Foundation
package import LabModel

package struct ParsedCourse: Equatable {
  package var course: Course
  /// In reporting order.
  package var diagnostics: [Diagnostic]
  /// The page that was asked for, as diagnostics name it, when it is one of a scenario's: it keeps its number and its
  /// recording there.
  package var focus: String? = nil

  /// The pages that were asked for: all, or the one in focus.
  package func isWanted(_ file: String) -> Bool { focus == nil || focus == file }

  /// Whether something could not be read or understood at all (exit code 3).
  package var isUnreadable: Bool { diagnostics.contains(where: ParserRule.isUnreadable) }
}

package enum CourseParser {
  /// Reads what lies at `path` on disk.
  package static func parse(path: String) -> ParsedCourse {
    let shown = DiskFiles.relative(path)
    var info = stat()
    guard stat(path, &info) == 0 else {
      let denied = errno == EACCES
      return failed(
        path,
        Diagnostic(
          denied ? .fileUnreadable : .fileMissing, SourceLocation(file: shown),
          denied ? "'\(shown)' cannot be read: permission denied" : "'\(shown)' does not exist", explanation: ""))
    }
    var isFolder = info.st_mode & S_IFMT == S_IFDIR
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var folder = path
    if !isFolder, let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    if !isFolder, !path.contains("/") { folder = "." }
    // Whoever names the manifest means what it describes.
    if ["index.json", "index.yaml", "structure.json", "ardoise.yml", "ardoise.yaml"].contains(name) { isFolder = true }
    let root = settingsFolder(above: folder)
    let files = DiskFiles(root: root)
    let inside = relativePath(of: folder, in: root)
    if !isFolder, let scenario = parse(files, pageOfScenario: name, in: inside, root: path) { return scenario }
    return parse(files, at: inside, file: isFolder ? nil : name, root: path)
  }

  /// The scenario that the page `name` in `folder` belongs to, in its folder or one or two above; nil when none names it.
  package static func parse(
    _ files: any CourseFiles, pageOfScenario name: String, in folder: String, root: String = "."
  )
    -> ParsedCourse?
  {
    let page = files.display(CoursePath.child(folder, name))
    var candidate = folder
    for _ in 0..<3 {
      if files.entry(CoursePath.child(candidate, "index.json")) == .file {
        var parsed = parse(files, at: candidate, root: root)
        let pages = parsed.course.scenarios.flatMap(\.allSteps).flatMap { step in
          Language.allCases.compactMap { step.pages[$0]?.source.path }
        }
        guard pages.contains(page) else { return nil }
        parsed.focus = page
        return parsed
      }
      if candidate.isEmpty { return nil }
      candidate = CoursePath.parent(candidate)
    }
    return nil
  }

  /// Reads a course whose files come through `files`: the folder `folder` of it, or one file in that folder.
  package static func parse(_ files: any CourseFiles, at folder: String = "", file: String? = nil, root: String = ".")
    -> ParsedCourse
  {
    let reader = CourseReader(files: files)
    let settingsFile = ["ardoise.yml", "ardoise.yaml"].first(where: reader.exists)
    var listsLanguages = false
    if let settingsFile {
      (reader.settings, listsLanguages) = SettingsReader.read(settingsFile, reader)
    } else {
      reader.settings.sourceLanguage = LanguageGuess.guess(reader.files, folder: folder, file: file)
      reader.settings.languages = [reader.settings.sourceLanguage]
    }
    var builder = CourseBuilder(reader: reader)
    if let file {
      if let scenario = ScenarioReader(reader, folder: folder).readSingle(file) { builder.add(scenario) }
    } else {
      builder.readFolder(folder)
    }
    var course = Course(
      root: root, settings: reader.settings, scenarios: builder.scenarios, outline: builder.outline,
      files: reader.sources)
    for language in Language.allCases {
      if course.settings.title[language] == nil { course.settings.title[language] = builder.title[language] }
      if course.settings.description[language] == nil {
        course.settings.description[language] = builder.description[language]
      }
    }
    if !listsLanguages {
      // Unless settings say otherwise, what exists is published.
      let written = Language.allCases.filter { language in
        language != reader.settings.sourceLanguage
          && course.scenarios.contains { $0.languages.contains(language) }
      }
      course.settings.languages += written
    }
    if course.settings.title.isEmpty, course.scenarios.count == 1 {
      course.settings.title = course.scenarios[0].title
    }
    if course.scenarios.isEmpty, !reader.diagnostics.hasErrors {
      let shown = files.display(folder)
      reader.report(
        Diagnostic(
          .nothingFound, SourceLocation(file: shown), "Neither a scenario nor a Markdown file in '\(shown)'",
          explanation: "A scenario is a folder with index.json or with Markdown files."))
    }
    return ParsedCourse(course: course, diagnostics: reader.diagnostics.sortedForReport())
  }

  private static func failed(_ path: String, _ diagnostic: Diagnostic) -> ParsedCourse {
    ParsedCourse(course: Course(root: path), diagnostics: [diagnostic])
  }

  /// The nearest folder at or above `folder` that holds ardoise.yml; `folder` itself when there is none. A scenario is
  /// read as part of its course, so that settings and shared pages are found.
  private static func settingsFolder(above folder: String) -> String {
    guard var real = DiskFiles.realPath(folder) else { return folder }
    var steps = ""
    for _ in 0..<4 {
      if FileManager.default.fileExists(atPath: real + "/ardoise.yml")
        || FileManager.default.fileExists(atPath: real + "/ardoise.yaml")
      {
        return steps.isEmpty ? folder : shortened(folder, real, steps)
      }
      if FileManager.default.fileExists(atPath: real + "/.git") || real == "/" { break }
      real = real.lastIndex(of: "/").map { String(real[..<$0]) } ?? "/"
      if real.isEmpty { real = "/" }
      steps += steps.isEmpty ? ".." : "/.."
    }
    return folder
  }

  /// The folder found above, written as the user would: `content` rather than `content/a/..`.
  private static func shortened(_ folder: String, _ real: String, _ steps: String) -> String {
    let shown = DiskFiles.relative(folder)
    var parts = shown.split(separator: "/").map(String.init)
    let ups = steps.split(separator: "/").count
    if !shown.hasPrefix("..") {
      if parts.count > ups {
        parts.removeLast(ups)
        return (shown.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
      }
      if parts.count == ups, !shown.hasPrefix("/"), shown != "." { return "." }
    }
    return real
  }

  private static func relativePath(of folder: String, in root: String) -> String {
    guard let inner = DiskFiles.realPath(folder), let outer = DiskFiles.realPath(root), inner != outer,
      inner.hasPrefix(outer == "/" ? "/" : outer + "/")
    else { return "" }
    return String(inner.dropFirst(outer == "/" ? 1 : outer.count + 1))
  }
}

/// Scenarios and outline while they are being found.
struct CourseBuilder {
  let reader: CourseReader
  private(set) var scenarios: [Scenario] = []
  private(set) var outline: [OutlineItem] = []
  private(set) var title = Localized<String>()
  private(set) var description = Localized<String>()
  private var taken: Set<String> = []
  private var visited: Set<String> = []

  init(reader: CourseReader) { self.reader = reader }

  mutating func add(_ scenario: Scenario) {
    if let item = keep(scenario) { outline.append(item) }
  }

  /// Keeps a scenario under an address that no other has.
  private mutating func keep(_ scenario: Scenario) -> OutlineItem? {
    guard scenarios.count < CourseLimits.scenariosMax else { return nil }
    var scenario = scenario
    var path = scenario.path
    var number = 2
    while taken.contains(path) {
      path = scenario.path + "-\(number)"
      number += 1
    }
    taken.insert(path)
    scenario.path = path
    scenarios.append(scenario)
    return .scenario(path)
  }

  /// The folder that was asked for.
  mutating func readFolder(_ folder: String) {
    switch reader.files.entry(folder) {
    case .folder: break
    case .unreadable:
      unreadable(folder)
      return
    default: return
    }
    guard let names = reader.files.list(folder) else {
      unreadable(folder)
      return
    }
    if let scenario = scenario(in: folder, names) {
      add(scenario)
      return
    }
    if names.contains("structure.json") {
      let (section, ok) = structure(folder, depth: 0)
      title = section.title
      description = section.description
      if ok { outline = section.items }
      return
    }
    outline = discover(folder, names, depth: 0)
    let pathways = names.filter { $0.hasSuffix("-pathway.json") }
    if !pathways.isEmpty { applyPathways(pathways, folder) }
    if scenarios.isEmpty, let scenario = bareScenario(in: folder, names) { add(scenario) }
  }

  private func unreadable(_ folder: String) {
    let shown = reader.files.display(folder)
    reader.report(
      Diagnostic(.fileUnreadable, SourceLocation(file: shown), "Folder '\(shown)' cannot be read: permission denied"))
  }

  private func address(of folder: String) -> String { folder.isEmpty ? reader.files.rootName : folder }

  private func scenario(in folder: String, _ names: [String]) -> Scenario? {
    guard let manifest = ["index.json", "index.yaml"].first(where: names.contains) else { return nil }
    return ScenarioReader(reader, folder: folder).read(manifestFile: manifest, path: address(of: folder))
  }

  private func bareScenario(in folder: String, _ names: [String]) -> Scenario? {
    let codes = Language.allCases.filter { $0 != reader.settings.sourceLanguage }.map { ".\($0.code).md" }
    var pages = names.filter { name in
      name.hasSuffix(".md") && !codes.contains(where: name.hasSuffix)
        && reader.files.entry(CoursePath.child(folder, name)) == .file
    }
    if pages.count > 1 { pages.removeAll { $0.lowercased() == "readme.md" } }
    guard !pages.isEmpty else { return nil }
    pages.sort(by: NaturalNames.precede)
    return ScenarioReader(reader, folder: folder).readBare(markdown: pages, path: address(of: folder))
  }

  // MARK: structure.json

  private mutating func structure(_ folder: String, depth: Int) -> (section: OutlineSection, ok: Bool) {
    var section = OutlineSection(path: folder)
    let file = CoursePath.child(folder, "structure.json")
    guard depth < CourseLimits.folderDepthMax, visited.insert(folder).inserted,
      let (source, node) = reader.readJSON(file)
    else { return (section, false) }
    let language = reader.settings.sourceLanguage
    section.title[language] = node["title"]?.string
    section.description[language] = node["description"]?.string
    for other in Language.allCases where other != language {
      let overlay = CoursePath.child(folder, "structure.\(other.code).json")
      guard reader.exists(overlay), let (_, node) = reader.readJSON(overlay) else { continue }
      section.title[other] = node["title"]?.string
      section.description[other] = node["description"]?.string
    }
    guard let items = node["items"]?.array else {
      let range = node["items"]?.range ?? node.range
      reader.report(
        Diagnostic(
          .manifestType, source.location(SourceRange(start: range.start, end: min(range.start + 1, range.end))),
          "structure.json has no list 'items'"))
      return (section, false)
    }
    for item in items {
      guard let path = item["path"]?.string ?? item.string, let range = (item["path"] ?? item)?.range else {
        reader.report(Diagnostic(.manifestType, source.location(item.range), "Item of structure.json has no 'path'"))
        continue
      }
      let place = source.location(range)
      guard let inner = reader.resolve(path, in: folder, at: place) else { continue }
      if let found = self.item(inner, item, place, depth: depth) { section.items.append(found) }
    }
    return (section, true)
  }

  private mutating func item(_ folder: String, _ node: JSONNode, _ place: SourceLocation, depth: Int) -> OutlineItem? {
    switch reader.files.entry(folder) {
    case .folder: break
    case .outside:
      reader.report(Diagnostic(.pathOutside, place, "Folder '\(folder)' is a link that leads out of the course"))
      return nil
    case .unreadable:
      reader.report(Diagnostic(.fileUnreadable, place, "Folder '\(reader.files.display(folder))' cannot be read"))
      return nil
    case .file, .missing:
      reader.report(Diagnostic(.fileMissing, place, "Folder '\(reader.files.display(folder))' does not exist"))
      return nil
    }
    guard let names = reader.files.list(folder) else {
      reader.report(Diagnostic(.fileUnreadable, place, "Folder '\(reader.files.display(folder))' cannot be read"))
      return nil
    }
    let language = reader.settings.sourceLanguage
    if names.contains("index.json") || names.contains("index.yaml") {
      guard var scenario = scenario(in: folder, names) else { return nil }
      if let title = node["title"]?.string { scenario.title[language] = title }
      if let text = node["description"]?.string { scenario.description[language] = text }
      return keep(scenario)
    }
    var section = OutlineSection(path: folder)
    if names.contains("structure.json") {
      guard !visited.contains(folder) else {
        reader.report(
          Diagnostic(
            .structureRepeats, place, "Folder '\(reader.files.display(folder))' is listed already, or holds itself"))
        return nil
      }
      section = structure(folder, depth: depth + 1).section
    } else {
      section.items = discover(folder, names, depth: depth + 1)
      if section.items.isEmpty, let scenario = bareScenario(in: folder, names) { return keep(scenario) }
      if section.items.isEmpty {
        reader.report(
          Diagnostic(.nothingFound, place, "No scenario in '\(reader.files.display(folder))'", explanation: ""))
        return nil
      }
    }
    if let title = node["title"]?.string { section.title[language] = title }
    if let text = node["description"]?.string { section.description[language] = text }
    if section.title.isEmpty { section.title[language] = CoursePath.name(folder) }
    return .section(section)
  }

  // MARK: Folders without a structure

  /// Every scenario below, in order of paths. A folder with a structure of its own is a section.
  private mutating func discover(_ folder: String, _ names: [String], depth: Int) -> [OutlineItem] {
    guard depth < CourseLimits.folderDepthMax, scenarios.count < CourseLimits.scenariosMax else { return [] }
    var items: [OutlineItem] = []
    let skipped = ["assets", "recordings", "node_modules", "public", "site"]
    for name in scenarioRoots(folder, names) {
      guard let first = name.utf8.first, first != 0x2E, first != 0x5F, !skipped.contains(name) else { continue }
      guard let inner = CoursePath.join(folder, name), reader.files.entry(inner) == .folder else { continue }
      guard let children = reader.files.list(inner) else {
        unreadable(inner)
        continue
      }
      if children.contains("index.json") || children.contains("index.yaml") {
        if let scenario = scenario(in: inner, children), let item = keep(scenario) { items.append(item) }
      } else if children.contains("structure.json") {
        var section = structure(inner, depth: depth + 1).section
        if section.title.isEmpty { section.title[reader.settings.sourceLanguage] = name }
        if !section.items.isEmpty { items.append(.section(section)) }
      } else {
        items += discover(inner, children, depth: depth + 1)
      }
    }
    return items
  }

  /// The names to look at: Katacoda's `katacoda.yaml` may say that scenarios lie elsewhere.
  private func scenarioRoots(_ folder: String, _ names: [String]) -> [String] {
    guard let file = names.first(where: { $0 == "katacoda.yaml" || $0 == "katacoda.yml" }),
      let (_, node) = reader.readYAML(CoursePath.child(folder, file)), let root = node["scenario_root"]?.string,
      let inner = CoursePath.join(folder, root), inner != folder, let below = reader.files.list(inner)
    else { return names }
    return below.map { CoursePath.child(root, $0) }
  }

  // MARK: Katacoda's pathways

  private mutating func applyPathways(_ names: [String], _ folder: String) {
    let language = reader.settings.sourceLanguage
    var sections: [OutlineSection] = []
    var listed: Set<String> = []
    for name in names {
      guard let (source, node) = reader.readJSON(CoursePath.child(folder, name)) else { continue }
      var section = OutlineSection(path: CoursePath.child(folder, String(name.dropLast("-pathway.json".count))))
      section.title[language] = node["title"]?.string ?? CoursePath.name(section.path)
      section.description[language] = node["description"]?.string
      for course in node["courses"]?.array ?? [] {
        guard let id = course["course_id"]?.string, !id.isEmpty else { continue }
        if let scenario = scenarios.first(where: { $0.path == id || CoursePath.name($0.path) == id }) {
          section.items.append(.scenario(scenario.path))
          listed.insert(scenario.path)
        } else if course["external_link"]?.string == nil, let range = course["course_id"]?.range {
          reader.report(
            Diagnostic(
              .pathwayScenarioMissing, source.location(range), "Scenario '\(id)' of the pathway does not exist"))
        }
      }
      if !section.items.isEmpty { sections.append(section) }
    }
    let rest = outline.filter { item in
      if case .scenario(let path) = item { return !listed.contains(path) }
      return true
    }
    if sections.count == 1, rest.isEmpty {
      title = sections[0].title
      description = sections[0].description
      outline = sections[0].items
    } else {
      outline = sections.map { .section($0) } + rest
    }
  }
}

/// File names with runs of digits compared by value: `step2.md` before `step10.md`.
enum NaturalNames {
  static func precede(_ a: String, _ b: String) -> Bool {
    let left = pieces(a)
    let right = pieces(b)
    for (x, y) in zip(left, right) where x != y {
      if let first = Int(x), let second = Int(y), first != second { return first < second }
      return x.utf8.lexicographicallyPrecedes(y.utf8)
    }
    return left.count < right.count
  }

  private static func pieces(_ name: String) -> [String] {
    var pieces: [String] = []
    var wasDigit: Bool?
    for character in name {
      let isDigit = character.isASCII && character.isNumber
      if isDigit == wasDigit { pieces[pieces.count - 1].append(character) } else { pieces.append(String(character)) }
      wasDigit = isDigit
    }
    return pieces
  }
}
