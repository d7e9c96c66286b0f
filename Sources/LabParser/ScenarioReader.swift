// A scenario's folder into a `Scenario`: index.json with its overlays, pages with their translations, scripts and assets.
//
// A page's translation lies beside it (`step1.md`, `step1.en.md`) or, as Katacoda had it, in a tree of its own at the
// course's root (`_en/<scenario>/step1.md`). Titles are translated in `index.en.json`, which holds titles, descriptions
// and difficulties only.

import Diagnostics
import LabModel

struct ScenarioReader {
  private let reader: CourseReader
  /// Relative to the course's root.
  private let folder: String
  private let source: Language
  private let translations: [Language]

  init(_ reader: CourseReader, folder: String) {
    self.reader = reader
    self.folder = folder
    source = reader.settings.sourceLanguage
    translations = Language.allCases.filter { $0 != reader.settings.sourceLanguage }
  }

  // MARK: Folders with index.json

  /// `path` is the scenario's address in the course; `manifestFile` is index.json or index.yaml.
  func read(manifestFile: String, path: String) -> Scenario? {
    guard let manifest = Manifest.read(CoursePath.child(folder, manifestFile), reader) else { return nil }
    var scenario = Scenario(path: path, folder: reader.files.display(folder), manifest: manifest.source)
    scenario.title[source] = manifest.title
    scenario.description[source] = manifest.description
    scenario.difficulty = manifest.difficulty
    scenario.time = manifest.time
    scenario.imageID = manifest.imageID
    scenario.layout = manifest.layout
    scenario.unknownKeys = manifest.unknownKeys
    if manifest.title == nil {
      reader.report(
        Diagnostic(.titleMissing, manifest.source.location(line: 1), "Scenario without a title"))
      scenario.title[source] = CoursePath.name(path)
    }
    let overlays = overlays()
    for (language, overlay) in overlays {
      scenario.title[language] = overlay.title
      scenario.description[language] = overlay.description
      scenario.difficultyTranslations[language] = overlay.difficulty
    }
    var keys: [String: Int] = [:]
    if let intro = manifest.intro {
      scenario.intro = step(intro, .intro, number: 0, overlays.map { ($0, $1.intro) }, &keys)
    }
    for (index, step) in manifest.steps.enumerated() {
      let translated = overlays.map { ($0, $1.steps.indices.contains(index) ? $1.steps[index] : nil) }
      scenario.steps.append(self.step(step, .step(index + 1), number: index + 1, translated, &keys))
    }
    if let finish = manifest.finish {
      scenario.finish = step(
        finish, .finish, number: manifest.steps.count + 1, overlays.map { ($0, $1.finish) }, &keys)
    }
    scenario.assets = manifest.assets.map(asset)
    scenario.files = files()
    reportUnreferenced()
    return scenario
  }

  /// Markdown files in the scenario's folder that were not read as pages.
  private func reportUnreferenced() {
    for name in reader.files.list(folder) ?? [] where name.hasSuffix(".md") && name.lowercased() != "readme.md" {
      let path = CoursePath.child(folder, name)
      if reader.exists(path), !reader.hasRead(path) {
        reader.report(
          Diagnostic(
            .fileUnreferenced, SourceLocation(file: reader.files.display(path)),
            "File '\(name)' is no page of its scenario"))
      }
    }
  }

  /// `index.en.json` beside the manifest, or the manifest of a `_en/` tree.
  private func overlays() -> [(Language, Manifest)] {
    var found: [(Language, Manifest)] = []
    for language in translations {
      let candidates = [
        CoursePath.child(folder, "index.\(language.code).json"),
        CoursePath.child(CoursePath.child("_\(language.code)", folder), "index.json"),
      ]
      guard let path = candidates.first(where: reader.exists), let overlay = Manifest.read(path, reader) else {
        continue
      }
      found.append((language, overlay))
    }
    return found
  }

  private func step(
    _ manifest: ManifestStep, _ kind: StepKind, number: Int, _ overlays: [(Language, ManifestStep?)],
    _ keys: inout [String: Int]
  ) -> Step {
    var step = Step(kind: kind, number: number, key: "")
    step.title[source] = manifest.title
    for (language, overlay) in overlays { step.title[language] = overlay?.title }
    var file: String?
    if let text = manifest.text, let path = reader.resolve(text.text, in: folder, at: text.place) {
      file = text.text
      step.pages = pages(path, file: text.text, number: number, place: text.place)
    } else if manifest.text == nil, number > 0, case .step = kind {
      reader.report(Diagnostic(.manifestType, manifest.place, "Step \(number) has no text"))
    }
    step.key = key(file ?? step.name, &keys)
    step.background = script(manifest.background)
    step.foreground = script(manifest.foreground)
    step.verify = script(manifest.verify)
    step.hint = prose(manifest.hint)
    step.solution = prose(manifest.solution)
    nameAfterHeadings(&step)
    return step
  }

  /// The page's first heading where index.json gives no title.
  private func nameAfterHeadings(_ step: inout Step) {
    for language in Language.allCases where step.title[language] == nil {
      step.title[language] = step.pages[language]?.title
    }
  }

  /// `step1.md` → `step1`, `step1/text.md` → `step1-text`; unique in the scenario.
  private func key(_ file: String, _ keys: inout [String: Int]) -> String {
    var stem = file.hasSuffix(".md") ? String(file.dropLast(3)) : file
    stem = stem.split(separator: "/").filter { $0 != "." && $0 != ".." }.joined(separator: "-")
    let count = (keys[stem] ?? 0) + 1
    keys[stem] = count
    return count == 1 ? stem : "\(stem)-\(count)"
  }

  // MARK: Pages

  /// The page at `path` and its translations.
  private func pages(_ path: String, file: String, number: Int, place: SourceLocation?) -> Localized<Page> {
    var pages = Localized<Page>()
    if let text = reader.read(path, from: place) {
      pages[source] = page(text, file: file, language: source, number: number)
    }
    let stem = path.hasSuffix(".md") ? String(path.dropLast(3)) : path
    let fileStem = file.hasSuffix(".md") ? String(file.dropLast(3)) : file
    for language in translations {
      let beside = "\(stem).\(language.code).md"
      let apart = CoursePath.child("_\(language.code)", path)
      if reader.exists(beside), let text = reader.read(beside) {
        pages[language] = page(text, file: "\(fileStem).\(language.code).md", language: language, number: number)
      } else if reader.exists(apart), let text = reader.read(apart) {
        pages[language] = page(text, file: file, language: language, number: number)
      }
    }
    return pages
  }

  private func page(_ text: SourceText, file: String, language: Language, number: Int) -> Page {
    let parsed = PageParser.parse(text, file: file, language: language, step: number)
    for diagnostic in parsed.diagnostics { reader.report(diagnostic) }
    return parsed.page
  }

  // MARK: Scripts and assets

  /// Katacoda lets the `.sh` be left out.
  private func script(_ written: ManifestText?) -> Script? {
    guard let written, let path = reader.resolve(written.text, in: folder, at: written.place) else { return nil }
    let withExtension = path + ".sh"
    let useExtension = !reader.exists(path) && reader.exists(withExtension)
    guard let text = reader.read(useExtension ? withExtension : path, from: written.place) else { return nil }
    if let invalid = text.firstInvalidUTF8() {
      reader.report(
        Diagnostic(.encoding, text.location(SourceRange(start: invalid, end: invalid + 1)), "Byte here is not UTF-8"))
    }
    return Script(file: useExtension ? written.text + ".sh" : written.text, source: text)
  }

  /// A hint or solution: the text itself, or the file that holds it.
  private func prose(_ written: ManifestText?) -> String? {
    guard let written else { return nil }
    if written.text.hasSuffix(".md") || written.text.hasSuffix(".sh"),
      let path = reader.resolve(written.text, in: folder, at: written.place)
    {
      return reader.read(path, from: written.place)?.text
    }
    return written.text
  }

  private func asset(_ manifest: ManifestAsset) -> Asset {
    var asset = Asset(
      host: manifest.host, pattern: manifest.file.text, target: manifest.target, chmod: manifest.chmod)
    let root = CoursePath.child(folder, "assets")
    guard reader.resolve(manifest.file.text, in: root, at: manifest.file.place) != nil else { return asset }
    var bytes = 0
    for path in filesBelow(root) where PathGlob.matches(manifest.file.text, path) {
      guard let contents = try? reader.files.read(CoursePath.child(root, path)) else { continue }
      bytes += contents.count
      guard bytes <= CourseLimits.assetBytesMax else {
        reader.report(
          Diagnostic(
            .fileTooLarge, manifest.file.place,
            "Assets of '\(manifest.file.text)' are larger than \(CourseLimits.assetBytesMax / (1024 * 1024)) MiB"))
        break
      }
      asset.files.append(AssetFile(path: path, bytes: contents))
    }
    if asset.files.isEmpty {
      reader.report(
        Diagnostic(.assetMissing, manifest.file.place, "Asset '\(manifest.file.text)' is not in the assets folder"))
    }
    return asset
  }

  /// What a page of the scenario may show or link to; nil for a folder that holds more than one looks through.
  private func files() -> [String]? {
    let found = filesBelow(folder)
    return found.count < CourseLimits.assetFilesMax ? found : nil
  }

  private func filesBelow(_ root: String) -> [String] {
    var found: [String] = []
    func walk(_ path: String, _ depth: Int) {
      guard depth < CourseLimits.folderDepthMax, found.count < CourseLimits.assetFilesMax else { return }
      for name in reader.files.list(CoursePath.child(root, path)) ?? [] {
        if name == ".git" || name == "node_modules" { continue }
        let child = CoursePath.child(path, name)
        switch reader.files.entry(CoursePath.child(root, child)) {
        case .file: found.append(child)
        case .folder: walk(child, depth + 1)
        default: continue
        }
      }
    }
    walk("", 0)
    return found
  }

  // MARK: Folders of Markdown, single files

  /// A folder without index.json: its Markdown files in natural order, `intro` first and `finish` last.
  func readBare(markdown names: [String], path: String) -> Scenario {
    var scenario = Scenario(path: path, folder: reader.files.display(folder))
    scenario.files = files()
    var keys: [String: Int] = [:]
    func make(_ name: String, _ kind: StepKind, _ number: Int) -> Step {
      var step = Step(kind: kind, number: number, key: key(name, &keys))
      step.pages = pages(CoursePath.child(folder, name), file: name, number: number, place: nil)
      nameAfterHeadings(&step)
      return step
    }
    let steps = names.filter { !["intro.md", "finish.md"].contains($0.lowercased()) }
    if let intro = names.first(where: { $0.lowercased() == "intro.md" }) { scenario.intro = make(intro, .intro, 0) }
    for (index, name) in steps.enumerated() { scenario.steps.append(make(name, .step(index + 1), index + 1)) }
    if let finish = names.first(where: { $0.lowercased() == "finish.md" }) {
      scenario.finish = make(finish, .finish, steps.count + 1)
    }
    for language in Language.allCases {
      scenario.title[language] = scenario.intro?.title[language] ?? scenario.steps.first?.title[language]
    }
    if scenario.title.isEmpty { scenario.title[source] = CoursePath.name(path) }
    return scenario
  }

  /// One Markdown file as a scenario of one step.
  func readSingle(_ name: String) -> Scenario? {
    let path = CoursePath.child(folder, name)
    var stem = name.hasSuffix(".md") ? String(name.dropLast(3)) : name
    // `step1.en.md` alone is an English page.
    var language = source
    if let dot = stem.lastIndex(of: "."), let named = Language(rawValue: String(stem[stem.index(after: dot)...])) {
      language = named
      stem = String(stem[..<dot])
    }
    guard let text = reader.read(path) else { return nil }
    var step = Step(kind: .step(1), number: 1, key: stem)
    if language == source {
      step.pages = pages(path, file: name, number: 1, place: nil)
    } else {
      step.pages[language] = page(text, file: name, language: language, number: 1)
    }
    nameAfterHeadings(&step)
    var scenario = Scenario(path: stem, folder: reader.files.display(folder), isSingleFile: true)
    scenario.title = step.title
    if scenario.title.isEmpty { scenario.title[language] = stem }
    scenario.steps = [step]
    return scenario
  }
}

/// Katacoda's asset globs: `*` inside a folder, `**` across folders, `?` one character.
enum PathGlob {
  static func matches(_ pattern: String, _ path: String) -> Bool {
    let parts = pattern.split(separator: "/").filter { $0 != "." }.map { Array($0.utf8) }
    return match(parts[...], path.split(separator: "/").map { Array($0.utf8) }[...])
  }

  private static func match(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    if first == Array("**".utf8) {
      // A last `**` takes every file below.
      if pattern.count == 1 { return !path.isEmpty }
      for index in path.startIndex...path.endIndex where match(pattern.dropFirst(), path[index...]) { return true }
      return false
    }
    guard let name = path.first, matchName(first[...], name[...]) else { return false }
    return match(pattern.dropFirst(), path.dropFirst())
  }

  /// One name, without recursion: remembers the last star.
  private static func matchName(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var p = pattern.startIndex
    var n = name.startIndex
    var star: (pattern: Int, name: Int)?
    while n < name.endIndex {
      if p < pattern.endIndex, pattern[p] == 0x2A {
        star = (p, n)
        p += 1
      } else if p < pattern.endIndex, pattern[p] == 0x3F || pattern[p] == name[n] {
        p += 1
        n += 1
      } else if let back = star {
        p = back.pattern + 1
        n = back.name + 1
        star = (back.pattern, n)
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == 0x2A { p += 1 }
    return p == pattern.endIndex
  }
}
