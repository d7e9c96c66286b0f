import ArgumentParser
import Diagnostics
import Foundation
import LabModel
import LabParser

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Begin a course, a scenario or a translation.",
    discussion: """
      EXAMPLES
        ardoise new course content --title "Kubernetes pas à pas"
        ardoise new scenario content/premiers-pods --title "Premiers pods"
        ardoise new translation content/premiers-pods --language en
      """,
    subcommands: [NewCourse.self, NewScenario.self, NewTranslation.self])
}

/// Writes files that must not exist yet.
enum Scaffold {
  static func write(_ files: [(path: String, text: String)], console: Console) throws {
    for file in files where FileManager.default.fileExists(atPath: file.path) {
      throw CommandFailure.usage("'\(file.path)' exists already; nothing was written")
    }
    for file in files {
      do {
        try AtomicOutput.write(file.text, to: file.path)
      } catch {
        throw CommandFailure.unreadable(error.message)
      }
      console.note("wrote \(file.path)")
    }
  }

  /// A folder as the user named it, without a slash at its end.
  static func folder(_ written: String) throws -> String {
    var folder = written
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    guard !folder.allSatisfy(\.isWhitespace), folder != "/" else {
      throw CommandFailure.usage("the folder needs a name")
    }
    return folder
  }

  /// `premiers-pods` → `Premiers pods`.
  static func title(of path: String) -> String {
    let name = ((path as NSString).lastPathComponent).replacingOccurrences(of: "-", with: " ")
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  /// The Markdown and JSON of a first scenario: one exec block that says something true everywhere.
  static func scenario(_ folder: String, title: String, language: Language) -> [(path: String, text: String)] {
    let manifest = JSONText.object([
      ("title", .string(title)), ("description", .string(words(language).description)),
      (
        "details",
        .object([
          ("intro", .object([("text", .string("intro.md"))])),
          (
            "steps",
            .array([.object([("title", .string(words(language).stepTitle)), ("text", .string("step1.md"))])])
          ),
          ("finish", .object([("text", .string("finish.md"))])),
        ])
      ),
      ("backend", .object([("imageid", .string("kubernetes-kubeadm-1node"))])),
    ])
    return [
      (folder + "/index.json", manifest.pretty), (folder + "/intro.md", "# \(title)\n\n\(words(language).intro)\n"),
      (folder + "/step1.md", "# \(words(language).stepTitle)\n\n\(words(language).step)\n"),
      (folder + "/finish.md", "# \(words(language).finishTitle)\n\n\(words(language).finish)\n"),
    ]
  }

  struct Words {
    var description: String
    var intro: String
    var stepTitle: String
    var step: String
    var finishTitle: String
    var finish: String
  }

  static func words(_ language: Language) -> Words {
    switch language {
    case .fr:
      Words(
        description: "Ce que l'on saura faire à la fin.", intro: "Ce que l'on va faire, et ce qu'il faut savoir avant.",
        stepTitle: "Premier pas", step: "Listez les nœuds du cluster :\n\n```bash\nkubectl get nodes\n```{{exec}}",
        finishTitle: "Pour finir", finish: "Ce que l'on a vu.")
    case .en:
      Words(
        description: "What one can do at the end.", intro: "What we are going to do, and what to know before.",
        stepTitle: "First step", step: "List the nodes of the cluster:\n\n```bash\nkubectl get nodes\n```{{exec}}",
        finishTitle: "To finish", finish: "What we have seen.")
    }
  }

  static func language(_ code: String) throws -> Language {
    guard let language = Language(rawValue: code) else {
      throw CommandFailure.usage(
        "unknown language '\(code)'; known are \(Language.allCases.map(\.code).joined(separator: ", "))")
    }
    return language
  }
}

struct NewCourse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course", abstract: "A course's folder with settings and a first scenario.")

  @Argument(help: "The folder to make.")
  var folder: String

  @Option(help: "The course's title.")
  var title: String?

  @Option(help: ArgumentHelp("The source language: fr or en.", valueName: "code"))
  var language = "fr"

  @OptionGroup var common: CommonOptions

  func run() throws {
    let language = try Scaffold.language(language)
    let folder = try Scaffold.folder(folder)
    let title = title ?? Scaffold.title(of: folder)
    let settings = """
      title:
        \(language.code): \(JSONText.quote(title))
      source: \(language.code)

      """
    let name = language == .fr ? "premier-pas" : "first-step"
    let structure = JSONText.object([
      ("title", .string(title)), ("items", .array([.object([("path", .string(name))])])),
    ])
    try Scaffold.write(
      [(folder + "/ardoise.yml", settings), (folder + "/structure.json", structure.pretty)]
        + Scaffold.scenario(
          folder + "/" + name, title: Scaffold.words(language).stepTitle, language: language),
      console: common.console)
  }
}

struct NewScenario: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenario", abstract: "A scenario's folder, listed in its course's structure.json.")

  @Argument(help: "The folder to make, like content/premiers-pods.")
  var folder: String

  @Option(help: "The scenario's title.")
  var title: String?

  @OptionGroup var common: CommonOptions

  func run() throws {
    let folder = try Scaffold.folder(folder)
    for name in ["structure.json", "ardoise.yml"] where FileManager.default.fileExists(atPath: folder + "/" + name) {
      throw CommandFailure.usage("'\(folder)' is a course: it holds \(name). Name a folder inside it")
    }
    let parent = (folder as NSString).deletingLastPathComponent
    let name = (folder as NSString).lastPathComponent
    let settings = CourseParser.parse(path: parent.isEmpty ? "." : parent).course.settings
    try Scaffold.write(
      Scaffold.scenario(folder, title: title ?? Scaffold.title(of: folder), language: settings.sourceLanguage),
      console: common.console)
    try list(name, in: parent.isEmpty ? "structure.json" : parent + "/structure.json")
  }

  /// Adds the scenario to an existing structure.json without touching anything else in it.
  private func list(_ name: String, in path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else { return }
    var bytes = Array(data)
    guard let items = try? JSONReader.read(bytes)["items"], let list = items.array else {
      throw CommandFailure.unreadable("'\(path)' has no list of items; add {\"path\": \"\(name)\"} yourself")
    }
    let entry = JSONText.object([("path", .string(name))]).compact
    let text: String
    let at: Int
    if let last = list.last {
      at = last.range.end
      // The same indentation as the item before.
      var lineStart = last.range.start
      while lineStart > 0, bytes[lineStart - 1] != 0x0A { lineStart -= 1 }
      let before = bytes[lineStart..<last.range.start]
      let isAlone = before.allSatisfy { $0 == 0x20 || $0 == 0x09 }
      text = "," + (isAlone ? "\n" + String(decoding: before, as: UTF8.self) : " ") + entry
    } else {
      at = items.range.start + 1
      text = entry
    }
    bytes.insert(contentsOf: Array(text.utf8), at: at)
    do {
      try AtomicOutput.write(bytes, to: path)
    } catch {
      throw CommandFailure.unreadable(error.message)
    }
    common.console.note("listed in \(path)")
  }
}

struct NewTranslation: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translation",
    abstract: "The missing pages of a scenario in another language, to be translated.",
    discussion: """
      Each page begins as a copy of the source page, so that its commands and its shape are those of the original, under a
      comment that says that its prose is still to be translated. Pages that exist are left alone.

      Each page carries the hashes of the paragraphs it was made from, so that 'ardoise lint' can tell which ones are old when the
      source changes. With --mark, every translation is said to follow its source as it is now.

      EXAMPLES
        ardoise new translation content/premiers-pods
        ardoise new translation content/premiers-pods --mark
      """)

  @Argument(help: "The scenario's folder.")
  var folder: String

  @Option(help: ArgumentHelp("The language to translate into: fr or en.", valueName: "code"))
  var language = "en"

  @Flag(help: "Say that the translations that exist follow their sources as they are now.")
  var mark = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let language = try Scaffold.language(language)
    let parsed = Input.course(folder)
    try Input.requireReadable(parsed, common.console)
    let source = parsed.course.settings.sourceLanguage
    guard language != source else {
      throw CommandFailure.usage("\(source.code) is the source language of this course")
    }
    guard parsed.course.scenarios.count == 1, let scenario = parsed.course.scenarios.first else {
      throw CommandFailure.usage("'\(folder)' is not one scenario's folder")
    }
    if mark {
      try markAll(scenario, language, source)
      return
    }
    var files: [(path: String, text: String)] = []
    for step in scenario.allSteps where step.pages[language] == nil {
      guard let page = step.pages[source] else { continue }
      let path = page.source.path
      let stem = path.hasSuffix(".md") ? String(path.dropLast(3)) : path
      let copy = SourceText(path: path, text: "<!-- \(notice(page.file, language)) -->\n\n" + page.source.text)
      files.append(("\(stem).\(language.code).md", TranslationStamp.marked(copy, for: page)))
    }
    let overlay = scenario.folder + "/index.\(language.code).json"
    if scenario.manifest != nil, !FileManager.default.fileExists(atPath: overlay) {
      files.append((overlay, titles(scenario, source).pretty))
    }
    guard !files.isEmpty else {
      common.console.note("nothing to do: every page has its \(language.name) translation")
      return
    }
    try Scaffold.write(files, console: common.console)
  }

  private func markAll(_ scenario: Scenario, _ language: Language, _ source: Language) throws {
    var count = 0
    for step in scenario.allSteps {
      guard let page = step.pages[source], let translation = step.pages[language] else { continue }
      let text = TranslationStamp.marked(translation.source, for: page)
      guard text != translation.source.text else { continue }
      do {
        try AtomicOutput.write(text, to: translation.source.path)
      } catch {
        throw CommandFailure.unreadable(error.message)
      }
      count += 1
    }
    common.console.note("\(count) \(count == 1 ? "page" : "pages") marked")
  }

  private func notice(_ file: String, _ language: Language) -> String {
    switch language {
    case .en: "To be translated: the prose of \(file); commands stay as they are."
    case .fr: "À traduire : le texte de \(file) ; les commandes restent telles quelles."
    }
  }

  private func titles(_ scenario: Scenario, _ source: Language) -> JSONText {
    var members: [(String, JSONText)] = [("title", .string(scenario.title[source] ?? scenario.path))]
    if let text = scenario.description[source] { members.append(("description", .string(text))) }
    let steps = scenario.steps.map { JSONText.object([("title", .string($0.title[source] ?? $0.name))]) }
    members.append(("details", .object([("steps", .array(steps))])))
    return .object(members)
  }
}
