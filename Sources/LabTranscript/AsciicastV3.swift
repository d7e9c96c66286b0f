// Recordings on disk: asciicast v3 (docs.asciinema.org/manual/asciicast/v3), one file per step, playable by asciinema.
// The same transcript always gives the same bytes, and a changed delay changes one line.
//
//   {"version": 3, "term": {"cols": 100, "rows": 30}, "title": "…", "tags": ["statefulset-postgres", "step3"]}
//   # at the start
//   [0.000, "k", "pod postgres-0 Running 1/1"]
//   # step3.md:11
//   [0.000, "m", "3.1 1. Insérer des données"]
//   [0.000, "i", "kubectl get pods\r"]
//   [0.120, "o", "NAME         READY   STATUS    RESTARTS   AGE\r\n"]
//   [0.000, "k", "pod postgres-0 Running 1/1"]
//   # exit 0
//
// The first number of an event is the time since the one before it, in whole milliseconds. Codes `m`, `i` and `o` are the
// format's own; `k` is ours and carries one readable cluster event (players ignore codes they do not know). What else
// belongs to a block stands in comments, which players skip:
//
//   # FILE:LINE [T2] [HOST2]        before the marker: where the block stands, and its terminal when not the first
//   # not simulated: REASON         one per reason
//   # depends on 3.2, which is not simulated
//   # exit STATUS
//   # interrupted: REASON           the recorder pressed Ctrl-C
//   # left open: PROGRAM            the next block types into it
//   # in block 3.1                  what follows is the output of that block, whose terminal shows more while another is typed into

import Diagnostics

/// Why a text is not a recording.
package struct CastError: Error, Hashable, Sendable {
  /// From 1.
  package var line: Int
  /// A summary in the form diagnostics use.
  package var message: String
}

package enum AsciicastV3 {
  // MARK: Writing

  package static func write(_ transcript: Transcript) -> String {
    var out = ""
    var clock: Int64 = 0
    func line(_ code: String, _ text: String, at time: Int64) {
      let interval = max(0, time - clock)
      clock += interval
      out += "[" + seconds(interval) + ", " + JSONText.quote(code) + ", " + JSONText.quote(text) + "]\n"
    }
    func comment(_ text: String) {
      out += "# " + text.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n"
    }

    let term = JSONText.object([("cols", .int(transcript.columns)), ("rows", .int(transcript.rows))])
    out +=
      JSONText.object([
        ("version", .int(3)), ("term", term), ("title", .string(transcript.title)),
        ("tags", .strings(transcript.tags)),
      ]).compact
    out += "\n"
    if !transcript.initial.isEmpty {
      comment("at the start")
      for event in transcript.initial { line("k", event.line, at: 0) }
    }
    /// What blocks show after a later one has begun, in the order of time.
    var late: [PlacedEvent] = []
    for (index, block) in transcript.blocks.enumerated() {
      var place = "\(block.file):\(block.line)"
      if block.terminal != 1 { place += " T\(block.terminal)" }
      if block.host != 1 { place += " HOST\(block.host)" }
      comment(place)
      line("m", block.heading.isEmpty ? block.id : block.id + " " + block.heading, at: block.startMilliseconds)
      for reason in block.notSimulated { comment("not simulated: " + reason) }
      if let other = block.dependsOnNotSimulated { comment("depends on \(other), which is not simulated") }
      late = PlacedEvent.merged(block.events.map { PlacedEvent(block: block.id, event: $0) }, late)
      let next = index + 1 < transcript.blocks.count ? transcript.blocks[index + 1].startMilliseconds : Int64.max
      let now = late.prefix { $0.event.milliseconds <= next }
      late.removeFirst(now.count)
      var current = block.id
      for placed in now {
        if placed.block != current { comment("in block " + placed.block) }
        current = placed.block
        let event = placed.event
        switch event.kind {
        case .output(let text): line("o", text, at: event.milliseconds)
        case .input(let text): line("i", text, at: event.milliseconds)
        case .cluster(let change): line("k", change.line, at: event.milliseconds)
        }
      }
      if current != block.id { comment("in block " + block.id) }
      switch block.ending {
      case .finished: break
      case .interrupted(let reason): comment("interrupted: " + reason)
      case .leftOpen(let program): comment("left open: " + program)
      }
      if let status = block.exitStatus { comment("exit \(status)") }
    }
    return out
  }

  /// An event and the block it belongs to.
  private struct PlacedEvent {
    let block: String
    let event: TranscriptEvent

    /// Two lists in the order of time; at the same instant, what is of `first` stands first.
    static func merged(_ first: [PlacedEvent], _ second: [PlacedEvent]) -> [PlacedEvent] {
      guard !second.isEmpty else { return first }
      let both = (first + second).enumerated().sorted {
        ($0.element.event.milliseconds, $0.offset) < ($1.element.event.milliseconds, $1.offset)
      }
      return both.map(\.element)
    }
  }

  /// Milliseconds as seconds with three decimals.
  static func seconds(_ milliseconds: Int64) -> String {
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.utf8.count) + rest
  }

  // MARK: Reading

  package static func read(_ text: String) throws(CastError) -> Transcript { try read(Array(text.utf8)) }

  package static func read(_ bytes: [UInt8]) throws(CastError) -> Transcript {
    var reader = Reader()
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      var line = Array(line)
      if line.last == 0x0D { line.removeLast() }
      if number == 1 {
        try reader.header(line)
      } else if line.first == 0x23 {
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        reader.comment(text.hasPrefix(" ") ? String(text.dropFirst()) : text)
      } else if !line.isEmpty {
        try reader.event(line, number)
      }
    }
    return reader.transcript
  }

  private struct Reader {
    var transcript = Transcript(title: "", columns: 80, rows: 24)
    /// The block that events and comments belong to; nil before the first.
    private var current: Int?
    private var place: (file: String, line: Int, terminal: Int, host: Int)?
    /// Sum of the intervals in microseconds, so that foreign files with more decimals do not drift.
    private var clockMicroseconds: Int64 = 0

    private func parse(_ line: [UInt8], _ number: Int) throws(CastError) -> JSONNode {
      do { return try JSONReader.read(line) } catch { throw CastError(line: number, message: error.message) }
    }

    mutating func header(_ line: [UInt8]) throws(CastError) {
      let node = try parse(line, 1)
      guard let version = node["version"]?.int else {
        throw CastError(line: 1, message: "First line is not the header of an asciicast")
      }
      guard version == 3 else {
        throw CastError(line: 1, message: "Recording is asciicast version \(version), not 3")
      }
      guard let columns = node["term"]?["cols"]?.int, let rows = node["term"]?["rows"]?.int else {
        throw CastError(line: 1, message: "Header has no terminal size (term.cols, term.rows)")
      }
      transcript.columns = columns
      transcript.rows = rows
      transcript.title = node["title"]?.string ?? ""
      transcript.tags = (node["tags"]?.array ?? []).compactMap(\.string)
    }

    mutating func event(_ line: [UInt8], _ number: Int) throws(CastError) {
      let node = try parse(line, number)
      guard let items = node.array, items.count >= 3, let interval = items[0].number.flatMap(Reader.microseconds),
        let code = items[1].string, let data = items[2].string
      else { throw CastError(line: number, message: "Event is not [interval, \"code\", \"data\"]") }
      clockMicroseconds += interval
      let time = (clockMicroseconds + 500) / 1000
      if code == "m" {
        let parts = data.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        var block = BlockTranscript(
          id: parts.first.map(String.init) ?? "", heading: parts.count > 1 ? String(parts[1]) : "",
          file: place?.file ?? "", line: place?.line ?? 0, startMilliseconds: time)
        block.terminal = place?.terminal ?? 1
        block.host = place?.host ?? 1
        place = nil
        transcript.blocks.append(block)
        current = transcript.blocks.count - 1
        return
      }
      let kind: TranscriptEvent.Kind
      switch code {
      case "o": kind = .output(data)
      case "i": kind = .input(data)
      case "k":
        guard let event = ClusterEvent(line: data) else {
          throw CastError(line: number, message: "Cluster event cannot be read: '\(data)'")
        }
        if transcript.blocks.isEmpty {
          transcript.initial.append(event)
          return
        }
        kind = .cluster(event)
      default: return
      }
      // What a foreign recording prints before its first marker belongs to no block.
      guard let current else { return }
      transcript.blocks[current].events.append(TranscriptEvent(milliseconds: time, kind: kind))
    }

    mutating func comment(_ text: String) {
      if let found = Reader.place(text) {
        place = found
        return
      }
      guard let last = current else { return }
      func rest(_ prefix: String) -> String? { text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil }
      if let reason = rest("not simulated: ") {
        transcript.blocks[last].notSimulated.append(reason)
      } else if let other = rest("depends on ") {
        transcript.blocks[last].dependsOnNotSimulated = other.split(separator: ",").first.map(String.init)
      } else if let reason = rest("interrupted: ") {
        transcript.blocks[last].ending = .interrupted(reason: reason)
      } else if let program = rest("left open: ") {
        transcript.blocks[last].ending = .leftOpen(program: program)
      } else if let status = rest("exit ").flatMap({ Int($0) }) {
        transcript.blocks[last].exitStatus = status
      } else if let id = rest("in block "), let index = transcript.blocks.lastIndex(where: { $0.id == id }) {
        current = index
      }
    }

    /// `step3.md:11 T2`
    private static func place(_ text: String) -> (file: String, line: Int, terminal: Int, host: Int)? {
      var words = text.split(separator: " ", omittingEmptySubsequences: false)
      var terminal = 1
      var host = 1
      if let word = words.last, word.hasPrefix("HOST"), let number = Int(word.dropFirst(4)) {
        host = number
        words.removeLast()
      }
      if let word = words.last, word.hasPrefix("T"), let number = Int(word.dropFirst(1)) {
        terminal = number
        words.removeLast()
      }
      let place = words.joined(separator: " ")
      guard let colon = place.lastIndex(of: ":"), let line = Int(place[place.index(after: colon)...]), line > 0,
        place[..<colon].hasSuffix(".md")
      else { return nil }
      return (String(place[..<colon]), line, terminal, host)
    }

    /// A JSON number of seconds in microseconds; nil when it is negative or has an exponent.
    private static func microseconds(_ text: String) -> Int64? {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count <= 2, !text.hasPrefix("-"), let whole = Int64(parts[0]), whole < 1_000_000_000 else {
        return nil
      }
      var micro = whole * 1_000_000
      if parts.count == 2 {
        let digits = parts[1].prefix(6)
        guard let fraction = Int64(digits), fraction >= 0 else { return nil }
        var scaled = fraction
        for _ in digits.count..<6 { scaled *= 10 }
        micro += scaled
      }
      return micro
    }
  }
}
