// Walks libcmark's tree once, in reading order, and builds the page's nodes: numbers the blocks, names the headings,
// finds the tables, and reports annotations that attach to nothing.

import CCMark
import Diagnostics
import Foundation
import LabModel

final class PageBuilder {
  let source: SourceText
  /// `source` without its byte order mark; libcmark's lines and columns count in it.
  let plain: SourceText
  let base: Int
  let resolved: ResolvedFences
  let step: Int
  let codeStarts: Set<Int>
  var execCount = 0
  var otherCount = 0
  var slugs: [String: Int] = [:]
  var reportedDepth = false

  var headings: [Heading] = []
  var labBlocks: [LabBlock] = []
  var diagnostics: [Diagnostic] = []

  /// Deeper nesting than any page has; keeps the walk off the end of the stack.
  static let depthMax = 100

  init(source: SourceText, plain: SourceText, resolved: ResolvedFences, step: Int) {
    self.source = source
    self.plain = plain
    base = source.byteOrderMarkLength
    self.resolved = resolved
    self.step = step
    codeStarts = Set(resolved.document.codeBlocks().map(\.startLine))
  }

  func build() -> [BlockNode] {
    if !resolved.isComplete {
      diagnostics.append(
        Diagnostic(.fencesTangled, source.location(line: 1), "Annotated fences of this file cannot all be told apart"))
    }
    return blocks(of: resolved.document.root, quotes: 0, indent: 0, depth: 0)
  }

  /// A range of `plain` as one of the file.
  func inFile(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(start: start + base, end: max(start, end) + base)
  }

  func location(_ start: Int, _ end: Int) -> SourceLocation { source.location(inFile(start, end)) }

  func start(of node: CMarkNode) -> Int {
    min(plain.offset(line: node.startLine, byteColumn: node.startColumn), plain.lineRange(node.startLine).end)
  }

  // MARK: Blocks

  func blocks(of parent: CMarkNode, quotes: Int, indent: Int, depth: Int) -> [BlockNode] {
    var result: [BlockNode] = []
    for node in parent.children {
      let start = start(of: node)
      if depth >= PageBuilder.depthMax, node.kind == CMARK_NODE_BLOCK_QUOTE || node.kind == CMARK_NODE_LIST {
        let end = plain.lineRange(max(node.startLine, min(node.endLine, plain.lineCount))).end
        result.append(.paragraph([.text(node.flatText, inFile(start, end))], inFile(start, end)))
        reportDepth(node)
        continue
      }
      switch node.kind {
      case CMARK_NODE_BLOCK_QUOTE:
        let inner = blocks(of: node, quotes: quotes + 1, indent: indent, depth: depth + 1)
        result.append(.quote(inner, inFile(start, lastEnd(of: inner, or: node))))
      case CMARK_NODE_LIST:
        result.append(.list(list(node, start: start, quotes: quotes, indent: indent, depth: depth)))
      case CMARK_NODE_CODE_BLOCK: result.append(.code(code(node)))
      case CMARK_NODE_HTML_BLOCK: result.append(html(node, start: start))
      case CMARK_NODE_HEADING: result += heading(node, start: start, quotes: quotes, indent: indent)
      case CMARK_NODE_PARAGRAPH: result += paragraph(node, quotes: quotes, indent: indent)
      case CMARK_NODE_THEMATIC_BREAK:
        result.append(.thematicBreak(inFile(start, trimmedEnd(of: node.startLine))))
      default: break
      }
    }
    return result
  }

  func reportDepth(_ node: CMarkNode) {
    guard !reportedDepth else { return }
    reportedDepth = true
    diagnostics.append(
      Diagnostic(.nestingTooDeep, source.location(line: node.startLine), "Nesting deeper than 100 levels begins here"))
  }

  /// The end of a container: of its last block, or of its own first line. In `plain`.
  func lastEnd(of blocks: [BlockNode], or node: CMarkNode) -> Int {
    max(blocks.last.map { $0.range.end - base } ?? 0, trimmedEnd(of: node.startLine))
  }

  /// The end of a line without trailing blanks.
  func trimmedEnd(of line: Int) -> Int {
    let range = plain.lineRange(line)
    var end = range.end
    while end > range.start, plain.bytes[end - 1] == 0x20 || plain.bytes[end - 1] == 0x09 { end -= 1 }
    return end
  }

  func list(_ node: CMarkNode, start: Int, quotes: Int, indent: Int, depth: Int) -> List {
    var items: [ListItem] = []
    for child in node.children {
      let inner = blocks(of: child, quotes: quotes, indent: contentIndent(of: child, indent), depth: depth + 1)
      let itemStart = self.start(of: child)
      items.append(ListItem(blocks: inner, range: inFile(itemStart, lastEnd(of: inner, or: child))))
    }
    let end = items.last.map { $0.range.end - base } ?? start
    return List(
      start: node.isOrderedList ? node.listStart : nil, isTight: node.isTightList, items: items,
      range: inFile(start, end))
  }

  /// How far the lines of an item are indented: to where its first block begins.
  func contentIndent(of item: CMarkNode, _ indent: Int) -> Int {
    guard let first = item.children.first(where: { _ in true }), first.startLine == item.startLine else {
      return max(indent, item.startColumn + 1)
    }
    return max(indent, first.startColumn - 1)
  }

  func html(_ node: CMarkNode, start: Int) -> BlockNode {
    let literal = node.literal
    var lines = 0
    for byte in literal.utf8 where byte == 0x0A { lines += 1 }
    let lastLine = min(node.startLine + max(lines - 1, 0), plain.lineCount)
    let opening = literal.prefix(12).lowercased()
    // Inside these, a fence is text on purpose.
    if !["<pre", "<!--", "<script", "<style", "<textarea", "<code"].contains(where: opening.hasPrefix) {
      for line in node.startLine...max(lastLine, node.startLine) {
        let text = plain.line(line).drop { $0 == " " || $0 == "\t" }
        guard text.hasPrefix("```") || text.hasPrefix("~~~") else { continue }
        let range = plain.lineRange(line)
        diagnostics.append(
          Diagnostic(
            .fenceInHTML, location(range.start, trimmedEnd(of: line)), "Fence inside an HTML block is not a code block",
            notes: [
              DiagnosticNote(location: source.location(line: node.startLine), message: "the HTML block begins here")
            ],
            fixes: [
              Fix(
                title: "put an empty line before the fence",
                edits: [TextEdit(location: location(range.start, range.start), replacement: "\n")])
            ]))
        break
      }
    }
    return .html(literal, inFile(start, trimmedEnd(of: lastLine)))
  }

  // MARK: Headings and paragraphs

  func heading(_ node: CMarkNode, start: Int, quotes: Int, indent: Int) -> [BlockNode] {
    let lineEnd = plain.lineRange(node.startLine).end
    var hashes = start
    while hashes < lineEnd, plain.bytes[hashes] == 0x23 { hashes += 1 }
    if hashes > start {
      // `# text`
      var text = InlineText(firstLine: node.startLine, firstColumn: node.startColumn)
      text.bytes = Array(plain.bytes[start..<lineEnd])
      text.offsets = Array(start + base...lineEnd + base)
      let content = inlines(of: node, text)
      return [.heading(makeHeading(node, content, inFile(start, trimmedEnd(of: node.startLine))))]
    }
    // Text with a line of `=` or `-` under it; libcmark's end is one line late when a blank line follows.
    var underline = min(node.endLine, plain.lineCount)
    while underline > node.startLine + 1, !isUnderline(underline, quotes: quotes) { underline -= 1 }
    let lines = paragraphLines(from: node, to: underline - 1, quotes: quotes, indent: indent)
    if let table = TableFinder.find(in: lines), table.linesEnd == lines.count {
      var extended = table
      var result: [BlockNode] = []
      let mark = paragraphLine(underline, quotes: quotes)
      if mark.bytes.first == 0x3D {
        var row = TableFinder.cells(of: mark.bytes)
        while row.count < table.alignments.count {
          row.append(TableCellText(bytes: [], offsets: [mark.bytes.endIndex]))
        }
        extended.rows.append(row)
        extended.linesEnd += 1
        result += tableBlocks(extended, lines: lines + [mark])
      } else {
        result += tableBlocks(extended, lines: lines)
        result.append(.thematicBreak(inFile(mark.bytes.startIndex, mark.bytes.endIndex)))
      }
      return result
    }
    let content = inlines(of: node, inlineText(lines, node))
    return [.heading(makeHeading(node, content, inFile(start, trimmedEnd(of: underline))))]
  }

  func isUnderline(_ line: Int, quotes: Int) -> Bool {
    let bytes = paragraphLine(line, quotes: quotes).bytes
    var trimmed = bytes
    while let last = trimmed.last, last == 0x20 || last == 0x09 { trimmed = trimmed.dropLast() }
    guard let first = trimmed.first, first == 0x3D || first == 0x2D else { return false }
    return trimmed.allSatisfy { $0 == first }
  }

  func makeHeading(_ node: CMarkNode, _ content: [InlineNode], _ range: SourceRange) -> Heading {
    let text = content.plainText.trimmingCharacters(in: .whitespaces)
    let heading = Heading(
      level: node.headingLevel, id: slug(text), content: content, text: text, range: range, line: node.startLine)
    headings.append(heading)
    return heading
  }

  func slug(_ text: String) -> String {
    var slug = Slug.make(text)
    if slug.isEmpty { slug = "section" }
    let count = (slugs[slug] ?? 0) + 1
    slugs[slug] = count
    if count == 1 { return slug }
    let numbered = slug + "-\(count)"
    slugs[numbered] = (slugs[numbered] ?? 0) + 1
    return numbered
  }

  func paragraph(_ node: CMarkNode, quotes: Int, indent: Int) -> [BlockNode] {
    let lines = paragraphLines(from: node, to: min(node.endLine, plain.lineCount), quotes: quotes, indent: indent)
    if let table = TableFinder.find(in: lines) { return tableBlocks(table, lines: lines) }
    let content = inlines(of: node, inlineText(lines, node))
    let start = lines.first?.bytes.startIndex ?? start(of: node)
    let end = lines.last.map { trimmedEnd(of: $0.number) } ?? start
    return [.paragraph(content, inFile(start, end))]
  }

  func paragraphLines(from node: CMarkNode, to last: Int, quotes: Int, indent: Int) -> [ParagraphLine] {
    let start = start(of: node)
    var lines = [
      ParagraphLine(
        number: node.startLine, bytes: plain.bytes[start..<plain.lineRange(node.startLine).end], isLazy: false)
    ]
    if last > node.startLine {
      for line in node.startLine + 1...last { lines.append(paragraphLine(line, quotes: quotes, indent: indent)) }
    }
    return lines
  }

  /// A line without the marks of `quotes` quotes and without leading blanks; lazy where it lacks one, or is indented
  /// less than its list item.
  func paragraphLine(_ line: Int, quotes: Int, indent: Int = 0) -> ParagraphLine {
    let range = plain.lineRange(line)
    var index = range.start
    var left = quotes
    while index < range.end {
      let byte = plain.bytes[index]
      if byte == 0x20 || byte == 0x09 {
        index += 1
      } else if byte == 0x3E, left > 0 {
        left -= 1
        index += 1
      } else {
        break
      }
    }
    var column = 0
    for byte in plain.bytes[range.start..<index] { column = byte == 0x09 ? (column / 4 + 1) * 4 : column + 1 }
    return ParagraphLine(
      number: line, bytes: plain.bytes[index..<range.end], isLazy: left > 0 || column < indent)
  }

  func inlineText(_ lines: [ParagraphLine], _ node: CMarkNode) -> InlineText {
    var text = InlineText(firstLine: node.startLine, firstColumn: node.startColumn)
    text.offsets = []
    text.lineStarts = []
    for (number, line) in lines.enumerated() {
      if number > 0 {
        text.bytes.append(0x0A)
        text.offsets.append(lines[number - 1].bytes.endIndex + base)
      }
      text.lineStarts.append(text.bytes.count)
      text.bytes.append(contentsOf: line.bytes)
      text.offsets.append(contentsOf: line.bytes.startIndex + base..<line.bytes.endIndex + base)
    }
    text.offsets.append((lines.last?.bytes.endIndex ?? 0) + base)
    return text
  }

  /// The lines that may define link references, for text that is parsed apart from its document.
  lazy var references: [UInt8] = {
    var bytes: [UInt8] = [0x0A]
    for line in 1...plain.lineCount {
      let range = plain.lineRange(line)
      let text = plain.bytes[range.start..<range.end].drop { $0 == 0x20 }
      guard text.first == 0x5B, text.count < 4096, let close = text.firstIndex(of: 0x5D), close + 1 < text.endIndex,
        text[close + 1] == 0x3A
      else { continue }
      bytes += Array(text) + [0x0A]
    }
    return bytes
  }()

  // MARK: Inlines

  func inlines(of node: CMarkNode, _ text: InlineText) -> [InlineNode] {
    var builder = InlineBuilder(text: text) { code, annotation, range in
      self.inlineBlock(code, annotation, range, text)
    }
    let nodes = builder.children(of: node)
    if builder.isTooDeep { reportDepth(node) }
    reportLooseAnnotations(nodes)
    return nodes
  }

  func inlineBlock(
    _ code: InlineCode, _ annotation: Annotation, _ annotationRange: SourceRange, _ text: InlineText
  ) -> LabBlock? {
    let place = text.range(annotationRange.start, annotationRange.end)
    if let word = annotation.unknownWord {
      // `{{ .Values.name }}` after a code span is a template, not a mistake in an annotation.
      if word.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x2D }) {
        reportUnknown(word, place)
      }
      return nil
    }
    guard annotation.action != .none else { return nil }
    let span = text.range(code.span.start, code.span.end)
    let content = text.range(code.content.start, code.content.end)
    let isMultiline = text.bytes[code.content.start..<code.content.end].contains(0x0A)
    let line = source.lineNumber(at: span.start)
    let endLine = source.lineNumber(at: max(span.start, span.end - 1))
    return add(
      LabBlock(
        id: "", range: span.union(place), contentRange: content, annotationRange: place, line: line, endLine: endLine,
        action: annotation.action, modifiers: annotation.modifiers, isInline: true,
        text: isMultiline ? rawSpan(content, text) : code.literal))
  }

  /// A code span over several lines keeps its line endings and what its lines are indented by beyond their container.
  func rawSpan(_ content: SourceRange, _ text: InlineText) -> String {
    let paragraphColumn = text.firstColumn - 1
    var out: [UInt8] = []
    let firstLine = source.lineNumber(at: content.start)
    for line in firstLine...source.lineNumber(at: content.end) {
      let range = source.lineRange(line)
      var start = max(range.start, content.start)
      let end = min(range.end, content.end)
      if line > firstLine {
        out.append(0x0A)
        var column = 0
        while start < end, column < paragraphColumn, [0x20, 0x09, 0x3E].contains(source.bytes[start]) {
          start += 1
          column += 1
        }
      }
      if start < end { out += source.bytes[start..<end] }
    }
    let first = out.first == 0x20 || out.first == 0x0A
    let last = out.last == 0x20 || out.last == 0x0A
    if first, last, out.contains(where: { $0 != 0x20 && $0 != 0x0A }) { out = Array(out.dropFirst().dropLast()) }
    return String(decoding: out, as: UTF8.self)
  }

  func reportUnknown(_ word: String, _ range: SourceRange) {
    var fixes: [Fix] = []
    if let suggestion = Annotation.suggestion(for: word) {
      let text = source.text(in: range).replacingOccurrences(of: word, with: suggestion)
      fixes = [
        Fix(
          title: "write '\(suggestion)'", edits: [TextEdit(location: source.location(range), replacement: text)])
      ]
    }
    diagnostics.append(
      Diagnostic(
        .annotationUnknownWord, source.location(range), "Unknown word '\(word)' in an annotation",
        explanation: "An annotation begins with exec, execute, copy or open; case matters.", fixes: fixes))
  }

  /// Text that reads as an annotation but follows no code.
  func reportLooseAnnotations(_ nodes: [InlineNode]) {
    for node in nodes {
      switch node {
      case .text(_, let range): reportLooseAnnotations(in: range)
      case .emphasis(let inner, _), .strong(let inner, _), .link(_, _, let inner, _): reportLooseAnnotations(inner)
      default: break
      }
    }
  }

  func reportLooseAnnotations(in range: SourceRange) {
    let bytes = source.bytes
    var index = range.start
    while index + 1 < range.end {
      guard bytes[index] == 0x7B, bytes[index + 1] == 0x7B,
        let match = AnnotationMatch.at(index, in: bytes[..<range.end])
      else {
        index += 1
        continue
      }
      let annotation = Annotation(String(decoding: bytes[index + 2..<match.end - 2], as: UTF8.self))
      if annotation.action != .none {
        var before = index
        while before > 0, bytes[before - 1] == 0x20 || bytes[before - 1] == 0x09 { before -= 1 }
        let location = source.location(SourceRange(start: index, end: match.end))
        let text = source.text(in: SourceRange(start: index, end: match.end))
        if before < index, before > 0, bytes[before - 1] == 0x60 {
          let gap = source.location(SourceRange(start: before, end: index))
          diagnostics.append(
            Diagnostic(
              .annotationDetached, location, "Annotation \(text) is separated from its code by a space",
              fixes: [Fix(title: "remove the space", edits: [TextEdit(location: gap, replacement: "")])]))
        } else {
          diagnostics.append(Diagnostic(.annotationWithoutCode, location, "Annotation \(text) follows no code"))
        }
      }
      index = match.end
    }
  }
}
