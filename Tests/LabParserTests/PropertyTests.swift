import Diagnostics
import Foundation
import LabModel
import Testing

@testable import LabParser

/// Pieces that meet each other badly.
private let pieces = [
  "```", "```bash", "~~~", "````", "```{{exec}}", "```{{copy}}", "``` {{exec}}", "{{exec}}", "`ls`{{exec}}", "`a", "b`",
  "``c`` ", "{{exec interrupt}}", "> ", "- ", "1. ", "   ", "    ", "\t", "\n", "\n", "\n", "\n\n", "\r\n", "# ", "===",
  "---", "| a | b |", "|---|---|", "<div>", "</div>", "<pre>", "<!--", "-->", "[x](y)", "[r]: u", "**", "*", "_", "\\",
  "&amp;", "é", "💾", "\u{FEFF}", "{{", "}}", "ls -l", "EOF", "<br>", "![", "](", "<http://x>", "\u{0}",
]

@Suite struct PropertyTests {
  @Test(arguments: 0..<40) func randomMixturesKeepTheirRanges(seed: Int) {
    var generator = SplitMix(state: UInt64(seed))
    for _ in 0..<50 {
      var text = ""
      for _ in 0..<Int.random(in: 1...40, using: &generator) { text += pieces.randomElement(using: &generator)! }
      check(Array(text.utf8), "seed \(seed): \(text.debugDescription)")
    }
  }

  @Test(arguments: 0..<10) func randomBytesKeepTheirRanges(seed: Int) {
    var generator = SplitMix(state: UInt64(seed) + 1000)
    for _ in 0..<30 {
      let bytes = (0..<Int.random(in: 0...120, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator) : Array("`{}\n> -exec".utf8).randomElement(using: &generator)!
      }
      check(bytes, "seed \(seed): \(bytes)")
    }
  }

  /// What holds for every input.
  private func check(_ bytes: [UInt8], _ comment: Comment) {
    let parsed = page(bytes: bytes)
    let source = parsed.page.source
    #expect(source.bytes == bytes, comment)
    var last = 0
    for block in parsed.page.labBlocks {
      #expect(block.range.start >= last, comment)
      #expect(block.range.end <= bytes.count, comment)
      #expect(block.range.contains(block.contentRange) || block.contentRange.end >= block.range.end, comment)
      #expect(block.line == source.lineNumber(at: block.range.start), comment)
      last = block.range.start
      let slice = source.text(in: block.range)
      let comment: Comment = "\(comment.rawValue) → \(slice.debugDescription)"
      if block.isInline {
        #expect(slice.hasPrefix("`") && slice.hasSuffix("}}"), comment)
        if !source.text(in: block.contentRange).contains(where: \.isNewline), !slice.contains("\\|"),
          !slice.unicodeScalars.contains("\u{0}"), !slice.contains("\u{FFFD}")
        {
          let content = source.text(in: block.contentRange)
          #expect(content == block.text || content == " " + block.text + " ", comment)
        }
      } else {
        #expect(slice.hasPrefix("```") || slice.hasPrefix("~~~"), comment)
        if block.action != .none { #expect(slice.hasSuffix("}}"), comment) }
      }
      if let annotation = block.annotationRange {
        let text = source.text(in: annotation)
        #expect(text.hasPrefix("{{") && text.hasSuffix("}}"), comment)
      }
    }
    for node in parsed.page.blocks { checkRange(node.range, bytes.count, comment) }
    for diagnostic in parsed.diagnostics { checkRange(diagnostic.location.range, bytes.count, comment) }
  }

  private func checkRange(_ range: SourceRange, _ count: Int, _ comment: Comment) {
    #expect(range.start >= 0 && range.start <= range.end && range.end <= count, comment)
  }

  /// A manifest with pieces cut out, doubled or swapped is read or refused, never more.
  @Test(arguments: 0..<10) func damagedManifestsAreReadOrRefused(seed: Int) {
    let manifest = #"""
      {"title": "T", "description": null, "details": {"intro": {"text": "a.md", "background": "b.sh"},
       "steps": [{"title": "S", "text": "a.md", "verify": "b.sh"}, {"text": "../a.md"}], "finish": {"text": "é.md"},
       "assets": {"host01": [{"file": "**", "target": "/root", "chmod": "+x"}]}}, "backend": {"imageid": "ubuntu"}}
      """#
    var generator = SplitMix(state: UInt64(seed) + 9)
    var refused = 0
    for _ in 0..<200 {
      var bytes = Array(manifest.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) where bytes.count > 4 {
        let at = Int.random(in: 0..<bytes.count - 3, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &generator)))
        case 1: bytes.insert(contentsOf: bytes[at..<at + 3], at: at)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        default: bytes.swapAt(at, at + 2)
        }
      }
      let files = MemoryFiles(["index.json": bytes, "a.md": Array("# A\n".utf8), "b.sh": []])
      let parsed = CourseParser.parse(files)
      #expect(parsed.course.scenarios.count == 1 || parsed.isUnreadable)
      refused += parsed.isUnreadable ? 1 : 0
    }
    #expect(refused > 50)
  }

  /// The rule taken literally: one annotation per round, nothing predicted.
  @Test(arguments: 0..<20) func predictionGivesWhatTheStepByStepRuleGives(seed: Int) {
    var generator = SplitMix(state: UInt64(seed) + 500)
    let lines = [
      "```", "```bash", "~~~", "````", "```{{exec}}", "```{{copy}}", "````{{exec}}", "~~~{{exec}}", "   ```{{exec}}",
      "    ```{{exec}}", "> ```", "> ```{{exec}}", "- ```", "  ```{{exec}}", "<div>", "</div>", "<pre>", "</pre>", "",
      "x",
      "<!--", "-->", "1. a",
    ]
    for _ in 0..<60 {
      let text = (0..<Int.random(in: 2...24, using: &generator)).map { _ in lines.randomElement(using: &generator)! }
        .joined(separator: "\n")
      let predicted = FenceResolver.resolve(SourceText(path: "", text: text))
      #expect(predicted.isComplete)
      #expect(predicted.annotations.keys.sorted() == stepByStep(text), "\(text)")
    }
  }

  private func stepByStep(_ text: String) -> [Int] {
    let source = SourceText(path: "", text: text)
    var bytes = source.bytes
    var accepted: [Int] = []
    var refused: Set<Int> = []
    round: while true {
      let nodes = CMarkDocument(bytes)
      let blocks = nodes.codeBlocks().compactMap { FencedBlock($0, source: bytes, text: source) }
      for block in blocks {
        var line = block.startLine
        for content in block.literal.split(separator: "\n", omittingEmptySubsequences: false) {
          line += 1
          guard !accepted.contains(line), !refused.contains(line),
            let closing = ClosingLine(Array(content.utf8), fence: block.fence.character, length: block.fence.length),
            closing.annotation != nil
          else { continue }
          let range = source.lineRange(line)
          var copy = bytes
          var index = range.end - 1
          while !(source.bytes[index] == 0x7B && source.bytes[index - 1] == 0x7B) { index -= 1 }
          for offset in index - 1..<range.end { copy[offset] = 0x20 }
          let again = CMarkDocument(copy)
          let codeBlocks = again.codeBlocks()
          let closes =
            codeBlocks.compactMap { FencedBlock($0, source: copy, text: source) }
            .contains { $0.startLine == block.startLine && $0.closingLine == line }
            && !codeBlocks.contains { $0.startLine == line }
          if closes {
            bytes = copy
            accepted.append(line)
          } else {
            refused.insert(line)
          }
          continue round
        }
      }
      return accepted.sorted()
    }
  }
}
