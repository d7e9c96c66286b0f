// A course is what one command works on: settings, scenarios in order, and how they are grouped. Every input becomes one,
// a single Markdown file too.

package import Diagnostics

/// How scenarios are grouped and ordered: structure.json, nested.
package indirect enum OutlineItem: Hashable, Sendable {
  /// `Scenario.path`.
  case scenario(String)
  case section(OutlineSection)
}

package struct OutlineSection: Hashable, Sendable {
  /// Path below the course.
  package var path: String
  package var title: Localized<String>
  package var description: Localized<String>
  package var items: [OutlineItem]

  package init(
    path: String, title: Localized<String> = Localized(), description: Localized<String> = Localized(),
    items: [OutlineItem] = []
  ) {
    self.path = path
    self.title = title
    self.description = description
    self.items = items
  }
}

package struct Course: Hashable, Sendable {
  /// The path it was read from, as given.
  package var root: String
  package var settings: CourseSettings
  /// Everything in the order of structure.json; without one, scenarios sorted by path.
  package var scenarios: [Scenario]
  package var outline: [OutlineItem]
  /// Every file that was read, for quoting lines in diagnostics.
  package var sources: SourceTable {
    var table = SourceTable()
    for source in files { table.add(source) }
    return table
  }
  package var files: [SourceText]

  package init(
    root: String, settings: CourseSettings = CourseSettings(), scenarios: [Scenario] = [],
    outline: [OutlineItem] = [], files: [SourceText] = []
  ) {
    self.root = root
    self.settings = settings
    self.scenarios = scenarios
    self.outline = outline
    self.files = files
  }

  package func scenario(at path: String) -> Scenario? { scenarios.first { $0.path == path } }
}

/// `ardoise.yml`.
package struct CourseSettings: Hashable, Sendable {
  package var title: Localized<String>
  package var description: Localized<String>
  /// What is published, the source language first.
  package var languages: [Language]
  package var sourceLanguage: Language
  /// Theme folder, relative to the settings file; nil for the built-in one.
  package var theme: String?
  /// Absolute address of the site, for canonical links and the sitemap.
  package var baseURL: String?
  package var author: String?
  package var licence: String?
  /// Where the source lives, for "edit this page" links.
  package var repository: String?
  package var machine: MachineSettings
  package var lint: LintSettings

  package init(
    title: Localized<String> = Localized(), description: Localized<String> = Localized(),
    languages: [Language] = [.fr, .en], sourceLanguage: Language = .fr, theme: String? = nil,
    baseURL: String? = nil, author: String? = nil, licence: String? = nil, repository: String? = nil,
    machine: MachineSettings = MachineSettings(), lint: LintSettings = LintSettings()
  ) {
    self.title = title
    self.description = description
    self.languages = languages
    self.sourceLanguage = sourceLanguage
    self.theme = theme
    self.baseURL = baseURL
    self.author = author
    self.licence = licence
    self.repository = repository
    self.machine = machine
    self.lint = lint
  }
}

/// The simulated machine a course is played on.
package struct MachineSettings: Hashable, Sendable {
  /// Like `1.32`.
  package var kubernetes: String
  /// Virtual time 0, RFC 3339; nil for the simulator's own.
  package var epoch: String?
  /// Name of a node timing profile; nil for the default one.
  package var profile: String?
  /// Timings by image name, in milliseconds, sorted by image.
  package var timings: [ImageTimings]
  /// What containers use, by image name, sorted; the name `node` is what the node uses besides them.
  package var usage: [ImageUsage]
  /// Nodes besides the learner's machine.
  package var workers: [WorkerNodeSettings]
  package var columns: Int
  package var rows: Int
  /// Longest virtual time a command that does not end by itself is watched.
  package var blockSecondsMax: Int
  /// Seed of everything random: pod name suffixes, addresses, uids.
  package var seed: UInt64

  package init(
    kubernetes: String = "1.32", epoch: String? = nil, profile: String? = nil, timings: [ImageTimings] = [],
    usage: [ImageUsage] = [], workers: [WorkerNodeSettings] = [], columns: Int = 100, rows: Int = 30,
    blockSecondsMax: Int = 600, seed: UInt64 = 1
  ) {
    self.kubernetes = kubernetes
    self.epoch = epoch
    self.profile = profile
    self.timings = timings
    self.usage = usage
    self.workers = workers
    self.columns = columns
    self.rows = rows
    self.blockSecondsMax = blockSecondsMax
    self.seed = seed
  }
}

/// A node that joined the learner's machine; nil for the machine's own size.
package struct WorkerNodeSettings: Hashable, Sendable {
  package var name: String
  package var labels: [String: String]
  package var cpu: String?
  package var memory: String?

  package init(name: String, labels: [String: String] = [:], cpu: String? = nil, memory: String? = nil) {
    self.name = name
    self.labels = labels
    self.cpu = cpu
    self.memory = memory
  }
}

/// How long one image takes on the simulated node; nil for the profile's value.
package struct ImageTimings: Hashable, Sendable {
  package var image: String
  package var pullMilliseconds: Int64?
  package var startMilliseconds: Int64?
  package var readyMilliseconds: Int64?
  package var stopMilliseconds: Int64?

  package init(
    image: String, pullMilliseconds: Int64? = nil, startMilliseconds: Int64? = nil, readyMilliseconds: Int64? = nil,
    stopMilliseconds: Int64? = nil
  ) {
    self.image = image
    self.pullMilliseconds = pullMilliseconds
    self.startMilliseconds = startMilliseconds
    self.readyMilliseconds = readyMilliseconds
    self.stopMilliseconds = stopMilliseconds
  }
}

/// What one image uses on the simulated node, as a quantity is written; nil for the profile's value.
package struct ImageUsage: Hashable, Sendable {
  package var image: String
  package var cpu: String?
  package var memory: String?
  /// Processor time of one request.
  package var requestMilliseconds: Int64?

  package init(image: String, cpu: String? = nil, memory: String? = nil, requestMilliseconds: Int64? = nil) {
    self.image = image
    self.cpu = cpu
    self.memory = memory
    self.requestMilliseconds = requestMilliseconds
  }
}

/// The `lint:` part of the settings.
package struct LintSettings: Hashable, Sendable {
  package enum Level: String, Hashable, Sendable {
    case off
    case note
    case warning
    case error
  }

  /// By rule id.
  package var rules: [String: Level]
  /// Globs of files that are not linted.
  package var ignore: [String]
  /// Words of the course that spelling and naming rules accept.
  package var words: [String]

  package init(rules: [String: Level] = [:], ignore: [String] = [], words: [String] = []) {
    self.rules = rules
    self.ignore = ignore
    self.words = words
  }
}
