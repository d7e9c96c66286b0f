// How blocks take turns in the learner's terminals.

import LabModel
import LabParser
import LabRecorder
import LabTranscript
import Testing

@Suite struct TerminalTests {
  /// Plays a page of one step.
  private func record(_ page: String) throws -> [BlockTranscript] {
    let files = [
      "lab/index.json": #"{"title": "Lab", "details": {"steps": [{"title": "Un", "text": "step1.md"}]}}"#,
      "lab/step1.md": page,
    ]
    let course = CourseParser.parse(MemoryFiles(text: files)).course
    let recorded = ScenarioRecorder(settings: course.settings.machine, source: .fr).record(
      try #require(course.scenarios.first))
    return try #require(recorded.transcripts.first).transcript.blocks
  }

  private func block(_ text: String, _ annotation: String = "exec") -> String {
    "```\n\(text)\n```{{\(annotation)}}\n\n"
  }

  @Test func aWatchGoesOnBesideAnotherTerminal() throws {
    let blocks = try record(
      block("kubectl create deployment web --image=nginx:1.27\nkubectl rollout status deployment web")
        + block("kubectl get pods -w", "exec T2") + block("kubectl delete pod -l app=web"))
    #expect(blocks[1].output.contains("Terminating"))
    #expect(blocks[1].ending == .interrupted(reason: "the step ends"))
    #expect(blocks[2].exitStatus == 0)
    #expect(!blocks[2].output.contains("Terminating"))
  }

  @Test func aBlockThatNeedsTheTerminalEndsWhatGoesOnThere() throws {
    let blocks = try record(
      block("kubectl get pods -w", "exec T2") + block("echo un") + block("echo deux", "exec T2"))
    #expect(blocks[0].ending == .interrupted(reason: "the next block needs the terminal"))
    #expect(blocks[2].output.contains("deux\r\n"))
  }

  @Test func aBlockThatPressesCtrlCEndsWhatGoesOnThere() throws {
    let blocks = try record(
      block("kubectl get pods -w", "exec T2") + block("echo un") + block("echo deux", "exec interrupt T2"))
    guard case .leftOpen = blocks[0].ending else {
      Issue.record("\(blocks[0].ending)")
      return
    }
    #expect(blocks[2].typed.hasPrefix("\u{3}"))
    #expect(blocks[2].output.contains("deux\r\n"))
  }

  @Test func whatMayBeUntrueIsNotShownBeside() throws {
    let blocks = try record(
      block("kubectl run web --image=nginx:1.27\nkubectl wait --for=condition=Ready pod/web")
        + block("kubectl get pods -w", "exec T2") + block("vim web.yaml") + block("kubectl delete pod web"))
    #expect(blocks[1].isTrue)
    #expect(blocks[1].output.contains("Running"))
    #expect(!blocks[1].output.contains("Terminating"))
    #expect(blocks[3].dependsOnNotSimulated == "1.3")
  }

  @Test func lookingAtWhatIsNotSimulatedSpoilsNothing() throws {
    let blocks = try record(block("sudo journalctl -u snap.microk8s.daemon-kubelite | tail -3") + block("echo deux"))
    #expect(!blocks[0].notSimulated.isEmpty)
    #expect(blocks[1].isTrue)
  }

  @Test(arguments: ["exec T2", "exec interrupt T2"])
  func aNewTerminalShowsItsPromptFirst(annotation: String) throws {
    let blocks = try record(block("echo un") + block("echo deux", annotation))
    let first = try #require(blocks[1].events.first)
    #expect(first.kind == .output("root@ubuntu:~# "))
    #expect(blocks[1].output.contains("deux\r\n"))
  }
}
