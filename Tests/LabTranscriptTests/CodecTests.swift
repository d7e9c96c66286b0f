import LabTranscript
import Testing

private let sample = Transcript(
  title: "Étape 3", tags: ["statefulset-postgres", "step3"], columns: 100, rows: 30,
  initial: [ClusterEvent(object: ObjectKey(kind: "pod", name: "postgres-0"), status: "Running", ready: "1/1")],
  blocks: [
    BlockTranscript(
      id: "3.1", heading: "1. Insérer des données", file: "step3.md", line: 11, startMilliseconds: 0,
      events: [
        .input("kubectl delete pod postgres-0\r", at: 0), .output("pod \"postgres-0\" deleted\r\n", at: 1234),
        .cluster(ClusterEvent(object: ObjectKey(kind: "pod", name: "postgres-0"), status: "gone"), at: 1234),
        .cluster(
          ClusterEvent(
            object: ObjectKey(kind: "pod", namespace: "web", name: "a"), status: "Pending", ready: "0/1",
            reason: "no node fits"), at: 1300),
      ], exitStatus: 0),
    BlockTranscript(
      id: "3.2", heading: "", file: "pages/step 3.md", line: 24, terminal: 2, host: 3, startMilliseconds: 2000,
      events: [.output("x\u{1B}[31m\u{7}é\r\n", at: 2007), .input("\u{3}", at: 62007)],
      ending: .interrupted(reason: "the prose says Ctrl+C"), exitStatus: 130),
    BlockTranscript(
      id: "3.3", heading: "Voir", file: "step3.md", line: 30, startMilliseconds: 62007,
      notSimulated: ["kubectl debug", "kubectl get: flag --foo"]),
    BlockTranscript(
      id: "3.4", heading: "Voir", file: "step3.md", line: 40, startMilliseconds: 62010,
      ending: .leftOpen(program: "psql"), dependsOnNotSimulated: "3.3"),
  ])

/// A watch in a second terminal goes on while the first is typed into.
private let beside = Transcript(
  title: "", columns: 80, rows: 24,
  blocks: [
    BlockTranscript(
      id: "1.1", heading: "", file: "step1.md", line: 3, terminal: 2,
      events: [
        .input("kubectl get pods -w\r", at: 0), .output("web-0\r\n", at: 90), .output("web-0 gone\r\n", at: 2500),
        .input("\u{3}", at: 3100),
      ], ending: .interrupted(reason: "the step ends")),
    BlockTranscript(
      id: "1.2", heading: "", file: "step1.md", line: 7, startMilliseconds: 2000,
      events: [.input("kubectl delete pod web-0\r", at: 2000), .output("deleted\r\n", at: 3000)], exitStatus: 0),
  ])

@Suite struct CodecTests {
  @Test func whatGoesOnBesideStandsAtItsTime() throws {
    let text = AsciicastV3.write(beside)
    #expect(try AsciicastV3.read(text) == beside)
    #expect(
      text.split(separator: "\n").dropFirst().map(String.init) == [
        "# step1.md:3 T2",
        #"[0.000, "m", "1.1"]"#,
        #"[0.000, "i", "kubectl get pods -w\r"]"#,
        #"[0.090, "o", "web-0\r\n"]"#,
        "# interrupted: the step ends",
        "# step1.md:7",
        #"[1.910, "m", "1.2"]"#,
        #"[0.000, "i", "kubectl delete pod web-0\r"]"#,
        "# in block 1.1",
        #"[0.500, "o", "web-0 gone\r\n"]"#,
        "# in block 1.2",
        #"[0.500, "o", "deleted\r\n"]"#,
        "# in block 1.1",
        #"[0.100, "i", "\u0003"]"#,
        "# in block 1.2",
        "# exit 0",
      ])
    let times = AsciicastV2.write(beside).split(separator: "\n").dropFirst().map { String($0.prefix(6)) }
    #expect(times == times.sorted())
  }

  @Test func aRecordingReadsBackAsItWasWritten() throws {
    let text = AsciicastV3.write(sample)
    #expect(try AsciicastV3.read(text) == sample)
    #expect(AsciicastV3.write(try AsciicastV3.read(text)) == text)
  }

  @Test func theFileLooksAsDocumented() {
    let lines = AsciicastV3.write(sample).split(separator: "\n").map(String.init)
    #expect(
      lines == [
        #"{"version": 3, "term": {"cols": 100, "rows": 30}, "title": "Étape 3", "tags": ["statefulset-postgres", "step3"]}"#,
        "# at the start",
        #"[0.000, "k", "pod postgres-0 Running 1/1"]"#,
        "# step3.md:11",
        #"[0.000, "m", "3.1 1. Insérer des données"]"#,
        #"[0.000, "i", "kubectl delete pod postgres-0\r"]"#,
        #"[1.234, "o", "pod \"postgres-0\" deleted\r\n"]"#,
        #"[0.000, "k", "pod postgres-0 gone"]"#,
        #"[0.066, "k", "pod web/a Pending 0/1 # no node fits"]"#,
        "# exit 0",
        "# pages/step 3.md:24 T2 HOST3",
        #"[0.700, "m", "3.2"]"#,
        #"[0.007, "o", "x\u001b[31m\u0007é\r\n"]"#,
        #"[60.000, "i", "\u0003"]"#,
        "# interrupted: the prose says Ctrl+C",
        "# exit 130",
        "# step3.md:30",
        #"[0.000, "m", "3.3 Voir"]"#,
        "# not simulated: kubectl debug",
        "# not simulated: kubectl get: flag --foo",
        "# step3.md:40",
        #"[0.003, "m", "3.4 Voir"]"#,
        "# depends on 3.3, which is not simulated",
        "# left open: psql",
      ])
  }

  @Test func aLaterDelayChangesOneLine() {
    var changed = sample
    for index in changed.blocks.indices where index > 0 {
      changed.blocks[index].startMilliseconds += 50
      for event in changed.blocks[index].events.indices { changed.blocks[index].events[event].milliseconds += 50 }
    }
    let before = AsciicastV3.write(sample).split(separator: "\n")
    let after = AsciicastV3.write(changed).split(separator: "\n")
    #expect(before.count == after.count)
    #expect(zip(before, after).filter { $0 != $1 }.count == 1)
  }

  @Test func foreignFilesWithFinerIntervalsDoNotDrift() throws {
    var text = #"{"version":3,"term":{"cols":80,"rows":24},"foo":1}"# + "\n" + #"[0, "m", "1.1"]"# + "\n"
    for _ in 0..<1000 { text += #"[0.0004, "o", "x"]"# + "\n" }
    text += #"[0.000001, "x", "0"]"# + "\n"
    let transcript = try AsciicastV3.read(text)
    #expect(transcript.blocks[0].endMilliseconds == 400)
    #expect(transcript.blocks[0].output.utf8.count == 1000)
  }

  @Test(arguments: [
    ("", 1), ("{}", 1), (#"{"version": 2, "width": 80, "height": 24}"#, 1),
    (#"{"version": 3, "term": {"cols": 80, "rows": 24}}"# + "\n[0.1, \"o\"]", 2),
    (#"{"version": 3, "term": {"cols": 80, "rows": 24}}"# + "\n# c\n[0.1, \"k\", \"pod\"]", 3),
    (#"{"version": 3, "term": {"cols": 80, "rows": 24}}"# + "\n\n[-0.1, \"o\", \"\"]", 3),
  ]) func brokenFilesSayWhere(text: String, line: Int) {
    let error = #expect(throws: CastError.self) { try AsciicastV3.read(text) }
    #expect(error?.line == line)
  }

  @Test func version2HasAbsoluteTimesAndOnlyItsOwnCodes() {
    let lines = AsciicastV2.write(sample).split(separator: "\n").map(String.init)
    #expect(lines[0] == #"{"version": 2, "width": 100, "height": 30, "title": "Étape 3"}"#)
    #expect(lines.contains(#"[2.007, "o", "x\u001b[31m\u0007é\r\n"]"#))
    #expect(!lines.contains { $0.contains("\"k\"") || $0.hasPrefix("#") })
  }
}
