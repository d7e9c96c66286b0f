import LabTranscript
import Testing

private func pod(_ name: String, _ status: String, _ ready: String? = nil) -> ClusterEvent {
  ClusterEvent(object: ObjectKey(kind: "pod", name: name), status: status, ready: ready)
}

private let transcript = Transcript(
  title: "", columns: 80, rows: 24,
  initial: [
    ClusterEvent(object: ObjectKey(kind: "pvc", name: "data-postgres-0"), status: "Bound"),
    ClusterEvent(object: ObjectKey(kind: "service", name: "postgres"), status: "ClusterIP"),
    pod("postgres-10", "Running", "1/1"), pod("postgres-2", "Running", "1/1"),
  ],
  blocks: [
    BlockTranscript(
      id: "1.1", heading: "", file: "a.md", line: 1,
      events: [
        .cluster(pod("postgres-2", "Terminating", "1/1"), at: 100), .cluster(pod("postgres-2", "gone"), at: 900),
        .cluster(pod("postgres-2", "Pending", "0/1"), at: 950),
      ]),
    BlockTranscript(
      id: "1.2", heading: "", file: "a.md", line: 5, startMilliseconds: 1000,
      events: [.cluster(pod("postgres-2", "Running", "1/1"), at: 3000), .output("x", at: 4000)]),
  ])

@Suite struct TimelineTests {
  @Test func lanesFollowKindsAndNumbers() {
    let lanes = Timeline(from: transcript).lanes
    #expect(lanes.map(\.object.name) == ["postgres-2", "postgres-10", "data-postgres-0"])
    #expect(lanes.map(\.changes) == [true, false, false])
  }

  @Test func phasesHaveAGapWhereTheObjectWasGone() {
    let phases = Timeline(from: transcript).lanes[0].phases
    #expect(phases.map(\.status) == ["Running", "Terminating", "Pending", "Running"])
    #expect(phases.map(\.startMilliseconds) == [0, 100, 950, 3000])
    #expect(phases.map(\.endMilliseconds) == [100, 900, 3000, 4000])
    #expect(phases.map(\.isReady) == [true, true, false, true])
  }

  @Test func aBlockBeginsWithWhatStoodThere() throws {
    let timeline = try #require(Timeline(from: transcript, block: "1.2"))
    #expect(timeline.startMilliseconds == 1000)
    #expect(timeline.endMilliseconds == 4000)
    #expect(timeline.lanes[0].phases.map(\.status) == ["Pending", "Running"])
    #expect(timeline.steps.map(\.before) == ["Pending"])
    #expect(Timeline(from: transcript, block: "9.9") == nil)
  }

  @Test func readableLinesReadBack() {
    for event in [
      pod("a", "Running", "1/1"), pod("a", "gone"),
      ClusterEvent(object: ObjectKey(kind: "pv", namespace: "", name: "pvc-1"), status: "Bound", reason: "a # b"),
    ] {
      let read = ClusterEvent(line: event.line)
      #expect(read?.line == event.line)
    }
    #expect(ClusterEvent(line: "pod") == nil)
    #expect(ClusterEvent(line: "pod  a Running") == nil)
  }
}
