import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

private let index = """
  {"title": "Lab", "description": "D", "difficulty": "Beginner", "colour": "red",
   "details": {
     "intro": {"text": "intro.md", "background": "setup.sh", "courseData": "x.sh"},
     "steps": [
       {"title": "Un", "text": "step1.md", "verify": "verify.sh"},
       {"text": "step2/text.md", "foreground": "fg", "hint": "essaie"}
     ],
     "finish": {"text": "finish.md"},
     "assets": {"host01": [{"file": "**/*.yaml", "target": "/root", "chmod": "+x"}]}
   },
   "backend": {"imageid": "ubuntu"}, "interface": {"layout": "ide"}}
  """

private let scenario: [String: String] = [
  "lab/index.json": index, "lab/intro.md": "# Bienvenue\n`ls`{{exec}}", "lab/setup.sh": "true\n",
  "lab/step1.md": "# Étape\n```\na\n```{{exec}}\n`b`{{exec}}\n", "lab/verify.sh": "exit 0\n",
  "lab/step1.en.md": "# Step\n```\na\n```{{exec}}\n`b`{{exec}}\n", "lab/step2/text.md": "## Deux\n",
  "lab/fg.sh": "echo\n", "lab/finish.md": "fin `c`{{exec}}",
  "lab/index.en.json": #"{"title": "The lab", "details": {"steps": [{"title": "One"}]}}"#,
  "lab/assets/a.yaml": "a: 1", "lab/assets/deep/b.yaml": "b: 2", "lab/assets/c.txt": "c",
]

private func parse(_ files: [String: String], at folder: String = "", file: String? = nil) -> ParsedCourse {
  CourseParser.parse(MemoryFiles(text: files), at: folder, file: file)
}

@Suite struct CourseTests {
  @Test func aScenarioIsReadWithItsTranslationScriptsAndAssets() throws {
    let parsed = parse(scenario)
    #expect(parsed.diagnostics.map(\.rule) == ["manifest-unknown-key"])
    #expect(!parsed.isUnreadable)
    let lab = try #require(parsed.course.scenarios.first)
    #expect(lab.path == "lab")
    #expect(lab.title == Localized(fr: "Lab", en: "The lab"))
    #expect(lab.unknownKeys == ["colour"])
    #expect(lab.layout == "ide" && lab.imageID == "ubuntu")
    #expect(lab.allSteps.map(\.number) == [0, 1, 2, 3])
    #expect(lab.allSteps.map(\.key) == ["intro", "step1", "step2-text", "finish"])
    #expect(
      lab.allSteps.flatMap { $0.recordedPage(source: .fr)?.labBlocks.map(\.id) ?? [] } == ["0.1", "1.1", "1.2", "3.1"])
    #expect(lab.steps[0].title == Localized(fr: "Un", en: "One"))
    #expect(lab.steps[1].title == Localized(fr: "Deux", en: nil))
    #expect(lab.steps[0].pages.en?.labBlocks.map(\.id) == ["1.1", "1.2"])
    #expect(lab.steps[0].pages.en?.file == "step1.en.md")
    #expect(lab.intro?.background?.text == "true\n")
    #expect(lab.steps[1].foreground?.file == "fg.sh")
    #expect(lab.steps[1].hint == "essaie")
    #expect(lab.steps[0].verify?.source.path == "lab/verify.sh")
    #expect(lab.assets[0].files.map(\.path) == ["a.yaml", "deep/b.yaml"])
    #expect(parsed.course.settings.languages == [.fr, .en])
    #expect(parsed.course.outline == [.scenario("lab")])
  }

  @Test func aPageOfAScenarioKeepsItsNumber() throws {
    let files = MemoryFiles(text: scenario)
    let parsed = try #require(CourseParser.parse(files, pageOfScenario: "step1.en.md", in: "lab"))
    #expect(parsed.focus == "lab/step1.en.md")
    #expect(parsed.isWanted("lab/step1.en.md") && !parsed.isWanted("lab/intro.md"))
    let nested = try #require(CourseParser.parse(files, pageOfScenario: "text.md", in: "lab/step2"))
    #expect(nested.focus == "lab/step2/text.md")
    #expect(CourseParser.parse(files, pageOfScenario: "other.md", in: "lab") == nil)
  }

  @Test func structureOrdersAndNests() {
    var files: [String: String] = [
      "structure.json": #"{"title": "Cours", "items": [{"path": "b", "title": "Bé"}, {"path": "part"}]}"#,
      "structure.en.json": #"{"title": "Course"}"#,
      "part/structure.json": #"{"title": "Partie", "items": [{"path": "../a"}, {"path": "c"}]}"#,
    ]
    for name in ["a", "b", "part/c", "unlisted"] { files[name + "/index.json"] = #"{"title": "T"}"# }
    let parsed = parse(files)
    #expect(parsed.diagnostics.isEmpty)
    #expect(parsed.course.scenarios.map(\.path) == ["b", "a", "part/c"])
    #expect(parsed.course.scenarios[0].title.fr == "Bé")
    #expect(parsed.course.settings.title == Localized(fr: "Cours", en: "Course"))
    guard case .section(let section) = parsed.course.outline[1] else {
      Issue.record("no section")
      return
    }
    #expect(section.title.fr == "Partie")
    #expect(section.items == [.scenario("a"), .scenario("part/c")])
  }

  @Test func aCircularStructureEnds() {
    let parsed = parse([
      "structure.json": #"{"items": [{"path": "a"}]}"#,
      "a/structure.json": #"{"items": [{"path": ".."}, {"path": "b"}]}"#,
      "a/b/index.json": #"{"title": "T"}"#,
    ])
    #expect(parsed.course.scenarios.map(\.path) == ["a/b"])
  }

  @Test func katacodaIsUnderstood() throws {
    let parsed = parse([
      "katacoda.yaml": "scenario_root: labs\n",
      "labs/one/index.json": """
      {"title": "One", "details": {"intro": {"text": "intro.md", "courseData": "bg.sh", "code": "fg.sh"},
       "steps": [{"title": "S", "text": "s.md"}]}, "environment": {"uilayout": "terminal"}}
      """,
      "labs/one/intro.md": "Bonjour", "labs/one/bg.sh": "a", "labs/one/fg.sh": "b",
      "labs/one/s.md": "Ouvrez le terminal de la machine\n\n`ls`{{execute T2}} `x`{{execute HOST2}}",
      "labs/two/index.json": #"{"title": "Two"}"#,
      "_en/labs/one/index.json": #"{"title": "First"}"#, "_en/labs/one/s.md": "`ls`{{execute T2}} `x`{{execute HOST2}}",
      "path-pathway.json":
        #"{"title": "Tout", "courses": [{"course_id": "two"}, {"course_id": "one"}, {"course_id": "gone"}]}"#,
    ])
    #expect(parsed.diagnostics.map(\.rule) == ["pathway-scenario-missing"])
    #expect(parsed.course.outline == [.scenario("labs/two"), .scenario("labs/one")])
    let one = try #require(parsed.course.scenario(at: "labs/one"))
    #expect(one.intro?.background?.text == "a" && one.intro?.foreground?.text == "b")
    let blocks = try #require(one.steps[0].pages.fr?.labBlocks)
    #expect(blocks.map(\.terminal) == [2, 1] && blocks.map(\.host) == [1, 2])
    #expect(one.title.en == "First" && one.steps[0].pages.en != nil)
  }

  @Test func foldersOfMarkdownAndSingleFilesAreScenarios() {
    let folder = parse([
      "README.md": "# R", "step10.md": "# Dix", "step2.md": "# Deux", "intro.md": "# Début", "step2.en.md": "# Two",
      "finish.md": "# Fin",
    ])
    #expect(folder.course.scenarios.map(\.path) == ["course"])
    #expect(folder.course.scenarios[0].allSteps.map(\.key) == ["intro", "step2", "step10", "finish"])
    #expect(folder.course.scenarios[0].steps[0].title == Localized(fr: "Deux", en: "Two"))
    #expect(folder.course.scenarios[0].title.fr == "Début")
    let single = parse(["a/etape3.md": "# Étape\n`ls`{{exec}}"], at: "a", file: "etape3.md")
    #expect(single.course.scenarios[0].path == "etape3")
    #expect(single.course.scenarios[0].isSingleFile)
    #expect(single.course.scenarios[0].steps[0].pages.fr?.labBlocks.map(\.id) == ["1.1"])
    let english = parse(["b.en.md": "# B\n"], file: "b.en.md")
    #expect(english.course.scenarios[0].languages == [.en])
    #expect(english.course.settings.languages == [.en])
  }

  @Test func theLanguageIsGuessedWithoutSettings() {
    let english = parse([
      "index.json": #"{"title": "T", "details": {"steps": [{"text": "a.md"}]}}"#,
      "a.md": "In this step you will create the pod and look at it.\n",
    ])
    #expect(english.course.settings.sourceLanguage == .en)
    #expect(english.course.settings.languages == [.en])
    #expect(english.course.scenarios[0].steps[0].pages.en != nil)
  }

  @Test(arguments: [
    (#"{"title": "T", "details": {"steps": [{"text": "../../etc/passwd"}]}}"#, "path-outside", 1, 47),
    (#"{"title": "T", "details": {"steps": [{"text": "/etc/passwd"}]}}"#, "path-outside", 1, 47),
    ("{\"title\": \"T\",\n \"details\": {\"steps\": [{\"text\": \"no.md\"}]}}", "file-missing", 2, 33),
    ("{\"title\": \"T\",\n}", "json-syntax", 2, 1),
    (#"{"title": 3}"#, "manifest-type", 1, 11),
    (#"{"title": "T", "details": []}"#, "manifest-type", 1, 27),
    (#"{"title": "T", "details": {"steps": {}}}"#, "manifest-type", 1, 37),
    (#"{"title": "T", "details": {"assets": {"host01": [{"file": "no.yaml"}]}}}"#, "asset-missing", 1, 59),
    ("", "json-syntax", 1, 1), ("{", "json-syntax", 1, 1),
  ]) func mistakesInTheManifestHaveAPlace(text: String, rule: String, line: Int, column: Int) {
    let parsed = parse(["index.json": text])
    let found = parsed.diagnostics.filter { $0.rule == rule }
    #expect(found.count == 1, "\(parsed.diagnostics.map(\.rule))")
    #expect(found.first?.location.file == "index.json")
    #expect(found.first?.location.start.line == line)
    #expect(found.first?.location.start.column == column)
  }

  @Test func aPageThatNobodyNamesIsNoted() {
    var files = scenario
    files["lab/step9.md"] = "# Neuf"
    files["lab/README.md"] = "# Lisez-moi"
    let found = parse(files).diagnostics.filter { $0.rule == "file-unreferenced" }
    #expect(found.map(\.location.file) == ["lab/step9.md"])
    #expect(found.first?.severity == .note)
  }

  @Test func anEmptyFolderIsReported() {
    let parsed = CourseParser.parse(MemoryFiles([:]))
    #expect(parsed.diagnostics.map(\.rule) == ["nothing-found"])
    #expect(parsed.isUnreadable)
  }

  @Test func settingsAreReadAndChecked() {
    var files = scenario
    files["ardoise.yml"] = """
      title: {fr: Cours, en: Course}
      languages: [en, fr]
      source: fr
      base_url: https://example.org/x/
      machine:
        kubernetes: 1.31
        limit: 10m
        terminal: {columns: 120}
        timings:
          "postgres:15": {pull: 8s, stop: 500ms, start: 1m30s, ready: 2.5}
        usage: {node: {cpu: 0.5}, nginx: {cpu: 3m, memory: 5Mi, request: 2ms}}
        workers: [w, {name: v, labels: {disktype: ssd}, cpu: 4, memory: 8Gi}]
      lint:
        rules: {missing-interrupt: off, heredoc-expands: error}
        ignore: ["drafts/**"]
      """
    let settings = parse(files).course.settings
    #expect(settings.title == Localized(fr: "Cours", en: "Course"))
    #expect(settings.languages == [.fr, .en])
    #expect(settings.baseURL == "https://example.org/x/")
    #expect(settings.machine.kubernetes == "1.31")
    #expect(settings.machine.columns == 120 && settings.machine.rows == 30)
    #expect(settings.machine.blockSecondsMax == 600)
    #expect(
      settings.machine.timings == [
        ImageTimings(
          image: "postgres:15", pullMilliseconds: 8000, startMilliseconds: 90_000, readyMilliseconds: 2500,
          stopMilliseconds: 500)
      ])
    #expect(
      settings.machine.workers == [
        WorkerNodeSettings(name: "w"),
        WorkerNodeSettings(name: "v", labels: ["disktype": "ssd"], cpu: "4", memory: "8Gi"),
      ])
    #expect(
      settings.machine.usage == [
        ImageUsage(image: "nginx", cpu: "3m", memory: "5Mi", requestMilliseconds: 2),
        ImageUsage(image: "node", cpu: "0.5"),
      ])
    #expect(settings.lint.rules == ["missing-interrupt": .off, "heredoc-expands": .error])
    #expect(settings.lint.ignore == ["drafts/**"])
  }

  @Test(arguments: [
    ("titel: x", "settings-invalid", 1, 1), ("languages: [fr, xx]", "settings-invalid", 1, 17),
    ("machine:\n  usage: {nginx: {cpu: much}}", "settings-invalid", 2, 24),
    ("machine:\n  workers: [{cpu: 2}]", "settings-invalid", 2, 13),
    ("machine:\n  workers: 21", "settings-invalid", 2, 12),
    ("machine:\n  limit: soon", "settings-invalid", 2, 10), ("title: [", "yaml-syntax", 1, 9),
    ("a: 1\na: 2", "yaml-syntax", 2, 1), ("lint:\n  rules: {x: maybe}", "settings-invalid", 2, 14),
    ("machine: 3", "settings-invalid", 1, 10), ("base_url: example.org", "settings-invalid", 1, 11),
  ]) func mistakesInTheSettingsHaveAPlace(text: String, rule: String, line: Int, column: Int) {
    var files = scenario
    files["ardoise.yml"] = text
    let found = parse(files).diagnostics.filter { $0.location.file == "ardoise.yml" }
    #expect(found.first?.rule == rule)
    #expect(found.first?.location.start.line == line, "\(found)")
    if rule == "settings-invalid" { #expect(found.first?.location.start.column == column) }
  }
}

/// What only a real file system has.
@Suite struct DiskTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ardoise-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test func linksThatLeaveTheCourseAreRefused() throws {
    try withFolder { folder in
      let lab = folder + "/course/lab"
      try FileManager.default.createDirectory(atPath: lab, withIntermediateDirectories: true)
      try "secret".write(toFile: folder + "/secret.md", atomically: true, encoding: .utf8)
      try #"{"title": "T", "details": {"steps": [{"text": "a.md"}, {"text": "b.md"}]}}"#.write(
        toFile: lab + "/index.json", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(atPath: lab + "/a.md", withDestinationPath: "../../secret.md")
      try "# B".write(toFile: lab + "/c.md", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(atPath: lab + "/b.md", withDestinationPath: "c.md")
      let parsed = CourseParser.parse(path: folder + "/course")
      #expect(parsed.diagnostics.map(\.rule) == ["file-unreferenced", "path-outside"])
      #expect(parsed.course.scenarios[0].steps.map { $0.pages.fr == nil } == [true, false])
    }
  }

  @Test func aHugeFileIsRefusedWithoutReadingIt() throws {
    try withFolder { folder in
      let path = folder + "/huge.md"
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 100 * 1024 * 1024)
      try handle.close()
      let parsed = CourseParser.parse(path: path)
      #expect(parsed.diagnostics.map(\.rule) == ["file-too-large"])
      #expect(parsed.isUnreadable)
    }
  }

  @Test func missingPathsAndUnreadableFoldersAreReported() throws {
    #expect(CourseParser.parse(path: "/nonexistent/x").diagnostics.map(\.rule) == ["file-missing"])
    try withFolder { folder in
      let inner = folder + "/closed"
      try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: inner)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: inner) }
      // The superuser reads everything.
      if getuid() != 0 { #expect(CourseParser.parse(path: inner).diagnostics.map(\.rule) == ["file-unreadable"]) }
      #expect(CourseParser.parse(path: folder).isUnreadable)
    }
  }

  @Test func aScenarioIsReadWithTheSettingsOfItsCourse() throws {
    try withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/lab", withIntermediateDirectories: true)
      try "source: en\nlanguages: [en]\n".write(toFile: folder + "/ardoise.yml", atomically: true, encoding: .utf8)
      try #"{"title": "T", "details": {"steps": [{"text": "../shared.md"}]}}"#.write(
        toFile: folder + "/lab/index.json", atomically: true, encoding: .utf8)
      try "# S".write(toFile: folder + "/shared.md", atomically: true, encoding: .utf8)
      let parsed = CourseParser.parse(path: folder + "/lab")
      #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics)")
      #expect(parsed.course.settings.sourceLanguage == .en)
      #expect(parsed.course.scenarios.map(\.path) == ["lab"])
      let file = CourseParser.parse(path: folder + "/shared.md")
      #expect(file.course.scenarios[0].languages == [.en])
    }
  }
}

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", "a.txt", true), ("*", "d/a.txt", false), ("**", "d/a.txt", true), ("**/*.json", "a.json", true),
    ("**/*.json", "x/y/a.json", true), ("app*/*.*", "app1/a.b", true), ("app*/*.*", "app1/ab", false),
    ("a?c", "abc", true), ("./a", "a", true), ("d/**", "d/e/f", true), ("d/**", "d", false),
  ]) func assetPatterns(pattern: String, path: String, matches: Bool) {
    #expect(PathGlob.matches(pattern, path) == matches)
  }
}
