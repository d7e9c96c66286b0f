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
  /// The exec blocks with what was recorded for them, in reading order.
  let played: [Played]
  /// What each line is, from line 1 on at index 1: looked up by every rule, so worked out once.
  private let kinds: [LineKind]

  private enum LineKind: UInt8, Sendable {
    case prose
    case heading
    /// Code that is only shown, copied or opened.
    case code
    case exec
  }

  var source: SourceText { page.source }

  /// An exec block, what was recorded for it, and its neighbours.
  struct Played: Sendable {
    let index: Int
    let block: LabBlock
    /// Nil when there is no recording, or when it may not be true.
    let record: BlockTranscript?
  }

  init(scenario: Scenario, step: Step, page: Page, transcript: Transcript?, isSource: Bool) {
    self.scenario = scenario
    self.step = step
    self.page = page
    self.transcript = transcript
    self.isSource = isSource
    var records: [String: BlockTranscript] = [:]
    for record in transcript?.blocks ?? [] where record.isTrue { records[record.id] = record }
    played = page.execBlocks.enumerated().map { index, block in
      Played(index: index, block: block, record: records[block.id])
    }
    var kinds = [LineKind](repeating: .prose, count: page.source.lineCount + 1)
    for heading in page.headings where heading.line < kinds.count { kinds[heading.line] = .heading }
    for block in page.labBlocks where !block.isInline {
      for line in block.line...max(block.line, block.endLine) where line < kinds.count {
        kinds[line] = block.isExec ? .exec : .code
      }
    }
    self.kinds = kinds
  }

  /// Lines of prose after a block: up to the next exec block, and not past the next heading.
  func proseLines(after block: LabBlock) -> [ProseLine] {
    var lines: [ProseLine] = []
    var number = block.endLine + 1
    while number < kinds.count {
      switch kinds[number] {
      case .exec, .heading: return lines
      // Other code (expected output, a file) is not prose; an exec block ends what is said about this one.
      case .code: break
      case .prose: lines.append(ProseLine(number: number, text: source.line(number)))
      }
      number += 1
    }
    return lines
  }

  /// Lines of prose of the whole page: everything outside code blocks.
  var allProse: [ProseLine] {
    kinds.indices.dropFirst().compactMap { number in
      switch kinds[number] {
      case .code, .exec: nil
      case .prose, .heading: ProseLine(number: number, text: source.line(number))
      }
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
