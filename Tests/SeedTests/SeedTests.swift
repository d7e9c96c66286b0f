// The page this product exists for, byte for byte, in the world it presumes: every block is played, and what the page promises
// in vain is reported at its line.

import Diagnostics
import Foundation
import LabLint
import LabModel
import LabParser
import LabRecorder
import LabTranscript
import Testing

@Suite struct SeedTests {
  static let course: Course = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Course")
    return CourseParser.parse(DiskFiles(root: folder.path)).course
  }()

  static let recorded: RecordedScenario = {
    ScenarioRecorder(settings: course.settings.machine, source: .fr).record(
      course.scenarios[0], checkingInvariants: true)
  }()

  var transcript: Transcript { SeedTests.recorded.transcripts[0].transcript }

  func block(_ number: Int) throws -> BlockTranscript { try #require(transcript.block("1.\(number)")) }

  @Test func allTwentyBlocksArePlayedTruthfully() {
    #expect(SeedTests.recorded.setupNotSimulated.isEmpty)
    #expect(transcript.blocks.count == 20)
    for block in transcript.blocks {
      #expect(block.notSimulated.isEmpty, "block \(block.id)")
      #expect(block.dependsOnNotSimulated == nil, "block \(block.id)")
    }
  }

  @Test func theClusterKeepsItsPromises() {
    #expect(SeedTests.recorded.violations.isEmpty, "\(SeedTests.recorded.violations)")
  }

  @Test func fiveUsersAreListed() throws { #expect(try block(1).output.contains("(5 rows)")) }

  @Test func terminatingIsOverBeforeTheWatchBegins() throws {
    #expect(!(try block(3).output.contains("Terminating")))
    #expect(try block(3).output.contains("1/1     Running"))
  }

  @Test func newPodsComeInOrder() throws {
    let created = try block(6).clusterEvents.map(\.event) + block(5).clusterEvents.map(\.event)
    #expect(created.contains { $0.object.name == "postgres-3" })
    #expect(try block(7).output.contains("data-postgres-3"))
  }

  @Test func sixteenRefusesADirectoryOfFifteen() throws {
    let patch = try #require(transcript.blocks.firstIndex { $0.typed.contains("patch statefulset") })
    let status = transcript.blocks[patch + 1]
    guard case .interrupted = status.ending else {
      Issue.record("rollout status returned: \(status.output)")
      return
    }
    #expect(status.output.contains("Waiting for 1 pods to be ready..."))
    #expect(transcript.blocks[patch + 2].output.contains("PostgreSQL 15."))
  }

  @Test func theSamePageGivesTheSameBytes() {
    let again = ScenarioRecorder(settings: SeedTests.course.settings.machine, source: .fr).record(
      SeedTests.course.scenarios[0])
    #expect(AsciicastV3.write(again.transcripts[0].transcript) == AsciicastV3.write(transcript))
  }

  @Test(arguments: [
    ("count-differs-from-list", 19), ("claimed-status-absent", 36), ("command-never-returns", 155),
    ("claimed-version-differs", 169), ("claimed-order-differs", 217), ("missing-interrupt", 46),
  ])
  func whatThePagePromisesInVainIsReported(_ rule: String, _ line: Int) {
    let context = LintContext(
      course: SeedTests.course, transcripts: [SeedTests.course.scenarios[0].path: ["etape3": transcript]])
    let lines = Linter(only: [rule]).lint(context).map(\.location.start.line)
    #expect(lines.contains(line), "\(rule) reports lines \(lines)")
  }
}
