// GFM tables, which libcmark does not know: found in the lines of a paragraph, their cells parsed by libcmark again.

import CCMark
import Diagnostics
import LabModel

extension PageBuilder {
  /// The tables of a paragraph's lines, and what stands around them.
  func tableBlocks(_ first: FoundTable, lines: [ParagraphLine]) -> [BlockNode] {
    var result: [BlockNode] = []
    var rest = lines
    var next: FoundTable? = first
    while let table = next {
      if table.linesBefore > 0 { result += separateParagraph(rest[..<table.linesBefore]) }
      result.append(.table(self.table(table, lines: rest)))
      rest.removeFirst(min(table.linesEnd, rest.count))
      next = TableFinder.find(in: rest)
    }
    return result + separateParagraph(rest[...])
  }

  private func table(_ table: FoundTable, lines: [ParagraphLine]) -> Table {
    let texts = [table.header] + table.rows
    let contents = cellContents(texts.flatMap { $0 })
    var rows: [[TableCell]] = []
    var index = 0
    for row in texts {
      var cells: [TableCell] = []
      for cell in row {
        cells.append(
          TableCell(content: contents[index], range: inFile(cell.offsets[0], cell.offsets[cell.offsets.count - 1])))
        index += 1
      }
      rows.append(cells)
    }
    let start = lines[table.linesBefore].bytes.startIndex
    let lastLine = min(table.linesBefore + 1 + table.rows.count, lines.count - 1)
    return Table(
      alignments: table.alignments, header: rows[0], rows: Array(rows.dropFirst()),
      range: inFile(start, trimmedEnd(of: lines[lastLine].number)))
  }

  /// Lines of a paragraph that are not part of its table, parsed on their own.
  private func separateParagraph(_ lines: ArraySlice<ParagraphLine>) -> [BlockNode] {
    guard let first = lines.first, let last = lines.last else { return [] }
    var bytes: [UInt8] = []
    for line in lines { bytes += Array(line.bytes) + [0x0A] }
    let document = CMarkDocument(bytes + [0x0A] + references)
    guard let node = document.root.children.first(where: { $0.kind == CMARK_NODE_PARAGRAPH }) else { return [] }
    let content = inlines(of: node, inlineText(Array(lines), node))
    return [.paragraph(content, inFile(first.bytes.startIndex, trimmedEnd(of: last.number)))]
  }

  /// Each cell's inlines. All cells are one document of paragraphs; `. ` before each keeps it from being a list or a
  /// heading, and stands for the blank that emphasis sees at the start of a line.
  private func cellContents(_ cells: [TableCellText]) -> [[InlineNode]] {
    var bytes: [UInt8] = []
    for cell in cells where !cell.bytes.isEmpty { bytes += [0x2E, 0x20] + cell.bytes + [0x0A, 0x0A] }
    guard !bytes.isEmpty else { return cells.map { _ in [] } }
    let document = CMarkDocument(bytes + references)
    var paragraphs = document.root.children
    return cells.map { cell in
      guard !cell.bytes.isEmpty, let node = paragraphs.next() else { return [] }
      var text = InlineText(firstLine: node.startLine, firstColumn: 1)
      text.bytes = [0x2E, 0x20] + cell.bytes
      text.offsets = ([cell.offsets[0], cell.offsets[0]] + cell.offsets).map { $0 + base }
      var content = inlines(of: node, text)
      if case .text(let literal, let range)? = content.first, literal.hasPrefix(". ") {
        let rest = String(literal.dropFirst(2))
        if rest.isEmpty { content.removeFirst() } else { content[0] = .text(rest, range) }
      }
      return content
    }
  }
}
