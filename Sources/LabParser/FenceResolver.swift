// The fence rule. CommonMark lets nothing but blanks follow a closing fence, so libcmark does not see that
//
//   ```bash
//   ls
//   ```{{exec}}
//
// is closed. The rule: a fenced block ends at the first line in it that closes it once `{{…}}` is taken off. libcmark
// stays the only parser: annotations are overwritten with spaces in a private copy of the file (so no offset changes),
// line by line in the order of the file, and libcmark is asked again after each.
//
// Asking once per annotation would be quadratic. A line scanner predicts them all, and two parses confirm it. Overwriting
// a line changes nothing before it; so the first line where prediction and tree disagree is certain, everything before
// it is settled, and the prediction starts afresh behind it.

import CCMark
import Diagnostics

struct ResolvedFences {
  /// Same length as the file without its byte order mark: annotations of closing fences are blank.
  var bytes: [UInt8]
  var document: CMarkDocument
  /// `{{…}}` of closing fences, by line; offsets into `bytes`.
  var annotations: [Int: SourceRange]
  /// False when the file disagreed with the prediction too often to be followed to its end.
  var isComplete: Bool
}

struct FenceResolver {
  private let source: SourceText
  private var bytes: [UInt8]
  private var blanked: [Int: SourceRange] = [:]
  /// Lines that libcmark did not take for a closing fence even without their annotation.
  private var rejected: Set<Int> = []

  /// Enough for any honest file (18 of 3,140 needed more than one round); keeps hostile ones from being quadratic.
  private static let roundsMax = 64

  /// `source` has no byte order mark.
  static func resolve(_ source: SourceText) -> ResolvedFences {
    var resolver = FenceResolver(source: source, bytes: source.bytes)
    return resolver.run()
  }

  private mutating func run() -> ResolvedFences {
    predict(from: 1, open: nil, html: false)
    var document = CMarkDocument(bytes)
    for _ in 0..<FenceResolver.roundsMax {
      guard let next = firstDisagreement(document) else {
        return ResolvedFences(bytes: bytes, document: document, annotations: blanked, isComplete: true)
      }
      for line in blanked.keys where line > next.line { restore(line) }
      if next.isAnnotation {
        blank(next.line)
        predict(from: next.line + 1, open: nil, html: false)
      } else {
        restore(next.line)
        rejected.insert(next.line)
        // A fence that is not one stands in an HTML block, most of the time.
        predict(from: next.line + 1, open: next.opens, html: next.opens == nil)
      }
      document = CMarkDocument(bytes)
    }
    return ResolvedFences(bytes: bytes, document: document, annotations: blanked, isComplete: false)
  }

  // MARK: Comparing with the tree

  private struct Disagreement {
    var line: Int
    /// Whether the line's annotation must go (else: must come back).
    var isAnnotation: Bool
    /// The fence that the line opens, if it does.
    var opens: Fence?
  }

  private func firstDisagreement(_ document: CMarkDocument) -> Disagreement? {
    let codeBlocks = document.codeBlocks()
    let blocks = codeBlocks.compactMap { FencedBlock($0, source: bytes, text: source) }
    let starts = Set(codeBlocks.map(\.startLine))
    var closed: Set<Int> = []
    var firstInside: Int?
    for block in blocks {
      if let line = block.closingLine, !starts.contains(line) { closed.insert(line) }
      if firstInside == nil { firstInside = annotatedLine(in: block) }
    }
    let firstWrong = blanked.keys.filter { !closed.contains($0) }.min()
    if let inside = firstInside, inside < firstWrong ?? Int.max {
      return Disagreement(line: inside, isAnnotation: true)
    }
    guard let wrong = firstWrong else { return nil }
    return Disagreement(
      line: wrong, isAnnotation: false, opens: blocks.first { $0.startLine == wrong }?.fence)
  }

  /// The first line inside the block that would close it without its annotation.
  private func annotatedLine(in block: FencedBlock) -> Int? {
    var line = block.startLine
    for content in block.literal.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      line += 1
      guard !rejected.contains(line), blanked[line] == nil,
        content.last == 0x7D || content.last == 0x20 || content.last == 0x09
      else { continue }
      let closing = ClosingLine(Array(content), fence: block.fence.character, length: block.fence.length)
      if closing?.annotation != nil { return line }
    }
    return nil
  }

  // MARK: Editing the copy

  private func annotationRange(_ line: Int) -> SourceRange? {
    let range = source.lineRange(line)
    var index = range.end - 1
    while index > range.start {
      if source.bytes[index] == 0x7B, source.bytes[index - 1] == 0x7B {
        return AnnotationMatch.at(index - 1, in: source.bytes[..<range.end]).map {
          SourceRange(start: $0.start, end: $0.end)
        }
      }
      index -= 1
    }
    return nil
  }

  private mutating func blank(_ line: Int) {
    guard let range = annotationRange(line) else {
      rejected.insert(line)
      return
    }
    blanked[line] = range
    for index in range.start..<range.end { bytes[index] = 0x20 }
  }

  private mutating func restore(_ line: Int) {
    guard let range = blanked.removeValue(forKey: line) else { return }
    for index in range.start..<range.end { bytes[index] = source.bytes[index] }
  }

  // MARK: Predicting

  /// Blanks the annotations of all lines from `first` on that close a fence, as far as a reader of single lines can tell.
  private mutating func predict(from first: Int, open: Fence?, html: Bool) {
    var open = open
    var html = html
    guard first <= source.lineCount else { return }
    for line in first...source.lineCount {
      let range = source.lineRange(line)
      let text = source.bytes[range.start..<range.end]
      let start = FenceResolver.afterContainers(text)
      let body = text[start...]
      if let fence = open {
        if let closing = ClosingLine(Array(body), fence: fence.character, length: fence.length) {
          if closing.annotation != nil, !rejected.contains(line) {
            blank(line)
            open = nil
          } else if closing.annotation == nil {
            open = nil
          }
        }
      } else if html {
        html = !body.isEmpty
      } else if let fence = Fence(opening: body) {
        open = fence
      } else if body.first == 0x3C, FenceResolver.opensHTMLBlock(body) {
        html = true
      }
    }
  }

  /// The index after blanks, quote marks and list markers.
  private static func afterContainers(_ line: ArraySlice<UInt8>) -> Int {
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      let next = index + 1 < line.endIndex ? line[index + 1] : 0x20
      if byte == 0x20 || byte == 0x09 || byte == 0x3E {
        index += 1
      } else if byte == 0x2D || byte == 0x2B || byte == 0x2A, next == 0x20 || next == 0x09 {
        index += 1
      } else if byte >= 0x30, byte <= 0x39 {
        var end = index
        while end < line.endIndex, line[end] >= 0x30, line[end] <= 0x39, end - index < 9 { end += 1 }
        guard end + 1 < line.endIndex, line[end] == 0x2E || line[end] == 0x29,
          line[end + 1] == 0x20 || line[end + 1] == 0x09
        else { return index }
        index = end + 1
      } else {
        return index
      }
    }
    return index
  }

  /// `<name`, `</name`: near enough to CommonMark's HTML blocks of kind 6 for a guess.
  private static func opensHTMLBlock(_ body: ArraySlice<UInt8>) -> Bool {
    var name = body.dropFirst()
    if name.first == 0x2F { name = name.dropFirst() }
    let word = String(decoding: name.prefix { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }, as: UTF8.self).lowercased()
    return ["br", "details", "summary", "div", "p", "table", "tr", "td", "ul", "ol", "li", "center", "section"]
      .contains(word)
  }
}

/// An opening fence.
struct Fence: Equatable {
  var character: UInt8
  var length: Int

  init(character: UInt8, length: Int) {
    self.character = character
    self.length = length
  }

  /// Reads the opening fence at the start of `bytes` (CommonMark 0.30 §4.5).
  init?(opening bytes: ArraySlice<UInt8>) {
    guard let first = bytes.first, first == 0x60 || first == 0x7E else { return nil }
    let run = bytes.prefix { $0 == first }
    let rest = bytes[run.endIndex...].prefix { $0 != 0x0A && $0 != 0x0D }
    guard run.count >= 3, first == 0x7E || !rest.contains(0x60) else { return nil }
    character = first
    length = run.count
  }
}

/// A fenced code block of the tree, with the lines it really spans.
struct FencedBlock {
  var fence: Fence
  var startLine: Int
  /// Offset of the opening fence.
  var start: Int
  var info: String
  var literal: String
  /// The line after the content when it reads as a closing fence, else nil. A block that its container ends may be
  /// followed by a line that opens another one: the caller must know where blocks start.
  var closingLine: Int?
  /// The last line of content, or the opening line.
  var lastContentLine: Int

  /// nil for an indented code block.
  init?(_ node: CMarkNode, source bytes: [UInt8], text: SourceText) {
    startLine = node.startLine
    start = text.offset(line: startLine, byteColumn: node.startColumn)
    let line = bytes[start..<max(start, text.lineRange(startLine).end)]
    guard let fence = Fence(opening: line) else { return nil }
    self.fence = fence
    info = node.info
    literal = node.literal
    if info.isEmpty, let first = literal.utf8.split(separator: 0x0A, maxSplits: 1).first {
      // The one way in which an indented block's first line looks like a fence: it is its own content.
      let content = first.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
      if Array(content) == Array(line.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()) { return nil }
    }
    var lines = 0
    for byte in literal.utf8 where byte == 0x0A { lines += 1 }
    lastContentLine = min(startLine + lines, text.lineCount)
    let next = startLine + lines + 1
    guard next <= text.lineCount, node.endLine >= next else { return }
    let range = text.lineRange(next)
    var end = range.end
    while end > range.start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    var run = 0
    while end - run > range.start, bytes[end - run - 1] == fence.character { run += 1 }
    if run >= fence.length { closingLine = next }
  }
}
