// One page as rules look at it: its exec blocks with what the run printed, and the prose that follows each of them.

import Diagnostics
import LabModel
import LabTranscript

struct LintPage: Sendable {
  let scenario: Scenario
  let step: Step
  let page: Page
  let transcript: Transcript?
  let isSource: Bool

  var source: SourceText { page.source }

  /// An exec block, what was recorded for it, and its neighbours.
  struct Played: Sendable {
    let index: Int
    let block: LabBlock
    /// Nil when there is no recording, or when it may not be true.
    let record: BlockTranscript?
  }

  var played: [Played] {
    page.execBlocks.enumerated().map { index, block in
      let record = transcript?.block(block.id)
      return Played(index: index, block: block, record: record?.isTrue == true ? record : nil)
    }
  }

  /// Lines of prose after a block: up to the next exec block, and not past the next heading.
  func proseLines(after block: LabBlock) -> [ProseLine] {
    let blocks = page.labBlocks.filter { !$0.isInline }
    var lines: [ProseLine] = []
    var number = block.endLine + 1
    while number <= source.lineCount {
      if blocks.contains(where: { $0.line <= number && number <= $0.endLine }) {
        // Other code (expected output, a file) is not prose; an exec block ends what is said about this one.
        if blocks.contains(where: { $0.isExec && $0.line <= number && number <= $0.endLine }) { break }
        number += 1
        continue
      }
      if page.headings.contains(where: { $0.line == number }) { break }
      lines.append(ProseLine(number: number, text: source.line(number)))
      number += 1
    }
    return lines
  }

  /// Lines of prose of the whole page: everything outside code blocks.
  var allProse: [ProseLine] {
    let blocks = page.labBlocks.filter { !$0.isInline }
    return (1...max(1, source.lineCount)).compactMap { number in
      if blocks.contains(where: { $0.line <= number && number <= $0.endLine }) { return nil }
      return ProseLine(number: number, text: source.line(number))
    }
  }

  /// The lines of a block's text as they stand in the file, from the line after the opening fence to the last one inside.
  func codeLines(_ block: LabBlock) -> [CodeLine] {
    var lines: [CodeLine] = []
    let first = source.lineNumber(at: block.contentRange.start)
    guard !block.contentRange.isEmpty else { return [] }
    for number in first...source.lineNumber(at: block.contentRange.end - 1) {
      let range = source.lineRange(number)
      let start = max(range.start, block.contentRange.start)
      let end = max(start, min(range.end, block.contentRange.end))
      lines.append(CodeLine(number: number, text: source.text(in: SourceRange(start: start, end: end)), start: start))
    }
    return lines
  }

  func location(_ line: CodeLine, _ range: Range<String.Index>) -> SourceLocation {
    let from = line.start + line.text[..<range.lowerBound].utf8.count
    let to = line.start + line.text[..<range.upperBound].utf8.count
    return source.location(SourceRange(start: from, end: to))
  }

  /// The place of a piece of a line, given as a range of the line's text.
  func location(_ line: ProseLine, _ range: Range<String.Index>) -> SourceLocation {
    let start = source.lineRange(line.number).start
    let from = line.text[..<range.lowerBound].utf8.count
    let to = line.text[..<range.upperBound].utf8.count
    return source.location(SourceRange(start: start + from, end: start + to))
  }

  func location(_ block: LabBlock) -> SourceLocation { source.location(source.lineRange(block.line)) }
}

/// A line of a code block.
struct CodeLine: Sendable {
  let number: Int
  let text: String
  /// Where the text begins in the file.
  let start: Int
}

struct ProseLine: Sendable {
  let number: Int
  /// The line's text without its ending.
  let text: String
}
