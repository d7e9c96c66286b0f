import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser
import LabRecorder
import LabTranscript
import Testing

@testable import ArdoiseCLI

@Suite struct CommandTests {
  private static let calls: [(String, Int32)] = [
    ("--version", 0), ("--help", 0), ("help build", 0), ("explain --all", 0), ("nonsense", 2), ("inspect --stage x", 2),
    ("explain", 2), ("explain no-such-rule", 2), ("build --jobs 0", 2), ("build --base-url nowhere", 2),
    ("lint --rule no-such-rule", 2), ("explain site-broken-link", 0), ("explain fence-not-closed", 0),
    ("inspect /no/such", 3), ("lint /no/such.md", 3),
    ("build /no/such -o /tmp/ardoise-never", 3), ("export /no/such/step1 --format json", 3),
    ("--generate-completion-script bash", 0), ("", 0),
  ]

  @Test(arguments: calls) func exitCodesAreThoseOfTheContract(call: String, status: Int32) async {
    #expect(await Ardoise.run(call.split(separator: " ").map(String.init)) == status)
  }

  @Test func lintFindsFixesAndReports() async throws {
    try await withFolder { folder in
      let page = folder + "/a.md"
      try write("# A\n\n```bash\nls\n``` {{Exec}}\n\n`x` {{exec}}\n", page)
      #expect(await Ardoise.run(["lint", page, "--no-run", "--quiet"]) == 1)
      #expect(await Ardoise.run(["lint", page, "--no-run", "--fix", "--quiet"]) == 0)
      #expect(try read(page) == "# A\n\n```bash\nls\n```{{exec}}\n\n`x`{{exec}}\n")
    }
  }

  @Test func scaffoldsAreLintClean() async throws {
    try await withFolder { folder in
      let course = folder + "/cours"
      #expect(await Ardoise.run(["new", "course", course, "--title", "Mon \"cours\": un", "-q"]) == 0)
      #expect(await Ardoise.run(["new", "scenario", course + "/second", "-q"]) == 0)
      let parsed = CourseParser.parse(path: course)
      #expect(parsed.diagnostics.isEmpty)
      #expect(parsed.course.scenarios.map(\.path) == ["premier-pas", "second"])
      #expect(parsed.course.settings.title.fr == "Mon \"cours\": un")
      let lab = LintProbe.findings(course)
      #expect(lab.isEmpty, "\(lab)")
      for name in ["premier-pas", "second"] {
        #expect(await Ardoise.run(["new", "translation", course + "/" + name, "-q"]) == 0)
      }
      let translated = LintProbe.findings(course)
      #expect(translated.isEmpty, "\(translated)")
      #expect(CourseParser.parse(path: course).course.settings.languages == [.fr, .en])
      // Nothing is written over.
      #expect(await Ardoise.run(["new", "course", course, "-q"]) == 2)
    }
  }

  @Test func aSinglePageBuildsOnItsOwn() async throws {
    try await withFolder { folder in
      try write("# Étape\n\n```bash\nls\n```{{exec}}\n", folder + "/src/etape3.md")
      let status = await Ardoise.run(["build", folder + "/src/etape3.md", "-o", folder + "/public", "-q"])
      #expect(status == 0)
      #expect(FileManager.default.fileExists(atPath: folder + "/public/fr/etape3/index.html"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/src") == ["etape3.md"])
    }
  }

  /// Machines are independent of each other: how many are played at once changes nothing.
  @Test func playingAtOnceGivesTheSameBytes() async throws {
    try await withFolder { folder in
      for number in 1...6 {
        try write(
          "# A\n\n`echo \(number) $RANDOM`{{exec}}\n\n`kubectl get pods`{{exec}}\n", folder + "/lab\(number)/a.md")
        try write(
          #"{"title": "T", "details": {"steps": [{"text": "a.md"}]}}"#, folder + "/lab\(number)/index.json")
      }
      let course = CourseParser.parse(path: folder).course
      let one = CoursePlayer.play(course, jobs: 1).files.map(\.text)
      #expect(one.count == 6)
      #expect(CoursePlayer.play(course, jobs: 4).files.map(\.text) == one)
      #expect(CoursePlayer.play(course, jobs: 1).files.map(\.text) == one)
    }
  }

  @Test func recordingsAreKeptUpToDateWhereTheyAreKept() async throws {
    try await withFolder { folder in
      try write("# A\n\n`echo un`{{exec}}\n", folder + "/lab/a.md")
      let build = ["build", folder + "/lab", "-o", folder + "/public", "-q"]
      #expect(await Ardoise.run(build) == 0)
      #expect(!FileManager.default.fileExists(atPath: folder + "/lab/recordings"))
      #expect(await Ardoise.run(["record", folder + "/lab", "-q"]) == 0)
      #expect(await Ardoise.run(["record", folder + "/lab", "--check", "-q"]) == 0)
      try write("# A\n\n`echo deux`{{exec}}\n", folder + "/lab/a.md")
      #expect(await Ardoise.run(["record", folder + "/lab", "--check", "-q"]) == 1)
      #expect(await Ardoise.run(build) == 0)
      #expect(await Ardoise.run(["record", folder + "/lab", "--check", "-q"]) == 0)
      // A link out of the course is not followed.
      try FileManager.default.moveItem(atPath: folder + "/lab/recordings", toPath: folder + "/outside")
      try FileManager.default.createSymbolicLink(atPath: folder + "/lab/recordings", withDestinationPath: "../outside")
      try write("# A\n\n`echo trois`{{exec}}\n", folder + "/lab/a.md")
      #expect(await Ardoise.run(build) == 0)
      #expect(await Ardoise.run(["record", folder + "/lab", "-q"]) == 3)
      #expect(try !read(folder + "/outside/a.cast").contains("trois"))
    }
  }

  @Test func driftIsReportedWhereThePageIs() async throws {
    try await withFolder { folder in
      try write("# A\n\n`echo un`{{exec}}\n\n`echo <b>`{{exec}}\n", folder + "/lab/a.md")
      try write(#"{"title": "T", "details": {"steps": [{"text": "a.md"}]}}"#, folder + "/lab/index.json")
      #expect(await Ardoise.run(["record", folder + "/lab", "-q"]) == 0)
      try write("# A\n\n`echo deux`{{exec}}\n\n`echo <b>`{{exec}}\n", folder + "/lab/a.md")
      let parsed = CourseParser.parse(path: folder + "/lab")
      let file = try #require(CoursePlayer.play(parsed.course).files.first)
      let target = Recordings.path(of: file.step, in: file.scenario)
      let old = FileManager.default.contents(atPath: target).map { Array($0) }
      let drifts = RecordCommand.drift(old: old, file, path: target)
      #expect(drifts.map(\.block) == ["1.1"])
      let report = DriftReport(drifts: drifts, blocks: [(target, "1.1"), (target, "1.2")])
      #expect(report.render(.junit).contains("tests=\"2\" failures=\"1\""))
      #expect(report.render(.github).hasPrefix("::error file=a.md,line=3"))
      #expect(report.render(.text).contains("+[0.000, \"i\", \"echo deux\\r\"]"))
      // A recording whose page is gone is drift, too.
      #expect(await Ardoise.run(["record", folder + "/lab", "-q"]) == 0)
      #expect(await Ardoise.run(["record", folder + "/lab", "--check", "-q"]) == 0)
      try write("{}", folder + "/lab/recordings/old.cast")
      #expect(await Ardoise.run(["record", folder + "/lab", "--check", "-q"]) == 1)
      #expect(Recordings.strays(parsed.course, focus: nil).map { ($0 as NSString).lastPathComponent } == ["old.cast"])
    }
  }

  @Test func onlyTheNamedPageIsRecorded() async throws {
    try await withFolder { folder in
      for name in ["a", "b"] { try write("# A\n\n`echo \(name)`{{exec}}\n", folder + "/lab/\(name).md") }
      try write(
        #"{"title": "T", "details": {"steps": [{"text": "a.md"}, {"text": "b.md"}]}}"#, folder + "/lab/index.json")
      #expect(await Ardoise.run(["record", folder + "/lab/b.md", "-q"]) == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/lab/recordings") == ["b.cast"])
    }
  }

  @Test(arguments: ["{", "[]", "{}", #"{"commands": 3}"#, #"{"commands": [{"cmd": "ls"}]}"#, #"{"commands": ["ls"]}"#])
  func aSessionThatIsNoneIsUnreadable(_ session: String) async throws {
    try await withFolder { folder in
      try write(session, folder + "/s.json")
      #expect(await Ardoise.run(["simulate", folder + "/s.json"]) == 3)
    }
  }

  @Test func changesAreFoundFromAnywhere() async throws {
    try await withFolder { folder in
      func git(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org"] + arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      for name in ["old", "new"] { try write("`ls`{{Exec}}\n", folder + "/lab/\(name).md") }
      try git("init", "-q")
      try git("add", "lab/old.md")
      try git("commit", "-qm", "a")
      let changes = try GitChanges(since: "HEAD", paths: [folder + "/lab/old.md"])
      #expect(changes.contain(folder + "/lab/new.md") && !changes.contain(folder + "/lab/old.md"))
      #expect(!changes.contain(folder + "/lab/gone.md"))
      #expect(await Ardoise.run(["lint", folder + "/lab", "--changed-since", "HEAD", "--no-run", "-q"]) == 1)
      #expect(await Ardoise.run(["lint", folder + "/lab/old.md", "--changed-since", "HEAD", "--no-run", "-q"]) == 0)
      #expect(await Ardoise.run(["lint", folder, "--changed-since", "nope", "--no-run", "-q"]) == 3)
      #expect(await Ardoise.run(["lint", folder, "--changed-since=--output=x", "--no-run", "-q"]) == 2)
    }
  }

  /// The real bash of this machine, at a terminal of its own.
  @Test func blocksCanBePlayedForReal() async throws {
    try await withFolder { folder in
      let page = """
        `echo é $((6 * 7)); false`{{exec}}

        ```bash
        cat <<'EOF'
        a
        EOF
        tty > /dev/null && echo at a terminal
        ```{{exec}}

        `sleep 60`{{exec}}

        `read -p 'name? ' x`{{exec}}

        `moi`{{exec}}

        `pwd; echo $x`{{exec}}
        """
      try write(page, folder + "/lab/a.md")
      try write("machine: {limit: 6s}\n", folder + "/lab/ardoise.yml")
      let course = CourseParser.parse(path: folder + "/lab").course
      let blocks = try #require(try ShellRunner.play(course) { _, _ in }.files.first).transcript.blocks
      try #require(blocks.count == 6)
      #expect(blocks[0].output.contains("\r\né 42\r\n") && blocks[0].exitStatus == 1)
      #expect(blocks[1].output.contains("\r\na\r\n") && blocks[1].output.contains("\r\nat a terminal\r\n"))
      #expect(blocks[2].ending == .interrupted(reason: "the next block needs the terminal"))
      #expect(blocks[3].ending == .leftOpen(program: "read"))
      #expect(blocks[5].output.contains("\r\nmoi\r\n") && blocks[5].exitStatus == 0)
      #expect(!blocks[5].output.contains("777"))
    }
  }

  @Test func theSummaryListsEverything() {
    let finding = Diagnostic(
      rule: "a-rule", severity: .warning, location: SourceLocation(file: "a.md"), summary: "A | B <b>")
    #expect(GitHubSummary.text([finding]).hasSuffix("| a.md:1:1 | warning | A \\| B &lt;b> | a-rule |\n"))
    let many = Array(repeating: finding, count: 40_000)
    #expect(GitHubSummary.text(many).utf8.count < 1_000_100)
    #expect(GitHubSummary.text(many).hasSuffix(" more.\n"))
  }

  @Test func scaffoldsNeedANameOfTheirOwn() async throws {
    try await withFolder { folder in
      #expect(await Ardoise.run(["new", "course", "", "-q"]) == 2)
      #expect(await Ardoise.run(["new", "scenario", "/", "-q"]) == 2)
      #expect(await Ardoise.run(["new", "course", folder + "/c", "-q"]) == 0)
      // A course that became a scenario would lose its scenarios.
      #expect(await Ardoise.run(["new", "scenario", folder + "/c/", "-q"]) == 2)
      #expect(!FileManager.default.fileExists(atPath: folder + "/c/index.json"))
    }
  }

  @Test func translationsAreMarked() async throws {
    try await withFolder { folder in
      #expect(await Ardoise.run(["new", "course", folder + "/c", "-q"]) == 0)
      let lab = folder + "/c/premier-pas"
      #expect(await Ardoise.run(["new", "translation", lab, "-q"]) == 0)
      #expect(LintProbe.findings(folder + "/c").isEmpty)
      try write(try read(lab + "/intro.md").replacing("Ce que", with: "Tout ce que"), lab + "/intro.md")
      #expect(
        LintProbe.findings(folder + "/c").map { $0.split(separator: "/").last } == ["intro.en.md:5 translation-stale"])
      #expect(await Ardoise.run(["new", "translation", lab, "--mark", "-q"]) == 0)
      #expect(LintProbe.findings(folder + "/c").isEmpty)
    }
  }

  @Test func badInputLeavesNothingBehind() async throws {
    try await withFolder { folder in
      try write(
        #"{"title": "T", "details": {"steps": [{"text": "../../etc/passwd"}]}}"#, folder + "/lab/index.json")
      try write("{", folder + "/broken/index.json")
      try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
      for name in ["lab", "broken", "empty"] {
        #expect(await Ardoise.run(["build", folder + "/" + name, "-o", folder + "/public", "-q"]) == 3)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["broken", "empty", "lab"])
    }
  }

  @Test func recordingsAreExported() async throws {
    try await withFolder { folder in
      try write("# A\n\n`ls`{{exec}}\n", folder + "/lab/step1.md")
      var transcript = Transcript(title: "A <b>", columns: 80, rows: 24)
      let pod = ObjectKey(kind: "pod", name: "p")
      transcript.blocks = [
        BlockTranscript(
          id: "1.1", heading: "B", file: "step1.md", line: 2,
          events: [
            .input("watch x\r", at: 0), .output("watch x\r\n\u{1B}[?1049h\u{1B}(B\u{1B}[H\u{1B}[2J", at: 1000),
            .output("\u{1B}[1;1Hone\u{1B}[2;1Htwo", at: 1100), .output("\u{1B}[2;1Hthree", at: 2100),
            .input("\u{3}", at: 3000), .output("\u{1B}[?1049l\rroot@u:~# ", at: 3000),
          ], ending: .interrupted(reason: "the step ends")),
        BlockTranscript(
          id: "1.2", heading: "A", file: "step1.md", line: 3, startMilliseconds: 4000,
          events: [
            .input("ls\r", at: 4000), .output("\u{1B}[32ma\u{1B}[0m\r\n```\r\n", at: 4010),
            .cluster(ClusterEvent(object: pod, status: "Pending", ready: "0/1"), at: 4020),
            .cluster(ClusterEvent(object: pod, status: "Running", ready: "1/1"), at: 4900),
          ], exitStatus: 0),
      ]
      try write(AsciicastV3.write(transcript), folder + "/lab/recordings/step1.cast")
      for format in ["asciicast-v3", "asciicast-v2", "svg", "markdown", "json"] {
        let out = folder + "/out." + format
        let status = await Ardoise.run(["export", folder + "/lab/step1", "--format", format, "-o", out])
        #expect(status == 0, "\(format)")
      }
      #expect(try read(folder + "/out.asciicast-v3") == AsciicastV3.write(transcript))
      #expect(try read(folder + "/out.markdown").contains("````console\nroot@u:~# a\n```\n````"))
      // Of a program that redraws its screen, the last picture.
      #expect(try read(folder + "/out.markdown").contains("watch x\none\nthree\n```"))
      #expect(try read(folder + "/out.svg").contains("A &lt;b&gt;"))
      #expect(try JSONReader.read(Array(read(folder + "/out.json").utf8))["blocks"]?.array?.count == 2)
      try write(String(AsciicastV3.write(transcript).dropLast(12)), folder + "/lab/recordings/step1.cast")
      #expect(await Ardoise.run(["export", folder + "/lab/step1.md", "--format", "json"]) == 3)
    }
  }
}

enum LintProbe {
  /// What lint says of a course, without its recordings.
  static func findings(_ path: String) -> [String] {
    CourseCheck.findings(CourseParser.parse(path: path), played: nil)
      .map { "\($0.location.file):\($0.location.start.line) \($0.rule)" }
  }
}
