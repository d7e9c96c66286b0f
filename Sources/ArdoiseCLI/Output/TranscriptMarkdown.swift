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
      var shown = prompts[block.terminal, default: ""] + plain(block.output)
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

  /// Without escape sequences and carriage returns.
  static func plain(_ output: String) -> String {
    var out = String.UnicodeScalarView()
    var scalars = output.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      if scalar == "\u{1B}" {
        guard let next = scalars.next() else { break }
        if next == "[" {
          while let part = scalars.next(), !(0x40...0x7E).contains(part.value) {}
        } else if next == "]" {
          while let part = scalars.next(), part != "\u{7}" {}
        }
      } else if scalar == "\n" || scalar == "\t" || (scalar.value >= 0x20 && scalar.value != 0x7F) {
        out.append(scalar)
      }
    }
    return String(out)
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
