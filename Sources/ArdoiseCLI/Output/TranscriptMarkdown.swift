// A recording as Markdown, for a forge's comment or a printed handout: what the terminal showed, block by block, without
// escape sequences; blocks that are not simulated say so instead of showing output.

import LabTranscript

enum TranscriptMarkdown {
  static func text(_ transcript: Transcript) -> String {
    var out = "# \(transcript.title)\n"
    // A prompt waits for the next block of its terminal, and stands there.
    var prompts: [Int: String] = [:]
    for block in transcript.blocks {
      out += "\n## \(block.heading.isEmpty ? block.id : block.id + " " + block.heading)\n\n"
      if !block.notSimulated.isEmpty {
        for reason in block.notSimulated { out += "*Not simulated: \(reason)*\n" }
        continue
      }
      if let other = block.dependsOnNotSimulated {
        out += "*Depends on \(other), which is not simulated.*\n"
        continue
      }
      var screen = TerminalScreen(columns: transcript.columns, rows: transcript.rows)
      for event in block.events {
        if case .output(let text) = event.kind { screen.feed(text, at: event.milliseconds) }
      }
      var shown = prompts[block.terminal, default: ""] + shown(screen)
      if block.output.unicodeScalars.last == "\n" { shown += "\n" }
      let line = shown.lastIndex(of: "\n").map { shown[shown.index(after: $0)...] } ?? shown[...]
      prompts[block.terminal] = String(line.trimmingPrefix("^C"))
      shown.removeLast(line.count)
      if line.hasPrefix("^C") { shown += "^C\n" }
      let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: shown) + 1))
      out += "\(fence)console\n\(shown)\(shown.isEmpty || shown.hasSuffix("\n") ? "" : "\n")\(fence)\n"
      if case .interrupted = block.ending { out += "\n*Stopped with Ctrl+C.*\n" }
    }
    return out
  }

  /// What the screen shows: everything that flowed by, and the last picture of a program that redraws its screen.
  private static func shown(_ screen: TerminalScreen) -> String {
    var screen = screen
    var parts: [String] = []
    for segment in screen.finish() {
      switch segment {
      case .flow(var lines):
        while let last = lines.last, last.cells.isEmpty { lines.removeLast() }
        parts.append(lines.map(\.text).joined(separator: "\n"))
      case .frames(let frames):
        if let last = frames.last { parts.append(last.lines.map(\.text).joined(separator: "\n")) }
      }
    }
    return parts.joined(separator: "\n")
  }

  private static func longestRun(of character: Character, in text: String) -> Int {
    var longest = 0
    var run = 0
    for current in text {
      run = current == character ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
