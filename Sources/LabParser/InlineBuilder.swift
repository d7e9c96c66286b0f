// The inline nodes of one paragraph, heading or table cell, with ranges in the author's file. libcmark's columns count in
// the text it has left after taking containers and indentation away, and they drift after a line ending inside a link or
// after a reference definition. So every position is checked against the text, and searched for from where the last node
// ended when it does not hold.

import CCMark
import Diagnostics
import LabModel

/// The text that libcmark parsed inlines from, and where each byte of it stands in the file.
struct InlineText {
  var bytes: [UInt8] = []
  /// `offsets[i]` is the file offset of `bytes[i]`; one more for the end.
  var offsets: [Int] = [0]
  /// Index in `bytes` of each line's first byte.
  var lineStarts: [Int] = [0]
  /// libcmark's line and column of the first byte.
  var firstLine = 1
  var firstColumn = 1

  func range(_ start: Int, _ end: Int) -> SourceRange {
    guard end > start else { return .point(offsets[min(start, bytes.count)]) }
    return SourceRange(start: offsets[start], end: offsets[end - 1] + 1)
  }

  /// The index that libcmark's position means, if all is as it should be.
  func index(line: Int, column: Int) -> Int? {
    let number = line - firstLine
    guard number >= 0, number < lineStarts.count, column >= firstColumn else { return nil }
    let index = lineStarts[number] + column - firstColumn
    return index <= bytes.count ? index : nil
  }

  /// The end of text that begins at `start` and reads as `literal` once escapes and entities are resolved
  /// (CommonMark 0.30 §2.4, §2.5); nil when it does not. An entity counts as one character of the literal.
  func end(of literal: [UInt8], at start: Int) -> Int? {
    var index = start
    var wanted = 0
    while wanted < literal.count {
      guard index < bytes.count else { return nil }
      if bytes[index] == 0x5C, index + 1 < bytes.count, bytes[index + 1] == literal[wanted],
        InlineText.isPunctuation(literal[wanted])
      {
        index += 2
        wanted += 1
      } else if bytes[index] == literal[wanted], bytes[index] != 0x26 || !hasEntity(at: index) {
        index += 1
        wanted += 1
      } else if bytes[index] == 0x26, let semicolon = bytes[index...].prefix(40).firstIndex(of: 0x3B) {
        index = semicolon + 1
        wanted += 1
        while wanted < literal.count, literal[wanted] & 0xC0 == 0x80 { wanted += 1 }
      } else {
        return nil
      }
    }
    return index
  }

  private func hasEntity(at index: Int) -> Bool {
    guard let semicolon = bytes[index...].prefix(40).firstIndex(of: 0x3B), semicolon > index + 1 else { return false }
    return bytes[(index + 1)..<semicolon].allSatisfy {
      $0 >= 0x30 && $0 <= 0x39 || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x23
    }
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  func find(_ byte: UInt8, from start: Int) -> Int? { bytes[min(start, bytes.count)...].firstIndex(of: byte) }
}

/// Gives the block for a code span with an annotation; the builder itself knows nothing of ids and headings.
struct InlineCode {
  /// The literal as libcmark has it (line endings are spaces).
  var literal: String
  /// Between the backticks, as indexes of the inline text.
  var content: SourceRange
  /// With the backticks.
  var span: SourceRange
}

struct InlineBuilder {
  let text: InlineText
  private(set) var cursor = 0
  private(set) var isTooDeep = false
  /// Searching is bounded over the whole paragraph, so that hostile text cannot make it quadratic.
  private var searchBudget = 4_000_000
  private let makeBlock: (InlineCode, Annotation, SourceRange) -> LabBlock?

  static let depthMax = 100

  /// `makeBlock` gets the span, the parsed annotation and the annotation's indexes; nil when the span is no lab block.
  init(text: InlineText, makeBlock: @escaping (InlineCode, Annotation, SourceRange) -> LabBlock?) {
    self.text = text
    self.makeBlock = makeBlock
  }

  /// The children of `parent` in order.
  mutating func children(of parent: CMarkNode, depth: Int = 0) -> [InlineNode] {
    var nodes: [InlineNode] = []
    var codeEnd: Int?
    for child in parent.children {
      // An annotation follows a code span with nothing between; libcmark has it as text.
      if child.kind == CMARK_NODE_TEXT, case (let literal, let start)? = pending {
        pending = (literal + child.literal, start)
        cursor = place(child, Array(child.literal.utf8)).end
        continue
      }
      if child.kind == CMARK_NODE_TEXT {
        let found = place(child, Array(child.literal.utf8))
        pending = (child.literal, found.start)
        cursor = found.end
        continue
      }
      flush(into: &nodes, codeEnd: &codeEnd)
      append(child, depth: depth, to: &nodes, codeEnd: &codeEnd)
    }
    flush(into: &nodes, codeEnd: &codeEnd)
    return nodes
  }

  /// Text nodes that stand together are one: their literal and first index.
  private var pending: (String, Int)?
  /// The code span that ended where the pending text begins.
  private var lastCode: InlineCode?

  private mutating func flush(into nodes: inout [InlineNode], codeEnd: inout Int?) {
    guard case (let literal, let start)? = pending else { return }
    pending = nil
    var shown = literal
    var from = start
    // The braces must stand in the file, not only in the text: `\{{exec}}` is none.
    if let code = lastCode, codeEnd == start, let match = AnnotationMatch.at(0, in: Array(literal.utf8)),
      let written = AnnotationMatch.at(start, in: text.bytes)
    {
      let utf8 = Array(literal.utf8)
      let annotation = Annotation(String(decoding: utf8[2..<match.end - 2], as: UTF8.self))
      let end = written.end
      let range = SourceRange(start: start, end: end)
      let block = makeBlock(code, annotation, range)
      if annotation.unknownWord == nil {
        nodes[nodes.count - 1] = .code(code.literal, block, text.range(code.span.start, code.span.end))
        shown = String(decoding: utf8[match.end...], as: UTF8.self)
        from = end
      }
    }
    if !shown.isEmpty { nodes.append(.text(shown, text.range(from, max(from, cursor)))) }
    lastCode = nil
    codeEnd = nil
  }

  private mutating func append(
    _ node: CMarkNode, depth: Int, to nodes: inout [InlineNode], codeEnd: inout Int?
  ) {
    let before = cursor
    lastCode = nil
    codeEnd = nil
    switch node.kind {
    case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK:
      let newline = text.find(0x0A, from: cursor) ?? cursor
      cursor = min(newline + 1, text.bytes.count)
      let range = text.range(before, max(before, cursor))
      nodes.append(node.kind == CMARK_NODE_SOFTBREAK ? .softBreak(range) : .lineBreak(range))
    case CMARK_NODE_CODE:
      let code = codeSpan(node)
      cursor = code.span.end
      lastCode = code
      codeEnd = cursor
      nodes.append(.code(code.literal, nil, text.range(code.span.start, code.span.end)))
    case CMARK_NODE_HTML_INLINE:
      let found = place(node, Array(node.literal.utf8))
      cursor = found.end
      nodes.append(.html(node.literal, text.range(found.start, found.end)))
    case CMARK_NODE_EMPH, CMARK_NODE_STRONG:
      let width = node.kind == CMARK_NODE_EMPH ? 1 : 2
      let start = opener(node, [0x2A, 0x5F])
      let inner = nested(node, from: start + width, depth: depth)
      cursor = min(cursor + width, text.bytes.count)
      let range = text.range(start, cursor)
      nodes.append(width == 1 ? .emphasis(inner, range) : .strong(inner, range))
    case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
      let isImage = node.kind == CMARK_NODE_IMAGE
      let start = opener(node, isImage ? [0x21] : [0x5B, 0x3C])
      let inner = nested(node, from: start + (isImage ? 2 : 1), depth: depth)
      cursor = linkEnd()
      let range = text.range(start, max(start, cursor))
      nodes.append(
        isImage
          ? .image(source: node.destination, title: node.title, alternative: inner, range)
          : .link(destination: node.destination, title: node.title, content: inner, range))
    default:
      let inner = node.flatText
      if !inner.isEmpty { nodes.append(.text(inner, text.range(cursor, cursor))) }
    }
  }

  private mutating func nested(_ node: CMarkNode, from start: Int, depth: Int) -> [InlineNode] {
    cursor = min(max(cursor, start), text.bytes.count)
    guard depth < InlineBuilder.depthMax else {
      isTooDeep = true
      return [.text(node.flatText, text.range(cursor, cursor))]
    }
    return children(of: node, depth: depth + 1)
  }

  // MARK: Finding places

  /// Where `literal` stands: nodes follow each other without gaps, so right after the last one; where that does not hold
  /// (after markup that the text does not show), where libcmark says; else the next place that reads so.
  private mutating func place(_ node: CMarkNode, _ literal: [UInt8]) -> (start: Int, end: Int) {
    if let end = text.end(of: literal, at: cursor) { return (cursor, end) }
    if let hint = text.index(line: node.startLine, column: node.startColumn), hint >= cursor,
      let end = text.end(of: literal, at: hint)
    {
      return (hint, end)
    }
    var start = cursor
    while start < text.bytes.count, searchBudget > 0 {
      searchBudget -= 1
      if let end = text.end(of: literal, at: start) { return (start, end) }
      start += 1
    }
    return (cursor, cursor)
  }

  private func opener(_ node: CMarkNode, _ characters: [UInt8]) -> Int {
    if cursor < text.bytes.count, characters.contains(text.bytes[cursor]) { return cursor }
    if let hint = text.index(line: node.startLine, column: node.startColumn), hint >= cursor, hint < text.bytes.count,
      characters.contains(text.bytes[hint])
    {
      return hint
    }
    let found = characters.compactMap { text.find($0, from: cursor) }.min()
    return found ?? cursor
  }

  /// The end of a link whose text ends at the cursor: `>`, `](…)`, `][…]` or `]`.
  private func linkEnd() -> Int {
    let bytes = text.bytes
    guard cursor < bytes.count else { return cursor }
    if bytes[cursor] == 0x3E { return cursor + 1 }
    guard bytes[cursor] == 0x5D else { return cursor }
    let next = cursor + 1
    guard next < bytes.count else { return next }
    if bytes[next] == 0x28, let end = inlineTail(from: next + 1) { return end }
    if bytes[next] == 0x5B {
      var index = next + 1
      while index < bytes.count, bytes[index] != 0x5D { index += bytes[index] == 0x5C ? 2 : 1 }
      if index < bytes.count { return index + 1 }
    }
    return next
  }

  /// Reads ` destination "title" )` (CommonMark 0.30 §6.3); nil when that is not what stands there.
  private func inlineTail(from start: Int) -> Int? {
    let bytes = text.bytes
    var index = start
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }
    func skipBlanks() { while index < bytes.count, isBlank(bytes[index]) { index += 1 } }
    skipBlanks()
    if index < bytes.count, bytes[index] == 0x3C {
      index += 1
      while index < bytes.count, bytes[index] != 0x3E {
        if bytes[index] == 0x0A || bytes[index] == 0x3C { return nil }
        index += bytes[index] == 0x5C ? 2 : 1
      }
      index += 1
    } else {
      var depth = 0
      while index < bytes.count, !isBlank(bytes[index]) {
        if bytes[index] == 0x28 {
          depth += 1
        } else if bytes[index] == 0x29 {
          if depth == 0 { break }
          depth -= 1
        }
        index += bytes[index] == 0x5C ? 2 : 1
      }
      if depth != 0 { return nil }
    }
    let afterDestination = index
    skipBlanks()
    if index < bytes.count, index > afterDestination, [0x22, 0x27, 0x28].contains(bytes[index]) {
      let close: UInt8 = bytes[index] == 0x28 ? 0x29 : bytes[index]
      index += 1
      while index < bytes.count, bytes[index] != close { index += bytes[index] == 0x5C ? 2 : 1 }
      index += 1
      skipBlanks()
    }
    return index < bytes.count && bytes[index] == 0x29 ? index + 1 : nil
  }

  private mutating func codeSpan(_ node: CMarkNode) -> InlineCode {
    let literal = node.literal
    var ticks = cursor
    while ticks < text.bytes.count, text.bytes[ticks] == 0x60 { ticks += 1 }
    if ticks > cursor, let code = span(openingEnd: ticks, literal: literal) { return code }
    if let hint = text.index(line: node.startLine, column: node.startColumn), hint > cursor,
      let code = span(openingEnd: hint, literal: literal)
    {
      return code
    }
    // Try each run of backticks from here on.
    var index = cursor
    while index < text.bytes.count, searchBudget > 0 {
      searchBudget -= 1
      guard text.bytes[index] == 0x60 else {
        index += 1
        continue
      }
      var end = index
      while end < text.bytes.count, text.bytes[end] == 0x60 { end += 1 }
      if let code = span(openingEnd: end, literal: literal) { return code }
      index = end
    }
    let here = SourceRange.point(cursor)
    return InlineCode(literal: literal, content: here, span: here)
  }

  /// The span whose opening backticks end at `openingEnd`, if it reads as `literal`.
  private func span(openingEnd: Int, literal: String) -> InlineCode? {
    let bytes = text.bytes
    guard openingEnd > 0, openingEnd <= bytes.count, bytes[openingEnd - 1] == 0x60 else { return nil }
    var start = openingEnd
    while start > cursor, bytes[start - 1] == 0x60 { start -= 1 }
    let length = openingEnd - start
    var index = openingEnd
    while index < bytes.count {
      guard bytes[index] == 0x60 else {
        index += 1
        continue
      }
      var end = index
      while end < bytes.count, bytes[end] == 0x60 { end += 1 }
      if end - index == length {
        let content = InlineBuilder.normalized(bytes[openingEnd..<index])
        guard content == Array(literal.utf8) else { return nil }
        return InlineCode(
          literal: literal, content: SourceRange(start: openingEnd, end: index),
          span: SourceRange(start: start, end: end))
      }
      index = end
    }
    return nil
  }

  /// A code span's content as CommonMark 0.30 §6.1 has it: line endings are spaces, one space is taken from both ends.
  static func normalized(_ content: ArraySlice<UInt8>) -> [UInt8] {
    var bytes = content.map { $0 == 0x0A ? 0x20 : $0 }
    if bytes.count >= 2, bytes.first == 0x20, bytes.last == 0x20, bytes.contains(where: { $0 != 0x20 }) {
      bytes.removeFirst()
      bytes.removeLast()
    }
    return bytes
  }
}
