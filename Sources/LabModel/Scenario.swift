// A scenario is one lab: a folder in the Killercoda format, or a single Markdown file. Its steps have a page per language;
// its scripts run on the same machine as its exec blocks.

package import Diagnostics

/// A page of a step in one language.
package struct Page: Hashable, Sendable {
  package var language: Language
  package var source: SourceText
  /// Path of the file inside the scenario's folder, like `step3.md`.
  package var file: String
  package var blocks: [BlockNode]
  /// All headings, in reading order.
  package var headings: [Heading]
  /// All fenced code and all annotated code spans, in reading order. The same values stand in `blocks`.
  package var labBlocks: [LabBlock]

  package init(
    language: Language, source: SourceText, file: String, blocks: [BlockNode], headings: [Heading],
    labBlocks: [LabBlock]
  ) {
    self.language = language
    self.source = source
    self.file = file
    self.blocks = blocks
    self.headings = headings
    self.labBlocks = labBlocks
  }

  package var execBlocks: [LabBlock] { labBlocks.filter(\.isExec) }

  /// The text of the first heading.
  package var title: String? { headings.first?.text }
}

/// A script of the scenario: `background`, `foreground`, `verify`.
package struct Script: Hashable, Sendable {
  /// Path inside the scenario's folder.
  package var file: String
  package var source: SourceText

  package init(file: String, source: SourceText) {
    self.file = file
    self.source = source
  }

  package var text: String { source.text }
}

package enum StepKind: Hashable, Sendable {
  case intro
  /// From 1.
  case step(Int)
  case finish
}

package struct Step: Hashable, Sendable {
  package var kind: StepKind
  /// 0 for the introduction, 1 … for steps, one past the last step for the finish: the first part of block ids.
  package var number: Int
  /// The Markdown file without its extension, `/` made `-`: names the recording, `recordings/<key>.cast`.
  package var key: String
  /// From index.json and its overlays; where they have none, the page's first heading.
  package var title: Localized<String>
  package var pages: Localized<Page>
  package var background: Script?
  package var foreground: Script?
  package var verify: Script?
  /// Katacoda challenges' hint and solution texts.
  package var hint: String?
  package var solution: String?

  package init(
    kind: StepKind, number: Int, key: String, title: Localized<String> = Localized(),
    pages: Localized<Page> = Localized(), background: Script? = nil, foreground: Script? = nil,
    verify: Script? = nil, hint: String? = nil, solution: String? = nil
  ) {
    self.kind = kind
    self.number = number
    self.key = key
    self.title = title
    self.pages = pages
    self.background = background
    self.foreground = foreground
    self.verify = verify
    self.hint = hint
    self.solution = solution
  }

  /// The step's name in paths and commands: `intro`, `step3`, `finish`.
  package var name: String {
    switch kind {
    case .intro: "intro"
    case .step(let number): "step\(number)"
    case .finish: "finish"
    }
  }

  /// Where its recording lies inside the scenario's folder.
  package var recordingFile: String { "recordings/\(key).cast" }

  /// The page that is recorded: the source language's, else the first there is.
  package func recordedPage(source: Language) -> Page? { pages.resolved(for: source, source: source)?.value }
}

/// A file that is put onto the machine before the scenario starts.
package struct Asset: Hashable, Sendable {
  /// `host01`, `host02`, `client`.
  package var host: String
  /// As written: a glob relative to `assets/`.
  package var pattern: String
  /// The directory on the machine.
  package var target: String
  /// As written, like `+x`; nil when absent.
  package var chmod: String?
  /// What the glob matched, in sorted order: path below `assets/` and contents.
  package var files: [AssetFile]

  package init(host: String, pattern: String, target: String, chmod: String? = nil, files: [AssetFile] = []) {
    self.host = host
    self.pattern = pattern
    self.target = target
    self.chmod = chmod
    self.files = files
  }
}

package struct AssetFile: Hashable, Sendable {
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

package struct Scenario: Hashable, Sendable {
  /// Path below the course, `/`-separated, unique in it: `statefulset-postgres`, `storage/claims`. A course that is one
  /// scenario or one file gives it the folder's or file's name. Doubles as the address of its pages.
  package var path: String
  /// Its folder as it shall be printed (relative to the working directory); for a single file, the file's folder.
  package var folder: String
  /// Whether the whole scenario is one Markdown file.
  package var isSingleFile: Bool
  package var title: Localized<String>
  package var description: Localized<String>
  package var intro: Step?
  package var steps: [Step]
  package var finish: Step?
  /// `backend.imageid`.
  package var imageID: String?
  package var assets: [Asset]
  /// In the source language.
  package var difficulty: String?
  package var difficultyTranslations = Localized<String>()
  package var time: String?
  /// `interface.layout` or Katacoda's `environment.uilayout`.
  package var layout: String?
  /// index.json, when there is one.
  package var manifest: SourceText?
  /// Keys of index.json that mean nothing here, as paths like `details.steps[1].colour`.
  package var unknownKeys: [String]
  /// Every file in the scenario's folder, sorted, relative to it; nil when that is not known (too many, or no folder of its own).
  package var files: [String]?

  package init(
    path: String, folder: String, isSingleFile: Bool = false, title: Localized<String> = Localized(),
    description: Localized<String> = Localized(), intro: Step? = nil, steps: [Step] = [], finish: Step? = nil,
    imageID: String? = nil, assets: [Asset] = [], difficulty: String? = nil, time: String? = nil,
    layout: String? = nil, manifest: SourceText? = nil, unknownKeys: [String] = [],
    files: [String]? = nil
  ) {
    self.path = path
    self.folder = folder
    self.isSingleFile = isSingleFile
    self.title = title
    self.description = description
    self.intro = intro
    self.steps = steps
    self.finish = finish
    self.imageID = imageID
    self.assets = assets
    self.difficulty = difficulty
    self.time = time
    self.layout = layout
    self.manifest = manifest
    self.unknownKeys = unknownKeys
    self.files = files
  }

  /// Introduction, steps and finish, in the order they are played.
  package var allSteps: [Step] { (intro.map { [$0] } ?? []) + steps + (finish.map { [$0] } ?? []) }

  /// The languages that any of its pages is in.
  package var languages: [Language] {
    Language.allCases.filter { language in allSteps.contains { $0.pages[language] != nil } }
  }
}
