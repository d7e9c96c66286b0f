// A transcript for use elsewhere: asciicast v2 for players from before 2025 (absolute times; only codes that version
// knows), and JSON for programs.

package import Diagnostics

package enum AsciicastV2 {
  package static func write(_ transcript: Transcript) -> String {
    var out =
      JSONText.object([
        ("version", .int(2)), ("width", .int(transcript.columns)), ("height", .int(transcript.rows)),
        ("title", .string(transcript.title)),
      ]).compact + "\n"
    var lines: [(time: Int64, code: String, text: String)] = []
    func line(_ code: String, _ text: String, at time: Int64) { lines.append((time, code, text)) }
    for block in transcript.blocks {
      line("m", block.heading.isEmpty ? block.id : block.id + " " + block.heading, at: block.startMilliseconds)
      for event in block.events {
        switch event.kind {
        case .output(let text): line("o", text, at: event.milliseconds)
        case .input(let text): line("i", text, at: event.milliseconds)
        case .cluster: break
        }
      }
    }
    // A block's terminal may show more while the next block is typed into another.
    for (_, line) in lines.enumerated().sorted(by: { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }) {
      out +=
        "[" + AsciicastV3.seconds(line.time) + ", " + JSONText.quote(line.code) + ", " + JSONText.quote(line.text)
        + "]\n"
    }
    return out
  }
}

extension Transcript {
  /// Everything the transcript holds, and its timeline.
  package var json: JSONText {
    .object([
      ("title", .string(title)), ("tags", .strings(tags)),
      ("term", .object([("cols", .int(columns)), ("rows", .int(rows))])),
      ("initial", .strings(initial.map(\.line))), ("blocks", .array(blocks.map(\.json))),
      ("timeline", Timeline(from: self).json),
    ])
  }
}

extension BlockTranscript {
  package var json: JSONText {
    var members: [(String, JSONText)] = [
      ("id", .string(id)), ("heading", .string(heading)), ("file", .string(file)), ("line", .int(line)),
    ]
    if terminal != 1 { members.append(("terminal", .int(terminal))) }
    if host != 1 { members.append(("host", .int(host))) }
    members.append(("start", .number(AsciicastV3.seconds(startMilliseconds))))
    members.append(
      (
        "events",
        .array(
          events.map { event in
            let code: String
            let text: String
            switch event.kind {
            case .output(let data): (code, text) = ("o", data)
            case .input(let data): (code, text) = ("i", data)
            case .cluster(let change): (code, text) = ("k", change.line)
            }
            return .array([.number(AsciicastV3.seconds(event.milliseconds)), .string(code), .string(text)])
          })
      ))
    switch ending {
    case .finished: break
    case .interrupted(let reason): members.append(("interrupted", .string(reason)))
    case .leftOpen(let program): members.append(("leftOpen", .string(program)))
    }
    if let exitStatus { members.append(("exit", .int(exitStatus))) }
    if !notSimulated.isEmpty { members.append(("notSimulated", .strings(notSimulated))) }
    if let other = dependsOnNotSimulated { members.append(("dependsOnNotSimulated", .string(other))) }
    return .object(members)
  }
}

extension Timeline {
  package var json: JSONText {
    .array(
      lanes.map { lane in
        .object([
          ("object", .string(lane.object.text)),
          (
            "phases",
            .array(
              lane.phases.map { phase in
                var members: [(String, JSONText)] = [
                  ("start", .number(AsciicastV3.seconds(phase.startMilliseconds))),
                  ("end", .number(AsciicastV3.seconds(phase.endMilliseconds))), ("status", .string(phase.status)),
                ]
                if let ready = phase.ready { members.append(("ready", .string(ready))) }
                if let reason = phase.reason { members.append(("reason", .string(reason))) }
                return .object(members)
              })
          ),
        ])
      })
  }
}
