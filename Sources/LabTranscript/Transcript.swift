// What a session printed while one step was played: per block, with virtual time. A transcript is a value; the recorder
// makes it, the codecs write and read it, the site, the linter and `Timeline` only look at it.
//
// Times are absolute virtual milliseconds since the step's machine was first typed at, so that intervals written to a
// file never add up rounding errors.

/// One step's recording.
package struct Transcript: Hashable, Sendable {
  package var title: String
  package var tags: [String]
  package var columns: Int
  package var rows: Int
  /// What stood in the cluster when the step began, one event per object, for the timeline's starting picture.
  package var initial: [ClusterEvent]
  package var blocks: [BlockTranscript]

  package init(
    title: String, tags: [String] = [], columns: Int, rows: Int, initial: [ClusterEvent] = [],
    blocks: [BlockTranscript] = []
  ) {
    self.title = title
    self.tags = tags
    self.columns = columns
    self.rows = rows
    self.initial = initial
    self.blocks = blocks
  }

  package func block(_ id: String) -> BlockTranscript? { blocks.first { $0.id == id } }
}

/// How a block came to its end.
package enum BlockEnding: Hashable, Sendable {
  /// The command ended by itself and the prompt came back.
  case finished
  /// The recorder pressed Ctrl-C; the reason says who asked for it ("the prose says Ctrl+C", "the next block needs the
  /// terminal").
  case interrupted(reason: String)
  /// A program was left open on purpose and waits for what the next block types (psql).
  case leftOpen(program: String)
}

package struct BlockTranscript: Hashable, Sendable {
  /// The block's id, like `3.2`.
  package var id: String
  /// The heading it stands under; may be empty.
  package var heading: String
  /// The page's file inside the scenario, and the block's first line in it.
  package var file: String
  package var line: Int
  /// Which terminal it was typed into, from 1.
  package var terminal: Int
  /// Which host, from 1.
  package var host: Int
  /// When typing began.
  package var startMilliseconds: Int64
  /// In the order they happened.
  package var events: [TranscriptEvent]
  package var ending: BlockEnding
  /// Exit status of the last command, where one ended.
  package var exitStatus: Int?
  /// What could not be played truthfully, one reason each ("kubectl get: flag --foo"); empty for a true recording.
  package var notSimulated: [String]
  /// The id of an earlier block that is not simulated and that this one builds on.
  package var dependsOnNotSimulated: String?

  package init(
    id: String, heading: String, file: String, line: Int, terminal: Int = 1, host: Int = 1,
    startMilliseconds: Int64 = 0, events: [TranscriptEvent] = [], ending: BlockEnding = .finished,
    exitStatus: Int? = nil, notSimulated: [String] = [], dependsOnNotSimulated: String? = nil
  ) {
    self.id = id
    self.heading = heading
    self.file = file
    self.line = line
    self.terminal = terminal
    self.host = host
    self.startMilliseconds = startMilliseconds
    self.events = events
    self.ending = ending
    self.exitStatus = exitStatus
    self.notSimulated = notSimulated
    self.dependsOnNotSimulated = dependsOnNotSimulated
  }

  /// Everything the terminal showed.
  package var output: String {
    var text = ""
    for event in events { if case .output(let part) = event.kind { text += part } }
    return text
  }

  /// Everything that was typed, Ctrl-C included.
  package var typed: String {
    var text = ""
    for event in events { if case .input(let part) = event.kind { text += part } }
    return text
  }

  package var clusterEvents: [(milliseconds: Int64, event: ClusterEvent)] {
    events.compactMap { if case .cluster(let event) = $0.kind { ($0.milliseconds, event) } else { nil } }
  }

  package var endMilliseconds: Int64 { max(startMilliseconds, events.last?.milliseconds ?? startMilliseconds) }

  /// Whether its output may be shown as what a real machine prints.
  package var isTrue: Bool { notSimulated.isEmpty && dependsOnNotSimulated == nil }
}

package struct TranscriptEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// What the terminal receives; lines end in CR LF as a terminal driver sends them.
    case output(String)
    /// What is typed; Enter is CR, Ctrl-C is U+0003.
    case input(String)
    case cluster(ClusterEvent)
  }

  /// Virtual time since the start of the transcript.
  package var milliseconds: Int64
  package var kind: Kind

  package init(milliseconds: Int64, kind: Kind) {
    self.milliseconds = milliseconds
    self.kind = kind
  }

  package static func output(_ text: String, at milliseconds: Int64) -> TranscriptEvent {
    TranscriptEvent(milliseconds: milliseconds, kind: .output(text))
  }

  package static func input(_ text: String, at milliseconds: Int64) -> TranscriptEvent {
    TranscriptEvent(milliseconds: milliseconds, kind: .input(text))
  }

  package static func cluster(_ event: ClusterEvent, at milliseconds: Int64) -> TranscriptEvent {
    TranscriptEvent(milliseconds: milliseconds, kind: .cluster(event))
  }
}
